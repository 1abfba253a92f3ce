//! P6Q 受診状況: the queue as it stands when it is printed, and below it numbered rows to write in while no screen is at hand. The rows are
//! entered later, each with the time that stands on the paper.

use crate::canvas::MM;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::sheets::forms::TO_RETURN;
use crate::table::{Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P6Q",
    version: 1,
    class: Class::Return,
    title: ["受診状況（紙で続ける）", "Queue, on paper"],
    size: Size::Upright,
    note: [
        "下の行に、動いた順に1行ずつ。時刻は起きた時刻。書きまちがいは二重線・署名・時刻、使わない行は斜線。あとで「用紙から入力」に入れる。",
        "Write below, a row a move, with the time it happened. Correct by two lines, sign and time; strike out unused rows. Entered later.",
    ],
    standing: TO_RETURN,
    bare: false,
};

/// Numbered rows to write in.
pub(crate) const ROWS: u32 = 16;

/// The queue as it is printed.
#[derive(Clone, Debug, Default)]
pub struct QueuePrint {
    /// Whose: the department, or the house; and how many are left.
    pub about: String,
    /// The visits that are not over.
    pub lines: Vec<QueueLine>,
}

/// One visit, all in words. It lies on a desk where patients stand: no name.
#[derive(Clone, Debug, Default)]
pub struct QueueLine {
    /// The ticket.
    pub ticket: String,
    /// Where next, with the room.
    pub place: String,
    /// Since when.
    pub since: String,
    /// What is awaited, and what is doubtful.
    pub flags: String,
    /// The patient's number.
    pub number: String,
}

const WIDTHS: [f32; 4] = [74.0, 84.0, 130.0, 84.0];
const PEN: [f32; 3] = [26.0, 62.0, 100.0];
const BY: f32 = 86.0;
/// A line that can be read, and one that can be written on.
const LINE: f32 = 6.0 * MM;
const ROW: f32 = 8.5 * MM;

/// The pages.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, print: &QueuePrint) -> Result<Made, Error> {
    let stand = Stand { words: print.about.clone(), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>();
    let heads = [TICKET, NUMBER, PLACE, SINCE].into_iter().zip(WIDTHS).chain([(FLAGS, rest)]);
    let columns = heads.map(|(label, width)| (w.say(label).to_owned(), width)).collect();
    let rows: Vec<Row> = print.lines.iter().map(|line| row(&mut sheet, line)).collect();
    let note = if rows.is_empty() { w.say(NONE).to_owned() } else { String::new() };
    sheet.table(&Table { title: w.say(NOW).to_owned(), note, columns, rows, grid: true, ..Table::default() });
    let rest = sheet.room() - PEN.iter().sum::<f32>() - BY;
    let heads = [NO, AT, WHO].into_iter().zip(PEN).chain([(WHAT, rest), (WRITER, BY)]);
    let columns = heads.map(|(label, width)| (w.say(label).to_owned(), width)).collect();
    let blank = |no: u32| {
        let number = Cell::bold(&mut sheet.ink, &no.to_string());
        let cells = std::iter::once(number).chain((0..4).map(|_| Cell::default())).collect();
        Row { least: ROW, ..Row::new(cells) }
    };
    let rows = (1..=ROWS).map(blank).collect();
    let note = w.say(RULE).to_owned();
    sheet.table(&Table { title: w.say(WRITE).to_owned(), note, columns, rows, grid: true, ..Table::default() });
    sheet.finish()
}

fn row(sheet: &mut Sheet<'_>, line: &QueueLine) -> Row {
    let ink = &mut sheet.ink;
    let cells = vec![
        Cell::bold(ink, &line.ticket),
        Cell::body(ink, &line.number),
        Cell::body(ink, &line.place),
        Cell::body(ink, &line.since),
        Cell::body(ink, &line.flags),
    ];
    Row { least: LINE, ..Row::new(cells) }
}

const NOW: Label = ["いま待っている人", "Who is here now"];
const WRITE: Label = ["ここから書く", "Write from here"];
const RULE: Label = ["行は「用紙番号－行」で呼ぶ", "A row is called by sheet number and row"];
const TICKET: Label = ["受付番号", "Ticket"];
const NUMBER: Label = ["患者番号", "Number"];
const PLACE: Label = ["次の場所", "Next"];
const SINCE: Label = ["いつから", "Since"];
const FLAGS: Label = ["待つもの・注意", "Awaited, caution"];
const NO: Label = ["行", "Row"];
const AT: Label = ["時刻", "Time"];
const WHO: Label = ["受付番号", "Ticket"];
const WHAT: Label = ["次の場所・終わり・帰った", "Next place, done, left"];
const WRITER: Label = ["書いた人", "Written by"];
const NONE: Label = ["いません。", "Nobody."];
