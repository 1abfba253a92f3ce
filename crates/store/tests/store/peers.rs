//! Logs of other stations: the same set is the same state in whatever order it came; holes, forks and lost lives are named.

use std::collections::BTreeMap;

use chart::Moment;
use proptest::prelude::*;
use store::{NewEvent, Refusal, Run, StationId, StoredEvent, Writer};

use crate::home::{Home, NIGHT};

fn event(at: i64, text: &str) -> NewEvent {
    let at = Moment(NIGHT.0 + at);
    let (person, payload) = ("当直 花子".to_owned(), text.as_bytes().to_vec());
    let items = vec!["chronology:1".to_owned()];
    NewEvent { event_time: at, entry_time: at, person, items, kind: 7, version: 1, payload, ..NewEvent::default() }
}

fn id(writer: &Writer) -> StationId {
    writer.head().station
}

/// A station with events, one a commit, every minute.
fn station(count: i64) -> (Home, Writer) {
    let home = Home::new();
    let mut writer = home.writer();
    for at in 0..count {
        writer.append_events(&[event(at * 60_000, &format!("{at}"))]).unwrap();
    }
    (home, writer)
}

fn runs(writer: &Writer, of: StationId, from: u64) -> Vec<Run> {
    let mut all = Vec::new();
    let keep = |run| {
        all.push(run);
        Ok(true)
    };
    writer.runs((of, 1), from, keep).unwrap();
    all
}

/// One run an event, so that any of them can be left out or come first.
fn singles(writer: &Writer, of: StationId) -> Vec<Run> {
    let (mut all, mut from) = (Vec::new(), 1);
    while let Some(mut run) = runs(writer, of, from).pop() {
        let envelope = store::Envelope::decode(&run.events[0]).unwrap();
        let signature = signature(writer, envelope.no);
        run.events.truncate(1);
        all.push(Run { signature, ..run });
        from += 1;
    }
    all
}

/// What the station signed at a number, one event a commit.
fn signature(writer: &Writer, no: u64) -> [u8; 64] {
    let mut found = None;
    writer
        .export_events(1, |event| {
            let envelope = store::Envelope::decode(&event.bytes).unwrap();
            if envelope.station == id(writer) && envelope.no == no {
                found = event.signature;
            }
            Ok(true)
        })
        .unwrap();
    found.unwrap()
}

fn know(writer: &mut Writer, other: &Writer) {
    writer.batch(|batch| batch.know_station(id(other), &other.public_key())).unwrap();
}

fn take(writer: &mut Writer, run: &Run) -> Result<store::Taken, Refusal> {
    writer.batch(|batch| batch.receive(run, NIGHT)).unwrap()
}

fn texts(events: &[StoredEvent]) -> Vec<(StationId, u64, Vec<u8>)> {
    let one = |stored: &StoredEvent| (stored.envelope.station, stored.envelope.no, stored.envelope.payload.clone());
    events.iter().map(one).collect()
}

