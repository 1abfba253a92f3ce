//! State is in the name: 1→2, 1→0, 2→0, chains between two looks, and what only looks like one.

use super::*;

#[test]
fn an_update_is_a_rename_and_a_new_file() {
    let mut scene = Scene::new();
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|a\r");
    scene.read();
    scene.rename(&drug_path(P, "20110701", 1, 1), &drug_path(P, "20110701", 1, 2));
    scene.put(&drug_path(P, "20110701", 2, 1), "MSH|b\r");
    let outcome = scene.read();
    assert_eq!((outcome.renamed, outcome.taken, outcome.gone), (1, 1, 0), "{outcome:?}");
    let (one, two, new) =
        (drug_path(P, "20110701", 1, 1), drug_path(P, "20110701", 1, 2), drug_path(P, "20110701", 2, 1));
    let (one, two, new) = (name_part(&one), name_part(&two), name_part(&new));
    assert_eq!(scene.record(P), [format!("+{one}"), format!("{one}>{two}"), format!("+{new}")]);
}

#[test]
fn a_cancel_renames_all_and_writes_one_more() {
    let mut scene = Scene::new();
    scene.put(&drug_path(P, "20110701", 1, 2), "MSH|a\r");
    scene.put(&drug_path(P, "20110701", 2, 1), "MSH|b\r");
    scene.read();
    scene.rename(&drug_path(P, "20110701", 1, 2), &drug_path(P, "20110701", 1, 0));
    scene.rename(&drug_path(P, "20110701", 2, 1), &drug_path(P, "20110701", 2, 0));
    scene.put(&drug_path(P, "20110701", 3, 0), "MSH|cancel\r");
    let outcome = scene.read();
    assert_eq!((outcome.renamed, outcome.taken, outcome.gone), (2, 1, 0), "{outcome:?}");
}

#[test]
fn a_chain_between_two_looks_is_one_rename() {
    let mut scene = Scene::new();
    scene.put(&drug_path(P, "20110701", 1, 1), "MSH|a\r");
    scene.read();
    scene.rename(&drug_path(P, "20110701", 1, 1), &drug_path(P, "20110701", 1, 2));
    scene.rename(&drug_path(P, "20110701", 1, 2), &drug_path(P, "20110701", 1, 0));
    let outcome = scene.read();
    assert_eq!((outcome.renamed, outcome.taken, outcome.gone), (1, 0, 0), "{outcome:?}");
    assert_eq!(scene.read().renamed, 0);
}

#[test]
fn a_name_of_the_same_key_with_other_bytes_is_no_rename() {
    let mut scene = Scene::new();
    let old = scene.put(&drug_path(P, "20110701", 1, 1), "MSH|a\r");
    scene.read();
    fs::remove_file(old).unwrap();
    scene.put(&drug_path(P, "20110701", 1, 2), "MSH|b\r");
    let outcome = scene.read();
    assert_eq!((outcome.renamed, outcome.taken, outcome.gone), (0, 1, 1), "{outcome:?}");
}

#[test]
fn times_without_a_fraction_are_in_doubt_and_the_bytes_decide() {
    let mut scene = Scene::new();
    let whole_second = UNIX_EPOCH + Duration::from_secs((START / 1000 - 100) as u64);
    let one = scene.put(&drug_path(P, "20110701", 1, 1), "MSH|a\r");
    set_time(&one, whole_second);
    scene.read();
    // Same key, size and second; other bytes.
    fs::remove_file(one).unwrap();
    let two = scene.put(&drug_path(P, "20110701", 1, 2), "MSH|b\r");
    set_time(&two, whole_second);
    let outcome = scene.read();
    assert_eq!((outcome.renamed, outcome.taken, outcome.gone), (0, 1, 1), "{outcome:?}");
    // And the same bytes.
    scene.rename(&drug_path(P, "20110701", 1, 2), &drug_path(P, "20110701", 1, 0));
    assert_eq!(scene.read().renamed, 1);
}

#[test]
fn the_flag_of_a_content_folder_counts_in_extended_storage() {
    let mut scene = Scene::new();
    let content = |flag: u8| format!("999/901/9999013/20160101/^note^L/9999013_20160101_note_5_201601011500321_{flag}");
    scene.put(&format!("{}/main.txt", content(1)), "note\r");
    scene.put(&format!("{}/sub/picture", content(1)), "picture\r");
    assert_eq!(scene.read().taken, 2);
    let time = |path: &str| fs::metadata(scene.root().join(path)).unwrap().modified().unwrap();
    let times = [time(&format!("{}/main.txt", content(1))), time(&format!("{}/sub/picture", content(1)))];
    fs::rename(scene.root().join(content(1)), scene.root().join(content(0))).unwrap();
    scene.age(&scene.root().join(content(0)), 10_000);
    assert_eq!(times[0], fs::metadata(scene.root().join(content(0)).join("main.txt")).unwrap().modified().unwrap());
    let outcome = scene.read();
    assert_eq!((outcome.renamed, outcome.taken, outcome.gone), (2, 0, 0), "{outcome:?} {times:?}");
}

#[test]
fn married_names_are_kept_as_former() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "SUZUKI^HANAKO"));
    scene.read();
    let id = PatientId { authority: "here".into(), id: P.into() };
    let row = scene.writer().person(&id).unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.former.len()), ("SUZUKI HANAKO", 0));
    scene.rename(&adt_path(P, 1, 1), &adt_path(P, 1, 2));
    scene.put(&adt_path(P, 2, 1), scene.adt(P, "SATO^HANAKO"));
    scene.read();
    let row = scene.writer().person(&id).unwrap().unwrap();
    assert_eq!((row.name.as_str(), row.former.as_slice()), ("SATO HANAKO", &["SUZUKI HANAKO".to_owned()][..]));
    assert!(row.keys.iter().any(|key| key.former && key.text == chart::fold_name("SUZUKI HANAKO")));
    // Made again from the record, it is the same.
    rebuild_indexes(scene.writer()).unwrap();
    assert_eq!(scene.writer().person(&id).unwrap(), Some(row));
    let kinds = scene.writer().kinds().unwrap();
    assert_eq!((kinds[0].kind.as_str(), kinds[0].count), ("ADT-00", 2));
}
