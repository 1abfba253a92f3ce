//! The search index: what is written for a person, in which order it is found, and how a row is kept.
//!
//! A full-text index of SQLite (FTS5) holds terms and row numbers and nothing else. A row number begins with the
//! reading, so that whatever is asked for comes out in kana order without sorting. New rows are written beside the
//! old ones and merged later, so that the millionth costs what the ten-thousandth did
//! (`docs/decisions/0008-search-postings.md`).

use std::collections::{BTreeMap, BTreeSet};

use chart::{Moment, Precision, Sex, When};
use rusqlite::{Connection, OptionalExtension};

use crate::known::{key, stored};
use crate::parcel::content_id;
use crate::person::{Key, KeyKind, PersonRow};
use crate::wire::{Take, put_bytes, put_signed, put_varint};
use crate::{Error, Result};

const VERSION: u8 = 1;
const SEXES: [Sex; 4] = [Sex::Unknown, Sex::Male, Sex::Female, Sex::Other];
const KINDS: [KeyKind; 4] = [KeyKind::Name, KeyKind::Kana, KeyKind::Phone, KeyKind::Id];
const PRECISIONS: [Precision; 7] = [
    Precision::Year,
    Precision::Month,
    Precision::Day,
    Precision::Hour,
    Precision::Minute,
    Precision::Second,
    Precision::Milli,
];
/// Bits of a row number that are the patient: sixteen million, several times what one hospital has ever seen.
const PATIENT_BITS: u32 = 24;
/// Characters of a reading in a row number: what fits beside the patient in 64 bits.
const ORDER_CHARS: u32 = 6;
/// Places that one character of a reading may have: none, four of ASCII, ninety kana, all else.
const ORDER_BASE: u64 = 96;
/// Longest beginning of a reading that has a term of its own, characters; longer ones are compared on the row. A
/// common surname with a common given name is less than one patient in a thousand.
pub(crate) const KANA_CHARS: usize = 8;
/// Shortest and longest beginning of a telephone number with a term of its own: a longer one has few owners.
pub(crate) const PHONE_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;
/// Names whose count waits: about 1 MB.
const NAMES_WAITING: usize = 1 << 16;
/// First and last day of birth with terms of their own, 1800-01-01 and 2199-12-31 in days since 1970; what lies beyond
/// is found with these and compared on the row.
pub(crate) const BIRTH_DAYS: (i64, i64) = (-62_091, 84_005);
/// Longest key indexed, characters; longer ones are cut.
pub(crate) const KEY_CHARS: usize = 64;
/// Stands in a folded name for a character nobody could read (■).
pub(crate) const UNKNOWN: char = '?';

/// Number of a kind in a row.
fn kind_no(kind: KeyKind) -> u64 {
    KINDS.iter().position(|known| *known == kind).unwrap_or(0) as u64
}

/// A date or time as kept, or that there is none.
pub(crate) fn put_when(out: &mut Vec<u8>, when: Option<When>) {
    match when {
        None => out.push(0),
        Some(when) => {
            let precision = PRECISIONS.iter().position(|known| *known == when.precision).unwrap_or(0);
            out.push(precision as u8 + 1);
            put_signed(out, when.start.0);
        }
    }
}

/// A date or time read back; `None` outside when the bytes do not suffice.
pub(crate) fn take_when(take: &mut Take<'_>) -> Option<Option<When>> {
    match take.u8()? {
        0 => Some(None),
        precision => {
            let precision = *PRECISIONS.get(usize::from(precision) - 1)?;
            Some(Some(When { start: Moment(take.signed()?), precision }))
        }
    }
}

/// A search row as kept.
pub(crate) fn encode_row(row: &PersonRow) -> Vec<u8> {
    let mut out = vec![VERSION];
    put_bytes(&mut out, row.name.as_bytes());
    put_bytes(&mut out, row.kana.as_bytes());
    put_when(&mut out, row.birth);
    out.push(SEXES.iter().position(|known| *known == row.sex).unwrap_or(0) as u8);
    for list in [&row.former, &row.phones] {
        put_varint(&mut out, list.len() as u64);
        list.iter().for_each(|text| put_bytes(&mut out, text.as_bytes()));
    }
    put_varint(&mut out, row.keys.len() as u64);
    for key in &row.keys {
        out.push(kind_no(key.kind) as u8 | u8::from(key.former) << 7);
        put_bytes(&mut out, key.text.as_bytes());
    }
    out
}

