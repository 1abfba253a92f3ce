//! What the gate remembers of one source: small, kept with the scanner's state in the transaction of what it counts, so that
//! a program that ends at any moment has counted exactly what it stored. Pure.

use std::collections::{BTreeMap, VecDeque};

use chart::Moment;
use serde::{Deserialize, Serialize};

use super::look::Look;
use crate::event::GateRule;

/// Kinds told apart; a sender of more shares the last one.
const KINDS_MAX: usize = 96;
/// Name of the kind of those that are too many.
const OTHERS: &str = "…";
/// Milliseconds of a bucket, and buckets kept: a day in tens of minutes.
pub const BUCKET_MILLIS: i64 = 600_000;
pub const BUCKETS_A_DAY: i64 = 144;
/// Milliseconds of an hour, and hours kept: four weeks and the one under way.
pub const HOUR_MILLIS: i64 = 3_600_000;
pub const HOURS_A_WEEK: i64 = 168;
const HOURS_KEPT: usize = 5 * HOURS_A_WEEK as usize;
/// An hour in which the program did not run.
const NOT_LOOKED: u32 = u32::MAX;
/// Days kept: four weeks and the one under way.
const DAYS_KEPT: usize = 29;
/// Bits of the count of different patients of a day: 3 % wrong at four thousand patients a day.
const SKETCH_BITS: usize = 8192;

/// The three ways in which a message may be bad.
pub const STREAMS: [GateRule; 3] = [GateRule::Unreadable, GateRule::Dense, GateRule::Wordless];
/// What is counted beside them.
pub const ACTS: [GateRule; 4] = [GateRule::Rewritten, GateRule::Cancelled, GateRule::Gone, GateRule::Names];

/// How sure one may be before a kind was met: of each way, bad messages as if so many had been bad of so many. Messages that are
/// no messages are rare everywhere; pictures are dense and laboratory results may be wordless by nature, so these are learned.
const PRIOR: [(f64, f64); 3] = [(0.05, 50.0), (5.0, 10.0), (5.0, 10.0)];
/// No kind is taken to be better than this: one message that was broken and sent again and again is no attack.
const USUAL_LEAST: f64 = 5e-5;

/// Messages from which on a kind is known.
const KNOWN_LEAST: u64 = 50;

/// What is known of one data kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Kind {
    /// Messages learned from.
    pub seen: u64,
    /// Of these, bad in each way of [`STREAMS`].
    pub bad: [u64; 3],
    /// The same of today, or since the source is held back: learned when the day is over without an alarm, or when a person
    /// says that it was good. Who was learned from at once would hide who follows.
    pub new: (u64, [u64; 3]),
}

impl Kind {
    /// How likely a message of this kind is bad in a way. Of a kind that is hardly known, today's count too: a kind that is
    /// dense or wordless by nature is so from its first day.
    pub fn usual(&self, way: usize) -> f64 {
        let (bad, seen) = PRIOR[way];
        let today = if way > 0 && self.seen < KNOWN_LEAST { (self.new.1[way], self.new.0) } else { (0, 0) };
        (((self.bad[way] + today.0) as f64 + bad) / ((self.seen + today.1) as f64 + seen)).max(USUAL_LEAST)
    }

    fn learn(&mut self) {
        let (seen, bad) = std::mem::take(&mut self.new);
        self.seen += seen;
        self.bad.iter_mut().zip(bad).for_each(|(all, new)| *all += new);
    }
}

/// Bad messages one after another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// How many.
    pub count: u64,
    /// Logarithm of how likely that is.
    pub likely: f64,
    /// The position before the first.
    pub before: u64,
    /// When the first came, milliseconds.
    pub since: i64,
}

/// Ten minutes.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bucket {
    /// Milliseconds since 1970, in units of [`BUCKET_MILLIS`].
    pub at: i64,
    /// Bad messages to be expected in each way, by their kinds.
    pub expected: [f32; 3],
    /// Bad messages of each way, then each of [`ACTS`]: how many, and the position before the first.
    pub counts: [(u64, u64); 7],
}

