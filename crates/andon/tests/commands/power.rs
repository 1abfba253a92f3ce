//! The power goes after Enter. A recorder types while `strace` writes down what the program asks of the disk; afterwards the disk is laid out
//! as a power cut would have left it, at every moment worth trying, and the home must hold every line that was acknowledged by then.
//! Skipped with a line where `strace` is not here or may not look at another program.

mod disk;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use disk::{Disk, Left, Step, steps};

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::stations::at;
use crate::trees::{Hospital, messages};
use crate::vault::{sealed, sealing};

/// Calls that write, that name files, that sync, and that tell somebody.
const CALLS: &str = "trace=write,writev,sendto,sendmsg,pwrite64,ftruncate,fdatasync,fsync,open,openat,rename,renameat,renameat2,unlink,unlinkat";
/// Longer than any write of the database.
const LONGEST: &str = "200000";
/// How long the tracer may take to write its last line after the program ended.
const PATIENCE: Duration = Duration::from_secs(30);
/// Lines before the program is ended and begun again, and in all: the end moves all lines from the journal into the database.
const LINES: [usize; 2] = [8, 16];
/// How the answer to a line begins.
const TOLD: &str = "HTTP/1.1 303 See Other\r\nlocation: /command/chronology";

/// True where one program may look at another's calls.
fn can_look() -> bool {
    let looked = Command::new("strace").args(["-D", "-f", "-o", "/dev/null", "true"]).status();
    looked.is_ok_and(|status| status.success())
}

/// The same command with its calls written to `trace`.
fn traced(command: &Command, trace: &Path) -> Command {
    let mut all = Command::new("strace");
    // As a grandchild, so that signals reach the program itself.
    all.args(["-D", "-f", "-y", "-xx", "-s", LONGEST, "-e", CALLS, "-o"]).arg(trace).arg(command.get_program());
    all.args(command.get_args());
    for (name, _) in command.get_envs().filter(|(_, value)| value.is_none()) {
        all.env_remove(name);
    }
    all
}

