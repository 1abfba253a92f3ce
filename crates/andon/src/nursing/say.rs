//! Writing what a ward says: of a stay, on which of the stays of a patient it builds; of an inpatient.

use chart::{Moment, PatientId};
use store::{NewEvent, Reader, Writer};

use super::rules::{self, Values};
use crate::event::{self, Event, NOTES_ITEM, STAYS_ITEM, StayEvent, StaySaid};
use crate::fields::short_name;
use crate::home::{Problem, signed, wrong};
use crate::stays::{STRIKES, Stay, census, found, key, read_place, stays};
use crate::writing::Answer;
use crate::writing::telephone::Arranged;
use crate::writing::ward::WardWish;

/// Writes what is said.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn say(writer: &mut Writer, wish: &WardWish, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    let said = wish.event.said();
    signed(by, &said.words)?;
    if !wish.event.acts().contains(&said.act.as_str()) {
        return Err(wrong("この操作はありません。", "No such act."));
    }
    let said = StaySaid { words: said.words.trim().to_owned(), ..said.clone() };
    let (said, parents) = match wish.event {
        StayEvent::Stay(_) => stay(writer, said, wish, now)?,
        StayEvent::Note(_) => note(writer, said, wish, now)?,
    };
    let thing = match said.thing.as_str() {
        "" => {
            let head = writer.head();
            format!("{}/{}/{}", head.station, head.incarnation, head.next_no)
        }
        thing => thing.to_owned(),
    };
    let event = Event::Stay(wish.event.with(said));
    let new = event::new_event(&event, by, now).ok_or_else(|| Problem::failed("event"))?;
    writer.append_events(&[NewEvent { event_time: Moment(wish.at), parents, ..new }])?;
    Ok(Answer::Arranged(Arranged { number: short_name(&thing), thing, rows: 0 }))
}

type Ready = (StaySaid, Vec<store::EventHash>);

/// What is said of a stay.
fn stay(writer: &Writer, said: StaySaid, wish: &WardWish, now: Moment) -> Result<Ready, Problem> {
    let id = said.patient();
    known(writer, &id)?;
    let thing = match (said.act.as_str(), said.thing.as_str()) {
        ("admit", _) => {
            not_in_yet(writer, &id, wish.again, &said.words)?;
            String::new()
        }
        // What is struck says itself of which stay it is.
        ("strike", "") => with_event(writer, &id, said.values.get(STRIKES).map_or("", String::as_str))?,
        (_, "") => stay_of(writer, &id)?,
        (_, thing) => thing.to_owned(),
    };
    let stands = stays(writer)?.into_iter().find(|one| !thing.is_empty() && one.name == thing);
    if stands.as_ref().is_some_and(|stands| stands.patient() != id) {
        return Err(wrong("別の患者の入院です。", "This is another patient's stay."));
    }
    if stands.is_none() && !thing.is_empty() && !is_own(writer, &id, &thing)? {
        found(writer, STAYS_ITEM, &thing)?;
    }
    let stands = stands.map(|stands| stands.as_seen(&wish.seen)).transpose()?;
    rules::in_time(stands.as_ref(), &said.act, Moment(wish.at), now)?;
    let values = rules::stay(&said.act, &said.words, &said.values, stands.as_ref())?;
    let mut values = if said.act == "strike" { values } else { decisive(values, stands.as_ref()) };
    if let Some(place) = values.get("place").map(|text| read_place(text)) {
        let others = census::others_in(writer, &place, &id)?;
        free(&others, wish.again, &said.words)?;
        if !others.is_empty() {
            let numbers: Vec<String> = others.into_iter().map(|other| other.id).collect();
            values.insert("beside".to_owned(), numbers.join(" "));
        }
    }
    let parents = stands.map_or_else(Vec::new, |stands| stands.fields.tips);
    Ok((StaySaid { thing, values, ..said }, parents))
}

/// Of what two said apart, whoever saw both and says anything says all of it: what is not said anew stands as it is shown.
fn decisive(mut values: Values, known: Option<&Stay>) -> Values {
    for apart in known.map_or(&[][..], |known| known.apart.as_slice()) {
        let shown = known.map_or("", |known| known.value(&apart.field)).to_owned();
        values.entry(apart.field.clone()).or_insert(shown);
    }
    values
}

/// The stay of the copy by this key, as the copy stands.
fn is_own(reader: &Reader, id: &PatientId, thing: &str) -> Result<bool, Problem> {
    Ok(reader.place(id)?.is_some_and(|inpatient| key(id, &inpatient) == thing))
}

