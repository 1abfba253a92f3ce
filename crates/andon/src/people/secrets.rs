//! Secrets made for people, out of the machine's randomness.

use super::rules;
use crate::home::Problem;

/// A PIN from the machine's randomness.
///
/// # Errors
/// When it gives none.
pub fn random_pin() -> Result<String, Problem> {
    made(rules::new_pin)
}

/// A one-time code from the machine's randomness.
///
/// # Errors
/// When it gives none.
pub fn random_code() -> Result<String, Problem> {
    made(rules::new_code)
}

fn made(make: impl Fn(&[u8]) -> Option<String>) -> Result<String, Problem> {
    let failed = || Problem::failed("この端末から乱数を得られません。 / This machine gives no randomness.");
    let random = crate::world::random::<64>().map_err(|_| failed())?;
    make(&random).ok_or_else(failed)
}
