//! Drugs as ordered and as given, injections, meals, chemotherapy.

use chart::classes::HighRisk;
use chart::drugs::{Clash, Course, LastGiven, Use};
use chart::{Chart, Coded, Item, Quantity};

use super::{Mark, Row, Section, Writer, amount, cell, coded, joined, staff, when};

pub(super) fn sections(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    cautions(w, chart, out);
    disagreements(w, chart, out);
    medications(w, chart, out);
    injections(w, chart, out);
    administrations(w, chart, out);
    let mentions =
        chart.chemotherapy.iter().map(|item| w.row(item, vec![cell(&item.text), cell(w.t.word("found", item.from))]));
    out.push(w.section("chemotherapy", &["what", "found-in"], mentions));
    meals(w, chart, out);
}

fn cautions(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::notes::Caution>| {
        let risks = item.high_risk.iter().map(|risk| w.t.word("risk", risk_code(*risk)));
        let words = match &item.clash {
            Some(clash) => clash_words(w, clash),
            None => joined(risks.chain([w.t.text("two-confirm")])),
        };
        w.row(item, vec![cell(&item.about), cell(words), cell(when(item.due))])
    };
    let mut section = w.section("cautions", &["about", "what", "begins"], chart.cautions.iter().map(row));
    section.alert = !section.rows.is_empty();
    section.note = w.t.text("cautions-note");
    out.push(section);
}

/// Where what was brought and the copy do not say the same: both, and what a named person found.
fn disagreements(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::Disagreement>| {
        let line = crate::disagreements::line(item, w.t, w.as_of.now);
        let brought = format!("{}\n{}", line.brought, line.who);
        let mut row = w.row(item, [line.what, line.copy, brought, line.found].map(cell).into());
        row.marks.push(if item.settled.is_some() {
            w.mark("quiet", "unlike-is-settled")
        } else {
            w.mark("warn", "unlike-is-open")
        });
        row
    };
    let heads = ["unlike-what", "unlike-copy", "unlike-theirs", "unlike-found"];
    let mut section = w.section("disagreements", &heads, chart.disagreements.iter().map(row));
    section.alert = chart.disagreements.iter().any(|item| item.settled.is_none());
    section.note = w.t.text("unlike-note");
    out.push(section);
}

fn medications(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::drugs::Medication>| {
        let dose = joined([amount(&item.drug.dose), per_day(w, &amount(&item.drug.daily))]);
        let usage = joined([words(&item.drug.usage), item.drug.instruction.clone(), item.drug.route.shown().into()]);
        let group = joined([item.drug.order.number.trim_start_matches('0'), &rp(&item.drug.order.group)]);
        let span = span(w, &item.in_use, when(item.drug.start), when(item.drug.end), &days(w, &item.drug.duration));
        let who =
            joined([staff(&item.drug.order.doctor), item.drug.order.department.shown(), &words(&item.drug.class)]);
        let cells = [coded(&item.drug.drug), dose, usage, span, last_given(w, &item.in_use), group, who];
        used(w, &item.in_use, w.row(item, cells.map(cell).into()))
    };
    let heads = ["drug", "dose", "usage", "period", "last-given", "order-rp", "ordered-by"];
    let (current, past): (Vec<_>, Vec<_>) = chart.medications.iter().partition(|item| item.in_use.current);
    out.push(w.section("medications", &heads, current.into_iter().map(row)));
    out.push(w.section("medications-past", &heads, past.into_iter().map(row)));
}

fn injections(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::drugs::InjectionEntry>| {
        let injection = &item.injection;
        let mixture =
            injection.ingredients.iter().map(|part| format!("{} {}", coded(&part.drug), amount(&part.amount)));
        let mixture = mixture.collect::<Vec<_>>().join("\n");
        let rate = joined([amount(&injection.volume), amount(&injection.rate)]);
        let how = [injection.route.shown(), injection.site.shown(), injection.device.shown(), &injection.instruction];
        let usage = joined([joined(how), words(&injection.usage), injection.class.shown().into()]);
        let lasts = days(w, &injection.duration);
        let span = span(w, &item.in_use, when(injection.start), when(injection.end), &lasts);
        let group = joined([injection.order.number.trim_start_matches('0'), &rp(&injection.order.group)]);
        let who = joined([staff(&injection.order.doctor), injection.order.department.shown()]);
        used(
            w,
            &item.in_use,
            w.row(item, [mixture, rate, usage, span, last_given(w, &item.in_use), group, who].map(cell).into()),
        )
    };
    let heads = ["mixture", "amount-rate", "usage", "period", "last-given", "order-rp", "ordered-by"];
    let (current, past): (Vec<_>, Vec<_>) = chart.injections.iter().partition(|item| item.in_use.current);
    out.push(w.section("injections", &heads, current.into_iter().map(row)));
    out.push(w.section("injections-past", &heads, past.into_iter().map(row)));
}

fn administrations(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::Given>| {
        let done = w.t.word("completion", &item.completion);
        let how = joined([item.route.shown(), &item.rate, &item.note, &item.place]);
        let cells = [when(item.start), coded(&item.drug), amount(&item.amount), done, how, staff(&item.by).into()];
        w.row(item, cells.map(cell).into())
    };
    let heads = ["given-at", "drug", "dose", "completion", "usage", "given-by"];
    let mut section = w.section("administrations", &heads, chart.administrations.iter().map(row));
    section.note = w.t.text("administrations-note");
    out.push(section);
}

