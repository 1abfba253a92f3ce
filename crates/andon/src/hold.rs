//! Which sources are held back, and up to where each is trusted: the fold of what the gate and named persons said. Rim: a chart,
//! a list, a sheet, the bar of every page and whatever expires ask here; the gate itself is `feed/gate`.
//!
//! What is held back is stored like everything else. It only lies beyond the cut that views are made of ([`trusted`]), and is
//! shown beside them, never merged ([`held_back`]).

use chart::{Moment, PatientId};
use serde::Serialize;
use store::{Cut, EventNo, KindRow, Reader};

use crate::event::{Announced, Canary, Event, GATE_ITEM, GateAct, GateAlarm, GateDecision, GateEvent, GateRule};

/// Within so many hours somebody should have looked at a hold, unless a person said otherwise.
const LOOK_WITHIN_HOURS: i64 = 24;

/// One reason why a source is held back, or why people are told.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alarm {
    /// Why.
    pub rule: GateRule,
    /// When it was noticed.
    pub at: Moment,
    /// When the first suspect entry came, or since when something is missing.
    pub since: Moment,
    /// The last position trusted.
    pub trusted: u64,
    /// What was counted, and from how many on it is an alarm.
    pub count: u64,
    /// See `count`.
    pub limit: u64,
    /// Who, where a person holds it back; empty for the station itself.
    pub by: String,
    /// A person's words.
    pub words: String,
}

/// A source of which the gate speaks.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hold {
    /// Number of the source.
    pub source: u32,
    /// Its name.
    pub name: String,
    /// The last position that is trusted; `None` where nothing is held back and something is only missing.
    pub trusted: Option<u64>,
    /// When the first suspect entry came.
    pub since: Moment,
    /// Where the source stood when it was first noticed.
    pub head: u64,
    /// By when somebody should have decided.
    pub due: Moment,
    /// Why, oldest first.
    pub alarms: Vec<Alarm>,
    /// What people decided since, in words, newest last.
    pub decided: Vec<Decided>,
}

/// A decision of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decided {
    /// When.
    pub at: Moment,
    /// Who.
    pub by: String,
    /// What.
    pub act: GateAct,
    /// Released up to this position; `None` for all.
    pub to: Option<u64>,
    /// Why.
    pub reason: String,
}

/// Everything said of the gate of every source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Holds {
    /// Sources of which something is open.
    pub open: Vec<Hold>,
    /// Invented patients that are watched.
    pub canaries: Vec<Canary>,
    /// Work of vendors that was announced.
    pub announced: Vec<Announced>,
    /// The last event that was folded.
    pub last: EventNo,
    /// Of each source, the last decision that ended what was open.
    pub ended: Vec<(u32, EventNo)>,
    /// Of each source, the last that people are to be told.
    pub news: Vec<News>,
}

/// What people are to be told of a source: the gate spoke, or a person released what was held back, or it ended by itself.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// Number of the source.
    pub source: u32,
    /// Its name.
    pub name: String,
    /// The event that said so.
    pub no: EventNo,
    /// When the first suspect entry came, or since when something was missing.
    pub since: Moment,
    /// What a person decided; `None` where the gate spoke.
    pub decided: Option<Decided>,
}

