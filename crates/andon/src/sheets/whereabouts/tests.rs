//! What the lists say, read from marks of what is open, is what the whole story of each thing says; whatever was said in whatever
//! order. And that who writes refuses what cannot be so.

use std::path::Path;

use chart::Moment;
use store::{Setup, Unlock};

use super::*;
use crate::event::{self, PAPER_ACTS};
use crate::home::Home;

fn home(folder: &Path) -> Home {
    let [hospital, authority] = ["試験病院", "self"].map(str::to_owned);
    let setup = Setup { training: true, hospital, authority, passphrase: None, now: Moment(0) };
    store::create(folder, &setup).unwrap();
    Home::new(folder.to_owned(), Unlock::KeyFile)
}

/// Writes an event as the process that writes does; false when it is refused.
fn write(writer: &mut store::Writer, event: &PaperEvent, at: i64) -> bool {
    let Ok(event) = allowed(writer, event) else { return false };
    event::append_as(writer, &Event::Paper(event), ("係", "clerk"), Moment(at)).unwrap();
    true
}

fn thing(number: &str, kind: &str, within: &str) -> Thing {
    let [number, kind, title, home, within] = [number, kind, "診療録", "病歴室", within].map(str::to_owned);
    Thing { number, kind, title, home, within, id: "001".into(), authority: "self".into(), ..Thing::default() }
}

#[test]
fn lists_say_what_the_whole_story_says_whatever_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = home(folder.path()).writer().unwrap();
    let numbers = ["A-1-1", "A-1-2", "A-2-1", "B-1-1"];
    for (number, at) in numbers.iter().zip(0..) {
        let kind = if number.starts_with('B') { BOX } else { "chart" };
        assert!(write(&mut writer, &PaperEvent::Thing(thing(number, kind, "")), at));
    }
    let (mut seed, mut written) = (11u64, [0usize; PAPER_ACTS.len()]);
    let mut next = |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    };
    for at in 10..600 {
        let (number, act) = (numbers[next(numbers.len())], next(PAPER_ACTS.len()));
        let place = ["", "外来", "3東"][next(3)].to_owned();
        let within = ["", "", "B-1-1"][next(3)].to_owned();
        let words = ["", "診察"][next(2)].to_owned();
        let of = next(4) as u32;
        let event = match next(20) {
            0 => PaperEvent::Thing(Thing { reason: "訂正".into(), home: place, ..thing(number, "chart", &within) }),
            // A thing ends rarely: most of the story is before it.
            _ if PAPER_ACTS[act].0 == PaperAct::Close && next(40) > 0 => continue,
            _ => {
                let said = PaperSaid::new(number, PAPER_ACTS[act].0);
                PaperEvent::Said(PaperSaid { who: "甲".into(), place, within, words, of, ..said })
            }
        };
        if write(&mut writer, &event, at) && matches!(event, PaperEvent::Said(_)) {
            written[act] += 1;
        }
        let listed = papers(&writer).unwrap();
        assert_eq!(listed.len(), numbers.len());
        for one in listed {
            let (whole, _) = paper(&writer, &one.thing.number).unwrap().unwrap();
            if whole.closed.is_some() {
                assert_eq!((one.closed, one.place), (whole.closed, whole.place));
                continue;
            }
            assert_eq!(Paper { asked: 0, ..one }, Paper { asked: 0, ..whole }, "at {at}");
        }
    }
    let of_things = PAPER_ACTS.iter().zip(written).filter(|((act, _), _)| !act.is_of_letters());
    for ((act, word), count) in of_things {
        assert!(count > 0 || *act == PaperAct::Close, "{word} was never written: {written:?}");
    }
}

#[test]
fn what_cannot_be_so_is_refused_by_who_writes() {
    let folder = tempfile::tempdir().unwrap();
    let mut writer = home(folder.path()).writer().unwrap();
    let chart = PaperEvent::Thing(thing("A-1-1", "chart", ""));
    assert!(write(&mut writer, &chart, 1));
    let bare = |thing: Thing| PaperEvent::Thing(Thing { id: String::new(), title: String::new(), ..thing });
    let letter = |number: &str, kana: &str| {
        let [number, kana, kind] = [number, kana, "referral"].map(str::to_owned);
        PaperEvent::Letter(Letter { number, kana, kind, ..Letter::default() })
    };
    let said =
        |number: &str, act| PaperEvent::Said(PaperSaid { words: "理由".into(), ..PaperSaid::new(number, act) });
    for refused in [
        chart.clone(),
        PaperEvent::Thing(thing("A-1-2", "scroll", "")),
        PaperEvent::Thing(thing("A-1-2", "chart", "A-1-1")),
        PaperEvent::Thing(thing("A-1-2", BOX, "A-1-2")),
        bare(thing("A-1-2", "chart", "")),
        said("A-9-9", PaperAct::Missing),
        said("A-1-1", PaperAct::Return),
        said("A-1-1", PaperAct::Scanned),
        said("L-9-9", PaperAct::Reopen),
        letter("L-1-1", ""),
        letter("A-1-1", "ヤマダ"),
    ] {
        assert!(!write(&mut writer, &refused, 2), "{refused:?}");
    }
    assert!(write(&mut writer, &letter("L-1-1", "ヤマダ"), 3));
    assert_eq!(open_letters(&writer).unwrap().len(), 1);
    assert!(may_scan(&writer, "L-1-1", None).is_err());
    assert!(write(&mut writer, &said("L-1-1", PaperAct::HandOn), 4));
    assert!(!write(&mut writer, &said("L-1-1", PaperAct::Scanned), 5));
    assert_eq!((open_letters(&writer).unwrap().len(), all_letters(&writer).unwrap().len()), (0, 1));
    assert!(write(&mut writer, &said("L-1-1", PaperAct::Reopen), 6));
    assert_eq!(open_letters(&writer).unwrap().len(), 1);
    assert!(!write(&mut writer, &PaperEvent::Thing(Thing { reason: "訂正".into(), ..thing("L-1-1", "chart", "") }), 7));
}
