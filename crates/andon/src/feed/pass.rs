//! One pass over one tree: the walk and the store on one thread, opening files on a second, decoding on a third.
//!
//! The writer's thread walks, hands out jobs, and stores what comes back in batches; each batch also keeps the place
//! reached, so a pass that is killed goes on from there and then closes the circle with what lay before it. What a batch
//! brought is decoded once it is on disk, while the next one is gathered, and listed in the next one's transaction.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use chart::Moment;
use store::{Source, Writer};

use super::disk;
use super::gate::Gate;
use super::give::{self, Tally};
use super::list::{Listing, Unread};
use super::scan::{Depth, Shape};
use super::take::{self, Job, Part};
use super::walk::{Memory, Step, Stop, Walk, shelf_key, unit_key};
use super::{BATCH_MILLIS, Error, MAX_BATCH_BYTES, MAX_BATCH_FILES, Progress};

/// Jobs handed to the reading thread at once, and how many such hands may be under way.
const JOBS_A_HAND: usize = 32;
const HANDS: usize = 3;
/// Parts handed back at once, unless their bytes say sooner.
const PARTS_A_HAND: usize = 64;
const HAND_BYTES: u64 = 1 << 20;

/// Units without news after which the place is kept all the same.
const PLACE_UNITS: usize = 20_000;
/// Key under which the place of an unfinished pass is kept.
pub(super) const PLACE_KEY: &[u8] = b"p";

/// A storage that is a source of this home.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// The source.
    pub source: Source,
    /// A home that takes drills and nothing else.
    pub training: bool,
}

/// Reads the scanner's state of one source.
pub(super) struct Kept<'a> {
    /// Reads the home.
    pub reader: &'a store::Reader,
    /// Number of the source.
    pub source: u32,
}

impl Memory for Kept<'_> {
    fn blob(&self, key: &[u8]) -> store::Result<Option<Vec<u8>>> {
        self.reader.unit(self.source, key)
    }

    fn units_at(&self, path: &[u8]) -> store::Result<Vec<Vec<u8>>> {
        let prefix = super::walk::unit_key(path);
        let mut units = Vec::new();
        self.reader.units(self.source, &prefix, |key| {
            let below = key.get(prefix.len()..).unwrap_or_default();
            if below.is_empty() || below.starts_with(b"/") {
                units.push(key[2..].to_vec());
            }
        })?;
        Ok(units)
    }
}

/// A pass that ended.
pub(super) struct Ended {
    /// The pass.
    pub pass: Pass,
    /// How.
    pub end: End,
    /// Folders that could not be read.
    pub unreadable: u64,
}

/// How a pass ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Every folder was looked at.
    Complete,
    /// The storage went away; nothing was said of what is missing.
    MountGone,
    /// The source has used its byte budget.
    Budget,
}

/// A pass under way, one hand of jobs at a time; shared by the first reading and the watch.
pub(super) struct Pass {
    pub tree: Tree,
    pub depth: Depth,
    walk: Walk,
    /// Where the circle began, while the part before it is still to do.
    began: Option<Vec<u8>>,
    closing: bool,
    identity: (u64, u64),
    /// Parts since the place was last kept.
    unkept: usize,
}

impl Pass {
    /// Begins, or goes on where an earlier one was stopped.
    pub fn begin(writer: &Writer, tree: &Tree, depth: Depth) -> Result<Pass, Error> {
        let kept = if depth == Depth::Deep { writer.unit(tree.source.no, PLACE_KEY)? } else { None };
        let identity = disk::stat(&tree.source.root).map(|stat| stat.identity).unwrap_or_default();
        let walk = Walk::new(&tree.source.root, kept.clone(), None);
        Ok(Pass { tree: tree.clone(), depth, walk, began: kept, closing: false, identity, unkept: 0 })
    }

    /// The next jobs, at most `limit`; fewer only at the end.
    pub fn jobs(&mut self, writer: &Writer, limit: usize, now: Moment) -> Result<Vec<Task>, Stop> {
        let mut tasks = Vec::new();
        let memory = Kept { reader: writer, source: self.tree.source.no };
        while tasks.len() < limit {
            let step = match self.walk.next(&memory)? {
                Some(step) => step,
                None if self.began.is_some() => {
                    self.walk = Walk::new(&self.tree.source.root, None, self.began.take());
                    self.closing = true;
                    continue;
                }
                None => break,
            };
            tasks.push(match step {
                Step::Shelf(path, blob) => Task::Keep(shelf_key(&path), blob),
                Step::Look(unit, shape, blob) => {
                    let depth = self.depth;
                    Task::Look(Job { shape, ..self.job(unit, blob, depth, now) })
                }
            });
        }
        Ok(tasks)
    }

