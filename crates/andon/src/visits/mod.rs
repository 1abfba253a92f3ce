//! Visits (受診) and where each is: folded from kinds 55 to 57 and 59 of every station. Rim: the desk writes and shows them, sheets print
//! them. `fold.rs` says how a visit stands, `clinics.rs` which departments there are, `tickets.rs` who may give which numbers, `sheets.rs`
//! which rows of printed queue sheets were entered, `intakes.rs` what was asked first.

pub mod clinics;
mod fold;
pub mod intakes;
pub mod rules;
pub mod sheets;
pub mod tickets;

use std::sync::Arc;

use chart::Moment;
use serde::{Deserialize, Serialize};
use store::Reader;

pub use fold::{End, Past, STRIKES, Visit};

use crate::event::visits_item;
use crate::finding::identify::Asked;
use crate::folds::{self, Fold};
use crate::home::Problem;
use crate::hospital;
use crate::incident;
use crate::registers::{Item, items, known};

/// What a patient comes for; the codes are stored.
pub const KINDS: [&str; 6] = ["return", "booked", "emergency", "new", "surgery", "admission"];

/// Where a patient goes next; the codes are stored.
pub const PLACES: [&str; 10] =
    ["triage", "doctor", "lab", "image", "test", "treatment", "rehab", "pharmacy", "account", "other"];

/// Places from which the way leads back to the doctor (検査 → 診察).
pub const BACK_FROM: [&str; 4] = ["lab", "image", "test", "treatment"];

/// What is to be known of a patient who waits; the codes are stored.
pub const FLAGS: [&str; 7] = ["urgent", "unidentified", "outside", "results", "other", "family", "transport"];

/// What takes a patient to a nurse at once (users.md 20); the codes are stored.
pub const RED: [&str; 10] =
    ["chest", "breath", "conscious", "palsy", "bleeding", "pregnant", "fever_child", "fit_child", "dialysis", "judged"];

/// How a visit stands, the safest first: of two that disagree it stands.
pub const STATES: [&str; 6] = ["waiting", "called", "refused", "left", "done", "struck"];

/// The fields of a visit; what several words can be said in has blanks between them.
pub const FIELDS: [&str; 16] = [
    "kind",
    "department",
    "departments",
    "place",
    "room",
    "flags",
    "red",
    "identified",
    "told_apart",
    "rule",
    "rule_state",
    "doctor",
    "referred_to",
    "transport",
    "paper",
    "with",
];

/// The day in Japan, as visits have it: `2021-11-01`.
pub fn day(now: Moment) -> String {
    now.day().iso()
}

/// Visits of today, and of yesterday those that are not over; in the order in which they were received.
///
/// # Errors
/// When the store cannot be read.
pub fn now(reader: &Reader, now: Moment) -> Result<Vec<Arc<Visit>>, Problem> {
    standing(reader, now, now)
}

/// The same of the day of a moment, which may be past.
///
/// # Errors
/// When the store cannot be read.
pub fn standing(reader: &Reader, at: Moment, now: Moment) -> Result<Vec<Arc<Visit>>, Problem> {
    let of_day = day(at);
    let all = around(reader, at, now)?;
    Ok(all.iter().filter(|visit| visit.said.day == of_day || visit.is_open()).cloned().collect())
}

/// Visits of the day of a moment and of the day before. Days that are past are folded for this alone: what all pages share stays that of
/// today.
fn around(reader: &Reader, at: Moment, now: Moment) -> Result<Arc<Vec<Arc<Visit>>>, Problem> {
    let days = [day(at.plus_days(-1)), day(at)];
    if day(at) == day(now) { all(reader, &days) } else { apart(reader, &days) }
}

fn all(reader: &Reader, days: &[String]) -> Result<Arc<Vec<Arc<Visit>>>, Problem> {
    let items: Vec<String> = days.iter().map(|day| visits_item(day)).collect();
    folds::things(reader, &items)
}

/// Visits of some days, folded for this alone.
fn apart(reader: &Reader, days: &[String]) -> Result<Arc<Vec<Arc<Visit>>>, Problem> {
    let mut events = Vec::new();
    for day in days {
        events.extend(hospital::events_of(reader, &visits_item(day))?);
    }
    Ok(Fold::<Visit>::of(events))
}

/// Visits of a day that is past, folded for this alone.
///
/// # Errors
/// When the store cannot be read.
pub fn of_day(reader: &Reader, day: &str) -> Result<Arc<Vec<Arc<Visit>>>, Problem> {
    apart(reader, &[day.to_owned()])
}

