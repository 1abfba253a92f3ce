//! クロノロ, folded from kinds 47, 48 and 52: lines that are only added to. A correction strikes through and stands beside; two that did not
//! know of each other leave the line at its safer state until a named person decides. Pure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chart::Moment;
use store::{EventHash, Reader, StationId, StoredEvent};

use crate::event::{
    CommandEvent, Event, LINE_STATES, LineAct, LineChanged, LineSaid, LinesEvent, RowSaid, chronology_item,
};
use crate::folds::{self, Fold, Folded, Heard, Says};
use crate::home::Problem;
use crate::hospital;
use crate::incident::{self, Incident, Told};

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
    /// The row of a sheet of paper it was entered from.
    pub paper: Option<RowSaid>,
    /// What a change that knows all of this builds on.
    pub tips: Vec<EventHash>,
    /// The events that changed what it says, and the one that wrote it.
    pub events: Vec<EventHash>,
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

/// What an event says of a line.
pub enum LineEvent {
    /// It was written.
    Line(Box<LineSaid>),
    /// It was changed.
    Changed(LineChanged),
    /// It was entered from a row of a sheet.
    Row(RowSaid),
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

impl Folded for Line {
    type Said = LineEvent;

    fn read(stored: &StoredEvent) -> Option<(Says, LineEvent)> {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Command(CommandEvent::Line(said)) => {
                let name = format!("{}/{}/{}", envelope.station, envelope.incarnation, said.no);
                Some((Says::Enters(name), LineEvent::Line(Box::new(said))))
            }
            Event::Command(CommandEvent::Changed(said)) => {
                Some((Says::Changes(said.line.clone()), LineEvent::Changed(said)))
            }
            Event::Lines(LinesEvent::Row(row)) if !row.line.is_empty() => {
                Some((Says::Changes(row.line.clone()), LineEvent::Row(row)))
            }
            _ => None,
        }
    }

    fn fold(name: String, (stored, said): Heard<'_, Line>, changes: &[Heard<'_, Line>]) -> Line {
        let said = if let LineEvent::Line(said) = said { (**said).clone() } else { LineSaid::default() };
        let mut folding = Folding::new(name, stored, said);
        for (stored, said) in changes {
            match said {
                LineEvent::Changed(said) => folding.change(stored, said),
                // Where it stood on paper is nobody's decision between two: it builds on nothing and settles nothing.
                LineEvent::Row(row) => folding.line.paper = Some(row.clone()),
                LineEvent::Line(_) => {}
            }
        }
        folding.end()
    }
}

fn state_of(word: &str) -> &'static str {
    LINE_STATES.into_iter().find(|state| *state == word).unwrap_or(LINE_STATES[0])
}

/// The safer of two states: what is still to be done.
fn safer(one: &'static str, other: &'static str) -> &'static str {
    LINE_STATES.into_iter().find(|state| *state == one || *state == other).unwrap_or_default()
}

impl Folding {
    fn new(name: String, stored: &StoredEvent, said: LineSaid) -> Folding {
        let of = &stored.envelope;
        let state = if said.task.is_empty() { "" } else { LINE_STATES[0] };
        let left = Left { state, correction: 0, struck: false };
        let line = Line {
            name,
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
            paper: None,
            tips: Vec::new(),
            events: Vec::new(),
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
        self.line.events = self.left.keys().copied().collect();
        let ends: Vec<Left> = self.line.tips.iter().filter_map(|tip| self.left.get(tip)).copied().collect();
        let text = |left: &Left| left.correction.checked_sub(1).and_then(|at| self.line.corrections.get(at));
        let says = |left: &Left| (left.state, text(left).map(|(text, _)| text.as_str()), left.struck);
        self.line.doubtful = ends.windows(2).any(|pair| says(&pair[0]) != says(&pair[1]));
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

/// The lines of the present incident, by when they happened; lines of one moment in the order that is the same everywhere.
///
/// # Errors
/// When the store cannot be read.
pub fn present(reader: &Reader) -> Result<Arc<Vec<Arc<Line>>>, Problem> {
    reader.once(|reader| {
        let incident = incident::now(reader)?;
        let all: Arc<Vec<Arc<Line>>> = folds::things(reader, &items(incident.as_ref()))?;
        Ok(of_incident(&all, incident.as_ref()))
    })
}

/// The lines of an incident, with those of what was joined to it and those written on the day before anything was declared; of none,
/// every line that belongs to no incident. In order as [`present`].
///
/// # Errors
/// When the store cannot be read.
pub fn lines(reader: &Reader, of: Option<&Incident>) -> Result<Vec<Arc<Line>>, Problem> {
    let all = Fold::<Line>::default().go_on(reader, &items(of))?;
    Ok(of_incident(&all, of))
}

/// The lines of an incident by its number; of the present one as [`present`] has them.
///
/// # Errors
/// When the store cannot be read.
pub fn of_id(reader: &Reader, id: &str) -> Result<Vec<Arc<Line>>, Problem> {
    if incident::now(reader)?.map(|open| open.id).unwrap_or_default() == id {
        return Ok(present(reader)?.to_vec());
    }
    lines(reader, reader.once(incident::incidents)?.get(id))
}

/// The same as they stood at a moment: what was entered up to then, here or elsewhere.
///
/// # Errors
/// When the store cannot be read.
pub fn lines_at(reader: &Reader, of: Option<&Incident>, until: Moment) -> Result<Vec<Arc<Line>>, Problem> {
    let mut events = Vec::new();
    for item in items(of) {
        events.extend(hospital::events_of(reader, &item)?);
    }
    events.retain(|stored| stored.envelope.entry_time <= until);
    Ok(of_incident(&Fold::<Line>::of(events), of))
}

fn items(of: Option<&Incident>) -> Vec<String> {
    let ids = of.into_iter().flat_map(|incident| std::iter::once(&incident.id).chain(&incident.joined));
    std::iter::once(chronology_item("")).chain(ids.map(|id| chronology_item(id))).collect()
}

fn of_incident(all: &[Arc<Line>], of: Option<&Incident>) -> Vec<Arc<Line>> {
    let mut lines = all.to_vec();
    if let Some(incident) = of {
        let since = incident.since.0.saturating_sub(BEFORE_HOURS * 3_600_000);
        let until = incident.ended.as_ref().map_or(i64::MAX, |told| told.entry.0);
        lines.retain(|line| !line.said.incident.is_empty() || (since..=until).contains(&line.told.entry.0));
    }
    lines.sort_by_key(|line| (line.told.at, line.order));
    lines
}
