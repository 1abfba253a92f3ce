//! 病棟の一日の動き: who came to a ward, left it or changed beds on a day, by what was written since the copy ended, for the night's count and
//! the ward's diary. By the true time; what was struck is none. Pure but for [`of_day`].

use chart::{Moment, PatientId, Place};
use serde::Serialize;
use store::Reader;

use super::{Stay, read_place, stays};
use crate::home::Problem;

/// One movement as a ward sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayMove {
    /// The patient.
    #[serde(skip)]
    pub patient: PatientId,
    /// The patient's number.
    pub id: String,
    /// `admit`, `in` from another ward, `out` to another ward, `bed` within the ward, `leave`, `back`, `discharge`, `died`.
    pub kind: &'static str,
    /// When it happened.
    pub at: Moment,
    /// From where: room and bed, with the ward where it is another.
    pub from: String,
    /// To where, likewise; of a discharge where to.
    pub to: String,
}

/// The movements of a ward on the day of a moment, in their order.
///
/// # Errors
/// When the store cannot be read.
pub fn of_day(reader: &Reader, ward: &str, day: Moment) -> Result<Vec<DayMove>, Problem> {
    let mut moves = Vec::new();
    for stay in stays(reader)? {
        // Where a stay of the copy was before anything was said of it.
        let copys =
            reader.place(&stay.patient())?.filter(|inpatient| super::key(&stay.patient(), inpatient) == stay.name);
        moves.extend(moved(&stay, copys.map(|inpatient| inpatient.place).unwrap_or_default(), ward, day));
    }
    moves.sort_by_key(|one| (one.at, one.id.clone()));
    Ok(moves)
}

/// The movements of one stay that a ward sees on a day.
fn moved(stay: &Stay, mut place: Place, ward: &str, day: Moment) -> Vec<DayMove> {
    let mut all: Vec<&super::Past> = stay.standing().collect();
    all.sort_by_key(|past| past.told.at);
    let mut moves = Vec::new();
    for past in all {
        let said = |field: &str| past.said.values.get(field).map_or("", String::as_str);
        let from = place.clone();
        if !said("place").is_empty() {
            place = read_place(said("place"));
        }
        let kind = match past.said.act.as_str() {
            "admit" if place.ward == ward => "admit",
            "move" if place.ward == ward && from.ward == ward => "bed",
            "move" if place.ward == ward => "in",
            "move" if from.ward == ward => "out",
            "leave" if place.ward == ward => "leave",
            "back" if place.ward == ward => "back",
            "discharge" if place.ward == ward && said("outcome") == "died" => "died",
            "discharge" if place.ward == ward => "discharge",
            _ => continue,
        };
        if past.told.at.day() != day.day() {
            continue;
        }
        moves.push(DayMove {
            patient: stay.patient(),
            id: stay.id.clone(),
            kind,
            at: past.told.at,
            from: if matches!(kind, "admit" | "leave" | "back") { String::new() } else { words(&from, ward) },
            to: match kind {
                "discharge" | "died" => said("to").to_owned(),
                _ => words(&place, ward),
            },
        });
    }
    moves
}

fn words(place: &Place, ward: &str) -> String {
    let bed = [place.room.as_str(), &place.bed].into_iter().filter(|part| !part.is_empty());
    let bed = bed.collect::<Vec<_>>().join("-");
    if place.ward == ward { bed } else { format!("{} {bed}", place.ward).trim().to_owned() }
}
