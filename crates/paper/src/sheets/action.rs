//! PC 初動カード: one page for whoever is on duty when it happens: what to do, what never to do, whom to call (users.md 16).

use crate::canvas::{Area, MM};
use crate::font::Weight;
use crate::form::{NOTHING, What, slot};
use crate::sheet::{Class, Form, Sheet, Stand, Who};
use crate::table::LEADING;
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

pub(crate) static FORM: Form = Form {
    code: "PC",
    version: 1,
    class: Class::Reference,
    title: ["初動カード", "First-hour card"],
    landscape: false,
    note: [
        "迷ったら抜いて、呼ぶ。電話番号は病院で書き入れ、半年ごとに確かめる。停止時ボックスと当直室に置く。",
        "When in doubt unplug and call. The hospital writes in the numbers and checks them twice a year. Kept in the downtime box and the duty room.",
    ],
    standing: ["電子カルテが止まった・おかしいとき", "When the EMR stops or looks wrong"],
    bare: false,
};

/// For whom a card is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// 当直医
    Doctor,
    /// 当直師長
    Nurse,
    /// 当直事務
    Clerk,
}

impl Duty {
    /// Every duty.
    pub const ALL: [Duty; 3] = [Duty::Doctor, Duty::Nurse, Duty::Clerk];

    fn title(self) -> Label {
        match self {
            Duty::Doctor => ["当直医", "Doctor on duty"],
            Duty::Nurse => ["当直師長", "Night supervisor"],
            Duty::Clerk => ["当直事務", "Clerk on duty"],
        }
    }

    fn steps(self) -> &'static [Label] {
        match self {
            Duty::Doctor => DOCTOR,
            Duty::Nurse => NURSE,
            Duty::Clerk => CLERK,
        }
    }
}

/// Size of a step: read standing, by torch.
const SIZE: f32 = 13.0;

/// The page of one duty.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, duty: Duty) -> Result<Made, Error> {
    let stand = Stand { words: w.say(duty.title()).to_owned(), data: None };
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), stand);
    sheet.ink.at(w.say(FORM.title));
    let (left, room) = (sheet.left(), sheet.room());
    let top = sheet.y + 2.0;
    let mut y = top + 4.0;
    for label in NEVER {
        y += sheet.block(&format!("✕ {}", w.say(label)), left + 6.0, y, room - 12.0, SIZE, Weight::Bold) + 1.0;
    }
    sheet.page().frame(Area::new(left, top, room, y + 3.0 - top), 2.5);
    sheet.y = y + 8.0;
    for (at, step) in COMMON.iter().chain(duty.steps()).enumerate() {
        let high = sheet.text_height(w.say(*step), room - 46.0, SIZE, Weight::Regular) + 4.0;
        sheet.need(high);
        let y = sheet.y;
        sheet.page().frame(Area::new(left + 1.0, y + 1.0, 4.5 * MM, 4.5 * MM), 1.0);
        sheet.put(&format!("{}", at + 1), left + 20.0, y + 1.0, SIZE, Weight::Bold);
        sheet.block(w.say(*step), left + 42.0, y, room - 46.0, SIZE, Weight::Regular);
        sheet.y = y + high.max(SIZE * LEADING + 4.0);
    }
    sheet.y += 4.0;
    let calls = CALLS.iter().map(|label| called(&mut sheet, w, *label)).collect();
    sheet.rows(
        PHONES,
        NOTHING,
        &[
            (["だれに", "Whom"], 3.0),
            (["電話番号", "Number"], 3.0),
            (["かけた時刻・話した人", "Called at, spoke with"], 4.0),
        ],
        calls,
        2,
    );
    sheet.slots(&[
        slot("seen", ["気づいた時刻・場所・画面の言葉", "Noticed when, where, words on the screen"], 3.0, What::Pen),
        slot("name", ["氏名", "Name"], 1.0, What::Pen),
    ]);
    sheet.finish()
}

