//! ISO 2022 escapes (JIS X 0202, ISO-2022-JP) to EUC-JP: one small state machine, tolerant and talkative.
//!
//! In EUC-JP every Japanese character is made of bytes above 0x7F, so that after it the delimiters of HL7 can be
//! found safely; in ISO-2022-JP the second byte of a pair may be `|`, `^`, `~`, `\` or `&`.

use encoding_rs::EUC_JP;
use memchr::{memchr, memchr2};

use super::{Doubt, note};

const ESC: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;
/// EUC-JP single shifts: half-width kana, JIS X 0212.
const SS2: u8 = 0x8E;
const SS3: u8 = 0x8F;
/// Never valid in EUC-JP: becomes U+FFFD.
const UNREADABLE: u8 = 0xFF;

/// EUC-JP bytes with the doubts found on the way.
pub(super) struct Euc {
    pub bytes: Vec<u8>,
    pub doubts: Vec<Doubt>,
}

/// What the G0 set is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Set {
    /// ASCII, or JIS X 0201 Roman, whose `\` and `~` stay what they are in HL7.
    Ascii,
    /// JIS X 0201 kana.
    Kana,
    /// JIS X 0208 (1978, 1983, 1990).
    X0208,
    /// JIS X 0212.
    X0212,
}

/// What ends a run of pairs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ends {
    /// An escape back to a one-byte set: as it should be.
    Returned,
    /// An escape to the other two-byte set: legal.
    Switched,
    /// An escape to the same set again: a return was left out before it.
    Repeated,
    /// CR or LF inside the run.
    Line,
    /// End of the bytes.
    Cut,
}

struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
    set: Set,
    shifted: bool,
    /// Neither bytes above 0x7F nor shifts occur: ASCII runs are copied as they are.
    plain: bool,
    /// Look at each pair, naming the unassigned.
    careful: bool,
    out: Vec<u8>,
    doubts: Vec<Doubt>,
}

/// Maps ISO 2022 to EUC-JP. `careful` checks each pair against the tables (slow, only after an error was seen).
pub(super) fn to_euc(bytes: &[u8], careful: bool) -> Euc {
    let plain = bytes.is_ascii() && memchr2(SHIFT_OUT, SHIFT_IN, bytes).is_none();
    let out = Vec::with_capacity(bytes.len() + 16);
    let mut walk = Walk { bytes, at: 0, set: Set::Ascii, shifted: false, plain, careful, out, doubts: Vec::new() };
    while walk.at < bytes.len() {
        if bytes[walk.at] == ESC {
            walk.escape();
            continue;
        }
        let rest = &bytes[walk.at..];
        let end = memchr(ESC, rest).unwrap_or(rest.len());
        match walk.set {
            Set::Ascii if walk.plain => {
                walk.out.extend_from_slice(&rest[..end]);
                walk.at += end;
            }
            Set::Ascii | Set::Kana => walk.single(&rest[..end]),
            Set::X0208 | Set::X0212 => walk.pairs(&rest[..end]),
        }
    }
    Euc { bytes: walk.out, doubts: walk.doubts }
}

/// Reads one escape sequence: its length, and the set it designates to G0 (`None`: no change). Also whether known.
fn sequence(rest: &[u8]) -> (usize, Option<Set>, bool) {
    match rest {
        [ESC, b'(', b'B' | b'J' | b'H', ..] => (3, Some(Set::Ascii), true),
        [ESC, b'(', b'I', ..] => (3, Some(Set::Kana), true),
        [ESC, b'$', b'B' | b'@', ..] => (3, Some(Set::X0208), true),
        [ESC, b'$', b'(', b'D', ..] => (4, Some(Set::X0212), true),
        [ESC, b'$', b'(', b'B' | b'@', ..] => (4, Some(Set::X0208), true),
        // JIS X 0213 plane 1 holds JIS X 0208 in its places; what is new in it comes out unassigned.
        [ESC, b'$', b'(', b'O' | b'Q', ..] => (4, Some(Set::X0208), false),
        // Designations to G1 (kana by SO or as eight-bit bytes) change nothing in G0.
        [ESC, b')', b'I' | b'J' | b'B', ..] => (3, None, true),
        // JIS X 0208-1990 announces itself by `ESC & @` before `ESC $ B`.
        [ESC, b'&', b'@', ..] => (3, None, true),
        _ => {
            let middle = rest.iter().skip(1).take_while(|b| (0x20..=0x2F).contains(*b)).count();
            let last = rest.get(1 + middle).is_some_and(|b| (0x30..=0x7E).contains(b));
            (1 + middle + usize::from(last && middle > 0), None, false)
        }
    }
}

/// True for an HL7 delimiter that may be mistaken for the first byte of a pair.
fn delimiter(byte: u8) -> bool {
    matches!(byte, b'|' | b'^' | b'~' | b'&')
}

