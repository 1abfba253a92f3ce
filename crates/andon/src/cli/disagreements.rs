//! `andon disagreements`: 要確認, where what was handed in and the copy do not say the same; and what a named person found.

use serde_json::json;

use super::args::{Disagreements, DisagreementsAct};
use super::{meant, say, say_json, seen, write};
use crate::disagreements::{line, list, of_key};
use crate::event::SettledEvent;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::writing::Request;

/// Lists; exit 3 while one is open.
///
/// # Errors
/// When the home does not open, the ward has no patients, or there is no such disagreement.
pub fn run(home: &Home, args: &Disagreements) -> Result<Exit, Problem> {
    if let Some(act) = &args.act {
        return settle(home, act);
    }
    let (reader, now, t) = (home.reader()?, crate::world::now(), Words::of(Lang::Ja));
    let ward = args.ward.as_deref().map(|ward| super::ward::named(crate::ward::wards(&reader)?, ward)).transpose()?;
    let rows = list(&reader, ward.as_deref(), args.all, now)?;
    let open: usize = rows.iter().map(|row| row.open).sum();
    let exit = if open > 0 { Exit::Partial } else { Exit::Ok };
    seen(home, "disagreements", &ward.map_or_else(String::new, |ward| format!("ward:{ward}")), "", exit);
    if args.json {
        say_json(&json!({"training": reader.about().training, "now": now, "open": open, "patients": rows}))?;
        return Ok(exit);
    }
    for row in &rows {
        say(&format!("{} {} {} {}", row.id, row.name, row.kana, row.ward));
        for one in row.disagreements.iter().filter(|one| args.all || one.settled.is_none()) {
            let line = line(one, t, now);
            let [copy, brought] = [&line.copy, &line.brought].map(|side| side.replace('\n', "  "));
            say(&format!(
                "  {} {}\n    写し copy: {copy}\n    持込 handed in: {brought}  {}",
                line.key, line.what, line.who
            ));
            if !line.found.is_empty() {
                say(&format!("    確認済 found: {}", line.found));
            }
        }
    }
    say(&format!("未確認の食い違い {open} 件。 / {open} open."));
    Ok(exit)
}

fn settle(home: &Home, act: &DisagreementsAct) -> Result<Exit, Problem> {
    let DisagreementsAct::Settle { id, key, words, by } = act;
    if words.trim().is_empty() {
        return Err(Problem::usage(
            "--words に、何をどう確かめたかを書いてください。 / Say in --words what was found.",
        ));
    }
    let (patient, now) = (meant(home, id, None)?, crate::world::now());
    let Some(one) = of_key(&home.reader()?, &patient, key, now)? else {
        return Err(Problem::failed(
            "その食い違いは、いまはありません。`andon disagreements` で見直してください。\n\
             There is no such disagreement now: look again with `andon disagreements`.",
        ));
    };
    let about = line(&one, Words::of(Lang::Ja), now).what;
    seen(home, "disagreements", &format!("{}/{}", patient.authority, patient.id), "", Exit::Ok);
    let (authority, id) = (patient.authority, patient.id);
    let event = SettledEvent { authority, id, key: one.key, about, words: words.trim().to_owned() };
    let role = Role::Operator.code().to_owned();
    write::write(home, &Request::Settle { event, by: by.clone(), role })?;
    say("記録しました。 / Written down.");
    Ok(Exit::Ok)
}
