//! Stays folded: any order of arrival makes the same state, what was struck counts no more, two beds of one patient both stand.

use std::sync::Arc;

use proptest::prelude::*;
use store::{Envelope, EventNo};

use super::*;
use crate::event::{self, StayEvent};
use crate::folds::Fold;

const KEY: &str = "copy:self/001/20211020100000000";

fn stored(at: u8, station: u8, hlc: u64, parents: &[u8], event: StayEvent) -> StoredEvent {
    let store::NewEvent { kind, version, payload, .. } =
        event::new_event(&Event::Stay(event), ("看護師", "nurse"), Moment(0)).unwrap();
    let parents = parents.iter().map(|parent| EventHash([*parent; 32])).collect();
    let time = Moment(i64::from(at) * 60_000);
    let envelope = Envelope {
        station: StationId([station; 16]),
        no: u64::from(at),
        hlc: hlc << 16,
        parents,
        kind,
        version,
        payload,
        event_time: time,
        entry_time: time,
        ..Envelope::default()
    };
    StoredEvent { no: EventNo(u64::from(at)), hash: EventHash([at; 32]), bytes: Vec::new(), envelope }
}

fn said(act: &str, fields: &[(&str, &str)]) -> StaySaid {
    let values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    let (thing, act) = (KEY.to_owned(), act.to_owned());
    StaySaid { thing, act, values, authority: "self".into(), id: "001".into(), ..StaySaid::default() }
}

fn stay(at: u8, station: u8, parents: &[u8], act: &str, fields: &[(&str, &str)]) -> StoredEvent {
    stored(at, station, u64::from(at), parents, StayEvent::Stay(said(act, fields)))
}

fn one(events: &[StoredEvent]) -> Arc<Stay> {
    Fold::<Stay>::of(events.to_vec())[0].clone()
}

fn beds(stay: &Stay) -> Vec<String> {
    stay.places().into_iter().map(|place| format!("{}-{}", place.room, place.bed)).collect()
}

#[test]
fn a_patient_moved_apart_at_two_stations_stands_in_both_beds_until_somebody_who_saw_both_says_which() {
    let first = stay(1, 1, &[], "move", &[("place", "03\n305\n1"), ("state", "in")]);
    let other = stay(2, 2, &[], "move", &[("place", "03\n307\n2"), ("state", "in")]);
    let apart = one(&[first.clone(), other.clone()]);
    assert!(apart.is_doubtful() && apart.is_open());
    assert_eq!(beds(&apart), ["305-1", "307-2"]);
    let settled = one(&[first, other, stay(3, 1, &[1, 2], "move", &[("place", "03\n307\n2"), ("state", "in")])]);
    assert_eq!((settled.is_doubtful(), beds(&settled)), (false, vec!["307-2".to_owned()]));
}

#[test]
fn a_discharge_against_a_move_keeps_the_patient_on_the_ward_in_doubt() {
    let moved = stay(1, 1, &[], "move", &[("place", "03\n305\n1"), ("state", "in")]);
    let gone = stay(2, 2, &[], "discharge", &[("state", "discharged"), ("outcome", "home")]);
    let both = one(&[moved.clone(), gone.clone()]);
    assert!(both.is_open() && both.is_doubtful(), "who was sent home at one station may lie in a bed at another");
    assert!(!one(&[gone]).is_open());
}

#[test]
fn what_was_struck_counts_no_more_and_stays_readable() {
    let gone = stay(1, 1, &[], "discharge", &[("state", "discharged"), ("outcome", "home")]);
    let struck = EventHash([1; 32]).to_string();
    let strike = stay(2, 1, &[1], "strike", &[(STRIKES, &struck)]);
    let stands = one(&[gone.clone(), strike.clone()]);
    assert!(stands.is_struck(), "nothing else was said of it");
    let moved = stay(3, 1, &[2], "move", &[("place", "03\n305\n1"), ("state", "in")]);
    let stands = one(&[gone, strike, moved]);
    assert!(stands.is_open() && !stands.is_doubtful());
    assert_eq!((stands.value("outcome"), stands.history.len()), ("", 3));
    assert!(stands.history[0].struck.is_some());
}

proptest! {
    /// Same set, same state, whatever came first, in whatever portions and with whatever clocks.
    #[test]
    fn any_order_of_arrival_makes_the_same_stay(
        words in prop::collection::vec((0..3_u8, 0..4_u8, 0..5_usize, -3..4_i64), 1..14),
        order in Just((0..14_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let log: Vec<StoredEvent> = words.iter().enumerate().map(|(at, (station, back, act, wrong))| {
            let at = at as u8 + 1;
            let parents: Vec<u8> = if *back == 0 || *back >= at { Vec::new() } else { vec![at - back] };
            let hlc = (i64::from(at) * 2 + wrong).max(1) as u64;
            let bed = format!("03\n30{}\n1", at % 4);
            let struck = EventHash([at.saturating_sub(1).max(1); 32]).to_string();
            let said = match act {
                0 => said("move", &[("place", &bed), ("state", "in")]),
                1 => said("leave", &[("state", "leave")]),
                2 => said("back", &[("state", "in")]),
                3 => said("strike", &[(STRIKES, &struck)]),
                _ => said("discharge", &[("state", "discharged")]),
            };
            stored(at, *station + 1, hlc, &parents, StayEvent::Stay(said))
        }).collect();
        let shuffled: Vec<StoredEvent> = order.iter().filter_map(|at| log.get(*at).cloned()).collect();
        let (plain, other) = (one(&log), one(&shuffled));
        prop_assert_eq!(&plain.values, &other.values);
        prop_assert_eq!(&plain.apart, &other.apart);
        prop_assert_eq!(plain.places(), other.places());
        prop_assert_eq!(plain.is_open(), other.is_open());
        prop_assert_eq!(plain.history.len(), log.len());
    }
}
