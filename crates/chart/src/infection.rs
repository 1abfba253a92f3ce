//! Infections and pregnancy: told as marks, problems, or found in laboratory results.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::fact::{Body, Coded, Lab, Measure, Problem};
use crate::fold::fold_kana;
use crate::intake::INTAKE;
use crate::item::{Item, Standing, View};
use crate::safety::{Answer, Answered, carried, says_none, shown_value};
use crate::when::When;

/// What a test or mark says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// 陽性
    Positive,
    /// 陰性
    Negative,
    /// Anything that is neither in so many words: a person reads it.
    #[default]
    Unclear,
}

/// One thing known of an infection or of pregnancy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// What it is about: `HBV`, `HCV`, `HIV`, `梅毒`, `MRSA`, `COVID-19`, `妊娠`, …
    pub about: &'static str,
    /// The item as sent, e.g. `HBs抗原`.
    pub item: Coded,
    /// The value as sent.
    pub value: String,
    /// What it says.
    pub finding: Finding,
    /// `lab`, `measure` or `problem`.
    pub from: &'static str,
}

struct Target {
    about: &'static str,
    /// Folded into both the item and, for cultures, the organism found.
    names: &'static [&'static str],
    /// JLAC10 analyte codes (first five characters).
    jlac: &'static [&'static str],
    /// An organism: found when it is grown, not when a test for it is positive.
    organism: bool,
}

const TARGETS: &[Target] = &[
    Target {
        about: "HBV",
        names: &["HBs抗原", "HBsAg", "HBV", "B型肝炎", "HBe抗原"],
        jlac: &["5F016"],
        organism: false,
    },
    Target { about: "HCV", names: &["HCV", "C型肝炎"], jlac: &["5F360", "5F350"], organism: false },
    Target { about: "HIV", names: &["HIV"], jlac: &["5F500", "5F560"], organism: false },
    Target { about: "HTLV-1", names: &["HTLV", "ATLA", "ATL抗体"], jlac: &["5F450"], organism: false },
    Target {
        about: "梅毒",
        names: &["梅毒", "RPR", "TPHA", "TPLA", "TP抗体", "STS", "ワ氏"],
        jlac: &["5E071", "5E075"],
        organism: false,
    },
    Target {
        about: "COVID-19",
        names: &["COVID", "SARS-CoV-2", "SARSCoV2", "新型コロナ"],
        jlac: &["5F625"],
        organism: false,
    },
    Target {
        about: "インフルエンザ",
        names: &["インフルエンザウイルス", "インフルエンザ抗原", "インフルエンザA", "インフルエンザB"],
        jlac: &["5F410"],
        organism: false,
    },
    Target {
        about: "結核",
        names: &["結核菌", "肺結核", "抗酸菌塗抹", "M.tuberculosis", "T-SPOT", "QFT"],
        jlac: &[],
        organism: true,
    },
    Target { about: "MRSA", names: &["MRSA", "メチシリン耐性黄色ブドウ球菌"], jlac: &[], organism: true },
    Target { about: "VRE", names: &["VRE", "バンコマイシン耐性腸球菌"], jlac: &[], organism: true },
    Target { about: "ESBL", names: &["ESBL"], jlac: &[], organism: true },
    Target { about: "CRE", names: &["CRE", "カルバペネム耐性腸内細菌"], jlac: &[], organism: true },
    Target {
        about: "C. difficile",
        names: &["difficile", "ディフィシル", "CDトキシン", "CD抗原"],
        jlac: &[],
        organism: true,
    },
    Target { about: "ノロウイルス", names: &["ノロウイルス"], jlac: &[], organism: false },
    Target { about: "疥癬", names: &["疥癬"], jlac: &[], organism: false },
];

/// The names of the targets as they are looked for.
static NAMES: LazyLock<Vec<(&'static Target, Vec<String>)>> = LazyLock::new(|| {
    let folded =
        |target: &Target| target.names.iter().filter(|name| !is_short(name)).map(|name| fold_kana(name)).collect();
    TARGETS.iter().map(|target| (target, folded(target))).collect()
});

/// Short Latin names must stand alone: `CRE` is not creatinine's `Cre`.
fn is_short(name: &str) -> bool {
    name.is_ascii() && name.len() <= 4
}

/// The first target that a text names, of those asked for.
fn named_in(text: &str, of: impl Fn(&Target) -> bool) -> Option<&'static Target> {
    if text.is_empty() || text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let (key, wide) = (fold_kana(text), text.nfkc().collect::<String>());
    let words: Vec<&str> = wide.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let short = |target: &Target| target.names.iter().any(|name| is_short(name) && words.contains(name));
    let long = |names: &[String]| names.iter().any(|name| key.contains(name.as_str()));
    NAMES.iter().find(|(target, names)| of(target) && (short(target) || long(names))).map(|(target, _)| *target)
}

