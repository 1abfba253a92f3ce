//! Sealing: what is new since the last segment becomes one, lies in the spool, is part of the chain, and is put to every target.
//!
//! The chain that the home keeps is the point of no return: before it is kept nothing has left the spool, and a program that ends there
//! begins the segment again; afterwards the same bytes are put again until they are where they belong (`deliver.rs`).

use std::fs::File;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use chart::Moment;
use rustix::fs::{FlockOperation, flock};
use serde::Serialize;
use store::{Ends, EventOut, ParcelOut, Reader};
use vault::target::Draft;
use vault::{Disk, Listed, Member, Next, Row, Sealed, Sealer, Small, VaultId, index, name};

use super::looks::{self, Looked};
use super::members::{self, AboutHome, Gone};
use super::state::{self, Chain, Write};
use super::{acts, deliver, problem};
use crate::event::is_of_custody;
use crate::home::{Home, Problem};
use crate::writing::Request;

/// A segment is closed when its tar is so large, bytes: one that a person can still open with three tools on a small PC.
pub const SEGMENT_BYTES: u64 = 64 << 20;
/// Events of one segment end at half of it, so that files come too.
const EVENTS_SHARE: u64 = 2;
/// A run of events ends beyond this, bytes.
const RUN_BYTES: usize = 64 << 10;
/// Nothing that was received waits longer to be sealed, minutes.
pub const LAG_MINUTES: i64 = 5;
/// Where the station says where the access audit stood (kind 14); alone no reason to seal.
const LOOKS: u16 = 14;
/// So many times that the audit moved are a reason: the station says so every five minutes at most, so an hour of looking while nothing
/// is received and nobody does anything.
const LOOKED: usize = 12;
/// So many events that are no reason to seal are one together.
const EVENTS_LOOKED_AT: usize = 256;
/// Operators' acts of one segment that stand in the log one by one, far below what a manifest takes.
const ACTS_MAX: usize = 5000;
/// Folder of the home in which sealed objects wait for their targets. What lies there can be read by nobody here.
const SPOOL: &str = "vault";
/// Held by who seals.
const LOCK: &str = "vault.lock";

/// Between two steps of a seal; a test ends the program there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Segment and index lie in the spool.
    Spooled,
    /// The rows of the index are kept.
    Rows,
    /// The chain is kept: the segment is sealed.
    Chained,
    /// The small objects lie in the spool.
    Linked,
    /// One more object is at a target.
    Put,
    /// A target has the segment, and the home knows it.
    Reached,
}

/// How a seal goes.
pub struct Sealing<'a> {
    /// The home.
    pub home: &'a Home,
    /// Who writes into it.
    pub write: Write<'a>,
    /// Who seals, and in which role.
    pub by: (String, String),
    /// Our clock.
    pub now: &'a dyn Fn() -> Moment,
    /// Told between two steps; an error ends the seal there.
    pub step: &'a dyn Fn(Step) -> Result<(), Problem>,
    /// Tar bytes at which a segment is closed.
    pub segment_bytes: u64,
}

/// What a seal did.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Done {
    /// Segments made.
    pub segments: u32,
    /// Number of the last segment of the vault.
    pub number: u32,
    /// Parcels and events that went in.
    pub parcels: u64,
    /// As `parcels`.
    pub events: u64,
    /// Bytes of the sealed objects.
    pub bytes: u64,
    /// Each target, and how far it is.
    pub targets: Vec<deliver::Delivered>,
}

/// The spool of a home.
pub fn spool(home: &Home) -> Disk {
    Disk::new(home.dir().join(SPOOL))
}

/// Taken by who seals, and held until it is dropped.
///
/// # Errors
/// Another program seals; the disk says no.
fn lock(home: &Home) -> Result<File, Problem> {
    let path: PathBuf = home.dir().join(LOCK);
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive).map_err(|_| {
        Problem::failed(
            "ほかのプログラムが保管庫に封じている最中です。終わってからもう一度実行してください。\n\
             Another program is sealing: run this again when it has ended.",
        )
    })?;
    Ok(file)
}

