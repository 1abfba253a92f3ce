//! `andon vault probe` and `extend` as a script meets them: exit codes, and no key anywhere; and a vault on a real server after the
//! worst that its owner's key can do. What a probe finds is tested in `crates/vault/tests/s3`.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::door::{Station, program, run};
use crate::trees::Hospital;
use crate::weed::{KEY, SECRET, Server, intruder};

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
    let ran = run(program(&["vault", "probe", "s3+http://127.0.0.1:1/vault", "--keys"]).arg(file));
    assert!(ran.err.contains("chmod 600"), "{}", ran.err);
    ran.ends(1);
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

    let names: Vec<String> = bucket.list("").unwrap().into_iter().map(|object| object.name).collect();
    assert!(names.len() >= 5, "{names:?}");
    intruder(&server, "vault", &names);
    station.run(&["vault", "verify", "--json"]).ends(4);

    let (other, identity) = (Station::bare(), identity.to_str().unwrap());
    let home = other.home();
    let words = ["restore", &place, "--keys", file, "--to", home.to_str().unwrap(), "--identity", identity, "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    assert_eq!(told["damaged"].as_array().map(Vec::len), Some(0), "{told}");
    crate::vault::same_charts(&station, &other, hospital.numbers().into_iter());
    // The locks go on: whoever extends needs no home.
    let words = ["vault", "extend", &place, "--keys", file, "--days", "9", "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    // With the one thing that he left under a name of his own.
    assert_eq!((&told["moved"], &told["failed"]), (&(names.len() + 1).into(), &0.into()), "{told}");
    for said in std::fs::read_dir(station.home()).unwrap().flatten().filter(|entry| entry.path().is_file()) {
        let bytes = std::fs::read(said.path()).unwrap();
        assert!(!bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes()), "{}", said.path().display());
    }
}
