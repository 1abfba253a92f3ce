//! `cargo x bench`: what we promise to be fast, measured beside others in one run, raw results kept. One file a
//! workload; `measure` counts, `report` writes, `ground` makes corpora, peers and release builds ready.

mod build;
mod chart;
mod decode;
mod envelope;
mod feed;
mod gate;
mod gnuhealth;
mod ground;
mod headquarters;
mod headquarters_loro;
mod large;
mod latency;
mod measure;
mod news;
mod pack;
mod pack_again;
mod reception;
mod report;
mod scan;
mod search;
mod served;
mod vault;
mod vault_cold;

use std::path::PathBuf;

use crate::runner::{output, root};
use crate::{Chore, Outcome, setup};
use report::Report;

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "bench",
    ja: "約束した速さを、ほかの道具と交互に測ります
使い方: cargo x bench [--pairs N] [名前…]
名前: decode · feed100k · feed1m · growth · latency · search · chart-wards · chart1m · chart5m · pack · scan · cold · vault · vault-news · vault-patient · vault1m · vault-cold · envelope · gate · headquarters · headquarters2m · reception · gnuhealth · build（省略時は vault1m・vault-cold・headquarters2m・gnuhealth・build 以外すべて）
結果は bench/runs/<日付>-<機械>/ に、元の数値（*.csv）と summary.md で残ります。組の数は5以上。",
    en: "measure what we promise to be fast, in turns with others
usage: cargo x bench [--pairs N] [NAME…]
names: decode · feed100k · feed1m · growth · latency · search · chart-wards · chart1m · chart5m · pack · scan · cold · vault · vault-news · vault-patient · vault1m · vault-cold · envelope · gate · headquarters · headquarters2m · reception · gnuhealth · build (none: all but vault1m, vault-cold, headquarters2m, gnuhealth and build)
Results stay in bench/runs/<date>-<machine>/: raw figures (*.csv) and summary.md. Pairs: 5 or more.",
    run: bench,
};

/// A named measurement.
struct Workload {
    name: &'static str,
    run: fn(&mut Report) -> Outcome,
}

const WORKLOADS: &[Workload] = &[
    Workload { name: "decode", run: decode::run },
    Workload { name: "feed100k", run: |report| feed::run(report, &feed::SMALL) },
    Workload { name: "feed1m", run: |report| feed::run(report, &feed::LARGE) },
    Workload { name: "growth", run: feed::growth },
    Workload { name: "latency", run: latency::run },
    Workload { name: "search", run: search::run },
    Workload { name: "chart-wards", run: |report| chart::run(report, &large::WARDS) },
    Workload { name: "chart1m", run: |report| chart::run(report, &large::MIDDLE) },
    Workload { name: "chart5m", run: |report| chart::run(report, &large::LARGE) },
    Workload { name: "pack", run: pack::run },
    Workload { name: "scan", run: scan::run },
    Workload { name: "cold", run: |report| chart::cold(report, &large::MIDDLE) },
    Workload { name: "vault", run: vault::run },
    Workload { name: "vault-news", run: vault::changes },
    Workload { name: "vault-patient", run: vault::one_patient },
    Workload { name: "vault1m", run: vault::million },
    Workload { name: "vault-cold", run: vault_cold::run },
    Workload { name: "envelope", run: envelope::run },
    Workload { name: "gate", run: gate::run },
    Workload { name: "headquarters", run: headquarters::run },
    Workload { name: "headquarters2m", run: headquarters::million },
    Workload { name: "reception", run: reception::run },
    Workload { name: "gnuhealth", run: gnuhealth::run },
    Workload { name: "build", run: build::run },
];

/// These take long or bring much to the machine (GNU Health a PostgreSQL), so they run only when named.
const ASKED_FOR_ONLY: [&str; 5] = ["vault1m", "vault-cold", "headquarters2m", "gnuhealth", "build"];

fn bench(args: &[String]) -> Outcome {
    let (pairs, names) = match args {
        [flag, number, names @ ..] if flag == "--pairs" => {
            (number.parse().map_err(|_| format!("--pairs {number}: not a number"))?, names)
        }
        names => (5_usize, names),
    };
    if let Some(stray) = names.iter().find(|name| WORKLOADS.iter().all(|workload| workload.name != **name)) {
        return Err(format!("{stray}: no such workload"));
    }
    let wanted = |workload: &&Workload| match names {
        [] => !ASKED_FOR_ONLY.contains(&workload.name),
        names => names.iter().any(|name| name == workload.name),
    };
    setup::prepare(setup::For::Benching)?;
    let mut report = Report::new(runs_folder()?, machine_line(), pairs.max(1));
    let mut failed = Vec::new();
    for workload in WORKLOADS.iter().filter(wanted) {
        println!("\n── {}", workload.name);
        if let Err(why) = report.section(workload.name, workload.run) {
            eprintln!("{}: {why}", workload.name);
            failed.push(workload.name);
        }
    }
    println!("\n{}", report.path().display());
    if failed.is_empty() { Ok(()) } else { Err(format!("failed: {}", failed.join(", "))) }
}

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
    let commit = output(std::process::Command::new("git").args(["rev-parse", "--short", "HEAD"]).current_dir(root()));
    format!(
        "{}, {cores} cores, {} GB, Linux {}, {}, load {} at the start, commit {}",
        cpu(),
        kilobytes.unwrap_or_default() / 1_000_000,
        kernel.trim(),
        rustc.trim(),
        load.split_whitespace().next().unwrap_or("?"),
        commit.as_deref().unwrap_or("unknown").trim()
    )
}
