//! An object read here and there, in windows, from any target.

use std::io::{self, Read, Seek, SeekFrom};

use super::Target;
use crate::{Error, Result};

/// Asked of the target at a time: two chunks of age and some, so that a frame is one or two questions.
const WINDOW_BYTES: u64 = 192 << 10;

/// An object that can be read from any place. The next window begins where the reader was set to.
pub struct ObjectReader {
    target: Target,
    name: String,
    len: u64,
    at: u64,
    window: Vec<u8>,
    begin: u64,
}

impl ObjectReader {
    pub(super) fn open(target: &Target, name: &str) -> Result<ObjectReader> {
        let len = target.size(name)?.ok_or_else(|| Error::Missing { object: name.to_owned() })?;
        let name = name.to_owned();
        Ok(ObjectReader { target: target.clone(), name, len, at: 0, window: Vec::new(), begin: 0 })
    }

    fn fill(&mut self) -> io::Result<()> {
        let end = self.len.min(self.at + WINDOW_BYTES);
        let source = self.target.get(&self.name, Some(self.at..end)).map_err(io::Error::other)?;
        self.window.clear();
        self.begin = self.at;
        source.take(end - self.at).read_to_end(&mut self.window)?;
        if (self.window.len() as u64) < end - self.at {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the object became shorter"));
        }
        Ok(())
    }
}

impl Read for ObjectReader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.len || out.is_empty() {
            return Ok(0);
        }
        let inside =
            |at: u64, begin: u64, len: usize| usize::try_from(at.checked_sub(begin)?).ok().filter(|&at| at < len);
        if inside(self.at, self.begin, self.window.len()).is_none() {
            self.fill()?;
        }
        let from = inside(self.at, self.begin, self.window.len()).unwrap_or(0);
        let take = out.len().min(self.window.len() - from);
        out[..take].copy_from_slice(&self.window[from..from + take]);
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
