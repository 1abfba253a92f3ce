//! Objects: put once, read in ranges, listed, kept past everything that the owner's key can do.

use std::io::Read;

use vault::Error;
use vault::s3::{Access, Address, Moment, S3};
use vault::target::Put;

use crate::server::{KEY, SECRET, Server};

/// Bytes that no two places of are alike.
fn bytes(len: usize, seed: u32) -> Vec<u8> {
    let mut state = seed | 1;
    std::iter::repeat_with(|| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    })
    .take(len)
    .collect()
}

fn put(s3: &S3, name: &str, bytes: &[u8]) -> Result<Put, Error> {
    s3.put(name, &mut &bytes[..], bytes.len() as u64)
}

fn whole(s3: &S3, name: &str) -> Vec<u8> {
    let mut read = Vec::new();
    s3.get(name, None).unwrap().read_to_end(&mut read).unwrap();
    read
}

/// One server for all of it: it takes seconds to start.
#[test]
fn a_place_on_a_real_server() {
    let Some(server) = Server::start() else { return };
    crate::conformance::keeps(&vault::Target::S3(server.bucket("conformance")));
    round_trip(&server);
    never_overwritten(&server);
    wrong_lengths(&server);
    large(&server);
    many(&server);
    keys(&server);
    no_lock(&server);
    worst_of_the_owner(&server);
    extended(&server);
}

fn round_trip(server: &Server) {
    let s3 = server.bucket("round-trip");
    let below = server.place("round-trip", "andon/3", 2);
    let made = bytes(300_000, 1);
    assert_eq!(put(&below, "segments/00000001-00.tar.zst.age", &made).unwrap(), Put::Written);
    assert_eq!(put(&below, "empty", b"").unwrap(), Put::Written);
    assert_eq!(whole(&below, "segments/00000001-00.tar.zst.age"), made);
    assert_eq!(whole(&below, "empty"), b"");
    for range in [0..1, 5..5, 1000..70_000, 299_990..400_000, 300_000..300_001, 500_000..500_010] {
        let mut read = Vec::new();
        let of = below.get("segments/00000001-00.tar.zst.age", Some(range.clone()));
        of.unwrap().read_to_end(&mut read).unwrap();
        let (start, end) = (300_000.min(range.start as usize), 300_000.min(range.end as usize));
        assert_eq!(read, made[start..end], "{range:?}");
    }
    let names = |s3: &S3, prefix: &str| {
        s3.list(prefix).unwrap().into_iter().map(|found| (found.name, found.size)).collect::<Vec<_>>()
    };
    assert_eq!(names(&below, "segments/"), [("segments/00000001-00.tar.zst.age".to_owned(), 300_000)]);
    assert_eq!(
        names(&s3, ""),
        [("andon/3/empty".to_owned(), 0), ("andon/3/segments/00000001-00.tar.zst.age".to_owned(), 300_000)]
    );
    assert_eq!(below.size("segments/00000001-00.tar.zst.age").unwrap(), Some(300_000));
    assert_eq!(below.size("segments/nothing").unwrap(), None);
    assert!(matches!(below.get("segments/nothing", None), Err(Error::Missing { .. })));
    for name in ["../x", "/x", "x//y", "", "患者"] {
        assert!(matches!(put(&below, name, b"x"), Err(Error::Refused(_))), "{name}");
    }
    let state = s3.state().unwrap();
    assert!(state.lock && state.versions, "{state:?}");
    let own = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    assert!((s3.now().unwrap() - own).abs() < 10_000);
}

fn never_overwritten(server: &Server) {
    let s3 = server.bucket("never-overwritten");
    assert_eq!(put(&s3, "one", b"first").unwrap(), Put::Written);
    assert_eq!(put(&s3, "one", b"first").unwrap(), Put::Already);
    for other in [&b"other"[..], b"longer than the first", b""] {
        assert!(matches!(put(&s3, "one", other), Err(Error::Differs { .. })));
    }
    assert_eq!(whole(&s3, "one"), b"first");
    assert_eq!(s3.versions("one").unwrap().len(), 1);
}

fn wrong_lengths(server: &Server) {
    let s3 = server.bucket("wrong-lengths");
    let made = bytes(9 << 20, 3);
    for (len, announced) in [(5, 6), (6, 5), (9 << 20, (9 << 20) - 1), (9 << 20, (9 << 20) + 1), (8 << 20, 9 << 20)] {
        let told = s3.put("one", &mut &made[..len], announced);
        assert!(matches!(told, Err(Error::Refused(_))), "{len} {announced}: {told:?}");
        assert_eq!(s3.size("one").unwrap(), None, "{len} {announced}");
    }
    assert!(s3.versions("").unwrap().is_empty());
}

/// In parts, and begun again after being broken off.
fn large(server: &Server) {
    struct Breaks<'a>(&'a [u8]);
    impl Read for Breaks<'_> {
        fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(out)? {
                0 => Err(std::io::Error::other("the disk went")),
                some => Ok(some),
            }
        }
    }
    let s3 = server.bucket("large");
    let made = bytes((20 << 20) + 77, 4);
    let broken = s3.put("large", &mut Breaks(&made[..17 << 20]), made.len() as u64);
    assert!(matches!(broken, Err(Error::Io { .. })), "{broken:?}");
    assert_eq!(s3.size("large").unwrap(), None);
    assert_eq!(put(&s3, "large", &made).unwrap(), Put::Written);
    assert_eq!(put(&s3, "large", &made).unwrap(), Put::Already);
    assert!(whole(&s3, "large") == made);
    let mut other = made.clone();
    other[19 << 20] ^= 1;
    assert!(matches!(put(&s3, "large", &other), Err(Error::Differs { .. })));
    let id = &s3.versions("large").unwrap()[0].id;
    assert_eq!(s3.lock_of("large", id).unwrap().unwrap().mode, "COMPLIANCE");
}

