//! P11 予約・電話名簿 (who is called and what came of it), カルテ所在カード (what stands in the shelf in place of what was taken out), and the
//! notices to patients, other hospitals and pharmacies. A notice says only what is limited and who decides (users.md 20); it is
//! handed over or sent, and its number is what the ledger knows of it.

use super::{Copied, OutGuide, returned};
use crate::canvas::MM;
use crate::font::Weight;
use crate::form::{Column, NOTHING, What, slot};
use crate::sheet::{Class, Form, Sheet, Size};
use crate::words::Label;

pub(crate) static CALLS: Form =
    Form { size: Size::Across, ..returned("P11A", ["予約・電話名簿", "Appointments and calls"]) };
pub(crate) static WHEREABOUTS: Form = whereabouts_form(6);
/// The same with what the station knows already on it: its boxes stand elsewhere.
pub(crate) static WHEREABOUTS_LENT: Form = whereabouts_form(5);

const fn whereabouts_form(version: u16) -> Form {
    Form { version, note: WHEREABOUTS_NOTE, ..returned("P11B", ["カルテ所在カード", "Out-guide: where it is"]) }
}

const WHEREABOUTS_NOTE: Label = [
    "持ち出す物の場所に差し込み、返したら一番下の行まで書いてスキャン箱へ。",
    "Put it where the thing stood; when it is back, sign and put this into the scan box.",
];
pub(crate) static PATIENTS: Form = notice("P11C", ["電子カルテ停止のお知らせ", "Notice to patients"]);
pub(crate) static HOSPITALS: Form =
    notice("P11D", ["電子カルテ停止のお知らせ（医療機関の皆様へ）", "Notice to other hospitals"]);
pub(crate) static PHARMACIES: Form =
    notice("P11E", ["電子カルテ停止のお知らせ（保険薬局の皆様へ）", "Notice to pharmacies"]);

const fn notice(code: &'static str, title: Label) -> Form {
    Form {
        class: Class::Deliver,
        note: [
            "日付と電話番号を書いてから掲示・交付・送信する。渡した相手と時刻はクロノロに書く。",
            "Date and telephone are filled in first. Whom it was given to, and when, goes into the chronology.",
        ],
        standing: NOTHING,
        ..returned(code, title)
    }
}

const CLOCK: What<'_> = What::Digits(&[(2, [":", ":"]), (2, ["", ""])]);

const LIST: [Column<'_>; 8] = [
    ("no", ["№", "№"], 8.0, What::Pen),
    ("when", ["予約日時・科・内容", "Booked: when, clinic, what"], 40.0, What::Pen),
    ("who", ["氏名（フリガナ）・番号・生年月日", "Name (kana), number, birth date"], 56.0, What::Pen),
    ("phone", ["電話", "Telephone"], 30.0, What::Pen),
    (
        "call",
        ["電話の結果", "Call"],
        36.0,
        What::Ticks(&[
            ("reached", ["本人", "self"]),
            ("family", ["家族", "family"]),
            ("absent", ["不在", "absent"]),
            ("message", ["伝言", "note"]),
        ]),
    ),
    (
        "plan",
        ["予約は", "Visit"],
        46.0,
        What::Ticks(&[
            ("keep", ["そのまま", "as is"]),
            ("move", ["変更", "moved"]),
            ("elsewhere", ["他院へ", "away"]),
            ("letter", ["紹介状待ち", "letter due"]),
        ]),
    ),
    ("to", ["変更後・伝えたこと", "New date, what was said"], 36.0, What::Pen),
    ("by", ["連絡者・時刻", "By, at"], 23.0, What::Pen),
];
const LINES: [(&str, Label); 9] = [
    ("r1", ["1", "1"]),
    ("r2", ["2", "2"]),
    ("r3", ["3", "3"]),
    ("r4", ["4", "4"]),
    ("r5", ["5", "5"]),
    ("r6", ["6", "6"]),
    ("r7", ["7", "7"]),
    ("r8", ["8", "8"]),
    ("r9", ["9", "9"]),
];

/// P11A.
pub(crate) fn calls(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sheet.slots(&[
        slot("for", ["予約の日", "Visits of"], 1.2, What::Digits(&[(2, ["月", "/"]), (2, ["日", ""])])),
        slot("clinic", ["診療科・検査", "Clinic"], 1.4, What::Pen),
        slot("left", ["残り", "Left"], 0.8, What::Digits(&[(3, ["人", ""])])),
        slot("text", ["伝えること（本部で決めた文）", "What is said (as headquarters decided)"], 3.0, What::Pen),
    ]);
    sheet.each(NOTHING, NOTHING, &LIST, &LINES);
    sheet.say(TWO, Weight::Bold);
}

