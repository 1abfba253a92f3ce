//! The plan of a drill hospital, and the mark that says a folder holds nothing but a drill.

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use chart::when::{Moment, When};

use crate::day::Day;
use crate::dialect::Dialect;

/// Name of the file that marks a folder as a drill's. Every root carries it; without it `live` writes nothing.
pub const MARK_FILE: &str = "ANDON-DRILL";

/// What hospital to make. One plan gives one tree, byte for byte.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Patients in all; 100 or more, so that everybody of [`crate::special_people`] has room.
    pub patients: u32,
    /// Beds; 98 of 120 are taken at the stop.
    pub beds: u32,
    /// Seed of everything drawn.
    pub seed: u64,
    /// Dialect of the files.
    pub dialect: Dialect,
    /// When the record system dies. Nothing carries a later 発生日時.
    pub stop_at: Moment,
    /// Days before the stop over which courses are written in full; older care is written thinly.
    pub days: u32,
    /// Days before the stop that transaction storage still holds.
    pub transaction_days: u32,
}

impl Default for Plan {
    /// Handa, as its director told of it: 120 beds, 85,000 patients, dark at 2021-10-31 00:30 (handa-talk).
    fn default() -> Plan {
        Plan {
            patients: 85_000,
            beds: 120,
            seed: 1,
            dialect: Dialect::default(),
            stop_at: Day::new(2021, 10, 31).at(0, 30),
            days: 180,
            transaction_days: 31,
        }
    }
}

const WHAT: &str = "\
訓練データ: このフォルダの患者・職員・記録はすべて Andon の drill が作った架空のものです。診療に使わないでください。
Drill data: every patient, person and record below this folder was made up by Andon's drill. Never use it for care.
";

impl Plan {
    /// The text of the mark file: what it is in both languages, and the plan.
    pub fn mark(&self) -> String {
        let mut text = WHAT.to_owned();
        for (key, value) in [
            ("patients", self.patients.to_string()),
            ("beds", self.beds.to_string()),
            ("seed", self.seed.to_string()),
            ("dialect", self.dialect.words()),
            ("stop_at", self.stop_at.digits17()),
            ("days", self.days.to_string()),
            ("transaction_days", self.transaction_days.to_string()),
        ] {
            let _ = writeln!(text, "{key}={value}");
        }
        text
    }

    /// Reads the plan back from the mark of a folder.
    ///
    /// # Errors
    /// `PermissionDenied` when the folder carries no mark or one that is not ours.
    pub fn read(dir: &Path) -> io::Result<Plan> {
        let refuse = |why: &str| io::Error::new(io::ErrorKind::PermissionDenied, format!("{MARK_FILE}: {why}"));
        let text = std::fs::read_to_string(dir.join(MARK_FILE)).map_err(|_| refuse("not a drill's folder"))?;
        let mut plan = Plan::default();
        let mut found = 0;
        for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
            let number = value.parse::<u64>().ok();
            let small = || number.and_then(|n| u32::try_from(n).ok()).ok_or_else(|| refuse("bad number"));
            match key {
                "patients" => plan.patients = small()?,
                "beds" => plan.beds = small()?,
                "days" => plan.days = small()?,
                "transaction_days" => plan.transaction_days = small()?,
                "seed" => plan.seed = number.ok_or_else(|| refuse("bad seed"))?,
                "dialect" => plan.dialect = Dialect::parse(value).map_err(|_| refuse("unknown dialect"))?,
                "stop_at" => plan.stop_at = When::parse(value).ok_or_else(|| refuse("bad time"))?.start,
                _ => continue,
            }
            found += 1;
        }
        if found < 5 { Err(refuse("not a drill's mark")) } else { Ok(plan) }
    }

    /// The day of the stop.
    pub(crate) fn last_day(&self) -> Day {
        Day::of(self.stop_at)
    }

    /// First day written in full.
    pub(crate) fn first_day(&self) -> Day {
        self.last_day().plus(-i64::from(self.days.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_reads_back() {
        let dir = tempfile::tempdir().expect("dir");
        let plan =
            Plan { patients: 300, seed: 7, dialect: Dialect::parse("lf,fs1c").expect("words"), ..Plan::default() };
        std::fs::write(dir.path().join(MARK_FILE), plan.mark()).expect("write");
        assert_eq!(Plan::read(dir.path()).expect("plan"), plan);
        assert_eq!(Plan::default().stop_at.digits17(), "20211031003000000");
        std::fs::write(dir.path().join(MARK_FILE), "hello").expect("write");
        assert!(Plan::read(dir.path()).is_err());
    }
}
