//! `andon queue`: who waits where, and every move of it, from the command line.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::json;

use super::args::desk::{Queue, QueueAct, QueueWhy};
use super::desk::moment;
use super::{os_user, say, say_json, seen, write};
use crate::event::{QueueRow, VisitEvent, VisitMoved};
use crate::home::{Exit, Home, Problem};
use crate::hospital::Members;
use crate::parents::Seen;
use crate::reception::{out, queue_page::expected};
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::typed_time::on_day;
use crate::visits::{self, Tally, Visit, clinics, doubled};
use crate::world;
use crate::writing::desk::{DeskWish, Received};
use crate::writing::{Answer, Request};

/// Lists the queue, or says something of a visit.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn run(home: &Home, args: &Queue) -> Result<Exit, Problem> {
    match &args.act {
        None => list(home, args),
        Some(QueueAct::Block { station, by }) => block(home, station, by.as_ref(), args.json),
        Some(act) => tell(home, act, args.json),
    }
}

fn list(home: &Home, args: &Queue) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let (all, expected) = match &args.day {
        Some(day) => (visits::of_day(&reader, day)?.to_vec(), None),
        None => {
            let all = visits::now(&reader, now)?;
            let expected = expected(&reader, &all, now)?;
            (all, Some(expected))
        }
    };
    let clinics = clinics::all(&reader)?;
    let department = args
        .department
        .as_deref()
        .map(|meant| clinics::named(&clinics, meant).map_or_else(|| meant.to_owned(), |clinic| clinic.letter.clone()));
    let is = |visit: &&Arc<Visit>| {
        (args.all || args.day.is_some() || visit.is_open())
            && department.as_deref().is_none_or(|letter| visit.departments().contains(letter))
            && args.place.as_deref().is_none_or(|place| visit.value("place") == place)
    };
    let wanted: Vec<&Arc<Visit>> = all.iter().filter(is).collect();
    seen(home, "queue", "", "", Exit::Ok);
    if args.json {
        let members = reader.once(Members::of)?;
        let rows: Vec<_> = wanted.iter().map(|visit| out::visit(visit, &members)).collect();
        let counted: Vec<_> = clinics
            .iter()
            .map(|one| json!({"department": one.letter, "name": one.name, "tally": out::tally(Tally::of(&all, Some(&one.letter)))}))
            .collect();
        say_json(&json!({
            "training": reader.about().training, "tally": out::tally(Tally::of(&all, None)), "expected": expected,
            "departments": counted, "doubled": doubled(&all), "visits": rows,
        }))?;
        return Ok(Exit::Ok);
    }
    let t = Words::of(Lang::Ja);
    for visit in wanted {
        let flags: Vec<String> = visit.words("flags").into_iter().map(|flag| t.word("visit-flag", flag)).collect();
        let doubtful = if visit.is_doubtful() { "【要確認】" } else { "" };
        say(&format!(
            "{} [{}] {} {} {}から {}分 {}{doubtful}",
            visit.said.ticket,
            t.word("visit-state", visit.state),
            t.word("visit-place", visit.value("place")),
            visit.value("room"),
            visit.since.at,
            visit.minutes(now),
            flags.join("・"),
        ));
    }
    say(&t.with("queue-left", Tally::of(&all, None).left));
    Ok(Exit::Ok)
}

fn block(home: &Home, station: &str, by: Option<&String>, as_json: bool) -> Result<Exit, Problem> {
    let (by, role) = (by.cloned().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    match write::write(home, &Request::Desk { wish: DeskWish::TicketBlock { station: station.to_owned() }, by, role })?
    {
        Answer::TicketBlock(block) if as_json => say_json(&json!({"block": block}))?,
        Answer::TicketBlock(block) => say(&block.to_string()),
        _ => return Err(write::unexpected()),
    }
    Ok(Exit::Ok)
}

/// Act, ticket, fields, and who says so.
type Said<'a> = (&'static str, &'a str, Vec<(&'static str, String)>, &'a QueueWhy);

