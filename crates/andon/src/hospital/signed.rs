//! What the hospital's membership key signed of stations. Who carries such a word does not matter: it proves itself. It counts by the time
//! that is signed with it, so that an old one brought again changes nothing; and what was revoked here or by headquarters stays so.

use store::StoredEvent;

use super::{Members, Rank};
use crate::event::{Event, MembershipEvent, MembershipKey, SignedStation};

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
            // What people nearer said is gone stays gone.
            let bytes = key.bytes().filter(|bytes| known.may_name(rank, stored) && !known.no_keys.contains(bytes));
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
            if self.keys.contains(key) {
                self.apply(stored, &signed.said, true);
            }
        }
        self.keep_stricter(&before);
    }

    /// Whether a word on keys counts.
    fn may_name(&self, rank: Rank, stored: &StoredEvent) -> bool {
        let by = stored.envelope.station;
        self.counts(stored)
            && match rank {
                Rank::Here => by == self.own,
                Rank::Former => self.is_ours(by),
                Rank::Headquarters => self.is_ours(by) || self.heads(by),
                Rank::Itself => false,
            }
    }

    /// The membership key that is told to others: the last that people named.
    pub fn key(&self) -> Option<&[u8; 32]> {
        self.keys.last()
    }

    /// Every membership key whose word counts here.
    pub fn keys(&self) -> &[[u8; 32]] {
        &self.keys
    }
}
