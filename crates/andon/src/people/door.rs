//! The door: logging in by account and PIN, changing places without losing the page, opening with a ward's sealed card.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chart::Moment;
use serde::Deserialize;
use store::{CredentialKind, Reader};

use super::rules;
use crate::event::{Opening, PeopleEvent};
use crate::home::Problem;
use crate::role::Role;
use crate::staff;
use crate::web::{
    FORM_COOKIE, Frame, Person, Posted, Site, Via, Visit, answer, cookie, leave, let_in, note, own_path, page,
};
use crate::writing::Request;

/// An opening by a sealed card lasts so long, milliseconds: a night.
const OPENING_MILLIS: i64 = 8 * 3_600_000;
/// When the log cannot take an opening now, it is tried again after so long.
const SAY_AGAIN: std::time::Duration = std::time::Duration::from_secs(5);
/// And so often: two days.
const SAY_TRIES: u32 = 34_560;

/// Where to go on to afterwards, and what is known already.
#[derive(Deserialize)]
pub struct Ask {
    #[serde(default)]
    next: String,
    #[serde(default)]
    account: String,
}

#[derive(Template)]
#[template(path = "people/login.html")]
struct LoginPage {
    frame: Frame,
    token: String,
    next: String,
    account: String,
    /// Why the last attempt did not lead in.
    no: String,
}

#[derive(Template)]
#[template(path = "people/card.html")]
struct CardPage {
    frame: Frame,
    token: String,
    next: String,
    no: String,
    typed: Card,
}

