//! A station that follows another's charts: over the network and by stick, allowed by a person, cut off, killed, altered; what it shows is what
//! the giver shows, but for the words about the way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::door::{OURS, Ran, Station, program, run, without};
use crate::exchange::{head, port, serve, wait_until};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, card, file, trust};

/// A hospital of so many invented patients, read by the station that gives; the folder of its storage.
fn fed(station: &Station, patients: u32) -> PathBuf {
    let tree = station.folder().join("tree");
    let patients = patients.to_string();
    let words = ["drill", "hospital", "--patients", &patients, "--seed", "7", "--stop-at", "now", "--out"];
    run(program(&words).arg(&tree)).ends(0);
    station.feed(&tree);
    tree
}

/// The station that gives and two that know it, each with the others' cards.
fn stations(patients: u32) -> ([Station; 3], PathBuf) {
    let all = [Station::training(), Station::training(), Station::training()];
    let names = [("本館", "本"), ("別館", "別"), ("分院", "分")];
    let cards: Vec<_> = all.iter().zip(names).map(|(station, (name, mark))| card(station, name, mark)).collect();
    for (here, station) in all.iter().enumerate() {
        for (_, card) in cards.iter().enumerate().filter(|(there, _)| *there != here) {
            trust(station, card, &[]).ends(0);
        }
    }
    let tree = fed(&all[0], patients);
    (all, tree)
}

fn follow(station: &Station, other: &str) {
    at(&station.home(), &["station", "follow", other]).ends(0);
}

fn give(station: &Station, to: &str) {
    at(&station.home(), &["station", "give-charts", to, "--by", "院長", "--reason", "本館が使えないときのため"])
        .ends(0);
}

fn charts(station: &Station, other: &str) -> Value {
    head(station, other)["charts"].clone()
}

/// Asks for charts until all is here.
fn fetch(station: &Station, from: &str) -> u64 {
    let mut new = 0;
    loop {
        let told = at(&station.home(), &["log", "send", from, "--json"]).ends(0).json();
        let came = told["stations"][0]["charts"].clone();
        new += came["new"].as_u64().unwrap();
        if came["whole"] == true {
            return new;
        }
    }
}

/// Some patients' numbers: those with the most entries among the first.
fn numbers(station: &Station) -> Vec<String> {
    let reader = store::open_reader(&station.home(), &store::Unlock::KeyFile).unwrap();
    let mut all = Vec::new();
    reader.patients(|patient| all.push(patient)).unwrap();
    let cut = reader.cut().unwrap();
    all.retain(|patient| !patient.id.is_empty());
    all.truncate(40);
    all.sort_by_key(|patient| std::cmp::Reverse(reader.sightings(patient, &cut).unwrap().len()));
    all.into_iter().map(|patient| patient.id).take(4).collect()
}

/// Entries of all its own sources.
fn entries(station: &Station) -> u64 {
    let told = station.run(&["source", "list", "--json"]).json();
    let own = told["sources"].as_array().unwrap().iter().filter(|source| source["via"].is_null());
    own.map(|source| source["messages"].as_u64().unwrap()).sum()
}

/// A chart with the names of sources as they are at the giver, and without what our clock says of this moment.
fn chart(station: &Station, id: &str) -> Value {
    let now: Vec<&str> =
        OURS.into_iter().filter(|name| !["received", "last_received", "position"].contains(name)).collect();
    let text = without(&station.chart(id), &now).to_string();
    serde_json::from_str(&text.replace("@本館", "")).unwrap()
}

/// What a person finds by a name, and who lies where.
fn found(station: &Station, ids: &[String]) -> Vec<Value> {
    let asked = |words: &[&str]| without(&station.run(words).json(), &["now", "moment", "age_minutes", "made"]);
    let mut all: Vec<Value> = ids.iter().map(|id| asked(&["search", id, "--json"])).collect();
    all.push(asked(&["ward", "--json"]));
    all.iter().map(|one| serde_json::from_str(&one.to_string().replace("@本館", "")).unwrap()).collect()
}

