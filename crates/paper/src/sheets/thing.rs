//! P11G 紙ものの票: for a box or whatever is nobody's, to be stuck on it: its number, large and in both codes, where it belongs, and of a
//! box what lies in it, by numbers alone (whoever passes a shelf reads no name). One page, so that printed again it is the same sheet.

use crate::canvas::MM;
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

use super::parts;

pub(crate) static FORM: Form = Form {
    code: "P11G",
    version: 1,
    class: Class::Reference,
    title: ["紙ものの票（箱ラベル）", "Tag of a thing of paper (box label)"],
    size: Size::Upright,
    note: [
        "箱の外側に貼る。コードを「所在」の検索で読むと、この箱と中身が開く。出し入れは画面か所在カードに。捨てない。",
        "Stuck on the outside. Its code, read into the search of Whereabouts, opens it. What goes in or out is said there.",
    ],
    standing: ["中身は印刷した時のもの", "Contents as of printing"],
    bare: false,
};

/// What a tag says.
#[derive(Clone, Debug, Default)]
pub struct ThingTag {
    /// What it is, in words.
    pub what: String,
    /// Where it belongs.
    pub home: String,
    /// 廃棄可能日 as the hospital set it; empty where it has not.
    pub keep_until: String,
    /// What lies in it, in the order registered.
    pub inside: Vec<ThingInside>,
}

/// One thing in a box.
#[derive(Clone, Debug, Default)]
pub struct ThingInside {
    /// Its number.
    pub number: String,
    /// What it is, in words.
    pub what: String,
    /// The patient's number; empty for nobody's.
    pub patient: String,
}

/// Lines of contents on the page; the rest is counted.
const LINES: usize = 22;
const ROW: f32 = 7.5 * MM;

/// The page.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, tag: &ThingTag) -> Result<Made, Error> {
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), Stand::default());
    sheet.slots(&[slot("number", NUMBER, 1.0, What::Large(&id.number))]);
    sheet.slots(&[slot("what", WHAT, 1.0, What::Large(&tag.what))]);
    sheet.slots(&[
        slot("home", HOME, 2.0, What::known(&tag.home)),
        slot("keep", KEEP, 1.0, What::known(&tag.keep_until)),
    ]);
    if !tag.inside.is_empty() {
        let rows = tag.inside.iter().take(LINES).map(|one| row(&mut sheet, one)).collect();
        let title = w.with(INSIDE, parts::count(w, tag.inside.len()));
        let columns = [(NUMBER, 0.28), (WHAT, 0.47), (PATIENT, 0.25)];
        let columns = columns.map(|(head, share)| (w.say(head).to_owned(), sheet.room() * share)).to_vec();
        sheet.table(&Table { title, columns, rows, grid: true, ..Table::default() });
        let left = tag.inside.len().saturating_sub(LINES);
        if left > 0 {
            let words = w.with(MORE, left);
            let (x, y, room) = (sheet.left(), sheet.y, sheet.room());
            sheet.y += sheet.block(&words, x, y, room, BODY, Weight::Bold);
        }
    }
    sheet.finish()
}

fn row(sheet: &mut Sheet<'_>, one: &ThingInside) -> Row {
    let ink = &mut sheet.ink;
    // What is written on a thing is as long as somebody made it; its row is not.
    let what: String = one.what.chars().take(WHAT_LETTERS).collect();
    let cells = vec![
        Cell::default().line(ink, &one.number, BODY, Weight::Regular),
        Cell::body(ink, &what),
        Cell::bold(ink, &one.patient),
    ];
    Row { least: ROW, ..Row::new(cells) }
}

const WHAT_LETTERS: usize = 26;
const NUMBER: Label = ["番号", "Number"];
const WHAT: Label = ["何か", "What"];
const HOME: Label = ["定位置", "Where it belongs"];
const KEEP: Label = ["廃棄可能日（病院が決めた日）", "May be discarded from (set by the hospital)"];
const PATIENT: Label = ["患者番号", "Patient no."];
const INSIDE: Label = ["中身 {}", "Inside: {}"];
const MORE: Label = ["ほか {} 点は画面「所在」で。", "{} more: see Whereabouts."];
