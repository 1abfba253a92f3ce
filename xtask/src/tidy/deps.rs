//! What the pure crates link is a decision, so it is committed: `xtask/deps/<crate>.txt` lists every package under
//! `chart`, `formats` and `paper`, and a new one shows in review.

use std::collections::BTreeSet;

use super::Finding;
use super::tree::Tree;
use crate::Outcome;
use crate::runner::{cargo, output, root};

const CRATES: [&str; 3] = ["chart", "formats", "paper"];

/// Differences between what is linked and what is listed.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for name in CRATES {
        let path = list(name);
        let listed = tree.files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
        match linked(name) {
            Ok(linked) => findings.extend(differences(&path, &linked, listed)),
            Err(why) => findings.push(Finding::new(&path, 1, why)),
        }
    }
    findings
}

/// Writes the lists as they are now.
pub fn bless() -> Outcome {
    for name in CRATES {
        let text: String = linked(name)?.iter().map(|package| format!("{package}\n")).collect();
        let path = root().join(list(name));
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
        println!("{}", list(name));
    }
    Ok(())
}

fn list(name: &str) -> String {
    format!("xtask/deps/{name}.txt")
}

/// Names of all packages under a crate, itself left out. Versions are the lock file's business.
fn linked(name: &str) -> Outcome<BTreeSet<String>> {
    let text =
        output(&mut cargo(&["tree", "--package", name, "--edges", "normal", "--prefix", "none", "--format", "{p}"]))?;
    let names = text.lines().filter_map(|line| line.split_whitespace().next());
    Ok(names.filter(|package| *package != name).map(str::to_owned).collect())
}

fn differences(path: &str, linked: &BTreeSet<String>, listed: &str) -> Vec<Finding> {
    let listed: BTreeSet<String> =
        listed.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    let new = linked
        .difference(&listed)
        .map(|name| format!("{name} is linked and not listed: is it pure? then cargo x tidy --bless"));
    let gone =
        listed.difference(linked).map(|name| format!("{name} is listed and no longer linked: cargo x tidy --bless"));
    new.chain(gone).map(|what| Finding::new(path, 1, what)).collect()
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn a_package_too_many_and_one_too_few_are_both_found() {
        let linked = ["memchr", "serde"].map(str::to_owned).into();
        assert!(differences("x", &linked, "memchr\nserde\n").is_empty());
        let found = differences("x", &linked, "serde\nsyn\n");
        assert_eq!(found.len(), 2);
        assert!(found[0].what.starts_with("memchr is linked"));
        assert!(found[1].what.starts_with("syn is listed"));
    }
}
