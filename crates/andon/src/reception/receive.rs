//! Receiving somebody: who it is, which rule stands, and a ticket that nobody else has. Nobody is refused.

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::Moment;
use store::{NewEvent, Writer};

use super::say::{NAME_MAX, departments, no_department, patient, signed};
use crate::event::{self, Event, RECEIVED_ITEM, VisitEvent, VisitSaid, tickets_item};
use crate::finding::{self, Hit, identify, must_be_told_apart};
use crate::home::{Problem, one_of, wrong};
use crate::registers::Item;
use crate::text::one_line;
use crate::visits::clinics::{self, Clinic};
use crate::visits::rules::{first_place, is_outside, mark, red, rule};
use crate::visits::{KINDS, PLACES, Receive, Visit, day, found, services, standing, tickets};
use crate::writing::Answer;
use crate::writing::desk::Received;

/// The department of who is in a hurry and has none.
const EMERGENCY: &str = "救急外来";

/// What was found out of who it is: fields of the visit. Who goes to a nurse at once (`hurry`) is not held up by a question: it stays to
/// be asked.
fn identity(writer: &Writer, receive: &Receive, hit: &Hit, hurry: bool) -> Result<BTreeMap<String, String>, Problem> {
    let compared = identify::compared(writer, &receive.asked, hit)?;
    let mut values = BTreeMap::new();
    let told = !receive.told_apart.trim().is_empty();
    let apart = told || finding::twins(writer, hit)?.iter().all(|(_, why)| !must_be_told_apart(why));
    if !compared.is_enough() || (hurry && !apart) {
        if receive.words.trim().is_empty() && !hurry {
            return Err(wrong(
                "本人確認ができていません（氏名・生年月日・番号のうち2つ。電話は数えません）。このまま受け付けるときは、理由を書いてください。",
                "Not identified (two of name, birth date, number; a telephone does not count). To receive all the same, say why.",
            ));
        }
        values.insert("flags".to_owned(), "unidentified".to_owned());
    } else if !apart {
        return Err(wrong(
            "同姓同名・同じ読みの人か、生年月日が同じで氏名の似た人が、ほかにいます。何で区別したかを選んでください。",
            "There is another patient of this name or reading, or of a name like it and this birth date: say by what you told them apart.",
        ));
    }
    values.insert("identified".to_owned(), compared.same.join(" "));
    values.insert("told_apart".to_owned(), one_line(&receive.told_apart, NAME_MAX));
    Ok(values)
}

/// What the rule in force says: fields of the visit, and whether it is outside.
fn ruled(
    writer: &Writer,
    receive: &Receive,
    clinic: &Clinic,
    hurry: bool,
) -> Result<(BTreeMap<String, String>, bool), Problem> {
    let services = services(writer)?;
    let rule = rule(&services, &receive.kind, clinic);
    if let Some(item) = rule.filter(|item| !hurry && receive.ruled.as_ref().is_some_and(|read| *read != mark(item))) {
        let service = item.value("service");
        return Err(wrong(
            &format!(
                "選んだ区分・診療科の決まり（{service}）を、まだ見ていません。下の「いまの決まり」を読んでから、もう一度受け付けてください。"
            ),
            &format!(
                "The rule for this kind and department ({service}) was not shown yet: read it below, then receive again."
            ),
        ));
    }
    let outside = is_outside(rule.map(|item| item.state), receive.fits);
    if let Some(item) = rule.filter(|_| outside && !hurry && receive.words.trim().is_empty()) {
        let service = item.value("service");
        return Err(wrong(
            &format!(
                "いまの決まり（{service}）の外です。受け付けるときは理由を書いてください。看護師が聞き取り、医師が決めます。"
            ),
            &format!(
                "Outside the rule in force ({service}). To receive all the same, say why: a nurse asks, a doctor decides."
            ),
        ));
    }
    let said = |item: &Arc<Item>| {
        [("rule", item.number.clone()), ("rule_state", item.state.to_owned())]
            .map(|(field, value)| (field.to_owned(), value))
    };
    Ok((rule.map(said).into_iter().flatten().collect(), outside))
}

/// The same patient is in this department already.
fn not_here_already(
    writer: &Writer,
    receive: &Receive,
    letter: &str,
    (at, now): (Moment, Moment),
) -> Result<(), Problem> {
    let is_here = |visit: &&Arc<Visit>| {
        visit.is_open()
            && (&visit.said.authority, &visit.said.id) == (&receive.authority, &receive.id)
            && visit.departments().contains(letter)
    };
    match standing(writer, at, now)?.iter().find(is_here) {
        Some(visit) if !receive.again => Err(wrong(
            &format!(
                "この患者はもう受け付けています（{}）。もう一枚出すときは「もう一度受け付ける」を選んでください。",
                visit.said.ticket
            ),
            &format!(
                "This patient is received already ({}). To give another ticket, choose \"receive again\".",
                visit.said.ticket
            ),
        )),
        _ => Ok(()),
    }
}

