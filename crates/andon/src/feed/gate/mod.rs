//! The gate: notices when a source has gone bad, and says from which position on what it sends is suspect.
//!
//! ```text
//!  look      one file: its name, and how even its bytes are         ─┐ beside decoding
//!  counters  what is remembered of a source                          ├ pure
//!  rules     counters → alarms;  week  what is missing at this hour ─┘
//!  mod       counts within the transaction of what is counted, and writes an alarm down there
//!  decide    whether what a person says can be so
//!  settle    has search and lists follow the cut when it moves
//!  page      関門: what is held back and why; a named person releases or extends
//! ```
//!
//! Nothing is refused and nothing lost: what comes is stored as ever, behind the last trusted position. What counts is decided by
//! [`crate::hold`], where views ask. Vendors' migrations, holidays and batches are told from attacks in `rules` and `week`.

mod canary;
mod counters;
mod decide;
mod look;
mod page;
mod rules;
mod settle;
mod sound;
mod week;

#[cfg(test)]
mod any;
#[cfg(test)]
mod days;

use std::collections::BTreeMap;

use chart::{Flag, Moment};
use formats::ssmix2::FilePath;
use store::{Batch, Reader, Source, Writer};

use super::message::Reading;
use super::take::{Thing, What};
use crate::event::{self, Event, GateAct, GateAlarm, GateDecision, GateEvent, GateRule};
use crate::hold::{Hold, Holds};
use counters::{Counters, Deed};
use rules::Known;

pub use canary::expected;
pub use decide::{EXTEND_HOURS_MAX, allowed, canary_of};
pub use look::{Look, look};
pub use page::{Standing, deciding, routes, standings};
pub use settle::settle;

/// Key under which a source's counters are kept with the scanner's state.
const COUNTERS_KEY: &[u8] = b"g";
/// Bytes of counters unpacked: some thirty thousand are usual.
const COUNTERS_MAX: usize = 1 << 20;
/// Of what a source may hold, one part in so many may be suspect; then nothing more is taken of it until a person decides.
const SUSPECT_OF: u64 = 8;
/// A removed file is one of a purge of old years, and no sign of anything, if what it says happened so long ago, milliseconds.
const PURGED_MILLIS: i64 = 400 * 86_400_000;
/// A ransom note's name alone is enough.
const NOTE_COUNTS: usize = 3;
/// What is missing is told again after so long, milliseconds, if it was released and is missing still.
const AGAIN_MILLIS: i64 = 86_400_000;

/// The gate of one source while one transaction is written.
pub(super) struct Gate {
    source: Source,
    counters: Counters,
    /// What is open of it.
    hold: Option<Hold>,
    known: Known,
    /// The first reading: there is nothing yet to compare with.
    learning: bool,
    canaries: BTreeMap<String, String>,
    /// The counters as they were kept.
    before: Vec<u8>,
}

impl Gate {
    /// Reads what is remembered of a source.
    pub fn open(writer: &Writer, source: &Source) -> store::Result<Gate> {
        let holds = writer.once(Holds::of)?;
        let now_known = writer.once(Reader::sources)?;
        let source = now_known.iter().find(|known| known.no == source.no).unwrap_or(source).clone();
        let before = writer.unit(source.no, COUNTERS_KEY)?.unwrap_or_default();
        let mut counters = unpacked(&before);
        let hold = holds.of_source(source.no).cloned();
        // A person has released it since these were kept.
        let ended = holds.ended.iter().find(|(no, _)| *no == source.no).map_or(0, |(_, no)| no.0);
        if ended > counters.decided {
            counters.released();
            counters.decided = ended;
        }
        let trusted = hold.as_ref().and_then(|hold| hold.trusted);
        counters.held = trusted.is_some();
        let known = Known { held: trusted.is_some(), announced_until: holds.announced_until(source.no) };
        let own = holds.canaries.iter().filter(|canary| canary.authority == source.authority);
        let canaries = own.map(|canary| (canary.id.clone(), canary.expected.clone())).collect();
        counters.canaries.retain(|id, _| holds.canaries.iter().any(|canary| canary.id == *id));
        let learning = source.last_contact.is_none();
        Ok(Gate { source, counters, hold, known, learning, canaries, before })
    }

    /// What comes is held back.
    pub fn is_held(&self) -> bool {
        self.known.held
    }

    /// A position lies behind the last trusted one.
    pub fn holds_back(&self, position: u64) -> bool {
        self.hold.as_ref().and_then(|hold| hold.trusted).is_some_and(|trusted| position > trusted)
    }

