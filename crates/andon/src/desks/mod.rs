//! Department desks (部門受付) as they stand, folded from kinds 75 to 80 of every station: rim, since the desk, the chart, the top bar and paper
//! all show them. `fold.rs` says what stands, `rows.rs` judges a result, `limits.rs` has the hospital's limits, `missing.rs` what should be
//! here and is not.

mod fold;
pub mod limits;
pub mod missing;
pub mod rows;

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::{Moment, PatientId};
use store::Reader;

pub use fold::Entry;

use crate::event::{CRITICALS_ITEM, DELIVERIES_ITEM, LIMITS_ITEM, QUERIES_ITEM, RESULTS_ITEM, SLIPS_ITEM};
use crate::folds;
use crate::home::Problem;
use limits::Limit;

/// The desks; the codes are stored: 検体検査, 生理・内視鏡, 放射線, 薬剤, 透析, リハ.
pub const DESKS: [&str; 6] = ["lab", "physiology", "radiology", "pharmacy", "dialysis", "rehab"];

/// How a slip stands, what waits first. `attached`: a doubtful one whose patient was found, and another slip goes on.
pub const SLIP_STATES: [&str; 3] = ["waiting", "returned", "done"];

/// How a set of results stands: 患者不明, 未照合, 照合済; over: another set goes on, or it was struck.
pub const SET_STATES: [&str; 5] = ["nobodys", "unconfirmed", "confirmed", "attached", "struck"];

/// Fields of a slip: desk; the paper's number; 検体番号; what the specimen is; what is asked for, one item a line; order numbers of the copy, with
/// blanks between; from which ward or clinic; doctor; where it goes on; how the patient was identified; why it is doubtful whose it is, and what
/// is written on it.
pub const SLIP_FIELDS: [&str; 13] = [
    "desk",
    "sheet",
    "sample",
    "specimen",
    "items",
    "orders",
    "from",
    "doctor",
    "state",
    "identified",
    "doubt",
    "claimed",
    "struck",
];

/// Fields of a set of results beside its rows: its slip; 検体番号; when the sample was taken; analyser; 試薬ロット; 精度管理; how it came (`typed`,
/// `csv`, `hl7`).
pub const SET_FIELDS: [&str; 8] = ["desk", "slip", "sample", "collected", "analyser", "lot", "qc", "source"];

/// 精度管理 of the run; the codes are stored: within limits, not within, not done.
pub const QC: [&str; 3] = ["ok", "failed", "not_done"];

/// By which way something was handed over; the codes are stored.
pub const WAYS: [&str; 3] = ["paper", "phone", "fetched"];

/// Why a doctor is asked (疑義照会); the codes are stored: cannot be read; dose; usage or days; interaction; doubled; allergy; kidneys or liver; a drug
/// of the stopped EMR's list that is not here; patient; other.
pub const CAUSES: [&str; 10] =
    ["unreadable", "dose", "usage", "interaction", "double", "allergy", "organ", "not_in_stock", "patient", "other"];

/// What came of asking; the codes are stored.
pub const ANSWERS: [&str; 3] = ["changed", "unchanged", "cancelled"];

/// After so many minutes an open critical value goes to whom the first caller did not reach, and then to the head of the department.
pub const ESCALATE_MINUTES: [i64; 2] = [15, 30];

/// For so many hours the 検体番号 of a slip that is done means its tube: some analysers begin their numbers anew each day.
const SAMPLE_HOURS: i64 = 24;

/// A slip's tube bears this number: it waits, or was done within the day.
pub fn bears(slip: &Entry, sample: &str, now: Moment) -> bool {
    let recent = || slip.since().0 > now.0 - SAMPLE_HOURS * 3_600_000;
    let counts = match slip.slip_state() {
        "waiting" => true,
        "done" => recent(),
        _ => false,
    };
    counts && !sample.is_empty() && slip.value("sample") == sample
}

/// Everything of all desks, in the order in which it was entered.
pub type All = Arc<Vec<Arc<Entry>>>;

/// Everything of all desks; folded once for readers that share a shelf.
///
/// # Errors
/// When the store cannot be read.
pub fn all(reader: &Reader) -> Result<All, Problem> {
    let items = [SLIPS_ITEM, RESULTS_ITEM, CRITICALS_ITEM, DELIVERIES_ITEM, QUERIES_ITEM, LIMITS_ITEM];
    folds::things(reader, &items.map(str::to_owned))
}

/// Those of one sort.
///
/// # Errors
/// When the store cannot be read.
pub fn of_sort(reader: &Reader, item: &str) -> Result<Vec<Arc<Entry>>, Problem> {
    Ok(all(reader)?.iter().filter(|one| one.item == item).cloned().collect())
}

/// Anything of a sort by its name or its short number.
///
/// # Errors
/// There is no such thing here; the store cannot be read.
pub fn found(reader: &Reader, item: &str, meant: &str) -> Result<Arc<Entry>, Problem> {
    let typed: String = meant.trim().chars().map(crate::text::narrow).collect();
    let is = |one: &&Arc<Entry>| one.item == item && (one.name == typed || one.short().eq_ignore_ascii_case(&typed));
    all(reader)?.iter().find(is).cloned().ok_or_else(|| {
        let shown = crate::text::one_line(&typed, 40);
        crate::home::wrong(
            &format!(
                "{shown}: この番号のものはこの端末にありません。画面を開き直してください。ほかの端末で入れたものなら、その端末の記録がまだ届いていません。"
            ),
            &format!("{shown}: nothing of this number is here. If another station entered it, its log has not come yet."),
        )
    })
}

/// The limits that count.
///
/// # Errors
/// When the store cannot be read.
pub fn limits_of(reader: &Reader) -> Result<Vec<Limit>, Problem> {
    Ok(limits::all(&of_sort(reader, LIMITS_ITEM)?))
}

