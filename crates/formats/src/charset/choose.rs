//! Which character set the bytes are in: what MSH-18 says, and what the bytes can be. The bytes win, and say so.

use std::str::Utf8Error;

use encoding_rs::{EUC_JP, SHIFT_JIS};
use memchr::{memchr, memchr_iter, memchr2, memmem};

const ESC: u8 = 0x1B;

/// A character set we read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Charset {
    /// ISO IR-6.
    #[default]
    Ascii,
    /// ISO-2022-JP with JIS X 0201, 0208 and 0212 (MSH-18 `~ISO IR87`), the character set of SS-MIX2.
    Iso2022Jp,
    /// MSH-18 `UNICODE UTF-8`, or a byte order mark.
    Utf8,
    /// Shift_JIS as Windows writes it, code page 932.
    ShiftJis,
    /// EUC-JP.
    EucJp,
    /// ISO 8859-1, read as Windows-1252.
    Latin1,
    /// UTF-16 with its byte order mark, little end first.
    Utf16Le,
    /// UTF-16 with its byte order mark, big end first.
    Utf16Be,
}

impl Charset {
    /// The name for people and faults.
    pub fn name(self) -> &'static str {
        match self {
            Charset::Ascii => "ASCII",
            Charset::Iso2022Jp => "ISO-2022-JP",
            Charset::Utf8 => "UTF-8",
            Charset::ShiftJis => "Shift_JIS",
            Charset::EucJp => "EUC-JP",
            Charset::Latin1 => "ISO-8859-1",
            Charset::Utf16Le => "UTF-16LE",
            Charset::Utf16Be => "UTF-16BE",
        }
    }

    /// Reads a spelling of HL7 table 0211, an XML declaration or a MIME type: `~ISO IR87`, `~ISOIR87`,
    /// `UNICODE UTF-8`, `Shift_JIS`… (standards.md §1.4). `None` for what names nothing we know.
    pub fn named(spelling: &str) -> Option<Charset> {
        let plain: String = spelling.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        const SPELLINGS: [(&str, Charset); 16] = [
            ("IR87", Charset::Iso2022Jp),
            ("IR159", Charset::Iso2022Jp),
            ("IR14", Charset::Iso2022Jp),
            ("IR13", Charset::Iso2022Jp),
            ("2022JP", Charset::Iso2022Jp),
            ("JIS0208", Charset::Iso2022Jp),
            ("UTF8", Charset::Utf8),
            ("UTF16", Charset::Utf8),
            ("UNICODE", Charset::Utf8),
            ("SHIFTJIS", Charset::ShiftJis),
            ("SJIS", Charset::ShiftJis),
            ("932", Charset::ShiftJis),
            ("31J", Charset::ShiftJis),
            ("EUC", Charset::EucJp),
            ("88591", Charset::Latin1),
            ("ASCII", Charset::Ascii),
        ];
        SPELLINGS.iter().find(|(part, _)| plain.contains(part)).map(|(_, charset)| *charset)
    }
}

/// What MSH-18 of an HL7 message declares; ASCII where it is empty, `None` where there is no MSH or nothing known.
/// A look at raw bytes: Japanese text before MSH-18 could mislead it, so it is a hint, not a ruling.
pub fn declared(bytes: &[u8]) -> Option<Charset> {
    let start = bytes.iter().position(|b| *b == b'M')?;
    let message = bytes.get(start..).filter(|rest| start <= 4 && rest.starts_with(b"MSH"))?;
    let separator = *message.get(3)?;
    let head = message.get(..4096).unwrap_or(message);
    let head = &head[..memchr2(b'\r', b'\n', head).unwrap_or(head.len())];
    // MSH-1 is the first separator itself, so MSH-18 begins after the 17th.
    let mut separators = memchr_iter(separator, head).skip(16);
    let field = match (separators.next(), separators.next()) {
        (Some(start), end) => &head[start + 1..end.unwrap_or(head.len())],
        (None, _) => &[],
    };
    match std::str::from_utf8(field) {
        Ok("") => Some(Charset::Ascii),
        Ok(text) => Charset::named(text),
        Err(_) => None,
    }
}

/// Chooses by mark, escapes and bytes; `said` breaks ties. Where choosing has already read the bytes as UTF-8, the text
/// is handed on.
pub(super) fn choose(bytes: &[u8], said: Option<Charset>) -> (Charset, Option<&str>) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => return (Charset::Utf8, None),
        [0xFF, 0xFE, ..] => return (Charset::Utf16Le, None),
        [0xFE, 0xFF, ..] => return (Charset::Utf16Be, None),
        _ => {}
    }
    if memchr(ESC, bytes).is_some() {
        return (Charset::Iso2022Jp, None);
    }
    if bytes.is_ascii() {
        // SO and SI shift to half-width kana without any escape (JIS X 0202).
        let shifts = memchr(0x0E, bytes).is_some();
        return (if shifts { Charset::Iso2022Jp } else { said.unwrap_or_default() }, None);
    }
    let kana_only = || bytes.iter().all(|b| b.is_ascii() || (0xA1..=0xDF).contains(b));
    if said == Some(Charset::Iso2022Jp) && kana_declared(bytes) && kana_only() {
        return (Charset::Iso2022Jp, None);
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => (Charset::Utf8, Some(text)),
        Err(error) => (by_bytes(bytes, said, error), None),
    }
}

/// Eight-bit bytes without any escape that are not UTF-8.
fn by_bytes(bytes: &[u8], said: Option<Charset>, error: Utf8Error) -> Charset {
    // A message cut inside a character is still UTF-8.
    if error.error_len().is_none() {
        return Charset::Utf8;
    }
    if said == Some(Charset::Latin1) {
        return Charset::Latin1;
    }
    let reads = |encoding: &'static encoding_rs::Encoding| !encoding.decode_without_bom_handling(bytes).1;
    let shift_jis_lead = bytes.iter().any(|b| (0x81..=0x9F).contains(b) && *b != 0x8E && *b != 0x8F);
    match (reads(SHIFT_JIS), reads(EUC_JP)) {
        (true, true) if said == Some(Charset::EucJp) || (said != Some(Charset::ShiftJis) && !shift_jis_lead) => {
            Charset::EucJp
        }
        (false, true) => Charset::EucJp,
        (false, false) if said == Some(Charset::Utf8) || mostly_utf8(bytes) => Charset::Utf8,
        _ => Charset::ShiftJis,
    }
}

/// True where MSH-18 names JIS X 0201 kana (`ISO IR13`), which come as eight-bit bytes. Without it the same bytes are
/// rather EUC-JP.
fn kana_declared(bytes: &[u8]) -> bool {
    let head = bytes.get(..512).unwrap_or(bytes);
    [b"IR13".as_slice(), b"IR 13"].iter().any(|name| memmem::find(head, name).is_some())
}

/// True where most of the non-ASCII bytes form valid UTF-8: damaged UTF-8 rather than another set.
fn mostly_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0, 0);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().bytes().filter(|b| !b.is_ascii()).count();
        bad += chunk.invalid().len();
    }
    good > bad * 4
}