/// More names than a page of the server.
fn many(server: &Server) {
    let s3 = server.bucket("many");
    for number in 0..1050 {
        put(&s3, &format!("n/{number:05}"), b"x").unwrap();
    }
    assert_eq!(s3.list("n/").unwrap().len(), 1050);
    assert_eq!(s3.list("n/0010").unwrap().len(), 10);
    assert_eq!(s3.versions("").unwrap().len(), 1050);
    assert_eq!(s3.as_it_stood(Moment::First).unwrap().list("n/00").unwrap().len(), 1000);
}

fn keys(server: &Server) {
    let address = || Address::parse(&server.address("round-trip", "")).unwrap();
    for (key, secret) in [(KEY, "geheim-and-wrong"), ("nobody", SECRET)] {
        let s3 = S3::new(address(), Access::new(key, secret), 1).unwrap();
        for said in
            [s3.list("").unwrap_err().to_string(), put(&s3, "x", b"x").unwrap_err().to_string(), format!("{s3:?}")]
        {
            assert!(!said.contains(secret), "{said}");
        }
    }
    let nobody = Address::parse("s3+http://127.0.0.1:1/vault").unwrap();
    let said = S3::new(nobody, Access::new(KEY, SECRET), 1).unwrap().list("").unwrap_err();
    assert!(matches!(said, Error::Io { .. }), "{said:?}");
}

/// A bucket without Object Lock takes the object and does not lock it: that must not pass for a put.
fn no_lock(server: &Server) {
    let s3 = server.place("no-lock", "", 1);
    crate::server::plain_bucket(server, "no-lock");
    assert!(!s3.state().unwrap().lock);
    let told = put(&s3, "x", b"x");
    assert!(matches!(told, Err(Error::NotLocked { .. } | Error::Answer { .. })), "{told:?}");
    assert!(s3.make_bucket().is_err(), "a bucket without lock must not pass for one with it");
}

/// Everything deleted and overwritten by the owner; the view of the time before, and the view of first versions, give all.
fn worst_of_the_owner(server: &Server) {
    let s3 = server.bucket("worst");
    let names: Vec<String> = (1..=20).map(|number| format!("segments/{number:08}")).collect();
    for (name, seed) in names.iter().zip(1..) {
        put(&s3, name, &bytes(5000, seed)).unwrap();
    }
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let before = s3.now().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    crate::server::intruder(server, "worst", &names);
    assert_ne!(s3.list("").unwrap().len(), 20, "the intruder did nothing");
    // Whoever may extend makes the locks longer, ours and his: nothing of what came when is changed by it.
    let listed = s3.versions("").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let until = s3.now().unwrap() + 9 * 86_400_000;
    assert!(s3.extend("", (until, until), &|| false).unwrap().moved >= 20);
    assert_eq!(s3.versions("").unwrap(), listed);
    for moment in [Moment::At(before), Moment::First] {
        let stood = s3.as_it_stood(moment).unwrap();
        // What he put under a name of his own stands there since; the vault's own are told by their manifests.
        let his = usize::from(moment == Moment::First);
        assert_eq!(stood.list("segments/").unwrap().len(), 20 + his, "{moment:?}");
        assert_eq!(stood.get("segments/ransom", None).is_ok(), his == 1);
        assert_eq!(stood.hidden().unwrap().iter().filter(|hidden| hidden.deleted).count(), 14, "{moment:?}");
        for (name, seed) in names.iter().zip(1..) {
            assert_eq!(stood.size(name).unwrap(), Some(5000));
            assert_eq!(whole(&stood, name), bytes(5000, seed), "{moment:?} {name}");
        }
        assert!(matches!(put(&stood, "x", b"x"), Err(Error::Refused(_))));
    }
    assert!(s3.as_it_stood(Moment::At(before - 86_400_000)).unwrap().list("").unwrap().is_empty());
    // The vault goes on: what was hidden may be put again and is the same.
    assert_eq!(put(&s3, &names[0], &bytes(5000, 1)).unwrap(), Put::Written);
}

fn extended(server: &Server) {
    let s3 = server.bucket("extended");
    put(&s3, "a", b"a").unwrap();
    put(&s3, "b", b"b").unwrap();
    // Servers tell whole seconds: of two versions within one, of a name without a hash, none is known to be the first.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    crate::server::intruder(server, "extended", &["a".to_owned()]);
    let until = s3.now().unwrap() + 5 * 86_400_000;
    // Both, and what he left under a name of his own.
    let told = s3.extend("", (until, until), &|| false).unwrap();
    assert_eq!((told.moved, told.enough, told.failed), (3, 0, 0), "{told:?}");
    let again = s3.extend("", (until, until), &|| false).unwrap();
    assert_eq!((again.moved, again.enough, again.failed), (0, 3, 0), "{again:?}");
    let sooner = s3.extend("", (until - 86_400_000, until), &|| false).unwrap();
    assert_eq!((sooner.moved, sooner.enough), (0, 3), "a lock must never become shorter");
    let first = s3.versions("a").unwrap().into_iter().rfind(|version| version.size.is_some()).unwrap();
    let lock = s3.lock_of("a", &first.id).unwrap().unwrap();
    assert!(lock.mode == "COMPLIANCE" && (lock.until - until).abs() < 1000, "{lock:?}");
}
