//! Who may come in, by the door people use: the real program over HTTP, accounts and cards made by its commands.

use std::collections::BTreeMap;
use std::process::Command;

use serde_json::Value;
use store::{CredentialKind, Unlock};

use crate::door::{Station, run};
use crate::running::Running;
use crate::trees::Page;

/// A browser as small as these tests need: cookies, forms, no redirects followed.
pub struct Browser<'a> {
    running: &'a Running,
    cookies: BTreeMap<String, String>,
}

pub struct Answer {
    pub status: u16,
    pub to: String,
    /// Its headers, in small letters.
    pub head: String,
    pub body: String,
}

impl Browser<'_> {
    pub fn new(running: &Running) -> Browser<'_> {
        Browser { running, cookies: BTreeMap::new() }
    }

    fn send(&mut self, head: &str, body: impl AsRef<[u8]>) -> Answer {
        let port = self.running.port();
        let cookies: Vec<String> = self.cookies.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let head = format!(
            "{head} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {}\r\nConnection: close\r\n",
            cookies.join("; ")
        );
        let answer = self.running.ask(&[head.as_bytes(), body.as_ref()].concat());
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        let of = |name: &str| -> Vec<&str> { head.lines().filter_map(|line| line.strip_prefix(name)).collect() };
        for cookie in of("set-cookie: ") {
            let (key, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(key.to_owned(), value.to_owned());
        }
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, to: of("location: ").concat(), head: head.to_lowercase(), body: body.to_owned() }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), "\r\n")
    }

    /// Sends a form as the page at `from` made it, with its token.
    pub fn post(&mut self, from: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token(from);
        let fields = [&[("token", token.as_str())], fields].concat();
        self.post_raw(path, &fields, "")
    }

    /// The token of the forms on a page.
    fn token(&mut self, from: &str) -> String {
        let page = self.get(from);
        let after = page.body.split("name=\"token\" value=\"").nth(1).expect(&page.body);
        after.split('"').next().unwrap().to_owned()
    }

    /// Sends one file as the form at `from` does to `path`, with its token or a wrong one.
    pub fn upload(&mut self, (from, path): (&str, &str), name: &str, bytes: &[u8], honest: bool) -> Answer {
        let token = if honest { self.token(from) } else { "0".repeat(64) };
        self.send_parts(path, &[("token", &token)], &[(name, bytes)])
    }

    /// Sends a form with files as the page at `from` made it, with its token.
    pub fn post_files(
        &mut self,
        (from, path): (&str, &str),
        fields: &[(&str, &str)],
        files: &[(&str, &[u8])],
    ) -> Answer {
        let token = self.token(from);
        self.send_parts(path, &[&[("token", token.as_str())], fields].concat(), files)
    }

    fn send_parts(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let port = self.running.port();
        let part = |about: &str| format!("--edge\r\nContent-Disposition: form-data; {about}\r\n\r\n");
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend([part(&format!("name=\"{name}\"")).as_bytes(), value.as_bytes(), b"\r\n"].concat());
        }
        for (name, bytes) in files {
            let about = format!("name=\"files\"; filename=\"{name}\"");
            body.extend([part(&about).as_bytes(), bytes, b"\r\n"].concat());
        }
        body.extend(b"--edge--\r\n");
        let head = format!(
            "Origin: http://127.0.0.1:{port}\r\nContent-Type: multipart/form-data; boundary=edge\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        self.send(&format!("POST {path}"), [head.as_bytes(), &body].concat())
    }

    pub fn post_raw(&mut self, path: &str, fields: &[(&str, &str)], more: &str) -> Answer {
        let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> = fields.iter().map(|(key, value)| format!("{key}={}", encoded(value))).collect();
        let (body, port) = (body.join("&"), self.running.port());
        let origin = if more.is_empty() { format!("Origin: http://127.0.0.1:{port}\r\n") } else { more.to_owned() };
        let form = "Content-Type: application/x-www-form-urlencoded";
        let rest = format!("{origin}{form}\r\nContent-Length: {}\r\n\r\n{body}", body.len());
        self.send(&format!("POST {path}"), &rest)
    }

    fn log_in(&mut self, account: &str, secret: &str, next: &str) -> Answer {
        self.post("/login", "/login", &[("account", account), ("secret", secret), ("next", next)])
    }
}

const NUMBER: &str = "4123001";
const CODE: &str = "482199301175";

