//! What this home knows of its vault, gathered for [`rules`](super::rules).

use chart::Moment;
use store::Reader;

use super::deliver;
use super::rules::{Kept, Known, Proved, Standing, standing};
use super::seal::waiting_since;
use super::state::{self, Chain};
use crate::event::VaultWord;
use crate::home::Problem;
use crate::officers::officers;

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
    // A drill of the officers' current key is what recoverable means.
    let drilled = officers(reader)?.current().and_then(|key| key.drilled.as_ref().map(|act| act.at));
    let mut known = Known {
        number: chain.number,
        sealed: (chain.number > 0).then_some(Moment(chain.sealed)),
        waiting: waiting_since(reader, &chain)?,
        recipients: state::recipients(reader)?.len(),
        recoverable: Proved { at: when(reader, VaultWord::Recoverable, "")?.max(drilled), fault: None },
        ..Known::default()
    };
    let (mut held, mut faults) = (Vec::new(), Vec::new());
    known.readable.at = when(reader, VaultWord::Readable, "")?;
    for target in &targets {
        let reached = state::reached(reader, &target.name)?;
        let opened = deliver::open(&target.place);
        let is_in = opened.and_then(|place| deliver::is_there(&place, target, &chain)).unwrap_or(false);
        let word = if is_in { VaultWord::In } else { VaultWord::Out };
        let since = state::last_said(reader, word, &target.name)?.map(|(_, at)| at);
        let (back, fault) =
            (when(reader, VaultWord::Held, &target.name)?, when(reader, VaultWord::Fault, &target.name)?);
        held.push(back);
        // A fault is one until every byte of that place was read back after it.
        faults.extend(fault.filter(|fault| back.is_none_or(|back| *fault > back)));
        known.readable.at = known.readable.at.max(when(reader, VaultWord::Readable, &target.name)?);
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
    let fault = faults.into_iter().max();
    known.held = Proved { at: if fault.is_some() { None } else { held.into_iter().min().flatten() }, fault };
    known.readable.fault = fault;
    Ok(known)
}

/// When something was last said of a target.
fn when(reader: &Reader, word: VaultWord, target: &str) -> Result<Option<Moment>, Problem> {
    Ok(state::last_said(reader, word, target)?.map(|(_, at)| at))
}
