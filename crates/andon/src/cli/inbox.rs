//! The watched folder of a scanner: what lies there and is no longer being written is taken in, and moved into a folder beside it
//! once it is on disk here. A sheet by itself is decided about at once; from the header of a batch on, what comes waits for the end of the
//! stack, because many scanners write a file a page. File names may be a patient's: none goes into a log.

use std::collections::HashMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use super::write;
use crate::home::{Home, Problem};
use store::Reader;

use crate::sheets::inbox::{self, Stack};
use crate::sheets::pages::Came;
use crate::sheets::pieces::Write;
use crate::world;

/// Between two looks at the folder.
const EVERY: Duration = Duration::from_secs(2);
/// After a failure, until what is kept and not told is met again.
const AGAIN: Duration = Duration::from_secs(30);
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

/// A folder that is watched.
struct Watched {
    home: Home,
    folder: PathBuf,
    /// Files as last seen: one that stands still is no longer being written.
    seen: HashMap<PathBuf, Mark>,
    /// Pages that stand behind the header of a batch.
    stack: Stack,
    /// How long after the last page a stack is whole.
    quiet: Duration,
    /// When the last file came.
    last: Instant,
    /// When to see to what is kept and may not be told: after the program's start, and some time after a failure.
    behind: Option<Instant>,
}

/// Watches a folder until told to stop.
///
/// # Errors
/// When the folder is none.
pub fn start(home: &Home, folder: &Path, quiet: Duration, stop: Arc<AtomicBool>) -> Result<JoinHandle<()>, Problem> {
    if !folder.is_dir() {
        return Err(Problem::usage(format!(
            "{}: スキャンの共有フォルダーがありません。先に作ってください。 / no such folder: make it first",
            folder.display()
        )));
    }
    let (home, folder, last) = (home.clone(), folder.to_owned(), Instant::now());
    let (seen, stack) = (HashMap::new(), Stack::default());
    let mut watched = Watched { home, folder, seen, stack, quiet, last, behind: Some(last) };
    Ok(std::thread::spawn(move || {
        while !stop.load(Ordering::Relaxed) {
            if let Err(problem) = watched.look() {
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

impl Watched {
    /// One look: files that stand still are taken in, and a stack after which nothing came for a while is decided about.
    fn look(&mut self) -> Result<(), Problem> {
        let still = self.still()?;
        let ripe = self.stack.is_open() && self.last.elapsed() >= self.quiet;
        let behind = self.behind.is_some_and(|due| Instant::now() >= due);
        if still.is_empty() && !ripe && !behind {
            return Ok(());
        }
        let (home, reader) = (self.home.clone(), self.home.reader()?);
        let writes = |request: &_| write::write(&home, request);
        let mut tried = Vec::new();
        if behind {
            (self.behind, self.stack, self.last) = (None, Stack::default(), Instant::now());
            let before = inbox::settled_before(world::now());
            tried.push(self.stack.resume(&reader, &|last| last.by == BY.0, BY, &writes).map(drop));
            let others = |last: &Came| last.by != BY.0 && last.at < before;
            tried.push(inbox::catch_up(&reader, &others, BY, &writes).map(drop));
        } else if ripe {
            tried.push(self.stack.end(&reader, BY, &writes));
        }
        // One file that is refused keeps back no other (promise 11); it lies where it lay, and is tried again.
        for path in &still {
            tried.push(self.take(&reader, path, &writes));
        }
        let done: Result<(), Problem> = tried.into_iter().collect();
        if done.is_err() {
            self.behind = Some(Instant::now() + AGAIN);
        }
        done
    }

    /// Files that stand still, in the order in which they were written.
    fn still(&mut self) -> Result<Vec<PathBuf>, Problem> {
        let mut still = Vec::new();
        let mut now = HashMap::new();
        for entry in fs::read_dir(&self.folder)?.flatten() {
            // Gone since it was listed: the next look tells.
            let Ok(meta) = entry.metadata() else { continue };
            let path = entry.path();
            let hidden = entry.file_name().to_string_lossy().starts_with(['.', '~']);
            if !meta.is_file() || hidden || meta.len() == 0 {
                continue;
            }
            let mark = (meta.len(), meta.modified().ok());
            if self.seen.get(&path) == Some(&mark) {
                still.push((mark.1, path.clone()));
            }
            now.insert(path, mark);
        }
        self.seen = now;
        still.sort();
        still.truncate(FILES_MAX);
        Ok(still.into_iter().map(|(_, path)| path).collect())
    }

    /// One file: kept, put aside, and looked at.
    fn take(&mut self, reader: &Reader, path: &Path, writes: Write<'_>) -> Result<(), Problem> {
        let mut bytes = Vec::new();
        fs::File::open(path)?.take(scan::FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
        let name = path.file_name().unwrap_or_default();
        let scan = inbox::keep(reader, &name.to_string_lossy(), &bytes, BY, writes)?;
        let done = self.folder.join(DONE);
        fs::create_dir_all(&done)?;
        // Under a name of its own, so that a scanner that counts from 1 again overwrites nothing.
        let short: String = scan.chars().take(12).collect();
        fs::rename(path, done.join(format!("{short}-{}", name.to_string_lossy())))?;
        let added = if inbox::is_read(reader, &scan)? { Ok(()) } else { self.stack.add(reader, &scan, BY, writes) };
        // From when it was looked at: on a busy machine that takes longer than laying the next sheet on the glass.
        self.last = Instant::now();
        added
    }
}
