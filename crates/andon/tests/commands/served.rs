//! Pages as a connection meets them: what is too long or never comes is ended, and what was asked is in no line of log.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use crate::door::Station;
use crate::running::Running;
use crate::trees::Page;

fn serve(station: &Station) -> Running {
    Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/")
}

#[test]
fn a_head_that_never_comes_whole_is_ended_and_others_are_answered() {
    let station = Station::real();
    let running = serve(&station);
    let half = |bytes: &[u8]| {
        let mut stream = TcpStream::connect(("127.0.0.1", running.port())).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(bytes).unwrap();
        stream
    };
    let waiting =
        [half(b""), half(b"GET / HTTP/1.1\r\nHost: 127"), half(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")];
    assert!(running.get("/healthz", "").ends_with("ok\n"));
    for mut stream in waiting {
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the connection is kept for ever");
    }
    running.stop();
}

#[test]
fn a_head_too_long_is_refused() {
    let station = Station::real();
    let running = serve(&station);
    let port = running.port();
    let head = |lines: &str| {
        let start = format!("GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n");
        running.ask(&format!("{start}{lines}\r\n"))
    };
    assert!(head("X-Long: short\r\n").starts_with("HTTP/1.1 200"));
    let long = format!("X-Long: {}\r\n", "x".repeat(40_000));
    let many: String = (0..70).map(|line| format!("X-{line}: x\r\n")).collect();
    for lines in [long, many] {
        let answer = head(&lines);
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    running.stop();
}

/// The log of a served home tells what went on, and nothing of whom it was about.
#[test]
fn the_log_tells_routes_and_kinds_and_no_patient() {
    let station = Station::real();
    let root = station.folder().join("storage");
    let (number, other) = ("4123001", "4123002");
    for (number, given) in [(number, "灯籠子"), (other, "提灯子")] {
        let (says, sent) = (number, "20211030090000");
        Page { number, says, family: "架空山", given, sent, processing: "P", segments: "" }.write(&root);
    }
    // One message that cannot be read in full.
    Page {
        number,
        says: "4123009",
        family: "別人",
        given: "子",
        sent: "20211030100000",
        processing: "P",
        segments: "",
    }
    .write(&root);
    station.feed(&root);
    let kept = station.folder().join("log");
    let mut command = station.command(&["serve", "--port", "0"]);
    command.env("ANDON_LOG", "debug").env("ANDON_LOG_JSON", "1").stderr(File::create(&kept).unwrap());
    let running = Running::start(&mut command, "/open/");
    let cookie = &running.let_in();
    let chart = format!("/patients/self/{number}");
    assert!(running.get(&chart, cookie).starts_with("HTTP/1.1 200"));
    for path in
        [&chart, "/?q=%E5%B1%B1%E7%94%B0", &format!("/?q={number}"), &format!("/nowhere/{number}"), "/undecoded"]
    {
        running.get(path, cookie);
        running.get(path, "");
    }
    running.ask(&format!("GET {chart} HTTP/1.1\r\nHost: {number}.example.org\r\nConnection: close\r\n\r\n"));
    station.run(&["link", number, other, "--by", "佐藤師長", "--reason", "同じ電話番号"]).ends(0);
    station.run(&["link", number, "99999999", "--by", "佐藤師長", "--reason", "-"]).ends(1);
    running.stop();
    let told = fs::read_to_string(&kept).unwrap();
    let station_id = store::about(&station.home()).unwrap().station;
    for part in [
        "feed begins",
        "pages begin",
        "pages ended",
        "feed ended",
        station_id.as_str(),
        "a source of this home",
        r#""route":"/patients/{authority}/{id}","status":200"#,
        r#""route":"/patients/{authority}/{id}","status":303"#,
        r#""route":"none","status":404"#,
        r#""why":"not-logged-in""#,
        r#""why":"refused-host""#,
        r#""request":"link","done":true"#,
        r#""request":"link","done":false"#,
    ] {
        assert!(told.contains(part), "{part} is not told: {told}");
    }
    for secret in
        ["佐藤", "電話番号", "99999999", "%E5%B1%B1", "/nowhere", number, other, "4123009", "架空山", "灯籠子", "別人"]
    {
        assert!(!told.contains(secret), "{secret} is told: {told}");
    }
}

/// A chart is drawn once a minute for all who ask, and yet nobody ever sees an older one than the copy holds.
#[test]
fn what_arrives_and_what_is_decided_is_on_the_page_at_once() {
    let station = Station::real();
    let root = station.folder().join("storage");
    let page = |number, family, sent| Page {
        number,
        says: number,
        family,
        given: "花子",
        sent,
        processing: "P",
        segments: "",
    };
    page("4123001", "旧山", "20211030090000").write(&root);
    page("4123002", "他川", "20211030090000").write(&root);
    station.feed(&root);
    let running = Running::start(&mut station.command(&["serve", "--no-feed", "--port", "0"]), "/open/");
    let cookie = running.let_in();
    let chart = |lang: &str| running.get(&format!("/patients/self/4123001?lang={lang}"), &cookie);
    for _ in 0..2 {
        assert!(chart("ja").contains("旧山") && chart("en").contains("旧山"));
    }
    page("4123001", "新田", "20211030100000").write(&root);
    station.feed(&root);
    assert!(chart("ja").contains("新田") && chart("en").contains("新田"), "what arrived");
    assert!(!chart("ja").contains("4123002"));
    station.run(&["link", "4123001", "4123002", "--by", "佐藤師長", "--reason", "同じ電話番号"]).ends(0);
    assert!(chart("ja").contains("4123002"), "what a person decided");
    running.stop();
}
