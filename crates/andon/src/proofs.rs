//! Rim: where the vault is kept, who proves it from outside, and what was found wrong of it and not mended since. Folded from events 29,
//! 31, 41 and 42; every page says what is wrong, custody decides what follows.

use std::collections::BTreeMap;

use chart::Moment;
use serde::Serialize;
use store::{Reader, StoredEvent};
use vault::prover::Verdict;

use crate::event::{
    self, CustodyEvent, Event, Keeping, PROVERS_ITEM, ProverSaid, TARGETS_ITEM, VERDICTS_ITEM, VaultWord, VerdictSaid,
    verdict_item,
};
use crate::home::Problem;

/// What came of a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Everything was opened, and every sampled chart is what this station makes of its own entries.
    Good,
    /// As good, but for older segments that are not sealed to this prover.
    OlderClosed,
    /// What was received agrees; charts could not be compared, since another version of the program made them.
    OtherProgram,
    /// Everything was opened, and no chart was made.
    NoCharts,
    /// The prover found something wrong.
    Unsound,
    /// A sampled chart is not what this station makes of its own entries.
    Differs,
    /// The vault that was proved goes on otherwise than this station sealed it.
    NotOurs,
    /// The place ends earlier than what this station had put there before.
    CutOff,
}

const OUTCOMES: [(Outcome, &str); 8] = [
    (Outcome::Good, "good"),
    (Outcome::OlderClosed, "older_closed"),
    (Outcome::OtherProgram, "other_program"),
    (Outcome::NoCharts, "no_charts"),
    (Outcome::Unsound, "unsound"),
    (Outcome::Differs, "differs"),
    (Outcome::NotOurs, "not_ours"),
    (Outcome::CutOff, "cut_off"),
];

impl Outcome {
    /// Its word in events, JSON and texts.
    pub fn code(self) -> &'static str {
        OUTCOMES.iter().find(|(outcome, _)| *outcome == self).map_or("", |(_, code)| code)
    }

    /// Reads [`code`](Self::code).
    pub fn read(code: &str) -> Option<Outcome> {
        OUTCOMES.iter().find(|(_, known)| *known == code).map(|(outcome, _)| *outcome)
    }

    /// Something is wrong, and stays so until a later verdict on the same place.
    pub fn is_fault(self) -> bool {
        self >= Outcome::Unsound
    }
}

/// A prover as it stands.
#[derive(Clone, Debug)]
pub struct Prover {
    /// The last word on it.
    pub said: ProverSaid,
    /// When that was said.
    pub since: Moment,
}

/// A verdict that was handed in.
#[derive(Clone, Debug)]
pub struct Told {
    /// Who signed it, and the note.
    pub said: VerdictSaid,
    /// What came of it.
    pub outcome: Outcome,
    /// What it says.
    pub verdict: Verdict,
    /// When it was handed in.
    pub at: Moment,
    /// By whom.
    pub by: String,
}

impl Told {
    /// When it was made, by a clock of a prover that may be wrong: never later than it was handed in.
    pub fn made(&self) -> Moment {
        Moment(self.verdict.made).min(self.at)
    }
}

/// Something wrong of the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The target's name, or the prover's.
    pub name: String,
    /// How it was found: `read_back`, `hidden` (on a server, still there below), `fork` (two signed histories), or what came of a verdict.
    pub how: &'static str,
    /// Object and place. No patient data.
    pub words: String,
    /// When.
    pub at: Moment,
}

/// What the words of a fault begin with where it is told apart from bytes that are not as sealed: laid over on a server and still there
/// below; two histories that the station's key signed.
const APART: [&str; 2] = ["hidden", "fork"];

/// How a fault of a place was found, and the rest of its words.
fn apart(words: &str) -> (&'static str, &str) {
    let told = words.split_once(' ');
    let told = told.and_then(|(word, rest)| Some((*APART.iter().find(|known| **known == word)?, rest)));
    told.unwrap_or(("read_back", words))
}

