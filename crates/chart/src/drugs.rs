//! Drugs: prescribed by RP group with what is current, injected, and given as far as the copy tells.
//!
//! 空白時間 (users.md 1): for every current drug the last administration as received, or 実施記録なし・要確認. Many trees hold
//! no administration records, so silence never means "not given".

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use serde::Serialize;

use crate::classes::{HighRisk, clash, high_risk};
use crate::fact::{Coded, Drug, Given, Injection, Order, Quantity};
use crate::fold::fold_kana;
use crate::item::{Clock, Item, SourceRef, Standing, View, care_day};
use crate::safety::AllergyEntry;
use crate::versions::{Message, withdraws};
use crate::when::{Moment, Precision, When};

/// Where a drug or meal stands at the moment asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// In force; see the item's doubts where no end was sent.
    #[default]
    Current,
    /// Starts later.
    Planned,
    /// Its days are over.
    Ended,
    /// Discontinued or withdrawn by order control.
    Stopped,
}

/// The last administration of a drug, as received.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum LastGiven {
    /// An administration record came.
    Recorded {
        /// When it was given.
        time: Option<When>,
        /// Minutes from then to now.
        age_minutes: i64,
        /// RXA-20: CP given, PA partly, NA not given, RE refused; empty as sent.
        completion: String,
        /// How much.
        amount: Quantity,
        /// Where it came from.
        source: Arc<SourceRef>,
    },
    /// 実施記録なし・要確認. Never "not given".
    #[default]
    NoRecord,
}

impl LastGiven {
    /// What to say when no record came.
    pub const NO_RECORD: &'static str = "実施記録なし・要確認";
}

/// A name shared between a drug and a recorded allergy: for a person to look at, decides nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clash {
    /// The allergen as recorded.
    pub allergen: String,
    /// The family both belong to, or the shared name.
    pub family: String,
    /// In Japanese, ending in 要確認.
    pub words: String,
}

/// What is worked out about one drug or injection.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Use {
    /// Where it stands.
    pub course: Course,
    /// `course` is current: for programs that ask only this.
    pub current: bool,
    /// First instant of use, worked out.
    pub in_force_from: Option<Moment>,
    /// First instant after the last day of use, worked out from end or days; none when nothing says.
    pub in_force_until: Option<Moment>,
    /// Classes that two nurses confirm first.
    pub high_risk: Vec<HighRisk>,
    /// Allergies to look at.
    pub clashes: Vec<Clash>,
    /// Last administration, for what is current or planned.
    pub last_given: Option<LastGiven>,
}

/// One drug of a prescription. Drugs of one RP share `order.number` and `order.group` and stand side by side.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Medication {
    /// As sent.
    #[serde(flatten)]
    pub drug: Arc<Drug>,
    /// Worked out.
    #[serde(flatten)]
    pub in_use: Use,
}

/// One injection with its ingredients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct InjectionEntry {
    /// As sent.
    #[serde(flatten)]
    pub injection: Arc<Injection>,
    /// Worked out.
    #[serde(flatten)]
    pub in_use: Use,
}

/// Days of a duration: `5` + `d`, `14日分`; also HL7's `D5` and `W2` in the value.
pub(crate) fn duration_days(duration: &Quantity) -> Option<i64> {
    let value = fold_kana(&duration.value);
    let digits: String = value.chars().filter(|c| c.is_ascii_digit()).collect();
    let count = digits.parse::<i64>().ok().filter(|days| (1..=3650).contains(days))?;
    let unit = [&duration.unit.code, &duration.unit.text].iter().map(|text| fold_kana(text)).collect::<String>();
    let says = |text: &str| unit.starts_with(text) || value.starts_with(text) || value.ends_with(text);
    match () {
        () if unit.contains('回') || value.contains('回') => None,
        () if says("w") || unit.contains('週') || value.contains('週') => Some(count * 7),
        () if unit.is_empty() || says("d") || unit.contains('日') || value.contains('日') => Some(count),
        () => None,
    }
}

