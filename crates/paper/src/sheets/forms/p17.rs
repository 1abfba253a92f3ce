//! P17 退院証明書 (after 別紙様式1 of the notice on what to heed in 診療報酬の算定方法, 別添1 第1章 第2部 通則3(1)イ) and P18 初診日照会票: answers
//! from what the copy knows of stays, diseases and first visits, each a draft that a clerk checks against the paper and the claims.

use chart::stays::{FirstVisit, Stay};
use chart::{Chart, When};

use super::dated::{DISEASE_COLUMNS, MDHM, YMD, address, disease_rows, lined_until, phone, told_diseases};
use super::{Copied, NOT_IN_COPY, STAMP, handed_over, labelled};
use crate::font::Weight;
use crate::form::{NOTHING, Slot, What, slot};
use crate::sheet::{Form, Sheet};
use crate::sheets::parts;
use crate::table::{Cell, Row};
use crate::words::{Label, Stood, joined};

pub(crate) static DISCHARGE: Form = Form {
    version: 5,
    ..handed_over(
        "P17",
        ["退院証明書", "Certificate of discharge"],
        ["病院の証明がないものは無効", "Not valid until the hospital certifies it"],
    )
};

pub(crate) static FIRST_VISITS: Form =
    Form { version: 4, ..labelled("P18", ["初診日照会票", "Query about first visits"]) };

/// P17: for the patient, then its copy.
pub(crate) fn discharge(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    discharged(sheet, copied, false);
    sheet.copy();
    sheet.say(CHECKED_COPY, Weight::Bold);
    discharged(sheet, copied, true);
}

/// What only helps whoever checks it stands on our own copy.
fn discharged(sheet: &mut Sheet<'_>, copied: &Copied<'_>, own: bool) {
    let stay = copied.chart.and_then(|chart| chart.stays.first());
    let said = |at: Option<When>| at.map_or_else(String::new, |at| at.start.day().to_string());
    let (admitted, left) = (said(stay.and_then(|stay| stay.admitted)), said(stay.and_then(|stay| stay.discharged)));
    sheet.slots(&[
        slot("address", ["患者住所", "Patient's address"], 2.2, What::known(address(copied.chart))),
        slot("phone", ["電話番号", "Telephone"], 1.0, What::known(phone(copied.chart))),
    ]);
    let w = sheet.w;
    sheet.heading(w.say(STAY), "");
    sheet.slots(&[dated("admitted", ADMITTED, &admitted), dated("left", LEFT, &left)]);
    fees(sheet, own.then(|| days(sheet, stay)));
    let told = told_diseases(sheet, copied.chart);
    sheet.slots(&[slot("disease", DISEASE, 1.0, What::known(&told))]);
    sheet.slots(&[slot("outcome", ["5 転帰（該当するものに✓）", "5 Outcome (tick)"], 1.0, What::Ticks(OUTCOME))]);
    lined_until(sheet, ["6 その他の特記事項", "6 Remarks"], CERTIFIED);
    certified(sheet);
    if !own {
        sheet.say(DISCHARGE_NOTE, Weight::Regular);
    }
}

/// Items 2 and 3. What the copy counts stands on our own copy alone, to check by.
fn fees(sheet: &mut Sheet<'_>, counted: Option<String>) {
    let columns: [(Label, f32); 4] = [
        (["入院基本料等（特定入院料を含む。）の種別", "Kind of basic hospital fee"], 3.4),
        (["算定期間 から", "Counted from"], 1.8),
        (["算定期間 まで", "until"], 1.8),
        (["日数", "Days"], 1.0),
    ];
    let note = if counted.is_some() { FEE_NOTE_OWN } else { FEE_NOTE };
    sheet.rows(FEE, note, &columns, Vec::new(), 4);
    sheet.slots(&[
        slot("counted", COUNTED, 1.6, What::Digits(&[(3, ["日", "days"])])),
        slot("as_of", ["（令和 年月日現在）", "as of (Reiwa)"], 1.2, What::Digits(&YMD)),
    ]);
    if let Some(days) = counted.filter(|days| !days.is_empty()) {
        sheet.slots(&[slot("copy", FROM_COPY, 1.0, What::known(&days))]);
    }
}

