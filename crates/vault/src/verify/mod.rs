//! Proof of a target. Without a key: every object is there, has its size and its sums; every manifest is signed, chained
//! and entered in the log, whose heads agree with it and with every older head that one was shown. With a key: every
//! frame is decrypted and decoded, every row of the index leads to a frame (`opened.rs`). `slice.rs` reads bytes back a little at a time.

mod objects;
mod opened;
mod slice;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::ops::RangeInclusive;

use ed25519_dalek::VerifyingKey;

pub use opened::Visit;
pub use slice::{Slice, read_back};

use crate::head::Heads;
use crate::log::Checkpoint;
use crate::manifest::Manifest;
use crate::note::{NOTE_BYTES_MAX, Verifier};
use crate::read::{self, Known, choose, led, previous_of, read_manifest};
use crate::s3::time;
use crate::{Error, Hash, Identity, Result, Target, Tip, name};

/// Findings that are kept; the rest is counted.
pub const FINDINGS_MAX: usize = 1000;

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// An object, manifest, tile or tree head is not there.
    Missing,
    /// An object has another size, or other bytes, than was sealed.
    Bytes,
    /// A manifest or head is no such thing, or not signed by a station of the vault.
    Signature,
    /// A manifest does not follow the one before, or there are two of a number.
    Chain,
    /// The log does not agree with the manifests, or with a head shown before.
    Log,
    /// With a key: it does not decrypt or decode, or is not what its manifest or index says.
    Content,
}

impl Flaw {
    /// A word for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Flaw::Missing => "missing",
            Flaw::Bytes => "bytes",
            Flaw::Signature => "signature",
            Flaw::Chain => "chain",
            Flaw::Log => "log",
            Flaw::Content => "content",
        }
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its kind.
    pub flaw: Flaw,
    /// Object it is about.
    pub object: String,
    /// Segment (number of the manifest) it is about.
    pub number: Option<u32>,
    /// First and one beyond the last byte of the first bad piece.
    pub bytes: Option<(u64, u64)>,
    /// What is wrong, in words without patient data.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.object, self.what)
    }
}

/// What is asked of a verification.
#[derive(Clone, Debug)]
pub struct Ask {
    /// Manifests whose objects are read to the last byte; of the others only presence and size are looked at. With
    /// identities, those are opened.
    pub read: RangeInclusive<u32>,
    /// Tree heads seen before: on a daily sheet, by a witness.
    pub seen: Vec<Checkpoint>,
    /// Tree heads as whoever asks sealed them: compared as those seen, and of two histories they decide last ([`Known::own`]).
    pub own: Vec<Checkpoint>,
    /// Key of the station that began the vault, where one knows it: another vault at this place is no answer.
    pub station: Option<VerifyingKey>,
    /// Public keys of witnesses whose signatures are counted.
    pub witnesses: Vec<Verifier>,
    /// Of two histories the manifests, or the first head, that a person says are ours: names of objects.
    pub named: Vec<String>,
}

impl Default for Ask {
    fn default() -> Ask {
        let (seen, own, witnesses, named) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Ask { read: 0..=u32::MAX, seen, own, station: None, witnesses, named }
    }
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The end of the chain as it was reckoned from the manifests: to go on from only where the report is whole.
    pub tip: Tip,
    /// Manifests that were looked at.
    pub manifests: u64,
    /// Objects that were read to the last byte.
    pub read: u64,
    /// Their bytes.
    pub read_bytes: u64,
    /// Objects of which only presence and size were looked at.
    pub sized: u64,
    /// Members decoded with a key.
    pub members: u64,
    /// Objects that none of the identities opens: sealed to others, or before a key was changed. No fault.
    pub closed: Vec<String>,
    /// Newest head that a known witness signed: size and seconds since 1970.
    pub witnessed: Option<(u64, u64)>,
    /// Objects that no manifest names: left of a seal that was broken off. No fault.
    pub strays: Vec<String>,
    /// What is wrong, in the order in which it was met.
    pub findings: Vec<Finding>,
    /// Findings beyond [`FINDINGS_MAX`].
    pub more: u64,
}

