//! The database key and the slots it is kept in: a key file, a passphrase, the officers' recipient.
//!
//! A slot is one line of `<home>/keys/slots`: its kind, how its own key is made, and the database key sealed under
//! that with ChaCha20-Poly1305 (RFC 8439). Kinds not known here are left alone. Passphrases go through Argon2id
//! (RFC 9106). Secrets are wiped from memory when dropped, as far as they are ours: SQLCipher keeps its own copy.

use std::path::Path;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Key, Nonce};
use zeroize::Zeroizing;

use crate::files::{lock_folder, read_text, replace_private, write_private};
use crate::wire::{from_hex, to_hex};
use crate::{Error, Result, Unlock};

const SLOTS_HEAD: &str = "andon-slots 1";
const KEY_HEAD: &str = "andon-key 1";

/// How the line of a passphrase slot begins.
const PASSPHRASE: &str = "passphrase ";
/// How the line of the officers' slot begins: `age RECIPIENT AGE-FILE`, the file in hexadecimal. It holds the key of the slot.
const OFFICERS: &str = "age ";
/// Passphrases of a home: opening by one may have to try them all, a third of a second each.
const PASSPHRASES_MAX: usize = 8;

/// Argon2id for new passphrase slots: memory KiB, passes, lanes (RFC 9106 §4, second choice: 64 MiB, 3 passes).
const ARGON: Argon = Argon { memory_kib: 65_536, passes: 3, lanes: 1 };
/// A slots file that asks for more memory than this is refused, KiB.
const MAX_MEMORY_KIB: u32 = 1 << 20;
/// And for more passes than this.
const MAX_PASSES: u32 = 64;

/// The 256-bit key of the database.
pub(crate) struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// A fresh random one.
    pub fn random() -> Result<DatabaseKey> {
        Ok(DatabaseKey(Zeroizing::new(random()?)))
    }

    /// As SQLCipher takes it.
    pub fn hex(&self) -> Zeroizing<String> {
        Zeroizing::new(to_hex(&self.0[..]))
    }
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| Error::Io {
        doing: "asking for random bytes",
        path: "the operating system".into(),
        source: std::io::Error::other(error.to_string()),
    })?;
    Ok(bytes)
}

/// Parameters of Argon2id.
#[derive(Clone, Copy)]
pub(crate) struct Argon {
    pub memory_kib: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Argon {
    /// 32 bytes of a secret and a salt; `None` for parameters beyond reason.
    pub fn derive(self, passphrase: &str, salt: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return None;
        }
        let params = argon2::Params::new(self.memory_kib, self.passes, self.lanes, Some(32)).ok()?;
        let argon = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
        let mut out = Zeroizing::new([0; 32]);
        argon.hash_password_into(passphrase.as_bytes(), salt, &mut out[..]).ok()?;
        Some(out)
    }
}

/// What a slot is bound to: moved to another home or relabelled, it no longer opens.
fn bound(station: &str, label: &str) -> String {
    format!("{SLOTS_HEAD}\n{station}\n{label}")
}

fn seal(key: &[u8; 32], station: &str, label: &str, secret: &DatabaseKey) -> Result<String> {
    let nonce: [u8; 12] = random()?;
    let aad = bound(station, label);
    let sealed = ChaCha20Poly1305::new(&Key::from(*key))
        .encrypt(&Nonce::from(nonce), Payload { msg: &secret.0[..], aad: aad.as_bytes() })
        .map_err(|_| Error::damaged("sealing a key slot"))?;
    Ok(format!("{label} {} {}\n", to_hex(&nonce), to_hex(&sealed)))
}

/// Opens the two last words of a slot's line; `None` when this key does not.
fn unseal(key: &[u8; 32], station: &str, line: &str) -> Option<DatabaseKey> {
    let (rest, sealed) = line.rsplit_once(' ')?;
    let (label, nonce) = rest.rsplit_once(' ')?;
    let nonce: [u8; 12] = from_hex(nonce)?.try_into().ok()?;
    let sealed = from_hex(sealed)?;
    let aad = bound(station, label);
    let payload = Payload { msg: &sealed, aad: aad.as_bytes() };
    let plain = Zeroizing::new(ChaCha20Poly1305::new(&Key::from(*key)).decrypt(&Nonce::from(nonce), payload).ok()?);
    let mut out = Zeroizing::new([0; 32]);
    (plain.len() == 32).then(|| out.copy_from_slice(&plain))?;
    Some(DatabaseKey(out))
}

