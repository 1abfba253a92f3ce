//! What others make and the program embeds (fonts, design tokens), is tested with, or is looked at with: brought by npm into
//! `assets/node_modules`, in the versions and with the digests of `assets/package-lock.json`. No package's own script is run.

use std::fs;
use std::process::Command;

use crate::Outcome;
use crate::runner::{root, run};
use crate::setup::For;

/// Tells, beside the packages, which lock they are of and whether those of tests are among them.
const STAMP: &str = "node_modules/.of-lock";

/// Brings the packages of a chore, unless they are here already.
pub fn bring(job: For) -> Outcome {
    let folder = root().join("assets");
    let lock = folder.join("package-lock.json");
    let lock = fs::read_to_string(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    let (stamp, left_out): (&str, &[&str]) = match job {
        For::Building => ("few", &["--omit=dev", "--omit=optional"]),
        For::Checking | For::Benching => ("tests", &["--omit=optional"]),
        // The old browser is 58 MB that nothing but a look at the pages needs.
        For::Looking => ("all", &[]),
    };
    let here = fs::read_to_string(folder.join(STAMP)).unwrap_or_default();
    let (had, of) = here.split_once('\n').unwrap_or_default();
    if of == lock && (had == stamp || had == "all" || stamp == "few") {
        return Ok(());
    }
    println!("準備: npm で書体と配色を取り寄せます / set-up: fonts and design tokens, by npm");
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).args(left_out).current_dir(&folder);
    run(&mut npm)?;
    fs::write(folder.join(STAMP), format!("{stamp}\n{lock}")).map_err(|error| format!("{STAMP}: {error}"))
}
