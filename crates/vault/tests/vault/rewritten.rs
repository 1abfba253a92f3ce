//! An intruder with the disk, and even with the station's key, cannot change what was sealed without it being said: the
//! chain, the log, and heads that others have seen.

use std::fs;

use ed25519_dalek::SigningKey;
use vault::log::{self, Tree, check_consistency, check_inclusion, cosign};
use vault::read::{Known, witnessed};
use vault::verify::{Ask, Flaw, Report, verify};
use vault::{Hash, Head, Holder, Identity, Signer, Station, Target, Tip, Vault, Verifier, name};

use crate::made::{self, File, Made, STATION};

fn asked(made: &Made, ask: &Ask) -> Report {
    verify(&made.target(), ask, &[], &mut |_, _| Ok(()), &mut |_| true).unwrap()
}

fn clear(made: &Made) {
    fs::remove_dir_all(made.path("")).unwrap();
    fs::create_dir(made.path("")).unwrap();
}

#[test]
fn a_history_sealed_anew_with_the_stations_key_is_known_by_a_head_seen_before() {
    let mut made = Made::usual(4);
    let seen = made.tip.checkpoint();
    made.seal(&[(None, vec![File::new("s1/later", 1, "later")])], 0);
    made.sync();
    let ask = Ask { seen: vec![seen.clone()], ..Ask::default() };
    assert!(asked(&made, &ask).is_whole(), "a continuation");

    // The same station, the same key, another past of the same length.
    let mut other = Made::new();
    for number in 1..=5 {
        other.seal(&[(None, vec![File::new("s1/other", number, "other")])], 60);
    }
    other.sync();
    assert!(asked(&other, &Ask::default()).is_whole(), "by itself it is whole");
    let report = asked(&other, &ask);
    assert!(report.findings.iter().all(|found| found.flaw == Flaw::Log) && !report.is_whole(), "{:?}", report.findings);
    assert!(report.findings[0].what.contains("rewritten"), "{}", report.findings[0]);
}

#[test]
fn the_end_cut_off_is_known_by_a_head_seen_before() {
    let made = Made::usual(4);
    for name in made.names().into_iter().filter(|name| name.contains("/00000004")) {
        fs::remove_file(made.path(&name)).unwrap();
    }
    let seen = vec![made.tip.checkpoint()];
    let report = asked(&made, &Ask { seen, ..Ask::default() });
    let [found] = &report.findings[..] else { panic!("{:?}", report.findings) };
    assert!(found.flaw == Flaw::Log && found.what.contains("cut off"), "{found}");
}

#[test]
fn a_fork_keeps_both_and_is_named() {
    let mut made = Made::usual(3);
    let before = made.tip.clone();
    made.seal(&[(None, vec![File::new("one", 1, "one")])], 0);
    let one = made.tip.clone();
    made.tip = before;
    made.seal(&[(None, vec![File::new("two", 1, "two")])], 0);
    made.tip = one;
    made.seal(&[(None, vec![File::new("after one", 1, "one")])], 0);
    made.sync();
    let report = made.verify();
    // Both manifests, and the tree head of the one that was not followed.
    let flaws: Vec<_> = report.findings.iter().map(|found| (found.flaw, found.number)).collect();
    assert_eq!(flaws, [(Flaw::Chain, Some(4)), (Flaw::Chain, Some(4)), (Flaw::Log, Some(4))]);
    assert_eq!(report.tip, made.tip, "the one that was followed is the chain");
    let vault = Vault::open(&made.target(), &[]).unwrap();
    assert_eq!(vault.manifest(4).unwrap().1, made.links[3].tip.hash);
}

