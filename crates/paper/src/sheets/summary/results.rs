//! What was found: last laboratory values with the previous ones, vital signs, cultures, examinations.

use chart::exams::ExamCase;
use chart::labs::{Culture, LabSeries};
use chart::{Chart, Item, Lab, Measure, Phase};

use super::labels::*;
use crate::font::{Ink, Weight};
use crate::table::{BODY, Cell, Para, Row, SMALL, Table};
use crate::words::{Label, Words, flags, joined, staff};

/// Width of the column of times.
pub(super) const STAMP_WIDTH: f32 = 136.0;
/// Values on one row: few, so that a page that is nearly full still takes some.
const VALUES: usize = 6;
/// Values in small print on one row.
const SMALL_VALUES: usize = 10;
/// The column of times beside values: the time above its age, since values beside it take two lines too.
const VALUE_STAMP: f32 = 80.0;
/// Cultures and examinations on paper, newest first; the rest is counted and on the screen.
pub(super) const CULTURES_MAX: usize = 6;
pub(super) const EXAMS_MAX: usize = 10;
/// Vital signs before the last ones: two rounds, item by item.
pub(super) const VITALS_MAX: usize = 12;

/// Values of one time and source on one row: the time once, then item by item.
struct Groups {
    rows: Vec<(String, Para, usize)>,
}

impl Groups {
    fn new() -> Groups {
        Groups { rows: Vec::new() }
    }

    fn add(&mut self, stamp: String, letters: Para) {
        match self.rows.iter_mut().rev().find(|(known, _, holds)| *known == stamp && *holds < VALUES) {
            Some((_, para, holds)) => {
                para.letters.extend(letters.letters);
                *holds += 1;
            }
            None => self.rows.push((stamp, letters, 1)),
        }
    }

    fn table(self, ink: &mut Ink, title: String, room: f32) -> Table {
        let row = |(stamp, para, holds): (String, Para, usize)| Row {
            holds,
            ..Row::new(vec![Cell::small(ink, &stamp), Cell::default().para(para)])
        };
        let rows = self.rows.into_iter().map(row).collect();
        let columns = vec![(String::new(), VALUE_STAMP), (String::new(), room - VALUE_STAMP)];
        Table { title, columns, rows, ..Table::default() }
    }
}

/// Keeps a value in one piece on its line, and parts it from the next.
fn piece(ink: &mut Ink, text: &str, weight: Weight) -> Para {
    let whole = text.trim_end().replace(' ', "\u{a0}");
    Para::new(BODY).add(ink, &whole, weight)
}

fn weight(flag: &str) -> Weight {
    if matches!(flag, "" | "N") { Weight::Regular } else { Weight::Bold }
}

/// The last value of every item, the one before it in brackets; by the time the sample was taken, newest first. Values out of
/// range stand first and large, the others in small print behind them.
pub(super) fn labs(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    let mut groups: Vec<(String, Vec<&LabSeries>)> = Vec::new();
    for series in &chart.labs {
        let stamp = w.stamp(&series.latest);
        match groups.iter_mut().find(|(known, _)| *known == stamp) {
            Some((_, group)) => group.push(series),
            None => groups.push((stamp, vec![series])),
        }
    }
    let mut rows = Vec::new();
    // All that is out of range before anything that is not, so that a nearly full page shows what matters.
    for normal in [false, true] {
        for (stamp, group) in &groups {
            let part: Vec<&LabSeries> =
                group.iter().copied().filter(|series| is_normal(&series.latest) == normal).collect();
            rows.extend(
                part.chunks(if normal { SMALL_VALUES } else { VALUES }).map(|part| lab_row(ink, w, stamp, part)),
            );
        }
    }
    let columns = vec![(String::new(), VALUE_STAMP), (String::new(), room - VALUE_STAMP)];
    Table { title: w.say(LABS).to_owned(), columns, rows, ..Table::default() }
}

fn is_normal(lab: &Lab) -> bool {
    matches!(lab.flag.as_str(), "" | "N")
}

