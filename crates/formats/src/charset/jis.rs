//! ISO 2022 escapes (JIS X 0202, ISO-2022-JP) to text: one small state machine, tolerant and talkative.
//!
//! Only after this the delimiters of HL7 can be found safely: in ISO-2022-JP the second byte of a pair may be `|`, `^`,
//! `~`, `\` or `&`.

use std::sync::LazyLock;

use encoding_rs::EUC_JP;
use memchr::{memchr, memchr2};

use super::{Doubt, note};

const ESC: u8 = 0x1B;
const SHIFT_OUT: u8 = 0x0E;
const SHIFT_IN: u8 = 0x0F;
/// Stands for what could not be read.
const UNREADABLE: char = char::REPLACEMENT_CHARACTER;

/// The characters of a two-byte set by its two bytes, unreadable where none is assigned.
type Table = [char];
static X0208: LazyLock<Box<Table>> = LazyLock::new(|| table(&[]));
static X0212: LazyLock<Box<Table>> = LazyLock::new(|| table(&[0x8F]));

/// The table of a set, of `encoding_rs`: EUC-JP is its pairs with the eighth bit set, after a lead for all but the first.
fn table(lead: &[u8]) -> Box<Table> {
    let pairs: Vec<[u8; 2]> = (0x21..=0x7E).flat_map(|row| (0x21..=0x7E).map(move |cell| [row, cell])).collect();
    let euc: Vec<u8> = pairs.iter().flat_map(|[a, b]| lead.iter().copied().chain([a | 0x80, b | 0x80])).collect();
    let mut table = vec![UNREADABLE; 1 << 16];
    for (pair, character) in pairs.iter().zip(EUC_JP.decode_without_bom_handling(&euc).0.chars()) {
        table[usize::from(u16::from_be_bytes(*pair))] = character;
    }
    table.into()
}

/// The character of a pair; `None` for what is no pair, or not assigned.
#[inline]
fn character(table: &Table, pair: [u8; 2]) -> Option<char> {
    table.get(usize::from(u16::from_be_bytes(pair))).copied().filter(|found| *found != UNREADABLE)
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

/// An escape sequence.
#[derive(Clone, Copy)]
struct Escape {
    length: usize,
    /// The set it designates to G0; `None`: no change.
    set: Option<Set>,
    known: bool,
}

struct Walk<'a> {
    bytes: &'a [u8],
    /// The bytes as text, where neither bytes above 0x7F nor shifts occur: ASCII runs are copied as they are.
    plain: Option<&'a str>,
    at: usize,
    set: Set,
    shifted: bool,
    out: String,
    doubts: Vec<Doubt>,
}

/// Reads ISO 2022: the text, and the doubts found on the way.
pub(super) fn read(bytes: &[u8]) -> (String, Vec<Doubt>) {
    let plain = std::str::from_utf8(bytes).ok();
    let plain = plain.filter(|text| text.is_ascii() && memchr2(SHIFT_OUT, SHIFT_IN, bytes).is_none());
    // Three bytes of UTF-8 for two of a pair.
    let out = String::with_capacity(bytes.len() + bytes.len() / 2);
    let mut walk = Walk { bytes, plain, at: 0, set: Set::Ascii, shifted: false, out, doubts: Vec::new() };
    while walk.at < bytes.len() {
        let done = match walk.set {
            Set::X0208 => walk.pairs(&X0208),
            Set::X0212 => walk.pairs(&X0212),
            Set::Ascii | Set::Kana => false,
        };
        if !done {
            walk.run();
        }
    }
    (walk.out, walk.doubts)
}

