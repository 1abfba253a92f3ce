//! The hybrid logical clock of a log: never goes back, and is not dragged ahead by somebody's wrong clock.
//!
//! Kulkarni et al., "Logical Physical Clocks" (2014), in 64 bits: 48 of milliseconds since 1970, 16 of counter.

use chart::Moment;

/// A clock further ahead than this is flagged and does not move ours (design §2, *Fold order*), minutes.
pub const GUARD_MINUTES: i64 = 10;

const COUNTER_BITS: u32 = 16;

/// Reading of a clock on the wall as the low end of its millisecond.
fn wall(now: Moment) -> u64 {
    (now.0.clamp(0, (1 << 47) - 1) as u64) << COUNTER_BITS
}

/// The next reading after `last`, with `now` on our wall.
pub fn tick(last: u64, now: Moment) -> u64 {
    last.saturating_add(1).max(wall(now))
}

/// Our reading after seeing another station's `seen`; `None` when that clock is more than ten minutes ahead of our
/// wall: the caller flags it, and ours stays.
pub fn observe(last: u64, seen: u64, now: Moment) -> Option<u64> {
    let limit = wall(Moment(now.0.saturating_add(GUARD_MINUTES * 60_000)));
    (seen <= limit).then(|| tick(last.max(seen), now))
}

/// How many minutes a reading runs ahead of our wall; more than [`GUARD_MINUTES`] is shown in red.
pub fn minutes_ahead(reading: u64, now: Moment) -> i64 {
    now.minutes_until(Moment((reading >> COUNTER_BITS) as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    const T: Moment = Moment(1_635_607_800_000);

    #[test]
    fn never_goes_back_and_counts_within_a_millisecond() {
        let first = tick(0, T);
        assert_eq!(first >> 16, T.0 as u64);
        assert_eq!(tick(first, T), first + 1);
        assert_eq!(tick(first, Moment(T.0 - 3_600_000)), first + 1);
        assert_eq!(tick(first, Moment(-1)), first + 1);
    }

    #[test]
    fn a_clock_ten_minutes_ahead_does_not_move_ours() {
        let ours = tick(0, T);
        let at = |minutes: i64| tick(0, Moment(T.0 + minutes * 60_000));
        assert_eq!(observe(ours, at(10), T), Some(at(10) + 1));
        assert_eq!(observe(ours, at(11), T), None);
        assert_eq!(observe(ours, at(-60), T), Some(ours + 1));
        assert_eq!(minutes_ahead(at(25), T), 25);
    }
}
