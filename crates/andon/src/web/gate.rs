//! The door: who may ask this server anything.
//!
//! A page of another site open in the same browser, or a name that was made to point at 127.0.0.1 (DNS rebinding), must
//! get nothing: `Host` and `Origin` must be ours, and every page of patients needs the cookie that a one-time link gave.

use std::sync::{Arc, Mutex};

use axum::extract::{MatchedPath, Path, RawPathParams, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use store::Look;

use super::delay::Failures;
use super::serve::Via;
use super::session::{Person, Session, Sessions, same};
use super::{Site, Visit, frame};
use crate::role::{Right, Role};
use crate::staff;

/// Links given out and not yet used; the oldest dies when one more is made.
const LINKS_MAX: usize = 8;
/// How often an account is looked at again while its session goes on, milliseconds: one that was closed is out by then.
const CHECK_MILLIS: i64 = 30_000;
/// Characters of an address that is kept to go on with after logging in.
const NEXT_MAX: usize = 500;
const COOKIE: &str = "andon";

/// One-time links given out and browsers let in. Kept in memory only: a restart closes every door.
#[derive(Default)]
pub struct Gate {
    links: Mutex<Vec<String>>,
    sessions: Sessions,
    /// Attempts that failed of late.
    pub failures: Failures,
}

impl Gate {
    /// A fresh one-time path, `/open/…`.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn link(&self) -> Result<String, getrandom::Error> {
        let token = crate::world::secret()?;
        if let Ok(mut links) = self.links.lock() {
            if links.len() >= LINKS_MAX {
                links.remove(0);
            }
            links.push(token.clone());
        }
        Ok(format!("/open/{token}"))
    }

    /// Uses up a link; false when it is not one.
    fn use_link(&self, token: &str) -> bool {
        let Ok(mut links) = self.links.lock() else { return false };
        let at = links.iter().position(|link| same(link, token));
        at.map(|at| links.remove(at)).is_some()
    }

    fn session(&self, headers: &HeaderMap, now: chart::Moment) -> Option<(Arc<Session>, bool)> {
        self.sessions.find(cookie(headers, COOKIE)?, CHECK_MILLIS, now)
    }
}

/// Whoever opens the link of the terminal: who started the program holds its key anyway.
fn operator(site: &Site) -> Person {
    // In a training home the link is how one tries the product: as a nurse sees it, and everything else too.
    let name = if site.about().training { "訓練の操作者" } else { "この端末の操作者" };
    Person { account: "operator".to_owned(), name: name.to_owned(), role: Role::Operator, until: None }
}

/// Lets a person in from this browser, in place of whoever was: sets the cookie and goes on to `next`.
pub fn let_in(site: &Site, via: &Via, headers: &HeaderMap, person: Person, next: &str) -> Response {
    leave(site, headers);
    match site.gate().sessions.begin(person, via.elsewhere, site.now()) {
        Ok(cookie) => {
            let secure = if via.secure { "; Secure" } else { "" };
            let cookie = format!("{COOKIE}={cookie}; HttpOnly; SameSite=Strict; Path=/{secure}");
            ([(header::SET_COOKIE, cookie)], Redirect::to(own_path(next))).into_response()
        }
        Err(_) => frame::refusal(site, headers, StatusCode::SERVICE_UNAVAILABLE, "refused-problem"),
    }
}

/// Ends the session of this browser.
pub fn leave(site: &Site, headers: &HeaderMap) {
    if let Some(cookie) = cookie(headers, COOKIE) {
        site.gate().sessions.end(cookie);
    }
}

/// An address to go on to, if it is a path of ours; else the first page. A browser takes `//x` and `/\x` for another host.
pub fn own_path(next: &str) -> &str {
    let after = next.strip_prefix('/');
    let own = after.is_some_and(|rest| !rest.starts_with(['/', '\\'])) && next.len() <= NEXT_MAX;
    if own && !next.chars().any(char::is_control) { next } else { "/" }
}

/// The value of one cookie.
pub fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// `GET /open/{token}`: takes the link, lets its bearer in, goes to the first page.
pub async fn open(State(site): State<Site>, via: Via, Path(token): Path<String>, headers: HeaderMap) -> Response {
    if !via.elsewhere && site.gate().use_link(&token) {
        let person = operator(&site);
        note(&site, &via, &person, "link", 200);
        return let_in(&site, &via, &headers, person, "/");
    }
    // Reloading a used link in a browser that is already in is no mishap.
    if site.gate().session(&headers, site.now()).is_some() {
        return Redirect::to("/").into_response();
    }
    turn_away(&site, &headers, "refused-link")
}

/// Writes down how somebody came in, or failed to.
pub fn note(site: &Site, via: &Via, person: &Person, act: &str, outcome: u16) {
    site.auditor().note(Look { act: act.to_owned(), outcome, ..look(site, via, person) });
}

/// The same, of something done to somebody: act, about whom, more.
pub fn note_about(site: &Site, via: &Via, person: &Person, (act, about, detail): (&str, String, String), outcome: u16) {
    site.auditor().note(Look { outcome, ..with(look(site, via, person), (act.to_owned(), about, detail)) });
}

fn look(site: &Site, via: &Via, person: &Person) -> Look {
    Look {
        at: site.now(),
        account: person.account.clone(),
        name: person.name.clone(),
        role: person.role.code().to_owned(),
        from: via.address.to_string(),
        ..Look::default()
    }
}

