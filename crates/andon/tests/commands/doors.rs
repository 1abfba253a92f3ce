//! What a person meets who types something: exit codes, refusals that say what, where and what next, help in both
//! languages.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::door::{Ran, Station, program, run};
use crate::trees::{Hospital, Page};

/// Every command.
const COMMANDS: [&[&str]; 28] = [
    &[],
    &["init"],
    &["feed"],
    &["search"],
    &["chart"],
    &["status"],
    &["doctor"],
    &["serve"],
    &["link"],
    &["unlink"],
    &["drill"],
    &["drill", "hospital"],
    &["drill", "live"],
    &["demo"],
    &["completions"],
    &["source"],
    &["source", "list"],
    &["source", "budget"],
    &["source", "silence"],
    &["keys"],
    &["keys", "passphrase"],
    &["keys", "passphrase", "add"],
    &["keys", "passphrase", "remove"],
    &["whereabouts"],
    &["whereabouts", "register"],
    &["whereabouts", "lend"],
    &["whereabouts", "letter"],
    &["whereabouts", "letter", "register"],
];

fn is_japanese(text: &str) -> bool {
    text.chars().any(|c| ('ぁ'..='ヿ').contains(&c))
}

fn is_english(text: &str) -> bool {
    text.split_whitespace().filter(|word| word.len() > 2 && word.chars().all(|c| c.is_ascii_lowercase())).count() > 1
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A tree of one patient, written by hand.
fn tree(station: &Station, name: &str, processing: &str, marked: bool) -> PathBuf {
    let root = station.folder().join(name);
    let page = Page {
        number: "4123001",
        says: "4123001",
        family: "架空",
        given: "花子",
        sent: "20211030090000",
        processing,
        segments: "",
    };
    page.write(&root);
    if marked {
        fs::write(root.join(drill::MARK_FILE), "a test's tree\n").unwrap();
    }
    root
}

#[test]
fn help_is_japanese_and_english_everywhere() {
    for command in COMMANDS {
        let help = run(&mut program(&[command, &["--help"]].concat())).ends(0).out;
        assert!(is_japanese(&help) && is_english(&help), "{command:?}: {help}");
        let options = help.lines().filter(|line| line.trim_start().starts_with("--"));
        for option in options.filter(|line| !line.contains("--version")) {
            assert!(option.contains('/') && !option.is_ascii(), "{command:?}: {option}");
        }
    }
    let all = run(&mut program(&["--help"])).ends(0).out;
    assert!(["0 ", "1 ", "2 ", "3 ", "4 "].iter().all(|code| all.contains(code)), "exit codes: {all}");
    let named = |command: &&&[&str]| command.len() == 1;
    assert!(COMMANDS.iter().filter(named).all(|command| all.contains(&format!("  {}", command[0]))), "{all}");
}

#[test]
fn completions_and_man_pages_are_written() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&mut program(&["completions", shell])).ends(0).out;
        assert!(script.contains("home") && script.contains("feed"), "{shell}");
    }
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("man");
    run(&mut program(&["man", text(&out)])).ends(0);
    for command in COMMANDS {
        let page = out.join(format!("{}.1", [&["andon"], command].concat().join("-")));
        assert!(fs::read_to_string(&page).unwrap().starts_with(".ie"), "{}", page.display());
    }
}

