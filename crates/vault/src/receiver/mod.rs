//! Another station as a place for a vault: it takes objects that are new, changes and deletes none, and gives them to who has a right.
//!
//! `card` is how both sides come to know each other, `tls` how they prove it on the line, `client` asks. Who answers is
//! `andon vault receive` (the program's custody); what is asked and answered is told in `docs/vault-format.md`.

mod card;
mod client;
mod tls;

pub use card::{Card, Pass};
pub use client::{Address, Receiver};
pub use tls::{caller, config, key_of};

/// Name under which a receiver shows itself: it is known by its key, wherever it stands.
pub const SERVER_NAME: &str = "andon-receiver";
/// Path under which objects lie.
pub const OBJECT: &str = "/object/";
/// Path of the list.
pub const LIST: &str = "/list";
/// Header that tells when an object was taken: milliseconds since 1970 by the receiver's clock.
pub const TAKEN: &str = "x-andon-taken";
