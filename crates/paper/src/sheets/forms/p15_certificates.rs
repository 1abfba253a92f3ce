//! P15C 出生証明書 (戸籍法 第49条第3項 and the 省令 on its form) and P15D 死亡診断書（死体検案書） (医師法施行規則 第20条, 第4号書式): the items under their
//! legal names. Page 1 leaves the hospital with no code, number or patient's block of ours; the 控え has them and returns. Nothing of the
//! cause of a death is drafted.

use chart::Chart;

use super::Copied;
use super::dated::{HM, YMD, YMDHM};
use super::p10::UNSIGNED;
use super::p14::COPY;
use crate::font::Weight;
use crate::form::{NOTHING, What, slot};
use crate::sheet::{Class, Form, Sheet, Size};
use crate::table::{Cell, Row};
use crate::words::Label;

const fn certificate(code: &'static str, title: Label, standing: Label) -> Form {
    Form { code, version: 4, class: Class::Deliver, title, size: Size::Upright, note: NOTE, standing, bare: true }
}

pub(crate) static BIRTH: Form = certificate(
    "P15C",
    ["出生証明書", "Certificate of birth"],
    ["証明者の署名がないものは無効", "Not valid without a signature"],
);
pub(crate) static DEATH: Form =
    certificate("P15D", ["死亡診断書（死体検案書）", "Certificate of death (inquest)"], UNSIGNED);

const NOTE: Label = [
    "コードのない紙はすべて届出用に交付する。署名の後に写しをとるか【控え】に書き、【控え】を戻す。",
    "Every page without a code is for the registry; the COPY is written or photocopied after signing, and returns.",
];

/// P15C: for the registry, then its copy.
pub(crate) fn birth(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    born(sheet);
    sheet.copy();
    sheet.say(COPY, Weight::Bold);
    born(sheet);
}

fn born(sheet: &mut Sheet<'_>) {
    let hospital = sheet.hospital().to_owned();
    sheet.slots_of(
        &[
            slot("child", ["子の氏名", "Child's name"], 2.2, What::Pen),
            slot("sex", ["男女の別", "Sex"], 1.0, What::Ticks(SEX)),
        ],
        TALL,
    );
    sheet.slots(&[
        slot("born", ["生まれたとき（令和）", "Born (Reiwa)"], 2.0, What::Digits(&YMD)),
        slot("half", ["午前・午後", "am, pm"], 1.0, What::Ticks(HALF)),
        slot("at", ["時刻", "At"], 1.2, What::Digits(&HM)),
    ]);
    sheet.slots(&[slot("place.kind", ["出生したところの種別", "Kind of place of birth"], 1.0, What::Ticks(BORN_AT))]);
    sheet.slots_of(&[slot("place", ["出生したところ（番地・号まで）", "Place of birth"], 1.0, What::Pen)], TALL);
    sheet.slots(&[slot(
        "facility",
        ["（種別1〜3）施設の名称", "Name of the institution (kinds 1 to 3)"],
        1.0,
        What::Said(&hospital),
    )]);
    sheet.slots(&[
        slot("weight", ["体重", "Weight"], 1.2, What::Digits(&[(4, ["グラム", "g"])])),
        slot("length", ["身長", "Length"], 1.5, What::Digits(&[(2, [".", "."]), (1, ["センチメートル", "cm"])])),
    ]);
    sheet.slots(&[
        slot("babies", ["単胎・多胎の別", "Single or multiple"], 1.5, What::Ticks(BABIES)),
        slot(
            "which",
            ["多胎のとき", "If multiple"],
            1.2,
            What::Digits(&[(1, ["子中第", "of which"]), (1, ["子", ""])]),
        ),
    ]);
    sheet.slots_of(
        &[
            slot("mother", ["母の氏名", "Mother's name"], 1.5, What::Pen),
            slot(
                "weeks",
                ["妊娠週数（満）", "Weeks of pregnancy"],
                1.2,
                What::Digits(&[(2, ["週", "w"]), (1, ["日", "d"])]),
            ),
        ],
        TALL,
    );
    sheet.slots(&[slot(
        "alive",
        [
            "この母の出産した子の数: 出生子（この出生子及び出生後死亡した子を含む）",
            "Children born alive, this one and those who died counted",
        ],
        2.0,
        What::Digits(&[(2, ["人", ""])]),
    )]);
    sheet.slots(&[slot("dead", STILLBORN, 1.0, What::Digits(&[(2, ["胎", ""])]))]);
    certified(sheet);
}

