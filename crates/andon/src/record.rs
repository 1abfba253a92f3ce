//! The one way to a patient's facts: `record(patient, cut)` reads what the store holds, decodes it and hands on
//! `(facts, faults)`. Pages, commands, sheets and stories all come through here, so they show the same chart (promise 5).

mod desks;
mod intake;
pub mod news;
mod orders;
mod said;
mod stays;
mod visits;

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::intake::INTAKE;
use chart::prescribing::WRITTEN;
use chart::{
    AsOf, Body, Carried, Chart, Fact, Fault, HANDED_IN, Moment, Origin, OriginFault, PAPER, PatientId, STAY, VISIT,
};
use formats::ssmix2::{Decoded, FilePath, Place};
use store::{Cut, Reader, Sighting, SightingAct};

use crate::event::patient_item;
use crate::hold::{Holds, held_back, trusted};
use crate::home::Problem;
use said::{Linked, bookings, counts, linked, papers, settled};

/// How paths of the codes on medicine paper begin there.
pub const JAHIS_FOLDER: &str = "jahis/";
/// Numbers that links may join into one person; the rest stays apart.
const LINKED_MAX: usize = 16;
/// Files for which another thread is worth its start, some tens of microseconds: a file costs as much.
const FILES_A_HAND: usize = 256;

/// A file as it stands after all sightings up to the cut: renames followed, retaken bytes in place, gone marked.
struct Standing {
    sighting: Sighting,
    gone: bool,
}

impl Standing {
    /// It lies at its source and was not taken.
    fn was_left(&self) -> bool {
        matches!(self.sighting.act, SightingAct::Withheld { .. })
    }
}

/// What came of a patient after one cut and up to another, whatever is held back, without what the sources carry for other patients:
/// a function of these entries alone, so that who has only them makes the same chart of them. With the entries.
///
/// # Errors
/// When the store cannot be read.
pub fn between(
    reader: &Reader,
    patient: &PatientId,
    after: &Cut,
    to: &Cut,
) -> Result<(chart::Record, Vec<Sighting>), Problem> {
    let Linked { numbers, mut facts, said } = linked(reader, patient, to)?;
    let (mut files, mut entries) = (Vec::new(), Vec::new());
    for (number, said) in numbers.iter().zip(&said) {
        facts.extend(papers(reader, number, said)?);
        facts.extend(settled(reader, said)?);
        let came = reader.sightings(number, to)?.into_iter().filter(|one| one.position > after.position(one.source));
        let came: Vec<Sighting> = came.collect();
        files.extend(standing(came.clone()));
        entries.extend(came);
    }
    let (sources, handed_in) = (reader.once(Reader::sources)?, reader.once(handed_in)?);
    let name = |no: u32| match handed_in.contains(&no) {
        true => HANDED_IN.to_owned(),
        false => store::source_name(&sources, no),
    };
    let (told, faults) = decoded(&files, &name);
    facts.extend(told);
    Ok((chart::Record { patient: patient.clone(), facts, faults, carried: Vec::new() }, entries))
}

/// Everything held of a patient up to `cut`, decoded; with the numbers that named persons linked to this one.
///
/// # Errors
/// When the store cannot be read. What cannot be decoded is a fault in the record, not an error.
pub fn record(reader: &Reader, patient: &PatientId, cut: &Cut) -> Result<chart::Record, Problem> {
    Ok(record_of(reader, patient, cut, |_| true)?.0)
}

/// The chart of a patient: the one door for page, sheet and command (promise 5). `None` when nothing at all is held under
/// this number.
///
/// # Errors
/// As [`record`].
pub fn chart(reader: &Reader, patient: &PatientId, as_of: &AsOf) -> Result<Option<Chart>, Problem> {
    let record = record(reader, patient, &*reader.once(trusted)?)?;
    let held = !record.facts.is_empty() || !record.faults.is_empty();
    let known = held || crate::temporary::is_issued(reader, patient)? || !reader.doubts(patient)?.is_empty();
    // Of whom everything is held back, there is a chart that says so.
    let known = known || held_back(reader, std::slice::from_ref(patient))? > 0;
    Ok(known.then(|| Chart::at(&record, as_of)))
}

