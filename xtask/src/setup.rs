//! What a fresh Debian or Ubuntu machine lacks for a chore: found by looking, said aloud with its reason, installed
//! from the distribution's packages, rustup and npm (`assets.rs`) alone. Nothing is fetched from anywhere else. A C compiler is not on the
//! list: without one this program could not have been linked.

use std::process::Command;
use std::time::Instant;

use crate::runner::{found, minutes, run};
use crate::{Outcome, assets, seaweedfs};

/// What a chore is going to do, which decides what it needs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Compile and run the program.
    Building,
    /// Everything `cargo x check` runs.
    Checking,
    /// The peers measured beside us.
    Benching,
    /// Pictures of every page, for a person to look at.
    Looking,
}

/// One thing a chore cannot do without, and the first package that brings it.
struct Need {
    package: &'static str,
    why: &'static str,
    only: &'static [For],
    present: fn() -> bool,
}

const ALL: &[For] = &[For::Building, For::Checking, For::Benching, For::Looking];
/// With a browser.
const SEEING: &[For] = &[For::Checking, For::Looking];

const NEEDS: &[Need] = &[
    Need {
        package: "pkg-config",
        why: "libssl の場所を調べる / finds libssl",
        only: ALL,
        present: || found("pkg-config"),
    },
    Need {
        package: "libssl-dev",
        why: "SQLCipher の暗号（同梱ビルドより数分速い） / SQLCipher's ciphers, minutes faster than a vendored build",
        only: ALL,
        present: has_libssl,
    },
    Need {
        package: "chromium",
        why: "画面の検査（画面なしで動かす） / page tests, headless",
        only: SEEING,
        present: || chromium().is_some(),
    },
    Need {
        package: "chromium-driver",
        why: "画面の検査でブラウザーを操る / drives the browser of the page tests",
        only: &[For::Checking],
        present: || std::env::var_os("CHROMEDRIVER").is_some() || found("chromedriver"),
    },
    Need {
        package: "fonts-noto-cjk",
        why: "画面の検査で日本語を描く / Japanese text in page tests",
        only: SEEING,
        present: has_japanese_font,
    },
    Need {
        package: "valgrind",
        why: "命令数の測定 / counts instructions",
        only: &[For::Benching],
        present: || found("valgrind"),
    },
    Need {
        package: "python3-venv",
        why: "比較する Python の読み取り器 / the Python peers",
        only: &[For::Benching],
        present: || run_quiet(Command::new("python3").args(["-c", "import venv, ensurepip"])),
    },
    Need {
        package: "wrk",
        why: "画面を休みなく求める / asks for pages without a pause",
        only: &[For::Benching],
        present: || found("wrk"),
    },
    Need {
        package: "borgbackup",
        why: "比べる相手 / a peer of the vault",
        only: &[For::Benching],
        present: || found("borg"),
    },
    Need {
        package: "restic",
        why: "比べる相手 / a peer of the vault",
        only: &[For::Benching],
        present: || found("restic"),
    },
    Need {
        package: "age",
        why: "保管庫を開く鍵を作る / makes the key that opens the vault",
        only: &[For::Benching],
        present: || found("age-keygen"),
    },
    Need {
        package: "poppler-utils",
        why: "帳票から言葉を取り出す / takes the words out of our sheets",
        only: &[For::Checking, For::Benching],
        present: || found("pdftotext"),
    },
    Need {
        package: "npm",
        why: "画面の配色と帳票の書体を取り寄せる / brings the colours of pages and the fonts of sheets",
        only: ALL,
        present: || found("npm"),
    },
];

/// The Chromium that page tests drive: `$CHROMIUM`, or one on the path.
pub fn chromium() -> Option<String> {
    let named = std::env::var("CHROMIUM").ok().filter(|path| std::path::Path::new(path).is_file());
    let usual = ["chromium", "chromium-browser", "google-chrome"];
    named.or_else(|| usual.iter().find(|name| found(name)).map(|name| (*name).to_owned()))
}

/// Makes the machine ready for a chore, or says in one sentence what a person must install.
pub fn prepare(job: For) -> Outcome {
    let start = Instant::now();
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| need.only.contains(&job) && !(need.present)()).collect();
    if !missing.is_empty() {
        println!("準備: 次のものを入れます / set-up: to be installed");
        for need in &missing {
            println!("  {:<16} {}", need.package, need.why);
        }
        install(&missing.iter().map(|need| need.package).collect::<Vec<_>>())?;
    }
    assets::bring(job)?;
    if job == For::Checking {
        spooler();
        openers();
        tracer();
        seaweedfs::bring();
        component("rustfmt", "cargo-fmt")?;
        component("clippy", "cargo-clippy")?;
    }
    println!("準備完了 / set-up done: {}", minutes(start.elapsed()));
    Ok(())
}

