//! The feed: SS-MIX2 storages into the store, and how far what came can be trusted.
//!
//! The way of a file, and where to read on:
//!
//! ```text
//!  root     which folders are storages, by their shape; whether they are a drill's
//!  walk     patient folders in order, from any place on          ─┐ the writer's thread
//!  cursor   transaction storage: who had news                     ─┘
//!  scan     what changed in one patient folder (opens nothing)   ─┐
//!  take     what is opened, what is a rename, what waits          ─┘ beside it
//!  give     into the store: bytes, sightings, kinds, snapshot: one transaction
//!  list     what is on disk is decoded: faults, doubts, search rows: the next transaction
//!  message  what one file says, for these lists
//!  unit     the snapshot of a folder: why no unchanged file is opened
//!  gate     notices when a source has gone bad: what comes after is held back
//!  notice   where the operating system tells of changes, the watch looks at once
//!  index    search rows; pass, watch: a whole reading, and a second of a running hospital
//! ```
//!
//! Three things hold it together. *The bytes come first*: a file is on disk before it is decoded, whatever it says. *A part is
//! stored whole*: sightings and the snapshot that makes them done are one transaction, so a kill loses nothing and
//! doubles nothing. *The tree is the truth*: logs and folder times only say where to look sooner.

use std::path::{Path, PathBuf};

use chart::Moment;
use store::{NewSource, Source, Writer};

pub mod page;
pub mod root;

mod again;
mod cursor;
mod disk;
pub mod gate;
mod give;
mod index;
mod list;
mod lists;
mod message;
mod notice;
mod pass;
mod scan;
mod take;
mod unit;
mod walk;
mod watch;

#[cfg(test)]
mod tests;

pub use list::{list_followed, rebuild_indexes};
pub use watch::{Ticked, Watcher};

use crate::home::Problem;
use crate::world::Clock;
use give::Tally;
use pass::{BUDGET, End, MOUNT_GONE, Tree, UNREADABLE};

/// Largest file taken, bytes. A larger one is listed and left at the source. Formats reads no more of a message.
pub const MAX_FILE_BYTES: u64 = 16 << 20;
/// Names of one folder looked at; the rest is listed as left.
pub const MAX_FOLDER_ENTRIES: usize = 1_000_000;
/// Folders below a patient folder.
const MAX_DEPTH: usize = 12;
/// Folders above a patient folder.
const MAX_SHELF_DEPTH: usize = 12;
/// Bytes and files of one part of a unit.
const MAX_PART_BYTES: u64 = 2 << 20;
const MAX_PART_FILES: usize = 2000;
/// Bytes, files and time of one transaction, about. The time bounds what a kill costs on a slow disk, milliseconds.
const MAX_BATCH_BYTES: u64 = 8 << 20;
const MAX_BATCH_FILES: usize = 4000;
const BATCH_MILLIS: i64 = 200;
/// Messages read again in one transaction when indexes are made anew.
const REBUILD_BATCH: usize = 500;
/// A change this near in time may be followed by another that leaves the same time, milliseconds.
const RACY_MILLIS: i64 = 2000;
/// Clocks of sources run ahead of ours by this much at most, milliseconds; a later time is only a wrong time.
const SKEW_MILLIS: i64 = 600_000;
/// How often and how long `read_once` waits for files that are being written.
const WAITS: usize = 12;
const WAIT_MILLIS: u64 = 250;
/// Silence of a source that is an alarm unless told otherwise, minutes.
pub const SILENCE_MINUTES: u32 = 60;