const TWO: Label = [
    "氏名と生年月日を相手に言ってもらってから話す。続柄を聞く。確かめられなければ登録の番号へかけ直す。入院しているかも言わない。",
    "They say name and birth date first, and who they are. In doubt call the registered number. Never say who is an inpatient.",
];

/// What is written of a thing nobody has registered.
fn taken(sheet: &mut Sheet<'_>) {
    sheet.slots(&[slot(
        "what",
        ["持ち出した物", "What was taken"],
        1.0,
        What::Ticks(&[
            ("chart", ["紙カルテ（入院）", "paper chart, ward"]),
            ("outpatient", ["紙カルテ（外来）", "paper chart, clinic"]),
            ("film", ["フィルム", "films"]),
            ("disc", ["CD・DVD", "disc"]),
            ("letter", ["紹介状・返書", "letter"]),
            ("consent", ["同意書", "consent"]),
            ("box", ["箱ごと", "whole box"]),
            ("other", ["その他", "other"]),
        ]),
    )]);
    sheet.slots(&[
        slot("volume", ["冊・枚・箱番号", "Volume, sheets, box no."], 1.4, What::Pen),
        slot("home", ["元の場所（棚・部屋）", "Its place"], 1.4, What::Pen),
    ]);
}

/// What the station knows of a thing and who has it; the table below is for those it is passed on to.
fn lent(sheet: &mut Sheet<'_>, guide: &OutGuide) {
    sheet.slots(&[slot("what", ["持ち出した物", "What was taken"], 1.0, What::Large(&guide.what))]);
    sheet.slots(&[
        slot("number", ["紙ものの番号", "Its number"], 1.0, What::Said(&guide.number)),
        slot("home", ["元の場所（棚・部屋）", "Its place"], 1.6, What::known(&guide.home)),
    ]);
    sheet.slots(&[slot("with", ["持っている人・部署・内線", "With whom, where, tel."], 1.0, What::Large(&guide.with))]);
    sheet.slots(&[
        slot("since", ["いつから", "Since"], 1.0, What::Said(&guide.since)),
        slot("why", ["目的", "Why"], 1.6, What::known(&guide.why)),
    ]);
}

/// P11B: blank, or of a thing whose lending the station knows.
pub(crate) fn whereabouts(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    match copied.guide {
        Some(guide) => lent(sheet, guide),
        None => taken(sheet),
    }
    sheet.y += 3.0;
    sheet.each(
        ["持ち出しと返却", "Out and back"],
        [
            "又貸しは次の行に、前の人が書く。戻したら月日・受取人を書く",
            "Passed on: a further row, written by the one before. When back: day and who took it",
        ],
        &[
            ("who", ["№", "№"], 8.0, What::Pen),
            ("with", ["持っている人・部署・内線", "With whom, where, tel."], 50.0, What::Pen),
            ("since", ["いつから（月日）", "Since"], 34.0, What::Digits(&[(2, ["/", "/"]), (2, ["", ""])])),
            ("at", ["時刻", "At"], 34.0, CLOCK),
            ("why", ["目的", "Why"], 22.0, What::Pen),
            ("back", ["戻った月日・受取人", "Back on, taken by"], 40.0, What::Pen),
        ],
        &LINES,
    );
    sheet.rest(["探している人（部署・内線・時刻）", "Asked for by (place, tel., time)"]);
}

/// Letters of a notice: read at arm's length, and on a wall.
const LARGE: f32 = 13.0;

/// A paragraph of a notice.
fn paragraph(sheet: &mut Sheet<'_>, text: Label, weight: Weight) {
    let (words, room) = (sheet.w.say(text), sheet.room());
    let high = sheet.text_height(words, room, LARGE, weight);
    sheet.need(high + 6.0);
    let (x, y) = (sheet.left(), sheet.y + 3.0);
    sheet.ink.at(words);
    sheet.block(words, x, y, room, LARGE, weight);
    sheet.y = y + high + 3.0;
}

