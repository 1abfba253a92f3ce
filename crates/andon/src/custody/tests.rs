//! Sealing ended between any two steps, disks that come and go, a copy that is damaged or from a home put back: nothing is lost, nothing
//! is sealed twice, nothing of it is silent.

#[path = "days.rs"]
mod days;
#[path = "rotated.rs"]
mod rotated;

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};

use chart::{Moment, PatientId};
use store::{Act, Arrival, NewSource, Setup, Unlock};
use vault::{Identity, Target, name};

use super::restore::{Asked, Restore, Restored};
use super::seal::{Done, Sealing, Step, seal};
use super::seen::Shown;
use super::{deliver, state, verify};
use crate::event::{CustodyEvent, Keeping, RecipientSaid};
use crate::home::{Exit, Home, Problem};
use crate::writing::{Answer, Request};

/// 2021-10-31T00:30+09:00.
pub const NIGHT: Moment = Moment(1_635_607_800_000);

pub struct Bench {
    folder: tempfile::TempDir,
    pub home: Home,
    identity: Identity,
}

/// Does what custody asks to be written, with the writer itself.
pub fn write(home: &Home, request: &Request) -> Result<Answer, Problem> {
    let Request::Custody { keep, event, by, role } = request else { panic!("asks for something else") };
    state::commit(&mut home.writer()?, keep, event.clone(), (by, role), NIGHT)?;
    Ok(Answer::Done)
}

fn by() -> (String, String) {
    ("院内 太郎".to_owned(), "operator".to_owned())
}

