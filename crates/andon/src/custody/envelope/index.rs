//! What the index in box 0 says: a row a patient, with the keys by which the program itself searches; and the tables by which the
//! page folds what is typed into such keys, taken from the program's own folding. Pure.

use std::collections::BTreeMap;

use chart::{Lang, Moment, PatientId, Place, Sex, age_at, era_date, fold_id, fold_kana, fold_name, fold_phone};
use serde_json::{Value, json};
use store::{KeyKind, PersonRow};
use vault::envelope::BoxNo;

use super::rules::Contents;
use crate::text::Words;

/// What a row is made of.
pub struct Row {
    /// The patient.
    pub id: PatientId,
    /// As search shows him.
    pub person: PersonRow,
    /// Where an inpatient lies.
    pub place: Option<Place>,
    /// Days of appointments, ISO, and what is planned, in words.
    pub days: Vec<String>,
    /// What is planned, in words.
    pub plans: String,
    /// What is kept back, in words.
    pub flags: String,
    /// The chart opens only for a reason.
    pub reason: bool,
    /// The box of the chart; 0 for none.
    pub chart: BoxNo,
    /// The box and the place in it of what the index says beside this row.
    pub brief: Option<(BoxNo, usize)>,
}

const COLUMNS: [&str; 18] = [
    "id",
    "key",
    "name",
    "kana",
    "names",
    "kanas",
    "birth",
    "birthWords",
    "sex",
    "former",
    "phones",
    "ward",
    "place",
    "days",
    "plans",
    "flags",
    "reason",
    "box",
];
/// The last column, apart since it is a pair.
const BRIEF: &str = "brief";

/// The index as JSON.
pub fn index(rows: &[Row], contents: &Contents, held: &str, (t, now): (Words, Moment)) -> String {
    let columns: Vec<&str> = COLUMNS.into_iter().chain([BRIEF]).collect();
    let rows: Vec<Value> = rows.iter().map(|row| of_row(row, contents, (t, now))).collect();
    json!({"columns": columns, "rows": rows, "held": held}).to_string()
}

fn of_row(row: &Row, contents: &Contents, (t, now): (Words, Moment)) -> Value {
    let person = &row.person;
    let keys = |kind: KeyKind| -> Vec<&str> {
        person.keys.iter().filter(|key| key.kind == kind).map(|key| key.text.as_str()).collect()
    };
    let whole = row.chart > 0;
    let phones: Vec<String> = match whole || contents.says("phone") {
        true => person.phones.iter().map(|phone| fold_phone(phone)).collect(),
        false => Vec::new(),
    };
    let day = |birth: &chart::When| birth.iso().chars().filter(char::is_ascii_digit).collect::<String>();
    let (ward, place) = row.place.as_ref().map_or_else(Default::default, place_words);
    json!([
        row.id.id,
        fold_id(&row.id.id),
        person.name,
        person.kana,
        keys(KeyKind::Name),
        keys(KeyKind::Kana),
        person.birth.as_ref().map_or_else(String::new, day),
        birth_words(person, t, now),
        t.word("sex", sex_code(person.sex)),
        person.former.join("・"),
        phones,
        ward,
        place,
        row.days,
        row.plans,
        row.flags,
        row.reason,
        row.chart,
        row.brief,
    ])
}

fn place_words(place: &Place) -> (String, String) {
    let dash = if place.room.is_empty() || place.bed.is_empty() { "" } else { "-" };
    let words = format!("{} {}{dash}{}", place.ward, place.room, place.bed);
    (place.ward.clone(), words.trim_end().to_owned())
}

fn birth_words(person: &PersonRow, t: Words, now: Moment) -> String {
    let Some(birth) = &person.birth else { return t.text("not-recorded-short") };
    let age = age_at(birth, now).map_or_else(String::new, |age| match t.lang {
        Lang::Ja => age.words,
        Lang::En => format!("{} y", age.years),
    });
    format!("{birth}（{}） {age}", era_date(birth))
}

fn sex_code(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Other => "other",
        Sex::Unknown => "unknown",
    }
}

