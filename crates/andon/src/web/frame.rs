//! The frame of every page: top bar with state, data time and language; and the page that says no.

use std::convert::Infallible;
use std::sync::Arc;

use askama::Template;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use chart::Moment;
use store::Reader;

use super::form::encoded;
use super::serve::Via;
use super::session::Session;
use super::{Site, gate, page};
use crate::freshness::Bar;
use crate::heads::{heads, in_words};
use crate::home::Problem;
use crate::role::Right;
use crate::staff;
use crate::text::{self, Words};

/// Lines about the vault on every page; the page of proofs has them all.
const VAULT_FAULTS_MAX: usize = 2;

/// Who asks for a page, as far as the request tells: language and address.
#[derive(Clone)]
pub struct Visit {
    /// Words in the visitor's language.
    pub words: Words,
    /// The path asked for, with its query but without `lang`.
    here: String,
    /// True when the address itself chose the language, which the cookie then keeps.
    chosen: bool,
    /// Who is in; `None` on pages that need nobody.
    pub session: Option<Arc<Session>>,
    /// By which way the request came.
    pub via: Via,
}

impl Visit {
    /// Of a request let in by `session`. What a form was sent to is no page to come back to.
    pub fn of_request(request: &Request, session: &Arc<Session>, via: &Via) -> Visit {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        let path = if reads { request.uri().path() } else { "/" };
        let visit = Visit::of(request.headers(), path, request.uri().query().unwrap_or_default());
        Visit { session: Some(Arc::clone(session)), via: via.clone(), ..visit }
    }

    fn of(headers: &HeaderMap, path: &str, query: &str) -> Visit {
        let (mut chosen, mut kept) = (None, Vec::new());
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.strip_prefix("lang=") {
                Some(code) => chosen = text::read(code),
                None => kept.push(pair),
            }
        }
        let cookie = gate::cookie(headers, "lang").and_then(text::read);
        let here = if kept.is_empty() { path.to_owned() } else { format!("{path}?{}", kept.join("&")) };
        let lang = chosen.or(cookie).unwrap_or_default();
        let (session, via) = (None, Via::default());
        Visit { words: Words::of(lang), here, chosen: chosen.is_some(), session, via }
    }

    /// The path asked for, with its query.
    pub fn here(&self) -> &str {
        &self.here
    }

    /// Name and role of who is in, as what a person decides is signed; empty on pages that need nobody.
    pub fn by(&self) -> (String, String) {
        self.session.as_ref().map_or_else(Default::default, |session| session.person.by())
    }

    /// Adds the language cookie where the address chose a language.
    pub fn keep(&self, mut response: Response) -> Response {
        let cookie = format!("lang={}; SameSite=Strict; Path=/", text::code(self.words.lang));
        if let (true, Ok(cookie)) = (self.chosen, cookie.parse()) {
            response.headers_mut().append(header::SET_COOKIE, cookie);
        }
        response
    }

    fn other_language(&self) -> String {
        let mark = if self.here.contains('?') { '&' } else { '?' };
        format!("{}{mark}lang={}", self.here, text::code(text::other(self.words.lang)))
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visit, Infallible> {
        let session = parts.extensions.get::<Arc<Session>>().cloned();
        let via = parts.extensions.get::<Via>().cloned().unwrap_or_default();
        let visit = Visit::of(&parts.headers, parts.uri.path(), parts.uri.query().unwrap_or_default());
        Ok(Visit { session, via, ..visit })
    }
}

