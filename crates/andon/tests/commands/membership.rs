//! The hospital's membership key: what officers' cards sign of stations counts at every station that knows the key, also against the word of
//! a headquarters that was taken over; and what is brought again or altered changes nothing.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::door::{Ran, Station};
use crate::stations::{at, card, export, file, import, trust};

fn ceremony(station: &Station) -> PathBuf {
    let out = file(station, "cards");
    let made = ["--shares", "3", "--threshold", "2", "--unattended", "--out", out.to_str().unwrap()];
    station.run(&[&["keys", "ceremony"], &made[..]].concat()).ends(0);
    out
}

fn with_cards(station: &Station, words: &[&str], (folder, numbers): (&Path, &[u8])) -> Ran {
    let cards: Vec<String> = numbers
        .iter()
        .map(|number| folder.join(format!("card-{number:02}.txt")).to_str().unwrap().to_owned())
        .collect();
    let cards: Vec<&str> = cards.iter().map(String::as_str).collect();
    at(&station.home(), &[words, &["--cards"], &cards].concat())
}

fn stands(station: &Station, name: &str) -> Option<Value> {
    let told = at(&station.home(), &["station", "list", "--json"]).json();
    told["stations"].as_array().unwrap().iter().find(|head| head["name"] == name).cloned()
}

fn keys(station: &Station) -> Vec<Value> {
    at(&station.home(), &["station", "key", "--json"]).ends(0).json()["membership_keys"].as_array().unwrap().clone()
}

/// Headquarters with a key, a ward and a pharmacy that took it from headquarters' card.
fn hospital() -> ([Station; 3], PathBuf) {
    let all = [Station::training(), Station::training(), Station::training()];
    let folder = ceremony(&all[0]);
    let names = [("本部", "本"), ("3病棟", "3病"), ("薬剤部", "薬")];
    let cards: Vec<_> = all.iter().zip(names).map(|(station, (name, mark))| card(station, name, mark)).collect();
    for of in [1, 2] {
        trust(&all[0], &cards[of], &[]).ends(0);
        trust(&all[of], &cards[0], &["--headquarters"]).ends(0);
    }
    (all, folder)
}

#[test]
fn cards_revoke_headquarters_itself_from_a_ward_and_nobody_without_them_does() {
    let ([hq, ward, pharmacy], cards) = hospital();
    assert_eq!((keys(&hq).len(), keys(&hq)), (1, keys(&ward)));
    let all = export(&hq, "all");
    for station in [&ward, &pharmacy] {
        import(station, &all).ends(0);
    }
    // The ward is no headquarters: its own word changes nothing elsewhere.
    let revoke = ["station", "revoke", "本部", "--reason", "乗っ取り", "--by", "院長"];
    let one = with_cards(&ward, &revoke, (&cards, &[1]));
    assert!(one.ends(1).err.contains("あと 1 枚"));
    assert!(stands(&ward, "本部").unwrap()["revoked"].is_null());
    with_cards(&ward, &revoke, (&cards, &[1, 3])).ends(0);
    assert!(stands(&ward, "本部").unwrap()["revoked"].is_array());
    // The pharmacy never saw the ward's card, only that headquarters admitted it: the signed word reaches it by a stick.
    import(&pharmacy, &export(&ward, "signed")).ends(0);
    assert!(stands(&pharmacy, "本部").unwrap()["revoked"].is_array());
    // What the intruder at headquarters says afterwards is not even taken in.
    at(&hq.home(), &["station", "revoke", "3病棟", "--reason", "犯人", "--by", "犯人"]).ends(0);
    let later = file(&hq, "later");
    at(&hq.home(), &["log", "export", later.to_str().unwrap(), "--all"]).ends(0);
    import(&pharmacy, &later).ends(1);
    assert!(stands(&pharmacy, "3病棟").unwrap()["revoked"].is_null());
    at(&pharmacy.home(), &["doctor"]).ends(0);
}

