//! Homes of large hospitals, written straight into the store once by an example of `andon` and kept; what one cost and how
//! it grew is copied into each run's figures.

use std::path::PathBuf;
use std::process::Command;

use super::ground;
use super::measure::cost;
use super::report::Report;
use crate::Outcome;

/// A hospital whose record is written straight into a store.
pub struct Size {
    patients: u32,
    /// Of which 98 of 120 are taken when the record system stops.
    beds: u32,
    /// Days written in full.
    days: u32,
}

/// 85,000 patients, five million messages, 500 inpatients.
pub const LARGE: Size = Size { patients: 85_000, beds: 612, days: 566 };
/// As many patients and beds, a million messages: what a short evening can build.
pub const MIDDLE: Size = Size { patients: 85_000, beds: 612, days: 90 };
/// The same wards without most of those who are at home.
pub const WARDS: Size = Size { patients: 2_000, beds: 612, days: 566 };

/// 98 inpatients.
pub const BEDS_98: Size = Size { patients: 400, beds: 120, days: 566 };

impl Size {
    fn folder(&self) -> Outcome<PathBuf> {
        Ok(ground::work()?.join(format!("home-{}-{}-{}", self.patients, self.beds, self.days)))
    }

    /// The home, made if it is not there.
    pub fn home(&self, report: &mut Report) -> Outcome<PathBuf> {
        let home = self.folder()?;
        let told = home.with_extension("csv");
        if !told.is_file() {
            ground::remove(&home)?;
            let program = ground::andon()?.with_file_name("examples").join("large_home");
            let size = [self.patients, self.beds, self.days].map(|number| number.to_string());
            let made = cost(Command::new(program).arg(&home).args(size))?;
            std::fs::write(&told, made.said).map_err(|error| format!("{}: {error}", told.display()))?;
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
    pub fn people(&self, sort: &str) -> Outcome<Vec<String>> {
        let file = self.folder()?.with_extension("patients");
        let all = std::fs::read_to_string(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        let of_sort = all.lines().filter_map(|line| line.strip_prefix(sort)?.strip_prefix(' '));
        Ok(of_sort.map(str::to_owned).collect())
    }
}

/// Where the chart of a patient of this home is.
pub fn chart_path(patient: &str) -> String {
    format!("/patients/self/{patient}")
}