/// What `frame.html` needs on every page.
pub struct Frame {
    /// Words in the visitor's language.
    pub t: Words,
    /// The hospital's name.
    pub hospital: String,
    /// True on a training home: everything carries 訓練.
    pub training: bool,
    /// How fresh the copy is, for the top bar.
    pub bar: Option<Bar>,
    /// The same page in the other language.
    pub other_language: String,
    /// `ja` or `en`.
    pub lang: &'static str,
    /// When the page was made.
    pub made: Moment,
    /// Who is in, in words.
    pub who: Option<Badge>,
    /// Openings by sealed cards that nobody has looked into.
    pub unreviewed: usize,
    /// Runs that did not come out of a printer and should have.
    pub not_printed: usize,
    /// Where the vault is not what was sealed, in words; beyond the first few only that there are more.
    pub vault_faults: Vec<String>,
    /// The officers' key lay in a file and was not rotated since.
    pub rotate_now: bool,
    /// Who looks at what cannot be written down now.
    pub audit_broken: bool,
    /// The incident people work in, in words with its 基本方針; empty for none.
    pub incident: String,
    /// Critical values of which no doctor knows: how many, and for how long the oldest; empty for none.
    pub critical: String,
    /// How far the log of each other station came here, in words.
    pub stations: Vec<String>,
    /// The network on which a person vouched for a switch of its own, where pages go over one without TLS.
    pub own_switch: String,
}

/// Who is in, as the top bar shows it.
pub struct Badge {
    /// Name.
    pub name: String,
    /// Role, in words.
    pub role: String,
    /// Came in by a sealed card: until when, in words.
    pub until: String,
    /// The token of this browser's forms.
    pub token: String,
    /// The path to come back to after somebody else has logged in, percent-encoded.
    pub here: String,
    /// May look into openings by sealed cards.
    pub reviews: bool,
    /// May keep accounts.
    pub keeps: bool,
    /// May read the access audit.
    pub audits: bool,
    /// May see which keys there are.
    pub keys: bool,
    /// May receive patients.
    pub receives: bool,
}

impl Badge {
    fn of(session: &Session, visit: &Visit) -> Badge {
        let (t, person) = (visit.words, &session.person);
        Badge {
            name: person.name.clone(),
            role: t.word("role", person.role.code()),
            until: person.until.map_or_else(String::new, |until| until.to_string()),
            token: session.token.clone(),
            here: encoded(visit.here()),
            reviews: session.may(Right::Review),
            keeps: session.may(Right::People),
            audits: session.may(Right::Audit),
            keys: session.may(Right::Keys),
            receives: session.may(Right::Reception),
        }
    }
}

impl Frame {
    /// True where whoever looks may receive patients.
    pub fn receives(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.receives)
    }

    /// The frame for a page made now.
    ///
    /// # Errors
    /// When the store cannot say how fresh its sources are.
    pub fn new(site: &Site, visit: &Visit, reader: &Reader) -> Result<Frame, Problem> {
        let bar = Bar::now(reader, site.now())?;
        let unreviewed = reader.once(staff::break_glass)?.unreviewed();
        let not_printed = reader.once(crate::printing::printing)?.troubles(site.now()).len();
        let rotate_now = reader.once(crate::officers::officers)?.rotate_now();
        let open = crate::incident::now(reader)?;
        let incident =
            open.map_or_else(String::new, |open| crate::incident::head_words(&open, site.now(), visit.words));
        let vault_faults = vault_faults(&reader.once(crate::proofs::faults)?, visit.words);
        Ok(Frame {
            bar: Some(bar),
            critical: critical(&reader.once(crate::desks::open_criticals)?, site.now(), visit.words),
            incident,
            stations: in_words(&heads(reader, site.now())?, visit.words),
            unreviewed,
            not_printed,
            vault_faults,
            rotate_now,
            ..Frame::bare(site, visit)
        })
    }

    /// The frame of a page that shows nothing of the store.
    pub fn bare(site: &Site, visit: &Visit) -> Frame {
        Frame {
            t: visit.words,
            lang: text::code(visit.words.lang),
            hospital: site.about().hospital.clone(),
            training: site.about().training,
            bar: None,
            other_language: visit.other_language(),
            made: site.now(),
            who: visit.session.as_deref().map(|session| Badge::of(session, visit)),
            unreviewed: 0,
            not_printed: 0,
            vault_faults: Vec::new(),
            critical: String::new(),
            incident: String::new(),
            stations: Vec::new(),
            rotate_now: false,
            audit_broken: site.auditor().is_broken(),
            own_switch: site.own_switch().to_owned(),
        }
    }
}

