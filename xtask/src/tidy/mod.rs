//! `cargo x tidy`: the house rules, one file a rule, each with a test that shows it can fail. A rule reads the tree and
//! answers with findings; it changes nothing. `docs/style.md` says why the rules exist.

mod addresses;
mod channels;
mod css;
mod deps;
mod leftovers;
mod logs;
mod opening;
mod paths;
mod purity;
mod sizes;
mod slices;
mod source;
mod sql;
mod texts;
mod tree;

use crate::Chore;
use crate::runner::{Count, Part, step};
use tree::Tree;

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "tidy",
    ja: "家の決まりを確かめます
使い方: cargo x tidy [--bless]
--bless は xtask/deps/ の依存一覧を今のものに書き換えます（増えた理由をコミットに書いてください）。",
    en: "hold the house rules
usage: cargo x tidy [--bless]
--bless rewrites the dependency lists in xtask/deps/ (the commit says why they grew).",
    run: |args| match args {
        [] => part().good.then_some(()).ok_or_else(|| "see the findings above".to_owned()),
        [flag] if flag == "--bless" => deps::bless(),
        _ => Err("usage: cargo x tidy [--bless]".to_owned()),
    },
};

/// One place where a rule does not hold, and what to do there.
#[derive(Debug, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub what: String,
}

impl Finding {
    fn new(path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, what: what.into() }
    }
}

/// A rule: its name, what it promises, and how it looks.
struct Rule {
    name: &'static str,
    promise: &'static str,
    find: fn(&Tree) -> Vec<Finding>,
}

const RULES: &[Rule] = &[
    Rule { name: "slices", promise: "slices never import slices", find: slices::find },
    Rule {
        name: "purity",
        promise: "rules.rs and pure crates name no clock, file, socket or runtime",
        find: purity::find,
    },
    Rule { name: "sql", promise: "SQL is written in store alone", find: sql::find },
    Rule {
        name: "addresses",
        promise: "nothing reaches out: no address in assets or code",
        find: addresses::find_reaching,
    },
    Rule { name: "hosts", promise: "no package host is named", find: addresses::find_hosts },
    Rule { name: "machines", promise: "no path of one machine is named", find: addresses::find_machine_paths },
    Rule { name: "texts", promise: "every text is used and exists in both languages", find: texts::find },
    Rule { name: "opening", promise: "every file says first what it is for", find: opening::find },
    Rule { name: "paths", promise: "every path named in the documents exists", find: paths::find },
    Rule { name: "sizes", promise: "functions ≤70 lines, files ≤500; exceptions only shrink", find: sizes::find },
    Rule { name: "leftovers", promise: "no ignored tests, no marks of unfinished work", find: leftovers::find },
    Rule { name: "css", promise: "style works in the oldest browsers, from the design tokens", find: css::find },
    Rule { name: "channels", promise: "every channel has a limit", find: channels::find },
    Rule { name: "logs", promise: "no log line carries a patient", find: logs::find },
    Rule { name: "deps", promise: "pure crates link what xtask/deps/ lists", find: deps::find },
];

/// All rules as one part of a check: each rule counts as one test.
pub fn part() -> Part {
    let mut count = Count::default();
    let mut whole = step("tidy", || {
        let tree = Tree::read(&crate::runner::root())?;
        for rule in RULES {
            let findings = (rule.find)(&tree);
            let held = findings.is_empty();
            println!("  {} {:<10} {}", if held { "✓" } else { "✗" }, rule.name, rule.promise);
            for Finding { path, line, what } in findings {
                println!("      {path}:{line}: {what}");
            }
            count.passed += u64::from(held);
            count.failed += u64::from(!held);
        }
        if count.failed == 0 { Ok(()) } else { Err(format!("{} rules broken", count.failed)) }
    });
    if count != Count::default() {
        whole.count = count;
    }
    whole
}
