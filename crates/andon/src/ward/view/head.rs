//! The first screenful: who, and the questions asked before anything is done.

use chart::infection::{self, Finding};
use chart::safety::{AllergyEntry, Answered};
use chart::{Answer, Chart, Item, age_words};

use super::{Mark, Row, Stand, Writer, cell, joined, when, worded};
use crate::ward::page::bed_words;
use crate::ward::rules::{age_words as age_of, both_calendars, sex_code};

/// Who the patient is, in words.
#[derive(Default)]
pub struct Who {
    /// Name as the hospital writes it.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// The number, which stays in sight with the name.
    pub number: Line,
    /// Birth date in both calendars with the age, sex, place: each with its label.
    pub lines: Vec<Line>,
    /// Marks: 旧姓, place, doubt.
    pub marks: Vec<Mark>,
    /// When the identity was last told, and how old that is.
    pub stand: String,
    /// The newest message of this patient, how old it is, and the sources the chart is made of.
    pub copy: String,
}

/// A label and what stands behind it.
#[derive(Default)]
pub struct Line {
    /// `生年月日`
    pub label: String,
    /// `2011-07-01（平成23年7月1日） 10歳`
    pub value: String,
}

impl Line {
    fn new(label: String, value: impl Into<String>) -> Line {
        Line { label, value: value.into() }
    }
}

/// A question with its answer.
pub struct AnswerCard {
    /// Anchor.
    pub id: &'static str,
    /// The question.
    pub title: String,
    /// `recorded`, `none` or `unknown`.
    pub class: &'static str,
    /// One of the four answers in words.
    pub answer: String,
    /// What is recorded.
    pub rows: Vec<Row>,
    /// The answer says all that the entries say.
    told: bool,
}

/// Entries of one answer on the first screenful; the full list further down has all of them.
const ANSWERS_SHOWN: usize = 4;

impl AnswerCard {
    /// The entries shown at first sight; where the answer itself has said what they say, none.
    pub fn shown(&self) -> Vec<&Row> {
        let mut shown: Vec<&Row> = Vec::new();
        // Two sources may tell the same: the second must not push a third out of sight.
        let first = |row: &Row| row.cells.first().map(|cell| cell.text.clone());
        for row in self.rows.iter().filter(|_| !self.told) {
            if shown.len() < ANSWERS_SHOWN && !shown.iter().any(|known| first(known) == first(row)) {
                shown.push(row);
            }
        }
        shown
    }

    /// How many more there are.
    pub fn more(&self) -> usize {
        self.rows.len() - self.shown().len()
    }

    /// Age and source of an answer that has said what the newest entry says.
    pub fn stand(&self) -> Option<&Stand> {
        self.rows.first().filter(|_| self.told).map(|row| &row.stand)
    }
}

pub(super) fn who(w: Writer<'_>, chart: &Chart) -> Who {
    let (patient, t) = (&chart.patient, w.t);
    let birth = patient.birth_date.map_or_else(|| t.text("not-recorded-short"), |birth| both_calendars(&birth));
    let age = patient.age.as_ref().map_or_else(String::new, |age| age_of(age, t.lang));
    let mut lines = vec![
        Line::new(t.text("birth"), format!("{birth} {age}")),
        Line::new(t.text("sex"), t.word("sex", sex_code(patient.sex))),
    ];
    if let Some(stay) = chart.stays.iter().find(|stay| stay.current) {
        let place = format!("{} {}", stay.place.ward, bed_words(&stay.place.room, &stay.place.bed));
        let doubt = if stay.admission_missing { t.text("admission-missing") } else { String::new() };
        let leave = if stay.on_leave { t.text("on-leave") } else { String::new() };
        lines.push(Line::new(t.text("in-hospital"), joined([place.trim(), &leave, &doubt])));
    }
    let mut marks: Vec<Mark> = patient
        .former_names
        .iter()
        .map(|former| Mark { class: "note", text: format!("{} {}", t.text("former-name"), former.name) })
        .collect();
    match (patient.temporary, patient.basic) {
        (true, _) => marks.push(w.mark("warn", "temporary-mark")),
        (false, false) => marks.push(w.mark("warn", "no-basic")),
        (false, true) => {}
    }
    let open = chart.disagreements.iter().filter(|item| item.settled.is_none()).count();
    if open > 0 {
        marks.push(Mark { class: "warn", text: t.with("unlike-open", open) });
    }
    if let Some(died) = patient.died {
        marks.push(Mark { class: "quiet", text: t.with("died", died.to_string()) });
    }
    let age = patient.age_minutes.map_or_else(String::new, |minutes| age_words(minutes, t.lang));
    let source =
        patient.source.as_ref().map_or_else(String::new, |source| format!("{} №{}", source.source, source.position));
    let time = format!("{} {}", t.text("identity-as-of"), when(patient.time));
    let stand = joined([time.trim(), &age, &source]);
    let name = if patient.is_unnamed() { t.text("temporary-name") } else { patient.name.clone() };
    let (kana, number) = (patient.kana.clone(), patient.id.as_str());
    Who { name, kana, number: Line::new(t.text("patient-id"), number), lines, marks, stand, copy: copy(w, chart) }
}

