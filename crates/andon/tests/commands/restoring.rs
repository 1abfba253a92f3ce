//! The first chart out of a vault before the rest is in: alone and at once, and on a page beside the restore.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::door::{OURS, Station, program, run, without};
use crate::running::Running;
use crate::trees::Hospital;

/// A station that has sealed a hospital into a folder; the folder, the key.
fn sealed(hospital: &Hospital) -> (Station, PathBuf, PathBuf) {
    let station = Station::training();
    station.feed(&hospital.root());
    let (key, public) = crate::vault::key(&station);
    let place = station.folder().join("place");
    std::fs::create_dir(&place).unwrap();
    station.run(&["vault", "recipient", "add", &public]).ends(0);
    station.run(&["vault", "target", "add", place.to_str().unwrap(), "--name", "A"]).ends(0);
    station.run(&["vault", "seal"]).ends(0);
    (station, place, key)
}

fn restore(place: &std::path::Path, key: &std::path::Path, more: &[&str]) -> Command {
    let words = ["restore", place.to_str().unwrap(), "--identity", key.to_str().unwrap()];
    program(&[&words[..], more].concat())
}

/// Folders of charts that were shown alone.
fn left_behind() -> usize {
    let memory = std::path::Path::new("/dev/shm");
    let below = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let entries = std::fs::read_dir(below).unwrap().flatten();
    entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(".andon-")).count()
}

#[test]
fn one_chart_alone_is_the_same_chart_and_leaves_nothing() {
    let hospital = Hospital::small("");
    let (station, place, key) = sealed(&hospital);
    let before = left_behind();
    let mut compared = 0;
    for number in hospital.numbers().into_iter().step_by(5) {
        let ran = station.run(&["chart", number, "--json"]);
        let confirmed = format!("{number}-{}", chart::check_digit::confirmation(number).unwrap());
        let alone = run(&mut restore(&place, &key, &["--patient", &confirmed, "--json"]));
        assert_eq!(ran.code, alone.code, "{number}: {}", alone.err);
        if [0, 3].contains(&ran.code) {
            compared += 1;
            assert_eq!(without(&ran.json(), &OURS), without(&alone.json(), &OURS), "{number}");
        }
    }
    assert!(compared > 2, "{compared}");
    let number = hospital.numbers()[0];
    let wrong = run(&mut restore(&place, &key, &["--patient", &format!("{number}-00")])).ends(1);
    assert!(wrong.err.contains("照合番号") && wrong.out.is_empty(), "{}", wrong.err);
    run(&mut restore(&place, &key, &["--patient", "7777777"])).ends(1);
    run(&mut restore(&place, &key, &[])).ends(2);
    assert_eq!(left_behind(), before);
}

#[test]
fn while_it_restores_a_typed_number_opens_its_chart_and_then_the_ordinary_pages_are_there() {
    let hospital = Hospital::plain();
    let (station, place, key) = sealed(&hospital);
    let number = hospital.number("allergy-clash");
    let chart = station.chart(number);
    let other = Station::bare();
    let home = other.home();
    let words = ["--to", home.to_str().unwrap(), "--serve", "127.0.0.1:0", "--json"];
    run(&mut restore(&place, &key, &["--to", home.to_str().unwrap(), "--serve", "0.0.0.0:0"])).ends(2);
    let running = Running::start(&mut restore(&place, &key, &words), "/open/");
    let cookie = running.let_in();
    let wards = running.get("/wards", &cookie);
    assert!(wards.starts_with("HTTP/1.1 303") && wards.contains("location: /restoring"), "half a list: {wards}");
    let address = format!("/patients/self/{number}");
    assert!(running.get(&address, &cookie).contains("location: /restoring"), "half a chart");
    let page = running.get("/restoring", &cookie);
    assert!(page.contains("復元しています") && page.contains("保管単位"), "{page}");
    let asked = |typed: &str| {
        let token = page.split("name=\"token\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let (body, port) = (format!("token={token}&number={typed}"), running.port());
        running.ask(&format!(
            "POST /restoring HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: {cookie}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    };
    let nobody = asked("7777777");
    assert!(nobody.contains("保管庫にありません"), "{nobody}");
    let found = asked(&format!("{number}-{}", chart::check_digit::confirmation(number).unwrap()));
    assert!(found.contains(&format!("location: {address}")), "{found}");
    let shown = running.get(&address, &cookie);
    let name = chart["patient"]["name"].as_str().unwrap();
    assert!(shown.starts_with("HTTP/1.1 200") && shown.contains(name), "{shown}");

    let until = Instant::now() + Duration::from_secs(180);
    while !running.get("/wards", &cookie).starts_with("HTTP/1.1 200") {
        assert!(Instant::now() < until, "the ordinary pages never came");
        std::thread::sleep(Duration::from_millis(300));
    }
    assert!(running.get("/restoring", &cookie).contains("location: /\r\n"));
    assert!(running.get(&address, &cookie).contains(name));
    running.stop();
    let restored: Value = other.chart(number);
    assert_eq!(without(&chart, &OURS), without(&restored, &OURS));
    other.run(&["doctor"]).ends(0);
}
