//! A value with where it came from, how old it is and whether it stands: what every section of a chart is made of.

use std::cell::Cell;
use std::cmp::{Ordering, Reverse};
use std::sync::Arc;

use serde::Serialize;

use crate::fact::{Body, Fact, Flag, Origin, OriginFault, PatientId};
use crate::versions::Message;
use crate::when::{Moment, Precision, When};

/// What a chart is asked for. Which entries count was decided before (the cut, design §2); this says what was in force.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AsOf {
    /// The moment whose chart is wanted. Equal to `now` for the chart as it stands, and then nothing is left out because a
    /// sender's clock runs ahead; earlier, messages sent later are left out and versions are worked out anew.
    pub moment: Moment,
    /// The reader's own clock: ages are counted to it.
    pub now: Moment,
    /// True when `moment` lies before the entries were received, so that this was never on a screen: 受信後に再構成.
    pub reconstructed: bool,
}

impl AsOf {
    /// The chart as it stands.
    pub fn live(now: Moment) -> AsOf {
        AsOf { moment: now, now, reconstructed: false }
    }

    /// The chart as it stood at an earlier moment, put together today.
    pub fn past(moment: Moment, now: Moment) -> AsOf {
        AsOf { moment, now, reconstructed: true }
    }

    /// True when messages sent after `moment` are left out.
    pub fn is_past(&self) -> bool {
        self.moment < self.now
    }
}

/// One data kind as one source carries it at all, for any patient: tells "nothing for her" from "never copied".
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Carried {
    /// The source (連携元).
    pub source: String,
    /// Data kind: SS-MIX2 code or folder name.
    pub kind: String,
    /// Newest 発生日時 of any message of this kind.
    pub last_sent: Option<Moment>,
    /// When this home last received one.
    pub last_received: Option<Moment>,
}

/// Everything held of one patient: what `record()` hands to [`crate::Chart::at`]. Facts of one message keep the order in
/// which the message gave them; messages may come in any order.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Whose.
    pub patient: PatientId,
    /// What was said.
    pub facts: Vec<Fact>,
    /// What was not understood.
    pub faults: Vec<OriginFault>,
    /// The kinds the sources carry at all.
    pub carried: Vec<Carried>,
}

/// Whether a value stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// The newest word on the matter.
    #[default]
    Current,
    /// A newer message took its place.
    Superseded,
    /// Withdrawn.
    Cancelled,
}

/// Where a value came from, short enough to stand beside it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SourceRef {
    /// Name of the source.
    pub source: String,
    /// Running number in it.
    pub position: u64,
    /// Data kind.
    pub kind: String,
    /// Path below the root.
    pub path: String,
    /// When the sender sent it: 発生日時 of the name, else MSH-7.
    pub sent: Option<When>,
    /// When this home received it.
    pub received: Moment,
    /// State by file name as last seen.
    pub flag: Flag,
    /// No longer found at the source.
    pub gone: bool,
    /// PID-3 numbers that differ from the path's: whose it is is in doubt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub other_ids: Vec<String>,
}

impl From<&Origin> for SourceRef {
    fn from(origin: &Origin) -> SourceRef {
        SourceRef {
            source: origin.source.clone(),
            position: origin.position,
            kind: origin.kind.clone(),
            path: origin.path.clone(),
            sent: origin.sent_at(),
            received: origin.received,
            flag: origin.flag,
            gone: origin.gone,
            other_ids: origin.other_ids.clone(),
        }
    }
}

/// A value of the chart: its own fields, and beside them its time, age, source and standing. In JSON all on one level.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Item<T> {
    /// What is said; shared with the fact that says it, where nothing was added.
    #[serde(flatten)]
    pub value: Arc<T>,
    /// When it was true or done; the message's own time where the value has none.
    pub time: Option<When>,
    /// Minutes from `time` (else from receipt) to now; negative when it lies ahead.
    pub age_minutes: i64,
    /// Where it came from.
    pub source: Arc<SourceRef>,
    /// Whether it stands.
    pub standing: Standing,
    /// Code words for why a person should look twice, e.g. `no_end`, `no_start`, `none_and_some`,
    /// `received_later`, `other_patient_id` (PID-3 unlike the path), `linked_number` (filed under a linked number).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<&'static str>,
}

impl<T> std::ops::Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> Item<T> {
    /// The same time, source and standing round another value.
    pub fn map<U>(self, change: impl FnOnce(Arc<T>) -> U) -> Item<U> {
        let Item { value, time, age_minutes, source, standing, doubts } = self;
        Item { value: Arc::new(change(value)), time, age_minutes, source, standing, doubts }
    }

    /// Its value, to be changed: its own from here on, the fact's stays as it was sent.
    pub(crate) fn value_mut(&mut self) -> &mut T
    where
        T: Clone,
    {
        Arc::make_mut(&mut self.value)
    }

    /// Its place among others, newest first: by time, then by the order of arrival.
    pub(crate) fn newest(&self) -> Newest {
        Newest::of(self.time, &self.source)
    }
}

