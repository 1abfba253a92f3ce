//! Units that are looked at again out of turn: because something points at them, or because they had news of late.

use std::collections::VecDeque;

use chart::Moment;

use super::scan::Depth;

/// A record of the log whose files are not there yet is followed this long, milliseconds.
const FOLLOW_MILLIS: i64 = 60_000;
/// First wait before a followed folder is asked again, milliseconds; each next one is twice as long until there is news.
const FOLLOW_FIRST_MILLIS: i64 = 250;
/// Patients with news of late looked at in one tick.
const HOT_A_TICK: usize = 100;
/// Patients remembered as having news of late.
const HOT_PATIENTS: usize = 2000;
/// A patient with news is looked at again after the first of these, milliseconds; each next wait is twice as long, up to the last.
const HOT: (i64, i64) = (500, 8000);
/// The same beside a transaction storage, which says by itself what is new.
const HOT_WITH_LOG: (i64, i64) = (4000, 64_000);

/// A unit, with the number of its tree.
pub(super) type Unit = (usize, Vec<u8>);

/// Why a unit is looked at out of turn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Want {
    /// When it is looked at next.
    pub due: Moment,
    /// Followed until then; 0 = once.
    until: Moment,
    wait_millis: i64,
    /// Files that records announced and that have not come, as it seems.
    awaited: u32,
    /// How to look next. What a record announces may be a file rewritten in place in an old folder, which a deep look alone finds; it costs
    /// a question for every file of the patient.
    pub depth: Depth,
}

impl Want {
    /// One look.
    pub fn once(due: Moment, depth: Depth) -> Want {
        Want { due, until: Moment::default(), wait_millis: 0, awaited: 0, depth }
    }

    /// A record announces a file: looks until it has come, and a last one after a minute. `before` is what was wanted already.
    pub fn follow(now: Moment, before: Option<&Want>) -> Want {
        let awaited = before.map_or(0, |want| want.awaited) + 1;
        let until = Moment(now.0 + FOLLOW_MILLIS);
        Want { due: now, until, wait_millis: FOLLOW_FIRST_MILLIS, awaited, depth: Depth::Deep }
    }

    /// Looked at no later than then, so deeply at least; who is followed is looked at deeply the next time.
    pub fn by(&mut self, due: Moment, depth: Depth) {
        if due < self.due {
            (self.due, self.depth) = (due, depth);
        } else if depth == Depth::Deep {
            self.depth = depth;
        }
    }

    /// So many files have come, here or in another tree.
    pub fn answer(&mut self, files: u32) {
        if (1..=files).contains(&self.awaited) {
            self.due = self.until;
        }
        self.awaited = self.awaited.saturating_sub(files);
    }

    /// After a look: when to look next. False when that was the last time.
    pub fn goes_on(&mut self, news: bool, now: Moment) -> bool {
        let was_last = self.due >= self.until;
        self.depth = Depth::Deep;
        self.wait_millis = if news { FOLLOW_FIRST_MILLIS } else { self.wait_millis * 2 };
        let next = Moment((now.0 + self.wait_millis).min(self.until.0));
        self.due = if self.awaited == 0 { self.until } else { next };
        !was_last
    }
}

/// Patients with news of late, the latest first.
#[derive(Debug)]
pub(super) struct Hot {
    waiting: VecDeque<Waiting>,
    first_millis: i64,
    last_millis: i64,
}

#[derive(Debug)]
struct Waiting {
    unit: Unit,
    due: Moment,
    wait_millis: i64,
}

impl Hot {
    /// Nobody yet; beside a transaction storage or without.
    pub fn new(with_log: bool) -> Hot {
        let (first_millis, last_millis) = if with_log { HOT_WITH_LOG } else { HOT };
        Hot { waiting: VecDeque::new(), first_millis, last_millis }
    }

    /// Something new was found there.
    pub fn news(&mut self, unit: Unit, now: Moment) {
        self.waiting.retain(|waiting| waiting.unit != unit);
        let (due, wait_millis) = (Moment(now.0 + self.first_millis), self.first_millis);
        self.waiting.push_front(Waiting { unit, due, wait_millis });
        self.waiting.truncate(HOT_PATIENTS);
    }

