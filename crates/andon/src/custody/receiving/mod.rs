//! Being a receiver (預かり端末): a station that takes sealed objects of other stations' vaults and keeps them. What is new is taken, what
//! is there is never changed and never deleted, whoever asks; and only who was registered here may ask. Needs no home.
//!
//! `folder` is what it keeps of itself, `rights` who may what, `shelf` how an object is taken, `answers` what it says to whom on the line,
//! `list` what it holds, for who looks after it. The other side is `vault::receiver`.

pub mod answers;
mod flow;
pub mod folder;
pub mod list;
pub mod rights;
pub mod shelf;

pub use folder::Folder;
