//! What came from outside: sources, arrivals as the feed hands them over, sightings as the chart gets them back.

use std::path::PathBuf;
use std::sync::Arc;

use chart::{ContentId, Moment, PatientId};

/// A source (連携元) to be added.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Name for people, unique in the home by the caller's care, e.g. `std1`.
    pub name: String,
    /// Assigning authority of the patient numbers in its paths.
    pub authority: String,
    /// Root folder as bytes of the operating system.
    pub root: PathBuf,
    /// When it was added, by our clock.
    pub added: Moment,
    /// Silence longer than this is an alarm, minutes.
    pub silence_minutes: u32,
}

/// A source of this home.
#[derive(Clone, Debug, PartialEq)]
pub struct Source {
    /// Number in this home, from 1.
    pub no: u32,
    /// Name for people.
    pub name: String,
    /// Assigning authority of its patient numbers.
    pub authority: String,
    /// Root folder.
    pub root: PathBuf,
    /// When it was added, by our clock.
    pub added: Moment,
    /// Silence longer than this is an alarm, minutes.
    pub silence_minutes: u32,
    /// Last position given; 0 before the first arrival.
    pub last_position: u64,
    /// Last complete pass, by our clock.
    pub last_contact: Option<Moment>,
    /// Code word of what is wrong with it, e.g. `mount_gone`; no patient data.
    pub trouble: Option<String>,
    /// Bytes it holds in this home, compressed.
    pub held_bytes: u64,
    /// Bytes it may hold, compressed ([`crate::Writer::set_budget`]).
    pub budget_bytes: u64,
}

/// Name of the source of this number; empty where there is none.
pub fn source_name(sources: &[Source], no: u32) -> String {
    sources.iter().find(|source| source.no == no).map_or_else(String::new, |source| source.name.clone())
}

impl Source {
    /// Nothing is watched: people hand things in, so it has no root, is never silent and lists nothing by itself.
    pub fn is_handed_in(&self) -> bool {
        self.root.as_os_str().is_empty()
    }
}

/// One thing seen at a source, as the feed hands it over.
#[derive(Clone, Debug)]
pub struct Arrival<'a> {
    /// Path below the root, as bytes of the operating system.
    pub path: &'a [u8],
    /// File size, bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// What happened to it.
    pub act: Act<'a>,
}

/// What happened to a file at its source.
#[derive(Clone, Debug)]
pub enum Act<'a> {
    /// It was read.
    Seen {
        /// Its bytes.
        bytes: &'a [u8],
    },
    /// It was renamed with the same bytes: SS-MIX2 keeps state in the file name (guideline 1.2g §1.1).
    Renamed {
        /// The path before.
        from: &'a [u8],
    },
    /// It is no longer there. Not a cancel.
    Gone,
    /// It is there and was left there: too large, unreadable, refused. Never of a path whose bytes are held.
    Withheld {
        /// Code word of why, e.g. `too_big`.
        code: &'a str,
        /// What was met: a size, a kind of error. No patient data.
        text: &'a str,
    },
}

/// What a sighting says of its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SightingAct {
    /// Read.
    Seen,
    /// Renamed with the same bytes.
    Renamed {
        /// The path before.
        from: Vec<u8>,
    },
    /// No longer there.
    Gone,
    /// There, but not taken.
    Withheld {
        /// Code word of why, e.g. `too_big`.
        code: String,
        /// What was met.
        text: String,
    },
}

/// One sighting of one file, as it was stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// Number of the source.
    pub source: u32,
    /// Running number in that source, from 1, dense.
    pub position: u64,
    /// Patient number of the path; empty when the path names none.
    pub patient: String,
    /// Path below the root.
    pub path: Vec<u8>,
    /// File size, bytes.
    pub size: u64,
    /// Modification time, nanoseconds since 1970.
    pub mtime_ns: i64,
    /// What happened.
    pub act: SightingAct,
    /// SHA-256 of the bytes; all zeros for a file that was never read.
    pub content: ContentId,
    /// When we received it, by our clock.
    pub received: Moment,
    /// The bytes; `None` only where no bytes were ever held for the path.
    pub bytes: Option<Arc<[u8]>>,
}

