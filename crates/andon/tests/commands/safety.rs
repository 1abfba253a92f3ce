//! インシデント報告: reported by command or page without headquarters' right, counted by cause and week beside what was changed.

use chart::Moment;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, hospital};

fn add(station: &Station, values: &[&str]) -> String {
    let words = [&["register", "safety", "add"], values, &["--by", "看護 花子", "--json"]].concat();
    at(&station.home(), &words).ends(0).json()["no"].as_str().unwrap().to_owned()
}

fn week_ago() -> String {
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_millis() as i64;
    Moment(now).plus_days(-7).to_string()
}

#[test]
fn reports_are_counted_by_cause_and_week_beside_what_was_changed() {
    let [hq, ..] = hospital();
    let old = add(
        &hq,
        &["event=検体の番号を写し間違えた", "cause=cause_number", "level=level_1", &format!("at={}", week_ago())],
    );
    add(&hq, &["event=採血管のラベルがちがう", "cause=cause_stuck", "level=level_0"]);
    let wrong = add(&hq, &["event=書き間違い", "cause=cause_number"]);
    at(&hq.home(), &["register", "safety", "strike", &wrong, "--why", "二重", "--by", "医療 安全"]).ends(0);
    let set = [
        "register",
        "safety",
        "set",
        &old,
        "changed=決-0003 照合番号を二人で読む",
        "changed_on=2021-11-20",
        "state=measured",
    ];
    at(&hq.home(), &[&set[..], &["--by", "医療 安全"]].concat()).ends(0);

    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let typed = [("event", "機械が止まった"), ("cause", "cause_machine"), ("level", "level_2"), ("at", "")];
    let done = browser.post("/safety", "/safety", &typed);
    assert_eq!(done.status, 303, "a reload doubles nothing");
    // What cannot be so is said, and the typed words stay.
    let refused = browser.post("/safety", "/safety", &[("event", "きのうの件"), ("at", "いつか")]);
    assert!(refused.status == 200 && refused.body.contains("きのうの件") && refused.body.contains("いつか"));
    let page = browser.get("/safety").body;
    assert!(
        page.contains("機械が止まった")
            && page.contains("決-0003 照合番号を二人で読む")
            && page.contains("全部で 3 件")
    );
    running.stop();

    let counts = at(&hq.home(), &["safety", "--weeks", "4", "--json"]).ends(0).json()["counts"].take();
    assert_eq!((&counts["all"], &counts["of_paper"]), (&3.into(), &2.into()), "{counts}");
    let of = |code: &str| counts["causes"].as_array().unwrap().iter().find(|of| of["cause"] == code).unwrap().clone();
    let week = |code: &str| of(code)["weeks"].as_array().unwrap().iter().position(|count| count == 1).unwrap();
    assert_eq!(week("cause_number") + 1, week("cause_machine"), "{counts}");
    assert_eq!(week("cause_machine"), week("cause_stuck"), "{counts}");
    assert_eq!(of("cause_number")["changes"][0]["on"], "2021-11-20");
    assert!(at(&hq.home(), &["safety"]).ends(0).out.contains("うち紙の運用によるもの 2 件"));
}
