//! Whether two sources mean one drug, and whether they say the same of how it is taken. By code and by name; nothing is guessed:
//! where the words do not let themselves be compared, they count as unlike and a person reads them.

use std::collections::BTreeSet;

use crate::classes::stem;
use crate::drugs::duration_days;
use crate::fact::{Coded, Drug, Quantity};
use crate::fold::fold_kana;

/// Digits in which two HOT codes of different lengths (HOT7, HOT9, HOT13) are compared: the first seven name drug, form, strength.
const HOT_DIGITS: usize = 7;

/// Code systems and codes of a drug, its alternate's too. Names of systems differ by sender (`HOT9`, `HOT`, `YJ`).
fn codes(drug: &Coded) -> Vec<(&str, &str)> {
    let alternate = drug.alternate.as_deref();
    [Some(drug), alternate]
        .into_iter()
        .flatten()
        .filter(|c| !c.code.is_empty())
        .map(|c| (c.system.as_str(), c.code.as_str()))
        .collect()
}

/// A name without 【般】, maker and spaces.
fn plain_name(text: &str) -> String {
    let mut name = fold_kana(text);
    for (open, close) in [('【', '】'), ('「', '」'), ('[', ']')] {
        while let Some((before, rest)) = name.split_once(open) {
            let after = rest.split_once(close).map_or("", |(_, after)| after);
            name = format!("{before}{after}");
        }
    }
    name
}

