//! Charts at the edge of what a sheet must hold, for tests and for the example `pack`: forty drugs, long names, rare and missing
//! letters, nothing at all. Nobody in them exists.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]

use chart::temporary::Block;
use chart::{AsOf, Body, Chart, MoveKind, Record};

use super::build::{allergy, chart_at, drug, message, moment, movement, person};

/// When the charts are asked for.
pub const NOW: &str = "202110310630";

/// Family and given names that are long, rare, or both.
pub const NAMES: [(&str, &str); 4] = [
    ("𠮷野", "髙橋﨑槗"),
    ("アレハンドロガルシアフェルナンデスロペス", "マリアグアダルーペヒメネスサンチェスモンテネグロ"),
    ("渡邉", "葛\u{e0100}子"),
    ("Wolfeschlegelsteinhausenbergerdorff", "Hubert Blaine Adolph Charles David Earl Frederick"),
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

/// All of them, with the name of a file.
pub fn all() -> Vec<(String, Chart)> {
    let mut all = vec![
        ("forty-drugs".to_owned(), forty_drugs()),
        ("nothing".to_owned(), nothing()),
        ("temporary".to_owned(), temporary()),
        ("thirty-allergies".to_owned(), patient((0..30).map(|n| allergy(&format!("物質{n}号"))).collect())),
    ];
    // Of somebody's own: no font has them.
    all.push(("missing-letters".to_owned(), named(("吉\u{e000}\u{e001}", "清"))));
    all.extend(NAMES.iter().enumerate().map(|(at, name)| (format!("name-{at}"), named(*name))));
    all
}
