//! P13 診療録 after 様式第一号 (療担規則 第22条): 一号紙 with who, insurance and diseases, 二号紙 with the course and what was done, 三号紙 with the
//! points. Diseases come from the copy and are 下書き: a doctor confirms each.

use super::dated::{DISEASE_COLUMNS, YMD, address, disease_rows, phone, rows_until};
use super::{Copied, labelled, safety};
use crate::form::{NOTHING, What, slot};
use crate::sheet::{Form, Sheet};
use crate::table::Cell;
use crate::words::{Label, joined};

pub(crate) static FIRST: Form =
    Form { version: 4, ..labelled("P13A", ["診療録（一号紙）", "Medical record, sheet 1"]) };
pub(crate) static SECOND: Form =
    Form { version: 4, ..labelled("P13B", ["診療録（二号紙）", "Medical record, sheet 2"]) };
pub(crate) static THIRD: Form = labelled("P13C", ["診療録（三号紙）診療の点数等", "Medical record, sheet 3: points"]);

/// P13A.
pub(crate) fn first(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let current = copied.chart.and_then(|chart| chart.insurance.iter().find(|item| item.current));
    let insurance = current.map(|item| &item.insurance);
    let payer = insurance.map_or("", |insurance| &insurance.payer_id);
    let name = insurance.map_or("", |insurance| &insurance.payer_name);
    let relation = insurance.map_or("", |insurance| insurance.relation.shown());
    let number =
        insurance.map_or_else(String::new, |insurance| joined([insurance.symbol.as_str(), insurance.number.as_str()]));
    sheet.slots(&[
        slot("public", ["公費負担者番号", "Public payer no."], 1.0, What::Digits(&[(8, NOTHING)])),
        slot("recipient", ["公費負担医療の受給者番号", "Recipient no."], 1.0, What::Digits(&[(7, NOTHING)])),
    ]);
    sheet.slots(&[
        slot("payer", ["保険者番号", "Insurer no."], 0.9, What::known(payer)),
        slot("insured", ["記号・番号（枝番）", "Insured symbol, number"], 1.4, What::known(&number)),
        slot("until", ["有効期限", "Valid until"], 1.2, What::Digits(&YMD)),
    ]);
    sheet.slots(&[
        slot("holder", ["被保険者氏名", "Insured person"], 1.2, What::Pen),
        slot("relation", ["被保険者との続柄", "Relation to insured"], 0.9, What::known(relation)),
        slot("acquired", ["資格取得", "Insured since"], 1.2, What::Digits(&YMD)),
    ]);
    sheet.slots(&[
        slot("address", ["受診者の住所", "Patient's address"], 2.2, What::known(address(copied.chart))),
        slot("phone", ["電話", "Telephone"], 0.9, What::known(phone(copied.chart))),
        slot("work", ["職業", "Occupation"], 0.8, What::Pen),
    ]);
    sheet.slots(&[
        slot("employer", ["事業所 所在地・名称", "Employer: place, name"], 1.0, What::Pen),
        slot("insurer", ["保険者 所在地・名称", "Insurer: place, name"], 1.0, What::known(name)),
    ]);
    let mut rows = disease_rows(sheet, copied.chart);
    rows.iter_mut().for_each(|row| {
        row.cells.insert(1, Cell::default());
        row.cells.insert(5, Cell::default());
    });
    let mut columns = DISEASE_COLUMNS.to_vec();
    columns.insert(1, (["職務上・外", "Work"], 1.2));
    columns.insert(5, (["期間満了予定", "Benefit ends"], 1.4));
    let empty = rows_until(sheet, rows.len(), BELOW);
    let title = if rows.is_empty() { ["傷病名", "Diseases"] } else { DRAFTED };
    sheet.rows(title, DISEASE_NOTE, &columns, rows, empty);
    let columns: [(Label, f32); 4] = [
        (["傷病名", "Disease"], 2.6),
        (["労務不能の期間（意見書に記入したもの）", "Unfit for work (as certified)"], 2.8),
        (["意見書交付", "Certified on"], 1.3),
        (["入院期間", "In hospital"], 2.2),
    ];
    sheet.rows(["労務不能に関する意見", "Fitness for work"], NOTHING, &columns, Vec::new(), 2);
    sheet.slots(&[slot(
        "accident",
        ["業務災害・複数業務要因災害・通勤災害の疑い", "Suspected accident at or on the way to work"],
        1.0,
        What::Ticks(&[
            ("no", ["なし", "no"]),
            ("yes", ["疑いあり", "suspected"]),
            ("third", ["第三者行為", "by a third party"]),
        ]),
    )]);
    sheet.slots(&[
        slot("public2", ["公費負担者番号②", "Public payer no. 2"], 1.55, What::Digits(&[(8, NOTHING)])),
        slot("recipient2", ["公費の受給者番号②", "Recipient no. 2"], 1.37, What::Digits(&[(7, NOTHING)])),
        slot("remarks", ["備考", "Remarks"], 2.6, What::Pen),
    ]);
}

