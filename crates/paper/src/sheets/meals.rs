//! 食数・禁食・アレルギー一覧 of a ward: those who may not eat a thing are fed within hours of the stop (users.md 6). Food allergies in bold.

use std::collections::BTreeMap;

use chart::safety::AllergyEntry;
use chart::{Answer, Chart};

use super::parts;
use crate::canvas::MM;
use crate::font::{Ink, Weight};
use crate::sheet::{Class, Form, Sheet, Size, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words, joined};
use crate::{Error, Head, Inpatient, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PM",
    version: 1,
    class: Class::Reference,
    title: ["食数・禁食・アレルギー一覧", "Meals, fasting, allergies"],
    size: Size::Upright,
    note: [
        "アレルギーの「記録なし＝未確認」は「なし」ではない。配膳の前に本人・家族に聞く。変更は右の欄に書き、栄養科へも伝える。",
        "\"Not recorded\" is not \"none\": ask before serving. Write changes in the right column and tell the kitchen.",
    ],
    standing: parts::REFERENCE,
    bare: false,
};

const ROW: f32 = 12.0 * MM;
const WIDTHS: [f32; 4] = [46.0, 122.0, 140.0, 148.0];
/// Words by which a diet or its text says that the patient is not to eat.
const FASTING: [&str; 5] = ["禁食", "絶食", "欠食", "NPO", "止め"];

/// The pages of one ward.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, ward: &str, rows: &[Inpatient<'_>]) -> Result<Made, Error> {
    let stand = parts::ward_stand(w, ward, rows.iter().filter_map(|row| row.chart));
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let room = sheet.room();
    sheet.ink.at(w.say(FORM.title));
    let totals = totals(&mut sheet.ink, w, rows, room);
    sheet.table(&totals);
    let heads = [BED, NAME, DIET, ALLERGIES].into_iter().zip(WIDTHS);
    let columns = heads.map(|(head, width)| (w.say(head).to_owned(), width));
    let columns = columns.chain([(w.say(CHANGE).to_owned(), room - WIDTHS.iter().sum::<f32>())]).collect();
    let title = w.with(COUNT, parts::people(w, rows.iter().filter(|row| row.chart.is_some()).count()));
    let names = parts::Names::of(rows);
    let empty = rows.iter().filter(|row| row.chart.is_none() && row.marks.is_empty());
    let empty: Vec<String> = empty.map(bed).filter(|bed| !bed.is_empty()).collect();
    let (most, ink) = (sheet.row_most(), &mut sheet.ink);
    let rows = rows.iter().filter_map(|row| {
        ink.at(&row.bed.words());
        match row.chart {
            Some(chart) => Some(patient(ink, w, row, chart, names.shares(row))),
            None => (!row.marks.is_empty()).then(|| unread(ink, w, row)),
        }
    });
    let rows = rows.collect();
    sheet.table(&Table { title, columns, rows, grid: true, most, ..Table::default() });
    // A bed that filled after the copy is fed too.
    if !empty.is_empty() {
        sheet.say_words(&w.with(EMPTY, empty.join(SEPARATOR)), Weight::Bold);
    }
    sheet.finish()
}

/// How many of each diet; those on leave, fasting and without a diet on record are counted apart.
fn totals(ink: &mut Ink, w: &Words, rows: &[Inpatient<'_>], room: f32) -> Table {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for chart in rows.iter().filter_map(|row| row.chart) {
        let diets = parts::diets(chart);
        let kind = match () {
            () if on_leave(chart) => w.say(LEAVE).to_owned(),
            () if diets.is_empty() => w.say(NO_DIET).to_owned(),
            () if fasts(&diets) => w.say(FAST).to_owned(),
            () => diets,
        };
        *counts.entry(kind).or_default() += 1;
    }
    // Two diets a row.
    let counts: Vec<_> = counts.into_iter().collect();
    let pair = |pair: &[(String, usize)]| {
        let cells = pair.iter().flat_map(|(diet, count)| [Cell::body(ink, diet), Cell::bold(ink, &count.to_string())]);
        Row::new(cells.collect())
    };
    let rows = counts.chunks(2).map(pair).collect();
    let wide = room / 2.0 - 50.0;
    let columns = [(DIET, wide), (MEALS, 50.0), (DIET, wide), (MEALS, 50.0)];
    let columns = columns.into_iter().map(|(head, wide)| (w.say(head).to_owned(), wide)).collect();
    Table { title: w.say(TOTALS).to_owned(), note: w.say(TOTALS_NOTE).to_owned(), columns, rows, ..Table::default() }
}

fn fasts(diet: &str) -> bool {
    FASTING.iter().any(|word| diet.contains(word))
}

fn on_leave(chart: &Chart) -> bool {
    chart.stays.iter().any(|stay| stay.current && stay.on_leave)
}

fn bed(row: &Inpatient<'_>) -> String {
    joined([&row.bed.room, &row.bed.bed]).replace('・', "-")
}

fn unread(ink: &mut Ink, w: &Words, row: &Inpatient<'_>) -> Row {
    let mut cells = vec![Cell::bold(ink, &bed(row)), parts::unread(ink, w, row)];
    cells.resize(WIDTHS.len() + 1, Cell::default());
    Row { least: ROW, ..Row::new(cells) }
}

