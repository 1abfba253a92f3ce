//! Meals, insurance, documents, and the histories that are pieced together: operations, chemotherapy, cautions.

use std::sync::Arc;

use serde::Serialize;

use crate::classes::HighRisk;
use crate::drugs::{Against, Clash, Course, InjectionEntry, Medication};
use crate::exams::ExamCase;
use crate::fact::{Body, Document, Insurance, Meal, Paper, Phase, Service};
use crate::item::{Item, Standing, View};
use crate::versions::withdraws;
use crate::when::{Precision, When};

/// A meal order and whether it is in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MealEntry {
    /// As sent.
    #[serde(flatten)]
    pub meal: Arc<Meal>,
    /// Where it stands.
    pub course: Course,
    /// In force at the moment.
    pub current: bool,
}

/// Meals: current first, newest first. An order without an end holds until a newer one of its kind (ODS-1) starts.
pub(crate) fn meals(view: &View<'_>) -> Vec<Item<MealEntry>> {
    let clock = &view.clock;
    let mut replaced: Vec<String> = Vec::new();
    let entry = |item: Item<Meal>| {
        let meal = &item.value;
        let started = item.time.is_none_or(|start| clock.has_reached(start.start));
        let course = match () {
            () if withdraws(&meal.order.control) => Course::Stopped,
            () if !started => Course::Planned,
            () if meal.end.is_some_and(|end| clock.has_reached(end.end())) || replaced.contains(&meal.kind) => {
                Course::Ended
            }
            () => Course::Current,
        };
        if course == Course::Current {
            replaced.push(meal.kind.clone());
        }
        item.map(|meal| MealEntry { meal, course, current: course == Course::Current })
    };
    let items = view.items(|meal: &Meal| meal.start.or(meal.order.ordered));
    let mut entries: Vec<_> = items.into_iter().map(entry).collect();
    entries.sort_by_key(|item| item.course);
    entries
}

/// An insurance and whether it is in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InsuranceEntry {
    /// As sent.
    #[serde(flatten)]
    pub insurance: Arc<Insurance>,
    /// In force at the moment, as far as its dates tell.
    pub current: bool,
}

/// Insurances, those in force first.
pub(crate) fn insurance(view: &View<'_>) -> Vec<Item<InsuranceEntry>> {
    let clock = &view.clock;
    let entry = |item: Item<Insurance>| {
        let (from, until) = (item.value.from, item.value.until);
        let current = from.is_none_or(|from| clock.has_reached(from.start))
            && until.is_none_or(|until| !clock.has_reached(until.end()));
        item.map(|insurance| InsuranceEntry { insurance, current })
    };
    let distinct = crate::identity::distinct(view.items(|_| None));
    let mut entries: Vec<_> = distinct.into_iter().map(entry).collect();
    entries.sort_by_key(|item| !item.current);
    entries
}

/// Notes, summaries and reports, newest first.
pub(crate) fn documents(view: &View<'_>) -> Vec<Item<Document>> {
    view.items(|document: &Document| document.at)
}

/// A page of paper on the chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PaperEntry {
    /// As filed.
    #[serde(flatten)]
    pub paper: Arc<Paper>,
    /// False when the same page of the same sheet was scanned again later.
    pub current: bool,
}

/// Scanned pages, newest first by when they came from the scanner: an older scan that is filed later is not the newer paper.
pub(crate) fn papers(view: &View<'_>) -> Vec<Item<PaperEntry>> {
    let mut seen = std::collections::HashSet::new();
    let entry = |item: Item<Paper>| {
        let paper = &item.value;
        let current = paper.sheet.is_empty() || seen.insert((paper.sheet.clone(), paper.sheet_page));
        item.map(|paper| PaperEntry { paper, current })
    };
    let came = |paper: &Paper| paper.scanned.map(|start| When { start, precision: Precision::Minute });
    view.items(came).into_iter().map(entry).collect()
}

/// A line of a history that was pieced together: what, and in which sort of entry it was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mention {
    /// In the sender's words.
    pub text: String,
    /// `problem`, `exam`, `document`, `movement`, `drug`, `injection` or `administration`.
    pub from: &'static str,
}

const OPERATION_WORDS: &[&str] =
    &["手術", "術後", "切除術", "摘出術", "置換術", "形成術", "帝王切開", "術式", "麻酔記録"];
const CHEMOTHERAPY_WORDS: &[&str] =
    &["化学療法", "抗がん剤", "抗癌剤", "レジメン", "FOLFOX", "FOLFIRI", "XELOX", "R-CHOP"];

/// The sentence of a text that holds one of the words, short enough for a line.
fn sentence(text: &str, words: &[&str]) -> Option<String> {
    let holds = |part: &&str| words.iter().any(|word| part.contains(word));
    let part = text.split(['\n', '\r', '。']).find(holds)?;
    Some(part.trim().chars().take(80).collect())
}

