//! What was asked at desks (問診), kind 66: which answers stand, and which were taken back because they were written down for another patient
//! or on another visit. What takes back builds on what it takes back; it is struck with who and why, and never taken away.

use std::collections::BTreeMap;

use chart::PatientId;
use store::{EventHash, Reader, StoredEvent};

use crate::event::{Event, IntakeSaid, VisitEvent, patient_item};
use crate::home::Problem;
use crate::hospital;
use crate::incident::Told;

/// The field of an answer that takes others back: why.
pub const WITHDRAWN: &str = "withdrawn";

/// What was asked once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Intake {
    /// The answers.
    pub said: IntakeSaid,
    /// Who wrote them down, when.
    pub told: Told,
    /// The event.
    pub hash: EventHash,
    /// Who took them back, and why.
    pub withdrawn: Option<Told>,
}

/// What an event says of an intake; `None` for others.
pub fn read(stored: &StoredEvent) -> Option<IntakeSaid> {
    let of = &stored.envelope;
    match Event::read(of.kind, of.version, &of.payload) {
        Event::Visit(VisitEvent::Intake(said)) => Some(said),
        _ => None,
    }
}

/// Why answers are taken back; empty for answers.
pub fn why_withdrawn(said: &IntakeSaid) -> &str {
    said.values.get(WITHDRAWN).map_or("", String::as_str)
}

/// What was taken back among these events, with who did.
pub fn withdrawn(events: &[StoredEvent]) -> BTreeMap<EventHash, Told> {
    let mut taken = BTreeMap::new();
    for stored in events {
        let Some(said) = read(stored).filter(|said| !why_withdrawn(said).is_empty()) else { continue };
        let told = Told::of(stored, why_withdrawn(&said));
        taken.extend(stored.envelope.parents.iter().map(|parent| (*parent, told.clone())));
    }
    taken
}

/// What was asked of a patient on a visit, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub fn of_visit(reader: &Reader, patient: &PatientId, visit: &str) -> Result<Vec<Intake>, Problem> {
    let mut events = hospital::events_of(reader, &patient_item(patient))?;
    events.sort_by_key(store::fold_key);
    let taken = withdrawn(&events);
    let one = |stored: &StoredEvent| {
        let said = read(stored).filter(|said| said.visit == visit && why_withdrawn(said).is_empty())?;
        let told = Told::of(stored, "");
        Some(Intake { told, hash: stored.hash, withdrawn: taken.get(&stored.hash).cloned(), said })
    };
    Ok(events.iter().filter_map(one).collect())
}
