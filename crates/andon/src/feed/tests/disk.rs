//! What disks and networks do: files half-written, empty, unreadable, too large; links; mounts that go and return.

use super::*;

#[test]
fn a_file_being_written_waits_and_is_taken_when_grown() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "A^B"));
    let mut watcher = scene.watch();
    scene.ticks(&mut watcher, 12);
    let path = scene.put_aged(&drug_path(P, "20110701", 1, 1), "MSH|half", -1000);
    assert_eq!(scene.ticks(&mut watcher, 2).taken, 0, "no end of segment, changed just now");
    fs::write(&path, "MSH|half and whole\r").unwrap();
    scene.age(&path, 0);
    assert_eq!(scene.ticks(&mut watcher, 12).taken, 1);
    assert_eq!(scene.record(P).len(), 2);
}

#[test]
fn a_truncated_file_is_taken_once_it_holds_still_and_again_when_it_grows() {
    let mut scene = Scene::new();
    let path = scene.put(&drug_path(P, "20110701", 1, 1), "MSH|cut");
    assert_eq!(scene.read().taken, 1, "ten seconds old: this is how it is");
    fs::write(&path, "MSH|cut and grown\r").unwrap();
    scene.age(&path, 5000);
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.gone), (1, 0));
    let sizes: Vec<_> = scene.sightings(P).iter().map(|sighting| sighting.size).collect();
    assert_eq!(sizes, [7, 18], "both are in the record");
}

#[test]
fn a_change_too_near_in_time_is_looked_at_again() {
    let mut scene = Scene::new();
    let path = scene.put_aged(&drug_path(P, "20110701", 1, 1), "MSH|one\r", -9_500);
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    assert_eq!(scene.read().taken, 1, "complete, so taken at once");
    // Rewritten with the same size within the grain of the clock.
    fs::write(&path, "MSH|two\r").unwrap();
    set_time(&path, time);
    assert_eq!(scene.read().taken, 1);
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.unchanged), (0, 1), "settled");
}

#[test]
fn a_touched_file_is_not_taken_twice() {
    let mut scene = Scene::new();
    let path = scene.put(&drug_path(P, "20110701", 1, 1), "MSH|one\r");
    scene.read();
    scene.age(&path, 5000);
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.unchanged), (0, 1), "{outcome:?}");
}

#[test]
fn an_empty_file_is_in_the_record_and_so_is_what_it_becomes() {
    let mut scene = Scene::new();
    let path = scene.put(&drug_path(P, "20110701", 1, 1), "");
    assert_eq!(scene.read().taken, 1);
    assert!(!scene.faults().is_empty(), "an empty message is not understood");
    fs::write(&path, "MSH|\r").unwrap();
    scene.age(&path, 5000);
    assert_eq!(scene.read().taken, 1);
}

#[test]
fn links_are_not_followed() {
    let mut scene = Scene::new();
    let outside = scene.dir.path().join("outside");
    fs::write(&outside, "MSH|secret\r").unwrap();
    let path = scene.put(&drug_path(P, "20110701", 1, 1), "MSH|\r");
    std::os::unix::fs::symlink(&outside, path.with_file_name("link")).unwrap();
    std::os::unix::fs::symlink(scene.root(), scene.root().join("999/901/9999013/20110702")).unwrap();
    std::os::unix::fs::symlink("..", scene.root().join("999/loop")).unwrap();
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.withheld), (1, 3), "{outcome:?}");
    let links = scene.faults().into_iter().filter(|(code, _)| code == "unreadable").count();
    assert_eq!(links, 3);
    scene.read();
    let links = scene.faults().into_iter().filter(|(code, _)| code == "unreadable").count();
    assert_eq!(links, 3, "listed once, however often it is met");
}

#[test]
fn a_file_that_is_no_file_is_listed_and_tried_again() {
    let mut scene = Scene::new();
    let path = scene.put(&drug_path(P, "20110701", 1, 1), "MSH|\r");
    let odd = path.with_file_name("odd");
    std::os::unix::net::UnixListener::bind(&odd).unwrap();
    assert_eq!(scene.read().withheld, 1);
    assert!(scene.has_fault("unreadable"));
    fs::remove_file(&odd).unwrap();
    fs::write(&odd, "MSH|now\r").unwrap();
    scene.age(&odd, 5000);
    assert_eq!(scene.read().taken, 1, "readable now");
}

