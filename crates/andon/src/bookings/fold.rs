//! One appointment, list, row or call, folded field by field: what two stations say apart of different fields goes together, of one field it
//! is shown as doubtful until somebody who saw both says which. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chart::{Moment, PatientId, When};
use store::{EventHash, StationId, StoredEvent};

use super::{is_copys, read_at};
use crate::event::{BookingSaid, CALL_ROWS_ITEM, CALLS_ITEM, Event};
use crate::folds::{Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::Told;
use crate::parents::{self, Seen};

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

/// What two stations say apart of one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// The field.
    pub field: String,
    /// Each value, with who said so.
    pub said: Vec<(String, Told)>,
}

/// An appointment, list, row or call as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matter {
    /// Its name for changes.
    pub name: String,
    /// The item of its sort: `BOOKINGS_ITEM`, `CALL_LISTS_ITEM`, `CALL_ROWS_ITEM`, `CALLS_ITEM`.
    pub item: &'static str,
    /// Of a row its list.
    pub list: String,
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number; empty for nobody.
    pub id: String,
    /// What its fields say; those that say nothing are not there.
    pub values: BTreeMap<String, String>,
    /// Fields of which two stations say different things: 要確認.
    pub apart: Vec<Apart>,
    /// What was said of it, oldest first, each with the station.
    pub history: Vec<(BookingSaid, Told, StationId)>,
    /// What a change that knows all of this builds on.
    pub tips: Vec<EventHash>,
    left: HashMap<EventHash, End>,
    told: HashMap<EventHash, Told>,
}

impl Matter {
    /// The patient; of nobody an empty number.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// What a field says; empty for nothing.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// Two said different things of one field.
    pub fn is_doubtful(&self) -> bool {
        !self.apart.is_empty()
    }

    /// Who entered it, and when.
    pub fn entered(&self) -> Option<&Told> {
        self.history.first().map(|(_, told, _)| told)
    }

    /// Who said something of it last.
    pub fn last(&self) -> Option<&Told> {
        self.history.last().map(|(_, told, _)| told)
    }

    /// A short number for people, of the station, its log's life and the event: `3F2A01-17`; of a plan of the copy its key.
    pub fn short(&self) -> String {
        let mut parts = self.name.split('/');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(station), Some(life), Some(no)) if !is_copys(&self.name) => {
                let begins: String = station.chars().take(4).collect();
                format!("{}{life:0>2}-{no}", begins.to_uppercase())
            }
            _ => self.name.clone(),
        }
    }

    /// Of an appointment for when.
    pub fn at(&self) -> Option<When> {
        read_at(self.value("at"))
    }

    /// Of an appointment: it is over before it was.
    pub fn is_cancelled(&self) -> bool {
        !self.value("cancelled").is_empty()
    }

    /// Of a row its number on the list.
    pub fn no(&self) -> u32 {
        self.value("no").parse().unwrap_or(0)
    }

    /// Of a row a word of `ROW_STATES`.
    pub fn row_state(&self) -> &'static str {
        match self.value("outcome") {
            _ if !self.value("taken").is_empty() => "taken",
            "" => "todo",
            "no_answer" => "again",
            "wrong_number" | "unreachable" => "unreachable",
            _ => "done",
        }
    }

    /// How often nobody answered, each with its time.
    pub fn tries(&self) -> Vec<Moment> {
        let is_try =
            |said: &BookingSaid| said.act == "result" && said.values.get("outcome").is_some_and(|o| o == "no_answer");
        self.history.iter().filter(|(said, ..)| is_try(said)).map(|(_, told, _)| told.at).collect()
    }

    /// Since when a row is in hand.
    pub fn taken_since(&self) -> Option<&Told> {
        self.history.iter().rev().find(|(said, ..)| said.act == "take").map(|(_, told, _)| told)
    }

    /// Of a call: somebody still has something to do.
    pub fn is_open_call(&self) -> bool {
        let asked = ["next", "back_by", "back_at"].iter().any(|field| !self.value(field).is_empty());
        self.item == CALLS_ITEM && asked && self.value("done").is_empty()
    }

    /// Of a call: its time is past and it is still open.
    pub fn is_late(&self, now: Moment) -> bool {
        self.is_open_call() && read_at(self.value("back_at")).is_some_and(|at| at.end() < now)
    }

    /// As somebody saw it before what they did not know of.
    ///
    /// # Errors
    /// What they saw is no longer of it.
    pub fn as_seen(&self, seen: &Seen) -> Result<Matter, Problem> {
        let tips = seen.parents(&self.tips, |hash| self.left.contains_key(hash))?;
        Ok(Matter { tips, ..self.clone() }.standing())
    }

    fn standing(mut self) -> Matter {
        let ends: Vec<End> = self.tips.iter().filter_map(|tip| self.left.get(tip)).cloned().collect();
        let mut apart: BTreeMap<String, BTreeMap<(Moment, EventHash), String>> = BTreeMap::new();
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

    fn say(&mut self, stored: &StoredEvent, said: &BookingSaid) {
        let parents = &stored.envelope.parents;
        let (mut end, told) = (self.before(parents), Told::of(stored, &said.words));
        for (field, value) in &said.values {
            let word = Word { value: value.clone(), by: stored.hash, at: told.entry };
            end.words.insert(field.clone(), word);
        }
        end.known.insert(stored.hash);
        self.tips.retain(|tip| !parents.contains(tip));
        self.tips.push(stored.hash);
        self.left.insert(stored.hash, end);
        self.told.insert(stored.hash, told.clone());
        self.history.push((said.clone(), told, stored.envelope.station));
    }

    /// What a change built on. Of parents that do not count (their station was revoked), everything that stands; what builds on nothing
    /// (two stations that first said something of one plan of the copy) knew nothing.
    fn before(&self, parents: &[EventHash]) -> End {
        let ends = |of: &[EventHash]| of.iter().filter_map(|hash| self.left.get(hash)).cloned().collect::<Vec<_>>();
        let known = ends(parents);
        let of = if known.is_empty() && !parents.is_empty() { ends(&self.tips) } else { known };
        of.into_iter().reduce(|one, other| joined(one, other, &mut BTreeMap::new())).unwrap_or_default()
    }
}

