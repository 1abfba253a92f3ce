//! 秘匿: a patient who is kept back is marked wherever he is listed, and his chart opens for a reason that is written down.

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::trees::Page;

pub const NUMBERS: [&str; 2] = ["4123001", "4123002"];
pub const WHY: [&str; 4] = ["--by", "佐藤師長", "--reason", "本人の希望"];

pub fn fed() -> Station {
    let station = Station::real();
    let root = station.folder().join("tree");
    for (number, family) in NUMBERS.into_iter().zip(["架空", "別人"]) {
        let (sent, processing) = ("20211030090000", "P");
        Page { number, says: number, family, given: "花子", sent, processing, segments: "" }.write(&root);
    }
    station.feed(&root);
    station
}

pub fn flag(station: &Station, number: &str, flag: &str, more: &[&str]) {
    station.run(&[&["flag", number, flag], &WHY[..], more].concat()).ends(0);
}

#[test]
fn a_chart_that_is_kept_back_opens_for_a_reason_also_by_a_linked_number() {
    let station = fed();
    flag(&station, NUMBERS[0], "staff_patient", &[]);
    station.run(&[&["link", NUMBERS[0], NUMBERS[1]], &WHY[..]].concat()).ends(0);
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    for number in NUMBERS {
        let chart = format!("/patients/self/{number}");
        for page in [chart.clone(), format!("{chart}/timeline")] {
            let asked = browser.get(&page);
            let encoded = page.replace('/', "%2F");
            assert_eq!((asked.status, asked.to), (303, format!("{chart}/reason?next={encoded}")));
        }
        let ask = format!("{chart}/reason?next={}", chart.replace('/', "%2F"));
        let asks = browser.get(&ask);
        assert!(asks.body.contains("職員患者") && !asks.body.contains("花子"), "{}", asks.body);
        let printed = browser.post("/me", "/print", &[("authority", "self"), ("id", number)]);
        assert_eq!((printed.status, printed.to), (303, chart.clone()), "printing asks as well");
        let reason = format!("{chart}/reason");
        assert_eq!(browser.post(&ask, &reason, &[("reason", " "), ("next", &chart)]).status, 303);
        assert_eq!(browser.get(&chart).status, 303, "an empty reason is none");
        let given = browser.post(&ask, &reason, &[("reason", "受け持ち"), ("next", &chart)]);
        assert_eq!((given.status, given.to), (303, chart.clone()));
        assert!(browser.get(&chart).body.contains("花子"));
    }
    assert_eq!(Browser::new(&running).get("/patients/self/4123001").status, 303, "another browser has given none");
    running.stop();
    let looks = station.run(&["audit", "--act", "reason", "--json"]).ends(0).json();
    assert_eq!(looks["looks"][0]["detail"], "受け持ち");
    assert_eq!(looks["looks"].as_array().unwrap().len(), 2);
}

#[test]
fn flags_are_set_with_a_reason_shown_in_search_and_taken_back() {
    let station = fed();
    let found =
        |station: &Station| station.run(&["search", "架空", "--json"]).ends(0).json()["hits"][0]["flags"].clone();
    flag(&station, NUMBERS[0], "hide_name", &[]);
    flag(&station, NUMBERS[0], "visit_limit", &[]);
    assert_eq!(found(&station), serde_json::json!(["visit_limit", "hide_name"]));
    flag(&station, NUMBERS[0], "hide_name", &["--off"]);
    assert_eq!(found(&station), serde_json::json!(["visit_limit"]));
    station.run(&[&["flag", "99999999", "hide_name"], &WHY[..]].concat()).ends(1);
    station.run(&["flag", NUMBERS[0], "hide_name"]).ends(2);
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let page = format!("/patients/self/{}/flags", NUMBERS[0]);
    let ticked = [("no_inquiry", "1"), ("reason", "")];
    assert!(browser.post(&page, &page, &ticked).body.contains("理由を書いてください"));
    let ticked = [("no_inquiry", "1"), ("reason", "家族の希望")];
    assert_eq!(browser.post(&page, &page, &ticked).status, 200);
    assert!(browser.get("/?q=%E6%9E%B6%E7%A9%BA").body.contains("秘匿 問合せ不可"), "search marks it");
    running.stop();
    assert_eq!(found(&station), serde_json::json!(["no_inquiry"]), "what was not ticked is taken back");
}
