//! The vault beside Debian's restic and borg on one SS-MIX2 tree of a hundred thousand files: first copy, fifty new results, proof, everything
//! out, size; then one patient out of a million entries in the order of a feed. Limits from the issue, CPU seconds. What they do in one walk
//! we do in two steps, and both count: the feed that stores (and decodes, and lists) and the seal.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::feed::{LARGE, SMALL};
use super::ground::{self, Hospital, word};
use super::latency::Running;
use super::measure::{Cost, cost, cost_or, seconds_of};
use super::news::{probe, results};
use super::report::Report;
use super::vault_cold;
use crate::Outcome;
use crate::runner::output;

/// New results of one round of changes.
const NEWS: usize = 50;
/// What a running feed may take until it is idle.
const SETTLE: Duration = Duration::from_secs(30);
/// How long it is measured, idle and with what is new: it looks at whom a record announced for a minute.
const SEEN: Duration = Duration::from_secs(65);
/// `andon feed` answers 3 when part of what it read is in doubt, which a drill tree has on purpose.
pub(super) const PARTIAL: i32 = 3;
/// Entries of the vault in which one patient is looked for.
const ENTRIES: usize = 1_000_000;

/// Programs and places of a round.
pub(super) struct Ground {
    pub(super) andon: PathBuf,
    pub(super) tree: PathBuf,
    pub(super) work: PathBuf,
    /// Its folders that are sources, in the order in which they are found: not the transaction storage, which says all again and is
    /// read for news alone.
    sources: Vec<String>,
    /// `age-keygen` wrote it.
    pub(super) identity: PathBuf,
    recipient: String,
}

impl Ground {
    pub(super) fn ready(hospital: &Hospital) -> Outcome<Ground> {
        let andon = ground::andon()?;
        let (tree, work) = (ground::hospital(&andon, hospital)?, ground::work()?.join("vault"));
        ground::remove(&work)?;
        std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
        let identity = work.join("identity");
        output(Command::new("age-keygen").arg("-o").arg(&identity))?;
        let recipient = output(Command::new("age-keygen").arg("-y").arg(&identity))?.trim().to_owned();
        let folders = std::fs::read_dir(&tree).map_err(|error| format!("{}: {error}", tree.display()))?;
        let names = folders.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut sources: Vec<String> = names.filter(|name| name == "ext" || name.starts_with("std")).collect();
        sources.sort();
        Ok(Ground { andon, tree, work, sources, identity, recipient })
    }

