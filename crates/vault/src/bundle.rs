//! A bundle: one file that carries entries from station to station, on a stick or over a line: events of logs, or what charts are made of.
//!
//! Outside, who made it and a signature over everything sealed; inside, `zstd` in `age`. The signature is held against a known key
//! before anything is decrypted, and what comes out is counted, so that a stranger's file costs no more than its own length.
//! What the bytes inside mean is the caller's.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use age::x25519::{Identity, Recipient};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::segment::{decrypt, encrypt, reading};
use crate::{Error, Result};

/// What a bundle carries. Neither can be taken for the other: the words that are signed differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Events of logs.
    Logs,
    /// What sources showed, from which charts are made.
    Charts,
}

impl Form {
    /// First bytes of the file.
    fn magic(self) -> &'static [u8; 15] {
        match self {
            Form::Logs => b"andon bundle 1\n",
            Form::Charts => b"andon charts 1\n",
        }
    }

    /// zstd's level. For logs: a stick is slow, and a day is small. What charts are made of is packed already, piece by piece.
    fn level(self) -> i32 {
        match self {
            Form::Logs => LEVEL,
            Form::Charts => 1,
        }
    }
}

/// Bytes before what is sealed: the magic, who made it, the signature.
const HEAD_BYTES: u64 = 15 + 16 + 64;
/// A bundle is no longer than this: two months of a hospital are below it.
pub const FILE_BYTES_MAX: u64 = 256 << 20;
/// What comes out of one is at most this…
pub const PLAIN_BYTES_MAX: u64 = 4 << 30;
/// …and at most so many times its length, beyond a first mebibyte: events pack to a fifth.
pub const RATIO_MAX: u64 = 100;
/// zstd's level for logs and what is attached to them.
const LEVEL: i32 = 9;
/// And for what charts are made of: who follows waits for all of it.
const CHARTS_LEVEL: i32 = 3;
/// Bytes hashed at once.
const PIECE_BYTES: usize = 64 << 10;
/// Memory for one window of zstd when opening, 2^23 bytes.
const WINDOW_LOG_MAX: u32 = 23;

/// What the outside of a bundle says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outside {
    /// What it says that it carries.
    pub form: Form,
    /// Who says that it made it.
    pub station: [u8; 16],
    signature: [u8; 64],
    /// SHA-256 over who made it and what is sealed.
    digest: [u8; 32],
    /// Bytes of the file.
    pub bytes: u64,
}

/// What is signed: words of its own, then the digest.
pub fn statement(form: Form, digest: &[u8; 32]) -> Vec<u8> {
    let words = match form {
        Form::Logs => b"andon bundle by 1",
        Form::Charts => b"andon charts by 1",
    };
    [&words[..], digest].concat()
}

/// Writes a bundle into an empty file; how many bytes it has. `sign` signs a [`statement`].
///
/// # Errors
/// Nobody to seal to; the disk; [`Error::Refused`] beyond [`FILE_BYTES_MAX`].
pub fn seal(
    file: &mut File,
    (form, station): (Form, [u8; 16]),
    recipients: &[Recipient],
    sign: impl FnOnce(&[u8]) -> [u8; 64],
    fill: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<u64> {
    let writing = |error| Error::io("writing a bundle", "bundle", error);
    file.write_all(&[0; HEAD_BYTES as usize]).map_err(writing)?;
    let mut hashing = Hashing { to: file, sum: Sha256::new_with_prefix(station), bytes: HEAD_BYTES };
    let mut packing = zstd::Encoder::new(encrypt(&mut hashing, recipients)?, form.level()).map_err(writing)?;
    fill(&mut packing)?;
    packing.finish().and_then(|sealing| sealing.finish()).map_err(writing)?;
    let (digest, bytes): ([u8; 32], u64) = (hashing.sum.finalize().into(), hashing.bytes);
    if bytes > FILE_BYTES_MAX {
        return Err(Error::Refused(format!("a bundle of {bytes} bytes is too long to carry")));
    }
    let head = [&form.magic()[..], &station, &sign(&statement(form, &digest))].concat();
    file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(&head)).map_err(writing)?;
    file.sync_all().map_err(writing)?;
    Ok(bytes)
}

