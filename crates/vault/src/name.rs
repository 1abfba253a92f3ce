//! Names of objects: a number and a hash, never a word of what is inside.

use std::ops::RangeInclusive;

use crate::hash::Hash;
use crate::note::NOTE_BYTES_MAX;
use crate::{Error, Result};

/// A segment closes at 64 MiB of tar and one member more; an index has 16 bytes for each row of years.
const SEALED_BYTES_MAX: u64 = 4 << 30;
/// 256 entries of at most 65,535 bytes, each after its length.
const TILE_BYTES_MAX: u64 = 256 * (2 + 65_535);

/// Names are short; a longer one is nobody's of ours.
const NAME_BYTES_MAX: usize = 200;

/// What a vault says of itself, in words and lines for whoever finds the disk.
pub const VAULT: &str = "vault.txt";
/// Folder of sealed segments.
pub const SEGMENTS: &str = "segments/";
/// Folder of index objects.
pub const INDEX: &str = "index/";
/// Folder of manifests.
pub const MANIFESTS: &str = "manifests/";
/// Folder of who may sign and to whom is sealed.
pub const HEADS: &str = "heads/";
/// Folder of signed tree heads.
pub const CHECKPOINTS: &str = "log/checkpoints/";
/// Folder of tree heads signed by witnesses too.
pub const WITNESSED: &str = "log/witnessed/";
/// Folder of the tiles of the log.
pub const TILES: &str = "log/tile/";

/// Of a segment.
pub fn segment(number: u32, hash: &Hash) -> String {
    format!("{SEGMENTS}{number:08}-{}.tar.zst.age", hash.short())
}

/// Of the index of a span of segments.
pub fn index(span: &RangeInclusive<u32>, hash: &Hash) -> String {
    format!("{INDEX}{:08}-{:08}-{}.age", span.start(), span.end(), hash.short())
}

/// Of a manifest.
pub fn manifest(number: u32, hash: &Hash) -> String {
    format!("{MANIFESTS}{number:08}-{}.txt", hash.short())
}

/// Of a head.
pub fn head(number: u32, hash: &Hash) -> String {
    format!("{HEADS}{number:08}-{}.txt", hash.short())
}

/// Of the signed tree head after a manifest.
pub fn checkpoint(number: u32, hash: &Hash) -> String {
    format!("{CHECKPOINTS}{number:08}-{}.txt", hash.short())
}

/// Of a manifest or tree head that is not there, so that its hash is not known.
pub fn unknown(name: fn(u32, &Hash) -> String, number: u32) -> String {
    name(number, &Hash::ZERO).replace(&format!("-{}", Hash::ZERO.short()), "-…")
}

/// Of a tree head that a witness signed too.
pub fn witnessed(size: u64, hash: &Hash) -> String {
    format!("{WITNESSED}{size:012}-{}.txt", hash.short())
}

/// Number and short hash out of a name that begins with `folder`.
pub fn parse<'a>(name: &'a str, folder: &str) -> Option<(u32, &'a str)> {
    let (number, rest) = name.strip_prefix(folder)?.split_once('-')?;
    let (hash, _) = rest.split_once('.')?;
    (number.len() == 8 && hash.len() == 16).then_some(())?;
    Some((number.parse().ok()?, hash))
}

/// The span and short hash of an index object's name.
pub fn parse_index(name: &str) -> Option<(RangeInclusive<u32>, &str)> {
    let (first, rest) = name.strip_prefix(INDEX)?.split_once('-')?;
    let (last, rest) = rest.split_once('-')?;
    let hash = rest.strip_suffix(".age")?;
    (first.len() == 8 && last.len() == 8 && hash.len() == 16).then_some(())?;
    Some((first.parse().ok()?..=last.parse().ok()?, hash))
}

/// Number of the segment that an object belongs to; of an index, of the last one it covers.
pub fn number(name: &str) -> Option<u32> {
    let parsed = [SEGMENTS, MANIFESTS, CHECKPOINTS].iter().find_map(|folder| parse(name, folder));
    parsed.map(|(number, _)| number).or_else(|| parse_index(name).map(|(span, _)| *span.end()))
}

