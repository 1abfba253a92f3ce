//! `chart --at`: an earlier moment, with nothing in it that was said later.

use serde_json::Value;

use crate::door::Station;
use crate::trees::Hospital;

const AT: &str = "2021-09-15T12:00";

/// Every 発生日時 of a source in the chart.
fn sent(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            if let Some(sent) = members.get("source").and_then(|source| source["sent"].as_str()) {
                found.push(sent.to_owned());
            }
            members.values().for_each(|member| sent_in(member, found));
        }
        other => sent_in(other, found),
    }
}

fn sent_in(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| sent(item, found)),
        Value::Object(_) => sent(value, found),
        _ => (),
    }
}

#[test]
fn an_earlier_chart_holds_nothing_that_was_said_later() {
    let (hospital, station) = (Hospital::small(""), Station::training());
    station.feed(&hospital.root());
    for key in ["twenty-years", "warfarin", "chemotherapy", "married-name", "cancelled-order"] {
        let number = hospital.number(key);
        let (now, past) = (station.chart(number), station.run(&["chart", number, "--json", "--at", AT]));
        assert!([0, 3].contains(&past.code), "{}", past.err);
        let past = past.json();
        assert_eq!(past["as_of"]["reconstructed"], true, "received after it was true: {}", past["as_of"]);
        assert!(past["as_of"]["moment"].as_str().unwrap().starts_with(AT));
        let mut times = Vec::new();
        sent(&past, &mut times);
        assert!(!times.is_empty() && times.iter().all(|time| time.as_str() <= "2021-09-15T12:01"), "{key}: {times:?}");
        let (mut all, later) = (Vec::new(), |times: &[String]| times.iter().filter(|time| time.as_str() > AT).count());
        sent(&now, &mut all);
        assert!(later(&all) > 0, "{key}: the chart of now goes on after {AT}");
    }
    let number = hospital.number("married-name");
    let name = |at: &str| station.run(&["chart", number, "--json", "--at", at]).json()["patient"]["name"].clone();
    assert_eq!((name(AT), name("2021-10-30")), ("新居 美咲".into(), "藤川 美咲".into()));
    for wrong in ["yesterday", "2021-13-01", ""] {
        assert!(station.run(&["chart", number, "--at", wrong]).ends(2).err.contains("2021-10-31T00:30"));
    }
}
