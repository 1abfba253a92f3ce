//! What must be known before anything is done: allergies, contraindications, infections, pregnancy, blood type.
//!
//! Nothing recorded is not "none": each question has one of four answers (users.md 2). Infection and pregnancy are in
//! [`crate::infection`].

use std::sync::Arc;

use serde::Serialize;

use crate::fact::{Allergy, Measure};
use crate::fold::fold_kana;
use crate::freshness::HANDED_IN;
use crate::identity::distinct;
use crate::item::{Item, Standing, View};
use crate::when::When;

/// The four answers where an allergy could be. Absence of a message is never なし.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// あり: something is recorded.
    Recorded,
    /// なし（確認日・確認者）: somebody wrote that there is none.
    NoneConfirmed,
    /// 記録なし＝未確認.
    #[default]
    NotRecorded,
    /// コピー対象外: no source carries this kind of data.
    NotCopied,
}

impl Answer {
    /// The answer as the screen says it, in Japanese.
    pub fn words(self) -> &'static str {
        match self {
            Answer::Recorded => "あり",
            Answer::NoneConfirmed => "なし",
            Answer::NotRecorded => "記録なし＝未確認",
            Answer::NotCopied => "コピー対象外",
        }
    }
}

/// A question with its answer and all that was said to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answered<T> {
    /// Which of the four.
    pub answer: Answer,
    /// The answer in Japanese words.
    pub words: &'static str,
    /// For なし: when it was confirmed.
    pub confirmed: Option<When>,
    /// For なし: who confirmed it, as sent; empty when the sender names nobody.
    pub confirmed_by: String,
    /// For なし that rests on tests: the tests. Nothing else was asked.
    pub scope: Vec<String>,
    /// What was said, newest first; includes the entries that say "none".
    pub items: Vec<Item<T>>,
}

impl<T> Answered<T> {
    /// An answer with nothing confirmed.
    pub(crate) fn plain(answer: Answer, items: Vec<Item<T>>) -> Answered<T> {
        let words = answer.words();
        Answered { answer, words, confirmed: None, confirmed_by: String::new(), scope: Vec::new(), items }
    }
}

/// An allergy or contraindication as the chart shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AllergyEntry {
    /// As sent.
    #[serde(flatten)]
    pub allergy: Arc<Allergy>,
    /// True when it says that there is none (アレルギーなし, NKA).
    pub says_none: bool,
}

/// True for text by which people write that there is nothing: `なし`, `アレルギーなし`, `特になし`, `(-)`, `NKA`, `NKDA`.
pub fn says_none(text: &str) -> bool {
    let key = fold_kana(text);
    let words = [
        "アレルギ",
        "薬剤",
        "薬物",
        "食物",
        "食品",
        "禁忌",
        "感染症",
        "既往",
        "薬",
        "歴",
        "特ニ",
        "特記",
        "事項",
        "ハ",
        "ノ",
        "等",
        "妊娠",
    ];
    let bare = words.iter().fold(key.clone(), |rest, word| rest.replace(word, ""));
    let bare = bare.trim_matches(|c: char| "。.,()[]:、".contains(c));
    let english = ["nka", "nkda", "none", "noknownallergies", "noknowndrugallergies", "noknownallergy", "noallergies"];
    matches!(bare, "ナシ" | "無" | "無シ" | "無ナシ" | "ナイ" | "該当ナシ") || english.contains(&key.as_str())
}

/// Kinds in which an allergy or contraindication can come.
const ALLERGY_KINDS: &[&str] = &["ADT-61", "ADT-00"];

/// True when any source carries one of these kinds, by its list or by what came of this patient.
pub(crate) fn carried(view: &View<'_>, kinds: &[&str]) -> bool {
    let by_list = view.carried.iter().any(|carried| kinds.contains(&carried.kind.as_str()));
    by_list || view.messages.iter().any(|message| kinds.contains(&message.origin.kind.as_str()))
}

/// アレルギー情報 speaks before 患者基本情報, and that before what an order repeats.
fn rank(kind: &str) -> u8 {
    match kind {
        "ADT-61" => 0,
        "ADT-00" => 1,
        _ => 2,
    }
}

fn is_contraindication(allergy: &Allergy) -> bool {
    allergy.category.code == "MC" || allergy.category.text.contains("禁忌")
}

/// True when the entry itself says that it is withdrawn or refuted (IAM-6 D, IAM-17).
fn is_deleted(allergy: &Allergy) -> bool {
    allergy.action.code == "D" || matches!(allergy.status.code.as_str(), "E" | "I" | "entered-in-error" | "refuted")
}

