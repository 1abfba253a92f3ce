//! From a file written to its value on the chart. A laboratory result is copied under a new order number with a value
//! that occurs nowhere else, with its record in the transaction storage as a sender leaves one, and `andon chart --json`
//! is asked until it shows it. Limits from the issue: 99 of 100 within
//! 5 s in a running hospital, within 60 s while the first reading still goes on.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::ground::{self, Hospital};
use super::measure::{cost_or, percentile};
use super::news::{probe, results};
use super::report::Report;
use crate::Outcome;

const HOSPITAL: Hospital = Hospital { name: "latency", patients: 1_200, beds: 120, seed: 11 };
const STEADY_PROBES: u32 = 100;
const CATCHING_UP_PROBES: u32 = 20;
const GIVE_UP: Duration = Duration::from_secs(120);
/// Between two questions about the same value; it is part of what is measured.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// Measures both states on one tree.
pub fn run(report: &mut Report) -> Outcome {
    let andon = ground::andon()?;
    // The tree is changed here, so it is made new each time.
    let kept =
        ground::work()?.join(format!("{}-{}-{}-{}", HOSPITAL.name, HOSPITAL.patients, HOSPITAL.beds, HOSPITAL.seed));
    ground::remove(&kept)?;
    let tree = ground::hospital(&andon, &HOSPITAL)?;
    let results = results(&tree)?;
    let home = ground::home(&andon, "home")?;
    let watch = Watch { andon: &andon, home: &home, tree: &tree, results: &results };

    let feed = Running::start(Command::new(&andon).args(["feed", "--home"]).arg(&home).arg(&tree))?;
    let catching_up = watch.probes(report, "catching up", 0, CATCHING_UP_PROBES)?;
    drop(feed);
    cost_or(Command::new(&andon).args(["feed", "--once", "--home"]).arg(&home).arg(&tree), &[3])?;
    let feed = Running::start(Command::new(&andon).args(["feed", "--home"]).arg(&home).arg(&tree))?;
    let live = Running::start(Command::new(&andon).args(["drill", "live", "--rate", "60"]).arg(&tree))?;
    let steady = watch.probes(report, "steady", CATCHING_UP_PROBES, STEADY_PROBES)?;
    drop((feed, live));

    report.claim("steady, seconds", &steady, None);
    report.claim("steady, 99 of 100 within seconds", &[percentile(&steady, 0.99)], Some(5.0));
    report.claim("catching up, seconds", &catching_up, None);
    report.claim("catching up, 99 of 100 within seconds", &[percentile(&catching_up, 0.99)], Some(60.0));
    Ok(())
}

/// A program that runs beside the measurement and ends with it.
pub struct Running(Child);

impl Running {
    /// Its number, for `/proc`.
    pub fn process(&self) -> u32 {
        self.0.id()
    }

    /// Starts it, silent.
    pub fn start(command: &mut Command) -> Outcome<Self> {
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        quiet.spawn().map(Self).map_err(|error| format!("{}: {error}", crate::runner::shown(command)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Who is asked, and about what.
struct Watch<'a> {
    andon: &'a Path,
    home: &'a Path,
    tree: &'a Path,
    results: &'a [PathBuf],
}

impl Watch<'_> {
    /// Writes so many new results, one after another, and answers the seconds each took to appear.
    fn probes(&self, report: &mut Report, state: &str, first: u32, count: u32) -> Outcome<Vec<f64>> {
        let mut seconds = Vec::new();
        for number in first..first + count {
            let Some(model) = self.results.get(number as usize * 37 % self.results.len().max(1)) else {
                return Err("the tree holds no laboratory result to copy".to_owned());
            };
            let value = 700_000 + number;
            let Some(probe) = probe(model, number, value)? else { continue };
            probe.write(self.tree).map_err(|error| format!("{}: {error}", probe.path.display()))?;
            let written = Instant::now();
            let shown = self.shows(&probe.patient, &value.to_string(), written);
            report.figure(state, number as usize, "seconds", shown.as_secs_f64());
            seconds.push(shown.as_secs_f64());
        }
        Ok(seconds)
    }

    /// How long after `written` the value stood on the chart; `GIVE_UP` when it did not.
    fn shows(&self, patient: &str, value: &str, written: Instant) -> Duration {
        while written.elapsed() < GIVE_UP {
            let mut chart = Command::new(self.andon);
            let asked =
                chart.args(["chart", patient, "--json", "--home"]).arg(self.home).stderr(Stdio::null()).output();
            if asked.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains(value)) {
                return written.elapsed();
            }
            std::thread::sleep(ASK_AGAIN);
        }
        GIVE_UP
    }
}