    /// A look at one unit, its shape as last known.
    pub fn job(&self, unit: Vec<u8>, blob: Option<Vec<u8>>, depth: Depth, now: Moment) -> Job {
        let loose = blob.as_ref().is_some_and(|blob| blob.first() == Some(&b'l'));
        let shape = if loose { Shape::Loose } else { Shape::Patient };
        Job { root: self.tree.source.root.clone(), unit, shape, depth, blob, now, training: self.tree.training }
    }

    /// Stores what came back, in one transaction, with the place reached and the listing of what was stored before.
    /// Gives what is to be read next; `None` when the storage went away meanwhile: nothing of it was stored then.
    pub fn store(
        &mut self,
        writer: &mut Writer,
        parts: Vec<Done>,
        listing: Listing,
        now: Moment,
        tally: &mut Tally,
    ) -> Result<Option<Unread>, Error> {
        if parts.iter().any(Done::says_gone) && !self.is_there(writer)? {
            return Ok(None);
        }
        self.unkept += parts.len();
        let silent = listing.is_empty() && parts.iter().all(Done::is_silent);
        if silent && (self.unkept < PLACE_UNITS || self.depth == Depth::Light) {
            parts.iter().for_each(|done| tally.count_silent(done));
            tally.now = now;
            return Ok(Some(Unread::default()));
        }
        let last = parts.iter().rev().find_map(Done::finished_patient);
        let place = last.filter(|_| self.depth == Depth::Deep && !self.closing).map(<[u8]>::to_vec);
        self.unkept = 0;
        let no = self.tree.source.no;
        let unread = give::store(writer, &self.tree.source, parts, listing, now, tally, |batch| match place {
            Some(place) => batch.put_unit(no, PLACE_KEY, &place),
            None => Ok(()),
        })?;
        Ok(Some(unread))
    }

    /// Stores what came back, then reads and lists it at once. False when the storage went away meanwhile.
    pub fn store_and_list(
        &mut self,
        writer: &mut Writer,
        parts: Vec<Done>,
        now: Moment,
        tally: &mut Tally,
    ) -> Result<bool, Error> {
        let Some(unread) = self.store(writer, parts, Listing::default(), now, tally)? else { return Ok(false) };
        self.list(writer, unread.read(), tally)?;
        Ok(true)
    }

    /// Keeps a listing in a transaction of its own.
    fn list(&self, writer: &mut Writer, listing: Listing, tally: &mut Tally) -> Result<(), Error> {
        if !listing.is_empty() {
            let source = &self.tree.source;
            let (mut gate, received) = (Gate::open(writer, source)?, listing.received());
            tally.listed(writer.batch(|batch| {
                let kept = listing.keep(batch, source, &mut gate)?;
                gate.close(batch, received)?;
                Ok(kept)
            })?);
        }
        Ok(())
    }

    /// Ends a complete pass.
    pub fn end(&self, writer: &mut Writer, now: Moment, trouble: Option<&str>) -> Result<(), Error> {
        let no = self.tree.source.no;
        let deep = self.depth == Depth::Deep;
        writer.batch(|batch| {
            if deep && trouble.is_none_or(|trouble| trouble == UNREADABLE) {
                batch.drop_unit(no, PLACE_KEY)?;
            }
            batch.set_contact(no, now, trouble)
        })?;
        Ok(())
    }

    /// Share of the tree passed, 0–1.
    pub fn share(&self) -> f64 {
        if self.closing { 1.0 } else { self.walk.share() }
    }

    /// Folders above the patients' that could not be listed.
    pub fn unreadable(&self) -> u64 {
        self.walk.unreadable
    }

    /// The storage is still what it was: the same folder, with at least one of the shelves known.
    pub fn is_there(&self, writer: &Writer) -> Result<bool, Error> {
        if !take::same_folder(&self.tree.source.root, self.identity) {
            return Ok(false);
        }
        let kept = writer.unit(self.tree.source.no, &shelf_key(b""))?.unwrap_or_default();
        let known = kept.split(|b| *b == 0).filter(|name| !name.is_empty());
        let mut known = known.peekable();
        let none_known = known.peek().is_none();
        let here = |name: &[u8]| disk::stat(&disk::join(&self.tree.source.root, name)).is_ok();
        Ok(none_known || known.any(here))
    }
}

