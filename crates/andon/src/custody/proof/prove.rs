//! What a prover does: it proves a copy of the vault, opens what is sealed to it, rebuilds a store that nobody else can open, makes charts
//! of it for a few patients, and signs what it found. Of the hospital's home it knows nothing; to the copy it writes nothing.

use std::path::Path;

use chart::Moment;
use vault::head::Heads;
use vault::prover::{Chart, FINDINGS_MAX, Found as Wrong, Tip, Verdict};
use vault::target::medium::Label;
use vault::verify::Ask;
use vault::{Target, Vault, name};

use super::charts::{self, Secret, Span};
use super::folder::{Memory, Prover, SeenTip};
use super::sample::Sampler;
use crate::custody::members::{self, Found};
use crate::custody::problem;
use crate::custody::restore::{self, Restore, Throwaway};
use crate::custody::verify::{self, Verified};
use crate::event::{CustodyEvent, Event};
use crate::home::{Exit, Problem};
use crate::world;

/// What is to be proved.
pub struct Asked<'a> {
    /// The copy.
    pub from: Target,
    /// Where that is, in the words of who asks.
    pub place: &'a str,
    /// Who proves.
    pub prover: &'a Prover,
    /// Where the store is rebuilt, if not in the prover's own folder.
    pub work: Option<&'a Path>,
    /// How many charts.
    pub sample: usize,
}

/// What a run came to.
pub struct Proved {
    /// What was found.
    pub verdict: Verdict,
    /// The same, signed.
    pub note: String,
    /// This vault was never seen before by this prover.
    pub first_sight: bool,
}

/// Which segments a prover opens, and what they say they cover.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Open {
    first: u32,
    last: u32,
    closed: u32,
    parcels: (u64, u64),
    events: (u64, u64),
    sealed: i64,
}

/// What came by while the copy was opened.
struct Met {
    sampler: Sampler,
    recipient: String,
    secret: Option<Secret>,
}

impl Met {
    fn see(&mut self, found: &Found) {
        match found {
            Found::Parcel(journal, _) => self.sampler.see(&journal.patient),
            Found::Events(events) => {
                for event in events {
                    let Some(stored) = store::Envelope::decode(&event.bytes) else { continue };
                    let read = Event::read(stored.kind, stored.version, &stored.payload);
                    if let Event::Custody(CustodyEvent::Prover(said)) = read
                        && said.recipient == self.recipient
                    {
                        self.secret = Secret::read(&said.secret);
                    }
                }
            }
            Found::Home(_) | Found::Looks(_) => {}
        }
    }
}

/// Proves a copy. What is wrong with it is in the verdict.
///
/// # Errors
/// There is no vault, or none that is sealed to this prover; the copy cannot be read; the prover's own disk says no.
pub fn prove(asked: &Asked<'_>, now: Moment) -> Result<Proved, Problem> {
    let prover = asked.prover;
    let vault = Vault::open(&asked.from, std::slice::from_ref(&prover.identity)).map_err(problem)?;
    let (heads, last) = (vault.heads(), vault.last());
    let open = open_to(&vault, prover)?;
    let (medium, place) = place(asked)?;
    let memory = prover.memory(&heads.vault)?;
    let ask = ask(heads, memory.as_ref(), &place, last)?;
    let random = || world::random::<32>().map_err(|error| Problem::failed(error.to_string()));
    let sampler = Sampler::new(random()?, asked.sample);
    let mut met = Met { sampler, recipient: prover.recipient(), secret: None };
    let identities = std::slice::from_ref(&prover.identity);
    let (verified, report) =
        verify::examine(&asked.from, &ask, identities, (&mut |found| met.see(found), &mut |_, _| Ok(())), &mut |_| {
            true
        })?;
    let tip = &report.tip;
    let checkpoint = tip.checkpoint();
    let run: [u8; 32] = random()?;
    let mut verdict = Verdict {
        vault: heads.vault,
        run: run.first_chunk().copied().unwrap_or_default(),
        made: now.0,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        medium,
        tip: Tip {
            number: tip.number,
            hash: tip.hash,
            size: checkpoint.size,
            root: checkpoint.root,
            sealed: open.sealed,
        },
        opened: (open.first, open.last),
        closed: open.closed,
        parcels: open.parcels,
        events: if open.first == 1 { open.events } else { (0, 0) },
        counts: [verified.parcels, verified.events, verified.objects, verified.bytes],
        findings: wrong(&verified, &open),
        more: 0,
        charts: Vec::new(),
    };
    if verdict.is_sound() {
        let secret = met.secret.ok_or_else(|| not_sealed(prover, true))?;
        let work = prover.work(asked.work)?;
        match rebuilt(asked, &work, &secret, met.sampler, &mut verdict, now) {
            Err(problem) if problem.exit == Exit::Integrity => {
                verdict.findings.push(Wrong::new("rebuild", verdict.tip.number, "-", &problem.words));
            }
            other => other?,
        }
    }
    verdict.more = verdict.findings.len().saturating_sub(FINDINGS_MAX) as u64;
    verdict.findings.truncate(FINDINGS_MAX);
    let note = verdict.sign(prover.key.clone()).map_err(problem)?;
    Ok(Proved { note, first_sight: memory.is_none(), verdict })
}

