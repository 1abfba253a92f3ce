//! `andon telephone`: the phone desk from the command line, by the same rules as its page.

use std::sync::Arc;

use serde_json::{Value, json};
use store::Reader;

use super::args::telephone::{LogWords, PhoneWhy, Telephone};
use super::desk::moment;
use super::{meant, os_user, say, say_json, seen, write};
use crate::bookings::day::of_patient;
use crate::bookings::{Matter, RELATIONS, calls};
use crate::confidential;
use crate::event::{BookingEvent, BookingSaid, Flag};
use crate::finding::Hit;
use crate::finding::identify::{self, Asked, Compared, NEEDED};
use crate::home::{Exit, Home, Problem};
use crate::hospital::Members;
use crate::parents::Seen;
use crate::role::Role;
use crate::telephone::out;
use crate::telephone::rules::{Values, script};
use crate::text::{Lang, Words};
use crate::visits::rules::rule;
use crate::visits::{clinics, services};
use crate::world;
use crate::writing::telephone::{Arranged, PhoneWish};
use crate::writing::{Answer, Request};

/// Does what is asked of the phone desk.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn run(home: &Home, asked: &Telephone) -> Result<Exit, Problem> {
    match asked {
        Telephone::Find { asked, relation, reason, json } => {
            let asked = Asked {
                number: asked.number.clone(),
                name: asked.name.clone(),
                birth: asked.birth.clone(),
                phone: asked.phone.clone(),
            };
            find(home, (&asked, relation, reason.trim()), *json)
        }
        Telephone::Log(words) => log(home, words),
        Telephone::Done { call, why } => {
            let reader = home.reader()?;
            let thing = calls(&reader)?.into_iter().find(|one| one.name == *call || one.short() == *call);
            let thing = thing.ok_or_else(|| {
                Problem::usage(format!(
                    "{call}: この番号の電話はありません。`andon telephone list` で確かめてください。\n{call}: no such call; see `andon telephone list`."
                ))
            })?;
            let said = BookingSaid { thing: thing.name.clone(), act: "done".into(), ..BookingSaid::default() };
            told(home, BookingEvent::Call(said), why, false)
        }
        Telephone::List { all, json } => list(home, *all, *json),
    }
}

/// Fields of which something is said.
pub(super) fn values(pairs: &[(&str, &String)]) -> Values {
    let says = pairs.iter().filter(|(_, value)| !value.is_empty());
    says.map(|(field, value)| ((*field).to_owned(), (*value).clone())).collect()
}

/// Has something written of an appointment, a list, a row or a call.
pub(super) fn told(home: &Home, event: BookingEvent, why: &PhoneWhy, again: bool) -> Result<Exit, Problem> {
    let event = event.with(BookingSaid { words: why.words.clone(), ..event.said().clone() });
    let wish = PhoneWish::Say { event, seen: Seen::default(), at: moment(&why.by.at)?.0, again };
    wished(home, wish, why)
}