fn same(giver: &Station, follower: &Station) {
    let ids = numbers(giver);
    assert!(ids.len() == 4, "{ids:?}");
    for id in &ids {
        assert!(chart(giver, id) == chart(follower, id), "{id}");
    }
    assert!(found(giver, &ids) == found(follower, &ids), "search or lists");
}

fn status(station: &Station) -> Value {
    station.run(&["status", "--json"]).json()
}

/// The age is that of the data, and the way is said.
fn same_age(there: &Value, here: &Value) {
    for key in ["last_news", "last_received", "last_contact", "silence_minutes", "state", "root", "kinds"] {
        let plain = |status: &Value| without(&status["sources"][0][key], &["age_minutes"]);
        assert_eq!(plain(there), plain(here), "{key}");
    }
    assert_eq!((&there["sources"][0]["via"], &here["sources"][0]["via"]["name"]), (&Value::Null, &"本館".into()));
    assert_eq!(
        there["faults"],
        serde_json::from_str::<Value>(&here["faults"].to_string().replace("@本館", "")).unwrap()
    );
}

/// No more is given, no more is taken; what is here stays.
fn ended_there_and_here(giver: &Station, follower: &Station, at_port: u16) {
    at(&giver.home(), &["station", "give-charts", "別館", "--stop", "--by", "院長"]).ends(0);
    let _running = serve(giver, Some(at_port));
    at(&follower.home(), &["log", "send", "本館"]).ends(1);
    assert_eq!(charts(follower, "本館")["why"], "not_allowed");
    same(giver, follower);
    at(&follower.home(), &["station", "unfollow", "本館"]).ends(0);
    let told = at(&follower.home(), &["log", "send", "本館", "--json"]).ends(0).json();
    assert_eq!(told["stations"][0]["charts"], Value::Null);
    assert_eq!(status(follower)["sources"][0]["via"]["followed"], false);
}

#[test]
fn over_the_network_a_follower_has_the_same_charts_and_serves_them_alone_when_cut_off() {
    let ([giver, follower, _], tree) = stations(15);
    let at_port = port();
    let running = serve(&giver, Some(at_port));
    at(&follower.home(), &["station", "address", "本館", &format!("127.0.0.1:{at_port}")]).ends(0);
    // Nobody has allowed it: the logs are exchanged, no chart comes, and it is said why.
    follow(&follower, "本館");
    let told = at(&follower.home(), &["log", "send", "本館", "--json"]).ends(1).json();
    assert_eq!(told["stations"][0]["charts"]["why"], "not_allowed", "{told}");
    assert_eq!(
        (&charts(&follower, "本館")["why"], &charts(&follower, "本館")["held"]),
        (&"not_allowed".into(), &0.into())
    );
    assert_eq!(status(&follower)["sources"], serde_json::json!([]));
    give(&giver, "別館");
    let entries = entries(&giver);
    assert_eq!(fetch(&follower, "本館"), entries);
    same(&giver, &follower);
    let stands = charts(&follower, "本館");
    assert_eq!(
        (&stands["followed"], &stands["held"], &stands["entries"]),
        (&true.into(), &entries.into(), &entries.into())
    );
    assert_eq!((&stands["why"], stands["received_millis"].as_i64() > Some(0)), (&"".into(), true));
    assert_eq!(charts(&giver, "別館")["given"], true);
    same_age(&status(&giver), &status(&follower));
    // Nothing new: nothing goes over. What is new there is here.
    assert_eq!(fetch(&follower, "本館"), 0);
    let [patient, other] = [0, 1].map(|at| numbers(&giver)[at].clone());
    // Who is one person and who is kept back goes with the charts.
    let why = ["--by", "医事 花子", "--reason", "改姓"];
    giver.run(&[&["link", &patient, &other][..], &why].concat()).ends(0);
    giver.run(&[&["flag", &patient, "hide_name"][..], &why].concat()).ends(0);
    more(&tree);
    running.stop();
    let fed = giver.feed(&tree);
    assert!(fed["taken"].as_u64() > Some(0));
    let running = serve(&giver, Some(at_port));
    assert_eq!(fetch(&follower, "本館"), fed["taken"].as_u64().unwrap());
    same(&giver, &follower);
    assert!(!follower.chart(&patient)["links"].as_array().unwrap().is_empty());
    let reader = store::open_reader(&follower.home(), &store::Unlock::KeyFile).unwrap();
    let id = chart::PatientId { authority: reader.about().authority.clone(), id: other };
    assert_eq!(andon::confidential::of_person(&reader, &id).unwrap().len(), 1, "of the other number it is one person");
    drop(reader);
    // The cable is pulled: pages serve, and say by way of whom and since when.
    running.kill();
    let alone = serve(&follower, None);
    wait_until("it is noticed", || head(&follower, "本館")["failing"] == "unreached");
    let mut browser = Browser::new(&alone);
    browser.get(&alone.link());
    let page = browser.get("/freshness").body;
    assert!(page.contains("本館 経由（受信 ") && page.contains("からつながらない"), "{page}");
    let page = browser.get("/stations").body;
    assert!(
        page.contains("写しを受け取っている")
            && page.contains(&format!("この端末に {0} / {0} 件", entries + fed["taken"].as_u64().unwrap())),
        "{page}"
    );
    let chart = browser.get(&format!("/patients/{patient}")).body;
    assert!(chart.contains("本館 経由"), "every page says it");
    alone.stop();
    ended_there_and_here(&giver, &follower, at_port);
    for station in [&giver, &follower] {
        station.sound();
        assert!(std::fs::read_dir(station.home().join("bundles")).unwrap().next().is_none(), "nothing is left lying");
    }
}