/// Who certifies.
fn certified(sheet: &mut Sheet<'_>) {
    let (hospital, own) = (sheet.hospital().to_owned(), sheet.institution().clone());
    sheet.slots(&[
        slot("certified", ["証明年月日（令和）", "Certified on (Reiwa)"], 1.1, What::Digits(&YMD)),
        slot("hospital", ["保険医療機関名称", "Institution"], 2.0, What::Said(&hospital)),
    ]);
    sheet.slots_of(
        &[
            slot("hospital.address", ["住所", "Its address"], 1.5, What::known(&own.address)),
            slot("hospital.phone", ["電話番号", "Its telephone"], 0.8, What::known(&own.phone)),
            slot("seal", ["主治医氏名", "Doctor in charge"], 1.0, What::Pen),
        ],
        STAMP,
    );
}

/// A date of the copy, else boxes to write it in: only these need to say of which era the year is.
fn dated<'a>(code: &'static str, [plain, boxed]: [Label; 2], known: &'a str) -> Slot<'a> {
    if known.is_empty() {
        slot(code, boxed, 1.0, What::Digits(&YMD))
    } else {
        slot(code, plain, 1.0, What::Said(known))
    }
}

/// Days from admission to discharge, both counted; nothing where the copy lacks one.
fn days(sheet: &Sheet<'_>, stay: Option<&Stay>) -> String {
    let Some(stay) = stay else { return String::new() };
    let Some((from, to)) = stay.admitted.zip(stay.discharged) else { return String::new() };
    let minutes = from.start.day().start.minutes_until(to.start.day().start);
    sheet.w.with(["{} 日間（外泊を含む）", "{} days, leave included"], minutes / (24 * 60) + 1)
}

/// P18: what is asked, what the copy knows, what the clerk answers.
pub(crate) fn first_visits(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.slots(&[
        slot("asked", ["照会を受けた日時", "Asked on"], 1.5, What::Digits(&MDHM)),
        slot(
            "how",
            ["方法", "How"],
            1.0,
            What::Ticks(&[("desk", ["窓口", "desk"]), ("phone", ["電話", "phone"]), ("post", ["文書", "letter"])]),
        ),
    ]);
    sheet.slots(&[
        slot("who", ["照会者・機関名・連絡先", "Who asks, whence, how to reach"], 1.6, What::Pen),
        slot("right", ["確かめたこと", "Checked"], 1.4, What::Ticks(CHECKED)),
    ]);
    sheet.slots(&[
        slot("why", ["目的", "For"], 1.5, What::Ticks(WHY)),
        slot("disease", ["照会の傷病名", "Disease asked about"], 1.0, What::Pen),
    ]);
    let none = sheet.w.say(NOT_IN_COPY);
    let none = |sheet: &mut Sheet<'_>, rows: Vec<Row>| match rows.is_empty() && copied.chart.is_some() {
        true => vec![Row::new(vec![Cell::body(&mut sheet.ink, none)])],
        false => rows,
    };
    let visits = visit_rows(sheet, copied.chart);
    let visits = none(sheet, visits);
    let empty = spare(&visits, 3);
    sheet.rows(VISITS, VISITS_NOTE, &VISIT_COLUMNS, visits, empty);
    let diseases = disease_rows(sheet, copied.chart);
    let diseases = none(sheet, diseases);
    let empty = spare(&diseases, 3);
    sheet.rows(["病名と開始日", "Diseases and their beginning"], NOTHING, &DISEASE_COLUMNS, diseases, empty);
    let stays = stay_rows(sheet, copied.chart);
    let stays = none(sheet, stays);
    let empty = spare(&stays, 2);
    sheet.rows(["入退院", "Stays"], NOTHING, &STAY_COLUMNS, stays, empty);
    sheet.need(84.0);
    sheet.slots(&[
        slot("paper", ["ほかに確かめたもの", "Also looked at"], 2.0, What::Ticks(ALSO)),
        slot("result", ["結果", "Result"], 1.4, What::Ticks(RESULT)),
    ]);
    sheet.slots(&[
        slot("first", ["回答した初診日（西暦）", "First visit as answered"], 1.5, What::Digits(&WHOLE_YEAR)),
        slot("clerk", ["回答した者・日時", "Answered by, at"], 1.2, What::Pen),
        slot("doctor", ["確かめた医師 署名", "Doctor"], 1.0, What::Pen),
    ]);
    sheet.rest(["回答の内容・たりないもの・折り返しの約束", "The answer; what is missing; when we call back"]);
}

