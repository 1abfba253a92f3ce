//! What can go wrong with a server of objects.

use std::fmt;
use std::io;

/// Result of this part.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong. Names servers and objects, which carry number and hash only; never a key.
#[derive(Debug)]
pub enum Error {
    /// The address, the file of keys or the CA file is not as it must be: what, where, and what to do.
    Setup(String),
    /// The server was not reached, or the line broke.
    Line {
        /// What was being done, e.g. `PUT`.
        doing: &'static str,
        /// Object, bucket or server.
        place: String,
        /// What the system said.
        source: io::Error,
    },
    /// The server answered, and not with what was asked for.
    Answer {
        /// What was being done.
        doing: &'static str,
        /// Object or bucket.
        place: String,
        /// Status of HTTP.
        status: u16,
        /// Code of S3, e.g. `AccessDenied`; empty if it gave none.
        code: String,
    },
    /// The object is not there.
    Missing {
        /// Its name.
        object: String,
    },
    /// Another object of that name is there; nothing was overwritten.
    Differs {
        /// Its name.
        object: String,
    },
    /// The server took the object and does not keep it locked as asked.
    NotLocked {
        /// Its name.
        object: String,
        /// What it says of the lock.
        said: String,
    },
    /// What the caller asked for cannot be.
    Refused(String),
}

impl Error {
    pub(crate) fn line(doing: &'static str, place: impl Into<String>, source: io::Error) -> Error {
        Error::Line { doing, place: place.into(), source }
    }

    /// The server says no to this key, rather than to what was asked.
    pub(crate) fn is_key(&self) -> bool {
        matches!(self, Error::Answer { code, .. } if super::wire::KEY_TROUBLE.contains(&code.as_str()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Setup(why) | Error::Refused(why) => f.write_str(why),
            Error::Line { doing, place, .. } => write!(f, "{doing} {place}: the server was not reached"),
            Error::Answer { doing, place, status, code } => {
                write!(f, "{doing} {place}: the server answered {status} {code}")?;
                if self.is_key() { f.write_str("; look at the file of keys and at the clock") } else { Ok(()) }
            }
            Error::Missing { object } => write!(f, "{object}: it is not there"),
            Error::Differs { object } => {
                write!(f, "{object}: another object of this name is there; nothing was overwritten")
            }
            Error::NotLocked { object, said } => write!(
                f,
                "{object}: the server took it and does not lock it ({said}); \
                 make the bucket with Object Lock and probe it: andon vault probe"
            ),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Line { source, .. } => Some(source),
            _ => None,
        }
    }
}
