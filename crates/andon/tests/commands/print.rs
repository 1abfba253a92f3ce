//! Printing through the door: the command and the button give a numbered run, tell it first, and print again only what is new.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::trees::messages;

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

/// Sends the basic record of a patient again as another system would, in UTF-8, with another family name.
fn rename(tree: &Path, id: &str, family: &str) {
    let folder = format!("/{id}/-/ADT-00/");
    let mine = messages(tree).into_iter().filter(|path| path.to_str().unwrap().contains(&folder));
    for file in mine {
        let bytes = fs::read(&file).unwrap();
        let (text, _, lost) = encoding_rs::ISO_2022_JP.decode(&bytes);
        assert!(!lost);
        let was = text.split("^^^^PI||").nth(1).unwrap().split('^').next().unwrap();
        let text = text.replace("~ISO IR87||ISO 2022-1994", "UNICODE UTF-8||").replace(was, family);
        fs::write(&file, text).unwrap();
        let finished = SystemTime::now() - Duration::from_secs(60);
        fs::File::options().write(true).open(&file).unwrap().set_modified(finished).unwrap();
    }
}

/// A pack without a patient must not look whole; and one name must not keep the paper of a whole ward back.
#[test]
fn a_pack_with_a_name_that_no_font_has_says_so_before_it_gives_the_rest() {
    let (station, said) = Station::fed();
    let people = said["special_people"].as_array().unwrap();
    let id = people.iter().find(|one| one["key"] == "same-name-ward").unwrap()["id"].as_str().unwrap();
    let tree = station.folder().join("tree");
    rename(&tree, id, "محمد");
    station.feed(&tree);
    assert!(station.chart(id)["patient"]["name"].as_str().unwrap().contains("محمد"));
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    for (lang, rest) in [("ja", "残りを印刷"), ("en", "Print the rest")] {
        browser.get(&format!("/?lang={lang}"));
        let told = browser.post("/wards/03", "/print", &[("ward", "03")]);
        assert!(told.status == 409 && told.body.contains("<html"), "{}: {}", told.status, told.body);
        let alert = told.body.split("role=\"alert\"").nth(1).unwrap().split("</div>").next().unwrap();
        // By the number of her sheet or her own: which are missing.
        assert!(alert.contains("帳票 ") || alert.contains(id), "{alert}");
        assert!(told.body.contains(rest), "{}", told.body);
        assert!(told.body.contains("name=\"ward\" value=\"03\""), "{}", told.body);
    }
    let given = browser.post("/wards/03", "/print", &[("ward", "03"), ("rest", "1")]);
    assert!(given.status == 200 && given.body.starts_with("%PDF-"), "{}: {}", given.status, given.body);
    assert!(given.body.len() > 20_000, "the rest of a ward is more than {}", given.body.len());
    running.stop();
}
