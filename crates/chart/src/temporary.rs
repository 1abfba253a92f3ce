//! Numbers of temporary patients (仮患者): who is treated while the EMR can give nobody a number. Pure.
//!
//! A number is `9`, then zeros as far as the width asks, six digits of the station's id, two of the life of its log and five that
//! count: digits alone, so that a numeric keypad types it and every analyser's bar code says it.
//!
//! **Never an EMR's.** It is at least [`SPARE`] digits longer than the longest number in the copy, and begins with `9`, so that no
//! zero is dropped; the same digits of an EMR would still be another patient, because the authority differs.
//!
//! **Never another station's.** Nobody is asked. The authority holds the whole id of the station (128 random bits), so the pair
//! (authority, number) of two stations is never equal whatever their digits are. Of one station a life counts each number once, and
//! a restored or copied home begins a new life, whose two digits differ. The digits alone of two stations are equal once in
//! 1,000,000 pairs of stations (one hospital of 20 stations: 0.02 %), and then both patients are shown and neither is taken.

use serde::{Deserialize, Serialize};

use crate::fact::PatientId;

/// Digits of a number, unless the hospital's own are long.
const WIDTH_LEAST: usize = 14;
/// Digits by which a number is longer than the longest of the EMR: a site's check digits, at most two, are typed behind those.
pub const SPARE: usize = 3;
/// Digits of a number at most: what one-dimensional codes on a tube hold.
const WIDTH_MOST: usize = 24;
/// Numbers of one life of a log: five digits.
pub const SERIAL_MOST: u32 = 99_999;
/// Lives of a log that have two digits.
pub const LIFE_MOST: u32 = 99;
/// Digits that say station, life and running number.
const TAIL: usize = 13;
/// Stands in the authority between the hospital's and the station's id.
const MARK: &str = "-TEMP-";
/// Hexadecimal digits of a station's id.
const STATION: usize = 32;

/// Numbers that a station took at once; none of them is ever taken again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The hospital's authority.
    pub authority: String,
    /// The station's id, 32 hexadecimal digits.
    pub station: String,
    /// Life of the station's log.
    pub life: u32,
    /// Digits of each number.
    pub width: u32,
    /// The first running number, from 1.
    pub first: u32,
    /// How many.
    pub count: u32,
}

/// How many digits numbers have where the longest of the EMR has so many characters; `None` where none is long enough.
pub fn width(longest: usize) -> Option<u32> {
    let width = WIDTH_LEAST.max(longest.checked_add(SPARE)?);
    u32::try_from(width).ok().filter(|width| *width as usize <= WIDTH_MOST)
}

impl Block {
    /// A block, where its numbers can be said: `None` for an id that is none, or for more lives or numbers than have digits.
    pub fn checked(self) -> Option<Block> {
        let last = self.first.checked_add(self.count.checked_sub(1)?)?;
        let counted = self.first >= 1 && last <= SERIAL_MOST && self.life <= LIFE_MOST;
        let wide = (WIDTH_LEAST..=WIDTH_MOST).contains(&(self.width as usize));
        (counted && wide && station_digits(&self.station).is_some()).then_some(self)
    }

    /// Its patients, in order.
    pub fn patients(&self) -> Vec<PatientId> {
        let Some(station) = station_digits(&self.station) else { return Vec::new() };
        let zeros = "0".repeat((self.width as usize).saturating_sub(1 + TAIL));
        let number = |serial| format!("9{zeros}{station:06}{:02}{serial:05}", self.life);
        let numbers = (self.first..self.first.saturating_add(self.count)).map(number);
        numbers.map(|id| PatientId { authority: self.authority(), id }).collect()
    }

    /// The authority of its numbers.
    pub fn authority(&self) -> String {
        format!("{}{MARK}{}", self.authority, self.station)
    }
}

/// Six digits of a station's id.
fn station_digits(station: &str) -> Option<u128> {
    let id = u128::from_str_radix(station, 16).ok().filter(|_| station.len() == STATION);
    Some(id? % 1_000_000)
}

