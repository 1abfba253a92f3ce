//! P21 インシデント報告用紙: what nearly harmed somebody, in ticks before prose, for whoever has no screen at hand. Nobody's: a sheet is named by
//! its number, a patient never. Levels after the 影響度分類 of the national university hospitals; causes as the register `safety` has them.

use super::dated::MDHM;
use super::{Copied, TO_RETURN};
use crate::form::{What, slot};
use crate::sheet::{Class, Form, Sheet, Size};
use crate::words::Label;

pub(crate) static SAFETY: Form = Form {
    code: "P21",
    version: 1,
    class: Class::Return,
    title: ["インシデント報告", "Incident report"],
    size: Size::Upright,
    note: [
        "患者の名前・番号を書かない（用紙の番号で）。責める紙ではない。書いたら病棟・外来の「スキャン箱」へ。",
        "No patient's name or number (name the sheet). Nobody is blamed. When written, into the ward's scan box.",
    ],
    standing: TO_RETURN,
    bare: false,
};

/// P21.
pub(crate) fn safety(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot("at", ["起きたとき", "When"], 2.5, What::Digits(&MDHM)),
        slot("department", ["部署・場所", "Where"], 1.0, What::Pen),
        slot("by", ["書いた人（任意）", "Written by (optional)"], 1.1, What::Pen),
    ]);
    sheet.slots(&[slot("level", ["影響度", "Level of harm"], 1.0, What::Ticks(&LEVELS))]);
    sheet.slots(&[slot(
        "cause",
        ["原因（いちばん近いもの一つ）", "Cause (the one that fits best)"],
        1.0,
        What::Ticks(&CAUSES),
    )]);
    sheet.slots(&[slot("sheet", ["用紙（番号か様式）", "Sheet (number or form)"], 1.0, What::Pen)]);
    sheet.lined(["何が起きたか・起きそうになったか", "What happened, or nearly"], 7);
    sheet.lined(["その場でしたこと", "What was done at once"], 4);
    sheet.lined(["どうすれば防げるか（用紙・置き場・渡し方）", "How to prevent it (form, place, handing over)"], 4);
    sheet.slots(&[
        slot("seen", ["受け取った人・日時", "Received by, when"], 1.2, What::Pen),
        slot("no", ["報告番号", "Report no."], 0.8, What::Pen),
        slot("changed", ["変えた取決め・様式、変えた日", "Rule or form changed, on"], 1.6, What::Pen),
    ]);
}

const LEVELS: [(&str, Label); 7] = [
    ("l0", ["0 起きる前に気づいた", "0 in time"]),
    ("l1", ["1 実害なし", "1 no harm"]),
    ("l2", ["2 観察・検査", "2 watched, tested"]),
    ("l3a", ["3a 簡単な処置", "3a light treatment"]),
    ("l3b", ["3b 濃厚な処置", "3b heavy treatment"]),
    ("l4", ["4 後遺症", "4 lasting"]),
    ("l5", ["5 死亡", "5 death"]),
];
const CAUSES: [(&str, Label); 13] = [
    ("number", ["番号・IDの写し間違い", "number copied wrong"]),
    ("place", ["置き場・Box、見つからない", "wrong box, not found"]),
    ("handed", ["手渡しの漏れ・遅れ", "not handed over"]),
    ("stuck", ["のり付け・ラベル貼り", "stuck to the wrong sheet"]),
    ("read", ["字が読めない", "could not be read"]),
    ("copied", ["転記の間違い・漏れ", "copied wrong"]),
    ("form", ["用紙・様式の違い", "differing forms"]),
    ("old", ["古い紙で仕事をした", "an old sheet"]),
    ("patient", ["患者の取り違え", "wrong patient"]),
    ("order", ["指示の伝達", "order not passed on"]),
    ("drug", ["薬の取り違え・量", "wrong drug, amount"]),
    ("machine", ["機械・行灯", "machine, Andon"]),
    ("other", ["その他", "other"]),
];