impl Report {
    /// Nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Verifies the vault at a target. `visit` is shown every member that the identities open; `on` is told the number of
/// each manifest when it is done, and stops the run by answering false.
///
/// # Errors
/// There is no vault there, or its first head is unreadable; the target cannot be listed; `visit` said no. What is wrong
/// with the vault is in the report.
pub fn verify(
    target: &Target,
    ask: &Ask,
    identities: &[Identity],
    visit: &mut Visit<'_>,
    on: &mut dyn FnMut(u32) -> bool,
) -> Result<Report> {
    let mut known = Known { seen: ask.seen.clone(), named: ask.named.clone(), own: ask.own.clone() };
    known.seen.extend(read::witnessed(target, &ask.witnesses)?);
    let heads = Heads::read_known(target, ask.station.as_ref(), &known)?;
    let mut run = Run::begin(target, ask, &heads, &known)?;
    for object in target.list(name::MANIFESTS)? {
        match name::parse(&object.name, name::MANIFESTS) {
            Some((number, _)) if number > 0 => run.manifests.entry(number).or_default().push(object.name),
            _ => run.strays.push(object.name),
        }
    }
    let numbers: Vec<u32> = run.manifests.keys().copied().collect();
    for &number in &numbers {
        if let Some((manifest, hash)) = run.link(number)? {
            run.frames.insert(number, manifest.counts.frames);
            run.objects(&manifest)?;
            if !identities.is_empty() && ask.read.contains(&number) {
                run.open(&manifest, identities, visit)?;
            }
            run.log(&manifest, hash, numbers.last() == Some(&number))?;
        }
        if !on(number) {
            break;
        }
    }
    run.end()
}

/// A verification under way.
struct Run<'a> {
    target: &'a Target,
    ask: &'a Ask,
    heads: &'a Heads,
    known: &'a Known,
    manifests: BTreeMap<u32, Vec<String>>,
    /// Segments and index objects that are there and no manifest has named so far.
    sizes: HashMap<String, u64>,
    checkpoints: BTreeMap<u32, Vec<String>>,
    /// Heads shown before, by size, with who showed them.
    seen: BTreeMap<u64, Vec<(Checkpoint, String)>>,
    /// Frames of each segment so far.
    frames: HashMap<u32, u32>,
    /// Number that the next manifest should have.
    expected: u32,
    /// A manifest is missing: the log cannot be reckoned any more.
    broken: bool,
    /// Manifests of the other history of a fork.
    other: HashSet<Hash>,
    strays: Vec<String>,
    report: Report,
}

