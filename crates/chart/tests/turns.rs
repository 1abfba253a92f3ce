//! A chart says when it turns: until then the same messages make the same chart but for ages, and then they make another.
#![allow(clippy::unwrap_used)]

mod build;

use build::{allergy, drug, message, moment, movement, person, problem, record, when};
use chart::{AsOf, Body, Chart, Insurance, Meal, Moment, MoveKind, Problem, Record};

/// Members that count on with the clock.
const PASSING: [&str; 8] =
    ["as_of", "age", "age_minutes", "gaps", "gap_minutes", "freshness", "last_received", "received"];

fn settled(record: &Record, now: Moment) -> serde_json::Value {
    let mut value = serde_json::to_value(Chart::at(record, &AsOf::live(now))).unwrap();
    without(&mut value);
    value
}

fn without(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(members) => {
            members.retain(|name, _| !PASSING.contains(&name.as_str()));
            members.values_mut().for_each(without);
        }
        serde_json::Value::Array(parts) => parts.iter_mut().for_each(without),
        _ => {}
    }
}

/// The moments at which a record's chart turns, from one on; each is checked.
fn turns(record: &Record, mut now: Moment) -> Vec<Moment> {
    let mut turns = Vec::new();
    while let Some(next) = Chart::at(record, &AsOf::live(now)).turns {
        assert!(next > now, "{next} is not ahead of {now}");
        let before = settled(record, now);
        assert_eq!(before, settled(record, Moment(next.0 - 1)), "turned before {next}");
        assert_ne!(before, settled(record, next), "did not turn at {next}");
        turns.push(next);
        now = next;
    }
    let later = Moment(now.0 + 40 * 365 * 24 * 3_600_000);
    assert_eq!(settled(record, now), settled(record, later), "turned after the last");
    turns
}

#[test]
fn every_time_that_a_record_names_ahead_turns_its_chart_and_nothing_else_does() {
    let meal = Meal { end: Some(when("20211103")), start: Some(when("20211030")), ..Meal::default() };
    let insurance = Insurance { from: Some(when("20200101")), until: Some(when("20211231")), ..Insurance::default() };
    let over = Problem { ended: Some(when("20211201")), ..problem("肺炎") };
    let messages = [
        message(
            "ADT-00",
            1,
            "20211030100000",
            vec![person("山田", "花子", "ヤマダ ハナコ"), allergy("ペニシリン系"), Body::from(insurance)],
        ),
        message("ADT-22", 2, "20211030100500", vec![movement(MoveKind::Admit, "20211030", "3東")]),
        message("OMP-01", 3, "20211030110000", vec![drug("ワーファリン錠1mg", "1", "1", "20211030", "5")]).order("1"),
        message("OMP-01", 4, "20211030110500", vec![drug("アムロジピン錠5mg", "2", "1", "20211102", "3")]).order("2"),
        message("OMD", 5, "20211030111000", vec![Body::from(meal)]).order("3"),
        message("PPR-01", 6, "20211030112000", vec![Body::from(over)]),
    ];
    let found = turns(&record(&messages), moment("202110311200"));
    for (what, at) in [
        ("a drug begins", "20211102"),
        ("a meal ends", "20211104"),
        ("drugs end", "20211104"),
        ("the later drug ends", "20211105"),
        ("the problem ends", "20211201"),
        ("the insurance ends", "20220101"),
    ] {
        assert!(found.contains(&moment(at)), "{what}: {found:?}");
    }
    assert_eq!(found.len(), 5, "{found:?}");
}

#[test]
fn a_record_of_the_past_never_turns() {
    let past = [message("OMP-01", 1, "20201030110000", vec![drug("ワーファリン錠1mg", "1", "1", "20201030", "5")])];
    assert_eq!(turns(&record(&past), moment("202110311200")), Vec::new());
}
