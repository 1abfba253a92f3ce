//! A home: the folder of one station. Making it, and opening it to write or to read.

use std::path::{Path, PathBuf};

use chart::Moment;

use crate::{Error, Reader, Result, Writer};

/// What `init` decides for ever.
#[derive(Clone, Debug)]
pub struct Setup {
    /// A training home (訓練).
    pub training: bool,
    /// Name of the hospital, as shown.
    pub hospital: String,
    /// Assigning authority of its patient numbers.
    pub authority: String,
    /// Opens the home too, beside the key file.
    pub passphrase: Option<String>,
    /// Now, by our clock.
    pub now: Moment,
}

/// What opens a home.
#[derive(Clone, Debug)]
pub enum Unlock {
    /// `<home>/keys/home.key`.
    KeyFile,
    /// The same file kept elsewhere.
    KeyFileAt(PathBuf),
    /// The passphrase given at `init`.
    Passphrase(String),
}

/// What a home says of itself without a key. No patient data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// A training home (訓練).
    pub training: bool,
    /// Name of the hospital, as shown.
    pub hospital: String,
    /// Assigning authority of its patient numbers.
    pub authority: String,
    /// The station, 32 hexadecimal digits.
    pub station: String,
    /// Format of the home.
    pub format: u32,
    /// When it was made.
    pub created: Moment,
}

/// Makes a home: folder 0700, keys, empty database, reserve.
///
/// # Errors
/// [`Error::Exists`] when there is one; [`Error::Full`], [`Error::Io`].
pub fn create(home: &Path, setup: &Setup) -> Result<()> {
    let _ = (home, setup);
    Err(Error::damaged("not yet"))
}

/// Opens a home to write and takes its lock, which ends with the [`Writer`] or the process.
///
/// # Errors
/// [`Error::Locked`] when another process writes; [`Error::WrongKey`]; [`Error::NoHome`]; [`Error::Newer`].
pub fn open_writer(home: &Path, unlock: &Unlock) -> Result<Writer> {
    let _ = (home, unlock);
    Err(Error::damaged("not yet"))
}

/// Opens a home to read: no lock, any number at once, also beside a writer in another process, also on a full disk.
///
/// # Errors
/// [`Error::WrongKey`]; [`Error::NoHome`]; [`Error::Newer`].
pub fn open_reader(home: &Path, unlock: &Unlock) -> Result<Reader> {
    let _ = (home, unlock);
    Err(Error::damaged("not yet"))
}

/// What the home says of itself without a key.
///
/// # Errors
/// [`Error::NoHome`]; [`Error::Damaged`] when its plain file cannot be understood.
pub fn about(home: &Path) -> Result<About> {
    let _ = home;
    Err(Error::damaged("not yet"))
}
