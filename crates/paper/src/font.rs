//! Letters to glyphs: two weights of BIZ UDGothic (fixed pitch, so that full-width digits stay full width) and Noto Sans JP for
//! the kanji that it lacks. A letter that none of them has is set in words, 〔字形なし U+1F600〕, and noted with its place.

use std::sync::OnceLock;

use chart::Lang;
use skrifa::MetadataProvider as _;
use skrifa::charmap::{Charmap, MapVariant};
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::TableProvider as _;
use unicode_normalization::char::compose;

/// Licence texts of the embedded fonts (both OFL 1.1), to be shown with the program's own.
pub const FONT_LICENCES: [&str; 2] =
    [include_str!(env!("ANDON_FONT_LICENCE")), include_str!(env!("ANDON_FONT_FALLBACK_LICENCE"))];

const FILES: [&[u8]; 3] = [
    include_bytes!(env!("ANDON_FONT_REGULAR")),
    include_bytes!(env!("ANDON_FONT_BOLD")),
    include_bytes!(env!("ANDON_FONT_FALLBACK")),
];
/// Their PostScript names.
const NAMES: [&str; 3] = ["BIZUDGothic-Regular", "BIZUDGothic-Bold", "NotoSansJP-Regular"];
const FALLBACK: u8 = 2;

/// What stands for bytes that were not understood (U+FFFD): the printers' 下駄 mark, made for a missing letter.
const GETA: char = '〓';

/// Regular or bold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// One letter of a text with its glyph.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Letter {
    /// The letter, for breaking lines and for the text that is copied out of the PDF.
    pub ch: char,
    /// Which of the fonts.
    pub font: u8,
    pub glyph: u16,
    /// Width in em.
    pub advance: f32,
}

/// A letter that no font has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// The letter.
    pub ch: char,
    /// The part of the sheet it stands in, e.g. `いまの処方`, on a ward's sheet the bed; never a name.
    pub place: String,
}

/// Missing letters named of one sheet: who has seen these looks for the rest at the same places.
pub(crate) const MISSING_MAX: usize = 20;

/// A font as it was read.
pub(crate) struct Face {
    pub bytes: &'static [u8],
    pub name: &'static str,
    file: skrifa::FontRef<'static>,
    map: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    em: f32,
}

/// What a PDF tells of a font, in thousandths of an em.
pub(crate) struct Measures {
    /// Left, bottom, right, top of all its glyphs.
    pub bounds: [f32; 4],
    pub ascent: f32,
    pub descent: f32,
    pub cap_height: f32,
}

impl Face {
    pub fn measures(&self) -> Measures {
        let told = self.file.metrics(Size::unscaled(), LocationRef::default());
        let of = |units: f32| units / self.em * 1000.0;
        let bounds =
            told.bounds.map_or([0.0, told.descent, self.em, told.ascent], |b| [b.x_min, b.y_min, b.x_max, b.y_max]);
        Measures {
            bounds: bounds.map(of),
            ascent: of(told.ascent),
            descent: of(told.descent),
            cap_height: of(told.cap_height.unwrap_or(told.ascent)),
        }
    }
}

/// The three faces, read once for the life of the program.
pub(crate) fn faces() -> &'static [Face] {
    static FACES: OnceLock<Vec<Face>> = OnceLock::new();
    FACES.get_or_init(|| {
        let face = |(bytes, name): (&'static [u8], &'static str)| {
            let file = skrifa::FontRef::new(bytes).ok()?;
            let metrics = file.glyph_metrics(Size::unscaled(), LocationRef::default());
            let em = f32::from(file.head().ok()?.units_per_em());
            Some(Face { bytes, name, em, map: file.charmap(), metrics, file })
        };
        FILES.into_iter().zip(NAMES).filter_map(face).collect()
    })
}

/// Draws the outline of a letter at a size, from its base line up.
pub(crate) fn outline(letter: &Letter, size: f32, pen: &mut impl OutlinePen) {
    let Some(face) = faces().get(usize::from(letter.font)) else { return };
    let Some(glyph) = face.file.outline_glyphs().get(skrifa::GlyphId::from(letter.glyph)) else { return };
    // What cannot be drawn is blank, as it is in the PDF.
    let _ = glyph.draw(DrawSettings::unhinted(Size::new(size), LocationRef::default()), pen);
}

