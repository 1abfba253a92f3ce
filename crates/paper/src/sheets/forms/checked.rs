//! What drafted drugs were held against by their names, and what was not looked at, on our own pages of a prescription (users.md 24).

use chart::Chart;
use chart::prescribing::{Found, check};

use super::drafted::draft;
use crate::font::Weight;
use crate::sheet::Sheet;
use crate::words::{Label, Words, joined};

/// Lines of what was found; more of them would leave no room for the drugs.
const SAID: usize = 6;
/// What is said of one line; the screen says all.
const EACH: usize = 3;

/// Says above the drugs what was found of them and what was not looked at. Nothing on a page that leaves, and nothing of no drugs.
pub(crate) fn checked(sheet: &mut Sheet<'_>, chart: Option<&Chart>) {
    let Some(chart) = chart.filter(|_| !sheet.is_bare(sheet.pages.len())) else { return };
    let lines: Vec<_> = draft(chart).map(|item| (*item.drug).clone()).collect();
    if lines.is_empty() {
        return;
    }
    let (w, checked) = (sheet.w, check(chart, &lines, ""));
    let mut said = Vec::new();
    for (line, found) in lines.iter().zip(&checked.lines) {
        let words = found.iter().filter_map(|one| words(w, one, line.drug.shown()));
        let mut words: Vec<String> = words.collect();
        words.dedup();
        let more = words.len().saturating_sub(EACH);
        words.truncate(EACH);
        if more > 0 {
            words.push(w.with(OTHERS, more));
        }
        if !words.is_empty() {
            said.push(format!("{}: {}", line.drug.shown(), words.join(w.say(AND))));
        }
    }
    let more = said.len().saturating_sub(SAID);
    for words in said.iter().take(SAID) {
        sheet.say_words(words, Weight::Bold);
    }
    if more > 0 {
        sheet.say_words(&w.with(MORE, more), Weight::Bold);
    }
    if !checked.unmatched.is_empty() {
        let named = joined(checked.unmatched.iter().map(|words| format!("「{words}」")));
        sheet.say_words(&w.with(UNMATCHED, named), Weight::Bold);
    }
    let kidneys = if checked.egfr.is_some() { "" } else { w.say(NO_KIDNEYS) };
    sheet.say_words(&w.with(NOT_DONE, checked.tables).replacen("{}", kidneys, 1), Weight::Regular);
}

/// What a person looks at before signing; what the draft itself is (the same drug, in force) is none.
fn words(w: &Words, found: &Found, own: &str) -> Option<String> {
    Some(match found {
        Found::Allergy { allergen, .. } => w.with(ALLERGY, allergen),
        Found::SameDrug(other) if other.drug != own => w.with(SAME, &other.drug),
        Found::SameEffect { effect, other } => w.with(EFFECT, &other.drug).replacen("{}", effect, 1),
        Found::ByWeight { weight, .. } => w.with(WEIGHT, format!("{} kg", weight.value)),
        Found::AboveMost { most, .. } => w.with(MOST, format!("{most} mg")),
        Found::ChildUnchecked => w.say(CHILD).to_owned(),
        Found::Kidneys(egfr) => w.with(KIDNEYS, egfr.value),
        _ => return None,
    })
}

const MORE: Label = ["ほか {} 行に確認することがある", "{} more lines to look at"];
const OTHERS: Label = ["ほか {} 件", "{} more"];
const AND: Label = ["、", "; "];
const ALLERGY: Label = ["アレルギー・禁忌の記録「{}」に当たる可能性", "may be what \"{}\" names"];
const SAME: Label = ["{} と重複", "same as {}"];
const EFFECT: Label = ["{}が同効（{}）", "{} has the same effect ({})"];
const WEIGHT: Label = ["体重あたりの量が表の範囲の外（{}）", "outside the range by weight ({})"];
const MOST: Label = ["1日最大量 {} を超える", "above {} a day"];
const CHILD: Label = ["小児・量は未照合", "a child: amount not checked"];
const KIDNEYS: Label = ["腎機能で量を確かめる（eGFR {}）", "dose by the kidneys (eGFR {})"];
const UNMATCHED: Label = ["未照合のアレルギー・禁忌: {}", "Allergies not matched: {}"];
const NO_KIDNEYS: Label = ["腎機能（値なし）・", "kidneys (no value), "];
const NOT_DONE: Label = [
    "名前による照合（表 {}、例）。照合していない: {}相互作用・配合剤の成分・病名による禁忌",
    "Checked by names (tables of {}, an example). Not looked at: {}interactions, ingredients, disease",
];
