//! The first page: the questions asked before anything is done, the fixed boxes, what is in force, the last values. What does not
//! fit is handed back, and the page says how much it is and where it goes on.

use chart::drugs::{Course, Use};
use chart::freshness::Held;
use chart::{Answer, Chart, When};

use super::labels::*;
use super::results;
use super::since::{MARK as NEW, Since};
use crate::canvas::{Area, MM};
use crate::font::{Ink, Letter, Weight, width};
use crate::lines::lines;
use crate::sheet::Sheet;
use crate::sheets::boxes::{BOXES, TO_WRITE, found};
use crate::sheets::parts;
use crate::table::{BODY, Cell, FINE, LEADING, Laid, PAD, Para, Row, Table};
use crate::words::{Label, NOT_RECORDED, Words, joined};

/// Size of the allergies.
const LOUD: f32 = 13.0;
/// Width of the black labels beside them.
const LABEL_WIDTH: f32 = 78.0;
/// Lines of one question on the first page; entries beyond go on.
const LINES: usize = 8;
/// Room to write in a box: with the white below its words 8 mm, a pen's line.
const WRITE: f32 = 7.2 * MM;
/// Height of "ほか n 件".
const MARK: f32 = 15.0;
/// Columns of the drugs, so that an ordinary row takes two lines.
const DRUG_WIDTHS: [f32; 5] = [144.0, 64.0, 92.0, 119.0, 113.5];

/// What goes on to the next pages, and where the first page says so.
pub(super) struct Rest {
    pub tables: Vec<Table>,
    /// Page and height of each mark, and how much goes on.
    marks: Vec<(usize, f32, usize)>,
}

impl Rest {
    /// Writes on the first page how much of a table goes on, and on which page.
    pub fn note(&self, sheet: &mut Sheet<'_>, at: usize, page: usize) {
        let Some((on, y, count)) = self.marks.get(at).copied() else { return };
        let (w, right) = (sheet.w, sheet.left() + sheet.room());
        let words = w.say(MORE).replacen("{}", &parts::count(w, count), 1).replacen("{}", &page.to_string(), 1);
        let letters = sheet.ink.letters(&words, Weight::Bold);
        let wide = width(&letters, BODY) + 10.0;
        let Some(first) = sheet.pages.get_mut(on) else { return };
        first.fill(Area::new(right - wide, y + 1.0, wide, MARK - 2.0), 0);
        first.text(&letters, right - wide + 5.0, y + 2.2, BODY, 255);
    }
}

/// Draws the first page.
pub(super) fn draw(sheet: &mut Sheet<'_>, chart: &Chart, since: Option<&Since<'_>>) -> Rest {
    let mut rest = Rest { tables: Vec::new(), marks: Vec::new() };
    if let Some(since) = since {
        since.head(sheet);
    }
    questions(sheet, chart, since, &mut rest);
    boxes(sheet, chart, since);
    let foot = foot_lines(sheet, chart);
    let foot_height = foot.len() as f32 * FINE * LEADING + 3.0;
    share(sheet, chart, since, foot_height, &mut rest);
    let (left, mut y) = (sheet.left(), sheet.bottom() - foot_height);
    for line in foot {
        sheet.page().text(&line, left, y, FINE, 0);
        y += FINE * LEADING;
    }
    rest
}

