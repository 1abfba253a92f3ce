//! The folders of every source out of a vault, as they stood at the last seal: without a home, proved on the way. What the three tools of
//! `vault.txt` do, for who has this program at hand and wants to know that nothing is missing.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use std::{ffi::OsStr, io};

use serde::Serialize;
use vault::{Identity, Member, Target, Vault};

use super::members::OWN;
use super::problem;
use super::restore::closed::{self, SealedTo};
use super::restore::forked;
use super::seen::Shown;
use super::verify::{self, Verified};
use crate::home::{Exit, Problem};

/// Where files lie that cannot lie under their own names.
const ODD: &str = "odd";

/// What was written, and what the proof of the vault found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Extracted {
    /// Files written; one that came again counts again.
    pub files: u64,
    /// Their bytes.
    pub file_bytes: u64,
    /// Files taken away again, since they were gone from their source.
    pub gone: u64,
    /// Files in the folder `odd`: their names cannot be a file's, or another file stands where their folder should.
    pub odd: u64,
    /// Segments that none of the keys opens, by the officers' key that their signed head names.
    pub sealed_to: Vec<SealedTo>,
    /// What was proved.
    #[serde(flatten)]
    pub proved: Verified,
}

/// Writes the tree into a folder that is not there or empty; readable by its owner alone. Damage of the vault is in the answer, what could be
/// opened is written all the same.
///
/// # Errors
/// The folder holds something; there is no vault, or two histories of it and nothing says which is ours; the disk is full.
pub fn extract(
    target: &Target,
    (shown, identities): (&Shown, &[Identity]),
    to: &Path,
    on: &mut dyn FnMut(u32) -> bool,
) -> Result<Extracted, Problem> {
    must_be_new(to)?;
    let vault = Vault::open_known(target, identities, None, &shown.known(target)?).map_err(problem)?;
    if let Some(fork) = vault.fork() {
        return Err(forked(fork));
    }
    let mut tree = Tree { root: to.to_owned(), segment: 0, leaving: Vec::new(), done: Extracted::default() };
    folders(&tree.root)?;
    let mut see =
        |segment: u32, member: &Member<'_>| tree.take(segment, member).map_err(|error| broken(segment, error));
    let (proved, _) = verify::examine(target, &shown.ask(), identities, (&mut |_| (), &mut see), on)?;
    tree.leave()?;
    let sealed_to = closed::sealed_to(&vault, closed::numbers(&proved.closed));
    Ok(Extracted { proved, sealed_to, ..tree.done })
}

/// That a folder is not there or empty.
///
/// # Errors
/// It holds something.
pub fn must_be_new(to: &Path) -> Result<(), Problem> {
    if fs::read_dir(to).is_ok_and(|mut entries| entries.next().is_some()) {
        let named = to.display();
        return Err(Problem {
            exit: Exit::Usage,
            words: format!(
                "{named}: 空のフォルダーではありません。新しい名前を指定してください。何も書いていません。\n\
                 {named}: not an empty folder: name a new one. Nothing was written."
            ),
        });
    }
    Ok(())
}

fn broken(segment: u32, source: io::Error) -> vault::Error {
    vault::Error::Io { doing: "writing the files", place: format!("segment {segment}"), source }
}

/// The folder that is being filled.
struct Tree {
    root: PathBuf,
    segment: u32,
    /// Names, each ended by a zero byte, of what is gone once this segment is out.
    leaving: Vec<u8>,
    done: Extracted,
}

impl Tree {
    fn take(&mut self, segment: u32, member: &Member<'_>) -> io::Result<()> {
        if segment != self.segment {
            self.leave()?;
            self.segment = segment;
        }
        let own = member.name.strip_prefix(OWN.as_bytes()).and_then(|rest| rest.strip_prefix(b"/"));
        match own {
            None => self.file(member),
            Some(rest) if rest.starts_with(b"gone/") => {
                self.leaving = member.bytes.to_vec();
                Ok(())
            }
            Some(rest) if rest.starts_with(b"odd/") => self.odd(rest, member),
            // What a restore needs beside the files.
            Some(_) => Ok(()),
        }
    }

    fn file(&mut self, member: &Member<'_>) -> io::Result<()> {
        // The vault lets no name through that leads out of the folder: relative, no `..`.
        let path = self.root.join(OsStr::from_bytes(member.name));
        match write(&path, member) {
            Ok(()) => {
                self.count(member);
                Ok(())
            }
            // A folder of that name, a file where its folder should be, or a name longer than this disk's file system takes.
            Err(error) if is_of_the_name(&error) => {
                let name = format!("odd/{:08}-{}", self.segment, self.done.odd + 1);
                self.odd(name.as_bytes(), member)
            }
            Err(error) => Err(error),
        }
    }

    fn odd(&mut self, name: &[u8], member: &Member<'_>) -> io::Result<()> {
        let last = name.rsplit(|byte| *byte == b'/').next().unwrap_or_default();
        self.done.odd += 1;
        write(&self.root.join(ODD).join(OsStr::from_bytes(last)), member).map(|()| self.count(member))
    }

    fn count(&mut self, member: &Member<'_>) {
        self.done.files += 1;
        self.done.file_bytes += member.bytes.len() as u64;
    }

    /// Takes away what was gone from its source when the segment was closed.
    fn leave(&mut self) -> io::Result<()> {
        let leaving = std::mem::take(&mut self.leaving);
        for name in leaving.split(|byte| *byte == 0).filter(|name| inside(name)) {
            match fs::remove_file(self.root.join(OsStr::from_bytes(name))) {
                Ok(()) => self.done.gone += 1,
                Err(error) if error.kind() == ErrorKind::NotFound || is_of_the_name(&error) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// Whether a name of the list stays in the folder: the list is a member's content, which the vault does not look into.
fn inside(name: &[u8]) -> bool {
    !name.is_empty() && name.split(|byte| *byte == b'/').all(|part| !part.is_empty() && part != b"." && part != b"..")
}

fn is_of_the_name(error: &io::Error) -> bool {
    use ErrorKind::{AlreadyExists, InvalidFilename, InvalidInput, IsADirectory, NotADirectory};
    matches!(error.kind(), AlreadyExists | InvalidFilename | InvalidInput | IsADirectory | NotADirectory)
}

fn write(path: &Path, member: &Member<'_>) -> io::Result<()> {
    let mut file = match create(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            path.parent().map_or(Ok(()), folders)?;
            create(path)?
        }
        other => other?,
    };
    file.write_all(member.bytes)?;
    let seconds = Duration::from_secs(member.mtime.unsigned_abs());
    let time = match member.mtime < 0 {
        true => SystemTime::UNIX_EPOCH.checked_sub(seconds),
        false => SystemTime::UNIX_EPOCH.checked_add(seconds),
    };
    // A disk that cannot keep a time keeps the bytes.
    time.map_or(Ok(()), |time| file.set_modified(time).or(Ok(())))
}

fn create(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

fn folders(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}
