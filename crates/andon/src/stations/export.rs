//! Writing a bundle: what the others do not have yet of every log that is here, sealed to all of them.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use chart::Moment;
use serde::{Deserialize, Serialize};
use store::{LogState, Run, StationId, Writer};

use super::body::{self, About};
use super::card;
use super::framed;
use crate::attachments::Attachments;
use crate::home::Problem;
use crate::hospital::{self, Members};

/// What went into a bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// Bytes of the file.
    pub bytes: u64,
    /// Station (32 hexadecimal digits), its life, first and last number of each stretch that went in.
    pub runs: Vec<(String, u32, u64, u64)>,
    /// Events in all.
    pub events: u64,
    /// Names of the stations that can open it.
    pub readers: Vec<String>,
    /// Files attached to lines of the chronology that went in.
    #[serde(default)]
    pub files: u64,
    /// Those that found no room in it: they go with a later one, once the others have told what came.
    #[serde(default)]
    pub files_left: u64,
}

/// Bytes of files in one bundle, and how many: it is to be copied onto a stick in a minute, and stays below what a bundle may hold.
const FILES_BYTES_MAX: u64 = 100 << 20;
const FILES_MAX: u64 = 500;

/// How far a log is here without a hole, from its first number.
fn without_hole(log: &LogState) -> u64 {
    log.ranges.first().filter(|(first, _)| *first == 1).map_or(0, |(_, last)| *last)
}

/// For whom a bundle is: those of the others who were named, by name, mark or number; without names all of them.
fn readers(members: &Members, named: &[String]) -> Result<Vec<StationId>, Problem> {
    let others: Vec<StationId> = members.others().map(|(id, _)| *id).collect();
    if others.is_empty() {
        return Err(Problem::failed(
            "ほかの端末がまだ登録されていません。相手の端末で `andon station card` を出し、この端末で \
             `andon station trust` を実行してください。\n\
             No other station is known here: take its card (`andon station card` there) and run `andon station trust`.",
        ));
    }
    let is = |id: &StationId, name: &str| members.name(*id) == name || members.mark(*id) == name;
    let begins = |id: &StationId, name: &str| id.to_string().starts_with(&name.to_lowercase());
    let mut chosen = Vec::new();
    for name in named.iter().map(|name| name.trim()) {
        let named: Vec<&StationId> = others.iter().filter(|id| is(id, name)).collect();
        let numbered = || others.iter().filter(|id| !name.is_empty() && begins(id, name)).collect();
        let found = if named.is_empty() { numbered() } else { named };
        let [one] = found[..] else { return Err(not_one(members, name, &others)) };
        chosen.push(*one);
    }
    Ok(if chosen.is_empty() { others } else { chosen })
}

fn not_one(members: &Members, name: &str, others: &[StationId]) -> Problem {
    let known: Vec<String> = others.iter().map(|id| members.name(*id)).collect();
    let known = known.join("、");
    Problem::usage(format!(
        "{name}: この名前の端末が一つに決まりません（登録されている端末: {known}）。\n\
         {name}: names no station, or several (there are: {known})."
    ))
}

/// What each of these members is known to hold of a log: the least of it. A member that was never heard of holds nothing.
fn held_by_all(reader: &store::Reader, readers: &[StationId], log: &LogState) -> Result<u64, Problem> {
    let mut least = u64::MAX;
    // Among several a station is not asked for its own log: it has it. The one reader of a bundle has told how far.
    for id in readers.iter().filter(|id| **id != log.station || readers.len() == 1) {
        let heard = hospital::heard(reader, *id)?.unwrap_or_default();
        let held = heard
            .held
            .iter()
            .find(|(station, life, _)| *station == log.station.to_string() && *life == log.incarnation);
        least = least.min(held.map_or(0, |(_, _, upto)| *upto));
    }
    Ok(if least == u64::MAX { 0 } else { least })
}

/// Writes a bundle to a file that is not there yet, or is an older bundle: for every other station or for those named, of what they are
/// not known to hold, or of everything (`all`).
///
/// # Errors
/// No other station is known, or none of that name; the file cannot be written or is something else.
pub fn export(
    writer: &mut Writer,
    to: &Path,
    (all, named): (bool, &[String]),
    now: Moment,
) -> Result<Exported, Problem> {
    let members = Members::of(writer)?;
    let own = card::identity(writer)?.recipient();
    let mut recipients = vec![own.age().clone()];
    let readers = readers(&members, named)?;
    let mut done = Exported::default();
    for (id, member) in members.others().filter(|(id, _)| readers.contains(id)) {
        recipients.extend(vault::keys::Recipient::read(&member.recipient).map(|read| read.age().clone()).ok());
        done.readers.push(members.name(*id));
    }
    let logs = writer.logs()?;
    let about = about(writer, &logs, now);
    written_to(to, b"andon bundle", |file| {
        let written = vault::bundle::seal(
            file,
            (vault::bundle::Form::Logs, members.own.0),
            &recipients,
            |statement| writer.sign(statement),
            |out| fill(writer, (&members, &readers), (&about, &logs), all, out, &mut done).map_err(vault_error),
        );
        done.bytes = written.map_err(|error| Problem::failed(error.to_string()))?;
        Ok(())
    })?;
    Ok(done)
}