/// Makes the key file and the slots of a new home.
pub(crate) fn create(folder: &Path, station: &str, passphrase: Option<&str>, secret: &DatabaseKey) -> Result<()> {
    let file_key = Zeroizing::new(random::<32>()?);
    let text = Zeroizing::new(format!("{KEY_HEAD}\n{}\n", Zeroizing::new(to_hex(&file_key[..])).as_str()));
    write_private(&folder.join("home.key"), text.as_bytes())?;
    let mut slots = format!("{SLOTS_HEAD}\n");
    slots += &seal(&file_key, station, "keyfile", secret)?;
    if let Some(passphrase) = passphrase {
        slots += &passphrase_slot(passphrase, station, secret)?;
    }
    write_private(&folder.join("slots"), slots.as_bytes())
}

fn passphrase_slot(passphrase: &str, station: &str, secret: &DatabaseKey) -> Result<String> {
    let salt: [u8; 16] = random()?;
    let Argon { memory_kib, passes, lanes } = ARGON;
    let label = format!("passphrase argon2id {memory_kib} {passes} {lanes} {}", to_hex(&salt));
    let key = ARGON.derive(passphrase, &salt).ok_or_else(|| Error::damaged("deriving a passphrase key"))?;
    seal(&key, station, &label, secret)
}

/// Opens one slot.
pub(crate) fn unlock(folder: &Path, station: &str, how: &Unlock) -> Result<DatabaseKey> {
    open_slot(&read_slots(folder)?, folder, station, how)
}

/// The slots of a home, head and all.
fn read_slots(folder: &Path) -> Result<String> {
    let path = folder.join("slots");
    let text = read_text(&path)?;
    if text.lines().next() != Some(SLOTS_HEAD) {
        return Err(Error::damaged(format!("key slots {}", path.display())));
    }
    Ok(text)
}

/// Adds a passphrase slot. Every line that is there stays as it is, also those of kinds not known here.
pub(crate) fn add_passphrase(folder: &Path, station: &str, how: &Unlock, passphrase: &str) -> Result<()> {
    let slot = passphrase_slot(passphrase, station, &unlock(folder, station, how)?)?;
    let _turn = lock_folder(folder)?;
    let text = read_slots(folder)?;
    if text.lines().filter(|line| line.starts_with(PASSPHRASE)).count() >= PASSPHRASES_MAX {
        return Err(Error::TooLong { what: "list of passphrases" });
    }
    let end = if text.ends_with('\n') { "" } else { "\n" };
    replace_private(folder, "slots", format!("{text}{end}{slot}").as_bytes())
}

/// Takes every passphrase slot away; the number of them. What opened the home must open it afterwards too.
pub(crate) fn remove_passphrases(folder: &Path, station: &str, how: &Unlock) -> Result<usize> {
    unlock(folder, station, how)?;
    let _turn = lock_folder(folder)?;
    let text = read_slots(folder)?;
    let (gone, kept): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with(PASSPHRASE));
    if gone.is_empty() {
        return Err(Error::NoSlot);
    }
    let kept = kept.join("\n") + "\n";
    open_slot(&kept, folder, station, how).map_err(|_| Error::LastSlot)?;
    replace_private(folder, "slots", kept.as_bytes())?;
    Ok(gone.len())
}

