//! A disk that loses its power: what a program asked of its files, as `strace` saw it, and what would lie there had the power gone between two
//! of those calls. Bytes that nobody had synced may be there, may be missing, and may be there by some of their sectors.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What a disk writes whole or not at all, bytes.
const SECTOR: usize = 512;

/// One call, as far as the disk or whoever waits is concerned.
#[derive(Debug)]
pub enum Step {
    /// Bytes at an offset.
    Write(PathBuf, usize, Vec<u8>),
    /// A length.
    Length(PathBuf, usize),
    /// All that was written to a file is on the disk.
    Synced(PathBuf),
    /// Somebody was told that it is done.
    Told,
}

/// What is left of bytes that were not synced.
#[derive(Clone, Copy, Debug)]
pub enum Left {
    Nothing,
    Everything,
    /// Some writes, and of those some sectors.
    Some(u64),
}

/// The calls in their order; `told` is what the answer that acknowledges begins with, and the folder outside of which nothing counts.
pub fn steps(trace: &str, folder: &Path, told: &str) -> Vec<Step> {
    let told: String = told.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    let mut syncing = BTreeMap::new();
    let mut steps = Vec::new();
    for line in trace.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        let unfinished = call.ends_with("<unfinished ...>");
        if let Some(name) = call.strip_prefix("<... ") {
            let of_sync = name.starts_with("fdatasync") || name.starts_with("fsync");
            steps.extend(syncing.remove(process).filter(|_| of_sync).map(Step::Synced));
            continue;
        }
        let Some((name, arguments)) = call.split_once('(') else { continue };
        if matches!(name, "write" | "writev" | "sendto" | "sendmsg") && call.contains(&told) {
            steps.push(Step::Told);
            continue;
        }
        let Some(path) = path_of(arguments).filter(|path| path.starts_with(folder)) else { continue };
        match name {
            "fdatasync" | "fsync" if unfinished => drop(syncing.insert(process, path)),
            "fdatasync" | "fsync" => steps.push(Step::Synced(path)),
            "pwrite64" => {
                let (bytes, rest) = text_of(arguments);
                let numbers: Vec<usize> = numbers_in(rest);
                assert_eq!(bytes.len(), numbers[0], "strace cut what was written");
                steps.push(Step::Write(path, numbers[1], bytes));
            }
            "ftruncate" => steps.push(Step::Length(path, numbers_in(arguments.split_once('>').unwrap().1)[0])),
            _ => {}
        }
    }
    steps
}

/// The file behind a descriptor: `5</path>`, its bytes in hexadecimal.
fn path_of(arguments: &str) -> Option<PathBuf> {
    let named = arguments.split_once('<')?.1.split_once('>')?.0;
    Some(PathBuf::from(String::from_utf8(bytes_of(named)).ok()?))
}

/// What stands between the first quotation marks, and what follows them.
fn text_of(arguments: &str) -> (Vec<u8>, &str) {
    let mut parts = arguments.splitn(3, '"');
    let text = parts.nth(1).unwrap();
    (bytes_of(text), parts.next().unwrap())
}

fn bytes_of(hex: &str) -> Vec<u8> {
    hex.split("\\x").skip(1).map(|two| u8::from_str_radix(two, 16).unwrap()).collect()
}

fn numbers_in(text: &str) -> Vec<usize> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// A file: what is surely there, and what was asked since.
#[derive(Default)]
struct File {
    lasting: Vec<u8>,
    asked: Vec<Change>,
}

enum Change {
    Bytes(usize, Vec<u8>),
    Length(usize),
}

/// Files of a home as they stood before a program began.
pub struct Disk {
    folder: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Disk {
    pub fn of(folder: &Path) -> Disk {
        let mut files = BTreeMap::new();
        gather(folder, &mut files);
        Disk { folder: folder.to_owned(), files }
    }

    /// Lays down at `to` what is left after these steps when the power goes. Where `synced` is false nothing was ever really synced: a disk
    /// that lies.
    pub fn cut(&self, steps: &[Step], left: Left, synced: bool, to: &Path) {
        let lasting = |bytes: &Vec<u8>| File { lasting: bytes.clone(), asked: Vec::new() };
        let mut files: BTreeMap<&Path, File> =
            self.files.iter().map(|(path, bytes)| (path.as_path(), lasting(bytes))).collect();
        for step in steps {
            match step {
                Step::Write(path, at, bytes) => {
                    files.entry(path).or_default().asked.push(Change::Bytes(*at, bytes.clone()));
                }
                Step::Length(path, length) => files.entry(path).or_default().asked.push(Change::Length(*length)),
                Step::Synced(path) if synced => {
                    let Some(file) = files.get_mut(path.as_path()) else { continue };
                    file.settle(Left::Everything);
                }
                Step::Synced(_) | Step::Told => {}
            }
        }
        for (path, mut file) in files {
            // Shared memory of the database lies on no disk.
            if path.to_string_lossy().ends_with("-shm") {
                continue;
            }
            file.settle(left);
            let to = to.join(path.strip_prefix(&self.folder).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, file.lasting).unwrap();
        }
    }
}

impl File {
    fn settle(&mut self, left: Left) {
        let mut state = if let Left::Some(seed) = left { seed } else { 0 };
        let mut kept = || match left {
            Left::Nothing => false,
            Left::Everything => true,
            Left::Some(_) => {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                state >> 63 == 1
            }
        };
        for change in std::mem::take(&mut self.asked) {
            match change {
                Change::Length(length) if kept() => self.lasting.resize(length, 0),
                Change::Bytes(at, bytes) if kept() => {
                    let last = at + bytes.len();
                    self.lasting.resize(self.lasting.len().max(last), 0);
                    let whole = !matches!(left, Left::Some(_)) || kept();
                    let mut from = at;
                    while from < last {
                        let to = (from / SECTOR * SECTOR + SECTOR).min(last);
                        if whole || kept() {
                            self.lasting[from..to].copy_from_slice(&bytes[from - at..to - at]);
                        }
                        from = to;
                    }
                }
                _ => {}
            }
        }
    }
}

fn gather(folder: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(&path, files);
        } else {
            files.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
}
