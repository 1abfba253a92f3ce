//! The hour of the week, holidays, and when less came than ever at this hour. Pure.
//!
//! A feed breathes with the week: nights, Sundays, holidays (standards.md). So what is missing is measured against the least
//! that came at the same hours of the last four weeks; on a holiday, at the turn of the year and at Bon also against Sundays.

use chart::{Civil, Moment};

use super::counters::{BUCKET_MILLIS, Counters, HOUR_MILLIS, HOURS_A_WEEK, day_of};
use super::rules::Alarm;
use crate::event::GateRule;

/// Weeks of which an hour must be remembered before it can be missed.
const WEEKS_LEAST: usize = 2;
/// So many messages that came in each of the last weeks, and did not now, are missed.
const SILENCE_MESSAGES: f64 = 20.0;
/// Shorter silence is never an alarm, minutes: interfaces are restarted.
const SILENCE_LEAST_MINUTES: i64 = 45;
/// Less than this share of the least of the last weeks is too little.
const FEWER_SHARE: f64 = 0.5;
/// A day, or a part of one, with fewer messages than this cannot be judged by its sum.
const FEWER_LEAST_MESSAGES: f64 = 100.0;
/// The same for patients.
const FEWER_LEAST_PATIENTS: u64 = 40;

/// What is missing now.
pub fn missing(counters: &Counters, now: Moment) -> Vec<Alarm> {
    let alarms = [silence(counters, now), fewer_messages(counters, now), fewer_patients(counters, now)];
    alarms.into_iter().flatten().collect()
}

/// Nothing since the last news, though in each of the last weeks at least [`SILENCE_MESSAGES`] came in this stretch.
fn silence(counters: &Counters, now: Moment) -> Option<Alarm> {
    let quiet = now.0 - counters.news;
    if counters.news == 0 || quiet < SILENCE_LEAST_MINUTES * 60_000 {
        return None;
    }
    // Whole buckets of ten minutes, each a sixth of its hour; a longer silence than a week needs no sum.
    let first = counters.news.div_euclid(BUCKET_MILLIS) + 1;
    let last = now.0.div_euclid(BUCKET_MILLIS).min(first + 6 * HOURS_A_WEEK);
    let looked = |ten: &i64| counters.messages_of(ten.div_euclid(6)).is_some();
    let tens = (first..last).filter(looked);
    let usual: f64 = tens.filter_map(|ten| least(counters, ten.div_euclid(6))).sum::<f64>() / 6.0;
    let (count, limit) = ((quiet / 60_000) as u64, usual.round() as u64);
    (usual >= SILENCE_MESSAGES).then_some(Alarm {
        rule: GateRule::Silence,
        trusted: None,
        since: counters.news,
        count,
        limit,
    })
}

/// Less than half of what came at least in the hours of this day that are over.
fn fewer_messages(counters: &Counters, now: Moment) -> Option<Alarm> {
    let hour = now.0.div_euclid(HOUR_MILLIS);
    let begin = (day_of(now.0) * 24) - 9;
    let mut sums = (0.0, 0u64);
    for hour in begin..hour {
        sums.0 += least(counters, hour)?;
        sums.1 += u64::from(counters.messages_of(hour)?);
    }
    let (usual, count) = sums;
    let limit = usual * FEWER_SHARE;
    let few = usual >= FEWER_LEAST_MESSAGES && (count as f64) < limit;
    few.then_some(Alarm {
        rule: GateRule::FewerMessages,
        trusted: None,
        since: begin * HOUR_MILLIS,
        count,
        limit: limit as u64,
    })
}

/// Yesterday had less than half of the patients of the least of these weekdays.
fn fewer_patients(counters: &Counters, now: Moment) -> Option<Alarm> {
    let today = day_of(now.0);
    let day = counters.past_days().find(|day| day.day == today - 1)?;
    let of = |day: i64| counters.past_days().find(|past| past.day == day).map(|past| past.patients);
    let weeks = (1..=4).map(|week| day.day - 7 * week).filter(|past| is_like(day.day, *past));
    let mut usual: Vec<u64> = weeks.filter_map(of).collect();
    let begin = day.day * 24 - 9;
    if usual.len() < WEEKS_LEAST || (begin..begin + 24).any(|hour| counters.messages_of(hour).is_none()) {
        return None;
    }
    if is_restful(day.day) {
        usual.extend(sundays(day.day).filter_map(of));
    }
    let least = usual.into_iter().min().unwrap_or(0);
    let limit = (least as f64 * FEWER_SHARE) as u64;
    let since = begin * HOUR_MILLIS;
    let few = least >= FEWER_LEAST_PATIENTS && day.patients < limit;
    few.then_some(Alarm { rule: GateRule::FewerPatients, trusted: None, since, count: day.patients, limit })
}

