//! Search and lists follow the cut: when a source is held back, what was made of suspect messages is made again of the trusted
//! ones; when it is released, of all.

use store::Writer;

use super::super::list::{self, Why};
use super::super::{Error, index};
use crate::hold::Holds;

/// Key of the trusted position that search and lists are made up to, and of where the source stood when it was first held
/// back; nothing where they are made of everything.
const SHOWN_KEY: &[u8] = b"gs";

/// Has search and lists of a source follow its cut. Does nothing, and costs one look-up, where they do.
///
/// # Errors
/// When the store refuses; it is done the next time then, for all of what changed.
pub fn settle(writer: &mut Writer, source: u32) -> Result<(), Error> {
    let holds = writer.once(Holds::of)?;
    let held = holds.of_source(source).and_then(|hold| Some((hold.trusted?, hold.head)));
    let shown = writer.unit(source, SHOWN_KEY)?.and_then(|kept| read(&kept));
    if shown == held {
        return Ok(());
    }
    let Some(source) = writer.sources()?.into_iter().find(|known| known.no == source) else { return Ok(()) };
    let head = source.last_position;
    // Between the two ends nothing changed: only what lies between them counts now and did not, or the reverse.
    let (from, to) = match (shown, held) {
        (None, Some((trusted, _))) | (Some((trusted, _)), None) => (trusted, head),
        (Some((was, _)), Some((is, _))) => (was.min(is), was.max(is).min(head)),
        (None, None) => (head, head),
    };
    let after = shown.or(held).map_or(head, |(_, head)| head);
    list::again(writer, &source, (from + 1, to), Why::Held { after })?;
    while index::settle(writer, &source, SETTLED_AT_ONCE)? > 0 {}
    let no = source.no;
    writer.batch(|batch| match held {
        Some((trusted, head)) => batch.put_unit(no, SHOWN_KEY, &[trusted.to_be_bytes(), head.to_be_bytes()].concat()),
        None => batch.drop_unit(no, SHOWN_KEY),
    })?;
    tracing::info!(source = no, "search and lists follow the cut of a source");
    Ok(())
}

/// Patients whose rows are made again before the next are looked up.
const SETTLED_AT_ONCE: usize = 5000;

fn read(kept: &[u8]) -> Option<(u64, u64)> {
    let (trusted, head) = kept.split_first_chunk::<8>()?;
    Some((u64::from_be_bytes(*trusted), u64::from_be_bytes(*head.first_chunk()?)))
}