/// Which entries count: the last position of each source and the last number of each station's log (design §2, *AsOf*).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// `(source, last position counted)`; a source not named counts nothing.
    pub positions: Vec<(u32, u64)>,
    /// `(station, incarnation, last number counted)`.
    pub events: Vec<(String, u32, u64)>,
}

impl Cut {
    /// Last position of `source` that counts; 0 for none.
    pub fn position(&self, source: u32) -> u64 {
        self.positions.iter().find(|(no, _)| *no == source).map_or(0, |(_, last)| *last)
    }

    /// The cut as words, as it is written down with what was printed: `SOURCE:POSITION` and `STATION/LIFE:NUMBER`, parted by blanks.
    pub fn words(&self) -> String {
        let sources = self.positions.iter().map(|(source, position)| format!("{source}:{position}"));
        let stations = self.events.iter().map(|(station, life, no)| format!("{station}/{life}:{no}"));
        sources.chain(stations).collect::<Vec<_>>().join(" ")
    }

    /// Reads [`Cut::words`]; `None` for other words.
    pub fn read(words: &str) -> Option<Cut> {
        let mut cut = Cut::default();
        for word in words.split_whitespace() {
            let (from, last) = word.rsplit_once(':')?;
            let last = last.parse().ok()?;
            match from.rsplit_once('/') {
                Some((station, life)) => cut.events.push((station.to_owned(), life.parse().ok()?, last)),
                None => cut.positions.push((from.parse().ok()?, last)),
            }
        }
        Some(cut)
    }
}

/// A message filed under one patient whose PID-3 names another (design §2, PatientId).
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// Number of the source.
    pub source: u32,
    /// Its position there.
    pub position: u64,
    /// The patient it is filed under, from the path.
    pub filed: PatientId,
    /// Path below the root.
    pub path: Vec<u8>,
    /// SHA-256 of the bytes.
    pub content: ContentId,
    /// When we received it.
    pub received: Moment,
}

/// Something in a message that was not understood, to be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultRow {
    /// Stable word, e.g. `charset`.
    pub code: String,
    /// Where in the bytes or path.
    pub at: String,
    /// The doubtful text.
    pub text: String,
}

/// A listed fault with the message it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFault {
    /// Running number of the list; newest is greatest.
    pub no: u64,
    /// Number of the source.
    pub source: u32,
    /// Position in it.
    pub position: u64,
    /// Patient number of the path.
    pub patient: String,
    /// Path below the root.
    pub path: Vec<u8>,
    /// SHA-256 of the bytes.
    pub content: ContentId,
    /// When we received it.
    pub received: Moment,
    /// What was not understood.
    pub row: FaultRow,
}

/// How fresh one data kind of one source is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindRow {
    /// Number of the source.
    pub source: u32,
    /// Data kind, e.g. `OML-11`.
    pub kind: String,
    /// Messages counted.
    pub count: u64,
    /// Latest time a sender gave.
    pub last_sent: Option<Moment>,
    /// Latest time we received one.
    pub last_received: Moment,
}

/// How much a home holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sightings of all sources.
    pub sightings: u64,
    /// Different contents.
    pub contents: u64,
    /// Patients any entry names.
    pub patients: u64,
    /// Events of all stations.
    pub events: u64,
    /// Bytes of messages held, as they came, each content once.
    pub held_bytes: u64,
    /// Bytes the database and its log take on disk.
    pub disk_bytes: u64,
}

#[cfg(test)]
mod tests {
    use super::Cut;

    #[test]
    fn a_cut_is_read_as_it_is_written() {
        let cut = Cut { positions: vec![(1, 7), (12, 0)], events: vec![("a1/b".to_owned(), 2, 99)] };
        assert_eq!(Cut::read(&cut.words()), Some(cut));
        assert_eq!(Cut::read(""), Some(Cut::default()));
        for bad in ["1", "x:y", "a/b:3", "1:"] {
            assert_eq!(Cut::read(bad), None, "{bad}");
        }
    }
}