impl Bench {
    pub fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let dir = folder.path().join("home");
        let (hospital, authority) = ("試験病院".to_owned(), "self".to_owned());
        store::create(&dir, &Setup { training: true, hospital, authority, passphrase: None, now: NIGHT }).unwrap();
        let home = Home::new(dir, Unlock::KeyFile);
        let identity = Identity::generate();
        let bench = Bench { folder, home, identity };
        let recipient = bench.identity.to_public().to_string();
        bench.said(CustodyEvent::Recipient(RecipientSaid { recipient, role: "officers".into(), on: true }));
        let root = PathBuf::from("/mnt/std1");
        let (name, authority) = ("std1".to_owned(), "self".to_owned());
        let source = NewSource { name, authority, root, added: NIGHT, silence_minutes: 60 };
        bench.home.writer().unwrap().add_source(&source).unwrap();
        bench
    }

    fn said(&self, event: CustodyEvent) {
        let (by, role) = by();
        write(&self.home, &Request::Custody { keep: Vec::new(), event: Some(event), by, role }).unwrap();
    }

    pub fn place(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn disk(&self, name: &str) -> Target {
        deliver::open(self.place(name).to_str().unwrap(), None).unwrap()
    }

    /// A target, removable where it comes back within days.
    pub fn target(&self, name: &str, days: u32) {
        std::fs::create_dir_all(self.place(name)).unwrap();
        let reader = self.home.reader().unwrap();
        let chain = state::ensure(&reader, &|request| write(&self.home, request), &by()).unwrap();
        let medium = state::targets(&reader).unwrap().len() as u32 + 1;
        let place = self.place(name).display().to_string();
        let keeping = Keeping { name: name.to_owned(), place, days, medium, on: true };
        deliver::label(&self.disk(name), &keeping, &chain).unwrap();
        self.said(CustodyEvent::Target(keeping));
    }

    /// Files of a patient, seen at a moment.
    pub fn arrive(&self, patient: &str, files: &[(&str, &[u8])], at: Moment) {
        let seen = |(path, bytes): &(&'_ str, &'_ [u8])| (path.to_string(), bytes.to_vec());
        let files: Vec<_> = files.iter().map(seen).collect();
        let arrivals: Vec<_> = files
            .iter()
            .map(|(path, bytes)| Arrival {
                path: path.as_bytes(),
                size: bytes.len() as u64,
                mtime_ns: 1_635_607_700_123_456_789,
                act: Act::Seen { bytes },
            })
            .collect();
        self.act(patient, &arrivals, at);
    }

    fn act(&self, patient: &str, arrivals: &[Arrival<'_>], at: Moment) {
        self.home.writer().unwrap().batch(|batch| batch.arrive(1, patient, at, arrivals)).unwrap();
    }

    /// Seals with a small segment, ended where `step` says.
    fn seal(&self, step: &dyn Fn(Step) -> Result<(), Problem>) -> Result<Done, Problem> {
        seal(&Sealing {
            home: &self.home,
            write: &|request| write(&self.home, request),
            by: by(),
            now: &|| NIGHT,
            step,
            segment_bytes: 16 << 10,
        })
    }

    pub fn sealed(&self) -> Done {
        self.seal(&|_| Ok(())).unwrap()
    }

    /// What was acknowledged, in segments of a few parcels each.
    pub fn fill(&self) {
        for patient in 0..4 {
            let id = format!("00{patient}");
            let (first, second) = (format!("00/{id}/a_1"), format!("00/{id}/b\u{3042}_1"));
            let bytes = [patient as u8; 5000];
            self.arrive(&id, &[(&first, &bytes), (&second, b"MSH|")], Moment(NIGHT.0 + patient));
        }
        let renamed = Act::Renamed { from: b"00/001/a_1" };
        let rename = Arrival { path: b"00/001/a_2", size: 5000, mtime_ns: 7, act: renamed };
        let gone = Arrival { path: "00/001/b\u{3042}_1".as_bytes(), size: 4, mtime_ns: 7, act: Act::Gone };
        self.act("001", &[rename, gone], Moment(NIGHT.0 + 10));
    }

    fn restore(&self, from: &str, to: &str, change: impl FnOnce(&mut Asked)) -> Result<Restored, Problem> {
        let mut asked = Asked::whole(self.disk(from), self.place(to), vec![self.identity.clone()]);
        change(&mut asked);
        let mut restore = Restore::begin(asked, NIGHT)?;
        restore.begin_with_first(&mut |_, _, _| Ok(()))?;
        restore.run(&mut |_| ())?;
        restore.finish(("院内 太郎", "operator"), NIGHT)
    }

    /// Everything of every patient that both homes hold, compared.
    fn same(&self, to: &str) {
        let (one, other) = (self.home.reader().unwrap(), self.restored(to));
        let cut = one.cut().unwrap();
        for patient in 0..4 {
            let id = PatientId { authority: "self".into(), id: format!("00{patient}") };
            let held = one.sightings(&id, &cut).unwrap();
            assert!(!held.is_empty());
            assert_eq!(held, other.sightings(&id, &cut).unwrap());
        }
        assert_eq!(other.verify(|_| ()).unwrap().findings, []);
    }

    fn restored(&self, to: &str) -> store::Reader {
        store::open_reader(&self.place(to), &Unlock::KeyFile).unwrap()
    }

    /// Every target is whole, and its segments go on from one another without a gap or an overlap.
    fn proved(&self, name: &str) -> u32 {
        let found = verify::verify(
            &self.disk(name),
            None,
            &Shown::default(),
            std::slice::from_ref(&self.identity),
            &mut |_| true,
        )
        .unwrap();
        assert_eq!(found.findings, []);
        let vault = vault::Vault::open(&self.disk(name), &[]).unwrap();
        let mut ends = (0, 0);
        for number in vault.numbers() {
            let (manifest, _) = vault.manifest(number).unwrap();
            for line in &manifest.covers {
                let (what, span) = line.split_once(' ').unwrap();
                let (first, last) = span.split_once('-').unwrap();
                let end = if what == "parcels" { &mut ends.0 } else { &mut ends.1 };
                assert_eq!(first.parse::<u64>().unwrap(), *end + 1, "segment {number}: {line}");
                *end = last.parse().unwrap();
            }
        }
        assert_eq!(ends.0, self.home.reader().unwrap().ends().unwrap().parcel, "nothing is left out");
        assert_eq!(found.parcels, ends.0);
        vault.last()
    }
}

fn ended() -> Problem {
    Problem::failed("the program ended here")
}

#[test]
fn what_is_sealed_comes_back_whole_and_stays_unreadable_to_who_sealed_it() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    let done = bench.sealed();
    assert!(done.segments > 1, "{done:?}");
    assert_eq!((done.parcels, done.targets[0].behind, done.targets[0].state.as_str()), (5, 0, "ok"));
    assert_eq!(bench.proved("a"), done.number);
    let restored = bench.restore("a", "new", |_| ()).unwrap();
    assert_eq!((restored.progress.parcels, restored.training, restored.damaged.len()), (5, true, 0));
    bench.same("new");
    assert_ne!(restored.station, bench.home.about().unwrap().station);
    // Nothing new: no segment, also after the station told its own log of the vault.
    assert_eq!(bench.sealed().segments, 0);
    // The home that sealed holds nothing that opens it.
    let stranger = Identity::generate();
    let denied = bench.restore("a", "denied", |asked| asked.identities = vec![stranger]).unwrap_err();
    assert_eq!(denied.exit, Exit::Failed, "{denied}");
    assert!(!bench.place("denied").exists());
}

