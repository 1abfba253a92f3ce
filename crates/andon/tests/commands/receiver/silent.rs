//! A receiver that does not answer, or is full, is said so wherever anybody looks, with nothing new to put too; and nothing else stops.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Held, goes_on, sealing, text};
use crate::door::{Station, run};
use crate::running::Running;
use crate::trees::Hospital;
use crate::vault::sealed;

/// How long a page may take to say what is so.
const PATIENCE: Duration = Duration::from_secs(40);

fn place(told: &Value, name: &str) -> Value {
    told["targets"].as_array().unwrap().iter().find(|place| place["name"] == name).unwrap().clone()
}

fn status(station: &Station) -> Value {
    station.run(&["vault", "status", "--json"]).json()
}

#[test]
fn a_receiver_that_does_not_answer_is_said_so_everywhere_and_the_other_places_are_proved() {
    let (mut held, (station, _), hospital) = (Held::new(), sealing(), Hospital::small(""));
    held.registered(&station, "200");
    let folder = station.folder().join("vault-a");
    fs::create_dir(&folder).unwrap();
    station.run(&["vault", "target", "add", text(&folder), "--name", "A"]).ends(0);
    station.feed(&hospital.root());
    sealed(&station);
    let well = place(&status(&station), "R");
    assert_eq!((&well["is_in"], &well["answer"]["code"], &well["behind"]), (&true.into(), &"ok".into(), &0.into()));
    assert!(station.run(&["vault", "status"]).out.contains("応えた 20"));

    held.stop();
    let told = status(&station);
    let silent = place(&told, "R");
    assert_eq!(
        (&silent["is_in"], &silent["answer"]["code"], &silent["light"]),
        (&false.into(), &"silent".into(), &"amber".into())
    );
    assert!(silent["answer"]["since"].is_string() && silent["answer"]["detail"] == "Connection refused", "{silent}");
    assert!(told["why"].as_array().unwrap().contains(&"target".into()), "{told}");
    assert_eq!(
        place(&status(&station), "R")["answer"]["since"],
        silent["answer"]["since"],
        "since then, not since the look"
    );
    let words = station.run(&["vault", "status"]).out;
    for said in [
        "応えない 20",
        "（Connection refused）",
        "andon vault receive run",
        "does not answer since",
        ": R",
        "保管単位 1 まで",
    ] {
        assert!(words.contains(said), "{said}: {words}");
    }
    // Nothing is new, and a seal does not say that all is well; a verify goes on to the other place.
    let seal = station.run(&["vault", "seal"]).ends(3).out;
    assert!(seal.contains("保管庫: 応えない。") && seal.contains("vault: does not answer: "), "{seal}");
    let verified = station.run(&["vault", "verify", "--json"]).ends(3).json();
    assert_eq!((&verified["sound"], &verified["targets"][0]["target"]), (&false.into(), &"A".into()), "{verified}");
    assert_eq!((&verified["targets"][0]["sound"], &verified["unchecked"][0]["target"]), (&true.into(), &"R".into()));
    let words = station.run(&["vault", "verify"]).ends(3).out;
    assert!(
        words.contains("封じたときのままです")
            && words.contains("？ R: 応えない（Connection refused）  確かめていません"),
        "{words}"
    );
    // The audit asks by itself, and cannot tell what it cannot see.
    let audit = station.run(&["vault", "audit", "--mhlw", "--json"]).ends(3).json();
    let places = audit["facts"]["places"].as_array().unwrap();
    let known: Vec<_> = places.iter().map(|place| (place["name"].clone(), place["connected"].clone())).collect();
    assert_eq!(known, [("A".into(), true.into()), ("R".into(), false.into())], "{audit}");
    assert!(places[1]["trouble"].as_str().unwrap().contains("応えない"), "{audit}");

    on_the_page(&station, &hospital);
    held.start();
    station.run(&["vault", "seal"]).ends(0);
    let again = place(&status(&station), "R");
    assert_eq!((&again["answer"]["code"], &again["behind"]), (&"ok".into(), &0.into()));
    station.run(&["vault", "verify"]).ends(0);
}

/// While it is away something new comes: the page says what lacks and why, and the log names the place.
fn on_the_page(station: &Station, hospital: &Hospital) {
    goes_on(station, hospital, 3);
    station.run(&["vault", "seal"]).ends(3);
    let mut serve = station.command(&["serve", "--port", "0", "--no-feed"]);
    let running = Running::start(serve.stderr(Stdio::piped()), "/open/");
    let (cookie, until) = (running.let_in(), Instant::now() + PATIENCE);
    let mut page = running.get("/vault", &cookie);
    while !page.contains("応えない 20") {
        assert!(Instant::now() < until, "{page}");
        std::thread::sleep(Duration::from_millis(200));
        page = running.get("/vault", &cookie);
    }
    for said in ["残り 1", "Connection refused", "電源とネットワーク", "応えない保管先があります: R"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    std::thread::sleep(Duration::from_secs(3));
    let told = running.stop();
    let line = told.lines().find(|line| line.contains("has not what was sealed")).expect(&told);
    assert!(line.contains('R') && line.contains("応えない"), "{line}");
}

#[test]
fn a_full_receiver_is_full_until_it_has_room_and_what_it_refused_is_told_once() {
    let (held, (station, _), hospital) = (Held::new(), sealing(), Hospital::small(""));
    let vault = held.registered(&station, "200");
    station.feed(&hospital.root());
    sealed(&station);
    let line = fs::read_to_string(held.dir().join("rights.txt")).unwrap();
    let key = line.split_whitespace().find(|word| word.starts_with("andon-vault/")).unwrap().to_owned();
    held.asked(&["allow", &key, "--limit", "0"]).ends(0);
    goes_on(&station, &hospital, 5);
    station.run(&["vault", "seal"]).ends(3);
    // It answers, and is full all the same.
    let full = place(&status(&station), "R");
    assert_eq!(
        (&full["answer"]["code"], &full["is_in"], &full["behind"]),
        (&"full".into(), &true.into(), &1.into()),
        "{full}"
    );
    let words = station.run(&["vault", "status"]).out;
    assert!(words.contains("いっぱい 20") && words.contains("--limit") && words.contains("残り 1"), "{words}");
    held.asked(&["allow", &key, "--limit", "200"]).ends(0);
    station.run(&["vault", "seal"]).ends(0);
    assert_eq!(place(&status(&station), "R")["answer"]["code"], "ok");

    // An audit tries one PUT and one DELETE: two that are new, at a time that people read, and no more after they were seen.
    station.run(&["vault", "audit", "--mhlw"]).ends(3);
    let told = held.received(&[], 0);
    let ours = told["vaults"].as_array().unwrap().iter().find(|one| one["vault"] == vault.as_str()).unwrap();
    assert_eq!((&ours["refused"], &ours["refused_new"]), (&2.into(), &2.into()), "{told}");
    let seen = || run(&mut crate::door::program(&["vault", "received", text(held.dir())])).ends(0).out;
    let words = seen();
    assert!(words.contains("⚠ 断ったこと") && words.contains("the last look 2、"), "{words}");
    assert!(
        words.lines().any(|line| line.trim_start().starts_with("20") && line.ends_with(" vault.txt never")),
        "{words}"
    );
    let words = seen();
    assert!(!words.contains('⚠') && words.contains("the last look 0、") && words.contains("in all 2"), "{words}");
}