/// Makes glyphs of texts for one sheet and remembers what could not be made.
#[derive(Default)]
pub(crate) struct Ink {
    /// The language of [`NO_GLYPH`].
    lang: Lang,
    /// The part of the sheet being set, for errors.
    place: String,
    missing: Vec<Missing>,
    /// Letters whose variation selector (IVS) no font knows: set in their base form and named at the foot of the sheet.
    variants: Vec<char>,
}

/// What stands for a letter without a glyph, before its number and [`CLOSING`].
const NO_GLYPH: [&str; 2] = ["〔字形なし\u{a0}", "〔no glyph\u{a0}"];
const CLOSING: char = '〕';

impl Ink {
    pub fn new(lang: Lang) -> Ink {
        Ink { lang, ..Ink::default() }
    }

    /// Names the part of the sheet that follows.
    pub fn at(&mut self, place: &str) {
        place.clone_into(&mut self.place);
    }

    /// What was set in words, each letter once a place, at most [`MISSING_MAX`].
    pub fn missing(&self) -> &[Missing] {
        &self.missing
    }

    pub fn variants(&self) -> &[char] {
        &self.variants
    }

    /// A text as letters. Line ends stay (`\n`), other control characters go; every kind of space is a space or an
    /// ideographic one; marks sent apart from their kana are joined to it. Letters without a glyph are told by number: a
    /// sheet with these words in a name serves a nurse better than no sheet, and an empty box would serve nobody.
    pub fn letters(&mut self, text: &str, weight: Weight) -> Vec<Letter> {
        let mut letters: Vec<Letter> = Vec::with_capacity(text.len());
        // True behind a letter that was told in words: what varies it is told of too.
        let mut told = false;
        for ch in text.chars() {
            if is_selector(ch) {
                if !told {
                    self.vary(&mut letters, ch);
                }
                continue;
            }
            let Some(mut ch) = tidied(ch) else { continue };
            if let Some(joined) = letters.last().and_then(|last| compose(last.ch, ch)) {
                letters.pop();
                ch = joined;
            }
            match letter(ch, weight) {
                Some(letter) => (told, _) = (false, letters.push(letter)),
                None => {
                    self.tell(&mut letters, ch, told, weight);
                    told = true;
                }
            }
        }
        letters
    }

    /// Sets a letter without a glyph in words: several in a row in one bracket.
    fn tell(&mut self, letters: &mut Vec<Letter>, ch: char, again: bool, weight: Weight) {
        let missing = Missing { ch, place: self.place.clone() };
        if self.missing.len() < MISSING_MAX && !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
        let opening = match again {
            true => letters.pop().map_or(" ", |_| " "),
            false => NO_GLYPH[usize::from(self.lang == Lang::En)],
        };
        let words = format!("{opening}U+{:04X}{CLOSING}", u32::from(ch));
        letters.extend(words.chars().filter_map(|ch| letter(ch, weight)));
    }

    /// A variation selector behind a letter: the variant's glyph where the font has it, else the base glyph and a remark.
    fn vary(&mut self, letters: &mut [Letter], selector: char) {
        let Some(last) = letters.last_mut() else { return };
        let faces = [last.font, FALLBACK].into_iter().filter_map(|font| Some((font, faces().get(usize::from(font))?)));
        for (font, face) in faces {
            match face.map.map_variant(last.ch, selector) {
                Some(MapVariant::UseDefault) if font == last.font => return,
                Some(MapVariant::Variant(glyph)) => {
                    (last.font, last.glyph) = (font, u16::try_from(glyph.to_u32()).unwrap_or_default());
                    last.advance = face.metrics.advance_width(glyph).unwrap_or(face.em) / face.em;
                    return;
                }
                _ => {}
            }
        }
        // U+FE0E/FE0F choose between text and picture, and a sheet has no pictures: nothing is lost.
        if !('\u{fe00}'..='\u{fe0f}').contains(&selector) && !self.variants.contains(&last.ch) {
            self.variants.push(last.ch);
        }
    }
}

/// The letter with its glyph, in the first font that has one.
fn letter(ch: char, weight: Weight) -> Option<Letter> {
    let shown = if ch == '\u{a0}' || ch == '\n' { ' ' } else { ch };
    let own = if weight == Weight::Bold { 1 } else { 0 };
    let (font, (glyph, advance)) = [own, FALLBACK].into_iter().find_map(|font| Some((font, glyph(font, shown)?)))?;
    Some(Letter { ch, font, glyph, advance })
}