/// One day of the source, by the station's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Day {
    /// Days since 1970, Japanese time.
    pub day: i64,
    /// Messages.
    pub messages: u64,
    /// Different patients.
    pub patients: u64,
    /// The busiest hour of each of [`ACTS`], and all of the day.
    pub peak: [u64; 4],
    pub sum: [u64; 4],
}

/// Different patients of a day, by bits of their numbers' hashes (linear counting, Whang et al. 1990).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sketch(Vec<u64>);

impl Default for Sketch {
    fn default() -> Sketch {
        Sketch(vec![0; SKETCH_BITS / 64])
    }
}

impl Sketch {
    fn put(&mut self, text: &str) {
        // FNV-1a: bits of a number's hash tell nothing of the number, and need not last.
        let hash = text
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let bit = (hash ^ (hash >> 29)) as usize % SKETCH_BITS;
        if let Some(word) = self.0.get_mut(bit / 64) {
            *word |= 1 << (bit % 64);
        }
    }

    fn count(&self) -> u64 {
        let set: u32 = self.0.iter().map(|word| word.count_ones()).sum();
        let bits = SKETCH_BITS as f64;
        let free = (bits - f64::from(set)).max(1.0);
        (bits * (bits / free).ln()).round() as u64
    }
}

/// Everything that is remembered of one source.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Counters {
    /// Each data kind.
    pub kinds: BTreeMap<String, Kind>,
    /// Bad messages in a row, of each way.
    pub runs: [Run; 3],
    /// The last day, those in which something was bad or done.
    pub buckets: VecDeque<Bucket>,
    /// Messages of each hour, the last one is that of `hour`.
    pub hours: VecDeque<u32>,
    /// Hours since 1970 of the last of `hours`.
    pub hour: i64,
    /// Days that are over, then the one under way.
    pub days: VecDeque<Day>,
    /// Patients of the day under way.
    pub patients: Sketch,
    /// When something last came, milliseconds.
    pub news: i64,
    /// Each watched patient: on how many days it came, and when last, milliseconds.
    pub canaries: BTreeMap<String, (u64, i64)>,
    /// A watched patient came changed: the position before.
    pub changed: Option<u64>,
    /// The source is held back.
    pub held: bool,
    /// Number of the last event that ended a hold and was taken note of.
    pub decided: u64,
    /// When an alarm of each rule was last told, milliseconds.
    pub told: BTreeMap<GateRule, i64>,
    /// Entries and bytes since the source is held back.
    pub suspect: u64,
    pub suspect_bytes: u64,
}

/// Something that a file did or that was done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// Its position.
    pub position: u64,
    /// A document older than a week got other bytes; or cancelled, gone, oddly named: a rule of [`ACTS`].
    pub rule: Option<GateRule>,
}

impl Counters {
    /// Counts what was stored of one patient: every file with what it did; `messages` of them bring bytes.
    pub fn stored(&mut self, patient: &str, deeds: &[Deed], messages: u64, now: Moment) {
        self.turn_to(now);
        if messages > 0 {
            self.news = self.news.max(now.0);
            if let Some(hour) = self.hours.back_mut() {
                *hour += messages as u32;
            }
            self.patients.put(patient);
            let patients = self.patients.count();
            if let Some(day) = self.days.back_mut() {
                day.messages += messages;
                day.patients = patients;
            }
        }
        for deed in deeds {
            let Some(act) = deed.rule.and_then(|rule| ACTS.iter().position(|act| *act == rule)) else { continue };
            self.count(STREAMS.len() + act, deed.position, now);
            let within: u64 = self.within(STREAMS.len() + act, 6, now).0;
            if let Some(day) = self.days.back_mut() {
                day.sum[act] += 1;
                day.peak[act] = day.peak[act].max(within);
            }
        }
    }

