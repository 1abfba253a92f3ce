//! What this home knows of its vault, gathered for [`rules`](super::rules).

use chart::Moment;
use store::Reader;

use super::deliver;
use super::rules::{Kept, Known, Proved, Standing, standing};
use super::seal::waiting_since;
use super::state::{self, Chain};
use crate::event::VaultWord;
use crate::home::Problem;

/// How the vault stands now.
///
/// # Errors
/// When the store cannot be read.
pub fn status(reader: &Reader, now: Moment) -> Result<Standing, Problem> {
    Ok(standing(&known(reader)?, now))
}

fn known(reader: &Reader) -> Result<Known, Problem> {
    let Some(chain) = Chain::of(reader)? else { return Ok(Known::default()) };
    let targets = state::targets(reader)?;
    let mut known = Known {
        number: chain.number,
        sealed: (chain.number > 0).then_some(Moment(chain.sealed)),
        waiting: waiting_since(reader, &chain)?,
        recipients: state::recipients(reader)?.len(),
        readable: proved(reader, VaultWord::Readable, &targets.iter().map(|t| t.name.clone()).collect::<Vec<_>>())?,
        recoverable: proved(reader, VaultWord::Recoverable, &[])?,
        ..Known::default()
    };
    let mut held = Vec::new();
    for target in &targets {
        let reached = state::reached(reader, &target.name)?;
        let opened = deliver::open(&target.place);
        let is_in = opened.and_then(|place| deliver::is_there(&place, target, &chain)).unwrap_or(false);
        let word = if is_in { VaultWord::In } else { VaultWord::Out };
        let since = state::last_said(reader, word, &target.name)?.map(|(_, at)| at);
        held.push(proved(reader, VaultWord::Held, std::slice::from_ref(&target.name))?);
        known.kept.push(Kept {
            name: target.name.clone(),
            place: target.place.clone(),
            days: target.days,
            number: reached.number,
            put: (reached.number > 0).then_some(Moment(reached.at)),
            is_in,
            since: since.or((reached.number > 0).then_some(Moment(reached.at))),
        });
    }
    // Every place must have been read back: the oldest counts, and any fault.
    let fault = held.iter().filter_map(|held| held.fault.filter(|fault| held.at.is_none_or(|at| *fault > at))).max();
    known.held = Proved { at: held.iter().map(|held| held.at).min().flatten(), fault: None };
    if fault.is_some() {
        known.held = Proved { at: None, fault };
    }
    Ok(known)
}

fn proved(reader: &Reader, word: VaultWord, targets: &[String]) -> Result<Proved, Problem> {
    let mut proved = Proved::default();
    for target in targets.iter().map(String::as_str).chain([""]) {
        let at = |word| state::last_said(reader, word, target).map(|said| said.map(|(_, at)| at));
        proved.at = proved.at.max(at(word)?);
        proved.fault = proved.fault.max(at(VaultWord::Fault)?);
    }
    Ok(proved)
}
