//! What stored messages say, for the lists and for search: read once they are on disk, kept in a later transaction.
//!
//! [`super::give`] stores bytes and hands on what is [`Unread`]; [`Unread::read`] decodes it, on any thread; the
//! [`Listing`] that comes of it is kept by [`Listing::keep`] with the place it reaches. Whatever was stored and not yet
//! listed when the program ended is found by that place and listed by [`catch_up`], so a decoder that brought the
//! program down would cost no bytes (promise 1).

use chart::{Fact, Lists, Moment, PatientId};
use store::{Batch, FaultRow, Sighting, SightingAct, Source, Writer};

use super::gate::{Gate, Look};
use super::index::{self, Decision, Mark, settle};
use super::message::{self, Reading};
use super::{Error, REBUILD_BATCH, lists};

/// Key of the place to which a source is listed: its last position, 8 bytes big-endian.
const LISTED_KEY: &[u8] = b"l";

/// A message on disk, still to be read.
#[derive(Debug)]
pub(super) struct Message {
    /// Its position in the source.
    pub position: u64,
    /// Path below the root.
    pub path: Vec<u8>,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// News of one patient from one part of a unit.
#[derive(Debug, Default)]
pub(super) struct Run<M> {
    /// Patient number; empty when the path names none.
    pub patient: String,
    /// ADT-00 is among what happened, renamed and gone files included.
    pub basic: bool,
    /// This is all there is of a patient not met before.
    pub whole: bool,
    /// The first look at this patient ends here.
    pub met: bool,
    /// Something of the kinds of which lists are made is among what happened.
    pub listed: bool,
    /// And it may bring a patient on a list who is on none.
    pub moved: bool,
    /// The messages.
    pub messages: Vec<M>,
}

/// What one transaction stored and nobody has read.
#[derive(Debug, Default)]
pub(super) struct Unread {
    /// By part and patient, in the order stored.
    pub runs: Vec<Run<Message>>,
    /// First and last position.
    pub span: Option<(u64, u64)>,
    /// When it was received.
    pub received: Moment,
}

/// What was read, to be kept.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Each with what the lists say of its patient, if this is all there is of him.
    runs: Vec<(Run<(u64, Reading)>, Lists)>,
    span: Option<(u64, u64)>,
    received: Moment,
}

/// What keeping a listing did.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kept {
    /// Faults listed.
    pub faults: u64,
    /// Patients marked for [`index::settle`].
    pub marked: u64,
}

impl Unread {
    /// True when nothing was stored.
    pub fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// Notes positions given to a run.
    pub fn reaches(&mut self, first: u64, last: u64) {
        self.span = Some((self.span.map_or(first, |(from, _)| from), last));
    }

    /// Decodes every message.
    pub fn read(self) -> Listing {
        let received = self.received;
        let runs = self.runs.into_iter().map(|run| {
            let Run { patient, basic, whole, met, listed, mut moved, messages } = run;
            let (mut said, mut read) = (Vec::new(), Vec::with_capacity(messages.len()));
            for m in messages {
                let mut reading = message::read(&m.path, &m.bytes, &patient);
                reading.judged = judged(&m.path, &m.bytes, &reading);
                if let Some(listed) = reading.listed.take() {
                    moved |= listed.bodies.iter().any(|body| chart::lists::is_news(body, received));
                    said.push((listed, m.path, m.position));
                }
                read.push((m.position, reading));
            }
            let lists = match whole && moved {
                false => Lists::default(),
                true => {
                    let mut facts: Vec<Fact> = Vec::new();
                    for (listed, path, position) in said {
                        facts.extend(lists::facts(listed, &path, position, received));
                    }
                    lists::of(&patient, &facts, received)
                }
            };
            (Run { patient, basic, whole, met, listed, moved, messages: read }, lists)
        });
        Listing { runs: runs.collect(), span: self.span, received }
    }
}

impl Listing {
    /// True when there is nothing to keep.
    pub fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// When what was read was received.
    pub fn received(&self) -> Moment {
        self.received
    }

