//! From a patient folder to what the store is given: which files are opened, which renames are renames, what waits.
//!
//! Runs beside the writer, without the store: it gets the last snapshot and hands back *parts*, each with the sightings
//! of some files and the snapshot that is true once they are stored. A part is stored whole or not at all, so a kill at
//! any moment loses nothing and doubles nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, Bytes, Held};
use super::message;
use super::scan::{self, Depth, Found, Shape, racy};
use super::unit::{Seen, Snapshot, State, digest, key_of, split, under};
use super::{MAX_FILE_BYTES, MAX_PART_BYTES, MAX_PART_FILES, RACY_MILLIS};
use chart::Moment;

/// One folder to look at.
#[derive(Debug)]
pub(super) struct Job {
    /// Root of the tree.
    pub root: PathBuf,
    /// The unit: path below the root.
    pub unit: Vec<u8>,
    /// Its shape.
    pub shape: Shape,
    /// How much is asked.
    pub depth: Depth,
    /// The last snapshot as kept.
    pub blob: Option<Vec<u8>>,
    /// Now, by our clock.
    pub now: Moment,
    /// True for a home that takes drills.
    pub training: bool,
}

/// What happened to one file.
#[derive(Debug)]
pub(super) enum What {
    /// Read: its bytes, and 発生日時 of its name.
    Seen(Vec<u8>, Option<Moment>),
    /// Renamed with the same bytes.
    Renamed(Vec<u8>),
    /// No longer there.
    Gone,
    /// There, but not taken: code word and what was met.
    Withheld(&'static str, String),
}

/// One file of which something is to be stored.
#[derive(Debug)]
pub(super) struct Thing {
    /// Path below the root.
    pub path: Vec<u8>,
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970, as the source says.
    pub mtime_ns: i64,
    /// What happened.
    pub what: What,
    /// The path held other bytes, for more than a week: what usually never happens.
    pub rewrites: bool,
}

/// A piece of a unit's news, stored whole or not at all.
#[derive(Debug, Default)]
pub(super) struct Part {
    /// The unit.
    pub unit: Vec<u8>,
    /// Patient number; empty when the folder names none.
    pub patient: String,
    /// What happened, renames first, then files in the order of their paths, then those gone.
    pub things: Vec<Thing>,
    /// The snapshot to keep: `None` leaves the old, an empty one forgets the unit.
    pub blob: Option<Vec<u8>>,
    /// True when nothing was known of the unit before and this part is all of it.
    pub whole: bool,
    /// True when nothing was known of the unit before.
    pub first_look: bool,
    /// True when the unit ends here.
    pub last: bool,
    /// Files that were as they were.
    pub unchanged: u64,
    /// Files that are not settled: half-written, or changed so lately that they must be looked at again.
    pub waiting: u64,
    /// Files that could not be opened or were left at the source, new or not.
    pub withheld: u64,
    /// The unit's folder, or a file in it, could not be read.
    pub unreadable: bool,
    /// A folder held more names than the limit.
    pub overfull: bool,
    /// A light look must come back soon.
    pub unsettled: bool,
}

impl Part {
    /// Bytes of messages it carries.
    pub fn bytes(&self) -> u64 {
        self.things
            .iter()
            .map(|thing| if let What::Seen(bytes, _) = &thing.what { bytes.len() as u64 } else { 0 })
            .sum()
    }
}

/// Looks at one unit and hands its parts to `give` until that answers false.
pub(super) fn take(job: &Job, mut give: impl FnMut(Part) -> bool) {
    let (_, name) = split(&job.unit);
    let old = job.blob.as_deref().and_then(|blob| blob_of(name, blob));
    let known = old.is_some();
    let (_, old) = old.unwrap_or((job.shape, Snapshot::default()));
    let found = match scan::look(&job.root, &job.unit, job.shape, &old, job.depth, job.now) {
        Ok(Some(found)) => found,
        Ok(None) => {
            let unsettled = scan::unsettled(&old);
            give(Part { unit: job.unit.clone(), unchanged: old.files(), unsettled, last: true, ..Part::default() });
            return;
        }
        Err(_) => {
            give(Part { unit: job.unit.clone(), unreadable: true, last: true, ..Part::default() });
            return;
        }
    };
    let moved = found.lost.iter().chain(&found.fresh).filter(|path| old.file(path).is_some()).count();
    let unchanged = old.files().saturating_sub(moved as u64);
    let here = Held::open(&disk::join(&job.root, &job.unit));
    let mut taking =
        Taking { job, here, known, now: old.clone(), old, part: Part::default(), bytes: 0, parts: 0, give: &mut give };
    taking.part.unchanged = unchanged;
    taking.part.overfull = found.overfull;
    taking.run(found);
}

/// The kept form of a snapshot: its shape, then [`Snapshot::encode`].
pub(super) fn to_blob(name: &[u8], shape: Shape, snapshot: &Snapshot) -> Vec<u8> {
    let mut blob = snapshot.encode(name);
    blob.insert(0, if shape == Shape::Patient { b'p' } else { b'l' });
    blob
}

/// The shape and snapshot of a kept blob; `None` when this program cannot read it.
pub(super) fn blob_of(name: &[u8], blob: &[u8]) -> Option<(Shape, Snapshot)> {
    let (shape, rest) = blob.split_first()?;
    let shape = if *shape == b'p' { Shape::Patient } else { Shape::Loose };
    Some((shape, Snapshot::decode(name, rest)?))
}

struct Taking<'a> {
    job: &'a Job,
    /// The unit's folder.
    here: Held,
    known: bool,
    old: Snapshot,
    /// The snapshot that is true once everything given so far is stored.
    now: Snapshot,
    part: Part,
    bytes: u64,
    parts: u64,
    give: &'a mut dyn FnMut(Part) -> bool,
}

