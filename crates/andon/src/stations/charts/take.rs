//! Taking a file of charts in: parcel by parcel into the store, with the place reached in the same transaction, so that whatever ends it, it
//! goes on from there. The same file again changes nothing.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

use chart::Moment;
use serde::{Deserialize, Serialize};
use store::{GivenParcel, NewEvent, NewSource, Source, StationId, Writer, root_by_way_of};
use vault::bundle::{self, Form};
use vault::hash::{from_hex, to_hex};

use super::super::card;
use super::super::import::{believed, brought, opening, outside};
use super::body::{About, Body, GivenSource, Record};
use super::holds::{GivenHold, news};
use crate::event::{self, Event};
use crate::following::{self, Following, Reached};
use crate::hold::Holds;
use crate::home::{Exit, Problem};
use crate::hospital::Members;

/// Bytes of contents and journals in one transaction, and parcels.
const ONCE_BYTES: usize = 8 << 20;
const ONCE_PARCELS: usize = 512;

/// What came of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenCharts {
    /// By way of which station, 32 hexadecimal digits, and its name here.
    pub station: String,
    /// See `station`.
    pub name: String,
    /// When it was made, by the giver's clock, milliseconds.
    pub made: i64,
    /// Entries that were new here.
    pub new: u64,
    /// Entries that were here already.
    pub known: u64,
    /// Entries of it that are here now, and those it has in all.
    pub held: u64,
    /// See `held`.
    pub entries: u64,
    /// The giver's first parcel that is not here, by which the next file begins.
    pub next: u64,
    /// All is here that it had.
    pub whole: bool,
}

/// Takes in a file of charts that was brought into the home.
///
/// # Errors
/// It is none, a stranger's, changed on its way, sealed to others, of a station that is not followed, of a drill in a real home; something
/// before it is missing, or its history is another than that which is here; the store cannot be written.
pub fn take(writer: &mut Writer, name: &str, now: Moment) -> Result<TakenCharts, Problem> {
    let mut file = brought(writer.dir(), name)?;
    let outside = outside(&mut file, Form::Charts)?;
    let giver = StationId(outside.station);
    let members = Members::of(writer)?;
    believed(&members, &outside, giver)?;
    let called = members.name(giver);
    if !writer.once(Following::of)?.follows.contains(&giver) {
        return Err(Problem::failed(format!(
            "{called}: この端末は、この端末のカルテの写しを受け取ることになっていません。`andon station follow {called}` を実行してください。\n\
             The charts of {called} are not followed here: `andon station follow {called}`."
        )));
    }
    let identity = card::identity(writer)?;
    let mut taken = TakenCharts { station: giver.to_string(), name: called.clone(), ..TakenCharts::default() };
    let done = bundle::open(&mut file, &outside, identity.age(), |from| {
        Ok(inside(writer, from, (giver, &called), &mut taken, now))
    });
    done.map_err(|error| opening(&error, &called))??;
    let own = writer.sources()?.into_iter().filter(|source| source.via() == Some(giver));
    taken.held = own.map(|source| source.last_position).sum();
    Ok(taken)
}

fn inside(
    writer: &mut Writer,
    from: &mut dyn Read,
    (giver, called): (StationId, &str),
    taken: &mut TakenCharts,
    now: Moment,
) -> Result<(), Problem> {
    let (about, mut body) = Body::new(from)?;
    if about.training != writer.about().training {
        return Err(Problem::failed(
            "訓練用のホームと本番のホームの間では、カルテを渡せません。\n\
             Charts do not pass between a training home and a real one.",
        ));
    }
    let reached = following::reached(writer, giver)?;
    if about.from > reached.next.max(1) {
        return Err(gap(called, about.from, reached.next.max(1)));
    }
    if about.from == reached.next && reached.last.is_some() && reached.last != about.before {
        return Err(other_history(called));
    }
    (taken.made, taken.entries) = (about.made, about.entries);
    let sources = sources(writer, (giver, called), &about.sources, now)?;
    let met = about.before.clone();
    let mut taking = Taking { giver, called, now, sources, met, reached, says: Vec::new(), taken };
    taking.hear(writer, &about)?;
    let mut some: Vec<GivenParcel> = Vec::new();
    let mut bytes = 0;
    loop {
        match body.record()? {
            Record::Parcel(parcel) => {
                bytes += parcel.journal.size() + parcel.contents.iter().map(|bytes| bytes.len()).sum::<usize>();
                some.push(parcel);
                if bytes >= ONCE_BYTES || some.len() >= ONCE_PARCELS {
                    taking.keep(writer, &some)?;
                    (some, bytes) = (Vec::new(), 0);
                }
            }
            Record::End(next) => {
                taking.keep(writer, &some)?;
                return taking.end(writer, next, &about);
            }
        }
    }
}

