//! Writing beside a program that has the home's lock: it is asked over its socket, does it, and is not harmed by
//! whoever else comes there.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::Value;

use crate::door::{OF_INIT, Station, program, run};
use crate::running::Running;
use crate::trees::Page;

const NUMBERS: [&str; 2] = ["4123001", "4123002"];
const BY: [&str; 4] = ["--by", "佐藤師長", "--reason", "本人と確認"];

/// A home that holds two patients, and their tree.
fn fed() -> (Station, PathBuf) {
    let station = Station::real();
    let root = station.folder().join("tree");
    for (number, given) in NUMBERS.into_iter().zip(["花子", "はな子"]) {
        let (says, sent) = (number, "20211030090000");
        Page { number, says, family: "架空", given, sent, processing: "P", segments: "" }.write(&root);
    }
    station.feed(&root);
    (station, root)
}

fn serve(station: &Station) -> Running {
    Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/")
}

fn says(station: &Station, command: &str) -> crate::door::Ran {
    station.run(&[&[command], &NUMBERS[..], &BY].concat())
}

/// True when the chart of the first number says that the two are one person.
fn linked(station: &Station) -> bool {
    let chart = station.chart(NUMBERS[0]);
    let links = chart["links"].as_array().unwrap();
    links.first().is_some_and(|link| link["other"]["id"] == NUMBERS[1]) && links.last().unwrap()["linked"] == true
}

/// Events in the log beyond those that made the home and its source.
fn events(station: &Station) -> u64 {
    station.sound();
    station.events().len() as u64 - OF_INIT - 1
}

