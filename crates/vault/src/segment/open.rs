//! Opening: all of a segment, or one frame of it.

use std::io::{BufReader, Read, Seek, SeekFrom};

use age::stream::StreamReader;
use age::{DecryptError, Decryptor};
use zstd::bulk::Decompressor;

use super::frames::{FOOTER_BYTES, FrameSize, decode, table_len};
use super::tar::Members;
use crate::{Error, Identity, Result};

/// Read ahead of age's own 64 KiB chunks, bytes.
const READ_AHEAD: usize = 64 << 10;

/// An opened segment. What has been read of it is authentic; what has not been read may yet prove damaged.
pub struct Segment<R: Read + Seek> {
    name: String,
    plain: StreamReader<BufReader<R>>,
    frames: Vec<FrameSize>,
    begins: Vec<u64>,
    unpack: Decompressor<'static>,
}

/// One frame, unpacked.
#[derive(Debug)]
pub struct Frame {
    name: String,
    no: u32,
    tar: Vec<u8>,
}

impl<R: Read + Seek> Segment<R> {
    /// Opens the object `name` that `source` reads, with any of the identities that fits. Reads its first and its last
    /// bytes only; that proves its length.
    ///
    /// # Errors
    /// None of the identities fits; it is cut off or damaged there.
    pub fn open(source: R, name: &str, identities: &[Identity]) -> Result<Segment<R>> {
        let mut plain = decrypt(source, name, identities)?;
        let (frames, begins) = table(&mut plain, name)?;
        let unpack = Decompressor::new().map_err(|error| Error::io("setting up zstd", name, error))?;
        Ok(Segment { name: name.to_owned(), plain, frames, begins, unpack })
    }

    /// Sizes of its frames; the last is the end of the archive.
    pub fn frames(&self) -> &[FrameSize] {
        &self.frames
    }

    /// Reads one frame, from 0.
    ///
    /// # Errors
    /// There is none of that number; it is damaged; it cannot be read.
    pub fn frame(&mut self, no: u32) -> Result<Frame> {
        let damaged = |what: &str| Error::damaged(&self.name, format!("frame {no}: {what}"));
        let at = no as usize;
        let (Some(size), Some(begin)) = (self.frames.get(at), self.begins.get(at)) else {
            return Err(damaged("the segment has no such frame"));
        };
        let mut packed = vec![0; size.packed as usize];
        let read = self.plain.seek(SeekFrom::Start(*begin)).and_then(|_| self.plain.read_exact(&mut packed));
        read.map_err(|error| reading(&self.name, &format!("frame {no}"), error))?;
        let mut tar = Vec::with_capacity(size.tar as usize);
        let unpacked = self.unpack.decompress_to_buffer(&packed, &mut tar);
        match unpacked {
            Ok(len) if len == size.tar as usize => Ok(Frame { name: self.name.clone(), no, tar }),
            Ok(_) => Err(damaged("it unpacks to another size than its table says")),
            Err(error) => Err(damaged(&format!("it does not unpack ({error})"))),
        }
    }
}

impl Frame {
    /// Its files, in order.
    ///
    /// # Errors
    /// Each: bytes that are no tar.
    pub fn members(&self) -> impl Iterator<Item = Result<super::Member<'_>>> {
        let place = |what| Error::damaged(&self.name, format!("frame {}: {what}", self.no));
        Members::new(&self.tar).map(move |member| member.map_err(place))
    }

    /// Its number in its segment, from 0.
    pub fn number(&self) -> u32 {
        self.no
    }

    /// The tar bytes.
    pub fn tar(&self) -> &[u8] {
        &self.tar
    }
}

/// The frames and where each begins in the decrypted stream.
fn table<R: Read + Seek>(plain: &mut StreamReader<R>, name: &str) -> Result<(Vec<FrameSize>, Vec<u64>)> {
    let read = |error| reading(name, "its end", error);
    let none = || Error::damaged(name, "its end is not that of a segment");
    let len = plain.seek(SeekFrom::End(0)).map_err(read)?;
    let mut footer = [0; FOOTER_BYTES];
    let footer_at = len.checked_sub(FOOTER_BYTES as u64).ok_or_else(none)?;
    plain.seek(SeekFrom::Start(footer_at)).map_err(read)?;
    plain.read_exact(&mut footer).map_err(read)?;
    let table_bytes = table_len(&footer).ok_or_else(none)?;
    let table_at = len.checked_sub(table_bytes as u64).ok_or_else(none)?;
    let mut table = vec![0; table_bytes];
    plain.seek(SeekFrom::Start(table_at)).map_err(read)?;
    plain.read_exact(&mut table).map_err(read)?;
    let frames = decode(&table, len).ok_or_else(none)?;
    let begins = frames.iter().scan(0, |at, frame| {
        let begin = *at;
        *at += u64::from(frame.packed);
        Some(begin)
    });
    let begins = begins.collect();
    Ok((frames, begins))
}

/// Decrypts the object `name`.
pub(crate) fn decrypt<R: Read>(source: R, name: &str, identities: &[Identity]) -> Result<StreamReader<BufReader<R>>> {
    let failed = |error| match error {
        DecryptError::NoMatchingKeys => Error::WrongKey { object: name.to_owned() },
        DecryptError::UnknownFormat => Error::Newer { object: name.to_owned() },
        DecryptError::Io(error) => reading(name, "its first bytes", error),
        error => Error::damaged(name, format!("its first bytes: {error}")),
    };
    let decryptor = Decryptor::new_buffered(BufReader::with_capacity(READ_AHEAD, source)).map_err(failed)?;
    decryptor.decrypt(identities.iter().map(|identity| identity as &dyn age::Identity)).map_err(failed)
}

/// A failed read: bytes that do not decrypt or that end early are damage, the rest is the system's.
pub(crate) fn reading(name: &str, place: &str, error: std::io::Error) -> Error {
    use std::io::ErrorKind::{InvalidData, UnexpectedEof};
    match error.kind() {
        InvalidData | UnexpectedEof => Error::damaged(name, format!("{place}: {error}")),
        _ => Error::io("reading an object", name, error),
    }
}
