//! The feed through its door: a folder on disk, a home, and what the store says afterwards.

mod disk;
mod gate;
mod kills;
mod lists;
mod logs;
mod notices;
mod reading;
mod renames;

use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chart::{Moment, PatientId};
use store::{Setup, Sighting, SightingAct, Unlock, Writer};

use super::*;

/// A home, a storage beside it, and a clock that stands until it is told.
struct Scene {
    dir: tempfile::TempDir,
    writer: Option<Writer>,
    now: Arc<AtomicI64>,
    message: &'static str,
}

/// The clock's first reading; files are written ten seconds before it unless a test says otherwise.
const START: i64 = 1_600_000_000_000;

impl Scene {
    fn new() -> Scene {
        Scene::with(false)
    }

    fn with(training: bool) -> Scene {
        let dir = tempfile::tempdir().unwrap();
        let setup = Setup {
            training,
            hospital: "試験病院".into(),
            authority: "here".into(),
            passphrase: None,
            now: Moment(START),
        };
        store::create(&dir.path().join("home"), &setup).unwrap();
        fs::create_dir_all(dir.path().join("std1")).unwrap();
        let mut scene = Scene { dir, writer: None, now: Arc::new(AtomicI64::new(START)), message: "P" };
        scene.reopen();
        scene
    }

    fn reopen(&mut self) {
        self.writer = None;
        self.writer = Some(store::open_writer(&self.dir.path().join("home"), &Unlock::KeyFile).unwrap());
    }

    fn writer(&mut self) -> &mut Writer {
        self.writer.as_mut().unwrap()
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("std1")
    }

    fn feed(&mut self, given: &Path) -> Result<Feed, Error> {
        let now = self.now.clone();
        let clock: Clock = Arc::new(move || Moment(now.load(Ordering::SeqCst)));
        Feed::open(self.writer(), &[given.to_owned()], SILENCE_MINUTES, clock)
    }

    fn read(&mut self) -> Outcome {
        let root = self.root();
        self.read_at(&root)
    }

    fn read_at(&mut self, given: &Path) -> Outcome {
        let feed = self.feed(given).unwrap();
        self.pass_time(10_000);
        feed.read_once(self.writer(), &mut |_| {}).unwrap()
    }

    fn watch(&mut self) -> Watcher {
        let given = self.dir.path().to_owned();
        let root = if self.dir.path().join("tr").exists() { given } else { self.root() };
        let feed = self.feed(&root).unwrap();
        feed.watch(self.writer()).unwrap()
    }

    /// Ticks until nothing is left to do at once, half a second apart; answers what was done.
    fn ticks(&mut self, watcher: &mut Watcher, count: usize) -> Ticked {
        let mut sum = Ticked::default();
        for _ in 0..count {
            self.pass_time(500);
            let ticked = watcher.tick(self.writer()).unwrap();
            sum.taken += ticked.taken;
            sum.renamed += ticked.renamed;
            sum.gone += ticked.gone;
            sum.faults += ticked.faults;
        }
        sum
    }

    fn pass_time(&self, millis: i64) {
        self.now.fetch_add(millis, Ordering::SeqCst);
    }

    /// Writes a file as of ten seconds ago by the scene's clock, and marks its folders so too.
    fn put(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        self.put_aged(path, bytes, 10_000)
    }

    fn put_aged(&self, path: &str, bytes: impl AsRef<[u8]>, age_millis: i64) -> PathBuf {
        let whole = self.root().join(path);
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(&whole, bytes).unwrap();
        self.age(&whole, age_millis);
        whole
    }

    /// Sets the time of a file, with a fraction no other file has, and of the folders above it.
    fn age(&self, path: &Path, age_millis: i64) {
        static COUNT: AtomicI64 = AtomicI64::new(1);
        let nanos = COUNT.fetch_add(1, Ordering::SeqCst) as u64;
        let millis = (self.now.load(Ordering::SeqCst) - age_millis) as u64;
        let time = UNIX_EPOCH + Duration::from_millis(millis) + Duration::from_nanos(nanos);
        set_time(path, time);
        for folder in path.ancestors().skip(1).take_while(|folder| folder.starts_with(self.dir.path())) {
            set_time(folder, time);
        }
    }

    /// Renames as a vendor does: the file keeps its time, the folder gets a new one.
    fn rename(&self, from: &str, to: &str) {
        let to = self.root().join(to);
        fs::rename(self.root().join(from), &to).unwrap();
        let time = fs::metadata(&to).unwrap().modified().unwrap();
        self.age(&to, 10_000);
        set_time(&to, time);
    }

