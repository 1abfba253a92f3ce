//! What a receiver holds, proved from what lies there and the keys that a person registered: for who looks after it.

use chart::Moment;
use serde::Serialize;
use vault::verify::Ask;
use vault::{Target, VaultId, name};

use super::Folder;
use super::folder::taken;
use super::rights::Right;
use crate::custody::problem;
use crate::custody::verify::{Finding, findings};
use crate::home::Problem;

/// A vault that is held.
#[derive(Clone, Debug, Serialize)]
pub struct Held {
    /// 32 digits.
    pub vault: String,
    /// A station may seal into it now.
    pub seals: bool,
    /// Bytes it may have.
    pub limit: Option<u64>,
    /// Who may read it beside that station.
    pub readers: Vec<String>,
    /// Its last segment.
    pub number: u32,
    /// Objects.
    pub objects: usize,
    /// Their bytes.
    pub bytes: u64,
    /// When the last came, by the clock of this machine.
    pub last: Option<Moment>,
    /// Manifests, chain, log and heads are as the registered key signed them, and every object is there with its size; where everything was
    /// read, with its bytes.
    pub whole: bool,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What was asked for and refused, in how many cases that are written down.
    pub refused: usize,
    /// Of these, how many since a person last looked.
    pub refused_new: usize,
    /// The last of them: milliseconds, vault, what was asked, why.
    pub last_refused: Option<String>,
}

/// Every vault, and every one that a right is for and of which nothing came yet. With `all` every byte is read.
///
/// # Errors
/// The disk says no, or the file of rights is not understood.
pub fn held(folder: &Folder, all: bool) -> Result<Vec<Held>, Problem> {
    let (rights, refusals, seen) = (folder.rights()?, folder.refusals()?, folder.refusals_known());
    let mut vaults = folder.vaults()?;
    vaults.extend(rights.iter().map(|right| right.vault));
    vaults.sort_by_key(VaultId::hex);
    vaults.dedup();
    vaults.into_iter().map(|vault| one(folder, &vault, (&rights, &refusals, seen), all)).collect()
}

fn one(
    folder: &Folder,
    vault: &VaultId,
    (rights, refusals, seen): (&[Right], &[String], usize),
    all: bool,
) -> Result<Held, Problem> {
    let station = rights.iter().find(|right| right.vault == *vault && right.seals.is_some());
    let readers = rights.iter().filter(|right| right.vault == *vault && right.seals.is_none());
    let hex = vault.hex();
    let ours = |line: &&String| line.split(' ').nth(1) == Some(&hex);
    let refused: Vec<&String> = refusals.iter().filter(ours).collect();
    let refused_new = refusals.iter().skip(seen).filter(ours).count();
    let mut held = Held {
        seals: station.is_some(),
        limit: station.and_then(|right| right.seals),
        readers: readers.map(|right| right.name().to_owned()).collect(),
        number: 0,
        objects: 0,
        bytes: 0,
        last: None,
        whole: false,
        findings: Vec::new(),
        refused: refused.len(),
        refused_new,
        last_refused: refused.last().map(|line| (*line).clone()),
        vault: hex,
    };
    let disk = folder.disk(vault);
    if !disk.root().exists() {
        return Ok(held);
    }
    let target = Target::Disk(disk.clone());
    let objects = target.list("").map_err(problem)?;
    (held.objects, held.bytes) = (objects.len(), objects.iter().map(|object| object.size).sum());
    let came = |object: &vault::target::Object| disk.root().join(&object.name).metadata().ok().map(|meta| taken(&meta));
    held.last = objects.iter().filter_map(came).max();
    if target.list(name::MANIFESTS).map_err(problem)?.is_empty() {
        return Ok(held);
    }
    #[allow(clippy::reversed_empty_ranges, reason = "no segment is read")]
    let read = if all { 0..=u32::MAX } else { 1..=0 };
    let ask = Ask { read, station: station.map(|right| right.key.key), ..Ask::default() };
    match vault::verify::verify(&target, &ask, &[], &mut |_, _| Ok(()), &mut |_| true) {
        Ok(report) => {
            (held.number, held.findings) = (report.tip.number, findings(&report));
            held.whole = held.findings.is_empty();
        }
        Err(error) => {
            let (code, object, what) = ("missing".to_owned(), name::HEADS.to_owned(), error.to_string());
            held.findings = vec![Finding { code, object, segment: None, bytes: None, what }];
        }
    }
    Ok(held)
}
