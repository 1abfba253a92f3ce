//! A story's EMR: writes, renames and cancels files in a standardized storage as a vendor's program does.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chart::Moment;

/// Order number of kinds that have none (SS-MIX2 1.2g §1.1).
pub const NO_ORDER: &str = "999999999999999";

/// The tree.
pub struct Tree {
    root: PathBuf,
}

/// What a file name says beside the patient.
pub struct Label<'a> {
    pub date: &'a str,
    pub kind: &'a str,
    pub order: &'a str,
}

impl Tree {
    /// A tree with the mark of a drill.
    pub fn make(root: &Path) -> Tree {
        fs::create_dir_all(root).unwrap();
        fs::write(root.join(drill::MARK_FILE), "訓練の物語 / a story's tree\n").unwrap();
        Tree { root: root.to_owned() }
    }

    fn folder(&self, patient: &str, label: &Label<'_>) -> PathBuf {
        self.root.join(&patient[..3]).join(&patient[3..6]).join(patient).join(label.date).join(label.kind)
    }

    /// Writes a file with flag 1; what had flag 1 under the same key gets flag 2.
    pub fn write(&self, patient: &str, label: &Label<'_>, bytes: &[u8], now: Moment) {
        self.rename(patient, label, &["_1"], "_2");
        self.put(patient, label, bytes, now, '1');
    }

    /// Cancels: every file of the key gets flag 0, and the cancel message is written beside them.
    pub fn cancel(&self, patient: &str, label: &Label<'_>, bytes: &[u8], now: Moment) {
        self.rename(patient, label, &["_1", "_2"], "_0");
        self.put(patient, label, bytes, now, '0');
    }

    fn put(&self, patient: &str, label: &Label<'_>, bytes: &[u8], now: Moment, flag: char) {
        let folder = self.folder(patient, label);
        fs::create_dir_all(&folder).unwrap();
        let name = format!("{patient}_{}_{}_{}_{}_01_{flag}", label.date, label.kind, label.order, now.digits17());
        self.put_bytes(&folder.join(name), bytes, now);
    }

    fn put_bytes(&self, path: &Path, bytes: &[u8], now: Moment) {
        fs::write(path, bytes).unwrap();
        let written = SystemTime::UNIX_EPOCH + Duration::from_millis(now.0 as u64);
        fs::File::options().write(true).open(path).unwrap().set_modified(written).unwrap();
    }

    fn rename(&self, patient: &str, label: &Label<'_>, from: &[&str], to: &str) {
        let key = format!("{patient}_{}_{}_{}_", label.date, label.kind, label.order);
        let Ok(entries) = fs::read_dir(self.folder(patient, label)) else { return };
        for entry in entries {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if let (true, Some(flag)) = (name.starts_with(&key), from.iter().find(|flag| name.ends_with(**flag))) {
                let renamed = name.strip_suffix(flag).unwrap().to_owned() + to;
                fs::rename(&path, path.with_file_name(renamed)).unwrap();
            }
        }
    }

    /// An intruder makes every message unreadable where it lies, as ransomware does that keeps names; a copy lies apart.
    pub fn encrypt(&self, now: Moment) {
        let mut seed = 0x1031_0030_u64;
        for path in self.messages() {
            let plain = fs::read(&path).unwrap();
            let spoiled: Vec<u8> = plain
                .iter()
                .map(|_| {
                    seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    (seed >> 40) as u8
                })
                .collect();
            let kept = self.kept(&path);
            fs::create_dir_all(kept.parent().unwrap()).unwrap();
            fs::write(kept, plain).unwrap();
            self.put_bytes(&path, &[&spoiled[..], b"\r"].concat(), now);
        }
    }

    /// The vendor puts back what the intruder spoiled.
    pub fn decrypt(&self, now: Moment) {
        for path in self.messages() {
            if let Ok(plain) = fs::read(self.kept(&path)) {
                self.put_bytes(&path, &plain, now);
            }
        }
    }

    fn kept(&self, path: &Path) -> PathBuf {
        self.root.with_extension("kept").join(path.strip_prefix(&self.root).unwrap())
    }

    /// Every message of the tree, in order.
    fn messages(&self) -> Vec<PathBuf> {
        let (mut folders, mut found) = (vec![self.root.clone()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name().is_some_and(|name| name != drill::MARK_FILE) {
                    found.push(path);
                }
            }
        }
        found.sort();
        found
    }

    /// The mount vanishes: the root is no longer there.
    pub fn vanish(&self) {
        fs::rename(&self.root, self.root.with_extension("away")).unwrap();
    }

    /// And returns.
    pub fn come_back(&self) {
        fs::rename(self.root.with_extension("away"), &self.root).unwrap();
    }
}
