//! Whether what a person says of the gate can be so; looked at by who writes, in front of the store as it stands then.

use chart::{Body, PatientId};
use store::{Cut, Reader, Writer};

use super::canary::expected;
use crate::event::{Canary, GateAct, GateAlarm, GateDecision, GateEvent, GateRule};
use crate::hold::Holds;
use crate::home::Problem;

/// A hold may be extended by a fortnight at a time: what nobody looks at for longer is forgotten. Hours.
pub const EXTEND_HOURS_MAX: i64 = 14 * 24;

/// What will be written down of what a person says.
///
/// # Errors
/// In words: no such source, nothing is held back, no such position, no name or reason.
pub fn allowed(writer: &Writer, event: &GateEvent, by: &str) -> Result<GateEvent, Problem> {
    if by.trim().is_empty() {
        return Err(no("だれが決めたか（氏名）が要ります。", "Say who decides."));
    }
    match event {
        GateEvent::Decided(said) => decided(writer, said),
        GateEvent::Alarm(alarm) => by_hand(writer, alarm),
        GateEvent::Announced(work) => {
            known(writer, work.source)?;
            reasoned(&work.reason)?;
            Ok(event.clone())
        }
        GateEvent::Canary(_) => Ok(event.clone()),
    }
}

fn decided(writer: &Writer, said: &GateDecision) -> Result<GateEvent, Problem> {
    reasoned(&said.reason)?;
    let head = known(writer, said.source)?.1;
    let holds = writer.once(Holds::of)?;
    let Some(hold) = holds.of_source(said.source) else {
        return Err(no("この連携元に保留はありません。", "Nothing is held back from this source."));
    };
    match (said.act, said.to, hold.trusted) {
        (GateAct::Ended, ..) => Err(no("職員が記録するものではありません。", "Not for a person to say.")),
        (GateAct::Release, Some(to), Some(trusted)) if to <= trusted || to > head => Err(no(
            &format!("位置は {} から {head} までです。", trusted + 1),
            &format!("A position is between {} and {head}.", trusted + 1),
        )),
        (GateAct::Release, Some(_), None) => Err(no("保留された記録はありません。", "No entry is held back.")),
        // Up to where it stands is all of it.
        (GateAct::Release, Some(to), _) if to == head => {
            Ok(GateEvent::Decided(GateDecision { to: None, ..said.clone() }))
        }
        _ => Ok(GateEvent::Decided(said.clone())),
    }
}

/// A person holds a source back by hand, from a position on or from now on.
fn by_hand(writer: &Writer, alarm: &GateAlarm) -> Result<GateEvent, Problem> {
    reasoned(&alarm.words)?;
    let (name, head) = known(writer, alarm.source)?;
    if alarm.rule != GateRule::Person || alarm.trusted > head {
        return Err(no(&format!("位置は {head} までです。"), &format!("A position is at most {head}.")));
    }
    let mut since = None;
    writer.scan(alarm.source, alarm.trusted + 1, |sighting| {
        since = Some(sighting.received.0);
        Ok(false)
    })?;
    let since_millis = since.unwrap_or(alarm.since_millis);
    Ok(GateEvent::Alarm(GateAlarm { name, head, since_millis, count: 0, limit: 0, ..alarm.clone() }))
}

/// Name and head of a source.
fn known(reader: &Reader, source: u32) -> Result<(String, u64), Problem> {
    let found = reader.sources()?.into_iter().find(|known| known.no == source);
    match found {
        None => Err(no("この番号の連携元はありません。", "No such source.")),
        Some(source) if source.via().is_some() => Err(no(
            "ほかの端末を経由した連携元です。保留はその端末で判断します。",
            "It comes by way of another station: what is held back is decided there.",
        )),
        Some(source) => Ok((source.name, source.last_position)),
    }
}

fn reasoned(reason: &str) -> Result<(), Problem> {
    if reason.trim().is_empty() { Err(no("理由が要ります。", "Give a reason.")) } else { Ok(()) }
}

/// A watched patient as the copy has it now, or one that is no longer watched.
///
/// # Errors
/// When the copy has no 患者基本情報 of this number.
pub fn canary_of(reader: &Reader, patient: &PatientId, on: bool) -> Result<Canary, Problem> {
    let PatientId { authority, id } = patient.clone();
    if !on {
        return Ok(Canary { authority, id, on, expected: String::new() });
    }
    let cut: Cut = crate::hold::trusted(reader)?;
    let record = crate::record::record(reader, patient, &cut)?;
    let persons = record.facts.iter().filter(|fact| fact.origin.flag == chart::Flag::Current);
    let person = persons.filter_map(|fact| match &fact.body {
        Body::Person(person) if person.basic => Some((fact.origin.sent.map(|sent| sent.start), person)),
        _ => None,
    });
    let Some((_, person)) = person.max_by_key(|(sent, _)| *sent) else {
        return Err(no(
            "この番号の患者基本情報がコピーにありません。",
            "The copy has no basic message (ADT-00) of this patient.",
        ));
    };
    Ok(Canary { authority, id, on, expected: expected(person) })
}

fn no(ja: &str, en: &str) -> Problem {
    Problem::usage(format!("{ja} / {en}"))
}
