//! An object read here and there, piece by piece, from any target.

use std::io::{self, Read, Seek, SeekFrom};

use super::Target;
use crate::hash::{PIECE_BYTES, Sums, piece};
use crate::{Error, Result};

/// An object that can be read from any place. It asks the target for whole pieces, and gives out of them only what agrees
/// with their sums, where it was given those.
pub struct ObjectReader {
    target: Target,
    name: String,
    len: u64,
    at: u64,
    piece: Vec<u8>,
    /// Number of the piece at hand.
    no: Option<u64>,
    sums: Vec<[u8; 8]>,
}

impl ObjectReader {
    pub(super) fn open(target: &Target, name: &str, sums: Option<&Sums>) -> Result<ObjectReader> {
        let len = target.size(name)?.ok_or_else(|| Error::Missing { object: name.to_owned() })?;
        if let Some(sums) = sums.filter(|sums| sums.size != len) {
            return Err(Error::damaged(name, format!("it has {len} bytes where {} were sealed", sums.size)));
        }
        let (target, name) = (target.clone(), name.to_owned());
        let sums = sums.map(|sums| sums.pieces.clone()).unwrap_or_default();
        Ok(ObjectReader { target, name, len, at: 0, piece: Vec::new(), no: None, sums })
    }

    fn fill(&mut self, no: u64) -> io::Result<()> {
        let begin = no * PIECE_BYTES;
        let end = self.len.min(begin + PIECE_BYTES);
        self.no = None;
        self.piece.clear();
        let source = self.target.get(&self.name, Some(begin..end)).map_err(io::Error::other)?;
        source.take(end - begin).read_to_end(&mut self.piece)?;
        if (self.piece.len() as u64) < end - begin {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the object became shorter"));
        }
        if !self.sums.is_empty() && self.sums.get(no as usize) != Some(&piece(&self.piece)) {
            let what = format!("bytes {begin} to {end} are not what was sealed");
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        self.no = Some(no);
        Ok(())
    }
}

impl Read for ObjectReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.len || out.is_empty() {
            return Ok(0);
        }
        let no = self.at / PIECE_BYTES;
        if self.no != Some(no) {
            self.fill(no)?;
        }
        let rest = self.piece.get((self.at % PIECE_BYTES) as usize..).unwrap_or_default();
        let take = out.len().min(rest.len());
        out[..take].copy_from_slice(&rest[..take]);
        self.at += take as u64;
        Ok(take)
    }
}

impl Seek for ObjectReader {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.len.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = to.ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        Ok(self.at)
    }
}
