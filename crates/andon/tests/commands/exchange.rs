//! Stations on the network: paired by a short code, exchanging by themselves while both serve, cut off and joined again; and who comes in
//! without a key, or with a member's key and the worst intentions.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::vault::receiver;
use ed25519_dalek::SigningKey;
use serde_json::Value;
use tokio_rustls::rustls::{ClientConnection, StreamOwned};

use crate::door::{Ran, Station};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, export, file};

/// How long something may take that happens by itself before a test says so.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "it never came to be: {what}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// A port of loopback that was free just now.
pub fn port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn named(name: &str, mark: &str) -> Station {
    let station = Station::real();
    let out = file(&station, "card");
    let words = ["station", "card", "--out", out.to_str().unwrap(), "--name", name, "--mark", mark];
    station.run(&words).ends(0);
    station
}

/// Serves, and takes in what members send at this port.
pub fn serve(station: &Station, port: Option<u16>) -> Running {
    let at = port.map(|port| format!("127.0.0.1:{port}"));
    let more: Vec<&str> = at.iter().flat_map(|at| ["--exchange", at]).collect();
    let words = [&["serve", "--port", "0", "--no-feed"][..], &more].concat();
    let running = Running::start(station.command(&words).stderr(Stdio::null()), "/open/");
    if let Some(at) = at {
        wait_until("it says where it listens", || heads(station)[0]["address"] == at.as_str());
    }
    running
}

fn heads(station: &Station) -> Vec<Value> {
    let told = at(&station.home(), &["log", "heads", "--json"]).json();
    told["stations"].as_array().unwrap().clone()
}

pub fn head(station: &Station, name: &str) -> Value {
    heads(station).into_iter().find(|head| head["name"] == name).unwrap_or_default()
}

fn write(station: &Station, text: &str) {
    at(&station.home(), &["chronology", "add", "--by", "記録 一郎", text]).ends(0);
}

fn texts(station: &Station) -> Vec<String> {
    let told = at(&station.home(), &["chronology", "--all", "--json"]).ends(0).json();
    told["entries"].as_array().unwrap().iter().map(|entry| entry["text"].as_str().unwrap().to_owned()).collect()
}

fn send(station: &Station, to: &str) -> Ran {
    at(&station.home(), &["log", "send", to, "--json"])
}

/// A station that shows a code: the code, where it waits, and the program.
fn shows(station: &Station, more: &[&str]) -> (String, String, Child) {
    let words = [&["station", "pair", "--listen", "127.0.0.1:0", "--json"][..], more].concat();
    let mut child = station.command(&words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    // Byte by byte: what comes after the line is the result, and is read at the end.
    let out = child.stdout.as_mut().unwrap();
    BufReader::with_capacity(1, out).read_line(&mut line).unwrap();
    let told: Value = serde_json::from_str(&line).unwrap();
    let word = |key: &str| told[key].as_str().unwrap().to_owned();
    (word("code"), word("listen"), child)
}

/// What a person types at the other station, line by line.
fn types(station: &Station, address: &str, more: &[&str], lines: &str) -> Ran {
    let words = [&["station", "pair", address, "--json"][..], more].concat();
    let mut command = station.command(&words);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    ended(child)
}

fn ended(child: Child) -> Ran {
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code().unwrap(), out: text(output.stdout), err: text(output.stderr) }
}

/// Headquarters, and another station of this name and mark that names it so.
fn paired(hq: &Station, other: &Station, (name, mark): (&str, &str)) {
    let (code, address, child) = shows(hq, &[]);
    // A slip of the finger first: one of the three tries.
    let wrong = if code.starts_with('0') { code.replacen('0', "1", 1) } else { format!("0{}", &code[1..]) };
    let joined = types(other, &address, &["--headquarters"], &format!("12\n{wrong}\n{code}\n")).ends(0);
    assert!(joined.err.contains("あと2回"), "{}", joined.err);
    let (shown, typed) = (ended(child).ends(0).json(), joined.json());
    assert_eq!((&shown["name"], &shown["mark"], &shown["headquarters"]), (&name.into(), &mark.into(), &false.into()));
    assert_eq!((&typed["name"], &typed["mark"], &typed["headquarters"]), (&"本部".into(), &"本".into(), &true.into()));
}

