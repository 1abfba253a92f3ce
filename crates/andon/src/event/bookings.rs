//! Appointments and the telephone: appointments made, moved, cancelled and judged during an outage, lists of people to be called, each row of
//! them, and calls that came in. One shape for all four.

use std::collections::BTreeMap;

use chart::PatientId;
use serde::{Deserialize, Serialize};

use super::{headed, pairs, patient_item};

/// What somebody says of an appointment, a list, a row or a call. Its parents are the events of it that whoever said so had seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BookingSaid {
    /// Of which: station (32 hexadecimal digits), life of its log, number of the event that entered it, with `/` between; of an appointment
    /// of the copy its key (`crate::bookings::key`). Empty: this event enters it.
    pub thing: String,
    /// Of a row the list it stands on; else empty.
    pub list: String,
    /// Assigning authority of the patient's number; empty where no patient is meant.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// A word of [`BOOKING_ACTS`], [`LIST_ACTS`], [`ROW_ACTS`] or [`CALL_ACTS`].
    pub act: String,
    /// Why, or a word.
    pub words: String,
    /// What is so from now on, by field (`crate::bookings`); an empty text takes a field away.
    pub values: BTreeMap<String, String>,
}

/// What is done with an appointment: made; put on another day; cancelled; stands after all; a doctor says whether its tests can be put off.
pub const BOOKING_ACTS: [&str; 5] = ["make", "move", "cancel", "restore", "decide"];
/// What is done with a list of people to be called: made; printed for a pen; over; goes on after all.
pub const LIST_ACTS: [&str; 4] = ["make", "print", "close", "reopen"];
/// What is done with a row: made; taken in hand; laid back; what came of ringing; of paper, nothing was written there.
pub const ROW_ACTS: [&str; 5] = ["make", "take", "release", "result", "blank"];
/// What is done with a call that came in: noted; more is known; its next step is done.
pub const CALL_ACTS: [&str; 3] = ["note", "change", "done"];

/// What is said of appointments and on the telephone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookingEvent {
    /// 67: of an appointment.
    Booking(BookingSaid),
    /// 68: of a list of people to be called.
    List(BookingSaid),
    /// 69: of a row of such a list.
    Row(BookingSaid),
    /// 70: of a call that came in.
    Call(BookingSaid),
}

const BOOKING: u16 = 67;
const LIST: u16 = 68;
const ROW: u16 = 69;
const CALL: u16 = 70;

/// The item of all appointments that something was said of.
pub const BOOKINGS_ITEM: &str = "bookings";
/// The item of lists of people to be called.
pub const CALL_LISTS_ITEM: &str = "call-lists";
/// The item of their rows.
pub const CALL_ROWS_ITEM: &str = "call-rows";
/// The item of calls that came in.
pub const CALLS_ITEM: &str = "calls";

impl BookingSaid {
    /// The patient; of nobody an empty number.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    fn read(texts: &[&str], acts: &[&str]) -> Option<BookingSaid> {
        let (head, rest) = texts.split_first_chunk::<6>()?;
        let [thing, list, authority, id, act, words] = head.map(str::to_owned);
        acts.contains(&act.as_str()).then_some(())?;
        Some(BookingSaid { thing, list, authority, id, act, words, values: pairs(rest)? })
    }
}

