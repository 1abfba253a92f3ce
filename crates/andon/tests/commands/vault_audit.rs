//! `andon vault audit --mhlw` as an inspection asks for it: rule by rule, with evidence, exit codes, a file and the page's words. Days are
//! in `crates/andon/src/custody/days.rs`, every rule's reasons in `crates/andon/src/custody/mhlw.rs`.

use std::fs;

use serde_json::Value;

use crate::door::Station;
use crate::running::Running;
use crate::trees::Hospital;
use crate::vault::{sealed, sealing};
use crate::vault_probe::keys_of;
use crate::weed::{KEY, SECRET, Server};

fn audit(station: &Station, code: i32) -> Value {
    station.run(&["vault", "audit", "--mhlw", "--json", "--by", "点検 花子"]).ends(code).json()
}

fn rule<'a>(told: &'a Value, code: &str) -> (&'a str, Option<&'a str>) {
    let rule = told["rules"].as_array().unwrap().iter().find(|rule| rule["code"] == code).unwrap();
    (rule["verdict"].as_str().unwrap(), rule["next"].as_str())
}

#[test]
fn a_connected_folder_alone_does_not_pass_and_a_disk_that_is_out_counts() {
    let station = Station::training();
    assert!(station.run(&["vault", "audit", "--mhlw"]).ends(1).err.contains("target add"));
    let (station, folder, _) = sealing();
    let hospital = Hospital::small("");
    station.feed(&hospital.root());
    let empty = audit(&station, 3);
    assert_eq!(rule(&empty, "daily").0, "unknown", "nothing is sealed: {empty}");
    sealed(&station);
    let told = audit(&station, 3);
    assert_eq!(told["outcome"], "fail");
    for (code, verdict, next) in [
        ("daily", "pass", None),
        ("generations", "fail", Some("generations")),
        ("unwritable", "unknown", Some("no_third")),
        ("methods", "fail", Some("methods")),
        ("detached", "fail", Some("rotation")),
        ("proofs", "unknown", Some("proofs")),
    ] {
        assert_eq!(rule(&told, code), (verdict, next), "{code}");
    }
    assert_eq!(told["facts"]["generations"][0]["places"], serde_json::json!(["A"]));

    // A disk of a rotation, in and then unplugged.
    let (disk, shelf) = (station.folder().join("usb"), station.folder().join("shelf"));
    fs::create_dir(&disk).unwrap();
    station.run(&["vault", "target", "add", disk.to_str().unwrap(), "--name", "金曜", "--removable", "7"]).ends(0);
    station.run(&["vault", "seal"]).ends(0);
    assert_eq!(rule(&audit(&station, 3), "detached"), ("fail", Some("unplug")));
    fs::rename(&disk, &shelf).unwrap();
    station.run(&["vault", "seal"]).ends(0);
    let told = audit(&station, 3);
    assert_eq!(rule(&told, "detached"), ("pass", None));
    let place = told["facts"]["places"].as_array().unwrap().iter().find(|place| place["name"] == "金曜").unwrap();
    assert!(place["out"].is_string() && place["due"].is_string() && place["number"] == 1, "{place}");

    // As people read it, and as a file for the inspection.
    let file = station.folder().join("audit.csv");
    let words = station.run(&["vault", "audit", "--mhlw", "--out", file.to_str().unwrap()]).ends(3).out;
    for said in
        ["× 電子カルテの5世代がある", "？ 3世代目以降は書き込めない", "○ 切り離した媒体がある", "detached", "原文"]
    {
        assert!(words.contains(said), "{said}: {words}");
    }
    let csv = fs::read_to_string(file).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("detached,") && csv.contains("金曜"), "{csv}");
    assert!(csv.contains("コード（機械用） / codes, for machines") && csv.contains("抜き差しするディスク"), "{csv}");
    let status = station.run(&["vault", "status", "--json"]).json();
    assert_eq!((&status["audited"]["outcome"], &status["servers"]), (&"fail".into(), &serde_json::json!([])));
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let page = running.get("/vault", &running.let_in());
    running.stop();
    for said in ["ガイドラインの点検", "不適合", "電子カルテの5世代がある", "証人はまだいません"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    // What cannot be believed any more is no verdict but a fault.
    let head = fs::read_dir(folder.join("heads")).unwrap().next().unwrap().unwrap().path();
    fs::write(head, b"spoilt").unwrap();
    let told = audit(&station, 4);
    let spoilt = told["facts"]["places"].as_array().unwrap().iter().find(|place| place["name"] == "A").unwrap();
    assert!(spoilt["fault"] == true && spoilt["trouble"].as_str().unwrap().contains("heads/"), "{spoilt}");
}

