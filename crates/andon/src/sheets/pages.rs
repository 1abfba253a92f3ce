//! Pages that came through the scanner, as they stand: what the machine read, what a person said after it, and where the same page of
//! the same sheet came again.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chart::Moment;
use serde::Serialize;
use store::Reader;

use super::filing::SETTLED;
use super::ledger::events;
use crate::event::{Event, Filing, ReadPage, SCANS_ITEM, ScanEvent};

/// Why a page waits that asks for nobody once the same page of its sheet came again and is filed: nothing else is on it.
const OVERTAKEN: [&str; 3] = ["count_unlike", "batch_stopped", "no_patient"];

/// One page of a kept file, as it stands: what the machine read, and what a person said after it.
#[derive(Clone, Debug, Serialize)]
pub struct PageRow {
    /// The file, hexadecimal SHA-256.
    pub scan: String,
    /// What was read.
    #[serde(flatten)]
    pub read: ReadPage,
    /// What a person said last.
    pub filing: Option<Filing>,
    /// When the file was read.
    pub at: Moment,
    /// Who handed it in.
    pub by: String,
    /// When the file came: of two scans of a page the one that came later is how the paper stands.
    pub came: Moment,
    /// The file's name as given, which may be a patient's: for the screen alone.
    #[serde(skip)]
    pub name: String,
    /// Where the same page of the same sheet came again later and is settled: file and page.
    #[serde(skip)]
    pub later: Option<(String, u32)>,
}

impl PageRow {
    /// Whose it is now: authority and number.
    pub fn patient(&self) -> Option<(&str, &str)> {
        let (authority, id) = match &self.filing {
            Some(filing) => (&filing.authority, &filing.id),
            None => (&self.read.authority, &self.read.id),
        };
        (!id.is_empty()).then_some((authority.as_str(), id.as_str()))
    }

    /// True while it waits for a person.
    pub fn waits(&self) -> bool {
        match &self.filing {
            Some(filing) => filing.id.is_empty() && filing.reason.is_empty(),
            None => self.later.is_none() && self.is_unsettled(),
        }
    }

    /// The machine filed it nowhere.
    fn is_unsettled(&self) -> bool {
        !self.read.reason.is_empty() && !SETTLED.contains(&self.read.reason.as_str())
    }

    /// The sheet it is a page of; empty for none.
    pub fn sheet(&self) -> &str {
        self.filing
            .as_ref()
            .map_or(&self.read.sheet, |filing| if filing.sheet.is_empty() { &self.read.sheet } else { &filing.sheet })
    }

    /// Which page of which sheet it is; `None` for paper that is not ours.
    pub fn place(&self) -> Option<(&str, u32)> {
        (!self.sheet().is_empty()).then(|| (self.sheet(), self.read.sheet_page))
    }

    /// Under what it is shown with others: the batch it came in, else its file.
    pub fn stack(&self) -> String {
        match &self.read.batch {
            Some(batch) => format!("{}/{}", batch.header, batch.scan),
            None => self.scan.clone(),
        }
    }
}

/// A file that was handed in.
#[derive(Clone, Debug)]
pub struct Came {
    /// The file, hexadecimal SHA-256.
    pub scan: String,
    /// Its name as given.
    pub name: String,
    /// When it was kept.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// Its pages were decided about.
    pub read: bool,
    /// How many those are.
    pub pages: usize,
    /// Where the header of a batch is among them: how many pages came behind it.
    pub header: Option<u32>,
}

