//! One exchange between two stations on a line: each says what it has of every log, and gives the other one bundle of what it lacks. The
//! bundles are those that a stick carries, made and taken in by the same code; the line adds who speaks, and what is there now.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{self, Read};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use store::{LogState, Reader, StationId};
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{
    AlertDescription, ClientConnection, Error as TlsError, ServerConfig, ServerConnection, StreamOwned,
};
use vault::bundle::FILE_BYTES_MAX;
use vault::receiver::{self, SERVER_NAME};

use super::super::body::About;
use super::super::export::{Exported, about};
use super::super::import::{self, Received};
use super::charts::Came;
use super::wire::{self, Kind, Line, Timed};
use crate::event::AddressSaid;
use crate::home::{Home, Problem};
use crate::hospital::{self, Heard, Members};
use crate::lines::{self, Why};
use crate::role::Role;
use crate::web;
use crate::world;
use crate::writing::{Answer, Request};

/// A station in the house is there within this, or is not there.
const CONNECT: Duration = Duration::from_secs(5);
/// Within this time both have shown who they are and said what they have.
pub(super) const TALK: Duration = Duration::from_secs(30);
/// A bundle may take so long, and a second more for each of so many bytes: slower is no network of a hospital.
const SLOWEST: u64 = 64 << 10;
/// The other takes in what was sent, and makes its own; its writer may have other work first.
pub(super) const WORK: Duration = Duration::from_secs(300);
/// An exchange with a station waits so long for another with it to end.
const TURN: Duration = Duration::from_secs(20);
/// Bytes of what is said of all logs, at most: as of a bundle's beginning.
const HEADS_BYTES_MAX: u64 = 1 << 20;
/// Bytes of a refusal's words, at most.
pub(super) const WORDS_BYTES_MAX: u64 = 4 << 10;

/// Of each life of a log that is here its station (32 hexadecimal digits), the life, and first and last number of each stretch.
type Ranges = Vec<(String, u32, Vec<(u64, u64)>)>;

/// What a station says on a line of itself and of all logs that it has.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Heads {
    about: About,
    ranges: Ranges,
}

impl Heads {
    fn of(home: &Home) -> Result<Heads, Problem> {
        let reader = home.reader()?;
        let logs = reader.logs()?;
        let one = |log: &LogState| (log.station.to_string(), log.incarnation, log.ranges.clone());
        Ok(Heads { about: about(&reader, &logs, world::now()), ranges: logs.iter().map(one).collect() })
    }
}

/// Whether something is here that the other does not have.
fn has_news(ours: &Ranges, theirs: &Ranges) -> bool {
    ours.iter().any(|(station, life, here)| {
        let held = theirs.iter().find(|(of, in_life, _)| (of, in_life) == (station, life));
        let there = |(first, last): &(u64, u64)| {
            held.is_some_and(|(_, _, held)| held.iter().any(|(from, to)| from <= first && last <= to))
        };
        !here.iter().all(there)
    })
}

/// Why an exchange did not come to its end.
#[derive(Debug)]
pub struct Failed {
    /// In a word.
    pub why: Why,
    /// In a sentence.
    pub problem: Problem,
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Failed {
        Failed { why: Why::Here, problem }
    }
}

impl From<store::Error> for Failed {
    fn from(error: store::Error) -> Failed {
        Failed::from(Problem::from(error))
    }
}

impl From<vault::Error> for Failed {
    fn from(error: vault::Error) -> Failed {
        Failed::from(Problem::failed(error.to_string()))
    }
}

impl From<TlsError> for Failed {
    fn from(error: TlsError) -> Failed {
        Failed::from(Problem::failed(format!("TLS: {error}")))
    }
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Failed {
        let tls = error.get_ref().and_then(|inner| inner.downcast_ref::<TlsError>());
        let (why, ja, en) = match tls {
            Some(TlsError::InvalidCertificate(_)) => (
                Why::Another,
                "このアドレスにいるのは、登録した端末ではありません。何も送っていません。アドレスを確かめてください。",
                "Who is at this address is not the station that was registered; nothing was sent. Check the address.",
            ),
            Some(TlsError::AlertReceived(AlertDescription::AccessDenied)) => (
                Why::Unknown,
                "相手の端末に、この端末が登録されていません（または登録を取り消された）。相手でこの端末のカードを登録してください。",
                "The other station does not know this one, or no longer: register this station's card there.",
            ),
            _ => (
                Why::Broken,
                "やりとりが途中で切れました（回線が切れた、遅すぎる、または相手が行灯でない）。もう一度試します。",
                "The line broke, was too slow, or the other is no Andon. It is tried again.",
            ),
        };
        Failed { why, problem: Problem::failed(format!("{ja}\n{en} ({error})")) }
    }
}

