//! What both formats say alike: names, sex, codes of drugs, documents of short texts.

use chart::{Body, Coded, Document, Name, Script, Sex, Staff, When};

use super::rec::Rec;
use crate::hl7v2::letters;

/// A name, divided at its first space; `kana` for the field that holds the reading.
pub(super) fn name(text: &str, kana: bool) -> Option<Name> {
    let text = text.trim();
    let (family, given) = text.split_once([' ', '\u{3000}']).unwrap_or((text, ""));
    let mut name = Name { family: family.to_owned(), given: given.trim_start().to_owned(), script: Script::Phonetic };
    if !kana {
        // A foreigner's name proper is often written in kana or Latin letters.
        name.script = match letters(&name) {
            Script::Alphabetic => Script::Alphabetic,
            _ => Script::Ideographic,
        };
    }
    (!text.is_empty()).then_some(name)
}

/// 1 male, 2 female; anything else is a fault.
pub(super) fn sex(rec: &Rec<'_>, field: usize) -> Sex {
    match rec.code(field).as_str() {
        "1" => Sex::Male,
        "2" => Sex::Female,
        "" => Sex::Unknown,
        other => {
            rec.fault("value", field, other);
            Sex::Unknown
        }
    }
}

/// 薬品コード種別, the same digits in both formats.
const DRUG_CODES: [(&str, &str); 6] =
    [("1", ""), ("2", "レセプト電算"), ("3", "厚生労働省"), ("4", "YJ"), ("6", "HOT"), ("7", "一般名")];

/// A drug's code of the kind that field `kind` names, in the field behind it.
pub(super) fn drug_code(rec: &Rec<'_>, kind: usize, text: String) -> Coded {
    let said = rec.word(kind, "", &DRUG_CODES);
    let code = rec.code(kind + 1);
    // A generic name may stand without a code (table 3-39).
    if code.is_empty() && !matches!(said.code.as_str(), "" | "1" | "7") {
        rec.fault("code_missing", kind + 1, said.text.clone());
    }
    let system = match said.text.as_str() {
        _ if code.is_empty() => String::new(),
        // HOT7, HOT9, HOT13.
        "HOT" => format!("HOT{}", code.len()),
        system => system.to_owned(),
    };
    Coded { text, code, system, alternate: None }
}

/// 調剤・処方 of which point table: only a digit that decides how the institution's number is read.
const TABLES: [(&str, &str); 4] = [("1", "医科"), ("3", "歯科"), ("4", "調剤"), ("6", "訪問")];

/// An institution's number as it is used in claims: prefecture, table, code.
pub(super) fn institution_number(rec: &Rec<'_>, prefecture: usize, table: usize, code: usize) -> String {
    let table = rec.word(table, "", &TABLES).text;
    let parts = [rec.code(prefecture), table, rec.code(code)];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

/// A document of plain text; none where there is no text.
pub(super) fn document(kind: &str, text: String, at: Option<When>, author: Staff) -> Option<Body> {
    let kind = Coded { text: kind.to_owned(), ..Coded::default() };
    let media_type = "text/plain".to_owned();
    (!text.is_empty()).then(|| Body::from(Document { kind, title: String::new(), text, at, author, media_type }))
}

/// Texts that hold something, each on a line.
pub(super) fn lines(texts: impl IntoIterator<Item = String>) -> String {
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
}

/// A text behind a word for what it is; empty where there is none.
pub(super) fn worded(word: &str, text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{word} {text}") }
}
