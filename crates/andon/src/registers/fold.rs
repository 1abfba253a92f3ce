//! Items of one register, folded: what each says now, who holds it, and whether two changed it apart. Pure.

use std::collections::{BTreeMap, HashMap};

use chart::Moment;
use store::{EventHash, StoredEvent};

use super::{REGISTERS, Register, STATE, register};
use crate::event::{Event, ItemAct, ItemSaid};
use crate::folds::{Folded, Heard, Says};
use crate::home::Problem;
use crate::incident::{Incident, Told};
use crate::parents::Seen;

/// The field in which an event of custody says to whom.
const HOLDER: &str = "holder";

/// Which line was done, and that it was not after all.
pub const STEP: &str = "step";
/// See [`STEP`].
pub const UNDONE: &str = "undone";

/// An item as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its name for changes: station (32 hexadecimal digits), life of its log, number, with `/` between.
    pub name: String,
    /// The code of its register.
    pub register: &'static str,
    /// Its number as shown.
    pub number: String,
    /// The incident in which it was entered; empty for none.
    pub incident: String,
    /// What its fields say, by code; those that say nothing are not there.
    pub values: BTreeMap<String, String>,
    /// Where it stands; of two that disagree the safer.
    pub state: &'static str,
    /// The incident in which that was said, empty for none; and when.
    state_in: (String, Moment),
    /// Who has it in hand; empty for nobody.
    pub holder: String,
    /// To whom it was offered and who has not yet taken it; empty for none.
    pub offered: String,
    /// 取消.
    pub struck: Option<Told>,
    /// Two changed it from one state: 要確認.
    pub doubtful: bool,
    /// What was done of its lines, in order; of a line the last counts.
    pub ticks: Vec<Tick>,
    /// What was said of it, oldest first.
    pub history: Vec<(ItemSaid, Told)>,
    /// What a change that knows all of this builds on.
    pub tips: Vec<EventHash>,
    /// What each event left.
    left: HashMap<EventHash, Left>,
}

impl Item {
    /// As somebody saw it before what they did not know of.
    ///
    /// # Errors
    /// What they saw is no longer of it.
    pub fn as_seen(&self, seen: &Seen) -> Result<Item, Problem> {
        let tips = seen.parents(&self.tips, |hash| self.left.contains_key(hash))?;
        let of = register(self.register).unwrap_or(&REGISTERS[0]);
        Ok(Item { tips, ..self.clone() }.standing(of))
    }

    /// What its ends say together.
    fn standing(mut self, of: &'static Register) -> Item {
        let ends: Vec<Left> = self.tips.iter().filter_map(|tip| self.left.get(tip)).cloned().collect();
        self.doubtful = ends.windows(2).any(|pair| pair[0] != pair[1]);
        if let Some(left) = ends.into_iter().reduce(|one, other| joined(of, one, other)) {
            self.values = left.values;
            (self.state, self.state_in) = (left.state, left.state_in);
            (self.holder, self.offered) = (left.holder, left.offered);
            // Struck only where every end says so.
            if !left.struck {
                self.struck = None;
            }
        }
        self
    }

    /// As it stands in an incident: whom to call is called anew in each.
    pub fn in_incident(self, of: &Register, incident: Option<&Incident>) -> Item {
        let (id, at) = &self.state_in;
        if !of.anew || is_of(id, *at, incident) { self } else { Item { state: of.first, ..self } }
    }

