//! A bundle on paper: cut into parts that codes on sheets say, read back by a scanner that types, in any order, and put together again.
//! A part is `BU-BUNDLE-PART-PARTS-DATA-CHECK` of `0-9A-Z-` only: eight hexadecimal digits of SHA-256 over the bundle, which part of how
//! many, some of its bytes in base 32 (RFC 4648 §6, without padding), four digits of SHA-256 over all that stands before. Pure.

use std::collections::BTreeMap;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

/// How a part begins.
pub const BEGINS: &str = "BU-";
/// Bytes of the bundle in one part: with what else it says, a code of at most 97 modules a side (version 20, a quarter of it spoiled).
const PART_BYTES: usize = 560;
/// Parts of a bundle: forty sheets of twelve.
pub const PARTS_MAX: usize = 480;

fn digits(bytes: &[u8], count: usize) -> String {
    let mut hex = vault::hash::to_hex(&Sha256::digest(bytes)).to_uppercase();
    hex.truncate(count);
    hex
}

/// The parts of a bundle; `None` for one that is too long for paper.
pub fn parts(bundle: &[u8]) -> Option<Vec<String>> {
    let count = bundle.len().div_ceil(PART_BYTES);
    if count == 0 || count > PARTS_MAX {
        return None;
    }
    let whose = digits(bundle, 8);
    let one = |(at, bytes): (usize, &[u8])| {
        let said = format!("{BEGINS}{whose}-{}-{count}-{}", at + 1, BASE32_NOPAD.encode(bytes));
        format!("{said}-{}", digits(said.as_bytes(), 4))
    };
    Some(bundle.chunks(PART_BYTES).enumerate().map(one).collect())
}

/// What is wrong with a part that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// It is no part of a bundle.
    NoPart,
    /// It is one, and not as it was printed.
    Misread,
    /// It is of another bundle than the first.
    Other,
}

/// Parts as they come in.
#[derive(Debug, Default)]
pub struct Parts {
    whose: String,
    count: usize,
    held: BTreeMap<usize, Vec<u8>>,
}

impl Parts {
    /// Takes a part: its number, and whether it is new.
    ///
    /// # Errors
    /// It is none, was misread, or is of another bundle.
    pub fn take(&mut self, typed: &str) -> Result<(usize, bool), Wrong> {
        let text = typed.trim().to_uppercase();
        let rest = text.strip_prefix(BEGINS).ok_or(Wrong::NoPart)?;
        let (said, check) = text.rsplit_once('-').ok_or(Wrong::Misread)?;
        let fields: Vec<&str> = rest.split('-').collect();
        let [whose, at, count, data, _] = fields[..] else { return Err(Wrong::Misread) };
        if digits(said.as_bytes(), 4) != check {
            return Err(Wrong::Misread);
        }
        let number = |text: &str| text.parse::<usize>().map_err(|_| Wrong::Misread);
        let (at, count) = (number(at)?, number(count)?);
        let bytes = BASE32_NOPAD.decode(data.as_bytes()).map_err(|_| Wrong::Misread)?;
        if at == 0 || at > count || count > PARTS_MAX {
            return Err(Wrong::Misread);
        }
        if self.held.is_empty() {
            (self.whose, self.count) = (whose.to_owned(), count);
        } else if (self.whose.as_str(), self.count) != (whose, count) {
            return Err(Wrong::Other);
        }
        Ok((at, self.held.insert(at, bytes).is_none()))
    }

    /// Numbers of the parts that are still to come; before the first there is nothing to say.
    pub fn missing(&self) -> Vec<usize> {
        (1..=self.count).filter(|at| !self.held.contains_key(at)).collect()
    }

    /// The bundle, where every part is here. One that is put together wrongly is none: its signature says more.
    pub fn whole(&self) -> Option<Vec<u8>> {
        let is_whole = self.count > 0 && self.held.len() == self.count;
        let bytes: Vec<u8> = self.held.values().flatten().copied().collect();
        (is_whole && digits(&bytes, 8) == self.whose).then_some(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle(length: usize) -> Vec<u8> {
        (0..length).map(|at| (at * 31 % 251) as u8).collect()
    }

    #[test]
    fn a_bundle_comes_back_from_its_parts_in_any_order_and_read_twice() {
        for length in [1, PART_BYTES, PART_BYTES + 1, 5_000] {
            let (bytes, mut read) = (bundle(length), Parts::default());
            let mut all = parts(&bytes).unwrap();
            assert!(
                all.iter().all(|part| part.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b == b'-'))
            );
            assert!(all.iter().all(|part| part.len() <= 930), "version 20 holds 970");
            all.reverse();
            for part in &all {
                assert_eq!(read.whole(), None);
                assert!(read.take(part).unwrap().1);
                assert!(!read.take(&format!(" {} \n", part.to_lowercase())).unwrap().1, "again");
            }
            assert_eq!((read.missing(), read.whole()), (vec![], Some(bytes)));
        }
    }

    #[test]
    fn a_part_that_was_misread_or_is_of_another_bundle_is_said_so() {
        let (all, other) = (parts(&bundle(2_000)).unwrap(), parts(&bundle(1_999)).unwrap());
        let mut read = Parts::default();
        assert_eq!(read.take("P10-1-1-2-2111010030-P1-A"), Err(Wrong::NoPart));
        assert_eq!(read.take(""), Err(Wrong::NoPart));
        for at in [3, 5, 14, 40, all[0].len() - 1] {
            let mut misread = all[0].clone().into_bytes();
            misread[at] = if misread[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(read.take(&String::from_utf8(misread).unwrap()), Err(Wrong::Misread), "{at}");
        }
        assert_eq!(read.take(&all[0][..40]), Err(Wrong::Misread));
        assert_eq!(read.take(&all[1]), Ok((2, true)));
        assert_eq!(read.take(&other[0]), Err(Wrong::Other));
        assert_eq!(read.missing(), [1, 3, 4]);
        assert_eq!(read.whole(), None);
    }

    #[test]
    fn what_is_too_long_for_paper_has_no_parts() {
        assert!(parts(&bundle(PART_BYTES * PARTS_MAX)).is_some());
        assert!(parts(&bundle(PART_BYTES * PARTS_MAX + 1)).is_none());
        assert!(parts(&[]).is_none());
    }
}
