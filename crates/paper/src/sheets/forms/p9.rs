//! P9 slips to departments: laboratory, imaging, transfusion. Sets are ticked, so that nobody reads a hand or a foreign word.

use super::dated::whole;
use super::{Copied, labelled, safety};
use crate::canvas::MM;
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Form, Sheet};
use crate::sheets::parts;
use crate::table::{BODY, Cell, Row};
use crate::words::{Label, joined};

pub(crate) static LAB: Form = Form { version: 4, ..labelled("P9A", ["検体検査伝票", "Laboratory slip"]) };
pub(crate) static IMAGING: Form = Form { version: 4, ..labelled("P9B", ["画像検査依頼票", "Imaging request"]) };
pub(crate) static TRANSFUSION: Form = Form { version: 4, ..labelled("P9C", ["輸血実施票", "Transfusion record"]) };

const WHEN: [(usize, Label); 4] = [(2, ["月", "/"]), (2, ["日", " "]), (2, ["時", ":"]), (2, ["分", ""])];

/// The head of every slip: urgent or not, when, who orders.
fn ordered(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot(
            "urgency",
            ["区分", "Urgency"],
            1.3,
            What::Ticks(&[
                ("urgent", ["至急", "urgent"]),
                ("today", ["当日", "today"]),
                ("planned", ["予定", "planned"]),
            ]),
        ),
        slot("at", ["検査日時", "When"], 1.9, What::Digits(&WHEN)),
        slot("doctor", ["依頼医 署名", "Ordered by"], 1.2, What::Pen),
    ]);
}

/// What the copy has planned, where it has: so that no planned test is missed.
fn planned(sheet: &mut Sheet<'_>, copied: &Copied<'_>, kinds: &[&str]) {
    let Some(chart) = copied.chart else { return };
    let (w, ink) = (sheet.w, &mut sheet.ink);
    let wanted = chart.appointments.iter().filter(|item| kinds.contains(&item.kind) && !item.past);
    let row = |item: &chart::Item<chart::stays::Appointment>| {
        let when = item.at.map_or_else(String::new, |at| w.short(at));
        Row::new(vec![
            Cell::default(),
            Cell::bold(ink, &when),
            Cell::body(ink, &joined([item.text.as_str(), parts::department(w, chart, &item.department).as_str()])),
            Cell::body(ink, &w.stamp(item)),
        ])
    };
    let rows: Vec<Row> = wanted.map(row).collect();
    if !rows.is_empty() {
        sheet.rows(
            PLANNED,
            PLANNED_NOTE,
            &[(["する", "Do"], 0.6), (["予定", "When"], 1.6), (["内容", "What"], 5.0), (["出どころ", "Source"], 2.4)],
            rows,
            1,
        );
    }
}

/// P9A.
pub(crate) fn lab(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    ordered(sheet);
    safety(sheet, copied);
    planned(sheet, copied, &["lab"]);
    sheet.slots(&[slot(
        "set",
        ["検査セット", "Sets"],
        1.0,
        What::Ticks(&[
            ("cbc", ["血算", "CBC"]),
            ("diff", ["血液像", "differential"]),
            ("coag", ["凝固（PT・APTT）", "PT, APTT"]),
            ("dd", ["Dダイマー", "D-dimer"]),
            ("liver", ["肝機能", "liver"]),
            ("renal", ["腎機能・電解質", "renal, electrolytes"]),
            ("crp", ["CRP", "CRP"]),
            ("glu", ["血糖", "glucose"]),
            ("a1c", ["HbA1c", "HbA1c"]),
            ("lipid", ["脂質", "lipids"]),
            ("cardiac", ["心筋マーカー", "cardiac markers"]),
            ("bnp", ["BNP", "BNP"]),
            ("nh3", ["アンモニア", "ammonia"]),
            ("gas", ["血液ガス", "blood gas"]),
            ("urine", ["尿定性・沈渣", "urinalysis"]),
            ("infect", ["感染症セット", "infection set"]),
            ("abo", ["血液型", "ABO, Rh"]),
            ("cross", ["交差適合", "cross-match"]),
            ("culture", ["培養（血液）", "blood culture"]),
            ("culture2", ["培養（ほか）", "other culture"]),
            ("stool", ["便検査", "stool"]),
        ]),
    )]);
    sheet.slots(&[
        slot("tube.edta", ["紫（EDTA）", "purple EDTA"], 1.0, What::Digits(&[(1, ["本", ""])])),
        slot("tube.serum", ["茶・黄（血清）", "serum"], 1.0, What::Digits(&[(1, ["本", ""])])),
        slot("tube.citrate", ["黒・水（凝固）", "citrate"], 1.0, What::Digits(&[(1, ["本", ""])])),
        slot("tube.fluoride", ["灰（血糖）", "fluoride"], 1.0, What::Digits(&[(1, ["本", ""])])),
        slot("tube.other", ["その他の容器", "other"], 1.4, What::Digits(&[(1, ["本", ""])])),
    ]);
    sheet.lined(
        ["ほかの項目・コメント（楷書で。略語を使わない）", "Other tests, remarks: plain letters, no abbreviations"],
        3,
    );
    sheet.slots(&[
        slot("drawn", ["採取者・採取時刻", "Drawn by, at"], 1.0, What::Pen),
        slot(
            "two",
            ["本人確認", "Identified by"],
            1.4,
            What::Ticks(&[
                ("name", ["氏名", "name"]),
                ("birth", ["生年月日", "birth date"]),
                ("band", ["リストバンド", "wristband"]),
            ]),
        ),
        slot("accepted", ["検査科 受付時刻・氏名", "Accepted by lab, at"], 1.2, What::Pen),
    ]);
    sheet.slots(&[
        slot("specimen", ["検体番号（ラベルがないとき）", "Specimen no. (without label)"], 1.4, What::Pen),
        slot("call", ["結果・パニック値の連絡先（病棟・内線）", "Call results to (ward, extension)"], 1.8, What::Pen),
    ]);
    panic_values(sheet);
    sheet.slots_of(&[slot("strip", STRIP, 1.0, What::Pen)], LABELS);
    sheet.lined(["検査科 記入欄（不足・再採取・結果の連絡）", "For the laboratory"], 0);
}

