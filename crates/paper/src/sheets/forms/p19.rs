//! P19 健診結果票: results to be written beside pre-printed ranges, with what the copy has as 前回. The ranges are those within which the
//! 日本人間ドック・予防医療学会 judges "A" and the 特定健診 asks nothing; a hospital whose own differ strikes them. What is asked beside the
//! measures is what 労働安全衛生規則 様式第5号 and the 標準的な健診・保健指導プログラム of the 特定健診 ask. Two pages: on one there is no room for a pen.

use chart::labs::LabSeries;
use chart::{Chart, Item, Lab};

use super::dated::{YMD, lined_until, whole};
use super::p14::COPY;
use super::{Copied, handed_over};
use crate::font::Weight;
use crate::form::{NOTHING, What, slot};
use crate::sheet::{Form, Sheet};
use crate::table::{BODY, Cell, Row};
use crate::words::{Label, unit};

pub(crate) static CHECKUP: Form = Form {
    version: 4,
    ..handed_over(
        "P19",
        ["健診結果票", "Check-up results"],
        ["医師の判定と署名がないものは無効", "Not valid until judged and signed"],
    )
};

/// P19: for whom was examined, then its copy.
pub(crate) fn checkup(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    results(sheet, copied);
    sheet.copy();
    sheet.say(COPY, Weight::Bold);
    results(sheet, copied);
}

/// What was asked and measured; then what was looked at and judged.
fn results(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    asked(sheet);
    let half = ITEMS.len().div_ceil(2);
    let mut rows = Vec::new();
    for at in 0..half {
        let mut cells = cells(sheet, copied.chart, ITEMS.get(at));
        cells.extend(self::cells(sheet, copied.chart, ITEMS.get(at + half)));
        rows.push(Row::new(cells));
    }
    let columns = [COLUMNS, COLUMNS].concat();
    whole(sheet, ["測定・検査", "Measures and tests"], RANGE_NOTE, &columns, rows);
    judged(sheet);
}

fn asked(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("date", ["受診日（令和）", "Examined on (Reiwa)"], 1.5, What::Digits(&YMD)),
        slot("course", ["健診の種類", "Course"], 2.5, What::Ticks(COURSE)),
    ]);
    sheet.slots(&[
        slot("history", ["既往歴", "Past illness"], 1.0, What::Pen),
        slot("work", ["業務歴", "Work"], 1.0, What::Pen),
    ]);
    sheet.slots(&[
        slot("complaints", ["自覚症状", "Complaints"], 1.0, What::Pen),
        slot("signs", ["他覚症状", "Signs"], 1.0, What::Pen),
    ]);
    sheet.slots(&[
        slot("medicines", ["服薬歴", "On medicine for"], 1.1, What::Ticks(MEDICINES)),
        slot("smoking", ["喫煙歴", "Smoking"], 1.9, What::Ticks(SMOKING)),
    ]);
    sheet.slots(&[slot("fasting", ["採血", "Blood drawn"], 1.0, What::Ticks(DRAWN))]);
}

fn judged(sheet: &mut Sheet<'_>) {
    sheet.need(JUDGED_HEIGHT);
    sheet.slots(&[
        slot("xray", ["胸部X線", "Chest X-ray"], 1.0, What::Ticks(JUDGED)),
        slot("ecg", ["心電図", "ECG"], 1.0, What::Ticks(JUDGED)),
        slot("eyes", ["眼底", "Eye ground"], 1.0, What::Ticks(JUDGED)),
    ]);
    sheet.slots(&[
        slot("echo", ["腹部超音波", "Abdominal ultrasound"], 1.0, What::Ticks(JUDGED)),
        slot("stomach", ["胃（透視・内視鏡）", "Stomach"], 1.0, What::Ticks(JUDGED)),
        slot("ears", ["聴力（1000・4000Hz）", "Hearing (1, 4 kHz)"], 1.0, What::Ticks(JUDGED)),
    ]);
    sheet.slots(&[
        slot("metabolic", METABOLIC, 1.0, What::Ticks(SYNDROME)),
        slot(
            "guidance",
            ["保健指導レベル（特定健診のみ）", "Guidance (specific check-up only)"],
            1.0,
            What::Ticks(GUIDANCE),
        ),
    ]);
    sheet.slots(&[slot(
        "overall",
        ["医師の診断（総合判定）", "Doctor's diagnosis (overall)"],
        1.0,
        What::Ticks(OVERALL),
    )]);
    lined_until(sheet, ["所見・医師の指示", "Findings, advice"], 42.0);
    sheet.slots(&[
        slot("typed", ["記入者・照合者（二名）", "Written and checked by two"], 1.1, What::Pen),
        slot("doctor", ["健康診断を実施した医師の氏名", "Doctor who examined"], 1.1, What::Pen),
        slot("judged", ["判定日（令和）", "Judged on (Reiwa)"], 1.4, What::Digits(&YMD)),
    ]);
}