/// True for the authority of temporary numbers.
pub fn is_authority(authority: &str) -> bool {
    let station = authority.rsplit_once(MARK).map(|(_, station)| station);
    station.is_some_and(|station| station.len() == STATION && station.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// True for digits that a temporary number may have: only then is it worth asking who took it.
pub fn may_be(number: &str) -> bool {
    let wide = (WIDTH_LEAST..=WIDTH_MOST).contains(&number.len());
    wide && number.starts_with('9') && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::check_digit::{Typed, confirmation, typed};

    fn block(station: u128, life: u32, width: u32, first: u32, count: u32) -> Block {
        Block { authority: "self".into(), station: format!("{station:032x}"), life, width, first, count }
    }

    #[test]
    fn a_number_is_digits_that_the_hospital_does_not_have() {
        let two = block(0x0f1e << 64, 1, 14, 20, 2).checked().unwrap().patients();
        assert_eq!(two[0].id, "97539200100020");
        assert_eq!(two[1].id, "97539200100021");
        assert!(is_authority(&two[0].authority) && !is_authority("self") && !is_authority("self-TEMP-1"));
        let wide = block(7, 99, 17, 99_999, 1).checked().unwrap().patients();
        assert_eq!(wide[0].id, "90000000079999999");
        assert!(may_be(&wide[0].id) && !may_be("0004821") && !may_be("97539200A00020"));
        for (longest, digits) in [(0, Some(14)), (10, Some(14)), (12, Some(15)), (21, Some(24)), (22, None)] {
            assert_eq!(width(longest), digits, "{longest}");
        }
        for none in [(1, 100, 14, 1, 1), (1, 1, 13, 1, 1), (1, 1, 14, 0, 1), (1, 1, 14, 1, 0), (1, 1, 14, 99_999, 2)] {
            assert_eq!(block(none.0, none.1, none.2, none.3, none.4).checked(), None, "{none:?}");
        }
        assert_eq!(Block { station: "x".into(), ..block(1, 1, 14, 1, 1) }.checked(), None);
    }

    /// A station and the lives that its home, its copies and restored copies went through, each taking blocks of its own.
    #[derive(Clone, Debug)]
    struct Taken {
        station: u128,
        life: u32,
        blocks: Vec<u32>,
    }

    fn stations() -> impl Strategy<Value = Vec<Taken>> {
        let taken = (0u128..4, 1u32..=3, prop::collection::vec(1u32..40, 0..4));
        // Ids that share their six digits are among them: the argument may not rest on chance.
        let taken = taken.prop_map(|(at, life, blocks)| Taken { station: 17 + at * 1_000_000, life, blocks });
        prop::collection::vec(taken, 0..8).prop_map(|mut all| {
            // One station has one log of each life: a copy that is used begins another.
            all.sort_by_key(|one| (one.station, one.life));
            all.dedup_by_key(|one| (one.station, one.life));
            all
        })
    }

    proptest! {
        #[test]
        fn no_two_blocks_of_any_stations_lives_and_copies_share_a_patient(all in stations(), longest in 0usize..20) {
            let mut seen = BTreeSet::new();
            let mut digits: BTreeSet<(u128, String)> = BTreeSet::new();
            for one in &all {
                let mut first = 1;
                for count in &one.blocks {
                    let block = block(one.station, one.life, width(longest).unwrap(), first, *count).checked().unwrap();
                    first += count;
                    for patient in block.patients() {
                        prop_assert!(patient.id.len() >= longest + SPARE && may_be(&patient.id));
                        let check = confirmation(&patient.id).unwrap();
                        prop_assert_eq!(typed(&format!("{}-{check}", patient.id)), Typed::Confirmed(patient.id.clone()));
                        prop_assert!(digits.insert((one.station, patient.id.clone())), "one station, one number");
                        prop_assert!(seen.insert(patient));
                    }
                }
            }
        }
    }
}