/// パニック値 stays open until a doctor's name, read-back and time stand there (users.md 23).
fn panic_values(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("panic", ["パニック値 項目と値", "Critical value"], 1.6, What::Pen),
        slot("panic.told", ["電話を受けた医師", "Told to (doctor)"], 1.2, What::Pen),
        slot("panic.back", ["復唱", "Read back"], 0.8, What::Ticks(&[("yes", ["した", "yes"])])),
        slot("panic.at", ["時刻", "At"], 1.2, What::Digits(&[(2, ["時", ":"]), (2, ["分", ""])])),
    ]);
}

/// P9B.
pub(crate) fn imaging(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    ordered(sheet);
    safety(sheet, copied);
    planned(sheet, copied, &["radiology", "endoscopy", "physiology"]);
    sheet.slots(&[slot("modality", ["検査", "Examination"], 1.0, What::Ticks(&MODALITIES))]);
    sheet.slots(&[
        slot("part", ["部位", "Part"], 3.0, What::Ticks(&PARTS)),
        slot(
            "side",
            ["左右", "Side"],
            0.9,
            What::Ticks(&[("right", ["右", "right"]), ("left", ["左", "left"]), ("both", ["両", "both"])]),
        ),
    ]);
    sheet.slots(&[
        slot(
            "contrast",
            ["造影", "Contrast"],
            1.2,
            What::Ticks(&[("no", ["なし", "no"]), ("yes", ["あり", "yes"]), ("reacted", ["副作用歴", "reacted"])]),
        ),
        slot("renal", ["腎機能（eGFR・日付）", "eGFR, date"], 1.0, What::Pen),
        slot(
            "metal",
            ["体内金属・ペースメーカー", "Metal, pacemaker"],
            1.1,
            What::Ticks(&[("no", ["なし", "no"]), ("yes", ["あり", "yes"])]),
        ),
        slot(
            "pregnant",
            ["妊娠の可能性", "Pregnancy possible"],
            1.1,
            What::Ticks(&[("no", ["なし", "no"]), ("yes", ["あり", "yes"])]),
        ),
    ]);
    sheet.lined(["目的・臨床診断・知りたいこと（日本語で）", "Question and clinical diagnosis"], 4);
    sheet.slots(&[
        slot(
            "transport",
            ["移送", "Transport"],
            1.3,
            What::Ticks(&[
                ("walk", ["独歩", "walks"]),
                ("chair", ["車椅子", "chair"]),
                ("bed", ["ストレッチャー", "stretcher"]),
            ]),
        ),
        slot("film", ["撮影番号・フィルム番号", "Film no."], 1.2, What::Pen),
        slot("done", ["撮影者・時刻", "Done by, at"], 1.0, What::Pen),
        slot("read", ["読影医・時刻", "Read by, at"], 1.0, What::Pen),
    ]);
    sheet.lined(["所見（速報）", "First reading"], 0);
}

