//! What a segment is made of: members out of entries, and entries out of members. Pure.
//!
//! The files of a source lie in `s<number of the source>/` as they lay below its root, so `tar x` gives its tree. What a restore needs beside
//! them is in `.andon/` (`docs/vault-members.md`): the journal of each parcel before its files, events as they were stored, and the home.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use chart::{Moment, PatientId};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use store::{Ends, EventOut, HomeRecord, Journal, JournalLine, KindRow, LookRun, SourceRecord, StationId};
use vault::{Label, VaultId};

/// Everything that is not a file of a source.
pub const OWN: &str = ".andon";
/// Files of a source whose names no tar can carry, by parcel and line.
const ODD: &str = ".andon/odd";
const HOME: &str = ".andon/home";
const PARCEL: &str = ".andon/parcel/";
const EVENTS: &str = ".andon/events/";
const LOOKS: &str = ".andon/access/";
/// First byte of a run of the access audit.
const LOOKS_FORM: u8 = 1;
/// Names longer than this stay out of the tree: the longest that the vault takes.
const NAME_BYTES_MAX: usize = vault::segment::MEMBER_NAME_MAX;
/// An event's bytes are never more than this: what a payload can be, several times over.
const EVENT_BYTES_MAX: usize = 64 << 20;

/// Whose a patient's members are.
pub fn label(vault: &VaultId, id: &PatientId) -> Label {
    labelled(vault, &[id.authority.as_bytes(), b"\0", id.id.as_bytes()].concat())
}

/// Whose the events are, so that a restore can read them before anything else. No authority has an empty name.
pub fn events_label(vault: &VaultId) -> Label {
    labelled(vault, b"\0events")
}

/// Whose the access audit is.
pub fn looks_label(vault: &VaultId) -> Label {
    labelled(vault, b"\0access")
}

fn labelled(vault: &VaultId, whose: &[u8]) -> Label {
    let hash = Sha256::new().chain_update(b"andon label 1").chain_update(vault.0).chain_update(whose).finalize();
    let mut label = [0; 16];
    label.copy_from_slice(&hash[..16]);
    Label(label)
}

/// How a manifest says what its segment covers: `parcels 1-4711`.
pub fn covers(what: &str, span: &RangeInclusive<u64>) -> Option<String> {
    (!span.is_empty()).then(|| format!("{what} {}-{}", span.start(), span.end()))
}

/// Reads [`covers`].
pub fn covered(line: &str, what: &str) -> Option<RangeInclusive<u64>> {
    let (first, last) = line.strip_prefix(what)?.strip_prefix(' ')?.split_once('-')?;
    Some(first.parse().ok()?..=last.parse().ok()?)
}

/// What a segment says of the home, whole in every segment; a later one says more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutHome {
    /// Version of this form.
    pub form: u32,
    /// Program that sealed.
    pub program: String,
    /// 訓練.
    pub training: bool,
    /// The hospital's name.
    pub hospital: String,
    /// Assigning authority of its patient numbers.
    pub authority: String,
    /// The station that sealed, 32 hexadecimal digits.
    pub station: String,
    /// Last parcel and event when this segment was begun.
    pub parcel: u64,
    /// As `parcel`.
    pub event: u64,
    /// Scheme of check digits; empty for none.
    pub check_digit: String,
    /// Numbers and names.
    pub authorities: Vec<(u64, String)>,
    /// Sources.
    pub sources: Vec<AboutSource>,
    /// Stations and their public keys, hexadecimal.
    pub stations: Vec<(String, String)>,
    /// Stations whose log a home restored from this one counts as its own. Older segments do not say, and then it is all of `stations`.
    #[serde(default)]
    pub former: Option<Vec<String>>,
    /// Lives of the log: number, reason, since (milliseconds).
    pub incarnations: Vec<(u32, String, i64)>,
    /// What the sources carry at all, so that the first chart of a restore says the same of it as the last. Older segments have none.
    #[serde(default)]
    pub kinds: Vec<AboutKind>,
}

