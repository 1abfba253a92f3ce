//! P16E 診療情報提供書 (after 別紙様式11 of the notice on 診療報酬の算定方法) and P16F 退院療養計画書 (入院診療計画 and 退院時 notices). A letter names the
//! drugs of the copy with its age; narcotics are only said to be there, and a disease the patient was not told of is not named.

use chart::Chart;

use super::dated::{YMD, address, lined_until, phone, told_diseases};
use super::drafted::{beside, draft, is_narcotic};
use super::p10::UNSIGNED;
use super::p14::COPY;
use super::{Copied, DRUG_COLUMNS, STAMP, drug_rows, handed_over};
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Form, Sheet};
use crate::words::Label;

pub(crate) static LETTER: Form =
    Form { version: 4, ..handed_over("P16E", ["診療情報提供書", "Letter to another doctor"], UNSIGNED) };

pub(crate) static AFTERCARE: Form = handed_over(
    "P16F",
    ["退院療養計画書", "Plan of care after discharge"],
    ["医師の説明と署名がないものは無効", "Not valid until explained and signed"],
);

/// P16E: for the other doctor, then its copy.
pub(crate) fn letter(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    written(sheet, copied);
    sheet.copy();
    sheet.say(COPY, Weight::Bold);
    written(sheet, copied);
}

fn written(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let hospital = sheet.institution().letterhead(sheet.hospital());
    sheet.slots(&[
        slot("to", ["紹介先医療機関等名", "To: institution"], 1.5, What::Pen),
        slot("to.doctor", ["診療科・担当医（殿）", "Department, doctor"], 1.2, What::Pen),
        slot("date", ["作成日（令和）", "Date (Reiwa)"], 1.5, What::Digits(&YMD)),
    ]);
    sheet.slots_of(
        &[
            slot("from", ["紹介元医療機関の名称・所在地・電話", "From: institution"], 1.8, What::Said(&hospital)),
            slot("doctor", ["医師 署名又は記名押印", "Doctor: signature or seal"], 1.4, What::Pen),
        ],
        STAMP,
    );
    sheet.slots(&[
        slot("address", ["患者住所", "Patient's address"], 2.0, What::known(address(copied.chart))),
        slot("phone", ["電話番号", "Telephone"], 1.0, What::known(phone(copied.chart))),
        slot("work", ["職業", "Occupation"], 0.7, What::Pen),
    ]);
    let told = told_diseases(sheet, copied.chart);
    sheet.slots(&[slot("disease", ["傷病名", "Disease"], 1.0, What::known(&told))]);
    sheet.lined(["紹介目的", "Purpose"], 1);
    super::safety(sheet, copied);
    sheet.lined(["既往歴及び家族歴", "History, family history"], 1);
    sheet.lined(["症状経過及び検査結果", "Symptoms, course, results"], 2);
    sheet.lined(["治療経過", "Treatment"], 2);
    sheet.slots(&[
        slot("enclosed", ["添付書類", "Enclosed"], 2.2, What::Ticks(ENCLOSED)),
        slot("remarks", ["備考", "Remarks"], 1.0, What::Pen),
    ]);
    if copied.chart.is_some_and(has_narcotic) {
        sheet.say(NARCOTIC, Weight::Bold);
    }
    beside(sheet, copied);
    let drugs: Vec<_> = copied.chart.map(|chart| draft(chart).collect()).unwrap_or_default();
    let rows = drug_rows(sheet, &drugs);
    let title = match (rows.is_empty(), sheet.is_bare(sheet.pages.len())) {
        (true, _) => ["現在の処方", "Drugs now"],
        (false, true) => LAST_KNOWN,
        (false, false) => DRAFTED,
    };
    sheet.rows(title, DRUG_NOTE, &DRUG_COLUMNS, rows, 0);
}

/// True where a narcotic is in force: it is not drafted, and a letter that said nothing would mislead.
fn has_narcotic(chart: &Chart) -> bool {
    let drugs = chart.medications.iter().map(|item| &item.in_use);
    let mut all = drugs.chain(chart.injections.iter().map(|item| &item.in_use));
    all.any(|used| used.current && is_narcotic(used))
}