    /// A position came when its source was held back already, so that nothing of it was counted.
    pub fn came_held(&self, position: u64) -> bool {
        self.hold.as_ref().is_some_and(|hold| hold.trusted.is_some() && position > hold.head)
    }

    /// Refuses bytes beyond what may be suspect: they stay at the source, and the bar says so.
    pub fn admit(&self, bytes: u64) -> store::Result<()> {
        let budget = self.source.budget_bytes / SUSPECT_OF;
        if self.is_held() && self.counters.suspect_bytes.saturating_add(bytes) > budget {
            return Err(store::Error::Budget { source: self.source.no, budget });
        }
        Ok(())
    }

    /// Counts what was stored of one patient.
    pub fn stored(&mut self, patient: &str, things: &[Thing], first: u64, now: Moment) {
        let (mut deeds, mut messages) = (Vec::new(), 0);
        for (position, thing) in (first..).zip(things) {
            if let What::Seen(bytes, _) = &thing.what {
                messages += 1;
                self.counters.suspect_bytes += if self.known.held { bytes.len() as u64 } else { 0 };
            }
            let (rule, times) = deed(thing, now);
            deeds.extend((0..times).map(|_| Deed { position, rule }));
        }
        if self.known.held {
            self.counters.suspect += things.len() as u64;
        }
        if !self.learning {
            self.counters.stored(patient, &deeds, messages, now);
        }
    }

    /// Counts how one message was read.
    pub fn listed(&mut self, patient: &str, position: u64, reading: &Reading, now: Moment) {
        let (kind, look) = &reading.judged;
        self.counters.listed(kind, position, *look, now);
        let Some(expected) = self.canaries.get(patient) else { return };
        if let Some(saying) = reading.saying.as_ref().filter(|saying| saying.person.basic) {
            let same = canary::expected(&saying.person) == *expected;
            self.counters.canary(patient, position, same, now);
        }
    }

    /// Judges what was counted, writes an alarm down, and keeps the counters; in the transaction of what was counted.
    pub fn close(&mut self, batch: &mut Batch<'_>, now: Moment) -> store::Result<()> {
        if self.learning {
            self.counters.released();
        } else {
            self.counters.turn_to(now);
            self.judge(batch, now)?;
        }
        let packed = packed(&self.counters);
        if packed != self.before {
            batch.put_unit(self.source.no, COUNTERS_KEY, &packed)?;
            self.before = packed;
        }
        Ok(())
    }

    fn judge(&mut self, batch: &mut Batch<'_>, now: Moment) -> store::Result<()> {
        let alarms = rules::judge(&self.counters, self.known, now);
        let head = batch.position(self.source.no)?;
        self.end_what_is_over(batch, &alarms, now)?;
        for alarm in alarms {
            let open = self.hold.iter().flat_map(|hold| &hold.alarms).any(|open| open.rule == alarm.rule);
            let told = self.counters.told.get(&alarm.rule).is_some_and(|at| now.0 - at < AGAIN_MILLIS);
            if open || (told && !alarm.rule.holds()) {
                continue;
            }
            self.counters.told.insert(alarm.rule, now.0);
            let event = GateEvent::Alarm(GateAlarm {
                source: self.source.no,
                name: self.source.name.clone(),
                rule: alarm.rule,
                trusted: alarm.trusted.unwrap_or(head).min(head),
                since_millis: alarm.since,
                count: alarm.count,
                limit: alarm.limit,
                head,
                words: String::new(),
            });
            tracing::warn!(source = self.source.no, rule = alarm.rule.code(), count = alarm.count, "the gate speaks");
            self.write(batch, event, now)?;
            if alarm.rule.holds() {
                // What comes after it in this transaction is behind it all the same: the cut is a position.
                self.counters.held = true;
            }
        }
        Ok(())
    }

    /// Silence ends by itself when something comes; a message that did not come needs no person to say that it has.
    fn end_what_is_over(&self, batch: &mut Batch<'_>, alarms: &[rules::Alarm], now: Moment) -> store::Result<()> {
        let ends_itself = |rule| matches!(rule, GateRule::Silence | GateRule::CanaryMissing);
        let missing = || self.hold.iter().flat_map(|hold| &hold.alarms).filter(|alarm| !alarm.rule.holds());
        let over = |rule| ends_itself(rule) && alarms.iter().all(|alarm| alarm.rule != rule);
        if missing().next().is_none() || !missing().all(|alarm| over(alarm.rule)) {
            return Ok(());
        }
        let (source, reason) = (self.source.no, String::new());
        let said = GateDecision { source, act: GateAct::Ended, to: None, until_millis: 0, reason };
        self.write(batch, GateEvent::Decided(said), now)
    }

