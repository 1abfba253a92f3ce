//! Tests that must reach behind the public door: tampering, raw connections, exact bytes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod access;
mod bytes;
mod counts;
mod once;
mod tamper;

use chart::Moment;

use crate::{Act, Arrival, NewEvent, NewSource, Setup, Unlock, Writer};

/// A home with three messages of one patient and three events.
fn filled() -> (tempfile::TempDir, Writer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("home");
    let now = Moment(1_635_607_800_000);
    let (hospital, authority) = ("hp".to_owned(), "hp".to_owned());
    crate::create(&path, &Setup { training: true, hospital, authority, passphrase: None, now }).unwrap();
    let mut writer = crate::open_writer(&path, &Unlock::KeyFile).unwrap();
    let (name, authority, root) = ("std1".into(), "hp".into(), "/mnt/std1".into());
    writer.add_source(&NewSource { name, authority, root, added: now, silence_minutes: 60 }).unwrap();
    for text in ["one", "two", "three"] {
        let act = Act::Seen { bytes: text.as_bytes() };
        let arrival = Arrival { path: text.as_bytes(), size: 3, mtime_ns: 1, act };
        let event = NewEvent { entry_time: now, payload: text.into(), ..NewEvent::default() };
        writer
            .batch(|batch| {
                batch.arrive(1, "1", now, &[arrival])?;
                batch.append_event(&event)
            })
            .unwrap();
    }
    (folder, writer)
}
