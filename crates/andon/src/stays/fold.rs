//! One stay, or one thing that a ward says of an inpatient, folded field by field. What was struck counts no more and stays readable. Pure.

use std::collections::HashMap;

use chart::{Moment, PatientId, Place};
use store::{EventHash, StationId, StoredEvent};

use super::{is_copys, read_place};
use crate::event::{Event, StaySaid};
use crate::fields::Fields;
use crate::folds::{Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::Told;
use crate::parents::{self, Seen};

/// The field in which a `strike` says which of those before it are struck: their hashes, hexadecimal, with blanks between. It is no field of
/// the stay.
pub const STRIKES: &str = "strikes";

/// Something that was said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// What.
    pub said: StaySaid,
    /// By whom, when.
    pub told: Told,
    /// At which station.
    pub station: StationId,
    /// Its number in that station's log.
    pub no: u64,
    /// The event that says so.
    pub hash: EventHash,
    /// It is struck and counts no more: by whom, when, why.
    pub struck: Option<Told>,
}

/// A stay, or what is said of an inpatient, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stay {
    /// Its name for changes.
    pub name: String,
    /// The item of its sort: `STAYS_ITEM`, `NOTES_ITEM`.
    pub item: &'static str,
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// Its fields.
    pub fields: Fields,
    /// What was said of it, oldest first.
    pub history: Vec<Past>,
}

impl std::ops::Deref for Stay {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Stay {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// What counts of it, oldest first.
    pub fn standing(&self) -> impl DoubleEndedIterator<Item = &Past> {
        self.history.iter().filter(|past| past.struck.is_none() && past.said.act != "strike")
    }

    /// What entered it: a handover's, a meal's kind.
    pub fn sort(&self) -> &str {
        self.history.first().map_or("", |past| past.said.act.as_str())
    }

    /// Nothing of it counts: it was a mistake.
    pub fn is_struck(&self) -> bool {
        self.standing().next().is_none()
    }

    /// Of a stay: somebody says that the patient is still here, perhaps against another.
    pub fn is_open(&self) -> bool {
        !self.is_struck() && self.said_of("state").iter().any(|state| *state != "discharged")
    }

    /// Of a stay: out on leave.
    pub fn on_leave(&self) -> bool {
        self.value("state") == "leave"
    }

    /// The places that are said of it: more than one where two stations moved the patient apart. None where only the copy tells.
    pub fn places(&self) -> Vec<Place> {
        let said = self.said_of("place").into_iter();
        said.filter(|text| !text.is_empty()).map(read_place).collect()
    }

    /// When what counts last happened.
    pub fn since(&self) -> Option<Moment> {
        self.standing().map(|past| past.told.at).max()
    }

    /// Of what is said of an inpatient: it counts still.
    pub fn holds(&self) -> bool {
        !self.is_struck() && self.value("ended").is_empty()
    }

    /// As somebody saw it before what they did not know of.
    ///
    /// # Errors
    /// What they saw is no longer of it.
    pub fn as_seen(&self, seen: &Seen) -> Result<Stay, Problem> {
        Ok(Stay { fields: self.fields.as_seen(seen)?, ..self.clone() })
    }

    fn say(&mut self, stored: &StoredEvent, said: &StaySaid, struck: Option<&Told>) {
        let (told, of) = (Told::of(stored, &said.words), &stored.envelope);
        let mut values = said.values.clone();
        values.remove(STRIKES);
        self.fields.say(stored, &values, told.clone(), struck.is_some());
        let (said, struck) = (said.clone(), struck.cloned());
        self.history.push(Past { said, told, station: of.station, no: of.no, hash: stored.hash, struck });
    }
}

/// Which events are struck, each with who said so first.
fn struck<'a>(all: &[(&'a StoredEvent, &'a StaySaid)]) -> HashMap<&'a str, Told> {
    let mut struck: HashMap<&str, Told> = HashMap::new();
    for (stored, said) in all.iter().filter(|(_, said)| said.act == "strike") {
        for hash in said.values.get(STRIKES).into_iter().flat_map(|hashes| hashes.split_whitespace()) {
            struck.entry(hash).or_insert_with(|| Told::of(stored, &said.words));
        }
    }
    struck
}

impl Folded for Stay {
    type Said = (&'static str, StaySaid);

    fn read(stored: &StoredEvent) -> Option<(Says, Self::Said)> {
        let envelope = &stored.envelope;
        let Event::Stay(event) = Event::read(envelope.kind, envelope.version, &envelope.payload) else { return None };
        let (item, said) = (event.item(), event.said().clone());
        Some((Says::of(stored, &said.thing, is_copys), (item, said)))
    }

    fn fold(name: String, entered: Heard<'_, Stay>, changes: &[Heard<'_, Stay>]) -> Stay {
        // Of a stay of the copy any station may have spoken first: which event came here first says nothing.
        let all = parents::in_order(changes.iter().chain([&entered]).copied().collect());
        let (item, first) = all.first().map_or(entered.1, |(_, said)| said);
        let (authority, id) = (first.authority.clone(), first.id.clone());
        let mut stay = Stay { name, item, authority, id, fields: Fields::default(), history: Vec::new() };
        // What speaks of another sort or patient is nothing of this.
        let mine = |said: &StaySaid| said.authority == first.authority && said.id == first.id;
        let of = all.iter().filter(|(_, (of, said))| of == item && mine(said));
        let all: Vec<(&StoredEvent, &StaySaid)> = of.map(|(stored, (_, said))| (*stored, said)).collect();
        let struck = struck(&all);
        for (stored, said) in &all {
            stay.say(stored, said, struck.get(stored.hash.to_string().as_str()));
        }
        Stay { fields: std::mem::take(&mut stay.fields).standing(), ..stay }
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
