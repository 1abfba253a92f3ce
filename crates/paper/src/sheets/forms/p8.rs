//! P8 温度板 and 看護記録. The board is one day: T, P and R on a scale of three (each with a sign of its own, since copiers have no colour),
//! blood pressure and what goes with it by the hour; its second page what went in and out.

use super::dated::YMD;
use super::{Copied, labelled};
use crate::canvas::{Area, MM};
use crate::font::{Weight, width};
use crate::form::{What, slot};
use crate::sheet::{Form, Sheet, Size};
use crate::table::{BODY, PAD};
use crate::words::Label;

pub(crate) static BOARD: Form =
    Form { size: Size::Across, ..labelled("P8A", ["温度板（24時間）", "Temperature chart (24 hours)"]) };
pub(crate) static NOTES: Form = Form { version: 4, ..labelled("P8B", ["看護記録", "Nursing notes"]) };

/// What stands left of the hours, and a total right of them.
const NAMES: f32 = 31.0 * MM;
const TOTAL: f32 = 15.0 * MM;
/// Height of a row that is written in, and of the row of hours.
const ROW: f32 = 8.0 * MM;
const HOURS: f32 = 13.0;
/// The least that the curves are drawn in.
const CURVES: f32 = 40.0 * MM;
/// The three scales of a board from its lowest line up: respiration, pulse, temperature.
const SCALES: [[&str; 7]; 3] = [
    ["10", "15", "20", "25", "30", "35", "40"],
    ["40", "60", "80", "100", "120", "140", "160"],
    ["35", "36", "37", "38", "39", "40", "41"],
];
/// The line of 37 ℃ in fifths from below, thick on every board.
const NORMAL: u8 = 10;
/// Half a notch of a fifth.
const NOTCH: f32 = 1.1 * MM;

/// P8A.
pub(crate) fn board(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot("date", ["月日", "Date"], 1.5, What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])])),
        slot(
            "stay",
            ["入院／術後（日目）", "Day of stay / after surgery"],
            1.4,
            What::Digits(&[(2, ["／", "/"]), (2, ["", ""])]),
        ),
        slot("weight", ["体重", "Weight"], 1.4, What::Digits(&[(3, [".", "."]), (1, ["kg", "kg"])])),
        slot("by", ["受け持ち（深夜／日勤／準夜）", "Nurse: night / day / evening"], 2.2, What::Pen),
    ]);
    sheet.y += 2.0;
    let high = HOURS + ROW * VITALS.len() as f32;
    sheet.need(high + CURVES);
    hours(sheet, false);
    let curves = sheet.bottom() - sheet.y - ROW * VITALS.len() as f32;
    scales(sheet, curves);
    lines(sheet, &VITALS, false);
    sheet.open();
    hours(sheet, true);
    lines(sheet, &FLOWS, true);
    sheet.y += 3.0;
    day(sheet);
}

/// Meals, weight and the sums of the day.
fn day(sheet: &mut Sheet<'_>) {
    const TENTHS: What<'_> = What::Digits(&[(2, ["割", "/10"])]);
    sheet.slots(&[
        slot("breakfast", ["朝食", "Breakfast"], 0.8, TENTHS),
        slot("lunch", ["昼食", "Lunch"], 0.8, TENTHS),
        slot("supper", ["夕食", "Supper"], 0.8, TENTHS),
        slot("in", ["24時間 IN", "24 h in"], 1.2, What::Digits(&[(4, ["mL", "mL"])])),
        slot("out", ["24時間 OUT", "24 h out"], 1.2, What::Digits(&[(4, ["mL", "mL"])])),
        slot("balance", ["差引", "Balance"], 1.6, What::Ticks(&[("plus", ["＋", "+"]), ("minus", ["－", "-"])])),
        slot("ml", ["差引の量", "By"], 1.1, What::Digits(&[(4, ["mL", "mL"])])),
    ]);
    let left = sheet.bottom() - sheet.y;
    sheet.slots_of(&[slot("look", LOOK, 1.0, What::Pen)], left);
}

/// The width of an hour.
fn hour(sheet: &Sheet<'_>) -> f32 {
    (sheet.room() - NAMES - TOTAL) / 24.0
}

fn across(sheet: &mut Sheet<'_>, text: &str, x: f32, wide: f32, y: f32, size: f32) {
    let letters = sheet.ink.letters(text, Weight::Regular);
    let x = x + (wide - width(&letters, size)) / 2.0;
    sheet.page().text(&letters, x, y, size, 0);
}

/// 0 to 23 over the columns; over the last 計 or the next hour, where curves end.
fn hours(sheet: &mut Sheet<'_>, total: bool) {
    let (left, y, wide) = (sheet.left(), sheet.y, hour(sheet));
    let room = sheet.room();
    sheet.page().frame(Area::new(left, y, room, HOURS), 0.6);
    sheet.put(sheet.w.say(["時（始まり）", "Hour (beginning)"]), left + PAD, y + 2.0, BODY, Weight::Regular);
    for at in 0..24u8 {
        across(sheet, &at.to_string(), left + NAMES + f32::from(at) * wide, wide, y + 1.5, BODY);
    }
    let last = sheet.w.say(if total { ["計", "Total"] } else { ["備考", "Note"] });
    across(sheet, last, left + NAMES + 24.0 * wide, TOTAL, y + 2.0, BODY);
    sheet.y = y + HOURS;
}

