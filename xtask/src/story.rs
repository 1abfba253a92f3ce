//! `cargo x story`: the clinical stories of `stories/`, run as tests.

use std::process::Command;

use crate::runner::{cargo, tests};
use crate::{Chore, Outcome, setup};

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "story",
    ja: "stories/ の臨床の物語を動かします
使い方: cargo x story [--crash every|seeded] [名前の一部…]
--crash は一手ごと（every）または決まった乱数の場所（seeded）で止めて開き直します。",
    en: "run the clinical stories of stories/
usage: cargo x story [--crash every|seeded] [part of a name…]
--crash stops and reopens the home after every step (every) or at seeded points (seeded).",
    run: story,
};

fn story(args: &[String]) -> Outcome {
    let (crash, names) = match args {
        [flag, how, names @ ..] if flag == "--crash" => (Some(how.as_str()), names),
        names => (None, names),
    };
    setup::prepare(setup::For::Building)?;
    let part = tests("stories", stories(crash, names), None);
    if part.good { Ok(()) } else { Err(format!("{} failed", part.count.failed)) }
}

/// The stories' test program. `crash` is told to it as `ANDON_STORY_CRASH`, wanted names as `ANDON_STORY` (comma
/// between), because one story is data and not a test function.
pub fn stories(crash: Option<&str>, names: &[String]) -> Command {
    let mut command = cargo(&["test", "--package", "andon", "--test", "stories", "--", "--nocapture"]);
    match crash {
        Some(how) => command.env("ANDON_STORY_CRASH", how),
        None => command.env_remove("ANDON_STORY_CRASH"),
    };
    if !names.is_empty() {
        command.env("ANDON_STORY", names.join(","));
    }
    command
}
