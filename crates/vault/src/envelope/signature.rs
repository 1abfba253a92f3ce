//! The detached signature: what an envelope's files are, said by the station that made them. A page cannot prove itself, since whoever
//! edits it edits what it says of itself; so this is looked at on another machine, and its key is compared with what paper says.

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

/// First line; another format is another number.
const HEAD: &str = "andon-envelope 1";
/// Between what is signed and the signature.
const MARK: &str = "ed25519 ";
/// Figures of a hash that paper has room for: 64 bits.
const SHORT: usize = 16;
/// A file of more than this is no signature.
const BYTES_MAX: usize = 4096;

/// What is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Number of the envelope.
    pub number: String,
    /// When it was made, milliseconds since 1970.
    pub made: i64,
    /// SHA-256 of the page, hexadecimal.
    pub html: String,
    /// SHA-256 of the file of boxes, where there is one.
    pub data: Option<String>,
}

/// A statement with its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// What is signed.
    pub statement: Statement,
    /// Public key of the station.
    pub key: [u8; 32],
    /// Ed25519 (RFC 8032) over [`Statement::text`].
    pub signature: [u8; 64],
}

impl Statement {
    /// Of the files of an envelope.
    pub fn of(number: &str, made: i64, html: &[u8], data: Option<&[u8]>) -> Statement {
        Statement { number: number.to_owned(), made, html: sha256(html), data: data.map(sha256) }
    }

    /// The bytes that are signed, with the key that signs.
    pub fn text(&self, key: &[u8; 32]) -> String {
        let Statement { number, made, html, data } = self;
        let data = data.as_deref().unwrap_or("-");
        format!("{HEAD}\nnumber {number}\nmade {made}\nhtml {html}\ndata {data}\nstation {}\n", hex(key))
    }

    /// The figures of the page's hash that the paper tag has, in groups of four: `1a2b-3c4d-…`.
    pub fn short(&self) -> String {
        grouped(&self.html)
    }

    /// Whether these are the files.
    pub fn is_of(&self, html: &[u8], data: Option<&[u8]>) -> bool {
        self.html == sha256(html) && self.data == data.map(sha256)
    }
}

impl Signed {
    /// The file.
    pub fn text(&self) -> String {
        format!("{}{MARK}{}\n", self.statement.text(&self.key), hex(&self.signature))
    }

    /// Reads a file; `None` where it is not one, or its signature is not that of its own key.
    pub fn read(text: &str) -> Option<Signed> {
        let lines: Vec<&str> = text.lines().collect();
        let [HEAD, number, made, html, data, station, signature] = lines[..] else { return None };
        let data = data.strip_prefix("data ")?;
        let statement = Statement {
            number: number.strip_prefix("number ")?.to_owned(),
            made: made.strip_prefix("made ")?.parse().ok()?,
            html: html.strip_prefix("html ")?.to_owned(),
            data: (data != "-").then(|| data.to_owned()),
        };
        let key: [u8; 32] = bytes(station.strip_prefix("station ")?)?;
        let signature: [u8; 64] = bytes(signature.strip_prefix(MARK)?)?;
        let signed = Signed { statement, key, signature };
        (text.len() <= BYTES_MAX && signed.is_sound()).then_some(signed)
    }

    fn is_sound(&self) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.key) else { return false };
        let text = self.statement.text(&self.key);
        key.verify_strict(text.as_bytes(), &Signature::from_bytes(&self.signature)).is_ok()
    }

    /// By which people compare the key with paper: the first figures of its SHA-256, in groups.
    pub fn fingerprint(&self) -> String {
        grouped(&sha256(&self.key))
    }
}

/// SHA-256, hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn bytes<const N: usize>(hex: &str) -> Option<[u8; N]> {
    let (pairs, []) = hex.as_bytes().as_chunks::<2>() else { return None };
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.iter().map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
}

/// The first figures of a hash, by four.
fn grouped(hex: &str) -> String {
    let figures = hex.get(..SHORT).unwrap_or(hex).as_bytes();
    figures.chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    fn signed() -> Signed {
        let own = SigningKey::from_bytes(&[7; 32]);
        let statement = Statement::of("A101-E7", 1_700_000_000_000, b"<html>", Some(b"boxes"));
        let key = own.verifying_key().to_bytes();
        Signed { signature: own.sign(statement.text(&key).as_bytes()).to_bytes(), statement, key }
    }

    #[test]
    fn what_is_signed_is_read_back_and_knows_its_files() {
        let signed = signed();
        assert_eq!(Signed::read(&signed.text()), Some(signed.clone()));
        assert_eq!((signed.statement.short().len(), signed.fingerprint().len()), (19, 19));
        assert!(signed.statement.is_of(b"<html>", Some(b"boxes")));
        assert!(!signed.statement.is_of(b"<html>.", Some(b"boxes")) && !signed.statement.is_of(b"<html>", None));
        assert!(!signed.statement.is_of(b"<html>", Some(b"boxe")));
    }

    #[test]
    fn every_changed_letter_is_found() {
        let text = signed().text();
        for at in 0..text.len() - 1 {
            let mut changed = text.clone().into_bytes();
            changed[at] = if changed[at] == b'0' { b'1' } else { b'0' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(Signed::read(&changed), None, "{at}: {changed}");
        }
        for cut in 0..text.len() - 1 {
            assert_eq!(Signed::read(&text[..cut]), None, "cut at {cut}");
        }
        assert_eq!(Signed::read(&format!("{text}{}", " ".repeat(BYTES_MAX))), None);
    }
}
