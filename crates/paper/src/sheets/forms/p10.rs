//! P10 prescriptions: 院外処方箋 after 様式第二号 (療担規則 第23条) with its 控え, 院内処方箋. 1回量 and 1日量 both stand there (the 2010 report
//! of MHLW on how prescriptions are written). What the copy holds is 下書き until a doctor who has seen the patient signs.

use super::checked::checked;
use super::dated::YMD;
use super::drafted::{beside, draft, narcotics};
use super::{
    ALLERGY, Copied, DRUG_COLUMNS, RETURN_NOTE, STAMP, TO_RETURN, allergies, drug_rows, open_rows, safety, strike_rest,
};
use crate::font::Weight;
use crate::form::{What, slot};
use crate::head::numbered;
use crate::sheet::{Class, Form, NOT_TO_DISPENSE, Sheet, Size};
use crate::table::Cell;
use crate::words::{Label, joined};

pub(crate) static OUTSIDE: Form = Form {
    code: "P10A",
    version: 4,
    class: Class::Deliver,
    title: ["処方箋（院外）", "Prescription (outside pharmacy)"],
    size: Size::Upright,
    note: [
        "コードのない紙はすべて患者に交付し、【控え】を戻す。麻薬は麻薬処方箋で。",
        "Every page without a code goes to the patient; the COPY returns. Narcotics have a form of their own.",
    ],
    standing: UNSIGNED,
    bare: true,
};

pub(crate) static INSIDE: Form = Form {
    code: "P10B",
    version: 4,
    class: Class::Return,
    title: ["院内処方箋", "Prescription (hospital)"],
    size: Size::Upright,
    note: RETURN_NOTE,
    standing: TO_RETURN,
    bare: false,
};

/// P10A: the prescription, then its copy.
pub(crate) fn outside(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    prescription(sheet, copied);
    sheet.copy_as(NOT_TO_DISPENSE);
    sheet.say(RX_COPY, Weight::Bold);
    prescription(sheet, copied);
}

fn prescription(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    if sheet.is_bare(sheet.pages.len()) {
        sheet.beside_title(ANYWHERE);
    }
    insurance(sheet, copied);
    place(sheet);
    institution(sheet, ["保険医 署名又は記名押印", "Doctor: signature or seal"]);
    sheet.slots(&[
        slot(
            "issued",
            ["交付年月日（令和・署名した日）", "Issued (Reiwa; day of signing)"],
            1.65,
            What::Digits(&[(2, ["年", "/"]), (2, ["月", "/"]), (2, ["日", ""])]),
        ),
        slot(
            "until",
            ["使用期間（書かなければ交付の日を含めて4日）", "Valid until (else 4 days with that day)"],
            2.34,
            What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])]),
        ),
        slot("refill", ["リフィル", "Refill"], 1.34, What::Ticks(&[("yes", ["可（  回）", "yes (  times)"])])),
    ]);
    let twice = |label: Label| (label, String::new());
    sheet.again = [AGAIN_ISSUED, AGAIN_DOCTOR].map(twice).to_vec();
    // What the law's form says stands on what goes out; what staff are told, on the copy.
    let note = if sheet.is_bare(sheet.pages.len()) { LAW_NOTE } else { RX_NOTE };
    drugs(sheet, copied, note, &OUTSIDE_COLUMNS);
    sheet.again.clear();
    sheet.need(116.0);
    sheet.slots(&[
        slot(
            "rest",
            ["調剤時に残薬を確認した場合", "If drugs are left over"],
            1.5,
            What::Ticks(&[("ask", ["照会した上で調剤", "ask first"]), ("tell", ["医療機関へ情報提供", "tell us"])]),
        ),
        slot(
            "remarks",
            ["備考（「変更不可」欄に記載した場合は保険医署名）", "Remarks; signature where \"no change\" is ticked"],
            1.8,
            What::Pen,
        ),
    ]);
    sheet.slots(&[
        slot(
            "refilled",
            ["調剤実施回数（リフィル。調剤日・次回予定日）", "Dispensed so far (refill): day, next day"],
            2.65,
            What::Ticks(&[
                ("r1", ["1回目        ", "1st        "]),
                ("r2", ["2回目        ", "2nd        "]),
                ("r3", ["3回目", "3rd"]),
            ]),
        ),
        slot("public2", ["公費負担者番号（第二公費）", "Public payer no. (second)"], 1.44, What::Pen),
        slot("recipient2", ["受給者番号（第二公費）", "Recipient no. (second)"], 1.24, What::Pen),
    ]);
    sheet.slots(&[
        slot("dispensed", ["調剤済年月日", "Dispensed on"], 1.0, What::Pen),
        slot("pharmacy", ["保険薬局の所在地・名称、保険薬剤師氏名", "Pharmacy, pharmacist"], 2.0, What::Pen),
    ]);
}

