//! Making a file of charts: what a follower does not have yet, up to a size, sealed to it and signed by this station.

use std::fs::File;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;

use chart::Moment;
use ed25519_dalek::{Signer, SigningKey};
use store::{Reader, Source, StationId};
use vault::bundle::Form;
use vault::hash::to_hex;

use super::super::framed;
use super::body::{self, About, GivenSource};
use super::holds::GivenHold;
use crate::following::Following;
use crate::hold::Holds;
use crate::home::Problem;
use crate::hospital::{Member, Members, own_id};

/// What went into a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// The first parcel that may be in it.
    pub from: u64,
    /// The first that is not any more.
    pub next: u64,
    /// This station's last.
    pub end: u64,
    /// Entries in it.
    pub entries: u64,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Given {
    /// All there was went in.
    pub fn is_whole(&self) -> bool {
        self.next > self.end
    }
}

/// Whether a station may have the charts of this one: people here said so, and it is a member.
///
/// # Errors
/// It may not; the store cannot be read.
pub fn allowed(reader: &Reader, to: StationId) -> Result<Member, Problem> {
    let members = reader.once(Members::of)?;
    let member = members.others().find(|(id, _)| **id == to).map(|(_, member)| member.clone());
    let name = members.name(to);
    let following = reader.once(Following::of)?;
    member.filter(|_| following.given.contains(&to)).ok_or_else(|| {
        Problem::failed(format!(
            "{name}: この端末へカルテの写しを渡すことは許可されていません。`andon station give-charts {name} --by 氏名` で許可します。\n\
             {name} may not have the charts of this station; a person allows it: `andon station give-charts {name} --by NAME`."
        ))
    })
}

/// Writes into an empty file what comes from a parcel's number on, until it has so many bytes.
///
/// # Errors
/// The station may not have it; the disk; the store is damaged.
pub fn give(
    reader: &Reader,
    file: &mut File,
    (to, from): (StationId, u64),
    most: u64,
    now: Moment,
) -> Result<Given, Problem> {
    let member = allowed(reader, to)?;
    let recipient = vault::keys::Recipient::read(&member.recipient)?.age().clone();
    let (own, key) = (own_id(reader)?, SigningKey::from_bytes(&*reader.station_secret()?));
    let mut given = Given::default();
    let sealed = vault::bundle::seal(
        file,
        (Form::Charts, own.0),
        &[recipient],
        |statement| key.sign(statement).to_bytes(),
        |out| {
            let filled = reader.steady(|reader| fill(reader, out, from.max(1), most, now));
            given = filled.map_err(Problem::from).flatten().map_err(|problem| vault::Error::Refused(problem.words))?;
            Ok(())
        },
    );
    given.bytes = sealed.map_err(|error| Problem::failed(error.to_string()))?;
    Ok(given)
}

/// Whether a follower that stands before this parcel, was told this and has this last, has it all. One that stands further, or has another
/// last, has another history.
///
/// # Errors
/// When the store cannot be read.
pub fn has_all(reader: &Reader, from: u64, (told, last): (&str, Option<&(u64, String)>)) -> Result<bool, Problem> {
    reader.steady(|reader| {
        let about = about(reader, from, Moment(0))?;
        Ok(from == about.end + 1 && about.before.as_ref() == last && about.told() == told)
    })?
}

/// What this station says of what it gives.
fn about(reader: &Reader, from: u64, now: Moment) -> Result<About, Problem> {
    let (sources, ends) = (reader.sources()?, reader.ends()?);
    let given: Vec<&Source> = sources.iter().filter(|source| source.is_given()).collect();
    let holds = reader.once(Holds::of)?;
    let holds = holds.open.iter().filter(|hold| given.iter().any(|source| source.no == hold.source));
    let source = |source: &&Source| GivenSource {
        no: source.no,
        name: source.name.clone(),
        authority: source.authority.clone(),
        root: to_hex(source.root.as_os_str().as_bytes()),
        silence_minutes: source.silence_minutes,
        contact: source.last_contact.map(|at| at.0),
        trouble: source.trouble.clone(),
    };
    Ok(About {
        program: env!("CARGO_PKG_VERSION").to_owned(),
        hospital: reader.about().hospital.clone(),
        training: reader.about().training,
        made: now.0,
        from,
        before: reader.given_before(from)?.map(|(no, digest)| (no, to_hex(&digest))),
        end: ends.parcel,
        event: ends.event,
        entries: given.iter().map(|source| source.last_position).sum(),
        sources: given.iter().map(source).collect(),
        holds: holds.map(GivenHold::of).collect(),
    })
}

fn fill(reader: &Reader, out: &mut dyn Write, from: u64, most: u64, now: Moment) -> Result<Given, Problem> {
    let about = about(reader, from, now)?;
    framed::put_about(out, &about)?;
    let mut counted = Counted { to: out, bytes: 0 };
    // Where no parcel ends it, all there is went in.
    let mut given = Given { from, next: from.max(about.end + 1), end: about.end, ..Given::default() };
    let mut failed = None;
    reader.give_parcels(from, |parcel| {
        if counted.bytes >= most {
            given.next = parcel.journal.no;
            return Ok(false);
        }
        given.entries += parcel.journal.count;
        Ok(body::put_parcel(&mut counted, &parcel).map_err(|problem| failed = Some(problem)).is_ok())
    })?;
    if let Some(problem) = failed {
        return Err(problem);
    }
    body::put_end(out, given.next)?;
    Ok(given)
}

/// Counts what goes through: what is packed already does not shrink any more.
struct Counted<'a> {
    to: &'a mut dyn Write,
    bytes: u64,
}

impl Write for Counted<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.to.write(bytes)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to.flush()
    }
}