    fn sightings(&mut self, patient: &str) -> Vec<Sighting> {
        let id = PatientId { authority: "here".into(), id: patient.into() };
        let cut = self.writer().cut().unwrap();
        self.writer().sightings(&id, &cut).unwrap()
    }

    /// What is in the record of one patient: `+path`, `from>path`, `-path`, names only.
    fn record(&mut self, patient: &str) -> Vec<String> {
        let name = |path: &[u8]| String::from_utf8_lossy(unit::split(path).1).into_owned();
        let said = self.sightings(patient);
        let said = said.iter().map(|sighting| match &sighting.act {
            SightingAct::Seen => format!("+{}", name(&sighting.path)),
            SightingAct::Renamed { from } => format!("{}>{}", name(from), name(&sighting.path)),
            SightingAct::Gone => format!("-{}", name(&sighting.path)),
            SightingAct::Withheld { .. } => format!("!{}", name(&sighting.path)),
        });
        said.collect()
    }

    fn faults(&mut self) -> Vec<(String, String)> {
        let faults = self.writer().faults(None, 1000).unwrap();
        let mut said: Vec<_> = faults
            .into_iter()
            .map(|fault| (fault.row.code, String::from_utf8_lossy(&fault.path).into_owned()))
            .collect();
        said.sort();
        said
    }

    fn has_fault(&mut self, code: &str) -> bool {
        self.faults().iter().any(|(found, _)| found == code)
    }

    fn trouble(&mut self) -> Option<String> {
        self.writer().sources().unwrap().remove(0).trouble
    }

    /// ADT-00 of a patient.
    fn adt(&self, patient: &str, name: &str) -> String {
        format!(
            "MSH|^~\\&|X|H|||20110701080000||ADT^A08^ADT_A01|1|{}|2.5||||||~ISO IR87\rEVN||20110701\r\
             PID|||{patient}^^^^PI||{name}||19700405|F\rPV1||O\r",
            self.message
        )
    }
}

fn set_time(path: &Path, time: SystemTime) {
    let file = fs::File::open(path).unwrap();
    file.set_times(fs::FileTimes::new().set_modified(time)).unwrap();
}

/// Path of an ADT-00 of a patient with a flag; `sent` makes it a message of its own.
fn adt_path(patient: &str, sent: u32, flag: u8) -> String {
    let (a, b) = (&patient[..3], &patient[3..6]);
    format!("{a}/{b}/{patient}/-/ADT-00/{patient}_-_ADT-00_999999999999999_201107010800{sent:05}_-_{flag}")
}

/// Path of a prescription of a patient.
fn drug_path(patient: &str, day: &str, sent: u32, flag: u8) -> String {
    let (a, b) = (&patient[..3], &patient[3..6]);
    format!("{a}/{b}/{patient}/{day}/OMP-01/{patient}_{day}_OMP-01_000000000000001_{day}0800{sent:05}_01_{flag}")
}

/// The last part of a path.
fn name_part(path: &str) -> &str {
    path.rsplit('/').next().unwrap()
}

const P: &str = "9999013";

#[test]
fn a_tree_is_read_once_and_a_second_reading_opens_nothing() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "ANDON^HANAKO"));
    scene.put(&drug_path(P, "20110701", 2, 1), "MSH|^~\\&|X\r");
    scene.put(&adt_path("0123456789", 1, 1), scene.adt("0123456789", "OTHER^TARO"));
    let first = scene.read();
    assert_eq!((first.taken, first.unchanged, first.complete), (3, 0, true), "{first:?}");
    let seen = scene.sightings(P);
    assert_eq!(seen[0].bytes.as_deref(), Some(scene.adt(P, "ANDON^HANAKO").as_bytes()), "exact bytes");
    // A file that may not be opened is not noticed by a reading that opens nothing.
    let second = scene.read();
    assert_eq!((second.taken, second.unchanged), (0, 3), "{second:?}");
    assert_eq!(scene.record(P).len(), 2, "nothing doubled");
    let kinds = scene.writer().kinds().unwrap();
    assert_eq!(
        kinds.iter().map(|row| (row.kind.as_str(), row.count)).collect::<Vec<_>>(),
        [("ADT-00", 2), ("OMP-01", 1)]
    );
}

#[test]
fn non_utf8_names_are_kept_as_bytes() {
    let mut scene = Scene::new();
    let name = std::ffi::OsStr::from_bytes(b"\x93\xfa\x8e\x9e.txt");
    let folder = scene.root().join("999/901/9999013/20110701/note");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(name), "x\r").unwrap();
    assert_eq!(scene.read().taken, 1);
    assert!(scene.sightings(P)[0].path.ends_with(b"\x93\xfa\x8e\x9e.txt"));
    assert_eq!(scene.read().taken, 0);
}