#[test]
fn a_run_is_taken_in_once_and_a_hole_is_named_until_it_is_filled() {
    let (_other, theirs) = station(5);
    let (_home, mut ours) = station(1);
    let all = singles(&theirs, id(&theirs));
    assert_eq!(take(&mut ours, &all[4]), Err(Refusal::Stranger));
    know(&mut ours, &theirs);
    for at in [4, 0, 1] {
        assert_eq!(take(&mut ours, &all[at]).unwrap().new, 1);
    }
    assert_eq!(take(&mut ours, &all[4]).unwrap(), store::Taken { known: 1, ahead_minutes: 4, ..Default::default() });
    let log = |writer: &Writer| writer.logs().unwrap().into_iter().find(|log| log.station == id(&theirs)).unwrap();
    assert_eq!((log(&ours).up_to(), log(&ours).missing()), (5, vec![(3, 4)]));
    assert!(ours.verify(|_| ()).unwrap().is_sound());
    assert_eq!(ours.events_of("chronology:1").unwrap().len(), 1, "another's events are not among our own");
    assert_eq!(ours.everyones_events_of("chronology:1").unwrap().len(), 4);
    take(&mut ours, &all[2]).unwrap();
    take(&mut ours, &all[3]).unwrap();
    assert_eq!((log(&ours).ranges, log(&ours).forks), (vec![(1, 5)], vec![]));
    assert!(ours.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn a_changed_byte_a_lost_event_and_another_hand_are_refused_and_nothing_is_written() {
    let (_other, theirs) = station(4);
    let (_stranger, strangers) = station(1);
    let (_home, mut ours) = station(0);
    know(&mut ours, &theirs);
    let whole = runs(&theirs, id(&theirs), 1).pop().unwrap();
    let changed = |change: &dyn Fn(&mut Run)| {
        let mut run = whole.clone();
        change(&mut run);
        run
    };
    let last = |run: &mut Run| *run.events[3].last_mut().unwrap() ^= 1;
    assert_eq!(take(&mut ours, &changed(&last)), Err(Refusal::Signature(4)));
    assert_eq!(take(&mut ours, &changed(&|run| *run.events[1].last_mut().unwrap() ^= 1)), Err(Refusal::Broken(3)));
    assert_eq!(take(&mut ours, &changed(&|run| drop(run.events.remove(1)))), Err(Refusal::Broken(3)));
    assert_eq!(take(&mut ours, &changed(&|run| run.events[0][0] = 9)), Err(Refusal::NoEvent(1)));
    assert_eq!(take(&mut ours, &changed(&|run| run.events.clear())), Err(Refusal::NoEvent(1)));
    let theirs_in_our_name = Run { station: id(&theirs), ..runs(&strangers, id(&strangers), 1).pop().unwrap() };
    assert_eq!(take(&mut ours, &theirs_in_our_name), Err(Refusal::NoEvent(1)));
    assert_eq!(ours.counts().unwrap().events, 0);
    assert_eq!(take(&mut ours, &whole).unwrap().new, 4);
    let other_key = ours.batch(|batch| batch.know_station(id(&theirs), &strangers.public_key()));
    assert!(matches!(other_key, Err(store::Error::Damaged { .. })));
}

#[test]
fn two_stories_under_one_number_are_both_kept_and_named() {
    let (other, mut theirs) = station(3);
    let copied = other.folder.path().join("copied");
    copy(&other.path(), &copied);
    let mut twin = store::open_writer(&copied, &store::Unlock::KeyFile).unwrap();
    theirs.append_events(&[event(9_000_000, "one")]).unwrap();
    twin.append_events(&[event(9_000_000, "other")]).unwrap();
    let (_home, mut ours) = station(0);
    know(&mut ours, &theirs);
    take(&mut ours, &runs(&theirs, id(&theirs), 1)[0]).unwrap();
    let taken = take(&mut ours, &runs(&twin, id(&theirs), 1)[0]).unwrap();
    assert_eq!((taken.new, taken.known, taken.forks), (1, 3, 1));
    let log = ours.logs().unwrap().into_iter().find(|log| log.station == id(&theirs)).unwrap();
    assert_eq!((log.ranges, log.forks), (vec![(1, 4)], vec![4]));
    assert_eq!(ours.everyones_events_of("chronology:1").unwrap().len(), 5);
    assert!(ours.verify(|_| ()).unwrap().is_sound());
    // Both go on to a third station, and it names the fork too.
    let (_third, mut third) = station(0);
    know(&mut third, &theirs);
    for run in runs(&ours, id(&theirs), 1) {
        take(&mut third, &run).unwrap();
    }
    assert_eq!(third.logs().unwrap().into_iter().find(|log| log.station == id(&theirs)).unwrap().forks, [4]);
}

#[test]
fn a_copied_home_that_meets_its_own_future_goes_on_in_a_new_life() {
    let (other, mut theirs) = station(3);
    let copied = other.folder.path().join("copied");
    copy(&other.path(), &copied);
    theirs.append_events(&[event(9_000_000, "after the copy")]).unwrap();
    let mut twin = store::open_writer(&copied, &store::Unlock::KeyFile).unwrap();
    let taken = take(&mut twin, &runs(&theirs, id(&theirs), 1)[0]).unwrap();
    assert!(taken.behind && taken.new == 1 && taken.forks == 0);
    let head = twin.append_events(&[event(9_100_000, "again")]).unwrap()[0];
    assert_eq!((head.incarnation, head.no), (2, 1));
    assert_eq!(twin.events_of("chronology:1").unwrap().len(), 4, "what it folds as its own it wrote itself");
    assert_eq!(twin.everyones_events_of("chronology:1").unwrap().len(), 5);
    assert!(twin.verify(|_| ()).unwrap().is_sound());
    drop(twin);
    let twin = store::open_writer(&copied, &store::Unlock::KeyFile).unwrap();
    assert_eq!((twin.head().incarnation, twin.head().next_no), (2, 2));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, at) = (entry.path(), to.join(entry.file_name()));
        match path.is_dir() {
            true => copy(&path, &at),
            false => drop(std::fs::copy(path, at).unwrap()),
        }
    }
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// The same set of events is the same list everywhere, in whatever order they came, some of them twice.
    #[test]
    fn whatever_the_order_of_arrival_the_fold_is_the_same(order in prop::collection::vec(0usize..9, 0..30)) {
        let stations = [station(3), station(3), station(3)];
        let all: Vec<Run> = stations.iter().flat_map(|(_, theirs)| singles(theirs, id(theirs))).collect();
        let (_one, mut one) = station(0);
        let (_other, mut other) = station(0);
        for (_, theirs) in &stations {
            know(&mut one, theirs);
            know(&mut other, theirs);
        }
        let mut came = BTreeMap::new();
        for at in order {
            take(&mut one, &all[at]).unwrap();
            came.insert(at, &all[at]);
        }
        came.values().for_each(|run| assert!(take(&mut other, run).is_ok()));
        let [one, other] = [&one, &other].map(|writer| texts(&writer.everyones_events_of("chronology:1").unwrap()));
        prop_assert_eq!(one, other);
    }
}
