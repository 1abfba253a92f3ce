//! 空白時間確認票: high-risk drugs due or given between the last data and now (users.md 1), for two nurses to confirm from patient,
//! pump, empties and memo, each with name and time.

use chart::drugs::{Course, Use};
use chart::{Chart, Moment};

use super::parts;
use crate::canvas::MM;
use crate::font::{Ink, Weight};
use crate::sheet::{Class, Form, Sheet, Size, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{COMPLETIONS, Label, Words, amount, joined};
use crate::{Error, Head, Inpatient, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PG",
    version: 1,
    // Everyday runs print it and open no work (design idea 4): it is a form once somebody has written on it.
    class: Class::Reference,
    title: ["空白時間確認票（高リスク薬）", "Gap list: high-risk drugs"],
    size: Size::Across,
    note: [
        "実施記録なしは「していない」ではない。患者・ポンプ・空容器・メモを二人で見て、見たものに○。分からないときは投与せず医師に聞く。書き終えたら病棟で保管し、あとで入力する。",
        "No record is not \"not given\". Two nurses look at patient, pump, empties and memos, and ring what they saw. When in doubt give nothing and ask a doctor. Keep it on the ward: it will be typed in later.",
    ],
    standing: ["記入して戻す", "To be written on and returned"],
    bare: false,
};

/// Planned drugs count when they start within this of now: the coming shift's.
const AHEAD_MINUTES: i64 = 12 * 60;
/// Taken for the gap where no kind below ever came.
const UNKNOWN_MINUTES: i64 = 24 * 60;
/// Orders and administrations of drugs: the longest of their gaps counts.
const KINDS: [&str; 4] = ["OMP-01", "OMP-11", "OMP-02", "OMP-12"];
/// Drugs of one patient: several times what anybody is given, so that a chart gone wild does not keep the ward from its sheet.
const ROWS_MAX: usize = 40;
/// Two signatures, one above the other, each with 8 mm.
const ROW: f32 = 17.0 * MM;
const WIDTHS: [f32; 5] = [104.0, 156.0, 118.0, 112.0, 130.0];

/// The pages of one ward. Those without a high-risk drug in force make no row.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, ward: &str, rows: &[Inpatient<'_>]) -> Result<Made, Error> {
    let stand = parts::ward_stand(w, ward, rows.iter().filter_map(|row| row.chart));
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>();
    let heads = [WHO, DRUG, HOW, LAST, SEEN].into_iter().zip(WIDTHS);
    let columns = heads.map(|(head, width)| (w.say(head).to_owned(), width)).chain([(w.say(SIGN).to_owned(), rest)]);
    let columns = columns.collect();
    sheet.ink.at(w.say(FORM.title));
    let mut lines = Vec::new();
    let mut count = 0;
    for row in rows {
        sheet.ink.at(&row.bed.words());
        let mut of_patient = patient(&mut sheet.ink, w, row);
        count += of_patient.len();
        let more = of_patient.split_off(of_patient.len().min(ROWS_MAX));
        if !more.is_empty() {
            of_patient.push(beyond(&mut sheet.ink, w, row, more.len()));
        }
        if row.chart.is_none() && !row.marks.is_empty() {
            let cells = vec![Cell::bold(&mut sheet.ink, &row.bed.words()), parts::unread(&mut sheet.ink, w, row)];
            of_patient.push(Row { least: ROW, ..Row::new(filled(cells)) });
        }
        lines.extend(of_patient);
    }
    let title = w.with(COUNT, parts::count(w, count));
    if lines.is_empty() {
        sheet.heading(&title, w.say(NOBODY));
        return sheet.finish();
    }
    let most = sheet.row_most();
    sheet.table(&Table { title, note: w.say(CLASSES).to_owned(), columns, rows: lines, grid: true, most });
    sheet.finish()
}

/// Cells up to the last column.
fn filled(mut cells: Vec<Cell>) -> Vec<Cell> {
    cells.resize(WIDTHS.len() + 1, Cell::default());
    cells
}

/// How many drugs of a patient are not on the sheet.
fn beyond(ink: &mut Ink, w: &Words, row: &Inpatient<'_>, more: usize) -> Row {
    let words = w.with(BEYOND, parts::count(w, more));
    Row::new(filled(vec![Cell::bold(ink, &row.bed.words()), Cell::bold(ink, &words)]))
}

/// From the last data of drugs and their administration to now and the coming shift.
struct Gap {
    from: Moment,
    now: Moment,
}

impl Gap {
    fn of(chart: &Chart) -> Gap {
        let kinds = chart.gaps.iter().filter(|gap| KINDS.contains(&gap.kind.as_str()));
        let longest = kinds.filter_map(|gap| gap.gap_minutes).max().unwrap_or(UNKNOWN_MINUTES);
        let now = chart.as_of.moment;
        Gap { from: Moment(now.0.saturating_sub(longest.saturating_mul(60_000))), now }
    }

    /// A high-risk drug in force at any time within: one that ended in the gap may have been given in it.
    fn holds(&self, used: &Use) -> bool {
        let begun = used.in_force_from.is_none_or(|from| self.now.minutes_until(from) <= AHEAD_MINUTES);
        let lasts = used.in_force_until.is_none_or(|until| until > self.from);
        !used.high_risk.is_empty() && used.course != Course::Stopped && begun && lasts
    }
}

