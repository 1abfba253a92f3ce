//! Writing what is said of appointments, lists, rows and calls. What came of ringing somebody is said of the appointment in the same commit.

use chart::Moment;
use store::{NewEvent, Writer};

use super::rules::{self, Values};
use crate::bookings::day::named;
use crate::bookings::{Matter, found, is_copys};
use crate::event::{self, BookingEvent, BookingSaid, Event};
pub(super) use crate::home::signed;
use crate::home::{Problem, wrong};
use crate::parents::Seen;
use crate::writing::Answer;
use crate::writing::telephone::Arranged;

/// An event to be written, at the time that a person says and on what it builds.
pub(super) fn event_at(
    event: BookingEvent,
    (at, parents): (Moment, Vec<store::EventHash>),
    by: (&str, &str),
    now: Moment,
) -> Result<NewEvent, Problem> {
    let new = event::new_event(&Event::Booking(event), by, now).ok_or_else(|| Problem::failed("event"))?;
    Ok(NewEvent { event_time: at, parents, ..new })
}

/// Writes what is said.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn say(
    writer: &mut Writer,
    (event, seen, again): (&BookingEvent, &Seen, bool),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    let events = events_of(writer, (event, seen, again), at, by, now)?;
    let thing = match event.said().thing.as_str() {
        "" => super::make::next_name(writer, 0),
        thing => thing.to_owned(),
    };
    writer.append_events(&events)?;
    let number = found(writer, event.item(), &thing)?.short();
    Ok(Answer::Arranged(Arranged { thing, number, rows: 0 }))
}

