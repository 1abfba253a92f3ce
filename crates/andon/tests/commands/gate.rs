//! A storage that is being encrypted, by the commands: charts stay as they were, people are told by a command of the hospital's,
//! a named person decides.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::door::Station;
use crate::printing::text_of;
use crate::running::Running;
use crate::trees::{Page, messages};

const NUMBERS: [&str; 5] = ["4123001", "4123002", "4123003", "4123004", "4123005"];
const BY: [&str; 4] = ["--by", "院長 山田", "--reason", "業者と確かめた"];
/// A busy machine starts a command late.
const PATIENCE: Duration = Duration::from_secs(60);

fn fed() -> (Station, PathBuf) {
    let station = Station::real();
    let root = station.folder().join("storage");
    for says in NUMBERS {
        let sent = "20211030090000";
        Page { number: says, says, family: "架空", given: "花子", sent, processing: "P", segments: "" }.write(&root);
    }
    station.feed(&root);
    (station, root)
}

/// Every message becomes noise where it lies; what there was.
fn encrypt(root: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let kept = messages(root).into_iter().map(|path| (path.clone(), fs::read(path).unwrap()));
    let kept: Vec<_> = kept.collect();
    for (at, (path, plain)) in kept.iter().enumerate() {
        let mut state = at as u32 * 7919 + 1;
        let noise = plain.iter().map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state as u8
        });
        put(path, &noise.chain([b'\r']).collect::<Vec<u8>>(), 30);
    }
    kept
}

fn put(path: &Path, bytes: &[u8], seconds_ago: u64) {
    fs::write(path, bytes).unwrap();
    let written = SystemTime::now() - Duration::from_secs(seconds_ago);
    fs::File::options().write(true).open(path).unwrap().set_modified(written).unwrap();
}

fn hold(station: &Station, code: i32) -> Value {
    station.run(&["gate", "status", "--json"]).ends(code).json()["sources"][0]["hold"].clone()
}

#[test]
fn charts_stay_as_they_were_until_a_named_person_releases() {
    let (station, root) = fed();
    assert_eq!(hold(&station, 0), Value::Null);
    station.run(&["gate", "release", "storage", BY[0], BY[1], BY[2], BY[3]]).ends(2);
    let before = station.chart(NUMBERS[0]);
    let kept = encrypt(&root);
    station.feed(&root);
    let held = hold(&station, 3);
    assert_eq!((&held["trusted"], &held["name"]), (&5.into(), &"storage".into()), "{held}");
    assert_eq!(held["alarms"][0]["rule"], "unreadable");
    let after = station.chart(NUMBERS[0]);
    assert_eq!(after["patient"], before["patient"]);
    assert_eq!(after["faults"], before["faults"], "nothing of what is suspect is in the chart");
    assert_eq!(station.run(&["search", "架空", "--json"]).ends(0).json()["hits"].as_array().unwrap().len(), 5);
    let status = station.run(&["status", "--json"]).ends(3).json();
    assert_eq!((&status["red"], &status["sources"][0]["state"]), (&true.into(), &"held".into()));
    assert!(station.run(&["gate", "status"]).ends(3).out.contains("保留"));
    // Who decides says who, and what can be.
    station.run(&["gate", "release", "nowhere", BY[0], BY[1], BY[2], BY[3]]).ends(1);
    station.run(&["gate", "release", "storage"]).ends(2);
    station.run(&["gate", "release", "storage", "--to", "99", BY[0], BY[1], BY[2], BY[3]]).ends(2);
    let told = station.run(&["gate", "extend", "storage", "--hours", "48", BY[0], BY[1], BY[2], BY[3], "--json"]);
    let told = told.ends(0).json();
    assert_eq!((&told["act"], &told["source"]["hold"]["decided"][0]["act"]), (&"extend".into(), &"extend".into()));
    assert_eq!(hold(&station, 3)["decided"][0]["by"], BY[1]);
    // The vendor puts everything back; what was held counts once a person says so.
    for (path, plain) in &kept {
        put(path, plain, 10);
    }
    station.feed(&root);
    assert_eq!(hold(&station, 3)["trusted"], 5);
    let told = station.run(&["gate", "release", "storage", BY[0], BY[1], BY[2], BY[3], "--json"]).ends(0).json();
    assert_eq!(
        (&told["act"], &told["source"]["name"], &told["source"]["hold"]),
        (&"release".into(), &"storage".into(), &Value::Null)
    );
    assert_eq!(hold(&station, 0), Value::Null);
    assert_eq!(station.chart(NUMBERS[0])["patient"]["name"], before["patient"]["name"]);
    station.sound();
}

