//! A text as it is searched: letters made alike, each with where it stands in the text as it was written. Pure.

use chart::{fold_kana, fold_name};

use crate::text::narrow;

/// A letter made alike, and the bytes of the text that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The letter.
    pub ch: char,
    /// Its first byte in the text.
    pub from: usize,
    /// The byte behind it.
    pub to: usize,
}

/// Kana after which ウ and オ only make the vowel long (as `chart::fold_kana` has it).
const O_ROW: &str = "オコソトノホモヨロゴゾドボポ";

/// A letter with the marks that belong to it: ﾞ ﾟ and their kind, variation selectors, the small vowel of ヴァ.
fn clusters(text: &str) -> impl Iterator<Item = (&str, usize, usize)> {
    let mut rest = text.char_indices().peekable();
    std::iter::from_fn(move || {
        let (from, first) = rest.next()?;
        let mut to = from + first.len_utf8();
        let mut last = first;
        while let Some(&(at, next)) = rest.peek() {
            let marks = matches!(next, '\u{FF9E}' | '\u{FF9F}' | '\u{3099}' | '\u{309A}')
                || matches!(next, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}');
            let vu = matches!(last, 'ヴ' | 'ゔ') && "ァィェォぁぃぇぉ".contains(next);
            if !(marks || vu) {
                break;
            }
            rest.next();
            (to, last) = (at + next.len_utf8(), next);
        }
        Some((text.get(from..to)?, from, to))
    })
}

fn folded(text: &str, fold: impl Fn(&str) -> String) -> Vec<Letter> {
    let letters = clusters(text)
        .flat_map(|(cluster, from, to)| fold(cluster).chars().map(|ch| Letter { ch, from, to }).collect::<Vec<_>>());
    letters.collect()
}

/// As names are found: spaces dropped, variants of kanji made one.
pub fn as_name(text: &str) -> Vec<Letter> {
    folded(text, fold_name)
}

/// As readings are found: hiragana as katakana, small as large, long vowels short: what makes one long belongs to the letter before it.
pub fn as_kana(text: &str) -> Vec<Letter> {
    let mut letters: Vec<Letter> = Vec::new();
    for (cluster, from, to) in clusters(text) {
        let folded = fold_kana(cluster);
        let last = letters.last().map_or(' ', |letter| letter.ch);
        let is_long = matches!(folded.as_str(), "ウ" | "オ") && O_ROW.contains(last) || matches!(cluster, "ー" | "ｰ");
        match letters.last_mut().filter(|letter| is_long && letter.to == from) {
            Some(letter) => letter.to = to,
            None if is_long && O_ROW.contains(last) => {}
            None => letters.extend(folded.chars().map(|ch| Letter { ch, from, to })),
        }
    }
    letters
}

/// As numbers and addresses are found: full-width as half, every dash one, letters as they are.
pub fn as_typed(text: &str) -> Vec<Letter> {
    let one = |c: char| match c {
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2500}' | '\u{FF70}' => '-',
        c => narrow(c),
    };
    let letters: Vec<Letter> =
        text.char_indices().map(|(from, c)| Letter { ch: one(c), from, to: from + c.len_utf8() }).collect();
    let digit = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|letter| letter.ch.is_ascii_digit());
    // The mark of a long vowel between two figures is a dash that somebody typed in kana mode.
    let dashed = |(at, letter): (usize, &Letter)| {
        let is_dash = letter.ch == 'ー' && digit(at.checked_sub(1)) && digit(Some(at + 1));
        Letter { ch: if is_dash { '-' } else { letter.ch }, ..*letter }
    };
    letters.iter().enumerate().map(dashed).collect()
}

/// Words to be found, by their first two letters.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    begins: std::collections::HashMap<(char, char), Vec<Vec<char>>>,
}

impl Terms {
    /// Of words that are made alike already; those of fewer than two letters are left out.
    pub fn of(words: impl IntoIterator<Item = String>) -> Terms {
        let mut terms = Terms::default();
        for word in words {
            let word: Vec<char> = word.chars().collect();
            if let [first, second, ..] = word.as_slice() {
                let known = terms.begins.entry((*first, *second)).or_default();
                if !known.contains(&word) {
                    known.push(word);
                }
            }
        }
        // The longest first: 山田一郎 before 山田一.
        terms.begins.values_mut().for_each(|words| words.sort_by_key(|word| std::cmp::Reverse(word.len())));
        terms
    }

    /// Where they stand, from the first; each the longest that begins there.
    pub fn find(&self, text: &str, letters: &[Letter]) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let mut at = 0;
        while at + 1 < letters.len() {
            let words = self.begins.get(&(letters[at].ch, letters[at + 1].ch));
            let word = words.into_iter().flatten().find(|word| stands(text, &letters[at..], word));
            match word {
                Some(word) => {
                    found.push((letters[at].from, letters[at + word.len() - 1].to));
                    at += word.len();
                }
                None => at += 1,
            }
        }
        found
    }
}

/// Whether a word stands at the beginning of these letters; one of Latin letters not inside another.
fn stands(text: &str, letters: &[Letter], word: &[char]) -> bool {
    let Some(last) = word.len().checked_sub(1).and_then(|last| letters.get(last)) else { return false };
    if !letters.iter().zip(word).all(|(letter, ch)| letter.ch == *ch) {
        return false;
    }
    let is_latin = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let (before, after) = (text.get(..letters[0].from), text.get(last.to..));
    let before = before.and_then(|text| text.chars().next_back());
    let after = after.and_then(|text| text.chars().next());
    let inside = |end: Option<char>, beside: Option<char>| is_latin(end) && is_latin(beside);
    !inside(word.first().copied(), before) && !inside(word.last().copied(), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(words: &[&str], text: &str) -> Vec<String> {
        let terms = Terms::of(words.iter().map(|word| fold_name(word)));
        terms.find(text, &as_name(text)).into_iter().map(|(from, to)| text[from..to].to_owned()).collect()
    }

    #[test]
    fn a_name_is_found_however_it_is_written() {
        for text in ["高橋 花子", "髙橋　花子", "高橋花子", "髙橋・花子"] {
            assert_eq!(found(&["高橋 花子"], &format!("受付で{text}が")), [text]);
        }
        assert_eq!(found(&["yamada taro"], "YAMADA Taro と"), ["YAMADA Taro"]);
        assert_eq!(found(&["lee"], "fleet と sleeve"), [""; 0]);
        assert_eq!(found(&["山田一", "山田一郎"], "山田一郎"), ["山田一郎"]);
    }

    #[test]
    fn a_reading_is_found_in_hiragana_and_half_width() {
        let terms = Terms::of([fold_kana("ゴトウ ショウコ")]);
        for text in ["ごとう しょうこ", "ゴトウショウコ", "ｺﾞﾄｳ ｼｮｳｺ", "ゴトーショーコ"]
        {
            let whole = format!("（{text}）");
            let found = terms.find(&whole, &as_kana(&whole));
            let found: Vec<&str> = found.iter().map(|(from, to)| &whole[*from..*to]).collect();
            assert_eq!(found, [text], "{text}");
        }
        let (terms, whole) = (Terms::of([fold_kana("カトウ タロウ")]), "かとう たろうが");
        assert_eq!(terms.find(whole, &as_kana(whole)), [(0, whole.len() - "が".len())]);
    }

    #[test]
    fn figures_and_dashes_are_alike() {
        let typed: String = as_typed("０８８３ー６２ー１２３４ サーバー").iter().map(|letter| letter.ch).collect();
        assert_eq!(typed, "0883-62-1234 サーバー");
    }
}
