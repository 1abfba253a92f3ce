//! クロノロ, folded from kinds 47 and 48: lines that are only added to. A correction strikes through and stands beside; two that did not
//! know of each other leave the line at its safer state until a named person decides. Pure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chart::Moment;
use store::{EventHash, Reader, StationId, StoredEvent};

use crate::event::{CommandEvent, Event, LINE_STATES, LineAct, LineChanged, LineSaid, chronology_item};
use crate::home::Problem;
use crate::hospital;
use crate::incident::{self, Incident, Told};
use crate::parents;

/// Lines written before anything was declared belong to the first day of what was declared within this time, hours.
const BEFORE_HOURS: i64 = 24;

/// A line as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its name for changes: station (32 hexadecimal digits), life of its log, number, with `/` between.
    pub name: String,
    /// As it was written first.
    pub said: LineSaid,
    /// Which station wrote it.
    pub station: StationId,
    /// When it happened, when it was entered, by whom.
    pub told: Told,
    /// The text that counts now; the first while nobody corrected it.
    pub text: String,
    /// Corrections in order, the last of which counts.
    pub corrections: Vec<(String, Told)>,
    /// 取消.
    pub struck: Option<Told>,
    /// A word of [`LINE_STATES`], of a line with a task; else empty.
    pub state: &'static str,
    /// Who said so last.
    pub state_told: Option<Told>,
    /// ★要点.
    pub key: bool,
    /// 復唱済.
    pub read_back: bool,
    /// A department's line that headquarters shows too.
    pub promoted: Option<Told>,
    /// Two stations changed it from one state: 要確認.
    pub doubtful: bool,
    /// What a change that knows all of this builds on.
    pub tips: Vec<EventHash>,
    /// Its place among lines of one moment, the same everywhere.
    order: (u64, StationId, u32, u64),
}

impl Line {
    /// Its task is neither done nor struck.
    pub fn is_open(&self) -> bool {
        self.struck.is_none() && (self.state == "open" || self.state == "doing")
    }

    /// Shown among headquarters' own.
    pub fn is_of_headquarters(&self) -> bool {
        self.said.log.is_empty() || self.promoted.is_some()
    }
}

/// What an event of a line left: its state, which correction counts (0: none), whether it was struck. Two ends are laid side by side.
#[derive(Clone, Copy, PartialEq)]
struct Left {
    state: &'static str,
    correction: usize,
    struck: bool,
}

/// A line while it is folded.
struct Folding {
    line: Line,
    tips: HashSet<EventHash>,
    left: HashMap<EventHash, Left>,
}

/// The name of the line that an event wrote.
fn line_name(stored: &StoredEvent, no: u64) -> String {
    format!("{}/{}/{no}", stored.envelope.station, stored.envelope.incarnation)
}

fn state_of(word: &str) -> &'static str {
    LINE_STATES.into_iter().find(|state| *state == word).unwrap_or(LINE_STATES[0])
}

/// The safer of two states: what is still to be done.
fn safer(one: &'static str, other: &'static str) -> &'static str {
    LINE_STATES.into_iter().find(|state| *state == one || *state == other).unwrap_or_default()
}

/// Every line, by when it happened; lines of one moment in the order that is the same everywhere.
pub fn fold(events: &[StoredEvent]) -> Vec<Line> {
    let (mut all, mut changes) = (Vec::<Folding>::new(), Vec::new());
    let (mut by_name, mut by_hash) = (HashMap::new(), HashMap::new());
    for stored in events {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Command(CommandEvent::Line(said)) => {
                by_name.entry(line_name(stored, said.no)).or_insert(all.len());
                by_hash.insert(stored.hash, all.len());
                all.push(Folding::new(stored, said));
            }
            Event::Command(CommandEvent::Changed(said)) => changes.push((stored, said)),
            _ => {}
        }
    }
    let named = all.iter_mut().filter_map(|folding| Some((&mut folding.line.name, *folding.tips.iter().next()?)));
    parents::name_apart(named.collect());
    for (stored, said) in parents::first(changes) {
        let known = stored.envelope.parents.iter().find_map(|parent| by_hash.get(parent));
        let Some(at) = known.or_else(|| by_name.get(&said.line)).copied() else { continue };
        by_hash.insert(stored.hash, at);
        if let Some(folding) = all.get_mut(at) {
            folding.change(stored, &said);
        }
    }
    let mut lines: Vec<Line> = all.into_iter().map(Folding::end).collect();
    lines.sort_by_key(|line| (line.told.at, line.order));
    lines
}

impl Folding {
    fn new(stored: &StoredEvent, said: LineSaid) -> Folding {
        let of = &stored.envelope;
        let state = if said.task.is_empty() { "" } else { LINE_STATES[0] };
        let left = Left { state, correction: 0, struck: false };
        let line = Line {
            name: line_name(stored, said.no),
            station: of.station,
            told: Told::of(stored, ""),
            text: said.text.clone(),
            corrections: Vec::new(),
            struck: None,
            state,
            state_told: None,
            key: said.key == "1",
            read_back: said.read_back == "1",
            promoted: None,
            doubtful: false,
            tips: Vec::new(),
            order: (of.hlc, of.station, of.incarnation, of.no),
            said,
        };
        Folding { line, tips: [stored.hash].into(), left: [(stored.hash, left)].into() }
    }