/// Name with unit, range, room for the value, H and L to circle, and the last value of the copy with its date.
fn cells(sheet: &mut Sheet<'_>, chart: Option<&Chart>, item: Option<&Checked>) -> Vec<Cell> {
    let Some(item) = item else { return vec![Cell::default(); COLUMNS.len()] };
    let (w, ink) = (sheet.w, &mut sheet.ink);
    let last = chart.and_then(|chart| last(chart, item));
    let before = last.map_or_else(Cell::default, |lab: &Item<Lab>| {
        let when = lab.time.map_or_else(String::new, |at| w.short(at.start.day()));
        let sent = unit(&lab.unit);
        // A number in another unit beside this one would be compared with it.
        let (value, unlike) = match same_unit(item.unit, &sent) {
            true => (lab.value.value.clone(), ""),
            false => (format!("{} {sent}", lab.value.value), w.say(OTHER_UNIT)),
        };
        Cell::body(ink, &value).line(ink, unlike, BODY, Weight::Bold).line(ink, &when, BODY, Weight::Regular)
    });
    let judge = if item.range.iter().all(|range| range.is_empty()) { "" } else { "H  L" };
    vec![
        Cell::body(ink, w.say(item.name)).line(ink, item.unit, BODY, Weight::Regular),
        Cell::body(ink, w.say(item.range)),
        Cell::default(),
        Cell::body(ink, judge),
        before,
    ]
}

/// True where two units are one, however they are written.
fn same_unit(one: &str, other: &str) -> bool {
    const RAISED: [(char, char); 4] = [('²', '2'), ('³', '3'), ('⁴', '4'), ('⁶', '6')];
    let plain = |unit: &str| {
        let letters = unit.to_lowercase().replace("分", "min").replace("iu/l", "u/l");
        let letters = letters.chars().filter(|ch| !matches!(ch, '×' | ' ' | '.' | '^' | '*'));
        let plain = |ch| match ch {
            'μ' | 'µ' => 'u',
            ch => RAISED.iter().find(|(raised, _)| *raised == ch).map_or(ch, |(_, digit)| *digit),
        };
        letters.map(plain).collect::<String>()
    };
    plain(one) == plain(other)
}

const OTHER_UNIT: Label = ["単位が違う", "other unit"];

/// The newest final number of the copy under one of the item's names.
fn last<'c>(chart: &'c Chart, item: &Checked) -> Option<&'c Item<Lab>> {
    let is =
        |series: &&LabSeries| item.known.iter().any(|known| chart::fold_name(&series.name) == chart::fold_name(known));
    let results = chart.labs.iter().filter(is).flat_map(LabSeries::results);
    let mut whole = results.filter(|lab| matches!(lab.status.as_str(), "F" | "C") && !lab.value.value.is_empty());
    whole.next()
}

/// One item.
struct Checked {
    name: Label,
    unit: &'static str,
    range: Label,
    /// What laboratories call it.
    known: &'static [&'static str],
}

