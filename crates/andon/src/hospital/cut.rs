//! Up to where the log of a station counts that is no longer the hospital's: of each life of its log the last number, and which event
//! stands there. Whoever holds the lost station's key cannot write more into an earlier life, nor another event under a number that counts.

use std::collections::{BTreeMap, BTreeSet};

use store::{EventHash, LogState, Reader, StationId, StoredEvent};

use crate::event::StationSaid;
use crate::home::Problem;

/// The end of a revoked station's log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// The last life that counts, and its last number.
    pub last: (u32, u64),
    /// Of each life the last number that counts and which event stands there. Older programs told the last life alone, and no event: then
    /// this is empty, and earlier lives count whole.
    lives: BTreeMap<u32, (u64, EventHash)>,
    /// Events under numbers that count which are not those that the named ones build on.
    beside: BTreeSet<EventHash>,
}

impl Cut {
    /// As a revocation says it.
    pub fn of(said: &StationSaid) -> Cut {
        let life = |text: &str| {
            let (life, rest) = text.split_once(':')?;
            let (no, hash) = rest.split_once(':')?;
            let hash = EventHash(vault::hash::from_hex(hash)?.try_into().ok()?);
            Some((life.parse().ok()?, (no.parse().ok()?, hash)))
        };
        let lives = said.recipient.split(' ').filter_map(life).collect();
        Cut { last: (said.incarnation, said.no), lives, beside: BTreeSet::new() }
    }

    /// Looks up what stands here beside the events that the cut names.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn look(&mut self, reader: &Reader, station: StationId) -> Result<(), Problem> {
        for (life, end) in &self.lives {
            self.beside.extend(reader.beside((station, *life), *end)?);
        }
        Ok(())
    }

    /// The last number of a life that counts; 0 for none, `None` for all.
    fn end(&self, life: u32) -> Option<u64> {
        let (last, no) = self.last;
        match self.lives.get(&life) {
            Some((end, _)) => Some(*end),
            None if life == last => Some(no),
            None if life < last && self.lives.is_empty() => None,
            None => Some(0),
        }
    }

    /// Whether an event of the station counts.
    pub fn counts(&self, stored: &StoredEvent) -> bool {
        let of = &stored.envelope;
        self.end(of.incarnation).is_none_or(|end| of.no <= end) && !self.beside.contains(&stored.hash)
    }

    /// How many events of a life that are here do not count.
    pub fn past(&self, log: &LogState) -> u64 {
        let Some(end) = self.end(log.incarnation) else { return 0 };
        let of = |(first, last): &(u64, u64)| last.saturating_sub((*first - 1).max(end));
        log.ranges.iter().map(of).sum()
    }

    /// How many events that are here stand beside those that count.
    pub fn beside(&self) -> u64 {
        self.beside.len() as u64
    }
}

/// What a revocation says of the lives of a log that are here: which event stands last in each, up to a number in the last. A number that
/// stands for two events names none.
///
/// # Errors
/// When the store cannot be read.
pub fn lives(reader: &Reader, station: StationId, (last, no): (u32, u64)) -> Result<String, Problem> {
    let mut lives = Vec::new();
    for log in reader.logs()?.into_iter().filter(|log| log.station == station && log.incarnation <= last) {
        let no = if log.incarnation == last { no } else { log.up_to() };
        if let [hash] = reader.hashes_at((station, log.incarnation), no)?.as_slice() {
            lives.push(format!("{}:{no}:{hash}", log.incarnation));
        }
    }
    Ok(lives.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(recipient: &str) -> StationSaid {
        StationSaid { incarnation: 2, no: 5, recipient: recipient.to_owned(), ..StationSaid::default() }
    }

    fn log(life: u32, ranges: &[(u64, u64)]) -> LogState {
        let (station, ranges) = (StationId([7; 16]), ranges.to_vec());
        let at = chart::Moment(0);
        LogState { station, incarnation: life, ranges, forks: Vec::new(), last_entry: at, received: at }
    }

    #[test]
    fn an_earlier_life_ends_where_it_was_told_to_end() {
        let hash = "ab".repeat(32);
        let cut = Cut::of(&said(&format!("1:40:{hash} 2:5:{hash} nonsense 3:x:{hash}")));
        assert_eq!([1, 2, 3].map(|life| cut.end(life)), [Some(40), Some(5), Some(0)]);
        assert_eq!(cut.past(&log(1, &[(1, 30), (39, 44)])), 4);
        assert_eq!(cut.past(&log(3, &[(1, 2)])), 2);
        let old = Cut::of(&said(""));
        assert_eq!([1, 2, 3].map(|life| old.end(life)), [None, Some(5), Some(0)]);
        assert_eq!(old.past(&log(1, &[(1, 30)])), 0);
    }
}
