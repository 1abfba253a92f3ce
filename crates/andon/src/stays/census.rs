//! Who lies where: the copy's movements, and over them what was said since (source 停止中). Where two stations, or the copy and a station,
//! place one patient in two beds, the patient stands in both, each with 要確認: which is true is for a person to go and see.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use chart::{Chart, Inpatient, Moment, PatientId, Place, Precision, When};
use store::{PersonRow, Reader};

use super::{Stay, is_copys, key, place_text, stays};
use crate::finding::hit_of;
use crate::home::Problem;
use crate::names;

/// Inpatients of a house that are read: several times the beds of the largest.
pub const INPATIENTS_MAX: usize = 10_000;

/// Somebody in a bed.
#[derive(Clone)]
pub struct Lying {
    /// The patient.
    pub id: PatientId,
    /// Where, since when, under whom.
    pub inpatient: Inpatient,
    /// What was said of the stay since the copy ended; `None` where only the copy tells.
    pub stay: Option<Arc<Stay>>,
    /// Why this is to be looked at: `apart` two stations say different things; `two_places` the patient stands in another bed too;
    /// `copy_differs` the copy moved the patient later than was said here.
    pub doubts: Vec<&'static str>,
}

impl Lying {
    fn copys(id: &PatientId, inpatient: Inpatient) -> Lying {
        Lying { id: id.clone(), inpatient, stay: None, doubts: Vec::new() }
    }

    /// The bed is told to be this one; a place without a bed is none.
    pub fn is_in(&self, place: &Place) -> bool {
        !place.bed.is_empty() && is_same(&self.inpatient.place, place)
    }
}

/// One place, whatever kind its sender gave it.
pub fn is_same(one: &Place, other: &Place) -> bool {
    place_text(one) == place_text(other)
}

/// Stays that count, by patient.
struct Said(BTreeMap<PatientId, Vec<Arc<Stay>>>);

impl Said {
    fn of(reader: &Reader) -> Result<Said, Problem> {
        let mut by_patient: BTreeMap<PatientId, Vec<Arc<Stay>>> = BTreeMap::new();
        for stay in stays(reader)?.into_iter().filter(|stay| !stay.is_struck()) {
            by_patient.entry(stay.patient()).or_default().push(stay);
        }
        Ok(Said(by_patient))
    }
}

/// The inpatients of a ward (`None`: of the house), in no order; and whether there are more than were read.
///
/// # Errors
/// When the store cannot be read.
pub fn of_ward(reader: &Reader, ward: Option<&str>, limit: usize) -> Result<(Vec<Lying>, bool), Problem> {
    let said = Said::of(reader)?;
    let copys = reader.inpatients(ward, limit + 1)?;
    let mut more = copys.len() > limit;
    let mut lying: Vec<Lying> = copys
        .into_iter()
        .filter(|placed| !said.0.contains_key(&placed.id))
        .map(|placed| Lying::copys(&placed.id, placed.inpatient))
        .collect();
    for (id, stays) in &said.0 {
        let here = laid_over(id, reader.place(id)?, stays).into_iter();
        lying.extend(here.filter(|one| ward.is_none_or(|ward| one.inpatient.place.ward == ward)));
    }
    more |= lying.len() > limit;
    lying.truncate(limit);
    Ok((lying, more))
}

/// Where one patient lies: nowhere, in one bed, or in two that are both said.
///
/// # Errors
/// When the store cannot be read.
pub fn of_patient(reader: &Reader, id: &PatientId) -> Result<Vec<Lying>, Problem> {
    let stays: Vec<Arc<Stay>> =
        stays(reader)?.into_iter().filter(|stay| stay.patient() == *id && !stay.is_struck()).collect();
    Ok(laid_over(id, reader.place(id)?, &stays))
}

/// Where one patient lies, as one place: of two that are said the first.
///
/// # Errors
/// When the store cannot be read.
pub fn place(reader: &Reader, id: &PatientId) -> Result<Option<Inpatient>, Problem> {
    Ok(of_patient(reader, id)?.into_iter().next().map(|lying| lying.inpatient))
}

/// The wards that have inpatients, and how many each has.
///
/// # Errors
/// When the store cannot be read.
pub fn wards(reader: &Reader) -> Result<Vec<(String, u64)>, Problem> {
    let mut counts: BTreeMap<String, u64> = reader.wards()?.into_iter().collect();
    for (id, stays) in &Said::of(reader)?.0 {
        let copys = reader.place(id)?;
        if let Some(count) = copys.as_ref().and_then(|copys| counts.get_mut(&copys.place.ward)) {
            *count = count.saturating_sub(1);
        }
        for lying in laid_over(id, copys, stays) {
            *counts.entry(lying.inpatient.place.ward).or_default() += 1;
        }
    }
    Ok(counts.into_iter().collect())
}

