//! Reads a tree of SS-MIX2 files once, then decodes it N times: so that callgrind can count instructions a byte.
//!
//! `decode_corpus index|decode|peek|read|show DIR [N]`: `index` is character set and full index, `decode` is facts too,
//! `read` only loads the files (the floor to subtract), `show` prints faults and unplaced fields.
//!
//! `decode_corpus splits DIR UTF8_DIR` reads the same messages in ISO-2022-JP and in UTF-8 and prints how many there are,
//! how many split otherwise, and how many would if bytes were split without a look at escapes.

use std::path::{Path, PathBuf};

use chart::Body;
use formats::hl7v2::{self, Message};
use formats::ssmix2::{Decoded, FilePath, decode};

/// As in the program, so that what is counted is what it spends.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() { files(&path, out) } else { out.push(path) }
    }
}

fn show(path: &FilePath, decoded: &Decoded) {
    println!("{} → {} facts", path.key, decoded.bodies.len());
    for fault in &decoded.faults {
        println!("  fault {} {} {}", fault.code, fault.at, fault.text);
    }
    for body in &decoded.bodies {
        if let Body::Unplaced { fields } = body {
            fields.iter().for_each(|field| println!("  unplaced {} {}", field.at, field.text));
        }
    }
}

/// The place and the characters of every leaf. Not the characters themselves: tables differ in a few (〜, −).
fn leaves(bytes: &[u8]) -> Vec<([u16; 5], usize)> {
    let message = Message::read(bytes);
    let place = |l: &hl7v2::Leaf| [l.segment, l.field, l.repetition, l.component, l.subcomponent];
    let length = |l: &hl7v2::Leaf| message.text[l.start as usize..l.end as usize].chars().count();
    // The header names the character set, which is what differs.
    message.leaves.iter().filter(|leaf| leaf.segment > 0).map(|leaf| (place(leaf), length(leaf))).collect()
}

fn splits(dir: &str, utf8_dir: &str) {
    let mut paths = Vec::new();
    files(Path::new(dir), &mut paths);
    let (mut wrong, mut raw) = (0, 0);
    for path in &paths {
        let other = Path::new(utf8_dir).join(path.strip_prefix(dir).unwrap_or(path));
        let (jis, utf8) = (std::fs::read(path).unwrap_or_default(), std::fs::read(other).unwrap_or_default());
        wrong += usize::from(utf8.is_empty() || leaves(&jis) != leaves(&utf8));
        let marks = |bytes: &[u8]| bytes.iter().filter(|byte| b"|^~&\\".contains(byte)).count();
        raw += usize::from(marks(&jis) > marks(&utf8) + 1);
    }
    println!("{} {wrong} {raw}", paths.len());
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, dir, rest @ ..] = arguments.as_slice() else {
        eprintln!("decode_corpus index|decode|peek|read|show DIR [N] · splits DIR UTF8_DIR");
        std::process::exit(2);
    };
    if let ("splits", [utf8_dir]) = (mode.as_str(), rest) {
        return splits(dir, utf8_dir);
    }
    let times: usize = rest.first().and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut paths = Vec::new();
    files(Path::new(dir), &mut paths);
    paths.sort();
    let load = |path: &PathBuf| {
        let below = path.strip_prefix(dir).unwrap_or(path).to_string_lossy().into_owned();
        (FilePath::parse(below.as_bytes()), std::fs::read(path).unwrap_or_default())
    };
    let corpus: Vec<(FilePath, Vec<u8>)> = paths.iter().map(load).filter(|(path, _)| !path.kind.is_empty()).collect();
    let bytes: usize = corpus.iter().map(|(_, bytes)| bytes.len()).sum();
    let mut work = 0;
    for _ in 0..times {
        for (path, bytes) in &corpus {
            work += match mode.as_str() {
                "index" => Message::read(bytes).leaves.len(),
                "decode" => decode(path, bytes).bodies.len(),
                "peek" => hl7v2::peek(bytes).pid3.len(),
                "show" => {
                    show(path, &decode(path, bytes));
                    1
                }
                _ => 0,
            };
        }
    }
    println!("{} files, {bytes} bytes, {times} times, {} bytes in all, {work} found", corpus.len(), bytes * times);
}
