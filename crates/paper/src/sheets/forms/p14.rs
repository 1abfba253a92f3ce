//! P14 around a stay and an operation: 入院診療計画書 (after 別紙様式2 of the notice on 入院基本料等の施設基準), 同意書, 手術記録. What the patient reads
//! never names a disease the patient was not told of. Anaesthesia has a file of its own, `p14_anaesthesia.rs`.

use super::dated::{HM, MD, MDHM, YMD, lined_until, told_diseases};
use super::{Copied, handed_over, labelled, safety};
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Form, Sheet};
use crate::words::Label;

pub(crate) static PLAN: Form = handed_over(
    "P14A",
    ["入院診療計画書", "Plan of care in hospital"],
    ["医師の説明と署名がないものは無効", "Not valid until explained and signed"],
);

pub(crate) static CONSENT: Form = handed_over(
    "P14B",
    ["説明・同意書", "Explanation and consent"],
    ["署名がないものは無効・撤回はいつでもできる", "Valid once signed; may be withdrawn"],
);

pub(crate) static OPERATION: Form = labelled("P14C", ["手術記録", "Operation record"]);

/// P14A: for the patient, then the hospital's.
pub(crate) fn plan(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    planned(sheet, copied);
    sheet.copy();
    sheet.say(COPY, Weight::Bold);
    planned(sheet, copied);
}

fn planned(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let told = told_diseases(sheet, copied.chart);
    let place = sheet.place().to_owned();
    sheet.slots(&[
        slot("ward", ["病棟・病室", "Ward, room"], 1.0, What::known(&place)),
        slot("others", ["主治医以外の担当者名", "Others in charge"], 1.6, What::Pen),
        slot("home", ["在宅復帰支援担当者名", "In charge of going home"], 1.3, What::Pen),
    ]);
    sheet.slots(&[slot(
        "disease",
        ["病名（他に考え得る病名）", "Disease (others that are possible)"],
        1.0,
        What::known(&told),
    )]);
    sheet.lined(["症状", "Symptoms"], 1);
    sheet.lined(["治療計画", "Treatment"], 3);
    sheet.lined(["検査内容及び日程", "Tests and their dates"], 2);
    sheet.lined(["手術内容及び日程", "Operation and its date"], 1);
    sheet.slots(&[
        slot("stay", ["推定される入院期間", "Expected stay"], 1.2, What::Digits(&[(3, ["日間", "days"])])),
        slot("nutrition", ["特別な栄養管理の必要性", "Special nutrition"], 1.1, What::Ticks(YES_NO)),
        slot("function", ["総合的な機能評価", "Functional assessment"], 1.1, What::Ticks(ASSESSED)),
    ]);
    lined_until(
        sheet,
        ["その他（看護計画・リハビリテーション等の計画）", "Nursing, rehabilitation and other plans"],
        112.0,
    );
    sheet.lined(["在宅復帰支援計画・退院に向けた支援", "Plan for going home"], 1);
    sheet.say(PLAN_NOTE, Weight::Regular);
    sheet.slots(&[
        slot("explained", ["説明した日（令和）", "Explained on (Reiwa)"], 1.3, What::Digits(&YMD)),
        slot("doctor", ["主治医 署名", "Doctor in charge"], 1.0, What::Pen),
        slot("patient", ["本人・家族 署名（続柄）", "Patient or family (relation)"], 1.3, What::Pen),
    ]);
}

/// P14B: for the patient, then the one that is signed and kept.
pub(crate) fn consent(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    consented(sheet);
    sheet.copy();
    sheet.say(COPY, Weight::Bold);
    consented(sheet);
}

