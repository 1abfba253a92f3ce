//! A scanner's file in the store: kept as it came, in pieces that the writer takes one at a time, before anybody looks at it
//! (promise 1). A piece is a content like any message: encrypted, hashed, stored once however often the file comes.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chart::{ContentId, Moment};
use sha2::{Digest, Sha256};
use store::{Act, Arrival, NewSource, Reader, Writer};

use crate::event::{Event, ScanEvent, scan_item};
use crate::home::Problem;
use crate::writing::{Answer, Request};

/// The source by which scans are handed in.
const SOURCE: &str = "scan";
/// Its authority: none that assigns patient numbers.
const AUTHORITY: &str = "andon:scan";
/// Bytes of a piece: in base 64 it stays below what a request may hold.
const PIECE_BYTES: usize = 512 << 10;

/// How whoever has the lock is asked to write.
pub type Write<'w> = &'w dyn Fn(&Request) -> Result<Answer, Problem>;

/// The name of a file's bytes.
pub fn scan_id(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps a file whole; on disk when this returns. A file that is kept already is not kept twice.
///
/// # Errors
/// When the store refuses: what was kept of it by then stays and does no harm.
pub fn keep_file(
    reader: &Reader,
    name: &str,
    bytes: &[u8],
    by: (&str, &str),
    write: Write<'_>,
) -> Result<String, Problem> {
    let scan = scan_id(bytes);
    if kept(reader, &scan)?.is_some() {
        return Ok(scan);
    }
    let mut pieces = Vec::new();
    for piece in bytes.chunks(PIECE_BYTES) {
        write(&Request::KeepPiece { scan: scan.clone(), piece: pieces.len() as u32, bytes: STANDARD.encode(piece) })?;
        pieces.push(scan_id(piece));
    }
    let event = ScanEvent::Kept { scan: scan.clone(), name: name.to_owned(), bytes: bytes.len() as u64, pieces };
    write(&Request::Scan { event, by: by.0.to_owned(), role: by.1.to_owned() })?;
    Ok(scan)
}

/// Takes one piece into the store.
///
/// # Errors
/// When it is not base 64, or the store refuses.
pub fn keep(writer: &mut Writer, scan: &str, piece: u32, bytes: &str, now: Moment) -> Result<(), Problem> {
    let bytes = STANDARD.decode(bytes).map_err(|_| Problem::usage("base64"))?;
    let source = match writer.handed_in(SOURCE)? {
        Some(source) => source.no,
        None => {
            let (name, authority) = (SOURCE.to_owned(), AUTHORITY.to_owned());
            let new = NewSource { name, authority, root: Default::default(), added: now, silence_minutes: u32::MAX };
            writer.add_source(&new)?.no
        }
    };
    let path = path(scan, piece);
    let arrival =
        Arrival { path: path.as_bytes(), size: bytes.len() as u64, mtime_ns: 0, act: Act::Seen { bytes: &bytes } };
    writer.batch(|batch| batch.arrive(source, "", now, &[arrival]).map(drop))?;
    Ok(())
}

fn path(scan: &str, piece: u32) -> String {
    format!("{scan}/{piece:06}")
}

/// What is said of a kept file.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its name as given.
    pub name: String,
    /// When it was kept.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// SHA-256 of its pieces.
    pieces: Vec<String>,
}

/// What is said of a kept file; `None` when it is not.
///
/// # Errors
/// When the store cannot be read.
pub fn kept(reader: &Reader, scan: &str) -> Result<Option<Kept>, Problem> {
    Ok(reader.events_of(&scan_item(scan))?.into_iter().find_map(|stored| {
        let envelope = stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Scan(ScanEvent::Kept { name, pieces, .. }) => {
                Some(Kept { name, at: envelope.entry_time, by: envelope.person, pieces })
            }
            _ => None,
        }
    }))
}

/// The bytes of a kept file, whole and as they came.
///
/// # Errors
/// When it is not kept whole, or its bytes are not those of its name.
pub fn bytes_of(reader: &Reader, scan: &str) -> Result<Vec<u8>, Problem> {
    let gone = || {
        Problem::failed(format!(
            "{scan}: このスキャンの原本が保存先にそろっていません。`andon doctor` で確かめてください。\n\
             {scan}: the original of this scan is not whole in the store; see `andon doctor`."
        ))
    };
    let mut bytes = Vec::new();
    for piece in kept(reader, scan)?.ok_or_else(gone)?.pieces {
        let id = content_id(&piece).ok_or_else(gone)?;
        bytes.extend(reader.content(&id)?.ok_or_else(gone)?);
    }
    if scan_id(&bytes) == scan { Ok(bytes) } else { Err(gone()) }
}

/// The name of bytes as the store has it.
fn content_id(hex: &str) -> Option<ContentId> {
    let byte = |two: &[u8]| u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok();
    let bytes: Vec<u8> = hex.as_bytes().chunks(2).filter_map(byte).collect();
    Some(ContentId(bytes.try_into().ok()?))
}