/// Since when, from whom, whom to ask.
fn sender(sheet: &mut Sheet<'_>, fax: bool) {
    let hospital = sheet.institution().place(sheet.hospital());
    sheet.slots(&[
        slot("date", ["発行日", "Date"], 1.3, What::Digits(&[(4, ["年", "/"]), (2, ["月", "/"]), (2, ["日", ""])])),
        slot("from", ["発行", "From"], 1.4, What::Said(&hospital)),
    ]);
    let mut slots = vec![
        slot("phone", ["問い合わせ電話（担当・時間）", "Telephone (who, when)"], 1.6, What::Pen),
        slot("until", ["見込み（決まっていれば）", "Expected to last (if known)"], 1.3, What::Pen),
    ];
    if fax {
        slots.push(slot("fax", ["FAX", "Fax"], 1.0, What::Pen));
    }
    sheet.slots(&slots);
    sheet.y += 4.0;
}

/// To whom it was sent and who saw it arrive.
fn sent(sheet: &mut Sheet<'_>) {
    sheet.y += 4.0;
    sheet.slots(&[
        slot("to", ["宛先（機関・担当・FAX番号）", "To (place, person, fax)"], 2.0, What::Pen),
        slot("by", ["送った人", "Sent by"], 1.0, What::Pen),
        slot("at", ["時刻", "At"], 1.0, CLOCK),
        slot("arrived", ["着信の確認", "Arrival"], 1.2, What::Ticks(&[("phone", ["電話で確認", "confirmed"])])),
    ]);
}

/// P11C.
pub(crate) fn patients(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sender(sheet, false);
    paragraph(sheet, DOWN, Weight::Bold);
    paragraph(sheet, ["いま制限しているもの（✓のついたもの）", "Limited at present (where ticked)"], Weight::Regular);
    sheet.slots(&[slot(
        "limited",
        NOTHING,
        1.0,
        What::Ticks(&[
            ("new", ["初めての受診", "first visits"]),
            ("emergency", ["救急", "emergencies"]),
            ("tests", ["検査", "tests"]),
            ("images", ["画像検査", "images"]),
            ("surgery", ["手術", "surgery"]),
            ("admission", ["入院", "admissions"]),
            ("checkup", ["健診", "check-ups"]),
            ("vaccine", ["予防接種", "vaccinations"]),
            ("papers", ["診断書・書類", "certificates"]),
            ("account", ["当日の会計", "payment on the day"]),
            ("other", ["その他（　　　　　　　）", "other (                )"]),
        ]),
    )]);
    for (text, weight) in TO_PATIENTS {
        paragraph(sheet, text, weight);
    }
    sheet.rest(["お知らせ（本部が決めたこと）", "Further notice (as headquarters decided)"]);
}

const DOWN: Label = [
    "電子カルテが使えないため、診療を紙で続けています。お待たせする時間が長くなります。",
    "Our electronic records are down. We go on working on paper, and you will wait longer than usual.",
];
const TO_PATIENTS: [(Label, Weight); 5] = [
    (
        [
            "受診できるかどうかを受付では決めません。看護師がお話をうかがい、医師が決めます。",
            "The reception does not decide whether you are seen: a nurse listens, a doctor decides.",
        ],
        Weight::Bold,
    ),
    (
        [
            "胸の痛み・息苦しさ・意識がはっきりしない・手足が動かない・大量の出血・妊娠中・お子さまの発熱やけいれん・透析中の方は、すぐに職員へお知らせください。",
            "Chest pain, short breath, confusion, weakness, heavy bleeding, pregnancy, a child with fever or fits, dialysis: tell us at once.",
        ],
        Weight::Bold,
    ),
    (
        [
            "お持ちください：お薬手帳、診察券、資格確認書など、以前にお渡しした検査結果や説明の紙。",
            "Please bring: your medicine book, hospital card, insurance papers, and any results we gave you before.",
        ],
        Weight::Regular,
    ),
    (
        [
            "アレルギー・のんでいる薬・妊娠について、あらためておたずねします。前にお話しいただいたことも、もう一度お話しください。",
            "We will ask again about allergies, medicines and pregnancy. Please tell us even what you told us before.",
        ],
        Weight::Regular,
    ),
    (
        [
            "会計は後日になることがあります。お支払いがなくなるのではありません。金額が決まりましたらご連絡します。",
            "Payment may come later: it is put off, not waived. We will contact you when the amount is known.",
        ],
        Weight::Regular,
    ),
];