    /// What a field says; empty for nothing.
    pub fn value(&self, field: &str) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }

    /// When it was entered, and by whom.
    pub fn entered(&self) -> Option<&Told> {
        self.history.first().map(|(_, told)| told)
    }

    /// Who said something of it last.
    pub fn last(&self) -> Option<&Told> {
        self.history.last().map(|(_, told)| told)
    }

    /// Its lines that are to be done, each with what was done of it in an incident; then what was done of lines that read otherwise now.
    pub fn steps(&self, of: &Register, incident: Option<&Incident>) -> Vec<(&str, Option<&Told>)> {
        let done = |step| self.last_tick(step, incident).filter(|tick| !tick.undone).map(|tick| &tick.told);
        let lines = of.ticked().map_or("", |field| self.value(field)).lines().map(str::trim);
        let mut steps: Vec<(&str, Option<&Told>)> =
            lines.filter(|line| !line.is_empty()).map(|line| (line, done(line))).collect();
        for tick in &self.ticks {
            let told = done(&tick.step);
            if told.is_some() && steps.iter().all(|(line, _)| *line != tick.step) {
                steps.push((&tick.step, told));
            }
        }
        steps
    }

    /// What was said last of a line in an incident; with none, of what belongs to none.
    pub fn last_tick(&self, step: &str, incident: Option<&Incident>) -> Option<&Tick> {
        let counts = |tick: &&Tick| tick.step == step && is_of(&tick.incident, tick.told.at, incident);
        self.ticks.iter().rfind(counts)
    }

    /// Somebody still has something to do with it.
    pub fn is_open(&self, of: &Register) -> bool {
        self.struck.is_none() && of.open.contains(&self.state)
    }

    /// What was to be done by a time that is past.
    pub fn is_late(&self, of: &Register, now: Moment) -> bool {
        let mut due = [self.value("due"), self.value("planned")].into_iter().filter(|due| !due.is_empty()).peekable();
        if !self.is_open(of) || due.peek().is_none() {
            return false;
        }
        let now = now.to_string();
        // A day alone ends with the day.
        due.any(|due| due < now.get(..due.len().min(now.len())).unwrap_or_default())
    }

    /// Whether it is among those asked for by state: `open`, `struck`, `doubtful`, a state, or empty for all.
    pub fn is_in(&self, of: &Register, state: &str) -> bool {
        match state {
            "" => true,
            "open" => self.is_open(of),
            "struck" => self.struck.is_some(),
            "doubtful" => self.doubtful,
            state => self.struck.is_none() && self.state == state,
        }
    }
}

/// One thing on a card that was done, or was not after all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// The incident in which it was done; empty for none.
    pub incident: String,
    /// The line.
    pub step: String,
    /// It was taken back.
    pub undone: bool,
    /// When it was done, and who said so.
    pub told: Told,
    /// The event: what takes it back builds on it.
    pub hash: EventHash,
}

/// What an event left of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Left {
    values: BTreeMap<String, String>,
    state: &'static str,
    state_in: (String, Moment),
    holder: String,
    offered: String,
    struck: bool,
}

struct Folding {
    item: Item,
    of: &'static Register,
    /// In the order in which they came.
    tips: Vec<EventHash>,
    left: HashMap<EventHash, Left>,
}

impl Folded for Item {
    type Said = ItemSaid;

    fn read(stored: &StoredEvent) -> Option<(Says, ItemSaid)> {
        let envelope = &stored.envelope;
        let Event::Item(said) = Event::read(envelope.kind, envelope.version, &envelope.payload) else { return None };
        register(&said.register)?;
        let name = || format!("{}/{}/{}", envelope.station, envelope.incarnation, said.no);
        let says = if said.item.is_empty() { Says::Enters(name()) } else { Says::Changes(said.item.clone()) };
        Some((says, said))
    }

    fn fold(name: String, (stored, said): Heard<'_, Item>, changes: &[Heard<'_, Item>]) -> Item {
        let of = register(&said.register).unwrap_or(&REGISTERS[0]);
        let mut folding = Folding::new(of, name, stored, said.clone());
        for (stored, said) in changes.iter().filter(|(_, said)| said.register == of.code) {
            folding.say(stored, (*said).clone());
        }
        folding.end()
    }
}

