//! What `andon ward` writes of stays and inpatients, and the lists of it: the same as the pages, by the same rules.

use chart::PatientId;
use serde_json::json;

use super::args::telephone::PhoneWhy;
use super::args::ward::{Admit, Bed, DialysisWords, MealWords, Under, WardAct};
use super::desk::moment;
use super::telephone::values;
use super::{meant, os_user, say, say_json, seen, write};
use crate::event::{StayEvent, StaySaid};
use crate::home::{Exit, Home, Problem};
use crate::hospital::Members;
use crate::nursing::out;
use crate::nursing::rules::{Values, place, typed_meal};
use crate::parents::Seen;
use crate::role::Role;
use crate::stays::{STRIKES, census, notes, place_text, stays};
use crate::typed_time::due;
use crate::ward;
use crate::world;
use crate::writing::ward::WardWish;
use crate::writing::{Answer, Request};

/// Does what is asked.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn act(home: &Home, act: &WardAct) -> Result<Exit, Problem> {
    match act {
        WardAct::Admit(words) => admit(home, words),
        WardAct::Move { id, bed, doctor, stay, again, why } => {
            let fields = values(&[("doctor", doctor)]).into_iter().chain(placed(bed)?).collect();
            of_stay(home, (id, stay), ("move", fields), *again, why)
        }
        WardAct::Leave { id, kind, back, why } => {
            let mut fields = values(&[("leave", kind)]);
            if !back.is_empty() {
                fields.insert("back_at".to_owned(), due(back, world::now()).ok_or_else(no_time)?.to_string());
            }
            of_stay(home, (id, ""), ("leave", fields), false, why)
        }
        WardAct::Back { id, why } => of_stay(home, (id, ""), ("back", Values::new()), false, why),
        WardAct::Discharge { id, outcome, to, stay, why } => {
            of_stay(home, (id, stay), ("discharge", values(&[("outcome", outcome), ("to", to)])), false, why)
        }
        WardAct::Correct { id, under, why } => of_stay(home, (id, ""), ("correct", said_under(under)), false, why),
        WardAct::Strike { id, event, why } => strike(home, id, event, why),
        WardAct::Memo { id, shift, text, why } => {
            of_note(home, (id, ""), ("memo", values(&[("shift", shift), ("text", text)])), why)
        }
        WardAct::Meal(words) => meal(home, words),
        WardAct::Caution { id, kind, text, why } => {
            of_note(home, (id, ""), ("caution", values(&[("caution", kind), ("text", text)])), why)
        }
        WardAct::Dialysis(words) => dialysis(home, words),
        WardAct::End { id, thing, why } => of_note(home, (id, thing), ("end", Values::new()), why),
        WardAct::List { of, json } => list(home, of.as_deref(), *json),
        WardAct::Dialyses { json } => dialyses(home, *json),
    }
}

fn no_time() -> Problem {
    crate::home::wrong("時刻として読めません。例 1700、11/2 17:00", "Not a time. Try 1700 or 11/2 17:00")
}

fn placed(bed: &Bed) -> Result<Values, Problem> {
    Ok(Values::from([("place".to_owned(), place_text(&place(&bed.to, &bed.room, &bed.bed)?))]))
}

fn said_under(under: &Under) -> Values {
    values(&[("department", &under.department), ("doctor", &under.doctor), ("diagnosis", &under.diagnosis)])
}

fn admit(home: &Home, words: &Admit) -> Result<Exit, Problem> {
    let fields = said_under(&words.under).into_iter().chain(placed(&words.bed)?).collect();
    of_stay(home, (&words.id, ""), ("admit", fields), words.again, &words.why)
}

fn meal(home: &Home, words: &MealWords) -> Result<Exit, Problem> {
    let now = world::now();
    let mut fields = values(&[("diet", &words.diet), ("text", &words.text)]);
    for (field, typed) in [("from", &words.from), ("to", &words.until)] {
        let meal = typed_meal(typed, "", now)?;
        fields.extend(Some((field.to_owned(), meal)).filter(|(_, meal)| !meal.is_empty()));
    }
    fields.extend(words.fasting.then(|| ("fasting".to_owned(), "1".to_owned())));
    of_note(home, (&words.id, ""), ("meal", fields), &words.why)
}

/// What is known of the terms goes onto the patient's terms that hold, where there are any.
fn dialysis(home: &Home, words: &DialysisWords) -> Result<Exit, Problem> {
    let fields = values(&[
        ("schedule", &words.schedule),
        ("hours", &words.hours),
        ("dry_weight", &words.dry_weight),
        ("anticoagulant", &words.anticoagulant),
        ("access", &words.access),
        ("dialyzer", &words.dialyzer),
        ("infection", &words.infection),
        ("last_time", &words.last_time),
    ]);
    let id = meant(home, &words.id, None)?;
    let own =
        |one: &&std::sync::Arc<crate::stays::Stay>| one.patient() == id && one.sort() == "dialysis" && one.holds();
    let thing = notes(&home.reader()?)?.iter().rev().find(own).map_or_else(String::new, |one| one.name.clone());
    of_note(home, (&words.id, &thing), ("dialysis", fields), &words.why)
}

fn said(
    home: &Home,
    (id, thing): (&str, &str),
    (act, values): (&str, Values),
    why: &PhoneWhy,
) -> Result<StaySaid, Problem> {
    let PatientId { authority, id } = meant(home, id, None)?;
    let (thing, act, words) = (thing.to_owned(), act.to_owned(), why.words.clone());
    Ok(StaySaid { thing, authority, id, act, words, values })
}

