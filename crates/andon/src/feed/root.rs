//! Which folders are storages: found by their shape, because vendors lay several side by side under one share.
//!
//! A *patient folder* holds a folder named `-` or a day of eight digits (SS-MIX2 guideline 1.2g, standards §1.1). Its
//! two ancestors are usually the 1st–3rd and 4th–6th characters of the number; numbers shorter than six exist, and how
//! their folders are named is not in any source we have, so shape decides. A *transaction storage* holds
//! `<YYYY>/TR_….DAT` (§1.6).

use std::path::{Path, PathBuf};

use super::MAX_FOLDER_ENTRIES;
use super::disk::{self, Entry, Kind};

/// Folders below the one given in which roots are looked for.
const SEARCH_LEVELS: usize = 3;
/// Folders opened in that search at most: a share that holds anything at all must not stall the start.
const SEARCH_FOLDERS: usize = 2000;
/// Folders of one level opened while looking for a patient folder.
const PROBES_A_LEVEL: usize = 12;

/// What lies below a folder that was given.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Roots of standardized or extended storage, or of no known shape.
    pub trees: Vec<PathBuf>,
    /// Roots of transaction storage.
    pub logs: Vec<PathBuf>,
    /// Folders beside them that hold neither; not read.
    pub passed_over: Vec<PathBuf>,
}

/// True when the folder says it was made by `drill`: the mark lies in it or in the folder above.
pub fn is_marked(folder: &Path) -> bool {
    let marked = |folder: &Path| folder.join(drill::MARK_FILE).is_file();
    marked(folder) || folder.parent().is_some_and(marked)
}

/// The roots at or below `given`. A folder that shows no shape at all is itself the root: its files are taken as they
/// come.
pub fn find(given: &Path) -> Found {
    let mut found = Found::default();
    let mut patience = SEARCH_FOLDERS;
    if !search(given, SEARCH_LEVELS, &mut patience, &mut found) {
        found.trees.push(given.to_owned());
    }
    found
}

/// Looks for roots by the rule of threes, and for logs, at `folder` and below; false when there is none.
fn search(folder: &Path, levels: usize, patience: &mut usize, found: &mut Found) -> bool {
    let Some(left) = patience.checked_sub(1) else { return false };
    *patience = left;
    let Ok((entries, _)) = disk::list(folder, MAX_FOLDER_ENTRIES) else { return false };
    if is_log(folder, &entries) {
        found.logs.push(folder.to_owned());
        return true;
    }
    if is_tree(folder, &entries) {
        found.trees.push(folder.to_owned());
        return true;
    }
    if levels == 0 {
        return false;
    }
    let mut empty_handed = Vec::new();
    let mut any = false;
    for entry in entries.iter().filter(|entry| entry.kind == Kind::Folder) {
        let below = disk::join(folder, &entry.name);
        if search(&below, levels - 1, patience, found) {
            any = true;
        } else {
            empty_handed.push(below);
        }
    }
    if any {
        let (trees, others) = empty_handed.into_iter().partition(|below| is_tree_by_shape(below));
        found.trees.extend::<Vec<_>>(trees);
        found.passed_over.extend::<Vec<_>>(others);
    }
    any
}

/// A folder beside storages that holds patients close below, in folders the rule of threes does not explain.
fn is_tree_by_shape(folder: &Path) -> bool {
    let Ok((entries, _)) = disk::list(folder, MAX_FOLDER_ENTRIES) else { return false };
    folders(&entries).take(PROBES_A_LEVEL).any(|name| has_patients(&disk::join(folder, name), name, 2))
}

/// A root whose patients lie three down, under folders named after their numbers.
fn is_tree(folder: &Path, entries: &[Entry]) -> bool {
    let down = |path: &Path| disk::list(path, MAX_FOLDER_ENTRIES).map(|(entries, _)| entries).unwrap_or_default();
    folders(entries).take(PROBES_A_LEVEL).any(|first| {
        let first_path = disk::join(folder, first);
        let seconds = down(&first_path);
        folders(&seconds).take(PROBES_A_LEVEL).any(|second| {
            let second_path = disk::join(&first_path, second);
            let head = [first, second].concat();
            let patients = down(&second_path);
            let mut patients = folders(&patients).filter(|patient| patient.starts_with(&head)).take(PROBES_A_LEVEL);
            patients.any(|patient| is_patient(patient, &down(&disk::join(&second_path, patient))))
        })
    })
}

fn has_patients(folder: &Path, name: &[u8], levels: usize) -> bool {
    let Ok((entries, _)) = disk::list(folder, MAX_FOLDER_ENTRIES) else { return false };
    is_patient(name, &entries)
        || (levels > 0
            && folders(&entries)
                .take(PROBES_A_LEVEL)
                .any(|below| has_patients(&disk::join(folder, below), below, levels - 1)))
}

