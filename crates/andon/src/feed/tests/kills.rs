//! Stopped anywhere, it goes on: nothing lost, nothing doubled.

use super::list::Listing;
use super::*;

fn fill(scene: &Scene, patients: u32) -> Vec<String> {
    let ids: Vec<String> = (0..patients).map(|n| format!("{:07}", 1_000_000 + n * 37)).collect();
    for id in &ids {
        scene.put(&adt_path(id, 1, 1), scene.adt(id, "A^B"));
        scene.put(&drug_path(id, "20110701", 1, 1), format!("MSH|{id}\r"));
    }
    ids
}

fn all_once(scene: &mut Scene, ids: &[String]) {
    for id in ids {
        let mut record = scene.record(id);
        record.sort();
        record.dedup();
        assert_eq!(scene.record(id).len(), 2, "{id}");
        assert_eq!(record.len(), 2, "{id}");
        let id = PatientId { authority: "here".into(), id: id.clone() };
        assert_eq!(scene.writer().person(&id).unwrap().map(|row| row.name), Some("A B".into()));
    }
}

/// A pass over the storage that has looked at everything and stored nothing.
pub(super) fn looked(scene: &mut Scene) -> (pass::Pass, Vec<pass::Done>, Moment) {
    let root = scene.root();
    let tree = scene.feed(&root).unwrap().trees.remove(0);
    let now = Moment(START + 10_000);
    let mut pass = pass::Pass::begin(scene.writer(), &tree, scan::Depth::Deep).unwrap();
    let mut parts = Vec::new();
    for task in pass.jobs(scene.writer(), 100, now).unwrap() {
        pass::work(task, |done| {
            parts.push(done);
            true
        });
    }
    (pass, parts, now)
}

#[test]
fn dropped_after_any_transaction_it_goes_on_from_there() {
    for stop in 0..12 {
        let mut scene = Scene::new();
        let ids = fill(&scene, 12);
        let tree = {
            let root = scene.root();
            scene.feed(&root).unwrap().trees.remove(0)
        };
        // One unit a transaction, and a drop in the middle of the next.
        let now = Moment(START + 10_000);
        let mut tally = Tally::default();
        let mut pass = pass::Pass::begin(scene.writer(), &tree, scan::Depth::Deep).unwrap();
        for step in 0..=stop {
            for task in pass.jobs(scene.writer(), 1, now).unwrap() {
                let mut parts = Vec::new();
                pass::work(task, |done| {
                    parts.push(done);
                    true
                });
                if step < stop {
                    assert!(pass.store(scene.writer(), parts, Listing::default(), now, &mut tally).unwrap().is_some());
                }
            }
        }
        drop(pass);
        scene.reopen();
        let outcome = scene.read();
        assert!(outcome.complete, "{outcome:?}");
        all_once(&mut scene, &ids);
    }
}

/// Bytes on disk, and the program gone before anybody read them.
#[test]
fn what_was_stored_and_not_read_is_listed_at_the_next_start() {
    for by_watch in [false, true] {
        let mut scene = Scene::new();
        let ids = fill(&scene, 3);
        scene.put(&drug_path(&ids[0], "20110702", 2, 1), "no message at all\r");
        fs::File::create(scene.root().join(drug_path(&ids[1], "20110701", 3, 1))).unwrap().set_len(17 << 20).unwrap();
        let (mut pass, parts, now) = looked(&mut scene);
        let mut tally = Tally::default();
        let stored = pass.store(scene.writer(), parts, Listing::default(), now, &mut tally).unwrap();
        assert!(stored.is_some_and(|unread| !unread.is_empty()));
        scene.reopen();
        let id = PatientId { authority: "here".into(), id: ids[2].clone() };
        assert_eq!(scene.sightings(&ids[0]).len(), 3, "on disk");
        assert!(scene.writer().person(&id).unwrap().is_none(), "and not read");
        assert_eq!(scene.faults().len(), 1, "what was left at the source is listed at once");
        if by_watch {
            let mut watcher = scene.watch();
            scene.ticks(&mut watcher, 1);
        } else {
            scene.read();
        }
        assert_eq!(scene.writer().person(&id).unwrap().map(|row| row.name), Some("A B".into()));
        assert!(scene.has_fault("no_msh") && scene.has_fault("too_big"), "{:?}", scene.faults());
        let faults = scene.faults().len();
        scene.read();
        assert_eq!(scene.faults().len(), faults, "nothing is listed twice");
        let kinds = scene.writer().kinds().unwrap();
        assert_eq!(kinds.iter().map(|row| row.count).sum::<u64>(), 7, "nor counted twice");
    }
}

