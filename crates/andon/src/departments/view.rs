//! Slips, results, critical values and deliveries in words, as the pages of department desks show them.

use std::sync::Arc;

use chart::{Moment, PatientId};
use store::Reader;

use crate::confidential::Flags;
use crate::desks::rows::Row;
use crate::desks::{self, All, Entry, is_contested, missing};
use crate::event::{DELIVERIES_ITEM, SLIPS_ITEM};
use crate::finding::hit_of;
use crate::finding::shown::{Person, is_kept_back};
use crate::home::Problem;
use crate::hospital::Members;
use crate::names::{self, Learned};
use crate::parents::Seen;
use crate::text::Words;
use crate::web::encoded;

/// Something that was said, in words.
pub struct Past {
    pub at: String,
    pub act: String,
    pub said: String,
    pub words: String,
    pub by: String,
}

/// Anything of a desk in words.
pub struct Line {
    pub thing: String,
    pub number: String,
    pub seen: Seen,
    pub address: String,
    /// `None`: nobody knows whose it is.
    pub person: Option<Person>,
    /// What is written on it, where it is doubtful whose it is, and why.
    pub claimed: String,
    pub doubt: String,
    pub state: &'static str,
    pub state_words: String,
    /// What it is of: items, specimen, from where.
    pub what: String,
    pub minutes: i64,
    pub since: String,
    pub missing: Vec<String>,
    /// 要確認.
    pub apart: Vec<String>,
}

/// A result in words.
pub struct Value {
    pub field: String,
    pub name: String,
    pub value: String,
    pub class: &'static str,
    pub flag: String,
    pub critical: String,
    pub range: String,
    pub range_from: String,
    pub previous: String,
    pub delta: String,
}

/// A set of results in words.
pub struct Set {
    pub line: Line,
    pub rows: Vec<Value>,
    pub run: Vec<(String, String)>,
    pub confirmed: String,
    pub delivered: &'static str,
    pub delivered_words: String,
    pub deliveries: Vec<Delivery>,
}

/// A delivery in words.
pub struct Delivery {
    pub thing: String,
    pub seen: Seen,
    pub to: String,
    pub way: String,
    pub at: String,
    pub acknowledged: String,
    /// From before a value was put right.
    pub stale: bool,
}

/// What pages put things in words with.
pub struct View<'r> {
    pub t: Words,
    pub now: Moment,
    reader: &'r Reader,
    all: All,
    members: Arc<Members>,
    flags: Arc<Flags>,
    learned: Arc<Vec<Arc<Learned>>>,
    deliveries: Vec<Arc<Entry>>,
}