fn entries(view: &View<'_>, mine: impl Fn(&Allergy) -> bool) -> Vec<Item<AllergyEntry>> {
    let mut items = view.items(|allergy: &Allergy| allergy.confirmed);
    items.retain(|item| mine(&item.value));
    items.sort_by_key(|item| rank(&item.source.kind));
    let entry = |mut item: Item<Allergy>| {
        if is_deleted(&item.value) {
            item.standing = Standing::Cancelled;
        }
        let none = says_none(item.value.allergen.shown())
            || matches!(item.value.allergen.code.as_str(), "716186003" | "409137002");
        item.map(|allergy| AllergyEntry { allergy, says_none: none })
    };
    let mut entries: Vec<_> = distinct(items).into_iter().map(entry).collect();
    entries.sort_by_key(|item| (item.standing, item.says_none));
    entries
}

fn answered(view: &View<'_>, items: Vec<Item<AllergyEntry>>) -> Answered<AllergyEntry> {
    let standing = |item: &&Item<AllergyEntry>| item.standing == Standing::Current && !item.allergy.allergen.is_empty();
    let some = items.iter().filter(standing).any(|item| !item.says_none);
    let none = items.iter().filter(standing).find(|item| item.says_none);
    // なし needs a day and a name (users.md 2). The code of a notebook has neither, so its なし is shown and answers nothing.
    let confirmed = items.iter().filter(standing).find(|item| item.says_none && item.source.kind != HANDED_IN);
    match confirmed.map(|item| (item.allergy.confirmed.or(item.time), item.allergy.confirmed_by.clone())) {
        _ if some => {
            let contradicted = none.is_some();
            let mut answered = Answered::plain(Answer::Recorded, items);
            if contradicted {
                answered.items.iter_mut().for_each(|item| item.doubts.push("none_and_some"));
            }
            answered
        }
        Some((confirmed, by)) => {
            Answered { confirmed, confirmed_by: by, ..Answered::plain(Answer::NoneConfirmed, items) }
        }
        None if items.is_empty() && !carried(view, ALLERGY_KINDS) => Answered::plain(Answer::NotCopied, items),
        None => Answered::plain(Answer::NotRecorded, items),
    }
}

/// Allergies and adverse reactions: ADT-61 first, then ADT-00, then what orders repeat.
pub(crate) fn allergies(view: &View<'_>) -> Answered<AllergyEntry> {
    answered(view, entries(view, |allergy| !is_contraindication(allergy)))
}

/// Contraindications (HL70127 `MC`).
pub(crate) fn contraindications(view: &View<'_>) -> Answered<AllergyEntry> {
    answered(view, entries(view, is_contraindication))
}

/// Blood type, for orientation only.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BloodType {
    /// ABO as sent, newest; empty when none came.
    pub abo: String,
    /// Rh as sent, newest.
    pub rh: String,
    /// Always 参考・輸血には使用不可 (users.md 2): never for wristband or 輸血票.
    pub note: &'static str,
    /// All that was said, the hospital's own first, newest first.
    pub items: Vec<Item<Measure>>,
}

fn in_japanese_order(measures: &[Item<Measure>], mine: impl Fn(&Measure) -> bool) -> String {
    measures.iter().find(|item| mine(item)).map(|item| shown_value(item).to_owned()).unwrap_or_default()
}

/// A measured value, else its code's text.
pub fn shown_value(measure: &Measure) -> &str {
    match &measure.coded {
        Some(coded) if measure.value.is_empty() => coded.shown(),
        _ => &measure.value,
    }
}

/// JLAC10 5H010 ABO and 5H020 Rh, or their names.
pub(crate) fn is_abo(measure: &Measure) -> bool {
    let name = measure.item.text.to_ascii_uppercase();
    measure.item.code.starts_with("5H010") || name.contains("ABO") || name.contains("血液型") && !is_rh(measure)
}

pub(crate) fn is_rh(measure: &Measure) -> bool {
    let name = measure.item.text.to_ascii_uppercase();
    measure.item.code.starts_with("5H020") || name.contains("RH") || name.contains("ＲＨ")
}

/// The blood type out of the measures that tell one: what the hospital's own record says stands before what a patient brought.
pub(crate) fn blood_type(mut items: Vec<Item<Measure>>) -> BloodType {
    items.sort_by_key(|item| item.source.kind == HANDED_IN);
    BloodType {
        abo: in_japanese_order(&items, is_abo),
        rh: in_japanese_order(&items, is_rh),
        note: "参考・輸血には使用不可",
        items,
    }
}

#[cfg(test)]
mod tests {
    use super::says_none;

    #[test]
    fn words_for_none() {
        for text in [
            "なし",
            "アレルギーなし",
            "薬剤アレルギー無し",
            "特になし",
            "無",
            "NKA",
            "nkda",
            "食物アレルギー：なし",
            "ナシ",
            "No known allergies",
        ] {
            assert!(says_none(text), "{text}");
        }
        for text in ["なし（梨）ジュース", "そば", "不明", "未確認", "", "アレルギー", "ペニシリン", "なしくずし"]
        {
            assert!(!says_none(text), "{text}");
        }
    }
}
