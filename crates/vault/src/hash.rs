//! Names by content: SHA-256, hexadecimal, and the sums by which an object is told from a damaged one.

use std::fmt;
use std::io::{self, Write};

use sha2::{Digest, Sha256};

/// Bytes that share one check sum: damage is named to this grain.
pub const PIECE_BYTES: u64 = 64 << 10;

/// SHA-256 of something (FIPS 180-4).
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// What stands where there is nothing before.
    pub const ZERO: Hash = Hash([0; 32]);

    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// 64 lower-case digits.
    pub fn hex(&self) -> String {
        to_hex(&self.0)
    }

    /// The first 16 of them, as names of objects carry.
    pub fn short(&self) -> String {
        to_hex(&self.0[..8])
    }

    /// From 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Hash> {
        from_hex(text)?.try_into().ok().map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.hex())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.short())
    }
}

/// Lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

/// From lower-case hexadecimal; anything else is `None`, so that a value has one spelling.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    rest.is_empty().then_some(())?;
    pairs.iter().map(|[high, low]| Some(digit(*high)? << 4 | digit(*low)?)).collect()
}

/// What an object is known by: its size, its hash, and one sum for each [`PIECE_BYTES`] of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// Size, bytes.
    pub size: u64,
    /// SHA-256 of all of it.
    pub sha256: Hash,
    /// First 8 bytes of the SHA-256 of each piece.
    pub pieces: Vec<[u8; 8]>,
}

/// Passes bytes on and sums them.
pub struct Summing<W> {
    out: W,
    whole: Sha256,
    piece: Sha256,
    pieces: Vec<[u8; 8]>,
    size: u64,
}

impl<W> Summing<W> {
    /// Passes on to `out`.
    pub fn new(out: W) -> Summing<W> {
        Summing { out, whole: Sha256::new(), piece: Sha256::new(), pieces: Vec::new(), size: 0 }
    }

    /// What was passed on, in sum.
    pub fn finish(mut self) -> (W, Sums) {
        if !self.size.is_multiple_of(PIECE_BYTES) {
            self.end_piece();
        }
        let sha256 = Hash(self.whole.finalize().into());
        (self.out, Sums { size: self.size, sha256, pieces: self.pieces })
    }

    fn end_piece(&mut self) {
        self.pieces.push(piece_of(&Hash(self.piece.finalize_reset().into())));
    }

    fn sum(&mut self, mut bytes: &[u8]) {
        self.whole.update(bytes);
        while !bytes.is_empty() {
            let room = PIECE_BYTES - self.size % PIECE_BYTES;
            let take = bytes.len().min(usize::try_from(room).unwrap_or(usize::MAX));
            let (now, later) = bytes.split_at(take);
            self.piece.update(now);
            self.size += now.len() as u64;
            if self.size.is_multiple_of(PIECE_BYTES) {
                self.end_piece();
            }
            bytes = later;
        }
    }
}

impl<W: Write> Write for Summing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The sum of a piece.
pub fn piece(bytes: &[u8]) -> [u8; 8] {
    piece_of(&Hash::of(bytes))
}

fn piece_of(hash: &Hash) -> [u8; 8] {
    let [a, b, c, d, e, f, g, h, ..] = hash.0;
    [a, b, c, d, e, f, g, h]
}

/// The sums of bytes in memory.
pub fn sums(bytes: &[u8]) -> Sums {
    let mut summing = Summing::new(io::sink());
    summing.sum(bytes);
    summing.finish().1
}
