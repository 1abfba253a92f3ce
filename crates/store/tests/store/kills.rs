//! Killed at random points, nothing acknowledged is lost and nothing doubled; a disk that fills loses nothing either.
//!
//! The test starts its own binary again as the writer. `ANDON_KILLS` says how often it is killed (20 when not set).

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use crate::home::{NIGHT, add_source, make, patient, seen};
use chart::Moment;
use store::{Error, EventNo, Find, Key, KeyKind, NewEvent, PersonRow, Unlock, Writer};

const HOME: &str = "ANDON_TEST_HOME";

/// The bytes of a position: told from it alone, so that a doubled or missing one shows.
fn bytes(position: u64) -> Vec<u8> {
    format!("MSH|^~\\&|position {position}|").repeat(1 + position as usize % 50).into_bytes()
}

/// The search row that a batch beginning at a position leaves for its patient, in place of the one before.
fn row(first: u64) -> PersonRow {
    let key = |kind, text| Key { kind, text, former: false };
    let keys = vec![key(KeyKind::Name, format!("位{first}")), key(KeyKind::Kana, format!("ア{first}"))];
    PersonRow { name: format!("位{first}"), keys, ..PersonRow::default() }
}

/// One batch: a few arrivals, a search row, a piece of scanner state, an event. Gives the position and event number acknowledged.
fn write_one(writer: &mut Writer, source: u32) -> store::Result<(u64, u64)> {
    let first = writer.sources()?[0].last_position + 1;
    let texts: Vec<_> = (first..first + 1 + first % 7).map(|at| (format!("p/{at}_1"), bytes(at))).collect();
    let arrivals: Vec<_> = texts.iter().map(|(path, bytes)| seen(path, bytes)).collect();
    writer.batch(|batch| {
        let id = format!("{:04}", first % 13);
        let range = batch.arrive(source, &id, NIGHT, &arrivals)?;
        batch.put_person(&patient(&id), &row(first))?;
        batch.put_unit(source, b"cursor", &range.end.to_be_bytes())?;
        let now = Moment(NIGHT.0 + first as i64);
        let event = NewEvent { event_time: now, entry_time: now, items: vec!["x".into()], ..NewEvent::default() };
        let event = batch.append_event(&event)?;
        Ok((range.end - 1, event.no))
    })
}

/// The writing child; as a test of its own it does nothing.
#[test]
fn child_writes_until_stopped() {
    let Ok(path) = std::env::var(HOME) else { return };
    let mut writer = store::open_writer(Path::new(&path), &Unlock::KeyFile).unwrap();
    let source = add_source(&mut writer, "std1");
    loop {
        let line = match write_one(&mut writer, source) {
            Ok((position, event)) => format!("ack {position} {event}"),
            Err(Error::Full) => "full".into(),
            Err(error) => panic!("{error}"),
        };
        // The leading line break parts it from what the test runner prints.
        println!("\n{line}");
        std::io::stdout().flush().unwrap();
        if line == "full" {
            return;
        }
    }
}

fn spawn(home: &Path, through: &[&str]) -> (Child, BufReader<ChildStdout>) {
    let own = std::env::current_exe().unwrap();
    let mut words: Vec<PathBuf> = through.iter().map(PathBuf::from).collect();
    words.push(own);
    let mut child = Command::new(&words[0])
        .args(&words[1..])
        .args(["--exact", "kills::child_writes_until_stopped", "--nocapture"])
        .env(HOME, home)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let out = BufReader::new(child.stdout.take().unwrap());
    (child, out)
}

/// The last acknowledgement in what a child printed.
fn last_ack(lines: impl Iterator<Item = String>) -> Option<(u64, u64)> {
    let numbers = |line: String| {
        let (position, event) = line.strip_prefix("ack ")?.split_once(' ')?;
        Some((position.parse().ok()?, event.parse().ok()?))
    };
    lines.filter_map(numbers).last()
}

