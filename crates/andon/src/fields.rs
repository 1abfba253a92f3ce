//! Something that is said field by field, folded: what two stations say apart of different fields goes together, of one field it is shown as
//! doubtful until somebody who saw both says which: an act that does not name the field leaves both. Rim: appointments, calls, stays and what a ward writes are folded so. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chart::Moment;
use serde_json::{Value, json};
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
    /// Said only so that it is understood where the copy is not: it contradicts nobody.
    is_copys: bool,
}

/// What an end of the events leaves: of each field what was said and not said anew by somebody who knew of it (several, where stations said
/// so apart), and all that it knew of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct End {
    words: BTreeMap<String, Vec<Word>>,
    known: BTreeSet<EventHash>,
}

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
    /// Fields that hold one of a set: two of them are no contradiction.
    sets: &'static [&'static str],
    left: HashMap<EventHash, End>,
    told: HashMap<EventHash, Told>,
}

impl Fields {
    /// Nothing said yet; of these fields two are a set and no contradiction.
    pub fn with_sets(sets: &'static [&'static str]) -> Fields {
        Fields { sets, ..Fields::default() }
    }

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

    /// As they stood for somebody who knew only what `is_known` says; with `entered`, that it was entered is known in any case.
    pub fn as_known(&self, is_known: impl Fn(&Told) -> bool, entered: bool) -> Fields {
        let enters = |hash: &EventHash| entered && self.left.get(hash).is_some_and(|end| end.known.len() == 1);
        let by_then = self.told.iter().filter(|(hash, told)| is_known(told) || enters(hash));
        let by_then: Vec<EventHash> = by_then.map(|(hash, _)| *hash).collect();
        let is_built_on = |hash: &EventHash| {
            let knows = |other: &EventHash| self.left.get(other).is_some_and(|end| end.known.contains(hash));
            by_then.iter().any(|other| other != hash && knows(other))
        };
        let mut tips: Vec<EventHash> = by_then.iter().filter(|hash| !is_built_on(hash)).copied().collect();
        tips.sort();
        Fields { tips, ..self.clone() }.standing()
    }

    /// An event is said of it, each after what it builds on; one that was struck leaves what it built on.
    pub fn say(&mut self, stored: &StoredEvent, values: &BTreeMap<String, String>, told: Told, is_struck: bool) {
        let none = BTreeMap::new();
        self.say_beside(stored, if is_struck { &none } else { values }, told, |_| false);
    }

    /// The same, where of some fields only what the copy says is told with it: what is known stands, whatever the copy says.
    pub fn say_beside(
        &mut self,
        stored: &StoredEvent,
        values: &BTreeMap<String, String>,
        told: Told,
        is_copys: impl Fn(&str) -> bool,
    ) {
        let parents = &stored.envelope.parents;
        let mut end = self.before(parents);
        for (field, value) in values {
            let is_copys = is_copys(field);
            if is_copys && end.words.contains_key(field) {
                continue;
            }
            let word = Word { value: value.clone(), by: stored.hash, at: told.entry, is_copys };
            end.words.insert(field.clone(), vec![word]);
        }
        end.known.insert(stored.hash);
        self.tips.retain(|tip| !parents.contains(tip));
        self.tips.push(stored.hash);
        self.left.insert(stored.hash, end);
        self.told.insert(stored.hash, told);
    }

    /// What its ends say together, once all was said.
    pub fn standing(mut self) -> Fields {
        let ends = self.tips.iter().filter_map(|tip| self.left.get(tip)).cloned();
        let end = ends.reduce(joined).unwrap_or_default();
        (self.apart, self.values) = (Vec::new(), BTreeMap::new());
        for (field, words) in end.words {
            let own: Vec<&Word> = words.iter().filter(|word| !word.is_copys).collect();
            let mut words: Vec<&Word> = if own.is_empty() { words.iter().collect() } else { own };
            words.sort_by_key(|word| (word.at, word.by));
            let first = words.first().map(|word| &word.value);
            let differ = words.iter().any(|word| Some(&word.value) != first);
            if differ && !self.sets.contains(&field.as_str()) {
                let told = |word: &&Word| Some((word.value.clone(), self.told.get(&word.by)?.clone()));
                self.apart.push(Apart { field: field.clone(), said: words.iter().filter_map(told).collect() });
            }
            if let Some(last) = words.last().filter(|word| !word.value.is_empty()) {
                self.values.insert(field, last.value.clone());
            }
        }
        self
    }

    /// What a change built on. Of parents that do not count (their station was revoked), everything that stands; what builds on nothing
    /// (two stations that first said something of one thing of the copy) knew nothing.
    fn before(&self, parents: &[EventHash]) -> End {
        let ends = |of: &[EventHash]| of.iter().filter_map(|hash| self.left.get(hash)).cloned().collect::<Vec<_>>();
        let known = ends(parents);
        let of = if known.is_empty() && !parents.is_empty() { ends(&self.tips) } else { known };
        of.into_iter().reduce(joined).unwrap_or_default()
    }
}

impl Apart {
    /// The field, and each value with who said so.
    pub fn as_json(&self) -> Value {
        let said = self.said.iter().map(|(value, by)| json!({"value": value, "told": by.as_json()}));
        json!({"field": self.field, "said": said.collect::<Vec<_>>()})
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

/// Two ends laid side by side, field by field: what one end has and the other does not stands, unless the other knew of it and said it anew.
fn joined(one: End, other: End) -> End {
    let mut words: BTreeMap<String, Vec<Word>> = BTreeMap::new();
    for (own, theirs) in [(&one, &other), (&other, &one)] {
        for (field, said) in &own.words {
            let has = |word: &Word| theirs.words.get(field).is_some_and(|said| said.contains(word));
            let all = words.entry(field.clone()).or_default();
            for word in said.iter().filter(|word| has(word) || !theirs.known.contains(&word.by)) {
                if !all.contains(word) {
                    all.push(word.clone());
                }
            }
        }
    }
    End { words, known: one.known.into_iter().chain(other.known).collect() }
}
