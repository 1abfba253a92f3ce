//! One visit, folded: where it goes next, since when, and whether two stations moved it apart. Pure.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chart::{Moment, PatientId};
use store::{EventHash, StationId, StoredEvent};

use super::STATES;
use crate::event::{Event, VisitEvent, VisitMoved, VisitSaid};
use crate::folds::{Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::Told;
use crate::parents::Seen;

/// Fields of several words: of two ends both count.
const JOINED: [&str; 2] = ["flags", "departments"];

/// The field in which a change says which of those before it are struck (a row of paper that was misread): their hashes, hexadecimal, with
/// blanks between. It is no field of the visit.
pub const STRIKES: &str = "strikes";

/// Something that was said of a visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// What.
    pub said: VisitMoved,
    /// By whom, when.
    pub told: Told,
    /// The event that says so.
    pub hash: EventHash,
    /// It is struck and counts no more: by whom, when, why. It is never taken away.
    pub struck: Option<Told>,
}

/// What an end of a visit's events says of where it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Fields that say something.
    pub values: BTreeMap<String, String>,
    /// A word of [`STATES`].
    pub state: &'static str,
    /// Who brought it to this place and state, and when.
    pub since: Told,
}

impl End {
    /// Says the same, whoever said it and when.
    fn agrees(&self, other: &End) -> bool {
        self.values == other.values && self.state == other.state
    }
}

/// A visit as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Its name for changes: station (32 hexadecimal digits), life of its log, number, with `/` between.
    pub name: String,
    /// The event that entered it.
    pub entered: EventHash,
    /// As it was received.
    pub said: VisitSaid,
    /// At which station.
    pub station: StationId,
    /// By whom, when.
    pub received: Told,
    /// What its fields say; those that say nothing are not there.
    pub values: BTreeMap<String, String>,
    /// A word of [`STATES`]; of two that disagree the safer.
    pub state: &'static str,
    /// Since when it is there.
    pub since: Told,
    /// Two moved it from one place: 要確認. What each says.
    pub apart: Vec<End>,
    /// What was said of it, oldest first.
    pub history: Vec<Past>,
    /// What a change that knows all of this builds on.
    pub tips: Vec<EventHash>,
    left: HashMap<EventHash, End>,
    /// What each change built on.
    came_from: HashMap<EventHash, End>,
}

impl Visit {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        self.said.patient()
    }

    /// What a field says; empty for nothing.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// The words of a field.
    pub fn words(&self, field: &str) -> BTreeSet<&str> {
        self.value(field).split_whitespace().collect()
    }

    /// Letters of all departments that it is for, the present one among them.
    pub fn departments(&self) -> BTreeSet<&str> {
        self.words("departments").into_iter().chain([self.value("department")]).filter(|one| !one.is_empty()).collect()
    }

    /// Somebody still has something to do.
    pub fn is_open(&self) -> bool {
        matches!(self.state, "waiting" | "called")
    }

    /// Two moved it apart.
    pub fn is_doubtful(&self) -> bool {
        !self.apart.is_empty()
    }

    /// How long it has been where it is, minutes.
    pub fn minutes(&self, now: Moment) -> i64 {
        self.since.at.minutes_until(now).max(0)
    }

    /// As somebody saw it before what they did not know of.
    ///
    /// # Errors
    /// What they saw is no longer of it.
    pub fn as_seen(&self, seen: &Seen) -> Result<Visit, Problem> {
        let tips = seen.parents(&self.tips, |hash| self.left.contains_key(hash))?;
        Ok(Visit { tips, ..self.clone() }.standing())
    }

    /// As it stands without changes that are to be struck: what a change in their place is looked at against.
    pub fn without(&self, struck: &[EventHash]) -> Visit {
        let mut visit = self.clone();
        for hash in struck {
            if let Some(end) = self.came_from.get(hash) {
                visit.left.insert(*hash, end.clone());
            }
        }
        visit.standing()
    }

    /// What its ends say together.
    fn standing(mut self) -> Visit {
        let ends: Vec<End> = self.tips.iter().filter_map(|tip| self.left.get(tip)).cloned().collect();
        let differ = ends.windows(2).any(|pair| !pair[0].agrees(&pair[1]));
        if let Some(end) = ends.iter().cloned().reduce(joined) {
            (self.values, self.state, self.since) = (end.values, end.state, end.since);
        }
        self.apart = if differ { ends } else { Vec::new() };
        self
    }

    fn say(&mut self, stored: &StoredEvent, said: &VisitMoved, struck: Option<&Told>) {
        let parents = &stored.envelope.parents;
        let (from, told) = (self.before(parents), Told::of(stored, &said.words));
        let end = if struck.is_some() { from.clone() } else { after(from.clone(), said, &told) };
        self.tips.retain(|tip| !parents.contains(tip));
        self.tips.push(stored.hash);
        self.left.insert(stored.hash, end);
        self.came_from.insert(stored.hash, from);
        self.history.push(Past { said: said.clone(), told, hash: stored.hash, struck: struck.cloned() });
    }

    /// What a change built on. Where that does not count (its station was revoked), everything that stands.
    fn before(&self, parents: &[EventHash]) -> End {
        let ends = |of: &[EventHash]| of.iter().filter_map(|hash| self.left.get(hash)).cloned().collect::<Vec<_>>();
        let (known, stands) = (ends(parents), ends(&self.tips));
        let of = if known.is_empty() { stands } else { known };
        of.into_iter().reduce(joined).unwrap_or_default()
    }
}