/// The least that came in this hour in the last four weeks; `None` where too few are remembered.
fn least(counters: &Counters, hour: i64) -> Option<f64> {
    let of = |hours_back: i64| counters.messages_of(hour - hours_back);
    let day = day_of(hour * HOUR_MILLIS);
    let weeks = (1..=4).filter(|week| is_like(day, day - 7 * week));
    let weeks: Vec<u32> = weeks.filter_map(|week| of(week * HOURS_A_WEEK)).collect();
    if weeks.len() < WEEKS_LEAST {
        return None;
    }
    let sundays = sundays(day).filter(|_| is_restful(day)).filter_map(|sunday| of((day - sunday) * 24));
    weeks.into_iter().chain(sundays).min().map(f64::from)
}

/// An ordinary day is not compared with a holiday of weeks ago: half of next to nothing would be nothing.
fn is_like(day: i64, past: i64) -> bool {
    is_restful(day) || !is_restful(past)
}

/// The Sundays of the last four weeks.
fn sundays(day: i64) -> impl Iterator<Item = i64> {
    (1..=27).map(move |back| day - back).filter(|past| weekday(*past) == 0)
}

/// 0 for Sunday. 1970-01-01 was a Thursday.
pub fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7)
}

/// A day on which a hospital may rest: national holidays, the turn of the year, Bon.
pub fn is_restful(day: i64) -> bool {
    let Civil { month, day: date, .. } = civil(day);
    let turn = matches!((month, date), (12, 29..=31) | (1, 1..=3) | (8, 13..=16));
    turn || is_holiday(day)
}

fn civil(day: i64) -> Civil {
    Moment((day * 24 - 9) * HOUR_MILLIS).civil()
}

/// National holidays by the law of 1948 as it stands since 2022, with the days in lieu of §3.
fn is_holiday(day: i64) -> bool {
    if is_named_holiday(day) {
        return true;
    }
    // In lieu: after a holiday on a Sunday, the next day that is none. Between two holidays: a day off.
    let run = (1..=4).take_while(|back| is_named_holiday(day - back)).any(|back| weekday(day - back) == 0);
    run || (is_named_holiday(day - 1) && is_named_holiday(day + 1))
}

fn is_named_holiday(day: i64) -> bool {
    let Civil { year, month, day: date, .. } = civil(day);
    let monday = |nth: u32| weekday(day) == 1 && date.div_ceil(7) == nth;
    // Good to 2099 (National Astronomical Observatory's rule of thumb).
    let equinox =
        |base: f64| (base + 0.242_194 * f64::from(year - 1980)).floor() - f64::from((year - 1980).div_euclid(4));
    match (month, date) {
        (1, 1) | (2, 11 | 23) | (4, 29) | (5, 3..=5) | (8, 11) | (11, 3 | 23) => true,
        (1 | 10, _) => monday(2),
        (7 | 9, _) if monday(3) => true,
        (3, date) => f64::from(date) == equinox(20.8431),
        (9, date) => f64::from(date) == equinox(23.2488),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chart::When;

    fn on(year: i32, month: u32, date: u32) -> i64 {
        day_of(When::date(year, month, date).unwrap().start.0)
    }

    #[test]
    fn holidays_are_those_of_the_cabinet_office() {
        for (year, days) in [
            (
                2024,
                "0101 0108 0211 0212 0223 0320 0429 0503 0504 0505 0506 0715 0811 0812 0916 0922 0923 1014 1103 1104 1123",
            ),
            (2025, "0101 0113 0211 0223 0224 0320 0429 0503 0504 0505 0506 0721 0811 0915 0923 1013 1103 1123 1124"),
            (2026, "0101 0112 0211 0223 0320 0429 0503 0504 0505 0506 0720 0811 0921 0922 0923 1012 1103 1123"),
        ] {
            let all = (on(year, 1, 1)..on(year + 1, 1, 1)).filter(|day| is_holiday(*day));
            let told = all.map(|day| {
                let Civil { month, day, .. } = civil(day);
                format!("{month:02}{day:02}")
            });
            assert_eq!(told.collect::<Vec<_>>().join(" "), days, "{year}");
        }
        assert_eq!([weekday(on(2026, 11, 22)), weekday(on(2026, 11, 23))], [0, 1]);
        assert!(is_restful(on(2026, 12, 30)) && is_restful(on(2026, 8, 14)) && !is_restful(on(2026, 11, 24)));
    }
}
