//! Appointments, rows and calls in words, as the pages show them.

use std::sync::Arc;

use axum::response::{IntoResponse, Redirect, Response};
use chart::{Moment, PatientId, Precision, When};
use store::Reader;

use crate::bookings::Matter;
use crate::bookings::day::PlanRow;
use crate::confidential::{self, Flags};
use crate::finding::hit_of;
use crate::finding::shown::Person;
use crate::home::Problem;
use crate::hospital::Members;
use crate::names::{self, Learned};
use crate::parents::Seen;
use crate::text::Words;
use crate::web::{Site, Visit, encoded};

/// Why somebody who is kept back (秘匿) is looked at is asked before anything of them opens; `next` is where the answer leads on to.
pub async fn asked_first(
    site: &Site,
    visit: &Visit,
    whose: impl FnOnce(&Reader) -> Result<PatientId, Problem> + Send + 'static,
    next: &str,
) -> Option<Response> {
    let session = visit.session.clone();
    let first = site.read(move |reader| {
        let id = whose(reader)?;
        Ok(confidential::asks_first(reader, session.as_deref(), &id)?.then_some(id))
    });
    // Where nothing can be read the page itself says so.
    let id = first.await.ok().flatten()?;
    Some(Redirect::to(&confidential::reason_address(&id, next)).into_response())
}

/// A time for people: the hour, or that only the day is known.
pub fn hour(t: Words, at: Option<When>) -> String {
    match at {
        Some(at) if at.precision > Precision::Day => {
            let civil = at.start.civil();
            format!("{:02}:{:02}", civil.hour, civil.minute)
        }
        _ => t.text("day-only"),
    }
}

/// A time with its day.
pub fn time(at: Option<When>) -> String {
    at.map_or_else(String::new, |at| match at.precision > Precision::Day {
        true => at.start.to_string(),
        false => at.iso(),
    })
}

/// A plan in words.
pub struct Plan {
    pub address: String,
    pub booking: String,
    pub day: String,
    pub hour: String,
    pub what: String,
    pub department: String,
    pub doctor: String,
    pub state: &'static str,
    pub state_words: String,
    /// 停止中: made or put here since the copy ended.
    pub outage: bool,
    pub is_test: bool,
    pub postpone: String,
    pub postpone_words: String,
    pub doubtful: bool,
    /// What its form is opened on.
    pub seen: Seen,
}

impl Plan {
    pub fn of(t: Words, row: &PlanRow) -> Plan {
        let kind = t.word("appointment", &row.plan.kind);
        let what = if row.plan.text.is_empty() { kind } else { format!("{kind} {}", row.plan.text) };
        let other = time(row.other_at);
        let state_words = match row.state {
            "moved" => t.with("booking-moved-to", other.as_str()),
            "cancelled" => t.text("booking-cancelled"),
            _ if !other.is_empty() => t.with("booking-moved-from", other.as_str()),
            _ => String::new(),
        };
        let judged = match row.postpone.as_str() {
            "" => String::new(),
            code => {
                let condition = if code == "condition" { format!(" {}", row.condition) } else { String::new() };
                format!("{}{condition}（{}）", t.word("postpone", code), row.decided_by)
            }
        };
        Plan {
            address: format!("/appointments/one?booking={}", encoded(&row.booking)),
            booking: row.booking.clone(),
            day: row.plan.at.map_or_else(String::new, |at| at.start.day().iso()),
            hour: hour(t, row.plan.at),
            what,
            department: row.department().to_owned(),
            doctor: row.plan.doctor.clone(),
            state: row.state,
            state_words,
            outage: row.source == "outage",
            is_test: row.is_test() && row.stands(),
            postpone: row.postpone.clone(),
            postpone_words: judged,
            doubtful: row.doubtful,
            seen: row.seen.clone(),
        }
    }
}

/// Something that was said, in words.
pub struct Past {
    pub act: String,
    pub said: String,
    pub words: String,
    pub at: String,
    pub by: String,
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
        Ok(View {
            t,
            now,
            members: reader.once(Members::of)?,
            flags: reader.once(Flags::all)?,
            learned: names::all(reader)?,
        })
    }

    /// A patient in words.
    pub fn person(&self, reader: &Reader, id: &PatientId) -> Result<Person, Problem> {
        let mut hit = hit_of(reader, id)?;
        names::tell(&mut hit, &self.learned);
        Ok(Person::of(&hit, &self.flags, self.t, self.now))
    }

    /// What was said of something, newest first.
    pub fn history(&self, one: &Matter, act: impl Fn(&str) -> String) -> Vec<Past> {
        let past = |(said, told, station): &(crate::event::BookingSaid, crate::incident::Told, store::StationId)| {
            let late = told.entry.0.saturating_sub(told.at.0) >= 60_000;
            let entered = if late { self.t.with("visit-entered", told.entry.to_string()) } else { String::new() };
            Past {
                act: act(&said.act),
                said: self.values(&said.values).join("　"),
                words: said.words.clone(),
                at: format!("{}{entered}", told.at),
                by: format!("{} {}", told.who, self.members.name(*station)),
            }
        };
        one.history.iter().rev().map(past).collect()
    }

    /// Fields with what each says, in words; what only the program needs is left out.
    pub fn values(&self, values: &super::rules::Values) -> Vec<String> {
        let hidden = ["booking", "no", "made_of", "kind", "was_department", "was_what", "taken", "identified"];
        let says = values.iter().filter(|(field, value)| !value.is_empty() && !hidden.contains(&field.as_str()));
        says.map(|(field, value)| match field.as_str() {
            "cancelled" => self.t.text("booking-cancelled"),
            "closed" | "done" => self.t.text("calls-over"),
            field => format!("{} {}", self.t.word("booking-field", field), self.value(field, value)),
        })
        .collect()
    }

    /// What a field says, in words.
    pub fn value(&self, field: &str, value: &str) -> String {
        let prefix = match field {
            "postpone" => "postpone",
            "outcome" => "calls-outcome",
            "reason" => "phone-reason",
            "relation" => "phone-relation",
            _ => return value.to_owned(),
        };
        self.t.word(prefix, value)
    }

    /// What two stations say apart, in words.
    pub fn apart(&self, one: &Matter) -> Vec<String> {
        let words = |apart: &crate::bookings::Apart| {
            let said = apart.said.iter().map(|(value, told)| {
                let value = if value.is_empty() { "—".to_owned() } else { self.value(&apart.field, value) };
                format!("{value}（{} {}）", told.at, told.who)
            });
            let field = self.t.word("booking-field", &apart.field);
            format!("{field}: {}", said.collect::<Vec<_>>().join(" ⇔ "))
        };
        one.apart.iter().map(words).collect()
    }
}