impl<'a> Run<'a> {
    fn begin(target: &'a Target, ask: &'a Ask, heads: &'a Heads, known: &'a Known) -> Result<Run<'a>> {
        let objects = [target.list(name::SEGMENTS)?, target.list(name::INDEX)?].concat();
        let report = Report {
            tip: Tip::new(heads.vault),
            manifests: 0,
            read: 0,
            read_bytes: 0,
            sized: 0,
            members: 0,
            closed: Vec::new(),
            witnessed: None,
            strays: Vec::new(),
            findings: Vec::new(),
            more: 0,
        };
        let mut run = Run {
            target,
            ask,
            heads,
            known,
            manifests: BTreeMap::new(),
            sizes: objects.into_iter().map(|object| (object.name, object.size)).collect(),
            checkpoints: BTreeMap::new(),
            seen: BTreeMap::new(),
            frames: HashMap::new(),
            expected: 1,
            broken: false,
            other: HashSet::new(),
            strays: Vec::new(),
            report,
        };
        run.heads();
        run.vault_text()?;
        for object in target.list(name::CHECKPOINTS)? {
            match name::parse(&object.name, name::CHECKPOINTS) {
                Some((number, _)) => run.checkpoints.entry(number).or_default().push(object.name),
                None => run.strays.push(object.name),
            }
        }
        ask.seen.iter().chain(&ask.own).for_each(|seen| run.shown(seen.clone(), "a tree head seen before".to_owned()));
        run.witnessed()?;
        Ok(run)
    }

    fn flaw(&mut self, flaw: Flaw, object: &str, number: Option<u32>, what: impl Into<String>) {
        self.add(Finding { flaw, object: object.to_owned(), number, bytes: None, what: what.into() });
    }

    fn add(&mut self, finding: Finding) {
        if self.report.findings.len() < FINDINGS_MAX {
            self.report.findings.push(finding);
        } else {
            self.report.more += 1;
        }
    }

    /// An error that is about an object: damage is a finding, the rest ends the run.
    fn met(&mut self, flaw: Flaw, number: Option<u32>, error: Error) -> Result<()> {
        match error {
            Error::Damaged { object, what } => self.flaw(flaw, &object, number, what),
            Error::Missing { object } => {
                self.flaw(Flaw::Missing, &object, number, "a manifest names it; it is not there")
            }
            Error::Newer { object } => self.flaw(flaw, &object, number, "it is in no form that this program reads"),
            Error::WrongKey { object } => self.report.closed.push(object),
            Error::Io { .. }
            | Error::Differs { .. }
            | Error::Answer { .. }
            | Error::NotLocked { .. }
            | Error::Unregistered { .. }
            | Error::Full { .. }
            | Error::Refused(_) => return Err(error),
        }
        Ok(())
    }

    fn heads(&mut self) {
        for (object, what) in &self.heads.flaws {
            self.flaw(Flaw::Signature, object, None, what);
        }
    }

    fn vault_text(&mut self) -> Result<()> {
        let sealed = self.heads.all.first().map(|(_, head)| head.text);
        match self.target.read(name::VAULT, NOTE_BYTES_MAX) {
            Ok(bytes) if sealed == Some(Hash::of(&bytes)) => Ok(()),
            Ok(_) => {
                self.flaw(Flaw::Bytes, name::VAULT, None, "it is not the text that the first head names");
                Ok(())
            }
            Err(error) => self.met(Flaw::Missing, None, error),
        }
    }

    /// Names the manifests that are missing before this one, which is one of ours.
    fn gap(&mut self, number: u32) {
        let expected = self.expected;
        if number <= expected {
            return;
        }
        self.broken = true;
        let object = name::unknown(name::manifest, expected);
        let what = match number - expected {
            1 => "the manifest is not there; what it named is not known".to_owned(),
            missing => format!("{missing} manifests from this one on are not there; what they named is not known"),
        };
        self.flaw(Flaw::Missing, &object, Some(expected), what);
    }

    /// The manifest of a number that goes on from the tip, if there is one.
    fn link(&mut self, number: u32) -> Result<Option<(Manifest, Hash)>> {
        let names = self.manifests.remove(&number).unwrap_or_default();
        let (mut good, mut beside) = (Vec::new(), Vec::new());
        for name in &names {
            match read_manifest(self.target, self.heads, name) {
                Ok(one) => good.push(one),
                Err(Error::Io { source, .. }) => {
                    self.flaw(Flaw::Missing, name, Some(number), format!("it cannot be read: {source}"));
                }
                Err(error) => self.met(Flaw::Signature, Some(number), error)?,
            }
        }
        if good.len() > 1 {
            good = self.fork(number, good)?;
        }
        // It goes on from the other history of a fork: that breaks nothing of ours.
        good.retain(|(manifest, hash)| {
            let other = self.other.contains(&manifest.previous);
            if other {
                self.other.insert(*hash);
                beside.push(name::manifest(number, hash));
            }
            !other
        });
        for name in &beside {
            self.flaw(Flaw::Chain, name, Some(number), "it goes on from the other history of a fork");
        }
        let found = good.pop();
        match &found {
            Some((manifest, hash)) => {
                self.gap(number);
                if manifest.previous != self.report.tip.hash && !self.broken {
                    self.broken = true;
                    let object = name::manifest(number, hash);
                    self.flaw(Flaw::Chain, &object, Some(number), "it does not follow the manifest before it");
                }
            }
            // Damaged; or, beyond the end, laid there by somebody, which breaks nothing.
            None => self.broken |= number == self.expected && beside.is_empty(),
        }
        if found.is_some() || (number == self.expected && beside.is_empty()) {
            self.expected = number.saturating_add(1);
        }
        self.report.manifests += u64::from(found.is_some());
        Ok(found)
    }

    /// Of several signed manifests of a number the one of our history; each is named.
    fn fork(&mut self, number: u32, mut good: Vec<(Manifest, Hash)>) -> Result<Vec<(Manifest, Hash)>> {
        let all: Vec<Hash> = good.iter().map(|(_, hash)| *hash).collect();
        let next = self.manifests.get(&(number + 1)).map(Vec::as_slice).unwrap_or_default();
        let followed = previous_of(&read::good(self.target, self.heads, next));
        good.retain(|(manifest, _)| self.broken || manifest.previous == self.report.tip.hash);
        let tip = Some(&self.report.tip).filter(|_| !self.broken);
        let ours = match led((self.target, self.heads), &self.manifests, tip, &good, self.known) {
            Some(ours) => Some(good.swap_remove(ours)),
            None => choose(self.target, good, &followed)?,
        };
        let chosen = ours.as_ref().map(|(_, hash)| *hash);
        for hash in all {
            let name = name::manifest(number, &hash);
            let when = self.target.taken(&name)?.map(|at| format!(" (put there at {})", time::japan(at)));
            let (when, which) = (when.unwrap_or_default(), which_of(chosen, hash));
            let what = format!(
                "two manifests of one number are signed: a fork{when}; {which}; keep both and ask how it came to it"
            );
            self.flaw(Flaw::Chain, &name, Some(number), what);
            if chosen.is_some_and(|chosen| chosen != hash) {
                self.other.insert(hash);
            }
        }
        Ok(ours.into_iter().collect())
    }

    fn end(mut self) -> Result<Report> {
        for (size, shown) in std::mem::take(&mut self.seen) {
            for (_, by) in shown {
                let held = self.report.tip.log.size();
                let what = if self.broken {
                    format!(
                        "manifests are missing, so the log cannot be compared with the head of {size} entries of {by}"
                    )
                } else if size > held {
                    format!("the log has {held} entries; {by} has {size}: its end was cut off")
                } else {
                    format!("the log never had a head of {size} entries, which {by} has")
                };
                self.flaw(Flaw::Log, name::CHECKPOINTS, None, what);
            }
        }
        self.strays.extend(self.sizes.into_keys());
        self.strays.extend(self.checkpoints.into_values().flatten());
        self.strays.sort_unstable();
        self.report.strays = self.strays;
        Ok(self.report)
    }
}

/// Which of two histories is followed, in words.
fn which_of(chosen: Option<Hash>, one: Hash) -> &'static str {
    match chosen {
        Some(chosen) if chosen == one => "this one is followed",
        Some(_) => "the other one is followed",
        None => "nothing tells which is ours",
    }
}
