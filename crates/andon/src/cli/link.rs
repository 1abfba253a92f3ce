//! `andon link` and `andon unlink`: a named person says whether two numbers are one person. Software never does.

use super::args::Link;
use super::{say, write};
use crate::home::{Exit, Home, Problem};
use crate::writing::Request;

/// Writes the event, or has it written by the process that writes to this home.
///
/// # Errors
/// When a number has the 照合番号 of another or is not in the copy, both are the same, or another process writes and does not listen.
pub fn run(home: &Home, args: &Link, linked: bool) -> Result<Exit, Problem> {
    let Link { one, other, by, reason } = args.clone();
    // Off our paper both come with their 照合番号.
    let reader = home.reader()?;
    let [one, other] = [one, other].map(|number| crate::temporary::plain(&reader, &number));
    let (one, other) = (one?, other?);
    drop(reader);
    write::write(home, &Request::Link { one, other, linked, by, reason })?;
    say(if linked { "記録しました。 / Linked." } else { "取り消しを記録しました。 / Unlinked." });
    Ok(Exit::Ok)
}
