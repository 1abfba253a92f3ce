//! P5 病棟リーダー板: one row a bed in bed order, marks in words, the fixed boxes narrow, and room for the handover.

use chart::infection::Finding;
use chart::safety::AllergyEntry;
use chart::{Answer, Chart, Item, STAY};

use super::boxes::{BOXES, found};
use super::checkpoint::{self, Checkpoint};
use super::parts;
use crate::canvas::MM;
use crate::font::{Ink, Weight};
use crate::sheet::{Class, Form, Sheet, Size, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words, joined, staff};
use crate::{Error, Head, Inpatient, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P5",
    version: 1,
    class: Class::Reference,
    title: ["病棟リーダー板・申し送り", "Ward board and handover"],
    size: Size::Across,
    note: [
        "空欄は「なし」ではない。枠の中の字はコピーから。書き込んだ板は捨てずに複写機でスキャンして回収箱へ。携帯電話で撮らない。患者・家族の目に触れる所に置かない。",
        "A blank is not \"none\". What is printed in a box is from the copy. Keep a board that was written on: scan it on the copier and return it. No photographs by telephone. Not where visitors can read it.",
    ],
    standing: parts::REFERENCE,
    bare: false,
};

/// Height of a row at least: two lines of 8 mm.
const ROW: f32 = 16.5 * MM;
const BED: f32 = 42.0;
const NAME: f32 = 112.0;
const MARKS: f32 = 122.0;
/// Widths of the eight boxes: lines and drains are told at most length, and "Restraint" is one word.
const BOX: [f32; 8] = [46.0, 50.0, 46.0, 60.0, 47.0, 46.0, 52.0, 46.0];

/// How the kind of a typed handover begins (`andon`'s record of what a ward says).
const HANDED_OVER: &str = "申し送り";
/// Letters of a handover in a row of the board; all of it is on the chart.
const HANDOVER_CHARS: usize = 80;