/// The trace, once the tracer has ended.
fn read(trace: &Path, process: u32) -> String {
    let (process, since) = (process.to_string(), Instant::now());
    let ended = |line: &str| line.split_whitespace().take(2).eq([process.as_str(), "+++"]);
    loop {
        let text = fs::read_to_string(trace).unwrap();
        if text.lines().rev().take(5).any(ended) {
            return text;
        }
        assert!(since.elapsed() < PATIENCE, "the tracer has not ended");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Types lines at a program that is looked at, and ends it as a person does; its trace.
fn typed(station: &Station, lines: std::ops::RangeInclusive<usize>) -> String {
    let trace = station.folder().join(format!("trace-{}", lines.start()));
    let command = station.command(&["serve", "--port", "0", "--no-feed"]);
    let running = Running::start(&mut traced(&command, &trace), "/open/");
    let process = running.id();
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    for line in lines {
        let text = text(line);
        let form = [("from", "3病棟"), ("to", "本部"), ("category", "report"), ("text", text.as_str())];
        assert_eq!(browser.post("/command/chronology", "/command/chronology", &form).status, 303);
    }
    drop(browser);
    running.stop();
    read(&trace, process)
}

fn text(line: usize) -> String {
    format!("行{line}。")
}

/// The texts of a home's chronology, in order.
fn texts(home: &Path) -> Vec<String> {
    let told = at(home, &["chronology", "--json"]).ends(0).json();
    told["entries"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap().to_owned()).collect()
}

/// Where the power goes: right after each answer, and at as many moments between, evenly.
fn moments(steps: &[Step]) -> Vec<usize> {
    let told = (1..=steps.len()).filter(|at| matches!(steps[at - 1], Step::Told));
    let between = (0..LINES[1]).map(|part| part * steps.len() / LINES[1]);
    told.chain(between).chain([steps.len()]).collect()
}

#[test]
fn every_line_that_was_acknowledged_is_there_after_the_power_went() {
    if !can_look() {
        println!("skipped: strace is not here, or may not look at a program");
        return;
    }
    let station = Station::training();
    let (disk, home) = (Disk::of(&station.home()), station.home());
    let [first, all] = LINES;
    let trace = [typed(&station, 1..=first), typed(&station, first + 1..=all)].concat();
    let steps = steps(&trace, &home, TOLD);
    let told = |upto: usize| steps[..upto].iter().filter(|step| matches!(step, Step::Told)).count();
    assert_eq!(told(steps.len()), all, "every answer was seen");
    let left = |at: usize| match at % 3 {
        0 => Left::Nothing,
        1 => Left::Some(at as u64),
        _ => Left::Everything,
    };
    for (number, at_step) in moments(&steps).into_iter().enumerate() {
        let (left, to) = (left(number), station.folder().join(format!("cut-{number}")));
        disk.cut(&steps[..at_step], left, true, &to);
        let (texts, told) = (texts(&to), told(at_step));
        let whole: Vec<String> = (1..=texts.len()).map(text).collect();
        assert_eq!(texts, whole, "cut at {at_step}, {left:?}");
        assert!((told..=told + 1).contains(&texts.len()), "cut at {at_step}, {left:?}: {told} were acknowledged");
        at(&to, &["doctor"]).ends(0);
        fs::remove_dir_all(&to).unwrap();
    }
    // The same eyes see a loss where the disk lies about what is synced.
    let lying = station.folder().join("lying");
    disk.cut(&steps[..steps.len() - 1], Left::Nothing, false, &lying);
    assert!(texts(&lying).len() < all);
}

/// Cuts of a reading that is under way, and of a seal.
const CUTS: usize = 6;

/// Runs a command to its end while it is looked at: its steps below a folder.
fn looked_at(station: &Station, words: &[&str], folder: &Path, told: &str) -> Vec<Step> {
    let trace = station.folder().join("trace");
    let mut command = traced(&station.command(words), &trace);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let process = child.id();
    child.wait().unwrap();
    let steps = steps(&read(&trace, process), folder, told);
    fs::remove_file(trace).unwrap();
    steps
}

#[test]
fn a_reading_that_lost_its_power_goes_on_and_ends_with_every_file_once() {
    if !can_look() {
        println!("skipped: strace is not here, or may not look at a program");
        return;
    }
    let (hospital, station) = (Hospital::small(""), Station::training());
    let (disk, root) = (Disk::of(&station.home()), hospital.root());
    let steps = looked_at(&station, &["feed", "--once", root.to_str().unwrap()], &station.home(), TOLD);
    let files = messages(&root).len();
    for cut in 1..=CUTS {
        let (at_step, to) = (cut * steps.len() / CUTS, station.folder().join(format!("cut-{cut}")));
        let left = if cut % 2 == 0 { Left::Nothing } else { Left::Some(cut as u64) };
        disk.cut(&steps[..at_step], left, true, &to);
        at(&to, &["doctor"]).ends(0);
        at(&to, &["feed", "--once", root.to_str().unwrap()]);
        let doctor = at(&to, &["doctor", "--json"]).ends(0).json();
        assert_eq!(doctor["sightings"], files, "cut {cut} at {at_step}, {left:?}");
        fs::remove_dir_all(&to).unwrap();
    }
}

/// What a station sealed and its vault, on one disk: whenever the power goes, the next seal ends what was begun, and what was told is there.
#[test]
fn a_seal_that_lost_its_power_is_made_good_by_the_next_and_what_was_told_stays() {
    if !can_look() {
        println!("skipped: strace is not here, or may not look at a program");
        return;
    }
    let ((station, place, key), hospital) = (sealing(), Hospital::small(""));
    station.feed(&hospital.root());
    let (folder, key) = (station.folder(), key.to_str().unwrap());
    let disk = Disk::of(folder);
    let steps = looked_at(&station, &["vault", "seal", "--json"], folder, "{\n");
    assert!(
        steps.iter().any(|step| matches!(step, Step::Renamed(..)))
            && matches!(steps.last(), Some(Step::Synced(_) | Step::Told))
    );
    let verify = |code| {
        station
            .run(&["vault", "verify", "--at", place.to_str().unwrap(), "--identity", key, "--json"])
            .ends(code)
            .json()
    };
    for cut in 1..=2 * CUTS {
        let left = [Left::Nothing, Left::Some(cut as u64), Left::Everything][cut % 3];
        let at_step = cut * steps.len() / (2 * CUTS);
        fs::remove_dir_all(station.home()).unwrap();
        fs::remove_dir_all(&place).unwrap();
        fs::create_dir(&place).unwrap();
        disk.cut(&steps[..at_step], left, true, folder);
        if steps[..at_step].iter().any(|step| matches!(step, Step::Told)) {
            assert_eq!(verify(0)["targets"][0]["manifests"], 1, "cut at {at_step}, {left:?}");
        }
        station.run(&["doctor"]).ends(0);
        sealed(&station);
        let proved = verify(0);
        assert!(proved["targets"][0]["parcels"].as_u64().unwrap() > 0, "cut at {at_step}, {left:?}: {proved}");
    }
}
