//! Whose record it is. A named person joins two numbers, both charts are one; taking it back restores both exactly. What is
//! filed under a number but names another attaches nothing by itself.

use serde_json::Value;

use crate::door::{OURS, Station, without};
use crate::trees::{Hospital, Page};

/// How many there are of everything that was ordered, given, found or told.
fn sizes(chart: &Value) -> Vec<usize> {
    let lists = ["medications", "injections", "administrations", "orders", "visits", "documents"];
    let mut sizes: Vec<usize> = lists.iter().map(|name| chart[*name].as_array().unwrap().len()).collect();
    sizes.push(chart["allergies"]["items"].as_array().unwrap().len());
    sizes
}

#[test]
fn linking_shows_both_charts_as_one_and_unlinking_restores_both() {
    let (hospital, station) = (Hospital::small(""), Station::training());
    station.feed(&hospital.root());
    let pair = hospital.special("same-name");
    let [one, other] = [0, 1].map(|at: usize| pair[at]["id"].as_str().unwrap());
    let both = || [one, other].map(|number| station.chart(number));
    let before = both();
    let says = |command: &str| station.run(&[command, one, other, "--by", "佐藤師長", "--reason", "本人と確認"]);
    // Off our paper with their 照合番号, of which each must be its own.
    let checked = |id: &str| format!("{id}-{}", chart::check_digit::confirmation(id).unwrap());
    let check = |id: &str| checked(id)[id.len() + 1..].to_owned();
    let wrong = format!("{one}-{:02}", (check(one).parse::<u32>().unwrap() + 1) % 100);
    let with = |one: &str| station.run(&["link", one, &checked(other), "--by", "佐藤師長", "--reason", "本人と確認"]);
    assert!(with(&wrong).ends(2).err.contains("照合番号"));
    station.run(&["flag", &wrong, "hide_name", "--by", "佐藤師長", "--reason", "-"]).ends(2);
    with(&checked(one)).ends(0);
    let linked = both();
    let sum: Vec<usize> = sizes(&before[0]).iter().zip(sizes(&before[1])).map(|(a, b)| a + b).collect();
    for chart in &linked {
        assert_eq!(sizes(chart), sum);
        assert_eq!(chart["links"].as_array().map(Vec::len), Some(1), "one event is told once");
        let link = &chart["links"][0];
        assert_eq!(
            (&link["linked"], &link["by"], &link["reason"]),
            (&true.into(), &"佐藤師長".into(), &"本人と確認".into())
        );
    }
    // Sheets and pages name this source: by the station's name, not by 32 digits that run through the foot.
    let source = linked[0]["links"][0]["source"]["source"].as_str().unwrap();
    assert!(source.starts_with("端末 ") && source.chars().count() < 30, "{source}");
    assert_eq!((&linked[0]["patient"]["id"], &linked[1]["patient"]["id"]), (&one.into(), &other.into()));
    says("unlink").ends(0);
    for (after, before) in both().iter().zip(&before) {
        assert_eq!(without(after, &OURS), without(before, &OURS));
        // What was done stays told.
        let told: Vec<&Value> = after["links"].as_array().unwrap().iter().map(|link| &link["linked"]).collect();
        assert_eq!(told, [true, false]);
    }
    station.sound();
    station.run(&["link", one, one, "--by", "佐藤師長", "--reason", "-"]).ends(2);
    station.run(&["link", one, "99999999", "--by", "佐藤師長", "--reason", "-"]).ends(1);
    station.run(&["link", one, other]).ends(2);
}

#[test]
fn a_message_that_names_another_number_does_not_rename_the_patient() {
    let (station, number) = (Station::real(), "4123001");
    let root = station.folder().join("tree");
    let page = |says, family, sent| Page { number, says, family, given: "花子", sent, processing: "P", segments: "" };
    page(number, "架空", "20211030090000").write(&root);
    page("4999999", "別人", "20211030100000").write(&root);
    station.feed(&root);
    let chart = station.chart(number);
    assert_eq!(chart["patient"]["name"], "架空 花子");
    assert!(chart["patient"]["former_names"].as_array().unwrap().is_empty(), "{}", chart["patient"]["former_names"]);
    let version = &chart["patient"]["versions"][0];
    assert_eq!((&version["ids"][0], &version["doubts"][0]), (&"4999999".into(), &"other_patient_id".into()));
    assert_eq!(chart["faults"][0]["code"], "pid_mismatch");
    let hits = station.run(&["search", number, "--json"]).ends(0).json();
    assert_eq!(hits["hits"][0]["name"], "架空 花子");
    station.run(&["search", "別人"]).ends(1);
}