/// Receives somebody: on disk when this returns, with a ticket.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn receive(
    writer: &mut Writer,
    receive: &Receive,
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    signed(by, &receive.words)?;
    one_of(&receive.kind, &KINDS)?;
    let hit = patient(writer, &receive.authority, &receive.id)?;
    let clinics = clinics::all(writer)?;
    let red = red(&receive.red);
    let departments = match departments(&clinics, &receive.departments) {
        // Who has a red sign waits for no department either: emergency, where there is one.
        Err(_) if !red.is_empty() && receive.departments.iter().all(|meant| meant.trim().is_empty()) => {
            clinics::named(&clinics, EMERGENCY).or(clinics.first()).into_iter().collect()
        }
        found => found?,
    };
    let Some(clinic) = departments.first().copied() else { return Err(no_department()) };
    // Who has a red sign waits for nothing: a second visit is shown as such.
    if red.is_empty() {
        not_here_already(writer, receive, &clinic.letter, (at, now))?;
    }
    let mut values = identity(writer, receive, &hit, !red.is_empty())?;
    let (rule, outside) = ruled(writer, receive, clinic, !red.is_empty())?;
    values.extend(rule);
    let place = match receive.place.as_str() {
        "" => first_place(&receive.kind, !red.is_empty(), outside),
        _ if outside || !red.is_empty() => "triage",
        place => place,
    };
    one_of(place, &PLACES)?;
    let flags = [("urgent", !red.is_empty()), ("outside", outside), ("other", departments.len() > 1)];
    let flags = flags.into_iter().filter(|(_, is)| *is).map(|(flag, _)| flag);
    let flags: Vec<&str> = values.get("flags").into_iter().map(String::as_str).chain(flags).collect();
    let letters: Vec<&str> = departments.iter().map(|one| one.letter.as_str()).collect();
    let said = [
        ("kind", receive.kind.clone()),
        ("department", clinic.letter.clone()),
        ("departments", letters.join(" ")),
        ("place", place.to_owned()),
        ("room", if place == "doctor" { clinic.room.clone() } else { String::new() }),
        ("flags", flags.join(" ")),
        ("red", red.join(" ")),
    ];
    values.extend(said.map(|(field, value)| (field.to_owned(), value)));
    if !receive.with.trim().is_empty() {
        match found(writer, &receive.with, at, now) {
            Ok(with) => drop(values.insert("with".to_owned(), with.name.clone())),
            // Who goes to a nurse at once waits for no ticket of a companion.
            Err(_) if !red.is_empty() => {}
            Err(problem) => return Err(problem),
        }
    }
    values.retain(|_, value| !value.is_empty());
    let said = numbered(writer, receive, &clinic.letter, (values, at))?;
    let head = writer.head();
    let visit = format!("{}/{}/{}", head.station, head.incarnation, said.no);
    let ticket = said.ticket.clone();
    if let Some(new) = event::new_event(&Event::Visit(VisitEvent::Received(said)), by, now) {
        writer.append_events(&[NewEvent { event_time: at, ..new }])?;
    }
    Ok(Answer::Visit(Received { visit, ticket }))
}

/// With the next number of this station's visits, and the next ticket of its department on this day.
fn numbered(
    writer: &Writer,
    receive: &Receive,
    letter: &str,
    (values, at): (BTreeMap<String, String>, Moment),
) -> Result<VisitSaid, Problem> {
    let (head, day) = (writer.head(), day(at));
    let last = |item: &str| -> Result<Option<VisitSaid>, Problem> {
        let last = writer.last_event_of(item)?.map(|stored| stored.envelope);
        let own = last.filter(|last| (last.station, last.incarnation) == (head.station, head.incarnation));
        Ok(own.and_then(|of| match Event::read(of.kind, of.version, &of.payload) {
            Event::Visit(VisitEvent::Received(said)) => Some(said),
            _ => None,
        }))
    };
    let no = last(RECEIVED_ITEM)?.map_or(0, |said| said.no) + 1;
    let number = last(&tickets_item(letter, &day))?.map_or(0, |said| said.number) + 1;
    let station = head.station.to_string();
    let block = tickets::own(&tickets::blocks(writer)?, &station, head.incarnation);
    Ok(VisitSaid {
        no,
        ticket: tickets::ticket(letter, block, (&station, head.incarnation), number),
        day,
        authority: receive.authority.clone(),
        id: receive.id.clone(),
        letter: letter.to_owned(),
        number,
        words: receive.words.trim().to_owned(),
        values,
    })
}