/// Allergies, loud; contraindications, infections, weight and blood type: black labels with white words.
fn questions(sheet: &mut Sheet<'_>, chart: &Chart, since: Option<&Since<'_>>, rest: &mut Rest) {
    let new = |at: usize| since.is_some_and(|since| since.asked(at));
    let w = sheet.w;
    let top = sheet.y + 1.0;
    sheet.y = top;
    let loud = |ink: &mut Ink, text: &str, size| vec![Para::new(size).add(ink, text, Weight::Bold)];
    sheet.ink.at(w.say(ALLERGIES));
    for (at, label, answered, size) in
        [(0, ALLERGIES, &chart.allergies, LOUD), (1, CONTRAINDICATIONS, &chart.contraindications, BODY)]
    {
        let mut paras = match answered.answer {
            Answer::Recorded => Vec::new(),
            _ => loud(&mut sheet.ink, &parts::answer(w, answered), size),
        };
        let known = parts::allergens(w, &answered.items);
        let all: Vec<Para> = known.iter().map(|allergen| parts::allergy(&mut sheet.ink, allergen, size)).collect();
        question(sheet, (label, new(at)), &mut paras, all, rest);
    }
    sheet.ink.at(w.say(INFECTIONS));
    let mut paras = loud(&mut sheet.ink, &parts::answer(w, &chart.infections), BODY);
    let mut all = parts::infections(&mut sheet.ink, w, &chart.infections.items);
    // あり and what there is on one line.
    if let Some(first) = all.first_mut().filter(|_| chart.infections.answer == Answer::Recorded) {
        let found = std::mem::take(&mut first.letters);
        first.letters = paras.drain(..).flat_map(|para| para.letters).collect();
        first.letters.extend(sheet.ink.letters("  ", Weight::Regular));
        first.letters.extend(found);
    }
    question(sheet, (INFECTIONS, new(2)), &mut paras, all, rest);
    let mut paras = body(sheet, chart);
    let asks = chart.pregnancy.answer == Answer::Recorded || chart.patient.sex == chart::Sex::Female;
    let mut all = Vec::new();
    if asks {
        let words = format!("   {} {}", w.say(PREGNANCY), parts::answer(w, &chart.pregnancy));
        if let Some(blood) = paras.last_mut() {
            blood.letters.extend(sheet.ink.letters(&words, Weight::Regular));
        }
        all = chart.pregnancy.items.iter().map(|item| parts::mark(&mut sheet.ink, w, item)).collect();
    }
    question(sheet, (BODY_LABEL, new(3)), &mut paras, all, rest);
    let area = Area::new(sheet.left(), top, sheet.room(), sheet.y - top);
    sheet.page().frame(area, 2.0);
    sheet.y += 2.0;
}

const BODY_LABEL: Label = super::labels::BODY;

/// One question: its black label, its answer, and the first of its entries; the others go on.
fn question(
    sheet: &mut Sheet<'_>,
    (label, new): (Label, bool),
    paras: &mut Vec<Para>,
    mut all: Vec<Para>,
    rest: &mut Rest,
) {
    let (left, top, room) = (sheet.left(), sheet.y, sheet.room() - LABEL_WIDTH - 8.0);
    let mut used = 0;
    let fits = all.iter().take_while(|para| {
        used += lines(&para.letters, para.size, room).len();
        used <= LINES
    });
    let more = all.split_off(fits.count());
    if paras.is_empty() && all.is_empty() {
        paras.push(Para::new(BODY).add(&mut sheet.ink, sheet.w.answer(Answer::Recorded), Weight::Bold));
    }
    paras.append(&mut all);
    let mut y = top + 2.5;
    for para in paras.iter() {
        y += sheet.block_of(&para.letters, left + LABEL_WIDTH + 4.0, y, room, para.size);
    }
    if !more.is_empty() {
        let row = |para: Para| Row::new(vec![Cell::default().para(para)]);
        let columns = vec![(String::new(), sheet.room())];
        rest.marks.push((sheet.pages.len() - 1, y, more.len()));
        let title = format!("{}{}", sheet.w.say(label), sheet.w.say(GOES_ON));
        rest.tables.push(Table { title, columns, rows: more.into_iter().map(row).collect(), ..Table::default() });
        y += MARK;
    }
    let mark = if new { NEW } else { "" };
    let words = sheet.ink.letters(&format!("{mark}{}", sheet.w.say(label)), Weight::Bold);
    let size = [LOUD, BODY].into_iter().find(|size| width(&words, *size) <= LABEL_WIDTH - 6.0).unwrap_or(BODY);
    let high = (y + 2.0 - top).max(size * LEADING + 4.0);
    sheet.page().fill(Area::new(left, top, LABEL_WIDTH, high), 0);
    sheet.page().text(&words, left + 4.0, top + 3.0, size, 255);
    sheet.y = top + high;
    let (right, y) = (left + sheet.room(), sheet.y);
    sheet.page().line((left, y), (right, y), 0.4);
}

const GOES_ON: Label = ["（続き）", " (continued)"];

