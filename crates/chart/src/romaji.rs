//! Latin letters to kana: Hepburn, Kunrei and the passport's own way, all to one reading (standards §5).

use unicode_normalization::UnicodeNormalization;

/// Syllables that the rows below do not make: `(letters, kana)`.
const IRREGULAR: &[(&str, &str)] = &[
    ("shi", "シ"),
    ("chi", "チ"),
    ("tsu", "ツ"),
    ("fu", "フ"),
    ("ji", "ジ"),
    ("zi", "ジ"),
    ("di", "ジ"),
    ("du", "ズ"),
    ("dzu", "ズ"),
    ("ye", "イェ"),
    ("wi", "ウィ"),
    ("we", "ウェ"),
    ("wo", "ヲ"),
    ("she", "シェ"),
    ("che", "チェ"),
    ("je", "ジェ"),
    ("fa", "ファ"),
    ("fi", "フィ"),
    ("fe", "フェ"),
    ("fo", "フォ"),
    ("tsa", "ツァ"),
    ("ti", "チ"),
    ("tu", "ツ"),
    ("thi", "ティ"),
    ("si", "シ"),
    ("hu", "フ"),
];

/// One consonant with its five syllables, `a i u e o`.
const ROWS: &[(&str, [&str; 5])] = &[
    ("", ["ア", "イ", "ウ", "エ", "オ"]),
    ("k", ["カ", "キ", "ク", "ケ", "コ"]),
    ("s", ["サ", "シ", "ス", "セ", "ソ"]),
    ("t", ["タ", "チ", "ツ", "テ", "ト"]),
    ("n", ["ナ", "ニ", "ヌ", "ネ", "ノ"]),
    ("h", ["ハ", "ヒ", "フ", "ヘ", "ホ"]),
    ("m", ["マ", "ミ", "ム", "メ", "モ"]),
    ("y", ["ヤ", "イ", "ユ", "イェ", "ヨ"]),
    ("r", ["ラ", "リ", "ル", "レ", "ロ"]),
    ("l", ["ラ", "リ", "ル", "レ", "ロ"]),
    ("w", ["ワ", "ウィ", "ウ", "ウェ", "ヲ"]),
    ("g", ["ガ", "ギ", "グ", "ゲ", "ゴ"]),
    ("z", ["ザ", "ジ", "ズ", "ゼ", "ゾ"]),
    ("d", ["ダ", "ジ", "ズ", "デ", "ド"]),
    ("b", ["バ", "ビ", "ブ", "ベ", "ボ"]),
    ("p", ["パ", "ピ", "プ", "ペ", "ポ"]),
    ("v", ["バ", "ビ", "ブ", "ベ", "ボ"]),
    ("sh", ["シャ", "シ", "シュ", "シェ", "ショ"]),
    ("ch", ["チャ", "チ", "チュ", "チェ", "チョ"]),
    ("j", ["ジャ", "ジ", "ジュ", "ジェ", "ジョ"]),
    ("ky", ["キャ", "キィ", "キュ", "キェ", "キョ"]),
    ("sy", ["シャ", "シ", "シュ", "シェ", "ショ"]),
    ("ty", ["チャ", "チ", "チュ", "チェ", "チョ"]),
    ("cy", ["チャ", "チ", "チュ", "チェ", "チョ"]),
    ("ny", ["ニャ", "ニィ", "ニュ", "ニェ", "ニョ"]),
    ("hy", ["ヒャ", "ヒィ", "ヒュ", "ヒェ", "ヒョ"]),
    ("my", ["ミャ", "ミィ", "ミュ", "ミェ", "ミョ"]),
    ("ry", ["リャ", "リィ", "リュ", "リェ", "リョ"]),
    ("gy", ["ギャ", "ギィ", "ギュ", "ギェ", "ギョ"]),
    ("zy", ["ジャ", "ジ", "ジュ", "ジェ", "ジョ"]),
    ("jy", ["ジャ", "ジ", "ジュ", "ジェ", "ジョ"]),
    ("dy", ["ジャ", "ジ", "ジュ", "ジェ", "ジョ"]),
    ("by", ["ビャ", "ビィ", "ビュ", "ビェ", "ビョ"]),
    ("py", ["ピャ", "ピィ", "ピュ", "ピェ", "ピョ"]),
];