impl Folded for Visit {
    type Said = VisitEvent;

    fn read(stored: &StoredEvent) -> Option<(Says, VisitEvent)> {
        let envelope = &stored.envelope;
        let Event::Visit(event) = Event::read(envelope.kind, envelope.version, &envelope.payload) else { return None };
        let says = match &event {
            VisitEvent::Received(said) => {
                Says::Enters(format!("{}/{}/{}", envelope.station, envelope.incarnation, said.no))
            }
            VisitEvent::Moved(said) => Says::Changes(said.visit.clone()),
            _ => return None,
        };
        Some((says, event))
    }

    fn fold(name: String, (stored, said): Heard<'_, Visit>, changes: &[Heard<'_, Visit>]) -> Visit {
        let said = if let VisitEvent::Received(said) = said { said.clone() } else { VisitSaid::default() };
        let received = Told::of(stored, &said.words);
        let end = End { values: said.values.clone(), state: STATES[0], since: received.clone() };
        let mut visit = Visit {
            name,
            entered: stored.hash,
            station: stored.envelope.station,
            values: BTreeMap::new(),
            state: STATES[0],
            since: received.clone(),
            received,
            said,
            apart: Vec::new(),
            history: Vec::new(),
            tips: vec![stored.hash],
            left: HashMap::from([(stored.hash, end)]),
            came_from: HashMap::new(),
        };
        let moved = changes.iter().filter_map(|(stored, said)| match said {
            VisitEvent::Moved(said) => Some((*stored, said)),
            _ => None,
        });
        let moved: Vec<(&StoredEvent, &VisitMoved)> = moved.collect();
        let mut struck: HashMap<&str, Told> = HashMap::new();
        for (stored, said) in &moved {
            for hash in said.values.get(STRIKES).into_iter().flat_map(|hashes| hashes.split_whitespace()) {
                struck.entry(hash).or_insert_with(|| Told::of(stored, &said.words));
            }
        }
        for (stored, said) in &moved {
            visit.say(stored, said, struck.get(stored.hash.to_string().as_str()));
        }
        visit.standing()
    }
}

/// Where a change leads from what it builds on.
fn after(mut end: End, said: &VisitMoved, told: &Told) -> End {
    let of = |end: &End| (end.values.get("place").cloned(), end.values.get("department").cloned(), end.state);
    let was = of(&end);
    for (field, value) in said.values.iter().filter(|(field, _)| *field != STRIKES) {
        match value.is_empty() {
            true => drop(end.values.remove(field)),
            false => drop(end.values.insert(field.clone(), value.clone())),
        }
    }
    end.state = match said.act.as_str() {
        "call" => "called",
        "done" => "done",
        "left" => "left",
        "refuse" => "refused",
        "strike" => "struck",
        "flag" | "correct" => end.state,
        _ => "waiting",
    };
    if was != of(&end) {
        end.since = told.clone();
    }
    end
}

/// Two ends laid side by side: the safer state and its place, of two places the later, of flags both.
fn joined(one: End, other: End) -> End {
    let rank = |end: &End| STATES.iter().position(|state| *state == end.state).unwrap_or_default();
    let (safer, rest) = if rank(&other) <= rank(&one) { (other, one) } else { (one, other) };
    let mut values = safer.values;
    for field in JOINED {
        let words: BTreeSet<&str> = [values.get(field), rest.values.get(field)]
            .into_iter()
            .flatten()
            .flat_map(|text| text.split_whitespace())
            .collect();
        let words = words.into_iter().collect::<Vec<_>>().join(" ");
        if !words.is_empty() {
            values.insert(field.to_owned(), words);
        }
    }
    End { values, state: safer.state, since: safer.since }
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
