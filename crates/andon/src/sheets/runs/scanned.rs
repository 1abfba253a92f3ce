//! What a ward laid on its copier for the next shift: boards and memos of ours that came back through the scanner, as pictures.

use chart::Moment;
use paper::{Picture, Scanned};
use store::Reader;

use crate::home::Problem;
use crate::sheets::ledger::{PageRow, SheetRow, ledger};
use crate::sheets::{pieces, reading};

/// The forms that a ward hands over by.
const FORMS: [&str; 2] = ["P5", "PH"];
/// A handover older than this is no news, minutes.
const AGE_MOST: i64 = 24 * 60;
/// Pictures of one pack, the newest: a board of three pages and a memo.
const PICTURES_MOST: usize = 4;
/// Dots of the longer side: written words stay readable on A4.
const DOTS: u32 = 2_000;

/// The newest pictures of a ward's handover, oldest first. One that cannot be drawn is told of in `flawed`.
///
/// # Errors
/// When the store cannot be read.
pub fn scanned(reader: &Reader, ward: &str, now: Moment, flawed: &mut Vec<String>) -> Result<Vec<Scanned>, Problem> {
    let ledger = reader.once(ledger)?;
    let sheet = |page: &PageRow| {
        let mine =
            |row: &&SheetRow| row.number == page.sheet() && row.ward == ward && FORMS.contains(&row.form.as_str());
        ledger.sheets.iter().find(mine)
    };
    let fresh = |page: &&PageRow| {
        page.patient().is_none() && !page.sheet().is_empty() && page.at.minutes_until(now) <= AGE_MOST
    };
    let mut pages: Vec<(&PageRow, &SheetRow)> = Vec::new();
    for page in ledger.pages.iter().rev().filter(fresh) {
        let Some(row) = sheet(page) else { continue };
        // Scanned again: only the newest of a page.
        let known =
            pages.iter().any(|(seen, _)| seen.sheet() == page.sheet() && seen.read.sheet_page == page.read.sheet_page);
        if !known && pages.len() < PICTURES_MOST {
            pages.push((page, row));
        }
    }
    let mut pictures = Vec::new();
    for (page, row) in pages.into_iter().rev() {
        let sheet = format!("{} {}", row.form, row.number);
        let drawn =
            pieces::bytes_of(reader, &page.scan).and_then(|bytes| reading::picture(&bytes, page.read.page, DOTS));
        match drawn.ok().and_then(Picture::read) {
            Some(picture) => pictures.push(Scanned { picture, sheet, by: page.by.clone(), at: page.at }),
            None => flawed.push(format!("{sheet}: スキャンした申し送りを絵にできません。元の紙を見てください / the scanned handover cannot be drawn")),
        }
    }
    Ok(pictures)
}
