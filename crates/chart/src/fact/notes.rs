//! Notes, and fields that have no place of their own.

use serde::Serialize;

use super::coded::{Coded, Staff};
use crate::when::When;

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

/// A field that holds something we read but give no place of its own: nothing that came is hidden (promise 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unplaced {
    /// Where, e.g. `OBR-32`, `RXE-31.2`, `ZE1-4`.
    pub at: String,
    /// The decoded text.
    pub text: String,
}
