//! What a person typed in the one search box, and what it may mean.

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::birth::parse_birth;
use crate::fold::{PLACE_WORDS, fold_id, fold_kana, fold_name, fold_phone, fold_place};
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
    /// Keys of ward, room and bed: an inpatient's place must fit each.
    pub place: Vec<String>,
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
        let nobody = self.id.is_none() && self.name.is_none() && self.kana.is_none() && self.birth.is_none();
        nobody && self.phone.is_none() && self.place.is_empty()
    }

    /// This reading with one more part; `None` when two parts would claim one place.
    fn with(&self, part: &Part) -> Option<Query> {
        let mut more = self.clone();
        let free = match part {
            Part::Id(id) => more.id.replace(id.clone()).is_none(),
            Part::Birth(span) => more.birth.replace(*span).is_none(),
            Part::Phone(phone) => more.phone.replace(phone.clone()).is_none(),
            Part::Place(place) => {
                more.place.push(place.clone());
                true
            }
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
#[derive(Clone)]
enum Part {
    Id(String),
    Name(String),
    Kana(String),
    Birth((When, When)),
    Phone(String),
    Place(String),
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
    // `+81 90 1234 5678`: what has spaces in it may be one number.
    let divided = wide.split_whitespace().count() > 1 && wide.chars().all(|c| c.is_whitespace() || is_number_sign(c));
    let phone = Some(fold_phone(&wide)).filter(|phone| divided && is_phone(phone));
    readings.splice(0..0, phone.map(|phone| Query { phone: Some(phone), ..Query::default() }));
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
    let place = place_of(word);
    if word.chars().all(is_number_sign) {
        let mut parts = parts_of_digits(word, birth);
        // A room with its bed is read as such first: no hospital writes patient numbers so.
        parts.splice(if word.contains('-') { 0..0 } else { parts.len()..parts.len() }, place);
        return parts;
    }
    if word.chars().all(is_kana) {
        return vec![Part::Kana(word.to_owned()), Part::Name(word.to_owned())];
    }
    let mut parts: Vec<Part> = birth.into_iter().collect();
    let dated = !parts.is_empty();
    if let Some(place) = place.as_ref().filter(|_| !dated && !word.is_ascii()) {
        return vec![place.clone()];
    }
    if word.is_ascii() {
        if word.bytes().any(|b| b.is_ascii_digit()) && (!dated || word.bytes().all(|b| b.is_ascii_alphanumeric())) {
            parts.push(Part::Id(fold_id(word)));
        } else if !dated {
            parts.extend(romaji_to_kana(word).map(Part::Kana));
            parts.push(Part::Name(word.to_owned()));
        }
    } else if !dated {
        parts.push(Part::Name(word.to_owned()));
    }
    parts.extend(place);
    parts
}

fn is_number_sign(c: char) -> bool {
    c.is_ascii_digit() || matches!(c, '-' | '(' | ')' | '+' | '/' | '.')
}

fn is_phone(folded: &str) -> bool {
    folded.starts_with('0') && (9..=11).contains(&folded.len())
}

/// Longest ward, room and bed in one word, characters: `3E305-12`.
const PLACE_CHARS: usize = 8;

/// What a word says of a place in the hospital: `3東`, `3病棟`, `305`, `305-2`, `3E`, `ICU`. Short words of digits and capitals
/// alone, or such with a word or a quarter of the sky behind a digit.
fn place_of(word: &str) -> Option<Part> {
    let told = PLACE_WORDS.iter().any(|sign| word.contains(sign)) || word.contains(['東', '西', '南', '北']);
    let bare: String = PLACE_WORDS.iter().fold(word.to_owned(), |bare, sign| bare.replace(sign, ""));
    let signs = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || "-東西南北".contains(c);
    let (digits, dashes) = (bare.matches(|c: char| c.is_ascii_digit()).count(), bare.matches('-').count());
    let short = (2..=PLACE_CHARS).contains(&bare.chars().count()) || (told && digits == 1);
    let shaped = match word.is_ascii() {
        // Three digits may be a room and two a ward; more are a number, unless a dash tells the bed.
        true if digits == bare.len() => digits <= 4,
        true => dashes <= 1 && (digits > 0 || bare.len() >= 3) && bare.starts_with(|c: char| c.is_ascii_alphanumeric()),
        false => told && digits > 0,
    };
    let key = fold_place(word);
    (short && shaped && bare.chars().all(signs) && digits <= 5 && !key.is_empty()).then_some(Part::Place(key))
}

/// Digits may be a number, a date or a telephone at once.
fn parts_of_digits(word: &str, birth: Option<Part>) -> Vec<Part> {
    let phone = fold_phone(word);
    let dated = birth.is_some() && word.contains(['-', '/', '.']);
    let mut parts: Vec<Part> = birth.into_iter().collect();
    let id = fold_id(word);
    if !dated && !id.is_empty() {
        parts.insert(0, Part::Id(id));
    }
    if is_phone(&phone) {
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
                ("place", Some(reading.place.join("+")).filter(|place| !place.is_empty())),
            ];
            let given = named.into_iter().filter_map(|(key, value)| Some(format!("{key}={}", value?)));
            given.collect::<Vec<_>>().join(" ")
        };
        read_query(text).readings().map(one).collect()
    }

    #[test]
    fn one_box_many_meanings() {
        for (typed, want) in [
            ("００１２", &["id=12", "place=12"][..]),
            ("3東", &["place=3E"]),
            ("３東病棟", &["place=3E"]),
            ("3病棟", &["place=3"]),
            ("305-2", &["place=3052", "id=3052"]),
            ("3東　305", &["id=305 place=3E", "place=3E+305"]),
            ("山田 3東", &["name=山田 place=3E"]),
            ("ICU", &["name=icu", "place=ICU"]),
            ("東", &["name=東"]),
            ("北島", &["name=北島"]),
            ("*0012345*", &["id=12345"]),
            ("+81 90 1234 5678", &["phone=09012345678", "id=81 place=90+1234+5678"]),
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
            ("A0012", &["id=A0012", "place=A0012"]),
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
