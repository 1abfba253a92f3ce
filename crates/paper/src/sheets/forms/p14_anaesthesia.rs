//! P14D 麻酔記録: a grid of four hours in steps of five minutes to draw on, a page of what is ticked and counted, a page of events.

use super::dated::{HM, MDHM, YMD};
use super::{Copied, RETURN_NOTE, TO_RETURN, safety};
use crate::canvas::MM;
use crate::form::{NOTHING, What, slot};
use crate::graph::{Band, Graph};
use crate::sheet::{Class, Form, Sheet, Size};
use crate::words::Label;

pub(crate) static ANAESTHESIA: Form = Form {
    code: "P14D",
    version: 4,
    class: Class::Return,
    title: ["麻酔記録", "Anaesthesia record"],
    size: Size::Across,
    note: RETURN_NOTE,
    standing: TO_RETURN,
    bare: false,
};

/// Five minutes a column, a strong line each quarter of an hour: four hours; a longer one goes on on another sheet.
const COLUMNS: usize = 48;
const QUARTER: usize = 3;

const BANDS: [Band; 8] = [
    Band::pen(["麻酔薬 1", "Agent 1"]),
    Band::pen(["麻酔薬 2", "Agent 2"]),
    Band::pen(["鎮痛・筋弛緩", "Opioid, relaxant"]),
    Band::scaled(["血圧∨∧\n脈拍●\nmmHg／分", "BP, pulse, mmHg, /min"], 3.9 * MM, 200, 20, 9),
    Band::pen(["SpO2、EtCO2", "SpO2, EtCO2"]),
    Band::pen(["体温 ℃", "Temperature"]),
    Band::pen(["輸液・輸血 mL", "Fluids, blood mL"]),
    Band::pen(["尿・出血 mL", "Urine, loss mL"]),
];

/// P14D.
pub(crate) fn anaesthesia(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.slots(&[
        slot("date", ["日付（令和）", "Date (Reiwa)"], 1.5, What::Digits(&YMD)),
        slot("operation", ["術式", "Operation"], 1.7, What::Pen),
        slot("anaesthetist", ["麻酔科医 署名", "Anaesthetist"], 1.1, What::Pen),
        slot("no", ["続きの枚数", "Sheet"], 0.9, What::Digits(&[(1, ["枚目／全", "of"]), (1, ["枚", ""])])),
    ]);
    sheet.graph(&Graph {
        columns: COLUMNS,
        every: QUARTER,
        heads: &[],
        axis: ["時刻（15分毎）", "Time each 15 min"],
        bands: &BANDS,
    });
    sheet.open();
    safety(sheet, copied);
    before(sheet);
    during(sheet);
    totals(sheet);
    sheet.rest(["備考", "Remarks"]);
    sheet.open();
    let columns: [(Label, f32); 4] = [
        (["№（図の番号）", "No. on the graph"], 1.0),
        (["時刻", "Time"], 0.9),
        (["経過・イベント・投与した薬と量・合併症・申し送り", "Events, drugs given, complications, handover"], 7.0),
        (["署名", "Sign"], 1.0),
    ];
    sheet.rows(["経過とイベント", "Course and events"], NOTHING, &columns, Vec::new(), 0);
}

fn before(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("height", ["身長", "Height"], 0.9, What::Digits(&[(3, ["cm", "cm"])])),
        slot("weight", ["体重", "Weight"], 1.1, What::Digits(&[(3, [".", "."]), (1, ["kg", "kg"])])),
        slot("asa", ["ASA分類", "ASA class"], 2.0, What::Ticks(ASA)),
        slot("eaten", ["最終飲食", "Last ate or drank"], 1.7, What::Digits(&MDHM)),
    ]);
    sheet.slots(&[
        slot("method", ["麻酔法", "Anaesthesia"], 2.2, What::Ticks(METHOD)),
        slot("airway", ["気道", "Airway"], 1.8, What::Ticks(AIRWAY)),
        slot("tube", ["サイズ・固定 cm・視認分類", "Size, fixed at, view"], 1.1, What::Pen),
    ]);
}

