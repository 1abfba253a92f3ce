//! What goes on by itself while pages are served: members who come in are answered, and members whose address is known are called,
//! every few seconds while there is something new, ever less often while one is away.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use store::{Reader, StationId};
use tokio_rustls::rustls::ServerConfig;

use super::super::import;
use super::exchange::Here;
use crate::home::{Home, Problem};
use crate::hospital::Members;
use crate::lines;
use crate::web;

/// Between two calls to a station that is there.
const EVERY: Duration = Duration::from_secs(5);
/// After an exchange that brought something: more may wait.
const SOON: Duration = Duration::from_secs(1);
/// Between two calls to a station that is away, at most.
const AWAY_MAX: Duration = Duration::from_secs(300);
/// Between two looks at whom to call.
const LOOK: Duration = Duration::from_secs(1);
/// How often whoever stops the program waits for at most.
const STEP: Duration = Duration::from_millis(100);
/// Lines that are answered at once; one more is closed. A hospital has some dozens of stations, and each speaks for a moment.
const LINES_MAX: usize = 32;
/// Of them from one address: who holds lines open holds few.
const LINES_OF_ONE_MAX: usize = 8;

/// The threads at work.
pub struct Background {
    /// Where members come in, if anywhere.
    pub address: Option<SocketAddr>,
    threads: Vec<JoinHandle<()>>,
}

/// Begins to listen, where an address is given by somebody, and to call; until told to stop. Where it listens is said in the log, so that
/// others learn of it.
///
/// # Errors
/// The address cannot be listened on, or the home does not open.
pub fn start(
    home: &Home,
    write: web::Write,
    (listen, by): (Option<SocketAddr>, &str),
    stop: Arc<AtomicBool>,
) -> Result<Background, Problem> {
    import::clear_spool(home.dir());
    let here = Arc::new(Here::new(home, write, stop));
    let (mut threads, mut address) = (Vec::new(), None);
    if let Some(at) = listen {
        let (listener, config) = (super::listen(at)?, here.config()?);
        address = Some(listener.local_addr()?);
        let here = Arc::clone(&here);
        threads.push(std::thread::spawn(move || answers(&here, &listener, &config)));
    }
    let own = address.map(|address| (address, by.to_owned()));
    threads.push(std::thread::spawn(move || calls(&here, own)));
    Ok(Background { address, threads })
}

impl Background {
    /// Waits until all has ended, after the program was told to stop.
    pub fn join(self) {
        for thread in self.threads {
            if thread.join().is_err() {
                tracing::error!("the exchange with other stations ended in a panic");
            }
        }
    }
}

/// Answers who comes in.
fn answers(here: &Arc<Here>, listener: &TcpListener, config: &Arc<ServerConfig>) {
    let mut open: Vec<(IpAddr, JoinHandle<()>)> = Vec::new();
    while !here.is_stopped() {
        open.retain(|(_, line)| !line.is_finished());
        match listener.accept() {
            Ok((stream, from)) => {
                let of_one = open.iter().filter(|(ip, _)| *ip == from.ip()).count();
                if open.len() >= LINES_MAX || of_one >= LINES_OF_ONE_MAX {
                    tracing::warn!("a line was closed: too many are open");
                    continue;
                }
                let (here, config) = (Arc::clone(here), Arc::clone(config));
                let line = std::thread::spawn(move || {
                    if let Err(failed) = here.answer(stream, &config) {
                        tracing::info!(why = ?failed.why, "a line did not come to its end");
                    }
                });
                open.push((from.ip(), line));
            }
            Err(error) => {
                if error.kind() != ErrorKind::WouldBlock {
                    tracing::warn!(%error, "a line could not be taken");
                }
                std::thread::sleep(STEP);
            }
        }
    }
    for (_, line) in open {
        line.join().unwrap_or_else(|_| tracing::error!("a line ended in a panic"));
    }
}

/// A station that is called: where, when next, how often in a row it was not reached, and the call on its way, which tells whether it brought
/// anything.
struct Try {
    address: SocketAddr,
    next: Instant,
    failures: u32,
    running: Option<JoinHandle<Option<bool>>>,
}

impl Try {
    /// Whether it may be called now.
    fn is_due(&mut self, now: Instant) -> bool {
        if let Some(ended) = self.running.take_if(|running| running.is_finished()) {
            let told = ended.join().ok().flatten();
            self.failures = if told.is_some() { 0 } else { self.failures.saturating_add(1) };
            self.next = now + pause(told, self.failures);
        }
        self.running.is_none() && self.next <= now
    }
}

/// How long to wait after a call that brought something, brought nothing, or failed so many times in a row.
fn pause(brought: Option<bool>, failures: u32) -> Duration {
    match brought {
        Some(true) => SOON,
        Some(false) => EVERY,
        None => (EVERY * 2_u32.saturating_pow(failures.min(16))).min(AWAY_MAX),
    }
}

/// Calls members whose address is known, and says where this station listens.
fn calls(here: &Arc<Here>, own: Option<(SocketAddr, String)>) {
    let (mut tries, mut reader): (HashMap<StationId, Try>, Option<Reader>) = (HashMap::new(), None);
    while !here.is_stopped() {
        if let Err(problem) = look(here, &own, &mut reader, &mut tries) {
            tracing::warn!(exit = problem.exit as u8, "whom to call could not be looked up: again");
            reader = None;
        }
        let began = Instant::now();
        while began.elapsed() < LOOK && !here.is_stopped() {
            std::thread::sleep(STEP);
        }
    }
    for running in tries.into_values().filter_map(|tried| tried.running) {
        running.join().map(drop).unwrap_or_else(|_| tracing::error!("a call ended in a panic"));
    }
}

/// One look: who is due is called, each on a thread of its own.
fn look(
    here: &Arc<Here>,
    own: &Option<(SocketAddr, String)>,
    reader: &mut Option<Reader>,
    tries: &mut HashMap<StationId, Try>,
) -> Result<(), Problem> {
    let reader = match reader {
        Some(reader) => reader,
        None => reader.insert(here.home().reader()?),
    };
    let (members, addresses) = (reader.once(Members::of)?, reader.once(lines::addresses)?);
    if let Some((address, by)) = own.as_ref().filter(|(address, _)| addresses.get(&members.own) != Some(address)) {
        here.say_address(members.own, *address, by)?;
    }
    let now = Instant::now();
    for (id, _) in members.others() {
        let Some(address) = addresses.get(id).copied() else { continue };
        let new = || Try { address, next: now, failures: 0, running: None };
        let tried = tries.entry(*id).or_insert_with(new);
        if tried.address != address && tried.running.is_none() {
            *tried = new();
        }
        if !tried.is_due(now) {
            continue;
        }
        let (here, id) = (Arc::clone(here), *id);
        tried.running = Some(std::thread::spawn(move || {
            let done = here.call(id, address);
            done.ok().map(|done| {
                let charts = done.charts.is_some_and(|came| came.new > 0);
                charts || done.sent > 0 || done.received.is_some_and(|received| received.new > 0)
            })
        }));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_away_is_called_ever_less_often_and_at_once_when_there_is_news() {
        let away: Vec<u64> = [1, 2, 3, 6, 7, 1000].map(|failures| pause(None, failures).as_secs()).to_vec();
        assert_eq!(away, [10, 20, 40, 300, 300, 300]);
        assert_eq!((pause(Some(true), 0), pause(Some(false), 0)), (SOON, EVERY));
    }
}