fn patient(ink: &mut Ink, w: &Words, row: &Inpatient<'_>, chart: &Chart, same_name: bool) -> Row {
    let bed = bed(row);
    let kana = if row.hide_name { "" } else { &chart.patient.kana };
    let name = Cell::default()
        .line(ink, kana, BODY, Weight::Regular)
        .line(ink, &parts::shown_name(w, chart, row.hide_name), BODY, Weight::Bold)
        .line(ink, if same_name { w.say(parts::SAME_NAME) } else { "" }, BODY, Weight::Bold)
        .line(ink, &joined([&chart.patient.id, &parts::age_sex(w, chart)]), BODY, Weight::Regular);
    let cells = vec![Cell::bold(ink, &bed), name, diet(ink, w, chart), allergies(ink, w, chart), Cell::default()];
    Row { least: ROW, ..Row::new(cells) }
}

fn diet(ink: &mut Ink, w: &Words, chart: &Chart) -> Cell {
    let mut cell = Cell::default();
    if on_leave(chart) {
        cell = cell.line(ink, w.say(LEAVE), BODY, Weight::Bold);
    }
    for item in chart.meals.iter().filter(|item| item.current) {
        let words = joined([item.meal.diet.shown(), &item.meal.text]);
        let (words, weight) = match fasts(&words) {
            true => (format!("【{}】{words}", w.say(FAST)), Weight::Bold),
            false => (words, Weight::Regular),
        };
        cell = cell.line(ink, &words, BODY, weight);
        let timing = joined([parts::words(&item.meal.timing), w.stamp(item)]);
        cell = cell.line(ink, &timing, BODY, Weight::Regular);
    }
    if cell.0.is_empty() { cell.line(ink, w.say(NO_DIET), BODY, Weight::Regular) } else { cell }
}

/// What may be in food: said to be of food, or not said to be anything else.
fn may_be_food(entry: &AllergyEntry) -> bool {
    let kind = &entry.allergy.category;
    kind.code == "FA" || kind.text.contains('食') || !matches!(kind.code.as_str(), "DA" | "EA" | "LA" | "MC")
}

/// What may be an allergy to food, word for word, with or without time, age and source; else the answer, never an empty place.
pub(crate) fn food(w: &Words, chart: &Chart, stamped: bool) -> String {
    if chart.allergies.answer != Answer::Recorded {
        return parts::answer(w, &chart.allergies);
    }
    let known = parts::allergens(w, &chart.allergies.items);
    let food = known.iter().filter(|allergen| !allergen.entry.says_none && may_be_food(allergen.entry));
    let food = joined(food.map(|allergen| {
        let name = allergen.entry.allergy.allergen.shown();
        if stamped { format!("{name} {}", allergen.stamps) } else { name.to_owned() }
    }));
    if food.is_empty() { w.say(NO_FOOD).to_owned() } else { food }
}

fn allergies(ink: &mut Ink, w: &Words, chart: &Chart) -> Cell {
    let mut cell = Cell::default();
    if chart.allergies.answer != Answer::Recorded {
        return cell.line(ink, &parts::answer(w, &chart.allergies), BODY, Weight::Regular);
    }
    let known = parts::allergens(w, &chart.allergies.items);
    let some = known.iter().filter(|allergen| !allergen.entry.says_none);
    let (food, other): (Vec<_>, Vec<_>) = some.partition(|allergen| may_be_food(allergen.entry));
    for allergen in food {
        cell = cell.line(ink, allergen.entry.allergy.allergen.shown(), BODY + 2.5, Weight::Bold);
        cell = cell.line(ink, &format!("{} {}", allergen.kind, allergen.stamps), BODY, Weight::Regular);
    }
    let other = joined(other.iter().map(|allergen| allergen.entry.allergy.allergen.shown()));
    let other = if other.is_empty() { other } else { format!("{}{other}", w.say(OTHER)) };
    cell.line(ink, &other, BODY, Weight::Regular)
}

const TOTALS: Label = ["食数（コピーから数えた値）", "Meals, counted from the copy"];
const TOTALS_NOTE: Label =
    ["入退院・転棟・食止めの後は数え直す。", "Count again after any admission, discharge or fast."];
const MEALS: Label = ["人数", "Patients"];
const COUNT: Label = ["患者ごと {}", "By patient: {}"];
const EMPTY: Label = [
    "コピーで空いている床: {}。人がいたら、ここに氏名・食種・アレルギーを書き、栄養科へ伝える。",
    "Beds empty in the copy: {}. If somebody lies there, write name, diet and allergies here and tell the kitchen.",
];
const SEPARATOR: &str = "  ";
const BED: Label = ["病室-床", "Room-bed"];
const NAME: Label = ["氏名・番号", "Name, number"];
const DIET: Label = ["食種・食形態", "Diet, texture"];
const ALLERGIES: Label = ["アレルギー（食物は太字）", "Allergies (food in bold)"];
const CHANGE: Label = ["変更", "Change"];
const LEAVE: Label = ["外泊中", "on leave"];
const FAST: Label = ["禁食", "Fasting"];
const NO_DIET: Label = ["食事の記録なし・要確認", "no diet on record: confirm"];
const NO_FOOD: Label = ["食物の記録なし＝未確認", "none of food recorded: unconfirmed"];
const OTHER: Label = ["食物以外: ", "not food: "];
