//! What department desks (部門受付) write during an outage: slips received, sets of results, call-backs of critical values, deliveries, queries
//! to doctors, limits. One shape for all six.

use std::collections::BTreeMap;

use chart::PatientId;
use serde::{Deserialize, Serialize};

use super::{headed, pairs, patient_item};

/// What somebody says of a slip, a set of results, a call-back, a delivery, a query or a limit. Its parents are the events of it that whoever
/// said so had seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentSaid {
    /// Of which: station (32 hexadecimal digits), life of its log, number of the event that entered it, with `/` between; of a limit its
    /// key (`crate::desks::limits::key`). Empty: this event enters it.
    pub thing: String,
    /// Assigning authority of the patient's number; empty where nobody is known yet.
    pub authority: String,
    /// The patient's number; empty where nobody is known yet: what is so never stands on a chart.
    pub id: String,
    /// A word of the list of its sort.
    pub act: String,
    /// Why, or a word.
    pub words: String,
    /// What is so from now on, by field (`crate::desks`); an empty text takes a field away.
    pub values: BTreeMap<String, String>,
}

/// What is done with a slip: received; a doubtful one is said to be a patient's (another slip goes on); done; sent back; goes on after all;
/// put right; entered by mistake.
pub const SLIP_ACTS: [&str; 7] = ["receive", "attach", "done", "return", "reopen", "correct", "strike"];
/// What is done with a set of results: typed; read from an analyser's file; a doubtful one is said to be a patient's (another set goes on); a
/// second person confirmed it; a value put right; not this patient's, or no result.
pub const RESULT_ACTS: [&str; 6] = ["type", "import", "attach", "confirm", "correct", "strike"];
/// What is done with the call-back of a critical value: opened; somebody was called in vain; the doctor knows; open again.
pub const CRITICAL_ACTS: [&str; 4] = ["open", "try", "close", "reopen"];
/// What is done with a delivery: handed over or told; acknowledged; it was a mistake.
pub const DELIVERY_ACTS: [&str; 3] = ["deliver", "acknowledge", "strike"];
/// What is done with a query to a doctor (疑義照会): asked; answered; put right; it was a mistake.
pub const QUERY_ACTS: [&str; 4] = ["ask", "answer", "correct", "strike"];
/// What is done with a limit: it is so from now on.
pub const LIMIT_ACTS: [&str; 1] = ["set"];

/// What is said at department desks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepartmentEvent {
    /// 75: of a slip.
    Slip(DepartmentSaid),
    /// 76: of a set of results.
    Results(DepartmentSaid),
    /// 77: of the call-back of a critical value.
    Critical(DepartmentSaid),
    /// 78: of a delivery.
    Delivery(DepartmentSaid),
    /// 79: of a query to a doctor.
    Query(DepartmentSaid),
    /// 80: of the limits of an item.
    Limit(DepartmentSaid),
}

const SLIP: u16 = 75;
const RESULTS: u16 = 76;
const CRITICAL: u16 = 77;
const DELIVERY: u16 = 78;
const QUERY: u16 = 79;
const LIMIT: u16 = 80;

/// The item of all slips.
pub const SLIPS_ITEM: &str = "desk-slips";
/// The item of all sets of results.
pub const RESULTS_ITEM: &str = "desk-results";
/// The item of all call-backs.
pub const CRITICALS_ITEM: &str = "desk-criticals";
/// The item of all deliveries.
pub const DELIVERIES_ITEM: &str = "desk-deliveries";
/// The item of all queries.
pub const QUERIES_ITEM: &str = "desk-queries";
/// The item of all limits.
pub const LIMITS_ITEM: &str = "desk-limits";

impl DepartmentSaid {
    /// The patient; of nobody an empty number.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    fn read(texts: &[&str], acts: &[&str]) -> Option<DepartmentSaid> {
        let (head, rest) = texts.split_first_chunk::<5>()?;
        let [thing, authority, id, act, words] = head.map(str::to_owned);
        acts.contains(&act.as_str()).then_some(())?;
        Some(DepartmentSaid { thing, authority, id, act, words, values: pairs(rest)? })
    }
}

