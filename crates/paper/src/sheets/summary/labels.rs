//! Labels of P4, Japanese first; words of the screen where the screen says the same.

use crate::words::Label;

pub(super) const NOTE: Label = [
    "書き込んだ紙は捨てずに回収箱へ。記録なしは「なし」ではない。「要確認」「記録なし」は本人・家族・現物で確かめる。",
    "Keep a sheet that was written on: return it. \"Not recorded\" is not \"none\": ask, and look at pump, empties and handover notes.",
];
pub(super) const ALLERGIES: Label = ["アレルギー", "Allergies"];
pub(super) const CONTRAINDICATIONS: Label = ["禁忌", "Contraind."];
pub(super) const INFECTIONS: Label = ["感染症", "Infections"];
pub(super) const BODY: Label = ["体重・血液型", "Weight, blood"];
pub(super) const PREGNANCY: Label = ["妊娠", "Pregnancy"];
pub(super) const WEIGHT: Label = ["体重", "Weight"];
pub(super) const HEIGHT: Label = ["身長", "Height"];
pub(super) const BLOOD: Label = ["血液型", "Blood type"];
pub(super) const BLOOD_NOTE: Label = ["参考・輸血には使用不可", "for reference only, not for transfusion"];
pub(super) const CAUTIONS: Label = ["要確認", "To be confirmed"];
pub(super) const CAUTIONS_NOTE: Label =
    ["名前だけの照合です。相互作用などは調べていません。", "Checked by name only; interactions were not checked."];
pub(super) const DRUGS: Label = ["いまの処方", "Current drugs"];
pub(super) const INJECTIONS: Label = ["いまの注射", "Current injections"];
pub(super) const AHEAD: Label = ["これから {} {}〜", "{} ahead, from {}"];
pub(super) const PROBLEMS: Label = ["病名", "Problems"];
pub(super) const LABS: Label = ["検体検査（最新値・前回値）", "Laboratory (last, previous)"];
pub(super) const VITALS: Label = ["バイタルサイン", "Vital signs"];
pub(super) const PREVIOUS: Label = ["前{}", "prev {}"];
pub(super) const UNITS_DIFFER: Label = ["単位が異なる結果あり", "units differ"];
pub(super) const SUSPECTED: Label = ["疑い", "suspected"];
pub(super) const DRUG: Label = ["薬剤", "Drug"];
pub(super) const MIXTURE: Label = ["組成", "Mixture"];
pub(super) const DOSE: Label = ["用量", "Dose"];
pub(super) const RATE: Label = ["量・速度", "Amount, rate"];
pub(super) const USAGE: Label = ["用法・経路", "How to take"];
pub(super) const SPAN: Label = ["期間 ／ 時点", "Period / as of"];
pub(super) const LAST_GIVEN: Label = ["最終実施", "Last given"];
pub(super) const MORE: Label = ["ほか {} → {}枚目", "{} more → page {}"];
/// Kinds whose gaps stand on the first page, short enough for one line.
pub(super) const GAP_KINDS: [(&str, Label); 6] = [
    ("OMP-01", ["処方", "drugs"]),
    ("OMP-11", ["処方実施", "given"]),
    ("OMP-02", ["注射", "injections"]),
    ("OMP-12", ["注射実施", "given"]),
    ("OML-11", ["検体", "laboratory"]),
    ("OMD", ["食事", "meals"]),
];
/// Kinds of data, in the words of the standard's table; another's folder keeps its own.
pub(super) const KIND_NAMES: &[(&str, &str)] = &[
    ("ADT-00", "Basic patient data"),
    ("ADT-01", "Attending changed"),
    ("ADT-12", "Outpatient visits"),
    ("ADT-21", "Admissions planned"),
    ("ADT-22", "Admissions"),
    ("ADT-31", "Leaves"),
    ("ADT-32", "Back from leave"),
    ("ADT-41", "Transfers planned"),
    ("ADT-42", "Transfers"),
    ("ADT-51", "Discharges planned"),
    ("ADT-52", "Discharges"),
    ("ADT-61", "Allergies"),
    ("PPR-01", "Problems"),
    ("OMD", "Meal orders"),
    ("OMP-01", "Prescriptions"),
    ("OMP-11", "Drugs given"),
    ("OMP-02", "Injections ordered"),
    ("OMP-12", "Injections given"),
    ("OML-01", "Laboratory orders"),
    ("OML-11", "Laboratory results"),
    ("OMG-01", "Radiology orders"),
    ("OMG-11", "Radiology done"),
    ("OMG-02", "Endoscopy orders"),
    ("OMG-12", "Endoscopy done"),
    ("OMG-03", "Physiology orders"),
    ("OMG-13", "Physiology results"),
];
/// Before how long ago the last of each kind came.
pub(super) const LAST: Label = ["最後は", "last"];
pub(super) const FAULTS_LINE: Label =
    ["⚠ 解読できないデータ {}: 画面の停止時カルテで確かめる", "⚠ not decoded: {}: look at the chart on the screen"];
