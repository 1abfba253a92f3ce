//! Text to bytes: ISO-2022-JP as SS-MIX2 §1.4 wants it, and as other senders write it.
//!
//! `encoding_rs` gives the tables; the escapes are ours, run by run: a run of kanji is opened by `ESC $ B` and closed by
//! `ESC ( B` before the next ASCII byte, so that no delimiter is ever read inside a two-byte set, and a character that
//! has no place becomes ■, never `&#…;`.

use std::sync::OnceLock;

use crate::dialect::{Dialect, Style};

/// Rows of JIS X 0208 (levels 1 and 2) by code point; those of NEC row 13 and the IBM extensions carry [`EXTENSION`].
struct Tables {
    jis0208: Vec<u16>,
    jis0212: Vec<u16>,
}

/// Marks a code of NEC row 13 or the IBM extensions, which JIS X 0208 does not have. JIS codes leave bit 7 free.
const EXTENSION: u16 = 0x80;
/// ■ in JIS X 0208.
const BLACK_SQUARE: u16 = 0x2223;

fn tables() -> &'static Tables {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    TABLES.get_or_init(|| {
        let mut tables = Tables { jis0208: vec![0; 0x1_0000], jis0212: vec![0; 0x1_0000] };
        for row in 0x21..=0x7e_u8 {
            for cell in 0x21..=0x7e_u8 {
                let code = u16::from(row) << 8 | u16::from(cell);
                let extension = if row == 0x2d || row >= 0x75 { EXTENSION } else { 0 };
                learn(&mut tables.jis0208, &[row | 0x80, cell | 0x80], code | extension);
                learn(&mut tables.jis0212, &[0x8f, row | 0x80, cell | 0x80], code);
            }
        }
        // What the decoder maps to the Windows code points, and text writes with the Unicode ones.
        for (char, code) in
            [('−', 0x215d), ('〜', 0x2141), ('―', 0x213d), ('—', 0x213d), ('‖', 0x2142), ('¢', 0x2171), ('£', 0x2172)]
        {
            tables.jis0208[char as usize] = code;
        }
        tables
    })
}

fn learn(table: &mut [u16], euc: &[u8], code: u16) {
    if let Some(text) = encoding_rs::EUC_JP.decode_without_bom_handling_and_without_replacement(euc) {
        let mut chars = text.chars();
        if let (Some(char), None) = (chars.next(), chars.next())
            && let Some(slot) = table.get_mut(char as usize)
            && (*slot == 0 || *slot & EXTENSION != 0)
            && char as u32 >= 0x80
        {
            *slot = code;
        }
    }
}

/// Windows-only characters as the sender flattens them (NHO conversion table: these are the ones our texts hold).
const FLATTENED: [(char, &str); 18] = [
    ('髙', "高"),
    ('﨑', "崎"),
    ('德', "徳"),
    ('栁', "柳"),
    ('濵', "浜"),
    ('①', "(1)"),
    ('②', "(2)"),
    ('③', "(3)"),
    ('Ⅰ', "I"),
    ('Ⅱ', "II"),
    ('Ⅲ', "III"),
    ('Ⅳ', "IV"),
    ('㎎', "mg"),
    ('㎏', "kg"),
    ('㈱', "(株)"),
    ('№', "No."),
    ('℡', "Tel"),
    ('㌔', "キロ"),
];

const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝｧｨｩｪｫｬｭｮｯｰ";
const FULL: &str =
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲンァィゥェォャュョッー";
const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴ";
const VOICED_BASE: &str = "カキクケコサシスセソタチツテトハヒフヘホウ";
const HALF_VOICED: &str = "パピプペポ";
const HALF_VOICED_BASE: &str = "ハヒフヘホ";

fn across(from: &str, to: &str, char: char) -> Option<char> {
    to.chars().nth(from.chars().position(|c| c == char)?)
}

/// A katakana as one or two half-width characters; `None` for anything else.
fn half_kana(char: char) -> Option<(char, Option<char>)> {
    let plain = |c| across(FULL, HALF, c);
    if let Some(base) = across(VOICED, VOICED_BASE, char) {
        return Some((plain(base)?, Some('ﾞ')));
    }
    if let Some(base) = across(HALF_VOICED, HALF_VOICED_BASE, char) {
        return Some((plain(base)?, Some('ﾟ')));
    }
    Some((plain(char)?, None))
}

/// Which set the bytes are in just now.
#[derive(Clone, Copy, PartialEq)]
enum Set {
    Ascii,
    Kanji,
    Kana,
    Supplement,
}

struct Writer {
    out: Vec<u8>,
    set: Set,
    /// Returns to ASCII still to be forgotten before a `^` (dialect `missing-ascii-return`).
    forget: u32,
}

impl Writer {
    fn switch(&mut self, set: Set) {
        if self.set != set {
            self.out.extend_from_slice(match set {
                Set::Ascii => b"\x1b(B",
                Set::Kanji => b"\x1b$B",
                Set::Kana => b"\x1b(I",
                Set::Supplement => b"\x1b$(D",
            });
            self.set = set;
        }
    }

