//! Writing events into this station's log.

use chart::Moment;
use store::NewEvent;

use super::Event;
use crate::home::{Home, Problem};

/// Writes an event into this station's log, by a person or, with an empty name, by the station itself.
///
/// # Errors
/// When the store cannot be written.
pub fn append(writer: &mut store::Writer, event: &Event, person: &str, now: Moment) -> Result<(), Problem> {
    append_as(writer, event, (person, if person.is_empty() { "station" } else { "staff" }), now)
}

/// Writes an event by a person in a role.
///
/// # Errors
/// When the store cannot be written.
pub fn append_as(
    writer: &mut store::Writer,
    event: &Event,
    (person, role): (&str, &str),
    now: Moment,
) -> Result<(), Problem> {
    let Some(new) = new_event(event, (person, role), now) else { return Ok(()) };
    writer.append_events(&[new])?;
    Ok(())
}

/// An event by a person in a role, to be written with something else; `None` for an unknown one.
pub fn new_event(event: &Event, (person, role): (&str, &str), now: Moment) -> Option<NewEvent> {
    let (kind, version, payload) = event.encode()?;
    let (person, role, items) = (person.to_owned(), role.to_owned(), event.items());
    let (event_time, entry_time, parents) = (now, now, Vec::new());
    Some(NewEvent { event_time, entry_time, person, role, items, parents, kind, version, payload })
}

/// The first event of every log.
///
/// # Errors
/// When the home does not open.
pub fn home_made(home: &Home, now: Moment) -> Result<(), Problem> {
    let event = Event::HomeMade { program: env!("CARGO_PKG_VERSION").to_owned() };
    append(&mut home.writer()?, &event, "", now)
}