/// Code word of a source of which some folder or file could not be read.
pub(super) const UNREADABLE: &str = "unreadable";
/// Code word of a source whose storage is not there.
pub(super) const MOUNT_GONE: &str = "mount_gone";
/// Code word of a source that has used its bytes.
pub(super) const BUDGET: &str = "budget";

/// Something for the reading thread, kept in order.
#[derive(Debug)]
pub(super) enum Task {
    /// Look at a unit.
    Look(Job),
    /// Nothing to read: keep this once everything before it is stored.
    Keep(Vec<u8>, Vec<u8>),
}

impl Task {
    /// The patient's folder that is looked at.
    pub fn patient(&self) -> Option<&[u8]> {
        match self {
            Task::Look(job) if job.shape == Shape::Patient => Some(&job.unit),
            _ => None,
        }
    }
}

/// What came back.
#[derive(Debug)]
pub(super) enum Done {
    /// A part of a unit.
    Part(Part),
    /// Keep this.
    Keep(Vec<u8>, Vec<u8>),
}

impl Done {
    fn says_gone(&self) -> bool {
        matches!(self, Done::Part(part) if part.things.iter().any(|thing| matches!(thing.what, take::What::Gone)))
    }

    fn finished_patient(&self) -> Option<&[u8]> {
        match self {
            Done::Part(part) if part.last && !part.patient.is_empty() => Some(&part.unit),
            _ => None,
        }
    }

    fn is_silent(&self) -> bool {
        matches!(self, Done::Part(part) if part.things.is_empty() && part.blob.is_none())
    }

    /// The same, of a unit looked at a second time: files as they were have been counted.
    fn counted_before(mut self) -> Done {
        if let Done::Part(part) = &mut self {
            part.unchanged = 0;
        }
        self
    }

    /// Bytes of messages it carries.
    pub fn bytes(&self) -> u64 {
        if let Done::Part(part) = self { part.bytes() } else { 0 }
    }

    fn files(&self) -> usize {
        if let Done::Part(part) = self { part.things.len() } else { 0 }
    }
}

/// True when these parts should be stored before more is read.
pub(super) fn is_enough(parts: &[Done]) -> bool {
    let files: usize = parts.iter().map(Done::files).sum();
    files >= MAX_BATCH_FILES || parts.iter().map(Done::bytes).sum::<u64>() >= MAX_BATCH_BYTES
}

/// Does the reading of one task.
pub(super) fn work(task: Task, mut give: impl FnMut(Done) -> bool) -> bool {
    match task {
        Task::Keep(key, blob) => give(Done::Keep(key, blob)),
        Task::Look(job) => {
            let mut alive = true;
            take::take(&job, |part| {
                alive = give(Done::Part(part));
                alive
            });
            alive
        }
    }
}

/// Runs a pass to its end with a reading and a decoding thread beside the writer's.
pub(super) fn run(
    writer: &mut Writer,
    tree: &Tree,
    clock: &dyn Fn() -> Moment,
    tally: &mut Tally,
    progress: &mut dyn FnMut(&Progress),
) -> Result<Ended, Error> {
    let mut pass = Pass::begin(writer, tree, Depth::Deep)?;
    let unreadable = tally.unreadable;
    let (jobs, to_do) = sync_channel::<Vec<Task>>(HANDS);
    let (give, done) = sync_channel::<Vec<Done>>(1);
    let (unread, to_read) = sync_channel::<Unread>(1);
    let (list, listings) = sync_channel::<Listing>(1);
    let end = std::thread::scope(|scope| {
        scope.spawn(move || read_all(&to_do, &give));
        scope.spawn(move || to_read.iter().map(Unread::read).try_for_each(|listing| list.send(listing)));
        // Our ends of the channels live in `Steering`: whichever way it returns, both threads see them close.
        let steering = Steering { jobs, done, under_way: 0, ended: false, unread, listings, decoding: false };
        steering.run(writer, &mut pass, clock, tally, progress)
    })?;
    let unreadable = pass.walk.unreadable + tally.unreadable - unreadable;
    Ok(Ended { pass, end, unreadable })
}

