//! Signed notes (C2SP signed-note): a text and lines of signatures, which any tool of that format can check. Manifests,
//! heads and checkpoints are such notes; witnesses add lines to checkpoints (C2SP tlog-cosignature, `cosignature/v1`).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::hash::{Hash, from_hex, to_hex};
use crate::{Error, Result};

/// What a note is never longer than, bytes: a manifest of a segment of 64 GiB is below.
pub const NOTE_BYTES_MAX: u64 = 4 << 20;
/// Signature lines that are looked at.
const SIGNATURES_MAX: usize = 64;
const MARK: &str = "— ";

/// Kind of a key, its first byte in the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ed25519 over the text.
    Note = 1,
    /// Ed25519 over the text and a time: a witness.
    Witness = 4,
}

/// A public key with its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    /// Name, without blanks or plus signs.
    pub name: String,
    /// What it signs.
    pub kind: Kind,
    /// The key.
    pub key: VerifyingKey,
}

/// A key that signs, with its name.
pub struct Signer {
    name: String,
    key: SigningKey,
}

/// A note taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed, up to its last line feed.
    pub text: String,
    /// Name and bytes (key id and signature) of each signature.
    pub signatures: Vec<(String, Vec<u8>)>,
}

impl Signer {
    /// Signs under this name.
    ///
    /// # Errors
    /// The name is empty or has blanks or plus signs.
    pub fn new(name: &str, key: SigningKey) -> Result<Signer> {
        if name.is_empty() || name.contains(|letter: char| letter.is_whitespace() || letter == '+') {
            return Err(Error::Refused(format!("{name:?} cannot be the name of a key")));
        }
        Ok(Signer { name: name.to_owned(), key })
    }

    /// Its public half, as a station's.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), kind: Kind::Note, key: self.key.verifying_key() }
    }

    /// Its public half, as a witness's.
    pub fn witness(&self) -> Verifier {
        Verifier { kind: Kind::Witness, ..self.verifier() }
    }

    /// The note of a text, which ends with a line feed.
    pub fn sign(&self, text: &str) -> String {
        let signature = self.key.sign(text.as_bytes()).to_bytes();
        format!("{text}\n{}", line(&self.verifier(), &signature))
    }

    /// A witness's line for the text of a checkpoint, at a time in seconds since 1970.
    pub fn cosign(&self, text: &str, seconds: u64) -> String {
        let signature = self.key.sign(cosigned(text, seconds).as_bytes()).to_bytes();
        line(&self.witness(), &[&seconds.to_be_bytes()[..], &signature].concat())
    }
}

fn cosigned(text: &str, seconds: u64) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}

fn line(verifier: &Verifier, signature: &[u8]) -> String {
    let bytes = [&verifier.id()[..], signature].concat();
    format!("{MARK}{} {}\n", verifier.name, BASE64_STANDARD.encode(bytes))
}

impl Verifier {
    /// The four bytes by which signature lines name it.
    pub fn id(&self) -> [u8; 4] {
        let named = [self.name.as_bytes(), b"\n", &[self.kind as u8], self.key.as_bytes()].concat();
        let [a, b, c, d, ..] = Hash::of(&named).0;
        [a, b, c, d]
    }

    /// As the format writes a key: name, id, kind and key, joined by plus signs.
    pub fn text(&self) -> String {
        let key = [&[self.kind as u8][..], self.key.as_bytes()].concat();
        format!("{}+{}+{}", self.name, to_hex(&self.id()), BASE64_STANDARD.encode(key))
    }

    /// From such a text.
    pub fn parse(text: &str) -> Option<Verifier> {
        let (name, rest) = text.split_once('+')?;
        let (id, key) = rest.split_once('+')?;
        let key = BASE64_STANDARD.decode(key).ok()?;
        let (kind, key) = key.split_first()?;
        let kind = [Kind::Note, Kind::Witness].into_iter().find(|known| *known as u8 == *kind)?;
        let key = VerifyingKey::from_bytes(key.try_into().ok()?).ok()?;
        let verifier = Verifier { name: name.to_owned(), kind, key };
        (from_hex(id)? == verifier.id()).then_some(verifier)
    }

    /// Whether one of the signatures is good and this key's.
    pub fn signed(&self, note: &Note) -> bool {
        self.times(note).next().is_some()
    }

    /// When this witness signed, seconds since 1970; `None` if it did not, or signs no times.
    pub fn witnessed(&self, note: &Note) -> Option<u64> {
        self.times(note).flatten().next()
    }

    /// The time, if any, of each good signature of this key.
    fn times<'a>(&'a self, note: &'a Note) -> impl Iterator<Item = Option<u64>> + 'a {
        let ours = note.signatures.iter().filter(|(name, _)| *name == self.name);
        ours.filter_map(|(_, bytes)| {
            let signature = bytes.strip_prefix(&self.id())?;
            let (text, time, signature) = match self.kind {
                Kind::Note => (note.text.clone(), None, signature),
                Kind::Witness => {
                    let (time, signature) = signature.split_first_chunk::<8>()?;
                    let time = u64::from_be_bytes(*time);
                    (cosigned(&note.text, time), Some(time), signature)
                }
            };
            let signature = Signature::from_slice(signature).ok()?;
            self.key.verify_strict(text.as_bytes(), &signature).ok()?;
            Some(time)
        })
    }
}

impl Note {
    /// Takes a note apart; `None` for what is none. Signatures are not checked.
    pub fn parse(bytes: &[u8]) -> Option<Note> {
        let text = std::str::from_utf8(bytes).ok()?;
        let begins = text.rfind("\n\n")?;
        let (text, lines) = (text.get(..=begins)?, text.get(begins + 2..)?);
        let lines = lines.strip_suffix('\n')?.split('\n');
        let signatures: Option<Vec<_>> = lines.map(signature).take(SIGNATURES_MAX + 1).collect();
        let signatures = signatures.filter(|all| (1..=SIGNATURES_MAX).contains(&all.len()))?;
        Some(Note { text: text.to_owned(), signatures })
    }
}

fn signature(line: &str) -> Option<(String, Vec<u8>)> {
    let (name, bytes) = line.strip_prefix(MARK)?.split_once(' ')?;
    let bytes = BASE64_STANDARD.decode(bytes).ok().filter(|bytes| bytes.len() > 4)?;
    (!name.is_empty()).then(|| (name.to_owned(), bytes))
}
