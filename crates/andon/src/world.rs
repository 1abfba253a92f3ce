//! The outside world, handed in: the only place that reads the clock or the machine's randomness, or listens to what
//! the operating system tells of folders.

pub mod notices;

use std::time::{SystemTime, UNIX_EPOCH};

use chart::Moment;

/// A clock: the real one, or a story's.
pub type Clock = std::sync::Arc<dyn Fn() -> Moment + Send + Sync>;

/// The machine's clock.
pub fn real_clock() -> Clock {
    std::sync::Arc::new(now)
}

/// This instant by the machine's clock, milliseconds since 1970 UTC; 0 when the clock stands before that.
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Moment(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// 32 random bytes as 64 hex digits: session cookies and one-time links.
///
/// # Errors
/// When the operating system gives no randomness; nothing may be served then.
pub fn secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
