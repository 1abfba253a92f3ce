//! Pages, through the door people use: the real program, a real browser with JavaScript off, a hospital of drill.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says where and stops"
)]

mod departments;
mod desk;
mod driver;
mod envelope;
mod every;
mod keys;
mod telephone;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use driver::{Browser, http};

/// A training home fed with a drill hospital, served.
struct Served {
    /// Somebody with a penicillin allergy and amoxicillin ordered.
    patient: Patient,
    /// The special people of drill: `key`, `id`, `name`, `kana`.
    people: serde_json::Value,
    program: Child,
    link: String,
    port: u16,
    folder: tempfile::TempDir,
}

struct Patient {
    id: String,
    name: String,
    kana: String,
}

impl Patient {
    fn special(people: &serde_json::Value, key: &str) -> Patient {
        let mut all = people.as_array().unwrap().iter();
        let person = all.find(|person| person["key"] == key).unwrap_or_else(|| panic!("drill has no {key}"));
        let text = |field: &str| person[field].as_str().unwrap().to_owned();
        Patient { id: text("id"), name: text("name"), kana: text("kana") }
    }
}

impl Served {
    /// A hospital whose EMR writes until now.
    fn start() -> Served {
        Served::stopped_at("now")
    }

    fn stopped_at(stop: &str) -> Served {
        let folder = tempfile::tempdir().unwrap();
        let (tree, home) = (folder.path().join("hospital"), folder.path().join("home"));
        let seed = ["--patients", "120", "--seed", "5", "--stop-at", stop, "--json"];
        let written = andon(&home, &[&["drill", "hospital", "--out", utf8(&tree)], &seed[..]].concat());
        let people = serde_json::from_slice::<serde_json::Value>(&written).unwrap()["special_people"].take();
        let patient = Patient::special(&people, "allergy-clash");
        andon(&home, &["init", "--yes", "--training", "--hospital", "画面の試験病院"]);
        // So small a hospital is silent from two to six at night, and the bar rightly red; a test may not hang on the hour.
        andon(&home, &["feed", "--once", "--silence", "1440", utf8(&tree)]);
        let mut program = Command::new(env!("CARGO_BIN_EXE_andon"))
            .args(["serve", "--port", "0", "--home", utf8(&home)])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let link = lines.map(Result::unwrap).find(|line| line.contains("/open/")).unwrap().trim().to_owned();
        let port = link.split([':', '/']).find_map(|part| part.parse().ok()).unwrap();
        Served { patient, people, program, link, port, folder }
    }

    /// Has somebody registered by command while the program serves; gives the PIN.
    fn register(&self, account: &str, name: &str) -> String {
        let told =
            andon(&self.folder.path().join("home"), &["people", "add", account, "--name", name, "--role", "看護師"]);
        let told = String::from_utf8(told).unwrap();
        told.split_once("PIN ").unwrap().1.split_whitespace().next().unwrap().to_owned()
    }

