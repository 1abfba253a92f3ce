//! PN 関門のお知らせ: what the gate on a feed says, on paper, once when it speaks and once when a person has decided: of which source, since
//! when, what was seen, what may be relied on, what to do, who decides, and lines to write telephone numbers on. Nothing of any patient.

use chart::Moment;

use crate::canvas::Area;
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PN",
    version: 1,
    class: Class::Reference,
    title: ["関門のお知らせ（連携元の異常と保留）", "A source has gone bad: notice"],
    size: Size::Upright,
    note: [
        "本部・当直・病棟の目につく所に掲示する。次のお知らせか解除のお知らせが出たら抜いて裁断する。患者の情報は入っていない。",
        "Put it up where headquarters, duty and wards see it. Take it down and shred it when the next notice, or that of the release, comes. It holds no patient data.",
    ],
    standing: ["掲示・次のお知らせまで", "To be put up, until the next notice"],
    bare: false,
};

const HEADLINE: f32 = 15.0;
const STEP: f32 = 11.5;

/// How a source stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateState {
    /// What came later than a moment is held back.
    Held,
    /// Something should have come and did not; nothing is held back.
    Missing,
    /// A person released all of it.
    Released,
    /// What was missing comes again.
    Ended,
}

/// One thing that was seen.
#[derive(Clone, Debug)]
pub struct GateSeen {
    /// When it was noticed.
    pub at: Moment,
    /// What, in words.
    pub what: String,
    /// How many, and from how many on it is an alarm, in figures; empty where nothing was counted.
    pub count: String,
}

/// What a notice says.
#[derive(Clone, Debug)]
pub struct GateNotice {
    /// The source's name.
    pub source: String,
    /// How it stands.
    pub state: GateState,
    /// When the first suspect entry came, or since when something is missing.
    pub since: Moment,
    /// Entries held back.
    pub held: u64,
    /// Why, oldest first.
    pub seen: Vec<GateSeen>,
    /// By when a person should decide; `None` where nothing is open.
    pub due: Option<Moment>,
    /// What a person decided last: when, who, what and why in words.
    pub decided: Option<(Moment, String, String)>,
}

/// The page.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, notice: &GateNotice) -> Result<Made, Error> {
    let stand = Stand { words: format!("{} {}", w.say(SOURCE), notice.source), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    sheet.ink.at(w.say(FORM.title));
    headline(&mut sheet, w, notice);
    seen(&mut sheet, w, notice);
    let (trust, steps) = match notice.state {
        GateState::Held => (&HELD_TRUST[..], &HELD_STEPS[..]),
        GateState::Missing => (&MISSING_TRUST[..], &MISSING_STEPS[..]),
        GateState::Released | GateState::Ended => (&OVER_TRUST[..], &OVER_STEPS[..]),
    };
    rows(&mut sheet, w, TRUST, trust);
    doing(&mut sheet, w, steps);
    decides(&mut sheet, w, notice);
    sheet.heading(w.say(PHONES), w.say(PHONES_NOTE));
    for pair in PHONE.chunks(2) {
        let slots: Vec<_> = pair.iter().map(|label| slot("", *label, 1.0, What::Pen)).collect();
        sheet.slots(&slots);
    }
    sheet.signs(&[TOOK, TOLD, DOWN]);
    sheet.finish()
}

/// One sentence that is read from across the room.
fn headline(sheet: &mut Sheet<'_>, w: &Words, notice: &GateNotice) {
    let label = match notice.state {
        GateState::Held => HELD,
        GateState::Missing => MISSING,
        GateState::Released => RELEASED,
        GateState::Ended => ENDED,
    };
    let since = notice.since.to_string();
    let words = w.say(label).replacen("{}", &notice.source, 1).replacen("{}", &since, 1);
    let (left, room, top) = (sheet.left(), sheet.room(), sheet.y + 2.0);
    let mut high = sheet.block(&words, left + 7.0, top + 5.0, room - 14.0, HEADLINE, Weight::Bold);
    if notice.held > 0 {
        let count = w.with(COUNT, notice.held);
        high += sheet.block(&count, left + 7.0, top + 6.0 + high, room - 14.0, STEP, Weight::Regular) + 1.0;
    }
    sheet.page().frame(Area::new(left, top, room, high + 10.0), 2.5);
    sheet.y = top + high + 15.0;
}

