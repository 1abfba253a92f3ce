//! Two histories of one vault. Whoever has the station's key can make a second one, and whoever has the owner's key of a server can lay
//! it beside ours. What decides is what somebody saw of the log: a code on paper, a witness; or a person who names one. A server's
//! clock, or which of two was gone on with, is taken only to go on reading, and never without saying so ([`Vault::fork`]).

use std::collections::BTreeMap;

use super::{Vault, earliest, good, listed, named};
use crate::head::Heads;
use crate::log::Checkpoint;
use crate::manifest::Manifest;
use crate::note::{NOTE_BYTES_MAX, Verifier};
use crate::{Hash, Result, Target, Tip, name};

/// What tells which of two histories is ours.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Heads of the log that somebody saw: on paper, or as a witness.
    pub seen: Vec<Checkpoint>,
    /// Manifests, or the first head, that a person says are ours: names of objects.
    pub named: Vec<String>,
    /// Heads of the log as whoever asks sealed it: they decide where nothing above does. A home may be the one that was made anew.
    pub own: Vec<Checkpoint>,
}

/// Two histories, and nothing that was seen says which is ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// Number of the first manifest that differs; 0 where two vaults begin at one place.
    pub number: u32,
    /// Where each begins.
    pub histories: Vec<History>,
}

/// Where one of two histories begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// Its first object.
    pub object: String,
    /// When the server took it, milliseconds since 1970 by its clock; none where that is not known.
    pub taken: Option<i64>,
}

impl Vault {
    /// Where two histories part and nothing that was seen says which is ours, within what is read.
    pub fn fork(&self) -> Option<&Fork> {
        self.fork.as_ref().filter(|fork| fork.number <= self.last())
    }

    /// Where two manifests of a number are signed, the history is followed that leads to what was seen; else the one that the server took
    /// first, and that is kept in mind as a fork. What goes on from the other is none of the chain. Where no server tells, one step
    /// decides ([`Vault::manifest`]).
    pub(super) fn settle(&mut self, known: &Known) -> Result<()> {
        let forked = |names: &Vec<String>| names.len() > 1 && good(&self.target, &self.heads, names).len() > 1;
        let Some(first) = self.manifests.iter().find(|(_, names)| forked(names)).map(|(&number, _)| number) else {
            return Ok(());
        };
        let mut tip = self.tip_before(first, known);
        let mut before = match first {
            1 => Some(Hash::ZERO),
            _ => self.manifest(first - 1).ok().map(|(_, hash)| hash),
        };
        let numbers: Vec<u32> = self.manifests.range(first..).map(|(&number, _)| number).collect();
        let mut expected = first;
        for number in numbers {
            let all = good(&self.target, &self.heads, self.names(number));
            // What came before is not known: nothing can be said not to follow it.
            if all.is_empty() || number != expected {
                (before, tip) = (None, None);
            }
            expected = number + 1;
            let follows = |one: &&(Manifest, Hash)| before.is_none_or(|before| before == one.0.previous);
            let ours: Vec<(Manifest, Hash)> = all.iter().filter(follows).cloned().collect();
            let ours = match ours.len() {
                0 | 1 => ours.into_iter().next(),
                _ => match self.which(number, ours, tip.as_ref(), known)? {
                    Some(ours) => Some(ours),
                    None => return Ok(()),
                },
            };
            if let Some((manifest, hash)) = &ours {
                before = Some(*hash);
                tip = tip.map(|mut tip| {
                    tip.advance(manifest, *hash);
                    tip
                });
            }
            let ours = ours.as_ref().map(named);
            for name in all.iter().map(named).filter(|name| Some(name) != ours.as_ref()) {
                self.set_aside(number, name, true)?;
            }
        }
        Ok(())
    }

    /// Of several manifests of a number that go on from ours, the one that is ours.
    fn which(
        &mut self,
        number: u32,
        mut all: Vec<(Manifest, Hash)>,
        tip: Option<&Tip>,
        known: &Known,
    ) -> Result<Option<(Manifest, Hash)>> {
        if let Some(ours) = led((&self.target, &self.heads), &self.manifests, tip, &all, known) {
            return Ok(Some(all.swap_remove(ours)));
        }
        let names: Vec<String> = all.iter().map(named).collect();
        if self.fork.is_none() {
            self.fork = Some(Fork { number, histories: histories(&self.target, &names)? });
        }
        Ok(earliest(&self.target, &names)?.map(|ours| all.swap_remove(ours)))
    }

