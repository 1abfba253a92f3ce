//! What a prover keeps, in one folder of its own: its two keys in a small file for its user alone, its card, what it has seen of each
//! vault, and for as long as it is at work the store it rebuilds.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};
use vault::keys;
use vault::log::Checkpoint;
use vault::prover::{Card, Tip};
use vault::{Hash, Identity, VaultId};
use zeroize::Zeroizing;

use crate::custody::restore::Throwaway;
use crate::home::Problem;
use crate::world;

const KEYS: &str = "prover.key";
/// The card, to be carried to the station.
pub const CARD: &str = "card.txt";
const SEEN: &str = "seen";
const WORK: &str = "work";
/// How the line of the key begins that signs.
const SIGNS: &str = "ANDON-PROVER-KEY-1 ";
/// A file of keys is a few lines, bytes; what was seen of a vault a few for each place.
const KEYS_BYTES_MAX: u64 = 4 << 10;
const SEEN_BYTES_MAX: u64 = 1 << 20;

/// A prover at work.
pub struct Prover {
    dir: PathBuf,
    /// Its name for people.
    pub name: String,
    /// What opens.
    pub identity: Identity,
    /// What signs.
    pub key: SigningKey,
    /// Held while it is at work, so that two runs do not rebuild into one folder.
    _lock: File,
}

/// Makes a prover's folder: keys and card. What it prints is for the card's way to the station.
///
/// # Errors
/// There is a prover already, or the name is none; the disk says no.
pub fn init(dir: &Path, name: &str) -> Result<Card, Problem> {
    let keys = dir.join(KEYS);
    if keys.exists() {
        let dir = dir.display();
        return Err(Problem::usage(format!(
            "{dir}: 確認する機械の鍵がすでにあります。別のフォルダーにするか、そのまま使ってください。\n\
             {dir}: there is a prover's key already: use it, or name another folder."
        )));
    }
    let identity = keys::Identity::generate();
    let secret = Zeroizing::new(world::random::<32>().map_err(|error| Problem::failed(error.to_string()))?);
    let key = SigningKey::from_bytes(&secret);
    let recipient = identity.recipient().age().clone();
    let card = Card { name: name.to_owned(), recipient, key: key.verifying_key() };
    let text = card.sign(key).map_err(|error| Problem::usage(format!("--name: {error}")))?;
    fs::create_dir_all(dir)?;
    let signs = Zeroizing::new(vault::hash::to_hex(&secret[..]));
    let lines = Zeroizing::new(format!("{}{SIGNS}{}\n", identity.file().as_str(), signs.as_str()));
    world::write_private(&keys, lines.as_bytes())?;
    fs::write(dir.join(CARD), text)?;
    Ok(card)
}

impl Prover {
    /// Opens a prover's folder, alone.
    ///
    /// # Errors
    /// There is no prover; another run is at work there; a file in it is not ours.
    pub fn open(dir: &Path) -> Result<Prover, Problem> {
        let shown = dir.display();
        let none = |error: &dyn std::fmt::Display| {
            Problem::usage(format!(
                "{shown}: 確認する機械のフォルダーではありません。`andon prove init --as {shown} --name 名前` で作ってください。\n\
                 {shown}: not a prover's folder: make it with `andon prove init --as {shown} --name NAME`. ({error})"
            ))
        };
        let lock = File::open(dir.join(KEYS)).map_err(|error| none(&error))?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
            Problem::failed(format!(
                "{shown}: 別の確認が進んでいます。終わってからもう一度実行してください。\n\
                 {shown}: another proof is going on here: run this again when it has ended."
            ))
        })?;
        let text = Zeroizing::new(read(&dir.join(KEYS), KEYS_BYTES_MAX)?);
        let signs = text.lines().find_map(|line| line.strip_prefix(SIGNS));
        let secret = signs.and_then(vault::hash::from_hex).map(Zeroizing::new);
        let secret: Option<[u8; 32]> = secret.and_then(|bytes| bytes.as_slice().try_into().ok());
        let identity = text.lines().find_map(|line| line.trim().parse::<Identity>().ok());
        let (Some(identity), Some(secret)) = (identity, secret) else { return Err(none(&KEYS)) };
        let card = Card::parse(read(&dir.join(CARD), KEYS_BYTES_MAX)?.as_bytes());
        let card = card.ok_or_else(|| none(&CARD))?;
        let key = SigningKey::from_bytes(&Zeroizing::new(secret));
        Ok(Prover { dir: dir.to_owned(), name: card.name, identity, key, _lock: lock })
    }

    /// To whom is sealed, as the station lists it.
    pub fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    /// Where a store is rebuilt: below `at` or its own folder.
    ///
    /// # Errors
    /// The disk says no.
    pub fn work(&self, at: Option<&Path>) -> Result<Throwaway, Problem> {
        Throwaway::new(at.map_or_else(|| self.dir.join(WORK), |at| at.join(format!("andon-{WORK}"))))
    }

    /// What it remembers of a vault.
    ///
    /// # Errors
    /// What was written is not ours, which is not to be passed over in silence.
    pub fn memory(&self, vault: &VaultId) -> Result<Option<Memory>, Problem> {
        let path = self.memory_path(vault);
        if !path.exists() {
            return Ok(None);
        }
        serde_json::from_str(&read(&path, SEEN_BYTES_MAX)?).map(Some).map_err(|error| {
            let path = path.display();
            Problem::failed(format!(
                "{path}: 覚えていたことを読めません。消されたか書き換えられていないか確かめてください。\n\
                 {path}: what was remembered of this vault cannot be read: was it changed? ({error})"
            ))
        })
    }

    /// Remembers it.
    ///
    /// # Errors
    /// The disk says no.
    pub fn remember(&self, vault: &VaultId, memory: &Memory) -> Result<(), Problem> {
        let path = self.memory_path(vault);
        fs::create_dir_all(self.dir.join(SEEN))?;
        let text = serde_json::to_vec_pretty(memory).map_err(|error| Problem::failed(error.to_string()))?;
        let new = path.with_extension("new");
        world::write_private(&new, &text)?;
        Ok(fs::rename(new, path)?)
    }

    fn memory_path(&self, vault: &VaultId) -> PathBuf {
        self.dir.join(SEEN).join(format!("{}.json", vault.hex()))
    }
}

