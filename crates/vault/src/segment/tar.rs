//! The few parts of the tar format a segment is made of: regular files with GNU headers, long names in an entry of
//! their own (GNU tar manual, "Basic Tar Format"). Written here because names are bytes as the source had them, in any
//! character set, and a frame must be readable by itself.

use crate::{Error, Result};

/// Everything in a tar is a multiple of this, bytes.
pub(super) const BLOCK: usize = 512;
/// A member larger than this is refused: it is held in memory when read. The feed's own limit is 16 MiB.
pub const MEMBER_BYTES_MAX: usize = 64 << 20;
/// Names longer than this are refused (PATH_MAX of Linux is 4096).
pub const MEMBER_NAME_MAX: usize = 8 << 10;
/// Name of the entry whose content is the name of the next.
const LONG_LINK: &[u8] = b"././@LongLink";
const NAME: usize = 100;

/// One file of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member<'a> {
    /// Relative path, bytes as the source had them.
    pub name: &'a [u8],
    /// Modification time, whole seconds since 1970, rounded down.
    pub mtime: i64,
    /// Its content.
    pub bytes: &'a [u8],
}

impl Member<'_> {
    /// Whether `tar x` would put it below the folder it runs in, as a file, and nothing else.
    pub(super) fn check(&self) -> Result<()> {
        let part_fits = |part: &[u8]| !part.is_empty() && part != b"." && part != b"..";
        let name_fits = self.name.len() <= MEMBER_NAME_MAX
            && !self.name.contains(&0)
            && self.name.split(|&byte| byte == b'/').all(part_fits);
        if !name_fits {
            return Err(Error::Refused("a member's name is empty, absolute, has `..` or is too long".to_owned()));
        }
        if self.bytes.len() > MEMBER_BYTES_MAX {
            return Err(Error::Refused(format!(
                "a member of {} bytes is larger than a segment takes",
                self.bytes.len()
            )));
        }
        Ok(())
    }

    /// Bytes it takes in the tar.
    pub(super) fn tar_len(&self) -> usize {
        let long = if self.name.len() > NAME { BLOCK + padded(self.name.len() + 1) } else { 0 };
        long + BLOCK + padded(self.bytes.len())
    }

    /// Appends all of it.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        if self.name.len() > NAME {
            out.extend(header(LONG_LINK, self.name.len() + 1, 0, b'L'));
            out.extend(self.name);
            out.push(0);
            pad(out, self.name.len() + 1);
        }
        out.extend(header(&self.name[..self.name.len().min(NAME)], self.bytes.len(), self.mtime, b'0'));
        out.extend(self.bytes);
        pad(out, self.bytes.len());
    }
}

fn padded(len: usize) -> usize {
    len.next_multiple_of(BLOCK)
}

fn pad(out: &mut Vec<u8>, len: usize) {
    out.resize(out.len() + padded(len) - len, 0);
}

fn header(name: &[u8], size: usize, mtime: i64, kind: u8) -> [u8; BLOCK] {
    let mut block = [0; BLOCK];
    block[..name.len()].copy_from_slice(name);
    octal(&mut block[100..107], 0o600);
    octal(&mut block[108..115], 0);
    octal(&mut block[116..123], 0);
    octal(&mut block[124..135], size as u64);
    time(&mut block[136..148], mtime);
    block[156] = kind;
    block[257..265].copy_from_slice(b"ustar  \0");
    let sum = checksum(&block);
    octal(&mut block[148..154], sum);
    block[155] = b' ';
    block
}

/// Digits to fill the field; what follows it stays a zero byte.
fn octal(field: &mut [u8], mut value: u64) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (value & 7) as u8;
        value >>= 3;
    }
}

