//! Finding a patient among a million: what each row costs to write, and how long every way and every two ways take, as
//! typed. Limits from the issue: a row costs at most half as much again as the ten-thousandth did; a search 2 ms at the median and
//! 20 ms for 99 of 100; the commonest surname twice the median one.

use std::collections::BTreeMap;
use std::process::Command;

use super::ground;
use super::measure::cost;
use super::report::Report;
use crate::Outcome;

const PATIENTS: &str = "1000000";

/// Measures on one home of a million invented patients.
pub fn run(report: &mut Report) -> Outcome {
    let program = ground::example("store", "search")?;
    let said = cost(Command::new(program).arg(PATIENTS).current_dir(ground::work()?))?.said;
    let mut figures: BTreeMap<(String, String), Vec<f64>> = BTreeMap::new();
    for line in said.lines().skip(1) {
        let [subject, round, measure, value] = line.split(',').collect::<Vec<_>>()[..] else {
            return Err(format!("not a figure: {line}"));
        };
        let (round, value) = (round.parse().unwrap_or_default(), value.parse().unwrap_or(f64::NAN));
        report.figure(subject, round, measure, value);
        figures.entry((subject.to_owned(), measure.to_owned())).or_default().push(value);
    }
    let of = |subject: &str, measure: &str| {
        figures
            .get(&(subject.to_owned(), measure.to_owned()))
            .cloned()
            .ok_or_else(|| format!("no {measure} of {subject}"))
    };
    let ratios =
        |over: Vec<f64>, under: Vec<f64>| over.iter().zip(&under).map(|(over, under)| over / under).collect::<Vec<_>>();
    let sum = |measure| of("growth", measure).map(|all| all.iter().sum::<f64>());
    let grown = sum("last_us_a_row")? / sum("ten_thousandth_us_a_row")?;
    report.claim("100,000 rows after the millionth ÷ after the ten-thousandth, CPU", &[grown], Some(1.5));
    for kind in ["every way", "any two ways"] {
        report.claim(&format!("{kind}, p50, CPU ms"), &of(kind, "p50_ms")?, Some(2.0));
        report.claim(&format!("{kind}, p99, CPU ms"), &of(kind, "p99_ms")?, Some(20.0));
    }
    let common = ratios(of("commonest surname", "p50_ms")?, of("median surname", "p50_ms")?);
    report.claim("commonest surname ÷ median surname", &common, Some(2.0));
    let wrong: Vec<f64> = figures
        .iter()
        .filter(|((_, measure), _)| measure == "first_50_right")
        .flat_map(|(_, right)| right)
        .map(|right| 1.0 - right)
        .collect();
    report.claim("first 50 other than a comparison of all patients", &wrong, Some(0.0));
    report.claim("one patient a commit, CPU µs", &of("one patient a commit", "cpu_us_a_row")?, None);
    Ok(())
}