/// The pages of one ward; at their end where the vault's log stands.
pub(crate) fn pages(
    w: &Words,
    head: &Head,
    id: &SheetId,
    ward: &str,
    rows: &[Inpatient<'_>],
    seen: Option<&Checkpoint>,
) -> Result<Made, Error> {
    let charts = rows.iter().filter_map(|row| row.chart);
    let stand = parts::ward_stand(w, ward, charts);
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let (memo, most) = (sheet.room() - BED - NAME - MARKS - BOX.iter().sum::<f32>(), sheet.row_most());
    let ink = &mut sheet.ink;
    ink.at(w.say(FORM.title));
    let mut columns = vec![
        (w.say(BED_HEAD).to_owned(), BED),
        (w.say(NAME_HEAD).to_owned(), NAME),
        (w.say(MARKS_HEAD).to_owned(), MARKS),
    ];
    columns.extend(BOXES.iter().zip(BOX).map(|(fixed, wide)| (w.say(fixed.label).to_owned(), wide)));
    columns.push((w.say(MEMO).to_owned(), memo));
    let title = w.with(BEDS, parts::people(w, rows.iter().filter(|row| row.chart.is_some()).count()));
    let names = parts::Names::of(rows);
    let rows = rows.iter().map(|row| bed_row(ink, w, row, names.shares(row))).collect();
    let note = w.say(NOTE).to_owned();
    sheet.table(&Table { title, note, columns, rows, grid: true, most });
    if let Some(seen) = seen {
        checkpoint::draw(&mut sheet, w, seen)?;
    }
    sheet.finish()
}

fn bed_row(ink: &mut Ink, w: &Words, row: &Inpatient<'_>, same_name: bool) -> Row {
    let bed = joined([&row.bed.room, &row.bed.bed]).replace('・', "-");
    ink.at(&row.bed.words());
    let mut cells = vec![Cell::default().line(ink, &bed, BODY + 1.5, Weight::Bold)];
    match row.chart {
        None if row.marks.is_empty() => cells.push(Cell::body(ink, w.say(EMPTY))),
        None => cells.extend([Cell::bold(ink, w.say(parts::UNREAD)), Cell::bold(ink, &joined(row.marks))]),
        Some(chart) => {
            cells.push(name(ink, w, chart, row.hide_name, same_name));
            cells.push(marks(ink, w, chart, row.marks));
            for fixed in &BOXES {
                let words = found(w, chart, fixed).unwrap_or_else(|| w.say(WRITE).to_owned());
                cells.push(Cell::body(ink, &words));
            }
            cells.push(handed_over(ink, w, chart));
        }
    }
    // The caller's rows may hold fewer cells than the grid: blank ones, to write in.
    cells.resize(BOXES.len() + 4, Cell::default());
    Row { least: ROW, ..Row::new(cells) }
}

fn name(ink: &mut Ink, w: &Words, chart: &Chart, hidden: bool, same_name: bool) -> Cell {
    let name = parts::shown_name(w, chart, hidden);
    let kana = if hidden { "" } else { &chart.patient.kana };
    let stay = chart.stays.iter().find(|stay| stay.current);
    let doctor = stay.map_or_else(String::new, |stay| staff(&stay.attending).to_owned());
    let admitted = stay
        .and_then(|stay| stay.admitted)
        .map_or_else(String::new, |at| format!("{} {}", w.say(ADMITTED), w.short(at.start.day())));
    let leave = if stay.is_some_and(|stay| stay.on_leave) { w.say(LEAVE) } else { "" };
    let twin = if same_name { w.say(parts::SAME_NAME) } else { "" };
    Cell::default()
        .line(ink, kana, BODY, Weight::Regular)
        .line(ink, &name, BODY + 1.0, Weight::Bold)
        .line(ink, twin, BODY, Weight::Bold)
        .line(ink, &joined([&chart.patient.id, &parts::age_sex(w, chart)]), BODY, Weight::Regular)
        .line(ink, &joined([doctor, admitted]), BODY, Weight::Regular)
        .line(ink, leave, BODY, Weight::Bold)
}

/// The newest handover that a ward typed while the EMR was dark, with when and where; below it is room for the pen.
fn handed_over(ink: &mut Ink, w: &Words, chart: &Chart) -> Cell {
    let typed = chart.documents.iter().find(|note| note.source.kind == STAY && note.kind.text.starts_with(HANDED_OVER));
    let Some(note) = typed else { return Cell::default() };
    let text: String = note.text.chars().take(HANDOVER_CHARS).collect();
    let cut = if text.len() < note.text.len() { w.say(CUT) } else { "" };
    Cell::default().line(ink, &format!("{text}{cut}"), BODY, Weight::Regular).line(
        ink,
        &w.stamp(note),
        BODY,
        Weight::Regular,
    )
}

/// 要注意, each with its word: allergies, infections, high-risk drugs, what the caller adds. Nothing recorded is said too.
fn marks(ink: &mut Ink, w: &Words, chart: &Chart, more: &[String]) -> Cell {
    let mut cell = Cell::default();
    let none = |label: Label, said: &str| format!("{} {said}", w.say(label));
    let named = |items: &[Item<AllergyEntry>]| {
        let mut names: Vec<String> = Vec::new();
        for item in items.iter().filter(|item| !item.says_none) {
            let name = item.allergy.allergen.shown();
            if !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
        joined(names)
    };
    let allergens = named(&chart.allergies.items);
    cell = match chart.allergies.answer {
        Answer::Recorded => cell.line(ink, &format!("【{}】{allergens}", w.say(ALLERGY)), BODY, Weight::Bold),
        _ => cell.line(ink, &none(ALLERGY, &parts::answer(w, &chart.allergies)), BODY, Weight::Regular),
    };
    let contra = named(&chart.contraindications.items);
    if !contra.is_empty() {
        cell = cell.line(ink, &format!("【{}】{contra}", w.say(CONTRAINDICATION)), BODY, Weight::Bold);
    }
    let mut positive: Vec<&str> = Vec::new();
    for item in chart.infections.items.iter().filter(|item| item.finding != Finding::Negative) {
        if !positive.contains(&item.about) {
            positive.push(item.about);
        }
    }
    cell = match positive.is_empty() {
        false => cell.line(ink, &format!("【{}】{}", w.say(INFECTION), joined(positive)), BODY, Weight::Bold),
        // Which tests were negative is on the summary; a narrow cell says only that they asked one thing.
        true if !chart.infections.scope.is_empty() => cell.line(ink, w.say(SOME_NEGATIVE), BODY, Weight::Regular),
        true => cell.line(ink, &none(INFECTION, &parts::answer(w, &chart.infections)), BODY, Weight::Regular),
    };
    let mut risks: Vec<&str> = Vec::new();
    let used =
        chart.medications.iter().map(|item| &item.in_use).chain(chart.injections.iter().map(|item| &item.in_use));
    for risk in used.filter(|used| used.current).flat_map(|used| &used.high_risk) {
        if !risks.contains(&w.risk(*risk)) {
            risks.push(w.risk(*risk));
        }
    }
    if !risks.is_empty() {
        cell = cell.line(ink, &format!("【{}】{}", w.say(HIGH_RISK), joined(risks)), BODY, Weight::Bold);
    }
    let untold = if chart.problems.iter().any(|item| item.active && item.untold) { "◇" } else { "" };
    cell.line(ink, &joined([untold, &joined(more)]), BODY, Weight::Bold)
}

const BEDS: Label = ["入院中 {}（コピーと停止中の記録では）", "In hospital {}, by the copy and what was written since"];
const NOTE: Label = [
    "「要記入」＝コピーに無し。記録なし＝未確認。◇ は職員用の印。",
    "\"write in\": not in the copy. Not recorded: unconfirmed. ◇ is a mark for staff.",
];
const BED_HEAD: Label = ["病室-床", "Room-bed"];
const NAME_HEAD: Label = ["氏名・番号・主治医", "Name, number, doctor"];
const MARKS_HEAD: Label = ["要注意", "Marks"];
const MEMO: Label = ["申し送り", "Handover"];
const EMPTY: Label = ["患者の記録なし・要確認", "nobody on record: confirm"];
const WRITE: Label = ["要記入", "write in"];
const ALLERGY: Label = ["アレルギー", "Allergy"];
const CONTRAINDICATION: Label = ["禁忌", "Contraind."];
const INFECTION: Label = ["感染症", "Infection"];
const SOME_NEGATIVE: Label =
    ["感染症 陰性の検査あり・ほかは未確認", "Infection: some tests negative, all else unconfirmed"];
const HIGH_RISK: Label = ["高リスク薬", "High-risk drug"];
const CUT: Label = ["…→カルテ", "…→chart"];
const ADMITTED: Label = ["入院", "adm."];
const LEAVE: Label = ["外泊中", "on leave"];