#[test]
fn of_two_histories_what_was_seen_decides_and_without_it_the_fork_is_told() {
    let mut made = Made::usual(3);
    let before = made.tip.clone();
    let seal = |made: &mut Made, word: &str| made.seal(&[(None, vec![File::new(word, 1, word)])], 0);
    seal(&mut made, "ours");
    let ours = made.tip.clone();
    made.tip = before.clone();
    seal(&mut made, "his");
    seal(&mut made, "his too");
    made.sync();
    let target = made.target();
    let open = |known: &Known| Vault::open_known(&target, &[], None, known).unwrap();
    let seen = |tips: &[&Tip]| Known { seen: tips.iter().map(|tip| tip.checkpoint()).collect(), ..Known::default() };
    // Nothing seen, only what is older than both, or both: nobody knows, and that is said.
    for known in [Known::default(), seen(&[&before]), seen(&[&ours, &made.tip])] {
        let vault = open(&known);
        let fork = vault.fork().unwrap();
        assert_eq!((fork.number, fork.histories.len()), (4, 2), "{fork:?}");
    }
    let vault = open(&seen(&[&ours]));
    assert_eq!((vault.fork(), vault.last(), vault.manifest(4).unwrap().1), (None, 4, ours.hash));
    assert_eq!(
        vault.aside().iter().map(|aside| (aside.number, aside.signed)).collect::<Vec<_>>(),
        [(4, true), (5, true)]
    );
    let report = asked(&made, &Ask { seen: vec![ours.checkpoint()], ..Ask::default() });
    assert_eq!(report.tip, ours);
    // What one sealed oneself decides last: a home may be the one that was made anew.
    let own = vec![made.tip.checkpoint()];
    let vault = open(&Known { own: own.clone(), ..Known::default() });
    assert_eq!((vault.fork(), vault.last()), (None, 5));
    assert_eq!(vault.others(4, &vault.manifest(4).unwrap().1), [name::manifest(4, &ours.hash)]);
    assert_eq!(open(&Known { own: own.clone(), ..seen(&[&ours]) }).last(), 4);
    let report = asked(&made, &Ask { seen: vec![ours.checkpoint()], own: own.clone(), ..Ask::default() });
    assert_eq!((report.tip, report.findings.iter().any(|found| found.what.contains("cut off"))), (ours.clone(), true));
    assert_eq!(asked(&made, &Ask { own, ..Ask::default() }).tip, made.tip);
    let named = vec![name::manifest(4, &made.links[4].tip.hash)];
    let vault = open(&Known { named, ..Known::default() });
    assert_eq!((vault.fork(), vault.last()), (None, 5), "a person may choose, whatever we think of it");
    // What comes after the moment that is asked for is no fork of what is read.
    let mut vault = open(&Known::default());
    vault.until(3500).unwrap();
    assert_eq!((vault.fork(), vault.last()), (None, 3));
}

#[test]
fn a_witness_decides_between_two_histories_and_nobody_else_whose_line_lies_there() {
    let mut made = Made::usual(2);
    let before = made.tip.clone();
    let seal = |made: &mut Made, word: &str| made.seal(&[(None, vec![File::new(word, 1, word)])], 0);
    seal(&mut made, "his");
    let his = made.tip.clone();
    made.tip = before;
    seal(&mut made, "ours");
    made.sync();
    let witness = |byte| Signer::new("neighbour.example/witness", SigningKey::from_bytes(&[byte; 32])).unwrap();
    let Target::Disk(disk) = made.target() else { panic!("a folder") };
    for (tip, byte) in [(&made.tip, 11), (&his, 12)] {
        let note = tip.checkpoint().sign(&made.signer).into_bytes();
        let signed = cosign(None, &note, &[], &made.signer.verifier(), &witness(byte), 1_700_000_000).unwrap();
        let bytes = signed.note.as_bytes();
        disk.put_bytes(&name::witnessed(signed.seen.size, &Hash::of(bytes)), bytes).unwrap();
    }
    let open = |witnesses: &[Verifier]| {
        let seen = witnessed(&made.target(), witnesses).unwrap();
        Vault::open_known(&made.target(), &[], None, &Known { seen, ..Known::default() }).unwrap()
    };
    assert!(open(&[]).fork().is_some());
    let vault = open(&[witness(11).witness()]);
    assert_eq!((vault.fork(), vault.manifest(3).unwrap().1), (None, made.tip.hash));
}