    /// Counts how one message was read.
    pub fn listed(&mut self, kind: &str, position: u64, look: Look, now: Moment) {
        self.turn_to(now);
        let many = self.kinds.len() >= KINDS_MAX && !self.kinds.contains_key(kind);
        let kind = self.kinds.entry(if many { OTHERS } else { kind }.to_owned()).or_default();
        let bad = [look.unreadable, look.dense, look.wordless];
        let usual = [0, 1, 2].map(|way| kind.usual(way));
        kind.new.0 += 1;
        kind.new.1.iter_mut().zip(bad).for_each(|(count, bad)| *count += u64::from(bad));
        for way in 0..STREAMS.len() {
            let run = &mut self.runs[way];
            if !bad[way] {
                *run = Run::default();
                continue;
            }
            if run.count == 0 {
                *run = Run { before: position.saturating_sub(1), since: now.0, ..Run::default() };
            }
            run.count += 1;
            run.likely += usual[way].ln();
            self.count(way, position, now);
        }
        let bucket = self.bucket(now);
        bucket.expected.iter_mut().zip(usual).for_each(|(sum, usual)| *sum += usual as f32);
    }

    /// Notes that a watched patient's own message came, as it should be or changed.
    pub fn canary(&mut self, patient: &str, position: u64, same: bool, now: Moment) {
        let (days, last) = self.canaries.entry(patient.to_owned()).or_default();
        if day_of(*last) != day_of(now.0) {
            *days += 1;
        }
        *last = now.0;
        if !same && self.changed.is_none() {
            self.changed = Some(position.saturating_sub(1));
        }
    }

    /// What came is good: a person said so of what was held back, or it is the first reading, before which there is nothing to
    /// compare with. What it taught is learned, and counting begins anew.
    pub fn released(&mut self) {
        self.kinds.values_mut().for_each(Kind::learn);
        self.runs = Default::default();
        self.buckets.clear();
        self.changed = None;
        self.held = false;
        (self.suspect, self.suspect_bytes) = (0, 0);
    }

    /// How many there were of something within the last buckets, and the position before the first. Acts follow the ways.
    pub fn within(&self, what: usize, buckets: i64, now: Moment) -> (u64, u64, i64) {
        let from = now.0.div_euclid(BUCKET_MILLIS) - buckets + 1;
        let some = self.buckets.iter().filter(|bucket| bucket.at >= from && bucket.counts[what].0 > 0);
        let first = some.clone().min_by_key(|bucket| bucket.counts[what].1);
        let (before, at) = first.map_or((0, 0), |bucket| (bucket.counts[what].1, bucket.at * BUCKET_MILLIS));
        (some.map(|bucket| bucket.counts[what].0).sum(), before, at)
    }

    /// How many bad messages of a way were to be expected within the last buckets.
    pub fn expected(&self, way: usize, buckets: i64, now: Moment) -> f64 {
        let from = now.0.div_euclid(BUCKET_MILLIS) - buckets + 1;
        self.buckets.iter().filter(|bucket| bucket.at >= from).map(|bucket| f64::from(bucket.expected[way])).sum()
    }

    /// Days that are over.
    pub fn past_days(&self) -> impl Iterator<Item = &Day> {
        self.days.iter().take(self.days.len().saturating_sub(1))
    }

    /// Messages of an hour; `None` for one that is not remembered, or in which nobody looked.
    pub fn messages_of(&self, hour: i64) -> Option<u32> {
        let back = usize::try_from(self.hour.checked_sub(hour)?).ok()?;
        self.hours.get(self.hours.len().checked_sub(1 + back)?).copied().filter(|count| *count != NOT_LOOKED)
    }

    fn count(&mut self, what: usize, position: u64, now: Moment) {
        let (count, before) = &mut self.bucket(now).counts[what];
        if *count == 0 {
            *before = position.saturating_sub(1);
        }
        *count += 1;
    }

