//! P6A 問診票: in the patient's own hand. What bears on safety is asked of everybody, open and blank: nothing of the copy stands there, so
//! that nobody only nods at what somebody wrote years ago (users.md 21). What does not bear on safety is filled from the copy, to be put
//! right where it is wrong. The answers are entered and compared afterwards.

use super::dated::{address, phone};
use super::{Copied, labelled};
use crate::font::Weight;
use crate::form::{What, slot};
use crate::sheet::{Form, Sheet};
use crate::words::Label;

pub(crate) static INTAKE: Form = Form {
    standing: ["書いたら受付・看護師へ", "Hand it to the desk or a nurse"],
    ..labelled("P6A", ["問診票", "Intake questions"])
};

const ANSWERS: [(&str, Label); 3] =
    [("none", ["なし", "none"]), ("yes", ["あり", "yes"]), ("unknown", ["わからない", "do not know"])];
const PREGNANCY: [(&str, Label); 3] =
    [("none", ["なし", "no"]), ("yes", ["妊娠中・授乳中", "pregnant, nursing"]), ("maybe", ["可能性あり", "possibly"])];

/// Draws it.
pub(crate) fn intake(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    sheet.slots(&[slot("complaint", COMPLAINT, 1.0, What::Pen)]);
    sheet.slots(&[
        slot("since", ["いつから", "Since when"], 0.8, What::Pen),
        slot("fever", ["熱（はかった温度）", "Fever (measured)"], 0.8, What::Pen),
        slot("notebook", ["お薬手帳", "Medicine notebook"], 1.0, What::Ticks(&NOTEBOOK)),
    ]);
    sheet.y += 3.0;
    sheet.say(FIRST, Weight::Bold);
    for (code, label, which) in
        [("allergy", ALLERGY, WHICH), ("anticoagulant", THINNERS, NAMES), ("implant", IMPLANT, BODY)]
    {
        sheet.slots(&[slot(code, label, 1.6, What::Ticks(&ANSWERS)), slot(code, which, 1.6, What::Pen)]);
    }
    sheet.slots(&[
        slot("pregnancy", ["妊娠・授乳", "Pregnancy, nursing"], 1.9, What::Ticks(&PREGNANCY)),
        slot("pregnancy_words", ["最後の月経・予定日", "Last period, due date"], 1.3, What::Pen),
    ]);
    sheet.y += 3.0;
    sheet.say(OTHERS, Weight::Bold);
    sheet.slots(&[
        slot(
            "address",
            ["住所（違うときは二重線で直す）", "Address (strike and put right)"],
            2.2,
            What::known(address(copied.chart)),
        ),
        slot("phone", ["電話", "Telephone"], 1.0, What::known(phone(copied.chart))),
    ]);
    sheet.slots(&[
        slot("drugs", ["いま飲んでいる薬（ほかの病院・市販も）", "Medicines taken now (others' too)"], 1.6, What::Pen),
        slot("past", ["これまでの大きな病気・手術", "Serious illness, operations"], 1.6, What::Pen),
    ]);
    sheet.slots(&[
        slot("asked", ["聞き取った職員（代筆のとき）", "Staff who asked (if not by hand)"], 1.2, What::Pen),
        slot("answered", ["答えた人（本人・家族）", "Answered by"], 1.2, What::Pen),
        slot("entered", ["入力した職員・時刻", "Entered by, time"], 1.2, What::Pen),
    ]);
    sheet.rest(["そのほか伝えたいこと", "Anything else"]);
}

const COMPLAINT: Label = ["きょうはどうされましたか", "Why have you come today?"];
const NOTEBOOK: [(&str, Label); 2] = [("yes", ["持っている", "here"]), ("no", ["ない", "none"])];
const FIRST: Label = [
    "安全のための質問（みなさんに。前に伝えた人も、もう一度お書きください）",
    "Questions for your safety (for everybody, also if you have told us before)",
];
const OTHERS: Label = ["そのほか", "Others"];
const ALLERGY: Label = ["アレルギー（薬・食べ物・造影剤・ゴム）", "Allergy (drugs, food, contrast, latex)"];
const WHICH: Label = ["何で、どうなりましたか", "To what, and what happened"];
const THINNERS: Label = ["血をさらさらにする薬", "Blood thinners"];
const NAMES: Label = ["薬の名前", "Names"];
const IMPLANT: Label = ["体の中の機器・金属", "Devices or metal in the body"];
const BODY: Label = ["ペースメーカー・人工関節など", "Pacemaker, joint …"];
