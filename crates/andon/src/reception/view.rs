//! Visits and patients in words, as the desk's pages show them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chart::{Moment, PatientId};
use store::Reader;

use super::say::leads_back;
use crate::confidential::Flags;
use crate::finding::hit_of;
use crate::finding::shown::{Coded, Person, coded, is_kept_back};
use crate::home::Problem;
use crate::hospital::{Members, own_id};
use crate::names::{self, Learned};
use crate::parents::Seen;
use crate::text::Words;
use crate::visits::clinics::{self, Clinic};
use crate::visits::{PLACES, Visit, doubled};
use crate::web::encoded;

/// A visit in words.
pub struct Row {
    pub name: String,
    pub address: String,
    pub ticket: String,
    /// Another visit of this day bears the ticket.
    pub doubled: bool,
    /// The patient's name; empty where it may not be shown.
    pub who: String,
    pub id: String,
    pub departments: String,
    pub place: String,
    pub room: String,
    pub since: String,
    pub minutes: i64,
    pub flags: Vec<Coded>,
    pub state_words: String,
    pub is_open: bool,
    pub is_called: bool,
    pub leads_back: bool,
    /// What each station says that moved it apart from another.
    pub apart: Vec<String>,
    /// The station that received it, where that is another.
    pub station: String,
    /// The same patient has another open visit.
    pub twice: bool,
    /// What a change that knows all of this builds on.
    pub seen: Seen,
}

/// What visits are put in words with.
pub struct View {
    t: Words,
    now: Moment,
    pub clinics: Vec<Clinic>,
    members: Arc<Members>,
    flags: Arc<Flags>,
    learned: Arc<Vec<Arc<Learned>>>,
    own: store::StationId,
}

impl View {
    pub fn new(reader: &Reader, t: Words, now: Moment) -> Result<View, Problem> {
        Ok(View {
            t,
            now,
            clinics: clinics::all(reader)?,
            members: reader.once(Members::of)?,
            flags: reader.once(Flags::all)?,
            learned: names::all(reader)?,
            own: own_id(reader)?,
        })
    }

    /// The patient of a visit, shown back to who works with him.
    pub fn person(&self, reader: &Reader, id: &PatientId) -> Result<Person, Problem> {
        let mut hit = hit_of(reader, id)?;
        names::tell(&mut hit, &self.learned);
        Ok(Person::of(&hit, &self.flags, self.t, self.now))
    }

    /// Visits as rows, in the order given.
    pub fn rows(&self, reader: &Reader, visits: &[Arc<Visit>], all: &[Arc<Visit>]) -> Result<Vec<Row>, Problem> {
        let doubled = doubled(all);
        let mut open: HashMap<PatientId, usize> = HashMap::new();
        all.iter().filter(|visit| visit.is_open()).for_each(|visit| *open.entry(visit.patient()).or_default() += 1);
        let row = |visit: &Arc<Visit>| {
            let twice = open.get(&visit.patient()).is_some_and(|count| *count > 1);
            let row = self.row(reader, visit)?;
            Ok(Row { doubled: doubled.contains(&visit.said.ticket), twice: twice && visit.is_open(), ..row })
        };
        visits.iter().map(row).collect()
    }

    /// Departments by name, the present one first.
    pub fn departments(&self, values: &BTreeMap<String, String>) -> String {
        let said = |field: &str| values.get(field).map_or("", String::as_str);
        let present = said("department");
        let others = said("departments").split_whitespace().filter(|letter| *letter != present);
        let names = std::iter::once(present).chain(others).filter(|letter| !letter.is_empty());
        names.map(|letter| clinics::name(&self.clinics, letter)).collect::<Vec<_>>().join("・")
    }

    /// Where next: of a doctor the department too.
    pub fn place(&self, values: &BTreeMap<String, String>) -> String {
        let said = |field: &str| values.get(field).map_or("", String::as_str);
        let place = self.t.word("visit-place", said("place"));
        match said("place") {
            "doctor" => format!("{place} {}", clinics::name(&self.clinics, said("department"))),
            _ => place,
        }
    }

    fn row(&self, reader: &Reader, visit: &Visit) -> Result<Row, Problem> {
        let (t, id) = (self.t, visit.patient());
        let who = if is_kept_back(&self.flags, &id) { String::new() } else { self.person(reader, &id)?.name };
        let apart = |end: &crate::visits::End| {
            let state = t.word("visit-state", end.state);
            format!("{} {state}（{} {}）", self.place(&end.values), end.since.at, end.since.who)
        };
        let flags = crate::visits::FLAGS.into_iter().filter(|flag| visit.words("flags").contains(flag));
        Ok(Row {
            address: format!("/reception/visit?visit={}", encoded(&visit.name)),
            name: visit.name.clone(),
            ticket: visit.said.ticket.clone(),
            doubled: false,
            who,
            id: id.id,
            departments: self.departments(&visit.values),
            place: self.place(&visit.values),
            room: visit.value("room").to_owned(),
            since: visit.since.at.to_string().split(' ').next_back().unwrap_or_default().to_owned(),
            minutes: visit.minutes(self.now),
            flags: flags.map(|flag| (flag, t.word("visit-flag", flag))).collect(),
            state_words: t.word("visit-state", visit.state),
            is_open: visit.is_open(),
            is_called: visit.state == "called",
            leads_back: visit.is_open() && leads_back(visit),
            apart: visit.apart.iter().map(apart).collect(),
            station: if visit.station == self.own { String::new() } else { self.members.name(visit.station) },
            twice: false,
            seen: Seen::of(&visit.tips),
        })
    }
}

/// Places with their words.
pub fn places(t: Words) -> Vec<Coded> {
    coded(PLACES, |code| t.word("visit-place", code))
}
