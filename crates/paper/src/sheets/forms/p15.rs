//! P15 around a birth: 分娩記録 and パルトグラム. Nothing of the mother's blood type comes from the copy. The certificates are in
//! `p15_certificates.rs`.

use super::dated::{MDHM, YMD, whole};
use super::{Copied, labelled, safety};
use crate::canvas::MM;
use crate::form::{NOTHING, TEMPORARY_DIGITS, What, slot};
use crate::graph::{Band, Graph};
use crate::sheet::{Form, Sheet};
use crate::table::{Cell, Row};
use crate::words::Label;

pub(crate) static DELIVERY: Form = labelled("P15A", ["分娩記録", "Delivery record"]);
pub(crate) static PARTOGRAM: Form = labelled("P15B", ["パルトグラム（分娩経過図）", "Partograph"]);

/// P15A: the mother's sheet, with the child on it until it has a number of its own.
pub(crate) fn delivery(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    safety(sheet, copied);
    pregnancy(sheet);
    sheet.slots(&[
        slot("pains", ["陣痛開始", "Labour began"], 1.0, What::Digits(&MDHM)),
        slot("waters", ["破水", "Waters broke"], 1.0, What::Digits(&MDHM)),
    ]);
    sheet.slots(&[
        slot("open", ["子宮口全開大", "Fully open"], 1.0, What::Digits(&MDHM)),
        slot("born", ["児娩出", "Child born"], 1.0, What::Digits(&MDHM)),
    ]);
    sheet.slots(&[
        slot("placenta", ["胎盤娩出", "Placenta"], 1.0, What::Digits(&MDHM)),
        slot("water.kind", ["破水・羊水", "Waters"], 1.0, What::Ticks(WATERS)),
    ]);
    sheet.slots(&[slot("way", ["分娩様式", "Delivery"], 1.0, What::Ticks(WAY))]);
    sheet.slots(&[
        slot("tear", ["会陰・裂傷", "Perineum, tear by degree"], 2.2, What::Ticks(TEAR)),
        slot("loss", ["出血量（分娩時・2時間後まで）", "Blood loss (at birth, to 2 h)"], 1.7, What::Digits(&LOSS)),
    ]);
    child(sheet);
    let apgar = ["心拍数", "呼吸", "筋緊張", "反射", "皮膚色", "合計"];
    let english = ["Heart rate", "Breathing", "Muscle tone", "Reflexes", "Colour", "Total"];
    let columns: [(Label, f32); 7] = std::array::from_fn(|at| match at {
        0 => (["アプガースコア", "Apgar score"], 1.6),
        at => ([apgar[at - 1], english[at - 1]], 1.0),
    });
    let mut rows = Vec::new();
    for label in [["1分", "1 min"], ["5分", "5 min"]] {
        rows.push(Row::new(vec![Cell::bold(&mut sheet.ink, sheet.w.say(label))]));
    }
    whole(sheet, NOTHING, APGAR_NOTE, &columns, rows);
    sheet.slots(&[
        slot("present", ["立会者", "Present"], 1.0, What::Pen),
        slot("midwife", ["助産師 署名", "Midwife"], 1.0, What::Pen),
        slot("doctor", ["医師 署名", "Doctor"], 1.0, What::Pen),
    ]);
    sheet.rest(["経過・処置・胎盤と臍帯の所見", "Course, treatment, placenta and cord"]);
}

fn pregnancy(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("weeks", ["妊娠週数", "Weeks"], 1.1, What::Digits(&[(2, ["週", "w"]), (1, ["日", "d"])])),
        slot("births", ["経産・経妊", "Births, pregnancies"], 1.0, What::Digits(&[(1, ["産", "/"]), (1, ["妊", ""])])),
        slot("due", ["分娩予定日", "Due on"], 1.8, What::Digits(&YMD)),
        slot("babies", ["胎数", "Babies"], 1.2, What::Ticks(&[("one", ["単胎", "one"]), ("more", ["多胎", "more"])])),
    ]);
}

fn child(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("sex", ["児の性別", "Child's sex"], 0.8, What::Ticks(&[("boy", ["男", "boy"]), ("girl", ["女", "girl"])])),
        slot("weight", ["体重", "Weight"], 0.9, What::Digits(&[(4, ["g", "g"])])),
        slot("length", ["身長", "Length"], 1.0, What::Digits(&[(2, [".", "."]), (1, ["cm", "cm"])])),
        slot("head", ["頭囲", "Head"], 1.0, What::Digits(&[(2, [".", "."]), (1, ["cm", "cm"])])),
    ]);
    sheet.slots(&[
        slot(
            "band",
            ["母子標識（児・母・二名で照合）", "Bands of mother and child, checked by two"],
            1.5,
            What::Ticks(BAND),
        ),
        slot(
            "child",
            ["児の番号（仮番号）", "Child's number (temporary)"],
            1.6,
            What::Digits(&[(TEMPORARY_DIGITS, NOTHING)]),
        ),
    ]);
    sheet.slots(&[
        slot("help", ["蘇生", "Resuscitation"], 1.7, What::Ticks(HELP)),
        slot("ph", ["臍帯動脈血 pH", "Cord pH"], 0.8, What::Digits(&[(1, [".", "."]), (2, NOTHING)])),
        slot("given", ["与えたもの", "Given"], 1.1, What::Ticks(GIVEN)),
    ]);
}

