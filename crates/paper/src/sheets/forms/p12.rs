//! P12 コスト票 (what is charged, ticked on the day so that nothing is lost when there is no billing; names after 医科点数表) and 事後入力票 (what
//! becomes of a patient's sheets afterwards; the states of `ux.md` §5.4, the four names of users.md 29).

use super::dated::HM;
use super::{Copied, labelled};
use crate::font::Weight;
use crate::form::{Column, NOTHING, What, slot};
use crate::sheet::{Form, Sheet};
use crate::words::Label;

pub(crate) static COSTS: Form = Form { version: 4, ..labelled("P12A", ["コスト票", "Charge sheet"]) };
pub(crate) static ENTRY: Form = labelled("P12C", ["事後入力票", "Entry afterwards"]);

const DAY: What<'_> = What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])]);

/// P12A.
pub(crate) fn costs(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot("month", ["診療月", "Month of care"], 1.7, What::Digits(&[(4, ["年", "/"]), (2, ["月", ""])])),
        slot("day", ["診療日", "Day"], 0.7, What::Digits(&[(2, ["日", ""])])),
        slot("clinic", ["診療科", "Clinic"], 0.9, What::Pen),
        slot("doctor", ["医師 署名", "Doctor"], 1.1, What::Pen),
    ]);
    sheet.slots(&[slot("visit", ["受診", "Visit"], 1.0, What::Ticks(&VISIT))]);
    sheet.slots(&[slot("fee", MANAGED, 1.0, What::Ticks(&FEES))]);
    sheet.slots(&[slot("rehab", ["疾患別リハビリテーション", "Rehabilitation"], 1.0, What::Ticks(&REHAB))]);
    sheet.slots(&[
        slot("rehab.start", ["リハビリテーション 開始", "Rehabilitation from"], 1.5, What::Digits(&HM)),
        slot("rehab.end", ["終了", "until"], 1.5, What::Digits(&HM)),
        slot("units", ["単位", "Units"], 1.0, What::Digits(&[(2, ["単位", ""])])),
        slot("therapist", ["実施者", "Therapist"], 1.3, What::Pen),
    ]);
    sheet.slots(&[slot("treat", ["注射・処置", "Injections, treatment"], 1.0, What::Ticks(&TREATMENTS))]);
    sheet.slots(&[slot(
        "test",
        ["検査・画像・病理（伝票があれば番号を下に）", "Tests, images"],
        1.0,
        What::Ticks(&TESTS),
    )]);
    sheet.y += 3.0;
    sheet.each(USED, USED_NOTE, &USED_COLUMNS, &USED_ROWS);
    sheet.slots(&[
        slot(
            "paid",
            ["会計", "Payment"],
            1.6,
            What::Ticks(&[
                ("later", ["後日", "later"]),
                ("deposit", ["預り金", "deposit"]),
                ("told", ["説明した", "explained"]),
            ]),
        ),
        slot("checked", ["点検者", "Checked by"], 0.9, What::Pen),
        slot("entered", ["入力者・入力日", "Entered by, on"], 1.1, What::Pen),
    ]);
    sheet.rest(["ほかの算定・コメント（病名、部位、回数、時刻）", "Other charges, remarks"]);
}

const MANAGED: Label =
    ["管理・指導（した日に✓。診療録への記載が要る）", "Management (tick on the day; the record must say it)"];
const USED: Label = ["使った薬剤・材料・手技", "Drugs, materials, procedures"];
const USED_NOTE: Label = ["包装のラベルを貼ってもよい", "Labels of packs may be stuck here"];
const USED_COLUMNS: [Column<'_>; 4] = [
    ("no", ["№", "№"], 0.4, What::Pen),
    ("what", ["名称・規格・部位", "What"], 4.4, What::Pen),
    ("count", ["数量", "Number"], 1.3, What::Digits(&[(3, NOTHING)])),
    ("unit", ["単位", "Unit"], 0.9, What::Pen),
];
const USED_ROWS: [(&str, Label); 3] = [("u1", ["1", "1"]), ("u2", ["2", "2"]), ("u3", ["3", "3"])];

