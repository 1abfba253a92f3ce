//! 本部台帳: written (`say.rs`), prepared (`prepared.rs`), shown (`page.rs`) and given out (`out.rs`). What registers there are and what
//! stands in them is on the rim (`crate::registers`).

pub mod agenda_page;
pub mod out;
pub mod page;
mod prepared;
pub mod say;