impl<'r> View<'r> {
    pub fn new(reader: &'r Reader, t: Words, now: Moment) -> Result<View<'r>, Problem> {
        Ok(View {
            t,
            now,
            reader,
            all: desks::all(reader)?,
            members: reader.once(Members::of)?,
            flags: reader.once(Flags::all)?,
            learned: names::all(reader)?,
            deliveries: desks::of_sort(reader, DELIVERIES_ITEM)?,
        })
    }

    /// A patient in words; on a list the name of whoever is kept back is not said.
    pub fn person(&self, id: &PatientId, on_list: bool) -> Result<Person, Problem> {
        let mut hit = hit_of(self.reader, id)?;
        names::tell(&mut hit, &self.learned);
        let person = Person::of(&hit, &self.flags, self.t, self.now);
        Ok(match on_list && is_kept_back(&self.flags, id) {
            true => Person { name: self.t.text("flag-mark"), kana: String::new(), birth: String::new(), ..person },
            false => person,
        })
    }

    fn line(&self, one: &Entry, id: Option<PatientId>, on_list: bool) -> Result<Line, Problem> {
        let mut apart = self.apart(one);
        if is_contested(&self.all, one) {
            apart.push(self.t.text("desk-contested"));
        }
        Ok(Line {
            thing: one.name.clone(),
            number: one.short(),
            seen: Seen::of(&one.tips),
            address: String::new(),
            person: id.map(|id| self.person(&id, on_list)).transpose()?,
            claimed: one.value("claimed").to_owned(),
            doubt: match one.value("doubt") {
                "" => String::new(),
                code => self.t.word("desk-doubt", code),
            },
            state: "",
            state_words: String::new(),
            what: String::new(),
            minutes: one.since().minutes_until(self.now).max(0),
            since: one.since().to_string(),
            missing: Vec::new(),
            apart,
        })
    }

    pub fn slip(&self, one: &Entry, on_list: bool) -> Result<Line, Problem> {
        let id = (!one.is_nobodys()).then(|| one.patient());
        let items: Vec<String> = missing::asked(one).into_iter().map(|(_, name)| name).collect();
        let what = [one.value("sample"), one.value("specimen"), one.value("from"), one.value("doctor")];
        let what = what.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join("・");
        Ok(Line {
            address: format!("/desks/slip?slip={}", encoded(&one.name)),
            state: one.slip_state(),
            state_words: self.t.word("slip-state", one.slip_state()),
            what: [items.join("、"), what].join("　").trim().to_owned(),
            missing: missing::items(self.reader, one)?,
            ..self.line(one, id, on_list)?
        })
    }

    pub fn set(&self, one: &Entry, on_list: bool) -> Result<Set, Problem> {
        let id = (!one.is_nobodys()).then(|| one.patient());
        let rows: Vec<Value> = one.rows().into_iter().map(|(field, row)| self.value(field, &row)).collect();
        let what: Vec<String> = rows.iter().map(|row| format!("{} {}{}", row.name, row.value, row.flag)).collect();
        let reached = desks::reached(one, &self.deliveries);
        let stale = reached.stale.iter().map(|one| self.delivery(one, true));
        let now = reached.deliveries.iter().map(|one| self.delivery(one, false));
        let confirmed = one.last("confirm").filter(|_| one.set_state() == "confirmed");
        Ok(Set {
            line: Line {
                address: format!("/desks/results?set={}", encoded(&one.name)),
                state: one.set_state(),
                state_words: self.set_state(one),
                what: what.join("、"),
                ..self.line(one, id, on_list)?
            },
            rows,
            run: self.run(one),
            confirmed: confirmed.map_or_else(String::new, |told| format!("{} {}", told.at, told.who)),
            delivered: reached.state(),
            delivered_words: self.t.word("delivered", reached.state()),
            deliveries: stale.chain(now).collect(),
        })
    }

    fn set_state(&self, one: &Entry) -> String {
        match (one.set_state(), one.value("source")) {
            ("unconfirmed", "csv" | "hl7") => self.t.text("set-state-unconfirmed-file"),
            (state, _) => self.t.word("set-state", state),
        }
    }

    fn run(&self, one: &Entry) -> Vec<(String, String)> {
        let said = ["sample", "collected", "analyser", "lot", "qc", "source"].map(|field| (field, one.value(field)));
        let says = said.into_iter().filter(|(_, value)| !value.is_empty());
        says.map(|(field, value)| (self.t.word("set-field", field), self.coded(field, value))).collect()
    }

    /// What a field says, in words.
    fn coded(&self, field: &str, value: &str) -> String {
        let t = self.t;
        match field {
            "qc" => t.word("qc", value),
            "source" => t.word("set-source", value),
            "way" => t.word("delivery-way", value),
            "cause" => t.word("query-cause", value),
            "answer" => t.word("query-answer", value),
            "post" => t.word("role", value),
            "desk" => t.word("desk", value),
            "state" => t.word("slip-state", value),
            "doubt" => t.word("desk-doubt", value),
            "identified" => {
                let codes = value.split_whitespace().map(|code| self.identifier(code));
                codes.collect::<Vec<_>>().join("・")
            }
            _ => value.to_owned(),
        }
    }

    /// By what it was made sure whose it is.
    pub fn identifier(&self, code: &str) -> String {
        if code == "sheet" { self.t.text("desk-by-sheet") } else { self.t.word("identifier", code) }
    }

    fn value(&self, field: &str, row: &Row) -> Value {
        let flag = if row.flag.is_empty() { String::new() } else { format!(" {}", self.t.word("flag", &row.flag)) };
        let delta = row.delta().map_or_else(String::new, |(by, per_cent)| {
            let per_cent = per_cent.map_or_else(String::new, |per_cent| format!("（{per_cent:+.0}%）"));
            format!("{by:+.2}{per_cent}")
        });
        Value {
            field: field.to_owned(),
            name: row.name.clone(),
            value: format!("{} {}", row.value, row.unit).trim().to_owned(),
            class: if row.flag.starts_with('H') {
                "high"
            } else if row.flag.starts_with('L') {
                "low"
            } else {
                ""
            },
            flag,
            critical: row.critical.clone(),
            range: row.range.clone(),
            range_from: if row.range_from.is_empty() {
                String::new()
            } else {
                self.t.word("range-from", &row.range_from)
            },
            previous: format!("{} {}", row.previous, row.previous_at).trim().to_owned(),
            delta,
        }
    }

    fn delivery(&self, one: &Entry, stale: bool) -> Delivery {
        let seen = one.last("acknowledge").filter(|_| one.says("acknowledged_by"));
        Delivery {
            thing: one.name.clone(),
            seen: Seen::of(&one.tips),
            to: one.value("to").to_owned(),
            way: self.t.word("delivery-way", one.value("way")),
            at: one.entered().map_or_else(String::new, |told| format!("{} {}", told.at, told.who)),
            acknowledged: seen.map_or_else(String::new, |told| format!("{} {}", one.value("acknowledged_by"), told.at)),
            stale,
        }
    }

    pub fn critical(&self, one: &Entry) -> Result<Line, Problem> {
        let value = [one.value("name"), one.value("value"), one.value("unit")].join(" ");
        let set = desks::goes_on(self.reader, crate::event::RESULTS_ITEM, one.value("set"))?;
        let struck = set.as_ref().is_some_and(|set| set.set_state() == "struck");
        let level = ["first", "again", "head"][one.escalation(self.now).min(2)];
        let id = desks::patient_of(self.reader, one)?;
        let says = |field: &str| set.as_ref().map_or("", |set| set.value(field)).to_owned();
        Ok(Line {
            claimed: [says("sample"), says("claimed")].join(" ").trim().to_owned(),
            address: set.map_or_else(String::new, |set| format!("/desks/results?set={}", encoded(&set.name))),
            state: if one.is_open_critical() { level } else { "closed" },
            state_words: if one.is_open_critical() { self.t.word("critical", level) } else { String::new() },
            what: format!("{}　{}", value.trim(), one.value("limit")),
            doubt: if struck { self.t.text("critical-struck") } else { String::new() },
            ..self.line(one, id, false)?
        })
    }

    /// What was said of something, newest first.
    pub fn history(&self, one: &Entry) -> Vec<Past> {
        let past = |(said, told, station): &(crate::event::DepartmentSaid, crate::incident::Told, store::StationId)| {
            let late = told.entry.0.saturating_sub(told.at.0) >= 60_000;
            let entered = if late { self.t.with("visit-entered", told.entry.to_string()) } else { String::new() };
            Past {
                at: format!("{}{entered}", told.at),
                act: self.t.word("desk-act", &said.act),
                said: self.said(&said.values).join("　"),
                words: said.words.clone(),
                by: format!("{} {}", told.who, self.members.name(*station)),
            }
        };
        one.history.iter().rev().map(past).collect()
    }

    fn said(&self, values: &super::rules::Values) -> Vec<String> {
        const HIDDEN: [&str; 10] =
            ["slip", "set", "row", "desk", "confirmed", "closed", "struck", "attached", "came_of", "typed_by"];
        let says = values.iter().filter(|(field, value)| !value.is_empty() && !HIDDEN.contains(&field.as_str()));
        says.map(|(field, value)| self.field(field, value)).collect()
    }

    fn field(&self, field: &str, value: &str) -> String {
        if crate::desks::rows::is_row(field) {
            let row = Row::read(value);
            let parts = [row.name, row.value, row.unit, row.flag];
            return parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        }
        format!("{} {}", self.t.word("desk-field", field), self.coded(field, value).replace(['\n', '\t'], " "))
    }

    /// What two stations say apart, in words.
    pub fn apart(&self, one: &Entry) -> Vec<String> {
        let words = |apart: &crate::fields::Apart| {
            let said = apart.said.iter().map(|(value, told)| {
                let value = if value.is_empty() { "—".to_owned() } else { self.field(&apart.field, value) };
                format!("{value}（{} {}）", told.at, told.who)
            });
            said.collect::<Vec<_>>().join(" ⇔ ")
        };
        one.apart.iter().map(words).collect()
    }

    /// The slip that a set is of.
    pub fn slip_of(&self, set: &Entry) -> Option<String> {
        let is = |one: &&Arc<Entry>| one.item == SLIPS_ITEM && one.name == set.value("slip");
        self.all.iter().find(is).map(|slip| format!("/desks/slip?slip={}", encoded(&slip.name)))
    }
}
