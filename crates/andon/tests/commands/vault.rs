//! The whole round through the commands: fed, sealed, proved, restored on another machine, and opened with Debian's tools alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::door::{OURS, Station, run, without};
use crate::trees::{Hospital, all_files, messages};

/// A key in a file beside the home, as `age-keygen` writes it, and its public half.
pub fn key(station: &Station) -> (PathBuf, String) {
    let file = station.folder().join("officers.key");
    let made = run(Command::new("age-keygen").arg("-o").arg(&file)).ends(0);
    let public = fs::read_to_string(&file).unwrap();
    let public = public.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap_or(&made.err).to_owned();
    (file, public)
}

/// A station that seals into one folder; the folder and the key.
pub fn sealing() -> (Station, PathBuf, PathBuf) {
    let station = Station::training();
    let (key, public) = key(&station);
    let place = station.folder().join("vault-a");
    fs::create_dir(&place).unwrap();
    station.run(&["vault", "recipient", "add", &public]).ends(0);
    station.run(&["vault", "target", "add", place.to_str().unwrap(), "--name", "A"]).ends(0);
    (station, place, key)
}

pub fn restore(place: &Path, key: &Path, to: &Station, more: &[&str]) -> crate::door::Ran {
    let (place, key, home) = (place.to_str().unwrap(), key.to_str().unwrap(), to.home());
    let words = ["restore", place, "--to", home.to_str().unwrap(), "--identity", key, "--json"];
    run(&mut crate::door::program(&[&words[..], more].concat()))
}

fn extract(place: &Path, key: &Path, to: &Path) -> crate::door::Ran {
    let [place, key, to] = [place, key, to].map(|path| path.to_str().unwrap());
    run(&mut crate::door::program(&["vault", "extract", place, "--identity", key, "--to", to, "--json"]))
}

pub fn sealed(station: &Station) -> Value {
    let done = station.run(&["vault", "seal", "--json"]).ends(0).json();
    assert_eq!((&done["targets"][0]["state"], &done["targets"][0]["behind"]), (&"ok".into(), &0.into()), "{done}");
    done
}

/// The files of the segments, as the line in `vault.txt` brings them out into an empty folder.
fn opened_by_hand(place: &Path, key: &Path, out: &Path) {
    fs::create_dir(out).unwrap();
    let text = fs::read_to_string(place.join("vault.txt")).unwrap();
    let line = text.lines().find(|line| line.contains("age -d")).unwrap();
    let quoted = |path: &Path| format!("'{}'", path.display());
    let line = line.replace("VAULT", &quoted(place)).replace("KEY", &quoted(key));
    let mut shell = Command::new("bash");
    shell.args(["-c", &line]).current_dir(out);
    run(&mut shell).ends(0);
}

/// Path below a folder → bytes and whole seconds of the modification time.
fn tree(root: &Path, files: Vec<PathBuf>) -> BTreeMap<PathBuf, (Vec<u8>, i64)> {
    use std::os::unix::fs::MetadataExt;
    let one = |file: PathBuf| {
        let seconds = fs::metadata(&file).unwrap().mtime();
        (file.strip_prefix(root).unwrap().to_owned(), (fs::read(&file).unwrap(), seconds))
    };
    files.into_iter().map(one).collect()
}

/// The EMR goes on: a state changes (a rename), a file goes, two come, one of them with a name no text has.
fn goes_on(root: &Path) {
    use std::os::unix::ffi::OsStringExt;
    let files = messages(root);
    let current: Vec<_> = files.iter().filter(|file| file.to_string_lossy().ends_with("_1")).collect();
    let other = |file: &Path, end: &str| {
        let name = file.to_string_lossy();
        PathBuf::from(format!("{}{end}", name.strip_suffix('1').unwrap()))
    };
    fs::rename(current[3], other(current[3], "2")).unwrap();
    fs::remove_file(current[9]).unwrap();
    fs::copy(current[20], other(current[20], "0")).unwrap();
    let odd = std::ffi::OsString::from_vec([&b"\x83\x89\x83x"[..], b".txt"].concat());
    fs::write(current[30].parent().unwrap().join(odd), "名前が Shift_JIS").unwrap();
}

