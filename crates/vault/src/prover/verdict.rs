//! A verdict: what a prover found of a vault as it stood at one tip. It goes from hand to hand, so nothing in it says anything of a
//! patient: a chart is an opaque label and two keyed digests.

use ed25519_dalek::SigningKey;

use super::{origin, verifier};
use crate::hash::{Hash, from_hex, to_hex};
use crate::head::VaultId;
use crate::note::{NOTE_BYTES_MAX, Note, Signer, Verifier};
use crate::{Label, Result};

const FIRST_LINE: &str = "andon-verdict 1";
/// Findings that a verdict names; the rest is counted.
pub const FINDINGS_MAX: usize = 100;
/// Characters of a finding's words.
const WORDS_CHARS_MAX: usize = 200;

/// The end of the chain as the prover met it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    /// Number of the last manifest.
    pub number: u32,
    /// Its SHA-256.
    pub hash: Hash,
    /// Entries of the log there.
    pub size: u64,
    /// Hash of the log's tree.
    pub root: Hash,
    /// When the last segment was closed, milliseconds since 1970.
    pub sealed: i64,
}

/// One thing that was wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// One word, as `verify::Flaw::code` has them.
    pub code: String,
    /// Segment (number of the manifest); 0 where it is about none.
    pub segment: u32,
    /// The object, without blanks.
    pub object: String,
    /// What is wrong. No patient data.
    pub what: String,
}

/// A chart that was made of what was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Whose, for who knows the key that the station gave this prover.
    pub label: Label,
    /// Keyed digest of what was received of this patient.
    pub record: Hash,
    /// Keyed digest of the chart that a program of the verdict's version makes of it.
    pub chart: Hash,
}

/// What a prover found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The vault.
    pub vault: VaultId,
    /// Random, of this run alone.
    pub run: [u8; 16],
    /// When, by the prover's clock, milliseconds since 1970.
    pub made: i64,
    /// Version of the program that made the charts.
    pub program: String,
    /// Number on the label of the place that was looked at; 0 where it has none.
    pub medium: u32,
    /// Where the vault ended.
    pub tip: Tip,
    /// First and last segment that were opened; zeros for none.
    pub opened: (u32, u32),
    /// Older segments that are not sealed to this prover.
    pub closed: u32,
    /// Parcels that charts were made of, first and last; zeros for none.
    pub parcels: (u64, u64),
    /// Events, as `parcels`.
    pub events: (u64, u64),
    /// Parcels and events that were opened and compared, objects and bytes that were read to the last.
    pub counts: [u64; 4],
    /// What is wrong, at most [`FINDINGS_MAX`].
    pub findings: Vec<Found>,
    /// Findings beyond those.
    pub more: u64,
    /// The sampled charts.
    pub charts: Vec<Chart>,
}

impl Verdict {
    /// Nothing was wrong.
    pub fn is_sound(&self) -> bool {
        self.findings.is_empty() && self.more == 0
    }

    /// The note, signed by the prover.
    ///
    /// # Errors
    /// None that could be met: the name of a prover's key is made of its digits.
    pub fn sign(&self, key: SigningKey) -> Result<String> {
        let origin = origin(&key.verifying_key());
        Ok(Signer::new(&origin, key)?.sign(&self.text()))
    }

    /// Reads a verdict; its signature is the caller's to check ([`Verdict::signer`]).
    pub fn parse(bytes: &[u8]) -> Option<(Verdict, Note)> {
        if bytes.len() as u64 > NOTE_BYTES_MAX {
            return None;
        }
        let note = Note::parse(bytes)?;
        let verdict = read(&note.text)?;
        // One spelling only, so that nothing can stand in it that we do not see.
        (verdict.text() == note.text).then_some((verdict, note))
    }

    /// Which of these keys signed the note.
    pub fn signer<'k>(
        note: &Note,
        keys: impl IntoIterator<Item = &'k ed25519_dalek::VerifyingKey>,
    ) -> Option<Verifier> {
        keys.into_iter().map(verifier).find(|key| key.signed(note))
    }

    fn text(&self) -> String {
        let Tip { number, hash, size, root, sealed } = self.tip;
        let [parcels, events, objects, bytes] = self.counts;
        let mut text = format!(
            "{FIRST_LINE}\nvault {}\nrun {}\nmade {}\nprogram {}\nmedium {}\n\
             tip {number} {hash} {size} {root}\nsealed {sealed}\nopened {} {}\nclosed {}\n\
             parcels {} {}\nevents {} {}\ncounts {parcels} {events} {objects} {bytes}\nmore {}\n",
            self.vault.hex(),
            to_hex(&self.run),
            self.made,
            self.program,
            self.medium,
            self.opened.0,
            self.opened.1,
            self.closed,
            self.parcels.0,
            self.parcels.1,
            self.events.0,
            self.events.1,
            self.more,
        );
        for Found { code, segment, object, what } in &self.findings {
            text += &format!("finding {code} {segment} {object} {what}\n");
        }
        for Chart { label, record, chart } in &self.charts {
            text += &format!("chart {} {record} {chart}\n", to_hex(&label.0));
        }
        text
    }
}

impl Found {
    /// With words that fit into one line.
    pub fn new(code: &str, segment: u32, object: &str, what: &str) -> Found {
        let line = |text: &str| -> String {
            let plain = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
            plain.take(WORDS_CHARS_MAX).collect::<String>().trim().to_owned()
        };
        let object = line(object).replace(' ', "_");
        let object = if object.is_empty() { "-".to_owned() } else { object };
        Found { code: code.to_owned(), segment, object, what: line(what) }
    }
}

