//! Key slots added to and taken from a home that is there: what opens it, what no longer does, what stays untouched.

use std::path::PathBuf;

use crate::home::Home;
use age::secrecy::ExposeSecret;
use store::{Error, IdentityText, Unlock, add_passphrase, officers, put_officers, remove_passphrases};
use zeroize::Zeroizing;

const OLD: &str = "石段 さくら 七十二";
const NEW: &str = "提灯 すすき 十三夜";

fn slots(home: &Home) -> PathBuf {
    home.path().join("keys/slots")
}

fn read(home: &Home) -> String {
    std::fs::read_to_string(slots(home)).unwrap()
}

fn opens(home: &Home, how: &Unlock) -> bool {
    store::open_reader(&home.path(), how).is_ok()
}

fn by(passphrase: &str) -> Unlock {
    Unlock::Passphrase(passphrase.into())
}

#[test]
fn a_passphrase_is_added_and_taken_away_and_the_key_file_stays() {
    let home = Home::new();
    assert!(!opens(&home, &by(OLD)));
    // Beside a writer: the keys are not its matter.
    let writer = home.writer();
    add_passphrase(&home.path(), &Unlock::KeyFile, OLD).unwrap();
    add_passphrase(&home.path(), &by(OLD), NEW).unwrap();
    drop(writer);
    for how in [by(OLD), by(NEW), Unlock::KeyFile] {
        assert!(opens(&home, &how), "{how:?}");
    }
    assert_eq!(remove_passphrases(&home.path(), &Unlock::KeyFile).unwrap(), 2);
    assert!(opens(&home, &Unlock::KeyFile) && !opens(&home, &by(OLD)) && !opens(&home, &by(NEW)));
    assert!(matches!(remove_passphrases(&home.path(), &Unlock::KeyFile), Err(Error::NoSlot)));
}

#[test]
fn what_opened_the_home_must_open_it_afterwards() {
    let home = Home::new();
    add_passphrase(&home.path(), &Unlock::KeyFile, OLD).unwrap();
    let before = read(&home);
    assert!(matches!(remove_passphrases(&home.path(), &by(OLD)), Err(Error::LastSlot)));
    // Not even when a passphrase is all that is left.
    let alone: Vec<&str> = before.lines().filter(|line| !line.starts_with("keyfile ")).collect();
    std::fs::write(slots(&home), alone.join("\n")).unwrap();
    assert!(matches!(remove_passphrases(&home.path(), &by(OLD)), Err(Error::LastSlot)));
    assert!(matches!(remove_passphrases(&home.path(), &Unlock::KeyFile), Err(Error::WrongKey { .. })));
    assert!(opens(&home, &by(OLD)));
}

#[test]
fn a_wrong_key_changes_nothing() {
    let (home, other) = (Home::new(), Home::new());
    add_passphrase(&home.path(), &Unlock::KeyFile, OLD).unwrap();
    let before = read(&home);
    for how in [by(NEW), Unlock::KeyFileAt(other.path().join("keys/home.key"))] {
        assert!(matches!(add_passphrase(&home.path(), &how, NEW), Err(Error::WrongKey { .. })), "{how:?}");
        assert!(matches!(remove_passphrases(&home.path(), &how), Err(Error::WrongKey { .. })), "{how:?}");
    }
    assert_eq!(read(&home), before);
}

#[test]
fn slots_of_kinds_not_known_here_stay_as_they_are() {
    let home = Home::new();
    let officers = "officers age-x25519 2of3 00ff 0123";
    let text = read(&home).replacen('\n', &format!("\n{officers}\n"), 1);
    // A last line without its end, and what a crash left beside.
    std::fs::write(slots(&home), text.trim_end()).unwrap();
    std::fs::write(home.path().join("keys/slots.new"), "half a").unwrap();
    add_passphrase(&home.path(), &Unlock::KeyFile, OLD).unwrap();
    assert!(read(&home).starts_with(&text) && opens(&home, &by(OLD)), "{}", read(&home));
    remove_passphrases(&home.path(), &Unlock::KeyFile).unwrap();
    assert_eq!(read(&home), text);
    assert!(!home.path().join("keys/slots.new").exists());
}

