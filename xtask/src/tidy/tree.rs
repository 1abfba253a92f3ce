//! The repository as rules see it: every text file that people wrote, Rust files with their tokens.

use std::fs;
use std::path::Path;

use super::source::{self, Token};
use crate::Outcome;

/// One file: its path below the root with `/` between, its text, and its tokens when it is Rust.
pub struct File {
    pub path: String,
    pub text: String,
    pub tokens: Vec<Token>,
}

impl File {
    fn new(path: String, text: String) -> Self {
        let tokens = if path.ends_with(".rs") { source::tokens(&text) } else { Vec::new() };
        Self { path, text, tokens }
    }

    /// The last part of the name: `rs`, `html`, …
    pub fn kind(&self) -> &str {
        self.path.rsplit_once('.').map_or("", |(_, kind)| kind)
    }

    /// Is the whole file test code?
    pub fn is_test(&self) -> bool {
        let apart = ["/tests/", "/examples/", "/benches/"];
        self.path.ends_with("/tests.rs") || apart.iter().any(|folder| self.path.contains(folder))
    }

    /// Tokens that are neither comments nor test code.
    pub fn product(&self) -> Vec<&Token> {
        let none: &[Token] = &[];
        let all = if self.is_test() { none } else { &self.tokens };
        all.iter().filter(|token| !token.test && !token.is_comment()).collect()
    }
}

/// All files, sorted by path, and the top folder they lie in.
pub struct Tree {
    pub files: Vec<File>,
    /// Paths (files and folders) below the root, for rules that ask whether something exists.
    pub known: std::collections::BTreeSet<String>,
}

/// Folders that hold what machines wrote. By path, not by name: `crates/vault/src/target` is code.
const SKIPPED: [&str; 6] = [".git", "target", "bench/peers/target", "bench/work", "bench/runs", "assets/node_modules"];
const TEXT_KINDS: [&str; 16] =
    ["rs", "md", "toml", "html", "css", "js", "ftl", "svg", "txt", "story", "py", "sh", "json", "typ", "lock", "mjs"];

impl Tree {
    /// Reads the repository from disk.
    pub fn read(root: &Path) -> Outcome<Self> {
        let mut paths = Vec::new();
        walk(root, "", &mut paths)?;
        let known = paths.iter().cloned().collect();
        let written = |path: &&String| {
            TEXT_KINDS.contains(&path.rsplit_once('.').map_or("", |(_, kind)| kind)) || **path == ".ci/run"
        };
        let mut files = Vec::new();
        for path in paths.iter().filter(written) {
            let full = root.join(path);
            if full.is_file() {
                let bytes = fs::read(&full).map_err(|error| format!("{path}: {error}"))?;
                files.push(File::new(path.clone(), String::from_utf8_lossy(&bytes).into_owned()));
            }
        }
        Ok(Self { files, known })
    }

    /// A tree made up for a test.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Self {
        let files: Vec<File> =
            files.iter().map(|(path, text)| File::new((*path).to_owned(), (*text).to_owned())).collect();
        let parents = |path: &str| path.match_indices('/').map(|(at, _)| path[..at].to_owned()).collect::<Vec<_>>();
        let known = files.iter().flat_map(|file| parents(&file.path).into_iter().chain([file.path.clone()])).collect();
        Self { files, known }
    }

    /// The Rust files below a folder.
    pub fn rust<'a>(&'a self, below: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.kind() == "rs" && file.path.starts_with(below))
    }
}

fn walk(root: &Path, below: &str, into: &mut Vec<String>) -> Outcome {
    let folder = root.join(below);
    let entries = fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<String> = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    for name in names {
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if SKIPPED.contains(&path.as_str()) {
            continue;
        }
        let is_folder = root.join(&path).is_dir();
        into.push(path.clone());
        if is_folder {
            walk(root, &path, into)?;
        }
    }
    Ok(())
}
