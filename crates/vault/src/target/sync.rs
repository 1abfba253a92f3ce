//! Bringing a target up to date from another: what is missing is copied, in an order in which a half-done copy is a
//! whole older vault.

use std::io::{Read, Write};

use super::{Disk, Put, Target};
use crate::hash::Summing;
use crate::{Error, Result, name};

/// What names is copied after what it names.
const ORDER: [&str; 7] =
    [name::VAULT, name::HEADS, name::SEGMENTS, name::INDEX, name::MANIFESTS, name::TILES, name::CHECKPOINTS];

/// What a run brought over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Objects that were missing and are there now.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Copies to `to` whatever `from` has and `to` has not. An object whose name carries a hash is copied only if it has
/// that hash. `stop` is asked before each object.
///
/// # Errors
/// An object of `from` is damaged or of `to` differs; one of them says no. What was copied stays.
pub fn sync(from: &Target, to: &Target, stop: &dyn Fn() -> bool) -> Result<Synced> {
    let mut synced = Synced::default();
    for prefix in ORDER.into_iter().chain([name::WITNESSED]) {
        let there = to.list(prefix)?;
        for object in from.list(prefix)? {
            if let Ok(at) = there.binary_search_by(|other| other.name.cmp(&object.name)) {
                if there[at].size != object.size {
                    return Err(Error::Differs { object: object.name });
                }
                continue;
            }
            if stop() {
                return Ok(synced);
            }
            if copy(from, to, &object.name, object.size)? == Put::Written {
                synced.objects += 1;
                synced.bytes += object.size;
            }
        }
    }
    Ok(synced)
}

fn copy(from: &Target, to: &Target, name: &str, size: u64) -> Result<Put> {
    let mut source = from.get(name, None)?;
    // A first reading proves the hash: what a target keeps for ever is not written on trust.
    if let Some(short) = hash_in(name) {
        let mut sum = Summing::new(std::io::sink());
        let read = std::io::copy(&mut source, &mut sum).and_then(|_| sum.flush());
        read.map_err(|error| Error::io("reading an object", name, error))?;
        if sum.finish().1.sha256.short() != short {
            return Err(Error::damaged(name, "it has not the hash that its name says; it was not copied"));
        }
        source = from.get(name, None)?;
    }
    to.put(name, &mut source.by_ref().take(size + 1), size)
}

/// The short hash at the end of a name.
fn hash_in(name: &str) -> Option<&str> {
    let (_, last) = name.rsplit_once('/')?;
    let (_, hash) = last.split_once('.')?.0.rsplit_once('-')?;
    (hash.len() == 16).then_some(hash)
}

impl Disk {
    /// Puts bytes that are in memory.
    ///
    /// # Errors
    /// As [`Target::put`].
    pub fn put_bytes(&self, name: &str, bytes: &[u8]) -> Result<Put> {
        self.put(name, &mut &bytes[..], bytes.len() as u64)
    }
}
