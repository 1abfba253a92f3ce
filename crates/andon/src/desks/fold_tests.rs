//! Slips, results and call-backs folded: any order of arrival makes the same state; what two stations say apart is confirmed by nobody, waits, and
//! stays open.

use std::sync::Arc;

use proptest::prelude::*;
use store::{Envelope, EventHash, EventNo};

use super::*;
use crate::desks::rows::{Row, field};
use crate::event::{self, DepartmentEvent};
use crate::folds::Fold;

fn stored(at: u8, station: u8, hlc: u64, parents: &[u8], event: DepartmentEvent) -> StoredEvent {
    let person = if station == 1 { "検査 太郎" } else { "検査 花子" };
    let store::NewEvent { kind, version, payload, .. } =
        event::new_event(&Event::Department(event), (person, "technologist"), Moment(0)).unwrap();
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
        person: person.into(),
        event_time: time,
        entry_time: time,
        ..Envelope::default()
    };
    StoredEvent { no: EventNo(u64::from(at)), hash: EventHash([at; 32]), bytes: Vec::new(), envelope }
}

fn said(act: &str, at: u8, fields: &[(&str, &str)]) -> DepartmentSaid {
    let values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
    let thing = if at == 1 { String::new() } else { format!("{}/0/1", StationId([1; 16])) };
    DepartmentSaid {
        thing,
        act: act.to_owned(),
        values,
        authority: "self".into(),
        id: "001".into(),
        ..Default::default()
    }
}

fn one(events: &[StoredEvent]) -> Arc<Entry> {
    Fold::<Entry>::of(events.to_vec())[0].clone()
}

fn set(at: u8, station: u8, parents: &[u8], act: &str, fields: &[(&str, &str)]) -> StoredEvent {
    stored(at, station, u64::from(at), parents, DepartmentEvent::Results(said(act, at, fields)))
}

fn potassium(value: &str) -> String {
    Row { name: "カリウム".into(), value: value.into(), ..Row::default() }.line()
}

#[test]
fn a_set_confirmed_at_one_station_and_corrected_at_another_is_confirmed_by_nobody() {
    let typed = set(1, 1, &[], "type", &[(&field(1), &potassium("4.1"))]);
    let confirmed = set(2, 2, &[1], "confirm", &[("confirmed", "検査 花子")]);
    assert_eq!(one(&[typed.clone(), confirmed.clone()]).set_state(), "confirmed");
    let corrected = set(3, 1, &[1], "correct", &[(&field(1), &potassium("6.8")), ("confirmed", "")]);
    let both = one(&[typed.clone(), confirmed.clone(), corrected.clone()]);
    assert_eq!((both.set_state(), both.is_doubtful()), ("unconfirmed", true));
    assert_eq!(both.rows()[0].1.value, "6.8");
    assert!(both.changed().is_some());
    // Whoever saw both says so.
    let again = set(4, 2, &[2, 3], "confirm", &[("confirmed", "検査 花子")]);
    let all = one(&[typed, confirmed, corrected, again]);
    assert_eq!((all.set_state(), all.is_doubtful()), ("confirmed", false));
    assert_eq!(all.history.len(), 4, "what stood there stays readable");
}

#[test]
fn corrections_of_two_rows_go_together_and_those_who_wrote_are_known() {
    let typed = set(1, 1, &[], "type", &[(&field(1), &potassium("4.1")), (&field(2), "\t\tCRP\t0.1")]);
    let first = set(2, 1, &[1], "correct", &[(&field(1), &potassium("4.2")), ("confirmed", "")]);
    let second = set(3, 2, &[1], "correct", &[(&field(2), "\t\tCRP\t0.2"), ("confirmed", "")]);
    let both = one(&[typed, first, second]);
    let values: Vec<String> = both.rows().into_iter().map(|(_, row)| row.value).collect();
    assert_eq!((values.as_slice(), both.is_doubtful()), (["4.2".to_owned(), "0.2".to_owned()].as_slice(), false));
    assert!(both.writers().contains(&"検査 太郎".to_owned()) && both.writers().contains(&"検査 花子".to_owned()));
}