/// Weight, height and blood type with their stamps.
fn body(sheet: &mut Sheet<'_>, chart: &Chart) -> Vec<Para> {
    let w = sheet.w;
    let mut para = Para::new(BODY);
    for (label, word) in [(WEIGHT, "体重"), (HEIGHT, "身長")] {
        let item = chart.measures.iter().find(|item| item.item.text.contains(word));
        let (value, stamp) = match item {
            Some(item) => (format!("{} {}", item.value.value, crate::words::unit(&item.value.unit)), w.stamp(item)),
            None => (w.say(crate::words::NOT_RECORDED).to_owned(), String::new()),
        };
        para = para.add(&mut sheet.ink, &format!("{} {value}", w.say(label)), Weight::Bold);
        para = para.add(&mut sheet.ink, &format!(" {stamp}   "), Weight::Regular);
    }
    let blood = &chart.blood_type;
    let mut second = Para::new(BODY).add(&mut sheet.ink, &format!("{} ", w.say(BLOOD)), Weight::Regular);
    if blood.items.is_empty() {
        second = second.add(&mut sheet.ink, w.say(NOT_RECORDED), Weight::Regular);
    } else {
        let value = joined([&blood.abo, &blood.rh]);
        second = second.add(&mut sheet.ink, &value, Weight::Regular);
        let stamp = blood.items.first().map_or_else(String::new, |item| w.stamp(item));
        second = second.add(&mut sheet.ink, &format!(" {stamp} "), Weight::Regular);
        second = second.add(&mut sheet.ink, w.say(BLOOD_NOTE), Weight::Bold);
    }
    vec![para, second]
}

/// The eight fixed boxes, four in a row, each with a line to write on.
fn boxes(sheet: &mut Sheet<'_>, chart: &Chart, since: Option<&Since<'_>>) {
    let (w, wide) = (sheet.w, sheet.room() / 4.0);
    for (line, row) in BOXES.chunks(4).enumerate() {
        let mut texts: Vec<(Vec<Letter>, Vec<Letter>)> = Vec::new();
        for (at, fixed) in row.iter().enumerate() {
            let mark = if since.is_some_and(|since| since.boxed(line * 4 + at)) { NEW } else { "" };
            sheet.ink.at(w.say(fixed.label));
            let words = found(w, chart, fixed).unwrap_or_else(|| w.say(TO_WRITE).to_owned());
            texts.push((
                sheet.ink.letters(&format!("{mark}{}", w.say(fixed.label)), Weight::Bold),
                sheet.ink.letters(&words, Weight::Regular),
            ));
        }
        let tall = |words: &Vec<Letter>| lines(words, BODY, wide - 2.0 * PAD).len() as f32 * BODY * LEADING;
        let text = texts.iter().map(|(_, words)| tall(words)).fold(0.0, f32::max);
        let high = 3.0 + BODY * LEADING + text + WRITE;
        let top = sheet.y;
        for (at, (label, words)) in texts.iter().enumerate() {
            let x = sheet.left() + at as f32 * wide;
            sheet.page().text(label, x + PAD, top + 3.0, BODY, 0);
            sheet.block_of(words, x + PAD, top + 3.0 + BODY * LEADING, wide - 2.0 * PAD, BODY);
            sheet.page().frame(Area::new(x, top, wide, high), 0.8);
        }
        sheet.y = top + high;
    }
    sheet.y += 0.5;
}

/// A section of the first page: its table, how many rows must stand here, and whether heads stand above them.
pub(super) struct Section {
    pub table: Table,
    least: usize,
    heads: bool,
}

impl Section {
    fn new(table: Table, least: usize) -> Section {
        Section { table, least, heads: true }
    }
}

