//! A server of objects (S3) with Object Lock as a place for a vault: objects are put with a lock that nobody may take off
//! before its day (COMPLIANCE), and read back past whatever was laid over them.
//!
//! `address` says where, `access` with which keys, `wire` asks and `sign` vouches for it; `put` writes; `versions` sees
//! through delete markers to what stood at a time; `lock` reads and extends; `clock` tells when the server's clock is
//! not to be believed, and until when to lock; `probe` attacks a bucket of its own and looks for doors below the server.

mod access;
mod address;
pub mod clock;
mod lock;
pub mod probe;
mod put;
mod sign;
pub mod time;
mod versions;
mod wire;
mod xml;

use std::io::{self, Read};
use std::ops::Range;
use std::sync::Arc;

pub use access::Access;
pub use address::Address;
pub(crate) use address::is_host;
pub use lock::{Extended, Lock, State};
use versions::View;
pub use versions::{Hidden, Moment, Version};
use wire::{Ask, Wire};

use crate::target::{Object, Put};
use crate::{Error, Result, name};

/// Pages of 1,000 names: a bucket of more is not walked by one question.
const PAGES_MAX: usize = 10_000;

/// A bucket, or a part of one, as a place for a vault.
#[derive(Clone, Debug)]
pub struct S3 {
    wire: Arc<Wire>,
    keep_days: u32,
    view: Option<Arc<View>>,
}

impl S3 {
    /// The place at this address. What is put is locked for `keep_days` days from the server's own day.
    ///
    /// # Errors
    /// The CA file cannot be read. The server is not asked anything yet.
    pub fn new(address: Address, access: Access, keep_days: u32) -> Result<S3> {
        Ok(S3 { wire: Arc::new(Wire::new(address, access)?), keep_days, view: None })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.wire.address
    }

    /// Puts an object of `len` bytes, locked. Nothing is ever overwritten, and a put that is broken off leaves nothing under
    /// the name; the same bytes again are fine. Memory is that of one part, 8 MiB.
    ///
    /// # Errors
    /// Another object of that name is there; `source` has more or fewer bytes; the server does not lock what it took, says
    /// no, or was not reached.
    pub fn put(&self, name: &str, source: &mut dyn Read, len: u64) -> Result<Put> {
        if self.view.is_some() {
            return Err(Error::Refused(format!("{name}: what stood at a time is only read")));
        }
        put::put(self, name, source, len)
    }

    /// Reads an object, or a range of its bytes; a range that goes past the end gives what there is.
    ///
    /// # Errors
    /// It is not there; the server says no or was not reached.
    pub fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<Box<dyn Read>> {
        self.get_version(name, self.version(name)?, range)
    }

    fn get_version(&self, name: &str, version: Option<&str>, range: Option<Range<u64>>) -> Result<Box<dyn Read>> {
        if range.as_ref().is_some_and(|range| range.end <= range.start) {
            return Ok(Box::new(io::empty()));
        }
        let mut ask = self.ask("GET", name)?;
        if let Some(version) = version {
            ask = ask.query("versionId", version);
        }
        if let Some(range) = &range {
            ask = ask.header("range", format!("bytes={}-{}", range.start, range.end - 1));
        }
        let answer = self.wire.ask(&ask)?;
        match (answer.status, range) {
            (404, _) => Err(Error::Missing { object: name.to_owned() }),
            (416, Some(_)) => Ok(Box::new(io::empty())),
            (206, Some(range)) => Ok(Box::new(answer.reader().take(range.end - range.start))),
            // A server that knows no ranges gives all: what is before is read past.
            (200, Some(range)) => {
                let mut reader = answer.reader();
                let skipped = io::copy(&mut reader.by_ref().take(range.start), &mut io::sink());
                skipped.map_err(|error| Error::io("GET", name, error))?;
                Ok(Box::new(reader.take(range.end - range.start)))
            }
            _ => Ok(Box::new(answer.good()?.reader())),
        }
    }

