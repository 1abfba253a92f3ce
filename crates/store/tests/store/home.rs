//! A home in a temporary folder, and arrivals to put into it.

use std::path::{Path, PathBuf};

use chart::{Moment, PatientId};
use store::{Act, Arrival, NewSource, Setup, Unlock, Writer};

/// 2021-10-31T00:30+09:00, the night the talk tells of.
pub const NIGHT: Moment = Moment(1_635_607_800_000);

/// A training home that goes away with the test.
pub struct Home {
    pub folder: tempfile::TempDir,
}

impl Home {
    pub fn new() -> Home {
        let home = Home { folder: tempfile::tempdir().unwrap() };
        make(&home.path());
        home
    }

    pub fn path(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    pub fn writer(&self) -> Writer {
        store::open_writer(&self.path(), &Unlock::KeyFile).unwrap()
    }

    pub fn reader(&self) -> store::Reader {
        store::open_reader(&self.path(), &Unlock::KeyFile).unwrap()
    }
}

pub fn make(path: &Path) {
    let setup = Setup {
        training: true,
        hospital: "つるぎ町立 \"行灯\" 病院".into(),
        authority: "andon-hp".into(),
        passphrase: None,
        now: NIGHT,
    };
    store::create(path, &setup).unwrap();
}

pub fn add_source(writer: &mut Writer, name: &str) -> u32 {
    let source = NewSource {
        name: name.into(),
        authority: "andon-hp".into(),
        root: format!("/mnt/{name}").into(),
        added: NIGHT,
        silence_minutes: 60,
    };
    writer.add_source(&source).unwrap().no
}

pub fn patient(id: &str) -> PatientId {
    PatientId { authority: "andon-hp".into(), id: id.into() }
}

pub fn seen<'a>(path: &'a str, bytes: &'a [u8]) -> Arrival<'a> {
    arrival(path, Act::Seen { bytes })
}

pub fn arrival<'a>(path: &'a str, act: Act<'a>) -> Arrival<'a> {
    let size = if let Act::Seen { bytes } = &act { bytes.len() as u64 } else { 0 };
    Arrival { path: path.as_bytes(), size, mtime_ns: 1_635_607_700_123_456_789, act }
}