fn certified(sheet: &mut Sheet<'_>) {
    sheet.say(["上記のとおり証明する。", "I certify the above."], Weight::Regular);
    sheet.slots(&[
        slot("certified", ["証明した日（令和）", "Certified on (Reiwa)"], 1.5, What::Digits(&YMD)),
        slot(
            "who",
            ["証明者", "Certified by"],
            1.6,
            What::Ticks(&[
                ("doctor", ["1医師", "1 doctor"]),
                ("midwife", ["2助産師", "2 midwife"]),
                ("other", ["3その他", "3 other"]),
            ]),
        ),
    ]);
    sheet.slots_of(
        &[
            slot("address", ["（住所）番地・号まで", "Address"], 1.8, What::Pen),
            slot("name", ["（氏名）署名", "Name, signature"], 1.2, What::Pen),
        ],
        TALL,
    );
    sheet.say(CORRECTED, Weight::Regular);
}

/// P15D: for the registry, then its copy.
pub(crate) fn death(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    whose(sheet, copied.chart);
    died(sheet, DIED_AT, WHERE);
    sheet.copy();
    died(sheet, DIED_AT_SHORT, WHERE_SHORT);
}

/// 氏名, 性別, 生年月日, which our block says on the copy.
fn whose(sheet: &mut Sheet<'_>, chart: Option<&Chart>) {
    let name = chart.map_or("", |chart| chart.patient.name.as_str());
    let born = chart.and_then(|chart| chart.patient.birth_date);
    let said = born.map_or_else(String::new, |_| sheet.w.birth(born));
    let name = slot("name", ["氏名", "Name"], 2.4, What::known(name));
    let sex = slot("sex", ["性別", "Sex"], 1.0, What::Ticks(SEX));
    if born.is_some() {
        return sheet.slots(&[name, sex, slot("born", ["生年月日", "Born on"], 2.2, What::Said(&said))]);
    }
    sheet.slots(&[name, sex]);
    sheet.slots(&[
        slot("era", ["生年月日", "Born in"], 1.5, What::Ticks(ERAS)),
        slot("born", ["年月日", "on"], 1.0, What::Digits(&YMD)),
    ]);
}

fn died(sheet: &mut Sheet<'_>, places: &[(&'static str, Label)], place: Label) {
    sheet.slots(&[
        slot("died", ["死亡したとき（令和）", "Died (Reiwa)"], 2.85, What::Digits(&YMDHM)),
        slot("half", ["午前・午後", "am, pm"], 1.0, What::Ticks(HALF)),
        slot("born.at", ["生後30日以内: 生まれた時刻", "If within 30 days: born"], 1.55, What::Digits(&HM)),
    ]);
    sheet.slots(&[slot("place.kind", ["死亡したところの種別", "Kind of place of death"], 1.0, What::Ticks(places))]);
    sheet.slots(&[
        slot("place", ["死亡したところ（番地・号まで）", "Place of death"], 1.4, What::Pen),
        slot("facility", ["（種別1〜5）施設の名称", "Institution (kinds 1 to 5)"], 1.2, What::Pen),
    ]);
    causes(sheet);
    sheet.slots(&[slot("manner", ["死因の種類", "Manner of death"], 1.0, What::Ticks(MANNER))]);
    external(sheet);
    infant(sheet);
    let as_above = sheet.w.say(AS_ABOVE);
    sheet.slots(&[
        slot("as_above", NOTHING, 0.99, What::Said(as_above)),
        slot("examined", ["診断（検案）年月日（令和）", "Certified on (Reiwa)"], 0.98, What::Digits(&YMD)),
        slot("issued", ["本診断書（検案書）発行年月日（令和）", "Issued on (Reiwa)"], 1.15, What::Digits(&YMD)),
    ]);
    // Without an address there is room for the stamp, which has the name too.
    let own = sheet.institution();
    let known = if own.address.is_empty() { String::new() } else { own.place(sheet.hospital()).replace('\n', "　") };
    sheet.slots(&[
        slot("where", place, 2.4, What::known(&known)),
        slot("doctor", ["（氏名）医師 署名", "Doctor, signature"], 1.0, What::Pen),
    ]);
}

