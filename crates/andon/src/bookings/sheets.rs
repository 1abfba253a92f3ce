//! Call lists on paper (P6C): which rows stand on a sheet, which of them were entered afterwards, and which sheets are entered whole.

use std::collections::BTreeMap;
use std::sync::Arc;

use store::Reader;

use super::{Matter, lists, rows};
use crate::home::Problem;
use crate::incident::Told;

/// The rows that a sheet of a list was printed with: those that were not done by then, as far as is known here.
///
/// # Errors
/// When the store cannot be read.
pub fn on_sheet(reader: &Reader, list: &Matter, sheet: &str) -> Result<Vec<Arc<Matter>>, Problem> {
    let bears = |said: &crate::event::BookingSaid| said.values.get("sheet").is_some_and(|of| of == sheet);
    let Some(printed) = list.history.iter().find(|(said, ..)| said.act == "print" && bears(said)) else {
        return Ok(Vec::new());
    };
    let at = printed.1.at;
    Ok(rows(reader, &list.name)?.into_iter().filter(|row| row.as_of(at).row_state() != "done").collect())
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
        for (said, ..) in list.history.iter().filter(|(said, ..)| said.act == "print") {
            let Some(sheet) = said.values.get("sheet") else { continue };
            let rows = on_sheet(reader, &list, sheet)?;
            let told: Option<Vec<&Told>> = rows.iter().map(|row| Some(entered(row, sheet)?.1)).collect();
            if let Some(last) = told.and_then(|told| told.into_iter().max_by_key(|told| told.entry).cloned()) {
                whole.insert(sheet.clone(), last);
            }
        }
    }
    Ok(whole)
}
