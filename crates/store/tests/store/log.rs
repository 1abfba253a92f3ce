//! The station's log: numbered, chained, signed once a commit, and begun anew when somebody has seen more of it.

use crate::home::{Home, NIGHT};
use chart::Moment;
use store::{Envelope, EventHash, EventNo, NewEvent};

fn event(at: i64, items: &[&str]) -> NewEvent {
    NewEvent {
        event_time: Moment(NIGHT.0 + at - 60_000),
        entry_time: Moment(NIGHT.0 + at),
        person: "当直 花子".into(),
        role: "当直師長".into(),
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        parents: vec![],
        kind: 7,
        version: 1,
        payload: b"{}".to_vec(),
    }
}

#[test]
fn events_are_numbered_chained_and_found_by_item() {
    let home = Home::new();
    let mut writer = home.writer();
    let first = writer.batch(|batch| batch.append_event(&event(0, &["incident/1"]))).unwrap();
    let ids = writer.append_events(&[event(1, &["incident/1", "sheet/3"]), event(1, &["sheet/4"])]).unwrap();
    assert_eq!((first.no, ids[0].no, ids[1].no), (1, 2, 3));
    let events = home.reader().events(EventNo(1), 10).unwrap();
    for pair in events.windows(2) {
        assert_eq!(pair[1].envelope.prev_hash, pair[0].hash.0);
        assert_eq!(pair[0].hash, EventHash::of(&pair[0].bytes));
        assert!(pair[1].envelope.hlc > pair[0].envelope.hlc);
    }
    assert_eq!(events[0].envelope.prev_hash, [0; 32]);
    assert_eq!(events[1].bytes, events[1].envelope.encode().unwrap());
    let of: Vec<_> = writer.events_of("incident/1").unwrap().iter().map(|event| event.no.0).collect();
    assert_eq!(of, [1, 2]);
    assert_eq!(writer.events(EventNo(2), 1).unwrap()[0].no, EventNo(2));
    let verdict = writer.verify(|_| ()).unwrap();
    assert_eq!((verdict.events, verdict.signatures, verdict.findings), (3, 2, vec![]));
}

#[test]
fn items_are_found_by_how_their_names_begin() {
    let home = Home::new();
    let mut writer = home.writer();
    let names: [&[&str]; 4] =
        [&["open:a", "paper:a"], &["open:山/2", "open:b", "opener"], &["open:a"], &["open;", "done:a"]];
    let events: Vec<NewEvent> = names.into_iter().zip(0..).map(|(names, at)| event(at, names)).collect();
    writer.append_events(&events).unwrap();
    let reader = home.reader();
    let found = |begins: &str| {
        let items = reader.items(begins).unwrap().into_iter();
        items.map(|(name, no)| (name, no.0)).collect::<Vec<_>>()
    };
    assert_eq!(found("open:"), [("a".into(), 3), ("b".into(), 2), ("山/2".into(), 2)]);
    assert_eq!((found("done:"), found("shut:")), (vec![("a".into(), 4)], vec![]));
    let third = reader.event(EventNo(3)).unwrap().unwrap();
    assert_eq!((third.envelope.items, reader.event(EventNo(9)).unwrap()), (vec!["open:a".to_owned()], None));
}

#[test]
fn the_log_goes_on_where_it_stood_and_its_clock_never_goes_back() {
    let home = Home::new();
    let before = {
        let mut writer = home.writer();
        writer.append_events(&[event(3_600_000, &[])]).unwrap();
        writer.head()
    };
    let mut writer = home.writer();
    assert_eq!(writer.head(), before);
    assert_eq!(writer.clock_ahead_minutes(NIGHT).unwrap(), 60);
    assert_eq!(home.reader().clock_ahead_minutes(Moment(NIGHT.0 + 7_200_000)).unwrap(), 0);
    writer.append_events(&[event(0, &[])]).unwrap();
    let events = writer.events(EventNo(1), 10).unwrap();
    assert_eq!(events[1].envelope.hlc, events[0].envelope.hlc + 1);
}

#[test]
fn a_new_incarnation_begins_at_one_and_both_lives_verify() {
    let home = Home::new();
    let mut writer = home.writer();
    writer.append_events(&[event(0, &[]), event(1, &[])]).unwrap();
    assert_eq!(writer.new_incarnation("restored", NIGHT).unwrap(), 2);
    let id = writer.append_events(&[event(2, &[])]).unwrap()[0];
    assert_eq!((id.incarnation, id.no), (2, 1));
    drop(writer);
    let writer = home.writer();
    assert_eq!((writer.head().incarnation, writer.head().next_no), (2, 2));
    let station = writer.about().station.clone();
    assert_eq!(writer.cut().unwrap().events, [(station.clone(), 1, 2), (station, 2, 1)]);
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn a_text_too_long_is_refused_before_anything_is_written() {
    let home = Home::new();
    let mut writer = home.writer();
    let long = NewEvent { person: "x".repeat(70_000), ..event(0, &[]) };
    writer
        .batch(|batch| {
            assert!(matches!(batch.append_event(&long), Err(store::Error::TooLong { what: "person" })));
            batch.append_event(&event(0, &[]))
        })
        .unwrap();
    assert_eq!(writer.counts().unwrap().events, 1);
}

/// Golden bytes: an event written today is read for ever. Never change this text; add the next version beside it.
#[test]
fn golden_bytes_of_envelope_version_1() {
    let envelope = Envelope {
        station: store::StationId(std::array::from_fn(|i| i as u8)),
        incarnation: 2,
        no: 87,
        prev_hash: [0xaa; 32],
        hlc: (1_635_607_800_000 << 16) | 5,
        event_time: Moment(1_635_607_740_000),
        entry_time: NIGHT,
        person: "花子".into(),
        role: "当直".into(),
        items: vec!["sheet/3".into(), "".into()],
        parents: vec![EventHash([0xbb; 32])],
        kind: 7,
        version: 1,
        payload: b"{}".to_vec(),
    };
    let bytes = envelope.encode().unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, include_str!("../golden/envelope-1.hex").split_whitespace().collect::<String>());
    assert_eq!(Envelope::decode(&bytes).unwrap(), envelope);
    for len in 0..bytes.len() {
        assert_eq!(Envelope::decode(&bytes[..len]), None, "cut at {len}");
    }
    assert_eq!(Envelope::decode(&[&bytes[..], &[0]].concat()), None);
}
