//! A running hospital keeps the rules of the tree at every step, stops, and touches nothing that is not a drill's.
#![allow(clippy::expect_used)] // helpers of tests, outside #[test] functions

mod reader;

use std::collections::HashSet;

use drill::{Act, LOCKED, Live, MARK_FILE, Plan, write_hospital};

fn hospital() -> (tempfile::TempDir, Plan) {
    let dir = tempfile::tempdir().expect("dir");
    let plan = Plan { patients: 120, days: 2, transaction_days: 2, ..Plan::default() };
    write_hospital(&plan, dir.path(), &mut |_| ()).expect("written");
    (dir, plan)
}

fn minute(plan: &Plan, at: i64) -> chart::Moment {
    chart::Moment(plan.stop_at.0 + at * 60_000 + at * 137)
}

#[test]
fn steps_keep_names_flags_and_messages_right() {
    let (dir, plan) = hospital();
    let before = reader::messages(dir.path()).len();
    let mut live = Live::open(dir.path(), 3).expect("live");
    let mut acts = HashSet::new();
    let mut halves: Vec<std::path::PathBuf> = Vec::new();
    for at in 0..400 {
        for change in live.step(minute(&plan, at)).expect("step") {
            match &change.act {
                Act::Half => halves.push(change.path.clone()),
                Act::Completed => assert!(halves.pop().is_some()),
                Act::Renamed { from } => {
                    assert!(!dir.path().join(from).exists(), "{from:?}");
                    halves.iter_mut().filter(|half| *half == from).for_each(|half| *half = change.path.clone());
                }
                _ => (),
            }
            assert!(dir.path().join(&change.path).exists(), "{change:?}");
            acts.insert(std::mem::discriminant(&change.act));
        }
        assert!(halves.len() <= 1);
    }
    assert_eq!(acts.len(), 5, "written, half, completed, renamed, recorded");
    let files = reader::messages(dir.path());
    assert!(files.len() > before + 200);
    reader::check_flags(&files);
    for file in files.iter().filter(|file| halves.iter().all(|half| !file.path.ends_with(half))) {
        let message = reader::Message::read(&file.path);
        assert_eq!(message.field("MSH", 11), "T");
        assert_eq!(message.field("MSH", 7).replace('.', ""), file.sent, "{}", file.path.display());
    }
    assert!(live.stop(false).expect("stop").is_empty());
    let before = reader::walk(dir.path());
    assert!(live.stopped() && live.step(minute(&plan, 900)).expect("step").is_empty());
    assert_eq!(reader::walk(dir.path()), before, "a stopped hospital writes nothing more");
    let kinds: HashSet<&str> =
        files.iter().filter(|f| f.sent.as_str() > "20211031003100000").map(|f| f.kind.as_str()).collect();
    for kind in ["ADT-00", "ADT-12", "ADT-22", "ADT-42", "ADT-52", "OML-11", "OMP-11", "OMD"] {
        assert!(kinds.contains(kind), "{kind} {kinds:?}");
    }
}

#[test]
fn one_seed_gives_the_same_steps_and_a_restart_goes_on() {
    let run = || {
        let (dir, plan) = hospital();
        let mut all = Vec::new();
        for restart in 0..3 {
            let mut live = Live::open(dir.path(), 5).expect("live");
            for at in 0..40 {
                all.extend(live.step(minute(&plan, restart * 100 + at)).expect("step"));
            }
        }
        reader::check_flags(&reader::messages(dir.path()));
        all
    };
    assert_eq!(run(), run());
}

#[test]
fn encryption_stays_inside_marked_roots() {
    let (dir, _) = hospital();
    let outside = tempfile::tempdir().expect("outside");
    let kept = outside.path().join("kept");
    std::fs::write(&kept, "mine").expect("write");
    #[cfg(unix)]
    std::os::unix::fs::symlink(outside.path(), dir.path().join("std2").join("link")).expect("link");
    std::fs::write(dir.path().join("beside"), "mine").expect("write");
    let mut live = Live::open(dir.path(), 3).expect("live");
    let locked = live.stop(true).expect("stop");
    assert!(
        locked.len() > 500 && locked.iter().all(|c| c.act == Act::Locked && c.path.to_string_lossy().ends_with(LOCKED))
    );
    assert_eq!(std::fs::read(&kept).expect("read"), b"mine");
    assert_eq!(std::fs::read(dir.path().join("beside")).expect("read"), b"mine");
    assert!(Plan::read(dir.path()).is_ok() && Plan::read(&dir.path().join("std1")).is_ok());
    let left = reader::walk(&dir.path().join("std1"));
    let plain = |path: &&std::path::PathBuf| !path.to_string_lossy().ends_with(LOCKED);
    let names: Vec<_> = left.iter().filter(plain).filter_map(|path| path.file_name()).collect();
    assert_eq!(names, [MARK_FILE, "README-DRILL.txt"]);
}

#[test]
fn a_folder_without_the_mark_is_refused() {
    let dir = tempfile::tempdir().expect("dir");
    assert!(Live::open(dir.path(), 1).is_err());
    let (dir, plan) = hospital();
    let mut live = Live::open(dir.path(), 1).expect("live");
    let mark = dir.path().join(MARK_FILE);
    let text = std::fs::read(&mark).expect("mark");
    std::fs::remove_file(&mark).expect("unmark");
    assert!(live.step(minute(&plan, 1)).is_err());
    assert!(live.stop(true).is_err());
    std::fs::write(&mark, text).expect("mark again");
    let mut live = Live::open(dir.path(), 1).expect("live");
    std::fs::remove_file(dir.path().join("std1").join(MARK_FILE)).expect("unmark");
    assert!(live.stop(true).is_err());
}