/// Values of one time. A day that all their previous values share is said once, behind them.
fn lab_row(ink: &mut Ink, w: &Words, stamp: &str, part: &[&LabSeries]) -> Row {
    let mut days: Vec<String> = part.iter().filter_map(|series| previous_day(w, series)).collect();
    days.dedup();
    let shared = if days.len() == 1 { days.pop() } else { None };
    let (mut loud, mut small) = (Para::new(BODY), Para::new(SMALL));
    for series in part {
        let para = if is_normal(&series.latest) { &mut small } else { &mut loud };
        let (value, rest) = lab(w, series, shared.is_none());
        let weight = weight(&series.latest.flag);
        para.letters.extend(ink.letters(&value.replace(' ', "\u{a0}"), weight));
        para.letters.extend(ink.letters(&format!("{}  ", rest.replace(' ', "\u{a0}")), Weight::Regular));
    }
    if let Some(day) = shared {
        let last = if small.is_empty() { &mut loud } else { &mut small };
        let words = format!("({} {day})", w.say(PREVIOUS)).replace(' ', "\u{a0}");
        last.letters.extend(ink.letters(&words, Weight::Regular));
    }
    Row { holds: part.len(), ..Row::new(vec![Cell::small(ink, stamp), Cell::default().para(loud).para(small)]) }
}

fn previous_day(w: &Words, series: &LabSeries) -> Option<String> {
    series.previous.first().map(|item| item.time.map_or_else(String::new, |time| w.short(time.start.day())))
}

/// The value in words, and in brackets what else is to be known of it.
fn lab(w: &Words, series: &LabSeries, with_day: bool) -> (String, String) {
    let latest = &series.latest;
    let unit = latest.unit.shown();
    let state =
        if matches!(latest.status.as_str(), "F" | "") { String::new() } else { w.word(RESULT_STATES, &latest.status) };
    let value = format!("{} {}{} {unit}", series.name, latest.value.value, flags(&latest.flag));
    let day = previous_day(w, series).filter(|_| with_day).unwrap_or_default();
    let previous = series.previous.first().map_or_else(String::new, |item| {
        format!("{} {}{} {day}", w.say(PREVIOUS), item.value.value, flags(&item.flag))
    });
    let differ = if series.units_differ { w.say(UNITS_DIFFER) } else { "" };
    let rest = joined([previous, state, differ.to_owned(), latest.comment.replace('\n', " ")]);
    (value.trim_end().to_owned(), if rest.is_empty() { rest } else { format!("({rest})") })
}

fn measure(ink: &mut Ink, item: &Item<Measure>) -> Para {
    let value = format!("{} {}{} {}", item.item.shown(), item.value.value, flags(&item.flag), item.unit.shown());
    let mut para = piece(ink, &value, weight(&item.flag));
    para.letters.extend(ink.letters("  ", Weight::Regular));
    para
}

/// Vital signs: the last of every item.
pub(super) fn vitals(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    let mut groups = Groups::new();
    for item in chart.vitals.iter().enumerate().filter(|(at, item)| is_first(&chart.vitals, *at, item)).map(|(_, i)| i)
    {
        groups.add(w.stamp(item), measure(ink, item));
    }
    groups.table(ink, w.say(VITALS).to_owned(), room)
}

/// How many items the last vital signs name.
pub(super) fn first_vitals(chart: &Chart) -> usize {
    chart.vitals.iter().enumerate().filter(|(at, item)| is_first(&chart.vitals, *at, item)).count()
}

fn is_first(items: &[Item<Measure>], at: usize, item: &Item<Measure>) -> bool {
    !items[..at].iter().any(|earlier| earlier.item == item.item)
}