impl Walk<'_> {
    fn doubt(&mut self, code: &'static str, byte: usize, bytes: &[u8]) {
        note(&mut self.doubts, code, byte, bytes);
    }

    fn escape(&mut self) {
        let (length, set, known) = sequence(&self.bytes[self.at..]);
        if !known {
            let shown = &self.bytes[self.at..self.at + length];
            let cut = self.at + length == self.bytes.len() && set.is_none();
            self.doubt(if cut { "truncated" } else { "charset_escape" }, self.at, shown);
            if set.is_none() {
                self.out.push(UNREADABLE);
            }
        }
        self.set = set.unwrap_or(self.set);
        self.at += length;
    }

    /// One-byte sets up to the next escape: ASCII, kana in G0, kana by SO or as eight-bit bytes.
    fn single(&mut self, run: &[u8]) {
        for (i, &byte) in run.iter().enumerate() {
            let at = self.at + i;
            let kana = self.set == Set::Kana || self.shifted;
            match byte {
                SHIFT_OUT => self.shifted = true,
                SHIFT_IN => self.shifted = false,
                b'\r' | b'\n' | b'|' | b'~' if kana => {
                    self.doubt("charset_return", at, &[byte]);
                    (self.set, self.shifted) = (Set::Ascii, false);
                    self.out.push(byte);
                }
                0x21..=0x5F if kana => self.out.extend([SS2, byte | 0x80]),
                0xA1..=0xDF => self.out.extend([SS2, byte]),
                0x80.. => {
                    self.doubt("charset_unassigned", at, &[byte]);
                    self.out.push(UNREADABLE);
                }
                _ => self.out.push(byte),
            }
        }
        self.at += run.len();
    }

    /// A run of pairs up to the next escape. The usual case is copied; anything odd goes to [`Walk::broken`].
    fn pairs(&mut self, run: &[u8]) {
        let rest = &self.bytes[self.at + run.len()..];
        let ends = match sequence(rest).1 {
            _ if rest.is_empty() => Ends::Cut,
            Some(set) if set == self.set => Ends::Repeated,
            Some(Set::X0208 | Set::X0212) => Ends::Switched,
            _ => Ends::Returned,
        };
        let whole = run.len().is_multiple_of(2) && run.iter().all(|b| (0x21..=0x7E).contains(b));
        if whole && !self.careful && matches!(ends, Ends::Returned | Ends::Switched) {
            match self.set {
                Set::X0212 => run.chunks_exact(2).for_each(|p| self.out.extend([SS3, p[0] | 0x80, p[1] | 0x80])),
                _ => self.out.extend(run.iter().map(|b| b | 0x80)),
            }
            self.at += run.len();
        } else {
            self.broken(run, ends);
        }
    }

    /// A run that is odd, holds other than pairs, or was not returned to ASCII: reads what is Japanese in it, and
    /// gives the rest back to ASCII at the first delimiter that stands where a pair would begin.
    fn broken(&mut self, run: &[u8], ends: Ends) {
        let line = memchr2(b'\r', b'\n', run);
        let (run, ends) = line.map_or((run, ends), |at| (&run[..at], Ends::Line));
        let split = split(run, ends);
        let taken = split.unwrap_or(run.len());
        let mut i = 0;
        while i < taken {
            i += self.pair(&run[i..taken], i);
        }
        self.at += taken;
        if split.is_some() || ends == Ends::Line {
            self.doubt("charset_return", self.at, &run[taken..]);
            self.set = Set::Ascii;
        } else if ends == Ends::Cut {
            self.doubt("truncated", self.at, &[]);
        }
    }

    /// Reads one pair, or one byte that is not the first of a pair; returns how many bytes it took.
    fn pair(&mut self, rest: &[u8], i: usize) -> usize {
        let at = self.at + i;
        match *rest {
            // Controls and the space stand outside two-byte sets (ISO 2022).
            [byte @ ..=0x20, ..] => {
                self.out.push(byte);
                1
            }
            [a @ 0x21..=0x7E, b @ 0x21..=0x7E, ..] => {
                let euc = [SS3, a | 0x80, b | 0x80];
                let euc = if self.set == Set::X0212 { &euc[..] } else { &euc[1..] };
                if self.careful && EUC_JP.decode_without_bom_handling(euc).1 {
                    self.doubt("charset_unassigned", at, &[a, b]);
                    self.out.push(UNREADABLE);
                } else {
                    self.out.extend_from_slice(euc);
                }
                2
            }
            [byte, ..] => {
                self.doubt("charset_odd", at, &[byte]);
                self.out.push(UNREADABLE);
                1
            }
            [] => 1,
        }
    }
}

/// Where a run that was not returned to ASCII turns into ASCII: the first delimiter at the place of a first byte whose
/// tail reads like HL7. `None` when the run is rather what it claims to be (`髙` is `|b`).
fn split(run: &[u8], ends: Ends) -> Option<usize> {
    let (mut i, mut first) = (0, None);
    while i < run.len() {
        match run[i] {
            ..=0x20 => i += 1,
            byte => {
                if delimiter(byte) && !(run.len() == i + 2 && run[i..] == *b"|b") {
                    first = first.or(Some(i));
                    if reads_like_hl7(&run[i..], ends, run.len() % 2 == 1) {
                        return Some(i);
                    }
                }
                let broken = run.get(i + 1).is_some_and(|b| !(0x21..=0x7E).contains(b));
                if broken && first.is_some() {
                    return first;
                }
                i += 2;
            }
        }
    }
    None
}

/// Delimiters are every fourth byte of HL7 and, by chance, every twentieth of JIS X 0208.
fn reads_like_hl7(tail: &[u8], ends: Ends, odd: bool) -> bool {
    // A look at the beginning is enough, and keeps the cost of a long hostile run linear.
    let delimiters = tail.iter().take(64).filter(|b| delimiter(**b)).count();
    let dense = delimiters * 8 >= tail.len().min(64);
    let closed = tail.last().is_some_and(|b| delimiter(*b));
    match ends {
        Ends::Line => dense,
        Ends::Cut => dense && (delimiters > 1 || tail.len() == 1),
        Ends::Repeated => dense && (closed || odd),
        Ends::Returned | Ends::Switched => dense && odd,
    }
}