fn gap(called: &str, from: u64, next: u64) -> Problem {
    Problem {
        exit: Exit::Partial,
        words: format!(
            "{called}: 間が抜けています。このファイルは {from} から始まり、この端末には {next} の手前までしかありません。取り込んでいません。先に、前のファイルを取り込むか、`andon station charts --since {next}` で書き出してください。\n\
             {called}: something is missing. This file begins at {from}, and here is only what comes before {next}. Nothing was taken in: take in the earlier file first, or write one there with `--since {next}`."
        ),
    }
}

/// The history there is another than that of which a part is here.
fn other_history(called: &str) -> Problem {
    Problem {
        exit: Exit::Integrity,
        words: format!(
            "{called}: 相手の端末の受信の記録が、前にこの端末が受け取ったものと食い違っています（古い複製から戻した端末か、別の端末です）。取り込んでいません。この端末にある写しはそのまま使えます。\n\
             {called}: what was received there is not what this station took from it before: that home was put back from an older copy. Nothing was taken in; the charts that are here stay."
        ),
    }
}

/// The sources that stand here for those of the giver, made where they are new: by their numbers there.
fn sources(
    writer: &mut Writer,
    (giver, called): (StationId, &str),
    given: &[GivenSource],
    now: Moment,
) -> Result<BTreeMap<u32, u32>, Problem> {
    let (mut all, mut known) = (BTreeMap::new(), writer.sources()?);
    for one in given {
        let root = from_hex(&one.root).ok_or_else(|| Problem::failed("root"))?;
        let root = root_by_way_of(giver, &PathBuf::from(OsStr::from_bytes(&root)));
        let here = known.iter().find(|source| source.root == root && source.authority == one.authority);
        let no = match here {
            Some(source) => source.no,
            None => {
                let (authority, silence_minutes) = (one.authority.clone(), one.silence_minutes);
                let name = name_of(&one.name, called, &known);
                let new = writer.add_source(&NewSource { name, authority, root, added: now, silence_minutes })?;
                let no = new.no;
                known.push(new);
                no
            }
        };
        all.insert(one.no, no);
    }
    Ok(all)
}

/// A name that no source here has: its name there, and by way of whom.
fn name_of(name: &str, called: &str, known: &[Source]) -> String {
    let first = format!("{name}@{called}");
    let taken = |name: &str| known.iter().any(|source| source.name == name);
    let more = (2..).map(|n| format!("{first}-{n}"));
    std::iter::once(first.clone()).chain(more).find(|name| !taken(name)).unwrap_or(first)
}

/// A file that is being taken in.
struct Taking<'a> {
    giver: StationId,
    called: &'a str,
    now: Moment,
    sources: BTreeMap<u32, u32>,
    /// The last parcel of the giver's before what comes next.
    met: Option<(u64, String)>,
    reached: Reached,
    /// What the log here says of holds with the next transaction.
    says: Vec<NewEvent>,
    taken: &'a mut TakenCharts,
}