/// Since when the oldest of what calls for a segment waits: something was received, or somebody did something; `None` where nothing does.
/// What the station says of the vault itself goes with the next, or it would seal for ever what it says of sealing; what it says of the
/// access audit goes within about an hour.
///
/// # Errors
/// When the store cannot be read.
pub fn waiting_since(reader: &Reader, chain: &Chain) -> Result<Option<Moment>, Problem> {
    let mut oldest: Option<Moment> = None;
    reader.export_parcels(chain.parcel + 1, |parcel| {
        oldest = Some(parcel.journal.received);
        Ok(false)
    })?;
    let new = reader.events(store::EventNo(chain.event + 1), EVENTS_LOOKED_AT)?;
    let matters = |kind: u16| new.len() == EVENTS_LOOKED_AT || calls_for_a_segment(kind);
    let event = new.iter().map(|event| &event.envelope).find(|envelope| matters(envelope.kind));
    let looked = new.iter().map(|event| &event.envelope).filter(|envelope| envelope.kind == LOOKS).nth(LOOKED - 1);
    let events = [event, looked].map(|envelope| envelope.map(|envelope| envelope.entry_time));
    Ok(events.into_iter().chain([oldest]).flatten().min())
}

/// Whether an event of a kind alone is reason to seal: not what the station says of sealing and of the access audit.
fn calls_for_a_segment(kind: u16) -> bool {
    !is_of_custody(kind) && kind != LOOKS
}

/// Seals everything there is, and puts it where it belongs.
///
/// # Errors
/// No target, nobody to seal to, another program seals, the disk is full. What a target says no to is in the answer, not an error.
pub fn seal(sealing: &Sealing<'_>) -> Result<Done, Problem> {
    let _lock = lock(sealing.home)?;
    let reader = sealing.home.reader()?;
    let mut chain = Chain::of(&reader)?.ok_or_else(no_vault)?;
    let spool = Disk::create(spool(sealing.home).root()).map_err(problem)?;
    spool.clear_drafts().map_err(problem)?;
    link(&spool, &chain)?;
    let mut done = Done::default();
    let ends = reader.ends()?;
    while waiting_since(&reader, &chain)?.is_some() && (chain.parcel < ends.parcel || chain.event < ends.event) {
        let before = chain.ends();
        let (next, bytes) = one(sealing, &reader, &spool, &chain)?;
        done.segments += 1;
        done.bytes += bytes;
        done.parcels += next.parcel - before.parcel;
        done.events += next.event - before.event;
        chain = next;
        link(&spool, &chain)?;
        (sealing.step)(Step::Linked)?;
        done.targets = deliver::all(sealing, &reader, &spool, &chain)?;
    }
    if done.segments == 0 {
        done.targets = deliver::all(sealing, &reader, &spool, &chain)?;
    }
    done.number = chain.number;
    Ok(done)
}

/// The vault has no place yet.
pub fn no_vault() -> Problem {
    Problem::failed(
        "保管庫の保管先がまだありません。`andon vault target add フォルダー --name 名前` で登録してください。\n\
         The vault is kept nowhere yet: register a place with `andon vault target add PATH --name NAME`.",
    )
}

/// The small objects of the chain's last link, put into the spool where they are not.
fn link(spool: &Disk, chain: &Chain) -> Result<(), Problem> {
    for small in chain.pending() {
        spool.put_bytes(&small.name, &small.bytes).map_err(problem)?;
    }
    Ok(())
}

