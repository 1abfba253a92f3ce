//! What failed attempts to come in cost: time that grows, for this account from this address, and for this address. Never
//! a lock on an account: an intruder who tries every nurse's name from one machine slows down that machine alone.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chart::Moment;

/// The longest wait of one account from one address, milliseconds: long for guessing, short for a nurse who at last
/// remembers her PIN.
const PAIR_LONGEST: i64 = 60_000;
/// The longest wait of an address, over all accounts, milliseconds.
const ADDRESS_LONGEST: i64 = 30_000;
/// Failures an address has free: a shift types wrongly now and then at one ward's PC.
const ADDRESS_FREE: u32 = 10;
/// After this time without a failure all is forgotten, milliseconds.
const FORGET: i64 = 30 * 60_000;
/// Pairs and addresses kept; beyond, those that failed longest ago are forgotten.
const KEPT_MAX: usize = 20_000;

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Pair(String, IpAddr),
    Address(IpAddr),
}

#[derive(Clone, Copy)]
struct Tally {
    failures: u32,
    last: Moment,
}

/// Failures of late.
#[derive(Default)]
pub struct Failures(Mutex<HashMap<Key, Tally>>);

impl Failures {
    /// How long this account must wait at this address, milliseconds; 0 when it may try now.
    pub fn wait(&self, account: &str, address: IpAddr, now: Moment) -> i64 {
        self.with(|tallies| {
            let of = |key: Key, free, longest| tallies.get(&key).map_or(0, |tally| left(*tally, free, longest, now));
            of(Key::Pair(account.to_owned(), address), 0, PAIR_LONGEST).max(of(
                Key::Address(address),
                ADDRESS_FREE,
                ADDRESS_LONGEST,
            ))
        })
    }

    /// An attempt failed.
    pub fn failed(&self, account: &str, address: IpAddr, now: Moment) {
        self.with(|tallies| {
            if tallies.len() >= KEPT_MAX {
                tallies.retain(|_, tally| now.0 - tally.last.0 < FORGET);
            }
            if tallies.len() >= KEPT_MAX {
                let oldest = tallies.iter().min_by_key(|(_, tally)| tally.last.0).map(|(key, _)| key.clone());
                oldest.map(|key| tallies.remove(&key));
            }
            for key in [Key::Pair(account.to_owned(), address), Key::Address(address)] {
                let tally = tallies.entry(key).or_insert(Tally { failures: 0, last: now });
                let forgotten = now.0 - tally.last.0 >= FORGET;
                *tally = Tally { failures: if forgotten { 1 } else { tally.failures.saturating_add(1) }, last: now };
            }
        });
    }

    /// An attempt succeeded: this account at this address starts afresh. The address does not: one account of one's own
    /// must not buy guesses at others.
    pub fn passed(&self, account: &str, address: IpAddr) {
        self.with(|tallies| tallies.remove(&Key::Pair(account.to_owned(), address)));
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Key, Tally>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is left of a wait that doubles with each failure beyond those free, from one second on.
fn left(tally: Tally, free: u32, longest: i64, now: Moment) -> i64 {
    let Some(beyond) = tally.failures.checked_sub(free + 1) else { return 0 };
    let wait = 1000_i64.checked_shl(beyond.min(20)).unwrap_or(longest).min(longest);
    (tally.last.0 + wait - now.0).clamp(0, longest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [192, 0, 2, last].into()
    }

    #[test]
    fn a_pair_waits_longer_each_time_and_no_longer_than_its_limit() {
        let failures = Failures::default();
        let mut now = Moment(0);
        let mut waits = Vec::new();
        for _ in 0..9 {
            failures.failed("n01", address(1), now);
            let wait = failures.wait("n01", address(1), now);
            waits.push(wait / 1000);
            now.0 += wait;
            assert_eq!(failures.wait("n01", address(1), now), 0);
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
        failures.passed("n01", address(1));
        failures.failed("n01", address(1), now);
        assert_eq!(failures.wait("n01", address(1), now), 1000);
    }

    #[test]
    fn an_intruder_who_tries_everybody_slows_down_himself_alone() {
        let failures = Failures::default();
        for no in 0..1_000 {
            failures.failed(&format!("n{no}"), address(66), Moment(no));
        }
        let now = Moment(1_000);
        assert_eq!(failures.wait("n1", address(1), now), 0);
        assert!(failures.wait("never tried", address(66), now) > 20_000);
    }

    #[test]
    fn a_few_slips_of_a_ward_cost_its_pc_nothing() {
        let failures = Failures::default();
        for no in 0..ADDRESS_FREE {
            failures.failed(&format!("n{no}"), address(1), Moment(0));
        }
        assert_eq!(failures.wait("other", address(1), Moment(0)), 0);
    }

    #[test]
    fn memory_has_a_limit_and_time_forgets() {
        let failures = Failures::default();
        for no in 0..(KEPT_MAX as i64 + 500) {
            failures.failed(&format!("n{no}"), address(1), Moment(no));
        }
        assert!(failures.with(|tallies| tallies.len()) <= KEPT_MAX + 2);
        let late = Moment(KEPT_MAX as i64 + 500 + FORGET);
        failures.failed("n9", address(1), late);
        assert_eq!(failures.wait("n9", address(1), late), 1000);
    }
}
