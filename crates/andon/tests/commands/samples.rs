//! The official SS-MIX2 samples (NHO), where they lie beside the project: every value of every file is on the chart or
//! named as not understood. What the files hold is read here in the simplest way there is: decode, then split.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::door::{Station, values};

/// Fields whose value is a count or a mark of the message itself, with the reason why no chart repeats it. `*` stands
/// for any segment.
const OF_THE_MESSAGE: &[(&str, &str)] = &[
    ("*-1", "set ID: a running number of segments of one name"),
    ("EVN-2", "when the event was keyed in; 発生日時 and MSH-7 are shown as the message's time"),
    ("OBX-2", "data type of OBX-5: seen in how the value is shown"),
    ("PID-3.5", "type of the number, always PI"),
    ("PID-5.7", "type of the name, always L"),
    ("NK1-2.7", "the same"),
    ("NK1-13.2", "type of the employer's name, always D"),
    ("PID-11.6", "country of an address"),
    ("NK1-4.6", "the same"),
    ("PID-11.7", "type of an address"),
    ("NK1-4.7", "the same"),
    ("PV1-3.6", "type of a place: clinic or ward, as PV1-2 says"),
    ("ORC-13.6", "the same"),
    ("RXE-7.3", "name of the hospital's own table of instructions, whose words are shown"),
    ("PID-13.3", "equipment of a telecom number, always PH"),
    ("PID-14.3", "the same"),
    ("NK1-5.3", "the same"),
    ("NK1-6.3", "the same"),
    ("PID-33", "when the record of the person was last changed, in messages about something else"),
];

/// Codes the chart says in words of its own: field, code, the chart's word.
const IN_WORDS: &[(&str, &str, &str)] = &[
    ("PID-8", "M", "male"),
    ("PID-5.8", "I", "ideographic"),
    ("PID-5.8", "P", "phonetic"),
    ("NK1-2.8", "I", "ideographic"),
    ("NK1-2.8", "P", "phonetic"),
    ("PID-13.2", "PRN", "自宅"),
    ("PID-13.2", "EMR", "緊急"),
    ("PID-14.2", "WPN", "勤務先"),
    ("NK1-5.2", "PRN", "自宅"),
    ("NK1-6.2", "WPN", "勤務先"),
];

/// Components that only say how a person's name is written (XCN 10 and 15): `L`, `I`, `P`.
const NAME_WRITING: [usize; 2] = [10, 15];

fn samples() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|dir| dir.join("shared/data/ssmix2/nho")).find(|dir| dir.is_dir())
}

/// A value of a message, down to the subcomponent.
struct Leaf {
    /// `PID-5`
    field: String,
    /// `PID-5.7`
    component: String,
    component_no: usize,
    text: String,
}

/// Every non-empty value of a message except its header.
fn leaves(text: &str) -> Vec<Leaf> {
    let mut leaves = Vec::new();
    for line in text.split(['\r', '\n']).filter(|line| !line.starts_with("MSH")) {
        let mut fields = line.split('|');
        let segment = fields.next().unwrap_or_default();
        for (no, value) in fields.enumerate() {
            let field = format!("{segment}-{}", no + 1);
            for repetition in value.split('~') {
                for (component_no, component) in repetition.split('^').enumerate().map(|(no, text)| (no + 1, text)) {
                    for text in component.split('&').filter(|text| !text.trim().is_empty()) {
                        let component = format!("{field}.{component_no}");
                        leaves.push(Leaf {
                            field: field.clone(),
                            component,
                            component_no,
                            text: text.trim().to_owned(),
                        });
                    }
                }
            }
        }
    }
    leaves
}

/// True when one of the chart's values says this one: the words, or the same time written in full.
fn said(leaf: &str, values: &[String]) -> bool {
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).take(17).collect::<String>();
    let time = leaf.len() >= 4 && leaf.chars().all(|c| c.is_ascii_digit() || c == '.');
    let short = leaf.chars().count() <= 3;
    values.iter().any(|value| {
        let words = if short {
            value.split(|c: char| c.is_whitespace() || "&/^".contains(c)).any(|word| word == leaf)
        } else {
            value.contains(leaf)
        };
        let iso = value.as_bytes().get(4).is_none_or(|dash| *dash == b'-');
        words || (time && iso && digits(value.split('+').next().unwrap_or_default()).starts_with(&digits(leaf)))
    })
}

