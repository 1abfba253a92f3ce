//! The transparency log: manifests and people's acts as leaves of a Merkle tree (RFC 6962 §2.1) kept in the tiles of
//! C2SP tlog-tiles, its head signed as a C2SP checkpoint.
//!
//! The entries stand in the manifests, so tiles and roots can be reckoned again from those; a full tile is written as
//! an object when it is full, and a partial one is never needed by us. Written here, not taken from the crate
//! `tlog_tiles`: that one panics on tiles of a wrong length and lays files out as its Go forebear did. It reckons
//! against ours in the tests.

mod code;
mod proof;
mod witness;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

pub use proof::{Tree, check_consistency, check_inclusion};
pub use witness::{Asked, Cosigned, cosign};

use crate::Hash;
use crate::manifest::Manifest;
use crate::note::{Note, Signer};

/// Hashes of a full tile (C2SP tlog-tiles: height 8).
pub const TILE: usize = 256;

/// Levels of tiles: a log of 2^56 entries has no more.
const LEVELS_MAX: usize = 7;

/// Hash of a leaf (RFC 6962 §2.1).
pub fn leaf(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// Hash of two subtrees.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The entries that a manifest adds: its acts, then itself.
pub fn entries(manifest: &Manifest, hash: &Hash) -> Vec<String> {
    let acts = manifest.acts.iter().map(|act| format!("act {act}"));
    acts.chain([format!("manifest {} {hash}", manifest.number)]).collect()
}

/// A tile that became full, as the object it is kept as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TileObject {
    /// `log/tile/<level>/<number>` or `log/tile/entries/<number>`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The growing edge of a log: size, and the unfinished tile of each level.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Log {
    size: u64,
    /// Hashes of the unfinished tile of each level, lowest first; fewer than [`TILE`] each.
    edge: Vec<Vec<Hash>>,
    /// The entries of the lowest one.
    entries: Vec<String>,
}

impl Log {
    /// Number of entries.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds an entry; what became full by it is returned.
    pub fn append(&mut self, entry: &str) -> Vec<TileObject> {
        let mut full = Vec::new();
        self.entries.push(entry.to_owned());
        if self.entries.len() == TILE {
            let bytes = self.entries.drain(..).flat_map(|entry| framed(&entry)).collect();
            full.push(TileObject { name: tile_name("entries", self.size / TILE as u64), bytes });
        }
        self.size += 1;
        let mut hash = leaf(entry.as_bytes());
        for level in 0.. {
            if self.edge.len() == level {
                self.edge.push(Vec::new());
            }
            let Some(tile) = self.edge.get_mut(level) else { break };
            tile.push(hash);
            if tile.len() < TILE {
                break;
            }
            let number = (self.size >> (8 * (level + 1))) - 1;
            full.push(TileObject { name: tile_name(&level.to_string(), number), bytes: tile_bytes(tile) });
            hash = balanced(tile);
            tile.clear();
        }
        full
    }

    /// The unfinished tiles, as C2SP lays them out (`….p/<width>`): for who wants to serve the log.
    pub fn partial(&self) -> Vec<TileObject> {
        let mut tiles = Vec::new();
        let mut add = |level: &str, number: u64, width: usize, bytes: Vec<u8>| {
            if width > 0 {
                tiles.push(TileObject { name: format!("{}.p/{width}", tile_name(level, number)), bytes });
            }
        };
        let entries = self.entries.iter().flat_map(|entry| framed(entry)).collect();
        add("entries", self.size / TILE as u64, self.entries.len(), entries);
        for (level, tile) in self.edge.iter().enumerate() {
            add(&level.to_string(), self.size >> (8 * (level + 1)), tile.len(), tile_bytes(tile));
        }
        tiles
    }

    /// Hash of the whole tree; of nothing, that of no bytes (RFC 6962 §2.1).
    pub fn root(&self) -> Hash {
        // From the right, lowest first: each level's tile is split where powers of two end.
        let mut right: Option<Hash> = None;
        for tile in &self.edge {
            let mut parts = Vec::new();
            let mut rest = &tile[..];
            while let Some(len) = rest.len().checked_ilog2().map(|log| 1 << log) {
                let (part, later) = rest.split_at(len);
                parts.push(balanced(part));
                rest = later;
            }
            right = parts
                .into_iter()
                .rev()
                .fold(right, |right, part| Some(right.map_or(part, |right| node(&part, &right))));
        }
        right.unwrap_or_else(|| Hash::of(b""))
    }

