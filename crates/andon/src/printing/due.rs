//! When a plan is due. Pure.

use chart::{Moment, Precision, When};

/// The moment of a time of day, `HH:MM`, on the day of `now`; `None` for what is no time.
pub fn at(time: &str, now: Moment) -> Option<Moment> {
    let (hour, minute) = time.split_once(':')?;
    let (hour, minute) = (hour.parse::<u32>().ok()?, minute.parse::<u32>().ok()?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let civil = chart::Civil { hour, minute, second: 0, milli: 0, ..now.civil() };
    When::from_civil(civil, Precision::Minute).map(|when| when.start)
}

/// The last moment up to `now` at which a plan of this time was due.
pub fn last_due(time: &str, now: Moment) -> Option<Moment> {
    let today = at(time, now)?;
    Some(if today <= now { today } else { today.plus_days(-1) })
}

/// How long after a failure it is tried again, minutes: soon at first, then every ten.
pub fn again_minutes(failures: usize) -> i64 {
    [0, 1, 2, 5].get(failures).copied().unwrap_or(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_is_the_last_time_of_day_gone_by() {
        let moment = |text: &str| When::parse(text).unwrap().start;
        let now = moment("202611261759");
        assert_eq!(last_due("18:00", now), Some(moment("202611251800")));
        assert_eq!(last_due("17:59", now), Some(moment("202611261759")));
        assert_eq!(last_due("00:05", now), Some(moment("202611260005")));
        for bad in ["", "18", "24:00", "12:60", "x:y", "-1:00"] {
            assert_eq!(last_due(bad, now), None, "{bad}");
        }
    }
}
