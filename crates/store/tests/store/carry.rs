//! A home handed out and taken in again: the same by the same numbers, whatever the order; damage is refused and named; no secret comes along.

use crate::home::{Home, NIGHT, add_source, arrival, patient, seen};
use chart::Moment;
use proptest::prelude::*;
use store::{Act, Error, EventNo, EventOut, Journal, NewEvent, Reader, Writer};

/// What was handed out.
#[derive(Clone, Default)]
struct Carried {
    record: store::HomeRecord,
    parcels: Vec<(Journal, Vec<Vec<u8>>)>,
    events: Vec<EventOut>,
}

fn hand_out(reader: &Reader) -> Carried {
    let mut carried = Carried { record: reader.home_record().unwrap(), ..Carried::default() };
    let parcels = &mut carried.parcels;
    let each = |parcel: &store::ParcelOut<'_>| {
        let mut contents = Vec::new();
        for (index, line) in parcel.lines().iter().enumerate() {
            let bytes = parcel.bytes(index).unwrap();
            if line.leaves_a_file() {
                assert_eq!(store::content_id(bytes.as_deref().unwrap()), line.content);
            }
            contents.extend(line.brought.and(bytes).map(|bytes| bytes.to_vec()));
        }
        parcels.push((Journal::decode(&parcel.journal.encode()).unwrap(), contents));
        Ok(true)
    };
    reader.export_parcels(1, each).unwrap();
    let events = &mut carried.events;
    let each = |event: EventOut| {
        events.push(event);
        Ok(true)
    };
    reader.export_events(1, each).unwrap();
    carried
}

fn take_in(writer: &mut Writer, carried: &Carried) -> Result<(), Error> {
    writer.import_home(&carried.record)?;
    for (journal, contents) in &carried.parcels {
        let contents: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
        writer.batch(|batch| batch.import_parcel(journal, &contents))?;
    }
    carried.events.iter().try_for_each(|event| writer.batch(|batch| batch.import_event(event)).map(drop))
}

fn event(item: &str) -> NewEvent {
    let (item, payload) = (item.to_owned(), item.as_bytes().to_vec());
    NewEvent {
        entry_time: NIGHT,
        person: "花子".into(),
        items: vec![item],
        kind: 7,
        version: 1,
        payload,
        ..NewEvent::default()
    }
}

fn filled(home: &Home) -> Writer {
    let mut writer = home.writer();
    let (one, two) = (add_source(&mut writer, "std1"), add_source(&mut writer, "std2"));
    writer.set_check_digit("m10w21").unwrap();
    let big = vec![b'x'; 300_000];
    writer.batch(|batch| batch.arrive(one, "1", NIGHT, &[seen("a_1", b"one"), seen("b", &big)])).unwrap();
    writer.batch(|batch| batch.arrive(two, "2", NIGHT, &[seen("c", b"one"), arrival("never", Act::Gone)])).unwrap();
    let later = Moment(NIGHT.0 + 5);
    let withheld = arrival("w", Act::Withheld { code: "too_big", text: "17" });
    let acts = [arrival("a_0", Act::Renamed { from: b"a_1" }), arrival("b", Act::Gone), withheld, seen("d", b"new")];
    writer.batch(|batch| batch.arrive(one, "1", later, &acts)).unwrap();
    writer.append_events(&[event("x"), event("y")]).unwrap();
    writer.append_events(&[event("x")]).unwrap();
    writer
}

fn same(one: &Reader, other: &Reader) {
    for id in ["1", "2"] {
        let cut = one.cut().unwrap();
        assert_eq!(one.sightings(&patient(id), &cut).unwrap(), other.sightings(&patient(id), &cut).unwrap());
    }
    assert_eq!(one.sources().unwrap().len(), other.sources().unwrap().len());
    assert_eq!(one.check_digit().unwrap(), other.check_digit().unwrap());
    assert_eq!(one.cut().unwrap().positions, other.cut().unwrap().positions);
    let (held, there) = (one.events(EventNo(1), 99).unwrap(), other.events(EventNo(1), held_len(one)).unwrap());
    assert_eq!(held, there);
    let (one, other) = (one.counts().unwrap(), other.counts().unwrap());
    assert_eq!((one.sightings, one.contents, one.held_bytes), (other.sightings, other.contents, other.held_bytes));
}

fn held_len(reader: &Reader) -> usize {
    reader.ends().unwrap().event as usize
}

#[test]
fn what_was_handed_out_is_taken_in_the_same_and_a_home_of_its_own_goes_on_behind_it() {
    let (home, other) = (Home::new(), Home::new());
    let writer = filled(&home);
    let carried = hand_out(&writer);
    let mut new = other.writer();
    take_in(&mut new, &carried).unwrap();
    same(&writer, &new);
    assert_eq!(new.verify(|_| ()).unwrap().findings, []);
    assert_eq!(hand_out(&new).parcels, carried.parcels, "and hands out the same again");
    take_in(&mut new, &carried).unwrap();
    same(&writer, &new);
    // Taken up by another process, it goes on: own numbers, a clock behind what was taken in.
    drop(new);
    let mut new = other.writer();
    let mut early = event("z");
    early.entry_time = Moment(1);
    new.append_events(&[early]).unwrap();
    let source = new.sources().unwrap()[0].no;
    new.batch(|batch| batch.arrive(source, "3", NIGHT, &[seen("e", b"one"), seen("f", b"six")])).unwrap();
    let events = new.events(EventNo(1), 99).unwrap();
    assert_ne!(events[3].envelope.station, events[2].envelope.station);
    assert!(events[3].envelope.hlc > events[2].envelope.hlc);
    assert_eq!(new.verify(|_| ()).unwrap().findings, []);
    assert_eq!(new.ends().unwrap(), store::Ends { parcel: carried.parcels.len() as u64 + 1, event: 4 });
}

