//! Visits and learned names as JSON (docs/json.md).

use serde_json::{Value, json};

use crate::hospital::Members;
use crate::names::Learned;
use crate::registers::Item;
use crate::visits::{Tally, Visit};

/// A visit.
pub fn visit(visit: &Visit, members: &Members) -> Value {
    let history = visit.history.iter().map(|past| {
        let struck = past.struck.as_ref().map(|by| json!({"told": by.as_json(), "words": by.words}));
        let said = &past.said;
        json!({"act": said.act, "values": said.values, "words": said.words, "told": past.told.as_json(), "struck": struck})
    });
    let ends =
        visit.apart.iter().map(|end| json!({"state": end.state, "values": end.values, "since": end.since.as_json()}));
    json!({
        "visit": visit.name, "day": visit.said.day, "ticket": visit.said.ticket, "authority": visit.said.authority, "id": visit.said.id,
        "station": members.name(visit.station), "received": visit.received.as_json(), "words": visit.said.words, "state": visit.state,
        "open": visit.is_open(), "values": visit.values, "flags": visit.words("flags"), "departments": visit.departments(),
        "since": visit.since.as_json(), "doubtful": visit.is_doubtful(), "apart": ends.collect::<Vec<_>>(),
        "history": history.collect::<Vec<_>>(),
    })
}

/// How many are left.
pub fn tally(tally: Tally) -> Value {
    json!({"left": tally.left, "waiting": tally.waiting, "away": tally.away, "done": tally.done})
}

/// A name that was learned.
pub fn name(one: &Learned) -> Value {
    let mut value = serde_json::to_value(&one.said).unwrap_or_default();
    value["told"] = one.told.as_json();
    value["station"] = one.station.clone().into();
    value
}

/// The rule in force for a visit; null for none.
pub fn rule(item: Option<&Item>) -> Value {
    item.map_or(Value::Null, |item| {
        json!({"no": item.number, "service": item.value("service"), "state": item.state, "conditions": item.value("conditions"),
               "exceptions": item.value("exceptions"), "callers": item.value("callers")})
    })
}
