//! P16 of the ward: 食事箋・食札, 病棟管理日誌 and 口頭指示受け書. An allergy to food stands on the order and on every tray card in the words of
//! the copy, or asks to be written; a verbal order counts as open until the doctor has signed it (users.md 6, 22).

use chart::Chart;

use super::dated::YMD;
use super::{Copied, fitting, labelled, or_nothing, returned, safety};
use crate::canvas::{Area, MM};
use crate::font::Weight;
use crate::form::{Column, NOTHING, What, slot};
use crate::sheet::{Form, Sheet};
use crate::sheets::{meals, parts};
use crate::table::{BODY, LEADING, PAD};
use crate::words::{Label, joined};

pub(crate) static MEALS: Form = labelled("P16D", ["食事箋・食札", "Diet order and tray cards"]);
pub(crate) static DIARY: Form = Form { version: 3, ..returned("P16G", ["病棟管理日誌", "Ward diary"]) };
pub(crate) static VERBAL: Form = labelled("P16H", ["口頭指示受け書", "Verbal order"]);

const CLOCK: What<'_> = What::Digits(&[(2, [":", ":"]), (2, ["", ""])]);
const MOMENT: What<'_> = What::Digits(&[(2, ["月", "/"]), (2, ["日", " "]), (2, [":", ":"]), (2, ["", ""])]);

/// P16D.
pub(crate) fn diet(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let food = copied.chart.map(|chart| meals::food(sheet.w, chart, true)).unwrap_or_default();
    let now = copied.chart.map(|chart| current(sheet, chart)).unwrap_or_default();
    let now = or_nothing(sheet, copied, now);
    sheet.slots(&[
        slot(
            "allergy",
            [
                "食物アレルギー（コピーから。配膳の前に本人・家族に聞く）",
                "Food allergy (from the copy; ask before serving)",
            ],
            2.0,
            What::known(&food),
        ),
        slot("asked", ["聞いた人・時刻", "Asked by, at"], 0.9, What::Pen),
    ]);
    sheet.slots(&[
        slot("now", ["いまの食事（コピーから）", "Diet in the copy"], 1.5, What::known(&now)),
        slot("change", ["指示", "Order"], 2.0, What::Ticks(&CHANGES)),
    ]);
    sheet.slots(&[
        slot("from", ["いつから", "From"], 1.1, What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])])),
        slot("meal", ["どの食事から", "From which meal"], 1.3, What::Ticks(&TIMES)),
        slot("doctor", ["指示医 署名", "Doctor"], 1.0, What::Pen),
    ]);
    sheet.slots(&[slot("diet", ["食種", "Diet"], 1.0, What::Ticks(&DIETS))]);
    sheet.slots(&[
        slot("texture", ["形態", "Texture"], 2.0, What::Ticks(&TEXTURES)),
        slot("thick", ["とろみ", "Thickened"], 1.4, What::Ticks(&THICK)),
    ]);
    sheet.slots(&[
        slot("energy", ["エネルギー", "Energy"], 1.3, What::Digits(&[(4, ["kcal", "kcal"])])),
        slot("salt", ["食塩", "Salt"], 0.9, What::Digits(&[(1, [".", "."]), (1, ["g", "g"])])),
        slot("protein", ["たんぱく質", "Protein"], 0.9, What::Digits(&[(2, ["g", "g"])])),
        slot("ban", ["禁止・除くもの（ワルファリンの納豆など）", "Not to be served"], 1.9, What::Pen),
    ]);
    sheet.slots(&[
        slot("kitchen", ["栄養科 受付（氏名・時刻）", "Kitchen took it"], 1.0, What::Pen),
        slot(
            "deadline",
            ["締切に間に合ったか", "In time"],
            1.2,
            What::Ticks(&[("yes", ["間に合った", "yes"]), ("next", ["次の食事から", "next meal"])]),
        ),
        slot("nurse", ["指示受け（看護師）", "Nurse"], 1.0, What::Pen),
    ]);
    sheet.y += 4.0;
    trays(sheet, copied);
    sheet.rest(["連絡（絶食の理由・検査・外泊・欠食、栄養士から）", "Notes (why fasting, tests, leave; dietitian)"]);
}

/// The diets in force, each with its time, age and source.
fn current(sheet: &Sheet<'_>, chart: &Chart) -> String {
    let meals = chart.meals.iter().filter(|item| item.current);
    joined(meals.map(|item| {
        let diet = joined([item.meal.diet.shown(), &item.meal.text]);
        if diet.is_empty() { diet } else { format!("{diet} {}", sheet.w.stamp(item)) }
    }))
}

