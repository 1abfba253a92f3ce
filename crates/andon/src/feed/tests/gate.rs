//! The gate in the feed: what is held back, what search and lists then say, and that a restart forgets nothing.

use store::Reader;

use super::*;
use crate::event::{Event, GateAct, GateDecision, GateEvent, GateRule, append_as};
use crate::feed::list::Listing;
use crate::hold::{Holds, held_back, trusted};

/// Ten patients, read once and so learned from.
fn hospital() -> (Scene, Vec<String>) {
    let mut scene = Scene::new();
    let ids: Vec<String> = (0..10).map(|at| format!("00000000{at:02}")).collect();
    for id in &ids {
        scene.put(&adt_path(id, 1, 1), scene.adt(id, "ANDON^HANAKO"));
    }
    assert_eq!(scene.read().taken, 10);
    scene.pass_time(60_000);
    (scene, ids)
}

/// Bytes as an intruder leaves them.
fn noise(seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761) | 1;
    let mut bytes: Vec<u8> = (0..900)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        })
        .collect();
    bytes.push(b'\r');
    bytes
}

fn holds(scene: &mut Scene) -> Holds {
    Holds::of(scene.writer()).unwrap()
}

fn release(scene: &mut Scene, to: Option<u64>) {
    let said = GateDecision { source: 1, act: GateAct::Release, to, until_millis: 0, reason: "確認".into() };
    let said = super::super::gate::allowed(scene.writer(), &GateEvent::Decided(said), "院長").unwrap();
    append_as(scene.writer(), &Event::Gate(said), ("院長", "headquarters"), Moment(START)).unwrap();
}

fn name_of(scene: &mut Scene, id: &str) -> Option<String> {
    let id = PatientId { authority: "here".into(), id: id.into() };
    scene.writer().person(&id).unwrap().map(|row| row.name)
}

fn held_of(scene: &mut Scene, id: &str) -> u64 {
    held_back(scene.writer(), &[PatientId { authority: "here".into(), id: id.into() }]).unwrap()
}

#[test]
fn what_comes_after_an_attack_is_stored_and_does_not_count_until_a_person_says_so() {
    let (mut scene, ids) = hospital();
    for (at, id) in ids.iter().enumerate().take(6) {
        scene.put(&adt_path(id, 1, 1), noise(at as u32));
    }
    assert_eq!(scene.read().taken, 6, "nothing is refused");
    let held = holds(&mut scene);
    let hold = held.of_source(1).unwrap();
    assert_eq!((hold.trusted, !held.open.is_empty()), (Some(10), true), "{hold:?}");
    assert!(hold.alarms.iter().any(|alarm| alarm.rule == GateRule::Unreadable));
    assert_eq!(trusted(scene.writer()).unwrap().position(1), 10);
    assert_eq!(scene.writer().cut().unwrap().position(1), 16);
    assert_eq!(name_of(&mut scene, &ids[0]).as_deref(), Some("ANDON HANAKO"), "search says what is trusted");
    assert_eq!((held_of(&mut scene, &ids[0]), held_of(&mut scene, &ids[9])), (1, 0));
    // A name that changes now, and somebody new, are found as they are trusted: by the old name, and by the number alone.
    scene.put(&adt_path(&ids[9], 2, 1), scene.adt(&ids[9], "OTHER^HANAKO"));
    scene.put(&adt_path("0000000099", 1, 1), scene.adt("0000000099", "NEW^TARO"));
    let kinds = scene.writer().kinds().unwrap();
    assert_eq!(scene.read().taken, 2);
    assert_eq!(name_of(&mut scene, &ids[9]).as_deref(), Some("ANDON HANAKO"));
    assert_eq!(name_of(&mut scene, "0000000099").as_deref(), Some(""));
    assert_eq!(scene.writer().kinds().unwrap(), kinds, "nothing that is held back makes anything fresher");
    // Up to the first six: the spoiled ones count, the rest does not yet.
    release(&mut scene, Some(16));
    scene.reopen();
    scene.read();
    assert_eq!(name_of(&mut scene, &ids[9]).as_deref(), Some("ANDON HANAKO"));
    release(&mut scene, None);
    scene.read();
    assert_eq!(name_of(&mut scene, &ids[9]).as_deref(), Some("OTHER HANAKO"));
    assert_eq!(name_of(&mut scene, "0000000099").as_deref(), Some("NEW TARO"));
    assert_eq!((held_of(&mut scene, &ids[9]), !holds(&mut scene).open.is_empty()), (0, false));
    let count: u64 = scene.writer().kinds().unwrap().iter().map(|row| row.count).sum();
    assert_eq!(count, 18, "and each message is counted once");
}