fn called(sheet: &mut Sheet<'_>, w: &Words, label: Label) -> crate::table::Row {
    let cells = vec![crate::table::Cell::bold(&mut sheet.ink, w.say(label)), Default::default(), Default::default()];
    crate::table::Row { least: crate::form::PEN, ..crate::table::Row::new(cells) }
}

const NEVER: [Label; 3] = [
    [
        "電源を切らない・再起動しない（調べるための証拠が消える）",
        "Do not switch off or restart (what an inquiry needs would be lost)",
    ],
    [
        "犯行声明の用紙・画面に触らない。紙は原本のまま封筒に入れて保管する",
        "Do not touch a ransom note or its window; keep printed ones as they are, in an envelope",
    ],
    ["犯人の連絡先に返事をしない・アクセスしない", "Never answer or open the attackers' address"],
];
const COMMON: &[Label] = &[
    [
        "おかしい端末の LAN ケーブルを抜く（無線は機内モードにする）",
        "Pull the LAN cable of any PC that looks wrong (wireless: flight mode)",
    ],
    [
        "停止時専用PCで行灯を開き「停止時カルテを使う」。病棟の束を印刷する",
        "Open Andon on the downtime PC; print the ward packs",
    ],
];
const DOCTOR: &[Label] = &[
    [
        "当直師長・当直事務に知らせ、三人で停止を宣言するか決める（二人目の氏名を30分以内に）",
        "Tell the supervisor and the clerk; the three decide whether to declare (a second name within 30 minutes)",
    ],
    [
        "救急受入・転送を判断し、消防本部へ「受入不可・可」を伝える",
        "Decide on emergencies and transfers; tell the fire service",
    ],
    [
        "空白時間確認票で高リスク薬（インスリン・抗凝固・麻薬・昇圧薬）を看護師と確かめる",
        "Go through the gap list of high-risk drugs with the nurses",
    ],
    [
        "指示は紙の指示簿に書き、口頭指示は復唱させて受け書に残す",
        "Write orders on paper; verbal orders are read back and noted",
    ],
];
const NURSE: &[Label] = &[
    [
        "各病棟に停止を伝え、停止時ボックスを開ける。リーダー板・サマリー・食事一覧を配る",
        "Tell every ward; open the downtime boxes; hand out board, summaries, meals",
    ],
    [
        "空白時間確認票を二人で記入する。分からない薬は投与せず医師に聞く",
        "Fill in the gap list by two; give nothing in doubt, ask a doctor",
    ],
    [
        "食物アレルギー・禁食の一覧を栄養科へ届ける（朝食の前）",
        "Bring the list of food allergies and fasting to the kitchen before breakfast",
    ],
    ["緊急開封カードを使った人の名を控える", "Note who used a sealed card"],
];
const CLERK: &[Label] = &[
    [
        "VPN・保守回線を外す（線にラベルのある機器。外した時刻を書く）",
        "Unplug VPN and maintenance lines (labelled devices); note when",
    ],
    [
        "バックアップ媒体を外す。行灯の取込ケーブルを外したか確かめて書く",
        "Take out backup media; note whether Andon's own feed cable is out",
    ],
    [
        "情報担当と業者の当番に電話する。診療継続の判断は医師に聞く",
        "Call IT and the vendor's duty line; care goes on as the doctor says",
    ],
    [
        "受付は断らない。仮の番号で受け、紙で記録する。取材には「確認中」とだけ答える",
        "Turn nobody away: temporary numbers, paper. To the press: \"we are checking\"",
    ],
];
const PHONES: Label = ["電話する順（番号は病院で記入）", "Call in this order (numbers written in by the hospital)"];
const CALLS: [Label; 6] = [
    ["情報担当", "IT"],
    ["院長・事務長", "Director, administrator"],
    ["電子カルテ業者", "EMR vendor"],
    ["ネットワーク・VPN業者", "Network, VPN vendor"],
    ["消防本部（受入可否）", "Fire service"],
    ["警察・県・厚生局（本部の指示で）", "Police, prefecture, ministry (as headquarters says)"],
];