/// Gives the officers' slot to a recipient: who holds its identity opens the home. A slot of theirs that was there is taken away,
/// every other line stays as it is.
pub(crate) fn put_officers(folder: &Path, station: &str, how: &Unlock, recipient: &str) -> Result<()> {
    let to: age::x25519::Recipient = recipient
        .parse()
        .map_err(|_| Error::damaged(format!("recipient {}", recipient.chars().take(80).collect::<String>())))?;
    let slot_key = Zeroizing::new(random::<32>()?);
    let file = age::encrypt(&to, &slot_key[..]).map_err(|_| Error::damaged("sealing a key slot"))?;
    let slot = seal(&slot_key, station, &format!("{OFFICERS}{to} {}", to_hex(&file)), &unlock(folder, station, how)?)?;
    let _turn = lock_folder(folder)?;
    let text = read_slots(folder)?;
    let kept: Vec<&str> = text.lines().filter(|line| !line.starts_with(OFFICERS)).collect();
    let new = format!("{}\n{slot}", kept.join("\n"));
    replace_private(folder, "slots", new.as_bytes())
}

/// The recipient of the officers' slot; `None` where there is none.
pub(crate) fn officers(folder: &Path) -> Result<Option<String>> {
    let text = read_slots(folder)?;
    let slot = text.lines().find_map(|line| line.strip_prefix(OFFICERS));
    Ok(slot.and_then(|rest| rest.split(' ').next()).map(str::to_owned))
}

/// The key of the officers' slot; `None` for other lines, and for those of another identity.
fn officers_key(line: &str, identity: &age::x25519::Identity) -> Option<Zeroizing<[u8; 32]>> {
    let words: Vec<&str> = line.split(' ').collect();
    let ["age", _, file, _, _] = words[..] else { return None };
    let plain = Zeroizing::new(age::decrypt(identity, &from_hex(file)?).ok()?);
    let mut key = Zeroizing::new([0; 32]);
    (plain.len() == 32).then(|| key.copy_from_slice(&plain))?;
    Some(key)
}

/// The one identity of an identity file.
fn identity(text: &str) -> Option<age::x25519::Identity> {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let only = lines.next().filter(|_| lines.next().is_none())?;
    only.parse().ok()
}

fn open_slot(text: &str, folder: &Path, station: &str, how: &Unlock) -> Result<DatabaseKey> {
    let mut lines = text.lines().skip(1);
    let path = match how {
        Unlock::KeyFile => folder.join("home.key"),
        Unlock::KeyFileAt(path) => path.clone(),
        Unlock::Passphrase(passphrase) => {
            let open = lines.find_map(|line| {
                let key = passphrase_key(line, passphrase)?;
                unseal(&key, station, line)
            });
            return open.ok_or(Error::WrongKey { slot: "passphrase".into() });
        }
        Unlock::Identity(text) => {
            let identity = identity(text.expose()).ok_or(Error::WrongKey { slot: "age identity".into() })?;
            let open = lines.find_map(|line| unseal(&*officers_key(line, &identity)?, station, line));
            let slot = format!("age identity of {}", identity.to_public());
            return open.ok_or(Error::WrongKey { slot });
        }
    };
    let key = key_file(&path)?;
    let found = lines.filter(|line| line.starts_with("keyfile ")).find_map(|line| unseal(&key, station, line));
    found.ok_or_else(|| Error::WrongKey { slot: format!("key file {}", path.display()) })
}

/// The key of a passphrase slot's line; `None` for other lines.
fn passphrase_key(line: &str, passphrase: &str) -> Option<Zeroizing<[u8; 32]>> {
    let words: Vec<&str> = line.split(' ').collect();
    let ["passphrase", "argon2id", memory, passes, lanes, salt, _, _] = words[..] else { return None };
    let argon = Argon { memory_kib: memory.parse().ok()?, passes: passes.parse().ok()?, lanes: lanes.parse().ok()? };
    argon.derive(passphrase, &from_hex(salt)?)
}

fn key_file(path: &Path) -> Result<Zeroizing<[u8; 32]>> {
    let text = Zeroizing::new(read_text(path)?);
    let key = text
        .strip_prefix(KEY_HEAD)
        .and_then(|rest| from_hex(rest.trim()))
        .map(Zeroizing::new)
        .and_then(|bytes| <[u8; 32]>::try_from(&bytes[..]).ok());
    let Some(key) = key else { return Err(Error::damaged(format!("key file {}", path.display()))) };
    Ok(Zeroizing::new(key))
}
