//! Proving a target: without a key that every byte is what was sealed and nothing is missing, with one that it opens and says what it said.

use serde::Serialize;
use store::Reader;
use vault::verify::{Ask, Report};
use vault::{Identity, Target};

use super::members::{Found, Unpack};
use super::problem;
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
    /// What is wrong, at most a thousand.
    pub findings: Vec<Finding>,
    /// Objects that none of the keys given opens.
    pub closed: Vec<String>,
    /// Objects that belong to nothing: left by a seal that was broken off.
    pub strays: Vec<String>,
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

/// Proves a target. Of a home's own the home says how far that target is: what was there must still be. `on` is told the number of each
/// segment that is done, and stops by answering false.
///
/// # Errors
/// There is no vault; the target cannot be read; none of the identities opens it.
pub fn verify(
    target: &Target,
    own: Option<(&Chain, u32)>,
    identities: &[Identity],
    on: &mut dyn FnMut(u32) -> bool,
) -> Result<Verified, Problem> {
    let mut compared = Compared::default();
    // Who is behind cannot have our newest tree head.
    let whole = own.filter(|(chain, reached)| *reached == chain.number);
    let seen = whole.map(|(chain, _)| chain.tip()).transpose()?.map(|tip| tip.checkpoint());
    let ask = Ask { seen: seen.into_iter().collect(), ..Ask::default() };
    let mut visit = |place: vault::Place, member: vault::Member<'_>| {
        compared.take(place.segment, member.name, member.bytes);
        Ok(())
    };
    let report = vault::verify::verify(target, &ask, identities, &mut visit, on).map_err(problem)?;
    if let Some((_, reached)) = own.filter(|(_, reached)| *reached > report.tip.number) {
        let (there, what) = (report.tip.number, format!("this home put {reached} segments there; there are"));
        compared.segment = reached;
        compared.note(Err(format!("{what} {there}: its end was cut off")));
    }
    compared.hidden(target)?;
    Ok(compared.verified(&report))
}

/// Entries put together again out of members, and compared.
#[derive(Default)]
struct Compared {
    segment: u32,
    unpack: Unpack,
    parcels: u64,
    events: u64,
    findings: Vec<Finding>,
}

impl Compared {
    fn take(&mut self, segment: u32, name: &[u8], bytes: &[u8]) {
        if segment != self.segment {
            let left = self.unpack.whole();
            self.note(left);
            (self.segment, self.unpack) = (segment, Unpack::default());
        }
        match self.unpack.take(name, bytes) {
            Ok(Some(Found::Parcel(journal, contents))) => {
                self.parcels += 1;
                let lines = journal.lines();
                let names = lines.iter().filter(|line| line.brought.is_some()).map(|line| line.content);
                if !names.eq(contents.iter().map(|bytes| store::content_id(bytes))) {
                    self.note(Err(format!("parcel {}", journal.no)));
                }
            }
            Ok(Some(Found::Events(events))) => self.events += events.len() as u64,
            Ok(_) => {}
            Err(what) => self.note(Err(what)),
        }
    }

    fn note(&mut self, done: Result<(), String>) {
        if let Err(what) = done {
            let object = format!("segment {}", self.segment);
            let segment = Some(self.segment);
            self.findings.push(Finding { code: "content".to_owned(), object, segment, bytes: None, what });
        }
    }

    /// What somebody hid on a server is no damage, and never without a word.
    fn hidden(&mut self, target: &Target) -> Result<(), Problem> {
        for vault::s3::Hidden { name, since, deleted } in target.hidden().map_err(problem)? {
            let at = vault::s3::time::iso(since);
            let what = match deleted {
                true => format!("削除マーカーで隠されている（{at} から）。下に残っている / hidden by a delete marker since {at}; still there"),
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
        let finding = |finding: &vault::verify::Finding| Finding {
            code: finding.flaw.code().to_owned(),
            object: finding.object.clone(),
            segment: finding.number,
            bytes: finding.bytes,
            what: finding.what.clone(),
        };
        let findings: Vec<Finding> = report.findings.iter().map(finding).chain(self.findings).collect();
        Verified {
            target: String::new(),
            sound: findings.is_empty(),
            manifests: report.manifests,
            objects: report.read,
            bytes: report.read_bytes,
            parcels: self.parcels,
            events: self.events,
            findings,
            closed: report.closed.clone(),
            strays: report.strays.clone(),
        }
    }
}

/// Has the log say what was found of a target: held, readable with a key, or a fault.
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
    if let Some(first) = verified.findings.first() {
        return said(VaultWord::Fault, &format!("{} {}", first.object, first.what));
    }
    said(VaultWord::Held, &verified.bytes.to_string())?;
    let opened = with_key && verified.closed.is_empty();
    if opened { said(VaultWord::Readable, &verified.parcels.to_string()) } else { Ok(()) }
}
