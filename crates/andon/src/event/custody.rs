//! What is said of the vault: where it is kept, to whom is sealed, and what was found of it.

use serde::{Deserialize, Serialize};

use super::checks::{CHECK_KINDS, Checked, WITNESSES_ITEM, WitnessSaid, check_item};

/// Where a vault is kept; the last word on a name stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keeping {
    /// Its name for people.
    pub name: String,
    /// A folder, or `s3://…`.
    pub place: String,
    /// A removable disk comes back within so many days; 0 for what is always there.
    pub days: u32,
    /// Number on the disk's label (`vault::target::medium`); 0 where there is none.
    pub medium: u32,
    /// False: no longer.
    pub on: bool,
}

/// To whom is sealed; the last word on a recipient stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientSaid {
    /// The public key, `age1…`.
    pub recipient: String,
    /// What the key is for, one word: `officers`, `prover`.
    pub role: String,
    /// False: nothing more is sealed to it. What was stays readable by it.
    pub on: bool,
}

/// Who proves the vault from another machine; the last word on a recipient stands.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProverSaid {
    /// Its name for people.
    pub name: String,
    /// To whom is sealed, `age1…`.
    pub recipient: String,
    /// By which key its verdicts are signed, 64 hexadecimal digits.
    pub key: String,
    /// Under which key charts are named and digested in its verdicts, 64 hexadecimal digits: known to this home and to who opens the
    /// vault.
    pub secret: String,
    /// False: no longer.
    pub on: bool,
}

impl std::fmt::Debug for ProverSaid {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProverSaid").field("recipient", &self.recipient).field("on", &self.on).finish_non_exhaustive()
    }
}

/// A prover's verdict that was handed in and counts, for good or ill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictSaid {
    /// Who signed it, `age1…`.
    pub recipient: String,
    /// What came of it, one word (`custody::verdicts::Outcome`).
    pub outcome: String,
    /// What was wrong first, or nothing.
    pub words: String,
    /// Number on the label of the place it is about; 0 where that has none.
    pub medium: u32,
    /// The signed note, whole.
    pub note: String,
}

/// What was found of a vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VaultWord {
    /// The vault has its name and this station's key.
    Made,
    /// A medium is there again.
    In,
    /// A medium is no longer there.
    Out,
    /// Every byte was read back and is what was sealed.
    Held,
    /// It was opened and what is in it compared.
    Readable,
    /// Officers put their shares together and opened it.
    Recoverable,
    /// Something is not what was sealed.
    Fault,
    /// This home was filled from a vault.
    Restored,
}

const WORDS: [(VaultWord, &str); 8] = [
    (VaultWord::Made, "made"),
    (VaultWord::In, "in"),
    (VaultWord::Out, "out"),
    (VaultWord::Held, "held"),
    (VaultWord::Readable, "readable"),
    (VaultWord::Recoverable, "recoverable"),
    (VaultWord::Fault, "fault"),
    (VaultWord::Restored, "restored"),
];

impl VaultWord {
    /// Its word in stored events.
    pub fn word(self) -> &'static str {
        WORDS.iter().find(|(word, _)| *word == self).map_or("", |(_, text)| text)
    }

    fn read(text: &str) -> Option<VaultWord> {
        WORDS.iter().find(|(_, known)| *known == text).map(|(word, _)| *word)
    }
}

/// Something that was found of a vault, at a target or of all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VaultSaid {
    /// What.
    pub word: VaultWord,
    /// The target's name; empty where it is of none.
    pub target: String,
    /// The last segment it is about.
    pub number: u32,
    /// More: of `made` vault and public key, of `fault` the object and the place in it.
    pub words: String,
}

/// An event about the vault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CustodyEvent {
    /// 29.
    Target(Keeping),
    /// 30.
    Recipient(RecipientSaid),
    /// 31.
    Vault(VaultSaid),
    /// 41.
    Prover(ProverSaid),
    /// 42.
    Verdict(VerdictSaid),
    /// 43.
    Checked(Checked),
    /// 44.
    Witness(WitnessSaid),
}

