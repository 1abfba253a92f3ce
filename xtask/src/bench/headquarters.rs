//! Sixty-five days of headquarters from twelve stations: how long the program takes to begin, to show the board and the chronology, to take in
//! what sticks bring, to verify it; how soon a line is durable beside a bare `fdatasync`, and how soon two hundred viewers see it.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::ground::{self, word};
use super::headquarters_loro;
use super::measure::{cost, cost_or, percentile, spread};
use super::report::Report;
use super::served::{Client, Served};
use crate::Outcome;
use crate::runner::output;

/// Stations of a hospital.
pub const STATIONS: usize = 12;
const EVENTS: usize = 40_000;
const MANY: usize = 2_000_000;
const DAYS: usize = 65;
/// Lines written one after another, and bare writes beside them.
const LINES: usize = 100;
const VIEWERS: usize = 200;
/// A wall comes again so often.
const AGAIN: Duration = Duration::from_secs(1);
const SEEN_LINES: usize = 20;
const READERS: usize = 50;
const WRITERS: usize = 5;
const BUSY: Duration = Duration::from_secs(20);

/// Forty thousand events.
pub fn run(report: &mut Report) -> Outcome {
    let mut ground = Ground::ready(EVENTS)?;
    ground.carried(report, "40,000 events")?;
    ground.begins(report, "40,000 events", 0.5)?;
    headquarters_loro::beside(report, &ground)?;
    ground.day(report)?;
    pages(report, &ground)
}

/// Two million.
pub fn million(report: &mut Report) -> Outcome {
    let mut ground = Ground::ready(MANY)?;
    ground.carried(report, "2,000,000 events")?;
    ground.begins(report, "2,000,000 events", 2.0)
}

/// Homes that know each other; the first is headquarters.
pub struct Ground {
    /// Our program.
    pub andon: PathBuf,
    filler: PathBuf,
    /// The homes.
    pub homes: Vec<PathBuf>,
    pub(super) work: PathBuf,
    events: usize,
    /// CPU seconds of taking in what the others wrote.
    pub(super) taken: f64,
}

impl Ground {
    fn ready(events: usize) -> Outcome<Ground> {
        let ground = Ground::of("headquarters", "large_incident", events)?;
        ground.say(0, &["declare", "--kind", "cyber", "--at", "2021-10-31T00:30", "--by", "当直 師長"])?;
        Ok(ground)
    }

    /// Twelve new homes that know each other, and the example program that fills one.
    pub fn of(name: &str, filler: &str, events: usize) -> Outcome<Ground> {
        let (andon, filler) = (ground::andon()?, ground::example("andon", filler)?);
        let work = ground::work()?.join(name);
        ground::remove(&work)?;
        std::fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
        let names: Vec<String> = (0..STATIONS).map(|at| format!("{name}-{at}")).collect();
        let homes: Outcome<Vec<PathBuf>> = names.iter().map(|name| ground::home(&andon, name)).collect();
        let ground = Ground { andon, filler, homes: homes?, work, events, taken: 0.0 };
        let cards: Outcome<Vec<(String, String)>> = (0..STATIONS).map(|at| ground.card(at)).collect();
        let cards = cards?;
        for at in 1..STATIONS {
            let trust = |home: usize, (card, code): &(String, String), more: &[&str]| {
                ground.say(home, &[&["station", "trust", card, "--code", code], more].concat())
            };
            trust(0, &cards[at], &[])?;
            trust(at, &cards[0], &["--headquarters"])?;
        }
        Ok(ground)
    }

    pub(super) fn command(&self, home: usize, words: &[&str]) -> Command {
        let mut command = Command::new(&self.andon);
        command.arg("--home").arg(&self.homes[home]).args(words);
        command
    }

    /// What it says; 3 too, where a part of what was carried is not known yet.
    fn say(&self, home: usize, words: &[&str]) -> Outcome<String> {
        Ok(cost_or(&mut self.command(home, words), &[3])?.said)
    }

    fn card(&self, home: usize) -> Outcome<(String, String)> {
        let (file, name) = (word(&self.work.join(format!("card-{home}"))), format!("端末{home}"));
        let told = self.say(home, &["station", "card", "--out", &file, "--name", &name, "--mark", &name, "--json"])?;
        let code = told.split_once("\"code\":").and_then(|(_, rest)| rest.split('"').nth(1));
        Ok((file, code.ok_or("a card without a code")?.to_owned()))
    }

    /// A station's log grows by so many events.
    pub fn fill(&self, home: usize, count: usize) -> Outcome<String> {
        output(Command::new(&self.filler).arg(&self.homes[home]).args([count.to_string(), (home + 7).to_string()]))
    }

    /// What a station wrote is taken in at headquarters.
    pub fn carry_in(&self, home: usize) -> Outcome {
        let file = self.export(home, &format!("bundle-{home}"))?;
        cost_or(&mut self.command(0, &["log", "import", &file]), &[3]).map(drop)
    }

    fn export(&self, home: usize, name: &str) -> Outcome<String> {
        let file = word(&self.work.join(name));
        self.say(home, &["log", "export", &file])?;
        Ok(file)
    }

