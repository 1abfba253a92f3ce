//! Appointments, lists of people to be called and calls as they stand, folded from kinds 67 to 70 of every station: rim, since the telephone,
//! the desk, the chart and paper all show them. `fold.rs` says what stands, `plan_row.rs` and `day.rs` lay it over what the
//! copy has for a day, `sheets.rs` what was entered from paper.

pub mod day;
mod fold;
mod plan_row;
pub mod sheets;

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::{Moment, PatientId, Plan, When};
use serde::{Deserialize, Serialize};
use store::Reader;

pub use crate::fields::Apart;
pub use fold::Matter;

use crate::event::{BOOKINGS_ITEM, CALL_LISTS_ITEM, CALL_ROWS_ITEM, CALLS_ITEM};
use crate::folds;
use crate::home::Problem;

/// Whether the tests of an appointment can be put off, as a doctor says; the codes are stored.
pub const POSTPONE: [&str; 3] = ["can", "condition", "cannot"];

/// What came of ringing somebody; the codes are stored: the patient was spoken to, is put on another day, cancelled, comes all the same;
/// nobody answered; the number is somebody else's; cannot be reached.
pub const OUTCOMES: [&str; 7] = ["reached", "moved", "cancelled", "comes", "no_answer", "wrong_number", "unreachable"];

/// How a row stands, what waits first.
pub const ROW_STATES: [&str; 5] = ["todo", "taken", "again", "unreachable", "done"];

/// Why somebody rings; the codes are stored.
pub const REASONS: [&str; 7] = ["change", "cancel", "ask", "symptom", "result", "document", "other"];

/// Who rings; the codes are stored.
pub const RELATIONS: [&str; 4] = ["self", "family", "facility", "other"];

/// Kinds of planned things that are tests: what a doctor may put off.
pub const TESTS: [&str; 4] = ["lab", "radiology", "endoscopy", "physiology"];

/// Fields of an appointment: for when, where, who, what for, by whom told; when it was before; what of its tests, which doctor said so and who
/// passed it on.
pub const BOOKING_FIELDS: [&str; 14] = [
    "at",
    "department",
    "doctor",
    "what",
    "kind",
    "told_by",
    "was_at",
    "was_department",
    "was_what",
    "cancelled",
    "postpone",
    "condition",
    "decided_by",
    "passed_on_by",
];
/// Fields of a list.
pub const LIST_FIELDS: [&str; 9] =
    ["title", "reason", "script", "department", "from", "to", "made_of", "closed", "sheet"];
/// Fields of a row: its number on the list, the appointment it is about, and what came of it.
pub const ROW_FIELDS: [&str; 13] = [
    "no",
    "booking",
    "at",
    "department",
    "what",
    "kind",
    "taken",
    "outcome",
    "next",
    "moved_to",
    "spoke_with",
    "paper",
    "phone",
];
/// Fields of a call.
pub const CALL_FIELDS: [&str; 11] = [
    "caller",
    "relation",
    "phone",
    "department",
    "reason",
    "result",
    "next",
    "back_by",
    "back_at",
    "done",
    "identified",
];

/// Everything of one sort, in the order in which it was entered.
pub type All = Arc<Vec<Arc<Matter>>>;

/// What was said of all four sorts; folded once for readers that share a shelf.
fn all(reader: &Reader) -> Result<All, Problem> {
    let items = [BOOKINGS_ITEM, CALL_LISTS_ITEM, CALL_ROWS_ITEM, CALLS_ITEM].map(str::to_owned);
    folds::things(reader, &items)
}

fn of_sort(reader: &Reader, item: &'static str) -> Result<Vec<Arc<Matter>>, Problem> {
    Ok(all(reader)?.iter().filter(|one| one.item == item).cloned().collect())
}

/// Appointments that something was said of.
///
/// # Errors
/// When the store cannot be read.
pub fn bookings(reader: &Reader) -> Result<Vec<Arc<Matter>>, Problem> {
    of_sort(reader, BOOKINGS_ITEM)
}

