//! `cargo x`: the chores of this repository, one file a command. It does its own set-up and needs nothing but a Rust
//! toolchain, a C compiler and, for what is missing, Debian's or Ubuntu's packages.

mod assets;
mod bench;
mod check;
mod demo;
mod look;
mod runner;
mod seaweedfs;
mod setup;
mod soak;
mod story;
mod tidy;

use std::process::ExitCode;

/// What a chore answers: nothing, or one sentence that says what went wrong and what to do.
pub type Outcome<T = ()> = Result<T, String>;

/// One chore: its word on the command line, its help in both languages, and what it does with its arguments.
pub struct Chore {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    run: fn(&[String]) -> Outcome,
}

const CHORES: &[Chore] =
    &[demo::CHORE, check::CHORE, tidy::CHORE, look::CHORE, story::CHORE, bench::CHORE, soak::CHORE];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let asks_help = |arg: &String| arg == "--help" || arg == "-h";
    let Some(name) = args.first().filter(|arg| !asks_help(arg) && *arg != "help") else {
        overview();
        return ExitCode::SUCCESS;
    };
    let Some(chore) = CHORES.iter().find(|chore| chore.name == name) else {
        eprintln!("cargo x {name}: そのような作業はありません / no such chore");
        overview();
        return ExitCode::from(2);
    };
    let rest = args.get(1..).unwrap_or_default();
    // What follows `--` belongs to the program we start.
    if rest.iter().take_while(|arg| *arg != "--").any(asks_help) {
        println!("{}\n\n{}", chore.ja.trim(), chore.en.trim());
        return ExitCode::SUCCESS;
    }
    match (chore.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("cargo x {name}: {why}");
            ExitCode::FAILURE
        }
    }
}

/// One line a chore, in both languages: the first line of each help.
fn overview() {
    println!("cargo x <作業 / chore> [--help]\n");
    for chore in CHORES {
        let first = |text: &'static str| text.trim().lines().next().unwrap_or_default();
        println!("  {:<6} {}\n         {}", chore.name, first(chore.ja), first(chore.en));
    }
}
