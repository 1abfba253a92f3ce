//! Packs of 98 and of 500 inpatients by the command that prints them, beside reportlab, Typst and WeasyPrint setting the very same
//! words. Two figures of ours: whole, from the encrypted home (every message read, decoded, made charts of, sheets with codes set,
//! the run written down); and setting alone, from charts in memory. The peers are handed the words and only set them.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::large::{self, Size};
use super::measure::{Cost, cost, cost_or};
use super::pack_again;
use super::report::Report;
use super::{ground, large::WARDS};
use crate::Outcome;
use crate::runner::{output, root};

const FONT: &str = "assets/node_modules/@expo-google-fonts/biz-udgothic/400Regular/BIZUDGothic_400Regular.ttf";
/// `andon print` answers 3 when a sheet could not be made.
const PARTIAL: i32 = 3;
/// Of a pack of 500, CPU a page against reportlab, memory and size: issue 4.
const RATIO_MAX: f64 = 1.0;
const MEMORY_MAX: f64 = 150.0;
const PDF_MAX: f64 = 3.0;
/// The peers that take turns with us; WeasyPrint takes some minutes and runs once.
const PEERS: [&str; 2] = ["reportlab", "typst"];
const SLOW: &str = "weasyprint";

/// The programs that take turns.
pub struct Turns {
    pub andon: PathBuf,
    pub home: PathBuf,
    python: PathBuf,
    /// Where what is printed lies.
    pub folder: PathBuf,
}

impl Turns {
    fn new(report: &mut Report, size: &Size, name: &str) -> Outcome<Turns> {
        let (andon, home) = (ground::andon()?, size.home(report)?);
        let folder = ground::work()?.join(name);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(Turns { andon, home, python: ground::python()?, folder })
    }

    /// Every ward as one document; ours. `more` are further words of the command.
    pub fn print(&self, home: &Path, more: &[&str]) -> Outcome<Cost> {
        let mut command = Command::new(&self.andon);
        command.args(["print", "ward", "--all", "--by", "bench", "--home"]).arg(home);
        // `print` asks the process that feeds the home for its numbers; there is none here, so it writes itself.
        cost_or(command.args(more).arg("--out").arg(self.out("ours")), &[PARTIAL])
    }

    /// The same pages set from charts in memory; gives milliseconds of processor a page.
    fn set(&self) -> Outcome<f64> {
        let program = self.andon.with_file_name("examples").join("set_pack");
        let told = output(Command::new(program).arg(&self.home).arg(self.out("set")))?;
        let numbers: Vec<f64> = told.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [pages, micros] = numbers[..] else { return Err(format!("not two numbers: {told}")) };
        Ok(micros / 1e3 / pages)
    }

    /// All pages, or the first of them into a file of its own.
    fn peer(&self, name: &str, content: &Path, pages: Option<usize>) -> Outcome<Cost> {
        let mut command = Command::new(&self.python);
        let out = self.out(&pages.map_or_else(|| name.to_owned(), |pages| format!("{name}-{pages}")));
        command.arg(ground::peer(&format!("pack_{name}.py"))).arg(content).arg(root().join(FONT)).arg(out);
        cost(command.args(pages.map(|pages| pages.to_string())))
    }

    /// Where a program writes its document.
    pub fn out(&self, name: &str) -> PathBuf {
        self.folder.join(name).with_extension("pdf")
    }
}

/// Prints, and has the peers set what was printed, in turns.
pub fn run(report: &mut Report) -> Outcome {
    let few = Turns::new(report, &large::BEDS_98, "pack-98")?;
    beside(report, &few, "98")?;
    let many = Turns::new(report, &WARDS, "pack-500")?;
    let content = beside(report, &many, "500")?;
    first_page(report, &many, &content)?;
    pack_again::run(report, &many)
}

