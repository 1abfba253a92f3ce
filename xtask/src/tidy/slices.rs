//! Slices lie side by side and never import each other (design §5): they meet in events and in the store. Inside one
//! crate nothing else stops a knot of modules (`docs/style.md`).

use super::Finding;
use super::source::{Kind, Token, begins, closing};
use super::tree::Tree;

/// The slices of the application, those of later issues too.
const SLICES: [&str; 9] = ["feed", "ward", "sheets", "desk", "command", "reentry", "custody", "ready", "people"];
const HOME: &str = "crates/andon/src/";

/// Names of another slice in a slice's own code, tests included.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust(HOME) {
        let own = file.path[HOME.len()..].split(['/', '.']).next().unwrap_or_default();
        if !SLICES.contains(&own) {
            continue;
        }
        let code: Vec<&Token> = file.tokens.iter().filter(|token| !token.is_comment()).collect();
        for at in 0..code.len() {
            for named in children(&code, at) {
                if named.text != own && SLICES.contains(&named.text.as_str()) {
                    let what =
                        format!("slice {own} names slice {}: let them meet in an event or in the rim", named.text);
                    findings.push(Finding::new(&file.path, named.line, what));
                }
            }
        }
    }
    findings
}

/// What is named directly under `crate::` or `super::` here, each branch of a `{…}` too.
fn children<'a>(code: &[&'a Token], at: usize) -> Vec<&'a Token> {
    let above = begins(&code[at..], &["crate", ":", ":"]) || begins(&code[at..], &["super", ":", ":"]);
    let next = at + 3;
    if !above || next >= code.len() {
        return Vec::new();
    }
    if !code[next].is("{") {
        return vec![code[next]];
    }
    let end = closing(code, next).unwrap_or(next);
    let first_of_branch =
        |at: &usize| code[*at].kind == Kind::Word && (code[at - 1].is("{") && at - 1 == next || code[at - 1].is(","));
    (next + 1..end).filter(first_of_branch).map(|at| code[at]).collect()
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn a_slice_may_name_the_rim_and_itself_but_no_other_slice() {
        let table = [
            ("use crate::feed::Progress;", 1),
            ("use crate::{event, feed, world::Clock};", 1),
            ("use super::super::feed;", 1),
            ("fn f() { crate::feed::run(); }", 1),
            ("use crate::{event::feed, ward::page};", 0),
            ("use crate::ward::page; use crate::event; // crate::feed", 0),
        ];
        for (source, count) in table {
            let tree = Tree::of(&[("crates/andon/src/ward/page.rs", source), ("crates/andon/src/main.rs", source)]);
            assert_eq!(find(&tree).len(), count, "{source}");
        }
    }
}