/// A message more at the source: a copy of one under the next number of its order.
fn more(tree: &Path) {
    let mut files = Vec::new();
    walk(tree, &mut files);
    let order = files.iter().find(|path| path.to_string_lossy().contains("/OML-11/")).unwrap();
    let name = order.file_name().unwrap().to_string_lossy().into_owned();
    let mut parts: Vec<String> = name.split('_').map(str::to_owned).collect();
    parts[3] = format!("9{}", &parts[3][1..]);
    std::fs::copy(order, order.with_file_name(parts.join("_"))).unwrap();
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

fn written(giver: &Station, name: &str, more: &[&str]) -> (PathBuf, Value) {
    let out = file(giver, name);
    let words = [&["station", "charts", "--for", "別館", "--out", out.to_str().unwrap(), "--json"], more].concat();
    let told = at(&giver.home(), &words).ends(0).json();
    (out, told["files"][0].clone())
}

fn import(station: &Station, files: &[&Path]) -> Ran {
    let mut words = vec!["log", "import", "--json"];
    words.extend(files.iter().map(|file| file.to_str().unwrap()));
    at(&station.home(), &words)
}

#[test]
fn by_stick_first_all_then_what_is_new_and_what_is_altered_missing_or_for_others_is_named() {
    let ([giver, follower, other], tree) = stations(20);
    let out = file(&giver, "charts");
    let words = ["station", "charts", "--for", "別館", "--out", out.to_str().unwrap()];
    assert!(at(&giver.home(), &words).ends(1).err.contains("許可されていません"));
    give(&giver, "別館");
    let (first, told) = written(&giver, "first", &[]);
    let entries = told["entries"].as_u64().unwrap();
    assert_eq!((told["from"].as_u64(), entries > 300), (Some(1), true));
    // Whom it is for, but does not follow; then for whom it is not.
    assert!(
        import(&follower, &[&first]).ends(1).json()["files"][0]["problem"].as_str().unwrap().contains("station follow")
    );
    follow(&follower, "本館");
    follow(&other, "本館");
    assert!(
        import(&other, &[&first]).ends(1).json()["files"][0]["problem"]
            .as_str()
            .unwrap()
            .contains("宛てて封じられていません")
    );
    let bytes = std::fs::read(&first).unwrap();
    for at_byte in [0, 20, 60, 200, bytes.len() / 2, bytes.len() - 1] {
        let mut altered = bytes.clone();
        altered[at_byte] ^= 1;
        let path = file(&follower, "altered");
        std::fs::write(&path, &altered).unwrap();
        let ran = import(&follower, &[&path]);
        assert!([1, 4].contains(&ran.code), "{at_byte}: {}", ran.out);
        assert_eq!(charts(&follower, "本館")["held"], 0, "{at_byte}");
    }
    std::fs::write(file(&follower, "cut"), &bytes[..bytes.len() - 100]).unwrap();
    import(&follower, &[&file(&follower, "cut")]).ends(4);
    let came = import(&follower, &[&first]).ends(0).json()["files"][0]["charts"].clone();
    assert_eq!((&came["new"], &came["known"], &came["whole"]), (&entries.into(), &0.into(), &true.into()));
    same(&giver, &follower);
    let again = import(&follower, &[&first]).ends(0).json()["files"][0]["charts"].clone();
    assert_eq!((&again["new"], &again["known"]), (&0.into(), &entries.into()));
    // Only what is new since the last file; a lost one leaves a gap that is named, with the way out.
    more(&tree);
    giver.feed(&tree);
    let (lost, second) = written(&giver, "second", &[]);
    assert_eq!((&second["entries"], &second["from"]), (&1.into(), &told["next"]));
    std::fs::rename(&lost, file(&giver, "lost")).unwrap();
    std::fs::remove_file(tree_order(&tree)).unwrap();
    giver.feed(&tree);
    let (third, _) = written(&giver, "third", &[]);
    let gap = import(&follower, &[&third]).ends(3).json();
    let since = charts(&follower, "本館")["next"].to_string();
    assert!(gap["files"][0]["problem"].as_str().unwrap().contains(&format!("--since {since}")), "{gap}");
    let (whole, told) = written(&giver, "whole", &["--since", &since]);
    assert_eq!(told["entries"], 2);
    assert_eq!(import(&follower, &[&whole]).ends(0).json()["files"][0]["charts"]["new"], 2);
    // The others still do no harm, in any order.
    import(&follower, &[&third, &file(&giver, "lost"), &first]).ends(0);
    same(&giver, &follower);
    assert!(charts(&follower, "本館")["received_millis"].as_i64() > Some(0));
    // The log's file and this one do not mix.
    let log = file(&giver, "log");
    at(&giver.home(), &["log", "export", log.to_str().unwrap()]).ends(0);
    assert_eq!(import(&follower, &[&log, &first]).ends(0).json()["files"][1]["charts"]["new"], 0);
    at(&giver.home(), &["log", "export", first.to_str().unwrap()]).ends(1);
    // Who was revoked gets nothing any more.
    at(&giver.home(), &["station", "revoke", "別館", "--reason", "盗難", "--by", "情報 担当"]).ends(0);
    let out = file(&giver, "after");
    at(&giver.home(), &["station", "charts", "--for", "別館", "--out", out.to_str().unwrap()]).ends(1);
    for station in [&giver, &follower] {
        station.sound();
    }
}

/// The order that [`more`] added.
/// The home as it was is put in the place of what it became.
fn put_back(giver: &Station, kept: &Path) {
    std::fs::remove_dir_all(giver.home()).unwrap();
    std::fs::rename(kept, giver.home()).unwrap();
}

#[test]
fn a_giver_that_was_put_back_from_an_older_copy_is_named_and_nothing_of_it_is_taken_in() {
    let ([giver, follower, _other], tree) = stations(20);
    give(&giver, "別館");
    follow(&follower, "本館");
    let (first, _) = written(&giver, "first", &[]);
    import(&follower, &[&first]).ends(0);
    let kept = giver.folder().join("kept");
    run(std::process::Command::new("cp").arg("-a").arg(giver.home()).arg(&kept)).ends(0);
    more(&tree);
    giver.feed(&tree);
    let (second, _) = written(&giver, "second", &[]);
    import(&follower, &[&second]).ends(0);
    let had = held(&follower);
    put_back(&giver, &kept);
    // It lacks what the follower has; then it has something else under that number.
    for fed in [false, true] {
        if fed {
            giver.feed(&tree);
            let (third, _) = written(&giver, "third", &[]);
            let no = import(&follower, &[&third]).ends(4).json();
            assert!(no["files"][0]["problem"].as_str().unwrap().contains("食い違って"), "{no}");
        }
        let at_port = port();
        let _running = serve(&giver, Some(at_port));
        at(&follower.home(), &["station", "address", "本館", &format!("127.0.0.1:{at_port}")]).ends(0);
        at(&follower.home(), &["log", "send", "本館"]);
        assert_eq!(charts(&follower, "本館")["why"], "unfit", "{fed}");
        assert!(held(&follower) == had);
    }
    follower.sound();
}

fn tree_order(tree: &Path) -> PathBuf {
    let mut files = Vec::new();
    walk(tree, &mut files);
    let is = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        path.to_string_lossy().contains("/OML-11/") && name.split('_').nth(3).is_some_and(|no| no.starts_with('9'))
    };
    files.into_iter().find(is).unwrap()
}