/// Lists of people to be called, those that are over too.
///
/// # Errors
/// When the store cannot be read.
pub fn lists(reader: &Reader) -> Result<Vec<Arc<Matter>>, Problem> {
    of_sort(reader, CALL_LISTS_ITEM)
}

/// The rows of a list in their order.
///
/// # Errors
/// When the store cannot be read.
pub fn rows(reader: &Reader, list: &str) -> Result<Vec<Arc<Matter>>, Problem> {
    let mut rows: Vec<Arc<Matter>> =
        all(reader)?.iter().filter(|one| one.item == CALL_ROWS_ITEM && one.list == list).cloned().collect();
    rows.sort_by_key(|row| row.no());
    Ok(rows)
}

/// Calls that came in.
///
/// # Errors
/// When the store cannot be read.
pub fn calls(reader: &Reader) -> Result<Vec<Arc<Matter>>, Problem> {
    of_sort(reader, CALLS_ITEM)
}

/// Anything of the four sorts by its name.
///
/// # Errors
/// There is no such thing here; the store cannot be read.
pub fn found(reader: &Reader, item: &str, name: &str) -> Result<Arc<Matter>, Problem> {
    let all = all(reader)?;
    all.iter().find(|one| one.item == item && one.name == name).cloned().ok_or_else(|| {
        Problem::usage(
            "この記録はこの端末にありません。画面を開き直してください。ほかの端末で入れたものなら、その端末の記録がまだ届いていません。\n\
             Nothing of this name is here: open the page again. If another station entered it, its log has not come yet.",
        )
    })
}

/// The list that is meant: by its whole name, its short number or its title.
///
/// # Errors
/// There is none, or two; the store cannot be read.
pub fn list_meant(reader: &Reader, meant: &str) -> Result<Arc<Matter>, Problem> {
    let typed: String = meant.trim().chars().map(crate::text::narrow).collect();
    let lists = lists(reader)?;
    let is = |one: &&Arc<Matter>| {
        one.name == typed || one.short().eq_ignore_ascii_case(&typed) || one.value("title") == meant.trim()
    };
    let mut found = lists.iter().filter(is);
    match (found.next(), found.next()) {
        (Some(one), None) => Ok(one.clone()),
        (Some(_), Some(_)) => Err(Problem::usage(format!(
            "{meant}: この名前のリストが2つあります。番号（例 3F2A01-17）で選んでください。\n{meant}: two lists have this name: choose by number."
        ))),
        _ => Err(Problem::usage(format!(
            "{meant}: この電話リストはありません。`andon calls` で一覧を見てください。\n{meant}: no such list; see `andon calls`."
        ))),
    }
}

/// The key of what the copy plans, the same at every station that has the copy: kind and order number, else kind, time and department.
pub fn key(id: &PatientId, plan: &Plan) -> String {
    let PatientId { authority, id } = id;
    match plan.number.is_empty() {
        false => format!("copy:{authority}/{id}/{}/{}", plan.kind, plan.number),
        true => {
            let at = plan.at.map_or_else(String::new, |at| at.to_string());
            format!("copy:{authority}/{id}/{}/{at}/{}", plan.kind, plan.department_code)
        }
    }
}

/// True for the key of something that the copy plans.
pub fn is_copys(name: &str) -> bool {
    name.starts_with("copy:")
}

/// A day, or a day and time, as a field has it: `2021-11-20`, `2021-11-20 10:00`.
pub fn read_at(text: &str) -> Option<When> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    When::parse(&digits).filter(|when| when.precision >= chart::Precision::Day)
}

