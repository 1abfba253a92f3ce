//! Keys before and after a rotation, two histories of one vault, and one spoilt byte: what a restore says, and what it does not begin on.

use std::sync::atomic::AtomicBool;

use vault::Identity;
use vault::keys::Recipient;
use vault::read::Known;
use vault::{Hash, name};

use super::{Bench, NIGHT, by, copy_folder, write};
use crate::custody::extract::extract;
use crate::custody::held::Holding;
use crate::custody::restore::Restored;
use crate::custody::seal::{Sealing, seal};
use crate::custody::seen::Shown;
use crate::custody::{evidence, log, state, verify};
use crate::event::{CustodyEvent, RecipientSaid, VaultWord};
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
        extract(&bench.disk("a"), (&Shown::default(), identities), &bench.place("files"), &mut |_| true).unwrap();
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
    let files = |shown: &Shown| extract(&bench.disk("real"), (shown, identities), &to, &mut |_| true);
    assert_eq!(files(&Shown::default()).unwrap_err().exit, Exit::Integrity);
    assert!(!to.exists());

    let by_paper = Known { seen: vec![seen.clone()], ..Known::default() };
    files(&Shown { heads: vec![seen], ..Shown::default() }).unwrap();
    assert!(to.join("s1/00/000/e_1").exists() && !to.join("s1/00/000/his_0").exists());
    let with = |to: &str, known: Known| bench.restore("real", to, |asked| asked.known = known).unwrap();
    let ours = with("ours", by_paper);
    let chosen = with("chosen", Known { named: vec![his], ..Known::default() });
    let aside = |restored: &Restored| restored.aside.len();
    assert_eq!((aside(&ours), aside(&chosen), chosen.progress.last - ours.progress.last), (2, 1, 1), "{ours:?}");
}

/// Proof, log and audit are told which history to tell of as a restore is; that there are two is said all the same.
#[test]
fn a_proof_the_log_and_the_audit_tell_of_the_history_that_paper_or_a_person_names() {
    let (bench, seen, his) = forked();
    // His own home, with the place where both lie.
    std::fs::rename(bench.place("a"), bench.place("his")).unwrap();
    std::fs::rename(bench.place("real"), bench.place("a")).unwrap();
    let reader = bench.home.reader().unwrap();
    let chain = state::Chain::of(&reader).unwrap().unwrap();
    let manifests = bench.disk("a").list(name::MANIFESTS).unwrap();
    let fork = name::number(&his).unwrap();
    let of_fork = |object: &&vault::target::Object| name::number(&object.name) == Some(fork) && object.name != his;
    let ours = manifests.iter().find(of_fork).unwrap().name.clone();
    let paper = Shown { heads: vec![seen], ..Shown::default() };
    let named = |name: &String| Shown { named: vec![name.clone()], ..Shown::default() };
    let (by_person, by_other) = (named(&ours), named(&his));
    for (shown, followed) in [(&paper, &ours), (&by_person, &ours), (&by_other, &his), (&Shown::default(), &his)] {
        // From that home: what is named goes before what it sealed itself.
        let own = Some((&chain, chain.number));
        let told = verify::verify(&bench.disk("a"), own, shown, &[], &mut |_| true).unwrap();
        let forks: Vec<_> = told.findings.iter().filter(|finding| finding.what.contains("is followed")).collect();
        assert!(!told.sound && forks.len() == 2, "{told:?}");
        for finding in forks {
            assert_eq!(finding.what.contains("this one"), finding.object == *followed, "{finding:?}");
        }
        let logged = log::log(&bench.disk("a"), 1, shown).unwrap();
        let in_it = |name: &String| {
            let hash = Hash::of(&bench.disk("a").read(name, 1 << 20).unwrap()).to_string();
            logged.entries.iter().any(|entry| entry.entry == format!("manifest {fork} {hash}") && entry.proved)
        };
        assert_eq!((logged.sound, in_it(&ours), in_it(&his)), (false, *followed == ours, *followed == his));
        let audited = evidence::gather(&reader, false, shown, NIGHT).unwrap();
        let forked = audited.places[0].fork.clone().unwrap();
        let aside = if *followed == ours { &his } else { &ours };
        assert_eq!((forked.number, &forked.beside[0], forked.decided), (fork, aside, true), "{forked:?}");
        let days = audited.generations.iter().map(|one| one.number).max().unwrap();
        assert_eq!(days, if *followed == ours { fork } else { fork + 1 }, "{audited:?}");
    }
}

/// By its clock the station itself meets the other history, also where its own is the one that is followed.
#[test]
fn reading_back_tells_of_another_history_beside_our_own() {
    let (bench, _, his) = forked();
    std::fs::rename(bench.place("a"), bench.place("his")).unwrap();
    std::fs::rename(bench.place("real"), bench.place("a")).unwrap();
    let (write, stop) = (|request: &crate::writing::Request| write(&bench.home, request), AtomicBool::new(false));
    Holding::new(&bench.home, &write, &|| NIGHT, &stop).look().unwrap();
    let reader = bench.home.reader().unwrap();
    let (said, _) = state::last_said(&reader, VaultWord::Fault, "a").unwrap().unwrap();
    assert!(said.words.starts_with("fork manifests/") && !said.words.contains(&his), "{said:?}");
    assert!(state::last_said(&reader, VaultWord::Held, "a").unwrap().is_none());
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
    // The files too: whatever is whole comes out, before and behind what is not.
    let identities = std::slice::from_ref(&bench.identity);
    let out = bench.place("files");
    let done = extract(&bench.disk("a"), (&Shown::default(), identities), &out, &mut |_| true).unwrap();
    assert!(done.files >= PATIENTS as u64 - 8 && !done.proved.sound, "{done:?}");
    assert!(out.join("s1/00/000/a_1").exists() && out.join("s1/00/039/a_1").exists());
    let content = done.proved.findings.iter().filter(|finding| finding.code == "content").count();
    assert_eq!(content, 1, "{:?}", done.proved.findings);
}
