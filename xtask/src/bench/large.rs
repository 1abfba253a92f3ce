//! The home of a large hospital: 85,000 patients, about five million messages, 500 inpatients. Written straight into the
//! store once by an example of `andon` and kept; what it cost and how it grew is copied into each run's figures.

use std::path::PathBuf;
use std::process::Command;

use super::ground;
use super::measure::cost;
use super::report::Report;
use crate::Outcome;

const PATIENTS: &str = "85000";
/// Of which 500 are taken when the record system stops.
const BEDS: &str = "612";
/// So many days written in full make five million messages.
const DAYS: &str = "566";

fn folder() -> Outcome<PathBuf> {
    Ok(ground::work()?.join(format!("home-{PATIENTS}-{BEDS}-{DAYS}")))
}

/// The home, made if it is not there.
pub fn home(report: &mut Report) -> Outcome<PathBuf> {
    let home = folder()?;
    let told = home.with_extension("csv");
    if !told.is_file() {
        ground::remove(&home)?;
        let program = ground::example("andon", "large_home")?;
        let made = cost(Command::new(program).arg(&home).args([PATIENTS, BEDS, DAYS]))?;
        let text = format!("{}making,1,cpu_seconds,{}\n", made.said, made.cpu_seconds);
        std::fs::write(&told, text).map_err(|error| format!("{}: {error}", told.display()))?;
    }
    let told = std::fs::read_to_string(&told).map_err(|error| format!("{}: {error}", told.display()))?;
    for line in told.lines().skip(1) {
        let [subject, round, measure, value] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("not a figure: {line}"));
        };
        report.figure(subject, round.parse().unwrap_or_default(), measure, value.parse().unwrap_or(f64::NAN));
    }
    Ok(home)
}

/// Numbers of the patients to ask for, of one sort: `any`, `inpatient`, `twenty-years`.
pub fn people(sort: &str) -> Outcome<Vec<String>> {
    let file = folder()?.with_extension("patients");
    let all = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    let of_sort = all.lines().filter_map(|line| line.strip_prefix(sort)?.strip_prefix(' '));
    Ok(of_sort.map(str::to_owned).collect())
}

/// Where the chart of a patient of this home is.
pub fn chart_path(patient: &str) -> String {
    format!("/patients/self/{patient}")
}
