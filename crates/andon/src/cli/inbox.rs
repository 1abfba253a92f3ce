//! The watched folder of a scanner: what lies there and is no longer being written is taken in, and moved into a folder beside it
//! once it is on disk here. File names may be a patient's: none goes into a log.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use super::write;
use crate::home::{Home, Problem};
use store::Reader;

use crate::sheets::inbox;
use crate::sheets::pieces::Write;

/// Between two looks at the folder.
const EVERY: Duration = Duration::from_secs(2);
/// How often whoever stops the program waits for at most.
const STEP: Duration = Duration::from_millis(200);
/// Files taken in one look; the rest is met at the next.
const FILES_MAX: usize = 100;
/// Where files go that are kept: left for whoever runs the scanner to clear away.
const DONE: &str = "andon-kept";
/// Who hands in what a scanner laid down.
const BY: (&str, &str) = ("スキャナー", "station");

/// Size and time of a file, as last seen.
type Mark = (u64, Option<SystemTime>);

/// Watches a folder until told to stop.
///
/// # Errors
/// When the folder is none.
pub fn start(home: &Home, folder: &Path, stop: Arc<AtomicBool>) -> Result<JoinHandle<()>, Problem> {
    if !folder.is_dir() {
        return Err(Problem::usage(format!(
            "{}: スキャンの共有フォルダーがありません。先に作ってください。 / no such folder: make it first",
            folder.display()
        )));
    }
    let (home, folder) = (home.clone(), folder.to_owned());
    Ok(std::thread::spawn(move || {
        let mut seen = HashMap::new();
        while !stop.load(Ordering::Relaxed) {
            if let Err(problem) = look(&home, &folder, &mut seen) {
                tracing::warn!(exit = problem.exit as u8, "the scanner's folder: tried again");
            }
            let mut waited = Duration::ZERO;
            while waited < EVERY && !stop.load(Ordering::Relaxed) {
                std::thread::sleep(STEP);
                waited += STEP;
            }
        }
    }))
}

/// One look: files that stand still are taken in.
fn look(home: &Home, folder: &Path, seen: &mut HashMap<PathBuf, Mark>) -> Result<(), Problem> {
    let mut still = Vec::new();
    let mut now = HashMap::new();
    for entry in fs::read_dir(folder)?.flatten() {
        // Gone since it was listed: the next look tells.
        let Ok(meta) = entry.metadata() else { continue };
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with(['.', '~']);
        if !meta.is_file() || hidden || meta.len() == 0 {
            continue;
        }
        let mark = (meta.len(), meta.modified().ok());
        if seen.get(&path) == Some(&mark) {
            still.push(path.clone());
        }
        now.insert(path, mark);
    }
    *seen = now;
    still.sort();
    still.truncate(FILES_MAX);
    if still.is_empty() {
        return Ok(());
    }
    let reader = home.reader()?;
    let writes = |request: &_| write::write(home, request);
    let late = inbox::catch_up(&reader, BY, &writes).map(drop);
    // One file that is refused keeps back no other (promise 11); it lies where it lay, and is tried again.
    let tried = still.iter().map(|path| take(&reader, folder, path, &writes));
    std::iter::once(late).chain(tried).collect::<Vec<_>>().into_iter().collect()
}

/// One file: taken in, then put aside.
fn take(reader: &Reader, folder: &Path, path: &Path, writes: Write<'_>) -> Result<(), Problem> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(scan::FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    let name = path.file_name().unwrap_or_default();
    let taken = inbox::take(reader, &name.to_string_lossy(), &bytes, BY, writes)?;
    let done = folder.join(DONE);
    fs::create_dir_all(&done)?;
    // Under a name of its own, so that a scanner that counts from 1 again overwrites nothing.
    let short: String = taken.scan.chars().take(12).collect();
    Ok(fs::rename(path, done.join(format!("{short}-{}", name.to_string_lossy())))?)
}
