//! The attack story of the vault. An intruder has the station's root, every password on it and the owner's key of the server of objects,
//! but neither the clock of its lock nor the officers' cards. He does his worst for a week of days. Afterwards, from what is left, on a
//! bare machine, every acknowledged entry up to the last segment that was sealed and delivered is there again and proved, and what he did
//! shows.
//!
//! `attack/week.rs` is the hospital and the ledger of what was acknowledged; here is what he does, act by act.

#[path = "attack/forger.rs"]
mod forger;
#[path = "attack/week.rs"]
mod week;

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::door::{Station, program, run};
use crate::trees::all_files;
use crate::weed::{Server, owner};
use week::{BUCKET, Week, text};

const BYPASS: [&str; 2] = ["-H", "x-amz-bypass-governance-retention: true"];

#[test]
fn a_week_of_an_intruder_with_root_and_the_owners_key() {
    let Some(server) = Server::start() else { return };
    let mut week = Week::begin(&server);
    week.day(&["A", "X", "NAS"]);
    week.unplug("X");
    week.plug("Y");
    week.day(&["A", "Y", "NAS"]);
    week.unplug("Y");
    let before = week.moment();
    let copy = forger::copy_of_the_station(&week);

    one_file_a_day_then_all(&mut week);
    commands_as_root(&week);
    // Who has the owner's key alone cannot keep the station from delivering by taking the next name.
    let next = format!("{BUCKET}/manifests/00000003-0123456789abcdef.txt");
    done(&week, "PUT", &next, &["--data-binary", "taken"]);
    week.day(&["A", "NAS"]);
    // As it hangs printed on the wards that evening.
    let paper = week.paper();
    the_attached_folder(&week);
    a_history_made_anew(&week, &copy);
    let last = week.honest_end();
    forger::sealed_to_himself(&week);
    forger::planted(&week);
    on_the_server(&week);
    locks_made_longer(&week);
    the_home_itself(&week);

    from_the_server(&week, &last, &paper);
    from_the_server_as_of(&week, before);
    from_the_disk_that_was_out(&week);
    what_he_did_shows(&week);
}

/// He encrypts the EMR's storage, one file at first and then everything: the gate holds the charts, and every entry is kept.
fn one_file_a_day_then_all(week: &mut Week) {
    week.encrypt(1);
    week.feed();
    week.encrypt(usize::MAX);
    week.feed();
    let held = week.station.run(&["gate", "status", "--json"]).ends(3).json();
    let sources = held["sources"].as_array().unwrap();
    assert!(sources.iter().any(|source| source["hold"].is_object()), "{held}");
    week.charts_are_as_before();
}

/// Every command that could weaken the vault, as root: what it does is written in the log, and to the officers is sealed all the same.
fn commands_as_root(week: &Week) {
    let own = week.station.folder().join("intruder.key");
    run(std::process::Command::new("age-keygen").arg("-o").arg(&own)).ends(0);
    let public = fs::read_to_string(&own).unwrap();
    let public = public.lines().find_map(|line| line.strip_prefix("# public key: ")).unwrap();
    week.station.run(&["vault", "recipient", "add", public, "--by", "intruder"]).ends(0);
    let told =
        week.station.run(&["vault", "recipient", "remove", &week.officers, "--by", "intruder", "--json"]).ends(0);
    assert!(told.out.contains(&week.officers), "the officers' key is not taken away by a command: {}", told.out);
    week.station.run(&["vault", "target", "remove", "X", "--by", "intruder"]).ends(0);
    // The audit of who looked is a file of the home, which root can spoil.
    let access = week.station.home().join("access.db");
    fs::write(&access, b"nothing to see here").unwrap();
    // Objects that nobody sealed, in the spool: more than there is, and under names that come next.
    let spool = week.station.home().join("vault");
    for name in ["segments/00000004-0123456789abcdef.tar.zst.age", "manifests/00000009-0123456789abcdef.txt"] {
        fs::create_dir_all(spool.join(name).parent().unwrap()).unwrap();
        fs::write(spool.join(name), vec![7; 4 << 20]).unwrap();
    }
}

