//! A folder as a target. An object is written beside, synced, and renamed: under its name there is all of it or nothing.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use super::{Object, Put};
use crate::hash::to_hex;
use crate::{Error, Result, name};

/// Where objects are while they are written. Its name is none of an object (`name::check` allows no dot in front).
const INCOMING: &str = ".incoming";
/// Bytes moved at a time.
const BUFFER_BYTES: usize = 256 << 10;
/// How Linux says that a block of a disk cannot be read.
const EIO: i32 = 5;
/// Folders below folders: a listing goes no deeper.
const DEPTH_MAX: usize = 8;

/// A folder that holds a vault.
#[derive(Clone, Debug)]
pub struct Disk {
    root: PathBuf,
}

/// An object being written.
#[derive(Debug)]
pub struct Draft {
    disk: Disk,
    path: PathBuf,
    file: Option<File>,
}

impl Disk {
    /// The vault in this folder. It is never made by a put: a disk that is not mounted must not become a folder of the
    /// one below.
    pub fn new(root: impl Into<PathBuf>) -> Disk {
        Disk { root: root.into() }
    }

    /// As [`Disk::new`], and makes the folder.
    ///
    /// # Errors
    /// The disk says no.
    pub fn create(root: impl Into<PathBuf>) -> Result<Disk> {
        let disk = Disk::new(root);
        let made = fs::create_dir_all(&disk.root);
        made.map_err(|error| Error::io("making a folder for a vault", disk.root.display().to_string(), error))?;
        Ok(disk)
    }

