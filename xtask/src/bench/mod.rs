//! `cargo x bench`: what we promise to be fast, measured beside others in one run, raw results kept.

use std::path::PathBuf;

use crate::runner::{output, root};
use crate::{Chore, Outcome};

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore { name: "bench", ja: "測ります", en: "measure", run: |_| Ok(()) };

/// Today's folder for results, made when it is not there.
pub fn runs_folder() -> Outcome<PathBuf> {
    let today = output(std::process::Command::new("date").args(["-u", "+%Y-%m-%d"]))?;
    let folder = root().join("bench/runs").join(format!("{}-{}", today.trim(), machine()));
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// The processor's name as a folder name; never the host's.
fn machine() -> String {
    let words = cpu().to_lowercase();
    let kept: String = words.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    kept.split('-').filter(|part| !part.is_empty()).take(4).collect::<Vec<_>>().join("-")
}

fn cpu() -> String {
    let about = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let named = about.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    named.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

/// One line that says on what a result was taken.
pub fn machine_line() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes =
        memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok());
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let rustc = output(std::process::Command::new("rustc").arg("--version")).unwrap_or_default();
    format!(
        "{}, {cores} cores, {} GB, Linux {}, {}, load {}",
        cpu(),
        kilobytes.unwrap_or_default() / 1_000_000,
        kernel.trim(),
        rustc.trim(),
        load.split_whitespace().next().unwrap_or("?")
    )
}