impl Holds {
    /// As of now.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(reader: &Reader) -> store::Result<Holds> {
        let mut holds = Holds::default();
        for stored in reader.events_of(GATE_ITEM)? {
            let envelope = &stored.envelope;
            holds.last = stored.no;
            match Event::read(envelope.kind, envelope.version, &envelope.payload) {
                Event::Gate(GateEvent::Alarm(alarm)) => {
                    holds.alarm(alarm, &envelope.person, envelope.entry_time, stored.no);
                }
                Event::Gate(GateEvent::Decided(said)) => {
                    holds.decide(said, &envelope.person, envelope.entry_time, stored.no);
                }
                Event::Gate(GateEvent::Canary(canary)) => {
                    holds.canaries.retain(|known| known.patient() != canary.patient());
                    holds.canaries.extend(canary.on.then_some(canary));
                }
                Event::Gate(GateEvent::Announced(work)) => {
                    holds.announced.retain(|known| known.source != work.source);
                    holds.announced.push(work);
                }
                _ => {}
            }
        }
        Ok(holds)
    }

    fn alarm(&mut self, said: GateAlarm, by: &str, at: Moment, no: EventNo) {
        let GateAlarm { source, name, rule, trusted, since_millis, count, limit, head, words } = said;
        let since = Moment(since_millis);
        let alarm = Alarm { rule, at, since, trusted, count, limit, by: by.to_owned(), words };
        let hold = match self.open.iter().position(|hold| hold.source == source) {
            Some(place) => &mut self.open[place],
            None => {
                let due = Moment(at.0 + LOOK_WITHIN_HOURS * 3_600_000);
                let (alarms, decided) = (Vec::new(), Vec::new());
                self.open.push(Hold { source, name, trusted: None, since, head, due, alarms, decided });
                let last = self.open.len() - 1;
                &mut self.open[last]
            }
        };
        if rule.holds() {
            // A second alarm may know better where it began; it never makes more trusted.
            let first = hold.trusted.is_none();
            hold.since = if first { since } else { hold.since.min(since) };
            hold.head = if first { head } else { hold.head };
            hold.trusted = Some(hold.trusted.map_or(trusted, |known| known.min(trusted)));
        }
        hold.alarms.push(alarm);
        let news = News { source, name: hold.name.clone(), no, since: hold.since, decided: None };
        self.tell(news);
    }

    fn tell(&mut self, news: News) {
        self.news.retain(|known| known.source != news.source);
        self.news.push(news);
    }

    fn decide(&mut self, said: GateDecision, by: &str, at: Moment, no: EventNo) {
        let Some(place) = self.open.iter().position(|hold| hold.source == said.source) else { return };
        let hold = &mut self.open[place];
        let GateDecision { source, act, to, until_millis, reason } = said;
        let decided = Decided { at, by: by.to_owned(), act, to, reason };
        let news = News { source, name: hold.name.clone(), no, since: hold.since, decided: Some(decided.clone()) };
        let over = match (act, to) {
            (GateAct::Release, None) => {
                self.ended.retain(|(known, _)| *known != source);
                self.ended.push((source, no));
                true
            }
            (GateAct::Release, Some(to)) => {
                hold.trusted = hold.trusted.map(|known| known.max(to));
                false
            }
            (GateAct::Extend, _) => {
                hold.due = Moment(until_millis);
                false
            }
            (GateAct::Ended, _) => {
                hold.alarms.retain(|alarm| alarm.rule.holds());
                hold.alarms.is_empty()
            }
        };
        if over {
            self.open.remove(place);
        } else {
            hold.decided.push(decided);
        }
        if over || act == GateAct::Release {
            self.tell(news);
        }
    }

    /// What is open of a source.
    pub fn of_source(&self, source: u32) -> Option<&Hold> {
        self.open.iter().find(|hold| hold.source == source)
    }

    /// Sources from which something is held back.
    pub fn held(&self) -> impl Iterator<Item = &Hold> {
        self.open.iter().filter(|hold| hold.trusted.is_some())
    }

    /// A cut that counts nothing that is held back.
    pub fn cut(&self, mut cut: Cut) -> Cut {
        for (source, last) in &mut cut.positions {
            let trusted = self.of_source(*source).and_then(|hold| hold.trusted);
            *last = trusted.map_or(*last, |trusted| trusted.min(*last));
        }
        cut
    }

    /// A kind as it may be called fresh: of a source that is held back, nothing is newer than its first suspect entry. Who counts
    /// the gap of a kind from there counts it a little too short where the last good message of that kind is older.
    pub fn as_trusted(&self, row: KindRow) -> KindRow {
        let Some(since) = self.held().find(|hold| hold.source == row.source).map(|hold| hold.since) else { return row };
        let last_sent = row.last_sent.map(|sent| sent.min(since));
        KindRow { last_sent, last_received: row.last_received.min(since), ..row }
    }

    /// Until when work of a vendor was announced for a source, milliseconds; 0 for none.
    pub fn announced_until(&self, source: u32) -> i64 {
        self.announced.iter().find(|work| work.source == source).map_or(0, |work| work.until_millis)
    }
}

