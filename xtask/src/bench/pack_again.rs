//! The click and the second run: how long a browser waits for a patient's sheet and a ward's pack from a running station, and what
//! a run of what changed costs when so many of 500 did.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::ground;
use super::large::{self, WARDS};
use super::pack::Turns;
use super::report::Report;
use super::served::{Client, Served};
use crate::Outcome;
use crate::runner::output;

/// From the click to the sheet, milliseconds: issue 4.
const CLICK_MAX: f64 = 300.0;
/// How many patients change before a run.
const CHANGED: [usize; 4] = [0, 1, 5, 20];
/// What a patient brings, so that his chart says something new.
const BROUGHT: &str = "JAHISTC08,1\r\n5,20261101,1\r\n11,灯台薬局,13,4,1234567,,,,1\r\n201,1,アムロジピン錠5mg,1,錠,4,2171022F1,1\r\n301,1,1日1回朝食後,14,日分,1,1,,1\r\n";

/// Both.
pub fn run(report: &mut Report, turns: &Turns) -> Outcome {
    clicks(report, turns)?;
    again(report, turns)
}

fn clicks(report: &mut Report, turns: &Turns) -> Outcome {
    let patients = WARDS.people("inpatient")?;
    let served = Served::andon(&turns.andon, &turns.home)?;
    let mut client = Client::new(&served);
    let token = token(&mut client, &large::chart_path(patients.first().ok_or("no inpatient")?))?;
    let mut walls = Vec::new();
    // Each another patient: nobody prints one sheet twice.
    for patient in patients.iter().take(4 * report.pairs) {
        walls.push(click(&mut client, &[("token", &token), ("authority", "self"), ("id", patient)])?.0);
    }
    report.claim("a patient's sheet, whole: click to last byte on a running station, ms", &walls, Some(CLICK_MAX));
    let told = output(Command::new(&turns.andon).args(["ward", "--json", "--home"]).arg(&turns.home))?;
    let told: serde_json::Value = serde_json::from_str(&told).map_err(|error| error.to_string())?;
    for ward in told["wards"].as_array().into_iter().flatten() {
        let (code, beds) = (ward["ward"].as_str().unwrap_or_default(), ward["patients"].as_u64().unwrap_or_default());
        let (mut walls, mut sizes) = (Vec::new(), Vec::new());
        for _ in 0..report.pairs {
            let (wall, size) = click(&mut client, &[("token", &token), ("ward", code), ("rest", "1")])?;
            walls.push(wall);
            sizes.push(size as f64 / 1e6);
        }
        report.claim(&format!("a ward's pack of {beds}: click to last byte, ms"), &walls, None);
        let sixty: Vec<f64> = walls.iter().map(|wall| wall * 60.0 / beds.max(1) as f64).collect();
        report.claim(&format!("the same for 60 of its {beds}, by their share, ms"), &sixty, None);
        report.claim(&format!("a ward's pack of {beds}: PDF, MB"), &sizes, None);
    }
    report.claim("andon serve, memory of its own after all this, MB", &[served.own_mb()], None);
    Ok(())
}

fn token(client: &mut Client<'_>, page: &str) -> Outcome<String> {
    let page = String::from_utf8_lossy(&client.page(page)?).into_owned();
    let value = page.split_once("name=\"token\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    value.map(|(token, _)| token.to_owned()).ok_or_else(|| "no form on the chart".to_owned())
}

/// Milliseconds until the last byte, and how many there were.
fn click(client: &mut Client<'_>, fields: &[(&str, &str)]) -> Outcome<(f64, usize)> {
    let began = Instant::now();
    let answer = client.form("/print", fields)?;
    let wall = began.elapsed().as_secs_f64() * 1e3;
    match answer.status {
        200 if answer.body.starts_with(b"%PDF-") => Ok((wall, answer.body.len())),
        status => Err(format!("/print: status {status}")),
    }
}

/// Runs of summaries of what changed, over a copy of the home in which patients bring something between two runs.
fn again(report: &mut Report, turns: &Turns) -> Outcome {
    let home = copy_of(&turns.home, &turns.folder.join("home"))?;
    let file = turns.folder.join("brought.txt");
    std::fs::write(&file, BROUGHT).map_err(|error| format!("{}: {error}", file.display()))?;
    let mut patients = WARDS.people("inpatient")?.into_iter();
    // The first thing ever handed in is news of the sources, for everybody.
    bring(turns, &home, &file, patients.next())?;
    let whole = turns.print(&home, &["--only", "summary"])?;
    report.cost("summaries, all", 1, &whole);
    let mut none = Vec::new();
    for count in CHANGED {
        let mut seconds = Vec::new();
        let mut pages = 0.0;
        for round in 1..=report.pairs {
            for _ in 0..count {
                bring(turns, &home, &file, patients.next())?;
            }
            let run = turns.print(&home, &["--only", "summary", "--changed", "--json"])?;
            report.cost(&format!("summaries, {count} changed"), round, &run);
            let told: serde_json::Value = serde_json::from_str(&run.said).map_err(|error| error.to_string())?;
            pages = told["pages"].as_f64().unwrap_or_default();
            report.figure(&format!("summaries, {count} changed"), round, "pages", pages);
            seconds.push(run.cpu_seconds * 1e3);
        }
        report.claim(&format!("summaries, {count} of 500 changed, {pages} pages: CPU ms"), &seconds, None);
        match count {
            0 => none = seconds,
            _ => {
                let base = none.iter().sum::<f64>() / none.len().max(1) as f64;
                let each: Vec<f64> = seconds.iter().map(|ms| (ms - base) / count as f64).collect();
                report.claim(&format!("the same, ms for each changed beyond a run of none, {count}"), &each, None);
            }
        }
    }
    report.claim("summaries, all 500: CPU ms", &[whole.cpu_seconds * 1e3], None);
    ground::remove(&home)
}

fn bring(turns: &Turns, home: &Path, file: &Path, patient: Option<String>) -> Outcome {
    let patient = patient.ok_or("too few inpatients for so many rounds")?;
    let mut command = Command::new(&turns.andon);
    command.args(["hand-in", &patient, "--although", "bench", "--by", "bench", "--home"]).arg(home).arg(file);
    output(&mut command).map(drop)
}

fn copy_of(home: &Path, copy: &Path) -> Outcome<PathBuf> {
    ground::remove(copy)?;
    output(Command::new("cp").arg("-r").arg(home).arg(copy))?;
    Ok(copy.to_owned())
}
