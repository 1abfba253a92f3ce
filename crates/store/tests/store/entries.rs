//! What comes in comes back: stored once, in order, renamed without new bytes, never writable through a reader.

use crate::home::{Home, NIGHT, add_source, arrival, patient, seen};
use chart::{ContentId, Moment};
use store::{Act, Error, SightingAct};

#[test]
fn what_arrives_comes_back_in_order_with_its_bytes() {
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    let range = writer
        .batch(|batch| batch.arrive(source, "0001", NIGHT, &[seen("000/1/a_1", b"MSH|a"), seen("000/1/b_1", b"MSH|b")]))
        .unwrap();
    assert_eq!(range, 1..3);
    let range = writer.batch(|batch| batch.arrive(source, "0002", NIGHT, &[seen("000/2/c_1", b"MSH|c")])).unwrap();
    assert_eq!(range, 3..4);
    let cut = writer.cut().unwrap();
    assert_eq!(cut.positions, [(source, 3)]);
    let found = writer.sightings(&patient("0001"), &cut).unwrap();
    let short: Vec<_> = found.iter().map(|s| (s.position, &s.path[..], s.bytes.as_deref().unwrap())).collect();
    assert_eq!(short, [(1, &b"000/1/a_1"[..], &b"MSH|a"[..]), (2, b"000/1/b_1", b"MSH|b")]);
    assert_eq!((found[0].received, found[0].mtime_ns, found[0].size), (NIGHT, 1_635_607_700_123_456_789, 5));
    assert_eq!(writer.content(&found[1].content).unwrap().unwrap(), b"MSH|b");
    assert_eq!(writer.content(&ContentId([7; 32])).unwrap(), None);

    let mut earlier = cut.clone();
    earlier.positions[0].1 = 1;
    assert_eq!(writer.sightings(&patient("0001"), &earlier).unwrap().len(), 1);
    earlier.positions.clear();
    assert!(writer.sightings(&patient("0001"), &earlier).unwrap().is_empty());

    let mut positions = Vec::new();
    let scan = |sighting: store::Sighting| {
        positions.push((sighting.position, sighting.patient));
        Ok(true)
    };
    home.reader().scan(source, 2, scan).unwrap();
    assert_eq!(positions, [(2, "0001".to_owned()), (3, "0002".to_owned())]);
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn the_same_bytes_twice_are_stored_once() {
    let home = Home::new();
    let mut writer = home.writer();
    let (one, two) = (add_source(&mut writer, "std1"), add_source(&mut writer, "std2"));
    let bytes = vec![b'x'; 100_000];
    writer.batch(|batch| batch.arrive(one, "1", NIGHT, &[seen("a", &bytes), seen("b", &bytes)])).unwrap();
    drop(writer);
    let mut writer = home.writer();
    writer.batch(|batch| batch.arrive(two, "2", NIGHT, &[seen("c", &bytes)])).unwrap();
    let counts = writer.counts().unwrap();
    assert_eq!((counts.sightings, counts.contents, counts.held_bytes), (3, 1, 100_000));
    let found = writer.sightings(&patient("2"), &writer.cut().unwrap()).unwrap();
    assert_eq!(found[0].bytes.as_deref().unwrap(), bytes);
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn a_rename_refers_to_bytes_held_and_gone_keeps_them() {
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    writer.batch(|batch| batch.arrive(source, "1", NIGHT, &[seen("x_1", b"first")])).unwrap();
    writer
        .batch(|batch| {
            let later = Moment(NIGHT.0 + 1000);
            let acts = [
                arrival("x_2", Act::Renamed { from: b"x_1" }),
                arrival("x_0", Act::Renamed { from: b"x_2" }),
                seen("x_1", b"second"),
                arrival("x_1", Act::Gone),
                arrival("never", Act::Gone),
            ];
            batch.arrive(source, "1", later, &acts)
        })
        .unwrap();
    let found = home.reader().sightings(&patient("1"), &writer.cut().unwrap()).unwrap();
    let bytes: Vec<_> = found.iter().map(|s| s.bytes.as_deref().map(String::from_utf8_lossy)).collect();
    let want = [Some("first"), Some("first"), Some("first"), Some("second"), Some("second"), None];
    assert_eq!(bytes, want.map(|text| text.map(Into::into)));
    assert_eq!(found[1].act, SightingAct::Renamed { from: b"x_1".to_vec() });
    assert_eq!(found[5].content, ContentId([0; 32]));
    assert_eq!(writer.counts().unwrap().contents, 2);
    let refused = writer.batch(|batch| batch.arrive(source, "1", NIGHT, &[arrival("z", Act::Renamed { from: b"y" })]));
    assert!(matches!(refused, Err(Error::NotHeld { arrival: 0 })));
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn a_batch_that_fails_leaves_nothing() {
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    let failed = writer.batch(|batch| {
        batch.arrive(source, "1", NIGHT, &[seen("a", b"kept nowhere")])?;
        batch.put_unit(source, b"u", b"state")?;
        Err::<(), _>(Error::NoSource(9))
    });
    assert!(matches!(failed, Err(Error::NoSource(9))));
    assert_eq!(writer.counts().unwrap().sightings, 0);
    assert_eq!(writer.unit(source, b"u").unwrap(), None);
    let again = writer.batch(|batch| batch.arrive(source, "1", NIGHT, &[seen("a", b"kept")])).unwrap();
    assert_eq!(again, 1..2);
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn a_panic_in_the_work_leaves_nothing() {
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        writer.batch(|batch| -> store::Result<()> {
            batch.arrive(source, "1", NIGHT, &[seen("a", b"lost")])?;
            panic!("the caller's mistake");
        })
    }));
    assert!(panicked.is_err());
    assert_eq!(writer.batch(|batch| batch.arrive(source, "1", NIGHT, &[seen("b", b"kept")])).unwrap(), 1..2);
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn a_source_over_its_budget_is_refused_and_the_batch_may_go_on() {
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    writer.set_budget(source, 10).unwrap();
    writer
        .batch(|batch| {
            let refused = batch.arrive(source, "1", NIGHT, &[seen("a", b"more than ten bytes")]);
            assert!(matches!(refused, Err(Error::Budget { source: 1, budget: 10 })));
            batch.set_contact(source, NIGHT, Some("budget"))
        })
        .unwrap();
    writer.set_budget(source, 1000).unwrap();
    writer.batch(|batch| batch.arrive(source, "1", NIGHT, &[seen("a", b"more than ten bytes")])).unwrap();
    let held = &writer.sources().unwrap()[0];
    assert_eq!((held.trouble.as_deref(), held.last_position), (Some("budget"), 1));
    assert!(held.held_bytes > 0);
}

#[test]
fn a_source_is_added_once() {
    let home = Home::new();
    let mut writer = home.writer();
    let (one, two) = (add_source(&mut writer, "std1"), add_source(&mut writer, "std1"));
    assert_eq!((one, two, writer.sources().unwrap().len()), (1, 1, 1));
}

#[test]
fn scanner_state_is_listed_by_prefix() {
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    writer
        .batch(|batch| {
            for key in ["b/1", "a/2", "a/1", "a"] {
                batch.put_unit(source, key.as_bytes(), key.as_bytes())?;
            }
            batch.put_unit(source, b"a/2", b"again")?;
            batch.drop_unit(source, b"b/1")?;
            assert_eq!(batch.unit(source, b"a/2")?.as_deref(), Some(&b"again"[..]));
            Ok(())
        })
        .unwrap();
    let mut keys = Vec::new();
    home.reader().units(source, b"a/", |key| keys.push(key.to_vec())).unwrap();
    assert_eq!(keys, [b"a/1".to_vec(), b"a/2".to_vec()]);
}

#[test]
fn a_large_call_is_cut_into_parcels_and_comes_back_whole() {
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    let texts: Vec<(String, Vec<u8>)> =
        (0..3000u32).map(|i| (format!("p/{i}_1"), i.to_string().repeat(300).into_bytes())).collect();
    let arrivals: Vec<_> = texts.iter().map(|(path, bytes)| seen(path, bytes)).collect();
    writer.batch(|batch| batch.arrive(source, "1", NIGHT, &arrivals)).unwrap();
    let found = writer.sightings(&patient("1"), &writer.cut().unwrap()).unwrap();
    assert!(
        found
            .iter()
            .zip(&texts)
            .all(|(s, (path, bytes))| s.path == path.as_bytes() && s.bytes.as_deref() == Some(bytes))
    );
    assert_eq!(found.len(), 3000);
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}
