//! Trees to feed: hospitals that `andon drill` writes, and a few files written by hand.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Duration, SystemTime};

use serde_json::Value;

use crate::door::{program, run};

/// Fewer patients have no room for everybody of the drill's list of special people.
const PATIENTS: u32 = 100;
/// Enough for the special people of the clinics, and a third of the files.
const OF_CLINICS: u32 = 32;

/// A drill hospital in a temporary folder that ends with it.
pub struct Hospital {
    folder: tempfile::TempDir,
    /// What `drill hospital --json` said.
    pub said: Value,
}

impl Hospital {
    pub fn of(dialect: &str) -> Hospital {
        Hospital::sized(dialect, PATIENTS)
    }

    /// A small one, for tests that ask for nobody on a ward.
    pub fn small(dialect: &str) -> Hospital {
        Hospital::sized(dialect, OF_CLINICS)
    }

    fn sized(dialect: &str, patients: u32) -> Hospital {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("tree");
        let (out, patients) = (out.to_str().unwrap(), patients.to_string());
        let words =
            ["drill", "hospital", "--patients", &patients, "--seed", "7", "--json", "--dialect", dialect, "--out", out];
        let said = run(&mut program(&words)).ends(0).json();
        Hospital { folder, said }
    }

    /// The hospital of the house dialect, written once for the tests that run at the same time.
    pub fn plain() -> Arc<Hospital> {
        static SHARED: Mutex<Weak<Hospital>> = Mutex::new(Weak::new());
        let mut shared = SHARED.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        shared.upgrade().unwrap_or_else(|| {
            let made = Arc::new(Hospital::of(""));
            *shared = Arc::downgrade(&made);
            made
        })
    }

    pub fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    /// Numbers of the special people of a key, in the order of the list.
    pub fn special(&self, key: &str) -> Vec<&Value> {
        let people = self.said["special_people"].as_array().unwrap();
        people.iter().filter(|person| person["key"] == key).collect()
    }

    /// The number of the first of them.
    pub fn number(&self, key: &str) -> &str {
        self.special(key)[0]["id"].as_str().unwrap()
    }

    /// Every special number.
    pub fn numbers(&self) -> Vec<&str> {
        let people = self.said["special_people"].as_array().unwrap();
        people.iter().map(|person| person["id"].as_str().unwrap()).collect()
    }
}

/// The messages and documents below a folder: everything but the drill's mark and the transaction logs, which are about
/// the storage and not in it.
pub fn messages(root: &Path) -> Vec<PathBuf> {
    let mut files = all_files(root);
    files.retain(|path| {
        let name = path.file_name().unwrap().to_string_lossy();
        name != drill::MARK_FILE && !name.starts_with("TR_")
    });
    files
}

/// Every file below a folder, in order.
pub fn all_files(root: &Path) -> Vec<PathBuf> {
    let (mut files, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files
}

/// The same tree under another path: every file is a second name of the first, so bytes and times are the same.
pub fn copy(from: &Path, to: &Path) {
    for file in all_files(from) {
        let there = to.join(file.strip_prefix(from).unwrap());
        fs::create_dir_all(there.parent().unwrap()).unwrap();
        fs::hard_link(&file, there).unwrap();
    }
}

/// A file written by hand: `ADT-00` of one patient and what follows PID.
pub struct Page<'a> {
    /// Number in the path.
    pub number: &'a str,
    /// Number in PID-3.
    pub says: &'a str,
    pub family: &'a str,
    pub given: &'a str,
    /// 発生日時, 14 digits.
    pub sent: &'a str,
    /// MSH-11: `T` in a drill, `P` in care.
    pub processing: &'a str,
    pub segments: &'a str,
}

impl Page<'_> {
    /// Writes it below `root`, finished a minute ago.
    pub fn write(&self, root: &Path) {
        let Page { number, says, family, given, sent, processing, segments } = self;
        let text = format!(
            "MSH|^~\\&|HIS|SEND|GW|RCV|{sent}||ADT^A08^ADT_A01|{sent}|{processing}|2.5||||||~ISO IR87||ISO 2022-1994|\
             SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO\rEVN||{sent}|||||{sent}\r\
             PID|0001||{says}^^^^PI||{family}^{given}^^^^^L^I||19600102|F\r{segments}"
        );
        let (bytes, lost) = formats::charset::encode_iso2022jp(&text);
        assert!(lost.is_empty(), "{lost:?}");
        let name = format!("{number}_-_ADT-00_999999999999999_{sent}000_-_1");
        let file = root.join(&number[..3]).join(&number[3..6]).join(number).join("-/ADT-00").join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, bytes).unwrap();
        let finished = SystemTime::now() - Duration::from_secs(60);
        fs::File::options().write(true).open(&file).unwrap().set_modified(finished).unwrap();
    }
}
