//! The vault (保管庫): segments that are sealed once and opened again, where they are kept, and the keys that open them.
//!
//! It knows bytes and times, not patients: what a member holds and whose it is are opaque to it (ARCHITECTURE.md, code map).
//!
//! `segment` seals members and opens them again; `index` finds a label without reading the rest; `manifest` says what
//! was sealed, signed and chained; `log` makes that and people's acts provable to others; `target` keeps objects, `s3` on a
//! server that locks them, `receiver` on another station that takes and never changes them; `verify` proves a target with a key or without. The bytes are written down in `docs/vault-format.md`.
//! `prover` is who proves it from outside: its card and its verdict.
//! `bundle` is the sealed file that carries entries from station to station.
//! `envelope` is the sealed file that a browser opens without any of it (`docs/envelope-format.md`).

pub mod bundle;
pub mod chain;
pub mod envelope;
mod error;
pub mod hash;
pub mod head;
pub mod index;
pub mod keys;
pub mod log;
pub mod manifest;
pub mod name;
pub mod note;
pub mod prover;
pub mod read;
pub mod receiver;
pub mod s3;
pub mod segment;
pub mod target;
pub mod verify;

pub use age::x25519::{Identity, Recipient};
pub use chain::{Link, Next, Small, Tip};
pub use error::{Error, Result};
pub use hash::Hash;
pub use head::{Head, Holder, Station, VaultId};
pub use index::{Label, Place, Row};
pub use manifest::{Listed, Manifest};
pub use note::{Signer, Verifier};
pub use read::Vault;
pub use segment::{Member, Sealed, Sealer, Segment};
pub use target::{Disk, Target};
