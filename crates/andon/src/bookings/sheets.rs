//! Call lists on paper (P6C): which rows stand on a sheet, which of them were entered afterwards, and which sheets are entered whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::Moment;
use store::Reader;

use super::{Matter, lists, rows};
use crate::event::BookingSaid;
use crate::home::Problem;
use crate::incident::Told;

/// When a sheet of a list was printed.
fn printed(list: &Matter, sheet: &str) -> Option<Moment> {
    let bears = |said: &BookingSaid| said.act == "print" && said.values.get("sheet").is_some_and(|of| of == sheet);
    list.history.iter().find(|(said, ..)| bears(said)).map(|(_, told, _)| told.entry)
}

/// A row was not done when a sheet was printed, as far as is known here, and so stands on it.
fn is_on(row: &Matter, printed: Moment) -> bool {
    row.as_entered_by(printed).row_state() != "done"
}

/// The rows that a sheet of a list was printed with.
///
/// # Errors
/// When the store cannot be read.
pub fn on_sheet(reader: &Reader, list: &Matter, sheet: &str) -> Result<Vec<Arc<Matter>>, Problem> {
    let Some(at) = printed(list, sheet) else { return Ok(Vec::new()) };
    Ok(rows(reader, &list.name)?.into_iter().filter(|row| is_on(row, at)).collect())
}

/// Who wrote a row on a sheet, where it was entered from there, and who entered it.
pub fn entered<'r>(row: &'r Matter, sheet: &str) -> Option<(&'r str, &'r Told)> {
    let paper = format!("{sheet}-{} ", row.no());
    row.history.iter().find_map(|(said, told, _)| Some((said.values.get("paper")?.strip_prefix(&paper)?, told)))
}

/// Sheets all of whose rows were entered, each with who entered the last.
///
/// # Errors
/// When the store cannot be read.
pub fn whole(reader: &Reader) -> Result<BTreeMap<String, Told>, Problem> {
    let mut whole = BTreeMap::new();
    for list in lists(reader)? {
        let all = rows(reader, &list.name)?;
        for (said, told, _) in list.history.iter().filter(|(said, ..)| said.act == "print") {
            let Some(sheet) = said.values.get("sheet") else { continue };
            // Most sheets are out with nothing entered: the first row tells.
            let is_whole = all.iter().all(|row| entered(row, sheet).is_some() || !is_on(row, told.entry));
            let last =
                all.iter().filter_map(|row| entered(row, sheet)).map(|(_, told)| told).max_by_key(|told| told.entry);
            if let (true, Some(last)) = (is_whole, last) {
                whole.insert(sheet.clone(), last.clone());
            }
        }
    }
    Ok(whole)
}
