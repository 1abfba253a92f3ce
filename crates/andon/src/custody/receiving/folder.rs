//! What a receiver keeps, in one folder of its own: its key, its card, who may what, what it refused, and below `held/` each vault as it
//! lies on any disk.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use chart::Moment;
use ed25519_dalek::SigningKey;
use rustix::fs::{FlockOperation, flock};
use vault::hash::{from_hex, to_hex};
use vault::receiver::{Card, Pass};
use vault::{Disk, Signer, VaultId};
use zeroize::Zeroizing;

use super::rights::{self, Right};
use crate::custody::problem;
use crate::home::{Exit, Problem};
use crate::world;

const KEY: &str = "receiver.key";
/// The card, to be carried to stations.
pub const CARD: &str = "receiver.txt";
const RIGHTS: &str = "rights.txt";
const REFUSED: &str = "refused.txt";
/// How many refusals a person has seen.
const SEEN: &str = "refused-seen.txt";
const LOCK: &str = "receiver.lock";
/// Held while rights are changed.
const CHANGING: &str = "rights.lock";
const HELD: &str = "held";
/// First line of the key's file.
const FIRST_LINE: &str = "andon-receiver-key 1";
/// A file of rights is some lines, bytes.
const RIGHTS_BYTES_MAX: u64 = 1 << 20;
/// What was refused is written down up to here, bytes: whoever tries for ever fills no disk.
const REFUSED_BYTES_MAX: u64 = 1 << 20;

/// A receiver's folder.
#[derive(Clone, Debug)]
pub struct Folder {
    dir: PathBuf,
}

/// Makes a receiver in an empty folder, or in none yet.
///
/// # Errors
/// There is one; the name is none; the disk says no.
pub fn init(dir: &Path, name: &str) -> Result<Card, Problem> {
    if dir.join(KEY).exists() {
        let dir = dir.display();
        return Err(Problem::usage(format!(
            "{dir}: 預かり端末の鍵がすでにあります。そのまま使うか、別のフォルダーにしてください。何も変えていません。\n\
             {dir}: there is a receiver's key already: use it, or name another folder. Nothing was changed."
        )));
    }
    let key = random_key()?;
    let card = Card::new(name, &key).map_err(|_| {
        Problem::usage("名前は 200 バイトまでで付けてください。 / Give it a name of at most 200 bytes.")
    })?;
    fs::create_dir_all(dir.join(HELD))?;
    let secret = Zeroizing::new(to_hex(key.as_bytes()));
    let text = Zeroizing::new(format!("{FIRST_LINE}\nname {name}\nkey {}\n", secret.as_str()));
    world::write_private(&dir.join(KEY), text.as_bytes())?;
    world::write_whole(&dir.join(RIGHTS), rights::text(&[]).as_bytes())?;
    world::write_whole(&dir.join(CARD), card.text().as_bytes())?;
    Ok(card)
}

fn random_key() -> Result<SigningKey, Problem> {
    let secret = Zeroizing::new(world::random::<32>().map_err(|error| Problem::failed(error.to_string()))?);
    Ok(SigningKey::from_bytes(&secret))
}

impl Folder {
    /// The receiver in this folder.
    ///
    /// # Errors
    /// There is none.
    pub fn open(dir: &Path) -> Result<Folder, Problem> {
        let folder = Folder { dir: dir.to_owned() };
        folder.identity()?;
        Ok(folder)
    }

    /// Its name and key.
    fn identity(&self) -> Result<(String, SigningKey), Problem> {
        let mut text = Zeroizing::new(String::new());
        let read = File::open(self.dir.join(KEY)).and_then(|file| file.take(1 << 10).read_to_string(&mut text));
        read.map_err(|_| self.none())?;
        let mut lines = text.lines();
        let first = lines.next() == Some(FIRST_LINE);
        let name = lines.next().and_then(|line| line.strip_prefix("name ")).filter(|_| first);
        let key = lines.next().and_then(|line| from_hex(line.strip_prefix("key ")?)).map(Zeroizing::new);
        let key = key.and_then(|key| Some(SigningKey::from_bytes(key.as_slice().try_into().ok()?)));
        name.map(str::to_owned).zip(key).ok_or_else(|| self.none())
    }

