//! When what is read back, and how far a round is. Pure.
//!
//! A round goes over every object of every manifest there was when it began. It goes on where it stood after a restart, and while a disk is
//! away it waits. Only a round in which nothing was wrong says that the place holds the vault.

use chart::Moment;
use serde::{Deserialize, Serialize};

use crate::custody::rules::HELD_DAYS;

/// Between two looks, minutes.
pub const EVERY_MINUTES: i64 = 1;
/// What is read of one place in one look at least, and at most, bytes: a small vault comes round in minutes, a large one is never more than
/// a burden to its disk.
const SLICE_MIN: u64 = 8 << 20;
const SLICE_MAX: u64 = 1 << 30;
/// A round is over in a part of the days it may take, so that a disk that is in now and then comes round too.
const SHARE: i64 = 3;
/// From the beginning of one round to that of the next at least, minutes: more would only wear the disk.
const BETWEEN_MINUTES: i64 = 24 * 60;
/// Objects found wrong that are kept in mind, and said, in one round.
pub const WRONG_MAX: usize = 100;

/// How far the reading of one place is; kept in the home after every look.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Round {
    /// Where it goes round: a place registered anew under an old name is begun anew.
    pub place: String,
    /// The last manifest of the round; 0 while none is going on.
    pub upto: u32,
    /// When it, or the last one, began, milliseconds.
    pub began: i64,
    /// The manifest that is at hand, from 1.
    pub number: u32,
    /// Which of its objects, from 0.
    pub object: u32,
    /// The next byte of that.
    pub at: u64,
    /// Bytes read so far, of all that there were.
    pub read: u64,
    /// See `read`.
    pub total: u64,
    /// Hash of the manifest before the one at hand, hexadecimal; empty where that was not read.
    pub previous: String,
    /// What was wrong in this round, by object.
    pub wrong: Vec<String>,
    /// What was wrong in the round before, and was told then.
    pub told: Vec<String>,
}

impl Round {
    /// Whether a new round is to begin; at once where the last one began in the future, by a clock that was ahead.
    pub fn is_due(&self, now: Moment) -> bool {
        self.upto == 0 && !(0..BETWEEN_MINUTES).contains(&Moment(self.began).minutes_until(now))
    }

    /// A new round over so many manifests and bytes. What was wrong before is kept in mind unless the place was found whole meanwhile.
    pub fn begin(self, upto: u32, total: u64, whole: Option<Moment>, now: Moment) -> Round {
        let mended = whole.is_some_and(|whole| whole.0 > self.began);
        let told = if mended { Vec::new() } else { self.wrong };
        Round { place: self.place, upto, began: now.0, number: 1, total, told, ..Round::default() }
    }

    /// How much of it is to be read in one look, bytes.
    pub fn slice(&self) -> u64 {
        let looks = (HELD_DAYS * 24 * 60 / SHARE / EVERY_MINUTES).max(1);
        (self.total / looks.unsigned_abs()).clamp(SLICE_MIN, SLICE_MAX)
    }

    /// Everything was read.
    pub fn is_done(&self) -> bool {
        self.upto > 0 && self.number > self.upto
    }

    /// On to the next object of the manifest at hand.
    pub fn next_object(&mut self) {
        (self.object, self.at) = (self.object + 1, 0);
    }

    /// On to the next manifest; with the hash of the one that was at hand.
    pub fn next_manifest(&mut self, hash: Option<String>) {
        self.previous = hash.unwrap_or_default();
        (self.number, self.object, self.at) = (self.number + 1, 0, 0);
    }

    /// Something is wrong with an object. True when that is to be told: once, and of no more objects than anybody reads.
    pub fn found_wrong(&mut self, object: &str) -> bool {
        let known = self.wrong.iter().any(|known| known == object);
        if known || self.wrong.len() >= WRONG_MAX {
            return false;
        }
        self.wrong.push(object.to_owned());
        !self.told.iter().any(|told| told == object)
    }

    /// The end of a round. True when the place holds everything.
    pub fn end(&mut self) -> bool {
        let whole = self.wrong.is_empty();
        (self.upto, self.number, self.object, self.at) = (0, 0, 0, 0);
        self.told.clear();
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_635_607_800_000;
    const MINUTE: i64 = 60_000;

    #[test]
    fn a_round_begins_a_day_after_the_one_before() {
        let mut round = Round::default();
        assert!(round.is_due(Moment(NOW)), "never read");
        round = round.begin(3, 100, None, Moment(NOW));
        assert!(!round.is_due(Moment(NOW + 9 * BETWEEN_MINUTES * MINUTE)), "one is going on");
        assert!(round.end());
        assert!(!round.is_due(Moment(NOW + (BETWEEN_MINUTES - 1) * MINUTE)));
        assert!(round.is_due(Moment(NOW + BETWEEN_MINUTES * MINUTE)));
        assert!(round.is_due(Moment(NOW - 2 * MINUTE)), "the clock was ahead when it began");
    }

    #[test]
    fn every_byte_comes_by_within_the_days_whatever_the_size() {
        for total in [0, 1, 10 << 20, 300 << 30, 2 << 40] {
            let round = Round { total, ..Round::default() };
            let looks = total.div_ceil(round.slice()) as i64;
            assert!(looks * EVERY_MINUTES <= HELD_DAYS * 24 * 60, "{total}: {looks} looks");
        }
        assert_eq!(Round { total: 1 << 50, ..Round::default() }.slice(), SLICE_MAX);
    }

    #[test]
    fn what_is_wrong_is_told_once_until_the_place_was_whole_again() {
        let begin = |round: Round, whole, at| round.begin(2, 10, whole, Moment(at));
        let mut round = begin(Round::default(), None, NOW);
        assert!(round.found_wrong("a") && !round.found_wrong("a"));
        assert!(!round.end());
        let mut round = begin(round, None, NOW + 1);
        assert!(!round.found_wrong("a") && round.found_wrong("b"));
        assert!(!round.end());
        let mut round = begin(round, Some(Moment(NOW + 2)), NOW + 3);
        assert!(round.found_wrong("a"), "it was mended, and is wrong again");
        let mut many = begin(Round::default(), None, NOW);
        let told = (0..500).filter(|no| many.found_wrong(&no.to_string())).count();
        assert_eq!((told, many.end()), (WRONG_MAX, false));
    }

    #[test]
    fn a_round_is_done_behind_its_last_manifest() {
        let mut round = Round::default().begin(2, 10, None, Moment(NOW));
        round.next_object();
        assert_eq!((round.number, round.object, round.is_done()), (1, 1, false));
        round.next_manifest(Some("x".into()));
        assert_eq!((round.number, round.object, round.previous.as_str(), round.is_done()), (2, 0, "x", false));
        round.next_manifest(None);
        assert!(round.is_done() && round.previous.is_empty());
        assert!(!Round::default().is_done());
    }
}