/// The numbers of the hospital, and the doctor's signature.
pub(crate) fn institution(sheet: &mut Sheet<'_>, doctor: Label) {
    let own = sheet.institution().clone();
    sheet.slots(&[
        numbered("prefecture", ["都道府県番号", "Prefecture"], 0.9, (&own.prefecture, &[(2, ["", ""])])),
        numbered("table", ["点数表", "Table"], 0.6, (&own.table, &[(1, ["", ""])])),
        numbered("institution", ["医療機関コード", "Institution code"], 1.6, (&own.code, &[(7, ["", ""])])),
        slot("doctor", doctor, 1.8, What::Pen),
    ]);
}

/// For whom, and which hospital.
pub(crate) fn place(sheet: &mut Sheet<'_>) {
    let (hospital, phone) = (sheet.institution().place(sheet.hospital()), sheet.institution().phone.clone());
    let slots = [
        slot(
            "class",
            ["区分", "For"],
            1.0,
            What::Ticks(&[("self", ["被保険者", "insured"]), ("family", ["被扶養者", "dependant"])]),
        ),
        slot("place", ["保険医療機関の所在地・名称", "Institution"], 1.6, What::Said(&hospital)),
        slot("phone", ["電話番号", "Telephone"], 0.9, What::known(&phone)),
    ];
    sheet.slots_of(&slots, STAMP);
}

/// Insurance as the copy has it: to be confirmed at the desk, since it may have changed.
pub(crate) fn insurance(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let current = copied.chart.and_then(|chart| chart.insurance.iter().find(|item| item.current));
    let payer = current.map(|item| item.insurance.payer_id.clone()).unwrap_or_default();
    let number = current
        .map(|item| joined([item.insurance.symbol.as_str(), item.insurance.number.as_str()]))
        .unwrap_or_default();
    sheet.slots(&[
        slot("public", ["公費負担者番号", "Public payer no."], 1.55, What::Digits(&[(8, ["", ""])])),
        slot("recipient", ["公費の受給者番号", "Recipient no."], 1.37, What::Digits(&[(7, ["", ""])])),
        slot("payer", ["保険者番号", "Insurer no."], 0.75, What::known(&payer)),
        slot("insured", ["被保険者証の記号・番号（枝番）", "Insured symbol, number"], 1.65, What::known(&number)),
    ]);
}

/// P10B.
pub(crate) fn inside(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    safety(sheet, copied);
    sheet.slots(&[
        slot(
            "class",
            ["区分", "Kind"],
            1.6,
            What::Ticks(&[
                ("ward", ["入院", "ward"]),
                ("out", ["外来", "outpatient"]),
                ("home", ["退院", "discharge"]),
                ("now", ["臨時", "now"]),
            ]),
        ),
        slot("issued", ["処方日（令和）", "Date (Reiwa)"], 1.35, What::Digits(&YMD)),
        slot("doctor", ["処方医 署名", "Doctor"], 1.1, What::Pen),
    ]);
    sheet.again = vec![(ALLERGY, allergies(sheet.w, copied.chart)), (AGAIN_DOCTOR, String::new())];
    drugs(sheet, copied, IN_NOTE, &DRUG_COLUMNS);
    sheet.again.clear();
    sheet.need(110.0);
    sheet.slots(&[
        slot("weight", ["体重", "Weight"], 0.9, What::Digits(&[(3, [".", "."]), (1, ["kg", "kg"])])),
        slot(
            "checks",
            ["監査で確かめたこと", "Checked"],
            2.4,
            What::Ticks(&[
                ("allergy", ["アレルギー", "allergy"]),
                ("renal", ["腎機能", "renal"]),
                ("duplicate", ["重複", "duplicates"]),
                ("interactions", ["相互作用", "interactions"]),
                ("interaction", ["相互作用は未実施", "interactions not checked"]),
            ]),
        ),
    ]);
    sheet.slots(&[
        slot("query", ["疑義照会（内容・回答・医師・時刻）", "Query: what, answer, doctor, time"], 2.0, What::Pen),
        slot("dispensed", ["調剤者", "Dispensed"], 0.8, What::Pen),
        slot("audited", ["監査者", "Checked by"], 0.8, What::Pen),
        slot("handed", ["交付・受領", "Handed to"], 0.8, What::Pen),
    ]);
}

