//! `andon order`: orders written on paper held against the chart, entered, stopped.

use serde_json::{Value, json};

use super::args::orders::{OrderLines, OrderWhy, Orders};
use super::desk::moment;
use super::{meant, os_user, say, say_json, seen, write};
use crate::event::{OrderActed, OrderEvent, OrderSaid};
use crate::home::{Exit, Home, Problem};
use crate::orders;
use crate::prescribing::view::Outcome;
use crate::prescribing::{read, say::checked};
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::{Answer, Request};

/// Does what is asked.
///
/// # Errors
/// Nobody has the number, a line cannot be read, something was found and nobody is named, or nobody can write.
pub fn run(home: &Home, asked: &Orders) -> Result<Exit, Problem> {
    match asked {
        Orders::Check { lines, json } => check(home, lines, *json),
        Orders::Write { lines, kind, values, named, why_named, why } => {
            let said = said(home, lines)?;
            let fields = [
                ("sheet", &values.sheet),
                ("department", &values.department),
                ("doctor", &values.doctor),
                ("named", named),
                ("why", why_named),
            ];
            let values = fields.into_iter().filter_map(|(field, value)| Some((field.to_owned(), value.clone()?)));
            told(home, OrderEvent::Written(OrderSaid { kind: kind.clone(), values: values.collect(), ..said }), why)
        }
        Orders::Stop { order, reason, why } => acted(home, order, "stop", reason, why),
        Orders::Strike { order, reason, why } => acted(home, order, "strike", reason, why),
        Orders::List { patient, json } => list(home, patient.as_deref(), *json),
    }
}

fn said(home: &Home, lines: &OrderLines) -> Result<OrderSaid, Problem> {
    let patient = meant(home, &lines.patient, lines.authority.as_deref())?;
    let lines = read::lines(&lines.lines.join("\n"))?;
    Ok(OrderSaid { authority: patient.authority, id: patient.id, lines, ..OrderSaid::default() })
}

/// Partial where something asks for a name.
fn check(home: &Home, lines: &OrderLines, as_json: bool) -> Result<Exit, Problem> {
    let said = said(home, lines)?;
    let reader = home.reader()?;
    let found = checked(&reader, &said, world::now())?;
    let about = format!("{}/{}", said.authority, said.id);
    let exit = found.as_ref().map_or(Exit::Failed, |found| if found.asks_name() { Exit::Partial } else { Exit::Ok });
    seen(home, "orders", &about, "", exit);
    let Some(found) = found else {
        return Err(Problem::failed(format!("{}: この番号の患者はいません。 / nobody has this number.", said.id)));
    };
    if as_json {
        say_json(&json!({"training": reader.about().training, "asks_name": found.asks_name(), "checked": found}))?;
        return Ok(exit);
    }
    let (t, words) = (Words::of(Lang::Ja), said.lines.iter().map(|line| line.drug.clone()).collect());
    let outcome = Outcome::of(&found, words, t);
    for (at, line) in outcome.lines.iter().enumerate() {
        say(&format!("{}. {}", at + 1, line.words));
        for (asks, words) in &line.found {
            say(&format!("   {} {words}", if *asks { "⚠" } else { "・" }));
        }
    }
    if !outcome.unmatched.is_empty() {
        say(&format!("⚠ {} {}", t.text("orders-unmatched"), outcome.unmatched.join("、")));
    }
    say(&outcome.known.join("　"));
    say(&format!("{} {}", t.text("orders-not-done"), outcome.not_done));
    say(&t.with("orders-tables", outcome.tables));
    Ok(exit)
}

fn acted(home: &Home, order: &str, act: &str, reason: &str, why: &OrderWhy) -> Result<Exit, Problem> {
    let [order, act, words] = [order, act, reason].map(str::to_owned);
    told(home, OrderEvent::Acted(OrderActed { order, act, words, ..OrderActed::default() }), why)
}

fn told(home: &Home, event: OrderEvent, why: &OrderWhy) -> Result<Exit, Problem> {
    let (by, role) = (why.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    match write::write(home, &Request::Order { event, at: moment(&why.at)?.0, by, role })? {
        Answer::Said { number, .. } if why.json => say_json(&json!({ "number": number }))?,
        Answer::Said { number, .. } => say(&number),
        _ => return Err(write::unexpected()),
    }
    Ok(Exit::Ok)
}

fn list(home: &Home, patient: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    let patient = patient.map(|id| meant(home, id, None)).transpose()?;
    let reader = home.reader()?;
    let numbers = match &patient {
        Some(patient) => crate::record::numbers(&reader, patient)?,
        None => Vec::new(),
    };
    let all = orders::all(&reader)?;
    let rows: Vec<_> = all.iter().filter(|order| patient.is_none() || numbers.contains(&order.patient())).collect();
    if as_json {
        let told = |told: &Option<crate::incident::Told>| {
            told.as_ref()
                .map_or(Value::Null, |told| json!({"at": told.entry.to_string(), "by": told.who, "why": told.words}))
        };
        let row = |order: &&orders::Written| {
            json!({"order": order.name, "number": order.short(), "authority": order.said.authority, "id": order.said.id,
                "kind": order.said.kind, "lines": order.said.lines, "values": order.said.values,
                "at": order.told.at.to_string(), "by": order.told.who, "stopped": told(&order.stopped), "struck": told(&order.struck)})
        };
        let rows: Vec<Value> = rows.iter().map(row).collect();
        say_json(&json!({"training": reader.about().training, "orders": rows}))?;
        return Ok(Exit::Ok);
    }
    for order in rows {
        let over = if order.struck.is_some() {
            " 取消"
        } else if order.stopped.is_some() {
            " 中止"
        } else {
            ""
        };
        let drugs: Vec<&str> = order.said.lines.iter().map(|line| line.drug.as_str()).collect();
        say(&format!("{}  {}  {}  {}{over}", order.short(), order.told.at, order.said.id, drugs.join("・")));
    }
    Ok(Exit::Ok)
}
