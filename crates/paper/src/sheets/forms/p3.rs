//! P3 アクションカード: what one role does first, in order, with a tick and a time each; who is called, when is reported, what is not
//! done. A blank one, and the three 初動カード of users.md 15–16. The layout follows `ux.md` §4.3.

use super::{Copied, returned};
use crate::font::Weight;
use crate::form::{Column, NOTHING, What, slot};
use crate::sheet::{Form, Sheet};
use crate::words::Label;

pub(crate) static BLANK: Form = returned("P3", ["アクションカード", "Action card"]);
pub(crate) static DOCTOR: Form = returned("P3A", ["初動カード　当直医", "First actions: doctor on duty"]);
pub(crate) static NURSE: Form = returned("P3B", ["初動カード　当直師長", "First actions: head nurse on duty"]);
pub(crate) static CLERK: Form = returned("P3C", ["初動カード　当直事務", "First actions: clerk on duty"]);

const CLOCK: What<'_> = What::Digits(&[(2, [":", ":"]), (2, ["", ""])]);

const STEPS: [Column<'_>; 2] =
    [("what", ["すること", "What"], 5.4, What::Step("")), ("at", ["時刻", "At"], 1.4, CLOCK)];
const CALLS: [Column<'_>; 4] = [
    ("whom", ["電話する相手", "Whom to call"], 3.0, What::Step("")),
    ("phone", ["番号（平時に書く）", "Number"], 1.9, What::Pen),
    ("at", ["つながった時刻", "Reached at"], 1.5, CLOCK),
    ("who", ["話した人", "Spoke to"], 1.4, What::Pen),
];

/// What a card is made of.
struct Card {
    role: Label,
    steps: &'static [(&'static str, Label)],
    calls: &'static [(&'static str, Label)],
    report: Label,
}

/// P3.
pub(crate) fn blank(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    card(
        sheet,
        &Card {
            role: NOTHING,
            steps: &[
                ("s1", NOTHING),
                ("s2", NOTHING),
                ("s3", NOTHING),
                ("s4", NOTHING),
                ("s5", NOTHING),
                ("s6", NOTHING),
            ],
            calls: &[("c1", NOTHING), ("c2", NOTHING), ("c3", NOTHING), ("c4", NOTHING)],
            report: ["（誰に・どこで）", "(to whom, where)"],
        },
    );
}

/// P3A.
pub(crate) fn doctor(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    card(
        sheet,
        &Card {
            role: ["当直医", "Doctor on duty"],
            steps: &DOCTOR_STEPS,
            calls: &DOCTOR_CALLS,
            report: ["当直師長と、院長（または代行）へ", "To the head nurse on duty and the director"],
        },
    );
}

/// P3B.
pub(crate) fn nurse(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    card(
        sheet,
        &Card {
            role: ["当直師長", "Head nurse"],
            steps: &NURSE_STEPS,
            calls: &NURSE_CALLS,
            report: ["当直医・当直事務と、看護部長へ", "To doctor and clerk on duty, and the nursing director"],
        },
    );
}

/// P3C.
pub(crate) fn clerk(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    card(
        sheet,
        &Card {
            role: ["当直事務", "Clerk on duty"],
            steps: &CLERK_STEPS,
            calls: &CLERK_CALLS,
            report: ["当直医・当直師長と、事務長へ", "To doctor and head nurse on duty, and the manager"],
        },
    );
}

fn card(sheet: &mut Sheet<'_>, card: &Card) {
    let role = sheet.w.say(card.role);
    sheet.slots(&[
        slot("role", ["役割", "Role"], 1.5, if role.is_empty() { What::Pen } else { What::Large(role) }),
        slot("name", ["氏名", "Name"], 1.3, What::Pen),
        slot("deputy", ["代行（不在のとき）", "Deputy"], 1.3, What::Pen),
        slot("begun", ["始めた時刻", "Begun at"], 1.2, CLOCK),
    ]);
    sheet.each(TEN, NOTHING, &STEPS, card.steps);
    sheet.say(NEVER, Weight::Bold);
    sheet.y += 2.0;
    sheet.each(CALL, NOTHING, &CALLS, card.calls);
    let report = sheet.w.say(card.report);
    sheet.slots(&[
        slot("report", ["報告する相手", "Report"], 2.2, What::Said(report)),
        slot("report1", ["30分以内", "Within 30 min"], 1.1, CLOCK),
        slot("report2", ["1時間後", "After 1 hour"], 1.1, CLOCK),
    ]);
    sheet.slots(&[
        slot("to", ["引継ぎ 相手・時刻", "Handed over to, at"], 1.0, What::Pen),
        slot("after", ["復旧後に入力するもの（帳票番号）", "To be entered afterwards (sheet numbers)"], 1.4, What::Pen),
    ]);
    sheet.rest(["メモ・引き継ぐこと", "Notes for the next"]);
}

const TEN: Label = ["最初の10分", "The first 10 minutes"];
const CALL: Label = ["電話", "Calls"];
const NEVER: Label = [
    "⚠ しない：電源を切る・再起動／止まった端末にUSBメモリを挿す／犯人側への返事／取材への回答",
    "⚠ Never switch off or restart, use a stick, answer the attackers or the press",
];

const DECLARE: Label = [
    "当直医・当直師長・当直事務で話し、停止を宣言する。30分以内に2人目の氏名。種類：障害／サイバー攻撃の疑い／計画停止／訓練",
    "Declare the stop with the two others on duty; a second name within 30 minutes. Kind: fault, suspected attack, planned, drill",
];
const CABLE: Label = [
    "電子カルテ端末：LANケーブルを抜く。電源は切らない・再起動しない。画面に出たものは書き写す",
    "EMR terminals: pull the LAN cable. Never switch off or restart. Copy down what the screen says",
];
const CLAIM: Label = [
    "印刷機から出た犯行声明などの用紙：原本のまま封筒へ。見つけた場所・時刻・人を書く",
    "Paper with a ransom note: keep the original in an envelope, with place, time and finder",
];