/// Drafted rows, and open ones behind them that whoever signs closes.
fn drugs(sheet: &mut Sheet<'_>, copied: &Copied<'_>, note: Label, columns: &[(Label, f32)]) {
    let drafted: Vec<_> = copied.chart.map(|chart| draft(chart).collect()).unwrap_or_default();
    narcotics(sheet, copied);
    beside(sheet, copied);
    checked(sheet, copied.chart);
    let mut rows = drug_rows(sheet, &drafted);
    rows.iter_mut().for_each(|row| row.cells.resize_with(columns.len(), Cell::default));
    // What leaves is a prescription once it is signed: that its rows were a draft is said to whoever signs, on the copy.
    let drafted = !rows.is_empty() && !sheet.is_bare(sheet.pages.len());
    let title = if drafted { DRAFTED } else { EMPTY };
    let wanted = ROWS.saturating_sub(rows.len());
    let empty = open_rows(sheet, (title, note), columns, &rows, (wanted, BELOW));
    sheet.rows(title, note, columns, rows, empty);
    strike_rest(sheet);
}

/// What leaves and is not signed is nothing.
pub(crate) const UNSIGNED: Label = ["医師の署名がないものは無効", "Not valid without the doctor's signature"];
/// What the copy of a prescription is.
pub(crate) const RX_COPY: Label = [
    "【控え】 医師の署名まで下書き。この控えをスキャン箱へ戻す。",
    "COPY: a draft until the doctor signs. This one goes to the scan box.",
];
/// What stands below the drugs on the same page, in points.
const BELOW: f32 = 132.0;
/// Rows of drugs on a page that holds the whole prescription.
const ROWS: usize = 8;
/// What 様式第二号 has since October 2024 beside each drug that may not be substituted: for medical reasons, or as the patient wishes.
const OUTSIDE_COLUMNS: [(Label, f32); 8] = [
    DRUG_COLUMNS[0],
    (DRUG_COLUMNS[1].0, 3.0),
    (DRUG_COLUMNS[2].0, 1.55),
    (DRUG_COLUMNS[3].0, 1.55),
    (DRUG_COLUMNS[4].0, 2.1),
    (DRUG_COLUMNS[5].0, 1.3),
    (["変更不可\n(医療上必要)", "No change: medical"], 1.66),
    (["患者\n希望", "Patient's wish"], 1.1),
];
/// What a further page of one prescription needs to be one.
const AGAIN_ISSUED: Label = ["交付年月日（令和・署名した日）", "Issued (Reiwa; day of signing)"];
pub(crate) const AGAIN_DOCTOR: Label = ["医師 署名又は記名押印（この頁にも）", "Doctor: signature (on this page too)"];
const DRAFTED: Label = ["処方（前回処方からの下書き）", "Drugs (draft of the last prescription)"];
const EMPTY: Label = ["処方", "Drugs"];
/// Beside the title of 様式第二号.
const ANYWHERE: Label = ["（この処方箋は、どの保険薬局でも有効です。）", "(any pharmacy)"];
/// Beside 処方 in 様式第二号 since October 2024.
pub(crate) const LAW_NOTE: Label = [
    "個々の処方薬について、医療上の必要性があるため、後発医薬品（ジェネリック医薬品）への変更に差し支えがあると判断した場合には、「変更不可」欄に「✓」又は「×」を記載し、「保険医署名」欄に署名又は記名・押印すること。また、患者の希望を踏まえ、先発医薬品を処方した場合には、「患者希望」欄に「✓」又は「×」を記載すること。",
    "Where a drug may not be substituted for medical reasons, tick \"no change\" and sign; where the original was prescribed as the patient wishes, tick \"patient's wish\".",
];
const RX_NOTE: Label = [
    "出さない薬は二重線。麻薬・中止中の薬は下書きしない",
    "Strike out what is not prescribed; narcotics and stopped drugs are not drafted",
];
const IN_NOTE: Label = ["出さない薬は二重線。麻薬・中止中の薬は下書きしない", "Strike out what is not prescribed"];