pub(super) const NOT_RECORDED: Label = ["記録なし＝未確認", "Not recorded: unconfirmed"];
pub(super) const NOT_COPIED: Label = ["コピー対象外", "Not part of this copy"];
pub(super) const ORDERS: Label = ["停止時のオーダ", "Orders at the stop"];
pub(super) const ORDERS_NOTE: Label = [
    "検査と画像。実施・結果の記録がないもの、これからのもの、24時間以内に結果が来たもの。処方・注射・食事はそれぞれの表。",
    "Tests and images: open, ahead, or answered within 24 hours. Drugs, injections and meals have their own tables.",
];
pub(super) const PLANNED_DRUGS: Label = ["これからの処方・注射", "Planned drugs"];
pub(super) const APPOINTMENTS: Label = ["予約・予定", "Appointments and plans"];
pub(super) const MEALS: Label = ["食事", "Meals"];
pub(super) const CULTURES: Label = ["細菌検査", "Microbiology"];
pub(super) const EXAMS: Label = ["画像・内視鏡・生理検査", "Imaging, endoscopy, physiology"];
pub(super) const MEASURES: Label = ["身長・体重など", "Height, weight and others"];
pub(super) const VITALS_BEFORE: Label = ["バイタルサイン（これまで）", "Vital signs before"];
pub(super) const GIVEN: Label = ["投与の実施記録", "Administrations"];
pub(super) const GIVEN_NOTE: Label = [
    "届いた実施記録だけです。記録がないことは、していないことを意味しません。",
    "Only the records that arrived. No record does not mean not given.",
];
pub(super) const STAYS: Label = ["入院・転棟・退院", "Stays"];
pub(super) const DOCUMENTS: Label = ["記録・サマリー（新しいもの）", "Notes and summaries, newest"];
pub(super) const HINTS: Label =
    ["手術・処置、化学療法の手がかり", "Operations, chemotherapy, as far as the data holds them"];
pub(super) const CONTACTS: Label = ["連絡先・家族・障害", "Contacts, kin, disability"];
pub(super) const LINKS: Label = ["同一人の記録", "Links"];
pub(super) const GAPS: Label = ["空白時間", "Gaps"];
pub(super) const GAPS_NOTE: Label = [
    "最後に届いたデータから、いまこの時点までの空白時間です。この間のことは、患者・ポンプ・空容器・申し送りで確かめてください。",
    "From the last message to now. For what happened in between, ask the patient, the pump, the empties and the handover notes.",
];
pub(super) const FAULTS: Label = ["解読できないデータ", "Not decoded"];
pub(super) const LEFT_OUT: Label = ["この紙に載せていないもの（画面にある）", "Not on this sheet (on the screen)"];
pub(super) const KIND: Label = ["種類", "Kind"];
pub(super) const WHAT: Label = ["内容", "What"];
pub(super) const PLANNED: Label = ["予定", "Planned"];
pub(super) const STATE: Label = ["状態", "State"];
pub(super) const STAMP: Label = ["時点（経過）", "As of (age)"];
pub(super) const ORDER_NO: Label = ["オーダ番号・指示医", "Order no., by"];
pub(super) const LAST_OF_PATIENT: Label = ["この患者で最後", "Last of this patient"];
pub(super) const LAST_OF_ANY: Label = ["病院全体で最後", "Last of any patient"];
pub(super) const GAP: Label = ["空白時間", "Gap"];
pub(super) const FIELD: Label = ["場所", "Where"];
pub(super) const RESULT: Label = ["結果", "Result"];
pub(super) const PHONE: Label = ["電話", "Phone"];
pub(super) const ADDRESS: Label = ["住所", "Address"];
pub(super) const TIME_OVER: Label = ["予定の時刻を過ぎた", "planned time is over"];
pub(super) const LINKED: Label = ["同一人と記録", "linked as one person"];
pub(super) const UNLINKED: Label = ["取り消し", "unlinked"];
pub(super) const NO_TEXT: Label = ["本文は解読していません", "text not decoded"];
pub(super) const SHORTENED: Label = ["…（続きは画面）", "… (more on the screen)"];

