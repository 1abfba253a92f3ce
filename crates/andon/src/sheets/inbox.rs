//! The scan inbox: files come in, are kept, are read, and every page is on a chart or waits for a person. What came together is decided
//! about together, because a scanner may write a file for each page of a stack.

use std::collections::{BTreeMap, BTreeSet};

use chart::Moment;
use store::Reader;

use super::filing::{Known, Seen, begins_batch, decide, has_header};
use super::pages::{Came, came};
use super::pieces::{Write, bytes_of, keep_file};
use super::{ledger, reading};
use crate::event::{Event, ReadPage, ScanEvent, scan_item};
use crate::home::Problem;
use crate::writing::Request;

/// How long after the last of its pages a stack is taken to be whole, where nobody says so: a sheet is taken off the glass and the next
/// laid on it in less.
pub const QUIET_SECONDS: u64 = 60;
/// Pages of a stack that wait for its end, at most: several times what a feeder holds.
const STACK_PAGES_MAX: usize = 2_000;

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

/// Keeps a file, on disk before it is looked at; gives its name here.
///
/// # Errors
/// When it is too large or the store refuses it: then it is to be handed in again.
pub fn keep(reader: &Reader, name: &str, bytes: &[u8], by: (&str, &str), write: Write<'_>) -> Result<String, Problem> {
    if bytes.len() > scan::FILE_BYTES_MAX {
        return Err(Problem::failed(format!(
            "ファイルが大きすぎます（{} MB まで）。束を分けてスキャンし直してください。元のファイルはそのままです。\n\
             The file is too large (at most {} MB): scan the stack in parts. The file stays where it is.",
            scan::FILE_BYTES_MAX >> 20,
            scan::FILE_BYTES_MAX >> 20
        )));
    }
    keep_file(reader, name, bytes, by, write)
}

/// Decides about kept files that were handed in together, in their order: each page filed, or waiting with its reason. Gives, for each,
/// what is said of it or why it cannot be read; one that cannot keeps back no other (promise 11), but a batch it is missing from stops.
pub fn together(
    reader: &Reader,
    scans: &[String],
    by: (&str, &str),
    write: Write<'_>,
) -> BTreeMap<String, Result<Taken, Problem>> {
    let mut said: BTreeMap<String, Result<Taken, Problem>> = BTreeMap::new();
    let (mut files, mut known) = (Vec::new(), BTreeSet::new());
    let scans: Vec<&String> = scans.iter().filter(|scan| known.insert(*scan)).collect();
    for scan in &scans {
        let again = |pages| Taken { scan: (*scan).clone(), pages, again: true };
        if let Some(read) = read_before(reader, scan).transpose() {
            said.insert((*scan).clone(), read.map(again));
        }
    }
    if said.len() == scans.len() {
        return said;
    }
    // What was read before is looked at again: pages count with those that they came with.
    for scan in scans {
        match look(reader, scan) {
            Ok(file) => files.push(file),
            Err(problem) => drop(said.entry(scan.clone()).or_insert(Err(problem))),
        }
    }
    for (scan, pages) in told(reader, &files, by, write) {
        let taken = pages.map(|pages| Taken { scan: scan.clone(), pages, again: false });
        said.entry(scan).or_insert(taken);
    }
    said
}

/// A file as seen, and why no more was seen of it.
type Looked = (Seen, Option<String>);

fn look(reader: &Reader, scan: &str) -> Result<Looked, Problem> {
    let seen = reading::look(&bytes_of(reader, scan)?)?;
    Ok(((scan.to_owned(), seen.pages), seen.stopped))
}