#[test]
fn there_are_only_so_many_passphrases() {
    let home = Home::new();
    let text = read(&home) + &"passphrase of another kind\n".repeat(7);
    std::fs::write(slots(&home), &text).unwrap();
    add_passphrase(&home.path(), &Unlock::KeyFile, OLD).unwrap();
    let full = read(&home);
    assert!(matches!(add_passphrase(&home.path(), &Unlock::KeyFile, NEW), Err(Error::TooLong { .. })));
    assert_eq!(read(&home), full);
}

fn with(identity: &age::x25519::Identity) -> Unlock {
    let line = identity.to_string();
    Unlock::Identity(IdentityText::new(Zeroizing::new(format!("# officers\n{}\n", line.expose_secret()))))
}

#[test]
fn the_officers_open_the_home_with_their_identity_and_the_next_key_takes_its_place() {
    let home = Home::new();
    let [first, second] = [(); 2].map(|()| age::x25519::Identity::generate());
    let to = |identity: &age::x25519::Identity| identity.to_public().to_string();
    add_passphrase(&home.path(), &Unlock::KeyFile, OLD).unwrap();
    assert_eq!(officers(&home.path()).unwrap(), None);
    assert!(!opens(&home, &with(&first)));
    put_officers(&home.path(), &by(OLD), &to(&first)).unwrap();
    assert_eq!(officers(&home.path()).unwrap(), Some(to(&first)));
    assert!(opens(&home, &with(&first)) && !opens(&home, &with(&second)));
    // Opened by the officers when key file and passphrase are lost, and handed on by them.
    put_officers(&home.path(), &with(&first), &to(&second)).unwrap();
    assert!(opens(&home, &with(&second)) && !opens(&home, &with(&first)));
    assert!(opens(&home, &Unlock::KeyFile) && opens(&home, &by(OLD)));
    assert_eq!(remove_passphrases(&home.path(), &with(&second)).unwrap(), 1);
    // Not even a debug line shows an identity, and none is in the slots.
    let shown = format!("{:?}", with(&second));
    assert!(!shown.contains("AGE-SECRET") && !read(&home).to_uppercase().contains("AGE-SECRET"), "{shown}");
}

#[test]
fn an_officers_slot_that_was_moved_changed_or_cut_off_does_not_open() {
    let (home, other) = (Home::new(), Home::new());
    let identity = age::x25519::Identity::generate();
    let to = identity.to_public().to_string();
    for home in [&home, &other] {
        put_officers(&home.path(), &Unlock::KeyFile, &to).unwrap();
    }
    let (ours, theirs) = (read(&home), read(&other));
    let slot = |text: &str| text.lines().find(|line| line.starts_with("age ")).unwrap().to_owned();
    let (ours_slot, theirs_slot) = (slot(&ours), slot(&theirs));
    std::fs::write(slots(&home), ours.replace(&ours_slot, &theirs_slot)).unwrap();
    assert!(matches!(store::open_reader(&home.path(), &with(&identity)), Err(Error::WrongKey { .. })));
    for at in [4, 70, ours_slot.len() / 2, ours_slot.len() - 1] {
        let mut bytes = ours_slot.clone().into_bytes();
        bytes[at] = if bytes[at] == b'a' { b'b' } else { b'a' };
        let changed = ours.replace(&ours_slot, std::str::from_utf8(&bytes).unwrap());
        std::fs::write(slots(&home), changed).unwrap();
        assert!(!opens(&home, &with(&identity)), "{at}");
        std::fs::write(slots(&home), ours.replace(&ours_slot, &ours_slot[..at])).unwrap();
        assert!(!opens(&home, &with(&identity)), "{at}");
    }
    std::fs::write(slots(&home), &ours).unwrap();
    assert!(opens(&home, &with(&identity)));
    for text in ["", "AGE-SECRET-KEY-1", "x\ny"] {
        let unlock = Unlock::Identity(IdentityText::new(Zeroizing::new(text.into())));
        assert!(matches!(store::open_reader(&home.path(), &unlock), Err(Error::WrongKey { .. })));
    }
    let before = read(&home);
    assert!(matches!(put_officers(&home.path(), &Unlock::KeyFile, "age1nobody"), Err(Error::Damaged { .. })));
    assert!(matches!(
        put_officers(&home.path(), &with(&age::x25519::Identity::generate()), &to),
        Err(Error::WrongKey { .. })
    ));
    assert_eq!(read(&home), before);
}
