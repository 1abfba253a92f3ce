//! Every flipped bit, every object taken away or cut off is found by `verify` and named, without a key.

use std::fs;

use vault::verify::{Ask, Flaw, verify};
use vault::{Error, Identity, Place, Vault, name};

use crate::made::{File, Made};

#[test]
fn a_whole_vault_is_found_whole() {
    let made = Made::usual(6);
    let report = made.verify();
    assert_eq!(report.findings, [], "{:?}", report.findings);
    assert!(report.strays.is_empty(), "{:?}", report.strays);
    assert_eq!((report.manifests, report.read, report.sized, report.members), (6, 12, 0, 0));
    assert_eq!(report.tip, made.tip);
    assert!(made.names().iter().any(|name| name == "log/tile/0/000"), "a full tile is an object");
    let (report, files) = made.opened();
    assert!(report.is_whole(), "{:?}", report.findings);
    assert_eq!((report.members, files.len()), (18, 18));
    assert_eq!(String::from_utf8_lossy(&files[3].bytes[..6]), "all 2 ");
}

#[test]
fn every_flipped_bit_is_found_and_its_object_named() {
    let made = Made::usual(5);
    let names = made.names();
    let total: usize = names.iter().map(|name| fs::metadata(made.path(name)).unwrap().len() as usize).sum();
    let step = (total / 400).max(1);
    for name in names {
        let path = made.path(&name);
        let whole = fs::read(&path).unwrap();
        for at in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1 << (at % 8);
            fs::write(&path, &bytes).unwrap();
            if name.starts_with(name::HEADS) {
                let refused = verify(&made.target(), &Ask::default(), &[], &mut |_, _| Ok(()), &mut |_| true);
                assert!(matches!(refused, Err(Error::Damaged { object, .. }) if object == name), "{name} byte {at}");
                continue;
            }
            let report = made.verify();
            let found = report.findings.first().unwrap_or_else(|| panic!("{name} byte {at}: not found"));
            assert_eq!(found.object, name, "byte {at}: {found}");
        }
        fs::write(&path, &whole).unwrap();
    }
    assert!(made.verify().is_whole());
}

#[test]
fn the_first_bad_piece_of_a_large_object_is_named() {
    let mut made = Made::new();
    let mut noise = 7_u64;
    let mut random = || {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (noise >> 56) as u8
    };
    let bytes: Vec<u8> = (0..900_000).map(|_| random()).collect();
    made.seal(&[(Some("one"), vec![File::new("large", 0, bytes)])], 0);
    made.sync();
    let segment = made.links[0].manifest.segment().unwrap().clone();
    assert_eq!(segment.sums.pieces.len(), 14);
    let path = made.path(&segment.name);
    let mut bytes = fs::read(&path).unwrap();
    (bytes[600_000], bytes[300_000]) = (!bytes[600_000], !bytes[300_000]);
    fs::write(&path, &bytes).unwrap();
    let report = made.verify();
    let [found] = &report.findings[..] else { panic!("{:?}", report.findings) };
    assert_eq!((found.flaw, found.number, found.bytes), (Flaw::Bytes, Some(1), Some((262_144, 327_680))));
    assert_eq!(found.object, segment.name);
    // With the key it is no other: the reader gives out nothing that the sums do not vouch for.
    let (report, _) = made.opened();
    assert!(report.findings.iter().any(|found| found.flaw == Flaw::Content && found.what.contains("262144 to 327680")));
}

