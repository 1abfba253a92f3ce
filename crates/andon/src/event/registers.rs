//! 本部台帳: what headquarters keeps lists of (services, systems, orders, posts, notices owed …), one kind of event for all of them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{headed, pairs};

/// 51: what is said of one item of a register. Its parents are the events of the item that whoever said so had seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSaid {
    /// Which register: a code of `registers::REGISTERS`.
    pub register: String,
    /// The incident in which it was entered; empty for none.
    pub incident: String,
    /// Its name: station (32 hexadecimal digits), life of its log, number, with `/` between. Empty in the event that enters it, since
    /// that event is what it is named after.
    pub item: String,
    /// Its number as shown, given by the station: `本-診0003`.
    pub number: String,
    /// Running number of this station's items in this life of its log, from 1; of a change 0.
    pub no: u64,
    /// A word of [`ITEM_ACTS`].
    pub act: String,
    /// Why, or what was said.
    pub words: String,
    /// What is so from now on, by field; an empty text takes a field away. Fields that are not named stay.
    pub values: BTreeMap<String, String>,
}

/// What is done with an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemAct {
    /// Entered, or fields set.
    Set,
    /// Its holder offers it to another (`holder` in values).
    Give,
    /// Whom it was offered takes it.
    Accept,
    /// Headquarters gives it to another, with a reason.
    Seize,
    /// Struck through, with a reason.
    Strike,
    /// One line of what is to be done was done (`step` in values: the line; `undone`: it was not, after all), in the event's incident.
    /// It changes nothing of the item itself.
    Tick,
}

/// Every act as stored.
pub const ITEM_ACTS: [(ItemAct, &str); 6] = [
    (ItemAct::Set, "set"),
    (ItemAct::Give, "give"),
    (ItemAct::Accept, "accept"),
    (ItemAct::Seize, "seize"),
    (ItemAct::Strike, "strike"),
    (ItemAct::Tick, "tick"),
];

impl ItemAct {
    /// Reads what is stored.
    pub fn read(word: &str) -> Option<ItemAct> {
        ITEM_ACTS.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }

    /// What is stored.
    pub fn word(self) -> &'static str {
        ITEM_ACTS.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }
}

const ITEM: u16 = 51;
/// Texts before the fields.
const HEAD: usize = 7;

/// The item of the items entered here, for the next number.
pub const ENTERED_ITEM: &str = "register-entered";

/// The item of all that is said in one register.
pub fn register_item(register: &str) -> String {
    format!("register:{register}")
}

impl ItemSaid {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<ItemSaid> {
        let (head, rest) = texts.split_first_chunk::<HEAD>().filter(|_| kind == ITEM)?;
        let [register, incident, item, number, no, act, words] = head.map(str::to_owned);
        let values = pairs(rest)?;
        ItemAct::read(&act)?;
        Some(ItemSaid { register, incident, item, number, no: no.parse().ok()?, act, words, values })
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        let ItemSaid { register, incident, item, number, no, act, words, values } = self.clone();
        let head = vec![register, incident, item, number, no.to_string(), act, words];
        (ITEM, headed(head, values))
    }

    pub(super) fn items(&self) -> Vec<String> {
        let entered = (self.no > 0).then(|| ENTERED_ITEM.to_owned());
        std::iter::once(register_item(&self.register)).chain(entered).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payload_of_an_item() {
        let [register, incident, number, act] = ["services", "本-D1", "本-診0001", "set"].map(str::to_owned);
        let values =
            [("service", "小児科"), ("state", "limited")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        let said = ItemSaid { register, incident, number, no: 1, act, values: values.into(), ..ItemSaid::default() };
        let event = Event::Item(said);
        let (kind, version, bytes) = event.encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((kind, version, hex.as_str()), (ITEM, 1, HEX));
        assert_eq!(Event::read(kind, version, &bytes), event);
        let odd = [bytes.as_slice(), &1u32.to_le_bytes(), b"x"].concat();
        assert_eq!(Event::read(kind, version, &odd), Event::Unknown { kind, version });
    }

    const HEX: &str = "08000000736572766963657306000000e69cac2d4431000000000b000000e69cac2de8a8ba3030303101000000310300000073657400000000070000007365727669636509000000e5b08fe58590e7a791050000007374617465070000006c696d69746564";
}