fn vowel(c: char) -> Option<usize> {
    "aiueo".find(c)
}

/// The syllable at the head of `text` and the letters it takes.
fn syllable(text: &str) -> Option<(&'static str, usize)> {
    if let Some((letters, kana)) = IRREGULAR.iter().find(|(letters, _)| text.starts_with(letters)) {
        return Some((kana, letters.len()));
    }
    let at = text.char_indices().find_map(|(at, c)| Some((at, vowel(c)?)));
    let (length, row) = at.and_then(|(at, v)| Some(((at, v), ROWS.iter().find(|(name, _)| *name == &text[..at])?)))?;
    Some((row.1[length.1], length.0 + 1))
}

/// Letters that make ン or ッ, or are silent: what to write and how many to take.
fn special(text: &str, after_vowel: bool) -> Option<(&'static str, usize)> {
    let mut letters = text.chars();
    let (first, second) = (letters.next()?, letters.next());
    let before_vowel = second.is_some_and(|c| vowel(c).is_some() || c == 'y');
    match (first, second) {
        _ if text == "nn" => Some(("ン", 2)),
        ('n', _) if !before_vowel => Some(("ン", 1)),
        ('m', Some('b' | 'p' | 'm')) => Some(("ン", 1)),
        ('t', Some('c')) => Some(("ッ", 1)),
        ('h', _) if after_vowel && !before_vowel => Some(("", 1)),
        (one, Some(two)) if one == two && vowel(one).is_none() && one.is_ascii_lowercase() => Some(("ッ", 1)),
        _ => None,
    }
}

/// Katakana for a name in Latin letters, or `None` when it is not Japanese spelled in letters. Ohno, Ono, Oono and Ōno
/// all come to readings that [`crate::fold_kana`] makes equal.
pub fn romaji_to_kana(text: &str) -> Option<String> {
    let plain = text.nfkd().flat_map(char::to_lowercase).filter(|c| !('\u{300}'..='\u{36F}').contains(c));
    let letters: String = plain.filter(|c| !matches!(c, ' ' | '-' | '　' | '.' | ',')).collect();
    if letters.is_empty() || !letters.chars().all(|c| c.is_ascii_lowercase() || c == '\'') {
        return None;
    }
    let mut kana = String::new();
    let mut at = 0;
    while at < letters.len() {
        let rest = &letters[at..];
        let after_vowel = letters[..at].ends_with(['a', 'i', 'u', 'e', 'o']);
        let (written, taken) = match special(rest, after_vowel) {
            Some(found) => found,
            None if rest.starts_with('\'') => ("", 1),
            None => syllable(rest)?,
        };
        kana.push_str(written);
        at += taken;
    }
    Some(kana)
}

#[cfg(test)]
mod tests {
    use super::romaji_to_kana;
    use crate::fold::fold_kana;

    #[test]
    fn three_ways_of_spelling_come_to_one_reading() {
        for (letters, kana) in [
            ("OHNO", "オオノ"),
            ("Ono", "オオノ"),
            ("OONO", "オオノ"),
            ("Ōno", "オオノ"),
            ("Shin'ichi", "シンイチ"),
            ("SATOH", "サトウ"),
            ("Hatchobori", "ハッチョウボリ"),
            ("HOMMA", "ホンマ"),
            ("Namba", "ナンバ"),
            ("Kanno", "カンノ"),
            ("Zyunko", "ジュンコ"),
            ("JUNKO", "ジュンコ"),
            ("Tuda", "ツダ"),
            ("Tsuda", "ツダ"),
            ("SITI", "シチ"),
            ("Hattori", "ハットリ"),
            ("Fujii", "フジイ"),
            ("huzii", "フジイ"),
            ("Ken'yu", "ケンユ"),
            ("Itoh Ryohei", "イトウリョウヘイ"),
        ] {
            let read = romaji_to_kana(letters).map(|read| fold_kana(&read));
            assert_eq!(read, Some(fold_kana(kana)), "{letters}");
        }
        for foreign in ["Smith", "x", "山田", "12", ""] {
            assert_eq!(romaji_to_kana(foreign), None, "{foreign}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,24}") {
            let _ = romaji_to_kana(&text);
        }
    }
}
