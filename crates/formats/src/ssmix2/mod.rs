//! SS-MIX2 1.2g: names of files, kinds of data, and messages to facts.

mod decode;
pub mod kinds;
pub mod path;

pub use decode::{Decoded, Meta, decode, decode_placed};
pub use path::{FilePath, Place, TransactionFile};

pub use crate::hl7v2::{Peek, peek};