/// Writes a file beside its place and moves it there once it is whole; over an older one that begins so, over nothing else.
///
/// # Errors
/// Something else is there; it cannot be written; what `make` says.
pub fn written_to<T>(
    to: &Path,
    begins: &[u8; 12],
    make: impl FnOnce(&mut File) -> Result<T, Problem>,
) -> Result<T, Problem> {
    refuse_other(to, begins)?;
    let name = to.file_name().unwrap_or_default().to_string_lossy();
    let part = to.with_file_name(format!(".{name}-{}.part", std::process::id()));
    let finished = create(&part).and_then(|mut file| make(&mut file)).and_then(|made| {
        std::fs::rename(&part, to).map_err(|error| no(to, &error))?;
        Ok(made)
    });
    if finished.is_err() {
        std::fs::remove_file(&part).unwrap_or_default();
    }
    finished
}

fn vault_error(problem: Problem) -> vault::Error {
    vault::Error::Refused(problem.words)
}

/// What this station says of itself and of what it holds.
pub(super) fn about(reader: &store::Reader, logs: &[LogState], now: Moment) -> About {
    let home = reader.about();
    let held = logs.iter().map(|log| (log.station.to_string(), log.incarnation, without_hole(log))).collect();
    About {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        hospital: home.hospital.clone(),
        training: home.training,
        made: now.0,
        held,
    }
}

fn fill(
    writer: &Writer,
    (members, readers): (&Members, &[StationId]),
    (about, logs): (&About, &[LogState]),
    all: bool,
    out: &mut dyn Write,
    done: &mut Exported,
) -> Result<(), Problem> {
    framed::put_about(out, about)?;
    // Our own log first: what it says of stations is needed to believe the others.
    let mut ordered: Vec<&LogState> = logs.iter().collect();
    ordered.sort_by_key(|log| (!members.is_ours(log.station), log.station, log.incarnation));
    for log in ordered {
        // Of a fork nobody says which of the two he holds.
        let fork = log.forks.first().copied().unwrap_or(u64::MAX);
        let from = if all { 1 } else { held_by_all(writer, readers, log)?.saturating_add(1).min(fork) };
        let mut failed = None;
        writer.runs((log.station, log.incarnation), from, |run| {
            let put = body::put_run(out, &run);
            note(done, &run);
            Ok(put.map_err(|error| failed = Some(error)).is_ok())
        })?;
        if let Some(error) = failed {
            return Err(error.into());
        }
    }
    fill_files(writer, readers, out, done)?;
    Ok(body::put_end(out)?)
}

/// Files attached to lines that one of the readers has not said it keeps. One that is damaged here stays out: whoever reads it here is told.
fn fill_files(writer: &Writer, readers: &[StationId], out: &mut dyn Write, done: &mut Exported) -> Result<(), Problem> {
    let (known, mut bytes) = (writer.once(Attachments::of)?, 0);
    for (sha256, size) in known.wanted_by(readers) {
        bytes += size;
        if bytes > FILES_BYTES_MAX || done.files >= FILES_MAX {
            (bytes, done.files_left) = (bytes - size, done.files_left + 1);
            continue;
        }
        match known.read(writer, sha256) {
            Ok(file) => {
                body::put_file(out, &file)?;
                done.files += 1;
            }
            Err(_) => done.files_left += 1,
        }
    }
    Ok(())
}

/// Joins stretches that follow each other.
fn note(done: &mut Exported, run: &Run) {
    let Some(first) = run.events.first().and_then(|bytes| store::Envelope::decode(bytes)) else { return };
    let (first, last) = (first.no, first.no + run.events.len() as u64 - 1);
    done.events += run.events.len() as u64;
    let station = run.station.to_string();
    match done.runs.last_mut() {
        Some((known, life, _, end)) if *known == station && (*life, *end + 1) == (run.incarnation, first) => {
            *end = last
        }
        _ => done.runs.push((station, run.incarnation, first, last)),
    }
}

fn no(path: &Path, error: &std::io::Error) -> Problem {
    let path = path.display();
    Problem::failed(format!("{path}: 書けません。 / cannot be written. ({error})"))
}

fn create(path: &Path) -> Result<File, Problem> {
    super::import::create_new(path).map_err(|error| no(path, &error))
}

/// A file that is no bundle is not written over.
fn refuse_other(path: &Path, begins: &[u8; 12]) -> Result<(), Problem> {
    let is_bundle = match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Ok(about) if about.is_file() => File::open(path).is_ok_and(|mut file| {
            let mut found = [0; 12];
            file.read_exact(&mut found).is_ok() && &found == begins
        }),
        _ => false,
    };
    match is_bundle {
        true => Ok(()),
        false => Err(Problem::failed(format!(
            "{0}: 別のファイルがあります。ほかの名前にしてください。\n{0}: another file is there; take another name.",
            path.display()
        ))),
    }
}