/// No session, no page; no right, no page; and what was shown is written down.
pub async fn right_needed(
    State((site, right)): State<(Site, Right)>,
    via: Via,
    params: RawPathParams,
    mut request: Request,
    next: Next,
) -> Response {
    let Some((session, check)) = site.gate().session(request.headers(), site.now()) else {
        return ask_to_log_in(&request);
    };
    if check && !still_staff(&site, &session).await {
        leave(&site, request.headers());
        return ask_to_log_in(&request);
    }
    let visit = Visit::of_request(&request, &session, &via);
    if !session.may(right) {
        note(&site, &via, &session.person, "refused", StatusCode::FORBIDDEN.as_u16());
        return frame::framed(&site, &visit, turn_away(&site, request.headers(), "refused-right")).await;
    }
    request.extensions_mut().insert(Arc::clone(&session));
    let seen = seen(&request, &params).map(|seen| Look { ..with(look(&site, &via, &session.person), seen) });
    let response = frame::framed(&site, &visit, next.run(request).await).await;
    if let Some(mut seen) = seen {
        seen.outcome = response.status().as_u16();
        site.auditor().note(seen);
    }
    response
}

fn with(look: Look, (act, about, detail): (String, String, String)) -> Look {
    Look { act, about, detail, ..look }
}

/// What a request asks to see: act, about whom, and the rest of its address. `None` for pages that show nobody.
fn seen(request: &Request, params: &RawPathParams) -> Option<(String, String, String)> {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    let query = request.uri().query().unwrap_or_default();
    let query: Vec<&str> = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    let of = |name: &str| params.iter().find(|(key, _)| *key == name).map(|(_, value)| value);
    let about = match (of("authority"), of("id"), of("ward")) {
        (Some(authority), Some(id), _) => format!("{authority}/{id}"),
        (_, _, Some(ward)) => format!("ward:{ward}"),
        _ => String::new(),
    };
    let act = match route {
        "/" if query.is_empty() => return None,
        "/" => "search".to_owned(),
        "/patients/{authority}/{id}" => "chart".to_owned(),
        // A print writes its own line, with the number of its run.
        "/help" | "/freshness" | "/restoring" | "/alarm.wav" | "/me" | "/print" => return None,
        // The screens of waiting room and wall come again by themselves, and show nobody.
        "/queue/public" | "/queue/wall" => return None,
        other => {
            let plain = other.split('/').filter(|part| !part.is_empty() && !part.starts_with('{'));
            plain.collect::<Vec<_>>().join("-")
        }
    };
    Some((act, about, super::form::decoded(&query.join(" "))))
}

/// Whether the account of a session is still there with the same role.
async fn still_staff(site: &Site, session: &Session) -> bool {
    let person = session.person.clone();
    if matches!(person.role, Role::Operator | Role::Temporary) {
        return true;
    }
    let known = site.read(move |reader| staff::account(reader, &person.account));
    match known.await {
        Ok(account) => account.is_some_and(|one| one.active && one.role == session.person.role),
        // A store that does not answer now is no reason to send a nurse away from a chart she has open.
        Err(_) => true,
    }
}

/// To the page where one logs in; a page that was asked for is kept to go on with.
fn ask_to_log_in(request: &Request) -> Response {
    tracing::info!(why = "not-logged-in", "sent to the door");
    let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
    let next = if request.method() == Method::GET { own_path(asked) } else { "/" };
    Redirect::to(&format!("/login?next={}", super::form::encoded(next))).into_response()
}

/// Only requests that name this server by an address of its own, from no other site's page. A form must say where it comes
/// from.
pub async fn own_host_only(State(site): State<Site>, via: Via, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default());
    let scheme = if via.secure { "https://" } else { "http://" };
    let from_us = origin.map(|origin| origin.strip_prefix(scheme) == Some(host));
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let own = if via.elsewhere { via.names.iter().any(|name| name == host) } else { is_own_host(host) };
    if !own || !from_us.unwrap_or(reads) {
        return turn_away(&site, headers, "refused-host");
    }
    next.run(request).await
}

/// The page that says no, and a line of log that says why and nothing of what was asked.
fn turn_away(site: &Site, headers: &HeaderMap, why: &'static str) -> Response {
    tracing::info!(why, "turned away at the gate");
    frame::refusal(site, headers, StatusCode::FORBIDDEN, why)
}

fn is_own_host(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        for (host, own) in [
            ("127.0.0.1:8080", true),
            ("localhost:1", true),
            ("[::1]:9", true),
            ("127.0.0.1", true),
            ("127.0.0.1.example.org:80", false),
            ("andon.example.org", false),
            ("", false),
            ("127.0.0.1:80x", false),
        ] {
            assert_eq!(is_own_host(host), own, "{host}");
        }
    }

    #[test]
    fn a_link_opens_once() {
        let gate = Gate::default();
        let link = gate.link().unwrap();
        let token = link.trim_start_matches("/open/");
        assert!(gate.use_link(token));
        assert!(!gate.use_link(token));
        assert!(!gate.use_link(""));
    }

    #[test]
    fn going_on_leads_to_pages_of_ours_only() {
        for (next, own) in [
            ("/patients/self/1?at=2021-10-31", true),
            ("/", true),
            ("//evil.example/", false),
            ("/\\evil.example", false),
            ("https://evil.example/", false),
            ("patients", false),
            ("", false),
            ("/a\r\nSet-Cookie: x", false),
        ] {
            assert_eq!(own_path(next) == next, own, "{next:?}");
        }
    }
}
