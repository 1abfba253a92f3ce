//! What a person typed in the one search box, and what it may mean.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::birth::parse_birth;
use crate::fold::{fold_id, fold_kana, fold_name, fold_phone};
use crate::romaji::romaji_to_kana;
use crate::when::When;

/// How many readings of one query are kept, best first; a longer query is a mistake or a paste.
const READINGS_MAX: usize = 16;
/// How many parts of a query are read; the rest is left aside.
const PARTS_MAX: usize = 6;

/// One reading of what was typed: every part given must match. Texts are folded keys ([`crate::fold`]). The same words read
/// in other ways are `others`: a hit on any reading is a hit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Query {
    /// Key of a patient number.
    pub id: Option<String>,
    /// Key of a name as written; `?` stands for one unknown character.
    pub name: Option<String>,
    /// Key of a reading in kana.
    pub kana: Option<String>,
    /// First and last day of birth meant.
    pub birth: Option<(When, When)>,
    /// Key of a telephone number.
    pub phone: Option<String>,
    /// Other readings of the same words, best first; their own `others` are empty.
    pub others: Vec<Query>,
}

impl Query {
    /// This reading and the others, best first.
    pub fn readings(&self) -> impl Iterator<Item = &Query> {
        std::iter::once(self).chain(&self.others)
    }

    /// True when nothing was typed that could find anybody.
    pub fn is_empty(&self) -> bool {
        self.id.is_none() && self.name.is_none() && self.kana.is_none() && self.birth.is_none() && self.phone.is_none()
    }

    /// This reading with one more part; `None` when two parts would claim one place.
    fn with(&self, part: &Part) -> Option<Query> {
        let mut more = self.clone();
        let free = match part {
            Part::Id(id) => more.id.replace(id.clone()).is_none(),
            Part::Birth(span) => more.birth.replace(*span).is_none(),
            Part::Phone(phone) => more.phone.replace(phone.clone()).is_none(),
            Part::Name(name) => {
                more.name.get_or_insert_default().push_str(name);
                true
            }
            Part::Kana(kana) => {
                more.kana.get_or_insert_default().push_str(kana);
                true
            }
        };
        free.then_some(more)
    }
}

/// What one word of a query may be. Name and kana are still as typed: folding waits until the words are joined.
enum Part {
    Id(String),
    Name(String),
    Kana(String),
    Birth((When, When)),
    Phone(String),
}

/// Reads one line as typed: number, kana (any width, either script), kanji, Latin letters, birth date, telephone, or
/// several of these with spaces between.
pub fn read_query(text: &str) -> Query {
    let wide: String = text.nfkc().collect();
    let whole_date = parse_birth(&wide).filter(|_| wide.split_whitespace().count() > 1);
    let words: Vec<&str> = wide.split_whitespace().take(PARTS_MAX).collect();
    let mut readings = vec![Query::default()];
    for word in words {
        let parts = parts_of(word);
        let joined = readings.iter().flat_map(|so_far| parts.iter().filter_map(|part| so_far.with(part)));
        readings = joined.take(READINGS_MAX).collect();
    }
    readings.extend(whole_date.map(|span| Query { birth: Some(span), ..Query::default() }));
    let mut readings = readings.into_iter().map(folded).filter(|reading| !reading.is_empty());
    let best = readings.next().unwrap_or_default();
    Query { others: readings.collect(), ..best }
}

fn folded(mut reading: Query) -> Query {
    let fold = |text: Option<String>, fold: fn(&str) -> String| text.map(|t| fold(&t)).filter(|t| !t.is_empty());
    reading.name = fold(reading.name, fold_name);
    reading.kana = fold(reading.kana, fold_kana);
    reading
}

fn is_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{30FF}' | '-')
}

/// What one word may be, likeliest first.
fn parts_of(word: &str) -> Vec<Part> {
    let birth = parse_birth(word).map(Part::Birth);
    if word.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | '+' | '/' | '.')) {
        return parts_of_digits(word, birth);
    }
    if word.chars().all(is_kana) {
        return vec![Part::Kana(word.to_owned()), Part::Name(word.to_owned())];
    }
    let mut parts: Vec<Part> = birth.into_iter().collect();
    if word.is_ascii() {
        if word.bytes().any(|b| b.is_ascii_digit())
            && (parts.is_empty() || word.bytes().all(|b| b.is_ascii_alphanumeric()))
        {
            parts.push(Part::Id(fold_id(word)));
        } else if parts.is_empty() {
            parts.extend(romaji_to_kana(word).map(Part::Kana));
            parts.push(Part::Name(word.to_owned()));
        }
    } else if parts.is_empty() {
        parts.push(Part::Name(word.to_owned()));
    }
    parts
}

/// Digits may be a number, a date or a telephone at once.
fn parts_of_digits(word: &str, birth: Option<Part>) -> Vec<Part> {
    let phone = fold_phone(word);
    let is_phone = phone.starts_with('0') && (9..=11).contains(&phone.len());
    let dated = birth.is_some() && word.contains(['-', '/', '.']);
    let mut parts: Vec<Part> = birth.into_iter().collect();
    let id = fold_id(word);
    if !dated && !id.is_empty() {
        parts.insert(0, Part::Id(id));
    }
    if is_phone {
        parts.push(Part::Phone(phone));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let one = |reading: &Query| {
            let birth = reading
                .birth
                .map(|(from, to)| if from == to { from.iso() } else { format!("{}…{}", from.iso(), to.iso()) });
            let named = [
                ("id", reading.id.clone()),
                ("name", reading.name.clone()),
                ("kana", reading.kana.clone()),
                ("birth", birth),
                ("phone", reading.phone.clone()),
            ];
            let given = named.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?)));
            given.collect::<Vec<_>>().join(" ")
        };
        read_query(text).readings().map(one).collect()
    }

    #[test]
    fn one_box_many_meanings() {
        for (typed, want) in [
            ("００１２", &["id=12"][..]),
            ("やまだ", &["kana=ヤマダ", "name=ヤマダ"]),
            ("ﾔﾏﾀﾞ", &["kana=ヤマダ", "name=ヤマダ"]),
            ("髙橋", &["name=高橋"]),
            ("■橋", &["name=?橋"]),
            ("山田 太郎", &["name=山田太郎"]),
            ("山田　1970-3-2", &["name=山田 birth=1970-03-02"]),
            ("ohno", &["kana=オノ", "name=ohno"]),
            ("S45.3.2", &["birth=1970-03-02"]),
            ("昭和45年3月2日", &["birth=1970-03-02"]),
            ("19700302", &["id=19700302", "birth=1970-03-02"]),
            ("090-1234-5678", &["id=9012345678", "phone=09012345678"]),
            ("A0012", &["id=A0012"]),
            ("", &[""]),
            ("　", &[""]),
        ] {
            assert_eq!(shown(typed), want, "{typed}");
        }
    }

    #[test]
    fn kana_and_birth_together() {
        assert!(shown("さとう 19700302").contains(&"kana=サト birth=1970-03-02".to_owned()));
    }

    proptest::proptest! {
        #[test]
        fn any_line_has_few_readings(text in "\\PC{0,40}") {
            proptest::prop_assert!(read_query(&text).readings().count() <= READINGS_MAX + 1);
        }
    }
}
