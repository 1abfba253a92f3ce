//! Into the store: sightings first, then what is listed and found by, then the snapshot that makes them done; one
//! transaction for all of it.

use std::collections::{BTreeMap, BTreeSet};

use chart::{Moment, PatientId};
use store::{Act, Arrival, Batch, Sighting, SightingAct, Source, Writer};

use super::index::{self, Decision, Mark};
use super::message::Reading;
use super::pass::Done;
use super::take::{Part, Thing, What};
use super::walk::unit_key;
use super::{Error, Progress, message};

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
    /// Units in which something new was found.
    pub changed: Vec<(u32, Vec<u8>)>,
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

/// Stores parts in one transaction; `more` adds to it.
pub(super) fn store(
    writer: &mut Writer,
    source: &Source,
    parts: &[Done],
    now: Moment,
    tally: &mut Tally,
    more: impl FnOnce(&mut Batch<'_>) -> store::Result<()>,
) -> Result<(), Error> {
    let mut giving = Giving { source, now, sum: Tally::default(), kinds: BTreeMap::new() };
    writer.batch(|batch| {
        for done in parts {
            match done {
                Done::Keep(key, blob) => batch.put_unit(source.no, key, blob)?,
                Done::Part(part) => giving.part(batch, part)?,
            }
        }
        for (kind, (count, sent)) in &giving.kinds {
            batch.note_kind(source.no, kind, *count, *sent, now)?;
        }
        more(batch)
    })?;
    tally.add(giving.sum, now);
    Ok(())
}

/// What one transaction is told and what it counts.
struct Giving<'a> {
    source: &'a Source,
    now: Moment,
    sum: Tally,
    /// Messages counted and the latest 発生日時, by data kind.
    kinds: BTreeMap<&'a str, (u64, Option<Moment>)>,
}

impl<'a> Giving<'a> {
    fn part(&mut self, batch: &mut Batch<'_>, part: &'a Part) -> store::Result<()> {
        let unit = (self.source.no, part.unit.clone());
        self.count(part, &unit);
        let mut rest = part.things.as_slice();
        while let Some(first) = rest.first() {
            // A patient folder is one patient's; loose files go by the number in their own name, in runs.
            let patient = patient_of(part, first);
            let run = rest.iter().take_while(|thing| patient_of(part, thing) == patient).count();
            let (these, others) = rest.split_at(run);
            self.run(batch, part, patient, these)?;
            rest = others;
        }
        if !part.things.is_empty() {
            self.sum.changed.push(unit);
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

    fn run(&mut self, batch: &mut Batch<'_>, part: &'a Part, patient: &str, things: &'a [Thing]) -> store::Result<()> {
        let no = self.source.no;
        let arrivals: Vec<Arrival<'_>> = things.iter().map(arrival).collect();
        let positions = batch.arrive(no, patient, self.now, &arrivals)?;
        for (thing, position) in things.iter().zip(positions) {
            match &thing.what {
                What::Seen(bytes, reading) => {
                    self.sum.taken += 1;
                    self.sum.taken_bytes += bytes.len() as u64;
                    let kind = self.kinds.entry(reading.kind.as_str()).or_default();
                    kind.0 += 1;
                    kind.1 = kind.1.max(reading.sent);
                    list_reading(batch, no, position, patient, reading, &mut self.sum)?;
                }
                What::Renamed(_) => {
                    self.sum.renamed += 1;
                    self.kinds.entry(message::kind_of_path(&thing.path)).or_default();
                }
                What::Gone => self.sum.gone += 1,
                What::Withheld(row) => {
                    self.sum.refused += u64::from(row.code == "training_message");
                    self.sum.faults += 1;
                    batch.put_faults(no, position, patient, std::slice::from_ref(row))?;
                }
            }
        }
        if patient.is_empty() { Ok(()) } else { self.person(batch, part, patient, things) }
    }

    fn person(&mut self, batch: &mut Batch<'_>, part: &Part, patient: &str, things: &[Thing]) -> store::Result<()> {
        let id = PatientId { authority: self.source.authority.clone(), id: patient.to_owned() };
        match index::decide(part, things, || batch.person(&id))? {
            Decision::Put(row) => batch.put_person(&id, &row),
            Decision::Mark(mark) => {
                self.sum.marked += 1;
                batch.put_unit(self.source.no, &Mark::key(patient), &[mark as u8])
            }
            Decision::Nothing => Ok(()),
        }
    }
}

fn list_reading(
    batch: &mut Batch<'_>,
    source: u32,
    position: u64,
    patient: &str,
    reading: &Reading,
    sum: &mut Tally,
) -> store::Result<()> {
    if !reading.faults.is_empty() {
        sum.faults += reading.faults.len() as u64;
        batch.put_faults(source, position, patient, &reading.faults)?;
    }
    if !reading.others.is_empty() {
        let named: Vec<&str> = reading.others.iter().map(String::as_str).collect();
        batch.put_doubts(source, position, patient, &named)?;
    }
    Ok(())
}

fn arrival(thing: &Thing) -> Arrival<'_> {
    let act = match &thing.what {
        What::Seen(bytes, _) => Act::Seen { bytes },
        What::Renamed(from) => Act::Renamed { from },
        // A file never taken is in the record as a path without bytes, so that its fault has a place.
        What::Gone | What::Withheld(_) => Act::Gone,
    };
    Arrival { path: &thing.path, size: thing.size, mtime_ns: thing.mtime_ns, act }
}

fn patient_of<'a>(part: &'a Part, thing: &'a Thing) -> &'a str {
    if part.patient.is_empty() { message::patient_of_name(&thing.path) } else { &part.patient }
}

/// Lists again what messages of the record say, and marks their patients.
pub(super) fn again(writer: &mut Writer, source: &Source, sightings: &[Sighting]) -> Result<(), Error> {
    let mut sum = Tally::default();
    writer.batch(|batch| {
        for sighting in sightings {
            let SightingAct::Seen = sighting.act else { continue };
            let Some(bytes) = sighting.bytes.as_deref() else { continue };
            let reading = message::read(&sighting.path, bytes, &sighting.patient);
            list_reading(batch, source.no, sighting.position, &sighting.patient, &reading, &mut sum)?;
            batch.note_kind(source.no, &reading.kind, 1, reading.sent, sighting.received)?;
            if !sighting.patient.is_empty() {
                let basic = message::is_basic(&sighting.path);
                let key = Mark::key(&sighting.patient);
                if basic || batch.unit(source.no, &key)?.is_none() {
                    batch.put_unit(source.no, &key, &[if basic { Mark::Again } else { Mark::IfNone } as u8])?;
                }
            }
        }
        Ok(())
    })?;
    Ok(())
}
