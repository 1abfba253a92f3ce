//! What stands in the boxes of a scanned page, as far as a machine can tell: suggestions beside the picture, for a person. They are
//! made anew whenever somebody looks, are never stored, and file nothing: where a page belongs is decided by its code alone.

use scan::{Ask, BoxSeen, BoxesSeen, Reading};
use serde::Serialize;
use store::Reader;

use super::layout::{Placed, Sort, of};
use super::ledger::PageRow;
use super::pieces::bytes_of;
use super::reading;
use crate::home::Problem;

/// Boxes of the patient's own number on a blank form.
const WHOSE: &str = "patient.";
/// Tenths of a millimetre in one.
const TENTHS: f32 = 10.0;

/// What is suggested of one box.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suggestion {
    /// Its name on the page.
    #[serde(rename = "box")]
    pub name: String,
    /// `tick` or `digit`.
    pub kind: &'static str,
    /// What is asked.
    pub label: String,
    /// What a tick means, or what stands behind the digits.
    pub option: String,
    /// `ticked`, `empty`, a digit; `None` where a person must look.
    pub value: Option<String>,
    /// How sure, 0 to 1.
    pub sure: f32,
    /// Left, top, width, height on the printed page, mm.
    pub area: [f32; 4],
}

/// What is suggested of a page, in the order of its form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Suggested {
    /// From mm of the printed page to pixels of the picture ([`BoxesSeen::place`]).
    pub place: [f32; 6],
    /// Width and height of the picture in pixels.
    pub size: [u32; 2],
    /// Codes by which the page was laid out: one is less than two.
    pub codes: usize,
    /// Its boxes.
    pub boxes: Vec<Suggestion>,
}

/// A page whose boxes can be looked into: what to ask, of which bytes.
pub struct Asked {
    ask: Ask,
    boxes: Vec<Placed>,
    bytes: Vec<u8>,
}

/// What to ask of a page; `None` for one that is no sheet of ours, has no boxes, or shows two sheets at once.
///
/// # Errors
/// When the store cannot be read.
pub fn asked(reader: &Reader, row: &PageRow) -> Result<Option<Asked>, Problem> {
    let read = &row.read;
    if read.sheet.is_empty() || ["two_patients", "two_sheets"].contains(&read.reason.as_str()) {
        return Ok(None);
    }
    // Whose a page is is said by its code or by a person, and suggested by nothing.
    let whose = |one: &Placed| one.name.starts_with(WHOSE);
    let here = |one: &Placed| u32::try_from(one.page).is_ok_and(|page| page == read.sheet_page) && !whose(one);
    let (codes, boxes): (Vec<Placed>, Vec<Placed>) =
        of(reader, &read.sheet)?.into_iter().filter(here).partition(|one| one.sort == Sort::Code);
    if boxes.is_empty() {
        return Ok(None);
    }
    let ask = Ask {
        page: read.page as usize,
        ends: format!("-{}", read.sheet),
        codes: codes.iter().map(mm).collect(),
        boxes: boxes.iter().map(|one| (one.sort == Sort::Digit, mm(one))).collect(),
    };
    Ok(Some(Asked { ask, boxes, bytes: bytes_of(reader, &row.scan)? }))
}

fn mm(one: &Placed) -> [f32; 4] {
    one.area.map(|tenths| tenths as f32 / TENTHS)
}

impl Asked {
    /// Looks, in a child; `None` when the page's codes are not found again.
    ///
    /// # Errors
    /// When no child can be started.
    pub fn look(&self) -> Result<Option<Suggested>, Problem> {
        let seen = reading::boxes(&self.bytes, &self.ask)?.filter(|seen| seen.boxes.len() == self.boxes.len());
        Ok(seen.map(|BoxesSeen { size, place, codes, boxes }| Suggested {
            place,
            size,
            codes,
            boxes: self.boxes.iter().zip(boxes).map(suggestion).collect(),
        }))
    }
}

fn suggestion((of, seen): (&Placed, BoxSeen)) -> Suggestion {
    let value = match seen.reading {
        Reading::Empty => Some("empty".to_owned()),
        Reading::Ticked => Some("ticked".to_owned()),
        Reading::Digit(digit) => Some(digit.to_string()),
        Reading::Unsure => None,
    };
    Suggestion {
        name: of.name.clone(),
        kind: of.sort.word().unwrap_or_default(),
        label: of.asks.clone(),
        option: of.option.clone(),
        value,
        sure: (seen.sure * 100.0).round() / 100.0,
        area: mm(of),
    }
}

/// All at once, for a command.
///
/// # Errors
/// As [`asked`] and [`Asked::look`].
pub fn suggested(reader: &Reader, row: &PageRow) -> Result<Option<Suggested>, Problem> {
    asked(reader, row)?.map_or(Ok(None), |asked| asked.look())
}
