//! Folds that go on from where they were, of things that one event enters and later events change: lines of the chronology, items of
//! registers, devices. After a commit only the things it speaks of are folded again. The same events make the same things, in whatever
//! portions they came.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use store::{EventHash, EventNo, Reader, StoredEvent};

use crate::home::Problem;
use crate::hospital::Members;
use crate::parents;

/// A thing that one event enters and later events change.
pub trait Folded: Sized + Send + Sync + 'static {
    /// What an event says of it.
    type Said: Send + Sync + 'static;

    /// What an event says of one, and which; `None` where it speaks of something else.
    fn read(stored: &StoredEvent) -> Option<(Says, Self::Said)>;

    /// What stands, by what entered it and what changed it, the latter each after what it builds on.
    fn fold(name: String, entered: Heard<'_, Self>, changes: &[Heard<'_, Self>]) -> Self;
}

/// An event and what it says. The event's own bytes are not kept.
pub type Heard<'a, T> = (&'a StoredEvent, &'a <T as Folded>::Said);

/// Of which thing an event speaks.
pub enum Says {
    /// It enters one, of this name.
    Enters(String),
    /// It changes one, which it calls so.
    Changes(String),
    /// It puts one of this name right, or enters it where there is none.
    PutsRight(String),
}

impl Says {
    /// Of an event that names a thing; with an empty name it enters one, which is called after the event. Of what has a key of its own
    /// (`is_key`: something of the copy, the limits of an item) any station may speak first.
    pub fn of(stored: &StoredEvent, thing: &str, is_key: impl Fn(&str) -> bool) -> Says {
        let of = &stored.envelope;
        match thing {
            "" => Says::Enters(format!("{}/{}/{}", of.station, of.incarnation, of.no)),
            thing if is_key(thing) => Says::PutsRight(thing.to_owned()),
            thing => Says::Changes(thing.to_owned()),
        }
    }
}

/// The things of some items of the log as they stand.
pub struct Fold<T: Folded> {
    items: Vec<String>,
    members: Option<Arc<Members>>,
    /// The last event of each item that was looked at.
    last: HashMap<String, EventNo>,
    things: Vec<Thing<T>>,
    /// Names as they were given: with two of one name, all is folded together anew.
    given: HashSet<String>,
    by_name: HashMap<String, usize>,
    by_hash: HashMap<EventHash, usize>,
    /// Names and events that were named and are not here.
    missing: (HashSet<String>, HashSet<EventHash>),
    /// In the order in which they were entered.
    stand: Arc<Vec<Arc<T>>>,
}

struct Thing<T: Folded> {
    name: String,
    entered: (StoredEvent, T::Said),
    changes: Vec<(StoredEvent, T::Said)>,
    stands: Option<Arc<T>>,
}

// Derived, it would ask for a default of `T`.
impl<T: Folded> Default for Fold<T> {
    fn default() -> Fold<T> {
        Fold {
            items: Vec::new(),
            members: None,
            last: HashMap::new(),
            things: Vec::new(),
            given: HashSet::new(),
            by_name: HashMap::new(),
            by_hash: HashMap::new(),
            missing: Default::default(),
            stand: Arc::default(),
        }
    }
}

/// The things that these items of the log speak of, in the order in which they were entered; readers that share a shelf fold them once.
///
/// # Errors
/// When the store cannot be read.
pub fn things<T: Folded>(reader: &Reader, items: &[String]) -> Result<Arc<Vec<Arc<T>>>, Problem> {
    reader.grown(|reader, fold: &mut Fold<T>| fold.go_on(reader, items))
}

impl<T: Folded> Fold<T> {
    /// The things of these events alone, in the order in which they were entered.
    pub fn of(events: Vec<StoredEvent>) -> Arc<Vec<Arc<T>>> {
        let mut fold = Fold::default();
        fold.add(events.into_iter().map(|stored| (String::new(), stored)).collect());
        fold.stand
    }

    /// Goes on with what came since, or begins anew where that is not enough.
    ///
    /// # Errors
    /// When the store cannot be read; what stands is as it was.
    pub fn go_on(&mut self, reader: &Reader, items: &[String]) -> Result<Arc<Vec<Arc<T>>>, Problem> {
        let members = reader.once(Members::of)?;
        if self.items != items || self.members.as_ref() != Some(&members) {
            *self = Fold { items: items.to_vec(), members: Some(members), ..Fold::default() };
        }
        let news = self.news(reader)?;
        if !self.add(news) {
            let (items, members) = (self.items.clone(), self.members.clone());
            let mut anew = Fold { items, members, ..Fold::default() };
            anew.add(anew.news(reader)?);
            *self = anew;
        }
        Ok(Arc::clone(&self.stand))
    }

