//! Temporary patients through the doors people use: numbers that nobody else has, paper printed with them, and their charts.

use std::collections::BTreeSet;
use std::path::Path;

use chart::check_digit::confirmation;
use serde_json::Value;

use crate::door::{Station, program, run};
use crate::people::Browser;
use crate::running::Running;

/// Prints for temporary patients at a home; gives the sheets.
fn print(home: &Path, words: &[&str]) -> Vec<Value> {
    let out = home.with_file_name("temporary.pdf");
    let args = [&["print", "sheet"], words, &["--json", "--out", out.to_str().unwrap()]].concat();
    let printed = run(program(&args).arg("--home").arg(home)).ends(0).json();
    printed["sheets"].as_array().unwrap().clone()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

/// Each patient of these sheets once: authority and number.
fn patients(sheets: &[Value]) -> BTreeSet<(String, String)> {
    sheets.iter().map(|sheet| (text(sheet, "authority").to_owned(), text(sheet, "id").to_owned())).collect()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(Result::unwrap) {
        let (path, at) = (entry.path(), to.join(entry.file_name()));
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => copy(&path, &at),
            kind if kind.is_file() => drop(std::fs::copy(path, at).unwrap()),
            _ => {}
        }
    }
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
}

#[test]
fn stations_copies_and_restored_homes_never_give_the_same_number() {
    let (one, other) = (Station::real(), Station::real());
    let before = patients(&print(&one.home(), &["TEMP", "--copies", "2"]));
    let copied = one.folder().join("copied");
    copy(&one.home(), &copied);
    let begun = ["doctor", "--new-incarnation", "--by", "行灯 花子", "--reason", "写しから"];
    run(program(&begun).arg("--home").arg(&copied)).ends(0);
    let mut all = before.clone();
    for home in [one.home(), copied, other.home()] {
        for words in [["P7", "--temporary", "--copies", "3"], ["L3", "--temporary", "--copies", "2"]] {
            let taken = patients(&print(&home, &words));
            assert_eq!(taken.len(), words[3].parse::<usize>().unwrap());
            for patient in taken {
                assert!(all.iter().all(|(_, number)| *number != patient.1), "{}", patient.1);
                assert!(all.insert(patient));
            }
        }
    }
    assert_eq!(all.len(), 2 + 3 * 5);
    // Life 1 of one station, life 2 of the copy: nothing else tells their numbers apart.
    let life = |number: &str| number[number.len() - 7..number.len() - 5].to_owned();
    assert_eq!(all.iter().map(|(_, number)| life(number)).collect::<BTreeSet<_>>().len(), 2);
    one.sound();
}

