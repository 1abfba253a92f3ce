//! What was seen of one patient folder, as a small blob kept in the same transaction as the sightings it describes.
//!
//! A later look compares the folder with it: folders by modification time, files by size and modification time, so
//! that no unchanged file is opened. The blob is a cache of what the store already holds in another form, but losing
//! it would have every file taken a second time; so its layout carries a version and older versions stay readable.

use std::collections::BTreeMap;

/// First byte of every blob.
const VERSION: u8 = 1;

/// How a file was left the last time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// In the store.
    Taken,
    /// In the store, but changed so shortly before it was read that an equal time proves nothing: read once more.
    Racy,
    /// Not in the store: half-written or still changing.
    Waiting,
    /// Not in the store: could not be opened or read. Tried again each time.
    Unreadable,
    /// Not in the store: larger than the limit. Left at the source.
    TooBig,
    /// Not in the store: a training message offered to a real home.
    Refused,
}

impl State {
    const ALL: [State; 6] =
        [State::Taken, State::Racy, State::Waiting, State::Unreadable, State::TooBig, State::Refused];

    /// True when the store holds a sighting of it.
    pub fn held(self) -> bool {
        matches!(self, State::Taken | State::Racy)
    }

    /// True when a light look must come back to it.
    pub fn waits(self) -> bool {
        matches!(self, State::Racy | State::Waiting)
    }

    /// True when it must be opened again although size and time are the same.
    pub fn doubtful(self) -> bool {
        matches!(self, State::Racy | State::Waiting | State::Unreadable)
    }
}

/// One file as last seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seen {
    /// Bytes.
    pub size: u64,
    /// Nanoseconds since 1970, as the source says.
    pub mtime_ns: i64,
    /// What became of it.
    pub state: State,
    /// [`digest`] of its bytes; 0 when they were not read.
    pub digest: u64,
}

/// One folder as last listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Folder {
    /// Its modification time when it was listed; 0 = list it again.
    pub mtime_ns: i64,
    /// Its files by the bytes of their names.
    pub files: BTreeMap<Vec<u8>, Seen>,
}

/// A patient folder, or a folder of no known shape of which only its own files count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Snapshot {
    /// Folders by path below the unit; the unit itself is the empty path.
    pub folders: BTreeMap<Vec<u8>, Folder>,
}

impl Snapshot {
    /// Number of files.
    pub fn files(&self) -> u64 {
        self.folders.values().map(|folder| folder.files.len() as u64).sum()
    }

    /// The file at a path below the unit.
    pub fn file(&self, path: &[u8]) -> Option<Seen> {
        let (folder, name) = split(path);
        self.folders.get(folder)?.files.get(name).copied()
    }

    /// Puts a file in its place.
    pub fn put(&mut self, path: &[u8], seen: Seen) {
        let (folder, name) = split(path);
        if let Some(found) = self.folders.get_mut(folder) {
            found.files.insert(name.to_vec(), seen);
        } else {
            self.folders.entry(folder.to_vec()).or_default().files.insert(name.to_vec(), seen);
        }
    }

    /// Takes a file out.
    pub fn remove(&mut self, path: &[u8]) {
        let (folder, name) = split(path);
        if let Some(found) = self.folders.get_mut(folder) {
            found.files.remove(name);
        }
    }

    /// The blob; `name` is the last part of the unit's path, of which file names repeat much.
    pub fn encode(&self, name: &[u8]) -> Vec<u8> {
        let mut out = vec![VERSION];
        let mut last_mtime = 0;
        let mut last_path: &[u8] = b"";
        for (path, folder) in &self.folders {
            let shared = path.iter().zip(last_path).take_while(|(a, b)| a == b).count();
            put_number(&mut out, shared as u64);
            put_bytes(&mut out, &path[shared..]);
            put_signed(&mut out, folder.mtime_ns.wrapping_sub(last_mtime));
            last_path = path;
            last_mtime = if folder.mtime_ns == 0 { last_mtime } else { folder.mtime_ns };
            put_number(&mut out, folder.files.len() as u64);
            let head = expected_head(name, path);
            for (file, seen) in &folder.files {
                let short = file.strip_prefix(head.as_slice());
                out.push(seen.state as u8 | if short.is_some() { 0x80 } else { 0 });
                put_bytes(&mut out, short.unwrap_or(file));
                put_number(&mut out, seen.size);
                put_signed(&mut out, seen.mtime_ns.wrapping_sub(last_mtime));
                out.extend_from_slice(&seen.digest.to_le_bytes());
            }
        }
        out
    }

