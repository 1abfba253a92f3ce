//! Events in the order of what they build on: where a clock was wrong, a change may sort before what it changed. Pure.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use store::{EventHash, StoredEvent};

use crate::home::Problem;

/// What whoever changes something had before them when they began: the hashes of its last events, hexadecimal, with `,` between. A form
/// carries it, so that what came meanwhile is not written over unseen. Empty where what stands is meant; `-` where nothing was there yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seen(String);

/// Nothing was there yet.
const NOTHING: &str = "-";
/// Ends that a form carries; more than ever stood open side by side.
const SEEN_MAX: usize = 64;

/// Out of what a form carried.
impl From<String> for Seen {
    fn from(text: String) -> Seen {
        Seen(text)
    }
}

impl Seen {
    /// Of a thing that ends in these events; of none where nothing was said of it yet.
    pub fn of(tips: &[EventHash]) -> Seen {
        if tips.is_empty() {
            return Seen(NOTHING.to_owned());
        }
        Seen(tips.iter().map(EventHash::to_string).collect::<Vec<_>>().join(","))
    }

    /// As a form carries it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The events that a change builds on: those that were seen, else those that stand.
    ///
    /// # Errors
    /// One that was seen is not an event of the thing.
    pub fn parents(
        &self,
        tips: &[EventHash],
        is_of_it: impl Fn(&EventHash) -> bool,
    ) -> Result<Vec<EventHash>, Problem> {
        if self.0.is_empty() {
            return Ok(tips.to_vec());
        }
        if self.0 == NOTHING {
            return Ok(Vec::new());
        }
        let read = |text: &str| vault::hash::from_hex(text)?.try_into().ok().map(EventHash).filter(&is_of_it);
        let seen: Option<Vec<EventHash>> = self.0.split(',').take(SEEN_MAX + 1).map(read).collect();
        seen.filter(|seen| seen.len() <= SEEN_MAX).ok_or_else(|| {
            Problem::usage(
                "この画面を開いたあとで、もとの記録が数えられなくなりました。開き直して、もう一度入力してください。\n\
                 What this form was opened on no longer counts: open it again and enter it again.",
            )
        })
    }
}

/// Events of one thing in the one order that is the same everywhere, each after what it builds on: which came here first says nothing.
pub fn in_order<T>(mut events: Vec<(&StoredEvent, T)>) -> Vec<(&StoredEvent, T)> {
    events.sort_by_key(|(stored, _)| store::fold_key(stored));
    first(events)
}

/// The same events, each after those of them that it names as parents; else in the order in which they came.
pub fn first<T>(events: Vec<(&StoredEvent, T)>) -> Vec<(&StoredEvent, T)> {
    let at: HashMap<EventHash, usize> = events.iter().enumerate().map(|(at, (stored, _))| (stored.hash, at)).collect();
    let mut waits = vec![0_usize; events.len()];
    let mut children: HashMap<usize, Vec<usize>> = HashMap::new();
    for (child, (stored, _)) in events.iter().enumerate() {
        let parents: BTreeSet<usize> =
            stored.envelope.parents.iter().filter_map(|hash| at.get(hash).copied()).collect();
        // An event cannot name itself: its hash is over its parents.
        for parent in parents {
            waits[child] += 1;
            children.entry(parent).or_default().push(child);
        }
    }
    let mut ready: BTreeSet<usize> = (0..events.len()).filter(|at| waits[*at] == 0).collect();
    let mut slots: Vec<Option<(&StoredEvent, T)>> = events.into_iter().map(Some).collect();
    let mut ordered = Vec::with_capacity(slots.len());
    while let Some(next) = ready.pop_first() {
        ordered.extend(slots[next].take());
        for child in children.remove(&next).unwrap_or_default() {
            waits[child] -= 1;
            if waits[child] == 0 {
                ready.insert(child);
            }
        }
    }
    ordered
}

/// A forked log may have two things of one number: both stand, each under a name with the beginning of the hash of what entered it.
pub fn name_apart(named: Vec<(&mut String, EventHash)>) {
    let mut count: HashMap<String, usize> = HashMap::new();
    named.iter().for_each(|(name, _)| *count.entry((*name).clone()).or_default() += 1);
    for (name, hash) in named.into_iter().filter(|(name, _)| count.get(*name).is_some_and(|count| *count > 1)) {
        let hash: String = hash.to_string().chars().take(8).collect();
        *name = format!("{name}/{hash}");
    }
}