impl DepartmentEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<DepartmentEvent> {
        let event = DepartmentEvent::of(kind, DepartmentSaid::default())?;
        DepartmentSaid::read(texts, event.acts()).map(|said| event.with(said))
    }

    fn of(kind: u16, said: DepartmentSaid) -> Option<DepartmentEvent> {
        Some(match kind {
            SLIP => DepartmentEvent::Slip(said),
            RESULTS => DepartmentEvent::Results(said),
            CRITICAL => DepartmentEvent::Critical(said),
            DELIVERY => DepartmentEvent::Delivery(said),
            QUERY => DepartmentEvent::Query(said),
            LIMIT => DepartmentEvent::Limit(said),
            _ => return None,
        })
    }

    /// Number, item and acts of its sort.
    fn sort(&self) -> (u16, &'static str, &'static [&'static str]) {
        match self {
            DepartmentEvent::Slip(_) => (SLIP, SLIPS_ITEM, &SLIP_ACTS),
            DepartmentEvent::Results(_) => (RESULTS, RESULTS_ITEM, &RESULT_ACTS),
            DepartmentEvent::Critical(_) => (CRITICAL, CRITICALS_ITEM, &CRITICAL_ACTS),
            DepartmentEvent::Delivery(_) => (DELIVERY, DELIVERIES_ITEM, &DELIVERY_ACTS),
            DepartmentEvent::Query(_) => (QUERY, QUERIES_ITEM, &QUERY_ACTS),
            DepartmentEvent::Limit(_) => (LIMIT, LIMITS_ITEM, &LIMIT_ACTS),
        }
    }

    /// What is said.
    pub fn said(&self) -> &DepartmentSaid {
        match self {
            DepartmentEvent::Slip(said)
            | DepartmentEvent::Results(said)
            | DepartmentEvent::Critical(said)
            | DepartmentEvent::Delivery(said)
            | DepartmentEvent::Query(said)
            | DepartmentEvent::Limit(said) => said,
        }
    }

    /// Of the same sort, with other words.
    pub fn with(&self, said: DepartmentSaid) -> DepartmentEvent {
        let (kind, ..) = self.sort();
        DepartmentEvent::of(kind, said).unwrap_or_else(|| self.clone())
    }

    /// The words that its act may be.
    pub fn acts(&self) -> &'static [&'static str] {
        self.sort().2
    }

    /// The item of all of its sort.
    pub fn item(&self) -> &'static str {
        self.sort().1
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        let DepartmentSaid { thing, authority, id, act, words, values } = self.said().clone();
        (self.sort().0, headed(vec![thing, authority, id, act, words], values))
    }

    pub(super) fn items(&self) -> Vec<String> {
        let said = self.said();
        let patient = (!said.id.is_empty()).then(|| patient_item(&said.patient()));
        std::iter::once(self.item().to_owned()).chain(patient).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn all() -> [DepartmentEvent; 6] {
        let said = |act: &str, pairs: &[(&str, &str)]| DepartmentSaid {
            authority: "self".into(),
            id: "001".into(),
            act: act.into(),
            values: pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect(),
            ..DepartmentSaid::default()
        };
        let thing = format!("{}/1/7", "01".repeat(16));
        let row = "3H015\tJC10\tカリウム\t6.8\tmmol/L\t3.6-4.8\tcopy\tHH\t4.1\t2021-10-30\t6.0";
        [
            DepartmentEvent::Slip(said("receive", &[("desk", "lab"), ("sample", "A0001")])),
            DepartmentEvent::Results(said("type", &[("row-01", row), ("lot", "L1")])),
            DepartmentEvent::Critical(DepartmentSaid {
                words: "復唱あり".into(),
                thing: thing.clone(),
                ..said("close", &[("doctor", "佐藤"), ("read_back", "K 6.8")])
            }),
            DepartmentEvent::Delivery(said("deliver", &[("set", &thing), ("to", "3東 看護師")])),
            DepartmentEvent::Query(said("ask", &[("cause", "dose"), ("desk", "pharmacy")])),
            DepartmentEvent::Limit(DepartmentSaid {
                thing: "item:カリウム".into(),
                authority: String::new(),
                id: String::new(),
                ..said("set", &[("high", "6.0"), ("low", "2.8")])
            }),
        ]
    }

    /// Golden bytes, as their SHA-256: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_department_desks() {
        use sha2::{Digest, Sha256};
        for (event, (kind, golden)) in all().into_iter().zip(GOLDEN) {
            let event = Event::Department(event);
            let (number, version, bytes) = event.encode().unwrap();
            assert_eq!((number, version), (kind, 1));
            assert_eq!(vault::hash::to_hex(&Sha256::digest(&bytes)[..8]), golden, "{kind}");
            assert_eq!(Event::read(number, version, &bytes), event);
        }
    }

    const GOLDEN: [(u16, &str); 6] = [
        (75, "1f4570e1960c5732"),
        (76, "1cf121140d795e9b"),
        (77, "cf0880f7b9e7f35d"),
        (78, "1703983cb0539c7c"),
        (79, "0be9aa15fd253d9f"),
        (80, "8c1a1d36389b960a"),
    ];

    #[test]
    fn what_is_nobodys_is_filed_under_no_patient() {
        let of = |event: &DepartmentEvent| Event::Department(event.clone()).items();
        let [slip, .., limit] = all();
        assert_eq!(of(&slip), ["desk-slips", "patient:self/001"]);
        assert_eq!(of(&limit), ["desk-limits"]);
    }

    #[test]
    fn an_act_that_is_not_known_is_unknown_and_not_guessed() {
        for event in all() {
            let changed = event.with(DepartmentSaid { act: "fly".into(), ..event.said().clone() });
            let (kind, version, bytes) = Event::Department(changed).encode().unwrap();
            assert_eq!(Event::read(kind, version, &bytes), Event::Unknown { kind, version });
        }
    }
}