impl BookingEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<BookingEvent> {
        match kind {
            BOOKING => BookingSaid::read(texts, &BOOKING_ACTS).map(BookingEvent::Booking),
            LIST => BookingSaid::read(texts, &LIST_ACTS).map(BookingEvent::List),
            ROW => BookingSaid::read(texts, &ROW_ACTS).map(BookingEvent::Row),
            CALL => BookingSaid::read(texts, &CALL_ACTS).map(BookingEvent::Call),
            _ => None,
        }
    }

    /// What is said.
    pub fn said(&self) -> &BookingSaid {
        match self {
            BookingEvent::Booking(said)
            | BookingEvent::List(said)
            | BookingEvent::Row(said)
            | BookingEvent::Call(said) => said,
        }
    }

    /// Of the same sort, with other words.
    pub fn with(&self, said: BookingSaid) -> BookingEvent {
        match self {
            BookingEvent::Booking(_) => BookingEvent::Booking(said),
            BookingEvent::List(_) => BookingEvent::List(said),
            BookingEvent::Row(_) => BookingEvent::Row(said),
            BookingEvent::Call(_) => BookingEvent::Call(said),
        }
    }

    /// The words that its act may be.
    pub fn acts(&self) -> &'static [&'static str] {
        match self {
            BookingEvent::Booking(_) => &BOOKING_ACTS,
            BookingEvent::List(_) => &LIST_ACTS,
            BookingEvent::Row(_) => &ROW_ACTS,
            BookingEvent::Call(_) => &CALL_ACTS,
        }
    }

    /// The item of all of its sort.
    pub fn item(&self) -> &'static str {
        match self {
            BookingEvent::Booking(_) => BOOKINGS_ITEM,
            BookingEvent::List(_) => CALL_LISTS_ITEM,
            BookingEvent::Row(_) => CALL_ROWS_ITEM,
            BookingEvent::Call(_) => CALLS_ITEM,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        let kind = match self {
            BookingEvent::Booking(_) => BOOKING,
            BookingEvent::List(_) => LIST,
            BookingEvent::Row(_) => ROW,
            BookingEvent::Call(_) => CALL,
        };
        let BookingSaid { thing, list, authority, id, act, words, values } = self.said().clone();
        (kind, headed(vec![thing, list, authority, id, act, words], values))
    }

    pub(super) fn items(&self) -> Vec<String> {
        let said = self.said();
        // Of a chart only its appointments are a part.
        let of_patient = matches!(self, BookingEvent::Booking(_)) && !said.id.is_empty();
        std::iter::once(self.item().to_owned()).chain(of_patient.then(|| patient_item(&said.patient()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn all() -> [BookingEvent; 4] {
        let said = |act: &str, pairs: &[(&str, &str)]| BookingSaid {
            authority: "self".into(),
            id: "001".into(),
            act: act.into(),
            values: pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect(),
            ..BookingSaid::default()
        };
        let list = format!("{}/1/7", "01".repeat(16));
        let booked = said("make", &[("at", "2021-11-20 10:00"), ("department", "内科")]);
        let row = BookingSaid { list: list.clone(), ..said("result", &[("outcome", "no_answer")]) };
        [
            BookingEvent::Booking(BookingSaid { words: "本人の希望".into(), ..booked }),
            BookingEvent::List(BookingSaid { thing: list, ..said("close", &[("closed", "1")]) }),
            BookingEvent::Row(row),
            BookingEvent::Call(said("note", &[("reason", "change")])),
        ]
    }

    /// Golden bytes, as their SHA-256: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_appointments_and_the_telephone() {
        use sha2::{Digest, Sha256};
        for (event, (kind, golden)) in all().into_iter().zip(GOLDEN) {
            let event = Event::Booking(event);
            let (number, version, bytes) = event.encode().unwrap();
            assert_eq!((number, version), (kind, 1));
            assert_eq!(vault::hash::to_hex(&Sha256::digest(&bytes)[..8]), golden, "{kind}");
            assert_eq!(Event::read(number, version, &bytes), event);
        }
    }

    const GOLDEN: [(u16, &str); 4] =
        [(67, "31cb8c23e45302cc"), (68, "6216ce5588bbc0e5"), (69, "957e958429e7714e"), (70, "4eb65d5c9d97d172")];

    #[test]
    fn an_act_that_is_not_known_is_unknown_and_not_guessed() {
        for event in all() {
            let changed = event.with(BookingSaid { act: "fly".into(), ..event.said().clone() });
            let (kind, version, bytes) = Event::Booking(changed).encode().unwrap();
            assert_eq!(Event::read(kind, version, &bytes), Event::Unknown { kind, version });
        }
    }
}
