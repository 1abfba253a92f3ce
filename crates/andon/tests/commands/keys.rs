//! A passphrase beside the key file: from a file, and from a terminal that does not show it.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, tcgetattr};

use crate::door::Station;

const SECRET: &str = "ともしび七つと三日月";

fn file(station: &Station, name: &str, words: &str) -> String {
    let path: PathBuf = station.folder().join(name);
    fs::write(&path, words).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn a_passphrase_from_a_file_opens_the_home_until_it_is_removed() {
    let station = Station::real();
    let (right, wrong) = (file(&station, "right", &format!("{SECRET}\n")), file(&station, "wrong", "ともしび八つ\n"));
    let empty = file(&station, "empty", "\n");
    let with = |words: &[&str], file: &str| station.run(&[words, &["--passphrase-file", file]].concat());
    let (add, remove) = (["keys", "passphrase", "add"], ["keys", "passphrase", "remove"]);
    with(&["status"], &right).ends(1);
    station.run(&remove).ends(1);
    // Also beside a program that writes.
    let running = crate::running::Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let told = with(&add, &right).ends(0);
    assert!(!told.out.contains(SECRET) && !told.err.contains(SECRET));
    running.stop();
    with(&["status"], &right).ends(0);
    with(&["status"], &wrong).ends(1);
    station.run(&["status"]).ends(0);
    with(&add, &empty).ends(2);
    // Without a terminal and without a file nobody can be asked.
    station.run(&add).ends(2);
    // The key file is what opens the home for this; a foreign one changes nothing.
    let other = Station::real();
    let foreign = other.home().join("keys/home.key");
    let slots = fs::read(station.home().join("keys/slots")).unwrap();
    for words in [add, remove] {
        let with_key = [&words[..], &["--key-file", foreign.to_str().unwrap()]].concat();
        let ran = if words == add { with(&with_key, &right) } else { station.run(&with_key) };
        assert!(ran.ends(1).err.contains("does not open this home"));
    }
    with(&remove, &right).ends(2);
    with(&["status", "--key-file", foreign.to_str().unwrap()], &right).ends(2);
    assert_eq!(fs::read(station.home().join("keys/slots")).unwrap(), slots);
    station.run(&remove).ends(0);
    with(&["status"], &right).ends(1);
    station.run(&["status"]).ends(0);
}

/// A terminal of its own with a program on it.
pub struct Terminal {
    master: File,
    child: Child,
    shown: String,
}

impl Terminal {
    pub fn run(station: &Station, words: &[&str]) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
        grantpt(&master).unwrap();
        unlockpt(&master).unwrap();
        let name = ptsname(&master, Vec::new()).unwrap();
        let slave = File::options().read(true).write(true).open(name.to_str().unwrap()).unwrap();
        let end = || Stdio::from(OwnedFd::from(slave.try_clone().unwrap()));
        // A session of its own, whose terminal this is: what asks for a passphrase opens /dev/tty.
        let mut command = Command::new("setsid");
        command.args(["--ctty", "--wait", env!("CARGO_BIN_EXE_andon")]).args(words);
        command.arg("--home").arg(station.home()).stdin(end()).stdout(end()).stderr(end());
        let child = command.spawn().unwrap();
        Terminal { master: File::from(master), child, shown: String::new() }
    }

    /// Reads until a prompt is shown.
    fn until(&mut self, prompt: &str) {
        while !self.shown.contains(prompt) {
            let mut some = [0; 4096];
            let read = self.master.read(&mut some).unwrap();
            self.shown.push_str(&String::from_utf8_lossy(&some[..read]));
        }
        self.shown.clear();
    }

    /// Types after a prompt, in sight.
    pub fn say(&mut self, prompt: &str, typed: &str) {
        self.until(prompt);
        self.master.write_all(format!("{typed}\n").as_bytes()).unwrap();
    }

    /// Reads until a prompt is shown, waits until nothing typed is shown, types.
    pub fn answer(&mut self, prompt: &str, typed: &str) {
        self.until(prompt);
        while tcgetattr(&self.master).unwrap().local_modes.contains(LocalModes::ECHO) {
            std::thread::yield_now();
        }
        self.master.write_all(format!("{typed}\n").as_bytes()).unwrap();
    }

    /// Everything shown after the last prompt, and the exit code.
    pub fn end(mut self) -> (String, i32) {
        let mut some = [0; 4096];
        // A terminal whose last user has left says so by an error.
        while let Ok(read @ 1..) = self.master.read(&mut some) {
            self.shown.push_str(&String::from_utf8_lossy(&some[..read]));
        }
        (self.shown, self.child.wait().unwrap().code().unwrap())
    }
}

#[test]
fn a_terminal_asks_twice_and_shows_nothing_of_what_is_typed() {
    let station = Station::real();
    let asked = |words: &[&str], answers: &[(&str, &str)]| {
        let mut terminal = Terminal::run(&station, words);
        answers.iter().for_each(|(prompt, typed)| terminal.answer(prompt, typed));
        let (shown, code) = terminal.end();
        assert!(!shown.contains("ともしび"), "{shown}");
        (shown, code)
    };
    let add = ["keys", "passphrase", "add"];
    let (first, again) = ("new passphrase", "once more");
    let (shown, code) = asked(&add, &[(first, SECRET), (again, "ともしび六つ")]);
    assert!(code == 2 && shown.contains("differ"), "{shown}");
    assert_eq!(asked(&add, &[(first, SECRET), (again, SECRET)]).1, 0);
    let status = ["status", "--passphrase-file", "-"];
    assert_eq!(asked(&status, &[("passphrase", SECRET)]).1, 0);
    assert_eq!(asked(&status, &[("passphrase", "ともしび六つ")]).1, 1);
}
