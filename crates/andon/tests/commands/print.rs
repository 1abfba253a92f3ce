//! Printing through the door: the command and the button give a numbered run, tell it first, and print again only what is new.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::trees::{Hospital, messages};

fn print(station: &Station, words: &[&str]) -> Value {
    let out = station.folder().join("pack.pdf");
    station.run(&[&["print"], words, &["--out", out.to_str().unwrap(), "--json"]].concat()).ends(0).json()
}

fn numbers(printed: &Value) -> Vec<String> {
    let sheets = printed["sheets"].as_array().unwrap();
    sheets.iter().map(|sheet| sheet["number"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_ward_is_printed_in_bed_order_and_again_only_what_is_new() {
    let (station, _) = Station::fed();
    let beds = station.run(&["ward", "３病棟", "--json"]).json();
    let ids: Vec<&str> = beds["beds"].as_array().unwrap().iter().map(|bed| bed["id"].as_str().unwrap()).collect();
    let first = print(&station, &["ward", "３病棟", "--by", "試験 花子"]);
    assert_eq!(first["failed"], Value::Array(Vec::new()));
    let sheets = first["sheets"].as_array().unwrap();
    let forms: Vec<&str> = sheets.iter().map(|sheet| sheet["form"].as_str().unwrap()).collect();
    assert_eq!(forms[..4], ["P5", "PG", "PM", "P4"]);
    let printed: Vec<&str> = sheets[3..].iter().map(|sheet| sheet["id"].as_str().unwrap()).collect();
    assert_eq!(printed, ids, "a summary for each bed, in the order of beds");
    let pdf = std::fs::read(station.folder().join("pack.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF-") && pdf.len() > 20_000, "{}", pdf.len());
    // Nothing is new: nothing is printed, and the run has a number of its own all the same.
    let again = print(&station, &["ward", "03", "--changed", "--only", "summary"]);
    assert_eq!((&again["sheets"], &again["file"]), (&Value::Array(Vec::new()), &Value::Null));
    assert_eq!(again["unchanged"].as_u64().unwrap() as usize, ids.len());
    let third = print(&station, &["ward", "03"]);
    let all: BTreeSet<String> = [&first, &third].into_iter().flat_map(numbers).collect();
    assert_eq!(all.len(), numbers(&first).len() + numbers(&third).len(), "a number was given out twice");
    let looks = station.run(&["audit", "--act", "print", "--json"]).ends(0).json();
    assert_eq!(looks["looks"].as_array().unwrap().len(), 3);
    assert_eq!(looks["looks"][0]["about"], "ward:03");
}

#[test]
fn all_wards_are_one_document_and_one_run_and_each_ward_remembers_its_own() {
    let (station, _) = Station::fed();
    let all = print(&station, &["ward", "--all"]);
    let wards = station.run(&["ward", "--json"]).json();
    let beds: u64 = wards["wards"].as_array().unwrap().iter().map(|ward| ward["patients"].as_u64().unwrap()).sum();
    let summaries = |printed: &Value| {
        printed["sheets"].as_array().unwrap().iter().filter(|sheet| sheet["form"] == "P4").count() as u64
    };
    assert_eq!(summaries(&all), beds);
    assert_eq!(numbers(&all).iter().collect::<BTreeSet<_>>().len(), numbers(&all).len());
    assert!(std::fs::read(station.folder().join("pack.pdf")).unwrap().starts_with(b"%PDF-"));
    // What one ward's pack leaves out later is what this run printed of it.
    let again = print(&station, &["ward", "03", "--changed", "--only", "summary"]);
    assert_eq!((summaries(&again), again["unchanged"].as_u64().unwrap() > 0), (0, true));
}

#[test]
fn a_patient_is_printed_by_command_and_by_button() {
    let (station, said) = Station::fed();
    let people = said["special_people"].as_array().unwrap();
    let id = people.iter().find(|one| one["key"] == "allergy-clash").unwrap()["id"].as_str().unwrap();
    let printed = print(&station, &["patient", id]);
    assert_eq!(printed["sheets"][0]["id"], id);
    let out = station.folder().join("none.pdf");
    station.run(&["print", "patient", "99999999", "--out", out.to_str().unwrap()]).ends(1);
    station.run(&["print", "ward", "99", "--out", out.to_str().unwrap()]).ends(1);
    assert!(!out.exists());
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let chart = format!("/patients/self/{id}");
    let given = browser.post(&chart, "/print", &[("authority", "self"), ("id", id)]);
    assert!(given.status == 200 && given.body.starts_with("%PDF-"), "{}", given.status);
    let ward = browser.post("/wards/03", "/print", &[("ward", "03"), ("changed", "1")]);
    assert!(ward.status == 200 && ward.body.starts_with("%PDF-"), "{}", ward.status);
    assert_eq!(browser.post_raw("/print", &[("ward", "03")], "").status, 400, "without the form's token");
    running.stop();
    let looks = station.run(&["audit", "--act", "print", "--json"]).ends(0).json();
    let about: Vec<&str> =
        looks["looks"].as_array().unwrap().iter().map(|look| look["about"].as_str().unwrap()).collect();
    let patient = format!("self/{id}");
    assert_eq!(about, ["ward:03", patient.as_str(), patient.as_str()]);
}

/// Promise 11: a letter that no font has, in one patient's name, costs nobody their sheets, and the run says where it is.
#[test]
fn a_letter_no_font_has_keeps_nobody_from_their_sheets() {
    let hospital = Hospital::of("utf8");
    let person = *hospital.special("allergy-clash").last().unwrap();
    let (id, name) = (person["id"].as_str().unwrap(), person["name"].as_str().unwrap());
    let (family, _) = name.split_once(' ').unwrap();
    for file in messages(&hospital.root()).iter().filter(|file| file.components().any(|part| part.as_os_str() == id)) {
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        std::fs::write(file, text.replace(family, &format!("{family}\u{e000}"))).unwrap();
        let finished = SystemTime::now() - Duration::from_secs(60);
        std::fs::File::options().write(true).open(file).unwrap().set_modified(finished).unwrap();
    }
    let station = Station::training();
    station.feed(&hospital.root());
    let wards = station.run(&["ward", "--json"]).json();
    let wards = wards["wards"].as_array().unwrap().iter().map(|ward| ward["ward"].as_str().unwrap().to_owned());
    let lies = |ward: &String| {
        let beds = station.run(&["ward", ward, "--json"]).json();
        beds["beds"].as_array().unwrap().iter().any(|bed| bed["id"] == id)
    };
    let ward = wards.into_iter().find(lies).expect("a bed");
    let out = station.folder().join("pack.pdf");
    let words = ["print", "ward", &ward, "--out", out.to_str().unwrap(), "--json"];
    let printed = station.run(&words).ends(3).json();
    assert_eq!(printed["failed"], Value::Array(Vec::new()));
    let sheets = printed["sheets"].as_array().unwrap();
    let forms: Vec<&str> = sheets.iter().map(|sheet| sheet["form"].as_str().unwrap()).collect();
    assert_eq!(forms[..3], ["P5", "PG", "PM"]);
    assert!(sheets.iter().any(|sheet| sheet["id"] == id), "a summary with its letter in words");
    let flawed: Vec<&str> = printed["flawed"].as_array().unwrap().iter().map(|why| why.as_str().unwrap()).collect();
    assert!(flawed.iter().any(|why| why.contains(" P5 ") && why.contains("U+E000")), "{flawed:?}");
    assert!(flawed.iter().any(|why| why.contains(" P4 ") && why.contains("U+E000")), "{flawed:?}");
    assert!(flawed.iter().all(|why| !why.contains(family)), "{flawed:?}");
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let page = format!("/wards/{ward}");
    let told = browser.post(&page, "/print", &[("ward", &ward)]);
    assert!(told.status == 409 && told.body.contains("U+E000") && told.body.contains("name=\"rest\""), "{}", told.body);
    let given = browser.post(&page, "/print", &[("ward", &ward), ("rest", "1")]);
    assert!(given.status == 200 && given.body.starts_with("%PDF-"), "{}", given.status);
}

/// What is numbered and then goes nowhere would stand in the ledger as printed.
#[test]
fn a_file_that_cannot_be_written_is_told_before_a_number_is_taken() {
    let (station, _) = Station::fed();
    let beds = station.run(&["ward", "３病棟", "--json"]).json();
    let id = beds["beds"][0]["id"].as_str().unwrap();
    let before = station.events().len();
    for words in [
        vec!["sheet", "P7", "--patient", id],
        vec!["patient", id],
        vec!["ward", "03"],
        vec!["ward", "--all"],
        vec!["cards"],
        vec!["register"],
    ] {
        for out in ["/nonexist/x.pdf", station.folder().to_str().unwrap()] {
            if words == ["ward", "--all"] && out != "/nonexist/x.pdf" {
                continue;
            }
            let told = station.run(&[&["print"], words.as_slice(), &["--out", out]].concat()).ends(1);
            assert!(told.err.contains(out) && told.err.contains("番号は使っていません"), "{words:?} {}", told.err);
        }
    }
    assert_eq!(station.events().len(), before, "nothing was numbered");
    let left: Vec<String> = std::fs::read_dir(station.folder())
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with(".andon-"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_day_without_visitors_says_nothing_of_unchanged_patients() {
    let station = Station::training();
    let out = station.folder().join("none.pdf");
    let told = station.run(&["print", "packets", "--day", "2050-01-01", "--out", out.to_str().unwrap()]);
    assert!(told.out.contains("印刷するものはありません") && !told.out.contains("変わらない"), "{}", told.out);
}