#[test]
fn two_stations_pair_by_a_code_and_exchange_by_themselves_until_one_is_cut_off_and_after() {
    let (hq, ward, at_port) = (named("本部", "本"), named("3病棟", "3病"), port());
    let running = serve(&hq, Some(at_port));
    paired(&hq, &ward, ("3病棟", "3病"));
    let seen = head(&ward, "本部");
    assert_eq!((&seen["headquarters"], &seen["address"]), (&true.into(), &format!("127.0.0.1:{at_port}").into()));
    assert_eq!(head(&hq, "3病棟")["headquarters"], false);
    let calling = serve(&ward, None);
    write(&ward, "プリンターから脅迫文");
    wait_until("headquarters has the ward's line", || texts(&hq) == ["プリンターから脅迫文"]);
    write(&hq, "LANケーブルを抜く");
    wait_until("the ward has headquarters' line", || texts(&ward).len() == 2);
    assert_eq!(texts(&hq), texts(&ward));
    // A third that knows headquarters alone: it has what the ward wrote too.
    let pharmacy = named("薬剤部", "薬");
    paired(&hq, &pharmacy, ("薬剤部", "薬"));
    let third = serve(&pharmacy, None);
    wait_until("the pharmacy has the lines of both", || texts(&pharmacy) == texts(&hq));
    drop(third);
    for (station, other) in [(&ward, "本部"), (&hq, "3病棟")] {
        wait_until("the contact is written down", || head(station, other)["contact_millis"].as_i64() > Some(0));
        let seen = head(station, other);
        assert_eq!((&seen["failing"], &seen["missing"]), (&Value::Null, &serde_json::json!([])));
    }
    // Once all is there, nothing is sent again.
    wait_until("nothing more goes over", || {
        let told = send(&ward, "本部").ends(0).json();
        told["stations"][0]["sent"] == 0 && told["stations"][0]["received"].is_null()
    });

    // Cut off: said on the page with since when, and lines go on being written.
    running.stop();
    write(&ward, "電話は内線だけ");
    wait_until("the page says that it is not reached", || head(&ward, "本部")["failing"] == "unreached");
    let mut browser = Browser::new(&calling);
    browser.get(&calling.link());
    let page = browser.get("/stations").body;
    assert!(page.contains("つながらない（0分）") && page.contains("返事がない"), "{page}");
    assert!(browser.get("/command").body.contains("つながらない"), "every page says it below");
    assert_eq!(send(&ward, "本部").ends(1).json()["stations"][0]["why"], "unreached");
    write(&hq, "紙で始める");

    // Joined again.
    let _running = serve(&hq, Some(at_port));
    send(&ward, "本部").ends(0);
    assert_eq!((texts(&hq).len(), texts(&hq)), (4, texts(&ward)));
    assert_eq!(head(&ward, "本部")["failing_millis"], 0);
    for station in [&hq, &ward] {
        station.sound();
        assert!(std::fs::read_dir(station.home().join("bundles")).unwrap().next().is_none(), "nothing is left lying");
    }
}

#[test]
fn the_third_wrong_code_ends_it_and_nobody_is_known() {
    let (hq, ward) = (named("本部", "本"), named("3病棟", "3病"));
    let (code, address, child) = shows(&hq, &[]);
    let wrong = if code == "0000-0000" { "1111-1111\n" } else { "0000-0000\n" };
    let joined = types(&ward, &address, &[], &wrong.repeat(4)).ends(1);
    assert!(joined.err.contains("3回違いました"), "{}", joined.err);
    let shown = ended(child).ends(1);
    assert!(shown.err.contains("3回違いました"), "{}", shown.err);
    assert_eq!((heads(&hq).len(), heads(&ward).len()), (1, 1), "nobody but itself");
    types(&ward, &address, &[], &format!("{code}\n")).ends(1);
    // A drill and the real thing do not know each other, whatever the code.
    let drill = Station::training();
    let (code, address, child) = shows(&hq, &[]);
    types(&drill, &address, &[], &format!("{code}\n")).ends(1);
    assert!(ended(child).ends(1).err.contains("訓練用"));
    assert_eq!((heads(&hq).len(), heads(&drill).len()), (1, 1));
}

/// A line to a station with another's own key, as whoever took that station may have it.
type Taken = StreamOwned<ClientConnection, TcpStream>;

fn taken(ward: &Station, port: u16) -> Taken {
    let reader = store::open_reader(&ward.home(), &store::Unlock::KeyFile).unwrap();
    let key = SigningKey::from_bytes(&reader.station_secret().unwrap());
    let config = receiver::caller(&key, Arc::new(|_| true)).unwrap();
    let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    StreamOwned::new(ClientConnection::new(config, receiver::SERVER_NAME.try_into().unwrap()).unwrap(), stream)
}

fn frame(kind: u8, length: u64, bytes: &[u8]) -> Vec<u8> {
    [&[kind][..], &length.to_be_bytes(), bytes].concat()
}

