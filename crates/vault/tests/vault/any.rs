//! Whatever members go in, the same bytes, names and times come out: through our own reader, through frames read one by
//! one, and through another's tar.

use std::io::{Cursor, Read};

use proptest::collection::vec;
use proptest::prelude::*;
use vault::segment::{Packing, Segment};
use vault::{Error, Identity, Member, Sealer};

use crate::made::{File, label};

/// Seals files with a packing, each a group.
pub fn sealed(files: &[File], packing: Packing, identity: &Identity) -> (Vec<u8>, vault::Sealed) {
    let mut sealer = Sealer::with(Vec::new(), 1, &[identity.to_public()], packing).unwrap();
    for file in files {
        sealer.group(Some(label("one")));
        sealer.member(file.member()).unwrap();
    }
    sealer.finish().unwrap()
}

/// All files of a segment, frame by frame.
pub fn files(object: &[u8], identity: &Identity) -> vault::Result<Vec<File>> {
    let mut segment = Segment::open(Cursor::new(object), "it", std::slice::from_ref(identity))?;
    let mut files = Vec::new();
    for no in 0..segment.frames().len() as u32 {
        for member in segment.frame(no)?.members() {
            files.push(File::from(&member?));
        }
    }
    Ok(files)
}

fn part() -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_filter("in a name", |byte| *byte != 0 && *byte != b'/');
    vec(byte, 1..60).prop_filter("a name", |part| part != b"." && part != b"..")
}

fn file() -> impl Strategy<Value = File> {
    let name = vec(part(), 1..6).prop_map(|parts| parts.join(&b'/'));
    let mtime = prop_oneof![any::<i32>().prop_map(i64::from), Just(-1), Just(1 << 33), Just(i64::MIN), Just(i64::MAX)];
    let bytes = prop_oneof![4 => vec(any::<u8>(), 0..2000), 1 => (0_usize..200_000).prop_map(|len| vec![b'x'; len])];
    (name, mtime, bytes).prop_map(|(name, mtime, bytes)| File { name, mtime, bytes })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_went_in_comes_out(given in vec(file(), 0..40), target in 1_usize..100_000) {
        let identity = Identity::generate();
        let packing = Packing { target, full: target + 50_000, ..Packing::default() };
        let (object, sealed) = sealed(&given, packing, &identity);
        prop_assert_eq!(&files(&object, &identity).unwrap(), &given);
        prop_assert_eq!(sealed.counts.members, given.len() as u64);
        prop_assert_eq!(sealed.sums.size, object.len() as u64);
        prop_assert_eq!(sealed.sums, vault::hash::sums(&object));
    }

    #[test]
    fn no_bytes_make_the_reader_stop_the_program(object in vec(any::<u8>(), 0..5000)) {
        prop_assert!(files(&object, &Identity::generate()).is_err());
    }
}

#[test]
fn frames_are_cut_between_members_and_a_large_one_has_its_own() {
    let identity = Identity::generate();
    let mut given: Vec<File> = (0..300).map(|n| File::new(&format!("s1/{n}"), n, vec![n as u8; 1500])).collect();
    given.insert(150, File::new("large", 0, vec![1; 3_000_000]));
    let (object, sealed) = sealed(&given, Packing::default(), &identity);
    let mut segment = Segment::open(Cursor::new(&object), "it", std::slice::from_ref(&identity)).unwrap();
    let sizes: Vec<u32> = segment.frames().iter().map(|frame| frame.tar).collect();
    assert_eq!(sealed.counts.frames as usize, sizes.len());
    assert_eq!(sizes.iter().map(|size| u64::from(*size)).sum::<u64>(), sealed.counts.tar_bytes);
    let large: Vec<usize> = (0..sizes.len()).filter(|at| sizes[*at] > 128 << 10).collect();
    assert_eq!(large.len(), 1, "{sizes:?}");
    assert_eq!(segment.frame(large[0] as u32).unwrap().members().count(), 1);
    let usual = sizes.iter().filter(|size| (96 << 10..=128 << 10).contains(*size)).count();
    assert!(usual >= 2, "{sizes:?}");
    assert_eq!(*sizes.last().unwrap(), 1024);
    assert!(segment.frame(sizes.len() as u32).is_err());
}