#[test]
fn ends_0_1_or_2() {
    let station = Station::real();
    station.feed(&tree(&station, "tree", "P", false));
    for (words, code) in [
        (vec!["search", "架空"], 0),
        (vec!["search", "いない"], 1),
        (vec!["chart", "4123001"], 0),
        (vec!["chart", "4123002"], 1),
        (vec!["chart", "123001"], 1),
        (vec!["chart", "4123001", "--at", "noon"], 2),
        (vec!["chart"], 2),
        (vec!["feed", "--once", "/nowhere/at/all"], 1),
        (vec!["feed", "--once", "--silence", "0"], 2),
        (vec!["init", "--yes"], 1),
        (vec!["init"], 2),
        (vec!["dance"], 2),
        (vec!["doctor"], 0),
        (vec!["--version"], 0),
    ] {
        let ran = station.run(&words);
        assert_eq!(ran.code, code, "{words:?}: {} {}", ran.out, ran.err);
        assert!(code == 0 || code == 1 && !ran.out.is_empty() || !ran.err.is_empty(), "{words:?} says why");
    }
    let empty = tempfile::tempdir().unwrap();
    for command in [vec!["status"], vec!["search", "x"], vec!["chart", "1"], vec!["doctor"], vec!["feed", "--once"]] {
        let ran = run(program(&command).arg("--home").arg(empty.path())).ends(1);
        assert!(ran.err.contains(text(empty.path())) && ran.err.contains("andon init"), "{}", ran.err);
    }
    station.run(&["feed", "--once"]).ends(0);
    Station::real().run(&["feed", "--once"]).ends(2);
}

#[test]
fn ends_3_when_stale_or_not_understood() {
    let station = Station::real();
    let root = tree(&station, "tree", "P", false);
    let minute = |ago: i64| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
        chart::Moment(now - ago * 60_000).digits17()[..14].to_owned()
    };
    station.feed(&root);
    let silent = station.run(&["status", "--json"]).ends(3).json();
    assert_eq!((&silent["red"], &silent["sources"][0]["state"]), (&true.into(), &"silent".into()));
    let page = Page {
        number: "4123003",
        says: "4123003",
        family: "架空",
        given: "月子",
        sent: &minute(2),
        processing: "P",
        segments: "",
    };
    page.write(&root);
    station.feed(&root);
    let fresh = station.run(&["status", "--json"]).ends(0).json();
    assert_eq!((&fresh["red"], &fresh["sources"][0]["state"]), (&false.into(), &"fresh".into()));
    station.run(&["chart", "4123003"]).ends(0);
    Page { number: "4123004", says: "4123999", sent: &minute(1), ..page }.write(&root);
    station.feed(&root);
    station.run(&["chart", "4123004"]).ends(3);
    station.run(&["chart", "4123003"]).ends(0);
    let partial = station.run(&["status", "--json"]).ends(3).json();
    assert_eq!((&partial["red"], &partial["undecoded"]), (&false.into(), &1.into()));
}

#[test]
fn ends_4_when_stored_bytes_changed() {
    let station = Station::training();
    station.feed(&Hospital::small("").root());
    let (database, whole) = (station.home().join("entries.db"), fs::read(station.home().join("entries.db")).unwrap());
    let damaged = |at: usize, words: &[&str]| {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(&database, bytes).unwrap();
        let ran = station.run(words);
        (ran.code, format!("byte {at}: {words:?} ended {}: {} {}", ran.code, ran.out, ran.err))
    };
    let places = (0..12).map(|part| whole.len() / 12 * part + 100).chain([20, whole.len() - 100]);
    let ends: Vec<(i32, String)> = places.map(|at| damaged(at, &["doctor"])).collect();
    let wrong: Vec<&String> = ends.iter().filter(|(code, _)| *code != 4).map(|(_, told)| told).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // A home whose first page is spoilt does not open at all.
    for words in [vec!["search", "タナカ"], vec!["chart", "00010017"], vec!["status"]] {
        let (code, told) = damaged(20, &words);
        assert_eq!(code, 4, "{told}");
    }
    fs::write(&database, &whole).unwrap();
    station.sound();
}

/// A refusal in words: what, where, what next, in both languages.
fn refused(ran: Ran, code: i32, parts: &[&str]) {
    let ran = ran.ends(code);
    assert!(parts.iter().all(|part| ran.err.contains(part)), "{parts:?}: {}", ran.err);
    assert!(is_japanese(&ran.err) && is_english(&ran.err), "both languages: {}", ran.err);
}

