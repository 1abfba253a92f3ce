//! A program that goes on running beside the others: `serve` or `feed`, ended with the test.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// How long an answer may take before a test says so.
const PATIENCE: Duration = Duration::from_secs(60);

pub struct Running {
    child: Child,
    /// What it printed on standard output until it was ready.
    pub said: String,
}

impl Running {
    /// Starts it and reads what it prints until a line holds `ready`.
    pub fn start(command: &mut Command, ready: &str) -> Running {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains(ready) {
            assert!(out.read_line(&mut said).unwrap() > 0, "it ended instead of saying {ready}: {said}");
        }
        Running { child, said }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it as a person does, with SIGTERM; what it printed on standard error, where that was kept.
    pub fn stop(mut self) -> String {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let mut told = String::new();
        if let Some(mut err) = self.child.stderr.take() {
            err.read_to_string(&mut told).unwrap();
        }
        self.child.wait().unwrap();
        told
    }

    /// Ends it as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Where it serves, from the link it printed.
    pub fn port(&self) -> u16 {
        self.said.split([':', '/']).find_map(|part| part.trim().parse().ok()).unwrap()
    }

    /// The one-time path of the link it printed.
    pub fn link(&self) -> String {
        let at = self.said.find("/open/").unwrap();
        self.said[at..].split_whitespace().next().unwrap().to_owned()
    }

    /// The cookie that its one-time link gives.
    pub fn let_in(&self) -> String {
        let opened = self.get(&self.link(), "");
        let cookie = opened.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().to_owned()
    }

    /// `GET path` with a cookie; the whole answer.
    pub fn get(&self, path: &str, cookie: &str) -> String {
        let port = self.port();
        self.ask(&format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
        ))
    }

    /// Sends bytes to its port; the whole answer.
    pub fn ask(&self, request: &(impl AsRef<[u8]> + ?Sized)) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port())).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(request.as_ref()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
