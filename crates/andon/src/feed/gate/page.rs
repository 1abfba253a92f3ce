//! 関門: what is held back of each source and why, what is usual, and where a named person releases or extends.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use chart::Moment;
use serde::{Deserialize, Serialize};
use store::Reader;

use super::counters::Counters;
use super::decide::EXTEND_HOURS_MAX;
use super::{COUNTERS_KEY, unpacked};
use crate::event::{GateAct, GateDecision, GateEvent};
use crate::hold::{Hold, Holds};
use crate::home::Problem;
use crate::role::Right;
use crate::text::one_line;
use crate::web::{Frame, Posted, Site, Visit, answer};
use crate::writing::Request;

/// Characters of a reason.
const REASON_MAX: usize = 200;

/// The page that everybody may see.
pub fn routes() -> Router<Site> {
    Router::new().route("/gate", get(page)).route("/alarm.wav", get(sound))
}

/// Where a person decides.
pub fn deciding() -> Router<Site> {
    Router::new().route("/gate/decide", post(decide))
}

/// `GET /alarm.wav`
async fn sound() -> Response {
    ([(header::CONTENT_TYPE, "audio/wav")], super::sound::wave()).into_response()
}

/// How the gate of one source stands; `andon gate status --json` prints it (docs/json.md).
#[derive(Serialize)]
pub struct Standing {
    /// Its name.
    pub name: String,
    /// Number of the source.
    pub source: u32,
    /// Its first reading is not over: there is nothing yet to compare with.
    pub learning: bool,
    /// Where the source stands.
    pub head: u64,
    /// What is open; `None` where all is well.
    pub hold: Option<Hold>,
    /// Entries held back.
    pub suspect_entries: u64,
    /// Their bytes, and how many may be held back before nothing more is taken.
    pub suspect_bytes: u64,
    /// See `suspect_bytes`.
    pub suspect_bytes_max: u64,
    /// It comes by way of another station, which decides what is held back.
    pub elsewhere: bool,
    /// Why nothing is taken of it now, `budget` where the limit of what may be held back is reached; `None` where all is well.
    pub trouble: Option<String>,
    /// Data kinds that are known, and messages learned from.
    pub kinds: usize,
    /// See `kinds`.
    pub learned: u64,
    /// Messages of today, and different patients.
    pub messages_today: u64,
    /// See `messages_today`.
    pub patients_today: u64,
    /// Until when work of a vendor was announced; `None` for none.
    pub announced_until: Option<Moment>,
}

/// The gate of every source.
///
/// # Errors
/// When the store cannot be read.
pub fn standings(reader: &Reader, now: Moment) -> Result<Vec<Standing>, Problem> {
    let holds = reader.once(Holds::of)?;
    let mut all = Vec::new();
    for source in reader.sources()? {
        let counters: Counters = unpacked(&reader.unit(source.no, COUNTERS_KEY)?.unwrap_or_default());
        let hold = holds.of_source(source.no).cloned();
        let trusted = hold.as_ref().and_then(|hold| hold.trusted);
        let today = counters.days.back().copied().unwrap_or_default();
        let announced = holds.announced_until(source.no);
        all.push(Standing {
            learning: source.last_contact.is_none(),
            head: source.last_position,
            suspect_entries: trusted.map_or(0, |trusted| source.last_position.saturating_sub(trusted)),
            suspect_bytes: if trusted.is_some() { counters.suspect_bytes } else { 0 },
            suspect_bytes_max: source.budget_bytes / super::SUSPECT_OF,
            elsewhere: source.via().is_some(),
            trouble: source.trouble,
            kinds: counters.kinds.len(),
            learned: counters.kinds.values().map(|kind| kind.seen).sum(),
            messages_today: today.messages,
            patients_today: today.patients,
            announced_until: (announced > now.0).then_some(Moment(announced)),
            name: source.name,
            source: source.no,
            hold,
        });
    }
    Ok(all)
}

#[derive(Template)]
#[template(path = "feed/gate/gate.html")]
struct GatePage {
    frame: Frame,
    standings: Vec<Standing>,
    /// Who is in may decide.
    may: bool,
    /// What could not be done, in words.
    no: String,
    hours_max: i64,
}

impl GatePage {
    fn rule(&self, hold: &crate::hold::Alarm) -> String {
        self.frame.t.word("gate-rule", hold.rule.code())
    }

    fn act(&self, act: &GateAct) -> String {
        self.frame.t.word("gate-act", act.code())
    }

    /// Nobody has decided in time.
    fn is_due(&self, hold: &Hold) -> bool {
        hold.due.0 < self.frame.made.0
    }
}

/// `GET /gate`
async fn page(State(site): State<Site>, visit: Visit) -> Response {
    gate_page(&site, &visit, String::new()).await
}

async fn gate_page(site: &Site, visit: &Visit, no: String) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let may = visit.session.as_ref().is_some_and(|session| session.may(Right::Gate));
    let made = site.read(move |reader| {
        let standings = standings(reader, own.now())?;
        Ok(GatePage { frame: Frame::new(&own, &asked, reader)?, standings, may, no, hours_max: EXTEND_HOURS_MAX })
    });
    answer(site, visit, made.await)
}

/// What a person decides.
#[derive(Deserialize)]
struct Said {
    source: u32,
    act: String,
    /// A position; empty for all.
    #[serde(default)]
    to: String,
    #[serde(default)]
    hours: String,
    #[serde(default)]
    reason: String,
}

/// `POST /gate/decide`
async fn decide(State(site): State<Site>, visit: Visit, Posted(said): Posted<Said>) -> Response {
    let Some(session) = visit.session.clone() else { return gate_page(&site, &visit, String::new()).await };
    let Some(decision) = read(&said, site.now()) else {
        return gate_page(&site, &visit, visit.words.text("gate-not-read")).await;
    };
    let (by, role) = session.person.by();
    let no = match site.write(Request::Gate { event: GateEvent::Decided(decision), by, role }).await {
        Ok(_) => String::new(),
        Err(problem) => problem.words,
    };
    gate_page(&site, &visit, no).await
}

fn read(said: &Said, now: Moment) -> Option<GateDecision> {
    let reason = one_line(&said.reason, REASON_MAX);
    let to = said.to.trim();
    let to = if to.is_empty() { None } else { Some(to.parse().ok()?) };
    let (act, to, until_millis) = match said.act.as_str() {
        "release" => (GateAct::Release, to, 0),
        "extend" => {
            let hours: i64 = said.hours.trim().parse().ok().filter(|hours| (1..=EXTEND_HOURS_MAX).contains(hours))?;
            (GateAct::Extend, None, now.0 + hours * 3_600_000)
        }
        _ => return None,
    };
    Some(GateDecision { source: said.source, act, to, until_millis, reason })
}
