//! Entries, signed station logs, indexes: one encrypted SQLite file a home.
//!
//! A [`Writer`] appends, a [`Reader`] cannot. What is stored is written down in `docs/encoding.md`.
//!
//! `access` says who looked at what; `home` makes and opens; `arrive` takes in what sources show, `batch` the rest of a
//! transaction; `recall`, `search` and `lists` answer; `verify` proves; `export` and
//! `import` carry a home over into another, a parcel as a `journal`; `follow` takes what sources show at another station; `peers` takes in
//! logs of stations and `logs` hands them out. `parcel` and `event` are the bytes that last, `index` what can be rebuilt.

pub mod access;
mod arrive;
mod batch;
pub mod clock;
pub mod entry;
pub mod error;
pub mod event;
pub mod export;
mod files;
mod follow;
pub mod home;
mod import;
mod index;
mod journal;
mod keys;
mod known;
pub mod lists;
pub mod logs;
mod once;
mod pages;
mod parcel;
pub mod peers;
pub mod person;
mod reader;
mod recall;
pub mod reserve;
mod schema;
mod search;
#[cfg(test)]
mod tests;
pub mod verify;
mod wire;
pub mod writer;

pub use access::{
    Access, Chain, CredentialKind, Look, LookFilter, LookHead, LookOut, LookRun, PastChain, StoredLook, open_access,
};
pub use entry::*;
pub use error::{Error, Result};
pub use event::*;
pub use export::{Ends, EventOut, HomeRecord, ParcelOut, SourceRecord};
pub use follow::{GivenParcel, root_by_way_of};
pub use home::{
    About, IdentityText, Setup, Unlock, about, add_passphrase, create, officers, open_reader, open_writer,
    put_officers, remove_passphrases,
};
pub use journal::{Journal, JournalLine};
pub use lists::*;
pub use logs::{LogState, fold_key};
pub use once::Shelf;
pub use parcel::content_id;
pub use peers::{Refusal, Run, STATIONS_MAX, Taken};
pub use person::*;
pub use reader::{Reader, Stopper};
pub use verify::{Finding, Verdict};
pub use writer::{Batch, Writer};
