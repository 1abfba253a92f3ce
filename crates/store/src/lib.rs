//! Entries, signed station logs, indexes: one encrypted SQLite file a home.
//!
//! A [`Writer`] appends, a [`Reader`] cannot. What is stored is written down in `docs/encoding.md`.

pub mod entry;
pub mod error;
pub mod event;
pub mod home;
pub mod person;
mod reader;
pub mod verify;
mod writer;

pub use entry::*;
pub use error::{Error, Result};
pub use event::*;
pub use home::{About, Setup, Unlock, about, create, open_reader, open_writer};
pub use person::*;
pub use reader::Reader;
pub use verify::{Finding, Verdict};
pub use writer::{Batch, Writer};
