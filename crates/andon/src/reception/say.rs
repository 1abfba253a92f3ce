//! Writing what is said at the desk of visits, names and blocks of ticket numbers: a change of a visit names what it builds on. Who is received:
//! `receive.rs`.

use std::collections::BTreeMap;

use chart::{Moment, PatientId};
use store::{EventHash, NewEvent, Writer};

use crate::event::{self, Event, NAME_KINDS, NameSaid, VISIT_ACTS, VisitEvent, VisitMoved, patient_item};
use crate::finding::{self, Hit};
pub(super) use crate::home::signed;
use crate::home::{Problem, one_of, wrong};
use crate::hospital::Members;
use crate::names;
use crate::parents::Seen;
use crate::text::one_line;
use crate::visits::clinics::{self, Clinic};
use crate::visits::{BACK_FROM, FIELDS, FLAGS, PLACES, STRIKES, Visit, found, tickets};
use crate::writing::Answer;
use crate::writing::desk::Received;

/// Characters of a field, of a name.
const WORDS_MAX: usize = 1_000;
pub(super) const NAME_MAX: usize = 100;

pub(super) fn no_department() -> Problem {
    wrong("診療科を選んでください。", "Choose a department.")
}

/// Departments that are meant by letter or name, each once, in the order given.
pub(super) fn departments<'c>(clinics: &'c [Clinic], meant: &[String]) -> Result<Vec<&'c Clinic>, Problem> {
    let mut all: Vec<&Clinic> = Vec::new();
    for meant in meant.iter().filter(|meant| !meant.trim().is_empty()) {
        let one = clinics::named(clinics, meant).ok_or_else(|| {
            let known: Vec<String> = clinics.iter().map(|one| format!("{} {}", one.letter, one.name)).collect();
            let (known, meant) = (known.join("、"), one_line(meant, NAME_MAX));
            wrong(
                &format!("{meant}: この診療科はありません。あるもの: {known}"),
                &format!("{meant}: no such department; there are: {known}"),
            )
        })?;
        if !all.contains(&one) {
            all.push(one);
        }
    }
    if all.is_empty() {
        return Err(no_department());
    }
    Ok(all)
}

/// Writes what is said of a visit or a name.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn say(
    writer: &mut Writer,
    (event, seen): (&VisitEvent, &Seen),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    match event {
        VisitEvent::Moved(said) => {
            let (event, answer) = moved(writer, (said, seen), at, by, now)?;
            writer.append_events(&[event])?;
            Ok(answer)
        }
        VisitEvent::Name(said) => name(writer, said, by, now),
        VisitEvent::Intake(said) => super::intake_say::intake(writer, said, at, by, now),
        _ => Err(wrong("この記録はここでは書けません。", "This cannot be said here.")),
    }
}

