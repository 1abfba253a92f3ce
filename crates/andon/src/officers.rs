//! Rim: the officers' keys as they stand, folded from events 32 to 34: which there are, who holds their cards, when they were last
//! tried, and whether one is to be rotated. Every page says the last; sealing asks for the recipient.

use std::path::Path;

use chart::Moment;
use serde::Serialize;
use store::Reader;

use crate::event::{Event, KEYS_ITEM, KeysEvent, Together};
use crate::home::Problem;

/// A key is to be tried so often, minutes: twice a year, since officers change in April and October.
pub const DRILL_MINUTES: i64 = 183 * 24 * 60;

/// When cards were put together, by whom, and which.
#[derive(Clone, Debug, Serialize)]
pub struct Act {
    /// When, by this station's clock.
    pub at: Moment,
    /// Who ran it.
    pub by: String,
    /// Numbers of the cards.
    pub cards: String,
}

/// A key.
#[derive(Clone, Debug, Serialize)]
pub struct OfficersKey {
    /// Its short number.
    pub id: String,
    /// Whom to seal to.
    pub recipient: String,
    /// How many cards open it.
    pub threshold: u8,
    /// Who holds its cards, from card 1.
    pub holders: Vec<String>,
    /// Made on a machine booted from the stick.
    pub stick: bool,
    /// Nobody typed its cards.
    pub unattended: bool,
    /// Since when it is sealed to.
    pub since: Moment,
    /// Until when it was sealed to; `None` for the current one.
    pub until: Option<Moment>,
    /// Who made it.
    pub by: String,
    /// The last drill.
    pub drilled: Option<Act>,
    /// When it was last written to a file.
    pub combined: Option<Act>,
}

impl OfficersKey {
    /// When its cards last opened something: in a drill, or when it was made.
    pub fn last_tried(&self) -> Moment {
        self.drilled.as_ref().map_or(self.since, |act| act.at)
    }
}

/// Every key, oldest first.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Officers {
    /// The keys.
    pub keys: Vec<OfficersKey>,
    /// Who besides this station keeps a copy of its key file.
    pub second_holder: String,
}

impl Officers {
    /// The key that is sealed to; `None` before the first.
    pub fn current(&self) -> Option<&OfficersKey> {
        self.keys.last()
    }

    /// A key by its short number.
    pub fn key(&self, id: &str) -> Option<&OfficersKey> {
        self.keys.iter().find(|key| key.id == id)
    }

    /// The current key lay in a file: it is to be rotated now.
    pub fn rotate_now(&self) -> bool {
        self.current().is_some_and(|key| key.combined.is_some())
    }

    /// The current key was not tried for so long that nobody knows whether its cards are still there.
    pub fn drill_due(&self, now: Moment) -> bool {
        self.current().is_some_and(|key| key.last_tried().minutes_until(now) > DRILL_MINUTES)
    }

    /// What the officers open the home in this folder by is not the key that counts: a ceremony ended between the two.
    pub fn slot_apart(&self, home: &Path) -> bool {
        // Slots that cannot be read are told of where the home opens.
        let Ok(slot) = store::officers(home) else { return false };
        slot.as_deref() != self.current().map(|key| key.recipient.as_str())
    }

    /// Nobody but this station opens its home: neither officers nor a second holder.
    pub fn alone(&self) -> bool {
        self.keys.is_empty() && self.second_holder.is_empty()
    }

    fn tell(&mut self, event: KeysEvent, at: Moment, by: String) {
        match event {
            KeysEvent::Made { key, recipient, threshold, stick, unattended, holders } => {
                if let Some(last) = self.keys.last_mut() {
                    last.until = Some(at);
                }
                self.keys.push(OfficersKey {
                    id: key,
                    recipient,
                    threshold,
                    holders,
                    stick,
                    unattended,
                    since: at,
                    until: None,
                    by,
                    drilled: None,
                    combined: None,
                });
            }
            KeysEvent::Together { key, why, cards, .. } => {
                if let Some(known) = self.keys.iter_mut().find(|known| known.id == key) {
                    let act = Some(Act { at, by, cards });
                    match why {
                        Together::Drill => known.drilled = act,
                        Together::Combined => known.combined = act,
                    }
                }
            }
            KeysEvent::SecondHolder { name } => self.second_holder = name,
        }
    }
}

/// The keys as they stand.
///
/// # Errors
/// When the store cannot be read.
pub fn officers(reader: &Reader) -> Result<Officers, Problem> {
    let mut officers = Officers::default();
    for stored in reader.events_of(KEYS_ITEM)? {
        let envelope = stored.envelope;
        if let Event::Keys(event) = Event::read(envelope.kind, envelope.version, &envelope.payload) {
            officers.tell(event, envelope.entry_time, envelope.person);
        }
    }
    Ok(officers)
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 3_600_000;

    fn made(key: &str) -> KeysEvent {
        KeysEvent::Made {
            key: key.into(),
            recipient: format!("age1{key}"),
            threshold: 2,
            stick: false,
            unattended: false,
            holders: vec!["甲".into(), "乙".into()],
        }
    }

    fn together(key: &str, why: Together) -> KeysEvent {
        KeysEvent::Together { key: key.into(), why, cards: "1 2".into(), opened: "test".into() }
    }

    #[test]
    fn a_key_that_lay_in_a_file_is_to_be_rotated_until_it_is() {
        let mut officers = Officers::default();
        assert!(officers.alone() && !officers.rotate_now() && !officers.drill_due(Moment(0)));
        officers.tell(KeysEvent::SecondHolder { name: "丙".into() }, Moment(0), "甲".into());
        assert!(!officers.alone());
        let mut day = 0;
        let mut tell = |officers: &mut Officers, event| {
            day += 1;
            officers.tell(event, Moment(day * DAY), "甲".into());
        };
        tell(&mut officers, made("1"));
        tell(&mut officers, together("9", Together::Combined));
        assert!(!officers.rotate_now(), "a key of another home");
        tell(&mut officers, together("1", Together::Combined));
        assert!(officers.rotate_now());
        tell(&mut officers, made("2"));
        assert!(!officers.rotate_now());
        // An old key opens its own segments for ever: putting it together says nothing of the current one.
        tell(&mut officers, together("1", Together::Combined));
        assert!(!officers.rotate_now());
        assert_eq!(officers.current().map(|key| key.id.as_str()), Some("2"));
        assert_eq!(officers.key("1").and_then(|key| key.until), Some(Moment(4 * DAY)));
    }

    #[test]
    fn a_key_is_to_be_tried_twice_a_year() {
        let mut officers = Officers::default();
        officers.tell(made("1"), Moment(0), String::new());
        assert!(!officers.drill_due(Moment(183 * DAY)) && officers.drill_due(Moment(184 * DAY)));
        officers.tell(together("1", Together::Drill), Moment(184 * DAY), String::new());
        assert!(!officers.drill_due(Moment(184 * DAY)) && officers.drill_due(Moment(368 * DAY)));
    }
}
