//! Roots, marks, mismatches and folders of no shape.

use super::*;

#[test]
fn a_drill_and_a_real_home_stay_apart() {
    let mut real = Scene::new();
    real.put(&adt_path(P, 1, 1), real.adt(P, "A^B"));
    fs::write(real.root().join(drill::MARK_FILE), "drill").unwrap();
    let root = real.root();
    let error = real.feed(&root).err().unwrap();
    assert!(matches!(&error, Error::Drill(at) if *at == root), "{error}");
    assert!(error.to_string().contains("init --training"));

    let mut training = Scene::with(true);
    training.put(&adt_path(P, 1, 1), training.adt(P, "A^B"));
    let root = training.root();
    assert!(matches!(training.feed(&root), Err(Error::NotADrill(_))));
    fs::write(root.join(drill::MARK_FILE), "drill").unwrap();
    training.message = "T";
    training.put(&adt_path("0123456789", 1, 1), training.adt("0123456789", "A^B"));
    let outcome = training.read();
    assert_eq!((outcome.taken, outcome.withheld), (2, 0), "the mark itself is not a message: {outcome:?}");
}

#[test]
fn a_training_message_is_refused_by_a_real_home_and_said_once() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "A^B"));
    scene.message = "T";
    scene.put(&adt_path("0123456789", 1, 1), scene.adt("0123456789", "DRILL^PERSON"));
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.refused), (1, 1), "{outcome:?}");
    assert!(scene.sightings("0123456789").iter().all(|sighting| sighting.bytes.is_none()), "no bytes of it are kept");
    assert!(scene.has_fault("training_message"));
    assert_eq!(scene.read().faults, 0);
}

#[test]
fn a_number_unlike_the_path_is_filed_by_the_path_and_listed() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt("8888888", "A^B"));
    scene.read();
    assert_eq!(scene.record(P).len(), 1);
    assert!(scene.has_fault("pid_mismatch"));
    let other = PatientId { authority: "here".into(), id: "8888888".into() };
    let doubts = scene.writer().doubts(&other).unwrap();
    assert_eq!(doubts.iter().map(|doubt| doubt.filed.id.as_str()).collect::<Vec<_>>(), [P]);
}

#[test]
fn two_storages_of_one_hospital_are_two_sources_of_one_patient() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "A^B"));
    for storage in ["std1", "std2"] {
        let whole = scene.dir.path().join(storage).join(adt_path(P, 1, 1));
        fs::create_dir_all(whole.parent().unwrap()).unwrap();
        fs::write(&whole, scene.adt(P, "A^B")).unwrap();
        scene.age(&whole, 10_000);
    }
    fs::create_dir_all(scene.dir.path().join("given")).unwrap();
    for storage in ["std1", "std2"] {
        fs::rename(scene.dir.path().join(storage), scene.dir.path().join("given").join(storage)).unwrap();
    }
    let given = scene.dir.path().join("given");
    let outcome = scene.read_at(&given);
    assert_eq!((outcome.taken, outcome.complete), (2, true), "{outcome:?}");
    let names: Vec<_> = scene.writer().sources().unwrap().into_iter().map(|source| source.name).collect();
    assert_eq!(names, ["std1", "std2"]);
    let counts = scene.writer().counts().unwrap();
    assert_eq!((counts.sightings, counts.contents, counts.patients), (2, 1, 1), "bytes are stored once");
    let id = PatientId { authority: "here".into(), id: P.into() };
    assert_eq!(scene.writer().person(&id).unwrap().map(|row| row.former.len()), Some(0));
}

#[test]
fn patients_without_basic_data_are_found_by_what_there_is() {
    let mut scene = Scene::new();
    let order = scene.adt(P, "ONLY^ORDER").replace("ADT^A08^ADT_A01", "RDE^O11^RDE_O11");
    scene.put(&drug_path(P, "20110701", 1, 1), order);
    scene.put("012/345/0123456789/20110701/^note^L/x/note.txt", "text\r");
    scene.read();
    let row = |scene: &mut Scene, id: &str| {
        scene.writer().person(&PatientId { authority: "here".into(), id: id.into() }).unwrap().map(|row| row.name)
    };
    assert_eq!(row(&mut scene, P), Some("ONLY ORDER".into()));
    assert_eq!(row(&mut scene, "0123456789"), Some(String::new()), "found by number");
    scene.put(&adt_path(P, 2, 1), scene.adt(P, "BASIC^DATA"));
    scene.read();
    assert_eq!(row(&mut scene, P), Some("BASIC DATA".into()));
}

#[test]
fn a_folder_of_no_shape_is_read_file_by_file() {
    let mut scene = Scene::new();
    scene.put("9999013_20110701_OMP-01_1_20110701080000000_01_1", "MSH|\r");
    scene.put("notes/readme.txt", "hello\r");
    let outcome = scene.read();
    assert_eq!((outcome.taken, outcome.complete), (2, true), "{outcome:?}");
    assert!(scene.faults().contains(&("outside_standard".into(), "notes/readme.txt".into())), "{:?}", scene.faults());
    assert_eq!(scene.record(P).len(), 1, "a name of the standard's form says whose it is");
    assert_eq!(scene.read().taken, 0);
    scene
        .rename("9999013_20110701_OMP-01_1_20110701080000000_01_1", "9999013_20110701_OMP-01_1_20110701080000000_01_2");
    assert_eq!(scene.read().renamed, 1);
}

#[test]
fn a_late_file_in_an_old_day_is_found() {
    let mut scene = Scene::new();
    for day in ["20110701", "20110702", "20110703", "20110704"] {
        scene.put(&drug_path(P, day, 1, 1), "MSH|\r");
    }
    scene.read();
    scene.put(&drug_path(P, "20110701", 9, 1), "MSH|late\r");
    assert_eq!(scene.read().taken, 1);
}

#[test]
fn no_folder_is_an_error_that_says_so() {
    let mut scene = Scene::new();
    let nowhere = scene.dir.path().join("nowhere");
    let error = scene.feed(&nowhere).err().unwrap();
    assert!(matches!(error, Error::NoFolder(_)) && error.to_string().contains("nowhere"));
}

#[test]
fn progress_ends_at_the_whole() {
    let mut scene = Scene::new();
    for n in 0..30 {
        let id = format!("{:07}", 1_000_000 + n * 1013);
        scene.put(&adt_path(&id, 1, 1), scene.adt(&id, "A^B"));
    }
    let root = scene.root();
    let feed = scene.feed(&root).unwrap();
    let mut told = Vec::new();
    feed.read_once(scene.writer(), &mut |progress| told.push(*progress)).unwrap();
    let last = told.last().unwrap();
    assert_eq!((last.files, last.share), (30, 1.0), "{told:?}");
}