    fn news(&self, reader: &Reader) -> Result<Vec<(String, StoredEvent)>, Problem> {
        let mut news = Vec::new();
        for item in &self.items {
            let after = self.last.get(item).copied().unwrap_or_default();
            let events = reader.everyones_events_since(item, after)?;
            news.extend(events.into_iter().map(|stored| (item.clone(), stored)));
        }
        Ok(news)
    }

    /// False where something came of which that speaks which is here already: then all must be folded together.
    fn add(&mut self, news: Vec<(String, StoredEvent)>) -> bool {
        let begins = self.last.is_empty();
        let mut last = self.last.clone();
        let (mut entered, mut changes, mut put_right) = (Vec::new(), Vec::new(), Vec::new());
        for (item, mut stored) in news {
            last.insert(item, stored.no);
            let counts = self.members.as_ref().is_none_or(|members| members.counts(&stored));
            let Some((says, said)) = T::read(&stored).filter(|_| counts) else { continue };
            (stored.bytes, stored.envelope.payload) = Default::default();
            match says {
                Says::Enters(name) => entered.push((name, stored, said)),
                Says::Changes(name) => changes.push((name, stored, said)),
                Says::PutsRight(name) => put_right.push((name, stored, said)),
            }
        }
        for (name, stored, said) in put_right {
            let is_there = self.given.contains(&name) || entered.iter().any(|(entered, ..)| *entered == name);
            if is_there { &mut changes } else { &mut entered }.push((name, stored, said));
        }
        let was_named = |(name, stored, _): &(String, StoredEvent, T::Said)| {
            self.missing.0.contains(name) || self.given.contains(name) || self.missing.1.contains(&stored.hash)
        };
        let twins = entered.iter().map(|(name, ..)| name).collect::<HashSet<_>>().len() < entered.len();
        let answers = changes.iter().any(|(_, stored, _)| self.missing.1.contains(&stored.hash));
        if !begins && (twins || answers || entered.iter().any(was_named)) {
            return false;
        }
        self.last = last;
        let mut touched = self.enter(entered);
        touched.extend(self.change(changes));
        self.fold(touched);
        true
    }

    fn enter(&mut self, mut entered: Vec<(String, StoredEvent, T::Said)>) -> HashSet<usize> {
        self.given.extend(entered.iter().map(|(name, ..)| name.clone()));
        entered.sort_by_key(|(_, stored, _)| store::fold_key(stored));
        parents::name_apart(entered.iter_mut().map(|(name, stored, _)| (name, stored.hash)).collect());
        let from = self.things.len();
        for (at, (name, stored, said)) in (from..).zip(entered) {
            self.by_hash.insert(stored.hash, at);
            self.by_name.insert(name.clone(), at);
            self.things.push(Thing { name, entered: (stored, said), changes: Vec::new(), stands: None });
        }
        (from..self.things.len()).collect()
    }

    /// Each goes to what it builds on, else to what it names.
    fn change(&mut self, mut changes: Vec<(String, StoredEvent, T::Said)>) -> HashSet<usize> {
        changes.sort_by_key(|(_, stored, _)| store::fold_key(stored));
        let in_order: Vec<usize> =
            parents::first(changes.iter().enumerate().map(|(at, (_, stored, _))| (stored, at)).collect())
                .into_iter()
                .map(|(_, at)| at)
                .collect();
        let mut slots: Vec<_> = changes.into_iter().map(Some).collect();
        let mut touched = HashSet::new();
        for (name, stored, said) in in_order.into_iter().filter_map(|at| slots.get_mut(at)?.take()) {
            let parents = &stored.envelope.parents;
            let known = parents.iter().find_map(|parent| self.by_hash.get(parent));
            let at = known.or_else(|| self.by_name.get(&name)).copied();
            self.missing.1.extend(parents.iter().filter(|parent| !self.by_hash.contains_key(parent)));
            let Some((at, thing)) = at.and_then(|at| Some((at, self.things.get_mut(at)?))) else {
                self.missing.0.insert(name);
                continue;
            };
            if self.by_hash.insert(stored.hash, at).is_none() {
                thing.changes.push((stored, said));
                touched.insert(at);
            }
        }
        touched
    }

