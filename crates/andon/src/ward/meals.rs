//! 食数・禁食・アレルギー: what each patient of a ward may eat at the next meal, and what must not be on the tray.

use std::collections::BTreeMap;

use chart::notes::MealEntry;
use chart::{Answer, Chart, Item, Meal, Moment, When};
use store::Reader;

use super::beds::bedsides;
use super::lists::Alike;
use crate::home::Problem;
use crate::stays::MEALS;

/// One patient's tray.
pub struct Tray {
    /// Room and bed.
    pub place: String,
    /// The patient's number.
    pub id: String,
    /// Who assigned it.
    pub authority: String,
    /// Name.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date.
    pub birth_date: Option<When>,
    /// Whether another of this ward has a surname or name alike.
    pub alike: Alike,
    /// Out on leave: eats elsewhere, unless he is back.
    pub on_leave: bool,
    /// The diet in force then, as sent; empty when no order is in the copy.
    pub diet: String,
    /// What the order says beside it, word for word.
    pub text: String,
    /// 禁食.
    pub fasting: bool,
    /// Allergies that food may bring, word for word.
    pub allergies: Vec<String>,
    /// Nobody is recorded to have asked for allergies.
    pub allergies_unknown: bool,
    /// Allergies are recorded of which none is met in food.
    pub others_only: bool,
    /// When the order was made known, and by which source.
    pub told: Option<Item<MealEntry>>,
}

/// The trays of a ward.
pub struct Trays {
    /// In the order of beds.
    pub rows: Vec<Tray>,
    /// How many of each diet, those on leave left out; an empty name is patients without an order.
    pub counts: Vec<(String, usize)>,
    /// The meal meant.
    pub at: Moment,
    /// There are more patients than are shown.
    pub more: bool,
}

/// The next breakfast, lunch or supper: today's before it is carried out, else tomorrow's.
fn next(meal: &str, now: Moment) -> Moment {
    let minutes = MEALS.into_iter().find(|(code, _)| *code == meal).map_or(MEALS[0].1, |(_, minutes)| minutes);
    let today = Moment(now.day().start.0 + minutes * 60_000);
    if now < today { today } else { today.plus_days(1) }
}

/// True for an order that nothing is eaten.
pub fn is_fasting(meal: &Meal) -> bool {
    let words = format!("{} {}", meal.diet.shown(), meal.text);
    ["禁食", "絶食", "欠食", "食止", "NPO"].iter().any(|word| words.contains(word))
}

/// The trays of a ward at the next meal of a code of [`MEALS`].
///
/// # Errors
/// When the store cannot be read.
pub fn trays(reader: &Reader, ward: &str, (meal, now): (&str, Moment)) -> Result<Trays, Problem> {
    let at = next(meal, now);
    let (bedsides, more) =
        bedsides(reader, ward, now, |kind| kind == "OMD" || kind.starts_with("ADT-") || kind == chart::intake::INTAKE)?;
    let rows: Vec<Tray> = bedsides
        .iter()
        .map(|one| {
            let place = &one.lying.inpatient.place;
            let id = one.lying.id.clone();
            let own = tray(&one.chart, at);
            Tray {
                place: super::page::bed_words(&place.room, &place.bed),
                id: id.id,
                authority: id.authority,
                alike: one.alike,
                ..own
            }
        })
        .collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.iter().filter(|row| !row.on_leave) {
        *counts.entry(row.diet.clone()).or_default() += 1;
    }
    Ok(Trays { rows, counts: counts.into_iter().collect(), at, more })
}

fn tray(chart: &Chart, at: Moment) -> Tray {
    let meal = meal_at(&chart.meals, at);
    let recorded = chart.allergies.items.iter().chain(&chart.contraindications.items).filter(|item| !item.says_none);
    let allergies = recorded.clone().filter(|item| eaten(&item.allergy));
    let words = |item: &Item<chart::safety::AllergyEntry>| {
        let (what, how) = (item.allergy.allergen.shown(), item.allergy.reaction.as_str());
        if how.is_empty() { what.to_owned() } else { format!("{what}（{how}）") }
    };
    let diet = meal.map_or_else(String::new, |meal| meal.meal.diet.shown().to_owned());
    Tray {
        place: String::new(),
        id: String::new(),
        authority: String::new(),
        name: chart.patient.name.clone(),
        kana: chart.patient.kana.clone(),
        birth_date: chart.patient.birth_date,
        alike: Alike::No,
        on_leave: chart.stays.iter().any(|stay| stay.current && stay.on_leave),
        text: meal.map_or_else(String::new, |meal| meal.meal.text.clone()),
        fasting: meal.is_some_and(|meal| is_fasting(&meal.meal)),
        allergies: allergies.map(words).fold(Vec::new(), |mut once, words| {
            // Two messages may say the same.
            if !once.contains(&words) {
                once.push(words);
            }
            once
        }),
        allergies_unknown: matches!(chart.allergies.answer, Answer::NotRecorded | Answer::NotCopied),
        others_only: recorded.clone().next().is_some() && !recorded.clone().any(|item| eaten(&item.allergy)),
        told: meal.cloned(),
        diet,
    }
}

/// The order in force at a moment: of those that have begun and not ended, the one that began last.
fn meal_at(meals: &[Item<MealEntry>], at: Moment) -> Option<&Item<MealEntry>> {
    let begun = |item: &&Item<MealEntry>| item.time.is_none_or(|start| start.start <= at);
    let lasts = |item: &&Item<MealEntry>| {
        item.course != chart::drugs::Course::Stopped && item.meal.end.is_none_or(|end| end.end() > at)
    };
    meals.iter().filter(begun).filter(lasts).max_by_key(|item| (item.time, item.source.position))
}

/// What may be met in food: everything but what is said to be a drug's or pollen's.
fn eaten(allergy: &chart::Allergy) -> bool {
    !matches!(allergy.category.code.as_str(), "DA" | "LA" | "MC" | "AA" | "PA" | "EA")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chart::Coded;

    #[test]
    fn the_meal_meant_is_the_next_one() {
        let at = |text: &str| When::parse(text).unwrap().start;
        assert_eq!(next("breakfast", at("202110310030")), at("202110310730"));
        assert_eq!(next("breakfast", at("202110310730")), at("202111010730"));
        assert_eq!(next("supper", at("202110311759")), at("202110311800"));
    }

    #[test]
    fn words_of_fasting() {
        let meal = |diet: &str, text: &str| Meal {
            diet: Coded { text: diet.into(), ..Coded::default() },
            text: text.into(),
            ..Meal::default()
        };
        assert!(is_fasting(&meal("禁食（検査）", "")));
        assert!(is_fasting(&meal("常食", "朝絶食")));
        assert!(!is_fasting(&meal("常食", "卵禁")), "no eggs is not nothing");
    }
}
