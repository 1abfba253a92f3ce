//! One appointment, list, row or call, folded field by field: what two stations say apart of different fields goes together, of one field it
//! is shown as doubtful until somebody who saw both says which: an act that does not name the field leaves both. Pure.

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

    /// As it stood for somebody who knew what had happened by then: a pen and paper know nothing of what a screen said later. That it was
    /// entered is known whatever the time.
    pub fn as_of(&self, at: Moment) -> Matter {
        self.as_known(|told| told.at <= at)
    }

    /// As it stood here with what was entered by then, whenever that had happened.
    pub fn as_entered_by(&self, entry: Moment) -> Matter {
        self.as_known(|told| told.entry <= entry)
    }

    fn as_known(&self, is_known: impl Fn(&Told) -> bool) -> Matter {
        let enters =
            |hash: &EventHash| !is_copys(&self.name) && self.left.get(hash).is_some_and(|end| end.known.len() == 1);
        let by_then = self.told.iter().filter(|(hash, told)| is_known(told) || enters(hash));
        let by_then: Vec<EventHash> = by_then.map(|(hash, _)| *hash).collect();
        let is_built_on = |hash: &EventHash| {
            let knows = |other: &EventHash| self.left.get(other).is_some_and(|end| end.known.contains(hash));
            by_then.iter().any(|other| other != hash && knows(other))
        };
        let mut tips: Vec<EventHash> = by_then.iter().filter(|hash| !is_built_on(hash)).copied().collect();
        tips.sort();
        Matter { tips, ..self.clone() }.standing()
    }

    /// Of an appointment every time that it is said to be at: two, where two stations moved it apart.
    pub fn times(&self) -> Vec<When> {
        let apart = self.apart.iter().filter(|apart| apart.field == "at").flat_map(|apart| &apart.said);
        let all = apart.map(|(value, _)| value.as_str()).chain([self.value("at")]).filter_map(read_at);
        let mut times: Vec<When> = Vec::new();
        for at in all {
            if times.iter().all(|known| known.to_string() != at.to_string()) {
                times.push(at);
            }
        }
        times
    }

    fn standing(mut self) -> Matter {
        let ends = self.tips.iter().filter_map(|tip| self.left.get(tip)).cloned();
        let end = ends.reduce(joined).unwrap_or_default();
        (self.apart, self.values) = (Vec::new(), BTreeMap::new());
        for (field, words) in end.words {
            let own: Vec<&Word> = words.iter().filter(|word| !word.is_copys).collect();
            let mut words: Vec<&Word> = if own.is_empty() { words.iter().collect() } else { own };
            words.sort_by_key(|word| (word.at, word.by));
            let first = words.first().map(|word| &word.value);
            let differ = words.iter().any(|word| Some(&word.value) != first);
            // A list's sheets are a set: printed twice is no contradiction.
            if differ && field != "sheet" {
                let told = |word: &&Word| Some((word.value.clone(), self.told.get(&word.by)?.clone()));
                self.apart.push(Apart { field: field.clone(), said: words.iter().filter_map(told).collect() });
            }
            if let Some(last) = words.last().filter(|word| !word.value.is_empty()) {
                self.values.insert(field, last.value.clone());
            }
        }
        self
    }

    fn say(&mut self, stored: &StoredEvent, said: &BookingSaid) {
        let parents = &stored.envelope.parents;
        let (mut end, told) = (self.before(parents), Told::of(stored, &said.words));
        for (field, value) in &said.values {
            let is_copys = is_told_of_the_copy(said, field);
            // What is known stands, whatever the copy says of it.
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
        self.told.insert(stored.hash, told.clone());
        self.history.push((said.clone(), told, stored.envelope.station));
    }

    /// What a change built on. Of parents that do not count (their station was revoked), everything that stands; what builds on nothing
    /// (two stations that first said something of one plan of the copy) knew nothing.
    fn before(&self, parents: &[EventHash]) -> End {
        let ends = |of: &[EventHash]| of.iter().filter_map(|hash| self.left.get(hash)).cloned().collect::<Vec<_>>();
        let known = ends(parents);
        let of = if known.is_empty() && !parents.is_empty() { ends(&self.tips) } else { known };
        of.into_iter().reduce(joined).unwrap_or_default()
    }
}

/// Whoever judges or cancels a plan of the copy tells with it what the copy says, and says nothing of that.
fn is_told_of_the_copy(said: &BookingSaid, field: &str) -> bool {
    is_copys(&said.thing)
        && matches!(said.act.as_str(), "cancel" | "decide" | "restore")
        && matches!(field, "at" | "department" | "doctor" | "what" | "kind")
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