/// Why the feed cannot go on. Says what, where and what next; never patient data.
#[derive(Debug)]
pub enum Error {
    /// The store refused.
    Store(store::Error),
    /// A drill's folder was given to a real home.
    Drill(PathBuf),
    /// A folder without a drill's mark was given to a training home.
    NotADrill(PathBuf),
    /// Nothing is there to be read.
    NoFolder(PathBuf),
    /// The reading thread ended before its work.
    Stopped,
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        Error::Store(error)
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mark = drill::MARK_FILE;
        match self {
            Error::Store(error) => error.fmt(f),
            Error::Drill(at) => write!(
                f,
                "{0}: 訓練データ（{mark} の印）は本番のホームには取り込めません。`andon init --training` で訓練用のホームを作ってください。\n\
                 {0}: drill data (marked {mark}) is refused by a real home. Make a training home with `andon init --training`.",
                at.display()
            ),
            Error::NotADrill(at) => write!(
                f,
                "{0}: {mark} の印がないので、訓練用のホームには取り込めません。本番のホームを使ってください。\n\
                 {0}: carries no {mark} mark, so a training home does not take it. Use a real home.",
                at.display()
            ),
            Error::NoFolder(at) => write!(
                f,
                "{0}: フォルダがありません。マウントとパスを確かめてください。\n\
                 {0}: no such folder. Check the mount and the path.",
                at.display()
            ),
            Error::Stopped => f.write_str(
                "取り込みが途中で止まりました。もう一度実行してください。\nThe feed stopped early. Run it again.",
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        if let Error::Store(error) = self { Some(error) } else { None }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Problem {
        match error {
            Error::Store(error) => error.into(),
            other => Problem::failed(other.to_string()),
        }
    }
}

/// How far a reading is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Files looked at.
    pub files: u64,
    /// Bytes taken.
    pub bytes: u64,
    /// Files a second since it began.
    pub files_per_second: f64,
    /// Bytes taken a second since it began.
    pub bytes_per_second: f64,
    /// Share of the trees passed, 0–1, by the folders above the patients'.
    pub share: f64,
    /// Seconds left at this rate, once there is a share to judge by.
    pub seconds_left: Option<f64>,
}

/// What a whole reading did.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// Files newly read into the store.
    pub taken: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Files renamed: superseded or cancelled (1→2, →0).
    pub renamed: u64,
    /// Files no longer there.
    pub gone: u64,
    /// Files as they were; none of them was opened.
    pub unchanged: u64,
    /// Patients' folders with files still being written at the end, left for the next reading.
    pub waiting: u64,
    /// Files that could not be opened or are too large, refused ones included; left at the source.
    pub withheld: u64,
    /// Training messages refused by a real home.
    pub refused: u64,
    /// Faults newly listed.
    pub faults: u64,
    /// What is wrong with a source: its name and a code word, `mount_gone`, `unreadable`, `budget`.
    pub trouble: Vec<(String, String)>,
    /// Folders given that hold no storage and were not read.
    pub passed_over: Vec<PathBuf>,
    /// Every folder of every source was looked at.
    pub complete: bool,
}

/// The sources of a home, found and registered; the door of this slice.
pub struct Feed {
    trees: Vec<Tree>,
    logs: Vec<PathBuf>,
    passed_over: Vec<PathBuf>,
    clock: Clock,
}

impl Feed {
    /// Finds the storages at or below the folders given, sees to it that drills and real homes stay apart, and
    /// registers each storage as a source. A source of this home whose folder is now missing stays one: its storage
    /// may be a mount that comes back.
    ///
    /// # Errors
    /// [`Error::Drill`], [`Error::NotADrill`], [`Error::NoFolder`], or the store's. Nothing was read then.
    pub fn open(writer: &mut Writer, given: &[PathBuf], silence_minutes: u32, clock: Clock) -> Result<Feed, Error> {
        let training = writer.about().training;
        let known = writer.sources()?;
        let mut feed = Feed { trees: Vec::new(), logs: Vec::new(), passed_over: Vec::new(), clock };
        for folder in given {
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
            let ours: Vec<&Source> = known.iter().filter(|source| source.root.starts_with(&folder)).collect();
            if !folder.is_dir() && ours.is_empty() {
                return Err(Error::NoFolder(folder));
            }
            let found = root::find(&folder);
            feed.logs.extend(found.logs);
            feed.passed_over.extend(found.passed_over);
            // An empty folder whose storages are known is a mount that is away, not a new storage.
            let away = found.trees == std::slice::from_ref(&folder) && !ours.is_empty();
            // A folder that is not there shows no mark either; what is known of it was judged when it was added.
            let there = found.trees.into_iter().filter(|tree| tree.is_dir());
            let trees = there.filter(|tree| !away || ours.iter().any(|source| source.root == *tree));
            for tree in trees.collect::<Vec<_>>() {
                feed.add(writer, tree, &folder, training, silence_minutes)?;
            }
            for source in ours {
                if !feed.trees.iter().any(|tree| tree.source.no == source.no) {
                    feed.trees.push(Tree { source: source.clone(), training });
                }
            }
        }
        feed.logs.sort();
        feed.logs.dedup();
        Ok(feed)
    }

    fn add(
        &mut self,
        writer: &mut Writer,
        tree: PathBuf,
        given: &Path,
        training: bool,
        silence: u32,
    ) -> Result<(), Error> {
        let marked = root::is_marked(&tree) || root::is_marked(given);
        match (training, marked) {
            (false, true) => return Err(Error::Drill(tree)),
            (true, false) => return Err(Error::NotADrill(tree)),
            _ => {}
        }
        if self.trees.iter().any(|there| there.source.root == tree) {
            return Ok(());
        }
        let source = writer.add_source(&NewSource {
            name: name_of(&tree, &writer.sources()?),
            authority: writer.about().authority.clone(),
            root: tree,
            added: (self.clock)(),
            silence_minutes: silence,
        })?;
        self.trees.push(Tree { source, training });
        Ok(())
    }

