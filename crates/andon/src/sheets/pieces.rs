//! A scanner's file in the store: kept as it came, in pieces that the writer takes one at a time, before anybody looks at it
//! (promise 1). A piece is a content like any message: encrypted, hashed, stored once however often the file comes.

use chart::Moment;
use store::Reader;

use crate::event::{Event, ScanEvent, scan_item};
use crate::home::Problem;
use crate::kept;
use crate::writing::Request;

pub use crate::kept::{Write, name_of as scan_id};

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
    let pieces = kept::keep(bytes, write)?;
    let event = ScanEvent::Kept { scan: scan.clone(), name: name.to_owned(), bytes: bytes.len() as u64, pieces };
    write(&Request::Scan { event, by: by.0.to_owned(), role: by.1.to_owned() })?;
    Ok(scan)
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
    let pieces = kept(reader, scan)?.ok_or_else(gone)?.pieces;
    kept::whole(reader, scan, &pieces)?.ok_or_else(gone)
}