#[test]
fn a_person_holds_back_by_hand_watches_a_patient_and_announces_work() {
    let (station, root) = fed();
    let words = |act: &[&'static str]| [&["gate"], act, &BY[..]].concat();
    station.run(&words(&["hold", "storage", "--trusted", "3"])).ends(0);
    let held = hold(&station, 3);
    assert_eq!((&held["trusted"], &held["alarms"][0]["rule"]), (&3.into(), &"person".into()));
    // A person counts nothing.
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let page = running.get("/gate", &running.let_in());
    running.stop();
    assert_eq!(page.matches(">—</td>").count(), 2, "{page}");
    assert_eq!(station.run(&["search", "架空", "--json"]).ends(0).json()["hits"].as_array().unwrap().len(), 3);
    station.run(&words(&["hold", "storage", "--trusted", "77"])).ends(2);
    station.run(&words(&["release", "storage", "--to", "4"])).ends(0);
    assert_eq!(station.run(&["search", "架空", "--json"]).ends(0).json()["hits"].as_array().unwrap().len(), 4);
    station.run(&words(&["release", "storage"])).ends(0);
    assert_eq!(station.run(&["search", "架空", "--json"]).ends(0).json()["hits"].as_array().unwrap().len(), 5);
    station.run(&words(&["announce", "storage", "--hours", "12"])).ends(0);
    let all = station.run(&["gate", "status", "--json"]).ends(0).json();
    assert!(all["sources"][0]["announced_until"].is_string(), "{all}");
    // A watched patient comes with another name.
    station.run(&["gate", "canary", "4999999", "--by", "院長"]).ends(2);
    station.run(&["gate", "canary", NUMBERS[1], "--by", "院長"]).ends(0);
    let (says, sent) = (NUMBERS[1], "20211030100000");
    Page { number: says, says, family: "別人", given: "花子", sent, processing: "P", segments: "" }.write(&root);
    station.feed(&root);
    assert_eq!(hold(&station, 3)["alarms"][0]["rule"], "canary");
    assert_eq!(station.chart(NUMBERS[1])["patient"]["name"], "架空 花子");
}

#[test]
fn the_hospitals_command_is_told_and_hears_of_no_patient() {
    let (station, root) = fed();
    let (script, heard) = (station.folder().join("alarm"), station.folder().join("heard"));
    fs::write(&script, format!("#!/bin/sh\necho \"$@\" >> '{}'\n", heard.display())).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    let words = ["feed", root.to_str().unwrap(), "--on-alarm", script.to_str().unwrap()];
    let running = Running::start(&mut station.command(&words), "Watching");
    encrypt(&root);
    let until = Instant::now() + PATIENCE;
    while fs::read_to_string(&heard).unwrap_or_default().is_empty() {
        assert!(Instant::now() < until, "nobody was told");
        std::thread::sleep(Duration::from_millis(100));
    }
    running.stop();
    let told = fs::read_to_string(&heard).unwrap();
    assert!(told.starts_with("held storage ") && !told.contains("4123") && !told.contains("架空"), "{told}");
}

/// The text of every notice that came out, by the name under which its run is written down.
fn notices(station: &Station, folder: &Path) -> Vec<(String, String)> {
    let jobs = station.run(&["plan", "jobs", "--json"]).json();
    let came = jobs["jobs"].as_array().unwrap().iter().filter(|job| job["state"] == "printed");
    let text = |job: &Value| {
        let file = folder.join(format!("andon-{}.pdf", job["prefix"].as_str().unwrap()));
        (job["plan"].as_str().unwrap().to_owned(), text_of(&file))
    };
    came.map(text).collect()
}

fn wait_for(what: &str, mut holds: impl FnMut() -> bool) {
    let until = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < until, "{what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Nobody asks for it: paper comes out when the gate speaks, and again when a person has released; each once, whatever ends between.
#[test]
fn the_gate_speaks_on_paper_once_and_once_more_when_it_is_over() {
    let (station, root) = fed();
    let folder = station.folder().join("headquarters");
    fs::create_dir(&folder).unwrap();
    station.run(&["printer", "add", "本部", "--folder", folder.to_str().unwrap()]).ends(0);
    station.run(&["plan", "set", "初動", "--what", "cards", "--at", "23:59", "--printer", "本部"]).ends(0);
    let serve = || Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let running = serve();
    let kept = encrypt(&root);
    wait_for("no notice came out", || !notices(&station, &folder).is_empty());
    let (_, text) = notices(&station, &folder).pop().unwrap();
    for words in ["関門のお知らせ", "storage", "保留", "解読できない", "すること", "電話", "訓練"]
    {
        assert_eq!(text.contains(words), words != "訓練", "{words}: {text}");
    }
    assert!(NUMBERS.iter().all(|number| !text.contains(number)) && !text.contains("架空"), "no patient: {text}");
    // A second program finds it printed.
    running.stop();
    let running = serve();
    std::thread::sleep(Duration::from_secs(8));
    let told = notices(&station, &folder);
    let names: std::collections::BTreeSet<&String> = told.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), told.len(), "each once: {names:?}");
    for (path, plain) in &kept {
        put(path, plain, 10);
    }
    station.run(&["gate", "release", "storage", BY[0], BY[1], BY[2], BY[3]]).ends(0);
    wait_for("the release did not come out", || notices(&station, &folder).len() > told.len());
    running.stop();
    let (_, text) = notices(&station, &folder).pop().unwrap();
    assert!(text.contains("保留を解除しました") && text.contains(BY[1]) && text.contains(BY[3]), "{text}");
    station.sound();
}

