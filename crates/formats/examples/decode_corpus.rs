//! Reads a tree of SS-MIX2 files once, then decodes it N times: so that callgrind can count instructions a byte.
//!
//! `decode_corpus index|decode|peek|read|show DIR [N]`: `index` is character set and full index, `decode` is facts too,
//! `read` only loads the files (the floor to subtract), `show` prints faults and unplaced fields.

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

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [mode, dir, rest @ ..] = arguments.as_slice() else {
        eprintln!("decode_corpus index|decode|peek|read|show DIR [N]");
        std::process::exit(2);
    };
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
