//! The child that looks at a scanner's file: this program again, without keys, files or network. It is given the bytes, answers a line
//! a page, and whatever happens to it costs what it had not said yet.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use scan::{Ask, BoxesSeen, PageSeen};
use serde::{Deserialize, Serialize};

use crate::home::{Exit, Problem};

/// The hidden word by which the program is its own child.
pub const CHILD: &str = "read-scan";
/// The word after it for looking into the boxes of a page.
pub const BOXES: &str = "boxes";
/// Processor seconds for the boxes of one page: a hundred times what it takes, while a person waits for the page.
const BOXES_SECONDS_MAX: u64 = 30;
/// Processor seconds of a child: a thousand pages at less than half a second, and an end to a hostile one.
const SECONDS_MAX: u64 = 600;
/// Bytes of a line: a page full of codes.
const LINE_BYTES_MAX: u64 = 1 << 20;
/// Bytes of a picture for people.
const PICTURE_BYTES_MAX: u64 = 16 << 20;

/// What the child says.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Page(PageSeen),
    /// All was said: so many pages.
    End(usize),
    /// Not a file that can be read: a stable word.
    Refused(String),
}

/// What was seen of a file.
#[derive(Debug, Default)]
pub struct Seen {
    /// The pages, in order.
    pub pages: Vec<PageSeen>,
    /// Why there is no more, a stable word; `None` when all was seen.
    pub stopped: Option<String>,
}

/// Looks at a file in a child of its own.
///
/// # Errors
/// When no child can be started.
pub fn look(bytes: &[u8]) -> Result<Seen, Problem> {
    let mut child = start(&[])?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let seen = std::thread::scope(|scope| {
        scope.spawn(|| give(stdin, &[bytes]));
        stdout.map(listen).unwrap_or_default()
    });
    end(child);
    Ok(seen)
}

/// A page as JPEG for people to look at, at most so many pixels long; drawn in a child.
///
/// # Errors
/// When no child can be started, or it draws nothing.
pub fn picture(bytes: &[u8], page: u32, longest: u32) -> Result<Vec<u8>, Problem> {
    // What came of a picture before the child ended is no picture: a viewer says so.
    let drawn = answered(&[&page.to_string(), &longest.to_string()], &[bytes], PICTURE_BYTES_MAX)?;
    match drawn.is_empty() {
        false => Ok(drawn),
        true => Err(Problem::failed("このページは絵にできません。 / This page cannot be drawn.")),
    }
}

/// What stands in the boxes of a page; looked at in a child. `None` when the page or its codes are not found.
///
/// # Errors
/// When no child can be started.
pub fn boxes(bytes: &[u8], ask: &Ask) -> Result<Option<BoxesSeen>, Problem> {
    let mut head = serde_json::to_vec(ask).map_err(|error| Problem::failed(error.to_string()))?;
    head.push(b'\n');
    let said = answered(&[BOXES], &[&head, bytes], LINE_BYTES_MAX)?;
    Ok(serde_json::from_slice(&said).unwrap_or_default())
}

/// What a child says in all, up to so many bytes.
fn answered(words: &[&str], parts: &[&[u8]], most: u64) -> Result<Vec<u8>, Problem> {
    let mut child = start(words)?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let mut said = Vec::new();
    std::thread::scope(|scope| {
        scope.spawn(|| give(stdin, parts));
        if let Some(stdout) = stdout {
            // A child that stops says less; whoever asked knows what is whole.
            let _ = stdout.take(most).read_to_end(&mut said);
        }
    });
    end(child);
    Ok(said)
}

/// Where the program lies, when it is not what runs: tests that play it.
static PROGRAM: OnceLock<PathBuf> = OnceLock::new();

/// Says which program is the child; before the first page is read.
pub fn program_is(path: PathBuf) {
    PROGRAM.get_or_init(|| path);
}