/// One segment: spooled, chained. The chain after it, and the bytes of its objects.
fn one(sealing: &Sealing<'_>, reader: &Reader, spool: &Disk, chain: &Chain) -> Result<(Chain, u64), Problem> {
    let key = state::signing_key(reader)?.ok_or_else(no_vault)?;
    let now = (sealing.now)();
    let (head, is_new) = state::wanted_head(reader, chain, &key, now)?;
    if head.holders.is_empty() {
        return Err(Problem::failed(
            "封じる相手（公開鍵）がまだありません。`andon keys ceremony` で鍵を作るか、`andon vault recipient add age1…` で登録してください。\n\
             There is nobody to seal to: make the key with `andon keys ceremony`, or register one with `andon vault recipient add age1…`.",
        ));
    }
    let signer = state::signer(chain, key)?;
    let mut chain = chain.clone();
    let mut objects = Vec::new();
    if is_new {
        let bytes = head.sign(&signer).map_err(problem)?;
        chain = chain.with_head(&head, &bytes);
        objects.push(Small { name: name::head(head.number, &vault::Hash::of(&bytes)), bytes });
    }
    if chain.number == 0 {
        let text = vault::head::vault_text(&head.vault, head.made, head.training).into_bytes();
        objects.push(Small { name: name::VAULT.to_owned(), bytes: text });
    }
    let number = chain.number + 1;
    let recipients = head.recipients();
    let filled = reader.steady(|reader| fill(sealing, reader, spool, &chain, &recipients))??;
    let segment = commit(filled.draft, name::segment(number, &filled.sealed.sums.sha256), filled.sealed.sums.clone())?;
    let (span, rows, indexed) = indexed(reader, spool, number, &filled.sealed.rows, &recipients)?;
    (sealing.step)(Step::Spooled)?;
    for part in state::keep_rows(&span, &rows) {
        write(sealing, vec![part])?;
    }
    (sealing.step)(Step::Rows)?;
    let closed = (sealing.now)();
    let (parcels, events) = (chain.parcel + 1..=filled.ends.parcel, chain.event + 1..=filled.ends.event);
    let bytes = segment.sums.size + indexed.sums.size;
    let next = Next {
        station: head.stations.first().map(|station| station.id).unwrap_or_default(),
        opened: filled.opened.0,
        sealed: closed.0,
        head: chain.head().map(|(_, hash)| hash).unwrap_or_default(),
        counts: filled.sealed.counts,
        covers: [members::covers("parcels", &parcels), members::covers("events", &events)]
            .into_iter()
            .flatten()
            .collect(),
        acts: filled.acts,
        objects: vec![segment, indexed],
    };
    let link = chain.tip()?.next(next, &signer).map_err(problem)?;
    objects.extend(link.objects);
    let chain = chain.after(&link.tip, (filled.ends, filled.looked), closed, &objects);
    let mut keep = vec![chain.kept()?];
    keep.extend(state::keep_sealed(&chain)?);
    keep.extend(outdated(reader, &span)?);
    write(sealing, keep)?;
    (sealing.step)(Step::Chained)?;
    Ok((chain, bytes))
}

fn write(sealing: &Sealing<'_>, keep: Vec<(String, String)>) -> Result<(), Problem> {
    let (by, role) = sealing.by.clone();
    (sealing.write)(&Request::Custody { keep, event: None, by, role }).map(drop)
}

/// Makes an object of the spool durable under its name.
fn commit(draft: Draft, name: String, sums: vault::hash::Sums) -> Result<Listed, Problem> {
    draft.commit(&name).map_err(problem)?;
    Ok(Listed { name, sums })
}