/// Cards to cut out, one a meal: who, where, what not; the diet is written on them.
fn trays(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let (wide, left, w) = (sheet.room() / 3.0, sheet.left(), sheet.w);
    let inner = wide - 2.0 * PAD;
    let food = copied.chart.map(|chart| meals::food(w, chart, false)).unwrap_or_default();
    let blank = w.say(["病室・氏名", "Room, name"]).to_owned();
    let name = copied.chart.map_or(blank, |chart| parts::shown_name(w, chart, false));
    let place = joined([sheet.place(), copied.chart.map_or("", |chart| chart.patient.id.as_str())]);
    let blank_birth = w.say(["生年月日", "Born"]).to_owned();
    let birth = copied.chart.map_or(blank_birth, |chart| match chart.patient.birth_date {
        Some(birth) => w.with(["生年月日 {}", "Born {}"], birth),
        None => w.with(["生年月日 {}", "Born {}"], w.birth(None)),
    });
    let size = if copied.chart.is_some() { 12.5 } else { BODY };
    let said = [(&name, size, Weight::Bold), (&birth, BODY, Weight::Bold), (&place, BODY, Weight::Regular)];
    // A name is written where none is printed.
    let mut heads = if copied.chart.is_some() { 0.0 } else { BLANK_TRAY };
    for (text, size, weight) in said {
        heads += sheet.text_height(text, inner, size, weight);
    }
    let warned = sheet.text_height(&food, inner, LOUD, Weight::Bold);
    let high = heads + warned + 3.0 * BODY * LEADING + 16.0 * MM;
    sheet.need(high + 16.0);
    sheet.heading(w.say(["食札（切り取って使う）", "Tray cards (cut out)"]), w.say(TRAY_NOTE));
    let top = sheet.y + 1.0;
    for (at, (_, meal)) in TIMES.iter().enumerate() {
        let x = left + at as f32 * wide;
        sheet.page().frame(Area::new(x, top, wide, high), 0.6);
        let mut y = top + 2.0;
        sheet.put(w.say(*meal), x + PAD, y, BODY, Weight::Bold);
        sheet.put(w.say(["月　　日", "/"]), x + wide / 2.0, y, BODY, Weight::Regular);
        y += BODY * LEADING;
        for (text, size, weight) in said {
            y += sheet.block(text, x + PAD, y, inner, size, weight);
            // Name and birth date are written where none are printed.
            if copied.chart.is_none() && !text.is_empty() {
                y += BLANK_TRAY / 2.0;
            }
        }
        y = top + 2.0 + BODY * LEADING + heads;
        sheet.put(
            w.say(["食物アレルギー・禁止", "Food allergy, never serve"]),
            x + PAD,
            y + 1.0,
            BODY,
            Weight::Regular,
        );
        y += BODY * LEADING + 1.0;
        sheet.block(&food, x + PAD, y, inner, LOUD, Weight::Bold);
        let line = top + high - 12.0 * MM;
        sheet.page().line((x, line), (x + wide, line), 0.4);
        sheet.put(w.say(["食種・形態（主食／副食）", "Diet, texture"]), x + PAD, line + 1.5, BODY, Weight::Regular);
    }
    sheet.y = top + high + 4.0;
}

/// Size of what a patient must not eat.
const LOUD: f32 = 12.5;
/// Room beside and below name and birth date on a card that has none printed.
const BLANK_TRAY: f32 = 2.0 * 5.0 * MM;
const TRAY_NOTE: Label = ["氏名と生年月日を本人に言ってもらってから配る", "The patient says name and birth date first"];
const TIMES: [(&str, Label); 3] =
    [("breakfast", ["朝食", "breakfast"]), ("lunch", ["昼食", "lunch"]), ("supper", ["夕食", "supper"])];