/// True when anything arrived of a patient that a cut does not count: a message, an event, or either of a number that named persons
/// linked with this one. What is held back has not arrived yet; it has once it is released.
///
/// # Errors
/// When the store cannot be read.
pub fn is_told_since(reader: &Reader, patient: &PatientId, cut: &Cut) -> Result<bool, Problem> {
    let now = reader.once(trusted)?;
    for number in linked(reader, patient, &*reader.once(Reader::cut)?)?.numbers {
        let events = crate::following::events_of(reader, &patient_item(&number))?;
        let visited = || visits::is_received_since(reader, &number, cut);
        if events.iter().any(|stored| !counts(cut, &stored.envelope))
            || reader.arrived_between(&number, cut, &now)?
            || visited()?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// All that a record is made of beside the patient: where it is the same, every record is.
#[derive(Clone, PartialEq)]
pub struct State {
    /// Which entries count.
    pub cut: Cut,
    /// What the sources carry at all, for any patient.
    pub carried: Vec<Carried>,
}

/// The state of the store now.
///
/// # Errors
/// When the store cannot be read.
pub fn state(reader: &Reader) -> Result<State, Problem> {
    Ok(State { cut: trusted(reader)?, carried: carried(reader)? })
}

/// A record in the data kinds that `wanted` names, and when the newest message of any kind was sent: for lists, which ask
/// little of many patients.
///
/// # Errors
/// As [`record`].
pub fn record_of(
    reader: &Reader,
    patient: &PatientId,
    cut: &Cut,
    wanted: impl Fn(&str) -> bool,
) -> Result<(chart::Record, Option<Moment>), Problem> {
    let Linked { numbers, mut facts, said } = linked(reader, patient, cut)?;
    for (number, said) in numbers.iter().zip(&said).filter(|_| wanted(PAPER)) {
        facts.extend(papers(reader, number, said)?);
        facts.extend(settled(reader, said)?);
    }
    for number in numbers.iter().filter(|_| wanted(VISIT)) {
        facts.extend(visits::received(reader, number, cut)?);
        facts.extend(bookings(reader, number, cut)?);
    }
    for number in numbers.iter().filter(|_| wanted(WRITTEN)) {
        facts.extend(orders::written(reader, number, cut)?);
    }
    for number in numbers.iter().filter(|_| wanted(STAY)) {
        facts.extend(stays::told(reader, number, cut)?);
    }
    for number in numbers.iter().filter(|_| wanted(desks::RESULTS)) {
        facts.extend(desks::results(reader, number, cut)?);
    }
    for number in numbers.iter().filter(|_| wanted(INTAKE)) {
        facts.extend(intake::answers(reader, number, cut)?);
    }
    let sources = reader.once(Reader::sources)?;
    let handed_in = reader.once(handed_in)?;
    let is_handed_in = |no: u32| handed_in.contains(&no);
    let (mut files, mut newest) = (Vec::new(), None);
    for number in &numbers {
        for standing in standing(reader.sightings(number, cut)?) {
            let path = FilePath::parse(&standing.sighting.path);
            if is_handed_in(standing.sighting.source) {
                // What a patient brought tells nothing of how fresh the copy is.
                if wanted(HANDED_IN) {
                    files.push(standing);
                }
                continue;
            }
            newest = newest.max(Some(path.sent.map_or(standing.sighting.received, |sent| sent.start)));
            if wanted(&kind(&path)) {
                files.push(standing);
            }
        }
    }
    let (told, faults) = decoded(&files, &|no: u32| {
        if is_handed_in(no) {
            return HANDED_IN.to_owned();
        }
        sources.iter().find(|source| source.no == no).map_or_else(|| no.to_string(), |source| source.name.clone())
    });
    facts.extend(told);
    let carried = reader.once(carried)?.to_vec();
    Ok((chart::Record { patient: patient.clone(), facts, faults, carried }, newest))
}

/// What is held back of a patient and of the numbers linked with it: as a record of its own that is never merged with the other, and
/// each entry by itself.
///
/// # Errors
/// As [`record`].
pub fn held(reader: &Reader, patient: &PatientId) -> Result<(chart::Record, Vec<Sighting>), Problem> {
    let (trusted, all) = (reader.once(trusted)?, reader.once(Reader::cut)?);
    let mut entries = Vec::new();
    for number in linked(reader, patient, &all)?.numbers {
        let sightings = reader.sightings(&number, &all)?;
        entries.extend(sightings.into_iter().filter(|one| one.position > trusted.position(one.source)));
    }
    let sources = reader.once(Reader::sources)?;
    let name = |no: u32| store::source_name(&sources, no);
    let (facts, faults) = decoded(&standing(entries.clone()), &name);
    Ok((chart::Record { patient: patient.clone(), facts, faults, carried: Vec::new() }, entries))
}

/// What the record of all sources says of this number alone in the messages that `wanted` picks by the paths and bytes of
/// all: what the lists are made of.
///
/// # Errors
/// When the store cannot be read.
pub fn facts_of(
    reader: &Reader,
    patient: &PatientId,
    wanted: impl FnOnce(&[&Sighting]) -> Vec<bool>,
) -> Result<Vec<Fact>, store::Error> {
    let standing = standing(reader.sightings(patient, &*reader.once(trusted)?)?);
    let wanted = wanted(&standing.iter().map(|standing| &standing.sighting).collect::<Vec<_>>());
    let wanted: Vec<Standing> =
        standing.into_iter().zip(wanted).filter_map(|(one, wanted)| wanted.then_some(one)).collect();
    Ok(decoded_by_one(&wanted, &|no: u32| no.to_string()).0)
}

/// Follows renames and gone files; the order is that of the source, the only one trusted.
fn standing(sightings: Vec<Sighting>) -> Vec<Standing> {
    let mut files: BTreeMap<(u32, Vec<u8>), Standing> = BTreeMap::new();
    let mut replaced = Vec::new();
    for sighting in sightings {
        let place = (sighting.source, sighting.path.clone());
        match &sighting.act {
            SightingAct::Seen => {
                // The same path with other bytes: the earlier ones stay in the record as history.
                let before = files.insert(place, Standing { sighting, gone: false });
                replaced.extend(before.filter(|before| !before.was_left()));
            }
            SightingAct::Renamed { from } => {
                let before = files.remove(&(sighting.source, from.clone()));
                let bytes = sighting.bytes.clone().or_else(|| before.as_ref().and_then(|b| b.sighting.bytes.clone()));
                let received = before.map_or(sighting.received, |before| before.sighting.received);
                files.insert(place, Standing { sighting: Sighting { bytes, received, ..sighting }, gone: false });
            }
            SightingAct::Gone => match files.get_mut(&place) {
                Some(file) if file.was_left() => drop(files.remove(&place)),
                Some(file) => file.gone = true,
                None => {}
            },
            SightingAct::Withheld { .. } => drop(files.insert(place, Standing { sighting, gone: false })),
        }
    }
    for old in &mut replaced {
        old.gone = true;
    }
    let mut all: Vec<Standing> = files.into_values().chain(replaced).collect();
    all.sort_by_key(|file| (file.sighting.source, file.sighting.position));
    all
}

/// Facts and faults of files, in their order.
type Told = (Vec<Fact>, Vec<OriginFault>);

/// Decodes files, those of a long history by all processors: who opens a chart of twenty years waits for it. `name` gives
/// the name of a source by its number.
fn decoded(files: &[Standing], name: &(impl Fn(u32) -> String + Sync)) -> Told {
    let hands = std::thread::available_parallelism().map_or(1, |hands| hands.get()).min(files.len() / FILES_A_HAND);
    if hands < 2 {
        return decoded_by_one(files, name);
    }
    let (own, others) = files.split_at(files.len() / hands);
    std::thread::scope(|scope| {
        let others: Vec<_> = others
            .chunks(others.len().div_ceil(hands - 1))
            .map(|part| scope.spawn(move || decoded_by_one(part, name)))
            .collect();
        let (mut facts, mut faults) = decoded_by_one(own, name);
        for part in others {
            let part = part.join().unwrap_or_else(|stop| std::panic::resume_unwind(stop));
            facts.extend(part.0);
            faults.extend(part.1);
        }
        (facts, faults)
    })
}

fn decoded_by_one(files: &[Standing], name: &impl Fn(u32) -> String) -> Told {
    let (mut facts, mut faults) = (Vec::new(), Vec::new());
    for file in files {
        decode(file, &name(file.sighting.source), &mut facts, &mut faults);
    }
    (facts, faults)
}

/// One file into facts and faults, each with where it came from.
fn decode(standing: &Standing, source: &str, facts: &mut Vec<Fact>, faults: &mut Vec<OriginFault>) {
    let sighting = &standing.sighting;
    if sighting.path.starts_with(JAHIS_FOLDER.as_bytes()) {
        return brought(sighting, source, facts, faults);
    }
    let path = FilePath::parse(&sighting.path);
    let decoded = match &sighting.act {
        SightingAct::Withheld { code, text } => Decoded { faults: vec![left(code, text)], ..Decoded::default() },
        _ => crate::decode::decode(&path, sighting.bytes.as_deref().unwrap_or_default()),
    };
    let others = decoded.meta.ids.iter().filter(|id| **id != path.patient && !path.patient.is_empty());
    let origin = Arc::new(Origin {
        source: source.to_owned(),
        position: sighting.position,
        kind: kind(&path),
        path: String::from_utf8_lossy(&sighting.path).into_owned(),
        content: Some(sighting.content),
        flag: path.flag,
        care_date: path.care_date,
        order_no: path.order_no,
        department: path.department,
        sent: path.sent,
        message: decoded.meta.message,
        received: sighting.received,
        gone: standing.gone,
        other_ids: others.cloned().collect(),
    });
    facts.extend(decoded.bodies.into_iter().map(|body| Fact { origin: Arc::clone(&origin), body }));
    faults.extend(decoded.faults.into_iter().map(|fault| OriginFault { origin: Arc::clone(&origin), fault }));
}

/// The codes of medicine paper that a patient brought: each set of codes as one message. Who they say the patient is was compared when
/// they were handed in; it is no news of who the patient is here.
fn brought(sighting: &Sighting, source: &str, facts: &mut Vec<Fact>, faults: &mut Vec<OriginFault>) {
    for (at, set) in crate::decode::jahis(sighting.bytes.as_deref().unwrap_or_default()).into_iter().enumerate() {
        let origin = Arc::new(Origin {
            source: source.to_owned(),
            position: sighting.position,
            kind: HANDED_IN.to_owned(),
            path: format!("{}#{at}", String::from_utf8_lossy(&sighting.path)),
            content: Some(sighting.content),
            message: set.decoded.date,
            received: sighting.received,
            ..Origin::default()
        });
        let told = set.decoded.bodies.into_iter().map(|body| match body {
            Body::Person(person) => Body::Holder(person),
            other => other,
        });
        facts.extend(told.map(|body| Fact { origin: Arc::clone(&origin), body }));
        faults.extend(set.decoded.faults.into_iter().map(|fault| OriginFault { origin: Arc::clone(&origin), fault }));
    }
}

/// The fault of a file that was left at its source; its words are the program's own.
fn left(code: &str, text: &str) -> Fault {
    let known = ["too_big", "unreadable", "training_message"].into_iter().find(|known| *known == code);
    Fault { code: known.unwrap_or("unreadable"), at: "path".into(), text: text.to_owned() }
}

/// The kind as lists and freshness name it: the SS-MIX2 code, or the type folder of extended storage.
pub fn kind(path: &FilePath) -> String {
    match &path.place {
        Place::Extended { type_parts, .. } if !type_parts.is_empty() => type_parts.join("^"),
        _ => path.kind.clone(),
    }
}

/// Every number of a person: this one first, then those that named persons linked to it.
///
/// # Errors
/// When the store cannot be read.
pub fn numbers(reader: &Reader, patient: &PatientId) -> Result<Vec<PatientId>, Problem> {
    Ok(linked(reader, patient, &*reader.once(Reader::cut)?)?.numbers)
}

/// Numbers of the sources by which patients' own papers are handed in: one for each authority of patients' numbers.
fn handed_in(reader: &Reader) -> Result<Vec<u32>, store::Error> {
    reader.handed_in_as(HANDED_IN)
}

/// What the sources carry at all, for any patient.
fn carried(reader: &Reader) -> Result<Vec<Carried>, Problem> {
    let sources = reader.sources()?;
    let name = |no: u32| store::source_name(&sources, no);
    let holds = reader.once(Holds::of)?;
    let kinds = reader.kinds()?.into_iter().map(|row| holds.as_trusted(row)).map(|row| Carried {
        source: name(row.source),
        kind: row.kind,
        last_sent: row.last_sent,
        last_received: Some(row.last_received),
    });
    Ok(kinds.collect())
}