/// What the other says first of what it has, as it came.
fn first(line: &mut Taken) -> Vec<u8> {
    let mut head = [0; 9];
    line.read_exact(&mut head).unwrap();
    let mut bytes = vec![0; u64::from_be_bytes(head[1..].try_into().unwrap()) as usize];
    line.read_exact(&mut bytes).unwrap();
    bytes
}

/// What comes until the other closes the line.
fn rest(line: &mut Taken) -> String {
    let mut all = Vec::new();
    // A line that is dropped ends in an error or not; it ends.
    let _ = line.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}

#[test]
fn strangers_rubbish_and_too_much_are_dropped_and_the_station_goes_on() {
    let (hq, ward, at_port) = (named("本部", "本"), named("3病棟", "3病"), port());
    let running = serve(&hq, Some(at_port));
    paired(&hq, &ward, ("3病棟", "3病"));
    write(&ward, "一");
    // Who is not registered learns nothing, not even what is here.
    let stranger = named("よその端末", "よ");
    let card = file(&hq, "card");
    let code = at(&hq.home(), &["station", "card", "--out", card.to_str().unwrap(), "--json"]).ends(0).json();
    let code = code["code"].as_str().unwrap();
    at(&stranger.home(), &["station", "trust", card.to_str().unwrap(), "--code", code]).ends(0);
    at(&stranger.home(), &["station", "address", "本部", &format!("127.0.0.1:{at_port}")]).ends(0);
    assert_eq!(send(&stranger, "本部").ends(1).json()["stations"][0]["why"], "unknown");
    assert_eq!(head(&stranger, "本部")["failing"], "unknown");
    let silent = TcpStream::connect(("127.0.0.1", at_port)).unwrap();
    for rubbish in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 3000], b"\x16\x03\x01\xff\xff"] {
        let mut stream = TcpStream::connect(("127.0.0.1", at_port)).unwrap();
        stream.write_all(rubbish).unwrap();
    }
    // Who has the ward's key comes in, and that is all.
    for (kind, length, bytes) in [(1, 10, &b"not a head"[..]), (1, u64::MAX, b""), (99, 0, b""), (2, 4, b"heh?")] {
        let mut line = taken(&ward, at_port);
        first(&mut line);
        line.write_all(&frame(kind, length, bytes)).unwrap();
        assert_eq!(rest(&mut line), "", "{kind} {length}");
    }
    let strange = std::fs::read(export(&stranger, "strange")).unwrap();
    for (bundle, length, said) in [
        (&b""[..], (256 << 20) + 1, "途中で切れました"),
        (b"no bundle", 9, "not a bundle"),
        (&strange, strange.len() as u64, "この端末の知らない"),
    ] {
        let mut line = taken(&ward, at_port);
        let heads = first(&mut line);
        line.write_all(&frame(1, heads.len() as u64, &heads)).unwrap();
        line.write_all(&frame(2, length, bundle)).unwrap();
        assert!(rest(&mut line).contains(said), "{said}");
    }
    assert_eq!(head(&hq, "3病棟")["failing"], "here", "it says that what came was not taken in");
    assert!(texts(&hq).is_empty());
    // All the while, and now too, the ward itself is served.
    send(&ward, "本部").ends(0);
    assert_eq!((texts(&hq), head(&hq, "3病棟")["failing"].clone()), (vec!["一".to_owned()], Value::Null));
    drop(silent);
    // A station that was lost does not come in again.
    at(&hq.home(), &["station", "revoke", "3病棟", "--reason", "盗難", "--by", "情報 担当"]).ends(0);
    write(&ward, "二");
    assert_eq!(send(&ward, "本部").ends(1).json()["stations"][0]["why"], "unknown");
    assert_eq!(texts(&hq), ["一"]);
    // Another machine at headquarters' address is not spoken to.
    at(&ward.home(), &["station", "address", "本部", &format!("127.0.0.1:{}", running.port())]).ends(0);
    assert_eq!(send(&ward, "本部").ends(1).json()["stations"][0]["why"], "broken");
    let other = port();
    let _other = serve(&stranger, Some(other));
    at(&ward.home(), &["station", "address", "本部", &format!("127.0.0.1:{other}")]).ends(0);
    assert_eq!(send(&ward, "本部").ends(1).json()["stations"][0]["why"], "another");
    at(&ward.home(), &["station", "address", "本部", "--none"]).ends(0);
    at(&ward.home(), &["log", "send", "--all"]).ends(1);
    hq.sound();
}
