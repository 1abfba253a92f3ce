//! What is kept with a reader is never older than the store.

use std::sync::Arc;

use super::filled;
use crate::{NewEvent, Reader, Unlock};

fn one_more(writer: &mut crate::Writer) {
    writer.batch(|batch| batch.append_event(&NewEvent::default())).unwrap();
}

fn events(reader: &Reader) -> crate::Result<u64> {
    Ok(reader.counts()?.events)
}

#[test]
fn it_is_made_once_until_anybody_commits() {
    let (folder, mut writer) = filled();
    let reader = crate::open_reader(&folder.path().join("home"), &Unlock::KeyFile).unwrap();
    let before = reader.once(events).unwrap();
    assert_eq!(*before, 3);
    assert!(Arc::ptr_eq(&before, &reader.once(events).unwrap()), "nothing was committed");
    assert_eq!(*reader.once(|reader| Ok::<_, crate::Error>(reader.counts()?.events + 10)).unwrap(), 13);
    assert_eq!(*writer.once(events).unwrap(), 3);
    one_more(&mut writer);
    assert_eq!((*reader.once(events).unwrap(), *writer.once(events).unwrap()), (4, 4));
}

#[test]
fn what_a_batch_takes_back_is_not_kept() {
    let (_folder, mut writer) = filled();
    let taken_back = writer.batch(|batch| {
        batch.append_event(&NewEvent::default())?;
        assert_eq!(*batch.writer.once(events)?, 4);
        Err::<(), _>(crate::Error::damaged("taken back"))
    });
    assert!(taken_back.is_err());
    assert_eq!(*writer.once(events).unwrap(), 3);
}

#[test]
fn a_steady_look_sees_one_moment_and_ends() {
    let (folder, mut writer) = filled();
    let reader = crate::open_reader(&folder.path().join("home"), &Unlock::KeyFile).unwrap();
    let seen = reader.steady(|reader| {
        let before = (*reader.once(events).unwrap(), events(reader).unwrap());
        one_more(&mut writer);
        let inner = reader.steady(|reader| events(reader).unwrap()).unwrap();
        (before, inner, *reader.once(events).unwrap())
    });
    assert_eq!(seen.unwrap(), ((3, 3), 3, 3));
    assert!(reader.is_at_rest());
    assert_eq!((events(&reader).unwrap(), *reader.once(events).unwrap()), (4, 4));
}