    /// Objects whose names begin so, sorted by name. What is no name of a vault is left out.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn list(&self, prefix: &str) -> Result<Vec<Object>> {
        if self.view.is_some() {
            return self.list_stood(prefix);
        }
        let whole = format!("{}{prefix}", self.wire.address.prefix);
        let mut objects = Vec::new();
        let mut from = String::new();
        for _ in 0..PAGES_MAX {
            let mut ask = Ask::new("GET", &self.wire.address.bucket, "")
                .query("list-type", 2)
                .query("encoding-type", "url")
                .query("prefix", &whole);
            if !from.is_empty() {
                ask = ask.query("continuation-token", &from);
            }
            let page = self.wire.good(&ask)?.xml()?;
            for node in page.inside.iter().filter(|node| node.name == "Contents") {
                let Some(name) = self.name_of(node.text("Key")) else { continue };
                let Ok(size) = node.text("Size").parse() else { continue };
                objects.push(Object { name, size });
            }
            from = page.text("NextContinuationToken").to_owned();
            if page.text("IsTruncated") != "true" || from.is_empty() {
                objects.sort_unstable();
                return Ok(objects);
            }
        }
        Err(Error::Refused(format!("{}: more than {PAGES_MAX},000 objects", self.wire.address)))
    }

    /// Size of an object, bytes; `None` if it is not there.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn size(&self, name: &str) -> Result<Option<u64>> {
        if self.view.is_some() {
            return Ok(self.stood(name)?.and_then(|version| version.size));
        }
        let answer = self.wire.ask(&self.ask("HEAD", name)?)?;
        if answer.status == 404 {
            return Ok(None);
        }
        let answer = answer.good()?;
        let size = answer.header("content-length").and_then(|size| size.parse().ok());
        size.map(Some).ok_or_else(|| answer.refusal())
    }

    /// The server's clock now, milliseconds since 1970.
    ///
    /// # Errors
    /// The server was not reached, or tells no time.
    pub fn now(&self) -> Result<i64> {
        let known = self.wire.clock();
        if known.is_none() {
            // Any answer tells the time, a refusal too.
            self.wire.ask(&Ask::new("HEAD", &self.wire.address.bucket, ""))?;
        }
        known.or_else(|| self.wire.clock()).ok_or_else(|| {
            Error::Refused(format!(
                "{0}: サーバーが時刻を答えないので（Date）、ロックを付けられません / \
                 {0}: the server tells no time (header Date), so nothing can be locked",
                self.wire.address
            ))
        })
    }

    /// Until when what is put or extended now is to be locked, for so many days ([`clock::until`]).
    ///
    /// # Errors
    /// As [`S3::now`].
    pub fn until(&self, days: u32) -> Result<i64> {
        Ok(clock::until(clock::Reading { server: self.now()?, own: time::own() }, days))
    }

    /// How many days what is put is locked.
    pub fn keep_days(&self) -> u32 {
        self.keep_days
    }

    fn ask(&self, method: &'static str, name: &str) -> Result<Ask<'_>> {
        name::check(name)?;
        Ok(Ask::new(method, &self.wire.address.bucket, format!("{}{name}", self.wire.address.prefix)))
    }

    /// In a view: when the server took our version of a name, milliseconds since 1970 by its clock.
    ///
    /// # Errors
    /// The server says no or was not reached.
    pub fn taken(&self, name: &str) -> Result<Option<i64>> {
        Ok(self.stood(name)?.map(|version| version.taken))
    }

    /// The version that stood, in a view of a time.
    fn version(&self, name: &str) -> Result<Option<&str>> {
        if self.view.is_none() {
            return Ok(None);
        }
        let stood = self.stood(name)?.ok_or_else(|| Error::Missing { object: name.to_owned() })?;
        Ok(Some(&stood.id))
    }

    /// The name in a vault of an encoded key; none if it is nobody's of ours.
    fn name_of(&self, key: &str) -> Option<String> {
        // Our names need no encoding, save that some servers encode slashes.
        let key = key.replace("%2F", "/");
        let name = key.strip_prefix(self.wire.address.prefix.as_str())?;
        name::check(name).is_ok().then(|| name.to_owned())
    }
}
