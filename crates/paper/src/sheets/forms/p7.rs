//! P7 指示簿: current orders as they stand in the copy, each to be continued, changed or stopped by a doctor who has seen the
//! patient; and room for new ones with who took them and who carried them out. Narcotics are named and never drafted; what begins within
//! a day is there too.

use chart::Chart;
use chart::drugs::{InjectionEntry, Medication, Use};

use super::drafted::{beside, is_brought, is_narcotic, is_soon};
use super::p10::AGAIN_DOCTOR;
use super::{ALLERGY, Copied, RETURN_NOTE, TO_RETURN, allergies, safety};
use crate::font::{Ink, Weight};
use crate::form::{What, slot};
use crate::sheet::{Class, Form, Sheet, Size};
use crate::sheets::parts;
use crate::table::{BODY, Cell, Row};
use crate::words::{Label, Words, amount, joined};

pub(crate) static ORDERS: Form = Form {
    code: "P7",
    version: 3,
    class: Class::Return,
    title: ["指示簿（処置・注射・内服）", "Order sheet"],
    size: Size::Upright,
    note: RETURN_NOTE,
    standing: TO_RETURN,
    bare: false,
};

/// What is given three times a day has three places to be signed.
const COLUMNS: [(Label, f32); 9] = [
    (["№", "№"], 0.6),
    (["指示の内容（薬・量・用法／処置）", "Order"], 4.5),
    (["開始", "Start"], 1.05),
    (["終了", "End"], 1.05),
    (["継続・変\n更・中止", "Go on / change / stop"], 1.3),
    (["指示\n受け", "Taken by"], 1.0),
    (["実施\n1回目", "Done (1)"], 1.05),
    (["実施\n2回目", "Done (2)"], 1.05),
    (["実施\n3回目", "Done (3)"], 1.05),
];
/// Empty rows for new orders at least, behind however many in force.
const OPEN: usize = 6;

/// Draws it.
pub(crate) fn orders(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    safety(sheet, copied);
    sheet.slots(&[
        slot("date", ["指示日", "Date"], 1.3, What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])])),
        slot("doctor", ["指示医 署名", "Doctor"], 1.4, What::Pen),
        slot(
            "verbal",
            ["口頭指示", "Verbal order"],
            1.8,
            What::Ticks(&[("read_back", ["復唱した", "read back"]), ("signed", ["事後署名ずみ", "signed later"])]),
        ),
    ]);
    beside(sheet, copied);
    let mut rows = said(sheet, copied);
    let new = rows.is_empty();
    rows.extend((0..OPEN).map(|_| Row::new(Vec::new())));
    sheet.again = vec![(ALLERGY, allergies(sheet.w, copied.chart)), (AGAIN_DOCTOR, String::new())];
    sheet.rows(if new { NEW } else { CURRENT }, if new { NEW_NOTE } else { DRAFT }, &COLUMNS, rows, 0);
}

/// What an order is, and from when until when.
type Order = (Cell, [String; 2]);

/// Drugs and injections in force or about to begin, one row each.
fn said(sheet: &mut Sheet<'_>, copied: &Copied<'_>) -> Vec<Row> {
    let Some(chart) = copied.chart else { return Vec::new() };
    let (w, ink) = (sheet.w, &mut sheet.ink);
    let wanted = |used: &Use| used.current || is_soon(chart, used);
    let drugs = chart.medications.iter().filter(|item| !is_brought(item) && wanted(&item.in_use));
    let mut rows: Vec<Order> = drugs.map(|item| of_drug(ink, w, chart, item)).collect();
    let injections = chart.injections.iter().filter(|item| !is_brought(item) && wanted(&item.in_use));
    rows.extend(injections.map(|item| of_injection(ink, w, chart, item)));
    let row = |(at, (what, [start, end])): (usize, Order)| {
        let number = Cell::body(ink, &(at + 1).to_string());
        Row::new(vec![number, what, Cell::body(ink, &start), Cell::body(ink, &end)])
    };
    rows.into_iter().enumerate().map(row).collect()
}

fn of_drug(ink: &mut Ink, w: &Words, chart: &Chart, item: &Medication) -> Order {
    let drug = &item.drug;
    let ahead = ahead(w, chart, &item.in_use);
    if is_narcotic(&item.in_use) {
        return narcotic(ink, w, &format!("{ahead}{}", drug.drug.shown()));
    }
    let how = joined([amount(&drug.dose), parts::words(&drug.usage), drug.instruction.clone()]);
    let what = Cell::bold(ink, &format!("{ahead}{}", drug.drug.shown())).line(ink, &how, BODY, Weight::Regular);
    let what = parts::use_marks(ink, w, &item.in_use, what);
    (what, [drug.start, drug.end].map(|at| at.map_or_else(String::new, |at| w.short(at))))
}

fn of_injection(ink: &mut Ink, w: &Words, chart: &Chart, item: &InjectionEntry) -> Order {
    let injection = &item.injection;
    let ahead = ahead(w, chart, &item.in_use);
    if is_narcotic(&item.in_use) {
        let names = injection.ingredients.iter().map(|part| part.drug.shown());
        return narcotic(ink, w, &format!("{ahead}{}", joined(names)));
    }
    let names = injection.ingredients.iter().map(|part| format!("{} {}", part.drug.shown(), amount(&part.amount)));
    let how = joined([
        amount(&injection.volume),
        amount(&injection.rate),
        injection.route.shown().to_owned(),
        parts::words(&injection.usage),
    ]);
    let what = Cell::bold(ink, &format!("{ahead}{}", joined(names))).line(ink, &how, BODY, Weight::Regular);
    let what = parts::use_marks(ink, w, &item.in_use, what);
    (what, [injection.start, injection.end].map(|at| at.map_or_else(String::new, |at| w.short(at))))
}

/// What stands before an order that has not begun.
fn ahead(w: &Words, chart: &Chart, used: &Use) -> &'static str {
    if is_soon(chart, used) { w.say(AHEAD) } else { "" }
}

/// Only that there is one: amount and days are never printed.
fn narcotic(ink: &mut Ink, w: &Words, name: &str) -> Order {
    let what = Cell::bold(ink, &format!("{}{name}", w.say(NARCOTIC)));
    (what.line(ink, w.say(NOT_DRAFTED), BODY, Weight::Bold), Default::default())
}

const AHEAD: Label = ["【これから】", "[ahead] "];
const NARCOTIC: Label = ["【麻薬】", "[narcotic] "];
const NOT_DRAFTED: Label =
    ["下書きしない。麻薬指示は医師が書く", "Not drafted: the doctor writes the order of a narcotic"];
const CURRENT: Label = ["現在の指示（コピーから）と新しい指示", "Orders in force (from the copy) and new ones"];
const DRAFT: Label = [
    "印刷された行は下書き。医師が患者を診て、継続・変更・中止を書いてから有効。実施は時刻とサイン",
    "Printed rows are a draft until a doctor who has seen the patient marks each. Done: time and sign",
];
const NEW: Label = ["新しい指示", "New orders"];
const NEW_NOTE: Label =
    ["中止は二重線・サイン・時刻。実施は時刻とサイン", "Stop: two lines, sign, time. Done: time and sign"];
