//! Bringing a target up to date from another: what is missing is copied, manifest by manifest, in an order in which a
//! half-done copy is a whole older vault.

use std::collections::{BTreeMap, HashMap};
use std::io;

use super::{Disk, Object, Put, Target};
use crate::hash::Summing;
use crate::manifest::Manifest;
use crate::note::NOTE_BYTES_MAX;
use crate::{Error, Result, name};

/// What a run brought over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Synced {
    /// Objects that were missing and are there now.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
}

/// Copies to `to` whatever of the vault `from` has and `to` has not. What no manifest names (left of a seal that was
/// broken off) is not copied; what carries a hash in its name is copied only if it has that hash. `stop` is asked before
/// each object.
///
/// # Errors
/// An object of `from` is damaged or of `to` differs; one of them says no. What was copied stays.
pub fn sync(from: &Target, to: &Target, stop: &dyn Fn() -> bool) -> Result<Synced> {
    let there = [name::VAULT, name::HEADS, name::SEGMENTS, name::INDEX, name::MANIFESTS, "log/"];
    let there: Vec<Object> = there.iter().map(|prefix| to.list(prefix)).collect::<Result<Vec<_>>>()?.concat();
    let there = there.into_iter().map(|object| (object.name, object.size)).collect();
    let mut run = Run { from, to, stop, there, done: Synced::default() };
    // Stopped half-way is no error: the rest comes with the next run.
    run.all().map(|_| run.done)
}

struct Run<'a> {
    from: &'a Target,
    to: &'a Target,
    stop: &'a dyn Fn() -> bool,
    there: HashMap<String, u64>,
    done: Synced,
}

impl Run<'_> {
    /// False when it was told to stop.
    fn all(&mut self) -> Result<bool> {
        for prefix in [name::VAULT, name::HEADS] {
            if !self.listed(prefix)? {
                return Ok(false);
            }
        }
        let mut named: BTreeMap<u32, Vec<Object>> = BTreeMap::new();
        for object in [self.from.list(name::SEGMENTS)?, self.from.list(name::INDEX)?].concat() {
            if let Some(number) = number(&object.name) {
                named.entry(number).or_default().push(object);
            }
        }
        for manifest in self.from.list(name::MANIFESTS)? {
            let objects = number(&manifest.name).and_then(|number| named.get(&number));
            let whole = objects.is_none_or(|all| all.iter().all(|object| self.there.contains_key(&object.name)));
            if (!whole || !self.there.contains_key(&manifest.name)) && !self.manifest(&manifest)? {
                return Ok(false);
            }
        }
        [name::TILES, name::CHECKPOINTS, name::WITNESSED]
            .iter()
            .try_fold(true, |on, prefix| if on { self.listed(prefix) } else { Ok(false) })
    }

    fn manifest(&mut self, object: &Object) -> Result<bool> {
        let bytes = self.from.read(&object.name, NOTE_BYTES_MAX)?;
        let (manifest, _) = Manifest::parse(&bytes).ok_or_else(|| Error::damaged(&object.name, "it is no manifest"))?;
        let objects = manifest.objects.into_iter().map(|listed| Object { name: listed.name, size: listed.sums.size });
        for object in objects.chain([object.clone()]) {
            if !self.copy(&object)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn listed(&mut self, prefix: &str) -> Result<bool> {
        for object in self.from.list(prefix)? {
            if !self.copy(&object)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn copy(&mut self, Object { name, size }: &Object) -> Result<bool> {
        match self.there.get(name) {
            Some(there) if there == size => return Ok(true),
            Some(_) => return Err(Error::Differs { object: name.clone() }),
            None if (self.stop)() => return Ok(false),
            None => prove(self.from, name)?,
        }
        if self.to.put(name, &mut self.from.get(name, None)?, *size)? == Put::Written {
            self.done.objects += 1;
            self.done.bytes += size;
        }
        Ok(true)
    }
}

/// A first reading proves the hash in the name: what a target keeps for ever is not written on trust.
fn prove(from: &Target, name: &str) -> Result<()> {
    let Some(short) = name::short_hash(name) else { return Ok(()) };
    let mut sum = Summing::new(io::sink());
    let read = io::copy(&mut from.get(name, None)?, &mut sum);
    read.map_err(|error| Error::io("reading an object", name, error))?;
    if sum.finish().1.sha256.short() != short {
        return Err(Error::damaged(name, "it has not the hash that its name says; it was not copied"));
    }
    Ok(())
}

/// Number of the manifest that an object belongs to.
fn number(object: &str) -> Option<u32> {
    let of = |folder| name::parse(object, folder).map(|(number, _)| number);
    let index = || name::parse_index(object).map(|(span, _)| *span.end());
    of(name::SEGMENTS).or_else(|| of(name::MANIFESTS)).or_else(index)
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
