//! Incidents, folded from kind 46: what is down since when, who said so, at which level the hospital runs, and its 基本方針. Every page
//! and every print says the present one.

use std::collections::BTreeMap;

use chart::Moment;
use store::{Reader, StoredEvent};

use crate::event::{CommandEvent, Event, INCIDENTS_ITEM, IncidentAct, IncidentSaid};
use crate::home::Problem;
use crate::hospital;
use crate::text::{Words, one_line};

/// Within this time after a declaration a second name stands by it (users.md 15), minutes.
pub const SECOND_NAME_MINUTES: i64 = 30;

/// That somebody said something: when it happened, when it was entered, by whom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// When it happened, as the person says.
    pub at: Moment,
    /// When it was entered.
    pub entry: Moment,
    /// Who.
    pub who: String,
    /// In which role.
    pub role: String,
    /// Why, or what was said.
    pub words: String,
}

impl Told {
    /// When it happened and was entered, by whom and in which role.
    pub fn as_json(&self) -> serde_json::Value {
        serde_json::json!({"at": self.at, "entry": self.entry, "by": self.who, "role": self.role})
    }

    /// Of an event, with these words of it.
    pub fn of(stored: &StoredEvent, words: &str) -> Told {
        let of = &stored.envelope;
        let (who, role) = (of.person.clone(), of.role.clone());
        Told { at: of.event_time, entry: of.entry_time, who, role, words: words.to_owned() }
    }
}

/// An incident as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incident {
    /// Its number.
    pub id: String,
    /// Of [`crate::event::INCIDENT_KINDS`].
    pub kind: String,
    /// What is down.
    pub what: String,
    /// 停止時カルテを使う: who first, and when.
    pub used: Option<Told>,
    /// 停止を宣言.
    pub declared: Option<Told>,
    /// The second name.
    pub confirmed: Option<Told>,
    /// Taken back, with the reason.
    pub cancelled: Option<Told>,
    /// Over.
    pub ended: Option<Told>,
    /// Level for each kind of plan.
    pub levels: BTreeMap<String, (String, Told)>,
    /// 基本方針 by version, from 1.
    pub policies: Vec<Told>,
    /// Incidents that a named person said are this one.
    pub joined: Vec<String>,
    /// The incident that this one is part of; empty for none.
    pub part_of: String,
    /// When it happened first, as people say.
    pub since: Moment,
}

impl Incident {
    /// What is said under this number is of this incident: its own, or that of one that was joined to it.
    pub fn has(&self, id: &str) -> bool {
        self.id == id || self.joined.iter().any(|joined| joined == id)
    }

    /// Neither over, nor taken back, nor part of another.
    pub fn is_open(&self) -> bool {
        self.cancelled.is_none() && self.ended.is_none() && self.part_of.is_empty()
    }

    /// A declaration that wants its second name since too long.
    pub fn wants_second_name(&self, now: Moment) -> bool {
        self.is_open()
            && self.confirmed.is_none()
            && self.declared.as_ref().is_some_and(|told| told.entry.minutes_until(now) > SECOND_NAME_MINUTES)
    }

    /// The day of the incident, its first day 1, by calendar days in Japan.
    pub fn day(&self, now: Moment) -> i64 {
        const DAY: i64 = 86_400_000;
        const JAPAN: i64 = 9 * 3_600_000;
        let day = |at: Moment| at.0.saturating_add(JAPAN).div_euclid(DAY);
        (day(now) - day(self.since) + 1).max(1)
    }

    fn say(&mut self, said: &IncidentSaid, told: Told) {
        let first = |held: &mut Option<Told>, told: Told| {
            held.get_or_insert(told);
        };
        match IncidentAct::read(&said.act) {
            Some(IncidentAct::Use) => first(&mut self.used, told),
            Some(IncidentAct::Declare) => first(&mut self.declared, told),
            // A second name is another's.
            Some(IncidentAct::Confirm) if self.declared.as_ref().is_some_and(|by| by.who != told.who) => {
                first(&mut self.confirmed, told);
            }
            Some(IncidentAct::Cancel) => first(&mut self.cancelled, told),
            Some(IncidentAct::End) => first(&mut self.ended, told),
            Some(IncidentAct::Policy) => self.policies.push(told),
            _ => {}
        }
    }
}