/// Connected to the socket, once it is there: a program prints its link without waiting for the thread that listens.
fn connected(socket: &std::path::Path) -> UnixStream {
    let until = std::time::Instant::now() + Duration::from_secs(60);
    loop {
        match UnixStream::connect(socket) {
            Ok(stream) => return stream,
            Err(error) if std::time::Instant::now() > until => panic!("nobody listens: {error}"),
            Err(_) => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// One line each way, as a client of another make would send it.
fn raw(station: &Station, bytes: &[u8]) -> UnixStream {
    let mut stream = connected(&station.home().join("writer.sock"));
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream.write_all(bytes).unwrap();
    stream
}

/// The first line of the answer that is a verdict.
fn verdict(stream: UnixStream) -> Value {
    let lines = BufReader::new(stream).lines().map(|line| serde_json::from_str(&line.unwrap()).unwrap());
    lines.into_iter().find(|line: &Value| *line != "waiting").unwrap()
}

#[test]
fn a_link_is_written_beside_serve_and_beside_feed() {
    let (station, root) = fed();
    let feed = ["feed", root.to_str().unwrap()];
    for (words, ready) in [(&["serve", "--port", "0"][..], "/open/"), (&feed[..], "Watching")] {
        let running = Running::start(&mut station.command(words), ready);
        says(&station, "link").ends(0);
        assert!(linked(&station), "{words:?}: the event is on the chart");
        says(&station, "unlink").ends(0);
        assert!(!linked(&station), "{words:?}");
        let rebuilt = station.run(&["doctor", "--rebuild-indexes"]).ends(0).out;
        assert!(rebuilt.contains("2 sightings"), "{rebuilt}");
        station.run(&["search", "架空"]).ends(0);
        // What is refused is refused in the same words and with the same code.
        let unknown = station.run(&[&["link", NUMBERS[0], "4123009"], &BY[..]].concat()).ends(1);
        assert!(unknown.err.contains("not in this copy"), "{}", unknown.err);
        station.run(&[&["link", NUMBERS[0], NUMBERS[0]], &BY[..]].concat()).ends(2);
        // One more that feeds is still refused, and told by whom.
        let second = station.run(&["feed", "--once", feed[1]]).ends(1).err;
        assert!(second.contains(&running.id().to_string()) && second.contains("writer.lock"), "{second}");
        running.stop();
        assert!(!station.home().join("writer.sock").exists() || words[0] == "feed", "{words:?}: the socket goes");
    }
    says(&station, "link").ends(0);
    assert_eq!((linked(&station), events(&station)), (true, 5));
    station.sound();
}

#[test]
fn serve_writes_for_others_before_there_is_any_source_and_not_at_all_without_feed() {
    let station = Station::real();
    let count = || station.events().len() as u64;
    let running = serve(&station);
    assert_eq!(count(), OF_INIT);
    says(&station, "unlink").ends(0);
    assert_eq!(count(), OF_INIT + 1);
    let socket = station.home().join("writer.sock");
    let mode = socket.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
    running.stop();
    let pages = Running::start(&mut station.command(&["serve", "--no-feed", "--port", "0"]), "/open/");
    assert!(!socket.exists());
    says(&station, "unlink").ends(0);
    assert_eq!(count(), OF_INIT + 2);
    pages.stop();
}

#[test]
fn the_key_must_open_the_home_whoever_writes() {
    let (station, _) = fed();
    let other = Station::real().home().join("keys/home.key");
    let _running = serve(&station);
    let words = [&["link", "--key-file", other.to_str().unwrap()], &NUMBERS[..], &BY].concat();
    station.run(&words).ends(1);
    assert_eq!(events(&station), 0);
}

#[test]
fn a_socket_left_by_a_killed_program_is_in_nobodys_way() {
    let (station, _) = fed();
    let running = serve(&station);
    says(&station, "link").ends(0);
    running.kill();
    assert!(station.home().join("writer.sock").exists(), "it is left behind");
    says(&station, "unlink").ends(0);
    let running = serve(&station);
    says(&station, "link").ends(0);
    assert_eq!(events(&station), 3);
    running.stop();
}

#[test]
fn whoever_sends_rubbish_is_told_and_harms_nobody() {
    let (station, root) = fed();
    let running = Running::start(&mut station.command(&["feed", root.to_str().unwrap()]), "Watching");
    says(&station, "link").ends(0);
    let half = raw(&station, br#"{"link":{"one":"4123001","#);
    let silent = raw(&station, b"");
    let gone = raw(&station, br#""rebuild_indexes""#);
    drop(gone);
    for (bytes, exit) in [
        (b"\0\xff\x1b[2J not json\n".to_vec(), "usage"),
        (b"\n".to_vec(), "usage"),
        (b"{\"erase\":{}}\n".to_vec(), "usage"),
        (b"{\"link\":{\"one\":\"1\"}}\n".to_vec(), "usage"),
        ([&[b'['; 65_535][..], b"\n"].concat(), "usage"),
        (vec![b'x'; 65_537], "failed"),
    ] {
        let told = verdict(raw(&station, &bytes));
        assert_eq!(told["refused"]["exit"], exit, "{} bytes: {told}", bytes.len());
    }
    // Beside the two that keep a place and say nothing, a person's command is done at once.
    says(&station, "unlink").ends(0);
    assert_eq!(events(&station), 2);
    for stream in [half, silent] {
        assert_eq!(verdict(stream)["refused"]["exit"], "failed");
    }
    // And the feed goes on.
    let (number, sent) = ("4123003", "20211030100000");
    Page { number, says: number, family: "架空", given: "月子", sent, processing: "P", segments: "" }.write(&root);
    while station.run(&["search", number]).code != 0 {
        std::thread::sleep(Duration::from_millis(100));
    }
    running.stop();
    station.sound();
}

#[test]
fn a_request_too_long_is_refused_by_the_limit_it_has_everywhere() {
    let (station, _) = fed();
    let long = "あ".repeat(30_000);
    let words = [&["link"], &NUMBERS[..], &["--by", "師長", "--reason", &long]].concat();
    for running in [None, Some(serve(&station))] {
        let err = station.run(&words).ends(2).err;
        assert!(err.contains("65536"), "{err}");
        drop(running);
    }
}

#[test]
fn many_at_once_are_all_written() {
    let (station, _) = fed();
    let both = || -> Vec<Child> {
        let one = |command: &str| {
            let mut command = station.command(&[&[command], &NUMBERS[..], &BY].concat());
            command.stdout(Stdio::null()).spawn().unwrap()
        };
        (0..3).flat_map(|_| [one("link"), one("unlink")]).collect()
    };
    let all = |children: Vec<Child>| children.into_iter().for_each(|mut one| assert!(one.wait().unwrap().success()));
    let running = serve(&station);
    all(both());
    assert_eq!(events(&station), 6);
    running.stop();
    // Without a program that listens they take the lock in turn.
    all(both());
    assert_eq!(events(&station), 12);
    station.sound();
}

#[test]
fn a_home_whose_path_is_longer_than_a_sockets_address_works_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("長い".repeat(20)).join("名前".repeat(20));
    let command = |words: &[&str]| {
        let mut command = program(words);
        command.arg("--home").arg(&home);
        command
    };
    run(&mut command(&["init", "--yes"])).ends(0);
    let running = Running::start(&mut command(&["serve", "--port", "0"]), "/open/");
    run(&mut command(&[&["unlink"], &NUMBERS[..], &BY].concat())).ends(0);
    assert!(home.join("writer.sock").exists());
    running.stop();
    assert!(!home.join("writer.sock").exists());
}

#[test]
fn a_writer_that_does_not_listen_is_named() {
    let (station, _) = fed();
    let _writer = store::open_writer(&station.home(), &store::Unlock::KeyFile).unwrap();
    let err = says(&station, "link").ends(1).err;
    let parts = [&std::process::id().to_string(), "writer.lock", "wait until it ends"];
    assert!(parts.iter().all(|part| err.contains(part)), "{err}");
}

/// A client that is killed while it waits takes nothing with it.
#[test]
fn a_client_that_goes_away_does_not_stop_the_writer() {
    let (station, _) = fed();
    let running = serve(&station);
    for _ in 0..20 {
        drop(raw(&station, b"\"rebuild_indexes\"\n"));
    }
    let mut told = String::new();
    raw(&station, b"\"rebuild_indexes\"\n").read_to_string(&mut told).unwrap();
    assert!(told.contains("rebuilt") || told.contains("refused"), "{told}");
    says(&station, "link").ends(0);
    assert_eq!(events(&station), 1);
    running.stop();
}
