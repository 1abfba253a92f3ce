//! The way through a tree: one patient folder after the other in the order of their paths, one folder's names a level
//! in memory, from any place on.
//!
//! Shelves (the folders above patient folders) are listed each time; what they held the last time is kept, so that a
//! folder that is gone is noticed without asking for every unit ever known.

use std::io;
use std::path::{Path, PathBuf};

use super::disk::{self, Entry, Kind};
use super::root;
use super::scan::Shape;
use super::unit::{split, under};
use super::{MAX_FOLDER_ENTRIES, MAX_SHELF_DEPTH};

/// What the walk asks of the store: the scanner's state under a key, and the units kept at or below a path.
pub(super) trait Memory {
    /// The blob of a key.
    fn blob(&self, key: &[u8]) -> store::Result<Option<Vec<u8>>>;
    /// Paths of the units kept at `path` or below.
    fn units_at(&self, path: &[u8]) -> store::Result<Vec<Vec<u8>>>;
}

/// Key of a unit's snapshot.
pub(super) fn unit_key(path: &[u8]) -> Vec<u8> {
    [b"u/", path].concat()
}

/// Key of a shelf's names.
pub(super) fn shelf_key(path: &[u8]) -> Vec<u8> {
    [b"s/", path].concat()
}

/// The next thing on the way.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Look at a unit; with its kept blob.
    Look(Vec<u8>, Shape, Option<Vec<u8>>),
    /// A shelf is done: keep its names.
    Shelf(Vec<u8>, Vec<u8>),
}

/// Why a walk stops before its end.
#[derive(Debug)]
pub(super) enum Stop {
    /// The root cannot be read, or everything known below it is missing.
    MountGone,
    /// The store refused.
    Store(store::Error),
}

impl From<store::Error> for Stop {
    fn from(error: store::Error) -> Stop {
        Stop::Store(error)
    }
}

/// A walk under way.
pub(super) struct Walk {
    root: PathBuf,
    /// Units at or before this path are passed by.
    after: Option<Vec<u8>>,
    /// Units behind this path are left out.
    until: Option<Vec<u8>>,
    stack: Vec<Level>,
    ready: Vec<Step>,
    started: bool,
    /// Folders that could not be listed.
    pub unreadable: u64,
}

struct Level {
    path: Vec<u8>,
    /// Folder names still to do, last first.
    rest: Vec<Vec<u8>>,
    count: usize,
    /// The shelf's blob, when it differs from the one kept.
    keep: Option<Vec<u8>>,
}

impl Walk {
    /// The way through `root`, from behind `after`, up to and including `until`.
    pub fn new(root: &Path, after: Option<Vec<u8>>, until: Option<Vec<u8>>) -> Walk {
        let (stack, ready) = (Vec::new(), Vec::new());
        Walk { root: root.to_owned(), after, until, stack, ready, started: false, unreadable: 0 }
    }

    /// Share of the way done, 0–1, by the shelves passed.
    pub fn share(&self) -> f64 {
        let (mut share, mut part) = (0.0, 1.0);
        for level in &self.stack {
            let count = level.count.max(1) as f64;
            let done = count - level.rest.len() as f64 - 1.0;
            share += part * (done.max(0.0) / count);
            part /= count;
        }
        if self.started && self.stack.is_empty() { 1.0 } else { share }
    }

    /// The next step; `None` at the end.
    pub fn next(&mut self, memory: &impl Memory) -> Result<Option<Step>, Stop> {
        if !self.started {
            self.started = true;
            let entries = self.list(b"").map_err(|_| Stop::MountGone)?;
            self.open(Vec::new(), entries, memory)?;
        }
        loop {
            if let Some(step) = self.ready.pop() {
                return Ok(Some(step));
            }
            let Some(level) = self.stack.last_mut() else { return Ok(None) };
            match level.rest.pop() {
                Some(name) => {
                    let path = under(&level.path, &name);
                    self.enter(path, memory)?;
                }
                None => {
                    if let Some(Level { path, keep: Some(keep), .. }) = self.stack.pop() {
                        return Ok(Some(Step::Shelf(path, keep)));
                    }
                }
            }
        }
    }