/// A data kind of a source as it travels; times in milliseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutKind {
    /// Number of the source.
    pub source: u32,
    /// The kind, e.g. `OML-11`.
    pub kind: String,
    /// Latest time a sender gave.
    pub sent: Option<i64>,
    /// Latest time one was received.
    pub received: i64,
}

/// A source as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AboutSource {
    no: u32,
    name: String,
    authority: u64,
    /// Its folder, hexadecimal: bytes of the operating system.
    root: String,
    added: i64,
    silence_minutes: u32,
    budget_bytes: u64,
}

const FORM: u32 = 1;

impl AboutHome {
    /// Of a home as it stands.
    pub fn of(about: &store::About, record: &HomeRecord, kinds: Vec<KindRow>, ends: Ends) -> AboutHome {
        let kind = |row: KindRow| {
            let KindRow { source, kind, last_sent, last_received, .. } = row;
            AboutKind { source, kind, sent: last_sent.map(|at| at.0), received: last_received.0 }
        };
        let source = |source: &SourceRecord| AboutSource {
            no: source.no,
            name: source.name.clone(),
            authority: source.authority,
            root: vault::hash::to_hex(&source.root),
            added: source.added.0,
            silence_minutes: source.silence_minutes,
            budget_bytes: source.budget_bytes,
        };
        AboutHome {
            form: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            training: about.training,
            hospital: about.hospital.clone(),
            authority: about.authority.clone(),
            station: about.station.clone(),
            parcel: ends.parcel,
            event: ends.event,
            check_digit: record.check_digit.clone(),
            authorities: record.authorities.clone(),
            sources: record.sources.iter().map(source).collect(),
            stations: record.stations.iter().map(|(id, key)| (id.to_string(), vault::hash::to_hex(key))).collect(),
            former: Some(record.former.iter().map(StationId::to_string).collect()),
            incarnations: record.incarnations.iter().map(|(no, why, since)| (*no, why.clone(), since.0)).collect(),
            kinds: kinds.into_iter().map(kind).collect(),
        }
    }

    /// Stations whose log a home that is filled from this one counts as its own.
    pub fn former(&self) -> Vec<StationId> {
        let all = || self.stations.iter().map(|(station, _)| station).cloned().collect();
        let own = self.former.clone().unwrap_or_else(all).into_iter().chain([self.station.clone()]);
        let mut ids: Vec<StationId> =
            own.filter_map(|id| Some(StationId(vault::hash::from_hex(&id)?.try_into().ok()?))).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// What another home is filled with first; `None` where a number in it is none.
    pub fn record(&self) -> Option<HomeRecord> {
        let source = |source: &AboutSource| {
            Some(SourceRecord {
                no: source.no,
                name: source.name.clone(),
                authority: source.authority,
                root: vault::hash::from_hex(&source.root)?,
                added: Moment(source.added),
                silence_minutes: source.silence_minutes,
                budget_bytes: source.budget_bytes,
            })
        };
        let station = |(id, key): &(String, String)| {
            let array = |text| vault::hash::from_hex(text);
            Some((StationId(array(id)?.try_into().ok()?), array(key)?.try_into().ok()?))
        };
        Some(HomeRecord {
            former: self.former(),
            authorities: self.authorities.clone(),
            sources: self.sources.iter().map(source).collect::<Option<_>>()?,
            stations: self.stations.iter().map(station).collect::<Option<_>>()?,
            incarnations: self.incarnations.iter().map(|(no, why, at)| (*no, why.clone(), Moment(*at))).collect(),
            check_digit: self.check_digit.clone(),
        })
    }
}

/// Name of the member that tells of the home.
pub fn home_name() -> &'static [u8] {
    HOME.as_bytes()
}

/// Name of a parcel's journal.
pub fn journal_name(no: u64) -> String {
    format!("{PARCEL}{no:012}")
}

/// Name of a run of events that begins with this one.
pub fn events_name(first: u64) -> String {
    format!("{EVENTS}{first:012}")
}

