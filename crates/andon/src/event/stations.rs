//! Which stations are this hospital's: who they are, whose word counts on that, and up to where a lost one's log counts.

use serde::{Deserialize, Serialize};
use store::StationId;

/// What is said of a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StationWord {
    /// This is how a station calls itself, said by itself.
    Own,
    /// A station is the hospital's: its card was held against the code.
    Member,
    /// The same, and its word on stations counts here: it is headquarters.
    Headquarters,
    /// A station is no longer the hospital's: what it wrote after a number is kept and does not count.
    Revoked,
}

/// Every word as stored.
pub const STATION_WORDS: [(StationWord, &str); 4] = [
    (StationWord::Own, "own"),
    (StationWord::Member, "member"),
    (StationWord::Headquarters, "headquarters"),
    (StationWord::Revoked, "revoked"),
];

/// 45: of a station.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationSaid {
    /// What is said, a word of [`STATION_WORDS`].
    pub word: String,
    /// Which station, 32 hexadecimal digits.
    pub station: String,
    /// The key by which it signs, 64 hexadecimal digits; of a revocation empty.
    pub key: String,
    /// To whom bundles for it are sealed, `age1…`; of a revocation which event stands last in each life of its log, `LIFE:NUMBER:HASH` parted
    /// by blanks (older programs left it empty, and take no notice of it).
    pub recipient: String,
    /// Its name for people.
    pub name: String,
    /// What its numbers begin with, some letters: `本` of `本-0412`.
    pub mark: String,
    /// Of a revocation, the life of its log and the last number that counts; else 0.
    pub incarnation: u32,
    /// See `incarnation`.
    pub no: u64,
    /// Why; may be empty.
    pub reason: String,
}

/// 54: where a station listens on the network, said by itself or by people elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressSaid {
    /// Which station, 32 hexadecimal digits.
    pub station: String,
    /// Address and port, `192.168.10.5:8445`; empty: nowhere any more.
    pub address: String,
}

/// The kinds' numbers.
const STATION: u16 = 45;
const ADDRESS: u16 = 54;
/// The item of all that is said of addresses.
pub const ADDRESSES_ITEM: &str = "addresses";
/// The item of all that is said of stations.
pub const STATIONS_ITEM: &str = "stations";

impl StationWord {
    /// As stored.
    pub fn word(self) -> &'static str {
        STATION_WORDS.iter().find(|(word, _)| *word == self).map_or("", |(_, text)| text)
    }

    /// Reads what is stored.
    pub fn read(text: &str) -> Option<StationWord> {
        STATION_WORDS.iter().find(|(_, word)| *word == text).map(|(word, _)| *word)
    }
}

impl StationSaid {
    /// What is said; `None` for a word not known.
    pub fn said(&self) -> Option<StationWord> {
        StationWord::read(&self.word)
    }

    /// Which station; `None` for what is no station.
    pub fn id(&self) -> Option<StationId> {
        id_of(&self.station)
    }

    /// The key by which it signs; `None` for none.
    pub fn public_key(&self) -> Option<[u8; 32]> {
        vault::hash::from_hex(&self.key)?.try_into().ok()
    }

    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<StationSaid> {
        StationSaid::read_fields(texts).filter(|_| kind == STATION)
    }

    /// Of its nine fields.
    pub(super) fn read_fields(texts: &[&str]) -> Option<StationSaid> {
        let texts: &[&str; 9] = texts.try_into().ok()?;
        let [word, station, key, recipient, name, mark, incarnation, no, reason] = texts.map(str::to_owned);
        let (incarnation, no) = (incarnation.parse().ok()?, no.parse().ok()?);
        let said = StationSaid { word, station, key, recipient, name, mark, incarnation, no, reason };
        said.said().and(said.id()).map(|_| said)
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        let StationSaid { word, station, key, recipient, name, mark, incarnation, no, reason } = self.clone();
        let [incarnation, no] = [incarnation.to_string(), no.to_string()];
        (STATION, vec![word, station, key, recipient, name, mark, incarnation, no, reason])
    }
}

/// The station of 32 hexadecimal digits; `None` for what is none.
pub(super) fn id_of(digits: &str) -> Option<StationId> {
    vault::hash::from_hex(digits)?.try_into().ok().map(StationId)
}

impl AddressSaid {
    /// Which station; `None` for what is no station.
    pub fn id(&self) -> Option<StationId> {
        id_of(&self.station)
    }

    /// The address; `None` for none any more, or what is none.
    pub fn address(&self) -> Option<std::net::SocketAddr> {
        self.address.parse().ok()
    }

    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<AddressSaid> {
        let texts: &[&str; 2] = texts.try_into().ok().filter(|_| kind == ADDRESS)?;
        let [station, address] = texts.map(str::to_owned);
        let said = AddressSaid { station, address };
        (said.id().is_some() && (said.address.is_empty() || said.address().is_some())).then_some(said)
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        (ADDRESS, vec![self.station.clone(), self.address.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    #[test]
    fn golden_payload_of_a_station() {
        let [word, station, key] = ["member".to_owned(), "01".repeat(16), "02".repeat(32)];
        let [recipient, name, mark] = ["age1x", "3病棟", "3病"].map(str::to_owned);
        let said = StationSaid { word, station, key, recipient, name, mark, no: 7, ..StationSaid::default() };
        let event = Event::Station(said);
        let (kind, version, bytes) = event.encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((kind, version, hex.as_str()), (45, 1, GOLDEN));
        assert_eq!(Event::read(kind, version, &bytes), event);
        assert_eq!(event.items(), ["stations"]);
    }

    #[test]
    fn golden_payload_of_an_address() {
        let said = AddressSaid { station: "01".repeat(16), address: "192.168.10.5:8445".into() };
        let event = Event::Address(said.clone());
        let (kind, version, bytes) = event.encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((kind, version, hex.as_str()), (54, 1, GOLDEN_ADDRESS));
        assert_eq!(Event::read(kind, version, &bytes), event);
        assert_eq!(event.items(), ["addresses"]);
        let none = Event::Address(AddressSaid { address: String::new(), ..said.clone() });
        let (kind, version, bytes) = none.encode().unwrap();
        assert_eq!(Event::read(kind, version, &bytes), none);
        let wrong = Event::Address(AddressSaid { address: "somewhere".into(), ..said });
        let (kind, version, bytes) = wrong.encode().unwrap();
        assert!(matches!(Event::read(kind, version, &bytes), Event::Unknown { kind: 54, .. }));
    }

    const GOLDEN_ADDRESS: &str = "200000003031303130313031303130313031303130313031303130313031303130313031110000003139322e3136382e31302e353a38343435";
    const GOLDEN: &str = "060000006d656d62657220000000303130313031303130313031303130313031303130313031303130313031303140000000303230323032303230323032303230323032303230323032303230323032303230323032303230323032303230323032303230323032303230323032303230320500000061676531780700000033e79785e6a39f0400000033e797850100000030010000003700000000";
}
