//! 空白時間の確認: high-risk drugs in force, due or given between the last message and now, for two nurses to confirm from
//! patient, pump, empties and memo (users.md 1). What the copy has no record of is never said not to have been given.

use chart::classes::HighRisk;
use chart::drugs::{Course, LastGiven, Use};
use chart::{Chart, Moment};
use store::Reader;

use super::beds::bedsides;
use super::lists::Alike;
use super::view::{amount, joined};
use crate::home::Problem;

/// Kinds that tell of drugs: ordered and given.
const DRUG_KINDS: [&str; 4] = ["OMP-01", "OMP-02", "OMP-11", "OMP-12"];

/// One drug of one patient to be confirmed.
pub struct GapRow {
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
    pub birth_date: Option<chart::When>,
    /// Whether another of this ward has a surname or name alike.
    pub alike: Alike,
    /// The drug, with what is mixed.
    pub drug: String,
    /// Dose, rate, usage.
    pub how: String,
    /// Classes.
    pub classes: Vec<HighRisk>,
    /// `current`, `planned` or `ended` at the moment.
    pub course: Course,
    /// The last administration received.
    pub last_given: LastGiven,
    /// Begins or ended within the gap, where that is known.
    pub within: Option<Moment>,
}

/// The list of a ward.
pub struct GapList {
    /// From here on the copy tells nothing of drugs; `None` when nothing ever came.
    pub from: Option<Moment>,
    /// In the order of beds.
    pub rows: Vec<GapRow>,
    /// Patients of the ward without any such drug.
    pub without: usize,
    /// There are more patients than are shown.
    pub more: bool,
}

/// The high-risk drugs of a ward in the gap.
///
/// # Errors
/// When the store cannot be read.
pub fn gap(reader: &Reader, ward: &str, now: Moment) -> Result<GapList, Problem> {
    let kinds = reader.kinds()?;
    let of_drugs = kinds.iter().filter(|row| DRUG_KINDS.contains(&row.kind.as_str()));
    // A clock that runs ahead must not shorten the gap.
    let from = of_drugs.map(|row| row.last_sent.unwrap_or(row.last_received).min(row.last_received)).max();
    let (bedsides, more) = bedsides(reader, ward, now, |kind| {
        kind.starts_with("OMP-")
            || kind.starts_with("ADT-")
            || kind == chart::intake::INTAKE
            || kind == chart::prescribing::WRITTEN
    })?;
    let (mut rows, mut without) = (Vec::new(), 0);
    for one in &bedsides {
        let drugs = of_patient(&one.chart, from.unwrap_or(now), now);
        without += usize::from(drugs.is_empty());
        let place = &one.lying.inpatient.place;
        rows.extend(drugs.into_iter().map(|row| GapRow {
            place: super::page::bed_words(&place.room, &place.bed),
            id: one.lying.id.id.clone(),
            authority: one.lying.id.authority.clone(),
            alike: one.alike,
            ..row
        }));
    }
    Ok(GapList { from, rows, without, more })
}

fn of_patient(chart: &Chart, from: Moment, now: Moment) -> Vec<GapRow> {
    let blank = |drug: String, how: String, in_use: &Use| GapRow {
        place: String::new(),
        id: String::new(),
        authority: String::new(),
        name: chart.patient.name.clone(),
        kana: chart.patient.kana.clone(),
        birth_date: chart.patient.birth_date,
        alike: Alike::No,
        drug,
        how,
        classes: in_use.high_risk.clone(),
        course: in_use.course,
        last_given: in_use.last_given.clone().unwrap_or_default(),
        within: [in_use.in_force_from, in_use.in_force_until].into_iter().flatten().find(|at| *at > from && *at <= now),
    };
    let drugs = chart.medications.iter().filter(|item| in_gap(&item.in_use, from, now)).map(|item| {
        let usage = item.drug.usage.iter().map(|usage| usage.shown().to_owned());
        let how = joined([amount(&item.drug.dose)].into_iter().chain(usage));
        blank(item.drug.drug.shown().to_owned(), how, &item.in_use)
    });
    let injections = chart.injections.iter().filter(|item| in_gap(&item.in_use, from, now)).map(|item| {
        let parts = item.injection.ingredients.iter();
        let parts: Vec<String> =
            parts.map(|part| format!("{} {}", part.drug.shown(), amount(&part.amount)).trim().to_owned()).collect();
        let how = joined([amount(&item.injection.volume), amount(&item.injection.rate)]);
        blank(parts.join(" + "), how, &item.in_use)
    });
    drugs.chain(injections).collect()
}

/// A high-risk drug that was in force at any time from the last message to now.
fn in_gap(in_use: &Use, from: Moment, now: Moment) -> bool {
    let begun = in_use.in_force_from.is_none_or(|begin| begin <= now);
    let lasted = in_use.in_force_until.is_none_or(|end| end > from);
    let counts = in_use.current || (in_use.course != Course::Stopped && in_use.in_force_until.is_some() && lasted);
    !in_use.high_risk.is_empty() && begun && counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_force_at_any_time_of_the_gap() {
        let (from, now) = (Moment(1000), Moment(2000));
        let used = |course, begin, end, risky: bool| Use {
            course,
            current: course == Course::Current,
            in_force_from: Some(Moment(begin)),
            in_force_until: Some(Moment(end)),
            high_risk: if risky { vec![HighRisk::Insulin] } else { Vec::new() },
            ..Use::default()
        };
        for (what, in_use, want) in [
            ("in force", used(Course::Current, 0, 3000, true), true),
            ("ended within", used(Course::Ended, 0, 1500, true), true),
            ("ended before", used(Course::Ended, 0, 900, true), false),
            ("begins later", used(Course::Planned, 2500, 3000, true), false),
            ("stopped", used(Course::Stopped, 0, 3000, true), false),
            ("harmless", used(Course::Current, 0, 3000, false), false),
        ] {
            assert_eq!(in_gap(&in_use, from, now), want, "{what}");
        }
    }
}