    fn change(&mut self, stored: &StoredEvent, said: &LineChanged) {
        let Some(act) = LineAct::read(&said.act) else { return };
        let (told, line) = (Told::of(stored, &said.words), &mut self.line);
        match act {
            // Marks are nobody's decision between two: they build on nothing and settle nothing.
            LineAct::Key => line.key = said.value == "1",
            LineAct::ReadBack => line.read_back = true,
            LineAct::Promote => line.promoted = Some(told),
            LineAct::Correct | LineAct::Strike | LineAct::State => self.settle(stored, said, act, told),
        }
    }

    /// What changes what a line says: it takes the place of what it builds on.
    fn settle(&mut self, stored: &StoredEvent, said: &LineChanged, act: LineAct, told: Told) {
        let parents: Vec<EventHash> =
            stored.envelope.parents.iter().copied().filter(|parent| self.left.contains_key(parent)).collect();
        let mut left = self.before(&parents);
        match act {
            LineAct::Correct => {
                self.line.corrections.push((said.value.clone(), told));
                left.correction = self.line.corrections.len();
            }
            LineAct::Strike => {
                left.struck = true;
                self.line.struck = Some(told);
            }
            _ => {
                left.state = state_of(&said.value);
                self.line.state_told = Some(told);
            }
        }
        for parent in &parents {
            self.tips.remove(parent);
        }
        self.tips.insert(stored.hash);
        self.left.insert(stored.hash, left);
    }

    /// What a change built on: of several, the safer state, the latest text.
    fn before(&self, parents: &[EventHash]) -> Left {
        let known = parents.iter().filter_map(|parent| self.left.get(parent)).copied();
        let first = Left {
            state: if self.line.said.task.is_empty() { "" } else { LINE_STATES[0] },
            correction: 0,
            struck: false,
        };
        known.reduce(joined).unwrap_or(first)
    }

    fn end(mut self) -> Line {
        self.line.tips = self.tips.iter().copied().collect();
        self.line.tips.sort_unstable();
        let ends: Vec<Left> = self.line.tips.iter().filter_map(|tip| self.left.get(tip)).copied().collect();
        self.line.doubtful = ends.windows(2).any(|pair| pair[0] != pair[1]);
        if let Some(left) = ends.into_iter().reduce(joined) {
            self.line.state = left.state;
            if let Some((text, _)) = left.correction.checked_sub(1).and_then(|at| self.line.corrections.get(at)) {
                self.line.text.clone_from(text);
            }
            // Struck only where every end says so.
            if !left.struck {
                self.line.struck = None;
            }
        }
        self.line
    }
}

fn joined(one: Left, other: Left) -> Left {
    Left {
        state: safer(one.state, other.state),
        correction: one.correction.max(other.correction),
        struck: one.struck && other.struck,
    }
}

/// Which lines are wanted.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A department's log; `None`: headquarters' with what was promoted.
    pub log: Option<String>,
    /// Every log.
    pub all: bool,
    /// Only what is open.
    pub open: bool,
    /// Only ★要点.
    pub key: bool,
    /// What was entered up to then.
    pub until: Option<Moment>,
}

impl Wanted {
    /// Whether a line is wanted.
    pub fn is(&self, line: &Line) -> bool {
        let log = match &self.log {
            _ if self.all => true,
            None => line.is_of_headquarters(),
            Some(log) => line.said.log == *log,
        };
        log && (!self.open || line.is_open())
            && (!self.key || line.key)
            && self.until.is_none_or(|until| line.told.entry <= until)
    }
}

/// The lines of the present incident, folded once until anything is committed.
///
/// # Errors
/// When the store cannot be read.
pub fn present(reader: &Reader) -> Result<Arc<Vec<Line>>, Problem> {
    reader.once(|reader| lines(reader, incident::now(reader)?.as_ref()))
}

/// The lines of an incident, with those of what was joined to it and those written on the day before anything was declared; of none,
/// every line that belongs to no incident.
///
/// # Errors
/// When the store cannot be read.
pub fn lines(reader: &Reader, of: Option<&Incident>) -> Result<Vec<Line>, Problem> {
    let mut events = hospital::events_of(reader, &chronology_item(""))?;
    let Some(incident) = of else { return Ok(fold(&events)) };
    for id in std::iter::once(&incident.id).chain(&incident.joined) {
        events.extend(hospital::events_of(reader, &chronology_item(id))?);
    }
    events.sort_unstable_by_key(store::fold_key);
    let mut lines = fold(&events);
    let since = incident.since.0.saturating_sub(BEFORE_HOURS * 3_600_000);
    let until = incident.ended.as_ref().map_or(i64::MAX, |told| told.entry.0);
    lines.retain(|line| !line.said.incident.is_empty() || (since..=until).contains(&line.told.entry.0));
    Ok(lines)
}
