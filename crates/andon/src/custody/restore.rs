//! Building a working station out of a vault: on a bare machine, with no network, from a target and an identity.
//!
//! The order is that in which a hospital needs it: what the home is, then all events (links, flags, people: small, found by their own
//! label), then the patients asked for first (by the index, so nothing else is opened), then everything else in its order. From the moment
//! the first patients are in, `andon chart` and `andon serve --no-feed` show them beside the restore. It may be stopped and goes on where it
//! stood; what is in already is not taken in again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use chart::{Moment, PatientId};
use serde::Serialize;
use store::{Access, EventOut, Journal, LookRun, Setup, Unlock, Writer};
use vault::{Identity, Place, Target, Vault};

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
    /// Numbers of the hospital's own authority that are restored first.
    pub first: Vec<String>,
    /// Go on over what is damaged.
    pub salvage: bool,
}

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
    /// Lines of the access audit taken in.
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
}

/// A restore under way.
pub struct Restore {
    vault: Vault,
    asked: Asked,
    /// The first segment that is opened; those before it are closed to who asks.
    since: u32,
    /// The home that is being filled.
    pub writer: Writer,
    access: Access,
    about: AboutHome,
    done: Restored,
    ended: bool,
    waiting: Vec<(Journal, Vec<Vec<u8>>)>,
    waiting_bytes: usize,
}

impl Restore {
    /// Opens the vault, and makes the home or takes up one whose restore was stopped.
    ///
    /// # Errors
    /// There is no vault, none of the identities opens it, or there is another home.
    pub fn begin(asked: Asked, now: Moment) -> Result<Restore, Problem> {
        let mut vault = Vault::open(&asked.from, &asked.identities).map_err(problem)?;
        let last = vault.last();
        let about = about(&mut vault, last)?;
        let mut writer = home(&asked.to, &about, &vault, now)?;
        let record = about.record().ok_or_else(|| damaged(last, ".andon/home"))?;
        writer.import_home(&record)?;
        let done = Restored {
            progress: Progress { last, ..Progress::default() },
            hospital: about.hospital.clone(),
            training: about.training,
            vault: vault.heads().vault.hex(),
            station: writer.about().station.clone(),
            ..Restored::default()
        };
        let access = store::open_access(&asked.to, &Unlock::KeyFile)?;
        Ok(Restore {
            vault,
            asked,
            since: 1,
            writer,
            access,
            about,
            done,
            ended: false,
            waiting: Vec::new(),
            waiting_bytes: 0,
        })
    }

    /// Leaves closed what came before a segment, and with it every event: a log is taken in from its beginning or not at all.
    pub fn opened_since(self, segment: u32) -> Restore {
        Restore { since: segment, ..self }
    }

    /// Takes in everything, telling how far it is.
    ///
    /// # Errors
    /// Something is damaged, unless that was to be gone over; the disk is full.
    pub fn run(&mut self, on: &mut dyn FnMut(&Progress)) -> Result<(), Problem> {
        if self.since <= 1 {
            self.events()?;
        }
        on(&self.done.progress);
        for id in std::mem::take(&mut self.asked.first) {
            if self.patient(&id)? {
                self.done.progress.first.push(id);
            }
            on(&self.done.progress);
        }
        for number in self.since..=self.done.progress.last {
            if self.ended {
                break;
            }
            self.segment(number)?;
            self.done.progress.segment = number;
            on(&self.done.progress);
        }
        self.flush()
    }

