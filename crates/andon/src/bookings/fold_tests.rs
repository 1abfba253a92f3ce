//! Appointments and rows folded: any order of arrival makes the same state, fields said apart go together, of one field both are shown.

use std::sync::Arc;

use proptest::prelude::*;
use store::{Envelope, EventHash, EventNo};

use super::*;
use crate::bookings::Progress;
use crate::event::{self, BookingEvent};
use crate::folds::Fold;

const KEY: &str = "copy:self/001/lab/77";

fn stored(at: u8, station: u8, hlc: u64, parents: &[u8], event: BookingEvent) -> StoredEvent {
    let store::NewEvent { kind, version, payload, .. } =
        event::new_event(&Event::Booking(event), ("係", "clerk"), Moment(0)).unwrap();
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

fn said(thing: &str, act: &str, fields: &[(&str, &str)]) -> BookingSaid {
    let values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    let (thing, act) = (thing.to_owned(), act.to_owned());
    BookingSaid { thing, act, values, authority: "self".into(), id: "001".into(), ..BookingSaid::default() }
}

fn booking(at: u8, station: u8, parents: &[u8], act: &str, fields: &[(&str, &str)]) -> StoredEvent {
    stored(at, station, u64::from(at), parents, BookingEvent::Booking(said(KEY, act, fields)))
}

fn one(events: &[StoredEvent]) -> Arc<Matter> {
    Fold::<Matter>::of(events.to_vec())[0].clone()
}

#[test]
fn two_stations_that_first_speak_of_one_plan_of_the_copy_lose_nothing() {
    let moved = booking(1, 1, &[], "move", &[("at", "2021-11-20 10:00"), ("was_at", "2021-11-05 10:00")]);
    let judged = booking(2, 2, &[], "decide", &[("postpone", "can"), ("decided_by", "佐藤")]);
    let both = one(&[moved.clone(), judged.clone()]);
    assert_eq!((both.value("at"), both.value("postpone")), ("2021-11-20 10:00", "can"));
    assert!(!both.is_doubtful(), "different fields are no conflict");
    let other = booking(3, 2, &[], "move", &[("at", "2021-11-25 09:00")]);
    let apart = one(&[moved.clone(), judged.clone(), other.clone()]);
    assert_eq!(apart.apart.len(), 1);
    let words: Vec<&str> = apart.apart[0].said.iter().map(|(value, _)| value.as_str()).collect();
    assert_eq!((apart.apart[0].field.as_str(), words), ("at", vec!["2021-11-20 10:00", "2021-11-25 09:00"]));
    // Whoever saw all of it says which.
    let settled = booking(4, 1, &[1, 2, 3], "move", &[("at", "2021-11-25 09:00")]);
    let settled = one(&[moved, judged, other, settled]);
    assert_eq!(
        (settled.is_doubtful(), settled.value("at"), settled.value("postpone")),
        (false, "2021-11-25 09:00", "can")
    );
    assert_eq!(settled.history.len(), 4);
}

#[test]
fn a_row_taken_at_two_stations_is_doubtful_until_somebody_who_saw_both_says_what_came_of_it() {
    let row = |at, station, parents: &[u8], act: &str, fields: &[(&str, &str)]| {
        let thing = if act == "make" { String::new() } else { format!("{}/0/1", StationId([1; 16])) };
        stored(at, station, u64::from(at), parents, BookingEvent::Row(said(&thing, act, fields)))
    };
    let mut log = vec![row(1, 1, &[], "make", &[("no", "1")])];
    assert_eq!(one(&log).row_state(), "todo");
    log.push(row(2, 1, &[1], "take", &[("taken", "甲")]));
    assert_eq!((one(&log).row_state(), one(&log).value("taken")), ("taken", "甲"));
    log.push(row(3, 2, &[1], "take", &[("taken", "乙")]));
    assert!(one(&log).is_doubtful());
    log.push(row(4, 1, &[2], "result", &[("taken", ""), ("outcome", "no_answer")]));
    log.push(row(5, 2, &[3], "result", &[("taken", ""), ("outcome", "no_answer")]));
    let rung_twice = one(&log);
    assert!(!rung_twice.is_doubtful(), "both say the same");
    assert_eq!((rung_twice.row_state(), rung_twice.tries().len()), ("again", 2), "and both tries count");
    log.push(row(6, 1, &[4, 5], "result", &[("outcome", "moved"), ("moved_to", "2021-11-20")]));
    let progress = Progress::of(&[one(&log)]);
    assert_eq!((progress.in_state("done"), progress.came_to("moved"), progress.doubtful), (1, 1, 0));
}

/// Fields of which two stations say different things.
fn apart(events: &[StoredEvent]) -> Vec<String> {
    one(events).apart.iter().map(|apart| apart.field.clone()).collect()
}

#[test]
fn an_act_that_does_not_name_the_field_settles_nothing() {
    let mut log = vec![
        booking(1, 1, &[], "move", &[("at", "2021-11-20 10:00")]),
        booking(2, 2, &[], "move", &[("at", "2021-11-25 09:00")]),
        booking(3, 1, &[1, 2], "decide", &[("postpone", "can"), ("decided_by", "佐藤")]),
    ];
    assert_eq!(apart(&log), ["at"], "a doctor who judges the test says nothing of its day");
    let days: Vec<String> = one(&log).times().iter().map(|at| at.start.day().iso()).collect();
    assert_eq!(days, ["2021-11-20", "2021-11-25"]);
    log.push(booking(4, 1, &[3], "cancel", &[("cancelled", "1")]));
    assert_eq!(apart(&log), ["at"]);
    log.push(booking(5, 2, &[4], "move", &[("at", "2021-11-20 10:00"), ("cancelled", "")]));
    assert!(apart(&log).is_empty());
    assert_eq!(one(&log).value("at"), "2021-11-20 10:00");
}

#[test]
fn who_judges_a_plan_tells_what_the_copy_says_and_contradicts_nobody() {
    let moved = booking(1, 1, &[], "move", &[("at", "2021-11-20 10:00"), ("was_at", "2021-11-05 10:00")]);
    let judged = booking(2, 2, &[], "decide", &[("at", "2021-11-05 10:00"), ("postpone", "can")]);
    assert_eq!(one(std::slice::from_ref(&judged)).value("at"), "2021-11-05 10:00", "told where the copy is not");
    for order in [[&moved, &judged], [&judged, &moved]] {
        let both = one(&order.map(Clone::clone));
        assert!(!both.is_doubtful());
        assert_eq!((both.value("at"), both.value("postpone")), ("2021-11-20 10:00", "can"));
    }
}

#[test]
fn a_list_that_two_stations_print_contradicts_nobody() {
    let list = |at, station, parents: &[u8], act: &str, fields: &[(&str, &str)]| {
        let thing = if act == "make" { String::new() } else { format!("{}/0/1", StationId([1; 16])) };
        stored(at, station, u64::from(at), parents, BookingEvent::List(said(&thing, act, fields)))
    };
    let log = [
        list(1, 1, &[], "make", &[("title", "健診")]),
        list(2, 1, &[1], "print", &[("sheet", "A-1")]),
        list(3, 2, &[1], "print", &[("sheet", "B-1")]),
    ];
    assert!(apart(&log).is_empty());
    let sheets =
        one(&log).history.iter().filter_map(|(said, ..)| said.values.get("sheet").cloned()).collect::<Vec<_>>();
    assert_eq!(sheets, ["A-1", "B-1"]);
}

#[test]
fn what_paper_said_before_builds_on_nothing_that_a_screen_said_later() {
    let row = |at, parents: &[u8], act: &str, fields: &[(&str, &str)]| {
        let thing = if act == "make" { String::new() } else { format!("{}/0/1", StationId([1; 16])) };
        stored(at, 1, u64::from(at), parents, BookingEvent::Row(said(&thing, act, fields)))
    };
    let mut log =
        vec![row(1, &[], "make", &[("no", "1")]), row(5, &[1], "result", &[("taken", ""), ("outcome", "reached")])];
    let minute = |at: i64| Moment(at * 60_000);
    let tips = |at| one(&log).as_of(minute(at)).tips.clone();
    assert_eq!(tips(9), [EventHash([5; 32])]);
    assert_eq!(tips(4), [EventHash([1; 32])]);
    assert_eq!(tips(0), [EventHash([1; 32])], "that it was entered is known");
    assert_eq!(one(&log).as_of(minute(4)).row_state(), "todo");
    // Entered after a sheet was printed of what happened before it: the sheet has the row.
    let mut late = log.clone();
    late[1].envelope.event_time = minute(2);
    let states = [one(&late).as_of(minute(4)), one(&late).as_entered_by(minute(4))].map(|row| row.row_state());
    assert_eq!(states, ["done", "todo"]);
    log.push(row(6, &[1], "result", &[("outcome", "no_answer")]));
    assert_eq!(apart(&log), ["outcome"]);
}

proptest! {
    /// Same set, same state, whatever came first, in whatever portions and with whatever clocks.
    #[test]
    fn any_order_of_arrival_makes_the_same_appointment(
        words in prop::collection::vec((0..3_u8, 0..4_u8, 0..12_usize, -3..4_i64), 1..14),
        order in Just((0..14_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let fields = ["at", "postpone", "cancelled", "doctor"];
        let log: Vec<StoredEvent> = words.iter().enumerate().map(|(at, (station, back, field, wrong))| {
            let at = at as u8 + 1;
            let parents: Vec<u8> = if *back == 0 || *back >= at { Vec::new() } else { vec![at - back] };
            let hlc = (i64::from(at) * 2 + wrong).max(1) as u64;
            let act = ["move", "decide", "cancel"][field / 4];
            let said = said(KEY, act, &[(fields[field % 4], &format!("2021-11-{at:02}"))]);
            stored(at, *station + 1, hlc, &parents, BookingEvent::Booking(said))
        }).collect();
        let shuffled: Vec<StoredEvent> = order.iter().filter_map(|at| log.get(*at).cloned()).collect();
        let (plain, other) = (one(&log), one(&shuffled));
        prop_assert_eq!(&plain.values, &other.values);
        prop_assert_eq!(&plain.apart, &other.apart);
        prop_assert_eq!(plain.history.len(), log.len());
    }
}
