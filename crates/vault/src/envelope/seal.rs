//! Boxes and slots. A random content key seals every box by itself: gzip, then AES-256-GCM, bound to this file and to the number of
//! the box. The content key is sealed once for each passphrase, under a key of PBKDF2-HMAC-SHA-256. All of it is what WebCrypto and
//! `DecompressionStream` of the oldest browsers we promise know.

use std::io::{Read, Write};
use std::num::NonZeroU32;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::pbkdf2;
use zeroize::{Zeroize, Zeroizing};

use super::{Error, Passphrase};

/// Rounds of PBKDF2-HMAC-SHA-256 (OWASP's figure for this function, of 2023). The passphrase has 79 bits of its own.
pub const ITERATIONS: u32 = 600_000;
/// Bytes of a file's id and of its salt.
const ID_BYTES: usize = 16;
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;
/// How the bound data of boxes and of slots begin: no box can stand for a slot.
const BOX: &str = "andon-envelope 1 box";
const SLOT: &str = "andon-envelope 1 slot";

/// The number of a box; the index is box 0.
pub type BoxNo = u32;

/// What tells one file from every other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileId(pub [u8; ID_BYTES]);

impl std::fmt::Display for FileId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// The content key, sealed for one passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotKey(pub Vec<u8>);

/// A file's boxes, with what opens them.
pub struct Sealed {
    /// The file.
    pub id: FileId,
    /// Salt of all its slots.
    pub salt: [u8; ID_BYTES],
    /// One for each passphrase, in their order.
    pub slots: Vec<SlotKey>,
    /// Boxes by number.
    pub boxes: Vec<Vec<u8>>,
}

/// Seals boxes of one file.
pub struct Sealer {
    id: FileId,
    secret: Zeroizing<[u8; KEY_BYTES]>,
    key: LessSafeKey,
    /// From box 1 on.
    boxes: Vec<Vec<u8>>,
}

impl Sealer {
    /// For a new file, with a content key of its own.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new() -> Result<Sealer, Error> {
        let secret = Zeroizing::new(random::<KEY_BYTES>()?);
        Ok(Sealer { id: FileId(random()?), key: key(&secret)?, secret, boxes: Vec::new() })
    }

    /// Seals the next box; its number.
    ///
    /// # Errors
    /// [`Error::Sealing`].
    pub fn add(&mut self, plain: &[u8]) -> Result<BoxNo, Error> {
        let number = BoxNo::try_from(self.boxes.len() + 1).map_err(|_| Error::Sealing)?;
        let sealed = seal_box(&self.key, self.id, number, plain)?;
        self.boxes.push(sealed);
        Ok(number)
    }

    /// Bytes sealed so far.
    pub fn bytes(&self) -> usize {
        self.boxes.iter().map(Vec::len).sum()
    }

    /// Seals the index as box 0, and the content key for each passphrase.
    ///
    /// # Errors
    /// [`Error::Sealing`]; [`Error::Random`].
    pub fn finish(self, index: &[u8], passphrases: &[&Passphrase]) -> Result<Sealed, Error> {
        let first = seal_box(&self.key, self.id, 0, index)?;
        let boxes = std::iter::once(first).chain(self.boxes).collect();
        let salt = random()?;
        let slot = |(at, passphrase): (usize, &&Passphrase)| {
            let aad = format!("{SLOT} {} {at}", self.id);
            // The key of a slot seals one thing, once.
            let sealed = seal(&slot_key(passphrase, &salt)?, [0; NONCE_BYTES], &aad, self.secret.to_vec())?;
            Ok(SlotKey(sealed))
        };
        let slots = passphrases.iter().enumerate().map(slot).collect::<Result<_, Error>>()?;
        Ok(Sealed { id: self.id, salt, slots, boxes })
    }
}

/// Opens one box with a passphrase, as the page does: for tests, and for whoever proves that a file can be read.
///
/// # Errors
/// [`Error::WrongPassphrase`]; [`Error::NoBox`]; [`Error::Damaged`].
pub fn open_box(sealed: &Sealed, passphrase: &Passphrase, number: BoxNo) -> Result<Vec<u8>, Error> {
    let own = slot_key(passphrase, &sealed.salt)?;
    let unwrap = |(at, slot): (usize, &SlotKey)| {
        let aad = format!("{SLOT} {} {at}", sealed.id);
        open(&own, [0; NONCE_BYTES], &aad, slot.0.clone()).map(Zeroizing::new)
    };
    let secret = sealed.slots.iter().enumerate().find_map(unwrap).ok_or(Error::WrongPassphrase)?;
    let secret = <&[u8; KEY_BYTES]>::try_from(&secret[..]).map_err(|_| Error::WrongPassphrase)?;
    let bytes = sealed.boxes.get(number as usize).ok_or(Error::NoBox { number })?;
    let packed = open(&key(secret)?, nonce(number), &aad(sealed.id, number), bytes.clone());
    let packed = packed.ok_or(Error::Damaged { number })?;
    let mut plain = Vec::new();
    GzDecoder::new(&packed[..]).read_to_end(&mut plain).map_err(|_| Error::Damaged { number })?;
    Ok(plain)
}

fn aad(id: FileId, number: BoxNo) -> String {
    format!("{BOX} {id} {number}")
}

