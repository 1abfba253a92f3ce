//! Bytes to facts and faults, and text back to bytes: character sets, HL7 v2.5, SS-MIX2, the codes on paper (JAHIS).
//!
//! Pure: no file, no socket, no clock. Reading never fails and never drops: every value of a message ends in a fact of
//! the chart, in the list of unplaced fields, or in a fault that a person can see (design §6, promise 2).

pub mod charset;
pub mod hl7v2;
pub mod jahis;
pub mod ssmix2;

mod words;

/// Changes whenever facts made of the same bytes may differ: part of the key of any cache of facts.
pub const DECODER_VERSION: u32 = 2;

pub use words::{FAULT_WORDS, fault_words};
