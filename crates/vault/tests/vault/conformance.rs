//! What every target does, whatever keeps it: a disk, a server that locks, another station.

use std::io::{self, Read};

use vault::target::Put;
use vault::{Error, Hash, Target, name};

/// Gives some bytes, then an error.
pub struct BrokenOff(pub usize);

impl Read for BrokenOff {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        let take = out.len().min(self.0);
        out[..take].fill(1);
        self.0 -= take;
        Ok(take)
    }
}

fn put(target: &Target, name: &str, bytes: &[u8]) -> Result<Put, Error> {
    target.put(name, &mut &bytes[..], bytes.len() as u64)
}

fn whole(target: &Target, name: &str) -> Vec<u8> {
    target.read(name, 64 << 20).unwrap()
}

/// An empty target keeps what it is given, and nothing else.
pub fn keeps(target: &Target) {
    let large: Vec<u8> = (0..9_000_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let segment = name::segment(1, &Hash::of(&large));
    assert_eq!((target.size(&segment).unwrap(), target.list("").unwrap()), (None, Vec::new()));
    assert!(matches!(target.get(&segment, None), Err(Error::Missing { .. })));
    broken_off(target, &segment, large.len() as u64);
    assert_eq!(put(target, &segment, &large).unwrap(), Put::Written);
    assert_eq!(put(target, &segment, &large).unwrap(), Put::Already);
    never_overwritten(target, &segment, &large);
    parts_and_lists(target, &segment, &large);
    for name in ["", "../x", "/x", "segments//b", "a/../b", ".incoming/x", "a b", "患者", "segments/"] {
        assert!(put(target, name, b"").is_err(), "{name:?}");
        assert!(target.get(name, None).is_err() && target.size(name).is_err(), "{name:?}");
    }
}

fn broken_off(target: &Target, name: &str, len: u64) {
    for came in [0, 1, 300_000] {
        assert!(target.put(name, &mut BrokenOff(came), len).is_err(), "{came}");
        assert_eq!(target.size(name).unwrap(), None, "{came}");
    }
    for wrong in [2, 4] {
        assert!(target.put("vault.txt", &mut &b"abc"[..], wrong).is_err(), "announced {wrong}");
        assert_eq!(target.list("").unwrap(), [], "announced {wrong}");
    }
}

fn never_overwritten(target: &Target, segment: &str, large: &[u8]) {
    let mut other = large.to_vec();
    other[8_999_000] ^= 1;
    for bytes in [&other[..], b"shorter", b""] {
        assert!(put(target, segment, bytes).is_err());
    }
    assert!(whole(target, segment) == large, "it is as it was put");
    // No hash is in this name.
    assert_eq!(put(target, "vault.txt", b"one").unwrap(), Put::Written);
    for bytes in [&b"two"[..], b"longer", b""] {
        assert!(matches!(put(target, "vault.txt", bytes), Err(Error::Differs { object }) if object == "vault.txt"));
    }
    assert_eq!(whole(target, "vault.txt"), b"one");
}

fn parts_and_lists(target: &Target, segment: &str, large: &[u8]) {
    for range in [0..1, 5..5, 1000..70_000, 8_999_990..9_000_100, 9_000_000..9_000_001] {
        let mut read = Vec::new();
        target.get(segment, Some(range.clone())).unwrap().read_to_end(&mut read).unwrap();
        let (start, end) = (large.len().min(range.start as usize), large.len().min(range.end as usize));
        assert!(read == large[start..end], "{range:?}");
    }
    for tile in ["log/tile/0/x001/000", "log/tile/0/000"] {
        put(target, tile, tile.as_bytes()).unwrap();
    }
    let names = |prefix: &str| target.list(prefix).unwrap().into_iter().map(|one| one.name).collect::<Vec<_>>();
    assert_eq!(names(""), ["log/tile/0/000", "log/tile/0/x001/000", segment, "vault.txt"]);
    assert_eq!((names("seg"), names("log/tile/0/x")), (vec![segment.into()], vec!["log/tile/0/x001/000".into()]));
    assert_eq!((names("index/"), target.size(segment).unwrap()), (Vec::<String>::new(), Some(9_000_000)));
}