/// A page at the door: its forms bear a token that this browser has as a cookie too.
async fn at_the_door<T: Template + Send + 'static>(
    site: &Site,
    visit: &Visit,
    headers: &HeaderMap,
    status: StatusCode,
    make: impl FnOnce(Frame, String) -> T + Send + 'static,
) -> Response {
    let Some(token) =
        cookie(headers, FORM_COOKIE).map_or_else(|| crate::world::secret().ok(), |own| Some(own.to_owned()))
    else {
        return answer::<LoginPage>(site, visit, Err(Problem::failed("no randomness")));
    };
    let (own, asked, form) = (site.clone(), visit.clone(), token.clone());
    let made = site.read(move |reader: &Reader| Ok(make(Frame::new(&own, &asked, reader)?, form)));
    let mut response = match made.await {
        Ok(template) => visit.keep(page(status, &template)),
        Err(problem) => answer::<T>(site, visit, Err(problem)),
    };
    let secure = if visit.via.secure { "; Secure" } else { "" };
    let cookie = format!("{FORM_COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/{secure}");
    if let Ok(cookie) = cookie.parse() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// `GET /login`
pub async fn ask(State(site): State<Site>, visit: Visit, headers: HeaderMap, Query(ask): Query<Ask>) -> Response {
    login_page(&site, &visit, &headers, StatusCode::OK, (ask.next, ask.account, String::new())).await
}

async fn login_page(
    site: &Site,
    visit: &Visit,
    headers: &HeaderMap,
    status: StatusCode,
    (next, account, no): (String, String, String),
) -> Response {
    let next = own_path(&next).to_owned();
    at_the_door(site, visit, headers, status, move |frame, token| LoginPage { frame, token, next, account, no }).await
}

/// What was typed to log in.
#[derive(Deserialize)]
pub struct Login {
    account: String,
    #[serde(default)]
    secret: String,
    #[serde(default)]
    next: String,
}

/// `POST /login`
pub async fn log_in(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(typed): Posted<Login>,
) -> Response {
    let account = rules::account(&typed.account).unwrap_or_default();
    let again =
        |status, no: String| login_page(&site, &visit, &headers, status, (typed.next.clone(), account.clone(), no));
    // A staff card's code and Enter: the PIN is still to come.
    if typed.secret.is_empty() {
        return again(StatusCode::OK, String::new()).await;
    }
    let wait = site.gate().failures.wait(&account, via.address, site.now());
    if wait > 0 {
        let words = visit.words.with("login-wait", (wait + 999) / 1000);
        return again(StatusCode::TOO_MANY_REQUESTS, words).await;
    }
    match person_of(&site, &account, rules::secret(&typed.secret)).await {
        Ok(Some(person)) => {
            site.gate().failures.passed(&account, via.address);
            note(&site, &via, &person, "login", StatusCode::OK.as_u16());
            let_in(&site, &via, &headers, person, &typed.next)
        }
        Ok(None) => {
            site.gate().failures.failed(&account, via.address, site.now());
            failed(&site, &via, "login");
            again(StatusCode::FORBIDDEN, visit.words.text("login-no")).await
        }
        Err(problem) => answer::<LoginPage>(&site, &visit, Err(problem)),
    }
}

/// Writes down that somebody did not get in; not what was typed, which may be a PIN in the wrong place.
fn failed(site: &Site, via: &Via, act: &str) {
    let nobody = Person { account: String::new(), name: String::new(), role: Role::Temporary, until: None };
    note(site, via, &nobody, act, StatusCode::FORBIDDEN.as_u16());
}

/// Who an account and a secret are; as slow for an account that does not exist.
async fn person_of(site: &Site, account: &str, secret: String) -> Result<Option<Person>, Problem> {
    let name = account.to_owned();
    let known = site.read(move |reader| staff::account(reader, &name)).await?.filter(|known| known.active);
    let name = account.to_owned();
    let good = site.access(move |access| Ok(access.check_secret(&name, &secret)?)).await?;
    Ok(known.filter(|_| good).map(|known| Person {
        account: known.account,
        name: known.name,
        role: known.role,
        until: None,
    }))
}

/// A form without a word of its own.
#[derive(Deserialize)]
pub struct Nothing {}

/// `POST /logout`
pub async fn log_out(State(site): State<Site>, headers: HeaderMap, Posted(Nothing {}): Posted<Nothing>) -> Response {
    leave(&site, &headers);
    Redirect::to("/login").into_response()
}

/// `GET /break-glass`
pub async fn ask_for_card(
    State(site): State<Site>,
    visit: Visit,
    headers: HeaderMap,
    Query(ask): Query<Ask>,
) -> Response {
    let card = Card { next: ask.next, ..Card::default() };
    card_page(&site, &visit, &headers, StatusCode::OK, (card, String::new())).await
}

async fn card_page(
    site: &Site,
    visit: &Visit,
    headers: &HeaderMap,
    status: StatusCode,
    (typed, no): (Card, String),
) -> Response {
    let next = own_path(&typed.next).to_owned();
    at_the_door(site, visit, headers, status, move |frame, token| CardPage { frame, token, next, no, typed }).await
}

/// What was typed off a sealed card.
#[derive(Clone, Default, Deserialize)]
pub struct Card {
    #[serde(default)]
    card: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    post: String,
    #[serde(default)]
    vouched_by: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    next: String,
}

/// `POST /break-glass`: a good code opens at once. What else is asked is written down, and nothing of it can block, but a
/// name there must be.
pub async fn open_with_card(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(typed): Posted<Card>,
) -> Response {
    let again = |status, no: String| {
        card_page(&site, &visit, &headers, status, (Card { code: String::new(), ..typed.clone() }, no))
    };
    let (Some(card), Some(code)) = (rules::card(&typed.card), rules::code(&typed.code)) else {
        return again(StatusCode::BAD_REQUEST, visit.words.text("card-form")).await;
    };
    let name = rules::words(&typed.name);
    if name.is_empty() {
        return again(StatusCode::BAD_REQUEST, visit.words.text("card-name-needed")).await;
    }
    let account = rules::card_account(card);
    let wait = site.gate().failures.wait(&account, via.address, site.now());
    if wait > 0 {
        return again(StatusCode::TOO_MANY_REQUESTS, visit.words.with("login-wait", (wait + 999) / 1000)).await;
    }
    let owner = account.clone();
    let used = site.access(move |access| Ok(access.use_code(&owner, &code, rules::CODES_OF_A_CARD)?)).await;
    match used {
        Ok(Some(code)) => {
            let until = Moment(site.now().0 + OPENING_MILLIS);
            let person = Person { account: account.clone(), name, role: Role::Temporary, until: Some(until) };
            note(&site, &via, &person, "break-glass", StatusCode::OK.as_u16());
            say_opened(&site, &person, (card, code), &typed).await;
            let_in(&site, &via, &headers, person, &typed.next)
        }
        Ok(None) => {
            site.gate().failures.failed(&account, via.address, site.now());
            failed(&site, &via, "break-glass");
            again(StatusCode::FORBIDDEN, visit.words.text("card-no")).await
        }
        Err(problem) => answer::<CardPage>(&site, &visit, Err(problem)),
    }
}

/// Has the opening written into the log. Where nobody can write now the door opens all the same, and the log is told as soon
/// as it can be; the access audit has it either way.
async fn say_opened(site: &Site, person: &Person, (card, code): (u32, u16), typed: &Card) {
    let opening = crate::world::secret().unwrap_or_default().chars().take(16).collect();
    let event = PeopleEvent::Opened(Opening {
        opening,
        card,
        code,
        name: person.name.clone(),
        post: rules::words(&typed.post),
        vouched_by: rules::words(&typed.vouched_by),
        reason: rules::words(&typed.reason),
        until_millis: person.until.map_or(0, |until| until.0),
    });
    let (by, role) = person.by();
    let wish = Request::People { event, by, role };
    if site.write(wish.clone()).await.is_ok() {
        return;
    }
    let site = site.clone();
    tokio::spawn(async move {
        for _ in 0..SAY_TRIES {
            tokio::time::sleep(SAY_AGAIN).await;
            if site.write(wish.clone()).await.is_ok() {
                return;
            }
        }
    });
}

#[derive(Template)]
#[template(path = "people/me.html")]
struct MePage {
    frame: Frame,
    /// False for who came in without an account: there is no PIN to change.
    has_secret: bool,
    /// What became of the change.
    done: String,
    no: String,
}

/// `GET /me`
pub async fn me(State(site): State<Site>, visit: Visit) -> Response {
    me_page(&site, &visit, (String::new(), String::new())).await
}

async fn me_page(site: &Site, visit: &Visit, (done, no): (String, String)) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let frame = Frame::new(&own, &asked, reader)?;
        let has_secret = match &asked.session {
            Some(session) => staff::account(reader, &session.person.account)?.is_some(),
            None => false,
        };
        Ok(MePage { frame, has_secret, done, no })
    });
    answer(site, visit, made.await)
}

