//! 入院・退院・転棟予定: what the copy holds for a day ahead, by ward. Plans made after the copy ended are not in it.

use std::collections::BTreeMap;

use chart::When;
use store::Reader;

use super::lists::natural;
use crate::bookings::day::{Comer, gathered, of_day};
use crate::home::Problem;

/// A ward and who is planned to come to it, leave it or change beds in it.
pub struct WardMoves {
    /// The ward's code; empty where none is named.
    pub ward: String,
    /// Patients with what is planned of them.
    pub rows: Vec<Comer>,
}

/// Planned admissions, discharges, transfers and returns of a day, by ward; and whether the list is not whole.
///
/// # Errors
/// When the store cannot be read.
pub fn moves(reader: &Reader, day: When) -> Result<(Vec<WardMoves>, bool), Problem> {
    let (planned, cut) = of_day(reader, day)?;
    let rows = gathered(reader, planned.iter().filter(|row| row.plan.is_move()))?;
    let mut wards: BTreeMap<Vec<super::lists::Piece>, WardMoves> = BTreeMap::new();
    for row in rows {
        let planned = row.plans.iter().map(|row| row.plan.ward.as_str()).find(|ward| !ward.is_empty());
        let lies = row.place.as_ref().map(|place| place.ward.as_str());
        let ward = planned.or(lies).unwrap_or_default().to_owned();
        wards.entry(natural(&ward)).or_insert_with(|| WardMoves { ward, rows: Vec::new() }).rows.push(row);
    }
    Ok((wards.into_values().collect(), cut))
}