/// One drug of one strength and form.
pub(crate) fn is_same(one: &Coded, other: &Coded) -> bool {
    let same = |(system, code): (&str, &str), (theirs, their_code): (&str, &str)| {
        let hot = system.contains("HOT") && theirs.contains("HOT");
        let begins = |code: &str| code.get(..HOT_DIGITS).map(str::to_owned);
        code == their_code || hot && begins(code).is_some() && begins(code) == begins(their_code)
    };
    let by_code = codes(one).into_iter().any(|ours| codes(other).into_iter().any(|theirs| same(ours, theirs)));
    let names = |drug: &Coded| {
        let alternate = drug.alternate.as_deref().map(|alternate| alternate.text.as_str());
        let names = [Some(drug.text.as_str()), alternate].into_iter().flatten().map(plain_name);
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    by_code || names(one).iter().any(|name| names(other).contains(name))
}

/// One drug by its name down to the strength: another strength or form of it.
pub(crate) fn is_kindred(one: &Coded, other: &Coded) -> bool {
    let [one, other] = [one, other].map(|drug| stem(&plain_name(&drug.text)));
    one.chars().count() >= 3 && one == other
}

/// How it is taken, in words: amounts, usage, days.
pub(crate) fn words(drug: &Drug) -> String {
    let amount = |word: &str, quantity: &Quantity| {
        let value = quantity.value.trim_matches('"');
        if value.is_empty() { String::new() } else { format!("{word}{value}{}", quantity.unit.shown()) }
    };
    let usage: Vec<&str> = drug.usage.iter().map(Coded::shown).collect();
    let days = amount("", &drug.duration);
    let days = if drug.duration.unit.shown() == "d" { days.replace('d', "日分") } else { days };
    let parts = [amount("1回", &drug.dose), amount("1日", &drug.daily), usage.join(" "), days];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// In what two sources differ about one drug: `amount`, `usage`, `days`. What one of them does not say is no difference.
pub(crate) fn differences(one: &Drug, other: &Drug) -> Vec<&'static str> {
    let days =
        duration_days(&one.duration).zip(duration_days(&other.duration)).is_some_and(|(one, other)| one != other);
    let parts = [(amounts_differ(one, other), "amount"), (usages_differ(one, other), "usage"), (days, "days")];
    parts.into_iter().filter(|(differ, _)| *differ).map(|(_, word)| word).collect()
}

fn number(quantity: &Quantity) -> Option<f64> {
    fold_kana(quantity.value.trim_matches('"')).parse().ok()
}

/// Amounts a day where both are known, else amounts each time; of different units a person judges.
fn amounts_differ(one: &Drug, other: &Drug) -> bool {
    let unlike = |(one, unit): (f64, &Coded), (other, theirs): (f64, &Coded)| {
        let known = !unit.is_empty() && !theirs.is_empty();
        (one - other).abs() > 1e-6 || known && unit_key(unit) != unit_key(theirs)
    };
    let compared = a_day(one).zip(a_day(other)).or_else(|| each(one).zip(each(other)));
    compared.is_some_and(|(one, other)| unlike(one, other))
}

/// What is taken a day: as told, else reckoned from what is taken each time.
pub(crate) fn a_day(drug: &Drug) -> Option<(f64, &Coded)> {
    let told = number(&drug.daily).map(|daily| (daily, &drug.daily.unit));
    let times = || usage(drug).times().map(|times| times as f64);
    told.or_else(|| Some((number(&drug.dose)? * times()?, &drug.dose.unit)))
}

fn each(drug: &Drug) -> Option<(f64, &Coded)> {
    number(&drug.dose).map(|dose| (dose, &drug.dose.unit))
}

/// A unit by its words, the codes of the standard (MERIT-9) read as them.
fn unit_key(unit: &Coded) -> String {
    match fold_kana(unit.shown()).as_str() {
        "tab" | "t" => "錠".to_owned(),
        "cap" | "c" | "cp" | "カプセル" => "カプセル".to_owned(),
        "pck" | "包" => "包".to_owned(),
        other => other.to_owned(),
    }
}

/// When in the day, and how to the meal: what can be compared of the words of a usage.
#[derive(Default, PartialEq)]
struct Usage {
    slots: BTreeSet<&'static str>,
    meal: BTreeSet<&'static str>,
    times: Option<usize>,
    codes: BTreeSet<String>,
    text: String,
}

impl Usage {
    fn times(&self) -> Option<usize> {
        self.times.or_else(|| (!self.slots.is_empty()).then_some(self.slots.len()))
    }
}

fn usage(drug: &Drug) -> Usage {
    const SLOTS: [(&str, &str); 7] = [
        ("朝", "朝"),
        ("昼", "昼"),
        ("夕", "夕"),
        ("寝ル前", "眠前"),
        ("眠前", "眠前"),
        ("就寝前", "眠前"),
        ("起床", "起床"),
    ];
    const MEALS: [(&str, &str); 3] = [("食前", "食前"), ("食後", "食後"), ("食間", "食間")];
    let text = fold_kana(&drug.usage.iter().map(|usage| usage.text.as_str()).collect::<String>());
    let found = |words: &[(&str, &'static str)]| -> BTreeSet<&'static str> {
        words.iter().filter(|(word, _)| text.contains(word)).map(|(_, slot)| *slot).collect()
    };
    let mut slots = found(&SLOTS);
    if text.contains("毎食") {
        slots.extend(["朝", "昼", "夕"]);
    }
    let times = ["1日", "分"].iter().find_map(|word| {
        let digits: String = text.split_once(word)?.1.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok().filter(|times| (1..=12).contains(times))
    });
    let codes = drug.usage.iter().filter(|usage| usage.code.len() == 16).map(|usage| usage.code.clone()).collect();
    Usage { slots, meal: found(&MEALS), times, codes, text }
}

/// Times of day, else times a day, and the meal; words of which none is known are compared as they stand.
fn usages_differ(one: &Drug, other: &Drug) -> bool {
    let (one, other) = (usage(one), usage(other));
    if one.text.is_empty() || other.text.is_empty() || one.text == other.text {
        return false;
    }
    if !one.codes.is_empty() && one.codes == other.codes {
        return false;
    }
    let meal = !one.meal.is_empty() && !other.meal.is_empty() && one.meal != other.meal;
    if !one.slots.is_empty() && !other.slots.is_empty() {
        return one.slots != other.slots || meal;
    }
    match one.times().zip(other.times()) {
        Some((one, other)) => one != other || meal,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drug(name: &str, daily: &str, usage: &str, days: &str) -> Drug {
        let coded = |text: &str| Coded { text: text.to_owned(), ..Coded::default() };
        let quantity = |value: &str, unit: &str| Quantity { value: value.to_owned(), unit: coded(unit) };
        Drug {
            drug: coded(name),
            daily: quantity(daily, "錠"),
            usage: vec![coded(usage)],
            duration: quantity(days, "日分"),
            ..Drug::default()
        }
    }

    #[test]
    fn one_drug_under_two_writings_is_one() {
        let coded = |text: &str, code: &str, system: &str| Coded {
            text: text.into(),
            code: code.into(),
            system: system.into(),
            alternate: None,
        };
        let same = |one: &Coded, other: &Coded| is_same(one, other);
        let plain = coded("アムロジピン錠5mg「トーワ」", "", "");
        assert!(same(&plain, &coded("ｱﾑﾛｼﾞﾋﾟﾝ錠５ｍｇ「サワイ」", "", "")));
        assert!(same(&plain, &coded("【般】アムロジピン錠５ｍｇ", "", "")));
        assert!(!same(&plain, &coded("アムロジピン錠2.5mg「トーワ」", "", "")));
        assert!(is_kindred(&plain, &coded("アムロジピン錠2.5mg「トーワ」", "", "")));
        assert!(!is_kindred(&plain, &coded("アムロジン錠2.5mg", "", "")));
        assert!(same(&coded("甲", "2171022F1029", "YJ"), &coded("乙", "2171022F1029", "YJ")));
        assert!(same(&coded("甲", "110626901", "HOT9"), &coded("乙", "1106269010101", "HOT13")));
        assert!(!same(&coded("甲", "110626901", "HOT9"), &coded("乙", "110627601", "HOT9")));
    }

    #[test]
    fn what_differs_is_named_and_other_words_for_the_same_are_not() {
        let mine = drug("甲", "3", "１日３回毎食後", "14");
        for (daily, usage, days, want) in [
            ("3", "毎食後に服用", "14", vec![]),
            ("３", "【分３】朝昼夕食後", "14", vec![]),
            ("3", "1日3回 朝・昼・夕 食後", "28", vec!["days"]),
            ("2", "1日2回朝夕食後", "14", vec!["amount", "usage"]),
            ("3", "1日3回毎食前", "14", vec!["usage"]),
            ("3", "医師の指示どおり", "14", vec!["usage"]),
            ("", "", "", vec![]),
        ] {
            assert_eq!(differences(&mine, &drug("甲", daily, usage, days)), want, "{daily} {usage} {days}");
        }
        let each = Drug {
            dose: Quantity { value: "1".into(), unit: mine.daily.unit.clone() },
            ..drug("甲", "", "毎食後", "14")
        };
        assert!(differences(&mine, &each).is_empty(), "one each time, three times, is three a day");
        let other = Drug {
            daily: Quantity { value: "3".into(), unit: Coded { text: "包".into(), ..Coded::default() } },
            ..mine.clone()
        };
        assert_eq!(differences(&mine, &other), ["amount"], "of unlike units a person judges");
    }
}
