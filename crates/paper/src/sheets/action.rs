//! アクションカード of headquarters as printed: two to a page, one above the other, to be cut apart; each line with a box and room for its
//! time, what was done already with when and who.

use crate::canvas::{Area, MM};
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P3D",
    version: 1,
    class: Class::Reference,
    title: ["アクションカード（印刷）", "Action cards, printed"],
    size: Size::Upright,
    note: [
        "上から順に行い、□に✓と時刻を書く。終えたら報告し、あとで画面に記録する。",
        "From the top: tick each with its time. Report when done, and enter it on the screen later.",
    ],
    standing: ["参照用（次の印刷で古くなる）", "For reference (the next print takes its place)"],
    bare: false,
};

/// Cards as they are printed.
#[derive(Clone, Debug, Default)]
pub struct ActionPrint {
    /// The incident, level and policy, as every page says them; empty for none.
    pub incident: String,
    /// The cards.
    pub cards: Vec<ActionCard>,
}

/// One card, all in words.
#[derive(Clone, Debug, Default)]
pub struct ActionCard {
    /// Its number.
    pub number: String,
    /// Whose it is and when.
    pub title: String,
    /// 担当, when it is used, 部門: a line.
    pub note: String,
    /// What stands above the steps, each with its name: what is not to be done, which is read too late below them.
    pub before: Vec<(String, String)>,
    /// What is to be done, each with when and by whom it was done; empty for not yet.
    pub steps: Vec<(String, String)>,
    /// Calls, report, sheets, when it ends: each with its name.
    pub fields: Vec<(String, String)>,
}

/// A line that a time can be written on.
const STEP: f32 = 9.0 * MM;
const WIDTHS: [f32; 2] = [22.0, 118.0];
/// White below the line along which two cards are cut apart.
const CUT: f32 = 6.0;

/// The pages.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, print: &ActionPrint) -> Result<Made, Error> {
    let stand = Stand { words: print.incident.clone(), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    if print.cards.is_empty() {
        sheet.heading(w.say(FORM.title), w.say(NONE));
    }
    let half = sheet.y + (sheet.bottom() - sheet.y) / 2.0;
    let mut on_page = 0;
    for card in &print.cards {
        let table = table(&mut sheet, card);
        let fits = sheet.y <= half && half + CUT + height(&mut sheet, &table) <= sheet.bottom();
        match on_page {
            0 => {}
            1 if fits => cut(&mut sheet, half),
            _ => {
                sheet.open();
                on_page = 0;
            }
        }
        sheet.table(&table);
        on_page += 1;
    }
    sheet.finish()
}

fn height(sheet: &mut Sheet<'_>, table: &Table) -> f32 {
    let heads = table.heads(&mut sheet.ink).map_or(0.0, |heads| heads.height());
    let rows: f32 = table.laid(&mut sheet.ink).iter().map(|row| row.height()).sum();
    sheet.heading_height(&table.title, &table.note) + heads + rows
}

/// Where the scissors go.
fn cut(sheet: &mut Sheet<'_>, at: f32) {
    let (left, room) = (sheet.left(), sheet.room());
    let dash = 6.0;
    for piece in 0..(room / dash / 2.0) as usize {
        let x = left + piece as f32 * dash * 2.0;
        sheet.page().fill(Area::new(x, at, dash, 0.5), 120);
    }
    sheet.y = at + CUT;
}

fn table(sheet: &mut Sheet<'_>, card: &ActionCard) -> Table {
    let w = sheet.w;
    let [tick, time] = WIDTHS;
    let rest = sheet.room() - tick - time;
    let heads = [(TICK, tick), (WHAT, rest), (TIME, time)];
    let ink = &mut sheet.ink;
    let mut said = |(field, value): &(String, String)| {
        let what = Cell::default().line(ink, &format!("{field}：{value}"), BODY, Weight::Bold);
        Row::new(vec![Cell::default(), what, Cell::default()])
    };
    let mut rows: Vec<Row> = card.before.iter().map(&mut said).collect();
    let below: Vec<Row> = card.fields.iter().map(said).collect();
    for (step, done) in &card.steps {
        let mark = if done.is_empty() { "□" } else { "✓" };
        let cells = vec![
            Cell::default().line(ink, mark, 14.0, Weight::Regular),
            Cell::default().line(ink, step, BODY, Weight::Regular),
            Cell::default().line(ink, done, BODY, Weight::Regular),
        ];
        rows.push(Row { least: STEP, ..Row::new(cells) });
    }
    rows.extend(below);
    Table {
        title: format!("{}　{}", card.title, card.number),
        note: card.note.clone(),
        columns: heads.into_iter().map(|(head, width)| (w.say(head).to_owned(), width)).collect(),
        rows,
        grid: true,
        ..Table::default()
    }
}

const TICK: Label = ["✓", "✓"];
const WHAT: Label = ["すること", "What to do"];
const TIME: Label = ["時刻・だれが", "When, who"];
const NONE: Label = ["ありません。", "None."];
