//! What was found: last laboratory values with the previous ones, vital signs, cultures, examinations.

use chart::exams::ExamCase;
use chart::labs::{Culture, LabSeries};
use chart::{Chart, Coded, Item, Lab, Measure, Phase};

use super::labels::*;
use crate::font::{Ink, Letter, Weight};
use crate::table::{BODY, Cell, FINE, Row, Table};
use crate::words::{Label, Words, flags, joined, staff, unit};

/// Width of the column of times.
pub(super) const STAMP_WIDTH: f32 = 136.0;
/// Values on one row: few, so that a page that is nearly full still takes some.
const VALUES: usize = 8;
/// The column of times beside values: the time above its age, since values beside it take two lines too.
const VALUE_STAMP: f32 = 80.0;
/// Cultures and examinations on paper, newest first; the rest is counted and on the screen.
pub(super) const CULTURES_MAX: usize = 6;
pub(super) const EXAMS_MAX: usize = 10;
/// Vital signs before the last ones: two rounds, item by item.
pub(super) const VITALS_MAX: usize = 12;

/// Values of one time and source, item by item.
struct Groups {
    rows: Vec<(String, Vec<Vec<Letter>>)>,
}

impl Groups {
    fn new() -> Groups {
        Groups { rows: Vec::new() }
    }

    fn add(&mut self, stamp: String, piece: Vec<Letter>) {
        match self.rows.iter_mut().rev().find(|(known, pieces)| *known == stamp && pieces.len() < VALUES) {
            Some((_, pieces)) => pieces.push(piece),
            None => self.rows.push((stamp, vec![piece])),
        }
    }

    /// The time once a row; beside the heading where all values are of one time.
    fn table(mut self, ink: &mut Ink, title: String, room: f32) -> Table {
        let cell = |pieces: Vec<Vec<Letter>>, wide| Cell::default().flow(pieces, BODY, wide);
        if self.rows.len() == 1 {
            let (note, pieces) = self.rows.remove(0);
            let rows = vec![Row { holds: pieces.len(), ..Row::new(vec![cell(pieces, room)]) }];
            return Table { title, note, columns: vec![(String::new(), room)], rows, ..Table::default() };
        }
        let wide = room - VALUE_STAMP;
        let row = |(stamp, pieces): (String, Vec<Vec<Letter>>)| Row {
            holds: pieces.len(),
            ..Row::new(vec![Cell::stamp(ink, &stamp), cell(pieces, wide)])
        };
        let rows = self.rows.into_iter().map(row).collect();
        let columns = vec![(String::new(), VALUE_STAMP), (String::new(), wide)];
        Table { title, columns, rows, ..Table::default() }
    }
}

fn weight(flag: &str) -> Weight {
    if matches!(flag, "" | "N") { Weight::Regular } else { Weight::Bold }
}

/// The last value of every item, the one before it in brackets; by the time the sample was taken, newest first. Values out of
/// range stand first and large, the others in small print behind them. `parted` makes short rows of them, so that a page that
/// cannot hold all holds what is out of range first.
pub(super) fn labs(ink: &mut Ink, w: &Words, chart: &Chart, room: f32, parted: bool) -> Table {
    let mut groups: Vec<(String, Vec<&LabSeries>)> = Vec::new();
    for series in &chart.labs {
        let stamp = w.stamp(&series.latest);
        match groups.iter_mut().find(|(known, _)| *known == stamp) {
            Some((_, group)) => group.push(series),
            None => groups.push((stamp, vec![series])),
        }
    }
    let mut rows = Vec::new();
    if parted {
        for normal in [false, true] {
            for (stamp, group) in &groups {
                let part = group.iter().copied().filter(|series| is_normal(&series.latest) == normal);
                let part: Vec<&LabSeries> = part.collect();
                rows.extend(part.chunks(VALUES).map(|part| lab_row(ink, w, stamp, part, room)));
            }
        }
    } else {
        rows.extend(groups.iter().map(|(stamp, group)| lab_row(ink, w, stamp, group, room)));
    }
    let columns = vec![(String::new(), room)];
    Table { title: w.say(LABS).to_owned(), columns, rows, ..Table::default() }
}

fn is_normal(lab: &Lab) -> bool {
    matches!(lab.flag.as_str(), "" | "N")
}

/// Values of one time, which stands before them. A day that all their previous values share is said once, behind them.
fn lab_row(ink: &mut Ink, w: &Words, stamp: &str, part: &[&LabSeries], room: f32) -> Row {
    let mut days: Vec<String> = part.iter().filter_map(|series| previous_day(w, series)).collect();
    days.sort();
    days.dedup();
    let shared = if days.len() == 1 { days.pop() } else { None };
    let (mut loud, mut small) = (Vec::new(), Vec::new());
    let first = if part.iter().all(|series| is_normal(&series.latest)) { &mut small } else { &mut loud };
    first.push(held(ink, &format!("{stamp}："), Weight::Regular));
    for series in part {
        let (value, rest) = lab(w, series, shared.is_none());
        let mut piece = held(ink, &value, weight(&series.latest.flag));
        piece.extend(ink.letters(&format!("{rest}  "), Weight::Regular));
        if is_normal(&series.latest) { small.push(piece) } else { loud.push(piece) }
    }
    if let Some(day) = shared {
        let piece = held(ink, &format!("({})", w.with(PREVIOUS, day)), Weight::Regular);
        if small.is_empty() { loud.push(piece) } else { small.push(piece) }
    }
    let values = Cell::default().flow(loud, BODY, room).flow(small, FINE, room);
    Row { holds: part.len(), ..Row::new(vec![values]) }
}

fn previous_day(w: &Words, series: &LabSeries) -> Option<String> {
    series.previous.first().map(|item| item.time.map_or_else(String::new, |time| w.short(time.start.day())))
}

