//! あいうえお順: in which order readings stand in a card index. Search keys (`fold`) will not do: they make カ and ガ one, drop ー
//! and spaces, and so lose the order. After JIS X 4061:1996: first the syllables, ー as the vowel it lengthens; where these are the
//! same, plain before ゛ before ゜; then ー before small kana before large ones.

use unicode_normalization::UnicodeNormalization;

use crate::fold::{is_dash, to_katakana};

/// What a reading is ordered by, word by word: all of one surname stand together, whatever the given names are. Two writings of one
/// reading (ひらがな, half-width) have the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gojuon {
    /// 0 begins with kana, 1 with something else, 2 is empty.
    place: u8,
    words: Vec<Word>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Word {
    base: String,
    voiced: Vec<u8>,
    written: Vec<u8>,
}

/// The rows of the table and the first syllable of each, in order.
const ROWS: [char; 10] = ['ア', 'カ', 'サ', 'タ', 'ナ', 'ハ', 'マ', 'ヤ', 'ラ', 'ワ'];

/// What a reading is ordered by; the empty reading stands last.
pub fn gojuon(text: &str) -> Gojuon {
    let wide: String = text.nfkc().collect();
    let words: Vec<Word> = wide.split_whitespace().map(word).collect();
    let place = match first(&words) {
        Some(c) if is_kana(c) => 0,
        Some(_) => 1,
        None => 2,
    };
    Gojuon { place, words }
}

fn word(text: &str) -> Word {
    let (mut word, mut last) = (Word::default(), None);
    for c in text.chars().map(to_katakana) {
        let (base, voiced, written) = match (c, last) {
            (c, Some(last)) if is_dash(c) => (vowel(last).unwrap_or(last), 0, 0),
            ('ヽ', Some(last)) => (last, 0, 1),
            ('ヾ', Some(last)) => (last, 1, 1),
            (c, _) => parts(c),
        };
        word.base.push(base);
        word.voiced.push(voiced);
        word.written.push(written);
        last = Some(base);
    }
    word
}

fn first(words: &[Word]) -> Option<char> {
    words.first().and_then(|word| word.base.chars().next())
}

/// The row of the table in which a reading stands: its first syllable's, `None` where it begins with no kana.
pub fn gojuon_row(text: &str) -> Option<char> {
    let first = first(&gojuon(text).words).filter(|c| is_kana(*c))?;
    ROWS.iter().rev().find(|row| **row <= first).copied()
}

/// Every row.
pub fn gojuon_rows() -> [char; 10] {
    ROWS
}

fn is_kana(c: char) -> bool {
    matches!(c, 'ア'..='ン')
}

/// Syllable, mark (゛ 1, ゜ 2) and size (small 1, large 2) of a katakana.
fn parts(c: char) -> (char, u8, u8) {
    const VOICED: &str = "ガギグゲゴザジズゼゾダヂヅデドバビブベボヴヷヸヹヺ";
    const PLAIN: &str = "カキクケコサシスセソタチツテトハヒフヘホウワヰヱヲ";
    const HALF: &str = "パピプペポ";
    const HALF_PLAIN: &str = "ハヒフヘホ";
    const SMALL: &str = "ァィゥェォッャュョヮヵヶ";
    const LARGE: &str = "アイウエオツヤユヨワカケ";
    let of = |from: &str, into: &str| from.chars().position(|one| one == c).and_then(|at| into.chars().nth(at));
    if let Some(plain) = of(VOICED, PLAIN) {
        (plain, 1, 2)
    } else if let Some(plain) = of(HALF, HALF_PLAIN) {
        (plain, 2, 2)
    } else if let Some(large) = of(SMALL, LARGE) {
        (large, 0, 1)
    } else {
        (c.to_lowercase().next().unwrap_or(c), 0, 2)
    }
}

/// The vowel of a large, plain syllable: what ー after it is read as.
fn vowel(c: char) -> Option<char> {
    const VOWELS: [(&str, char); 5] = [
        ("アカサタナハマヤラワ", 'ア'),
        ("イキシチニヒミリヰ", 'イ'),
        ("ウクスツヌフムユル", 'ウ'),
        ("エケセテネヘメレヱ", 'エ'),
        ("オコソトノホモヨロヲ", 'オ'),
    ];
    VOWELS.iter().find(|(of, _)| of.contains(c)).map(|(_, vowel)| *vowel)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_stand_as_in_a_card_index() {
        // Each before the next. ハラ stands before ハラダ whatever the given name is.
        let order = [
            "アイダ ジロウ",
            "アオキ イチロウ",
            "カキタ サブロウ",
            "カキダ サブロウ",
            "ガキタ サブロウ",
            "カトウ アキ",
            "カトウ ジロウ",
            "ガトウ アキ",
            "キシ",
            "きた",
            "コウノ",
            "コーノ ア",
            "ハラ ワカ",
            "ハラ ヱミ",
            "ハラダ アキ",
            "ビヨウ",
            "ヤマダ タロウ",
            "ワタナベ",
            "Smith",
            "",
        ];
        for pair in order.windows(2) {
            assert!(gojuon(pair[0]) < gojuon(pair[1]), "{pair:?}");
        }
        assert!(gojuon("コーノ") > gojuon("コウ") && gojuon("コーノ") < gojuon("コオノ"));
        assert!(gojuon("ビヤウ") > gojuon("ビャウ") && gojuon("ビャウ") > gojuon("ヒャウ"));
        assert!(gojuon("ハハ") < gojuon("ハバ") && gojuon("ハバ") < gojuon("ハパ"));
        assert!(gojuon("オーノ") < gojuon("オオノ") && gojuon("オオノ") < gojuon("オオバ"));
    }

    #[test]
    fn one_reading_written_otherwise_is_the_same() {
        for (one, other) in [
            ("ガトウ アキ", "ｶﾞﾄｳ ｱｷ"),
            ("やまだ　たろう", "ヤマダ タロウ"),
            ("コーノ", "コ−ノ"),
            ("  ハラ  ワカ ", "ハラ ワカ"),
        ] {
            assert_eq!(gojuon(one), gojuon(other), "{one}");
        }
    }

    #[test]
    fn every_reading_stands_in_its_row() {
        for (text, row) in [
            ("アイ", Some('ア')),
            ("ｵｵﾀ", Some('ア')),
            ("ガトウ", Some('カ')),
            ("ぱく", Some('ハ')),
            ("ヅカ", Some('タ')),
            ("ヴェラ", Some('ア')),
            ("ヰノウエ", Some('ワ')),
            ("ン", Some('ワ')),
            ("ロ", Some('ラ')),
            ("Smith", None),
            ("", None),
            ("ー", None),
        ] {
            assert_eq!(gojuon_row(text), row, "{text}");
        }
        let rows = gojuon_rows();
        assert!(rows.iter().all(|row| gojuon_row(&row.to_string()) == Some(*row)));
    }
}