/// A home with one patient, and staff: a nurse, headquarters, IT, an auditor; card 1 opens with [`CODE`].
fn staffed() -> (Station, BTreeMap<&'static str, String>) {
    let station = Station::real();
    let root = station.folder().join("tree");
    let (sent, processing) = ("20211030090000", "P");
    Page { number: NUMBER, says: NUMBER, family: "架空", given: "花子", sent, processing, segments: "" }.write(&root);
    station.feed(&root);
    let mut pins = BTreeMap::new();
    for (account, role) in [("n01", "看護師"), ("h01", "headquarters"), ("i01", "it"), ("a01", "auditor")] {
        let said =
            station.run(&["people", "add", account, "--name", &format!("試験 {account}"), "--role", role]).ends(0);
        let pin = said.out.split("PIN ").nth(1).unwrap().split_whitespace().next().unwrap();
        pins.insert(account, pin.replace('-', ""));
    }
    let mut access = store::open_access(&station.home(), &Unlock::KeyFile).unwrap();
    access.set_credential("card:1", CredentialKind::Code(1), CODE, chart::Moment(1)).unwrap();
    (station, pins)
}

fn serve(station: &Station) -> Running {
    Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/")
}

fn chart() -> String {
    format!("/patients/self/{NUMBER}")
}

/// What the audit says, oldest first: account, act, about, outcome.
fn looks(station: &Station) -> Vec<(String, String, String, u64)> {
    let said = station.run(&["audit", "--json"]).ends(0).json();
    let text = |look: &Value, key: &str| look[key].as_str().unwrap().to_owned();
    let row = |look: &Value| {
        (text(look, "account"), text(look, "act"), text(look, "about"), look["outcome"].as_u64().unwrap())
    };
    said["looks"].as_array().unwrap().iter().rev().map(row).collect()
}

#[test]
fn a_nurse_logs_in_reads_a_chart_and_is_written_down() {
    let (station, pins) = staffed();
    let running = serve(&station);
    let mut browser = Browser::new(&running);
    let asked = browser.get(&chart());
    assert_eq!((asked.status, asked.to.as_str()), (303, "/login?next=%2Fpatients%2Fself%2F4123001"));
    // A staff card's code and Enter, then the PIN.
    let half = browser.log_in("ｎ０１", "", &chart());
    assert!(half.status == 200 && half.body.contains("value=\"n01\""), "{}", half.body);
    let entered = browser.log_in("n01", &pins["n01"], &chart());
    assert_eq!((entered.status, entered.to), (303, chart()));
    let page = browser.get(&chart());
    assert!(page.status == 200 && page.body.contains("架空") && page.body.contains("試験 n01"), "{}", page.body);
    assert_eq!(browser.get("/?q=%E6%9E%B6%E7%A9%BA").status, 200);
    for closed in ["/people", "/openings", "/audit"] {
        assert_eq!(browser.get(closed).status, 403, "{closed}");
    }
    let out = browser.post("/me", "/logout", &[]);
    assert_eq!((out.status, out.to.as_str()), (303, "/login"));
    assert_eq!(browser.get(&chart()).status, 303);
    running.stop();
    let seen = looks(&station);
    let has = |account: &str, act: &str, about: &str, outcome: u64| {
        let line = (account.to_owned(), act.to_owned(), about.to_owned(), outcome);
        assert!(seen.contains(&line), "{line:?} is not in {seen:?}");
    };
    has("n01", "login", "", 200);
    has("n01", "chart", "self/4123001", 200);
    has("n01", "search", "", 200);
    has("n01", "refused", "", 403);
    assert_eq!(station.run(&["audit", "--verify", "--json"]).ends(0).json()["broken"], Value::Null);
    let of_patient = station.run(&["audit", "--patient", NUMBER, "--json"]).ends(0).json();
    assert!(of_patient["looks"].as_array().unwrap().iter().all(|look| look["about"] == "self/4123001"));
}

#[test]
fn wrong_pins_cost_time_and_lock_nobody_else_out() {
    let (station, pins) = staffed();
    let running = serve(&station);
    let mut intruder = Browser::new(&running);
    assert_eq!(intruder.log_in("n01", "000000", "/").status, 403);
    let soon = intruder.log_in("n01", &pins["n01"], "/");
    assert!(soon.status == 429 && soon.body.contains("秒待って"), "{}", soon.body);
    assert_eq!(intruder.log_in("nobody", "000000", "/").status, 403);
    let mut other = Browser::new(&running);
    assert_eq!(other.log_in("h01", &pins["h01"], "/").status, 303);
    running.stop();
    let said = station.run(&["audit", "--json"]).ends(0).out;
    assert!(!said.contains("000000") && !said.contains("nobody"), "what was typed wrongly is written down");
}

