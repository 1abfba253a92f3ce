//! Our pages asked for over HTTP as a browser would: `andon serve` started, its link opened, its cookie kept.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;

/// No page takes so long; the program itself gives up at ten seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that serves, ended when it is dropped.
pub struct Served {
    child: Child,
    pub port: u16,
    /// `name=value`; empty for a peer that asks for none.
    pub cookie: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Served {
    /// Our program over a home, let in by the link it prints; another feeds the home, or nobody.
    pub fn andon(andon: &Path, home: &Path) -> Outcome<Self> {
        Self::open(andon, home, &["--no-feed"])
    }

    /// The same, the way a station runs every day: it writes to its home all the time.
    pub fn writing(andon: &Path, home: &Path) -> Outcome<Self> {
        Self::open(andon, home, &[])
    }

    fn open(andon: &Path, home: &Path, more: &[&str]) -> Outcome<Self> {
        let mut command = Command::new(andon);
        command.args(["serve", "--port", "0", "--home"]).arg(home).args(more).stdin(Stdio::null());
        let (child, link) = start(&mut command, "http://127.0.0.1:")?;
        let (port, path) = link.split_once('/').ok_or_else(|| format!("not a link: {link}"))?;
        let port = port.parse().map_err(|_| format!("not a port: {port}"))?;
        let mut served = Self { child, port, cookie: String::new() };
        let opened = Client::new(&served).get(&format!("/{path}"))?;
        let cookie = opened.head.lines().find_map(|line| line.strip_prefix("set-cookie: andon="));
        let value = cookie.and_then(|cookie| cookie.split(';').next()).ok_or("the link gave no cookie")?;
        served.cookie = format!("andon={value}");
        Ok(served)
    }

    /// A peer that says `ready` when it serves at this port.
    pub fn peer(command: &mut Command, port: u16) -> Outcome<Self> {
        let (child, _) = start(command.stdin(Stdio::null()), "ready")?;
        Ok(Self { child, port, cookie: String::new() })
    }

    /// A peer that says nothing: started, and asked until it takes a connection.
    pub fn started(command: &mut Command, port: u16) -> Outcome<Self> {
        let name = crate::runner::shown(command);
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = quiet.spawn().map_err(|error| format!("{name}: {error}"))?;
        let served = Self { child, port, cookie: String::new() };
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Ok(served);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(format!("{name}: takes no connection"))
    }

    /// Seconds of processor the program has used, from `/proc` (proc(5), fields 14 and 15, a hundredth each).
    pub fn cpu_seconds(&self) -> f64 {
        let line = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let after_name = line.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = |at| after_name.split_whitespace().nth(at).and_then(|field: &str| field.parse::<f64>().ok());
        (ticks(11).unwrap_or_default() + ticks(12).unwrap_or_default()) / 100.0
    }

    /// Memory of its own now, megabytes.
    pub fn own_mb(&self) -> f64 {
        super::measure::memory(self.child.id()).1 as f64 / 1024.0
    }
}

/// Starts a program and waits until a line of its output has `mark`; answers what follows it on that line.
fn start(command: &mut Command, mark: &str) -> Outcome<(Child, String)> {
    let name = crate::runner::shown(command);
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("{name}: {error}"))?;
    let out = child.stdout.take().ok_or_else(|| format!("{name}: no output"))?;
    let (give, told) = std::sync::mpsc::sync_channel(1);
    let mark = mark.to_owned();
    std::thread::spawn(move || {
        // Read to its end, so that the program never waits for us.
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if let Some((_, rest)) = line.split_once(&mark) {
                let _ = give.try_send(rest.trim().to_owned());
            }
        }
    });
    match told.recv_timeout(PATIENCE) {
        Ok(rest) => Ok((child, rest)),
        Err(_) => {
            let _ = child.kill();
            let _ = child.wait();
            Err(format!("{name}: did not say it was ready"))
        }
    }
}

/// One browser: one connection that is kept.
pub struct Client<'a> {
    served: &'a Served,
    kept: Option<BufReader<TcpStream>>,
}

/// An answer.
pub struct Answer {
    pub status: u16,
    /// Header lines, names in lower case.
    pub head: String,
    pub body: Vec<u8>,
}

impl<'a> Client<'a> {
    pub fn new(served: &'a Served) -> Self {
        Self { served, kept: None }
    }

    /// Asks for a path; on a new connection when there is none yet.
    pub fn get(&mut self, path: &str) -> Outcome<Answer> {
        let cookie = format!("Cookie: {}", self.served.cookie);
        self.ask(&format!("GET {path}"), &cookie, "").inspect_err(|_| self.kept = None)
    }

    /// Posts a form, as its button would.
    pub fn form(&mut self, path: &str, fields: &[(&str, &str)]) -> Outcome<Answer> {
        let plain = |text: &str| {
            let byte = |byte: u8| match byte {
                b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            };
            text.bytes().map(byte).collect::<String>()
        };
        let body: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
        let body = body.join("&");
        let header = format!(
            "Cookie: {}\r\nOrigin: http://127.0.0.1:{}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}",
            self.served.cookie,
            self.served.port,
            body.len()
        );
        self.ask(&format!("POST {path}"), &header, &body).inspect_err(|_| self.kept = None)
    }

    /// Posts JSON, with one header line more.
    pub fn post(&mut self, path: &str, header: &str, body: &str) -> Outcome<Answer> {
        let header = format!("{header}\r\nContent-Type: application/json\r\nContent-Length: {}", body.len());
        self.ask(&format!("POST {path}"), &header, body).inspect_err(|_| self.kept = None)
    }

    fn ask(&mut self, path: &str, header: &str, body: &str) -> Outcome<Answer> {
        let fail = |error: std::io::Error| format!("{path}: {error}");
        if self.kept.is_none() {
            let stream = TcpStream::connect(("127.0.0.1", self.served.port)).map_err(fail)?;
            stream.set_read_timeout(Some(PATIENCE)).map_err(fail)?;
            stream.set_nodelay(true).map_err(fail)?;
            self.kept = Some(BufReader::new(stream));
        }
        let stream = self.kept.as_mut().ok_or("no connection")?;
        let port = self.served.port;
        let asked = format!("{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{header}\r\n\r\n{body}");
        stream.get_mut().write_all(asked.as_bytes()).map_err(fail)?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head).map_err(fail)? == 0 {
                return Err(format!("{path}: closed"));
            }
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        let head: String = head.lines().map(|line| with_lower_name(line) + "\n").collect();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
        let mut body = vec![0; length.ok_or_else(|| format!("{path}: an answer without a length"))?];
        stream.read_exact(&mut body).map_err(fail)?;
        if head.starts_with("HTTP/1.0") || head.contains("connection: close") {
            self.kept = None;
        }
        Ok(Answer { status, head, body })
    }

    /// The page of a path, which must be one.
    pub fn page(&mut self, path: &str) -> Outcome<Vec<u8>> {
        let answer = self.get(path)?;
        if answer.status == 200 { Ok(answer.body) } else { Err(format!("{path}: status {}", answer.status)) }
    }
}

fn with_lower_name(line: &str) -> String {
    line.split_once(':').map_or_else(|| line.to_owned(), |(name, rest)| format!("{}:{rest}", name.to_lowercase()))
}
