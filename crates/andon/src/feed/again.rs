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
const HOT_FIRST_MILLIS: i64 = 500;
const HOT_LAST_MILLIS: i64 = 8000;

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
    /// What the record announced has come, as it seems: the looks between are light, and the last one is deep again.
    answered: bool,
}

impl Want {
    /// One deep look.
    pub fn once(due: Moment) -> Want {
        Want { due, until: Moment::default(), wait_millis: 0, answered: false }
    }

    /// Looks until what a record announces has come, and a last one after a minute.
    pub fn follow(now: Moment) -> Want {
        Want { due: now, until: Moment(now.0 + FOLLOW_MILLIS), wait_millis: FOLLOW_FIRST_MILLIS, answered: false }
    }

    /// A file rewritten in place in an old folder is found by a deep look only; it costs a question for every file of the patient.
    pub fn depth(&self) -> Depth {
        if self.answered && self.due < self.until { Depth::Light } else { Depth::Deep }
    }

    /// What was announced has come, here or in another tree.
    pub fn answer(&mut self) {
        self.answered = true;
    }

    /// After a look: when to look next. False when that was the last time.
    pub fn goes_on(&mut self, news: bool, now: Moment) -> bool {
        let was_last = self.due >= self.until;
        self.answered |= news;
        self.wait_millis = if news { FOLLOW_FIRST_MILLIS } else { self.wait_millis * 2 };
        self.due = Moment((now.0 + self.wait_millis).min(self.until.0));
        !was_last
    }
}

/// Patients with news of late, the latest first.
#[derive(Debug, Default)]
pub(super) struct Hot(VecDeque<Waiting>);

#[derive(Debug)]
struct Waiting {
    unit: Unit,
    due: Moment,
    wait_millis: i64,
}

impl Hot {
    /// Something new was found there.
    pub fn news(&mut self, unit: Unit, now: Moment) {
        self.0.retain(|waiting| waiting.unit != unit);
        let (due, wait_millis) = (Moment(now.0 + HOT_FIRST_MILLIS), HOT_FIRST_MILLIS);
        self.0.push_front(Waiting { unit, due, wait_millis });
        self.0.truncate(HOT_PATIENTS);
    }

    /// Whom to look at in this tick; each waits twice as long then.
    pub fn due(&mut self, now: Moment) -> Vec<Unit> {
        let due = self.0.iter_mut().filter(|waiting| waiting.due <= now).take(HOT_A_TICK);
        let next = due.map(|waiting| {
            waiting.wait_millis = (waiting.wait_millis * 2).min(HOT_LAST_MILLIS);
            waiting.due = Moment(now.0 + waiting.wait_millis);
            waiting.unit.clone()
        });
        next.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moments at which a followed unit is looked at, and how; news come with the look of this number.
    fn looks(news_at: Option<usize>) -> Vec<(i64, Depth)> {
        let (mut want, mut looks) = (Want::follow(Moment(0)), Vec::new());
        loop {
            let now = want.due;
            looks.push((now.0, want.depth()));
            if !want.goes_on(news_at == Some(looks.len()), now) {
                return looks;
            }
        }
    }

    #[test]
    fn a_record_is_followed_deeply_until_it_is_answered_and_once_more_at_the_end() {
        let unanswered = looks(None);
        assert!(unanswered.iter().all(|(_, depth)| *depth == Depth::Deep), "{unanswered:?}");
        let answered = looks(Some(1));
        let deep: Vec<i64> = answered.iter().filter(|(_, depth)| *depth == Depth::Deep).map(|(at, _)| *at).collect();
        assert_eq!(deep, [0, FOLLOW_MILLIS], "{answered:?}");
        assert_eq!(answered.get(1).map(|(at, _)| *at), Some(FOLLOW_FIRST_MILLIS));
        assert!(answered.len() <= 11, "{answered:?}");
    }

    #[test]
    fn one_look_is_one() {
        let mut want = Want::once(Moment(5));
        assert_eq!(want.depth(), Depth::Deep);
        assert!(!want.goes_on(true, Moment(9)));
    }

    #[test]
    fn who_had_news_is_looked_at_less_and_less_but_never_more_than_the_last_wait_apart() {
        let mut hot = Hot::default();
        hot.news((0, b"a".to_vec()), Moment(0));
        let at: Vec<i64> = (0..=60_000).step_by(500).filter(|now| !hot.due(Moment(*now)).is_empty()).collect();
        assert_eq!(at[..5], [500, 1500, 3500, 7500, 15_500]);
        assert!(at.windows(2).all(|pair| pair[1] - pair[0] <= HOT_LAST_MILLIS), "{at:?}");
        hot.news((0, b"a".to_vec()), Moment(60_000));
        assert_eq!(hot.due(Moment(60_500)).len(), 1);
    }
}
