//! What is said of paper that comes back: a scanner's file was kept, its pages were read, a person filed one, a sheet changed hands.

use chart::PatientId;
use serde::{Deserialize, Serialize};

use super::patient_item;

/// One page of a file, as read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadPage {
    /// Page of the file, from 1.
    pub page: u32,
    /// Number of the sheet that its code names; empty for none.
    pub sheet: String,
    /// Form of that sheet.
    pub form: String,
    /// Page of the sheet, from 1; 0 for none.
    pub sheet_page: u32,
    /// Pages of the sheet.
    pub sheet_pages: u32,
    /// Assigning authority of the patient it is filed under; empty when it is filed under none.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// Why it waits for a person, a stable word; empty when it is filed.
    pub reason: String,
    /// Where the code's corners were seen, pixels of the page: `x,y x,y x,y wide,high`.
    pub corners: String,
    /// The batch it came in; `None` where no header lay before it.
    #[serde(default)]
    pub batch: Option<InBatch>,
}

/// The batch in which a page came: behind a header that says how many pages come with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InBatch {
    /// Number of the header (P12B).
    pub header: String,
    /// Pages that the header says.
    pub said: u32,
    /// Pages that came behind it.
    pub found: u32,
    /// The file that holds the header, hexadecimal SHA-256: a header that lies on another stack later is another batch.
    pub scan: String,
}

/// A person's word on one page.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// The file, hexadecimal SHA-256.
    pub scan: String,
    /// Page of the file, from 1.
    pub page: u32,
    /// Assigning authority; empty with `id` for a page that is no patient's.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// Number of the sheet; empty for paper that is not ours.
    pub sheet: String,
    /// Form of that sheet.
    pub form: String,
    /// Page of the sheet, from 1; 0 for paper that is not ours.
    pub sheet_page: u32,
    /// Pages of the sheet.
    pub sheet_pages: u32,
    /// What it is, in words of the person or the form's code.
    pub title: String,
    /// Who brought it: the patient, a pharmacy, a fax; empty for a sheet of ours.
    pub brought_by: String,
    /// Who compared it with the patient.
    pub checked_by: String,
    /// Why, in words.
    pub reason: String,
    /// Whom the page was filed under before, `authority/id`; empty for nobody.
    pub before: String,
}

/// What became of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetAct {
    /// With somebody.
    Out,
    /// Back, and not scanned.
    Back,
    /// Handed over for good.
    Delivered,
    /// Collected and shredded.
    Destroyed,
    /// Spoiled or not needed, with a reason.
    Void,
    /// Of a reference sheet: written on, so that it is a form now.
    Written,
}

/// Each act and its word in stored events and on the command line.
pub const SHEET_ACTS: [(SheetAct, &str); 6] = [
    (SheetAct::Out, "out"),
    (SheetAct::Back, "back"),
    (SheetAct::Delivered, "delivered"),
    (SheetAct::Destroyed, "destroyed"),
    (SheetAct::Void, "void"),
    (SheetAct::Written, "written"),
];

impl SheetAct {
    /// The word of [`SHEET_ACTS`].
    pub fn word(self) -> &'static str {
        SHEET_ACTS.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    /// The act of a word.
    pub fn read(word: &str) -> Option<SheetAct> {
        SHEET_ACTS.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }
}

/// An event about scans and sheets in hands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScanEvent {
    /// 15: the file is kept whole, as it came, in pieces.
    Kept {
        /// SHA-256 of the whole, hexadecimal.
        scan: String,
        /// Its name as given.
        name: String,
        /// Bytes.
        bytes: u64,
        /// SHA-256 of each of its pieces, hexadecimal, in order.
        pieces: Vec<String>,
    },
    /// 16: what was read on its pages; 52 where they came in a batch.
    Read {
        /// The file.
        scan: String,
        /// Program version.
        program: String,
        /// The pages.
        pages: Vec<ReadPage>,
    },
    /// 17: a person filed a page, moved it, or took it out again.
    Filed(Filing),
    /// 18: a sheet changed hands or came to its end.
    Sheet {
        /// Its number.
        number: String,
        /// What.
        act: SheetAct,
        /// With whom, or why.
        words: String,
    },
}

const KEPT: u16 = 15;
const READ: u16 = 16;
const FILED: u16 = 17;
const SHEET: u16 = 18;
/// Pages read, each with its batch: a kind of its own, since all that was written before knows of none.
const READ_BATCHED: u16 = 53;
/// Fields of a page.
const PAGE_FIELDS: usize = 9;
/// Fields of a page with those of its batch.
const BATCHED_FIELDS: usize = 13;

/// The item of everything about scans.
pub const SCANS_ITEM: &str = "scans";
/// The item of what became of sheets.
pub const SHEET_ACTS_ITEM: &str = "sheet-acts";

/// The item of one file.
pub fn scan_item(scan: &str) -> String {
    format!("scan:{scan}")
}