/// The visit that is meant: by its whole name, or by its ticket as it was called at a moment: of that day, else of one of the day before
/// that is not over.
///
/// # Errors
/// There is none, or two have the ticket; the store cannot be read.
pub fn found(reader: &Reader, meant: &str, at: Moment, now: Moment) -> Result<Arc<Visit>, Problem> {
    let all = around(reader, at, now)?;
    let typed: String = meant.trim().chars().map(crate::text::narrow).collect();
    let today = day(at);
    let of =
        |is: &dyn Fn(&Visit) -> bool| -> Vec<Arc<Visit>> { all.iter().filter(|visit| is(visit)).cloned().collect() };
    let mut found = of(&|visit| visit.name == typed);
    for of_today in [true, false] {
        if found.is_empty() {
            found = of(&|visit| {
                visit.said.ticket.eq_ignore_ascii_case(&typed)
                    && (visit.said.day == today) == of_today
                    && visit.state != "struck"
                    && (of_today || visit.is_open())
            });
        }
    }
    match (found.pop(), found.is_empty()) {
        (Some(visit), true) => Ok(visit),
        (Some(_), false) => Err(Problem::usage(format!(
            "{typed}: この受付番号が2つあります。受診状況の画面で患者を確かめて選んでください（コマンドでは --json の visit）。\n\
             {typed}: two visits have this ticket: choose on the page by the patient (with the command by `visit` of --json)."
        ))),
        _ => Err(Problem::usage(format!(
            "{typed}: この受付番号は、きょうの受診にありません。番号をもう一度見てください。ほかの端末で受け付けた人なら、その端末の記録がまだ届いていません。\n\
             {typed}: no visit of today has this ticket. Look at it again; if another station received this patient, its log has not come yet."
        ))),
    }
}

/// The services as they stand in the present incident: what [`rules::rule`] chooses from.
///
/// # Errors
/// When the store cannot be read.
pub fn services(reader: &Reader) -> Result<Vec<Arc<Item>>, Problem> {
    items(reader, known(rules::SERVICES)?, incident::now(reader)?.as_ref())
}

/// How many are still to be seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Received and not over: 残り n 人.
    pub left: usize,
    /// Of them those who wait for a doctor or a nurse.
    pub waiting: usize,
    /// Of them those at an examination or treatment.
    pub away: usize,
    /// Seen and over.
    pub done: usize,
}

impl Tally {
    /// Of a department, or of the house (`None`).
    pub fn of(visits: &[Arc<Visit>], department: Option<&str>) -> Tally {
        let mut tally = Tally::default();
        for visit in visits.iter().filter(|visit| department.is_none_or(|letter| visit.departments().contains(&letter)))
        {
            let open = visit.is_open();
            tally.left += usize::from(open);
            tally.waiting += usize::from(open && matches!(visit.value("place"), "doctor" | "triage"));
            tally.away += usize::from(open && BACK_FROM.contains(&visit.value("place")));
            tally.done += usize::from(visit.state == "done");
        }
        tally
    }
}

/// Tickets that two of these visits bear which are both not struck, one of yesterday perhaps: nobody may be called by them.
pub fn doubled(visits: &[Arc<Visit>]) -> Vec<String> {
    let mut seen = std::collections::BTreeMap::<&str, usize>::new();
    for visit in visits.iter().filter(|visit| visit.state != "struck") {
        *seen.entry(&visit.said.ticket).or_default() += 1;
    }
    seen.into_iter().filter(|(_, count)| *count > 1).map(|(ticket, _)| ticket.to_owned()).collect()
}

/// What the desk asks for when it receives somebody; who writes looks at it again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receive {
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// What the patient said, by which he was found.
    pub asked: Asked,
    /// By what the desk told him apart from others who could be taken for him; empty for not.
    pub told_apart: String,
    /// A word of [`KINDS`].
    pub kind: String,
    /// Letters or names of departments, the first one first.
    pub departments: Vec<String>,
    /// Where first: a word of [`PLACES`]; empty: as the rules say.
    pub place: String,
    /// Words of [`RED`], with blanks between.
    pub red: String,
    /// What a limited service asks for is met.
    pub fits: bool,
    /// Received although the patient is already here in this department.
    pub again: bool,
    /// The rule that whoever asks had before them, as `reception::rules::mark` has it; `None` where none is shown (commands).
    #[serde(default)]
    pub ruled: Option<String>,
    /// The ticket of a visit with which the patient came (family); empty for alone.
    #[serde(default)]
    pub with: String,
    /// Why, against a rule or without knowing who it is; or a word.
    pub words: String,
}