#[test]
fn forms_of_other_sites_and_without_their_token_are_not_taken() {
    let (station, pins) = staffed();
    let running = serve(&station);
    let mut browser = Browser::new(&running);
    let login = [("account", "n01"), ("secret", pins["n01"].as_str())];
    assert_eq!(browser.post_raw("/login", &login, "").status, 400, "no token");
    browser.get("/login");
    let forged = [&[("token", "0")], &login[..]].concat();
    assert_eq!(browser.post_raw("/login", &forged, "").status, 400, "another token");
    let token = browser.cookies["form"].clone();
    let good = [&[("token", token.as_str())], &login[..]].concat();
    for origin in ["Origin: http://other.example.org\r\n", "Origin: null\r\n", "X-No-Origin: 1\r\n"] {
        assert_eq!(browser.post_raw("/login", &good, origin).status, 403, "{origin}");
    }
    let away = [&good[..], &[("next", "//other.example.org/")]].concat();
    let entered = browser.post_raw("/login", &away, "");
    assert_eq!((entered.status, entered.to.as_str()), (303, "/"));
    // In, but with the token of the door.
    assert_eq!(browser.post_raw("/logout", &[("token", token.as_str())], "").status, 400);
    running.stop();
}

#[test]
fn a_sealed_card_opens_once_is_red_until_reviewed_and_reviewed_by_headquarters() {
    let (station, pins) = staffed();
    let running = serve(&station);
    let mut doctor = Browser::new(&running);
    let card = |code| [("card", "№1"), ("code", code), ("name", "臨時 一郎"), ("post", "当直医"), ("next", "/help")];
    let bare = [("card", "1"), ("code", CODE)];
    assert_eq!(doctor.post("/break-glass", "/break-glass", &bare).status, 400, "a name is needed");
    assert_eq!(doctor.post("/break-glass", "/break-glass", &card("1111-2222-3333")).status, 403);
    // The wrong digits cost a second.
    let opened = loop {
        let answer = doctor.post("/break-glass", "/break-glass", &card("４８２１ー９９３０ー１１７５"));
        if answer.status != 429 {
            break answer;
        }
    };
    assert_eq!((opened.status, opened.to.as_str()), (303, "/help"));
    let page = doctor.get(&chart());
    assert!(page.status == 200 && page.body.contains("臨時 一郎") && page.body.contains("未確認"), "{}", page.body);
    let again = Browser::new(&running).post("/break-glass", "/break-glass", &card(CODE));
    assert_eq!(again.status, 403, "a code used is used up");
    let openings = station.run(&["people", "openings", "--json"]).ends(3).json();
    assert_eq!(openings["openings"][0]["opening"]["name"], "臨時 一郎");
    let name = openings["openings"][0]["opening"]["opening"].as_str().unwrap().to_owned();
    let mut nurse = Browser::new(&running);
    nurse.log_in("n01", &pins["n01"], "/");
    let red = "緊急開封 1 件が未確認";
    assert!(nurse.get("/").body.contains(red));
    let mut head = Browser::new(&running);
    head.log_in("h01", &pins["h01"], "/");
    let found = [("opening", name.as_str()), ("words", "当直医と確認、3名のカルテ")];
    assert_eq!(head.post("/openings", "/openings", &found).status, 200);
    assert!(!nurse.get("/").body.contains(red), "reviewed, and still red");
    running.stop();
    assert_eq!(
        station.run(&["people", "openings", "--json"]).ends(0).json()["openings"][0]["review"]["by"],
        "試験 h01"
    );
}

