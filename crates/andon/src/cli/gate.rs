//! `andon gate`: what is held back of each source and why; a named person releases, extends, holds back by hand, names a
//! watched patient, or announces a vendor's work.

use chart::Moment;
use serde_json::json;

use super::args::gate::Gate;
use super::{meant, say, say_json, write};
use crate::event::{Announced, GateAct, GateAlarm, GateDecision, GateEvent, GateRule};
use crate::feed::gate::{Standing, canary_of, standings};
use crate::hold::Hold;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::Request;

/// Shows or decides.
///
/// # Errors
/// When the home does not open, no source has that name, or what is said cannot be so.
pub fn run(home: &Home, asked: &Gate) -> Result<Exit, Problem> {
    let now = world::now();
    let (event, by) = match asked {
        Gate::Status(args) => return status(home, args.json, now),
        Gate::Release(args) => {
            let said = decision(home, &args.source, GateAct::Release, &args.why.reason)?;
            (GateEvent::Decided(GateDecision { to: args.to, ..said }), &args.why.by)
        }
        Gate::Extend(args) => {
            let said = decision(home, &args.source, GateAct::Extend, &args.why.reason)?;
            let until_millis = now.0 + args.hours * 3_600_000;
            (GateEvent::Decided(GateDecision { until_millis, ..said }), &args.why.by)
        }
        Gate::Hold(args) => {
            (GateEvent::Alarm(by_hand(home, &args.source, args.trusted, &args.why.reason)?), &args.why.by)
        }
        Gate::Canary(args) => {
            let patient = meant(home, &args.id, None)?;
            (GateEvent::Canary(canary_of(&home.reader()?, &patient, !args.off)?), &args.by)
        }
        Gate::Announce(args) => {
            let (source, until_millis) = (number(home, &args.source)?.0, now.0 + args.hours * 3_600_000);
            let reason = args.why.reason.clone();
            (GateEvent::Announced(Announced { source, until_millis, reason }), &args.why.by)
        }
    };
    let role = Role::Operator.code().to_owned();
    write::write(home, &Request::Gate { event, by: by.clone(), role })?;
    // Who writes has search and lists follow at once; where nobody does, we do.
    if let Some(mut writer) = home.writer_if_free()? {
        for source in writer.sources()? {
            crate::feed::gate::settle(&mut writer, source.no)?;
        }
    }
    told(home, asked, now)
}

/// Says that it is recorded; for scripts with how its source stands now.
fn told(home: &Home, asked: &Gate, now: Moment) -> Result<Exit, Problem> {
    let (act, source, as_json) = match asked {
        Gate::Status(args) => ("status", "", args.json),
        Gate::Release(args) => ("release", args.source.as_str(), args.why.told.json),
        Gate::Extend(args) => ("extend", args.source.as_str(), args.why.told.json),
        Gate::Hold(args) => ("hold", args.source.as_str(), args.why.told.json),
        Gate::Canary(args) => ("canary", "", args.told.json),
        Gate::Announce(args) => ("announce", args.source.as_str(), args.why.told.json),
    };
    if !as_json {
        say("記録しました。 / Recorded.");
        return Ok(Exit::Ok);
    }
    let stands = standings(&home.reader()?, now)?.into_iter().find(|standing| standing.name == source);
    say_json(&json!({ "act": act, "source": stands }))?;
    Ok(Exit::Ok)
}

/// Number and head of a source by its name.
fn number(home: &Home, name: &str) -> Result<(u32, u64), Problem> {
    let sources = home.reader()?.sources()?;
    let found = sources.iter().find(|source| source.name == name);
    found.map(|source| (source.no, source.last_position)).ok_or_else(|| write::no_source(name, &sources))
}

fn decision(home: &Home, source: &str, act: GateAct, reason: &str) -> Result<GateDecision, Problem> {
    let (source, reason) = (number(home, source)?.0, reason.to_owned());
    Ok(GateDecision { source, act, to: None, until_millis: 0, reason })
}

fn by_hand(home: &Home, name: &str, trusted: Option<u64>, reason: &str) -> Result<GateAlarm, Problem> {
    let (source, head) = number(home, name)?;
    Ok(GateAlarm {
        source,
        name: name.to_owned(),
        rule: GateRule::Person,
        trusted: trusted.unwrap_or(head),
        since_millis: world::now().0,
        count: 0,
        limit: 0,
        head,
        words: reason.to_owned(),
    })
}

fn status(home: &Home, as_json: bool, now: Moment) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let all = standings(&reader, now)?;
    let open = all.iter().any(|standing| standing.hold.is_some());
    let exit = if open { Exit::Partial } else { Exit::Ok };
    if as_json {
        say_json(&json!({ "now": now, "expiry_stopped": open, "sources": all }))?;
        return Ok(exit);
    }
    let t = Words::of(Lang::Ja);
    all.iter().flat_map(|standing| lines(standing, t)).for_each(|line| say(&line));
    if all.is_empty() {
        say(&t.text("bar-nothing-yet"));
    }
    Ok(exit)
}

fn lines(standing: &Standing, t: Words) -> Vec<String> {
    let state = match &standing.hold {
        Some(Hold { trusted: Some(_), .. }) => "gate-held",
        Some(_) => "gate-missing",
        None if standing.learning => "gate-learning",
        None => "gate-well",
    };
    let mark = if standing.hold.is_some() { "✗" } else { " " };
    let mut lines = vec![format!("{mark} {}  {}", standing.name, t.text(state))];
    lines.extend(standing.trouble.iter().map(|trouble| format!("  ✗ {}", t.word("trouble", trouble))));
    if let Some(hold) = &standing.hold {
        if hold.trusted.is_some() {
            let count = t.with("held-count", standing.suspect_entries);
            lines.push(format!("    {} {count}", t.with("gate-since", hold.since.to_string())));
        }
        lines.extend(hold.alarms.iter().map(|alarm| {
            let rule = t.word("gate-rule", alarm.rule.code());
            let trusted = format!("{} {}", t.text("gate-trusted"), alarm.trusted);
            let said = if alarm.by.is_empty() { String::new() } else { format!("  {}: {}", alarm.by, alarm.words) };
            // A person counts nothing.
            let count = if alarm.limit == 0 { String::new() } else { format!("{} ≥ {}  ", alarm.count, alarm.limit) };
            format!("    {}  {rule}  {count}{trusted}{said}", alarm.at)
        }));
        lines.extend(hold.decided.iter().map(|done| {
            let to = done.to.map_or_else(String::new, |to| t.with("gate-to", to.to_string()));
            format!("    {}  {} {to}  {}: {}", done.at, t.word("gate-act", done.act.code()), done.by, done.reason)
        }));
        lines.push(format!("    {} {}", t.with("gate-due", hold.due.to_string()), t.text("gate-no-expiry")));
    }
    lines.extend(standing.announced_until.map(|until| format!("    {}", t.with("gate-announced", until.to_string()))));
    lines
}
