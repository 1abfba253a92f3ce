//! What was found, and what was not looked at, in words.

use chart::prescribing::{Checked, Found, Known, Other};
use chart::{When, age_words};

use crate::text::Words;

/// A line of an order with what was found of it.
pub struct Line {
    /// As written.
    pub words: String,
    /// What was found: whether it asks for a name, and the words.
    pub found: Vec<(bool, String)>,
}

/// What an order was held against, in words.
pub struct Outcome {
    /// Line by line.
    pub lines: Vec<Line>,
    /// It takes a name to go on.
    pub asks_name: bool,
    /// What stands of the patient: allergies, weight, kidneys, pregnancy.
    pub known: Vec<String>,
    /// Allergies as written that no line shares a name with.
    pub unmatched: Vec<String>,
    /// What was looked at.
    pub done: String,
    /// What was not.
    pub not_done: String,
    /// Of which day the tables are.
    pub tables: &'static str,
}

impl Outcome {
    /// In the language of the reader; `lines` are the lines as written.
    pub fn of(checked: &Checked, lines: Vec<String>, t: Words) -> Outcome {
        let codes = |codes: &[&'static str]| codes.iter().map(|code| t.word("order-check", code)).collect::<Vec<_>>();
        let line = |(words, found): (String, &Vec<Found>)| Line {
            words,
            found: found.iter().map(|one| (one.asks_name(), found_in_words(one, t))).collect(),
        };
        Outcome {
            lines: lines.into_iter().zip(&checked.lines).map(line).collect(),
            asks_name: checked.asks_name(),
            known: known(checked, t),
            unmatched: checked.unmatched.clone(),
            done: codes(&checked.done).join("、"),
            not_done: codes(&checked.not_done).join("、"),
            tables: checked.tables,
        }
    }
}

fn known(checked: &Checked, t: Words) -> Vec<String> {
    let answer =
        |key: &str, answer: chart::Answer| format!("{}: {}", t.text(key), t.word("answer", answer_code(answer)));
    let measured = |key: &str, unit: &str, known: &Option<Known>| match known {
        Some(known) => format!("{}: {}", t.text(key), number(known, unit, t)),
        None => format!("{}: {}", t.text(key), t.text("order-no-value")),
    };
    let mut all = vec![
        answer("order-allergies", checked.allergies),
        answer("order-contraindications", checked.contraindications),
        measured("order-weight", "kg", &checked.weight),
        measured("order-egfr", "mL/min/1.73m²", &checked.egfr),
    ];
    all.extend(checked.pregnancy.map(|pregnancy| answer("order-pregnancy", pregnancy)));
    all
}

fn answer_code(answer: chart::Answer) -> &'static str {
    match answer {
        chart::Answer::Recorded => "recorded",
        chart::Answer::NoneConfirmed => "none_confirmed",
        chart::Answer::NotRecorded => "not_recorded",
        chart::Answer::NotCopied => "not_copied",
    }
}

fn number(known: &Known, unit: &str, t: Words) -> String {
    let reckoned = if known.reckoned { t.text("order-reckoned") } else { String::new() };
    format!(
        "{} {unit}{reckoned}（{} {} {}）",
        known.value,
        day(known.time.as_ref()),
        age_words(known.age_minutes, t.lang),
        known.source.source
    )
}

fn day(time: Option<&When>) -> String {
    time.map_or_else(String::new, |time| time.start.day().iso())
}

/// One thing that was found.
pub fn found_in_words(found: &Found, t: Words) -> String {
    let to = |value: f64| format!("{:.1}", value);
    match found {
        Found::Allergy { allergen, family, time, source } => {
            let named = if family == allergen { String::new() } else { format!("（{family}）") };
            format!(
                "{}（{} {}）",
                t.with("order-found-allergy", format!("{allergen}{named}")),
                day(time.as_ref()),
                source.source
            )
        }
        Found::SameDrug(of) => t.with("order-found-same-drug", other(of, t)),
        Found::SameEffect { effect, other: of } => {
            format!("{} {}", t.with("order-found-same-effect", effect.as_str()), other(of, t))
        }
        Found::Twice { line } => t.with("order-found-twice", line.to_string()),
        Found::Changed(of) => t.with("order-found-changed", other(of, t)),
        Found::ByWeight { ordered, usual, weight } => {
            let range = format!("{} mg/kg/日（{}〜{}、{}）", to(*ordered), usual[0], usual[1], number(weight, "kg", t));
            t.with("order-found-by-weight", range)
        }
        Found::AboveMost { ordered, most } => {
            t.with("order-found-above-most", format!("{} mg/日 > {most} mg/日", to(*ordered)))
        }
        Found::ChildUnchecked => t.text("order-found-child-unchecked"),
        Found::Kidneys(egfr) => t.with("order-found-kidneys", number(egfr, "mL/min/1.73m²", t)),
        Found::KidneysUnknown => t.text("order-found-kidneys-unknown"),
        Found::HighRisk(class) => t.with("order-found-high-risk", t.word("risk", class.code())),
    }
}

fn other(of: &Other, t: Words) -> String {
    use chart::drugs::Course;
    let course = match of.course {
        Course::Current => String::new(),
        Course::Planned => t.text("course-planned"),
        Course::Ended => t.text("course-ended"),
        Course::Stopped => t.text("course-stopped"),
    };
    let parts = [
        of.drug.clone(),
        of.taken.clone(),
        course,
        of.ordered_by.clone(),
        day(of.time.as_ref()),
        of.source.source.clone(),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