#[test]
fn accounts_are_kept_on_the_page_and_by_command() {
    let (station, pins) = staffed();
    let running = serve(&station);
    let mut it = Browser::new(&running);
    assert_eq!(it.log_in("i01", &pins["i01"], "/people").to, "/people");
    assert_eq!(it.get(&chart()).status, 403, "who keeps accounts reads no charts");
    let new = [("account", "p01"), ("name", "試験 薬子"), ("role", "pharmacist"), ("active", "1")];
    let made = it.post("/people", "/people", &new);
    let pin = made.body.split("class=\"answer id\">").nth(1).expect(&made.body).split('<').next().unwrap();
    let mut pharmacist = Browser::new(&running);
    assert_eq!(pharmacist.log_in("p01", &pin.replace('-', ""), "/").status, 303);
    let change = [("old", &*pin.replace('-', "")), ("new", "246813"), ("again", "246813")];
    assert!(pharmacist.post("/me", "/me", &change).body.contains("PINを変えました"));
    let closed = [("account", "p01"), ("name", "試験 薬子"), ("role", "pharmacist"), ("active", "0")];
    assert_eq!(it.post("/people", "/people", &closed).status, 200);
    assert_eq!(Browser::new(&running).log_in("p01", "246813", "/").status, 403);
    running.stop();
    let rows = station.run(&["people", "list", "--json"]).ends(0).json();
    let row = rows["accounts"].as_array().unwrap().iter().find(|row| row["account"] == "p01").unwrap().clone();
    assert_eq!((&row["active"], &row["role"]), (&false.into(), &"pharmacist".into()));
    station.run(&["people", "set", "p01", "--open", "--ward", "薬剤部"]).ends(0);
    station.run(&["people", "add", "p01", "--name", "x", "--role", "nurse"]).ends(1);
    let unknown = station.run(&["people", "add", "x01", "--name", "x", "--role", "院長"]).ends(2).err;
    assert!(unknown.contains("「院長」") && unknown.contains("看護師、") && unknown.contains("nurse, "), "{unknown}");
    let list = station.folder().join("staff.csv");
    std::fs::write(&list, "職員番号,氏名,職種\np01,試験 薬子,薬剤師\nd01,試験 医師,医師\nx01,試験 長子,院長\n")
        .unwrap();
    let pins = station.folder().join("pins.csv");
    let words = ["people", "import", list.to_str().unwrap(), "--pins", pins.to_str().unwrap()];
    let said = station.run(&words).ends(3).out;
    assert!(said.contains("4 行目 / line 4: 職種「院長」") && said.contains("one of: doctor, nurse"), "{said}");
    let pins = std::fs::read_to_string(pins).unwrap();
    assert!(pins.contains("\"d01\"") && !pins.contains("p01"), "{pins}");
}

/// The bar of every page: who is in, and how old the copy is.
#[test]
fn a_page_that_says_no_still_says_who_is_in_and_how_old_the_copy_is() {
    let (station, pins) = staffed();
    let running = serve(&station);
    let mut nurse = Browser::new(&running);
    nurse.log_in("n01", &pins["n01"], "/");
    let mut it = Browser::new(&running);
    it.log_in("i01", &pins["i01"], "/");
    let forged = [("token", "0"), ("old", ""), ("new", ""), ("again", "")];
    for (status, who, answer) in [
        (404, "n01", nurse.get("/nowhere")),
        (404, "n01", nurse.get("/patients/self/99999999?lang=en")),
        (403, "n01", nurse.get("/audit?lang=ja")),
        (403, "i01", it.get(&chart())),
        (400, "n01", nurse.post_raw("/me", &forged, "")),
    ] {
        assert_eq!(answer.status, status);
        let fresh = answer.body.split("class=\"fresh\"").nth(1).expect(&answer.body).split("</a>").next().unwrap();
        assert!(fresh.contains("2021-10-30"), "{fresh}");
        assert!(answer.body.contains(&format!("試験 {who}")), "{}", answer.body);
    }
    // Who is not in is told nothing of the copy.
    let answer = Browser::new(&running).post_raw("/login", &forged, "");
    assert_eq!(answer.status, 400);
    assert!(!answer.body.contains("2021-10-30") && !answer.body.contains("who-is-in"), "{}", answer.body);
    running.stop();
}

/// A timer or a service has no `USER`; what it prints and decides is signed all the same.
#[test]
fn a_command_without_user_is_by_the_name_of_its_account() {
    let (station, _) = staffed();
    let ran = run(station.command(&["chart", NUMBER, "--json"]).env_remove("USER"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let name = Command::new("id").arg("-un").output().unwrap();
    let name = String::from_utf8(name.stdout).unwrap();
    assert_eq!(looks(&station).last().unwrap().0, format!("os:{}", name.trim()));
}

/// What people prove themselves by is in one file, and in no event, log or output.
#[test]
fn secrets_stay_where_they_are_kept() {
    let (station, pins) = staffed();
    for file in ["entries.db", "access.db", "home.toml"] {
        let bytes = std::fs::read(station.home().join(file)).unwrap();
        for pin in pins.values() {
            assert!(!bytes.windows(pin.len()).any(|part| part == pin.as_bytes()), "{file} holds a PIN");
        }
    }
    let said = ["audit", "people list", "people openings", "doctor"].map(|command| {
        let words: Vec<&str> = command.split(' ').chain(["--json"]).collect();
        station.run(&words).out
    });
    assert!(pins.values().all(|pin| said.iter().all(|said| !said.contains(pin.as_str()))));
}
