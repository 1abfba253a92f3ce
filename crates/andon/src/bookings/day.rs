//! Who comes on a day: what the copy plans, and over it what was made, moved, cancelled and judged since (source 停止中). Each stands with
//! where it is from; what was put off is shown where it was and where it is now, and never left out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chart::{Moment, PatientId, Place, Sex, When};
use serde::Serialize;
use store::{Planned, Reader};

use super::plan_row::same;
use super::{Matter, bookings, key, read_at};
use crate::event::BookingSaid;
use crate::finding::{Alike, alike, hit_of};
use crate::home::Problem;
use crate::names;
use crate::stays::census;

pub use super::plan_row::PlanRow;

/// Plans read for one day: ten times those of a hospital of a thousand beds. The page says when there are more.
pub const PLANS_READ: usize = 20_000;

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
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// The first time named; a plan for a day alone comes last.
    pub fn first(&self) -> (bool, Option<Moment>) {
        let times = self.plans.iter().filter_map(|row| row.plan.at).filter(|at| at.precision > chart::Precision::Day);
        let first = times.map(|at| at.start).min();
        (first.is_none(), first)
    }

    /// Somebody is expected: not all that was planned is moved or cancelled.
    pub fn stands(&self) -> bool {
        self.plans.iter().any(PlanRow::stands)
    }
}

/// Who comes on a day.
pub struct Comers {
    /// In the order of time, then of kana; inpatients after all others.
    pub rows: Vec<Comer>,
    /// More plans than were read: the list is not whole.
    pub cut: bool,
}

/// How many of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DayCounts {
    /// People for whom something stands.
    pub expected: usize,
    /// Plans made or put here since the copy ended.
    pub added: usize,
    /// Plans that were put on another time.
    pub moved: usize,
    /// Plans cancelled.
    pub cancelled: usize,
    /// Planned tests that no doctor decided of.
    pub undecided: usize,
    /// Plans of which two stations say different things.
    pub doubtful: usize,
}

impl DayCounts {
    /// Of these people.
    pub fn of(rows: &[Comer]) -> DayCounts {
        let mut counts = DayCounts::default();
        for row in rows {
            counts.expected += usize::from(row.stands());
            for plan in &row.plans {
                counts.added += usize::from(plan.source == "outage" && plan.stands());
                counts.moved += usize::from(plan.state == "moved");
                counts.cancelled += usize::from(plan.state == "cancelled");
                counts.undecided += usize::from(plan.is_test() && plan.stands() && plan.postpone.is_empty());
                counts.doubtful += usize::from(plan.doubtful);
            }
        }
        counts
    }
}

/// All that is planned for a day or was, each with its patient; and whether more is planned than was read. What two stations put on two days
/// stands on both.
///
/// # Errors
/// When the store cannot be read.
pub fn planned(reader: &Reader, day: When) -> Result<(Vec<(PatientId, PlanRow)>, bool), Problem> {
    let (planned, cut) = of_day(reader, day)?;
    let said = bookings(reader)?;
    let by_name: HashMap<&str, &Arc<Matter>> = said.iter().map(|one| (one.name.as_str(), one)).collect();
    let mut rows: Vec<(PatientId, PlanRow)> = Vec::new();
    // Of what the copy has for this day: whether it stands here.
    let mut listed: HashMap<&str, bool> = HashMap::new();
    for one in planned.iter().filter(|one| !one.plan.is_move()) {
        let row = PlanRow::of(one);
        let known = by_name.get(row.booking.as_str());
        let row = known.map_or(row.clone(), |said| row.with(said));
        if let Some(said) = known {
            *listed.entry(said.name.as_str()).or_default() |= row.state != "moved";
        }
        rows.push((one.id.clone(), row));
    }
    let on_day = |at: &When| at.start.day() == day.start.day();
    for one in said.iter().filter(|one| !one.id.is_empty()) {
        let stands = listed.get(one.name.as_str());
        let times: Vec<When> = one.times().into_iter().filter(on_day).collect();
        if !times.is_empty() && stands != Some(&true) {
            rows.extend(times.into_iter().map(|at| (one.patient(), PlanRow::made_at(one, Some(at)))));
        } else if times.is_empty() && stands.is_none() && read_at(one.value("was_at")).is_some_and(|was| on_day(&was)) {
            rows.push((one.patient(), PlanRow::left(one)));
        }
    }
    Ok((rows, cut))
}

