//! P10C 疑義照会票 and P10D 麻薬処方箋. The items of the latter are those of 麻薬及び向精神薬取締法 第27条第6項 and its 施行規則 第9条の3; nothing
//! of it is ever drafted from the copy (users.md 11): a narcotic is decided anew each time.

use super::dated::{MD, MDHM, YMD, address};
use super::p10::{LAW_NOTE, UNSIGNED, institution, insurance, place};
use super::{Copied, RETURN_NOTE, TO_RETURN, open_rows, safety, strike_rest};
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Class, Form, NOT_TO_DISPENSE, Sheet, Size};
use crate::words::Label;

pub(crate) static QUERY: Form = Form {
    code: "P10C",
    version: 3,
    class: Class::Return,
    title: ["疑義照会票", "Query about a prescription"],
    size: Size::Upright,
    note: RETURN_NOTE,
    standing: TO_RETURN,
    bare: false,
};

pub(crate) static NARCOTIC: Form = Form {
    code: "P10D",
    version: 4,
    class: Class::Deliver,
    title: ["麻薬処方箋", "Narcotic prescription"],
    size: Size::Upright,
    note: [
        "コードのない紙はすべて交付し、【控え】を戻す。麻薬以外の薬は別の処方箋に書く。",
        "Every page without a code is handed over; the COPY returns. Other drugs go on another prescription.",
    ],
    standing: UNSIGNED,
    bare: true,
};

/// P10C: what is asked, what is answered, by whom and when.
pub(crate) fn query(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.slots(&[
        slot("asked", ["照会を受けた日時", "Asked on"], 1.5, What::Digits(&MDHM)),
        slot(
            "from",
            ["照会元", "From"],
            1.0,
            What::Ticks(&[
                ("outside", ["保険薬局", "outside pharmacy"]),
                ("inside", ["当院 薬剤部", "our pharmacy"]),
                ("ward", ["病棟", "ward"]),
            ]),
        ),
    ]);
    sheet.slots(&[
        slot("pharmacy", ["薬局名・薬剤師名", "Pharmacy, pharmacist"], 1.7, What::Pen),
        slot("phone", ["電話・FAX", "Telephone, fax"], 1.2, What::Pen),
        slot("taken", ["受けた者", "Taken by"], 0.9, What::Pen),
    ]);
    sheet.slots(&[
        slot("written", ["処方箋の交付日", "Prescribed on"], 0.9, What::Digits(&MD)),
        slot("number", ["処方箋の控えの番号", "No. of its copy"], 1.2, What::Pen),
        slot("doctor", ["診療科・処方医", "Department, doctor"], 1.3, What::Pen),
    ]);
    safety(sheet, copied);
    sheet.slots(&[slot("about", ["照会の内容", "About"], 1.0, What::Ticks(ABOUT))]);
    let columns: [(Label, f32); 4] = [
        (["処方の番号", "Item"], 0.9),
        (["薬名（規格）", "Drug, strength"], 3.0),
        (["処方箋のまま（用量・用法・日数）", "As prescribed"], 2.6),
        (["変更後（医師の回答）", "Changed to"], 2.6),
    ];
    sheet.rows(["対象の薬", "Drugs in question"], crate::form::NOTHING, &columns, Vec::new(), 3);
    sheet.lined(
        ["照会の内容（聞いたとおりに書き、読み上げて確かめる）", "What is asked (write it as heard, read it back)"],
        3,
    );
    sheet.slots(&[slot("answer", ["医師の回答", "Answer"], 1.0, What::Ticks(ANSWER))]);
    sheet.slots(&[
        slot("answered.by", ["回答した医師 署名", "Answered by (doctor)"], 1.4, What::Pen),
        slot("answered", ["回答日時", "Answered on"], 1.8, What::Digits(&MDHM)),
    ]);
    sheet.slots(&[
        slot(
            "done",
            ["回答の後に", "After the answer"],
            2.2,
            What::Ticks(&[
                ("back", ["復唱した", "read back"]),
                ("told", ["照会元へ伝えた", "told the asker"]),
                ("copy", ["控えを訂正した", "copy corrected"]),
            ]),
        ),
        slot("told.by", ["伝えた者・時刻", "Told by, at"], 1.2, What::Pen),
    ]);
    sheet.rest(["回答の内容・薬局での対応", "The answer in words; what the pharmacy did"]);
}

/// P10D: the prescription, then its copy.
pub(crate) fn narcotic(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    narcotics(sheet, copied);
    sheet.copy_as(NOT_TO_DISPENSE);
    sheet.say(NARCOTIC_COPY, Weight::Bold);
    narcotics(sheet, copied);
}

