//! The end of the access audit: whoever cuts it off, or puts an older file in its place, is seen by what the station's log
//! says; and nobody is accused for a power cut.

use std::fs;
use std::path::Path;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::trees::Page;

const NUMBER: &str = "4123001";

fn fed() -> Station {
    let station = Station::real();
    let root = station.folder().join("tree");
    let (sent, processing) = ("20211030090000", "P");
    Page { number: NUMBER, says: NUMBER, family: "架空", given: "花子", sent, processing, segments: "" }.write(&root);
    station.feed(&root);
    station
}

/// Every file of the audit: SQLite's log is part of it as long as somebody has it open, or was killed.
fn files(station: &Station) -> impl Iterator<Item = std::path::PathBuf> {
    let home = station.home();
    ["access.db", "access.db-wal", "access.db-shm"].into_iter().map(move |name| home.join(name))
}

fn put_back(station: &Station, old: &Path) {
    files(station).filter(|file| file.exists()).for_each(|file| fs::remove_file(file).unwrap());
    if old.exists() {
        fs::copy(old, station.home().join("access.db")).unwrap();
    }
}

/// Whether the page of the audit says that its end was cut off.
fn told_on_the_page(station: &Station) -> bool {
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let page = running.get("/audit", &running.let_in());
    running.stop();
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("<h1>閲覧の記録</h1>"), "{page}");
    page.contains("切り取られたか、古いファイルに替えられています")
}

fn verify(station: &Station, code: i32) -> serde_json::Value {
    let told = station.run(&["audit", "--verify", "--json"]).ends(code).json();
    assert_eq!(told["broken"], serde_json::Value::Null, "what is left of the chain is whole: {told}");
    assert_eq!(told["cut"], code == 4, "{told}");
    told
}

#[test]
fn an_older_audit_put_in_place_or_none_is_seen() {
    let station = fed();
    station.chart(NUMBER);
    let (audit, old) = (station.home().join("access.db"), station.folder().join("old.db"));
    fs::copy(&audit, &old).unwrap();
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    assert_eq!(browser.get(&format!("/patients/self/{NUMBER}")).status, 200);
    running.stop();
    assert!(!told_on_the_page(&station));
    let lines = verify(&station, 0)["witnessed"]["lines"].as_u64().unwrap();
    let now = station.folder().join("now.db");
    fs::copy(&audit, &now).unwrap();
    put_back(&station, &old);
    verify(&station, 4);
    assert!(told_on_the_page(&station));
    let words = station.run(&["audit", "--verify"]).ends(4).out;
    assert!(words.contains(&format!("{lines} 行ありました")) && words.contains("cut off"), "{words}");
    // Others in their place do not hide it, and the log does not take its word back.
    for _ in 0..2 * lines {
        station.chart(NUMBER);
    }
    station.feed(&station.folder().join("tree"));
    assert_eq!(verify(&station, 4)["witnessed"]["lines"], lines);
    put_back(&station, Path::new("none"));
    verify(&station, 4);
    put_back(&station, &now);
    verify(&station, 0);
}

#[test]
fn a_power_cut_between_audit_and_log_accuses_nobody_and_a_new_life_begins_anew() {
    let station = fed();
    let old = station.folder().join("old.db");
    station.chart(NUMBER);
    fs::copy(station.home().join("access.db"), &old).unwrap();
    // Lines that the log was not told of.
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    // The page of the audit waits until what was seen is on disk.
    assert_eq!(browser.get("/audit").status, 200);
    running.kill();
    let told = verify(&station, 0);
    assert!(told["lines"].as_u64() > told["witnessed"]["lines"].as_u64(), "{told}");
    station.feed(&station.folder().join("tree"));
    let told = verify(&station, 0);
    assert_eq!(told["lines"], told["witnessed"]["lines"]);
    // A home restored from copies, of which that of the audit is the older.
    put_back(&station, &old);
    verify(&station, 4);
    let words = ["doctor", "--new-incarnation", "--by", "情報 一郎", "--reason", "写しから復元"];
    station.run(&words).ends(0);
    assert_eq!(verify(&station, 0)["witnessed"], serde_json::Value::Null);
    station.feed(&station.folder().join("tree"));
    assert!(verify(&station, 0)["witnessed"]["lines"].as_u64() > Some(0));
}
