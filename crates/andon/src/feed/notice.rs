//! Where the operating system tells of changed folders, the watch looks there at once instead of waiting for its round.
//!
//! There is not room for every folder of a hospital (85,000 patients have a million), so it is given to those that say
//! most: folders above patients and the patients' own (a first message of a day makes a folder there), and, of patients
//! with news, the folders a light look would ask. The rounds of the watch stay: they are the truth.

use std::path::Path;

use super::cursor::folder_of;
use super::disk;
use super::scan;
use super::unit::{Snapshot, split, under};
use crate::world::notices::{Notices, Word};

/// Part of the room kept for patients with news: one in so many.
const FREE_SHARE: usize = 4;
/// Folders of one patient watched at most.
const FOLDERS_A_PATIENT: usize = 24;

/// What a watched folder is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// Above patients, of the tree of this number: its path below the root.
    Shelf(usize, Vec<u8>),
    /// A patient's, or below it: the unit.
    Unit(usize, Vec<u8>),
}

/// What to do about what was told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// Units to look at, by number of the tree.
    pub units: Vec<(usize, Vec<u8>)>,
    /// Trees of which something was told that no unit explains, or words were lost: look at all of it.
    pub doubt: Vec<usize>,
    /// Words were lost: doubt of every tree.
    pub lost: bool,
}

/// Listens for the watch. Where the system offers nothing it hears nothing.
pub(super) struct Listener {
    notices: Option<Notices<Place>>,
}

impl Listener {
    /// Begins to listen.
    pub fn new() -> Listener {
        Listener { notices: Notices::listen() }
    }

    /// Watches a patient's folder and the folders above it, while there is room.
    pub fn watch_unit(&mut self, tree: usize, root: &Path, unit: &[u8]) {
        let Some(notices) = &mut self.notices else { return };
        let free = notices.room() / FREE_SHARE;
        let mut shelf = split(unit).0;
        loop {
            notices.watch(disk::join(root, shelf), Place::Shelf(tree, shelf.to_vec()), 0);
            if shelf.is_empty() {
                break;
            }
            shelf = split(shelf).0;
        }
        notices.watch(disk::join(root, unit), Place::Unit(tree, unit.to_vec()), free);
    }

    /// Watches the folders of a patient where a running hospital writes.
    pub fn watch_news(&mut self, tree: usize, root: &Path, unit: &[u8], snapshot: &Snapshot) {
        let Some(notices) = &mut self.notices else { return };
        let own = disk::join(root, unit);
        for folder in scan::light_folders(snapshot).take(FOLDERS_A_PATIENT) {
            notices.watch(disk::join(&own, folder), Place::Unit(tree, unit.to_vec()), 0);
        }
    }

    /// A storage went away: what comes back may be other folders under the same names.
    pub fn forget(&mut self, root: &Path) {
        if let Some(notices) = &mut self.notices {
            notices.forget(root);
        }
    }

    /// What was told since the last time.
    pub fn hear(&mut self) -> Heard {
        let mut heard = Heard::default();
        let Some(notices) = &mut self.notices else { return heard };
        let (words, lost) = notices.read();
        heard.lost = lost;
        for Word { of, name } in words {
            match of {
                Place::Unit(tree, unit) => heard.units.push((tree, unit)),
                Place::Shelf(tree, shelf) => {
                    let unit = under(&shelf, &name);
                    let named = std::str::from_utf8(&name).ok().and_then(folder_of);
                    if named.as_ref() == Some(&unit) { heard.units.push((tree, unit)) } else { heard.doubt.push(tree) }
                }
            }
        }
        heard.units.dedup();
        heard.doubt.dedup();
        heard
    }
}