fn read(text: &str) -> Option<Verdict> {
    let mut lines = text.lines().peekable();
    (lines.next()? == FIRST_LINE).then_some(())?;
    let mut word = |key: &str| lines.next()?.strip_prefix(key)?.strip_prefix(' ');
    let (vault, run) = (VaultId::from_hex(word("vault")?)?, from_hex(word("run")?)?.try_into().ok()?);
    let (made, program) = (word("made")?.parse().ok()?, word("program")?.to_owned());
    let medium = word("medium")?.parse().ok()?;
    let [number, hash, size, root] = parts(word("tip")?)?;
    let tip = Tip {
        number: number.parse().ok()?,
        hash: Hash::from_hex(hash)?,
        size: size.parse().ok()?,
        root: Hash::from_hex(root)?,
        sealed: word("sealed")?.parse().ok()?,
    };
    let [first, last] = parts(word("opened")?)?;
    let opened = (first.parse().ok()?, last.parse().ok()?);
    let closed = word("closed")?.parse().ok()?;
    let (parcels, events) = (pair(word("parcels")?)?, pair(word("events")?)?);
    let [a, b, c, d] = parts(word("counts")?)?;
    let counts = [a.parse().ok()?, b.parse().ok()?, c.parse().ok()?, d.parse().ok()?];
    let more = word("more")?.parse().ok()?;
    let (mut findings, mut charts) = (Vec::new(), Vec::new());
    for line in lines {
        match line.split_once(' ')? {
            ("finding", rest) => findings.push(finding(rest)?),
            ("chart", rest) => charts.push(chart(rest)?),
            _ => return None,
        }
    }
    Some(Verdict {
        vault,
        run,
        made,
        program,
        medium,
        tip,
        opened,
        closed,
        parcels,
        events,
        counts,
        findings,
        more,
        charts,
    })
}

fn parts<const N: usize>(words: &str) -> Option<[&str; N]> {
    words.split(' ').collect::<Vec<_>>().try_into().ok()
}

fn pair(words: &str) -> Option<(u64, u64)> {
    let [first, last] = parts(words)?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn finding(words: &str) -> Option<Found> {
    let mut words = words.splitn(4, ' ');
    let (code, segment, object) = (words.next()?, words.next()?.parse().ok()?, words.next()?);
    Some(Found { code: code.to_owned(), segment, object: object.to_owned(), what: words.next()?.to_owned() })
}

fn chart(words: &str) -> Option<Chart> {
    let [label, record, chart] = parts(words)?;
    let label = Label(from_hex(label)?.try_into().ok()?);
    Some(Chart { label, record: Hash::from_hex(record)?, chart: Hash::from_hex(chart)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict() -> Verdict {
        let chart = |no: u8| Chart { label: Label([no; 16]), record: Hash([no; 32]), chart: Hash::ZERO };
        Verdict {
            vault: VaultId([7; 16]),
            run: [1; 16],
            made: 1_635_607_800_000,
            program: "0.1.0".to_owned(),
            medium: 2,
            tip: Tip { number: 9, hash: Hash([3; 32]), size: 11, root: Hash([4; 32]), sealed: 5 },
            opened: (3, 9),
            closed: 2,
            parcels: (4, 40),
            events: (0, 0),
            counts: [37, 5, 14, 1 << 40],
            findings: vec![Found::new("bytes", 5, "segments/5 of\na", " first\nline ")],
            more: 1,
            charts: vec![chart(1), chart(2)],
        }
    }

    #[test]
    fn what_is_signed_is_read_by_who_has_the_key_and_in_one_spelling() {
        let (key, other) = (SigningKey::from_bytes(&[1; 32]), SigningKey::from_bytes(&[2; 32]));
        let note = verdict().sign(key.clone()).unwrap();
        let (read, signed) = Verdict::parse(note.as_bytes()).unwrap();
        assert_eq!(read, verdict());
        assert!(!read.is_sound());
        assert_eq!(read.findings[0].object, "segments/5_of_a");
        let keys = [other.verifying_key(), key.verifying_key()];
        assert_eq!(Verdict::signer(&signed, &keys).map(|found| found.key), Some(key.verifying_key()));
        assert!(Verdict::signer(&signed, &keys[..1]).is_none());
        for (from, to) in [("closed 2", "closed 02"), ("closed 2", "closed  2"), ("more 1\n", "more 1\nextra x\n")] {
            assert!(Verdict::parse(note.replacen(from, to, 1).as_bytes()).is_none(), "{to}");
        }
        let changed = note.replacen("closed 2", "closed 3", 1);
        let (_, signed) = Verdict::parse(changed.as_bytes()).unwrap();
        assert!(Verdict::signer(&signed, &keys).is_none(), "changed after it was signed");
    }

    #[test]
    fn a_card_vouches_for_itself() {
        use super::super::Card;
        let key = SigningKey::from_bytes(&[1; 32]);
        let recipient = crate::Identity::generate().to_public();
        let card = |name: &str| Card { name: name.to_owned(), recipient: recipient.clone(), key: key.verifying_key() };
        let text = card("予備機 3").sign(key.clone()).unwrap();
        assert!(text.len() < 2953, "one QR code holds it");
        let read = Card::parse(text.as_bytes()).unwrap();
        assert_eq!((read.name.as_str(), read.recipient.to_string()), ("予備機 3", recipient.to_string()));
        assert!(Card::parse(text.replace('3', "4").as_bytes()).is_none());
        for name in ["", " ", "a\nkey 00", &"あ".repeat(80)] {
            assert!(card(name).sign(key.clone()).is_err(), "{name:?}");
        }
    }
}