#[test]
fn a_temporary_patient_has_paper_and_a_chart_until_a_person_links_the_numbers() {
    let (station, said) = Station::fed();
    let known = text(&said["special_people"][0], "id").to_owned();
    let sheets = print(&station.home(), &["TEMP", "--copies", "2"]);
    let forms: BTreeSet<&str> = sheets.iter().map(|sheet| text(sheet, "form")).collect();
    assert_eq!(forms, BTreeSet::from(["L1", "L2", "L3", "P10B", "P12A", "P13A", "P6", "P7", "P9A", "P9B"]));
    assert_eq!((patients(&sheets).len(), sheets.len()), (2, 20));
    let (authority, number) = patients(&sheets).into_iter().next().unwrap();
    assert!(number.len() >= known.len() + 3 && number.starts_with('9'), "{number} {known}");
    // The chart is there before any paper is, and says whose number it is.
    let chart = station.chart(&number);
    assert_eq!(
        (&chart["patient"]["temporary"], text(&chart["patient"], "authority")),
        (&Value::Bool(true), &*authority)
    );
    assert_eq!(station.chart(&known)["patient"]["temporary"], false);
    assert_eq!(text(&chart["allergies"], "answer"), "not_recorded", "never none");
    // A page with the number comes back.
    let pdf = std::fs::read(station.folder().join("temporary.pdf")).unwrap();
    let at = sheets.iter().position(|sheet| text(sheet, "form") == "P7" && text(sheet, "id") == number).unwrap();
    let page: u64 = sheets[..at].iter().map(|sheet| sheet["pages"].as_u64().unwrap()).sum::<u64>() + 1;
    let picture = station.folder().join("p7.jpg");
    std::fs::write(&picture, scan::picture(&pdf, page as usize, 1_754).unwrap()).unwrap();
    let read = station.run(&["scan", picture.to_str().unwrap(), "--json"]).ends(0).json();
    assert_eq!((&read["pages"][0]["patient"], &read["pages"][0]["reason"]), (&Value::from(&*number), &Value::Null));
    let papers = |id: &str| station.chart(id)["papers"].as_array().unwrap().len();
    assert_eq!((papers(&number), papers(&known)), (1, 0));
    // Found by the number with its 照合番号, and by nothing else.
    let check = confirmation(&number).unwrap();
    let found = station.run(&["search", &format!("{number}-{check}"), "--json"]).ends(0).json();
    assert_eq!((&found["hits"][0]["id"], &found["hits"][0]["temporary"]), (&Value::from(&*number), &Value::Bool(true)));
    assert_eq!((found["hits"].as_array().unwrap().len(), &found["missing_number"]), (1, &Value::Null));
    let nobody = format!("{}99999", &number[..number.len() - 5]);
    station.run(&["chart", &nobody]).ends(1);
    assert!(station.run(&["search", &nobody, "--json"]).json()["hits"].as_array().unwrap().is_empty());
    // Named persons join and part.
    let words = |act: &'static str| {
        [act, &number, &known, "--by", "行灯 花子", "--reason", "診察券が見つかった"].map(str::to_owned)
    };
    let say = |act| station.run(&words(act).each_ref().map(String::as_str)).ends(0);
    say("link");
    assert_eq!((papers(&number), papers(&known)), (1, 1));
    assert_eq!(station.chart(&number)["patient"]["name"], station.chart(&known)["patient"]["name"]);
    say("unlink");
    assert_eq!((papers(&number), papers(&known)), (1, 0));
    assert_eq!(station.chart(&number)["patient"]["name"], "");
    station.sound();
}

#[test]
fn forms_that_need_a_copy_or_are_nobodys_are_refused_before_a_number_is_taken() {
    let station = Station::real();
    let out = station.folder().join("x.pdf");
    for words in
        [&["P4", "--temporary"][..], &["P1", "--temporary"], &["TEMP", "--copies", "500"], &["TEMP", "--patient", "1"]]
    {
        station.run(&[&["print", "sheet"], words, &["--out", out.to_str().unwrap()]].concat()).ends(2);
    }
    assert!(station.events().iter().all(|event| event.kind != 23));
}

#[test]
fn the_page_prints_for_temporary_patients_and_opens_their_charts() {
    let station = Station::training();
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let printed = browser.post("/sheets", "/sheets/print", &[("form", "P7"), ("temporary", "1"), ("copies", "2")]);
    assert_eq!(printed.status, 200, "{}", printed.body);
    let both = [("form", "P7"), ("temporary", "1"), ("patient", "0001"), ("copies", "1")];
    assert!(browser.post("/sheets", "/sheets/print", &both).body.contains("どちらか一方"));
    let sheets = station.run(&["sheets", "--json"]).ends(0).json();
    let number = text(&sheets["sheets"][0], "patient").to_owned();
    let found = browser.get(&format!("/?q={number}-{}", confirmation(&number).unwrap())).body;
    let href =
        found.split("href=\"").find(|part| part.contains("-TEMP-")).unwrap().split('"').next().unwrap().to_owned();
    let chart = browser.get(&href);
    assert_eq!(chart.status, 200);
    assert!(chart.body.contains("仮患者") && chart.body.contains(&number), "{}", chart.body);
    running.stop();
}
