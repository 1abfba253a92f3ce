//! 端末の記録（紙で運ぶ）: what one station wrote, for others, in codes that a scanner types. It is sealed to those it is for: the paper
//! shows nothing. No sheet of the record: it has no number of the ledger and no code of a page.

use crate::canvas::MM;
use crate::code::bundle_code;
use crate::font::Weight;
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::BODY;
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PQ",
    version: 1,
    class: Class::Deliver,
    title: ["端末の記録（紙で運ぶ）", "Entries of a station, on paper"],
    size: Size::Upright,
    note: [
        "宛先の端末だけが開けます。患者の情報はこの紙からは読めません。取り込んだら裁断します。",
        "Only the stations named can open it; nothing of a patient can be read from this paper. Shred it once it was taken in.",
    ],
    standing: ["取り込むまで", "Until it was taken in"],
    // No corner codes: a scanner must not take it for a sheet of the record.
    bare: true,
};

/// A bundle to be carried on paper.
#[derive(Clone, Debug)]
pub struct BundlePrint {
    /// Its name: eight digits.
    pub name: String,
    /// Stations that can open it.
    pub readers: Vec<String>,
    /// What each code says, in order.
    pub parts: Vec<String>,
}

/// Side of a code with its quiet zone: at most 105 modules of half a millimetre.
const SIDE: f32 = 55.0 * MM;
/// Codes in a row, and what stands below each.
const ACROSS: usize = 3;
const BELOW: f32 = 14.0;

/// Twelve codes a page.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, print: &BundlePrint) -> Result<Made, Error> {
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), Stand::default());
    sheet.ink.at(w.say(FORM.title));
    let (left, room) = (sheet.left(), sheet.room());
    let whom = format!("{}: {}　{} {}", w.say(FOR), print.readers.join("・"), w.say(NAME), print.name);
    sheet.y += sheet.block(&whom, left, sheet.y, room, BODY, Weight::Bold) + 2.0;
    sheet.y += sheet.block(w.say(HOW), left, sheet.y, room, BODY, Weight::Regular) + 4.0;
    let step = room / ACROSS as f32;
    for (row, parts) in print.parts.chunks(ACROSS).enumerate() {
        sheet.need(SIDE + BELOW);
        let top = sheet.y;
        for (at, part) in parts.iter().enumerate() {
            let x = left + at as f32 * step;
            let code =
                bundle_code(part, x, top, SIDE).ok_or_else(|| Error::BadNumber { number: print.name.clone() })?;
            sheet.page().ops.push(code);
            let number = format!("{} / {}", row * ACROSS + at + 1, print.parts.len());
            sheet.put(&number, x + 6.0, top + SIDE, BODY, Weight::Bold);
        }
        sheet.y = top + SIDE + BELOW;
    }
    sheet.finish()
}

const FOR: Label = ["宛先", "For"];
const NAME: Label = ["記録の束", "bundle"];
const HOW: Label = [
    "相手の端末で andon log import - と打ち、二次元コードをバーコードリーダーで一つずつ読む（順番は問わない。二度読んでもよい）。足りない番号は画面に出る。すべて読むと取り込まれる。",
    "At the other station type: andon log import -  and read the codes with a scanner, in any order, twice does no harm. Numbers still missing are shown; when all are read it is taken in.",
];