fn read(path: &Path, most: u64) -> Result<String, Problem> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(most).read_to_string(&mut text))
        .map_err(|error| Problem::failed(format!("{}: {error}", path.display())))?;
    Ok(text)
}

/// What a prover has seen of a vault: its own witness. A later look must go on from it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    /// Public key of the station that began the vault, hexadecimal.
    pub station: String,
    /// The last tip of each place, by the number on its label or by where it is.
    pub tips: BTreeMap<String, SeenTip>,
}

/// A tip that was seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenTip {
    /// Number of the last manifest.
    pub number: u32,
    /// Entries of the log.
    pub size: u64,
    /// Hash of the log's tree, hexadecimal.
    pub root: String,
}

impl SeenTip {
    /// Of a tip.
    pub fn of(tip: &Tip) -> SeenTip {
        SeenTip { number: tip.number, size: tip.size, root: tip.root.hex() }
    }
}

impl Memory {
    /// The tree heads that a place with so many manifests must agree with: every one that is not beyond its end, and beyond it what was
    /// seen at this very place, or, at a place that was never seen, the furthest. A disk of a rotation that has been away is behind
    /// the others, and no fault.
    pub fn must_agree(&self, vault: &VaultId, place: &str, last: u32) -> Vec<Checkpoint> {
        let own = self.tips.get(place).or_else(|| self.tips.values().max_by_key(|tip| tip.number));
        let within = self.tips.values().filter(|tip| tip.number <= last);
        let beyond = own.filter(|tip| tip.number > last);
        let head = |tip: &SeenTip| {
            Some(Checkpoint { origin: vault.origin(), size: tip.size, root: Hash::from_hex(&tip.root)? })
        };
        within.chain(beyond).filter_map(head).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tip(number: u32) -> SeenTip {
        SeenTip { number, size: number.into(), root: Hash::of(&number.to_be_bytes()).hex() }
    }

    #[test]
    fn a_place_is_held_to_what_was_seen_there_and_to_all_history_before_its_end() {
        let vault = VaultId([1; 16]);
        let tips = BTreeMap::from([("1".to_owned(), tip(9)), ("2".to_owned(), tip(5))]);
        let memory = Memory { station: String::new(), tips };
        let sizes = |place: &str, last| {
            let mut sizes: Vec<u64> = memory.must_agree(&vault, place, last).iter().map(|head| head.size).collect();
            sizes.sort_unstable();
            sizes
        };
        assert_eq!(sizes("1", 9), [5, 9]);
        assert_eq!(sizes("1", 12), [5, 9]);
        assert_eq!(sizes("1", 7), [5, 9], "cut off: 9 was seen here");
        assert_eq!(sizes("2", 6), [5], "a disk that was away is behind");
        assert_eq!(sizes("2", 4), [5], "cut off");
        assert_eq!(sizes("new", 7), [5, 9], "a place without a past has no excuse");
        assert_eq!(sizes("new", 9), [5, 9]);
    }

    #[test]
    fn a_prover_is_opened_by_its_own_files_alone_and_by_one_run_at_a_time() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("prover");
        assert!(Prover::open(&dir).is_err());
        let card = init(&dir, "予備機 3").unwrap();
        assert_eq!(fs::metadata(dir.join(KEYS)).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(init(&dir, "again").is_err());
        let prover = Prover::open(&dir).unwrap();
        assert_eq!((prover.name.as_str(), prover.recipient()), ("予備機 3", card.recipient.to_string()));
        assert_eq!(prover.key.verifying_key(), card.key);
        assert!(Prover::open(&dir).is_err(), "another run is at work");
        let vault = VaultId([1; 16]);
        assert_eq!(prover.memory(&vault).unwrap(), None);
        let memory = Memory { station: "ab".into(), tips: BTreeMap::from([("1".to_owned(), tip(9))]) };
        prover.remember(&vault, &memory).unwrap();
        assert_eq!(prover.memory(&vault).unwrap(), Some(memory));
        fs::write(dir.join(SEEN).join(format!("{}.json", vault.hex())), "{").unwrap();
        assert!(prover.memory(&vault).is_err());
        let changed = fs::read_to_string(dir.join(CARD)).unwrap().replace("予備機", "別の機械");
        fs::write(dir.join(CARD), changed).unwrap();
        drop(prover);
        assert!(Prover::open(&dir).is_err(), "a card that was changed");
    }
}
