//! Who knows a recipient can seal anything to it. What opens with the key and is no segment, index or tar is said to be
//! damaged: the program neither stops nor takes memory for what is only claimed.

use std::io::{Cursor, Read, Write};

use proptest::collection::vec;
use proptest::prelude::*;
use vault::index::{Index, Row};
use vault::segment::{Packing, Segment};
use vault::{Identity, Label, Manifest};

use crate::any::{files, sealed};
use crate::made::File;

/// These bytes as an age file.
fn age_of(plain: &[u8], identity: &Identity) -> Vec<u8> {
    let recipient = identity.to_public();
    let encryptor = age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut out = Vec::new();
    let mut writer = encryptor.wrap_output(&mut out).unwrap();
    writer.write_all(plain).unwrap();
    writer.finish().unwrap();
    out
}

fn plain_of(object: &[u8], identity: &Identity) -> Vec<u8> {
    let mut plain = Vec::new();
    let decryptor = age::Decryptor::new(object).unwrap();
    let mut reader = decryptor.decrypt(std::iter::once(identity as &dyn age::Identity)).unwrap();
    reader.read_to_end(&mut plain).unwrap();
    plain
}

/// A segment whose only frame holds these bytes.
fn segment_of(tar: &[u8], identity: &Identity) -> Vec<u8> {
    let packed = zstd::bulk::compress(tar, 1).unwrap();
    let numbers = |all: &[u32]| all.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    let table =
        [numbers(&[0x184D_2A5E, 17, packed.len() as u32, tar.len() as u32, 1]), vec![0], numbers(&[0x8F92_EAB1])];
    age_of(&[packed, table.concat()].concat(), identity)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_changed_segment_is_damaged_or_another(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>()) {
        let identity = Identity::generate();
        let given = [File::new("a", 0, "one"), File::new(&"long".repeat(50), 0, "two")];
        let mut plain = plain_of(&sealed(&given, Packing { target: 1, ..Packing::default() }, &identity).0, &identity);
        let at = at.index(plain.len());
        if cut { plain.truncate(at) } else { plain[at] = byte }
        let object = age_of(&plain, &identity);
        if let Err(error) = files(&object, &identity) {
            prop_assert!(error.is_fault(), "{}", error);
        }
        let _ = Index::open(Cursor::new(&object), "it", std::slice::from_ref(&identity));
    }

    #[test]
    fn any_tar_is_read_or_damaged(blocks in vec((vec(any::<u8>(), 512), any::<bool>()), 0..6)) {
        let identity = Identity::generate();
        let mut tar = Vec::new();
        for (mut block, mended) in blocks {
            if mended {
                // A header that is believed: its sum is right.
                let sum: u32 = block.iter().enumerate().map(|(at, byte)| if (148..156).contains(&at) { 32 } else { u32::from(*byte) }).sum();
                block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
                block[156] = [b'0', b'L', 0, b'x'][usize::from(block[0] % 4)];
            }
            tar.extend(block);
        }
        match files(&segment_of(&tar, &identity), &identity) {
            Ok(read) => prop_assert!(read.iter().map(|file| file.bytes.len()).sum::<usize>() <= tar.len()),
            Err(error) => prop_assert!(error.is_fault(), "{}", error),
        }
    }

    #[test]
    fn any_index_is_read_or_damaged(body in vec(any::<u8>(), 0..300), head in any::<bool>()) {
        let identity = Identity::generate();
        let mut plain = b"andon-index 1\n\0\0\0\0\0\x01\0\0\0\x02\0\0\0\0\0\0\0\0".to_vec();
        if !head { plain.clear() }
        plain.extend(&body);
        let object = age_of(&plain, &identity);
        if let Ok(mut index) = Index::open(Cursor::new(&object), "it", std::slice::from_ref(&identity)) {
            prop_assert_eq!(index.rows() as usize, body.len() / 16);
            let row = index.all().unwrap().next();
            if let Some(Ok(Row(row))) = row {
                let _ = index.find(&Label(row)).unwrap();
            }
        }
    }

    #[test]
    fn any_words_are_a_manifest_of_one_spelling_or_none(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let golden = include_bytes!("../golden/vault-1/manifests/00000005-9098e6567c26e741.txt").to_vec();
        let mut bytes = golden.clone();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Some((manifest, note)) = Manifest::parse(&bytes) {
            prop_assert_eq!(Manifest::parse(&bytes).unwrap().0, manifest);
            prop_assert!(bytes.starts_with(note.text.as_bytes()));
        }
    }
}

#[test]
fn sizes_that_are_only_claimed_take_no_memory() {
    let identity = Identity::generate();
    let numbers = |all: &[u32]| all.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>();
    // Packed and tar size of one frame, number of frames.
    for (packed, tar, frames) in [(0, u32::MAX, 1), (u32::MAX, 9, 1), (0, 9, u32::MAX), (0, 9, 4 << 20), (0, 9, 0)] {
        let table = [numbers(&[0x184D_2A5E, 17, packed, tar, frames]), vec![0], numbers(&[0x8F92_EAB1])].concat();
        let object = age_of(&table, &identity);
        let opened = Segment::open(Cursor::new(&object), "it", std::slice::from_ref(&identity));
        assert!(opened.is_err_and(|error| error.is_fault()), "{packed} {tar} {frames}");
    }
    // A member of as many bytes as a number can say.
    let mut block = vec![0; 512];
    (block[0], block[156]) = (b'a', b'0');
    block[124..136].copy_from_slice(b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff");
    let sum: u32 = 8 * 32 + block.iter().map(|byte| u32::from(*byte)).sum::<u32>();
    block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    assert!(files(&segment_of(&block, &identity), &identity).unwrap_err().to_string().contains("beyond its frame"));
    // A frame that unpacks to far more than its table says.
    let bomb = zstd::bulk::compress(&vec![0; 50_000_000], 19).unwrap();
    let table = [numbers(&[0x184D_2A5E, 17, bomb.len() as u32, 512, 1]), vec![0], numbers(&[0x8F92_EAB1])].concat();
    let object = age_of(&[bomb, table].concat(), &identity);
    let mut segment = Segment::open(Cursor::new(&object), "it", std::slice::from_ref(&identity)).unwrap();
    assert!(segment.frame(0).unwrap_err().is_fault());
}
