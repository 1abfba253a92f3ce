//! Who lies where and what is planned, for the lists across patients: made as the search rows of [`super::index`] are.
//!
//! A patient folder read for the first time gives its part of the lists at once. Any later news of the kinds of
//! [`chart::lists::matters`] only leaves a mark, in the same transaction, and the part is made again from the record of
//! all sources, so that a kill between the two is made good at the next start.

use std::collections::BTreeSet;
use std::sync::Arc;

use chart::{ContentId, Fact, Flag, Lists, Moment, Origin, PatientId};
use formats::ssmix2::FilePath;
use store::{Sighting, Source, Writer};

use super::index::marks;
use super::message::{Listed, listed_kind};
use super::unit::split;
use super::{Error, REBUILD_BATCH};

/// Prefix of the keys of marks.
const MARKS: &[u8] = b"e/";

/// Key of the mark of a patient.
pub(super) fn key(patient: &str) -> Vec<u8> {
    [MARKS, patient.as_bytes()].concat()
}

/// True for the name of a file in force: only such a one can bring a patient on a list by being renamed.
pub(super) fn stands_by_name(path: &[u8]) -> bool {
    FilePath::parse(path).flag == Flag::Current
}

/// What a message that was just stored says, with as much of its origin as the lists ask for.
pub(super) fn facts(said: Listed, path: &[u8], position: u64, received: Moment) -> impl Iterator<Item = Fact> {
    let Listed { named, kind, message, bodies } = said;
    // Its bytes are not hashed again: within one reading of a folder each message is another one.
    let mut content = [0; 32];
    content[..8].copy_from_slice(&position.to_be_bytes());
    let origin = Arc::new(Origin {
        position,
        kind,
        path: String::from_utf8_lossy(path).into_owned(),
        content: Some(ContentId(content)),
        flag: named.flag,
        care_date: named.care_date,
        order_no: named.order_no,
        department: named.department,
        sent: named.sent,
        message,
        received,
        ..Origin::default()
    });
    bodies.into_iter().map(move |body| Fact { origin: Arc::clone(&origin), body })
}

/// A patient's part of the lists, by all the facts there are; the newest was received at `newest`.
pub(super) fn of(patient: &str, facts: &[Fact], newest: Moment) -> Lists {
    // Numbers of one patient folder: the authority plays no part.
    chart::lists::lists(&PatientId { authority: String::new(), id: patient.to_owned() }, facts, newest)
}

/// A patient's part of the lists out of the record.
fn again(writer: &Writer, id: &PatientId) -> Result<Lists, Error> {
    let mut newest = Moment(i64::MIN);
    let facts = crate::record::facts_of(writer, id, |sightings| {
        let kinds: Vec<_> = sightings.iter().map(|sighting| listed_kind(&sighting.path)).collect();
        let listed = || sightings.iter().zip(&kinds).filter_map(|(sighting, kind)| Some((*sighting, (*kind)?)));
        newest = listed().map(|(sighting, _)| sighting.received).max().unwrap_or(newest);
        // Most orders and visits are over. Of one that may not be, every message is read: one may withdraw it.
        let news = |sighting: &Sighting, kind| {
            sighting.bytes.as_deref().is_some_and(|bytes| chart::lists::may_be_news(kind, bytes, newest))
        };
        let orders: BTreeSet<_> = listed()
            .filter(|(sighting, kind)| news(sighting, kind))
            .map(|(sighting, _)| order_of(&sighting.path))
            .collect();
        let wanted = sightings.iter().zip(&kinds);
        wanted.map(|(sighting, kind)| kind.is_some() && orders.contains(&order_of(&sighting.path))).collect()
    })?;
    Ok(of(&id.id, &facts, newest))
}

/// What all messages of one order, visit or movement have in common in their paths: the folder (day and kind) and the
/// オーダNo, which is the fourth part of the name.
fn order_of(path: &[u8]) -> (&[u8], &[u8]) {
    let (folder, name) = split(path);
    (folder, name.split(|byte| *byte == b'_').nth(3).unwrap_or_default())
}

/// Makes the parts of all marked patients again, and forgets the marks; at most `limit` of them. Answers how many.
pub(super) fn settle(writer: &mut Writer, source: &Source, limit: usize) -> Result<u64, Error> {
    let marks = marks(writer, source, MARKS, limit)?;
    // The record is that of all sources, so their marks are met too.
    let sources: Vec<u32> = match marks.is_empty() {
        true => Vec::new(),
        false => writer.sources()?.iter().filter(|s| s.authority == source.authority).map(|s| s.no).collect(),
    };
    for some in marks.chunks(REBUILD_BATCH) {
        let mut parts = Vec::new();
        for key in some {
            let patient = String::from_utf8_lossy(key.get(MARKS.len()..).unwrap_or_default()).into_owned();
            let id = PatientId { authority: source.authority.clone(), id: patient };
            parts.push((again(writer, &id)?, id));
        }
        writer.batch(|batch| {
            parts.iter().try_for_each(|(lists, id)| batch.put_lists(id, lists))?;
            let met = some.iter().flat_map(|key| sources.iter().map(move |no| (*no, key)));
            met.into_iter().try_for_each(|(no, key)| batch.drop_unit(no, key))
        })?;
    }
    Ok(marks.len() as u64)
}