    fn ascii(&mut self, byte: u8) {
        if self.set != Set::Ascii && byte == b'^' && self.forget > 0 {
            self.forget -= 1;
            self.set = Set::Ascii;
        }
        self.switch(Set::Ascii);
        self.out.push(byte);
    }

    fn pair(&mut self, set: Set, code: u16) {
        self.switch(set);
        self.out.extend_from_slice(&[(code >> 8) as u8, code as u8 & 0x7f]);
    }

    fn kana(&mut self, char: char, raw: bool) {
        let byte = (char as u32 - 0xff61 + 0x21) as u8;
        if raw {
            self.switch(Set::Ascii);
            self.out.push(byte | 0x80);
        } else {
            self.switch(Set::Kana);
            self.out.push(byte);
        }
    }

    fn wide(&mut self, char: char, style: &Style) {
        if style.has(Dialect::HALF_KANA)
            && let Some((base, mark)) = half_kana(char)
        {
            let raw = style.raw_kana;
            self.kana(base, raw);
            mark.into_iter().for_each(|mark| self.kana(mark, raw));
            return;
        }
        let code = tables().jis0208.get(char as usize).copied().unwrap_or(0);
        if code != 0 && (code & EXTENSION == 0 || style.has(Dialect::IBM_EXT)) {
            return self.pair(Set::Kanji, code & !EXTENSION);
        }
        let supplement = tables().jis0212.get(char as usize).copied().unwrap_or(0);
        if supplement != 0 && style.has(Dialect::JIS_X_0212) {
            return self.pair(Set::Supplement, supplement);
        }
        match FLATTENED.iter().find(|(from, _)| *from == char) {
            Some((_, to)) => to.chars().for_each(|c| match u8::try_from(c) {
                Ok(byte) if byte.is_ascii() => self.ascii(byte),
                _ => self.pair(Set::Kanji, tables().jis0208.get(c as usize).copied().unwrap_or(BLACK_SQUARE)),
            }),
            None => self.pair(Set::Kanji, BLACK_SQUARE),
        }
    }
}

/// The bytes of a text: ISO-2022-JP with ISO IR-6 and IR-87 (SS-MIX2 §1.4), or what the dialect makes of it.
pub fn encode(text: &str, style: &Style) -> Vec<u8> {
    if style.has(Dialect::UTF8) {
        return text.as_bytes().to_vec();
    }
    let forget = u32::from(style.has(Dialect::MISSING_ASCII_RETURN));
    let mut writer = Writer { out: Vec::with_capacity(text.len() + text.len() / 4), set: Set::Ascii, forget };
    for char in text.chars() {
        match u8::try_from(char) {
            Ok(byte) if byte.is_ascii() => writer.ascii(byte),
            _ => writer.wide(char, style),
        }
    }
    writer.switch(Set::Ascii);
    writer.out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str, flags: u32) -> String {
        let bytes = encode(text, &Style { flags, ..Style::default() });
        encoding_rs::ISO_2022_JP.decode_without_bom_handling(&bytes).0.into_owned()
    }

    #[test]
    fn flattens_what_jis_x_0208_lacks() {
        for (text, want) in [
            ("髙橋^葵", "高橋^葵"),
            ("宮﨑", "宮崎"),
            ("渡邉", "渡邉"),
            ("𠮷田", "■田"),
            ("①㎎", "(1)mg"),
            ("栁瀬", "柳瀬"),
            ("ソ−Ａ", "ソ－Ａ"),
        ] {
            assert_eq!(decoded(text, 0), want);
        }
        assert_eq!(decoded("髙﨑", Dialect::IBM_EXT), "髙﨑");
        assert_eq!(decoded("バナナ", Dialect::HALF_KANA), "ﾊﾞﾅﾅ");
    }

    #[test]
    fn never_leaves_a_set_open_at_a_delimiter() {
        let bytes = encode("山田^花子|ヤマダ^ハナコ\rあ", &Style::default());
        let mut wide = false;
        let mut at = 0;
        while at < bytes.len() {
            match &bytes[at..] {
                [0x1b, b'$', b'B', ..] => (wide, at) = (true, at + 3),
                [0x1b, b'(', b'B', ..] => (wide, at) = (false, at + 3),
                [_, ..] if wide => at += 2,
                _ => at += 1,
            }
        }
        assert!(!wide);
        assert_eq!(bytes.iter().filter(|b| **b == b'\r').count(), 1);
    }

    #[test]
    fn the_dialects_write_what_they_name() {
        let bytes = |flags| encode("渡邉^ア", &Style { flags, ..Style::default() });
        assert!(!bytes(Dialect::MISSING_ASCII_RETURN).windows(4).any(|w| w == b"\x1b(B^"));
        assert!(bytes(Dialect::HALF_KANA).windows(3).any(|w| w == b"\x1b(I"));
        let supplement = encode("濵", &Style { flags: Dialect::JIS_X_0212, ..Style::default() });
        assert!(supplement.starts_with(b"\x1b$(D"), "{supplement:?}");
        assert_eq!(bytes(Dialect::UTF8), "渡邉^ア".as_bytes());
    }
}
