//! Nothing is left for later: no ignored test, no test that only asks for a panic, no mark of unfinished work.

use super::Finding;
use super::source::{Token, begins};
use super::tree::{File, Tree};

/// In two pieces each, so that this file does not hold them.
const MARKS: [(&str, &str); 3] = [("FIX", "ME"), ("TO", "DO"), ("XX", "X:")];
const WRITTEN: [&str; 6] = ["html", "css", "js", "ftl", "toml", "story"];

/// Ignored tests, `should_panic`, `debug_` tests, and marks in comments or assets.
pub fn find(tree: &Tree) -> Vec<Finding> {
    tree.files.iter().flat_map(|file| in_code(file).into_iter().chain(in_comments(file))).collect()
}

fn in_code(file: &File) -> Vec<Finding> {
    let code: Vec<&Token> = file.tokens.iter().filter(|token| !token.is_comment()).collect();
    let mut findings = Vec::new();
    for at in 0..code.len() {
        let here = &code[at..];
        let what = if begins(here, &["#", "[", "ignore"]) {
            "an ignored test: make it pass or take it out"
        } else if begins(here, &["#", "[", "should_panic"]) {
            "should_panic: ask for the error it should answer"
        } else if begins(here, &["#", "[", "test", "]", "fn"])
            && here.get(5).is_some_and(|name| name.text.starts_with("debug_"))
        {
            "a test for debugging: take it out"
        } else {
            continue;
        };
        findings.push(Finding::new(&file.path, code[at].line, what));
    }
    findings
}

fn in_comments(file: &File) -> Vec<Finding> {
    let marks = MARKS.map(|(head, tail)| format!("{head}{tail}"));
    let marked = |text: &str| marks.iter().any(|mark| text.contains(mark.as_str()));
    let finding = |line| Finding::new(&file.path, line, "a mark of unfinished work: do it, or open an issue");
    if WRITTEN.contains(&file.kind()) {
        let lines = file.text.lines().enumerate().filter(|(_, line)| marked(line));
        return lines.map(|(at, _)| finding(at + 1)).collect();
    }
    file.tokens
        .iter()
        .filter(|token| token.is_comment() && marked(&token.text))
        .map(|token| finding(token.line))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{MARKS, find};
    use crate::tidy::tree::Tree;

    #[test]
    fn what_was_left_for_later_is_found() {
        let mark = MARKS.map(|(head, tail)| format!("{head}{tail}"))[0].clone();
        let table = [
            ("#[test]\n#[ignore = \"slow\"]\nfn a() {}".to_owned(), 1),
            ("#[test] #[should_panic] fn a() {}".to_owned(), 1),
            ("#[test] fn debug_a() {}".to_owned(), 1),
            (format!("// {mark}: later"), 1),
            (format!("const A: &str = \"{mark}\";"), 0),
            ("#[test] fn a_debug_page() {} // ignore".to_owned(), 0),
        ];
        for (source, count) in table {
            assert_eq!(find(&Tree::of(&[("crates/a/src/b.rs", &source)])).len(), count, "{source}");
        }
    }
}
