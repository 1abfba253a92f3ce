//! The chart: what is known of a patient, since when, and how sure. Pure: no file, no socket, no clock.

pub mod fact;
pub mod when;

pub use fact::*;
pub use when::{Moment, Precision, When};
