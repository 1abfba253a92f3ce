//! `andon vault probe` and `extend` as a script meets them: exit codes, and no key anywhere; and a vault on a real server after the
//! worst that its owner's key can do. What a probe finds is tested in `crates/vault/tests/s3`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::door::{Station, program, run};
use crate::running::Running;
use crate::trees::{Hospital, messages};
use crate::weed::{KEY, READER, SECRET, Server, intruder};

fn keys(folder: &Path, mode: u32) -> PathBuf {
    keys_of(folder, "owner", "geheim", mode)
}

pub fn keys_of(folder: &Path, key: &str, secret: &str, mode: u32) -> PathBuf {
    let path = folder.join("keys");
    std::fs::write(&path, format!("access-key = {key}\nsecret-key = {secret}\nkeep-days = 2\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
    path
}

#[test]
fn what_cannot_be_proved_ends_so_and_no_key_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = keys(folder.path(), 0o600);
    let file = file.to_str().unwrap();
    // Nobody listens there.
    let nowhere = "s3+http://127.0.0.1:1/vault";
    let table: [(&[&str], i32); 6] = [
        (&["probe", nowhere, "--json"], 3),
        (&["probe", nowhere], 3),
        (&["extend", nowhere, "--days", "3"], 1),
        (&["probe", "s3://owner:geheim@127.0.0.1/vault"], 2),
        (&["probe", "/mnt/vault"], 2),
        (&["probe", nowhere, "--door", "nowhere"], 2),
    ];
    for (words, code) in table {
        let ran = run(program(&["vault"]).args(words).args(["--keys", file]));
        let said = format!("{}{}", ran.out, ran.err);
        // What clap shows back of a wrong word is the word itself, so only our own words are looked through.
        assert!(!said.contains("geheim"), "{words:?}: {said}");
        if code == 3 && words.contains(&"--json") {
            let told = ran.json();
            assert_eq!((&told["outcome"], &told["open"]), (&"unknown".into(), &0.into()), "{told}");
        }
        ran.ends(code);
    }
}

#[test]
fn a_file_of_keys_that_others_may_read_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = keys(folder.path(), 0o644);
    let ran = run(program(&["vault", "probe", "s3+http://127.0.0.1:1/vault", "--keys"]).arg(&file));
    assert!(ran.err.contains("chmod 600"), "{}", ran.err);
    ran.ends(1);
    // What is written wrongly is told in both languages.
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, "access-key = A\nzzz = geheim\n").unwrap();
    for (place, said) in [
        ("s3+http://127.0.0.1:1/vault", "2 行目"),
        ("s3://127.0.0.1/v", "3〜63 字"),
        ("s3://127.0.0.1", "バケットの名前"),
    ] {
        let ran = run(program(&["vault", "probe", place, "--keys"]).arg(&file));
        assert!(ran.err.contains(said) && !ran.err.contains("geheim"), "{}", ran.err);
    }
}