#[test]
fn ended_between_any_two_steps_nothing_is_lost_and_nothing_sealed_twice() {
    let steps = {
        let bench = Bench::new();
        bench.target("a", 0);
        bench.target("b", 0);
        bench.fill();
        let steps = Cell::new(0);
        let count = |_| {
            steps.set(steps.get() + 1);
            Ok(())
        };
        bench.seal(&count).unwrap();
        steps.get()
    };
    assert!(steps > 20, "{steps}");
    for end in 0..steps {
        let bench = Bench::new();
        bench.target("a", 0);
        bench.target("b", 0);
        bench.fill();
        let (left, last) = (Cell::new(end), RefCell::new(None));
        let step = |step| {
            *last.borrow_mut() = Some(step);
            left.set(left.get() - 1);
            if left.get() < 0 { Err(ended()) } else { Ok(()) }
        };
        assert!(bench.seal(&step).is_err());
        // A half-done copy is a whole older vault, or none yet.
        for target in ["a", "b"] {
            if bench.disk(target).list(name::MANIFESTS).unwrap().is_empty() {
                continue;
            }
            let found = verify::verify(
                &bench.disk(target),
                None,
                &Shown::default(),
                std::slice::from_ref(&bench.identity),
                &mut |_| true,
            )
            .unwrap();
            let serious: Vec<_> = found.findings.iter().filter(|finding| finding.code != "log").collect();
            assert!(serious.is_empty(), "ended at {end}, {last:?}: {serious:?}");
        }
        bench.arrive("003", &[("00/003/c_1", b"later")], Moment(NIGHT.0 + 20));
        let done = bench.sealed();
        assert_eq!(bench.proved("a"), done.number, "ended at {end}, {last:?}");
        assert_eq!(bench.proved("b"), done.number);
        if end % 8 == 0 {
            bench.restore("b", "new", |_| ()).unwrap();
            bench.same("new");
        }
        let spool = Target::Disk(super::seal::spool(&bench.home));
        assert_eq!(spool.list(name::SEGMENTS).unwrap(), [], "the spool is empty when all have it");
    }
}