const VISIT: [(&str, Label); 10] = [
    ("first", ["初診", "first"]),
    ("again", ["再診", "repeat"]),
    ("other_clinic", ["同日他科", "second clinic"]),
    ("phone", ["電話等再診", "by telephone"]),
    ("after", ["時間外", "after hours"]),
    ("holiday", ["休日", "holiday"]),
    ("midnight", ["深夜", "late night"]),
    ("ward", ["入院", "inpatient"]),
    ("leave", ["外泊", "on leave"]),
    ("letter", ["紹介状あり", "with a letter"]),
];
/// So ordered that they take five lines.
const FEES: [(&str, Label); 19] = [
    ("chronic", ["特定疾患療養管理料（マル特）", "specified chronic disease"]),
    ("pain", ["がん性疼痛緩和指導管理料", "cancer pain"]),
    ("tumour", ["悪性腫瘍特異物質治療管理料", "tumour marker"]),
    ("lifestyle1", ["生活習慣病管理料（Ⅰ）", "lifestyle disease (I)"]),
    ("lifestyle2", ["生活習慣病管理料（Ⅱ）", "lifestyle disease (II)"]),
    ("intractable", ["難病外来指導管理料", "intractable disease"]),
    ("drug_level", ["特定薬剤治療管理料", "drug level"]),
    ("epilepsy", ["てんかん指導料", "epilepsy"]),
    ("cancer", ["がん患者指導管理料", "cancer counselling"]),
    ("foot", ["糖尿病合併症管理料", "diabetic foot"]),
    ("dialysis", ["慢性維持透析患者外来医学管理料", "dialysis"]),
    ("oxygen", ["在宅酸素療法指導管理料", "home oxygen"]),
    ("insulin", ["在宅自己注射指導管理料", "self-injection"]),
    ("nutrition", ["外来・入院栄養食事指導料", "nutrition"]),
    ("pharmacist", ["薬剤管理指導料", "pharmacist"]),
    ("discharge", ["退院時指導（リハ・薬剤）", "at discharge"]),
    ("letter", ["診療情報提供料", "letter of referral"]),
    ("skin", ["皮膚科特定疾患指導管理料", "skin disease"]),
    ("child", ["小児科外来診療料", "child outpatient"]),
];
const REHAB: [(&str, Label); 7] = [
    ("brain", ["脳血管", "stroke"]),
    ("motor", ["運動器", "motor"]),
    ("disuse", ["廃用", "disuse"]),
    ("lung", ["呼吸器", "lung"]),
    ("heart", ["心大血管", "heart"]),
    ("cancer", ["がん患者", "cancer"]),
    ("swallow", ["摂食機能療法", "swallowing"]),
];
const TREATMENTS: [(&str, Label); 16] = [
    ("drip", ["点滴", "drip"]),
    ("iv", ["静脈注射", "intravenous"]),
    ("im", ["筋肉・皮下注射", "into muscle, skin"]),
    ("blood", ["輸血", "transfusion"]),
    ("wound", ["創傷処置", "wound care"]),
    ("sore", ["褥瘡処置", "pressure sore"]),
    ("suture", ["創傷処理（縫合）", "suture"]),
    ("inhale", ["吸入", "inhalation"]),
    ("oxygen", ["酸素吸入（　L×　時間）", "oxygen (   L x    h)"]),
    ("suction", ["喀痰吸引", "suction"]),
    ("catheter", ["導尿・留置カテーテル", "bladder catheter"]),
    ("enema", ["浣腸・摘便", "enema"]),
    ("tube", ["経管栄養", "tube feeding"]),
    ("drain", ["ドレーン", "drain"]),
    ("cast", ["ギプス・固定", "cast, splint"]),
    ("ventilator", ["人工呼吸", "ventilator"]),
];
const TESTS: [(&str, Label); 9] = [
    ("blood", ["採血・検体検査", "blood tests"]),
    ("urine", ["尿・便", "urine, stool"]),
    ("ecg", ["心電図", "ECG"]),
    ("echo", ["超音波", "ultrasound"]),
    ("xray", ["単純撮影", "X-ray"]),
    ("ct", ["CT（造影　）", "CT (contrast   )"]),
    ("mri", ["MRI", "MRI"]),
    ("scope", ["内視鏡", "endoscopy"]),
    ("path", ["病理・細胞診", "pathology"]),
];