#[test]
fn a_file_over_the_limit_is_left_and_listed() {
    let mut scene = Scene::new();
    let path = scene.put(&drug_path(P, "20110701", 1, 1), "");
    fs::File::create(&path).unwrap().set_len(MAX_FILE_BYTES + 1).unwrap();
    scene.age(&path, 5000);
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.withheld), (0, 1), "{outcome:?}");
    assert!(scene.has_fault("too_big"));
    assert_eq!(scene.read().faults, 0);
    rebuild_indexes(scene.writer()).unwrap();
    assert!(scene.has_fault("too_big"), "the record knows");
    let on_the_chart = |scene: &mut Scene| {
        let id = PatientId { authority: "here".into(), id: P.into() };
        let cut = scene.writer().cut().unwrap();
        let record = crate::record::record(scene.writer(), &id, &cut).unwrap();
        record.faults.iter().map(|fault| fault.fault.code).collect::<Vec<_>>()
    };
    assert_eq!(on_the_chart(&mut scene), ["too_big"], "beside what was understood");
    fs::write(&path, "MSH|^~\\&|now small\r").unwrap();
    scene.age(&path, 4000);
    assert_eq!(scene.read().taken, 1);
    assert!(!on_the_chart(&mut scene).contains(&"too_big"), "taken after all");
}

#[test]
fn a_file_that_is_no_message_and_of_no_place_is_one_fault() {
    let mut scene = Scene::new();
    scene.put("LICENSE", "Permission is hereby granted\nto nobody\nat all\n");
    scene.read();
    assert_eq!(scene.faults(), [("outside_standard".to_owned(), "LICENSE".to_owned())]);
}

#[test]
fn gone_from_the_disk_is_said_and_is_no_cancel() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "A^B"));
    scene.put(&adt_path("0123456789", 1, 1), scene.adt("0123456789", "C^D"));
    scene.read();
    fs::remove_dir_all(scene.root().join("999")).unwrap();
    let outcome = scene.read();
    assert_eq!((outcome.gone, outcome.complete), (1, true), "{outcome:?}");
    assert_eq!(scene.record(P).len(), 2);
    let id = PatientId { authority: "here".into(), id: P.into() };
    assert_eq!(scene.writer().person(&id).unwrap().map(|row| row.name), Some("A B".into()), "still found");
    assert_eq!(scene.read().gone, 0, "said once");
}

#[test]
fn a_mount_that_goes_away_is_trouble_and_not_a_million_files_gone() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "A^B"));
    scene.read();
    let away = scene.dir.path().join("away");
    fs::rename(scene.root(), &away).unwrap();
    for empty in [false, true] {
        if empty {
            fs::create_dir(scene.root()).unwrap();
        }
        let outcome = scene.read();
        assert_eq!((outcome.gone, outcome.complete), (0, false), "{outcome:?}");
        assert_eq!(scene.trouble().as_deref(), Some("mount_gone"));
    }
    fs::remove_dir(scene.root()).unwrap();
    fs::rename(&away, scene.root()).unwrap();
    scene.put(&drug_path(P, "20110702", 1, 1), "MSH|\r");
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.gone, outcome.complete), (1, 0, true), "{outcome:?}");
    assert_eq!(scene.trouble(), None);
}

#[test]
fn the_watch_sees_a_mount_go_and_return() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "A^B"));
    let mut watcher = scene.watch();
    assert_eq!(scene.ticks(&mut watcher, 4).taken, 1);
    let away = scene.dir.path().join("away");
    fs::rename(scene.root(), &away).unwrap();
    assert_eq!(scene.ticks(&mut watcher, 8).gone, 0);
    assert_eq!(scene.trouble().as_deref(), Some("mount_gone"));
    fs::rename(&away, scene.root()).unwrap();
    scene.put(&drug_path(P, "20110702", 1, 1), "MSH|\r");
    assert_eq!(scene.ticks(&mut watcher, 16).taken, 1);
    assert_eq!(scene.trouble(), None);
}