/// Empty rows behind what the copy holds.
fn spare(rows: &[Row], wanted: usize) -> usize {
    wanted.saturating_sub(rows.len()).max(1)
}

fn visit_rows(sheet: &mut Sheet<'_>, chart: Option<&Chart>) -> Vec<Row> {
    let Some(chart) = chart else { return Vec::new() };
    let (w, ink) = (sheet.w, &mut sheet.ink);
    let row = |visit: &FirstVisit| {
        let ago = w.age(visit.at.start.minutes_until(chart.as_of.now));
        Row::new(vec![
            Cell::bold(ink, &parts::department(w, chart, &visit.department)),
            Cell::bold(ink, &visit.at.start.day().to_string()),
            Cell::body(ink, &ago),
            Cell::body(ink, &visit.visits.to_string()),
            Cell::body(ink, &sources(w, chart, visit)),
            Cell::default(),
        ])
    };
    chart.first_visits.iter().map(row).collect()
}

/// The sources whose messages tell of that visit: a first visit is counted from them and has none of its own.
fn sources(w: &crate::words::Words, chart: &Chart, visit: &FirstVisit) -> String {
    let moves = chart.visits.iter().chain(chart.stays.iter().flat_map(|stay| &stay.movements));
    let same = moves.filter(|item| item.time == Some(visit.at) && item.department == visit.department);
    let mut named: Vec<String> = same.map(|item| w.stamp_of(Stood::of(item))).collect();
    named.dedup();
    joined(named)
}

fn stay_rows(sheet: &mut Sheet<'_>, chart: Option<&Chart>) -> Vec<Row> {
    let Some(chart) = chart else { return Vec::new() };
    let (w, ink) = (sheet.w, &mut sheet.ink);
    let row = |stay: &Stay| {
        let said = |at: Option<When>| at.map_or_else(String::new, |at| at.start.day().to_string());
        let left = if stay.current { w.say(CURRENT).to_owned() } else { said(stay.discharged) };
        let told = stay.movements.first().map_or_else(String::new, |item| w.stamp_of(Stood::of(item)));
        Row::new(vec![
            Cell::bold(ink, &said(stay.admitted)),
            Cell::bold(ink, &left),
            Cell::body(
                ink,
                &joined([parts::department(w, chart, &stay.department).as_str(), stay.place.ward.as_str()]),
            ),
            Cell::body(ink, &told),
            Cell::default(),
        ])
    };
    chart.stays.iter().map(row).collect()
}

const CHECKED_COPY: Label = [
    "医事課の確認と病院の証明までは下書き。控えをスキャン箱へ戻す。",
    "A draft until the clerks have checked it and it is certified. This one goes to the scan box.",
];
/// A date that may be of any era.
const WHOLE_YEAR: [(usize, Label); 3] = [(4, ["年", "y"]), (2, ["月", "m"]), (2, ["日", "d"])];
const VISITS: Label =
    ["診療科ごとの初診日（コピーから数えた値）", "First visit to each department (counted from the copy)"];
const VISITS_NOTE: Label =
    ["コピーにある範囲だけ。それより前の受診は紙カルテ・マイクロで確かめる", "Only as far back as the copy goes"];
