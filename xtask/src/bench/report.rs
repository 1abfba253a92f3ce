//! Where figures go: every one into `<workload>.csv`, every claim with its limit into `summary.md`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use super::measure::{Cost, spread};
use crate::Outcome;
use crate::runner::root;

/// The results of one run of `cargo x bench`.
pub struct Report {
    folder: PathBuf,
    /// How many rounds each measurement takes.
    pub pairs: usize,
    rows: Vec<String>,
    claims: Vec<String>,
    machine: String,
}

/// What a figure must not exceed.
pub type Limit = Option<f64>;

impl Report {
    /// An empty report that will lie in `folder`.
    pub fn new(folder: PathBuf, machine: String, pairs: usize) -> Self {
        Self { folder, pairs, rows: Vec::new(), claims: Vec::new(), machine }
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Runs one workload and writes what it found, also when it broke off.
    pub fn section(&mut self, name: &str, run: fn(&mut Self) -> Outcome) -> Outcome {
        (self.rows, self.claims) = (Vec::new(), Vec::new());
        let result = run(self);
        let csv = format!("subject,round,measure,value\n{}\n", self.rows.join("\n"));
        self.write(&format!("{name}.csv"), &csv)?;
        let mut text = format!(
            "## {name}\n\n{}\n\n| what | median | least | most | limit | |\n|---|---|---|---|---|---|\n",
            self.machine
        );
        for claim in &self.claims {
            let _ = writeln!(text, "{claim}");
        }
        if let Err(why) = &result {
            // What a program printed as it ended is for the terminal; where this checkout lies is nobody's business.
            let first = why.lines().next().unwrap_or_default().replace(&root().to_string_lossy().into_owned(), ".");
            let _ = writeln!(text, "\nBroke off: {first}");
        }
        self.put_in_summary(name, &text)?;
        result
    }

    /// Keeps one figure.
    pub fn figure(&mut self, subject: &str, round: usize, measure: &str, value: f64) {
        println!("  {subject} #{round} {measure} = {value:.4}");
        self.keep(subject, round, measure, value);
    }

    /// Keeps one of very many, without a word.
    pub fn keep(&mut self, subject: &str, round: usize, measure: &str, value: f64) {
        self.rows.push(format!("{subject},{round},{measure},{value}"));
    }

    /// Keeps all that a run cost.
    pub fn cost(&mut self, subject: &str, round: usize, cost: &Cost) {
        self.figure(subject, round, "cpu_seconds", cost.cpu_seconds);
        self.figure(subject, round, "wall_seconds", cost.wall_seconds);
        self.figure(subject, round, "resident_kb", cost.resident_kb as f64);
        self.figure(subject, round, "own_kb", cost.own_kb as f64);
    }

    /// States a claim about some figures. It holds when the median keeps the limit; it is missed for sure only when the
    /// least figure is over it too.
    pub fn claim(&mut self, what: &str, figures: &[f64], limit: Limit) {
        let all = spread(figures);
        let verdict = match limit {
            None => "",
            Some(limit) if all.median <= limit => "held",
            Some(limit) if all.least <= limit => "unsure",
            Some(_) => "missed",
        };
        let limit = limit.map_or_else(String::new, |limit| format!("≤ {limit}"));
        let line = format!("| {what} | {:.3} | {:.3} | {:.3} | {limit} | {verdict} |", all.median, all.least, all.most);
        println!("  {line}");
        self.claims.push(line);
    }

    fn write(&self, name: &str, text: &str) -> Outcome {
        let path = self.folder.join(name);
        std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// Puts a section into the summary in place of its former self.
    fn put_in_summary(&self, name: &str, section: &str) -> Outcome {
        let old = std::fs::read_to_string(self.folder.join("summary.md")).unwrap_or_default();
        let mut text = String::from(
            "# Measured\n\nMedian, least and most over the rounds of one run; raw figures in the .csv beside this.\n",
        );
        let heading = format!("{name}\n");
        for kept in old.split("\n## ").skip(1).filter(|kept| !kept.starts_with(&heading)) {
            let _ = write!(text, "\n## {}\n", kept.trim_end());
        }
        let _ = write!(text, "\n{section}");
        self.write("summary.md", &text)
    }
}

#[cfg(test)]
mod tests {
    use super::Report;

    #[test]
    fn a_section_replaces_its_former_self_and_leaves_the_others() {
        let folder = std::env::temp_dir().join(format!("andon-report-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let mut report = Report::new(folder.clone(), "a machine".to_owned(), 5);
        let one = |report: &mut Report| {
            report.figure("us", 1, "ratio", 2.0);
            report.claim("ratio", &[2.0, 3.0, 2.5], Some(2.4));
            Ok(())
        };
        report.section("feed", one).unwrap();
        report.section("decode", |_| Err("no corpus".to_owned())).unwrap_err();
        report.section("feed", one).unwrap();
        let summary = std::fs::read_to_string(folder.join("summary.md")).unwrap();
        let raw = std::fs::read_to_string(folder.join("feed.csv")).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(summary.matches("## feed").count(), 1);
        assert!(summary.contains("| ratio | 2.500 | 2.000 | 3.000 | ≤ 2.4 | unsure |"), "{summary}");
        assert!(summary.contains("Broke off: no corpus"));
        assert_eq!(raw, "subject,round,measure,value\nus,1,ratio,2\n");
    }
}
