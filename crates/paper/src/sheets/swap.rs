//! PX 差替え・回収票: after a run of what changed, which sheets go into the ward's box and which come out of it, counted to the
//! shredder (users.md 12).

use chart::Moment;

use crate::canvas::MM;
use crate::font::{Ink, Weight};
use crate::form::{What, slot};
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PX",
    version: 1,
    class: Class::Reference,
    title: ["差替え・回収票", "Swap list"],
    size: Size::Upright,
    note: [
        "新しい帳票を停止時ボックスに入れ、古い帳票を抜いて数え、裁断する。書き込みのある古い帳票は裁断せず、スキャンに回す。",
        "Put the new sheets into the downtime box, take the old ones out, count and shred them. An old sheet that was written on is not shredded: scan it.",
    ],
    standing: ["停止時ボックスの入替え", "For the ward's downtime box"],
    bare: false,
};

const ROW: f32 = 8.0 * MM;
const WIDTHS: [f32; 5] = [62.0, 150.0, 110.0, 118.0, 50.0];

/// A sheet in the ward's box and what takes its place.
#[derive(Clone, Debug, Default)]
pub struct Swap {
    /// Room and bed; empty for the ward's own sheets.
    pub bed: String,
    /// Whose, or the sheet's title.
    pub whose: String,
    /// The new sheet's number; empty where the old one only comes out.
    pub new: String,
    /// The old sheet's number; empty where the new one only goes in.
    pub old: String,
    /// When the old one was printed.
    pub printed: Option<Moment>,
    /// Pages of the old one.
    pub pages: u32,
}

/// The pages of one ward's list.
pub(crate) fn pages(
    w: &Words,
    head: &Head,
    id: &SheetId,
    ward: &str,
    swaps: &[Swap],
    unchanged: usize,
) -> Result<Made, Error> {
    let stand = Stand { words: format!("{} {ward}", w.say(WARD)), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let (goes_in, comes_out) =
        (swaps.iter().filter(|swap| !swap.new.is_empty()).count(), swaps.iter().filter(|swap| !swap.old.is_empty()));
    let pages: u32 = comes_out.map(|swap| swap.pages).sum();
    let count = |label: Label, count: String| (label, count);
    let counts = [count(IN, goes_in.to_string()), count(OUT, pages.to_string()), count(STAY, unchanged.to_string())];
    let slots: Vec<_> = counts.iter().map(|(label, count)| slot("", *label, 1.0, What::Large(count))).collect();
    sheet.slots(&slots);
    sheet.signs(&[TAKEN_OUT, SHREDDED, SECOND]);
    sheet.y += 3.0;
    sheet.ink.at(w.say(FORM.title));
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>();
    let heads = [BED, WHOSE, NEW, OLD, PAGES].into_iter().zip(WIDTHS);
    let heads = heads.map(|(label, width)| (w.say(label).to_owned(), width));
    let columns = heads.chain([(w.say(DONE).to_owned(), rest)]).collect();
    let rows = swaps.iter().map(|swap| row(&mut sheet.ink, w, swap)).collect();
    sheet.table(&Table { title: w.say(LIST).to_owned(), columns, rows, grid: true, ..Table::default() });
    sheet.finish()
}

fn row(ink: &mut Ink, w: &Words, swap: &Swap) -> Row {
    let old = Cell::body(ink, if swap.old.is_empty() { "―" } else { &swap.old });
    let printed = swap.printed.map_or_else(String::new, |printed| printed.to_string());
    let old = old.line(ink, &printed, BODY, Weight::Regular);
    let new = if swap.new.is_empty() { w.say(ONLY_OUT) } else { &swap.new };
    let pages = if swap.old.is_empty() { String::new() } else { swap.pages.to_string() };
    let cells = vec![
        Cell::bold(ink, &swap.bed),
        Cell::body(ink, &swap.whose),
        Cell::body(ink, new),
        old,
        Cell::body(ink, &pages),
        Cell::body(ink, "□"),
    ];
    Row { least: ROW, ..Row::new(cells) }
}

const WARD: Label = ["病棟", "Ward"];
const IN: Label = ["入れる帳票（組）", "Sheets to put in"];
const OUT: Label = ["抜いて裁断する（ページ）", "Pages to take out and shred"];
const STAY: Label = ["変わらない患者（そのまま）", "Patients unchanged, left as they are"];
const TAKEN_OUT: Label = ["入れ替えた人・日時", "Swapped by, when"];
const SHREDDED: Label = ["裁断したページ数・人・日時", "Pages shredded, by, when"];
const SECOND: Label = ["数えたもう一人", "Counted by a second person"];
const LIST: Label = ["入れ替える帳票", "Sheets to swap"];
const BED: Label = ["病床", "Bed"];
const WHOSE: Label = ["患者・帳票", "Whose, or which"];
const NEW: Label = ["入れる №", "New No."];
const OLD: Label = ["抜く №（印刷日時）", "Old No. (printed)"];
const PAGES: Label = ["ページ", "Pages"];
const DONE: Label = ["済", "Done"];
const ONLY_OUT: Label = ["退院・転棟など（抜くだけ）", "left the ward: only out"];