    /// Its folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn path(&self, name: &str) -> Result<PathBuf> {
        name::check(name)?;
        Ok(self.root.join(name))
    }

    /// Begins an object whose name is known when it is written.
    ///
    /// # Errors
    /// The disk says no.
    pub fn draft(&self) -> Result<Draft> {
        let folder = self.root.join(INCOMING);
        let mut random = [0; 8];
        getrandom::fill(&mut random)
            .map_err(|error| Error::io("asking for random bytes", "the system", io::Error::other(error)))?;
        let path = folder.join(to_hex(&random));
        let made = match fs::create_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            other => other,
        };
        let opened = made.and_then(|()| OpenOptions::new().read(true).write(true).create_new(true).open(&path));
        let file = opened.map_err(|error| Error::io("beginning an object", path.display().to_string(), error))?;
        Ok(Draft { disk: self.clone(), path, file: Some(file) })
    }

    /// Removes what puts that were broken off left behind. Only while nothing else writes here.
    ///
    /// # Errors
    /// The disk says no.
    pub fn clear_drafts(&self) -> Result<()> {
        match fs::remove_dir_all(self.root.join(INCOMING)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Error::io("removing unfinished objects", self.root.display().to_string(), error))
            }
            _ => Ok(()),
        }
    }

    /// Takes an object away: from a spool, when every target has it. No other target can.
    ///
    /// # Errors
    /// The disk says no.
    pub fn remove(&self, name: &str) -> Result<()> {
        let path = self.path(name)?;
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::io("removing an object", name, error)),
            _ => Ok(()),
        }
    }

    pub(super) fn put(&self, name: &str, source: &mut dyn Read, len: u64) -> Result<Put> {
        let path = self.path(name)?;
        if let Some(size) = self.size(name)? {
            let there = BufReader::with_capacity(BUFFER_BYTES, open(&path, name)?);
            return if size == len && same(there, source, name)? { Ok(Put::Already) } else { Err(differs(name)) };
        }
        let mut draft = self.draft()?;
        let copied = io::copy(&mut source.take(len + 1), &mut draft);
        let copied = copied.map_err(|error| Error::io("writing an object", name, error))?;
        if copied != len {
            return Err(Error::Refused(format!("{name}: {copied} bytes came where {len} were announced; not kept")));
        }
        draft.commit(name)
    }

    pub(super) fn get(&self, name: &str, range: Option<Range<u64>>) -> Result<Box<dyn Read>> {
        let mut file = open(&self.path(name)?, name)?;
        let Some(range) = range else { return Ok(Box::new(Blocks(file))) };
        file.seek(SeekFrom::Start(range.start)).map_err(|error| Error::io("reading an object", name, error))?;
        Ok(Box::new(Blocks(file).take(range.end.saturating_sub(range.start))))
    }

    pub(super) fn size(&self, name: &str) -> Result<Option<u64>> {
        match fs::metadata(self.path(name)?) {
            Ok(meta) if meta.is_file() => Ok(Some(meta.len())),
            Ok(_) => Err(Error::Refused(format!("{name}: there is something else than a file"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::io("looking for an object", name, error)),
        }
    }

    pub(super) fn list(&self, prefix: &str) -> Result<Vec<Object>> {
        let mut objects = Vec::new();
        self.walk("", prefix, DEPTH_MAX, &mut objects)?;
        objects.sort_unstable();
        Ok(objects)
    }

    fn walk(&self, folder: &str, prefix: &str, depth: usize, objects: &mut Vec<Object>) -> Result<()> {
        let failed = |error| Error::io("listing a vault", self.root.join(folder).display().to_string(), error);
        let entries = fs::read_dir(self.root.join(folder)).map_err(failed)?;
        for entry in entries {
            let entry = entry.map_err(failed)?;
            // What is no name of ours (a folder of the file system, a file of a person) is none of the vault.
            let Ok(part) = entry.file_name().into_string() else { continue };
            let full = if folder.is_empty() { part } else { format!("{folder}/{part}") };
            let wanted = full.starts_with(prefix) || prefix.starts_with(&format!("{full}/"));
            if !wanted || name::check(&full).is_err() {
                continue;
            }
            let meta = entry.metadata().map_err(failed)?;
            if meta.is_dir() && depth > 0 {
                self.walk(&full, prefix, depth - 1, objects)?;
            } else if meta.is_file() && full.starts_with(prefix) {
                objects.push(Object { name: full, size: meta.len() });
            }
        }
        Ok(())
    }
}

impl Draft {
    /// Makes it durable under its name.
    ///
    /// # Errors
    /// Another object of that name is there; the disk says no. Nothing is under the name then.
    pub fn commit(mut self, name: &str) -> Result<Put> {
        let path = self.disk.path(name)?;
        let failed = |error| Error::io("writing an object", name.to_owned(), error);
        let Some(mut file) = self.file.take() else { return Err(failed(io::ErrorKind::NotFound.into())) };
        if let Some(size) = self.disk.size(name)? {
            let len = file.stream_position().map_err(failed)?;
            file.seek(SeekFrom::Start(0)).map_err(failed)?;
            let alike = size == len && same(BufReader::new(open(&path, name)?), &mut BufReader::new(file), name)?;
            return if alike { Ok(Put::Already) } else { Err(differs(name)) };
        }
        let folder = path.parent().unwrap_or(&self.disk.root);
        let missing = folder.ancestors().take_while(|folder| !folder.exists()).count();
        file.sync_all().and_then(|()| fs::create_dir_all(folder)).map_err(failed)?;
        fs::rename(&self.path, &path).map_err(failed)?;
        self.path = PathBuf::new();
        // A new folder is an entry of the one above.
        for folder in folder.ancestors().take(missing + 1) {
            File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        }
        Ok(Put::Written)
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.as_mut().map_or(Err(io::ErrorKind::NotFound.into()), |file| file.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.path.as_os_str().is_empty() {
            // What cannot be removed now is cleared with the other drafts.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// A file whose bad blocks are bad bytes: the object is damaged there, and what lies beside it is to be read all the same.
struct Blocks(File);

impl Read for Blocks {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.0.read(out).map_err(|error| match error.raw_os_error() {
            Some(EIO) => io::Error::new(io::ErrorKind::InvalidData, format!("the disk cannot read it ({error})")),
            _ => error,
        })
    }
}

fn open(path: &Path, name: &str) -> Result<File> {
    File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => Error::Missing { object: name.to_owned() },
        _ => Error::io("reading an object", name, error),
    })
}

fn differs(name: &str) -> Error {
    Error::Differs { object: name.to_owned() }
}

/// Whether both give the same bytes to the end.
fn same(mut there: impl Read, source: &mut dyn Read, name: &str) -> Result<bool> {
    let failed = |error| Error::io("comparing an object", name, error);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    loop {
        ours.clear();
        theirs.clear();
        there.by_ref().take(BUFFER_BYTES as u64).read_to_end(&mut ours).map_err(failed)?;
        source.take(BUFFER_BYTES as u64).read_to_end(&mut theirs).map_err(failed)?;
        if ours != theirs {
            return Ok(false);
        }
        if ours.is_empty() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Target;

    /// Of its own memory a program cannot read the first page: the system says what it says of a bad block.
    #[test]
    fn a_block_that_the_disk_cannot_read_is_damage_of_its_object() {
        let folder = tempfile::tempdir().unwrap();
        let name = name::manifest(1, &crate::Hash::ZERO);
        fs::create_dir(folder.path().join("manifests")).unwrap();
        std::os::unix::fs::symlink("/proc/self/mem", folder.path().join(&name)).unwrap();
        let error = Target::Disk(Disk::new(folder.path())).read(&name, 10).unwrap_err();
        assert!(error.is_fault() && error.to_string().contains("the disk cannot read it"), "{error}");
    }
}