/// Seconds as octal digits, or as GNU's base 256 where they do not fit: before 1970 and after 2242.
fn time(field: &mut [u8], mtime: i64) {
    match u64::try_from(mtime) {
        Ok(seconds) if seconds < 1 << 33 => octal(&mut field[..11], seconds),
        _ => {
            let sign = if mtime < 0 { 0xff } else { 0 };
            field[..4].fill(sign);
            field[4..].copy_from_slice(&mtime.to_be_bytes());
            field[0] |= 0x80;
        }
    }
}

/// Sum of the bytes of a header with its own field as spaces.
fn checksum(block: &[u8; BLOCK]) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().map(|&byte| u64::from(byte)).sum::<u64>();
    sum(&block[..148]) + 8 * u64::from(b' ') + sum(&block[156..])
}

/// The members of one frame, in order; an error ends them.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    rest: &'a [u8],
}

impl<'a> Members<'a> {
    pub(super) fn new(tar: &'a [u8]) -> Members<'a> {
        Members { rest: tar }
    }

    fn take(&mut self, len: usize) -> std::result::Result<&'a [u8], &'static str> {
        let padded = len.checked_next_multiple_of(BLOCK);
        let split = padded.and_then(|padded| self.rest.split_at_checked(padded));
        let (taken, rest) = split.ok_or("a member goes beyond its frame")?;
        self.rest = rest;
        Ok(&taken[..len])
    }

    fn entry(&mut self) -> std::result::Result<Option<Entry<'a>>, &'static str> {
        let Ok(block) = <&[u8; BLOCK]>::try_from(self.take(BLOCK)?) else { return Err("no header") };
        if block.iter().all(|&byte| byte == 0) {
            return Ok(None);
        }
        if number(&block[148..156]) != Some(checksum(block) as i64) {
            return Err("the sum of a member's header is wrong");
        }
        let size =
            number(&block[124..136]).and_then(|size| usize::try_from(size).ok()).ok_or("a member has no size")?;
        let mtime = number(&block[136..148]).ok_or("a member has no time")?;
        let name = block[..NAME].split(|&byte| byte == 0).next().unwrap_or_default();
        Ok(Some(Entry { kind: block[156], name, mtime, bytes: self.take(size)? }))
    }

    fn member(&mut self) -> std::result::Result<Option<Member<'a>>, &'static str> {
        let mut long = None;
        while !self.rest.is_empty() {
            let Some(entry) = self.entry()? else { continue };
            match entry.kind {
                b'L' => long = entry.bytes.strip_suffix(&[0]),
                b'0' | 0 => {
                    let name = long.unwrap_or(entry.name);
                    return Ok(Some(Member { name, mtime: entry.mtime, bytes: entry.bytes }));
                }
                _ => return Err("a member of a kind that segments do not have"),
            }
        }
        if long.is_some() { Err("a long name without its member") } else { Ok(None) }
    }
}

struct Entry<'a> {
    kind: u8,
    name: &'a [u8],
    mtime: i64,
    bytes: &'a [u8],
}

impl<'a> Iterator for Members<'a> {
    type Item = std::result::Result<Member<'a>, &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        let found = self.member().transpose();
        if !matches!(found, Some(Ok(_))) {
            self.rest = &[];
        }
        found
    }
}

/// A number field: octal digits, or base 256 with the top bit set.
fn number(field: &[u8]) -> Option<i64> {
    let (&first, rest) = field.split_first()?;
    if first & 0x80 != 0 {
        let (high, low) = rest.split_at_checked(rest.len().checked_sub(8)?)?;
        let value = i64::from_be_bytes(low.try_into().ok()?);
        let sign = if value < 0 { 0xff } else { 0 };
        return (first | 0x80 == sign | 0x80 && high.iter().all(|&byte| byte == sign)).then_some(value);
    }
    let digits = field.iter().skip_while(|&&byte| byte == b' ').take_while(|&&byte| byte != 0 && byte != b' ');
    digits
        .map(|&byte| byte.wrapping_sub(b'0'))
        .try_fold(0_i64, |sum, digit| (digit < 8).then(|| sum.checked_mul(8)?.checked_add(i64::from(digit))).flatten())
}
