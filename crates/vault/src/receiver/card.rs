//! A receiver's card, by which senders know it, and a reader's pass: the card and a key that may read one vault there.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::SigningKey;
use rustls::pki_types::CertificateDer;
use zeroize::Zeroizing;

use super::tls::{certificate, key_of};
use crate::hash::{Hash, from_hex, to_hex};
use crate::{Error, Result, VaultId};

const FIRST_LINE: &str = "andon-receiver 1";
/// A card is below 1 KB.
const FILE_BYTES_MAX: u64 = 16 << 10;
/// Digits that a person compares, in groups of four.
const CODE_DIGITS: usize = 20;

/// How a receiver is known. Nothing in it is secret; whoever changes it on its way makes senders believe another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// Its name for people.
    pub name: String,
    pub(super) certificate: CertificateDer<'static>,
}

/// What a file of keys for a receiver holds: its card, and of a reader the key by which it may read a vault there.
pub struct Pass {
    /// The receiver.
    pub card: Card,
    /// Of a reader: which vault, and its key. A station that seals has its vault's own.
    pub reader: Option<(VaultId, SigningKey)>,
}

impl Card {
    /// The card of the receiver with this key.
    ///
    /// # Errors
    /// The name is empty, longer than 200 bytes, or has control characters.
    pub fn new(name: &str, key: &SigningKey) -> Result<Card> {
        if name.trim().is_empty() || name.len() > 200 || name.contains(char::is_control) {
            return Err(Error::Refused("a receiver needs a name of at most 200 bytes".to_owned()));
        }
        Ok(Card { name: name.to_owned(), certificate: certificate(key)?.0 })
    }

    /// As it is handed over, UTF-8.
    pub fn text(&self) -> String {
        format!("{FIRST_LINE}\nname {}\ncertificate {}\n", self.name, BASE64_STANDARD.encode(&self.certificate))
    }

    /// Digits of the receiver's key that both sides show, for two people to compare: `1a2b-3c4d-…`.
    pub fn code(&self) -> String {
        let key = key_of(&self.certificate).map(|key| key.to_bytes()).unwrap_or_default();
        let digits = Hash::of(&key).hex();
        let groups: Vec<&str> = (0..CODE_DIGITS).step_by(4).map(|at| &digits[at..at + 4]).collect();
        groups.join("-")
    }
}

impl Pass {
    /// As it is handed over: a secret, if it is a reader's.
    pub fn text(&self) -> Zeroizing<String> {
        let reader = self.reader.as_ref().map(|(vault, key)| {
            Zeroizing::new(format!("vault {}\nkey {}\n", vault.hex(), Zeroizing::new(to_hex(key.as_bytes())).as_str()))
        });
        Zeroizing::new(self.card.text() + reader.as_ref().map_or("", |reader| reader.as_str()))
    }

    /// Reads a card or a pass; a pass must be a file that only its owner can read.
    ///
    /// # Errors
    /// It cannot be read, is none, or others may read the key in it.
    pub fn read(path: &Path) -> Result<Pass> {
        let failed = |error| Error::io("reading", path.display().to_string(), error);
        let file = File::open(path).map_err(failed)?;
        let mode = file.metadata().map_err(failed)?.mode();
        let mut text = Zeroizing::new(String::new());
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        let place = path.display();
        let pass = Pass::parse(&text).ok_or_else(|| {
            Error::Refused(format!(
                "{place}: 預かり端末のカードではありません / not the card of a receiver (andon vault receive init)"
            ))
        })?;
        if pass.reader.is_some() && mode & 0o077 != 0 {
            return Err(Error::Refused(format!(
                "{place}: 鍵のファイルは所有者だけが読めるようにしてください（chmod 600） / others may read this file of keys: chmod 600"
            )));
        }
        Ok(pass)
    }

    fn parse(text: &str) -> Option<Pass> {
        let mut lines = text.lines();
        (lines.next()? == FIRST_LINE).then_some(())?;
        let mut word = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
        let name = word("name")?.to_owned();
        let certificate = CertificateDer::from(BASE64_STANDARD.decode(word("certificate")?).ok()?);
        key_of(&certificate)?;
        let reader = match word("vault") {
            None => None,
            Some(vault) => {
                let key = Zeroizing::new(from_hex(word("key")?)?);
                Some((VaultId::from_hex(vault)?, SigningKey::from_bytes(key.as_slice().try_into().ok()?)))
            }
        };
        Some(Pass { card: Card { name, certificate }, reader })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn cards_and_passes_are_read_as_written_and_a_pass_by_its_owner_alone() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let card = Card::new("検査室", &key).unwrap();
        assert_eq!(Pass::parse(&card.text()).unwrap().card, card);
        assert_eq!(card.code(), Card::new("other name", &key).unwrap().code());
        assert!(Card::new(" ", &key).is_err() && Card::new("a\nb", &key).is_err());
        let reader = Some((VaultId([3; 16]), SigningKey::from_bytes(&[9; 32])));
        let text = Pass { card: card.clone(), reader }.text();
        let read = Pass::parse(&text).unwrap().reader.unwrap();
        assert_eq!((read.0, read.1.to_bytes()), (VaultId([3; 16]), [9; 32]));
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pass");
        std::fs::write(&path, text.as_bytes()).unwrap();
        for (mode, good) in [(0o600, true), (0o640, false), (0o604, false)] {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let read = Pass::read(&path);
            assert_eq!(read.is_ok(), good);
            let secret = to_hex(&[9; 32]);
            assert!(read.err().is_none_or(|error| !error.to_string().contains(&secret)));
        }
        for wrong in ["", "andon-receiver 1\nname x\n", "andon-receiver 1\nname x\ncertificate AAAA\n"] {
            assert!(Pass::parse(wrong).is_none());
        }
    }
}