#[test]
fn parcels_may_come_in_any_order() {
    let (home, other) = (Home::new(), Home::new());
    let writer = filled(&home);
    let mut carried = hand_out(&writer);
    carried.parcels.reverse();
    let mut new = other.writer();
    take_in(&mut new, &carried).unwrap();
    same(&writer, &new);
    assert_eq!(new.verify(|_| ()).unwrap().findings, []);
}

#[test]
fn no_secret_comes_along() {
    let (home, other) = (Home::new(), Home::new());
    let mut writer = filled(&home);
    writer.batch(|batch| batch.keep("rows", b"mine")).unwrap();
    assert_eq!(writer.kept("rows").unwrap().as_deref(), Some(&b"mine"[..]));
    let carried = hand_out(&writer);
    let mut new = other.writer();
    take_in(&mut new, &carried).unwrap();
    assert_eq!(new.kept("rows").unwrap(), None);
    writer.batch(|batch| batch.keep("rows", b"")).unwrap();
    assert_eq!(writer.kept("rows").unwrap(), None);
    assert_ne!(new.about().station, writer.about().station);
    assert_ne!(new.head().station, writer.head().station);
}

#[test]
fn damage_is_refused_and_named_and_nothing_of_it_is_kept() {
    let home = Home::new();
    let whole = hand_out(&filled(&home));
    let refused = |change: &dyn Fn(&mut Carried)| {
        let other = Home::new();
        let (mut carried, mut new) = (whole.clone(), other.writer());
        change(&mut carried);
        let error = take_in(&mut new, &carried).unwrap_err();
        let place = match &error {
            Error::Damaged { place } => place.clone(),
            other => other.to_string(),
        };
        let found = new.verify(|_| ()).unwrap().findings;
        assert!(found.iter().all(|finding| !finding.what.contains("its bytes are not")), "{place}: {found:?}");
        place
    };
    assert_eq!(refused(&|it| it.parcels[0].1[1][7] ^= 1), "parcel 1 content 1");
    assert_eq!(refused(&|it| it.parcels[0].1.swap(0, 1)), "parcel 1 content 0");
    assert_eq!(refused(&|it| drop(it.parcels[0].1.pop())), "parcel 1");
    assert_eq!(refused(&|it| it.parcels[1].0.received = Moment(1)), "parcel 2");
    assert!(refused(&|it| it.parcels[1].0.patient.id = "1".into()).starts_with("parcel 2: "));
    assert_eq!(refused(&|it| drop(it.events.remove(1))), "event 3");
    assert_eq!(refused(&|it| *it.events[0].bytes.last_mut().unwrap() ^= 1), "event 2");
    assert_eq!(refused(&|it| *it.events[2].bytes.last_mut().unwrap() ^= 1), "event 3");
    assert_eq!(refused(&|it| it.events[2].signature.as_mut().unwrap()[3] ^= 1), "event 3");
    assert_eq!(refused(&|it| it.record.stations[0].1 = [7; 32]), "event 2");
    assert!(refused(&|it| it.record.sources.clear()).contains("no source 1"));
}

#[test]
fn a_home_with_entries_of_its_own_is_not_filled() {
    let (home, other) = (Home::new(), Home::new());
    let carried = hand_out(&filled(&home));
    let mut writer = other.writer();
    add_source(&mut writer, "own");
    assert!(matches!(take_in(&mut writer, &carried), Err(Error::NotEmpty)));
    assert_eq!(writer.sources().unwrap().len(), 1);
}

#[test]
fn a_walk_begins_and_stops_where_it_is_told() {
    let home = Home::new();
    let writer = filled(&home);
    let (mut parcels, mut events) = (Vec::new(), Vec::new());
    let each = |parcel: &store::ParcelOut<'_>| {
        parcels.push(parcel.journal.no);
        Ok(false)
    };
    writer.export_parcels(2, each).unwrap();
    let each = |event: EventOut| {
        events.push((event.no, event.signature.is_some()));
        Ok(true)
    };
    writer.export_events(2, each).unwrap();
    assert_eq!((parcels, events), (vec![2], vec![(2, true), (3, true)]));
}

proptest! {
    #[test]
    fn bytes_of_anybody_are_no_journal(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert_eq!(Journal::decode(&bytes), None);
    }

}

#[test]
fn one_changed_bit_of_a_journal_is_refused() {
    let sound = hand_out(&filled(&Home::new())).parcels[2].0.encode();
    for at in 0..sound.len() * 8 {
        let mut bytes = sound.clone();
        bytes[at / 8] ^= 1 << (at % 8);
        if let Some(journal) = Journal::decode(&bytes) {
            // Whose row it is, is asked when it is taken in: the digest names the row.
            assert_ne!(journal.patient, patient("1"), "bit {at}");
        }
    }
}
