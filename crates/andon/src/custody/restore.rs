//! Building a working station out of a vault: on a bare machine, with no network, from a target and an identity.
//!
//! The order is that in which a hospital needs it: what the home is, then all events (links, flags, people: small, found by their own
//! label), then the patients asked for first (`restore/first.rs`: by the index, so nothing else is opened), then everything else in its
//! order. From the moment the first patients are in, `andon chart` and the pages (`restoring.rs`) show them beside the restore. It may be
//! stopped and goes on where it stood; what is in already is not taken in again. What an intruder laid beside the vault stops nothing:
//! it is left aside and told.

pub mod closed;
mod first;
mod home;
mod refused;
mod throwaway;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use chart::{Moment, PatientId};
use serde::Serialize;
use store::{Access, EventOut, Journal, LookRun, Unlock, Writer};
use vault::read::Known;
use vault::{Identity, Label, Place, Target, Vault};

use closed::SealedTo;
pub use first::Want;
pub use refused::{WHICH, forked, must_have_begun};
pub use throwaway::Throwaway;

use super::members::{self, AboutHome, Found, Unpack};
use super::problem;
use crate::event::{self, CustodyEvent, Event, VaultSaid, VaultWord};
use crate::home::{Exit, Problem};

/// Parcels of one transaction, and their bytes: what a kill costs.
const BATCH_PARCELS: usize = 500;
const BATCH_BYTES: usize = 8 << 20;
/// Whose vault a home is being filled from, until it is whole.
const RESTORING: &str = "vault:restoring";

/// What is to be restored.
pub struct Asked {
    /// From where.
    pub from: Target,
    /// Into which folder.
    pub to: PathBuf,
    /// What opens it.
    pub identities: Vec<Identity>,
    /// Nothing that was received or done later.
    pub as_of: Option<Moment>,
    /// Patients who are restored first, as their numbers were typed.
    pub first: Vec<String>,
    /// Who is asked for while the rest comes.
    pub wants: Option<Receiver<Want>>,
    /// Go on over what is damaged.
    pub salvage: bool,
    /// What somebody saw of the vault's log, where there are two histories.
    pub known: Known,
    /// The first segment that is opened: what came before it is closed to who asks, and with it every event, since a log is taken in from
    /// its beginning or not at all. 1 for everything.
    pub since: u32,
}

impl Asked {
    /// Everything, into this folder.
    pub fn whole(from: Target, to: PathBuf, identities: Vec<Identity>) -> Asked {
        let (as_of, first, wants, salvage, known, since) = (None, Vec::new(), None, false, Known::default(), 1);
        Asked { from, to, identities, as_of, first, wants, salvage, known, since }
    }
}

