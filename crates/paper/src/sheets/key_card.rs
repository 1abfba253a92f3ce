//! 鍵のカード: one of the cards an officers' key was split into. It is no sheet of the record: it has no number of the ledger and no
//! code of ours, and what it says in digits and in its own code is part of a secret.

use crate::canvas::{Area, MM};
use crate::code::long_code;
use crate::font::{Weight, width};
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::BODY;
use crate::words::{Label, Words, joined};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PZ",
    version: 1,
    class: Class::Deliver,
    title: ["鍵のカード", "Key card"],
    size: Size::Upright,
    note: [
        "写真に撮らない。コピーしない。電子カルテ端末・院内LANのPCに打ち込まない。なくしたら、すぐ情報担当に知らせる（鍵の更新をする）。",
        "No photographs, no copies. Never typed into an EMR terminal or a PC of the hospital network. Lost: tell IT at once; the key is rotated.",
    ],
    standing: ["鍵保管者が封をして保管", "Kept sealed by its holder"],
    // No corner codes: a scanner must not take it for a sheet of the record.
    bare: true,
};

/// What the card says.
#[derive(Clone)]
pub struct KeyCard {
    /// The key's short number.
    pub key: String,
    /// Number of the card, from 1.
    pub number: u8,
    /// How many cards there are.
    pub total: u8,
    /// How many open the key.
    pub threshold: u8,
    /// Who holds it.
    pub holder: String,
    /// Its rows: groups of digits with blanks between.
    pub rows: Vec<String>,
    /// What its code says.
    pub code: String,
}

/// Size of a digit: read without glasses, typed with one finger on the paper.
const DIGIT: f32 = 20.0;
const ROW: f32 = 28.0;
/// Side of the code with its quiet zone: 53 modules of 0.75 mm.
const CODE_SIDE: f32 = 40.0 * MM;

/// The page of one card.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, card: &KeyCard) -> Result<Made, Error> {
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), Stand::default());
    sheet.ink.at(w.say(FORM.title));
    named(&mut sheet, w, card);
    let left = sheet.left();
    for (label, words) in [(OPENS, OPENS_WHAT), (KEEP, KEEP_WHERE)] {
        let y = sheet.y;
        let wide = sheet.put(w.say(label), left, y, BODY, Weight::Bold) + 8.0;
        let room = sheet.room() - wide;
        let said = w.say(words).replace("{k}", &card.threshold.to_string());
        sheet.y += sheet.block(&said, left + wide, y, room, BODY, Weight::Regular) + 3.0;
    }
    rows(&mut sheet, w, card)?;
    for (at, step) in STEPS.iter().enumerate() {
        let (y, room) = (sheet.y, sheet.room() - 20.0);
        sheet.put(&format!("{}.", at + 1), left, y, BODY, Weight::Bold);
        sheet.y += sheet.block(w.say(*step), left + 20.0, y, room, BODY, Weight::Regular) + 2.0;
    }
    signed(&mut sheet, w);
    sheet.finish()
}

/// Which card of which key, large, and the line for its holder.
fn named(sheet: &mut Sheet<'_>, w: &Words, card: &KeyCard) {
    let (left, room, top) = (sheet.left(), sheet.room(), sheet.y + 2.0);
    let number = format!("{} {} / {}", w.say(CARD), card.number, card.total);
    sheet.put(&number, left + 6.0, top + 5.0, 24.0, Weight::Bold);
    sheet.put_right(&format!("{} {}", w.say(KEY), card.key), left + room - 6.0, top + 5.0, 15.0, Weight::Bold);
    let few = w.with(THRESHOLD, card.threshold);
    sheet.put_right(&few, left + room - 6.0, top + 24.0, BODY, Weight::Regular);
    let y = top + 42.0;
    let wide = sheet.put(w.say(HOLDER), left + 6.0, y + 4.0, BODY, Weight::Bold) + 10.0;
    let inner = room - wide - 6.0;
    let letters = sheet.ink.letters(&card.holder, Weight::Bold);
    let size = if width(&letters, 16.0) <= inner { 16.0 } else { BODY };
    let y = y + sheet.block_of(&letters, left + wide, y, inner, size).max(22.0);
    sheet.page().line((left + wide - 2.0, y), (left + room - 6.0, y), 0.6);
    let area = Area::new(left, top, room, y + 6.0 - top);
    sheet.page().frame(area, 2.0);
    sheet.y = area.bottom() + 6.0;
}