/// Looks again at the units that hold half-written files; true when some still do.
pub(super) fn revisit(
    writer: &mut Writer,
    tree: &Tree,
    clock: &dyn Fn() -> Moment,
    tally: &mut Tally,
) -> Result<bool, Error> {
    let units: Vec<_> = tally.waiting_units.iter().filter(|(no, _)| *no == tree.source.no).cloned().collect();
    if units.is_empty() {
        return Ok(false);
    }
    let mut pass = Pass::begin(writer, tree, Depth::Light)?;
    for (no, unit) in units {
        let now = clock();
        let blob = writer.unit(no, &unit_key(&unit))?;
        let mut parts = Vec::new();
        work(Task::Look(pass.job(unit, blob, Depth::Deep, now)), |done| {
            parts.push(done.counted_before());
            true
        });
        pass.store_and_list(writer, parts, now, tally)?;
    }
    Ok(tally.waiting_units.iter().any(|(no, _)| *no == tree.source.no))
}

struct Steering {
    jobs: SyncSender<Vec<Task>>,
    done: Receiver<Vec<Done>>,
    under_way: usize,
    ended: bool,
    unread: SyncSender<Unread>,
    listings: Receiver<Listing>,
    /// A batch is with the decoding thread; never more than one.
    decoding: bool,
}

impl Steering {
    fn run(
        mut self,
        writer: &mut Writer,
        pass: &mut Pass,
        clock: &dyn Fn() -> Moment,
        tally: &mut Tally,
        progress: &mut dyn FnMut(&Progress),
    ) -> Result<End, Error> {
        let mut gathered: Vec<Done> = Vec::new();
        let (mut files, mut bytes, mut stored) = (0, 0, clock());
        loop {
            match self.hand_out(writer, pass, clock()) {
                Ok(()) => {}
                Err(Stop::MountGone) => return Ok(End::MountGone),
                Err(Stop::Store(error)) => return Err(error.into()),
            }
            if self.under_way > 0 {
                let hand = self.done.recv().map_err(|_| Error::Stopped)?;
                if hand.is_empty() {
                    self.under_way -= 1;
                }
                for done in hand {
                    files += done.files();
                    bytes += done.bytes();
                    gathered.push(done);
                }
            }
            let finished = self.ended && self.under_way == 0;
            let full = files >= MAX_BATCH_FILES || bytes >= MAX_BATCH_BYTES || gathered.len() > MAX_BATCH_FILES;
            if finished || full || clock().0 - stored.0 >= BATCH_MILLIS {
                let listing = self.listing()?;
                match pass.store(writer, std::mem::take(&mut gathered), listing, clock(), tally) {
                    Ok(Some(unread)) => self.decode(unread)?,
                    Ok(None) => return Ok(End::MountGone),
                    Err(Error::Store(store::Error::Budget { .. })) => return Ok(End::Budget),
                    Err(error) => return Err(error),
                }
                (files, bytes, stored) = (0, 0, clock());
                progress(&tally.progress(pass.share()));
            }
            if finished {
                let last = self.listing()?;
                pass.list(writer, last, tally)?;
                return Ok(End::Complete);
            }
        }
    }

    /// Hands what is on disk to the decoding thread, which is idle.
    fn decode(&mut self, unread: Unread) -> Result<(), Error> {
        self.decoding = !unread.is_empty();
        if self.decoding { self.unread.send(unread).map_err(|_| Error::Stopped) } else { Ok(()) }
    }

    /// What the decoding thread made of the batch before.
    fn listing(&mut self) -> Result<Listing, Error> {
        match std::mem::take(&mut self.decoding) {
            true => self.listings.recv().map_err(|_| Error::Stopped),
            false => Ok(Listing::default()),
        }
    }

    fn hand_out(&mut self, writer: &Writer, pass: &mut Pass, now: Moment) -> Result<(), Stop> {
        while !self.ended && self.under_way < HANDS {
            let hand = pass.jobs(writer, JOBS_A_HAND, now)?;
            self.ended = hand.len() < JOBS_A_HAND;
            if !hand.is_empty() && self.jobs.send(hand).is_ok() {
                self.under_way += 1;
            }
        }
        Ok(())
    }
}

fn read_all(to_do: &Receiver<Vec<Task>>, give: &SyncSender<Vec<Done>>) {
    while let Ok(tasks) = to_do.recv() {
        let mut hand = Vec::new();
        let mut bytes = 0;
        for task in tasks {
            let alive = work(task, |done| {
                bytes += done.bytes();
                hand.push(done);
                if hand.len() < PARTS_A_HAND && bytes < HAND_BYTES {
                    return true;
                }
                bytes = 0;
                give.send(std::mem::take(&mut hand)).is_ok()
            });
            if !alive {
                return;
            }
        }
        // An empty hand says that one hand of jobs is done.
        if (!hand.is_empty() && give.send(hand).is_err()) || give.send(Vec::new()).is_err() {
            return;
        }
    }
}