/// Keeps in mind what was seen, once the verdict is safe: of a copy that was found wrong nothing.
///
/// # Errors
/// The disk says no.
pub fn remember(asked: &Asked<'_>, verdict: &Verdict) -> Result<(), Problem> {
    if !verdict.is_sound() {
        return Ok(());
    }
    let heads = Heads::read(&asked.from, None).map_err(problem)?;
    let mut memory = asked.prover.memory(&heads.vault)?.unwrap_or_default();
    memory.station = station(&heads);
    memory.tips.insert(place(asked)?.1, SeenTip::of(&verdict.tip));
    asked.prover.remember(&heads.vault, &memory)
}

fn station(heads: &Heads) -> String {
    let first = heads.all.first().and_then(|(_, head)| head.stations.first());
    first.map_or_else(String::new, |station| vault::hash::to_hex(station.key.as_bytes()))
}

/// The number on the label of the place, and under what it is remembered.
fn place(asked: &Asked<'_>) -> Result<(u32, String), Problem> {
    let label = match &asked.from {
        Target::Disk(disk) => Label::read(disk.root()).map_err(problem)?,
        Target::S3(_) | Target::Receiver(_) => None,
    };
    Ok(label.map_or_else(|| (0, asked.place.to_owned()), |label| (label.number, label.number.to_string())))
}

/// What is remembered of this vault, to be held against it.
fn ask(heads: &Heads, memory: Option<&Memory>, place: &str, last: u32) -> Result<Ask, Problem> {
    let Some(memory) = memory else { return Ok(Ask::default()) };
    if memory.station != station(heads) {
        let vault = heads.vault.hex();
        return Err(Problem {
            exit: Exit::Integrity,
            words: format!(
                "保管庫 {vault} は、前に見たものと別の端末が始めています。歴史が作り直されたおそれがあります。この写しを保存し、責任者に知らせてください。\n\
                 Vault {vault} was begun by another station than the one seen before: its history may have been made anew. Keep this copy and tell whoever is in charge."
            ),
        });
    }
    Ok(Ask { seen: memory.must_agree(&heads.vault, place, last), ..Ask::default() })
}

/// The segments up to the last that are sealed to this prover without a gap, by the word of the heads.
fn open_to(vault: &Vault, prover: &Prover) -> Result<Open, Problem> {
    let recipient = prover.recipient();
    let mut open = Open::default();
    let numbers = vault.numbers();
    for &number in numbers.iter().rev() {
        // What cannot be read is found wrong later, and is no reason to leave out what lies before it.
        let Ok((manifest, _)) = vault.manifest(number) else { continue };
        let head = vault.heads().get(&manifest.head);
        let holders = head.map(|head| head.holders.as_slice()).unwrap_or_default();
        if !holders.iter().any(|holder| holder.recipient.to_string() == recipient) {
            break;
        }
        if open.last == 0 {
            (open.last, open.sealed) = (number, manifest.sealed);
        }
        open.first = number;
        for (what, span) in [("parcels", &mut open.parcels), ("events", &mut open.events)] {
            if let Some(covered) = manifest.covers.iter().find_map(|line| members::covered(line, what)) {
                *span = (*covered.start(), span.1.max(*covered.end()));
            }
        }
    }
    if open.last == 0 {
        return Err(not_sealed(prover, false));
    }
    open.closed = numbers.iter().filter(|number| **number < open.first).count() as u32;
    Ok(open)
}

