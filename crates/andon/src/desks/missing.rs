//! What should be at a department desk and is not: tests that the copy and appointments of the outage plan for a day, of which no slip came;
//! slips given out that did not come back; items that were asked for and have no result.

use std::collections::BTreeSet;
use std::sync::Arc;

use chart::exams::{OrderLine, OrderState};
use chart::{Moment, PatientId, When};
use serde::Serialize;
use store::{Reader, StoredEvent};

use super::{Entry, of_sort, sets_of};
use crate::bookings::day;
use crate::chronology_sheets::not_ended;
use crate::event::{Event, MADE_ITEM, MadeSheet, SLIPS_ITEM, SheetsEvent, run_item};
use crate::home::Problem;
use crate::hospital;

/// Days for which a slip that was given out is looked for.
const SHEET_DAYS: i64 = 3;
/// Slips given out that are listed.
const SHEETS_MAX: usize = 500;

/// Kinds of planned things that come to a desk.
pub fn kinds(desk: &str) -> &'static [&'static str] {
    match desk {
        "lab" => &["lab"],
        "physiology" => &["physiology", "endoscopy"],
        "radiology" => &["radiology"],
        _ => &[],
    }
}

/// Forms that come to a desk filled in.
pub fn forms(desk: &str) -> &'static [&'static str] {
    match desk {
        "lab" => &["P9A", "P9C"],
        "radiology" | "physiology" => &["P9B"],
        "pharmacy" => &["P10B"],
        "dialysis" => &["P16A"],
        "rehab" => &["P16C"],
        _ => &[],
    }
}

/// A planned test of which no slip came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// Who assigned the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// `lab` `radiology` `endoscopy` `physiology`.
    pub kind: String,
    /// For when.
    pub at: Option<When>,
    /// What, in the sender's words.
    pub text: String,
    /// Order number; empty for none.
    pub number: String,
    /// Who ordered it.
    pub doctor: String,
    /// Department.
    pub department: String,
    /// `copy` or `outage`.
    pub source: &'static str,
}

impl Planned {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }
}

/// A slip that was given out and did not come to the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GivenOut {
    /// Its number.
    pub sheet: String,
    /// Its form.
    pub form: String,
    /// Who assigned the patient's number.
    pub authority: String,
    /// The patient's number; empty for a blank one.
    pub id: String,
    /// When it was printed.
    pub printed: Moment,
}

/// The number of an order as it is compared: leading zeros say nothing.
fn order(number: &str) -> &str {
    number.trim_start_matches('0')
}

/// Planned tests of a day of which no slip came to the desk. An order that a slip names is here; else one slip of a patient on this day
/// stands for one plan.
///
/// # Errors
/// When the store cannot be read.
pub fn planned(reader: &Reader, desk: &str, day: When) -> Result<Vec<Planned>, Problem> {
    let slips = slips(reader, desk)?;
    let named: BTreeSet<String> =
        slips.iter().flat_map(|slip| slip.value("orders").split_whitespace().map(|of| order(of).to_owned())).collect();
    let on_day = |slip: &&Arc<Entry>| slip.since().day() == day.start.day() && !slip.says("orders");
    let mut unnamed: Vec<PatientId> = slips.iter().filter(on_day).map(|slip| slip.patient()).collect();
    let mut missing = Vec::new();
    for comer in day::comers(reader, day, "")?.rows {
        let id = comer.patient();
        let mut answered: Option<BTreeSet<String>> = None;
        for plan in comer.plans.iter().filter(|plan| kinds(desk).contains(&plan.plan.kind.as_str()) && plan.stands()) {
            if !plan.plan.number.is_empty() && named.contains(order(&plan.plan.number)) {
                continue;
            }
            // What was measured before the copy ended is missing nothing.
            let known = match &answered {
                Some(known) => known,
                None => answered.insert(over(reader, &id, day.start)?),
            };
            if known.contains(order(&plan.plan.number)) {
                continue;
            }
            if let Some(at) = unnamed.iter().position(|of| *of == id) {
                unnamed.swap_remove(at);
                continue;
            }
            missing.push(Planned {
                authority: id.authority.clone(),
                id: id.id.clone(),
                kind: plan.plan.kind.clone(),
                at: plan.plan.at,
                text: plan.plan.text.clone(),
                number: plan.plan.number.clone(),
                doctor: plan.plan.doctor.clone(),
                department: plan.plan.department.clone(),
                source: plan.source,
            });
        }
    }
    Ok(missing)
}

/// Numbers of the orders of a patient that have results or were withdrawn.
fn over(reader: &Reader, id: &PatientId, at: Moment) -> Result<BTreeSet<String>, Problem> {
    let is_over = |line: &&chart::Item<OrderLine>| matches!(line.state, OrderState::Resulted | OrderState::Stopped);
    let all = orders(reader, id, at)?;
    let numbers = all.iter().filter(is_over).map(|line| order(&line.order.number).to_owned());
    Ok(numbers.filter(|number| !number.is_empty()).collect())
}

/// Slips of a desk that count: neither struck nor sent back, whosever they are.
fn slips(reader: &Reader, desk: &str) -> Result<Vec<Arc<Entry>>, Problem> {
    let mut slips = of_sort(reader, SLIPS_ITEM)?;
    slips.retain(|slip| slip.value("desk") == desk && matches!(slip.slip_state(), "waiting" | "done"));
    Ok(slips)
}

