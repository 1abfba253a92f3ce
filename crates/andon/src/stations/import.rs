//! Taking a bundle in: one regular file is copied into the home, the signature on its outside is held against a member's key, and only
//! then is anything decrypted. The same bundle again changes nothing.

use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use chart::Moment;
use rustix::fs::OFlags;
use serde::{Deserialize, Serialize};
use store::{Refusal, Run, StationId, Taken, Writer};
use vault::bundle::{self, Form, Outside};
use vault::keys::Identity;

use super::body::{Body, Record};
use super::card;
use crate::attachments;
use crate::event::{self, Event};
use crate::home::{Exit, Home, Problem};
use crate::hospital::{self, Heard, Members};

/// Where a bundle lies while it is looked at.
const SPOOL: &str = "bundles";
/// What lies there longer is forgotten.
const SPOOL_AGE_MAX: Duration = Duration::from_secs(86_400);
/// A bundle brings those who may speak before those who speak: what a first reading did not know a second does.
const READINGS_MAX: usize = 4;

/// What came of a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// Who made it, 32 hexadecimal digits, and its name here.
    pub station: String,
    /// See `station`.
    pub name: String,
    /// When it was made, by its clock, milliseconds.
    pub made: i64,
    /// Events that were new here.
    pub new: u64,
    /// Events that were here already.
    pub known: u64,
    /// What came of each log.
    pub logs: Vec<ReceivedLog>,
    /// Files attached to lines of the chronology that were new here.
    #[serde(default)]
    pub files: u64,
    /// Whether our own log was further there: this home was restored or copied, and goes on in a new life.
    pub behind: bool,
}

/// What came of one log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReceivedLog {
    /// Whose, 32 hexadecimal digits, and its name here.
    pub station: String,
    /// See `station`.
    pub name: String,
    /// Which life.
    pub incarnation: u32,
    /// Events new here.
    pub new: u64,
    /// Numbers that stand for two events.
    pub forks: u64,
    /// Minutes its clock runs ahead of ours, where more than ten.
    pub ahead_minutes: i64,
    /// Runs that were not taken in, and why: `stranger`, `no_event`, `broken`, `signature`, and a number.
    pub refused: Vec<(String, u64)>,
}

impl Received {
    /// Whether something in it is not what it says.
    pub fn is_unsound(&self) -> bool {
        self.logs.iter().any(|log| log.forks > 0 || log.refused.iter().any(|(word, _)| word != "stranger"))
    }
}

/// Copies one named regular file into the home, for [`take`]; its name there.
///
/// # Errors
/// It is no regular file, a link, too long, or cannot be read.
pub fn bring(home: &Home, from: &Path) -> Result<String, Problem> {
    let named = from.display();
    let flags = (OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC).bits() as i32;
    let no = |error: &std::io::Error| {
        Problem::failed(format!(
            "{named}: 読めません（ふつうのファイルだけ）。 / cannot be read; a regular file only. ({error})"
        ))
    };
    let file = OpenOptions::new().read(true).custom_flags(flags).open(from).map_err(|error| no(&error))?;
    let about = file.metadata().map_err(|error| no(&error))?;
    if !about.is_file() || about.len() > bundle::FILE_BYTES_MAX {
        return Err(no(&std::io::ErrorKind::InvalidInput.into()));
    }
    let (name, mut copy) = spooled(home.dir())?;
    let copied = std::io::copy(&mut file.take(bundle::FILE_BYTES_MAX), &mut copy);
    if let Err(error) = copied {
        forget(home.dir(), &name);
        return Err(no(&error));
    }
    Ok(name)
}

/// A name in the spool that nothing has yet, and where that lies.
///
/// # Errors
/// The disk says no.
pub fn spool_place(home: &Path) -> std::io::Result<(String, PathBuf)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = spool(home);
    std::fs::create_dir_all(&folder)?;
    let (now, next) = (crate::world::now().0 as u32, NEXT.fetch_add(1, Ordering::Relaxed));
    let name = format!("{:08}-{now:08x}-{next:x}", std::process::id());
    let place = folder.join(&name);
    Ok((name, place))
}

/// An empty file in the home for a bundle, and its name there.
///
/// # Errors
/// The disk says no.
pub fn spooled(home: &Path) -> std::io::Result<(String, File)> {
    let (name, place) = spool_place(home)?;
    Ok((name, create_new(&place)?))
}

/// An empty file that only this station's account reads, where there was none.
///
/// # Errors
/// It is there already; the disk says no.
pub(super) fn create_new(place: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(place)
}

