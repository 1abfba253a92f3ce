//! What this home knows of its vault, gathered for [`rules`](super::rules).

use chart::Moment;
use store::Reader;
use vault::s3::Address;

use super::rules::{Kept, Known, Proved, RoundLine, Standing, standing};
use super::seal::waiting_since;
use super::state::{self, Chain};
use super::{asked, deliver, evidence, held};
use crate::event::{Keeping, VaultWord};
use crate::home::Problem;
use crate::officers::officers;
use crate::proofs::{self, Outcome, Told};

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
    (known.readable, known.readable_in_part) = readable(reader)?;
    for target in &targets {
        let by_hand = when(reader, VaultWord::Readable, &target.name)?;
        known.opened_by_hand = known.opened_by_hand.max(by_hand);
        known.kept.push(kept(reader, &chain, target)?);
    }
    Ok(known)
}

fn kept(reader: &Reader, chain: &Chain, target: &Keeping) -> Result<Kept, Problem> {
    let reached = state::reached(reader, &target.name)?;
    let answer = asked::answered(reader, target)?;
    let is_in = match &answer {
        Some(answer) => answer.is_reached(),
        None => {
            let opened = deliver::open(&target.place, Some(reader));
            opened.and_then(|place| deliver::is_there(&place, target, chain)).unwrap_or(false)
        }
    };
    let word = if is_in { VaultWord::In } else { VaultWord::Out };
    let since = when(reader, word, &target.name)?;
    let (held, fault) = (when(reader, VaultWord::Held, &target.name)?, when(reader, VaultWord::Fault, &target.name)?);
    let no = |word| state::last_no(reader, word, &target.name);
    let is_mended = no(VaultWord::Held)? > no(VaultWord::Fault)?;
    let round = held::round(reader, target)?;
    let going_on = (round.upto > 0).then(|| RoundLine {
        number: round.number.saturating_sub(1),
        upto: round.upto,
        read: round.read,
        total: round.total.max(round.read),
        began: Moment(round.began),
    });
    Ok(Kept {
        name: target.name.clone(),
        place: target.place.clone(),
        days: target.days,
        number: reached.number,
        put: (reached.number > 0).then_some(Moment(reached.at)),
        is_in,
        since: since.or((reached.number > 0).then_some(Moment(reached.at))),
        held,
        // A fault is one until every byte of that place was read back after it.
        fault: fault.filter(|_| !is_mended),
        round: going_on,
        answer,
        unguarded: unguarded(reader, &target.place)?,
    })
}

/// Whether the last probe of a server found a way round its locks.
fn unguarded(reader: &Reader, place: &str) -> Result<bool, Problem> {
    let address = place.split('#').next().and_then(|address| Address::parse(address).ok());
    let Some(address) = address else { return Ok(false) };
    Ok(evidence::probed(reader, &address.to_string())?.is_some_and(|probed| probed.outcome == "open"))
}

/// What provers found, by the last verdict on each place; and whether the best of them is in part. Only a prover that is registered now
/// makes it good; what one found wrong stands whoever it was.
fn readable(reader: &Reader) -> Result<(Proved, bool), Problem> {
    let (verdicts, provers) = (proofs::last_verdicts(reader)?, proofs::provers(reader)?);
    let fault = verdicts.iter().filter(|told| told.outcome.is_fault()).map(|told| told.at).max();
    if fault.is_some() {
        return Ok((Proved { at: None, fault }, false));
    }
    let is_on = |told: &&Told| provers.iter().any(|one| one.said.on && one.said.recipient == told.said.recipient);
    let newest = |good: bool| {
        let of = verdicts.iter().filter(is_on).filter(|told| (told.outcome == Outcome::Good) == good);
        of.map(Told::made).max()
    };
    let (whole, in_part) = (newest(true), newest(false));
    Ok((Proved { at: whole.or(in_part), fault }, whole.is_none() && in_part.is_some()))
}

/// When something was last said of a target.
fn when(reader: &Reader, word: VaultWord, target: &str) -> Result<Option<Moment>, Problem> {
    Ok(state::last_said(reader, word, target)?.map(|(_, at)| at))
}
