//! `andon link` and `andon unlink`: a named person says whether two numbers are one person. Software never does.

use chart::PatientId;

use super::args::Link;
use super::say;
use crate::event::{self, Event};
use crate::home::{Exit, Home, Problem};

/// Writes the event.
///
/// # Errors
/// When a number is not in the copy, both are the same, or another process is writing to this home.
pub fn run(home: &Home, args: &Link, linked: bool) -> Result<Exit, Problem> {
    let mut writer = home.writer()?;
    let authority = writer.about().authority.clone();
    let id = |id: &String| PatientId { authority: authority.clone(), id: id.clone() };
    let (one, other) = (id(&args.one), id(&args.other));
    if one == other {
        return Err(Problem::usage("2つの番号が同じです。 / Both numbers are the same."));
    }
    for number in [&one, &other] {
        if linked && writer.person(number)?.is_none() {
            return Err(Problem::failed(
                "このコピーにない番号があります。`andon search` で確かめてください。\n\
                 One of the numbers is not in this copy; try `andon search`.",
            ));
        }
    }
    let event = Event::Linked { one, other, linked, reason: args.reason.clone() };
    event::append(&mut writer, &event, &args.by, crate::world::now())?;
    say(if linked { "記録しました。 / Linked." } else { "取り消しを記録しました。 / Unlinked." });
    Ok(Exit::Ok)
}
