//! Every Rust file says first what it is for, in a `//!`.

use super::Finding;
use super::tree::Tree;

/// Rust files that do not open with `//!` and words.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let says = |text: &str| {
        text.strip_prefix("//!").is_some_and(|rest| !rest.lines().next().unwrap_or_default().trim().is_empty())
    };
    let silent = tree.files.iter().filter(|file| file.kind() == "rs" && !says(&file.text));
    silent.map(|file| Finding::new(&file.path, 1, "open with //! and one sentence: what this file is for")).collect()
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn a_file_must_open_with_words() {
        for (source, count) in [("//! Beds.\n", 0), ("use a;\n//! Beds.", 1), ("//!\n//! Beds.", 1), ("", 1)] {
            assert_eq!(find(&Tree::of(&[("crates/a/src/b.rs", source)])).len(), count, "{source:?}");
        }
    }
}