/// The sections in their order, which is also that of their claim to room. Dangerous drugs come first.
pub(super) fn sections(ink: &mut Ink, w: &Words, chart: &Chart, room: f32, parted: bool) -> Vec<Section> {
    ink.at(w.say(CAUTIONS));
    let caution = |ink: &mut Ink, item: &chart::Item<chart::notes::Caution>| {
        let due = item.due.map_or_else(String::new, |due| w.short(due));
        let words = Para::new(BODY).add(ink, &item.about, Weight::Bold);
        let words = words.add(ink, &format!("  {}  {due}", item.words), Weight::Regular);
        Row::new(vec![Cell::default().para(words), Cell::stamp(ink, &w.stamp(item))])
    };
    // What two nurses confirm is said beside each drug.
    let rows: Vec<Row> =
        chart.cautions.iter().filter(|item| item.code != "high_risk_gap").map(|item| caution(ink, item)).collect();
    let open = chart.disagreements.iter().filter(|item| item.settled.is_none());
    let sides = |ink: &mut Ink, item: &chart::Item<chart::Disagreement>| {
        let copy = if item.copy.words.is_empty() { w.say(NOT_RECORDED) } else { item.copy.words.as_str() };
        let words = Para::new(BODY).add(ink, w.say(unlike(item.code)), Weight::Bold);
        let both = format!("  {} {copy}  {} {}", w.say(IN_COPY), w.say(BROUGHT), item.brought.words);
        Row::new(vec![Cell::default().para(words.add(ink, &both, Weight::Regular)), Cell::stamp(ink, &w.stamp(item))])
    };
    let rows: Vec<Row> = rows.into_iter().chain(open.map(|item| sides(ink, item)).collect::<Vec<_>>()).collect();
    let columns = vec![(String::new(), room - results::STAMP_WIDTH), (String::new(), results::STAMP_WIDTH)];
    let note = w.say(CAUTIONS_NOTE).to_owned();
    let cautions = Table { title: w.say(CAUTIONS).to_owned(), note, columns, rows, ..Table::default() };
    let mut sections = Vec::new();
    if !cautions.rows.is_empty() {
        sections.push(Section::new(cautions, 3));
    }
    let drugs = drugs(ink, w, chart);
    // Injections stand under the drugs' heads where there are any.
    let heads = drugs.rows.is_empty();
    sections.push(Section::new(drugs, 4));
    sections.push(Section { heads, ..Section::new(injections(ink, w, chart), 2) });
    sections.push(Section::new(problems(ink, w, chart, room), 2));
    ink.at(w.say(VITALS));
    let vitals = empty_said(w, chart, results::vitals(ink, w, chart, room), "");
    sections.push(Section::new(vitals, 1));
    ink.at(w.say(LABS));
    let labs = empty_said(w, chart, results::labs(ink, w, chart, room, parted), "OML-11");
    sections.push(Section::new(labs, 1));
    sections
}

/// The heads of the drugs' columns.
pub(super) fn drug_columns(w: &Words, name: Label, dose: Label) -> Vec<(String, f32)> {
    let heads = [name, dose, USAGE, SPAN, LAST_GIVEN].map(|label| w.say(label).to_owned());
    heads.into_iter().zip(DRUG_WIDTHS).collect()
}

fn drugs(ink: &mut Ink, w: &Words, chart: &Chart) -> Table {
    ink.at(w.say(DRUGS));
    let mut current: Vec<_> = chart.medications.iter().filter(|item| item.in_use.current).collect();
    current.sort_by_key(|item| (item.in_use.clashes.is_empty(), item.in_use.high_risk.is_empty()));
    let rows = current.iter().map(|item| Row::new(parts::drug_cells(ink, w, item))).collect();
    let note = parts::two(w, current.iter().map(|item| &item.in_use)).to_owned();
    let columns = drug_columns(w, DRUG, DOSE);
    let table = Table { title: w.say(DRUGS).to_owned(), note, columns, rows, ..Table::default() };
    let mut table = empty_said(w, chart, table, "OMP-01");
    let planned = chart.medications.iter().map(|item| (&item.in_use, item.drug.start.or(item.time)));
    table.note = joined([table.note, ahead(w, planned)]);
    table
}

/// What has not begun: how many, and when the first does. None in force is not none at all.
fn ahead<'u>(w: &Words, all: impl Iterator<Item = (&'u Use, Option<When>)>) -> String {
    let planned: Vec<When> =
        all.filter(|(used, _)| used.course == Course::Planned).filter_map(|(_, start)| start).collect();
    let Some(first) = planned.iter().min_by_key(|start| start.start) else { return String::new() };
    w.with(AHEAD, parts::count(w, planned.len())).replacen("{}", &w.short(*first), 1)
}

fn injections(ink: &mut Ink, w: &Words, chart: &Chart) -> Table {
    ink.at(w.say(INJECTIONS));
    let mut current: Vec<_> = chart.injections.iter().filter(|item| item.in_use.current).collect();
    current.sort_by_key(|item| (item.in_use.clashes.is_empty(), item.in_use.high_risk.is_empty()));
    let rows = current.iter().map(|item| Row::new(parts::injection_cells(ink, w, item))).collect();
    let columns = drug_columns(w, MIXTURE, RATE);
    let note = parts::two(w, current.iter().map(|item| &item.in_use)).to_owned();
    let table = Table { title: w.say(INJECTIONS).to_owned(), note, columns, rows, ..Table::default() };
    let mut table = empty_said(w, chart, table, "OMP-02");
    let planned = chart.injections.iter().map(|item| (&item.in_use, item.injection.start.or(item.time)));
    table.note = joined([table.note, ahead(w, planned)]);
    table
}

