//! Clinical stories, run as tests: plainly, and again with a crash and restart after steps.
//!
//! A story is Japanese text under `stories/` that a nurse can read. Each step acts on a real SS-MIX2 tree, a real home
//! and the real pages. A crash drops the program without a word and opens the same home in place.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says where and stops"
)]

mod departments;
mod desk;
mod hospital;
mod message;
mod night;
mod office;
mod paper;
mod program;
mod script;
mod telephone;
mod vault;
mod ward;

use std::path::PathBuf;

use program::Program;
use script::Story;

/// When the program is dropped and opened again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Crash {
    Never,
    Every,
    /// At this many points drawn from a fixed seed.
    Seeded(usize),
}

/// Stories up to this length crash after every step in `check`.
const SHORT_STEPS: usize = 40;
const SEEDED_POINTS: usize = 30;

fn stories() -> Vec<PathBuf> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../stories");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "story"))
        .collect();
    files.sort();
    let chosen = std::env::var("ANDON_STORY").unwrap_or_default();
    files.retain(|path| path.to_string_lossy().contains(&chosen));
    assert!(!files.is_empty(), "no story matches ANDON_STORY={chosen}");
    files
}

fn run_all(crash: impl Fn(&Story) -> Crash) {
    for path in stories() {
        let text = std::fs::read_to_string(&path).unwrap();
        let story = Story::read(&text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        let points = crash_points(story.steps.len(), crash(&story));
        println!("物語 {} （{}手、中断{}回）", story.title, story.steps.len(), points.len());
        let mut program = Program::start();
        for (at, step) in story.steps.iter().enumerate() {
            program.play(step).unwrap_or_else(|why| panic!("{}:{}: {why}\n  {}", path.display(), step.line, step.text));
            if points.contains(&at) {
                program.crash_and_reopen();
            }
        }
    }
}

fn crash_points(steps: usize, crash: Crash) -> Vec<usize> {
    match crash {
        Crash::Never => Vec::new(),
        Crash::Every => (0..steps).collect(),
        Crash::Seeded(points) => {
            let mut state = 0x1031_0030_u64;
            let draw = |_| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                (state >> 33) as usize % steps.max(1)
            };
            (0..points).map(draw).collect()
        }
    }
}

#[test]
fn told_plainly() {
    run_all(|_| Crash::Never);
}

#[test]
fn told_with_a_crash_after_every_step() {
    let soak = std::env::var("ANDON_STORY_CRASH").is_ok_and(|how| how == "every");
    run_all(|story| match soak || story.steps.len() <= SHORT_STEPS {
        true => Crash::Every,
        false => Crash::Seeded(SEEDED_POINTS),
    });
}