/// The newest message of this patient with its age, and the sources that carry the copy: what a chart shows without scrolling.
fn copy(w: Writer<'_>, chart: &Chart) -> String {
    let last = chart.gaps.iter().filter_map(|gap| gap.last_of_patient).max();
    let last = last.map(|last| format!("{last}{}", w.t.with("aside", w.age(last.minutes_until(chart.as_of.now)))));
    let mut sources: Vec<&str> = chart.freshness.iter().map(|kind| kind.source.as_str()).collect();
    sources.sort_unstable();
    sources.dedup();
    let last = w.t.with("patient-last", last.unwrap_or_else(|| w.t.text("not-recorded-short")));
    joined([last, w.t.with("patient-sources", sources.join("・"))])
}

pub(super) fn answers(w: Writer<'_>, chart: &Chart) -> Vec<AnswerCard> {
    let allergy = |item: &Item<AllergyEntry>| {
        let entry = &item.allergy;
        let onset = joined([when(entry.onset), entry.onset_text.clone()]);
        let category = worded(&entry.category, w.t.word("allergy", &entry.category.code));
        let severity = worded(&entry.severity, w.t.word("severity", &entry.severity.code));
        let kind = joined([&category, &severity, &entry.reaction, &onset]);
        let code = if entry.allergen.text.is_empty() { "" } else { entry.allergen.code.as_str() };
        let code = if code.is_empty() { String::new() } else { format!("（{code}）") };
        w.row(item, [entry.allergen.shown(), &kind, &code].map(cell).into())
    };
    let mark = |item: &Item<infection::Mark>| {
        let finding = w.t.word("finding", finding_code(item.finding));
        let about = joined([item.about, &finding]);
        w.row(item, vec![cell(about), cell(joined([item.item.shown(), &item.value.value]))])
    };
    vec![
        card(w, "allergies", &chart.allergies, allergy),
        card(w, "contraindications", &chart.contraindications, allergy),
        card(w, "infections", &chart.infections, mark),
        card(w, "pregnancy", &chart.pregnancy, mark),
        blood_type(w, chart),
    ]
}

fn finding_code(finding: Finding) -> &'static str {
    match finding {
        Finding::Positive => "positive",
        Finding::Negative => "negative",
        Finding::Unclear => "unclear",
    }
}

fn card<T>(w: Writer<'_>, id: &'static str, answered: &Answered<T>, row: impl Fn(&Item<T>) -> Row) -> AnswerCard {
    let (class, code) = match answered.answer {
        Answer::NoneConfirmed if !answered.scope.is_empty() => ("unknown", "none-confirmed"),
        Answer::Recorded => ("recorded", "recorded"),
        Answer::NoneConfirmed => ("none", "none-confirmed"),
        Answer::NotRecorded => ("unknown", "not-recorded"),
        Answer::NotCopied => ("unknown", "not-copied"),
    };
    let mut answer = w.t.word("answer", code);
    if answered.answer == Answer::NoneConfirmed {
        let by = joined([when(answered.confirmed), answered.confirmed_by.clone()]);
        answer = match answered.scope.is_empty() {
            true => joined([answer, by]),
            // Negative tests answer only what they asked: everything else is still unconfirmed.
            false => joined([w.t.with("negative-only", joined(&answered.scope)), by]),
        };
    }
    let rows = answered.items.iter().map(row).collect();
    AnswerCard { id, title: w.t.word("section", id), class, answer, rows, told: false }
}

/// 血液型 is for reference and never for transfusion (users.md 2).
fn blood_type(w: Writer<'_>, chart: &Chart) -> AnswerCard {
    let blood = &chart.blood_type;
    let known = !blood.items.is_empty();
    let answer = match known {
        true => {
            let rh = if blood.rh.is_empty() { String::new() } else { format!("Rh\u{a0}{}", blood.rh) };
            joined([blood.abo.as_str(), &rh, &w.t.text("blood-note")])
        }
        false => w.t.word("answer", "not-recorded"),
    };
    let rows = blood.items.iter().map(|item| w.row(item, vec![cell(joined([item.item.shown(), &item.value.value]))]));
    let class = if known { "none" } else { "unknown" };
    let (id, title, rows) = ("blood-type", w.t.word("section", "blood-type"), rows.collect());
    AnswerCard { id, title, class, answer, rows, told: true }
}
