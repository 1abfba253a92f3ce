//! P6C 電話リスト: whom to ring, with a numbered row each and boxes for what came of it, to go on with a pen; and P6L お知らせの手紙: a letter to one
//! patient, with the address where a window envelope shows it.

use crate::canvas::MM;
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::sheets::forms::TO_RETURN;
use crate::table::{BODY, Cell, LEADING, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P6C",
    version: 1,
    class: Class::Return,
    title: ["電話リスト（紙で続ける）", "Call list, on paper"],
    size: Size::Across,
    note: [
        "かけるたびに時刻を書き、結果を1つ〇で囲む。本人が氏名と生年月日を言うまで用件を言わない。留守番電話に病名・検査名を残さない。あとで「用紙から入力」に入れる。",
        "Write the time of each ring and circle one result. Nothing is said before the patient told name and birth date; no illness or test on an answering machine. Entered later.",
    ],
    standing: TO_RETURN,
    bare: false,
};

pub(crate) static LETTER: Form = Form {
    code: "P6L",
    version: 1,
    class: Class::Deliver,
    title: ["お知らせ", "Notice"],
    size: Size::Upright,
    note: [
        "三つ折りにして長形3号の窓付き封筒へ。窓から宛名だけが見えることを確かめる。宛名のない手紙は手書きする。",
        "Folded in three into a window envelope: see that the window shows the address alone. Where there is none, write it.",
    ],
    standing: ["このお知らせは手元に置いてください", "Please keep this notice"],
    bare: false,
};

/// A call list as it is printed.
#[derive(Clone, Debug, Default)]
pub struct CallPrint {
    /// The list: its name, why people are rung, how many are left.
    pub about: String,
    /// What to say, line by line.
    pub script: Vec<String>,
    /// The rows.
    pub lines: Vec<CallLine>,
}

/// One row, all in words.
#[derive(Clone, Debug, Default)]
pub struct CallLine {
    /// Its number on the list.
    pub no: u32,
    /// Name as it may be shown.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Number and birth date.
    pub number: String,
    /// Telephone numbers.
    pub phones: String,
    /// When and what for.
    pub planned: String,
    /// What was said already: tries, what a doctor decided of tests.
    pub known: String,
}

/// A letter to one patient.
#[derive(Clone, Debug, Default)]
pub struct NoticeLetter {
    /// Postcode and address, line by line; empty where the copy has none.
    pub address: Vec<String>,
    /// The name.
    pub name: String,
    /// The patient's number, for whoever puts it into the envelope.
    pub number: String,
    /// What it is about.
    pub title: String,
    /// The text, line by line.
    pub text: Vec<String>,
}

const WIDTHS: [f32; 4] = [24.0, 122.0, 92.0, 150.0];
const TIMES: f32 = 58.0;
const RESULTS: f32 = 118.0;
const WRITER: f32 = 62.0;
/// Three lines of results to circle, and room for a pen.
const ROW: f32 = 17.0 * MM;

/// The pages of a call list.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, print: &CallPrint) -> Result<Made, Error> {
    let stand = Stand { words: print.about.clone(), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let (x, room) = (sheet.left(), sheet.room());
    for line in &print.script {
        let y = sheet.y + 2.0;
        sheet.y = y + sheet.block(line, x, y, room, BODY, Weight::Regular);
    }
    sheet.y += 4.0;
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>() - TIMES - RESULTS - WRITER;
    let heads = [NO, PATIENT, PHONE, PLANNED].into_iter().zip(WIDTHS);
    let heads = heads.chain([(AT, TIMES), (RESULT, RESULTS), (NEXT, rest), (BY, WRITER)]);
    let columns = heads.map(|(label, width)| (w.say(label).to_owned(), width)).collect();
    let rows: Vec<Row> = print.lines.iter().map(|line| row(&mut sheet, w, line)).collect();
    let note = if rows.is_empty() { w.say(NONE) } else { w.say(RULE) }.to_owned();
    sheet.table(&Table { title: w.say(ROWS).to_owned(), note, columns, rows, grid: true, ..Table::default() });
    sheet.finish()
}

