//! Nobody's name lies open: not in a file of the home, not while a feed is at work or was killed, not in a file name,
//! not in a line of the log.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::door::{Station, run};
use crate::trees::{Hospital, all_files};

/// Names long enough that bytes do not spell them by chance, in every form they travel in.
fn spellings(hospital: &Hospital) -> Vec<Vec<u8>> {
    let mut spellings = Vec::new();
    for key in ["long-name", "foreign-name", "twenty-years", "unknown"] {
        for field in ["name", "kana"] {
            for part in hospital.special(key)[0][field].as_str().unwrap().split(' ') {
                if part.chars().count() >= 4 {
                    let (jis, _) = formats::charset::encode_iso2022jp(part);
                    let bare = jis.strip_prefix(b"\x1b$B").and_then(|rest| rest.strip_suffix(b"\x1b(B"));
                    spellings.extend([part.as_bytes().to_vec(), bare.unwrap_or(&jis).to_vec()]);
                }
            }
        }
    }
    spellings
}

fn holds(bytes: &[u8], spelling: &[u8]) -> bool {
    bytes.windows(spelling.len()).any(|window| window == spelling)
}

/// True when a spelling lies open below the folder, in a file or in its name.
fn lies_open(folder: &Path, spellings: &[Vec<u8>]) -> bool {
    all_files(folder).iter().any(|file| {
        let bytes = std::fs::read(file).unwrap();
        let name = file.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
        spellings.iter().any(|spelling| holds(&bytes, spelling) || holds(name.as_bytes(), spelling))
    })
}

#[test]
fn a_planted_name_is_found_in_no_file_of_the_home() {
    let (hospital, station) = (Hospital::plain(), Station::training());
    let (root, spellings) = (hospital.root(), spellings(&hospital));
    assert!(spellings.len() >= 10, "{spellings:?}");
    assert!(lies_open(&root, &spellings), "the names are planted");
    let mut feed = station.command(&["feed", "--once", root.to_str().unwrap()]);
    let mut feed = feed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(400));
    assert!(!lies_open(&station.home(), &spellings), "while a feed is at work");
    feed.kill().unwrap();
    feed.wait().unwrap();
    assert!(!lies_open(&station.home(), &spellings), "after a kill, with what the write-ahead log holds");
    station.feed(&root);
    station.run(&["search", "アレハンドロガルシア"]).ends(0);
    station.run(&["doctor", "--rebuild-indexes"]).ends(0);
    assert!(!lies_open(&station.home(), &spellings), "at rest");
    for file in all_files(&station.home()) {
        let name = file.to_string_lossy().into_owned();
        assert!(hospital.numbers().iter().all(|number| !name.contains(number)), "{name}");
    }
}

#[test]
fn no_log_line_names_a_patient() {
    let (hospital, station) = (Hospital::small("truncated,pid-unlike-path,unknown-kinds"), Station::training());
    let (root, number) = (hospital.root(), hospital.number("long-name"));
    let root = root.to_str().unwrap();
    let mut told = String::new();
    for words in [
        vec!["feed", "--once", root],
        vec!["feed", "--once", root],
        vec!["search", "アレハンドロガルシア"],
        vec!["chart", number],
        vec!["chart", "99999999"],
        vec!["chart", number, "--at", "now"],
        vec!["status"],
        vec!["doctor", "--rebuild-indexes"],
        vec!["link", number, "99999999", "--by", "師長", "--reason", "-"],
        vec!["unlink", number, "99999999", "--by", "師長", "--reason", "-"],
        vec!["source", "list"],
    ] {
        let ran = run(station.command(&words).env("ANDON_LOG", "debug").env("ANDON_LOG_JSON", "1"));
        assert!(ran.code >= 0, "{words:?} ended by itself");
        told.push_str(&ran.err);
    }
    for line in told.lines().filter(|line| line.starts_with('{')) {
        let line: Value = serde_json::from_str(line).unwrap();
        assert!(line["level"].is_string() && line["timestamp"].is_string(), "{line}");
    }
    for person in hospital.said["special_people"].as_array().unwrap() {
        for field in ["id", "name", "kana"] {
            let secret = person[field].as_str().unwrap();
            assert!(!told.contains(secret), "{secret} is told: {told}");
        }
    }
}