/// How many critical values are open, and since how long: no patient, since every page of everybody says it.
fn critical(open: &[Arc<crate::desks::Entry>], now: Moment, t: Words) -> String {
    let Some(oldest) = open.first() else { return String::new() };
    let minutes = t.with("visit-minutes", oldest.since().minutes_until(now).max(0));
    format!("{}（{minutes}）", open.len())
}

/// A line each for the first few, where and what.
fn vault_faults(faults: &[crate::proofs::Fault], t: Words) -> Vec<String> {
    let line = |fault: &crate::proofs::Fault| format!("{}　{}", fault.name, t.word("proof-outcome", fault.how));
    faults.iter().take(VAULT_FAULTS_MAX).map(line).collect()
}

impl Frame {
    /// Whether who is in may look into openings by sealed cards.
    pub fn may_review(&self) -> bool {
        self.who.as_ref().is_some_and(|who| who.reviews)
    }
}

#[derive(Template)]
#[template(path = "web/refusal.html")]
struct Refusal {
    frame: Frame,
    no: No,
}

/// What a page that says no says. It travels with its response, so that the gate can set it in the frame of who is in.
#[derive(Clone)]
struct No {
    head: String,
    words: String,
}

impl No {
    fn page(self, frame: Frame, status: StatusCode) -> Response {
        let mut response = page(status, &Refusal { frame, no: self.clone() });
        response.extensions_mut().insert(self);
        response
    }
}

/// A page that says no, why, and what to do next.
pub fn refusal(site: &Site, headers: &HeaderMap, status: StatusCode, key: &str) -> Response {
    let visit = Visit::of(headers, "/", "");
    let frame = Frame { other_language: String::new(), ..Frame::bare(site, &visit) };
    No { head: visit.words.word("head", key), words: visit.words.word("words", key) }.page(frame, status)
}

/// A page that says no to a request that was understood, in words made for it.
pub fn refusal_in_words(site: &Site, visit: &Visit, words: &str) -> Response {
    let no = No { head: visit.words.text("head-refused-problem"), words: words.to_owned() };
    visit.keep(no.page(Frame::bare(site, visit), StatusCode::CONFLICT))
}

/// What a page answered; where that is a no, with who is in and the age of the copy, as on every other page. A store that
/// cannot be read now leaves the age out.
pub async fn framed(site: &Site, visit: &Visit, response: Response) -> Response {
    let Some(no) = response.extensions().get::<No>().cloned() else { return response };
    let (own, asked) = (site.clone(), visit.clone());
    let frame = site.read(move |reader| Frame::new(&own, &asked, reader)).await;
    visit.keep(no.page(frame.unwrap_or_else(|_| Frame::bare(site, visit)), response.status()))
}

/// A page for an address that leads nowhere.
pub async fn not_found(State(site): State<Site>, headers: HeaderMap) -> Response {
    refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-address")
}

/// Turns what a page's handler found into a response, keeping the language choice.
pub fn answer<T: Template>(site: &Site, visit: &Visit, made: Result<T, Problem>) -> Response {
    answered(site, visit, made.map(|template| page(StatusCode::OK, &template)))
}

/// The same, of a page that is already HTML.
pub fn answered(site: &Site, visit: &Visit, made: Result<Response, Problem>) -> Response {
    match made {
        Ok(response) => visit.keep(response),
        Err(problem) => {
            tracing::error!(exit = problem.exit as u8, "a page could not be made");
            let no = No { head: visit.words.text("head-refused-problem"), words: problem.words };
            no.page(Frame::bare(site, visit), StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

#[derive(Template)]
#[template(path = "web/help.html")]
struct Help {
    frame: Frame,
}

/// `GET /help`: what the marks and words mean.
pub async fn help(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| Ok(Help { frame: Frame::new(&own, &asked, reader)? }));
    answer(&site, &visit, made.await)
}
