//! A witness (C2SP tlog-witness): another station or a neighbour hospital that has seen an older head of a log, and signs
//! a newer one only if that continues what it saw. What it keeps of a log is its last [`Checkpoint`].

use super::{Checkpoint, check_consistency};
use crate::hash::Hash;
use crate::note::{Signer, Verifier};
use crate::{Error, Result};

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