/// The sheets that an event says were made.
fn made(stored: &StoredEvent) -> Vec<MadeSheet> {
    let of = &stored.envelope;
    match Event::read(of.kind, of.version, &of.payload) {
        Event::Sheets(SheetsEvent::Made { sheets, .. }) => sheets,
        _ => Vec::new(),
    }
}

/// The patient for whom a sheet of this number was printed; `None` for a blank one, or where none is known here.
///
/// # Errors
/// When the store cannot be read.
pub fn patient_of_sheet(reader: &Reader, number: &str) -> Result<Option<PatientId>, Problem> {
    let Some(item) = run_item(number) else { return Ok(None) };
    let sheets = hospital::events_of(reader, &item)?;
    let own = sheets.iter().flat_map(made).find(|sheet| sheet.number == number && !sheet.id.is_empty());
    Ok(own.map(|sheet| PatientId { authority: sheet.authority, id: sheet.id }))
}

/// Slips that were printed for patients in the last days and have not come to the desk, the newest first.
///
/// # Errors
/// When the store cannot be read.
pub fn given_out(reader: &Reader, desk: &str, now: Moment) -> Result<Vec<GivenOut>, Problem> {
    let from = Moment(now.0 - SHEET_DAYS * 24 * 60 * 60_000);
    let here: BTreeSet<String> =
        of_sort(reader, SLIPS_ITEM)?.iter().map(|slip| slip.value("sheet").to_owned()).collect();
    let mut out = Vec::new();
    for stored in hospital::events_of(reader, MADE_ITEM)?.into_iter().rev() {
        let printed = stored.envelope.entry_time;
        if printed < from || out.len() >= SHEETS_MAX {
            continue;
        }
        for sheet in made(&stored).into_iter().filter(|sheet| forms(desk).contains(&sheet.form.as_str())) {
            if !sheet.id.is_empty() && !here.contains(&sheet.number) && not_ended(reader, &sheet.number).is_ok() {
                let (authority, id) = (sheet.authority, sheet.id);
                out.push(GivenOut { sheet: sheet.number, form: sheet.form, authority, id, printed });
            }
        }
    }
    Ok(out)
}

/// An order of the copy that a slip may carry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Order number.
    pub number: String,
    /// What is asked for: name, and behind a tab its code where there is one.
    pub items: Vec<String>,
    /// Who ordered it.
    pub doctor: String,
}

/// The orders of a patient, as the copy has them in the kinds that come to desks.
fn orders(reader: &Reader, id: &PatientId, at: Moment) -> Result<Vec<chart::Item<OrderLine>>, Problem> {
    const KINDS: [&str; 8] = ["OML-01", "OML-11", "OMG-01", "OMG-02", "OMG-03", "OMG-11", "OMG-12", "OMG-13"];
    let cut = reader.once(crate::hold::trusted)?;
    let (record, _) = crate::record::record_of(reader, id, &cut, |kind| KINDS.contains(&kind))?;
    Ok(chart::Chart::at(&record, &chart::AsOf::live(at)).orders)
}

/// What the copy asks of a desk for a patient and has no result of, one an order: the orders that are named, else those of the day of `at`.
///
/// # Errors
/// When the store cannot be read.
pub fn ordered(
    reader: &Reader,
    id: &PatientId,
    (desk, named): (&str, &str),
    at: Moment,
) -> Result<Vec<Ordered>, Problem> {
    let named: Vec<&str> = named.split_whitespace().map(order).collect();
    let all = orders(reader, id, at)?;
    let own = all.iter().filter(|line| {
        let is_today = || line.planned.is_some_and(|planned| planned.start.day() == at.day());
        let is_meant = if named.is_empty() { is_today() } else { named.contains(&order(&line.order.number)) };
        let waits = matches!(line.state, OrderState::Open | OrderState::Done);
        kinds(desk).contains(&line.category) && is_meant && waits
    });
    let items = |line: &OrderLine| match &line.laboratory {
        Some(lab) if !lab.items.is_empty() => lab.items.iter().map(coded).collect(),
        _ => line.text.clone(),
    };
    let one = |line: &chart::Item<OrderLine>| Ordered {
        number: line.order.number.clone(),
        items: items(&line.value),
        doctor: line.order.doctor.name.clone(),
    };
    Ok(own.map(one).collect())
}

fn coded(item: &chart::Coded) -> String {
    match item.code.as_str() {
        "" => item.text.clone(),
        code => format!("{}\t{code}", item.shown()),
    }
}

/// Items that a slip asks for and of which no result stands.
///
/// # Errors
/// When the store cannot be read.
pub fn items(reader: &Reader, slip: &Entry) -> Result<Vec<String>, Problem> {
    let sets = sets_of(reader, &slip.name)?;
    let rows: Vec<_> =
        sets.iter().filter(|set| !set.is_over()).flat_map(|set| set.rows()).map(|(_, row)| row).collect();
    let asked = asked(slip);
    let left = asked.into_iter().filter(|(code, name)| !rows.iter().any(|row| row.is_of(code, name)));
    Ok(left.map(|(_, name)| name).collect())
}

/// What a slip asks for: code (empty for unknown) and name, one item a line, the code behind a tab.
pub fn asked(slip: &Entry) -> Vec<(String, String)> {
    let one = |line: &str| match line.split_once('\t') {
        Some((name, code)) => (code.to_owned(), name.to_owned()),
        None => (String::new(), line.to_owned()),
    };
    slip.value("items").lines().map(str::trim).filter(|line| !line.is_empty()).map(one).collect()
}
