//! The search indexes: what is written for a person, in which order, and how a row is kept.
//!
//! Lists come out in kana order without sorting, because every posting begins with what it matches and goes on with
//! the first eight kana of the reading as one number.

use std::collections::{BTreeMap, BTreeSet};

use chart::{Moment, Precision, Sex, When};
use rusqlite::{Connection, OptionalExtension};

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
/// Characters of a reading in its sort number.
const SORT_CHARS: usize = 8;
/// Longest key indexed, characters; longer ones are cut.
pub(crate) const KEY_CHARS: usize = 64;
/// Stands in a folded name for a character nobody could read (■).
pub(crate) const UNKNOWN: char = '?';

/// Number of a kind in the tables.
pub(crate) fn kind_no(kind: KeyKind) -> u64 {
    KINDS.iter().position(|known| *known == kind).unwrap_or(0) as u64
}

/// A search row as kept.
pub(crate) fn encode_row(row: &PersonRow) -> Vec<u8> {
    let mut out = vec![VERSION];
    put_bytes(&mut out, row.name.as_bytes());
    put_bytes(&mut out, row.kana.as_bytes());
    match row.birth {
        None => out.push(0),
        Some(birth) => {
            let precision = PRECISIONS.iter().position(|known| *known == birth.precision).unwrap_or(0);
            out.push(precision as u8 + 1);
            put_signed(&mut out, birth.start.0);
        }
    }
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
    let birth = match take.u8()? {
        0 => None,
        precision => {
            let precision = *PRECISIONS.get(usize::from(precision) - 1)?;
            Some(When { start: Moment(take.signed()?), precision })
        }
    };
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

/// The first eight characters of the reading as one number in kana order: Latin and digits, kana, all else.
pub(crate) fn sort_number(row: &PersonRow) -> i64 {
    let own = |key: &&Key| !key.former;
    let of = |kind| row.keys.iter().filter(own).find(|key| key.kind == kind);
    let text = of(KeyKind::Kana).or_else(|| of(KeyKind::Name)).map_or("", |key| &key.text);
    ordered(ranks(text), 0)
}

/// Place in kana order of each of the first eight characters.
fn ranks(text: &str) -> impl Iterator<Item = u8> {
    text.chars().take(SORT_CHARS).map(|c| match u32::from(c) {
        c @ 0x21..=0x7e => c as u8,
        c @ 0x30a1..=0x30fa => (c - 0x30a0) as u8 + 0x80,
        _ => 0xfe,
    })
}

/// Ranks as one number whose signed order is theirs, the places left over filled.
fn ordered(ranks: impl Iterator<Item = u8>, fill: u8) -> i64 {
    let filled = ranks.chain(std::iter::repeat(fill)).take(SORT_CHARS);
    (filled.fold(0u64, |number, rank| number << 8 | u64::from(rank)) ^ (1 << 63)) as i64
}

/// Least and greatest sort number of a reading that begins so.
pub(crate) fn sort_range(beginning: &str) -> (i64, i64) {
    (ordered(ranks(beginning), 0), ordered(ranks(beginning), 0xff))
}

/// Single characters and pairs of a name.
pub(crate) fn grams(text: &str) -> BTreeSet<String> {
    let chars: Vec<char> = text.chars().take(KEY_CHARS).collect();
    let pairs = chars.windows(2).map(|pair| pair.iter().collect());
    chars.iter().map(char::to_string).chain(pairs).collect()
}

/// All postings of a row.
#[derive(Default, PartialEq)]
struct Postings {
    sort: i64,
    birth: Option<i64>,
    keys: BTreeSet<(u64, String)>,
    grams: BTreeSet<String>,
}

impl Postings {
    fn of(row: &PersonRow) -> Postings {
        let short = |text: &str| text.chars().take(KEY_CHARS).collect::<String>();
        let names = row.keys.iter().filter(|key| key.kind == KeyKind::Name);
        Postings {
            sort: sort_number(row),
            birth: row.birth.map(|birth| day(birth.start)),
            keys: row.keys.iter().map(|key| (kind_no(key.kind), short(&key.text))).collect(),
            grams: names.flat_map(|key| grams(&key.text)).collect(),
        }
    }
}

/// Writes search rows and moves their postings. Everything is put in index order first: with a million patients that
/// is a page touched once a batch instead of once a posting.
pub(crate) fn write_persons(db: &Connection, persons: &BTreeMap<u64, PersonRow>) -> Result<()> {
    let mut moves = Moves::default();
    for (&patient, row) in persons {
        let blob = encode_row(row);
        let held: Option<Vec<u8>> = db
            .prepare_cached("SELECT row FROM person WHERE patient = ?1")?
            .query_row([patient], |row| row.get(0))
            .optional()?;
        if held.as_ref() == Some(&blob) {
            continue;
        }
        let new = Postings::of(row);
        let sql = "INSERT INTO person (patient, sort, birth, row) VALUES (?1, ?2, ?3, ?4)
                   ON CONFLICT DO UPDATE SET sort = ?2, birth = ?3, row = ?4";
        db.prepare_cached(sql)?.execute((patient, new.sort, new.birth, &blob))?;
        let old = match held {
            None => None,
            Some(blob) => Some(decode_row(&blob).ok_or_else(|| Error::damaged(format!("person {patient}")))?),
        };
        let old = old.as_ref().map(Postings::of);
        if old.as_ref() != Some(&new) {
            moves.add(patient, old, new);
        }
    }
    moves.write(db)
}

/// Postings to take away and to put in, in index order.
#[derive(Default)]
struct Moves {
    old: BTreeMap<u64, Postings>,
    keys: Vec<(u64, String, u64, Option<i64>)>,
    grams: Vec<(String, i64, u64, Option<i64>)>,
    births: Vec<(i64, i64, u64)>,
}

impl Moves {
    fn add(&mut self, patient: u64, old: Option<Postings>, new: Postings) {
        self.old.extend(old.map(|old| (patient, old)));
        self.births.extend(new.birth.map(|birth| (birth, new.sort, patient)));
        self.keys.extend(new.keys.into_iter().map(|(kind, text)| (kind, text, patient, new.birth)));
        self.grams.extend(new.grams.into_iter().map(|gram| (gram, new.sort, patient, new.birth)));
    }

    fn write(mut self, db: &Connection) -> Result<()> {
        self.take_away(db)?;
        self.keys.sort_unstable();
        self.grams.sort_unstable();
        self.births.sort_unstable();
        let mut put =
            db.prepare_cached("INSERT INTO search_key (kind, text, patient, birth) VALUES (?1, ?2, ?3, ?4)")?;
        for (kind, text, patient, birth) in &self.keys {
            put.execute((kind, text, patient, birth))?;
        }
        let mut put =
            db.prepare_cached("INSERT INTO search_gram (gram, sort, patient, birth) VALUES (?1, ?2, ?3, ?4)")?;
        for (gram, sort, patient, birth) in &self.grams {
            put.execute((gram, sort, patient, birth))?;
        }
        let mut put = db.prepare_cached("INSERT INTO search_birth (birth, sort, patient) VALUES (?1, ?2, ?3)")?;
        for (birth, sort, patient) in &self.births {
            put.execute((birth, sort, patient))?;
        }
        Ok(())
    }

    fn take_away(&self, db: &Connection) -> Result<()> {
        let mut key = db.prepare_cached("DELETE FROM search_key WHERE kind = ?1 AND text = ?2 AND patient = ?3")?;
        let mut gram = db.prepare_cached("DELETE FROM search_gram WHERE gram = ?1 AND sort = ?2 AND patient = ?3")?;
        let mut birth =
            db.prepare_cached("DELETE FROM search_birth WHERE birth = ?1 AND sort = ?2 AND patient = ?3")?;
        for (patient, old) in &self.old {
            for (kind, text) in &old.keys {
                key.execute((kind, text, patient))?;
            }
            for text in &old.grams {
                gram.execute((text, old.sort, patient))?;
            }
            if let Some(day) = old.birth {
                birth.execute((day, old.sort, patient))?;
            }
        }
        Ok(())
    }
}
