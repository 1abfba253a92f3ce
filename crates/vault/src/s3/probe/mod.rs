//! Whether a server of objects keeps what it locks: it is attacked, in a bucket of the probe's own, with everything that the
//! owner's key can do, and the doors below it are looked for. It fails closed: what could not be proved is not proved.
//!
//! Nothing of the vault is touched: its bucket is only asked how it stands. Where the key may make no bucket the attacks on
//! objects are run below `andon-probe/` in the vault's bucket, and those on a whole bucket are left unproved.

mod attacks;
pub mod doors;
mod lab;
pub mod words;

use super::clock::{Reading, Verdict};
use super::{S3, time};
use lab::Lab;

/// What a check came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The server held.
    Held,
    /// It did not: a locked object can be destroyed, or read by strangers, this way.
    Open,
    /// It could not be proved either way.
    Unknown,
    /// Good to know; nothing is lost by it.
    Note,
}

impl Outcome {
    /// Its name in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Outcome::Held => "held",
            Outcome::Open => "open",
            Outcome::Unknown => "unknown",
            Outcome::Note => "note",
        }
    }
}

/// What one check came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its name; `words::of` tells what it means and what to do.
    pub check: &'static str,
    /// What it came to.
    pub outcome: Outcome,
    /// What the server answered, or where a door is.
    pub said: String,
}

/// What all came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// In the order in which they were made.
    pub findings: Vec<Finding>,
}

impl Report {
    /// The worst: open, else unknown, else held.
    pub fn outcome(&self) -> Outcome {
        let any = |outcome| self.findings.iter().any(|finding| finding.outcome == outcome);
        match () {
            () if any(Outcome::Open) => Outcome::Open,
            () if any(Outcome::Unknown) || self.findings.is_empty() => Outcome::Unknown,
            () => Outcome::Held,
        }
    }

    /// How many came to that.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.findings.iter().filter(|finding| finding.outcome == outcome).count()
    }

    fn add(&mut self, check: &'static str, outcome: Outcome, said: impl Into<String>) {
        self.findings.push(Finding { check, outcome, said: said.into() });
    }
}

/// Attacks a server and looks for the doors below it: at `doors`, and where such doors usually are on its machine.
pub fn probe(s3: &S3, doors: &[doors::Door]) -> Report {
    let mut report = Report::default();
    line(s3, &mut report);
    bucket(s3, &mut report);
    match Lab::open(s3) {
        Ok(lab) => attacks::run(&lab, &mut report),
        Err(error) => report.add("lab", Outcome::Unknown, error.to_string()),
    }
    doors::look(s3.address(), doors, &mut report);
    report
}

/// The line to the server and its clock.
fn line(s3: &S3, report: &mut Report) {
    let address = s3.address();
    match (address.tls, address.is_loopback()) {
        (true, _) => report.add("line", Outcome::Held, "https"),
        (false, true) => report.add("line", Outcome::Note, "http, 127.0.0.1"),
        (false, false) => report.add("line", Outcome::Open, "http"),
    }
    match s3.now() {
        Ok(server) => {
            let verdict = Verdict::of(None, Reading { server, own: time::own() });
            let outcome = if verdict == Verdict::Steady { Outcome::Held } else { Outcome::Open };
            report.add("clock", outcome, time::iso(server));
        }
        Err(error) => report.add("clock", Outcome::Unknown, error.to_string()),
    }
}

/// How the vault's bucket stands, asked and not touched.
fn bucket(s3: &S3, report: &mut Report) {
    let state = match s3.state() {
        Ok(state) => state,
        Err(error) => return report.add("bucket", Outcome::Unknown, error.to_string()),
    };
    let held = |good| if good { Outcome::Held } else { Outcome::Open };
    let name = &s3.address().bucket;
    report.add("bucket", held(state.lock && state.versions), name);
    let said = state.default.as_ref().map_or_else(String::new, |(mode, span)| format!("{mode}, {span}"));
    let locked = state.default.is_some_and(|(mode, _)| mode == "COMPLIANCE");
    report.add("bucket-default", if locked { Outcome::Held } else { Outcome::Note }, said);
}

#[cfg(test)]
mod tests {
    use super::{Outcome, Report};

    #[test]
    fn the_worst_counts_and_nothing_proved_is_not_good() {
        let mut report = Report::default();
        assert_eq!(report.outcome(), Outcome::Unknown);
        report.add("overwrite", Outcome::Held, "");
        report.add("conditional", Outcome::Note, "");
        assert_eq!(report.outcome(), Outcome::Held);
        report.add("shorten", Outcome::Unknown, "");
        assert_eq!(report.outcome(), Outcome::Unknown);
        report.add("suspend", Outcome::Open, "");
        assert_eq!(report.outcome(), Outcome::Open);
    }
}
