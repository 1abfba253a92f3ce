//! The door: the built binary is run with `--home`, and what it printed and how it ended is kept.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// How a command ended.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// Standard output as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|why| panic!("{why}: {}\n{}", self.out, self.err))
    }

    /// The same, after a look at the exit code.
    pub fn ends(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }
}

/// The program, not yet started; nobody's environment speaks to it.
pub fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_andon"));
    for name in ["ANDON_HOME", "ANDON_LOG", "ANDON_LOG_JSON"] {
        command.env_remove(name);
    }
    command.args(args).stdin(Stdio::null());
    command
}

/// Runs it to its end.
pub fn run(command: &mut Command) -> Ran {
    let output = command.output().unwrap();
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// The day in Japan now.
pub fn today() -> String {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    chart::Moment(i64::try_from(since.as_millis()).unwrap()).digits17()[..8].to_owned()
}

/// Has a test see one day of Japan: what is in force, and which days lie ahead, is another at midnight. A try that midnight came
/// into says nothing, and is made again with a hospital of the new day.
pub fn within_a_day(test: impl Fn() + std::panic::RefUnwindSafe) {
    loop {
        let day = today();
        let ended = std::panic::catch_unwind(&test);
        match ended {
            Err(why) if day == today() => std::panic::resume_unwind(why),
            Ok(()) => return,
            Err(_) => {}
        }
    }
}

/// Events that `init` writes: the home was made, three sealed cards, and the run that printed them.
pub const OF_INIT: u64 = 5;

/// A station: a home of its own in a temporary folder that ends with it.
pub struct Station {
    folder: tempfile::TempDir,
}

impl Station {
    pub fn real() -> Station {
        Station::made(&[])
    }

    pub fn training() -> Station {
        Station::made(&["--training"])
    }

    /// A folder without a home.
    pub fn bare() -> Station {
        Station { folder: tempfile::tempdir().unwrap() }
    }

    pub fn made(words: &[&str]) -> Station {
        let station = Station::bare();
        station.run(&[&["init", "--yes"], words].concat()).ends(0);
        station
    }

    /// A training home that has read a hospital with wards that went dark just now; what `drill hospital --json` said.
    pub fn fed() -> (Station, Value) {
        let station = Station::training();
        let tree = station.folder().join("tree");
        let words = ["drill", "hospital", "--patients", "100", "--seed", "7", "--stop-at", "now", "--json", "--out"];
        let said = run(program(&words).arg(&tree)).ends(0).json();
        station.feed(&tree);
        (station, said)
    }

    /// The folder around the home: for trees and files of one test.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = program(args);
        command.arg("--home").arg(self.home());
        command
    }

    pub fn run(&self, args: &[&str]) -> Ran {
        run(&mut self.command(args))
    }

    /// `feed --once ROOT --json`, complete and without trouble.
    pub fn feed(&self, root: &Path) -> Value {
        let fed = self.run(&["feed", "--once", "--json", root.to_str().unwrap()]).ends(0).json();
        assert_eq!(fed["complete"], true, "{fed}");
        fed
    }

    /// `chart ID --json`, which must exist.
    pub fn chart(&self, id: &str) -> Value {
        let ran = self.run(&["chart", id, "--json"]);
        assert!([0, 3].contains(&ran.code), "{id}: {}", ran.err);
        let chart = ran.json();
        let partial = chart["faults"].as_array().is_some_and(|faults| !faults.is_empty());
        assert_eq!(ran.code == 3, partial, "{id}: exit 3 says that something was not understood");
        chart
    }

    /// Events of the log, but for what the station itself says now and then of the access audit (kind 14).
    pub fn events(&self) -> Vec<store::Envelope> {
        let reader = store::open_reader(&self.home(), &store::Unlock::KeyFile).unwrap();
        let events = reader.events(store::EventNo(0), 1000).unwrap().into_iter().map(|event| event.envelope);
        events.filter(|event| event.kind != 14).collect()
    }

    /// `doctor --json`, sound.
    pub fn sound(&self) -> Value {
        let doctor = self.run(&["doctor", "--json"]).ends(0).json();
        assert_eq!(doctor["sound"], true, "{doctor}");
        doctor
    }
}

/// Every scalar of a JSON value as text, with the path of the file its nearest `source` or `origin` names.
pub fn values(value: &Value) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::new();
    gather(value, "", &mut found);
    found
}

fn gather(value: &Value, path: &str, found: &mut BTreeMap<String, Vec<String>>) {
    match value {
        Value::Object(members) => {
            let named = |key: &str| members.get(key).and_then(|source| source["path"].as_str());
            let path = named("source").or_else(|| named("origin")).unwrap_or(path);
            members.values().for_each(|member| gather(member, path, found));
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, path, found)),
        Value::Null => (),
        Value::String(text) => found.entry(path.to_owned()).or_default().push(text.clone()),
        other => found.entry(path.to_owned()).or_default().push(other.to_string()),
    }
}

/// The value without the members of these names, at any depth.
pub fn without(value: &Value, names: &[&str]) -> Value {
    match value {
        Value::Object(members) => {
            let kept = members.iter().filter(|(name, _)| !names.contains(&name.as_str()));
            Value::Object(kept.map(|(name, member)| (name.clone(), without(member, names))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| without(item, names)).collect()),
        other => other.clone(),
    }
}

/// What changes by itself between two looks at one copy: our clock, our numbering.
pub const OURS: [&str; 8] =
    ["received", "last_received", "now", "moment", "position", "age_minutes", "gap_minutes", "links"];
