//! What makes an alarm. Pure: counters and a moment in, alarms out.
//!
//! Messages that cannot be read are measured against what their kind always had, so a dialect is no alarm and three unreadable
//! messages in a row are. What is done to files (cancelled, gone, rewritten) is measured against the size of the hospital and
//! its busiest hours: a batch at the end of a month is no alarm the second time, and too small for one the first.

use chart::Moment;

use super::counters::{ACTS, BUCKETS_A_DAY, Counters, STREAMS};
use super::week;
use crate::event::GateRule;

/// Bad messages in a row are an alarm from so many on …
const RUN_LEAST: u64 = 3;
/// … when they are less likely than this (natural logarithm of 1 in 500 million): three, where one in a thousand is bad.
const RUN_LIKELY: f64 = -20.0;
/// Bad messages among good ones are an alarm from so many on …
const SHARE_LEAST: u64 = 5;
/// … when so many are less likely than this by chance: once in some centuries of feeds like this one.
const SHARE_LIKELY: f64 = 1e-7;
/// Stretches in which bad messages among good ones are looked for, in tens of minutes.
const STRETCHES: [i64; 3] = [2, 6, BUCKETS_A_DAY];

/// Documents older than a week whose bytes changed, in a day. Usually there is none: a correction has a name of its own.
const REWRITTEN_A_DAY: u64 = 20;
/// Oddly named files in an hour.
const NAMES_AN_HOUR: u64 = 3;
/// Cancelled in an hour: one in so many messages of a day, between these.
const CANCELLED_OF: u64 = 20;
const CANCELLED_BETWEEN: (u64, u64) = (10, 100);
/// The same for files that are gone.
const GONE_OF: u64 = 10;
const GONE_BETWEEN: (u64, u64) = (20, 200);
/// In a day, so many times what is too many in an hour.
const DAY_TIMES: u64 = 4;
/// The busiest hour, or day, of four weeks may be this many times as busy, up to a limit that no learning passes.
const PEAK_TIMES: u64 = 3;
const LEARNED_MAX: u64 = 600;

/// Watched patients come once a day; after so long one is missed, milliseconds.
const CANARY_MILLIS: i64 = 26 * 3_600_000;
/// Days on which a watched patient must have come before it can be missed.
const CANARY_DAYS: u64 = 2;

/// Something that people must be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// Why.
    pub rule: GateRule,
    /// The last position that is trusted; `None` where something is only missing.
    pub trusted: Option<u64>,
    /// When the first suspect entry came, or since when something is missing, milliseconds.
    pub since: i64,
    /// What was counted, and from how many on it is an alarm.
    pub count: u64,
    pub limit: u64,
}

/// What a person decided that the rules must know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known {
    /// The source is held back already: what is held is not held again.
    pub held: bool,
    /// Work of a vendor was announced until then, milliseconds.
    pub announced_until: i64,
}

/// All alarms at a moment. What holds comes first.
pub fn judge(counters: &Counters, known: Known, now: Moment) -> Vec<Alarm> {
    let announced = now.0 < known.announced_until;
    let mut alarms = Vec::new();
    if !known.held {
        alarms.extend((0..STREAMS.len()).filter_map(|way| bad(counters, way, now)));
        alarms.extend((0..ACTS.len()).filter_map(|act| done(counters, act, announced, now)));
        alarms.extend(counters.changed.map(|before| Alarm {
            rule: GateRule::Canary,
            trusted: Some(before),
            since: now.0,
            count: 1,
            limit: 1,
        }));
    }
    let missed = counters.canaries.values().filter(|(days, last)| *days >= CANARY_DAYS && now.0 - last > CANARY_MILLIS);
    if let (count @ 1.., Some((_, since))) = (missed.clone().count() as u64, missed.min_by_key(|(_, last)| *last)) {
        alarms.push(Alarm { rule: GateRule::CanaryMissing, trusted: None, since: *since, count, limit: 1 });
    }
    if !announced {
        alarms.extend(week::missing(counters, now));
    }
    alarms
}

