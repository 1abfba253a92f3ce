//! 本部台帳 as printed: one register after another, each item with everything that its fields say, so that it can be followed on paper at
//! 00:30. A blank column is kept for the pen.

use crate::canvas::MM;
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P1N",
    version: 1,
    class: Class::Reference,
    title: ["本部台帳（印刷）", "Registers of headquarters, printed"],
    size: Size::Across,
    note: [
        "書き足したことは、だれが・いつかを添えて「手書き」の欄に。あとで画面に記録する。訂正は二重線・署名・日時。",
        "Write what is new in the last column with name and time, and enter it on the screen later. Correct with a double line.",
    ],
    standing: ["参照用（次の印刷で古くなる）", "For reference (the next print takes its place)"],
    bare: false,
};

/// Registers as they are printed.
#[derive(Clone, Debug, Default)]
pub struct RegisterPrint {
    /// The incident, level and policy, as every page says them; empty for none.
    pub incident: String,
    /// The registers.
    pub lists: Vec<RegisterList>,
}

/// One register.
#[derive(Clone, Debug, Default)]
pub struct RegisterList {
    /// What it is called.
    pub title: String,
    /// How many items are in which state.
    pub counts: String,
    /// Its items.
    pub rows: Vec<RegisterRow>,
}

/// One item, all in words.
#[derive(Clone, Debug, Default)]
pub struct RegisterRow {
    /// Its number.
    pub number: String,
    /// 状態, 期限切れ, 要確認.
    pub state: String,
    /// What it is about.
    pub name: String,
    /// Its fields, each with what it says.
    pub fields: Vec<(String, String)>,
    /// Who said something of it last, and when.
    pub by: String,
}

const WIDTHS: [f32; 4] = [62.0, 74.0, 96.0, 150.0];
/// Room for the heading of an empty register, points.
const EMPTY: f32 = 24.0;
/// A line that can be written on.
const ROW: f32 = 9.0 * MM;

/// The pages.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, print: &RegisterPrint) -> Result<Made, Error> {
    let stand = Stand { words: print.incident.clone(), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let [number, state, by, pen] = WIDTHS;
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>();
    let heads = [(NUMBER, number), (STATE, state), (WHAT, rest), (BY, by), (PEN, pen)];
    let columns: Vec<(String, f32)> = heads.into_iter().map(|(head, width)| (w.say(head).to_owned(), width)).collect();
    for list in &print.lists {
        if list.rows.is_empty() {
            let title = if list.title.is_empty() { w.say(FORM.title) } else { &list.title };
            sheet.need(EMPTY);
            sheet.heading(title, w.say(NONE));
            continue;
        }
        let rows: Vec<Row> = list.rows.iter().map(|item| row(&mut sheet, item)).collect();
        let note = list.counts.clone();
        sheet.table(&Table {
            title: list.title.clone(),
            note,
            columns: columns.clone(),
            rows,
            grid: true,
            ..Table::default()
        });
    }
    sheet.finish()
}

fn row(sheet: &mut Sheet<'_>, item: &RegisterRow) -> Row {
    let ink = &mut sheet.ink;
    let mut what = Cell::default().line(ink, &item.name, BODY, Weight::Bold);
    for (field, value) in &item.fields {
        what = what.line(ink, &format!("{field}：{value}"), BODY, Weight::Regular);
    }
    let cells = vec![
        Cell::default().line(ink, &item.number, BODY, Weight::Regular),
        Cell::default().line(ink, &item.state, BODY, Weight::Bold),
        what,
        Cell::default().line(ink, &item.by, BODY, Weight::Regular),
        Cell::default(),
    ];
    Row { least: ROW, ..Row::new(cells) }
}

const NUMBER: Label = ["№", "№"];
const STATE: Label = ["状態", "State"];
const WHAT: Label = ["内容", "What"];
const BY: Label = ["最後の記録", "Last word"];
const PEN: Label = ["手書き（だれが・いつ）", "By hand (who, when)"];
const NONE: Label = ["ありません。", "None."];