#[test]
fn a_program_that_ends_between_storing_and_reading_counts_once() {
    let (mut scene, ids) = hospital();
    for at in 0..8u32 {
        // Two a reading, and the program ends after each: none of it was listed.
        scene.put(&drug_path(&ids[at as usize], "20110702", 2, 1), noise(at));
        if at % 2 == 1 {
            let (mut pass, parts, now) = super::kills::looked(&mut scene);
            pass.store(scene.writer(), parts, Listing::default(), now, &mut Tally::default()).unwrap();
            scene.reopen();
        }
    }
    assert!(holds(&mut scene).open.is_empty(), "nobody has read the last two yet, nor all before");
    let mut watcher = scene.watch();
    scene.ticks(&mut watcher, 1);
    let held = holds(&mut scene);
    let alarm = &held.of_source(1).unwrap().alarms[0];
    assert_eq!((alarm.rule, alarm.trusted), (GateRule::Unreadable, 10), "{alarm:?}");
}

#[test]
fn suspect_bytes_have_a_limit_beyond_which_they_stay_at_the_source() {
    let (mut scene, ids) = hospital();
    scene.writer().set_budget(1, 80_000).unwrap();
    for round in 0..4u32 {
        for (at, id) in ids.iter().enumerate() {
            scene.put(&drug_path(id, &format!("2011070{round}"), round, 1), noise(round * 100 + at as u32));
        }
        scene.read();
    }
    assert_eq!(scene.trouble().as_deref(), Some("budget"));
    assert_eq!(scene.writer().cut().unwrap().position(1), 30, "ten were not suspect yet, ten had room");
    release(&mut scene, None);
    scene.writer().set_budget(1, 1 << 30).unwrap();
    scene.read();
    assert_eq!((scene.writer().cut().unwrap().position(1), scene.trouble()), (50, None), "and nothing was lost");
}

#[test]
fn a_first_reading_learns_and_holds_nothing() {
    let mut scene = Scene::new();
    for at in 0..20u32 {
        scene.put(&drug_path(&format!("00000000{at:02}"), "20110702", 2, 1), noise(at));
    }
    assert_eq!(scene.read().taken, 20);
    assert!(holds(&mut scene).open.is_empty());
    assert_eq!(scene.writer().once(Reader::cut).unwrap().position(1), trusted(scene.writer()).unwrap().position(1));
}

#[test]
fn what_a_person_says_must_be_possible() {
    let (mut scene, ids) = hospital();
    let say = |scene: &mut Scene, to, by: &str, reason: &str| {
        let said = GateDecision { source: 1, act: GateAct::Release, to, until_millis: 0, reason: reason.into() };
        super::super::gate::allowed(scene.writer(), &GateEvent::Decided(said), by).is_ok()
    };
    assert!(!say(&mut scene, None, "院長", "確認"), "nothing is held back");
    for (at, id) in ids.iter().enumerate() {
        scene.put(&adt_path(id, 1, 1), noise(at as u32));
    }
    scene.read();
    for (to, by, reason, may) in [
        (None, "院長", "確認", true),
        (Some(15), "院長", "確認", true),
        (Some(10), "院長", "確認", false),
        (Some(21), "院長", "確認", false),
        (None, " ", "確認", false),
        (None, "院長", "", false),
    ] {
        assert_eq!(say(&mut scene, to, by, reason), may, "{to:?} {by} {reason}");
    }
}