impl Taking<'_> {
    fn run(&mut self, found: Found) {
        let mut lost: BTreeSet<Vec<u8>> = found.lost.into_iter().collect();
        let mut vacated: BTreeMap<Vec<u8>, Vec<Vec<u8>>> = BTreeMap::new();
        for path in lost.iter().filter(|path| self.old.file(path).is_some_and(|seen| seen.state.held())) {
            vacated.entry(key_of(path)).or_default().push(path.clone());
        }
        let mut fresh = found.fresh;
        if !vacated.is_empty() {
            fresh.retain(|path| !self.plain_rename(path, &vacated, &mut lost));
        }
        let mut vanished = BTreeSet::new();
        for path in fresh {
            let from = if vacated.is_empty() { None } else { vacated.get(&key_of(&path)) };
            let from: Vec<_> = from.into_iter().flatten().filter(|from| lost.contains(*from)).cloned().collect();
            if !self.open(&path, &from, &mut lost) {
                vanished.insert(split(&path).0.to_vec());
            }
            if (self.bytes > MAX_PART_BYTES || self.part.things.len() >= MAX_PART_FILES) && !self.flush() {
                return;
            }
        }
        for path in lost {
            if self.old.file(&path).is_some_and(|seen| seen.state.held()) {
                self.tell(&path, 0, 0, What::Gone);
            }
            self.now.remove(&path);
        }
        self.finish(&found.folders, &vanished);
    }

    /// A rename seen by key, size and time alone, without opening. In doubt (several candidates, or times so coarse
    /// that two files written in one second share them) it answers false and the bytes decide.
    fn plain_rename(
        &mut self,
        path: &[u8],
        vacated: &BTreeMap<Vec<u8>, Vec<Vec<u8>>>,
        lost: &mut BTreeSet<Vec<u8>>,
    ) -> bool {
        let Some([from]) = vacated.get(&key_of(path)).map(Vec::as_slice) else { return false };
        let (Some(seen), true, None) = (self.old.file(from), lost.contains(from), self.old.file(path)) else {
            return false;
        };
        let Ok(stat) = self.here.stat(path) else { return false };
        let sure = stat.size == seen.size && stat.mtime_ns == seen.mtime_ns && seen.mtime_ns % 1_000_000_000 != 0;
        if sure {
            self.rename(from, path, seen);
            lost.remove(from);
        }
        sure
    }

    fn rename(&mut self, from: &[u8], path: &[u8], seen: Seen) {
        let from_root = under(&self.job.unit, from);
        self.tell(path, seen.size, seen.mtime_ns, What::Renamed(from_root));
        self.now.remove(from);
        self.now.put(path, seen);
    }

    /// Opens one file; false when it is not there any more.
    fn open(&mut self, path: &[u8], from: &[Vec<u8>], lost: &mut BTreeSet<Vec<u8>>) -> bool {
        let before = self.old.file(path);
        let (bytes, stat) = match self.here.read(path, MAX_FILE_BYTES) {
            Ok(Bytes::Whole(bytes, stat)) => (bytes, stat),
            Ok(Bytes::Moving(stat)) => {
                self.leave(path, before, seen_as(stat, State::Waiting));
                return true;
            }
            Ok(Bytes::TooBig(stat)) => {
                self.withhold(path, before, seen_as(stat, State::TooBig), "too_big", stat.size.to_string());
                return true;
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => return false,
            Err(error) => {
                // A link, socket or pipe is no file and stays so; anything else is trouble with the source.
                self.part.unreadable |= !disk::is_no_file(&error);
                self.withhold(path, before, UNREAD, "unreadable", error.kind().to_string());
                return true;
            }
        };
        let mark = digest(&bytes);
        if half_written(&bytes, stat.mtime_ns, self.job.now) {
            self.leave(path, before, seen_as(stat, State::Waiting));
            return true;
        }
        let state = if racy(stat.mtime_ns, self.job.now) { State::Racy } else { State::Taken };
        let seen = Seen { size: stat.size, mtime_ns: stat.mtime_ns, state, digest: mark };
        if before.is_some_and(|before| before.state.held() && before.digest == mark && before.size == stat.size) {
            self.now.put(path, seen);
            self.part.unchanged += 1;
            return true;
        }
        let same = |from: &&Vec<u8>| self.old.file(from).is_some_and(|old| (old.digest, old.size) == (mark, stat.size));
        if let Some(from) = from.iter().find(same) {
            self.rename(from, path, seen);
            lost.remove(from);
            return true;
        }
        self.read(path, before, bytes, seen);
        true
    }

    fn read(&mut self, path: &[u8], before: Option<Seen>, bytes: Vec<u8>, seen: Seen) {
        let whole_path = under(&self.job.unit, path);
        if let Some(processing) = message::training(&bytes).filter(|_| !self.job.training) {
            let refused = Seen { state: State::Refused, ..seen };
            self.withhold(path, before, refused, REFUSED, processing);
            return;
        }
        self.bytes += bytes.len() as u64;
        self.now.put(path, seen);
        let sent = message::sent(&whole_path);
        let rewrites = before.is_some_and(|before| before.state.held() && self.is_old(before, sent));
        self.tell(path, seen.size, seen.mtime_ns, What::Seen(bytes, sent));
        self.part.things.last_mut().into_iter().for_each(|thing| thing.rewrites = rewrites);
    }

    /// A document that had its bytes for long: by the time of the file; where that is not known, by the time in its name.
    fn is_old(&self, before: Seen, sent: Option<Moment>) -> bool {
        let millis = if before.mtime_ns > 0 { Some(before.mtime_ns / 1_000_000) } else { sent.map(|sent| sent.0) };
        millis.is_some_and(|millis| self.job.now.0 - millis > OLD_MILLIS)
    }

    /// Not taken and nothing to say of it yet. What the store holds of the path stays held.
    fn leave(&mut self, path: &[u8], before: Option<Seen>, seen: Seen) {
        match before.filter(|before| before.state.held()) {
            // Ask again: a time of zero matches no file.
            Some(before) => self.now.put(path, Seen { state: State::Racy, mtime_ns: 0, ..before }),
            None => self.now.put(path, seen),
        }
        self.part.waiting += 1;
    }

    /// Not taken, and listed with the reason; once, until it changes.
    fn withhold(&mut self, path: &[u8], before: Option<Seen>, seen: Seen, code: &'static str, text: String) {
        self.part.withheld += 1;
        if let Some(before) = before.filter(|before| before.state.held()) {
            self.now.put(path, Seen { state: State::Racy, mtime_ns: 0, ..before });
            return;
        }
        self.now.put(path, seen);
        if before != Some(seen) {
            self.tell(path, seen.size, seen.mtime_ns, What::Withheld(code, text));
        }
    }

    fn tell(&mut self, path: &[u8], size: u64, mtime_ns: i64, what: What) {
        let path = under(&self.job.unit, path);
        self.part.things.push(Thing { path, size, mtime_ns, what, rewrites: false });
    }

    /// Hands over what there is; the snapshot says "look again" of every folder, for more is to come.
    fn flush(&mut self) -> bool {
        let mut partial = self.now.clone();
        partial.folders.values_mut().for_each(|folder| folder.mtime_ns = 0);
        self.give(partial, false)
    }

    fn finish(&mut self, folders: &BTreeMap<Vec<u8>, i64>, vanished: &BTreeSet<Vec<u8>>) {
        let mut last = std::mem::take(&mut self.now);
        last.folders.retain(|path, folder| folders.contains_key(path) || !folder.files.is_empty());
        for (path, mtime_ns) in folders {
            let folder = last.folders.entry(path.clone()).or_default();
            folder.mtime_ns = if vanished.contains(path) { 0 } else { *mtime_ns };
        }
        self.part.whole = !self.known && self.parts == 0;
        self.part.unsettled = scan::unsettled(&last);
        self.give(last, true);
    }

    fn give(&mut self, snapshot: Snapshot, last: bool) -> bool {
        let mut part = std::mem::take(&mut self.part);
        let (_, name) = split(&self.job.unit);
        part.unit = self.job.unit.clone();
        part.patient = patient_of(name, self.job.shape);
        part.last = last;
        part.first_look = !self.known;
        let empty = snapshot.folders.is_empty() || (self.job.shape == Shape::Loose && snapshot.files() == 0);
        part.blob = Some(if empty { Vec::new() } else { to_blob(name, self.job.shape, &snapshot) });
        self.bytes = 0;
        self.parts += 1;
        (self.give)(part)
    }
}

