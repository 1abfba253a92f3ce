//! P12B スキャン送り状: lies on top of a stack and says how many pages come with it, in words and in its code. A stack that is one
//! page short is stopped before anything of it is filed.

use crate::code::Named;
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::words::Words;
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "P12B",
    version: 1,
    class: Class::Reference,
    title: ["スキャン送り状", "Scan batch header"],
    size: Size::Upright,
    note: [
        "この紙を束のいちばん上に置く。枚数が違えば束は止まり、1枚も入らない。別の束に使い回さない。",
        "Lies on top of the stack. If the count differs nothing of the stack is filed. Not used for another stack.",
    ],
    standing: ["束の表紙", "Cover of a stack"],
    bare: false,
};

/// The one page of a header.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, count: u32) -> Result<Made, Error> {
    let who = Who { named: Named::Batch(count), ..Who::default() };
    let mut sheet = Sheet::new(w, head, id, &FORM, who, Stand::default());
    let said = match w.lang {
        chart::Lang::Ja => format!("{count} ページ（この紙を除く。両面は2ページと数える）"),
        chart::Lang::En => format!("{count} pages (without this one; two-sided paper counts twice)"),
    };
    sheet.slots(&[slot("count", ["この束のページ数", "Pages of this stack"], 1.0, What::Large(&said))]);
    sheet.slots(&[
        slot("from", ["部署", "Department"], 1.2, What::Pen),
        slot("who", ["数えた人", "Counted by"], 1.0, What::Pen),
        slot("second", ["もう一人", "Second person"], 1.0, What::Pen),
        slot("at", ["日時", "Date, time"], 1.0, What::Pen),
    ]);
    sheet.say(
        [
            "入れる前に: ホチキス・付箋・シールを外す。向きはどちらでもよい。原稿台に角を合わせ、200 dpi 以上（記録として残すものは 300 dpi カラー）。",
            "Before scanning: take off staples and notes. Any way up. 200 dpi or more (300 dpi colour for what is kept as a record).",
        ],
        Weight::Regular,
    );
    sheet.rows(
        ["この束に入れたもの（書かなくてもよい）", "What is in it (optional)"],
        crate::form::NOTHING,
        &[
            (["帳票", "Sheet"], 3.0),
            (["患者番号（照合番号）", "Patient no. (check)"], 3.0),
            (["枚数", "Pages"], 1.0),
            (["備考", "Remarks"], 3.0),
        ],
        Vec::new(),
        0,
    );
    sheet.finish()
}