    /// Every station learns of the incident, writes its share and carries it to headquarters.
    fn carried(&mut self, report: &mut Report, name: &str) -> Outcome {
        let declared = self.export(0, "declared")?;
        self.fill(0, self.events / STATIONS)?;
        let (mut bytes, mut seconds) = (0, 0.0);
        for at in 1..STATIONS {
            self.say(at, &["log", "import", &declared])?;
            self.fill(at, self.events / STATIONS)?;
            let file = self.export(at, &format!("bundle-{at}"))?;
            bytes += std::fs::metadata(&file).map_err(|error| format!("{file}: {error}"))?.len();
            let taken = cost_or(&mut self.command(0, &["log", "import", &file]), &[3])?;
            seconds += taken.wall_seconds;
            self.taken += taken.cpu_seconds;
            report.keep(&format!("import of a bundle, {name}"), at, "wall_seconds", taken.wall_seconds);
        }
        report.keep(&format!("eleven bundles, {name}"), 1, "bytes", bytes as f64);
        report.claim(&format!("eleven bundles taken in, {name}, seconds"), &[seconds], None);
        report.claim(&format!("bytes an event in a bundle, {name}"), &[bytes as f64 / self.events as f64], None);
        Ok(())
    }

    /// From the command to the board, and from the start of the program to the first page; proof of every log.
    fn begins(&self, report: &mut Report, name: &str, limit: f64) -> Outcome {
        let (mut boards, mut starts, mut memory) = (vec![], vec![], vec![]);
        for round in 1..=report.pairs {
            let board = cost(&mut self.command(0, &["board", "--json"]))?;
            report.cost(&format!("board, {name}"), round, &board);
            boards.push(board.wall_seconds);
            let began = Instant::now();
            let served = Served::writing(&self.andon, &self.homes[0])?;
            Client::new(&served).page("/command")?;
            starts.push(began.elapsed().as_secs_f64());
            report.keep(
                &format!("start to the board's page, {name}"),
                round,
                "wall_seconds",
                began.elapsed().as_secs_f64(),
            );
            memory.push(served.own_mb());
        }
        report.claim(&format!("start of the program to the board's page, {name}, seconds"), &starts, Some(limit));
        report.claim(&format!("`board --json`, {name}, seconds"), &boards, None);
        report.claim(&format!("memory of the program that serves, {name}, MB"), &memory, None);
        let verified = cost_or(&mut self.command(0, &["doctor"]), &[3])?;
        report.cost(&format!("doctor, {name}"), 1, &verified);
        report.claim(&format!("every log verified (`doctor`), {name}, seconds"), &[verified.wall_seconds], None);
        Ok(())
    }

    /// What one station writes in a day, as it is carried.
    fn day(&self, report: &mut Report) -> Outcome {
        let before = self.export(0, "all")?;
        self.say(1, &["log", "import", &before])?;
        let told = self.export(1, "told")?;
        self.say(0, &["log", "import", &told])?;
        self.say(1, &["log", "import", &self.export(0, "again")?])?;
        for _ in 0..self.events / DAYS / STATIONS {
            let line = ["chronology", "add", "--from", "3病棟", "--to", "本部", "--by", "記録 一郎"];
            self.say(1, &[&line[..], &["検査結果の伝票が病棟に届いていない。伝令を30分ごとに回す。"]].concat())?;
        }
        let file = self.export(1, "day")?;
        let bytes = std::fs::metadata(&file).map_err(|error| format!("{file}: {error}"))?.len() as f64;
        report.claim("a day of one station (51 lines), bytes of the bundle", &[bytes], None);
        Ok(())
    }
}

/// Pages in the browser's way, while people write.
fn pages(report: &mut Report, ground: &Ground) -> Outcome {
    let served = Served::writing(&ground.andon, &ground.homes[0])?;
    let token = token(&served)?;
    for (page, limit) in
        [("/command", None), ("/command/chronology", Some(100.0)), ("/command/registers/tasks", Some(100.0))]
    {
        let (mut first, mut again) = (vec![], vec![]);
        for number in 0..report.pairs.max(5) {
            write(&served, &token, &format!("頁 {number}"))?;
            for times in [&mut first, &mut again] {
                times.push(milliseconds(|| Client::new(&served).page(page).map(drop))?);
            }
        }
        report.claim(&format!("{page} of 40,000 events, the first after a line, ms"), &first, limit);
        report.claim(&format!("{page} of 40,000 events, again, ms"), &again, limit);
    }
    durable(report, ground, &served, &token)?;
    seen(report, &served, &token)?;
    busy(report, &served, &token)
}

/// How long something takes.
pub fn milliseconds(what: impl FnOnce() -> Outcome) -> Outcome<f64> {
    let began = Instant::now();
    what()?;
    Ok(began.elapsed().as_secs_f64() * 1000.0)
}