    /// Reads a blob; `None` when it is of a version this program does not know, or damaged.
    pub fn decode(name: &[u8], blob: &[u8]) -> Option<Snapshot> {
        let mut rest = blob.strip_prefix(&[VERSION])?;
        let rest = &mut rest;
        let mut folders = BTreeMap::new();
        let mut last_mtime = 0_i64;
        let mut path: Vec<u8> = Vec::new();
        while !rest.is_empty() {
            path.truncate(usize::try_from(take_number(rest)?).ok()?);
            path.extend_from_slice(take_bytes(rest)?);
            let mtime_ns = last_mtime.wrapping_add(take_signed(rest)?);
            last_mtime = if mtime_ns == 0 { last_mtime } else { mtime_ns };
            let head = expected_head(name, &path);
            let mut files = Vec::new();
            for _ in 0..take_number(rest)? {
                let (flags, after) = rest.split_first()?;
                *rest = after;
                let short = take_bytes(rest)?;
                let file = if flags & 0x80 == 0 { short.to_vec() } else { [&head, short].concat() };
                let size = take_number(rest)?;
                let mtime_ns = last_mtime.wrapping_add(take_signed(rest)?);
                let digest = u64::from_le_bytes(*rest.split_off(..8)?.first_chunk()?);
                files.push((file, Seen { size, mtime_ns, state: *State::ALL.get(usize::from(flags & 0x7f))?, digest }));
            }
            folders.insert(path.clone(), Folder { mtime_ns, files: files.into_iter().collect() });
        }
        Some(Snapshot { folders })
    }
}

/// `20110701/OMP-01/name` → (`20110701/OMP-01`, `name`).
pub(super) fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|b| *b == b'/') {
        Some(at) => (&path[..at], &path[at + 1..]),
        None => (b"", path),
    }
}

/// `folder` and `name` with a slash between, where there is a folder.
pub(super) fn under(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, b"/", name].concat() }
}

/// The path with the condition flag of every part blanked: what stays the same when a message is superseded (1→2) or
/// cancelled (→0) by renaming (guideline 1.2g; standards §1.1). Extended storage carries the flag in the content
/// folder's name (§1.7), so folders count too.
pub(super) fn key_of(path: &[u8]) -> Vec<u8> {
    let mut key = Vec::with_capacity(path.len());
    for part in path.split(|b| *b == b'/') {
        key.push(b'/');
        match part {
            [stem @ .., b'_', b'0'..=b'2'] if stem.iter().filter(|b| **b == b'_').count() >= 4 => {
                key.extend_from_slice(stem);
                key.extend_from_slice(b"_*");
            }
            _ => key.extend_from_slice(part),
        }
    }
    key
}

/// A 64-bit mark of a file's bytes, to tell "touched" from "changed" and to confirm a rename. Not a defence: the name
/// of a content entry is its SHA-256, which the store makes.
pub(super) fn digest(bytes: &[u8]) -> u64 {
    const MIX: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
    let fold = |state: u64, word: u64| {
        let product = u128::from(state ^ word).wrapping_mul(MIX);
        (product as u64) ^ ((product >> 64) as u64)
    };
    let mut words = bytes.chunks_exact(8);
    let mut state = words.by_ref().fold(bytes.len() as u64 ^ 0x5bd1_e995, |state, word| {
        fold(state, word.first_chunk().map_or(0, |word| u64::from_le_bytes(*word)))
    });
    let mut tail = [0_u8; 8];
    tail[..words.remainder().len()].copy_from_slice(words.remainder());
    state = fold(state, u64::from_le_bytes(tail));
    fold(state, 0x2545_f491_4f6c_dd1d) | 1
}