/// Sets of results that came of a slip.
///
/// # Errors
/// When the store cannot be read.
pub fn sets_of(reader: &Reader, slip: &str) -> Result<Vec<Arc<Entry>>, Problem> {
    let own = |one: &&Arc<Entry>| one.item == RESULTS_ITEM && one.value("slip") == slip;
    Ok(all(reader)?.iter().filter(own).cloned().collect())
}

/// Where a thing of a name went on: a doubtful one that was said to be a patient's goes on under another name.
///
/// # Errors
/// When the store cannot be read.
pub fn goes_on(reader: &Reader, item: &str, name: &str) -> Result<Option<Arc<Entry>>, Problem> {
    let all = of_sort(reader, item)?;
    let find = |name: &str| all.iter().find(|one| one.name == name).cloned();
    let mut one = find(name);
    // A chain longer than what was ever attached by hand is a circle.
    for _ in 0..8 {
        match one.as_ref().and_then(|one| find(one.value("attached"))) {
            Some(next) => one = Some(next),
            None => break,
        }
    }
    Ok(one)
}

/// Two stations said that what this goes on from is two patients': whose it is is to be decided.
pub fn is_contested(all: &[Arc<Entry>], one: &Entry) -> bool {
    let came_of = one.value("came_of");
    let of = || all.iter().find(|other| other.name == came_of);
    !came_of.is_empty() && of().is_some_and(|of| of.apart.iter().any(|apart| apart.field == "attached"))
}

/// How far a set of results is on its way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// Deliveries of it that count, oldest first.
    pub deliveries: Vec<Arc<Entry>>,
    /// Deliveries from before a value was put right: who has them has something else.
    pub stale: Vec<Arc<Entry>>,
    /// Since when somebody has to do something: deliver it, deliver it again, or hear that it was seen; `None`: nobody.
    pub since: Option<Moment>,
}

impl Reached {
    /// `none`, `stale`, `delivered`, or `acknowledged`.
    pub fn state(&self) -> &'static str {
        match () {
            () if !self.stale.is_empty() && self.deliveries.is_empty() => "stale",
            () if self.deliveries.is_empty() => "none",
            () if self.deliveries.iter().any(|one| one.says("acknowledged_by")) => "acknowledged",
            () => "delivered",
        }
    }
}

/// How far each set of results of a patient is.
pub fn reached(set: &Entry, deliveries: &[Arc<Entry>]) -> Reached {
    let own = deliveries.iter().filter(|one| one.value("set") == set.name && !one.is_over()).cloned();
    let changed = set.changed().map(|told| told.entry);
    let before =
        |one: &Arc<Entry>| changed.is_some_and(|changed| one.entered().is_some_and(|told| told.entry < changed));
    let (stale, deliveries): (Vec<_>, Vec<_>) = own.partition(before);
    let mut reached = Reached { deliveries, stale, since: None };
    let first = reached.deliveries.first().map(|one| one.since());
    reached.since = match reached.state() {
        "acknowledged" => None,
        "delivered" => first,
        _ if set.set_state() == "struck" && reached.stale.is_empty() => None,
        "stale" => set.changed().map(|told| told.at),
        _ => Some(set.since()),
    };
    reached
}

/// Sets that have not reached anybody, or of which nobody said that they were seen, those that wait longest first.
///
/// # Errors
/// When the store cannot be read.
pub fn undelivered(reader: &Reader) -> Result<Vec<(Arc<Entry>, Reached)>, Problem> {
    let (sets, deliveries) = (of_sort(reader, RESULTS_ITEM)?, of_sort(reader, DELIVERIES_ITEM)?);
    let is_somebodys = |one: &&Arc<Entry>| !one.is_nobodys() && !one.says("attached");
    let mut open: Vec<(Arc<Entry>, Reached)> = sets
        .iter()
        .filter(is_somebodys)
        .map(|one| (one.clone(), reached(one, &deliveries)))
        .filter(|(_, reached)| reached.since.is_some())
        .collect();
    open.sort_by_key(|(_, reached)| reached.since);
    Ok(open)
}

/// Critical values of which no doctor knows, the oldest first. Every page says how many; looked up once until anything is committed.
///
/// # Errors
/// When the store cannot be read.
pub fn open_criticals(reader: &Reader) -> Result<Vec<Arc<Entry>>, Problem> {
    let mut open = of_sort(reader, CRITICALS_ITEM)?;
    open.retain(|one| one.is_open_critical());
    open.sort_by_key(|one| one.since());
    Ok(open)
}

/// Whose critical value it is by now: the patient of its set, or of that which goes on with it; `None` while nobody knows.
///
/// # Errors
/// When the store cannot be read.
pub fn patient_of(reader: &Reader, one: &Entry) -> Result<Option<PatientId>, Problem> {
    if !one.is_nobodys() {
        return Ok(Some(one.patient()));
    }
    let set = goes_on(reader, RESULTS_ITEM, one.value("set"))?;
    Ok(set.filter(|set| !set.is_nobodys()).map(|set| set.patient()))
}

/// Queries to doctors (疑義照会) by cause: how many there are, and how many of them changed the order.
pub fn by_cause(queries: &[Arc<Entry>]) -> BTreeMap<&'static str, (usize, usize)> {
    let mut counts = BTreeMap::new();
    for one in queries.iter().filter(|one| !one.is_over()) {
        let Some(cause) = CAUSES.into_iter().find(|cause| *cause == one.value("cause")) else { continue };
        let count: &mut (usize, usize) = counts.entry(cause).or_default();
        count.0 += 1;
        count.1 += usize::from(matches!(one.value("answer"), "changed" | "cancelled"));
    }
    counts
}
