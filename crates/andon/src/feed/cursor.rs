//! Transaction storage as a cursor: which patients' folders to look at next.
//!
//! `<YYYY>/TR_….DAT` files grow by one record a message (standards §1.6): a header whose layout is in no source we
//! have, then the HL7 text. So nothing is taken from them; each record only names candidates for a patient number, and
//! the folder of any of them that exists is looked at. The tree stays the truth: a record that leads nowhere is a doubt,
//! and a doubt has the whole tree looked at.

use std::collections::BTreeMap;
use std::path::Path;

use formats::ssmix2::{Peek, peek};

use super::MAX_FOLDER_ENTRIES;
use super::disk::{self, Kind};
use super::root;
use super::unit::under;

/// Bytes of logs read at one time.
const READ_BYTES: u64 = 1 << 20;
/// A header is looked for in this many bytes before the message.
const HEADER_BYTES: usize = 400;
/// Logs, counted from the newest known, that may still grow: a sender may close one after it began the next.
const OPEN_LOGS: usize = 4;
/// Latest year folders looked at.
const YEARS: usize = 2;

/// What one record says of where to look: candidates for the patient number, best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Hint {
    /// Candidates.
    pub patients: Vec<String>,
}

/// How far the logs were read: offset by path below the root of the logs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Cursor {
    offsets: BTreeMap<Vec<u8>, u64>,
}

/// What a look at the logs brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// Records, in order.
    pub hints: Vec<Hint>,
    /// A log shrank, could not be read, or held something that is no record: look at the whole tree.
    pub doubt: bool,
    /// There may be more to read at once.
    pub more: bool,
}

impl Cursor {
    /// The cursor as kept; an unreadable one starts anew.
    pub fn decode(blob: &[u8]) -> Cursor {
        let mut offsets = BTreeMap::new();
        for line in blob.split(|b| *b == 0).filter(|line| line.len() > 8) {
            let (offset, path) = line.split_at(8);
            let digits = std::str::from_utf8(offset).ok().and_then(|digits| u64::from_str_radix(digits, 32).ok());
            offsets.insert(path.to_vec(), digits.unwrap_or(0));
        }
        Cursor { offsets }
    }

    /// The form kept: per file eight digits of base 32, then the path, then a zero.
    pub fn encode(&self) -> Vec<u8> {
        let mut blob = Vec::new();
        for (path, offset) in &self.offsets {
            blob.extend_from_slice(base32(*offset).as_bytes());
            blob.extend_from_slice(path);
            blob.push(0);
        }
        blob
    }

    /// Stands at the end of all logs: what lies before is for a full pass.
    pub fn at_end(root: &Path) -> Cursor {
        let offsets = files(root).into_iter().filter_map(|path| {
            let size = disk::stat(&disk::join(root, &path)).ok()?.size;
            Some((path, size))
        });
        Cursor { offsets: offsets.collect() }
    }

    /// Reads what was added, at most [`READ_BYTES`].
    pub fn read(&mut self, root: &Path) -> News {
        let mut news = News::default();
        let mut left = READ_BYTES;
        let files = files(root);
        news.doubt |= files.is_empty() && !self.offsets.is_empty();
        let open = self.offsets.keys().rev().take(OPEN_LOGS).next_back().cloned();
        for path in files {
            // Logs are begun one after the other; those before the newest few known are closed.
            if open.as_ref().is_some_and(|open| path < *open) && self.offsets.contains_key(&path) {
                continue;
            }
            let offset = self.offsets.get(&path).copied().unwrap_or(0);
            let whole = disk::join(root, &path);
            let size = match disk::stat(&whole) {
                Ok(stat) if stat.kind == Kind::File => stat.size,
                _ => continue,
            };
            if size < offset {
                news.doubt = true;
                self.offsets.insert(path, size);
                continue;
            }
            if size == offset && self.offsets.contains_key(&path) {
                continue;
            }
            if left == 0 {
                news.more = true;
                break;
            }
            let Ok(bytes) = disk::read_from(&whole, offset, left) else {
                news.doubt = true;
                continue;
            };
            left = left.saturating_sub(bytes.len() as u64);
            let end = offset + bytes.len() as u64;
            let used = records(&bytes, &mut news.hints);
            news.more |= end < size;
            self.offsets.insert(path, if end < size && used == 0 { end } else { offset + used as u64 });
        }
        self.forget_old();
        news
    }

    /// Only the newest files grow.
    fn forget_old(&mut self) {
        while self.offsets.len() > 64 {
            self.offsets.pop_first();
        }
    }
}

fn base32(mut number: u64) -> String {
    let mut digits = [b'0'; 8];
    for digit in digits.iter_mut().rev() {
        *digit = b"0123456789abcdefghijklmnopqrstuv"[(number % 32) as usize];
        number /= 32;
    }
    digits.iter().map(|digit| char::from(*digit)).collect()
}

/// The logs of the latest years, oldest first.
fn files(root: &Path) -> Vec<Vec<u8>> {
    let Ok((years, _)) = disk::list(root, MAX_FOLDER_ENTRIES) else { return Vec::new() };
    let years: Vec<_> = years.iter().filter(|entry| entry.kind == Kind::Folder).collect();
    let mut files = Vec::new();
    for year in years.iter().skip(years.len().saturating_sub(YEARS)) {
        let Ok((entries, _)) = disk::list(&disk::join(root, &year.name), MAX_FOLDER_ENTRIES) else { continue };
        files.extend(
            entries.iter().filter(|file| root::is_log_name(&file.name)).map(|file| under(&year.name, &file.name)),
        );
    }
    files
}