/// Start and end of use: TQ1-7 (else ORC-9, else 診療日), and TQ1-8 or start plus days. A day named as the end is included.
fn span(start: Option<When>, end: Option<When>, duration: &Quantity) -> (Option<Moment>, Option<Moment>) {
    let counted = start.zip(duration_days(duration)).map(|(start, days)| start.start.day().start.plus_days(days));
    (start.map(|start| start.start), end.map(|end| end.end()).or(counted))
}

/// How many days lie between two doses, at most, of a drug not taken every day (隔日, 曜日, 週１回): seven days' supply of it may be
/// the supply of seven weeks, and nobody sends which. By the words of the usage, or by the supplementary codes of the JAMI
/// standard usages, eight characters that begin with `I` (every so many days) or `W` (days of the week).
fn days_apart(usage: &[Coded]) -> i64 {
    let words = |coded: &Coded| {
        let text = fold_kana(&coded.text);
        let code = coded.code.trim();
        let supplement = |mark| coded.system.contains("JAMISD") && code.len() == 8 && code.starts_with(mark);
        match () {
            () if text.contains("月1回") => 31,
            () if text.contains('週') || text.contains('曜') || supplement('W') => 7,
            () => match text.split_once("日オキ").map(|(before, _)| before) {
                Some(before) => {
                    before.chars().next_back().and_then(|c| c.to_digit(10)).map_or(7, |days| i64::from(days) + 1)
                }
                None if text.contains("隔日") || supplement('I') => 2,
                None => 1,
            },
        }
    };
    usage.iter().map(words).max().unwrap_or(1)
}

fn course(order: &Order, (from, until): (Option<Moment>, Option<Moment>), clock: &Clock) -> Course {
    if withdraws(&order.control) || matches!(order.status.as_str(), "CA" | "DC") {
        Course::Stopped
    } else if from.is_some_and(|from| !clock.has_reached(from)) {
        Course::Planned
    } else if until.is_some_and(|until| clock.has_reached(until)) {
        Course::Ended
    } else {
        Course::Current
    }
}

/// What several drugs are looked at against: recorded allergies and administrations.
pub(crate) struct Against<'c> {
    allergens: Vec<&'c str>,
    given: &'c [Item<Given>],
    /// Where the records of a drug stand in `given`, by each of its keys; newest first.
    given_by: HashMap<String, Vec<usize>>,
    /// What is known of a drug, worked out once for each name and code: a chart of twenty years repeats them thousands of times.
    known: RefCell<HashMap<(String, String), Rc<Known>>>,
    clock: &'c Clock,
}

/// What a drug's name and code alone tell.
struct Known {
    keys: Vec<String>,
    high_risk: Vec<HighRisk>,
    clashes: Vec<Clash>,
}

