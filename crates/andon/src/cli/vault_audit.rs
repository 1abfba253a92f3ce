//! `andon vault audit --mhlw`: what the guideline asks of copies, rule by rule with its evidence, for an inspection.

use std::path::Path;

use serde_json::json;

use super::args::vault_log::Audit;
use super::vault::{same_vault, who};
use super::vault_log::{own, shown};
use super::{say, say_json, write};
use crate::custody::checks::bad_of;
use crate::custody::mhlw::{self, Facts, Forked, Kind, Place, Probed, Rule, Verdict};
use crate::custody::rules::Light;
use crate::custody::{evidence, state};
use crate::event::{Check, Checked, CustodyEvent};
use crate::home::{Exit, Home, Problem};
use crate::spreadsheet;
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::Request;

/// Audits, says what came of it, and has the log say so. Where what lies at a place is not what was sealed, or another history lies beside
/// the one that is told of, that ends with 4.
///
/// # Errors
/// There is no vault, or the store cannot be read; the file cannot be written.
pub fn run(home: &Home, asked: &Audit) -> Result<Exit, Problem> {
    let (reader, shown) = (home.reader()?, shown(&asked.seen, own(home)?)?);
    same_vault(state::Chain::of(&reader)?.as_ref(), &shown)?;
    let facts = evidence::gather(&reader, asked.all, &shown, world::now())?;
    let rules = mhlw::judge(&facts);
    let worst = mhlw::worst(&rules);
    let (by, role) = who(&asked.told);
    let (outcome, found) = (worst.word().to_owned(), mhlw::words(&rules));
    let checked = Checked { check: Check::Audit, place: String::new(), outcome, found };
    let event = Some(CustodyEvent::Checked(checked));
    write::write(home, &Request::Custody { keep: Vec::new(), event, by: by.clone(), role })?;
    let about = home.about()?;
    if let Some(file) = &asked.out {
        csv(file, [&about.hospital, &about.station, &by], &facts, &rules)?;
    }
    if asked.told.json {
        say_json(&json!({"outcome": worst.word(), "rules": rules, "facts": facts}))?;
    } else {
        lines(&facts, &rules).iter().for_each(|line| say(line));
    }
    let is_spoilt = facts.places.iter().any(|place| place.fork.is_some() || place.fault);
    Ok(match worst {
        _ if is_spoilt => Exit::Integrity,
        Verdict::Pass => Exit::Ok,
        Verdict::Fail | Verdict::Unknown => Exit::Partial,
    })
}

fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "○",
        Verdict::Fail => "×",
        Verdict::Unknown => "？",
    }
}

/// Both languages of a text.
fn both_of(group: &str, key: &str) -> String {
    [Lang::Ja, Lang::En].map(|lang| Words::of(lang).word(group, key)).join(" / ")
}

/// Both languages of one of the audit's own texts.
fn both(key: &str) -> String {
    both_of("mhlw", key)
}

/// A piece of evidence: for people, and for machines the codes it is made of.
struct Said {
    words: String,
    codes: String,
}

impl From<String> for Said {
    fn from(words: String) -> Said {
        Said { words, codes: String::new() }
    }
}

fn lines(facts: &Facts, rules: &[Rule]) -> Vec<String> {
    let mut lines = vec![both("title"), both("source")];
    lines.extend(forks(facts).into_iter().map(|said| said.words));
    for rule in rules {
        lines.push(String::new());
        lines.push(format!("{} {}: {}", mark(rule.verdict), both(rule.code), both(rule.verdict.word())));
        lines.extend(evidence_of(rule.code, facts).into_iter().map(|said| format!("    {}", said.words)));
        lines.extend(rule.next.map(|next| format!("    → {}", both(&format!("next-{next}")))));
    }
    lines
}

/// Places with another history beside the one that is told of.
fn forks(facts: &Facts) -> Vec<Said> {
    let one = |(name, fork): (&String, &Forked)| {
        let how = both(if fork.decided { "fork-decided" } else { "fork-open" });
        let (number, beside) = (fork.number, fork.beside.join(" "));
        let words = format!("⚠ {name}: {}（№{number}）{how}  {beside}", both("fork"));
        Said { words, codes: format!("fork:{number}") }
    };
    facts.places.iter().filter_map(|place| Some((&place.name, place.fork.as_ref()?))).map(one).collect()
}

