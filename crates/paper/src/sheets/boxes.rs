//! The boxes of what a copy of an EMR hardly ever holds (users.md 6): on the summary and on the ward board. Each is filled with what
//! was found, word for word with its source and age, or says コピーに無し・要記入; a blank never means none, and there is always room
//! to write.

use chart::{Chart, Document, Item, Measure};

use super::parts;
use crate::words::{Label, Stood, Words, flags};

/// Nursing notes older than this say little of how a patient is tonight; orders about resuscitation do not age so.
const NOTE_MINUTES: i64 = 7 * 24 * 60;
/// Longest quotation, in letters: two lines of a box.
const QUOTE: usize = 56;

/// One box.
pub(crate) struct FixedBox {
    pub label: Label,
    /// Words by which it is looked for in measured items and notes.
    words: &'static [&'static str],
    /// Words that hold one of those and mean something else.
    but: &'static [&'static str],
    /// Found however old.
    lasting: bool,
}

const fn fixed(label: Label, words: &'static [&'static str]) -> FixedBox {
    FixedBox { label, words, but: &[], lasting: false }
}

/// The eight of users.md 6, in the order of the sheet.
pub(crate) const BOXES: [FixedBox; 8] = [
    FixedBox {
        lasting: true,
        ..fixed(["急変時方針", "If arrest"], &["急変時", "DNAR", "DNR", "心肺蘇生", "蘇生処置", "延命"])
    },
    fixed(["安静度", "Activity"], &["安静度", "床上安静", "ベッド上安静", "離床"]),
    FixedBox {
        but: &["飽和度"],
        ..fixed(["酸素", "Oxygen"], &["酸素", "カニューラ", "カヌラ", "ネーザル", "リザーバー"])
    },
    fixed(
        ["ルート・ドレーン", "Lines, drains"],
        &["ルート", "ドレーン", "末梢静脈", "中心静脈", "ポート", "PICC", "カテーテル", "バルーン", "胃管"],
    ),
    fixed(["移動", "Moving"], &["移動", "移乗", "車椅子", "歩行", "独歩"]),
    fixed(["転倒", "Falls"], &["転倒", "転落"]),
    fixed(["抑制", "Restraint"], &["抑制", "身体拘束", "ミトン", "離床センサー"]),
    fixed(["食形態", "Food texture"], &["食形態", "食事形態", "とろみ", "きざみ", "ミキサー", "嚥下食"]),
];

/// What the copy says to a box, with its age and source (the boxes are too narrow for the time); `None` when it says nothing.
pub(crate) fn found(w: &Words, chart: &Chart, fixed: &FixedBox) -> Option<String> {
    if fixed.label[0] == "食形態" {
        let diets = parts::diets(chart);
        let told = chart.meals.iter().find(|item| item.current).map(|item| w.age_of(Stood::of(item)));
        if let Some(told) = told.filter(|_| !diets.is_empty()) {
            return Some(format!("{diets} {told}"));
        }
    }
    measured(w, chart, fixed).or_else(|| chart.documents.iter().find_map(|item| quoted(w, item, fixed)))
}

fn holds(fixed: &FixedBox, text: &str) -> bool {
    fixed.words.iter().any(|word| text.contains(word)) && !fixed.but.iter().any(|word| text.contains(word))
}

fn measured(w: &Words, chart: &Chart, fixed: &FixedBox) -> Option<String> {
    let mut all = chart.measures.iter().chain(&chart.vitals);
    let item: &Item<Measure> = all.find(|item| holds(fixed, &item.item.text))?;
    let value = format!("{}{}\u{a0}{}", item.value.value, flags(&item.flag), crate::words::unit(&item.unit));
    Some(format!("{} {} {}", item.item.text, value.trim_end(), w.age_of(Stood::of(item))))
}

/// The sentence of a note that speaks of it, as written.
fn quoted(w: &Words, item: &Item<Document>, fixed: &FixedBox) -> Option<String> {
    if !fixed.lasting && item.age_minutes > NOTE_MINUTES {
        return None;
    }
    let sentence = item.text.split(['。', '\n', '\r']).map(str::trim).find(|part| holds(fixed, part))?;
    let mut quote: String = sentence.chars().take(QUOTE).collect();
    if quote.len() < sentence.len() {
        quote.push('…');
    }
    Some(format!("「{quote}」{}", w.age_of(Stood::of(item))))
}

pub(crate) const TO_WRITE: Label = ["コピーに無し・要記入", "not in the copy: write in"];
