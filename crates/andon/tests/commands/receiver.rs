//! Another station as a place for a vault, with real processes: delivered, caught up with, proved, restored from; and an intruder who has
//! the sealing station's own key, and does his worst to what is held.

#[path = "receiver/intruder.rs"]
mod intruder;
#[path = "receiver/silent.rs"]
mod silent;

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use ::vault::receiver::{Address, Pass, Receiver};
use ::vault::{Target, name};
use serde_json::Value;

use crate::conformance;
use crate::door::{Ran, Station, program, run};
use crate::running::Running;
use crate::trees::{Hospital, all_files, messages};
use crate::vault::{key, restore, same_charts, sealed};
use intruder::Intruder;

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// A receiver in a folder of its own, at work.
struct Held {
    /// In it the receiver's own folder, and beside that what passes and provers need.
    _folder: tempfile::TempDir,
    dir: PathBuf,
    running: Option<Running>,
    port: u16,
}

impl Held {
    fn new() -> Held {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("received");
        std::fs::create_dir(&dir).unwrap();
        run(&mut program(&["vault", "receive", "init", text(&dir), "--name", "検査室"])).ends(0);
        let mut held = Held { _folder: folder, dir, running: None, port: 0 };
        held.start();
        held
    }

    /// Begins to receive, where it did before.
    fn start(&mut self) {
        let listen = format!("127.0.0.1:{}", self.port);
        let words = ["vault", "receive", "run", text(self.dir()), "--listen", &listen];
        let running = Running::start(program(&words).stderr(std::process::Stdio::null()), "station://");
        self.port = running.port();
        self.running = Some(running);
    }

    fn stop(&mut self) {
        self.running.take().unwrap().stop();
    }

    fn dir(&self) -> &Path {
        &self.dir
    }

    fn card(&self) -> PathBuf {
        self.dir().join("receiver.txt")
    }

    fn place(&self) -> String {
        format!("station://127.0.0.1:{}", self.port)
    }

    /// What is asked of the folder, beside whatever is at work there.
    fn asked(&self, words: &[&str]) -> Ran {
        let (first, more) = words.split_first().unwrap();
        run(&mut program(&[&["vault", "receive", first, text(self.dir())][..], more].concat()))
    }

    fn received(&self, more: &[&str], code: i32) -> Value {
        let words = [&["vault", "received", text(self.dir()), "--json"][..], more].concat();
        run(&mut program(&words)).ends(code).json()
    }

    /// A pass that reads a vault.
    fn pass(&self, vault: &str, name: &str) -> PathBuf {
        let out = self.dir().with_extension(name);
        self.asked(&["reader", "--vault", vault, "--name", name, "--out", text(&out)]).ends(0);
        out
    }

    /// Registers a place there at a station: asked, allowed, asked again. The vault.
    fn registered(&self, station: &Station, limit: &str) -> String {
        let (place, card) = (self.place(), self.card());
        let words = ["vault", "target", "add", &place, "--name", "R", "--keys", text(&card), "--json"];
        let told = station.run(&words).ends(1).err;
        let line = told.split_whitespace().find(|word| word.starts_with("andon-vault/")).expect("the line of the key");
        self.asked(&["allow", line, "--limit", limit]).ends(0);
        station.run(&words).ends(0).json()["vault"].as_str().unwrap().to_owned()
    }

    /// Everything that is held, byte for byte.
    fn tree(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        all_files(&self.dir().join("held")).into_iter().map(|file| (file.clone(), fs::read(file).unwrap())).collect()
    }
}

/// A station that seals to its officers, their key.
fn sealing() -> (Station, PathBuf) {
    let station = Station::training();
    let (key, public) = key(&station);
    station.run(&["vault", "recipient", "add", &public]).ends(0);
    (station, key)
}

fn goes_on(station: &Station, hospital: &Hospital, at: usize) {
    let file = messages(&hospital.root().join("std1")).into_iter().nth(at).unwrap();
    fs::write(&file, [fs::read(&file).unwrap(), b"\r".to_vec()].concat()).unwrap();
    station.run(&["feed", "--once", text(&hospital.root())]);
}

fn target(held: &Held, pass: &Path) -> Target {
    let pass = Pass::read(pass).unwrap();
    let (_, key) = pass.reader.unwrap();
    Target::Receiver(Receiver::new(Address::parse(&held.place()).unwrap(), &pass.card, &key).unwrap())
}