#[test]
fn a_manifest_of_a_stranger_is_no_manifest() {
    let made = Made::usual(2);
    let stranger = Signer::new(&made.head.vault.origin(), SigningKey::from_bytes(&[5; 32])).unwrap();
    let next = vault::Next { station: STATION, head: made.head_hash, ..Default::default() };
    let link = made.tip.next(next, &stranger).unwrap();
    let Target::Disk(disk) = made.target() else { panic!("a folder") };
    link.objects.iter().for_each(|small| assert!(disk.put_bytes(&small.name, &small.bytes).is_ok()));
    let report = made.verify();
    assert_eq!(report.findings[0].flaw, Flaw::Signature, "{:?}", report.findings);
    assert_eq!(report.tip.number, 2);
}

#[test]
fn keys_and_recipients_change_by_a_head_that_the_one_before_allows() {
    let mut made = Made::usual(2);
    let (old, new) = (made.identity.clone(), Identity::generate());
    let key = SigningKey::from_bytes(&[6; 32]);
    let next = |by: &Signer, made: &Made| {
        let holders = vec![Holder { recipient: new.to_public(), since: 2, role: "officers".to_owned() }];
        let stations = vec![Station { id: [8; 16], key: key.verifying_key() }];
        let head = Head { number: 2, previous: made.head_hash, stations, holders, ..made.head.clone() };
        let bytes = head.sign(by).unwrap();
        (head, bytes)
    };
    let signer = Signer::new(&made.head.vault.origin(), key.clone()).unwrap();
    let (head, bytes) = next(&made.signer, &made);
    made.spool().put_bytes(&name::head(2, &Hash::of(&bytes)), &bytes).unwrap();
    (made.head, made.head_hash, made.signer) = (head, Hash::of(&bytes), signer);
    made.seal(&[(Some("all"), vec![File::new("s1/new", 1, "new")])], 0);
    made.sync();
    assert!(made.verify().is_whole(), "{:?}", made.verify().findings);
    // Every old key opens its own segments for ever.
    let open = |identity: &Identity| {
        let keys = std::slice::from_ref(identity);
        verify(&made.target(), &Ask::default(), keys, &mut |_, _| Ok(()), &mut |_| true).unwrap()
    };
    assert_eq!((open(&old).members, open(&new).members), (6, 1));

    // A head that its own new station signed, and none before.
    let mut made = Made::usual(1);
    let stranger = Signer::new(&made.head.vault.origin(), key.clone()).unwrap();
    let (head, bytes) = next(&stranger, &made);
    made.spool().put_bytes(&name::head(2, &Hash::of(&bytes)), &bytes).unwrap();
    (made.head, made.head_hash, made.signer) = (head, Hash::of(&bytes), stranger);
    made.seal(&[(None, vec![File::new("s1/new", 1, "new")])], 0);
    made.sync();
    let report = made.verify();
    assert!(report.findings.iter().all(|found| found.flaw == Flaw::Signature), "{:?}", report.findings);
    assert_eq!(report.findings.len(), 2);
}

#[test]
fn a_second_head_of_a_number_does_not_hide_what_ours_allowed() {
    let mut made = Made::usual(1);
    let (ours, his) = (Identity::generate(), Identity::generate());
    let next = |of: &Identity, since: i64, made: &Made| {
        let holders = vec![Holder { recipient: of.to_public(), since, role: "officers".to_owned() }];
        let head = Head { number: 2, previous: made.head_hash, holders, ..made.head.clone() };
        let bytes = head.sign(&made.signer).unwrap();
        (head, Hash::of(&bytes), bytes)
    };
    let (head, hash, bytes) = next(&ours, 2, &made);
    // His comes first in the order of names: whoever makes heads can choose that.
    let forged =
        (3..).map(|since| next(&his, since, &made)).find(|(_, other, _)| other.short() < hash.short()).unwrap();
    for (hash, bytes) in [(hash, &bytes), (forged.1, &forged.2)] {
        made.spool().put_bytes(&name::head(2, &hash), bytes).unwrap();
    }
    (made.head, made.head_hash) = (head, hash);
    made.seal(&[(Some("all"), vec![File::new("s1/new", 1, "new")])], 0);
    made.sync();
    let report = made.verify();
    assert_eq!((report.tip.number, report.findings.len()), (2, 1), "{:?}", report.findings);
    assert!(report.findings[0].what.contains("a fork"), "{}", report.findings[0]);
    assert!(Vault::open(&made.target(), &[ours]).unwrap().segment(2).is_ok());
}

