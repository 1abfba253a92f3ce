//! P9E 検査結果一覧（累積）: the results of one patient in columns by day, of the copy and of the outage side by side, printed anew instead of pasting
//! strips. What nobody confirmed is marked in its cell, and whatever came about since the copy ended in the head of its column.

use std::collections::BTreeSet;

use chart::labs::LabSeries;
use chart::{Chart, Item, Lab, Precision};

use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size};
use crate::table::{BODY, Cell, FINE, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Inpatient, Made, SheetId};

use super::parts;

pub(crate) static FORM: Form = Form {
    code: "P9E",
    version: 1,
    class: Class::Reference,
    title: ["検査結果一覧（累積）", "Results by day"],
    size: Size::Across,
    note: [
        "新しい結果が出たら刷り直し、古いものは裁断する（切り貼りしない）。※は未照合（手入力・装置ファイル）で、2人目が装置の印字と照合するまで確定しない。H・L は基準範囲の外。",
        "Printed anew with each result, the old one shredded; nothing is pasted. ※ is not verified: a second person has not compared it with the analyser's printout. H, L: outside the range.",
    ],
    standing: parts::REFERENCE,
    bare: false,
};

/// Days that stand side by side on a page, the newest.
const DAYS: usize = 7;
const WIDTHS: [f32; 2] = [150.0, 92.0];
/// Of OBX-11: entered, not verified.
const UNVERIFIED: &str = "R";

/// The pages of one patient.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, patient: &Inpatient<'_>) -> Result<Made, Error> {
    let Some(chart) = patient.chart else { return Err(Error::NoChart { number: id.number.clone() }) };
    let mut sheet =
        Sheet::new(w, head, id, &FORM, parts::who(w, chart, patient.bed, patient.marks), parts::stand(w, chart));
    let days = days(chart);
    let each = (sheet.room() - WIDTHS.iter().sum::<f32>()) / days.len().max(1) as f32;
    let own = [ITEM, RANGE].into_iter().zip(WIDTHS).map(|(label, width)| (w.say(label).to_owned(), width));
    let columns = own.chain(days.iter().map(|day| (heading(w, chart, day), each))).collect();
    let shown = |series: &&LabSeries| series.results().any(|item| days.contains(&day_of(item)));
    let rows: Vec<Row> = chart.labs.iter().filter(shown).map(|series| row(&mut sheet, w, series, &days)).collect();
    let left = chart.labs.len() - rows.len();
    if rows.is_empty() {
        sheet.heading(w.say(TITLE), w.say(NONE));
        return sheet.finish();
    }
    let note = if left == 0 { String::new() } else { w.with(EARLIER, left) };
    sheet.table(&Table { title: w.say(TITLE).to_owned(), note, columns, rows, grid: true, ..Table::default() });
    sheet.finish()
}

/// The days of which there are results, the newest last, no more than stand side by side.
fn days(chart: &Chart) -> Vec<String> {
    let all: BTreeSet<String> = chart.labs.iter().flat_map(|series| series.results().map(day_of)).collect();
    let mut days: Vec<String> = all.into_iter().rev().take(DAYS).collect();
    days.reverse();
    days
}

/// The day on which a sample was taken; `—` where that is not known.
fn day_of(item: &Item<Lab>) -> String {
    let day = item.time.filter(|time| time.precision >= Precision::Day);
    day.map_or_else(|| "—".to_owned(), |time| time.start.day().iso())
}

fn is_outage(item: &Item<Lab>) -> bool {
    item.source.source.starts_with(chart::DOWNTIME)
}

/// A day, and whether results of the outage are among its column.
fn heading(w: &Words, chart: &Chart, day: &str) -> String {
    let of_day = |item: &&Item<Lab>| day_of(item) == day;
    let outage = chart.labs.iter().flat_map(LabSeries::results).filter(of_day).any(is_outage);
    if outage { format!("{day} {}", w.say(OUTAGE)) } else { day.to_owned() }
}

fn row(sheet: &mut Sheet<'_>, w: &Words, series: &LabSeries, days: &[String]) -> Row {
    let ink = &mut sheet.ink;
    let unit = series.latest.unit.shown();
    let name = Cell::bold(ink, &series.name).line(ink, series.specimen.shown(), FINE, Weight::Regular);
    let range = Cell::body(ink, &series.latest.range).line(ink, unit, FINE, Weight::Regular);
    let mut cells = vec![name, range];
    for day in days {
        let mut cell = Cell::default();
        // All results of a day, the earliest first; one in another unit says its own.
        let of_day: Vec<&Item<Lab>> = series.results().filter(|item| day_of(item) == *day).collect();
        for item in of_day.into_iter().rev() {
            let own = item.unit.shown();
            let other = if own == unit || own.is_empty() { String::new() } else { format!(" {own}") };
            let flag = if matches!(item.flag.as_str(), "" | "N") { String::new() } else { format!(" {}", item.flag) };
            let mark = if item.status == UNVERIFIED { w.say(MARK) } else { "" };
            let weight = if flag.is_empty() { Weight::Regular } else { Weight::Bold };
            cell = cell.line(ink, &format!("{mark}{}{other}{flag}", item.value.value), BODY, weight);
        }
        cells.push(cell);
    }
    Row::new(cells)
}

const TITLE: Label = ["検査結果", "Results"];
const ITEM: Label = ["項目・材料", "Item, specimen"];
const RANGE: Label = ["基準範囲・単位", "Range, unit"];
const OUTAGE: Label = ["停止中", "outage"];
const MARK: Label = ["※", "※"];
const NONE: Label =
    ["コピーにも停止中の記録にも結果はない（ないとは限らない）", "No result here, which does not mean none"];
const EARLIER: Label =
    ["これより前の日だけの項目が {} ある（停止時カルテを見る）", "{} items have earlier results alone: see the chart"];
