//! Proof from another machine: its card, a copy it may not write to, its signed verdict, and what the station makes of it. And bytes read
//! back while the program serves.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use ed25519_dalek::SigningKey;
use serde_json::Value;
use vault::prover::Verdict;

use crate::door::{Ran, Station, program, run};
use crate::people::Browser;
use crate::running::Running;
use crate::trees::{Hospital, all_files, messages};
use crate::vault::key;

/// A station that seals into one folder for its officers, with a prover's folder beside it, which is registered where one says so.
struct Bench {
    station: Station,
    place: PathBuf,
    officers: PathBuf,
    prover: PathBuf,
    hospital: Hospital,
}

impl Bench {
    fn new(registered: bool) -> Bench {
        let station = Station::training();
        let (officers, public) = key(&station);
        let (place, prover) = (station.folder().join("vault-a"), station.folder().join("prover"));
        fs::create_dir(&place).unwrap();
        station.run(&["vault", "recipient", "add", &public]).ends(0);
        station.run(&["vault", "target", "add", text(&place), "--name", "A"]).ends(0);
        let bench = Bench { station, place, officers, prover, hospital: Hospital::small("") };
        init(&bench.prover, "予備機").ends(0);
        if registered {
            bench.register();
        }
        bench.station.feed(&bench.hospital.root());
        bench.seal();
        bench
    }

    fn register(&self) {
        self.station.run(&["vault", "prover", "add", text(&self.prover.join("card.txt"))]).ends(0);
    }

    fn seal(&self) {
        self.station.run(&["vault", "seal"]).ends(0);
    }

    /// The EMR goes on: one message is written again.
    fn goes_on(&self, which: usize) {
        let file = messages(&self.hospital.root().join("std1")).into_iter().nth(which).unwrap();
        fs::write(&file, [fs::read(&file).unwrap(), b"\r".to_vec()].concat()).unwrap();
        self.station.run(&["feed", "--once", text(&self.hospital.root())]);
        self.seal();
    }

    /// A copy of the place that nobody may write to.
    fn copy(&self, name: &str) -> PathBuf {
        let copy = self.station.folder().join(name);
        run(Command::new("cp").arg("-r").args([&self.place, &copy])).ends(0);
        run(Command::new("chmod").args(["-R", "a-w"]).arg(&copy)).ends(0);
        copy
    }

    fn prove(&self, copy: &Path, verdict: &str, more: &[&str]) -> (Ran, PathBuf) {
        let out = self.station.folder().join(verdict);
        let words = ["prove", text(copy), "--as", text(&self.prover), "--out", text(&out)];
        (run(&mut program(&[&words[..], more].concat())), out)
    }

    /// Proved, sound; the verdict's file.
    fn proved(&self, copy: &Path, verdict: &str) -> PathBuf {
        let (ran, out) = self.prove(copy, verdict, &[]);
        ran.ends(0);
        out
    }

    fn verdict(&self, file: &Path) -> Ran {
        self.station.run(&["vault", "verdict", text(file), "--json"])
    }

    fn status(&self) -> Value {
        self.station.run(&["vault", "status", "--json"]).json()
    }

    /// Verdicts that were written down. A station that serves writes down other things by its clock meanwhile.
    fn verdicts(&self) -> usize {
        self.station.events().iter().filter(|event| event.kind == 42).count()
    }

    fn readable(&self) -> String {
        self.status()["readable"][1].as_str().unwrap().to_owned()
    }

    /// The same verdict changed, and signed with the prover's own key.
    fn doctored(&self, file: &Path, change: impl FnOnce(&mut Verdict)) -> PathBuf {
        let keys = fs::read_to_string(self.prover.join("prover.key")).unwrap();
        let secret = keys.lines().find_map(|line| line.strip_prefix("ANDON-PROVER-KEY-1 ")).unwrap();
        let secret: [u8; 32] = vault::hash::from_hex(secret).unwrap().try_into().unwrap();
        self.signed(file, &SigningKey::from_bytes(&secret), change)
    }

