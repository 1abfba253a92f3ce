//! The hospital's membership key and what it signs of stations: such a word counts at every station that knows the key, whoever brings it.

use serde::{Deserialize, Serialize};
use vault::keys::{Membership, is_signed};

use super::{StationSaid, field};

/// 63: people here know the hospital's membership key by this, or no longer trust it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipKey {
    /// The key, 64 hexadecimal digits.
    pub key: String,
    /// False: no longer, because cards of it are in wrong hands.
    pub on: bool,
}

/// 64: a word of a station, signed by the membership key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedStation {
    /// The word.
    pub said: StationSaid,
    /// When it was signed, milliseconds since 1970: of two words the later one counts, in whatever order they are brought.
    pub at: i64,
    /// The key, 64 hexadecimal digits.
    pub key: String,
    /// Its Ed25519 signature (RFC 8032) over [`SignedStation::message`], 128 hexadecimal digits.
    pub signature: String,
}

/// An event of the membership key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MembershipEvent {
    /// 63
    Key(MembershipKey),
    /// 64
    Signed(Box<SignedStation>),
}

const KEY: u16 = 63;
const SIGNED: u16 = 64;
/// What is signed begins with this, so that no other signature of the key can be taken for one.
const HEAD: &[u8] = b"andon membership 1\n";

impl MembershipKey {
    /// The key's bytes; `None` for what is none.
    pub fn bytes(&self) -> Option<[u8; 32]> {
        vault::hash::from_hex(&self.key)?.try_into().ok()
    }
}

impl SignedStation {
    /// Signs a word.
    pub fn new(key: &Membership, said: StationSaid, at: i64) -> SignedStation {
        let public = vault::hash::to_hex(&key.public());
        let signature = vault::hash::to_hex(&key.sign(&SignedStation::message(&said, at)));
        SignedStation { said, at, key: public, signature }
    }

    /// What is signed: a head, then each field of the word and the time, each with its length before it (docs/encoding.md).
    fn message(said: &StationSaid, at: i64) -> Vec<u8> {
        let fields = said.fields().1.into_iter().chain([at.to_string()]);
        HEAD.iter().copied().chain(fields.flat_map(|text| field(&text))).collect()
    }

    /// By which key it is signed; `None` where the signature does not hold.
    pub fn signer(&self) -> Option<[u8; 32]> {
        let key: [u8; 32] = vault::hash::from_hex(&self.key)?.try_into().ok()?;
        let signature: [u8; 64] = vault::hash::from_hex(&self.signature)?.try_into().ok()?;
        is_signed(&SignedStation::message(&self.said, self.at), &key, &signature).then_some(key)
    }
}

impl MembershipEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<MembershipEvent> {
        match (kind, texts) {
            (KEY, [key, on]) => {
                let key = MembershipKey { key: (*key).to_owned(), on: *on == "1" };
                key.bytes().map(|_| MembershipEvent::Key(key))
            }
            (SIGNED, [said @ .., at, key, signature]) => Some(MembershipEvent::Signed(Box::new(SignedStation {
                said: StationSaid::read_fields(said)?,
                at: at.parse().ok()?,
                key: (*key).to_owned(),
                signature: (*signature).to_owned(),
            }))),
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self {
            MembershipEvent::Key(MembershipKey { key, on }) => {
                (KEY, vec![key.clone(), if *on { "1" } else { "" }.to_owned()])
            }
            MembershipEvent::Signed(signed) => {
                let rest = [signed.at.to_string(), signed.key.clone(), signed.signature.clone()];
                (SIGNED, signed.said.fields().1.into_iter().chain(rest).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Event, STATIONS_ITEM};

    fn said() -> StationSaid {
        let [word, station, name] = ["revoked".to_owned(), "01".repeat(16), "3病棟".to_owned()];
        StationSaid { word, station, name, no: 7, ..StationSaid::default() }
    }

    #[test]
    fn a_key_and_a_signed_word_are_read_as_they_were_written() {
        let officers = vault::keys::Identity::generate();
        let signed = SignedStation::new(&officers.membership(), said(), 1_635_610_000_000);
        assert_eq!(signed.signer(), Some(officers.membership().public()));
        let key = MembershipKey { key: "ab".repeat(32), on: true };
        for (event, number) in [(MembershipEvent::Key(key), 63), (MembershipEvent::Signed(Box::new(signed)), 64)] {
            let event = Event::Membership(event);
            let (kind, version, bytes) = event.encode().unwrap();
            assert_eq!((kind, version), (number, 1));
            assert_eq!(Event::read(kind, version, &bytes), event);
            assert_eq!(event.items(), [STATIONS_ITEM]);
        }
    }

    #[test]
    fn golden_payload_of_a_key() {
        let event = Event::Membership(MembershipEvent::Key(MembershipKey { key: "ab".repeat(32), on: true }));
        let (_, _, bytes) = event.encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, format!("40000000{}0100000031", "6162".repeat(32)));
    }

    #[test]
    fn any_change_of_what_was_signed_is_found() {
        let officers = vault::keys::Identity::generate();
        let signed = SignedStation::new(&officers.membership(), said(), 5);
        let changed: [fn(&mut SignedStation); 5] = [
            |it| it.said.no = 8,
            |it| it.said.name.push('x'),
            |it| it.said.word = "member".into(),
            |it| it.at = 6,
            |it| it.key = "00".repeat(32),
        ];
        for change in changed {
            let mut other = signed.clone();
            change(&mut other);
            assert_eq!(other.signer(), None);
        }
        // What ends one field cannot begin the next.
        let mut moved = signed.clone();
        (moved.said.name, moved.said.mark) = (String::new(), signed.said.name);
        assert_eq!(moved.signer(), None);
    }
}
