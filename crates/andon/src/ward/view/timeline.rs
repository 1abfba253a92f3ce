//! 経過: one list over all kinds of what happened to a patient, newest first. Pure; the page cuts it into days.

use chart::drugs::{Course, Use};
use chart::{Chart, Coded, Item, Moment, When};

use super::course::{move_code, outcome, place};
use super::results::{flag_class, phase, result, state};
use super::treatment::course_mark;
use super::{Row, Writer, amount, cell, coded, joined, staff, when};
use crate::text::Words;

/// The kinds of entries, in the order of the filter.
pub const KINDS: [&str; 11] = [
    "moves",
    "drugs",
    "given",
    "labs",
    "exams",
    "papers",
    "documents",
    "problems",
    "orders",
    "measures",
    "appointments",
];
/// Abnormal results named on the one line of a sampling; the laboratory section has them all.
const ABNORMAL_NAMED: usize = 6;

/// One thing that happened, or is planned.
pub struct Entry {
    /// When it happened.
    pub at: Moment,
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// What, with its time, age and source.
    pub row: Row,
}

/// Everything of a chart that has a time, newest first.
pub fn entries(chart: &Chart, t: Words) -> Vec<Entry> {
    let w = Writer::of(chart, t);
    let mut all = Vec::new();
    moves(w, chart, &mut all);
    drugs(w, chart, &mut all);
    labs(w, chart, &mut all);
    exams(w, chart, &mut all);
    rest(w, chart, &mut all);
    all.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    all
}

fn entry<T>(w: Writer<'_>, kind: &'static str, item: &Item<T>, words: &[String]) -> Entry {
    let at = item.time.map_or(item.source.received, |time| time.start);
    let words = words.iter().filter(|words| !words.is_empty());
    Entry { at, kind, row: w.row(item, words.map(cell).collect()) }
}

fn moves(w: Writer<'_>, chart: &Chart, all: &mut Vec<Entry>) {
    let stays = chart.stays.iter().flat_map(|stay| &stay.movements);
    all.extend(stays.chain(&chart.visits).chain(&chart.movements).map(|item| {
        let places = [place(&item.prior), place(&item.place)].into_iter().filter(|place| !place.is_empty());
        let places = places.collect::<Vec<_>>().join(" → ");
        let stands = if item.source.kind == chart::VISIT { outcome(w, item) } else { String::new() };
        let who = [department(w, &item.department), staff(&item.attending).to_owned(), item.reason.clone(), stands];
        entry(w, "moves", item, &[w.t.word("move", move_code(item.kind)), places, joined(who)])
    }));
}

fn drugs(w: Writer<'_>, chart: &Chart, all: &mut Vec<Entry>) {
    let mut told = Vec::new();
    for item in &chart.medications {
        let words = joined([item.drug.drug.shown(), &amount(&item.drug.dose)]);
        span(w, item, &item.in_use, &words, &mut told);
    }
    for item in &chart.injections {
        let names = item.injection.ingredients.iter().map(|part| part.drug.shown());
        let names = names.collect::<Vec<_>>().join(" + ");
        let words = joined([w.t.word("order", "injection"), names, amount(&item.injection.rate)]);
        span(w, item, &item.in_use, &words, &mut told);
    }
    all.extend(together(told));
    all.extend(chart.administrations.iter().map(|item| {
        let done = w.t.word("completion", &item.completion);
        entry(w, "given", item, &[coded(&item.drug), amount(&item.amount), done, staff(&item.by).to_owned()])
    }));
}

/// A department; a bare code says what it is a code of.
fn department(w: Writer<'_>, department: &Coded) -> String {
    if department.text.is_empty() && !department.code.is_empty() {
        return format!("{} {}", w.t.text("department"), department.code);
    }
    coded(department)
}

/// Drugs that one message begins or ends at one time, on one line.
fn together(entries: Vec<Entry>) -> Vec<Entry> {
    let mut lines: Vec<Entry> = Vec::new();
    let mut known = std::collections::HashMap::new();
    for entry in entries {
        let marks: Vec<&str> = entry.row.marks.iter().map(|mark| mark.text.as_str()).collect();
        let verb = entry.row.cells.first().map(|cell| cell.text.clone());
        let key = (entry.at, verb, entry.row.stand.source.clone(), marks.concat(), entry.row.struck);
        match known.get(&key).and_then(|at: &usize| lines.get_mut(*at)) {
            Some(line) => line.row.cells.extend(entry.row.cells.into_iter().skip(1)),
            None => {
                known.insert(key, lines.len());
                lines.push(entry);
            }
        }
    }
    lines
}

