//! The stop: nothing more is written, and, in a drill's folder only, files are made as unreadable as ransomware leaves them.

use std::fs;
use std::io;
use std::path::Path;

use super::{Act, Change, Live};
use crate::plan::{MARK_FILE, Plan};
use crate::rng::Rng;
use crate::tree::ROOTS;

/// Extension of a file made unreadable.
pub const LOCKED: &str = "andon-drill-locked";

const NOTE: &str = "\
【訓練】これは Andon の訓練です。実際の攻撃ではありません。
DRILL: your files were replaced by noise by Andon's drill. There is nobody to pay.
";

impl Live {
    /// As on 2021-10-31 at 00:30: the hospital writes nothing more; a half-written file stays half. With `encrypt` every
    /// file below the marked roots is replaced by noise of its length and renamed to `….andon-drill-locked`.
    ///
    /// # Errors
    /// `PermissionDenied` when the folder or the root does not carry the mark; whatever the disk says.
    pub fn stop(&mut self, encrypt: bool) -> io::Result<Vec<Change>> {
        self.stopped = true;
        self.half = None;
        let mut changes = Vec::new();
        if encrypt {
            Plan::read(&self.dir)?;
            for root in ROOTS {
                Plan::read(&self.dir.join(root))?;
                let mut rng = Rng::new(&[self.tick, 0xbad]);
                lock(&self.dir, Path::new(root), &mut rng, &mut changes)?;
                fs::write(self.dir.join(root).join("README-DRILL.txt"), NOTE)?;
            }
        }
        Ok(changes)
    }

    /// True once [`Live::stop`] was called.
    pub fn stopped(&self) -> bool {
        self.stopped
    }
}

/// Locks the plain files below a folder; links are left alone, so nothing outside is touched.
fn lock(dir: &Path, below: &Path, rng: &mut Rng, changes: &mut Vec<Change>) -> io::Result<()> {
    for entry in fs::read_dir(dir.join(below))? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, below.join(entry.file_name()));
        let name = entry.file_name().to_string_lossy().into_owned();
        if kind.is_dir() {
            lock(dir, &path, rng, changes)?;
        } else if kind.is_file() && name != MARK_FILE && !name.ends_with(LOCKED) {
            let length = entry.metadata()?.len();
            let noise: Vec<u8> =
                (0..length.div_ceil(8)).flat_map(|_| rng.next().to_le_bytes()).take(length as usize).collect();
            fs::write(dir.join(&path), noise)?;
            let locked = below.join(format!("{name}.{LOCKED}"));
            fs::rename(dir.join(&path), dir.join(&locked))?;
            changes.push(Change { act: Act::Locked, path: locked, patient: String::new() });
        }
    }
    Ok(())
}