/// The value in words, and in brackets what else is to be known of it.
fn lab(w: &Words, series: &LabSeries, with_day: bool) -> (String, String) {
    let latest = &series.latest;
    let unit = unit(&latest.unit);
    let state =
        if matches!(latest.status.as_str(), "F" | "") { String::new() } else { w.word(RESULT_STATES, &latest.status) };
    let value = format!("{} {}{} {unit}", series.name, latest.value.value, flags(&latest.flag));
    let day = previous_day(w, series).filter(|_| with_day).unwrap_or_default();
    let previous = series.previous.first().map_or_else(String::new, |item| {
        w.with(PREVIOUS, format!("{}{} {day}", item.value.value, flags(&item.flag))).trim_end().to_owned()
    });
    let differ = if series.units_differ { w.say(UNITS_DIFFER) } else { "" };
    let rest = joined([previous, state, differ.to_owned(), latest.comment.replace('\n', " ")]);
    (value.trim_end().to_owned(), if rest.is_empty() { rest } else { format!("({rest})") })
}

/// Letters that hold together, but for remarks too long for a line.
fn held(ink: &mut Ink, text: &str, weight: Weight) -> Vec<Letter> {
    ink.letters(&text.trim_end().replace(' ', "\u{a0}"), weight)
}

fn measure(ink: &mut Ink, item: &Item<Measure>) -> Vec<Letter> {
    // The unit close to the number: the six usual values are one line then.
    let flags = flags(&item.flag);
    let gap = if flags.is_empty() { "" } else { " " };
    let value = format!("{} {}{flags}{gap}{}", item.item.shown(), item.value.value, unit(&item.unit));
    let mut piece = held(ink, &value, weight(&item.flag));
    piece.extend(ink.letters("  ", Weight::Regular));
    piece
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
    format!("{} {}{} {}", item.item.shown(), item.value, flags(&item.flag), unit(&item.unit)).trim_end().to_owned()
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
        cell = cell.line(ink, &tested.collect::<Vec<_>>().join("  "), BODY, Weight::Regular);
    }
    let others = culture.others.iter().map(|row| said(&row.value));
    cell = cell.line(ink, &others.collect::<Vec<_>>().join("  "), BODY, Weight::Regular);
    Some(Row::new(vec![Cell::stamp(ink, &w.stamp(first)), cell]))
}

fn exams(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    let rows = chart.exams.iter().take(EXAMS_MAX).filter_map(|case| exam_row(ink, w, case)).collect();
    let what = room - STAMP_WIDTH - 60.0;
    let columns =
        vec![(w.say(STAMP).to_owned(), STAMP_WIDTH), (w.say(STATE).to_owned(), 60.0), (w.say(WHAT).to_owned(), what)];
    Table { title: w.say(EXAMS).to_owned(), columns, rows, ..Table::default() }
}

/// A line of what was done without the columns of codes: `620506001 イオパミロン注 HOT9 100 mL` is read as `イオパミロン注 100 mL`; a line
/// that only says the examination once more is empty. A line without a code of a table stays as it came.
fn spoken(line: &str, item: &Coded) -> String {
    let is_table = |word: &str| word.is_ascii() && TABLES.iter().any(|table| word.starts_with(table));
    let is_number = |word: &str| word.len() >= CODE_DIGITS && word.bytes().all(|b| b.is_ascii_digit());
    let coded = |word: &str| is_table(word) || (!item.code.is_empty() && word == item.code);
    if !line.split_whitespace().any(coded) {
        return line.to_owned();
    }
    let kept = line.split_whitespace().filter(|word| !coded(word) && !is_number(word));
    let kept = kept.collect::<Vec<_>>().join(" ");
    if chart::fold_name(&kept) == chart::fold_name(item.shown()) { String::new() } else { kept }
}

/// How names of tables of codes begin (JJ1017, HOT9, JC10, JLAC10, ICD10).
const TABLES: [&str; 5] = ["JJ1017", "HOT", "JC1", "JLAC1", "ICD10"];
/// Digits of a code of an examination, a drug or a time as they are sent; no amount has as many.
const CODE_DIGITS: usize = 9;

fn exam_row(ink: &mut Ink, w: &Words, case: &ExamCase) -> Option<Row> {
    let newest = case.events.first()?;
    let phase: Label = match newest.phase {
        Phase::Ordered => ["依頼", "ordered"],
        Phase::Done => ["実施", "done"],
        Phase::Reported => ["報告", "reported"],
    };
    let values =
        newest.values.iter().map(|value| format!("{} {} {}", value.item.shown(), value.value, unit(&value.unit)));
    let details = joined(values.chain(newest.details.iter().map(|line| spoken(line, &case.item))));
    let doctor = staff(&newest.order.doctor).to_owned();
    let what = Cell::bold(ink, case.item.shown()).line(ink, &joined([details, doctor]), BODY, Weight::Regular);
    let cells = vec![Cell::stamp(ink, &w.stamp(newest)), Cell::body(ink, w.say(phase)), what];
    Some(Row { struck: case.stopped, ..Row::new(cells) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_said_without_codes_of_tables() {
        let code = "10000002000102000000010000000000";
        let item =
            Coded { code: code.into(), text: "胸部.X線単純撮影.立位正面(P→A)".into(), ..Coded::default() };
        for (sent, want) in [
            (format!("{code} 胸部.X線単純撮影.立位正面(P→A) JJ1017 202109091123"), ""),
            ("620506001 イオパミロン注300 HOT9 100 mL".to_owned(), "イオパミロン注300 100 mL"),
            ("所見 心拡大なし。 123456789".to_owned(), "所見 心拡大なし。 123456789"),
        ] {
            assert_eq!(spoken(&sent, &item), want);
        }
    }
}
