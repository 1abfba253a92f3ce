//! The chart page of a large hospital over HTTP, let in by its link. Limits from issue 3: fifty users who each open a chart
//! a second wait 10 ms at the median and 50 ms for 99 of 100; a patient of twenty years 100 ms; saturated, half as many
//! pages a second as a bare page of the same bytes out of SQLite; a cold start to the first chart 1 s.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::measure::percentile;
use super::report::Report;
use super::served::{Client, Served};
use super::{ground, large};
use crate::Outcome;
use crate::runner::output;
use large::Size;

const USERS: u64 = 50;
/// Each user's seconds and questions: one a second.
const SECONDS: u64 = 60;
const SATURATED_SECONDS: u64 = 8;
/// Pages kept for the bare server, and asked of both.
const PAGES: usize = 200;
const BARE_PORT: u16 = 18_421;

/// Open loop, saturated, and one by one.
pub fn run(report: &mut Report, size: &Size) -> Outcome {
    let andon = ground::andon()?;
    let home = size.home(report)?;
    let served = Served::andon(&andon, &home)?;
    for sort in ["inpatient", "any"] {
        open_loop(report, size, &served, sort)?;
    }
    twenty_years(report, size, &served)?;
    saturated(report, size, &served)?;
    report.claim("andon serve, memory of its own after all this, MB", &[served.own_mb()], None);
    Ok(())
}

/// Fifty users, each a question a second at a time set beforehand: a slow answer delays nobody's question but is counted
/// from when the question was due.
fn open_loop(report: &mut Report, size: &Size, served: &Served, sort: &str) -> Outcome {
    let patients = size.people(sort)?;
    let before = served.cpu_seconds();
    let began = Instant::now() + Duration::from_millis(100);
    let user = |user: u64| -> Outcome<Vec<f64>> {
        let mut client = Client::new(served);
        let mut waits = Vec::new();
        for second in 0..SECONDS {
            let due = began + Duration::from_millis(second * 1000 + user * 1000 / USERS);
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            let at = (second * USERS + user) as usize * 7919 % patients.len();
            client.page(&large::chart_path(&patients[at]))?;
            waits.push(due.elapsed().as_secs_f64() * 1e3);
        }
        Ok(waits)
    };
    let waits: Vec<f64> = std::thread::scope(|scope| {
        let users: Vec<_> = (0..USERS).map(|one| scope.spawn(move || user(one))).collect();
        let each = users.into_iter().map(|one| one.join().map_err(|_| "a user stopped".to_owned())?);
        each.collect::<Outcome<Vec<_>>>()
    })?
    .concat();
    for (no, wait) in waits.iter().enumerate() {
        report.keep(&format!("{USERS} users, {sort}"), no + 1, "ms", *wait);
    }
    let share = |share| [percentile(&waits, share)];
    let what = format!("chart, {USERS} users, 1 a second each, patients: {sort}");
    report.claim(&format!("{what}: p50, ms"), &share(0.5), Some(10.0));
    report.claim(&format!("{what}: p99, ms"), &share(0.99), Some(50.0));
    report.claim(&format!("{what}: most, ms"), &share(1.0), None);
    let cpu = (served.cpu_seconds() - before) * 1e3 / waits.len() as f64;
    report.claim(&format!("{what}: CPU ms a page"), &[cpu], None);
    Ok(())
}

fn twenty_years(report: &mut Report, size: &Size, served: &Served) -> Outcome {
    let mut client = Client::new(served);
    for patient in size.people("twenty-years")? {
        let path = large::chart_path(&patient);
        let bytes = client.page(&path)?.len();
        let mut waits = Vec::new();
        for round in 1..=20 {
            // A section that is not there: another page, so that it is drawn and not one that was kept.
            let anew = format!("{path}?all=anew-{round}");
            let began = Instant::now();
            client.page(&anew)?;
            waits.push(began.elapsed().as_secs_f64() * 1e3);
            report.figure("twenty years", round, "ms", waits[round - 1]);
        }
        report.figure("twenty years", 0, "page_bytes", bytes as f64);
        report.claim("chart of a patient of twenty years, drawn anew, ms", &waits, Some(100.0));
    }
    Ok(())
}