/// Hashes what goes through.
struct Hashing<'a> {
    to: &'a mut File,
    sum: Sha256,
    bytes: u64,
}

impl Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.sum.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Reads the outside of a bundle, all of the file but nothing that is sealed.
///
/// # Errors
/// [`Error::Refused`] for what is no bundle or too long.
pub fn outside(file: &mut File) -> Result<Outside> {
    let failed = |error| reading("bundle", "its bytes", error);
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    let mut head = [0; HEAD_BYTES as usize];
    let whole = file.read_exact(&mut head).is_ok();
    let (magic, rest) = head.split_at(Form::Logs.magic().len());
    let form = [Form::Logs, Form::Charts].into_iter().find(|form| whole && magic == form.magic());
    let form = form.ok_or_else(|| Error::Refused("not a bundle / 持ち運びファイルではありません".to_owned()))?;
    let (station, signature) = rest.split_at(16);
    let mut sum = Sha256::new_with_prefix(station);
    let (mut bytes, mut piece) = (HEAD_BYTES, vec![0; PIECE_BYTES]);
    while bytes <= FILE_BYTES_MAX {
        let read = file.read(&mut piece).map_err(failed)?;
        if read == 0 {
            break;
        }
        sum.update(&piece[..read]);
        bytes += read as u64;
    }
    if bytes > FILE_BYTES_MAX {
        return Err(Error::Refused("longer than a bundle may be / 長すぎます".to_owned()));
    }
    let array = || Error::Refused("not a bundle / 持ち運びファイルではありません".to_owned());
    let (station, signature) = (station.try_into().map_err(|_| array())?, signature.try_into().map_err(|_| array())?);
    Ok(Outside { form, station, signature, digest: sum.finalize().into(), bytes })
}

impl Outside {
    /// Whether the station of this key made it, and nobody changed it since.
    pub fn is_by(&self, key: &[u8; 32]) -> bool {
        let signature = Signature::from_bytes(&self.signature);
        VerifyingKey::from_bytes(key)
            .is_ok_and(|key| key.verify_strict(&statement(self.form, &self.digest), &signature).is_ok())
    }
}

/// Opens what is sealed in a bundle whose outside was found good, and hands it to `read`.
///
/// # Errors
/// [`Error::WrongKey`] when it is sealed to others; [`Error::Damaged`]; what `read` says.
pub fn open<T>(
    file: &mut File,
    outside: &Outside,
    identity: &Identity,
    read: impl FnOnce(&mut dyn Read) -> Result<T>,
) -> Result<T> {
    file.seek(SeekFrom::Start(HEAD_BYTES)).map_err(|error| reading("bundle", "its bytes", error))?;
    let sealed = decrypt(file, "bundle", std::slice::from_ref(identity))?;
    let most = PLAIN_BYTES_MAX.min((1 << 20) + outside.bytes * RATIO_MAX);
    let mut packed = zstd::Decoder::new(sealed).map_err(|error| reading("bundle", "what is sealed", error))?;
    packed.window_log_max(WINDOW_LOG_MAX).map_err(|error| reading("bundle", "what is sealed", error))?;
    read(&mut Counted { from: packed, left: most })
}

/// A piece as it goes into a bundle: a zstd frame of its own, so that what packs to nothing (a white page) does not make the bundle look like
/// one that swells without end.
///
/// # Errors
/// [`Error::Io`] when there is no memory for it.
pub fn packed(form: Form, bytes: &[u8]) -> Result<Vec<u8>> {
    let level = match form {
        Form::Logs => LEVEL,
        Form::Charts => CHARTS_LEVEL,
    };
    zstd::bulk::compress(bytes, level).map_err(|error| Error::io("packing a file", "bundle", error))
}

/// A piece as it came in a bundle, of at most so many bytes.
///
/// # Errors
/// [`Error::Damaged`] when it is no such frame, or longer.
pub fn unpacked(bytes: &[u8], most: usize) -> Result<Vec<u8>> {
    zstd::bulk::decompress(bytes, most).map_err(|error| Error::damaged("bundle", error.to_string()))
}

/// Ends in an error where more comes out than may.
struct Counted<R> {
    from: R,
    left: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(out)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "more is packed in it than a bundle may hold"))?;
        Ok(read)
    }
}
