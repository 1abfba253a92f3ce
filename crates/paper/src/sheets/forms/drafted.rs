//! What of the copy's drugs is drafted on a form, and what is named above it instead, so that an empty row never looks like "no drug":
//! what the patient brought, what a supply that ran out held. Stopped and ended drugs are never carried over (users.md 11); what a
//! patient brought is another hospital's, or another person's, until a doctor has asked.

use chart::classes::HighRisk;
use chart::disagreement::may_be_taken;
use chart::drugs::{Course, Medication, Use};
use chart::{Chart, HANDED_IN, Item, Moment, Standing};

use super::Copied;
use crate::font::Weight;
use crate::sheet::Sheet;
use crate::sheets::parts;
use crate::words::{Label, Words, amount, joined};

/// A supply that ran out longer ago is no last prescription: the longest usual one is of three months.
const OVER_DAYS: i64 = 90;
/// What begins within a day is on an order sheet of today.
const SOON_DAYS: i64 = 1;
/// Drugs named above a table; more are counted.
const NAMED: usize = 12;

/// True for what a patient brought: no order of this hospital.
pub(crate) fn is_brought<T>(item: &Item<T>) -> bool {
    item.source.kind == HANDED_IN
}

/// True for what has a form of its own and is decided anew each time.
pub(crate) fn is_narcotic(used: &Use) -> bool {
    used.high_risk.contains(&HighRisk::Narcotic)
}

/// True for what begins within a day.
pub(crate) fn is_soon(chart: &Chart, used: &Use) -> bool {
    let soon = chart.as_of.moment.plus_days(SOON_DAYS);
    used.course == Course::Planned && used.in_force_from.is_some_and(|from| from <= soon)
}

/// The drugs of the last prescription that may be a draft of the next: this hospital's, in force, not stopped, not narcotic.
pub(crate) fn draft(chart: &Chart) -> impl Iterator<Item = &Item<Medication>> {
    chart.medications.iter().filter(|item| item.in_use.current && !is_brought(item) && !is_narcotic(&item.in_use))
}

/// What a patient brought and may take, each drug once, the newest first.
fn brought(chart: &Chart) -> Vec<&Item<Medication>> {
    let standing = |item: &&Item<Medication>| item.standing == Standing::Current && is_brought(item);
    let taken = chart.medications.iter().filter(standing).filter(|item| may_be_taken(item, chart.as_of.moment));
    once(taken)
}

/// This hospital's drugs of the supply that ran out last, none of which goes on.
fn over(chart: &Chart) -> Vec<&Item<Medication>> {
    let own = || chart.medications.iter().filter(|item| item.standing == Standing::Current && !is_brought(item));
    let goes_on = |name: &str| {
        let live = |item: &&Item<Medication>| matches!(item.in_use.course, Course::Current | Course::Planned);
        own().filter(live).any(|item| item.drug.drug.shown() == name)
    };
    let since = chart.as_of.moment.plus_days(-OVER_DAYS);
    let ended = own().filter(|item| item.in_use.course == Course::Ended && until(item).is_some_and(|at| at > since));
    let ended: Vec<&Item<Medication>> = ended.filter(|item| !goes_on(item.drug.drug.shown())).collect();
    let last = ended.iter().filter_map(|item| until(item)).max();
    once(ended.into_iter().filter(|item| until(item) == last))
}

fn until(item: &Item<Medication>) -> Option<Moment> {
    item.in_use.in_force_until
}

fn once<'c>(all: impl Iterator<Item = &'c Item<Medication>>) -> Vec<&'c Item<Medication>> {
    let mut kept: Vec<&Item<Medication>> = Vec::new();
    for item in all {
        if !kept.iter().any(|known| known.drug.drug.shown() == item.drug.drug.shown()) {
            kept.push(item);
        }
    }
    kept
}