fn row(sheet: &mut Sheet<'_>, w: &Words, line: &CallLine) -> Row {
    let ink = &mut sheet.ink;
    let name = Cell::default().line(ink, &line.name, BODY, Weight::Bold).line(ink, &line.kana, BODY, Weight::Regular);
    let cells = vec![
        Cell::bold(ink, &line.no.to_string()),
        name.line(ink, &line.number, BODY, Weight::Regular),
        Cell::body(ink, &line.phones),
        Cell::body(ink, &line.planned).line(ink, &line.known, BODY, Weight::Bold),
        Cell::default(),
        Cell::body(ink, w.say(RESULTS_ONE)).line(ink, w.say(RESULTS_TWO), BODY, Weight::Regular).line(
            ink,
            w.say(RESULTS_THREE),
            BODY,
            Weight::Regular,
        ),
        Cell::default(),
        Cell::default(),
    ];
    Row { least: ROW, ..Row::new(cells) }
}

/// Where the window of an envelope of 120 × 235 mm shows a page folded in three: left edge of its letters, and the first line below our head.
const WINDOW: (f32, f32) = (24.0 * MM, 31.0 * MM);
/// What the window shows of its width, less a hand's breadth for a page that slips.
const WINDOW_ROOM: f32 = 78.0 * MM;
/// The first line of the text: below the fold.
const TEXT_TOP: f32 = 84.0 * MM;
/// Letters of a letter, and of its name: read by old people.
const LETTERS: f32 = 12.0;
const NAME: f32 = 14.0;
/// A line to write an address on.
const TO_WRITE: f32 = 8.5 * MM;

/// The page of a letter.
pub(crate) fn letter(w: &Words, head: &Head, id: &SheetId, letter: &NoticeLetter) -> Result<Made, Error> {
    let mut sheet = Sheet::new(w, head, id, &LETTER, Who::default(), Stand::default());
    let (x, mut y) = WINDOW;
    sheet.ink.at(w.say(LETTER.title));
    if letter.address.is_empty() {
        for line in 1..=2 {
            let under = y + TO_WRITE * line as f32;
            sheet.page().line((x, under), (x + WINDOW_ROOM, under), 0.6);
        }
        sheet.put("〒", x, y + 6.0, LETTERS, Weight::Regular);
        y += TO_WRITE * 2.0 + 4.0;
    }
    for line in &letter.address {
        y += sheet.block(line, x, y, WINDOW_ROOM, LETTERS, Weight::Regular);
    }
    let name = w.with(DEAR, &letter.name);
    sheet.block(&name, x, y + 3.0, WINDOW_ROOM, NAME, Weight::Bold);
    let (left, room) = (sheet.left() + 9.0 * MM, sheet.room() - 18.0 * MM);
    let right = left + room;
    let (made, hospital) = (head.made.day().iso(), sheet.hospital().to_owned());
    let mut y = TEXT_TOP;
    sheet.put_right(&made, right, y, LETTERS, Weight::Regular);
    y += LETTERS * LEADING;
    sheet.put_right(&hospital, right, y, LETTERS, Weight::Regular);
    y += LETTERS * LEADING * 1.5;
    y += sheet.block(&letter.title, left, y, room, NAME, Weight::Bold) + LETTERS;
    for line in &letter.text {
        // An empty line is a space between two paragraphs.
        let high =
            if line.trim().is_empty() { LETTERS } else { sheet.block(line, left, y, room, LETTERS, Weight::Regular) };
        y += high + 3.0;
    }
    let (number, bottom) = (w.with(FOR, &letter.number), sheet.bottom() - BODY * LEADING);
    sheet.put(&number, left, bottom, BODY, Weight::Regular);
    sheet.y = y.max(bottom);
    sheet.finish()
}

const ROWS: Label = ["電話する人", "Whom to ring"];
const RULE: Label = ["行は「用紙番号－行」で呼ぶ", "A row is called by sheet number and row"];
const NO: Label = ["行", "Row"];
const PATIENT: Label = ["患者", "Patient"];
const PHONE: Label = ["電話", "Telephone"];
const PLANNED: Label = ["予約・わかっていること", "Appointment, known"];
const AT: Label = ["かけた時刻", "Rung at"];
const RESULT: Label = ["結果（〇）", "Result (circle)"];
const NEXT: Label = ["新しい日時・次にすること", "New time, next step"];
const BY: Label = ["書いた人", "By"];
const RESULTS_ONE: Label = ["話せた　変更　取消", "spoke  moved  cancelled"];
const RESULTS_TWO: Label = ["来たい　不在", "comes  no answer"];
const RESULTS_THREE: Label = ["番号違い　つながらない", "wrong no.  unreachable"];
const NONE: Label = ["電話する人はいません。", "Nobody to ring."];
const DEAR: Label = ["{} 様", "{}"];
const FOR: Label = ["病院用: {}", "For the hospital: {}"];
