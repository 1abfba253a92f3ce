//! 緊急開封カード: a ward's sealed card with one-time codes, by which those without an account open charts (users.md 4 and 5).

use crate::canvas::{Area, MM};
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words, joined};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PK",
    version: 1,
    class: Class::Return,
    title: ["緊急開封カード", "Sealed break-glass card"],
    size: Size::Upright,
    note: [
        "使ったら当直師長に知らせ、翌朝カードごと返す。封が切れたカードは残りの番号も無効にして作り直す。写真に撮らない。",
        "After use tell the night supervisor and return the card next morning. Once the seal is broken the other codes are voided too. No photographs.",
    ],
    standing: ["封をして病棟に保管・開封したら返す", "Kept sealed on the ward; returned once opened"],
    bare: false,
};

/// What the card holds.
#[derive(Clone, Debug)]
pub struct Card {
    /// Name of the ward.
    pub ward: String,
    /// Number of the card.
    pub number: String,
    /// One-time codes in their order, as they are to be typed.
    pub codes: Vec<String>,
}

const ROW: f32 = 14.0 * MM;
/// Size of a code: read by torch, typed by tired fingers.
const CODE: f32 = 15.0;

/// The pages of one card.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, card: &Card) -> Result<Made, Error> {
    let words = format!("{} {}   {} {}", w.say(WARD), card.ward, w.say(NUMBER), card.number);
    let stand = Stand { words, data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let (left, room) = (sheet.left(), sheet.room());
    sheet.ink.at(w.say(FORM.title));
    let top = sheet.y + 2.0;
    let mut y = top + 4.0;
    y += sheet.block(w.say(WARNING), left + 6.0, y, room - 12.0, 13.0, Weight::Bold);
    let area = Area::new(left, top, room, y + 3.0 - top);
    sheet.page().frame(area, 2.5);
    sheet.y = area.bottom() + 6.0;
    for (at, step) in STEPS.iter().enumerate() {
        let y = sheet.y;
        sheet.put(&format!("{}.", at + 1), left, y, 12.0, Weight::Bold);
        sheet.y += sheet.block(w.say(*step), left + 20.0, y, room - 20.0, 12.0, Weight::Regular) + 2.5;
    }
    let ink = &mut sheet.ink;
    ink.at(w.say(CODES));
    let fixed = [(NO, 30.0), (CODES, 150.0), (WHO, 140.0), (WHY, 0.0), (WHEN, 82.0)];
    let rest = room - fixed.iter().map(|(_, width)| width).sum::<f32>();
    let wide = |width: f32| if width == 0.0 { rest } else { width };
    let columns = fixed.iter().map(|(head, width)| (w.say(*head).to_owned(), wide(*width))).collect();
    let row = |(at, code): (usize, &String)| Row {
        least: ROW,
        ..Row::new(vec![
            Cell::bold(ink, &(at + 1).to_string()),
            Cell::default().line(ink, code, CODE, Weight::Bold),
            Cell::default(),
            Cell::default(),
            Cell::default(),
        ])
    };
    let rows = card.codes.iter().enumerate().map(row).collect();
    let note = w.say(ONCE).to_owned();
    sheet.table(&Table { title: w.say(CODES).to_owned(), note, columns, rows, grid: true, ..Table::default() });
    sheet.need(34.0 * MM);
    seal(&mut sheet, w);
    sheet.finish()
}

/// Who sealed it, who opened it, who reviewed it.
fn seal(sheet: &mut Sheet<'_>, w: &Words) {
    let third = sheet.room() / 3.0;
    let (top, high) = (sheet.y + 3.0, 20.0 * MM);
    for (at, label) in [SEALED, OPENED, REVIEWED].into_iter().enumerate() {
        let x = sheet.left() + at as f32 * third;
        sheet.page().frame(Area::new(x, top, third, high), 0.8);
        sheet.put(w.say(label), x + 4.0, top + 3.0, BODY, Weight::Bold);
        let words = joined([w.say(NAME), w.say(DATE)]);
        sheet.put(&words, x + 4.0, top + high - 13.0, BODY, Weight::Regular);
    }
    sheet.y = top + high;
}

const WARD: Label = ["病棟", "Ward"];
const NUMBER: Label = ["カード番号", "Card no."];
const WARNING: Label = [
    "⚠ 電子カルテ端末・院内LANにつながっていたPCでは開かない。停止時専用PCだけで使う。",
    "⚠ Never on an EMR terminal or a PC that was on the hospital network. Only on the ward's own downtime PC.",
];
const STEPS: [Label; 5] = [
    [
        "停止時専用PCを起動し、最初の画面で「緊急開封カードで開く」を選ぶ。",
        "Start the downtime PC and choose \"Open with a sealed card\" on its first page.",
    ],
    [
        "下の番号を上から順に一つ、ハイフンも含めて入力する。使った番号は二度使えない。",
        "Type the next code below, hyphens too. A code works once.",
    ],
    [
        "自分の氏名・職種と、保証する職員の氏名を入力する。理由は後からでもよい。",
        "Type your name and post, and who vouches for you. The reason may follow.",
    ],
    [
        "8時間で切れる。開いた患者はすべて記録され、画面に赤い帯が出る。",
        "It ends after eight hours. Every chart opened is recorded; the pages show a red bar.",
    ],
    ["使った行に、だれが・なぜ・いつを書く。", "Write who, why and when beside the code you used."],
];
const CODES: Label = ["一回だけ使える番号", "One-time codes"];
const ONCE: Label = ["上から順に使い、使った行に書く。", "Use from the top; write beside it."];
const NO: Label = ["№", "№"];
const WHO: Label = ["だれが（氏名・職種）", "Who (name, post)"];
const WHY: Label = ["なぜ", "Why"];
const WHEN: Label = ["いつ", "When"];
const SEALED: Label = ["封をした人", "Sealed by"];
const OPENED: Label = ["開封した人", "Opened by"];
const REVIEWED: Label = ["翌朝確かめた人", "Reviewed by"];
const NAME: Label = ["氏名", "name"];
const DATE: Label = ["日時", "date, time"];
