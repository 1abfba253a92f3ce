//! 処方照合: what a written order is held against, by names and by what of a body bears on amounts. Nobody in it exists.
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

mod build;

use std::sync::Arc;

use build::*;
use chart::drugs::Course;
use chart::prescribing::{Checked, Found, check};
use chart::*;

const NOW: &str = "202111011000";

fn line(name: &str, daily: &str, unit: &str) -> Drug {
    Drug { drug: coded(name), daily: Quantity { value: daily.into(), unit: coded(unit) }, ..Drug::default() }
}

fn born(birth: &str, sex: Sex) -> Body {
    let Body::Person(who) = person("架空", "花子", "ｶｸｳ ﾊﾅｺ") else { panic!("a person") };
    let mut who = Arc::unwrap_or_clone(who);
    (who.birth, who.sex) = (Some(when(birth)), sex);
    Body::from(who)
}

fn weight(value: &str) -> Body {
    Body::from(Measure {
        item: coded("体重"),
        value: value.into(),
        unit: coded("kg"),
        at: Some(when("20211030")),
        ..Measure::default()
    })
}

fn creatinine(value: &str) -> Body {
    Body::from(Lab { unit: coded("mg/dL"), ..lab("クレアチニン", value, "202110300800") })
}

/// Taken already: a drug of another department, with its amount a day.
fn taken(name: &str, daily: &str) -> Body {
    let Body::Drug(drug) = drug(name, "77", "1", "20211025", "28") else { panic!("a drug") };
    let mut drug = Arc::unwrap_or_clone(drug);
    drug.order.department = Coded { text: "整形外科".into(), ..Coded::default() };
    drug.daily = Quantity { value: daily.into(), unit: coded("錠") };
    Body::from(drug)
}

fn chart(bodies: [Vec<Body>; 3]) -> Chart {
    let [who, allergies, drugs] = bodies;
    let messages = [
        message("ADT-00", 1, "20211020", who),
        message("ADT-61", 2, "20211020", allergies),
        message("OMP-01", 3, "202110251000", drugs),
    ];
    chart_at(&messages, NOW)
}

fn codes(checked: &Checked, line: usize) -> Vec<&'static str> {
    checked.lines[line].iter().map(Found::code).collect()
}

#[test]
fn what_clashes_is_named_and_what_shares_no_name_is_left_to_a_person() {
    let chart = chart([
        vec![born("19600405", Sex::Female)],
        vec![allergy("ペニシリン"), allergy("そば・湿布でかぶれる")],
        vec![],
    ]);
    let checked = check(&chart, &[line("サワシリン錠250mg", "3", "錠"), line("カロナール錠500mg", "3", "錠")], "");
    assert_eq!(codes(&checked, 0), ["allergy", "high_risk"]);
    assert!(codes(&checked, 1).is_empty() && checked.asks_name(), "{checked:?}");
    assert_eq!(checked.unmatched, ["そば・湿布でかぶれる"]);
    let Found::Allergy { allergen, family, source, .. } = &checked.lines[0][0] else { panic!("{checked:?}") };
    assert_eq!((allergen.as_str(), family.as_str(), source.kind.as_str()), ("ペニシリン", "ペニシリン系", "ADT-61"));
    // What was not looked at is always said.
    assert!(checked.not_done.contains(&"interactions") && checked.not_done.contains(&"kidneys"));
    // Of an adult nobody claims to have looked at a child's amount.
    assert!(!checked.done.contains(&"amount_by_weight") && !checked.not_done.contains(&"amount_by_weight"));
    assert_eq!(checked.contraindications, Answer::NotRecorded);
}

#[test]
fn what_is_taken_already_is_found_whichever_department_ordered_it() {
    let chart = chart([
        vec![born("19600405", Sex::Male)],
        vec![],
        vec![taken("ロキソニン錠60mg", "3"), taken("アムロジピン錠5mg「トーワ」", "1")],
    ]);
    let lines = [
        line("セレコックス錠100mg", "2", "錠"),
        line("アムロジピンOD錠5mg", "1", "錠"),
        line("アムロジピン錠5mg「サワイ」", "2", "錠"),
    ];
    let checked = check(&chart, &lines, "");
    let Found::SameEffect { effect, other } = &checked.lines[0][0] else { panic!("{checked:?}") };
    assert_eq!(
        (effect.as_str(), other.ordered_by.as_str(), other.course),
        ("NSAIDs・アスピリン", "整形外科", Course::Current)
    );
    assert!(codes(&checked, 1).starts_with(&["same_drug", "twice"]), "{checked:?}");
    let Some(Found::Changed(other)) = checked.lines[2].iter().find(|found| found.code() == "changed") else {
        panic!("{checked:?}")
    };
    assert!(other.taken.contains("1日1錠"), "{other:?}");
    // The order itself is no second one.
    assert!(codes(&check(&chart, &lines[..1], "77"), 0).iter().all(|code| *code != "same_effect"));
}

#[test]
fn amounts_go_by_weight_for_a_child_and_by_the_kidneys_where_they_are_known() {
    let child = |bodies| chart([vec![born("20180405", Sex::Male)], vec![], bodies]);
    let syrup = [line("カロナール細粒20%", "4.5", "g"), line("クラリスドライシロップ10%", "1.5", "g")];
    let unknown = check(&child(vec![]), &syrup, "");
    assert_eq!(codes(&unknown, 0)[0], "child_unchecked");
    assert!(unknown.not_done.contains(&"amount_by_weight") && !unknown.asks_name());
    // 15 kg: 60 mg a day and kilogram stand in the table, 10 of the other.
    let known = check(&child(vec![weight("15")]), &syrup, "");
    assert!(known.done.contains(&"amount_by_weight"), "{known:?}");
    let other = check(&child(vec![weight("15")]), &[line("ムコスタ錠100mg", "3", "錠")], "");
    assert!(other.not_done.contains(&"amount_by_weight"), "no amount of it is in the table: {other:?}");
    assert!(known.lines[0].is_empty() && codes(&known, 1) == ["high_risk"], "{known:?}");
    let light = check(&child(vec![weight("9.8")]), &syrup, "");
    let Found::ByWeight { ordered, weight: of, .. } = &light.lines[0][0] else { panic!("{light:?}") };
    assert!((ordered - 900.0 / 9.8).abs() < 0.01 && of.value == 9.8);
    assert!(light.asks_name());

    let old = |bodies| chart([vec![born("19400405", Sex::Female)], vec![], bodies]);
    let checked = check(&old(vec![creatinine("1.20")]), &[line("ファモチジン錠20mg", "2", "錠")], "");
    let Found::Kidneys(egfr) = &checked.lines[0][0] else { panic!("{checked:?}") };
    // 194 × 1.2^−1.094 × 81^−0.287 × 0.739
    assert!(egfr.reckoned && (egfr.value - 33.3).abs() < 0.2, "{egfr:?}");
    let blind = check(&old(vec![]), &[line("ファモチジン錠20mg", "2", "錠"), line("ムコスタ錠100mg", "3", "錠")], "");
    assert_eq!((codes(&blind, 0), codes(&blind, 1)), (vec!["kidneys_unknown"], vec![]));
}