fn is_log(folder: &Path, entries: &[Entry]) -> bool {
    folders(entries).filter(|name| is_year(name)).take(2).any(|year| {
        disk::list(&disk::join(folder, year), MAX_FOLDER_ENTRIES)
            .is_ok_and(|(files, _)| files.iter().any(|file| is_log_name(&file.name)))
    })
}

/// True when a folder of this name and content is a patient's. A folder named like the 4th–6th characters of a number
/// may hold patients whose numbers read as a day (`20011225`): those begin with letters the folder's own name
/// continues, which a day below a patient does not.
pub(super) fn is_patient(name: &[u8], entries: &[Entry]) -> bool {
    folders(entries).any(|below| {
        below == b"-" || (is_day(below) && !(name.len() == 3 && below.get(3..6) == Some(name) && !name.is_empty()))
    })
}

fn folders(entries: &[Entry]) -> impl Iterator<Item = &[u8]> {
    entries.iter().filter(|entry| entry.kind == Kind::Folder).map(|entry| entry.name.as_slice())
}

/// `YYYYMMDD` that can be a day of care.
fn is_day(name: &[u8]) -> bool {
    let number = |from: usize, to: usize| {
        name.get(from..to).and_then(|digits| std::str::from_utf8(digits).ok()?.parse::<u32>().ok()).unwrap_or(0)
    };
    name.len() == 8
        && name.iter().all(u8::is_ascii_digit)
        && (1900..2100).contains(&number(0, 4))
        && (1..=12).contains(&number(4, 6))
        && (1..=31).contains(&number(6, 8))
}

fn is_year(name: &[u8]) -> bool {
    name.len() == 4 && name.iter().all(u8::is_ascii_digit)
}

/// `TR_….DAT`, in either case.
pub(super) fn is_log_name(name: &[u8]) -> bool {
    let name = name.to_ascii_uppercase();
    name.starts_with(b"TR_") && name.ends_with(b".DAT")
}

/// Files that are about a storage, not in it: the mark of a drill and transaction logs.
pub(super) fn is_ours(name: &[u8]) -> bool {
    name == drill::MARK_FILE.as_bytes() || is_log_name(name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn touch(base: &Path, path: &str) {
        let path = base.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "x").unwrap();
    }

    #[test]
    fn storages_side_by_side_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        for path in [
            "out/std1/999/901/9999013/-/ADT-00/a",
            "out/std2/012/345/01234567/20110701/OMP-01/a",
            "out/ext/200/101/20010112/20110701/note/a",
            "out/tr/2011/TR_20110701000000000_00001.DAT",
            "out/misc/readme",
            "out/short/12/-/ADT-00/a",
        ] {
            touch(dir.path(), path);
        }
        let below = |names: &[&str]| names.iter().map(|name| dir.path().join("out").join(name)).collect::<Vec<_>>();
        let want = Found {
            trees: below(&["ext", "std1", "std2", "short"]),
            logs: below(&["tr"]),
            passed_over: below(&["misc"]),
        };
        assert_eq!(find(&dir.path().join("out")), want);
        assert_eq!(find(dir.path()).trees, want.trees);
        assert_eq!(find(&dir.path().join("out/std1")).trees, below(&["std1"]));
    }

    #[test]
    fn short_numbers_and_no_shape_at_all() {
        for (path, root) in
            [("s/12/12/-/ADT-00/a", "s"), ("s/12/20110701/OMP-01/a", "s"), ("s/files/a", "s"), ("s/a", "s")]
        {
            let dir = tempfile::tempdir().unwrap();
            touch(dir.path(), path);
            let want = Found { trees: vec![dir.path().join(root)], ..Found::default() };
            assert_eq!(find(&dir.path().join("s")), want, "{path}");
        }
    }

    #[test]
    fn a_number_that_reads_as_a_day_is_a_patient() {
        let dir = |name: &str| Entry { name: name.into(), kind: Kind::Folder };
        assert!(!is_patient(b"112", &[dir("20011225")]), "a shelf of 200/112");
        assert!(is_patient(b"9999013", &[dir("20011225")]));
        assert!(!is_patient(b"901", &[dir("99990135"), dir("9999013")]));
    }

    #[test]
    fn the_mark_is_seen_beside_and_above() {
        let dir = tempfile::tempdir().unwrap();
        touch(dir.path(), "out/std1/999/901/9999013/-/a");
        assert!(!is_marked(&dir.path().join("out/std1")));
        touch(dir.path(), &format!("out/{}", drill::MARK_FILE));
        assert!(is_marked(&dir.path().join("out/std1")) && is_marked(&dir.path().join("out")));
    }
}