const VISIT_COLUMNS: [(Label, f32); 6] = [
    (["診療科", "Department"], 1.8),
    (["初診日", "First visit"], 1.6),
    (["経過時間", "Ago"], 1.2),
    (["回数", "Visits"], 0.7),
    (["出どころ・経過時間", "Source, age"], 2.2),
    (["訂正", "Corrected"], 1.6),
];
const STAY_COLUMNS: [(Label, f32); 5] = [
    (["入院", "Admitted"], 1.6),
    (["退院", "Discharged"], 1.6),
    (["診療科・病棟", "Department, ward"], 2.2),
    (["出どころ・経過時間", "Source, age"], 2.2),
    (["訂正", "Corrected"], 1.6),
];
const CURRENT: Label = ["入院中（コピーでは）", "in hospital (in the copy)"];
/// Height of [`certified`] and of what is said below it.
const CERTIFIED: f32 = 112.0;
const STAY: Label =
    ["1 当該保険医療機関における入院年月日及び退院年月日", "1 Admitted to and discharged from this institution"];
const ADMITTED: [Label; 2] = [["入院年月日", "Admitted on"], ["入院年月日（令和）", "Admitted on (Reiwa)"]];
const LEFT: [Label; 2] = [["退院年月日", "Discharged on"], ["退院年月日（令和）", "Discharged on (Reiwa)"]];
const FEE: Label = [
    "2 当該保険医療機関における入院基本料等（特定入院料を含む。）の種別及び算定期間",
    "2 Basic hospital fee at this institution, and its days",
];
const FEE_NOTE: Label = ["（複数ある場合はそれぞれ記載のこと。）", "(each, where there are several)"];
const FEE_NOTE_OWN: Label = [
    "（複数ある場合はそれぞれ記載のこと。）　コピーに無い。医事課が入院料の記録から書く",
    "(each, where there are several) Not in the copy: the clerks write it from the claims",
];
const COUNTED: Label = [
    "3 当該保険医療機関退院日における通算対象入院料を算定した期間",
    "3 Days that count together, on the day of discharge",
];
const FROM_COPY: Label =
    ["コピーから数えた在院日数（確かめるため・証明ではない）", "Days in hospital, counted from the copy (to check by)"];
const DISEASE: Label = ["4 当該保険医療機関の入院に係る傷病名", "4 Disease of this stay"];
const OUTCOME: &[(&str, Label)] = &[
    ("healed", ["治癒", "healed"]),
    ("nearly", ["治癒に近い状態（寛解状態を含む）", "nearly healed, remission"]),
    ("other", ["その他", "other"]),
];
const DISCHARGE_NOTE: Label = [
    "次に入院する医療機関へこの証明書を提出してください。",
    "Please hand this certificate to the hospital where you are next admitted.",
];
const CHECKED: &[(&str, Label)] = &[
    ("self", ["本人", "the patient"]),
    ("consent", ["本人の同意書", "consent"]),
    ("back", ["登録番号へかけ直し", "called back"]),
];
const WHY: &[(&str, Label)] = &[
    ("pension", ["障害年金", "pension"]),
    ("insurance", ["保険", "insurance"]),
    ("claim", ["請求・返戻", "claims"]),
    ("hospital", ["他院", "another hospital"]),
    ("own", ["院内", "ourselves"]),
];
const ALSO: &[(&str, Label)] = &[
    ("chart", ["紙カルテ", "paper chart"]),
    ("film", ["マイクロ・画像", "microfilm"]),
    ("claims", ["診療報酬明細書", "claims"]),
    ("book", ["患者台帳", "register"]),
    ("card", ["診察券・手帳", "card, booklet"]),
];
const RESULT: &[(&str, Label)] = &[
    ("answered", ["回答した", "answered"]),
    ("later", ["保留（復旧後）", "after recovery"]),
    ("unknown", ["確かめられない", "cannot be told"]),
];
