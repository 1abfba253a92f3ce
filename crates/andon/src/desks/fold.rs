//! One slip, set of results, call-back, delivery, query or limit, folded field by field. Pure.

use chart::{Moment, PatientId};
use store::{StationId, StoredEvent};

use super::limits;
use super::rows::{Row, is_row};
use crate::event::{CRITICALS_ITEM, DepartmentSaid, Event, RESULTS_ITEM, SLIPS_ITEM};
use crate::fields::{Fields, short_name};
use crate::folds::{Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::Told;
use crate::parents::{self, Seen};

/// Something of a department desk as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its name for changes.
    pub name: String,
    /// The item of its sort (`crate::event`).
    pub item: &'static str,
    /// Assigning authority of the patient's number.
    pub authority: String,
    /// The patient's number; empty for nobody.
    pub id: String,
    /// Its fields.
    pub fields: Fields,
    /// What was said of it, oldest first, each with the station.
    pub history: Vec<(DepartmentSaid, Told, StationId)>,
}

impl std::ops::Deref for Entry {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Entry {
    /// The patient; of nobody an empty number.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// A field says something.
    pub fn says(&self, field: &str) -> bool {
        !self.value(field).is_empty()
    }

    /// Who entered it, and when.
    pub fn entered(&self) -> Option<&Told> {
        self.history.first().map(|(_, told, _)| told)
    }

    /// Since when it is here, as who entered it said.
    pub fn since(&self) -> Moment {
        self.entered().map_or(Moment(0), |told| told.at)
    }

    /// Who did this with it last, and when.
    pub fn last(&self, act: &str) -> Option<&Told> {
        self.history.iter().rev().find(|(said, ..)| said.act == act).map(|(_, told, _)| told)
    }

    /// A short number for people, of the station, its log's life and the event: `3F2A01-17`; of a limit its key.
    pub fn short(&self) -> String {
        short_name(&self.name)
    }

    /// It was a mistake, or another thing of the same desk goes on with it.
    pub fn is_over(&self) -> bool {
        self.says("struck") || self.says("attached")
    }

    /// Whose it is, nobody has said.
    pub fn is_nobodys(&self) -> bool {
        self.id.is_empty()
    }

    /// Of a slip a word of [`super::SLIP_STATES`]. Where two stations say different things, the one that asks for something.
    pub fn slip_state(&self) -> &'static str {
        let said = self.said_of("state");
        match super::SLIP_STATES.into_iter().find(|state| said.contains(state)) {
            _ if self.says("attached") => "attached",
            _ if self.says("struck") => "struck",
            Some("waiting") | None => "waiting",
            _ if said.contains(&"") => "waiting",
            Some(state) => state,
        }
    }

    /// Of a set of results its rows, each with the field that holds it.
    pub fn rows(&self) -> Vec<(&str, Row)> {
        let rows = self.values.iter().filter(|(field, _)| self.item == RESULTS_ITEM && is_row(field));
        rows.map(|(field, line)| (field.as_str(), Row::read(line))).collect()
    }

    /// Of a set of results a word of [`super::SET_STATES`]. What two stations say apart is confirmed by nobody.
    pub fn set_state(&self) -> &'static str {
        match () {
            () if self.says("attached") => "attached",
            () if self.says("struck") => "struck",
            () if self.is_nobodys() => "nobodys",
            () if self.is_doubtful() || !self.says("confirmed") => "unconfirmed",
            () => "confirmed",
        }
    }

    /// Of a set of results the people by whose hands its values came: nobody of them confirms it.
    pub fn writers(&self) -> Vec<String> {
        let wrote =
            |said: &&(DepartmentSaid, Told, StationId)| matches!(said.0.act.as_str(), "type" | "import" | "correct");
        let mut names: Vec<String> = self.history.iter().filter(wrote).map(|(_, told, _)| told.who.clone()).collect();
        names.extend(self.value("typed_by").split('\n').filter(|name| !name.is_empty()).map(str::to_owned));
        names
    }

    /// Of a set of results when a value was put right or struck last: what was handed over before is of no use any more.
    pub fn changed(&self) -> Option<&Told> {
        let is = |said: &&(DepartmentSaid, Told, StationId)| matches!(said.0.act.as_str(), "correct" | "strike");
        self.history.iter().rev().find(is).map(|(_, told, _)| told)
    }

    /// Of a call-back: no doctor knows yet, as far as everybody says.
    pub fn is_open_critical(&self) -> bool {
        self.item == CRITICALS_ITEM && self.said_of("closed").iter().any(|said| said.is_empty())
    }

    /// Of a call-back how far it is to go up by now: 0, 1 or 2 (`super::ESCALATE_MINUTES`).
    pub fn escalation(&self, now: Moment) -> usize {
        let minutes = self.since().minutes_until(now);
        if self.is_open_critical() {
            super::ESCALATE_MINUTES.iter().filter(|most| minutes >= **most).count()
        } else {
            0
        }
    }

    /// A slip or a set whose patient is in doubt and that waits for a person.
    pub fn waits_for_a_patient(&self) -> bool {
        self.is_nobodys() && !self.is_over() && matches!(self.item, SLIPS_ITEM | RESULTS_ITEM) && !self.says("bad")
    }

    /// As somebody saw it before what they did not know of.
    ///
    /// # Errors
    /// What they saw is no longer of it.
    pub fn as_seen(&self, seen: &Seen) -> Result<Entry, Problem> {
        Ok(Entry { fields: self.fields.as_seen(seen)?, ..self.clone() })
    }
}

impl Folded for Entry {
    type Said = (&'static str, DepartmentSaid);

    fn read(stored: &StoredEvent) -> Option<(Says, Self::Said)> {
        let envelope = &stored.envelope;
        let Event::Department(event) = Event::read(envelope.kind, envelope.version, &envelope.payload) else {
            return None;
        };
        let (item, said) = (event.item(), event.said().clone());
        Some((Says::of(stored, &said.thing, limits::is_key), (item, said)))
    }

    fn fold(name: String, entered: Heard<'_, Entry>, changes: &[Heard<'_, Entry>]) -> Entry {
        // Of the limits of an item any station may have spoken first: which event came here first says nothing.
        let all = parents::in_order(changes.iter().chain([&entered]).copied().collect());
        let (item, first) = all.first().map_or(entered.1, |(_, said)| said);
        let (authority, id) = (first.authority.clone(), first.id.clone());
        let mut entry = Entry { name, item, authority, id, fields: Fields::default(), history: Vec::new() };
        for (stored, (_, said)) in all.iter().filter(|(_, (of, _))| of == item) {
            let told = Told::of(stored, &said.words);
            entry.fields.say(stored, &said.values, told.clone(), false);
            entry.history.push((said.clone(), told, stored.envelope.station));
        }
        Entry { fields: std::mem::take(&mut entry.fields).standing(), ..entry }
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
