//! What changed in one patient folder since it was last looked at, found without opening a file.
//!
//! A folder whose modification time is unchanged holds the same names (POSIX: creating, removing and renaming an entry
//! marks the folder), so only changed folders are listed. A deep look also asks every file for size and time, which
//! finds what was rewritten in place; a light look asks only the folders where a running hospital writes.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;

use chart::Moment;

use super::disk::{self, Held, Kind};
use super::root;
use super::unit::{Folder, Snapshot, split, under};
use super::{MAX_DEPTH, MAX_FOLDER_ENTRIES, RACY_MILLIS, SKEW_MILLIS};

/// What a folder is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A patient's: everything below belongs to the patient.
    Patient,
    /// No shape the standard knows: its own files are taken as they come.
    Loose,
}

/// How much is asked of the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Depth {
    /// The patient folder, its `-`, its latest days, and what is in doubt.
    Light,
    /// Every folder and every file.
    Deep,
}

/// Days of a patient, counted from the latest, that a light look asks.
const LIGHT_DAYS: usize = 2;

/// What a look found.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// All folders of the unit now, with the time to remember (0 = list again).
    pub folders: BTreeMap<Vec<u8>, i64>,
    /// Files to open: new, changed or in doubt; paths below the unit, in order.
    pub fresh: Vec<Vec<u8>>,
    /// Files no longer there, in order.
    pub lost: Vec<Vec<u8>>,
    /// True when a folder held more entries than [`MAX_FOLDER_ENTRIES`]; the rest was not looked at.
    pub overfull: bool,
}

/// A time so near `now` that another change could carry the same one. A source whose clock runs ahead counts as near.
pub(super) fn racy(mtime_ns: i64, now: Moment) -> bool {
    let age = now.0.saturating_sub(mtime_ns / 1_000_000);
    (-SKEW_MILLIS..RACY_MILLIS).contains(&age)
}

/// Looks at the folder `unit` below `root`. `None`: nothing changed.
///
/// # Errors
/// When the unit's own folder cannot be read for another reason than not being there; nothing is then said of it.
pub(super) fn look(
    root: &Path,
    unit: &[u8],
    shape: Shape,
    old: &Snapshot,
    depth: Depth,
    now: Moment,
) -> io::Result<Option<Found>> {
    let here = Held::open(&disk::join(root, unit));
    let mut look =
        Look { here: &here, shape, old, now, found: Found::default(), fresh: BTreeSet::new(), stale: vec![] };
    look.found.folders = old.folders.iter().map(|(path, folder)| (path.clone(), folder.mtime_ns)).collect();
    // Never looked at, or cut off after some part of a first look: what lies beside the folders known is not known yet.
    if !old.folders.contains_key(&[][..]) {
        look.stale.push(Vec::new());
        look.found.folders.insert(Vec::new(), 0);
    }
    look.ask(depth);
    if look.stale.is_empty() && look.fresh.is_empty() {
        return Ok(None);
    }
    while let Some(folder) = look.stale.pop() {
        look.list(&folder)?;
    }
    look.found.lost.sort_unstable();
    look.found.lost.dedup();
    look.found.fresh = look.fresh.into_iter().collect();
    Ok(Some(look.found))
}

struct Look<'a> {
    here: &'a Held,
    shape: Shape,
    old: &'a Snapshot,
    now: Moment,
    found: Found,
    fresh: BTreeSet<Vec<u8>>,
    stale: Vec<Vec<u8>>,
}

