//! One appointment, list, row or call, folded field by field: what two stations say apart of different fields goes together, of one field it
//! is shown as doubtful until somebody who saw both says which: an act that does not name the field leaves both. Pure.

use chart::{Moment, PatientId, When};
use store::{StationId, StoredEvent};

use super::{is_copys, read_at};
use crate::event::{BookingSaid, CALL_ROWS_ITEM, CALLS_ITEM, Event};
use crate::fields::{Fields, short_name};
use crate::folds::{Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::Told;
use crate::parents::{self, Seen};

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
    /// Its fields.
    pub fields: Fields,
    /// What was said of it, oldest first, each with the station.
    pub history: Vec<(BookingSaid, Told, StationId)>,
}

impl std::ops::Deref for Matter {
    type Target = Fields;

    fn deref(&self) -> &Fields {
        &self.fields
    }
}

impl Matter {
    /// The patient; of nobody an empty number.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
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
        short_name(&self.name)
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
        Ok(Matter { fields: self.fields.as_seen(seen)?, ..self.clone() })
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
        Matter { fields: self.fields.as_known(is_known, !is_copys(&self.name)), ..self.clone() }
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
}

/// Whoever judges or cancels a plan of the copy tells with it what the copy says, and says nothing of that.
fn is_told_of_the_copy(said: &BookingSaid, field: &str) -> bool {
    is_copys(&said.thing)
        && matches!(said.act.as_str(), "cancel" | "decide" | "restore")
        && matches!(field, "at" | "department" | "doctor" | "what" | "kind")
}

impl Folded for Matter {
    type Said = (&'static str, BookingSaid);

    fn read(stored: &StoredEvent) -> Option<(Says, Self::Said)> {
        let envelope = &stored.envelope;
        let Event::Booking(event) = Event::read(envelope.kind, envelope.version, &envelope.payload) else {
            return None;
        };
        let (item, said) = (event.item(), event.said().clone());
        Some((Says::of(stored, &said.thing, is_copys), (item, said)))
    }

    fn fold(name: String, entered: Heard<'_, Matter>, changes: &[Heard<'_, Matter>]) -> Matter {
        // Of a plan of the copy any station may have spoken first: which event came here first says nothing.
        let all = parents::in_order(changes.iter().chain([&entered]).copied().collect());
        let (item, first) = all.first().map_or(entered.1, |(_, said)| said);
        let mut matter = Matter {
            name,
            item,
            list: if *item == CALL_ROWS_ITEM { first.list.clone() } else { String::new() },
            authority: first.authority.clone(),
            id: first.id.clone(),
            // A list's sheets are a set: printed twice is no contradiction.
            fields: Fields::with_sets(&["sheet"]),
            history: Vec::new(),
        };
        for (stored, (_, said)) in all.iter().filter(|(_, (of, _))| of == item) {
            let told = Told::of(stored, &said.words);
            matter.fields.say_beside(stored, &said.values, told.clone(), |field| is_told_of_the_copy(said, field));
            matter.history.push((said.clone(), told, stored.envelope.station));
        }
        Matter { fields: std::mem::take(&mut matter.fields).standing(), ..matter }
    }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