/// What items are sorted by: time, the newest first, then source, then running number, the last first. For
/// `sort_by_cached_key`, since items are large and a sort that moves them costs more than all else.
pub(crate) struct Newest(Moment, Arc<SourceRef>);

impl Newest {
    fn of(time: Option<When>, source: &Arc<SourceRef>) -> Newest {
        Newest(time.map_or(source.received, |time| time.start), Arc::clone(source))
    }

    fn place(&self) -> (Reverse<Moment>, &str, Reverse<u64>) {
        (Reverse(self.0), &self.1.source, Reverse(self.1.position))
    }
}

impl Ord for Newest {
    fn cmp(&self, other: &Newest) -> Ordering {
        self.place().cmp(&other.place())
    }
}

impl PartialOrd for Newest {
    fn partial_cmp(&self, other: &Newest) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Newest {
    fn eq(&self, other: &Newest) -> bool {
        self.place() == other.place()
    }
}

impl Eq for Newest {}

/// The moment asked for, to ask what it has reached. It remembers the first moment at which an answer would be another: until then
/// the same messages make the same chart, but for ages.
pub(crate) struct Clock {
    moment: Moment,
    turns: Cell<Option<Moment>>,
}

impl Clock {
    pub fn new(moment: Moment) -> Clock {
        Clock { moment, turns: Cell::new(None) }
    }

    /// True when `at` is now or lies behind.
    pub fn has_reached(&self, at: Moment) -> bool {
        if at > self.moment {
            let known = self.turns.get();
            self.turns.set(Some(known.map_or(at, |known| known.min(at))));
        }
        at <= self.moment
    }

    /// When the first of its answers turns; `None` for never.
    pub fn turns(&self) -> Option<Moment> {
        self.turns.get()
    }
}

/// The messages of one record as they stood, from which sections take what is theirs.
pub(crate) struct View<'a> {
    pub as_of: &'a AsOf,
    pub clock: Clock,
    pub patient: &'a PatientId,
    pub messages: Vec<Message<'a>>,
    pub carried: &'a [Carried],
}

impl<'a> View<'a> {
    /// A value of one message as an item.
    pub fn item<T>(&self, message: &Message<'_>, time: Option<When>, value: impl Into<Arc<T>>) -> Item<T> {
        let origin = &message.origin;
        let time = time.or_else(|| origin.sent_at());
        let start = time.map_or(origin.received, |time| time.start);
        let mut doubts = Vec::new();
        if self.as_of.is_past() && origin.received > self.as_of.moment {
            doubts.push("received_later");
        }
        if !origin.other_ids.is_empty() {
            doubts.push("other_patient_id");
        }
        if !message.is_of(self.patient) {
            doubts.push("linked_number");
        }
        Item {
            value: value.into(),
            time,
            age_minutes: start.minutes_until(self.as_of.now),
            source: Arc::clone(&message.source),
            standing: message.standing,
            doubts,
        }
    }

    /// All bodies of messages that stand, oldest message first.
    pub fn standing(&self) -> impl Iterator<Item = (&Message<'a>, &'a Body)> {
        let current = self.messages.iter().filter(|message| message.standing == Standing::Current);
        current.flat_map(|message| message.bodies.iter().map(move |body| (message, *body)))
    }

    /// Everything of one sort in messages that stand, oldest message first.
    pub fn said<T: Said + 'a>(&self) -> Vec<(&Message<'a>, &'a Arc<T>)> {
        self.standing().filter_map(|(message, body)| Some((message, T::of(body)?))).collect()
    }

    /// [`View::said`] as items, newest first.
    pub fn items<T: Said + 'a>(&self, time: impl Fn(&T) -> Option<When>) -> Vec<Item<T>> {
        let mut found = self.said::<T>();
        found.sort_by_cached_key(|(m, value)| Newest::of(time(value).or_else(|| m.origin.sent_at()), &m.source));
        found.into_iter().map(|(m, value)| self.item(m, time(value), Arc::clone(value))).collect()
    }
}

/// 診療日 of a path as a time, for orders that give none themselves.
pub(crate) fn care_day(origin: &Origin) -> Option<When> {
    When::parse(&origin.care_date).filter(|when| when.precision == Precision::Day)
}

impl View<'_> {
    /// The message by which the sender withdrew the patient himself (ADT^A23 of ADT-00), where nothing newer stands.
    pub fn patient_withdrawn(&self) -> Option<Arc<Origin>> {
        let last =
            self.messages.iter().rfind(|message| message.origin.kind == "ADT-00" && message.is_of(self.patient))?;
        (last.standing == Standing::Cancelled).then(|| Arc::clone(&last.origin))
    }
}

/// One sort of thing a fact can say.
pub(crate) trait Said: Sized {
    /// It, where the body says it.
    fn of(body: &Body) -> Option<&Arc<Self>>;
}

macro_rules! said {
    ($($sort:ident)*) => {$(
        impl Said for crate::fact::$sort {
            fn of(body: &Body) -> Option<&Arc<Self>> {
                if let Body::$sort(value) = body { Some(value) } else { None }
            }
        }
    )*};
}

said!(Kin Allergy Measure Disability Insurance Problem Drug Injection Given Lab Exam Meal Move Document Paper);