impl ScanEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<ScanEvent> {
        let own = |text: &&str| (*text).to_owned();
        match (kind, texts) {
            (KEPT, [scan, name, bytes, pieces @ ..]) => {
                let pieces = pieces.iter().map(own).collect();
                Some(ScanEvent::Kept { scan: own(scan), name: own(name), bytes: bytes.parse().ok()?, pieces })
            }
            (READ, [scan, program, rest @ ..]) => {
                let (pages, []) = rest.as_chunks::<PAGE_FIELDS>() else { return None };
                let pages = pages.iter().map(read_page).collect::<Option<_>>()?;
                Some(ScanEvent::Read { scan: own(scan), program: own(program), pages })
            }
            (READ_BATCHED, [scan, program, rest @ ..]) => {
                let (pages, []) = rest.as_chunks::<BATCHED_FIELDS>() else { return None };
                let pages = pages.iter().map(read_batched).collect::<Option<_>>()?;
                Some(ScanEvent::Read { scan: own(scan), program: own(program), pages })
            }
            (FILED, texts) => read_filing(texts).map(ScanEvent::Filed),
            (SHEET, [number, act, words]) => {
                Some(ScanEvent::Sheet { number: own(number), act: SheetAct::read(act)?, words: own(words) })
            }
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self {
            ScanEvent::Kept { scan, name, bytes, pieces } => {
                let head = [scan.clone(), name.clone(), bytes.to_string()];
                (KEPT, head.into_iter().chain(pieces.iter().cloned()).collect())
            }
            ScanEvent::Read { scan, program, pages } => {
                let head = [scan.clone(), program.clone()].into_iter();
                match pages.iter().any(|page| page.batch.is_some()) {
                    true => (READ_BATCHED, head.chain(pages.iter().flat_map(batched_fields)).collect()),
                    false => (READ, head.chain(pages.iter().flat_map(page_fields)).collect()),
                }
            }
            ScanEvent::Filed(filing) => {
                let Filing { scan, authority, id, sheet, form, title, brought_by, .. } = filing.clone();
                let Filing { checked_by, reason, before, .. } = filing.clone();
                let [page, at, of] = [filing.page, filing.sheet_page, filing.sheet_pages].map(|n| n.to_string());
                let head = [scan, page, authority, id, sheet, form, at, of];
                (FILED, head.into_iter().chain([title, brought_by, checked_by, reason, before]).collect())
            }
            ScanEvent::Sheet { number, act, words } => {
                (SHEET, vec![number.clone(), act.word().to_owned(), words.clone()])
            }
        }
    }

    pub(super) fn items(&self) -> Vec<String> {
        let patient =
            |authority: &str, id: &str| patient_item(&PatientId { authority: authority.to_owned(), id: id.to_owned() });
        match self {
            ScanEvent::Kept { scan, .. } => vec![SCANS_ITEM.to_owned(), scan_item(scan)],
            ScanEvent::Read { scan, pages, .. } => {
                let mut items = vec![SCANS_ITEM.to_owned(), scan_item(scan)];
                let of = pages.iter().filter(|page| !page.id.is_empty()).map(|page| patient(&page.authority, &page.id));
                items.extend(of);
                items.sort();
                items.dedup();
                items
            }
            ScanEvent::Filed(filing) => {
                let mut items = vec![SCANS_ITEM.to_owned(), scan_item(&filing.scan)];
                if !filing.id.is_empty() {
                    items.push(patient(&filing.authority, &filing.id));
                }
                if !filing.before.is_empty() {
                    items.push(format!("patient:{}", filing.before));
                }
                items.dedup();
                items
            }
            ScanEvent::Sheet { .. } => vec![SHEET_ACTS_ITEM.to_owned()],
        }
    }
}

fn read_filing(texts: &[&str]) -> Option<Filing> {
    let texts: &[&str; 13] = texts.try_into().ok()?;
    let [scan, page, authority, id, sheet, form, at, of, title, brought_by, checked_by, reason, before] =
        texts.map(str::to_owned);
    let [page, sheet_page, sheet_pages] = [page.parse().ok()?, at.parse().ok()?, of.parse().ok()?];
    Some(Filing {
        scan,
        page,
        authority,
        id,
        sheet,
        form,
        sheet_page,
        sheet_pages,
        title,
        brought_by,
        checked_by,
        reason,
        before,
    })
}

fn page_fields(page: &ReadPage) -> [String; PAGE_FIELDS] {
    let ReadPage { page, sheet, form, sheet_page, sheet_pages, authority, id, reason, corners, batch: _ } =
        page.clone();
    [page.to_string(), sheet, form, sheet_page.to_string(), sheet_pages.to_string(), authority, id, reason, corners]
}

fn read_page(texts: &[&str; PAGE_FIELDS]) -> Option<ReadPage> {
    let [page, sheet, form, sheet_page, sheet_pages, authority, id, reason, corners] = texts.map(str::to_owned);
    let [page, sheet_page, sheet_pages] = [page.parse().ok()?, sheet_page.parse().ok()?, sheet_pages.parse().ok()?];
    Some(ReadPage { page, sheet, form, sheet_page, sheet_pages, authority, id, reason, corners, batch: None })
}

fn batched_fields(page: &ReadPage) -> Vec<String> {
    let batch = match &page.batch {
        Some(InBatch { header, said, found, scan }) => {
            [header.clone(), said.to_string(), found.to_string(), scan.clone()]
        }
        None => Default::default(),
    };
    page_fields(page).into_iter().chain(batch).collect()
}

fn read_batched(texts: &[&str; BATCHED_FIELDS]) -> Option<ReadPage> {
    let (page, rest) = texts.split_first_chunk::<PAGE_FIELDS>()?;
    let (page, [header, said, found, scan]) = (read_page(page)?, rest) else { return None };
    if scan.is_empty() {
        return Some(page);
    }
    let [header, scan] = [header, scan].map(|text| (*text).to_owned());
    let batch = Some(InBatch { header, said: said.parse().ok()?, found: found.parse().ok()?, scan });
    Some(ReadPage { batch, ..page })
}