/// Every incident, by number. What begins one is read before what is said of it: where a clock was wrong, the second name may sort before
/// the declaration.
pub fn fold(events: &[StoredEvent]) -> BTreeMap<String, Incident> {
    let mut all: BTreeMap<String, Incident> = BTreeMap::new();
    let said = events.iter().filter_map(|stored| {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Command(CommandEvent::Incident(said)) => Some((stored, said)),
            _ => None,
        }
    });
    let begins =
        |said: &IncidentSaid| matches!(IncidentAct::read(&said.act), Some(IncidentAct::Use | IncidentAct::Declare));
    let (first, rest): (Vec<_>, Vec<_>) = said.partition(|(_, said)| begins(said));
    for (stored, said) in first.into_iter().chain(rest) {
        let (envelope, begins) = (&stored.envelope, begins(&said));
        let told = Told::of(stored, &said.words);
        let incident = all.entry(said.incident.clone()).or_insert_with(|| Incident {
            id: said.incident.clone(),
            since: envelope.event_time,
            ..Incident::default()
        });
        if begins {
            incident.since = incident.since.min(envelope.event_time);
            // What was declared says more than what was only used.
            let declares = said.act == IncidentAct::Declare.word() && incident.declared.is_none();
            if incident.kind.is_empty() || declares {
                (incident.kind, incident.what) = (said.kind.clone(), said.what.clone());
            }
        }
        if !said.level.is_empty() && !said.plan.is_empty() {
            incident.levels.insert(said.plan.clone(), (said.level.clone(), told.clone()));
        }
        incident.say(&said, told);
        if said.act == IncidentAct::Join.word() {
            join(&mut all, &said);
        }
    }
    let parts: Vec<(String, String)> =
        all.keys().map(|id| (root(&all, id).to_owned(), id.clone())).filter(|(root, id)| root != id).collect();
    for (root, id) in parts {
        all.entry(root).or_default().joined.push(id);
    }
    all
}

/// What a part is part of in the end.
fn root<'a>(all: &'a BTreeMap<String, Incident>, id: &'a str) -> &'a str {
    let mut at = id;
    while let Some(of) = all.get(at).map(|incident| incident.part_of.as_str()).filter(|of| !of.is_empty()) {
        at = of;
    }
    at
}

/// Two are one; the same said again, or the other way round, changes nothing.
fn join(all: &mut BTreeMap<String, Incident>, said: &IncidentSaid) {
    let (one, other) = (root(all, &said.incident).to_owned(), root(all, &said.other).to_owned());
    if one != other && all.contains_key(&other) {
        all.entry(other).or_default().part_of = one;
    }
}

/// The incident that people work in now: the open one that began last.
pub fn current(all: &BTreeMap<String, Incident>) -> Option<&Incident> {
    all.values().filter(|incident| incident.is_open()).max_by_key(|incident| (incident.since, incident.id.as_str()))
}

/// Every incident as it stands.
///
/// # Errors
/// When the store cannot be read.
pub fn incidents(reader: &Reader) -> Result<BTreeMap<String, Incident>, Problem> {
    Ok(fold(&hospital::events_of(reader, INCIDENTS_ITEM)?))
}

/// The incident people work in now, if any.
///
/// # Errors
/// When the store cannot be read.
pub fn now(reader: &Reader) -> Result<Option<Incident>, Problem> {
    Ok(current(&*reader.once(incidents)?).cloned())
}

/// An incident in a line, as every page and every print has it: day, what is down, level of the hospital.
pub fn in_words(incident: &Incident, now: Moment, t: Words) -> String {
    let state = match (&incident.cancelled, &incident.ended, &incident.declared) {
        (Some(_), ..) => t.text("incident-cancelled"),
        (_, Some(_), _) => t.text("incident-ended"),
        (.., Some(_)) => t.text("incident-declared"),
        _ => t.text("incident-used"),
    };
    let level = |(plan, (level, _)): (&String, &(String, Told))| {
        format!("{}{}", t.with("incident-level-is", t.word("level", level)), t.with("aside", t.word("plan", plan)))
    };
    let levels: Vec<String> = incident.levels.iter().map(level).collect();
    let (day, kind) = (t.with("incident-day", incident.day(now)), t.word("incident-kind", &incident.kind));
    [day, kind, incident.what.clone(), state].into_iter().chain(levels).collect::<Vec<_>>().join("　")
}

/// Characters of the policy on every page: its first words; all of it is on the board.
const POLICY_CHARS: usize = 60;

/// The same for the head of every page, with the beginning of the 基本方針.
pub fn head_words(incident: &Incident, now: Moment, t: Words) -> String {
    let policy = incident.policies.last().map(|told| {
        let version = t.with("incident-policy", incident.policies.len());
        let more = if told.words.chars().count() > POLICY_CHARS { "…" } else { "" };
        format!("　{version} {}{more}", one_line(&told.words, POLICY_CHARS))
    });
    in_words(incident, now, t) + &policy.unwrap_or_default()
}