    /// The end of the chain before a manifest, where something was seen that it is to be compared with; none where it cannot be reckoned.
    fn tip_before(&self, number: u32, known: &Known) -> Option<Tip> {
        let mut tip = Tip::new(self.heads.vault);
        if known.seen.is_empty() && known.own.is_empty() {
            return None;
        }
        for at in 1..number {
            let (manifest, hash) = self.manifest(at).ok().filter(|(manifest, _)| manifest.previous == tip.hash)?;
            tip.advance(&manifest, hash);
        }
        Some(tip)
    }
}

/// Which of these manifests of one number somebody named, or leads to a head that somebody saw; where that is said of none, or of several,
/// which leads to a head of one's own. `tip` is the end of the chain before them.
pub(crate) fn led(
    at: (&Target, &Heads),
    manifests: &BTreeMap<u32, Vec<String>>,
    tip: Option<&Tip>,
    all: &[(Manifest, Hash)],
    known: &Known,
) -> Option<usize> {
    let leads = |one: &(Manifest, Hash), heads: &[Checkpoint]| {
        !heads.is_empty() && tip.is_some_and(|tip| leads_to(at, manifests, tip, one, heads))
    };
    let told = |one: &(Manifest, Hash)| known.named.contains(&named(one)) || leads(one, &known.seen);
    only(all, told).or_else(|| only(all, |one| leads(one, &known.own)))
}

/// The one of which this is so; none where it is so of several.
pub(crate) fn only<T>(all: &[T], is: impl Fn(&T) -> bool) -> Option<usize> {
    let mut found = all.iter().enumerate().filter(|(_, one)| is(one)).map(|(at, _)| at);
    found.next().filter(|_| found.next().is_none())
}

/// Whether the log that begins with these heads has one that somebody saw.
pub(crate) fn begins(target: &Target, heads: &Heads, seen: &[Checkpoint]) -> Result<bool> {
    if seen.is_empty() {
        return Ok(false);
    }
    let (manifests, tip) = (listed(target)?, Tip::new(heads.vault));
    let first = good(target, heads, manifests.get(&1).map(Vec::as_slice).unwrap_or_default());
    Ok(first.iter().any(|one| one.0.previous == tip.hash && leads_to((target, heads), &manifests, &tip, one, seen)))
}

fn leads_to(
    (target, heads): (&Target, &Heads),
    manifests: &BTreeMap<u32, Vec<String>>,
    tip: &Tip,
    first: &(Manifest, Hash),
    seen: &[Checkpoint],
) -> bool {
    let mut ways = vec![(tip.clone(), first.clone())];
    while let Some((mut tip, (manifest, hash))) = ways.pop() {
        tip.advance(&manifest, hash);
        if seen.contains(&tip.checkpoint()) {
            return true;
        }
        let next = tip.number.checked_add(1).and_then(|number| manifests.get(&number));
        let next = good(target, heads, next.map(Vec::as_slice).unwrap_or_default());
        ways.extend(next.into_iter().filter(|(next, _)| next.previous == hash).map(|next| (tip.clone(), next)));
    }
    false
}

fn histories(target: &Target, names: &[String]) -> Result<Vec<History>> {
    let one = |object: &String| Ok(History { object: object.clone(), taken: target.taken(object)? });
    names.iter().map(one).collect()
}

/// Two vaults that begin at one place, of which the server's clock alone says which is ours.
pub(super) fn of_heads(target: &Target, heads: &Heads) -> Result<Option<Fork>> {
    let histories = histories(target, &heads.beginnings)?;
    Ok((histories.len() > 1).then_some(Fork { number: 0, histories }))
}

/// Heads of the log that lie at a target and that one of these witnesses signed.
///
/// # Errors
/// The target says no. What is damaged there says nothing, and is passed over.
pub fn witnessed(target: &Target, witnesses: &[Verifier]) -> Result<Vec<Checkpoint>> {
    let mut seen = Vec::new();
    if witnesses.is_empty() {
        return Ok(seen);
    }
    for object in target.list(name::WITNESSED)? {
        let bytes = match target.read(&object.name, NOTE_BYTES_MAX) {
            Err(error) if error.is_fault() => continue,
            other => other?,
        };
        if let Some((head, note)) = Checkpoint::parse(&bytes)
            && witnesses.iter().any(|witness| witness.witnessed(&note).is_some())
        {
            seen.push(head);
        }
    }
    Ok(seen)
}