fn patient(ink: &mut Ink, w: &Words, row: &Inpatient<'_>) -> Vec<Row> {
    let (Some(chart), mut rows) = (row.chart, Vec::new()) else { return Vec::new() };
    let gap = Gap::of(chart);
    for item in chart.medications.iter().filter(|item| gap.holds(&item.in_use)) {
        let drug = &item.drug;
        let name = Cell::bold(ink, &format!("{} {}", drug.drug.shown(), amount(&drug.dose)));
        let usage = joined([parts::words(&drug.usage), drug.instruction.clone(), drug.route.shown().to_owned()]);
        let how = Cell::body(ink, &usage).line(ink, &w.stamp(item), BODY, Weight::Regular);
        rows.push(line(ink, w, row, chart, (&item.in_use, name, how), &[drug.drug.shown()]));
    }
    for item in chart.injections.iter().filter(|item| gap.holds(&item.in_use)) {
        let injection = &item.injection;
        let mut name = Cell::default();
        for part in &injection.ingredients {
            name = name.line(ink, &format!("{} {}", part.drug.shown(), amount(&part.amount)), BODY, Weight::Bold);
        }
        let usage = joined([
            amount(&injection.volume),
            amount(&injection.rate),
            injection.route.shown().to_owned(),
            injection.instruction.clone(),
            parts::words(&injection.usage),
        ]);
        let how = Cell::body(ink, &usage).line(ink, &w.stamp(item), BODY, Weight::Regular);
        let drugs: Vec<&str> = injection.ingredients.iter().map(|part| part.drug.shown()).collect();
        rows.push(line(ink, w, row, chart, (&item.in_use, name, how), &drugs));
    }
    rows
}

/// Of a drug that ended in the gap: the newest administration of that name, or that none came.
fn ended(w: &Words, chart: &Chart, drugs: &[&str]) -> String {
    let given = chart.administrations.iter().find(|item| drugs.contains(&item.drug.shown()));
    let said = given.map_or_else(
        || w.say(parts::NO_RECORD).to_owned(),
        |item| joined([w.stamp(item), w.word(COMPLETIONS, &item.completion)]),
    );
    format!("{said} {}", w.say(ENDED))
}

fn line(ink: &mut Ink, w: &Words, row: &Inpatient<'_>, chart: &Chart, drug: (&Use, Cell, Cell), drugs: &[&str]) -> Row {
    let (patient, (used, name, how)) = (&chart.patient, drug);
    let who = Cell::default()
        .line(ink, &row.bed.words(), BODY, Weight::Bold)
        .line(ink, if row.hide_name { "" } else { &patient.kana }, BODY, Weight::Regular)
        .line(ink, &parts::shown_name(w, chart, row.hide_name), BODY, Weight::Bold)
        .line(ink, &joined([&patient.id, &parts::age_sex(w, chart)]), BODY, Weight::Regular)
        .line(ink, &patient.birth_date.map_or_else(String::new, |birth| birth.to_string()), BODY, Weight::Regular);
    let last = match used.course {
        Course::Ended => ended(w, chart, drugs),
        _ => parts::last_given(w, used),
    };
    let last = Cell::default().line(ink, &last, BODY, Weight::Bold);
    let seen = Cell::body(ink, w.say(PLACES)).line(ink, w.say(DONE), BODY, Weight::Regular);
    let sign = Cell::body(ink, w.say(FIRST)).line(ink, " ", BODY + 6.0, Weight::Regular);
    let mut sign = sign;
    sign.0.push(crate::table::Para::new(BODY + 4.0).add(ink, " ", Weight::Regular));
    let sign = sign.line(ink, w.say(SECOND), BODY, Weight::Regular);
    Row { least: ROW, ..Row::new(vec![who, parts::use_marks(ink, w, used, name), how, last, seen, sign]) }
}

const COUNT: Label = ["確かめる薬 {}", "Drugs to confirm: {}"];
const CLASSES: Label = [
    "インスリン・抗凝固薬・麻薬・抗がん剤・昇圧剤・KCl・抗菌薬（名前による抽出。ここに無い薬が安全とは限らない）",
    "insulin, anticoagulants, narcotics, anticancer drugs, vasopressors, KCl, antimicrobials: by name; a drug not listed is not thereby safe",
];
const BEYOND: Label = ["⚠ ほか {} → 患者サマリー・画面で確かめる", "⚠ {} more: see the summary or the screen"];
const NOBODY: Label = [
    "名前で見つかった薬はありません。高リスク薬がないことを意味しません。",
    "No drug was found by name. That does not mean that there is none.",
];
const ENDED: Label = ["（空白時間のうちに終了）", "(ended within the gap)"];
const WHO: Label = ["患者", "Patient"];
const DRUG: Label = ["薬剤・用量", "Drug, dose"];
const HOW: Label = ["用法 ／ 時点", "How / as of"];
const LAST: Label = ["最終実施", "Last given"];
const SEEN: Label = ["見たもの ／ 結論", "Seen / found"];
const PLACES: Label = ["患者 ポンプ 空容器 メモ", "patient pump empties memo"];
const DONE: Label = ["□済  □未  □不明", "□given □not □unknown"];
const SIGN: Label = ["確かめた人（氏名・時刻）二人", "Two nurses: name, time"];
const FIRST: Label = ["1人目", "first"];
const SECOND: Label = ["2人目", "second"];