#[test]
fn fed_sealed_proved_restored_and_opened_by_hand() {
    let (station, place, key) = sealing();
    let hospital = Hospital::small("");
    station.feed(&hospital.root());
    assert!(sealed(&station)["parcels"].as_u64().unwrap() > 10);
    goes_on(&hospital.root());
    station.run(&["feed", "--once", "--json", hospital.root().to_str().unwrap()]);
    let second = sealed(&station);
    assert_eq!((&second["segments"], &second["number"]), (&1.into(), &2.into()));
    assert_eq!(sealed(&station)["segments"], 0, "nothing is new");

    let verified = station.run(&["vault", "verify", "--json"]).ends(0).json();
    assert_eq!((&verified["sound"], &verified["targets"][0]["parcels"]), (&true.into(), &0.into()));
    let at = ["vault", "verify", "--json", "--identity", key.to_str().unwrap(), "--at", place.to_str().unwrap()];
    let opened = run(&mut crate::door::program(&at)).ends(0).json();
    assert_eq!(opened["targets"][0]["findings"].as_array().unwrap().len(), 0);

    let other = Station::bare();
    let numbers = hospital.numbers();
    let known = |number: &&&str| [0, 3].contains(&station.run(&["chart", number, "--json"]).code);
    let first = numbers.iter().find(known).unwrap();
    let told = restore(&place, &key, &other, &["--first", first]).ends(0);
    assert!(told.err.contains(first), "{}", told.err);
    assert_eq!(told.json()["damaged"].as_array().unwrap().len(), 0);
    let (sound, restored) = (station.sound(), other.sound());
    for counted in ["sightings", "contents", "patients", "bytes_held"] {
        assert_eq!(sound[counted], restored[counted], "{counted}");
    }
    assert_eq!(opened["targets"][0]["parcels"], told.json()["parcels"], "those taken in first are counted too");
    same_charts(&station, &other, numbers.iter().copied().step_by(2));
    for words in ["タナカ", "1948-03-03"] {
        let hits = |station: &Station| station.run(&["search", words, "--json"]).json();
        assert_eq!(hits(&station), hits(&other), "{words}");
    }

    let out = station.folder().join("out");
    opened_by_hand(&place, &key, &out);
    let by_us = station.folder().join("by-us");
    let extracted = extract(&place, &key, &by_us).ends(0).json();
    assert_eq!((&extracted["sound"], &extracted["odd"], &extracted["gone"]), (&true.into(), &0.into(), &2.into()));
    extract(&place, &key, &by_us).ends(2);
    let reader = store::open_reader(&station.home(), &store::Unlock::KeyFile).unwrap();
    let mut compared = 0;
    for (source, out) in reader.sources().unwrap().iter().flat_map(|source| [(source, &out), (source, &by_us)]) {
        let below = out.join(format!("s{}", source.no));
        let (held, there) = (tree(&source.root, messages(&source.root)), tree(&below, all_files(&below)));
        let names: Vec<_> = held.keys().collect();
        assert_eq!(names, there.keys().collect::<Vec<_>>(), "{}", source.name);
        assert!(held == there, "{}: bytes or times differ", source.name);
        compared += held.len();
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn the_station_that_seals_holds_no_key_and_names_hold_no_patient() {
    let (station, place, _) = sealing();
    let hospital = Hospital::small("");
    station.feed(&hospital.root());
    sealed(&station);
    let files = [all_files(&station.home()), all_files(&place)].concat();
    for file in files {
        let bytes = fs::read(&file).unwrap();
        // `vault.txt` names the form of a key; a key goes on after it.
        let secret =
            |part: &[u8]| part.starts_with(b"AGE-SECRET-KEY-1") && part[16..].iter().all(u8::is_ascii_alphanumeric);
        assert!(!bytes.windows(40).any(secret), "{}", file.display());
        let name = file.strip_prefix(station.folder()).unwrap().to_string_lossy().into_owned();
        assert!(hospital.numbers().iter().all(|number| !name.contains(number)), "{name}");
    }
    let clear = all_files(&place).iter().map(|file| fs::read(file).unwrap()).collect::<Vec<_>>().concat();
    let planted = "タナカ".as_bytes();
    assert!(!clear.windows(planted.len()).any(|part| part == planted));
}

/// The only disk is out: nothing was looked at, and that is no proof.
fn nothing_there_is_not_sound() {
    let station = Station::training();
    let disk = station.folder().join("usb");
    fs::create_dir(&disk).unwrap();
    station.run(&["vault", "target", "add", disk.to_str().unwrap(), "--name", "金曜", "--removable", "7"]).ends(0);
    fs::rename(&disk, station.folder().join("shelf")).unwrap();
    let told = station.run(&["vault", "verify", "--json"]).ends(3).json();
    assert_eq!((&told["sound"], &told["unchecked"][0]["code"]), (&false.into(), &"out".into()), "{told}");
}

/// A place that is not there keeps nobody from looking at the others; and of a disk it is said since when it is out and when it is due.
#[test]
fn a_folder_that_is_gone_is_not_checked_and_the_other_is_proved() {
    let (station, place, _) = sealing();
    let (other, disk, away) =
        (station.folder().join("b"), station.folder().join("usb"), station.folder().join("shelf"));
    fs::create_dir(&other).unwrap();
    fs::create_dir(&disk).unwrap();
    station.run(&["vault", "target", "add", other.to_str().unwrap(), "--name", "B"]).ends(0);
    station.run(&["vault", "target", "add", disk.to_str().unwrap(), "--name", "金曜", "--removable", "7"]).ends(0);
    station.feed(&Hospital::small("").root());
    sealed(&station);
    fs::rename(&disk, away).unwrap();
    station.run(&["vault", "seal"]).ends(0);
    let words = station.run(&["vault", "status"]).out;
    let line = words.lines().find(|line| line.starts_with("金曜")).unwrap();
    assert!(line.contains("抜いてある 20") && line.contains(" から  保管単位 1 まで"), "{words}");
    assert!(words.contains("次に戻す期限 20") && words.contains("due back 20") && !words.contains('№'), "{words}");
    let (aside, segments) = (station.folder().join("aside"), place.join("segments"));
    nothing_there_is_not_sound();
    fs::rename(&place, &aside).unwrap();
    let told = station.run(&["vault", "verify", "--json"]).ends(3).json();
    let names: Vec<_> = told["targets"].as_array().unwrap().iter().map(|one| one["target"].clone()).collect();
    assert_eq!((&told["sound"], names), (&false.into(), vec!["B".into()]), "{told}");
    assert_eq!(told["unchecked"], serde_json::json!([{"target": "A", "code": "out", "detail": ""}]));
    assert!(station.run(&["vault", "verify"]).ends(3).out.contains("？ A: つながっていない  確かめていません"));
    fs::rename(&aside, &place).unwrap();
    // A fault at one is a fault of the whole, and its place is named where it is shown.
    let segment = fs::read_dir(segments).unwrap().next().unwrap().unwrap().path();
    fs::write(&segment, b"spoilt").unwrap();
    station.run(&["vault", "verify"]).ends(4);
    let told = station.run(&["vault", "status", "--json"]).ends(3).json();
    let of = |name: &str| {
        told["targets"].as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["light"].clone()
    };
    assert_eq!((of("A"), of("B")), ("red".into(), "green".into()), "{told}");
    assert_eq!(told["why"][0], "changed");
    assert!(station.run(&["vault", "status"]).out.contains("封じたときと違うものがあります: A"));
}

#[test]
fn damage_ends_with_exit_4_and_names_the_segment() {
    let (station, place, key) = sealing();
    let hospital = Hospital::small("");
    station.feed(&hospital.root());
    sealed(&station);
    assert_eq!(station.run(&["vault", "status", "--json"]).json()["held"][1], "amber");
    let segment = fs::read_dir(place.join("segments")).unwrap().next().unwrap().unwrap().path();
    let sound = fs::read(&segment).unwrap();
    let mut bytes = sound.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&segment, &bytes).unwrap();
    let name = segment.file_name().unwrap().to_str().unwrap();
    let verified = station.run(&["vault", "verify"]).ends(4);
    assert!(verified.out.contains(name) && verified.out.contains("segment 1"), "{}", verified.out);
    let status = station.run(&["vault", "status", "--json"]).ends(3).json();
    assert_eq!((&status["light"], &status["held"][1]), (&"red".into(), &"red".into()));
    let refused = restore(&place, &key, &Station::bare(), &[]).ends(4);
    assert!(refused.err.contains(name), "{}", refused.err);
    let out = station.folder().join("out");
    let extracted = extract(&place, &key, &out).ends(4).json();
    assert!(extracted["findings"].to_string().contains(name), "{extracted}");
    let written = all_files(&out).len();
    assert!(written > 100 && written < messages(&hospital.root()).len(), "what opens is written: {written}");
    // Cut off, and gone.
    fs::write(&segment, &sound[..sound.len() - 1000]).unwrap();
    station.run(&["vault", "verify"]).ends(4);
    fs::remove_file(&segment).unwrap();
    assert!(station.run(&["vault", "verify"]).ends(4).out.contains(name));
    fs::write(&segment, &sound).unwrap();
    station.run(&["vault", "verify"]).ends(0);
    assert_eq!(station.run(&["vault", "status", "--json"]).ends(0).json()["held"][1], "green");
}

#[test]
fn what_cannot_be_asked_is_said_and_changes_nothing() {
    let station = Station::training();
    let (key, public) = key(&station);
    let place = station.folder().join("vault-a");
    station.run(&["vault", "seal"]).ends(1);
    assert!(station.run(&["vault", "verify"]).ends(1).err.contains("target add"), "nothing was looked at");
    station.run(&["vault", "target", "add", place.to_str().unwrap(), "--name", "A"]).ends(2);
    station.run(&["vault", "target", "add", "s4://x", "--name", "A"]).ends(2);
    fs::create_dir(&place).unwrap();
    station.run(&["vault", "target", "add", place.to_str().unwrap(), "--name", "A"]).ends(0);
    let nobody = station.run(&["vault", "seal"]).ends(1);
    assert!(nobody.err.contains("recipient add"), "{}", nobody.err);
    let secret = fs::read_to_string(&key).unwrap();
    let secret = secret.lines().find(|line| line.starts_with("AGE-SECRET-KEY")).unwrap();
    let refused = station.run(&["vault", "recipient", "add", secret]).ends(2);
    assert!(!refused.err.contains(secret));
    station.run(&["vault", "recipient", "add", &public]).ends(0);
    sealed(&station);
    // Another home's vault in the same folder is refused, and so is an empty restore target that is a home.
    let other = Station::training();
    other.run(&["vault", "target", "add", place.to_str().unwrap(), "--name", "A"]).ends(1);
    let there = restore(&place, &key, &other, &[]).ends(1);
    assert!(there.err.contains("home"), "{}", there.err);
    let wrong = other.folder().join("other.key");
    run(Command::new("age-keygen").arg("-o").arg(&wrong)).ends(0);
    restore(&place, &wrong, &Station::bare(), &[]).ends(1);
}

/// Every kind of kill while it seals: what was acknowledged is in the vault once, and the vault is sound.
#[test]
fn killed_while_sealing_again_and_again() {
    const KILLS: u32 = 12;
    let (station, place, key) = sealing();
    let hospital = Hospital::small("");
    station.feed(&hospital.root());
    let mut at_work = 0;
    for kill in 0..KILLS {
        let mut seal = station.command(&["vault", "seal"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(u64::from(kill) * 60 % 500));
        seal.kill().unwrap();
        at_work += u32::from(!seal.wait().unwrap().success());
        let page = hospital.root().join("std1");
        let file = messages(&page).into_iter().nth(kill as usize).unwrap();
        fs::write(&file, [fs::read(&file).unwrap(), b"\r".to_vec()].concat()).unwrap();
        station.run(&["feed", "--once", hospital.root().to_str().unwrap()]);
    }
    println!("{KILLS} kills, {at_work} fell on a seal at work");
    sealed(&station);
    station.run(&["vault", "verify"]).ends(0);
    let other = Station::bare();
    restore(&place, &key, &other, &[]).ends(0);
    assert_eq!(station.sound()["sightings"], other.sound()["sightings"]);
}

/// While it feeds, nobody asks for a seal: what came is in the vault soon, and what the station says of sealing calls for none.
#[test]
fn a_station_that_feeds_seals_by_itself() {
    let (station, place, _) = sealing();
    let hospital = Hospital::small("");
    let root = hospital.root();
    let mut feed = station.command(&["feed", root.to_str().unwrap()]);
    let mut feed = feed.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let manifests = || fs::read_dir(place.join("manifests")).map_or(0, Iterator::count);
    let until = Instant::now() + Duration::from_secs(120);
    while manifests() == 0 && Instant::now() < until {
        std::thread::sleep(Duration::from_millis(200));
    }
    let by_itself = manifests();
    // What came after that waits for the clock, or for who asks: also while another process feeds.
    let asked = station.run(&["vault", "seal", "--json"]);
    feed.kill().unwrap();
    feed.wait().unwrap();
    assert_eq!(by_itself, 1);
    assert!([0, 1].contains(&asked.code), "{}", asked.err);
    sealed(&station);
    station.run(&["vault", "verify"]).ends(0);
    let number = sealed(&station)["number"].as_u64().unwrap();
    assert_eq!(sealed(&station)["number"].as_u64(), Some(number), "nothing is new");
}

/// That two stations show the same charts of these numbers, of which there are some.
pub fn same_charts<'n>(station: &Station, other: &Station, numbers: impl Iterator<Item = &'n str>) {
    let mut charts = 0;
    for number in numbers {
        // A small hospital has not everybody of the drill's list.
        let [one, two] = [station, other].map(|station| station.run(&["chart", number, "--json"]));
        assert_eq!(one.code, two.code, "{number}");
        if [0, 3].contains(&one.code) {
            charts += 1;
            assert_eq!(without(&one.json(), &OURS), without(&two.json(), &OURS), "{number}");
        }
    }
    assert!(charts > 10, "{charts}");
}
