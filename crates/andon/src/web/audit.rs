//! Writing down who looked at what, without ever delaying a page: lines are gathered and committed together within half
//! a second, on a thread of their own. When the audit cannot be written the chart still opens, and every page is red.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use store::{Access, Look};

use crate::home::Home;

/// Lines that wait to be written; a page takes one. More are counted as lost, aloud.
const WAITING_MAX: usize = 8_192;
/// A line waits at most so long for others to be written with.
const GATHER: Duration = Duration::from_millis(500);
/// Between two tries when the disk refuses.
const RETRY: Duration = Duration::from_secs(2);

/// What travels to the thread that writes.
enum Word {
    Look(Box<Look>),
    /// Everything said before is on disk, or could not be written.
    Flush(SyncSender<bool>),
}

/// The door to the access audit. When the last of them goes, what waits is written and the thread has ended: a process that
/// ended under it would tear the cipher's library away while it writes.
#[derive(Clone)]
pub struct Auditor {
    desk: Arc<Desk>,
    state: Arc<State>,
}

struct Desk {
    words: Option<SyncSender<Word>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Desk {
    fn drop(&mut self) {
        self.words = None;
        if let Some(thread) = self.thread.take() {
            // A thread that stopped has said why already.
            thread.join().unwrap_or_default();
        }
    }
}

#[derive(Default)]
struct State {
    broken: AtomicBool,
    lost: AtomicU64,
}

impl Auditor {
    /// Starts the thread that writes to the home's audit.
    pub fn start(home: Home) -> Auditor {
        let (words, heard) = sync_channel(WAITING_MAX);
        let state = Arc::new(State::default());
        let own = Arc::clone(&state);
        let thread = std::thread::spawn(move || write(&home, &heard, &own));
        Auditor { desk: Arc::new(Desk { words: Some(words), thread: Some(thread) }), state }
    }

    /// Has a line written soon. Never waits.
    pub fn note(&self, look: Look) {
        let told = self.desk.words.as_ref().is_some_and(|words| words.try_send(Word::Look(Box::new(look))).is_ok());
        if !told {
            self.state.lost.fetch_add(1, Ordering::Relaxed);
            self.state.broken.store(true, Ordering::Relaxed);
        }
    }

    /// Waits until everything noted before is on disk; false when it could not be written. For what leaves this program:
    /// exports and prints are written down first.
    pub fn flush(&self) -> bool {
        let (done, told) = sync_channel(1);
        let asked = self.desk.words.as_ref().is_some_and(|words| words.send(Word::Flush(done)).is_ok());
        asked && told.recv().unwrap_or(false)
    }

    /// True while lines cannot be written: shown in red on every page.
    pub fn is_broken(&self) -> bool {
        self.state.broken.load(Ordering::Relaxed)
    }
}

fn write(home: &Home, heard: &Receiver<Word>, state: &State) {
    let (mut access, mut waiting) = (None, Vec::new());
    loop {
        let ended = gather(heard, &mut waiting);
        if ended && waiting.is_empty() && state.lost.load(Ordering::Relaxed) == 0 {
            return;
        }
        let written = put(home, &mut access, &mut waiting, state);
        if ended && (written || waiting.is_empty()) {
            return;
        }
        if !written {
            if ended {
                tracing::error!(lines = waiting.len(), "the access audit could not be written at the end");
                return;
            }
            std::thread::sleep(RETRY);
        }
    }
}

/// Takes what is said until a batch is whole; true when nobody will say more.
fn gather(heard: &Receiver<Word>, waiting: &mut Vec<Word>) -> bool {
    if waiting.is_empty() {
        match heard.recv() {
            Ok(word) => waiting.push(word),
            Err(_) => return true,
        }
    }
    let until = Instant::now() + GATHER;
    while waiting.len() < WAITING_MAX && !matches!(waiting.last(), Some(Word::Flush(_))) {
        match heard.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(word) => waiting.push(word),
            Err(RecvTimeoutError::Timeout) => return false,
            Err(RecvTimeoutError::Disconnected) => return true,
        }
    }
    false
}

/// Writes what waits; false when it stays.
fn put(home: &Home, access: &mut Option<Access>, waiting: &mut Vec<Word>, state: &State) -> bool {
    let mut looks: Vec<Look> = waiting
        .iter()
        .filter_map(|word| match word {
            Word::Look(look) => Some((**look).clone()),
            Word::Flush(_) => None,
        })
        .collect();
    let lost = state.lost.swap(0, Ordering::Relaxed);
    if lost > 0 {
        let (act, at) = ("lost".to_owned(), crate::world::now());
        looks.push(Look { at, act, detail: lost.to_string(), ..Look::default() });
    }
    let done = open(home, access).and_then(|access| Ok(access.note(&looks)?));
    let good = done.is_ok();
    if let Err(problem) = done {
        tracing::error!(%problem, "the access audit cannot be written");
        state.lost.fetch_add(lost, Ordering::Relaxed);
        *access = None;
    }
    state.broken.store(!good, Ordering::Relaxed);
    // Whoever waits is told either way; lines that could not be written are tried again.
    waiting.retain(|word| match word {
        Word::Look(_) => !good,
        Word::Flush(done) => {
            done.try_send(good).unwrap_or_default();
            false
        }
    });
    good
}

fn open<'a>(home: &Home, access: &'a mut Option<Access>) -> Result<&'a mut Access, crate::home::Problem> {
    match access {
        Some(access) => Ok(access),
        None => Ok(access.insert(home.access()?)),
    }
}

#[cfg(test)]
mod tests {
    use store::{LookFilter, Setup, Unlock};

    use super::*;

    fn home(folder: &std::path::Path) -> Home {
        let setup = Setup {
            training: true,
            hospital: "試験病院".into(),
            authority: "self".into(),
            passphrase: None,
            now: crate::world::now(),
        };
        store::create(folder, &setup).unwrap();
        Home::new(folder.to_owned(), Unlock::KeyFile)
    }

    fn look(act: &str) -> Look {
        Look { act: act.into(), ..Look::default() }
    }

    #[test]
    fn what_is_flushed_is_on_disk_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(&folder.path().join("home"));
        let auditor = Auditor::start(home.clone());
        for act in ["one", "two", "three"] {
            auditor.note(look(act));
        }
        assert!(auditor.flush());
        let found = home.access().unwrap().looks(&LookFilter::default(), 9).unwrap();
        assert_eq!(found.iter().map(|one| one.look.act.as_str()).collect::<Vec<_>>(), ["three", "two", "one"]);
    }

    #[test]
    fn an_audit_that_cannot_be_written_is_known_and_its_lines_wait() {
        let folder = tempfile::tempdir().unwrap();
        let home = home(&folder.path().join("home"));
        let file = home.dir().join("access.db");
        std::fs::create_dir(&file).unwrap();
        let auditor = Auditor::start(home.clone());
        auditor.note(look("one"));
        assert!(!auditor.flush());
        assert!(auditor.is_broken());
        std::fs::remove_dir(&file).unwrap();
        while !auditor.flush() {}
        assert!(!auditor.is_broken());
        let found = home.access().unwrap().looks(&LookFilter::default(), 9).unwrap();
        assert_eq!(found.iter().map(|one| one.look.act.as_str()).collect::<Vec<_>>(), ["one"]);
    }
}