fn said(act: &QueueAct) -> Option<Said<'_>> {
    Some(match act {
        QueueAct::Move { ticket, place, department, room, why } => {
            let fields = vec![("place", place.clone()), ("department", department.clone()), ("room", room.clone())];
            ("move", ticket, fields, why)
        }
        QueueAct::Call { ticket, room, why } => ("call", ticket, vec![("room", room.clone())], why),
        QueueAct::Flag { ticket, flags, why } => ("flag", ticket, vec![("flags", flags.join(" "))], why),
        QueueAct::Refuse { ticket, doctor, referred_to, transport, why } => {
            let fields = [("doctor", doctor), ("referred_to", referred_to), ("transport", transport)];
            ("refuse", ticket, fields.map(|(field, value)| (field, value.clone())).to_vec(), why)
        }
        QueueAct::Back(of) => ("back", &of.ticket, Vec::new(), &of.why),
        QueueAct::Done(of) => ("done", &of.ticket, Vec::new(), &of.why),
        QueueAct::Left(of) => ("left", &of.ticket, Vec::new(), &of.why),
        QueueAct::Reopen(of) => ("reopen", &of.ticket, Vec::new(), &of.why),
        QueueAct::Strike(of) => ("strike", &of.ticket, Vec::new(), &of.why),
        QueueAct::Enter { .. } | QueueAct::Block { .. } => return None,
    })
}

fn tell(home: &Home, act: &QueueAct, as_json: bool) -> Result<Exit, Problem> {
    let request = match (said(act), act) {
        (Some((act, ticket, fields, why)), _) => {
            let keeps = |(field, value): &(&str, String)| !value.is_empty() || *field == "flags";
            let values: BTreeMap<String, String> =
                fields.into_iter().filter(keeps).map(|(field, value)| (field.to_owned(), value)).collect();
            let (visit, words) = (ticket.to_owned(), why.words.clone());
            let event = VisitEvent::Moved(VisitMoved { day: String::new(), visit, act: act.to_owned(), words, values });
            let (by, role) = (why.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
            Request::Desk { wish: DeskWish::Visit { event, seen: Seen::default(), at: moment(&why.at)?.0 }, by, role }
        }
        (None, QueueAct::Enter { .. }) => entered(act)?,
        _ => return Err(write::unexpected()),
    };
    match write::write(home, &request)? {
        Answer::Visit(Received { visit, ticket }) if as_json => say_json(&json!({"visit": visit, "ticket": ticket}))?,
        Answer::Visit(Received { ticket, .. }) => say(&ticket),
        Answer::Done if as_json => say_json(&json!({"visit": "", "ticket": ""}))?,
        _ => {}
    }
    Ok(Exit::Ok)
}

fn entered(act: &QueueAct) -> Result<Request, Problem> {
    let QueueAct::Enter { sheet, row, ticket, to, state, again, writer, day, why } = act else {
        return Err(write::unexpected());
    };
    let now = world::now();
    let at = match on_day(day, &why.at, now) {
        Some(at) => at,
        None if state != "written" && why.at.is_empty() => now,
        None => return Err(Problem::usage(Words::of(Lang::Ja).text("visit-no-time"))),
    };
    let ends = ["call", "done", "left", "back"];
    let act = if ends.contains(&to.as_str()) { to.as_str() } else { "move" };
    let values = (act == "move" && !to.is_empty()).then(|| ("place".to_owned(), to.clone()));
    let moved = VisitMoved {
        day: String::new(),
        visit: ticket.clone(),
        act: act.to_owned(),
        words: String::new(),
        values: values.into_iter().collect(),
    };
    let row = QueueRow {
        sheet: sheet.clone(),
        row: *row,
        state: state.clone(),
        visit: String::new(),
        writer: writer.clone(),
        words: why.words.clone(),
    };
    let (by, role) = (why.by.clone().unwrap_or_else(os_user), Role::Operator.code().to_owned());
    Ok(Request::Desk { wish: DeskWish::Row { row, moved, at: at.0, again: *again }, by, role })
}
