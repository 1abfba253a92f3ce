//! Something that is said field by field, folded: what two stations say apart of different fields goes together, of one field it is shown as
//! doubtful until somebody who saw both says which. Rim: appointments, calls, stays and what a ward writes are folded so. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chart::Moment;
use store::{EventHash, StoredEvent};

use crate::home::Problem;
use crate::incident::Told;
use crate::parents::Seen;

/// What a field says, and which event said so, when.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    value: String,
    by: EventHash,
    at: Moment,
}

/// What an end of the events leaves: its fields, and all that it knew of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct End {
    words: BTreeMap<String, Word>,
    known: BTreeSet<EventHash>,
}

/// Of each field that is said apart every value, in the order in which they were entered.
type Said = BTreeMap<String, BTreeMap<(Moment, EventHash), String>>;

/// What two stations say apart of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The field.
    pub field: String,
    /// Each value, with who said so.
    pub said: Vec<(String, Told)>,
}

/// The fields of a thing as they stand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fields {
    /// What its fields say; those that say nothing are not there.
    pub values: BTreeMap<String, String>,
    /// Fields of which two stations say different things: 要確認.
    pub apart: Vec<Apart>,
    /// What a change that knows all of this builds on.
    pub tips: Vec<EventHash>,
    left: HashMap<EventHash, End>,
    told: HashMap<EventHash, Told>,
}

impl Fields {
    /// What a field says; empty for nothing.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Two said different things of one field.
    pub fn is_doubtful(&self) -> bool {
        !self.apart.is_empty()
    }

    /// Each value that is said of a field, and by whom where two say different things.
    pub fn said_of(&self, field: &str) -> Vec<&str> {
        match self.apart.iter().find(|apart| apart.field == field) {
            Some(apart) => apart.said.iter().map(|(value, _)| value.as_str()).collect(),
            None => vec![self.value(field)],
        }
    }

    /// As somebody saw them before what they did not know of.
    ///
    /// # Errors
    /// What they saw is no longer of it.
    pub fn as_seen(&self, seen: &Seen) -> Result<Fields, Problem> {
        let tips = seen.parents(&self.tips, |hash| self.left.contains_key(hash))?;
        Ok(Fields { tips, ..self.clone() }.standing())
    }

    /// An event is said of it, each after what it builds on; one that was struck leaves what it built on.
    pub fn say(&mut self, stored: &StoredEvent, values: &BTreeMap<String, String>, told: Told, is_struck: bool) {
        let parents = &stored.envelope.parents;
        let mut end = self.before(parents);
        for (field, value) in values.iter().filter(|_| !is_struck) {
            let word = Word { value: value.clone(), by: stored.hash, at: told.entry };
            end.words.insert(field.clone(), word);
        }
        end.known.insert(stored.hash);
        self.tips.retain(|tip| !parents.contains(tip));
        self.tips.push(stored.hash);
        self.left.insert(stored.hash, end);
        self.told.insert(stored.hash, told);
    }

    /// What its ends say together, once all was said.
    pub fn standing(mut self) -> Fields {
        let ends: Vec<End> = self.tips.iter().filter_map(|tip| self.left.get(tip)).cloned().collect();
        let mut apart = Said::new();
        let end = ends.into_iter().reduce(|one, other| joined(one, other, &mut apart)).unwrap_or_default();
        let told = |((_, hash), value): ((Moment, EventHash), String)| Some((value, self.told.get(&hash)?.clone()));
        self.apart = apart
            .into_iter()
            .map(|(field, said)| Apart { field, said: said.into_iter().filter_map(told).collect() })
            .collect();
        let says = |(field, word): (String, Word)| (!word.value.is_empty()).then_some((field, word.value));
        self.values = end.words.into_iter().filter_map(says).collect();
        self
    }

    /// What a change built on. Of parents that do not count (their station was revoked), everything that stands; what builds on nothing
    /// (two stations that first said something of one thing of the copy) knew nothing.
    fn before(&self, parents: &[EventHash]) -> End {
        let ends = |of: &[EventHash]| of.iter().filter_map(|hash| self.left.get(hash)).cloned().collect::<Vec<_>>();
        let known = ends(parents);
        let of = if known.is_empty() && !parents.is_empty() { ends(&self.tips) } else { known };
        of.into_iter().reduce(|one, other| joined(one, other, &mut Said::new())).unwrap_or_default()
    }
}

/// A short number for people, of the station, its log's life and the event: `3F2A01-17`; of a thing of the copy its key.
pub fn short_name(name: &str) -> String {
    let mut parts = name.split('/');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(station), Some(life), Some(no)) if !name.starts_with("copy:") => {
            let begins: String = station.chars().take(4).collect();
            format!("{}{life:0>2}-{no}", begins.to_uppercase())
        }
        _ => name.to_owned(),
    }
}

/// Two ends laid side by side, field by field. What one end knew of and said anew stands; of two that did not know of each other the later,
/// and where they differ both are told in `apart`.
fn joined(one: End, other: End, apart: &mut Said) -> End {
    let mut words = one.words;
    for (field, theirs) in other.words {
        match words.get(&field) {
            Some(ours) if ours.by == theirs.by || one.known.contains(&theirs.by) => {}
            Some(ours) if !other.known.contains(&ours.by) => {
                if ours.value != theirs.value {
                    let both = apart.entry(field.clone()).or_default();
                    for word in [ours, &theirs] {
                        both.insert((word.at, word.by), word.value.clone());
                    }
                }
                if (theirs.at, theirs.by) > (ours.at, ours.by) {
                    words.insert(field, theirs);
                }
            }
            _ => drop(words.insert(field, theirs)),
        }
    }
    End { words, known: one.known.into_iter().chain(other.known).collect() }
}