/// Who else is said to lie in a bed.
///
/// # Errors
/// When the store cannot be read.
pub fn others_in(reader: &Reader, place: &Place, own: &PatientId) -> Result<Vec<PatientId>, Problem> {
    let (lying, _) = of_ward(reader, Some(&place.ward), INPATIENTS_MAX)?;
    let others: HashSet<PatientId> =
        lying.into_iter().filter(|one| one.is_in(place) && one.id != *own).map(|one| one.id).collect();
    let mut others: Vec<PatientId> = others.into_iter().collect();
    others.sort();
    Ok(others)
}

/// What search shows of a patient: the copy's row, or what a desk learned of a temporary one.
///
/// # Errors
/// When the store cannot be read.
pub fn person(reader: &Reader, id: &PatientId) -> Result<PersonRow, Problem> {
    if let Some(row) = reader.person(id)? {
        return Ok(row);
    }
    let mut hit = hit_of(reader, id)?;
    names::tell(&mut hit, &names::all(reader)?);
    Ok(PersonRow { name: hit.name, kana: hit.kana, birth: hit.birth_date, sex: hit.sex, ..PersonRow::default() })
}

/// A temporary patient's chart knows no name: it is what a desk learned.
///
/// # Errors
/// When the store cannot be read.
pub fn named(reader: &Reader, id: &PatientId, chart: &mut Chart) -> Result<(), Problem> {
    if chart.patient.name.is_empty() {
        let row = person(reader, id)?;
        let patient = &mut chart.patient;
        (patient.name, patient.kana, patient.birth_date, patient.sex) = (row.name, row.kana, row.birth, row.sex);
    }
    Ok(())
}

/// What was said laid over what the copy tells of one patient. Pure.
fn laid_over(id: &PatientId, copys: Option<Inpatient>, stays: &[Arc<Stay>]) -> Vec<Lying> {
    let own = copys.as_ref().map(|inpatient| key(id, inpatient));
    let mut lying: Vec<Lying> = Vec::new();
    let mut is_told = false;
    for stay in stays {
        let is_own = own.as_deref() == Some(stay.name.as_str());
        is_told |= is_own;
        // Of a stay of the copy that the copy knows no more, only what was said stands.
        let base = copys.clone().filter(|_| is_own);
        // The copy has ended it since: where somebody was put here is looked at, what else was said went with it.
        let is_over = is_copys(&stay.name) && base.is_none();
        if stay.is_open() && !(is_over && stay.places().is_empty()) {
            let mut own = beds(id, base, stay);
            own.iter_mut().filter(|_| is_over).for_each(|one| one.doubts.push("copy_differs"));
            lying.extend(own);
        }
    }
    let moved_since = |copys: &Inpatient| {
        let said = stays.iter().filter_map(|stay| stay.since()).max();
        let copy = copys.since.map(|since| since.start);
        copy.zip(said).is_some_and(|(copy, said)| copy > said)
    };
    if let Some(copys) = copys
        && (!is_told || moved_since(&copys))
        && !lying.iter().any(|one| is_same(&one.inpatient.place, &copys.place))
    {
        let doubts = if is_told { vec!["copy_differs"] } else { Vec::new() };
        lying.push(Lying { doubts, ..Lying::copys(id, copys) });
    }
    if lying.len() > 1 {
        lying.iter_mut().for_each(|one| one.doubts.push("two_places"));
    }
    lying
}

/// The beds that one stay is said to be in.
fn beds(id: &PatientId, base: Option<Inpatient>, stay: &Arc<Stay>) -> Vec<Lying> {
    let base = base.unwrap_or_default();
    let mut places = stay.places();
    if places.is_empty() {
        places.push(base.place.clone());
    }
    let said = |field: &str, known: &str| match stay.value(field) {
        "" => known.to_owned(),
        said => said.to_owned(),
    };
    let minute = |at: Moment| When { start: at, precision: Precision::Minute };
    let admitted = stay.standing().find(|past| past.said.act == "admit").map(|past| minute(past.told.at));
    let one = Inpatient {
        place: Place::default(),
        department: said("department", &base.department),
        attending: said("doctor", &base.attending),
        admitted: admitted.or(base.admitted),
        since: stay.since().map(minute),
        on_leave: match stay.value("state") {
            "" => base.on_leave,
            state => state == "leave",
        },
    };
    let doubts = if stay.is_doubtful() { vec!["apart"] } else { Vec::new() };
    let in_bed = |place: Place| Lying {
        id: id.clone(),
        inpatient: Inpatient { place, ..one.clone() },
        stay: Some(Arc::clone(stay)),
        doubts: doubts.clone(),
    };
    places.into_iter().map(in_bed).collect()
}

#[cfg(test)]
#[path = "census_tests.rs"]
mod tests;
