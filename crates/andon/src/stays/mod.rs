//! Stays of the outage (入院・転棟・外泊・退院) and what a ward says of an inpatient, folded from kinds 71 and 72 of every station: rim, since
//! lists of wards, the chart, meals, paper and the file that is carried away all show them. `fold.rs` says what stands, `census.rs` lays it
//! over what the copy's movements tell of who lies where.

pub mod census;
pub mod day;
pub mod dialysis;
mod fold;

use std::sync::Arc;

use chart::{Moment, PatientId, Place, When};
use store::Reader;

pub use crate::fields::Apart;
pub use fold::{Past, STRIKES, Stay};

use crate::event::{NOTES_ITEM, STAYS_ITEM};
use crate::folds;
use crate::home::Problem;

/// How somebody leaves; the codes are stored, and are those of PV1-36 (退院区分) where that has one: home, to another hospital, to a facility,
/// died, other.
pub const OUTCOMES: [&str; 5] = ["home", "hospital", "facility", "died", "other"];
/// Out for hours or for a night; the codes are stored.
pub const LEAVES: [&str; 2] = ["night", "hours"];
/// Shifts of a ward; the codes are stored.
pub const SHIFTS: [&str; 3] = ["day", "evening", "night"];
/// Meals of a day with the minute after midnight at which each is carried out; the codes are stored. Breakfast is 07:30 (users.md 6).
pub const MEALS: [(&str, i64); 3] = [("breakfast", 450), ("lunch", 720), ("supper", 1080)];
/// What is to be looked out for; the codes are stored.
pub const CAUTIONS: [&str; 8] =
    ["allergy", "infection", "falls", "wandering", "restraint", "isolation", "swallowing", "other"];

/// Fields of a stay: where (ward, room and bed, each on a line of its own), how it stands, who treats, why; of a leave, of its end.
pub const STAY_FIELDS: [&str; 11] = [
    "place",
    "state",
    "department",
    "doctor",
    "diagnosis",
    "identified",
    "beside",
    "leave",
    "back_at",
    "outcome",
    "to",
];
/// Fields of what is said of an inpatient: words; of a handover its shift; of a meal from and to which (`2021-11-02 breakfast`), what is eaten
/// and 禁食; the kind of a caution; of dialysis its terms.
pub const NOTE_FIELDS: [&str; 16] = [
    "text",
    "shift",
    "from",
    "to",
    "diet",
    "fasting",
    "caution",
    "ended",
    "schedule",
    "hours",
    "dry_weight",
    "anticoagulant",
    "access",
    "dialyzer",
    "infection",
    "last_time",
];
/// The terms of dialysis that are asked for, in the order of its sheet.
pub const DIALYSIS: [&str; 8] =
    ["schedule", "hours", "dry_weight", "anticoagulant", "access", "dialyzer", "infection", "last_time"];

/// Everything of one sort, in the order in which it was entered.
pub type All = Arc<Vec<Arc<Stay>>>;

/// Stays and notes together; folded once for readers that share a shelf.
fn all(reader: &Reader) -> Result<All, Problem> {
    folds::things(reader, &[STAYS_ITEM, NOTES_ITEM].map(str::to_owned))
}

fn of_sort(reader: &Reader, item: &str) -> Result<Vec<Arc<Stay>>, Problem> {
    Ok(all(reader)?.iter().filter(|one| one.item == item).cloned().collect())
}

/// Stays that something was said of, those that were struck too.
///
/// # Errors
/// When the store cannot be read.
pub fn stays(reader: &Reader) -> Result<Vec<Arc<Stay>>, Problem> {
    of_sort(reader, STAYS_ITEM)
}

/// What wards say of inpatients, what is over or struck too.
///
/// # Errors
/// When the store cannot be read.
pub fn notes(reader: &Reader) -> Result<Vec<Arc<Stay>>, Problem> {
    of_sort(reader, NOTES_ITEM)
}

/// Anything of the two sorts by its name.
///
/// # Errors
/// There is no such thing here; the store cannot be read.
pub fn found(reader: &Reader, item: &str, name: &str) -> Result<Arc<Stay>, Problem> {
    all(reader)?.iter().find(|one| one.item == item && one.name == name).cloned().ok_or_else(|| {
        crate::home::wrong(
            "この記録はこの端末にありません。画面を開き直してください。ほかの端末で入れたものなら、その端末の記録がまだ届いていません。",
            "Nothing of this name is here: open the page again. If another station entered it, its log has not come yet.",
        )
    })
}

/// The key of a stay that the copy knows, the same at every station that has the copy: the patient and the admission.
pub fn key(id: &PatientId, inpatient: &chart::Inpatient) -> String {
    let admitted = inpatient.admitted.map_or_else(|| "-".to_owned(), |at| at.start.digits17());
    format!("{COPY}{}/{}/{admitted}", id.authority, id.id)
}

const COPY: &str = "copy:";

/// True for the key of a stay that the copy knows.
pub fn is_copys(name: &str) -> bool {
    name.starts_with(COPY)
}

/// A place as its field has it.
pub fn place_text(place: &Place) -> String {
    format!("{}\n{}\n{}", place.ward, place.room, place.bed)
}

/// A place out of its field.
pub fn read_place(text: &str) -> Place {
    let mut lines = text.splitn(3, '\n').map(str::to_owned);
    let mut next = || lines.next().unwrap_or_default();
    let (ward, room, bed) = (next(), next(), next());
    Place { ward, room, bed, ..Place::default() }
}

/// A meal as its field has it: `2021-11-02 breakfast`.
pub fn meal_text(day: &When, meal: &str) -> String {
    format!("{} {meal}", day.start.day().iso())
}

/// When a meal is carried out.
pub fn read_meal(text: &str) -> Option<Moment> {
    let (day, meal) = text.split_once(' ')?;
    let (_, minutes) = MEALS.into_iter().find(|(code, _)| *code == meal)?;
    let day = When::parse(&day.replace('-', ""))?;
    Some(Moment(day.start.0 + minutes * 60_000))
}

/// The first meal that is carried out after a moment.
pub fn next_meal(now: Moment) -> (When, &'static str) {
    let today = now.day();
    let ahead = MEALS.into_iter().find(|(_, minutes)| now.0 < today.start.0 + minutes * 60_000);
    ahead.map_or_else(|| (now.plus_days(1).day(), MEALS[0].0), |(meal, _)| (today, meal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meals_as_fields_have_them() {
        let at = |text: &str| When::parse(text).unwrap().start;
        for (now, meal, carried_out) in [
            ("202111020030", "2021-11-02 breakfast", "202111020730"),
            ("202111020730", "2021-11-02 lunch", "202111021200"),
            ("202111021830", "2021-11-03 breakfast", "202111030730"),
        ] {
            let (day, code) = next_meal(at(now));
            assert_eq!(meal_text(&day, code), meal, "{now}");
            assert_eq!(read_meal(meal), Some(at(carried_out)), "{now}");
        }
        assert_eq!(read_meal("2021-11-02 tea"), None);
    }

    #[test]
    fn a_place_is_read_as_it_was_written() {
        for (ward, room, bed) in [("03", "301", "1"), ("3東", "", ""), ("", "", "")] {
            let place = Place { ward: ward.into(), room: room.into(), bed: bed.into(), ..Place::default() };
            assert_eq!(read_place(&place_text(&place)), place);
        }
    }
}
