//! A prover's card: its name and its two public keys, signed by itself, so that a slip of the pen or of a scanner is noticed.

use ed25519_dalek::{SigningKey, VerifyingKey};

use super::{origin, verifier};
use crate::hash::{from_hex, to_hex};
use crate::note::{Note, Signer};
use crate::{Recipient, Result};

const FIRST_LINE: &str = "andon-prover 1";
/// Bytes of the longest name: with the rest below what one QR code holds (2,953 bytes).
const NAME_BYTES_MAX: usize = 200;

/// What a station is told of a prover. Nothing in it is secret.
#[derive(Clone)]
pub struct Card {
    /// Its name for people.
    pub name: String,
    /// To whom is sealed.
    pub recipient: Recipient,
    /// By which key its verdicts are signed.
    pub key: VerifyingKey,
}

impl Card {
    fn text(&self) -> String {
        let Card { name, recipient, key } = self;
        format!("{FIRST_LINE}\nname {name}\nrecipient {recipient}\nkey {}\n", to_hex(key.as_bytes()))
    }

    /// The card as it is handed over: UTF-8, below what one QR code holds.
    ///
    /// # Errors
    /// The name is empty, too long, or has control characters.
    pub fn sign(&self, key: SigningKey) -> Result<String> {
        let name = &self.name;
        if name.trim().is_empty() || name.len() > NAME_BYTES_MAX || name.contains(char::is_control) {
            return Err(crate::Error::Refused("a prover needs a name of at most 200 bytes".to_owned()));
        }
        Ok(Signer::new(&origin(&self.key), key)?.sign(&self.text()))
    }

    /// Reads a card; `None` for what is none, or was changed after it was signed.
    pub fn parse(bytes: &[u8]) -> Option<Card> {
        let note = Note::parse(bytes)?;
        let mut lines = note.text.lines();
        (lines.next()? == FIRST_LINE).then_some(())?;
        let mut word = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
        let name = word("name")?.to_owned();
        let recipient = word("recipient")?.parse().ok()?;
        let key = VerifyingKey::from_bytes(&from_hex(word("key")?)?.try_into().ok()?).ok()?;
        let card = Card { name, recipient, key };
        // One spelling only, so that nothing can stand in it that we do not see.
        (card.text() == note.text && verifier(&card.key).signed(&note)).then_some(card)
    }
}
