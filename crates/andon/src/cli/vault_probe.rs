//! `andon vault probe` and `andon vault extend`: whether a server keeps what it locks, and keeping it locked. Neither needs a
//! home: a machine that has none may run them.

use serde_json::json;
use vault::s3::probe::{Finding, Outcome, Report, probe, words};
use vault::s3::{Access, Address, S3, time};

use super::args::vault_probe::{Extend, Probe, Server, ServerWords};
use super::{say, say_json};
use crate::custody::problem;
use crate::home::{Exit, Problem};

/// Does what is asked of a server.
///
/// # Errors
/// When the address or the file of keys is not as it must be, or the server was not reached.
pub fn run(asked: &ServerWords) -> Result<Exit, Problem> {
    match asked {
        ServerWords::Probe(args) => probed(args),
        ServerWords::Extend(args) => extended(args),
    }
}

fn open(server: &Server, days: u32) -> Result<S3, Problem> {
    let usage = |error: vault::Error| Problem::usage(error.to_string());
    let address = Address::parse(&server.address).map_err(usage)?;
    let access = Access::read(&server.keys).map_err(problem)?;
    S3::new(address, access, days).map_err(problem)
}

fn probed(args: &Probe) -> Result<Exit, Problem> {
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
            say(&format!("    → {}\n    → {}", words.todo_ja, words.todo_en));
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

fn extended(args: &Extend) -> Result<Exit, Problem> {
    let s3 = open(&args.server, args.days)?;
    let until = s3.now().map_err(problem)? + i64::from(args.days) * time::DAY;
    let done = s3.extend("", until).map_err(problem)?;
    if args.server.json {
        say_json(&json!({
            "address": s3.address().to_string(), "until": time::iso(until),
            "moved": done.moved, "enough": done.enough, "failed": done.failed, "named": done.named,
        }))?;
    } else {
        let day = time::iso(until);
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
    Ok(if done.failed > 0 { Exit::Partial } else { Exit::Ok })
}
