//! The chart: what is known of a patient, since when, and how sure. Pure: no file, no socket, no clock.

pub mod age;
mod birth;
pub mod era;
pub mod fact;
pub mod fold;
mod query;
mod romaji;
pub mod when;

pub use age::{Lang, age_words};
pub use era::{Age, age_at, era_date};
pub use fact::*;
pub use fold::{Query, fold_id, fold_kana, fold_name, fold_phone, loose_kana, parse_birth, read_query, romaji_to_kana};
pub use when::{Moment, Precision, When};