/// P15B: a day of labour, an hour a column.
pub(crate) fn partogram(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    pregnancy(sheet);
    sheet.slots(&[
        slot("from", ["記録開始", "Begun on"], 1.8, What::Digits(&MDHM)),
        slot("waters", ["破水", "Waters broke"], 1.8, What::Digits(&MDHM)),
    ]);
    let hours: Vec<String> = (0..24).map(|hour| hour.to_string()).collect();
    sheet.graph(&Graph {
        columns: 48,
        every: 2,
        heads: &hours,
        axis: ["経過時間（時間）", "Hours from begin"],
        bands: &BANDS,
    });
    sheet.say(LEGEND, crate::font::Weight::Regular);
    sheet.slots(&[
        slot("midwife", ["助産師 署名", "Midwife"], 1.0, What::Pen),
        slot("doctor", ["医師 署名", "Doctor"], 1.0, What::Pen),
        slot("alarm", ["医師へ報告した時刻・内容", "Told to the doctor, at"], 1.8, What::Pen),
    ]);
}

const BANDS: [Band; 8] = [
    Band::pen(["時刻", "Clock time"]),
    Band::scaled(["胎児心拍数 ／分", "Fetal heart rate /min"], 4.2 * MM, 200, 20, 7),
    Band::pen(["羊水・破水", "Waters"]),
    Band::scaled(["子宮口開大 cm ×", "Cervix cm ×"], 3.9 * MM, 10, 1, 10),
    Band::scaled(["下降度 ○", "Descent, station ○"], 2.9 * MM, -4, -1, 8),
    Band::pen(["陣痛 間欠/発作", "Pains: gap/length"]),
    Band::pen(["促進剤 mL/時", "Oxytocin mL/h"]),
    Band::pen(["母体 血圧・脈", "Mother: BP, pulse"]),
];
const LEGEND: Label = [
    "開大×・下降度○（坐骨棘間線が0）・心拍数●を線で結ぶ。心拍110未満・160超は医師に報告。",
    "Join × cervix, ○ station (0 at the spines), ● heart rate. Below 110 or above 160: tell the doctor.",
];
const APGAR_NOTE: Label = ["各 0–2 点", "0 to 2 each"];
const LOSS: [(usize, Label); 2] = [(4, ["mL", "mL"]), (4, ["mL", "mL"])];
const WATERS: &[(&str, Label)] = &[
    ("own", ["自然", "own"]),
    ("broken", ["人工", "artificial"]),
    ("clear", ["清", "clear"]),
    ("stained", ["混濁", "stained"]),
    ("blood", ["血性", "bloody"]),
];
const WAY: &[(&str, Label)] = &[
    ("vaginal", ["経腟", "vaginal"]),
    ("vacuum", ["吸引", "vacuum"]),
    ("forceps", ["鉗子", "forceps"]),
    ("planned", ["帝王切開（予定）", "caesarean, planned"]),
    ("emergency", ["帝王切開（緊急）", "caesarean, emergency"]),
    ("breech", ["骨盤位", "breech"]),
    ("induced", ["誘発・促進", "induced"]),
    ("painless", ["無痛", "with analgesia"]),
];
const TEAR: &[(&str, Label)] = &[
    ("none", ["なし", "none"]),
    ("d1", ["1度", "1st"]),
    ("d2", ["2度", "2nd"]),
    ("d3", ["3度", "3rd"]),
    ("d4", ["4度", "4th"]),
    ("cut", ["会陰切開", "episiotomy"]),
];
const BAND: &[(&str, Label)] =
    &[("child", ["児", "child"]), ("mother", ["母", "mother"]), ("two", ["二名で照合", "checked by two"])];
const HELP: &[(&str, Label)] = &[
    ("none", ["不要", "none"]),
    ("dry", ["刺激・吸引", "stimulation"]),
    ("oxygen", ["酸素", "oxygen"]),
    ("mask", ["マスク換気", "mask"]),
    ("tube", ["挿管", "tube"]),
    ("massage", ["胸骨圧迫", "compression"]),
    ("drug", ["薬物", "drugs"]),
];
const GIVEN: &[(&str, Label)] = &[("eyes", ["点眼", "eye drops"]), ("k", ["ビタミンK", "vitamin K"])];
