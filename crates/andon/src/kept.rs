//! Bytes that people hand in, kept as they came: in pieces that the writer takes one at a time, each a content like any message,
//! encrypted, hashed, and stored once however often it comes. Whoever hands them in says in the log of which pieces they are made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chart::{ContentId, Moment};
use sha2::{Digest, Sha256};
use store::{Act, Arrival, NewSource, Reader, Writer};

use crate::home::Problem;
use crate::writing::{Answer, Request};

/// The source by which files are handed in, named after the first of them: a scanner's.
const SOURCE: &str = "scan";
/// Its authority: none that assigns patient numbers.
const AUTHORITY: &str = "andon:scan";
/// Bytes of a piece: in base 64 it stays below what a request may hold.
const PIECE_BYTES: usize = 512 << 10;

/// How whoever has the lock is asked to write.
pub type Write<'w> = &'w dyn Fn(&Request) -> Result<Answer, Problem>;

/// The name of bytes: their SHA-256, hexadecimal.
pub fn name_of(bytes: &[u8]) -> String {
    vault::hash::to_hex(&Sha256::digest(bytes))
}

/// Has bytes kept piece by piece; on disk when this returns. Names of the pieces, in order.
///
/// # Errors
/// When the store refuses: what was kept by then stays and does no harm.
pub fn keep(bytes: &[u8], write: Write<'_>) -> Result<Vec<String>, Problem> {
    let whole = name_of(bytes);
    let mut pieces = Vec::new();
    for piece in bytes.chunks(PIECE_BYTES) {
        write(&Request::KeepPiece { scan: whole.clone(), piece: pieces.len() as u32, bytes: STANDARD.encode(piece) })?;
        pieces.push(name_of(piece));
    }
    Ok(pieces)
}

/// The same by who writes already.
///
/// # Errors
/// When the store refuses.
pub fn keep_here(writer: &mut Writer, bytes: &[u8], now: Moment) -> Result<Vec<String>, Problem> {
    let whole = name_of(bytes);
    let mut pieces = Vec::new();
    for piece in bytes.chunks(PIECE_BYTES) {
        arrive(writer, (&whole, pieces.len() as u32), piece, now)?;
        pieces.push(name_of(piece));
    }
    Ok(pieces)
}

/// Takes one piece into the store: of which bytes, and which, from 0.
///
/// # Errors
/// When it is not base 64, or the store refuses.
pub fn keep_piece(writer: &mut Writer, of: (&str, u32), bytes: &str, now: Moment) -> Result<(), Problem> {
    let bytes = STANDARD.decode(bytes).map_err(|_| Problem::usage("base64"))?;
    arrive(writer, of, &bytes, now)
}

fn arrive(writer: &mut Writer, (whole, piece): (&str, u32), bytes: &[u8], now: Moment) -> Result<(), Problem> {
    let source = match writer.handed_in(SOURCE)? {
        Some(source) => source.no,
        None => {
            let (name, authority) = (SOURCE.to_owned(), AUTHORITY.to_owned());
            let new = NewSource { name, authority, root: Default::default(), added: now, silence_minutes: u32::MAX };
            writer.add_source(&new)?.no
        }
    };
    let path = format!("{whole}/{piece:06}");
    let arrival = Arrival { path: path.as_bytes(), size: bytes.len() as u64, mtime_ns: 0, act: Act::Seen { bytes } };
    writer.batch(|batch| batch.arrive(source, "", now, &[arrival]).map(drop))?;
    Ok(())
}

/// Whether all these pieces are in this home, by the index alone.
///
/// # Errors
/// When the store cannot be read.
pub fn is_here(reader: &Reader, pieces: &[String]) -> Result<bool, Problem> {
    for piece in pieces {
        if !content_id(piece).map_or(Ok(false), |id| reader.holds(&id))? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The name of bytes as the store has it.
fn content_id(piece: &str) -> Option<ContentId> {
    vault::hash::from_hex(piece)?.try_into().ok().map(ContentId)
}

/// The bytes of these pieces, one after the other; `None` where they are not all here, or not what their whole is named after.
///
/// # Errors
/// When the store cannot be read, or what it holds of a piece is not what was stored.
pub fn whole(reader: &Reader, name: &str, pieces: &[String]) -> Result<Option<Vec<u8>>, Problem> {
    let mut bytes = Vec::new();
    for piece in pieces {
        let Some(id) = content_id(piece) else { return Ok(None) };
        let Some(held) = reader.content(&id)? else { return Ok(None) };
        bytes.extend(held);
    }
    Ok((name_of(&bytes) == name).then_some(bytes))
}