#[test]
fn a_station_whose_receiver_went_away_catches_up_and_is_restored_from_it_alone() {
    let (mut held, (station, key), hospital) = (Held::new(), sealing(), Hospital::small(""));
    let vault = held.registered(&station, "200");
    let prover = held.dir().with_extension("prover");
    run(&mut program(&["prove", "init", "--as", text(&prover), "--name", "予備機"])).ends(0);
    station.run(&["vault", "prover", "add", text(&prover.join("card.txt"))]).ends(0);
    station.feed(&hospital.root());
    sealed(&station);
    held.stop();
    goes_on(&station, &hospital, 3);
    let away = station.run(&["vault", "seal", "--json"]).ends(3).json();
    assert_eq!((&away["targets"][0]["state"], &away["targets"][0]["behind"]), (&"failed".into(), &1.into()), "{away}");
    held.start();
    goes_on(&station, &hospital, 5);
    let done = sealed(&station);
    assert_eq!((&done["number"], &done["targets"][0]["number"]), (&3.into(), &3.into()), "{done}");
    station.run(&["vault", "verify", "--json"]).ends(0);
    station.run(&["vault", "log", "--json"]).ends(0);
    let told = held.received(&["--all"], 0);
    let one = &told["vaults"][0];
    assert_eq!((&one["vault"], &one["number"], &one["whole"]), (&vault.as_str().into(), &3.into(), &true.into()));
    assert!(one["last"].is_string() && one["bytes"].as_u64().unwrap() > 10_000 && one["refused"] == 0, "{told}");
    // The audit tries to overwrite and to delete there, and looks what is left.
    let audit = station.run(&["vault", "audit", "--mhlw", "--json"]).ends(3).json();
    let place = &audit["facts"]["places"][0];
    assert_eq!((&place["kind"], &place["tried"]), (&"receiver".into(), &serde_json::json!([])), "{place}");
    // The station is gone. Over the line with a pass, and from the folder as from any disk.
    let (over, carried) = (Station::bare(), Station::bare());
    let (pass, home) = (held.pass(&vault, "復元"), over.home());
    let place = held.place();
    let words = ["restore", &place, "--keys", text(&pass), "--to", text(&home), "--identity", text(&key), "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    assert_eq!((&told["segment"], &told["damaged"]), (&3.into(), &serde_json::json!([])), "{told}");
    same_charts(&station, &over, hospital.numbers().into_iter().step_by(3));
    restore(&held.dir().join("held").join(&vault), &key, &carried, &[]).ends(0);
    assert_eq!(over.sound()["sightings"], carried.sound()["sightings"]);
    proved_and_as_of(&held, (&pass, &key), &prover);
}

/// A prover reads there; as of a moment before anything came there is nothing.
fn proved_and_as_of(held: &Held, (pass, key): (&Path, &Path), prover: &Path) {
    let (place, verdict) = (held.place(), held.dir().with_extension("v"));
    let words = ["prove", &place, "--keys", text(pass), "--as", text(prover), "--out", text(&verdict), "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    assert_eq!(told["findings"].as_array().map(Vec::len), Some(0), "{told}");
    let words = ["vault", "verify", "--at", &place, "--keys", text(pass), "--identity", text(key), "--json"];
    run(&mut program(&words)).ends(0);
    let early = ["--as-of", "2021-10-31T00:30"];
    let told = run(&mut program(&[&words[..], &early].concat())).ends(1);
    assert!(told.err.contains("何も封じられていません"), "nothing was there then, which is no damage: {}", told.err);
    let home = held.dir().with_extension("early");
    let words = ["restore", &place, "--keys", text(pass), "--identity", text(key), "--to", text(&home)];
    let told = run(&mut program(&[&words[..], &early].concat())).ends(1);
    assert!(told.err.contains("何も封じられていません") && !home.exists(), "{}", told.err);
    let pages = target(held, pass);
    let manifest = pages.list(name::MANIFESTS).unwrap().pop().unwrap().name;
    assert!(pages.taken(&manifest).unwrap() > Some(1_600_000_000_000));
    // As of the moment when it had the first segment, it has that one and no other.
    let Target::Receiver(there) = pages.clone() else { return };
    let first = pages.list(name::MANIFESTS).unwrap().remove(0).name;
    let then = Target::Receiver(there.as_of(pages.taken(&first).unwrap()));
    let had = then.list(name::MANIFESTS).unwrap();
    assert_eq!((had.len(), then.size(&manifest).unwrap()), (1, None), "{had:?}");
}

#[test]
fn a_receiver_does_what_every_target_does() {
    let (held, (station, _)) = (Held::new(), sealing());
    let vault = held.registered(&station, "200");
    let intruder = Intruder::of(&station);
    let card = Pass::read(&held.card()).unwrap().card;
    let own = Receiver::new(Address::parse(&held.place()).unwrap(), &card, &intruder.key).unwrap();
    conformance::keeps(&Target::Receiver(own));
    assert_eq!(held.received(&[], 0)["vaults"][0]["vault"], vault.as_str());
}

#[test]
fn who_is_not_registered_gets_nothing_and_nobody_answers_for_another() {
    let (held, (station, key), other) = (Held::new(), sealing(), sealing().0);
    let vault = held.registered(&station, "200");
    sealed(&station);
    let pass = held.pass(&vault, "reader");
    // No certificate, a certificate of nobody's, and plain words.
    let stranger = Intruder::stranger(held.dir());
    for more in [Vec::new(), stranger.shown()] {
        let told = intruder::curl(held.port, "GET", "/list", &more);
        assert!(!told.contains("manifests/") && !told.ends_with(" 200"), "{told}");
    }
    let mut plain = TcpStream::connect(("127.0.0.1", held.port)).unwrap();
    plain.write_all(b"GET /list HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut said = Vec::new();
    let _ = plain.read_to_end(&mut said);
    assert!(!String::from_utf8_lossy(&said).contains("manifests/"));
    // A reader puts nothing, and sees one vault; a station sees its own.
    let reads = target(&held, &pass);
    assert!(reads.put("vault.txt", &mut &b"x"[..], 1).is_err());
    held.registered(&other, "200");
    let own = Intruder::of(&other);
    let told = intruder::curl(held.port, "GET", "/list", &own.shown());
    assert!(told.ends_with(" 200") && !told.contains("vault.txt"), "another vault is not seen: {told}");
    // A pass that others may read, a card alone, and a receiver that is another.
    let at = |keys: &Path| {
        let place = held.place();
        run(&mut program(&["vault", "verify", "--at", &place, "--keys", text(keys), "--identity", text(&key)]))
    };
    at(&pass).ends(0);
    let impostor = Held::new();
    let words = fs::read_to_string(impostor.card()).unwrap();
    let secret: String = fs::read_to_string(&pass).unwrap().lines().skip(3).map(|line| format!("{line}\n")).collect();
    let wrong = held.dir().with_extension("wrong");
    fs::copy(&pass, &wrong).unwrap();
    fs::write(&wrong, words + &secret).unwrap();
    let told = at(&wrong).ends(1).err;
    assert!(told.contains("not the receiver of the card"), "{told}");
    at(&held.card()).ends(2);
    // A right that was taken back is gone at once.
    held.asked(&["revoke", "reader"]).ends(0);
    let told = at(&pass).ends(1).err;
    assert!(told.contains("not registered"), "{told}");
    fs::write(held.dir().join("rights.txt"), "andon-rights 1\nnonsense\n").unwrap();
    // What does not answer is not looked at, and that is said: the rest is.
    let told = station.run(&["vault", "verify"]).ends(3);
    assert!(told.out.contains("確かめていません"), "{}", told.out);
}

/// The intruder has root on the sealing station, so its key, and asks with curl what our own program never asks.
#[test]
fn the_worst_of_who_has_the_senders_key_changes_nothing_that_is_held() {
    let (held, (station, key), hospital) = (Held::new(), sealing(), Hospital::small(""));
    let vault = held.registered(&station, "20");
    station.feed(&hospital.root());
    let recorder = Recorder::start(held.port);
    sealed(&station);
    let before = held.tree();
    let intruder = Intruder::of(&station);
    intruder.asks_for_all(held.port, &before, &vault);
    // What went over the line is played again.
    let own = Pass::read(&held.card()).unwrap().card;
    let over = Address::parse(&format!("station://127.0.0.1:{}", recorder.port)).unwrap();
    let over = Target::Receiver(Receiver::new(over, &own, &intruder.key).unwrap());
    over.put("log/tile/0/999", &mut &b"once"[..], 4).unwrap();
    fs::remove_file(held.dir().join("held").join(&vault).join("log/tile/0/999")).unwrap();
    recorder.play_again(held.port);
    assert_eq!(held.tree(), before, "nothing held is changed, nothing of his is there");
    slow_ones_stop_nobody(&held, &intruder, &vault);
    assert_eq!(held.tree(), before);
    // What he did is written down at the receiver; the honest end of the vault is delivered and restored.
    let told = held.received(&["--all"], 0);
    let ours = told["vaults"].as_array().unwrap().iter().find(|one| one["vault"] == vault.as_str()).unwrap();
    assert!(ours["refused"].as_u64().unwrap() > 10 && ours["whole"] == true, "{told}");
    goes_on(&station, &hospital, 7);
    sealed(&station);
    fs::remove_dir_all(station.home()).unwrap();
    let (other, pass) = (Station::bare(), held.pass(&vault, "after"));
    let (place, home) = (held.place(), other.home());
    let words = ["restore", &place, "--keys", text(&pass), "--to", text(&home), "--identity", text(&key), "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    assert_eq!((&told["segment"], &told["damaged"]), (&2.into(), &serde_json::json!([])), "{told}");
}

/// Senders that never end take the places of their own vault alone, and give them back.
fn slow_ones_stop_nobody(held: &Held, intruder: &Intruder, vault: &str) {
    struct Slow(u32);
    impl Read for Slow {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            std::thread::sleep(Duration::from_millis(300));
            self.0 -= 1;
            if self.0 == 0 {
                return Err(std::io::ErrorKind::ConnectionReset.into());
            }
            out[0] = 0;
            Ok(1)
        }
    }
    let card = Pass::read(&held.card()).unwrap().card;
    let to = || {
        let place = Address::parse(&held.place()).unwrap();
        Target::Receiver(Receiver::new(place, &card, &intruder.key).unwrap())
    };
    let slow: Vec<_> = (0..6)
        .map(|at| {
            let to = to();
            std::thread::spawn(move || {
                to.put(&format!("log/tile/0/99{at}"), &mut Slow(12), 1000).unwrap_err().to_string()
            })
        })
        .collect();
    std::thread::sleep(Duration::from_millis(1500));
    let (other, _) = sealing();
    held.registered(&other, "20");
    sealed(&other);
    let told: Vec<String> = slow.into_iter().map(|slow| slow.join().unwrap()).collect();
    assert!(told.iter().filter(|said| said.contains("busy")).count() == 2, "four at once: {told:?}");
    let theirs = held.received(&[], 0)["vaults"].as_array().unwrap().iter().find(|one| one["vault"] != vault).cloned();
    assert_eq!(theirs.unwrap()["whole"], true);
    // The other vault was nothing of his: it is taken away again, so that what is compared is his.
    let other = held.tree().into_keys().find(|file| !file.to_string_lossy().contains(vault)).unwrap();
    let of = other.ancestors().find(|folder| folder.parent().is_some_and(|up| up.ends_with("held"))).unwrap();
    fs::remove_dir_all(of).unwrap();
}

/// Stands in the line and keeps what the sender says.
struct Recorder {
    port: u16,
    said: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    fn start(to: u16) -> Recorder {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let recorder = Recorder { port: listener.local_addr().unwrap().port(), said: Arc::default() };
        let said = Arc::clone(&recorder.said);
        std::thread::spawn(move || {
            for from in listener.incoming().flatten() {
                let there = TcpStream::connect(("127.0.0.1", to)).unwrap();
                let (mut back, mut up) = (there.try_clone().unwrap(), from.try_clone().unwrap());
                std::thread::spawn(move || std::io::copy(&mut back, &mut up));
                let (mut from, mut there, said) = (from, there, Arc::clone(&said));
                std::thread::spawn(move || {
                    let mut bytes = [0; 4096];
                    while let Ok(read @ 1..) = from.read(&mut bytes) {
                        said.lock().unwrap().extend(&bytes[..read]);
                        let _ = there.write_all(&bytes[..read]);
                    }
                });
            }
        });
        recorder
    }

    /// The same bytes again, to the receiver itself.
    fn play_again(&self, to: u16) {
        let said = self.said.lock().unwrap().clone();
        assert!(said.len() > 500, "a handshake and a put went over the line");
        let mut line = TcpStream::connect(("127.0.0.1", to)).unwrap();
        line.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let _ = line.write_all(&said);
        let mut answer = Vec::new();
        // It hangs up, or waits for a handshake that goes on.
        let _ = line.read_to_end(&mut answer);
    }
}
