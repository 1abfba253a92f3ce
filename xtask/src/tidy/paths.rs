//! Documents that name what is gone mislead: every path named in README, ARCHITECTURE and docs exists.

use super::Finding;
use super::tree::Tree;

/// Top folders; a quoted word that begins with one is a path.
const TOPS: [&str; 7] = ["crates", "docs", "xtask", "stories", "bench", ".ci", ".cargo"];
/// Written by machines, so not there in a fresh clone.
const MADE: [&str; 2] = ["bench/work", "bench/runs"];

/// Paths in backticks and relative links that lead nowhere.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let is_document = |path: &str| path.ends_with(".md") && (path.starts_with("docs/") || !path.contains('/'));
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| is_document(&file.path)) {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (at, line) in file.text.lines().enumerate() {
            let quoted = line.split('`').skip(1).step_by(2).flat_map(paths);
            let linked = line.split("](").skip(1).filter_map(|rest| link(folder, rest));
            for path in quoted.chain(linked).filter(|path| !exists(tree, path)) {
                findings.push(Finding::new(&file.path, at + 1, format!("{path} does not exist")));
            }
        }
    }
    findings
}

fn exists(tree: &Tree, path: &str) -> bool {
    MADE.iter().any(|made| path.starts_with(made)) || tree.known.contains(path)
}

/// The paths that a quoted text names: `a/{b,c}` names two, `a/*.x` and `a/<date>` name the folder `a`.
fn paths(quoted: &str) -> Vec<String> {
    let words = quoted.split_whitespace();
    let named = words.filter(|word| word.split_once('/').is_some_and(|(top, _)| TOPS.contains(&top)));
    named.flat_map(branches).map(|path| certain(&path)).collect()
}

fn branches(word: &str) -> Vec<String> {
    let Some((head, rest)) = word.split_once('{') else { return vec![word.to_owned()] };
    let Some((inside, tail)) = rest.split_once('}') else { return vec![head.to_owned()] };
    inside.split(',').map(|branch| format!("{head}{branch}{tail}")).collect()
}

/// The part of a path before anything that stands for something else; a line number is left out.
fn certain(path: &str) -> String {
    let whole = path.split_once(':').map_or(path, |(path, _)| path);
    let sure = match whole.find(['*', '<', '…']) {
        Some(at) => whole[..at].rsplit_once('/').map_or("", |(folder, _)| folder),
        None => whole,
    };
    sure.trim_end_matches('/').to_owned()
}

/// Where a relative link leads, below the root.
fn link(folder: &str, rest: &str) -> Option<String> {
    let target = rest.split([')', '#', ' ']).next().filter(|target| !target.is_empty() && !target.contains("://"))?;
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn a_document_may_name_only_what_exists() {
        let table = [
            ("see `crates/chart/src/gone.rs`", 1),
            ("see `crates/chart/src/{fact,gone}.rs`", 1),
            ("see [words](words.md) and [map](../ARCHITECTURE.md#map)", 1),
            ("see `crates/chart/src/fact.rs:12`, `crates/chart/src/*.rs`, `crates/chart/`", 0),
            ("`application/json`, `bench/runs/<date>/soak.txt`, [words](../docs/a.md)", 0),
        ];
        for (text, count) in table {
            let tree = Tree::of(&[("docs/a.md", text), ("crates/chart/src/fact.rs", "//! a"), ("ARCHITECTURE.md", "")]);
            assert_eq!(find(&tree).len(), count, "{text}");
        }
    }
}