/// What is attached to the station is his: he overwrites, cuts off and deletes, and the next look says so.
fn the_attached_folder(week: &Week) {
    let place = week.place("A");
    let keep = week.station.folder().join("A.kept");
    run(std::process::Command::new("cp").args(["-a", text(&place), text(&keep)])).ends(0);
    for (at, file) in all_files(&place.join("segments")).iter().enumerate() {
        let bytes = fs::read(file).unwrap();
        match at % 3 {
            0 => fs::write(file, vec![0; bytes.len()]).unwrap(),
            1 => fs::write(file, &bytes[..bytes.len() / 2]).unwrap(),
            _ => fs::remove_file(file).unwrap(),
        }
    }
    let told = week.station.run(&["vault", "verify", "--target", "A", "--json"]).ends(4).json();
    let found = told["targets"][0]["findings"].as_array().unwrap();
    assert!(found.iter().any(|one| one["code"] == "bytes" && one["bytes"].is_array()), "{told}");
    fs::remove_dir_all(&place).unwrap();
    fs::rename(keep, place).unwrap();
}

/// With the home as it was on the second day he makes another history, signed with the station's own key. The program refuses to put it
/// over what is there; so he puts it beside with his own hands.
fn a_history_made_anew(week: &Week, copy: &Path) {
    let (home, old) = (copy.join("home"), copy.join("A"));
    let place = week.place("A");
    let aside = week.station.folder().join("A.real");
    fs::rename(&place, &aside).unwrap();
    fs::rename(&old, &place).unwrap();
    for again in 0..3 {
        week.forged_day(again);
        run(&mut program(&["feed", "--once", text(&week.forged_root()), "--home", text(&home)]));
        let told = run(&mut program(&["vault", "seal", "--json", "--home", text(&home)])).ends(4).json();
        let targets = told["targets"].as_array().unwrap();
        let of = |name: &str| targets.iter().find(|target| target["name"] == name).unwrap();
        assert_eq!((&of("A")["state"], &of("NAS")["fault"]), (&"ok".into(), &true.into()), "{told}");
    }
    let forged = forger::upload(week, &place);
    assert!(forged >= 9, "segment, index and manifest of three segments: {forged}");
    fs::remove_dir_all(&place).unwrap();
    fs::rename(aside, place).unwrap();
}

/// Everything that the owner's key can ask of the server. What is refused leaves the lock; what is not lays something over.
fn on_the_server(week: &Week) {
    let s3 = week.server.place(BUCKET, "", 2);
    let names: Vec<String> = s3.list("").unwrap().into_iter().map(|object| object.name).collect();
    assert!(names.len() > 20, "{names:?}");
    for (at, name) in names.iter().enumerate() {
        let first = s3.versions(name).unwrap().pop().unwrap();
        let lock = s3.lock_of(name, &first.id).unwrap();
        if lock.is_none() {
            // What he laid there himself is his to take away.
            continue;
        }
        let path = format!("{BUCKET}/{name}");
        let version = format!("{path}?versionId={}", first.id);
        refused(week, "DELETE", &version, &BYPASS);
        let retention = format!("{path}?retention=&versionId={}", first.id);
        for (mode, until) in [("COMPLIANCE", "2026-01-01T00:00:00Z"), ("GOVERNANCE", "2099-01-01T00:00:00Z")] {
            let body = format!("<Retention><Mode>{mode}</Mode><RetainUntilDate>{until}</RetainUntilDate></Retention>");
            refused(week, "PUT", &retention, &[&BYPASS[..], &["--data-binary", &body]].concat());
        }
        assert_eq!(s3.lock_of(name, &first.id).unwrap(), lock, "{name}");
        match at % 3 {
            0 => drop(done(week, "PUT", &path, &["--data-binary", "pay"])),
            1 => in_parts(week, &path),
            _ => {}
        }
        if at % 2 == 0 {
            done(week, "DELETE", &path, &[]);
        }
    }
    let suspend = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    refused(week, "PUT", &format!("{BUCKET}?versioning="), &["--data-binary", suspend]);
    refused(week, "DELETE", BUCKET, &BYPASS);
    // A rule that expires everything after a day: the server may take it, and what is locked stays.
    let rule = "<LifecycleConfiguration><Rule><ID>x</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter>\
                <Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>";
    owner(week.server, "PUT", &format!("{BUCKET}?lifecycle="), &["--data-binary", rule]);
    let state = s3.state().unwrap();
    assert!(state.lock && state.versions, "{state:?}");
}

