//! The desk: blocks of ticket numbers, visits and where each goes, names learned, rows of queue sheets that were written by hand.

use std::collections::BTreeMap;

use chart::PatientId;
use serde::{Deserialize, Serialize};

use super::{headed, pairs, patient_item};

/// 55: a station may give the tickets that begin with a block's number, in this life of its log. Counted where the one who says so keeps
/// the numbering (`crate::visits::tickets`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketBlock {
    /// The station, 32 hexadecimal digits.
    pub station: String,
    /// The life of its log.
    pub life: u32,
    /// The block: what its numbers begin with, from 1.
    pub block: u32,
}

/// 56: somebody was received: a visit (受診) begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitSaid {
    /// Running number of this station's visits in this life of its log, from 1.
    pub no: u64,
    /// The day in Japan, `2021-11-01`: tickets begin anew with it.
    pub day: String,
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// The department's letter.
    pub letter: String,
    /// Running number of the tickets that this station gave in this department on this day, from 1.
    pub number: u32,
    /// The ticket as it is called: `内101`.
    pub ticket: String,
    /// Why it was received against the rule, or without knowing who it is; or a word.
    pub words: String,
    /// What is so from now on, by field (`crate::visits::FIELDS`).
    pub values: BTreeMap<String, String>,
}

/// 57: a visit goes on. Its parents are the events of the visit that whoever said so had seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitMoved {
    /// The visit's day.
    pub day: String,
    /// The visit: station (32 hexadecimal digits), life of its log, number, with `/` between.
    pub visit: String,
    /// A word of [`VISIT_ACTS`].
    pub act: String,
    /// Why, or a word.
    pub words: String,
    /// What is so from now on, by field; an empty text takes a field away.
    pub values: BTreeMap<String, String>,
}

/// What is done with a visit: goes on to a place; back to the doctor (検査から診察へ); called into a room; its flags change; it is over; left
/// without being seen; a doctor refused; it goes on after all; it was entered by mistake; what was said of it before is put right.
pub const VISIT_ACTS: [&str; 10] =
    ["move", "back", "call", "flag", "done", "left", "refuse", "reopen", "strike", "correct"];

/// 58: what was learned at the desk of who a patient is: a name that the copy does not have, or all that is known of a temporary patient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameSaid {
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// A word of [`NAME_KINDS`].
    pub kind: String,
    /// The name.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date, `1948-04-05`; empty for not said.
    pub birth: String,
    /// `male` `female` `other`, or empty.
    pub sex: String,
    /// Telephone; empty for not said.
    pub phone: String,
    /// Of a newborn the mother: authority and number, with `/` between; empty for none.
    pub mother: String,
    /// On what it rests: a paper, the patient's word.
    pub how: String,
    /// True: what was said under this name is taken back.
    pub withdrawn: bool,
}

/// Kinds of [`NameSaid`]: 新姓 or 旧姓 of a patient in the copy (`changed`, `former`), another name people go by; and temporary patients:
/// somebody new, a newborn, somebody whom nobody knows.
pub const NAME_KINDS: [&str; 6] = ["changed", "former", "other", "newcomer", "newborn", "unknown"];

/// 59: what became of a printed row of a queue sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueRow {
    /// Number of the sheet.
    pub sheet: String,
    /// The row's printed number, from 1.
    pub row: u32,
    /// `written` `blank` `struck`.
    pub state: String,
    /// The visit that it speaks of; empty where nothing was written.
    pub visit: String,
    /// Who wrote it on the paper.
    pub writer: String,
    /// Why it is blank or struck.
    pub words: String,
}

/// 66: what was asked at the desk (問診). Of one visit what was said last counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntakeSaid {
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// The visit: station (32 hexadecimal digits), life of its log, number, with `/` between.
    pub visit: String,
    /// The visit's day.
    pub day: String,
    /// Who asked.
    pub asked_by: String,
    /// Who answered: `patient` `family` `helper` `papers`.
    pub answered_by: String,
    /// The answers, by field ([`INTAKE_FIELDS`]).
    pub values: BTreeMap<String, String>,
}

/// Fields of [`IntakeSaid`]: answers about allergies, pregnancy, anticoagulants and what is in the body (`none` `yes` `maybe` `unknown`
/// `not_asked`), each with what was said; address and telephone; why the patient came; and, of what takes back the answers that it builds on
/// and has none itself, why.
pub const INTAKE_FIELDS: [&str; 12] = [
    "allergy",
    "allergy_words",
    "pregnancy",
    "pregnancy_words",
    "anticoagulant",
    "anticoagulant_words",
    "implant",
    "implant_words",
    "address",
    "phone",
    "complaint",
    "withdrawn",
];