/// P13B.
pub(crate) fn second(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    safety(sheet, copied);
    sheet.slots(&[
        slot(
            "setting",
            ["区分", "Kind"],
            1.7,
            What::Ticks(&[
                ("first", ["初診", "first"]),
                ("again", ["再診", "again"]),
                ("home", ["往診・訪問", "at home"]),
                ("ward", ["入院", "ward"]),
            ]),
        ),
        slot("department", ["診療科", "Department"], 0.7, What::Pen),
        slot("seen", ["診療日（令和）", "Seen on (Reiwa)"], 1.6, What::Digits(&YMD)),
        slot("doctor", ["医師 署名", "Doctor"], 1.0, What::Pen),
    ]);
    let columns: [(Label, f32); 4] = [
        (["月日・時刻", "Date, time"], 1.1),
        (["既往症・原因・主要症状・経過等", "History, cause, symptoms, course"], 4.6),
        (["処方・手術・処置等", "Drugs, operations, treatment"], 3.6),
        (["署名", "Sign"], 0.9),
    ];
    sheet.rows(NOTHING, COURSE_NOTE, &columns, Vec::new(), 0);
}

/// P13C.
pub(crate) fn third(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot(
            "month",
            ["診療月（令和）", "Month of care (Reiwa)"],
            1.1,
            What::Digits(&[(2, ["年", "y"]), (2, ["月", "m"])]),
        ),
        slot(
            "setting",
            ["区分", "Kind"],
            1.1,
            What::Ticks(&[("in", ["入院", "ward"]), ("out", ["外来", "outpatient"])]),
        ),
        slot("share", ["負担割合", "Share"], 0.7, What::Digits(&[(1, ["割", "/10"])])),
        slot("department", ["診療科", "Department"], 0.9, What::Pen),
    ]);
    let columns: [(Label, f32); 8] = [
        (["月日", "Date"], 1.0),
        (["種別（診察・投薬・注射・処置・手術・検査・画像 …）", "Kind (visit, drugs, injection, test …)"], 3.6),
        (["回数", "Times"], 0.7),
        (["点数", "Points"], 1.1),
        (["負担金徴収額", "Paid by patient"], 1.3),
        (["食事療養算定額", "Meals"], 1.3),
        (["標準負担額", "Meal share"], 1.2),
        (["記入者", "Written by"], 1.0),
    ];
    sheet.rows(NOTHING, NOTHING, &columns, Vec::new(), 0);
}

/// What stands below the diseases on one page, in points.
const BELOW: f32 = 188.0;
const DRAFTED: Label = ["傷病名（コピーからの下書き）", "Diseases (a draft from the copy)"];
const DISEASE_NOTE: Label =
    ["医師が確かめ、違う行は二重線・署名・日時", "A doctor confirms; what is wrong is struck by two lines, sign, time"];
const COURSE_NOTE: Label = ["1行に1件。訂正は二重線・署名・日時", "One thing a line. Correct by two lines, sign, time"];