const DOCTOR_STEPS: [(&str, Label); 7] = [
    (
        "open",
        [
            "停止時専用PCで停止時カルテを開く。すぐ使ってよい（宣言を待たない）",
            "Open the downtime charts on the downtime PC at once: no need to wait for a declaration",
        ],
    ),
    (
        "danger",
        [
            "いま危ない患者を病棟に聞く：人工呼吸・昇圧剤・抗凝固薬・インスリン・抗がん剤・輸血・分娩・術中術後",
            "Ask the wards who is in danger: ventilator, vasopressors, anticoagulants, insulin, chemotherapy, transfusion, birth, surgery",
        ],
    ),
    ("declare", DECLARE),
    (
        "emergency",
        [
            "救急と新しい入院をどうするか決め、当直事務から消防本部へ伝えてもらう。断るときは医師・理由・時刻・紹介先を書く",
            "Decide on ambulances and admissions; the clerk tells the fire department. A refusal has doctor, reason, time and where to",
        ],
    ),
    (
        "orders",
        [
            "指示は指示簿（P7）に書く。口頭指示は復唱させ、口頭指示受け書（P16H）に後で署名する",
            "Orders go on P7. Verbal orders are read back and signed later on P16H",
        ],
    ),
    ("cable", CABLE),
    ("claim", CLAIM),
];
const DOCTOR_CALLS: [(&str, Label); 5] = [
    ("nurse", ["当直師長", "Head nurse on duty"]),
    ("clerk", ["当直事務", "Clerk on duty"]),
    ("director", ["院長（つながらなければ副院長）", "Director, else deputy"]),
    ("oncall", ["オンコール医", "Doctor on call"]),
    ("departments", ["検査・放射線・薬剤の当直", "Departments on duty"]),
];

const NURSE_STEPS: [(&str, Label); 8] = [
    (
        "tell",
        [
            "全病棟・救急外来に「電子カルテ停止」を伝える。停止時専用PCで病棟一式（P4・P5）を印刷させる",
            "Tell every ward and the emergency room; each prints its ward pack (P4, P5) on its downtime PC",
        ],
    ),
    ("cable", CABLE),
    ("declare", DECLARE),
    (
        "gap",
        [
            "空白時間確認票（PG）：停止前後の高リスク薬の実施を二名で確かめる",
            "Gap list (PG): two nurses confirm high-risk drugs around the stop",
        ],
    ),
    (
        "meals",
        [
            "食数・禁食・アレルギー一覧（PM）を印刷し、栄養科へ渡す",
            "Print meals, fasts and allergies (PM) and give them to the kitchen",
        ],
    ),
    (
        "box",
        [
            "停止時ボックスを開け、帳票を配る。緊急開封カードを使った人の氏名を控える",
            "Open the downtime box and hand out forms. Note who uses the sealed card",
        ],
    ),
    ("claim", CLAIM),
    ("log", ["クロノロ用紙（P1）に記録を始める", "Begin the chronology (P1)"]),
];
const NURSE_CALLS: [(&str, Label); 4] = [
    ("doctor", ["当直医", "Doctor on duty"]),
    ("clerk", ["当直事務", "Clerk on duty"]),
    ("director", ["看護部長（つながらなければ副部長）", "Nursing director, else deputy"]),
    ("safety", ["医療安全の担当", "Patient safety"]),
];

const CLERK_STEPS: [(&str, Label); 8] = [
    (
        "vpn",
        [
            "VPN・保守回線を外す（場所：　　　　　　　　）。外した線・人・時刻を書く",
            "Unplug VPN and maintenance lines (place:                ). Note line, person, time",
        ],
    ),
    (
        "backup",
        [
            "バックアップ媒体を外す（場所：　　　　　　　　）。動いている途中でも外したことを書く",
            "Take out backup media (place:                ). Note it if a backup was running",
        ],
    ),
    (
        "feed",
        [
            "行灯（停止時カルテ）の取込ケーブルが抜けているか見る（場所：　　　　　　　　）。抜けていなければ抜く",
            "Is Andon's own feed cable out (place:                )? If not, pull it",
        ],
    ),
    (
        "server",
        [
            "サーバー室：電源を切らない・再起動しない。LANケーブルだけを抜く。部屋に入った人を書く",
            "Server room: never switch off or restart; pull LAN cables only. Note who went in",
        ],
    ),
    ("declare", DECLARE),
    (
        "fire",
        [
            "当直医が決めた救急の受入を消防本部へ伝える",
            "Tell the fire department what the doctor decided on ambulances",
        ],
    ),
    ("claim", CLAIM),
    ("log", ["クロノロ用紙（P1）に記録を始める", "Begin the chronology (P1)"]),
];
const CLERK_CALLS: [(&str, Label); 6] = [
    ("it", ["情報担当", "IT person"]),
    ("vendor", ["電子カルテ業者（保守窓口）", "Vendor of the charts"]),
    ("call_fire", ["消防本部", "Fire department"]),
    ("manager", ["事務長", "Hospital manager"]),
    ("police", ["警察 サイバー担当（本部の判断で）", "Police (as headquarters decides)"]),
    ("owner", ["設置者・県の担当課（本部の判断で）", "Owner, prefecture (as above)"]),
];