fn consented(sheet: &mut Sheet<'_>) {
    sheet.slots(&[slot("what", ["同意するもの", "Consent to"], 1.0, What::Ticks(WHAT))]);
    sheet.slots(&[
        slot("name", ["手術・検査・治療の名称", "Name of operation, test or treatment"], 2.2, What::Pen),
        slot("side", ["左右", "Side"], 1.2, What::Ticks(SIDE)),
    ]);
    sheet.slots(&[
        slot("planned", ["予定日", "Planned for"], 0.8, What::Digits(&MD)),
        slot("product", ["輸血のとき 製剤", "If transfusion: product"], 2.2, What::Ticks(PRODUCT)),
    ]);
    sheet.lined(["病名・病態（医師が書く）", "Disease and state (written by the doctor)"], 1);
    sheet.slots(&[slot("explained", ["説明したこと", "Explained"], 1.0, What::Ticks(EXPLAINED))]);
    lined_until(sheet, ["説明の内容・質問と答え", "What was said; questions and answers"], 212.0);
    sheet.slots(&[
        slot("doctor", ["説明した医師 署名", "Doctor who explained"], 1.2, What::Pen),
        slot("present", ["同席した職員 署名", "Staff present"], 1.0, What::Pen),
        slot("told", ["説明日時", "Explained on"], 1.8, What::Digits(&MDHM)),
    ]);
    sheet.say(CONSENT_WORDS, Weight::Bold);
    sheet.slots(&[slot(
        "decision",
        ["本人の意思", "Decision"],
        1.0,
        What::Ticks(&[
            ("agree", ["同意する", "agree"]),
            ("refuse", ["同意しない", "do not agree"]),
            ("part", ["一部同意しない（内容を書く）", "not to a part (write which)"]),
        ]),
    )]);
    sheet.slots(&[
        slot("signed", ["署名した日（令和）", "Signed on (Reiwa)"], 1.3, What::Digits(&YMD)),
        slot("patient", ["本人 署名", "Patient"], 1.0, What::Pen),
        slot("proxy", ["代諾者 署名（続柄・理由）", "Proxy (relation, reason)"], 1.3, What::Pen),
    ]);
    sheet.slots(&[
        slot("emergency", ["緊急で同意を得られない理由", "Emergency: why no consent"], 1.8, What::Pen),
        slot("second", ["医師二名 署名・時刻", "Two doctors, time"], 1.4, What::Pen),
    ]);
    sheet.slots(&[slot(
        "withdrawn",
        ["撤回（日時・本人署名・受けた職員）", "Withdrawn (time, patient, staff)"],
        1.0,
        What::Pen,
    )]);
}

/// P14C.
pub(crate) fn operation(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    safety(sheet, copied);
    sheet.slots(&[
        slot("date", ["手術日（令和）", "Date (Reiwa)"], 1.3, What::Digits(&YMD)),
        slot("room", ["手術室", "Room"], 0.5, What::Pen),
        slot(
            "urgency",
            ["区分", "Urgency"],
            1.3,
            What::Ticks(&[
                ("planned", ["予定", "planned"]),
                ("soon", ["準緊急", "urgent"]),
                ("now", ["緊急", "emergency"]),
            ]),
        ),
    ]);
    sheet.slots(&[
        slot("before", ["術前診断", "Diagnosis before"], 1.0, What::Pen),
        slot("after", ["術後診断", "Diagnosis after"], 1.0, What::Pen),
    ]);
    sheet.slots(&[
        slot("name", ["術式", "Operation"], 2.0, What::Pen),
        slot("side", ["左右", "Side"], 1.2, What::Ticks(SIDE)),
    ]);
    sheet.slots(&[
        slot("surgeon", ["術者", "Surgeon"], 1.0, What::Pen),
        slot("assistants", ["助手", "Assistants"], 1.4, What::Pen),
        slot("anaesthetist", ["麻酔医", "Anaesthetist"], 1.0, What::Pen),
        slot("scrub", ["器械出し", "Scrub nurse"], 1.0, What::Pen),
        slot("circulating", ["外回り", "Circulating"], 1.0, What::Pen),
    ]);
    sheet.slots(&[
        slot("in", ["入室", "Room in"], 1.0, What::Digits(&HM)),
        slot("start", ["執刀", "Incision"], 1.0, What::Digits(&HM)),
        slot("end", ["終了", "End"], 1.0, What::Digits(&HM)),
        slot("out", ["退室", "Room out"], 1.0, What::Digits(&HM)),
    ]);
    sheet.slots(&[
        slot("position", ["体位", "Position"], 1.6, What::Ticks(POSITION)),
        slot("timeout", ["安全確認", "Safety checks"], 1.4, What::Ticks(TIMEOUT)),
    ]);
    lined_until(sheet, ["所見・手順・図", "Findings, procedure, drawing"], 174.0);
    sheet.slots(&[
        slot("blood", ["出血量", "Blood loss"], 1.0, What::Digits(&ML)),
        slot("urine", ["尿量", "Urine"], 1.0, What::Digits(&ML)),
        slot("fluid", ["輸液", "Fluids"], 1.0, What::Digits(&ML)),
        slot("transfused", ["輸血", "Transfused"], 1.0, What::Digits(&ML)),
    ]);
    sheet.slots(&[
        slot("count", ["ガーゼ・針・器械のカウント", "Swabs, needles, instruments"], 1.7, What::Ticks(COUNT)),
        slot("counted", ["確かめた二名", "Counted by two"], 1.0, What::Pen),
    ]);
    sheet.slots(&[
        slot("specimen", ["標本（名称・個数・提出先）", "Specimens"], 1.2, What::Pen),
        slot("drain", ["ドレーン・留置物", "Drains, what stays in"], 1.2, What::Pen),
        slot("implant", ["埋込材料（シール貼付）", "Implants (stickers)"], 1.2, What::Pen),
    ]);
    sheet.slots(&[
        slot("after.orders", ["術後の指示・注意", "Afterwards"], 1.8, What::Pen),
        slot("written", ["記載者 署名・日時", "Written by, at"], 1.2, What::Pen),
    ]);
}

