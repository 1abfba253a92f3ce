//! 処方・指示の照合: what a written order is held against before it is carried out, by the names of its drugs alone (users.md 24): recorded
//! allergies and contraindications, what is already taken whichever department ordered it, amounts by weight, age and what was taken
//! before, the kidneys. It says what it looked at and what it could not; it decides nothing and stops nobody.

mod amounts;
mod body;
mod tables;

use std::sync::Arc;

use serde::Serialize;

use crate::chart::Chart;
use crate::classes::{HighRisk, clash, high_risk};
use crate::dosing;
use crate::drugs::{Course, Medication};
use crate::fact::{Coded, Drug};
use crate::item::{Item, SourceRef, Standing};
use crate::safety::{AllergyEntry, Answer};
use crate::when::When;

pub use body::Known;
pub use tables::TABLES_DATE;

/// Kind of an order that was written on paper while the EMR was dark.
pub const WRITTEN: &str = "処方（紙）";
/// A child, for whom amounts go by weight, is younger than this, years.
const CHILD_BELOW: u32 = 15;
/// Below this eGFR (mL/min/1.73m²) doses that leave by the kidneys are looked at: CKD stage G3a begins there (日本腎臓学会 CKD診療ガイド).
const KIDNEYS_BELOW: f64 = 60.0;

/// One thing that a person should look at before the line is carried out.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "found", rename_all = "snake_case")]
pub enum Found {
    /// A recorded allergy or contraindication shares the drug's name or family.
    Allergy {
        /// As recorded.
        allergen: String,
        /// What they share.
        family: String,
        /// When it was recorded.
        time: Option<When>,
        /// Where.
        source: Arc<SourceRef>,
    },
    /// The same drug, or another strength or form of it, is in force or planned.
    SameDrug(Box<Other>),
    /// A drug of the same effect is in force or planned.
    SameEffect {
        /// The effect both have.
        effect: String,
        /// The other one.
        other: Box<Other>,
    },
    /// The same drug stands twice in this order.
    Twice {
        /// The other line, from 1.
        line: usize,
    },
    /// The amount is not that of the last order of this drug.
    Changed(Box<Other>),
    /// By the patient's weight the amount a day lies outside the table's range.
    ByWeight {
        /// mg a day and kilogram, as ordered.
        ordered: f64,
        /// mg a day and kilogram, of the table: least and most.
        usual: [f64; 2],
        /// The weight.
        weight: Known,
    },
    /// More than the table's most a day, mg.
    AboveMost {
        /// As ordered.
        ordered: f64,
        /// The most.
        most: f64,
    },
    /// A child, and the amount could not be checked by weight.
    ChildUnchecked,
    /// It leaves by the kidneys, whose function is low.
    Kidneys(Known),
    /// It leaves by the kidneys, of which nothing is known.
    KidneysUnknown,
    /// Two people look at it.
    HighRisk(HighRisk),
}

impl Found {
    /// Whether somebody must name himself who goes on all the same: what clashes, stands twice, or is outside the range. The rest is told.
    pub fn asks_name(&self) -> bool {
        !matches!(self, Found::ChildUnchecked | Found::KidneysUnknown | Found::HighRisk(_) | Found::Changed(_))
    }

    /// The code of its words.
    pub fn code(&self) -> &'static str {
        match self {
            Found::Allergy { .. } => "allergy",
            Found::SameDrug(_) => "same_drug",
            Found::SameEffect { .. } => "same_effect",
            Found::Twice { .. } => "twice",
            Found::Changed(_) => "changed",
            Found::ByWeight { .. } => "by_weight",
            Found::AboveMost { .. } => "above_most",
            Found::ChildUnchecked => "child_unchecked",
            Found::Kidneys(_) => "kidneys",
            Found::KidneysUnknown => "kidneys_unknown",
            Found::HighRisk(_) => "high_risk",
        }
    }
}

/// Another order on the chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Other {
    /// The drug's name.
    pub drug: String,
    /// How it is taken.
    pub taken: String,
    /// Where it stands.
    pub course: Course,
    /// Who ordered it: department and doctor, as sent.
    pub ordered_by: String,
    /// When.
    pub time: Option<When>,
    /// Where it came from.
    pub source: Arc<SourceRef>,
}