/// Two ends laid side by side, field by field. What one end knew of and said anew stands; of two that did not know of each other the later,
/// and where they differ both are told in `apart`.
fn joined(one: End, other: End, apart: &mut BTreeMap<String, BTreeMap<(Moment, EventHash), String>>) -> End {
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

impl Folded for Matter {
    type Said = (&'static str, BookingSaid);

    fn read(stored: &StoredEvent) -> Option<(Says, Self::Said)> {
        let envelope = &stored.envelope;
        let Event::Booking(event) = Event::read(envelope.kind, envelope.version, &envelope.payload) else {
            return None;
        };
        let (item, said) = (event.item(), event.said().clone());
        let says = match said.thing.as_str() {
            "" => Says::Enters(format!("{}/{}/{}", envelope.station, envelope.incarnation, envelope.no)),
            thing if is_copys(thing) => Says::PutsRight(thing.to_owned()),
            thing => Says::Changes(thing.to_owned()),
        };
        Some((says, (item, said)))
    }

    fn fold(name: String, entered: Heard<'_, Matter>, changes: &[Heard<'_, Matter>]) -> Matter {
        // Of a plan of the copy any station may have spoken first: which event came here first says nothing.
        let mut all: Vec<Heard<'_, Matter>> = changes.iter().chain([&entered]).copied().collect();
        all.sort_by_key(|(stored, _)| store::fold_key(stored));
        let all = parents::first(all);
        let (item, first) = all.first().map_or(entered.1, |(_, said)| said);
        let mut matter = Matter {
            name,
            item,
            list: if *item == CALL_ROWS_ITEM { first.list.clone() } else { String::new() },
            authority: first.authority.clone(),
            id: first.id.clone(),
            values: BTreeMap::new(),
            apart: Vec::new(),
            history: Vec::new(),
            tips: Vec::new(),
            left: HashMap::new(),
            told: HashMap::new(),
        };
        for (stored, (_, said)) in all.iter().filter(|(_, (of, _))| of == item) {
            matter.say(stored, said);
        }
        matter.standing()
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