/// What is said of a visit, as an event to be written.
fn moved(
    writer: &Writer,
    (said, seen): (&VisitMoved, &Seen),
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<(NewEvent, Answer), Problem> {
    signed(by, &said.words)?;
    one_of(&said.act, &VISIT_ACTS)?;
    let visit = found(writer, &said.visit, at, now)?.as_seen(seen)?;
    Ok((change(writer, (&visit, said), &[], at, by, now)?, answer(&visit)))
}

/// A change of a visit, as an event to be written. What it strikes of what was said before counts no more.
pub(super) fn change(
    writer: &Writer,
    (visit, said): (&Visit, &VisitMoved),
    strikes: &[EventHash],
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<NewEvent, Problem> {
    signed(by, &said.words)?;
    one_of(&said.act, &VISIT_ACTS)?;
    let mut values = match said.act.as_str() {
        "correct" if strikes.is_empty() => {
            return Err(wrong("直すものがありません。", "There is nothing to put right."));
        }
        "correct" => BTreeMap::new(),
        _ => checked(writer, &visit.without(strikes), said)?,
    };
    if !strikes.is_empty() {
        let hashes: Vec<String> = strikes.iter().map(EventHash::to_string).collect();
        values.insert(STRIKES.to_owned(), hashes.join(" "));
    }
    let said = VisitMoved { day: visit.said.day.clone(), visit: visit.name.clone(), values, ..said.clone() };
    let new = event::new_event(&Event::Visit(VisitEvent::Moved(said)), by, now);
    let mut event = new.ok_or_else(|| Problem::failed("event"))?;
    // The chart tells of the visit too.
    event.items.push(patient_item(&visit.patient()));
    Ok(NewEvent { event_time: at, parents: visit.tips.clone(), ..event })
}

/// Who asked is told which visit.
pub(super) fn answer(visit: &Visit) -> Answer {
    Answer::Visit(Received { visit: visit.name.clone(), ticket: visit.said.ticket.clone() })
}

/// The fields of a change as they are kept.
fn checked(writer: &Writer, visit: &Visit, said: &VisitMoved) -> Result<BTreeMap<String, String>, Problem> {
    let value = |field: &str| said.values.get(field).map_or("", |value| value.trim());
    for field in said.values.keys() {
        one_of(field, &FIELDS)?;
    }
    if !visit.is_open() && !visit.is_doubtful() && !matches!(said.act.as_str(), "reopen" | "strike") {
        return Err(wrong(
            "この受診は終わっています。続けるときは「再開」にしてください。",
            "This visit is over: reopen it first.",
        ));
    }
    let mut values: BTreeMap<String, String> =
        said.values.iter().map(|(field, value)| (field.clone(), one_line(value, WORDS_MAX))).collect();
    match said.act.as_str() {
        "strike" | "reopen" if said.words.trim().is_empty() => return Err(wrong("理由を書いてください。", "Say why.")),
        "refuse" if value("doctor").is_empty() || said.words.trim().is_empty() => {
            return Err(wrong(
                "お断りは、決めた医師の名前と理由を書いてください（紹介先・搬送も）。",
                "A refusal names the doctor who decided and why (and to where, and how).",
            ));
        }
        "move" if value("place").is_empty() => {
            return Err(wrong("次の場所を選んでください。", "Choose where the patient goes next."));
        }
        "back" => {
            let flags: Vec<&str> = visit.words("flags").into_iter().filter(|flag| *flag != "results").collect();
            values.insert("flags".to_owned(), flags.join(" "));
            values.insert("place".to_owned(), "doctor".to_owned());
        }
        "move" | "reopen" => place(writer, visit, value("place"), &mut values)?,
        "flag" => {
            let flags: Vec<&str> = value("flags").split_whitespace().collect();
            flags.iter().try_for_each(|flag| one_of(flag, &FLAGS))?;
            values.insert("flags".to_owned(), flags.join(" "));
        }
        _ => {}
    }
    // Of a visit that two moved apart all is said, since that is what decides between them.
    if visit.is_doubtful() {
        for field in ["place", "department", "room", "flags"] {
            values.entry(field.to_owned()).or_insert_with(|| visit.value(field).to_owned());
        }
    }
    Ok(values)
}

/// Where it goes: to an examination whose results are awaited, to a doctor of this or another department, into its room.
fn place(writer: &Writer, visit: &Visit, to: &str, values: &mut BTreeMap<String, String>) -> Result<(), Problem> {
    let to = if to.is_empty() { visit.value("place") } else { to };
    one_of(to, &PLACES)?;
    let clinics = clinics::all(writer)?;
    let meant = values.get("department").cloned().unwrap_or_default();
    let meant = if meant.is_empty() { visit.value("department").to_owned() } else { meant };
    let clinic = clinics::named(&clinics, &meant);
    if clinic.is_none() && meant != visit.value("department") {
        departments(&clinics, std::slice::from_ref(&meant))?;
    }
    let letter = clinic.map_or(meant, |clinic| clinic.letter.clone());
    let mut all = visit.departments();
    all.insert(&letter);
    let mut flags = visit.words("flags");
    if matches!(to, "lab" | "image" | "test") {
        flags.insert("results");
    }
    let room = values.get("room").cloned().filter(|room| !room.is_empty());
    let own_room = clinic.filter(|_| to == "doctor").map(|clinic| clinic.room.clone());
    let said = [
        ("place", to.to_owned()),
        ("departments", all.into_iter().collect::<Vec<_>>().join(" ")),
        ("flags", flags.into_iter().collect::<Vec<_>>().join(" ")),
        ("room", room.or(own_room).unwrap_or_default()),
        ("department", letter.clone()),
    ];
    values.extend(said.map(|(field, value)| (field.to_owned(), value)));
    Ok(())
}

/// True where the way leads back to the doctor in one step.
pub fn leads_back(visit: &Visit) -> bool {
    BACK_FROM.contains(&visit.value("place"))
}

/// The patient that is received: of the copy, or a temporary one.
pub(super) fn patient(writer: &Writer, authority: &str, id: &str) -> Result<Hit, Problem> {
    let id = chart::PatientId { authority: authority.to_owned(), id: id.to_owned() };
    if writer.person(&id)?.is_none() && !crate::temporary::is_issued(writer, &id)? {
        return Err(wrong(
            "この番号の患者はこのコピーにありません。見つからない人は、仮患者として受け付けてください。",
            "No patient of this number is in this copy: receive somebody who is not found as a temporary patient.",
        ));
    }
    let mut hit = finding::hit_of(writer, &id)?;
    names::tell(&mut hit, &names::all(writer)?);
    Ok(hit)
}

/// Remembers a name that was learned, or takes it back.
fn name(writer: &mut Writer, said: &NameSaid, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    let said = checked_name(said, by)?;
    patient(writer, &said.authority, &said.id)?;
    event::append_as(writer, &Event::Visit(VisitEvent::Name(said)), by, now)?;
    Ok(Answer::Done)
}

/// Somebody whom no copy knows gets a temporary number and what is known of him. All of it is looked at before a number is taken.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn newcomer(writer: &mut Writer, said: &NameSaid, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    let said = checked_name(said, by)?;
    if let Some((authority, id)) = said.mother.split_once('/') {
        patient(writer, authority, id)?;
    }
    let block = crate::temporary::take(writer, 1, by, now)?;
    for PatientId { authority, id } in block.patients() {
        let said = NameSaid { authority, id, ..said.clone() };
        event::append_as(writer, &Event::Visit(VisitEvent::Name(said)), by, now)?;
    }
    Ok(Answer::Temporary(block))
}

/// A name as it is kept.
fn checked_name(said: &NameSaid, by: (&str, &str)) -> Result<NameSaid, Problem> {
    signed(by, &said.how)?;
    one_of(&said.kind, &NAME_KINDS)?;
    let is_known = said.kind != "unknown";
    if said.name.trim().is_empty() && is_known {
        return Err(wrong("氏名を書いてください。", "Write the name."));
    }
    if said.how.trim().is_empty() {
        return Err(wrong(
            "何で確かめたか（資格確認書・本人の申し出など）を書いてください。",
            "Say on what it rests (an insurance paper, the patient's word).",
        ));
    }
    let birth = match chart::parse_birth(said.birth.trim()).filter(|(from, to)| from == to) {
        Some((born, _)) => born.iso(),
        None if said.birth.trim().is_empty() => String::new(),
        None => {
            return Err(wrong(
                "生年月日として読めません。例 1948-04-05、S23.4.5",
                "Not a birth date. Try 1948-04-05 or S23.4.5",
            ));
        }
    };
    let short = |text: &str| one_line(text, NAME_MAX);
    Ok(NameSaid {
        name: short(&said.name),
        kana: short(&said.kana),
        birth,
        phone: short(&said.phone),
        how: short(&said.how),
        sex: if ["male", "female", "other"].contains(&said.sex.as_str()) { said.sex.clone() } else { String::new() },
        ..said.clone()
    })
}

/// Gives a station the next block of ticket numbers.
///
/// # Errors
/// This station does not keep the numbering, there is no such station, or no block is left; the store cannot be written.
pub fn give_block(writer: &mut Writer, station: &str, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    signed(by, "")?;
    if !tickets::keeps(writer)? {
        return Err(wrong(
            "受付番号の範囲は、本部の端末で割り当てます（ほかの端末で決めると、同じ番号が2つできます）。",
            "Blocks of ticket numbers are given at headquarters' station: given elsewhere, one number could be given twice.",
        ));
    }
    let (head, members) = (writer.head(), writer.once(Members::of)?);
    let own = head.station.to_string();
    let to = match station.trim() {
        "" => own.clone(),
        meant => {
            let is = |id: &str, member: &crate::hospital::Member| {
                id == meant || member.name == meant || member.mark == meant
            };
            let mut found =
                members.all.iter().map(|(id, member)| (id.to_string(), member)).filter(|(id, member)| is(id, member));
            let first = found.next().map(|(id, _)| id).filter(|_| found.next().is_none());
            first.ok_or_else(|| {
                wrong(
                    "その名前の端末は登録されていません（または2つあります）。`andon station list` で確かめてください。",
                    "No station (or two) of this name is registered; see `andon station list`.",
                )
            })?
        }
    };
    let blocks = tickets::blocks(writer)?;
    // The life in which that station's log is, as far as is known here: a life that begins later asks anew.
    let lives = writer.logs()?.into_iter().filter(|log| log.station.to_string() == to).map(|log| log.incarnation);
    let life = if to == own { head.incarnation } else { lives.max().unwrap_or(1) };
    if let Some(block) = tickets::own(&blocks, &to, life) {
        return Ok(Answer::TicketBlock(block));
    }
    let numbering = head.incarnation + u32::try_from(members.former().len()).unwrap_or(u32::MAX);
    let said = tickets::next(&blocks, numbering, (&to, life))
        .ok_or_else(|| wrong("割り当てられる範囲がもうありません。", "No block of ticket numbers is left."))?;
    let block = said.block;
    event::append_as(writer, &Event::Visit(VisitEvent::Block(said)), by, now)?;
    Ok(Answer::TicketBlock(block))
}
