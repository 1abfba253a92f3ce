//! `andon vault prover` and `andon vault verdict`: who proves the vault from another machine, and what they found.

use std::path::Path;

use serde_json::{Value, json};
use vault::hash::to_hex;
use vault::prover::Card;

use super::args::vault::{Named, ProverWords, Told, VerdictFile};
use super::vault::said;
use super::{bytes_of, prove, say, say_json};
use crate::custody::proof::verdicts::{self, Taken};
use crate::event::{CustodyEvent, ProverSaid};
use crate::home::{Exit, Home, Problem};
use crate::proofs::{self, Outcome, Prover};
use crate::text::{Lang, Words};
use crate::world;

/// Registers provers, and lists them.
///
/// # Errors
/// The card is none; there is nobody of that name; the home does not open.
pub fn provers(home: &Home, words: &ProverWords) -> Result<Exit, Problem> {
    match words {
        ProverWords::Add { card, told } => add(home, card, told),
        ProverWords::Remove(Named { name, told }) => remove(home, name, told),
        ProverWords::List(told) => list(home, told),
    }
}

fn add(home: &Home, file: &Path, told: &Told) -> Result<Exit, Problem> {
    let card = Card::parse(&bytes_of(file, vault::note::NOTE_BYTES_MAX)?).ok_or_else(|| {
        let file = file.display();
        Problem::usage(format!(
            "{file}: 確認する機械のカードではないか、書き変わっています。`andon prove init` が書いた card.txt をそのまま渡してください。\n\
             {file}: not a prover's card, or it was changed: hand over card.txt of `andon prove init` as it is."
        ))
    })?;
    let reader = home.reader()?;
    let (known, recipient, key) = (proofs::provers(&reader)?, card.recipient.to_string(), to_hex(card.key.as_bytes()));
    let taken = |one: &&Prover| one.said.on && one.said.name == card.name && one.said.recipient != recipient;
    if known.iter().any(|one| taken(&one)) {
        let name = &card.name;
        return Err(Problem::usage(format!(
            "{name}: この名前の機械がすでにあります。先に取り消すか、別の名前で作り直してください。\n\
             {name}: there is a prover of that name: remove it first, or make this one anew under another name."
        )));
    }
    // Who comes back keeps the key under which its earlier verdicts were made.
    let before = known.into_iter().find(|one| one.said.recipient == recipient).map(|one| one.said.secret);
    let secret = match before {
        Some(secret) => secret,
        None => world::secret().map_err(|error| Problem::failed(error.to_string()))?,
    };
    let prover = ProverSaid { name: card.name, recipient, key, secret, on: true };
    said(home, CustodyEvent::Prover(prover), told)?;
    if !told.json {
        say(
            "登録しました。次に封じる分から、この機械で開けます: andon vault seal\nRegistered: what is sealed from now on opens there. Next: andon vault seal",
        );
    }
    list(home, told)
}

fn remove(home: &Home, name: &str, told: &Told) -> Result<Exit, Problem> {
    let known = proofs::provers(&home.reader()?)?;
    let Some(prover) = known.into_iter().find(|one| one.said.on && one.said.name == name) else {
        return Err(Problem::usage(format!(
            "{name}: この名前の機械はありません。`andon vault prover list` で確かめてください。\n\
             {name}: no prover of that name; see `andon vault prover list`."
        )));
    };
    said(home, CustodyEvent::Prover(ProverSaid { on: false, ..prover.said }), told)?;
    list(home, told)
}

fn list(home: &Home, told: &Told) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let (known, verdicts) = (proofs::provers(&reader)?, proofs::verdicts(&reader)?);
    let on: Vec<&Prover> = known.iter().filter(|one| one.said.on).collect();
    let last = |one: &Prover| verdicts.iter().rfind(|told| told.said.recipient == one.said.recipient);
    if told.json {
        let one = |one: &&Prover| -> Value {
            let last = last(one).map(|told| json!({"at": told.at, "outcome": told.outcome}));
            let ProverSaid { name, recipient, key, .. } = &one.said;
            json!({"name": name, "recipient": recipient, "key": key, "since": one.since, "last": last})
        };
        say_json(&json!({"provers": on.iter().map(one).collect::<Vec<_>>()}))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    for one in on {
        let last = last(one).map(|told| format!("{}  {}", told.at, t.word("proof-outcome", told.outcome.code())));
        say(&format!("{}  {}  {}  {}", one.said.name, one.said.recipient, one.since, last.unwrap_or_default()));
    }
    Ok(Exit::Ok)
}

/// Takes in a verdict.
///
/// # Errors
/// It is none, nobody who is registered signed it, or it says nothing new; the home does not open.
pub fn verdict(home: &Home, asked: &VerdictFile) -> Result<Exit, Problem> {
    let bytes = bytes_of(&asked.file, vault::note::NOTE_BYTES_MAX)?;
    let taken = verdicts::take(&home.reader()?, &bytes, world::now())?;
    said(home, CustodyEvent::Verdict(taken.said.clone()), &asked.told)?;
    match asked.told.json {
        true => {
            let mut value = prove::as_json(&taken.verdict, false);
            value["outcome"] = json!(taken.outcome);
            value["words"] = json!(taken.said.words);
            value["prover"] = json!(taken.prover);
            say_json(&value)?;
        }
        false => lines(&taken).iter().for_each(|line| say(line)),
    }
    Ok(match taken.outcome {
        Outcome::Good => Exit::Ok,
        outcome if outcome.is_fault() => Exit::Integrity,
        _ => Exit::Partial,
    })
}

fn lines(taken: &Taken) -> Vec<String> {
    let mark = if taken.outcome.is_fault() { "✗ " } else { "" };
    let mut lines: Vec<String> = [Lang::Ja, Lang::En]
        .map(|lang| {
            let t = Words::of(lang);
            let outcome = t.word("proof-outcome", taken.outcome.code());
            format!("{mark}{}: {outcome}", taken.prover)
        })
        .to_vec();
    if !taken.said.words.is_empty() {
        lines.push(format!("  {}", taken.said.words));
    }
    if taken.outcome != Outcome::Good {
        lines.extend([Lang::Ja, Lang::En].map(|lang| Words::of(lang).word("proof-next", taken.outcome.code())));
    }
    lines
}