fn during(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("in", ["入室", "Room in"], 1.0, What::Digits(&HM)),
        slot("start", ["麻酔開始", "Anaesthesia from"], 1.0, What::Digits(&HM)),
        slot("incision", ["執刀", "Incision"], 1.0, What::Digits(&HM)),
        slot("closed", ["手術終了", "Operation end"], 1.0, What::Digits(&HM)),
        slot("end", ["麻酔終了", "Anaesthesia to"], 1.0, What::Digits(&HM)),
        slot("out", ["退室", "Room out"], 1.0, What::Digits(&HM)),
    ]);
    sheet.slots(&[
        slot("lines", ["ルート・モニター", "Lines, monitors"], 2.4, What::Ticks(LINES)),
        slot("where", ["部位・サイズ", "Where, size"], 1.0, What::Pen),
        slot("check", ["麻酔器の始業点検", "Machine checked"], 0.8, What::Ticks(&[("done", ["した", "yes"])])),
    ]);
}

fn totals(sheet: &mut Sheet<'_>) {
    const ML: [(usize, Label); 1] = [(5, ["mL", "mL"])];
    sheet.slots(&[
        slot("fluid", ["輸液 計", "Fluids"], 1.0, What::Digits(&ML)),
        slot("transfused", ["輸血 計", "Transfused"], 1.0, What::Digits(&ML)),
        slot("urine", ["尿 計", "Urine"], 1.0, What::Digits(&ML)),
        slot("blood", ["出血 計", "Blood loss"], 1.0, What::Digits(&ML)),
    ]);
    sheet.slots(&[
        slot(
            "narcotics",
            [
                "麻薬・筋弛緩薬（薬名・使用量・残量・返却者と受領者）",
                "Narcotics, relaxants: used, left, returned by and to",
            ],
            2.4,
            What::Pen,
        ),
        slot("leaving", ["退室時", "When leaving"], 1.6, What::Ticks(LEAVING)),
    ]);
}

const ASA: &[(&str, Label)] = &[
    ("c1", ["1", "1"]),
    ("c2", ["2", "2"]),
    ("c3", ["3", "3"]),
    ("c4", ["4", "4"]),
    ("c5", ["5", "5"]),
    ("c6", ["6", "6"]),
    ("e", ["緊急E", "emergency E"]),
];
const METHOD: &[(&str, Label)] = &[
    ("inhaled", ["全身（吸入）", "general, inhaled"]),
    ("tiva", ["全身（静脈）", "general, intravenous"]),
    ("spinal", ["脊髄くも膜下", "spinal"]),
    ("epidural", ["硬膜外", "epidural"]),
    ("block", ["伝達", "nerve block"]),
    ("local", ["局所", "local"]),
];
const AIRWAY: &[(&str, Label)] = &[
    ("oral", ["経口挿管", "oral tube"]),
    ("nasal", ["経鼻挿管", "nasal tube"]),
    ("mask", ["声門上器具", "supraglottic"]),
    ("spontaneous", ["自発・マスク", "own breath, mask"]),
    ("difficult", ["困難", "difficult"]),
];
const LINES: &[(&str, Label)] = &[
    ("vein", ["末梢静脈", "vein"]),
    ("central", ["中心静脈", "central line"]),
    ("artery", ["動脈圧", "arterial line"]),
    ("bladder", ["尿道カテーテル", "urinary catheter"]),
    ("stomach", ["胃管", "gastric tube"]),
    ("bis", ["脳波", "EEG index"]),
    ("relaxation", ["筋弛緩", "relaxation"]),
];
const LEAVING: &[(&str, Label)] = &[
    ("out", ["抜管", "extubated"]),
    ("tube", ["挿管のまま", "intubated"]),
    ("ward", ["病棟へ", "to the ward"]),
    ("icu", ["集中治療室へ", "to intensive care"]),
];
