//! The end of a vault's chain, from which the next manifest goes on.

use crate::head::VaultId;
use crate::log::{Checkpoint, Log, entries};
use crate::manifest::{Listed, Manifest};
use crate::note::Signer;
use crate::segment::Counts;
use crate::{Hash, Result, name};

/// What a sealing station remembers between seals. It is kept with what it covers, in one transaction; lost, it is
/// reckoned again from the manifests (`verify`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tip {
    /// The vault.
    pub vault: VaultId,
    /// Number of the last manifest; 0 before the first.
    pub number: u32,
    /// Its hash; zeros before the first.
    pub hash: Hash,
    /// The log after it.
    pub log: Log,
}

/// What the caller says of the next manifest.
#[derive(Clone, Debug, Default)]
pub struct Next {
    /// The station that seals.
    pub station: [u8; 16],
    /// When the first entry came, milliseconds since 1970.
    pub opened: i64,
    /// When it was closed.
    pub sealed: i64,
    /// SHA-256 of the head in force.
    pub head: Hash,
    /// What went into the segment.
    pub counts: Counts,
    /// What it covers, e.g. `parcels 1-4711`.
    pub covers: Vec<String>,
    /// People's acts since the manifest before.
    pub acts: Vec<String>,
    /// Segment and index object, as they lie in the spool.
    pub objects: Vec<Listed>,
}

/// A small object to be put, with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Small {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A link of the chain, ready to be kept.
#[derive(Clone, Debug)]
pub struct Link {
    /// The manifest.
    pub manifest: Manifest,
    /// The tip after it.
    pub tip: Tip,
    /// Manifest, full tiles and checkpoint, in the order in which they are to be put.
    pub objects: Vec<Small>,
}

impl Tip {
    /// Of a vault without a manifest.
    pub fn new(vault: VaultId) -> Tip {
        Tip { vault, number: 0, hash: Hash::ZERO, log: Log::default() }
    }

    /// Makes the next link. Nothing is written: the caller keeps the new tip and the objects first, so that after a
    /// crash the same bytes are put again and never others under that number.
    ///
    /// # Errors
    /// A line of the caller's does not fit.
    pub fn next(&self, next: Next, signer: &Signer) -> Result<Link> {
        let manifest = Manifest {
            vault: self.vault,
            station: next.station,
            number: self.number + 1,
            previous: self.hash,
            opened: next.opened,
            sealed: next.sealed,
            head: next.head,
            counts: next.counts,
            covers: next.covers,
            acts: next.acts,
            objects: next.objects,
        };
        let bytes = manifest.sign(signer)?;
        let mut tip = self.clone();
        let tiles = tip.advance(&manifest, Hash::of(&bytes));
        let checkpoint = tip.checkpoint().sign(signer).into_bytes();
        let checkpoint_name = name::checkpoint(manifest.number, &Hash::of(&checkpoint));
        let mut objects = vec![Small { name: name::manifest(manifest.number, &tip.hash), bytes }];
        objects.extend(tiles);
        objects.push(Small { name: checkpoint_name, bytes: checkpoint });
        Ok(Link { manifest, tip, objects })
    }

    /// Goes on over a manifest; tiles that became full.
    pub(crate) fn advance(&mut self, manifest: &Manifest, hash: Hash) -> Vec<Small> {
        self.number = manifest.number;
        self.hash = hash;
        let entries = entries(manifest, &hash);
        let full = entries.iter().flat_map(|entry| self.log.append(entry));
        full.map(|tile| Small { name: tile.name, bytes: tile.bytes }).collect()
    }

    /// The head of the log here.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint { origin: self.vault.origin(), size: self.log.size(), root: self.log.root() }
    }

    /// As a caller keeps it.
    pub fn to_text(&self) -> String {
        format!("andon-tip 1\n{}\n{}\n{}\n{}", self.vault.hex(), self.number, self.hash, self.log.to_text())
    }

    /// From such a text; `None` if it is not one of ours.
    pub fn from_text(text: &str) -> Option<Tip> {
        let mut lines = text.splitn(5, '\n');
        (lines.next()? == "andon-tip 1").then_some(())?;
        let vault = VaultId::from_hex(lines.next()?)?;
        let number = lines.next()?.parse().ok()?;
        let hash = Hash::from_hex(lines.next()?)?;
        let log = lines.next()?;
        Some(Tip { vault, number, hash, log: Log::from_text(log)? })
    }
}
