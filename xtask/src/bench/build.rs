//! How long a person waits: a cold `cargo x demo` until its first page answers, and a cold `cargo x check`. Packages that
//! cargo has fetched before are not fetched again, so the network's part is left out and said so.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::ground;
use super::measure::cost_or;
use super::report::Report;
use crate::Outcome;
use crate::runner::cargo;

/// Longest wait for a first page.
const GIVE_UP: Duration = Duration::from_secs(60 * 60);

/// One cold round of each: they are minutes long and vary little.
pub fn run(report: &mut Report) -> Outcome {
    let target = ground::work()?.join("cold");
    ground::remove(&target)?;
    let demo = first_page(&target)? / 60.0;
    report.figure("demo", 1, "minutes_to_first_page", demo);
    report.claim("cold cargo x demo to first page, minutes (packages fetched before)", &[demo], None);
    ground::remove(&target)?;
    let check = cost_or(cargo(&["x", "check"]).env("CARGO_TARGET_DIR", &target), &[1])?;
    report.cost("check", 1, &check);
    report.figure("check", 1, "held", f64::from(u8::from(check.said.contains(", 0 failed"))));
    report.claim("cold cargo x check, minutes", &[check.wall_seconds / 60.0], None);
    report.claim("cold cargo x check, CPU minutes", &[check.cpu_seconds / 60.0], None);
    ground::remove(&target)
}

/// Seconds from `cargo x demo` to the first answered page.
fn first_page(target: &Path) -> Outcome<f64> {
    let start = Instant::now();
    let mut command = cargo(&["x", "demo"]);
    command.env("CARGO_TARGET_DIR", target).stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0);
    let mut demo = command.spawn().map_err(|error| format!("cargo x demo: {error}"))?;
    let lines = BufReader::new(demo.stdout.take().ok_or("cargo x demo says nothing")?).lines();
    let link = lines.map_while(Result::ok).find_map(|line| {
        println!("    {line}");
        let (_, rest) = line.split_once("http://127.0.0.1:")?;
        Some(rest.split_whitespace().next().unwrap_or_default().to_owned())
    });
    let took = link.ok_or_else(|| "cargo x demo printed no link".to_owned()).and_then(|link| {
        while start.elapsed() < GIVE_UP {
            if answers(&link) {
                return Ok(start.elapsed().as_secs_f64());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err("no page answered".to_owned())
    });
    // The demo runs under cargo under cargo; its group, which we made, ends as one.
    let _ = Command::new("kill").args(["-TERM", "--", &format!("-{}", demo.id())]).status();
    let _ = demo.wait();
    took
}

/// Does `PORT/PATH` of this machine answer with a page or a redirection to one?
fn answers(link: &str) -> bool {
    let (port, path) = link.split_once('/').unwrap_or((link, ""));
    let asked = TcpStream::connect(format!("127.0.0.1:{port}")).and_then(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_secs(5)))?;
        write!(stream, "GET /{path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n")?;
        let mut answer = [0; 12];
        stream.read_exact(&mut answer)?;
        Ok(answer)
    });
    asked.is_ok_and(|answer| answer.starts_with(b"HTTP/1.1 2") || answer.starts_with(b"HTTP/1.1 3"))
}
