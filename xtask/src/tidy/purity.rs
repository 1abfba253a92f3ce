//! `chart`, `formats`, `paper` and every `rules.rs` are pure: time is handed in, bytes are handed in (design §6.3). Their tests
//! may read files.

use super::Finding;
use super::source::{Token, begins, closing};
use super::tree::{File, Tree};

const FORBIDDEN_IN_STD: [&str; 6] = ["fs", "net", "time", "process", "env", "thread"];
const FORBIDDEN: [&str; 6] = ["SystemTime", "Instant", "tokio", "axum", "rusqlite", "rustix"];

fn is_pure(file: &File) -> bool {
    let pure = ["crates/chart/src/", "crates/formats/src/", "crates/paper/src/"];
    pure.iter().any(|folder| file.path.starts_with(folder)) || file.path.ends_with("/rules.rs")
}

/// Clocks, files, sockets and runtimes named in pure code.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust("crates/").filter(|file| is_pure(file)) {
        let code = file.product();
        for at in 0..code.len() {
            let named = if FORBIDDEN.contains(&code[at].text.as_str()) && code[at].is(&code[at].text) {
                Some(code[at])
            } else {
                in_std(&code, at)
            };
            if let Some(named) = named {
                let what = format!("{} in pure code: hand its answer in as a value", named.text);
                findings.push(Finding::new(&file.path, named.line, what));
            }
        }
    }
    findings
}

/// A forbidden part of `std` named here, in `std::fs` or in `std::{…, fs}`.
fn in_std<'a>(code: &[&'a Token], at: usize) -> Option<&'a Token> {
    if !begins(&code[at..], &["std", ":", ":"]) {
        return None;
    }
    let end = code.get(at + 3).filter(|next| next.is("{")).and_then(|_| closing(code, at + 3)).unwrap_or(at + 4);
    let part = |token: &&&Token| FORBIDDEN_IN_STD.iter().any(|part| token.is(part));
    code.get(at + 3..end)?.iter().find(part).copied()
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn clocks_files_and_runtimes_are_found_in_pure_code_only() {
        let table = [
            ("crates/chart/src/a.rs", "use std::time::Duration;", 1),
            ("crates/formats/src/a.rs", "use std::{fmt, fs};", 1),
            ("crates/paper/src/a.rs", "fn f() { let a = SystemTime::now(); }", 1),
            ("crates/andon/src/feed/rules.rs", "fn f() { let a = Instant::now(); }", 1),
            ("crates/chart/src/a.rs", "async fn f() { tokio::spawn(x) }", 1),
            ("crates/chart/src/a.rs", "use std::{fmt, sync::Arc}; // std::fs, Instant", 0),
            ("crates/chart/src/a.rs", "#[cfg(test)] mod tests { use std::fs; }", 0),
            ("crates/andon/src/world/clock.rs", "use std::time::SystemTime;", 0),
        ];
        for (path, source, count) in table {
            assert_eq!(find(&Tree::of(&[(path, source)])).len(), count, "{source}");
        }
    }
}
