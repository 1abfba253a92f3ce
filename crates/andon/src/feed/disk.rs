//! The disk as the feed sees it: list, stat and read below a root, by bytes of names, following no link.
//!
//! Everything here is one system call or a few; what is decided from it lives in [`super::scan`] and [`super::take`].

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs::{Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, RawDir, Stat as Raw, fstat, open, openat, statat};
use rustix::io::Errno;

/// Names of a folder are asked for in pieces of this size, bytes.
const NAMES_BYTES: usize = 32 << 10;
/// How a folder is opened whose names are asked for.
const LISTED: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// An ordinary file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link, pipe, socket or device: never opened.
    Other,
}

/// One name in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// The bytes of the name.
    pub name: Vec<u8>,
    /// What it stands for.
    pub kind: Kind,
}

/// What `stat` says, links not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    /// File, folder or neither.
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// Last changed, nanoseconds since 1970 by the clock of the source.
    pub mtime_ns: i64,
    /// Device and inode: which folder this is, whatever is mounted over its name later.
    pub identity: (u64, u64),
}

/// What came of reading a file.
#[derive(Debug)]
pub(super) enum Bytes {
    /// All of it, unchanged while it was read.
    Whole(Vec<u8>, Stat),
    /// It grew, shrank or changed under our eyes.
    Moving(Stat),
    /// Larger than the limit; not read.
    TooBig(Stat),
}

/// `root` and a path below it, as bytes, in one path.
pub(super) fn join(root: &Path, below: &[u8]) -> PathBuf {
    if below.is_empty() { root.to_owned() } else { root.join(OsStr::from_bytes(below)) }
}

/// The bytes of a path.
pub(super) fn bytes_of(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

/// The names in a folder, in the order of their bytes; at most `limit` of them, and whether there were more.
pub(super) fn list(folder: &Path, limit: usize) -> io::Result<(Vec<Entry>, bool)> {
    names_in(&open(folder, LISTED, Mode::empty())?, limit, &mut Vec::new())
}

fn names_in(opened: &OwnedFd, limit: usize, buffer: &mut Vec<u8>) -> io::Result<(Vec<Entry>, bool)> {
    let mut entries = Vec::new();
    let mut more = false;
    buffer.reserve(NAMES_BYTES);
    let mut names = RawDir::new(opened, buffer.spare_capacity_mut());
    while let Some(entry) = names.next() {
        let entry = entry?;
        let name = entry.file_name();
        if matches!(name.to_bytes(), b"." | b"..") {
            continue;
        }
        if entries.len() == limit {
            more = true;
            break;
        }
        let kind = match entry.file_type() {
            // Some file systems tell the names alone.
            FileType::Unknown => statat(opened, name, AtFlags::SYMLINK_NOFOLLOW)
                .map_or(Kind::Other, |stat| kind_of(FileType::from_raw_mode(stat.st_mode))),
            kind => kind_of(kind),
        };
        entries.push(Entry { name: name.to_bytes().to_vec(), kind });
    }
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    Ok((entries, more))
}

/// What stands at a path.
pub(super) fn stat(path: &Path) -> io::Result<Stat> {
    std::fs::symlink_metadata(path).map(|meta| of(&meta))
}

/// A folder that is held open while what lies below it is asked for: the way down to it is walked once. One that could not be opened
/// says why to each question.
///
/// Half of what a hospital's storage holds are folders, and the other half small files, so this is as few system calls as there can be,
/// on ways as short as they can be.
pub(super) struct Held {
    folder: Result<OwnedFd, Errno>,
    /// Names come in here, of one folder after the other.
    names: RefCell<Vec<u8>>,
}

impl Held {
    /// Opens the folder.
    pub fn open(folder: &Path) -> Held {
        let folder = open(folder, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty());
        Held { folder, names: RefCell::default() }
    }

    fn folder(&self) -> Result<&OwnedFd, Errno> {
        self.folder.as_ref().map_err(|errno| *errno)
    }

    /// What stands at a path below it; the folder itself where that is empty.
    pub fn stat(&self, below: &[u8]) -> io::Result<Stat> {
        let folder = self.folder()?;
        let raw = if below.is_empty() { fstat(folder)? } else { statat(folder, below, AtFlags::SYMLINK_NOFOLLOW)? };
        Ok(of_fd(&raw))
    }

    /// A folder below it (itself where `below` is empty) and the names in it, as [`list`]. What it is was asked before the names: a
    /// change in between is found next time.
    pub fn list(&self, below: &[u8], limit: usize) -> io::Result<(Stat, Vec<Entry>, bool)> {
        let below = if below.is_empty() { b"." } else { below };
        let opened = openat(self.folder()?, below, LISTED, Mode::empty())?;
        let stat = of_fd(&fstat(&opened)?);
        let (entries, more) = names_in(&opened, limit, &mut self.names.borrow_mut())?;
        Ok((stat, entries, more))
    }

    /// Reads a whole file below it, at most `limit` bytes, and sees to it that it held still meanwhile.
    pub fn read(&self, below: &[u8], limit: u64) -> io::Result<Bytes> {
        // O_NONBLOCK: a pipe put in the place of a file must not stop the feed.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = openat(self.folder()?, below, flags, Mode::empty())?;
        let before = of_fd(&fstat(&file)?);
        if before.kind != Kind::File {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "not an ordinary file"));
        }
        if before.size > limit {
            return Ok(Bytes::TooBig(before));
        }
        let bytes = read_full(&file, before.size as usize)?;
        let after = of_fd(&fstat(&file)?);
        let still = after == before && bytes.len() as u64 == before.size;
        Ok(if still { Bytes::Whole(bytes, before) } else { Bytes::Moving(after) })
    }
}

