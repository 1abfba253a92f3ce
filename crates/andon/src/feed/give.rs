//! Into the store: sightings with their bytes, and the snapshot that makes them done; one transaction for all of it,
//! in which what the transaction before brought is listed too.

use std::collections::{BTreeMap, BTreeSet};

use chart::Moment;
use store::{Act, Arrival, Batch, Source, Writer};

use super::gate::Gate;
use super::list::{self, Listing, Message, Run, Unread};
use super::pass::Done;
use super::take::{Part, REFUSED, Thing, What};
use super::walk::unit_key;
use super::{Error, Progress, lists, message};

/// What a pass did so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Files newly read into the store, and their bytes.
    pub taken: u64,
    pub taken_bytes: u64,
    /// Files renamed.
    pub renamed: u64,
    /// Files no longer there.
    pub gone: u64,
    /// Files as they were.
    pub unchanged: u64,
    /// Units that hold files half-written or still changing.
    pub waiting_units: BTreeSet<(u32, Vec<u8>)>,
    /// Files left at the source, and training messages among them.
    pub withheld: u64,
    pub refused: u64,
    /// Faults listed.
    pub faults: u64,
    /// Units whose folder could not be read, and folders with too many names.
    pub unreadable: u64,
    pub overfull: u64,
    /// Units to come back to soon: something in them was half-written or changed just now.
    pub restless: BTreeSet<(u32, Vec<u8>)>,
    /// Units looked at to their end.
    pub looked: BTreeSet<(u32, Vec<u8>)>,
    /// Units in which something new was found, and how many files.
    pub changed: Vec<(Vec<u8>, u32)>,
    /// Patients marked for [`index::settle`].
    pub marked: u64,
    /// When it began.
    pub began: Moment,
    /// Now, as last told.
    pub now: Moment,
}

impl Tally {
    /// Counts a part that stores nothing.
    pub fn count_silent(&mut self, done: &Done) {
        if let Done::Part(part) = done {
            self.unchanged += part.unchanged;
            self.unreadable += u64::from(part.unreadable);
        }
    }

    /// Adds what keeping a listing did.
    pub fn listed(&mut self, kept: list::Kept) {
        self.faults += kept.faults;
        self.marked += kept.marked;
    }

    /// Adds what one transaction did, once it is kept.
    fn add(&mut self, sum: Tally, now: Moment) {
        self.taken += sum.taken;
        self.taken_bytes += sum.taken_bytes;
        self.renamed += sum.renamed;
        self.gone += sum.gone;
        self.unchanged += sum.unchanged;
        self.waiting_units.retain(|unit| !sum.looked.contains(unit));
        self.waiting_units.extend(sum.waiting_units);
        self.withheld += sum.withheld;
        self.refused += sum.refused;
        self.faults += sum.faults;
        self.unreadable += sum.unreadable;
        self.overfull += sum.overfull;
        self.marked += sum.marked;
        self.restless.retain(|unit| !sum.looked.contains(unit));
        self.restless.extend(sum.restless);
        self.changed.extend(sum.changed);
        self.now = now;
    }

    /// Rate and time left from what was done of `share`.
    pub fn progress(&self, share: f64) -> Progress {
        let seconds = (self.now.0.saturating_sub(self.began.0).max(1)) as f64 / 1000.0;
        let files = self.taken + self.renamed + self.unchanged + self.withheld;
        let left = (share > 0.0).then(|| (seconds * (1.0 - share) / share).max(0.0));
        Progress {
            files,
            bytes: self.taken_bytes,
            files_per_second: files as f64 / seconds,
            bytes_per_second: self.taken_bytes as f64 / seconds,
            share,
            seconds_left: left,
        }
    }
}

/// Stores parts in one transaction, keeps the listing of an earlier one in it, and gives back what is to be read next;
/// `more` adds to it.
pub(super) fn store(
    writer: &mut Writer,
    source: &Source,
    parts: Vec<Done>,
    listing: Listing,
    now: Moment,
    tally: &mut Tally,
    more: impl FnOnce(&mut Batch<'_>) -> store::Result<()>,
) -> Result<Unread, Error> {
    let unread = Unread { received: now, ..Unread::default() };
    let gate = Gate::open(writer, source)?;
    gate.admit(parts.iter().map(Done::bytes).sum())?;
    let mut giving = Giving { source, now, sum: Tally::default(), kinds: BTreeMap::new(), unread, gate };
    writer.batch(|batch| {
        giving.sum.listed(listing.keep(batch, source, &mut giving.gate)?);
        for done in parts {
            match done {
                Done::Keep(key, blob) => batch.put_unit(source.no, &key, &blob)?,
                Done::Part(part) => giving.part(batch, part)?,
            }
        }
        // What is held back makes nothing fresher.
        for (kind, (count, sent)) in giving.kinds.iter().filter(|_| !giving.gate.is_held()) {
            batch.note_kind(source.no, kind, *count, *sent, now)?;
        }
        giving.gate.close(batch, now)?;
        more(batch)
    })?;
    tally.add(giving.sum, now);
    Ok(giving.unread)
}

/// What one transaction is told, what it counts, and what it leaves to be read.
struct Giving<'a> {
    source: &'a Source,
    now: Moment,
    sum: Tally,
    /// Messages counted and the latest 発生日時, by data kind.
    kinds: BTreeMap<String, (u64, Option<Moment>)>,
    unread: Unread,
    gate: Gate,
}