/// P12C.
pub(crate) fn entry(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.say(DONE, Weight::Bold);
    sheet.slots(&[
        slot(
            "at",
            ["診療日時（令和。入力した日ではない）", "Time of care (Reiwa; not of entry)"],
            2.0,
            What::Digits(&[(2, ["年", "/"]), (2, ["月", "/"]), (2, ["日", " "]), (2, [":", ":"]), (2, ["", ""])]),
        ),
        slot(
            "month",
            ["請求月（令和）", "Claimed in (Reiwa)"],
            1.0,
            What::Digits(&[(2, ["年", "/"]), (2, ["月", ""])]),
        ),
    ]);
    sheet.signs(&[
        ["記載医（紙に書いた医師）", "Written by (doctor)"],
        ["代行入力者", "Entered for the doctor by"],
        ["確定医", "Confirmed by (doctor)"],
    ]);
    sheet.y += 3.0;
    sheet.each(SHEETS, SHEETS_NOTE, &SHEET_COLUMNS, &USED_ROWS);
    sheet.slots(&[slot("double", DOUBLE, 1.0, What::Ticks(&CRITICAL))]);
    sheet.y += 3.0;
    sheet.each(STATES, STATES_NOTE, &STATE_COLUMNS, &STATE_ROWS);
    sheet.rest(["疑義・返戻の理由（誰に聞いたか、答え）", "Doubts, why returned (asked whom, answer)"]);
}

const DONE: Label = [
    "⚠ すでに実施したことの記録。入力で指示・調剤・検査・送信を起こさない（実施済・再実施禁止）。",
    "⚠ All of this was done already. Entering it must order, dispense, test or send nothing.",
];
const SHEETS: Label = ["入力する帳票", "Sheets to be entered"];
const SHEETS_NOTE: Label = ["範囲は事後入力範囲表のとおり", "Extent: as the hospital's table says"];
const SHEET_COLUMNS: [Column<'_>; 5] = [
    ("no", ["№", "№"], 0.4, What::Pen),
    ("number", ["帳票番号", "Sheet number"], 1.9, What::Pen),
    ("what", ["帳票名・内容", "What"], 1.9, What::Pen),
    ("pages", ["枚数", "Pages"], 0.9, What::Digits(&[(2, NOTHING)])),
    (
        "extent",
        ["範囲", "Extent"],
        3.1,
        What::Ticks(&[("must", ["必須", "entered"]), ("image", ["画像のみ", "image"]), ("none", ["不要", "none"])]),
    ),
];
const DOUBLE: Label =
    ["二人が別々に入力して照合する項目（合ったら✓）", "Entered twice and compared (tick when they agree)"];
const CRITICAL: [(&str, Label); 7] = [
    ("id", ["患者番号", "patient no."]),
    ("date", ["日付", "date"]),
    ("drug", ["薬名", "drug"]),
    ("dose", ["量", "dose"]),
    ("unit", ["単位", "unit"]),
    ("count", ["数量", "quantity"]),
    ("charge", ["算定コード", "charge code"]),
];
const STATES: Label = ["進み方", "Progress"];
const STATES_NOTE: Label = ["済んだら✓・月日・氏名", "Tick, date, name"];
const STATE_COLUMNS: [Column<'_>; 3] = [
    ("state", ["段階", "Step"], 2.6, What::Step("")),
    ("on", ["月日", "Date"], 1.5, DAY),
    ("by", ["氏名・連絡すること", "Name, remarks"], 3.0, What::Pen),
];
const STATE_ROWS: [(&str, Label); 8] = [
    ("found", ["所在確認（全部そろった）", "All sheets found"]),
    ("scanned", ["スキャン済", "Scanned"]),
    ("first", ["入力1", "Entered once"]),
    ("second", ["入力2・照合", "Entered twice, compared"]),
    ("doctor", ["医師確認（確定医）", "Confirmed by doctor"]),
    ("account", ["会計点検", "Charges checked"]),
    ("claimed", ["請求済", "Claimed"]),
    ("back", ["返戻（あれば）", "Returned (if so)"]),
];
