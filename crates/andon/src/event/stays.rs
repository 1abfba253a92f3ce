//! What a ward writes during an outage: who is admitted, moved, on leave and discharged; and what it says of an inpatient (handover, meals,
//! what to look out for, the terms of dialysis). One shape for both.

use std::collections::BTreeMap;

use chart::PatientId;
use serde::{Deserialize, Serialize};

use super::{headed, pairs, patient_item};

/// What somebody says of a stay, or of an inpatient. Its parents are the events of it that whoever said so had seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaySaid {
    /// Of which: station (32 hexadecimal digits), life of its log, number of the event that entered it, with `/` between; of a stay that
    /// the copy knows its key (`crate::stays::key`). Empty: this event enters it.
    pub thing: String,
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// A word of [`STAY_ACTS`] or [`NOTE_ACTS`].
    pub act: String,
    /// Why, or a word.
    pub words: String,
    /// What is so from now on, by field (`crate::stays`); an empty text takes a field away.
    pub values: BTreeMap<String, String>,
}

/// What is done with a stay: admitted; to another bed or ward; out on leave and back; discharged; doctor, department or diagnosis put right;
/// something said of it struck.
pub const STAY_ACTS: [&str; 7] = ["admit", "move", "leave", "back", "discharge", "correct", "strike"];
/// What a ward says of an inpatient: handover of a shift; meals; what to look out for; the terms of dialysis; it is over; it was a mistake.
pub const NOTE_ACTS: [&str; 6] = ["memo", "meal", "caution", "dialysis", "end", "strike"];

/// What a ward writes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StayEvent {
    /// 71: of a stay.
    Stay(StaySaid),
    /// 72: of an inpatient.
    Note(StaySaid),
}

const STAY: u16 = 71;
const NOTE: u16 = 72;

/// The item of all stays that something was said of.
pub const STAYS_ITEM: &str = "stays";
/// The item of what wards say of inpatients.
pub const NOTES_ITEM: &str = "ward-notes";

impl StaySaid {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    fn read(texts: &[&str], acts: &[&str]) -> Option<StaySaid> {
        let (head, rest) = texts.split_first_chunk::<5>()?;
        let [thing, authority, id, act, words] = head.map(str::to_owned);
        acts.contains(&act.as_str()).then_some(())?;
        Some(StaySaid { thing, authority, id, act, words, values: pairs(rest)? })
    }
}

impl StayEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<StayEvent> {
        match kind {
            STAY => StaySaid::read(texts, &STAY_ACTS).map(StayEvent::Stay),
            NOTE => StaySaid::read(texts, &NOTE_ACTS).map(StayEvent::Note),
            _ => None,
        }
    }

    /// What is said.
    pub fn said(&self) -> &StaySaid {
        let (StayEvent::Stay(said) | StayEvent::Note(said)) = self;
        said
    }

    /// Of the same sort, with other words.
    pub fn with(&self, said: StaySaid) -> StayEvent {
        match self {
            StayEvent::Stay(_) => StayEvent::Stay(said),
            StayEvent::Note(_) => StayEvent::Note(said),
        }
    }

    /// The words that its act may be.
    pub fn acts(&self) -> &'static [&'static str] {
        match self {
            StayEvent::Stay(_) => &STAY_ACTS,
            StayEvent::Note(_) => &NOTE_ACTS,
        }
    }

    /// The item of all of its sort.
    pub fn item(&self) -> &'static str {
        match self {
            StayEvent::Stay(_) => STAYS_ITEM,
            StayEvent::Note(_) => NOTES_ITEM,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        let kind = match self {
            StayEvent::Stay(_) => STAY,
            StayEvent::Note(_) => NOTE,
        };
        let StaySaid { thing, authority, id, act, words, values } = self.said().clone();
        (kind, headed(vec![thing, authority, id, act, words], values))
    }

    pub(super) fn items(&self) -> Vec<String> {
        vec![self.item().to_owned(), patient_item(&self.said().patient())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn all() -> [StayEvent; 2] {
        let said = |act: &str, pairs: &[(&str, &str)]| StaySaid {
            authority: "self".into(),
            id: "001".into(),
            act: act.into(),
            values: pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect(),
            ..StaySaid::default()
        };
        let moved = StaySaid { thing: format!("{}/1/7", "01".repeat(16)), ..said("move", &[("place", "03\n305\n2")]) };
        [
            StayEvent::Stay(StaySaid { words: "個室へ".into(), ..moved }),
            StayEvent::Note(said("memo", &[("shift", "night"), ("text", "夜間不眠")])),
        ]
    }

    /// Golden bytes, as their SHA-256: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_what_a_ward_writes() {
        use sha2::{Digest, Sha256};
        for (event, (kind, golden)) in all().into_iter().zip(GOLDEN) {
            let event = Event::Stay(event);
            let (number, version, bytes) = event.encode().unwrap();
            assert_eq!((number, version), (kind, 1));
            assert_eq!(vault::hash::to_hex(&Sha256::digest(&bytes)[..8]), golden, "{kind}");
            assert_eq!(Event::read(number, version, &bytes), event);
        }
    }

    const GOLDEN: [(u16, &str); 2] = [(71, "38e4f7b230862caa"), (72, "74cc159cf2b886af")];

    #[test]
    fn an_act_that_is_not_known_is_unknown_and_not_guessed() {
        for event in all() {
            let changed = event.with(StaySaid { act: "fly".into(), ..event.said().clone() });
            let (kind, version, bytes) = Event::Stay(changed).encode().unwrap();
            assert_eq!(Event::read(kind, version, &bytes), Event::Unknown { kind, version });
        }
    }
}
