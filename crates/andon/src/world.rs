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

/// Writes a file for this user alone, in place of one that may be there.
///
/// # Errors
/// What the operating system says.
pub fn write_private(path: &std::path::Path, bytes: &[u8]) -> Result<(), crate::home::Problem> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if path.exists() {
        std::fs::remove_file(path)?;
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    Ok(file.sync_all()?)
}

/// Writes a file whole or not at all, in its folder, which is made where there is none.
///
/// # Errors
/// What the operating system says.
pub fn write_whole(path: &std::path::Path, bytes: &[u8]) -> Result<(), crate::home::Problem> {
    use std::io::Write;
    let folder = path.parent().unwrap_or(std::path::Path::new("."));
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension("new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    Ok(std::fs::File::open(folder)?.sync_all()?)
}

/// Whether what is done every so many minutes is to be done now. A clock that was set back does not keep it waiting.
pub fn is_time(next: Moment, now: Moment, minutes: i64) -> bool {
    !(1..=minutes * 60_000).contains(&(next.0 - now.0))
}

/// That a private file can be put there ([`write_private`]), asked before anything is done for it: what is numbered and then cannot be
/// written would stand in the ledger as printed.
///
/// # Errors
/// When it cannot, with the place and what to do.
pub fn can_be_written(path: &std::path::Path) -> Result<(), crate::home::Problem> {
    use std::os::unix::fs::OpenOptionsExt;
    let probe = path.with_file_name(format!(".andon-{}", std::process::id()));
    let open = || match path.is_dir() {
        true => Err(std::io::Error::from(std::io::ErrorKind::IsADirectory)),
        false => std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&probe).map(drop),
    };
    let tried = open().and_then(|()| std::fs::remove_file(&probe));
    tried.map_err(|error| {
        let place = path.display();
        crate::home::Problem::failed(format!(
            "{place}: ここには書けません（{error}）。フォルダーがあるか、書けるか、空きがあるかを確かめてください。番号は使っていません。\n\
             {place}: cannot be written ({error}); check the folder. No number was taken."
        ))
    })
}

/// 32 random bytes as 64 hex digits: session cookies and one-time links.
///
/// # Errors
/// When the operating system gives no randomness; nothing may be served then.
pub fn secret() -> Result<String, getrandom::Error> {
    let bytes = random::<32>()?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Random bytes of the operating system.
///
/// # Errors
/// When it gives none.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_every_minute_waits_for_no_clock_that_was_ahead() {
        let is = |next: i64, now: i64| is_time(Moment(next), Moment(now), 1);
        assert!(is(0, 1_635_607_800_000), "at the beginning");
        assert!(!is(60_000, 0) && !is(60_000, 59_999) && is(60_000, 60_000) && is(60_000, 99_999));
        assert!(is(60_001, 0), "the clock was set back");
    }
}
