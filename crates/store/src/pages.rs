//! The pages of the database, checked one by one; where the write-ahead log holds a newer page, the file's own counts for nothing: a power
//! cut, or a copy taken, may have caught it half written.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use rusqlite::Connection;

use crate::Result;

/// SQLite's own check lists this many.
const FINDINGS: usize = 100;
/// Bytes of the header of a write-ahead log, and of the header of each frame in it (SQLite file format §4.1).
const HEADER: usize = 32;
const FRAME: usize = 24;

/// What is wrong with the pages, in words of SQLite and SQLCipher.
pub(crate) fn faults(db: &Connection) -> Result<Vec<String>> {
    let mut faults = told(db, &format!("PRAGMA integrity_check({FINDINGS})"))?;
    // Asked before and after: whoever writes may bring the log into the file meanwhile.
    let mut covered = in_journal(db);
    let of_file = told(db, "PRAGMA cipher_integrity_check")?;
    covered.extend(in_journal(db));
    faults.extend(of_file.into_iter().filter(|fault| !page_of(fault).is_some_and(|page| covered.contains(&page))));
    Ok(faults)
}

fn told(db: &Connection, pragma: &str) -> Result<Vec<String>> {
    let mut rows = db.prepare(pragma)?;
    let rows = rows.query_map([], |row| row.get::<_, String>(0))?;
    Ok(rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().filter(|text| text != "ok").collect())
}

/// The page of `HMAC verification failed for page 7`.
fn page_of(fault: &str) -> Option<u32> {
    fault.rsplit(' ').next()?.parse().ok()
}

/// The pages that stand in the write-ahead log; none where there is no log.
fn in_journal(db: &Connection) -> BTreeSet<u32> {
    let journal = db.path().map(|path| format!("{path}-wal"));
    journal.and_then(|journal| frames(Path::new(&journal))).unwrap_or_default()
}

fn frames(journal: &Path) -> Option<BTreeSet<u32>> {
    let mut file = BufReader::new(File::open(journal).ok()?);
    let mut header = [0; HEADER];
    file.read_exact(&mut header).ok()?;
    let size = u32::from_be_bytes(*header[8..].first_chunk()?);
    let salt: [u8; 8] = *header[16..].first_chunk()?;
    let mut pages = BTreeSet::new();
    let mut frame = [0; FRAME];
    // Frames of an earlier round have another salt.
    while file.read_exact(&mut frame).is_ok() && frame[8..16] == salt {
        pages.insert(u32::from_be_bytes(*frame.first_chunk()?));
        file.seek(SeekFrom::Current(size.into())).ok()?;
    }
    Some(pages)
}
