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
