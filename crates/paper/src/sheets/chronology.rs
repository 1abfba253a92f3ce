//! クロノロ as printed from the screen, for meetings and for the wall: numbered lines with a sum over each block of them, so that the set on
//! paper is whole and stays what was printed. What is corrected stands struck through on the next print.

use crate::canvas::MM;
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words, joined};
use crate::{Error, Head, Made, SheetId};

const BASE: Form = Form {
    code: "P1L",
    version: 1,
    class: Class::Reference,
    title: ["クロノロ（印刷）", "Chronology, printed"],
    size: Size::Across,
    note: [
        "書き足すときは白紙のクロノロ用紙（P1）に。訂正は二重線・署名・日時で行い、画面でも訂正する。",
        "Write further lines on a blank P1. Correct with a double line, signature and time, and on the screen too.",
    ],
    standing: ["参照用（次の印刷で古くなる）", "For reference (the next print takes its place)"],
    bare: false,
};

pub(crate) static FORM: Form = BASE;
pub(crate) static WALL: Form =
    Form { code: "P1M", size: Size::Wall, title: ["クロノロ（壁）", "Chronology for the wall"], ..BASE };

/// The chronology as it is printed.
#[derive(Clone, Debug, Default)]
pub struct ChronologyPrint {
    /// The incident, level and policy, as every page says them; empty for none.
    pub incident: String,
    /// What was chosen of it, in words: whose log, only what is open.
    pub chosen: String,
    /// On A3 in large letters.
    pub wall: bool,
    /// The lines, block by block.
    pub pages: Vec<ChronologySpan>,
}

/// A block of lines.
#[derive(Clone, Debug, Default)]
pub struct ChronologySpan {
    /// The sum over its lines: the first 16 hexadecimal digits of a SHA-256.
    pub sum: String,
    /// Its lines.
    pub lines: Vec<ChronologyRow>,
}

/// One line, all in words.
#[derive(Clone, Debug, Default)]
pub struct ChronologyRow {
    /// Its number.
    pub number: String,
    /// When it happened.
    pub at: String,
    /// When it was entered, where that is another time.
    pub entered: String,
    /// 発 → 受.
    pub between: String,
    /// 手段 and 区分.
    pub kind: String,
    /// 内容, with ★ before a key line.
    pub text: String,
    /// What it said before it was corrected, or that it was struck, with who and why.
    pub before: String,
    /// 対応 and 期限.
    pub task: String,
    /// 状態.
    pub state: String,
    /// 記録者.
    pub by: String,
}

/// Lines of a block on A4, on A3 in large letters.
pub const LINES: [usize; 2] = [15, 15];

const WIDTHS: [f32; 4] = [62.0, 104.0, 114.0, 182.0];
const ROW: f32 = 8.0 * MM;
/// Letters of the wall.
const LARGE: f32 = 14.0;

/// The pages: block by block.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, print: &ChronologyPrint) -> Result<Made, Error> {
    let form = if print.wall { &WALL } else { &FORM };
    let stand = Stand { words: joined([&print.incident, &print.chosen]), data: None };
    let mut sheet = Sheet::new(w, head, id, form, Who::default(), stand);
    let scale = if print.wall { LARGE / BODY } else { 1.0 };
    let widths = WIDTHS.map(|width| width * scale);
    let rest = sheet.room() - widths.iter().sum::<f32>();
    let [number, at, between, task] = widths;
    let heads = [(NUMBER, number), (AT, at), (BETWEEN, between), (TEXT, rest), (TASK, task)];
    let columns: Vec<(String, f32)> = heads.into_iter().map(|(head, width)| (w.say(head).to_owned(), width)).collect();
    for (at, span) in print.pages.iter().enumerate() {
        let ends = [span.lines.first(), span.lines.last()].map(|line| line.map_or("", |line| &line.number));
        let title = format!("{}–{}  {}/{}", ends[0], ends[1], at + 1, print.pages.len());
        let rows = span.lines.iter().map(|line| row(&mut sheet, line, print.wall)).collect();
        let note = w.with(SUM, span.sum.clone());
        sheet.table(&Table { title, note, columns: columns.clone(), rows, grid: true, ..Table::default() });
    }
    if print.pages.iter().all(|span| span.lines.is_empty()) {
        sheet.say(NONE, Weight::Bold);
    }
    sheet.finish()
}

fn row(sheet: &mut Sheet<'_>, line: &ChronologyRow, wall: bool) -> Row {
    let ink = &mut sheet.ink;
    let body = if wall { LARGE } else { BODY };
    let mut cell = |first: &str, second: &str, weight| {
        Cell::default().line(ink, first, body, weight).line(ink, second, BODY, Weight::Regular)
    };
    let cells = vec![
        cell(&line.number, "", Weight::Bold),
        cell(&line.at, &line.entered, Weight::Regular),
        cell(&line.between, &line.kind, Weight::Regular),
        cell(&line.text, &joined([&line.before, &line.by]), Weight::Regular),
        cell(&line.state, "", Weight::Bold).line(ink, &line.task, body, Weight::Regular),
    ];
    Row { least: ROW, ..Row::new(cells) }
}

const NUMBER: Label = ["№", "№"];
const AT: Label = ["時刻（記録）", "Time (entered)"];
const BETWEEN: Label = ["発 → 受", "From → to"];
const TEXT: Label = ["区分・内容", "What"];
const TASK: Label = ["対応・期限・状態", "Task, due, state"];
const SUM: Label = ["ここの照合値 {}", "Sum of these {}"];
const NONE: Label = ["行はありません。", "There are no lines."];
