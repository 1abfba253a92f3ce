//! Feeding: a whole tree into the encrypted store, beside walking and reading it alone and beside a loader as a hospital
//! might write one; then a pass over the unchanged tree. A hospital's first reading meets a tree that is in nobody's
//! memory, so it is measured cold, caches dropped before either program; and warm, where the floor is little more than
//! system calls. Limits from the issue: CPU 2.5 × the floor, 128 MB of our own,
//! 15 µs a file unchanged, a file at a million no dearer than 1.2 × one at a hundred thousand.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::ground::{self, Hospital};
use super::measure::{Cost, cost, cost_or, exponent, spread};
use super::report::Report;
use crate::Outcome;

/// About a hundred thousand files.
pub const SMALL: Hospital = Hospital { name: "small", patients: 1_290, beds: 120, seed: 7 };
/// About a million files.
pub const LARGE: Hospital = Hospital { name: "large", patients: 85_000, beds: 120, seed: 7 };
const GROWTH: [Hospital; 3] = [
    Hospital { name: "growth", patients: 300, beds: 120, seed: 7 },
    Hospital { name: "growth", patients: 600, beds: 120, seed: 7 },
    Hospital { name: "growth", patients: 1_200, beds: 120, seed: 7 },
];
/// `andon feed` answers 3 when part of what it read is in doubt, which a drill tree has on purpose.
const PARTIAL: i32 = 3;

/// The programs that take turns.
struct Turns {
    andon: PathBuf,
    floor: PathBuf,
    python: PathBuf,
}

impl Turns {
    fn ready() -> Outcome<Self> {
        Ok(Self { andon: ground::andon()?, floor: ground::rust_peer("walk_read")?, python: ground::python()? })
    }

    fn walk_and_read(&self, tree: &Path) -> Outcome<Cost> {
        cost(Command::new(&self.floor).arg(tree))
    }

    fn feed(&self, home: &Path, tree: &Path) -> Outcome<Cost> {
        cost_or(Command::new(&self.andon).args(["feed", "--once", "--json", "--home"]).arg(home).arg(tree), &[PARTIAL])
    }

    fn load(&self, tree: &Path) -> Outcome<Cost> {
        let folder = ground::work()?.join("loader");
        ground::remove(&folder)?;
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        cost(Command::new(&self.python).arg(ground::peer("hl7lw_sqlite.py")).arg(tree).arg(folder.join("loaded.db")))
    }
}

/// Feeds one hospital, in turns with the others.
pub fn run(report: &mut Report, hospital: &Hospital) -> Outcome {
    let turns = Turns::ready()?;
    let tree = ground::hospital(&turns.andon, hospital)?;
    let files = counted(&turns.walk_and_read(&tree)?);
    report.figure("tree", 0, "files", files);
    let (mut first, mut again, mut peer, mut own) = (vec![], vec![], vec![], vec![]);
    let (mut per_file, mut ours) = (vec![], vec![]);
    if hospital.patients == SMALL.patients {
        cold(report, &turns, &tree)?;
    }
    for round in 1..=report.pairs {
        let floor = turns.walk_and_read(&tree)?;
        report.cost("walk and read", round, &floor);
        let home = ground::home(&turns.andon, "home")?;
        let fed = turns.feed(&home, &tree)?;
        report.cost("andon first pass", round, &fed);
        let unchanged = turns.feed(&home, &tree)?;
        report.cost("andon unchanged pass", round, &unchanged);
        // The loader is slow and steady: once a run says enough.
        if round == 1 {
            let loaded = turns.load(&tree)?;
            report.cost("hl7lw + sqlite", round, &loaded);
            peer.push(loaded.cpu_seconds / fed.cpu_seconds);
        }
        first.push(fed.cpu_seconds / floor.cpu_seconds);
        again.push(unchanged.cpu_seconds * 1e6 / files);
        own.push(fed.own_kb.max(unchanged.own_kb) as f64 / 1024.0);
        per_file.push(fed.cpu_seconds * 1e6 / files);
        ours.push((fed.cpu_seconds - floor.cpu_seconds) * 1e6 / files);
    }
    report.claim(&format!("first pass of {files} files ÷ walk and read, warm, CPU"), &first, Some(2.5));
    report.claim("unchanged pass, CPU µs a file", &again, Some(15.0));
    report.claim("memory of our own, MB", &own, Some(128.0));
    let (small, small_ours) = small_per_file(report, hospital).unzip();
    report.claim("first pass, CPU µs a file", &per_file, small.map(|small| small * 1.2));
    // What a file costs the kernel depends on how much of the tree it remembers; this part does not.
    report.claim("first pass less walk and read, CPU µs a file", &ours, small_ours.map(|small: f64| small * 1.2));
    report.claim("hl7lw + sqlite ÷ andon, CPU", &peer, None);
    Ok(())
}