#[test]
fn what_the_giver_holds_back_is_held_back_here_and_decided_there() {
    let ([giver, follower, _], _) = stations(20);
    give(&giver, "別館");
    follow(&follower, "本館");
    import(&follower, &[&written(&giver, "one", &[]).0]).ends(0);
    let name = giver.run(&["source", "list", "--json"]).json()["sources"][0]["name"].as_str().unwrap().to_owned();
    let why = ["--by", "院長", "--reason", "侵入の時刻"];
    giver.run(&[&["gate", "hold", &name, "--trusted", "100"][..], &why].concat()).ends(0);
    import(&follower, &[&written(&giver, "two", &[]).0]).ends(0);
    let here = follower.run(&["gate", "status", "--json"]).ends(3).json()["sources"][0].clone();
    let there = giver.run(&["gate", "status", "--json"]).ends(3).json()["sources"][0].clone();
    for key in ["trusted", "since", "head"] {
        assert_eq!(here["hold"][key], there["hold"][key], "{key}");
    }
    assert_eq!((&here["elsewhere"], &there["elsewhere"]), (&true.into(), &false.into()));
    assert_eq!(status(&follower)["sources"][0]["state"], "held");
    let ids: Vec<String> = numbers(&giver);
    for id in &ids {
        assert!(chart(&giver, id) == chart(&follower, id), "{id}");
    }
    assert!(found(&giver, &ids) == found(&follower, &ids), "search or lists");
    let called = format!("{name}@本館");
    follower.run(&[&["gate", "release", &called][..], &why].concat()).ends(2);
    giver.run(&[&["gate", "release", &name][..], &why].concat()).ends(0);
    import(&follower, &[&written(&giver, "three", &[]).0]).ends(0);
    follower.run(&["gate", "status", "--json"]).ends(0);
    same(&giver, &follower);
    follower.run(&["doctor", "--rebuild-indexes"]).ends(0);
    same(&giver, &follower);
}

