//! `andon audit`: who looked at what, as the page shows it; and whether the record of it is whole.

use chart::Moment;
use serde_json::json;
use store::{Chain, LookHead, PastChain};

use super::args::Audit;
use super::{say, say_json, seen};
use crate::audit_end;
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
    let about = match &args.patient {
        Some(typed) => people::about(&home.reader()?, typed)?,
        None => String::new(),
    };
    let (account, act) = (text(&args.person), text(&args.act));
    let (since, until) = (text(&args.since), text(&args.until));
    let filter = people::filter([&account, &about, &act], [&since, &until]);
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
        let station = people::station_words(row, Words::of(Lang::Ja));
        let line =
            format!("{:>8}  {}  {who}  {act}{bad}  {} {}  {}", row.no, look.at, look.about, look.detail, look.from);
        say(format!("{line}  {station}").trim_end());
    }
    if more {
        say(&format!(
            "新しい {limit} 件だけです。--limit か --until で。 / Only the newest {limit}: use --limit or --until."
        ));
    }
    Ok(Exit::Ok)
}

fn verify(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let witnessed = audit_end::last(&home.reader()?)?;
    let access = home.access()?;
    let chain = access.verify()?;
    let holds = |(_, head): &(Moment, LookHead)| access.holds(head);
    let cut = !witnessed.as_ref().map_or(Ok(true), holds)?;
    let past = access.verify_past()?;
    let broken = chain.broken.is_some() || past.iter().any(|chain| chain.broken.is_some());
    let exit = if broken || cut { Exit::Integrity } else { Exit::Ok };
    if as_json {
        let witnessed = witnessed.map(|(at, head)| json!({ "at": at, "lines": head.lines }));
        let Chain { lines, broken, head } = chain;
        let one = |chain: &PastChain| json!({"station": chain.station, "lines": chain.lines, "broken": chain.broken});
        let past: Vec<_> = past.iter().map(one).collect();
        say_json(
            &json!({ "lines": lines, "broken": broken, "head": head, "witnessed": witnessed, "cut": cut, "past": past }),
        )?;
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
    past.iter().for_each(|chain| say(&past_words(chain)));
    match witnessed {
        Some((at, head)) if cut => say(&format!(
            "終わりが切り取られたか、古いファイルに替えられています。{at} には {0} 行ありました。 / Lines were cut off the end, or \
             an older file was put in place: at {at} there were {0}.",
            head.lines
        )),
        Some((at, head)) => say(&format!(
            "{at} までの {0} 行は切り取られていません。 / Nothing is cut off the {0} lines there were at {at}.",
            head.lines
        )),
        None => say("終わりを確かめる印はまだありません。 / Nothing yet tells whether lines were cut off the end."),
    }
    Ok(exit)
}

/// How the lines of a station stand from which this home was restored.
fn past_words(chain: &PastChain) -> String {
    let PastChain { station, lines, broken } = chain;
    match broken {
        None => format!(
            "前の端末 {station} の {lines} 行、鎖は切れていません。 / {lines} of the earlier station {station}: the chain is whole."
        ),
        Some(no) => format!(
            "前の端末 {station} の記録は {no} 行目でつながりません（書き換えられたか、その前が戻っていません）。 / Of the earlier station \
             {station} the chain does not hold at line {no}: changed, or what was before it was not restored."
        ),
    }
}
