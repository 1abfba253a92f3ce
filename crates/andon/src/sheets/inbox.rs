//! The scan inbox: a file comes in, is kept, is read, and every page is on a chart or waits for a person.

use store::Reader;

use super::filing::{Known, decide};
use super::pieces::{Write, bytes_of, keep_file};
use super::{ledger, reading};
use crate::event::{Event, ReadPage, ScanEvent, scan_item};
use crate::home::Problem;
use crate::writing::Request;

/// A file that came in.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its name here: SHA-256 of its bytes, hexadecimal.
    pub scan: String,
    /// Its pages.
    pub pages: Vec<ReadPage>,
    /// The same bytes had come before: nothing was added.
    pub again: bool,
}

/// Takes a file in: on disk before it is looked at; each page filed, or waiting with its reason.
///
/// # Errors
/// When the store refuses it: then the file is to be handed in again.
pub fn take(reader: &Reader, name: &str, bytes: &[u8], by: (&str, &str), write: Write<'_>) -> Result<Taken, Problem> {
    if bytes.len() > scan::FILE_BYTES_MAX {
        return Err(Problem::failed(format!(
            "ファイルが大きすぎます（{} MB まで）。束を分けてスキャンし直してください。元のファイルはそのままです。\n\
             The file is too large (at most {} MB): scan the stack in parts. The file stays where it is.",
            scan::FILE_BYTES_MAX >> 20,
            scan::FILE_BYTES_MAX >> 20
        )));
    }
    let scan = keep_file(reader, name, bytes, by, write)?;
    if let Some(pages) = read_before(reader, &scan)? {
        return Ok(Taken { scan, pages, again: true });
    }
    let pages = read(reader, &scan, bytes, by, write)?;
    Ok(Taken { scan, pages, again: false })
}

/// Reads what was kept and not read, because the program ended between; gives how many files. One that cannot be read keeps
/// back no other (promise 11).
///
/// # Errors
/// The first that could not be read, once all were tried.
pub fn catch_up(reader: &Reader, by: (&str, &str), write: Write<'_>) -> Result<usize, Problem> {
    let unread = ledger::unread(reader)?;
    let tried: Vec<Result<(), Problem>> = unread
        .iter()
        .map(|scan| bytes_of(reader, scan).and_then(|bytes| read(reader, scan, &bytes, by, write)).map(drop))
        .collect();
    tried.into_iter().collect::<Result<(), Problem>>().map(|()| unread.len())
}

fn read(
    reader: &Reader,
    scan: &str,
    bytes: &[u8],
    by: (&str, &str),
    write: Write<'_>,
) -> Result<Vec<ReadPage>, Problem> {
    let seen = reading::look(bytes)?;
    let failed = std::cell::RefCell::new(None);
    let known = |number: &str| -> Option<Known> {
        ledger::known(reader, number).unwrap_or_else(|error| {
            failed.borrow_mut().replace(error);
            None
        })
    };
    let mut pages = decide(&seen.pages, &known);
    if let Some(error) = failed.into_inner() {
        return Err(error.into());
    }
    // What could not be read is a page that waits: the bytes are kept, and somebody is told.
    if let Some(reason) = seen.stopped {
        let page = pages.last().map_or(1, |page| page.page + 1);
        pages.push(ReadPage { page, reason, ..ReadPage::default() });
    }
    let program = env!("CARGO_PKG_VERSION").to_owned();
    let event = ScanEvent::Read { scan: scan.to_owned(), program, pages: pages.clone() };
    write(&Request::Scan { event, by: by.0.to_owned(), role: by.1.to_owned() })?;
    Ok(pages)
}

fn read_before(reader: &Reader, scan: &str) -> Result<Option<Vec<ReadPage>>, Problem> {
    let events = reader.events_of(&scan_item(scan))?;
    let read = events.iter().rev().find_map(|stored| {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Scan(ScanEvent::Read { pages, .. }) => Some(pages),
            _ => None,
        }
    });
    Ok(read)
}