/// P11D.
pub(crate) fn hospitals(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sender(sheet, true);
    paragraph(sheet, DOWN_COLLEAGUES, Weight::Bold);
    sheet.slots(&[slot(
        "limited",
        ["制限しているもの（✓のついたもの）", "Limited (where ticked)"],
        1.0,
        What::Ticks(&[
            ("referral", ["紹介の受入", "referrals"]),
            ("emergency", ["救急の受入", "emergencies"]),
            ("transfer", ["転院の受入", "transfers to us"]),
            ("surgery", ["手術", "surgery"]),
            ("images", ["画像の提供", "giving images"]),
            ("results", ["検査結果の提供", "giving results"]),
            ("letters", ["診療情報提供書（手書き）", "letters by hand"]),
            ("network", ["地域医療ネットワーク", "regional network"]),
        ]),
    )]);
    for text in TO_HOSPITALS {
        paragraph(sheet, text, Weight::Regular);
    }
    sent(sheet);
    sheet.rest(["個別のお願い・お知らせ", "In particular"]);
}

const DOWN_COLLEAGUES: Label = [
    "当院の電子カルテが使えません。診療は紙で続けています。",
    "Our electronic records are down. We go on working on paper.",
];
const TO_HOSPITALS: [Label; 4] = [
    [
        "受け入れは、1件ずつ当院の医師が決めてお返事します。上の電話へお願いします。",
        "A doctor of ours decides on each case and answers you. Please call the number above.",
    ],
    [
        "お願い：当院からご紹介した患者さんの診療情報（病名・処方・アレルギー・検査結果・当院の紹介状の写し）を、お尋ねしたときにお送りください。",
        "We ask: when we enquire, please send what you hold of patients we referred (diagnoses, drugs, allergies, results, our letters).",
    ],
    [
        "個人情報を守るため、送る前に上の番号へ電話で確かめてください。",
        "For privacy, confirm by telephone before sending.",
    ],
    [
        "当院の紙の診療情報提供書は手書きです。読みにくいところは、上の電話で当院の医師へお尋ねください。",
        "Our letters are written by hand for now. Where one is hard to read, ask our doctor at the number above.",
    ],
];

/// P11E.
pub(crate) fn pharmacies(sheet: &mut Sheet<'_>, _: &Copied<'_>) {
    sender(sheet, true);
    paragraph(sheet, DOWN_COLLEAGUES, Weight::Bold);
    for text in TO_PHARMACIES {
        paragraph(sheet, text, Weight::Regular);
    }
    sheet.slots(&[
        slot("query", ["疑義照会の電話（受ける人・時間）", "Queries: telephone, who, when"], 2.0, What::Pen),
        slot("night", ["夜間・休日", "Nights, holidays"], 1.2, What::Pen),
        slot("signs", ["署名の見本をお渡しした日", "Sample signatures given on"], 1.3, What::Pen),
    ]);
    sent(sheet);
    let gap = 2.0 * MM;
    sheet.y += gap;
    sheet.rest(["個別のお願い・お知らせ", "In particular"]);
}

const TO_PHARMACIES: [Label; 6] = [
    [
        "処方箋は紙の様式に手書き、または当院の停止時の仕組みで印刷したものです。どちらも医師が署名します。当院の管理番号は付きません。",
        "Prescriptions are written by hand or printed by our downtime system, always signed by a doctor. They carry no number of ours.",
    ],
    [
        "停止前のデータの写しから前回の処方を下書きすることがあります。日数・量・薬が前回と違うとき、おかしいと思うときは、調剤の前に照会してください。",
        "They may be drafted from an older copy. If drug, amount or days look wrong, ask before dispensing.",
    ],
    [
        "アレルギー・禁忌・腎機能・飲み合わせは、当院で十分に確かめられていません。薬歴とご本人で確かめてください。",
        "Allergies, contraindications, kidney function and interactions were not fully checked here. Please check records and patient.",
    ],
    [
        "疑義照会は下の電話へ。回答するのは処方した医師です（不在のときは当直医）。",
        "Queries: the number below. The prescriber answers, or the doctor on duty.",
    ],
    [
        "お願い：当院の患者さんの薬歴（薬・量・日数・アレルギー・副作用）を、お尋ねしたときにお知らせください。",
        "We ask: when we enquire, please tell us the medication history (drug, amount, days, allergies, reactions).",
    ],
    [
        "麻薬・向精神薬の処方箋で不審なものは、調剤の前に必ず電話で確かめてください。",
        "A doubtful prescription for a narcotic or psychotropic: always call before dispensing.",
    ],
];
