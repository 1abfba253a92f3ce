//! The log against another's reckoning: the crate `tlog_tiles`, a port of Go's `sumdb/tlog`, and a note of the C2SP
//! specification's own example.

use tlog_tiles::{HashReader, TileReader};
use vault::hash::Hash;
use vault::log::{Checkpoint, Log, Tree, check_consistency, check_inclusion, leaf};
use vault::note::{Note, Verifier};
use vault::{Disk, Target};

/// Hashes of a log as the other one keeps them.
struct Kept(Vec<tlog_tiles::Hash>);

impl HashReader for Kept {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes.iter().map(|at| self.0[*at as usize]).collect())
    }
}

#[test]
fn roots_and_proofs_of_every_size_agree() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path());
    let target = Target::Disk(disk.clone());
    let (mut log, mut kept) = (Log::default(), Kept(Vec::new()));
    let mut roots = vec![Hash::of(b"")];
    for number in 0..1100_u64 {
        let entry = format!("entry {number}");
        for tile in log.append(&entry) {
            disk.put_bytes(&tile.name, &tile.bytes).unwrap();
        }
        let stored = tlog_tiles::stored_hashes(number, entry.as_bytes(), &kept).unwrap();
        kept.0.extend(stored);
        let size = number + 1;
        let root = tlog_tiles::tree_hash(size, &kept).unwrap();
        assert_eq!(log.root().0, root.0, "size {size}");
        assert_eq!(Log::from_text(&log.to_text()).as_ref(), Some(&log));
        roots.push(log.root());
        if number % 37 == 0 || number > 1090 {
            prove(&log, &target, &kept, &roots, size);
        }
    }
    assert_eq!(target.list("log/").unwrap().len(), 8, "four full tiles and their entries");
}

fn prove(log: &Log, target: &Target, kept: &Kept, roots: &[Hash], size: u64) {
    let tree = Tree::new(log, target);
    let root = roots[size as usize];
    let theirs = tlog_tiles::Hash(root.0);
    for at in (0..size).step_by(29).chain([size - 1]) {
        let proof = tree.inclusion(at, size).unwrap();
        let other = tlog_tiles::prove_record(size, at, kept).unwrap();
        assert_eq!(
            proof.iter().map(|hash| hash.0).collect::<Vec<_>>(),
            other.iter().map(|hash| hash.0).collect::<Vec<_>>()
        );
        let leaf = leaf(format!("entry {at}").as_bytes());
        tlog_tiles::check_record(&other, size, theirs, at, tlog_tiles::Hash(leaf.0)).unwrap();
        assert!(check_inclusion(&leaf, at, size, &proof, &root));
        for hole in 0..proof.len() {
            let mut forged = proof.clone();
            forged[hole].0[3] ^= 1;
            assert!(!check_inclusion(&leaf, at, size, &forged, &root));
            assert!(!check_inclusion(&leaf, at, size, &[&proof[..hole], &proof[hole + 1..]].concat(), &root));
        }
    }
    for old in (1..=size).step_by(31).chain([size]) {
        let proof = tree.consistency(old, size).unwrap();
        let other = tlog_tiles::prove_tree(size, old, kept).unwrap();
        assert_eq!(
            proof.iter().map(|hash| hash.0).collect::<Vec<_>>(),
            other.iter().map(|hash| hash.0).collect::<Vec<_>>()
        );
        let before = roots[old as usize];
        tlog_tiles::check_tree(&other, size, theirs, old, tlog_tiles::Hash(before.0)).unwrap();
        assert!(check_consistency(old, &before, size, &root, &proof));
        assert!(old == size || !check_consistency(old, &roots[old as usize - 1], size, &root, &proof));
    }
    assert!(check_consistency(0, &roots[0], size, &root, &[]));
}

/// Tiles as they lie at a target, for the other one's reader, which has another layout of paths.
struct Tiles<'a>(&'a Target, &'a Log);

impl TileReader for Tiles<'_> {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[tlog_tiles::Tile]) -> Result<Vec<Vec<u8>>, tlog_tiles::Error> {
        let partial = self.1.partial();
        let read = |tile: &tlog_tiles::Tile| {
            let name = tile.path().replace("tile/8/", "log/tile/");
            let kept = partial.iter().find(|kept| kept.name == name).map(|kept| kept.bytes.clone());
            kept.unwrap_or_else(|| self.0.read(&name, 1 << 20).unwrap())
        };
        Ok(tiles.iter().map(read).collect())
    }

    fn save_tiles(&self, _: &[tlog_tiles::Tile], _: &[Vec<u8>]) {}
}

#[test]
fn another_reader_proves_entries_out_of_our_tiles() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Disk::new(folder.path());
    let mut log = Log::default();
    for number in 0..66_000_u64 {
        for tile in log.append(&format!("entry {number}")) {
            disk.put_bytes(&tile.name, &tile.bytes).unwrap();
        }
    }
    let target = Target::Disk(disk);
    assert!(target.size("log/tile/1/000").unwrap().is_some(), "a full tile of the second level");
    let tiles = Tiles(&target, &log);
    let root = tlog_tiles::Hash(log.root().0);
    let reader = tlog_tiles::TileHashReader::new(log.size(), root, &tiles);
    for at in [0, 255, 65_535, 65_999] {
        let proof = tlog_tiles::prove_record(log.size(), at, &reader).unwrap();
        let leaf = tlog_tiles::record_hash(format!("entry {at}").as_bytes());
        tlog_tiles::check_record(&proof, log.size(), root, at, leaf).unwrap();
    }
    let bundle = target.read("log/tile/entries/001", 1 << 20).unwrap();
    assert_eq!(&bundle[..11], b"\x00\x09entry 256");
}

#[test]
fn checkpoints_are_read_by_another() {
    let mut log = Log::default();
    log.append("one");
    let ours = Checkpoint { origin: "andon-vault/00".to_owned(), size: log.size(), root: log.root() };
    let theirs = tlog_tiles::Checkpoint::from_bytes(format!("{}\n", ours.text()).as_bytes());
    let theirs = theirs.or_else(|_| tlog_tiles::Checkpoint::from_bytes(ours.text().as_bytes())).unwrap();
    assert_eq!((theirs.origin(), theirs.size(), theirs.hash().0), ("andon-vault/00", 1, ours.root.0));
    assert_eq!(Checkpoint::parse_text(&ours.text()), Some(ours.clone()));
    for bad in ["", "a\n", "a\n01\nAAAA\n", "a\n1\nAAAA\n", "\n1\nAAAA\n"] {
        assert_eq!(Checkpoint::parse_text(bad), None, "{bad:?}");
    }
}

/// The note and key of the Go checksum database, as its own documentation has them (`golang.org/x/mod/sumdb/note`).
#[test]
fn a_note_of_another_program_is_read() {
    let note = "If you think cryptography is the answer to your problem,\n\
                then you don't know what your problem is.\n\n\
                — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
    let key = Verifier::parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW").unwrap();
    let parsed = Note::parse(note.as_bytes()).unwrap();
    assert!(key.signed(&parsed));
    assert_eq!(key.text(), "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
    let forged = Note::parse(note.replace("don't know", "know").as_bytes()).unwrap();
    assert!(!key.signed(&forged));
    assert_eq!(Verifier::parse("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"), None);
    for bad in ["", "\n\n", "a\n", "a\n\n", "a\n\n— b\n", "a\n\n— b AAAA\n", "a\n\n— b AAAAAAAA"] {
        assert_eq!(Note::parse(bad.as_bytes()), None, "{bad:?}");
    }
}
