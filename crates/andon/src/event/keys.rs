//! What is said of the officers' keys: which there are and who holds their cards, when one was put together, and why.

use serde::{Deserialize, Serialize};

/// What cards were put together for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Together {
    /// A drill: the identity was in memory only, and opened what it must.
    Drill,
    /// The identity was written to a file: the key is to be rotated.
    Combined,
}

impl Together {
    /// Its word in stored events.
    pub fn word(self) -> &'static str {
        match self {
            Together::Drill => "drill",
            Together::Combined => "combined",
        }
    }

    fn read(word: &str) -> Option<Together> {
        [Together::Drill, Together::Combined].into_iter().find(|why| why.word() == word)
    }
}

/// An event about keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeysEvent {
    /// 32: a key was made, every card of it was typed back, and they opened a test. What is sealed from now on is sealed to it.
    Made {
        /// Its short number.
        key: String,
        /// Whom to seal to: `age1…`.
        recipient: String,
        /// How many cards open it.
        threshold: u8,
        /// Made on a machine booted from the stick.
        stick: bool,
        /// Nobody typed the cards: a training home only.
        unattended: bool,
        /// Who holds its cards, from card 1.
        holders: Vec<String>,
    },
    /// 33: cards were put together.
    Together {
        /// The key.
        key: String,
        /// What for.
        why: Together,
        /// Numbers of the cards, parted by blanks.
        cards: String,
        /// What was opened, in stable words.
        opened: String,
    },
    /// 34: who besides this station keeps a copy of its key file, until there are officers.
    SecondHolder {
        /// Name.
        name: String,
    },
}

const MADE: u16 = 32;
const TOGETHER: u16 = 33;
const SECOND: u16 = 34;

/// The item of everything said of keys.
pub const KEYS_ITEM: &str = "vault-keys";

fn flag(on: bool) -> String {
    if on { "1" } else { "" }.to_owned()
}

impl KeysEvent {
    /// Reads version 1 of a kind; `None` when it is of another kind, or not in its form.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<KeysEvent> {
        let owned = |text: &&str| (*text).to_owned();
        match (kind, texts) {
            (MADE, [key, recipient, threshold, stick, unattended, holders @ ..]) => Some(KeysEvent::Made {
                key: owned(key),
                recipient: owned(recipient),
                threshold: threshold.parse().ok()?,
                stick: *stick == "1",
                unattended: *unattended == "1",
                holders: holders.iter().map(owned).collect(),
            }),
            (TOGETHER, [key, why, cards, opened]) => {
                let [key, cards, opened] = [key, cards, opened].map(owned);
                Some(KeysEvent::Together { key, why: Together::read(why)?, cards, opened })
            }
            (SECOND, [name]) => Some(KeysEvent::SecondHolder { name: owned(name) }),
            _ => None,
        }
    }

    /// Kind and fields of version 1.
    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            KeysEvent::Made { key, recipient, threshold, stick, unattended, holders } => {
                let first = vec![key, recipient, threshold.to_string(), flag(stick), flag(unattended)];
                (MADE, [first, holders].concat())
            }
            KeysEvent::Together { key, why, cards, opened } => {
                (TOGETHER, vec![key, why.word().to_owned(), cards, opened])
            }
            KeysEvent::SecondHolder { name } => (SECOND, vec![name]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    #[test]
    fn golden_payloads_of_keys() {
        let made = KeysEvent::Made {
            key: "2994408300".into(),
            recipient: "age1x".into(),
            threshold: 2,
            stick: false,
            unattended: true,
            holders: vec!["甲".into(), "乙".into()],
        };
        let together = KeysEvent::Together {
            key: "2994408300".into(),
            why: Together::Drill,
            cards: "1 3".into(),
            opened: "test".into(),
        };
        for (event, kind, golden) in [
            (
                made,
                32,
                "0a00000032393934343038333030050000006167653178010000003200000000010000003103000000e794b203000000e4b999",
            ),
            (together, 33, "0a00000032393934343038333030050000006472696c6c030000003120330400000074657374"),
            (KeysEvent::SecondHolder { name: "甲".into() }, 34, "03000000e794b2"),
        ] {
            let event = Event::Keys(event);
            let (number, version, bytes) = event.encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex), (kind, 1, golden.to_owned()));
            assert_eq!(Event::read(number, version, &bytes), event);
            assert_eq!(event.items(), [KEYS_ITEM]);
        }
    }
}