/// Reads as far as the file goes, at most one byte more than `size`: a file that grew shows it, and one read tells the end of a file
/// that did not. A read that gives less than was asked for is the end of an ordinary file (POSIX read(2)); a network mount may give less
/// in between, so only one short of the size is asked again.
fn read_full(file: &OwnedFd, size: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(size + 1);
    loop {
        match rustix::io::read(file, rustix::buffer::spare_capacity(&mut bytes)) {
            Ok(0) => return Ok(bytes),
            Ok(_) if bytes.len() >= size => return Ok(bytes),
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// True when reading failed because what stands there is a link, pipe, socket or folder.
pub(super) fn is_no_file(error: &io::Error) -> bool {
    let link = error.raw_os_error() == Some(Errno::LOOP.raw_os_error());
    let socket = error.raw_os_error() == Some(Errno::NXIO.raw_os_error());
    link || socket || error.kind() == io::ErrorKind::Unsupported
}

/// Reads at most `limit` bytes of a log from `offset` on.
pub(super) fn read_from(path: &Path, offset: u64, limit: u64) -> io::Result<Vec<u8>> {
    use std::io::{Seek, SeekFrom};
    let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut file = OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path)?;
    file.seek(SeekFrom::Start(offset))?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn of(meta: &Metadata) -> Stat {
    let kind = match meta.file_type() {
        kind if kind.is_file() => Kind::File,
        kind if kind.is_dir() => Kind::Folder,
        _ => Kind::Other,
    };
    let mtime_ns = nanoseconds(meta.mtime(), meta.mtime_nsec());
    Stat { kind, size: meta.size(), mtime_ns, identity: (meta.dev(), meta.ino()) }
}

fn of_fd(raw: &Raw) -> Stat {
    let kind = kind_of(FileType::from_raw_mode(raw.st_mode));
    let mtime_ns = nanoseconds(raw.st_mtime, raw.st_mtime_nsec as i64);
    Stat { kind, size: raw.st_size as u64, mtime_ns, identity: (raw.st_dev, raw.st_ino) }
}

fn kind_of(kind: FileType) -> Kind {
    match kind {
        FileType::RegularFile => Kind::File,
        FileType::Directory => Kind::Folder,
        _ => Kind::Other,
    }
}

fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(1_000_000_000).saturating_add(rest)
}