/// Name of a run of a station's access audit that begins with this line.
pub fn looks_name(station: &str, first: u64) -> String {
    format!("{LOOKS}{station}/{first:012}")
}

/// Name of the list of files that are no longer there when a segment was closed, after a zero byte each.
pub fn gone_name(segment: u32) -> String {
    format!("{OWN}/gone/{segment:08}")
}

/// Under which name a file of a source lies in the tree.
pub fn tree_name(source: u32, path: &[u8]) -> Vec<u8> {
    [format!("s{source}/").as_bytes(), path].concat()
}

/// Under which name the file of a line travels: its own, unless no tar can carry that.
pub fn file_name(journal: &Journal, index: usize, line: &JournalLine) -> Vec<u8> {
    let name = tree_name(journal.source, &line.path);
    let fits = |part: &[u8]| !part.is_empty() && part != b"." && part != b"..";
    let carried = name.len() <= NAME_BYTES_MAX && !name.contains(&0) && name.split(|byte| *byte == b'/').all(fits);
    if carried { name } else { format!("{ODD}/{:012}-{index}", journal.no).into_bytes() }
}

/// Which files of the tree are gone when a segment is closed, as far as its own lines tell.
#[derive(Default)]
pub struct Gone(BTreeSet<Vec<u8>>);

impl Gone {
    /// After one more line.
    pub fn line(&mut self, journal: &Journal, index: usize, line: &JournalLine) {
        match &line.act {
            store::SightingAct::Renamed { from } => drop(self.0.insert(tree_name(journal.source, from))),
            store::SightingAct::Gone => drop(self.0.insert(tree_name(journal.source, &line.path))),
            store::SightingAct::Seen | store::SightingAct::Withheld { .. } => {}
        }
        if line.leaves_a_file() {
            self.0.remove(&file_name(journal, index, line));
        }
    }

    /// The member's bytes; empty where nothing is gone.
    pub fn bytes(&self) -> Vec<u8> {
        self.0.iter().flat_map(|name| [name, &b"\0"[..]].concat()).collect()
    }
}

/// A run of events: of each its length in four bytes, big-endian, its bytes, and `01` and the signature or `00`.
pub fn put_event(out: &mut Vec<u8>, event: &EventOut) {
    out.extend_from_slice(&(event.bytes.len() as u32).to_be_bytes());
    out.extend_from_slice(&event.bytes);
    match &event.signature {
        Some(signature) => out.extend([&[1], &signature[..]].concat()),
        None => out.push(0),
    }
}

/// The events of a run; `None` when the bytes are none.
fn take_events(first: u64, mut bytes: &[u8]) -> Option<Vec<EventOut>> {
    let mut events = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let length = Some(u32::from_be_bytes(*length) as usize).filter(|length| *length <= EVENT_BYTES_MAX)?;
        let (event, rest) = rest.split_at_checked(length)?;
        let (signature, rest) = match rest.split_first()? {
            (0, rest) => (None, rest),
            (1, rest) => rest.split_first_chunk::<64>().map(|(signature, rest)| (Some(*signature), rest))?,
            _ => return None,
        };
        events.push(EventOut { no: first + events.len() as u64, bytes: event.to_vec(), signature });
        bytes = rest;
    }
    Some(events)
}

/// A run of the access audit: `01`; the hash of the line before it after its length in one byte; of each line its length in four bytes,
/// big-endian, and its bytes.
pub fn looks_bytes(run: &LookRun) -> Vec<u8> {
    let mut out = vec![LOOKS_FORM, run.before.len() as u8];
    out.extend_from_slice(&run.before);
    for line in &run.lines {
        out.extend_from_slice(&(line.len() as u32).to_be_bytes());
        out.extend_from_slice(line);
    }
    out
}