/// Patients for whom something stands on a day; inpatients do not come from outside.
///
/// # Errors
/// When the store cannot be read.
pub fn expected(reader: &Reader, day: When) -> Result<BTreeSet<PatientId>, Problem> {
    let (rows, _) = planned(reader, day)?;
    let stand: BTreeSet<PatientId> = rows.into_iter().filter(|(_, row)| row.stands()).map(|(id, _)| id).collect();
    let mut outside = BTreeSet::new();
    for id in stand {
        if census::place(reader, &id)?.is_none() {
            outside.insert(id);
        }
    }
    Ok(outside)
}

/// Who comes on a day, by department where one is asked for (its code, or a part of its name).
///
/// # Errors
/// When the store cannot be read.
pub fn comers(reader: &Reader, day: When, department: &str) -> Result<Comers, Problem> {
    let (planned, cut) = planned(reader, day)?;
    let mut rows: BTreeMap<PatientId, Comer> = BTreeMap::new();
    for (id, row) in planned {
        add(reader, &mut rows, &id, row)?;
    }
    let mut rows: Vec<Comer> = told_apart(rows.into_values().collect());
    for row in &mut rows {
        // Of a department its own plans alone are listed and counted.
        row.plans.retain(|plan| plan.is_of(department));
        row.plans.sort_by_key(|row| (row.plan.at.map(|at| at.start), row.plan.kind.clone()));
    }
    rows.retain(|row| !row.plans.is_empty());
    rows.sort_by_cached_key(|row| (row.place.is_some(), row.first(), row.kana.clone(), row.id.clone()));
    Ok(Comers { rows, cut })
}

/// What is planned for one patient from a day on, soonest first: of the copy and since, under this number and those linked to it.
///
/// # Errors
/// When the store cannot be read.
pub fn of_patient(reader: &Reader, id: &PatientId, from: Moment) -> Result<Vec<PlanRow>, Problem> {
    let numbers = crate::record::numbers(reader, id)?;
    let said: Vec<Arc<Matter>> = bookings(reader)?.into_iter().filter(|one| numbers.contains(&one.patient())).collect();
    let ahead = |at: &When| at.end() > from.day().start;
    let mut rows: Vec<PlanRow> = Vec::new();
    for number in &numbers {
        let plans = reader.plans_of(number)?.into_iter().filter(|plan| !plan.is_move());
        for plan in plans.filter(|plan| plan.at.is_none_or(|at| ahead(&at))) {
            let row = PlanRow::of(&Planned { id: number.clone(), person: store::PersonRow::default(), plan });
            rows.push(match said.iter().find(|one| one.name == row.booking) {
                Some(said) => row.with(said),
                None => row,
            });
        }
    }
    for one in &said {
        if !rows.iter().any(|row| row.booking == one.name && row.state != "moved") {
            let times = one.times().into_iter().filter(ahead);
            rows.extend(times.map(|at| PlanRow::made_at(one, Some(at))).collect::<Vec<_>>());
        }
    }
    rows.sort_by_key(|row| (row.plan.at.map(|at| at.start), row.plan.kind.clone()));
    Ok(rows)
}

/// Telephone numbers of a patient, under this number and those linked to it.
///
/// # Errors
/// When the store cannot be read.
pub fn phones(reader: &Reader, id: &PatientId) -> Result<Vec<String>, Problem> {
    let mut phones: Vec<String> = Vec::new();
    for number in crate::record::numbers(reader, id)? {
        let own = reader.person(&number)?.map(|person| person.phones).unwrap_or_default();
        phones.extend(own.into_iter().filter(|phone| !phones.contains(phone)).collect::<Vec<_>>());
    }
    Ok(phones)
}

/// The plan that a name means, as it stands: of the copy, or made since.
///
/// # Errors
/// There is none; the store cannot be read.
pub fn named(reader: &Reader, name: &str) -> Result<(PatientId, PlanRow), Problem> {
    if let Some(said) = bookings(reader)?.into_iter().find(|one| one.name == name) {
        return Ok((said.patient(), PlanRow::made(&said)));
    }
    let parts = name.strip_prefix("copy:").and_then(|rest| rest.split_once('/'));
    let id = parts.and_then(|(authority, rest)| Some((authority, rest.split_once('/')?.0)));
    if let Some((authority, id)) = id {
        let id = PatientId { authority: authority.to_owned(), id: id.to_owned() };
        for plan in reader.plans_of(&id)? {
            if key(&id, &plan) == name {
                let person = store::PersonRow::default();
                return Ok((id.clone(), PlanRow::of(&Planned { id, person, plan })));
            }
        }
    }
    Err(Problem::usage(
        "この予約は、この端末のコピーにも停止中の記録にもありません。予約の画面を開き直して選んでください。\n\
         No such appointment is in this copy, nor was one made since: choose it on the page of appointments.",
    ))
}

