//! P2 papers of headquarters, a page each: 方針・見通し (what is decided and until when), 停止状況表 (which systems, since when, what is
//! done instead), 組織図・連絡表. A level is written 病院体制 with its word, never beside a patient (users.md 15); the five of Osaka stand as
//! an example. HICS numbers stand in English only (users.md 19).

use super::{Copied, returned};
use crate::canvas::{Area, MM};
use crate::font::Weight;
use crate::form::{Column, NOTHING, PEN, What, slot};
use crate::sheet::{Form, Sheet};
use crate::table::{BODY, PAD};
use crate::words::Label;

pub(crate) static POLICY: Form = returned("P2A", ["本部資料　方針・見通し", "Policy and outlook (HICS 202)"]);
pub(crate) static SYSTEMS: Form = returned("P2B", ["本部資料　停止状況表", "Systems down (HICS 251)"]);
pub(crate) static PEOPLE: Form = returned("P2C", ["本部資料　組織図・連絡表", "Posts, contacts (HICS 207)"]);

const DAY: [(usize, Label); 2] = [(2, ["月", "/"]), (2, ["日", ""])];
const CLOCK: [(usize, Label); 2] = [(2, [":", ":"]), (2, ["", ""])];
const MOMENT: [(usize, Label); 4] = [(2, ["月", "/"]), (2, ["日", " "]), (2, [":", ":"]), (2, ["", ""])];

/// The head of each: as of when, day of the incident, who wrote it.
fn head(sheet: &mut Sheet<'_>) {
    sheet.slots(&[
        slot("at", ["この紙の時点", "As of"], 1.9, What::Digits(&MOMENT)),
        slot("day", ["停止", "Outage"], 0.9, What::Digits(&[(3, ["日目", "days"])])),
        slot("no", ["改訂番号", "Issue no."], 0.7, What::Digits(&[(2, NOTHING)])),
        slot("by", ["作成者・承認者", "Written, approved by"], 1.3, What::Pen),
    ]);
}

/// P2A.
pub(crate) fn policy(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    head(sheet);
    sheet.slots(&[slot(
        "level",
        ["病院体制（例：院内の定めに従う。色は言葉で呼ぶ）", "Hospital level (an example: your own rules hold)"],
        1.0,
        What::Ticks(&[
            ("white", ["白 平常", "WHITE normal"]),
            ("green", ["緑 一部制限", "GREEN partly limited"]),
            ("yellow", ["黄 通常診療中止", "YELLOW no routine care"]),
            ("red", ["赤 機能不全", "RED not working"]),
            ("black", ["黒 避難", "BLACK evacuation"]),
        ]),
    )]);
    sheet.lined(["基本方針（1行に1つ。優先する順）", "Policy, in order of priority"], 5);
    sheet.y += 3.0;
    sheet.each(SERVICES, SERVICES_NOTE, &SERVICE_COLUMNS, &SERVICE_ROWS);
    sheet.each(OUTLOOK, NOTHING, &OUTLOOK_COLUMNS, &[("a", ["A", "A"]), ("b", ["B", "B"]), ("c", ["C", "C"])]);
    sheet.slots(&[
        slot("next", ["次の本部会議", "Next meeting"], 1.6, What::Digits(&MOMENT)),
        slot("head", ["本部長 署名", "Head of headquarters"], 1.3, What::Pen),
    ]);
}

const SERVICES: Label = ["診療の状況", "Services"];
const SERVICES_NOTE: Label = ["制限は「何を」「誰が決めるか」を書く", "Limited: say what, and who decides"];
const LIMITS: What<'_> =
    What::Ticks(&[("open", ["可", "open"]), ("limited", ["制限", "limited"]), ("shut", ["停止", "shut"])]);
