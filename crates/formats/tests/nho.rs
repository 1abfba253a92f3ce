//! The official samples of SS-MIX2 (NHO), where they are present beside the project: every value has a place.

mod account;

use std::fs;
use std::path::{Path, PathBuf};

use formats::ssmix2::{FilePath, decode};

/// Walks up to `shared/data/ssmix2/nho`.
fn samples() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().map(|dir| dir.join("shared/data/ssmix2/nho")).find(|dir| dir.is_dir())
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, out);
        } else if path.file_name().is_some_and(|name| name.to_string_lossy().contains('_')) {
            out.push(path);
        }
    }
}

#[test]
fn every_value_of_every_sample_has_a_place() {
    let Some(root) = samples() else {
        println!("skipped: no shared/data/ssmix2/nho above this crate");
        return;
    };
    let mut paths = Vec::new();
    files(&root, &mut paths);
    assert!(paths.len() >= 9);
    for file in paths {
        let below = file.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let bytes = fs::read(&file).unwrap();
        let path = FilePath::parse(below.as_bytes());
        let decoded = decode(&path, &bytes);
        let only_ids = |code: &str| matches!(code, "pid_mismatch" | "shifted");
        assert!(decoded.faults.iter().all(|f| only_ids(f.code)), "{below}: {:?}", decoded.faults);
        if std::env::var_os("SHOW").is_some() {
            println!("{below}\n{}", serde_json::to_string_pretty(&decoded.bodies).unwrap());
        }
        account::check(&bytes, &decoded).unwrap_or_else(|lost| panic!("{below}: {lost}"));
    }
}
