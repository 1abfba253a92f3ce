//! 予約 and 入院・退院・転棟予定: what the copy holds for a day ahead. Plans made after the copy ended are not in it.

use std::collections::BTreeMap;

use chart::{Moment, PatientId, Place, Sex, When};
use serde::Serialize;
use store::{Planned, Reader};

use super::lists::{Alike, alike, natural};
use crate::home::Problem;

/// Plans read for one day: ten times those of a hospital of a thousand beds. The page says when there are more.
const PLANS_READ: usize = 20_000;
/// Patients shown on one page.
pub const COMERS_SHOWN: usize = 500;

/// One thing planned.
#[derive(Clone, Serialize)]
pub struct PlanRow {
    /// `visit`, `lab`, `radiology`, `endoscopy`, `physiology`; `admit_plan`, `transfer_plan`, `discharge_plan`, `leave_back`.
    pub kind: String,
    /// For when; a day alone where no time was sent.
    pub at: Option<When>,
    /// Code of the department.
    pub department_code: String,
    /// Its name, as sent.
    pub department: String,
    /// Doctor.
    pub doctor: String,
    /// What, in the sender's words.
    pub text: String,
    /// Order number.
    pub number: String,
    /// Ward that it leads to.
    pub ward: String,
}

/// Somebody for whom something is planned on a day; `andon appointments --json` prints it (docs/json.md).
#[derive(Serialize)]
pub struct Comer {
    /// The patient's number, as sent.
    pub id: String,
    /// Who assigned it.
    pub authority: String,
    /// Name as shown.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date, ISO.
    pub birth_date: Option<When>,
    /// Administrative sex.
    pub sex: Sex,
    /// Telephone numbers as sent.
    pub phones: Vec<String>,
    /// Whether another of this day has a surname or name alike.
    pub alike: Alike,
    /// How many patients of the copy bear this name, this one included.
    pub same_name: u64,
    /// Where an inpatient lies.
    pub place: Option<Place>,
    /// What is planned, in the order of time.
    pub plans: Vec<PlanRow>,
}

impl Comer {
    /// The first time named; a plan for a day alone comes last.
    fn first(&self) -> (bool, Option<Moment>) {
        let times = self.plans.iter().filter_map(|plan| plan.at).filter(|at| at.precision > chart::Precision::Day);
        let first = times.map(|at| at.start).min();
        (first.is_none(), first)
    }
}

/// Who comes on a day.
pub struct Comers {
    /// In the order of time, then of kana; inpatients after all others.
    pub rows: Vec<Comer>,
    /// How many there are.
    pub count: usize,
    /// More plans than were read: the list is not whole.
    pub cut: bool,
}

/// Who comes on a day, by department where one is asked for (its code, or a part of its name).
///
/// # Errors
/// When the store cannot be read.
pub fn comers(reader: &Reader, day: When, department: &str) -> Result<Comers, Problem> {
    let (planned, cut) = of_day(reader, day)?;
    let mine = |row: &&Planned| !row.plan.is_move();
    let rows = gathered(reader, planned.iter().filter(mine))?;
    let asked = department.trim();
    let of_department = |row: &Comer| {
        let is = |plan: &PlanRow| plan.department_code == asked || plan.department.contains(asked);
        asked.is_empty() || row.plans.iter().any(is)
    };
    let mut rows: Vec<Comer> = rows.into_iter().filter(of_department).collect();
    rows.sort_by_cached_key(|row| (row.place.is_some(), row.first(), row.kana.clone(), row.id.clone()));
    Ok(Comers { count: rows.len(), rows, cut })
}

/// A ward and who is planned to come to it, leave it or change beds in it.
pub struct WardMoves {
    /// The ward's code; empty where none is named.
    pub ward: String,
    /// Patients with what is planned of them.
    pub rows: Vec<Comer>,
}

/// Planned admissions, discharges, transfers and returns of a day, by ward; and whether the list is not whole.
///
/// # Errors
/// When the store cannot be read.
pub fn moves(reader: &Reader, day: When) -> Result<(Vec<WardMoves>, bool), Problem> {
    let (planned, cut) = of_day(reader, day)?;
    let rows = gathered(reader, planned.iter().filter(|row| row.plan.is_move()))?;
    let mut wards: BTreeMap<Vec<super::lists::Piece>, WardMoves> = BTreeMap::new();
    for row in rows {
        let planned = row.plans.iter().map(|plan| plan.ward.as_str()).find(|ward| !ward.is_empty());
        let lies = row.place.as_ref().map(|place| place.ward.as_str());
        let ward = planned.or(lies).unwrap_or_default().to_owned();
        wards.entry(natural(&ward)).or_insert_with(|| WardMoves { ward, rows: Vec::new() }).rows.push(row);
    }
    Ok((wards.into_values().collect(), cut))
}

fn of_day(reader: &Reader, day: When) -> Result<(Vec<Planned>, bool), Problem> {
    let mut planned = reader.plans(day.start, day.start, PLANS_READ + 1)?;
    let cut = planned.len() > PLANS_READ;
    planned.truncate(PLANS_READ);
    Ok((planned, cut))
}

/// Plans by patient, each with place and like names.
fn gathered<'a>(reader: &Reader, planned: impl Iterator<Item = &'a Planned>) -> Result<Vec<Comer>, Problem> {
    let mut rows: BTreeMap<PatientId, Comer> = BTreeMap::new();
    for one in planned {
        if !rows.contains_key(&one.id) {
            rows.insert(one.id.clone(), comer(reader, one)?);
        }
        if let Some(row) = rows.get_mut(&one.id) {
            row.plans.push(plan_row(one));
        }
    }
    let mut rows: Vec<Comer> = rows.into_values().collect();
    let ids: Vec<PatientId> =
        rows.iter().map(|row| PatientId { authority: row.authority.clone(), id: row.id.clone() }).collect();
    let people = ids.iter().zip(&rows).map(|(id, row)| (id, row.name.as_str(), row.kana.as_str()));
    let judged = alike(people);
    rows.iter_mut().zip(judged).for_each(|(row, alike)| row.alike = alike);
    Ok(rows)
}

fn comer(reader: &Reader, one: &Planned) -> Result<Comer, Problem> {
    let person = &one.person;
    Ok(Comer {
        id: one.id.id.clone(),
        authority: one.id.authority.clone(),
        name: person.name.clone(),
        kana: person.kana.clone(),
        birth_date: person.birth,
        sex: person.sex,
        phones: person.phones.clone(),
        alike: Alike::No,
        same_name: reader.same_name_count(&chart::fold_name(&person.name))?,
        place: reader.place(&one.id)?.map(|inpatient| inpatient.place),
        plans: Vec::new(),
    })
}

fn plan_row(one: &Planned) -> PlanRow {
    let plan = one.plan.clone();
    PlanRow {
        kind: plan.kind,
        at: plan.at,
        department_code: plan.department_code,
        department: plan.department,
        doctor: plan.doctor,
        text: plan.text,
        number: plan.number,
        ward: plan.ward,
    }
}