fn token(served: &Served) -> Outcome<String> {
    let page = Client::new(served).page("/command/chronology")?;
    let page = String::from_utf8_lossy(&page);
    let value = page.split_once("name=\"token\" value=\"").and_then(|(_, rest)| rest.split_once('"'));
    value.map(|(token, _)| token.to_owned()).ok_or_else(|| "no form on the page".to_owned())
}

fn write(served: &Served, token: &str, text: &str) -> Outcome {
    let mut client = Client::new(served);
    let fields = [("token", token), ("from", "本部"), ("to", "各部門"), ("category", "info"), ("text", text)];
    let answer = client.form("/command/chronology", &fields)?;
    if answer.status == 303 { Ok(()) } else { Err(format!("a line was not written: {}", answer.status)) }
}

/// A line from Enter to its acknowledgement, in turns with a block appended and made durable on the same disk.
fn durable(report: &mut Report, ground: &Ground, served: &Served, token: &str) -> Outcome {
    let path = ground.work.join("bare");
    let mut bare = File::create(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let (mut lines, mut blocks) = (vec![], vec![]);
    for number in 0..LINES {
        lines.push(milliseconds(|| write(served, token, &format!("耐久 {number}")))?);
        blocks.push(milliseconds(|| {
            let done = bare.write_all(&[7; 4096]).and_then(|()| bare.sync_data());
            done.map_err(|error| format!("{}: {error}", path.display()))
        })?);
    }
    lines.iter().zip(&blocks).enumerate().for_each(|(at, (line, block))| {
        report.keep("a line", at, "milliseconds", *line);
        report.keep("4 KiB and fdatasync", at, "milliseconds", *block);
    });
    let ratio = spread(&lines).median / spread(&blocks).median;
    report.claim("a line durable, ms", &lines, None);
    report.claim("a line durable ÷ bare fdatasync, medians", &[ratio], Some(2.0));
    Ok(())
}

/// Two hundred walls that come again each second: when all have seen a line.
fn seen(report: &mut Report, served: &Served, token: &str) -> Outcome {
    let (over, seen) = (AtomicBool::new(false), Mutex::new(HashMap::<usize, Vec<Instant>>::new()));
    let mut late = vec![];
    std::thread::scope(|scope| -> Outcome {
        for viewer in 0..VIEWERS {
            let (over, seen) = (&over, &seen);
            scope.spawn(move || {
                std::thread::sleep(AGAIN * viewer as u32 / VIEWERS as u32);
                let (mut client, mut known) = (Client::new(served), 0);
                while !over.load(Ordering::Relaxed) {
                    let asked = Instant::now();
                    let page = client.page("/command/wall").unwrap_or_default();
                    let page = String::from_utf8_lossy(&page);
                    while known < SEEN_LINES && page.contains(&format!("壁の行 {known}。")) {
                        let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
                        seen.entry(known).or_default().push(Instant::now());
                        known += 1;
                    }
                    std::thread::sleep(AGAIN.saturating_sub(asked.elapsed()));
                }
            });
        }
        for line in 0..SEEN_LINES {
            std::thread::sleep(AGAIN * 2);
            write(served, token, &format!("壁の行 {line}。"))?;
            let written = Instant::now();
            std::thread::sleep(AGAIN * 2);
            let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let last = seen.get(&line).filter(|times| times.len() == VIEWERS).and_then(|times| times.iter().max());
            late.push(last.map_or(99.0, |last| last.duration_since(written).as_secs_f64()));
        }
        over.store(true, Ordering::Relaxed);
        Ok(())
    })
    .inspect_err(|_| over.store(true, Ordering::Relaxed))?;
    report.claim("200 walls that come each second have all seen a line, seconds", &late, Some(1.0));
    Ok(())
}

/// The board at fifty readers while five write.
fn busy(report: &mut Report, served: &Served, token: &str) -> Outcome {
    let (over, shown, written) = (AtomicBool::new(false), Mutex::new(vec![]), Mutex::new(vec![]));
    std::thread::scope(|scope| {
        for at in 0..READERS + WRITERS {
            let (over, shown, written) = (&over, &shown, &written);
            scope.spawn(move || {
                let mut client = Client::new(served);
                while !over.load(Ordering::Relaxed) {
                    let times = if at < READERS { shown } else { written };
                    let took = milliseconds(|| match at < READERS {
                        true => client.page("/command").map(drop),
                        false => write(served, token, &format!("書く {at}")),
                    });
                    let took = took.unwrap_or(f64::INFINITY);
                    times.lock().unwrap_or_else(PoisonError::into_inner).push(took);
                    std::thread::sleep(AGAIN.saturating_sub(Duration::from_secs_f64(took.min(1000.0) / 1000.0)));
                }
            });
        }
        std::thread::sleep(BUSY);
        over.store(true, Ordering::Relaxed);
    });
    for (name, times) in [("board at 50 readers while 5 write", shown), ("a line at 50 readers and 5 writers", written)]
    {
        let times = times.into_inner().unwrap_or_else(PoisonError::into_inner);
        report.claim(&format!("{name}, ms"), &times, None);
        report.claim(&format!("{name}, 99 of 100 within ms"), &[percentile(&times, 0.99)], None);
    }
    Ok(())
}
