//! The side that writes: a thread reads what is asked, the writer does it between two pieces of its work.
//!
//! A request is either done or withdrawn, never both: whoever sets its mark first, the writer who takes it up or the
//! side that waited too long, has it.

use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixListener as Bound;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

use super::answer::{Answer, Line, encode};
use super::request::{REQUEST_BYTES_MAX, Request};
use super::{NAME, reach};
use crate::home::{Home, Problem};

/// Clients attended to at once; more wait in the system's own list. A person types one command at a time.
const CLIENTS_MAX: usize = 16;
/// Whole requests that wait for the writer; one more is told to come back.
const QUEUE_MAX: usize = 16;
/// Within this time a request must have come whole, and a line of ours must have been taken.
const LINE_LIMIT: Duration = Duration::from_secs(5);
/// A request that the writer has not taken up within this time is withdrawn: it is not done, and its client is told so.
const WAIT_LIMIT: Duration = Duration::from_secs(60);
/// How often a waiting client hears that we are still here.
const BEAT: Duration = Duration::from_secs(2);
/// At the end, how long the last answers may take to be handed over.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// After a connection could not be taken (no file handles), how long to wait before the next.
const BREATH: Duration = Duration::from_millis(200);

/// A whole request on its way to the writer.
struct Asked {
    request: Request,
    /// Set by the writer that takes it up, or by the side that withdraws it.
    taken: Arc<AtomicBool>,
    answer: mpsc::Sender<Result<Answer, Problem>>,
}

/// The socket of the process that writes, and what was asked over it.
pub struct Listener {
    queue: Receiver<Asked>,
    /// Held so that the queue stays open where nobody listens.
    _open: SyncSender<Asked>,
    home: PathBuf,
    /// Dropped to end the thread.
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Listens in the home. Where that cannot be, says so in the log and goes on without: the feed matters more, and the
    /// commands are then refused as long as this process writes. The writer is asked for because only who has its lock
    /// may take the socket's name, and clear away the one that a killed process left.
    pub fn open(home: &Home, _lock: &store::Writer) -> Listener {
        let (sender, queue) = sync_channel(QUEUE_MAX);
        let (stop, told) = mpsc::channel(1);
        let (open, dir) = (sender.clone(), home.dir().to_owned());
        let thread = bind(&dir).and_then(|bound| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            let listener = runtime.block_on(async { UnixListener::from_std(bound) })?;
            std::thread::Builder::new()
                .name("writer.sock".into())
                .spawn(move || runtime.block_on(listen(listener, sender, told)))
        });
        if let Err(error) = &thread {
            tracing::warn!(%error, "cannot listen in the home: other commands cannot write while this process runs");
        }
        Listener { queue, _open: open, home: dir, stop: Some(stop), thread: thread.ok() }
    }

    /// Does what is asked until `rest` has passed; what waits already is done even without a rest. A request that fails,
    /// or stops in the middle, is told to its client alone.
    pub fn serve(&self, rest: Duration, mut perform: impl FnMut(&Request) -> Result<Answer, Problem>) {
        let until = Instant::now() + rest;
        // Bounded, so that clients that never end do not keep the feed from its work.
        for _ in 0..QUEUE_MAX {
            let Ok(asked) = self.queue.recv_timeout(until.saturating_duration_since(Instant::now())) else { return };
            asked.be_done(&mut perform);
        }
    }
}

impl Drop for Listener {
    /// Tells those who wait that nothing was done, and takes the socket away while the lock is still ours.
    fn drop(&mut self) {
        if let Err(error) = reach(&self.home, |path| std::fs::remove_file(path)) {
            tracing::debug!(%error, "the socket was not there to be removed");
        }
        self.queue.try_iter().for_each(drop);
        drop(self.stop.take());
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that listens had stopped");
        }
    }
}

impl Asked {
    fn be_done(self, perform: &mut impl FnMut(&Request) -> Result<Answer, Problem>) {
        if self.taken.swap(true, Ordering::AcqRel) {
            return;
        }
        let (request, began) = (self.request.kind(), Instant::now());
        let done = catch_unwind(AssertUnwindSafe(|| perform(&self.request)));
        let done = done.unwrap_or_else(|_| {
            Err(Problem::failed(
                "内部の処理が途中で止まりました。`andon doctor` で確かめてください。\n\
                 The work stopped half-way: look with `andon doctor`.",
            ))
        });
        tracing::info!(
            request,
            done = done.is_ok(),
            millis = began.elapsed().as_millis() as u64,
            "asked over the socket"
        );
        if self.answer.try_send(done).is_err() {
            tracing::debug!(request, "whoever asked has gone");
        }
    }
}

fn failed(ja: &str, en: &str) -> Problem {
    Problem::failed(format!(
        "{ja}何も書き込まれていません。もう一度実行してください。\n{en} Nothing was written: try again."
    ))
}

/// Takes the socket's name, for the owner alone. Nothing is removed there but a socket.
fn bind(home: &Path) -> std::io::Result<Bound> {
    reach(home, |path| {
        if path.symlink_metadata().is_ok_and(|there| there.file_type().is_socket()) {
            std::fs::remove_file(path)?;
        }
        let bound = Bound::bind(path)?;
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o600))?;
        bound.set_nonblocking(true)?;
        Ok(bound)
    })
}

