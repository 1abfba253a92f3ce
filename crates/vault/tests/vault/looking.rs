//! One label is found and read without opening the rest, however many segments there are, and nothing unproved is given
//! out.

use std::fs;

use vault::index::{current, live, span};
use vault::{Error, Identity, Place, Vault};

use crate::made::{Made, label};

#[test]
fn spans_cover_every_segment_once_and_are_few() {
    for number in 1..2000_u32 {
        let spans = live(number);
        let mut next = number;
        for span in &spans {
            assert_eq!(*span.end(), next);
            next = span.start() - 1;
        }
        assert_eq!(next, 0);
        assert!(spans.len() as u32 <= 3 * (number.ilog(4) + 1), "{number}: {}", spans.len());
        let made: Vec<_> = (1..=number).map(span).collect();
        if number % 97 == 0 {
            let mut now = current(&made);
            now.reverse();
            assert_eq!(now, spans);
        }
    }
    assert_eq!((span(1), span(4), span(12), span(64)), (1..=1, 1..=4, 9..=12, 1..=64));
}

#[test]
fn a_label_leads_to_its_frames_in_every_segment() {
    let made = Made::usual(21);
    let mut vault = Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    assert_eq!(vault.last(), 21);
    let all = vault.find(&label("all")).unwrap();
    assert_eq!(all, (1..=21).map(|segment| Place { segment, frame: 0 }).collect::<Vec<_>>());
    assert_eq!(vault.find(&label("own7")).unwrap(), [Place { segment: 7, frame: 0 }]);
    assert_eq!(vault.find(&label("nobody")).unwrap(), []);
    let frame = vault.frame(Place { segment: 7, frame: 0 }).unwrap();
    let names: Vec<_> = frame.members().map(|member| member.unwrap().name.to_vec()).collect();
    assert_eq!(names, [b"s1/all/7".to_vec(), b"s1/own/7".to_vec(), b"s1/nobody/7".to_vec()]);
    assert!(vault.frame(Place { segment: 22, frame: 0 }).unwrap_err().is_fault());
}

#[test]
fn the_rest_need_not_be_there() {
    let made = Made::usual(21);
    for link in &made.links {
        if link.manifest.number != 7 {
            fs::remove_file(made.path(&link.manifest.segment().unwrap().name)).unwrap();
        }
    }
    let mut vault = Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    let [place] = vault.find(&label("own7")).unwrap()[..] else { panic!("not found") };
    assert_eq!(vault.frame(place).unwrap().members().count(), 3);
    let gone = vault.frame(Place { segment: 8, frame: 0 }).unwrap_err();
    assert!(matches!(&gone, Error::Missing { object } if object.starts_with("segments/00000008-")), "{gone}");
}

#[test]
fn read_ahead_is_the_same_and_what_fails_is_said_when_it_is_asked_for() {
    let made = Made::usual(40);
    let listed = made.links[16].manifest.segment().unwrap();
    fs::remove_file(made.path(&listed.name)).unwrap();
    let places: Vec<Place> = (1..=40).map(|segment| Place { segment, frame: 0 }).collect();
    let open = || Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    let (mut alone, mut ahead) = (open(), open());
    // More than are kept open, and twice: those that stayed open are used again.
    for _ in 0..2 {
        ahead.read_ahead(&places);
        for place in &places {
            match (alone.frame(*place), ahead.frame(*place)) {
                (Ok(one), Ok(other)) => assert_eq!(one.tar(), other.tar()),
                (Err(one), Err(other)) => assert_eq!((one.to_string(), place.segment), (other.to_string(), 17)),
                (one, other) => panic!("{place:?}: {} {}", one.is_ok(), other.is_ok()),
            }
        }
    }
}

#[test]
fn a_segment_that_somebody_else_sealed_is_not_read() {
    let made = Made::usual(2);
    // Who knows the recipient can seal; only the station's signature makes it the vault's.
    let listed = made.links[0].manifest.segment().unwrap();
    let mut forged = vault::Sealer::new(Vec::new(), 1, &made.head.recipients()).unwrap();
    forged.member(vault::Member { name: b"forged", mtime: 0, bytes: b"forged" }).unwrap();
    fs::write(made.path(&listed.name), forged.finish().unwrap().0).unwrap();
    let mut vault = Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    let refused = vault.frame(Place { segment: 1, frame: 0 }).unwrap_err();
    assert!(refused.is_fault(), "{refused}");
    let mut other = Vault::open(&made.target(), &[Identity::generate()]).unwrap();
    assert!(matches!(other.find(&label("all")), Err(Error::WrongKey { .. })));
}

#[test]
fn what_somebody_laid_beside_hides_nothing_and_costs_nothing() {
    let made = Made::usual(6);
    let vault::Target::Disk(disk) = made.target() else { panic!("a folder") };
    for name in [
        "index/00000001-99999999-0011223344556677.age",
        "index/00000001-00000005-0011223344556677.age",
        "index/99999999-00000001-0011223344556677.age",
        "manifests/99999999-0011223344556677.txt",
        "manifests/00000003-0011223344556677.txt",
        "manifests/00000000-0011223344556677.txt",
        "heads/00000000-0011223344556677.txt",
        "heads/00000001-0011223344556677.txt",
        "heads/00000002-0011223344556677.txt",
        "segments/00000003-0011223344556677.tar.zst.age",
        "log/checkpoints/00000003-0011223344556677.txt",
        "log/witnessed/000000000003-0011223344556677.txt",
    ] {
        disk.put_bytes(name, b"laid beside").unwrap();
    }
    let mut vault = Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    assert_eq!(vault.find(&label("all")).unwrap().len(), 6);
    assert_eq!(vault.frame(Place { segment: 3, frame: 0 }).unwrap().members().count(), 3);
    let report = made.verify();
    assert_eq!((report.manifests, report.read, &report.tip.hash), (6, 12, &made.tip.hash), "{:?}", report.findings);
    let named = |name: &str| report.findings.iter().any(|found| found.object.contains(name));
    for name in ["manifests/00000003", "heads/00000001", "log/checkpoints/00000003", "log/witnessed/000000000003"] {
        assert!(named(name), "{name}: {:?}", report.findings);
    }
    assert!(report.findings.len() < 12, "{:?}", report.findings);
    assert_eq!(report.strays.len(), 5, "{:?}", report.strays);
}

#[test]
fn a_damaged_index_is_passed_over_for_those_it_was_merged_of() {
    let made = Made::usual(9);
    let spoil = |name: &str| {
        let path = made.path(name);
        let mut bytes = fs::read(&path).unwrap();
        let at = bytes.len() - 5;
        bytes[at] ^= 1;
        fs::write(&path, bytes).unwrap();
    };
    let index = |number: usize| made.links[number - 1].manifest.index().unwrap().1.name.clone();
    spoil(&index(4));
    let mut vault = Vault::open(&made.target(), std::slice::from_ref(&made.identity)).unwrap();
    let (places, without) = vault.find_indexed(&label("all")).unwrap();
    let segments: Vec<u32> = places.iter().map(|place| place.segment).collect();
    assert_eq!((segments, without), (vec![1, 2, 3, 5, 6, 7, 8, 9], vec![4]));
    let not_whole = vault.find(&label("all")).unwrap_err();
    assert!(not_whole.is_fault() && not_whole.to_string().contains("segment 4"), "{not_whole}");
}