/// The curves' field: a line each degree, 37 ℃ thickest, a notch each fifth; the three scales at the left.
fn scales(sheet: &mut Sheet<'_>, high: f32) {
    let (left, top, wide) = (sheet.left(), sheet.y, hour(sheet));
    let (x, end) = (left + NAMES, left + NAMES + 24.0 * wide);
    let (names, room) = (NAMES / 3.0, sheet.room());
    sheet.page().frame(Area::new(left, top, room, high), 0.8);
    // Room for the signs above the highest line, half a letter below the lowest.
    let (from, to) = (top + BODY + 8.0, top + high - BODY / 2.0 - 2.0);
    let step = (to - from) / 6.0;
    for fifth in 0..=30u8 {
        let y = to - f32::from(fifth) * step / 5.0;
        match fifth % 5 {
            0 => sheet.page().line((x, y), (end, y), if fifth == NORMAL { 2.0 } else { 0.7 }),
            // A ruler along every hour, so that what is drawn between them stays clear on a fax.
            _ => {
                for at in 1..24u8 {
                    let hour = x + f32::from(at) * wide;
                    sheet.page().line((hour - NOTCH, y), (hour + NOTCH, y), 0.3);
                }
            }
        }
    }
    for (at, scale) in SCALES.iter().enumerate() {
        let column = left + at as f32 * names;
        sheet.page().line((column + names, top), (column + names, top + high), 0.4);
        let sign = sheet.w.say(SIGNS[at]);
        across(sheet, sign, column, names, top + 2.0, BODY);
        for (line, value) in scale.iter().enumerate() {
            across(sheet, value, column, names, to - line as f32 * step - BODY / 2.0, BODY);
        }
    }
    verticals(sheet, top, high);
    sheet.y = top + high;
}

/// The lines between the hours, thicker every sixth.
fn verticals(sheet: &mut Sheet<'_>, top: f32, high: f32) {
    let (x, wide) = (sheet.left() + NAMES, hour(sheet));
    for at in 0..=24u8 {
        let thick = if at % 6 == 0 { 0.8 } else { 0.3 };
        let line = x + f32::from(at) * wide;
        sheet.page().line((line, top), (line, top + high), thick);
    }
}

/// Rows by the hour.
fn lines(sheet: &mut Sheet<'_>, rows: &[Label], total: bool) {
    let (left, top, room) = (sheet.left(), sheet.y, sheet.room());
    for (at, label) in rows.iter().enumerate() {
        let y = top + at as f32 * ROW;
        sheet.page().frame(Area::new(left, y, room, ROW), 0.4);
        sheet.put(sheet.w.say(*label), left + PAD, y + (ROW - BODY) / 2.0, BODY, Weight::Regular);
    }
    let high = ROW * rows.len() as f32;
    verticals(sheet, top, high);
    sheet.page().frame(Area::new(left, top, room, high), if total { 1.2 } else { 0.8 });
    sheet.y = top + high;
}

const LOOK: Label = ["ルート・ドレーンの部位と性状、便の性状、ほか", "Lines and drains (site, look), stool, other"];
const SIGNS: [Label; 3] = [["R △", "R △"], ["P ×", "P ×"], ["T ●", "T ●"]];
const VITALS: [Label; 6] = [
    ["血圧（上）", "BP systolic"],
    ["血圧（下）", "BP diastolic"],
    ["SpO2（％）", "SpO2 (%)"],
    ["酸素 L/分・器具", "Oxygen (L/min)"],
    ["意識", "Consciousness"],
    ["サイン", "Sign"],
];
const FLOWS: [Label; 10] = [
    ["IN 経口・経管", "In: mouth, tube"],
    ["IN 点滴①", "In: drip 1"],
    ["IN 点滴②", "In: drip 2"],
    ["IN 輸血・ほか", "In: blood, other"],
    ["OUT 尿 量/回数", "Out: urine"],
    ["OUT 便 回数", "Out: stool ×"],
    ["OUT ドレーン①", "Out: drain 1"],
    ["OUT ドレーン②", "Out: drain 2"],
    ["OUT 吐物・胃管", "Out: vomit, tube"],
    ["痛み（0～10）", "Pain (0 to 10)"],
];

/// P8B.
pub(crate) fn notes(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot("date", ["年月日（令和）", "Date (Reiwa)"], 2.0, What::Digits(&YMD)),
        slot(
            "shift",
            ["勤務", "Shift"],
            1.7,
            What::Ticks(&[("night", ["深夜", "night"]), ("day", ["日勤", "day"]), ("evening", ["準夜", "evening"])]),
        ),
        slot("plan", ["看護問題・目標", "Nursing problem, aim"], 2.2, What::Pen),
    ]);
    sheet.rows(
        ["経過", "Course"],
        ["医師へ報告したときは、医師名・時刻・指示（復唱）を書く", "Told to a doctor: name, time, order read back"],
        &[
            (["時刻", "Time"], 0.9),
            (["観察（訴え・所見・測定値）", "Seen and heard"], 3.6),
            (["処置・ケア・報告", "Done, reported"], 3.4),
            (["サイン", "Sign"], 1.1),
        ],
        Vec::new(),
        0,
    );
}
