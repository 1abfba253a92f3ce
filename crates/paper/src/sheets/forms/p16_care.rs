//! P16 記録 of departments that give something many times: 透析記録, 抗がん剤指示, リハ実施記録. A regimen is never drafted from the copy: it is
//! written anew by a doctor and checked by a pharmacist (users.md 24); what the copy says of height and weight stands beside for
//! comparison with its age, and the boxes are filled with what was measured today.

use super::{Copied, fitting, labelled, measured, or_nothing, safety};
use crate::font::Weight;
use crate::form::{Column, NOTHING, What, slot};
use crate::sheet::{Form, Sheet};
use crate::words::Label;

pub(crate) static DIALYSIS: Form = labelled("P16A", ["透析記録", "Dialysis record"]);
pub(crate) static CHEMO: Form = labelled("P16B", ["抗がん剤指示・実施票", "Chemotherapy order"]);
pub(crate) static REHAB: Form = labelled("P16C", ["リハビリテーション実施記録", "Rehabilitation record"]);

const CLOCK: What<'_> = What::Digits(&[(2, [":", ":"]), (2, ["", ""])]);
const DAY: What<'_> = What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])]);
const KG: What<'_> = What::Digits(&[(3, [".", "."]), (1, ["kg", "kg"])]);

/// P16A.
pub(crate) fn dialysis(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    safety(sheet, copied);
    let weight = or_nothing(sheet, copied, measured(sheet, copied, "ドライウェイト"));
    sheet.slots(&[
        slot("date", ["透析日", "Date"], 1.2, DAY),
        slot("plan", ["予定（曜日・時間帯）", "Schedule"], 2.3, What::Ticks(&SCHEDULE)),
        slot("hours", ["透析時間", "Hours"], 0.9, What::Digits(&[(1, [".", "."]), (1, ["時間", "h"])])),
    ]);
    sheet.slots(&[
        slot("dry", ["ドライウェイト", "Dry weight"], 1.3, KG),
        slot("dry_copy", ["コピーの値", "In the copy"], 0.9, What::known(&weight)),
        slot("before", ["透析前 体重", "Before"], 1.3, KG),
        slot("after", ["透析後 体重", "After"], 1.3, KG),
    ]);
    sheet.slots(&[
        slot("remove", ["除水 目標", "To remove"], 1.3, What::Digits(&[(1, [".", "."]), (2, ["L", "L"])])),
        slot("flow", ["血液流量", "Blood flow"], 1.3, What::Digits(&[(3, ["mL/分", "mL/min"])])),
        slot("dialysate", ["透析液・流量・温度", "Dialysate, flow, temp."], 1.3, What::Pen),
        slot("dialyzer", ["ダイアライザー", "Dialyser"], 1.1, What::Pen),
    ]);
    sheet.slots(&[
        slot("anti", ["抗凝固薬", "Anticoagulant"], 2.4, What::Ticks(&ANTICOAGULANTS)),
        slot("anti_first", ["初回量", "First dose"], 0.8, What::Pen),
        slot("anti_hour", ["持続量（/時）", "Per hour"], 0.9, What::Pen),
    ]);
    sheet.slots(&[
        slot("access", ["アクセス", "Access"], 79.0, What::Ticks(&ACCESS)),
        slot("side", ["左右", "Side"], 32.0, What::Ticks(&[("right", ["右", "right"]), ("left", ["左", "left"])])),
        slot("needle", ["穿刺者（脱血・返血）", "Needles by"], 39.0, What::Pen),
        slot("two", ["開始前の照合（2名）", "Checked by two"], 38.0, What::Pen),
    ]);
    sheet.rows(
        ["経過（30分～1時間ごと）", "Course (each 30 to 60 min)"],
        ["1行目は開始時、最後の行は終了時", "First row: at the start; last: at the end"],
        &[
            (["時刻", "Time"], 0.9),
            (["血圧・脈拍・体温", "BP, pulse, temp."], 1.8),
            (["血液流量", "Flow"], 0.9),
            (["静脈圧・TMP", "Venous p., TMP"], 1.4),
            (["除水 速度・積算", "Removed"], 1.4),
            (["症状・処置・薬", "Symptoms, treatment"], 2.8),
            (["サイン", "Sign"], 0.9),
        ],
        Vec::new(),
        fitting(sheet, 45.0).max(6),
    );
    sheet.slots(&[
        slot("end", ["終了・止血", "End, bleeding stopped"], 1.1, What::Pen),
        slot("blood", ["採血（前・後）・薬（ESA・鉄・Ca）", "Blood taken, drugs given"], 1.6, What::Pen),
        slot("next", ["次回", "Next"], 0.7, What::Pen),
        slot("doctor", ["医師 署名", "Doctor"], 1.0, What::Pen),
    ]);
}