/// What is said at the desk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VisitEvent {
    /// 55.
    Block(TicketBlock),
    /// 56.
    Received(VisitSaid),
    /// 57.
    Moved(VisitMoved),
    /// 58.
    Name(NameSaid),
    /// 59.
    Row(QueueRow),
    /// 66.
    Intake(IntakeSaid),
}

const BLOCK: u16 = 55;
const RECEIVED: u16 = 56;
const MOVED: u16 = 57;
const NAME: u16 = 58;
const ROW: u16 = 59;
const INTAKE: u16 = 66;

/// The item of every block of tickets.
pub const TICKETS_ITEM: &str = "ticket-blocks";
/// The item of the visits that this station entered, for the next number.
pub const RECEIVED_ITEM: &str = "visits-entered";
/// The item of all that was learned of who patients are.
pub const NAMES_ITEM: &str = "names";
/// The item of all that was asked at desks.
pub const INTAKES_ITEM: &str = "intakes";
/// The item of rows of queue sheets.
pub const QUEUE_ROWS_ITEM: &str = "queue-rows";

/// The item of all visits of a day.
pub fn visits_item(day: &str) -> String {
    format!("visits:{day}")
}

/// The item of the tickets of a department on a day.
pub fn tickets_item(letter: &str, day: &str) -> String {
    format!("tickets:{letter}/{day}")
}

impl VisitSaid {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    fn read(texts: &[&str]) -> Option<VisitSaid> {
        let (head, rest) = texts.split_first_chunk::<8>()?;
        let [no, day, authority, id, letter, number, ticket, words] = head.map(str::to_owned);
        let (no, number, values) = (no.parse().ok()?, number.parse().ok()?, pairs(rest)?);
        Some(VisitSaid { no, day, authority, id, letter, number, ticket, words, values })
    }
}

impl NameSaid {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    fn read(texts: &[&str]) -> Option<NameSaid> {
        let texts: &[&str; 11] = texts.try_into().ok()?;
        let [authority, id, kind, name, kana, birth, sex, phone, mother, how, withdrawn] = texts.map(str::to_owned);
        NAME_KINDS.contains(&kind.as_str()).then_some(())?;
        let withdrawn = super::people::read_flag(&withdrawn)?;
        Some(NameSaid { authority, id, kind, name, kana, birth, sex, phone, mother, how, withdrawn })
    }
}

