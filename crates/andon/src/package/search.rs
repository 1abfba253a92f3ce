//! What of a text may not leave: patients, people, telephone numbers, addresses, accounts, passwords; and what a person should look at
//! because a rule cannot say. Pure.

use std::cmp::Reverse;

use chart::check_digit::confirmation;
use chart::{fold_id, fold_kana, fold_name, fold_phone, romaji_to_kana};

use super::known::{Known, Names, Patients, is_of_a_person};
use super::letters::{Letter, Terms, as_kana, as_name, as_typed};
use super::signs;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum What {
    /// A patient's name, number or telephone number.
    Patient,
    /// A patient's family name with a form of address.
    Family,
    /// A password.
    Password,
    /// A person of the hospital, or another whom the registers name.
    Person,
    /// The name of an account.
    Account,
    /// A telephone number.
    Phone,
    /// An address in a network.
    Address,
    /// An address of electronic mail.
    Mail,
    /// A site.
    Link,
    /// A vendor.
    Vendor,
    /// A word that somebody asked to hide.
    Asked,
}

impl What {
    /// The word in JSON, and behind `package-hidden-` and `package-why-` of the texts.
    pub fn code(self) -> &'static str {
        match self {
            What::Patient => "patient",
            What::Family => "family",
            What::Password => "password",
            What::Person => "person",
            What::Account => "account",
            What::Phone => "phone",
            What::Address => "address",
            What::Mail => "mail",
            What::Link => "link",
            What::Vendor => "vendor",
            What::Asked => "asked",
        }
    }
}

/// What is to be hidden.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// People; patients always.
    pub persons: bool,
    /// Telephone numbers, addresses, accounts, sites.
    pub ways: bool,
    /// Vendors.
    pub vendors: bool,
    /// Words that somebody asked to hide, made alike.
    pub hide: Terms,
    /// Words that stand though a rule would hide them, made alike; never a patient.
    pub keep: Vec<String>,
}

/// How a text came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A person's free words.
    Free,
    /// Who or whom, in a person's words: a family name there is somebody's office.
    Named,
    /// Who entered it, by account: of the staff list or a name typed for it.
    Entered,
}

/// A place in a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Its first byte.
    pub from: usize,
    /// The byte behind it.
    pub to: usize,
    /// What stands there.
    pub what: What,
}

/// Forms of address that in a hospital's papers are a patient's or a family's.
const CALLS: [&str; 6] = ["様", "さま", "さん", "ちゃん", "くん", "君"];
/// Forms of address and offices behind a family name.
const TITLES: [&str; 24] = [
    "さん",
    "様",
    "さま",
    "氏",
    "殿",
    "先生",
    "医師",
    "看護師",
    "師長",
    "主任",
    "技師",
    "薬剤師",
    "課長",
    "部長",
    "院長",
    "係長",
    "室長",
    "事務長",
    "巡査",
    "警部",
    "社長",
    "教授",
    "弁護士",
    "助産師",
];
/// Kana of a whole name that is one word.
const LATIN_MIN: usize = 4;
/// Bytes between two words of one name: a comma and a space.
const LATIN_GAP: usize = 2;
/// What stands before a family name that is a patient's.
const PATIENTS: [&str; 4] = ["患者", "患者の", "患者：", "患者:"];
/// Letters of a name that is found wherever it stands; a shorter one only before a form of address.
const NAME_MIN: usize = 3;

/// What may not leave, from the first; none lies over another.
pub fn spans(text: &str, sort: Sort, known: &Known, rules: &Rules) -> Vec<Span> {
    let mut found = Vec::new();
    let typed = as_typed(text);
    let mut put = |what: What, places: Vec<(usize, usize)>| {
        found.extend(places.into_iter().map(|(from, to)| Span { from, to, what }));
    };
    put(What::Password, signs::passwords(&typed));
    let names = as_name(text);
    let is_staff = sort == Sort::Entered && known.staff.contains(&fold_name(text));
    if !is_staff {
        put(What::Patient, whole_names(text, &names, &known.patients.names));
        put(What::Patient, in_latin(&typed, &known.patients.names));
        put(What::Patient, numbers(text, &typed, &known.patients));
    }
    if sort == Sort::Free {
        put(What::Family, families(text, &names, &known.patients.names, &CALLS));
    }
    if rules.ways {
        put(What::Link, signs::links(&typed));
        put(What::Mail, signs::mails(&typed));
        put(What::Address, signs::addresses(&typed));
        put(What::Account, known.accounts.find(text, &names));
        put(What::Account, signs::domain_accounts(&typed));
        put(What::Phone, signs::phones(&typed));
    }
    if rules.persons {
        put(What::Person, whole_names(text, &names, &known.persons));
        put(What::Person, in_latin(&typed, &known.persons));
        put(What::Person, families(text, &names, &known.persons, &TITLES));
    }
    if rules.vendors {
        put(What::Vendor, known.vendors.find(text, &names));
    }
    put(What::Asked, rules.hide.find(text, &names));
    let stands = |span: &Span| {
        let may = !matches!(span.what, What::Patient | What::Family | What::Password);
        let word = text.get(span.from..span.to).map(fold_name).unwrap_or_default();
        may && rules.keep.contains(&word)
    };
    found.retain(|span| !stands(span));
    apart(found)
}