/// The lines of such a member, by its name behind the folder; `None` when the bytes are none.
fn take_looks(name: &str, bytes: &[u8]) -> Option<LookRun> {
    let (station, first) = name.split_once('/')?;
    let (&[form, length], bytes) = bytes.split_first_chunk::<2>()?;
    let (before, mut bytes) = bytes.split_at_checked(usize::from(length)).filter(|_| form == LOOKS_FORM)?;
    let mut run =
        LookRun { station: station.to_owned(), first: first.parse().ok()?, before: before.to_vec(), lines: Vec::new() };
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk::<4>()?;
        let (line, rest) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        run.lines.push(line.to_vec());
        bytes = rest;
    }
    Some(run)
}

/// What came out of members.
#[derive(Debug, PartialEq, Eq)]
pub enum Found {
    /// Of the home.
    Home(Box<AboutHome>),
    /// A run of events.
    Events(Vec<EventOut>),
    /// A run of a station's access audit.
    Looks(LookRun),
    /// A parcel and the contents it brought, in the order of its lines.
    Parcel(Box<Journal>, Vec<Vec<u8>>),
}

/// A parcel whose files are still to come.
struct Waiting {
    journal: Journal,
    /// Name of each file to come, last first, and whether its bytes are the parcel's own.
    files: Vec<(Vec<u8>, bool)>,
    contents: Vec<Vec<u8>>,
}

/// Puts entries together again out of members in their order.
#[derive(Default)]
pub struct Unpack(Option<Waiting>);

impl Unpack {
    /// What one more member makes whole; several, since a parcel without files is whole with its journal.
    ///
    /// # Errors
    /// The name of what is not as it was sealed; never a patient's.
    pub fn take(&mut self, name: &[u8], bytes: &[u8]) -> Result<Option<Found>, String> {
        let text = std::str::from_utf8(name).unwrap_or_default();
        let bad = || Err(text.to_owned());
        if text == HOME {
            return match serde_json::from_slice::<AboutHome>(bytes) {
                Ok(home) if home.form == FORM => Ok(Some(Found::Home(Box::new(home)))),
                _ => bad(),
            };
        }
        if let Some(first) = text.strip_prefix(EVENTS) {
            let events = first.parse().ok().and_then(|first| take_events(first, bytes));
            return events.map_or_else(bad, |events| Ok(Some(Found::Events(events))));
        }
        if let Some(name) = text.strip_prefix(LOOKS) {
            return take_looks(name, bytes).map_or_else(bad, |run| Ok(Some(Found::Looks(run))));
        }
        if let Some(no) = text.strip_prefix(PARCEL) {
            self.whole()?;
            let Some(journal) = Journal::decode(bytes).filter(|journal| no.parse() == Ok(journal.no)) else {
                return bad();
            };
            let named = |(index, line): (usize, &JournalLine)| {
                line.leaves_a_file().then(|| (file_name(&journal, index, line), line.brought.is_some()))
            };
            let files = journal.lines().iter().enumerate().filter_map(named).rev().collect();
            self.0 = Some(Waiting { journal, files, contents: Vec::new() });
            return Ok(self.ready());
        }
        // A file without a parcel: the end of one that was not asked for, or a list for `xargs`.
        let Some(waiting) = &mut self.0 else { return Ok(None) };
        match waiting.files.pop() {
            Some((expected, own)) if expected == name => waiting.contents.extend(own.then(|| bytes.to_vec())),
            _ => return Err(journal_name(waiting.journal.no)),
        }
        Ok(self.ready())
    }

    /// Members follow that were not next to the last: what waits for its files is not asked for.
    pub fn gap(&mut self) {
        self.0 = None;
    }

    /// Nothing waits any more.
    ///
    /// # Errors
    /// The name of the journal whose files did not come.
    pub fn whole(&self) -> Result<(), String> {
        self.0.as_ref().map_or(Ok(()), |waiting| Err(journal_name(waiting.journal.no)))
    }

    fn ready(&mut self) -> Option<Found> {
        let ready = self.0.take_if(|waiting| waiting.files.is_empty())?;
        Some(Found::Parcel(Box::new(ready.journal), ready.contents))
    }
}