const SERVICE_COLUMNS: [Column<'_>; 4] = [
    ("name", ["部門", "Service"], 1.5, What::Pen),
    ("state", ["状態", "State"], 2.3, LIMITS),
    ("what", ["制限の内容・決める人", "What is limited, who decides"], 3.2, What::Pen),
    ("until", ["見込み", "Expected"], 1.0, What::Pen),
];
const SERVICE_ROWS: [(&str, Label); 9] = [
    ("emergency", ["救急", "Emergency"]),
    ("outpatient", ["外来", "Outpatients"]),
    ("inpatient", ["入院", "Admissions"]),
    ("surgery", ["手術", "Surgery"]),
    ("birth", ["分娩", "Deliveries"]),
    ("dialysis", ["透析", "Dialysis"]),
    ("tests", ["検査・画像", "Tests, images"]),
    ("drugs", ["薬剤", "Pharmacy"]),
    ("checkup", ["健診・予防接種", "Check-ups"]),
];

const OUTLOOK: Label = ["復旧の見通し（案ごと）", "Outlook, by plan"];
const OUTLOOK_COLUMNS: [Column<'_>; 4] = [
    ("name", ["案", "Plan"], 0.4, What::Pen),
    ("what", ["内容・前提", "What, on which condition"], 3.4, What::Pen),
    ("date", ["目標日", "Aim"], 1.7, What::Digits(&DAY)),
    (
        "sure",
        ["確かさ", "How sure"],
        1.9,
        What::Ticks(&[("promised", ["約束", "promised"]), ("hoped", ["見込み", "hoped"])]),
    ),
];

/// P2B.
pub(crate) fn systems(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    head(sheet);
    sheet.slots(&[slot(
        "kind",
        ["停止の種類（本部の判断）", "Kind (as headquarters judges)"],
        1.0,
        What::Ticks(&[
            ("fault", ["障害", "fault"]),
            ("attack", ["サイバー攻撃の疑い", "suspected cyber attack"]),
            ("planned", ["計画停止", "planned"]),
            ("drill", ["訓練", "drill"]),
        ]),
    )]);
    sheet.each(NOTHING, NOTHING, &SYSTEM_COLUMNS, &SYSTEM_ROWS);
    sheet.rest(["業者の約束・遅れ、使えると分かったもの", "Promises of vendors, delays, what works after all"]);
}

const SYSTEM_COLUMNS: [Column<'_>; 5] = [
    ("name", ["システム", "System"], 2.0, What::Pen),
    ("state", ["状態", "State"], 2.7, LIMITS),
    ("since", ["いつから", "Since"], 1.1, What::Pen),
    ("instead", ["代替手段（帳票・場所・担当）", "Instead: form, place, who"], 2.6, What::Pen),
    ("until", ["見込み・業者の約束", "Expected, promised"], 1.4, What::Pen),
];
const SYSTEM_ROWS: [(&str, Label); 18] = [
    ("emr", ["電子カルテ", "Charts (EMR)"]),
    ("orders", ["オーダー・処方", "Orders"]),
    ("billing", ["医事会計", "Billing"]),
    ("reception", ["再来受付・予約", "Reception"]),
    ("eligibility", ["資格確認", "Eligibility"]),
    ("lab", ["検体検査", "Laboratory"]),
    ("pathology", ["病理・細菌", "Pathology"]),
    ("images", ["画像（PACS）", "Images (PACS)"]),
    ("pharmacy", ["薬剤・調剤", "Pharmacy"]),
    ("meals", ["給食・栄養", "Meals"]),
    ("dialysis", ["透析", "Dialysis"]),
    ("rehab", ["リハビリ", "Rehabilitation"]),
    ("nursing", ["看護支援・必要度", "Nursing"]),
    ("monitors", ["生体モニター", "Monitors"]),
    ("network", ["院内LAN・無線", "Network"]),
    ("internet", ["インターネット・VPN", "Internet, VPN"]),
    ("phone", ["電話・PHS・FAX", "Telephone, fax"]),
    ("other", ["その他（　　　　）", "Other"]),
];

/// P2C.
pub(crate) fn people(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    head(sheet);
    chart(sheet);
    sheet.each(CONTACTS, CONTACTS_NOTE, &CONTACT_COLUMNS, &CONTACT_ROWS);
}

/// A box of the organisation: the post, room for a name and a telephone.
const POST: (f32, f32) = (44.0 * MM, 19.0 * MM);