/// Everything acknowledged is there, once, and whole.
fn check(home: &Path, (position, event): (u64, u64)) {
    let writer = store::open_writer(home, &Unlock::KeyFile).unwrap();
    let held = writer.sources().unwrap()[0].last_position;
    assert!(held >= position, "position {position} was acknowledged, {held} are held");
    let mut next = 1;
    let each = |sighting: store::Sighting| {
        assert_eq!((sighting.position, sighting.path), (next, format!("p/{next}_1").into_bytes()));
        assert_eq!(sighting.bytes.as_deref().unwrap(), bytes(next));
        next += 1;
        Ok(true)
    };
    writer.scan(1, 1, each).unwrap();
    assert_eq!(next, held + 1);
    assert_eq!(writer.counts().unwrap().contents, held);
    let cursor = writer.unit(1, b"cursor").unwrap().unwrap();
    assert_eq!(cursor, (held + 1).to_be_bytes(), "scanner state moved apart from what it describes");
    let events = writer.events(EventNo(1), usize::MAX >> 1).unwrap();
    assert!(events.last().unwrap().envelope.no >= event);
    check_search(&writer, held);
    let verdict = writer.verify(|_| ()).unwrap();
    assert!(verdict.is_sound(), "{:?}", verdict.findings);
}

/// Who is found is who was written last under each number, and nobody as they were before.
fn check_search(writer: &Writer, held: u64) {
    let mut rows = std::collections::BTreeMap::new();
    let mut first = 1;
    while first <= held {
        rows.insert(format!("{:04}", first % 13), row(first));
        first += 1 + first % 7;
    }
    let found = writer.find(&Find { name: Some("位".into()), ..Find::default() }, 50).unwrap();
    let hits: std::collections::BTreeMap<_, _> = found.hits.into_iter().map(|hit| (hit.id.id, hit.row)).collect();
    assert_eq!((hits, found.more), (rows, false));
}

#[test]
fn killed_at_random_points_nothing_acknowledged_is_lost_or_doubled() {
    let kills: u32 = std::env::var("ANDON_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let folder = tempfile::tempdir().unwrap();
    let mut home = folder.path().join("home-0");
    let (mut last, mut seed) = ((0, 0), 0x9e37_79b9_7f4a_7c15u64 ^ u64::from(std::process::id()));
    for round in 0..kills {
        // A fresh home now and then keeps the cost of each check small.
        if round % 50 == 0 {
            home = folder.path().join(format!("home-{round}"));
            make(&home);
            last = (0, 0);
        }
        let (mut child, mut out) = spawn(&home, &[]);
        let mut first = String::new();
        while !first.starts_with("ack ") {
            first.clear();
            assert!(out.read_line(&mut first).unwrap() > 0, "the writer ended by itself in round {round}");
        }
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros((seed >> 33) % 40_000));
        child.kill().unwrap();
        child.wait().unwrap();
        let lines = std::iter::once(first.trim_end().to_owned()).chain(out.lines().map_while(Result::ok));
        last = last_ack(lines).unwrap_or(last);
        check(&home, last);
    }
}

#[test]
fn a_file_that_may_not_grow_loses_nothing_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    make(&home);
    // 600 blocks of 512 bytes (POSIX): room for some batches. The signal is ignored so that the write fails instead.
    let limit = ["sh", "-c", "trap '' XFSZ; ulimit -S -f 600; exec \"$0\" \"$@\""];
    let (mut child, out) = spawn(&home, &limit);
    let lines: Vec<String> = out.lines().map_while(Result::ok).collect();
    assert!(child.wait().unwrap().success());
    assert!(lines.iter().any(|line| line == "full"), "the limit was never met: {lines:?}");
    let last = last_ack(lines.into_iter()).unwrap();
    check(&home, last);
    let mut writer = store::open_writer(&home, &Unlock::KeyFile).unwrap();
    let (position, event) = write_one(&mut writer, 1).unwrap();
    assert!(position > last.0 && event > last.1);
    drop(writer);
    check(&home, (position, event));
}