const TARGET: u16 = 29;
const RECIPIENT: u16 = 30;
const VAULT: u16 = 31;
const PROVER: u16 = 41;
const VERDICT: u16 = 42;

/// Whether events of a kind alone are no reason to seal: they are about sealing. A new prover is one: until the next seal it can open nothing.
pub fn is_of_custody(kind: u16) -> bool {
    (TARGET..=VAULT).contains(&kind) || kind == VERDICT || CHECK_KINDS.contains(&kind)
}

/// The item of everything said of targets.
pub const TARGETS_ITEM: &str = "vault-targets";
/// The item of everybody to whom is sealed.
pub const RECIPIENTS_ITEM: &str = "vault-recipients";
/// The item of everybody who proves the vault.
pub const PROVERS_ITEM: &str = "vault-provers";
/// The item of every verdict.
pub const VERDICTS_ITEM: &str = "vault-verdicts";
/// The item of everything found of the vault.
pub const VAULT_ITEM: &str = "vault";

/// The item of what was found in one word, of one target.
pub fn vault_item(word: VaultWord, target: &str) -> String {
    format!("vault-{}:{target}", word.word())
}

/// The item of the verdicts on one place; without a number, how all such begin.
pub fn verdict_item(medium: Option<u32>) -> String {
    format!("vault-verdict:{}", medium.map_or_else(String::new, |medium| medium.to_string()))
}

fn flag(on: bool) -> String {
    if on { "1" } else { "" }.to_owned()
}

