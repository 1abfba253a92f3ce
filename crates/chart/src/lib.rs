//! The chart: what is known of a patient, since when, and how sure. Pure: no file, no socket, no clock.
//!
//! [`Chart::at`] turns a [`Record`] (facts, faults, and the kinds the sources carry) into a [`Chart`] for one [`AsOf`].
//! [`versions`] decides which message stands; each topic has a file of its own. [`fold`] makes the keys people are found by.

pub mod age;
mod birth;
pub mod boxes;
mod chart;
pub mod check_digit;
pub mod classes;
pub mod dialysis;
pub mod disagreement;
mod dosing;
pub mod drugs;
pub mod era;
pub mod exams;
pub mod fact;
pub mod fold;
pub mod freshness;
pub mod gojuon;
pub mod identity;
pub mod infection;
pub mod intake;
pub mod item;
pub mod labs;
pub mod lists;
mod measures;
mod natural;
pub mod notes;
mod patient_copy;
pub mod prescribing;
pub mod problems;
mod query;
mod romaji;
pub mod safety;
pub mod stays;
pub mod temporary;
pub mod versions;
pub mod when;

pub use crate::chart::{Chart, LinkEntry};
pub use age::{Lang, age_words};
pub use disagreement::{Disagreement, Settled};
pub use era::{Age, age_at, era_date};
pub use fact::*;
pub use fold::{
    Query, fold_id, fold_kana, fold_name, fold_phone, fold_place, loose_kana, parse_birth, read_query, romaji_to_kana,
};
pub use freshness::{DOWNTIME, HANDED_IN, PAPER, STAY, VISIT, kind_name};
pub use gojuon::{Gojuon, gojuon, gojuon_row, gojuon_rows};
pub use item::{AsOf, Carried, Item, Record, SourceRef, Standing};
pub use lists::{Inpatient, Lists, Plan};
pub use natural::{Piece, natural};
pub use safety::Answer;
pub use when::{Civil, Moment, Precision, When};