/// Takes away what a program left in the spool that was ended in its midst: no bundle takes a day to be taken in.
pub fn clear_spool(home: &Path) {
    let Ok(files) = std::fs::read_dir(spool(home)) else { return };
    for file in files.flatten() {
        let age = file.metadata().and_then(|about| about.modified()).ok().and_then(|at| at.elapsed().ok());
        if age.is_some_and(|age| age > SPOOL_AGE_MAX) {
            std::fs::remove_file(file.path()).unwrap_or_default();
        }
    }
}

/// Takes the copy away again.
pub fn forget(home: &Path, name: &str) {
    std::fs::remove_file(spool(home).join(name)).unwrap_or_default();
}

fn spool(home: &Path) -> PathBuf {
    home.join(SPOOL)
}

/// What a file that was brought into the home says that it carries.
///
/// # Errors
/// It is no file of ours.
pub fn form(home: &Path, name: &str) -> Result<Form, Problem> {
    let mut file = File::open(spool(home).join(name))?;
    Ok(bundle::outside(&mut file).map_err(|error| Problem::failed(error.to_string()))?.form)
}

/// The file of a name in the spool.
pub(super) fn brought(home: &Path, name: &str) -> Result<File, Problem> {
    if name.chars().any(|c| !c.is_ascii_hexdigit() && c != '-') {
        return Err(Problem::usage("name"));
    }
    Ok(File::open(spool(home).join(name))?)
}

/// The outside of a file that must carry this.
pub(super) fn outside(file: &mut File, form: Form) -> Result<Outside, Problem> {
    let outside = bundle::outside(file).map_err(|error| Problem::failed(error.to_string()))?;
    match outside.form == form {
        true => Ok(outside),
        false => Err(Problem::failed(
            "記録とカルテの写しを取り違えています。`andon log import` はどちらも見分けます。\n\
             Entries of logs in the place of charts, or the reverse; `andon log import` knows them apart.",
        )),
    }
}

/// Takes in a bundle that was brought into the home.
///
/// # Errors
/// It is no bundle, a stranger's, changed on its way, sealed to others, of a drill in a real home, or the store cannot be written.
pub fn take(writer: &mut Writer, name: &str, now: Moment) -> Result<Received, Problem> {
    let mut file = brought(writer.dir(), name)?;
    let outside = outside(&mut file, Form::Logs)?;
    let maker = StationId(outside.station);
    let members = Members::of(writer)?;
    believed(&members, &outside, maker)?;
    let identity = card::identity(writer)?;
    let mut received = Received { station: maker.to_string(), ..Received::default() };
    let done = readings(writer, &mut file, (&outside, &identity), &mut received, now);
    // What was taken in before something went wrong is here, and so is that it was our own.
    say_begun(writer, &received, now)?;
    done.map_err(|error| opening(&error, &members.name(maker))).and_then(|done| done)?;
    know_members(writer)?;
    let members = Members::of(writer)?;
    received.name = members.name(maker);
    for log in &mut received.logs {
        let id = vault::hash::from_hex(&log.station).and_then(|id| id.try_into().ok()).map(StationId);
        log.name = id.map_or_else(String::new, |id| members.name(id));
    }
    Ok(received)
}

/// Reads a bundle as often as a reading makes stations known whose logs are in it.
fn readings(
    writer: &mut Writer,
    file: &mut File,
    (outside, identity): (&Outside, &Identity),
    received: &mut Received,
    now: Moment,
) -> vault::Result<Result<(), Problem>> {
    for _ in 0..READINGS_MAX {
        received.logs.iter_mut().for_each(|log| log.refused.clear());
        received.known = 0;
        let maker = StationId(outside.station);
        let done =
            bundle::open(file, outside, identity.age(), |from| Ok(inside(writer, (from, received), maker, now)))?;
        let strangers = received.logs.iter().any(|log| log.refused.iter().any(|(word, _)| word == "stranger"));
        let again = match done {
            Ok(()) if strangers => know_members(writer),
            done => done.map(|()| false),
        };
        match again {
            Ok(true) => {}
            again => return Ok(again.map(drop)),
        }
    }
    Ok(Ok(()))
}

/// Says in the log that it goes on in a new life.
fn say_begun(writer: &mut Writer, received: &Received, now: Moment) -> Result<(), Problem> {
    if !received.behind {
        return Ok(());
    }
    let incarnation = writer.head().incarnation;
    let reason = "a bundle held more of this log than the home".to_owned();
    event::append(writer, &Event::LifeBegun { incarnation, reason }, "", now)
}

