//! The envelope (閲覧用カルテファイル): one sealed file that shows charts on a machine without us, to read and to print.
//!
//! `rules.rs` says what an index may hold and for how long a file is good, `index.rs` what its index says of a patient, `shell.rs` the
//! page around it with `envelope.js`; `inventory.rs` folds what was made and what became of it. What is in a chart is drawn by the
//! ward's own templates, and the two are put together above the slices, in `crates/andon/src/cli/envelope.rs`. Boxes, passphrases and
//! signatures are `vault::envelope`'s.

pub mod index;
pub mod inventory;
pub mod rules;
pub mod shell;

use chart::Moment;
use store::Writer;
use vault::envelope::{Signed, Statement};

use crate::event::{self, ENVELOPE_NUMBERS_ITEM, EnvelopeEvent, Event};
use crate::home::Problem;
use crate::writing::Answer;

/// The next number: with the station and the life of its log, so that a home restored from a copy cannot give one out twice.
///
/// # Errors
/// When the store cannot be written.
pub fn take_number(writer: &mut Writer, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    let last = writer
        .last_event_of(ENVELOPE_NUMBERS_ITEM)?
        .map(|stored| Event::read(stored.envelope.kind, stored.envelope.version, &stored.envelope.payload));
    let no = match last {
        Some(Event::Envelope(EnvelopeEvent::Taken { no })) => no + 1,
        _ => 1,
    };
    event::append_as(writer, &Event::Envelope(EnvelopeEvent::Taken { no }), by, now)?;
    let head = writer.head();
    let station: String = head.station.to_string().chars().take(4).collect();
    Ok(Answer::Envelope { number: format!("{}{:02}-E{no}", station.to_uppercase(), head.incarnation) })
}

/// Writes down what is said of envelopes. What was made is signed once it is on disk.
///
/// # Errors
/// When what is said cannot be so, or the store cannot be written.
pub fn write_down(writer: &mut Writer, said: &EnvelopeEvent, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    if let EnvelopeEvent::Act { number, act, .. } = said {
        inventory::may(&inventory::inventory(writer)?, number, *act)?;
    }
    event::append_as(writer, &Event::Envelope(said.clone()), by, now)?;
    let EnvelopeEvent::Made(made) = said else { return Ok(Answer::Done) };
    let data = (!made.data.is_empty()).then(|| made.data.clone());
    let statement = Statement { number: made.number.clone(), made: made.made, html: made.html.clone(), data };
    let key = writer.public_key();
    let signature = writer.sign(statement.text(&key).as_bytes());
    Ok(Answer::Signed { text: Signed { statement, key, signature }.text() })
}