    /// Whom to look at in this tick; each waits twice as long then.
    pub fn due(&mut self, now: Moment) -> Vec<Unit> {
        let due = self.waiting.iter_mut().filter(|waiting| waiting.due <= now).take(HOT_A_TICK);
        let next = due.map(|waiting| {
            waiting.wait_millis = (waiting.wait_millis * 2).min(self.last_millis);
            waiting.due = Moment(now.0 + waiting.wait_millis);
            waiting.unit.clone()
        });
        next.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moments at which a unit is looked at; news come with the look of this number.
    fn looks(mut want: Want, news_at: Option<usize>) -> Vec<i64> {
        let mut looks = Vec::new();
        loop {
            let now = want.due;
            looks.push(now.0);
            let news = news_at == Some(looks.len());
            let goes_on = want.goes_on(news, now);
            want.answer(u32::from(news));
            if !goes_on {
                return looks;
            }
        }
    }

    #[test]
    fn a_record_is_followed_until_it_is_answered_and_looked_for_once_more_at_the_end() {
        let one = Want::follow(Moment(0), None);
        let unanswered = looks(one, None);
        assert_eq!(unanswered[..3], [0, 500, 1500]);
        assert_eq!(unanswered.last(), Some(&FOLLOW_MILLIS));
        assert_eq!(looks(one, Some(1)), [0, FOLLOW_MILLIS]);
        assert_eq!(looks(one, Some(2)), [0, 500, FOLLOW_MILLIS]);
        let two = looks(Want::follow(Moment(0), Some(&one)), Some(1));
        assert_eq!(two[..2], [0, FOLLOW_FIRST_MILLIS], "the second of two is still waited for: {two:?}");
        assert!(two.len() > 5 && two.last() == Some(&FOLLOW_MILLIS), "{two:?}");
    }

    #[test]
    fn who_is_waited_for_elsewhere_is_looked_at_again_as_soon_as_another_reason_asks() {
        let mut want = Want::follow(Moment(0), None);
        want.goes_on(true, Moment(0));
        want.answer(1);
        want.by(Moment(2000), Depth::Light);
        assert_eq!(looks(want, None), [2000, FOLLOW_MILLIS]);
        let mut once = Want::once(Moment(2000), Depth::Light);
        once.answer(1);
        assert_eq!(looks(once, None), [2000], "what another tree brought is no reason to look here sooner");
    }

    #[test]
    fn one_look_is_one() {
        let once = Want::once(Moment(5), Depth::Deep);
        assert_eq!(looks(once, None), [5]);
        assert_eq!(looks(once, Some(1)), [5]);
    }

    #[test]
    fn what_a_record_announces_is_looked_for_deeply_and_another_reason_changes_that_for_one_look() {
        let mut want = Want::follow(Moment(5), None);
        assert_eq!(want.depth, Depth::Deep, "it may stand in the folder of an old day");
        want.by(Moment(5), Depth::Light);
        assert_eq!(want.depth, Depth::Deep, "no reason makes the same look less deep");
        want.by(Moment(0), Depth::Light);
        assert_eq!(want.depth, Depth::Light);
        let mut overdue = want;
        overdue.by(Moment(9), Depth::Deep);
        assert_eq!(
            (overdue.due, overdue.depth),
            (Moment(0), Depth::Deep),
            "word of a file rewritten in place is not lost"
        );
        want.goes_on(false, Moment(0));
        assert_eq!(want.depth, Depth::Deep);
    }

    #[test]
    fn several_records_are_answered_by_as_many_files_in_one_look_or_more() {
        let three = (0..2).fold(Want::follow(Moment(0), None), |want, _| Want::follow(Moment(0), Some(&want)));
        let after = |files: &[u32]| {
            let mut want = three;
            want.goes_on(true, Moment(0));
            files.iter().for_each(|files| want.answer(*files));
            want.due.0
        };
        assert_eq!((after(&[3]), after(&[2, 1]), after(&[9])), (FOLLOW_MILLIS, FOLLOW_MILLIS, FOLLOW_MILLIS));
        assert_eq!(after(&[2]), FOLLOW_FIRST_MILLIS, "the third is still waited for");
    }

    #[test]
    fn who_had_news_is_looked_at_less_and_less_but_never_more_than_the_last_wait_apart() {
        let mut hot = Hot::new(false);
        hot.news((0, b"a".to_vec()), Moment(0));
        let at: Vec<i64> = (0..=60_000).step_by(500).filter(|now| !hot.due(Moment(*now)).is_empty()).collect();
        assert_eq!(at[..5], [500, 1500, 3500, 7500, 15_500]);
        assert!(at.windows(2).all(|pair| pair[1] - pair[0] <= HOT.1), "{at:?}");
        hot.news((0, b"a".to_vec()), Moment(60_000));
        assert_eq!(hot.due(Moment(60_500)).len(), 1);
    }
}
