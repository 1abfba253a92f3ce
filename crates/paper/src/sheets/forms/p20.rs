//! P20 状況票: one page that says what is down, since when, what to do instead and when the next word comes. Nobody's; the newest one
//! hangs where people look, and the one taken down comes back.

use super::dated::{MDHM, lined_until};
use super::{Copied, TO_RETURN};
use crate::canvas::MM;
use crate::font::Weight;
use crate::form::{Column, NOTHING, What, slot};
use crate::sheet::{Class, Form, Sheet, Size};
use crate::words::Label;

pub(crate) static STATUS: Form = Form {
    code: "P20",
    version: 3,
    class: Class::Return,
    title: ["状況票", "Status sheet"],
    size: Size::Upright,
    note: [
        "患者の名前・番号を書かない。次の票が出たら外して本部へ返す。古い票を残さない。",
        "No patient's name or number here. When the next one comes, take this one down and return it to headquarters.",
    ],
    standing: TO_RETURN,
    bare: false,
};

/// P20.
pub(crate) fn status(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot("no", ["第 何 報", "Report no."], 0.7, What::Digits(&[(2, ["報", ""])])),
        slot("as_of", ["いつ現在", "As of"], 1.6, What::Digits(&MDHM)),
        slot("place", ["掲示・配布先", "Hung or handed out at"], 1.2, What::Pen),
    ]);
    sheet.slots(&[slot(
        "kind",
        ["種別（確定していなければ書かない）", "Kind (leave open until decided)"],
        1.0,
        What::Ticks(&[
            ("fault", ["障害", "fault"]),
            ("attack", ["サイバー攻撃の疑い", "suspected attack"]),
            ("planned", ["計画停止", "planned stop"]),
            ("drill", ["訓練", "drill"]),
        ]),
    )]);
    let columns: [Column<'_>; 5] = [
        ("what", ["対象", "What"], 2.1, What::Pen),
        ("state", ["状態", "State"], 2.5, What::Ticks(STATES)),
        ("since", ["いつから", "Since"], 1.1, What::Pen),
        ("instead", ["代わりの方法", "What to do instead"], 3.0, What::Pen),
        ("expected", ["見込み", "Expected"], 1.1, What::Pen),
    ];
    sheet.each(["使えるもの・使えないもの", "What works and what does not"], NOTHING, &columns, SYSTEMS);
    sheet.slots(&[
        slot("care", ["診療（受けているものに✓）", "Care (tick what is taken)"], 2.2, What::Ticks(CARE)),
        slot("limits", ["制限の内容", "Limits"], 1.4, What::Pen),
    ]);
    sheet.say(RULES, Weight::Bold);
    lined_until(sheet, ["知らせ・してほしいこと", "News and requests"], 14.0 * MM + 1.0);
    sheet.slots_of(
        &[
            slot("next", ["次の連絡（予定）", "Next word at"], 1.7, What::Digits(&MDHM)),
            slot("ask", ["問合せ先（内線・場所）", "Whom to ask"], 1.2, What::Pen),
            slot("by", ["出した者 署名・時刻", "Issued by, at"], 1.2, What::Pen),
        ],
        14.0 * MM,
    );
}

/// The words of P2A and P2B.
const STATES: &[(&str, Label)] = &[("open", ["可", "up"]), ("limited", ["制限", "partly"]), ("shut", ["停止", "down"])];
const SYSTEMS: &[(&str, Label)] = &[
    ("emr", ["電子カルテ・指示", "Record, orders"]),
    ("lab", ["検査", "Laboratory"]),
    ("image", ["画像", "Imaging"]),
    ("drug", ["薬剤・調剤", "Pharmacy"]),
    ("bill", ["会計・資格確認", "Billing, insurance"]),
    ("meal", ["給食", "Meals"]),
    ("net", ["ネットワーク・メール", "Network, mail"]),
    ("phone", ["電話・FAX・放送", "Phone, fax, speakers"]),
    ("downtime", ["停止時カルテ・印刷", "Downtime chart, print"]),
    ("other1", NOTHING),
    ("other2", NOTHING),
    ("other3", NOTHING),
];
const CARE: &[(&str, Label)] = &[
    ("emergency", ["救急", "emergency"]),
    ("first", ["初診", "new patients"]),
    ("out", ["再診・予約", "appointments"]),
    ("operation", ["手術", "operations"]),
    ("admission", ["入院", "admissions"]),
    ("all", ["通常", "as usual"]),
];
const RULES: Label = [
    "電子カルテ端末の電源を切らない・再起動しない。私物の機器・USBをつながない。",
    "Do not switch off or restart record terminals. Connect no private device or stick.",
];
