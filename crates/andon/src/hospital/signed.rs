//! What the hospital's membership key signed of stations. Who carries such a word does not matter: it proves itself. It counts by the time
//! that is signed with it, so that an old one brought again changes nothing; and what was revoked here or by headquarters stays so.

use store::{Reader, StoredEvent};

use super::{Members, Rank};
use crate::event::{Event, MembershipEvent, MembershipKey, STATIONS_ITEM, SignedStation};
use crate::home::Problem;

/// What was said of the membership key.
#[derive(Default)]
pub struct Told<'a> {
    keys: Vec<(&'a StoredEvent, MembershipKey)>,
    /// Signatures that hold, by the time signed, with the key.
    words: Vec<(SignedStation, [u8; 32], &'a StoredEvent)>,
}

impl<'a> Told<'a> {
    /// Of events of stations.
    pub fn of(events: &'a [StoredEvent]) -> Told<'a> {
        let mut told = Told::default();
        for stored in events {
            let envelope = &stored.envelope;
            match Event::read(envelope.kind, envelope.version, &envelope.payload) {
                Event::Membership(MembershipEvent::Key(key)) => told.keys.push((stored, key)),
                Event::Membership(MembershipEvent::Signed(signed)) => {
                    if let Some(key) = signed.signer() {
                        told.words.push((*signed, key, stored));
                    }
                }
                _ => {}
            }
        }
        told.words.sort_by(|(one, ..), (other, ..)| (one.at, &one.signature).cmp(&(other.at, &other.signature)));
        told
    }
}

impl Members {
    /// Hears which keys count by the word of a rank, and what they signed. `known` is what was known before this rank.
    pub(super) fn hear(&mut self, told: &Told<'_>, known: &Members, rank: Rank) {
        (self.keys, self.no_keys) = (known.keys.clone(), known.no_keys.clone());
        for (stored, key) in &told.keys {
            // What people nearer said is gone stays gone, and nobody but they end a key: else who has headquarters could keep the officers'
            // cards from ending it.
            let may = known.may_say(rank, stored, false) && (key.on || known.is_ours(stored.envelope.station));
            let bytes = key.bytes().filter(|bytes| may && !known.no_keys.contains(bytes));
            if let Some(bytes) = bytes {
                let (to, from) = match key.on {
                    true => (&mut self.keys, &mut self.no_keys),
                    false => (&mut self.no_keys, &mut self.keys),
                };
                to.retain(|held| *held != bytes);
                from.retain(|held| *held != bytes);
                to.push(bytes);
            }
        }
        let before = self.clone();
        for (signed, key, stored) in &told.words {
            // A key that only headquarters named says no more than headquarters could itself.
            let here = known.keys.contains(key) || !matches!(rank, Rank::Headquarters);
            if self.keys.contains(key) {
                self.apply(stored, &signed.said, here);
            }
        }
        self.keep_stricter(&before);
    }

    /// The membership key that is told to others: the last that people named.
    pub fn key(&self) -> Option<&[u8; 32]> {
        self.keys.last()
    }

    /// Every membership key whose word counts here.
    pub fn keys(&self) -> &[[u8; 32]] {
        &self.keys
    }

    /// Membership keys that people here ended.
    pub fn ended_keys(&self) -> &[[u8; 32]] {
        &self.no_keys
    }
}

/// When a station's last signed word was signed by a key that counts here, milliseconds since 1970; 0 for none. A later word is signed with
/// a later time, whatever the clock says: else it would be heard before.
///
/// # Errors
/// When the store cannot be read.
pub fn last(reader: &Reader, station: &str) -> Result<i64, Problem> {
    let (members, events) = (reader.once(Members::of)?, reader.everyones_events_of(STATIONS_ITEM)?);
    let told = Told::of(&events);
    let own = told.words.iter().filter(|(signed, key, _)| signed.said.station == station && members.keys.contains(key));
    Ok(own.map(|(signed, ..)| signed.at).max().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use vault::keys::Identity;

    use super::*;
    use crate::event::{StationSaid, new_event};

    fn stored(event: &Event) -> StoredEvent {
        let new = new_event(event, ("", ""), chart::Moment(0));
        let store::NewEvent { kind, version, payload, .. } = new.unwrap();
        let envelope = store::Envelope { kind, version, payload, ..store::Envelope::default() };
        StoredEvent { no: store::EventNo(1), hash: store::EventHash([0; 32]), bytes: Vec::new(), envelope }
    }

    /// One brought again, or late, changes nothing: the time that was signed decides, and a signature that does not hold is no word.
    #[test]
    fn signed_words_are_heard_by_the_time_that_was_signed() {
        let officers = Identity::generate();
        let said = |word: &str| StationSaid { word: word.into(), station: "01".repeat(16), ..StationSaid::default() };
        let word = |word: &str, at| SignedStation::new(&officers.membership(), said(word), at);
        let mut forged = word("member", 9);
        forged.at = 10;
        let order = [word("revoked", 5), word("member", 3), forged, word("member", 3), word("member", 7)];
        let events: Vec<StoredEvent> = order
            .into_iter()
            .map(|signed| stored(&Event::Membership(MembershipEvent::Signed(Box::new(signed)))))
            .collect();
        let told = Told::of(&events);
        let heard: Vec<(&str, i64)> =
            told.words.iter().map(|(signed, ..)| (signed.said.word.as_str(), signed.at)).collect();
        assert_eq!(heard, [("member", 3), ("member", 3), ("revoked", 5), ("member", 7)]);
    }
}