fn glyph(font: u8, ch: char) -> Option<(u16, f32)> {
    let face = faces().get(usize::from(font))?;
    let glyph = face.map.map(ch).filter(|glyph| glyph.to_u32() != 0)?;
    let advance = face.metrics.advance_width(glyph).unwrap_or(face.em) / face.em;
    Some((u16::try_from(glyph.to_u32()).ok()?, advance))
}

fn is_selector(ch: char) -> bool {
    matches!(ch, '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// A character as a sheet sets it; `None` for what has no form on paper.
fn tidied(ch: char) -> Option<char> {
    match ch {
        '\n' | '\u{2028}' | '\u{2029}' | '\u{b}' | '\u{c}' => Some('\n'),
        '\u{202f}' | '\u{2007}' => Some('\u{a0}'),
        '\t' | '\u{2000}'..='\u{200a}' | '\u{205f}' | '\u{1680}' => Some(' '),
        // Joiners, marks of direction, soft hyphens, byte order marks.
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' => None,
        '\u{fffd}' => Some(GETA),
        ch if ch.is_control() => None,
        ch => Some(ch),
    }
}

/// The width of letters at a size, in points.
pub(crate) fn width(letters: &[Letter], size: f32) -> f32 {
    letters.iter().map(|letter| letter.advance).sum::<f32>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> (String, Vec<Missing>, Vec<char>) {
        let mut ink = Ink::default();
        ink.at("氏名");
        let letters = ink.letters(text, Weight::Bold);
        let variants = ink.variants().to_vec();
        (letters.iter().map(|letter| letter.ch).collect(), ink.missing().to_vec(), variants)
    }

    #[test]
    fn rare_kanji_have_glyphs_and_full_width_digits_stay_wide() {
        let (said, missing, _) = set("𠮷野 髙橋 﨑 槗 塚 ①㎎⚠◇〓");
        assert_eq!((said.as_str(), missing), ("𠮷野 髙橋 﨑 槗 塚 ①㎎⚠◇〓", Vec::new()));
        let mut ink = Ink::default();
        let wide = ink.letters("５ＯＤ", Weight::Regular);
        let narrow = ink.letters("5OD", Weight::Regular);
        assert_eq!((width(&wide, 1.0), width(&narrow, 1.0)), (3.0, 1.5));
    }

    #[test]
    fn what_no_font_has_is_told_in_words_and_noted_once_with_its_place() {
        let place = "氏名".to_owned();
        for (ch, code) in [('😀', "1F600"), ('ع', "0639"), ('\u{e000}', "E000")] {
            let (said, missing, variants) = set(&format!("山{ch}\u{e0100}田{ch}{ch}"));
            assert_eq!(said, format!("山〔字形なし\u{a0}U+{code}〕田〔字形なし\u{a0}U+{code} U+{code}〕"));
            assert_eq!((missing, variants), (vec![Missing { ch, place: place.clone() }], Vec::new()));
        }
        let mut ink = Ink::new(Lang::En);
        assert_eq!(
            ink.letters("😀", Weight::Bold).iter().map(|letter| letter.ch).collect::<String>(),
            "〔no glyph\u{a0}U+1F600〕"
        );
        // A text that is nothing but such letters makes no endless report.
        ink.letters(&('\u{e000}'..='\u{e0ff}').collect::<String>(), Weight::Regular);
        assert_eq!(ink.missing().len(), MISSING_MAX);
    }

    #[test]
    fn odd_characters_are_tidied() {
        for (sent, want) in [
            ("か\u{3099}は\u{309a}", "がぱ"),
            ("a\tb\u{2003}c\u{7}\u{200b}\u{feff}d", "a b cd"),
            ("一\r\n二", "一\n二"),
            ("\u{fffd}", "〓"),
            // A compatibility kanji of somebody's name is not folded into another.
            ("塚\u{fa10}", "塚\u{fa10}"),
        ] {
            assert_eq!(set(sent).0, want, "{sent:?}");
        }
    }

    #[test]
    fn a_variation_that_no_font_has_is_set_in_its_base_form_and_named() {
        let (said, missing, variants) = set("葛\u{e01ef}城 ⚠\u{fe0f}");
        assert_eq!((said.as_str(), missing, variants), ("葛城 ⚠", Vec::new(), vec!['葛']));
    }
}