/// Appointments that an earlier result of a row put where they are, and that its present result says nothing of: who puts a result right has
/// not put those right with it.
///
/// # Errors
/// When the store cannot be read.
pub fn unlike(reader: &Reader, row: &Matter) -> Result<Vec<PlanRow>, Problem> {
    let said: Vec<&BookingSaid> =
        row.history.iter().map(|(said, ..)| said).filter(|said| said.act == "result").collect();
    let of = |said: &BookingSaid, field: &str| said.values.get(field).cloned().unwrap_or_default();
    let was = |outcome: &str| said.iter().any(|said| of(said, "outcome") == outcome);
    if !was("moved") && !was("cancelled") {
        return Ok(Vec::new());
    }
    let is_put = |at: Option<When>, to: &str| !to.is_empty() && same(at, read_at(to));
    let mut left = Vec::new();
    for thing in row.value("booking").lines() {
        // A station without this part of the copy knows the row alone.
        let Ok((_, plan)) = named(reader, thing) else { continue };
        let is_unlike = match plan.state {
            "cancelled" => was("cancelled") && row.value("outcome") != "cancelled",
            _ => {
                let so = row.value("outcome") == "moved" && is_put(plan.plan.at, row.value("moved_to"));
                !so && said.iter().any(|said| is_put(plan.plan.at, &of(said, "moved_to")))
            }
        };
        if is_unlike {
            left.push(plan);
        }
    }
    Ok(left)
}

/// What is planned for a day as the copy has it; and whether there is more.
///
/// # Errors
/// When the store cannot be read.
pub fn of_day(reader: &Reader, day: When) -> Result<(Vec<Planned>, bool), Problem> {
    let mut planned = reader.plans(day.start, day.start, PLANS_READ + 1)?;
    let cut = planned.len() > PLANS_READ;
    planned.truncate(PLANS_READ);
    Ok((planned, cut))
}

/// Plans of the copy by patient, each with place and like names.
///
/// # Errors
/// When the store cannot be read.
pub fn gathered<'a>(reader: &Reader, planned: impl Iterator<Item = &'a Planned>) -> Result<Vec<Comer>, Problem> {
    let mut rows: BTreeMap<PatientId, Comer> = BTreeMap::new();
    for one in planned {
        add(reader, &mut rows, &one.id, PlanRow::of(one))?;
    }
    Ok(told_apart(rows.into_values().collect()))
}

fn add(reader: &Reader, rows: &mut BTreeMap<PatientId, Comer>, id: &PatientId, plan: PlanRow) -> Result<(), Problem> {
    if !rows.contains_key(id) {
        rows.insert(id.clone(), comer(reader, id)?);
    }
    if let Some(row) = rows.get_mut(id) {
        row.plans.push(plan);
    }
    Ok(())
}

fn told_apart(mut rows: Vec<Comer>) -> Vec<Comer> {
    let ids: Vec<PatientId> = rows.iter().map(Comer::patient).collect();
    let people = ids.iter().zip(&rows).map(|(id, row)| (id, row.name.as_str(), row.kana.as_str()));
    let judged = alike(people);
    rows.iter_mut().zip(judged).for_each(|(row, alike)| row.alike = alike);
    rows
}

fn comer(reader: &Reader, id: &PatientId) -> Result<Comer, Problem> {
    let mut hit = hit_of(reader, id)?;
    if hit.temporary {
        names::tell(&mut hit, &names::all(reader)?);
    }
    Ok(Comer {
        id: id.id.clone(),
        authority: id.authority.clone(),
        same_name: reader.same_name_count(&chart::fold_name(&hit.name))?,
        name: hit.name,
        kana: hit.kana,
        birth_date: hit.birth_date,
        sex: hit.sex,
        phones: reader.person(id)?.map(|row| row.phones).unwrap_or_default(),
        alike: Alike::No,
        place: census::place(reader, id)?.map(|inpatient| inpatient.place),
        plans: Vec::new(),
    })
}
