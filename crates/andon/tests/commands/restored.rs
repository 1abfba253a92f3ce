//! A restore with the officers' own cards: nothing of the key becomes a file, and the new home opens with the same cards.

use std::fs;
use std::path::Path;

use crate::door::{Station, program, run};
use crate::keys::Terminal;
use crate::trees::Hospital;
use crate::vault::{same_charts, sealed};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// The rows of a card as its paper has them.
fn rows(folder: &Path, number: u8) -> Vec<String> {
    let card = fs::read_to_string(folder.join(format!("card-{number:02}.txt"))).unwrap();
    let rows = card.lines().filter_map(|line| line.split_once(") ")).filter(|(no, _)| no.trim().parse::<u8>().is_ok());
    rows.map(|(_, row)| row.to_owned()).collect()
}

fn ceremony(station: &Station, act: &str, folder: &Path) {
    let made = ["--shares", "3", "--threshold", "2", "--unattended", "--out", text(folder)];
    station.run(&[&["keys", act], &made[..]].concat()).ends(0);
}

fn key_number(station: &Station) -> String {
    let listed = station.run(&["keys", "list", "--json"]).json();
    listed["keys"].as_array().unwrap().last().unwrap()["id"].as_str().unwrap().to_owned()
}

/// Two cards of a key, as their officers type them.
fn type_in(terminal: &mut Terminal, folder: &Path) {
    for card in [1, 3] {
        for (row, typed) in rows(folder, card).iter().enumerate() {
            terminal.answer(&format!("{}/11: ", row + 1), typed);
        }
    }
}

#[test]
fn officers_type_their_cards_and_the_restored_home_opens_with_them() {
    let (station, hospital) = (Station::training(), Hospital::small(""));
    let (old, new) = (station.folder().join("old"), station.folder().join("new"));
    ceremony(&station, "ceremony", &old);
    let place = station.folder().join("vault-a");
    fs::create_dir(&place).unwrap();
    station.run(&["vault", "target", "add", text(&place), "--name", "A"]).ends(0);
    station.feed(&hospital.root());
    sealed(&station);
    ceremony(&station, "rotate", &new);
    sealed(&station);
    let number = key_number(&station);

    // With the cards of one key alone it says which other is needed.
    let other = Station::bare();
    let home = other.home();
    let words = ["restore", text(&place), "--to", text(&home), "--cards"];
    let mut terminal = Terminal::run(&other, &words);
    type_in(&mut terminal, &new);
    terminal.say("else Enter: ", "");
    let (shown, code) = terminal.end();
    assert!(code == 1 && shown.contains("更新前の鍵") && !home.exists(), "{code}: {shown}");

    let mut terminal = Terminal::run(&other, &words);
    type_in(&mut terminal, &new);
    terminal.say("else Enter: ", "y");
    type_in(&mut terminal, &old);
    terminal.say("else Enter: ", "");
    let (shown, code) = terminal.end();
    assert!(code == 0 && shown.contains(&format!("鍵 {number} のカードで、このホームも開きます")), "{code}: {shown}");
    assert!(!shown.contains("鍵がファイル"), "{shown}");
    same_charts(&station, &other, hospital.numbers().into_iter());

    // The files of the sources come out of the same cards, and nothing of the key lies anywhere.
    let out = station.folder().join("out");
    let mut terminal = Terminal::run(&other, &["vault", "extract", text(&place), "--to", text(&out), "--cards"]);
    type_in(&mut terminal, &new);
    terminal.say("else Enter: ", "y");
    type_in(&mut terminal, &old);
    terminal.say("else Enter: ", "");
    let (shown, code) = terminal.end();
    assert!(code == 0 && shown.contains("files written") && out.join("s1").is_dir(), "{code}: {shown}");
    let words = ["vault", "extract", text(&place), "--to", text(&out), "--cards"];
    assert!(run(&mut program(&words)).ends(2).err.contains("空のフォルダー"), "said before anybody types");

    // The key file is lost: the cards open the home.
    let identity = station.folder().join("identity");
    let [one, two] = [2, 3].map(|no| new.join(format!("card-{no:02}.txt")));
    let nowhere = station.folder().join("nowhere");
    let combine = ["keys", "combine", "--out", text(&identity), "--home", text(&nowhere), text(&one), text(&two)];
    run(&mut program(&combine)).ends(0);
    fs::remove_file(home.join("keys/home.key")).unwrap();
    other.run(&["status"]).ends(1);
    other.run(&["status", "--identity", text(&identity)]).ends(0);
}

#[test]
fn a_key_in_a_file_is_to_be_rotated_and_a_home_without_cards_says_so() {
    let (station, place, key) = crate::vault::sealing();
    sealed(&station);
    let other = Station::bare();
    let home = other.home();
    let words = ["restore", text(&place), "--to", text(&home), "--identity", text(&key)];
    let told = run(&mut program(&words)).ends(0).out;
    assert!(told.contains("keys/home.key だけです") && told.contains("鍵がファイルになっています"), "{told}");
    // It begins a vault of its own, and leaves the one it came from alone.
    let fresh = station.folder().join("fresh");
    fs::create_dir(&fresh).unwrap();
    other.run(&["vault", "target", "add", text(&fresh), "--name", "N"]).ends(0);
    let told = other.run(&["vault", "seal"]).ends(3).out;
    assert!(told.contains("別の保管庫があります") && told.contains("vault target remove A"), "{told}");
    // Cards are typed by people.
    let words = ["restore", text(&place), "--to", text(&home), "--cards"];
    assert!(run(&mut program(&words)).ends(2).err.contains("端末から"));
    let out = station.folder().join("out");
    let words = ["vault", "extract", text(&place), "--to", text(&out), "--cards"];
    assert!(run(&mut program(&words)).ends(2).err.contains("端末から") && !out.exists());
    run(&mut program(&["vault", "extract", text(&place), "--to", text(&out)])).ends(2);
}
