//! `GET /proof`: the three proofs side by side, each with its light, since when and until when; what lies at each place, who proves, what
//! they found; and what is wrong with what to do next. `POST /proof/verdict`: a verdict handed in, judged as by the command.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use chart::{Moment, age_words};

use super::verdicts;
use crate::custody::rules::{KeptLine, Light, Standing};
use crate::custody::state::Chain;
use crate::custody::status::status;
use crate::event::{CustodyEvent, Keeping};
use crate::proofs::{self, Fault, Outcome, Prover, Told};
use crate::text::Words;
use crate::web::{Frame, Site, Uploaded, Visit, answer, refusal_in_words};
use crate::writing::Request;

/// Verdicts that are listed: a few months of one a week.
const VERDICTS_SHOWN: usize = 12;
/// Bytes of a verdict with the form around it: of a thousand charts it has some two hundred thousand, and more does not travel to the
/// process that writes.
const VERDICT_BYTES_MAX: usize = 1 << 20;

/// The address of this page.
pub fn routes() -> Router<Site> {
    Router::new().route("/proof", get(page))
}

/// Where a verdict is handed in.
pub fn handing_in() -> Router<Site> {
    Router::new().route("/proof/verdict", post(hand_in)).layer(DefaultBodyLimit::max(VERDICT_BYTES_MAX))
}

#[derive(Template)]
#[template(path = "custody/proof/proof.html")]
struct ProofPage {
    frame: Frame,
    /// The worst of the three.
    light: Light,
    /// The vault's number, to be compared with what a prover shows.
    vault: String,
    faults: Vec<Fault>,
    proofs: Vec<Proof>,
    places: Vec<Place>,
    provers: Vec<ProverLine>,
    verdicts: Vec<VerdictLine>,
}

/// One of the three.
struct Proof {
    key: &'static str,
    help: &'static str,
    light: Light,
    last: String,
    due: String,
    notes: Vec<String>,
}

/// What is read back at a place.
struct Place {
    name: String,
    light: Light,
    whole: String,
    round: String,
    due: String,
}

struct ProverLine {
    name: String,
    recipient: String,
    since: String,
    last: String,
}

struct VerdictLine {
    made: String,
    prover: String,
    light: Light,
    outcome: &'static str,
    words: String,
    place: String,
    opened: String,
    charts: usize,
}

async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (t, now) = (asked.words, own.now());
        let standing = status(reader, now)?;
        let three_lights = [standing.held, standing.readable, standing.recoverable];
        let (provers, verdicts, targets) =
            (proofs::provers(reader)?, proofs::verdicts(reader)?, proofs::targets(reader)?);
        let listed = verdicts.iter().rev().take(VERDICTS_SHOWN);
        Ok(ProofPage {
            light: three_lights.into_iter().map(|(_, light)| light).max().unwrap_or_default(),
            vault: Chain::of(reader)?.map_or_else(String::new, |chain| chain.vault),
            faults: proofs::faults(reader)?,
            proofs: three(t, &standing, now),
            places: standing.targets.iter().map(|line| place(t, line, now)).collect(),
            provers: provers.iter().filter(|one| one.said.on).map(|one| prover(t, one, &verdicts, now)).collect(),
            verdicts: listed.map(|told| verdict(t, told, &provers, &targets, now)).collect(),
            frame: Frame::new(&own, &asked, reader)?,
        })
    });
    answer(&site, &visit, made.await)
}

/// `POST /proof/verdict`: one file. What is no verdict, or says nothing new, is refused in words and nothing is written.
async fn hand_in(State(site): State<Site>, visit: Visit, Uploaded(files): Uploaded) -> Response {
    let [(_, bytes)] = files.as_slice() else {
        return refusal_in_words(&site, &visit, &visit.words.text("proof-one-file"));
    };
    let (bytes, now, write, (by, role)) = (bytes.clone(), site.now(), site.writer(), visit.by());
    let taken = site.read(move |reader| {
        let said = verdicts::take(reader, &bytes, now)?.said;
        write(&Request::Custody { keep: Vec::new(), event: Some(CustodyEvent::Verdict(said)), by, role })
    });
    match taken.await {
        Ok(_) => Redirect::to("/proof#verdicts").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// A moment and how long ago; a dash for none.
fn aged(t: Words, at: Option<Moment>, now: Moment) -> String {
    let Some(at) = at else { return "—".to_owned() };
    format!("{at}{}", t.with("aside", age_words(at.minutes_until(now), t.lang)))
}

fn plain(at: Option<Moment>) -> String {
    at.map_or_else(|| "—".to_owned(), |at| at.to_string())
}

fn three(t: Words, standing: &Standing, now: Moment) -> Vec<Proof> {
    let mut readable = Vec::new();
    if standing.readable_in_part {
        readable.push(t.text("proof-in-part"));
    }
    if let Some(at) = standing.opened_by_hand {
        readable.push(t.with("proof-by-hand", at.to_string()));
    }
    let [held_due, readable_due, recoverable_due] = standing.due;
    let proof = |key, help, (at, light): (Option<Moment>, Light), due, notes| Proof {
        key,
        help,
        light,
        last: aged(t, at, now),
        due: plain(due),
        notes,
    };
    vec![
        proof("vault-held", "vault-held-help", standing.held, held_due, Vec::new()),
        proof("vault-readable", "vault-readable-help", standing.readable, readable_due, readable),
        proof("vault-recoverable", "vault-recoverable-help", standing.recoverable, recoverable_due, Vec::new()),
    ]
}

fn place(t: Words, line: &KeptLine, now: Moment) -> Place {
    let round = line.round.map(|round| {
        let far = t.with("proof-round", format!("{} / {}", round.number, round.upto));
        format!("{far}{}", t.with("aside", t.with("vault-since", round.began.to_string())))
    });
    Place {
        name: line.name.clone(),
        light: line.held.1,
        whole: aged(t, line.held.0, now),
        round: round.unwrap_or_else(|| "—".to_owned()),
        due: plain(line.held_due),
    }
}

fn prover(t: Words, one: &Prover, verdicts: &[Told], now: Moment) -> ProverLine {
    let last = verdicts.iter().rfind(|told| told.said.recipient == one.said.recipient);
    let outcome = |told: &Told| {
        let outcome = t.word("proof-outcome", told.outcome.code());
        format!("{}　{outcome}", aged(t, Some(told.made()), now))
    };
    ProverLine {
        name: one.said.name.clone(),
        recipient: one.said.recipient.clone(),
        since: one.since.to_string(),
        last: last.map_or_else(|| "—".to_owned(), outcome),
    }
}

fn verdict(t: Words, told: &Told, provers: &[Prover], targets: &[Keeping], now: Moment) -> VerdictLine {
    let prover = provers.iter().find(|one| one.said.recipient == told.said.recipient);
    let place = targets.iter().find(|target| told.said.medium > 0 && target.medium == told.said.medium);
    let (first, last) = told.verdict.opened;
    VerdictLine {
        made: aged(t, Some(told.made()), now),
        prover: prover.map(|one| one.said.name.clone()).unwrap_or_default(),
        light: match told.outcome {
            Outcome::Good => Light::Green,
            outcome if outcome.is_fault() => Light::Red,
            _ => Light::Amber,
        },
        outcome: told.outcome.code(),
        words: told.said.words.clone(),
        place: match (place, told.said.medium) {
            (Some(target), _) => target.name.clone(),
            // A server or a receiver has no label with a number.
            (None, 0) => t.text("proof-elsewhere"),
            (None, _) => "—".to_owned(),
        },
        opened: format!("{first}–{last}"),
        charts: told.verdict.charts.len(),
    }
}
