//! Whether the receiver's clock is to be believed. Pure: it takes readings and judges them.
//!
//! A lock ends by the server's clock. Who can set that clock forward ends every lock, and who sets it back has new locks end
//! early. So both clocks are read together; where they part, or one of them jumped since the last reading, people are told,
//! every lock is moved away at once, and the later of the two counts. Nothing is ever deleted by a clock.

use super::time::DAY;

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

    /// In two words for the log: what, and by how many milliseconds.
    pub fn words(self) -> String {
        match self {
            Verdict::Steady => "clock:steady".to_owned(),
            Verdict::Apart(by) => format!("clock:apart:{by}"),
            Verdict::ServerBack(by) => format!("clock:server-back:{by}"),
            Verdict::OwnBack(by) => format!("clock:own-back:{by}"),
            Verdict::Jumped(by) => format!("clock:jumped:{by}"),
        }
    }
}

/// Until when to lock for so many days: by the server's clock, which ends the lock, and where ours is ahead of it by ours, so that a clock
/// that was set back makes no lock short. A clock of ours that is far ahead makes it at most twice as long: nobody can take that back.
pub fn until(now: Reading, days: u32) -> i64 {
    let keep = i64::from(days) * DAY;
    now.server.saturating_add(keep).saturating_add(now.own.saturating_sub(now.server).clamp(0, keep))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{APART_MAX, DAY, Reading, Verdict, until};

    const HOUR: i64 = 3_600_000;

    fn at(server: i64, own: i64) -> Reading {
        Reading { server, own }
    }

    #[test]
    fn a_clock_that_jumps_is_named() {
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
        }
        assert_eq!(Verdict::of(None, at(DAY + HOUR, DAY)), Verdict::Apart(HOUR));
    }

    proptest! {
        /// Whoever sets one clock makes no lock shorter by either clock, and none longer than twice as long.
        #[test]
        fn a_clock_that_was_set_shortens_no_lock(server in 0..2000 * DAY, own in 0..2000 * DAY, days in 1u32..400) {
            let (now, keep) = (at(server, own), i64::from(days) * DAY);
            let until = until(now, days);
            prop_assert!(until >= server + keep && until <= server + 2 * keep);
            prop_assert!(own - server > keep || until >= own + keep);
        }

        /// Whoever sets one clock is seen, whichever it is.
        #[test]
        fn one_clock_alone_cannot_jump_unseen(jump in 2 * APART_MAX..10_000 * DAY, since in 0..30 * DAY, ours: bool) {
            let last = at(1000 * DAY, 1000 * DAY);
            let (server, own) = if ours { (since, since + jump) } else { (since + jump, since) };
            prop_assert!(Verdict::of(Some(last), at(last.server + server, last.own + own)) != Verdict::Steady);
        }
    }
}
