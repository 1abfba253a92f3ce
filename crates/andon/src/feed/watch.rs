//! The watch: a bounded amount of work a tick, what is most likely new first.
//!
//! In order: records of the transaction storage and what the operating system tells, folders that must be looked at
//! again, patients with news of late, then the next stretch of the running pass. It may be dropped at any tick; what it knows beyond the store is only what is
//! likely.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chart::Moment;
use store::Writer;

use super::again::{Hot, Unit, Want};
use super::cursor::{Cursor, folder_of};
use super::disk;
use super::gate;
use super::give::Tally;
use super::index;
use super::list;
use super::notice::Listener;
use super::pass::{self, BUDGET, Done, MOUNT_GONE, Pass, Task, Tree, UNREADABLE};
use super::scan::{Depth, Shape};
use super::take::blob_of;
use super::unit::split;
use super::walk::{Stop, unit_key};
use super::{Error, Feed, RACY_MILLIS};

/// Units of the running pass looked at in one tick, unless files taken say sooner.
const UNITS_A_TICK: usize = 600;
/// Files taken in one tick, after which the pass waits for the next.
const FILES_A_TICK: u64 = 1000;
/// Folders looked at in one tick because something points at them.
const WANTED_A_TICK: usize = 200;
/// Hours between passes that ask every file.
const DEEP_HOURS: i64 = 6;
/// Light passes beside a transaction storage are this far apart, milliseconds; without one they follow each other.
const LIGHT_WITH_LOG_MILLIS: i64 = 5 * 60_000;
/// Between two passes the watch rests this many times as long as the pass took, and at least a second.
const REST_TIMES: i64 = 3;
const REST_LEAST_MILLIS: i64 = 1000;
/// A storage that went away is asked for again this often, milliseconds.
const RETURN_MILLIS: i64 = 5000;
/// A whole pass is written down as contact at most this often, milliseconds, while nothing is wrong.
const CONTACT_MILLIS: i64 = 15_000;

/// What did not come is looked for this often, milliseconds.
const JUDGE_MILLIS: i64 = 60_000;

/// Key under which the cursor of transaction storage is kept, with the first tree beside it.
const CURSOR_KEY: &[u8] = b"t/";

/// What one tick did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ticked {
    /// Files newly read into the store.
    pub taken: u64,
    /// Files renamed.
    pub renamed: u64,
    /// Files no longer there.
    pub gone: u64,
    /// Faults listed.
    pub faults: u64,
    /// True when there is more to do at once; else the next tick may wait half a second.
    pub busy: bool,
    /// True while a pass over any tree is the first since the watch began.
    pub catching_up: bool,
}

struct Turn {
    tree: Tree,
    pass: Option<Pass>,
    began: Moment,
    next: Moment,
    deep_due: Moment,
    contact: Moment,
    trouble: Option<String>,
    passes: u64,
    wrong: Option<&'static str>,
}

struct Log {
    root: PathBuf,
    /// Which of the home's sources keeps the cursor, and under which key.
    keeper: u32,
    key: Vec<u8>,
    cursor: Cursor,
}

/// Keeps a home level with its sources; see [`Watcher::tick`].
pub struct Watcher {
    feed: Feed,
    turns: Vec<Turn>,
    logs: Vec<Log>,
    wanted: BTreeMap<Unit, Want>,
    hot: Hot,
    listener: Listener,
    /// When it was last looked for what did not come.
    judged: Moment,
}

impl Watcher {
    /// Begins the watch. Cursors stand where they were left; new ones at the end of their logs, for what lies before
    /// them the first pass takes.
    ///
    /// # Errors
    /// When the store refuses.
    pub(super) fn begin(feed: Feed, writer: &mut Writer) -> Result<Watcher, Error> {
        let now = feed.now();
        let mut logs = Vec::new();
        if let Some(keeper) = feed.trees.first().map(|tree| tree.source.no) {
            for root in &feed.logs {
                let key = [CURSOR_KEY, disk::bytes_of(root)].concat();
                let kept = writer.unit(keeper, &key)?;
                let cursor = kept.map_or_else(|| Cursor::at_end(root), |blob| Cursor::decode(&blob));
                writer.batch(|batch| batch.put_unit(keeper, &key, &cursor.encode()))?;
                logs.push(Log { root: root.clone(), keeper, key, cursor });
            }
        }
        let turns = feed.trees.iter().map(|tree| Turn {
            tree: tree.clone(),
            pass: None,
            began: now,
            next: now,
            deep_due: now,
            contact: Moment::default(),
            trouble: tree.source.trouble.clone(),
            passes: 0,
            wrong: None,
        });
        let turns = turns.collect();
        let (wanted, hot, listener) = (BTreeMap::new(), Hot::new(!logs.is_empty()), Listener::new());
        Ok(Watcher { feed, turns, logs, wanted, hot, listener, judged: now })
    }