/// The digits, with the code beside them.
fn rows(sheet: &mut Sheet<'_>, w: &Words, card: &KeyCard) -> Result<(), Error> {
    sheet.heading(w.say(DIGITS), w.say(DIGITS_HOW));
    let (left, room, top) = (sheet.left(), sheet.room(), sheet.y + 3.0);
    for (at, row) in card.rows.iter().enumerate() {
        let y = top + at as f32 * ROW;
        sheet.put_right(&format!("{})", at + 1), left + 26.0, y + 8.0, BODY, Weight::Regular);
        for (group, digits) in row.split(' ').enumerate() {
            sheet.put(digits, left + 40.0 + group as f32 * 84.0, y, DIGIT, Weight::Bold);
        }
        if at % 3 == 2 {
            sheet.page().line((left + 8.0, y + ROW - 4.0), (left + 290.0, y + ROW - 4.0), 0.4);
        }
    }
    let high = card.rows.len() as f32 * ROW;
    let code = long_code(&card.code, left + room - CODE_SIDE, top, CODE_SIDE);
    sheet.page().ops.push(code.ok_or_else(|| Error::BadNumber { number: card.key.clone() })?);
    let beside = left + 310.0;
    let y = top + CODE_SIDE + 4.0;
    sheet.block(w.say(CODE_HOW), beside, y, left + room - beside, BODY, Weight::Regular);
    sheet.y = top + high + 4.0;
    Ok(())
}

/// Who received it, who was there.
fn signed(sheet: &mut Sheet<'_>, w: &Words) {
    let third = sheet.room() / 3.0;
    let (top, high) = (sheet.y + 4.0, 18.0 * MM);
    for (at, label) in [RECEIVED, WITNESS, SEALED].into_iter().enumerate() {
        let x = sheet.left() + at as f32 * third;
        sheet.page().frame(Area::new(x, top, third, high), 0.8);
        sheet.put(w.say(label), x + 4.0, top + 3.0, BODY, Weight::Bold);
        sheet.put(&joined([w.say(NAME), w.say(DATE)]), x + 4.0, top + high - 12.0, BODY, Weight::Regular);
    }
    sheet.y = top + high;
}

const CARD: Label = ["カード", "Card"];
const KEY: Label = ["鍵", "Key"];
const THRESHOLD: Label = ["{} 枚そろうと開く", "{} cards open it"];
const HOLDER: Label = ["鍵保管者（氏名）", "Held by (name)"];
const OPENS: Label = ["開くもの", "Opens"];
const OPENS_WHAT: Label = [
    "この病院の保管庫の保管単位と、この端末のホーム。{k} 枚そろえば、患者の記録がすべて読める。",
    "the segments of this hospital's vault, and this station's home. With {k} cards together every patient's record can be read.",
];
const KEEP: Label = ["保管場所", "Keep"];
const KEEP_WHERE: Label = [
    "封筒に入れて封をし、割印をして、鍵のかかる場所に一枚だけ。ほかのカードと同じ部屋に置かない。",
    "in a sealed, signed envelope, locked away, alone: never in one room with another card.",
];
const DIGITS: Label = ["この数字", "Digits"];
const DIGITS_HOW: Label = [
    "一行 12 桁を上から順に打つ（空白はなくてよい・全角でもよい）。打ち間違いはその行で分かる。",
    "Type each row of twelve from the top, with or without blanks. A slip is found in its row.",
];
const CODE_HOW: Label = [
    "二次元コードは数字と同じもの。バーコードリーダーで読むと、11行を一度に打ったことになる。",
    "The code says the same digits: a scanner types all eleven rows at once.",
];
const STEPS: [Label; 3] = [
    [
        "受け取ったら、その場で画面の指示どおりにこの数字を打ち込む（鍵の作成・分割は、全員が打ち終えるまで終わらない）。",
        "On receipt type these digits as the screen asks: making the key ends only when every card was typed.",
    ],
    [
        "半年に一度、復元訓練（andon keys drill）で打ち込み、開くことを確かめて封をし直す。",
        "Twice a year it is typed in a drill (andon keys drill), and sealed again.",
    ],
    [
        "異動・退職のときは、情報担当に返して鍵を更新する（andon keys rotate）。新しい鍵になっても、古い保管単位はこのカードでしか開かないので捨てない。",
        "On leaving, hand it back to IT and the key is rotated (andon keys rotate). Old segments open with this card alone even then: do not throw it away.",
    ],
];
const RECEIVED: Label = ["受け取った人", "Received by"];
const WITNESS: Label = ["立ち会った人", "In the presence of"];
const SEALED: Label = ["封をした日", "Sealed on"];
const NAME: Label = ["氏名", "name"];
const DATE: Label = ["日付", "date"];
