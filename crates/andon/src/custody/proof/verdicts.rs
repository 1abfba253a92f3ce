//! A verdict taken in: checked against the provers that are registered, against the vault as this station sealed it, and against charts
//! that this station makes of its own entries up to the same point.

use std::collections::HashMap;

use chart::{Moment, PatientId};
use store::Reader;
use vault::Label;
use vault::hash::from_hex;
use vault::prover::{Chart, Verdict};

use super::charts::{self, Secret, Span};
use super::judge::{Known, Refused, before_charts, of_charts};
use crate::custody::state::{self, Chain};
use crate::event::VerdictSaid;
use crate::home::{Exit, Problem};
use crate::proofs::{Outcome, Prover, provers, verdicts};

/// A verdict that counts.
pub struct Taken {
    /// What goes into the log.
    pub said: VerdictSaid,
    /// What came of it.
    pub outcome: Outcome,
    /// What it says.
    pub verdict: Verdict,
    /// Who signed it.
    pub prover: String,
}

/// Looks at a verdict. Nothing is written.
///
/// # Errors
/// It is none, nobody who is registered signed it, or it says nothing new of this vault; the store cannot be read.
pub fn take(reader: &Reader, bytes: &[u8], now: Moment) -> Result<Taken, Problem> {
    let (verdict, note) = Verdict::parse(bytes).ok_or_else(|| {
        Problem::usage(
            "確認の結果のファイルではありません。`andon prove … --out ファイル` が書いたものを、そのまま渡してください。\n\
             Not a verdict: hand in the file that `andon prove … --out FILE` wrote, as it is.",
        )
    })?;
    let prover = signer(provers(reader)?, &note)?;
    let chain = Chain::of(reader)?.ok_or_else(|| refused(Refused::OtherVault))?;
    let known = known(reader, &chain, &verdict, &prover, now)?;
    let (outcome, words) = match before_charts(&verdict, &known).map_err(refused)? {
        Some(wrong) => wrong,
        None => compared(reader, &verdict, &prover, &known.program)?,
    };
    let note = String::from_utf8_lossy(bytes).into_owned();
    let (recipient, medium) = (prover.said.recipient, verdict.medium);
    let said = VerdictSaid { recipient, outcome: outcome.code().to_owned(), words, medium, note };
    Ok(Taken { said, outcome, verdict, prover: prover.said.name })
}

fn signer(provers: Vec<Prover>, note: &vault::note::Note) -> Result<Prover, Problem> {
    let signed = |prover: &Prover| {
        let key = from_hex(&prover.said.key).and_then(|bytes| bytes.try_into().ok());
        let key = key.and_then(|bytes| ed25519_dalek::VerifyingKey::from_bytes(&bytes).ok());
        key.is_some_and(|key| Verdict::signer(note, [&key]).is_some())
    };
    provers.into_iter().find(|prover| prover.said.on && signed(prover)).ok_or_else(|| {
        Problem::failed(
            "登録された確認する機械の署名ではありません。何も記録していません。`andon vault prover list` で確かめ、カードを登録してから渡してください。\n\
             No registered prover signed this; nothing was recorded. See `andon vault prover list`, and register its card first.",
        )
    })
}

fn known(reader: &Reader, chain: &Chain, verdict: &Verdict, prover: &Prover, now: Moment) -> Result<Known, Problem> {
    let theirs = verdicts(reader)?.into_iter();
    let last_made = theirs
        .filter(|told| told.said.recipient == prover.said.recipient && told.said.medium == verdict.medium)
        .map(|told| told.verdict.made)
        .max();
    let target =
        state::targets(reader)?.into_iter().find(|target| verdict.medium > 0 && target.medium == verdict.medium);
    Ok(Known {
        vault: chain.vault.clone(),
        number: chain.number,
        sealed: state::sealed(reader, verdict.tip.number)?,
        before: state::sealed(reader, verdict.opened.0.saturating_sub(1))?,
        last_made,
        reached: target.map(|target| state::reached(reader, &target.name)).transpose()?,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        now,
    })
}

/// The charts of a verdict beside those that this station makes of its own entries, of one moment of the store.
fn compared(reader: &Reader, verdict: &Verdict, prover: &Prover, program: &str) -> Result<(Outcome, String), Problem> {
    reader.steady(|reader| {
        let unreadable = || Problem::failed("event 41 holds no key / 確認する機械の記録を読めません");
        let secret = Secret::read(&prover.said.secret).ok_or_else(unreadable)?;
        let mut wanted: HashMap<Label, Option<PatientId>> =
            verdict.charts.iter().map(|chart| (chart.label, None)).collect();
        reader.patients(|patient| {
            if let Some(whose) = wanted.get_mut(&secret.label(&patient)) {
                *whose = Some(patient);
            }
        })?;
        let span = Span::of(reader, verdict.parcels, verdict.events, Moment(verdict.tip.sealed))?;
        let ours = |chart: &Chart| -> Result<Option<Chart>, Problem> {
            let Some(patient) = wanted.get(&chart.label).and_then(Option::as_ref) else { return Ok(None) };
            match charts::row(reader, &secret, patient, &span) {
                Ok(row) => Ok(Some(row)),
                // Entries of our own that are not what was stored make no chart that could agree.
                Err(problem) if problem.exit == Exit::Integrity => Ok(None),
                Err(problem) => Err(problem),
            }
        };
        let pairs = verdict.charts.iter().map(|chart| Ok((chart, ours(chart)?)));
        let pairs = pairs.collect::<Result<Vec<_>, Problem>>()?;
        Ok(of_charts(verdict, &pairs, program))
    })?
}

fn refused(why: Refused) -> Problem {
    Problem::failed(match why {
        Refused::OtherVault => {
            "この端末の保管庫についての結果ではありません。何も記録していません。\nNot about the vault of this station; nothing was recorded."
        }
        Refused::Again => {
            "この結果か、これより新しい結果は、もう受け取っています。何も記録していません。新しい写しで確認し直してください。\n\
             This verdict, or a later one, was handed in before; nothing was recorded. Prove a new copy."
        }
        Refused::TooOld => {
            "結果が古すぎて、この端末が封じたものと比べられません。何も記録していません。新しい写しで確認し直してください。\n\
             Too old to be compared with what this station sealed; nothing was recorded. Prove a new copy."
        }
        Refused::Ahead => {
            "結果の時刻が未来です。確認する機械とこの端末の時計を合わせてから、確認し直してください。何も記録していません。\n\
             Made in the future: set the clocks of the prover and of this station, and prove again; nothing was recorded."
        }
    })
}