/// Sealed to a server, then everything there is overwritten and deleted with the owner's key: what is in sight is a fault, and
/// what lies below is restored whole.
#[test]
fn after_the_worst_of_the_owners_key_everything_sealed_is_restored() {
    let Some(server) = Server::start() else { return };
    let bucket = server.bucket("vault");
    let (hospital, station) = (Hospital::small(""), Station::training());
    station.feed(&hospital.root());
    let (identity, public) = crate::vault::key(&station);
    let file = keys_of(station.folder(), KEY, SECRET, 0o600);
    let (place, file) = (server.address("vault", ""), file.to_str().unwrap());
    station.run(&["vault", "recipient", "add", &public]).ends(0);
    station.run(&["vault", "target", "add", &place, "--name", "NAS", "--keys", file]).ends(0);
    let done = station.run(&["vault", "seal", "--json"]).ends(0).json();
    assert_eq!((&done["targets"][0]["state"], &done["targets"][0]["behind"]), (&"ok".into(), &0.into()), "{done}");
    station.run(&["vault", "verify", "--json"]).ends(0);

    a_prover_that_only_reads(&station, &hospital, &place);
    let names: Vec<String> = bucket.list("").unwrap().into_iter().map(|object| object.name).collect();
    assert!(names.len() >= 5, "{names:?}");
    intruder(&server, "vault", &names);
    station.run(&["vault", "verify", "--json"]).ends(4);
    hidden_is_not_spoilt(&station);

    the_log_is_read_below(&station, &place, file);
    let hidden = proved_by_who_only_reads(&station, &place, 4);
    assert!(!hidden.is_empty() && hidden.iter().all(|code| code == "hidden"), "{hidden:?}");
    let (other, identity) = (Station::bare(), identity.to_str().unwrap());
    let home = other.home();
    let early = ["--to", home.to_str().unwrap(), "--identity", identity, "--as-of", "2021-10-31T00:30"];
    let told = run(program(&["restore", &place, "--keys", file]).args(early)).ends(1);
    assert!(told.err.contains("何も封じられていません") && !home.exists(), "{}", told.err);
    let words = ["restore", &place, "--keys", file, "--to", home.to_str().unwrap(), "--identity", identity, "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    assert_eq!(told["damaged"].as_array().map(Vec::len), Some(0), "{told}");
    crate::vault::same_charts(&station, &other, hospital.numbers().into_iter());
    // The locks go on: whoever extends needs no home.
    let words = ["vault", "extend", &place, "--keys", file, "--days", "9", "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    // With the one thing that he left under a name of his own, and what a witness signed since.
    assert_eq!((&told["moved"], &told["failed"]), (&(names.len() + 2).into(), &0.into()), "{told}");
    for said in std::fs::read_dir(station.home()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(said.path()).unwrap();
        assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()), "{}", said.path().display());
    }
}

