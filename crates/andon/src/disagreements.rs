//! 要確認（持込と写しの食い違い）across patients, and in words: chart, list and command say the same. What disagrees is found in
//! `chart::disagreement`; nothing here or there decides which side is right.

use std::collections::BTreeSet;

use chart::disagreement::Side;
use chart::{AsOf, Disagreement, Item, Moment, PatientId, age_words};
use serde::Serialize;
use store::Reader;

use crate::event::{Event, INTAKES_ITEM, SCANS_ITEM, ScanEvent, VisitEvent};
use crate::home::Problem;
use crate::hospital;
use crate::text::Words;

/// Patients of one list: those who brought something, and are open.
const PATIENTS_MAX: usize = 2_000;

/// A patient with what is open, or was.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Assigning authority.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// Name as shown.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Ward of an inpatient; empty else.
    pub ward: String,
    /// How many are open.
    pub open: usize,
    /// Open ones first.
    pub disagreements: Vec<Item<Disagreement>>,
}

/// The patients of whom something was handed in that does not say what the copy says; those with open ones first.
///
/// # Errors
/// When the store cannot be read.
pub fn list(reader: &Reader, ward: Option<&str>, all: bool, now: Moment) -> Result<Vec<Row>, Problem> {
    let mut rows = Vec::new();
    for id in handed_in(reader)?.into_iter().take(PATIENTS_MAX) {
        let place = crate::stays::census::place(reader, &id)?.map(|inpatient| inpatient.place.ward).unwrap_or_default();
        if ward.is_some_and(|ward| place != ward) {
            continue;
        }
        let Some(chart) = crate::record::chart(reader, &id, &AsOf::live(now))? else { continue };
        let open = chart.disagreements.iter().filter(|item| item.settled.is_none()).count();
        if open == 0 && (!all || chart.disagreements.is_empty()) {
            continue;
        }
        let PatientId { authority, id } = id;
        let (name, kana) = (chart.patient.name, chart.patient.kana);
        rows.push(Row { authority, id, name, kana, ward: place, open, disagreements: chart.disagreements });
    }
    rows.sort_by(|a, b| (a.open == 0, &a.ward, &a.id).cmp(&(b.open == 0, &b.ward, &b.id)));
    Ok(rows)
}

/// The disagreement of a patient that a key names.
///
/// # Errors
/// When the store cannot be read.
pub fn of_key(reader: &Reader, id: &PatientId, key: &str, now: Moment) -> Result<Option<Disagreement>, Problem> {
    let chart = crate::record::chart(reader, id, &AsOf::live(now))?;
    let found = chart.into_iter().flat_map(|chart| chart.disagreements).find(|item| item.key == key);
    Ok(found.map(|item| (*item.value).clone()))
}

/// Whoever has a code of medicine paper or something told by telephone on the chart, or was asked at a desk.
fn handed_in(reader: &Reader) -> Result<BTreeSet<PatientId>, Problem> {
    let mut found = BTreeSet::new();
    for stored in reader.events_of(SCANS_ITEM)? {
        let envelope = &stored.envelope;
        // What was typed has no page; a scanned page says nothing that a program could compare.
        if let Event::Scan(ScanEvent::Filed(filing)) = Event::read(envelope.kind, envelope.version, &envelope.payload)
            && filing.page == 0
        {
            found.insert(PatientId { authority: filing.authority, id: filing.id });
        }
    }
    for stored in hospital::events_of(reader, INTAKES_ITEM)? {
        let envelope = &stored.envelope;
        if let Event::Visit(VisitEvent::Intake(said)) = Event::read(envelope.kind, envelope.version, &envelope.payload)
        {
            found.insert(PatientId { authority: said.authority, id: said.id });
        }
    }
    Ok(found)
}

/// A disagreement in words.
pub struct Line {
    /// Its key.
    pub key: String,
    /// What kind, in what, about what.
    pub what: String,
    /// What the copy says, with time, age and source.
    pub copy: String,
    /// What was brought says, the same way.
    pub brought: String,
    /// Who brought it and who checked it.
    pub who: String,
    /// What was found, by whom and when; empty while it is open.
    pub found: String,
}

/// A disagreement in the words of one language.
pub fn line(one: &Disagreement, t: Words, now: Moment) -> Line {
    let in_what: Vec<String> = one.in_what.iter().map(|what| t.word("unlike-in", what)).collect();
    let in_what = if in_what.is_empty() { String::new() } else { t.with("aside", in_what.join("・")) };
    let said = |side: &Side| {
        let words = if side.words.is_empty() { t.text("unlike-nothing") } else { side.words.clone() };
        let Some(source) = &side.source else { return words };
        let at = side.time.map_or(source.received, |time| time.start);
        let time = side.time.map_or_else(|| source.received.to_string(), |time| time.to_string());
        let stand = format!("{time} {} {}", age_words(at.minutes_until(now), t.lang), source.source);
        format!("{words}\n{stand}")
    };
    let checked = match one.checked_by.as_str() {
        "" => t.text("unlike-unchecked"),
        name => t.with("unlike-checked", name),
    };
    let found = one
        .settled
        .as_ref()
        .map_or_else(String::new, |settled| format!("{} — {} {}", settled.words, settled.by, settled.at));
    Line {
        key: one.key.clone(),
        what: format!("{}{in_what} {}", t.word("unlike", one.code), one.about).trim_end().to_owned(),
        copy: said(&one.copy),
        brought: said(&one.brought),
        who: match &one.brought.source {
            Some(source) if source.kind == chart::intake::INTAKE => t.text("unlike-asked"),
            _ => [t.with("unlike-brought", &one.brought_by), checked].join(" "),
        },
        found,
    }
}
