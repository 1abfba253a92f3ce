//! Charts on a line, behind the exchange of logs: who follows asks from where it stands and gets file after file, each as a stick carries it
//! and taken in by the same door, until it has all or the time of this call is over. First who called, then the other.

use std::fs::File;
use std::io::{self, Read};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use store::StationId;
use vault::bundle::FILE_BYTES_MAX;

use super::super::charts::give::{allowed, give, has_all};
use super::super::import;
use super::exchange::{Failed, Here, TALK, WORDS_BYTES_MAX, WORK, patience};
use super::wire::{self, Kind, Line};
use crate::following::{self, Following};
use crate::home::{Exit, Problem};
use crate::world;
use crate::writing::{Answer, ChartsAsked, Request};

/// One call asks no longer than this: logs are exchanged between two, and who else calls meanwhile waits.
const TURN: Duration = Duration::from_secs(10);
/// Bytes of one file, at most but for its last parcel: some thousand entries, which the follower takes in and lists in a second or two.
const LINE_BYTES: u64 = 1 << 20;
/// Bytes of a question, at most.
const ASK_BYTES_MAX: u64 = 4 << 10;

/// From where a follower stands.
#[derive(Debug, Serialize, Deserialize)]
struct Ask {
    /// The first parcel that it does not have.
    from: u64,
    /// How it was told that sources and holds stand.
    told: String,
    /// Number and digest (hexadecimal) of the last parcel that it has: whether the two have one history.
    last: Option<(u64, String)>,
}

/// What came of charts on a line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Came {
    /// Entries that were new here.
    pub new: u64,
    /// All is here that the other has.
    pub whole: bool,
    /// Why nothing more came, a word of [`crate::following::NOT_GIVEN`]; `None`: all is here, or the call's time was over.
    pub why: Option<&'static str>,
    /// The same in a sentence; empty for nothing.
    pub problem: String,
}