/// Which entries count for views: everything received, but from sources that are held back only what came up to the last
/// trusted position.
///
/// # Errors
/// When the store cannot be read.
pub fn trusted(reader: &Reader) -> store::Result<Cut> {
    let cut = reader.cut()?;
    Ok(reader.once(Holds::of)?.cut(cut))
}

/// How many entries of these numbers are held back.
///
/// # Errors
/// When the store cannot be read.
pub fn held_back(reader: &Reader, numbers: &[PatientId]) -> store::Result<u64> {
    let holds = reader.once(Holds::of)?;
    let from: Vec<(u32, u64)> = holds.held().filter_map(|hold| Some((hold.source, hold.trusted?))).collect();
    if from.is_empty() {
        return Ok(0);
    }
    numbers.iter().map(|number| reader.sighted_after(number, &from)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarm(source: u32, rule: GateRule, trusted: u64) -> GateAlarm {
        let (name, words) = (format!("std{source}"), String::new());
        GateAlarm { source, name, rule, trusted, since_millis: trusted as i64, count: 3, limit: 3, head: 100, words }
    }

    fn decision(source: u32, act: GateAct, to: Option<u64>) -> GateDecision {
        GateDecision { source, act, to, until_millis: 77, reason: "確認".into() }
    }

    fn cut() -> Cut {
        Cut { positions: vec![(1, 100), (2, 200)], events: Vec::new() }
    }

    #[test]
    fn the_cut_stays_at_the_least_trusted_position_until_a_person_releases() {
        let mut holds = Holds::default();
        assert_eq!(holds.cut(cut()), cut());
        holds.alarm(alarm(1, GateRule::Unreadable, 70), "", Moment(1), EventNo(1));
        holds.alarm(alarm(1, GateRule::Rewritten, 50), "", Moment(2), EventNo(2));
        holds.alarm(alarm(1, GateRule::Dense, 90), "", Moment(3), EventNo(3));
        assert_eq!(holds.cut(cut()).positions, [(1, 50), (2, 200)]);
        assert_eq!((holds.held().count(), !holds.open.is_empty()), (1, true));
        assert_eq!((holds.news[0].no, holds.news[0].decided.is_none()), (EventNo(3), true));
        holds.decide(decision(1, GateAct::Release, Some(60)), "院長", Moment(4), EventNo(4));
        assert_eq!(holds.cut(cut()).positions, [(1, 60), (2, 200)]);
        holds.decide(decision(1, GateAct::Extend, None), "院長", Moment(5), EventNo(5));
        assert_eq!((holds.open[0].due, holds.open[0].decided.len()), (Moment(77), 2));
        assert_eq!((holds.news.len(), holds.news[0].no), (1, EventNo(4)), "that it stays so is no news");
        holds.decide(decision(1, GateAct::Release, None), "院長", Moment(6), EventNo(6));
        assert_eq!((holds.cut(cut()), !holds.open.is_empty()), (cut(), false));
        assert_eq!(holds.ended, [(1, EventNo(6))]);
        let told = (holds.news[0].name.as_str(), holds.news[0].no, holds.news[0].decided.as_ref().map(|said| said.to));
        assert_eq!(told, ("std1", EventNo(6), Some(None)));
    }

    #[test]
    fn what_is_only_missing_holds_nothing_back_and_ends_by_itself() {
        let mut holds = Holds::default();
        holds.alarm(alarm(2, GateRule::Silence, 200), "", Moment(1), EventNo(1));
        assert_eq!((holds.cut(cut()), holds.held().count(), !holds.open.is_empty()), (cut(), 0, true));
        holds.alarm(alarm(2, GateRule::Gone, 150), "", Moment(2), EventNo(2));
        holds.decide(decision(2, GateAct::Ended, None), "", Moment(3), EventNo(3));
        assert_eq!(holds.cut(cut()).positions, [(1, 100), (2, 150)]);
        holds.decide(decision(2, GateAct::Release, None), "院長", Moment(4), EventNo(4));
        holds.alarm(alarm(2, GateRule::Silence, 200), "", Moment(5), EventNo(5));
        holds.decide(decision(2, GateAct::Ended, None), "", Moment(6), EventNo(6));
        assert!(holds.open.is_empty());
    }
}
