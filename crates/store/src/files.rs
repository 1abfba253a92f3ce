//! Files of a home, for its owner only: folders 0700, files 0600.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::{Error, Result};

/// A text file longer than this is not one of ours, bytes.
const MAX_TEXT_BYTES: u64 = 1 << 20;

/// Makes a folder and those above it; the last is the owner's alone.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true).mode(0o700);
    builder.create(path).map_err(|error| Error::io("making the folder", path, error))
}

/// Writes a new file and makes it durable.
pub(crate) fn write_private(path: &Path, bytes: &[u8]) -> Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| Error::io("making the file", path, error))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| Error::io("writing", path, error))
}

/// Puts new bytes in place of a file's: a reader finds the old or the new, whole, also after a crash.
pub(crate) fn replace_private(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let (path, new) = (folder.join(name), folder.join(format!("{name}.new")));
    match std::fs::remove_file(&new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(Error::io("removing", &new, error)),
        _ => {}
    }
    write_private(&new, bytes)?;
    std::fs::rename(&new, &path).map_err(|error| Error::io("renaming", &new, error))?;
    sync_folder(folder)
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(path: &Path) -> Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| Error::io("syncing the folder", path, error))
}

/// A short text file.
pub(crate) fn read_text(path: &Path) -> Result<String> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_TEXT_BYTES).read_to_string(&mut text))
        .map_err(|error| Error::io("reading", path, error))?;
    Ok(text)
}

/// A lock on a file or folder of a home; it ends with this value or the process.
pub(crate) struct Lock(File);

impl Drop for Lock {
    /// Said aloud, because a child process forked meanwhile holds the same open file until it starts its program.
    fn drop(&mut self) {
        let _ = rustix::fs::flock(&self.0, rustix::fs::FlockOperation::Unlock);
    }
}

/// Takes the lock of a home's writer.
pub(crate) fn lock(path: PathBuf) -> Result<Lock> {
    let mut options = OpenOptions::new();
    let mut file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(&path)
        .map_err(|error| Error::io("opening the lock", &path, error))?;
    match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => {
            let pid = read_text(&path).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
            return Err(Error::Locked { lock: path, pid });
        }
        Err(error) => return Err(Error::io("locking", &path, error.into())),
    }
    // For the message of the next who tries; on a full disk it may stay empty.
    let _ = file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
    Ok(Lock(file))
}

/// Waits for the turn of whoever changes files in a folder; each has it for a moment only.
pub(crate) fn lock_folder(path: &Path) -> Result<Lock> {
    let folder = File::open(path).map_err(|error| Error::io("opening the folder", path, error))?;
    let taken = rustix::fs::flock(&folder, rustix::fs::FlockOperation::LockExclusive);
    taken.map_err(|error| Error::io("locking", path, error.into()))?;
    Ok(Lock(folder))
}

/// Bytes free to us on the file system of `path`; `u64::MAX` when the system does not say.
pub(crate) fn free_bytes(path: &Path) -> u64 {
    rustix::fs::statvfs(path).map_or(u64::MAX, |info| info.f_bavail.saturating_mul(info.f_frsize))
}

/// Bytes a file takes; 0 when there is none.
pub(crate) fn file_bytes(path: &Path) -> u64 {
    path.metadata().map_or(0, |info| info.len())
}
