//! Who looked at what, and what people prove themselves by: an encrypted file of its own, `access.db`, beside the
//! entries, under the same key.
//!
//! It is apart from the station's log on purpose (design §4): looking at charts must never wait for the feed, and what
//! is known of passwords must never travel with events. Any process of the home may append; each append is one
//! transaction, and every line carries the hash of the line before (`look`). `travel` hands lines out to the vault and takes in those of
//! the station that a home was restored from. `credential` keeps derived secrets only, which never travel.

mod credential;
mod look;
mod travel;

use std::path::Path;

use rusqlite::Connection;

use crate::files::write_private;
use crate::home::{self, Unlock};
use crate::schema::{self, Mode};
use crate::{Error, Result};

pub use credential::CredentialKind;
pub use look::{Chain, Look, LookFilter, LookHead, StoredLook};
pub use travel::{LookOut, LookRun, PastChain};

/// Its name in the home.
pub(crate) const ACCESS: &str = "access.db";

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS look (
  no INTEGER PRIMARY KEY, at INTEGER NOT NULL, account TEXT NOT NULL, act TEXT NOT NULL, about TEXT NOT NULL,
  bytes BLOB NOT NULL, hash BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS look_about ON look (about, no) WHERE about <> '';
CREATE INDEX IF NOT EXISTS look_account ON look (account, no);
CREATE INDEX IF NOT EXISTS look_at ON look (at);
CREATE TABLE IF NOT EXISTS past_look (
  row INTEGER PRIMARY KEY, station TEXT NOT NULL, no INTEGER NOT NULL, at INTEGER NOT NULL, account TEXT NOT NULL,
  act TEXT NOT NULL, about TEXT NOT NULL, bytes BLOB NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL,
  UNIQUE (station, no));
CREATE INDEX IF NOT EXISTS past_look_about ON past_look (about, row) WHERE about <> '';
CREATE INDEX IF NOT EXISTS past_look_account ON past_look (account, row);
CREATE TABLE IF NOT EXISTS credential (
  account TEXT NOT NULL, kind TEXT NOT NULL, derived TEXT NOT NULL, changed INTEGER NOT NULL,
  PRIMARY KEY (account, kind)) WITHOUT ROWID;
";

/// The access audit and the credentials of a home.
pub struct Access {
    pub(crate) db: Connection,
}

/// Opens the access file of a home, and makes it where there is none yet.
///
/// # Errors
/// [`Error::WrongKey`]; [`Error::NoHome`]; [`Error::Full`]; [`Error::Io`].
pub fn open_access(home: &Path, unlock: &Unlock) -> Result<Access> {
    let (key, _) = home::unlock(home, unlock)?;
    let path = home.join(ACCESS);
    match write_private(&path, &[]) {
        Err(Error::Io { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {}
        made => made?,
    }
    let db = schema::open(&path, &key, Mode::Write)?;
    db.execute_batch(TABLES)?;
    Ok(Access { db })
}