/// The beginning of a drug and, where it is over, its end.
fn span<T>(w: Writer<'_>, item: &Item<T>, used: &Use, words: &str, all: &mut Vec<Entry>) {
    let began = entry(w, "drugs", item, &[w.t.text("drug-begins"), words.to_owned()]);
    let at = used.in_force_from.unwrap_or(began.at);
    let mut mark = course_mark(w, used.course);
    match (used.course, used.in_force_until) {
        (Course::Ended, Some(until)) => {
            let over = entry(w, "drugs", item, &[w.t.text("drug-ends"), words.to_owned()]);
            all.push(Entry { at: Moment(until.0 - 1), ..over });
            // The end has a line of its own.
            mark = None;
        }
        (Course::Stopped, _) => all.push(entry(w, "drugs", item, &[w.t.text("drug-stops"), words.to_owned()])),
        _ => {}
    }
    let mut began = Entry { at, ..began };
    began.row.marks.extend(mark);
    all.push(began);
}

/// One line a message of results: how many, and what was abnormal.
fn labs(w: Writer<'_>, chart: &Chart, all: &mut Vec<Entry>) {
    let mut samples = std::collections::BTreeMap::<_, Vec<(&str, &Item<chart::Lab>)>>::new();
    let results = chart.labs.iter().flat_map(|series| series.results().map(move |item| (series.name.as_str(), item)));
    for (name, item) in results {
        let key = (item.time.map(|time| time.start), item.source.source.as_str(), item.source.position);
        samples.entry(key).or_default().push((name, item));
    }
    all.extend(samples.values().filter_map(|sample| {
        let (_, first) = sample.first()?;
        let abnormal = || sample.iter().filter(|(_, item)| !flag_class(&item.flag).is_empty());
        let named = abnormal().take(ABNORMAL_NAMED).map(|(name, item)| format!("{name} {}", result(w, item)));
        let more = abnormal().count().saturating_sub(ABNORMAL_NAMED);
        let more = if more == 0 { String::new() } else { w.t.with("more-abnormal", more) };
        let named = joined(named);
        let named = if named.is_empty() { named } else { format!("{} {named}", w.t.text("lab-abnormal")) };
        let words = [w.t.with("lab-items", sample.len()), named, more];
        Some(entry(w, "labs", first, &words))
    }));
    for culture in &chart.microbiology {
        all.extend(culture.isolates.iter().map(|isolate| {
            entry(w, "labs", &isolate.organism, &[culture.specimen.shown().to_owned(), result(w, &isolate.organism)])
        }));
        all.extend(culture.others.iter().map(|item| entry(w, "labs", item, &[coded(&item.item), result(w, item)])));
    }
}

fn exams(w: Writer<'_>, chart: &Chart, all: &mut Vec<Entry>) {
    for case in &chart.exams {
        all.extend(case.events.iter().map(|item| {
            let service = w.t.word("service", chart::exams::service_word(case.service));
            let mut entry = entry(w, "exams", item, &[service, coded(&item.item), phase(w, item.phase)]);
            entry.row.struck |= case.stopped;
            entry
        }));
    }
}

fn rest(w: Writer<'_>, chart: &Chart, all: &mut Vec<Entry>) {
    all.extend(chart.papers.iter().map(|item| {
        let paper = &item.paper;
        let title = if paper.title.is_empty() { w.t.text("paper-untitled") } else { paper.title.clone() };
        let older = if item.current { String::new() } else { w.t.text("paper-older") };
        let of =
            if paper.sheet_pages > 1 { format!(" {}/{}", paper.sheet_page, paper.sheet_pages) } else { String::new() };
        let sheet = format!("{}{of}", paper.sheet);
        let mut entry = entry(w, "papers", item, &[title, sheet, paper.brought_by.clone(), older]);
        if let Some(first) = entry.row.cells.first_mut().filter(|_| paper.page > 0) {
            first.href = format!("/scans/{}/{}", paper.scan, paper.page);
        }
        entry
    }));
    all.extend(chart.documents.iter().map(|item| {
        let kind = if item.kind.text == item.title { String::new() } else { coded(&item.kind) };
        let title = joined([kind, item.title.clone()]);
        entry(w, "documents", item, &[title, staff(&item.author).to_owned()])
    }));
    all.extend(chart.problems.iter().map(|item| {
        let problem = &item.problem;
        let name = if problem.label.is_empty() { coded(&problem.name) } else { problem.label.clone() };
        let outcome = joined([problem.outcome.shown().to_owned(), when(problem.ended)]);
        let mut entry = entry(w, "problems", item, &[name, outcome]);
        if item.untold {
            entry.row.marks.push(w.untold(item.mark));
        }
        entry
    }));
    // Drugs and examinations tell their own orders.
    let told = |category: &str| !matches!(category, "lab" | "meal");
    all.extend(chart.orders.iter().filter(|item| !told(item.category)).map(|item| {
        entry(w, "orders", item, &[w.t.word("order", item.category), joined(&item.text), state(w, item.state)])
    }));
    all.extend(chart.measures.iter().chain(&chart.vitals).map(|item| {
        let value = format!("{} {}", chart::safety::shown_value(item), item.unit.shown());
        entry(w, "measures", item, &[coded(&item.item), value])
    }));
    all.extend(chart.appointments.iter().map(|item| {
        let words = [w.t.word("appointment", item.kind), item.text.clone(), coded(&item.department)];
        let told = entry(w, "appointments", item, &words);
        Entry { at: item.at.map_or(told.at, |at: When| at.start), ..told }
    }));
}
