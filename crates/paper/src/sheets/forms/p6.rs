//! P6 外来受診票: what an outpatient carries from station to station (患者持ち歩き, users.md 21). Number, name, where next, when; no
//! diagnosis, infection or result, since everybody in the waiting room sees it. What staff carry goes in a closed holder.

use super::{Copied, VisitTicket, labelled};
use crate::canvas::{Area, MM};
use crate::code::symbol_of;
use crate::font::Weight;
use crate::form::{Column, NOTHING, What, slot};
use crate::marks::MarkKind;
use crate::sheet::{Form, Sheet};
use crate::table::{BODY, LEADING, PAD};
use crate::words::Label;

pub(crate) static VISIT: Form = Form {
    standing: ["お帰りまでお持ちください。会計でお返しください", "Keep it until you leave; hand it in at the desk"],
    note: [
        "職員へ：会計で受け取り、スキャン箱へ。人に見えるので、病状にかかわることは書かない。",
        "Staff: taken back at the desk, into the scan box. Others see it: write nothing about the illness.",
    ],
    ..labelled("P6", ["外来受診票", "Visit card"])
};

const CLOCK: What<'_> = What::Digits(&[(2, [":", ":"]), (2, ["", ""])]);
const STATIONS: [Column<'_>; 4] = [
    ("where", ["場所（終わったら✓）", "Where (tick when done)"], 2.4, What::Step("")),
    ("in", ["来た時刻", "Arrived"], 1.5, CLOCK),
    ("out", ["終わった時刻", "Done"], 1.5, CLOCK),
    ("next", ["次に行く所・担当", "Where next, by whom"], 2.0, What::Pen),
];
const PLACES: [(&str, Label); 11] = [
    ("reception", ["受付", "Reception"]),
    ("triage", ["看護師の問診", "Nurse"]),
    ("doctor1", ["診察（　　　　科）", "Doctor (            )"]),
    ("lab", ["採血・採尿", "Blood, urine"]),
    ("image", ["画像・生理検査", "Images, tests"]),
    ("doctor2", ["診察 2回目（　　　　科）", "Doctor, again (            )"]),
    ("other", ["ほかの科（　　　　）", "Other clinic (            )"]),
    ("treatment", ["処置・点滴・リハビリ", "Treatment"]),
    ("booking", ["説明・次回予約", "Next visit"]),
    ("pharmacy", ["薬・処方箋", "Medicine, prescription"]),
    ("account", ["会計", "Account"]),
];

/// Draws it.
pub(crate) fn visit(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    ticket(sheet, copied.ticket);
    sheet.each(NOTHING, NOTHING, &STATIONS, &PLACES);
    sheet.slots(&[
        slot(
            "wait",
            ["次は", "Waiting for"],
            2.0,
            What::Ticks(&[
                ("results", ["検査結果待ち", "results"]),
                ("clinic", ["他科あり", "another clinic"]),
                ("family", ["ご家族待ち", "family"]),
                ("transport", ["お迎え待ち", "transport"]),
            ]),
        ),
        slot("end", ["お帰りの時刻", "Left at"], 0.9, CLOCK),
    ]);
    sheet.y += 2.0;
    sheet.say(HELP, Weight::Bold);
    strip(sheet, copied);
}

/// The number that is called: large, as it was given, else boxes for one letter of the clinic and three digits; beside it the day and whom to
/// see.
fn ticket(sheet: &mut Sheet<'_>, given: Option<&VisitTicket>) {
    let (left, room, top) = (sheet.left(), sheet.room(), sheet.y);
    let (wide, high) = (104.0 * MM, 30.0 * MM);
    sheet.page().frame(Area::new(left, top, wide, high), 1.6);
    sheet.put(sheet.w.say(TICKET), left + PAD, top + 2.0, BODY, Weight::Regular);
    let (x, beside) = (left + wide, room - wide);
    sheet.page().frame(Area::new(x, top, beside, high / 2.0), 0.6);
    sheet.put(sheet.w.say(DAY), x + PAD, top + 1.5, BODY, Weight::Regular);
    sheet.page().frame(Area::new(x, top + high / 2.0, beside, high / 2.0), 0.6);
    sheet.put(sheet.w.say(CLINIC), x + PAD, top + high / 2.0 + 1.5, BODY, Weight::Regular);
    match given {
        Some(given) => {
            let size = if given.number.chars().count() > SHORT { LONG_TICKET } else { LARGE_TICKET };
            sheet.put(&given.number, left + 8.0 * MM, top + 9.0 * MM, size, Weight::Bold);
            sheet.put(&given.day, x + PAD, top + 13.5, TOLD, Weight::Bold);
            sheet.block(&given.departments, x + PAD, top + high / 2.0 + 13.5, beside - 2.0 * PAD, BODY, Weight::Bold);
        }
        None => {
            ticket_boxes(sheet, left, top);
            DAY[0].clone_into(&mut sheet.asks);
            sheet.digits("date", &[(2, ["月", "/"]), (2, ["日", ""])], (x + PAD, top + 13.5), beside - 2.0 * PAD);
        }
    }
    sheet.y = top + high + 3.0;
}

