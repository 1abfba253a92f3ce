//! `andon people`: accounts in bulk and one by one, PINs, sealed cards, and the review of what they opened.

use std::path::Path;

use serde_json::json;
use store::CredentialKind;

use super::args::{AccountWords, People};
use super::{say, say_json, seen, write};
use crate::event::{Account, PeopleEvent};
use crate::home::{Exit, Home, Problem};
use crate::people::{rules, secrets};
use crate::role::Role;
use crate::writing::Request;
use crate::{staff, world};

/// Does what was asked.
///
/// # Errors
/// When the home does not open, a word is not understood, or nobody can write.
pub fn run(home: &Home, asked: &People) -> Result<Exit, Problem> {
    match asked {
        People::List(json) => list(home, json.json),
        People::Add { account, words, by } => add(home, account, words, by.as_deref()),
        People::Set { account, words, close, open, by } => set(home, account, words, (*close, *open), by.as_deref()),
        People::Pin { account } => pin(home, account),
        People::Import { file, pins, by } => import(home, file, pins, by.as_deref()),
        People::Cards { wards, out, by } => super::cards::run(home, wards, out, by.as_deref()),
        People::Openings(json) => openings(home, json.json),
        People::Review { opening, words, by } => review(home, opening, words, by),
    }
}

/// Has an event about people written, by a person or whoever runs the command.
///
/// # Errors
/// When nobody can write.
pub fn tell(home: &Home, event: PeopleEvent, by: Option<&str>) -> Result<(), Problem> {
    let by = by.map_or_else(super::os_user, str::to_owned);
    write::write(home, &Request::People { event, by, role: Role::Operator.code().to_owned() }).map(|_| ())
}

fn list(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let accounts = staff::accounts(&home.reader()?)?;
    if as_json {
        let rows: Vec<_> = accounts.values().collect();
        say_json(&json!({ "accounts": rows }))?;
        return Ok(Exit::Ok);
    }
    if accounts.is_empty() {
        say(
            "職員は登録されていません。`andon people import 一覧.csv` / nobody is registered: `andon people import LIST.csv`",
        );
    }
    for one in accounts.values() {
        let closed = if one.active { "" } else { "  停止 closed" };
        say(&format!("{:<12} {}  {}  {}{closed}", one.account, one.name, one.role.code(), one.ward));
    }
    Ok(Exit::Ok)
}

fn account_name(text: &str) -> Result<String, Problem> {
    rules::account(text).ok_or_else(|| {
        Problem::usage(format!(
            "{text}: 職員番号は空白のない64文字までです。 / {text}: a staff number has up to 64 characters and no spaces."
        ))
    })
}

fn role(text: &str) -> Result<Role, Problem> {
    Role::read_of_account(text).map_err(Problem::usage)
}

fn known(home: &Home, account: &str) -> Result<Account, Problem> {
    staff::account(&home.reader()?, account)?.ok_or_else(|| {
        Problem::failed(format!(
            "{account}: この職員番号はありません。`andon people list` / {account}: no such staff number; see `andon people list`."
        ))
    })
}

fn add(home: &Home, account: &str, words: &AccountWords, by: Option<&str>) -> Result<Exit, Problem> {
    let account = account_name(account)?;
    if staff::account(&home.reader()?, &account)?.is_some() {
        return Err(Problem::failed(format!(
            "{account}: すでにあります。変えるには `andon people set` / {account}: exists; change it with `andon people set`."
        )));
    }
    let (Some(name), Some(given)) = (&words.name, &words.role) else {
        return Err(Problem::usage("--name と --role が要ります。 / --name and --role are needed."));
    };
    let text = |text: &Option<String>| rules::words(text.as_deref().unwrap_or_default());
    let new = Account {
        account: account.clone(),
        name: rules::words(name),
        kana: text(&words.kana),
        role: role(given)?,
        ward: text(&words.ward),
        active: true,
        reason: text(&words.reason),
    };
    tell(home, PeopleEvent::Account(new), by)?;
    seen(home, "people-set", &format!("account:{account}"), "", Exit::Ok);
    pin(home, &account)
}

fn set(
    home: &Home,
    account: &str,
    words: &AccountWords,
    (close, open): (bool, bool),
    by: Option<&str>,
) -> Result<Exit, Problem> {
    let was = known(home, &account_name(account)?)?;
    let text = |new: &Option<String>, old: String| new.as_deref().map_or(old, rules::words);
    let new = Account {
        name: text(&words.name, was.name),
        kana: text(&words.kana, was.kana),
        role: words.role.as_deref().map_or(Ok(was.role), role)?,
        ward: text(&words.ward, was.ward),
        active: open || (was.active && !close),
        reason: text(&words.reason, String::new()),
        account: was.account,
    };
    let name = new.account.clone();
    tell(home, PeopleEvent::Account(new), by)?;
    seen(home, "people-set", &format!("account:{name}"), "", Exit::Ok);
    say(&format!("{name}: 記録しました。 / Recorded."));
    Ok(Exit::Ok)
}