impl Taking<'_> {
    /// What the giver says of itself stands from the first transaction on: nothing it holds back is ever believed here.
    fn hear(&mut self, writer: &Writer, about: &About) -> Result<(), Problem> {
        let reached = &mut self.reached;
        (reached.came, reached.next) = (self.now.0, reached.next.max(1));
        (reached.failing, reached.why) = (0, String::new());
        // An older file than the last that came says nothing new.
        if (about.end, about.event) < (reached.end, reached.event) {
            return Ok(());
        }
        (reached.end, reached.event) = (about.end, about.event);
        (reached.entries, reached.made) = (about.entries, about.made);
        reached.told = about.told();
        let (holds, known) = (writer.once(Holds::of)?, writer.sources()?);
        for (there, here) in &self.sources {
            let given: Option<&GivenHold> = about.holds.iter().find(|hold| hold.source == *there);
            let name = store::source_name(&known, *here);
            let said = news((*here, &name), holds.of_source(*here), given, self.called);
            let event = |(by, said): (String, _)| event::new_event(&Event::Gate(said), (&by, "station"), self.now);
            self.says.extend(said.into_iter().filter_map(event));
        }
        Ok(())
    }

    /// Takes in parcels and keeps how far that is, all or nothing.
    fn keep(&mut self, writer: &mut Writer, some: &[GivenParcel]) -> Result<(), Problem> {
        let (mut reached, mut new, mut known) = (self.reached.clone(), 0, 0);
        let mut parcels = Vec::new();
        for parcel in some {
            let journal = &parcel.journal;
            let is_new = journal.no >= reached.next;
            match is_new {
                true => {
                    self.same_history(&reached)?;
                    parcels.push(parcel);
                }
                false => {
                    if reached
                        .last
                        .as_ref()
                        .is_some_and(|(no, met)| *no == journal.no && *met != to_hex(&journal.digest))
                    {
                        return Err(other_history(self.called));
                    }
                    known += journal.count;
                }
            }
            self.met = Some((journal.no, to_hex(&journal.digest)));
            if is_new {
                (reached.next, reached.last) = (journal.no.saturating_add(1), self.met.clone());
            }
        }
        let (giver, sources, says) = (self.giver, &self.sources, std::mem::take(&mut self.says));
        writer.batch(|batch| {
            says.iter().try_for_each(|event| batch.append_event(event).map(drop))?;
            for parcel in parcels {
                let journal = &parcel.journal;
                let source = sources.get(&journal.source).copied().ok_or(store::Error::NoSource(journal.source))?;
                let contents: Vec<&[u8]> = parcel.contents.iter().map(|bytes| &bytes[..]).collect();
                match batch.follow_parcel(source, journal, &contents)? {
                    true => new += journal.count,
                    false => known += journal.count,
                }
            }
            following::keep_reached(batch, giver, &reached)
        })?;
        self.reached = reached;
        (self.taken.new, self.taken.known) = (self.taken.new + new, self.taken.known + known);
        Ok(())
    }

    /// What was met last there is what was taken in last here.
    fn same_history(&self, reached: &Reached) -> Result<(), Problem> {
        match reached.last.is_none() || reached.last == self.met {
            true => Ok(()),
            false => Err(other_history(self.called)),
        }
    }

    /// Where all of it is here that the giver had, its sources stand here as they stood there.
    fn end(mut self, writer: &mut Writer, next: u64, about: &About) -> Result<(), Problem> {
        if next >= self.reached.next {
            self.same_history(&self.reached)?;
            self.reached.next = next;
        }
        let whole =
            self.reached.next > self.reached.end && (about.end, about.event) == (self.reached.end, self.reached.event);
        if whole {
            self.reached.whole = self.now.0;
        }
        (self.taken.next, self.taken.whole) = (self.reached.next, whole);
        writer.batch(|batch| {
            for source in about.sources.iter().filter(|_| whole) {
                let Some(no) = self.sources.get(&source.no).copied() else { continue };
                if let Some(at) = source.contact {
                    batch.set_contact(no, Moment(at), None)?;
                }
                if let Some(trouble) = &source.trouble {
                    batch.set_contact(no, Moment(about.made), Some(trouble))?;
                }
            }
            following::keep_reached(batch, self.giver, &self.reached)
        })?;
        Ok(())
    }
}
