//! A day at the desks without people: `desk_day HOME COUNT` writes COUNT receptions and moves of today into the log of a station, as its
//! pages would: every visit is received and moved nine times, and two of three are over.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::collections::BTreeMap;
use std::path::Path;

use andon::event::{Event, VisitEvent, VisitMoved, VisitSaid, new_event, patient_item};
use andon::visits::{day, tickets};
use chart::{Moment, PatientId};
use store::{EventHash, NewEvent, Unlock, Writer};

/// Events of one transaction.
const BATCH: usize = 500;
/// What is done with a visit after it was received: acts with the place they name.
const MOVES: [(&str, &str); 9] = [
    ("call", ""),
    ("move", "lab"),
    ("back", "doctor"),
    ("call", ""),
    ("move", "image"),
    ("back", "doctor"),
    ("move", "treatment"),
    ("move", "pharmacy"),
    ("move", "account"),
];
const MINUTE: i64 = 60_000;
/// Minutes from one move of a visit to its next.
const APART: i64 = 12;
const LETTERS: [&str; 6] = ["内", "外", "小", "整", "産", "泌"];

fn fields(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let said = pairs.iter().filter(|(_, value)| !value.is_empty());
    said.map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
}

fn written(writer: &mut Writer, new: &[NewEvent]) -> Vec<EventHash> {
    new.chunks(BATCH).flat_map(|batch| writer.append_events(batch).unwrap()).map(|id| id.hash).collect()
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let visits = args[1].parse::<usize>().unwrap() / (MOVES.len() + 1);
    let mut writer = store::open_writer(Path::new(&args[0]), &Unlock::KeyFile).unwrap();
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = Moment(i64::try_from(since.as_millis()).unwrap());
    let (head, today, by) = (writer.head(), day(now), ("受付 花子", "clerk"));
    let station = head.station.to_string();
    let patient = |at: usize| PatientId { authority: "bench".to_owned(), id: format!("{}{at:06}", &station[..4]) };
    let at = |round: usize| Moment(now.0 - (MOVES.len() - round) as i64 * APART * MINUTE);
    let received = |number: usize| {
        let (letter, id) = (LETTERS[number % LETTERS.len()], patient(number));
        let said = VisitSaid {
            no: number as u64 + 1,
            day: today.clone(),
            authority: id.authority,
            id: id.id,
            letter: letter.to_owned(),
            number: number as u32 + 1,
            ticket: tickets::ticket(letter, None, (&station, head.incarnation), number as u32 + 1),
            values: fields(&[("kind", "booked"), ("department", letter), ("departments", letter), ("place", "doctor")]),
            ..VisitSaid::default()
        };
        NewEvent { event_time: at(0), ..new_event(&Event::Visit(VisitEvent::Received(said)), by, now).unwrap() }
    };
    let mut last = written(&mut writer, &(0..visits).map(received).collect::<Vec<_>>());
    for (round, (act, place)) in (1..).zip(MOVES) {
        let moved = |(number, parent): (usize, &EventHash)| {
            let is_over = round == MOVES.len() && number % 3 > 0;
            let visit = format!("{station}/{}/{}", head.incarnation, number + 1);
            let act = if is_over { "done" } else { act }.to_owned();
            let values = fields(&[("place", if is_over { "" } else { place })]);
            let said = VisitMoved { day: today.clone(), visit, act, words: String::new(), values };
            let mut new = new_event(&Event::Visit(VisitEvent::Moved(said)), by, now).unwrap();
            new.items.push(patient_item(&patient(number)));
            NewEvent { event_time: at(round), parents: vec![*parent], ..new }
        };
        let new: Vec<NewEvent> = last.iter().enumerate().map(moved).collect();
        last = written(&mut writer, &new);
    }
    println!("{}", visits * (MOVES.len() + 1));
}