    /// Every event, by their label.
    fn events(&mut self) -> Result<(), Problem> {
        let label = members::events_label(&self.vault.heads().vault);
        let found = self.vault.find(&label).map_err(problem);
        let mut places = self.or_damaged(found)?.unwrap_or_default();
        places.dedup();
        for place in places {
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
        let later = |event: &EventOut| {
            let at = store::Envelope::decode(&event.bytes).map(|envelope| envelope.entry_time);
            as_of.is_some_and(|as_of| at.is_some_and(|at| at > as_of))
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

    /// One patient, by the index; nothing else is opened. False where the vault has nobody of that number.
    fn patient(&mut self, id: &str) -> Result<bool, Problem> {
        let id = PatientId { authority: self.about.authority.clone(), id: id.to_owned() };
        let mut places = self.vault.find(&members::label(&self.vault.heads().vault, &id)).map_err(problem)?;
        places.dedup();
        let (mut unpack, mut elsewhere, mut known) = (Unpack::default(), BTreeSet::new(), false);
        let mut before: Option<Place> = None;
        for place in places {
            let next = before.is_some_and(|b| b.segment == place.segment && b.frame + 1 == place.frame);
            if !next {
                unpack.gap();
            }
            before = Some(place);
            for found in self.frame(place, &mut unpack)? {
                if let Found::Parcel(journal, contents) = found
                    && journal.patient == id
                {
                    known = true;
                    elsewhere.extend(journal.lines().iter().filter_map(|line| line.held_in));
                    self.parcel(*journal, contents)?;
                }
            }
        }
        self.flush()?;
        self.brought(elsewhere)?;
        self.ended = false;
        Ok(known)
    }

    /// Parcels of anybody whose bytes a patient's refer to: the same bytes were received before. Rare, so segments are looked through.
    fn brought(&mut self, mut wanted: BTreeSet<u64>) -> Result<(), Problem> {
        for number in 1..=self.done.progress.last {
            for no in wanted.clone() {
                if self.writer.has_parcel(no)? {
                    wanted.remove(&no);
                }
            }
            if wanted.is_empty() {
                break;
            }
            let manifest = self.vault.manifest(number).map_err(problem);
            let Some((manifest, _)) = self.or_damaged(manifest)? else { continue };
            let parcels = manifest.covers.iter().find_map(|line| members::covered(line, "parcels"));
            if !parcels.is_some_and(|parcels| wanted.iter().any(|no| parcels.contains(no))) {
                continue;
            }
            let mut unpack = Unpack::default();
            for frame in 0..manifest.counts.frames {
                for found in self.frame(Place { segment: number, frame }, &mut unpack)? {
                    if let Found::Parcel(journal, contents) = found
                        && wanted.contains(&journal.no)
                    {
                        self.parcel(*journal, contents)?;
                    }
                }
            }
            self.flush()?;
        }
        Ok(())
    }

    /// One segment, in its order.
    fn segment(&mut self, number: u32) -> Result<(), Problem> {
        let opened = self.vault.segment(number).map(|segment| segment.frames().len() as u32);
        let Some(frames) = self.or_damaged(opened.map_err(problem))? else { return Ok(()) };
        let mut unpack = Unpack::default();
        for frame in 0..frames {
            for found in self.frame(Place { segment: number, frame }, &mut unpack)? {
                match found {
                    Found::Parcel(journal, contents) if !self.ended => self.parcel(*journal, contents)?,
                    // In already, unless the index by which they are found first is damaged.
                    Found::Events(events) if self.since <= 1 => drop(self.take_events(events)?),
                    Found::Looks(run) if self.since <= 1 => self.take_looks(run)?,
                    Found::Parcel(..) | Found::Events(_) | Found::Home(_) | Found::Looks(_) => {}
                }
            }
        }
        let whole = unpack.whole().map_err(|what| damaged(number, &what));
        self.or_damaged(whole).map(drop)
    }

    /// What a frame makes whole. Where it is damaged and that is gone over, nothing.
    fn frame(&mut self, place: Place, unpack: &mut Unpack) -> Result<Vec<Found>, Problem> {
        let frame = self.vault.frame(place).map_err(problem);
        let Some(frame) = self.or_damaged(frame)? else {
            unpack.gap();
            return Ok(Vec::new());
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
                self.done.damaged.push(problem.words);
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
        let whole = self.done.damaged.is_empty();
        if whole && self.asked.as_of.is_none() {
            let (ends, about) = (self.writer.ends()?, &self.about);
            if ends.parcel < about.parcel || ends.event < about.event {
                return Err(damaged(self.done.progress.last, "entries are missing"));
            }
        }
        let reason = format!("restored from vault {} up to segment {}", self.done.vault, self.done.progress.segment);
        let incarnation = self.writer.new_incarnation(&reason, now)?;
        event::append_as(&mut self.writer, &Event::LifeBegun { incarnation, reason: reason.clone() }, by, now)?;
        let number = self.done.progress.segment;
        let said =
            VaultSaid { word: VaultWord::Restored, target: String::new(), number, words: self.done.vault.clone() };
        let keep = [(RESTORING.to_owned(), String::new())];
        super::state::commit(&mut self.writer, &keep, Some(CustodyEvent::Vault(said)), by, now)?;
        Ok(self.done)
    }
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

/// What the last segment says of the home.
fn about(vault: &mut Vault, last: u32) -> Result<AboutHome, Problem> {
    let mut numbers: BTreeSet<u32> = vault.numbers().into_iter().collect();
    // A manifest of acts alone has no segment: the last one that has says enough.
    while let Some(number) = numbers.pop_last() {
        if vault.manifest(number).map_err(problem)?.0.segment().is_none() {
            continue;
        }
        let frame = vault.frame(Place { segment: number, frame: 0 }).map_err(problem)?;
        for member in frame.members() {
            let member = member.map_err(problem)?;
            let found = Unpack::default().take(member.name, member.bytes);
            if let Ok(Some(Found::Home(about))) = found {
                return Ok(*about);
            }
        }
        return Err(damaged(number, ".andon/home"));
    }
    Err(Problem::failed(format!(
        "この保管庫には、まだ何も封じられていません（{last}）。\nNothing has been sealed into this vault yet ({last})."
    )))
}

/// The home to be filled: new, or one whose restore from this vault was stopped.
fn home(to: &Path, about: &AboutHome, vault: &Vault, now: Moment) -> Result<Writer, Problem> {
    let id = vault.heads().vault.hex();
    if store::about(to).is_ok() {
        let writer = store::open_writer(to, &Unlock::KeyFile)?;
        return match writer.kept(RESTORING)? {
            Some(from) if from == id.as_bytes() => Ok(writer),
            _ => Err(store::Error::Exists(to.to_owned()).into()),
        };
    }
    let setup = Setup {
        training: about.training,
        hospital: about.hospital.clone(),
        authority: about.authority.clone(),
        passphrase: None,
        now,
    };
    store::create(to, &setup)?;
    let mut writer = store::open_writer(to, &Unlock::KeyFile)?;
    writer.batch(|batch| batch.keep(RESTORING, id.as_bytes()))?;
    Ok(writer)
}