/// What went over a line.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// With whom.
    pub station: StationId,
    /// Its name here.
    pub name: String,
    /// Events that were sent.
    pub sent: u64,
    /// What came of the other's bundle, where one came.
    pub received: Option<Received>,
    /// What came of its charts, where this station follows it.
    pub charts: Option<Came>,
}

/// This end of every line: the home, and what it remembers of the others while the program runs.
pub struct Here {
    home: Home,
    write: web::Write,
    stop: Arc<AtomicBool>,
    /// What was sent to a station when this was here and that was there: once is enough, whatever it left out.
    sent: Mutex<HashMap<StationId, (Ranges, Ranges)>>,
    /// Stations that are being answered.
    busy: Mutex<HashSet<StationId>>,
}

/// One station is answered by one thread at a time.
struct Turn<'a>(&'a Here, StationId);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.busy.lock().unwrap_or_else(PoisonError::into_inner).remove(&self.1);
    }
}

impl Here {
    /// The end in a home; `write` has something written, and nothing goes on after `stop`.
    pub fn new(home: &Home, write: web::Write, stop: Arc<AtomicBool>) -> Here {
        Here { home: home.clone(), write, stop, sent: Mutex::default(), busy: Mutex::default() }
    }

    /// The home.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Whether the program is told to stop.
    pub fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Says in the log where a station listens.
    ///
    /// # Errors
    /// Nobody can write now.
    pub fn say_address(&self, id: StationId, address: SocketAddr, by: &str) -> Result<(), Problem> {
        let event = AddressSaid { station: id.to_string(), address: address.to_string() };
        let role = Role::Operator.code().to_owned();
        self.written(&Request::Address { event, by: by.to_owned(), role }).map(drop)
    }

    /// Speaks with a station at an address, and writes down whether that went well.
    ///
    /// # Errors
    /// Why it did not.
    pub fn call(&self, id: StationId, address: SocketAddr) -> Result<Exchanged, Failed> {
        let done = self.reach(id, address).and_then(|mut line| {
            let mut done = self.ask(&mut line, id)?;
            done.charts = self.charts_as_caller(&mut line, id);
            Ok(done)
        });
        self.note(id, done)
    }

    /// Answers who came in, and writes down whether that went well, once it is known who it is.
    ///
    /// # Errors
    /// Why it did not; a stranger.
    pub fn answer(&self, stream: TcpStream, config: &Arc<ServerConfig>) -> Result<Exchanged, Failed> {
        let timed = Timed::new(stream, TALK, &self.stop)?;
        let mut line = StreamOwned::new(ServerConnection::new(Arc::clone(config))?, timed);
        line.conn.complete_io(&mut line.sock)?;
        let shown = line.conn.peer_certificates().and_then(|all| all.first()).and_then(receiver::key_of);
        let id = shown
            .and_then(|key| member(&self.home, &key))
            .ok_or(io::ErrorKind::PermissionDenied)
            .map_err(io::Error::from)?;
        let _turn = self.turn(id)?;
        let done = self.speak(&mut line, id).map(|mut done| {
            done.charts = self.charts_as_called(&mut line, id);
            done
        });
        self.note(id, done)
    }

    /// The side of TLS that answers: lets in who holds a member's key.
    ///
    /// # Errors
    /// The home does not open.
    pub fn config(&self) -> Result<Arc<ServerConfig>, Problem> {
        let home = self.home.clone();
        let knows = Arc::new(move |key: &VerifyingKey| member(&home, key).is_some());
        let secret = self.home.reader()?.station_secret()?;
        receiver::config(&SigningKey::from_bytes(&secret), knows).map_err(|error| Problem::failed(error.to_string()))
    }

    fn reach(&self, id: StationId, address: SocketAddr) -> Result<StreamOwned<ClientConnection, Timed>, Failed> {
        let reader = self.home.reader()?;
        let members = reader.once(Members::of)?;
        let key = members.others().find(|(known, _)| **known == id).and_then(|(_, member)| member.key);
        let key = key.ok_or_else(|| {
            Problem::failed(format!("{id}: 登録されていない端末です。 / this station is not known here, or no longer."))
        })?;
        let secret = reader.station_secret()?;
        let config =
            receiver::caller(&SigningKey::from_bytes(&secret), Arc::new(move |shown| shown.as_bytes() == &key))?;
        let stream = TcpStream::connect_timeout(&address, CONNECT).map_err(|error| Failed {
            why: Why::Unreached,
            problem: Problem::failed(format!(
                "{address}: つながりません。相手の端末で `andon serve --exchange` が動いているか、ケーブルとアドレスを確かめてください。\n\
                 {address}: nobody answers. Is `andon serve --exchange` running there? Check cable and address. ({error})"
            )),
        })?;
        let name = ServerName::try_from(SERVER_NAME).map_err(|_| Problem::failed(SERVER_NAME))?;
        let timed = Timed::new(stream, TALK, &self.stop)?;
        Ok(StreamOwned::new(ClientConnection::new(config, name)?, timed))
    }