    fn list(&mut self, path: &[u8]) -> io::Result<Vec<Entry>> {
        disk::list(&disk::join(&self.root, path), MAX_FOLDER_ENTRIES).map(|(entries, _)| entries)
    }

    /// A folder of a shelf: a unit known already is not listed here at all.
    fn enter(&mut self, path: Vec<u8>, memory: &impl Memory) -> Result<(), Stop> {
        let blob = memory.blob(&unit_key(&path))?;
        if blob.as_ref().is_some_and(|blob| blob.first() == Some(&b'p')) {
            self.ready.push(Step::Look(path, Shape::Patient, blob));
            return Ok(());
        }
        let Ok(entries) = self.list(&path) else {
            self.unreadable += 1;
            return Ok(());
        };
        if root::is_patient(split(&path).1, &entries) {
            self.ready.push(Step::Look(path, Shape::Patient, blob));
        } else if self.stack.len() < MAX_SHELF_DEPTH {
            self.open(path, entries, memory)?;
        } else {
            self.unreadable += 1;
        }
        Ok(())
    }

    /// Opens a shelf: what is gone from it first, then its own files, then its folders one by one.
    fn open(&mut self, path: Vec<u8>, entries: Vec<Entry>, memory: &impl Memory) -> Result<(), Stop> {
        let names: Vec<Vec<u8>> = folder_names(&entries);
        let kept = memory.blob(&shelf_key(&path))?;
        let before = kept.as_deref().map(names_of).unwrap_or_default();
        let missing: Vec<_> = before.iter().filter(|name| names.binary_search(name).is_err()).collect();
        if path.is_empty() && !before.is_empty() && missing.len() == before.len() {
            return Err(Stop::MountGone);
        }
        let own = memory.blob(&unit_key(&path))?;
        if own.is_some() || entries.iter().any(|entry| entry.kind != Kind::Folder && !root::is_ours(&entry.name)) {
            self.ready.push(Step::Look(path.clone(), Shape::Loose, own));
        }
        for name in missing {
            for unit in memory.units_at(&under(&path, name))? {
                let blob = memory.blob(&unit_key(&unit))?;
                let patient = blob.as_ref().is_some_and(|blob| blob.first() == Some(&b'p'));
                let shape = if patient { Shape::Patient } else { Shape::Loose };
                self.ready.push(Step::Look(unit, shape, blob));
            }
        }
        let blob = blob_of_names(&names);
        let keep = (kept.as_deref() != Some(blob.as_slice())).then_some(blob);
        let count = names.len();
        let mut rest: Vec<_> = names.into_iter().filter(|name| self.on_the_way(&under(&path, name))).collect();
        rest.reverse();
        self.stack.push(Level { path, rest, count, keep });
        Ok(())
    }

    /// False for what lies wholly before `after` or behind `until`.
    fn on_the_way(&self, path: &[u8]) -> bool {
        let parts = |path: &[u8]| path.split(|b| *b == b'/').map(<[u8]>::to_vec).collect::<Vec<_>>();
        let here = parts(path);
        let late_enough = self.after.as_deref().is_none_or(|after| {
            let after = parts(after);
            here > after || (after.starts_with(&here) && after.len() > here.len())
        });
        late_enough && self.until.as_deref().is_none_or(|until| here <= parts(until))
    }
}

fn folder_names(entries: &[Entry]) -> Vec<Vec<u8>> {
    entries.iter().filter(|entry| entry.kind == Kind::Folder).map(|entry| entry.name.clone()).collect()
}

/// Names joined by the one byte no name holds.
fn blob_of_names(names: &[Vec<u8>]) -> Vec<u8> {
    names.join(&0)
}

fn names_of(blob: &[u8]) -> Vec<Vec<u8>> {
    if blob.is_empty() { Vec::new() } else { blob.split(|b| *b == 0).map(<[u8]>::to_vec).collect() }
}
