//! `andon station give-charts`, `follow`, `unfollow` and `charts`: charts that go from one station to another.

use std::path::{Path, PathBuf};

use serde_json::json;
use store::StationId;

use super::args::station::{ChartsFor, Follow, GiveCharts};
use super::station::{meant, who};
use super::{say, say_json, write};
use crate::event::{Event, FOLLOWING_ITEM, FollowEvent};
use crate::heads::Head;
use crate::home::{Exit, Home, Problem};
use crate::stations::charts::give::{Given, give};
use crate::stations::charts::take::TakenCharts;
use crate::stations::export::written_to;
use crate::world;
use crate::writing::{ChartsAsked, Request};

/// Bytes of one file, at most but for its last parcel: below what a bundle may be.
const FILE_BYTES: u64 = 200 << 20;

fn id_of(head: &Head) -> Result<StationId, Problem> {
    let id = vault::hash::from_hex(&head.station).and_then(|id| id.try_into().ok());
    id.map(StationId).ok_or_else(|| Problem::failed("station"))
}

fn said(event: FollowEvent, by: String, role: String) -> Request {
    Request::Charts { asked: ChartsAsked::Said { event, by, role } }
}

/// A station that is the hospital's now.
fn member(home: &Home, text: &str) -> Result<Head, Problem> {
    let head = meant(home, text)?;
    match head.revoked {
        None => Ok(head),
        Some(_) => {
            Err(Problem::failed(format!("{0}: 登録を取り消した端末です。\n{0}: no longer the hospital's.", head.name)))
        }
    }
}

/// Allows a station to have the charts of this one, or no longer.
///
/// # Errors
/// No such station; nobody can write.
pub fn allow(home: &Home, args: &GiveCharts) -> Result<Exit, Problem> {
    let head = if args.stop { meant(home, &args.station)? } else { member(home, &args.station)? };
    let (by, role) = who(Some(&args.by));
    let (station, reason, on) = (head.station.clone(), args.reason.clone(), !args.stop);
    write::write(home, &said(FollowEvent::Given { station, on, reason }, by, role))?;
    let name = &head.name;
    match on {
        true => say(&format!(
            "{name}: この端末のカルテの写しを渡します。相手の端末で `andon station follow` を実行してください。\n\
             {name} may have the charts of this station; there: `andon station follow`."
        )),
        false => say(&format!(
            "{name}: カルテの写しをもう渡しません。これまでに渡した写しは相手に残っています。\n\
             {name} gets no more charts; those that it has stay there."
        )),
    }
    Ok(Exit::Ok)
}

/// Takes another station's charts from now on, or no longer.
///
/// # Errors
/// No such station; nobody can write.
pub fn follow(home: &Home, args: &Follow, on: bool) -> Result<Exit, Problem> {
    let head = if on { member(home, &args.station)? } else { meant(home, &args.station)? };
    let (by, role) = who(args.by.as_ref());
    let event = FollowEvent::Follows { station: head.station.clone(), on };
    write::write(home, &said(event, by, role))?;
    let name = &head.name;
    match on {
        true => say(&format!(
            "{name}: カルテの写しを受け取ります。{name} での許可（`andon station give-charts`）が要ります。LANでは `andon serve` の間に自動で、またはUSBメモリーで（`andon station charts`）。\n\
             Charts of {name} are taken from now on, once people there allow it (`andon station give-charts`): on the network while `andon serve` runs, or by stick (`andon station charts`)."
        )),
        false => say(&format!(
            "{name}: カルテの写しをもう受け取りません。ある写しは残り、古くなります。\n\
             Charts of {name} are no longer taken; those that are here stay, and grow old."
        )),
    }
    Ok(Exit::Ok)
}

/// Where the last file for a station ended; 1: none was written.
fn behind_last(home: &Home, to: StationId) -> Result<u64, Problem> {
    let mut next = 1;
    for stored in home.reader()?.events_of(FOLLOWING_ITEM)? {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Follow(said @ FollowEvent::Written { next: after, .. }) if said.id() == Some(to) => next = after,
            _ => {}
        }
    }
    Ok(next)
}

/// Writes charts for one station to files.
///
/// # Errors
/// It may not have them; nothing can be written there.
pub fn charts(home: &Home, args: &ChartsFor) -> Result<Exit, Problem> {
    let head = member(home, &args.station)?;
    let to = id_of(&head)?;
    let mut from = match args.since {
        Some(since) => since.max(1),
        None => behind_last(home, to)?,
    };
    let mut files = Vec::new();
    loop {
        let file = numbered(&args.out, files.len() + 1);
        let given = one_file(home, args, &file, (to, from))?;
        from = given.next;
        files.push((file, given));
        if given.is_whole() {
            break;
        }
    }
    if args.json {
        let one = |(file, given): &(PathBuf, Given)| json!({"file": file, "bytes": given.bytes, "from": given.from, "next": given.next, "entries": given.entries});
        let all: Vec<_> = files.iter().map(one).collect();
        return say_json(&json!({"station": head.station, "name": head.name, "files": all})).map(|()| Exit::Ok);
    }
    for (file, Given { from, next, entries, bytes, .. }) in &files {
        let (file, name) = (file.display(), &head.name);
        say(&format!(
            "{file}: {name} 宛、{entries}件、{bytes}バイト（位置 {from} から {next} の手前まで）\n\
             {file}: for {name}, {entries} entries, {bytes} bytes (from place {from} to before {next})"
        ));
    }
    Ok(Exit::Ok)
}

fn numbered(out: &Path, no: usize) -> PathBuf {
    match no {
        1 => out.to_owned(),
        no => PathBuf::from(format!("{}.{no}", out.display())),
    }
}

/// One file; that it leaves this station is in the log before it has its name.
fn one_file(home: &Home, args: &ChartsFor, file: &Path, (to, from): (StationId, u64)) -> Result<Given, Problem> {
    let reader = home.reader()?;
    written_to(file, b"andon charts", |out| {
        let given = give(&reader, out, (to, from), FILE_BYTES, world::now())?;
        let Given { from, next, entries, .. } = given;
        let (by, role) = who(args.by.as_ref());
        let event = FollowEvent::Written { station: to.to_string(), from, next, entries };
        write::write(home, &said(event, by, role))?;
        Ok(given)
    })
}

/// What came of a file of charts, Japanese then English.
pub(super) fn told(file: &str, taken: &TakenCharts) -> String {
    let TakenCharts { name, new, known, held, entries, .. } = taken;
    let mut text = format!(
        "{file}: {name} のカルテの写し。新しい記録 {new}件、すでにある {known}件（{entries}件のうち {held}件がこの端末にある）\n\
         {file}: charts of {name}; {new} new, {known} known ({held} of {entries} are here)"
    );
    if !taken.whole {
        text += "\n  まだ続きがあります。次のファイルを取り込んでください。 / There is more: take in the next file.";
    }
    text
}
