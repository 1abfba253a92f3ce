//! A target never overwrites, has all of an object or nothing, and is brought up to date in an order in which every
//! moment is a whole vault.

use std::cell::Cell;
use std::fs;
use std::io;

use vault::target::{Put, sync};
use vault::{Disk, Error, Target};

use crate::conformance::BrokenOff;
use crate::made::Made;

#[test]
fn a_folder_does_what_every_target_does() {
    let folder = tempfile::tempdir().unwrap();
    crate::conformance::keeps(&Target::Disk(Disk::new(folder.path())));
}

#[test]
fn a_put_that_is_broken_off_leaves_nothing_under_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Disk(Disk::new(folder.path()));
    for came in [0, 1, 300_000] {
        let broken = target.put("segments/a", &mut BrokenOff(came), 1_000_000);
        assert!(matches!(broken, Err(Error::Io { .. })));
        assert_eq!(target.size("segments/a").unwrap(), None);
    }
    for wrong in [2, 4] {
        assert!(target.put("segments/a", &mut &b"abc"[..], wrong).is_err(), "announced {wrong}");
        assert_eq!(target.list("").unwrap(), []);
    }
    assert_eq!(target.put("segments/a", &mut &b"abc"[..], 3).unwrap(), Put::Written);
    assert_eq!(fs::read_dir(folder.path().join(".incoming")).unwrap().count(), 0, "no draft is left");
}

#[test]
fn a_power_cut_leaves_only_what_is_cleared_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path());
    disk.clear_drafts().unwrap();
    let mut draft = disk.draft().unwrap();
    io::Write::write_all(&mut draft, b"half of an obj").unwrap();
    // Nothing is tidied up when the power goes.
    std::mem::forget(draft);
    assert_eq!(Target::Disk(disk.clone()).list("").unwrap(), []);
    assert_eq!(fs::read_dir(folder.path().join(".incoming")).unwrap().count(), 1);
    disk.clear_drafts().unwrap();
    assert!(!folder.path().join(".incoming").exists());
    assert_eq!(disk.put_bytes("vault.txt", b"x").unwrap(), Put::Written);
}

#[test]
fn nothing_is_overwritten_and_the_same_again_is_fine() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path());
    assert_eq!(disk.put_bytes("a/b.txt", b"one").unwrap(), Put::Written);
    assert_eq!(disk.put_bytes("a/b.txt", b"one").unwrap(), Put::Already);
    for other in [&b"two"[..], b"longer", b""] {
        assert!(matches!(disk.put_bytes("a/b.txt", other), Err(Error::Differs { object }) if object == "a/b.txt"));
    }
    let mut draft = disk.draft().unwrap();
    io::Write::write_all(&mut draft, b"two").unwrap();
    assert!(matches!(draft.commit("a/b.txt"), Err(Error::Differs { .. })));
    assert_eq!(fs::read(folder.path().join("a/b.txt")).unwrap(), b"one");
}

#[test]
fn ranges_and_lists_are_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let target = Target::Disk(Disk::new(folder.path()));
    for name in ["segments/2", "segments/1", "log/tile/0/x001/000", "vault.txt"] {
        target.put(name, &mut name.as_bytes(), name.len() as u64).unwrap();
    }
    // What others leave on a disk is none of the vault.
    fs::write(folder.path().join("segments/.hidden"), "x").unwrap();
    fs::write(folder.path().join("メモ.txt"), "x").unwrap();
    let names = |prefix: &str| target.list(prefix).unwrap().into_iter().map(|object| object.name).collect::<Vec<_>>();
    assert_eq!(names(""), ["log/tile/0/x001/000", "segments/1", "segments/2", "vault.txt"]);
    assert_eq!(names("segments/"), ["segments/1", "segments/2"]);
    assert_eq!(names("seg"), ["segments/1", "segments/2"]);
    assert_eq!(names("log/tile/0/"), ["log/tile/0/x001/000"]);
    assert_eq!(names("index/"), [""; 0]);
    let part = |range| {
        let mut out = String::new();
        target.get("vault.txt", range).unwrap().read_to_string(&mut out).unwrap();
        out
    };
    assert_eq!((part(None), part(Some(2..5)), part(Some(7..99))), ("vault.txt".into(), "ult".into(), "xt".into()));
    assert!(matches!(target.get("none", None), Err(Error::Missing { .. })));
    for name in ["", "../x", "/x", "a//b", "a/../b", ".incoming/x", "a b", "患者", "a/"] {
        assert!(matches!(target.put(name, &mut &b""[..], 0), Err(Error::Refused(_))), "{name:?}");
        assert!(target.get(name, None).is_err() && target.size(name).is_err());
    }
}

#[test]
fn a_disk_that_is_not_mounted_is_not_made_up() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path().join("mnt"));
    assert!(matches!(disk.put_bytes("vault.txt", b"x"), Err(Error::Io { .. })));
    assert!(Target::Disk(disk).list("").is_err());
    assert!(!folder.path().join("mnt").exists());
}

#[test]
fn a_copy_stopped_anywhere_is_a_whole_older_vault_and_goes_on() {
    let made = Made::usual(3);
    let from = Target::Disk(made.spool());
    let objects = made.names().len() as u64;
    for stop_after in 0..objects {
        let folder = tempfile::tempdir().unwrap();
        let to = Target::Disk(Disk::new(folder.path()));
        let copied = Cell::new(0);
        let stop = || copied.replace(copied.get() + 1) == stop_after;
        assert_eq!(sync(&from, &to, &stop).unwrap().objects, stop_after);
        if stop_after >= 2 {
            let report =
                vault::verify::verify(&to, &Default::default(), &[], &mut |_, _| Ok(()), &mut |_| true).unwrap();
            let missing_log = |finding: &vault::verify::Finding| finding.object.starts_with("log/");
            assert!(report.findings.iter().all(missing_log), "{stop_after}: {:?}", report.findings);
        }
        assert_eq!(sync(&from, &to, &|| false).unwrap().objects, objects - stop_after);
        assert_eq!(sync(&from, &to, &|| false).unwrap().objects, 0);
        assert_eq!(to.list("").unwrap(), made.target().list("").unwrap());
    }
}

#[test]
fn damage_is_not_copied_and_what_a_broken_seal_left_neither() {
    let made = Made::usual(2);
    made.spool().put_bytes("segments/00000003-0011223344556677.tar.zst.age", b"left").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let to = Target::Disk(Disk::new(folder.path()));
    sync(&Target::Disk(made.spool()), &to, &|| false).unwrap();
    assert_eq!(to.list("segments/00000003").unwrap(), []);

    let folder = tempfile::tempdir().unwrap();
    let to = Target::Disk(Disk::new(folder.path()));
    let segment = made.links[1].manifest.segment().unwrap().name.clone();
    let path = made.folder.path().join("spool").join(&segment);
    let mut bytes = fs::read(&path).unwrap();
    bytes[50] ^= 4;
    fs::write(&path, bytes).unwrap();
    let refused = sync(&Target::Disk(made.spool()), &to, &|| false).unwrap_err();
    assert!(matches!(&refused, Error::Damaged { object, .. } if *object == segment), "{refused}");
    assert_eq!(to.size(&segment).unwrap(), None);
}