    fn at(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// What a request without a browser gets: its head and body.
    fn raw(&self, path: &str, host: &str, more: &str) -> String {
        http(self.port, &format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n"))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

fn utf8(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn andon(home: &Path, args: &[&str]) -> Vec<u8> {
    let done = Command::new(env!("CARGO_BIN_EXE_andon")).args(args).arg("--home").arg(home).output().unwrap();
    assert!(done.status.success(), "andon {args:?}: {}", String::from_utf8_lossy(&done.stderr));
    done.stdout
}

fn says(browser: &Browser, css: &str, words: &[&str]) {
    let text = browser.text_until(css, |text| words.iter().all(|word| text.contains(word)));
    for word in words {
        assert!(text.contains(word), "「{word}」 is not in {css} of {}:\n{text}", browser.address());
    }
}

/// Waits for the focus to be where a form asks for it: a browser sets it a rendering after it loaded the page.
fn focus_is(browser: &Browser, id: &str, why: &str) {
    let began = Instant::now();
    loop {
        let at = browser.run("return document.activeElement.id");
        if at == id {
            return;
        }
        assert!(began.elapsed() < driver::PATIENCE, "{why}: the focus of {} is at {at}, not {id}", browser.address());
        std::thread::sleep(driver::PAUSE);
    }
}

/// One program and one browser for all pages: a nurse's way through them.
#[test]
fn a_nurse_finds_a_chart_and_reads_how_old_it_is() {
    let served = Served::start();
    let browser = Browser::open();
    let Patient { id, name, kana } = &served.patient;

    browser.go(&served.at("/"));
    says(&browser, "main", &["職員番号とPINで入る", "緊急開封カード", "停止時専用PC"]);
    browser.go(&served.link);
    assert_eq!(browser.title(), "患者をさがす");
    says(&browser, "body", &["訓練", "閲覧のみ", "画面の試験病院", "データ", "時点"]);
    browser.picture("search-empty");

    browser.type_into("#q", &format!("{kana}\n"));
    says(&browser, "main", &[name, kana, "年", id]);
    browser.picture("search");
    browser.click("main table a");
    says(&browser, ".who", &[name, kana, id]);
    assert!(browser.title().starts_with(name.as_str()));
    says(&browser, "#allergies", &["あり", "ペニシリン", "アナフィラキシー", "前"]);
    says(&browser, "#infections", &["記録なし＝未確認"]);
    says(&browser, "#blood-type", &["参考・輸血には使用不可"]);
    says(&browser, "#medications, #medications-past", &["処方"]);
    says(&browser, "#labs", &["クレアチニン", "前"]);
    says(&browser, "#gaps", &["空白時間", "コピーから数えた値"]);
    browser.picture("chart");

    browser.click("nav .contents a");
    says(&browser, "main", &["経過", "すべて", "開始", "std3"]);
    browser.click(".choices li:nth-child(3) a");
    says(&browser, "main", &["処方・注射", "ほかの種類の", "件は表示していません"]);
    browser.picture("timeline");
    browser.click("main p a");

    browser.click("a.language");
    says(&browser, "#allergies", &["Allergies", "Recorded", "ago"]);
    browser.go(&served.at("/freshness"));
    says(&browser, "main", &["std1", "OML-11", "laboratory results"]);
    browser.picture("freshness-en");
    browser.go(&served.at("/undecoded?lang=ja"));
    says(&browser, "main", &["解読できないデータ"]);
    browser.go(&served.at("/patients/self/99999999"));
    says(&browser, "main", &["このコピーにありません", "受診歴がないことを意味しません"]);
    browser.go(&served.link);
    assert_eq!(browser.title(), "患者をさがす", "a used link in a browser that is in leads to the first page");
}

#[test]
fn nothing_is_answered_to_other_sites_or_without_the_link() {
    let served = Served::start();
    let patients = format!("/patients/self/{}", served.patient.id);
    let own = format!("127.0.0.1:{}", served.port);
    let path = served.link.split_once(&own).unwrap().1;
    for (path, host, more, status) in [
        ("/", own.as_str(), "", "303"),
        (patients.as_str(), own.as_str(), "Cookie: andon=00\r\n", "303"),
        ("/open/00", own.as_str(), "", "403"),
        (path, "rebound.example.org", "", "403"),
        (path, own.as_str(), "Origin: http://other.example.org\r\n", "403"),
        ("/healthz", own.as_str(), "", "200"),
        ("/healthz", "rebound.example.org", "", "403"),
        (path, own.as_str(), "", "303"),
        (path, own.as_str(), "", "403"),
    ] {
        let answer = served.raw(path, host, more);
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path} for {host} {more}: {answer}");
        for header in ["content-security-policy", "no-store", "nosniff", "referrer-policy: same-origin"] {
            assert!(answer.contains(header), "{header} is missing from {path}");
        }
        assert!(!answer.contains(&served.patient.name), "{path} told a name");
    }
    let metrics = served.raw("/metrics", &own, "");
    assert!(metrics.contains("\nandon_patients 1"), "{metrics}");
    assert!(served.raw("/readyz", &own, "").contains("ready"));
}
