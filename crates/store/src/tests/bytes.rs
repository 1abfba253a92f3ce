//! Exact bytes of what lasts, and round trips of anything that may be stored.

use chart::{ContentId, Moment, PatientId, Precision, Sex, When};
use proptest::prelude::*;

use crate::entry::SightingAct;
use crate::event::{Envelope, EventHash, StationId, head_statement};
use crate::index::{decode_row, encode_row};
use crate::journal::Journal;
use crate::parcel::{Header, Held, Line, Parcel, Place, Press, content_id, put_lines};
use crate::person::{Key, KeyKind, PersonRow};
use crate::wire::{Take, put_signed, put_varint, to_hex};

fn golden_lines() -> Vec<Line> {
    let line = |path: &str, act, content, held| Line {
        path: path.as_bytes().to_vec(),
        size: 3,
        mtime_ns: 1_635_607_800_000_000_000,
        act,
        content,
        held,
    };
    let (one, two) = (content_id(b"one"), content_id(b"two"));
    let at = |parcel, slot| Held::At(Place { parcel, slot });
    vec![
        line("000/1/a_1", SightingAct::Seen, one, Held::Here { len: 3 }),
        line("000/1/b_1", SightingAct::Seen, two, at(300, 2)),
        line("000/1/b_2", SightingAct::Renamed { from: b"000/1/b_1".to_vec() }, two, at(300, 2)),
        line("000/1/a_1", SightingAct::Gone, one, at(7, 0)),
        line("x", SightingAct::Gone, ContentId([0; 32]), Held::Nowhere),
    ]
}

const GOLDEN_HEADER: Header = Header { no: 7, source: 1, patient: 2, first: 10, count: 5, received: 1_635_607_800_000 };

/// Golden bytes: what a parcel says is read for ever. Never change these; add the next version beside them.
#[test]
fn golden_bytes_of_parcel_version_1() {
    let lines = golden_lines();
    let mut meta = Vec::new();
    put_lines(&mut meta, &lines);
    let mut golden = include_str!("../../tests/golden/parcel-1.hex").split_whitespace();
    assert_eq!(golden.next(), Some(&to_hex(&meta)[..]), "metadata");
    assert_eq!(golden.next(), Some(&to_hex(&GOLDEN_HEADER.digest(&meta))[..]), "digest");
    // The frame may be pressed otherwise by another zstd; this one must always open.
    let body = crate::wire::from_hex(golden.next().unwrap()).unwrap();
    let parcel = Parcel::open(&body).unwrap();
    assert_eq!((parcel.lines.clone(), parcel.meta()), (lines, &meta[..]));
    assert_eq!(parcel.content(0), Some((&b"one"[..], content_id(b"one"))));
    assert_eq!(parcel.content(1), None);
}

/// As a parcel travels into another home.
#[test]
fn golden_bytes_of_a_journal() {
    let mut meta = Vec::new();
    put_lines(&mut meta, &golden_lines()[..1]);
    let header = Header { count: 1, ..GOLDEN_HEADER };
    let patient = PatientId { authority: "self".into(), id: "001".into() };
    let (source, row, first, count) = (header.source, header.patient, header.first, header.count);
    let (no, received, digest) = (header.no, Moment(header.received), header.digest(&meta));
    let journal = Journal { no, source, row, patient, first, count, received, digest, meta };
    let hex = "010701020a0180a3939d9a5f0473656c6603303031aa5884b25dac1dc47fd7752459d3a402370000093030302f312f615f31\
               0380c0dded9aa8ecb22d037692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
    assert_eq!(to_hex(&journal.encode()), hex);
    assert_eq!(Journal::decode(&journal.encode()), Some(journal));
}

/// What was left at the source: a line that version 1 was given later, with a code of its own.
#[test]
fn golden_bytes_of_a_line_withheld() {
    let act = SightingAct::Withheld { code: "too_big".into(), text: "17".into() };
    let (content, held) = (ContentId([0; 32]), Held::Nowhere);
    let line = Line { path: b"a/b".to_vec(), size: 17, mtime_ns: 2, act, content, held };
    let mut meta = Vec::new();
    put_lines(&mut meta, std::slice::from_ref(&line));
    assert_eq!(to_hex(&meta), "050003612f62110407746f6f5f626967023137");
    let (_, body) = Press::new().unwrap().body(&GOLDEN_HEADER, std::slice::from_ref(&line), &[]).unwrap();
    assert_eq!(Parcel::open(&body).unwrap().lines, [line]);
}

#[test]
fn golden_bytes_of_a_signed_head() {
    let statement = head_statement(StationId([1; 16]), 2, 3, EventHash([4; 32]));
    let want = [&b"andon log head 1"[..], &[1; 16], &[0, 0, 0, 2], &[0, 0, 0, 0, 0, 0, 0, 3], &[4; 32]].concat();
    assert_eq!(statement, want);
}