/// What an order was held against, and what was found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Checked {
    /// What was found of each line, in their order.
    pub lines: Vec<Vec<Found>>,
    /// How the question for allergies is answered.
    pub allergies: Answer,
    /// How the question for contraindications is answered.
    pub contraindications: Answer,
    /// Allergies and contraindications as written, of which no name is shared with any line: 未照合, a person reads them.
    pub unmatched: Vec<String>,
    /// How the question for pregnancy is answered; `None` for a man.
    pub pregnancy: Option<Answer>,
    /// The newest weight, kg.
    pub weight: Option<Known>,
    /// The newest eGFR, mL/min/1.73m², as reported or reckoned from creatinine, age and sex.
    pub egfr: Option<Known>,
    /// What was looked at, in code words.
    pub done: Vec<&'static str>,
    /// What was not, in code words; always some.
    pub not_done: Vec<&'static str>,
    /// Of which day the tables are, `YYYY-MM-DD`.
    pub tables: &'static str,
}

impl Checked {
    /// Something was found that asks for a name.
    pub fn asks_name(&self) -> bool {
        self.lines.iter().flatten().any(Found::asks_name)
    }
}

/// Holds the lines of an order against a chart. `but` is the number of the order itself where the chart has it already; empty for none.
pub fn check(chart: &Chart, lines: &[Drug], but: &str) -> Checked {
    let (weight, egfr) = (body::weight(chart), body::egfr(chart));
    let looked = Looked { chart, lines, but, weight: weight.as_ref(), egfr: egfr.as_ref(), age: body::age(chart) };
    let found: Vec<Vec<Found>> = (0..lines.len()).map(|at| looked.of_line(at)).collect();
    let clashes = |item: &Item<AllergyEntry>| {
        lines.iter().any(|line| clash(item.allergy.allergen.shown(), line.drug.shown()).is_some())
    };
    let mut unmatched: Vec<String> = Vec::new();
    for item in recorded(chart).filter(|item| !clashes(item)) {
        let words = item.allergy.allergen.shown();
        if unmatched.iter().all(|known| known != words) {
            unmatched.push(words.to_owned());
        }
    }
    let is_child = looked.age.is_none_or(|age| age < CHILD_BELOW);
    let mut done = vec!["allergy_by_name", "duplicate_by_name", "last_amount"];
    let mut not_done = vec!["interactions", "ingredients", "disease"];
    let mut told = |is: bool, code| if is { done.push(code) } else { not_done.push(code) };
    // Of an adult nobody asks for it; of a child it was looked at only where every line could be.
    if is_child {
        let unchecked = found.iter().flatten().any(|found| *found == Found::ChildUnchecked);
        told(weight.is_some() && !unchecked, "amount_by_weight");
    }
    told(egfr.is_some(), "kidneys");
    not_done.push("pregnancy_by_drug");
    Checked {
        lines: found,
        allergies: chart.allergies.answer,
        contraindications: chart.contraindications.answer,
        unmatched,
        pregnancy: body::may_be_pregnant(chart).then_some(chart.pregnancy.answer),
        weight,
        egfr,
        done,
        not_done,
        tables: TABLES_DATE,
    }
}

/// Allergies and contraindications that stand.
fn recorded(chart: &Chart) -> impl Iterator<Item = &Item<AllergyEntry>> {
    let all = chart.allergies.items.iter().chain(&chart.contraindications.items);
    all.filter(|item| item.standing == Standing::Current && !item.says_none)
}

/// What every line is held against.
struct Looked<'c> {
    chart: &'c Chart,
    lines: &'c [Drug],
    but: &'c str,
    weight: Option<&'c Known>,
    egfr: Option<&'c Known>,
    age: Option<u32>,
}

