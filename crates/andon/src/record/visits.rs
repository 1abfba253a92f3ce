//! Visits of the outage as facts: each reception of a patient, folded with what was said of it since, at whichever station. They stand on
//! the chart beside the EMR's own visits, with 停止中 and the station as their source.

use std::sync::Arc;

use chart::{Body, Coded, DOWNTIME, Fact, Move, MoveKind, Origin, PatientId, Place, Staff, VISIT, When};
use store::{Cut, Reader, StoredEvent};

use super::said::counts;
use crate::event::{Event, VisitEvent, patient_item};
use crate::folds::{Fold, Folded};
use crate::home::Problem;
use crate::hospital::{self, Members};
use crate::visits::{Visit, clinics};

/// Who was received, at every station whose log counts, up to the cut. What was struck as a mistake is no visit.
pub(super) fn received(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<Vec<Fact>, Problem> {
    let mut events = hospital::events_of(reader, &patient_item(number))?;
    events.retain(|stored| is_of_a_visit(stored) && counts(cut, &stored.envelope));
    if events.is_empty() {
        return Ok(Vec::new());
    }
    let positions: std::collections::HashMap<store::EventHash, u64> =
        events.iter().map(|stored| (stored.hash, stored.no.0)).collect();
    let (clinics, members) = (clinics::all(reader)?, reader.once(Members::of)?);
    let visits = Fold::<Visit>::of(events);
    let fact = |visit: &Arc<Visit>| {
        let at = When::parse(&visit.received.at.digits17()[..12]);
        let origin = Origin {
            source: format!("{DOWNTIME} {}", members.name(visit.station)),
            position: positions.get(&visit.entered).copied().unwrap_or_default(),
            kind: VISIT.to_owned(),
            message: at,
            received: visit.received.entry,
            ..Origin::default()
        };
        let department = clinics::name(&clinics, visit.value("department"));
        let moved = Move {
            kind: MoveKind::Visit,
            at,
            class: "O".to_owned(),
            place: Place::default(),
            prior: Place::default(),
            attending: Staff::default(),
            admitting: Staff::default(),
            department: Coded { text: department, ..Coded::default() },
            admitted: None,
            discharged: None,
            disposition: Coded { code: stands(visit), ..Coded::default() },
            planned: None,
            reason: visit.said.ticket.clone(),
        };
        Fact { origin: Arc::new(origin), body: Body::from(moved) }
    };
    Ok(visits.iter().filter(|visit| visit.state != "struck").map(fact).collect())
}

/// It says that somebody was received, or what became of the visit since.
fn is_of_a_visit(stored: &StoredEvent) -> bool {
    matches!(<Visit as Folded>::read(stored), Some((_, VisitEvent::Received(_) | VisitEvent::Moved(_))))
}

/// The names of visits that were struck, among these events.
pub(super) fn struck(events: &[StoredEvent]) -> std::collections::BTreeSet<String> {
    let visits = Fold::<Visit>::of(events.iter().filter(|stored| is_of_a_visit(stored)).cloned().collect());
    visits.iter().filter(|visit| visit.state == "struck").map(|visit| visit.name.clone()).collect()
}

/// Something of a visit, of an appointment, of a stay, of a department desk, ordered on paper or asked at a desk, at whichever station, is not
/// in a cut.
pub(super) fn is_received_since(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<bool, Problem> {
    let events = hospital::events_of(reader, &patient_item(number))?;
    let is_ours = |stored: &StoredEvent| {
        let of = &stored.envelope;
        let event = Event::read(of.kind, of.version, &of.payload);
        matches!(event, Event::Visit(_) | Event::Booking(_) | Event::Stay(_) | Event::Order(_) | Event::Department(_))
    };
    Ok(events.iter().any(|stored| !counts(cut, &stored.envelope) && is_ours(stored)))
}

/// How it stands, as the code of a movement's end: that nobody knows who it was says more than where he is.
fn stands(visit: &Visit) -> String {
    match (visit.is_doubtful(), visit.words("flags").contains("unidentified")) {
        (_, true) => "desk_unidentified".to_owned(),
        (true, _) => "desk_doubtful".to_owned(),
        _ => format!("desk_{}", visit.state),
    }
}