/// I 欄, II 欄, operation, autopsy.
fn causes(sheet: &mut Sheet<'_>) {
    let room = sheet.room();
    let (w, ink) = (sheet.w, &mut sheet.ink);
    // The heads in one line: their columns are not those of the rows below, and the page has no room for a second.
    let heads = CAUSE_HEADS.map(|head| Cell::body(ink, w.say(head))).to_vec();
    let mut rows = vec![(Row::new(heads), vec![0.6 * room, 0.4 * room])];
    for cause in CAUSES {
        let cells = vec![Cell::body(ink, w.say(*cause)), Cell::default(), Cell::default()];
        let wides = [0.42, 0.34, 0.24].map(|share| share * room).to_vec();
        rows.push((Row { least: CAUSE, ..Row::new(cells) }, wides));
    }
    for (row, wides) in rows {
        let row = crate::table::laid(&row, &wides);
        sheet.need(row.height());
        sheet.row(&row, &wides, true);
    }
    sheet.slots(&[
        slot("operation", ["手術", "Operation"], 0.9, What::Ticks(NO_YES)),
        slot("operation.found", ["部位及び主要所見、手術年月日", "Where, findings, date"], 1.5, What::Pen),
        slot("autopsy", ["解剖", "Autopsy"], 0.9, What::Ticks(NO_YES)),
        slot("autopsy.found", ["主要所見", "Findings"], 1.0, What::Pen),
    ]);
}

/// 外因死の追加事項.
fn external(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot(
            "injured",
            ["外因死: 傷害が発生したとき（令和・平成・昭和）", "If external: injured (era)"],
            2.9,
            What::Digits(&YMDHM),
        ),
        slot("injured.half", ["午前・午後", "am, pm"], 1.1, What::Ticks(HALF)),
        slot("injured.where", ["都道府県・市区郡町村", "Where"], 1.4, What::Pen),
    ]);
    sheet.slots(&[
        slot("injured.kind", ["傷害が発生したところの種別", "Kind of place"], 1.4, What::Ticks(INJURED_AT)),
        slot("means", ["手段及び状況", "Means and circumstances"], 1.1, What::Pen),
    ]);
}

/// 生後1年未満で病死した場合の追加事項, and その他特に付言すべきことがら.
fn infant(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("infant.weight", ["1年未満: 出生時体重", "Under 1: weight born"], 1.15, What::Digits(&[(4, ["g", "g"])])),
        slot("infant.babies", ["単胎・多胎の別", "Single or multiple"], 1.45, What::Ticks(BABIES)),
        slot(
            "infant.which",
            ["多胎のとき", "If multiple"],
            1.05,
            What::Digits(&[(1, ["子中第", "of"]), (1, ["子", ""])]),
        ),
        slot("infant.weeks", ["妊娠週数（満）", "Weeks"], 0.83, What::Digits(&[(2, ["週", "w"])])),
        slot("infant.mother", ["母の生年月日", "Mother born on"], 0.92, What::Pen),
    ]);
    sheet.slots(&[
        slot("infant.state", MOTHER, 1.66, What::Ticks(STATE)),
        slot(
            "infant.before",
            ["前回まで: 出生児・死産児", "Before: alive, stillborn"],
            1.1,
            What::Digits(&[(2, ["人", "/"]), (2, ["胎", ""])]),
        ),
        slot("more", ["その他特に付言すべきことがら", "Anything else to be said"], 1.44, What::Pen),
    ]);
}

/// Height of a line of causes: what lets the whole certificate stand on one page, and not below 8 mm.
const CAUSE: f32 = 8.1 * crate::canvas::MM;
const CAUSES: &[Label] = &[
    ["I（ア）直接死因", "I (a) direct cause"],
    ["I（イ）（ア）の原因", "I (b) cause of (a)"],
    ["I（ウ）（イ）の原因", "I (c) cause of (b)"],
    ["I（エ）（ウ）の原因", "I (d) cause of (c)"],
    [
        "II 直接には死因に関係しないがI欄の傷病経過に影響を及ぼした傷病名等",
        "II diseases that bore on those of I without causing the death",
    ],
];
const CAUSE_HEADS: [Label; 2] = [
    [
        "死亡の原因（終末期の状態の心不全、呼吸不全等は書かない）",
        "Cause of death (never failing heart or breath as its end)",
    ],
    ["発病（発症）又は受傷から死亡までの期間", "From onset or injury until death"],
];

const AS_ABOVE: Label =
    ["上記のとおり診断（検案）する。\n標題とも不要な方を二重線で消す", "I certify the above.\nStrike what it is not."];