#[test]
fn a_disk_that_was_away_catches_up_and_a_mount_point_without_it_is_not_written_to() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.target("usb", 7);
    bench.fill();
    bench.sealed();
    std::fs::rename(bench.place("usb"), bench.place("away")).unwrap();
    std::fs::create_dir(bench.place("usb")).unwrap();
    bench.arrive("000", &[("00/000/d_1", b"while it was away")], Moment(NIGHT.0 + 30));
    let done = bench.sealed();
    let usb = &done.targets[1];
    assert_eq!((usb.state.as_str(), usb.behind, usb.fault), ("out", 1, false));
    assert_eq!(std::fs::read_dir(bench.place("usb")).unwrap().count(), 0);
    let standing = super::status::status(&bench.home.reader().unwrap(), NIGHT).unwrap();
    assert!(standing.away && !standing.targets[1].is_in);
    std::fs::remove_dir(bench.place("usb")).unwrap();
    std::fs::rename(bench.place("away"), bench.place("usb")).unwrap();
    let done = bench.sealed();
    assert_eq!((done.segments, done.targets[1].behind), (0, 0));
    assert_eq!(bench.proved("usb"), done.number);
    // A place that is new gets everything, from where it is.
    bench.target("late", 0);
    bench.sealed();
    assert_eq!(bench.proved("late"), done.number);
}

/// The spool holds the last manifest again at every start, and its segment no more.
#[test]
fn a_place_registered_after_the_first_seal_gets_the_segment_and_not_its_manifest_alone() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.arrive("000", &[("00/000/a_1", b"one")], NIGHT);
    assert_eq!(bench.sealed().number, 1);
    bench.target("late", 0);
    assert_eq!(bench.sealed().targets[1].behind, 0);
    assert_eq!(bench.proved("late"), 1);
    // And one that lacks the last segment only.
    bench.arrive("000", &[("00/000/b_1", b"two")], NIGHT);
    bench.sealed();
    std::fs::remove_dir_all(bench.place("late")).unwrap();
    bench.target("third", 7);
    assert_eq!((bench.sealed().number, bench.proved("third")), (2, 2));
}

#[test]
fn a_home_put_back_from_an_older_copy_does_not_fork_the_vault() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    bench.sealed();
    let copy = bench.place("copy");
    copy_folder(bench.home.dir(), &copy);
    bench.arrive("000", &[("00/000/e_1", b"one")], Moment(NIGHT.0 + 40));
    bench.sealed();
    let last = bench.proved("a");
    std::fs::remove_dir_all(bench.home.dir()).unwrap();
    std::fs::rename(&copy, bench.home.dir()).unwrap();
    bench.arrive("000", &[("00/000/e_1", b"other")], Moment(NIGHT.0 + 50));
    let done = bench.sealed();
    assert!(done.targets[0].fault, "{done:?}");
    let vault = vault::Vault::open(&bench.disk("a"), &[]).unwrap();
    assert_eq!(vault.last(), last);
    assert!(vault.manifest(last).is_ok(), "one manifest of that number");
}

#[test]
fn damage_is_named_and_what_can_be_read_is_restored_where_one_asks_for_it() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    bench.sealed();
    let segments = bench.disk("a").list(name::SEGMENTS).unwrap();
    let path = bench.place("a").join(&segments[1].name);
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let found = verify::verify(&bench.disk("a"), None, &Shown::default(), &[], &mut |_| true).unwrap();
    assert_eq!((found.findings[0].segment, found.findings[0].code.as_str()), (Some(2), "bytes"));
    let refused = bench.restore("a", "whole", |_| ()).unwrap_err();
    assert_eq!(refused.exit, Exit::Integrity, "{refused}");
    assert!(refused.words.contains(&segments[1].name), "{refused}");
    let restored = bench.restore("a", "some", |asked| asked.salvage = true).unwrap();
    assert!(!restored.damaged.is_empty() && restored.progress.parcels >= 2, "{restored:?}");
}

