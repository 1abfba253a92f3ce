//! Writing what headquarters says: the station gives the numbers, and a change names what it builds on.

use std::sync::Arc;

use chart::Moment;
use store::{NewEvent, Reader, Writer};

use crate::chronology::{Line, of_id};
use crate::event::{
    self, CATEGORIES, CommandEvent, Event, INCIDENT_KINDS, INCIDENTS_ITEM, IncidentAct, IncidentSaid, LEVELS,
    LINE_STATES, LINES_ITEM, LineAct, LineChanged, LineSaid, MEANS, PLANS,
};
use crate::home::{Problem, one_of, wrong};
use crate::hospital::Members;
use crate::incident::{incidents, now as current};
use crate::parents::Seen;
use crate::writing::Answer;

/// Characters of one matter: the rest is another line, or a paper.
const TEXT_CHARS_MAX: usize = 2_000;
/// Characters of a name, a post, a date.
pub(super) const SHORT_CHARS_MAX: usize = 100;

/// As [`one_of`], or nothing.
pub(super) fn one_of_or_none(word: &str, list: &[&str]) -> Result<(), Problem> {
    if word.is_empty() { Ok(()) } else { one_of(word, list) }
}

pub(super) fn fits(texts: &[(&str, usize)]) -> Result<(), Problem> {
    match texts.iter().find(|(text, most)| text.chars().count() > *most) {
        None => Ok(()),
        Some((_, most)) => Err(wrong(
            &format!("長すぎます（{most}文字まで）。一つの行には一つのことだけを書いてください。"),
            &format!("Too long (at most {most} characters): one matter a line."),
        )),
    }
}

/// Writes what is said, at the time somebody says it happened.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn say(
    writer: &mut Writer,
    (event, seen): (&CommandEvent, &Seen),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    if by.0.trim().is_empty() {
        return Err(wrong("だれが言ったかを書いてください（--by）。", "Say who says so (--by)."));
    }
    match event {
        CommandEvent::Incident(said) => incident(writer, said.clone(), at, by, now),
        CommandEvent::Line(said) => line(writer, said.clone(), at, by, now),
        CommandEvent::Changed(said) => change(writer, said.clone(), seen, by, now),
    }
}

fn append(
    writer: &mut Writer,
    event: CommandEvent,
    (at, now): (Moment, Moment),
    by: (&str, &str),
    parents: Vec<store::EventHash>,
) -> Result<(), Problem> {
    let Some(new) = event::new_event(&Event::Command(event), by, now) else { return Ok(()) };
    writer.append_events(&[NewEvent { event_time: at, parents, ..new }])?;
    Ok(())
}

/// How numbers of this station begin: four digits of it and two of the life of its log, as on sheets.
fn begins(writer: &Writer) -> String {
    let head = writer.head();
    let station: String = head.station.to_string().chars().take(4).collect();
    format!("{}{:02}", station.to_uppercase(), head.incarnation)
}

fn next_incident(writer: &Writer) -> Result<String, Problem> {
    let begins = format!("{}-D", begins(writer));
    let own = writer.events_of(INCIDENTS_ITEM)?.into_iter().filter_map(|stored| {
        match Event::read(stored.envelope.kind, stored.envelope.version, &stored.envelope.payload) {
            Event::Command(CommandEvent::Incident(said)) => said.incident.strip_prefix(&begins)?.parse::<u64>().ok(),
            _ => None,
        }
    });
    Ok(format!("{begins}{}", own.max().unwrap_or(0) + 1))
}

fn incident(
    writer: &mut Writer,
    mut said: IncidentSaid,
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    let act = IncidentAct::read(&said.act).ok_or_else(|| wrong("act", "act"))?;
    let open = current(writer)?;
    fits(&[(&said.what, SHORT_CHARS_MAX), (&said.words, TEXT_CHARS_MAX)])?;
    one_of_or_none(&said.level, &LEVELS)?;
    if !(said.level.is_empty() && said.plan.is_empty()) {
        one_of(&said.plan, &PLANS)?;
    }
    match act {
        IncidentAct::Use | IncidentAct::Declare => {
            one_of(&said.kind, &INCIDENT_KINDS)?;
            if said.what.trim().is_empty() {
                return Err(wrong("何が止まったかを書いてください。", "Say what is down."));
            }
            if said.incident.is_empty() {
                said.incident = match open {
                    Some(open) if act == IncidentAct::Use || open.declared.is_none() => open.id,
                    Some(_) => return Err(declared_already()),
                    None => next_incident(writer)?,
                };
            }
        }
        _ => {
            let all = incidents(writer)?;
            if said.incident.is_empty() {
                said.incident = open.map(|open| open.id).ok_or_else(no_incident)?;
            }
            let known = all.get(&said.incident).ok_or_else(no_incident)?;
            let same = known.declared.as_ref().is_some_and(|told| told.who == by.0);
            if act == IncidentAct::Confirm && (known.declared.is_none() || same) {
                return Err(wrong(
                    "宣言した人とは別の人の名前が要ります。",
                    "The second name must be another person's than who declared.",
                ));
            }
            let why = matches!(act, IncidentAct::Cancel | IncidentAct::End | IncidentAct::Policy);
            if why && said.words.trim().is_empty() {
                return Err(wrong("理由、または本文を書いてください。", "Say why, or what it says."));
            }
            if act == IncidentAct::Join && !all.contains_key(&said.other) {
                return Err(no_incident());
            }
        }
    }
    let number = said.incident.clone();
    append(writer, CommandEvent::Incident(said), (at, now), by, Vec::new())?;
    Ok(Answer::Said { incident: number, number: String::new() })
}