/// Bad messages of one way: in a row, else more of them than chance explains.
fn bad(counters: &Counters, way: usize, now: Moment) -> Option<Alarm> {
    let (rule, run) = (STREAMS[way], counters.runs[way]);
    if run.count >= RUN_LEAST && run.likely <= RUN_LIKELY {
        let (trusted, since) = (Some(run.before), run.since);
        return Some(Alarm { rule, trusted, since, count: run.count, limit: RUN_LEAST });
    }
    STRETCHES.into_iter().find_map(|stretch| {
        let (count, before, since) = counters.within(way, stretch, now);
        if count < SHARE_LEAST {
            return None;
        }
        let limit = limit_of(counters.expected(way, stretch, now));
        (count >= limit).then_some(Alarm { rule, trusted: Some(before), since, count, limit })
    })
}

/// The least number that is less likely than [`SHARE_LIKELY`] where `expected` are to be expected (Poisson). Beyond what is
/// expected the terms of the tail fall faster than a geometric row, whose sum stands for it.
fn limit_of(expected: f64) -> u64 {
    let (mut count, mut term) = (0u64, -expected);
    loop {
        let ratio = expected / (count + 1) as f64;
        if count >= SHARE_LEAST && ratio < 1.0 && term - (1.0 - ratio).ln() < SHARE_LIKELY.ln() {
            return count;
        }
        count += 1;
        term += expected.ln() - (count as f64).ln();
    }
}

/// What was done to files, within an hour or a day.
fn done(counters: &Counters, act: usize, announced: bool, now: Moment) -> Option<Alarm> {
    let rule = ACTS[act];
    let limits = match rule {
        GateRule::Names => [(6, NAMES_AN_HOUR), (BUCKETS_A_DAY, NAMES_AN_HOUR * DAY_TIMES)],
        _ if announced => return None,
        GateRule::Rewritten => [(BUCKETS_A_DAY, REWRITTEN_A_DAY); 2],
        GateRule::Cancelled => learned(counters, act, CANCELLED_OF, CANCELLED_BETWEEN),
        _ => learned(counters, act, GONE_OF, GONE_BETWEEN),
    };
    limits.into_iter().find_map(|(stretch, limit)| {
        let (count, before, since) = counters.within(STREAMS.len() + act, stretch, now);
        (count >= limit).then_some(Alarm { rule, trusted: Some(before), since, count, limit })
    })
}

/// Limits of an hour and of a day by the size of the hospital and by its busiest hour and day.
fn learned(counters: &Counters, act: usize, of: u64, (least, most): (u64, u64)) -> [(i64, u64); 2] {
    let (mut days, mut messages, mut peak, mut sum) = (0, 0, 0, 0);
    for day in counters.past_days().filter(|day| day.messages > 0) {
        days += 1;
        messages += day.messages;
        peak = peak.max(day.peak[act]);
        sum = sum.max(day.sum[act]);
    }
    let hour = (messages / days.max(1) / of).clamp(least, most);
    let learned = |limit: u64, peak: u64| limit.max((PEAK_TIMES * peak).min(limit.max(LEARNED_MAX)));
    [(6, learned(hour, peak)), (BUCKETS_A_DAY, learned(hour * DAY_TIMES, sum))]
}

#[cfg(test)]
mod tests {
    use super::super::counters::Deed;
    use super::super::look::Look;
    use super::*;

    const BAD: Look = Look { unreadable: true, dense: false, wordless: false };

    /// A source of which so many messages are known, one a minute.
    fn feed(count: u64, look: impl Fn(u64) -> Look) -> (Counters, Moment) {
        let mut counters = Counters::default();
        for at in 1..=count {
            let now = Moment(at as i64 * 60_000);
            counters.stored("1", &[Deed { position: at, rule: None }], 1, now);
            counters.listed("OML-11", at, look(at), now);
            // The first reading.
            if at == 500 {
                counters.released();
            }
        }
        (counters, Moment(count as i64 * 60_000))
    }