const CHANGES: [(&str, Label); 6] = [
    ("start", ["開始", "start"]),
    ("change", ["変更", "change"]),
    ("fast", ["禁食", "fast"]),
    ("skip", ["欠食", "skip"]),
    ("leave", ["外泊・外出", "on leave"]),
    ("stop", ["止め（退院）", "stop"]),
];
const DIETS: [(&str, Label); 12] = [
    ("normal", ["常食", "normal"]),
    ("soft", ["軟食", "soft"]),
    ("gruel", ["全粥", "rice gruel"]),
    ("gruel5", ["五分粥", "half gruel"]),
    ("gruel3", ["三分粥", "thin gruel"]),
    ("liquid", ["流動", "liquid"]),
    ("diabetes", ["糖尿病", "diabetes"]),
    ("kidney", ["腎臓病", "kidney"]),
    ("heart", ["減塩・心臓", "low salt"]),
    ("liver", ["肝臓・脂質", "liver, fat"]),
    ("surgery", ["術後・潰瘍", "after surgery, ulcer"]),
    ("child", ["小児・離乳", "child"]),
];
const TEXTURES: [(&str, Label); 6] = [
    ("whole", ["普通", "whole"]),
    ("bite", ["一口大", "bite size"]),
    ("chopped", ["きざみ", "chopped"]),
    ("mixer", ["ミキサー", "blended"]),
    ("jelly", ["嚥下ゼリー", "jelly"]),
    ("tube", ["経管栄養", "tube"]),
];
const THICK: [(&str, Label); 4] = [
    ("none", ["なし", "no"]),
    ("thin", ["薄い", "mild"]),
    ("middle", ["中間", "medium"]),
    ("thick", ["濃い", "thick"]),
];

/// P16G.
pub(crate) fn diary(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot("date", ["年月日（令和）", "Date (Reiwa)"], 1.8, What::Digits(&YMD)),
        slot("ward", ["病棟", "Ward"], 1.0, What::Pen),
        slot("head", ["師長・責任者", "Head nurse"], 1.2, What::Pen),
        slot("beds", ["病床", "Beds"], 0.8, What::Digits(&[(2, ["床", ""])])),
    ]);
    sheet.y += 3.0;
    sheet.each(PATIENTS, PATIENTS_NOTE, &COUNT_COLUMNS, &COUNT_ROWS);
    sheet.each(STAFF, STAFF_NOTE, &STAFF_COLUMNS, &STAFF_ROWS);
    sheet.rows(
        ["入院・退院・転棟・手術・急変・死亡", "Came, left, moved, operated, worse, died"],
        NOTHING,
        &[
            (["時刻", "Time"], 0.8),
            (["病室・患者番号・氏名", "Room, number, name"], 2.6),
            (["何が（どこから・どこへ）", "What (from, to)"], 2.4),
            (["担当", "Nurse"], 0.9),
        ],
        Vec::new(),
        6,
    );
    sheet.slots(&[
        slot("drugs", ["麻薬・毒薬の残数（二名）", "Narcotics counted by two"], 1.2, What::Pen),
        slot("box", ["停止時ボックス・帳票の残り", "Downtime box, forms left"], 1.2, What::Pen),
        slot(
            "pc",
            ["停止時専用PC", "Downtime PC"],
            0.9,
            What::Ticks(&[("ok", ["使えた", "worked"]), ("no", ["不可", "failed"])]),
        ),
    ]);
    sheet.rest([
        "特記（事故・離院・感染・設備・次の勤務へ）",
        "To be known (incidents, infections, equipment, next shift)",
    ]);
}

const PATIENTS: Label = ["患者数", "Patients"];
const PATIENTS_NOTE: Label = ["勤務の終わりに数える", "Counted at the end of each shift"];
const HEADS: What<'_> = What::Digits(&[(2, NOTHING)]);
const COUNT_COLUMNS: [Column<'_>; 12] = [
    ("shift", ["勤務", "Shift"], 1.0, What::Pen),
    ("before", ["始め", "Before"], 1.0, HEADS),
    ("in", ["入院", "Admitted"], 1.0, HEADS),
    ("out", ["退院", "Left"], 1.0, HEADS),
    ("to", ["転入", "Moved in"], 1.0, HEADS),
    ("from", ["転出", "Moved out"], 1.0, HEADS),
    ("died", ["死亡", "Died"], 1.0, HEADS),
    ("leave", ["外泊", "On leave"], 1.0, HEADS),
    ("bed", ["担送", "In bed"], 1.0, HEADS),
    ("helped", ["護送", "Helped"], 1.0, HEADS),
    ("walks", ["独歩", "Walks"], 1.0, HEADS),
    ("now", ["現在数", "Now"], 1.0, HEADS),
];
const COUNT_ROWS: [(&str, Label); 3] =
    [("night", ["深夜", "Night"]), ("day", ["日勤", "Day"]), ("evening", ["準夜", "Evening"])];
