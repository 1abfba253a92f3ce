//! A WebDriver client as small as these tests need: ChromeDriver is asked in JSON over its own loopback port.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// How long a page or a program may take to answer before a test says so.
pub const PATIENCE: Duration = Duration::from_secs(60);
/// How long a script of a test may take: axe over a long page, on a machine that is busy.
const SCRIPT: Duration = Duration::from_secs(180);
/// Between two looks at what is not there yet.
pub const PAUSE: Duration = Duration::from_millis(50);
/// The key under which WebDriver names an element (W3C WebDriver §11, web element identifier).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Keys as WebDriver writes them (§17.4.2).
pub mod key {
    pub const TAB: &str = "\u{E004}";
    pub const ENTER: &str = "\u{E007}";
}

/// A browser without a window, in a profile of its own.
pub struct Browser {
    driver: Child,
    port: u16,
    session: String,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// With JavaScript blocked, as every page must work.
    pub fn open() -> Browser {
        Browser::start(false)
    }

    /// With JavaScript allowed, for scripts of tests that wait (axe); our pages have none and allow none.
    pub fn with_scripts() -> Browser {
        Browser::start(true)
    }

    fn start(scripts: bool) -> Browser {
        let port = free_port();
        let driver = Command::new(std::env::var("CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".into()))
            .arg(format!("--port={port}"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver: cargo x check installs it");
        let profile = tempfile::tempdir().unwrap();
        let mut browser = Browser { driver, port, session: String::new(), _profile: profile };
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < until, "chromedriver does not answer");
            std::thread::sleep(PAUSE);
        }
        let made = browser.post("/session", &browser.wishes(scripts));
        browser.session = made["sessionId"].as_str().expect("a session").to_owned();
        browser.session("POST", "/timeouts", &json!({ "script": SCRIPT.as_millis() as u64 }));
        browser
    }

    fn wishes(&self, scripts: bool) -> Value {
        let profile = format!("--user-data-dir={}", self._profile.path().display());
        let mut options = json!({
            "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
                     "--disable-background-networking", "--disable-component-update", "--disable-sync",
                     "--window-size=1280,1400", profile],
            // 1 = allowed, 2 = blocked.
            "prefs": { "profile.managed_default_content_settings.javascript": if scripts { 1 } else { 2 } },
        });
        if let Ok(binary) = std::env::var("CHROMIUM") {
            options["binary"] = binary.into();
        }
        json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome", "goog:chromeOptions": options } } })
    }

    pub fn go(&self, url: &str) {
        self.session("POST", "/url", &json!({ "url": url }));
    }

    pub fn address(&self) -> String {
        self.session("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    pub fn title(&self) -> String {
        self.session("GET", "/title", &Value::Null).as_str().unwrap().to_owned()
    }

    /// The text of the first element that a CSS selector finds, as rendered; nothing where the page went away meanwhile.
    pub fn text(&self, css: &str) -> String {
        let element = self.find(css);
        let text = self.session("GET", &format!("/element/{element}/text"), &Value::Null);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The text of an element once it satisfies, or as it is when patience ends.
    pub fn text_until(&self, css: &str, satisfies: impl Fn(&str) -> bool) -> String {
        let began = Instant::now();
        loop {
            let text = self.text(css);
            if satisfies(&text) || began.elapsed() > PATIENCE {
                return text;
            }
            std::thread::sleep(PAUSE);
        }
    }

    /// Presses keys one after another, wherever the focus is; `tab`, `enter` and the like by [`key`].
    pub fn press(&self, keys: &str) {
        let strokes =
            keys.chars().flat_map(|key| ["keyDown", "keyUp"].map(|what| json!({ "type": what, "value": key })));
        let strokes: Vec<Value> = strokes.collect();
        let actions = json!({ "actions": [{ "type": "key", "id": "keyboard", "actions": strokes }] });
        self.session("POST", "/actions", &actions);
    }

    /// What a script of this test says, run beside the page: the page's own scripts stay blocked.
    pub fn run(&self, script: &str) -> Value {
        self.session("POST", "/execute/sync", &json!({ "script": script, "args": [] }))
    }

    /// Makes the window so many CSS pixels wide and high.
    pub fn window(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.cdp("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Something only Chromium's own protocol can.
    pub fn cdp(&self, command: &str, params: &Value) {
        self.session("POST", "/goog/cdp/execute", &json!({ "cmd": command, "params": params }));
    }

    pub fn type_into(&self, css: &str, text: &str) {
        let element = self.find(css);
        self.session("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    pub fn click(&self, css: &str) {
        let element = self.find(css);
        self.session("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// The page as drawn, kept under `target/pages/` for a person to look at.
    pub fn picture(&self, name: &str) {
        let drawn = self.session("GET", "/screenshot", &Value::Null);
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("../pages");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{name}.png")), base64(drawn.as_str().unwrap())).unwrap();
    }

    /// The element, once it is there: a key or a click may return before the next page has taken the place of this one.
    fn find(&self, css: &str) -> String {
        let asked = json!({ "using": "css selector", "value": css });
        let began = Instant::now();
        loop {
            let found = self.session("POST", "/element", &asked);
            let element = found.get(ELEMENT).and_then(Value::as_str);
            match element {
                Some(element) => return element.to_owned(),
                None if began.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                None => panic!("nothing on {} matches {css}: {found}", self.address()),
            }
        }
    }

    fn session(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask(method, &format!("/session/{}{path}", self.session), body)
    }

    fn post(&self, path: &str, body: &Value) -> Value {
        self.ask("POST", path, body)
    }

    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = http(
            self.port,
            &format!(
                "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
                self.port,
                body.len()
            ),
        );
        let json = answer.split_once("\r\n\r\n").map_or("", |(_, json)| json);
        let value: Value = serde_json::from_str(json).unwrap_or_else(|_| panic!("{method} {path}: {answer}"));
        value["value"].clone()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        self.session("DELETE", "", &Value::Null);
        self.driver.kill().unwrap();
        self.driver.wait().unwrap();
    }
}

/// Sends bytes to a loopback port and reads the whole answer.
pub fn http(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    let mut buffer = [0; 65_536];
    // ChromeDriver keeps the connection open whatever it is told: the length says when the answer is whole.
    loop {
        let read = stream.read(&mut buffer).unwrap();
        answer.extend_from_slice(&buffer[..read]);
        if read == 0 || is_whole(&answer) {
            return String::from_utf8_lossy(&answer).into_owned();
        }
    }
}

fn is_whole(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer).to_ascii_lowercase();
    let Some(end) = answer.windows(4).position(|four| four == b"\r\n\r\n") else { return false };
    let length = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    length.is_some_and(|length| answer.len() >= end + 4 + length)
}

fn free_port() -> u16 {
    std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

pub(super) fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let six = |byte: u8| ALPHABET.iter().position(|known| *known == byte);
    let (mut bits, mut count, mut bytes) = (0_u32, 0, Vec::new());
    for value in text.bytes().filter_map(six) {
        bits = bits << 6 | value as u32;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}
