//! Transaction storage leads to what is new; the tree decides what there is.

use super::*;

fn log(scene: &Scene, text: &str) {
    use std::io::Write;
    let path = scene.dir.path().join("tr/2011/TR_20110701000000000_00001.DAT");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut file = fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

fn record(patient: &str) -> String {
    format!(
        "INS,H,{patient},20110701,OMP-01,1,20110701080000001,01\rMSH|^~\\&|X|H|||1||RDE^O11|1|P|2.5\rPID|||{patient}\r"
    )
}

#[test]
fn a_record_leads_to_the_folder_even_in_an_old_day() {
    let mut scene = Scene::new();
    for day in ["20110701", "20110702", "20110703", "20110704"] {
        scene.put(&drug_path(P, day, 1, 1), "MSH|\r");
    }
    log(&scene, &record(P));
    let mut watcher = scene.watch();
    assert_eq!(scene.ticks(&mut watcher, 6).taken, 4);
    // A light pass would not ask this day, and none is due for minutes.
    scene.put(&drug_path(P, "20110701", 7, 1), "MSH|late\r");
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 0, "nothing points there");
    log(&scene, &record(P));
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1, "the record does");
}

#[test]
fn a_record_before_its_file_is_followed() {
    let mut scene = Scene::new();
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|\r");
    log(&scene, &record(P));
    let mut watcher = scene.watch();
    scene.ticks(&mut watcher, 6);
    log(&scene, &record(P));
    assert_eq!(scene.ticks(&mut watcher, 2).taken, 0);
    scene.put(&drug_path(P, "20110701", 8, 1), "MSH|slow\r");
    assert_eq!(scene.ticks(&mut watcher, 20).taken, 1);
}

#[test]
fn a_record_that_leads_nowhere_has_the_tree_looked_at() {
    let mut scene = Scene::new();
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|\r");
    log(&scene, &record(P));
    let mut watcher = scene.watch();
    scene.ticks(&mut watcher, 6);
    log(&scene, &record("0123456"));
    scene.put(&adt_path("7654321", 1, 1), scene.adt("7654321", "A^B"));
    assert_eq!(scene.ticks(&mut watcher, 4).taken, 1, "found on the way");
}

#[test]
fn the_cursor_is_kept_over_a_restart() {
    let mut scene = Scene::new();
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|\r");
    log(&scene, &record(P));
    let mut watcher = scene.watch();
    scene.ticks(&mut watcher, 6);
    drop(watcher);
    scene.reopen();
    log(&scene, &record(P));
    scene.put(&drug_path(P, "20110701", 9, 1), "MSH|meanwhile\r");
    let mut watcher = scene.watch();
    assert_eq!(scene.ticks(&mut watcher, 1).taken, 1);
    assert_eq!(scene.ticks(&mut watcher, 6).taken, 0, "and not twice");
    assert_eq!(scene.record(P).len(), 2);
}

#[test]
fn a_new_patient_whose_record_comes_first_is_followed() {
    let mut scene = Scene::new();
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|\r");
    log(&scene, &record(P));
    let mut watcher = scene.watch();
    scene.ticks(&mut watcher, 6);
    log(&scene, &record("7654321"));
    assert_eq!(scene.ticks(&mut watcher, 6).taken, 0);
    scene.put(&adt_path("7654321", 1, 1), scene.adt("7654321", "A^B"));
    assert_eq!(scene.ticks(&mut watcher, 16).taken, 1);
    let id = PatientId { authority: "here".into(), id: "7654321".into() };
    assert_eq!(scene.writer().person(&id).unwrap().map(|row| row.name), Some("A B".into()));
}