impl<'c> Against<'c> {
    /// From the allergies that stand and are not "none", contraindications among them.
    pub fn new(entries: &[&'c [Item<AllergyEntry>]], given: &'c [Item<Given>], clock: &'c Clock) -> Against<'c> {
        let all = entries.iter().flat_map(|items| items.iter());
        let standing = all.filter(|item| item.standing == Standing::Current && !item.says_none);
        let allergens = standing.map(|item| item.value.allergy.allergen.shown()).collect();
        let mut against =
            Against { allergens, given, given_by: HashMap::new(), known: RefCell::new(HashMap::new()), clock };
        let earlier = |item: &Item<Given>| item.time.is_none_or(|time| clock.has_reached(time.start));
        for (at, item) in given.iter().enumerate().filter(|(_, item)| earlier(item)) {
            for key in &against.known(&item.drug).keys {
                against.given_by.entry(key.clone()).or_default().push(at);
            }
        }
        against
    }

    fn known(&self, drug: &Coded) -> Rc<Known> {
        let name = (drug.text.clone(), drug.code.clone());
        let plain = drug.alternate.is_none();
        if let Some(known) = self.known.borrow().get(&name).filter(|_| plain) {
            return Rc::clone(known);
        }
        let known =
            Rc::new(Known { keys: drug_keys(drug), high_risk: high_risk(drug), clashes: self.clashes(drug.shown()) });
        if plain {
            self.known.borrow_mut().insert(name, Rc::clone(&known));
        }
        known
    }

    /// Clashes of names with the recorded allergies.
    pub fn clashes(&self, drug: &str) -> Vec<Clash> {
        let found = self.allergens.iter().filter_map(|allergen| Some((*allergen, clash(allergen, drug)?)));
        let worded = found.map(|(allergen, family)| {
            let named = if family == allergen { String::new() } else { format!("（{family}）") };
            let words = format!("アレルギー・禁忌の記録「{allergen}{named}」に当たる可能性　要確認");
            Clash { words, allergen: allergen.to_owned(), family }
        });
        worded.collect()
    }

    /// The newest record of one of these drugs that says it was given; where none says so, the newest record.
    fn last_given(&self, drugs: &[Rc<Known>]) -> LastGiven {
        let lists = || drugs.iter().flat_map(|drug| &drug.keys).filter_map(|key| self.given_by.get(key));
        let item = |at: &usize| self.given.get(*at);
        let done = |at: &&usize| item(at).is_some_and(|item| !matches!(item.completion.as_str(), "NA" | "RE"));
        let newest_done = lists().filter_map(|list| list.iter().find(done)).min();
        let newest = newest_done.or_else(|| lists().filter_map(|list| list.first()).min());
        newest.and_then(item).map(recorded).unwrap_or_default()
    }

    /// The high-risk classes of a drug.
    pub fn high_risk(&self, drug: &Coded) -> Vec<HighRisk> {
        self.known(drug).high_risk.clone()
    }

    fn weigh(&self, order: &Order, drugs: &[&Coded], span: (Option<Moment>, Option<Moment>)) -> Use {
        let course = course(order, span, self.clock);
        let live = matches!(course, Course::Current | Course::Planned);
        let drugs: Vec<Rc<Known>> = drugs.iter().map(|drug| self.known(drug)).collect();
        let mut classes: Vec<HighRisk> = drugs.iter().flat_map(|drug| drug.high_risk.clone()).collect();
        classes.sort();
        classes.dedup();
        let mut clashes: Vec<Clash> = Vec::new();
        for found in drugs.iter().filter(|_| live).flat_map(|drug| &drug.clashes) {
            if !clashes.contains(found) {
                clashes.push(found.clone());
            }
        }
        Use {
            course,
            current: course == Course::Current,
            in_force_from: span.0,
            in_force_until: span.1,
            high_risk: classes,
            clashes,
            last_given: live.then(|| self.last_given(&drugs)),
        }
    }
}

fn recorded(item: &Item<Given>) -> LastGiven {
    LastGiven::Recorded {
        time: item.time,
        age_minutes: item.age_minutes,
        completion: item.completion.clone(),
        amount: item.amount.clone(),
        source: Arc::clone(&item.source),
    }
}

/// What makes a drug of one message that of another: any of its codes, or its name.
fn drug_keys(drug: &Coded) -> Vec<String> {
    let alternate = drug.alternate.as_deref().map(|alternate| alternate.code.as_str());
    let codes = [Some(drug.code.as_str()), alternate].into_iter().flatten().filter(|code| !code.is_empty());
    let mut keys: Vec<String> = codes.map(|code| format!("code {code}")).collect();
    let name = fold_kana(&drug.text);
    if !name.is_empty() {
        keys.push(format!("name {name}"));
    }
    keys
}

/// Doubts of a line that is called current: no end was sent, or not even a start.
fn open_ended(in_use: &Use) -> Vec<&'static str> {
    let missing = [(in_use.in_force_until.is_none(), "no_end"), (in_use.in_force_from.is_none(), "no_start")];
    missing.into_iter().filter(|(is_missing, _)| in_use.current && *is_missing).map(|(_, code)| code).collect()
}

/// Administrations, newest first.
pub(crate) fn administrations(view: &View<'_>) -> Vec<Item<Given>> {
    view.items(|given: &Given| given.start.or(given.entered))
}

/// Prescriptions: current first, then planned, ended and stopped; newest first; drugs of one RP together.
pub(crate) fn medications(view: &View<'_>, against: &Against<'_>) -> Vec<Item<Medication>> {
    let found = view.said();
    let entry = |(message, drug): &(&Message<'_>, &Arc<Drug>)| {
        let start = drug.start.or(drug.order.ordered).or_else(|| care_day(&message.origin));
        let (from, mut until) = span(start, drug.end, &drug.duration);
        let apart = days_apart(&drug.usage);
        let spread = drug.end.is_none() && apart > 1;
        if spread {
            until =
                start.zip(duration_days(&drug.duration)).map(|(at, days)| at.start.day().start.plus_days(days * apart));
        }
        let in_use = against.weigh(&drug.order, &[&drug.drug], (from, until));
        let mut doubts = open_ended(&in_use);
        if spread && in_use.current && !doubts.contains(&"no_end") {
            doubts.push("no_end");
        }
        let mut item = view.item(message, start, Medication { drug: Arc::clone(drug), in_use });
        item.doubts.extend(doubts);
        item
    };
    let mut items: Vec<_> = found.iter().map(entry).collect();
    items.sort_by_cached_key(|item| {
        let order = &item.drug.order;
        let start = item.time.map(|time| time.start);
        (item.in_use.course, Reverse(start), order.number.clone(), group_order(&order.group), item.source.position)
    });
    items
}

/// RP numbers sort as numbers where they are.
fn group_order(group: &str) -> (u64, String) {
    (group.parse().unwrap_or(u64::MAX), group.to_owned())
}

/// An injection without an end is its day's; one begun at an hour may run through the night, and ends after 24 hours.
fn one_day(start: When) -> Moment {
    let day = if start.precision >= Precision::Hour { start.start } else { start.start.day().start };
    day.plus_days(1)
}

/// Injections: current first, then planned, ended and stopped; newest first.
pub(crate) fn injections(view: &View<'_>, against: &Against<'_>) -> Vec<Item<InjectionEntry>> {
    let found = view.said();
    let entry = |(message, injection): &(&Message<'_>, &Arc<Injection>)| {
        let start = injection.start.or(injection.order.ordered).or_else(|| care_day(&message.origin));
        let drugs: Vec<&Coded> = injection.ingredients.iter().map(|ingredient| &ingredient.drug).collect();
        let (from, told) = span(start, injection.end, &injection.duration);
        let in_use = against.weigh(&injection.order, &drugs, (from, told.or_else(|| injection.start.map(one_day))));
        let mut doubts = open_ended(&in_use);
        if in_use.current && told.is_none() && !doubts.contains(&"no_end") {
            doubts.push("no_end");
        }
        let mut item = view.item(message, start, InjectionEntry { injection: Arc::clone(injection), in_use });
        item.doubts.extend(doubts);
        item
    };
    let mut items: Vec<_> = found.iter().map(entry).collect();
    items.sort_by_cached_key(|item| {
        (
            item.in_use.course,
            Reverse(item.time.map(|time| time.start)),
            item.source.source.clone(),
            item.source.position,
        )
    });
    items
}

/// Drugs of one RP, side by side as prescribed: one order number and one group number each.
pub fn rp_groups(medications: &[Item<Medication>]) -> impl Iterator<Item = &[Item<Medication>]> {
    let same = |a: &Item<Medication>, b: &Item<Medication>| {
        let key = |item: &Item<Medication>| {
            (item.drug.order.number.clone(), item.drug.order.group.clone(), item.in_use.course)
        };
        key(a) == key(b) && (a.source == b.source)
    };
    medications.chunk_by(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let quantity = |value: &str, unit: &str| Quantity {
            value: value.to_owned(),
            unit: Coded { code: unit.to_owned(), ..Coded::default() },
        };
        for (value, unit, want) in [
            ("5", "d", Some(5)),
            ("14", "日分", Some(14)),
            ("14", "", Some(14)),
            ("D7", "", Some(7)),
            ("2", "W", Some(14)),
            ("10", "回分", None),
            ("", "d", None),
            ("99999", "d", None),
        ] {
            assert_eq!(duration_days(&quantity(value, unit)), want, "{value} {unit}");
        }
    }
}
