//! `andon source`: the sources of this home and the limits a person sets for each.

use super::args::Source;
use super::{say, say_json, write};
use crate::home::{Exit, Home, Problem};
use crate::writing::Request;

/// Lists the sources, or sets a limit.
///
/// # Errors
/// When the home does not open, no source has that name, or another process writes and does not listen.
pub fn run(home: &Home, asked: &Source) -> Result<Exit, Problem> {
    match asked {
        Source::List(json) => return list(home, json.json),
        Source::Budget { name, bytes } => {
            write::write(home, &Request::Budget { source: name.clone(), bytes: *bytes })?;
            say(&format!("{name}: 上限を {bytes} バイトにしました。 / budget set."));
        }
        Source::Silence { name, minutes } => {
            write::write(home, &Request::Silence { source: name.clone(), minutes: *minutes })?;
            say(&format!("{name}: {minutes} 分届かなければ途絶とします。 / silent after {minutes} minutes."));
        }
        Source::CheckDigit { scheme } => {
            let kept = if scheme == "none" { String::new() } else { scheme.clone() };
            write::write(home, &Request::CheckDigit { scheme: kept })?;
            say(&format!("患者番号の検査数字: {scheme} / check digits of patient numbers: {scheme}"));
        }
    }
    Ok(Exit::Ok)
}

fn list(home: &Home, json: bool) -> Result<Exit, Problem> {
    let sources = home.reader()?.sources()?;
    if json {
        let sources = sources.iter().map(|source| {
            serde_json::json!({
                "name": source.name, "root": source.folder().display().to_string(),
                "via": source.via().map(|station| station.to_string()), "authority": source.authority,
                "added": source.added, "silence_minutes": source.silence_minutes,
                "held_bytes": source.held_bytes, "budget_bytes": source.budget_bytes,
                "messages": source.last_position, "last_contact": source.last_contact, "trouble": source.trouble,
            })
        });
        say_json(&serde_json::json!({ "sources": sources.collect::<Vec<_>>() }))?;
        return Ok(Exit::Ok);
    }
    for source in &sources {
        let (name, root) = (&source.name, source.folder().display());
        let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
        let share = 100.0 * source.held_bytes as f64 / (source.budget_bytes.max(1)) as f64;
        let (held, budget) = (gib(source.held_bytes), gib(source.budget_bytes));
        say(&format!(
            "{name}  {held:.2} / {budget:.2} GiB（{share:.0} %）  途絶 {} 分  {root}",
            source.silence_minutes
        ));
    }
    if sources.is_empty() {
        say("連携元はまだありません。 / No source yet:  andon feed --once ROOT…");
    }
    Ok(Exit::Ok)
}
