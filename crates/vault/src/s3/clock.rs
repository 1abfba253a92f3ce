//! Whether the receiver's clock is to be believed. Pure: it takes readings and judges them.
//!
//! A lock ends by the server's clock. Who can set that clock forward ends every lock, and who can set ours forward lets
//! us expire what must stay. So both are read together, and where they part, or one of them jumped since the last reading,
//! nothing is expired until a person has looked.

/// The two clocks may part by so much, ms; as the clock of another station may.
pub const APART_MAX: i64 = 10 * 60 * 1000;

/// The two clocks at one moment, milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The server's.
    pub server: i64,
    /// Ours.
    pub own: i64,
}

/// What a reading tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both go, and go together.
    Steady,
    /// They part; by so many milliseconds is the server ahead.
    Apart(i64),
    /// The server's clock went back since the last reading, by so many milliseconds.
    ServerBack(i64),
    /// Ours went back since the last reading, by so many milliseconds.
    OwnBack(i64),
    /// Since the last reading the server's clock went on by so many milliseconds more than ours.
    Jumped(i64),
}

impl Verdict {
    /// Judges a reading after the last one that was kept, if there is one.
    pub fn of(last: Option<Reading>, now: Reading) -> Verdict {
        let apart = now.server.saturating_sub(now.own);
        if let Some(last) = last {
            let server = now.server.saturating_sub(last.server);
            let own = now.own.saturating_sub(last.own);
            // Servers tell whole seconds, so a few back is nothing.
            if server < -APART_MAX / 10 {
                return Verdict::ServerBack(-server);
            }
            if own < -APART_MAX / 10 {
                return Verdict::OwnBack(-own);
            }
            let more = server.saturating_sub(own);
            if more.saturating_abs() > APART_MAX {
                return Verdict::Jumped(more);
            }
        }
        if apart.saturating_abs() > APART_MAX { Verdict::Apart(apart) } else { Verdict::Steady }
    }

    /// Whether anything may be expired by this reading. Locks are set and moved away whatever the clocks do.
    pub fn may_expire(self) -> bool {
        self == Verdict::Steady
    }
}

/// Whether what was to be kept until `until` may go: only by steady clocks, and by the slower of the two.
pub fn over(verdict: Verdict, now: Reading, until: i64) -> bool {
    verdict.may_expire() && now.server.min(now.own) > until
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{APART_MAX, Reading, Verdict, over};

    const HOUR: i64 = 3_600_000;
    const DAY: i64 = 24 * HOUR;

    fn at(server: i64, own: i64) -> Reading {
        Reading { server, own }
    }

    #[test]
    fn a_clock_that_jumps_stops_expiry_and_is_named() {
        let last = at(100 * DAY, 100 * DAY + 20_000);
        let table = [
            (at(101 * DAY, 101 * DAY), Verdict::Steady),
            (at(100 * DAY - 2000, 100 * DAY + 20_000), Verdict::Steady),
            (at(465 * DAY, 101 * DAY), Verdict::Jumped(364 * DAY + 20_000)),
            (at(101 * DAY, 465 * DAY), Verdict::Jumped(-364 * DAY + 20_000)),
            (at(99 * DAY, 101 * DAY), Verdict::ServerBack(DAY)),
            (at(101 * DAY, 99 * DAY), Verdict::OwnBack(DAY + 20_000)),
        ];
        for (now, verdict) in table {
            assert_eq!(Verdict::of(Some(last), now), verdict, "{now:?}");
            assert_eq!(over(verdict, now, 50 * DAY), verdict == Verdict::Steady, "{now:?}");
        }
        assert_eq!(Verdict::of(None, at(DAY + HOUR, DAY)), Verdict::Apart(HOUR));
    }

    proptest! {
        /// Whoever sets one clock forward expires nothing.
        #[test]
        fn one_clock_alone_ends_no_lock(jump in 2 * APART_MAX..10_000 * DAY, since in 0..30 * DAY, ours: bool) {
            let last = at(1000 * DAY, 1000 * DAY);
            let (server, own) = if ours { (since, since + jump) } else { (since + jump, since) };
            let now = at(last.server + server, last.own + own);
            let verdict = Verdict::of(Some(last), now);
            prop_assert!(!over(verdict, now, last.server + since + 1));
        }
    }
}