/// The content key is new with each file and each of its boxes has a number of its own: so the number is the nonce.
fn nonce(number: BoxNo) -> [u8; NONCE_BYTES] {
    let mut nonce = [0; NONCE_BYTES];
    nonce[NONCE_BYTES - 4..].copy_from_slice(&number.to_be_bytes());
    nonce
}

fn seal_box(key: &LessSafeKey, id: FileId, number: BoxNo, plain: &[u8]) -> Result<Vec<u8>, Error> {
    let mut packer = GzEncoder::new(Vec::with_capacity(plain.len() / 4), Compression::best());
    packer.write_all(plain).map_err(|_| Error::Sealing)?;
    seal(key, nonce(number), &aad(id, number), packer.finish().map_err(|_| Error::Sealing)?)
}

fn seal(key: &LessSafeKey, nonce: [u8; NONCE_BYTES], aad: &str, mut bytes: Vec<u8>) -> Result<Vec<u8>, Error> {
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut bytes)
        .map_err(|_| Error::Sealing)?;
    Ok(bytes)
}

fn open(key: &LessSafeKey, nonce: [u8; NONCE_BYTES], aad: &str, mut bytes: Vec<u8>) -> Option<Vec<u8>> {
    let length = key
        .open_in_place(Nonce::assume_unique_for_key(nonce), Aad::from(aad), &mut bytes)
        .ok()
        .map(|plain| plain.len())?;
    bytes.truncate(length);
    Some(bytes)
}

fn key(bytes: &[u8; KEY_BYTES]) -> Result<LessSafeKey, Error> {
    Ok(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, bytes).map_err(|_| Error::Sealing)?))
}

fn slot_key(passphrase: &Passphrase, salt: &[u8; ID_BYTES]) -> Result<LessSafeKey, Error> {
    let rounds = NonZeroU32::new(ITERATIONS).ok_or(Error::Sealing)?;
    let mut bytes = [0; KEY_BYTES];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, rounds, salt, passphrase.bytes(), &mut bytes);
    let made = key(&bytes);
    bytes.zeroize();
    made
}

fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| Error::Random)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sealed(passphrases: &[&Passphrase]) -> Sealed {
        let mut sealer = Sealer::new().unwrap();
        assert_eq!(sealer.add("架空 一郎".as_bytes()), Ok(1));
        assert_eq!(sealer.add("架空 二郎".repeat(1000).as_bytes()), Ok(2));
        assert!(sealer.bytes() < 400, "what repeats packs");
        sealer.finish(b"index", passphrases).unwrap()
    }

    #[test]
    fn every_passphrase_opens_every_box_and_no_other_does() {
        let [ward, office, stranger] = [(); 3].map(|()| Passphrase::random().unwrap());
        let sealed = sealed(&[&ward, &office]);
        for passphrase in [&ward, &office] {
            assert_eq!(open_box(&sealed, passphrase, 0).unwrap(), b"index");
            assert_eq!(open_box(&sealed, passphrase, 1).unwrap(), "架空 一郎".as_bytes());
        }
        assert_eq!(open_box(&sealed, &stranger, 0), Err(Error::WrongPassphrase));
        assert_eq!(open_box(&sealed, &ward, 3), Err(Error::NoBox { number: 3 }));
        let all = sealed.boxes.concat();
        assert!(!all.windows(6).any(|bytes| bytes == "架空".as_bytes()));
    }

    #[test]
    fn a_box_opens_at_its_own_place_of_its_own_file_alone() {
        let passphrase = Passphrase::random().unwrap();
        let mut one = sealed(&[&passphrase]);
        one.boxes.swap(1, 2);
        for number in [1, 2] {
            assert_eq!(open_box(&one, &passphrase, number), Err(Error::Damaged { number }));
        }
        assert!(open_box(&one, &passphrase, 0).is_ok(), "a fault in one box stays there");
        let mut other = sealed(&[&passphrase]);
        other.id = one.id;
        assert_eq!(open_box(&other, &passphrase, 0), Err(Error::WrongPassphrase), "slots are bound to the file");
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_found() {
        let passphrase = Passphrase::random().unwrap();
        let whole = sealed(&[&passphrase]);
        // One derivation for all: PBKDF2 is slow on purpose.
        let own = slot_key(&passphrase, &whole.salt).unwrap();
        let slot = format!("{SLOT} {} 0", whole.id);
        let secret = open(&own, [0; NONCE_BYTES], &slot, whole.slots[0].0.clone()).unwrap();
        let content = key(<&[u8; KEY_BYTES]>::try_from(&secret[..]).unwrap()).unwrap();
        let opens = |bytes: Vec<u8>| open(&content, nonce(1), &aad(whole.id, 1), bytes).is_some();
        assert!(opens(whole.boxes[1].clone()));
        for at in 0..whole.boxes[1].len() {
            let mut changed = whole.boxes[1].clone();
            changed[at] ^= 1;
            assert!(!opens(changed), "a changed byte at {at}");
            assert!(!opens(whole.boxes[1][..at].to_vec()), "cut at {at}");
        }
        for at in 0..whole.slots[0].0.len() {
            let mut changed = whole.slots[0].0.clone();
            changed[at] ^= 1;
            assert!(open(&own, [0; NONCE_BYTES], &slot, changed).is_none());
        }
    }
}
