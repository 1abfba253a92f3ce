//! Text to ISO-2022-JP, as SS-MIX2 wants it: JIS X 0208 only, back to ASCII before every delimiter, and never a
//! character replaced in silence (standards.md §1.4).

use encoding_rs::EUC_JP;

/// A character that the target cannot hold, and what stands in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unencodable {
    /// Offset of the character in the text, in bytes of UTF-8.
    pub at: usize,
    /// The character.
    pub character: char,
}

/// Which characters may be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Repertoire {
    /// JIS X 0208 levels 1 and 2: what SS-MIX2 allows (ISO IR-87).
    #[default]
    Jis0208,
    /// Also NEC row 13 (①) and the extensions of rows 89–92 (髙), which vendors write although the guideline forbids.
    Vendor,
}

/// What stands for a character that cannot be written: `■`, as NHO asks of 外字 (standards.md §1.4).
const GETA: [u8; 2] = [0x22, 0x23];

/// Encodes text for SS-MIX2. What JIS X 0208 cannot hold is written `■` and named in the second value; half-width kana
/// become full-width (a loss of width only, not named); both spellings of 〜 − ‖ ¢ £ ¬ are taken.
pub fn encode_iso2022jp(text: &str) -> (Vec<u8>, Vec<Unencodable>) {
    encode_iso2022jp_as(text, Repertoire::Jis0208)
}

/// As [`encode_iso2022jp`], with a choice of repertoire.
pub fn encode_iso2022jp_as(text: &str, repertoire: Repertoire) -> (Vec<u8>, Vec<Unencodable>) {
    let mut out = Vec::with_capacity(text.len());
    let (mut lost, mut double) = (Vec::new(), false);
    let mut characters = text.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        if character.is_ascii() {
            if double {
                out.extend(b"\x1B(B");
                double = false;
            }
            out.push(character as u8);
            continue;
        }
        let mark = characters.peek().map(|(_, next)| *next);
        let (wide, took_mark) = widen(character, mark);
        if took_mark {
            characters.next();
        }
        let pair = pair(wide, repertoire).unwrap_or_else(|| {
            lost.push(Unencodable { at, character });
            GETA
        });
        if !double {
            out.extend(b"\x1B$B");
            double = true;
        }
        out.extend(pair);
    }
    if double {
        out.extend(b"\x1B(B");
    }
    (out, lost)
}

/// The two bytes of a character in JIS X 0208, if the repertoire has it.
fn pair(character: char, repertoire: Repertoire) -> Option<[u8; 2]> {
    // Unicode has two spellings for some characters of JIS; the tables know only Microsoft's.
    let known = match character {
        '\u{301C}' => '\u{FF5E}',
        '\u{2212}' => '\u{FF0D}',
        '\u{2016}' => '\u{2225}',
        '\u{00A2}' => '\u{FFE0}',
        '\u{00A3}' => '\u{FFE1}',
        '\u{00AC}' => '\u{FFE2}',
        '\u{2014}' => '\u{2015}',
        '\u{00A5}' => '\u{FFE5}',
        '\u{203E}' => '\u{FFE3}',
        other => other,
    };
    let mut buffer = [0; 4];
    let (bytes, _, failed) = EUC_JP.encode(known.encode_utf8(&mut buffer));
    let [a @ 0xA1..=0xFE, b @ 0xA1..=0xFE] = *bytes else { return None };
    let row = a - 0xA0;
    let standard = matches!(row, 1..=8 | 16..=84);
    (!failed && (standard || repertoire == Repertoire::Vendor)).then_some([a & 0x7F, b & 0x7F])
}

/// Half-width kana in the order of JIS X 0201, U+FF61–U+FF9F.
const WIDE: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

/// Makes half-width kana full-width, joining a following voicing mark; the second value says whether it was joined.
fn widen(character: char, next: Option<char>) -> (char, bool) {
    let index = (character as usize).wrapping_sub(0xFF61);
    let Some(wide) = WIDE.chars().nth(index) else { return (character, false) };
    let step = match (wide, next) {
        ('ウ', Some('ﾞ')) => return ('ヴ', true),
        ('カ'..='ト' | 'ハ'..='ホ', Some('ﾞ')) => 1,
        ('ハ'..='ホ', Some('ﾟ')) => 2,
        _ => return (wide, false),
    };
    // In Unicode カ ガ キ ギ … and ハ バ パ … stand one after the other.
    (char::from_u32(wide as u32 + step).unwrap_or(wide), true)
}
