//! A drug while the records that belong to it come one after the other, and what its amount is an amount of.

use chart::{Body, Coded, Drug, Quantity};

use super::rec::Rec;
use super::said::lines;

/// A drug, its RP, and an amount whose meaning the dosage form decides.
#[derive(Default)]
pub(super) struct Draft {
    pub drug: Drug,
    pub amount: Quantity,
    /// Words that stand with the drug, in the order they came.
    pub words: Vec<String>,
    /// Whether form and days of its RP are known.
    pub formed: bool,
}

/// Forms of which a day's amount is written, and the one of which each time's is (both specifications, note to 用量).
const BY_DAY: [&str; 3] = ["内服", "浸煎", "湯"];
const AS_NEEDED: [&str; 2] = ["屯服", "頓服"];

/// Form and number of an RP: 301 of a notebook, 101 of a prescription.
#[derive(Clone, Default)]
pub(super) struct Form {
    pub kind: Coded,
    pub duration: Quantity,
}

impl Draft {
    /// True for the drugs of one RP.
    pub(super) fn is_of(&self, group: &str) -> bool {
        self.drug.order.group == group
    }

    /// Sets form and days, and with them what the amount is: a day's, each time's, or all of it.
    pub(super) fn form(&mut self, form: &Form) {
        self.formed = true;
        self.drug.kind = form.kind.clone();
        self.drug.duration = form.duration.clone();
        let (kind, unit) = (form.kind.text.as_str(), form.duration.unit.text.as_str());
        let amount = std::mem::take(&mut self.amount);
        let by_day = unit.contains('日') && !unit.contains('回');
        if AS_NEEDED.contains(&kind) {
            self.drug.dose = amount;
        } else if BY_DAY.contains(&kind) || (by_day && form.duration.value != "1") {
            self.drug.daily = amount;
        } else if form.duration.value == "1" {
            self.drug.dispensed = amount;
        } else {
            self.amount = amount;
        }
    }

    /// The fact. An amount of which nothing says whether it is a day's, a dose or all stays in words.
    pub(super) fn finish(mut self) -> Body {
        let Quantity { value, unit } = std::mem::take(&mut self.amount);
        if !value.is_empty() || !unit.is_empty() {
            let per = if self.formed { "調剤数量1あたり" } else { "" };
            self.words.insert(0, format!("用量 {value}{}{per}", unit.shown()));
        }
        // 1日回数 and 一包化 come in several records.
        let mut told: Vec<String> = Vec::with_capacity(self.words.len());
        for words in self.words {
            told.extend((!told.contains(&words)).then_some(words));
        }
        self.drug.instruction = lines(told);
        Body::from(self.drug)
    }
}

/// An amount with its unit in words.
pub(super) fn quantity(value: String, unit: String) -> Quantity {
    Quantity { value, unit: Coded { text: unit, ..Coded::default() } }
}

/// A drug whose fields are out of place: named by its one text that is no code, all else beside it in words for a person.
pub(super) fn displaced(rec: &Rec<'_>) -> Draft {
    let group = if rec.has_group() { rec.code(1) } else { String::new() };
    let words = |text: &str| !text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b".-/".contains(&b));
    let longest =
        (1 + usize::from(!group.is_empty())..=rec.says().len()).filter(|at| words(rec.glance(*at))).max_by_key(|at| {
            // The first of equals.
            (rec.glance(*at).chars().count(), usize::MAX - at)
        });
    let mut draft = Draft::default();
    draft.drug.order.group = group;
    draft.drug.drug.text = longest.map(|at| rec.take(at)).unwrap_or_default();
    draft.words.push(displaced_words(rec));
    draft
}

/// What else a record whose fields are out of place holds.
pub(super) fn displaced_words(rec: &Rec<'_>) -> String {
    super::said::worded("項目の位置が不明:", &rec.rest())
}