    fn write(&self, batch: &mut Batch<'_>, said: GateEvent, now: Moment) -> store::Result<()> {
        match event::new_event(&Event::Gate(said), ("", "station"), now) {
            Some(event) => batch.append_event(&event).map(|_| ()),
            None => Ok(()),
        }
    }
}

/// What a file did that is counted, and how many times it counts.
fn deed(thing: &Thing, now: Moment) -> (Option<GateRule>, usize) {
    let named = || match look::odd(&thing.path) {
        Some(look::Odd::Note) => (Some(GateRule::Names), NOTE_COUNTS),
        Some(look::Odd::Behind) => (Some(GateRule::Names), 1),
        None => (None, 1),
    };
    match &thing.what {
        What::Seen(..) if thing.path.ends_with(b"_0") => (Some(GateRule::Cancelled), 1),
        What::Seen(..) => match named() {
            (None, _) if thing.rewrites => (Some(GateRule::Rewritten), 1),
            named => named,
        },
        What::Renamed(from) => {
            let (before, after) = (FilePath::parse(from).flag, FilePath::parse(&thing.path).flag);
            let cancelled = after == Flag::Cancelled && before != Flag::Cancelled;
            if cancelled { (Some(GateRule::Cancelled), 1) } else { named() }
        }
        What::Gone => {
            let sent = FilePath::parse(&thing.path).sent;
            let purged = sent.is_some_and(|sent| now.0 - sent.start.0 > PURGED_MILLIS);
            (Some(GateRule::Gone).filter(|_| !purged), 1)
        }
        What::Withheld(..) => named(),
    }
}

/// Judges a source by the clock alone: what did not come is noticed by nobody else.
///
/// # Errors
/// When the store refuses.
pub(super) fn by_the_clock(writer: &mut Writer, source: &Source, now: Moment) -> store::Result<()> {
    let mut gate = Gate::open(writer, source)?;
    if gate.learning {
        return Ok(());
    }
    writer.batch(|batch| gate.close(batch, now))
}

/// Counters as they are kept: JSON, packed.
fn packed(counters: &Counters) -> Vec<u8> {
    let json = serde_json::to_vec(counters).unwrap_or_default();
    lz4_flex::block::compress_prepend_size(&json)
}

/// What was kept; new where nothing was, or where it cannot be read: counting begins anew, and no message is lost by that.
fn unpacked(kept: &[u8]) -> Counters {
    let sane = kept.first_chunk::<4>().is_some_and(|size| u32::from_le_bytes(*size) as usize <= COUNTERS_MAX);
    let json = sane.then(|| lz4_flex::block::decompress_size_prepended(kept).ok()).flatten();
    json.and_then(|json| serde_json::from_slice(&json).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing(path: &str, what: What, rewrites: bool) -> Thing {
        Thing { path: path.into(), size: 1, mtime_ns: 0, what, rewrites }
    }

    #[test]
    fn what_a_file_did() {
        let name = |day: &str, flag: u8| {
            format!("000/000/0000000001/{day}/OMP-01/0000000001_{day}_OMP-01_1_{day}080000000_01_{flag}")
        };
        let now = Moment(1_640_000_000_000);
        let seen = || What::Seen(b"x".to_vec(), None);
        for (thing, want) in [
            (thing(&name("20211201", 1), seen(), false), None),
            (thing(&name("20211001", 1), seen(), true), Some(GateRule::Rewritten)),
            (thing(&name("20211201", 0), seen(), false), Some(GateRule::Cancelled)),
            (thing(&name("20211201", 0), What::Renamed(name("20211201", 1).into()), false), Some(GateRule::Cancelled)),
            (thing(&name("20211201", 2), What::Renamed(name("20211201", 1).into()), false), None),
            (thing(&name("20211201", 1), What::Gone, false), Some(GateRule::Gone)),
            (thing(&name("20150401", 1), What::Gone, false), None),
            (thing("a/HOW TO DECRYPT.txt", seen(), false), Some(GateRule::Names)),
            (thing(&format!("{}.locked", name("20211201", 1)), seen(), true), Some(GateRule::Names)),
            (thing("a/x.xml.crypt", What::Withheld("too_big", String::new()), false), Some(GateRule::Names)),
        ] {
            assert_eq!(deed(&thing, now).0, want, "{:?}", String::from_utf8_lossy(&thing.path));
        }
    }

    #[test]
    fn counters_that_cannot_be_read_begin_anew() {
        for bad in [&b""[..], b"\xff\xff\xff\xff", b"\x10\0\0\0garbage", b"{}"] {
            assert_eq!(unpacked(bad), Counters::default());
        }
    }
}
