//! What a named person found where what was handed in and the copy disagreed.

use chart::PatientId;
use serde::{Deserialize, Serialize};

/// 24: a disagreement was looked into. It is not resolved: both sides stay on the chart, with these words beside them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SettledEvent {
    /// Assigning authority of the number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// Which disagreement: [`chart::Disagreement::key`].
    pub key: String,
    /// What it was about, as it was shown.
    pub about: String,
    /// What was found.
    pub words: String,
}

/// The kind's number.
pub(super) const SETTLED: u16 = 24;

impl SettledEvent {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// Reads version 1.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<SettledEvent> {
        let (SETTLED, [authority, id, key, about, words]) = (kind, texts) else { return None };
        let [authority, id, key, about, words] = [authority, id, key, about, words].map(|text| (*text).to_owned());
        Some(SettledEvent { authority, id, key, about, words })
    }

    /// Fields of version 1.
    pub(super) fn fields(&self) -> Vec<String> {
        let SettledEvent { authority, id, key, about, words } = self.clone();
        vec![authority, id, key, about, words]
    }

    /// What it is about.
    pub(super) fn items(&self) -> Vec<String> {
        vec![super::patient_item(&self.patient())]
    }
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    #[test]
    fn golden_payload_of_what_was_found() {
        let texts = ["self", "001", "00000000000000ff", "ワーファリン", "本人に確認"].map(str::to_owned);
        let [authority, id, key, about, words] = texts;
        let event = Event::Settled(SettledEvent { authority, id, key, about, words });
        let (kind, version, bytes) = event.encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let golden = "0400000073656c6603000000303031100000003030303030303030303030303030666612000000e383afe383bce38395\
                      e382a1e383aae383b30f000000e69cace4babae381abe7a2bae8aa8d";
        assert_eq!((kind, version, hex.as_str()), (24, 1, golden));
        assert_eq!(Event::read(kind, version, &bytes), event);
        assert_eq!(event.items(), ["patient:self/001"]);
    }
}