    /// Keeps faults, doubts and search rows, and how far the source is listed; tells the gate how each message was read.
    pub fn keep(self, batch: &mut Batch<'_>, source: &Source, gate: &mut Gate) -> store::Result<Kept> {
        let mut kept = Kept::default();
        for (run, _) in &self.runs {
            for (position, reading) in &run.messages {
                gate.listed(&run.patient, *position, reading, self.received);
                kept.faults += reading.faults.len() as u64;
                list(batch, source.no, *position, &run.patient, reading, gate.is_held())?;
            }
        }
        for (mut run, lists) in self.runs.into_iter().filter(|(run, _)| !run.patient.is_empty()) {
            // Rows are made of messages themselves only where these count; else of the record, which ends at the cut.
            run.whole &= !gate.is_held();
            kept.marked += u64::from(find(batch, source, run, &lists)?);
        }
        match self.span {
            // A gap before it is left for `catch_up`, which goes by the place.
            Some((first, last)) if listed(batch.unit(source.no, LISTED_KEY)?) + 1 == first => {
                batch.put_unit(source.no, LISTED_KEY, &last.to_be_bytes())?;
            }
            _ => {}
        }
        Ok(kept)
    }
}

/// Evenness, words and kind of a message, for the gate.
fn judged(path: &[u8], bytes: &[u8], reading: &Reading) -> (String, Look) {
    let look = super::gate::look(path, bytes, reading.faults.iter().map(|fault| fault.code.as_str()));
    (message::kind_of_path(path).to_owned(), look)
}

/// Of a message that is held back, one fault says that something is wrong with it; of whom it speaks is not believed.
fn list(
    batch: &mut Batch<'_>,
    source: u32,
    position: u64,
    patient: &str,
    reading: &Reading,
    held: bool,
) -> store::Result<()> {
    let told = if held { 1 } else { usize::MAX };
    if !reading.faults.is_empty() {
        batch.put_faults(source, position, patient, reading.faults.get(..told).unwrap_or(&reading.faults))?;
    }
    if !reading.others.is_empty() && !held {
        let named: Vec<&str> = reading.others.iter().map(String::as_str).collect();
        batch.put_doubts(source, position, patient, &named)?;
    }
    Ok(())
}

/// Sees to it that the patient can be found and is on the lists; true when any of that is left to [`index::settle`].
fn find(batch: &mut Batch<'_>, source: &Source, run: Run<(u64, Reading)>, lists: &Lists) -> store::Result<bool> {
    let id = PatientId { authority: source.authority.clone(), id: run.patient };
    let (basic, whole, met) = (run.basic, run.whole, run.met);
    let sayings = run.messages.into_iter().filter_map(|(_, reading)| reading.saying);
    let mut marked = false;
    match index::decide(&id.id, (basic, whole, met), sayings, || batch.person(&id))? {
        Decision::Put(row) => {
            batch.put_person(&id, &row)?;
            if !lists.is_empty() {
                batch.put_lists(&id, lists)?;
            }
            return Ok(false);
        }
        Decision::Mark(mark) => {
            batch.put_unit(source.no, &Mark::key(&id.id), &[mark as u8])?;
            marked = true;
        }
        Decision::Nothing => {}
    }
    if run.moved || (run.listed && batch.is_listed(&id)?) {
        batch.put_unit(source.no, &lists::key(&id.id), &[])?;
        marked = true;
    }
    Ok(marked)
}

fn listed(kept: Option<Vec<u8>>) -> u64 {
    kept.and_then(|bytes| Some(u64::from_be_bytes(*bytes.first_chunk()?))).unwrap_or(0)
}

/// Empties the indexes and makes them again from the record; answers how many messages were read.
///
/// # Errors
/// When the store refuses. What was done by then stays; run it again.
pub fn rebuild_indexes(writer: &mut Writer) -> Result<u64, Error> {
    writer.clear_indexes()?;
    let mut read = 0;
    for source in writer.sources()? {
        read += again(writer, &source, (1, source.last_position), Why::Rebuild)?;
    }
    for source in writer.sources()? {
        while settle(writer, &source, 10 * REBUILD_BATCH)? > 0 {}
    }
    Ok(read)
}

/// Lists what was stored and not listed when an earlier run ended, or when a transaction failed. Answers how many
/// messages were read.
///
/// # Errors
/// When the store refuses; what was listed by then stays.
pub(super) fn catch_up(writer: &mut Writer, source: u32) -> Result<u64, Error> {
    let Some(source) = writer.sources()?.into_iter().find(|known| known.no == source) else { return Ok(0) };
    let from = listed(writer.unit(source.no, LISTED_KEY)?) + 1;
    let whole = (from, source.last_position);
    if whole.0 > whole.1 { Ok(0) } else { again(writer, &source, whole, Why::CatchUp) }
}

