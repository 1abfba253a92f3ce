//! Headquarters' chronology beside Loro, a CRDT library, on the same lines: taking in what eleven stations wrote, and reading every line from
//! what is kept on disk. Ours checks each signature, makes each bundle durable and folds changes by its own rules; Loro merges.

use std::process::Command;

use super::ground::{self, word};
use super::headquarters::Ground;
use super::measure::{Cost, cost};
use super::report::Report;
use crate::Outcome;

/// Both, in turns.
pub(super) fn beside(report: &mut Report, ground: &Ground) -> Outcome {
    let (python, script) = (ground::python()?, ground::peer("headquarters_loro.py"));
    let (folder, lines) = (ground.work.join("loro"), ground.work.join("lines.json"));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let ours = || cost(&mut ground.command(0, &["chronology", "--json"]));
    let loro = |words: &[&str]| -> Outcome<Cost> { cost(Command::new(&python).arg(&script).args(words)) };
    std::fs::write(&lines, ours()?.said).map_err(|error| format!("{}: {error}", lines.display()))?;
    let at = word(&folder);
    loro(&["make", &word(&lines), &at])?;
    let taken = loro(&["take", &at])?;
    report.cost("Loro takes in twelve updates", 1, &taken);
    report.claim("bundles of eleven stations taken in ÷ Loro, CPU", &[ground.taken / taken.cpu_seconds], None);
    let (mut read, mut memory) = (vec![], vec![]);
    for round in 1..=report.pairs {
        let (own, theirs) = (ours()?, loro(&["begin", &at])?);
        report.cost("every line read", round, &own);
        report.cost("every line read by Loro", round, &theirs);
        read.push(own.cpu_seconds / theirs.cpu_seconds);
        memory.push(own.own_kb as f64 / theirs.own_kb as f64);
    }
    report.claim("every line read from disk ÷ Loro, CPU", &read, None);
    report.claim("every line read from disk ÷ Loro, memory", &memory, None);
    Ok(())
}
