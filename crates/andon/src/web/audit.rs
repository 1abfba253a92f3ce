//! Writing down who looked at what, without ever delaying a page: lines are gathered and committed together within half
//! a second, on a thread of their own. When the audit cannot be written the chart still opens, and every page is red.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use store::{Access, Look};

use crate::home::Home;

/// Lines that wait to be written; a page takes one. More are counted as lost, aloud.
const WAITING_MAX: usize = 8_192;
/// So many lines are written without waiting for more.
const WAKES: usize = WAITING_MAX / 2;
/// A line waits at most so long for others to be written with.
const GATHER: Duration = Duration::from_millis(500);
/// Between two tries when the disk refuses.
const RETRY: Duration = Duration::from_secs(2);

/// What the thread that writes is told.
enum Word {
    Look(Box<Look>),
    /// Everything said before is on disk, or could not be written.
    Flush(SyncSender<bool>),
}

impl Word {
    fn is_flush(&self) -> bool {
        matches!(self, Word::Flush(_))
    }
}

/// What is said and not yet taken. The thread sleeps through its gathering: only the first line and a flush wake it, since a
/// page must not pay for a change of threads.
#[derive(Default)]
struct Desk {
    said: Mutex<Said>,
    woken: Condvar,
}

#[derive(Default)]
struct Said {
    words: Vec<Word>,
    /// Nobody will say more.
    ended: bool,
}

impl Said {
    /// Somebody waits for a flush, many lines wait, or no more will come.
    fn is_urgent(&self) -> bool {
        self.ended || self.words.len() >= WAKES || self.words.iter().any(Word::is_flush)
    }
}

impl Desk {
    /// Puts a word down; false when too many wait.
    fn say(&self, word: Word) -> bool {
        let flush = word.is_flush();
        let mut said = self.locked();
        if said.words.len() >= WAITING_MAX && !flush {
            return false;
        }
        said.words.push(word);
        if flush || matches!(said.words.len(), 1 | WAKES) {
            self.woken.notify_one();
        }
        true
    }

    fn end(&self) {
        self.locked().ended = true;
        self.woken.notify_one();
    }

    fn locked(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes what was said within [`GATHER`], as much as there is room for; true when nobody will say more.
    fn gather(&self, waiting: &mut Vec<Word>) -> bool {
        let mut said = self.locked();
        if waiting.is_empty() {
            let idle = |said: &mut Said| said.words.is_empty() && !said.ended;
            said = self.woken.wait_while(said, idle).unwrap_or_else(PoisonError::into_inner);
        }
        let calm = |said: &mut Said| !said.is_urgent();
        let (mut said, _) = self.woken.wait_timeout_while(said, GATHER, calm).unwrap_or_else(PoisonError::into_inner);
        let room = WAITING_MAX.saturating_sub(waiting.len()).min(said.words.len());
        waiting.extend(said.words.drain(..room));
        said.ended
    }

    /// Tells everybody who waits for a flush that it did not succeed; lines stay.
    fn refuse(&self) {
        let mut said = self.locked();
        said.words.retain(|word| match word {
            Word::Look(_) => true,
            Word::Flush(done) => {
                done.try_send(false).unwrap_or_default();
                false
            }
        });
    }
}

/// The door to the access audit. When the last of them goes, what waits is written and the thread has ended: a process that
/// ended under it would tear the cipher's library away while it writes.
#[derive(Clone)]
pub struct Auditor {
    writing: Arc<Writing>,
    state: Arc<State>,
}

struct Writing {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.desk.end();
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
        let (desk, state) = (Arc::new(Desk::default()), Arc::new(State::default()));
        let (heard, own) = (Arc::clone(&desk), Arc::clone(&state));
        let thread = std::thread::spawn(move || write(&home, &heard, &own));
        Auditor { writing: Arc::new(Writing { desk, thread: Some(thread) }), state }
    }

    /// Has a line written soon. Never waits.
    pub fn note(&self, look: Look) {
        if !self.writing.desk.say(Word::Look(Box::new(look))) {
            self.state.lost.fetch_add(1, Ordering::Relaxed);
            self.state.broken.store(true, Ordering::Relaxed);
        }
    }

    /// Waits until everything noted before is on disk; false when it could not be written. For what leaves this program:
    /// exports and prints are written down first.
    pub fn flush(&self) -> bool {
        let (done, told) = sync_channel(1);
        self.writing.desk.say(Word::Flush(done)) && told.recv().unwrap_or(false)
    }

    /// True while lines cannot be written: shown in red on every page.
    pub fn is_broken(&self) -> bool {
        self.state.broken.load(Ordering::Relaxed)
    }
}

fn write(home: &Home, desk: &Desk, state: &State) {
    let (mut access, mut waiting) = (None, Vec::new());
    loop {
        let ended = desk.gather(&mut waiting);
        if ended && waiting.is_empty() && state.lost.load(Ordering::Relaxed) == 0 {
            return;
        }
        let written = put(home, &mut access, &mut waiting, state);
        if written {
            continue;
        }
        if ended {
            tracing::error!(lines = waiting.len(), "the access audit could not be written at the end");
            return;
        }
        desk.refuse();
        std::thread::sleep(RETRY);
    }
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
