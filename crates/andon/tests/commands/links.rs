//! Two numbers of one person: a named person joins them, both charts are one; taking it back restores both exactly.

use serde_json::Value;

use crate::door::{OURS, Station, without};
use crate::trees::Hospital;

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
    says("link").ends(0);
    let linked = both();
    let sum: Vec<usize> = sizes(&before[0]).iter().zip(sizes(&before[1])).map(|(a, b)| a + b).collect();
    for chart in &linked {
        assert_eq!(sizes(chart), sum);
        let link = &chart["links"][0];
        assert_eq!(
            (&link["linked"], &link["by"], &link["reason"]),
            (&true.into(), &"佐藤師長".into(), &"本人と確認".into())
        );
    }
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
