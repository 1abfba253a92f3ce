//! What a browser does with a chart file (閲覧用カルテファイル): seconds to the index of 30,000 patients and to a chart of 300, in today's
//! Chromium and in 109, plain and with the CPU slowed six times. The file is made by the command, of a drill hospital, and grown by
//! `xtask/envelope.mjs` from its own rows and charts, sealed alike; native cryptography is not slowed.

use std::process::Command;

use serde_json::json;

use super::ground::{self, Hospital};
use super::measure::{cost, cost_or};
use super::report::Report;
use crate::runner::{output, root};
use crate::{Outcome, assets, setup};

const HOSPITAL: Hospital = Hospital { name: "envelope", patients: 600, beds: 120, seed: 11 };
const PATIENTS: u32 = 30_000;
const CHARTS: u32 = 300;
const ROUNDS: u32 = 5;

/// Makes the file, grows it and measures.
pub fn run(report: &mut Report) -> Outcome {
    let (andon, work) = (ground::andon()?, ground::work()?.join("envelope-file"));
    let tree = ground::hospital(&andon, &HOSPITAL)?;
    let home = ground::home(&andon, "home-envelope")?;
    cost_or(Command::new(&andon).args(["feed", "--once", "--home"]).arg(&home).arg(&tree), &[3])?;
    ground::remove(&work)?;
    std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let (file, papers) = (work.join("stick/chart.html"), work.join("papers.pdf"));
    std::fs::create_dir_all(work.join("stick")).map_err(|error| format!("{}: {error}", work.display()))?;
    output(Command::new(&andon).args(["envelope", "contents", "all", "--by", "bench", "--home"]).arg(&home))?;
    let mut make = Command::new(&andon);
    make.args(["envelope", "make", "--home"]).arg(&home).arg("--out").arg(&file).arg("--papers").arg(&papers);
    report.cost("andon envelope make", 1, &cost(&mut make)?);
    // Chromium 109 is among what a look at the pages brings.
    assets::bring(setup::For::Looking)?;
    let today = setup::chromium().ok_or("no Chromium: cargo x check installs one")?;
    let wish = json!({
        "file": file, "papers": papers, "browsers": [["chromium", today], ["chromium-109", null]], "rates": [1, 6],
        "rounds": ROUNDS, "patients": PATIENTS, "charts": CHARTS, "out": work,
    });
    let told = output(Command::new("node").arg("xtask/envelope.mjs").arg(wish.to_string()).current_dir(root()))?;
    let mut figures: Vec<(String, Vec<f64>)> = Vec::new();
    for line in told.lines().skip(1) {
        let parts: Vec<&str> = line.split(',').collect();
        let [subject, round, measure, value] = parts[..] else { return Err(format!("not a figure: {line}")) };
        let number = |text: &str| text.parse::<f64>().map_err(|_| format!("not a figure: {line}"));
        let (what, value) = (format!("{subject} {measure}"), number(value)?);
        report.figure(subject, number(round)? as usize, measure, value);
        match figures.iter_mut().find(|(known, _)| *known == what) {
            Some((_, all)) => all.push(value),
            None => figures.push((what, vec![value])),
        }
    }
    for (what, all) in figures {
        report.claim(&format!("{PATIENTS} patients, {CHARTS} charts: {what}"), &all, None);
    }
    Ok(())
}