/// Takes connections until told to stop; each is attended to by itself.
async fn listen(listener: UnixListener, queue: SyncSender<Asked>, mut stop: mpsc::Receiver<()>) {
    tracing::debug!(socket = NAME, "listening for other commands");
    let places = Arc::new(Semaphore::new(CLIENTS_MAX));
    while let Ok(place) = Arc::clone(&places).acquire_owned().await {
        tokio::select! {
            _ = stop.recv() => break,
            connected = listener.accept() => match connected {
                Ok((stream, _)) => {
                    let queue = queue.clone();
                    tokio::spawn(async move {
                        attend(stream, queue).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection to the socket could not be taken");
                    tokio::time::sleep(BREATH).await;
                }
            },
        }
    }
    let all = timeout(LAST_WORDS, places.acquire_many(CLIENTS_MAX as u32)).await;
    tracing::debug!(answered = all.is_ok(), "no longer listening");
}

async fn attend(mut stream: UnixStream, queue: SyncSender<Asked>) {
    let own = rustix::process::geteuid().as_raw();
    if stream.peer_cred().map_or(true, |peer| peer.uid() != own) {
        tracing::warn!("another user's process was turned away from the socket");
        return;
    }
    let verdict = match read(&mut stream).await {
        Ok(request) => match wait(&mut stream, &queue, request).await {
            Some(verdict) => verdict,
            None => return,
        },
        Err(problem) => {
            tracing::info!("what came over the socket was no request");
            Err(problem)
        }
    };
    say(&mut stream, &verdict.map_or_else(Line::Refused, Line::Done)).await;
}

/// One request, whole and in time.
async fn read(stream: &mut UnixStream) -> Result<Request, Problem> {
    let mut line = Vec::new();
    // One byte more than a request may have shows that it has too many.
    let mut some = BufReader::new(stream.take(REQUEST_BYTES_MAX as u64 + 1));
    let read = timeout(LINE_LIMIT, some.read_until(b'\n', &mut line)).await;
    if !read.is_ok_and(|read| read.is_ok()) || line.len() > REQUEST_BYTES_MAX || !line.ends_with(b"\n") {
        return Err(failed("要求が届き切らないか、長すぎます。", "The request did not come whole, or is too long."));
    }
    serde_json::from_slice(&line).map_err(|_| {
        Problem::usage(
            "要求を理解できません。書き込み中の行灯と同じ版の andon を使ってください。\n\
             Not a request known here: use the same version of andon as the one that is writing.",
        )
    })
}

/// Hands the request to the writer and waits for what becomes of it, telling the client that we are still here. `None`
/// when the client has gone and nothing was done.
async fn wait(stream: &mut UnixStream, queue: &SyncSender<Asked>, request: Request) -> Option<Result<Answer, Problem>> {
    let (answer, mut answered) = mpsc::channel(1);
    let taken = Arc::new(AtomicBool::new(false));
    if queue.try_send(Asked { request, taken: Arc::clone(&taken), answer }).is_err() {
        return Some(Err(failed("ほかの要求が並んでいます。", "Too many requests are waiting.")));
    }
    let began = Instant::now();
    loop {
        match timeout(BEAT, answered.recv()).await {
            Ok(Some(done)) => return Some(done),
            Ok(None) => return Some(Err(failed("プログラムが終わるところです。", "The program is ending."))),
            Err(_) => {
                let here = say(stream, &Line::Waiting).await;
                let withdraw = !here || began.elapsed() > WAIT_LIMIT;
                if withdraw && !taken.swap(true, Ordering::AcqRel) {
                    return here.then(|| Err(failed("順番が回ってきませんでした。", "The writer had no time.")));
                }
            }
        }
    }
}

/// True when the client took the line.
async fn say(stream: &mut UnixStream, line: &Line) -> bool {
    let Ok(line) = encode(line) else { return false };
    timeout(LINE_LIMIT, stream.write_all(&line)).await.is_ok_and(|said| said.is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(taken: bool) -> (Asked, mpsc::Receiver<Result<Answer, Problem>>) {
        let (answer, answered) = mpsc::channel(1);
        let taken = Arc::new(AtomicBool::new(taken));
        (Asked { request: Request::RebuildIndexes, taken, answer }, answered)
    }

    #[test]
    fn what_was_withdrawn_is_not_done_and_what_was_taken_up_cannot_be_withdrawn() {
        let (withdrawn, mut answered) = asked(true);
        withdrawn.be_done(&mut |_| panic!("done although its client was told that it is not"));
        assert!(answered.try_recv().is_err());
        let (whole, mut answered) = asked(false);
        let mark = Arc::clone(&whole.taken);
        whole.be_done(&mut |_| {
            assert!(mark.swap(true, Ordering::AcqRel), "whoever would withdraw it now comes too late");
            Ok(Answer::Done)
        });
        assert_eq!(answered.try_recv().unwrap().unwrap(), Answer::Done);
    }

    #[test]
    fn a_request_that_stops_in_the_middle_is_told_and_the_next_is_done() {
        let (first, mut answered) = asked(false);
        first.be_done(&mut |_| panic!("a defect"));
        assert!(answered.try_recv().unwrap().unwrap_err().words.contains("half-way"));
        let (next, mut answered) = asked(false);
        next.be_done(&mut |_| Ok(Answer::Done));
        assert!(answered.try_recv().unwrap().is_ok());
    }
}
