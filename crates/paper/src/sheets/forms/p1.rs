//! P1 クロノロ用紙: the chronology of headquarters while no screen writes it, and P1W, the same for the wall of its room (A3). Rows are
//! numbered already, so that a gap in the numbers is seen; one matter a row, times as they happened, entered later (`ux.md` §4.2).

use super::{Copied, returned};
use crate::form::{Column, NOTHING, What, slot};
use crate::sheet::{Form, Sheet, Size};
use crate::words::Label;

pub(crate) static CHRONOLOGY: Form =
    Form { size: Size::Across, ..returned("P1", ["クロノロ用紙", "Chronology (HICS 214)"]) };
/// For the wall.
pub(crate) static WALL: Form = Form {
    size: Size::Wall,
    ..returned("P1W", ["クロノロ用紙（壁貼り・A3）", "Chronology for the wall, A3 (HICS 214)"])
};

const CLASSES: [(&str, Label); 8] = [
    ("info", ["情報", "info"]),
    ("report", ["報告", "report"]),
    ("request", ["依頼", "ask"]),
    ("order", ["指示", "order"]),
    ("decided", ["決定", "decide"]),
    ("outside", ["外部", "out"]),
    ("press", ["報道", "press"]),
    ("safety", ["安全", "safety"]),
];

const COLUMNS: [Column<'_>; 8] = [
    ("no", ["№", "№"], 8.0, What::Pen),
    ("at", ["時刻（起きた時）", "Time it happened"], 34.0, What::Digits(&[(2, [":", ":"]), (2, ["", ""])])),
    ("from", ["発信", "From"], 27.0, What::Pen),
    ("to", ["受信", "To"], 27.0, What::Pen),
    ("what", ["内容（1行1件。患者は番号と病棟で）", "What: one matter a row; patients by number"], 65.0, What::Pen),
    ("class", ["分類", "Kind"], 70.0, What::Ticks(&CLASSES)),
    ("action", ["対応・担当・期限", "Action: who, by when"], 30.0, What::Pen),
    ("by", ["記録者", "By"], 14.0, What::Pen),
];

/// As many as the page for the wall holds; A4 has the first nine.
const ROWS: [(&str, Label); 17] = [
    ("r1", ["1", "1"]),
    ("r2", ["2", "2"]),
    ("r3", ["3", "3"]),
    ("r4", ["4", "4"]),
    ("r5", ["5", "5"]),
    ("r6", ["6", "6"]),
    ("r7", ["7", "7"]),
    ("r8", ["8", "8"]),
    ("r9", ["9", "9"]),
    ("r10", ["10", "10"]),
    ("r11", ["11", "11"]),
    ("r12", ["12", "12"]),
    ("r13", ["13", "13"]),
    ("r14", ["14", "14"]),
    ("r15", ["15", "15"]),
    ("r16", ["16", "16"]),
    ("r17", ["17", "17"]),
];

const ROWS_OF_A4: usize = 9;

/// How many numbered rows the sheet has; `None` for another form.
pub(crate) fn rows(code: &str) -> Option<u32> {
    match code {
        _ if code == CHRONOLOGY.code => Some(ROWS_OF_A4 as u32),
        _ if code == WALL.code => Some(ROWS.len() as u32),
        _ => None,
    }
}

/// P1.
pub(crate) fn chronology(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    drawn(sheet, &ROWS[..ROWS_OF_A4]);
}

/// P1W.
pub(crate) fn wall(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    drawn(sheet, &ROWS);
}

fn drawn(sheet: &mut Sheet<'_>, rows: &[(&'static str, Label)]) {
    sheet.slots(&[
        slot("date", ["月日", "Date"], 1.2, What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])])),
        slot("place", ["場所（本部・病棟・部署）", "Place"], 1.6, What::Pen),
        slot("opened", ["記録係（交代したら書き足す）", "Recorders"], 1.8, What::Pen),
        slot("clock", ["時計を合わせた時刻", "Clock set at"], 1.2, What::Digits(&[(2, [":", ":"]), (2, ["", ""])])),
        slot(
            "typed",
            ["画面への入力", "Entered"],
            1.2,
            What::Ticks(&[("first", ["入力", "typed"]), ("second", ["照合", "checked"])]),
        ),
    ]);
    sheet.each(NOTHING, NOTHING, &COLUMNS, rows);
    sheet.say(RULE, crate::font::Weight::Regular);
}

const RULE: Label = [
    "行の番号は「用紙番号－行」で呼ぶ。消さない・飛ばさない：訂正は二重線・署名・時刻、使わなかった行は斜線。",
    "A row is called by sheet number and row. Never erase or skip: correct by two lines, sign and time; strike out unused rows.",
];
