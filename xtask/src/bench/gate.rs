//! How soon the gate notices: the thirty days and every attack of `crates/andon/src/feed/gate/days.rs`, run as the test that holds them, its table
//! kept. What is counted is entries, so the build needs no optimisation.

use super::report::Report;
use crate::Outcome;
use crate::runner::{cargo, output};

const TEST: &str = "feed::gate::days::thirty_days_are_quiet_and_every_attack_is_noticed";
/// Of an attack's line: bad entries until it was noticed, entries in all, good ones held back too.
const COLUMNS: [(usize, &str); 3] = [(0, "bad_entries"), (1, "entries"), (3, "good_held_too")];

/// Runs it and keeps every line.
pub fn run(report: &mut Report) -> Outcome {
    // The whole workspace, so that nothing is compiled for this alone.
    let mut test = cargo(&["test", "--workspace", "--lib", TEST, "--", "--exact", "--nocapture"]);
    let told = output(&mut test)?;
    let lines: Vec<(String, Vec<&str>)> = told.lines().filter_map(line).collect();
    if lines.is_empty() {
        return Err("the test told nothing".to_owned());
    }
    for (what, columns) in lines {
        let numbers = |at: usize| columns.get(at).and_then(|text| text.parse::<f64>().ok());
        if columns.len() == 1 {
            let number = numbers(0).ok_or_else(|| format!("not a figure: {what}"))?;
            report.keep(&what, 1, "count", number);
            report.claim(&what, &[number], what.starts_with("false alarms").then_some(0.0));
            continue;
        }
        for (at, measure) in COLUMNS {
            numbers(at).into_iter().for_each(|number| report.keep(&what, 1, measure, number));
        }
        match (numbers(0), columns.get(2)) {
            (Some(bad), Some(rule)) => report.claim(&format!("{what}: entries until noticed ({rule})"), &[bad], None),
            _ => report.claim(&format!("{what}: not noticed"), &[0.0], None),
        }
    }
    Ok(())
}

/// A line of the test's table: what, and its columns. A comma would part the columns of what is kept.
fn line(line: &str) -> Option<(String, Vec<&str>)> {
    let (what, columns) = line.strip_prefix("gate\t")?.split_once('\t')?;
    Some((what.replace(',', ";"), columns.split('\t').collect()))
}
