//! Appointments, lists, rows and calls as JSON and CSV (docs/json.md).

use chart::Moment;
use serde_json::{Value, json};
use store::Reader;

use crate::bookings::day::{phones, unlike};
use crate::bookings::{All, Matter, Progress};
use crate::confidential::Flags;
use crate::fields::Apart;
use crate::finding::hit_of;
use crate::finding::shown::is_kept_back;
use crate::home::Problem;
use crate::hospital::Members;
use crate::names;
use crate::text::Words;

/// An appointment, list, row or call with all that was said of it.
pub fn matter(one: &Matter, members: &Members) -> Value {
    let history = one.history.iter().map(|(said, by, station)| {
        json!({"act": said.act, "values": said.values, "words": said.words, "told": by.as_json(), "station": members.name(*station)})
    });
    let apart = one.apart.iter().map(Apart::as_json);
    json!({
        "thing": one.name, "number": one.short(), "authority": one.authority, "id": one.id, "values": one.values,
        "doubtful": one.is_doubtful(), "apart": apart.collect::<Vec<_>>(), "history": history.collect::<Vec<_>>(),
    })
}

/// A row of a list, with the appointments that an earlier result of it changed and its present one says nothing of.
///
/// # Errors
/// When the store cannot be read.
pub fn row(reader: &Reader, one: &Matter, members: &Members) -> Result<Value, Problem> {
    let mut value = matter(one, members);
    value["unlike"] = json!(unlike(reader, one)?.iter().map(|plan| &plan.booking).collect::<Vec<_>>());
    value["no"] = one.no().into();
    value["state"] = one.row_state().into();
    value["tries"] = json!(one.tries());
    Ok(value)
}

/// A call that came in.
pub fn call(one: &Matter, members: &Members, now: Moment) -> Value {
    let mut value = matter(one, members);
    value["open"] = one.is_open_call().into();
    value["late"] = one.is_late(now).into();
    value
}

/// How far a list is.
pub fn progress(of: &Progress) -> Value {
    json!({"all": of.all, "states": of.states, "outcomes": of.outcomes, "doubtful": of.doubtful})
}

/// The rows of a list for a spreadsheet: whom to ring, about what, and what came of it.
///
/// # Errors
/// When the store cannot be read.
pub fn csv(reader: &Reader, rows: &All, t: Words) -> Result<Vec<u8>, Problem> {
    let heads = [
        "no",
        "id",
        "name",
        "kana",
        "phone",
        "planned",
        "department",
        "what",
        "state",
        "outcome",
        "tries",
        "moved-to",
        "next",
        "words",
        "by",
    ];
    let mut table = vec![heads.map(|head| t.word("calls-head", head)).to_vec()];
    let (learned, flags) = (names::all(reader)?, reader.once(Flags::all)?);
    for row in rows.iter() {
        let mut hit = hit_of(reader, &row.patient())?;
        names::tell(&mut hit, &learned);
        let mut phones = phones(reader, &row.patient())?.join(" ");
        // Whoever is kept back stands in no file by name.
        if is_kept_back(&flags, &row.patient()) {
            (hit.name, hit.kana, phones) = (t.text("flag-mark"), String::new(), String::new());
        }
        let tries: Vec<String> = row.tries().iter().map(Moment::to_string).collect();
        let last = row.last().map(|told| (told.words.clone(), format!("{} {}", told.at, told.who))).unwrap_or_default();
        let outcome = row.value("outcome");
        table.push(vec![
            row.no().to_string(),
            row.id.clone(),
            hit.name,
            hit.kana,
            phones,
            row.value("at").to_owned(),
            row.value("department").to_owned(),
            row.value("what").to_owned(),
            t.word("calls-state", row.row_state()),
            if outcome.is_empty() { String::new() } else { t.word("calls-outcome", outcome) },
            tries.join(" "),
            row.value("moved_to").to_owned(),
            row.value("next").to_owned(),
            last.0,
            last.1,
        ]);
    }
    Ok(crate::spreadsheet::csv(table))
}
