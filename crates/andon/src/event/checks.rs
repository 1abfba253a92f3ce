//! What was checked of the vault and what came of it, and who witnesses its log.

use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    /// A server was attacked to see whether its locks hold.
    Probe,
    /// The vault was held against the guideline of MHLW.
    Audit,
    /// Days of locks were moved away: retention.
    Extend,
}

const CHECKS: [(Check, &str); 3] = [(Check::Probe, "probe"), (Check::Audit, "audit"), (Check::Extend, "extend")];

impl Check {
    /// Its word in stored events.
    pub fn word(self) -> &'static str {
        CHECKS.iter().find(|(check, _)| *check == self).map_or("", |(_, text)| text)
    }

    fn read(text: &str) -> Option<Check> {
        CHECKS.iter().find(|(_, known)| *known == text).map(|(check, _)| *check)
    }
}

/// 43: what a check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checked {
    /// What was done.
    pub check: Check,
    /// Address of the server, without its keys; empty of an audit, which is of all places.
    pub place: String,
    /// Worst outcome, one word: `held` `open` `unknown`; `pass` `fail` `unknown`; `moved` `failed` `clock`.
    pub outcome: String,
    /// More, words parted by blanks: of a probe `open:CHECK` and `unknown:CHECK`, of an audit `RULE:VERDICT`, of an extension counts and how the clocks stand.
    pub found: String,
}

/// What is said of a witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WitnessWord {
    /// Its lines count from now on.
    Add,
    /// No longer.
    Remove,
    /// It signed a head of our log, and what it signed was taken in.
    Took,
}

const WITNESS_WORDS: [(WitnessWord, &str); 3] =
    [(WitnessWord::Add, "add"), (WitnessWord::Remove, "remove"), (WitnessWord::Took, "took")];

impl WitnessWord {
    /// Its word in stored events.
    pub fn word(self) -> &'static str {
        WITNESS_WORDS.iter().find(|(word, _)| *word == self).map_or("", |(_, text)| text)
    }

    fn read(text: &str) -> Option<WitnessWord> {
        WITNESS_WORDS.iter().find(|(_, known)| *known == text).map(|(word, _)| *word)
    }
}

/// 44: of a witness of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WitnessSaid {
    /// What.
    pub word: WitnessWord,
    /// Its public key in one line, which begins with its name (C2SP signed-note).
    pub key: String,
    /// Of `took`: entries of the log it has seen.
    pub size: u64,
    /// Of `took`: the last segment they go up to.
    pub number: u32,
    /// Of `took`: when it signed, seconds since 1970 by its clock.
    pub seconds: u64,
}

const CHECKED: u16 = 43;
const WITNESS: u16 = 44;

/// Kinds that are about the vault itself, and alone no reason to seal.
pub(super) const CHECK_KINDS: std::ops::RangeInclusive<u16> = CHECKED..=WITNESS;

/// The item of everything said of witnesses.
pub const WITNESSES_ITEM: &str = "vault-witnesses";

/// The item of what one check came to, of one server; of an audit, of none.
pub fn check_item(check: Check, place: &str) -> String {
    format!("vault-{}:{place}", check.word())
}

impl Checked {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<Checked> {
        let (CHECKED, [check, place, outcome, found]) = (kind, texts) else { return None };
        let [place, outcome, found] = [place, outcome, found].map(|text| (*text).to_owned());
        Some(Checked { check: Check::read(check)?, place, outcome, found })
    }

    pub(super) fn fields(self) -> (u16, Vec<String>) {
        (CHECKED, vec![self.check.word().to_owned(), self.place, self.outcome, self.found])
    }
}

impl WitnessSaid {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<WitnessSaid> {
        let (WITNESS, [word, key, size, number, seconds]) = (kind, texts) else { return None };
        let (key, size) = ((*key).to_owned(), size.parse().ok()?);
        let (number, seconds) = (number.parse().ok()?, seconds.parse().ok()?);
        Some(WitnessSaid { word: WitnessWord::read(word)?, key, size, number, seconds })
    }

    pub(super) fn fields(self) -> (u16, Vec<String>) {
        let [size, number, seconds] = [self.size.to_string(), self.number.to_string(), self.seconds.to_string()];
        (WITNESS, vec![self.word.word().to_owned(), self.key, size, number, seconds])
    }
}