/// The index object that goes with a segment: its span, the plain rows to be kept, and the object.
fn indexed(
    reader: &Reader,
    spool: &Disk,
    number: u32,
    rows: &[Row],
    recipients: &[vault::Recipient],
) -> Result<(RangeInclusive<u32>, Vec<u8>, Listed), Problem> {
    let mut span = index::span(number);
    let mut kept = Vec::new();
    for inside in inside(&span, number) {
        match state::rows(reader, &inside)? {
            Some(rows) => kept.push(rows),
            // Lost rows cost a look-up one more index, no more.
            None => span = number..=number,
        }
    }
    if span == (number..=number) {
        kept.clear();
    }
    let own = index::to_bytes(rows);
    let mut merged = Vec::new();
    let sources = kept.iter().chain([&own]).map(|rows| Box::new(&rows[..]) as Box<dyn Read + '_>).collect();
    let draft = spool.draft().map_err(problem)?;
    let (draft, sums) = index::seal(draft, &span, sources, &mut merged, recipients).map_err(problem)?;
    let listed = commit(draft, name::index(&span, &sums.sha256), sums)?;
    Ok((span, merged, listed))
}

/// The spans, of those before a segment, that its own span takes in.
fn inside(span: &RangeInclusive<u32>, number: u32) -> Vec<RangeInclusive<u32>> {
    let before = index::live(number - 1).into_iter();
    before.filter(|one| span.start() <= one.start() && one.end() < span.end()).collect()
}

/// Rows that a wider span holds now, to be kept no longer.
fn outdated(reader: &Reader, span: &RangeInclusive<u32>) -> Result<Vec<(String, String)>, Problem> {
    let mut names = Vec::new();
    for inside in inside(span, *span.end()) {
        let bytes = state::rows(reader, &inside)?.map_or(0, |rows| rows.len());
        names.extend(state::rows_names(&inside, bytes));
    }
    Ok(names)
}

/// A segment as it lies in the spool, without a name yet.
struct Filled {
    draft: Draft,
    sealed: Sealed,
    /// How far it goes.
    ends: Ends,
    /// How far the access audit is in it.
    looked: Looked,
    /// Operators' acts, for the log.
    acts: Vec<String>,
    /// When its first entry came.
    opened: Moment,
}

/// Fills a segment with what is new, up to its size. Of one moment of the store.
fn fill(
    sealing: &Sealing<'_>,
    reader: &Reader,
    spool: &Disk,
    chain: &Chain,
    recipients: &[vault::Recipient],
) -> Result<Filled, Problem> {
    let (vault, number) = (chain.vault()?, chain.number + 1);
    let mut sealer = Sealer::new(spool.draft().map_err(problem)?, number, recipients).map_err(problem)?;
    let mut filling =
        Filling { vault, ends: chain.ends(), opened: None, gone: Gone::default(), acts: Vec::new(), more: 0 };
    let now = (sealing.now)();
    let about = AboutHome::of(reader.about(), &reader.home_record()?, reader.kinds()?, reader.ends()?);
    let about = serde_json::to_vec_pretty(&about).map_err(|error| Problem::failed(error.to_string()))?;
    sealer.group(Some(members::events_label(&vault)));
    add(&mut sealer, members::home_name(), now, &about)?;
    filling.events(reader, &mut sealer, sealing.segment_bytes / EVENTS_SHARE)?;
    let looked = filling.looks(sealing, reader, &mut sealer, &chain.looked)?;
    filling.parcels(reader, &mut sealer, sealing.segment_bytes)?;
    let gone = filling.gone.bytes();
    if !gone.is_empty() {
        sealer.group(None);
        add(&mut sealer, members::gone_name(number).as_bytes(), now, &gone)?;
    }
    let (draft, sealed) = sealer.finish().map_err(problem)?;
    let Filling { ends, opened, acts, .. } = filling;
    Ok(Filled { draft, sealed, ends, looked, acts, opened: opened.unwrap_or(now) })
}

struct Filling {
    vault: VaultId,
    ends: Ends,
    opened: Option<Moment>,
    gone: Gone,
    acts: Vec<String>,
    /// Acts beyond what a manifest holds.
    more: u64,
}

impl Filling {
    fn events(&mut self, reader: &Reader, sealer: &mut Sealer<Draft>, most: u64) -> Result<(), Problem> {
        let first = self.ends.event + 1;
        let mut run = (first, Vec::new());
        let (mut failed, mut last) = (None, Moment::default());
        let own = reader.own_stations()?;
        let each = |event: EventOut| {
            members::put_event(&mut run.1, &event);
            self.ends.event = event.no;
            if let Some(envelope) = store::Envelope::decode(&event.bytes) {
                last = envelope.entry_time;
                self.opened = self.opened.or(calls_for_a_segment(envelope.kind).then_some(last));
                if own.contains(&envelope.station) {
                    self.act(acts::of_event(&self.vault, &event, &envelope));
                }
            }
            if run.1.len() >= RUN_BYTES {
                failed = add(sealer, members::events_name(run.0).as_bytes(), last, &run.1).err();
                run = (event.no + 1, Vec::new());
            }
            Ok(failed.is_none() && sealer.tar_bytes() < most)
        };
        reader.export_events(first, each)?;
        if let Some(failed) = failed {
            return Err(failed);
        }
        if !run.1.is_empty() {
            add(sealer, members::events_name(run.0).as_bytes(), last, &run.1)?;
        }
        Ok(())
    }

    fn act(&mut self, line: Option<String>) {
        match line {
            Some(line) if self.acts.len() < ACTS_MAX => self.acts.push(line),
            other => self.more += u64::from(other.is_some()),
        }
    }

    /// What is new of the access audit. One that cannot be read does not keep back what was received: the log says so.
    fn looks(
        &mut self,
        sealing: &Sealing<'_>,
        reader: &Reader,
        sealer: &mut Sealer<Draft>,
        before: &Looked,
    ) -> Result<Looked, Problem> {
        let (mut failed, mut label) = (None, Some(members::looks_label(&self.vault)));
        let mut put = |name: &str, at: Moment, bytes: &[u8]| {
            if let Some(label) = label.take() {
                sealer.group(Some(label));
            }
            add(sealer, name.as_bytes(), at, bytes).inspect_err(|problem| failed = Some(problem.words.clone()))
        };
        let station = &reader.about().station;
        let filled = sealing.home.access().and_then(|access| looks::fill(&access, station, before, &mut put));
        let (looked, lines) = match (filled, failed) {
            (Err(problem), Some(_)) => return Err(problem),
            (Err(problem), None) => {
                tracing::error!(
                    exit = problem.exit as u8,
                    "the access audit cannot be read, and is not in this segment"
                );
                (before.clone(), vec![acts::of_unread()])
            }
            (Ok(filled), _) => filled,
        };
        self.acts.extend(lines);
        if self.more > 0 {
            self.acts.push(acts::of_more(self.more));
        }
        Ok(looked)
    }

    fn parcels(&mut self, reader: &Reader, sealer: &mut Sealer<Draft>, most: u64) -> Result<(), Problem> {
        let (vault, first, mut failed) = (self.vault, self.ends.parcel + 1, None);
        let each = |parcel: &ParcelOut<'_>| {
            let received = parcel.journal.received;
            self.opened = Some(self.opened.map_or(received, |opened| opened.min(received)));
            sealer.group(Some(members::label(&vault, &parcel.journal.patient)));
            failed = self.parcel(parcel, sealer).err();
            self.ends.parcel = parcel.journal.no;
            Ok(failed.is_none() && sealer.tar_bytes() < most)
        };
        reader.export_parcels(first, each)?;
        failed.map_or(Ok(()), Err)
    }

    fn parcel(&mut self, parcel: &ParcelOut<'_>, sealer: &mut Sealer<Draft>) -> Result<(), Problem> {
        let journal = &parcel.journal;
        let name = members::journal_name(journal.no);
        add(sealer, name.as_bytes(), journal.received, &journal.encode())?;
        for (index, line) in parcel.lines().iter().enumerate() {
            self.gone.line(journal, index, line);
            if !line.leaves_a_file() {
                continue;
            }
            let missing = || Problem::from(store::Error::Damaged { place: format!("parcel {}", journal.no) });
            let bytes = parcel.bytes(index)?.ok_or_else(missing)?;
            let name = members::file_name(journal, index, line);
            let mtime = line.mtime_ns.div_euclid(1_000_000_000);
            sealer.member(Member { name: &name, mtime, bytes: &bytes }).map_err(problem)?;
        }
        Ok(())
    }
}

/// A member of our own.
fn add(sealer: &mut Sealer<Draft>, name: &[u8], at: Moment, bytes: &[u8]) -> Result<(), Problem> {
    sealer.member(Member { name, mtime: at.0.div_euclid(1000), bytes }).map_err(problem)
}