    /// Does the next piece of work.
    ///
    /// # Errors
    /// When the store refuses; what it acknowledged stays. A fault of one message, folder or tree is no error.
    pub fn tick(&mut self, writer: &mut Writer) -> Result<Ticked, Error> {
        let now = self.feed.now();
        let mut sum = Ticked::default();
        self.list_what_waits(writer)?;
        self.look_at_the_clock(writer, now)?;
        sum.busy |= self.read_logs(writer, now)?;
        self.listen(now);
        self.look_at_wanted(writer, now, &mut sum)?;
        self.look_at_hot(writer, now, &mut sum)?;
        for turn in 0..self.turns.len() {
            self.go_on(turn, writer, now, &mut sum)?;
        }
        sum.catching_up = self.turns.iter().any(|turn| turn.passes == 0);
        Ok(sum)
    }

    /// Lists what was stored and not listed: when an earlier run was killed between the two, or a disk was full.
    fn list_what_waits(&self, writer: &mut Writer) -> Result<(), Error> {
        for turn in &self.turns {
            if list::catch_up(writer, turn.tree.source.no)? > 0 {
                index::settle(writer, &turn.tree.source, usize::MAX)?;
            }
            gate::settle(writer, turn.tree.source.no)?;
        }
        Ok(())
    }

    /// What did not come is looked for once a minute.
    fn look_at_the_clock(&mut self, writer: &mut Writer, now: Moment) -> Result<(), Error> {
        if (now.0 - self.judged.0).abs() >= JUDGE_MILLIS {
            self.judged = now;
            self.turns.iter().try_for_each(|turn| gate::by_the_clock(writer, &turn.tree.source, now))?;
        }
        Ok(())
    }

    /// Turns new records into folders to look at.
    fn read_logs(&mut self, writer: &mut Writer, now: Moment) -> Result<bool, Error> {
        let mut more = false;
        for log in &mut self.logs {
            let before = log.cursor.clone();
            let news = log.cursor.read(&log.root);
            more |= news.more;
            let mut doubt = news.doubt;
            for hint in news.hints {
                let folders: Vec<Vec<u8>> = hint.patients.iter().filter_map(|patient| folder_of(patient)).collect();
                let mut found = false;
                for (number, turn) in self.turns.iter().enumerate() {
                    let root = &turn.tree.source.root;
                    let there = folders.iter().filter(|folder| disk::stat(&disk::join(root, folder)).is_ok());
                    for folder in there {
                        found = true;
                        follow(&mut self.wanted, (number, folder.clone()), now);
                    }
                }
                if let (false, Some(likely)) = (found, folders.first()) {
                    (0..self.turns.len()).for_each(|number| follow(&mut self.wanted, (number, likely.clone()), now));
                }
                doubt |= !found;
            }
            if doubt {
                self.turns.iter_mut().for_each(|turn| turn.next = turn.next.min(now));
            }
            if log.cursor != before {
                writer.batch(|batch| batch.put_unit(log.keeper, &log.key, &log.cursor.encode()))?;
            }
        }
        Ok(more)
    }

    /// Turns what the operating system told into folders to look at.
    fn listen(&mut self, now: Moment) {
        let heard = self.listener.hear();
        for unit in heard.units {
            self.wanted.entry(unit).or_insert(Want::once(now, Depth::Deep)).by(now, Depth::Deep);
        }
        for (number, turn) in self.turns.iter_mut().enumerate() {
            if heard.lost || heard.doubt.contains(&number) {
                turn.next = turn.next.min(now);
            }
        }
    }

    fn look_at_wanted(&mut self, writer: &mut Writer, now: Moment, sum: &mut Ticked) -> Result<(), Error> {
        let due = self.wanted.iter().filter(|(_, want)| want.due <= now).take(WANTED_A_TICK);
        let due: Vec<(Unit, Depth)> = due.map(|(unit, want)| (unit.clone(), want.depth)).collect();
        for (turn, depth) in (0..self.turns.len()).flat_map(|turn| [(turn, Depth::Light), (turn, Depth::Deep)]) {
            let these = due.iter().filter(|((of, _), how)| *of == turn && *how == depth);
            let units: Vec<Vec<u8>> = these.map(|((_, unit), _)| unit.clone()).collect();
            let tally = self.look(turn, writer, &units, depth, now, sum)?;
            for unit in units {
                let files: u32 =
                    tally.changed.iter().filter(|(changed, _)| *changed == unit).map(|(_, files)| files).sum();
                let mut key = (turn, unit);
                if self.wanted.get_mut(&key).is_some_and(|want| !want.goes_on(files > 0, now)) {
                    self.wanted.remove(&key);
                }
                // A record announces one file; the patient's folders in the other trees need not be searched for it.
                for of in (0..self.turns.len()).filter(|_| files > 0) {
                    key.0 = of;
                    if let Some(want) = self.wanted.get_mut(&key) {
                        want.answer(files);
                    }
                }
            }
            self.come_back(turn, &tally, now);
            self.listen_to_news(turn, writer, &tally)?;
        }
        Ok(())
    }