fn refused(week: &Week, method: &str, path: &str, more: &[&str]) {
    let told = owner(week.server, method, path, more);
    let understood = !["SignatureDoesNotMatch", "NotImplemented", "MalformedXML"].iter().any(|why| told.contains(why));
    assert!(understood && !told.ends_with(" 200") && !told.ends_with(" 204"), "{method} {path}: {told}");
}

fn done(week: &Week, method: &str, path: &str, more: &[&str]) -> String {
    let told = owner(week.server, method, path, more);
    assert!(told.ends_with(" 200") || told.ends_with(" 204"), "{method} {path}: {told}");
    told
}

/// Puts junk over an object as an upload in parts.
fn in_parts(week: &Week, path: &str) {
    let begun = done(week, "POST", &format!("{path}?uploads="), &[]);
    let id = begun.split("<UploadId>").nth(1).and_then(|rest| rest.split("</UploadId>").next()).unwrap();
    let part = format!("{path}?partNumber=1&uploadId={id}");
    let told = done(week, "PUT", &part, &["--data-binary", "pay in parts", "-D", "-"]);
    let tag =
        told.lines().find_map(|line| line.to_lowercase().starts_with("etag:").then(|| line[5..].trim().to_owned()));
    let body = format!(
        "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part></CompleteMultipartUpload>",
        tag.unwrap().replace('"', "&quot;")
    );
    done(week, "POST", &format!("{path}?uploadId={id}"), &["--data-binary", &body]);
}

/// A lock may be made longer by anybody: he does it to what is ours, so that it looks as if it had come last; and so does, every day, the
/// machine that keeps the locks. Neither changes what came when.
fn locks_made_longer(week: &Week) {
    let s3 = week.server.place(BUCKET, "", 2);
    let before = s3.versions("").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let body = "<Retention><Mode>COMPLIANCE</Mode><RetainUntilDate>2039-01-01T00:00:00Z</RetainUntilDate></Retention>";
    let mut done_to = 0;
    for object in s3.list("manifests/00000003").unwrap().into_iter().chain(s3.list("heads/").unwrap()) {
        let first = s3.versions(&object.name).unwrap().pop().unwrap();
        if s3.lock_of(&object.name, &first.id).unwrap().is_some() {
            let path = format!("{BUCKET}/{}?retention=&versionId={}", object.name, first.id);
            done(week, "PUT", &path, &["--data-binary", body]);
            done_to += 1;
        }
    }
    assert!(done_to >= 1);
    let (address, keys) = (week.address(), text(&week.keys).to_owned());
    let words = ["vault", "extend", &address, "--keys", &keys, "--days", "60", "--json"];
    let told = run(&mut program(&words)).ends(0).json();
    assert!(told["moved"].as_u64().unwrap() > 20, "{told}");
    assert_eq!(s3.versions("").unwrap(), before, "a longer lock changed what came when");
}

/// At last he wipes the station, and the disks that are in.
fn the_home_itself(week: &Week) {
    fs::remove_dir_all(week.station.home()).unwrap();
    fs::remove_dir_all(week.place("A")).unwrap();
}

