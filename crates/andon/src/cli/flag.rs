//! `andon flag`: a named person keeps a patient back (秘匿), or no longer.

use super::args::Flag;
use super::{say, seen, write};
use crate::event::FlagEvent;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::writing::Request;

/// Has the flag written.
///
/// # Errors
/// When no such patient is in the copy, or nobody can write.
pub fn run(home: &Home, args: &Flag) -> Result<Exit, Problem> {
    let authority = home.about()?.authority;
    let reader = home.reader()?;
    let id = chart::PatientId { authority: authority.clone(), id: crate::temporary::plain(&reader, &args.id)? };
    let known = reader.person(&id)?.is_some();
    drop(reader);
    if !known {
        return Err(Problem::failed(
            "この番号の患者はこのコピーにありません。`andon search` で確かめてください。\n\
             No patient of this number is in this copy; try `andon search`.",
        ));
    }
    let event = FlagEvent { authority, id: id.id.clone(), flag: args.flag, on: !args.off, reason: args.reason.clone() };
    let role = Role::Operator.code().to_owned();
    write::write(home, &Request::Flag { event, by: args.by.clone(), role })?;
    seen(home, "flags-set", &format!("{}/{}", id.authority, id.id), &args.reason, Exit::Ok);
    say("記録しました。 / Recorded.");
    Ok(Exit::Ok)
}
