//! `andon register`: the registers of headquarters from the command line.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use serde_json::json;

use super::args::registers::{ItemWhy, RegisterAct, Registers};
use super::chart::read_time;
use super::command::asked;
use super::{os_user, say, say_json, write};
use crate::command::registers::out;
use crate::event::{ItemAct, ItemSaid};
use crate::home::{Exit, Home, Problem};
use crate::incident::{Incident, now as current};
use crate::parents::Seen;
use crate::registers::words::{counts_in_words, done_in_words, fields_in_words};
use crate::registers::{Item, REGISTERS, Register, STEP, Shape, UNDONE, items, items_at, known, present};
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::{Answer, Request};

/// Counts every register, lists one, or says something of an item.
///
/// # Errors
/// There is no such register or item, it cannot be so, or nobody can write.
pub fn run(home: &Home, args: &Registers) -> Result<Exit, Problem> {
    let Some(code) = &args.register else { return all(home, args) };
    let of = known(code)?;
    match &args.act {
        None => list(home, of, args),
        Some(RegisterAct::Fields) => fields(of, args.json),
        Some(RegisterAct::Prepare { why }) => prepare(home, of, why, args),
        Some(act) => tell(home, of, act, args),
    }
}

fn all(home: &Home, args: &Registers) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let (of, now) = (asked(&reader, args.incident.as_ref())?, world::now());
    let mut rows = Vec::new();
    for register in &REGISTERS {
        let items = items(&reader, register, of.as_ref())?;
        if args.json {
            rows.push(out::counted(register, &items, now));
        } else {
            say(&counted(register, &items));
        }
    }
    if args.json {
        let id = of.map(|of| of.id).unwrap_or_default();
        say_json(&json!({"training": reader.about().training, "incident": id, "registers": rows}))?;
    }
    Ok(Exit::Ok)
}

/// The agenda of the next meeting.
///
/// # Errors
/// When the store cannot be read.
pub fn agenda(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now, t) = (home.reader()?, world::now(), Words::of(Lang::Ja));
    let incident = current(&reader)?;
    let sections = crate::registers::agenda::agenda(&*present(&reader)?, now);
    if as_json {
        let rows: Vec<_> = sections
            .iter()
            .map(|section| {
                let items: Vec<_> =
                    section.items.iter().map(|(of, item)| out::item(of, item, incident.as_ref())).collect();
                json!({"section": section.code, "departments": section.departments, "items": items})
            })
            .collect();
        say_json(
            &json!({"training": reader.about().training, "incident": incident.map(|of| of.id).unwrap_or_default(), "agenda": rows}),
        )?;
        return Ok(Exit::Ok);
    }
    for section in &sections {
        say(&format!("■ {}　{}", t.word("agenda", section.code), section.departments.join("　")));
        section.items.iter().for_each(|(of, item)| say(&plain(of, item, incident.as_ref())));
    }
    if sections.is_empty() {
        say(&t.text("agenda-none"));
    }
    Ok(Exit::Ok)
}

fn counted(of: &Register, items: &[Arc<Item>]) -> String {
    let [ja, en] = [Lang::Ja, Lang::En].map(Words::of);
    let counts = counts_in_words(of, items, ja);
    let counts: Vec<String> = counts.into_iter().map(|(state, count)| format!("{state} {count}")).collect();
    format!(
        "{:<11} {} / {}  {}",
        of.code,
        ja.word("register", of.code),
        en.word("register", of.code),
        counts.join("、")
    )
}

fn list(home: &Home, of: &'static Register, args: &Registers) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let incident = asked(&reader, args.incident.as_ref())?;
    let mut all = match &args.at {
        Some(text) => items_at(&reader, of, incident.as_ref(), read_time(text)?)?,
        None => items(&reader, of, incident.as_ref())?,
    };
    let counted = out::counted(of, &all, world::now());
    all.retain(|item| item.is_in(of, args.state.as_deref().unwrap_or_default()));
    if args.csv {
        let bytes = out::csv(of, &all, Words::of(Lang::Ja));
        std::io::stdout().write_all(&bytes).map_err(|error| Problem::failed(error.to_string()))?;
    } else if args.json {
        let mut told = out::register(of, &all, incident.as_ref());
        told["training"] = reader.about().training.into();
        told["incident"] = incident.map(|of| of.id).unwrap_or_default().into();
        told["counts"] = counted["counts"].clone();
        say_json(&told)?;
    } else {
        all.iter().for_each(|item| say(&plain(of, item, incident.as_ref())));
        say(&format!("{}件 / {} items", all.len(), all.len()));
    }
    Ok(Exit::Ok)
}

