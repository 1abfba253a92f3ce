//! 問診: what somebody was asked at the desk while the EMR was dark, and where it is not what the copy says. Asked first and shown after
//! (users.md 21): who answers had not seen the copy. An answer stands beside the copy and changes nothing in it; a named person writes what
//! was found.

use std::sync::Arc;

use crate::chart::Chart;
use crate::classes::HighRisk;
use crate::disagreement::{Disagreement, Side, made};
use crate::drugs::Course;
use crate::fact::Measure;
use crate::fold::{fold_name, fold_phone};
use crate::infection::Finding;
use crate::item::{Item, Standing};

/// Kind of what was asked at the desk.
pub const INTAKE: &str = "問診";
/// What was asked, as the name of the measure that holds the answer.
pub const ASKED: [(&str, &str); 5] = [
    ("pregnancy", "妊娠（問診）"),
    ("anticoagulant", "抗凝固薬・抗血小板薬（問診）"),
    ("implant", "体内の機器・金属（問診）"),
    ("address", "住所（問診）"),
    ("phone", "電話（問診）"),
];
/// The answers, as the beginning of the measure's value.
pub const YES: &str = "あり";
/// See [`YES`].
pub const NO: &str = "なし";
/// See [`YES`].
pub const MAYBE: &str = "可能性あり";

/// Words in problems and operations that tell of something in the body.
const IMPLANTS: [&str; 8] =
    ["ペースメーカ", "除細動", "人工関節", "ステント", "クリップ", "人工内耳", "シャント", "人工弁"];

/// The measure's name under which an answer stands.
pub fn asked(code: &str) -> &'static str {
    ASKED.iter().find(|(known, _)| *known == code).map_or("", |(_, name)| name)
}

/// Where answers are not what the copy says. Allergies are compared with those that were handed in.
pub(crate) fn of_answers(chart: &Chart) -> Vec<Item<Disagreement>> {
    let mut found = Vec::new();
    let newest = |code: &str| {
        let is = |item: &&Item<Measure>| item.source.kind == INTAKE && item.item.text == asked(code);
        chart.measures.iter().find(is)
    };
    if let Some(item) = newest("anticoagulant") {
        let taken = |item: &&Item<crate::drugs::Medication>| {
            item.source.kind != INTAKE
                && item.standing == Standing::Current
                && matches!(item.in_use.course, Course::Current | Course::Planned)
                && item.in_use.high_risk.contains(&HighRisk::Anticoagulant)
        };
        let own: Vec<&Item<crate::drugs::Medication>> = chart.medications.iter().filter(taken).collect();
        let names: Vec<&str> = own.iter().map(|item| item.drug.drug.shown()).collect();
        let copy = own.first().map(|first| beside(first, names.join("・")));
        found.extend(compared(item, ("anticoagulant_not_in_copy", "anticoagulant_denied"), copy));
    }
    if let Some(item) = newest("implant") {
        let tells = |text: &str| IMPLANTS.iter().any(|word| text.contains(word));
        let problem = chart.problems.iter().find(|item| tells(item.problem.name.shown()) || tells(&item.problem.label));
        let operation = chart.operations.iter().find(|item| tells(&item.text));
        let copy = problem
            .map(|item| beside(item, item.problem.name.shown().to_owned()))
            .or_else(|| operation.map(|item| beside(item, item.text.clone())));
        found.extend(compared(item, ("implant_not_in_copy", "implant_denied"), copy));
    }
    let answers = chart.pregnancy.items.iter().filter(|item| item.source.kind == INTAKE);
    if let Some(item) = answers.max_by_key(|item| item.time.map(|time| time.start)) {
        let own = chart.pregnancy.items.iter().find(|other| {
            other.source.kind != INTAKE && other.standing == Standing::Current && other.finding == Finding::Positive
        });
        let copy = own.map(|other| beside(other, other.value.value.clone()));
        let answer = item.clone().map(|mark| Answer { value: mark.value.clone() });
        found.extend(compared_of(&answer, ("pregnancy_not_in_copy", "pregnancy_denied"), copy));
    }
    for (code, known) in [("address", &chart.patient.addresses), ("phone", &chart.patient.phones)] {
        let Some(item) = newest(code) else { continue };
        let plain = |text: &str| if code == "phone" { fold_phone(text) } else { fold_name(text) };
        if known.iter().any(|known| plain(known) == plain(&item.value.value)) {
            continue;
        }
        let copy = Side {
            words: known.join("・"),
            time: chart.patient.time,
            source: chart.patient.source.clone().filter(|_| !known.is_empty()),
        };
        let said = item.value.value.clone();
        found.push(made(
            item,
            "contact_differs",
            vec![if code == "phone" { "phone" } else { "address" }],
            "",
            (copy, said),
        ));
    }
    found
}

/// What was answered to a question of yes or no.
#[derive(Clone)]
struct Answer {
    value: String,
}

fn compared(
    item: &Item<Measure>,
    codes: (&'static str, &'static str),
    copy: Option<Side>,
) -> Option<Item<Disagreement>> {
    compared_of(&item.clone().map(|measure| Answer { value: measure.value.clone() }), codes, copy)
}

/// Yes where the copy has nothing, no where it has something; 「わからない」 tells of no difference.
fn compared_of(
    item: &Item<Answer>,
    (missing, denied): (&'static str, &'static str),
    copy: Option<Side>,
) -> Option<Item<Disagreement>> {
    let said = item.value.value.as_str();
    match copy {
        None if said.starts_with(YES) || said.starts_with(MAYBE) => {
            Some(made(item, missing, Vec::new(), "", (Side::default(), said.to_owned())))
        }
        Some(copy) if said.starts_with(NO) => Some(made(item, denied, Vec::new(), "", (copy, said.to_owned()))),
        _ => None,
    }
}

fn beside<T>(item: &Item<T>, words: String) -> Side {
    Side { words, time: item.time, source: Some(Arc::clone(&item.source)) }
}