#[test]
fn a_critical_value_that_one_station_closed_and_another_opened_again_stays_open_and_goes_up() {
    let critical = |at, station, parents: &[u8], act: &str, fields: &[(&str, &str)]| {
        stored(at, station, u64::from(at), parents, DepartmentEvent::Critical(said(act, at, fields)))
    };
    let open = critical(1, 1, &[], "open", &[("value", "6.8")]);
    let closed = critical(2, 1, &[1], "close", &[("closed", "1"), ("doctor", "佐藤")]);
    assert!(!one(&[open.clone(), closed.clone()]).is_open_critical());
    let again = critical(3, 2, &[1], "reopen", &[("closed", "")]);
    let both = one(&[open.clone(), closed, again]);
    assert!(both.is_open_critical() && both.is_doubtful());
    let after = |minutes: i64| one(std::slice::from_ref(&open)).escalation(Moment(60_000 * (1 + minutes)));
    assert_eq!([after(0), after(14), after(15), after(30)], [0, 0, 1, 2]);
}

#[test]
fn a_specimen_number_means_a_tube_that_waits_or_was_done_within_the_day() {
    let slip = |at, parents: &[u8], act: &str, fields: &[(&str, &str)]| {
        stored(at, 1, u64::from(at), parents, DepartmentEvent::Slip(said(act, at, fields)))
    };
    let received = slip(1, &[], "receive", &[("state", "waiting"), ("sample", "A1")]);
    let done = slip(2, &[1], "done", &[("state", "done")]);
    let (waiting, done) = (one(std::slice::from_ref(&received)), one(&[received.clone(), done]));
    let (today, later) = (Moment(3_600_000), Moment(48 * 3_600_000));
    let bears = |slip: &Entry, sample: &str, now| crate::desks::bears(slip, sample, now);
    assert!(bears(&waiting, "A1", later) && bears(&done, "A1", today));
    assert!(!bears(&done, "A1", later), "the analyser began its numbers anew");
    assert!(!bears(&waiting, "A2", today) && !bears(&waiting, "", today));
}

#[test]
fn a_slip_that_is_done_and_sent_back_apart_waits() {
    let slip = |at, station, parents: &[u8], act: &str, state: &str| {
        stored(at, station, u64::from(at), parents, DepartmentEvent::Slip(said(act, at, &[("state", state)])))
    };
    let received = slip(1, 1, &[], "receive", "waiting");
    let done = slip(2, 1, &[1], "done", "done");
    assert_eq!(one(&[received.clone(), done.clone()]).slip_state(), "done");
    let back = slip(3, 2, &[1], "return", "returned");
    let both = one(&[received, done, back]);
    assert_eq!((both.slip_state(), both.is_doubtful()), ("returned", true), "the one that asks for something");
}

proptest! {
    /// Same set, same state, whatever came first, in whatever portions and with whatever clocks.
    #[test]
    fn any_order_of_arrival_makes_the_same_set(
        words in prop::collection::vec((0..3_u8, 0..4_u8, 0..5_usize, -3..4_i64), 1..14),
        order in Just((0..14_usize).collect::<Vec<_>>()).prop_shuffle(),
    ) {
        let log: Vec<StoredEvent> = words.iter().enumerate().map(|(at, (station, back, act, wrong))| {
            let at = at as u8 + 1;
            let parents: Vec<u8> = if at == 1 || *back == 0 || *back >= at { Vec::new() } else { vec![at - back] };
            let hlc = (i64::from(at) * 2 + wrong).max(1) as u64;
            let (row, value) = (field(1 + act % 2), potassium(&at.to_string()));
            let (act, fields) = match act {
                0 | 1 => ("correct", vec![(row.as_str(), value.as_str()), ("confirmed", "")]),
                2 => ("confirm", vec![("confirmed", "検査 花子")]),
                3 => ("strike", vec![("struck", "1")]),
                _ => ("attach", vec![("attached", "x")]),
            };
            let act = if at == 1 { "type" } else { act };
            stored(at, if at == 1 { 1 } else { *station + 1 }, hlc, &parents, DepartmentEvent::Results(said(act, at, &fields)))
        }).collect();
        let shuffled: Vec<StoredEvent> = order.iter().filter_map(|at| log.get(*at).cloned()).collect();
        let (plain, other) = (one(&log), one(&shuffled));
        prop_assert_eq!(&plain.fields.values, &other.fields.values);
        prop_assert_eq!(&plain.fields.apart, &other.fields.apart);
        prop_assert_eq!(plain.set_state(), other.set_state());
        prop_assert_eq!(plain.history.len(), log.len());
    }
}