impl Looked<'_> {
    fn of_line(&self, at: usize) -> Vec<Found> {
        let Some(line) = self.lines.get(at) else { return Vec::new() };
        let mut found: Vec<Found> = self.allergies(line.drug.shown()).collect();
        found.extend(self.others(line));
        found.extend(self.twice(at, line));
        found.extend(self.changed(line));
        found.extend(self.amount(line));
        found.extend(self.kidneys(line.drug.shown()));
        found.extend(high_risk(&line.drug).into_iter().map(Found::HighRisk));
        found
    }

    fn allergies(&self, drug: &str) -> impl Iterator<Item = Found> {
        recorded(self.chart).filter_map(move |item| {
            let allergen = item.allergy.allergen.shown().to_owned();
            let family = clash(&allergen, drug)?;
            Some(Found::Allergy { allergen, family, time: item.time, source: Arc::clone(&item.source) })
        })
    }

    fn medications(&self) -> impl Iterator<Item = &Item<Medication>> {
        let own = |item: &&Item<Medication>| self.but.is_empty() || item.drug.order.number != self.but;
        self.chart.medications.iter().filter(|item| item.standing == Standing::Current).filter(own)
    }

    /// What is in force or planned: of one name, the same drug; of one effect, a second.
    fn others(&self, line: &Drug) -> Vec<Found> {
        let mut found = Vec::new();
        let live = |item: &&Item<Medication>| matches!(item.in_use.course, Course::Current | Course::Planned);
        for item in self.medications().filter(live) {
            if is_one(&line.drug, &item.drug.drug) {
                found.push(Found::SameDrug(Box::new(other(item))));
            } else if let Some(effect) = tables::shared_effect(&line.drug, &item.drug.drug) {
                found.push(Found::SameEffect { effect, other: Box::new(other(item)) });
            }
        }
        for item in self.chart.injections.iter().filter(|item| item.standing == Standing::Current) {
            let live = matches!(item.in_use.course, Course::Current | Course::Planned);
            let order = &item.injection.order;
            if !live || (!self.but.is_empty() && order.number == self.but) {
                continue;
            }
            for part in item.injection.ingredients.iter().filter(|part| is_one(&line.drug, &part.drug)) {
                found.push(Found::SameDrug(Box::new(Other {
                    drug: part.drug.shown().to_owned(),
                    taken: item.injection.usage.iter().map(Coded::shown).collect::<Vec<_>>().join(" "),
                    course: item.in_use.course,
                    ordered_by: ordered_by(order),
                    time: item.time,
                    source: Arc::clone(&item.source),
                })));
            }
        }
        found
    }

    fn twice(&self, at: usize, line: &Drug) -> impl Iterator<Item = Found> {
        let same = |(other, of): (usize, &Drug)| (other != at && is_one(&line.drug, &of.drug)).then_some(other + 1);
        let lines: Vec<usize> = self.lines.iter().enumerate().filter_map(same).collect();
        lines.into_iter().map(|line| Found::Twice { line })
    }

    /// The newest order of just this drug, where its amount is another.
    fn changed(&self, line: &Drug) -> Option<Found> {
        let same = self.medications().filter(|item| dosing::is_same(&line.drug, &item.drug.drug));
        let last = same.max_by_key(|item| item.time.map(|time| time.start))?;
        let differs = dosing::differences(line, &last.drug).contains(&"amount");
        differs.then(|| Found::Changed(Box::new(other(last))))
    }

    fn amount(&self, line: &Drug) -> Vec<Found> {
        let daily = amounts::milligrams_a_day(line);
        let row = tables::dose(line.drug.shown());
        let child = self.age.is_some_and(|age| age < CHILD_BELOW);
        let mut found = Vec::new();
        if let Some((daily, most)) = daily.zip(row.and_then(|row| row.most(child))).filter(|(daily, most)| daily > most)
        {
            found.push(Found::AboveMost { ordered: daily, most });
        }
        if !child {
            return found;
        }
        let by_weight = daily.zip(self.weight).zip(row);
        let Some(((daily, weight), row)) = by_weight.filter(|((_, weight), _)| weight.value > 0.0) else {
            found.push(Found::ChildUnchecked);
            return found;
        };
        let (ordered, usual) = (daily / weight.value, [row.least, row.highest]);
        // A tenth either way is how tablets and spoons come out.
        if ordered > usual[1] * 1.1 || ordered < usual[0] * 0.9 {
            found.push(Found::ByWeight { ordered, usual, weight: weight.clone() });
        }
        found
    }

    fn kidneys(&self, drug: &str) -> Option<Found> {
        if !tables::leaves_by_kidneys(drug) {
            return None;
        }
        match self.egfr {
            None => Some(Found::KidneysUnknown),
            Some(known) => (known.value < KIDNEYS_BELOW).then(|| Found::Kidneys(known.clone())),
        }
    }
}

/// One drug, whatever its strength, form and maker: an OD錠 is the drug of the 錠.
fn is_one(one: &Coded, other: &Coded) -> bool {
    let plain = |drug: &Coded| {
        let text = ["OD", "ＯＤ", "口腔内崩壊"].iter().fold(drug.text.clone(), |text, form| text.replace(form, ""));
        Coded { text, ..drug.clone() }
    };
    dosing::is_same(one, other) || dosing::is_kindred(&plain(one), &plain(other))
}

fn other(item: &Item<Medication>) -> Other {
    Other {
        drug: item.drug.drug.shown().to_owned(),
        taken: dosing::words(&item.drug),
        course: item.in_use.course,
        ordered_by: ordered_by(&item.drug.order),
        time: item.time,
        source: Arc::clone(&item.source),
    }
}

fn ordered_by(order: &crate::fact::Order) -> String {
    [order.department.shown(), &order.doctor.name]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}