const STAFF: Label = ["勤務した人", "Staff"];
const STAFF_NOTE: Label = ["氏名と時間は勤務表に。様式9の元になる", "Names and hours on the roster"];
const STAFF_COLUMNS: [Column<'_>; 6] = [
    ("shift", ["勤務", "Shift"], 1.0, What::Pen),
    ("nurses", ["看護師", "Nurses"], 1.1, HEADS),
    ("assistants", ["准看護師", "Assistant nurses"], 1.1, HEADS),
    ("aides", ["看護補助者", "Aides"], 1.1, HEADS),
    ("hours", ["看護の延べ時間", "Nursing hours in all"], 1.8, What::Digits(&[(3, [".", "."]), (1, ["時間", "h"])])),
    ("leader", ["リーダー・夜勤責任者", "Leader"], 2.2, What::Pen),
];
const STAFF_ROWS: [(&str, Label); 3] = COUNT_ROWS;

/// P16H.
pub(crate) fn verbal(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.say(OPEN, Weight::Bold);
    safety(sheet, copied);
    sheet.slots(&[
        slot("at", ["指示を受けた日時", "Taken at"], 2.0, MOMENT),
        slot("how", ["口頭になった理由", "Why verbal"], 2.1, What::Ticks(&WHY)),
    ]);
    sheet.slots(&[
        slot("doctor", ["指示した医師（氏名・診療科）", "Ordering doctor"], 1.0, What::Pen),
        slot("nurse", ["受けた人（氏名・職種）", "Taken by"], 1.0, What::Pen),
        slot("witness", ["聞いていた人（高リスク薬は必ず）", "Witness (always for high-risk drugs)"], 1.2, What::Pen),
    ]);
    sheet.rows(
        ["指示の内容", "Order"],
        [
            "薬名は略さない。量は「mg・mL・単位」まで書く。小数点の前に0、後の0は書かない",
            "No short names; unit with every amount",
        ],
        &[
            (["薬・処置", "Drug or act"], 2.6),
            (["1回量（単位まで）", "Dose with unit"], 1.5),
            (["経路・速さ", "Route, rate"], 1.4),
            (["いつ・何回", "When, how often"], 1.5),
            (["実施した時刻・人", "Done: time, who"], 1.7),
        ],
        Vec::new(),
        fitting(sheet, 255.0).clamp(4, 8),
    );
    sheet.slots(&[
        slot("back", ["復唱（書いてから読み返す）", "Read back from the paper"], 1.8, What::Ticks(&BACK)),
        slot("back_at", ["復唱した時刻", "At"], 1.1, CLOCK),
        slot(
            "checked",
            ["照合", "Checked"],
            1.6,
            What::Ticks(&[("allergy", ["アレルギー", "allergy"]), ("weight", ["体重・腎機能", "weight, kidneys"])]),
        ),
    ]);
    sheet.slots(&[slot(
        "course",
        ["実施後の状態・医師への報告（時刻）", "After it; told to the doctor at"],
        1.0,
        What::Pen,
    )]);
    sheet.slots_of(
        &[
            slot("signed", ["医師 事後署名", "Doctor's later signature"], 1.6, What::Pen),
            slot("signed_at", ["署名した日時", "Signed at"], 2.0, MOMENT),
            slot(
                "differs",
                ["指示簿（P7）に", "On the order sheet"],
                1.3,
                What::Ticks(&[("written", ["書いた", "written"]), ("differs", ["内容が違った", "it differed"])]),
            ),
        ],
        14.0 * MM,
    );
    sheet.rest(["備考（違っていたこと・取り消した指示）", "Remarks (what differed, what was withdrawn)"]);
}

const OPEN: Label = [
    "署名まで「未署名」として毎日数える。実施は、復唱に医師が「そのとおり」と答えてから。",
    "Counted each day as unsigned until the doctor signs. Carried out only after read-back and the doctor's yes.",
];
const WHY: [(&str, Label); 4] = [
    ("emergency", ["緊急", "emergency"]),
    ("sterile", ["手術・処置中", "in surgery"]),
    ("phone", ["電話", "telephone"]),
    ("other", ["その他", "other"]),
];
const BACK: [(&str, Label); 3] = [
    ("read", ["復唱した", "read back"]),
    ("yes", ["「そのとおり」", "doctor said yes"]),
    ("fixed", ["直した", "corrected"]),
];
