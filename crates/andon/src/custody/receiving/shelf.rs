//! How an object is taken: only under a name that a vault gives, only with the hash that the name says, only while there is room, and never
//! in place of another. It is written beside, synced and renamed, so that there is all of it or nothing.

use std::collections::HashMap;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use vault::hash::{Summing, Sums};
use vault::target::{Draft, Put};
use vault::{Disk, Target, VaultId, name};

use super::Folder;
use super::rights::Right;

/// Free bytes that are left to the machine itself.
const RESERVE: u64 = 1 << 30;
/// And files.
const RESERVE_FILES: u64 = 10_000;
/// What the smallest file takes of a disk, bytes: very many of one byte are not for nothing.
const SMALLEST: u64 = 4 << 10;
/// Objects of one vault that come at once: a station sends one after the other.
const COMING_MAX: u32 = 4;

/// Why nothing was taken or given: a status of HTTP and one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal(pub u16, pub &'static str);

/// What one vault takes of the folder.
#[derive(Clone, Copy, Debug, Default)]
struct Used {
    bytes: u64,
    coming: u32,
}

/// Where objects are taken.
#[derive(Clone)]
pub struct Shelf {
    folder: Folder,
    used: Arc<Mutex<HashMap<[u8; 16], Used>>>,
}

/// An object that is coming.
pub struct Taking {
    draft: Summing<Draft>,
    name: String,
    room: Room,
}

/// Room that is kept for what is coming, and given back if it does not stay.
struct Room {
    shelf: Shelf,
    vault: VaultId,
    len: u64,
    takes: u64,
    stays: bool,
}

impl Drop for Room {
    fn drop(&mut self) {
        let mut used = self.shelf.used.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(used) = used.get_mut(&self.vault.0) {
            used.coming -= 1;
            used.bytes -= if self.stays { 0 } else { self.takes };
        }
    }
}

impl Shelf {
    /// The shelf of a folder. What came half before is cleared away.
    ///
    /// # Errors
    /// The disk says no.
    pub fn new(folder: Folder) -> Result<Shelf, crate::home::Problem> {
        let shelf = Shelf { folder, used: Arc::default() };
        for vault in shelf.folder.vaults()? {
            shelf.folder.disk(&vault).clear_drafts().map_err(crate::custody::problem)?;
        }
        Ok(shelf)
    }

    /// The folder.
    pub fn folder(&self) -> &Folder {
        &self.folder
    }

    /// Begins to take an object of so many bytes.
    ///
    /// # Errors
    /// The key may not put, the name is none, it is too large or there is no room, or another object of that name is there.
    pub fn begin(&self, right: &Right, name: &str, len: u64) -> Result<Taking, Refusal> {
        let limit = right.seals.ok_or(Refusal(403, "only-reads"))?;
        let most = name::limit(name).ok_or(Refusal(400, "no-such-name"))?;
        if len > most {
            return Err(Refusal(413, "too-large"));
        }
        let disk = self.folder.disk(&right.vault);
        match Target::Disk(disk.clone()).size(name) {
            Ok(Some(size)) if size != len => return Err(Refusal(409, "another-is-there")),
            Ok(_) => {}
            Err(_) => return Err(Refusal(500, "disk")),
        }
        let room = self.room(right.vault, len, limit)?;
        let draft = Disk::create(disk.root()).and_then(|disk| disk.draft()).map_err(|_| Refusal(500, "disk"))?;
        Ok(Taking { draft: Summing::new(draft), name: name.to_owned(), room })
    }

    fn room(&self, vault: VaultId, len: u64, limit: u64) -> Result<Room, Refusal> {
        let (free, files) = self.folder.free().map_err(|_| Refusal(500, "disk"))?;
        let takes = len.max(SMALLEST);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let one = match used.get(&vault.0) {
            Some(one) => *one,
            None => Used { bytes: self.bytes_of(&vault)?, coming: 0 },
        };
        if one.coming >= COMING_MAX {
            return Err(Refusal(503, "busy"));
        }
        let fits = one.bytes.saturating_add(takes) <= limit;
        if !fits || free < RESERVE.saturating_add(len) || files < RESERVE_FILES {
            return Err(Refusal(507, "no-room"));
        }
        used.insert(vault.0, Used { bytes: one.bytes + takes, coming: one.coming + 1 });
        Ok(Room { shelf: self.clone(), vault, len, takes, stays: false })
    }

    fn bytes_of(&self, vault: &VaultId) -> Result<u64, Refusal> {
        let disk = self.folder.disk(vault);
        if !disk.root().exists() {
            return Ok(0);
        }
        let objects = Target::Disk(disk).list("").map_err(|_| Refusal(500, "disk"))?;
        Ok(objects.iter().map(|object| object.size.max(SMALLEST)).sum())
    }
}

impl Taking {
    /// Makes it durable under its name.
    ///
    /// # Errors
    /// It has not as many bytes as were announced, or not the hash that its name says; another is there.
    pub fn finish(self) -> Result<Put, Refusal> {
        let Taking { draft, name, mut room } = self;
        let (draft, Sums { size, sha256, .. }) = draft.finish();
        if size != room.len {
            return Err(Refusal(400, "broken-off"));
        }
        if name::short_hash(&name).is_some_and(|short| short != sha256.short()) {
            return Err(Refusal(422, "not-its-hash"));
        }
        match draft.commit(&name) {
            Ok(put) => {
                room.stays = put == Put::Written;
                Ok(put)
            }
            Err(vault::Error::Differs { .. }) => Err(Refusal(409, "another-is-there")),
            Err(_) => Err(Refusal(500, "disk")),
        }
    }
}

impl Write for Taking {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.draft.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.draft.flush()
    }
}
