//! The door: who may ask this server anything.
//!
//! A page of another site open in the same browser, or a name that was made to point at 127.0.0.1 (DNS rebinding), must
//! get nothing: `Host` and `Origin` must be ours, and every page of patients needs the cookie that a one-time link gave.

use std::sync::Mutex;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use subtle::ConstantTimeEq;

use super::{Site, frame};

/// Browsers let in at once; the oldest leaves when one more comes.
const SESSIONS_MAX: usize = 32;
/// Links given out and not yet used; the oldest dies when one more is made.
const LINKS_MAX: usize = 8;
const COOKIE: &str = "andon";

/// One-time links given out and browsers let in. Kept in memory only: a restart closes every door.
#[derive(Default)]
pub struct Gate {
    links: Mutex<Vec<String>>,
    sessions: Mutex<Vec<String>>,
}

impl Gate {
    /// A fresh one-time path, `/open/…`.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn link(&self) -> Result<String, getrandom::Error> {
        let token = crate::world::secret()?;
        push_bounded(&self.links, token.clone(), LINKS_MAX);
        Ok(format!("/open/{token}"))
    }

    /// Uses up a link; the cookie value of the browser that came with it.
    fn enter(&self, token: &str) -> Option<String> {
        let mut links = self.links.lock().ok()?;
        let at = links.iter().position(|link| same(link, token))?;
        links.remove(at);
        let session = crate::world::secret().ok()?;
        push_bounded(&self.sessions, session.clone(), SESSIONS_MAX);
        Some(session)
    }

    fn knows(&self, headers: &HeaderMap) -> bool {
        let Some(given) = cookie(headers, COOKIE) else { return false };
        self.sessions.lock().is_ok_and(|sessions| sessions.iter().fold(false, |known, own| known | same(own, given)))
    }
}

fn push_bounded(list: &Mutex<Vec<String>>, value: String, most: usize) {
    if let Ok(mut list) = list.lock() {
        if list.len() >= most {
            list.remove(0);
        }
        list.push(value);
    }
}

fn same(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
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

/// `GET /open/{token}`: takes the link, gives the cookie, goes to the first page.
pub async fn open(State(site): State<Site>, Path(token): Path<String>, headers: HeaderMap) -> Response {
    match site.gate().enter(&token) {
        Some(session) => {
            let cookie = format!("{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/");
            ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
        }
        // Reloading a used link in a browser that is already in is no mishap.
        None if site.gate().knows(&headers) => Redirect::to("/").into_response(),
        None => turn_away(&site, &headers, "refused-link"),
    }
}

/// No cookie, no page.
pub async fn cookie_needed(State(site): State<Site>, request: Request, next: Next) -> Response {
    if site.gate().knows(request.headers()) {
        return next.run(request).await;
    }
    turn_away(&site, request.headers(), "refused-cookie")
}

/// Only requests that name this server by its loopback address, from no other site's page.
pub async fn own_host_only(State(site): State<Site>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let origin = headers.get(header::ORIGIN).map(|value| value.to_str().unwrap_or_default());
    if !is_own_host(host) || origin.is_some_and(|origin| origin.strip_prefix("http://") != Some(host)) {
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
    fn a_link_opens_once_and_the_cookie_it_gave_is_known() {
        let gate = Gate::default();
        let link = gate.link().unwrap();
        let token = link.trim_start_matches("/open/");
        let session = gate.enter(token).unwrap();
        assert!(gate.enter(token).is_none());
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("lang=ja; andon={session}").parse().unwrap());
        assert!(gate.knows(&headers));
        headers.insert(header::COOKIE, "andon=0".parse().unwrap());
        assert!(!gate.knows(&headers));
    }
}