/// From the first, the longer and the more private before what it lies over.
fn apart(mut found: Vec<Span>) -> Vec<Span> {
    found.sort_by_key(|span| (span.from, Reverse(span.to), span.what));
    let mut kept: Vec<Span> = Vec::new();
    for span in found {
        match kept.last_mut().filter(|last| span.from < last.to) {
            Some(last) => {
                last.to = last.to.max(span.to);
                last.what = last.what.min(span.what);
            }
            None => kept.push(span),
        }
    }
    kept
}

/// Whole names and readings.
fn whole_names(text: &str, letters: &[Letter], names: &Names) -> Vec<(usize, usize)> {
    let called = |to: usize| text.get(to..).is_some_and(|rest| is_called(rest, &TITLES) || is_called(rest, &CALLS));
    let long = |(from, to): &(usize, usize)| {
        let word = text.get(*from..*to).unwrap_or_default();
        word.chars().count() >= NAME_MIN || word == text.trim() || called(*to)
    };
    let mut found = names.names.find(text, letters);
    found.extend(names.kana.find(text, &as_kana(text)));
    found.retain(long);
    found
}

/// Readings in Latin letters, in either order: Hanako Kakuu, KAKUU, Hanako.
fn in_latin(letters: &[Letter], names: &Names) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let words = signs::words(letters);
    for (at, (from, to, word)) in words.iter().enumerate() {
        let Some(kana) = romaji_to_kana(word) else { continue };
        if kana.chars().count() >= LATIN_MIN && names.who.contains_key(&fold_kana(&kana)) {
            found.push((*from, *to));
        }
        let next = words.get(at + 1).filter(|next| next.0 - to <= LATIN_GAP);
        let Some((end, next)) = next.and_then(|(_, end, word)| Some((*end, romaji_to_kana(word)?))) else { continue };
        if [kana.clone() + &next, next + &kana].iter().any(|name| names.who.contains_key(&fold_kana(name))) {
            found.push((*from, end));
        }
    }
    found
}

fn is_called(rest: &str, calls: &[&str]) -> bool {
    let rest = rest.trim_start();
    calls.iter().any(|call| rest.starts_with(call))
}

/// Family names before a form of address.
fn families(text: &str, letters: &[Letter], names: &Names, calls: &[&str]) -> Vec<(usize, usize)> {
    let mut found = names.families.find(text, letters);
    found.extend(letters.iter().filter(|letter| names.short_families.contains(&letter.ch)).filter_map(|letter| {
        // 森 in 大森 is no 森.
        let before = text.get(..letter.from)?.chars().next_back();
        (!before.is_some_and(is_kanji)).then_some((letter.from, letter.to))
    }));
    let said = |from: usize| {
        let before = text.get(..from).unwrap_or_default().trim_end();
        PATIENTS.iter().any(|word| before.ends_with(word))
    };
    found.retain(|(from, to)| said(*from) || text.get(*to..).is_some_and(|rest| is_called(rest, calls)));
    found
}

pub(super) fn is_kanji(c: char) -> bool {
    matches!(c, '々' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}')
}

/// Figures of a number that is a patient's wherever it stands; a shorter one only where it is said to be one.
const NUMBER_MIN: usize = 5;
/// Figures of a telephone number.
const PHONE_MIN: usize = 9;
/// Hexadecimal figures in a row that are a hash.
const HASH_MIN: usize = 32;
/// Pieces between dashes that are tried together.
const PIECES_MAX: usize = 4;

/// Numbers and telephone numbers of patients.
fn numbers(text: &str, letters: &[Letter], patients: &Patients) -> Vec<(usize, usize)> {
    let pieces = pieces(letters);
    let mut found = Vec::new();
    for (at, first) in pieces.iter().enumerate() {
        let mut last = *first;
        for (more, piece) in pieces.get(at..).unwrap_or_default().iter().take(PIECES_MAX).enumerate() {
            let mark = letters.get(last.1).is_some_and(|of| matches!(of.ch, '-' | ' '));
            let joined = more == 0 || (last.1 + 1 == piece.0 && mark);
            if !joined {
                break;
            }
            last = *piece;
            let Some((word, from, to)) = word(letters, first.0, last.1) else { break };
            if is_a_patients(&word, patients) && (word.len() >= NUMBER_MIN || is_said_to_be_one(text, from, to)) {
                found.push((from, to));
            }
        }
    }
    found
}

