//! Kills: a feed killed at random moments loses nothing it had taken in and doubles nothing; two readings of one tree,
//! and one tree under two paths, show one chart.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::door::{OURS, Station, without};
use crate::trees::{Hospital, copy, messages};

/// Kills unless `ANDON_KILLS` says otherwise.
const KILLS: u32 = 50;
/// How often the whole home is verified on the way.
const VERIFIED_EVERY: u32 = 10;

/// Splitmix64: kill moments from one number that is printed, so that a bad run can be played again.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// Messages taken in by all sources, as `status` counts them.
fn counted(station: &Station) -> u64 {
    let ran = station.run(&["status", "--json"]);
    assert!([0, 3].contains(&ran.code), "{}", ran.err);
    let status = ran.json();
    let kinds = status["sources"].as_array().unwrap().iter().flat_map(|source| source["kinds"].as_array().unwrap());
    kinds.filter_map(|kind| kind["count"].as_u64()).sum()
}

/// Starts a feed and kills it after `life`; true when it was still at work.
fn killed(station: &Station, root: &str, life: Duration) -> bool {
    let mut feed = station.command(&["feed", "--once", root]);
    let mut feed = feed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(life);
    feed.kill().unwrap();
    !feed.wait().unwrap().success()
}

/// Everything of a chart but our clock and numbering.
fn settled(station: &Station, number: &str) -> Value {
    without(&station.chart(number), &OURS)
}

/// How many of each a chart has.
fn counts(chart: &Value) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for (section, value) in chart.as_object().unwrap() {
        if let Some(items) = value.as_array().or_else(|| value["items"].as_array()) {
            counts.insert(section.as_str(), items.len());
        }
    }
    counts.remove("freshness");
    counts
}

/// A number the environment gives.
fn given(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

#[test]
fn a_random_kill_while_feeding_loses_nothing_and_doubles_nothing() {
    let kills = given("ANDON_KILLS").map_or(KILLS, |kills| kills as u32);
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos() as u64;
    let seed = given("ANDON_KILLS_SEED").unwrap_or_else(now);
    let (hospital, undisturbed, mut draw) = (Hospital::small(""), Station::training(), Draw(seed));
    let (root, files) = (hospital.root(), messages(&hospital.root()).len() as u64);
    let began = now();
    undisturbed.feed(&root);
    // A killed feed lives for some part of the time that a whole one took: kills fall before, between and after what is
    // acknowledged, on a fast machine as on a slow one.
    let life = (now() - began) * 4 / 5;
    let mut station = Station::training();
    let (mut before, mut at_work, mut between, mut finished) = (0, 0, 0, 0);
    for kill in 1..=kills {
        at_work += u32::from(killed(&station, root.to_str().unwrap(), Duration::from_nanos(draw.below(life))));
        let now = counted(&station);
        assert!((before..=files).contains(&now), "seed {seed}, kill {kill}: {before} → {now} of {files}");
        before = now;
        between += u32::from(0 < now && now < files);
        if kill % VERIFIED_EVERY == 0 {
            assert_eq!(station.sound()["sightings"], now, "seed {seed}, kill {kill}");
        }
        if now == files && kill < kills {
            // All is taken in: the next kills fall on a new home.
            complete(&hospital, &station, &undisturbed, files);
            (station, before, finished) = (Station::training(), 0, finished + 1);
        }
    }
    println!("{kills} kills, ANDON_KILLS_SEED={seed}: {at_work} fell on a feed at work, {between} left a part of the");
    println!("tree taken in; {finished} homes were finished on the way, the last had {before} of {files} files");
    assert!(between > 0, "seed {seed}: every kill fell on a home that was empty or whole");
    complete(&hospital, &station, &undisturbed, files);
}

/// The feed ends what the kills left, verifies, finds nothing more, and shows what an undisturbed reading shows.
fn complete(hospital: &Hospital, station: &Station, undisturbed: &Station, files: u64) {
    let root = hospital.root();
    station.feed(&root);
    assert_eq!(station.sound()["sightings"], files);
    let again = station.feed(&root);
    assert_eq!((&again["taken"], &again["unchanged"]), (&0.into(), &files.into()));
    for number in hospital.numbers().into_iter().take(30).step_by(7) {
        assert_eq!(settled(station, number), settled(undisturbed, number), "{number}");
    }
    for words in ["タナカ", "新居", "1948-03-03"] {
        let hits = |station: &Station| station.run(&["search", words, "--json"]).json();
        assert_eq!(hits(station), hits(undisturbed), "{words}");
    }
}

#[test]
fn one_tree_under_two_paths_doubles_nothing() {
    let (hospital, station) = (Hospital::small(""), Station::training());
    let (first, second) = (hospital.root(), station.folder().join("copy"));
    copy(&first, &second);
    let files = messages(&first).len();
    station.feed(&first);
    let numbers: Vec<&str> = hospital.numbers().into_iter().take(30).step_by(5).collect();
    let before: Vec<Value> = numbers.iter().map(|number| station.chart(number)).collect();
    let contents = station.sound()["contents"].clone();
    assert_eq!(station.feed(&second)["taken"], files);
    let doctor = station.sound();
    assert_eq!((&doctor["sightings"], &doctor["contents"]), (&(2 * files).into(), &contents));
    for (number, before) in numbers.iter().zip(before) {
        let after = station.chart(number);
        assert_eq!(counts(&after), counts(&before), "{number}");
        for section in ["medications", "labs", "allergies", "problems", "stays"] {
            let own = |chart: &Value| without(&chart[section], &[&OURS[..], &["source"]].concat());
            assert_eq!(own(&after), own(&before), "{number} {section}");
        }
    }
}