impl Look<'_> {
    /// Asks the known folders (and files) whether they changed.
    fn ask(&mut self, depth: Depth) {
        let recent = (depth == Depth::Light).then(|| latest_days(self.old));
        // What cannot be asked is listed, which says why.
        let stat = |below: &[u8]| self.here.stat(below).ok();
        for (path, folder) in &self.old.folders {
            let settled = folder.mtime_ns != 0 && !folder.files.values().any(|seen| seen.state.waits());
            if settled && recent.as_ref().is_some_and(|recent| !is_recent(path, recent)) {
                continue;
            }
            let same = folder.mtime_ns != 0
                && stat(path).is_some_and(|stat| stat.kind == Kind::Folder && stat.mtime_ns == folder.mtime_ns);
            if !same {
                self.stale.push(path.clone());
                continue;
            }
            for (name, seen) in &folder.files {
                let doubtful = seen.state.doubtful();
                if depth == Depth::Light && !doubtful {
                    continue;
                }
                match stat(&under(path, name)) {
                    Some(stat) if stat.size == seen.size && stat.mtime_ns == seen.mtime_ns && !doubtful => {}
                    Some(_) => drop(self.fresh.insert(under(path, name))),
                    // The folder says nothing changed and the file is not there: list it and see.
                    None => self.stale.push(path.clone()),
                }
            }
        }
        self.stale.dedup();
    }

    /// Lists one folder and compares it with what was there.
    fn list(&mut self, folder: &[u8]) -> io::Result<()> {
        if !self.found.folders.contains_key(folder) {
            return Ok(());
        }
        let (stat, entries, overfull) = match self.here.list(folder, MAX_FOLDER_ENTRIES) {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound || error.kind() == io::ErrorKind::NotADirectory => {
                self.drop_tree(folder);
                return Ok(());
            }
            Err(error) if folder.is_empty() => return Err(error),
            Err(_) => {
                // Unreadable is not gone: what was known of it stays, and it is asked again.
                self.found.folders.insert(folder.to_vec(), 0);
                if !self.old.folders.contains_key(folder) {
                    self.fresh.insert(folder.to_vec());
                }
                return Ok(());
            }
        };
        self.found.overfull |= overfull;
        let mtime_ns = if racy(stat.mtime_ns, self.now) || overfull { 0 } else { stat.mtime_ns };
        self.found.folders.insert(folder.to_vec(), mtime_ns);
        self.compare(folder, &entries, overfull);
        Ok(())
    }

    fn compare(&mut self, folder: &[u8], entries: &[disk::Entry], overfull: bool) {
        let known = self.old.folders.get(folder);
        // With nothing known nothing can be lost.
        let is_first = self.old.folders.is_empty();
        let (mut files, mut folders) = (BTreeSet::new(), BTreeSet::new());
        for entry in entries {
            let path = under(folder, &entry.name);
            let deep = path.iter().filter(|b| **b == b'/').count() >= MAX_DEPTH;
            if entry.kind == Kind::Folder && !deep {
                if self.shape == Shape::Patient {
                    if !self.found.folders.contains_key(&path) {
                        self.found.folders.insert(path.clone(), 0);
                        self.stale.push(path.clone());
                    }
                    if !is_first {
                        folders.insert(path);
                    }
                }
            } else if self.shape == Shape::Patient || !root::is_ours(&entry.name) {
                if !is_first {
                    files.insert(entry.name.as_slice());
                }
                self.compare_file(known.and_then(|known| known.files.get(&entry.name)), path);
            }
        }
        if overfull || is_first {
            return;
        }
        let lost = known.into_iter().flat_map(|known| known.files.keys());
        let lost: Vec<_> =
            lost.filter(|name| !files.contains(name.as_slice())).map(|name| under(folder, name)).collect();
        for path in lost {
            self.fresh.remove(&path);
            self.found.lost.push(path);
        }
        let gone = self.old.folders.keys().filter(|path| !path.is_empty() && split(path).0 == folder);
        for path in gone.filter(|path| !folders.contains(*path)).cloned().collect::<Vec<_>>() {
            self.drop_tree(&path);
        }
    }

    fn compare_file(&mut self, old: Option<&super::unit::Seen>, path: Vec<u8>) {
        let same = old.is_some_and(|old| {
            !old.state.doubtful()
                && self.here.stat(&path).is_ok_and(|stat| stat.size == old.size && stat.mtime_ns == old.mtime_ns)
        });
        if !same {
            self.fresh.insert(path);
        }
    }

    /// A folder is gone with everything below it.
    fn drop_tree(&mut self, folder: &[u8]) {
        let below = |path: &[u8]| {
            path == folder || folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with(b"/"))
        };
        for (path, known) in self.old.folders.iter().filter(|(path, _)| below(path)) {
            self.found.lost.extend(known.files.keys().map(|name| under(path, name)));
        }
        self.found.folders.retain(|path, _| !below(path));
        self.fresh.retain(|path| !below(path));
    }
}

/// The latest day folders of a unit, by name.
fn latest_days(old: &Snapshot) -> Vec<&[u8]> {
    let days = old.folders.keys().map(Vec::as_slice).filter(|path| !path.is_empty() && !path.contains(&b'/'));
    let mut days: Vec<&[u8]> = days.filter(|day| *day != b"-").collect();
    let from = days.len().saturating_sub(LIGHT_DAYS);
    days.split_off(from)
}

/// The folders that a light look asks, by path below the unit.
pub(super) fn light_folders(snapshot: &Snapshot) -> impl Iterator<Item = &[u8]> {
    let days = latest_days(snapshot);
    snapshot.folders.keys().map(Vec::as_slice).filter(move |path| is_recent(path, &days))
}

fn is_recent(path: &[u8], days: &[&[u8]]) -> bool {
    let day = path.split(|b| *b == b'/').next().unwrap_or(path);
    day.is_empty() || day == b"-" || days.contains(&day)
}

/// A file that a light look must come back to.
pub(super) fn unsettled(snapshot: &Snapshot) -> bool {
    let waits = |folder: &Folder| folder.mtime_ns == 0 || folder.files.values().any(|seen| seen.state.waits());
    snapshot.folders.values().any(waits)
}