impl CustodyEvent {
    /// Reads version 1 of a kind; `None` when it is of another kind, or not in its form.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<CustodyEvent> {
        let owned = |text: &&str| (*text).to_owned();
        match (kind, texts) {
            (TARGET, [name, place, days, medium, on]) => {
                let (name, place, days, medium) = (owned(name), owned(place), days.parse().ok()?, medium.parse().ok()?);
                Some(CustodyEvent::Target(Keeping { name, place, days, medium, on: *on == "1" }))
            }
            (RECIPIENT, [recipient, role, on]) => {
                let (recipient, role) = (owned(recipient), owned(role));
                Some(CustodyEvent::Recipient(RecipientSaid { recipient, role, on: *on == "1" }))
            }
            (VAULT, [word, target, number, words]) => {
                let (target, number, words) = (owned(target), number.parse().ok()?, owned(words));
                Some(CustodyEvent::Vault(VaultSaid { word: VaultWord::read(word)?, target, number, words }))
            }
            (PROVER, [name, recipient, key, secret, on]) => {
                let [name, recipient, key, secret] = [name, recipient, key, secret].map(owned);
                Some(CustodyEvent::Prover(ProverSaid { name, recipient, key, secret, on: *on == "1" }))
            }
            (VERDICT, [recipient, outcome, words, medium, note]) => {
                let [recipient, outcome, words, note] = [recipient, outcome, words, note].map(owned);
                let medium = medium.parse().ok()?;
                Some(CustodyEvent::Verdict(VerdictSaid { recipient, outcome, words, medium, note }))
            }
            _ => {
                let witness = || WitnessSaid::read(kind, texts).map(CustodyEvent::Witness);
                Checked::read(kind, texts).map(CustodyEvent::Checked).or_else(witness)
            }
        }
    }

    /// Kind and fields of version 1.
    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            CustodyEvent::Target(Keeping { name, place, days, medium, on }) => {
                (TARGET, vec![name, place, days.to_string(), medium.to_string(), flag(on)])
            }
            CustodyEvent::Recipient(RecipientSaid { recipient, role, on }) => {
                (RECIPIENT, vec![recipient, role, flag(on)])
            }
            CustodyEvent::Vault(VaultSaid { word, target, number, words }) => {
                (VAULT, vec![word.word().to_owned(), target, number.to_string(), words])
            }
            CustodyEvent::Prover(ProverSaid { name, recipient, key, secret, on }) => {
                (PROVER, vec![name, recipient, key, secret, flag(on)])
            }
            CustodyEvent::Verdict(VerdictSaid { recipient, outcome, words, medium, note }) => {
                (VERDICT, vec![recipient, outcome, words, medium.to_string(), note])
            }
            CustodyEvent::Checked(checked) => checked.fields(),
            CustodyEvent::Witness(said) => said.fields(),
        }
    }

    /// What it is about.
    pub(super) fn items(&self) -> Vec<String> {
        match self {
            CustodyEvent::Target(_) => vec![TARGETS_ITEM.to_owned()],
            CustodyEvent::Recipient(_) => vec![RECIPIENTS_ITEM.to_owned()],
            CustodyEvent::Prover(_) => vec![PROVERS_ITEM.to_owned()],
            CustodyEvent::Verdict(said) => vec![VERDICTS_ITEM.to_owned(), verdict_item(Some(said.medium))],
            CustodyEvent::Vault(said) => vec![VAULT_ITEM.to_owned(), vault_item(said.word, &said.target)],
            CustodyEvent::Checked(checked) => vec![VAULT_ITEM.to_owned(), check_item(checked.check, &checked.place)],
            CustodyEvent::Witness(_) => vec![WITNESSES_ITEM.to_owned()],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::checks::{Check, WitnessWord};
    use super::*;

    fn all() -> [(CustodyEvent, u16, &'static str); 7] {
        let target = Keeping { name: "A".into(), place: "/v".into(), days: 7, medium: 2, on: true };
        let recipient = RecipientSaid { recipient: "age1x".into(), role: "officers".into(), on: true };
        let said = VaultSaid { word: VaultWord::Held, target: "A".into(), number: 9, words: "x".into() };
        let owned = str::to_owned;
        let (name, whose) = (owned("B"), owned("age1p"));
        let verdict = VerdictSaid {
            recipient: whose.clone(),
            outcome: owned("good"),
            words: owned("w"),
            medium: 3,
            note: owned("n"),
        };
        let prover = ProverSaid { name, recipient: whose, key: owned("0a"), secret: owned("0b"), on: true };
        let (place, found) = ("s3://h/b".to_owned(), "open:delete".to_owned());
        let checked = Checked { check: Check::Probe, place, outcome: "open".into(), found };
        let witness = WitnessSaid { word: WitnessWord::Took, key: "w+1+B".into(), size: 7, number: 3, seconds: 9 };
        [
            (CustodyEvent::Prover(prover), 41, "0100000042050000006167653170020000003061020000003062 0100000031"),
            (CustodyEvent::Verdict(verdict), 42, "05000000616765317004000000676f6f6401000000 770100000033010000006e"),
            (CustodyEvent::Target(target), 29, "0100000041020000002f760100000037010000003201000000 31"),
            (CustodyEvent::Recipient(recipient), 30, "050000006167653178080000006f6666696365727301000000 31"),
            (CustodyEvent::Vault(said), 31, "0400000068656c64010000004101000000390100000078"),
            (
                CustodyEvent::Checked(checked),
                43,
                "0500000070726f62650800000073333a2f2f682f62040000006f70656e0b0000006f70656e3a64656c657465",
            ),
            (CustodyEvent::Witness(witness), 44, "04000000746f6f6b05000000772b312b42010000003701000000330100000039"),
        ]
    }

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads() {
        for (event, kind, golden) in all() {
            let (number, version, bytes) = super::super::Event::Custody(event).encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex), (kind, 1, golden.replace(' ', "")));
        }
    }

    #[test]
    fn what_is_written_is_read() {
        for (event, _, _) in all() {
            let (kind, texts) = event.fields();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            assert_eq!(CustodyEvent::read(kind, &texts), Some(event));
            assert_eq!(CustodyEvent::read(kind, &texts[1..]), None, "a field too few");
        }
        for (word, text) in WORDS {
            assert_eq!((word.word(), VaultWord::read(text)), (text, Some(word)));
        }
    }
}
