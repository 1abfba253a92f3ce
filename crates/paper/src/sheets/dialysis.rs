//! 透析一覧: who is on dialysis with the terms of the next session, what must not be given and the last values, each with its time, age and
//! source; what the record does not tell is to be written in, and so is this session.

use chart::dialysis::{last_values, plain, terms};
use chart::infection::Finding;
use chart::{Answer, Chart};

use super::parts;
use crate::canvas::MM;
use crate::font::{Ink, Weight};
use crate::sheet::{Class, Form, Sheet, Size, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words, joined, unit};
use crate::{Error, Head, Inpatient, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PR",
    version: 1,
    class: Class::Reference,
    title: ["透析一覧", "Dialysis list"],
    size: Size::Across,
    note: [
        "入院患者と7日以内に予約のある人のうち、記録に透析とある人だけ。名簿と人数を照らす。「要記入」は装置の画面か紙から二人で書き写し、記憶で入れない。",
        "Only inpatients and people booked within seven days whose record tells of dialysis: compare with your own list. What is to be written in is copied from machine or paper by two, never from memory.",
    ],
    standing: parts::REFERENCE,
    bare: false,
};

const ROW: f32 = 22.0 * MM;
const WIDTHS: [f32; 4] = [118.0, 236.0, 128.0, 148.0];

/// The pages.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, rows: &[Inpatient<'_>]) -> Result<Made, Error> {
    let stand = parts::list_stand(w, w.say(ALL), rows.iter().filter_map(|row| row.chart));
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>();
    sheet.ink.at(w.say(FORM.title));
    let heads = [NAME, TERMS, SAFETY, VALUES].into_iter().zip(WIDTHS);
    let columns = heads.map(|(head, width)| (w.say(head).to_owned(), width));
    let columns = columns.chain([(w.say(SESSION).to_owned(), rest)]).collect();
    let title = parts::people(w, rows.iter().filter(|row| row.chart.is_some()).count());
    let names = parts::Names::of(rows);
    let (most, ink) = (sheet.row_most(), &mut sheet.ink);
    let rows = rows.iter().map(|row| patient(ink, w, row, names.shares(row))).collect();
    sheet.table(&Table { title, columns, rows, grid: true, most, ..Table::default() });
    sheet.finish()
}

fn patient(ink: &mut Ink, w: &Words, row: &Inpatient<'_>, same_name: bool) -> Row {
    let place = row.bed.words();
    ink.at(&place);
    let Some(chart) = row.chart else {
        let mut cells = vec![Cell::bold(ink, &place), parts::unread(ink, w, row)];
        cells.resize(WIDTHS.len() + 1, Cell::default());
        return Row { least: ROW, ..Row::new(cells) };
    };
    let kana = if row.hide_name { "" } else { &chart.patient.kana };
    let name = Cell::default()
        .line(ink, kana, BODY, Weight::Regular)
        .line(ink, &parts::shown_name(w, chart, row.hide_name), BODY + 1.0, Weight::Bold)
        .line(ink, if same_name { w.say(parts::SAME_NAME) } else { "" }, BODY, Weight::Bold)
        .line(ink, &joined([&chart.patient.id, &parts::age_sex(w, chart)]), BODY, Weight::Regular)
        .line(ink, if place.is_empty() { w.say(OUTSIDE) } else { &place }, BODY, Weight::Regular)
        .line(ink, &joined(row.marks), BODY, Weight::Bold);
    let cells = vec![name, told(ink, w, chart), safety(ink, w, chart), values(ink, w, chart), Cell::default()];
    Row { least: ROW, ..Row::new(cells) }
}

/// The terms that are told, then those that are to be written in.
fn told(ink: &mut Ink, w: &Words, chart: &Chart) -> Cell {
    let (mut cell, mut missing) = (Cell::default(), Vec::new());
    for entry in terms(chart) {
        let name = NAMES.iter().find(|(code, _)| *code == entry.code).map_or("", |(_, label)| w.say(*label));
        match &entry.told {
            Some(told) => {
                cell = cell.line(
                    ink,
                    &format!("{name} {}　{}", plain(entry.code, &told.text), w.stamp(told)),
                    BODY,
                    Weight::Regular,
                );
            }
            None => missing.push(name),
        }
    }
    let missing = if missing.is_empty() { String::new() } else { format!("{}{}", w.say(WRITE), joined(missing)) };
    cell.line(ink, &missing, BODY, Weight::Bold)
}

fn safety(ink: &mut Ink, w: &Words, chart: &Chart) -> Cell {
    let allergens = parts::allergens(w, &chart.allergies.items);
    let mut cell = Cell::bold(ink, w.say(ALLERGY));
    cell = match chart.allergies.answer {
        Answer::Recorded => allergens.iter().fold(cell, |cell, allergen| {
            let name = allergen.entry.allergy.allergen.shown();
            cell.line(ink, &format!("{name}　{}", allergen.stamps), BODY, Weight::Bold)
        }),
        _ => cell.line(ink, &parts::answer(w, &chart.allergies), BODY, Weight::Regular),
    };
    cell = cell.line(ink, w.say(INFECTION), BODY, Weight::Bold);
    let mut found: Vec<&str> = Vec::new();
    for item in chart.infections.items.iter().filter(|item| item.finding != Finding::Negative) {
        if !found.contains(&item.about) {
            found.push(item.about);
        }
    }
    match found.is_empty() {
        false => cell.line(ink, &joined(found), BODY, Weight::Bold),
        true => cell.line(ink, &parts::answer(w, &chart.infections), BODY, Weight::Regular),
    }
}

fn values(ink: &mut Ink, w: &Words, chart: &Chart) -> Cell {
    let series = last_values(chart);
    if series.is_empty() {
        return Cell::body(ink, w.say(NO_VALUES));
    }
    series.iter().fold(Cell::default(), |cell, series| {
        let value = format!("{} {} {}", series.name, series.latest.value.value, unit(&series.latest.unit));
        cell.line(ink, &format!("{value}　{}", w.stamp(&series.latest)), BODY, Weight::Regular)
    })
}

/// The terms by code, as `chart::dialysis` has them.
const NAMES: [(&str, Label); 8] = [
    ("schedule", ["曜日・クール", "Days"]),
    ("hours", ["透析時間", "Hours"]),
    ("dry_weight", ["ドライウエイト", "Dry weight"]),
    ("anticoagulant", ["抗凝固薬", "Anticoagulant"]),
    ("access", ["バスキュラーアクセス", "Access"]),
    ("dialyzer", ["ダイアライザ", "Dialyzer"]),
    ("infection", ["感染症", "Infections"]),
    ("last_time", ["前回", "Last"]),
];
const ALL: Label = ["透析", "dialysis"];
const NAME: Label = ["氏名・番号・場所", "Name, number, place"];
const TERMS: Label = ["条件（記録の言葉のまま）", "Terms, word for word"];
const SAFETY: Label = ["アレルギー・感染症", "Allergies, infections"];
const VALUES: Label = ["最後の検査値", "Last values"];
const SESSION: Label = ["今回（前体重・除水・後体重・確認者二名）", "This session"];
const OUTSIDE: Label = ["外来", "outpatient"];
const WRITE: Label = ["要記入: ", "write in: "];
const ALLERGY: Label = ["アレルギー", "Allergy"];
const INFECTION: Label = ["感染症", "Infection"];
const NO_VALUES: Label = ["検査値の記録なし", "no results on record"];