/// Everything found that stands on the pages after the first.
pub(super) fn tables(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Vec<Table> {
    vec![
        vitals_before(ink, w, chart, room),
        measures(ink, w, chart, room),
        cultures(ink, w, chart, room),
        exams(ink, w, chart, room),
    ]
}

fn vitals_before(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    let mut groups = Groups::new();
    let before = chart.vitals.iter().enumerate().filter(|(at, item)| !is_first(&chart.vitals, *at, item));
    for (_, item) in before.take(VITALS_MAX) {
        groups.add(w.stamp(item), measure(ink, item));
    }
    groups.table(ink, w.say(VITALS_BEFORE).to_owned(), room)
}

fn measures(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    let mut groups = Groups::new();
    for (at, item) in chart.measures.iter().enumerate() {
        if is_first(&chart.measures, at, item) {
            groups.add(w.stamp(item), measure(ink, item));
        }
    }
    groups.table(ink, w.say(MEASURES).to_owned(), room)
}

/// How a row of results says its value.
fn said(item: &Lab) -> String {
    format!("{} {}{} {}", item.item.shown(), item.value, flags(&item.flag), item.unit.shown()).trim_end().to_owned()
}

fn cultures(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    let mut rows = Vec::new();
    for culture in chart.microbiology.iter().take(CULTURES_MAX) {
        rows.extend(culture_row(ink, w, culture));
    }
    let columns = vec![(w.say(STAMP).to_owned(), STAMP_WIDTH), (w.say(RESULT).to_owned(), room - STAMP_WIDTH)];
    Table { title: w.say(CULTURES).to_owned(), columns, rows, ..Table::default() }
}

fn culture_row(ink: &mut Ink, w: &Words, culture: &Culture) -> Option<Row> {
    let mut all = culture.isolates.iter().map(|isolate| &isolate.organism).chain(&culture.others);
    let first = all.next()?;
    let mut cell = Cell::bold(ink, culture.specimen.shown());
    for isolate in &culture.isolates {
        let organism = &isolate.organism;
        let name = organism.coded.as_ref().map_or(organism.value.value.as_str(), |coded| coded.shown());
        let amounts = joined(isolate.quantity.iter().map(|row| said(&row.value)));
        cell = cell.line(ink, &joined([name, &amounts]), BODY, Weight::Bold);
        let tested = isolate.susceptibilities.iter().map(|row| said(&row.value));
        cell = cell.line(ink, &tested.collect::<Vec<_>>().join("  "), SMALL, Weight::Regular);
    }
    let others = culture.others.iter().map(|row| said(&row.value));
    cell = cell.line(ink, &others.collect::<Vec<_>>().join("  "), SMALL, Weight::Regular);
    Some(Row::new(vec![Cell::small(ink, &w.stamp(first)), cell]))
}

fn exams(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    let rows = chart.exams.iter().take(EXAMS_MAX).filter_map(|case| exam_row(ink, w, case)).collect();
    let what = room - STAMP_WIDTH - 60.0;
    let columns =
        vec![(w.say(STAMP).to_owned(), STAMP_WIDTH), (w.say(STATE).to_owned(), 60.0), (w.say(WHAT).to_owned(), what)];
    Table { title: w.say(EXAMS).to_owned(), columns, rows, ..Table::default() }
}

fn exam_row(ink: &mut Ink, w: &Words, case: &ExamCase) -> Option<Row> {
    let newest = case.events.first()?;
    let phase: Label = match newest.phase {
        Phase::Ordered => ["依頼", "ordered"],
        Phase::Done => ["実施", "done"],
        Phase::Reported => ["報告", "reported"],
    };
    let values =
        newest.values.iter().map(|value| format!("{} {} {}", value.item.shown(), value.value, value.unit.shown()));
    let details = joined(values.chain(newest.details.iter().cloned()));
    let doctor = staff(&newest.order.doctor).to_owned();
    let what = Cell::bold(ink, case.item.shown()).line(ink, &joined([details, doctor]), SMALL, Weight::Regular);
    let cells = vec![Cell::small(ink, &w.stamp(newest)), Cell::small(ink, w.say(phase)), what];
    Some(Row { struck: case.stopped, ..Row::new(cells) })
}
