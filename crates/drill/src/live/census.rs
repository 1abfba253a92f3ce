//! Who lies where while the hospital runs on.

use crate::census::{self, patient_of, stay};
use crate::courses::Course;
use crate::house::{self, Bed};
use crate::plan::Plan;
use crate::rng::Rng;

/// One inpatient.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Patient number of the plan.
    pub number: u32,
    /// Course.
    pub course: &'static Course,
    /// Bed number.
    pub bed: u32,
    /// When the stay began.
    pub admitted: chart::when::Moment,
}

/// The wards as they stand.
pub struct Wards {
    /// Inpatients.
    pub guests: Vec<Guest>,
    beds: u32,
}

impl Wards {
    /// As the plan leaves them.
    pub fn at_stop(plan: &Plan) -> Wards {
        let beds = census::beds(plan);
        let guests = (0..beds).filter(|bed| census::occupied_at_stop(plan, *bed)).filter_map(|bed| {
            let stay = stay(plan, bed, 0);
            Some(Guest { number: patient_of(plan, bed, 0)?, course: stay.course, bed, admitted: stay.admitted })
        });
        Wards { guests: guests.collect(), beds }
    }

    /// A free bed.
    pub fn free(&self, rng: &mut Rng) -> Option<u32> {
        let free: Vec<u32> = (0..self.beds).filter(|bed| !self.guests.iter().any(|g| g.bed == *bed)).collect();
        free.get(rng.below(free.len() as u64) as usize).copied()
    }

    /// The place of a bed.
    pub fn place(&self, bed: u32) -> Bed {
        house::bed_at(bed, self.beds)
    }

    /// One of the inpatients, by position.
    pub fn any(&self, rng: &mut Rng) -> Option<(usize, Guest)> {
        let at = rng.below(self.guests.len() as u64) as usize;
        self.guests.get(at).map(|guest| (at, guest.clone()))
    }
}
