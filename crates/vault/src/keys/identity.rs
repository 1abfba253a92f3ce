//! An age X25519 identity, its recipient, and the short number both go by on cards and in logs.

use std::fmt;
use std::io::Read;
use std::str::FromStr;

use age::secrecy::ExposeSecret;
use bech32::{Bech32, Hrp};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::{KeyError, Result};

/// The human-readable part of an identity (age's C2SP specification, "X25519 recipient stanza").
const HRP: &str = "age-secret-key-";
/// What every identity's line begins with.
const BEGINS: &str = "AGE-SECRET-KEY-1";
/// What the short number is hashed under.
const ID_HEAD: &str = "andon key 1\n";

/// The short number of a key: ten digits from the SHA-256 of its recipient. It is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub(super) u32);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:010}", self.0)
    }
}

impl FromStr for KeyId {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<KeyId, ()> {
        let ten = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse().ok().filter(|_| ten).map(KeyId).ok_or(())
    }
}

/// Whom something is sealed to: `age1…`. Who holds it can seal and not open.
#[derive(Clone, PartialEq, Eq)]
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// Reads `age1…`.
    ///
    /// # Errors
    /// [`KeyError::NoRecipient`].
    pub fn read(text: &str) -> Result<Recipient> {
        text.trim().parse().map(Recipient).map_err(|_| KeyError::NoRecipient)
    }

    /// The short number of its key.
    pub fn id(&self) -> KeyId {
        let digest = Sha256::digest(format!("{ID_HEAD}{self}").as_bytes());
        KeyId(u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]))
    }

    /// As the library takes it.
    pub fn age(&self) -> &age::x25519::Recipient {
        &self.0
    }

    /// A small thing sealed to it, as an age file.
    ///
    /// # Errors
    /// [`KeyError::Sealing`].
    pub fn seal(&self, plain: &[u8]) -> Result<Vec<u8>> {
        age::encrypt(&self.0, plain).map_err(|_| KeyError::Sealing)
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What opens. It is wiped when dropped, has no `Debug` that shows it and no `Display`.
pub struct Identity(age::x25519::Identity);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.id())
    }
}

impl Identity {
    /// A new one, from the operating system's randomness.
    pub fn generate() -> Identity {
        Identity(age::x25519::Identity::generate())
    }

    /// Reads an identity file: one line `AGE-SECRET-KEY-1…`, besides empty lines and lines that begin with `#`.
    ///
    /// # Errors
    /// [`KeyError::NoIdentity`] when there is none or more than one.
    pub fn read(text: &str) -> Result<Identity> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (Some(line), None) = (lines.next(), lines.next()) else { return Err(KeyError::NoIdentity) };
        if !line.starts_with(BEGINS) {
            return Err(KeyError::NoIdentity);
        }
        line.parse().map(Identity).map_err(|_| KeyError::NoIdentity)
    }

    /// The identity file that `age -d -i` takes.
    pub fn file(&self) -> Zeroizing<String> {
        let line = self.0.to_string();
        Zeroizing::new(format!(
            "# andon key {}\n# public key: {}\n{}\n",
            self.id(),
            self.recipient(),
            line.expose_secret()
        ))
    }

    /// Whom to seal to.
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    /// Its short number.
    pub fn id(&self) -> KeyId {
        self.recipient().id()
    }

    /// As the library takes it.
    pub fn age(&self) -> &age::x25519::Identity {
        &self.0
    }

    /// Opens a small thing.
    ///
    /// # Errors
    /// [`KeyError::DoesNotOpen`].
    pub fn open(&self, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>> {
        age::decrypt(&self.0, sealed).map(Zeroizing::new).map_err(|_| KeyError::DoesNotOpen { key: self.id() })
    }

    /// Opens an age file to its end and keeps nothing of it; how many bytes it holds.
    ///
    /// # Errors
    /// [`KeyError::DoesNotOpen`], also where it is damaged or cut off.
    pub fn try_whole(&self, sealed: impl Read) -> Result<u64> {
        let no = || KeyError::DoesNotOpen { key: self.id() };
        let decryptor = age::Decryptor::new(sealed).map_err(|_| no())?;
        let mut plain = decryptor.decrypt(std::iter::once(&self.0 as &dyn age::Identity)).map_err(|_| no())?;
        std::io::copy(&mut plain, &mut std::io::sink()).map_err(|_| no())
    }

    /// The line of the secret, `AGE-SECRET-KEY-1…`.
    pub(super) fn line(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.to_string().expose_secret().to_owned())
    }

    /// The 32 bytes of the secret.
    pub(super) fn bytes(&self) -> Option<Zeroizing<[u8; 32]>> {
        let line = self.0.to_string();
        let (_, bytes) = bech32::decode(line.expose_secret()).ok()?;
        let bytes = Zeroizing::new(bytes);
        let mut out = Zeroizing::new([0; 32]);
        (bytes.len() == 32).then(|| out.copy_from_slice(&bytes))?;
        Some(out)
    }

    /// Of the 32 bytes of the secret.
    pub(super) fn of_bytes(bytes: &[u8; 32]) -> Option<Identity> {
        let line = Zeroizing::new(bech32::encode_upper::<Bech32>(Hrp::parse(HRP).ok()?, bytes).ok()?);
        line.parse().map(Identity).ok()
    }
}
