//! A pack of 500 inpatients by the command that prints it, beside reportlab and Typst setting the very same words. Ours
//! opens the encrypted home, reads every message of every patient, decodes, makes the charts and sets the sheets with
//! their codes; the peers are handed the words and only set them. The next issue sets the goal; here figures are told.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::large;
use super::measure::{Cost, cost, cost_or};
use super::report::Report;
use super::{ground, served::Served};
use crate::Outcome;
use crate::runner::{output, root};

const FONT: &str = "assets/node_modules/@expo-google-fonts/biz-udgothic/400Regular/BIZUDGothic_400Regular.ttf";
/// `andon print` answers 3 when a sheet could not be made.
const PARTIAL: i32 = 3;

/// The programs that take turns.
struct Turns {
    andon: PathBuf,
    home: PathBuf,
    python: PathBuf,
    folder: PathBuf,
}

impl Turns {
    /// Every ward, into a folder; ours.
    fn print(&self) -> Outcome<Cost> {
        let out = self.folder.join("ours");
        ground::remove(&out)?;
        let mut command = Command::new(&self.andon);
        command.args(["print", "ward", "--all", "--by", "bench", "--home"]).arg(&self.home);
        cost_or(command.arg("--out").arg(&out), &[PARTIAL])
    }

    fn peer(&self, script: &str, content: &Path, pages: Option<usize>) -> Outcome<Cost> {
        let mut command = Command::new(&self.python);
        command.arg(ground::peer(script)).arg(content).arg(root().join(FONT)).arg(self.out(script));
        cost(command.args(pages.map(|pages| pages.to_string())))
    }

    fn out(&self, script: &str) -> PathBuf {
        self.folder.join(script).with_extension("pdf")
    }
}

/// Prints, and has the peers set what was printed, in turns.
pub fn run(report: &mut Report) -> Outcome {
    let andon = ground::andon()?;
    let home = large::WARDS.home(report)?;
    let folder = ground::work()?.join("pack");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    // `print` asks the process that feeds the home for its numbers; there is none here, so it writes itself.
    let turns = Turns { andon, home, python: ground::python()?, folder };
    turns.print()?;
    let content = turns.folder.join("content.json");
    let words = words_of(&turns.folder.join("ours"))?;
    let pages = words.len() as f64;
    let cells: usize = words.iter().flatten().map(Vec::len).sum();
    std::fs::write(&content, serde_json::json!(words).to_string()).map_err(|error| error.to_string())?;
    report.figure("pack", 0, "pages", pages);
    report.figure("pack", 0, "cells_a_page", cells as f64 / pages);
    let scripts = [("reportlab", "pack_reportlab.py"), ("typst", "pack_typst.py")];
    let (mut each, mut own, mut ratios, mut memory) = (vec![], vec![], [vec![], vec![]], [vec![], vec![]]);
    for round in 1..=report.pairs {
        let ours = turns.print()?;
        report.cost("andon", round, &ours);
        let ours_a_page = ours.cpu_seconds * 1e3 / pages;
        each.push(ours_a_page);
        own.push(ours.own_kb as f64 / 1024.0);
        for (at, (name, script)) in scripts.iter().enumerate() {
            let theirs = turns.peer(script, &content, None)?;
            report.cost(name, round, &theirs);
            ratios[at].push(theirs.cpu_seconds / ours.cpu_seconds);
            memory[at].push(theirs.own_kb as f64 / 1024.0);
        }
    }
    report.claim("andon, store to PDF, CPU ms a page", &each, None);
    report.claim("andon, pages a CPU second", &each.iter().map(|ms| 1e3 / ms).collect::<Vec<_>>(), None);
    report.claim("andon, memory of its own, MB", &own, None);
    for (at, (name, script)) in scripts.iter().enumerate() {
        report.claim(&format!("{name} ÷ andon, CPU a page"), &ratios[at], None);
        report.claim(&format!("{name}, memory of its own, MB"), &memory[at], None);
        report.claim(&format!("{name}, PDF, MB"), &[megabytes(&turns.out(script))], None);
    }
    let ours: f64 = pdfs(&turns.folder.join("ours"))?.iter().map(|path| megabytes(path)).sum();
    report.claim(&format!("andon, PDF of {pages} pages, MB"), &[ours], None);
    first_page(report, &turns, &content)
}

/// From the program's start to a PDF of one patient on disk, and of one page by the peers.
fn first_page(report: &mut Report, turns: &Turns, content: &Path) -> Outcome {
    let patient = large::WARDS.people("inpatient")?.first().cloned().ok_or("no inpatient")?;
    let mut walls = [vec![], vec![], vec![], vec![]];
    for round in 1..=report.pairs {
        let mut command = Command::new(&turns.andon);
        command.args(["print", "patient", &patient, "--by", "bench", "--home"]).arg(&turns.home);
        let costs = [
            cost(command.arg("--out").arg(turns.folder.join("one.pdf")))?,
            turns.peer("pack_reportlab.py", content, Some(1))?,
            turns.peer("pack_typst.py", content, Some(1))?,
        ];
        for (at, (name, cost)) in ["andon", "reportlab", "typst"].iter().zip(&costs).enumerate() {
            report.cost(&format!("{name}, one"), round, cost);
            walls[at].push(cost.wall_seconds * 1e3);
        }
    }
    walls[3] = on_a_running_station(turns, &patient, report.pairs)?;
    for (name, walls) in ["andon, one patient", "reportlab, one page", "typst, one page"].iter().zip(&walls) {
        report.claim(&format!("{name}: program start to PDF, ms"), walls, None);
    }
    report.claim("andon, his chart from a running station, for comparison, ms", &walls[3], None);
    Ok(())
}

fn on_a_running_station(turns: &Turns, patient: &str, rounds: usize) -> Outcome<Vec<f64>> {
    let served = Served::andon(&turns.andon, &turns.home)?;
    let mut client = super::served::Client::new(&served);
    let mut asked = || {
        let began = std::time::Instant::now();
        client.page(&large::chart_path(patient)).map(|_| began.elapsed().as_secs_f64() * 1e3)
    };
    asked()?;
    (0..rounds).map(|_| asked()).collect()
}

fn megabytes(path: &Path) -> f64 {
    std::fs::metadata(path).map_or(0.0, |about| about.len() as f64 / 1e6)
}

fn pdfs(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let found = std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = found.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

/// The words of all pages, each a row of cells: what stands apart on a line stands in cells of its own.
fn words_of(folder: &Path) -> Outcome<Vec<Vec<Vec<String>>>> {
    let mut pages = Vec::new();
    for path in pdfs(folder)? {
        let text = output(Command::new("pdftotext").arg("-layout").arg(&path).arg("-"))?;
        pages.extend(text.trim_end_matches('\u{c}').split('\u{c}').map(rows));
    }
    Ok(pages)
}

fn rows(page: &str) -> Vec<Vec<String>> {
    let cells =
        |line: &str| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).map(str::to_owned).collect();
    page.lines().map(cells).filter(|cells: &Vec<String>| !cells.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::rows;

    #[test]
    fn what_stands_apart_is_a_cell() {
        assert_eq!(rows("  氏名   逢坂 清次    1944\n\n  薬\n"), [vec!["氏名", "逢坂 清次", "1944"], vec!["薬"]]);
    }
}