    fn look_at_hot(&mut self, writer: &mut Writer, now: Moment, sum: &mut Ticked) -> Result<(), Error> {
        let these = self.hot.due(now);
        for turn in 0..self.turns.len() {
            let units: Vec<Vec<u8>> =
                these.iter().filter(|(of, _)| *of == turn).map(|(_, unit)| unit.clone()).collect();
            let tally = self.look(turn, writer, &units, Depth::Light, now, sum)?;
            self.come_back(turn, &tally, now);
            self.listen_to_news(turn, writer, &tally)?;
        }
        Ok(())
    }

    /// Looks at some units of one tree, now.
    fn look(
        &mut self,
        turn: usize,
        writer: &mut Writer,
        units: &[Vec<u8>],
        depth: Depth,
        now: Moment,
        sum: &mut Ticked,
    ) -> Result<Tally, Error> {
        let mut tally = Tally::default();
        if units.is_empty() || self.turns[turn].wrong.is_some() {
            return Ok(tally);
        }
        let tree = self.turns[turn].tree.clone();
        let mut pass = Pass::begin(writer, &tree, Depth::Light)?;
        let mut tasks = Vec::new();
        for unit in units {
            let blob = writer.unit(tree.source.no, &unit_key(unit))?;
            // A record of the log may come before its patient's folder.
            if blob.is_none() && disk::stat(&disk::join(&tree.source.root, unit)).is_err() {
                continue;
            }
            tasks.push(Task::Look(pass.job(unit.clone(), blob, depth, now)));
        }
        match self.store(&mut pass, writer, tasks, now, &mut tally) {
            Ok(true) => {}
            // The pass meets the same trouble and says so.
            Ok(false) | Err(Error::Store(store::Error::Budget { .. })) => self.turns[turn].next = now,
            Err(error) => return Err(error),
        }
        add(sum, &tally);
        Ok(tally)
    }

    /// Works through tasks and stores what comes, a bounded amount at a time. False when the pass cannot go on.
    fn store(
        &mut self,
        pass: &mut Pass,
        writer: &mut Writer,
        tasks: Vec<Task>,
        now: Moment,
        tally: &mut Tally,
    ) -> Result<bool, Error> {
        let mut parts: Vec<Done> = Vec::new();
        let mut failed = None;
        let mut kept = true;
        for task in tasks {
            pass::work(task, |done| {
                parts.push(done);
                if pass::is_enough(&parts) {
                    match pass.store_and_list(writer, std::mem::take(&mut parts), now, tally) {
                        Ok(there) => kept = there,
                        Err(error) => failed = Some(error),
                    }
                }
                kept && failed.is_none()
            });
            if let Some(error) = failed {
                return Err(error);
            }
            if !kept {
                return Ok(false);
            }
        }
        let there = pass.store_and_list(writer, parts, now, tally)?;
        if there && tally.marked > 0 {
            index::settle(writer, &pass.tree.source, usize::MAX)?;
        }
        Ok(there)
    }

    /// Notes what must be looked at again soon, and who had news.
    fn come_back(&mut self, turn: usize, tally: &Tally, now: Moment) {
        for (_, unit) in &tally.restless {
            let due = Moment(now.0 + RACY_MILLIS);
            let want = self.wanted.entry((turn, unit.clone())).or_insert(Want::once(due, Depth::Light));
            want.by(due, Depth::Light);
        }
        if self.turns[turn].passes == 0 {
            return;
        }
        for (unit, _) in &tally.changed {
            self.hot.news((turn, unit.clone()), now);
        }
    }

    /// Has the folders of patients with news listened to.
    fn listen_to_news(&mut self, turn: usize, writer: &Writer, tally: &Tally) -> Result<(), Error> {
        let source = &self.turns[turn].tree.source;
        for (unit, _) in &tally.changed {
            let blob = writer.unit(source.no, &unit_key(unit))?;
            let snapshot = blob.as_deref().and_then(|blob| blob_of(split(unit).1, blob));
            if let Some((Shape::Patient, snapshot)) = snapshot {
                self.listener.watch_unit(turn, &source.root, unit);
                self.listener.watch_news(turn, &source.root, unit, &snapshot);
            }
        }
        Ok(())
    }