/// Code word of a training message offered to a real home.
pub(super) const REFUSED: &str = "training_message";

/// A document is old after a week: until then a sender may still write it again (vault.md §3), milliseconds.
const OLD_MILLIS: i64 = 7 * 86_400_000;

/// Remembered of a file that could not be opened.
const UNREAD: Seen = Seen { size: 0, mtime_ns: 0, state: State::Unreadable, digest: 0 };

fn seen_as(stat: disk::Stat, state: State) -> Seen {
    Seen { size: stat.size, mtime_ns: stat.mtime_ns, state, digest: 0 }
}

/// A file that may still be growing: it does not end as messages and documents end, and was changed just now.
fn half_written(bytes: &[u8], mtime_ns: i64, now: Moment) -> bool {
    // CR ends a segment, LF a line, 0x1C an MLLP block left in the file (standards §1.4); `>` XML.
    let ended = matches!(bytes.last(), Some(b'\r' | b'\n' | 0x1c | b'>'));
    let age = now.0.saturating_sub(mtime_ns / 1_000_000);
    !ended && (-RACY_MILLIS..RACY_MILLIS).contains(&age)
}

/// The patient number a folder names: its name, where that is text (numbers are ASCII by the standard).
fn patient_of(name: &[u8], shape: Shape) -> String {
    match (shape, std::str::from_utf8(name)) {
        (Shape::Patient, Ok(name)) => name.to_owned(),
        _ => String::new(),
    }
}

/// True when the root is still the folder it was: nothing was unmounted from under us.
pub(super) fn same_folder(root: &Path, identity: (u64, u64)) -> bool {
    disk::stat(root).is_ok_and(|stat| stat.identity == identity)
}
