//! Held (保管されている): while the program feeds or serves, what lies at every place is read back a little at a time and compared with the
//! signed manifests, so that a byte that went bad is known within days and not when it is needed. No key is needed for it.
//!
//! `rounds` says when and how much (pure), `wrong` how what is wrong is told; here it is done. In the same thread, once a day, the locks of servers are kept long (`locks`).

mod rounds;
#[cfg(test)]
mod tests;
mod wrong;

use std::cell::OnceCell;
use std::collections::HashMap;
use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use chart::Moment;
use rustix::fs::{FlockOperation, flock};
use store::Reader;
use vault::read::Known;
use vault::verify::read_back;
use vault::{Hash, Manifest, Target, Vault, name};

pub use rounds::Round;

use super::state::{self, Chain, Write};
use super::{deliver, problem};
use crate::event::{CustodyEvent, Keeping, VaultSaid, VaultWord};
use crate::home::{Home, Problem};
use crate::text::one_line;
use crate::web;
use crate::world;
use crate::writing::Request;

/// A look at one place ends after so long, milliseconds: what is slow is read in more looks.
const LOOK_MILLIS: i64 = 10_000;
/// Read at a time, bytes.
const STEP_BYTES: u64 = 4 << 20;
/// How often whoever stops the program waits for at most.
const WAIT: Duration = Duration::from_millis(200);
/// Niceness of the thread: everything else comes first.
const NICE: i32 = 19;
/// Held by who reads back, for one look.
const LOCK: &str = "vault-held.lock";
/// Letters of why something failed, in the program's log.
const WORDS_CHARS: usize = 300;
/// Who reads back what nobody asked for at that moment.
const BY: (&str, &str) = ("保管庫", "station");

/// Reads back until told to stop.
pub fn start(home: &Home, write: web::Write, stop: Arc<AtomicBool>) -> JoinHandle<()> {
    let home = home.clone();
    std::thread::spawn(move || {
        let own = rustix::thread::gettid();
        if let Err(error) = rustix::process::setpriority_process(Some(own), NICE) {
            tracing::debug!(%error, "reading back has the priority of everything else");
        }
        let mut next = Moment::default();
        let writes = |request: &Request| write(&home, request);
        let mut holding = Holding::new(&home, &writes, &world::now, &stop);
        while !stop.load(Ordering::Relaxed) {
            let now = world::now();
            if world::is_time(next, now, rounds::EVERY_MINUTES) {
                if let Err(problem) = holding.look() {
                    let why = one_line(&problem.words, WORDS_CHARS);
                    tracing::warn!(exit = problem.exit as u8, why, "the vault could not be read back: tried again");
                }
                let reader = home.reader();
                let stopped = || stop.load(Ordering::Relaxed);
                let looked = reader.and_then(|reader| super::locks::look(&reader, &writes, now, &stopped));
                if let Err(problem) = looked {
                    tracing::warn!(exit = problem.exit as u8, "locks were not looked at: tried again");
                }
                next = Moment(now.0 + rounds::EVERY_MINUTES * 60_000);
            }
            std::thread::sleep(WAIT);
        }
    })
}

/// How far a place is.
///
/// # Errors
/// When the store cannot be read.
pub fn round(reader: &Reader, keeping: &Keeping) -> Result<Round, Problem> {
    let kept = reader.kept(&kept_name(&keeping.name))?;
    let kept: Option<Round> = kept.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let of_place = kept.filter(|round| round.place == keeping.place);
    Ok(of_place.unwrap_or_else(|| Round { place: keeping.place.clone(), ..Round::default() }))
}

fn kept_name(target: &str) -> String {
    format!("vault:held:{target}")
}

/// What reads back, with what it keeps open between two looks.
pub struct Holding<'a> {
    home: &'a Home,
    write: Write<'a>,
    now: &'a dyn Fn() -> Moment,
    stop: &'a AtomicBool,
    /// The names of the manifests of each place are listed once a round: with when that began.
    open: HashMap<String, (i64, Vault)>,
}

/// Why a look at a place ended before its slice was read.
enum End {
    /// It is not there any more: the round waits.
    Gone,
    /// The home or the target says no.
    No(Problem),
}

impl From<Problem> for End {
    fn from(problem: Problem) -> End {
        End::No(problem)
    }
}

