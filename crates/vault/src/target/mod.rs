//! Where a vault is kept. A target takes objects, never changes one, and gives them back.

mod disk;
pub mod medium;
mod reader;
mod sync;

use std::io::Read;
use std::ops::Range;

pub use disk::{Disk, Draft};
pub use reader::ObjectReader;
pub use sync::{Synced, sync};

use crate::Result;
use crate::hash::Sums;
use crate::receiver::Receiver;
use crate::s3::{Hidden, S3};

/// One place where a vault is kept.
#[derive(Clone, Debug)]
pub enum Target {
    /// A folder: a local disk, a mounted share, a removable disk.
    Disk(Disk),
    /// A bucket of a server that locks what it takes.
    S3(S3),
    /// Another station, which changes nothing that it took.
    Receiver(Receiver),
}

/// What became of an object that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is there now, durably.
    Written,
    /// It was there already, byte for byte.
    Already,
}

/// An object of a target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Object {
    /// Its name.
    pub name: String,
    /// Its size, bytes.
    pub size: u64,
}

impl Target {
    /// Puts an object of `len` bytes. Nothing is ever overwritten; a put that is broken off leaves nothing under the
    /// name.
    ///
    /// # Errors
    /// Another object of that name is there; `source` has more or fewer bytes; the target says no.
    pub fn put(&self, name: &str, source: &mut dyn Read, len: u64) -> Result<Put> {
        match self {
            Target::Disk(disk) => disk.put(name, source, len),
            Target::S3(s3) => s3.put(name, source, len),
            Target::Receiver(receiver) => receiver.put(name, source, len),
        }
    }

    /// Reads an object, or a range of its bytes.
    ///
    /// # Errors
    /// It is not there; the target says no.
    pub fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<Box<dyn Read>> {
        match self {
            Target::Disk(disk) => disk.get(name, range),
            Target::S3(s3) => s3.get(name, range),
            Target::Receiver(receiver) => receiver.get(name, range),
        }
    }

    /// Objects whose names begin so, sorted by name.
    ///
    /// # Errors
    /// The target says no.
    pub fn list(&self, prefix: &str) -> Result<Vec<Object>> {
        match self {
            Target::Disk(disk) => disk.list(prefix),
            Target::S3(s3) => s3.list(prefix),
            Target::Receiver(receiver) => receiver.list(prefix),
        }
    }

    /// Size of an object, bytes; `None` if it is not there.
    ///
    /// # Errors
    /// The target says no.
    pub fn size(&self, name: &str) -> Result<Option<u64>> {
        match self {
            Target::Disk(disk) => disk.size(name),
            Target::S3(s3) => s3.size(name),
            Target::Receiver(receiver) => receiver.size(name),
        }
    }

    /// When a server or receiver took an object, milliseconds since 1970 by its own clock, which whoever puts does not set: known of a
    /// server that is looked at below what was laid over. A disk tells no time that its owner could not have made up.
    ///
    /// # Errors
    /// The target says no.
    pub fn taken(&self, name: &str) -> Result<Option<i64>> {
        match self {
            Target::Disk(_) => Ok(None),
            Target::S3(s3) => s3.taken(name),
            Target::Receiver(receiver) => receiver.taken(name),
        }
    }

    /// What lies hidden below delete markers or other bytes, of such a server.
    ///
    /// # Errors
    /// The target says no.
    pub fn hidden(&self) -> Result<Vec<Hidden>> {
        match self {
            // What a receiver took lies under its name for ever: nothing can be laid over it.
            Target::Disk(_) | Target::Receiver(_) => Ok(Vec::new()),
            Target::S3(s3) => s3.hidden(),
        }
    }

    /// A small object, whole.
    ///
    /// # Errors
    /// As [`Target::get`]; it is larger than `limit` bytes, which is damage.
    pub fn read(&self, name: &str, limit: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let read = self.get(name, None)?.take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| match (self, error.kind()) {
            // A line that broke says nothing of the object.
            (Target::Disk(_), std::io::ErrorKind::InvalidData) => crate::Error::damaged(name, error.to_string()),
            _ => crate::Error::io("reading an object", name, error),
        })?;
        if bytes.len() as u64 > limit {
            return Err(crate::Error::damaged(name, format!("it is larger than {limit} bytes")));
        }
        Ok(bytes)
    }

    /// An object to read here and there. With the sums of a manifest nothing is given out that does not agree with them.
    ///
    /// # Errors
    /// It is not there or has another size; the target says no.
    pub fn open(&self, name: &str, sums: Option<&Sums>) -> Result<ObjectReader> {
        ObjectReader::open(self, name, sums)
    }
}