/// Runs of figures, and of figures and letters, by their places among the letters.
fn pieces(letters: &[Letter]) -> Vec<(usize, usize)> {
    let mut pieces = Vec::new();
    let is_word = |at: usize| letters.get(at).is_some_and(|letter| letter.ch.is_ascii_alphanumeric());
    let is_digit = |at: usize| letters.get(at).is_some_and(|letter| letter.ch.is_ascii_digit());
    let mut at = 0;
    while at < letters.len() {
        if !is_word(at) {
            at += 1;
            continue;
        }
        let end = (at..).find(|at| !is_word(*at)).unwrap_or(letters.len());
        let hex = (at..end).all(|at| letters.get(at).is_some_and(|letter| letter.ch.is_ascii_hexdigit()));
        if !(hex && end - at >= HASH_MIN) {
            pieces.push((at, end));
            let mut from = at;
            while from < end {
                let to = (from..end).find(|at| !is_digit(*at)).unwrap_or(end);
                if to > from && (from, to) != (at, end) {
                    pieces.push((from, to));
                }
                from = to.max(from + 1);
            }
        }
        at = end;
    }
    pieces.retain(|(from, to)| (*from..*to).any(is_digit));
    pieces
}

/// What stands between two places, and its bytes.
fn word(letters: &[Letter], from: usize, to: usize) -> Option<(String, usize, usize)> {
    let of = letters.get(from..to)?;
    Some((of.iter().map(|letter| letter.ch).collect(), of.first()?.from, of.last()?.to))
}

/// A patient's number as it is, with its check digits or its 照合番号, or a patient's telephone number.
fn is_a_patients(word: &str, patients: &Patients) -> bool {
    let is = |number: &str| patients.numbers.contains(&fold_id(number));
    let plain: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let checked = |number: &str| {
        let (number, check) = number.split_at_checked(number.len().checked_sub(2)?)?;
        (is(number) && confirmation(number).as_deref() == Some(check)).then_some(())
    };
    let phone = fold_phone(word);
    is(&plain)
        || checked(&plain).is_some()
        || patients.scheme.and_then(|scheme| scheme.without(&plain)).is_some_and(is)
        || (phone.len() >= PHONE_MIN && patients.phones.contains(&phone))
}

/// Words before a number that say whose it is.
const SAID: [&str; 8] = ["id", "番号", "患者", "カルテ", "no", "№", "受診者", "氏名"];

/// A short number is a patient's where the words around it say so.
fn is_said_to_be_one(text: &str, from: usize, to: usize) -> bool {
    let before = text.get(..from).unwrap_or_default().to_lowercase();
    let before = before.trim_end_matches([' ', '　', ':', '：', '=', '.', '#', '「', '（', '(']);
    let after = text.get(to..).unwrap_or_default();
    SAID.iter().any(|word| before.ends_with(word)) || is_called(after, &CALLS) || after.starts_with("の患者")
}

/// What a person should look at beside what is hidden: a code of `package-doubt-` of the texts.
pub fn doubts(
    text: &str,
    sort: Sort,
    known: &Known,
    rules: &Rules,
    hidden: &[Span],
) -> Vec<(&'static str, usize, usize)> {
    let mut doubts = Vec::new();
    let (names, typed) = (as_name(text), as_typed(text));
    if sort != Sort::Entered {
        // Where somebody's office is asked for, a form of address hides nothing, and says that it may be a patient all the same.
        let calls: &[&str] = if sort == Sort::Free { &["氏", "殿"] } else { &CALLS };
        let family = families(text, &names, &known.patients.names, calls);
        // A whole name of two letters may be a word.
        let short = known.patients.names.names.find(text, &names);
        doubts.extend(family.into_iter().chain(short).map(|(from, to)| ("family", from, to)));
    }
    if sort == Sort::Free {
        let short = pieces(&typed).into_iter().filter_map(|(from, to)| word(&typed, from, to));
        let short = short.filter(|(word, ..)| (3..NUMBER_MIN).contains(&word.len()));
        let short = short.filter(|(word, ..)| patients_have(word, &known.patients));
        doubts.extend(short.map(|(_, from, to)| ("number", from, to)));
    }
    if rules.persons {
        // A post in whole, where a post is asked for, is nobody's name.
        if sort == Sort::Free || is_of_a_person(text) {
            doubts.extend(signs::unknown_people(text, &TITLES).into_iter().map(|(from, to)| ("person", from, to)));
        }
        doubts.extend(signs::ages_and_rooms(&typed).into_iter().map(|(from, to)| ("age", from, to)));
        let long = pieces(&typed).into_iter().filter_map(|(from, to)| word(&typed, from, to));
        let long = long.filter(|(word, ..)| word.len() > NUMBER_MIN && word.bytes().all(|byte| byte.is_ascii_digit()));
        doubts.extend(long.map(|(_, from, to)| ("digits", from, to)));
    }
    doubts.retain(|(_, from, to)| !hidden.iter().any(|span| *from < span.to && span.from < *to));
    doubts.sort_unstable_by_key(|doubt| (doubt.1, doubt.2));
    doubts.dedup();
    doubts
}

fn patients_have(word: &str, patients: &Patients) -> bool {
    patients.numbers.contains(&fold_id(word))
}

/// Whom a hidden word means, by number; `None` where it means two or nobody known.
pub fn person(word: &str, persons: &Names) -> Option<usize> {
    let by = |key: String| persons.who.get(&key).copied().flatten();
    by(fold_name(word)).or_else(|| by(fold_kana(word)))
}