/// What a station holds of everybody, each sighting once, in no order.
fn held(station: &Station) -> BTreeSet<(String, Vec<u8>, [u8; 32], i64)> {
    let reader = store::open_reader(&station.home(), &store::Unlock::KeyFile).unwrap();
    let (mut all, cut) = (Vec::new(), reader.cut().unwrap());
    reader.patients(|patient| all.push(patient)).unwrap();
    let each = all.iter().flat_map(|patient| reader.sightings(patient, &cut).unwrap());
    each.map(|one| (one.patient, one.path, one.content.0, one.received.0)).collect()
}

#[test]
fn a_follower_is_restored_from_its_vault_with_what_is_held_back_there_and_follows_on() {
    let (follower, place, key) = crate::vault::sealing();
    let giver = Station::training();
    trust(&giver, &card(&follower, "別館", "別"), &[]).ends(0);
    trust(&follower, &card(&giver, "本館", "本"), &[]).ends(0);
    let tree = fed(&giver, 10);
    give(&giver, "別館");
    follow(&follower, "本館");
    let name = giver.run(&["source", "list", "--json"]).json()["sources"][0]["name"].as_str().unwrap().to_owned();
    giver.run(&["gate", "hold", &name, "--trusted", "20", "--by", "院長", "--reason", "侵入の時刻"]).ends(0);
    import(&follower, &[&written(&giver, "one", &[]).0]).ends(0);
    crate::vault::sealed(&follower);
    let new = Station::bare();
    crate::vault::restore(&place, &key, &new, &[]).ends(0);
    let held = |station: &Station| {
        let told = station.run(&["gate", "status", "--json"]).json();
        let of = |source: &&Value| source["name"] == format!("{name}@本館");
        told["sources"].as_array().unwrap().iter().find(of).unwrap()["hold"]["trusted"].clone()
    };
    assert_eq!((held(&follower), held(&new)), (20.into(), 20.into()));
    same(&giver, &new);
    // The new machine is a station of its own: it is known and allowed anew, and takes what is new alone.
    trust(&giver, &card(&new, "別館2", "別2"), &[]).ends(0);
    give(&giver, "別館2");
    more(&tree);
    giver.feed(&tree);
    let out = file(&giver, "two");
    at(&giver.home(), &["station", "charts", "--for", "別館2", "--out", out.to_str().unwrap()]).ends(0);
    let came = import(&new, &[&out]).ends(0).json()["files"][0]["charts"].clone();
    assert_eq!((&came["new"], &came["whole"]), (&1.into(), &true.into()));
    same(&giver, &new);
    new.sound();
}