impl Giving<'_> {
    fn part(&mut self, batch: &mut Batch<'_>, mut part: Part) -> store::Result<()> {
        let unit = (self.source.no, part.unit.clone());
        self.count(&part, &unit);
        if !part.things.is_empty() {
            self.sum.changed.push((unit.1, u32::try_from(part.things.len()).unwrap_or(u32::MAX)));
        }
        let mut rest = std::mem::take(&mut part.things);
        while let Some(first) = rest.first() {
            // A patient folder is one patient's; loose files go by the number in their own name, in runs.
            let patient = patient_of(&part, first).to_owned();
            let run = rest.iter().take_while(|thing| patient_of(&part, thing) == patient).count();
            let others = rest.split_off(run);
            self.run(batch, &part, patient, rest)?;
            rest = others;
        }
        match part.blob.as_deref() {
            None => Ok(()),
            Some([]) => batch.drop_unit(self.source.no, &unit_key(&part.unit)),
            Some(blob) => batch.put_unit(self.source.no, &unit_key(&part.unit), blob),
        }
    }

    fn count(&mut self, part: &Part, unit: &(u32, Vec<u8>)) {
        self.sum.unchanged += part.unchanged;
        self.sum.unreadable += u64::from(part.unreadable);
        self.sum.overfull += u64::from(part.overfull);
        self.sum.withheld += part.withheld;
        for (set, wanted) in [
            (&mut self.sum.waiting_units, part.waiting > 0),
            (&mut self.sum.restless, part.unsettled),
            (&mut self.sum.looked, part.last),
        ] {
            if wanted {
                set.insert(unit.clone());
            }
        }
    }

    fn run(&mut self, batch: &mut Batch<'_>, part: &Part, patient: String, things: Vec<Thing>) -> store::Result<()> {
        let no = self.source.no;
        let arrivals: Vec<Arrival<'_>> = things.iter().map(arrival).collect();
        let positions = batch.arrive(no, &patient, self.now, &arrivals)?;
        drop(arrivals);
        self.gate.stored(&patient, &things, positions.start, self.now);
        self.unread.reaches(positions.start, positions.end - 1);
        let mut run = Run {
            basic: false,
            whole: part.whole && !part.patient.is_empty(),
            met: part.first_look && part.last,
            listed: false,
            moved: false,
            messages: Vec::with_capacity(things.len()),
            patient,
        };
        for (thing, position) in things.into_iter().zip(positions) {
            run.basic |= message::is_basic(&thing.path) && !matches!(thing.what, What::Withheld(..));
            if let Some(kind) = message::listed_kind(&thing.path) {
                run.listed = true;
                // What a message says is read later; what became of a file is known by its name.
                let seen = matches!(thing.what, What::Seen(..));
                run.moved |= !seen && (chart::lists::moves(kind) || lists::stands_by_name(&thing.path));
            }
            match thing.what {
                What::Seen(bytes, sent) => {
                    self.sum.taken += 1;
                    self.sum.taken_bytes += bytes.len() as u64;
                    self.note_kind(&thing.path, 1, sent);
                    run.messages.push(Message { position, path: thing.path, bytes });
                }
                What::Renamed(_) => {
                    self.sum.renamed += 1;
                    self.note_kind(&thing.path, 0, None);
                }
                What::Gone => self.sum.gone += 1,
                What::Withheld(code, text) => {
                    self.sum.refused += u64::from(code == REFUSED);
                    self.sum.faults += 1;
                    batch.put_faults(no, position, &run.patient, &[list::withheld(code, &text)])?;
                }
            }
        }
        self.unread.runs.push(run);
        Ok(())
    }

    /// A kind is noted by the path alone; a rename is news of it that brings no message.
    fn note_kind(&mut self, path: &[u8], count: u64, sent: Option<Moment>) {
        let kind = message::kind_of_path(path);
        let noted = match self.kinds.get_mut(kind) {
            Some(noted) => noted,
            None => self.kinds.entry(kind.to_owned()).or_default(),
        };
        noted.0 += count;
        noted.1 = noted.1.max(sent);
    }
}

fn arrival(thing: &Thing) -> Arrival<'_> {
    let act = match &thing.what {
        What::Seen(bytes, _) => Act::Seen { bytes },
        What::Renamed(from) => Act::Renamed { from },
        What::Gone => Act::Gone,
        What::Withheld(code, text) => Act::Withheld { code, text },
    };
    Arrival { path: &thing.path, size: thing.size, mtime_ns: thing.mtime_ns, act }
}

fn patient_of<'a>(part: &'a Part, thing: &'a Thing) -> &'a str {
    if part.patient.is_empty() { message::patient_of_name(&thing.path) } else { &part.patient }
}