    /// A peer's words with what it is to copy.
    fn named<'a>(&'a self, words: &[&'a str]) -> Vec<&'a str> {
        words.iter().copied().chain(self.sources.iter().map(String::as_str)).collect()
    }

    pub(super) fn fresh(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.work.join(name);
        ground::remove(&folder)?;
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        Ok(folder)
    }

    /// A home that keeps its vault in `place`.
    pub(super) fn home(&self, place: &Path) -> Outcome<PathBuf> {
        let home = ground::home(&self.andon, "home-vault")?;
        let vault =
            |words: &[&str]| output(Command::new(&self.andon).args(["--home", &word(&home), "vault"]).args(words));
        vault(&["target", "add", &word(place), "--name", "disk"])?;
        vault(&["recipient", "add", &self.recipient])?;
        Ok(home)
    }

    fn feed(&self, home: &Path) -> Outcome<Cost> {
        let mut command = Command::new(&self.andon);
        cost_or(command.args(["feed", "--once", "--json", "--home"]).arg(home).arg(&self.tree), &[PARTIAL])
    }

    pub(super) fn vault(&self, home: &Path, words: &[&str]) -> Outcome<Cost> {
        cost(Command::new(&self.andon).arg("--home").arg(home).arg("vault").args(words))
    }

    fn borg(&self, repository: &Path, words: &[&str], within: &Path) -> Outcome<Cost> {
        let mut command = Command::new("borg");
        command
            .env("BORG_REPO", repository)
            .env("BORG_PASSPHRASE", "bench")
            .env("BORG_BASE_DIR", self.work.join("borg"));
        cost(command.args(words).current_dir(within))
    }

    fn restic(&self, repository: &Path, words: &[&str], within: &Path) -> Outcome<Cost> {
        let mut command = Command::new("restic");
        command.env("RESTIC_REPOSITORY", repository).env("RESTIC_PASSWORD", "bench");
        cost(command.arg("--quiet").arg("--cache-dir").arg(self.work.join("restic")).args(words).current_dir(within))
    }
}

/// Ratios over the rounds, by what they are about.
#[derive(Default)]
struct Ratios {
    first_borg: Vec<f64>,
    first_restic: Vec<f64>,
    sealed_borg: Vec<f64>,
    verify: Vec<f64>,
    out: Vec<f64>,
    size: Vec<f64>,
    own_mb: Vec<f64>,
}

/// A hundred thousand files, in turns with both.
pub fn run(report: &mut Report) -> Outcome {
    let ground = Ground::ready(&SMALL)?;
    let mut ratios = Ratios::default();
    for round in 1..=report.pairs {
        round_of(report, &ground, round, &mut ratios)?;
    }
    ground::remove(&ground.work)?;
    let least = |what: &str| format!("{what} ÷ the better of both, CPU");
    report.claim("first copy (feed and seal) ÷ borg, CPU", &ratios.first_borg, Some(0.35));
    report.claim("first copy (feed and seal) ÷ restic, CPU", &ratios.first_restic, Some(0.25));
    report.claim("of that the seal alone ÷ borg, CPU", &ratios.sealed_borg, None);
    report.claim(&least("proved with the key"), &ratios.verify, Some(0.5));
    report.claim(&least("everything out, hashed"), &ratios.out, Some(0.5));
    report.claim("size ÷ the smaller of both", &ratios.size, Some(0.5));
    report.claim("memory of our own, feed and seal, MB", &ratios.own_mb, Some(128.0));
    Ok(())
}

/// Fifty new results a round, in turns with borg; then charts out of a cold vault.
pub fn changes(report: &mut Report) -> Outcome {
    let ground = Ground::ready(&SMALL)?;
    let (ours, borg) = (ground.fresh("ours")?, ground.fresh("borg-copy")?);
    let home = ground.home(&ours)?;
    ground.feed(&home)?;
    ground.vault(&home, &["seal"])?;
    ground.borg(&borg, &["init", "--encryption", "repokey-blake2"], &ground.tree)?;
    ground.borg(&borg, &ground.named(&["create", "--compression", "zstd,3", "::first"]), &ground.tree)?;
    let (mut running, mut rescan) = (vec![], vec![]);
    for round in 1..=report.pairs {
        let (fed, again) = news(report, &ground, &home, round, &borg)?;
        running.push(fed);
        rescan.push(again);
    }
    report.claim("50 new results, running feed beyond idle and seal ÷ borg, CPU", &running, Some(0.01));
    report.claim("50 new results, everything looked at again ÷ borg, CPU", &rescan, Some(0.25));
    vault_cold::charts(report, &ground, "100,000 files")
}

fn round_of(report: &mut Report, ground: &Ground, round: usize, ratios: &mut Ratios) -> Outcome {
    let (ours, borg, restic) = (ground.fresh("ours")?, ground.fresh("borg-copy")?, ground.fresh("restic-copy")?);
    ["borg", "restic"].iter().try_for_each(|cache| ground.fresh(cache).map(drop))?;
    let tree = ground.tree.as_path();
    let home = ground.home(&ours)?;
    ground.borg(&borg, &["init", "--encryption", "repokey-blake2"], tree)?;
    ground.restic(&restic, &["init"], tree)?;
    ground::warm(tree)?;
    let fed = ground.feed(&home)?;
    let sealed = ground.vault(&home, &["seal"])?;
    ground::warm(tree)?;
    let by_borg = ground.borg(&borg, &ground.named(&["create", "--compression", "zstd,3", "::first"]), tree)?;
    ground::warm(tree)?;
    let by_restic = ground.restic(&restic, &ground.named(&["backup"]), tree)?;
    for (what, cost) in [("feed", &fed), ("seal", &sealed), ("borg first", &by_borg), ("restic first", &by_restic)] {
        report.cost(what, round, cost);
    }
    let both = fed.cpu_seconds + sealed.cpu_seconds;
    ratios.first_borg.push(both / by_borg.cpu_seconds);
    ratios.first_restic.push(both / by_restic.cpu_seconds);
    ratios.sealed_borg.push(sealed.cpu_seconds / by_borg.cpu_seconds);
    ratios.own_mb.push(fed.own_kb.max(sealed.own_kb) as f64 / 1024.0);
    let (our_size, borg_size, restic_size) = (bytes_in(&ours)?, bytes_in(&borg)?, bytes_in(&restic)?);
    for (what, size) in [("ours", our_size), ("borg", borg_size), ("restic", restic_size)] {
        report.figure(what, round, "bytes", size);
    }
    ratios.size.push(our_size / borg_size.min(restic_size));
    proved_and_out(report, ground, round, ratios)
}

/// Proof of everything, and everything out again.
fn proved_and_out(report: &mut Report, ground: &Ground, round: usize, ratios: &mut Ratios) -> Outcome {
    let (ours, borg, restic) =
        (ground.work.join("ours"), ground.work.join("borg-copy"), ground.work.join("restic-copy"));
    let (tree, key) = (ground.tree.as_path(), word(&ground.identity));
    let verify = cost(Command::new(&ground.andon).args(["vault", "verify", "--at", &word(&ours), "--identity", &key]))?;
    let borg_verify = ground.borg(&borg, &["check", "--verify-data"], tree)?;
    let restic_verify = ground.restic(&restic, &["check", "--read-data"], tree)?;
    ratios.verify.push(verify.cpu_seconds / borg_verify.cpu_seconds.min(restic_verify.cpu_seconds));
    // Each into a folder of its own, and none is taken away before the last round: for minutes after many files were deleted ext4 passes
    // over their inodes, which costs whoever makes files next ten times what the files cost (60 s for 5 s here).
    let out = |whose: &str| ground.fresh(&format!("out-{whose}-{round}"));
    let (own_out, borg_out, restic_out) = (out("own")?, out("borg")?, out("restic")?);
    let mut extract = Command::new(&ground.andon);
    let got = cost(extract.args(["vault", "extract", &word(&ours), "--identity", &key, "--to"]).arg(&own_out))?;
    same_files(ground, &own_out)?;
    let borg_got = ground.borg(&borg, &["extract", "::first"], &borg_out)?;
    let restic_got = ground.restic(&restic, &["restore", "latest", "--target", &word(&restic_out)], tree)?;
    ratios.out.push(got.cpu_seconds / borg_got.cpu_seconds.min(restic_got.cpu_seconds));
    let named = [
        ("verify", verify),
        ("borg verify", borg_verify),
        ("restic verify", restic_verify),
        ("extract", got),
        ("borg extract", borg_got),
        ("restic restore", restic_got),
    ];
    named.iter().for_each(|(what, cost)| report.cost(what, round, cost));
    Ok(())
}

/// What came out must be what went in, or a cost says nothing.
fn same_files(ground: &Ground, out: &Path) -> Outcome {
    for (number, name) in (1..).zip(&ground.sources) {
        let (there, ours) = (ground.tree.join(name), out.join(format!("s{number}")));
        let differ = Command::new("diff").arg("-rq").arg(&there).arg(&ours).output();
        let told = differ.map_err(|error| format!("diff: {error}"))?.stdout;
        let told = String::from_utf8_lossy(&told);
        // Empty folders are not kept (docs/vault-members.md), and the storage's own mark is no message.
        let wrong = told.lines().filter(|line| !line.starts_with(&format!("Only in {}", there.display()))).count();
        if wrong > 0 {
            return Err(format!("{name}: {wrong} files came out unlike they went in"));
        }
    }
    Ok(())
}

/// Fifty results as they come to a running feed; then fifty that only a look at everything finds.
fn news(report: &mut Report, ground: &Ground, home: &Path, round: usize, borg: &Path) -> Outcome<(f64, f64)> {
    let mut laid = Laid::default();
    let running = running_feed(report, ground, home, round, &mut laid)?;
    let copy = |name: String| {
        ground::warm(&ground.tree)?;
        let words = ["create", "--compression", "zstd,3", name.as_str()];
        ground.borg(borg, &ground.named(&words), &ground.tree)
    };
    let second = copy(format!("::running-{round}"))?;
    laid.lay(ground, NEWS)?;
    ground::warm(&ground.tree)?;
    let fed = ground.feed(home)?;
    let sealed = ground.vault(home, &["seal"])?;
    let third = copy(format!("::again-{round}"))?;
    let named = [
        ("borg after 50", &second),
        ("feed after 50, looking at all", &fed),
        ("seal after 50", &sealed),
        ("borg after 50 more", &third),
    ];
    named.iter().for_each(|(what, cost)| report.cost(what, round, cost));
    Ok((running / second.cpu_seconds, (fed.cpu_seconds + sealed.cpu_seconds) / third.cpu_seconds))
}

/// CPU seconds of a running feed, beyond those of an idle one, and of a seal, from the moment fifty results are written.
fn running_feed(report: &mut Report, ground: &Ground, home: &Path, round: usize, laid: &mut Laid) -> Outcome<f64> {
    let feed = Running::start(Command::new(&ground.andon).args(["feed", "--home"]).arg(home).arg(&ground.tree))?;
    std::thread::sleep(SETTLE);
    let idle = seconds_of(feed.process())?;
    std::thread::sleep(SEEN);
    let (before, sealed_before) = (seconds_of(feed.process())?, manifests(ground)?);
    laid.lay(ground, 0)?;
    std::thread::sleep(SEEN);
    let sealed = ground.vault(home, &["seal"])?;
    let after = seconds_of(feed.process())?;
    // The feed seals by its own clock too, when a seal is due: then the command finds nothing left.
    if manifests(ground)? == sealed_before {
        return Err("the running feed had not seen what was new".to_owned());
    }
    let (idle, busy) = (before - idle, after - before);
    report.figure("feed, idle for 65 s", round, "cpu_seconds", idle);
    report.figure("feed, 65 s with 50 results", round, "cpu_seconds", busy);
    report.cost("seal of 50 results", round, &sealed);
    Ok(busy - idle + sealed.cpu_seconds)
}

/// Segments sealed so far.
fn manifests(ground: &Ground) -> Outcome<usize> {
    let folder = ground.work.join("ours/manifests");
    std::fs::read_dir(&folder).map(Iterator::count).map_err(|error| format!("{}: {error}", folder.display()))
}

/// Results that were laid into the tree, taken out again at the end.
#[derive(Default)]
struct Laid(Vec<PathBuf>);

impl Laid {
    /// Lays fifty, of patients as far apart as may be.
    fn lay(&mut self, ground: &Ground, first: usize) -> Outcome {
        let models = results(&ground.tree)?;
        let step = (models.len() / (2 * NEWS)).max(1);
        for (number, model) in models.iter().step_by(step).enumerate().skip(first).take(NEWS) {
            let Some(probe) = probe(model, number as u32, 700_000 + number as u32)? else { continue };
            probe.write(&ground.tree).map_err(|error| format!("{}: {error}", probe.path.display()))?;
            self.0.push(probe.path);
        }
        Ok(())
    }
}

impl Drop for Laid {
    fn drop(&mut self) {
        // The next round begins with the tree as it was; its transaction storage keeps the lines.
        self.0.iter().for_each(|path| drop(std::fs::remove_file(path)));
    }
}

/// The running feed's part again, in a tree of a million files.
pub fn million(report: &mut Report) -> Outcome {
    for (name, hospital) in [("100,000 files", &SMALL), ("1,000,000 files", &LARGE)] {
        let ground = Ground::ready(hospital)?;
        let home = ground.home(&ground.fresh("ours")?)?;
        ground.feed(&home)?;
        ground.vault(&home, &["seal"])?;
        let mut seconds = vec![];
        for round in 1..=report.pairs {
            seconds.push(running_feed(report, &ground, &home, round, &mut Laid::default())?);
        }
        report.claim(&format!("50 new results among {name}, running feed beyond idle and seal, CPU s"), &seconds, None);
        let bytes = bytes_in(&ground.work.join("ours"))?;
        report.figure(&format!("vault of {name}"), 0, "bytes", bytes);
        vault_cold::charts(report, &ground, name)?;
    }
    Ok(())
}

/// One patient out of a million entries in the order of a feed, decrypted and proved.
pub fn one_patient(report: &mut Report) -> Outcome {
    let ground = Ground::ready(&SMALL)?;
    let files: usize =
        output(Command::new("find").arg(&ground.tree).args(["-type", "f", "-printf", "."]))?.trim().len();
    let times = ENTRIES.div_ceil(files.max(1)).to_string();
    let measured = cost(Command::new(ground::example("vault", "vault_cost")?).arg(&ground.tree).arg(&times))?;
    print!("{}", measured.said);
    let figure = |line: &str, word: &str| line.split(word).nth(1)?.split_whitespace().next()?.parse::<f64>().ok();
    for line in measured.said.lines().filter(|line| line.starts_with("one patient")) {
        let opened = if line.contains("opened first") { "vault opened for it" } else { "vault open" };
        for word in ["p50", "p99", "worst"] {
            let Some(milliseconds) = figure(line, word) else { continue };
            report.figure(opened, 1, word, milliseconds);
            let limit = (word == "p99").then_some(50.0);
            report.claim(&format!("one patient of a million entries, {opened}, {word}, ms"), &[milliseconds], limit);
        }
    }
    Ok(())
}

pub(super) fn bytes_in(folder: &Path) -> Outcome<f64> {
    let told = output(Command::new("du").args(["--summarize", "--apparent-size", "--block-size=1"]).arg(folder))?;
    told.split_whitespace()
        .next()
        .and_then(|bytes| bytes.parse().ok())
        .ok_or_else(|| format!("{}: no size", folder.display()))
}