/// Names with the amount each time; a narcotic is called one.
fn names(w: &Words, all: &[&Item<Medication>]) -> String {
    let name = |item: &&Item<Medication>| {
        let mark = if is_narcotic(&item.in_use) { w.say(NARCOTIC) } else { "" };
        format!("{mark}{} {}", item.drug.drug.shown(), amount(&item.drug.dose)).trim_end().to_owned()
    };
    let named: Vec<String> = all.iter().take(NAMED).map(name).collect();
    let more = all.len().saturating_sub(NAMED);
    let more = if more > 0 { w.with(MORE, parts::count(w, more)) } else { String::new() };
    format!("{}{more}", named.join(if w.lang == chart::Lang::Ja { "、" } else { ", " }))
}

/// Names the narcotics in force on our own pages, since a drafted prescription without one would look complete. Never on what
/// leaves.
pub(crate) fn narcotics(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let Some(chart) = copied.chart.filter(|_| !sheet.is_bare(sheet.pages.len())) else { return };
    let current = chart.medications.iter().filter(|item| item.in_use.current && !is_brought(item));
    let named = once(current.filter(|item| is_narcotic(&item.in_use)));
    let named: Vec<&str> = named.iter().map(|item| item.drug.drug.shown()).collect();
    if !named.is_empty() {
        let words = sheet.w.with(NARCOTIC_APART, joined(named));
        sheet.y += 2.0;
        sheet.say_words(&words, Weight::Bold);
    }
}

/// Says above a table what is not drafted in it, bold. On a page that leaves the hospital no such drug is named: a pharmacy could
/// take the name for one that is prescribed.
pub(crate) fn beside(sheet: &mut Sheet<'_>, copied: &Copied<'_>) {
    let Some(chart) = copied.chart else { return };
    let (w, bare) = (sheet.w, sheet.is_bare(sheet.pages.len()));
    let mut said = Vec::new();
    let (brought, over) = (brought(chart), over(chart));
    if !brought.is_empty() {
        let count = parts::count(w, brought.len());
        said.push(match bare {
            true => w.with(BROUGHT_BARE, count),
            false => w.with(BROUGHT, count).replacen("{}", &names(w, &brought), 1),
        });
    }
    if let Some(first) = over.first() {
        let span = parts::span(w, &first.in_use, first.drug.start, first.drug.end, &first.drug.duration);
        said.push(match bare {
            true => w.with(OVER_BARE, span),
            false => w.with(OVER, span).replacen("{}", &names(w, &over), 1),
        });
    }
    let own = chart.medications.iter().any(|item| item.in_use.current && !is_brought(item));
    if said.is_empty() && !own && !bare {
        said.push(w.say(NONE).to_owned());
    }
    sheet.y += if said.is_empty() { 0.0 } else { 2.0 };
    for words in said {
        sheet.say_words(&words, Weight::Bold);
    }
}

const BROUGHT: Label = [
    "持込（お薬手帳など）の薬 {}: {}。ここには下書きしない。医師が確かめて書く",
    "Brought by the patient, {}: {}. Not drafted here: a doctor confirms and writes it",
];
const BROUGHT_BARE: Label = [
    "持込（お薬手帳など）の薬が {}ある（薬名は控え）。ここには下書きしていない",
    "Brought by the patient: {} (named on the copy). Not drafted here",
];
const OVER: Label = ["前回の処方 {}（終了。下書きしていない）: {}", "Last prescription {} (over; not drafted): {}"];
const OVER_BARE: Label = [
    "前回の処方 {}は終了。下書きしていない（薬名は控え）",
    "Last prescription {} is over: not drafted (named on the copy)",
];
const NONE: Label = [
    "いま続いている処方はコピーに記録なし＝未確認（「薬なし」ではない）",
    "No prescription in force is on record: unconfirmed, which is not \"none\"",
];
const NARCOTIC: Label = ["【麻薬】", "[narcotic] "];
const NARCOTIC_APART: Label = [
    "【麻薬】{} は下書きしない。麻薬処方箋（P10D）に書く",
    "[narcotic] {}: not drafted; write it on the narcotic prescription (P10D)",
];
const MORE: Label = [" ほか{}", " and {} more"];