fn target_of(item: &Coded) -> Option<&'static Target> {
    let by_code = |target: &&Target| target.jlac.iter().any(|code| item.code.starts_with(code));
    // The sender's words first: a code may be the hospital's own and only look like one of these.
    named_in(&item.text, |_| true).or_else(|| TARGETS.iter().find(by_code))
}

/// Positive or negative in so many words or signs; a number alone is unclear.
pub fn finding(value: &str, flag: &str) -> Finding {
    let key = fold_kana(value);
    let bare = key.trim_matches(|c: char| "() []".contains(c));
    let negative =
        ["陰性", "negative", "neg", "検出セズ", "検出サレズ", "未検出", "発育ヲ認メズ", "認メズ", "ナシ", "不検出"];
    let positive = ["陽性", "positive", "pos", "検出", "アリ"];
    // Dashes fall out of the key, so the sign alone is looked for in the text as sent.
    let sign: String = value.chars().filter(|c| !c.is_whitespace() && !"()（）".contains(*c)).collect();
    match sign.as_str() {
        "-" | "－" | "−" | "ー" | "‐" => return Finding::Negative,
        "+" | "＋" | "1+" | "2+" | "3+" | "4+" | "１＋" | "２＋" | "３＋" => return Finding::Positive,
        "+-" | "±" | "-+" => return Finding::Unclear,
        _ => {}
    }
    if key.contains("擬陽性") || key.contains("偽陽性") || key.contains("判定保留") {
        Finding::Unclear
    } else if negative.iter().any(|word| key.contains(word)) || matches!(bare, "n") {
        Finding::Negative
    } else if positive.iter().any(|word| key.contains(word)) || matches!(flag, "A" | "AA" | "POS") {
        Finding::Positive
    } else if flag == "NEG" {
        Finding::Negative
    } else {
        Finding::Unclear
    }
}

/// The targets of items, worked out once for each: a chart of twenty years has the same hundred items thousands of times.
#[derive(Default)]
struct Targets<'a>(HashMap<(&'a str, &'a str), Option<&'static Target>>);

/// The same for [`asks_pregnancy`].
#[derive(Default)]
struct Asking<'a>(HashMap<&'a str, bool>);

impl<'a> Asking<'a> {
    fn of(&mut self, item: &'a Coded) -> bool {
        *self.0.entry(&item.text).or_insert_with(|| asks_pregnancy(item))
    }
}

impl<'a> Targets<'a> {
    fn of(&mut self, item: &'a Coded) -> Option<&'static Target> {
        *self.0.entry((&item.text, &item.code)).or_insert_with(|| target_of(item))
    }
}

fn from_lab<'a>(lab: &'a Lab, targets: &mut Targets<'a>) -> Option<Mark> {
    let mark = |about, finding| Mark { about, item: lab.item.clone(), value: lab_value(lab), finding, from: "lab" };
    if !lab.parent_result.is_empty() {
        return None;
    }
    if let Some(target) = targets.of(&lab.item) {
        return Some(mark(target.about, finding(&lab_value(lab), &lab.flag)));
    }
    let grown = named_in(&lab_value(lab), |target| target.organism)?;
    let denied = finding(&lab_value(lab), "") == Finding::Negative;
    Some(mark(grown.about, if denied { Finding::Negative } else { Finding::Positive }))
}

/// A laboratory value, else its code's text.
fn lab_value(lab: &Lab) -> String {
    match &lab.coded {
        Some(coded) if lab.value.is_empty() => coded.shown().to_owned(),
        _ => lab.value.clone(),
    }
}

/// True for a mark of infection kept as a measure (ADT-00 OBX).
pub(crate) fn is_infection(measure: &Measure) -> bool {
    target_of(&measure.item).is_some() || measure.item.text.contains("感染症")
}

fn from_measure(measure: &Measure) -> Mark {
    let about = target_of(&measure.item).map_or("感染症", |target| target.about);
    let value = shown_value(measure).to_owned();
    let found = if says_none(&value) { Finding::Negative } else { finding(&value, &measure.flag) };
    Mark { about, item: measure.item.clone(), value, finding: found, from: "measure" }
}

fn from_problem(problem: &Problem, mine: impl Fn(&str) -> Option<&'static str>) -> Option<Mark> {
    let name = if problem.label.is_empty() { problem.name.shown() } else { &problem.label };
    let closed = problem.ended.is_some() || problem.suspected || problem.untold();
    let about = mine(name).filter(|_| !closed)?;
    Some(Mark {
        about,
        item: problem.name.clone(),
        value: name.to_owned(),
        finding: Finding::Positive,
        from: "problem",
    })
}