fn pin(home: &Home, account: &str) -> Result<Exit, Problem> {
    let account = known(home, &account_name(account)?)?.account;
    let pin = new_pin(home, &account)?;
    say(&format!("{account}: PIN {pin}"));
    say("本人に直接渡してください。ここにしか表示されません。 / Hand it to the person; it is shown here only.");
    Ok(Exit::Ok)
}

fn new_pin(home: &Home, account: &str) -> Result<String, Problem> {
    let pin = secrets::random_pin()?;
    home.access()?.set_credential(account, CredentialKind::Secret, &pin, world::now())?;
    seen(home, "people-pin", &format!("account:{account}"), "", Exit::Ok);
    Ok(rules::grouped(&pin))
}

/// A staff list: one event an account, and a PIN for each who has none yet, in a file for this user alone.
fn import(home: &Home, file: &Path, pins: &Path, by: Option<&str>) -> Result<Exit, Problem> {
    let (rows, faults) = super::staff_list::read(&std::fs::read(file)?)?;
    let there = staff::accounts(&home.reader()?)?;
    if pins.exists() {
        return Err(Problem::usage(format!(
            "{0}: すでにあります。別の名前にしてください。 / {0}: exists; give another name.",
            pins.display()
        )));
    }
    let (mut same, mut made) = (0, "職員番号,氏名,PIN\n".to_owned());
    let mut with_pin = 0;
    for row in &rows {
        if there.get(&row.account) == Some(row) {
            same += 1;
        } else {
            tell(home, PeopleEvent::Account(row.clone()), by)?;
        }
        if !home.access()?.has_credential(&row.account, CredentialKind::Secret)? {
            with_pin += 1;
            let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            made += &format!("{},{},{}\n", quoted(&row.account), quoted(&row.name), new_pin(home, &row.account)?);
        }
    }
    // Excel takes a file without the mark for Shift_JIS.
    world::write_private(pins, format!("\u{feff}{made}").as_bytes())?;
    seen(home, "people-set", "", &format!("{} rows", rows.len()), Exit::Ok);
    let (all, pins) = (rows.len(), pins.display());
    say(&format!(
        "{all} 人を読みました（うち変わらないもの {same}）。PIN {with_pin} 人分を {pins} に書きました。配り終えたら消してください。"
    ));
    say(&format!("{all} read ({same} unchanged); {with_pin} PINs are in {pins}: hand them out, then delete it."));
    for fault in &faults {
        say(&format!("  {fault}"));
    }
    Ok(if faults.is_empty() { Exit::Ok } else { Exit::Partial })
}

fn openings(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let state = staff::break_glass(&home.reader()?)?;
    let exit = if state.unreviewed() == 0 { Exit::Ok } else { Exit::Partial };
    if as_json {
        let row = |one: &staff::Opened| json!({ "at": one.at, "opening": one.opening, "review": one.review });
        say_json(&json!({ "openings": state.openings.iter().map(row).collect::<Vec<_>>() }))?;
        return Ok(exit);
    }
    for one in &state.openings {
        let o = &one.opening;
        let review = one.review.as_ref().map_or_else(
            || "未確認 not reviewed".to_owned(),
            |review| format!("確認 reviewed: {} ({}, {})", review.words, review.by, review.at),
        );
        say(&format!(
            "{}  {}  №{}-{}  {} {} {} {}  {review}",
            o.opening, one.at, o.card, o.code, o.name, o.post, o.vouched_by, o.reason
        ));
    }
    Ok(exit)
}

fn review(home: &Home, opening: &str, words: &str, by: &str) -> Result<Exit, Problem> {
    let state = staff::break_glass(&home.reader()?)?;
    if state.openings.iter().all(|one| one.opening.opening != opening) {
        return Err(Problem::failed(format!(
            "{opening}: この開封はありません。`andon people openings` / {opening}: no such opening; see `andon people openings`."
        )));
    }
    let (opening, words) = (opening.to_owned(), rules::words(words));
    tell(home, PeopleEvent::Reviewed { opening, words }, Some(by))?;
    seen(home, "openings-reviewed", "", "", Exit::Ok);
    say("記録しました。 / Recorded.");
    Ok(Exit::Ok)
}
