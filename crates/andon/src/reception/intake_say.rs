//! Writing what was asked at the desk (問診). What bears on safety is asked of everybody, and an answer that says yes says what.

use std::collections::BTreeMap;

use chart::Moment;
use store::{EventHash, NewEvent, Reader, Writer};

use super::say::signed;
use crate::event::{self, Event, INTAKE_FIELDS, IntakeSaid, VisitEvent};
use crate::home::{Problem, one_of, wrong};
use crate::text::one_line;
use crate::visits::intakes::{WITHDRAWN, of_visit, why_withdrawn};
use crate::visits::{Visit, found};
use crate::writing::Answer;

/// Questions that are asked anew, before anything of the copy is shown (users.md 21), with the answers that each may have.
pub const QUESTIONS: [(&str, &[&str]); 4] = [
    ("allergy", &["none", "yes", "unknown"]),
    ("pregnancy", &["none", "yes", "maybe", "not_asked"]),
    ("anticoagulant", &["none", "yes", "unknown"]),
    ("implant", &["none", "yes", "unknown"]),
];
/// Who answers; the codes are stored.
pub const ANSWERED_BY: [&str; 4] = ["patient", "family", "helper", "papers"];
/// Characters of an answer.
const ANSWER_MAX: usize = 300;

/// Keeps the answers of a visit, or takes back those that stand; what was written before stays in the log and no longer counts.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn intake(
    writer: &mut Writer,
    said: &IntakeSaid,
    at: Moment,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    signed(by, "")?;
    let visit = found(writer, &said.visit, at, now)?;
    let why = one_line(why_withdrawn(said), ANSWER_MAX);
    let (parents, values) = match said.values.contains_key(WITHDRAWN) {
        true => (standing(writer, &visit, &why)?, BTreeMap::from([(WITHDRAWN.to_owned(), why)])),
        false => (Vec::new(), checked(said)?),
    };
    let said = IntakeSaid {
        authority: visit.said.authority.clone(),
        id: visit.said.id.clone(),
        visit: visit.name.clone(),
        day: visit.said.day.clone(),
        asked_by: one_line(&said.asked_by, ANSWER_MAX),
        answered_by: said.answered_by.clone(),
        values,
    };
    let new = event::new_event(&Event::Visit(VisitEvent::Intake(said)), by, now);
    let new = new.ok_or_else(|| Problem::failed("event"))?;
    writer.append_events(&[NewEvent { event_time: at, parents, ..new }])?;
    Ok(super::say::answer(&visit))
}

/// The answers of a visit that stand, all of which are taken back.
fn standing(reader: &Reader, visit: &Visit, why: &str) -> Result<Vec<EventHash>, Problem> {
    if why.is_empty() {
        return Err(wrong("取り消す理由を書いてください（例 別の人の問診）。", "Say why the answers are taken back."));
    }
    let all = of_visit(reader, &visit.patient(), &visit.name)?;
    let stand: Vec<EventHash> = all.iter().filter(|one| one.withdrawn.is_none()).map(|one| one.hash).collect();
    if stand.is_empty() {
        return Err(wrong("この受診に、取り消す問診はありません。", "No answers stand on this visit."));
    }
    Ok(stand)
}

fn checked(said: &IntakeSaid) -> Result<BTreeMap<String, String>, Problem> {
    if said.asked_by.trim().is_empty() {
        return Err(wrong("聞いた人の名前を書いてください。", "Say who asked."));
    }
    one_of(&said.answered_by, &ANSWERED_BY)?;
    let value = |field: &str| said.values.get(field).map_or("", |value| value.trim());
    for (question, answers) in QUESTIONS {
        if value(question).is_empty() {
            return Err(wrong(
                "安全にかかわる4つ（アレルギー・妊娠・血をさらさらにする薬・体内の機器や金属）は、全員に聞いて、答えを選んでください。",
                "The four questions of safety (allergy, pregnancy, blood thinners, devices or metal in the body) are asked of everybody: choose an answer to each.",
            ));
        }
        one_of(value(question), answers)?;
        let words = value(&format!("{question}_words"));
        if value(question) == "yes" && words.is_empty() && question != "pregnancy" {
            return Err(wrong(
                "「あり」のときは、何か（薬や食べ物の名前、入っている物）を聞いたとおりに書いてください。",
                "For \"yes\" write what it is (the drug or food, what is in the body) as it was said.",
            ));
        }
    }
    let kept = INTAKE_FIELDS.into_iter().map(|field| (field.to_owned(), one_line(value(field), ANSWER_MAX)));
    Ok(kept.filter(|(_, value)| !value.is_empty()).collect())
}