fn post(sheet: &mut Sheet<'_>, label: Label, x: f32, y: f32) {
    sheet.page().frame(Area::new(x, y, POST.0, POST.1), 0.8);
    let words = sheet.w.say(label);
    sheet.put(words, x + PAD, y + 1.5, BODY, Weight::Bold);
    let phone = sheet.w.say(["内線", "tel."]);
    sheet.put(phone, x + PAD, y + POST.1 - BODY - 2.5, BODY, Weight::Regular);
}

/// 本部長, those beside, and the groups below, joined by lines.
fn chart(sheet: &mut Sheet<'_>) {
    let gap = 4.0 * MM;
    sheet.need(3.0 * (POST.1 + gap) + PEN);
    let (left, room, top) = (sheet.left(), sheet.room(), sheet.y + 4.0);
    let (middle, step) = (left + room / 2.0, (room - POST.0) / 3.0);
    let second = top + POST.1 + gap;
    let third = second + POST.1 + gap;
    let rail = third - gap / 2.0;
    sheet.page().line((middle, top + POST.1), (middle, rail), 0.8);
    let beside = second - gap / 2.0;
    sheet.page().line((left + POST.0 / 2.0, beside), (left + room - POST.0 / 2.0, beside), 0.8);
    sheet.page().line((left + POST.0 / 2.0, rail), (left + room - POST.0 / 2.0, rail), 0.8);
    post(sheet, POSTS[0], middle - POST.0 / 2.0, top);
    for (at, label) in POSTS[1..5].iter().enumerate() {
        let x = left + at as f32 * step;
        sheet.page().line((x + POST.0 / 2.0, beside), (x + POST.0 / 2.0, second), 0.8);
        post(sheet, *label, x, second);
    }
    for (at, label) in POSTS[5..].iter().enumerate() {
        let x = left + at as f32 * step;
        sheet.page().line((x + POST.0 / 2.0, rail), (x + POST.0 / 2.0, third), 0.8);
        post(sheet, *label, x, third);
    }
    sheet.y = third + POST.1 + 4.0;
}

const POSTS: [Label; 9] = [
    ["本部長", "Head of HQ"],
    ["副本部長・看護部長", "Deputy, nursing"],
    ["医療安全", "Patient safety"],
    ["広報（窓口は1人）", "Press (one voice)"],
    ["記録（クロノロ）", "Recorder"],
    ["診療班（病棟・外来）", "Care"],
    ["検査・画像・薬剤班", "Departments"],
    ["情報システム班", "Information"],
    ["事務・物品・会計班", "Office, supplies"],
];

const CONTACTS: Label = ["院外への連絡", "Outside contacts"];
const CONTACTS_NOTE: Label = ["番号は平時に書いておく", "Numbers are written in quiet times"];
const CONTACT_COLUMNS: [Column<'_>; 4] = [
    ("whom", ["相手（連絡したら✓）", "Whom (tick when told)"], 3.6, What::Step("")),
    ("phone", ["電話・担当者", "Telephone, person"], 2.4, What::Pen),
    ("at", ["連絡した時刻", "Told at"], 1.6, What::Digits(&CLOCK)),
    ("by", ["連絡者", "By"], 1.1, What::Pen),
];
const CONTACT_ROWS: [(&str, Label); 14] = [
    ("fire", ["消防本部（救急の受入）", "Fire department (ambulances)"]),
    ("near", ["輪番・周辺病院", "Hospitals nearby"]),
    ("owner", ["設置者・議会", "Owner, council"]),
    ("prefecture", ["都道府県・保健所", "Prefecture, health centre"]),
    ("ministry", ["厚生労働省・地方厚生局", "Ministry of Health, its bureau"]),
    ("police", ["警察 サイバー担当", "Police, cyber unit"]),
    ("privacy", ["個人情報保護委員会", "Privacy commission"]),
    ("vendor", ["電子カルテ業者", "Vendor of the charts"]),
    ("network", ["回線・保守業者", "Network, maintenance"]),
    ("region", ["地域医療ネットワーク（県EHR）", "Regional record network"]),
    ("payers", ["支払基金・国保連", "Payers of claims"]),
    ("pharmacies", ["門前薬局・薬剤師会", "Pharmacies"]),
    ("bank", ["金融機関・保険会社", "Bank, insurer"]),
    ("medical", ["医師会・関連大学", "Medical association"]),
];