/// Finds the records in a piece of a log; answers how many bytes need not be read again.
fn records(bytes: &[u8], hints: &mut Vec<Hint>) -> usize {
    let starts: Vec<usize> =
        bytes.windows(4).enumerate().filter(|(_, four)| four == b"MSH|").map(|(at, _)| at).collect();
    for (i, start) in starts.iter().enumerate() {
        let from = i.checked_sub(1).map_or(0, |before| starts[before] + 4).max(start.saturating_sub(HEADER_BYTES));
        let end = starts.get(i + 1).copied().unwrap_or(bytes.len());
        hints.push(hint(&bytes[from..*start], &bytes[*start..end]));
    }
    // The last record may not be all there; its header is, and so is what precedes the next one.
    match starts.last() {
        Some(last) => last + 4,
        None => bytes.len().saturating_sub(HEADER_BYTES),
    }
}

/// The words of a header that can be a patient number, and PID-3.
fn hint(header: &[u8], message: &[u8]) -> Hint {
    let Peek { pid3, .. } = peek(message);
    let mut patients = Vec::new();
    let words = header.split(|b| !b.is_ascii_alphanumeric() && *b != b'-');
    let words = words.filter(|word| (1..=15).contains(&word.len()) && word.iter().any(u8::is_ascii_digit));
    let words = words.map(|word| String::from_utf8_lossy(word).into_owned());
    for word in pid3.into_iter().chain(words) {
        if !patients.contains(&word) && !word.contains('/') && !word.contains("..") {
            patients.push(word);
        }
    }
    Hint { patients }
}

/// Where the folder of a patient stands by the rule of threes; a number shorter than six has none (standards §1.1).
pub(super) fn folder_of(patient: &str) -> Option<Vec<u8>> {
    let (first, second) = (patient.get(..3)?, patient.get(3..6)?);
    Some(format!("{first}/{second}/{patient}").into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(bytes: &[u8]) -> (Vec<Vec<String>>, usize) {
        let mut hints = Vec::new();
        let used = records(bytes, &mut hints);
        (hints.into_iter().map(|hint| hint.patients).collect(), used)
    }

    #[test]
    fn any_header_leads_to_the_patient() {
        let message = "MSH|^~\\&|A|B|||20110701||ADT^A08|1|P|2.5\rPID|||9999013^^^^PI||x\r";
        for header in [
            "INS,1234567890,9999013,20110701,OMP-01,000000011000185,20110701224603984,01\r",
            "INS\t1234567890\t9999013\t-\tADT-00\t999999999999999\t20110701224603984\t-\n",
            "1234567890     9999013        20110701OMP-01 000000011000185INS",
            "",
        ] {
            let (hints, _) = said(format!("{header}{message}\u{1c}{header}{message}").as_bytes());
            assert_eq!(hints.len(), 2, "{header}");
            assert!(hints.iter().all(|hint| hint.contains(&"9999013".to_owned())), "{header}: {hints:?}");
        }
    }

    #[test]
    fn a_record_cut_anywhere_is_found_once() {
        let log = "INS,9999013\rMSH|^~\\&|||||1||ADT^A08|1|P|2.5\rPID|||9999013\r".repeat(3);
        for cut in 0..log.len() {
            let dir = tempfile::tempdir().unwrap();
            let file = dir.path().join("2011/TR_20110701000000000_00001.DAT");
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, &log[..cut]).unwrap();
            let mut cursor = Cursor::default();
            let mut found = cursor.read(dir.path()).hints;
            std::fs::write(&file, &log).unwrap();
            let mut cursor = Cursor::decode(&cursor.encode());
            found.extend(cursor.read(dir.path()).hints);
            assert_eq!(found.len(), 3, "{cut}");
            assert!(found.iter().all(|hint| hint.patients.contains(&"9999013".to_owned())), "{cut}: {found:?}");
            assert_eq!(cursor.read(dir.path()), News::default(), "nothing new");
        }
    }

    #[test]
    fn the_log_before_the_newest_may_still_grow() {
        let dir = tempfile::tempdir().unwrap();
        let put = |day: u32, text: &str| {
            let file = dir.path().join(format!("2011/TR_201107{day:02}000000000_00001.DAT"));
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(&file, text).unwrap();
        };
        put(1, "");
        let mut cursor = Cursor::at_end(dir.path());
        put(2, "INS,9999013 MSH|^~\\&|\r");
        assert_eq!(cursor.read(dir.path()).hints.len(), 1);
        put(1, "INS,9999014 MSH|^~\\&|\r");
        assert_eq!(cursor.read(dir.path()).hints, [Hint { patients: vec!["9999014".into()] }]);
    }

    #[test]
    fn a_log_that_shrank_is_a_doubt() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("2011/TR_20110701000000000_00001.DAT");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, "INS,1 MSH|").unwrap();
        let mut cursor = Cursor::at_end(dir.path());
        assert_eq!(cursor.read(dir.path()), News::default());
        std::fs::write(&file, "INS").unwrap();
        assert!(cursor.read(dir.path()).doubt);
    }
}