    /// The side that called.
    fn ask(&self, line: &mut dyn Line, id: StationId) -> Result<Exchanged, Failed> {
        let theirs = heads_of(line)?;
        self.hear(id, &theirs)?;
        let ours = Heads::of(&self.home)?;
        put_heads(line, &ours)?;
        let sent = self.send(line, id, (&ours, &theirs))?;
        line.within(WORK);
        let after = heads_of(line)?;
        self.hear(id, &after)?;
        if sent > 0 {
            self.remember(id, ours, after);
        }
        let received = self.take(line)?;
        if received.is_some() {
            line.within(TALK);
            wire::put(line, Kind::Done, &[])?;
        }
        self.told(id, sent, received)
    }

    /// The side that was called.
    fn speak(&self, line: &mut dyn Line, id: StationId) -> Result<Exchanged, Failed> {
        line.within(TALK);
        put_heads(line, &Heads::of(&self.home)?)?;
        let theirs = heads_of(line)?;
        self.hear(id, &theirs)?;
        line.within(WORK);
        let received = match self.take(line) {
            Ok(received) => received,
            Err(failed) => {
                let words: String = failed.problem.words.chars().take(WORDS_BYTES_MAX as usize / 4).collect();
                line.within(TALK);
                // Who does not listen to why learns it from the line that ends.
                wire::put(line, Kind::Refused, words.as_bytes()).unwrap_or_default();
                return Err(failed);
            }
        };
        let ours = Heads::of(&self.home)?;
        line.within(TALK);
        put_heads(line, &ours)?;
        let sent = self.send(line, id, (&ours, &theirs))?;
        if sent > 0 {
            line.within(WORK);
            wire::get(line, Kind::Done, 0)?;
            self.remember(id, ours, theirs);
        }
        self.told(id, sent, received)
    }

    fn told(&self, station: StationId, sent: u64, received: Option<Received>) -> Result<Exchanged, Failed> {
        let name = self.home.reader()?.once(Members::of)?.name(station);
        Ok(Exchanged { station, name, sent, received, charts: None })
    }

    /// Keeps what the other says that it has, where that is new: the next bundle for it holds what is missing.
    fn hear(&self, id: StationId, said: &Heads) -> Result<(), Failed> {
        let known = hospital::heard(&self.home.reader()?, id)?;
        let about = &said.about;
        if known.is_some_and(|known| (&known.program, &known.held) == (&about.program, &about.held)) {
            return Ok(());
        }
        let heard =
            Heard { program: about.program.clone(), made: about.made, came: world::now().0, held: about.held.clone() };
        self.written(&Request::Line { station: id.to_string(), contact: None, heard: Some(heard) })?;
        Ok(())
    }

    /// Sends a bundle of what the other lacks, or that there is none; how many events.
    fn send(&self, line: &mut dyn Line, id: StationId, (ours, theirs): (&Heads, &Heads)) -> Result<u64, Failed> {
        let state = (&ours.ranges, &theirs.ranges);
        let before = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let was_sent = before.get(&id).is_some_and(|(here, there)| (here, there) == state);
        drop(before);
        if was_sent || !has_news(state.0, state.1) {
            wire::put(line, Kind::Nothing, &[])?;
            return Ok(0);
        }
        let dir = std::path::absolute(self.home.dir())?;
        let (name, to) = import::spool_place(&dir)?;
        let request = Request::ExportBundle { to: to.clone(), all: false, stations: vec![id.to_string()] };
        let sent = self.written(&request).map_err(Failed::from).and_then(|answer| match answer {
            Answer::Exported(Exported { events, bytes, .. }) => {
                line.within(patience(bytes));
                wire::put_head(line, Kind::Bundle, bytes)?;
                io::copy(&mut File::open(&to)?.take(bytes), &mut *line)?;
                line.flush()?;
                Ok(events)
            }
            _ => Err(Problem::failed("answer").into()),
        });
        import::forget(&dir, &name);
        sent
    }

    /// Takes in the bundle that comes, if one does.
    fn take(&self, line: &mut dyn Line) -> Result<Option<Received>, Failed> {
        let length = match wire::head(line)? {
            (Kind::Nothing, 0) => return Ok(None),
            (Kind::Refused, length) => return Err(refused(line, length)),
            (Kind::Bundle, length) if length <= FILE_BYTES_MAX => length,
            _ => return Err(io::Error::from(io::ErrorKind::InvalidData).into()),
        };
        line.within(patience(length));
        let (name, mut file) = import::spooled(self.home.dir())?;
        let copied = io::copy(&mut (&mut *line).take(length), &mut file);
        let received = match copied {
            Ok(copied) if copied == length => {
                self.written(&Request::TakeBundle { name: name.clone() }).map_err(Failed::from)
            }
            Ok(_) => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            Err(error) => Err(error.into()),
        };
        import::forget(self.home.dir(), &name);
        match received? {
            Answer::Received(received) => Ok(Some(received)),
            _ => Err(Problem::failed("answer").into()),
        }
    }