/// The same of any wish.
pub(super) fn wished(home: &Home, wish: PhoneWish, why: &PhoneWhy) -> Result<Exit, Problem> {
    let (by, role) = (why.by.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    match write::write(home, &Request::Telephone { wish, by, role })? {
        Answer::Arranged(Arranged { thing, number, rows }) if why.by.json => {
            say_json(&json!({"thing": thing, "number": number, "rows": rows}))?;
        }
        Answer::Arranged(Arranged { number, .. }) => say(&number),
        _ => return Err(write::unexpected()),
    }
    Ok(Exit::Ok)
}

/// Next appointments of who rings, and what is said of each department; exit 1 when nobody matches. Before two identifiers and who rings
/// nothing is said, of who is kept back nothing without a reason.
fn find(home: &Home, (asked, relation, reason): (&Asked, &str, &str), as_json: bool) -> Result<Exit, Problem> {
    let (reader, t) = (home.reader()?, Words::of(Lang::Ja));
    if asked.count() < NEEDED {
        return Err(Problem::usage(t.text("phone-too-few")));
    }
    if !RELATIONS.contains(&relation) {
        return Err(Problem::usage(format!("--relation: {}", t.text("phone-relation-unasked"))));
    }
    let identified = identify::find(&reader, asked)?;
    let people = identify::people(&reader, identified.found)?;
    let exit = if people.is_empty() { Exit::Failed } else { Exit::Ok };
    seen(home, "identify", "", "", exit);
    let mut rows = Vec::new();
    for (hit, compared) in &people {
        let id = hit.patient();
        let is_kept_back = confidential::asks_first(&reader, None, &id)?;
        if is_kept_back && !reason.is_empty() {
            seen(home, "reason", &format!("{}/{}", id.authority, id.id), reason, Exit::Ok);
        }
        rows.push(match is_kept_back && reason.is_empty() {
            true => kept_back(&reader, hit, compared)?,
            false => told_of(&reader, hit, compared)?,
        });
    }
    if as_json {
        let (training, hidden, more) = (reader.about().training, identified.hidden, identified.more);
        say_json(&json!({"training": training, "relation": relation, "found": rows, "hidden": hidden, "more": more}))?;
        return Ok(exit);
    }
    for row in &rows {
        in_words(row, t);
    }
    if identified.hidden > 0 {
        say(&t.with("reception-hidden", identified.hidden));
    }
    Ok(exit)
}

/// That somebody is kept back: the number, and which flags.
fn kept_back(reader: &Reader, hit: &Hit, compared: &Compared) -> Result<Value, Problem> {
    let flags = confidential::of_person(reader, &hit.patient())?;
    let hit = json!({"id": hit.id, "authority": hit.authority, "flags": flags});
    Ok(json!({"hit": hit, "same": compared.same, "other": compared.other, "kept_back": true, "plans": [], "rules": []}))
}

fn told_of(reader: &Reader, hit: &Hit, compared: &Compared) -> Result<Value, Problem> {
    let (clinics, services) = (clinics::all(reader)?, services(reader)?);
    let plans = of_patient(reader, &hit.patient(), world::now())?;
    let said = plans.iter().filter(|plan| plan.stands()).filter_map(|plan| {
        let clinic = clinics.iter().find(|one| plan.plan.department.contains(&one.name))?;
        let item = rule(&services, "booked", clinic).map(AsRef::as_ref);
        let script = script(item.map(|item| item.state));
        Some(json!({"department": clinic.name, "rule": crate::reception::out::rule(item), "script": script}))
    });
    let said: Vec<_> = said.collect();
    // Whether somebody is an inpatient is not told on the telephone.
    let hit = Hit { place: None, ..hit.clone() };
    let (same, other) = (&compared.same, &compared.other);
    Ok(json!({"hit": hit, "same": same, "other": other, "kept_back": false, "plans": plans, "rules": said}))
}

/// One who was found, for people.
fn in_words(row: &Value, t: Words) {
    let of = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let list =
        |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).collect::<Vec<_>>().join(" ");
    let hit = &row["hit"];
    say(&format!("{} {}　✓{} ✗{}", of(hit, "id"), of(hit, "name"), list(&row["same"]), list(&row["other"])));
    let flags = hit["flags"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let flags: Vec<String> = flags.map(|flag| t.word("flag", flag)).collect();
    if !flags.is_empty() {
        say(&format!("    ⚠ {} {}", t.text("flag-mark"), flags.join("・")));
    }
    if hit["flags"].as_array().is_some_and(|flags| flags.iter().any(|flag| flag == Flag::NoInquiry.code())) {
        say(&format!("    {}", t.text("phone-no-inquiry")));
    }
    if row["kept_back"] == true {
        say("    --reason で理由を書くと開きます。 / --reason opens it.");
    }
    for plan in row["plans"].as_array().into_iter().flatten() {
        let [at, department, text, state, source] =
            ["at", "department", "text", "state", "source"].map(|key| of(plan, key));
        say(&format!("    {at}  {department} {text}  {state} {source}"));
    }
}

fn log(home: &Home, words: &LogWords) -> Result<Exit, Problem> {
    let id = match words.id.is_empty() {
        true => chart::PatientId { authority: String::new(), id: String::new() },
        false => meant(home, &words.id, None)?,
    };
    let values = values(&[
        ("caller", &words.caller),
        ("relation", &words.relation),
        ("reason", &words.reason),
        ("result", &words.result),
        ("next", &words.next),
        ("back_by", &words.back_by),
        ("back_at", &words.back_at),
        ("phone", &words.phone),
    ]);
    let (authority, id) = (id.authority, id.id);
    let said = BookingSaid { authority, id, act: "note".into(), values, ..BookingSaid::default() };
    told(home, BookingEvent::Call(said), &words.why, false)
}

fn list(home: &Home, all: bool, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let rows: Vec<Arc<Matter>> = calls(&reader)?.into_iter().filter(|one| all || one.is_open_call()).collect();
    let late = rows.iter().filter(|one| one.is_late(now)).count();
    seen(home, "calls", "", "", Exit::Ok);
    if as_json {
        let members = reader.once(Members::of)?;
        let open = rows.iter().filter(|one| one.is_open_call()).count();
        let rows: Vec<_> = rows.iter().map(|one| out::call(one, &members, now)).collect();
        let training = reader.about().training;
        say_json(&json!({"training": training, "now": now, "open": open, "late": late, "calls": rows}))?;
        return Ok(Exit::Ok);
    }
    for one in &rows {
        say(&format!(
            "{} {} {}  {}  {} {}まで",
            one.short(),
            one.value("caller"),
            one.id,
            one.value("next"),
            one.value("back_by"),
            one.value("back_at")
        ));
    }
    Ok(Exit::Ok)
}
