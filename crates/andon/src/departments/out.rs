//! Slips, results, call-backs, deliveries and queries as JSON (docs/json.md).

use chart::Moment;
use serde_json::{Value, json};
use store::Reader;

use crate::desks::{self, Entry, Reached, is_contested};
use crate::event::{DELIVERIES_ITEM, RESULTS_ITEM, SLIPS_ITEM};
use crate::fields::Apart;
use crate::home::Problem;
use crate::hospital::Members;

/// Anything of a desk with all that was said of it.
pub fn entry(one: &Entry, members: &Members) -> Value {
    let history = one.history.iter().map(|(said, by, station)| {
        json!({"act": said.act, "values": said.values, "words": said.words, "told": by.as_json(), "station": members.name(*station)})
    });
    let apart = one.apart.iter().map(Apart::as_json);
    json!({
        "thing": one.name, "number": one.short(), "authority": one.authority, "id": one.id, "values": one.values,
        "since": one.since(), "doubtful": one.is_doubtful(), "apart": apart.collect::<Vec<_>>(),
        "history": history.collect::<Vec<_>>(),
    })
}

/// A slip with how it stands and the items that have no result.
///
/// # Errors
/// When the store cannot be read.
pub fn slip(reader: &Reader, one: &Entry, members: &Members, now: Moment) -> Result<Value, Problem> {
    let mut value = entry(one, members);
    value["state"] = one.slip_state().into();
    value["minutes"] = one.since().minutes_until(now).into();
    value["missing"] = desks::missing::items(reader, one)?.into();
    value["contested"] = is_contested(&desks::of_sort(reader, SLIPS_ITEM)?, one).into();
    Ok(value)
}

/// A set of results with its rows and how far it is.
///
/// # Errors
/// When the store cannot be read.
pub fn set(reader: &Reader, one: &Entry, members: &Members) -> Result<Value, Problem> {
    let mut value = entry(one, members);
    let deliveries = desks::of_sort(reader, DELIVERIES_ITEM)?;
    let rows = one.rows().into_iter().map(|(field, row)| {
        let delta = row.delta().map(|(by, per_cent)| json!({"by": by, "per_cent": per_cent}));
        let mut row = json!(row);
        (row["field"], row["delta"]) = (field.into(), json!(delta));
        row
    });
    value["rows"] = rows.collect::<Vec<_>>().into();
    value["state"] = one.set_state().into();
    value["delivery"] = reached(&desks::reached(one, &deliveries), members);
    value["contested"] = is_contested(&desks::of_sort(reader, RESULTS_ITEM)?, one).into();
    Ok(value)
}

/// How far a set is on its way.
pub fn reached(of: &Reached, members: &Members) -> Value {
    let all = |all: &[std::sync::Arc<Entry>]| all.iter().map(|one| entry(one, members)).collect::<Vec<_>>();
    json!({"state": of.state(), "since": of.since, "deliveries": all(&of.deliveries), "stale": all(&of.stale)})
}

/// A critical value with how far it is to go up.
pub fn critical(one: &Entry, members: &Members, now: Moment) -> Value {
    let mut value = entry(one, members);
    value["open"] = one.is_open_critical().into();
    value["minutes"] = one.since().minutes_until(now).into();
    value["escalation"] = one.escalation(now).into();
    value
}