fn plain(of: &Register, item: &Item, incident: Option<&Incident>) -> String {
    let t = Words::of(Lang::Ja);
    let mut text = format!("{} [{}] {}", item.number, t.word("item-state", item.state), item.value(of.name()));
    let lines = of.ticked().map(|field| t.word("item-field", field));
    for (field, value) in fields_in_words(of, item, t).into_iter().filter(|(field, _)| Some(field) != lines.as_ref()) {
        text += &format!(" ／{field}：{}", value.replace('\n', " "));
    }
    for (step, told) in item.steps(of, incident) {
        let (mark, when) = told.map_or(("□", String::new()), |told| ("✓", done_in_words(told)));
        text += &format!("\n    {mark} {step} {when}");
    }
    if !item.holder.is_empty() {
        text += &format!(" ／{}", t.with("item-held-by", item.holder.as_str()));
    }
    if !item.offered.is_empty() {
        text += &format!(" ／{}", t.with("item-offered-to", item.offered.as_str()));
    }
    if let Some(told) = &item.struck {
        text += &format!(" 【{} {} {}】", t.text("item-is-struck"), told.words, told.who);
    }
    if item.doubtful {
        text += " 【要確認】";
    }
    text
}

fn fields(of: &Register, as_json: bool) -> Result<Exit, Problem> {
    let [ja, en] = [Lang::Ja, Lang::En].map(Words::of);
    let both = |prefix: &str, code: &str| format!("{} / {}", ja.word(prefix, code), en.word(prefix, code));
    if as_json {
        let fields: Vec<&str> = of.fields.iter().map(|field| field.code).collect();
        say_json(&json!({"register": of.code, "fields": fields, "states": of.states, "first": of.first}))?;
        return Ok(Exit::Ok);
    }
    for field in of.fields {
        let choices = match field.shape {
            Shape::Choice(of) => format!("  ({})", of.join(" ")),
            _ => String::new(),
        };
        say(&format!("{:<12} {}{choices}", field.code, both("item-field", field.code)));
    }
    of.states.iter().for_each(|state| say(&format!("state={state:<12} {}", both("item-state", state))));
    Ok(Exit::Ok)
}

/// `FIELD=TEXT`, each once.
fn pairs(values: &[String]) -> Result<BTreeMap<String, String>, Problem> {
    let mut pairs = BTreeMap::new();
    for text in values {
        let pair = text.split_once('=').filter(|(field, _)| !field.trim().is_empty());
        let (field, value) = pair.ok_or_else(|| {
            Problem::usage(format!("{text}: 「項目=内容」の形で書いてください（`fields` で項目の一覧）。\n{text}: write FIELD=TEXT (see `fields`)."))
        })?;
        pairs.insert(field.trim().to_owned(), value.to_owned());
    }
    Ok(pairs)
}

fn write(home: &Home, request: &Request) -> Result<String, Problem> {
    match write::write(home, request)? {
        Answer::Said { number, .. } => Ok(number),
        _ => Err(write::unexpected()),
    }
}

fn tell(home: &Home, of: &'static Register, act: &RegisterAct, args: &Registers) -> Result<Exit, Problem> {
    let to = |name: &str| BTreeMap::from([("holder".to_owned(), name.to_owned())]);
    let (act, number, values, why) = match act {
        RegisterAct::Add { values, why } => (ItemAct::Set, "", pairs(values)?, why),
        RegisterAct::Set { number, values, why } => (ItemAct::Set, number.as_str(), pairs(values)?, why),
        RegisterAct::Give { number, to: name, why } => (ItemAct::Give, number.as_str(), to(name), why),
        RegisterAct::Accept { number, why } => (ItemAct::Accept, number.as_str(), BTreeMap::new(), why),
        RegisterAct::Seize { number, to: name, why } => (ItemAct::Seize, number.as_str(), to(name), why),
        RegisterAct::Tick { number, step, at, undo, why } => {
            let mut values = BTreeMap::from([(STEP.to_owned(), step.clone()), ("at".to_owned(), at.clone())]);
            values.extend(undo.then(|| (UNDONE.to_owned(), "1".to_owned())));
            (ItemAct::Tick, number.as_str(), values, why)
        }
        RegisterAct::Strike { number, why } => (ItemAct::Strike, number.as_str(), BTreeMap::new(), why),
        RegisterAct::Prepare { .. } | RegisterAct::Fields => return Ok(Exit::Ok),
    };
    let event = ItemSaid {
        register: of.code.to_owned(),
        incident: args.incident.clone().unwrap_or_default(),
        number: number.to_owned(),
        act: act.word().to_owned(),
        words: why.words.clone(),
        values,
        ..ItemSaid::default()
    };
    let (by, role) = (why.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    let number = write(home, &Request::Item { event, seen: Seen::default(), by, role })?;
    match args.json {
        true => say_json(&json!({"register": of.code, "no": number}))?,
        false => say(&number),
    }
    Ok(Exit::Ok)
}

fn prepare(home: &Home, of: &'static Register, why: &ItemWhy, args: &Registers) -> Result<Exit, Problem> {
    let (by, role) = (why.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    write(home, &Request::Prepare { register: of.code.to_owned(), by, role })?;
    list(home, of, args)
}