/// The events by which it is said: of a row first the row's, then those of its appointments.
pub(super) fn events_of(
    writer: &Writer,
    (event, seen, again): (&BookingEvent, &Seen, bool),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Vec<NewEvent>, Problem> {
    let said = event.said();
    signed(by, &said.words)?;
    if !event.acts().contains(&said.act.as_str()) {
        return Err(wrong("この操作はありません。", "No such act."));
    }
    let words = said.words.trim().to_owned();
    let said = BookingSaid { words, ..said.clone() };
    match event {
        BookingEvent::Booking(_) => Ok(vec![booking(writer, (said, seen), at, by, now)?]),
        BookingEvent::List(_) => {
            let stands = known(writer, event, &said, seen)?;
            let values = rules::list(&said.act, &said.words, &said.values)?;
            let said = BookingSaid { values, ..said };
            Ok(vec![event_at(event.with(said), (at, stands.fields.tips), by, now)?])
        }
        BookingEvent::Row(_) => row(writer, (event, said, seen, again), at, by, now),
        BookingEvent::Call(_) => {
            let parents = match said.thing.is_empty() {
                true => Vec::new(),
                false => known(writer, event, &said, seen)?.fields.tips,
            };
            if !said.id.is_empty() {
                patient(writer, &said)?;
            }
            let values = rules::call((&said.act, &said.words, &said.values), !said.id.is_empty(), at)?;
            Ok(vec![event_at(event.with(BookingSaid { values, ..said }), (at, parents), by, now)?])
        }
    }
}

fn known(writer: &Writer, event: &BookingEvent, said: &BookingSaid, seen: &Seen) -> Result<Matter, Problem> {
    found(writer, event.item(), &said.thing)?.as_seen(seen)
}

/// The patient is known here.
fn patient(writer: &Writer, said: &BookingSaid) -> Result<(), Problem> {
    let id = said.patient();
    if writer.person(&id)?.is_none() && !crate::temporary::is_issued(writer, &id)? {
        return Err(wrong(
            "この番号の患者はこのコピーにありません。見つからない人は、受付で仮患者にしてから予約を入れてください。",
            "No patient of this number is in this copy: register a temporary patient at reception first.",
        ));
    }
    Ok(())
}

/// What is said of an appointment.
fn booking(
    writer: &Writer,
    (said, seen): (BookingSaid, &Seen),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<NewEvent, Problem> {
    let known = crate::bookings::bookings(writer)?.into_iter().find(|one| one.name == said.thing);
    let (id, stands) = match said.thing.is_empty() {
        true => (said.patient(), None),
        false => named(writer, &said.thing).map(|(id, row)| (id, Some(row)))?,
    };
    let parents = match &known {
        Some(known) => known.as_seen(seen)?.fields.tips,
        None => Vec::new(),
    };
    let is_first = parents.is_empty() && is_copys(&said.thing);
    let values = rules::booking((&said.act, &said.words, &said.values), stands.as_ref(), (by.1, is_first), at)?;
    let said = BookingSaid { authority: id.authority, id: id.id, values, ..said };
    if stands.is_none() {
        patient(writer, &said)?;
    }
    event_at(BookingEvent::Booking(said), (at, parents), by, now)
}

fn row(
    writer: &Writer,
    (event, said, seen, again): (&BookingEvent, BookingSaid, &Seen, bool),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Vec<NewEvent>, Problem> {
    let stands = known(writer, event, &said, seen)?;
    let values = rules::row((&said.act, &said.words, &said.values), &stands, (by.0, again), at)?;
    let of = |field: &str| values.get(field).cloned().unwrap_or_default();
    let (outcome, moved_to, paper, spoke) = (of("outcome"), of("moved_to"), of("paper"), of("spoke_with"));
    let (authority, id, list) = (stands.authority.clone(), stands.id.clone(), stands.list.clone());
    let said = BookingSaid { authority, id, list, values, ..said };
    let mut events = vec![event_at(event.with(said.clone()), (at, stands.tips.clone()), by, now)?];
    let change = match (said.act.as_str(), outcome.as_str()) {
        ("result", "moved") => Some(("move", Values::from([("at".to_owned(), moved_to.clone())]))),
        ("result", "cancelled") => Some(("cancel", Values::new())),
        _ => None,
    };
    let Some((act, mut values)) = change else { return Ok(events) };
    // Where a later result says something else a person settles the row first: until then no appointment is changed by it.
    if !paper.is_empty() && is_contested(&*found(writer, event.item(), &said.thing)?, (&outcome, &moved_to), at) {
        return Ok(events);
    }
    one_coming(writer, &stands)?;
    // Of paper who wrote it is known, and not always with whom that was spoken.
    let told_by = if spoke.is_empty() { paper.clone() } else { spoke };
    values.insert("told_by".to_owned(), told_by);
    for thing in stands.value("booking").lines() {
        let (act, values, words) = (act.to_owned(), values.clone(), said.words.clone());
        let change = BookingSaid { thing: thing.to_owned(), act, words, values, ..BookingSaid::default() };
        let seen = if paper.is_empty() { Seen::default() } else { known_by(writer, thing, at)? };
        // Its time may be that already, by another way: then nothing is to be said of it.
        if let Some(new) = unless_so(writer, (change, &seen), at, by, now)? {
            events.push(new);
        }
    }
    Ok(events)
}

/// A result of later than this says something else.
fn is_contested(row: &Matter, (outcome, moved_to): (&str, &str), at: Moment) -> bool {
    let of = |said: &BookingSaid, field: &str| said.values.get(field).cloned().unwrap_or_default();
    let differs = |said: &BookingSaid| of(said, "outcome") != outcome || of(said, "moved_to") != moved_to;
    row.history.iter().any(|(said, told, _)| said.act == "result" && told.at > at && differs(said))
}

/// What was known of an appointment by then.
fn known_by(writer: &Writer, thing: &str, at: Moment) -> Result<Seen, Problem> {
    let known = crate::bookings::bookings(writer)?.into_iter().find(|one| one.name == thing);
    Ok(known.map_or_else(Seen::default, |known| Seen::of(&known.as_of(at).tips)))
}

/// What a row says of its appointments it says of one coming: of several days or departments each is changed by itself.
fn one_coming(writer: &Writer, row: &Matter) -> Result<(), Problem> {
    let plans = row.value("booking").lines().filter_map(|thing| named(writer, thing).ok());
    let day = |plan: &chart::Plan| plan.at.map(|at| at.start.day().iso());
    let comings = plans.map(|(_, row)| (day(&row.plan), row.plan.department, row.plan.department_code));
    let comings: std::collections::BTreeSet<_> = comings.collect();
    if comings.len() <= 1 {
        return Ok(());
    }
    Err(wrong(
        "この行には、日か診療科の違う予約が二つ以上あります。どれを変えるかを予約の画面（または andon appointments move・cancel）で一つずつ記録し、この行の結果は「話した」にしてください。まだ何も記録していません。",
        "This row is about appointments of several days or departments. Change each by itself (page of the appointment, or andon appointments move, cancel) and give the row the result that you spoke. Nothing was written.",
    ))
}

fn unless_so(
    writer: &Writer,
    (change, seen): (BookingSaid, &Seen),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Option<NewEvent>, Problem> {
    // A station without this part of the copy writes the row alone, which says when to.
    let Ok((_, stands)) = named(writer, &change.thing) else { return Ok(None) };
    let is_so = match change.act.as_str() {
        _ if stands.doubtful => false,
        "cancel" => stands.state == "cancelled",
        _ => {
            let to = change.values.get("at").and_then(|at| crate::bookings::read_at(at));
            stands.state == "stands" && stands.plan.at.map(|at| at.to_string()) == to.map(|at| at.to_string())
        }
    };
    if is_so { Ok(None) } else { booking(writer, (change, seen), at, by, now).map(Some) }
}