/// The same pair with nothing of the tree in memory. Needs leave to drop the caches.
fn cold(report: &mut Report, turns: &Turns, tree: &Path) -> Outcome {
    let mut ratios = vec![];
    for round in 1..=report.pairs {
        if !ground::forget()? {
            println!("  cold reading skipped: only root may drop caches");
            return Ok(());
        }
        let floor = turns.walk_and_read(tree)?;
        report.cost("walk and read cold", round, &floor);
        let home = ground::home(&turns.andon, "home")?;
        ground::forget()?;
        let fed = turns.feed(&home, tree)?;
        report.cost("andon first pass cold", round, &fed);
        ratios.push(fed.cpu_seconds / floor.cpu_seconds);
    }
    report.claim("first pass ÷ walk and read, cold, CPU", &ratios, Some(2.5));
    Ok(())
}

/// What a file cost at a hundred thousand in this folder of results, whole and less the floor; the limits for a million
/// hang on it.
fn small_per_file(report: &Report, hospital: &Hospital) -> Option<(f64, f64)> {
    if hospital.patients == SMALL.patients {
        return None;
    }
    let raw = std::fs::read_to_string(report.path().join("feed100k.csv")).ok()?;
    let values = |subject: &str, measure: &str| -> Vec<f64> {
        let rows = raw.lines().map(|line| line.rsplitn(4, ',').collect::<Vec<_>>()).filter(|row| row.len() == 4);
        rows.filter(|row| row[3] == subject && row[1] == measure).filter_map(|row| row[0].parse().ok()).collect()
    };
    let files = values("tree", "files").first().copied()?;
    let (fed, floor) = (values("andon first pass", "cpu_seconds"), values("walk and read", "cpu_seconds"));
    let ours: Vec<f64> = fed.iter().zip(&floor).map(|(fed, floor)| fed - floor).collect();
    Some((spread(&fed).median * 1e6 / files, spread(&ours).median * 1e6 / files))
}

/// Feeds N, 2N and 4N patients: the exponents of the first and of the unchanged pass.
pub fn growth(report: &mut Report) -> Outcome {
    let turns = Turns::ready()?;
    let trees = GROWTH.iter().map(|size| ground::hospital(&turns.andon, size)).collect::<Outcome<Vec<PathBuf>>>()?;
    let (mut first, mut again) = (vec![], vec![]);
    for round in 1..=report.pairs {
        let (mut feeds, mut passes) = (vec![], vec![]);
        for tree in &trees {
            let files = counted(&turns.walk_and_read(tree)?);
            let home = ground::home(&turns.andon, "home")?;
            let (fed, unchanged) = (turns.feed(&home, tree)?, turns.feed(&home, tree)?);
            report.figure(&format!("{files} files"), round, "first_cpu_seconds", fed.cpu_seconds);
            report.figure(&format!("{files} files"), round, "unchanged_cpu_seconds", unchanged.cpu_seconds);
            feeds.push((files, fed.cpu_seconds));
            passes.push((files, unchanged.cpu_seconds.max(0.01)));
        }
        first.push(exponent(&feeds));
        again.push(exponent(&passes));
    }
    report.claim("first pass grows with files to the power", &first, Some(1.05));
    report.claim("unchanged pass grows with files to the power", &again, Some(1.05));
    Ok(())
}

/// The first number that the floor program said: files.
fn counted(floor: &Cost) -> f64 {
    floor.said.split_whitespace().next().and_then(|files| files.parse().ok()).unwrap_or_default()
}