const ML: [(usize, Label); 1] = [(5, ["mL", "mL"])];
/// What becomes of a sheet of which the patient gets one.
pub(crate) const DELIVER_NOTE: Label = [
    "コードのない紙はすべて本人に渡し、【控え】を戻す。訂正は二重線・署名・日時。",
    "Every page without a code goes to the patient; the COPY returns. Correct by two lines, sign, time.",
];
pub(crate) const COPY: Label = [
    "署名までは下書き。署名した控えをスキャン箱へ戻す。",
    "A draft until signed. Signed, this one goes to the scan box.",
];
const PLAN_NOTE: Label = [
    "注: 病名等は現時点で考えられるもので、検査等を進めていくにしたがって変わり得る。入院期間は現時点で予想されるもの。",
    "Diseases are those thought of now and may change as tests go on. The stay is what is expected now.",
];
const CONSENT_WORDS: Label = [
    "上の説明を受け、理解しました。下に印を付けたとおり決めました。同意はいつでも取り消せます。",
    "I was told the above and understood it. I decide as ticked; I may withdraw at any time.",
];
const YES_NO: &[(&str, Label)] = &[("yes", ["有", "yes"]), ("no", ["無", "no"])];
const ASSESSED: &[(&str, Label)] = &[("done", ["実施", "done"]), ("no", ["対象外", "not needed"])];
const SIDE: &[(&str, Label)] =
    &[("right", ["右", "right"]), ("left", ["左", "left"]), ("both", ["両", "both"]), ("none", ["なし", "none"])];
const WHAT: &[(&str, Label)] = &[
    ("operation", ["手術", "operation"]),
    ("anaesthesia", ["麻酔", "anaesthesia"]),
    ("test", ["検査", "test"]),
    ("contrast", ["造影剤", "contrast"]),
    ("endoscopy", ["内視鏡", "endoscopy"]),
    ("transfusion", ["輸血", "transfusion"]),
    ("plasma", ["血漿分画製剤", "plasma products"]),
    ("chemotherapy", ["化学療法", "chemotherapy"]),
    ("restraint", ["身体拘束", "restraint"]),
    ("other", ["その他", "other"]),
];
const PRODUCT: &[(&str, Label)] = &[
    ("red", ["赤血球", "red cells"]),
    ("plasma", ["血漿", "plasma"]),
    ("platelets", ["血小板", "platelets"]),
    ("own", ["自己血", "autologous"]),
    ("fraction", ["分画製剤", "fractions"]),
];
const EXPLAINED: &[(&str, Label)] = &[
    ("disease", ["病名・病態", "disease"]),
    ("purpose", ["目的・必要性・有効性", "purpose, need, effect"]),
    ("content", ["内容・方法・注意", "what is done"]),
    ("risk", ["危険性・合併症・頻度", "risks and how often"]),
    ("treat", ["起きたときの対処", "what is done about them"]),
    ("other", ["ほかの方法", "other ways"]),
    ("without", ["受けないとき", "if not done"]),
    ("withdraw", ["いつでも撤回できる", "may be withdrawn"]),
    ("opinion", ["セカンドオピニオン", "second opinion"]),
    ("lookback", ["輸血後の検査・遡及調査", "tests after transfusion"]),
    ("downtime", ["電子カルテ停止中の制限", "limits while the record is down"]),
];
const POSITION: &[(&str, Label)] = &[
    ("supine", ["仰臥位", "supine"]),
    ("prone", ["腹臥位", "prone"]),
    ("right", ["右側臥位", "right side"]),
    ("left", ["左側臥位", "left side"]),
    ("lithotomy", ["砕石位", "lithotomy"]),
    ("other", ["その他", "other"]),
];
const TIMEOUT: &[(&str, Label)] = &[
    ("sign_in", ["サインイン", "sign in"]),
    ("time_out", ["タイムアウト", "time out"]),
    ("sign_out", ["サインアウト", "sign out"]),
    ("mark", ["部位マーク", "site marked"]),
    ("antibiotic", ["予防抗菌薬", "antibiotic given"]),
];
const COUNT: &[(&str, Label)] = &[
    ("before", ["閉創前 一致", "right before closing"]),
    ("after", ["終了時 一致", "right at the end"]),
    ("xray", ["X線で確かめた", "checked by X-ray"]),
    ("wrong", ["不一致", "does not agree"]),
];
