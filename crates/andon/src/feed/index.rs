//! Who can be found: search rows made of what the messages say, from the record and from nothing else.
//!
//! A patient folder read for the first time gives its row at once. Any later change of ADT-00 only leaves a *mark*, in
//! the same transaction, and the row is made again from the record of all sources; so a kill between the two is made
//! good at the next start.

use std::collections::BTreeMap;

use chart::{Flag, Name, PatientId, Person, Script, fold_id, fold_kana, fold_name, fold_phone};
use store::{Key, KeyKind, PersonRow, SightingAct, Source, Writer};

use super::message::{self, Saying};
use super::{Error, REBUILD_BATCH};

/// Prefix of the keys of marks.
const MARKS: &[u8] = b"d/";

/// Why a patient's row must be looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// What ADT-00 says changed.
    Again = b'a' as isize,
    /// The patient was met without ADT-00: needs a row unless another source gives one.
    IfNone = b'n' as isize,
}

impl Mark {
    /// Key of the mark of a patient.
    pub fn key(patient: &str) -> Vec<u8> {
        [MARKS, patient.as_bytes()].concat()
    }
}

/// What news of a patient means for the row.
#[derive(Debug, PartialEq)]
pub(super) enum Decision {
    /// This is the row.
    Put(PersonRow),
    /// Look at it again after this transaction.
    Mark(Mark),
    /// Nothing to do.
    Nothing,
}

/// Decides without the record where that is safe: `basic`, `whole` and `met` as in [`super::list::Run`]. `known` asks for the
/// row there is.
pub(super) fn decide(
    patient: &str,
    (basic, whole, met): (bool, bool, bool),
    sayings: impl Iterator<Item = Saying>,
    known: impl FnOnce() -> store::Result<Option<PersonRow>>,
) -> store::Result<Decision> {
    if !(basic || met) {
        return Ok(Decision::Nothing);
    }
    let unknown = known()?.is_none();
    Ok(match (whole, basic) {
        (true, true) if unknown => Decision::Put(row(patient, sayings.collect())),
        (_, true) => Decision::Mark(Mark::Again),
        (_, false) if unknown => Decision::Mark(Mark::IfNone),
        (_, false) => Decision::Nothing,
    })
}

/// The row of a patient of whom these things were said. Without any it is still found by number.
pub(super) fn row(id: &str, mut sayings: Vec<Saying>) -> PersonRow {
    // Best last: what PID-3 agrees with the path before what is doubtful, ADT-00 before other messages, current before
    // superseded before cancelled, then the newest.
    sayings.sort_by_key(|saying| {
        let state = match saying.flag {
            Flag::Current => 2,
            Flag::Superseded => 1,
            Flag::Cancelled => 0,
        };
        (!saying.doubtful, saying.person.basic, state, saying.sent)
    });
    let mut row = PersonRow::default();
    push(&mut row.keys, KeyKind::Id, fold_id(id), false);
    let Some(best) = sayings.pop() else { return row };
    sayings.retain(|saying| best.doubtful || !saying.doubtful);
    row.name = name_of(&best.person);
    row.kana = written(&best.person.names, Script::Phonetic).unwrap_or_default();
    row.birth = best.person.birth.or_else(|| sayings.iter().rev().find_map(|saying| saying.person.birth));
    row.sex = best.person.sex;
    row.phones = best.person.phones.clone();
    name_keys(&mut row.keys, &best.person.names, false);
    for phone in &row.phones {
        push(&mut row.keys, KeyKind::Phone, fold_phone(phone), false);
    }
    // Names once borne. A cancelled message withdraws what it said.
    for earlier in sayings.iter().rev().filter(|saying| saying.flag != Flag::Cancelled && saying.person.basic) {
        let name = name_of(&earlier.person);
        let other = !name.is_empty() && fold_name(&name) != fold_name(&row.name);
        if other && !row.former.contains(&name) {
            row.former.push(name);
        }
        name_keys(&mut row.keys, &earlier.person.names, true);
    }
    row
}

