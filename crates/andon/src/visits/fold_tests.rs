//! Visits folded: any order of arrival makes the same state, and two stations that move one apart lose nothing.

use std::sync::Arc;

use proptest::prelude::*;
use store::{Envelope, EventNo};

use super::*;
use crate::event;
use crate::folds::Fold;
use crate::visits::Tally;

fn values(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

fn stored(at: u8, station: u8, hlc: u64, parents: &[u8], event: VisitEvent) -> StoredEvent {
    let store::NewEvent { kind, version, payload, .. } =
        event::new_event(&Event::Visit(event), ("係", "clerk"), Moment(0)).unwrap();
    let parents = parents.iter().map(|parent| EventHash([*parent; 32])).collect();
    let (station, event_time) = (StationId([station; 16]), Moment(i64::from(at) * 60_000));
    let envelope = Envelope {
        station,
        no: u64::from(at),
        hlc: hlc << 16,
        parents,
        kind,
        version,
        payload,
        event_time,
        ..Envelope::default()
    };
    StoredEvent { no: EventNo(u64::from(at)), hash: EventHash([at; 32]), bytes: Vec::new(), envelope }
}

fn received(at: u8) -> StoredEvent {
    let said = VisitSaid {
        no: u64::from(at),
        day: "2021-11-01".into(),
        id: at.to_string(),
        letter: "内".into(),
        number: u32::from(at),
        ticket: format!("内1{at:02}"),
        values: values(&[("kind", "booked"), ("department", "内"), ("departments", "内"), ("place", "doctor")]),
        ..VisitSaid::default()
    };
    stored(at, 1, u64::from(at), &[], VisitEvent::Received(said))
}

fn moved(at: u8, station: u8, hlc: u64, parents: &[u8], act: &str, fields: &[(&str, &str)]) -> StoredEvent {
    let visit = format!("{}/0/1", StationId([1; 16]));
    let said = VisitMoved {
        day: "2021-11-01".into(),
        visit,
        act: act.into(),
        values: values(fields),
        ..VisitMoved::default()
    };
    stored(at, station, hlc, parents, VisitEvent::Moved(said))
}

fn one(events: &[StoredEvent]) -> Arc<Visit> {
    Fold::<Visit>::of(events.to_vec())[0].clone()
}

#[test]
fn a_visit_goes_to_the_laboratory_and_back_and_home() {
    let mut log = vec![received(1), moved(2, 1, 2, &[1], "move", &[("place", "lab"), ("flags", "results")])];
    let at_lab = one(&log);
    assert_eq!((at_lab.value("place"), at_lab.state, at_lab.since.at), ("lab", "waiting", Moment(120_000)));
    assert!(at_lab.words("flags").contains("results"));
    log.push(moved(3, 2, 3, &[2], "back", &[("place", "doctor"), ("flags", "")]));
    log.push(moved(4, 2, 4, &[3], "flag", &[("flags", "family")]));
    let back = one(&log);
    assert_eq!((back.value("place"), back.value("flags")), ("doctor", "family"));
    assert_eq!(back.since.at, Moment(180_000), "a flag is no move: the wait goes on");
    log.push(moved(5, 1, 5, &[4], "call", &[("room", "3診")]));
    assert_eq!((one(&log).state, one(&log).value("room")), ("called", "3診"));
    log.push(moved(6, 1, 6, &[5], "done", &[]));
    assert!(!one(&log).is_open());
    log.push(moved(7, 1, 7, &[6], "reopen", &[]));
    assert!(one(&log).is_open() && one(&log).history.len() == 6);
}

#[test]
fn two_stations_that_move_one_apart_leave_it_open_and_both_are_told_until_one_decides() {
    let log = [
        received(1),
        moved(2, 2, 5, &[1], "move", &[("place", "lab"), ("flags", "results")]),
        moved(3, 3, 3, &[1], "done", &[("flags", "family")]),
    ];
    let apart = one(&log);
    assert!(apart.is_doubtful() && apart.is_open() && apart.apart.len() == 2);
    assert_eq!((apart.value("place"), apart.value("flags")), ("lab", "family results"));
    let decided = moved(4, 2, 6, &[2, 3], "done", &[]);
    let settled = one(&[log.as_slice(), &[decided]].concat());
    assert!(!settled.is_doubtful() && settled.state == "done" && settled.history.len() == 3);
    // The same said twice is no conflict.
    let same = [received(1), moved(2, 2, 2, &[1], "done", &[]), moved(3, 3, 3, &[1], "done", &[])];
    assert!(!one(&same).is_doubtful());
}

fn strikes(hashes: &[u8]) -> String {
    hashes.iter().map(|hash| EventHash([*hash; 32]).to_string()).collect::<Vec<_>>().join(" ")
}

/// A row of paper that was misread: what it did counts no more, it stays with who and why, and what came after it stands.
#[test]
fn what_is_struck_counts_no_more_and_is_never_taken_away() {
    let misread = moved(2, 1, 2, &[1], "done", &[]);
    let right = strikes(&[2]);
    let same = moved(3, 2, 3, &[2], "move", &[("place", "lab"), ("strikes", &right)]);
    let visit = one(&[received(1), misread.clone(), same]);
    assert_eq!((visit.state, visit.value("place"), visit.value("strikes")), ("waiting", "lab", ""));
    assert_eq!(
        (visit.history.len(), visit.history[0].struck.is_some(), visit.history[1].struck.is_none()),
        (2, true, true)
    );
    // It was another's row: this visit is where it was before, since when it was there.
    let other = moved(3, 2, 3, &[2], "correct", &[("strikes", &right)]);
    let visit = one(&[received(1), misread.clone(), other]);
    assert_eq!((visit.state, visit.value("place"), visit.since.at), ("waiting", "doctor", Moment(60_000)));
    // What somebody did since stands.
    let called = moved(3, 1, 3, &[2], "reopen", &[("place", "image")]);
    let late = moved(4, 2, 4, &[3], "correct", &[("strikes", &right)]);
    let visit = one(&[received(1), misread, called, late]);
    assert_eq!((visit.state, visit.value("place"), visit.history.len()), ("waiting", "image", 3));
}

/// Two stations without blocks whose ids begin with the same digits: the ticket is one, the visits are two, and it is told that nobody may
/// be called by it.
#[test]
fn two_stations_whose_ids_begin_alike_give_one_ticket_and_it_is_seen() {
    let [one, other] = [[0x3f, 0x2a, 1], [0x3f, 0x2a, 2]].map(|begins| {
        let mut id = [0; 16];
        id[..3].copy_from_slice(&begins);
        StationId(id)
    });
    let entered = |at: u8, station: StationId| {
        let ticket = crate::visits::tickets::ticket("内", None, (&station.to_string(), 1), 1);
        let said = VisitSaid { no: 1, day: "2021-11-01".into(), id: at.to_string(), ticket, ..VisitSaid::default() };
        let mut stored = stored(at, at, u64::from(at), &[], VisitEvent::Received(said));
        stored.envelope.station = station;
        stored
    };
    let visits = Fold::<Visit>::of(vec![entered(1, one), entered(2, other)]);
    assert_eq!((visits.len(), crate::visits::doubled(&visits)), (2, vec!["内3F2A01-1".to_owned()]));
    assert_ne!(visits[0].name, visits[1].name);
}

#[test]
fn how_many_are_left_is_counted_by_department_and_for_the_house() {
    let visits = [received(1), received(2), moved(3, 1, 3, &[1], "move", &[("place", "lab")])];
    let visits = Fold::<Visit>::of(visits.to_vec());
    let tally = Tally::of(&visits, None);
    assert_eq!((tally.left, tally.waiting, tally.away, tally.done), (2, 1, 1, 0));
    assert_eq!(Tally::of(&visits, Some("内")), tally);
    assert_eq!(Tally::of(&visits, Some("外")), Tally::default());
}

proptest! {
    /// Whatever came first, wherever clocks were wrong: the same events make the same visits.
    #[test]
    fn any_order_of_arrival_makes_the_same_state(
        words in prop::collection::vec((1..4_u8, 0..60_u64, 0..8_u8, 0..5_usize, 0..3_usize), 1..14),
        order in Just((0..16_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let acts = ["move", "done", "call", "flag", "correct"];
        let places = [("place", "lab"), ("place", "doctor"), ("flags", "family")];
        let mut log = vec![received(1)];
        for (at, (station, hlc, back, act, place)) in (2..).zip(&words) {
            // Built on what this station saw: something said before, not always the last.
            let parent = at - 1 - back.min(&(at - 2));
            let struck = strikes(&[parent]);
            let fields = if *act == 4 { &[("strikes", struck.as_str())][..] } else { &places[*place..=*place] };
            log.push(moved(at, *station, *hlc, &[parent], acts[*act], fields));
        }
        let shuffled: Vec<StoredEvent> = order.iter().filter_map(|at| log.get(*at).cloned()).collect();
        prop_assert_eq!(one(&shuffled), one(&log));
        let visit = one(&log);
        prop_assert_eq!(visit.history.len(), words.len(), "nothing is lost");
    }
}