#[test]
fn cards_admit_a_new_station_everywhere_and_a_strangers_cards_do_not() {
    let ([hq, ward, pharmacy], cards) = hospital();
    let (new, stranger) = (Station::training(), Station::training());
    let (theirs, own) = (ceremony(&stranger), card(&new, "透析室", "透"));
    let (file_of, code) = (own.0.to_str().unwrap().to_owned(), own.1.clone());
    let admit = ["station", "trust", &file_of, "--code", &code];
    let refused = with_cards(&ward, &admit, (&theirs, &[1, 2]));
    assert!(refused.ends(1).err.contains("登録の鍵"));
    assert!(stands(&ward, "透析室").is_none());
    with_cards(&ward, &admit, (&cards, &[2, 3])).ends(0);
    // From the ward to headquarters, and from there to the pharmacy.
    import(&hq, &export(&ward, "one")).ends(0);
    assert!(stands(&hq, "透析室").is_some());
    import(&pharmacy, &export(&hq, "two")).ends(0);
    assert!(stands(&pharmacy, "透析室").is_some());
}

#[test]
fn a_key_whose_cards_were_stolen_is_trusted_no_longer() {
    let ([_hq, ward, _pharmacy], cards) = hospital();
    let key = keys(&ward)[0].as_str().unwrap()[..8].to_owned();
    at(&ward.home(), &["station", "key", "--forget", "ffff"]).ends(1);
    at(&ward.home(), &["station", "key", "--forget", &key, "--by", "情報 担当"]).ends(0);
    assert!(keys(&ward).is_empty());
    let revoke = ["station", "revoke", "本部", "--reason", "x", "--by", "犯人"];
    with_cards(&ward, &revoke, (&cards, &[1, 2])).ends(1);
    // Who holds the cards can have it known again: people at this station decide.
    with_cards(&ward, &["station", "key"], (&cards, &[1, 2])).ends(0);
    assert_eq!(keys(&ward).len(), 1);
}

#[test]
fn what_a_taken_over_headquarters_said_already_ends_with_the_number_that_the_cards_name() {
    let ([hq, ward, pharmacy], cards) = hospital();
    let all = export(&hq, "all");
    for station in [&ward, &pharmacy] {
        import(station, &all).ends(0);
    }
    let up_to = stands(&pharmacy, "本部").unwrap()["up_to"].to_string();
    // The intruder revokes the ward and ends the key, and it is carried everywhere before anybody knows.
    let key = keys(&hq)[0].as_str().unwrap()[..8].to_owned();
    at(&hq.home(), &["station", "revoke", "3病棟", "--reason", "犯人", "--by", "犯人"]).ends(0);
    at(&hq.home(), &["station", "key", "--forget", &key, "--by", "犯人"]).ends(0);
    import(&pharmacy, &export(&hq, "intruder")).ends(0);
    assert!(stands(&pharmacy, "3病棟").unwrap()["revoked"].is_array());
    assert_eq!(keys(&pharmacy).len(), 1, "headquarters ends no key that people here know");
    let revoke = ["station", "revoke", "本部", "--last", &up_to, "--reason", "乗っ取り", "--by", "院長"];
    with_cards(&pharmacy, &revoke, (&cards, &[2, 3])).ends(0);
    assert!(stands(&pharmacy, "3病棟").unwrap()["revoked"].is_null());
    assert!(stands(&pharmacy, "本部").unwrap()["revoked"].is_array());
}

#[test]
fn a_station_that_cards_admitted_may_be_called_otherwise_later() {
    let ([hq, ward, _pharmacy], cards) = hospital();
    let new = Station::training();
    let (own, code) = card(&new, "透析室", "透");
    with_cards(&hq, &["station", "trust", own.to_str().unwrap(), "--code", &code], (&cards, &[1, 2])).ends(0);
    let all = export(&hq, "all");
    import(&ward, &all).ends(0);
    trust(&new, &card(&hq, "本部", "本"), &["--headquarters"]).ends(0);
    card(&new, "腎センター", "腎");
    import(&hq, &export(&new, "renamed")).ends(0);
    import(&ward, &export(&hq, "again")).ends(0);
    for station in [&hq, &ward] {
        assert!(stands(station, "腎センター").is_some() && stands(station, "透析室").is_none());
    }
}
