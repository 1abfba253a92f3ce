//! `cargo x story`: the clinical stories of `stories/`, run as tests.

use std::process::Command;

use crate::runner::{cargo, tests};
use crate::{Chore, Outcome, setup};

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "story",
    ja: "stories/ の臨床の物語を動かします
使い方: cargo x story [--crash seeded|every] [名前の一部]
--crash は途中で止めて開き直しながら読みます。seeded は長い物語を決まった30か所で、every はどれも一手ごとに。",
    en: "run the clinical stories of stories/
usage: cargo x story [--crash seeded|every] [part of a name]
--crash stops and reopens the home on the way: at 30 seeded points of long stories (seeded), or after every step (every).",
    run: story,
};

/// How often a story's program is dropped and its home reopened.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Crash {
    Never,
    /// Short stories after every step, long ones at seeded points.
    Seeded,
    /// After every step whatever the length.
    Every,
}

/// The test function that crashes; all others of that program run plainly.
const CRASHING: &str = "told_with_a_crash";

fn story(args: &[String]) -> Outcome {
    let (crash, rest) = match args {
        [flag, how, rest @ ..] if flag == "--crash" && how == "seeded" => (Crash::Seeded, rest),
        [flag, how, rest @ ..] if flag == "--crash" && how == "every" => (Crash::Every, rest),
        rest => (Crash::Never, rest),
    };
    let name = match rest {
        [] => None,
        [name] if !name.starts_with('-') => Some(name.as_str()),
        _ => return Err("usage: cargo x story [--crash seeded|every] [part of a name]".to_owned()),
    };
    setup::prepare(setup::For::Building)?;
    let part = tests("stories", stories(crash, name), None).not_empty();
    if part.good { Ok(()) } else { Err(format!("{} failed", part.count.failed)) }
}

/// The stories' test program. It reads `ANDON_STORY_CRASH=every` and `ANDON_STORY`, a part of the wanted file names,
/// because one story is data and not a test function.
pub fn stories(crash: Crash, name: Option<&str>) -> Command {
    let mut command = cargo(&["test", "--package", "andon", "--test", "stories", "--"]);
    match crash {
        Crash::Never => command.args(["--skip", CRASHING]),
        Crash::Seeded | Crash::Every => command.arg(CRASHING),
    };
    command.arg("--nocapture").env_remove("ANDON_STORY_CRASH").env_remove("ANDON_STORY");
    if crash == Crash::Every {
        command.env("ANDON_STORY_CRASH", "every");
    }
    if let Some(name) = name {
        command.env("ANDON_STORY", name);
    }
    command
}
