//! A byte changed anywhere is named; a reader's connection changes none; a full database loses none.

use super::filled;
use crate::{Act, Arrival, Error, EventNo, NewEvent, Unlock};

use chart::Moment;

/// Flips one bit in the middle of a blob.
fn flip(sql_table: &str, column: &str, row: &str) -> String {
    let half = format!("length({column}) / 2");
    format!(
        "UPDATE {sql_table} SET {column} = CAST(substr({column}, 1, {half}) ||
         CASE WHEN hex(substr({column}, {half} + 1, 1)) = '00' THEN x'01' ELSE x'00' END ||
         substr({column}, {half} + 2) AS BLOB) WHERE {row}"
    )
}

#[test]
fn every_change_is_named() {
    for (change, place) in [
        (flip("parcel", "body", "no = 2"), "parcel 2"),
        (flip("parcel", "digest", "no = 2"), "parcel 2"),
        ("UPDATE parcel SET received = received + 1 WHERE no = 2".into(), "parcel 2"),
        ("UPDATE parcel SET patient = patient + 1 WHERE no = 3".into(), "parcel 3"),
        ("DELETE FROM parcel WHERE no = 2".into(), "parcel 3"),
        ("DELETE FROM parcel WHERE no = 3".into(), "source 1"),
        ("DELETE FROM content WHERE parcel = 1".into(), "parcel 1 sighting 0"),
        (flip("event", "bytes", "no = 2"), "event 2"),
        (flip("event", "hash", "no = 2"), "event 2"),
        ("UPDATE event SET log_no = 9 WHERE no = 2".into(), "event 2"),
        ("DELETE FROM event WHERE no = 2".into(), "event 3"),
        ("DELETE FROM event WHERE no = 3".into(), "signature of log"),
        ("DELETE FROM head WHERE log_no = 3".into(), "log "),
        (flip("head", "signature", "log_no = 2"), "signature of log"),
        (flip("station", "public_key", "1"), "signature of log"),
    ] {
        let (_folder, writer) = filled();
        assert!(writer.verify(|_| ()).unwrap().is_sound());
        assert_eq!(writer.reader.db.execute(&change, []).unwrap(), 1, "{change}");
        let found = writer.verify(|_| ()).unwrap().findings;
        assert!(found.iter().any(|finding| finding.place.starts_with(place)), "{change}: {found:?}");
    }
}

/// A power cut while the log is brought into the file: SQLite reads these pages from the log, and writes them into the file again.
#[test]
fn a_page_that_stands_in_the_write_ahead_log_may_be_torn_in_the_file() {
    let (folder, writer) = filled();
    let torn = tempfile::tempdir().unwrap();
    let (home, copy) = (folder.path().join("home"), torn.path().join("home"));
    std::fs::create_dir_all(copy.join("keys")).unwrap();
    // While the writer is open its pages stand in the log.
    for from in [home.clone(), home.join("keys")] {
        let files = std::fs::read_dir(from).unwrap().flatten().map(|entry| entry.path());
        for file in files.filter(|file| file.is_file() && !file.to_string_lossy().ends_with("-shm")) {
            std::fs::copy(&file, copy.join(file.strip_prefix(&home).unwrap())).unwrap();
        }
    }
    drop(writer);
    let mut bytes = std::fs::read(copy.join("entries.db")).unwrap();
    let log = std::fs::read(copy.join("entries.db-wal")).unwrap();
    let page = u32::from_be_bytes(*log[32..].first_chunk().unwrap()) as usize;
    let from = (page - 1) * 8192 + 2048;
    bytes.resize(bytes.len().max(page * 8192), 0);
    bytes[from..from + 512].fill(7);
    std::fs::write(copy.join("entries.db"), &bytes).unwrap();
    let verdict = || crate::open_reader(&copy, &Unlock::KeyFile).unwrap().verify(|_| ()).unwrap();
    assert!(verdict().is_sound(), "{:?}", verdict().findings);
    // Frames that do not hold excuse nothing: here one bit of the first is another, so SQLite reads none of them.
    let mut spoilt = log.clone();
    spoilt[32 + 24 + 100] ^= 1;
    std::fs::write(copy.join("entries.db-wal"), &spoilt).unwrap();
    let spoilt = crate::open_reader(&copy, &Unlock::KeyFile).and_then(|reader| reader.verify(|_| ()));
    assert!(!spoilt.is_ok_and(|verdict| verdict.is_sound()));
    // Without the log the same bytes are damage.
    std::fs::remove_file(copy.join("entries.db-wal")).unwrap();
    let alone = crate::open_reader(&copy, &Unlock::KeyFile).and_then(|reader| reader.verify(|_| ()));
    assert!(!alone.is_ok_and(|verdict| verdict.is_sound()));
}