impl<'a> Holding<'a> {
    /// Of a home, by a clock.
    pub fn new(home: &'a Home, write: Write<'a>, now: &'a dyn Fn() -> Moment, stop: &'a AtomicBool) -> Holding<'a> {
        Holding { home, write, now, stop, open: HashMap::new() }
    }

    /// One look at every place. What is wrong at one stays there.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn look(&mut self) -> Result<(), Problem> {
        // Of two programs beside each other one at a time reads, and goes on where the other stood.
        let lock = File::options().create(true).truncate(false).write(true).open(self.home.dir().join(LOCK))?;
        if flock(&lock, FlockOperation::NonBlockingLockExclusive).is_err() {
            return Ok(());
        }
        let reader = self.home.reader()?;
        let Some(chain) = Chain::of(&reader)? else { return Ok(()) };
        for keeping in state::targets(&reader)? {
            match self.place(&reader, &chain, &keeping) {
                Ok(()) => {}
                Err(End::Gone) => drop(self.open.remove(&keeping.name)),
                Err(End::No(problem)) => {
                    self.open.remove(&keeping.name);
                    let (place, why) = (&keeping.name, one_line(&problem.words, WORDS_CHARS));
                    tracing::warn!(
                        exit = problem.exit as u8,
                        place,
                        why,
                        "a target of the vault could not be read back"
                    );
                }
            }
        }
        Ok(())
    }

    fn place(&mut self, reader: &Reader, chain: &Chain, keeping: &Keeping) -> Result<(), End> {
        let target = deliver::open(&keeping.place, Some(reader))?;
        let there = || deliver::is_there(&target, keeping, chain).unwrap_or(false);
        if !there() {
            return Err(End::Gone);
        }
        let mut round = round(reader, keeping)?;
        let now = (self.now)();
        if round.is_due(now) {
            let upto = state::reached(reader, &keeping.name)?.number;
            if upto == 0 {
                return Ok(());
            }
            let whole = state::last_said(reader, VaultWord::Held, &keeping.name)?.map(|(_, at)| at);
            self.open.remove(&keeping.name);
            round = round.begin(upto, bytes_upto(&target, upto)?, whole, now);
        }
        if round.upto == 0 {
            return Ok(());
        }
        let open = self.open.remove(&keeping.name).filter(|(began, _)| *began == round.began);
        // Of two histories it is this home's that is read back.
        let known = Known { own: vec![chain.tip()?.checkpoint()], ..Known::default() };
        let opened = || Vault::open_known(&target, &[], None, &known);
        let vault = match open.map_or_else(opened, |(_, vault)| Ok(vault)) {
            Ok(vault) => vault,
            Err(_) if !there() => return Err(End::Gone),
            Err(error) if error.is_fault() => return Ok(self.unreadable((keeping, &target), round, &error)?),
            Err(error) => return Err(problem(error).into()),
        };
        let hidden = OnceCell::new();
        let mut look =
            Look { holding: self, reader, keeping, target: &target, there: &there, vault: &vault, hidden, round };
        let ended = look.slice();
        let round = look.round;
        self.keep(&round, &keeping.name, None)?;
        self.open.insert(keeping.name.clone(), (round.began, vault));
        ended
    }

    /// The heads are gone or damaged, by which everything else is believed: the round is over.
    fn unreadable(
        &self,
        (keeping, place): (&Keeping, &Target),
        mut round: Round,
        error: &vault::Error,
    ) -> Result<(), Problem> {
        let (number, target) = (round.upto, keeping.name.clone());
        let is_new = round.found_wrong(name::HEADS);
        round.end();
        let words = wrong::words(&wrong::hidden(place), name::HEADS, error);
        let said = VaultSaid { word: VaultWord::Fault, target, number, words };
        self.keep(&round, &keeping.name, is_new.then_some(said))
    }

    /// Keeps how far it is, and has the log say something with it, both or neither.
    fn keep(&self, round: &Round, target: &str, said: Option<VaultSaid>) -> Result<(), Problem> {
        let text = serde_json::to_vec(round).map_err(|error| Problem::failed(error.to_string()))?;
        let keep = vec![(kept_name(target), BASE64_STANDARD.encode(text))];
        let (by, role) = (BY.0.to_owned(), BY.1.to_owned());
        (self.write)(&Request::Custody { keep, event: said.map(CustodyEvent::Vault), by, role }).map(drop)
    }
}

/// Bytes of the objects that the manifests up to a number name, about: what somebody laid beside them counts too.
fn bytes_upto(target: &Target, upto: u32) -> Result<u64, Problem> {
    let mut total = 0;
    for prefix in [name::SEGMENTS, name::INDEX] {
        for object in target.list(prefix).map_err(problem)? {
            total += if deliver::number(&object.name).is_some_and(|number| number <= upto) { object.size } else { 0 };
        }
    }
    Ok(total)
}