#[test]
fn a_drill_and_a_real_hospital_stay_apart() {
    let (real, training) = (Station::real(), Station::training());
    let (marked, bare) = (tree(&real, "marked", "T", true), tree(&training, "bare", "P", false));
    refused(
        real.run(&["feed", "--once", text(&marked)]),
        1,
        &[text(&marked), drill::MARK_FILE, "andon init --training"],
    );
    refused(training.run(&["feed", "--once", text(&bare)]), 1, &[text(&bare), drill::MARK_FILE]);
    for station in [&real, &training] {
        let doctor = station.sound();
        assert_eq!((&doctor["sightings"], &doctor["patients"]), (&0.into(), &0.into()));
    }
    // A drill's message that lost its mark is known by MSH-11; it is listed and not taken.
    let stray = tree(&real, "stray", "T", false);
    let fed = real.run(&["feed", "--once", "--json", text(&stray)]).json();
    assert_eq!((&fed["taken"], &fed["refused"]), (&0.into(), &1.into()));
    let chart = real.run(&["chart", "4123001", "--json"]).ends(3);
    assert_eq!(chart.json()["faults"][0]["code"], "training_message", "the number has that to say, and nothing else");
    assert!(!chart.out.contains("架空"), "nothing of the message is in the copy");
    assert_eq!(real.run(&["status", "--json"]).ends(3).json()["faults"][0]["code"], "training_message");
    // What a training home shows says so.
    training.feed(&tree(&training, "drill", "T", true));
    assert!(training.run(&["chart", "4123001"]).ends(0).out.contains("訓練"));
    assert!(training.run(&["search", "架空"]).ends(0).out.contains("訓練"));
    for words in [["search", "架空", "--json"], ["chart", "4123001", "--json"]] {
        assert_eq!(training.run(&words).ends(0).json()["training"], true);
    }
}

#[test]
fn one_process_feeds_and_the_others_are_told() {
    let station = Station::real();
    let root = tree(&station, "tree", "P", false);
    station.feed(&root);
    let mut watching = station.command(&["feed", text(&root)]);
    let mut watching = watching.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    // It holds the lock once it says that it watches.
    let mut line = String::new();
    BufReader::new(watching.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let told = station.run(&["feed", "--once", text(&root)]);
    let read = station.run(&["chart", "4123001"]);
    let pid = watching.id().to_string();
    watching.kill().unwrap();
    watching.wait().unwrap();
    let err = told.ends(1).err;
    assert!(err.contains(&pid) && err.contains("writer.lock") && err.contains("stop it"), "{err}");
    read.ends(0);
    station.run(&["feed", "--once", text(&root)]).ends(0);
}

#[test]
fn a_wrong_key_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, words: &str| {
        let path = folder.path().join(name);
        fs::write(&path, words).unwrap();
        path
    };
    let (right, wrong) = (file("right", "ともしび 七つ\n"), file("wrong", "ともしび 八つ\n"));
    let station = Station::made(&["--passphrase-file", text(&right)]);
    let other = Station::real();
    let key = other.home().join("keys/home.key");
    station.run(&["status", "--passphrase-file", text(&right)]).ends(0);
    for words in [["--passphrase-file", text(&wrong)], ["--key-file", text(&key)]] {
        let err = station.run(&[&["status"], &words[..]].concat()).ends(1).err;
        assert!(err.contains("does not open this home") && !err.contains("ともしび"), "{err}");
    }
    let own = folder.path().join("own.key");
    fs::rename(station.home().join("keys/home.key"), &own).unwrap();
    let err = station.run(&["status"]).ends(1).err;
    assert!(err.contains("home.key"), "{err}");
    station.run(&["status", "--key-file", text(&own)]).ends(0);
    refused(station.run(&["status", "--passphrase-file", "/nowhere"]), 2, &["/nowhere"]);
}