fn read(stored: &StoredEvent) -> Event {
    Event::read(stored.envelope.kind, stored.envelope.version, &stored.envelope.payload)
}

/// Where the vault is kept, by name, in the order of names; those no longer kept are left out.
///
/// # Errors
/// When the store cannot be read.
pub fn targets(reader: &Reader) -> Result<Vec<Keeping>, Problem> {
    let mut targets = BTreeMap::new();
    for stored in reader.events_of(TARGETS_ITEM)? {
        if let Event::Custody(CustodyEvent::Target(target)) = read(&stored) {
            targets.insert(target.name.clone(), target);
        }
    }
    Ok(targets.into_values().filter(|target| target.on).collect())
}

/// Who proves the vault, and who once did.
///
/// # Errors
/// When the store cannot be read.
pub fn provers(reader: &Reader) -> Result<Vec<Prover>, Problem> {
    let mut provers = BTreeMap::new();
    for stored in reader.events_of(PROVERS_ITEM)? {
        if let Event::Custody(CustodyEvent::Prover(said)) = read(&stored) {
            provers.insert(said.recipient.clone(), Prover { said, since: stored.envelope.entry_time });
        }
    }
    Ok(provers.into_values().collect())
}

fn told(stored: &StoredEvent) -> Option<Told> {
    let Event::Custody(CustodyEvent::Verdict(said)) = read(stored) else { return None };
    let (verdict, _) = Verdict::parse(said.note.as_bytes())?;
    let (outcome, at) = (Outcome::read(&said.outcome)?, stored.envelope.entry_time);
    Some(Told { said, outcome, verdict, at, by: stored.envelope.person.clone() })
}

/// Every verdict that was handed in, oldest first.
///
/// # Errors
/// When the store cannot be read.
pub fn verdicts(reader: &Reader) -> Result<Vec<Told>, Problem> {
    Ok(reader.events_of(VERDICTS_ITEM)?.iter().filter_map(told).collect())
}

/// The last verdict on each place the vault is kept, by the number on its label; 0 for places without one.
///
/// # Errors
/// When the store cannot be read.
pub fn last_verdicts(reader: &Reader) -> Result<Vec<Told>, Problem> {
    let targets = targets(reader)?;
    let mut last = Vec::new();
    for (medium, no) in reader.items(&verdict_item(None))? {
        let medium: u32 = medium.parse().unwrap_or(0);
        if medium == 0 || targets.iter().any(|target| target.medium == medium) {
            last.extend(reader.event(no)?.as_ref().and_then(told));
        }
    }
    Ok(last)
}

/// What is wrong of the vault now: at a place of which not every byte was read back since, or by the last verdict on a place.
///
/// # Errors
/// When the store cannot be read.
pub fn faults(reader: &Reader) -> Result<Vec<Fault>, Problem> {
    let targets = targets(reader)?;
    let mut faults = Vec::new();
    for (name, no) in reader.items(&event::vault_item(VaultWord::Fault, ""))? {
        let back = reader.last_event_of(&event::vault_item(VaultWord::Held, &name))?;
        if back.is_some_and(|back| back.no > no) || !targets.iter().any(|target| target.name == name) {
            continue;
        }
        if let Some(stored) = reader.event(no)?
            && let Event::Custody(CustodyEvent::Vault(said)) = read(&stored)
        {
            let (how, words) = apart(&said.words);
            faults.push(Fault { name, how, words: words.to_owned(), at: stored.envelope.entry_time });
        }
    }
    let provers = provers(reader)?;
    for told in last_verdicts(reader)?.into_iter().filter(|told| told.outcome.is_fault()) {
        let name = provers.iter().find(|prover| prover.said.recipient == told.said.recipient);
        let name = name.map(|prover| prover.said.name.clone()).unwrap_or_default();
        faults.push(Fault { name, how: told.outcome.code(), words: told.said.words, at: told.at });
    }
    Ok(faults)
}