/// Decides about files that came together and writes down what is new of it; gives the pages of each, or why they could not be told.
fn told(
    reader: &Reader,
    files: &[Looked],
    by: (&str, &str),
    write: Write<'_>,
) -> Vec<(String, Result<Vec<ReadPage>, Problem>)> {
    let failed = std::cell::RefCell::new(None);
    let known = |number: &str| -> Option<Known> {
        ledger::known(reader, number).unwrap_or_else(|error| {
            failed.borrow_mut().replace(error);
            None
        })
    };
    let seen: Vec<Seen> = files.iter().map(|(seen, _)| seen.clone()).collect();
    let decided = decide(&seen, &known);
    if let Some(error) = failed.into_inner() {
        let problem = Problem::from(error);
        return seen.into_iter().map(|(scan, _)| (scan, Err(problem.clone()))).collect();
    }
    let one = |(((scan, _), stopped), mut pages): (&Looked, Vec<ReadPage>)| {
        // What could not be read is a page that waits: the bytes are kept, and somebody is told.
        if let Some(reason) = stopped.clone() {
            let page = pages.last().map_or(1, |page| page.page + 1);
            pages.push(ReadPage { page, reason, ..ReadPage::default() });
        }
        let written = match read_before(reader, scan) {
            Ok(Some(pages)) => Ok(pages),
            Ok(None) => {
                let (scan, program) = (scan.clone(), env!("CARGO_PKG_VERSION").to_owned());
                let event = ScanEvent::Read { scan, program, pages: pages.clone() };
                write(&Request::Scan { event, by: by.0.to_owned(), role: by.1.to_owned() }).map(|_| pages)
            }
            Err(problem) => Err(problem),
        };
        (scan.clone(), written)
    };
    files.iter().zip(decided).map(one).collect()
}

/// What comes one by one and is a stack all the same: from the header of a batch on, until the next or until nothing more comes.
/// Everything else is decided about at once.
#[derive(Default)]
pub struct Stack {
    files: Vec<Looked>,
}

impl Stack {
    /// True while a stack waits for its end.
    pub fn is_open(&self) -> bool {
        !self.files.is_empty()
    }

    /// Takes a kept file in; decides about it, or about the stack that it ends.
    ///
    /// # Errors
    /// When it cannot be looked at or the store refuses: whatever is not told stays unread, to be met again ([`Stack::resume`]).
    pub fn add(&mut self, reader: &Reader, scan: &str, by: (&str, &str), write: Write<'_>) -> Result<(), Problem> {
        let file = look(reader, scan)?;
        let (_, pages) = &file.0;
        if self.is_open() && begins_batch(pages) {
            self.end(reader, by, write)?;
        }
        let batched = self.is_open() || has_header(pages);
        self.files.push(file);
        let pages: usize = self.files.iter().map(|((_, pages), _)| pages.len()).sum();
        if batched && pages <= STACK_PAGES_MAX { Ok(()) } else { self.end(reader, by, write) }
    }

    /// Nothing more comes: decides about the stack.
    ///
    /// # Errors
    /// As [`Stack::add`].
    pub fn end(&mut self, reader: &Reader, by: (&str, &str), write: Write<'_>) -> Result<(), Problem> {
        let files = std::mem::take(&mut self.files);
        told(reader, &files, by, write).into_iter().try_for_each(|(_, told)| told.map(drop))
    }

    /// Takes in what was kept and not read, because the program ended between or could not go on, where the last that came of it is
    /// `wanted`; gives how many files. The last stack stays open. One that cannot be read keeps back no other.
    ///
    /// # Errors
    /// The first that could not be read, once all were tried.
    pub fn resume(
        &mut self,
        reader: &Reader,
        wanted: &dyn Fn(&Came) -> bool,
        by: (&str, &str),
        write: Write<'_>,
    ) -> Result<usize, Problem> {
        let came = came(reader)?;
        let (mut unread, mut first) = (0, Ok(()));
        for run in unfinished(&came, wanted) {
            let ended = self.end(reader, by, write);
            unread += run.iter().filter(|file| !file.read).count();
            let tried: Vec<_> = run.iter().map(|file| self.add(reader, &file.scan, by, write)).collect();
            first = std::iter::once(ended).chain(tried).fold(first, |first, tried| first.and(tried));
        }
        first.map(|()| unread)
    }
}