const fn checked(name: Label, unit: &'static str, range: Label, known: &'static [&'static str]) -> Checked {
    Checked { name, unit, range, known }
}

const ITEMS: &[Checked] = &[
    checked(["身長", "Height"], "cm", NOTHING, &[]),
    checked(["体重", "Weight"], "kg", NOTHING, &[]),
    checked(["BMI", "BMI"], "kg/m²", ["18.5–24.9", "18.5–24.9"], &[]),
    checked(["腹囲", "Waist"], "cm", ["男 84.9以下\n女 89.9以下", "m ≤84.9\nf ≤89.9"], &[]),
    checked(
        ["血圧", "Blood pressure"],
        "mmHg",
        [
            "129以下
84以下",
            "≤129, ≤84",
        ],
        &[],
    ),
    checked(["視力 右・左", "Sight, R, L"], "", ["1.0以上", "≥1.0"], &[]),
    checked(["白血球数", "White cells"], "10³/µL", ["3.1–8.4", "3.1–8.4"], &["WBC", "白血球数", "白血球"]),
    checked(
        ["ヘモグロビン", "Haemoglobin"],
        "g/dL",
        ["男 13.1–16.3\n女 12.1–14.5", "m 13.1–16.3\nf 12.1–14.5"],
        &["Hb", "ヘモグロビン", "血色素量"],
    ),
    // What has no range here has none in the table that the others are from: nobody is judged by a number of ours.
    checked(["赤血球数", "Red cells"], "10⁴/µL", NOTHING, &["RBC", "赤血球数", "赤血球"]),
    checked(["血小板数", "Platelets"], "10⁴/µL", ["14.5–32.9", "14.5–32.9"], &["PLT", "血小板数", "血小板"]),
    checked(["アルブミン", "Albumin"], "g/dL", ["3.9以上", "≥3.9"], &["Alb", "アルブミン"]),
    checked(["AST（GOT）", "AST"], "U/L", ["30以下", "≤30"], &["AST", "AST(GOT)", "GOT"]),
    checked(["ALT（GPT）", "ALT"], "U/L", ["30以下", "≤30"], &["ALT", "ALT(GPT)", "GPT"]),
    checked(["γ-GT（γ-GTP）", "Gamma-GT"], "U/L", ["50以下", "≤50"], &["γ-GT", "γ-GTP", "γGTP", "γGT"]),
    checked(["HDL-C", "HDL-C"], "mg/dL", ["40以上", "≥40"], &["HDL-C", "HDLコレステロール", "HDL"]),
    checked(["LDL-C", "LDL-C"], "mg/dL", ["60–119", "60–119"], &["LDL-C", "LDLコレステロール", "LDL"]),
    checked(["空腹時中性脂肪", "Fasting TG"], "mg/dL", ["30–149", "30–149"], &["TG", "中性脂肪"]),
    checked(["随時中性脂肪", "Random TG"], "mg/dL", ["174以下", "≤174"], &[]),
    checked(["空腹時血糖", "Fasting glucose"], "mg/dL", ["99以下", "≤99"], &["血糖", "グルコース", "GLU", "Glu"]),
    checked(["随時血糖", "Random glucose"], "mg/dL", NOTHING, &[]),
    checked(["HbA1c（NGSP）", "HbA1c (NGSP)"], "%", ["5.5以下", "≤5.5"], &["HbA1c", "HbA1c(NGSP)"]),
    checked(
        ["クレアチニン", "Creatinine"],
        "mg/dL",
        ["男 1.00以下\n女 0.70以下", "m ≤1.00\nf ≤0.70"],
        &["Cr", "CRE", "クレアチニン"],
    ),
    checked(["eGFR", "eGFR"], "mL/分/1.73m²", ["60以上", "≥60"], &["eGFR"]),
    checked(["尿酸", "Uric acid"], "mg/dL", ["2.1–7.0", "2.1–7.0"], &["UA", "尿酸"]),
    checked(["尿蛋白", "Urine protein"], "", ["（−）", "neg."], &["尿蛋白"]),
    checked(["尿糖", "Urine glucose"], "", ["（−）", "neg."], &["尿糖"]),
    checked(["便潜血 1・2回目", "Stool blood ×2"], "", ["（−）", "neg."], &["便潜血"]),
];

const COLUMNS: [(Label, f32); 5] = [
    (["項目・単位", "Item, unit"], 2.2),
    (["基準", "Range"], 2.2),
    (["今回の値", "Value"], 1.35),
    (["判定", "Flag"], 0.85),
    (["前回", "Last time"], 1.6),
];
const RANGE_NOTE: Label = [
    "基準から外れた値は H か L を○で囲む。前回はコピーの値（空腹か随時かは不明）。単位を比べてから",
    "Circle H or L outside the range; last time's: compare the units, fasting or not is not known",
];
const COURSE: &[(&str, Label)] = &[
    ("specific", ["特定", "specific"]),
    ("work", ["職場", "for work"]),
    ("full", ["人間ドック", "full"]),
    ("other", ["その他", "other"]),
];
const MEDICINES: &[(&str, Label)] = &[
    ("pressure", ["血圧", "BP"]),
    ("glucose", ["血糖", "glucose"]),
    ("lipids", ["脂質", "lipids"]),
    ("none", ["なし", "none"]),
];
const SMOKING: &[(&str, Label)] = &[
    ("now", ["はい", "yes"]),
    ("past", ["以前は吸っていたが最近1か月は吸っていない", "before, not in the last month"]),
    ("no", ["いいえ", "no"]),
];
const DRAWN: &[(&str, Label)] = &[
    ("fasting", ["食後10時間以上", "10 h or more after a meal"]),
    ("between", ["3.5時間以上10時間未満", "3.5 h to less than 10"]),
    ("fed", ["3.5時間未満", "less than 3.5 h"]),
];
/// What [`judged`] takes with a few lines of findings: it is not parted.
const JUDGED_HEIGHT: f32 = 300.0;
const METABOLIC: Label =
    ["メタボリックシンドローム判定（特定健診のみ）", "Metabolic syndrome (specific check-up only)"];
const SYNDROME: &[(&str, Label)] =
    &[("met", ["基準該当", "met"]), ("near", ["予備群該当", "nearly"]), ("not", ["非該当", "not met"])];
const GUIDANCE: &[(&str, Label)] = &[
    ("active", ["積極的支援", "active support"]),
    ("motivating", ["動機付け支援", "motivation"]),
    ("informing", ["情報提供", "information"]),
];
const JUDGED: &[(&str, Label)] = &[
    ("none", ["異常なし", "normal"]),
    ("found", ["所見", "found"]),
    ("not", ["未実施（医師が省略）", "left out by the doctor"]),
];
const OVERALL: &[(&str, Label)] = &[
    ("a", ["A 異常なし", "A normal"]),
    ("b", ["B 軽度異常", "B slight"]),
    ("c", ["C 要再検査・生活改善", "C recheck, habits"]),
    ("d", ["D 要精密検査・治療", "D examine, treat"]),
    ("e", ["E 治療中", "E under treatment"]),
];
