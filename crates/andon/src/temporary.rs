//! Temporary patients (仮患者): blocks of numbers that no EMR can give and no other station takes, and whom such a number means.
//! How a number is made, and why no two are the same, is in `chart::temporary`.

use std::collections::BTreeSet;

use chart::temporary::{Block, is_authority, may_be, width};
use chart::{Moment, PatientId};
use store::{Reader, Writer};

use crate::event::{self, BLOCKS_ITEM, Event, blocks_item, patient_item};
use crate::home::Problem;

/// Takes the next numbers of this station, for good: on disk when this returns, whatever becomes of the paper.
///
/// # Errors
/// When this life of the log has counted to its end, the hospital's own numbers leave no room, or the store refuses.
pub fn take(writer: &mut Writer, count: u32, by: (&str, &str), now: Moment) -> Result<Block, Problem> {
    let head = writer.head();
    let (station, life) = (head.station.to_string(), head.incarnation);
    let last = writer.last_event_of(&blocks_item(&station, life))?.and_then(|stored| block_of(&stored));
    let first = last.map_or(1, |block| block.first.saturating_add(block.count));
    let width = width(writer.longest_number(is_authority)?);
    let authority = writer.about().authority.clone();
    let block =
        width.and_then(|width| Block { authority, station, life, width, first, count }.checked()).ok_or_else(|| {
            Problem::failed(
                "この端末では仮番号をもう出せません（病院の患者番号が長すぎるか、番号を使い切った）。別の端末で出すか、\
                 `andon doctor --new-incarnation` で新しい世代を始めてください。\n\
                 No more temporary numbers at this station (the hospital's own are too long, or all are used): use another \
                 station, or begin a new life of this log.",
            )
        })?;
    event::append_as(writer, &Event::Temporary(block.clone()), by, now)?;
    Ok(block)
}

fn block_of(stored: &store::StoredEvent) -> Option<Block> {
    let envelope = &stored.envelope;
    match Event::read(envelope.kind, envelope.version, &envelope.payload) {
        Event::Temporary(block) => block.checked(),
        _ => None,
    }
}

/// The temporary patients of a number, of whichever station: one, unless stations whose ids end alike took the same digits. A number that
/// no block holds is nobody's, whatever it looks like.
///
/// # Errors
/// When the store cannot be read.
pub fn of_number(reader: &Reader, number: &str) -> Result<Vec<PatientId>, Problem> {
    if !may_be(number) {
        return Ok(Vec::new());
    }
    let blocks = crate::hospital::events_of(reader, BLOCKS_ITEM)?.into_iter().filter_map(|stored| block_of(&stored));
    let mut found: Vec<PatientId> =
        blocks.flat_map(|block| block.patients()).filter(|patient| patient.id == number).collect();
    found.sort();
    found.dedup();
    Ok(found)
}

/// Temporary patients of whom there is anything: something received, a scanned page, a person's word.
///
/// # Errors
/// When the store cannot be read.
pub fn known(reader: &Reader) -> Result<Vec<PatientId>, Problem> {
    let mut known = BTreeSet::new();
    reader.patients(|id| known.extend(is_authority(&id.authority).then_some(id)))?;
    for block in reader.events_of(BLOCKS_ITEM)?.into_iter().filter_map(|stored| block_of(&stored)) {
        for patient in block.patients() {
            if reader.last_event_of(&patient_item(&patient))?.is_some() {
                known.insert(patient);
            }
        }
    }
    Ok(known.into_iter().collect())
}

/// True for a temporary patient whose number was taken.
///
/// # Errors
/// When the store cannot be read.
pub fn is_issued(reader: &Reader, patient: &PatientId) -> Result<bool, Problem> {
    Ok(is_authority(&patient.authority) && of_number(reader, &patient.id)?.contains(patient))
}

/// Whom a number means that somebody typed: the EMR's patient, or a temporary one.
///
/// # Errors
/// When it means two, so that a person looks again; or when the store cannot be read.
pub fn meant(reader: &Reader, number: &str) -> Result<PatientId, Problem> {
    let own = PatientId { authority: reader.about().authority.clone(), id: number.to_owned() };
    let mut temporary = of_number(reader, number)?;
    let is_of_emr = !temporary.is_empty() && reader.person(&own)?.is_some();
    match (temporary.pop(), is_of_emr) {
        (None, _) => Ok(own),
        (Some(only), false) if temporary.is_empty() => Ok(only),
        _ => Err(Problem::failed(
            "この番号は二人を指します（仮番号が、電子カルテの番号か別の端末の仮番号と同じ）。検索で二人を開き、紙の氏名・生年月日と\
             見比べて選んでください。まだ何もしていません。\n\
             This number means two patients: open both by search, compare name and birth date with the paper, and choose.",
        )),
    }
}
/// A patient's number as it was typed: alone, or with its 照合番号 as our paper has it, which is then right. A number of the hospital's
/// own that looks as if it had one is that number.
///
/// # Errors
/// For a number with the 照合番号 of another, or when the store cannot be read.
pub fn plain(reader: &Reader, typed: &str) -> Result<String, Problem> {
    use chart::check_digit::{Typed, typed as read};
    let own = PatientId { authority: reader.about().authority.clone(), id: typed.to_owned() };
    match read(typed) {
        Typed::Confirmed(id) => Ok(id),
        _ if reader.person(&own)?.is_some() => Ok(own.id),
        // Full-width figures of an input method are made plain.
        Typed::Bare(id) => Ok(id),
        Typed::Wrong => Err(Problem::usage(WRONG_CHECK)),
    }
}

/// What is said of a number with the 照合番号 of another.
const WRONG_CHECK: &str = "照合番号が患者番号と合いません。紙の番号をもう一度見てください。まだ何もしていません。\n\
    The check number is not that of this patient's number: look at the paper again. Nothing was done.";
