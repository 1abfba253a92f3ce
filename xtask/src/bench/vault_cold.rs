//! From a vault in nobody's memory to a chart: of a hundred thousand files, and of 1 GiB and 20 GiB where documents that do not
//! compress fill it, as scanned papers do.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use super::feed::SMALL;
use super::ground;
use super::measure::{Cost, cost_or};
use super::news::results;
use super::report::Report;
use super::vault::{Ground, PARTIAL, bytes_in};
use crate::Outcome;

/// What `drill` marks its trees with.
const MARK: &str = "ANDON-DRILL";
/// Bytes of a document: a page in colour at 300 dpi.
const DOCUMENT: u64 = 2 << 20;
/// Documents fed and sealed in one go: 1 GiB, so that the disk need not hold them all beside store and vault.
const AT_ONCE: usize = 512;
/// A store and a vault of 20 GiB lie there for a while.
const SIZES: [(&str, usize); 2] = [("1 GiB", 1), ("20 GiB", 20)];

/// Charts out of vaults of 1 GiB and of 20 GiB.
pub fn run(report: &mut Report) -> Outcome {
    let ground = Ground::ready(&SMALL)?;
    for (name, gib) in SIZES {
        let home = ground.home(&ground.fresh("ours")?)?;
        feed(&ground, &home, &ground.tree)?;
        for batch in 0..gib {
            let documents = documents(&ground, batch)?;
            feed(&ground, &home, &documents)?;
            ground.vault(&home, &["seal"])?;
            ground::remove(&documents)?;
        }
        // The chart comes out of the vault alone.
        ground::remove(&home)?;
        report.figure(&format!("vault of {name}"), 0, "bytes", bytes_in(&ground.work.join("ours"))?);
        charts(report, &ground, name)?;
    }
    ground.fresh("ours").map(drop)
}

fn feed(ground: &Ground, home: &Path, tree: &Path) -> Outcome<Cost> {
    let mut command = Command::new(&ground.andon);
    cost_or(command.args(["feed", "--once", "--json", "--home"]).arg(home).arg(tree), &[PARTIAL])
}

/// A tree of its own with documents of patients whom the hospital has: PDF by name and beginning, then noise.
fn documents(ground: &Ground, batch: usize) -> Outcome<PathBuf> {
    let tree = ground.fresh("documents")?.join(format!("archive-{batch}"));
    let models = results(&ground.tree)?;
    // A training home takes nothing without the drill's mark.
    let (mark, ext) = (ground.tree.join("ext").join(MARK), tree.join("ext"));
    let marked = std::fs::create_dir_all(&ext).and_then(|()| std::fs::copy(&mark, ext.join(MARK)));
    marked.map_err(|error| format!("{}: {error}", mark.display()))?;
    let noise = std::fs::File::open("/dev/urandom").map_err(|error| format!("/dev/urandom: {error}"))?;
    for number in 0..AT_ONCE {
        let Some(patient) = models.get(number * 7919 % models.len().max(1)).and_then(|path| patient(path)) else {
            continue;
        };
        let (key, day) = (format!("8{:014}", batch * AT_ONCE + number), "20261102");
        let content = format!("{patient}_{day}_L-SCAN_{key}_{day}090000000_01_1");
        let folder = tree.join("ext").join(&patient[..3]).join(&patient[3..6]).join(&patient).join(day);
        let folder = folder.join("L-SCAN^スキャン文書^99AND").join(content);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut bytes = b"%PDF-1.7\n".to_vec();
        (&noise).take(DOCUMENT).read_to_end(&mut bytes).map_err(|error| format!("/dev/urandom: {error}"))?;
        let file = folder.join("main_document.pdf");
        let written = std::fs::File::create(&file).and_then(|mut out| out.write_all(&bytes));
        written.map_err(|error| format!("{}: {error}", file.display()))?;
    }
    Ok(tree)
}

/// From a vault that is in nobody's memory to the chart of one patient, and of a second in the same run: the wall time that a person waits,
/// key at hand. Needs leave to drop the caches.
pub(super) fn charts(report: &mut Report, ground: &Ground, name: &str) -> Outcome {
    let models = results(&ground.tree)?;
    let (mut first, mut second) = (vec![], vec![]);
    for round in 1..=report.pairs {
        let number = |at: usize| models.get(at * 7919 % models.len().max(1)).and_then(|path| patient(path));
        let (Some(one), Some(other)) = (number(2 * round), number(2 * round + 1)) else { continue };
        let alone = shown(ground, &one)?;
        let both = shown(ground, &format!("{one},{other}"))?;
        let (Some(alone), Some(both)) = (alone, both) else {
            println!("  cold charts skipped: only root may drop caches");
            return Ok(());
        };
        report.cost("one chart, cold", round, &alone);
        report.cost("two charts, cold", round, &both);
        first.push(alone.wall_seconds);
        second.push((both.wall_seconds - alone.wall_seconds) / alone.wall_seconds);
    }
    report.claim(&format!("first chart out of a cold vault of {name}, seconds"), &first, Some(1.0));
    report.claim(&format!("second chart ÷ first, cold, {name}"), &second, Some(1.2));
    Ok(())
}

fn shown(ground: &Ground, patients: &str) -> Outcome<Option<Cost>> {
    if !ground::forget()? {
        return Ok(None);
    }
    let mut command = Command::new(&ground.andon);
    command.arg("restore").arg(ground.work.join("ours")).arg("--identity").arg(&ground.identity);
    cost_or(command.args(["--json", "--patient", patients]), &[PARTIAL]).map(Some)
}

/// Whose a file of the tree is, by its name.
fn patient(path: &Path) -> Option<String> {
    Some(path.file_name()?.to_str()?.split('_').next()?.to_owned())
}
