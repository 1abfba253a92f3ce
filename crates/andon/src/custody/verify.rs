//! Proving a target: without a key that every byte is what was sealed and nothing is missing, with one that it opens and says what it said.

use chart::Moment;
use serde::Serialize;
use store::Reader;
use vault::verify::{Ask, Report};
use vault::{Identity, Place, Target, Tip};

use super::members::{Found, Unpack};
use super::problem;
use super::seen::{self, SeenHead, Shown};
use super::state::{self, Chain, Write};
use crate::event::{CustodyEvent, VaultSaid, VaultWord};
use crate::home::Problem;
use crate::writing::Request;

/// What was found at a target.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Verified {
    /// The target's name, or its place.
    pub target: String,
    /// Nothing is wrong.
    pub sound: bool,
    /// Manifests that were looked at.
    pub manifests: u64,
    /// Objects read to the last byte, and their bytes.
    pub objects: u64,
    /// As `objects`.
    pub bytes: u64,
    /// With a key: parcels whose contents were compared with their names.
    pub parcels: u64,
    /// And events.
    pub events: u64,
    /// And lines of the access audit.
    pub looks: u64,
    /// What is wrong, at most a thousand.
    pub findings: Vec<Finding>,
    /// Objects that none of the keys given opens.
    pub closed: Vec<String>,
    /// Objects that belong to nothing: left by a seal that was broken off.
    pub strays: Vec<String>,
    /// Heads that somebody saw, and whether the log continues them.
    pub seen: Vec<SeenHead>,
    /// The newest head that a known witness signed: entries and when.
    pub witnessed: Option<(u64, Moment)>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `missing`, `bytes`, `signature`, `chain`, `log`, `content`; `hidden` where the object is still there below what was laid over it.
    pub code: String,
    /// The object.
    pub object: String,
    /// The segment.
    pub segment: Option<u32>,
    /// The first bad bytes, from and to.
    pub bytes: Option<(u64, u64)>,
    /// What is wrong. No patient data.
    pub what: String,
}

impl Finding {
    /// Two histories that the station's key signed: whoever made the other has that key.
    pub fn is_fork(&self) -> bool {
        self.code == "chain" && self.what.contains("fork")
    }

    /// The worst first: a fork, then what is damaged, then what is only out of sight.
    fn weight(&self) -> u8 {
        match self.code.as_str() {
            _ if self.is_fork() => 0,
            "hidden" => 2,
            _ => 1,
        }
    }

    /// As the log says it; what every page tells apart stands in front (`crates/andon/src/proofs.rs`).
    fn words(&self) -> String {
        match self.weight() {
            0 => format!("fork {} {}", self.object, self.what),
            2 => format!("hidden {}", self.object),
            _ => format!("{} {}", self.object, self.what),
        }
    }
}

/// Proves a target, also against what others saw of its log. Of a home's own the home says how far that target is: what was there must
/// still be. `on` is told the number of each segment that is done, and stops by answering false.
///
/// # Errors
/// There is no vault; the target cannot be read; none of the identities opens it.
pub fn verify(
    target: &Target,
    own: Option<(&Chain, u32)>,
    shown: &Shown,
    identities: &[Identity],
    on: &mut dyn FnMut(u32) -> bool,
) -> Result<Verified, Problem> {
    // Who is behind cannot have our newest tree head.
    let whole = own.filter(|(chain, reached)| *reached == chain.number);
    let tip = whole.map(|(chain, _)| chain.tip()).transpose()?;
    let ask = Ask { own: tip.iter().map(Tip::checkpoint).collect(), ..shown.ask() };
    let (mut verified, report) = examine(target, &ask, identities, (&mut |_| (), &mut |_, _| Ok(())), on)?;
    if let Some((_, reached)) = own.filter(|(_, reached)| *reached > report.tip.number) {
        let there = report.tip.number;
        let what = format!("this home put {reached} segments there; there are {there}: its end was cut off");
        verified.findings.push(content(reached, what));
        verified.sound = false;
    }
    Ok(Verified { seen: seen::compare(target, &report, shown), ..verified })
}

/// Who is shown every member with the number of its segment.
pub type See<'a> = dyn FnMut(u32, &vault::Member<'_>) -> vault::Result<()> + 'a;

/// Proves a target against what is asked, showing `seen` every entry that was put together again, and `see` every member that opens.
/// With what the vault's own proof says.
///
/// # Errors
/// As [`verify`]; also when `see` says no.
pub fn examine(
    target: &Target,
    ask: &Ask,
    identities: &[Identity],
    (seen, see): (&mut dyn FnMut(&Found), &mut See<'_>),
    on: &mut dyn FnMut(u32) -> bool,
) -> Result<(Verified, Report), Problem> {
    let mut compared = Compared::default();
    let mut visit = |place: Place, member: vault::Member<'_>| {
        compared.take(place, member.name, member.bytes, seen);
        see(place.segment, &member)
    };
    let report = vault::verify::verify(target, ask, identities, &mut visit, on).map_err(problem)?;
    compared.hidden(target)?;
    Ok((compared.verified(&report), report))
}

