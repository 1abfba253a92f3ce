//! 未スキャン文書台帳: letters that came on paper and wait to be scanned, by department and あいうえお順, for a clerk to carry to the
//! shelf. What is done is said on the screen; the list ends with the next one.

use super::parts;
use crate::canvas::MM;
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words, joined};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P11F",
    version: 1,
    class: Class::Reference,
    title: ["未スキャン文書台帳", "Letters not yet scanned"],
    size: Size::Upright,
    note: [
        "探して✓、スキャンしたら画面で台帳の文書と結び付ける。紙の原本は科別・あいうえお順に戻す。捨てない。",
        "Tick what was found; when scanned, join it to its line on the screen. The paper goes back to its place: never thrown away.",
    ],
    standing: ["持ち歩き用の一覧（次の印刷で古くなる）", "A list to carry (the next print takes its place)"],
    bare: false,
};

/// Letters of one department.
#[derive(Clone, Debug, Default)]
pub struct LetterList {
    /// The department; empty where none was said.
    pub department: String,
    /// Its letters, in the order they stand in.
    pub lines: Vec<LetterLine>,
}

/// One letter.
#[derive(Clone, Debug, Default)]
pub struct LetterLine {
    /// Its number in the register.
    pub number: String,
    /// When it came.
    pub received: String,
    /// Kana of its patient.
    pub kana: String,
    /// Name of its patient, and what is kept back of it.
    pub name: String,
    /// The patient's number; empty where nobody knows it.
    pub id: String,
    /// From which hospital and doctor.
    pub from: String,
    /// What it is, in words.
    pub kind: String,
    /// Pages; empty where nobody counted.
    pub pages: String,
    /// Remarks.
    pub words: String,
}

const WIDTHS: [f32; 6] = [84.0, 68.0, 150.0, 108.0, 56.0, 30.0];
/// A tick and two lines of print.
const ROW: f32 = 8.5 * MM;

/// The pages of the list: a table a department.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, lists: &[LetterList]) -> Result<Made, Error> {
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), Stand::default());
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>();
    let heads = [NUMBER, RECEIVED, WHOSE, FROM, KIND, PAGES].into_iter().zip(WIDTHS);
    let columns: Vec<(String, f32)> =
        heads.map(|(head, width)| (w.say(head).to_owned(), width)).chain([(w.say(FOUND).to_owned(), rest)]).collect();
    for list in lists {
        let department = if list.department.is_empty() { w.say(NO_DEPARTMENT) } else { &list.department };
        let title = format!("{department}  {}", w.with(COUNT, parts::count(w, list.lines.len())));
        let rows = list.lines.iter().map(|line| row(&mut sheet, line)).collect();
        sheet.table(&Table { title, columns: columns.clone(), rows, grid: true, ..Table::default() });
    }
    if lists.iter().all(|list| list.lines.is_empty()) {
        sheet.say(NONE, Weight::Bold);
    }
    sheet.finish()
}

fn row(sheet: &mut Sheet<'_>, line: &LetterLine) -> Row {
    let ink = &mut sheet.ink;
    let whose = Cell::body(ink, &line.kana).line(ink, &joined([&line.name, &line.id]), BODY, Weight::Bold);
    let cells = vec![
        Cell::body(ink, &line.number),
        Cell::body(ink, &line.received),
        whose,
        Cell::body(ink, &line.from).line(ink, &line.words, BODY, Weight::Regular),
        Cell::body(ink, &line.kind),
        Cell::body(ink, &line.pages),
        Cell::default().line(ink, "□", BODY + 2.0, Weight::Regular),
    ];
    Row { least: ROW, ..Row::new(cells) }
}

const COUNT: Label = ["未スキャン {}", "Not scanned: {}"];
const NO_DEPARTMENT: Label = ["（科が未定）", "(no department)"];
const NONE: Label = ["未スキャンの文書はありません。", "No letter waits to be scanned."];
const NUMBER: Label = ["台帳番号", "Number"];
const RECEIVED: Label = ["受取日", "Came on"];
const WHOSE: Label = ["患者（カナ・氏名・番号）", "Patient: kana, name, number"];
const FROM: Label = ["差出・備考", "From, remarks"];
const KIND: Label = ["種類", "Kind"];
const PAGES: Label = ["枚数", "Pages"];
const FOUND: Label = ["あった", "Found"];
