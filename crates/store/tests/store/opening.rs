//! Making and opening a home: keys, locks, modes, and nothing readable on the disk.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::home::{Home, NIGHT, add_source, patient, seen};
use store::{Error, FaultRow, Key, KeyKind, NewEvent, PersonRow, Setup, Unlock};

#[test]
fn a_home_says_what_it_is_without_a_key() {
    let home = Home::new();
    let about = store::about(&home.path()).unwrap();
    assert!(about.training);
    assert_eq!(about.hospital, "つるぎ町立 \"行灯\" 病院");
    assert_eq!((about.authority.as_str(), about.format, about.created), ("andon-hp", 3, NIGHT));
    assert_eq!(about.station.len(), 32);
    assert_eq!(home.reader().about(), &about);
    assert!(matches!(store::about(home.folder.path()), Err(Error::NoHome(_))));
}

#[test]
fn an_existing_home_is_left_alone() {
    let home = Home::new();
    let setup =
        Setup { training: false, hospital: "other".into(), authority: "x".into(), passphrase: None, now: NIGHT };
    assert!(matches!(store::create(&home.path(), &setup), Err(Error::Exists(_))));
    assert!(home.reader().about().training);
}

#[test]
fn training_cannot_be_edited_away() {
    let home = Home::new();
    let plain = home.path().join("home.toml");
    let text = std::fs::read_to_string(&plain).unwrap().replace("training = true", "training = false");
    std::fs::write(&plain, text).unwrap();
    assert!(matches!(store::open_reader(&home.path(), &Unlock::KeyFile), Err(Error::Damaged { .. })));
}

#[test]
fn a_home_of_another_format_is_refused() {
    let home = Home::new();
    let plain = home.path().join("home.toml");
    let text = std::fs::read_to_string(&plain).unwrap();
    let open = |format: &str| {
        std::fs::write(&plain, text.replace("format = 3", format)).unwrap();
        store::open_writer(&home.path(), &Unlock::KeyFile).err().unwrap()
    };
    assert!(matches!(open("format = 4"), Error::Newer { found: 4, known: 3 }));
    for (text, number) in [("format = 1", 1), ("format = 2", 2)] {
        let older = open(text);
        assert!(matches!(older, Error::Older { found, known: 3 } if found == number));
        assert!(older.to_string().contains("make a new home with init"), "{older}");
    }
}

#[test]
fn wrong_keys_are_refused_and_named() {
    let (home, other) = (Home::new(), Home::new());
    let foreign = other.path().join("keys/home.key");
    let refused = store::open_reader(&home.path(), &Unlock::KeyFileAt(foreign.clone())).err().unwrap();
    let (words, file) = (refused.to_string(), foreign.display().to_string());
    assert!(
        words.contains(&format!("the key does not open this home (tried key file {file}): use its own key")),
        "{words}"
    );
    assert!(words.contains(&format!("この鍵ではこのホームを開けません（試した鍵: key file {file}）")), "{words}");
    let refused = store::open_writer(&home.path(), &Unlock::Passphrase("guess".into())).err().unwrap();
    assert!(matches!(refused, Error::WrongKey { slot } if slot == "passphrase"));
    // A slot carried over from another home does not open this one either.
    std::fs::copy(other.path().join("keys/slots"), home.path().join("keys/slots")).unwrap();
    assert!(store::open_reader(&home.path(), &Unlock::KeyFileAt(foreign)).is_err());
}

#[test]
fn a_passphrase_opens_without_the_key_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home");
    let passphrase = Some("石段 さくら 七十二".to_owned());
    let (hospital, authority) = ("病院".to_owned(), "hp".to_owned());
    store::create(&path, &Setup { training: true, hospital, authority, passphrase, now: NIGHT }).unwrap();
    let away = folder.path().join("carried.key");
    std::fs::rename(path.join("keys/home.key"), &away).unwrap();
    assert!(matches!(store::open_reader(&path, &Unlock::KeyFile), Err(Error::Io { .. })));
    store::open_reader(&path, &Unlock::Passphrase("石段 さくら 七十二".into())).unwrap();
    store::open_writer(&path, &Unlock::KeyFileAt(away)).unwrap();
    let wrong = store::open_reader(&path, &Unlock::Passphrase("石段 さくら 七十三".into()));
    assert!(matches!(wrong, Err(Error::WrongKey { .. })));
}

#[test]
fn one_writer_many_readers() {
    let home = Home::new();
    let writer = home.writer();
    let refused = store::open_writer(&home.path(), &Unlock::KeyFile).err().unwrap();
    let Error::Locked { pid, .. } = &refused else { panic!("{refused}") };
    assert_eq!(*pid, std::process::id());
    assert!(refused.to_string().contains("is writing to this home"));
    let _readers = (home.reader(), home.reader());
    drop(writer);
    home.writer();
}

#[test]
fn everything_is_for_its_owner_only() {
    fn check(path: &Path) {
        let mode = path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, if path.is_dir() { 0o700 } else { 0o600 }, "{}", path.display());
        if path.is_dir() {
            path.read_dir().unwrap().for_each(|entry| check(&entry.unwrap().path()));
        }
    }
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    writer.batch(|batch| batch.arrive(source, "1", NIGHT, &[seen("a", b"b")])).unwrap();
    check(&home.path());
}

/// Promise: no patient data on the disk in the clear, not in the write-ahead log, not after an unclean end.
#[test]
fn a_planted_name_is_nowhere_in_the_home() {
    const NAME: &str = "PLANTED-山田花子";
    let home = Home::new();
    let mut writer = home.writer();
    let source = add_source(&mut writer, "std1");
    let row = PersonRow {
        name: NAME.into(),
        keys: vec![Key { kind: KeyKind::Name, text: NAME.into(), former: false }],
        ..PersonRow::default()
    };
    for round in 0..200 {
        let bytes = format!("PID|{round}||{NAME}").into_bytes();
        writer
            .batch(|batch| {
                let range = batch.arrive(source, NAME, NIGHT, &[seen(&format!("{NAME}/{round}"), &bytes)])?;
                batch.put_unit(source, format!("{NAME}{round}").as_bytes(), NAME.as_bytes())?;
                batch.put_person(&patient(NAME), &row)?;
                let fault = FaultRow { code: "charset".into(), at: "PID-5".into(), text: NAME.into() };
                batch.put_faults(source, range.start, NAME, &[fault])?;
                batch.append_event(&NewEvent { person: NAME.into(), items: vec![NAME.into()], ..NewEvent::default() })
            })
            .unwrap();
    }
    // The write-ahead log is there, full of pages, and nobody has closed anything.
    assert!(home.path().join("entries.db-wal").metadata().unwrap().len() > 100_000);
    let mut files = 0;
    grep(home.folder.path(), &mut files);
    assert!(files >= 7, "{files} files");
    drop(writer);
    grep(home.folder.path(), &mut files);

    fn grep(folder: &Path, files: &mut u32) {
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                grep(&path, files);
                continue;
            }
            *files += 1;
            let bytes = std::fs::read(&path).unwrap();
            let planted = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
            assert!(!planted(b"PLANTED"), "{}", path.display());
            assert!(!planted("山田花子".as_bytes()), "{}", path.display());
            assert!(!planted(b"SQLite format"), "{}", path.display());
        }
    }
}