/// The outside of a bundle is a member's and whole.
pub(super) fn believed(members: &Members, outside: &Outside, maker: StationId) -> Result<(), Problem> {
    let own = maker == members.own;
    let key = members.all.get(&maker).filter(|member| own || member.revoked.is_none()).and_then(|member| member.key);
    let Some(key) = key else {
        return Err(Problem::failed(format!(
            "{maker}: この端末の知らない（または登録を取り消した）端末の持ち運びファイルです。開いていません。\
             相手のカードを `andon station trust` で登録してください。\n\
             {maker}: the bundle of a station that is not known here, or no longer. It was not opened. \
             Register its card with `andon station trust`."
        )));
    };
    match outside.is_by(&key) {
        true => Ok(()),
        false => Err(Problem {
            exit: Exit::Integrity,
            words: format!(
                "{0}（{maker}）: 署名が合いません。途中で壊れたか、書き換えられています。開いていません。もう一度書き出してください。\n\
                 {0} ({maker}): the signature does not hold: damaged or changed on its way. It was not opened; export it again.",
                members.name(maker)
            ),
        }),
    }
}

pub(super) fn opening(error: &vault::Error, maker: &str) -> Problem {
    match error {
        vault::Error::WrongKey { .. } => Problem::failed(format!(
            "{maker}: この端末に宛てて封じられていません。相手の端末でこの端末のカードを登録し、もう一度書き出してください。\n\
             {maker}: not sealed to this station. Register this station's card there and export again."
        )),
        error if error.is_fault() => Problem { exit: Exit::Integrity, words: format!("{maker}: {error}") },
        error => Problem::failed(format!("{maker}: {error}")),
    }
}

/// Knows every member that was admitted by somebody whose word counts; whether one was new.
fn know_members(writer: &mut Writer) -> Result<bool, Problem> {
    let members = Members::of(writer)?;
    let known: Vec<StationId> = writer.known_stations()?.into_iter().map(|(id, _)| id).collect();
    let new: Vec<(StationId, [u8; 32])> = members
        .all
        .iter()
        .filter(|(id, _)| !known.contains(id))
        .filter_map(|(id, member)| Some((*id, member.key?)))
        .collect();
    writer.batch(|batch| new.iter().try_for_each(|(id, key)| batch.know_station(*id, key).map(drop)))?;
    Ok(!new.is_empty())
}

fn inside(
    writer: &mut Writer,
    (from, received): (&mut dyn Read, &mut Received),
    maker: StationId,
    now: Moment,
) -> Result<(), Problem> {
    let (about, mut body) = Body::new(from)?;
    if about.training != writer.about().training {
        return Err(Problem::failed(
            "訓練用のホームと本番のホームの間では、記録を渡せません。\n\
             Entries do not pass between a training home and a real one.",
        ));
    }
    received.made = about.made;
    while let Some(record) = body.record()? {
        match record {
            Record::Run(run) => {
                let taken = writer.batch(|batch| batch.receive(&run, now))?;
                note(received, &run, taken);
            }
            Record::File(bytes) => received.files += u64::from(attachments::take(writer, &bytes, now)?),
        }
    }
    let heard = Heard { program: about.program, made: about.made, came: now.0, held: about.held };
    hospital::keep_heard(writer, maker, &heard)
}

fn note(received: &mut Received, run: &Run, taken: Result<Taken, Refusal>) {
    let station = run.station.to_string();
    let same = |log: &ReceivedLog| log.station == station && log.incarnation == run.incarnation;
    let at = received.logs.iter().position(same).unwrap_or_else(|| {
        let incarnation = run.incarnation;
        received.logs.push(ReceivedLog { station: station.clone(), incarnation, ..ReceivedLog::default() });
        received.logs.len() - 1
    });
    let log = &mut received.logs[at];
    match taken {
        Ok(taken) => {
            (received.new, received.known) = (received.new + taken.new, received.known + taken.known);
            received.behind |= taken.behind;
            (log.new, log.forks) = (log.new + taken.new, log.forks + taken.forks);
            if taken.ahead_minutes > store::clock::GUARD_MINUTES {
                log.ahead_minutes = log.ahead_minutes.max(taken.ahead_minutes);
            }
        }
        Err(refusal) => {
            let (word, no) = match refusal {
                Refusal::Stranger => ("stranger", run.events.len() as u64),
                Refusal::NoEvent(at) => ("no_event", at),
                Refusal::Broken(no) => ("broken", no),
                Refusal::Signature(no) => ("signature", no),
            };
            // The first of each kind says where; a hostile bundle may have thousands.
            if log.refused.iter().all(|(known, _)| known != word) {
                log.refused.push((word.to_owned(), no));
            }
        }
    }
}
