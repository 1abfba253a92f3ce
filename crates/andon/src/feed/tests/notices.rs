//! Where the operating system tells of changes, nobody waits for a round: here the log says nothing and no round is due.

use super::*;
use crate::world::notices::Notices;

/// A watch past its first rounds, beside a log that stays silent; `None` where there is no inotify.
fn quiet_watch(scene: &mut Scene) -> Option<Watcher> {
    if Notices::<()>::listen().is_none() {
        println!("skipped: this machine offers no inotify");
        return None;
    }
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "A^B"));
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|\r");
    let log = scene.dir.path().join("tr/2011/TR_20110701000000000_00001.DAT");
    fs::create_dir_all(log.parent().unwrap()).unwrap();
    fs::write(log, "").unwrap();
    let mut watcher = scene.watch();
    assert_eq!(scene.ticks(&mut watcher, 6).taken, 2);
    assert_eq!(scene.ticks(&mut watcher, 1), Ticked::default());
    Some(watcher)
}

#[test]
fn a_first_message_of_a_day_is_taken_at_the_next_tick() {
    let mut scene = Scene::new();
    let Some(mut watcher) = quiet_watch(&mut scene) else { return };
    scene.put(&drug_path(P, "20110702", 1, 1), "MSH|\r");
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1);
    // From now on the day's folders are listened to as well, and so is `-`.
    scene.put(&drug_path(P, "20110702", 2, 1), "MSH|second\r");
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1);
    scene.put(&adt_path(P, 2, 1), scene.adt(P, "C^B"));
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1);
    scene.rename(&adt_path(P, 1, 1), &adt_path(P, 1, 2));
    assert_eq!(scene.ticks(&mut watcher, 1).renamed, 1);
}

/// A folder that was the latest when the watch began is listened to still when it is not.
#[test]
fn a_file_rewritten_in_place_in_a_day_that_is_no_longer_the_latest_is_taken_at_the_next_tick() {
    let mut scene = Scene::new();
    let Some(mut watcher) = quiet_watch(&mut scene) else { return };
    scene.put(&drug_path(P, "20110702", 1, 1), "MSH|\r");
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1);
    let settled = scene.sightings(P).len();
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|rewritten in place\r");
    assert_eq!(scene.ticks(&mut watcher, 2).taken, 1);
    assert_eq!(scene.sightings(P).len(), settled + 1, "what was there before is kept beside it");
}

#[test]
fn a_new_patient_is_met_at_once_on_a_known_shelf_and_on_a_new_one() {
    let mut scene = Scene::new();
    let Some(mut watcher) = quiet_watch(&mut scene) else { return };
    scene.put(&adt_path("9999014", 1, 1), scene.adt("9999014", "A^B"));
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1, "beside the first");
    scene.put(&adt_path("1234567", 1, 1), scene.adt("1234567", "A^B"));
    assert_eq!(scene.ticks(&mut watcher, 2).taken, 1, "on shelves that were not there");
}

#[test]
fn a_storage_that_returns_is_listened_to_anew() {
    let mut scene = Scene::new();
    let Some(mut watcher) = quiet_watch(&mut scene) else { return };
    let away = scene.dir.path().join("away");
    fs::rename(scene.root(), &away).unwrap();
    scene.pass_time(6 * 3_600_000);
    scene.ticks(&mut watcher, 12);
    assert_eq!(scene.trouble().as_deref(), Some("mount_gone"));
    // Another disk under the old name: same files, other folders.
    let copied = std::process::Command::new("cp").arg("-a").arg(&away).arg(scene.root()).status().unwrap();
    assert!(copied.success());
    scene.ticks(&mut watcher, 24);
    assert_eq!(scene.trouble(), None);
    scene.put(&drug_path(P, "20110703", 1, 1), "MSH|after\r");
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1);
}