/// What was typed to change one's own PIN.
#[derive(Deserialize)]
pub struct Change {
    old: String,
    new: String,
    again: String,
}

/// `POST /me`
pub async fn change_own_secret(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    Posted(typed): Posted<Change>,
) -> Response {
    let t = visit.words;
    let no = |key: &str| (String::new(), t.text(key));
    let Some(session) = visit.session.clone() else { return me_page(&site, &visit, no("login-no")).await };
    let account = session.person.account.clone();
    let (old, new) = (rules::secret(&typed.old), rules::secret(&typed.new));
    if let Some(why) = rules::refuse_secret(&account, &new) {
        return me_page(&site, &visit, no(why)).await;
    }
    if new != rules::secret(&typed.again) {
        return me_page(&site, &visit, no("secret-unlike")).await;
    }
    let wait = site.gate().failures.wait(&account, via.address, site.now());
    if wait > 0 {
        return me_page(&site, &visit, (String::new(), t.with("login-wait", (wait + 999) / 1000))).await;
    }
    let (name, now) = (account.clone(), site.now());
    let changed = site.access(move |access| {
        let good = access.check_secret(&name, &old)?;
        if good {
            access.set_credential(&name, CredentialKind::Secret, &new, now)?;
        }
        Ok(good)
    });
    match changed.await {
        Ok(true) => {
            note(&site, &via, &session.person, "own-pin", StatusCode::OK.as_u16());
            me_page(&site, &visit, (t.text("secret-changed"), String::new())).await
        }
        Ok(false) => {
            site.gate().failures.failed(&account, via.address, now);
            me_page(&site, &visit, no("secret-old-wrong")).await
        }
        Err(problem) => answer::<MePage>(&site, &visit, Err(problem)),
    }
}