/// Every file that was handed in, in the order in which they came.
///
/// # Errors
/// When the store cannot be read.
pub fn came(reader: &Reader) -> Result<Vec<Came>, store::Error> {
    let mut files: Vec<Came> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for (stored, event) in events(reader, SCANS_ITEM)? {
        match event {
            Event::Scan(ScanEvent::Kept { scan, name, .. }) => {
                at.entry(scan.clone()).or_insert(files.len());
                let (time, by) = (stored.envelope.entry_time, stored.envelope.person.clone());
                files.push(Came { scan, name, at: time, by, read: false, pages: 0, header: None });
            }
            Event::Scan(ScanEvent::Read { scan, pages, .. }) => {
                if let Some(file) = at.get(&scan).and_then(|at| files.get_mut(*at)) {
                    let header =
                        |page: &ReadPage| page.batch.as_ref().filter(|batch| batch.scan == scan).map(|b| b.found);
                    (file.read, file.pages, file.header) = (true, pages.len(), pages.iter().find_map(header));
                }
            }
            _ => {}
        }
    }
    Ok(files)
}

/// Pages as read, each with what a person said last; and the files that nobody has read.
///
/// # Errors
/// When the store cannot be read.
pub fn pages(reader: &Reader) -> Result<(Vec<PageRow>, Vec<String>), store::Error> {
    let mut files: HashMap<String, (String, Moment)> = HashMap::new();
    let mut unread: Vec<String> = Vec::new();
    let mut pages: Vec<PageRow> = Vec::new();
    let mut at: HashMap<(String, u32), usize> = HashMap::new();
    let mut done: BTreeSet<String> = BTreeSet::new();
    for (stored, event) in events(reader, SCANS_ITEM)? {
        match event {
            Event::Scan(ScanEvent::Kept { scan, name, .. }) => {
                files.entry(scan.clone()).or_insert((name, stored.envelope.entry_time));
                unread.push(scan);
            }
            Event::Scan(ScanEvent::Read { scan, pages: read, .. }) => {
                done.insert(scan.clone());
                let (time, by) = (stored.envelope.entry_time, stored.envelope.person.clone());
                let (name, came) = files.get(&scan).cloned().unwrap_or((String::new(), time));
                for page in read {
                    let key = (scan.clone(), page.page);
                    if let Some(known) = at.get(&key).and_then(|at| pages.get_mut(*at)) {
                        known.read = page;
                        continue;
                    }
                    at.insert(key, pages.len());
                    let (scan, name, by) = (scan.clone(), name.clone(), by.clone());
                    pages.push(PageRow { scan, read: page, filing: None, at: time, by, came, name, later: None });
                }
            }
            Event::Scan(ScanEvent::Filed(filing)) => {
                if let Some(row) = at.get(&(filing.scan.clone(), filing.page)).and_then(|at| pages.get_mut(*at)) {
                    row.filing = Some(filing);
                }
            }
            _ => {}
        }
    }
    unread.retain(|scan| !done.contains(scan));
    overtake(&mut pages);
    Ok((pages, unread))
}

/// Notes of pages that wait where the same page of the same sheet came again later and was settled.
fn overtake(pages: &mut [PageRow]) {
    let mut settled: BTreeMap<(String, u32), (Moment, String, u32)> = BTreeMap::new();
    for row in pages.iter().filter(|row| row.filing.is_some() || !row.is_unsettled()) {
        // What a person took out again, or said to be nobody's, is on no chart.
        let header = row.filing.is_none() && row.read.reason == "batch_header";
        if let Some((sheet, page)) = row.place().filter(|_| row.patient().is_some() || header) {
            let this = (row.came, row.scan.clone(), row.read.page);
            let newest = settled.entry((sheet.to_owned(), page)).or_insert_with(|| this.clone());
            *newest = this.max(newest.clone());
        }
    }
    let waits = |row: &&mut PageRow| row.filing.is_none() && OVERTAKEN.contains(&row.read.reason.as_str());
    for row in pages.iter_mut().filter(waits) {
        let again = row.place().and_then(|(sheet, page)| settled.get(&(sheet.to_owned(), page)));
        row.later = again
            .filter(|(came, scan, _)| *came > row.came && *scan != row.scan)
            .map(|(_, scan, page)| (scan.clone(), *page));
    }
}