/// P9C.
pub(crate) fn transfusion(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.say(
        [
            "⚠ コピーの血液型は輸血に使わない。別の時刻に採った2検体で、いま判定する。",
            "⚠ Never transfuse by the copy's blood type: two samples taken at different times, tested now.",
        ],
        Weight::Bold,
    );
    safety(sheet, copied);
    sheet.slots(&[
        slot("abo1", ["1回目 判定（型・検査者・時刻）", "First typing"], 1.0, What::Pen),
        slot("abo2", ["2回目 判定（型・検査者・時刻）", "Second typing"], 1.0, What::Pen),
        slot(
            "cross",
            ["交差適合試験", "Cross-match"],
            0.9,
            What::Ticks(&[("ok", ["適合", "compatible"]), ("none", ["未実施（緊急）", "none, emergency"])]),
        ),
    ]);
    sheet.slots(&[
        slot("product", ["製剤", "Product"], 2.0, What::Ticks(&PRODUCTS)),
        slot(
            "consent",
            ["同意書", "Consent"],
            0.8,
            What::Ticks(&[("yes", ["あり", "yes"]), ("emergency", ["緊急", "emergency"])]),
        ),
        slot("doctor", ["指示医 署名", "Ordered by"], 1.0, What::Pen),
    ]);
    let columns: [(Label, f32); 8] = [
        (["製剤番号（ラベル貼付）", "Unit no. (label)"], 2.9),
        (["型", "Type"], 0.7),
        (["有効期限", "Expires"], 1.1),
        (["二名で照合（署名）", "Checked by two"], 1.5),
        (["開始", "Start"], 0.8),
        (["15分後", "At 15 min"], 2.2),
        (["終了", "End"], 0.8),
        (["副作用", "Reaction"], 0.9),
    ];
    let mut units = Vec::with_capacity(UNITS);
    for _ in 0..UNITS {
        let ink = &mut sheet.ink;
        let measured = Cell::body(ink, FIRST).line(ink, " \n", BODY, Weight::Regular);
        let measured = measured.line(ink, SECOND, BODY, Weight::Regular);
        let mut cells = vec![Cell::default(); columns.len()];
        cells[5] = measured;
        units.push(Row { least: UNIT, ..Row::new(cells) });
    }
    whole(
        sheet,
        ["単位ごとの記録", "Units"],
        [
            "照合: 氏名・生年月日・型・製剤番号・有効期限・交差結果",
            "Check name, birth date, type, unit, expiry, cross-match",
        ],
        &columns,
        units,
    );
    sheet.slots(&[slot("reaction", ["副作用", "Reactions"], 1.0, What::Ticks(&REACTIONS))]);
    sheet.lined(["経過・処置", "Course"], 0);
}

/// Units on a sheet, and the height of one: the label of a bag is stuck there.
const UNITS: usize = 5;
const UNIT: f32 = 16.0 * MM;
/// What is measured 15 minutes after the beginning, with room behind each.
const FIRST: &str = "T　　　　P";
const SECOND: &str = "BP　　／　　SpO2";
const PLANNED: Label = ["予定されている検査（コピーから）", "Planned, as far as the copy tells"];
const PLANNED_NOTE: Label =
    ["コピーの後に変わったかもしれない。する行に✓", "May have changed since: tick what is done"];
const STRIP: Label = [
    "検体ラベル（L2）の残りを貼る（4枚まで。容器に貼ったものと同じ番号）",
    "Stick what is left of the tube labels (L2) here, up to four of the same number",
];
/// A strip of four tube labels (25.4 mm high) below the words.
const LABELS: f32 = 31.0 * MM;
const MODALITIES: [(&str, Label); 15] = [
    ("xray", ["単純X線", "X-ray"]),
    ("portable", ["ポータブル", "portable"]),
    ("ct", ["CT", "CT"]),
    ("mri", ["MRI", "MRI"]),
    ("fluoro", ["透視", "fluoroscopy"]),
    ("us", ["超音波", "ultrasound"]),
    ("mammo", ["マンモグラフィ", "mammography"]),
    ("bone", ["骨塩", "bone density"]),
    ("egd", ["上部内視鏡", "upper endoscopy"]),
    ("cs", ["下部内視鏡", "colonoscopy"]),
    ("ecg", ["心電図", "ECG"]),
    ("echo", ["心エコー", "echocardiography"]),
    ("spiro", ["肺機能", "spirometry"]),
    ("eeg", ["脳波", "EEG"]),
    ("other", ["その他", "other"]),
];
const PARTS: [(&str, Label); 15] = [
    ("head", ["頭部", "head"]),
    ("neck", ["頸部", "neck"]),
    ("chest", ["胸部", "chest"]),
    ("abdomen", ["腹部", "abdomen"]),
    ("pelvis", ["骨盤", "pelvis"]),
    ("cspine", ["頸椎", "C spine"]),
    ("tspine", ["胸椎", "T spine"]),
    ("lspine", ["腰椎", "L spine"]),
    ("shoulder", ["肩", "shoulder"]),
    ("elbow", ["肘", "elbow"]),
    ("hand", ["手・手関節", "hand, wrist"]),
    ("hip", ["股関節", "hip"]),
    ("knee", ["膝", "knee"]),
    ("foot", ["足・足関節", "foot, ankle"]),
    ("other", ["その他", "other"]),
];
const PRODUCTS: [(&str, Label); 5] = [
    ("rbc", ["赤血球", "red cells"]),
    ("ffp", ["血漿", "plasma"]),
    ("pc", ["血小板", "platelets"]),
    ("auto", ["自己血", "autologous"]),
    ("alb", ["アルブミン", "albumin"]),
];
const REACTIONS: [(&str, Label); 7] = [
    ("none", ["なし", "none"]),
    ("fever", ["発熱", "fever"]),
    ("chills", ["悪寒", "chills"]),
    ("rash", ["発疹・かゆみ", "rash"]),
    ("dyspnea", ["呼吸困難", "dyspnea"]),
    ("bp", ["血圧低下", "hypotension"]),
    ("urine", ["赤色尿", "red urine"]),
];
