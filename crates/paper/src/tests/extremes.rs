//! Charts at the edge of what a sheet must hold, for tests and for the example `pack`: forty drugs, long names, rare and missing
//! letters, nothing at all. Nobody in them exists.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]

use chart::temporary::Block;
use std::sync::Arc;

use chart::{Allergy, AsOf, Body, Chart, Coded, Insurance, Lab, Meal, MoveKind, Quantity, Record, Sex};

use super::build::{allergy, chart_at, coded, drug, lab, message, moment, movement, person, problem, when};

/// When the charts are asked for.
pub const NOW: &str = "202110310630";

/// Family and given names that are long, rare, or both.
pub const NAMES: [(&str, &str); 4] = [
    ("𠮷野", "髙橋﨑槗"),
    ("アレハンドロガルシアフェルナンデスロペス", "マリアグアダルーペヒメネスサンチェスモンテネグロ"),
    ("渡邉", "葛\u{e0100}子"),
    ("Wolfeschlegelsteinhausenbergerdorff", "Hubert Blaine Adolph Charles David Earl Frederick"),
];

/// Address, telephone, 都道府県番号, 点数表番号 and 医療機関コード of a hospital, as long as they may be.
pub const INSTITUTION: [&str; 5] = [
    "〒779-3699 美灯県美馬郡美灯町大字半田字中藪二百三十四番地の一 美灯町立病院本館一階医事課受付係気付（正面玄関）",
    "0883-64-31451234（代）",
    "36",
    "1",
    "3612345",
];

pub fn patient(extra: Vec<Body>) -> Chart {
    chart_with(person("山田", "花子", "ﾔﾏﾀﾞ ﾊﾅｺ"), extra)
}

pub fn chart_with(person: Body, extra: Vec<Body>) -> Chart {
    let messages = [
        message("ADT-00", 1, "20211020", vec![person]),
        message("ADT-22", 2, "20211020", vec![movement(MoveKind::Admit, "20211020", "3東")]),
        message("OMP-01", 3, "202110301830", extra),
    ];
    chart_at(&messages, NOW)
}

pub fn forty_drugs() -> Chart {
    let name = |n: u32| {
        if n == 39 {
            "ワーファリン錠1mg".to_owned()
        } else {
            format!("アムロジピンＯＤ錠{n:02}ｍｇ「トーワ」")
        }
    };
    patient((0..40).map(|n| drug(&name(n), "1", &n.to_string(), "20211030", "14")).collect())
}

/// Somebody of this name with a long reading.
pub fn named((family, given): (&str, &str)) -> Chart {
    let kana = format!("ﾔﾏﾀﾞ{}", "ｱﾚﾊﾝﾄﾞﾛ".repeat(6));
    chart_with(person(family, given, &kana), Vec::new())
}

pub fn nothing() -> Chart {
    chart_at(&[], NOW)
}

/// A 仮患者 of whom only the number is known, as long as such a number may be.
pub fn temporary() -> Chart {
    let [authority, station] = ["self", "ffeeddccbbaa99887766554433221100"].map(str::to_owned);
    let block = Block { authority, station, life: 99, width: 24, first: 99_999, count: 1 };
    let patient = block.checked().unwrap().patients().remove(0);
    let record = Record { patient, facts: Vec::new(), faults: Vec::new(), carried: Vec::new() };
    Chart::at(&record, &AsOf::live(moment(NOW)))
}