fn not_sealed(prover: &Prover, unknown: bool) -> Problem {
    let name = &prover.name;
    let why = if unknown { " / it was not registered as a prover" } else { "" };
    Problem::failed(format!(
        "この写しの最後の保管単位は、この機械（{name}）には封じられていません。端末で `andon vault prover add カード` と `andon vault seal` を実行し、新しい写しで確認してください。\n\
         The last segment of this copy is not sealed to this machine ({name}){why}: run `andon vault prover add CARD` and `andon vault seal` on the station, and prove a copy made after that."
    ))
}

/// What is wrong, for the verdict. An object that is sealed to this prover by the head's word and does not open is.
fn wrong(verified: &Verified, open: &Open) -> Vec<Wrong> {
    let number = |object: &String| {
        let segment = name::parse(object, name::SEGMENTS).map(|(number, _)| number);
        segment.or_else(|| name::parse_index(object).map(|(span, _)| *span.end()))
    };
    let mut findings: Vec<Wrong> = Vec::new();
    for finding in &verified.findings {
        let what = match finding.bytes {
            Some((from, to)) => format!("[{from}-{to}] {}", finding.what),
            None => finding.what.clone(),
        };
        let found = Wrong::new(&finding.code, finding.segment.unwrap_or(0), &finding.object, &what);
        // What is not there is met twice: when it is looked for, and when it is to be opened.
        if !findings.contains(&found) {
            findings.push(found);
        }
    }
    for (object, number) in verified.closed.iter().filter_map(|object| Some((object, number(object)?))) {
        if number >= open.first {
            let what = "it is sealed to this prover by the word of its head, and does not open";
            findings.push(Wrong::new("content", number, object, what));
        }
    }
    findings
}

/// Rebuilds a store out of what was opened, and makes the charts.
fn rebuilt(
    asked: &Asked<'_>,
    work: &Throwaway,
    secret: &Secret,
    sampler: Sampler,
    verdict: &mut Verdict,
    now: Moment,
) -> Result<(), Problem> {
    let identities = vec![asked.prover.identity.clone()];
    let restore = restore::Asked::whole(asked.from.clone(), work.home(), identities);
    let mut restore = Restore::begin(restore::Asked { since: verdict.opened.0, ..restore }, now)?;
    work.forget_key()?;
    restore.begin_with_first(&mut |_, _, _| Ok(()))?;
    restore.run(&mut |_| ())?;
    let reader: &store::Reader = &restore.writer;
    let ends = reader.ends()?;
    if ends.parcel != verdict.parcels.1 || ends.event != verdict.events.1 {
        let words = format!(
            "rebuilt up to parcel {} and event {}, sealed up to {} and {}",
            ends.parcel, ends.event, verdict.parcels.1, verdict.events.1
        );
        return Err(Problem { exit: Exit::Integrity, words });
    }
    let span = Span::of(reader, verdict.parcels, verdict.events, Moment(verdict.tip.sealed))?;
    for patient in sampler.picked() {
        if verdict.charts.len() >= asked.sample {
            break;
        }
        match charts::row(reader, secret, &patient, &span) {
            Ok(row) => verdict.charts.push(row),
            // Its entries refer to bytes in an older segment, which is closed.
            Err(problem) if problem.exit == Exit::Integrity && verdict.closed > 0 => {}
            Err(problem) => return Err(problem),
        }
    }
    // In the order of labels, which says nothing of whom something came last.
    verdict.charts.sort_by_key(|chart: &Chart| chart.label.0);
    Ok(())
}
