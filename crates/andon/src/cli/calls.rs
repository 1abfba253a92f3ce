//! `andon calls`: lists of people to be called, from the command line, by the same rules as their pages.

use serde_json::json;

use super::args::telephone::{Calls, CallsAct, MakeWords, OfRow};
use super::desk::moment;
use super::telephone::{told, values, wished};
use super::{bytes_of, say, say_json, seen};
use crate::bookings::{Cohort, Matter, Progress, list_meant, lists, rows};
use crate::event::{BookingEvent, BookingSaid};
use crate::home::{Exit, Home, Problem};
use crate::hospital::Members;
use crate::telephone::out;
use crate::telephone::rules::numbers;
use crate::text::{Lang, Words};
use crate::writing::telephone::PhoneWish;

/// Bytes of a CSV of numbers.
const CSV_BYTES_MAX: u64 = 1 << 20;

/// Lists call lists, or says something of one.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn run(home: &Home, args: &Calls) -> Result<Exit, Problem> {
    let Some(act) = &args.act else { return all(home, args.json) };
    match act {
        CallsAct::Show { list } => show(home, list, args.json),
        CallsAct::Csv { list, out } => {
            let reader = home.reader()?;
            let list = list_meant(&reader, list)?;
            let csv = out::csv(&reader, &rows(&reader, &list.name)?.into(), Words::of(Lang::Ja))?;
            seen(home, "call_list_csv", "", &list.short(), Exit::Ok);
            std::fs::write(out, csv)?;
            Ok(Exit::Ok)
        }
        CallsAct::Make(words) => make(home, words),
        CallsAct::Take(of) => row(home, of, "take", &[]),
        CallsAct::Release(of) => row(home, of, "release", &[]),
        CallsAct::Result { row: of, outcome, to, next, spoke_with } => {
            let fields = [("outcome", outcome), ("moved_to", to), ("next", next), ("spoke_with", spoke_with)];
            row(home, of, "result", &fields)
        }
        CallsAct::Enter { sheet, row, outcome, to, next, writer, why } => {
            let act = if outcome.is_empty() { "blank" } else { "result" };
            let wish = PhoneWish::Row {
                sheet: sheet.clone(),
                row: *row,
                writer: writer.clone(),
                act: act.to_owned(),
                values: values(&[("outcome", outcome), ("moved_to", to), ("next", next)]),
                words: why.words.clone(),
                at: moment(&why.by.at)?.0,
            };
            wished(home, wish, why)
        }
        CallsAct::Close { list, why } => {
            let thing = list_meant(&home.reader()?, list)?.name.clone();
            let said = BookingSaid { thing, act: "close".into(), ..BookingSaid::default() };
            told(home, BookingEvent::List(said), why, false)
        }
    }
}

fn all(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let mut told = Vec::new();
    let members = reader.once(Members::of)?;
    for list in lists(&reader)? {
        let progress = Progress::of(&rows(&reader, &list.name)?);
        if as_json {
            let mut value = out::matter(&list, &members);
            value["progress"] = out::progress(&progress);
            told.push(value);
        } else {
            let left = progress.all - progress.in_state("done") - progress.in_state("unreachable");
            say(&format!("{} {}  残り {left} / {}", list.short(), list.value("title"), progress.all));
        }
    }
    if as_json {
        say_json(&json!({"training": reader.about().training, "lists": told}))?;
    }
    Ok(Exit::Ok)
}

fn show(home: &Home, list: &str, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let list = list_meant(&reader, list)?;
    let all = rows(&reader, &list.name)?;
    seen(home, "call_list", "", &list.short(), Exit::Ok);
    let t = Words::of(Lang::Ja);
    if as_json {
        let members = reader.once(Members::of)?;
        let told: Vec<_> = all.iter().map(|row| out::row(&reader, row, &members)).collect::<Result<_, _>>()?;
        say_json(&json!({
            "training": reader.about().training, "list": out::matter(&list, &members),
            "progress": out::progress(&Progress::of(&all)), "rows": told,
        }))?;
        return Ok(Exit::Ok);
    }
    for row in &all {
        say(&format!(
            "{} {}  {} {}  [{}] {}",
            row.no(),
            row.id,
            row.value("at"),
            row.value("what"),
            t.word("calls-state", row.row_state()),
            row.value("next")
        ));
    }
    Ok(Exit::Ok)
}

fn make(home: &Home, words: &MakeWords) -> Result<Exit, Problem> {
    let typed = match &words.csv {
        Some(file) => numbers(&String::from_utf8_lossy(&bytes_of(file, CSV_BYTES_MAX)?)),
        None => Vec::new(),
    };
    if words.csv.is_some() && typed.is_empty() {
        return Err(Problem::usage(
            "CSV に患者番号がありません（先頭の列が番号です）。\nNo number is in the CSV (the first column is the number).",
        ));
    }
    let cohort = Cohort {
        from: words.from.clone(),
        to: words.to.clone(),
        department: words.department.clone(),
        kind: words.kind.clone(),
        numbers: typed,
    };
    let values = values(&[("title", &words.title), ("reason", &words.reason), ("script", &words.script)]);
    wished(home, PhoneWish::List { cohort, values }, &words.why)
}

fn row(home: &Home, of: &OfRow, act: &str, fields: &[(&str, &String)]) -> Result<Exit, Problem> {
    let thing = row_meant(home, of)?;
    let (act, values) = (act.to_owned(), values(fields));
    let said = BookingSaid { thing, act, values, ..BookingSaid::default() };
    told(home, BookingEvent::Row(said), &of.why, of.again)
}

fn row_meant(home: &Home, of: &OfRow) -> Result<String, Problem> {
    let reader = home.reader()?;
    let list = list_meant(&reader, &of.list)?;
    let all = rows(&reader, &list.name)?;
    let is = |row: &&std::sync::Arc<Matter>| row.no() == of.row;
    all.iter().find(is).map(|row| row.name.clone()).ok_or_else(|| {
        let (no, last) = (of.row, all.len());
        Problem::usage(format!("{no}: 行の番号は 1 から {last} です。\n{no}: a row's number is 1 to {last}."))
    })
}
