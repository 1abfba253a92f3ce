//! File names of the three storages, and what is odd in them.

use chart::Flag;
use formats::ssmix2::{FilePath, Place, TransactionFile};

fn parse(path: &str) -> FilePath {
    let read = FilePath::parse(path.as_bytes());
    assert_eq!(FilePath::sent_of(path.as_bytes()), read.sent, "{path}");
    read
}

#[test]
fn standardized_storage() {
    let path = parse("001/234/0012345/20261101/OMP-01/0012345_20261101_OMP-01_000000000000123_20261101093000123_01_1");
    assert_eq!((path.patient.as_str(), path.care_date.as_str(), path.kind.as_str()), ("0012345", "20261101", "OMP-01"));
    assert_eq!((path.order_no.as_str(), path.department.as_str()), ("000000000000123", "01"));
    assert_eq!(path.sent.map(|when| when.iso()).as_deref(), Some("2026-11-01T09:30:00.123+09:00"));
    assert_eq!((path.flag, &path.place, path.faults.len()), (Flag::Current, &Place::Standardized, 0));
    let of = |flag: &str| {
        parse(&format!("999/901/9999013/-/ADT-00/9999013_-_ADT-00_999999999999999_20111220224447339_-_{flag}"))
    };
    assert_eq!((of("2").flag, of("0").flag), (Flag::Superseded, Flag::Cancelled));
    assert_eq!(of("1").key, of("0").key);
    assert_eq!(of("1").faults, []);
    assert_eq!(of("7").place, Place::Other);
}

#[test]
fn short_numbers_and_disagreements() {
    assert_eq!(
        parse("12/_/12/-/ADT-00/12_-_ADT-00_999999999999999_20111220224447339_-_1").faults,
        [],
        "no folder rule known"
    );
    let wrong = parse("999/901/9999013/20261102/OMP-02/0012345_20261101_OMP-01_000000000000123_20261101093000123_01_1");
    assert_eq!(wrong.patient, "0012345", "the name is the key");
    let texts: Vec<&str> = wrong.faults.iter().map(|fault| fault.text.as_str()).collect();
    assert_eq!(texts, ["OMP-02 ≠ OMP-01", "999 ≠ 001", "901 ≠ 234", "9999013 ≠ 0012345", "20261102 ≠ 20261101"]);
    let other = parse("001/234/0012345/20261101/OMP-01/Thumbs.db");
    assert_eq!((other.place, other.patient.as_str(), other.faults[0].code), (Place::Other, "0012345", "path"));
    let odd = FilePath::parse(b"001/234/0012345/20261101/\x8E\xD0\xFF/x");
    assert_eq!((odd.place, odd.patient.as_str()), (Place::Other, "0012345"));
}

#[test]
fn extended_storage() {
    let path = parse(
        "001/234/0012345/20261101/L-OBSERVATIONS^OBSERVATIONS^99ZL01/0012345_20261101_L-OBSERVATIONS_2026110109_20261101093000123_01_1/main_document.hl7",
    );
    assert_eq!(
        (path.patient.as_str(), path.kind.as_str(), path.order_no.as_str()),
        ("0012345", "L-OBSERVATIONS", "2026110109")
    );
    assert_eq!(path.faults, []);
    let Place::Extended { type_parts, file, .. } = &path.place else { panic!("{path:?}") };
    assert_eq!((type_parts.len(), file.as_str()), (3, "main_document.hl7"));
    let path = parse("1/2/99/20160101/^^^11506-3^経過記録^LN/99_20160101_a_b_key_201601011500321_2/sub/note.txt");
    assert_eq!((path.kind.as_str(), path.order_no.as_str(), path.flag), ("a_b", "key", Flag::Superseded));
    assert_eq!(path.sent.map(|when| when.iso()).as_deref(), Some("2016-01-01T15:00:32.100+09:00"));
    assert!(matches!(&path.place, Place::Extended { file, .. } if file == "sub/note.txt"));
    assert!(path.key.contains("/99_20160101_a_b_key_201601011500321/sub/note.txt"), "{}", path.key);
}

#[test]
fn transaction_storage() {
    let file = TransactionFile::parse(b"2026/TR_20261101000000000_00042.DAT");
    assert_eq!(file.map(|file| (file.begun.iso(), file.number)), Some(("2026-11-01T00:00:00.000+09:00".into(), 42)));
    assert_eq!(TransactionFile::parse(b"2026/readme.txt"), None);
}