    fn bucket(&mut self, now: Moment) -> &mut Bucket {
        let at = now.0.div_euclid(BUCKET_MILLIS);
        // A clock that was set back goes on in the newest bucket.
        if self.buckets.back().is_none_or(|last| last.at < at) {
            self.buckets.push_back(Bucket { at, ..Bucket::default() });
        }
        while self.buckets.front().is_some_and(|first| first.at <= at - BUCKETS_A_DAY) {
            self.buckets.pop_front();
        }
        let last = self.buckets.len() - 1;
        &mut self.buckets[last]
    }

    /// Closes hours and days that are over.
    pub fn turn_to(&mut self, now: Moment) {
        let (hour, day) = (now.0.div_euclid(HOUR_MILLIS), day_of(now.0));
        if self.hours.is_empty() || hour - self.hour > HOURS_KEPT as i64 {
            self.hours = VecDeque::from([0]);
            self.hour = hour;
        }
        // While we watch, the clock is looked at every minute: who was away for longer than an hour saw nothing of it.
        let away = hour - self.hour > 1;
        while self.hour < hour {
            self.hour += 1;
            self.hours.push_back(if away && self.hour < hour { NOT_LOOKED } else { 0 });
        }
        while self.hours.len() > HOURS_KEPT {
            self.hours.pop_front();
        }
        if self.days.back().is_none_or(|last| last.day < day) {
            self.days.push_back(Day { day, ..Day::default() });
            self.patients = Sketch::default();
            if !self.held {
                self.kinds.values_mut().for_each(Kind::learn);
            }
        }
        while self.days.len() > DAYS_KEPT {
            self.days.pop_front();
        }
    }
}

/// Days since 1970 in Japan (UTC+9), which all times of a hospital are in.
pub fn day_of(millis: i64) -> i64 {
    (millis + 9 * HOUR_MILLIS).div_euclid(24 * HOUR_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patients_are_counted_once() {
        for wanted in [0u64, 1, 10, 400, 4000] {
            let mut sketch = Sketch::default();
            for at in 0..3 * wanted {
                sketch.put(&format!("{:010}", at % wanted.max(1) * 7919));
            }
            let count = sketch.count();
            assert!(count.abs_diff(wanted) <= 1 + wanted / 20, "{wanted}: {count}");
        }
    }

    #[test]
    fn hours_and_days_turn_also_over_gaps_and_back() {
        let mut counters = Counters::default();
        for (hour, messages) in [(0, 3), (2, 5), (26, 1), (25, 4)] {
            counters.stored("1", &[], messages, Moment(hour * HOUR_MILLIS));
        }
        let told: Vec<_> = [0, 1, 2, 3, 26, 27, -1].map(|hour| counters.messages_of(hour)).to_vec();
        assert_eq!(told, [Some(3), None, Some(5), None, Some(5), None, None]);
        counters.stored("1", &[], 2, Moment(9000 * HOUR_MILLIS));
        assert_eq!((counters.messages_of(9000), counters.messages_of(26)), (Some(2), None));
        assert!(counters.days.len() <= DAYS_KEPT && counters.hours.len() <= HOURS_KEPT);
    }

    #[test]
    fn what_is_kept_is_small_and_comes_back() {
        let mut counters = Counters::default();
        for step in 0..20_000i64 {
            let now = Moment(step * 150_000);
            let deed = Deed { position: step as u64 + 1, rule: Some(ACTS[step as usize % 4]) };
            counters.stored(&step.to_string(), &[deed], 1, now);
            let look = Look { unreadable: step % 50 == 0, ..Look::default() };
            counters.listed(&format!("K{}", step % 300), step as u64 + 1, look, now);
        }
        assert!(counters.kinds.len() <= KINDS_MAX + 1);
        let kept = serde_json::to_vec(&counters).unwrap();
        assert!(kept.len() < 64 << 10, "{}", kept.len());
        assert_eq!(serde_json::from_slice::<Counters>(&kept).unwrap(), counters);
    }
}