/// P16F: for the patient, then the hospital's.
pub(crate) fn aftercare(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    planned(sheet, copied);
    sheet.copy();
    sheet.say(COPY, Weight::Bold);
    planned(sheet, copied);
}

fn planned(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let told = told_diseases(sheet, copied.chart);
    let place = sheet.place().to_owned();
    let stay = copied.chart.and_then(|chart| chart.stays.iter().find(|stay| stay.current));
    let at = stay.and_then(|stay| stay.admitted).map_or_else(String::new, |at| at.start.day().to_string());
    sheet.slots(&[
        slot("admitted", ["入院日", "Admitted"], 0.9, What::known(&at)),
        slot("leaves", ["退院日（予定・令和）", "Leaves on (Reiwa)"], 1.5, What::Digits(&YMD)),
        slot("ward", ["病棟・病室", "Ward, room"], 0.9, What::known(&place)),
        slot("others", ["主治医以外の担当者名", "Others in charge"], 1.2, What::Pen),
    ]);
    sheet.slots(&[slot("disease", ["病名", "Disease"], 1.0, What::known(&told))]);
    sheet.lined(["検査（退院までに行ったもの・今後の予定）", "Tests done and planned"], 2);
    sheet.lined(["退院後の治療計画", "Treatment after discharge"], 3);
    lined_until(
        sheet,
        [
            "退院後の療養上の留意点（食事・運動・入浴・薬・症状が出たとき）",
            "What to mind: food, activity, bath, drugs, symptoms",
        ],
        196.0,
    );
    sheet.slots(&[slot(
        "services",
        ["退院後必要となる保健医療・福祉サービス", "Services needed after discharge"],
        1.0,
        What::Ticks(SERVICES),
    )]);
    sheet.slots(&[
        slot("next", ["次回受診日", "Next visit"], 1.2, What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])])),
        slot("next.where", ["受診する医療機関・診療科", "Where"], 1.4, What::Pen),
        slot("call", ["困ったときの連絡先", "Whom to call"], 1.2, What::Pen),
    ]);
    sheet.lined(["その他", "Other"], 2);
    sheet.slots(&[
        slot("explained", ["説明した日（令和）", "Explained on (Reiwa)"], 1.4, What::Digits(&YMD)),
        slot("doctor", ["主治医 署名", "Doctor in charge"], 1.0, What::Pen),
        slot("patient", ["本人・家族 署名（続柄）", "Patient or family (relation)"], 1.2, What::Pen),
    ]);
}

/// To another doctor, who knows nothing of a copy.
const LAST_KNOWN: Label = ["現在の処方（電子カルテ停止前の記録による）", "Drugs now (as recorded before our outage)"];
const DRAFTED: Label = ["現在の処方（コピーから・医師が確かめる）", "Drugs now (from the copy, to be confirmed)"];
const DRUG_NOTE: Label = ["変わった薬は二重線・署名", "Strike and sign what has changed"];
const NARCOTIC: Label = [
    "麻薬の処方がある。薬名・量は医師が確かめて書く。",
    "There is a narcotic: the doctor confirms and writes name and dose.",
];
const ENCLOSED: &[(&str, Label)] = &[
    ("none", ["なし", "none"]),
    ("images", ["画像", "images"]),
    ("results", ["検査結果", "results"]),
    ("drugs", ["お薬手帳の写し", "drug list"]),
    ("nursing", ["看護サマリー", "nursing summary"]),
];
const SERVICES: &[(&str, Label)] = &[
    ("none", ["不要", "none"]),
    ("visit", ["訪問診療", "doctor's visits"]),
    ("nurse", ["訪問看護", "nurse's visits"]),
    ("rehabilitation", ["訪問・通所リハビリ", "rehabilitation"]),
    ("help", ["訪問介護", "help at home"]),
    ("day", ["通所介護", "day care"]),
    ("aids", ["福祉用具", "aids"]),
    ("manager", ["介護支援専門員", "care manager"]),
    ("welfare", ["医療費・福祉の相談", "advice on costs, welfare"]),
];
