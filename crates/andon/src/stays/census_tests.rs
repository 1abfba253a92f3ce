//! Who lies where when the copy and what was said are laid over each other.

use std::collections::BTreeMap;

use store::{Envelope, EventHash, EventNo, StationId, StoredEvent};

use super::*;
use crate::event::{self, Event, StayEvent, StaySaid};
use crate::folds::Fold;

fn id() -> PatientId {
    PatientId { authority: "self".into(), id: "001".into() }
}

fn at(text: &str) -> Moment {
    When::parse(text).unwrap().start
}

fn copys() -> Inpatient {
    let place = Place { ward: "03".into(), room: "301".into(), bed: "1".into(), kind: "N".into() };
    let admitted = When::parse("202110201000");
    Inpatient { place, admitted, since: admitted, ..Inpatient::default() }
}

/// Of which stay, what is done, and what its fields then say.
type Words<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)]);

/// What one station says of stays, each a minute after 2021-10-31 10:00 and each knowing the one before of its thing.
fn told(words: &[Words<'_>]) -> Vec<Arc<Stay>> {
    let mut last: BTreeMap<&str, EventHash> = BTreeMap::new();
    let stored = words.iter().zip(1_u8..).map(|((thing, act, fields), no)| {
        let values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        let said = StaySaid {
            thing: (*thing).to_owned(),
            act: (*act).to_owned(),
            values,
            authority: "self".into(),
            id: "001".into(),
            ..StaySaid::default()
        };
        let event = Event::Stay(StayEvent::Stay(said));
        let new = event::new_event(&event, ("看護師", "nurse"), Moment(0)).unwrap();
        let time = Moment(at("202110311000").0 + i64::from(no) * 60_000);
        let hash = EventHash([no; 32]);
        let parents = last.insert(thing, hash).into_iter().collect();
        let envelope = Envelope {
            station: StationId([1; 16]),
            no: u64::from(no),
            hlc: u64::from(no) << 16,
            parents,
            kind: new.kind,
            version: new.version,
            payload: new.payload,
            event_time: time,
            entry_time: time,
            ..Envelope::default()
        };
        StoredEvent { no: EventNo(u64::from(no)), hash, bytes: Vec::new(), envelope }
    });
    Fold::<Stay>::of(stored.collect()).to_vec()
}

fn beds(lying: &[Lying]) -> Vec<String> {
    lying.iter().map(|one| format!("{}-{}", one.inpatient.place.room, one.inpatient.place.bed)).collect()
}

#[test]
fn a_move_of_the_outage_takes_the_patient_out_of_the_bed_of_the_copy() {
    let own = key(&id(), &copys());
    let moved = told(&[(own.as_str(), "move", &[("place", "03\n305\n2"), ("state", "in")])]);
    let lying = laid_over(&id(), Some(copys()), &moved);
    assert_eq!((beds(&lying), lying[0].doubts.len()), (vec!["305-2".to_owned()], 0));
    assert_eq!(lying[0].inpatient.admitted, copys().admitted, "the admission is the copy's");
    let gone = told(&[(own.as_str(), "discharge", &[("state", "discharged")])]);
    assert!(laid_over(&id(), Some(copys()), &gone).is_empty());
    let away = told(&[(own.as_str(), "leave", &[("state", "leave")])]);
    let lying = laid_over(&id(), Some(copys()), &away);
    assert_eq!((beds(&lying), lying[0].inpatient.on_leave), (vec!["301-1".to_owned()], true));
}

#[test]
fn a_patient_in_two_beds_stands_in_both() {
    let admitted = told(&[("", "admit", &[("place", "05\n501\n1"), ("state", "in")])]);
    let lying = laid_over(&id(), Some(copys()), &admitted);
    assert_eq!(beds(&lying), ["501-1", "301-1"], "admitted here, and the copy has another bed");
    assert!(lying.iter().all(|one| one.doubts.contains(&"two_places")));
    let alone = laid_over(&id(), None, &admitted);
    assert_eq!((beds(&alone), alone[0].doubts.len()), (vec!["501-1".to_owned()], 0));
}

#[test]
fn a_stay_that_the_copy_has_ended_is_looked_at_where_somebody_was_put_in_a_bed_here() {
    let own = key(&id(), &copys());
    let moved = told(&[(own.as_str(), "move", &[("place", "03\n305\n2"), ("state", "in")])]);
    let lying = laid_over(&id(), None, &moved);
    assert_eq!((beds(&lying), lying[0].doubts.clone()), (vec!["305-2".to_owned()], vec!["copy_differs"]));
    let back = told(&[(own.as_str(), "back", &[("state", "in")])]);
    assert!(laid_over(&id(), None, &back).is_empty(), "nobody was put anywhere");
}

#[test]
fn a_copy_that_moved_the_patient_later_is_shown_beside_what_was_said() {
    let own = key(&id(), &copys());
    let moved = told(&[(own.as_str(), "move", &[("place", "03\n305\n2"), ("state", "in")])]);
    let later = Inpatient { since: When::parse("202111051000"), ..copys() };
    let lying = laid_over(&id(), Some(later.clone()), &moved);
    assert_eq!(beds(&lying), ["305-2", "301-1"]);
    assert!(lying[1].doubts.contains(&"copy_differs"));
    let gone = told(&[(own.as_str(), "discharge", &[("state", "discharged")])]);
    let lying = laid_over(&id(), Some(later), &gone);
    assert_eq!(beds(&lying), ["301-1"], "discharged here, and moved in the copy since");
    assert!(lying[0].doubts.contains(&"copy_differs"));
}