    /// Hash `number` of a level's unfinished tile, counted from the beginning of the log.
    fn edge_hash(&self, level: usize, number: u64) -> Option<Hash> {
        let tile = self.edge.get(level)?;
        let first = (self.size >> (8 * (level + 1))) << 8;
        tile.get(usize::try_from(number.checked_sub(first)?).ok()?).copied()
    }

    /// As a caller keeps it between seals: lines of text.
    pub fn to_text(&self) -> String {
        let mut text = format!("andon-log 1 {}\n", self.size);
        self.entries.iter().for_each(|entry| text += &format!("entry {entry}\n"));
        for tile in &self.edge {
            text += "level";
            tile.iter().for_each(|hash| text += &format!(" {hash}"));
            text.push('\n');
        }
        text
    }

    /// From such a text; `None` if it is not one of ours.
    pub fn from_text(text: &str) -> Option<Log> {
        let (first, rest) = text.split_once('\n')?;
        let mut log = Log { size: first.strip_prefix("andon-log 1 ")?.parse().ok()?, ..Log::default() };
        for line in rest.lines() {
            match line.split_once(' ') {
                Some(("entry", entry)) => log.entries.push(entry.to_owned()),
                Some(("level", hashes)) => log.edge.push(hashes.split(' ').map(Hash::from_hex).collect::<Option<_>>()?),
                None if line == "level" => log.edge.push(Vec::new()),
                _ => return None,
            }
        }
        let fits = |(level, tile): (usize, &Vec<Hash>)| {
            let width = log.size.checked_shr(8 * u32::try_from(level).ok()?).unwrap_or(0) % TILE as u64;
            (tile.len() as u64 == width).then_some(())
        };
        log.edge.iter().enumerate().try_for_each(|(level, tile)| fits((level, tile)))?;
        (log.edge.len() <= LEVELS_MAX).then_some(())?;
        let lowest =
            log.entries.iter().map(|entry| leaf(entry.as_bytes())).eq(log.edge.iter().take(1).flatten().copied());
        lowest.then_some(log)
    }
}

/// Root of a tree whose leaves, a power of two of them, have these hashes.
fn balanced(hashes: &[Hash]) -> Hash {
    let mut level = hashes.to_vec();
    while level.len() > 1 {
        level = level.chunks_exact(2).map(|pair| node(&pair[0], &pair[1])).collect();
    }
    level.first().copied().unwrap_or(Hash::ZERO)
}

fn tile_bytes(tile: &[Hash]) -> Vec<u8> {
    tile.iter().flat_map(|hash| hash.0).collect()
}

/// An entry in a tile of entries: its length in two bytes, big-endian, then it.
fn framed(entry: &str) -> Vec<u8> {
    [&(entry.len() as u16).to_be_bytes()[..], entry.as_bytes()].concat()
}

/// C2SP tlog-tiles: three digits a folder, all but the last after an `x`.
pub(crate) fn tile_name(level: &str, number: u64) -> String {
    let mut name = format!("{:03}", number % 1000);
    let mut rest = number / 1000;
    while rest > 0 {
        name = format!("x{:03}/{name}", rest % 1000);
        rest /= 1000;
    }
    format!("{}{level}/{name}", crate::name::TILES)
}

/// The head of a log: how many entries, and the hash over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// The log, [`crate::head::VaultId::origin`].
    pub origin: String,
    /// Number of entries.
    pub size: u64,
    /// Hash of the tree.
    pub root: Hash,
}

impl Checkpoint {
    /// The text that is signed (C2SP tlog-checkpoint).
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64_STANDARD.encode(self.root.0))
    }

    /// As a signed note.
    pub fn sign(&self, signer: &Signer) -> String {
        signer.sign(&self.text())
    }

    /// Reads a checkpoint; its signatures are the caller's to check. Lines after the third are an extension and ignored,
    /// as the format asks.
    pub fn parse(bytes: &[u8]) -> Option<(Checkpoint, Note)> {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse_text(&note.text)?;
        Some((checkpoint, note))
    }

    /// Reads the three lines, as a printed code carries them.
    pub fn parse_text(text: &str) -> Option<Checkpoint> {
        let mut lines = text.lines();
        let origin = lines.next().filter(|origin| !origin.is_empty())?.to_owned();
        let digits = lines.next()?;
        let size: u64 = digits.parse().ok()?;
        let root = Hash(BASE64_STANDARD.decode(lines.next()?).ok()?.try_into().ok()?);
        (digits == size.to_string()).then_some(Checkpoint { origin, size, root })
    }
}
