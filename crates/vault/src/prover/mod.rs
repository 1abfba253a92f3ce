//! Who proves a vault from outside: a key of its own that opens what is sealed to it, and one by which it signs what it found. Its
//! *card* carries both public halves to the station, its *verdict* carries back what it found. Both are signed notes
//! (`docs/vault-format.md`).

mod card;
mod verdict;

use ed25519_dalek::VerifyingKey;

use crate::Hash;
use crate::note::{Kind, Verifier};

pub use card::Card;
pub use verdict::{Chart, FINDINGS_MAX, Found, Tip, Verdict};

/// The name that a prover signs under: of its public key, so that it says nothing of who holds it.
pub fn origin(key: &VerifyingKey) -> String {
    format!("andon-prover/{}", Hash::of(key.as_bytes()).short())
}

/// Who checks the signatures of that key.
pub fn verifier(key: &VerifyingKey) -> Verifier {
    Verifier { name: origin(key), kind: Kind::Note, key: *key }
}