    fn none(&self) -> Problem {
        let dir = self.dir.display();
        Problem::usage(format!(
            "{dir}: 預かり端末のフォルダーではありません。`andon vault receive init {dir} --name 名前` で作ってください。\n\
             {dir}: not a receiver's folder: make one with `andon vault receive init {dir} --name NAME`."
        ))
    }

    /// Its key on the line.
    ///
    /// # Errors
    /// The folder is none any more.
    pub fn key(&self) -> Result<SigningKey, Problem> {
        self.identity().map(|(_, key)| key)
    }

    /// Its card.
    ///
    /// # Errors
    /// The folder is none any more.
    pub fn card(&self) -> Result<Card, Problem> {
        let (name, key) = self.identity()?;
        Card::new(&name, &key).map_err(problem)
    }

    /// Held by the one program that takes objects into this folder.
    ///
    /// # Errors
    /// Another does; the disk says no.
    pub fn lock(&self) -> Result<File, Problem> {
        let file = File::options().create(true).truncate(false).write(true).open(self.dir.join(LOCK))?;
        flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
            let dir = self.dir.display();
            Problem::failed(format!(
                "{dir}: ほかのプログラムがこのフォルダーで預かっています。 / another program receives into this folder."
            ))
        })?;
        Ok(file)
    }

    /// Who may what.
    ///
    /// # Errors
    /// The file cannot be read, or has a line that is not understood: nobody has a right then.
    pub fn rights(&self) -> Result<Vec<Right>, Problem> {
        let path = self.dir.join(RIGHTS);
        let mut text = String::new();
        File::open(&path)?.take(RIGHTS_BYTES_MAX).read_to_string(&mut text)?;
        rights::parse(&text).ok_or_else(|| Problem {
            exit: Exit::Integrity,
            words: format!(
                "{0}: 読めない行があります。直すまで、だれからも預からず、だれにも渡しません。\n\
                 {0}: a line is not understood: until it is mended nothing is taken or given.",
                path.display()
            ),
        })
    }

    /// Held by who changes the rights: of two people at once neither undoes what the other did.
    fn changing(&self) -> Result<File, Problem> {
        let file = File::options().create(true).truncate(false).write(true).open(self.dir.join(CHANGING))?;
        flock(&file, FlockOperation::LockExclusive).map_err(std::io::Error::from)?;
        Ok(file)
    }

    /// Registers a right, in place of one of the same name.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn allow(&self, right: Right) -> Result<(), Problem> {
        let _lock = self.changing()?;
        let mut rights = self.rights()?;
        rights.retain(|known| known.name() != right.name());
        rights.push(right);
        world::write_whole(&self.dir.join(RIGHTS), rights::text(&rights).as_bytes())
    }

    /// Takes the right of this name back. What lies here stays.
    ///
    /// # Errors
    /// There is none of that name; the file cannot be written.
    pub fn revoke(&self, name: &str) -> Result<(), Problem> {
        let _lock = self.changing()?;
        let rights = self.rights()?;
        let left: Vec<Right> = rights.iter().filter(|right| right.name() != name).cloned().collect();
        if left.len() == rights.len() {
            let dir = self.dir.display();
            return Err(Problem::usage(format!(
                "{name}: この名前の登録はありません。`andon vault received {dir}` で確かめてください。\n\
                 {name}: nothing of that name is registered; see `andon vault received {dir}`."
            )));
        }
        world::write_whole(&self.dir.join(RIGHTS), rights::text(&left).as_bytes())
    }

    /// Makes a reader of a vault and registers it; its pass, which is a secret.
    ///
    /// # Errors
    /// The name has blanks or is taken by a vault; the file cannot be written.
    pub fn reader(&self, vault: VaultId, name: &str) -> Result<Pass, Problem> {
        let key = random_key()?;
        let signer = Signer::new(name, key.clone()).ok().filter(|_| VaultId::of_origin(name).is_none());
        let signer = signer.ok_or_else(|| {
            Problem::usage("名前に空白と + は使えません。 / A reader's name has no blanks and no plus sign.")
        })?;
        self.allow(Right { vault, seals: None, key: signer.verifier() })?;
        Ok(Pass { card: self.card()?, reader: Some((vault, key)) })
    }

    /// Where a vault lies.
    pub fn disk(&self, vault: &VaultId) -> Disk {
        Disk::new(self.dir.join(HELD).join(vault.hex()))
    }

    /// The vaults that lie here, in the order of their numbers.
    ///
    /// # Errors
    /// The disk says no.
    pub fn vaults(&self) -> Result<Vec<VaultId>, Problem> {
        let mut vaults = Vec::new();
        for entry in fs::read_dir(self.dir.join(HELD))? {
            let name = entry?.file_name();
            vaults.extend(name.to_str().and_then(VaultId::from_hex));
        }
        vaults.sort_by_key(VaultId::hex);
        Ok(vaults)
    }

    /// Free bytes of the disk for who is not its administrator, and how many more files it takes (without end, where it does not say).
    ///
    /// # Errors
    /// The disk says no.
    pub fn free(&self) -> Result<(u64, u64), Problem> {
        let told = rustix::fs::statvfs(&self.dir).map_err(std::io::Error::from)?;
        let files = if told.f_files == 0 { u64::MAX } else { told.f_favail };
        Ok((told.f_bavail.saturating_mul(told.f_frsize), files))
    }

    /// Writes down what was refused: when, which vault's key, what was asked, why.
    pub fn refused(&self, at: Moment, vault: &VaultId, asked: &str, why: &str) {
        let path = self.dir.join(REFUSED);
        let is_small = fs::metadata(&path).map_or(true, |meta| meta.len() < REFUSED_BYTES_MAX);
        let line = format!("{} {} {asked} {why}\n", at.0, vault.hex());
        let written = || File::options().create(true).append(true).open(&path)?.write_all(line.as_bytes());
        // That it was refused does not hang on its being written down.
        if is_small && let Err(error) = written() {
            tracing::warn!(%error, "what was refused could not be written down");
        }
    }

    /// What was refused, oldest first.
    ///
    /// # Errors
    /// The file is there and cannot be read: that nothing was refused would be untrue.
    pub fn refusals(&self) -> Result<Vec<String>, Problem> {
        let mut text = Vec::new();
        match File::open(self.dir.join(REFUSED)) {
            Ok(file) => drop(file.take(2 * REFUSED_BYTES_MAX).read_to_end(&mut text)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error.into()),
        }
        Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
    }

    /// How many of the refusals a person has seen; none where nobody ever looked.
    pub fn refusals_known(&self) -> usize {
        let text = fs::read_to_string(self.dir.join(SEEN)).unwrap_or_default();
        text.trim().parse().unwrap_or(0)
    }

    /// A person has seen all refusals there are now.
    ///
    /// # Errors
    /// The file cannot be read or written.
    pub fn refusals_seen(&self) -> Result<(), Problem> {
        let count = self.refusals()?.len();
        if count == self.refusals_known() {
            Ok(())
        } else {
            world::write_whole(&self.dir.join(SEEN), format!("{count}\n").as_bytes())
        }
    }
}

/// When a file came to be here: nobody on the line can set it.
pub(super) fn taken(meta: &fs::Metadata) -> Moment {
    let since = meta.modified().ok().and_then(|at| at.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As two people at two terminals do: each registers what the other does not know of.
    #[test]
    fn of_two_who_register_at_once_neither_undoes_the_other() {
        const EACH: u8 = 10;
        let place = tempfile::tempdir().unwrap();
        init(place.path(), "検査室").unwrap();
        let register = |first: u8| {
            let folder = Folder::open(place.path()).unwrap();
            (first..first + EACH)
                .for_each(|no| drop(folder.reader(VaultId([no; 16]), &format!("reader{no}")).unwrap()));
        };
        std::thread::scope(|scope| {
            scope.spawn(|| register(0));
            register(EACH);
        });
        assert_eq!(Folder::open(place.path()).unwrap().rights().unwrap().len(), usize::from(2 * EACH));
    }
}
