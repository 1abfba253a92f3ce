//! The guideline's audit over days: what a clock that is ours can show, which commands cannot.

use chart::Moment;
use store::Look;

use super::{Bench, NIGHT, by};
use crate::custody::mhlw::{self, Facts, Verdict};
use crate::custody::seal::{SEGMENT_BYTES, Sealing, seal, waiting_since};
use crate::custody::seen::Shown;
use crate::custody::{evidence, log, members, state};
use crate::event::{self, Event};
use crate::home::Problem;
use crate::writing::{Answer, Request};

fn day(number: i64) -> Moment {
    NIGHT.plus_days(number)
}

/// As the bench writes, at a moment of ours.
fn write_at(bench: &Bench, request: &Request, now: Moment) -> Result<Answer, Problem> {
    let Request::Custody { keep, event, by, role } = request else { panic!("asks for something else") };
    state::commit(&mut bench.home.writer()?, keep, event.clone(), (by, role), now)?;
    Ok(Answer::Done)
}

fn seal_on(bench: &Bench, now: Moment) {
    let sealing = Sealing {
        home: &bench.home,
        write: &|request| write_at(bench, request, now),
        by: by(),
        now: &|| now,
        step: &|_| Ok::<(), Problem>(()),
        segment_bytes: SEGMENT_BYTES,
    };
    assert!(seal(&sealing).unwrap().segments > 0);
}

/// Something is received on a day, an hour before it is sealed.
fn lived(bench: &Bench, number: i64) {
    let path = format!("00/001/day{number}");
    bench.arrive("001", &[(&path, b"MSH|")], Moment(day(number).0 - 3_600_000));
    seal_on(bench, day(number));
}

fn audited(bench: &Bench, now: Moment) -> Facts {
    evidence::gather(&bench.home.reader().unwrap(), false, &Shown::default(), now).unwrap()
}

fn verdict(facts: &Facts, code: &str) -> Verdict {
    mhlw::judge(facts).into_iter().find(|rule| rule.code == code).unwrap().verdict
}

#[test]
fn days_become_generations_and_a_disk_that_is_out_keeps_the_older_ones() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.target("b", 7);
    (0..4).for_each(|number| lived(&bench, number));
    let facts = audited(&bench, day(3));
    assert_eq!(verdict(&facts, "generations"), Verdict::Fail, "four of five");
    assert_eq!(verdict(&facts, "unwritable"), Verdict::Fail, "both are plugged in");
    assert_eq!(verdict(&facts, "detached"), Verdict::Fail);

    std::fs::rename(bench.place("b"), bench.place("elsewhere")).unwrap();
    (4..6).for_each(|number| lived(&bench, number));
    let facts = audited(&bench, day(5));
    let days: Vec<&str> = facts.generations.iter().map(|one| one.day.as_str()).collect();
    assert_eq!(days, ["2021-11-05", "2021-11-04", "2021-11-03", "2021-11-02", "2021-11-01", "2021-10-31"]);
    assert_eq!(facts.generations[0].places, ["a"]);
    assert_eq!(facts.generations[2].places, ["a", "b"], "what went with the disk");
    for (code, expected) in [
        ("daily", Verdict::Pass),
        ("generations", Verdict::Pass),
        ("unwritable", Verdict::Pass),
        ("detached", Verdict::Pass),
        ("methods", Verdict::Fail),
        ("proofs", Verdict::Unknown),
    ] {
        assert_eq!(verdict(&facts, code), expected, "{code}");
    }
    // Two days on the disk has the third generation no longer, and later it is overdue.
    (6..8).for_each(|number| lived(&bench, number));
    assert_eq!(verdict(&audited(&bench, day(7)), "unwritable"), Verdict::Fail);
    assert_eq!(verdict(&audited(&bench, day(11)), "detached"), Verdict::Pass);
    assert_eq!(verdict(&audited(&bench, day(12)), "detached"), Verdict::Fail);
    // A day on which nothing was sealed although something had come.
    assert_eq!(verdict(&audited(&bench, day(12)), "daily"), Verdict::Pass, "nothing came, so nothing waits");
    bench.arrive("001", &[("00/001/late", b"MSH|")], day(13));
    assert_eq!(verdict(&audited(&bench, day(15)), "daily"), Verdict::Fail, "it waits");
    seal_on(&bench, day(16));
    assert_eq!(verdict(&audited(&bench, day(16)), "daily"), Verdict::Fail, "it waited three days");
    // A segment cut short cannot be restored, nor anything later.
    let segments = bench.place("a").join("segments");
    let mut names: Vec<_> = std::fs::read_dir(&segments).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    std::fs::write(&names[4], b"short").unwrap();
    let facts = audited(&bench, day(16));
    assert!(facts.generations.iter().all(|one| one.number < 5), "{:?}", facts.generations);
    assert_eq!(verdict(&facts, "generations"), Verdict::Fail);
}

