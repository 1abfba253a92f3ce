//! What a ward asks of every patient and SS-MIX2 has no field for: code status, rest, oxygen, lines, transfer, falls, restraint,
//! form of food (users.md 6). Looked for by words in the notes of this stay; what is not found is asked for, never none.

use serde::Serialize;

use crate::chart::Chart;
use crate::item::Item;
use crate::when::Moment;

/// The boxes of the ward's list and sheets, in their order: a code word, and the words that tell of it.
const BOXES: [(&str, &[&str]); 8] = [
    ("emergency", &["急変時", "DNAR", "DNR", "蘇生"]),
    ("rest", &["安静度", "安静"]),
    ("oxygen", &["酸素", "室内気"]),
    ("lines", &["ルート", "ドレーン", "カテーテル", "末梢静脈", "中心静脈", "胃管"]),
    ("moving", &["移動", "移乗"]),
    ("falls", &["転倒", "転落"]),
    ("restraint", &["抑制", "身体拘束"]),
    ("food", &["食形態", "とろみ", "嚥下"]),
];
/// Characters of a sentence that are shown; the note itself is on the chart.
const TOLD_CHARS: usize = 60;

/// What a note says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Told {
    /// The sentence, word for word.
    pub text: String,
}

/// One box.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BoxEntry {
    /// `emergency`, `rest`, `oxygen`, `lines`, `moving`, `falls`, `restraint`, `food`.
    pub code: &'static str,
    /// The newest sentence of a note that tells of it, word for word; `None`: the copy has none, to be filled in.
    pub told: Option<Item<Told>>,
}

/// The boxes of a patient, out of what was written since `since` (the admission).
pub fn boxes(chart: &Chart, since: Option<Moment>) -> Vec<BoxEntry> {
    let diet = || {
        let meal = chart.meals.iter().find(|meal| meal.current)?;
        let told = meal.clone().map(|entry| Told { text: entry.meal.diet.shown().to_owned() });
        Some(told).filter(|told| !told.text.is_empty())
    };
    let entry = |(code, words): (&'static str, &[&str])| {
        let told = in_notes(chart, since, words);
        BoxEntry { code, told: told.or_else(|| diet().filter(|_| code == "food")) }
    };
    BOXES.into_iter().map(entry).collect()
}

/// The newest sentence of a note, written since a moment, that holds one of the words.
pub(crate) fn in_notes(chart: &Chart, since: Option<Moment>, words: &[&str]) -> Option<Item<Told>> {
    let mut notes = chart.documents.iter().filter(|note| {
        let at = note.time.map_or(note.source.received, |time| time.end());
        since.is_none_or(|since| at > since)
    });
    let (note, text) = notes.find_map(|note| Some((note, sentence(&note.text, words)?)))?;
    Some(note.clone().map(|_| Told { text }))
}

fn sentence(text: &str, words: &[&str]) -> Option<String> {
    let holds = |part: &&str| words.iter().any(|word| part.contains(word));
    let part = text.split(['\n', '\r', '。']).map(str::trim).find(holds)?;
    Some(part.chars().take(TOLD_CHARS).collect())
}

#[cfg(test)]
mod tests {
    use super::sentence;

    #[test]
    fn a_sentence_is_told_word_for_word() {
        let text = "入院3日目。移動は車椅子。夕食摂取5割。\n安静度：病棟内フリー";
        assert_eq!(sentence(text, &["移動"]).as_deref(), Some("移動は車椅子"));
        assert_eq!(sentence(text, &["安静度", "安静"]).as_deref(), Some("安静度：病棟内フリー"));
        assert_eq!(sentence(text, &["抑制"]), None);
    }
}
