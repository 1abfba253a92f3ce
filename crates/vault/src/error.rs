//! What can go wrong: with what, where in it, and whether it is a fault of the copy.

use std::fmt;
use std::io;

/// Result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong. Names objects of a vault, which carry number and hash only, so no patient can be in it.
#[derive(Debug)]
pub enum Error {
    /// The disk, the network or the system said no.
    Io {
        /// What was being done, e.g. `writing an object`.
        doing: &'static str,
        /// Object or folder.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// Bytes that are not what was sealed.
    Damaged {
        /// Object, e.g. `segments/00000001-….tar.zst.age`.
        object: String,
        /// Where in it and what, e.g. `bytes 1048576–2097152 differ`.
        what: String,
    },
    /// An object that a manifest names and that is not there.
    Missing {
        /// Its name.
        object: String,
    },
    /// None of the identities given opens it.
    WrongKey {
        /// Its name.
        object: String,
    },
    /// Another object of that name is there already; it was left as it is.
    Differs {
        /// Its name.
        object: String,
    },
    /// Made by a newer program.
    Newer {
        /// Its name.
        object: String,
    },
    /// A server answered, and not with what was asked for.
    Answer {
        /// What was being done, e.g. `PUT`.
        doing: &'static str,
        /// Object or bucket.
        place: String,
        /// Status of HTTP.
        status: u16,
        /// Code of S3, e.g. `AccessDenied`; empty if it gave none.
        code: String,
    },
    /// A server took the object and does not keep it locked as asked.
    NotLocked {
        /// Its name.
        object: String,
        /// What it says of the lock.
        said: String,
    },
    /// A receiver does not know the key by which it was asked.
    Unregistered {
        /// Its address.
        place: String,
    },
    /// A receiver has no room left for this vault.
    Full {
        /// Its address.
        place: String,
    },
    /// What the caller asked for cannot be.
    Refused(String),
}

impl Error {
    /// Damage of the copy, which ends a command with exit 4. A wrong key, a full disk or a cut line is none.
    pub fn is_fault(&self) -> bool {
        matches!(self, Error::Damaged { .. } | Error::Missing { .. } | Error::Differs { .. })
    }

    pub(crate) fn io(doing: &'static str, place: impl Into<String>, source: io::Error) -> Error {
        Error::Io { doing, place: place.into(), source }
    }

    pub(crate) fn damaged(object: impl Into<String>, what: impl Into<String>) -> Error {
        Error::Damaged { object: object.into(), what: what.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Io { doing, place, .. } => write!(f, "{doing}: {place}"),
            Error::Damaged { object, what } => write!(f, "{object}: {what}"),
            Error::Missing { object } => write!(f, "{object}: a manifest names it and it is not there"),
            Error::WrongKey { object } => {
                write!(f, "{object}: none of the keys given opens it; it is sealed to others")
            }
            Error::Differs { object } => {
                write!(f, "{object}: another object of this name is there; nothing was overwritten")
            }
            Error::Newer { object } => write!(f, "{object}: written by a newer program; use that one to read it"),
            Error::Answer { doing, place, status, code } => {
                write!(f, "{doing} {place}: the server answered {status} {code}")
            }
            Error::NotLocked { object, said } => write!(
                f,
                "{object}: the server took it and does not lock it ({said}); \
                 make the bucket with Object Lock and probe it: andon vault probe"
            ),
            Error::Unregistered { place } => write!(
                f,
                "{place}: 預かり端末にこの鍵が登録されていません / this key is not registered at the receiver \
                 (andon vault receive allow)"
            ),
            Error::Full { place } => write!(
                f,
                "{place}: 預かり端末がいっぱいです。そこで `andon vault receive allow` の --limit を増やすか、ディスクを空けてください / \
                 the receiver is full: raise --limit of `andon vault receive allow` there, or make room on its disk"
            ),
            Error::Refused(why) => f.write_str(why),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
