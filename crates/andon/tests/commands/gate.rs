//! A storage that is being encrypted, by the commands: charts stay as they were, people are told by a command of the hospital's,
//! a named person decides.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use crate::door::Station;
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
    station.run(&["gate", "extend", "storage", "--hours", "48", BY[0], BY[1], BY[2], BY[3]]).ends(0);
    assert_eq!(hold(&station, 3)["decided"][0]["by"], BY[1]);
    // The vendor puts everything back; what was held counts once a person says so.
    for (path, plain) in &kept {
        put(path, plain, 10);
    }
    station.feed(&root);
    assert_eq!(hold(&station, 3)["trusted"], 5);
    station.run(&["gate", "release", "storage", BY[0], BY[1], BY[2], BY[3]]).ends(0);
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
