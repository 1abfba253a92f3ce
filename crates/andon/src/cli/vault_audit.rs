//! `andon vault audit --mhlw`: what the guideline asks of copies, rule by rule with its evidence, for an inspection.

use std::path::Path;

use serde_json::json;

use super::args::vault_log::Audit;
use super::vault::who;
use super::{say, say_json, write};
use crate::custody::evidence;
use crate::custody::mhlw::{self, Facts, Kind, Place, Rule, Verdict};
use crate::event::{Check, Checked, CustodyEvent};
use crate::home::{Exit, Home, Problem};
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::Request;

/// Audits, says what came of it, and has the log say so.
///
/// # Errors
/// There is no vault, or the store cannot be read; the file cannot be written.
pub fn run(home: &Home, asked: &Audit) -> Result<Exit, Problem> {
    let facts = evidence::gather(&home.reader()?, asked.all, world::now())?;
    let rules = mhlw::judge(&facts);
    let worst = mhlw::worst(&rules);
    let (by, role) = who(&asked.told);
    let (outcome, found) = (worst.word().to_owned(), mhlw::words(&rules));
    let checked = Checked { check: Check::Audit, place: String::new(), outcome, found };
    let event = Some(CustodyEvent::Checked(checked));
    write::write(home, &Request::Custody { keep: Vec::new(), event, by: by.clone(), role })?;
    let about = home.about()?;
    if let Some(file) = &asked.out {
        csv(file, &[&about.hospital, &about.station, &by], &facts, &rules)?;
    }
    if asked.told.json {
        say_json(&json!({"outcome": worst.word(), "rules": rules, "facts": facts}))?;
    } else {
        lines(&facts, &rules).iter().for_each(|line| say(line));
    }
    Ok(if worst == Verdict::Pass { Exit::Ok } else { Exit::Partial })
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "○",
        Verdict::Fail => "×",
        Verdict::Unknown => "？",
    }
}

/// Both languages of a text.
fn both(key: &str) -> String {
    [Lang::Ja, Lang::En].map(|lang| Words::of(lang).word("mhlw", key)).join(" / ")
}

fn lines(facts: &Facts, rules: &[Rule]) -> Vec<String> {
    let mut lines = vec![both("title"), both("source")];
    for rule in rules {
        lines.push(String::new());
        lines.push(format!("{} {}: {}", mark(rule.verdict), both(rule.code), both(rule.verdict.word())));
        lines.extend(evidence_of(rule.code, facts).into_iter().map(|line| format!("    {line}")));
        lines.extend(rule.next.map(|next| format!("    → {}", both(&format!("next-{next}")))));
    }
    lines
}

/// What a rule was judged by.
fn evidence_of(rule: &str, facts: &Facts) -> Vec<String> {
    let days =
        || facts.generations.iter().map(|one| format!("{}  №{}  {}", one.day, one.number, one.places.join(", ")));
    match rule {
        "daily" => {
            let wait = facts.longest_wait.map_or_else(|| "—".to_owned(), |minutes| minutes.to_string());
            vec![format!("{} {wait}", both("wait")), format!("{} №{}", both("sealed"), facts.number)]
        }
        "generations" => days().collect(),
        "unwritable" => facts.places.iter().map(place_line).chain(facts.places.iter().flat_map(lock_lines)).collect(),
        "methods" | "detached" => facts.places.iter().map(place_line).collect(),
        _ => {
            let standing = &facts.standing;
            let proofs =
                [("held", standing.held), ("readable", standing.readable), ("recoverable", standing.recoverable)];
            let line = |(word, (at, light)): (&str, (Option<chart::Moment>, crate::custody::rules::Light))| {
                let t = Words::of(Lang::Ja);
                let at = at.map_or_else(|| "—".to_owned(), |at| at.to_string());
                format!("{} {at} {}", t.word("vault", word), t.word("vault-light", light.word()))
            };
            proofs.into_iter().map(line).collect()
        }
    }
}

fn place_line(place: &Place) -> String {
    let kind = match place.kind {
        Kind::Folder => "kind-folder",
        Kind::Removable => "kind-removable",
        Kind::Locked => "kind-locked",
        Kind::Receiver => "kind-receiver",
    };
    let mut line = format!("{}  {}  №{}", place.name, both(kind), place.number);
    if let Some(out) = place.out {
        let due = place.due.map_or_else(String::new, |due| due.to_string());
        line += &format!("  {} {out} → {due}", both("out"));
    }
    if !place.trouble.is_empty() {
        line += &format!("  {}", place.trouble.replace('\n', " "));
    }
    line
}

/// Of a server: its locks, and when it was last attacked; of a receiver what it refused.
fn lock_lines(place: &Place) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(locks) = &place.locks {
        let earliest = locks.earliest.map_or_else(|| "—".to_owned(), |at| at.to_string());
        let (asked, objects, unlocked) = (locks.asked, locks.objects, locks.unlocked);
        lines.push(format!(
            "{}  {} {asked}/{objects}, {} {unlocked}, {} {earliest}",
            place.name,
            both("locks"),
            both("unlocked"),
            both("earliest")
        ));
        lines.extend(locks.named.iter().map(|name| format!("{}  × {name}", place.name)));
    }
    if let Some(tried) = &place.tried {
        let (what, words) = (both("tried"), if tried.is_empty() { both("refused") } else { tried.join(" ") });
        lines.push(format!("{}  {what} {words}", place.name));
    }
    if place.kind == Kind::Locked {
        let probed = place.probed.as_ref().map_or_else(
            || both("never-probed"),
            |probed| format!("{} {} {} {} {}", both("probed"), probed.at, probed.by, probed.outcome, probed.found),
        );
        lines.push(format!("{}  {probed}", place.name));
    }
    lines
}

/// Rows of rule, verdict, evidence and what to do, as spreadsheets take them.
fn csv(file: &Path, about: &[&str], facts: &Facts, rules: &[Rule]) -> Result<(), Problem> {
    let row = |cells: &[&str]| {
        let quoted = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
        format!("{}\r\n", quoted.collect::<Vec<_>>().join(","))
    };
    // With a mark, so that spreadsheets take it for UTF-8.
    let mut text = String::from("\u{feff}");
    text += &row(&[&both("title"), &facts.now.to_string(), &facts.vault]);
    text += &row(about);
    text += &row(&[&both("source")]);
    for rule in rules {
        let next = rule.next.map_or_else(String::new, |next| both(&format!("next-{next}")));
        text += &row(&[rule.code, &both(rule.code), &both(rule.verdict.word()), &rule.places.join(" "), &next]);
        for line in evidence_of(rule.code, facts) {
            text += &row(&[rule.code, "", "", &line]);
        }
    }
    Ok(std::fs::write(file, text)?)
}