/// A search row read back; `None` when it was damaged or written by a newer program.
pub(crate) fn decode_row(bytes: &[u8]) -> Option<PersonRow> {
    let mut take = Take(bytes);
    if take.u8()? != VERSION {
        return None;
    }
    let (name, kana) = (take.text()?, take.text()?);
    let birth = take_when(&mut take)?;
    let sex = *SEXES.get(usize::from(take.u8()?))?;
    let mut texts = || (0..take.varint()?).map(|_| take.text()).collect::<Option<Vec<_>>>();
    let (former, phones) = (texts()?, texts()?);
    let keys = (0..take.varint()?)
        .map(|_| {
            let code = take.u8()?;
            let kind = *KINDS.get(usize::from(code & 0x7f))?;
            Some(Key { kind, text: take.text()?, former: code & 0x80 != 0 })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(PersonRow { name, kana, birth, sex, former, phones, keys })
}

/// Days since 1970-01-01 in Japan of the first instant of a date.
pub(crate) fn day(moment: Moment) -> i64 {
    (moment.day().start.0 + 9 * 3_600_000).div_euclid(86_400_000)
}

/// Where a row stands in kana order, as far as its row number says: by the first six characters of its own reading;
/// without one after all others, by birth date.
pub(crate) fn order(row: &PersonRow) -> u64 {
    let last = ORDER_BASE.pow(ORDER_CHARS - 1);
    match row.reading() {
        "" => {
            let born = row.birth.map_or(last as i64, |birth| day(birth.start) - BIRTH_DAYS.0);
            (ORDER_BASE - 1) * last + born.clamp(0, last as i64 - 1) as u64
        }
        reading => {
            let ranks = reading.chars().map(rank).chain(std::iter::repeat(0));
            ranks.take(ORDER_CHARS as usize).fold(0, |order, rank| order * ORDER_BASE + rank)
        }
    }
}

/// Place of a character in kana order: nothing (0), Latin and digits, kana, all else.
fn rank(c: char) -> u64 {
    match u64::from(c) {
        c @ 0x21..=0x7e => 1 + (c - 0x21) / 24,
        c @ 0x30a1..=0x30fa => 5 + (c - 0x30a1),
        _ => ORDER_BASE - 1,
    }
}

/// Number of a row in the index: its order, then the patient; the highest bit is turned so that signed order is ours.
fn row_number(row: &PersonRow, patient: u64) -> Result<i64> {
    if patient >> PATIENT_BITS != 0 {
        return Err(Error::TooLong { what: "row number of a patient (feed the rest into another home)" });
    }
    Ok(((order(row) << PATIENT_BITS | patient) ^ 1 << 63) as i64)
}

/// The patient of a row number.
pub(crate) fn patient_of(number: i64) -> u64 {
    number as u64 & ((1 << PATIENT_BITS) - 1)
}

/// What row numbers that stand at one place in kana order share.
pub(crate) fn place_of(number: i64) -> i64 {
    number >> PATIENT_BITS
}

/// A word of the index: what it says, then the text, of which FTS5 keeps small letters, digits and all beyond ASCII as they are.
pub(crate) fn term(mark: char, text: &[char]) -> String {
    let kept = |c: &char| match *c {
        c if c.is_ascii_lowercase() || c.is_ascii_digit() || !c.is_ascii() => c,
        // The last private plane of Unicode, which no text of a hospital uses.
        c => char::from_u32(0x10_ff00 + u32::from(c)).unwrap_or(c),
    };
    std::iter::once(mark).chain(text.iter().map(kept)).collect()
}

/// A folded text as far as it is indexed.
pub(crate) fn cut(text: &str) -> Vec<char> {
    text.chars().take(KEY_CHARS).collect()
}

/// The words of a day of birth: its year, its month, itself.
fn birth_terms(birth: When) -> impl Iterator<Item = String> {
    let digits = day_digits(day(birth.start).clamp(BIRTH_DAYS.0, BIRTH_DAYS.1));
    [4, 6, 8].into_iter().map(move |length| term('b', &digits[..length]))
}

/// `19500401` of a day.
fn day_digits(day: i64) -> Vec<char> {
    let civil = first_moment(day).civil();
    format!("{:04}{:02}{:02}", civil.year, civil.month, civil.day).chars().collect()
}

fn first_moment(day: i64) -> Moment {
    Moment(day * 86_400_000 - 9 * 3_600_000)
}

/// Words that together name every day from one to another: whole years and months where they fit.
pub(crate) fn span_terms(from: i64, to: i64) -> Vec<String> {
    let (mut at, to) = (from.max(BIRTH_DAYS.0), to.min(BIRTH_DAYS.1));
    let mut terms = Vec::new();
    while at <= to {
        let digits = day_digits(at);
        let spans = [4, 6, 8].into_iter().filter_map(|length| {
            let when = When::parse(&digits[..length].iter().collect::<String>())?;
            Some((length, day(when.start), day(Moment(when.end().0 - 1))))
        });
        let widest = spans.into_iter().find(|(_, first, last)| *first == at && *last <= to);
        let (length, last) = widest.map_or((digits.len(), at), |(length, _, last)| (length, last));
        terms.push(term('b', &digits[..length]));
        at = last + 1;
    }
    terms
}

/// All words of a row, with a space between.
fn terms(row: &PersonRow) -> String {
    let mut terms = BTreeSet::new();
    terms.extend(row.birth.into_iter().flat_map(birth_terms));
    for key in &row.keys {
        let text = cut(&key.text);
        let beginnings = |mark, lengths: std::ops::RangeInclusive<usize>| {
            let text = &text;
            lengths.take_while(|length| *length <= text.len()).map(move |length| term(mark, &text[..length]))
        };
        match key.kind {
            KeyKind::Id => terms.extend([term('i', &text)]),
            KeyKind::Kana => terms.extend(beginnings('k', 1..=KANA_CHARS)),
            KeyKind::Phone => terms.extend(beginnings('p', PHONE_DIGITS)),
            KeyKind::Name => {
                terms.extend(text.windows(1).chain(text.windows(2)).map(|part| term('n', part)));
            }
        }
    }
    terms.into_iter().collect::<Vec<_>>().join(" ")
}

/// Writes search rows and their words, in the order of row numbers: FTS5 takes a run of rising numbers as one piece.
pub(crate) fn write_persons(db: &Connection, persons: &BTreeMap<u64, PersonRow>) -> Result<()> {
    let (mut moves, mut counts) = (Vec::new(), BTreeMap::new());
    for (&patient, row) in persons {
        let blob = encode_row(row);
        let held: Option<Vec<u8>> = db
            .prepare_cached("SELECT row FROM person WHERE patient = ?1")?
            .query_row([patient], |row| row.get(0))
            .optional()?;
        if held.as_ref() == Some(&blob) {
            continue;
        }
        let sql = "INSERT INTO person (patient, authority, id, row)
                   SELECT no, authority, id, ?2 FROM patient WHERE no = ?1 ON CONFLICT DO UPDATE SET row = ?2";
        db.prepare_cached(sql)?.execute((patient, &blob))?;
        let new = (row_number(row, patient)?, true, terms(row));
        names(row).for_each(|name| *counts.entry(name).or_default() += 1);
        if let Some(blob) = held {
            let old = decode_row(&blob).ok_or_else(|| Error::damaged(format!("person {patient}")))?;
            names(&old).for_each(|name| *counts.entry(name).or_default() -= 1);
            let old = (row_number(&old, patient)?, false, terms(&old));
            if (old.0, &old.2) == (new.0, &new.2) {
                continue;
            }
            moves.push(old);
        }
        moves.push(new);
    }
    // What is taken away comes before what is put under the same number.
    moves.sort_unstable();
    let mut put = db.prepare_cached("INSERT INTO search (rowid, terms) VALUES (?1, ?2)")?;
    let mut take = db.prepare_cached("INSERT INTO search (search, rowid, terms) VALUES ('delete', ?1, ?2)")?;
    for (number, is_new, terms) in &moves {
        if *is_new {
            put.execute((number, terms))?
        } else {
            take.execute((number, terms))?
        };
    }
    count_names(db, &counts)
}

/// Numbers of the names of a row, each once.
fn names(row: &PersonRow) -> impl Iterator<Item = i64> {
    let names = row.keys.iter().filter(|key| key.kind == KeyKind::Name);
    names.map(|key| name_number(&key.text)).collect::<BTreeSet<_>>().into_iter()
}

/// A folded name as a number: the first 8 bytes of its SHA-256.
pub(crate) fn name_number(name: &str) -> i64 {
    stored(key(&content_id(name.as_bytes())))
}

/// How many more, or fewer, bear a name. New names wait in a table that fits the cache, until all of them are taken over in
/// order: so each page of the large one is touched once for thousands of names.
pub(crate) fn count_names(db: &Connection, counts: &BTreeMap<i64, i64>) -> Result<()> {
    let mut add = db.prepare_cached(
        "INSERT INTO name_count_new (name, count) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET count = count + ?2",
    )?;
    for entry in counts.iter().filter(|(_, count)| **count != 0) {
        add.execute(entry)?;
    }
    // Single rows of an ordinary day cost one page either way, and need not count what waits.
    if counts.len() < NAMES_WAITING / 256 {
        return Ok(());
    }
    let waiting: usize = db.prepare_cached("SELECT count(*) FROM name_count_new")?.query_row([], |row| row.get(0))?;
    if waiting >= NAMES_WAITING {
        db.execute_batch(
            "INSERT INTO name_count (name, count) SELECT name, count FROM name_count_new WHERE true ORDER BY name
               ON CONFLICT DO UPDATE SET count = count + excluded.count;
             DELETE FROM name_count_new;",
        )?;
    }
    Ok(())
}