/// One pack, ours and theirs in turns.
fn beside(report: &mut Report, turns: &Turns, beds: &str) -> Outcome<PathBuf> {
    turns.print(&turns.home, &[])?;
    let content = turns.folder.join("content.json");
    let words = words_of(&turns.out("ours"))?;
    let pages = words.len() as f64;
    let cells: usize = words.iter().flatten().map(Vec::len).sum();
    std::fs::write(&content, serde_json::json!(words).to_string()).map_err(|error| error.to_string())?;
    report.figure(beds, 0, "pages", pages);
    report.figure(beds, 0, "cells_a_page", cells as f64 / pages);
    let mut all = Figures::default();
    for round in 1..=report.pairs {
        let ours = turns.print(&turns.home, &[])?;
        report.cost(&format!("andon, {beds}"), round, &ours);
        let set = turns.set()?;
        report.figure(&format!("andon, {beds}"), round, "setting_ms_a_page", set);
        all.whole.push(ours.cpu_seconds * 1e3 / pages);
        all.set.push(set);
        all.memory.push(ours.resident_kb as f64 / 1024.0);
        for (at, name) in PEERS.iter().enumerate() {
            let theirs = turns.peer(name, &content, None)?;
            report.cost(&format!("{name}, {beds}"), round, &theirs);
            let start = turns.peer(name, &content, Some(1))?.cpu_seconds;
            all.theirs[at].push(theirs.cpu_seconds * 1e3 / pages);
            all.bare[at].push((theirs.cpu_seconds - start) * 1e3 / (pages - 1.0));
            all.their_memory[at].push(theirs.resident_kb as f64 / 1024.0);
        }
    }
    let slow = turns.peer(SLOW, &content, None)?;
    report.cost(&format!("{SLOW}, {beds}"), 1, &slow);
    let size = |name: &str| [std::fs::metadata(turns.out(name)).map_or(0.0, |about| about.len() as f64 / 1e6)];
    report.claim(&format!("{beds} inpatients, {pages} pages: PDF, MB"), &size("ours"), Some(PDF_MAX));
    report.claim(&format!("{beds}: memory, resident, MB"), &all.memory, Some(MEMORY_MAX));
    report.claim(&format!("{beds}: store to PDF, CPU ms a page"), &all.whole, None);
    report.claim(&format!("{beds}: setting alone, CPU ms a page"), &all.set, None);
    for (at, name) in PEERS.iter().enumerate() {
        let limit = (at == 0).then_some(RATIO_MAX);
        let whole = ratios(&all.whole, &all.theirs[at]);
        report.claim(&format!("{beds}: store to PDF ÷ {name}, CPU a page"), &whole, limit);
        let set = ratios(&all.set, &all.bare[at]);
        report.claim(&format!("{beds}: setting alone ÷ {name} without its start, CPU a page"), &set, limit);
        report.claim(&format!("{beds}: {name}, memory, resident, MB"), &all.their_memory[at], None);
        report.claim(&format!("{beds}: {name}, PDF, MB"), &size(name), None);
    }
    let whole = [all.whole.iter().sum::<f64>() / all.whole.len() as f64 / (slow.cpu_seconds * 1e3 / pages)];
    report.claim(&format!("{beds}: store to PDF ÷ {SLOW}, CPU a page (once)"), &whole, None);
    report.claim(&format!("{beds}: {SLOW}, memory, resident, MB"), &[slow.resident_kb as f64 / 1024.0], None);
    report.claim(&format!("{beds}: {SLOW}, PDF, MB"), &size(SLOW), None);
    Ok(content)
}

/// Figures by round: milliseconds of processor a page, and megabytes.
#[derive(Default)]
struct Figures {
    whole: Vec<f64>,
    set: Vec<f64>,
    memory: Vec<f64>,
    theirs: [Vec<f64>; 2],
    /// Without what they cost to start.
    bare: [Vec<f64>; 2],
    their_memory: [Vec<f64>; 2],
}

fn ratios(ours: &[f64], theirs: &[f64]) -> Vec<f64> {
    ours.iter().zip(theirs).map(|(ours, theirs)| ours / theirs).collect()
}

/// From the program's start to a PDF of one patient on disk, and of one page by the peers.
fn first_page(report: &mut Report, turns: &Turns, content: &Path) -> Outcome {
    let patient = WARDS.people("inpatient")?.first().cloned().ok_or("no inpatient")?;
    let names = ["reportlab", "typst", SLOW];
    let mut walls = [vec![], vec![], vec![], vec![]];
    for round in 1..=report.pairs {
        let mut command = Command::new(&turns.andon);
        command.args(["print", "patient", &patient, "--by", "bench", "--home"]).arg(&turns.home);
        let ours = cost(command.arg("--out").arg(turns.out("one")))?;
        report.cost("andon, one", round, &ours);
        walls[3].push(ours.wall_seconds * 1e3);
        for (at, name) in names.iter().enumerate() {
            let one = turns.peer(name, content, Some(1))?;
            report.cost(&format!("{name}, one"), round, &one);
            walls[at].push(one.wall_seconds * 1e3);
        }
    }
    report.claim("one patient: program start to PDF, ms", &walls[3], None);
    for (name, walls) in names.iter().zip(&walls) {
        report.claim(&format!("{name}, one page: program start to PDF, ms"), walls, None);
    }
    Ok(())
}

/// The words of all pages, each a row of cells: what stands apart on a line stands in cells of its own.
fn words_of(pdf: &Path) -> Outcome<Vec<Vec<Vec<String>>>> {
    let text = output(Command::new("pdftotext").arg("-layout").arg(pdf).arg("-"))?;
    Ok(text.trim_end_matches('\u{c}').split('\u{c}').map(rows).collect())
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
