//! Dialects: hospitals written as other senders write, each beside the same hospital in the house dialect. What a chart
//! of the one says, the chart of the other says too, or names the file as not understood.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::door::Station;
use crate::trees::{Hospital, messages};

/// Hospitals that between them switch every dialect on, as far as their switches go together.
const HOSPITALS: [&str; 3] = [
    "lf,fs1c,utf8,pid-unlike-path,name-off-by-one,time17,unknown-kinds",
    "crlf,msh18-variants,undivided-names,ibm-ext,half-kana,jis-x-0212,truncated,bare-id",
    "cr,missing-ascii-return,birth-in-pid9",
];

/// What a switch that spoils files makes the feed list.
const LISTED: [(&str, &str); 3] =
    [("pid-unlike-path", "pid_mismatch"), ("unknown-kinds", "unknown_kind"), ("truncated", "truncated")];

/// People whose charts are compared: long and short courses, inpatients, allergies, a child, a newborn.
const OPENED: [&str; 10] = [
    "same-name",
    "twins",
    "variant-kanji",
    "long-name",
    "leading-zero",
    "allergy-clash",
    "twenty-years",
    "chemotherapy",
    "food-allergy",
    "child-inpatient",
];

/// A line of a chart that must not be lost, by the file that says it. Half-width kana and variant kanji are folded: that
/// is how dialects differ.
type Lines = BTreeSet<(String, String)>;

fn lines(chart: &Value) -> Lines {
    let mut lines = Lines::new();
    let mut add = |item: &Value, words: &[&str]| {
        let text: Vec<String> =
            words.iter().map(|at| chart::fold_name(item.pointer(at).and_then(Value::as_str).unwrap_or(""))).collect();
        lines.insert((item["source"]["path"].as_str().unwrap().to_owned(), text.join(" ")));
    };
    let each = |at: &str| chart.pointer(at).and_then(Value::as_array).cloned().unwrap_or_default();
    each("/medications").iter().for_each(|item| {
        add(item, &["/drug/text", "/dose/value", "/dose/unit/text", "/usage/0/text", "/start"]);
    });
    each("/injections").iter().for_each(|item| {
        add(item, &["/ingredients/0/drug/text", "/ingredients/0/amount/value", "/start", "/route/text"]);
    });
    each("/allergies/items").iter().for_each(|item| add(item, &["/allergen/text", "/severity/text", "/reaction"]));
    each("/problems").iter().for_each(|item| add(item, &["/name/text", "/icd10/code", "/onset"]));
    for lab in each("/labs") {
        add(&lab["latest"], &["/item/text", "/value", "/unit/text", "/range", "/flag"]);
    }
    lines
}

/// Files named in the chart's faults.
fn faulty(chart: &Value) -> BTreeMap<&str, &str> {
    let faults = chart["faults"].as_array().unwrap().iter();
    faults.map(|fault| (fault["origin"]["path"].as_str().unwrap(), fault["code"].as_str().unwrap())).collect()
}

/// Fed and nothing lost: as many sightings as files, each source without trouble.
fn taken(dialect: &str) -> (Hospital, Station) {
    let (hospital, station) = (Hospital::of(dialect), Station::training());
    let fed = station.feed(&hospital.root());
    let files = messages(&hospital.root()).len();
    assert_eq!((&fed["taken"], &fed["withheld"]), (&files.into(), &0.into()), "{dialect}");
    assert_eq!(station.sound()["sightings"], files, "{dialect}");
    (hospital, station)
}

fn compare(dialect: &str, plain: &BTreeMap<String, Lines>) {
    let (hospital, station) = taken(dialect);
    let status = station.run(&["status", "--json"]).ends(3).json();
    let count = |code: &str| {
        let faults = status["faults"].as_array().unwrap().iter().filter(|fault| fault["code"] == code);
        faults.filter_map(|fault| fault["count"].as_u64()).sum::<u64>()
    };
    for (switch, code) in LISTED {
        let on = dialect == "all" || dialect.split(',').any(|word| word == switch);
        assert_eq!(on, count(code) > 0, "{dialect}: {switch} is listed as {code}: {}", status["faults"]);
    }
    for (number, want) in plain {
        let chart = station.chart(number);
        let (got, faults) = (lines(&chart), faulty(&chart));
        let lost: Vec<_> = want.difference(&got).filter(|(path, _)| !faults.contains_key(path.as_str())).collect();
        assert!(lost.is_empty(), "{dialect}: {number}: {lost:#?}");
        assert!(got.len() * 4 >= want.len() * 3, "{dialect}: {number}: {} of {} lines", got.len(), want.len());
    }
    for (key, words) in
        [("same-name", "タナカ カズエ"), ("twenty-years", "逢坂"), ("long-name", "アレハンドロガルシア")]
    {
        let found = station.run(&["search", words, "--json"]).ends(0).json();
        let hits = found["hits"].as_array().unwrap();
        let number = hospital.number(key);
        assert!(hits.iter().any(|hit| hit["id"] == number), "{dialect}: {words} finds {number}: {found}");
    }
}

/// The charts of the house dialect, which every other must come up to.
fn house() -> BTreeMap<String, Lines> {
    let (hospital, station) = (Hospital::plain(), Station::training());
    station.feed(&hospital.root());
    let status = station.run(&["status", "--json"]).ends(3).json();
    assert_eq!((&status["undecoded"], &status["sources"][0]["state"]), (&0.into(), &"silent".into()));
    for (limit, more) in [("1", true), ("2", false)] {
        let found = station.run(&["search", "タナカ カズエ", "--json", "--limit", limit]).ends(0).json();
        assert_eq!(
            (found["hits"].as_array().unwrap().len().to_string().as_str(), &found["more"]),
            (limit, &more.into())
        );
        let hits = found["hits"].as_array().unwrap();
        assert!(hits.iter().all(|hit| hit["same_birth"] == (limit == "2")), "{found}");
    }
    let numbers = OPENED.iter().map(|key| hospital.number(key).to_owned());
    let charts: BTreeMap<String, Lines> =
        numbers.map(|number| (number.clone(), lines(&station.chart(&number)))).collect();
    let of = |key: &str, words: &str| charts[hospital.number(key)].iter().any(|(_, line)| line.contains(words));
    assert!(of("allergy-clash", "ペニシリン") && of("allergy-clash", "アモキシシリン"), "{charts:#?}");
    assert!(of("food-allergy", "ソバ") && charts.values().all(|lines| !lines.is_empty()), "{charts:#?}");
    charts
}

#[test]
fn every_switch_is_in_one_of_the_hospitals() {
    let switched: BTreeSet<&str> = HOSPITALS.iter().flat_map(|words| words.split(',')).collect();
    let switches: BTreeSet<&str> = drill::Dialect::SWITCHES.iter().map(|(_, word, _)| *word).collect();
    assert_eq!(switched, switches);
}

#[test]
fn a_dialect_loses_no_drug_allergy_result_or_problem_in_silence() {
    let plain = house();
    for dialect in HOSPITALS {
        compare(dialect, &plain);
    }
    compare("all", &plain);
}
