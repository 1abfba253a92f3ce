//! Who is printed: the patients of a ward or one patient, in the order of beds, each read when asked for, so that no run holds a
//! hospital's charts at once.

use std::collections::BTreeSet;
use std::iter::Peekable;

use chart::{AsOf, Chart, Moment, PatientId};
use paper::{Bed, Inpatient};
use store::Reader;

use super::rules::Form;
use super::{Order, runs};
use crate::confidential;
use crate::event::{Flag, Scope};
use crate::home::Problem;
use crate::stays::census::{self, Lying};
use crate::text::Words;

/// Patients of one pack: several times the beds of a hospital of this size.
const PATIENTS_MAX: usize = 2_000;

/// Somebody in a bed, with the chart or why it cannot be read.
pub(super) struct Bedside {
    pub id: PatientId,
    pub bed: Bed,
    pub chart: Result<Chart, Problem>,
    pub hide_name: bool,
    /// What is kept back of the patient, in words.
    pub marks: Vec<String>,
}

impl Bedside {
    /// The name as a ward's sheet may show it; the number where it may not, or the chart cannot be read.
    pub fn name(&self, t: Words) -> String {
        match &self.chart {
            Ok(chart) if !self.hide_name => chart.patient.name.clone(),
            _ => t.with("print-number", &self.id.id),
        }
    }
}

/// The patients of a ward, or one patient, as they are to be printed.
pub(super) struct Ward<F: Iterator<Item = Found>> {
    pub scope: Scope,
    /// What lies in its box, for a run of what changed.
    pub previous: Option<runs::Previous>,
    /// Those whose summary there says all that there is to say.
    pub quiet: BTreeSet<PatientId>,
    /// In the order of beds, read when asked for.
    pub found: Peekable<F>,
}

/// Somebody in a bed.
pub(super) enum Found {
    /// With the chart.
    Read(Box<Bedside>),
    /// Not read, because nothing is to be said that the box does not say.
    Quiet(PatientId),
}

/// A scope, with the patients that an order prints.
pub(super) fn ward<'r>(
    reader: &'r Reader,
    scope: &Scope,
    order: &Order,
    now: Moment,
) -> Result<Ward<impl Iterator<Item = Found> + use<'r>>, Problem> {
    let places = places(reader, scope)?;
    let previous = if order.changed_only {
        Some(runs::Previous::of(super::runs(reader, scope, order.boxed)?.into_iter()))
    } else {
        None
    };
    let quiet = match &previous {
        Some(previous) => previous.quiet(reader, places.iter().map(|(id, _)| id), now)?,
        None => BTreeSet::new(),
    };
    // The lists of a ward ask for the chart of everybody.
    let unread = if order.has_lists(scope) { BTreeSet::new() } else { quiet.clone() };
    let t = Words::of(order.lang);
    let found = places.into_iter().filter_map(move |(id, placed)| match unread.contains(&id) {
        true => Some(Found::Quiet(id)),
        false => bedside(reader, id, placed, t, now).map(|one| Found::Read(Box::new(one))),
    });
    Ok(Ward { scope: scope.clone(), previous, quiet, found: found.peekable() })
}

impl Order {
    /// True when lists of a ward are asked for, which are of everybody there.
    fn has_lists(&self, scope: &Scope) -> bool {
        matches!(scope, Scope::Ward(_)) && self.forms.iter().any(|form| *form != Form::Summary)
    }
}

/// Where somebody lies, and what is doubtful about it (words of `bed-…`).
#[derive(Default)]
struct Where {
    place: chart::Place,
    doubts: Vec<&'static str>,
    /// Said since the copy ended.
    outage: bool,
}

impl From<Lying> for Where {
    fn from(lying: Lying) -> Where {
        Where { outage: lying.stay.is_some(), place: lying.inpatient.place, doubts: lying.doubts }
    }
}

/// Who is in a scope, in the order of beds. Who is said to lie in two beds stands in both.
fn places(reader: &Reader, scope: &Scope) -> Result<Vec<(PatientId, Where)>, Problem> {
    let mut places: Vec<(PatientId, Where)> = match scope {
        Scope::Ward(ward) => {
            let (lying, _) = census::of_ward(reader, Some(ward), PATIENTS_MAX)?;
            lying.into_iter().map(|one| (one.id.clone(), one.into())).collect()
        }
        Scope::Patient { authority, id } => {
            let id = PatientId { authority: authority.clone(), id: id.clone() };
            let lies = census::of_patient(reader, &id)?.into_iter().next();
            vec![(id, lies.map(Where::from).unwrap_or_default())]
        }
        Scope::House => Vec::new(),
    };
    let beds: Vec<chart::Place> = places.iter().map(|(_, lies)| lies.place.clone()).collect();
    for (_, lies) in places.iter_mut().filter(|(_, lies)| !lies.place.bed.is_empty()) {
        let is_shared = beds.iter().filter(|bed| census::is_same(bed, &lies.place)).count() > 1;
        lies.doubts.extend(is_shared.then_some("two_in_bed"));
    }
    places.sort_by_cached_key(|(id, lies)| {
        (chart::natural(&lies.place.room), chart::natural(&lies.place.bed), id.clone())
    });
    Ok(places)
}

/// The one patient of a scope; `None` when there is none or nothing at all is held.
pub(super) fn whose(reader: &Reader, scope: &Scope, t: Words, now: Moment) -> Result<Option<Bedside>, Problem> {
    let Some((id, place)) = places(reader, scope)?.pop() else { return Ok(None) };
    match bedside(reader, id, place, t, now) {
        // Only this one was asked for: without the chart there is nothing to print.
        Some(Bedside { chart: Err(problem), .. }) => Err(problem),
        whose => Ok(whose),
    }
}

/// One of them; `None` when nothing at all is held of the patient.
fn bedside(reader: &Reader, id: PatientId, lies: Where, t: Words, now: Moment) -> Option<Bedside> {
    let (place, mut more) = (lies.place, Vec::new());
    more.extend(lies.outage.then(|| t.text("stay-outage")));
    more.extend(lies.doubts.iter().map(|code| t.word("bed", code)));
    let bed = Bed { ward: place.ward, room: place.room, bed: place.bed };
    let read = crate::record::chart(reader, &id, &AsOf::live(now)).and_then(|mut chart| {
        if let Some(chart) = &mut chart {
            census::named(reader, &id, chart)?;
        }
        Ok((chart, confidential::of_person(reader, &id)?))
    });
    match read {
        Ok((None, _)) => None,
        Ok((Some(chart), flags)) => Some(Bedside {
            id,
            bed,
            chart: Ok(chart),
            hide_name: flags.contains(&Flag::HideName),
            marks: flags.iter().map(|flag| t.word("flag", flag.code())).chain(more).collect(),
        }),
        Err(problem) => {
            let marks = vec![t.with("print-number", &id.id)];
            Some(Bedside { id, bed, chart: Err(problem), hide_name: true, marks })
        }
    }
}

/// As a sheet takes them.
pub(super) fn inpatient(one: &Bedside) -> Inpatient<'_> {
    Inpatient { bed: &one.bed, chart: one.chart.as_ref().ok(), hide_name: one.hide_name, marks: &one.marks }
}
