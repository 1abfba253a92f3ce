//! What of a body bears on amounts: age, weight, kidneys, as far as the chart knows them, each with when and from where.

use std::sync::Arc;

use serde::Serialize;

use crate::chart::Chart;
use crate::fact::Sex;
use crate::fold::fold_kana;
use crate::item::{Item, SourceRef, Standing};
use crate::labs::LabSeries;
use crate::when::When;

/// A number of the chart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Known {
    /// The number, in the unit its place says.
    pub value: f64,
    /// Reckoned by us out of another value, not reported so.
    pub reckoned: bool,
    /// When it was measured.
    pub time: Option<When>,
    /// Minutes from then to now.
    pub age_minutes: i64,
    /// Where it came from.
    pub source: Arc<SourceRef>,
}

fn known<T>(item: &Item<T>, value: f64, reckoned: bool) -> Known {
    Known { value, reckoned, time: item.time, age_minutes: item.age_minutes, source: Arc::clone(&item.source) }
}

fn number(text: &str) -> Option<f64> {
    fold_kana(text.trim_matches('"')).parse().ok().filter(|value: &f64| value.is_finite() && *value > 0.0)
}

/// Whole years; `None` where the birth date is not known.
pub(super) fn age(chart: &Chart) -> Option<u32> {
    let birth = chart.patient.birth_date?;
    let days = birth.start.minutes_until(chart.as_of.moment) / (24 * 60);
    u32::try_from(days * 100 / 36_525).ok()
}

/// A woman of an age to bear, or one of whom age or sex is not known.
pub(super) fn may_be_pregnant(chart: &Chart) -> bool {
    chart.patient.sex != Sex::Male && age(chart).is_none_or(|age| (10..60).contains(&age))
}

/// The newest weight in kilograms. A goal, a standard or a weight at birth is none.
pub(super) fn weight(chart: &Chart) -> Option<Known> {
    let is = |name: &str| {
        let name = fold_kana(name);
        let other = ["出生", "目標", "標準", "理想", "ドライ", "dw", "増加", "減少"];
        name.contains("体重") && !other.iter().any(|word| name.contains(word))
    };
    let unit = |unit: &str| matches!(fold_kana(unit).as_str(), "kg" | "");
    let all = chart.measures.iter().filter(|item| item.standing == Standing::Current);
    let all = all.filter(|item| is(item.item.shown()) && unit(item.unit.shown()));
    let newest = all.max_by_key(|item| item.time.map(|time| time.start))?;
    Some(known(newest, number(&newest.value.value).filter(|value| *value < 400.0)?, false))
}

/// The newer of a reported eGFR and one reckoned from creatinine by the Japanese equation for adults
/// (194 × Cr^−1.094 × age^−0.287, × 0.739 for women; 日本腎臓学会 2009). Children have another, so none is reckoned for them.
pub(super) fn egfr(chart: &Chart) -> Option<Known> {
    let newest = |is: &dyn Fn(&LabSeries) -> bool| {
        let all = chart.labs.iter().filter(|series| is(series)).map(|series| &series.latest);
        all.filter(|item| item.standing == Standing::Current).max_by_key(|item| item.time.map(|time| time.start))
    };
    let reported = newest(&|series| {
        let name = fold_kana(&series.name);
        name.contains("egfr") || name.contains("推算糸球体") || name.contains("推算gfr")
    });
    let reported = reported.and_then(|item| Some(known(item, number(&item.value.value)?, false)));
    let creatinine = newest(&is_creatinine);
    let reckoned = creatinine.and_then(|item| {
        let (value, age) = (number(&item.value.value)?, age(chart).filter(|age| *age >= 18)?);
        let sex = match chart.patient.sex {
            Sex::Male => 1.0,
            Sex::Female => 0.739,
            _ => return None,
        };
        let egfr = 194.0 * value.powf(-1.094) * f64::from(age).powf(-0.287) * sex;
        Some(known(item, (egfr * 10.0).round() / 10.0, true))
    });
    let when = |known: &Known| known.time.map(|time| time.start);
    match (reported, reckoned) {
        (Some(one), Some(other)) if when(&other) > when(&one) => Some(other),
        (one, other) => one.or(other),
    }
}

fn is_creatinine(series: &LabSeries) -> bool {
    let name = fold_kana(&series.name);
    let is = name.contains("クレアチニン") || ["cre", "cr", "cr-s", "crea"].contains(&name.as_str());
    let other = ["尿", "クリアランス", "ccr", "比", "/"];
    let unit = fold_kana(series.latest.unit.shown());
    is && !other.iter().any(|word| name.contains(word))
        && fold_kana(series.specimen.shown()).find('尿').is_none()
        && unit == "mg/dl"
}
