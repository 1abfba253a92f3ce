//! P7 指示簿: current orders as they stand in the copy, each to be continued, changed or stopped by a doctor who has seen the
//! patient; and room for new ones with who took them and who carried them out.

use super::{Copied, RETURN_NOTE, TO_RETURN, draft, safety};
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Class, Form, Sheet, Size};
use crate::sheets::parts;
use crate::table::{Cell, Row, SMALL};
use crate::words::{Label, amount, joined};

pub(crate) static ORDERS: Form = Form {
    code: "P7",
    version: 1,
    class: Class::Return,
    title: ["指示簿（処置・注射・内服）", "Order sheet"],
    size: Size::Upright,
    note: RETURN_NOTE,
    standing: TO_RETURN,
    bare: false,
};

const COLUMNS: [(Label, f32); 7] = [
    (["№", "No."], 0.6),
    (["指示の内容（薬・量・用法／処置）", "Order"], 5.2),
    (["開始", "Start"], 1.2),
    (["終了", "End"], 1.2),
    (["継続・変更・中止", "Go on / change / stop"], 1.5),
    (["指示受け", "Taken by"], 1.3),
    (["実施 時刻・サイン", "Done: time, sign"], 1.7),
];

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
    let rows = said(sheet, copied);
    sheet.rows(
        if rows.is_empty() { NEW } else { CURRENT },
        if rows.is_empty() { NEW_NOTE } else { DRAFT },
        &COLUMNS,
        rows,
        0,
    );
}

/// Drugs and injections in force, one row each. Narcotics have a form of their own.
fn said(sheet: &mut Sheet<'_>, copied: &Copied<'_>) -> Vec<Row> {
    let Some(chart) = copied.chart else { return Vec::new() };
    let (w, ink) = (sheet.w, &mut sheet.ink);
    let mut rows = Vec::new();
    for item in draft(chart) {
        let drug = &item.drug;
        let how = joined([amount(&drug.dose), parts::words(&drug.usage), drug.instruction.clone()]);
        let what = Cell::bold(ink, drug.drug.shown()).line(ink, &how, SMALL, Weight::Regular);
        let what = parts::use_marks(ink, w, &item.in_use, what);
        let span = [drug.start, drug.end].map(|at| at.map_or_else(String::new, |at| w.short(at)));
        rows.push((what, span));
    }
    for item in chart.injections.iter().filter(|item| item.in_use.current) {
        let injection = &item.injection;
        let names = injection.ingredients.iter().map(|part| format!("{} {}", part.drug.shown(), amount(&part.amount)));
        let how = joined([
            amount(&injection.volume),
            amount(&injection.rate),
            injection.route.shown().to_owned(),
            parts::words(&injection.usage),
        ]);
        let what = Cell::bold(ink, &joined(names)).line(ink, &how, SMALL, Weight::Regular);
        let what = parts::use_marks(ink, w, &item.in_use, what);
        let span = [injection.start, injection.end].map(|at| at.map_or_else(String::new, |at| w.short(at)));
        rows.push((what, span));
    }
    let row = |(at, (what, [start, end])): (usize, (Cell, [String; 2]))| {
        let number = Cell::body(ink, &(at + 1).to_string());
        Row::new(vec![number, what, Cell::small(ink, &start), Cell::small(ink, &end)])
    };
    rows.into_iter().enumerate().map(row).collect()
}

const CURRENT: Label = ["現在の指示（コピーから）と新しい指示", "Orders in force (from the copy) and new ones"];
const DRAFT: Label = [
    "印刷された行は下書き。医師が患者を診て、継続・変更・中止を書いてから有効",
    "Printed rows are a draft until a doctor who has seen the patient marks each",
];
const NEW: Label = ["新しい指示", "New orders"];
const NEW_NOTE: Label = ["中止は二重線・サイン・時刻", "Stop: two lines, sign, time"];
