//! Orders that were written on paper while the EMR was dark, so that the next one is held against them too.

use std::collections::BTreeMap;

use chart::PatientId;
use serde::{Deserialize, Serialize};

use super::{headed, pairs, patient_item};

/// 73: an order for drugs as it stands on paper.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderSaid {
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// A word of [`ORDER_KINDS`].
    pub kind: String,
    /// Its lines.
    pub lines: Vec<OrderLine>,
    /// What is said of it, by field ([`ORDER_FIELDS`]).
    pub values: BTreeMap<String, String>,
}

/// One drug of an order, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderLine {
    /// Its name with strength.
    pub drug: String,
    /// The amount a day, a number.
    pub daily: String,
    /// Its unit.
    pub unit: String,
    /// How it is taken: 1日3回毎食後.
    pub usage: String,
    /// For how many days, a number; empty for not said.
    pub days: String,
}

/// What an order is for: 院外処方, 院内処方, 入院処方, 退院処方, 臨時.
pub const ORDER_KINDS: [&str; 5] = ["outside", "inside", "ward", "discharge", "extra"];
/// Fields of [`OrderSaid`]: the sheet it stands on; who ordered it and of which department; who went on although something was found, and why.
pub const ORDER_FIELDS: [&str; 5] = ["sheet", "department", "doctor", "named", "why"];

/// 74: what became of a written order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderActed {
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// The order: station (32 hexadecimal digits), life of its log, number, with `/` between.
    pub order: String,
    /// A word of [`ORDER_ACTS`].
    pub act: String,
    /// Why.
    pub words: String,
}

/// What is done with an order: it is stopped; it was entered by mistake.
pub const ORDER_ACTS: [&str; 2] = ["stop", "strike"];

/// What is said of written orders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderEvent {
    /// 73.
    Written(OrderSaid),
    /// 74.
    Acted(OrderActed),
}

const WRITTEN: u16 = 73;
const ACTED: u16 = 74;

/// The item of all written orders.
pub const ORDERS_ITEM: &str = "written-orders";

impl OrderEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<OrderEvent> {
        match (kind, texts) {
            (WRITTEN, [authority, id, kind, count, rest @ ..]) => {
                ORDER_KINDS.contains(kind).then_some(())?;
                let [authority, id, kind] = [authority, id, kind].map(|text| (*text).to_owned());
                let (lines, values) = rest.split_at_checked(count.parse::<usize>().ok()?.checked_mul(5)?)?;
                let (lines, []) = lines.as_chunks::<5>() else { return None };
                let lines = lines.iter().map(|line| {
                    let [drug, daily, unit, usage, days] = line.map(str::to_owned);
                    OrderLine { drug, daily, unit, usage, days }
                });
                let (lines, values) = (lines.collect(), pairs(values)?);
                Some(OrderEvent::Written(OrderSaid { authority, id, kind, lines, values }))
            }
            (ACTED, [authority, id, order, act, words]) => {
                ORDER_ACTS.contains(act).then_some(())?;
                let [authority, id, order, act, words] =
                    [authority, id, order, act, words].map(|text| (*text).to_owned());
                Some(OrderEvent::Acted(OrderActed { authority, id, order, act, words }))
            }
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            OrderEvent::Written(OrderSaid { authority, id, kind, lines, values }) => {
                let head = vec![authority, id, kind, lines.len().to_string()];
                let lines = lines.into_iter().flat_map(|line| {
                    let OrderLine { drug, daily, unit, usage, days } = line;
                    [drug, daily, unit, usage, days]
                });
                (WRITTEN, headed(head.into_iter().chain(lines).collect(), values))
            }
            OrderEvent::Acted(OrderActed { authority, id, order, act, words }) => {
                (ACTED, vec![authority, id, order, act, words])
            }
        }
    }

    pub(super) fn items(&self) -> Vec<String> {
        let patient =
            |authority: &str, id: &str| patient_item(&PatientId { authority: authority.to_owned(), id: id.to_owned() });
        match self {
            OrderEvent::Written(said) => vec![ORDERS_ITEM.to_owned(), patient(&said.authority, &said.id)],
            OrderEvent::Acted(said) => vec![ORDERS_ITEM.to_owned(), patient(&said.authority, &said.id)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn all() -> [OrderEvent; 2] {
        let [drug, daily, unit, usage, days] = ["d", "3", "t", "u", "5"].map(str::to_owned);
        let line = OrderLine { drug, daily, unit, usage, days };
        let [authority, id] = ["self", "001"].map(str::to_owned);
        let said = OrderSaid {
            authority: authority.clone(),
            id: id.clone(),
            kind: "outside".into(),
            lines: vec![line.clone(), OrderLine { days: String::new(), ..line }],
            values: [("doctor".to_owned(), "x".to_owned())].into(),
        };
        let acted = OrderActed { authority, id, order: "0/1/2".into(), act: "stop".into(), words: "w".into() };
        [OrderEvent::Written(said), OrderEvent::Acted(acted)]
    }

    /// Other programs must be able to read what this one signs, for as long as logs are kept.
    #[test]
    fn bytes_are_these_and_are_read_again() {
        for ((event, kind), golden) in all().into_iter().zip([73, 74]).zip(GOLDEN) {
            let (number, version, bytes) = Event::Order(event.clone()).encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex.as_str()), (kind, 1, golden));
            assert_eq!(Event::read(kind, 1, &bytes), Event::Order(event));
        }
        let cut = Event::Order(all()[0].clone()).encode().unwrap().2;
        assert_eq!(Event::read(73, 1, &cut[..cut.len() - 5]), Event::Unknown { kind: 73, version: 1 });
    }

    const GOLDEN: [&str; 2] = [
        "0400000073656c6603000000303031070000006f75747369646501000000320100000064010000003301000000740100000075010000003501000000640100000033010000007401000000750000000006000000646f63746f720100000078",
        "0400000073656c660300000030303105000000302f312f320400000073746f700100000077",
    ];
}