#[test]
fn a_flipped_bit_in_any_page_is_found() {
    let (folder, writer) = filled();
    drop(writer);
    let path = folder.path().join("home/entries.db");
    let sound = std::fs::read(&path).unwrap();
    for page in 1..sound.len() / 8192 {
        let mut bytes = sound.clone();
        bytes[page * 8192 + 4000] ^= 1;
        std::fs::write(&path, bytes).unwrap();
        let home = folder.path().join("home");
        let verdict = crate::open_reader(&home, &Unlock::KeyFile).and_then(|reader| reader.verify(|_| ()));
        assert!(!verdict.is_ok_and(|verdict| verdict.is_sound()), "page {page}");
    }
    std::fs::write(&path, sound).unwrap();
    let reader = crate::open_reader(&folder.path().join("home"), &Unlock::KeyFile).unwrap();
    assert!(reader.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn the_connection_of_a_reader_writes_nothing() {
    let (folder, writer) = filled();
    drop(writer);
    let reader = crate::open_reader(&folder.path().join("home"), &Unlock::KeyFile).unwrap();
    for sql in ["DELETE FROM parcel", "UPDATE event SET bytes = x''", "CREATE TABLE t (x)", "DROP TABLE head"] {
        assert!(reader.db.execute_batch(sql).is_err(), "{sql}");
        // Nor when the pragma is lifted: the file itself is opened read-only.
        reader.db.execute_batch("PRAGMA query_only = OFF").unwrap();
        assert!(reader.db.execute_batch(sql).is_err(), "{sql}");
        reader.db.execute_batch("PRAGMA query_only = ON").unwrap();
    }
    assert!(reader.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn a_database_that_may_not_grow_refuses_keeps_and_resumes() {
    let (_folder, mut writer) = filled();
    let pages: u64 = writer.reader.db.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let limit = |writer: &crate::Writer, pages: u64| {
        let sql = format!("PRAGMA max_page_count = {pages}");
        writer.reader.db.query_row(&sql, [], |row| row.get::<_, u64>(0)).unwrap();
    };
    limit(&writer, pages + 20);
    let mut seed = 1u32;
    let mut arrive = |writer: &mut crate::Writer| {
        // Bytes that do not compress, so that pages fill.
        let bytes: Vec<u8> = (0..20_000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (seed >> 24) as u8
            })
            .collect();
        let act = Act::Seen { bytes: &bytes };
        let path = seed.to_string();
        let arrival = Arrival { path: path.as_bytes(), size: 20_000, mtime_ns: 0, act };
        writer.batch(|batch| batch.arrive(1, "1", Moment(0), &[arrival]))
    };
    let mut acknowledged = 3;
    let refused = loop {
        match arrive(&mut writer) {
            Ok(range) => acknowledged = range.end - 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(refused, Error::Full), "{refused}");
    assert!(acknowledged > 3);
    for _ in 0..3 {
        assert!(matches!(arrive(&mut writer), Err(Error::Full)));
    }
    assert_eq!(writer.sources().unwrap()[0].last_position, acknowledged);
    limit(&writer, pages + 2000);
    assert_eq!(arrive(&mut writer).unwrap(), acknowledged + 1..acknowledged + 2);
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

#[test]
fn the_reserve_keeps_sources_out_and_lets_events_in() {
    let (folder, mut writer) = filled();
    let reserve = folder.path().join("home/reserve");
    assert_eq!(reserve.metadata().unwrap().len(), crate::reserve::TRAINING_RESERVE_BYTES);
    writer.reserve.pretend_free(Some(1 << 20));
    let act = Act::Seen { bytes: b"more" };
    let arrival = Arrival { path: b"more", size: 4, mtime_ns: 0, act };
    let refused = writer.batch(|batch| batch.arrive(1, "1", Moment(0), std::slice::from_ref(&arrival)));
    assert!(matches!(refused, Err(Error::Full)));
    assert!(reserve.exists(), "kept until a person's entry needs it");
    writer.append_events(&[NewEvent::default()]).unwrap();
    assert!(!reserve.exists());
    assert_eq!(writer.events(EventNo(4), 9).unwrap().len(), 1);
    writer.reserve.pretend_free(None);
    writer.batch(|batch| batch.arrive(1, "1", Moment(0), &[arrival])).unwrap();
    assert!(reserve.exists(), "set up again once there is room");
    assert!(writer.verify(|_| ()).unwrap().is_sound());
}

/// Held by nothing but the stop: the statement has no end of its own.
#[test]
fn what_a_reader_is_at_can_be_stopped_and_the_reader_answers_again() {
    let (folder, _writer) = filled();
    let reader = crate::open_reader(&folder.path().join("home"), &Unlock::KeyFile).unwrap();
    let stopper = reader.stopper();
    let (done, told) = std::sync::mpsc::sync_channel(1);
    let asked = std::thread::spawn(move || {
        let endless = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n";
        let counted = reader.db.query_row(endless, [], |row| row.get::<_, u64>(0));
        done.send(()).unwrap();
        (Error::from(counted.unwrap_err()), reader.sources().unwrap().len())
    });
    while told.recv_timeout(std::time::Duration::from_millis(5)).is_err() {
        stopper.stop();
    }
    let (error, sources) = asked.join().unwrap();
    assert!(matches!(error, Error::Stopped) && sources == 1, "{error}");
}
