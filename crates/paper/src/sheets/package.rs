//! 提出資料: what is handed to somebody outside (police, a panel, the public), table after table, each block of rows with a sum over it.
//! What each row says is put into words, and cleared of what may not leave, before it comes here.

use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P1P",
    version: 1,
    class: Class::Deliver,
    title: ["提出資料", "Papers handed over"],
    size: Size::Across,
    note: [
        "同じ内容の CSV・JSON と、照合値の一覧（manifest.sha256）が付く。そろっていることは、ページ番号と、表ごとの照合値で確かめる。",
        "The same comes as CSV and JSON with a list of sums (manifest.sha256). Page numbers and the sums of the tables tell whether it is whole.",
    ],
    standing: ["交付用（控えを保管する）", "To be handed over; keep a copy"],
    bare: false,
};

/// A part of what is handed over.
#[derive(Clone, Debug, Default)]
pub struct PackagePrint {
    /// What it is, as of when, in a line for every page.
    pub stand: String,
    /// The cover: each thing with what is said of it; empty on a part without one.
    pub cover: Vec<(String, String)>,
    /// Blocks of tables.
    pub blocks: Vec<PackageBlock>,
}

/// A block of one table.
#[derive(Clone, Debug, Default)]
pub struct PackageBlock {
    /// What it is called, and which block of how many.
    pub title: String,
    /// The sum over its rows: the first 16 hexadecimal digits of a SHA-256; empty where it has none.
    pub sum: String,
    /// Heads of the columns that lead: at most three.
    pub heads: Vec<String>,
    /// Its rows; none: the table is empty, and says so.
    pub rows: Vec<PackageRow>,
}

/// One row, all in words.
#[derive(Clone, Debug, Default)]
pub struct PackageRow {
    /// What leads it: number, time, state.
    pub lead: Vec<String>,
    /// Everything else, each with the name of its column.
    pub rest: Vec<(String, String)>,
    /// Struck through.
    pub struck: bool,
}

/// Widths of what leads.
const WIDTHS: [f32; 3] = [74.0, 92.0, 112.0];
/// Room for the heading of an empty table, points.
const EMPTY: f32 = 24.0;
/// Width of the names on the cover.
const NAMES: f32 = 190.0;

/// The pages.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, print: &PackagePrint) -> Result<Made, Error> {
    let stand = Stand { words: print.stand.clone(), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    if !print.cover.is_empty() {
        cover(&mut sheet, &print.cover);
    }
    for block in &print.blocks {
        if block.rows.is_empty() {
            sheet.need(EMPTY);
            sheet.heading(&block.title, w.say(NONE));
            continue;
        }
        let leads: Vec<(String, f32)> = block.heads.iter().cloned().zip(WIDTHS).collect();
        let rest = sheet.room() - leads.iter().map(|(_, width)| width).sum::<f32>();
        let columns = leads.into_iter().chain([(w.say(WHAT).to_owned(), rest)]).collect();
        let rows = block.rows.iter().map(|one| row(&mut sheet, one, (block.heads.len(), rest))).collect();
        let note = if block.sum.is_empty() { String::new() } else { w.with(SUM, block.sum.clone()) };
        sheet.table(&Table { title: block.title.clone(), note, columns, rows, grid: true, ..Table::default() });
    }
    if !print.cover.is_empty() {
        sheet.signs(&[HANDED_TO, HANDED_BY, RECEIVED]);
    }
    sheet.finish()
}

fn cover(sheet: &mut Sheet<'_>, said: &[(String, String)]) {
    let columns = vec![(String::new(), NAMES), (String::new(), sheet.room() - NAMES)];
    let ink = &mut sheet.ink;
    let row = |(name, words): &(String, String)| {
        Row::new(vec![Cell::default().line(ink, name, BODY, Weight::Bold), Cell::body(ink, words)])
    };
    let rows = said.iter().map(row).collect();
    let title = sheet.w.say(COVER).to_owned();
    sheet.table(&Table { title, columns, rows, grid: true, ..Table::default() });
}

/// A row; its last column is so wide, in points.
fn row(sheet: &mut Sheet<'_>, one: &PackageRow, (leads, wide): (usize, f32)) -> Row {
    let ink = &mut sheet.ink;
    let mut cells: Vec<Cell> = Vec::with_capacity(leads + 1);
    for at in 0..leads {
        let text = one.lead.get(at).map_or("", String::as_str);
        let weight = if at == 0 { Weight::Bold } else { Weight::Regular };
        cells.push(Cell::default().line(ink, text, BODY, weight));
    }
    let piece = |(name, value): &(String, String)| ink.letters(&format!("{name}：{value}   "), Weight::Regular);
    let pieces: Vec<_> = one.rest.iter().map(piece).collect();
    cells.push(Cell::default().flow(pieces, BODY, wide));
    Row { struck: one.struck, ..Row::new(cells) }
}

const HANDED_TO: Label = ["交付先（機関・部署）", "Handed to (body, unit)"];
const HANDED_BY: Label = ["渡した人 署名・日時", "Handed over by, at"];
const RECEIVED: Label = ["受領した人 署名・日時", "Received by, at"];
const COVER: Label = ["この資料について", "About these papers"];
const WHAT: Label = ["内容", "What"];
const SUM: Label = ["ここの照合値 {}", "Sum of these {}"];
const NONE: Label = ["ありません。", "None."];