/// The name to show: as the hospital writes it, else the first there is.
fn name_of(person: &Person) -> String {
    written(&person.names, Script::Ideographic).or_else(|| person.names.first().map(joined)).unwrap_or_default()
}

fn written(names: &[Name], script: Script) -> Option<String> {
    names.iter().find(|name| name.script == script).map(joined)
}

fn joined(name: &Name) -> String {
    match (name.family.as_str(), name.given.as_str()) {
        (family, "") => family.to_owned(),
        ("", given) => given.to_owned(),
        (family, given) => format!("{family} {given}"),
    }
}

fn name_keys(keys: &mut Vec<Key>, names: &[Name], former: bool) {
    for name in names {
        let whole = joined(name);
        if name.script != Script::Phonetic {
            push(keys, KeyKind::Name, fold_name(&whole), former);
        }
        // A name that is all kana is its own reading (katakana foreigners, newborns).
        let all_kana =
            whole.chars().all(|c| matches!(c, '\u{3041}'..='\u{30ff}' | '\u{ff66}'..='\u{ff9f}' | ' ' | '　'));
        if name.script == Script::Phonetic || (all_kana && !whole.is_empty()) {
            push(keys, KeyKind::Kana, fold_kana(&whole), former);
            push(keys, KeyKind::Kana, fold_kana(&name.given), former);
        }
    }
}

fn push(keys: &mut Vec<Key>, kind: KeyKind, text: String, former: bool) {
    let there = keys.iter().any(|key| key.kind == kind && key.text == text);
    if !text.is_empty() && !there {
        keys.push(Key { kind, text, former });
    }
}

/// Makes the rows of all marked patients again, in search and on the lists, and forgets the marks; at most `limit` of
/// them. Answers how many.
pub(super) fn settle(writer: &mut Writer, source: &Source, limit: usize) -> Result<u64, Error> {
    let marks = marks(writer, source, MARKS, limit)?;
    for some in marks.chunks(REBUILD_BATCH) {
        let mut rows = Vec::new();
        for key in some {
            let patient = String::from_utf8_lossy(key.get(MARKS.len()..).unwrap_or_default()).into_owned();
            let id = PatientId { authority: source.authority.clone(), id: patient };
            let if_none = writer.unit(source.no, key)?.as_deref() == Some(&[Mark::IfNone as u8]);
            if !(if_none && writer.person(&id)?.is_some()) {
                let sayings = sayings(writer, &id)?;
                rows.push((row(&id.id, sayings), id));
            }
        }
        writer.batch(|batch| {
            rows.iter().try_for_each(|(row, id)| batch.put_person(id, row))?;
            some.iter().try_for_each(|key| batch.drop_unit(source.no, key))
        })?;
    }
    let left = limit - marks.len();
    Ok(marks.len() as u64 + super::lists::settle(writer, source, left)?)
}

/// Keys of marks of one sort, at most `limit`.
pub(super) fn marks(writer: &Writer, source: &Source, prefix: &[u8], limit: usize) -> Result<Vec<Vec<u8>>, Error> {
    let mut marks = Vec::new();
    writer.units(source.no, prefix, |key| {
        if marks.len() < limit {
            marks.push(key.to_vec());
        }
    })?;
    Ok(marks)
}

/// What the record of all sources says of a person now: each file by its last name.
fn sayings(writer: &Writer, id: &PatientId) -> Result<Vec<Saying>, Error> {
    let mut files = BTreeMap::new();
    for sighting in writer.sightings(id, &crate::hold::trusted(writer)?)? {
        if let SightingAct::Renamed { from } = &sighting.act {
            files.remove(&(sighting.source, from.clone()));
        }
        // Gone is not cancelled: what a file said stays said.
        if sighting.bytes.is_some() && sighting.act != SightingAct::Gone {
            files.insert((sighting.source, sighting.path.clone()), sighting);
        }
    }
    let basic = files.keys().any(|(_, path)| message::is_basic(path));
    let wanted = files.into_iter().filter(|((_, path), _)| !basic || message::is_basic(path));
    let read = wanted.filter_map(|((_, path), sighting)| message::saying(&path, sighting.bytes.as_deref()?));
    Ok(read.collect())
}