fn declared_already() -> Problem {
    wrong(
        "すでに宣言されています。体制・方針・終了は、その障害について記録してください（`andon board`）。",
        "It is declared already: set its level, policy or end (see `andon board`).",
    )
}

pub(super) fn no_incident() -> Problem {
    wrong(
        "その番号の障害はありません。`andon board` で確かめてください。",
        "There is no such incident; see `andon board`.",
    )
}

fn line(writer: &mut Writer, said: LineSaid, at: Moment, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    let said = numbered_line(writer, said)?;
    let (incident, number) = (said.incident.clone(), said.number.clone());
    append(writer, CommandEvent::Line(said), (at, now), by, Vec::new())?;
    Ok(Answer::Said { incident, number })
}

/// A line that can be written, with its incident and its number.
pub(super) fn numbered_line(writer: &Writer, mut said: LineSaid) -> Result<LineSaid, Problem> {
    if said.text.trim().is_empty() {
        return Err(wrong("内容を書いてください。", "Write what happened."));
    }
    let short = [&said.from, &said.to, &said.due, &said.log].map(|text| (text.as_str(), SHORT_CHARS_MAX));
    fits(&short)?;
    fits(&[(&said.text, TEXT_CHARS_MAX), (&said.task, TEXT_CHARS_MAX), (&said.attached, TEXT_CHARS_MAX)])?;
    one_of_or_none(&said.means, &MEANS)?;
    one_of(&said.category, &CATEGORIES)?;
    if said.incident.is_empty() {
        said.incident = current(writer)?.map(|open| open.id).unwrap_or_default();
    } else if !incidents(writer)?.contains_key(&said.incident) {
        return Err(no_incident());
    }
    if !said.of.is_empty() {
        said.of = found(writer, &said.incident, &said.of)?.said.number.clone();
    }
    let last = match last_of_this_life(writer, LINES_ITEM)? {
        Some(Event::Command(CommandEvent::Line(line))) => Some(line.no),
        _ => None,
    };
    said.no = last.unwrap_or(0) + 1;
    said.number = numbered(writer, "", said.no)?;
    Ok(said)
}

/// The last event that names an item, if this life of this station's log wrote it: what the next number follows.
pub(super) fn last_of_this_life(writer: &Writer, item: &str) -> Result<Option<Event>, Problem> {
    let head = writer.head();
    let last = writer.last_event_of(item)?.map(|stored| stored.envelope);
    let last = last.filter(|last| (last.station, last.incarnation) == (head.station, head.incarnation));
    Ok(last.map(|of| Event::read(of.kind, of.version, &of.payload)))
}

/// A number as it is shown: the station's mark, what it counts, the life of its log after the first, and the running number.
pub(super) fn numbered(writer: &Writer, what: &str, no: u64) -> Result<String, Problem> {
    let head = writer.head();
    let life = if head.incarnation > 1 { format!("{}-", head.incarnation) } else { String::new() };
    Ok(format!("{}{what}-{life}{no:04}", writer.once(Members::of)?.mark(head.station)))
}

/// The line of an incident (empty: of none) that a number means: as shown, or its whole name.
///
/// # Errors
/// There is none, or there are two; or the store cannot be read.
pub fn found(reader: &Reader, incident: &str, number: &str) -> Result<Arc<Line>, Problem> {
    let number = number.trim();
    let mut found = of_id(reader, incident)?;
    found.retain(|line| line.said.number == number || line.name == number);
    match (found.pop(), found.is_empty()) {
        (Some(line), true) => Ok(line),
        (Some(_), false) => Err(wrong(
            &format!("{number}: この番号の行が2つあります。「端末/世代/番号」で指定してください（--json の line）。"),
            &format!("{number}: two lines have this number; give the line's whole name (`line` of --json)."),
        )),
        _ => {
            Err(wrong(&format!("{number}: その番号の行はありません。"), &format!("{number}: no line has this number.")))
        }
    }
}

fn change(
    writer: &mut Writer,
    mut said: LineChanged,
    seen: &Seen,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    let act = LineAct::read(&said.act).ok_or_else(|| wrong("act", "act"))?;
    fits(&[(&said.value, TEXT_CHARS_MAX), (&said.words, TEXT_CHARS_MAX)])?;
    if said.incident.is_empty() {
        said.incident = current(writer)?.map(|open| open.id).unwrap_or_default();
    }
    let line = found(writer, &said.incident, &said.line)?;
    match act {
        LineAct::State => one_of(&said.value, &LINE_STATES)?,
        LineAct::Correct if said.value.trim().is_empty() || said.words.trim().is_empty() => {
            return Err(wrong("直した内容と理由を書いてください。", "Write the new text, and why."));
        }
        LineAct::Strike if said.words.trim().is_empty() => {
            return Err(wrong("取り消す理由を書いてください。", "Say why it is struck."));
        }
        _ => {}
    }
    let parents = seen.parents(&line.tips, |hash| line.events.contains(hash))?;
    let (number, incident) = (line.said.number.clone(), line.said.incident.clone());
    (said.line, said.incident) = (line.name.clone(), incident.clone());
    append(writer, CommandEvent::Changed(said), (now, now), by, parents)?;
    Ok(Answer::Said { incident, number })
}