/// The patient is known here: by the copy, as a temporary one, or by what another station wrote of the stay.
fn known(reader: &Reader, id: &PatientId) -> Result<(), Problem> {
    let is_told = || Ok::<bool, Problem>(stays(reader)?.iter().any(|one| one.patient() == *id));
    if reader.person(id)?.is_none() && !crate::temporary::is_issued(reader, id)? && !is_told()? {
        return Err(wrong(
            "この番号の患者はこのコピーにありません。見つからない人は、受付で仮患者にしてから入院させてください。",
            "No patient of this number is in this copy: register a temporary patient at reception first.",
        ));
    }
    Ok(())
}

fn not_in_yet(reader: &Reader, id: &PatientId, again: bool, words: &str) -> Result<(), Problem> {
    let Some(lies) = census::place(reader, id)? else { return Ok(()) };
    if again && !words.is_empty() {
        return Ok(());
    }
    let place = [lies.place.ward, lies.place.room, lies.place.bed].join(" ");
    Err(wrong(
        &format!(
            "この患者はもう入院中です（{place}）。ベッドを変えるなら「転棟・転室」を使ってください。それでも入院させるなら、理由を入れて「それでも」を選んでください。"
        ),
        &format!(
            "This patient is an inpatient already ({place}). To change beds, move the patient. To admit all the same, say why and choose it (--again)."
        ),
    ))
}

/// Nobody else is said to lie there, or somebody named says that it is so all the same, and why.
fn free(others: &[PatientId], again: bool, words: &str) -> Result<(), Problem> {
    if others.is_empty() || (again && !words.is_empty()) {
        return Ok(());
    }
    let numbers: Vec<&str> = others.iter().map(|other| other.id.as_str()).collect();
    let numbers = numbers.join("、");
    Err(wrong(
        &format!(
            "このベッドにはもう別の患者がいます（患者番号 {numbers}）。ベッドを確かめてください。それでも入れるなら、理由を入れて「それでも」を選んでください。"
        ),
        &format!(
            "Another patient is said to lie in this bed (number {numbers}). Look at the bed. To place the patient there all the same, say why and choose it (--again)."
        ),
    ))
}

/// The stay of a patient of which an event is; where there is none, what follows says so.
fn with_event(reader: &Reader, id: &PatientId, hash: &str) -> Result<String, Problem> {
    let is = |one: &Stay| one.patient() == *id && one.history.iter().any(|past| past.hash.to_string() == hash);
    match stays(reader)?.iter().find(|one| is(one)) {
        Some(stay) => Ok(stay.name.clone()),
        None => stay_of(reader, id),
    }
}

/// The one stay of a patient that something may be said of now.
fn stay_of(reader: &Reader, id: &PatientId) -> Result<String, Problem> {
    let mut open: Vec<String> =
        stays(reader)?.iter().filter(|one| one.patient() == *id && one.is_open()).map(|one| one.name.clone()).collect();
    if let Some(inpatient) = reader.place(id)? {
        let key = key(id, &inpatient);
        let is_said = stays(reader)?.iter().any(|one| one.name == key && !one.is_struck());
        open.extend((!is_said).then_some(key));
    }
    match (open.pop(), open.is_empty()) {
        (Some(only), true) => Ok(only),
        (Some(_), false) => Err(wrong(
            "この患者は2つのベッドにいることになっています（要確認）。患者の画面でどちらの入院かを選んでください（コマンドでは --stay）。",
            "This patient is said to lie in two beds. Choose which stay is meant on the patient's page (with the command: --stay).",
        )),
        _ => Err(wrong(
            "この患者は、コピーでも停止中の記録でも入院中ではありません。先に入院させてください。",
            "This patient is no inpatient, in the copy or by what was said since: admit first.",
        )),
    }
}

/// What is said of an inpatient.
fn note(writer: &Writer, said: StaySaid, wish: &WardWish, now: Moment) -> Result<Ready, Problem> {
    let id = said.patient();
    known(writer, &id)?;
    let stands = match said.thing.as_str() {
        "" => None,
        thing => Some(found(writer, NOTES_ITEM, thing)?.as_seen(&wish.seen)?),
    };
    if stands.as_ref().is_some_and(|stands| stands.patient() != id) {
        return Err(wrong("別の患者の記録です。", "This is another patient's."));
    }
    rules::in_time(None, &said.act, Moment(wish.at), now)?;
    let values = rules::note(&said.act, &said.words, &said.values, stands.as_ref())?;
    let values = if said.act == "strike" { values } else { decisive(values, stands.as_ref()) };
    let parents = stands.map_or_else(Vec::new, |stands| stands.fields.tips);
    Ok((StaySaid { values, ..said }, parents))
}