const SCHEDULE: [(&str, Label); 5] = [
    ("mwf", ["月水金", "Mon Wed Fri"]),
    ("tts", ["火木土", "Tue Thu Sat"]),
    ("morning", ["午前", "morning"]),
    ("noon", ["午後", "afternoon"]),
    ("night", ["夜間", "night"]),
];
const ANTICOAGULANTS: [(&str, Label); 5] = [
    ("heparin", ["ヘパリン", "heparin"]),
    ("low", ["低分子ヘパリン", "low-mol. heparin"]),
    ("nafamostat", ["ナファモスタット", "nafamostat"]),
    ("argatroban", ["アルガトロバン", "argatroban"]),
    ("none", ["なし", "none"]),
];
const ACCESS: [(&str, Label); 3] = [
    ("fistula", ["内シャント", "fistula"]),
    ("graft", ["グラフト", "graft"]),
    ("catheter", ["カテーテル", "catheter"]),
];

/// P16B.
pub(crate) fn chemo(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.say(NO_DRAFT, Weight::Bold);
    safety(sheet, copied);
    sheet.slots(&[
        slot("regimen", ["レジメン名・番号・病名", "Regimen, number, diagnosis"], 1.9, What::Pen),
        slot("course", ["コース", "Course"], 0.6, What::Digits(&[(2, NOTHING)])),
        slot("day", ["第", "Day"], 0.7, What::Digits(&[(2, ["日", ""])])),
        slot("date", ["投与日", "Given on"], 1.2, DAY),
    ]);
    body(sheet, copied);
    sheet.slots(&[
        slot("drawn", ["採血日時", "Blood taken at"], 1.2, What::Pen),
        slot("neutrophils", ["好中球", "Neutrophils"], 1.0, What::Pen),
        slot("platelets", ["血小板", "Platelets"], 1.0, What::Pen),
        slot("creatinine", ["クレアチニン", "Creatinine"], 1.0, What::Pen),
        slot("bilirubin", ["総ビリルビン", "Bilirubin"], 1.0, What::Pen),
    ]);
    sheet.slots(&[
        slot(
            "go",
            ["投与", "Give"],
            1.5,
            What::Ticks(&[("yes", ["可", "yes"]), ("less", ["減量", "less"]), ("no", ["延期", "later"])]),
        ),
        slot("why", ["減量・延期の理由", "Why less or later"], 1.7, What::Pen),
        slot("doctor", ["医師 署名・時刻", "Doctor, time"], 1.2, What::Pen),
    ]);
    sheet.rows(
        ["投与する薬（前投薬から順に）", "Drugs in order, premedication first"],
        ["薬名は略さない。量は単位まで。訂正は書き直さず二重線", "No short names; units with every dose"],
        &[
            (["順", "No."], 0.4),
            (["薬名（一般名）", "Drug (generic)"], 2.4),
            (["基準量（/m²・/kg・AUC）", "Standard dose"], 1.3),
            (["減量 ％", "Less %"], 0.7),
            (["投与量", "Dose"], 1.2),
            (["溶解液・経路・時間", "In what, route, time"], 2.1),
            (["開始", "Start"], 0.8),
            (["終了", "End"], 0.8),
        ],
        Vec::new(),
        fitting(sheet, 150.0).max(6),
    );
    sheet.slots(&[
        slot("pharmacist", ["薬剤師 監査（署名・時刻）", "Checked: pharmacist"], 1.0, What::Pen),
        slot("pharmacist2", ["薬剤師 2人目", "Second pharmacist"], 1.0, What::Pen),
        slot("mixed", ["調製者", "Mixed by"], 0.9, What::Pen),
        slot("mixed2", ["調製の照合者", "Mixing checked by"], 0.9, What::Pen),
    ]);
    sheet.slots(&[
        slot(
            "two",
            [
                "投与前の照合 2名（氏名・生年月日・薬・量・順・速さ）",
                "At the bedside by two (name, birth, drug, dose, order, rate)",
            ],
            2.4,
            What::Pen,
        ),
        slot("leak", ["血管外漏出", "Leak"], 1.2, What::Ticks(&[("no", ["なし", "no"]), ("yes", ["あり", "yes"])])),
    ]);
    sheet.rest(["経過・副作用・処置", "Course, reactions"]);
}