impl VisitEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<VisitEvent> {
        match (kind, texts) {
            (BLOCK, [station, life, block]) => {
                let (station, life, block) = ((*station).to_owned(), life.parse().ok()?, block.parse().ok()?);
                Some(VisitEvent::Block(TicketBlock { station, life, block }))
            }
            (RECEIVED, texts) => VisitSaid::read(texts).map(VisitEvent::Received),
            (MOVED, [day, visit, act, words, rest @ ..]) => {
                let [day, visit, act, words] = [day, visit, act, words].map(|text| (*text).to_owned());
                VISIT_ACTS.contains(&act.as_str()).then_some(())?;
                Some(VisitEvent::Moved(VisitMoved { day, visit, act, words, values: pairs(rest)? }))
            }
            (NAME, texts) => NameSaid::read(texts).map(VisitEvent::Name),
            (ROW, [sheet, row, state, visit, writer, words]) => {
                super::ROW_STATES.contains(state).then_some(())?;
                let row = row.parse().ok()?;
                let [sheet, state, visit, writer, words] =
                    [sheet, state, visit, writer, words].map(|text| (*text).to_owned());
                Some(VisitEvent::Row(QueueRow { sheet, row, state, visit, writer, words }))
            }
            (INTAKE, [authority, id, visit, day, asked_by, answered_by, rest @ ..]) => {
                let [authority, id, visit, day, asked_by, answered_by] =
                    [authority, id, visit, day, asked_by, answered_by].map(|text| (*text).to_owned());
                let values = pairs(rest)?;
                Some(VisitEvent::Intake(IntakeSaid { authority, id, visit, day, asked_by, answered_by, values }))
            }
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            VisitEvent::Block(TicketBlock { station, life, block }) => {
                (BLOCK, vec![station, life.to_string(), block.to_string()])
            }
            VisitEvent::Received(said) => {
                let VisitSaid { no, day, authority, id, letter, number, ticket, words, values } = said;
                let head = vec![no.to_string(), day, authority, id, letter, number.to_string(), ticket, words];
                (RECEIVED, headed(head, values))
            }
            VisitEvent::Moved(VisitMoved { day, visit, act, words, values }) => {
                (MOVED, headed(vec![day, visit, act, words], values))
            }
            VisitEvent::Name(said) => {
                let NameSaid { authority, id, kind, name, kana, birth, sex, phone, mother, how, withdrawn } = said;
                let withdrawn = if withdrawn { "1" } else { "0" }.to_owned();
                (NAME, vec![authority, id, kind, name, kana, birth, sex, phone, mother, how, withdrawn])
            }
            VisitEvent::Row(QueueRow { sheet, row, state, visit, writer, words }) => {
                (ROW, vec![sheet, row.to_string(), state, visit, writer, words])
            }
            VisitEvent::Intake(said) => {
                let IntakeSaid { authority, id, visit, day, asked_by, answered_by, values } = said;
                (INTAKE, headed(vec![authority, id, visit, day, asked_by, answered_by], values))
            }
        }
    }

    pub(super) fn items(&self) -> Vec<String> {
        match self {
            VisitEvent::Block(_) => vec![TICKETS_ITEM.to_owned()],
            VisitEvent::Received(said) => vec![
                visits_item(&said.day),
                RECEIVED_ITEM.to_owned(),
                tickets_item(&said.letter, &said.day),
                patient_item(&said.patient()),
            ],
            VisitEvent::Moved(said) => vec![visits_item(&said.day)],
            VisitEvent::Name(said) => vec![NAMES_ITEM.to_owned(), patient_item(&said.patient())],
            VisitEvent::Row(_) => vec![QUEUE_ROWS_ITEM.to_owned()],
            VisitEvent::Intake(said) => {
                let patient = PatientId { authority: said.authority.clone(), id: said.id.clone() };
                vec![INTAKES_ITEM.to_owned(), patient_item(&patient)]
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn all() -> Vec<VisitEvent> {
        let [day, authority, id, letter, ticket] = ["2021-11-01", "self", "001", "内", "内101"].map(str::to_owned);
        let values = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
        };
        let received = VisitSaid {
            no: 1,
            day: day.clone(),
            authority: authority.clone(),
            id: id.clone(),
            letter,
            number: 1,
            ticket,
            words: String::new(),
            values: values(&[("kind", "booked"), ("place", "doctor")]),
        };
        let visit = format!("{}/1/1", "01".repeat(16));
        let moved = VisitMoved {
            day,
            visit: visit.clone(),
            act: "move".into(),
            values: values(&[("place", "lab")]),
            ..VisitMoved::default()
        };
        let intake = IntakeSaid {
            authority: authority.clone(),
            id: id.clone(),
            visit: visit.clone(),
            day: "2021-11-01".into(),
            asked_by: "看護師 甲".into(),
            answered_by: "patient".into(),
            values: values(&[("allergy", "yes"), ("allergy_words", "ペニシリン"), ("implant", "none")]),
        };
        let name = NameSaid {
            authority,
            id,
            kind: "changed".into(),
            name: "渡邉 美咲".into(),
            kana: "ワタナベ ミサキ".into(),
            how: "資格確認書".into(),
            ..NameSaid::default()
        };
        let row = QueueRow {
            sheet: "2B7301-3-1".into(),
            row: 2,
            state: "written".into(),
            visit: visit.clone(),
            writer: "受付 花子".into(),
            words: String::new(),
        };
        vec![
            VisitEvent::Block(TicketBlock { station: "01".repeat(16), life: 1, block: 2 }),
            VisitEvent::Received(received),
            VisitEvent::Moved(moved),
            VisitEvent::Name(name),
            VisitEvent::Row(row),
            VisitEvent::Intake(intake),
        ]
    }

    /// Golden bytes, as their SHA-256: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_the_desk() {
        use sha2::{Digest, Sha256};
        for (event, (kind, golden)) in all().into_iter().zip(GOLDEN) {
            let event = Event::Visit(event);
            let (number, version, bytes) = event.encode().unwrap();
            assert_eq!((number, version), (kind, 1));
            assert_eq!(vault::hash::to_hex(&Sha256::digest(&bytes)[..8]), golden, "{kind}");
            assert_eq!(Event::read(number, version, &bytes), event);
        }
    }

    const GOLDEN: [(u16, &str); 6] = [
        (55, "7efa3bc740006010"),
        (56, "98a4be517389059e"),
        (57, "0cbca23612131427"),
        (58, "2d65b2510d6a1aa4"),
        (59, "62b1658e92735e7c"),
        (66, "dc0228ae3ba44d00"),
    ];

    #[test]
    fn words_that_are_not_known_are_unknown_and_not_guessed() {
        for event in all() {
            let changed = match event {
                VisitEvent::Moved(said) => VisitEvent::Moved(VisitMoved { act: "fly".into(), ..said }),
                VisitEvent::Name(said) => VisitEvent::Name(NameSaid { kind: "king".into(), ..said }),
                VisitEvent::Row(said) => VisitEvent::Row(QueueRow { state: "torn".into(), ..said }),
                _ => continue,
            };
            let (kind, version, bytes) = Event::Visit(changed).encode().unwrap();
            assert_eq!(Event::read(kind, version, &bytes), Event::Unknown { kind, version });
        }
    }
}
