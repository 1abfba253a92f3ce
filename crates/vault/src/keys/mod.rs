//! Keys (鍵の作成・分割): the identity that opens what was sealed to its recipient, and the cards it is split into.
//!
//! `identity` is an ordinary age X25519 identity and never more than one secret in memory, wiped when dropped. `split` cuts it into
//! cards of which any k give it back, and says plainly which card is wrong, of another key, or missing. `digits` is how a card is
//! written: eleven rows of twelve digits, each with its own check (decision 17). `membership` is the key made of it that signs which
//! stations are the hospital's (decision 27). `error` says what is wrong in both languages.

mod digits;
mod error;
mod identity;
mod membership;
mod split;
#[cfg(test)]
mod tests;

pub use digits::{ROW_DIGITS, ROWS, Typing};
pub use error::{KeyError, Result};
pub use identity::{Identity, KeyId, Recipient};
pub use membership::{Membership, is_signed};
pub use split::{SHARES_MAX, Share, THRESHOLD_MIN, combine, split};
