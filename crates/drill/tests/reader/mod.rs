//! A reader of SS-MIX2 trees for these tests alone: small, and written apart from the writer.
#![allow(dead_code)] // each test file uses its own part

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A file of standardized storage, by its name.
#[derive(Clone, Debug)]
pub struct File {
    pub path: PathBuf,
    pub patient: String,
    pub care: String,
    pub kind: String,
    pub order: String,
    pub sent: String,
    pub department: String,
    pub flag: char,
}

/// Every file below a folder, sorted.
pub fn walk(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![dir.to_owned()];
    while let Some(dir) = open.pop() {
        for entry in std::fs::read_dir(&dir).expect("listing").map(|entry| entry.expect("entry")) {
            if entry.file_type().expect("type").is_dir() {
                open.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

/// The messages of the standardized roots; panics at a name that is not legal.
pub fn messages(dir: &Path) -> Vec<File> {
    let roots = ["std1", "std2", "std3"].iter().flat_map(|root| walk(&dir.join(root)));
    roots
        .filter(|path| path.file_name().is_some_and(|name| name != drill::MARK_FILE))
        .map(|path| name_of(&path))
        .collect()
}

/// Reads a name and holds it against its folders.
pub fn name_of(path: &Path) -> File {
    let text = path.file_name().and_then(|n| n.to_str()).expect("name");
    let parts: Vec<&str> = text.split('_').collect();
    let [patient, care, kind, order, sent, department, flag] = parts[..] else { panic!("{text}: seven parts") };
    assert!(patient.len() <= 15 && patient.len() > 6, "{text}");
    assert!(care == "-" || care.len() == 8 && care.bytes().all(|b| b.is_ascii_digit()), "{text}");
    assert!(order.len() == 15 && order.bytes().all(|b| b.is_ascii_digit()), "{text}");
    assert!(sent.len() == 17 && sent.bytes().all(|b| b.is_ascii_digit()), "{text}");
    assert!(department == "-" || matches!(department.len(), 2 | 3), "{text}");
    assert!(matches!(flag, "0" | "1" | "2"), "{text}");
    let folders: Vec<&str> = path.iter().rev().skip(1).take(5).filter_map(|part| part.to_str()).collect();
    assert_eq!(folders, [kind, care, patient, &patient[3..6], &patient[..3]], "{text}");
    let own = |text: &str| text.to_owned();
    File {
        path: path.to_owned(),
        patient: own(patient),
        care: own(care),
        kind: own(kind),
        order: own(order),
        sent: own(sent),
        department: own(department),
        flag: flag.chars().next().expect("flag"),
    }
}

/// A message as segments of fields.
pub struct Message(pub Vec<Vec<String>>);

impl Message {
    /// Reads the house dialect; panics when a two-byte set is open at a delimiter or anything does not decode.
    pub fn read(path: &Path) -> Message {
        let bytes = std::fs::read(path).expect("bytes");
        assert!(!has_open_set(&bytes), "{}", path.display());
        let (text, _, bad) = encoding_rs::ISO_2022_JP.decode(&bytes);
        assert!(!bad, "{}", path.display());
        let lines = text.split('\r').filter(|line| !line.is_empty());
        Message(lines.map(|line| line.split('|').map(str::to_owned).collect()).collect())
    }

    /// Segments of one name.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &Vec<String>> {
        self.0.iter().filter(move |segment| segment[0] == name)
    }

    /// Field of the first such segment; MSH counts its separator as field 1.
    pub fn field(&self, name: &str, number: usize) -> &str {
        let at = if name == "MSH" { number - 1 } else { number };
        self.all(name).next().and_then(|segment| segment.get(at)).map_or("", String::as_str)
    }
}

/// A field of a segment, empty when it is not there.
pub fn get(segment: &[String], number: usize) -> &str {
    segment.get(number).map_or("", String::as_str)
}

/// True when an ASCII delimiter or the end is met while a set other than ASCII is invoked.
fn has_open_set(bytes: &[u8]) -> bool {
    let (mut at, mut wide) = (0, false);
    while at < bytes.len() {
        match &bytes[at..] {
            [0x1b, b'$', b'B', ..] => (at, wide) = (at + 3, true),
            [0x1b, b'(', b'B', ..] => (at, wide) = (at + 3, false),
            [a, b, ..] if wide => {
                if !(0x21..=0x7e).contains(a) || !(0x21..=0x7e).contains(b) {
                    return true;
                }
                at += 2;
            }
            _ if wide => return true,
            _ => at += 1,
        }
    }
    wide
}

/// Files by key (patient, care date, kind, order), each in the order of 発生日時.
pub fn by_key(files: &[File]) -> BTreeMap<(String, String, String, String), Vec<File>> {
    let mut keys: BTreeMap<_, Vec<File>> = BTreeMap::new();
    for file in files {
        let key = (file.patient.clone(), file.care.clone(), file.kind.clone(), file.order.clone());
        keys.entry(key).or_default().push(file.clone());
    }
    keys.values_mut().for_each(|files| files.sort_by(|a, b| a.sent.cmp(&b.sent)));
    keys
}

/// Panics unless the flags of every key are what §1.1 makes of updates and cancels.
pub fn check_flags(files: &[File]) {
    for (key, files) in by_key(files) {
        let flags: String = files.iter().map(|file| file.flag).collect();
        let current = flags.matches('1').count();
        // What came after a cancel starts anew: 0…0 2…2 1.
        let rest = flags.trim_start_matches('0');
        let legal = rest.is_empty() || rest.ends_with('1') && rest[..rest.len() - 1].bytes().all(|b| b == b'2');
        assert!(current <= 1 && legal, "{key:?} {flags}");
    }
}