/// Height, weight and body surface as measured today; what the copy says of them in a row of its own.
fn body(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.slots(&[
        slot("height", ["身長（今日）", "Height (today)"], 1.2, What::Digits(&[(3, [".", "."]), (1, ["cm", "cm"])])),
        slot("weight", ["体重（今日）", "Weight (today)"], 1.2, KG),
        slot("surface", ["体表面積", "Body surface"], 1.0, What::Digits(&[(1, [".", "."]), (2, ["m²", "m²"])])),
        slot("by", ["計算した2名", "Worked out by two"], 1.1, What::Pen),
    ]);
    let (height, weight) = (measured(sheet, copied, "身長"), measured(sheet, copied, "体重"));
    if !(height.is_empty() && weight.is_empty()) {
        sheet.slots(&[
            slot(
                "height_copy",
                ["身長（コピーの値・比べるだけ）", "Height in the copy, to compare"],
                1.0,
                What::known(&height),
            ),
            slot(
                "weight_copy",
                ["体重（コピーの値・比べるだけ）", "Weight in the copy, to compare"],
                1.0,
                What::known(&weight),
            ),
        ]);
    }
}

const NO_DRAFT: Label = [
    "⚠ 前のコース・コピーから写さない。院内のレジメン台帳を見て医師が書き、薬剤師が照合してから調製する。",
    "⚠ Never copied from an earlier course: written by a doctor from the regimen book, checked by a pharmacist before mixing.",
];

/// P16C.
pub(crate) fn rehab(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    safety(sheet, copied);
    sheet.slots(&[
        slot("kind", ["疾患別区分", "Kind"], 2.6, What::Ticks(&KINDS)),
        slot(
            "therapy",
            ["療法", "Therapy"],
            1.6,
            What::Ticks(&[
                ("physical", ["理学", "physical"]),
                ("occupational", ["作業", "occupational"]),
                ("speech", ["言語", "speech"]),
            ]),
        ),
    ]);
    sheet.slots(&[
        slot("disease", ["疾患名・発症日（手術日）", "Disease, onset or surgery"], 1.6, What::Pen),
        slot("from", ["起算日", "Counted from"], 1.0, What::Pen),
        slot("until", ["算定の上限日", "Last day charged"], 1.0, What::Pen),
        slot("doctor", ["指示医・計画の説明日", "Doctor, plan told on"], 1.3, What::Pen),
    ]);
    sheet.slots(&[slot(
        "stop",
        ["中止基準・注意（血圧・脈拍・SpO2・荷重・禁忌肢位）", "When to stop, what to avoid"],
        1.0,
        What::Pen,
    )]);
    sheet.y += 3.0;
    sheet.each(SESSIONS, SESSIONS_NOTE, &SESSION_COLUMNS, &SESSION_ROWS);
    sheet.rest(["経過・評価・申し送り（日付・署名）", "Course, findings, handover (date, sign)"]);
}

const KINDS: [(&str, Label); 7] = [
    ("brain", ["脳血管", "stroke"]),
    ("motor", ["運動器", "motor"]),
    ("disuse", ["廃用", "disuse"]),
    ("lung", ["呼吸器", "lung"]),
    ("heart", ["心大血管", "heart"]),
    ("cancer", ["がん", "cancer"]),
    ("swallow", ["摂食嚥下", "swallowing"]),
];
const SESSIONS: Label = ["実施（1回1行）", "Sessions, one a row"];
const SESSIONS_NOTE: Label = ["1単位は20分。単位は実施した人が書く", "A unit is 20 minutes; who did it writes it"];
const SESSION_COLUMNS: [Column<'_>; 6] = [
    ("day", ["月日", "Date"], 33.5, What::Digits(&[(2, ["/", "/"]), (2, ["", ""])])),
    ("from", ["開始", "From"], 33.5, CLOCK),
    ("to", ["終了", "To"], 33.5, CLOCK),
    ("units", ["単位", "Units"], 11.0, What::Digits(&[(1, NOTHING)])),
    ("what", ["内容・前後のバイタル", "What; vitals before and after"], 52.0, What::Pen),
    ("sign", ["療法士 署名", "Therapist"], 24.5, What::Pen),
];
const SESSION_ROWS: [(&str, Label); 9] = [
    ("s1", NOTHING),
    ("s2", NOTHING),
    ("s3", NOTHING),
    ("s4", NOTHING),
    ("s5", NOTHING),
    ("s6", NOTHING),
    ("s7", NOTHING),
    ("s8", NOTHING),
    ("s9", NOTHING),
];
