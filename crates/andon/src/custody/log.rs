//! What the log at a target says: operators' acts and manifests, each proved to be in the tree whose head a station signed. For whoever
//! looks into an attack, without a key and without the station.

use chart::Moment;
use serde::Serialize;
use vault::log::{Log, Tree, check_inclusion, entries, leaf};
use vault::verify::Ask;
use vault::{Target, Vault};

use super::problem;
use super::seen::{self, SeenHead, Shown};
use super::verify::{Finding, findings};
use crate::home::Problem;

/// Entries that are proved one by one.
const PROOFS_MAX: usize = 2000;

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// Where it stands in the log, from 0.
    pub at: u64,
    /// The segment whose manifest has it.
    pub segment: u32,
    /// When that was closed.
    pub sealed: Moment,
    /// The entry: `act …` or `manifest …`.
    pub entry: String,
    /// It was proved to be in the tree.
    pub proved: bool,
}

/// The log at a target.
#[derive(Clone, Debug, Serialize)]
pub struct Logged {
    /// The vault.
    pub vault: String,
    /// Its last segment.
    pub number: u32,
    /// Entries in all.
    pub size: u64,
    /// Hash over them, hexadecimal.
    pub root: String,
    /// Nothing is wrong with manifests, chain and log. Segments were not read.
    pub sound: bool,
    /// Those asked for.
    pub entries: Vec<Entry>,
    /// What was compared with what others saw.
    pub seen: Vec<SeenHead>,
    /// The newest head that a known witness signed: entries and when.
    pub witnessed: Option<(u64, Moment)>,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// Lists the log of a target from the manifest of a number on. Manifests, chain, tiles and heads are checked; of segments no byte is read.
///
/// # Errors
/// There is no vault there, or it cannot be read.
pub fn log(target: &Target, since: u32, shown: &Shown) -> Result<Logged, Problem> {
    #[allow(clippy::reversed_empty_ranges, reason = "no segment is read")]
    let ask = Ask { read: 1..=0, ..shown.ask() };
    let report = vault::verify::verify(target, &ask, &[], &mut |_, _| Ok(()), &mut |_| true).map_err(problem)?;
    let vault = Vault::open_known(target, &[], None, &shown.known(target)?).map_err(problem)?;
    let log = &report.tip.log;
    let (mut at, mut listed) = (0, Vec::new());
    for number in vault.numbers() {
        // A manifest that cannot be read is among the findings.
        let Ok((manifest, hash)) = vault.manifest(number) else { continue };
        for entry in entries(&manifest, &hash) {
            if number >= since {
                listed.push(Entry { at, segment: number, sealed: Moment(manifest.sealed), entry, proved: false });
            }
            at += 1;
        }
    }
    prove(&mut listed, log, target, report.is_whole());
    let seen = seen::compare(target, &report, shown);
    let findings = findings(&report);
    Ok(Logged {
        vault: report.tip.vault.hex(),
        number: report.tip.number,
        size: log.size(),
        root: log.root().hex(),
        sound: findings.is_empty() && listed.iter().all(|entry| entry.proved),
        entries: listed,
        witnessed: seen::witnessed(&report),
        seen,
        findings,
    })
}

/// Proves each entry by the tiles at the target. Of a long list that would be many readings of a server: there it counts that the whole
/// tree, reckoned again from the same manifests, has the signed head.
fn prove(listed: &mut [Entry], log: &Log, target: &Target, whole: bool) {
    let (tree, root, size) = (Tree::new(log, target), log.root(), log.size());
    let each = listed.len() <= PROOFS_MAX;
    for entry in listed {
        let by_tiles = || {
            let proof = tree.inclusion(entry.at, size);
            proof.is_ok_and(|proof| check_inclusion(&leaf(entry.entry.as_bytes()), entry.at, size, &proof, &root))
        };
        entry.proved = if each { by_tiles() } else { whole };
    }
}
