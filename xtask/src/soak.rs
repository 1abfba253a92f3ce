//! `cargo x soak`: the slow proof. Every story with a crash after every step, and a thousand random kills.

use std::fs::File;
use std::io::Write;

use crate::runner::{Part, cargo, minutes, tests};
use crate::{Chore, Outcome, bench, setup, story};

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "soak",
    ja: "全ての物語を一手ごとに止めて開き直し、千回の強制終了を試します（時間がかかります）
使い方: cargo x soak [--kills N]
記録は bench/runs/<日付>-<機械>/soak.txt に残ります。",
    en: "crash every story after every step, and kill the program a thousand times (slow)
usage: cargo x soak [--kills N]
The log is kept in bench/runs/<date>-<machine>/soak.txt.",
    run: soak,
};

fn soak(args: &[String]) -> Outcome {
    let kills = match args {
        [flag, number] if flag == "--kills" => number.parse().map_err(|_| format!("--kills {number}: not a number"))?,
        [] => 1000_u32,
        _ => return Err("usage: cargo x soak [--kills N]".to_owned()),
    };
    setup::prepare(setup::For::Building)?;
    let folder = bench::runs_folder()?;
    let path = folder.join("soak.txt");
    let mut log = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    note(&mut log, &format!("{}\nkills: {kills}", bench::machine_line()));

    let kills = kills.to_string();
    let mut parts = vec![tests(
        "stories, a crash after every step",
        story::stories(story::Crash::Every, None),
        log.try_clone().ok(),
    )];
    for package in ["andon", "store"] {
        // As released: a thousand kills then take minutes, and fall closer together in the program's own time.
        let mut command = cargo(&["test", "--release", "--package", package, "--tests", "--", "kill", "--nocapture"]);
        command.env("ANDON_KILLS", &kills).env("STORE_KILLS", &kills);
        parts.push(tests(&format!("{package}: random kills"), command, log.try_clone().ok()).not_empty());
    }
    for part in &parts {
        note(&mut log, &line(part));
    }
    println!("\n{}", path.display());
    if parts.iter().all(|part| part.good) { Ok(()) } else { Err("see the log".to_owned()) }
}

fn line(part: &Part) -> String {
    format!("{}: {} passed, {} failed, {}", part.name, part.count.passed, part.count.failed, minutes(part.took))
}

/// Says a line to the person and to the log.
fn note(log: &mut File, text: &str) {
    println!("{text}");
    let _ = writeln!(log, "{text}");
}
