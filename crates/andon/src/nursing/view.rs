//! Stays and what is said of inpatients in words, as the pages show them.

use std::sync::Arc;

use chart::{Moment, PatientId, Place};
use store::Reader;

use super::rules::Values;
use crate::confidential::Flags;
use crate::finding::hit_of;
use crate::finding::shown::Person;
use crate::home::Problem;
use crate::hospital::Members;
use crate::names::{self, Learned};
use crate::stays::census::Lying;
use crate::stays::{Past, STRIKES, Stay, read_place};
use crate::text::Words;
use crate::web::encoded;

/// Something that was said, in words.
pub struct Told {
    pub act: String,
    pub said: String,
    pub words: String,
    pub at: String,
    pub by: String,
    /// By which event it is struck.
    pub hash: String,
    /// It may be struck still.
    pub counts: bool,
    /// By whom, when and why it is struck; empty where it is not.
    pub struck: String,
}

/// A stay in words.
pub struct Shown {
    pub name: String,
    pub seen: crate::parents::Seen,
    pub place: String,
    pub since: String,
    pub doctor: String,
    pub department: String,
    pub admitted: String,
    pub on_leave: bool,
    /// 停止中: something was said of it since the copy ended.
    pub outage: bool,
    pub doubts: Vec<String>,
}

/// Room and bed as people say them: `305-2`.
pub fn bed_words(place: &Place) -> String {
    match place.room.is_empty() || place.bed.is_empty() {
        true => format!("{}{}", place.room, place.bed),
        false => format!("{}-{}", place.room, place.bed),
    }
}

/// Where, as people say it: `03 305-2`.
pub fn place_words(place: &Place) -> String {
    format!("{} {}", place.ward, bed_words(place)).trim().to_owned()
}

/// The address of the page of one inpatient.
pub fn address(id: &PatientId) -> String {
    format!("/wards/stay?authority={}&id={}", encoded(&id.authority), encoded(&id.id))
}

/// What pages put things in words with.
pub struct View {
    pub t: Words,
    pub now: Moment,
    members: Arc<Members>,
    flags: Arc<Flags>,
    learned: Arc<Vec<Arc<Learned>>>,
}

impl View {
    pub fn new(reader: &Reader, t: Words, now: Moment) -> Result<View, Problem> {
        let (members, flags) = (reader.once(Members::of)?, reader.once(Flags::all)?);
        Ok(View { t, now, members, flags, learned: names::all(reader)? })
    }

    /// A patient in words.
    pub fn person(&self, reader: &Reader, id: &PatientId) -> Result<Person, Problem> {
        let mut hit = hit_of(reader, id)?;
        names::tell(&mut hit, &self.learned);
        Ok(Person::of(&hit, &self.flags, self.t, self.now))
    }

    /// One bed that a patient is said to be in.
    pub fn lying(&self, one: &Lying) -> Shown {
        let said = one.stay.as_deref();
        let name = match said {
            Some(stay) => stay.name.clone(),
            None => crate::stays::key(&one.id, &one.inpatient),
        };
        let time = |at: Option<chart::When>| at.map_or_else(String::new, |at| at.to_string());
        let mut doubts: Vec<String> = one.doubts.iter().map(|code| self.t.word("stay-doubt", code)).collect();
        doubts.extend(said.map_or_else(Vec::new, |stay| self.apart(stay)));
        Shown {
            name,
            seen: said.map_or_else(Default::default, |stay| crate::parents::Seen::of(&stay.tips)),
            place: place_words(&one.inpatient.place),
            since: time(one.inpatient.since),
            doctor: one.inpatient.attending.clone(),
            department: one.inpatient.department.clone(),
            admitted: time(one.inpatient.admitted),
            on_leave: one.inpatient.on_leave,
            outage: said.is_some(),
            doubts,
        }
    }

    /// What was said of something, newest first.
    pub fn history(&self, one: &Stay) -> Vec<Told> {
        one.history.iter().rev().map(|past| self.told(past)).collect()
    }