/// Letters that fold into another beside those of Unicode's own forms, which a browser knows: punctuation and symbols, kana, kanji
/// with those of the extensions.
const FOLDED: [std::ops::RangeInclusive<u32>; 8] = [
    0x20..=0x7e,
    0x2010..=0x25ff,
    0x3000..=0x30ff,
    0x3400..=0x4dbf,
    0x4e00..=0x9fff,
    0xf900..=0xffff,
    0x2_0000..=0x2_a6df,
    0x2_f800..=0x2_fa1f,
];
/// Letters that may be dropped: white space, controls, marks without width, variation selectors.
const DROPPED: [std::ops::RangeInclusive<u32>; 6] =
    [0..=0x20, 0x7f..=0xa0, 0x1680..=0x180f, 0x2000..=0x206f, 0x3000..=0x30ff, 0xfe00..=0xfeff];
const SELECTORS: std::ops::RangeInclusive<u32> = 0xe_0100..=0xe_01ef;
/// Voicing marks alone fall out last, when nothing joined them.
const VOICING: [char; 2] = ['\u{3099}', '\u{309A}'];
/// Syllables whose key hangs on what follows; the page's own rule takes them.
const VU: [(char, char); 1] = [('ゔ', 'ヴ')];

/// The tables of `chart::fold` as a page needs them.
pub fn fold_tables() -> Value {
    let letters = |ranges: &[std::ops::RangeInclusive<u32>]| -> Vec<char> {
        ranges.iter().cloned().flatten().filter_map(char::from_u32).collect()
    };
    let falls_out = |c: &char| fold_name(&c.to_string()).is_empty() && !VOICING.contains(c);
    let dropped: String =
        letters(&DROPPED).into_iter().chain(SELECTORS.filter_map(char::from_u32)).filter(falls_out).collect();
    let table = |fold: fn(&str) -> String, leave: &[char]| -> BTreeMap<String, String> {
        let changed = letters(&FOLDED).into_iter().filter(|c| !leave.contains(c) && !falls_out(c)).filter_map(|c| {
            let (letter, key) = (c.to_string(), fold(&c.to_string()));
            (key != letter && key.chars().count() <= 1).then_some((letter, key))
        });
        changed.collect()
    };
    let mut kana = table(fold_kana, &['ヴ', 'ゔ']);
    kana.extend(VU.map(|(from, into)| (from.to_string(), into.to_string())));
    json!({"dropped": dropped, "voicing": VOICING.iter().collect::<String>(), "name": table(fold_name, &VOICING), "kana": kana})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_those_of_the_program_and_small() {
        let tables = fold_tables();
        assert_eq!(tables["name"]["髙"], "高");
        assert_eq!(tables["name"]["﨑"], "崎");
        assert_eq!(tables["name"]["■"], "?");
        assert_eq!(tables["kana"]["ー"], "");
        assert_eq!(tables["kana"]["ぢ"], "ジ");
        assert_eq!(tables["kana"]["ゔ"], "ヴ");
        assert!(tables["dropped"].as_str().unwrap().contains('・'));
        assert!(tables.to_string().len() < 60_000, "{}", tables.to_string().len());
    }

    #[test]
    fn a_row_has_no_more_than_was_decided() {
        let person =
            PersonRow { name: "架空 花子".into(), phones: vec!["088-362-0000".into()], ..PersonRow::default() };
        let id = PatientId { authority: "self".into(), id: "0012".into() };
        let row = |chart| Row {
            id: id.clone(),
            person: person.clone(),
            place: None,
            days: Vec::new(),
            plans: String::new(),
            flags: String::new(),
            reason: false,
            chart,
            brief: None,
        };
        let t = Words::of(Lang::Ja);
        let told = |words: &str, chart| {
            index(&[row(chart)], &Contents::read(words).unwrap(), "", (t, Moment(0))).contains("0883620000")
        };
        assert!(!told("all", 0) && told("all,phone", 0) && told("all", 1), "of a chart that is in it all is told");
        let read: Value =
            serde_json::from_str(&index(&[row(0)], &Contents::read("all").unwrap(), "", (t, Moment(0)))).unwrap();
        assert_eq!(read["rows"][0].as_array().unwrap().len(), read["columns"].as_array().unwrap().len());
        assert_eq!(read["rows"][0][7], "記録なし");
    }
}
