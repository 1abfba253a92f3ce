//! SQL lives in `store` alone (design §5): a slice holds no tables. Told by how a string literal begins.

use super::Finding;
use super::source::Kind;
use super::tree::Tree;

const BEGINNINGS: [&str; 11] = [
    "SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE ", "PRAGMA ", "ALTER ", "DROP ", "VACUUM", "ATTACH ",
    "REPLACE ",
];

/// String literals that begin as SQL does, outside `store`.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust("crates/").filter(|file| !file.path.starts_with("crates/store/")) {
        for token in file.tokens.iter().filter(|token| token.kind == Kind::Str) {
            if let Some(verb) = BEGINNINGS.iter().find(|verb| token.text.trim_start().starts_with(**verb)) {
                let what = format!("SQL ({}) outside store: give store a function with a name", verb.trim());
                findings.push(Finding::new(&file.path, token.line, what));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn sql_is_found_outside_store_and_words_of_people_are_not() {
        let sql = "fn f() { run(\"\n  SELECT id FROM person\"); }";
        let table = [("crates/andon/src/ward/page.rs", sql, 1), ("crates/store/src/person.rs", sql, 0)];
        for (path, source, count) in table {
            assert_eq!(find(&Tree::of(&[(path, source)])).len(), count, "{path}");
        }
        let said = "fn f() { say(\"Select a patient\"); } // SELECT nothing";
        assert!(find(&Tree::of(&[("crates/andon/src/main.rs", said)])).is_empty());
    }
}