fn held() -> impl Strategy<Value = (SightingAct, Option<Vec<u8>>, u64)> {
    let bytes = prop::collection::vec(any::<u8>(), 0..300);
    prop_oneof![
        bytes.prop_map(|bytes| (SightingAct::Seen, Some(bytes), 0)),
        any::<u64>().prop_map(|at| (SightingAct::Seen, None, at)),
        (prop::collection::vec(any::<u8>(), 0..40), any::<u64>()).prop_map(|(from, at)| (
            SightingAct::Renamed { from },
            None,
            at
        )),
        any::<u64>().prop_map(|at| (SightingAct::Gone, None, at)),
        ("[a-z_]{0,12}", ".{0,20}").prop_map(|(code, text)| (SightingAct::Withheld { code, text }, None, 0)),
    ]
}

fn when() -> impl Strategy<Value = When> {
    (-5_000_000_000_000i64..5_000_000_000_000, prop_oneof![Just(Precision::Year), Just(Precision::Milli)])
        .prop_map(|(start, precision)| When { start: Moment(start), precision })
}

fn row() -> impl Strategy<Value = PersonRow> {
    let texts = || prop::collection::vec(".{0,12}", 0..4);
    let kind = prop_oneof![Just(KeyKind::Name), Just(KeyKind::Kana), Just(KeyKind::Phone), Just(KeyKind::Id)];
    let key = (kind, ".{0,12}", any::<bool>()).prop_map(|(kind, text, former)| Key { kind, text, former });
    let sex = prop_oneof![Just(Sex::Male), Just(Sex::Female), Just(Sex::Other), Just(Sex::Unknown)];
    let keys = prop::collection::vec(key, 0..6);
    (".{0,20}", ".{0,20}", prop::option::of(when()), sex, texts(), texts(), keys).prop_map(
        |(name, kana, birth, sex, former, phones, keys)| PersonRow { name, kana, birth, sex, former, phones, keys },
    )
}

proptest! {
    #[test]
    fn numbers_come_back(unsigned in any::<u64>(), signed in any::<i64>()) {
        let mut out = Vec::new();
        put_varint(&mut out, unsigned);
        put_signed(&mut out, signed);
        let mut take = Take(&out);
        prop_assert_eq!((take.varint(), take.signed(), take.is_empty()), (Some(unsigned), Some(signed), true));
    }

    #[test]
    fn parcels_come_back(
        given in prop::collection::vec((prop::collection::vec(any::<u8>(), 0..40), any::<u64>(), any::<i64>(), held()), 0..20)
    ) {
        let (mut lines, mut contents) = (Vec::new(), Vec::new());
        for (path, size, mtime_ns, (act, bytes, at)) in &given {
            let held = match (act, bytes) {
                (SightingAct::Withheld { .. }, _) => Held::Nowhere,
                (_, Some(bytes)) => Held::Here { len: bytes.len() as u64 },
                (_, None) => Held::At(Place { parcel: *at, slot: at / 2 }),
            };
            let content = match held {
                Held::Nowhere => ContentId([0; 32]),
                _ => content_id(bytes.as_deref().unwrap_or(path)),
            };
            lines.push(Line { path: path.clone(), size: *size, mtime_ns: *mtime_ns, act: act.clone(), content, held });
            contents.extend(bytes.as_deref());
        }
        let (digest, body) = Press::new().unwrap().body(&GOLDEN_HEADER, &lines, &contents).unwrap();
        let parcel = Parcel::open(&body).unwrap();
        prop_assert_eq!(&parcel.lines, &lines);
        prop_assert_eq!(GOLDEN_HEADER.digest(parcel.meta()), digest);
        for (slot, content) in contents.iter().enumerate() {
            prop_assert_eq!(parcel.content(slot as u64), Some((*content, content_id(content))));
        }
    }

    #[test]
    fn any_bytes_as_parcel_envelope_or_row_are_refused_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let versioned = [&[1][..], &bytes].concat();
        for bytes in [&bytes, &versioned] {
            let _ = (Parcel::open(bytes), Envelope::decode(bytes), decode_row(bytes));
        }
    }

    #[test]
    fn envelopes_come_back(
        texts in prop::collection::vec(".{0,30}", 2..6),
        numbers in any::<(u32, u64, u64, i64, i64, u16, u16)>(),
        hashes in prop::collection::vec(any::<[u8; 32]>(), 1..4),
        payload in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let (incarnation, no, hlc, event_time, entry_time, kind, version) = numbers;
        let envelope = Envelope {
            station: StationId([9; 16]),
            incarnation,
            no,
            prev_hash: hashes[0],
            hlc,
            event_time: Moment(event_time),
            entry_time: Moment(entry_time),
            person: texts[0].clone(),
            role: texts[1].clone(),
            items: texts[2..].to_vec(),
            parents: hashes[1..].iter().copied().map(EventHash).collect(),
            kind,
            version,
            payload,
        };
        let bytes = envelope.encode().unwrap();
        prop_assert_eq!(Envelope::decode(&bytes), Some(envelope));
    }

    #[test]
    fn search_rows_come_back(row in row()) {
        prop_assert_eq!(decode_row(&encode_row(&row)), Some(row));
    }
}
