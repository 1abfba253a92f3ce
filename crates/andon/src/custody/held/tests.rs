//! Reading back by a clock that is handed in: damage, restarts, disks that go in the middle.

use std::cell::Cell;
use std::sync::atomic::AtomicBool;

use chart::Moment;
use vault::name;

use super::{Holding, round};
use crate::custody::rules::Light;
use crate::custody::tests::{Bench, NIGHT};
use crate::custody::{state, status};
use crate::event::VaultWord;
use crate::home::Problem;
use crate::proofs::{self, Fault};
use crate::writing::{Answer, Request};

const DAY: i64 = 24 * 3_600_000;

/// A clock that goes on by so much each time it is asked, and something that happens then.
struct Clock<'a> {
    at: Cell<i64>,
    step: i64,
    asked: Cell<u32>,
    then: &'a dyn Fn(u32),
}

impl<'a> Clock<'a> {
    fn new(step: i64, then: &'a dyn Fn(u32)) -> Clock<'a> {
        Clock { at: Cell::new(NIGHT.0), step, asked: Cell::new(0), then }
    }

    fn now(&self) -> Moment {
        self.at.set(self.at.get() + self.step);
        self.asked.set(self.asked.get() + 1);
        (self.then)(self.asked.get());
        Moment(self.at.get())
    }
}

/// One look of a program that has just started.
fn look(bench: &Bench, clock: &Clock<'_>) {
    let write = |request: &Request| -> Result<Answer, Problem> {
        let Request::Custody { keep, event, by, role } = request else { panic!("asks for something else") };
        state::commit(&mut bench.home.writer()?, keep, event.clone(), (by, role), Moment(clock.at.get()))?;
        Ok(Answer::Done)
    };
    let (now, stop) = (|| clock.now(), AtomicBool::new(false));
    Holding::new(&bench.home, &write, &now, &stop).look().unwrap();
}

fn faults(bench: &Bench) -> Vec<Fault> {
    proofs::faults(&bench.home.reader().unwrap()).unwrap()
}

/// How often something was said of a target.
fn said(bench: &Bench, word: VaultWord) -> usize {
    bench.home.reader().unwrap().events_of(&crate::event::vault_item(word, "a")).unwrap().len()
}

fn progress(bench: &Bench) -> super::Round {
    let reader = bench.home.reader().unwrap();
    let target = state::targets(&reader).unwrap().remove(0);
    round(&reader, &target).unwrap()
}

fn sealed() -> Bench {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    assert!(bench.sealed().segments > 1);
    bench
}

fn flip(bench: &Bench, object: &str) {
    let path = bench.place("a").join(object);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn every_byte_is_read_back_and_a_bad_one_is_told_once_while_the_rest_goes_on() {
    let bench = sealed();
    let clock = Clock::new(0, &|_| ());
    let sizes = |prefix| bench.disk("a").list(prefix).unwrap().iter().map(|object| object.size).sum::<u64>();
    let all = sizes(name::SEGMENTS) + sizes(name::INDEX);
    look(&bench, &clock);
    let reader = bench.home.reader().unwrap();
    let (held, _) = state::last_said(&reader, VaultWord::Held, "a").unwrap().unwrap();
    assert_eq!((held.words, held.number), (all.to_string(), state::Chain::of(&reader).unwrap().unwrap().number));
    look(&bench, &clock);
    assert_eq!(said(&bench, VaultWord::Held), 1, "once a day is enough");

    let segments = bench.disk("a").list(name::SEGMENTS).unwrap();
    flip(&bench, &segments[0].name);
    for day in 1..3 {
        clock.at.set(NIGHT.0 + day * DAY);
        look(&bench, &clock);
        let found = faults(&bench);
        assert_eq!((found.len(), said(&bench, VaultWord::Fault)), (1, 1), "day {day}: {found:?}");
        assert!(found[0].words.contains(&segments[0].name) && found[0].words.contains("bytes 0 to"), "{found:?}");
        assert_eq!((progress(&bench).upto, said(&bench, VaultWord::Held)), (0, 1), "read to the end, and not whole");
        assert!(progress(&bench).read > all - segments[0].size, "the rest went on");
    }
    let standing = crate::custody::status::status(&bench.home.reader().unwrap(), Moment(clock.at.get())).unwrap();
    assert_eq!(standing.held.1, crate::custody::rules::Light::Red);
    flip(&bench, &segments[0].name);
    clock.at.set(NIGHT.0 + 3 * DAY);
    look(&bench, &clock);
    assert_eq!((faults(&bench), said(&bench, VaultWord::Held)), (vec![], 2));
    // It may be told again once it was mended.
    flip(&bench, &segments[0].name);
    clock.at.set(NIGHT.0 + 4 * DAY);
    look(&bench, &clock);
    assert_eq!((faults(&bench).len(), said(&bench, VaultWord::Fault)), (1, 2));
}

#[test]
fn what_is_missing_or_laid_there_is_named() {
    let bench = sealed();
    let clock = Clock::new(0, &|_| ());
    let manifests = bench.disk("a").list(name::MANIFESTS).unwrap();
    let index = bench.disk("a").list(name::INDEX).unwrap();
    std::fs::remove_file(bench.place("a").join(&manifests[1].name)).unwrap();
    let cut = bench.place("a").join(&index[0].name);
    let bytes = std::fs::read(&cut).unwrap();
    std::fs::write(cut, &bytes[..bytes.len() - 1]).unwrap();
    look(&bench, &clock);
    let reader = bench.home.reader().unwrap();
    let told = reader.events_of(&crate::event::vault_item(VaultWord::Fault, "a")).unwrap();
    assert_eq!(told.len(), 2);
    assert!(faults(&bench)[0].words.contains("00000002"), "{:?}", faults(&bench));
    assert_eq!(said(&bench, VaultWord::Held), 0);
}

#[test]
fn a_place_whose_heads_are_gone_is_a_fault_and_another_goes_on() {
    let bench = sealed();
    bench.target("b", 0);
    bench.sealed();
    let clock = Clock::new(0, &|_| ());
    let head = bench.disk("a").list(name::HEADS).unwrap().remove(0);
    let bytes = std::fs::read(bench.place("a").join(&head.name)).unwrap();
    std::fs::remove_file(bench.place("a").join(&head.name)).unwrap();
    for day in 0..2 {
        clock.at.set(NIGHT.0 + day * DAY);
        look(&bench, &clock);
        assert_eq!((faults(&bench).len(), said(&bench, VaultWord::Fault)), (1, 1), "{:?}", faults(&bench));
    }
    let reader = bench.home.reader().unwrap();
    assert!(state::last_said(&reader, VaultWord::Held, "b").unwrap().is_some());
    std::fs::write(bench.place("a").join(&head.name), bytes).unwrap();
    clock.at.set(NIGHT.0 + 2 * DAY);
    look(&bench, &clock);
    assert_eq!((faults(&bench), said(&bench, VaultWord::Held)), (vec![], 1));
}

#[test]
fn a_restart_goes_on_where_it_stood() {
    let bench = sealed();
    // Asked twice, a look is over: one manifest.
    let clock = Clock::new(6_000, &|_| ());
    let (mut looks, mut stood) = (0, Vec::new());
    while said(&bench, VaultWord::Held) == 0 {
        look(&bench, &clock);
        stood.push(progress(&bench).number);
        looks += 1;
        assert!(looks < 50, "{stood:?}");
    }
    stood.pop();
    assert!(stood.len() > 1 && stood.is_sorted(), "{stood:?}");
    assert_eq!(
        (progress(&bench).upto, progress(&bench).read),
        (0, progress(&bench).total),
        "nothing twice, nothing left out"
    );
    // A round takes in what there was when it began: what is sealed meanwhile is read in the next.
    bench.arrive("000", &[("00/000/z_1", b"later")], Moment(NIGHT.0 + 90));
    bench.sealed();
    assert_eq!(progress(&bench).upto, 0);
}

#[test]
fn a_disk_that_goes_in_the_middle_is_waited_for_and_not_accused() {
    let bench = sealed();
    let (here, away) = (bench.place("a"), bench.place("away"));
    // It goes while a look is at work: between two questions of the clock.
    let goes = |asked: u32| {
        if asked == 4 {
            std::fs::rename(&here, &away).unwrap();
        }
    };
    let clock = Clock::new(1_000, &goes);
    look(&bench, &clock);
    let stood = progress(&bench);
    assert!(stood.upto > 0 && stood.number <= stood.upto, "{stood:?}");
    for _ in 0..3 {
        look(&bench, &clock);
    }
    assert_eq!((progress(&bench), faults(&bench)), (stood.clone(), vec![]));
    // An empty mount point is not the disk either.
    std::fs::create_dir(&here).unwrap();
    look(&bench, &clock);
    assert_eq!((progress(&bench), faults(&bench)), (stood, vec![]));
    std::fs::remove_dir(&here).unwrap();
    std::fs::rename(&away, &here).unwrap();
    look(&bench, &clock);
    assert_eq!((said(&bench, VaultWord::Held), faults(&bench)), (1, vec![]));
}

/// The clock was a year ahead when everything was found well, and was set back: what is found wrong now is wrong now.
#[test]
fn what_a_clock_that_was_ahead_found_well_hides_nothing() {
    let bench = sealed();
    let clock = Clock::new(0, &|_| ());
    clock.at.set(NIGHT.0 + 365 * DAY);
    look(&bench, &clock);
    let light = |at: i64| status::status(&bench.home.reader().unwrap(), Moment(at)).unwrap().targets[0].held.1;
    assert_eq!((light(NIGHT.0 + 365 * DAY), light(NIGHT.0 + DAY)), (Light::Green, Light::Amber));
    flip(&bench, &bench.disk("a").list(name::SEGMENTS).unwrap()[0].name);
    clock.at.set(NIGHT.0 + DAY);
    look(&bench, &clock);
    assert_eq!((faults(&bench).len(), light(NIGHT.0 + DAY)), (1, Light::Red));
    assert!(status::status(&bench.home.reader().unwrap(), Moment(NIGHT.0 + DAY)).unwrap().targets[0].fault.is_some());
}
