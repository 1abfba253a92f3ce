//! What several forms ask in the same words: dates and times in digit boxes, insurance, diseases, and who signs.

use chart::problems::ProblemEntry;
use chart::{Chart, Item};

use crate::form::{PEN, What, slot};
use crate::sheet::Sheet;
use crate::table::{BODY, Cell, LEADING, Row, Table};
use crate::words::{Label, joined};

/// A date in digit boxes; the year is that of the era, which the slot's label names.
pub(crate) const YMD: [(usize, Label); 3] = [(2, ["年", "y"]), (2, ["月", "m"]), (2, ["日", "d"])];
/// Month and day.
pub(crate) const MD: [(usize, Label); 2] = [(2, ["月", "/"]), (2, ["日", ""])];
/// A time of day.
pub(crate) const HM: [(usize, Label); 2] = [(2, ["時", ":"]), (2, ["分", ""])];
/// Month, day and time.
pub(crate) const MDHM: [(usize, Label); 4] = [(2, ["月", "/"]), (2, ["日", " "]), (2, ["時", ":"]), (2, ["分", ""])];
/// Date and time.
pub(crate) const YMDHM: [(usize, Label); 5] =
    [(2, ["年", "y"]), (2, ["月", "m"]), (2, ["日", "d"]), (2, ["時", ":"]), (2, ["分", ""])];

/// Height of a lined area above its first line.
const HEAD: f32 = BODY * LEADING + 3.0;
/// Height of a table above its first row.
const HEADS: f32 = 34.0;

/// A lined area that takes what the page holds but so many points for what follows; a line at least.
pub(crate) fn lined_until(sheet: &mut Sheet<'_>, label: Label, keep: f32) {
    match ((sheet.bottom() - sheet.y - keep - HEAD) / PEN).floor() as usize {
        0 | 1 => sheet.slots(&[slot("rest", label, 1.0, What::Pen)]),
        lines => sheet.lined(label, lines),
    }
}

/// Empty rows behind so many said ones, so that so many points of the page are left; one at least.
pub(crate) fn rows_until(sheet: &Sheet<'_>, said: usize, keep: f32) -> usize {
    let all = ((sheet.bottom() - sheet.y - keep - HEADS) / PEN).floor().max(0.0) as usize;
    all.saturating_sub(said).max(1)
}

/// A table of just these rows, a pen line high each.
pub(crate) fn whole(sheet: &mut Sheet<'_>, title: Label, note: Label, columns: &[(Label, f32)], rows: Vec<Row>) {
    let (w, room) = (sheet.w, sheet.room());
    let total: f32 = columns.iter().map(|(_, share)| share).sum();
    let columns: Vec<_> = columns.iter().map(|(head, share)| (w.say(*head).to_owned(), room * share / total)).collect();
    let fit = |mut row: Row| {
        row.cells.resize(columns.len(), Cell::default());
        Row { least: row.least.max(PEN), ..row }
    };
    let rows = rows.into_iter().map(fit).collect();
    let (title, note) = (w.say(title).to_owned(), w.say(note).to_owned());
    sheet.table(&Table { title, note, columns, rows, grid: true, ..Table::default() });
}

/// The first address of the copy.
pub(crate) fn address(chart: Option<&Chart>) -> &str {
    chart.and_then(|chart| chart.patient.addresses.first()).map_or("", String::as_str)
}

/// The first telephone number of the copy.
pub(crate) fn phone(chart: Option<&Chart>) -> &str {
    chart.and_then(|chart| chart.patient.phones.first()).map_or("", String::as_str)
}

/// The name of a disease as it is written in a record: with 疑い where it is only suspected.
pub(crate) fn disease(sheet: &Sheet<'_>, item: &Item<ProblemEntry>) -> String {
    let problem = &item.problem;
    let name = if problem.label.is_empty() { problem.name.shown() } else { &problem.label };
    let suspected = if problem.suspected && !name.contains("疑い") { sheet.w.say(SUSPECTED) } else { "" };
    format!("{name}{suspected}")
}

/// Diseases in force, for a sheet that the patient reads: one that the patient was not told of (未告知) is never among them, and
/// nothing on the sheet says that it is missing; whoever signs writes what is to be written.
pub(crate) fn told_diseases(sheet: &Sheet<'_>, chart: Option<&Chart>) -> String {
    let told = chart.into_iter().flat_map(|chart| &chart.problems).filter(|item| item.active && !item.untold);
    joined(told.map(|item| disease(sheet, item)))
}

/// Rows of diseases with their beginning, end and outcome, in the columns of [`DISEASE_COLUMNS`]; for sheets that stay in the hospital.
pub(crate) fn disease_rows(sheet: &mut Sheet<'_>, chart: Option<&Chart>) -> Vec<Row> {
    let Some(chart) = chart else { return Vec::new() };
    let w = sheet.w;
    let mut rows = Vec::new();
    for item in &chart.problems {
        let name = format!("{}{}", item.mark, disease(sheet, item));
        let problem = &item.problem;
        let begun = problem.diagnosed.or(problem.onset).map_or_else(String::new, |at| at.to_string());
        let ended = problem.ended.map_or_else(String::new, |at| at.to_string());
        let ink = &mut sheet.ink;
        rows.push(Row::new(vec![
            Cell::bold(ink, &name),
            Cell::body(ink, &begun),
            Cell::body(ink, &ended),
            Cell::body(ink, problem.outcome.shown()),
            Cell::body(ink, &w.stamp(item)),
        ]));
    }
    rows
}

/// The heads of [`disease_rows`].
pub(crate) const DISEASE_COLUMNS: [(Label, f32); 5] = [
    (["傷病名", "Disease"], 4.2),
    (["開始", "Begun"], 1.5),
    (["終了", "Ended"], 1.5),
    (["転帰", "Outcome"], 1.3),
    (["出どころ・経過時間", "Source, age"], 2.2),
];

const SUSPECTED: Label = ["の疑い", " (suspected)"];
