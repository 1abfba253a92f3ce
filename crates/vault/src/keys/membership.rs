//! The hospital's membership key (登録の鍵): what it signs of stations counts at every station that knows it. It is made of the officers'
//! identity, so the same cards split it, are typed for it and are tried with it; it is in memory only while they are together.

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Identity;

/// What the identity is hashed under, so that no other use of it gives the same key.
const HEAD: &[u8] = b"andon membership key 1\n";

/// The key that signs (Ed25519, RFC 8032). It is wiped when dropped.
pub struct Membership(SigningKey);

impl Identity {
    /// The membership key of these officers.
    pub fn membership(&self) -> Membership {
        let seed = Sha256::new_with_prefix(HEAD).chain_update(self.line().as_bytes()).finalize();
        Membership(SigningKey::from_bytes(&Zeroizing::new(seed.into())))
    }
}

impl Membership {
    /// By which others check it.
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// Signs.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// Whether a message was signed by the key.
pub fn is_signed(message: &[u8], key: &[u8; 32], signature: &[u8; 64]) -> bool {
    let key = VerifyingKey::from_bytes(key);
    key.is_ok_and(|key| key.verify_strict(message, &Signature::from_bytes(signature)).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_identity_gives_the_same_key_and_another_another() {
        let (one, other) = (Identity::generate(), Identity::generate());
        let again = Identity::read(&one.file()).unwrap();
        assert_eq!(one.membership().public(), again.membership().public());
        assert_ne!(one.membership().public(), other.membership().public());
        let signature = again.membership().sign(b"a word");
        assert!(is_signed(b"a word", &one.membership().public(), &signature));
        assert!(!is_signed(b"a ward", &one.membership().public(), &signature));
        assert!(!is_signed(b"a word", &other.membership().public(), &signature));
    }
}
