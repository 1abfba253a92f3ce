//! A hospital that is running: the tree of [`crate::write_hospital`] goes on changing, step by step, until it stops.
//!
//! Nothing is written into a folder that does not carry the mark. Steps are drawn from the seed, times come from the caller.

mod actions;
mod census;
mod disk;
mod stop;

use std::io;
use std::path::{Path, PathBuf};

use chart::when::Moment;

use crate::messages::Entry;
use crate::plan::Plan;
use crate::rng::Rng;

pub use stop::LOCKED;

/// What became of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// A new file, whole.
    Written,
    /// The first part of a file; the rest follows at the next step.
    Half,
    /// The rest of such a file.
    Completed,
    /// Renamed: a condition flag turned from 1 to 2, or to 0.
    Renamed {
        /// Path before, below the folder.
        from: PathBuf,
    },
    /// A record was added to a transaction file.
    Recorded,
    /// Made unreadable by [`Live::stop`].
    Locked,
}

/// One change of the tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What.
    pub act: Act,
    /// Path below the folder.
    pub path: PathBuf,
    /// Patient number as in the path; empty where there is none.
    pub patient: String,
}

/// A file of which only a part is written.
struct Half {
    path: PathBuf,
    rest: Vec<u8>,
    patient: String,
}

/// A running hospital.
pub struct Live {
    dir: PathBuf,
    plan: Plan,
    rng: Rng,
    /// Never repeats, over restarts too.
    tick: u64,
    wards: census::Wards,
    /// Latest messages written by this run: what updates and cancels act on.
    recent: Vec<(u32, Entry)>,
    half: Option<Half>,
    stopped: bool,
}

/// How many written messages are remembered for updates and cancels.
const RECENT: usize = 64;

impl Live {
    /// Opens a folder that [`crate::write_hospital`] made.
    ///
    /// # Errors
    /// `PermissionDenied` when it does not carry the mark.
    pub fn open(dir: &Path, seed: u64) -> io::Result<Live> {
        let plan = Plan::read(dir)?;
        let tick = disk::last_tick(dir)?;
        Ok(Live {
            dir: dir.to_owned(),
            rng: Rng::new(&[seed, tick, 0x11fe]),
            tick,
            wards: census::Wards::at_stop(&plan),
            recent: Vec::new(),
            half: None,
            stopped: false,
            plan,
        })
    }

    /// The plan of the hospital.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Writes the next change: one thing that happened in the hospital, which may touch several files. `now` is 発生日時.
    /// Nothing once the hospital has stopped.
    ///
    /// # Errors
    /// `PermissionDenied` when the mark is gone; whatever the disk says.
    pub fn step(&mut self, now: Moment) -> io::Result<Vec<Change>> {
        if self.stopped {
            return Ok(Vec::new());
        }
        Plan::read(&self.dir)?;
        self.tick += 1;
        disk::keep_tick(&self.dir, self.tick)?;
        let mut changes = self.complete()?;
        let (number, entries, papers) = actions::next(self, now);
        let person = crate::people::person(&self.plan, number);
        for entry in entries {
            changes.extend(self.put(&person.id, &entry)?);
            self.remember(number, entry);
        }
        for paper in papers {
            changes.push(self.put_paper(&person.id, &paper)?);
        }
        Ok(changes)
    }

    fn remember(&mut self, number: u32, entry: Entry) {
        if entry.cancel {
            let same = |old: &Entry| (&old.care, old.kind, &old.order) == (&entry.care, entry.kind, &entry.order);
            self.recent.retain(|(_, old)| !same(old));
            return;
        }
        if self.recent.len() == RECENT {
            self.recent.remove(0);
        }
        self.recent.push((number, entry));
    }
}
