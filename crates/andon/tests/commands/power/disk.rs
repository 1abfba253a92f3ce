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
    /// Bytes after the last.
    Append(PathBuf, Vec<u8>),
    /// A length.
    Length(PathBuf, usize),
    /// A file that was not there; true where one that was is emptied.
    Made(PathBuf, bool),
    Renamed(PathBuf, PathBuf),
    Removed(PathBuf),
    /// All that was written to a file is on the disk, or all names in a folder are.
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
    let mut waiting = BTreeMap::new();
    let mut steps = Vec::new();
    for line in trace.lines() {
        let (process, call) = line.split_once(' ').unwrap();
        let call = call.trim_start();
        // What it was called with stands before the interruption, what came of it after: it counts when it was done, but writing does at once.
        let whole = match (call.strip_suffix("<unfinished ...>"), call.strip_prefix("<... ")) {
            (Some(begun), _) if !begun.starts_with("write") && !begun.starts_with("pwrite") => {
                waiting.insert(process, begun);
                continue;
            }
            (_, Some(ended)) => {
                let Some((begun, (_, result))) = waiting.remove(process).zip(ended.split_once("resumed>")) else {
                    continue;
                };
                format!("{begun}{result}")
            }
            (begun, None) => begun.unwrap_or(call).to_owned(),
        };
        let Some((name, arguments)) = whole.split_once('(') else { continue };
        let aside = || !path_of(arguments).is_some_and(|path| path.starts_with(folder));
        if matches!(name, "write" | "writev" | "sendto" | "sendmsg") && arguments.contains(&told) && aside() {
            steps.push(Step::Told);
        } else if !arguments.contains(" = -1 ") {
            steps.extend(step(name, arguments).filter(|step| step.path().is_some_and(|path| path.starts_with(folder))));
        }
    }
    steps
}

fn step(name: &str, arguments: &str) -> Option<Step> {
    Some(match name {
        "fdatasync" | "fsync" => Step::Synced(path_of(arguments)?),
        "pwrite64" => {
            let (bytes, rest) = text_of(arguments);
            let numbers = numbers_in(rest);
            assert_eq!(bytes.len(), numbers[0], "strace cut what was written");
            Step::Write(path_of(arguments)?, numbers[1], bytes)
        }
        "write" => {
            let (bytes, rest) = text_of(arguments);
            assert_eq!(bytes.len(), numbers_in(rest)[0], "strace cut what was written");
            Step::Append(path_of(arguments)?, bytes)
        }
        "ftruncate" => Step::Length(path_of(arguments)?, numbers_in(arguments.split_once('>')?.1)[0]),
        "open" | "openat" if arguments.contains("O_CREAT") => {
            Step::Made(path_of(arguments.rsplit_once(" = ")?.1)?, arguments.contains("O_TRUNC"))
        }
        "rename" | "renameat" | "renameat2" => {
            let (from, rest) = text_of(arguments);
            let path = |bytes: Vec<u8>| String::from_utf8(bytes).ok().map(PathBuf::from);
            Step::Renamed(path(from)?, path(text_of(rest).0)?)
        }
        "unlink" | "unlinkat" => Step::Removed(PathBuf::from(String::from_utf8(text_of(arguments).0).ok()?)),
        _ => return None,
    })
}

impl Step {
    fn path(&self) -> Option<&Path> {
        match self {
            Step::Write(path, ..) | Step::Append(path, _) | Step::Length(path, _) | Step::Made(path, _) => Some(path),
            Step::Renamed(path, _) | Step::Removed(path) | Step::Synced(path) => Some(path),
            Step::Told => None,
        }
    }
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
    Append(Vec<u8>),
    Length(usize),
}

/// Files of a folder as they stood before a program began.
pub struct Disk {
    folder: PathBuf,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

/// Files by number, and under which names they are now and lastingly: a name lasts once its folder was synced (POSIX fsync).
struct Table {
    files: Vec<File>,
    now: BTreeMap<PathBuf, usize>,
    lasting: BTreeMap<PathBuf, usize>,
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
        let mut table = Table { files: Vec::new(), now: BTreeMap::new(), lasting: BTreeMap::new() };
        for (path, bytes) in &self.files {
            table.now.insert(path.clone(), table.files.len());
            table.files.push(File { lasting: bytes.clone(), asked: Vec::new() });
        }
        table.lasting = table.now.clone();
        steps.iter().filter(|step| synced || !matches!(step, Step::Synced(_))).for_each(|step| table.take(step));
        let names = if let Left::Nothing = left { table.lasting } else { table.now };
        for (path, number) in names {
            // Shared memory of the database lies on no disk.
            if path.to_string_lossy().ends_with("-shm") {
                continue;
            }
            let file = &mut table.files[number];
            file.settle(left);
            let to = to.join(path.strip_prefix(&self.folder).unwrap());
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(to, &file.lasting).unwrap();
        }
    }
}

impl Table {
    fn take(&mut self, step: &Step) {
        match step {
            Step::Write(path, at, bytes) => self.ask(path, Change::Bytes(*at, bytes.clone())),
            Step::Append(path, bytes) => self.ask(path, Change::Append(bytes.clone())),
            Step::Length(path, length) => self.ask(path, Change::Length(*length)),
            Step::Made(path, emptied) if self.now.contains_key(path) => {
                if *emptied {
                    self.ask(path, Change::Length(0));
                }
            }
            Step::Made(path, _) => {
                self.now.insert(path.clone(), self.files.len());
                self.files.push(File::default());
            }
            Step::Renamed(from, to) => {
                if let Some(number) = self.now.remove(from) {
                    self.now.insert(to.clone(), number);
                }
            }
            Step::Removed(path) => drop(self.now.remove(path)),
            Step::Synced(path) => match self.now.get(path) {
                Some(number) => self.files[*number].settle(Left::Everything),
                None => {
                    let here = |name: &PathBuf| name.parent() == Some(path.as_path());
                    self.lasting.retain(|name, _| !here(name));
                    self.lasting
                        .extend(self.now.iter().filter(|(name, _)| here(name)).map(|(name, no)| (name.clone(), *no)));
                }
            },
            Step::Told => {}
        }
    }

    fn ask(&mut self, path: &Path, change: Change) {
        if let Some(number) = self.now.get(path) {
            self.files[*number].asked.push(change);
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
            let (at, bytes) = match change {
                _ if !kept() => continue,
                Change::Length(length) => {
                    self.lasting.resize(length, 0);
                    continue;
                }
                Change::Bytes(at, bytes) => (at, bytes),
                Change::Append(bytes) => (self.lasting.len(), bytes),
            };
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