const WHERE: Label = [
    "病院、診療所、介護医療院若しくは介護老人保健施設等の名称及び所在地又は医師の住所",
    "Hospital, clinic or care home and its place, or the doctor's address",
];
/// The same in one line, on our copy.
const WHERE_SHORT: Label = [
    "病院、診療所、施設等の名称及び所在地又は医師の住所",
    "Hospital, clinic or care home and its place, or the doctor's address",
];
const MOTHER: Label = ["妊娠・分娩時における母体の病態又は異状", "Mother's state in pregnancy, birth"];
const STILLBORN: Label =
    ["死産児（妊娠満22週以後）（ないとき・満21週以前は0）", "Stillborn (22 weeks on; 0 if none, or before)"];
const CORRECTED: Label =
    ["訂正は二重線で消し、訂正箇所に記名", "Correct by two lines through it, and your name beside it."];

/// Where an address or a name is written.
const TALL: f32 = 19.0 * crate::canvas::MM;
const SEX: &[(&str, Label)] = &[("m", ["1男", "1 male"]), ("f", ["2女", "2 female"])];
const ERAS: &[(&str, Label)] = &[
    ("meiji", ["明治", "Meiji"]),
    ("taisho", ["大正", "Taisho"]),
    ("showa", ["昭和", "Showa"]),
    ("heisei", ["平成", "Heisei"]),
    ("reiwa", ["令和", "Reiwa"]),
];
const HALF: &[(&str, Label)] = &[("am", ["午前", "am"]), ("pm", ["午後", "pm"])];
const BORN_AT: &[(&str, Label)] = &[
    ("k1", ["1病院", "1 hospital"]),
    ("k2", ["2診療所", "2 clinic"]),
    ("k3", ["3助産所", "3 maternity home"]),
    ("k4", ["4自宅", "4 home"]),
    ("k5", ["5その他", "5 other"]),
];
const BABIES: &[(&str, Label)] = &[("one", ["1単胎", "1 single"]), ("more", ["2多胎", "2 multiple"])];
const DIED_AT: &[(&str, Label)] = &[
    ("k1", ["1病院", "1 hospital"]),
    ("k2", ["2診療所", "2 clinic"]),
    ("k3", ["3介護医療院・介護老人保健施設", "3 long-term care"]),
    ("k4", ["4助産所", "4 maternity"]),
    ("k5", ["5老人ホーム", "5 aged care"]),
    ("k6", ["6自宅", "6 home"]),
    ("k7", ["7その他", "7 other"]),
];
/// The same in one line: our copy bears more at its head, and is a page too.
const DIED_AT_SHORT: &[(&str, Label)] = &[
    ("k1", ["1病院", "1 hospital"]),
    ("k2", ["2診療所", "2 clinic"]),
    ("k3", ["3介護医療院・老人保健施設", "3 long-term care"]),
    ("k4", ["4助産所", "4 maternity"]),
    ("k5", ["5老人ホーム", "5 aged care"]),
    ("k6", ["6自宅", "6 home"]),
    ("k7", ["7その他", "7 other"]),
];
const NO_YES: &[(&str, Label)] = &[("no", ["1無", "1 no"]), ("yes", ["2有", "2 yes"])];
const MANNER: &[(&str, Label)] = &[
    ("m1", ["1病死及び自然死", "1 disease, natural"]),
    ("m2", ["2交通事故", "2 traffic"]),
    ("m3", ["3転倒・転落", "3 fall"]),
    ("m4", ["4溺水", "4 drowning"]),
    ("m5", ["5煙、火災及び火焔による傷害", "5 smoke, fire"]),
    ("m6", ["6窒息", "6 suffocation"]),
    ("m7", ["7中毒", "7 poisoning"]),
    ("m8", ["8その他（不慮）", "8 other accident"]),
    ("m9", ["9自殺", "9 suicide"]),
    ("m10", ["10他殺", "10 homicide"]),
    ("m11", ["11その他及び不詳の外因", "11 other external"]),
    ("m12", ["12不詳の死", "12 unknown"]),
];
const INJURED_AT: &[(&str, Label)] = &[
    ("k1", ["1住居", "1 home"]),
    ("k2", ["2工場及び建築現場", "2 works"]),
    ("k3", ["3道路", "3 road"]),
    ("k4", ["4その他", "4 other"]),
];
const STATE: &[(&str, Label)] =
    &[("no", ["1無", "1 no"]), ("yes", ["2有", "2 yes"]), ("unknown", ["3不詳", "3 unknown"])];