    /// One thing that was said.
    pub fn told(&self, past: &Past) -> Told {
        let told = &past.told;
        let late = told.entry.0.saturating_sub(told.at.0) >= 60_000;
        let entered = if late { self.t.with("visit-entered", told.entry.to_string()) } else { String::new() };
        Told {
            act: self.t.word("stay-act", &past.said.act),
            said: self.values(&past.said.values),
            words: told.words.clone(),
            at: format!("{}{entered}", told.at),
            by: format!("{} {}", told.who, self.members.name(past.station)),
            hash: past.hash.to_string(),
            counts: past.struck.is_none() && past.said.act != "strike",
            struck: past.struck.as_ref().map_or_else(String::new, |by| format!("{} {} {}", by.words, by.who, by.entry)),
        }
    }

    /// Fields with what each says; what only the program needs is left out.
    fn values(&self, values: &Values) -> String {
        let says = values
            .iter()
            .filter(|(field, value)| !value.is_empty() && !matches!(field.as_str(), STRIKES | "state" | "ended"));
        says.map(|(field, value)| match field.as_str() {
            "text" => value.clone(),
            field => format!("{} {}", self.t.word("stay-field", field), self.value(field, value)),
        })
        .collect::<Vec<_>>()
        .join("　")
    }

    /// What a field says, in words.
    pub fn value(&self, field: &str, value: &str) -> String {
        match field {
            "place" => place_words(&read_place(value)),
            "state" => self.t.word("stay-state", value),
            "outcome" => self.t.word("stay-outcome", value),
            "leave" => self.t.word("stay-leave", value),
            "shift" => self.t.word("stay-shift", value),
            "caution" => self.t.word("stay-caution", value),
            "fasting" => String::new(),
            "from" => self.meal(value),
            "to" if crate::stays::read_meal(value).is_some() => self.meal(value),
            _ => value.to_owned(),
        }
    }

    /// A meal: `2021-11-02 朝食`.
    pub fn meal(&self, text: &str) -> String {
        match text.split_once(' ') {
            Some((day, meal)) => format!("{day} {}", self.t.word("stay-meal", meal)),
            None => text.to_owned(),
        }
    }

    /// What a ward says of an inpatient, as it stands.
    pub fn noted(&self, one: &Stay) -> String {
        let (value, text) = (|field: &str| self.value(field, one.value(field)), one.value("text"));
        match one.sort() {
            "memo" => format!("【{}】{text}", value("shift")),
            "caution" => format!("{}　{text}", value("caution")).trim().to_owned(),
            "meal" => {
                let until = match one.value("to") {
                    "" => String::new(),
                    to => self.t.with("stay-until", self.meal(to)),
                };
                let what = match one.value("fasting") {
                    "" => one.value("diet").to_owned(),
                    _ => self.t.text("stay-fasting"),
                };
                format!("{what}　{}{until}　{text}", self.t.with("stay-from", value("from"))).trim().to_owned()
            }
            _ => self.values(&one.values),
        }
    }

    /// What two stations say apart, in words.
    pub fn apart(&self, one: &Stay) -> Vec<String> {
        let words = |apart: &crate::stays::Apart| {
            let said = apart.said.iter().map(|(value, told)| {
                let value = if value.is_empty() { "—".to_owned() } else { self.value(&apart.field, value) };
                format!("{value}（{} {}）", told.at, told.who)
            });
            format!("{}: {}", self.t.word("stay-field", &apart.field), said.collect::<Vec<_>>().join(" ⇔ "))
        };
        one.apart.iter().map(words).collect()
    }

    /// How old something is, with who said it at which station.
    pub fn stand(&self, past: &Past) -> String {
        let age = self.t.with("aside", chart::age_words(past.told.at.minutes_until(self.now), self.t.lang));
        format!(
            "{}　{} {}　{}{age}",
            self.t.text("stay-outage"),
            self.members.name(past.station),
            past.told.who,
            past.told.at
        )
    }
}