#[test]
fn what_is_planted_beyond_the_end_is_left_aside() {
    let made = Made::usual(3);
    let Target::Disk(disk) = made.target() else { panic!("a folder") };
    let planted = "manifests/99999999-0123456789abcdef.txt";
    disk.put_bytes(planted, b"pay").unwrap();
    let mut vault = Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    assert_eq!((vault.last(), vault.numbers()), (3, vec![1, 2, 3]));
    let [aside] = vault.aside() else { panic!("{:?}", vault.aside()) };
    assert_eq!((aside.object.as_str(), aside.signed, aside.taken), (planted, false, None));
    assert!(!vault.find(&made::label("all")).unwrap().is_empty());
    // What was received later than a moment is left out from the end.
    vault.until(2500).unwrap();
    assert_eq!(vault.numbers(), [1, 2]);
}

#[test]
fn another_vault_under_the_same_roof_is_not_taken_for_ours() {
    let made = Made::usual(1);
    let known = |byte| Ask { station: Some(SigningKey::from_bytes(&[byte; 32]).verifying_key()), ..Ask::default() };
    assert!(asked(&made, &known(3)).is_whole());
    let strange = verify(&made.target(), &known(4), &[], &mut |_, _| Ok(()), &mut |_| true);
    assert!(strange.unwrap_err().is_fault());

    // Somebody who may add objects begins another vault beside ours.
    let key = SigningKey::from_bytes(&[4; 32]);
    let stations = vec![Station { id: [4; 16], key: key.verifying_key() }];
    let head = Head { stations, ..made.head.clone() };
    let bytes = head.sign(&Signer::new(&made.head.vault.origin(), key).unwrap()).unwrap();
    let Target::Disk(disk) = made.target() else { panic!("a folder") };
    disk.put_bytes(&name::head(1, &Hash::of(&bytes)), &bytes).unwrap();
    let either = verify(&made.target(), &Ask::default(), &[], &mut |_, _| Ok(()), &mut |_| true);
    assert!(either.unwrap_err().to_string().contains("station's key"));
    assert!(Vault::open(&made.target(), &[]).is_err());
    let report = asked(&made, &known(3));
    assert_eq!((report.findings.len(), report.manifests), (1, 1), "{:?}", report.findings);
    // A person names ours, or its log was seen: he gave his the same name, and that helps him nothing.
    let named = Known { named: vec![name::head(1, &made.head_hash)], ..Known::default() };
    for known in [named, Known { seen: vec![made.tip.checkpoint()], ..Known::default() }] {
        let vault = Vault::open_known(&made.target(), &[], None, &known).unwrap();
        assert_eq!((vault.fork(), vault.heads().all[0].0), (None, made.head_hash));
    }
    let ours = Vault::open_of(&made.target(), &[], known(3).station.as_ref()).unwrap();
    assert_eq!(ours.numbers(), [1]);
}

