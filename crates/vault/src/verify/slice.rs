//! Reading back in slices, without a key: an object is compared with the signed sums piece by piece, so that one may stop anywhere and
//! go on later.

use std::io::Read;

use crate::hash::{PIECE_BYTES, piece};
use crate::manifest::Listed;
use crate::{Error, Result, Target};

/// What a slice of an object came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// The first byte that was not read: the size of the object at its end.
    pub to: u64,
    /// First and one beyond the last byte of a piece that is not what was sealed; the slice ends with it.
    pub bad: Option<(u64, u64)>,
}

/// Reads on in an object from the beginning of a piece, at most so many bytes, but one piece at least.
///
/// # Errors
/// [`Error::Missing`]; [`Error::Damaged`] when it has another size than was sealed; the target says no.
pub fn read_back(target: &Target, listed: &Listed, from: u64, most: u64) -> Result<Slice> {
    let (name, size) = (&listed.name, listed.sums.size);
    match target.size(name)? {
        None => return Err(Error::Missing { object: name.clone() }),
        Some(there) if there != size => {
            return Err(Error::damaged(name, format!("it has {there} bytes where {size} were sealed")));
        }
        Some(_) => {}
    }
    let from = from / PIECE_BYTES * PIECE_BYTES;
    let end = size.min(from + most.max(PIECE_BYTES) / PIECE_BYTES * PIECE_BYTES);
    if from >= end {
        return Ok(Slice { to: size, bad: None });
    }
    let mut source = target.get(name, Some(from..end))?;
    let (mut at, mut bytes) = (from, Vec::new());
    while at < end {
        let stop = end.min(at + PIECE_BYTES);
        bytes.clear();
        let read = source.by_ref().take(stop - at).read_to_end(&mut bytes);
        read.map_err(|error| Error::io("reading an object back", name, error))?;
        let sealed = listed.sums.pieces.get((at / PIECE_BYTES) as usize);
        if bytes.len() as u64 != stop - at || sealed != Some(&piece(&bytes)) {
            return Ok(Slice { to: stop, bad: Some((at, stop)) });
        }
        at = stop;
    }
    Ok(Slice { to: end, bad: None })
}