#[test]
fn a_patient_comes_first_and_a_restore_that_was_stopped_goes_on() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    bench.sealed();
    let asked = Asked::whole(bench.disk("a"), bench.place("new"), vec![bench.identity.clone()]);
    let asked = Asked { first: vec!["003".to_owned()], ..asked };
    let mut restore = Restore::begin(asked, NIGHT).unwrap();
    let seen = RefCell::new(Vec::new());
    restore
        .begin_with_first(&mut |_, _, _| {
            let reader = store::open_reader(&bench.place("new"), &Unlock::KeyFile).unwrap();
            let cut = reader.cut().unwrap();
            let count = |id: &str| {
                reader.sightings(&PatientId { authority: "self".into(), id: id.into() }, &cut).unwrap().len()
            };
            seen.borrow_mut().push((count("003"), count("001")));
            Ok(())
        })
        .unwrap();
    restore.run(&mut |_| ()).unwrap();
    // The same bytes came with 000 before: that parcel is there too, and nobody else's.
    assert_eq!(seen.into_inner(), [(2, 0)]);
    // Ended before it said that it is whole: the same words go on, another vault's do not.
    drop(restore);
    let other = Bench::new();
    other.target("a", 0);
    other.fill();
    other.sealed();
    let refused = other.restore("a", "x", |asked| asked.to = bench.place("new")).unwrap_err();
    assert_eq!(refused.exit, Exit::Failed);
    let restored = bench.restore("a", "new", |_| ()).unwrap();
    assert_eq!(restored.progress.parcels, 0, "everything was in already");
    bench.same("new");
    assert!(bench.restore("a", "new", |_| ()).is_err(), "it is a home of its own now");
}

#[test]
fn as_of_a_moment_nothing_later_is_there() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    bench.sealed();
    let restored = bench.restore("a", "then", |asked| asked.as_of = Some(Moment(NIGHT.0 + 2))).unwrap();
    assert_eq!((restored.progress.parcels, restored.until), (3, Some(Moment(NIGHT.0 + 2))));
    let reader = bench.restored("then");
    assert_eq!(reader.cut().unwrap().positions, [(1, 6)]);
    assert_eq!(reader.verify(|_| ()).unwrap().findings, []);
}

#[test]
fn a_new_key_opens_what_comes_after_and_the_old_one_what_was() {
    let mut bench = Bench::new();
    bench.target("a", 0);
    bench.arrive("000", &[("00/000/a_1", b"first")], NIGHT);
    bench.sealed();
    let old = bench.identity.clone();
    let off = RecipientSaid { recipient: old.to_public().to_string(), role: "officers".into(), on: false };
    bench.said(CustodyEvent::Recipient(off));
    bench.identity = Identity::generate();
    let on = RecipientSaid { recipient: bench.identity.to_public().to_string(), role: "officers".into(), on: true };
    bench.said(CustodyEvent::Recipient(on));
    bench.arrive("001", &[("00/001/a_1", b"second")], NIGHT);
    assert_eq!(bench.sealed().segments, 1);
    let found = verify::verify(&bench.disk("a"), None, &Shown::default(), &[], &mut |_| true).unwrap();
    assert_eq!(found.findings, []);
    assert!(bench.restore("a", "one", |_| ()).is_err(), "the new key alone does not open the old segment");
    let restored = bench.restore("a", "both", |asked| asked.identities.push(old)).unwrap();
    assert_eq!(restored.progress.parcels, 2);
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else if entry.file_type().unwrap().is_file() {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

#[test]
fn an_end_that_was_cut_off_is_missed_by_the_home_that_put_it_there() {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    bench.sealed();
    let last = bench.proved("a");
    for folder in ["segments", "index", "manifests", "log/checkpoints"] {
        for object in bench.disk("a").list(&format!("{folder}/")).unwrap() {
            let cut = [format!("/{last:08}-"), format!("-{last:08}-")].iter().any(|part| object.name.contains(part));
            if cut {
                std::fs::remove_file(bench.place("a").join(&object.name)).unwrap();
            }
        }
    }
    let reader = bench.home.reader().unwrap();
    let chain = state::Chain::of(&reader).unwrap().unwrap();
    let found = verify::verify(&bench.disk("a"), Some((&chain, last)), &Shown::default(), &[], &mut |_| true).unwrap();
    assert!(!found.sound, "a vault that ends earlier is whole in itself, and not what was put there");
}
