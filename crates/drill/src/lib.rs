//! A hospital that does not exist: people, courses, SS-MIX2 trees, and what goes wrong with them.
//!
//! [`write_hospital`] writes the tree of a [`Plan`] as a vendor would: standardized storage over several roots, transaction
//! storage, extended storage. Patient `i` is a function of seed and `i` alone ([`census`], [`people`], [`life`]), so a
//! hospital of a million files streams through little memory and is the same bytes every time. [`special_people`] names
//! those to look up. [`Live`] keeps such a tree changing, until it stops. Every root carries [`MARK_FILE`] and every message says `T` (training) in MSH-11.

mod census;
mod courses;
mod day;
mod dialect;
mod drugs;
mod ext;
mod hl7;
mod house;
mod inpatient;
mod jis;
mod kinds;
mod labs;
mod life;
mod live;
mod messages;
mod names;
mod outpatient;
mod people;
mod plan;
mod problems;
mod rng;
mod special;
mod tree;
mod write;

pub use census::{Census, count};
pub use dialect::Dialect;
pub use kinds::Kind;
pub use live::{Act, Change, LOCKED, Live};
pub use plan::{MARK_FILE, Plan};
pub use special::{Special, special_people};
pub use write::{Progress, Written, patient_files, write_hospital};