/// Pages a second of ours and of the bare server, in turns.
fn saturated(report: &mut Report, size: &Size, served: &Served) -> Outcome {
    let folder = ground::work()?.join("bare");
    ground::remove(&folder)?;
    let lists = write_pages(size, served, &folder)?;
    let bare = ground::rust_peer("bare_page")?;
    let bare = Served::peer(Command::new(bare).arg(&folder).arg(BARE_PORT.to_string()), BARE_PORT)?;
    let mut shares = Vec::new();
    for round in 1..=report.pairs {
        let (ours, theirs) = (wrk(served, &lists.0)?, wrk(&bare, &lists.1)?);
        report.figure("andon, saturated", round, "pages_a_second", ours);
        report.figure("bare, saturated", round, "pages_a_second", theirs);
        shares.push(theirs / ours);
    }
    report.claim("saturated: bare axum + rusqlite of the same bytes ÷ andon, pages a second", &shares, Some(2.0));
    Ok(())
}

/// Keeps pages as files for the bare server; answers the lists of paths for ours and for it.
fn write_pages(size: &Size, served: &Served, folder: &Path) -> Outcome<(PathBuf, PathBuf)> {
    let fail = |error: std::io::Error| format!("{}: {error}", folder.display());
    std::fs::create_dir_all(folder).map_err(fail)?;
    let mut client = Client::new(served);
    let (mut ours, mut theirs) = (String::new(), String::new());
    for patient in size.people("inpatient")?.iter().take(PAGES) {
        let path = large::chart_path(patient);
        std::fs::write(folder.join(patient), client.page(&path)?).map_err(fail)?;
        ours += &format!("{path}\n");
        theirs += &format!("/{patient}\n");
    }
    let lists = (folder.with_extension("ours"), folder.with_extension("theirs"));
    std::fs::write(&lists.0, ours).and_then(|()| std::fs::write(&lists.1, theirs)).map_err(fail)?;
    Ok(lists)
}

/// Pages a second that fifty connections get, each asking again at once.
fn wrk(served: &Served, list: &Path) -> Outcome<f64> {
    let (connections, seconds) = (format!("-c{USERS}"), format!("-d{SATURATED_SECONDS}s"));
    let mut command = Command::new("wrk");
    command.args(["-t1", &connections, &seconds, "-H", &format!("Cookie: {}", served.cookie), "-s"]);
    command.arg(ground::peer("pages.lua")).arg(format!("http://127.0.0.1:{}", served.port)).arg("--").arg(list);
    let said = output(command.stderr(Stdio::inherit()))?;
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        return Err(format!("wrk: {said}"));
    }
    let rate = said.lines().find_map(|line| line.split_once("Requests/sec:")?.1.trim().parse().ok());
    rate.ok_or_else(|| format!("wrk: {said}"))
}

/// From the start of the program to the first chart, nothing of home or program in memory.
pub fn cold(report: &mut Report, size: &Size) -> Outcome {
    let andon = ground::andon()?;
    let home = size.home(report)?;
    let patients = size.people("inpatient")?;
    let mut seconds = Vec::new();
    for round in 1..=report.pairs {
        if !ground::forget()? {
            return Err("only root may drop caches".to_owned());
        }
        let began = Instant::now();
        let served = Served::andon(&andon, &home)?;
        report.figure("cold", round, "seconds_to_the_link", began.elapsed().as_secs_f64());
        let patient = &patients[round * 31 % patients.len()];
        Client::new(&served).page(&large::chart_path(patient))?;
        seconds.push(began.elapsed().as_secs_f64());
        report.figure("cold", round, "seconds_to_the_chart", seconds[round - 1]);
    }
    report.claim("cold page cache: program start to first chart, seconds", &seconds, Some(1.0));
    Ok(())
}