/// This program without the environment: no home, no key, no passphrase in it.
fn start(words: &[&str]) -> Result<Child, Problem> {
    let program = PROGRAM.get().cloned().map_or_else(std::env::current_exe, Ok)?;
    let mut command = Command::new(program);
    command.arg(CHILD).args(words).env_clear().current_dir("/");
    Ok(command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?)
}

fn give(stdin: Option<std::process::ChildStdin>, parts: &[&[u8]]) {
    // A child that ended early takes no more: what it said before counts.
    let _ = stdin.map(|mut stdin| parts.iter().try_for_each(|part| stdin.write_all(part)));
}

fn listen(stdout: std::process::ChildStdout) -> Seen {
    let mut seen = Seen { pages: Vec::new(), stopped: Some("reader_stopped".to_owned()) };
    let mut lines = BufReader::new(stdout);
    loop {
        let mut line = Vec::new();
        // A line that does not come whole is none, and ends what is heard.
        let _ = (&mut lines).take(LINE_BYTES_MAX).read_until(b'\n', &mut line);
        match serde_json::from_slice(&line) {
            Ok(Line::Page(page)) if seen.pages.len() < scan::PAGES_MAX => seen.pages.push(page),
            Ok(Line::End(pages)) => {
                seen.stopped = (pages != seen.pages.len()).then(|| "reader_stopped".to_owned());
                return seen;
            }
            Ok(Line::Refused(word)) => {
                seen.stopped = Some(word);
                return seen;
            }
            _ => return seen,
        }
    }
}

/// Whatever it does now is of no use to anybody: neither that it is gone already nor how it ended matters.
fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// What the child does that looks into boxes: as [`be_child`]; what is asked is the first line of its input.
///
/// # Errors
/// When it cannot give up what it must, or is asked nothing.
pub fn be_child_of_boxes() -> Result<Exit, Problem> {
    std::panic::set_hook(Box::new(|_| {}));
    if !scan::confine(BOXES_SECONDS_MAX) {
        return Err(Problem::failed("the reader cannot be confined"));
    }
    let (mut head, mut bytes) = (Vec::new(), Vec::new());
    let mut input = BufReader::new(std::io::stdin().lock());
    (&mut input).take(LINE_BYTES_MAX).read_until(b'\n', &mut head)?;
    let ask: Ask = serde_json::from_slice(&head).map_err(|_| Problem::usage("boxes"))?;
    input.take(scan::FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    let seen = scan::boxes(&bytes, &ask).map_err(|error| Problem::failed(error.code()))?;
    serde_json::to_writer(std::io::stdout().lock(), &seen).map_err(|error| Problem::failed(error.to_string()))?;
    Ok(Exit::Ok)
}

/// What the child does: gives everything up, reads its input whole, looks, and says what it saw.
///
/// # Errors
/// When it cannot give up what it must.
pub fn be_child(page: Option<usize>, longest: u32) -> Result<Exit, Problem> {
    // A stop on one page is told by its word; the words of a panic may quote what was read.
    std::panic::set_hook(Box::new(|_| {}));
    if !scan::confine(SECONDS_MAX) {
        return Err(Problem::failed("the reader cannot be confined"));
    }
    let (mut bytes, mut out) = (Vec::new(), std::io::stdout().lock());
    std::io::stdin().lock().take(scan::FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    if let Some(page) = page {
        let drawn = scan::picture(&bytes, page, longest).map_err(|error| Problem::failed(error.code()))?;
        out.write_all(&drawn)?;
        return Ok(Exit::Ok);
    }
    // Whoever does not hear us any more has ended us.
    let mut say = |line: &Line| {
        let _ = serde_json::to_writer(&mut out, line).map(|()| out.write_all(b"\n").and_then(|()| out.flush()));
    };
    let looked = scan::look(&bytes, |page| say(&Line::Page(page)));
    say(&match looked {
        Ok(pages) => Line::End(pages),
        Err(error) => Line::Refused(error.code().to_owned()),
    });
    Ok(Exit::Ok)
}