/// Why charts were not taken.
struct Not(&'static str, Problem);

impl From<io::Error> for Not {
    fn from(error: io::Error) -> Not {
        Not("there", Failed::from(error).problem)
    }
}

impl From<Problem> for Not {
    fn from(problem: Problem) -> Not {
        Not(if problem.exit == Exit::Integrity { "unfit" } else { "here" }, problem)
    }
}

impl From<store::Error> for Not {
    fn from(error: store::Error) -> Not {
        Not("here", error.into())
    }
}

fn asks(asked: ChartsAsked) -> Request {
    Request::Charts { asked }
}

impl Here {
    /// Asks for what this station follows, then lets the other ask; what came.
    pub(super) fn charts_as_caller(&self, line: &mut dyn Line, id: StationId) -> Option<Came> {
        let following = self.following()?;
        let came = following.follows.contains(&id).then(|| self.follow(line, id));
        let is_sound = came.as_ref().is_none_or(|came| came.why.is_none_or(|why| why == "not_allowed"));
        if is_sound && following.given.contains(&id) {
            // An older program ends the line here, and so does who follows nothing.
            let turned = wire::put(line, Kind::YourTurn, &[]).and_then(|()| self.answers(line, id).map(drop));
            turned.unwrap_or_else(|error| tracing::info!(%error, "the other asked for no charts"));
        }
        came
    }

    /// Answers what the other asks, and asks when it is this one's turn; what came.
    pub(super) fn charts_as_called(&self, line: &mut dyn Line, id: StationId) -> Option<Came> {
        // Who called and follows nothing ends the line here.
        if !self.answers(line, id).is_ok_and(|turn| turn) || !self.following()?.follows.contains(&id) {
            return None;
        }
        let came = self.follow(line, id);
        wire::put(line, Kind::Nothing, &[]).unwrap_or_default();
        Some(came)
    }

    fn following(&self) -> Option<std::sync::Arc<Following>> {
        self.home().reader().ok()?.once(Following::of).ok()
    }

    /// Asks until all is here, or the time is over; keeps why, where it is not.
    fn follow(&self, line: &mut dyn Line, id: StationId) -> Came {
        let (mut came, began) = (Came::default(), Instant::now());
        while !came.whole && began.elapsed() < TURN && !self.is_stopped() {
            if let Err(Not(why, problem)) = self.follow_once(line, id, &mut came) {
                (came.why, came.problem) = (Some(why), problem.words);
                break;
            }
        }
        if (came.whole || came.why.is_some()) && !self.is_stopped() {
            self.note_charts(id, came.why).unwrap_or_else(|problem| {
                tracing::warn!(exit = problem.exit as u8, "how charts came could not be written down");
            });
        }
        came
    }

    fn follow_once(&self, line: &mut dyn Line, id: StationId, came: &mut Came) -> Result<(), Not> {
        let reached = following::reached(&self.home().reader()?, id)?;
        let ask = Ask { from: reached.next.max(1), told: reached.told, last: reached.last };
        line.within(TALK);
        wire::put(line, Kind::AskCharts, &serde_json::to_vec(&ask).map_err(io::Error::from)?)?;
        line.within(WORK);
        match wire::head(line)? {
            (Kind::Nothing, 0) => came.whole = true,
            (Kind::Refused, length) => {
                let words = wire::bytes(line, length, WORDS_BYTES_MAX)?;
                let words = String::from_utf8_lossy(&words);
                let (code, said) = words.split_once('\n').unwrap_or((&words, ""));
                let why = if code == "not_allowed" { "not_allowed" } else { "there" };
                let said: String = said.chars().filter(|c| *c == '\n' || !c.is_control()).collect();
                return Err(Not(why, Problem::failed(said)));
            }
            (Kind::Charts, length) if length <= FILE_BYTES_MAX => {
                line.within(patience(length));
                let (name, mut file) = import::spooled(self.home().dir())?;
                let copied = io::copy(&mut (&mut *line).take(length), &mut file);
                let taken = match copied {
                    Ok(copied) if copied == length => {
                        self.written(&asks(ChartsAsked::Take { name: name.clone() })).map_err(Not::from)
                    }
                    Ok(_) => Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                    Err(error) => Err(error.into()),
                };
                import::forget(self.home().dir(), &name);
                let Answer::Charts(taken) = taken? else { return Err(Not("here", Problem::failed("answer"))) };
                (came.new, came.whole) = (came.new + taken.new, taken.whole);
            }
            _ => return Err(io::Error::from(io::ErrorKind::InvalidData).into()),
        }
        Ok(())
    }

    fn note_charts(&self, id: StationId, why: Option<&'static str>) -> Result<(), Problem> {
        let reached = following::reached(&self.home().reader()?, id)?;
        match reached.after(why, world::now().0) {
            None => Ok(()),
            Some(_) => {
                let why = why.map(str::to_owned);
                self.written(&asks(ChartsAsked::Nothing { station: id.to_string(), why })).map(drop)
            }
        }
    }

    /// Answers questions until the other has none; whether it is this one's turn then.
    fn answers(&self, line: &mut dyn Line, id: StationId) -> io::Result<bool> {
        // Who has nothing to ask says so at once; between two questions it takes in what it got.
        let mut patience = TALK;
        loop {
            line.within(patience);
            patience = WORK;
            match wire::head(line)? {
                (Kind::YourTurn, 0) => return Ok(true),
                (Kind::Nothing, 0) => return Ok(false),
                (Kind::AskCharts, length) => {
                    let ask: Ask = serde_json::from_slice(&wire::bytes(line, length, ASK_BYTES_MAX)?)?;
                    self.answer_charts(line, id, &ask)?;
                }
                _ => return Err(io::ErrorKind::InvalidData.into()),
            }
        }
    }

    fn answer_charts(&self, line: &mut dyn Line, id: StationId, ask: &Ask) -> io::Result<()> {
        let refuse = |line: &mut dyn Line, code: &str, problem: &Problem| {
            let words: String = problem.words.chars().take(WORDS_BYTES_MAX as usize / 8).collect();
            line.within(TALK);
            wire::put(line, Kind::Refused, format!("{code}\n{words}").as_bytes())
        };
        let reader = match self.home().reader() {
            Ok(reader) => reader,
            Err(problem) => return refuse(line, "there", &problem),
        };
        if let Err(problem) = allowed(&reader, id) {
            return refuse(line, "not_allowed", &problem);
        }
        let (name, place) = import::spool_place(self.home().dir())?;
        let made = has_all(&reader, ask.from, (&ask.told, ask.last.as_ref())).and_then(|has_all| match has_all {
            true => Ok(None),
            false => {
                let mut file = import::create_new(&place)?;
                Ok(Some(give(&reader, &mut file, (id, ask.from), LINE_BYTES, world::now())?.bytes))
            }
        });
        let sent = match made {
            Ok(None) => wire::put(line, Kind::Nothing, &[]),
            Ok(Some(bytes)) => File::open(&place).and_then(|file| {
                line.within(patience(bytes));
                wire::put_head(line, Kind::Charts, bytes)?;
                io::copy(&mut file.take(bytes), &mut *line)?;
                line.flush()
            }),
            Err(problem) => refuse(line, "there", &problem),
        };
        import::forget(self.home().dir(), &name);
        sent
    }
}