/// A finding about what is in a segment.
fn content(segment: u32, what: String) -> Finding {
    Finding {
        code: "content".to_owned(),
        object: format!("segment {segment}"),
        segment: Some(segment),
        bytes: None,
        what,
    }
}

/// What a verification found wrong.
pub fn findings(report: &Report) -> Vec<Finding> {
    let finding = |finding: &vault::verify::Finding| Finding {
        code: finding.flaw.code().to_owned(),
        object: finding.object.clone(),
        segment: finding.number,
        bytes: finding.bytes,
        what: finding.what.clone(),
    };
    report.findings.iter().map(finding).collect()
}

/// Entries put together again out of members, and compared.
#[derive(Default)]
struct Compared {
    segment: u32,
    /// The last frame of it that was shown.
    frame: u32,
    unpack: Unpack,
    parcels: u64,
    events: u64,
    looks: u64,
    findings: Vec<Finding>,
}

impl Compared {
    fn take(&mut self, Place { segment, frame }: Place, name: &[u8], bytes: &[u8], seen: &mut dyn FnMut(&Found)) {
        if segment != self.segment {
            let left = self.unpack.whole();
            self.note(left);
            (self.segment, self.unpack) = (segment, Unpack::default());
        } else if frame > self.frame + 1 {
            // Between them lies what is damaged, which is named already.
            self.unpack.gap();
        }
        self.frame = frame;
        let found = match self.unpack.take(name, bytes) {
            Ok(Some(found)) => found,
            Ok(None) => return,
            Err(what) => return self.note(Err(what)),
        };
        match &found {
            Found::Parcel(journal, contents) => {
                self.parcels += 1;
                let lines = journal.lines();
                let names = lines.iter().filter(|line| line.brought.is_some()).map(|line| line.content);
                if !names.eq(contents.iter().map(|bytes| store::content_id(bytes))) {
                    self.note(Err(format!("parcel {}", journal.no)));
                }
            }
            Found::Events(events) => self.events += events.len() as u64,
            Found::Looks(run) => self.looks += run.lines.len() as u64,
            Found::Home(_) => {}
        }
        seen(&found);
    }

    fn note(&mut self, done: Result<(), String>) {
        if let Err(what) = done {
            self.findings.push(content(self.segment, what));
        }
    }

    /// What somebody hid on a server is no damage, and never without a word.
    fn hidden(&mut self, target: &Target) -> Result<(), Problem> {
        for vault::s3::Hidden { name, since, deleted } in target.hidden().map_err(problem)? {
            let at = Moment(since);
            let what = match deleted {
                true => format!(
                    "削除マーカーで隠されている（{at} から）。下に残っている / hidden by a delete marker since {at}; still there"
                ),
                false => format!("上書きされた（{at} から）。下に残っている / put over since {at}; still there below"),
            };
            let segment = vault::name::number(&name);
            self.findings.push(Finding { code: "hidden".to_owned(), object: name, segment, bytes: None, what });
        }
        self.findings.truncate(vault::verify::FINDINGS_MAX);
        Ok(())
    }

    fn verified(mut self, report: &Report) -> Verified {
        let left = self.unpack.whole();
        self.note(left);
        let findings: Vec<Finding> = findings(report).into_iter().chain(self.findings).collect();
        Verified {
            target: String::new(),
            sound: findings.is_empty(),
            manifests: report.manifests,
            objects: report.read,
            bytes: report.read_bytes,
            parcels: self.parcels,
            events: self.events,
            looks: self.looks,
            findings,
            closed: report.closed.clone(),
            strays: report.strays.clone(),
            seen: Vec::new(),
            witnessed: seen::witnessed(report),
        }
    }
}

/// Has the log say what was found of a target: held, opened by hand with a key (which is shown, and is no proof: only a prover's verdict
/// is), or a fault.
///
/// # Errors
/// When the store cannot be written.
pub fn told(
    reader: &Reader,
    verified: &Verified,
    with_key: bool,
    write: Write<'_>,
    by: &(String, String),
) -> Result<(), Problem> {
    let number = state::Chain::of(reader)?.map_or(0, |chain| chain.number);
    let said = |word, words: &str| {
        let said = VaultSaid { word, target: verified.target.clone(), number, words: words.to_owned() };
        let (by, role) = by.clone();
        write(&Request::Custody { keep: Vec::new(), event: Some(CustodyEvent::Vault(said)), by, role }).map(drop)
    };
    if let Some(worst) = verified.findings.iter().min_by_key(|finding| finding.weight()) {
        return said(VaultWord::Fault, &worst.words());
    }
    said(VaultWord::Held, &verified.bytes.to_string())?;
    let opened = with_key && verified.closed.is_empty();
    if opened { said(VaultWord::Readable, &verified.parcels.to_string()) } else { Ok(()) }
}