#[test]
fn two_follow_each_other_one_listens_and_killed_at_any_moment_nothing_is_lost_or_doubled() {
    let ([one, two, _], _) = stations(40);
    let entries = entries(&one);
    let tree = two.folder().join("tree");
    run(program(&["drill", "hospital", "--patients", "5", "--seed", "9", "--stop-at", "now", "--out"]).arg(&tree))
        .ends(0);
    two.feed(&tree);
    give(&one, "別館");
    give(&two, "本館");
    follow(&one, "別館");
    follow(&two, "本館");
    let at_port = port();
    let _listens = serve(&one, Some(at_port));
    at(&two.home(), &["station", "address", "本館", &format!("127.0.0.1:{at_port}")]).ends(0);
    // Who calls is killed again and again, a little later each time.
    for millis in (0..12).map(|n| n * n * 12) {
        let words = ["serve", "--port", "0", "--no-feed"];
        let calling = Running::start(two.command(&words).stderr(Stdio::null()), "/open/");
        std::thread::sleep(Duration::from_millis(millis));
        calling.kill();
        two.sound();
    }
    let _calling = serve(&two, None);
    wait_until("both have all", || {
        charts(&two, "本館")["held"] == entries && charts(&one, "別館")["received_millis"].as_i64() > Some(0)
    });
    wait_until("it says so", || charts(&two, "本館")["received_millis"].as_i64() > Some(0));
    assert!(held(&one) == held(&two), "each has what both have");
    let (here, there) = (status(&one), status(&two));
    for (status, station) in [(&here, &one), (&there, &two)] {
        let sources = status["sources"].as_array().unwrap();
        let via = sources.iter().filter(|source| !source["via"].is_null()).count();
        let theirs = if station.home() == one.home() { &there } else { &here };
        let own = theirs["sources"].as_array().unwrap().iter().filter(|source| source["via"].is_null()).count();
        assert_eq!(via, own, "nothing comes round: {status}");
    }
    one.sound();
    two.sound();
}