/// Boxes for a ticket that is written by hand.
fn ticket_boxes(sheet: &mut Sheet<'_>, left: f32, top: f32) {
    let side = (20.0 * MM, 22.0 * MM);
    for at in 0..4u8 {
        let gap = if at == 0 { 0.0 } else { 4.0 * MM };
        let x = left + 6.0 * MM + gap + f32::from(at) * (side.0 + 2.0 * MM);
        let name = if at == 0 { "ticket.clinic".to_owned() } else { format!("ticket.{at}") };
        TICKET[0].clone_into(&mut sheet.asks);
        sheet.mark(MarkKind::Digit, name, "", Area::new(x, top + 6.0 * MM, side.0, side.1));
    }
}

/// Labels to cut out or a place for the strip, as high as the page still has room for.
fn strip(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let (left, room) = (sheet.left(), sheet.room());
    let high = 24.0 * MM;
    // A blank card has a place for the label at its head: a place for more labels is no reason for a page.
    if sheet.number().is_empty() && sheet.y + high + BODY + 6.0 > sheet.bottom() {
        return;
    }
    sheet.need(high + BODY + 6.0);
    sheet.put(sheet.w.say(STRIP), left, sheet.y + 2.0, BODY, Weight::Regular);
    let top = sheet.y + BODY + 5.0;
    let rows = ((sheet.bottom() - top) / high).floor().clamp(1.0, 3.0) as usize;
    let wide = room / 3.0;
    for at in 0..rows * 3 {
        let (x, y) = (left + (at % 3) as f32 * wide, top + (at / 3) as f32 * high);
        sheet.page().frame(Area::new(x, y, wide, high), 0.3);
        label(sheet, copied, (x + PAD, y + 3.0), wide - 2.0 * PAD, high - 6.0);
    }
    sheet.y = top + rows as f32 * high;
}

/// One of them: the code of L1 at the right, and number, 照合番号, birth date, name and, where it fits, kana. A name longer than the label
/// ends in `…`.
fn label(sheet: &mut Sheet<'_>, copied: &Copied<'_>, (x, top): (f32, f32), room: f32, high: f32) {
    let number = sheet.number();
    if number.is_empty() {
        return;
    }
    let (code, side) = symbol_of(&sheet.label_code(), CODE).unzip();
    let side = side.unwrap_or_default();
    sheet.page().ops.extend(code.map(|code| code.moved(x + room - side, top + high - side)));
    let room = room - side - 2.0;
    let check = chart::check_digit::confirmation(&number);
    let check = check.map_or_else(String::new, |check| format!("{} {check}", sheet.w.say(CHECK)));
    let mut y = top;
    y += sheet.block(&number, x, y, room, BODY, Weight::Bold);
    y += sheet.block(&check, x, y, room, BODY, Weight::Bold);
    let Some(chart) = copied.chart else {
        // A 仮患者: the name is written by hand.
        sheet.put(sheet.w.say(BY_HAND), x, y, BODY, Weight::Regular);
        return;
    };
    let patient = &chart.patient;
    // In one calendar, so that the reading has a line too.
    let birth = patient.birth_date.map_or_else(|| sheet.w.birth(None), |birth| birth.to_string());
    y += sheet.block(&birth, x, y, room, BODY, Weight::Regular);
    let left = top + high - y;
    let name = if sheet.text_height(&patient.name, room, BODY, Weight::Bold) <= left {
        patient.name.clone()
    } else {
        let lines = (left / (BODY * LEADING)).max(1.0) as usize;
        patient.name.chars().take(((room / BODY) as usize * lines).saturating_sub(1)).chain(['…']).collect()
    };
    y += sheet.block(&name, x, y, room, BODY, Weight::Bold);
    if y + sheet.text_height(&patient.kana, room, BODY, Weight::Regular) <= top + high {
        sheet.block(&patient.kana, x, y, room, BODY, Weight::Regular);
    }
}

/// Side of a label's code without its white, as on L1 at least.
const CODE: f32 = 12.05 * MM;
const CHECK: Label = ["照合", "check"];
const BY_HAND: Label = ["氏名", "Name"];
/// Signs of a ticket that stand large, and sizes of those and of longer ones; of the day beside it.
const SHORT: usize = 6;
const LARGE_TICKET: f32 = 46.0;
const LONG_TICKET: f32 = 26.0;
const TOLD: f32 = 15.0;
const DAY: Label = ["受診日", "Date"];
const CLINIC: Label = ["受診する科・医師", "Clinic, doctor"];
const TICKET: Label = ["受付番号（この番号でお呼びします）", "Your number (it is what we call)"];
const HELP: Label = [
    "胸の痛み・息苦しさ・手足が動かない・強い頭痛・妊娠中の腹痛や出血・お子さまのけいれんは、待たずに職員へお知らせください。",
    "Chest pain, short breath, weakness, bad headache, pain or bleeding in pregnancy, a child's fit: tell us at once.",
];
const STRIP: Label = [
    "ラベル（切り取るか、患者ラベルを貼って、伝票に使う。検体には検体ラベル L2）",
    "Labels for slips: cut out, or keep the strip here. Specimens take tube labels (L2).",
];
