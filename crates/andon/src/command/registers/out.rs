//! Items of registers as JSON and CSV.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::incident::{Incident, Told};
use crate::registers::words::Tally;
use crate::registers::{Item, Register, counts};
use crate::spreadsheet;
use crate::text::Words;

fn told(told: Option<&Told>) -> Value {
    told.map_or(Value::Null, |told| json!({"by": told.who, "role": told.role, "at": told.entry}))
}

/// A register with its items; of action cards what was done in an incident.
pub fn register(of: &Register, items: &[Arc<Item>], incident: Option<&Incident>) -> Value {
    let rows: Vec<Value> = items.iter().map(|one| item(of, one, incident)).collect();
    json!({"register": of.code, "items": rows})
}

/// How many items of a register are in each state.
pub fn counted(of: &Register, items: &[Arc<Item>], now: chart::Moment) -> Value {
    let Tally { open, late, doubtful } = Tally::of(of, items, now);
    json!({"register": of.code, "counts": counts(of, items), "open": open, "late": late, "doubtful": doubtful})
}

/// An item; of action cards what was done in an incident.
pub fn item(of: &Register, item: &Item, incident: Option<&Incident>) -> Value {
    let history: Vec<Value> = item
        .history
        .iter()
        .map(|(said, by)| json!({"act": said.act, "values": said.values, "words": said.words, "told": told(Some(by))}))
        .collect();
    let step = |(at, (step, done)): (usize, (&str, Option<&Told>))| json!({"step": at + 1, "text": step, "done": done.map(|told| json!({"at": told.at, "by": told.who}))});
    let steps: Vec<Value> = item.steps(of, incident).into_iter().enumerate().map(step).collect();
    json!({
        "steps": steps, "no": item.number, "item": item.name, "incident": item.incident, "name": item.value(of.name()), "state": item.state,
        "values": item.values, "holder": item.holder, "offered": item.offered, "open": item.is_open(of),
        "doubtful": item.doubtful, "struck": told(item.struck.as_ref()), "entered": told(item.entered()),
        "last": told(item.last()), "history": history,
    })
}

/// Items as CSV, UTF-8 with a byte order mark; columns are the register's fields.
pub fn csv(of: &Register, items: &[Arc<Item>], t: Words) -> Vec<u8> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    let names = of.fields.iter().map(|field| t.word("item-field", field.code));
    let ends = ["holder", "doubtful", "struck", "by", "at"].map(|code| t.word("item-field", code));
    rows.push([t.text("devices-number"), t.word("item-field", "state")].into_iter().chain(names).chain(ends).collect());
    let mark = |on: bool| if on { "1".to_owned() } else { String::new() };
    for item in items {
        let values = of.fields.iter().map(|field| item.value(field.code).to_owned());
        let (by, at) = item.last().map_or_else(Default::default, |told| (told.who.clone(), told.entry.to_string()));
        let ends = [item.holder.clone(), mark(item.doubtful), mark(item.struck.is_some()), by, at];
        rows.push(
            [item.number.clone(), t.word("item-state", item.state)].into_iter().chain(values).chain(ends).collect(),
        );
    }
    spreadsheet::csv(rows)
}