/// What of a message its chart does not say.
fn lost(text: &str, of_file: &[String], of_person: &[String]) -> Vec<String> {
    let mut lost = Vec::new();
    for leaf in leaves(text) {
        let is = |name: &str| name == leaf.field || name == leaf.component || name == format!("*-{}", &leaf.field[4..]);
        let writing = NAME_WRITING.contains(&leaf.component_no) && ["L", "I", "P"].contains(&leaf.text.as_str());
        let (segment, _) = leaf.field.split_once('-').unwrap();
        let own = OF_THE_MESSAGE.iter().any(|(name, _)| is(name));
        let word =
            IN_WORDS.iter().find(|(name, code, _)| is(name) && *code == leaf.text).map_or(leaf.text.as_str(), |w| w.2);
        // One version of the person stands for all messages that say the same of them.
        let by_person = segment == "PID" && said(word, of_person);
        if !(own || writing || said(word, of_file) || by_person) {
            lost.push(format!("{} {}", leaf.component, leaf.text));
        }
    }
    lost
}

fn fed() -> Option<(PathBuf, Station)> {
    let Some(root) = samples() else {
        println!("skipped: no shared/data/ssmix2/nho above this crate");
        return None;
    };
    let station = Station::real();
    station.feed(&root);
    Some((root, station))
}

#[test]
fn every_value_of_every_sample_is_on_the_chart_or_named() {
    let Some((root, station)) = fed() else { return };
    let found = station.run(&["search", "9999013", "--json"]).ends(0).json();
    assert_eq!((&found["hits"][0]["name"], &found["training"]), (&"患者 太郎".into(), &false.into()));
    let chart = station.chart("9999013");
    let of_file = values(&chart);
    let of_person: Vec<String> = values(&chart["patient"]).into_values().flatten().collect();
    let mut missing = BTreeMap::new();
    let mut files = crate::trees::messages(&root);
    files.retain(|file| file.to_string_lossy().contains("9999013_"));
    assert!(files.len() >= 9, "{files:?}");
    for file in files {
        let below = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let bytes = std::fs::read(&file).unwrap();
        let text = formats::charset::decode(&bytes).text.into_owned();
        let own = of_file.get(&below).unwrap_or_else(|| panic!("nothing of {below} is on the chart"));
        let lost = lost(&text, own, &of_person);
        if !lost.is_empty() {
            missing.insert(below, lost);
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn a_number_unlike_the_path_is_a_fault_and_a_doubt_on_everything_of_that_message() {
    let Some((_, station)) = fed() else { return };
    let chart = station.chart("9999013");
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for fault in chart["faults"].as_array().unwrap() {
        assert_eq!((&fault["code"], &fault["at"]), (&"pid_mismatch".into(), &"PID-3".into()), "{fault}");
        seen.push((fault["origin"]["kind"].as_str().unwrap(), fault["origin"]["other_ids"][0].as_str().unwrap()));
    }
    seen.sort_unstable();
    let want = [("ADT-61", "12345678"), ("OML-11", "0001000052"), ("OMG-01", "12345678"), ("PPR-01", "1234567890")];
    let mut want = want.to_vec();
    want.sort_unstable();
    assert_eq!(seen, want);
    for allergy in chart["allergies"]["items"].as_array().unwrap() {
        let doubtful = allergy["source"]["kind"] == "ADT-61";
        let marked =
            allergy["doubts"].as_array().is_some_and(|doubts| doubts.contains(&Value::from("other_patient_id")));
        assert_eq!(doubtful, marked, "{allergy}");
    }
    let status = station.run(&["status", "--json"]).ends(3).json();
    let listed = status["faults"].as_array().unwrap().iter().find(|fault| fault["code"] == "pid_mismatch");
    assert_eq!(listed.unwrap()["count"], 4);
    // Software attaches nothing to the number that PID-3 names: its chart is empty but for the doubt.
    for (other, messages) in [("12345678", 2), ("0001000052", 1), ("1234567890", 1)] {
        let chart = station.run(&["chart", other, "--json"]).ends(0).json();
        let doubts = chart["doubts"].as_array().unwrap();
        assert_eq!(doubts.len(), messages, "{other}");
        assert!(doubts.iter().all(|doubt| doubt["filed_under"] == "9999013"), "{other}");
        assert_eq!((&chart["allergies"]["items"], &chart["labs"]), (&Value::Array(vec![]), &Value::Array(vec![])));
    }
    station.run(&["chart", "55555", "--json"]).ends(1);
}
