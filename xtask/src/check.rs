//! `cargo x check`: everything that must hold before a change is handed on, each part timed.

use std::process::Command;

use crate::runner::{self, Count, Part, cargo, minutes, root, run, step, tests};
use crate::story::{Crash, stories};
use crate::{Chore, Outcome, setup, tidy};

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "check",
    ja: "変更を渡す前に全てを確かめます
使い方: cargo x check
書式、clippy、tidy、単体・性質試験、物語（そのまま／途中で止めて）、画面の検査。各部の分数を最後に示します。",
    en: "check everything before a change is handed on
usage: cargo x check
Format, clippy, tidy, unit and property tests, stories (plain, then with crashes), page tests. Ends with minutes a part.",
    run: check,
};

/// Test programs that have parts of their own.
const APART: [&str; 2] = ["stories", "pages"];

fn check(args: &[String]) -> Outcome {
    if let Some(stray) = args.first() {
        return Err(format!("{stray}: takes no arguments"));
    }
    let mut parts = vec![step("set-up", || setup::prepare(setup::For::Checking))];
    parts.push(step("format", || run(&mut cargo(&["fmt", "--all", "--check"]))));
    parts.push(step("clippy", || {
        run(&mut cargo(&["clippy", "--workspace", "--all-targets", "--", "--deny", "warnings"]))
    }));
    parts.push(tidy::part());
    for (name, command) in unit_tests() {
        parts.push(tests(&name, command, None));
    }
    parts.push(tests("doc tests", cargo(&["test", "--workspace", "--doc"]), None));
    parts.push(tests("stories", stories(Crash::Never, None), None).not_empty());
    parts.push(tests("stories with crashes", stories(Crash::Seeded, None), None).not_empty());
    parts.push(tests("pages", pages(), None).not_empty());
    finish(&parts)
}

/// Unit and property tests: by nextest when it is there, else by cargo itself.
fn unit_tests() -> Vec<(String, Command)> {
    if runner::found("cargo-nextest") {
        // Examples are looked at by clippy; linking them tests nothing.
        let mut all = cargo(&["nextest", "run", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"]);
        // nextest refuses to leave out what is not there.
        let there = andon_tests().into_iter().filter(|name| APART.contains(&name.as_str()));
        let others: Vec<String> = there.map(|name| format!("not binary(={name})")).collect();
        if !others.is_empty() {
            all.args(["-E", &others.join(" and ")]);
        }
        return vec![("tests".to_owned(), all)];
    }
    let rest = cargo(&["test", "--workspace", "--exclude", "andon", "--lib", "--bins", "--tests", "--no-fail-fast"]);
    let mut andon = cargo(&["test", "--package", "andon", "--lib", "--bins", "--no-fail-fast"]);
    for name in andon_tests().iter().filter(|name| !APART.contains(&name.as_str())) {
        andon.args(["--test", name]);
    }
    if !root().join("crates/andon/src/lib.rs").is_file() {
        andon = without(&andon, "--lib");
    }
    vec![("tests".to_owned(), rest), ("tests of andon".to_owned(), andon)]
}

fn without(command: &Command, word: &str) -> Command {
    let kept: Vec<String> =
        command.get_args().map(|arg| arg.to_string_lossy().into_owned()).filter(|arg| arg != word).collect();
    cargo(&kept.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The names of andon's test programs: files of its `tests` folder, and folders there that hold a `main.rs`.
fn andon_tests() -> Vec<String> {
    let entries = std::fs::read_dir(root().join("crates/andon/tests")).into_iter().flatten().flatten();
    let is_program =
        |path: &std::path::PathBuf| path.extension().is_some_and(|kind| kind == "rs") || path.join("main.rs").is_file();
    let programs = entries.map(|entry| entry.path()).filter(is_program);
    let mut names: Vec<String> = programs.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    names.sort();
    names
}

fn pages() -> Command {
    let mut command = cargo(&["test", "--package", "andon", "--test", "pages"]);
    if let Some(browser) = setup::chromium().filter(|path| path.starts_with('/')) {
        command.env("CHROMIUM", browser);
    }
    command
}

/// The table of minutes and the closing line.
fn finish(parts: &[Part]) -> Outcome {
    println!("\n{:<24} {:>10}  {:>7} {:>7}", "part", "took", "passed", "failed");
    let mut sum = Count::default();
    for part in parts {
        let Count { passed, failed } = part.count;
        let mark = if part.good { "" } else { "  ✗" };
        println!("{:<24} {:>10}  {passed:>7} {failed:>7}{mark}", part.name, minutes(part.took));
        sum.passed += passed;
        sum.failed += failed;
    }
    println!("{:<24} {:>10}", "all", minutes(parts.iter().map(|part| part.took).sum()));
    println!("\n{} passed, {} failed", sum.passed, sum.failed);
    let failed: Vec<&str> = parts.iter().filter(|part| !part.good).map(|part| part.name.as_str()).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}