    pub(super) fn written(&self, request: &Request) -> Result<Answer, Problem> {
        (self.write)(&self.home, request)
    }

    fn remember(&self, id: StationId, ours: Heads, theirs: Heads) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.insert(id, (ours.ranges, theirs.ranges));
    }

    fn turn(&self, id: StationId) -> Result<Turn<'_>, Failed> {
        let until = Instant::now() + TURN;
        while !self.busy.lock().unwrap_or_else(PoisonError::into_inner).insert(id) {
            if Instant::now() > until || self.is_stopped() {
                return Err(io::Error::from(io::ErrorKind::TimedOut).into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(Turn(self, id))
    }

    /// Writes down how an exchange ended, where that is new.
    fn note(&self, id: StationId, done: Result<Exchanged, Failed>) -> Result<Exchanged, Failed> {
        if done.is_err() {
            self.sent.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
        }
        // The program ends: that says nothing of the other.
        if done.is_err() && self.is_stopped() {
            return done;
        }
        let tried = done.as_ref().map(|_| ()).map_err(|failed| failed.why);
        let noted = self.home.reader().and_then(|reader| lines::contact(&reader, id)).and_then(|known| {
            match known.after(tried, world::now().0) {
                Some(contact) => {
                    let request = Request::Line { station: id.to_string(), contact: Some(contact), heard: None };
                    self.written(&request).map(drop)
                }
                None => Ok(()),
            }
        });
        if let Err(problem) = noted {
            tracing::warn!(exit = problem.exit as u8, "how a station was reached could not be written down");
        }
        done
    }
}

/// Whose key this is, if it is a member's.
fn member(home: &Home, key: &VerifyingKey) -> Option<StationId> {
    let members = home.reader().and_then(|reader: Reader| reader.once(Members::of)).ok()?;
    members.others().find(|(_, member)| member.key.as_ref() == Some(key.as_bytes())).map(|(id, _)| *id)
}

pub(super) fn patience(bytes: u64) -> Duration {
    TALK + Duration::from_secs(bytes / SLOWEST)
}

fn put_heads(line: &mut dyn Line, heads: &Heads) -> Result<(), Failed> {
    let text = serde_json::to_vec(heads).map_err(|error| Problem::failed(error.to_string()))?;
    Ok(wire::put(line, Kind::Heads, &text)?)
}

fn heads_of(line: &mut dyn Line) -> Result<Heads, Failed> {
    let text = match wire::head(line)? {
        (Kind::Heads, length) => wire::bytes(line, length, HEADS_BYTES_MAX)?,
        (Kind::Refused, length) => return Err(refused(line, length)),
        _ => return Err(io::Error::from(io::ErrorKind::InvalidData).into()),
    };
    Ok(serde_json::from_slice(&text).map_err(io::Error::from)?)
}

/// Why the other did not take what was sent, in its words.
fn refused(line: &mut dyn Line, length: u64) -> Failed {
    match wire::bytes(line, length, WORDS_BYTES_MAX) {
        Err(error) => error.into(),
        Ok(words) => {
            let words = String::from_utf8_lossy(&words);
            let plain: String = words.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
            let said = format!("相手の端末が取り込みませんでした / the other station did not take it:\n{plain}");
            Failed { why: Why::Refused, problem: Problem::failed(said) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_news_where_a_stretch_here_is_not_whole_there() {
        let log = |ranges: &[(u64, u64)]| vec![("a".to_owned(), 1, ranges.to_vec())];
        for (ours, theirs, news) in [
            (log(&[(1, 5)]), log(&[(1, 5)]), false),
            (log(&[(1, 5)]), log(&[(1, 9)]), false),
            (log(&[(1, 6)]), log(&[(1, 5)]), true),
            // What the other lacks is not here either.
            (log(&[(1, 3), (6, 9)]), log(&[(1, 3), (6, 9)]), false),
            (log(&[(1, 9)]), log(&[(1, 3), (6, 9)]), true),
            (log(&[(1, 1)]), Vec::new(), true),
            (log(&[(1, 1)]), vec![("a".to_owned(), 2, vec![(1, 1)])], true),
            (Vec::new(), log(&[(1, 1)]), false),
        ] {
            assert_eq!(has_news(&ours, &theirs), news, "{ours:?} {theirs:?}");
        }
    }
}
