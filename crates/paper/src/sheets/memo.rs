//! PH 申し送りメモ: what the ward typed for the next shift, and room for more; laid on the ward's copier it comes back and is printed with
//! the next pack (users.md 12).

use chart::Moment;

use crate::canvas::{Area, Op};
use crate::font::Weight;
use crate::picture::Picture;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PH",
    version: 1,
    // Everyday runs print it and open no work: it is a form once somebody has written on it.
    class: Class::Reference,
    title: ["申し送りメモ", "Handover memo"],
    size: Size::Upright,
    note: [
        "書き足したら病棟のコピー機でスキャンフォルダーへ送る。次の束にその写しが入る。私物のスマートフォンで撮らない。",
        "After writing, scan it on the ward's copier: the next pack carries the picture. Never by a personal phone.",
    ],
    standing: ["病棟の申し送り（診療録ではない）", "The ward's handover: not the record"],
    bare: false,
};

pub(crate) static SCANNED: Form = Form {
    code: "PV",
    version: 1,
    class: Class::Reference,
    title: ["手書きの申し送り（写し）", "Handover by hand (picture)"],
    size: Size::Upright,
    note: [
        "病棟がスキャンしたリーダー板・メモの写し。書き足しは元の紙に。写しが読めないときは元の紙を見る。",
        "Pictures of the board or memo that the ward scanned. Write on the original; look at it where the picture cannot be read.",
    ],
    standing: ["病棟の申し送り（診療録ではない）", "The ward's handover: not the record"],
    bare: false,
};

/// What a ward laid on its copier.
#[derive(Clone, Debug)]
pub struct Scanned {
    /// The page.
    pub picture: Picture,
    /// Number and form of the sheet that it is a page of.
    pub sheet: String,
    /// Who or what scanned it.
    pub by: String,
    /// When it came.
    pub at: Moment,
}

/// The page of a picture.
pub(crate) fn scanned(w: &Words, head: &Head, id: &SheetId, ward: &str, scanned: &Scanned) -> Result<Made, Error> {
    let stand = Stand { words: format!("{} {ward}", w.say(WARD)), data: Some(scanned.at) };
    let mut sheet = Sheet::new(w, head, id, &SCANNED, Who::default(), stand);
    sheet.ink.at(w.say(SCANNED.title));
    let words = format!("{} {}  {}  {}", w.say(SCANNED_AT), w.aged(scanned.at), scanned.by, scanned.sheet);
    sheet.heading(&words, "");
    let room = Area::new(sheet.left(), sheet.y + 2.0, sheet.room(), sheet.bottom() - sheet.y - 6.0);
    let picture = Box::new(scanned.picture.clone());
    let area = scanned.picture.within(room);
    sheet.page().ops.push(Op::Picture { area, picture });
    sheet.page().frame(area, 0.4);
    sheet.finish()
}

/// A memo as typed.
#[derive(Clone, Debug)]
pub struct Memo {
    /// The words, line by line.
    pub text: String,
    /// Who typed it.
    pub by: String,
    /// When.
    pub at: Moment,
}

/// The page of a ward.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, ward: &str, memo: Option<&Memo>) -> Result<Made, Error> {
    let stand = Stand { words: format!("{} {ward}", w.say(WARD)), data: memo.map(|memo| memo.at) };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    if let Some(memo) = memo {
        sheet.ink.at(w.say(FORM.title));
        let row = |line: &str| Row::new(vec![Cell::default().line(&mut sheet.ink, line, SIZE, Weight::Regular)]);
        let rows = memo.text.lines().map(row).collect();
        let columns = vec![(String::new(), sheet.room())];
        let title = format!("{} {}  {}", w.say(TYPED), memo.by, w.aged(memo.at));
        sheet.table(&Table { title, columns, rows, ..Table::default() });
        sheet.y += 4.0;
    }
    sheet.rest(MORE);
    sheet.finish()
}

/// Read at arm's length at a handover.
const SIZE: f32 = 12.0;
const WARD: Label = ["病棟", "Ward"];
const SCANNED_AT: Label = ["スキャン", "Scanned"];
const TYPED: Label = ["入力した人", "Typed by"];
const MORE: Label = ["書き足し（日時・氏名）", "Added by hand (time, name)"];