/// One bad byte costs the frames that it lies in and no other, in whatever order they are read.
#[test]
fn a_spoilt_byte_costs_its_own_frames_only() {
    let mut made = Made::new();
    let mut noise = 7_u64;
    let mut random = || {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (noise >> 56) as u8
    };
    let files =
        (0..40).map(|no| File::new(&format!("s1/{no:02}"), 0, (0..50_000).map(|_| random()).collect::<Vec<u8>>()));
    let groups: Vec<(Option<&str>, Vec<File>)> = files.map(|file| (None, vec![file])).collect();
    made.seal(&groups, 0);
    made.sync();
    let segment = made.links[0].manifest.segment().unwrap().clone();
    assert!(segment.sums.pieces.len() > 20);
    let path = made.path(&segment.name);
    let mut bytes = fs::read(&path).unwrap();
    bytes[600_000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let open = || Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    let mut vault = open();
    let places: Vec<Place> =
        (0..vault.segment(1).unwrap().frames().len() as u32).map(|frame| Place { segment: 1, frame }).collect();
    let lost: Vec<Place> = places.iter().copied().filter(|place| vault.frame(*place).is_err()).collect();
    assert!((1..=3).contains(&lost.len()) && places.len() > 10, "{lost:?} of {}", places.len());
    let mut vault = open();
    vault.read_ahead(&places);
    let again: Vec<Place> = places.iter().copied().filter(|place| vault.frame(*place).is_err()).collect();
    assert_eq!(again, lost, "read ahead");
    // A proof with the key goes on too: all that lies beyond is shown, and each place that is spoilt is one line.
    let mut bytes = fs::read(&path).unwrap();
    bytes[1_500_000] ^= 1;
    fs::write(&path, bytes).unwrap();
    let (report, files) = made.opened();
    let content: Vec<_> = report.findings.iter().filter(|found| found.flaw == Flaw::Content).collect();
    assert_eq!(content.len(), 2, "{:?}", report.findings);
    assert!(content.iter().all(|found| found.number == Some(1) && found.what.contains("frame")), "{content:?}");
    assert!((30..40).contains(&files.len()) && files.last().unwrap().name == b"s1/39", "{}", files.len());
}

#[test]
fn what_is_missing_or_cut_off_is_named() {
    let made = Made::usual(6);
    let last = |name: &str| name.starts_with(&format!("{}00000006", name::CHECKPOINTS));
    for name in made.names() {
        let path = made.path(&name);
        let whole = fs::read(&path).unwrap();
        for cut in [None, Some(0), Some(whole.len() / 2), Some(whole.len() - 1)] {
            match cut {
                None => fs::remove_file(&path).unwrap(),
                Some(len) => fs::write(&path, &whole[..len]).unwrap(),
            }
            let report = match verify(&made.target(), &Ask::default(), &[], &mut |_, _| Ok(()), &mut |_| true) {
                Ok(report) => report,
                Err(error) => {
                    assert!(name.starts_with(name::HEADS) && error.is_fault(), "{name}: {error}");
                    continue;
                }
            };
            // The last manifest gone is a shorter vault, known only to who saw its head; so is its tree head.
            let newest = name.starts_with("manifests/00000006") || last(&name);
            if cut.is_none() && newest {
                let seen = vec![made.tip.checkpoint()];
                let ask = Ask { seen, ..Ask::default() };
                let report = verify(&made.target(), &ask, &[], &mut |_, _| Ok(()), &mut |_| true).unwrap();
                assert_eq!(report.is_whole(), last(&name), "{name}: {:?}", report.findings);
                continue;
            }
            let found = report.findings.first().unwrap_or_else(|| panic!("{name} {cut:?}: not found"));
            let numbered = |name: &str| name.split('-').next().unwrap().to_owned();
            assert_eq!(numbered(&found.object), numbered(&name), "{found}");
        }
        fs::write(&path, &whole).unwrap();
    }
}

#[test]
fn only_what_is_asked_for_is_read_and_a_run_can_be_stopped() {
    let made = Made::usual(5);
    let segment = made.links[1].manifest.segment().unwrap().name.clone();
    let mut bytes = fs::read(made.path(&segment)).unwrap();
    bytes[99] ^= 1;
    fs::write(made.path(&segment), bytes).unwrap();
    let over = |read, stop: u32| {
        let ask = Ask { read, ..Ask::default() };
        verify(&made.target(), &ask, &[], &mut |_, _| Ok(()), &mut |number| number < stop).unwrap()
    };
    let others = over(3..=4, 9);
    assert_eq!((others.is_whole(), others.read, others.sized), (true, 4, 6));
    assert_eq!(over(2..=2, 9).findings.len(), 1);
    assert_eq!(over(0..=9, 3).manifests, 3);
}

#[test]
fn another_key_is_said_and_is_no_fault() {
    let made = Made::usual(2);
    let other = [Identity::generate()];
    let report = verify(&made.target(), &Ask::default(), &other, &mut |_, _| Ok(()), &mut |_| true).unwrap();
    assert!(report.is_whole());
    assert_eq!((report.closed.len(), report.members), (4, 0));
}