fn lab_time(lab: &Lab) -> Option<When> {
    lab.collected.or(lab.reported)
}

/// Infections: marks of ADT-00, results of the laboratory, and problems that name one. The newest finding per subject and item
/// comes first; a negative test answers for itself only (`scope`).
pub(crate) fn infections(view: &View<'_>, measures: Vec<Item<Measure>>) -> Answered<Mark> {
    let mut items: Vec<Item<Mark>> =
        measures.into_iter().map(|item| item.map(|measure| from_measure(&measure))).collect();
    let mut targets = Targets::default();
    for (message, body) in view.standing() {
        items.extend(match body {
            Body::Lab(lab) => from_lab(lab, &mut targets).map(|mark| view.item(message, lab_time(lab), mark)),
            Body::Problem(problem) => {
                let mine = |name: &str| named_in(name, |_| true).map(|target| target.about);
                from_problem(problem, mine).map(|mark| view.item(message, problem.diagnosed, mark))
            }
            _ => None,
        });
    }
    answered(view, items, &["ADT-00", "OML-11"])
}

/// Pregnancy: measures and results that ask for it (hCG) and current problems that name it.
pub(crate) fn pregnancy(view: &View<'_>, measures: Vec<Item<Measure>>) -> Answered<Mark> {
    let of_measure = |item: Item<Measure>| item.map(|measure| Mark { about: "妊娠", ..from_measure(&measure) });
    let mut items: Vec<Item<Mark>> = measures.into_iter().map(of_measure).collect();
    let mut asking = Asking::default();
    for (message, body) in view.standing() {
        items.extend(match body {
            Body::Lab(lab) if asking.of(&lab.item) => {
                let finding = finding(&lab_value(lab), &lab.flag);
                let mark =
                    Mark { about: "妊娠", item: lab.item.clone(), value: lab_value(lab), finding, from: "lab" };
                Some(view.item(message, lab_time(lab), mark))
            }
            Body::Problem(problem) => {
                let mine = |name: &str| (name.contains("妊娠") && !name.contains("非妊娠")).then_some("妊娠");
                from_problem(problem, mine).map(|mark| view.item(message, problem.diagnosed, mark))
            }
            _ => None,
        });
    }
    answered(view, items, &["PPR-01"])
}

/// True for an item that asks whether the patient is pregnant.
pub(crate) fn asks_pregnancy(item: &Coded) -> bool {
    item.text.contains("妊娠") || fold_kana(&item.text).contains("hcg")
}

fn answered(view: &View<'_>, mut items: Vec<Item<Mark>>, kinds: &[&str]) -> Answered<Mark> {
    items.sort_by_cached_key(Item::newest);
    items.retain(|item| item.standing == Standing::Current);
    // A no by mouth is no negative test.
    let told = items.iter_mut().filter(|item| item.source.kind == INTAKE && item.value.finding == Finding::Negative);
    told.for_each(|item| Arc::make_mut(&mut item.value).finding = Finding::Unclear);
    let known = items.iter().any(|item| item.finding != Finding::Negative);
    let newest = items.first().and_then(|item| item.time);
    let mut scope: Vec<String> = items.iter().map(|item| item.item.shown().to_owned()).collect();
    scope.dedup();
    match (known, items.is_empty()) {
        (true, _) => Answered::plain(Answer::Recorded, items),
        (_, false) => Answered { confirmed: newest, scope, ..Answered::plain(Answer::NoneConfirmed, items) },
        _ if carried(view, kinds) => Answered::plain(Answer::NotRecorded, items),
        _ => Answered::plain(Answer::NotCopied, items),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_in_words_and_signs() {
        for (value, flag, want) in [
            ("(-)", "", Finding::Negative),
            ("陰性", "", Finding::Negative),
            (" +", "", Finding::Positive),
            ("陽性", "", Finding::Positive),
            ("（＋）", "A", Finding::Positive),
            ("+-", "", Finding::Unclear),
            ("検出せず", "", Finding::Negative),
            ("0.05", "", Finding::Unclear),
            ("12.3", "A", Finding::Positive),
            ("", "", Finding::Unclear),
        ] {
            assert_eq!(finding(value, flag), want, "{value}");
        }
    }

    #[test]
    fn creatinine_is_no_infection() {
        let named =
            |text: &str| target_of(&Coded { text: text.to_owned(), ..Coded::default() }).map(|target| target.about);
        assert_eq!(named("Cre"), None);
        assert_eq!(named("クレアチニン"), None);
        assert_eq!(named("HBs抗原"), Some("HBV"));
        assert_eq!(named("ＨＣＶ抗体"), Some("HCV"));
        assert_eq!(named("CRE"), Some("CRE"));
    }
}
