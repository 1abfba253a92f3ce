//! 本部ボード: what is declared, by whom, at which level, with which policy; what is open; how much of each station's log is here.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Reader;

use crate::chronology::present;
use crate::event::{CommandEvent, INCIDENT_KINDS, IncidentAct, IncidentSaid, LEVELS, PLANS, Plan};
use crate::home::Problem;
use crate::incident::{Incident, Told, in_words, incidents, now as current};
use crate::parents::Seen;
use crate::printing::{Printing, printing};
use crate::registers::{self, words::Tally};
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Visit, answer, refusal_in_words};
use crate::writing::Request;

#[derive(Template)]
#[template(path = "command/board.html")]
struct BoardPage {
    frame: Frame,
    open: Option<Shown>,
    /// Other incidents that are open, which a named person may join to this one.
    others: Vec<(String, String)>,
    /// Incidents that are over or taken back.
    past: Vec<String>,
    lines: usize,
    todo: usize,
    doubtful: usize,
    /// Devices in the register.
    devices: usize,
    /// Registers in which something is to be done.
    due: Vec<Due>,
    /// What prints when something is down, each with what became of it.
    prints: Vec<(String, String)>,
    /// Posts of the organisation: post, person, deputies.
    posts: Vec<(String, String, String)>,
}

/// Who has which post, as it was prepared.
fn posts(reader: &Reader) -> Result<Vec<(String, String, String)>, Problem> {
    let present = registers::present(reader)?;
    let posts = present.iter().find(|(of, _)| of.code == "posts").map(|(_, posts)| posts.as_slice());
    let stands = posts.unwrap_or_default().iter().filter(|item| item.struck.is_none());
    let value = |item: &registers::Item, field: &str| item.value(field).to_owned();
    Ok(stands.map(|item| (value(item, "post"), value(item, "person"), value(item, "deputies"))).collect())
}

/// A register in which something is to be done.
struct Due {
    code: &'static str,
    title: String,
    tally: Tally,
    /// Which departments it waits for, each with how many.
    departments: String,
}

fn due(reader: &Reader, now: chart::Moment, t: Words) -> Result<Vec<Due>, Problem> {
    let mut due = Vec::new();
    for (register, all) in registers::present(reader)?.iter() {
        let tally = Tally::of(register, all, now);
        if tally.open == 0 && tally.doubtful == 0 {
            continue;
        }
        let mut departments = BTreeMap::<&str, usize>::new();
        let open = all.iter().filter(|item| item.is_open(register)).map(|item| item.value("department"));
        open.filter(|name| !name.is_empty()).for_each(|name| *departments.entry(name).or_default() += 1);
        let departments: Vec<String> = departments.iter().map(|(name, count)| format!("{name} {count}")).collect();
        let (code, title) = (register.code, t.word("register", register.code));
        due.push(Due { code, title, tally, departments: departments.join("　") });
    }
    Ok(due)
}

/// What prints by itself when something is down, and whether it came out.
pub fn prints(printing: &Printing, now: chart::Moment, t: Words) -> Vec<(String, String)> {
    let line = |(plan, due): (&Plan, bool)| {
        let what: Vec<String> = plan.what.split(',').map(|word| t.word("plan", word)).collect();
        let state = match (due, printing.incident.is_empty()) {
            (true, _) => "command-print-due",
            (false, true) => "command-print-waits",
            (false, false) => "command-print-done",
        };
        (format!("{}（{}）→ {}", plan.plan, what.join("・"), plan.printer), t.text(state))
    };
    printing.at_stop(now).map(line).collect()
}

/// An incident in words.
struct Shown {
    id: String,
    words: String,
    is_drill: bool,
    told: Vec<(String, String)>,
    wants_second_name: bool,
    is_declared: bool,
    is_confirmed: bool,
    policy: Option<(usize, String, String)>,
}

fn by(told: &Told, t: Words) -> String {
    let role = t.word("role", &told.role);
    let words = if told.words.is_empty() { String::new() } else { format!("　{}", told.words) };
    format!("{} {}{}{words}", told.at, told.who, t.with("aside", role))
}

fn shown(incident: &Incident, now: chart::Moment, t: Words) -> Shown {
    let acts = [
        ("incident-used", &incident.used),
        ("incident-declared", &incident.declared),
        ("command-confirmed", &incident.confirmed),
    ];
    let told = acts.into_iter().filter_map(|(key, told)| Some((t.text(key), by(told.as_ref()?, t))));
    let version = incident.policies.len();
    Shown {
        id: incident.id.clone(),
        words: in_words(incident, now, t),
        is_drill: incident.kind == "drill",
        told: told.collect(),
        wants_second_name: incident.wants_second_name(now),
        is_declared: incident.declared.is_some(),
        is_confirmed: incident.confirmed.is_some(),
        policy: incident.policies.last().map(|told| {
            let by = by(&Told { words: String::new(), ..told.clone() }, t);
            (version, told.words.clone(), by)
        }),
    }
}

impl BoardPage {
    /// Codes with their words, for a list to choose from.
    fn kinds(&self) -> Vec<(&'static str, String)> {
        INCIDENT_KINDS.map(|kind| (kind, self.frame.t.word("incident-kind", kind))).to_vec()
    }

    fn levels(&self) -> Vec<(&'static str, String)> {
        LEVELS.map(|level| (level, self.frame.t.word("level", level))).to_vec()
    }

    fn plans(&self) -> Vec<(&'static str, String)> {
        PLANS.into_iter().rev().map(|plan| (plan, self.frame.t.word("plan", plan))).collect()
    }
}

/// `GET /command`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader)).await;
    answer(&site, &visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader) -> Result<BoardPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let (all, open) = (reader.once(incidents)?, current(reader)?);
    let lines = present(reader)?;
    let is_other = |incident: &&Incident| open.as_ref().is_none_or(|open| open.id != incident.id);
    let others = all.values().filter(|incident| incident.is_open()).filter(is_other);
    let over = all.values().filter(|incident| !incident.is_open()).rev();
    Ok(BoardPage {
        frame: Frame::new(site, visit, reader)?,
        others: others.map(|incident| (incident.id.clone(), in_words(incident, now, t))).collect(),
        past: over.map(|incident| format!("{} {}", incident.id, in_words(incident, now, t))).collect(),
        devices: reader.once(super::devices::devices)?.len(),
        lines: lines.len(),
        todo: lines.iter().filter(|line| line.is_open()).count(),
        doubtful: lines.iter().filter(|line| line.doubtful).count(),
        due: due(reader, now, t)?,
        prints: prints(&*reader.once(printing)?, now, t),
        posts: posts(reader)?,
        open: open.as_ref().map(|incident| shown(incident, now, t)),
    })
}

/// What is said of an incident.
#[derive(Deserialize)]
pub struct Said {
    act: String,
    #[serde(default)]
    incident: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    what: String,
    #[serde(default)]
    plan: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    other: String,
}

/// `POST /command`
pub async fn say(State(site): State<Site>, visit: Visit, Posted(form): Posted<Said>) -> Response {
    let Said { act, incident, kind, what, plan, level, words, other } = form;
    let plan = if level.is_empty() { String::new() } else { plan };
    let begins = matches!(IncidentAct::read(&act), Some(IncidentAct::Use | IncidentAct::Declare));
    let kind = if begins { kind } else { String::new() };
    let event = CommandEvent::Incident(IncidentSaid { incident, act, kind, what, plan, level, words, other });
    let (by, role) = visit.by();
    match site.write(Request::Command { event, seen: Seen::default(), at: site.now().0, by, role }).await {
        Ok(_) => Redirect::to("/command").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
