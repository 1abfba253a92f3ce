//! `andon vault probe` and `andon vault extend`: whether a server keeps what it locks, and keeping it locked. Neither needs a
//! home: a machine that has none may run them. Where there is one, its log says what came of it.

use serde_json::json;
use vault::s3::probe::{Finding, Outcome, Report, probe, words};
use vault::s3::{Access, Address, S3, time};

use super::args::vault::Told;
use super::args::vault_probe::{Extend, Probe, Server, ServerWords};
use super::vault::who;
use super::{say, say_json, write};
use crate::custody::problem;
use crate::event::{Check, Checked, CustodyEvent};
use crate::home::{Exit, Home, Problem};
use crate::writing::Request;

/// Does what is asked of a server.
///
/// # Errors
/// When the address or the file of keys is not as it must be, or the server was not reached.
pub fn run(home: &Home, asked: &ServerWords) -> Result<Exit, Problem> {
    match asked {
        ServerWords::Probe(args) => probed(home, args),
        ServerWords::Extend(args) => extended(home, args),
    }
}

fn open(server: &Server, days: u32) -> Result<S3, Problem> {
    let usage = |error: vault::Error| Problem::usage(error.to_string());
    let address = Address::parse(&server.address).map_err(usage)?;
    let access = Access::read(&server.keys).map_err(problem)?;
    S3::new(address, access, days).map_err(problem)
}

/// Has the log of this machine's home say what came of it; a machine without a home has none to say it.
fn told(home: &Home, check: Check, s3: &S3, (outcome, found): (&str, String), args: &Server) -> Result<(), Problem> {
    if home.about().is_err() {
        if !args.json {
            say(
                "この機械にホームがないので、結果は記録されません。 / No home on this machine: the result is not written down.",
            );
        }
        return Ok(());
    }
    let (place, outcome) = (s3.address().to_string(), outcome.to_owned());
    let (by, role) = who(&Told { by: args.by.clone(), json: false });
    let event = Some(CustodyEvent::Checked(Checked { check, place, outcome, found }));
    write::write(home, &Request::Custody { keep: Vec::new(), event, by, role }).map(drop)
}

/// Checks that came to no good, as the log has them.
fn found(report: &Report) -> String {
    let bad = report.findings.iter().filter(|found| matches!(found.outcome, Outcome::Open | Outcome::Unknown));
    bad.map(|found| format!("{}:{}", found.outcome.code(), found.check)).collect::<Vec<_>>().join(" ")
}

fn probed(home: &Home, args: &Probe) -> Result<Exit, Problem> {
    let s3 = open(&args.server, 1)?;
    if !args.server.json {
        say("検査用のバケットを作り、攻撃します。保管したものには触れません。1分ほどかかります。");
        say("Attacks run in a bucket of the probe's own; nothing of the vault is touched. This takes about a minute.");
    }
    let report = probe(&s3, &args.doors);
    match args.server.json {
        true => say_json(&as_json(&s3, &report))?,
        false => shown(&report),
    }
    told(home, Check::Probe, &s3, (report.outcome().code(), found(&report)), &args.server)?;
    Ok(match report.outcome() {
        Outcome::Open => Exit::Failed,
        Outcome::Unknown => Exit::Partial,
        Outcome::Held | Outcome::Note => Exit::Ok,
    })
}

fn as_json(s3: &S3, report: &Report) -> serde_json::Value {
    let finding = |found: &Finding| {
        let words = words::of(found.check);
        json!({"check": found.check, "outcome": found.outcome.code(), "said": found.said, "ja": words.ja, "en": words.en})
    };
    json!({
        "address": s3.address().to_string(),
        "outcome": report.outcome().code(),
        "open": report.count(Outcome::Open),
        "unknown": report.count(Outcome::Unknown),
        "findings": report.findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn mark(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Held => "○",
        Outcome::Open => "×",
        Outcome::Unknown => "？",
        Outcome::Note => "・",
    }
}

fn shown(report: &Report) {
    for found in &report.findings {
        let words = words::of(found.check);
        let said = if found.said.is_empty() { String::new() } else { format!("  [{}]", found.said) };
        say(&format!("{} {} / {}{said}", mark(found.outcome), words.ja, words.en));
        if matches!(found.outcome, Outcome::Open | Outcome::Unknown) && !words.todo_ja.is_empty() {
            let [ja, en] = words::todo(found.check, found.outcome);
            say(&format!("    → {ja}\n    → {en}"));
        }
    }
    let (open, unknown) = (report.count(Outcome::Open), report.count(Outcome::Unknown));
    say("");
    match report.outcome() {
        Outcome::Held | Outcome::Note => {
            say("○ ロックは守られました。この端末から見える、開いた入口はありません。");
            say("○ The lock held, and from here no open door was seen.");
        }
        _ => {
            say(&format!("× 開いている {open}・確かめられない {unknown}。直してから、もう一度検査してください。"));
            say(&format!("× open {open}, not proved {unknown}: mend them, then probe again."));
        }
    }
    say("ロックはサーバーの門の決まりです。門の下のディスクは守りません。つながない媒体を、いつも一つ持ってください。");
    say("A lock is a rule of the server's gate, not of the disks below: always have one copy that is unplugged.");
}

fn extended(home: &Home, args: &Extend) -> Result<Exit, Problem> {
    let s3 = open(&args.server, args.days)?;
    let until = s3.until(args.days).map_err(problem)?;
    let done = s3.extend("", (until, until), &|| false).map_err(problem)?;
    if args.server.json {
        say_json(&json!({
            "address": s3.address().to_string(), "until": time::iso(until),
            "moved": done.moved, "enough": done.enough, "failed": done.failed, "named": done.named,
        }))?;
    } else {
        let day = chart::Moment(until);
        say(&format!(
            "{day} まで消せません: 延ばした {}・十分 {}・延ばせない {}",
            done.moved, done.enough, done.failed
        ));
        say(&format!(
            "nothing goes before {day}: moved {}, late enough {}, failed {}",
            done.moved, done.enough, done.failed
        ));
        done.named.iter().for_each(|line| say(&format!("  × {line}")));
    }
    let outcome = if done.failed > 0 { "failed" } else { "moved" };
    let counts = format!("moved:{} enough:{} failed:{} days:{}", done.moved, done.enough, done.failed, args.days);
    told(home, Check::Extend, &s3, (outcome, counts), &args.server)?;
    Ok(if done.failed > 0 { Exit::Partial } else { Exit::Ok })
}
