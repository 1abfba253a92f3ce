//! Everything has a limit (design §6.13): a channel without one grows until the machine dies.

use super::Finding;
use super::source::{Token, begins};
use super::tree::Tree;

/// Channels made without a bound: `unbounded…`, and `channel()` of the standard library.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust("crates/") {
        let code: Vec<&Token> = file.tokens.iter().filter(|token| !token.is_comment()).collect();
        for at in 0..code.len() {
            let unbounded = code[at].is("unbounded_channel") || begins(&code[at..], &["unbounded", "("]);
            if unbounded || (code[at].is("channel") && called_with_nothing(&code[at + 1..])) {
                let what = "a channel without a limit: name one (sync_channel, channel(n)) and say why it is enough";
                findings.push(Finding::new(&file.path, code[at].line, what));
            }
        }
    }
    findings
}

/// Does `()` follow, or `::<T>()`?
fn called_with_nothing(after: &[&Token]) -> bool {
    let open = if begins(after, &[":", ":", "<"]) { after.iter().position(|token| token.is("(")) } else { Some(0) };
    open.is_some_and(|open| begins(&after[open..], &["(", ")"]))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn only_channels_without_a_bound_are_found() {
        let table = [
            ("fn f() { let (a, b) = mpsc::channel(); }", 1),
            ("fn f() { let (a, b) = mpsc::channel::<u8>(); }", 1),
            ("fn f() { let (a, b) = mpsc::unbounded_channel(); }", 1),
            ("fn f() { let (a, b) = mpsc::channel(8); let c = sync_channel::<u8>(1); }", 0),
        ];
        for (source, count) in table {
            assert_eq!(find(&Tree::of(&[("crates/andon/src/a.rs", source)])).len(), count, "{source}");
        }
    }
}
