//! The pages of the database, checked one by one; where the write-ahead log holds a newer page, the file's own counts for nothing: a power
//! cut, or a copy taken, may have caught it half written.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use rusqlite::Connection;

use crate::Result;

/// SQLite's own check lists this many.
const FINDINGS: usize = 100;
/// Bytes of the header of a write-ahead log, and of the header of each frame in it (SQLite file format §4.1).
const HEADER: usize = 32;
const FRAME: usize = 24;
/// The largest page of SQLite, bytes.
const PAGE_MAX: usize = 64 << 10;

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

/// The pages of frames up to the last commit whose checksum holds: those that SQLite reads instead of the file's.
fn frames(journal: &Path) -> Option<BTreeSet<u32>> {
    let mut file = BufReader::new(File::open(journal).ok()?);
    let mut header = [0; HEADER];
    file.read_exact(&mut header).ok()?;
    let word = |at: usize| Some(u32::from_be_bytes(*header.get(at..)?.first_chunk()?));
    // The lowest bit of the magic number says in which order the words of checksums are read.
    let (is_big, size) = (word(0)? & 1 == 1, word(8)?);
    let salt: [u8; 8] = *header[16..].first_chunk()?;
    let mut sum = summed((0, 0), &header[..24], is_big);
    let (mut pages, mut open) = (BTreeSet::new(), Vec::new());
    let mut frame = vec![0; FRAME + usize::try_from(size).ok().filter(|size| *size <= PAGE_MAX)?];
    // Frames of an earlier round have another salt.
    while file.read_exact(&mut frame).is_ok() && frame[8..16] == salt {
        sum = summed(summed(sum, &frame[..8], is_big), &frame[FRAME..], is_big);
        let number = |at: usize| Some(u32::from_be_bytes(*frame.get(at..)?.first_chunk()?));
        if (number(16)?, number(20)?) != sum {
            break;
        }
        open.push(number(0)?);
        // The last frame of a transaction says how many pages there are.
        if number(4)? > 0 {
            pages.extend(open.drain(..));
        }
    }
    Some(pages)
}

/// The checksum of a write-ahead log goes on over more bytes (SQLite file format §4.2).
fn summed((mut first, mut second): (u32, u32), bytes: &[u8], is_big: bool) -> (u32, u32) {
    let words = bytes.as_chunks::<4>().0.iter();
    let words = words.map(|word| if is_big { u32::from_be_bytes(*word) } else { u32::from_le_bytes(*word) });
    for (at, word) in words.enumerate() {
        if at % 2 == 0 {
            first = first.wrapping_add(word).wrapping_add(second);
        } else {
            second = second.wrapping_add(word).wrapping_add(first);
        }
    }
    (first, second)
}