/// The short hash at the end of a name that carries one.
pub fn short_hash(name: &str) -> Option<&str> {
    let (_, last) = name.rsplit_once('/')?;
    let (_, hash) = last.split_once('.')?.0.rsplit_once('-')?;
    (hash.len() == 16).then_some(hash)
}

/// How large an object of this name may be, bytes; `None` for a name that no vault gives. For who takes objects from others.
pub fn limit(name: &str) -> Option<u64> {
    let text = |folder: &str| parse(name, folder).is_some() && name.ends_with(".txt");
    let witnessed = || {
        let (size, hash) = name.strip_prefix(WITNESSED)?.strip_suffix(".txt")?.split_once('-')?;
        (size.len() == 12 && hash.len() == 16 && size.bytes().all(|byte| byte.is_ascii_digit())).then_some(())
    };
    let is_segment = || parse(name, SEGMENTS).is_some() && name.ends_with(".tar.zst.age");
    check(name).ok()?;
    if name == VAULT || [HEADS, MANIFESTS, CHECKPOINTS].into_iter().any(text) || witnessed().is_some() {
        Some(NOTE_BYTES_MAX)
    } else if is_segment() || parse_index(name).is_some() {
        Some(SEALED_BYTES_MAX)
    } else {
        is_tile(name).then_some(TILE_BYTES_MAX)
    }
}

/// `log/tile/<level>/…` as C2SP tlog-tiles lays them out: three digits a folder, all but the last after an `x`.
fn is_tile(name: &str) -> bool {
    let digits = |part: &str| part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
    let Some((level, path)) = name.strip_prefix(TILES).and_then(|rest| rest.split_once('/')) else { return false };
    let (folders, last) = path.rsplit_once('/').map_or((None, path), |(folders, last)| (Some(folders), last));
    let level_fits = level == "entries" || (level.len() == 1 && level.bytes().all(|byte| byte.is_ascii_digit()));
    let inside = |part: &str| part.strip_prefix('x').is_some_and(digits);
    level_fits && digits(last) && folders.is_none_or(|folders| folders.split('/').all(inside))
}

/// Keeps names inside the target, whoever wrote them: letters, digits, `-_.` and single slashes, no part beginning
/// with a dot.
pub fn check(name: &str) -> Result<()> {
    let part_fits = |part: &str| !part.is_empty() && !part.starts_with('.');
    let letter_fits = |letter: char| letter.is_ascii_alphanumeric() || "-_./".contains(letter);
    let fits = name.len() <= NAME_BYTES_MAX && name.split('/').all(part_fits) && name.chars().all(letter_fits);
    fits.then_some(()).ok_or_else(|| Error::Refused(format!("not a name of an object in a vault: {name:?}")))
}

#[cfg(test)]
mod tests {
    use super::{Hash, checkpoint, head, index, limit, manifest, segment, witnessed};

    #[test]
    fn every_name_of_a_vault_has_a_limit_and_no_other_has() {
        let hash = Hash::of(b"x");
        let ours = [segment, manifest, head, checkpoint].map(|name| name(7, &hash));
        let more = [index(&(1..=16), &hash), witnessed(7, &hash), crate::log::tile_name("entries", 1_234_567)];
        for name in ours.iter().chain(&more).map(String::as_str).chain(["vault.txt", "log/tile/0/000"]) {
            assert!(limit(name).is_some(), "{name}");
        }
        for name in [
            "",
            "vault.txt/x",
            "../vault.txt",
            "segments/00000001-0123456789abcdef.txt",
            "segments/1-0123456789abcdef.tar.zst.age",
            "manifests/00000001-0123.txt",
            "log/tile/0/1",
            "log/tile/x/000",
            "log/tile/0/x1/000",
            "log/tile/0/000.p/3",
            "log/witnessed/7-0123456789abcdef.txt",
            "andon-medium.txt",
            ".incoming/x",
            "/etc/passwd",
        ] {
            assert_eq!(limit(name), None, "{name}");
        }
    }
}