    fn rules(counters: &Counters, now: Moment) -> Vec<GateRule> {
        judge(counters, Known::default(), now).into_iter().map(|alarm| alarm.rule).collect()
    }

    #[test]
    fn three_unreadable_messages_in_a_row_are_an_alarm_and_two_are_not() {
        let (two, now) = feed(502, |at| if at > 500 { BAD } else { Look::default() });
        assert_eq!(rules(&two, now), []);
        let (three, now) = feed(503, |at| if at > 500 { BAD } else { Look::default() });
        let alarm = judge(&three, Known::default(), now)[0];
        assert_eq!((alarm.rule, alarm.trusted, alarm.count), (GateRule::Unreadable, Some(500), 3));
        assert_eq!(judge(&three, Known { held: true, ..Known::default() }, now), []);
    }

    #[test]
    fn a_dialect_that_is_never_understood_is_learned() {
        let (counters, now) = feed(2000, |at| if at.is_multiple_of(3) { BAD } else { Look::default() });
        assert_eq!(rules(&counters, now), []);
        // A kind that was always unreadable stays no alarm even in a row.
        let mut counters = counters;
        for at in 0..600 {
            counters.listed("^scan^L", 3000 + at, BAD, now);
        }
        counters.released();
        for at in 0..20 {
            counters.listed("^scan^L", 4000 + at, BAD, now);
        }
        assert_eq!(rules(&counters, now), []);
    }

    #[test]
    fn one_in_a_hundred_is_an_alarm_within_a_day() {
        let bad = |at: u64| if at > 5000 && at.is_multiple_of(100) { BAD } else { Look::default() };
        let caught = |count: u64| !rules(&feed(count, bad).0, Moment(count as i64 * 60_000)).is_empty();
        assert_eq!((50..60).find(|hundred| caught(hundred * 100)), Some(56), "the sixth bad one");
    }

    #[test]
    fn the_tail_of_poisson_is_that_of_the_tables() {
        for (expected, limit) in [(0.0, 5), (0.1, 6), (1.0, 11), (10.0, 31), (100.0, 157)] {
            let found = limit_of(expected);
            assert!(found.abs_diff(limit) <= 2, "{expected}: {found} {limit}");
        }
        assert!((limit_of(199.0)).abs_diff(limit_of(201.0)) < 6);
        for tenth in 0..4000 {
            let expected = f64::from(tenth) / 10.0;
            assert!(limit_of(expected) as f64 > expected, "{expected}");
        }
    }

    #[test]
    fn many_at_once_are_an_alarm_by_the_size_of_the_hospital() {
        for (act, rule) in ACTS.into_iter().enumerate() {
            let (mut counters, now) = feed(3000, |_| Look::default());
            let limit = (1..).find(|at| {
                counters.stored("1", &[Deed { position: 3000 + at, rule: Some(rule) }], 0, now);
                !rules(&counters, now).is_empty()
            });
            assert_eq!(limit, Some([20, 58, 116, 3][act]), "{rule:?}");
            let announced = Known { announced_until: now.0 + 1, ..Known::default() };
            assert_eq!(judge(&counters, announced, now).is_empty(), rule != GateRule::Names);
        }
    }

    #[test]
    fn a_watched_patient_is_missed_after_a_day_and_held_when_changed() {
        let (mut counters, now) = feed(10, |_| Look::default());
        for day in 0..3 {
            counters.canary("9", 20 + day, true, now.plus_days(day as i64));
        }
        assert_eq!(rules(&counters, now.plus_days(3)), []);
        assert_eq!(rules(&counters, Moment(now.plus_days(3).0 + 3 * 3_600_000)), [GateRule::CanaryMissing]);
        counters.canary("9", 40, false, now.plus_days(3));
        let alarm = judge(&counters, Known::default(), now.plus_days(3))[0];
        assert_eq!((alarm.rule, alarm.trusted), (GateRule::Canary, Some(39)));
    }
}