/// Without a time: of the two histories none is taken before the paper says which is ours; then that one, to its last segment that is
/// sealed to us. All else is told.
fn from_the_server(week: &Week, last: &Value, paper: &str) {
    let other = Station::bare();
    let refused = week.restore(&week.address(), &other, &[]).ends(4);
    assert!(refused.err.contains("--seen") && !other.home().exists(), "{}", refused.err);
    let told = week.restore(&week.address(), &other, &["--seen", paper]).ends(3).json();
    assert_eq!(told["damaged"].as_array().map(Vec::len), Some(0), "{told}");
    assert_eq!(told["closed"].as_array().map(Vec::len), Some(1), "one segment that he sealed to himself: {told}");
    let aside = told["aside"].as_array().unwrap();
    for (number, why) in [("00000003", "の鍵で"), ("99999998", "の鍵で"), ("99999999", "だれも")] {
        let is = |one: &Value| one.as_str().unwrap().contains(number) && one.as_str().unwrap().contains(why);
        assert!(aside.iter().any(is), "{number}: {told}");
    }
    assert!(told["hidden"].as_u64().unwrap() > 10 && told["hidden_since"].is_string(), "{told}");
    week.all_is_there(&other, usize::MAX);
    week.charts_are(&other);
    what_was_done_stands_in_the_log(&other);
    assert_eq!(&told["segment"], last, "{told}");
}

/// As of a time before he came: nothing of his is seen at all.
fn from_the_server_as_of(week: &Week, before: chart::Moment) {
    let other = Station::bare();
    let told = week.restore(&week.address(), &other, &["--as-of", &week::iso(before)]).ends(0).json();
    assert_eq!(told["segment"], 2, "{told}");
    for list in ["damaged", "closed", "aside"] {
        assert_eq!(told[list].as_array().map(Vec::len), Some(0), "{told}");
    }
    week.all_is_there(&other, 2);
    week.charts_were(&other, 1);
}

fn from_the_disk_that_was_out(week: &Week) {
    for (name, days) in [("Y", 2), ("X", 1)] {
        let other = Station::bare();
        let told = week.restore(text(&week.place(name).with_extension("out")), &other, &[]).ends(0).json();
        assert_eq!(told["segment"], days, "{told}");
        week.all_is_there(&other, days);
        week.charts_were(&other, days - 1);
    }
}

/// The log that was restored says what he did by commands, and in whose name.
fn what_was_done_stands_in_the_log(other: &Station) {
    let events = other.events();
    let by = |kind: u16, word: &str| {
        let said = |event: &&store::Envelope| String::from_utf8_lossy(&event.payload).contains(word);
        events.iter().filter(|event| event.kind == kind && event.person == "intruder").filter(said).count()
    };
    // Targets are kind 29, recipients 30 (docs/encoding.md).
    assert_eq!((by(29, "X"), by(30, "age1")), (1, 2));
}

/// The server tells the rest: every object that he hid is named with its time, apart from what would be gone; and the other history.
fn what_he_did_shows(week: &Week) {
    let address = week.address();
    let (keys, key) = (text(&week.keys).to_owned(), text(&week.identity).to_owned());
    let words = ["vault", "verify", "--json", "--at", &address, "--keys", &keys, "--identity", &key];
    let told = run(&mut program(&words)).ends(4).json();
    let found = told["targets"][0]["findings"].as_array().unwrap();
    let all = |code: &str, words: &str| {
        let is = |one: &&Value| one["code"] == code && one["what"].as_str().unwrap().contains(words);
        found.iter().filter(is).count()
    };
    assert!(all("hidden", "delete marker since 20") > 10 && all("hidden", "put over since 20") > 5, "{told}");
    assert_eq!((all("bytes", ""), all("content", "")), (0, 0), "what was sealed is all there: {told}");
    assert!(all("chain", "a fork (put there at 20") >= 2, "{told}");
    assert!(all("chain", "goes on from the other history") >= 1, "{told}");
    assert!(all("missing", "manifests from this one on are not there") >= 1, "planted far ahead: {told}");
}