/// Active problems, two in a row.
fn problems(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> Table {
    ink.at(w.say(PROBLEMS));
    let active: Vec<_> = chart.problems.iter().filter(|item| item.active).collect();
    let mut rows = Vec::new();
    for pair in active.chunks(2) {
        let cells = pair.iter().map(|item| {
            let problem = &item.problem;
            let name = if problem.label.is_empty() { problem.name.shown() } else { &problem.label };
            let mark = if item.untold { format!("{} ", item.mark) } else { String::new() };
            let suspected = if problem.suspected { w.in_brackets(w.say(SUSPECTED)) } else { String::new() };
            let para = Para::new(BODY).add(ink, &format!("{mark}{name}{suspected}  "), Weight::Bold);
            let mut small = ink.letters(&joined([problem.rank.shown(), &w.stamp(item)]), Weight::Regular);
            let mut para = para;
            para.letters.append(&mut small);
            Cell::default().para(para)
        });
        let cells: Vec<Cell> = cells.collect();
        rows.push(Row { holds: cells.len(), ..Row::new(cells) });
    }
    let columns = vec![(String::new(), room / 2.0), (String::new(), room / 2.0)];
    let table = Table { title: w.say(PROBLEMS).to_owned(), columns, rows, ..Table::default() };
    empty_said(w, chart, table, "PPR-01")
}

/// An empty table says so in words: 記録なし＝未確認, or コピー対象外 where no source carries the kind.
fn empty_said(w: &Words, chart: &Chart, mut table: Table, kind: &str) -> Table {
    let held: usize = table.rows.iter().map(|row| row.holds).sum();
    if table.rows.is_empty() {
        let copied = !chart.gaps.iter().any(|gap| gap.kind == kind && gap.held == Held::NotCopied);
        table.note = w.say(if copied { NOT_RECORDED } else { NOT_COPIED }).to_owned();
    } else {
        table.title = format!("{} {}", table.title, w.in_brackets(&parts::count(w, held)).trim());
    }
    table
}

/// Sections measured.
struct Measured {
    sections: Vec<Section>,
    laid: Vec<Vec<Laid>>,
    heads: Vec<Option<Laid>>,
    /// Height of each heading with its heads.
    fixed: Vec<f32>,
}

impl Measured {
    fn of(sheet: &mut Sheet<'_>, chart: &Chart, since: Option<&Since<'_>>, parted: bool) -> Measured {
        let (w, room) = (sheet.w, sheet.room());
        let mut sections = sections(&mut sheet.ink, w, chart, room, parted);
        if let Some(since) = since {
            since.mark(&mut sheet.ink, &mut sections, room, parted);
        }
        let laid = sections.iter().map(|section| section.table.laid(&mut sheet.ink)).collect();
        let (mut heads, mut fixed) = (Vec::new(), Vec::new());
        for Section { table, heads: wanted, .. } in &sections {
            let head = table.heads(&mut sheet.ink).filter(|_| *wanted && !table.rows.is_empty());
            fixed.push(sheet.heading_height(&table.title, &table.note) + head.as_ref().map_or(0.0, Laid::height));
            heads.push(head);
        }
        Measured { sections, laid, heads, fixed }
    }

    fn height(&self) -> f32 {
        self.fixed.iter().sum::<f32>() + self.laid.iter().flatten().map(Laid::height).sum::<f32>()
    }
}

/// Draws as many rows of each section as there is room for; the rest goes on. Values stand in long rows where all have room, in
/// short ones where some go on.
fn share(sheet: &mut Sheet<'_>, chart: &Chart, since: Option<&Since<'_>>, foot: f32, rest: &mut Rest) {
    let mut measured = Measured::of(sheet, chart, since, false);
    if measured.height() > sheet.bottom() - sheet.y - foot {
        measured = Measured::of(sheet, chart, since, true);
    }
    let Measured { sections, laid, heads, fixed } = measured;
    // Headings and marks alone do not fit below very long answers: the sections have a page of their own then.
    if sheet.y + fixed.iter().sum::<f32>() + MARK * fixed.len() as f32 > sheet.bottom() - foot {
        sheet.open();
    }
    let room = sheet.bottom() - sheet.y - foot;
    let leasts: Vec<usize> = sections.iter().map(|section| section.least).collect();
    let shown = shares(&laid, &fixed, &leasts, room);
    for (((section, rows), head), shown) in sections.into_iter().zip(laid).zip(heads).zip(shown) {
        let widths = section.table.widths();
        sheet.heading(&section.table.title, &section.table.note);
        if let Some(head) = head.filter(|_| shown > 0) {
            sheet.row(&head, &widths, false);
        }
        for row in rows.iter().take(shown) {
            sheet.row(row, &widths, false);
        }
        if shown < rows.len() {
            let left: usize = rows.iter().skip(shown).map(|row| row.holds).sum();
            rest.marks.push((sheet.pages.len() - 1, sheet.y, left));
            sheet.y += MARK;
            let mut table = section.table;
            table.rows.drain(..shown);
            table.title += sheet.w.say(GOES_ON);
            rest.tables.push(table);
        }
    }
}

/// How many rows of each section are shown: all if they fit; else first the least of each, then more in order of claim.
fn shares(laid: &[Vec<Laid>], fixed: &[f32], leasts: &[usize], room: f32) -> Vec<usize> {
    let height = |shown: &[usize]| -> f32 {
        let section = |(at, rows): (usize, &Vec<Laid>)| {
            let rows_height: f32 = rows.iter().take(shown[at]).map(Laid::height).sum();
            fixed[at] + rows_height + if shown[at] < rows.len() { MARK } else { 0.0 }
        };
        laid.iter().enumerate().map(section).sum()
    };
    let all: Vec<usize> = laid.iter().map(Vec::len).collect();
    if height(&all) <= room {
        return all;
    }
    // The least of each, and less of it where even that is too much.
    let mut shown: Vec<usize> = vec![0; laid.len()];
    for cut in 0..=4_usize {
        shown = all.iter().zip(leasts).map(|(all, least)| (*all).min(least.saturating_sub(cut))).collect();
        if height(&shown) <= room {
            break;
        }
    }
    // First every section up to its least, then what room is left in order of claim.
    let passes = [leasts, all.as_slice()];
    for (at, goal) in passes.iter().flat_map(|goals| goals.iter().enumerate()) {
        while shown[at] < all[at].min(*goal) {
            shown[at] += 1;
            // The last row takes the mark's place, so all may fit where one less did not.
            if height(&shown) > room && !fits_whole(&height, &shown, at, all[at], room) {
                shown[at] -= 1;
                break;
            }
        }
    }
    shown
}

fn fits_whole(height: &dyn Fn(&[usize]) -> f32, shown: &[usize], at: usize, all: usize, room: f32) -> bool {
    let mut whole = shown.to_vec();
    whole[at] = all;
    height(&whole) <= room
}

/// 空白時間 of the kinds that matter at the bedside, and what could not be decoded: the last lines of the page.
fn foot_lines(sheet: &mut Sheet<'_>, chart: &Chart) -> Vec<Vec<Letter>> {
    let w = sheet.w;
    sheet.ink.at(w.say(GAPS));
    let gap = |(kind, label): &(&str, Label)| {
        let gap = chart.gaps.iter().find(|gap| gap.kind == *kind)?;
        let words = match (gap.held, gap.gap_minutes) {
            (Held::NotCopied, _) => w.say(NOT_COPIED).to_owned(),
            (_, Some(minutes)) => w.age(minutes),
            (_, None) => w.say(NOT_RECORDED).to_owned(),
        };
        Some(format!("{} {words}", w.say(*label)).replace(' ', "\u{a0}"))
    };
    let gaps: Vec<String> = GAP_KINDS.iter().filter_map(gap).collect();
    let mut words = vec![format!("{} {} {}", w.say(GAPS), w.say(LAST), gaps.join("  "))];
    if !chart.faults.is_empty() {
        words.push(w.with(FAULTS_LINE, parts::count(w, chart.faults.len())));
    }
    let mut all = Vec::new();
    for words in words {
        let letters = sheet.ink.letters(&words, Weight::Bold);
        all.extend(lines(&letters, FINE, sheet.room()).into_iter().map(<[Letter]>::to_vec));
    }
    all
}