    /// The sources this feed reads.
    pub fn sources(&self) -> impl Iterator<Item = &Source> {
        self.trees.iter().map(|tree| &tree.source)
    }

    /// Folders given that hold no storage and are not read.
    pub fn passed_over(&self) -> &[PathBuf] {
        &self.passed_over
    }

    /// Reads every source from where an earlier reading stopped, round to there again, and tells how far it is.
    ///
    /// # Errors
    /// When the store refuses (full, damaged). What was stored by then stays; the next reading goes on from there.
    pub fn read_once(&self, writer: &mut Writer, progress: &mut dyn FnMut(&Progress)) -> Result<Outcome, Error> {
        let mut tally = Tally { began: self.now(), now: self.now(), ..Tally::default() };
        let mut outcome = Outcome { complete: true, passed_over: self.passed_over.clone(), ..Outcome::default() };
        for (number, tree) in self.trees.iter().enumerate() {
            let count = self.trees.len() as f64;
            let mut tell = |own: &Progress| {
                let share = (number as f64 + own.share) / count;
                progress(&own.of_share(share));
            };
            if let Some(trouble) = self.read_tree(writer, tree, &mut tally, &mut tell)? {
                outcome.trouble.push((tree.source.name.clone(), trouble.to_owned()));
                outcome.complete = false;
            }
        }
        for tree in &self.trees {
            while index::settle(writer, &tree.source, 10 * REBUILD_BATCH)? > 0 {}
            gate::by_the_clock(writer, &tree.source, self.now())?;
            gate::settle(writer, tree.source.no)?;
        }
        outcome.complete &= tally.overfull == 0 && tally.waiting_units.is_empty();
        Ok(Outcome {
            taken: tally.taken,
            bytes: tally.taken_bytes,
            renamed: tally.renamed,
            gone: tally.gone,
            unchanged: tally.unchanged,
            waiting: tally.waiting_units.len() as u64,
            withheld: tally.withheld,
            refused: tally.refused,
            faults: tally.faults,
            ..outcome
        })
    }

    fn read_tree(
        &self,
        writer: &mut Writer,
        tree: &Tree,
        tally: &mut Tally,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<Option<&'static str>, Error> {
        let clock = || self.now();
        list::catch_up(writer, tree.source.no)?;
        let (source, began, before) = (tree.source.no, self.now(), tally.taken);
        tracing::info!(source, "a reading begins");
        let ended = pass::run(writer, tree, &clock, tally, progress)?;
        list::catch_up(writer, tree.source.no)?;
        if ended.end == End::Complete {
            for _ in 0..WAITS {
                if !pass::revisit(writer, tree, &clock, tally)? {
                    break;
                }
                std::thread::sleep(std::time::Duration::from_millis(WAIT_MILLIS));
            }
        }
        let trouble = match ended.end {
            End::MountGone => Some(MOUNT_GONE),
            End::Budget => Some(BUDGET),
            End::Complete => (ended.unreadable > 0).then_some(UNREADABLE),
        };
        ended.pass.end(writer, self.now(), trouble)?;
        let (taken, millis) = (tally.taken - before, self.now().0 - began.0);
        tracing::info!(source, taken, millis, trouble, "a reading ended");
        Ok(trouble)
    }

    /// Keeps the home level with these sources, a tick at a time.
    ///
    /// # Errors
    /// When the store refuses.
    pub fn watch(self, writer: &mut Writer) -> Result<Watcher, Error> {
        Watcher::begin(self, writer)
    }

    fn now(&self) -> Moment {
        (self.clock)()
    }
}

impl Progress {
    /// The same work as part of a larger one, of which `share` is done.
    fn of_share(self, share: f64) -> Progress {
        let seconds = self.files as f64 / self.files_per_second.max(1e-9);
        let seconds_left = (share > 0.0 && self.files > 0).then(|| seconds * (1.0 - share) / share);
        Progress { share, seconds_left, ..self }
    }
}

/// The folder's name, with as many of the folders above as make it the only one.
fn name_of(tree: &Path, known: &[Source]) -> String {
    let parts: Vec<_> = tree.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let names = (1..=parts.len().max(1)).map(|count| parts[parts.len().saturating_sub(count)..].join("/"));
    let taken = |name: &String| known.iter().any(|source| source.name == *name && source.root != tree);
    names.into_iter().find(|name| !taken(name)).unwrap_or_else(|| tree.to_string_lossy().into_owned())
}
