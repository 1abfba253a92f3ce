//! Charts on their way to a station that follows: what of this home's sources another lacks, sealed to it alone in one file, which a stick
//! carries and a line too. `body.rs` is how the inside is written, `give.rs` makes one, `take.rs` takes one in, `holds.rs`
//! what the giver's gate holds back
//! (`docs/decisions/0026-following.md`).

pub mod body;
pub mod give;
pub mod holds;
pub mod take;
