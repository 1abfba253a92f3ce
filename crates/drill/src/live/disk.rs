//! How a change reaches the disk: renames of condition flags, half files, temporary names, transaction records.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{Act, Change, Half, Live};
use crate::day::Day;
use crate::ext::{Paper, PaperKind};
use crate::messages::Entry;
use crate::plan::MARK_FILE;
use crate::rng::mix;
use crate::tree;

const TICK_KEY: &str = "tick=";

/// The last number a run used, kept in a file of its own beside the mark.
pub fn last_tick(dir: &Path) -> io::Result<u64> {
    match fs::read_to_string(tick_file(dir)) {
        Ok(text) => Ok(text.trim().strip_prefix(TICK_KEY).and_then(|n| n.parse().ok()).unwrap_or(0)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(error) => Err(error),
    }
}

/// Keeps it.
pub fn keep_tick(dir: &Path, tick: u64) -> io::Result<()> {
    fs::write(tick_file(dir), format!("{TICK_KEY}{tick}\n"))
}

fn tick_file(dir: &Path) -> PathBuf {
    dir.join(format!("{MARK_FILE}-LIVE"))
}

impl Live {
    /// Writes the rest of a half-written file, where there is one.
    pub(super) fn complete(&mut self) -> io::Result<Vec<Change>> {
        let Some(Half { path, rest, patient }) = self.half.take() else { return Ok(Vec::new()) };
        let mut file = fs::OpenOptions::new().append(true).open(self.dir.join(&path))?;
        file.write_all(&rest)?;
        Ok(vec![Change { act: Act::Completed, path, patient }])
    }

    /// Writes a message as §1.1 has it: first the renames of what it replaces or withdraws, then the file, then the record.
    pub(super) fn put(&mut self, patient: &str, entry: &Entry) -> io::Result<Vec<Change>> {
        let mut changes = self.rename_before(patient, entry)?;
        let style = self.plan.dialect.style(self.plan.seed, tree::file_key(patient, entry));
        let bytes = style.bytes(&entry.text, patient);
        let flag = if entry.cancel { '0' } else { '1' };
        let path = tree::path(&self.plan, patient, entry, entry.kind.code(), flag);
        changes.push(self.put_bytes(&path, &bytes, patient)?);
        let record = tree::record(patient, entry, &bytes);
        let path = Path::new("tr").join(tree::transaction_file(Day::of(entry.sent)));
        self.folder_of(&path)?;
        fs::OpenOptions::new().create(true).append(true).open(self.dir.join(&path))?.write_all(&record)?;
        changes.push(Change { act: Act::Recorded, path, patient: String::new() });
        Ok(changes)
    }

    /// Writes a document of extended storage.
    pub(super) fn put_paper(&mut self, patient: &str, paper: &Paper) -> io::Result<Change> {
        let path = Path::new("ext").join(tree::patient_folder(patient)).join(paper.path(patient));
        let bytes = match paper.kind {
            PaperKind::Vitals => {
                let style = self.plan.dialect.style(self.plan.seed, mix(&[self.tick]));
                style.bytes(&paper.text, patient)
            }
            _ => paper.text.clone().into_bytes(),
        };
        self.put_bytes(&path, &bytes, patient)
    }

    fn folder_of(&self, path: &Path) -> io::Result<()> {
        self.dir.join(path).parent().map_or(Ok(()), fs::create_dir_all)
    }

    fn put_bytes(&mut self, path: &Path, bytes: &[u8], patient: &str) -> io::Result<Change> {
        self.folder_of(path)?;
        let whole = self.dir.join(path);
        let change = |act| Change { act, path: path.to_owned(), patient: patient.to_owned() };
        match self.rng.below(10) {
            // Written in two parts: a reader may see the first alone.
            0 if self.half.is_none() && bytes.len() > 2 => {
                let (first, rest) = bytes.split_at(bytes.len() / 2);
                fs::write(whole, first)?;
                self.half = Some(Half { path: path.to_owned(), rest: rest.to_vec(), patient: patient.to_owned() });
                Ok(change(Act::Half))
            }
            // Under another name first, as some vendors do.
            1..=3 => {
                let temporary = whole.with_file_name(format!("~{}.tmp", self.tick));
                fs::write(&temporary, bytes)?;
                fs::rename(&temporary, whole)?;
                Ok(change(Act::Written))
            }
            _ => {
                fs::write(whole, bytes)?;
                Ok(change(Act::Written))
            }
        }
    }

    /// 1→2 before an update; every 1 and 2 of the key →0 before a cancel.
    fn rename_before(&mut self, patient: &str, entry: &Entry) -> io::Result<Vec<Change>> {
        let folder =
            Path::new(tree::root_of(&self.plan, &entry.care)).join(tree::folder(patient, entry, entry.kind.code()));
        let key = format!("{patient}_{}_{}_{}_", entry.care, entry.kind.code(), entry.order);
        let listing = match fs::read_dir(self.dir.join(&folder)) {
            Ok(listing) => listing,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut names: Vec<String> =
            listing.map(|e| Ok(e?.file_name().to_string_lossy().into_owned())).collect::<io::Result<_>>()?;
        names.sort();
        let mut changes = Vec::new();
        for name in names.iter().filter(|name| name.starts_with(&key)) {
            let Some(stem) = name.strip_suffix("_1").or(name.strip_suffix("_2").filter(|_| entry.cancel)) else {
                continue;
            };
            let renamed = format!("{stem}_{}", if entry.cancel { '0' } else { '2' });
            let (from, path) = (folder.join(name), folder.join(renamed));
            fs::rename(self.dir.join(&from), self.dir.join(&path))?;
            if let Some(half) = self.half.as_mut().filter(|half| half.path == from) {
                half.path = path.clone();
            }
            changes.push(Change { act: Act::Renamed { from }, path, patient: patient.to_owned() });
        }
        Ok(changes)
    }
}
