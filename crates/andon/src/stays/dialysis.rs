//! Who is on dialysis, as far as this station knows: inpatients, whoever is booked in the next days, and whoever a ward wrote terms of, whose
//! record tells of dialysis. Others are not found: the page says so.

use std::collections::BTreeSet;

use chart::{AsOf, Chart, Moment, PatientId, STAY, dialysis::is_dialysis};
use store::Reader;

use super::census::{INPATIENTS_MAX, of_ward};
use super::notes;
use crate::bookings::day::comers;
use crate::home::Problem;

/// Days ahead whose bookings are looked at.
const DAYS: i64 = 7;
/// Records that are read for their diagnoses.
const READ_MAX: usize = 3_000;

/// A patient on dialysis with the chart.
pub struct OnDialysis {
    /// The patient.
    pub id: PatientId,
    /// The chart, of what a dialysis unit asks for.
    pub chart: Chart,
}

/// Who is on dialysis, by number; and whether not all who could be were looked at.
///
/// # Errors
/// When the store cannot be read.
pub fn patients(reader: &Reader, now: Moment) -> Result<(Vec<OnDialysis>, bool), Problem> {
    let (lying, mut more) = of_ward(reader, None, INPATIENTS_MAX)?;
    let mut wanted: BTreeSet<PatientId> = lying.into_iter().map(|one| one.id).collect();
    let told = notes(reader)?.into_iter().filter(|one| one.sort() == "dialysis" && one.holds());
    wanted.extend(told.map(|one| one.patient()));
    for ahead in 0..=DAYS {
        let comers = comers(reader, now.plus_days(ahead).day(), "")?;
        more |= comers.cut;
        wanted.extend(comers.rows.iter().map(|one| one.patient()));
    }
    more |= wanted.len() > READ_MAX;
    let (cut, as_of) = (crate::hold::trusted(reader)?, AsOf::live(now));
    let mut found = Vec::new();
    for id in wanted.into_iter().take(READ_MAX) {
        let (record, _) = crate::record::record_of(reader, &id, &cut, |kind| kind == "PPR-01" || kind == STAY)?;
        if is_dialysis(&Chart::at(&record, &as_of)) {
            // What was given is much, and nothing that is asked for here.
            let asked = |kind: &str| !matches!(kind, "OMP-11" | "OMP-12" | "OML-01");
            let (record, _) = crate::record::record_of(reader, &id, &cut, asked)?;
            found.push(OnDialysis { chart: Chart::at(&record, &as_of), id });
        }
    }
    Ok((found, more))
}