/// Is told of each who was asked for first: the home, the number as it was typed, and who that is.
pub type Shown<'a> = dyn FnMut(&Writer, &str, Option<&PatientId>) -> Result<(), Problem> + 'a;

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Progress {
    /// Segments done, of `last`.
    pub segment: u32,
    /// Segments in all.
    pub last: u32,
    /// Parcels taken in.
    pub parcels: u64,
    /// Events taken in.
    pub events: u64,
    /// Lines taken in of what people looked at.
    pub looks: u64,
    /// Bytes of contents taken in.
    pub bytes: u64,
    /// Patients of those asked for first whose charts open now.
    pub first: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Restored {
    /// How far.
    #[serde(flatten)]
    pub progress: Progress,
    /// The hospital.
    pub hospital: String,
    /// 訓練.
    pub training: bool,
    /// The vault.
    pub vault: String,
    /// The station that is new.
    pub station: String,
    /// The last moment received in what was restored.
    pub until: Option<Moment>,
    /// What was damaged: segment and place.
    pub damaged: Vec<String>,
    /// Segments at the end that none of the keys opens: sealed to others.
    pub closed: Vec<String>,
    /// Those of them whose signed head names a key of the officers', by that key.
    pub sealed_to: Vec<SealedTo>,
    /// Number of the officers' key that opens the new home too; none where none of those given is the log's current one.
    pub officers: Option<String>,
    /// What lies there and is not of the vault's chain, in words; it was left there.
    pub aside: Vec<String>,
    /// Objects that were hidden on the server and were read below, and since when.
    pub hidden: usize,
    /// As `hidden`.
    pub hidden_since: Option<Moment>,
}

/// A restore under way.
pub struct Restore {
    vault: Vault,
    asked: Asked,
    /// The home that is being filled.
    pub writer: Writer,
    access: Access,
    about: AboutHome,
    done: Restored,
    ended: bool,
    waiting: Vec<(Journal, Vec<Vec<u8>>)>,
    waiting_bytes: usize,
    /// Segments that none of the keys opens, by number.
    closed: BTreeMap<u32, String>,
    /// Frames that could not be read and were gone over.
    lost: BTreeSet<Place>,
}

impl Restore {
    /// Opens the vault, and makes the home or takes up one whose restore was stopped.
    ///
    /// # Errors
    /// There is no vault, or two histories of it and nothing says which is ours; none of the identities opens it, or an older one is
    /// needed too; there is another home. No home was made then.
    pub fn begin(asked: Asked, now: Moment) -> Result<Restore, Problem> {
        if asked.as_of.is_some() {
            must_have_begun(&asked.from)?;
        }
        let mut vault = Vault::open_known(&asked.from, &asked.identities, None, &asked.known).map_err(problem)?;
        if let Some(as_of) = asked.as_of {
            vault.until(as_of.0).map_err(problem)?;
        }
        if let Some(fork) = vault.fork() {
            return Err(forked(fork));
        }
        let last = vault.last();
        let about = home::about(&mut vault)?;
        if asked.since <= 1 && !asked.salvage {
            refused::hole(&vault)?;
        }
        let mut writer = home::open(&asked.to, &about, &vault, now)?;
        let record = about.record().ok_or_else(|| damaged(last, ".andon/home"))?;
        writer.import_home(&record)?;
        home::note_kinds(&mut writer, &about)?;
        let hidden = asked.from.hidden().map_err(problem)?;
        let done = Restored {
            progress: Progress { last, ..Progress::default() },
            hospital: about.hospital.clone(),
            training: about.training,
            vault: vault.heads().vault.hex(),
            station: writer.about().station.clone(),
            aside: home::aside(&vault),
            hidden: hidden.len(),
            hidden_since: hidden.iter().map(|hidden| Moment(hidden.since)).min(),
            ..Restored::default()
        };
        let access = store::open_access(&asked.to, &Unlock::KeyFile)?;
        let (waiting, closed, lost) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
        let (ended, waiting_bytes) = (false, 0);
        Ok(Restore { vault, asked, writer, access, about, done, ended, waiting, waiting_bytes, closed, lost })
    }

    /// Takes in all events and the patients asked for first: `shown` is told of each who is in, with the home.
    ///
    /// # Errors
    /// As [`Restore::run`]; what `shown` says.
    pub fn begin_with_first(&mut self, shown: &mut Shown<'_>) -> Result<(), Problem> {
        if self.asked.since <= 1 {
            self.events()?;
        }
        for typed in std::mem::take(&mut self.asked.first) {
            let patient = self.patient(&typed)?;
            shown(&self.writer, &typed, patient.as_ref())?;
            self.done.progress.first.extend(patient.map(|patient| patient.id));
        }
        Ok(())
    }

    /// Takes in everything else, telling how far it is.
    ///
    /// # Errors
    /// Something is damaged, unless that was to be gone over; the disk is full.
    pub fn run(&mut self, on: &mut dyn FnMut(&Progress)) -> Result<(), Problem> {
        on(&self.done.progress);
        let (since, mut expected) = (self.asked.since, self.asked.since);
        for number in self.vault.numbers().into_iter().filter(|number| *number >= since) {
            if self.ended {
                break;
            }
            if number > expected {
                let missing = self.vault.manifest(expected).map(drop).map_err(problem);
                self.or_damaged(missing)?;
            }
            expected = number + 1;
            self.segment(number, on)?;
            if !self.closed.contains_key(&number) {
                self.done.progress.segment = number;
            }
            on(&self.done.progress);
        }
        self.flush()?;
        self.wanted()
    }

    /// Every event, by their label.
    fn events(&mut self) -> Result<(), Problem> {
        let label = members::events_label(&self.vault.heads().vault);
        for place in self.places(&label)? {
            let mut unpack = Unpack::default();
            let found = self.frame(place, &mut unpack)?;
            let events = found.into_iter().filter_map(|found| match found {
                Found::Events(events) => Some(events),
                Found::Home(_) | Found::Looks(_) | Found::Parcel(..) => None,
            });
            for events in events {
                if !self.take_events(events)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// False when the rest is later than what was asked for, or cannot follow what is damaged.
    fn take_events(&mut self, mut events: Vec<EventOut>) -> Result<bool, Problem> {
        let (all, as_of) = (events.len(), self.asked.as_of);
        let former = self.writer.former_stations()?;
        // By our own clock: another station's may be ahead.
        let later = |event: &EventOut| {
            let ours = store::Envelope::decode(&event.bytes).filter(|envelope| former.contains(&envelope.station));
            as_of.is_some_and(|as_of| ours.is_some_and(|envelope| envelope.entry_time > as_of))
        };
        let until = events.iter().position(later).unwrap_or(all);
        events.truncate(until);
        let taken = self
            .writer
            .batch(|batch| events.iter().try_fold(0, |taken, event| Ok(taken + u64::from(batch.import_event(event)?))));
        match taken {
            Ok(taken) => self.done.progress.events += taken,
            Err(store::Error::Damaged { place }) if self.asked.salvage => {
                self.done.damaged.push(place);
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(until == all)
    }

    /// Lines of the old station's access audit, kept as such: not later than what was asked for.
    fn take_looks(&mut self, mut run: LookRun) -> Result<(), Problem> {
        let later = |line: &Vec<u8>| {
            let at = store::Look::decode(line).map(|look| look.at);
            self.asked.as_of.is_some_and(|as_of| at.is_some_and(|at| at > as_of))
        };
        run.lines.truncate(run.lines.iter().position(later).unwrap_or(run.lines.len()));
        let taken = self.access.import_looks(&run).map_err(Problem::from);
        self.done.progress.looks += self.or_damaged(taken)?.unwrap_or(0);
        Ok(())
    }

    /// Where a label is, in order: by the index, and all of what no index that opens covers.
    fn places(&mut self, label: &Label) -> Result<Vec<Place>, Problem> {
        let found = self.vault.find_indexed(label).map_err(problem);
        let (mut places, without) = self.or_damaged(found)?.unwrap_or_default();
        for number in without {
            let frames = self.opened(number)?.unwrap_or(0);
            places.extend((0..frames).map(|frame| Place { segment: number, frame }));
        }
        places.sort_unstable();
        places.dedup();
        Ok(places)
    }

    /// Frames of a segment; none where it has none, is damaged and gone over, or is sealed to others.
    fn opened(&mut self, number: u32) -> Result<Option<u32>, Problem> {
        let manifest = self.vault.manifest(number).map_err(problem);
        let manifest = self.or_damaged(manifest)?.map(|(manifest, _)| manifest);
        if manifest.is_none_or(|manifest| manifest.segment().is_none()) {
            return Ok(None);
        }
        match self.vault.segment(number).map(|segment| segment.frames().len() as u32) {
            Err(vault::Error::WrongKey { object }) => {
                self.closed.insert(number, object);
                Ok(None)
            }
            opened => {
                self.none_closed_before(number)?;
                self.or_damaged(opened.map_err(problem))
            }
        }
    }

    /// Closed segments at the end were sealed to others, by whoever had the station. One before a segment that opens is our own, of an
    /// older key, and without it there would be a hole.
    fn none_closed_before(&self, number: u32) -> Result<(), Problem> {
        match self.closed.range(..number).next() {
            Some((closed, _)) if !self.asked.salvage => Err(refused::older_key(&self.vault, *closed)),
            _ => Ok(()),
        }
    }

    /// One segment, in its order.
    fn segment(&mut self, number: u32, on: &mut dyn FnMut(&Progress)) -> Result<(), Problem> {
        let Some(frames) = self.opened(number)? else { return Ok(()) };
        let mut unpack = Unpack::default();
        for frame in 0..frames {
            for found in self.frame(Place { segment: number, frame }, &mut unpack)? {
                match found {
                    Found::Parcel(journal, contents) if !self.ended => self.parcel(*journal, contents)?,
                    // In already, unless the index by which they are found first is damaged.
                    Found::Events(events) if self.asked.since <= 1 => drop(self.take_events(events)?),
                    Found::Looks(run) if self.asked.since <= 1 => self.take_looks(run)?,
                    Found::Parcel(..) | Found::Events(_) | Found::Home(_) | Found::Looks(_) => {}
                }
            }
            self.wanted()?;
            on(&self.done.progress);
        }
        let whole = unpack.whole().map_err(|what| damaged(number, &what));
        self.or_damaged(whole).map(drop)
    }

    /// What a frame makes whole. Where it is damaged and that is gone over, nothing.
    fn frame(&mut self, place: Place, unpack: &mut Unpack) -> Result<Vec<Found>, Problem> {
        let salvage = self.asked.salvage;
        let frame = match self.vault.frame(place) {
            Ok(frame) => frame,
            Err(error) if salvage && (error.is_fault() || matches!(error, vault::Error::WrongKey { .. })) => {
                match error {
                    vault::Error::WrongKey { object } => drop(self.closed.insert(place.segment, object)),
                    _ => drop(self.lost.insert(place)),
                }
                unpack.gap();
                return Ok(Vec::new());
            }
            Err(vault::Error::WrongKey { .. }) => return Err(refused::older_key(&self.vault, place.segment)),
            Err(error) => return Err(problem(error)),
        };
        let mut found = Vec::new();
        for member in frame.members() {
            let taken = member.map_err(problem).and_then(|member| {
                unpack.take(member.name, member.bytes).map_err(|what| damaged(place.segment, &what))
            });
            match self.or_damaged(taken)? {
                Some(taken) => found.extend(taken),
                None => unpack.gap(),
            }
        }
        Ok(found)
    }

    /// Damage is kept in mind and gone over, where that was asked for.
    fn or_damaged<T>(&mut self, done: Result<T, Problem>) -> Result<Option<T>, Problem> {
        match done {
            Ok(done) => Ok(Some(done)),
            Err(problem) if self.asked.salvage && problem.exit == Exit::Integrity => {
                if !self.done.damaged.contains(&problem.words) {
                    self.done.damaged.push(problem.words);
                }
                Ok(None)
            }
            Err(problem) => Err(problem),
        }
    }

    fn parcel(&mut self, journal: Journal, contents: Vec<Vec<u8>>) -> Result<(), Problem> {
        if self.asked.as_of.is_some_and(|as_of| journal.received > as_of) {
            self.ended = true;
            return Ok(());
        }
        self.done.until = self.done.until.max(Some(journal.received));
        self.waiting_bytes += contents.iter().map(Vec::len).sum::<usize>();
        self.waiting.push((journal, contents));
        let full = self.waiting.len() >= BATCH_PARCELS || self.waiting_bytes >= BATCH_BYTES;
        if full { self.flush() } else { Ok(()) }
    }

    /// Everything that waits, in one transaction.
    fn flush(&mut self) -> Result<(), Problem> {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        let (mut taken, mut bytes, mut damage) = (0, 0, Vec::new());
        let salvage = self.asked.salvage;
        self.writer.batch(|batch| {
            for (journal, contents) in &waiting {
                let slices: Vec<&[u8]> = contents.iter().map(Vec::as_slice).collect();
                match batch.import_parcel(journal, &slices) {
                    Ok(true) => {
                        taken += 1;
                        bytes += slices.iter().map(|bytes| bytes.len() as u64).sum::<u64>();
                    }
                    Ok(false) => {}
                    Err(store::Error::Damaged { place }) if salvage => damage.push(place),
                    Err(error) => return Err(error),
                }
            }
            Ok(())
        })?;
        self.done.damaged.extend(damage);
        self.done.progress.parcels += taken;
        self.done.progress.bytes += bytes;
        Ok(())
    }

    /// The home is whole: its log says from where it came, and that a new life began. Nothing may be missing in the middle.
    ///
    /// # Errors
    /// Something is missing; the disk is full.
    pub fn finish(mut self, by: (&str, &str), now: Moment) -> Result<Restored, Problem> {
        self.done.closed = self.closed.values().cloned().collect();
        self.done.sealed_to = closed::sealed_to(&self.vault, self.closed.keys().copied());
        self.done.damaged.extend(lines_of(&self.lost));
        let whole = self.done.damaged.is_empty();
        if whole && self.asked.as_of.is_none() {
            let (ends, about) = (self.writer.ends()?, &self.about);
            if ends.parcel < about.parcel || ends.event < about.event {
                return Err(damaged(self.done.progress.last, "entries are missing"));
            }
        }
        let chosen: String = self.asked.known.named.iter().map(|name| format!(", by choice {name}")).collect();
        let reason =
            format!("restored from vault {} up to segment {}{chosen}", self.done.vault, self.done.progress.segment);
        let incarnation = self.writer.new_incarnation(&reason, now)?;
        event::append_as(&mut self.writer, &Event::LifeBegun { incarnation, reason: reason.clone() }, by, now)?;
        let number = self.done.progress.segment;
        let said =
            VaultSaid { word: VaultWord::Restored, target: String::new(), number, words: self.done.vault.clone() };
        let keep = [(RESTORING.to_owned(), String::new())];
        super::state::commit(&mut self.writer, &keep, Some(CustodyEvent::Vault(said)), by, now)?;
        self.done.officers = home::give_officers(&self.writer, &self.asked)?;
        Ok(self.done)
    }
}

/// One line for frames that lie side by side.
fn lines_of(lost: &BTreeSet<Place>) -> Vec<String> {
    let mut runs: Vec<(Place, u32)> = Vec::new();
    for place in lost {
        match runs.last_mut().filter(|(first, upto)| first.segment == place.segment && upto + 1 == place.frame) {
            Some((_, upto)) => *upto = place.frame,
            None => runs.push((*place, place.frame)),
        }
    }
    let line = |(first, upto): (Place, u32)| {
        let (segment, from, upto, count) = (first.segment, first.frame + 1, upto + 1, upto - first.frame + 1);
        format!(
            "保管単位 {segment}: {from}〜{upto} 番目の部分（{count}）が読めません。 / segment {segment}: parts {from} to {upto} ({count}) cannot be read"
        )
    };
    runs.into_iter().map(line).collect()
}

/// Damage in a segment, named.
fn damaged(segment: u32, what: &str) -> Problem {
    Problem {
        exit: Exit::Integrity,
        words: format!(
            "保管単位 {segment} の {what} が、封じたときのものではありません。別の保管先から復元するか、--salvage で読めるものだけ復元してください。\n\
             Segment {segment}, {what}: not what was sealed. Restore from another place, or what can be read with --salvage."
        ),
    }
}
