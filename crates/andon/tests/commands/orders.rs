//! 処方・指示の照合 through the commands and the page: what is found, what is said not to be looked at, the name of who goes on, and orders of
//! paper that count in the next check, at other stations too.

use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;

fn clashing(said: &Value) -> String {
    let all = said["special_people"].as_array().unwrap();
    all.iter().find(|one| one["key"] == "allergy-clash").unwrap()["id"].as_str().unwrap().to_owned()
}

fn check(station: &Station, id: &str, lines: &[&str], code: i32) -> Value {
    station.run(&[&["order", "check", "--json", "--patient", id], lines].concat()).ends(code).json()
}

fn codes(checked: &Value, line: usize) -> Vec<String> {
    let found = checked["checked"]["lines"][line].as_array().unwrap();
    found.iter().map(|one| one["found"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_order_on_paper_is_checked_entered_by_name_and_counts_in_the_next_check() {
    let (station, said) = Station::fed();
    let id = clashing(&said);
    let penicillin = ["ビクシリンカプセル250mg|3カプセル|1日3回毎食後|5", "ムコスタ錠100mg|3錠|1日3回毎食後|5"];
    let checked = check(&station, &id, &penicillin, 3);
    assert!(codes(&checked, 0).contains(&"allergy".to_owned()), "{checked}");
    // What was not looked at is always said.
    let not_done = checked["checked"]["not_done"].as_array().unwrap();
    assert!(not_done.contains(&"interactions".into()) && checked["checked"]["tables"].is_string());

    let words = |more: &[&'static str]| {
        let head = [
            "order",
            "write",
            "--json",
            "--patient",
            &id,
            "--doctor",
            "内科 太郎",
            "--department",
            "内科",
            "--by",
            "薬剤 花子",
        ];
        station.run(&[&head[..], &penicillin[..1], more].concat())
    };
    let refused = words(&[]).ends(2);
    assert!(refused.err.contains("確認した医師・薬剤師"), "{}", refused.err);
    let number = words(&["--named", "内科 太郎", "--why", "既往は発疹のみ、本人と確認"]).ends(0).json()["number"]
        .as_str()
        .unwrap()
        .to_owned();

    // Another department's order is held against the paper.
    let again = check(&station, &id, &["ビクシリンカプセル250mg|4カプセル", "パセトシンカプセル250|3カプセル"], 3);
    assert!(
        codes(&again, 0).contains(&"same_drug".to_owned()) && codes(&again, 0).contains(&"changed".to_owned()),
        "{again}"
    );
    assert!(codes(&again, 1).contains(&"same_effect".to_owned()), "{again}");
    let other =
        &again["checked"]["lines"][0].as_array().unwrap().iter().find(|one| one["found"] == "same_drug").unwrap();
    assert!(other["source"]["source"].as_str().unwrap().starts_with("停止中"), "{other}");
    assert_eq!(other["ordered_by"], "内科 内科 太郎");
    // On the chart it stands beside the copy, with its source.
    let chart = station.run(&["chart", &id, "--json"]).json();
    let drugs = chart["chart"]["medications"].as_array().or(chart["medications"].as_array()).unwrap();
    let ours = drugs.iter().find(|drug| drug["drug"]["text"] == "ビクシリンカプセル250mg").unwrap();
    assert!(ours["current"] == true && ours["source"]["kind"] == "処方（紙）", "{ours}");

    // Stopped, with a reason; it is no second one any more. A mistake leaves the chart.
    station.run(&["order", "stop", &number, "--why", "発疹", "--by", "内科 太郎"]).ends(0);
    station.run(&["order", "stop", &number, "--why", "発疹", "--by", "内科 太郎"]).ends(2);
    assert!(
        !codes(&check(&station, &id, &["ビクシリンカプセル250mg|3カプセル"], 3), 0).contains(&"same_drug".to_owned())
    );
    station.run(&["order", "strike", &number, "--why", "別の人の紙", "--by", "薬剤 花子"]).ends(0);
    let chart = station.run(&["chart", &id, "--json"]).out;
    assert!(!chart.contains("ビクシリンカプセル250mg"));
    let listed = station.run(&["order", "list", "--patient", &id, "--json"]).ends(0).json();
    assert_eq!(listed["orders"][0]["struck"]["by"], "薬剤 花子");
}

#[test]
fn the_page_shows_what_was_found_before_it_enters_and_keeps_what_was_typed() {
    let (station, said) = Station::fed();
    let id = clashing(&said);
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let here = format!("/orders/self/{id}");
    assert!(browser.get(&here).body.contains("処方・指示の照合"));
    let lines = "ビクシリンカプセル250mg | 3カプセル | 1日3回毎食後 | 5";
    let form = |more: &[(&'static str, &'static str)]| {
        let mut all = vec![
            ("authority", "self"),
            ("id", id.as_str()),
            ("kind", "inside"),
            ("lines", lines),
            ("doctor", "内科 太郎"),
        ];
        all.extend(more.iter().copied());
        all
    };
    let shown = browser.post(&here, "/orders", &form(&[]));
    assert!(
        shown.status == 200
            && shown.body.contains("確認が必要なことがあります")
            && shown.body.contains("相互作用（未実施）"),
        "{}",
        shown.body
    );
    // Looked at, but nobody goes on by name: what was typed stays.
    let refused = browser.post(&here, "/orders", &form(&[("looked", lines)]));
    assert!(refused.body.contains("確認した医師・薬剤師") && refused.body.contains(lines));
    // Changed since it was looked at: shown once more, nothing is entered.
    let changed =
        browser.post(&here, "/orders", &form(&[("looked", "別の薬"), ("named", "内科 太郎"), ("why", "確認した")]));
    assert_eq!(changed.status, 200);
    let named = [("looked", lines), ("named", "内科 太郎"), ("why", "確認した")];
    assert_eq!(browser.post(&here, "/orders", &form(&named)).status, 303);
    let page = browser.get(&here).body;
    assert!(page.contains("内科 太郎: 確認した") && page.contains("院内処方"), "{page}");
    let bad = browser.post(
        &here,
        "/orders",
        &[("authority", "self"), ("id", id.as_str()), ("lines", "薬"), ("doctor", "甲")],
    );
    assert!(bad.body.contains("1行目"), "{}", bad.body);
    running.stop();
}