fn narcotics(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let bare = sheet.is_bare(sheet.pages.len());
    sheet.slots(&[
        slot(
            "address",
            ["患者の住所（院外は必ず。本人に確かめる）", "Patient's address (confirm what is printed)"],
            2.4,
            What::known(address(copied.chart)),
        ),
        slot(
            "where",
            ["調剤するところ", "Dispensed"],
            1.0,
            What::Ticks(&[("outside", ["院外", "outside"]), ("inside", ["院内", "here"])]),
        ),
    ]);
    insurance(sheet, copied);
    place(sheet);
    institution(sheet, ["麻薬施用者 署名又は記名押印", "Doctor: signature or seal"]);
    sheet.slots(&[
        slot("licence", ["麻薬施用者免許証番号", "Narcotic licence no."], 1.1, What::Pen),
        slot("issued", ["交付年月日（令和・署名した日）", "Issued (Reiwa; day of signing)"], 1.65, What::Digits(&YMD)),
        slot("until", ["使用期間（空欄は交付日を含め4日）", "Valid until (else 4 days)"], 1.75, What::Digits(&MD)),
    ]);
    let note = if bare { LAW_NOTE } else { NARCOTIC_NOTE };
    let title = ["処方（麻薬）", "Narcotics"];
    let empty =
        open_rows(sheet, (title, note), &NARCOTIC_COLUMNS, &[], (NARCOTICS, if bare { BELOW } else { BELOW_OWN }));
    sheet.rows(title, note, &NARCOTIC_COLUMNS, Vec::new(), empty);
    strike_rest(sheet);
    sheet.slots(&[
        slot(
            "remarks",
            ["備考（「変更不可」欄に記載した場合は保険医署名）", "Remarks; queries and answers"],
            2.4,
            What::Pen,
        ),
        slot("dispensed", ["調剤済年月日", "Dispensed on"], 1.0, What::Pen),
    ]);
    sheet.slots(&[
        slot("public2", ["公費負担者番号（第二公費）", "Public payer no. (second)"], 1.4, What::Pen),
        slot("recipient2", ["受給者番号（第二公費）", "Recipient no. (second)"], 1.25, What::Pen),
        slot("pharmacy", ["麻薬小売業者・薬局の所在地・名称、薬剤師氏名", "Pharmacy, pharmacist"], 2.4, What::Pen),
    ]);
    // Our own bookkeeping is nothing for whoever gets it.
    if !bare {
        sheet.slots(&[
            slot("two", ["調剤・監査（二名の署名）", "Dispensed and checked by two"], 1.4, What::Pen),
            slot("handed", ["交付・受領（署名・時刻）", "Handed to, at"], 1.4, What::Pen),
            slot("ledger", ["麻薬帳簿", "Ledger"], 0.8, What::Ticks(&[("entered", ["記入した", "entered"])])),
        ]);
    }
}

const NARCOTIC_COPY: Label = ["【控え】 この控えをスキャン箱へ戻す。", "COPY: this one goes to the scan box."];
const NARCOTIC_COLUMNS: [(Label, f32); 9] = [
    (["№", "№"], 0.5),
    (["麻薬の品名・剤形・規格", "Narcotic, form, strength"], 3.2),
    (["1回量", "Each time"], 1.3),
    (["1日量・\n回数", "A day"], 1.3),
    (["用法（頓用は間隔・上限）", "How to take"], 2.4),
    (["日数・\n回数", "Days"], 1.1),
    (["総量", "Total"], 1.2),
    (["変更不可\n(医療上必要)", "No change: medical"], 1.88),
    (["患者\n希望", "Patient's wish"], 0.9),
];
/// Rows of narcotics at most, and what stands below them on the same page, in points: of what leaves, and of our copy.
const NARCOTICS: usize = 8;
const BELOW: f32 = 93.0;
const BELOW_OWN: f32 = BELOW + 38.6;
const NARCOTIC_NOTE: Label = ["前回の処方から下書きしない。薬ごとに一から書く", "Never drafted: write each anew"];

const ABOUT: &[(&str, Label)] = &[
    ("dose", ["用量", "dose"]),
    ("usage", ["用法", "usage"]),
    ("days", ["日数", "days"]),
    ("strength", ["規格・剤形", "strength, form"]),
    ("duplicate", ["重複", "duplicate"]),
    ("interaction", ["相互作用", "interaction"]),
    ("allergy", ["アレルギー・副作用歴", "allergy, past reaction"]),
    ("contraindicated", ["禁忌", "contraindication"]),
    ("renal", ["腎機能・検査値", "renal function, results"]),
    ("pregnancy", ["妊娠・授乳", "pregnancy, nursing"]),
    ("left", ["残薬", "drugs left over"]),
    ("substitute", ["後発品への変更", "substitution"]),
    ("stock", ["在庫がない", "out of stock"]),
    ("unreadable", ["判読できない", "unreadable"]),
    ("missing", ["署名・日付・必要事項のもれ", "signature, date or item missing"]),
    ("other", ["その他", "other"]),
];

const ANSWER: &[(&str, Label)] = &[
    ("as_is", ["処方のとおり", "as prescribed"]),
    ("changed", ["変更する", "changed"]),
    ("deleted", ["削除する", "deleted"]),
    ("added", ["追加する", "added"]),
    ("later", ["医師から折り返す", "doctor calls back"]),
    ("unreached", ["医師に連絡が取れない", "doctor not reached"]),
];