/// What was noticed, when, and how many.
fn seen(sheet: &mut Sheet<'_>, w: &Words, notice: &GateNotice) {
    let wide = sheet.room();
    let columns = [(NOTICED, 0.22), (WHAT, 0.5), (COUNTED, 0.28)];
    let columns = columns.map(|(label, part)| (w.say(label).to_owned(), wide * part)).to_vec();
    let ink = &mut sheet.ink;
    let row = |one: &GateSeen| {
        let at = Cell::body(ink, &one.at.to_string());
        Row::new(vec![at, Cell::bold(ink, &one.what), Cell::body(ink, &one.count)])
    };
    let rows = notice.seen.iter().map(row).collect();
    sheet.table(&Table { title: w.say(SEEN).to_owned(), columns, rows, grid: true, ..Table::default() });
}

/// Pairs of a short word and what it means.
fn rows(sheet: &mut Sheet<'_>, w: &Words, title: Label, pairs: &[[Label; 2]]) {
    let wide = sheet.room();
    let columns = vec![(String::new(), wide * 0.2), (String::new(), wide * 0.8)];
    let ink = &mut sheet.ink;
    let row = |[short, long]: &[Label; 2]| {
        Row::new(vec![Cell::bold(ink, w.say(*short)), Cell::default().line(ink, w.say(*long), BODY, Weight::Regular)])
    };
    let rows = pairs.iter().map(row).collect();
    sheet.table(&Table { title: w.say(title).to_owned(), columns, rows, grid: true, ..Table::default() });
}

fn doing(sheet: &mut Sheet<'_>, w: &Words, steps: &[Label]) {
    sheet.need(60.0);
    sheet.heading(w.say(DO), "");
    let left = sheet.left();
    for (at, step) in steps.iter().enumerate() {
        let (y, room) = (sheet.y + 1.0, sheet.room());
        sheet.put(&format!("{}.", at + 1), left, y, STEP, Weight::Bold);
        sheet.y = y + sheet.block(w.say(*step), left + 18.0, y, room - 18.0, STEP, Weight::Regular) + 1.5;
    }
    sheet.y += 2.0;
}

/// Who may decide, by when, and what was decided.
fn decides(sheet: &mut Sheet<'_>, w: &Words, notice: &GateNotice) {
    let mut lines = Vec::new();
    if let Some(due) = notice.due {
        lines.push(format!("{}  {}", w.say(WHO), w.with(DUE, due)));
    }
    if let Some((at, by, words)) = &notice.decided {
        lines.push(format!("{} {at}  {by}  {words}", w.say(DECIDED)));
    }
    if lines.is_empty() {
        return;
    }
    sheet.need(50.0);
    sheet.heading(w.say(DECIDE), "");
    for line in lines {
        let (left, room, y) = (sheet.left(), sheet.room(), sheet.y);
        sheet.y = y + sheet.block(&line, left, y, room, STEP, Weight::Regular) + 2.0;
    }
    if notice.due.is_some() {
        let (left, room, y) = (sheet.left(), sheet.room(), sheet.y);
        sheet.y = y + sheet.block(w.say(HOW), left, y, room, BODY, Weight::Regular) + 3.0;
    }
}

const SOURCE: Label = ["連携元", "Source"];
const HELD: Label = [
    "⚠ {}：{} より後に届いた記録は、カルテ・一覧・紙に入れていません（保留）。",
    "⚠ {}: what came after {} is held back: it is in no chart, list or sheet.",
];
const MISSING: Label = [
    "⚠ {}：{} から、届くはずの記録が届いていません。カルテが古いおそれがあります。",
    "⚠ {}: since {} what should come has not come. Charts may be old.",
];
const RELEASED: Label = [
    "○ {}：保留を解除しました（{} より後の記録もカルテに入りました）。",
    "○ {}: released. What came after {} is in the charts now.",
];
const ENDED: Label =
    ["○ {}：届くようになりました（{} から届いていなかった）。", "○ {}: it comes again (missing since {})."];