#[test]
fn a_transaction_that_fails_keeps_nothing_of_it() {
    let mut scene = Scene::new();
    let ids = fill(&scene, 3);
    let (pass, parts, now) = looked(&mut scene);
    let mut tally = Tally::default();
    let none = Listing::default();
    let failed =
        give::store(scene.writer(), &pass.tree.source, parts, none, now, &mut tally, |_| Err(store::Error::Full));
    assert!(failed.is_err());
    assert_eq!(tally.taken, 0);
    assert_eq!(scene.writer().counts().unwrap().sightings, 0);
    scene.read();
    all_once(&mut scene, &ids);
}

#[test]
fn a_watch_dropped_at_any_tick_doubles_nothing() {
    let mut scene = Scene::new();
    let ids = fill(&scene, 8);
    for ticks in 0..4 {
        let mut watcher = scene.watch();
        scene.ticks(&mut watcher, ticks);
        drop(watcher);
        scene.reopen();
    }
    let mut watcher = scene.watch();
    scene.ticks(&mut watcher, 10);
    all_once(&mut scene, &ids);
}

#[test]
fn a_stopped_pass_closes_the_circle() {
    let mut scene = Scene::new();
    let ids = fill(&scene, 5);
    scene.read();
    // As if a pass had been stopped behind the third patient, and the first had news since.
    let place = format!("{}/{}/{}", &ids[2][..3], &ids[2][3..6], ids[2]);
    scene.writer().batch(|batch| batch.put_unit(1, pass::PLACE_KEY, place.as_bytes())).unwrap();
    scene.put(&drug_path(&ids[0], "20110702", 1, 1), "MSH|\r");
    scene.put(&drug_path(&ids[4], "20110702", 1, 1), "MSH|\r");
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.unchanged, outcome.complete), (2, 10, true), "{outcome:?}");
    assert_eq!(scene.writer().unit(1, pass::PLACE_KEY).unwrap(), None);
}

/// A first look at a patient of many days comes in parts. Cut off after the first, it finds the days it had not come to.
#[test]
fn a_patient_cut_off_between_two_parts_is_read_to_the_end() {
    let mut scene = Scene::new();
    let (id, large) = ("1000000", "x".repeat(900 << 10));
    let days: Vec<String> = (1..=9).map(|day| format!("201107{day:02}")).collect();
    scene.put(&adt_path(id, 1, 1), scene.adt(id, "A^B"));
    for day in &days {
        scene.put(&drug_path(id, day, 1, 1), format!("MSH|{day}|{large}\r"));
    }
    let (mut pass, parts, now) = looked(&mut scene);
    let first = parts.into_iter().position(|done| matches!(&done, pass::Done::Part(part) if !part.last));
    assert_eq!(first, Some(0), "the patient comes in one part: the test shows nothing");
    let (_, parts, _) = looked(&mut scene);
    let first = parts.into_iter().take(1).collect();
    pass.store_and_list(scene.writer(), first, now, &mut Tally::default()).unwrap();
    assert!(scene.record(id).len() < 10);
    scene.read();
    assert_eq!(scene.record(id).len(), 10);
}
