//! 切れる指示: drugs, injections and diets of a ward that end within the next 72 hours by the dates sent or written, so that a doctor is asked
//! before they do (users.md 22). Without an end in the copy nothing is known to end: such are counted.

use chart::drugs::Use;
use chart::{Chart, Item, Moment, SourceRef, When};
use store::Reader;

use super::beds::bedsides;
use super::lists::Alike;
use super::view::{amount, joined};
use crate::home::Problem;

/// How far ahead is looked, milliseconds.
const AHEAD_MILLIS: i64 = 72 * 3_600_000;

/// One order that ends.
pub struct Ending {
    /// Room and bed.
    pub place: String,
    /// The patient's number.
    pub id: String,
    /// Who assigned it.
    pub authority: String,
    /// Name.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date.
    pub birth_date: Option<When>,
    /// Whether another of this ward has a surname or name alike.
    pub alike: Alike,
    /// `drug`, `injection` or `meal`.
    pub kind: &'static str,
    /// What, as sent.
    pub what: String,
    /// Dose and usage.
    pub how: String,
    /// It is in force up to here.
    pub ends: Moment,
    /// A class that two people confirm is among it.
    pub high_risk: bool,
    /// When the order was told.
    pub told: Option<When>,
    /// How long ago that is, minutes.
    pub age_minutes: i64,
    /// By which source.
    pub source: SourceRef,
}

/// The orders of a ward that end.
pub struct Endings {
    /// The soonest first.
    pub rows: Vec<Ending>,
    /// Drugs and injections in force of which no end was sent.
    pub endless: usize,
    /// There are more patients than are shown.
    pub more: bool,
}

/// What ends on a ward within 72 hours.
///
/// # Errors
/// When the store cannot be read.
pub fn endings(reader: &Reader, ward: &str, now: Moment) -> Result<Endings, Problem> {
    let wanted = |kind: &str| kind.starts_with("OMP-") || kind.starts_with("ADT-") || kind == "OMD";
    let (bedsides, more) = bedsides(reader, ward, now, wanted)?;
    let (mut rows, mut endless) = (Vec::new(), 0);
    for one in &bedsides {
        let (own, open) = of_patient(&one.chart, now);
        let place = &one.lying.inpatient.place;
        endless += open;
        rows.extend(own.into_iter().map(|row| Ending {
            place: super::page::bed_words(&place.room, &place.bed),
            id: one.lying.id.id.clone(),
            authority: one.lying.id.authority.clone(),
            alike: one.alike,
            ..row
        }));
    }
    rows.sort_by_cached_key(|row| (row.ends, super::lists::natural(&row.place), row.what.clone()));
    Ok(Endings { rows, endless, more })
}

/// What of a patient ends, and how many drugs in force have no end.
fn of_patient(chart: &Chart, now: Moment) -> (Vec<Ending>, usize) {
    let soon = |ends: &Moment| *ends > now && ends.0 - now.0 <= AHEAD_MILLIS;
    let ends = |used: &Use| used.in_force_until.filter(|ends| used.current && soon(ends));
    let mut rows = Vec::new();
    for item in &chart.medications {
        let Some(ends) = ends(&item.in_use) else { continue };
        let usage = item.drug.usage.iter().map(|usage| usage.shown().to_owned());
        let how = joined([amount(&item.drug.dose)].into_iter().chain(usage));
        let what = item.drug.drug.shown().to_owned();
        let row = row(chart, item, ("drug", what, how, ends));
        rows.push(Ending { high_risk: !item.in_use.high_risk.is_empty(), ..row });
    }
    for item in &chart.injections {
        let Some(ends) = ends(&item.in_use) else { continue };
        let parts = item.injection.ingredients.iter();
        let parts: Vec<String> =
            parts.map(|part| format!("{} {}", part.drug.shown(), amount(&part.amount)).trim().to_owned()).collect();
        let how = joined([amount(&item.injection.volume), amount(&item.injection.rate)]);
        let row = row(chart, item, ("injection", parts.join(" + "), how, ends));
        rows.push(Ending { high_risk: !item.in_use.high_risk.is_empty(), ..row });
    }
    for item in chart.meals.iter().filter(|item| item.current) {
        let Some(ends) = item.meal.end.map(|end| end.end()).filter(soon) else { continue };
        rows.push(row(chart, item, ("meal", item.meal.diet.shown().to_owned(), item.meal.text.clone(), ends)));
    }
    let used = chart.medications.iter().map(|item| &item.in_use);
    let used = used.chain(chart.injections.iter().map(|item| &item.in_use));
    (rows, used.filter(|used| used.current && used.in_force_until.is_none()).count())
}

fn row<T>(chart: &Chart, item: &Item<T>, (kind, what, how, ends): (&'static str, String, String, Moment)) -> Ending {
    Ending {
        place: String::new(),
        id: String::new(),
        authority: String::new(),
        name: chart.patient.name.clone(),
        kana: chart.patient.kana.clone(),
        birth_date: chart.patient.birth_date,
        alike: Alike::No,
        kind,
        what,
        how,
        ends,
        high_risk: false,
        told: item.time,
        age_minutes: item.age_minutes,
        source: (*item.source).clone(),
    }
}