#[test]
fn the_frames_are_one_plain_zstd_stream_and_another_tar_reads_it() {
    let identity = Identity::generate();
    let long = "長い名前/".repeat(40) + "x";
    let given = vec![File::new("a/b", 5, "one"), File::new(&long, -5, vec![0; 70_000]), File::new("s1/空", 7, "")];
    let (object, _) = sealed(&given, Packing { target: 1, ..Packing::default() }, &identity);
    let decryptor = age::Decryptor::new(&object[..]).unwrap();
    let plain = decryptor.decrypt(std::iter::once(&identity as &dyn age::Identity)).unwrap();
    let mut tar = Vec::new();
    zstd::stream::read::Decoder::new(plain).unwrap().read_to_end(&mut tar).unwrap();
    let mut archive = tar::Archive::new(&tar[..]);
    let mut read = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let mtime = entry.header().mtime().unwrap() as i64;
        read.push(File { name: entry.path_bytes().into_owned(), mtime, bytes });
    }
    assert_eq!(read, given);
}

#[test]
fn names_that_would_leave_the_folder_are_refused() {
    let identity = Identity::generate();
    let mut sealer = Sealer::new(Vec::new(), 1, &[identity.to_public()]).unwrap();
    let long = vec![b'x'; 9 << 10];
    for name in [&b""[..], b"/a", b"a//b", b"a/", b"../a", b"a/../b", b"./a", b"a\0b", &long] {
        let refused = sealer.member(Member { name, mtime: 0, bytes: b"" });
        assert!(matches!(refused, Err(Error::Refused(_))), "{name:?}");
    }
    let large = vec![0; (64 << 20) + 1];
    assert!(sealer.member(Member { name: b"large", mtime: 0, bytes: &large }).is_err());
    sealer.member(Member { name: b"...", mtime: 0, bytes: b"" }).unwrap();
    assert_eq!(sealer.finish().unwrap().1.counts.members, 1);
}

#[test]
fn nothing_is_sealed_to_nobody_and_another_key_opens_nothing() {
    assert!(matches!(Sealer::new(Vec::new(), 1, &[]), Err(Error::Refused(_))));
    let (ours, theirs) = (Identity::generate(), Identity::generate());
    let (object, _) = sealed(&[File::new("a", 0, "b")], Packing::default(), &ours);
    assert!(matches!(files(&object, &theirs), Err(Error::WrongKey { object }) if object == "it"));
    let both = [theirs.clone(), ours.clone()];
    assert!(Segment::open(Cursor::new(&object), "it", &both).is_ok());
    let mut sealer = Sealer::new(Vec::new(), 1, &[ours.to_public(), theirs.to_public()]).unwrap();
    sealer.member(Member { name: b"a", mtime: 0, bytes: b"b" }).unwrap();
    let (object, _) = sealer.finish().unwrap();
    assert_eq!(files(&object, &theirs).unwrap(), files(&object, &ours).unwrap());
}

#[test]
fn a_segment_cut_off_anywhere_says_so() {
    let identity = Identity::generate();
    let given: Vec<File> = (0..90).map(|n| File::new(&format!("{n}"), n, vec![n as u8 ^ 0x5a; 3000])).collect();
    let (object, _) = sealed(&given, Packing::default(), &identity);
    for len in (0..object.len()).step_by(97).chain([object.len() - 1]) {
        let error = files(&object[..len], &identity).unwrap_err();
        assert!(error.is_fault() || matches!(error, Error::Newer { .. }), "{len}: {error}");
    }
}

#[test]
fn a_full_disk_stops_the_seal_with_the_systems_word() {
    struct Full(usize);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let recipients = [Identity::generate().to_public()];
    let mut noise = 1_u32;
    let mut random = || {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (noise >> 24) as u8
    };
    let bytes: Vec<u8> = (0..300_000).map(|_| random()).collect();
    for room in [0, 70_000, 200_000] {
        let sealed = Sealer::new(Full(room), 1, &recipients).and_then(|mut sealer| {
            sealer.member(Member { name: b"a", mtime: 0, bytes: &bytes })?;
            sealer.finish()
        });
        let Err(Error::Io { source, .. }) = sealed else { panic!("{room}") };
        // The library that writes the first lines of an age file loses the kind of an error.
        assert!(source.kind() == std::io::ErrorKind::StorageFull || room == 0, "{room}: {source}");
    }
}