#[test]
fn a_witness_signs_what_continues_and_refuses_what_does_not() {
    let mut made = Made::usual(3);
    let witness = Signer::new("neighbour.example/witness", SigningKey::from_bytes(&[11; 32])).unwrap();
    let log = made.signer.verifier();
    let note = |tip: &Tip| tip.checkpoint().sign(&made.signer).into_bytes();
    let first = cosign(None, &note(&made.tip), &[], &log, &witness, 1_700_000_000).unwrap();
    let (old, old_note) = (made.tip.clone(), note(&made.tip));
    made.seal(&[(None, vec![File::new("a", 1, "a")])], 300);
    made.sync();
    let target = made.target();
    let proof = Tree::new(&made.tip.log, &target).consistency(old.log.size(), made.tip.log.size()).unwrap();
    let note = made.tip.checkpoint().sign(&made.signer).into_bytes();
    let second = cosign(Some(&first.seen), &note, &proof, &log, &witness, 1_700_000_300).unwrap();
    assert_eq!(second.seen, made.tip.checkpoint());
    assert!(cosign(Some(&first.seen), &note, &proof[1..], &log, &witness, 1).is_err(), "a proof with a hole");
    assert!(cosign(Some(&second.seen), &old_note, &proof, &log, &witness, 1).is_err(), "going back");
    let mut other = Made::new();
    other.seal(&[(None, vec![File::new("b", 1, "b")])], 300);
    let forged = other.tip.checkpoint().sign(&other.signer).into_bytes();
    assert!(cosign(Some(&first.seen), &forged, &proof, &log, &witness, 1).is_err(), "another past");
    assert!(cosign(None, &forged, &[], &witness.verifier(), &witness, 1).is_err(), "another's log");

    let Target::Disk(disk) = &target else { panic!("a folder") };
    let bytes = second.note.as_bytes();
    disk.put_bytes(&name::witnessed(second.seen.size, &Hash::of(bytes)), bytes).unwrap();
    let ask = Ask { witnesses: vec![witness.witness()], ..Ask::default() };
    let report = asked(&made, &ask);
    assert!(report.is_whole(), "{:?}", report.findings);
    assert_eq!(report.witnessed, Some((second.seen.size, 1_700_000_300)));
    assert_eq!(asked(&made, &Ask::default()).witnessed, None);

    // What the witness saw lies at the target: a rewritten vault beside it is known.
    clear(&made);
    other.sync();
    fs::rename(other.path(""), made.path("")).unwrap();
    disk.put_bytes(&name::witnessed(second.seen.size, &Hash::of(bytes)), bytes).unwrap();
    assert!(!asked(&made, &ask).is_whole());
}

#[test]
fn an_act_is_proved_to_be_in_the_log() {
    let made = Made::usual(6);
    let target = made.target();
    let tree = Tree::new(&made.tip.log, &target);
    let size = made.tip.log.size();
    let entries: Vec<String> =
        made.links.iter().flat_map(|link| log::entries(&link.manifest, &link.tip.hash)).collect();
    assert_eq!(entries.len() as u64, size);
    let root = made.tip.checkpoint().root;
    for at in [0, 1, 60, 61, 255, 256, 257, size - 1] {
        let leaf = log::leaf(entries[at as usize].as_bytes());
        let proof = tree.inclusion(at, size).unwrap();
        assert!(check_inclusion(&leaf, at, size, &proof, &root), "{at}");
        assert!(!check_inclusion(&log::leaf(b"act view 1 99"), at, size, &proof, &root));
        assert!(!check_inclusion(&leaf, at + 1, size, &proof, &root));
    }
    for link in &made.links {
        let old = link.tip.checkpoint();
        let proof = tree.consistency(old.size, size).unwrap();
        assert!(check_consistency(old.size, &old.root, size, &root, &proof));
        assert_eq!(tree.root(old.size).unwrap(), old.root);
    }
    assert!(tree.inclusion(size, size).is_err() && tree.consistency(1, size + 1).is_err());
    assert_eq!(Tip::from_text(&made.tip.to_text()), Some(made.tip.clone()));
    assert_eq!(Tip::from_text(&made.tip.to_text().replace("view 6", "view 7")), None);
    let fresh = Tip::new(made.head.vault);
    assert_eq!(Tip::from_text(&fresh.to_text()), Some(fresh));
}