fn of_stay(home: &Home, of: (&str, &str), what: (&str, Values), again: bool, why: &PhoneWhy) -> Result<Exit, Problem> {
    wished(home, StayEvent::Stay(said(home, of, what, why)?), again, why)
}

fn of_note(home: &Home, of: (&str, &str), what: (&str, Values), why: &PhoneWhy) -> Result<Exit, Problem> {
    wished(home, StayEvent::Note(said(home, of, what, why)?), false, why)
}

/// Of whichever thing of the patient the event is.
fn strike(home: &Home, id: &str, event: &str, why: &PhoneWhy) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let patient = meant(home, id, None)?;
    let is_of = |one: &&std::sync::Arc<crate::stays::Stay>| {
        one.patient() == patient && one.history.iter().any(|past| past.hash.to_string() == event)
    };
    let fields = Values::from([(STRIKES.to_owned(), event.to_owned())]);
    if let Some(stay) = stays(&reader)?.iter().find(is_of) {
        return of_stay(home, (id, &stay.name), ("strike", fields), false, why);
    }
    let note = notes(&reader)?.iter().find(is_of).map(|one| one.name.clone()).ok_or_else(|| {
        crate::home::wrong(
            "この記録はありません。`andon ward list --json` の event で選んでください。",
            "No such entry: choose by `event` of `andon ward list --json`.",
        )
    })?;
    of_note(home, (id, &note), ("strike", fields), why)
}

fn wished(home: &Home, event: StayEvent, again: bool, why: &PhoneWhy) -> Result<Exit, Problem> {
    let wish = WardWish { event, seen: Seen::default(), at: moment(&why.by.at)?.0, again };
    let (by, role) = (why.by.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    match write::write(home, &Request::Ward { wish, by, role })? {
        Answer::Arranged(done) if why.by.json => say_json(&json!({"thing": done.thing, "number": done.number}))?,
        Answer::Arranged(done) => say(&done.number),
        _ => return Err(write::unexpected()),
    }
    Ok(Exit::Ok)
}

fn list(home: &Home, ward: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let ward = ward.map(|asked| super::ward::named(ward::wards(&reader)?, asked)).transpose()?;
    let (lying, more) = census::of_ward(&reader, ward.as_deref(), census::INPATIENTS_MAX)?;
    let members = reader.once(Members::of)?;
    seen(home, "wards", ward.as_deref().unwrap_or_default(), "stays", Exit::Ok);
    let here = |id: &PatientId| ward.is_none() || lying.iter().any(|one| one.id == *id);
    // Of one ward also who left it: the stay says where to.
    let of_ward = |one: &crate::stays::Stay| {
        ward.as_ref().is_none_or(|ward| one.places().iter().any(|place| place.ward == *ward))
    };
    let stays: Vec<_> = stays(&reader)?.into_iter().filter(|one| here(&one.patient()) || of_ward(one)).collect();
    let notes: Vec<_> = notes(&reader)?.into_iter().filter(|one| here(&one.patient())).collect();
    let today = ward.as_deref().map(|ward| crate::stays::day::of_day(&reader, ward, now)).transpose()?;
    if as_json {
        let told = |all: &[std::sync::Arc<crate::stays::Stay>]| -> Vec<_> {
            all.iter().map(|one| out::said(one, &members, now)).collect()
        };
        let inpatients: Vec<_> = lying.iter().map(out::lying).collect();
        say_json(&json!({
            "training": reader.about().training, "now": now, "ward": ward, "inpatients": inpatients, "more": more,
            "stays": told(&stays), "notes": told(&notes), "today": today,
        }))?;
        return Ok(Exit::Ok);
    }
    for one in &lying {
        let (place, source) = (&one.inpatient.place, if one.stay.is_some() { "停止中" } else { "" });
        let doubts = if one.doubts.is_empty() { "" } else { "要確認" };
        say(&format!(
            "{:<4} {:<8} {:<12} {source} {doubts}",
            place.ward,
            format!("{}-{}", place.room, place.bed),
            one.id.id
        ));
    }
    Ok(Exit::Ok)
}

fn dialyses(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let (found, more) = crate::stays::dialysis::patients(&reader, now)?;
    seen(home, "wards", "dialysis", "", Exit::Ok);
    if as_json {
        let rows = found.iter().map(|one| {
            json!({
                "id": one.id.id, "authority": one.id.authority, "name": one.chart.patient.name,
                "terms": chart::dialysis::terms(&one.chart), "allergies": one.chart.allergies.answer,
                "infections": one.chart.infections.answer,
            })
        });
        say_json(&json!({
            "training": reader.about().training, "now": now, "more": more, "patients": rows.collect::<Vec<_>>(),
        }))?;
        return Ok(Exit::Ok);
    }
    for one in &found {
        say(&format!("{:<12} {}", one.id.id, one.chart.patient.name));
        for entry in chart::dialysis::terms(&one.chart) {
            let told = entry.told.map_or_else(|| "コピーに無し・要記入".to_owned(), |told| told.text.clone());
            say(&format!(
                "    {}: {told}",
                crate::text::Words::of(crate::text::Lang::Ja).word("stay-field", entry.code)
            ));
        }
    }
    Ok(Exit::Ok)
}
