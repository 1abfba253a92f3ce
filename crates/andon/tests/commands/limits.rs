//! What a person sets for a station: limits of a source, the log's new life, what is said of a clock that is wrong.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use chart::Moment;
use serde_json::Value;
use store::{NewEvent, Unlock};

use crate::door::{OF_INIT, Station, run};
use crate::running::Running;
use crate::trees::Page;

/// The source's name is that of its folder.
const NAME: &str = "storage";

/// Puts a patient into the station's only tree.
fn put(station: &Station, number: &str) -> PathBuf {
    let root = station.folder().join(NAME);
    let (says, sent) = (number, "20211030090000");
    Page { number, says, family: "架空", given: "花子", sent, processing: "P", segments: "" }.write(&root);
    root
}

fn sources(station: &Station) -> Value {
    station.run(&["source", "list", "--json"]).ends(0).json()["sources"].clone()
}

#[test]
fn a_source_over_its_budget_is_in_trouble_until_a_person_raises_it() {
    let station = Station::real();
    assert_eq!(sources(&station), Value::Array(Vec::new()));
    station.run(&["source", "list"]).ends(0);
    station.feed(&put(&station, "4123001"));
    let before = sources(&station)[0].clone();
    assert_eq!((&before["budget_bytes"], &before["silence_minutes"]), (&(64_u64 << 30).into(), &60.into()));
    assert!(before["held_bytes"].as_u64().unwrap() > 0 && before["messages"] == 1, "{before}");
    station.run(&["source", "budget", NAME, "100"]).ends(0);
    put(&station, "4123002");
    let fed = station.run(&["feed", "--once", "--json"]).ends(3).json();
    assert_eq!(fed["trouble"], serde_json::json!([[NAME, "budget"]]));
    assert!(station.run(&["source", "list"]).ends(0).out.contains(NAME));
    station.run(&["source", "budget", NAME, "1G"]).ends(0);
    station.run(&["source", "silence", NAME, "90"]).ends(0);
    assert_eq!(station.run(&["feed", "--once", "--json"]).ends(0).json()["taken"], 1);
    let after = sources(&station)[0].clone();
    assert_eq!((&after["budget_bytes"], &after["silence_minutes"]), (&(1 << 30).into(), &90.into()));
    assert_eq!(after["trouble"], Value::Null);
    for (words, code) in [
        (["source", "budget", "nowhere", "1G"], 1),
        (["source", "budget", NAME, "much"], 2),
        (["source", "budget", NAME, "9999999T"], 2),
        (["source", "silence", NAME, "0"], 2),
        (["source", "silence", "nowhere", "5"], 1),
    ] {
        let ran = station.run(&words).ends(code);
        assert!(code == 2 || ran.err.contains(NAME), "what there is: {}", ran.err);
    }
}

#[test]
fn limits_are_set_beside_a_program_that_writes() {
    let station = Station::real();
    station.feed(&put(&station, "4123001"));
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    station.run(&["source", "budget", NAME, "2G"]).ends(0);
    station.run(&["source", "silence", NAME, "5"]).ends(0);
    let now = sources(&station)[0].clone();
    assert_eq!((&now["budget_bytes"], &now["silence_minutes"]), (&(2_u64 << 30).into(), &5.into()));
    running.stop();
}

#[test]
fn a_named_person_begins_a_new_life_of_the_log() {
    let station = Station::real();
    for words in [
        &["doctor", "--new-incarnation"][..],
        &["doctor", "--new-incarnation", "--reason", "復元"],
        &["doctor", "--new-incarnation", "--by", "佐藤"],
        &["doctor", "--by", "佐藤"],
    ] {
        station.run(words).ends(2);
    }
    let begin = ["doctor", "--new-incarnation", "--by", "佐藤", "--reason", "写しから復元"];
    assert!(station.run(&begin).ends(0).out.contains("incarnation 2"));
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    assert!(station.run(&begin).ends(0).out.contains("incarnation 3"), "beside a program that writes");
    running.stop();
    let events = station.events();
    let lives: Vec<(u32, u64)> = events.iter().map(|event| (event.incarnation, event.no)).collect();
    assert_eq!(lives[OF_INIT as usize..], [(2, 1), (3, 1)]);
    let last = events.last().unwrap();
    assert_eq!((last.person.as_str(), last.kind), ("佐藤", 5));
    station.sound();
}

#[test]
fn a_clock_that_stands_behind_the_log_is_told() {
    let station = Station::real();
    let ahead = |minutes: i64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as i64;
        let moment = Moment(now + minutes * 60_000);
        let event = NewEvent { entry_time: moment, event_time: moment, kind: 1, version: 1, ..NewEvent::default() };
        let mut writer = store::open_writer(&station.home(), &Unlock::KeyFile).unwrap();
        writer.append_events(&[event]).unwrap();
    };
    let told = |words: &[&str], code: i32| station.run(words).ends(code);
    assert_eq!(told(&["status", "--json"], 0).json()["clock_ahead_minutes"], 0);
    ahead(8);
    assert!(!told(&["status"], 0).out.contains("clock"), "within the guard");
    ahead(95);
    for words in [["status"], ["doctor"]] {
        let ran = run(&mut station.command(&words));
        assert!(ran.out.contains("時計") && ran.out.contains("behind its log"), "{}", ran.out);
    }
    let minutes = told(&["status", "--json"], 3).json()["clock_ahead_minutes"].as_i64().unwrap();
    assert!((90..=95).contains(&minutes), "{minutes}");
    assert_eq!(station.sound()["clock_ahead_minutes"].as_i64().unwrap(), minutes);
    let running = Running::start(&mut station.command(&["serve", "--no-feed", "--port", "0"]), "/open/");
    let metrics = running.get("/metrics", "");
    assert!(metrics.contains("andon_clock_ahead_minutes 9"), "{metrics}");
    running.stop();
}
