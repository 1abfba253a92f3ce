//! Proofs: that an entry is in a log, and that a log is a continuation of an older one (RFC 9162 §2.1.3–2.1.4).

use super::{Log, TILE, balanced, node, tile_name};
use crate::{Error, Hash, Result, Target};

/// Reads hashes of a log whose full tiles are at a target and whose edge is at hand.
pub struct Tree<'a> {
    log: &'a Log,
    target: &'a Target,
}

impl<'a> Tree<'a> {
    /// Of a log and where its full tiles are.
    pub fn new(log: &'a Log, target: &'a Target) -> Tree<'a> {
        Tree { log, target }
    }

    /// Proof that entry `at`, from 0, is in the tree of the first `size` entries.
    ///
    /// # Errors
    /// The log is shorter; a tile is missing, damaged or cannot be read.
    pub fn inclusion(&self, at: u64, size: u64) -> Result<Vec<Hash>> {
        if at >= size || size > self.log.size {
            return Err(Error::Refused(format!("the log has no entry {at} of {size}")));
        }
        let mut proof = Vec::new();
        let (mut low, mut high) = (0, size);
        while high - low > 1 {
            let middle = low + split(high - low);
            let left = at < middle;
            proof.push(if left { self.range(middle, high)? } else { self.range(low, middle)? });
            (low, high) = if left { (low, middle) } else { (middle, high) };
        }
        proof.reverse();
        Ok(proof)
    }

    /// Proof that the tree of the first `new` entries continues that of the first `old`.
    ///
    /// # Errors
    /// As [`Tree::inclusion`].
    pub fn consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>> {
        if old > new || new > self.log.size {
            return Err(Error::Refused(format!("the log does not go from {old} to {new} entries")));
        }
        let mut proof = Vec::new();
        let (mut low, mut high, mut whole) = (0, new, true);
        if old == 0 || old == new {
            return Ok(proof);
        }
        while high != old {
            let middle = low + split(high - low);
            if old <= middle {
                proof.push(self.range(middle, high)?);
                high = middle;
            } else {
                proof.push(self.range(low, middle)?);
                (low, whole) = (middle, false);
            }
        }
        if !whole {
            proof.push(self.range(low, high)?);
        }
        proof.reverse();
        Ok(proof)
    }

    /// Root of the first `size` entries.
    ///
    /// # Errors
    /// As [`Tree::inclusion`].
    pub fn root(&self, size: u64) -> Result<Hash> {
        match size {
            0 => Ok(Hash::of(b"")),
            _ if size > self.log.size => Err(Error::Refused(format!("the log has no {size} entries"))),
            _ => self.range(0, size),
        }
    }

    /// Hash over entries `low` up to, without, `high`.
    fn range(&self, low: u64, high: u64) -> Result<Hash> {
        let len = high - low;
        if len.is_power_of_two() && low.is_multiple_of(len) {
            return self.aligned(len.ilog2(), low / len);
        }
        let middle = low + split(len);
        Ok(node(&self.range(low, middle)?, &self.range(middle, high)?))
    }

    /// Hash of the `number`th full subtree of 2^`height` entries.
    fn aligned(&self, height: u32, number: u64) -> Result<Hash> {
        let (level, within) = ((height / 8) as usize, height % 8);
        let first = number << within;
        let tile = first / TILE as u64;
        if let Some(all) =
            (first..first + (1 << within)).map(|at| self.log.edge_hash(level, at)).collect::<Option<Vec<_>>>()
        {
            return Ok(balanced(&all));
        }
        let name = tile_name(&level.to_string(), tile);
        let bytes = self.target.read(&name, (TILE * 32) as u64)?;
        let (hashes, rest) = bytes.as_chunks::<32>();
        if hashes.len() != TILE || !rest.is_empty() {
            return Err(Error::damaged(name, "it is no full tile"));
        }
        let begin = (first % TILE as u64) as usize;
        let hashes: Vec<Hash> = hashes[begin..begin + (1 << within)].iter().map(|hash| Hash(*hash)).collect();
        Ok(balanced(&hashes))
    }
}

/// The largest power of two below `len`, which is at least 2.
fn split(len: u64) -> u64 {
    1 << (len - 1).ilog2()
}

/// Whether `proof` shows that `leaf` is entry `at` of the tree of `size` entries with this root (RFC 9162 §2.1.3.2).
pub fn check_inclusion(leaf: &Hash, at: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if at >= size {
        return false;
    }
    let (mut number, mut last, mut hash) = (at, size - 1, *leaf);
    for part in proof {
        if last == 0 {
            return false;
        }
        if number & 1 == 1 || number == last {
            hash = node(part, &hash);
            while number & 1 == 0 && number != 0 {
                number >>= 1;
                last >>= 1;
            }
        } else {
            hash = node(&hash, part);
        }
        number >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `new` entries begins with that of `old` (RFC 9162 §2.1.4.2).
pub fn check_consistency(old: u64, old_root: &Hash, new: u64, new_root: &Hash, proof: &[Hash]) -> bool {
    if old == new {
        return proof.is_empty() && old_root == new_root;
    }
    if old == 0 || old > new {
        return old == 0 && proof.is_empty() && *old_root == Hash::of(b"");
    }
    let own = [*old_root];
    let mut parts = if old.is_power_of_two() { own.iter().chain(proof) } else { [].iter().chain(proof) };
    let Some(first) = parts.next() else { return false };
    let (mut number, mut last) = (old - 1, new - 1);
    while number & 1 == 1 {
        number >>= 1;
        last >>= 1;
    }
    let (mut old_hash, mut new_hash) = (*first, *first);
    for part in parts {
        if last == 0 {
            return false;
        }
        if number & 1 == 1 || number == last {
            old_hash = node(part, &old_hash);
            new_hash = node(part, &new_hash);
            while number & 1 == 0 && number != 0 {
                number >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = node(&new_hash, part);
        }
        number >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}
