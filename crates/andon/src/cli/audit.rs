//! `andon audit`: who looked at what, as the page shows it; and whether the record of it is whole.

use serde_json::json;

use super::args::Audit;
use super::{say, say_json, seen};
use crate::home::{Exit, Home, Problem};
use crate::people::{self, LookJson};
use crate::text::{Lang, Words};

/// Prints lines, newest first; with `--verify` goes over the whole chain.
///
/// # Errors
/// When the home does not open or a time is unreadable.
pub fn run(home: &Home, args: &Audit) -> Result<Exit, Problem> {
    if args.verify {
        return verify(home, args.json);
    }
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (account, about, act) = (text(&args.person), text(&args.patient), text(&args.act));
    let (since, until) = (text(&args.since), text(&args.until));
    let filter = people::filter(&home.about()?.authority, [&account, &about, &act], [&since, &until]);
    let filter = filter.map_err(|text| {
        Problem::usage(format!("{text}: 時刻として読めません。例 2026-11-25T08:00 / {text}: not a time"))
    })?;
    let limit = args.limit as usize;
    let mut rows = home.access()?.looks(&filter, limit + 1)?;
    let more = rows.len() > limit;
    rows.truncate(limit);
    seen(home, "audit", "", &[account, about, act, since, until].join(" "), Exit::Ok);
    if args.json {
        let rows: Vec<LookJson> = rows.into_iter().map(LookJson::from).collect();
        say_json(&json!({ "looks": rows, "more": more }))?;
        return Ok(Exit::Ok);
    }
    for row in &rows {
        let look = &row.look;
        let act = people::act_words(&look.act, Words::of(Lang::Ja));
        let bad = if look.outcome >= 400 { format!(" [{}]", look.outcome) } else { String::new() };
        let who = format!("{} {} {}", look.account, look.name, look.role);
        say(&format!("{:>8}  {}  {who}  {act}{bad}  {} {}  {}", row.no, look.at, look.about, look.detail, look.from));
    }
    if more {
        say(&format!(
            "新しい {limit} 件だけです。--limit か --until で。 / Only the newest {limit}: use --limit or --until."
        ));
    }
    Ok(Exit::Ok)
}

fn verify(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let chain = home.access()?.verify()?;
    let exit = if chain.broken.is_none() { Exit::Ok } else { Exit::Integrity };
    if as_json {
        say_json(&json!({ "lines": chain.lines, "broken": chain.broken, "head": chain.head }))?;
        return Ok(exit);
    }
    match chain.broken {
        None => say(&format!(
            "閲覧の記録 {} 行、鎖は切れていません。 / {0} lines, the chain is whole. {}",
            chain.lines, chain.head
        )),
        Some(no) => say(&format!(
            "閲覧の記録は {no} 行目で書かれたときと違います。 / The access audit is not as written from line {no} on."
        )),
    }
    Ok(exit)
}
