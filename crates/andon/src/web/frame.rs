//! The frame of every page: top bar with state, data time and language; and the page that says no.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chart::Moment;
use store::Reader;

use super::{Site, gate, page};
use crate::freshness::Bar;
use crate::home::Problem;
use crate::text::{self, Words};

/// Who asks for a page, as far as the request tells: language and address.
#[derive(Clone)]
pub struct Visit {
    /// Words in the visitor's language.
    pub words: Words,
    /// The path asked for, with its query but without `lang`.
    here: String,
    /// True when the address itself chose the language, which the cookie then keeps.
    chosen: bool,
}

impl Visit {
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
        Visit { words: Words::of(lang), here, chosen: chosen.is_some() }
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
        Ok(Visit::of(&parts.headers, parts.uri.path(), parts.uri.query().unwrap_or_default()))
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
}

impl Frame {
    /// The frame for a page made now.
    ///
    /// # Errors
    /// When the store cannot say how fresh its sources are.
    pub fn new(site: &Site, visit: &Visit, reader: &Reader) -> Result<Frame, Problem> {
        let bar = Bar::now(reader, site.now())?;
        Ok(Frame { bar: Some(bar), ..Frame::bare(site, visit) })
    }

    /// The frame of a page that shows nothing of the store.
    fn bare(site: &Site, visit: &Visit) -> Frame {
        Frame {
            t: visit.words,
            lang: text::code(visit.words.lang),
            hospital: site.about().hospital.clone(),
            training: site.about().training,
            bar: None,
            other_language: visit.other_language(),
            made: site.now(),
        }
    }
}

#[derive(Template)]
#[template(path = "web/refusal.html")]
struct Refusal {
    frame: Frame,
    head: String,
    words: String,
}

/// A page that says no, why, and what to do next.
pub fn refusal(site: &Site, headers: &HeaderMap, status: StatusCode, key: &str) -> Response {
    let visit = Visit::of(headers, "/", "");
    let frame = Frame { other_language: String::new(), ..Frame::bare(site, &visit) };
    let head = visit.words.word("head", key);
    let words = visit.words.word("words", key);
    page(status, &Refusal { frame, head, words })
}

/// A page for an address that leads nowhere.
pub async fn not_found(State(site): State<Site>, headers: HeaderMap) -> Response {
    refusal(&site, &headers, StatusCode::NOT_FOUND, "refused-address")
}

/// Turns what a page's handler found into a response, keeping the language choice.
pub fn answer<T: Template>(site: &Site, visit: &Visit, made: Result<T, Problem>) -> Response {
    match made {
        Ok(template) => visit.keep(page(StatusCode::OK, &template)),
        Err(problem) => {
            tracing::error!(exit = problem.exit as u8, "a page could not be made");
            let frame = Frame::bare(site, visit);
            let head = visit.words.text("head-refused-problem");
            page(StatusCode::INTERNAL_SERVER_ERROR, &Refusal { frame, head, words: problem.words })
        }
    }
    .into_response()
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
