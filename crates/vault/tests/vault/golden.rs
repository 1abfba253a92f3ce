//! Vaults of every version of the format, kept for ever: what was written once is read by every later program.

use std::fs;
use std::path::{Path, PathBuf};

use ed25519_dalek::SigningKey;
use vault::verify::{Ask, verify};
use vault::{Disk, Identity, Target, Vault};

use crate::made::{File, Made, label};

fn folder(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("vault-{version}"))
}

/// What is in the golden vault of version 1.
fn files() -> Vec<(&'static str, Vec<File>)> {
    let tree = |number: i64| {
        let bytes = format!("MSH|^~\\&|HIS|{number}\rPID|||0000{number}^^^^PI\r").repeat(20);
        File::new(
            &format!("s1/000/00{number}/0000{number}/20261126/ADT-08/0000{number}_1"),
            1_764_000_000 + number,
            bytes,
        )
    };
    let name = "長い名前".repeat(12);
    vec![
        ("one", vec![tree(1), File::new(&name, -1, "long")]),
        ("two", vec![tree(2)]),
        ("one", vec![File::new("s1/空", 0, "")]),
        ("two", vec![tree(3), tree(2)]),
        ("one", vec![tree(4)]),
    ]
}

/// Run once for each version: `ANDON_GOLDEN=write cargo test -p vault golden`. What lies there is never written again.
fn write(version: u32) {
    let mut made = Made::new();
    for (at, (who, files)) in files().into_iter().enumerate() {
        made.seal(&[(Some(who), files)], if at == 1 { 260 } else { at });
    }
    made.sync();
    fs::rename(made.path(""), folder(version)).unwrap();
    use age::secrecy::ExposeSecret;
    fs::write(folder(version).with_extension("key"), format!("{}\n", made.identity.to_string().expose_secret()))
        .unwrap();
}

#[test]
fn the_vault_of_version_1_is_read() {
    if std::env::var_os("ANDON_GOLDEN").is_some() && !folder(1).exists() {
        write(1);
    }
    let target = Target::Disk(Disk::new(folder(1)));
    let key = fs::read_to_string(folder(1).with_extension("key")).unwrap();
    let identity = [key.trim().parse::<Identity>().unwrap()];
    let mut read = Vec::new();
    let mut visit = |_, member: vault::Member<'_>| {
        read.push(File::from(&member));
        Ok(())
    };
    let station = Some(SigningKey::from_bytes(&[3; 32]).verifying_key());
    let ask = Ask { station, ..Ask::default() };
    let report = verify(&target, &ask, &identity, &mut visit, &mut |_| true).unwrap();
    assert!(report.is_whole(), "{:?}", report.findings);
    assert_eq!((report.manifests, report.read), (5, 10));
    assert_eq!(read, files().into_iter().flat_map(|(_, files)| files).collect::<Vec<_>>());
    let mut vault = Vault::open(&target, &identity).unwrap();
    let places = vault.find(&label("two")).unwrap();
    assert_eq!(places.iter().map(|place| place.segment).collect::<Vec<_>>(), [2, 4]);
    let frame = vault.frame(places[0]).unwrap();
    assert_eq!(File::from(&frame.members().next().unwrap().unwrap()), files()[1].1[0]);
}
