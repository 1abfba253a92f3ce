//! `andon print institution`: where the hospital is and its numbers on the forms of the law, seen and set.

use serde_json::json;

use super::args::PrintInstitution;
use super::print::by;
use super::{say, say_json, write};
use crate::event::{InstitutionSaid, RunsEvent};
use crate::home::{Exit, Home, Problem, wrong};
use crate::printing::institution;
use crate::text::{Lang, Words};
use crate::writing::Request;

/// Shows what the forms say, or changes it.
///
/// # Errors
/// When the home does not open, what is said stands on no form, or the store refuses.
pub fn run(home: &Home, args: &PrintInstitution) -> Result<Exit, Problem> {
    if args.set {
        set(home, args)?;
    }
    let (told, said) = institution::told(&home.reader()?)?;
    if args.json {
        say_json(&json!({"address": told.address, "phone": told.phone, "prefecture": told.prefecture,
            "table": told.table, "code": told.code, "said": said}))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    for (key, value) in [
        ("address", told.address),
        ("phone", told.phone),
        ("prefecture", told.prefecture),
        ("table", told.table),
        ("code", told.code),
    ] {
        let value = if value.is_empty() { t.text("institution-empty") } else { value };
        say(&format!("{}: {value}", t.word("institution", key)));
    }
    if !said.is_empty() {
        say(&said);
    }
    Ok(Exit::Ok)
}

fn set(home: &Home, args: &PrintInstitution) -> Result<(), Problem> {
    let (now, _) = institution::told(&home.reader()?)?;
    let text = |given: &Option<String>, now: String| given.clone().unwrap_or(now);
    let said = institution::read(InstitutionSaid {
        address: text(&args.address, now.address),
        phone: text(&args.phone, now.phone),
        prefecture: text(&args.prefecture, now.prefecture),
        table: text(&args.table, now.table),
        code: text(&args.code, now.code),
    });
    let said = said.map_err(|no| {
        let [ja, en] = [Lang::Ja, Lang::En].map(|lang| Words::of(lang).word("institution-no", no));
        wrong(&ja, &en)
    })?;
    let (by, role) = by(args.by.as_deref());
    write::write(home, &Request::Runs { event: RunsEvent::Institution(said), by, role })?;
    Ok(())
}