/// What may be held back has a limit: then nothing more is read or acknowledged, the bytes stay where they are, every page and the command
/// say what to do; charts open, and a release goes on.
#[test]
fn at_the_limit_nothing_more_is_taken_until_a_person_releases() {
    let (station, root) = fed();
    station.run(&["source", "budget", "storage", "80000"]).ends(0);
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let cookie = running.let_in();
    let kept = encrypt(&root);
    wait_for("not held back", || station.run(&["gate", "status", "--json"]).code == 3);
    let flood: Vec<PathBuf> = (100..160)
        .map(|at| {
            let (number, sent) = (format!("41240{at}"), "20211030110000");
            Page {
                number: &number, says: &number, family: "架空", given: "花子", sent, processing: "P", segments: ""
            }
            .write(&root);
            messages(&root.join(&number[..3]).join(&number[3..6]).join(&number)).remove(0)
        })
        .collect();
    flood.iter().enumerate().for_each(|(at, path)| put(path, &[(at % 251) as u8 | 0x80; 1000], 30));
    let status = || station.run(&["gate", "status", "--json"]).json()["sources"][0].clone();
    wait_for("the limit was not reached", || status()["trouble"] == "budget");
    let full = status();
    assert!(full["suspect_bytes"].as_u64() <= full["suspect_bytes_max"].as_u64(), "{full}");
    assert!(full["head"].as_u64().unwrap() < 70, "not all of it was taken: {full}");
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(status()["head"], full["head"], "nothing more is acknowledged");
    assert!(flood.iter().all(|path| path.exists()), "the bytes stay at the source");
    assert!(station.run(&["gate", "status"]).ends(3).out.contains("取込を止めています"));
    let page = running.get("/gate", &cookie);
    assert!(page.contains("取込を止めています") && page.contains("保留を解除すると続けます"), "{page}");
    assert!(running.get("/help", &cookie).contains("storage"), "the bar names the source");
    assert_eq!(station.chart(NUMBERS[0])["patient"]["name"], "架空 花子", "charts open");
    // The storage is put back; one person says so, and what is good comes in.
    flood.iter().for_each(|path| fs::remove_file(path).unwrap());
    for (path, plain) in &kept {
        put(path, plain, 10);
    }
    let (number, sent) = ("4123009", "20211030120000");
    Page { number, says: number, family: "架空", given: "次郎", sent, processing: "P", segments: "" }.write(&root);
    station.run(&["gate", "release", "storage", BY[0], BY[1], BY[2], BY[3]]).ends(0);
    wait_for("it does not go on", || {
        station.run(&["search", number, "--json"]).json()["hits"].as_array().is_some_and(|hits| !hits.is_empty())
    });
    wait_for("the trouble stays", || status()["trouble"] == Value::Null);
    running.stop();
    station.sound();
}
