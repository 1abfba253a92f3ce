//! 保管庫: how the vault stands, at a glance and apart: what waits, where it is kept, and the three proofs.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use chart::{Moment, age_words};

use super::checks;
use super::rules::{KeptLine, Light, Standing};
use super::state;
use super::status::status;
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer};

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    Router::new().route("/vault", get(page))
}

#[derive(Template)]
#[template(path = "custody/vault.html")]
struct VaultPage {
    frame: Frame,
    standing: Standing,
    why: Vec<String>,
    proofs: Vec<Line>,
    targets: Vec<TargetLine>,
    recipients: Vec<(String, String, String)>,
    checks: Vec<checks::Line>,
    waiting: String,
    sealed: String,
}

/// A proof in words.
struct Line {
    key: &'static str,
    help: &'static str,
    at: String,
    light: Light,
}

/// A place in words.
struct TargetLine {
    line: KeptLine,
    medium: String,
    put: String,
    due: String,
    /// What to do where another machine does not answer as it should.
    next: String,
}

impl VaultPage {
    /// Marks are words, never a colour alone.
    fn light(&self, light: &Light) -> String {
        format!("{} {}", light.letter(), self.frame.t.word("vault-light", light.word()))
    }
}

async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (t, now) = (asked.words, own.now());
        let standing = status(reader, now)?;
        let proof = |key, help, (at, light): (Option<Moment>, Light)| Line { key, help, at: time(t, at, now), light };
        let proofs = vec![
            proof("vault-held", "vault-held-help", standing.held),
            proof("vault-readable", "vault-readable-help", standing.readable),
            proof("vault-recoverable", "vault-recoverable-help", standing.recoverable),
        ];
        let recipients = state::recipients(reader)?.into_iter();
        let recipients = recipients
            .map(|(said, since)| (short(&said.recipient), t.word("vault-role", &said.role), since.to_string()));
        Ok(VaultPage {
            proofs,
            why: why(t, &standing),
            recipients: recipients.collect(),
            checks: checks::checks(reader)?.lines(t, now),
            targets: standing.targets.iter().map(|line| target(t, line, now)).collect(),
            waiting: time(t, standing.waiting, now),
            sealed: time(t, standing.sealed, now),
            frame: Frame::new(&own, &asked, reader)?,
            standing,
        })
    });
    answer(&site, &visit, made.await)
}

/// What is to be looked at, each with the places it is said of.
pub fn why(t: Words, standing: &Standing) -> Vec<String> {
    let line = |why: &&'static str| {
        let (text, places) = (t.word("vault-why", why), standing.places(why));
        if places.is_empty() { text } else { format!("{text}: {}", places.join(", ")) }
    };
    standing.why.iter().map(line).collect()
}

/// Where a medium is and since when, or what another machine answered.
pub fn medium(t: Words, line: &KeptLine) -> String {
    if let Some(answer) = &line.answer {
        return answer.line(t);
    }
    let since = line.since.filter(|_| line.removable);
    let since = since.map(|since| format!(" {}", t.with("vault-since", since.to_string())));
    format!("{}{}", t.word("vault-medium", line.medium()), since.unwrap_or_default())
}

/// A moment and how long ago; a dash for none.
fn time(t: Words, at: Option<Moment>, now: Moment) -> String {
    let Some(at) = at else { return "—".to_owned() };
    format!("{at}{}", t.with("aside", age_words(at.minutes_until(now), t.lang)))
}

fn target(t: Words, line: &KeptLine, now: Moment) -> TargetLine {
    TargetLine {
        medium: medium(t, line),
        next: line.answer.as_ref().map(|answer| answer.next(t)).unwrap_or_default(),
        put: time(t, line.put, now),
        due: line.due.map(|due| t.with("vault-due", due.to_string())).unwrap_or_default(),
        line: line.clone(),
    }
}

/// Enough of a public key to tell it from another.
fn short(recipient: &str) -> String {
    let chars: Vec<char> = recipient.chars().collect();
    match chars.len() {
        0..=20 => recipient.to_owned(),
        len => chars[..12].iter().chain(&['…']).chain(&chars[len - 4..]).collect(),
    }
}
