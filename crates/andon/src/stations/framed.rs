//! What bundles and files of charts are both made of inside: a beginning in which the maker says what it is, then records of lengths and
//! bytes (`docs/bundle-format.md`).

use std::io::{Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::home::Problem;

/// First byte of the beginning, and of the end.
const ABOUT: u8 = 1;
pub const END: u8 = 0;
/// Bytes of what the maker says, at most.
const ABOUT_BYTES_MAX: u32 = 1 << 20;

/// Writes the beginning.
///
/// # Errors
/// When it cannot be written.
pub fn put_about(out: &mut dyn Write, about: &impl Serialize) -> std::io::Result<()> {
    let text = serde_json::to_vec(about)?;
    out.write_all(&[ABOUT])?;
    put_bytes(out, &text)
}

/// Writes a length (32 bits, big-endian) and the bytes.
///
/// # Errors
/// When they cannot be written.
pub fn put_bytes(out: &mut dyn Write, bytes: &[u8]) -> std::io::Result<()> {
    out.write_all(&u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes())?;
    out.write_all(bytes)
}

/// Reads what others wrote, one piece in memory.
pub struct Framed<'a> {
    from: &'a mut dyn Read,
    /// Says what is broken, in the words of what is read.
    broken: fn(&str) -> Problem,
}

impl<'a> Framed<'a> {
    /// Begins to read, with what the maker says.
    ///
    /// # Errors
    /// It does not begin as one of this version does.
    pub fn new<T: DeserializeOwned>(
        from: &'a mut dyn Read,
        broken: fn(&str) -> Problem,
    ) -> Result<(T, Framed<'a>), Problem> {
        let mut framed = Framed { from, broken };
        if framed.u8()? != ABOUT {
            return Err(broken("kind"));
        }
        let text = framed.bytes(ABOUT_BYTES_MAX)?;
        let about = serde_json::from_slice(&text).map_err(|_| broken("about"))?;
        Ok((about, framed))
    }

    /// A byte.
    ///
    /// # Errors
    /// It is cut off.
    pub fn u8(&mut self) -> Result<u8, Problem> {
        Ok(self.array::<1>()?[0])
    }

    /// 32 bits, big-endian.
    ///
    /// # Errors
    /// It is cut off.
    pub fn u32(&mut self) -> Result<u32, Problem> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// So many bytes.
    ///
    /// # Errors
    /// It is cut off.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let mut bytes = [0; N];
        self.from.read_exact(&mut bytes).map_err(|_| (self.broken)("end"))?;
        Ok(bytes)
    }

    /// A length and so many bytes, which grow with what comes: a length alone costs nothing.
    ///
    /// # Errors
    /// It is longer than `most`, or cut off.
    pub fn bytes(&mut self, most: u32) -> Result<Vec<u8>, Problem> {
        let length = self.u32()?;
        if length > most {
            return Err((self.broken)("length"));
        }
        let mut bytes = Vec::new();
        let read = self.from.take(length.into()).read_to_end(&mut bytes).map_err(|_| (self.broken)("end"))?;
        if read < length as usize { Err((self.broken)("end")) } else { Ok(bytes) }
    }
}