#[test]
fn the_access_audit_travels_and_one_cut_off_is_told_in_the_log() {
    let bench = Bench::new();
    bench.target("a", 0);
    let look =
        |at: i64, act: &str| Look { at: Moment(at), act: act.into(), about: "self/001".into(), ..Look::default() };
    let note = |looks: &[Look]| bench.home.access().unwrap().note(looks).unwrap();
    note(&[look(1, "chart"), look(2, "search"), look(NIGHT.0 - 1000, "chart")]);
    lived(&bench, 0);
    let cut = bench.folder.path().join("cut");
    std::fs::copy(bench.home.dir().join("access.db"), &cut).unwrap();
    note(&[look(NIGHT.0 + 1000, "print")]);
    lived(&bench, 1);
    let acts = || {
        let entries = log::log(&bench.disk("a"), 1, &Shown::default()).unwrap().entries;
        assert!(entries.iter().all(|entry| entry.proved));
        entries.into_iter().map(|entry| entry.entry).collect::<Vec<_>>()
    };
    let said = acts();
    let has = |said: &[String], line: &str| said.iter().any(|one| one.starts_with(line));
    assert!(has(&said, "act looks 1-3 ") && has(&said, "act view 2") && has(&said, "act search 1"), "{said:?}");
    assert!(has(&said, "act looks 4-4 ") && has(&said, "act print 1"), "{said:?}");
    assert!(said.iter().all(|line| !line.contains("001") || !line.contains("self")), "{said:?}");
    // A restore has them as the old station's, once; and hands them on into a vault of its own.
    let restored = bench.restore("a", "home2", |_| ()).unwrap();
    assert_eq!(restored.progress.looks, 4);
    let other = store::open_access(&bench.place("home2"), &store::Unlock::KeyFile).unwrap();
    let station = bench.home.about().unwrap().station;
    let found = other.looks(&store::LookFilter::default(), 9).unwrap();
    let found: Vec<_> = found.iter().map(|look| (look.no, look.station.as_str(), look.look.act.as_str())).collect();
    let old = station.as_str();
    assert_eq!(found, [(4, old, "print"), (3, old, "chart"), (2, old, "search"), (1, old, "chart")]);
    let chains = other.verify_past().unwrap();
    assert_eq!((chains.len(), chains[0].lines, chains[0].broken), (1, 4, None));
    // As of a moment, no later line, and nothing out of a segment that was begun later.
    for (home, as_of, looks) in [("home3", NIGHT.0, 3), ("home4", NIGHT.0 - 3_600_000, 2)] {
        let restored = bench.restore("a", home, |asked| asked.as_of = Some(Moment(as_of))).unwrap();
        assert_eq!(restored.progress.looks, looks, "{home}");
    }
    // An older file in its place: the log says so, and nothing of it is taken for the audit.
    for name in ["access.db-wal", "access.db-shm"] {
        drop(std::fs::remove_file(bench.home.dir().join(name)));
    }
    std::fs::copy(&cut, bench.home.dir().join("access.db")).unwrap();
    lived(&bench, 2);
    let said = acts();
    assert!(has(&said, "act looks cut 4 "), "{said:?}");
    assert_eq!(said.iter().filter(|line| line.starts_with("act looks ")).count(), 3, "{said:?}");
    // One that cannot be read keeps back nothing that was received.
    std::fs::write(bench.home.dir().join("access.db"), [7; 8192]).unwrap();
    lived(&bench, 3);
    assert!(has(&acts(), "act looks unreadable"));
}

#[test]
fn a_run_of_the_access_audit_comes_back_and_half_of_one_is_refused() {
    let run = store::LookRun {
        station: "ab".repeat(16),
        first: 3,
        before: vec![9; 32],
        lines: vec![b"one".to_vec(), b"two".to_vec()],
    };
    let (name, bytes) = (members::looks_name(&run.station, run.first), members::looks_bytes(&run));
    let taken = |bytes: &[u8]| members::Unpack::default().take(name.as_bytes(), bytes);
    assert_eq!(taken(&bytes), Ok(Some(members::Found::Looks(run))));
    for length in 0..bytes.len() {
        let whole_lines = length == 34 || length == 41;
        assert_eq!(taken(&bytes[..length]).is_ok(), whole_lines, "{length}");
    }
    assert!(taken(&[&[2], &bytes[1..]].concat()).is_err(), "of a later version");
}

/// While nothing is received, as after the EMR stopped, who looked at what must not wait for ever in a station that may be lost.
#[test]
fn an_hour_of_looking_calls_for_a_segment_by_itself() {
    let bench = Bench::new();
    bench.target("a", 0);
    lived(&bench, 0);
    let chain = state::Chain::of(&bench.home.reader().unwrap()).unwrap().unwrap();
    for number in 1..=12 {
        let head = store::LookHead { lines: number, hash: "0f".into() };
        let at = Moment(day(0).0 + number as i64 * 300_000);
        event::append(&mut bench.home.writer().unwrap(), &Event::Looks(head), "", at).unwrap();
        let waiting = waiting_since(&bench.home.reader().unwrap(), &chain).unwrap();
        assert_eq!(waiting, (number == 12).then_some(at), "{number}");
    }
    seal_on(&bench, day(1));
}

/// Which came last of coming and going is told by their order, not by clocks: here both have one moment.
#[test]
fn that_a_disk_went_is_said_once() {
    let bench = Bench::new();
    bench.target("b", 7);
    bench.fill();
    bench.sealed();
    std::fs::rename(bench.place("b"), bench.place("shelf")).unwrap();
    (0..3).for_each(|_| drop(bench.sealed()));
    let reader = bench.home.reader().unwrap();
    let said = |word| reader.events_of(&event::vault_item(word, "b")).unwrap().len();
    assert_eq!((said(event::VaultWord::In), said(event::VaultWord::Out)), (1, 1));
}