/// Somebody of whom much is known, all of it long: name, insurance, address, twelve diseases, allergies, results in units as senders
/// code them, drugs whose amount in all follows from nothing, a meal; a man, in a department of which only the code came.
pub fn full() -> Chart {
    let mut who = person("阿武隈川原", "権左衛門之介", "ｱﾌﾞｸﾏｶﾞﾜﾗ ｺﾞﾝｻﾞｴﾓﾝﾉｽｹ");
    if let Body::Person(who) = &mut who {
        let who = Arc::make_mut(who);
        who.sex = Sex::Male;
        who.addresses = vec!["999-4411 灯野県美灯市大字美灯字上の段下の段乙12345番地の67 美灯団地東棟 1203号室".into()];
        who.phones = vec!["自宅 0000-43-9374".into()];
    }
    let insurance = Insurance {
        payer_id: "39990015".into(),
        payer_name: "灯野県後期高齢者医療広域連合".into(),
        symbol: "灯野・第一".into(),
        number: "1234567890123".into(),
        relation: coded("本人"),
        ..Insurance::default()
    };
    let quantity = |value: &str, unit: &str| Quantity { value: value.into(), unit: coded(unit) };
    let dosed = |name: &str, number: &str, usage: &str, [each, daily, all]: [Quantity; 3]| {
        let mut body = drug(name, number, "1", "20211028", "14");
        if let Body::Drug(drug) = &mut body {
            let drug = Arc::make_mut(drug);
            (drug.dose, drug.daily, drug.dispensed) = (each, daily, all);
            drug.usage = vec![coded(usage)];
        }
        body
    };
    let tablets = |each: &str, daily: &str, all: &str| [each, daily, all].map(|value| quantity(value, "錠"));
    let insulin = [quantity("6", "単位"), Quantity::default(), quantity("2", "キット")];
    let drugs = vec![
        dosed("アムロジピンOD錠5mg「トーワ」", "1", "内服・経口・１日３回朝昼夕食後", tablets("1", "3", "42")),
        dosed("インスリン グラルギンBS注ミリオペン「リリー」300単位", "2", "皮下注・１日１回就寝前", insulin),
        dosed("オキシコンチンTR錠5mg", "3", "内服・経口・１２時間ごと", tablets("1", "2", "28")),
    ];
    let result = |item: &str, value: &str, unit: &str| {
        let unit = Coded { code: unit.into(), ..Coded::default() };
        Body::from(Lab { unit, ..lab(item, value, "202110300600") })
    };
    let labs = [("WBC", "65", ".10*2/uL"), ("PLT", "24.8", ".10*4/uL"), ("Cr", "1.22", "mg/dL")];
    let labs = labs.map(|(item, value, unit)| result(item, value, unit)).to_vec();
    let disease = |n: usize| Body::from(problem(&format!("{n}番目の長い名前の慢性疾患急性増悪期")));
    let meal = Meal {
        diet: coded("糖尿病食1600kcal（食塩6g未満）"),
        text: "全粥・刻み・とろみ薄い".into(),
        start: Some(when("20211029")),
        ..Meal::default()
    };
    let mut admitted = movement(MoveKind::Admit, "20211020", "3東");
    if let Body::Move(admitted) = &mut admitted {
        Arc::make_mut(admitted).department = Coded { code: "10".into(), ..Coded::default() };
    }
    let food = Allergy {
        category: Coded { code: "FA".into(), ..Coded::default() },
        allergen: coded("そば・落花生・えび"),
        reaction: "呼吸困難、全身のじんましん".into(),
        ..Allergy::default()
    };
    let messages = [
        message("ADT-00", 1, "20211020", vec![who, insurance.into()]),
        message("ADT-22", 2, "20211020", vec![admitted]),
        message("ADT-61", 3, "20211020", vec![allergy("ペニシリン系抗生物質"), food.into()]),
        message("PPR-01", 4, "20211021", (1..=12).map(disease).collect()),
        message("OMP-01", 5, "20211028", drugs),
        message("OML-11", 6, "202110300600", labs),
        message("OMD", 7, "20211029", vec![meal.into()]),
    ];
    chart_at(&messages, NOW)
}

/// All of them, with the name of a file.
pub fn all() -> Vec<(String, Chart)> {
    let mut all = vec![
        ("forty-drugs".to_owned(), forty_drugs()),
        ("nothing".to_owned(), nothing()),
        ("temporary".to_owned(), temporary()),
        ("full".to_owned(), full()),
        ("thirty-allergies".to_owned(), patient((0..30).map(|n| allergy(&format!("物質{n}号"))).collect())),
    ];
    // Of somebody's own: no font has them.
    all.push(("missing-letters".to_owned(), named(("吉\u{e000}\u{e001}", "清"))));
    all.extend(NAMES.iter().enumerate().map(|(at, name)| (format!("name-{at}"), named(*name))));
    all
}
