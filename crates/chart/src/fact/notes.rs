//! Notes, and fields that have no place of their own.

use serde::Serialize;

use super::coded::{Coded, Staff};
use crate::when::{Moment, When};

/// A note, summary or report: extended storage (CDA, text) or OBX of type TX/FT/ED.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Document {
    /// Type folder or LOINC, e.g. 経過記録 / `11506-3`.
    pub kind: Coded,
    /// Title, where there is one.
    pub title: String,
    /// Text as lines of plain text; empty when only bytes of a kind we do not decode are held.
    pub text: String,
    /// When it was written or what day it tells of.
    pub at: Option<When>,
    /// Who wrote it.
    pub author: Staff,
    /// Media type of the bytes, e.g. `text/plain`, `application/pdf`.
    pub media_type: String,
}

/// A page of paper that was scanned and filed under the patient (source 紙).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// The scanned file, SHA-256 in hexadecimal, and the page in it, from 1.
    pub scan: String,
    /// Page of the file.
    pub page: u32,
    /// Number of our sheet; empty for paper that is not ours.
    pub sheet: String,
    /// Form code of the sheet, e.g. `P7`.
    pub form: String,
    /// What it is, in words.
    pub title: String,
    /// Page of the sheet, from 1; 0 for paper that is not ours.
    pub sheet_page: u32,
    /// Pages of the sheet.
    pub sheet_pages: u32,
    /// Who filed it; empty when its own code did.
    pub filed_by: String,
    /// Who brought it: the patient, a pharmacy, a fax; empty for a sheet of ours.
    pub brought_by: String,
    /// Who compared it with the patient; empty when nobody did yet.
    pub checked_by: String,
    /// When the file came from the scanner, whoever filed the page and when: of two scans of one page the later is how the paper
    /// stands. `None` where that is not told.
    pub scanned: Option<Moment>,
}

/// A field that holds something we read but give no place of its own: nothing that came is hidden (promise 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unplaced {
    /// Where, e.g. `OBR-32`, `RXE-31.2`, `ZE1-4`.
    pub at: String,
    /// The decoded text.
    pub text: String,
}