fn meals(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::notes::MealEntry>| {
        let meal = &item.meal;
        let diet = joined([coded(&meal.diet), meal.text.clone()]);
        let end = when(meal.end);
        let end = if end.is_empty() { end } else { format!("〜\u{a0}{end}") };
        let span = format!("{} {end}", when(meal.start)).trim().to_owned();
        let mut row = w.row(item, vec![cell(diet), cell(words(&meal.timing)), cell(span)]);
        row.marks.extend(course_mark(w, item.course));
        row
    };
    out.push(w.section("meals", &["diet", "timing", "period"], chart.meals.iter().map(row)));
}

/// Adds the marks of use in front: high risk, clash, planned, ended, stopped.
fn used(w: Writer<'_>, used: &Use, mut row: Row) -> Row {
    row.marks.extend(warnings(w, used).chain(course_mark(w, used.course)));
    row.struck |= used.course == Course::Stopped;
    row
}

/// Names shared with a recorded allergy, then classes that two nurses confirm first.
pub(super) fn warnings(w: Writer<'_>, used: &Use) -> impl Iterator<Item = Mark> {
    let clashes = used.clashes.iter().map(move |clash| Mark { class: "warn", text: clash_words(w, clash) });
    let risks = used.high_risk.iter().map(move |risk| Mark { class: "warn", text: w.t.word("risk", risk_code(*risk)) });
    clashes.chain(risks)
}

fn clash_words(w: Writer<'_>, clash: &Clash) -> String {
    let Clash { allergen, family, .. } = clash;
    let named = if allergen == family { allergen.clone() } else { format!("{allergen}（{family}）") };
    w.t.with("clash", named)
}

fn risk_code(risk: HighRisk) -> &'static str {
    match risk {
        HighRisk::Insulin => "insulin",
        HighRisk::Anticoagulant => "anticoagulant",
        HighRisk::Narcotic => "narcotic",
        HighRisk::Anticancer => "anticancer",
        HighRisk::Vasopressor => "vasopressor",
        HighRisk::Potassium => "potassium",
        HighRisk::Antimicrobial => "antimicrobial",
    }
}

pub(super) fn course_mark(w: Writer<'_>, course: Course) -> Option<Mark> {
    let code = match course {
        Course::Current => return None,
        Course::Planned => "planned",
        Course::Ended => "ended",
        Course::Stopped => "stopped",
    };
    Some(Mark { class: "quiet", text: w.t.word("course", code) })
}

/// 最終実施, or 実施記録なし・要確認: never "not given" (users.md 1).
fn last_given(w: Writer<'_>, used: &Use) -> String {
    match &used.last_given {
        Some(LastGiven::NoRecord) => w.t.text("no-administration"),
        None => String::new(),
        Some(LastGiven::Recorded { time, age_minutes, completion, amount: given, source }) => joined([
            when(*time),
            w.age(*age_minutes),
            amount(given),
            w.t.word("completion", completion),
            format!("{} №{}", source.source, source.position),
        ]),
    }
}

/// A duration; days sent as `d` alone (UCUM) in words.
fn days(w: Writer<'_>, duration: &Quantity) -> String {
    let bare = matches!(duration.unit.shown(), "d" | "D") && !duration.value.trim_matches('"').is_empty();
    if bare { w.t.with("days", duration.value.clone()) } else { amount(duration) }
}

fn span(w: Writer<'_>, used: &Use, start: String, end: String, duration: &str) -> String {
    let until = match used.in_force_until {
        Some(until) => format!("〜\u{a0}{}", chart::Moment(until.0 - 1)),
        None => w.t.text("no-end"),
    };
    let until = if end.is_empty() { until } else { format!("〜\u{a0}{end}") };
    joined([format!("{start} {until}").trim(), duration])
}

fn per_day(w: Writer<'_>, daily: &str) -> String {
    if daily.is_empty() { String::new() } else { w.t.with("per-day", daily.to_owned()) }
}

fn rp(group: &str) -> String {
    if group.is_empty() { String::new() } else { format!("RP {group}") }
}

pub(super) fn words(values: &[Coded]) -> String {
    joined(values.iter().map(Coded::shown))
}

#[cfg(test)]
mod tests {
    use chart::{AsOf, Moment};

    use super::*;
    use crate::text::{Lang, Words};

    #[test]
    fn a_bare_day_is_written_in_words_and_other_units_as_sent() {
        let as_of = AsOf::live(Moment(0));
        let said = |lang, value: &str, unit: &str| {
            let unit = Coded { code: unit.into(), ..Coded::default() };
            days(Writer { t: Words::of(lang), as_of: &as_of, whole: None }, &Quantity { value: value.into(), unit })
        };
        assert_eq!((said(Lang::Ja, "14", "d"), said(Lang::En, "14", "d")), ("14 日間".into(), "14 days".into()));
        assert_eq!((said(Lang::Ja, "14", "日分"), said(Lang::Ja, "", "d")), ("14\u{a0}日分".into(), String::new()));
    }
}