/// Lists what came by way of stations that are followed and is not listed yet, and has search and lists follow what those hold back. Answers
/// how many messages were read.
///
/// # Errors
/// When the store refuses; what was listed by then stays, and the next call goes on from there.
pub fn list_followed(writer: &mut Writer) -> Result<u64, Error> {
    let mut read = 0;
    for source in writer.sources()?.into_iter().filter(|source| source.via().is_some()) {
        let from = listed(writer.unit(source.no, LISTED_KEY)?) + 1;
        if from <= source.last_position {
            read += again(writer, &source, (from, source.last_position), Why::Followed)?;
        }
        while settle(writer, &source, 10 * REBUILD_BATCH)? > 0 {}
        super::gate::settle(writer, source.no)?;
    }
    Ok(read)
}

/// Why messages are listed again.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The indexes were emptied: kinds are counted too.
    Rebuild,
    /// They were stored and not listed.
    CatchUp,
    /// They came by way of a station that is followed: kinds are counted, and its gate has judged them.
    Followed,
    /// What of them counts has changed: kinds are counted of those behind a position, which were not when they came.
    Held {
        /// That position.
        after: u64,
    },
}

/// Lists the record of a source again from a position to another, and marks its patients.
///
/// # Errors
/// When the store refuses; what was listed by then stays.
pub(super) fn again(writer: &mut Writer, source: &Source, (mut from, to): (u64, u64), why: Why) -> Result<u64, Error> {
    let mut read = 0;
    while from <= to {
        let mut some: Vec<Sighting> = Vec::new();
        writer.scan(source.no, from, |sighting| {
            let within = sighting.position <= to;
            some.extend(within.then_some(sighting));
            Ok(within && some.len() < REBUILD_BATCH)
        })?;
        let Some(last) = some.last() else { break };
        from = last.position + 1;
        read += some.len() as u64;
        let (place, received) = (last.position.to_be_bytes(), last.received);
        let mut gate = Gate::open(writer, source)?;
        writer.batch(|batch| {
            some.iter().try_for_each(|sighting| one_again(batch, source.no, sighting, why, &mut gate))?;
            match why {
                Why::Held { .. } => return Ok(()),
                Why::CatchUp => gate.close(batch, received)?,
                Why::Rebuild | Why::Followed => {}
            }
            batch.put_unit(source.no, LISTED_KEY, &place)
        })?;
    }
    Ok(read)
}

fn one_again(batch: &mut Batch<'_>, source: u32, sighting: &Sighting, why: Why, gate: &mut Gate) -> store::Result<()> {
    let Sighting { position, patient, path, .. } = sighting;
    let basic = message::is_basic(path);
    match (&sighting.act, sighting.bytes.as_deref()) {
        (SightingAct::Withheld { code, text }, _) => {
            return batch.put_faults(source, *position, patient, &[withheld(code, text)]);
        }
        (SightingAct::Seen, Some(bytes)) => {
            let mut reading = message::read(path, bytes, patient);
            list(batch, source, *position, patient, &reading, gate.holds_back(*position))?;
            if why == Why::CatchUp {
                reading.judged = judged(path, bytes, &reading);
                gate.listed(patient, *position, &reading, sighting.received);
            }
            let counts = match why {
                Why::Rebuild => !gate.holds_back(*position),
                Why::CatchUp => false,
                Why::Followed => !gate.came_held(*position),
                Why::Held { after } => *position > after && !gate.holds_back(*position),
            };
            if counts {
                batch.note_kind(source, message::kind_of_path(path), 1, message::sent(path), sighting.received)?;
            }
        }
        _ => {}
    }
    if !patient.is_empty() && message::listed_kind(path).is_some() {
        batch.put_unit(source, &lists::key(patient), &[])?;
    }
    let key = Mark::key(patient);
    if !patient.is_empty() && (basic || batch.unit(source, &key)?.is_none()) {
        // Of what no longer counts the row may have been made, whatever kind it was.
        let mark = if basic || matches!(why, Why::Held { .. }) { Mark::Again } else { Mark::IfNone };
        batch.put_unit(source, &key, &[mark as u8])?;
    }
    Ok(())
}

/// The fault of a file that was left at its source.
pub(super) fn withheld(code: &str, text: &str) -> FaultRow {
    FaultRow { code: code.to_owned(), at: "path".to_owned(), text: text.to_owned() }
}