/// Mentions by words in problems, examinations, documents and reasons of movement, newest first.
fn mentions(view: &View<'_>, words: &[&str]) -> Vec<Item<Mention>> {
    let mut items = Vec::new();
    for (message, body) in view.standing() {
        let (text, from, time) = match body {
            Body::Problem(problem) => {
                let name = if problem.label.is_empty() { problem.name.shown() } else { &problem.label };
                (name.to_owned(), "problem", problem.diagnosed.or(problem.onset))
            }
            Body::Exam(exam) => (format!("{}\n{}", exam.item.shown(), exam.details.join("\n")), "exam", exam.at),
            Body::Document(document) => {
                let kind = document.kind.shown();
                (format!("{kind} {}\n{}", document.title, document.text), "document", document.at)
            }
            Body::Move(movement) => (movement.reason.clone(), "movement", movement.at.or(movement.planned)),
            _ => continue,
        };
        let found = sentence(&text, words).map(|text| Mention { text, from });
        items.extend(found.map(|mention| view.item(message, time, mention)));
    }
    items.sort_by_cached_key(Item::newest);
    items
}

/// Operations as far as the data holds them: SS-MIX2 has no kind for them, so they are looked for by their words.
pub(crate) fn operations(view: &View<'_>) -> Vec<Item<Mention>> {
    mentions(view, OPERATION_WORDS)
}

/// Chemotherapy as far as the data holds it: drugs of the class by name, and its words.
pub(crate) fn chemotherapy(
    view: &View<'_>,
    medications: &[Item<Medication>],
    injections: &[Item<InjectionEntry>],
    against: &Against<'_>,
) -> Vec<Item<Mention>> {
    let is_class = |classes: &[HighRisk]| classes.contains(&HighRisk::Anticancer);
    let mut items = mentions(view, CHEMOTHERAPY_WORDS);
    items.extend(medications.iter().filter(|item| is_class(&item.in_use.high_risk)).map(|item| {
        let text = item.drug.drug.shown().to_owned();
        item.clone().map(|_| Mention { text, from: "drug" })
    }));
    for item in injections.iter().filter(|item| is_class(&item.in_use.high_risk)) {
        let names: Vec<&str> = item.injection.ingredients.iter().map(|ingredient| ingredient.drug.shown()).collect();
        let text = names.join(" + ");
        items.push(item.clone().map(|_| Mention { text, from: "injection" }));
    }
    for (message, body) in view.standing() {
        let Body::Given(given) = body else { continue };
        if is_class(&against.high_risk(&given.drug)) {
            let mention = Mention { text: given.drug.shown().to_owned(), from: "administration" };
            items.push(view.item(message, given.start, mention));
        }
    }
    items.sort_by_cached_key(Item::newest);
    items
}

/// Something to look at before acting. Marks a line, decides nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Caution {
    /// `allergy_clash`, `contrast_allergy` or `high_risk_gap`.
    pub code: &'static str,
    /// The drug or examination.
    pub about: String,
    /// In Japanese, ending in 要確認.
    pub words: String,
    /// When it is due or began.
    pub due: Option<When>,
    /// The clash of names, for words in another language.
    #[serde(skip)]
    pub clash: Option<Clash>,
    /// The classes whose doses two people confirm, for the same.
    #[serde(skip)]
    pub high_risk: Vec<HighRisk>,
}

/// Cautions: clashes of current drugs and of ordered examinations with recorded allergies, and high-risk drugs in force
/// whose doses in the gap two people confirm (users.md 1).
pub(crate) fn cautions(
    medications: &[Item<Medication>],
    injections: &[Item<InjectionEntry>],
    exams: &[ExamCase],
    against: &Against<'_>,
) -> Vec<Item<Caution>> {
    let mut items = Vec::new();
    for item in medications {
        let found = of_use(item.drug.drug.shown(), &item.in_use, item.time);
        items.extend(found.into_iter().map(|caution| item.clone().map(|_| caution)));
    }
    for item in injections {
        let names: Vec<&str> = item.injection.ingredients.iter().map(|ingredient| ingredient.drug.shown()).collect();
        let found = of_use(&names.join(" + "), &item.in_use, item.time);
        items.extend(found.into_iter().map(|caution| item.clone().map(|_| caution)));
    }
    let asked = exams.iter().filter(|case| case.phase == Phase::Ordered && !case.stopped);
    for item in asked.filter(|case| case.service == Service::Radiology).flat_map(|case| &case.events) {
        let about = format!("{} {}", item.value.item.shown(), item.details.join(" "));
        for clash in against.clashes(&about) {
            let about = item.value.item.shown().to_owned();
            let caution = clashing("contrast_allergy", about, clash, item.at);
            items.push(item.clone().map(|_| caution));
        }
    }
    items.retain(|item| item.standing == Standing::Current);
    items
}

fn of_use(name: &str, in_use: &crate::drugs::Use, due: Option<When>) -> Vec<Caution> {
    let clash = |clash: &Clash| clashing("allergy_clash", name.to_owned(), clash.clone(), due);
    let mut found: Vec<Caution> = in_use.clashes.iter().map(clash).collect();
    if in_use.current && !in_use.high_risk.is_empty() {
        let classes: Vec<&str> = in_use.high_risk.iter().map(|class| class.word()).collect();
        let words = format!("{}　停止前後の実施を二名で要確認", classes.join("・"));
        let (about, high_risk) = (name.to_owned(), in_use.high_risk.clone());
        found.push(Caution { code: "high_risk_gap", about, words, due, clash: None, high_risk });
    }
    found
}

fn clashing(code: &'static str, about: String, clash: Clash, due: Option<When>) -> Caution {
    Caution { code, about, words: clash.words.clone(), due, clash: Some(clash), high_risk: Vec::new() }
}