/// What a probe found stands in the audit as the page has it; its codes stand in a column of their own.
fn told_in_words(station: &Station, outcome: &str) {
    let file = station.folder().join("audit.csv");
    let told = station.run(&["vault", "audit", "--mhlw", "--out", file.to_str().unwrap()]).ends(3).out;
    let rows: Vec<Vec<String>> = csv::ReaderBuilder::new()
        .flexible(true)
        .from_path(&file)
        .unwrap()
        .records()
        .map(|row| row.unwrap().iter().map(str::to_owned).collect())
        .collect();
    let words: String = rows.iter().map(|row| row[..row.len().min(5)].join(" ")).collect();
    let codes: String = rows.iter().filter_map(|row| row.get(5)).map(|codes| format!("{codes} ")).collect();
    assert!(!told.contains("door-") && !words.contains("door-"), "{told}");
    if outcome == "open" {
        assert!(codes.contains("open:door-"), "{codes}");
        for code in codes.split(' ').filter_map(|code| code.strip_prefix("open:")) {
            let of = ::vault::s3::probe::words::of(code);
            for said in ["守られていない", of.ja, of.en] {
                assert!(told.contains(said) && words.contains(said), "{said}: {words}");
            }
        }
    }
}

/// Locks are read from the server object by object, and what a probe found is remembered.
#[test]
fn the_locks_of_a_server_are_evidence_and_a_probe_is_remembered() {
    let Some(server) = Server::start() else { return };
    server.bucket("vault");
    let (hospital, (station, ..)) = (Hospital::small(""), sealing());
    station.feed(&hospital.root());
    let file = keys_of(station.folder(), KEY, SECRET, 0o600);
    let (place, file) = (server.address("vault", ""), file.to_str().unwrap());
    station.run(&["vault", "target", "add", &place, "--name", "NAS", "--keys", file]).ends(0);
    sealed(&station);
    let told = audit(&station, 3);
    assert_eq!(rule(&told, "methods"), ("pass", None), "{told}");
    let nas = told["facts"]["places"].as_array().unwrap().iter().find(|place| place["name"] == "NAS").unwrap();
    let locks = &nas["locks"];
    assert!(locks["objects"].as_u64().unwrap() >= 5 && locks["asked"] == locks["objects"], "{nas}");
    assert_eq!((&locks["unlocked"], &nas["probed"]), (&0.into(), &Value::Null));
    assert!(station.run(&["vault", "audit", "--mhlw"]).ends(3).out.contains("never probed"));
    let words = ["vault", "probe", &place, "--keys", file, "--json", "--by", "情報 丙"];
    let probed = station.run(&words);
    let outcome = probed.json()["outcome"].as_str().unwrap().to_owned();
    let told = audit(&station, 3);
    let nas = told["facts"]["places"].as_array().unwrap().iter().find(|place| place["name"] == "NAS").unwrap();
    assert_eq!((&nas["probed"]["outcome"], &nas["probed"]["by"]), (&outcome.as_str().into(), &"情報 丙".into()));
    // As its makers have it, this server's doors stand open: that is said, and which.
    assert!(outcome != "open" || nas["probed"]["found"].as_str().unwrap().contains("open:"), "{nas}");
    told_in_words(&station, &outcome);
    let status = station.run(&["vault", "status", "--json"]).json();
    assert_eq!(status["servers"][0]["probed"]["outcome"], outcome.as_str());
    // A place whose locks have a way round them is not good, and says so in words.
    let place_of = status["targets"].as_array().unwrap().iter().find(|place| place["name"] == "NAS").unwrap();
    assert_eq!(place_of["unguarded"], outcome == "open", "{status}");
    let words = station.run(&["vault", "status"]).out;
    let said = words.contains("開いた入口のある保管先があります: NAS") && words.contains("守られていない");
    assert_eq!(said, outcome == "open", "{words}");
    assert!(!words.contains("door-"), "{words}");
    station.run(&["vault", "extend", &place, "--keys", file, "--days", "9"]).ends(0);
    // What the retention was moved by is an act of the log, as the probe is.
    let hospital_root = hospital.root();
    let page = crate::trees::messages(&hospital_root).into_iter().next().unwrap();
    fs::write(&page, [fs::read(&page).unwrap(), b"\r".to_vec()].concat()).unwrap();
    station.run(&["feed", "--once", hospital_root.to_str().unwrap()]);
    sealed(&station);
    let logged = station.run(&["vault", "log", "--json", "--target", "NAS", "--since", "2"]).ends(0).json();
    let entries: Vec<&str> =
        logged["entries"].as_array().unwrap().iter().map(|entry| entry["entry"].as_str().unwrap()).collect();
    for act in [format!("act probe {outcome} "), "act retention moved ".to_owned(), "act audit fail ".to_owned()] {
        assert!(entries.iter().any(|entry| entry.starts_with(&act)), "{act}: {entries:#?}");
    }
}