/// Reads one escape sequence.
fn sequence(rest: &[u8]) -> Escape {
    let escape = |length, set| Escape { length, set, known: true };
    match rest {
        [ESC, b'(', b'B' | b'J' | b'H', ..] => escape(3, Some(Set::Ascii)),
        [ESC, b'(', b'I', ..] => escape(3, Some(Set::Kana)),
        [ESC, b'$', b'B' | b'@', ..] => escape(3, Some(Set::X0208)),
        [ESC, b'$', b'(', b'D', ..] => escape(4, Some(Set::X0212)),
        [ESC, b'$', b'(', b'B' | b'@', ..] => escape(4, Some(Set::X0208)),
        // JIS X 0213 plane 1 holds JIS X 0208 in its places; what is new in it comes out unassigned.
        [ESC, b'$', b'(', b'O' | b'Q', ..] => Escape { length: 4, set: Some(Set::X0208), known: false },
        // Designations to G1 (kana by SO or as eight-bit bytes) change nothing in G0.
        [ESC, b')', b'I' | b'J' | b'B', ..] => escape(3, None),
        // JIS X 0208-1990 announces itself by `ESC & @` before `ESC $ B`.
        [ESC, b'&', b'@', ..] => escape(3, None),
        _ => {
            let middle = rest.iter().skip(1).take_while(|b| (0x20..=0x2F).contains(*b)).count();
            let last = rest.get(1 + middle).is_some_and(|b| (0x30..=0x7E).contains(b));
            Escape { length: 1 + middle + usize::from(last && middle > 0), set: None, known: false }
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

    fn escape(&mut self, Escape { length, set, known }: Escape) {
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

    /// The usual run of pairs, all of them assigned, with the escape to another set that ends it. False for any other,
    /// of which nothing is taken.
    fn pairs(&mut self, table: &Table) -> bool {
        let (mut at, before) = (self.at, self.out.len());
        for pair in self.bytes[at..].as_chunks().0 {
            let Some(found) = character(table, *pair) else { break };
            self.out.push(found);
            at += 2;
        }
        let escape = self.bytes.get(at).filter(|byte| **byte == ESC).map(|_| sequence(&self.bytes[at..]));
        match escape.filter(|escape| escape.set != Some(self.set)) {
            Some(escape) => {
                self.at = at;
                self.escape(escape);
                true
            }
            None => {
                self.out.truncate(before);
                false
            }
        }
    }

    /// Any run up to the next escape, and the escape.
    fn run(&mut self) {
        let rest = &self.bytes[self.at..];
        let end = self.at + memchr(ESC, rest).unwrap_or(rest.len());
        let escape = (end < self.bytes.len()).then(|| sequence(&self.bytes[end..]));
        while self.at < end {
            let run = &self.bytes[self.at..end];
            match (self.set, self.plain.and_then(|text| text.get(self.at..end))) {
                (Set::Ascii, Some(text)) => {
                    self.out.push_str(text);
                    self.at = end;
                }
                (Set::Ascii | Set::Kana, _) => self.single(run),
                (Set::X0208, _) => self.broken(run, &X0208, escape),
                (Set::X0212, _) => self.broken(run, &X0212, escape),
            }
        }
        if let Some(escape) = escape {
            self.escape(escape);
        }
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
                    self.out.push(byte.into());
                }
                0x21..=0x5F if kana => self.out.push(half_kana(byte | 0x80)),
                0xA1..=0xDF => self.out.push(half_kana(byte)),
                0x80.. => {
                    self.doubt("charset_unassigned", at, &[byte]);
                    self.out.push(UNREADABLE);
                }
                _ => self.out.push(byte.into()),
            }
        }
        self.at += run.len();
    }

    /// A run of pairs that is odd, holds other than pairs, or was not returned to ASCII: reads what is Japanese in it,
    /// and gives the rest back to ASCII at the first delimiter that stands where a pair would begin.
    fn broken(&mut self, run: &[u8], table: &Table, escape: Option<Escape>) {
        let ends = match escape {
            None => Ends::Cut,
            Some(escape) if escape.set == Some(self.set) => Ends::Repeated,
            Some(Escape { set: Some(Set::X0208 | Set::X0212), .. }) => Ends::Switched,
            Some(_) => Ends::Returned,
        };
        let line = memchr2(b'\r', b'\n', run);
        let (run, ends) = line.map_or((run, ends), |at| (&run[..at], Ends::Line));
        let split = split(run, ends);
        let taken = split.unwrap_or(run.len());
        let mut i = 0;
        while i < taken {
            i += self.pair(&run[i..taken], i, table);
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
    fn pair(&mut self, rest: &[u8], i: usize, table: &Table) -> usize {
        let (code, bad) = match *rest {
            // Controls and the space stand outside two-byte sets (ISO 2022).
            [byte @ ..=0x20, ..] => {
                self.out.push(byte.into());
                return 1;
            }
            [a @ 0x21..=0x7E, b @ 0x21..=0x7E, ..] => {
                if let Some(found) = character(table, [a, b]) {
                    self.out.push(found);
                    return 2;
                }
                ("charset_unassigned", &rest[..2])
            }
            [_, ..] => ("charset_odd", &rest[..1]),
            [] => return 1,
        };
        self.doubt(code, self.at + i, bad);
        self.out.push(UNREADABLE);
        bad.len()
    }
}

/// Half-width kana of JIS X 0201 as an eight-bit byte, 0xA1–0xDF: U+FF61–U+FF9F.
fn half_kana(byte: u8) -> char {
    char::from_u32(0xFF61 - 0xA1 + u32::from(byte)).unwrap_or(UNREADABLE)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_say_what_euc_jp_says_of_each_pair_alone() {
        for (table, lead) in [(&X0208, &[][..]), (&X0212, &[0x8F])] {
            let mut assigned = 0;
            for pair in (0..=u16::MAX).map(u16::to_be_bytes) {
                let whole = pair.iter().all(|byte| (0x21..=0x7E).contains(byte));
                let euc = [lead, &pair.map(|byte| byte | 0x80)].concat();
                let (text, failed) = EUC_JP.decode_without_bom_handling(&euc);
                let wanted = text.chars().next().filter(|_| whole && !failed);
                assert_eq!(character(table, pair), wanted, "{pair:02X?}");
                assigned += usize::from(wanted.is_some());
            }
            assert!(assigned > 6000, "{assigned}");
        }
    }
}