    /// The next stretch of a tree's pass.
    fn go_on(&mut self, number: usize, writer: &mut Writer, now: Moment, sum: &mut Ticked) -> Result<(), Error> {
        let turn = &mut self.turns[number];
        if turn.next > now && turn.pass.is_none() {
            return Ok(());
        }
        let mut pass = match turn.pass.take() {
            Some(pass) => pass,
            None => {
                let depth = if turn.deep_due <= now { Depth::Deep } else { Depth::Light };
                turn.began = now;
                Pass::begin(writer, &turn.tree, depth)?
            }
        };
        let mut tally = Tally::default();
        let mut units = 0;
        let end = loop {
            let tasks = match pass.jobs(writer, UNITS_A_TICK / 10, now) {
                Ok(tasks) => tasks,
                Err(Stop::MountGone) => break Some(Some(MOUNT_GONE)),
                Err(Stop::Store(error)) => return Err(error.into()),
            };
            let last = tasks.len() < UNITS_A_TICK / 10;
            units += tasks.len();
            let (listener, root) = (&mut self.listener, &pass.tree.source.root);
            tasks.iter().filter_map(Task::patient).for_each(|unit| listener.watch_unit(number, root, unit));
            match self.store(&mut pass, writer, tasks, now, &mut tally) {
                Ok(true) => {}
                Ok(false) => break Some(Some(MOUNT_GONE)),
                Err(Error::Store(store::Error::Budget { .. })) => break Some(Some(BUDGET)),
                Err(error) => return Err(error),
            }
            if last {
                break Some((pass.unreadable() + tally.unreadable > 0).then_some(UNREADABLE));
            }
            if units >= UNITS_A_TICK || tally.taken >= FILES_A_TICK {
                break None;
            }
        };
        self.come_back(number, &tally, now);
        if self.turns[number].passes > 0 {
            self.listen_to_news(number, writer, &tally)?;
        }
        add(sum, &tally);
        match end {
            Some(trouble) => self.end(number, &pass, writer, trouble)?,
            None => {
                sum.busy = true;
                self.turns[number].pass = Some(pass);
            }
        }
        Ok(())
    }

    fn end(
        &mut self,
        number: usize,
        pass: &Pass,
        writer: &mut Writer,
        trouble: Option<&'static str>,
    ) -> Result<(), Error> {
        let now = self.feed.now();
        // A light pass does not ask everything, so it cannot say that all can be read again.
        let unread = self.turns[number].trouble.as_deref() == Some(UNREADABLE) && pass.depth == Depth::Light;
        let trouble = trouble.or(unread.then_some(UNREADABLE));
        let with_log = !self.logs.is_empty();
        let turn = &mut self.turns[number];
        let (source, deep, millis) = (turn.tree.source.no, pass.depth == Depth::Deep, now.0 - turn.began.0);
        tracing::debug!(source, deep, millis, trouble, "a pass of the watch ended");
        if turn.trouble.as_deref() != trouble {
            tracing::warn!(source, before = turn.trouble.as_deref(), trouble, "the state of a source changed");
        }
        if turn.trouble.as_deref() != trouble || now.0 - turn.contact.0 >= CONTACT_MILLIS || pass.depth == Depth::Deep {
            pass.end(writer, now, trouble)?;
            turn.contact = now;
            turn.trouble = trouble.map(str::to_owned);
        }
        turn.wrong = trouble.filter(|trouble| *trouble != UNREADABLE);
        if turn.wrong.is_some() {
            self.listener.forget(&turn.tree.source.root);
            turn.next = Moment(now.0 + RETURN_MILLIS);
            // What happened meanwhile may have left no trace in folder times.
            turn.deep_due = now;
            return Ok(());
        }
        turn.passes += 1;
        if pass.depth == Depth::Deep {
            turn.deep_due = Moment(now.0 + DEEP_HOURS * 3_600_000);
        }
        let rest = ((now.0 - turn.began.0) * REST_TIMES).max(REST_LEAST_MILLIS);
        turn.next = Moment(now.0 + if with_log { rest.max(LIGHT_WITH_LOG_MILLIS) } else { rest });
        Ok(())
    }
}

/// A record announces a file of this unit.
fn follow(wanted: &mut BTreeMap<Unit, Want>, unit: Unit, now: Moment) {
    let want = Want::follow(now, wanted.get(&unit));
    wanted.insert(unit, want);
}

fn add(sum: &mut Ticked, tally: &Tally) {
    sum.taken += tally.taken;
    sum.renamed += tally.renamed;
    sum.gone += tally.gone;
    sum.faults += tally.faults;
}