    fn signed(&self, file: &Path, key: &SigningKey, change: impl FnOnce(&mut Verdict)) -> PathBuf {
        let (mut verdict, _) = Verdict::parse(&fs::read(file).unwrap()).unwrap();
        verdict.made += 1;
        change(&mut verdict);
        let doctored = file.with_extension("doctored");
        fs::write(&doctored, verdict.sign(key.clone()).unwrap()).unwrap();
        doctored
    }
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn init(dir: &Path, name: &str) -> Ran {
    run(&mut program(&["prove", "init", "--as", text(dir), "--name", name]))
}

fn flip(file: &Path) {
    let mut bytes = fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::remove_file(file).unwrap();
    fs::write(file, bytes).unwrap();
}

/// Every file with its bytes and its time.
fn tree(root: &Path) -> BTreeMap<PathBuf, (Vec<u8>, SystemTime)> {
    let one = |file: PathBuf| {
        let there = (fs::read(&file).unwrap(), fs::metadata(&file).unwrap().modified().unwrap());
        (file, there)
    };
    all_files(root).into_iter().map(one).collect()
}

fn segment(place: &Path, number: u32) -> PathBuf {
    let begins = format!("{number:08}-");
    let all = all_files(&place.join("segments"));
    all.into_iter().find(|file| file.file_name().unwrap().to_str().unwrap().starts_with(&begins)).unwrap()
}

#[test]
fn proved_on_another_machine_and_green_by_its_word_alone() {
    let bench = Bench::new(true);
    // Opened by hand it is shown, and stays to be checked.
    bench.station.run(&["vault", "verify", "--identity", text(&bench.officers)]).ends(0);
    let status = bench.status();
    assert_eq!(status["readable"][1], "amber", "{status}");
    assert!(status["opened_by_hand"].is_string() && status["why"].as_array().unwrap().contains(&"readable".into()));

    let copy = bench.copy("copy");
    let before = tree(&copy);
    let (ran, verdict) = bench.prove(&copy, "verdict.txt", &["--sample", "7"]);
    let said = ran.ends(0).out;
    assert!(said.contains("andon vault verdict") && said.contains("初めて見ます"), "{said}");
    assert!(tree(&copy) == before, "something was written to the copy");
    let left: Vec<PathBuf> = all_files(&bench.prover);
    assert!(left.iter().all(|file| !file.to_string_lossy().contains("work")), "{left:?}");
    // Whoever carries it learns nothing of a patient.
    let note = fs::read_to_string(&verdict).unwrap();
    assert_eq!(note.lines().filter(|line| line.starts_with("chart ")).count(), 7);
    assert!(bench.hospital.numbers().iter().all(|number| !note.contains(number)), "{note}");
    assert!(bench.prove(&copy, "verdict.txt", &[]).0.ends(2).err.contains("exists"));

    let taken = bench.verdict(&verdict).ends(0).json();
    assert_eq!((&taken["outcome"], &taken["charts"], &taken["sound"]), (&"good".into(), &7.into(), &true.into()));
    let status = bench.status();
    assert_eq!((&status["readable"][1], &status["readable_in_part"]), (&"green".into(), &false.into()), "{status}");
    assert!(!status["why"].as_array().unwrap().contains(&"readable".into()));
    // A verdict counts once, and what is written of it calls for no seal.
    assert!(bench.verdict(&verdict).ends(1).err.contains("handed in before"));
    assert_eq!(bench.station.run(&["vault", "seal", "--json"]).ends(0).json()["segments"], 0);

    bench.goes_on(3);
    let later = bench.proved(&bench.copy("later"), "later.txt");
    assert!(bench.verdict(&later).ends(0).json()["number"].as_u64() > taken["number"].as_u64());
    assert!(bench.verdict(&verdict).ends(1).err.contains("handed in before"), "an older one says nothing new");
    let listed = bench.station.run(&["vault", "prover", "list", "--json"]).ends(0).json();
    assert_eq!(
        (&listed["provers"][0]["name"], &listed["provers"][0]["last"]["outcome"]),
        (&"予備機".into(), &"good".into())
    );
    // Without a prover nobody vouches.
    bench.station.run(&["vault", "prover", "remove", "予備機"]).ends(0);
    assert_eq!(bench.readable(), "amber");
}

#[test]
fn a_flipped_byte_ends_with_exit_4_names_the_segment_and_is_red_until_a_sound_copy_was_proved() {
    let bench = Bench::new(true);
    bench.goes_on(3);
    let copy = bench.copy("copy");
    run(Command::new("chmod").args(["-R", "u+w"]).arg(&copy)).ends(0);
    let broken = segment(&copy, 2);
    flip(&broken);
    let (ran, verdict) = bench.prove(&copy, "verdict.txt", &[]);
    let said = ran.ends(4).out;
    let name = broken.file_name().unwrap().to_str().unwrap();
    assert!(said.contains("segment 2") && said.contains(name), "{said}");
    let taken = bench.verdict(&verdict).ends(4).json();
    assert_eq!((&taken["outcome"], &taken["findings"][0]["segment"]), (&"unsound".into(), &2.into()), "{taken}");
    let status = bench.status();
    assert_eq!((&status["light"], &status["readable"][1]), (&"red".into(), &"red".into()), "{status}");
    let sound = bench.proved(&bench.copy("sound"), "sound.txt");
    bench.verdict(&sound).ends(0);
    assert_eq!(bench.readable(), "green");
}

#[test]
fn what_no_registered_prover_signed_or_was_changed_is_refused_and_not_recorded() {
    let bench = Bench::new(true);
    let verdict = bench.proved(&bench.copy("copy"), "verdict.txt");
    let events = bench.station.events().len();
    let stranger = bench.signed(&verdict, &SigningKey::from_bytes(&[9; 32]), |_| ());
    assert!(bench.verdict(&stranger).ends(1).err.contains("No registered prover"));
    let note = fs::read_to_string(&verdict).unwrap();
    let changed = bench.station.folder().join("changed.txt");
    fs::write(&changed, note.replacen("closed 0", "closed 1", 1)).unwrap();
    bench.verdict(&changed).ends(1);
    fs::write(&changed, "no verdict").unwrap();
    bench.verdict(&changed).ends(2);
    // Another station's vault.
    let other = Bench::new(true);
    other.station.run(&["vault", "prover", "add", text(&bench.prover.join("card.txt"))]).ends(2);
    other.station.run(&["vault", "prover", "remove", "予備機"]).ends(0);
    other.station.run(&["vault", "prover", "add", text(&bench.prover.join("card.txt"))]).ends(0);
    assert!(other.verdict(&verdict).ends(1).err.contains("Not about the vault"));
    assert_eq!((bench.station.events().len(), bench.readable().as_str()), (events, "amber"));
    // A card that was changed on its way.
    let card = fs::read_to_string(bench.prover.join("card.txt")).unwrap();
    fs::write(&changed, card.replace("予備機", "別の機械")).unwrap();
    bench.station.run(&["vault", "prover", "add", text(&changed)]).ends(2);
}

#[test]
fn a_chart_that_differs_or_a_vault_that_is_not_ours_is_red() {
    let bench = Bench::new(true);
    let verdict = bench.proved(&bench.copy("copy"), "verdict.txt");
    type Change = fn(&mut Verdict);
    let doctored: [(Change, &str); 4] = [
        (|verdict| verdict.charts[0].chart = vault::Hash::ZERO, "differs"),
        (|verdict| verdict.charts[1].label = vault::Label([7; 16]), "differs"),
        (|verdict| verdict.tip.hash = vault::Hash::ZERO, "not_ours"),
        (|verdict| verdict.tip.number += 5, "not_ours"),
    ];
    for (change, outcome) in doctored {
        let bad = bench.doctored(&verdict, |verdict| {
            verdict.made += bench.station.events().len() as i64;
            change(verdict);
        });
        let taken = bench.verdict(&bad).ends(4).json();
        assert_eq!(taken["outcome"], outcome, "{taken}");
        assert_eq!(bench.readable(), "red");
    }
    // Of another version of the program what was received is compared, and no more.
    let later = bench.doctored(&verdict, |verdict| {
        verdict.made += 1000;
        verdict.program = "0.0.1".to_owned();
        verdict.charts[0].chart = vault::Hash::ZERO;
    });
    assert_eq!(bench.verdict(&later).ends(3).json()["outcome"], "other_program");
    assert_eq!((bench.readable().as_str(), &bench.status()["readable_in_part"]), ("amber", &true.into()));
}

#[test]
fn an_end_that_was_cut_off_is_missed_by_who_saw_it() {
    let bench = Bench::new(true);
    let older = bench.copy("older");
    bench.goes_on(3);
    let verdict = bench.proved(&bench.copy("copy"), "verdict.txt");
    bench.verdict(&verdict).ends(0);
    let (ran, cut) = bench.prove(&older, "cut.txt", &["--json"]);
    let said = ran.ends(4).json();
    assert_eq!((&said["sound"], &said["findings"][0]["code"]), (&false.into(), &"log".into()), "{said}");
    assert!(said["findings"][0]["what"].as_str().unwrap().contains("cut off"), "{said}");
    bench.verdict(&cut).ends(4);
    assert_eq!(bench.readable(), "red");
    // What was wrong is not remembered as the state of things: the whole copy is sound as before.
    bench.verdict(&bench.proved(&bench.copy("again"), "again.txt")).ends(0);
    assert_eq!(bench.readable(), "green");
}

#[test]
fn a_prover_that_came_late_says_what_is_closed_to_it_and_is_no_alarm() {
    let bench = Bench::new(false);
    let (ran, out) = bench.prove(&bench.copy("before"), "none.txt", &[]);
    assert!(ran.ends(1).err.contains("vault prover add") && !out.exists());
    bench.register();
    // Before the next seal it opens nothing yet; registering calls for one.
    bench.seal();
    bench.goes_on(3);
    let (ran, verdict) = bench.prove(&bench.copy("after"), "verdict.txt", &["--json"]);
    let said = ran.ends(3).json();
    assert_eq!((&said["sound"], &said["closed"]), (&true.into(), &1.into()), "{said}");
    assert!(said["charts"].as_u64() > Some(0), "{said}");
    assert_eq!(bench.verdict(&verdict).ends(3).json()["outcome"], "older_closed");
    let status = bench.status();
    assert_eq!((&status["readable"][1], &status["readable_in_part"]), (&"amber".into(), &true.into()), "{status}");
}

/// What is no verdict, another site's form, a file too large and a second time are refused; the page shows what counts.
#[test]
fn a_verdict_is_handed_in_on_the_page_by_the_same_judge() {
    let bench = Bench::new(true);
    let verdict = bench.proved(&bench.copy("copy"), "verdict.txt");
    let bytes = fs::read(&verdict).unwrap();
    let stranger = fs::read(bench.signed(&verdict, &SigningKey::from_bytes(&[9; 32]), |_| ())).unwrap();
    let events = bench.verdicts();
    let running = Running::start(&mut bench.station.command(&["serve", "--no-feed", "--port", "0"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let mut hand_in = |bytes: &[u8], honest| browser.upload(("/proof", "/proof/verdict"), "verdict.txt", bytes, honest);
    assert_eq!(hand_in(&bytes, false).status, 400);
    assert_eq!(hand_in(&[b'x'; 2 << 20], true).status, 400, "too large");
    assert_eq!(hand_in(b"", true).status, 409, "no file");
    for (bytes, words) in [(&b"no verdict"[..], "Not a verdict"), (&stranger, "No registered prover")] {
        let no = hand_in(bytes, true);
        assert!(no.status == 409 && no.body.contains(words), "{}", no.body);
    }
    assert_eq!((bench.verdicts(), bench.readable().as_str()), (events, "amber"));
    let taken = hand_in(&bytes, true);
    assert_eq!((taken.status, taken.to.as_str()), (303, "/proof#verdicts"));
    assert!(hand_in(&bytes, true).body.contains("handed in before"));
    let page = browser.get("/proof").body;
    assert!(page.contains("すべて開き、カルテが一致"), "{page}");
    running.stop();
    assert_eq!(bench.readable(), "green");
    let audit = bench.station.run(&["audit", "--json"]).ends(0).out;
    assert!(audit.contains("proof-verdict"), "{audit}");
}

/// Nobody asks: the byte is found, and every page says so until the place is whole again.
#[test]
fn a_station_that_serves_reads_back_by_itself_and_says_on_every_page_what_is_wrong() {
    let bench = Bench::new(true);
    let broken = segment(&bench.place, 1);
    flip(&broken);
    let serve = || Running::start(&mut bench.station.command(&["serve", "--no-feed", "--port", "0"]), "/open/");
    let until = |running: &Running, holds: &dyn Fn(&str) -> bool| {
        let (cookie, end) = (running.let_in(), Instant::now() + Duration::from_secs(60));
        loop {
            let page = running.get("/help", &cookie);
            if holds(&page) {
                return running.get("/proof", &cookie);
            }
            assert!(Instant::now() < end, "{page}");
            std::thread::sleep(Duration::from_millis(300));
        }
    };
    let running = serve();
    let page = until(&running, &|page| page.contains("保管庫に異常: A"));
    running.stop();
    let name = broken.file_name().unwrap().to_str().unwrap();
    assert!(page.contains(name) && page.contains("そのディスクを変えずに残し"), "{page}");
    // The page's own light, in letters that every font has; and commands as they are typed.
    assert!(page.contains("<h1>復元確認 <span class=\"mark warn\">× 至急</span></h1>"), "{page}");
    assert!(page.contains("/media/stick/verdict-$(date +%Y%m).txt") && !page.contains('`'), "{page}");
    assert_eq!(bench.status()["held"][1], "red");
    flip(&broken);
    bench.station.run(&["vault", "verify"]).ends(0);
    assert_eq!(bench.status()["held"][1], "green");
    let running = serve();
    until(&running, &|page| !page.contains("保管庫に異常"));
    running.stop();
}