impl Folding {
    fn new(of: &'static Register, name: String, stored: &StoredEvent, said: ItemSaid) -> Folding {
        let item = Item {
            name,
            register: of.code,
            number: said.number.clone(),
            incident: said.incident.clone(),
            values: BTreeMap::new(),
            state: of.first,
            state_in: Default::default(),
            holder: String::new(),
            offered: String::new(),
            struck: None,
            doubtful: false,
            ticks: Vec::new(),
            history: Vec::new(),
            tips: Vec::new(),
            left: HashMap::new(),
        };
        let mut folding = Folding { item, of, tips: Vec::new(), left: HashMap::new() };
        folding.say(stored, said);
        folding
    }

    /// What is said takes the place of what it builds on.
    fn say(&mut self, stored: &StoredEvent, said: ItemSaid) {
        let told = Told::of(stored, &said.words);
        let parents = &stored.envelope.parents;
        if ItemAct::read(&said.act) == Some(ItemAct::Tick) {
            let value = |name: &str| said.values.get(name).cloned().unwrap_or_default();
            let (step, undone) = (value(STEP), !value(UNDONE).is_empty());
            self.item.ticks.push(Tick { incident: said.incident, step, undone, told, hash: stored.hash });
            return;
        }
        let mut left = self.before(parents);
        let holder = said.values.get(HOLDER).cloned().unwrap_or_default();
        match ItemAct::read(&said.act) {
            Some(ItemAct::Give) => left.offered = holder,
            Some(ItemAct::Accept) => left.holder = std::mem::take(&mut left.offered),
            Some(ItemAct::Seize) => (left.holder, left.offered) = (holder, String::new()),
            Some(ItemAct::Strike) => {
                left.struck = true;
                self.item.struck = Some(told.clone());
            }
            _ => set(self.of, &mut left, (&said, told.at)),
        }
        self.tips.retain(|tip| !parents.contains(tip));
        self.tips.push(stored.hash);
        self.left.insert(stored.hash, left);
        self.item.history.push((said, told));
    }

    /// What a change built on. Where that does not count (its station was revoked), everything that stands.
    fn before(&self, parents: &[EventHash]) -> Left {
        let lefts = |of: &[EventHash]| of.iter().filter_map(|hash| self.left.get(hash)).cloned().collect::<Vec<_>>();
        let (known, stands) = (lefts(parents), lefts(&self.tips));
        let ends = if known.is_empty() { stands } else { known };
        let none = || Left { state: self.of.first, ..Left::default() };
        ends.into_iter().reduce(|one, other| joined(self.of, one, other)).unwrap_or_else(none)
    }

    fn end(self) -> Item {
        let Folding { item, of, tips, left } = self;
        Item { tips, left, ..item }.standing(of)
    }
}

/// Whether what was said at a time belongs to an incident: said in it, or since it began while nobody had declared it yet.
fn is_of(said_in: &str, at: Moment, incident: Option<&Incident>) -> bool {
    match incident {
        None => said_in.is_empty(),
        Some(incident) => incident.has(said_in) || (said_in.is_empty() && at >= incident.since),
    }
}

fn set(of: &'static Register, left: &mut Left, (said, at): (&ItemSaid, Moment)) {
    for (field, value) in &said.values {
        if field == STATE {
            left.state_in = (said.incident.clone(), at);
            // A state that a later version knows: the safest of ours, until this program is as new.
            left.state = of.state(value).unwrap_or(of.states.first().copied().unwrap_or(of.first));
        } else if value.is_empty() {
            left.values.remove(field);
        } else {
            left.values.insert(field.clone(), value.clone());
        }
    }
}

/// Two ends laid side by side: the safer state, of other fields the later, in nobody's hands where they disagree.
fn joined(of: &'static Register, one: Left, other: Left) -> Left {
    let agreed = |one: String, other: String| if one == other { one } else { String::new() };
    let state = of.safer(one.state, other.state);
    Left {
        values: one.values.into_iter().chain(other.values).collect(),
        state,
        state_in: if other.state == state { other.state_in } else { one.state_in },
        holder: agreed(one.holder, other.holder),
        offered: agreed(one.offered, other.offered),
        struck: one.struck && other.struck,
    }
}