/// One look at one place.
struct Look<'a, 'h> {
    holding: &'a Holding<'h>,
    reader: &'a Reader,
    keeping: &'a Keeping,
    target: &'a Target,
    there: &'a dyn Fn() -> bool,
    vault: &'a Vault,
    /// What lies hidden there, asked once where something is wrong.
    hidden: OnceCell<Vec<String>>,
    round: Round,
}

impl Look<'_, '_> {
    /// Reads on, until so much was read or so long was spent.
    fn slice(&mut self) -> Result<(), End> {
        let (most, until) = (self.round.read + self.round.slice(), (self.holding.now)().0 + LOOK_MILLIS);
        while !self.round.is_done() {
            let enough = self.round.read >= most || (self.holding.now)().0 > until;
            if enough || self.holding.stop.load(Ordering::Relaxed) {
                return Ok(());
            }
            self.manifest(most)?;
        }
        let (number, read) = (self.round.upto, self.round.read);
        if self.round.end() {
            tracing::info!(number, bytes = read, "a target of the vault was read back whole");
            self.say(VaultWord::Held, number, read.to_string())?;
        }
        Ok(())
    }

    /// Reads on in the manifest at hand, up to its end or so far.
    fn manifest(&mut self, most: u64) -> Result<(), End> {
        let number = self.round.number;
        let (manifest, hash) = match self.vault.manifest(number) {
            Ok(found) => found,
            Err(error) => {
                self.wrong(&name::unknown(name::manifest, number), error)?;
                self.round.next_manifest(None);
                return Ok(());
            }
        };
        if (self.round.object, self.round.at) == (0, 0) {
            self.chained(&manifest, hash)?;
            for object in self.vault.others(number, &hash) {
                let what = "another manifest of this number is signed too: a fork; keep both".to_owned();
                self.wrong(&object, vault::Error::Damaged { object: object.clone(), what })?;
            }
        }
        while let Some(listed) = manifest.objects.get(self.round.object as usize) {
            if self.round.read >= most {
                return Ok(());
            }
            let from = self.round.at;
            match read_back(self.target, listed, from, STEP_BYTES) {
                Ok(slice) => {
                    self.round.read += slice.to - from;
                    self.round.at = slice.to;
                    if let Some((begin, end)) = slice.bad {
                        let what = format!("bytes {begin} to {end} are not what was sealed");
                        self.wrong(&listed.name, vault::Error::Damaged { object: listed.name.clone(), what })?;
                    }
                    if slice.bad.is_some() || slice.to >= listed.sums.size {
                        self.round.next_object();
                    }
                }
                Err(error) => {
                    self.wrong(&listed.name, error)?;
                    self.round.next_object();
                }
            }
        }
        self.round.next_manifest(Some(hash.hex()));
        Ok(())
    }

    /// The manifest goes on from the one before, and the last is the one that this home sealed.
    fn chained(&mut self, manifest: &Manifest, hash: Hash) -> Result<(), End> {
        let sealed = state::sealed(self.reader, manifest.number)?;
        let follows = self.round.previous.is_empty() || self.round.previous == manifest.previous.hex();
        let what = match (follows, sealed) {
            (false, _) => "it does not follow the manifest before it",
            (true, Some(sealed)) if sealed.hash != hash.0 => wrong::OTHERS,
            (true, _) => return Ok(()),
        };
        let object = name::manifest(manifest.number, &hash);
        self.wrong(&object, vault::Error::Damaged { object: object.clone(), what: what.to_owned() })
    }

    /// Something is wrong with an object, unless the place is not there any more. What another machine did not answer is asked again.
    fn wrong(&mut self, object: &str, error: vault::Error) -> Result<(), End> {
        if !(self.there)() {
            return Err(End::Gone);
        }
        if !error.is_fault() && !matches!(self.target, Target::Disk(_)) {
            return Err(End::No(problem(error)));
        }
        if self.round.found_wrong(object) {
            tracing::error!(segment = self.round.number, "what lies at a target of the vault is not what was sealed");
            let number = self.round.number;
            let hidden = self.hidden.get_or_init(|| wrong::hidden(self.target));
            self.say(VaultWord::Fault, number, wrong::words(hidden, object, &error))?;
        }
        Ok(())
    }

    fn say(&self, word: VaultWord, number: u32, words: String) -> Result<(), Problem> {
        let target = self.keeping.name.clone();
        let said = VaultSaid { word, target, number, words };
        self.holding.keep(&self.round, &self.keeping.name, Some(said))
    }
}
