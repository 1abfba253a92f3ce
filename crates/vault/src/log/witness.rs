//! A witness (C2SP tlog-witness): another station or a neighbour hospital that has seen an older head of a log, and signs
//! a newer one only if that continues what it saw. What it keeps of a log is its last [`Checkpoint`].

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::{Checkpoint, check_consistency};
use crate::hash::Hash;
use crate::note::{Signer, Verifier};
use crate::{Error, Result};

/// Hashes of a proof: a log of 2^63 entries needs no more (C2SP tlog-witness).
const PROOF_MAX: usize = 63;

/// What a witness is asked, as C2SP tlog-witness has it (`add-checkpoint`): a line `old SIZE`, the proof line by line in base 64, an
/// empty line, the checkpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Size of the log that the witness saw last, as the asking side knows it; 0 for none.
    pub old: u64,
    /// That the log continues it.
    pub proof: Vec<Hash>,
    /// The checkpoint.
    pub note: Vec<u8>,
}

impl Asked {
    /// The bytes of the file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("old {}\n", self.old);
        self.proof.iter().for_each(|hash| text += &format!("{}\n", BASE64_STANDARD.encode(hash.0)));
        [text.as_bytes(), b"\n", &self.note].concat()
    }

    /// Reads them; `None` for what is no such thing. The checkpoint is [`cosign`]'s to read.
    pub fn parse(bytes: &[u8]) -> Option<Asked> {
        let text = std::str::from_utf8(bytes).ok()?;
        let (head, note) = text.split_once("\n\n")?;
        let mut lines = head.lines();
        let old = lines.next()?.strip_prefix("old ")?.parse().ok()?;
        let hash = |line: &str| Some(Hash(BASE64_STANDARD.decode(line).ok()?.try_into().ok()?));
        let proof: Vec<Hash> = lines.map(hash).take(PROOF_MAX + 1).collect::<Option<_>>()?;
        (proof.len() <= PROOF_MAX).then(|| Asked { old, proof, note: note.as_bytes().to_vec() })
    }
}

/// What a witness answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cosigned {
    /// What it keeps from now on.
    pub seen: Checkpoint,
    /// The checkpoint with the witness's line added: the object `log/witnessed/…`.
    pub note: String,
}

/// Signs a checkpoint as a witness that has `seen` an older one, or none, at a time in seconds since 1970.
///
/// # Errors
/// It is not signed by the log's key; it is another log's; it is older than what was seen, or the proof does not show
/// that it continues that: the log was rewritten.
pub fn cosign(
    seen: Option<&Checkpoint>,
    note: &[u8],
    proof: &[Hash],
    log: &Verifier,
    witness: &Signer,
    seconds: u64,
) -> Result<Cosigned> {
    let damaged = |what: &str| Error::damaged(&log.name, what);
    let (checkpoint, parsed) = Checkpoint::parse(note).ok_or_else(|| damaged("this is no checkpoint"))?;
    if checkpoint.origin != log.name || !log.signed(&parsed) {
        return Err(damaged("the checkpoint is not signed by the key of this log"));
    }
    if let Some(seen) = seen {
        let continues = check_consistency(seen.size, &seen.root, checkpoint.size, &checkpoint.root, proof);
        if seen.origin != checkpoint.origin || !continues {
            return Err(damaged(&format!(
                "the log of {} entries does not continue that of {} seen before; not signed, keep both",
                checkpoint.size, seen.size
            )));
        }
    }
    let text = std::str::from_utf8(note).map_err(|_| damaged("this is no text"))?;
    Ok(Cosigned { note: format!("{text}{}", witness.cosign(&parsed.text, seconds)), seen: checkpoint })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_comes_back_and_nothing_else_is_taken() {
        let asked = Asked { old: 7, proof: vec![Hash([1; 32]), Hash([2; 32])], note: b"a\n1\nb\n\n-- x\n".to_vec() };
        assert_eq!(Asked::parse(&asked.bytes()), Some(asked.clone()));
        let first = Asked { old: 0, proof: Vec::new(), ..asked };
        assert_eq!(Asked::parse(&first.bytes()), Some(first.clone()));
        let many = Asked { proof: vec![Hash([3; 32]); PROOF_MAX + 1], ..first };
        assert_eq!(Asked::parse(&many.bytes()), None);
        for bytes in [&b""[..], b"old x\n\nnote", b"old 1\nAAAA\n\nnote", b"new 1\n\nnote"] {
            assert_eq!(Asked::parse(bytes), None);
        }
    }
}
