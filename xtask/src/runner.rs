//! Running other programs: where the repository is, what a program said, how many tests it counted, how long it took.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// The repository's top folder: cargo names this crate's folder while it runs us, else we look upwards.
pub fn root() -> PathBuf {
    let from_cargo = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let start = from_cargo.or_else(|| std::env::current_dir().ok()).unwrap_or_default();
    let found = start.ancestors().find(|folder| folder.join("xtask").is_dir() && folder.join("Cargo.toml").is_file());
    found.map_or_else(|| start.clone(), PathBuf::from)
}

/// The cargo that started us, run in the repository's top folder.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    // `cargo run` describes this crate to us; a child cargo must not take that for its own.
    let told = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars().filter(|(name, _)| told(name)) {
        command.env_remove(name);
    }
    // A chore builds once from one state of the files: what speeds up the next edit would only fill the disk.
    if std::env::var_os("CARGO_INCREMENTAL").is_none() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Is there such a program on the path?
pub fn found(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The standard output of a program that must succeed.
pub fn output(command: &mut Command) -> Outcome<String> {
    let name = shown(command);
    let out = command.output().map_err(|error| format!("{name}: {error}"))?;
    if !out.status.success() {
        return Err(format!("{name}: {}", String::from_utf8_lossy(&out.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&out.stdout).into_owned())
}

/// Runs a program that must succeed, its output going straight to the terminal.
pub fn run(command: &mut Command) -> Outcome {
    let name = shown(command);
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{name}: {status}")),
        Err(error) => Err(format!("{name}: {error}")),
    }
}

/// The command as a person would type it.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Tests that passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    pub passed: u64,
    pub failed: u64,
}

/// What became of one part of a longer chore.
pub struct Part {
    pub name: String,
    pub took: Duration,
    pub good: bool,
    pub count: Count,
}

impl Part {
    /// The same part, failed when it ran no test at all: a filter that fits nothing must not look like success.
    pub fn not_empty(mut self) -> Self {
        if self.count == Count::default() {
            eprintln!("{}: no test ran", self.name);
            (self.good, self.count.failed) = (false, 1);
        }
        self
    }
}

/// Runs a test runner, shows what it says, writes it to `log` too, and adds up the tests it names. A runner that fails
/// without naming a failed test (it did not build) counts as one failure.
pub fn tests(name: &str, mut command: Command, log: Option<std::fs::File>) -> Part {
    println!("\n── {name}: {}", shown(&command));
    let start = Instant::now();
    let (good, mut count) = told(command.env("CARGO_TERM_COLOR", "never"), log);
    if !good && count.failed == 0 {
        count.failed = 1;
    }
    Part { name: name.to_owned(), took: start.elapsed(), good, count }
}

/// Runs one step that has no tests of its own to count: it passes or fails as a whole.
pub fn step(name: &str, work: impl FnOnce() -> Outcome) -> Part {
    println!("\n── {name}");
    let start = Instant::now();
    let result = work();
    if let Err(why) = &result {
        eprintln!("{name}: {why}");
    }
    let good = result.is_ok();
    Part {
        name: name.to_owned(),
        took: start.elapsed(),
        good,
        count: Count { passed: good.into(), failed: (!good).into() },
    }
}

/// Shows and counts both streams of a program until it ends.
fn told(command: &mut Command, log: Option<std::fs::File>) -> (bool, Count) {
    let mut child = match command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn() {
        Ok(child) => child,
        Err(error) => {
            eprintln!("{}: {error}", shown(command));
            return (false, Count::default());
        }
    };
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let log_err = log.as_ref().and_then(|log| log.try_clone().ok());
    let count = std::thread::scope(|scope| {
        let heard = scope.spawn(|| hear(err, std::io::stderr(), log_err));
        let said = hear(out, std::io::stdout(), log);
        let heard = heard.join().unwrap_or_default();
        Count { passed: said.passed + heard.passed, failed: said.failed + heard.failed }
    });
    (child.wait().is_ok_and(|status| status.success()), count)
}

fn hear(from: Option<impl Read>, mut to: impl Write, mut log: Option<std::fs::File>) -> Count {
    let mut sum = Count::default();
    let Some(from) = from else { return sum };
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while matches!(lines.read_until(b'\n', &mut line), Ok(1..)) {
        // A closed terminal must not stop the count.
        let _ = to.write_all(&line);
        if let Some(log) = &mut log {
            // A log is kept in the repository, where no folder of one machine belongs.
            let told = String::from_utf8_lossy(&line).replace(&format!("{}/", root().display()), "");
            let _ = log.write_all(told.as_bytes());
        }
        let found = counted(&String::from_utf8_lossy(&line));
        sum.passed += found.passed;
        sum.failed += found.failed;
        line.clear();
    }
    sum
}

/// Reads the closing line of libtest (`test result: ok. 3 passed; 1 failed; …`) and of nextest
/// (`Summary [0.1s] 9 tests run: 8 passed (1 slow), 1 failed, 0 skipped`); any other line counts nothing.
pub fn counted(line: &str) -> Count {
    let line = line.trim();
    if !line.starts_with("test result:") && !line.starts_with("Summary [") {
        return Count::default();
    }
    let words: Vec<&str> = line.split([' ', ';', ',', '(', ')']).filter(|word| !word.is_empty()).collect();
    let before = |label: &[&str]| {
        let number = |pair: &[&str]| label.contains(&pair[1]).then(|| pair[0].parse::<u64>().ok()).flatten();
        words.windows(2).filter_map(number).sum()
    };
    Count { passed: before(&["passed"]), failed: before(&["failed", "timed"]) }
}

/// Minutes and seconds, for tables that people read.
pub fn minutes(took: Duration) -> String {
    format!("{}:{:02} min", took.as_secs() / 60, took.as_secs() % 60)
}

#[cfg(test)]
mod tests {
    use super::{Count, counted};

    #[test]
    fn both_runners_are_counted_and_chatter_is_not() {
        let table = [
            ("test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.1s", 12, 0),
            ("test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured", 1, 2),
            ("     Summary [   0.004s] 3 tests run: 3 passed, 0 skipped", 3, 0),
            ("     Summary [   9.1s] 9/11 tests run: 6 passed (1 slow), 2 failed, 1 timed out, 2 skipped", 6, 3),
            ("the nurse said 5 passed", 0, 0),
            ("", 0, 0),
        ];
        for (line, passed, failed) in table {
            assert_eq!(counted(line), Count { passed, failed }, "{line}");
        }
    }
}