/// `9999013` and `20110701/OMP-01` → `9999013_20110701_OMP-01_`: how file names begin by the standard (§1.1).
fn expected_head(name: &[u8], folder: &[u8]) -> Vec<u8> {
    let mut head = [name, b"_", folder, b"_"].concat();
    for byte in &mut head {
        if *byte == b'/' {
            *byte = b'_';
        }
    }
    head
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_signed(out: &mut Vec<u8>, number: i64) {
    put_number(out, ((number << 1) ^ (number >> 63)) as u64);
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

fn take_number(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn take_signed(rest: &mut &[u8]) -> Option<i64> {
    take_number(rest).map(|number| (number >> 1) as i64 ^ -((number & 1) as i64))
}

fn take_bytes<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    rest.split_off(..length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_snapshot() -> impl Strategy<Value = Snapshot> {
        let seen = (any::<u64>(), any::<i64>(), 0..6_usize, any::<u64>())
            .prop_map(|(size, mtime_ns, state, digest)| Seen { size, mtime_ns, state: State::ALL[state], digest });
        let name = prop_oneof![
            "[ -~]{1,12}".prop_map(String::into_bytes),
            "77_(2011|-)_[A-Z]{3}_[0-9]{1,4}_1".prop_map(String::into_bytes)
        ];
        let folder = (any::<i64>(), prop::collection::btree_map(name, seen, 0..5))
            .prop_map(|(mtime_ns, files)| Folder { mtime_ns, files });
        prop::collection::btree_map("(2011|-|)(/[A-Z]{3})?", folder, 0..5)
            .prop_map(|folders| Snapshot { folders: folders.into_iter().map(|(k, v)| (k.into_bytes(), v)).collect() })
    }

    proptest! {
        #[test]
        fn a_blob_gives_back_what_was_put_in(snapshot in any_snapshot()) {
            prop_assert_eq!(Snapshot::decode(b"77", &snapshot.encode(b"77")), Some(snapshot));
        }

        #[test]
        fn damaged_blobs_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Snapshot::decode(b"77", &[&[VERSION], bytes.as_slice()].concat());
        }

        #[test]
        fn the_digest_sees_every_byte(bytes in prop::collection::vec(any::<u8>(), 1..60), at in any::<usize>()) {
            let mut other = bytes.clone();
            let at = at % other.len();
            other[at] ^= 1;
            prop_assert_ne!(digest(&bytes), digest(&other));
        }
    }

    #[test]
    fn the_golden_blob_stays_readable() {
        let mut snapshot = Snapshot::default();
        snapshot.folders.entry(b"-/ADT-00".to_vec()).or_default().mtime_ns = 5;
        snapshot.put(b"-/ADT-00/77_-_ADT-00_9_1", Seen { size: 300, mtime_ns: 4, state: State::Racy, digest: 1 });
        let blob =
            [1, 0, 8, 45, 47, 65, 68, 84, 45, 48, 48, 10, 1, 0x81, 3, 57, 95, 49, 172, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(snapshot.encode(b"77"), blob);
        assert_eq!(Snapshot::decode(b"77", &blob), Some(snapshot));
    }

    #[test]
    fn the_flag_is_not_part_of_the_key() {
        let one = key_of(b"20110701/OMP-01/77_20110701_OMP-01_01_20110701224603984_01_1");
        assert_eq!(one, key_of(b"20110701/OMP-01/77_20110701_OMP-01_01_20110701224603984_01_0"));
        assert_ne!(one, key_of(b"20110701/OMP-01/77_20110701_OMP-01_02_20110701224603984_01_1"));
        let content = key_of(b"20110701/note/77_20110701_note_5_201107011200_1/main.xml");
        assert_eq!(content, key_of(b"20110701/note/77_20110701_note_5_201107011200_2/main.xml"));
        assert_ne!(key_of(b"a_1"), key_of(b"a_2"));
    }
}