/// Files that nobody decided about, in the order in which each person handed them in, with what was decided of the same stack before
/// the program ended; parted where nothing came for a while.
fn unfinished<'c>(came: &'c [Came], wanted: &dyn Fn(&Came) -> bool) -> Vec<Vec<&'c Came>> {
    let mut of: BTreeMap<&str, Vec<&Came>> = BTreeMap::new();
    came.iter().for_each(|file| of.entry(&file.by).or_default().push(file));
    let close = |one: &&Came, next: &&Came| next.at.0.saturating_sub(one.at.0) <= (QUIET_SECONDS * 1_000) as i64;
    let mut runs = Vec::new();
    for run in of.values().flat_map(|files| files.chunk_by(close)) {
        let Some(first) = run.iter().position(|file| !file.read) else { continue };
        if !run.last().is_some_and(|last| wanted(last)) {
            continue;
        }
        // Of a batch that was being told when the program ended, what was told of it; of one that was told whole, nothing.
        let before = &run[..first];
        let header = before.iter().rposition(|file| file.header.is_some());
        let cut_off = header.filter(|at| {
            let told: usize = before[*at..].iter().map(|file| file.pages).sum();
            before[*at].header.is_some_and(|found| told <= found as usize)
        });
        let from = cut_off.unwrap_or(first);
        runs.push(run[from..].to_vec());
    }
    runs
}

/// Reads what was kept and not read, because the program ended between, where the last that came of it is `wanted`; gives how many
/// files. Nothing more comes of any of it.
///
/// # Errors
/// As [`Stack::resume`].
pub fn catch_up(
    reader: &Reader,
    wanted: &dyn Fn(&Came) -> bool,
    by: (&str, &str),
    write: Write<'_>,
) -> Result<usize, Problem> {
    let mut stack = Stack::default();
    let late = stack.resume(reader, wanted, by, write);
    let ended = stack.end(reader, by, write);
    late.and_then(|late| ended.map(|()| late))
}

/// Until when what came is surely whole: twice as long ago as a stack waits for its next page.
pub fn settled_before(now: Moment) -> Moment {
    Moment(now.0 - 2_000 * QUIET_SECONDS as i64)
}

/// True when the pages of a file were decided about.
///
/// # Errors
/// When the store cannot be read.
pub fn is_read(reader: &Reader, scan: &str) -> Result<bool, Problem> {
    Ok(read_before(reader, scan)?.is_some())
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A file of one page: when it came in seconds, whether it was read, and, of a header, how many pages came.
    fn file(at: i64, read: bool, header: Option<u32>) -> Came {
        let (scan, by) = (at.to_string(), "スキャナー".to_owned());
        Came { scan, name: String::new(), at: Moment(at * 1_000), by, read, pages: usize::from(read), header }
    }

    fn runs(came: &[Came]) -> Vec<Vec<&str>> {
        let runs = unfinished(came, &|_| true);
        runs.into_iter().map(|run| run.into_iter().map(|file| file.scan.as_str()).collect()).collect()
    }

    #[test]
    fn what_is_taken_up_again_is_what_was_not_told_with_the_batch_that_it_was_cut_off_from() {
        // The header and one of two pages were told when the program ended.
        let cut_off = [file(0, true, Some(2)), file(3, true, None), file(6, false, None), file(9, false, None)];
        assert_eq!(runs(&cut_off), [["0", "3", "6", "9"]]);
        // The batch was told whole: what came behind it is none of it.
        let whole = [file(0, true, Some(1)), file(3, true, None), file(6, false, None)];
        assert_eq!(runs(&whole), [["6"]]);
        // After a while something else begins.
        let apart = [file(0, false, None), file(59, false, None), file(120, false, None)];
        assert_eq!(runs(&apart), [vec!["0", "59"], vec!["120"]]);
        assert!(runs(&[file(0, true, None)]).is_empty());
    }
}