    fn fold(&mut self, touched: HashSet<usize>) {
        if touched.is_empty() {
            return;
        }
        for at in touched {
            let Some(thing) = self.things.get_mut(at) else { continue };
            thing.changes.sort_by_key(|(stored, _)| store::fold_key(stored));
            let changes = parents::first(thing.changes.iter().map(|(stored, said)| (stored, said)).collect());
            let entered = (&thing.entered.0, &thing.entered.1);
            thing.stands = Some(Arc::new(T::fold(thing.name.clone(), entered, &changes)));
        }
        let mut things: Vec<&Thing<T>> = self.things.iter().collect();
        things.sort_by_key(|thing| store::fold_key(&thing.entered.0));
        self.stand = Arc::new(things.into_iter().filter_map(|thing| thing.stands.clone()).collect());
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::event::{self, Event, ItemSaid};
    use crate::registers::Item;

    /// What a station says: which, how wrong its clock is, of which item before (from the last; beyond them it enters one), whether it saw
    /// all that stood or only what entered it, whether its number was given before (a copied home), and the new state.
    type Word = (u8, i16, u8, bool, bool, u8);

    fn log(words: &[Word]) -> Vec<StoredEvent> {
        let states = ["running", "limited", "stopped"];
        let mut log: Vec<StoredEvent> = Vec::new();
        let mut items: Vec<(String, EventHash, EventHash)> = Vec::new();
        for (at, (station, wrong, back, all, twice, state)) in words.iter().enumerate() {
            let station = store::StationId([station % 3; 16]);
            let known = usize::from(*back).checked_rem(items.len() + 1).unwrap_or_default();
            let mut said = ItemSaid { register: "services".into(), act: "set".into(), ..ItemSaid::default() };
            said.values.insert("state".into(), states[usize::from(*state) % 3].into());
            let mut parents = Vec::new();
            match items.len().checked_sub(known + 1) {
                Some(of) if known > 0 || at % 2 == 1 => {
                    let (name, entered, last) = &items[of];
                    (said.item, parents) = (name.clone(), vec![if *all { *last } else { *entered }]);
                }
                _ => said.no = if *twice { 1 } else { at as u64 + 1 },
            }
            let new = event::new_event(&Event::Item(said.clone()), ("", ""), Default::default()).unwrap();
            let store::NewEvent { kind, version, payload, .. } = new;
            let hlc = ((at as i64 * 10 + i64::from(*wrong)).max(0) as u64) << 16;
            let envelope =
                store::Envelope { station, no: at as u64, hlc, parents, kind, version, payload, ..Default::default() };
            let mut hash = [at as u8; 32];
            hash[1] = *wrong as u8;
            let hash = EventHash(hash);
            match items.iter_mut().find(|(name, ..)| *name == said.item) {
                Some((_, _, last)) => *last = hash,
                None => items.push((format!("{station}/0/{}", said.no), hash, hash)),
            }
            log.push(StoredEvent { no: EventNo(at as u64 + 1), hash, bytes: Vec::new(), envelope });
        }
        log
    }

    fn grown(portions: &[Vec<StoredEvent>]) -> Vec<Item> {
        let mut fold = Fold::<Item>::default();
        let named = |events: &[StoredEvent]| events.iter().map(|stored| (String::new(), stored.clone())).collect();
        for (at, portion) in portions.iter().enumerate() {
            if !fold.add(named(portion)) {
                fold = Fold::default();
                assert!(fold.add(named(&portions[..=at].concat())), "all of it can always be folded");
            }
        }
        fold.stand.iter().map(|item| (**item).clone()).collect()
    }

    proptest! {
        /// Same set, same state, whatever came first and in whatever portions.
        #[test]
        fn portions_fold_to_what_all_of_it_folds_to(
            words in prop::collection::vec(any::<(u8, i16, u8, bool, bool, u8)>(), 1..40),
            order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle(),
            portion in 1..8_usize,
        ) {
            let all = log(&words);
            let shuffled: Vec<StoredEvent> = order.iter().filter_map(|at| all.get(*at).cloned()).collect();
            let portions: Vec<Vec<StoredEvent>> = shuffled.chunks(portion).map(<[StoredEvent]>::to_vec).collect();
            prop_assert_eq!(grown(&portions), grown(&[all]));
        }
    }
}