/// A real spooler for the tests of printing, which are skipped with a line where it cannot be had.
fn spooler() {
    let there = std::path::Path::new("/usr/sbin/cupsd").exists() && found("lpadmin");
    if !there {
        println!(
            "  cups-daemon, cups-client  印刷の検査に使う本物のスプーラー / a real spooler for the tests of printing"
        );
        if let Err(why) = install(&["cups-daemon", "cups-client"]) {
            println!("  {why}: 印刷の検査の一部を省きます / some tests of printing are skipped");
        }
    }
}

/// The tools by which a vault must open without us; the test of it is skipped with a line where they cannot be had.
fn openers() {
    if !["age", "zstd"].iter().all(|program| found(program)) {
        println!("  age, zstd                 保管庫を行灯なしで開く検査 / opening a vault without Andon");
        if let Err(why) = install(&["age", "zstd"]) {
            println!("  {why}: その検査を省きます / that test is skipped");
        }
    }
}

/// What writes down the calls of a program, for the tests of a power cut, which are skipped with a line where it cannot be had.
fn tracer() {
    if !found("strace") {
        println!("  strace                    停電の検査 / tests of a power cut");
        if let Err(why) = install(&["strace"]) {
            println!("  {why}: その検査を省きます / those tests are skipped");
        }
    }
}

/// Installs Debian packages; `sudo` is asked only of those who are not root.
pub fn install(packages: &[&str]) -> Outcome {
    let by_hand = || format!("次を手で入れてください / install by hand: {}", packages.join(" "));
    if !found("apt-get") {
        return Err(format!("apt-get がありません / there is no apt-get. {}", by_hand()));
    }
    if packages.iter().any(|package| !offered(package)) {
        run(&mut as_root(&["apt-get", "-q", "update"])?)?;
    }
    // Ubuntu's Chromium is a snap, which comes from elsewhere than the package registry; we do not fetch that.
    if let Some(absent) = packages.iter().find(|package| !offered(package)) {
        return Err(format!("{absent}: この OS の apt にありません / not offered by apt here. {}", by_hand()));
    }
    let mut words = vec!["apt-get", "-q", "install", "-y", "--no-install-recommends"];
    words.extend(packages);
    run(&mut as_root(&words)?)
}

/// Whether apt knows a version of the package that it could install now.
fn offered(package: &str) -> bool {
    let answer = Command::new("apt-cache").args(["policy", package]).env("LC_ALL", "C").output();
    let text = answer.map(|out| String::from_utf8_lossy(&out.stdout).into_owned()).unwrap_or_default();
    text.lines().any(|line| line.trim().strip_prefix("Candidate:").is_some_and(|version| version.trim() != "(none)"))
}

fn as_root(words: &[&str]) -> Outcome<Command> {
    let root = crate::runner::output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    let sudo: &[&str] = if root { &[] } else { &["sudo"] };
    if !root && !found("sudo") {
        return Err(format!("root で実行してください / run as root: {}", words.join(" ")));
    }
    let all: Vec<&str> =
        sudo.iter().copied().chain(["env", "DEBIAN_FRONTEND=noninteractive"]).chain(words.iter().copied()).collect();
    let mut command = Command::new(all[0]);
    command.args(&all[1..]);
    Ok(command)
}

/// Adds a part of the Rust toolchain when its program is missing.
fn component(name: &str, program: &str) -> Outcome {
    let there = run_quiet(Command::new(program).arg("--version"));
    if there {
        return Ok(());
    }
    println!("準備: rustup component add {name}");
    run(Command::new("rustup").args(["component", "add", name]))
}

fn run_quiet(command: &mut Command) -> bool {
    command.output().is_ok_and(|out| out.status.success())
}

/// Is the Debian package installed?
fn owns(package: &str) -> bool {
    let query = Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}", package]).output();
    query.is_ok_and(|out| out.stdout == b"installed")
}

fn has_libssl() -> bool {
    run_quiet(Command::new("pkg-config").args(["--exists", "libcrypto"])) || owns("libssl-dev")
}

fn has_japanese_font() -> bool {
    let known = Command::new("fc-list").args([":lang=ja", "family"]).output();
    known.is_ok_and(|out| !out.stdout.is_empty()) || owns("fonts-noto-cjk") || owns("fonts-ipafont-gothic")
}

#[cfg(test)]
mod tests {
    use super::{For, NEEDS};

    #[test]
    fn every_need_serves_a_job_and_says_why_in_both_languages() {
        for need in NEEDS {
            assert!(!need.only.is_empty(), "{}", need.package);
            assert!(need.why.contains(" / "), "{}", need.package);
        }
        let demo = NEEDS.iter().filter(|need| need.only.contains(&For::Building)).count();
        assert!(demo < NEEDS.len(), "a demo must not need a browser to drive");
    }
}