/// Codes and their words, as on the screen.
pub(super) const CATEGORIES: &[(&str, Label)] = &[
    ("prescription", ["処方", "prescription"]),
    ("injection", ["注射", "injection"]),
    ("lab", ["検体検査", "laboratory"]),
    ("meal", ["食事", "meal"]),
    ("radiology", ["放射線", "radiology"]),
    ("endoscopy", ["内視鏡", "endoscopy"]),
    ("physiology", ["生理検査", "physiology"]),
];
pub(super) const PLANS: &[(&str, Label)] = &[
    ("admit_plan", ["入院予定", "admission"]),
    ("transfer_plan", ["転棟予定", "transfer"]),
    ("discharge_plan", ["退院予定", "discharge"]),
    ("leave_back", ["帰院予定", "back from leave"]),
    ("visit", ["受診", "visit"]),
    ("lab", ["検体検査", "laboratory"]),
    ("radiology", ["放射線検査", "radiology"]),
    ("endoscopy", ["内視鏡検査", "endoscopy"]),
    ("physiology", ["生理検査", "physiology"]),
];
pub(super) const RESULT_STATES: &[(&str, Label)] = &[
    ("P", ["中間報告", "preliminary"]),
    ("C", ["訂正", "corrected"]),
    ("X", ["検査不能", "cannot be had"]),
    ("O", ["未着", "ordered"]),
    ("R", ["未照合", "not verified"]),
];

pub(super) const IN_COPY: Label = ["写し:", "copy:"];
pub(super) const BROUGHT: Label = ["／ 持込・問診:", "/ handed in, asked:"];

/// What kind of disagreement it is, as the screen says it.
pub(super) fn unlike(code: &str) -> Label {
    match code {
        "drug_not_in_copy" => ["写しにない薬", "Drug not in the copy"],
        "drug_over_in_copy" => ["写しでは終わっている薬", "Drug over in the copy"],
        "drug_differs" => ["薬の内容が違う", "Drug taken otherwise"],
        "allergy_not_in_copy" => ["写しにないアレルギー・副作用", "Allergy not in the copy"],
        "allergy_denied" => ["持込・問診は「なし」、写しは「あり」", "Handed in or asked: none; the copy some"],
        "pregnancy_not_in_copy" => ["写しにない妊娠（可能性を含む）", "Pregnancy not in the copy"],
        "pregnancy_denied" => ["問診は妊娠「なし」、写しは「あり」", "Not pregnant when asked, pregnant in the copy"],
        "anticoagulant_not_in_copy" => ["写しにない抗凝固薬・抗血小板薬", "Blood thinner not in the copy"],
        "anticoagulant_denied" => {
            ["問診は抗凝固薬「なし」、写しでは使用中", "No blood thinner when asked, one in the copy"]
        }
        "implant_not_in_copy" => ["写しにない体内の機器・金属", "Device or metal not in the copy"],
        "implant_denied" => ["問診は体内の機器・金属「なし」、写しは「あり」", "No device when asked, one in the copy"],
        "contact_differs" => ["住所・電話が違う", "Another address or telephone"],
        "blood_type" => ["血液型が違う", "Another blood type"],
        _ => ["名前・生年月日が違う", "Another name or birth date"],
    }
}
pub(super) const MARKED: Label = ["前回の帳票 №{} から変わった・増えたもの", "changed or new since sheet No. {}"];
pub(super) const GONE_ROWS: Label = ["なくなったもの:", "No longer there:"];
