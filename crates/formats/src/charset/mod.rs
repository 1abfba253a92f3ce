//! Character sets of Japanese hospital messages: bytes to text, with every doubt named, and text back to ISO-2022-JP.
//!
//! One codec for HL7 v2 (MSH-18) and, later, DICOM (0008,0005). The state of ISO 2022 is ours (`jis.rs`); the tables
//! are `encoding_rs`'s, which alone corrupts a run that was not returned to ASCII (crates.md, decision 4).

mod choose;
mod encode;
mod jis;

use std::borrow::Cow;

pub use choose::{Charset, declared};
pub use encode::{Repertoire, Unencodable, encode_iso2022jp, encode_iso2022jp_as};
use encoding_rs::{EUC_JP, Encoding, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Doubts kept per message; what exceeds it is counted in one last doubt.
pub const DOUBTS_MAX: usize = 100;

/// What could not be read as the character set says, where, and what was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Fault code, see [`crate::FAULT_WORDS`].
    pub code: &'static str,
    /// Offset in the bytes as received.
    pub byte: usize,
    /// The bytes in hexadecimal, or a few words.
    pub text: String,
}

/// Bytes read as text.
#[derive(Clone, Debug)]
pub struct Text<'a> {
    /// The text; every unreadable byte is U+FFFD and has a doubt.
    pub text: Cow<'a, str>,
    /// The character set it was read as.
    pub charset: Charset,
    /// What was not as it should be.
    pub doubts: Vec<Doubt>,
}

/// Reads the bytes of an HL7 message or a text file. The character set is chosen by byte order mark, by escape
/// sequences, by MSH-18 where there is one, and by what the bytes can be. Never fails.
pub fn decode(bytes: &[u8]) -> Text<'_> {
    decode_declared(bytes, declared(bytes))
}

/// As [`decode`], with what the surrounding format declares (an XML declaration, a DICOM attribute).
pub fn decode_declared(bytes: &[u8], said: Option<Charset>) -> Text<'_> {
    let (charset, utf8) = choose::choose(bytes, said);
    let mut text = match utf8 {
        Some(text) => Text { text: Cow::Borrowed(text), charset, doubts: Vec::new() },
        None => read_as(bytes, charset),
    };
    // Escapes under an empty MSH-18 are so common that they are no news.
    let expected = said.is_none_or(|said| said == charset || (said == Charset::Ascii && charset == Charset::Iso2022Jp));
    if let Some(said) = said
        && !expected
        && (charset == Charset::Iso2022Jp || !bytes.is_ascii())
    {
        let words = format!("{} → {}", said.name(), charset.name());
        text.doubts.insert(0, Doubt { code: "charset_mismatch", byte: 0, text: words });
    }
    text
}

/// Reads the bytes as one given character set.
pub fn read_as(bytes: &[u8], charset: Charset) -> Text<'_> {
    match charset {
        Charset::Ascii | Charset::Utf8 => utf8(bytes, charset),
        Charset::Iso2022Jp => iso2022jp(bytes),
        Charset::ShiftJis => table(bytes, SHIFT_JIS, charset),
        Charset::EucJp => table(bytes, EUC_JP, charset),
        Charset::Latin1 => table(bytes, WINDOWS_1252, charset),
        Charset::Utf16Le => table(bytes, UTF_16LE, charset),
        Charset::Utf16Be => table(bytes, UTF_16BE, charset),
    }
}

fn utf8(bytes: &[u8], charset: Charset) -> Text<'_> {
    let (bytes, skipped) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, 3),
        None => (bytes, 0),
    };
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Text { text: Cow::Borrowed(text), charset, doubts: Vec::new() };
    }
    let (mut doubts, mut at) = (Vec::new(), skipped);
    for chunk in bytes.utf8_chunks() {
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            note(&mut doubts, "charset_unassigned", at, chunk.invalid());
        }
        at += chunk.invalid().len();
    }
    Text { text: String::from_utf8_lossy(bytes), charset, doubts }
}

fn iso2022jp(bytes: &[u8]) -> Text<'static> {
    let (text, doubts) = jis::read(bytes);
    Text { text: Cow::Owned(text), charset: Charset::Iso2022Jp, doubts }
}

fn table(bytes: &[u8], encoding: &'static Encoding, charset: Charset) -> Text<'static> {
    let (text, errors) = encoding.decode_with_bom_removal(bytes);
    let mut doubts = Vec::new();
    if errors {
        let many = text.matches('\u{FFFD}').count();
        let words = format!("{many} × U+FFFD ({})", charset.name());
        doubts.push(Doubt { code: "charset_unassigned", byte: 0, text: words });
    }
    Text { text: Cow::Owned(text.into_owned()), charset, doubts }
}

/// Adds a doubt about `bytes` at `byte`, up to [`DOUBTS_MAX`].
fn note(doubts: &mut Vec<Doubt>, code: &'static str, byte: usize, bytes: &[u8]) {
    match doubts.len() {
        ..DOUBTS_MAX => {
            let text = bytes.iter().take(16).map(|b| format!("{b:02X}")).collect();
            doubts.push(Doubt { code, byte, text });
        }
        DOUBTS_MAX => doubts.push(Doubt { code: "limit", byte, text: format!("> {DOUBTS_MAX}") }),
        _ => {}
    }
}
