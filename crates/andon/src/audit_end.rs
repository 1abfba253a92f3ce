//! The station's log as the witness of the access audit: it says now and then how many lines there were, and the hash of the
//! last. Whoever cuts off the end of `access.db`, or puts an older file in its place, cannot take that word back: it is
//! signed, in a chain of its own, in another file.
//!
//! The log speaks after the lines are on disk, so a power cut between the two leaves lines without a witness and never a
//! witness without its lines ([decision 11](../../../docs/decisions/0011-access-file.md)).

use chart::Moment;
use store::{Access, LookHead, Reader, Writer};

use crate::event::{self, Event, LOOKS_ITEM};
use crate::home::{Exit, Problem};

/// What the log said last, and when; `None` where nothing was said in this life of the log.
///
/// # Errors
/// When the store cannot be read.
pub fn last(reader: &Reader) -> Result<Option<(Moment, LookHead)>, Problem> {
    let Some(stored) = reader.last_event_of(LOOKS_ITEM)? else { return Ok(None) };
    let envelope = stored.envelope;
    match Event::read(envelope.kind, envelope.version, &envelope.payload) {
        Event::Looks(head) => Ok(Some((envelope.entry_time, head))),
        _ => Ok(None),
    }
}

/// Has the log say where the audit stands, if lines were added since it last did. It never says less than it has said.
///
/// # Errors
/// When a file cannot be read or written; of exit code 4 when the audit is not where the log saw it.
pub fn tell(access: &Access, writer: &mut Writer, now: Moment) -> Result<(), Problem> {
    let (said, head) = (last(writer)?, access.head()?);
    if let Some((_, said)) = &said
        && !access.holds(said)?
    {
        return Err(Problem {
            exit: Exit::Integrity,
            words: "閲覧の記録の終わりが切り取られています。`andon audit --verify` で確かめてください。\n\
                    Lines were cut off the access audit: see `andon audit --verify`."
                .to_owned(),
        });
    }
    match head {
        Some(head) if said.is_none_or(|(_, said)| said != head) => event::append(writer, &Event::Looks(head), "", now),
        _ => Ok(()),
    }
}