const COUNT: Label = ["保留している記録 {} 件（この紙を出した時）", "Entries held back when this was printed: {}"];
const SEEN: Label = ["何が見えたか", "What was seen"];
const NOTICED: Label = ["気づいた時刻", "Noticed"];
const WHAT: Label = ["何が", "What"];
const COUNTED: Label = ["数（警報になる数）", "Counted (alarm from)"];
const TRUST: Label = ["信じてよいもの・いけないもの", "What may be relied on"];
const YES: Label = ["使ってよい", "Yes"];
const CHECK: Label = ["確かめてから", "After checking"];
const NO: Label = ["使わない", "No"];
const HELD_TRUST: [[Label; 2]; 3] = [
    [
        YES,
        [
            "上の時刻までの記録でできたカルテ・一覧・紙。いつもどおり、値の時刻を見て使う。",
            "Charts, lists and sheets made of what came up to that moment; look at the time of each value, as ever.",
        ],
    ],
    [
        CHECK,
        [
            "カルテの「保留 n 件」。本物の新しいアレルギーや検査値が入っていることがある。本人・家族・紙・検査室で確かめて使う。",
            "「保留 n 件」 on a chart: a true new allergy or result may be among them. Confirm with the patient, family, paper or laboratory.",
        ],
    ],
    [
        NO,
        [
            "電子カルテの画面と共有フォルダーを、元どおりと決まるまで信じない。「書いていない」を「なし」と読まない。",
            "The EMR's screens and shared folders, until somebody says they are sound. What is not written is not thereby none.",
        ],
    ],
];
const MISSING_TRUST: [[Label; 2]; 2] = [
    [YES, ["届いているところまでの記録。保留したものはない。", "What has come so far. Nothing is held back."]],
    [
        CHECK,
        [
            "上の時刻から後の指示・検査・入退院は、カルテにないだけかもしれない。病棟・検査室に聞く。",
            "Orders, results and movements since then may merely be absent: ask the ward or the laboratory.",
        ],
    ],
];
const OVER_TRUST: [[Label; 2]; 2] = [
    [YES, ["いまのカルテ・一覧。", "Charts and lists as they are now."]],
    [
        CHECK,
        [
            "保留の間に刷った紙と、その間に決めたこと。新しいアレルギー・薬・検査値がないか、カルテで見直す。",
            "What was printed and decided meanwhile: look at the charts again for new allergies, drugs and results.",
        ],
    ],
];
const DO: Label = ["すること", "What to do"];
const HELD_STEPS: [Label; 4] = [
    [
        "診療を続ける。アレルギー・薬・血液型は、本人と紙で確かめる。",
        "Go on treating. Confirm allergies, drugs and blood group with patient and paper.",
    ],
    [
        "本部と情報担当に電話する（下の欄に番号）。夜間・休日も待たない。",
        "Telephone headquarters and IT (numbers below), at night and on holidays too.",
    ],
    [
        "情報担当：保存先を自分の目で見る（開けるか、知らない拡張子、要求文）。疑わしければ網から抜く。電源は切らない。",
        "IT: look at the storage itself (does it open, unknown endings, a ransom note). In doubt unplug it from the network; leave it switched on.",
    ],
    [
        "バックアップのディスクを抜く。保管庫の古い世代は、決めるまで消えない。",
        "Unplug disks of backups. Nothing in the vault expires until somebody has decided.",
    ],
];
const MISSING_STEPS: [Label; 3] = [
    [
        "情報担当：電子カルテと、保存先・配線・接続を確かめる。",
        "IT: look at the EMR, at the storage, and at cables and connections.",
    ],
    [
        "計画した停止や休診日なら届け出る（andon gate announce）。",
        "If it is planned work or a closing day, announce it (andon gate announce).",
    ],
    [
        "電子カルテが止まっていれば、停止時の手順へ。当直師長に知らせる。",
        "If the EMR is down, follow the downtime procedure and tell the nurse in charge.",
    ],
];
const OVER_STEPS: [Label; 2] = [
    [
        "前のお知らせ（PN）を抜いて裁断する。病棟・当直に伝える。",
        "Take the earlier notices (PN) down and shred them; tell wards and duty.",
    ],
    [
        "保留の間に診た患者のカルテを見直す。束（リーダー板など）を刷り直す。",
        "Look again at the charts of patients seen meanwhile. Print the packs anew.",
    ],
];
const DECIDE: Label = ["決める人", "Who decides"];
const WHO: Label = [
    "本部・情報担当・この端末の操作者が、氏名と理由とともに決めます。",
    "Headquarters, IT or this station's operator decide, with name and reason.",
];
const DUE: Label = ["{} までに。", "By {}."];
const DECIDED: Label = ["決定：", "Decided:"];
const HOW: Label = [
    "画面の上の赤い帯（関門の頁）か、端末で andon gate status・release・extend。壊れたままの保存先を解除しない。",
    "By the red bar (page 関門), or at the station: andon gate status, release, extend. Never release a storage that is still spoiled.",
];
const PHONES: Label = ["電話（病院で書き入れる）", "Telephone (written by the hospital)"];
const PHONES_NOTE: Label = ["院内の番号簿が開けない時のために", "for when the directory does not open"];
const PHONE: [Label; 4] = [
    ["本部・事務当直", "Headquarters, duty office"],
    ["情報担当", "IT"],
    ["当直師長", "Nurse in charge"],
    ["電子カルテの業者", "The EMR's vendor"],
];
const TOOK: Label = ["この紙を取った人・時刻", "Taken from the printer by, when"];
const TOLD: Label = ["知らせた相手・時刻", "Told whom, when"];
const DOWN: Label = ["抜いた人・時刻", "Taken down by, when"];
