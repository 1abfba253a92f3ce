//! Whom a prover picks: some of whom something came last, and others by chance, anew in each run, so that nobody can prepare for it.
//! Pure: one pass over whose entries come by, with as many people in memory as are wanted.

use std::collections::{BTreeMap, VecDeque};

use chart::PatientId;
use sha2::{Digest, Sha256};

/// Of the wanted, one in so many is of whom something came last.
const RECENT_ONE_IN: usize = 4;
/// Some cannot be made where older segments are closed: so many times as many are kept in mind.
const SPARE: usize = 4;

/// Picks while entries come by.
pub struct Sampler {
    seed: [u8; 32],
    wanted: usize,
    /// The lowest hashes under this run's seed, each of one person: any set of people is as likely as any other.
    lowest: BTreeMap<[u8; 32], PatientId>,
    /// The last of whom something came, newest last.
    recent: VecDeque<PatientId>,
}

impl Sampler {
    /// So many, by this seed.
    pub fn new(seed: [u8; 32], wanted: usize) -> Sampler {
        Sampler { seed, wanted, lowest: BTreeMap::new(), recent: VecDeque::new() }
    }

    fn recent_wanted(&self) -> usize {
        self.wanted.div_ceil(RECENT_ONE_IN)
    }

    /// Something of this patient comes by.
    pub fn see(&mut self, patient: &PatientId) {
        // A path that names nobody has no chart.
        if patient.id.is_empty() || self.wanted == 0 {
            return;
        }
        let whose = [patient.authority.as_bytes(), b"\0", patient.id.as_bytes()].concat();
        let hash: [u8; 32] = Sha256::new().chain_update(self.seed).chain_update(whose).finalize().into();
        self.lowest.entry(hash).or_insert_with(|| patient.clone());
        if self.lowest.len() > self.wanted * SPARE {
            self.lowest.pop_last();
        }
        if self.recent.back() != Some(patient) {
            self.recent.retain(|known| known != patient);
            self.recent.push_back(patient.clone());
            if self.recent.len() > self.recent_wanted() {
                self.recent.pop_front();
            }
        }
    }

    /// In the order in which they are to be tried: the recent, then those by chance.
    pub fn picked(self) -> Vec<PatientId> {
        let mut picked: Vec<PatientId> = self.recent.into_iter().rev().collect();
        for patient in self.lowest.into_values() {
            if !picked.contains(&patient) {
                picked.push(patient);
            }
        }
        picked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patient(no: usize) -> PatientId {
        PatientId { authority: "self".into(), id: format!("{no:04}") }
    }

    fn sample(seed: u8, people: usize) -> Vec<PatientId> {
        let mut sampler = Sampler::new([seed; 32], 8);
        (0..people).cycle().take(people * 3).for_each(|no| sampler.see(&patient(no)));
        sampler.picked()
    }

    #[test]
    fn the_last_are_in_it_and_the_others_by_chance() {
        let (one, other) = (sample(1, 1000), sample(2, 1000));
        for picked in [&one, &other] {
            assert_eq!(picked[..2], [patient(999), patient(998)]);
            assert!(picked.len() >= 8);
            let mut once = picked.clone();
            once.dedup();
            assert_eq!(once.len(), picked.len());
        }
        assert_ne!(one[2..], other[2..]);
        assert_eq!(one, sample(1, 1000), "the same seed picks the same");
    }

    #[test]
    fn of_few_everybody_and_of_nobody_none() {
        assert_eq!(sample(1, 3).len(), 3);
        assert_eq!(sample(1, 0).len(), 0);
        let mut none = Sampler::new([0; 32], 0);
        none.see(&patient(1));
        assert_eq!(none.picked().len(), 0);
        let mut nobody = Sampler::new([0; 32], 5);
        nobody.see(&PatientId { authority: "self".into(), id: String::new() });
        assert_eq!(nobody.picked().len(), 0);
    }

    /// Everybody comes up about as often, however much came of them.
    #[test]
    fn chance_is_even() {
        let mut counts = [0_u32; 40];
        for seed in 0..100 {
            let mut sampler = Sampler::new([seed; 32], 4);
            for no in 0..40 {
                (0..=no % 7).for_each(|_| sampler.see(&patient(no)));
            }
            for (no, count) in counts.iter_mut().enumerate() {
                *count += u32::from(sampler.lowest.values().take(4).any(|picked| *picked == patient(no)));
            }
        }
        assert!(counts.iter().all(|count| (1..30).contains(count)), "{counts:?}");
    }
}