/// What somebody typed for an appointment, as a field has it: a day with an hour (`11/20 10:00`, `2021-11-20 1000`), or a day alone. A day
/// without a year is the next one.
pub fn typed_at(typed: &str, now: Moment) -> Option<String> {
    let plain: String = typed.trim().chars().map(crate::text::narrow).collect();
    if plain.is_empty() {
        return None;
    }
    if let Some(day) = crate::typed_time::day(&plain, now) {
        return Some(day.iso());
    }
    let (day, time) = plain.split_once([' ', 'T'])?;
    let day = match crate::typed_time::day(day, now) {
        Some(day) => day.iso(),
        None => {
            let slashed = format!("{} 00:00", day.replace('-', "/"));
            crate::typed_time::due(&slashed, now)?.day().iso()
        }
    };
    let digits: String = time.chars().filter(char::is_ascii_digit).collect();
    let (hour, minute) = match digits.len() {
        3 => digits.split_at(1),
        4 => digits.split_at(2),
        _ => return None,
    };
    let (hour, minute): (u32, u32) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour < 24 && minute < 60).then(|| format!("{day} {hour:02}:{minute:02}"))
}

/// By whom a list is to be made out of the copy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// First day, `2021-11-01`; empty where only numbers count.
    pub from: String,
    /// Last day, this one included.
    pub to: String,
    /// Department: its code or a part of its name; empty for all.
    pub department: String,
    /// Kind of booking (`visit`, `lab`, …) or a part of what it is for; empty for all.
    pub kind: String,
    /// Patients' numbers as typed or out of a CSV, each with its 照合番号 or without; empty: all whom the days have.
    pub numbers: Vec<String>,
}

/// How many rows stand how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// All rows.
    pub all: usize,
    /// By [`ROW_STATES`].
    pub states: BTreeMap<&'static str, usize>,
    /// By [`OUTCOMES`], of those that have one.
    pub outcomes: BTreeMap<&'static str, usize>,
    /// Rows that two stations changed apart.
    pub doubtful: usize,
}

impl Progress {
    /// Of these rows.
    pub fn of(rows: &[Arc<Matter>]) -> Progress {
        let mut progress = Progress { all: rows.len(), ..Progress::default() };
        for row in rows {
            *progress.states.entry(row.row_state()).or_default() += 1;
            if let Some(outcome) = OUTCOMES.into_iter().find(|code| *code == row.value("outcome")) {
                *progress.outcomes.entry(outcome).or_default() += 1;
            }
            progress.doubtful += usize::from(row.is_doubtful());
        }
        progress
    }

    /// Rows in a state.
    pub fn in_state(&self, state: &str) -> usize {
        self.states.get(state).copied().unwrap_or_default()
    }

    /// Rows that came to this.
    pub fn came_to(&self, outcome: &str) -> usize {
        self.outcomes.get(outcome).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_appointments_as_people_type_them() {
        let now = When::parse("20211101090000").unwrap().start;
        for (typed, want) in [
            ("2021-11-20", Some("2021-11-20")),
            ("2021-11-20 10:00", Some("2021-11-20 10:00")),
            ("2021-11-20 930", Some("2021-11-20 09:30")),
            ("11/20 1000", Some("2021-11-20 10:00")),
            ("１１／２０　１０：００", Some("2021-11-20 10:00")),
            ("1/4 8:30", Some("2022-01-04 08:30")),
            ("明日 9:00", Some("2021-11-02 09:00")),
            ("R3.11.20 10:00", Some("2021-11-20 10:00")),
            ("11/20 2500", None),
            ("いつか", None),
            ("", None),
        ] {
            assert_eq!(typed_at(typed, now).as_deref(), want, "{typed}");
        }
    }

    #[test]
    fn a_plan_of_the_copy_has_one_key_wherever_it_is_read() {
        let id = PatientId { authority: "self".into(), id: "001".into() };
        let plan = Plan { kind: "lab".into(), number: "77".into(), ..Plan::default() };
        assert_eq!(key(&id, &plan), "copy:self/001/lab/77");
        let at = When::parse("202111201000");
        let visit = Plan { kind: "visit".into(), at, department_code: "01".into(), ..Plan::default() };
        assert_ne!(key(&id, &visit), key(&id, &Plan { at: When::parse("20211121"), ..visit.clone() }));
        assert!(is_copys(&key(&id, &visit)));
    }
}
