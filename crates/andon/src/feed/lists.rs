//! Who lies where and what is planned, for the lists across patients: made as the search rows of [`super::index`] are.
//!
//! A patient folder read for the first time gives its part of the lists at once. Any later news of the kinds of
//! [`chart::lists::matters`] only leaves a mark, in the same transaction, and the part is made again from the record of
//! all sources, so that a kill between the two is made good at the next start.

use std::sync::Arc;

use chart::{ContentId, Fact, Flag, Lists, Moment, Origin, PatientId};
use formats::ssmix2::FilePath;
use store::{Source, Writer};

use super::index::marks;
use super::message::Listed;
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

/// A patient's part of the lists, by all the facts there are.
pub(super) fn of(patient: &str, facts: &[Fact]) -> Lists {
    // Numbers of one patient folder: the authority plays no part.
    chart::lists::lists(&PatientId { authority: String::new(), id: patient.to_owned() }, facts)
}

/// Makes the parts of all marked patients again, and forgets the marks; at most `limit` of them. Answers how many.
pub(super) fn settle(writer: &mut Writer, source: &Source, limit: usize) -> Result<u64, Error> {
    let marks = marks(writer, source, MARKS, limit)?;
    for some in marks.chunks(REBUILD_BATCH) {
        let mut parts = Vec::new();
        for key in some {
            let patient = String::from_utf8_lossy(key.get(MARKS.len()..).unwrap_or_default()).into_owned();
            let id = PatientId { authority: source.authority.clone(), id: patient };
            let facts = crate::record::facts_of(writer, &id, chart::lists::matters)?;
            parts.push((of(&id.id, &facts), id));
        }
        writer.batch(|batch| {
            parts.iter().try_for_each(|(lists, id)| batch.put_lists(id, lists))?;
            some.iter().try_for_each(|key| batch.drop_unit(source.no, key))
        })?;
    }
    Ok(marks.len() as u64)
}