/// The page tells what is only out of sight from what is damaged, in the reader's own language, with what to do.
fn hidden_is_not_spoilt(station: &Station) {
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let cookie = running.let_in();
    let page = |lang: &str| running.get("/proof", &format!("lang={lang}; {cookie}"));
    let (ja, en) = (page("ja"), page("en"));
    running.stop();
    for (page, said) in [
        (&ja, "NAS: 隠されたものがある（下に残っている）"),
        (&ja, "この保管先にはもう置かず"),
        (&en, "NAS: something was hidden"),
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for (page, said) in [(&ja, "封じたときのものではない"), (&en, "削除マーカー"), (&ja, "`")] {
        assert!(!page.contains(said), "{said}: {page}");
    }
}

/// After delete markers and other bytes over every object: the true log is listed and proved, a witness is asked and heard.
fn the_log_is_read_below(station: &Station, place: &str, keys: &str) {
    let text = |name: &str| station.folder().join(name).to_str().unwrap().to_owned();
    let own = station.run(&["vault", "log", "--json"]).ends(0).json();
    let at = ["vault", "log", "--at", place, "--keys", keys, "--json"];
    let without_a_home = run(&mut program(&at)).ends(0).json();
    for told in [&own, &without_a_home] {
        let entries = told["entries"].as_array().unwrap();
        assert!(told["sound"] == true && entries.iter().all(|entry| entry["proved"] == true), "{told}");
        assert!(entries.iter().any(|entry| entry["entry"].as_str().unwrap().starts_with("manifest 1 ")), "{told}");
    }
    let (asked, signed, witness) = (text("asked"), text("signed"), text("witness"));
    let card = run(&mut program(&["vault", "witness", "init", "--as", &witness, "--name", "neighbour", "--json"]));
    let card = card.ends(0).json()["card"].as_str().unwrap().to_owned();
    station.run(&["vault", "witness", "add", &card]).ends(0);
    let told = station.run(&["vault", "checkpoint", "--out", &asked, "--json"]).ends(0).json();
    assert_eq!(told["size"], own["size"], "the head of the whole log: {told}");
    let key = told["key"].as_str().unwrap();
    run(&mut program(&["vault", "witness", "sign", &asked, "--as", &witness, "--out", &signed, "--key", key])).ends(0);
    let taken = station.run(&["vault", "witness", "take", &signed, "--json"]).ends(0).json();
    assert_eq!((&taken["places"], &taken["size"]), (&1.into(), &own["size"]), "{taken}");
    let told = station.run(&["vault", "log", "--json"]).ends(0).json();
    assert_eq!(told["witnessed"][0], own["size"], "{told}");
}

/// A prover has a key of the server that may only read and list, and finds nothing wrong.
fn a_prover_that_only_reads(station: &Station, hospital: &Hospital, place: &str) {
    let text = |name: &str| station.folder().join(name).to_str().unwrap().to_owned();
    run(&mut program(&["prove", "init", "--as", &text("prover"), "--name", "予備機"])).ends(0);
    station.run(&["vault", "prover", "add", &text("prover/card.txt")]).ends(0);
    let file = messages(&hospital.root().join("std1")).into_iter().nth(3).unwrap();
    std::fs::write(&file, [std::fs::read(&file).unwrap(), b"\r".to_vec()].concat()).unwrap();
    station.run(&["feed", "--once", hospital.root().to_str().unwrap()]);
    station.run(&["vault", "seal"]).ends(0);
    let folder = station.folder().join("read-only");
    std::fs::create_dir(&folder).unwrap();
    let keys = keys_of(&folder, READER.0, READER.1, 0o600);
    // The first segment was sealed before this prover was registered.
    assert_eq!(proved_by_who_only_reads(station, place, 3), Vec::<String>::new());
    let told = station.run(&["vault", "verdict", &text("verdict-3"), "--json"]).json();
    assert_eq!(told["outcome"], "older_closed", "{told}");
    // Nothing is put with that key: whoever had it alone could not even register the place's label.
    let s3 =
        ::vault::s3::S3::new(::vault::s3::Address::parse(place).unwrap(), ::vault::s3::Access::read(&keys).unwrap(), 2);
    assert!(s3.unwrap().put("log/tile/0/999", &mut &b"x"[..], 1).is_err());
}

/// What it finds, by its codes.
fn proved_by_who_only_reads(station: &Station, place: &str, code: i32) -> Vec<String> {
    let text = |name: &str| station.folder().join(name).to_str().unwrap().to_owned();
    let (keys, prover, out) = (text("read-only/keys"), text("prover"), text(&format!("verdict-{code}")));
    let words = ["prove", place, "--keys", &keys, "--as", &prover, "--out", &out, "--json"];
    let told = run(&mut program(&words)).ends(code).json();
    let found = told["findings"].as_array().unwrap().iter();
    found.map(|one| one["code"].as_str().unwrap().to_owned()).collect()
}

/// While the station serves, locks that would end too soon are moved away; with a key that may not, the page and the command say so.
#[test]
fn locks_are_kept_long_by_the_clock() {
    let Some(server) = Server::start() else { return };
    let station = Station::training();
    let (_, public) = crate::vault::key(&station);
    station.run(&["vault", "recipient", "add", &public]).ends(0);
    let places = [("good", (KEY, SECRET)), ("weak", READER)].map(|(name, key)| {
        let folder = station.folder().join(name);
        std::fs::create_dir(&folder).unwrap();
        let (bucket, file) = (server.bucket(name), keys_of(&folder, KEY, SECRET, 0o600));
        let (place, keys) = (server.address(name, ""), file.to_str().unwrap());
        station.run(&["vault", "target", "add", &place, "--name", name, "--keys", keys]).ends(0);
        (bucket, file, key)
    });
    station.run(&["vault", "seal"]).ends(0);
    for (_, file, (key, secret)) in &places {
        std::fs::write(file, format!("access-key = {key}\nsecret-key = {secret}\nkeep-days = 40\n")).unwrap();
    }
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let outcomes = || {
        let told = station.run(&["vault", "status", "--json"]).json();
        let servers = told["servers"].as_array().unwrap().iter();
        servers.map(|one| one["extended"]["outcome"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let until = std::time::Instant::now() + std::time::Duration::from_secs(60);
    while outcomes().iter().any(String::is_empty) && std::time::Instant::now() < until {
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    assert_eq!(outcomes(), ["moved", "failed"]);
    let page = running.get("/vault?lang=en", &running.let_in());
    running.stop();
    assert!(page.contains("could not be moved") && page.contains("clock:steady"), "{page}");
    let [(good, ..), (weak, ..)] = &places;
    for (bucket, far) in [(good, true), (weak, false)] {
        for object in bucket.list("").unwrap() {
            let first = bucket.versions(&object.name).unwrap().pop().unwrap();
            let lock = bucket.lock_of(&object.name, &first.id).unwrap().unwrap();
            let day = bucket.now().unwrap() + 39 * 86_400_000;
            assert!((lock.until > day) == far && lock.mode == "COMPLIANCE", "{}: {lock:?}", object.name);
        }
    }
}
