//! Keys before and after a rotation, two histories of one vault, and one spoilt byte: what a restore says, and what it does not begin on.

use vault::Identity;
use vault::keys::Recipient;
use vault::read::Known;

use super::{Bench, NIGHT, by, copy_folder, write};
use crate::custody::extract::extract;
use crate::custody::restore::Restored;
use crate::custody::seal::{Sealing, seal};
use crate::custody::state;
use crate::event::{CustodyEvent, RecipientSaid};
use crate::home::Exit;

/// A vault whose first segment is sealed to one officers' key and whose second to the next; both keys.
fn rotated() -> (Bench, Identity, Identity) {
    let mut bench = Bench::new();
    bench.target("a", 0);
    bench.arrive("000", &[("00/000/a_1", b"first")], NIGHT);
    bench.sealed();
    let (old, new) = (bench.identity.clone(), Identity::generate());
    for (key, on) in [(&old, false), (&new, true)] {
        let recipient = key.to_public().to_string();
        bench.said(CustodyEvent::Recipient(RecipientSaid { recipient, role: "officers".into(), on }));
    }
    bench.arrive("001", &[("00/001/a_1", b"second")], NIGHT);
    bench.sealed();
    bench.identity = new.clone();
    (bench, old, new)
}

fn number(key: &Identity) -> String {
    Recipient::read(&key.to_public().to_string()).unwrap().id().to_string()
}

#[test]
fn what_came_after_a_rotation_is_said_to_be_sealed_to_the_key_that_the_cards_name() {
    let (bench, old, new) = rotated();
    let restored = bench.restore("a", "old", |asked| asked.identities = vec![old.clone()]).unwrap();
    assert_eq!((restored.progress.segment, restored.closed.len()), (1, 1));
    let [sealed] = &restored.sealed_to[..] else { panic!("{restored:?}") };
    assert_eq!((sealed.since, sealed.upto, sealed.key.clone()), (2, 2, number(&new)));
    assert!(sealed.lines()[0].contains(&number(&new)) && sealed.recipient == new.to_public().to_string());
}

#[test]
fn a_new_key_alone_is_told_of_the_older_one_before_anything_is_written() {
    let (bench, old, _) = rotated();
    let refused = bench.restore("a", "new", |_| ()).unwrap_err();
    assert!(refused.words.contains("更新前の鍵") && refused.words.contains(&number(&old)), "{refused}");
    assert_eq!((refused.exit, bench.place("new").exists()), (Exit::Failed, false));
    // The files of the sources: what opens is written, and what does not is named with its key.
    let identities = std::slice::from_ref(&bench.identity);
    let done =
        extract(&bench.disk("a"), (&Known::default(), identities), &bench.place("files"), &mut |_| true).unwrap();
    assert_eq!((done.files, done.sealed_to.len(), done.sealed_to[0].key.clone()), (1, 1, number(&old)));
    // Somebody else's key: which ones would open it.
    let refused = bench.restore("a", "none", |asked| asked.identities = vec![Identity::generate()]).unwrap_err();
    assert!(refused.words.contains(&number(&old)) && !bench.place("none").exists(), "{refused}");
}

/// A vault to which somebody with the station's key, and its home of an earlier day, laid another history; our last head of the log, and
/// where his begins.
fn forked() -> (Bench, vault::log::Checkpoint, String) {
    let bench = Bench::new();
    bench.target("a", 0);
    bench.fill();
    bench.sealed();
    copy_folder(bench.home.dir(), &bench.place("copy"));
    copy_folder(&bench.place("a"), &bench.place("then"));
    bench.arrive("000", &[("00/000/e_1", b"ours")], NIGHT);
    bench.sealed();
    let tip = state::Chain::of(&bench.home.reader().unwrap()).unwrap().unwrap().tip().unwrap();
    std::fs::rename(bench.place("a"), bench.place("real")).unwrap();
    std::fs::rename(bench.place("then"), bench.place("a")).unwrap();
    std::fs::remove_dir_all(bench.home.dir()).unwrap();
    std::fs::rename(bench.place("copy"), bench.home.dir()).unwrap();
    for again in 0..2 {
        bench.arrive("000", &[(&format!("00/000/his_{again}"), b"his")], NIGHT);
        bench.sealed();
    }
    let manifests = |place: &str| bench.disk(place).list(vault::name::MANIFESTS).unwrap();
    let ours = manifests("real");
    let his = manifests("a").into_iter().find(|object| !ours.contains(object)).unwrap().name;
    copy_folder(&bench.place("a"), &bench.place("real"));
    (bench, tip.checkpoint(), his)
}

#[test]
fn of_two_histories_none_is_restored_before_paper_a_witness_or_a_person_decides() {
    let (bench, seen, his) = forked();
    let refused = bench.restore("real", "none", |_| ()).unwrap_err();
    assert!(refused.words.contains("--seen") && refused.words.contains(&his), "{refused}");
    assert_eq!((refused.exit, bench.place("none").exists()), (Exit::Integrity, false));
    let identities = std::slice::from_ref(&bench.identity);
    let to = bench.place("files");
    let files = |known: &Known| extract(&bench.disk("real"), (known, identities), &to, &mut |_| true);
    assert_eq!(files(&Known::default()).unwrap_err().exit, Exit::Integrity);
    assert!(!to.exists());

    let by_paper = Known { seen: vec![seen], ..Known::default() };
    files(&by_paper).unwrap();
    assert!(to.join("s1/00/000/e_1").exists() && !to.join("s1/00/000/his_0").exists());
    let with = |to: &str, known: Known| bench.restore("real", to, |asked| asked.known = known).unwrap();
    let ours = with("ours", by_paper);
    let chosen = with("chosen", Known { named: vec![his], ..Known::default() });
    let aside = |restored: &Restored| restored.aside.len();
    assert_eq!((aside(&ours), aside(&chosen), chosen.progress.last - ours.progress.last), (2, 1, 1), "{ours:?}");
}

#[test]
fn one_spoilt_byte_costs_what_lies_there_and_one_line_names_it() {
    const PATIENTS: usize = 40;
    let bench = Bench::new();
    bench.target("a", 0);
    let mut noise = 7_u64;
    for patient in 0..PATIENTS {
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (noise >> 56) as u8
        })
        .take(50_000)
        .collect();
        let id = format!("{patient:03}");
        bench.arrive(&id, &[(&format!("00/{id}/a_1"), &bytes)], NIGHT);
    }
    let write = |request: &crate::writing::Request| write(&bench.home, request);
    let (by, now, step) = (by(), || NIGHT, |_| Ok(()));
    seal(&Sealing { home: &bench.home, write: &write, by, now: &now, step: &step, segment_bytes: 64 << 20 }).unwrap();
    let segments = bench.disk("a").list(vault::name::SEGMENTS).unwrap();
    assert_eq!(segments.len(), 1);
    let path = bench.place("a").join(&segments[0].name);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[600_000] ^= 1;
    std::fs::write(&path, bytes).unwrap();
    let restored = bench.restore("a", "some", |asked| asked.salvage = true).unwrap();
    assert!(restored.progress.parcels >= PATIENTS as u64 - 8, "{restored:?}");
    assert_eq!(restored.damaged.len(), 1, "{restored:?}");
    assert!(restored.damaged[0].contains("保管単位 1"), "{restored:?}");
}