/// What a rule was judged by.
fn evidence_of(rule: &str, facts: &Facts) -> Vec<Said> {
    let days =
        || facts.generations.iter().map(|one| format!("{}  №{}  {}", one.day, one.number, one.places.join(", ")));
    match rule {
        "daily" => {
            let wait = facts.longest_wait.map_or_else(|| "—".to_owned(), |minutes| minutes.to_string());
            vec![format!("{} {wait}", both("wait")).into(), format!("{} №{}", both("sealed"), facts.number).into()]
        }
        "generations" => days().map(Said::from).collect(),
        "unwritable" => facts.places.iter().map(place_line).chain(facts.places.iter().flat_map(lock_lines)).collect(),
        "methods" | "detached" => facts.places.iter().map(place_line).collect(),
        _ => {
            let standing = &facts.standing;
            let proofs =
                [("held", standing.held), ("readable", standing.readable), ("recoverable", standing.recoverable)];
            let line = |(word, (at, light)): (&str, (Option<chart::Moment>, Light))| {
                let at = at.map_or_else(|| "—".to_owned(), |at| at.to_string());
                let words = format!("{}  {at}  {}", both_of("vault", word), both_of("vault-light", light.word()));
                Said { words, codes: format!("{word}:{}", light.word()) }
            };
            proofs.into_iter().map(line).collect()
        }
    }
}

fn place_line(place: &Place) -> Said {
    let kind = match place.kind {
        Kind::Folder => "folder",
        Kind::Removable => "removable",
        Kind::Locked => "locked",
        Kind::Receiver => "receiver",
    };
    let mut words = format!("{}  {}  №{}", place.name, both(&format!("kind-{kind}")), place.number);
    if let Some(out) = place.out {
        let due = place.due.map_or_else(String::new, |due| due.to_string());
        words += &format!("  {} {out} → {due}", both("out"));
    }
    if !place.trouble.is_empty() {
        words += &format!("  {}", place.trouble.replace('\n', " "));
    }
    Said { words, codes: kind.to_owned() }
}

/// Of a server: its locks, and when it was last attacked; of a receiver what it refused.
fn lock_lines(place: &Place) -> Vec<Said> {
    let mut lines = Vec::new();
    if let Some(locks) = &place.locks {
        let earliest = locks.earliest.map_or_else(|| "—".to_owned(), |at| at.to_string());
        let (asked, objects, unlocked) = (locks.asked, locks.objects, locks.unlocked);
        let words = format!(
            "{}  {} {asked}/{objects}, {} {unlocked}, {} {earliest}",
            place.name,
            both("locks"),
            both("unlocked"),
            both("earliest")
        );
        lines.push(words.into());
        lines.extend(locks.named.iter().map(|name| format!("{}  × {name}", place.name).into()));
    }
    if let Some(tried) = &place.tried {
        let tried_of = |word: &String| both(&format!("tried-{word}"));
        let words = match tried.is_empty() {
            true => both("refused"),
            false => tried.iter().map(tried_of).collect::<Vec<_>>().join(", "),
        };
        lines.push(Said { words: format!("{}  {} {words}", place.name, both("tried")), codes: tried.join(" ") });
    }
    if place.kind == Kind::Locked {
        match &place.probed {
            None => lines.push(format!("{}  {}", place.name, both("never-probed")).into()),
            Some(probed) => lines.extend(probe_lines(&place.name, probed)),
        }
    }
    lines
}

/// What the last probe of a server came to, and each check that did not hold, in the words of the page.
fn probe_lines(name: &str, Probed { at, by, outcome, found }: &Probed) -> Vec<Said> {
    let came_to = |outcome: &str| both_of("vault-outcome", outcome);
    let words = format!("{name}  {} {at} {by} {}", both("probed"), came_to(outcome));
    let mut lines = vec![Said { words, codes: outcome.clone() }];
    for bad in bad_of(found) {
        let what = [Lang::Ja, Lang::En].map(|lang| bad.what(lang)).join(" / ");
        let words = format!("{name}  × {what}: {}", came_to(bad.outcome));
        lines.push(Said { words, codes: format!("{}:{}", bad.outcome, bad.check) });
    }
    lines
}

/// Rows of rule, verdict, evidence and what to do, as spreadsheets take them; codes stand in columns of their own, for machines.
fn csv(file: &Path, about: [&str; 3], facts: &Facts, rules: &[Rule]) -> Result<(), Problem> {
    let mut rows = vec![
        vec![both("title"), facts.now.to_string(), facts.vault.clone()],
        about.map(str::to_owned).to_vec(),
        vec![both("source")],
        ["rule-code", "rule", "verdict", "evidence", "next", "codes"]
            .map(|head| both(&format!("head-{head}")))
            .to_vec(),
    ];
    let evidence = |code: &str, rule: String, Said { words, codes }: Said| {
        vec![code.to_owned(), rule, String::new(), words, String::new(), codes]
    };
    rows.extend(forks(facts).into_iter().map(|said| evidence("fork", both("fork"), said)));
    for rule in rules {
        let next = rule.next.map_or_else(String::new, |next| both(&format!("next-{next}")));
        let codes: Vec<&str> = [rule.verdict.word()].into_iter().chain(rule.next).collect();
        let (words, verdict, places) = (both(rule.code), both(rule.verdict.word()), rule.places.join(" "));
        rows.push(vec![rule.code.to_owned(), words, verdict, places, next, codes.join(" ")]);
        rows.extend(evidence_of(rule.code, facts).into_iter().map(|said| evidence(rule.code, both(rule.code), said)));
    }
    Ok(std::fs::write(file, spreadsheet::csv(rows))?)
}
