//! 予約・電話 where two said different things: at two stations, on paper and on a screen, or in a result that was put right. Nothing is written
//! over unseen, and whoever looks sees both.

use serde_json::Value;

use crate::door::{Ran, Station, within_a_day};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, export, import};
use crate::telephone::{days, newcomer, plans, print, row, said, show, text, two};

const DAY: &str = "2037-01-05";

fn booked(station: &Station, name: &str) -> (String, String) {
    let id = newcomer(station, name, "1950-01-02");
    let words = ["appointments", "make", &id, "--for", "2037-01-05 0930", "--with", "内科", "--told-by", "本人"];
    let thing = text(&said(station, &words).ends(0).json(), "thing").to_owned();
    (id, thing)
}

fn listed(station: &Station) {
    said(station, &["calls", "make", "健診", "--reason", "延期", "--from", DAY]).ends(0);
}

fn act(station: &Station, words: &[&str]) -> Ran {
    said(station, &[&["appointments"], words].concat())
}

/// The plan of this day.
fn plan(station: &Station, day: &str) -> Option<Value> {
    plans(&days(station, day, "1")).pop().map(|(.., plan)| plan)
}

#[test]
fn an_appointment_that_two_stations_moved_stands_on_both_days_until_somebody_says_which() {
    within_a_day(|| {
        let [hq, desk] = two();
        let (id, thing) = booked(&hq, "別々 甲");
        listed(&hq);
        import(&desk, &export(&hq, "a")).ends(0);
        act(&hq, &["move", &thing, "--to", "2037-02-01 1000", "--told-by", "本人"]).ends(0);
        act(&desk, &["move", &thing, "--to", "2037-02-02 1000", "--told-by", "娘"]).ends(0);
        for station in [&hq, &desk] {
            print(station, &[]).ends(0);
        }
        import(&hq, &export(&desk, "b")).ends(0);
        for day in ["2037-02-01", "2037-02-02"] {
            let plan = plan(&hq, day).unwrap_or_else(|| panic!("nothing on {day}"));
            assert_eq!((&plan["doubtful"], &plan["state"]), (&true.into(), &"stands".into()), "{day}: {plan}");
        }
        assert_eq!(plan(&hq, DAY).unwrap()["state"], "moved");
        let chart = hq.chart(&id);
        let of_chart: Vec<&str> =
            chart["appointments"].as_array().unwrap().iter().map(|item| &text(item, "at")[..10]).collect();
        assert!(of_chart.contains(&"2037-02-01") && of_chart.contains(&"2037-02-02"), "{of_chart:?}");
        assert_eq!(show(&hq)["list"]["doubtful"], false, "a list that was printed twice");
        // Cancelled and taken back: neither names the day.
        act(&hq, &["cancel", &thing, "--told-by", "本人"]).ends(0);
        act(&hq, &["restore", &thing]).ends(0);
        assert_eq!(plan(&hq, "2037-02-01").unwrap()["doubtful"], true);
        act(&hq, &["move", &thing, "--to", "2037-02-02 1000", "--told-by", "本人"]).ends(0);
        assert!(plan(&hq, "2037-02-01").is_none());
        assert_eq!(plan(&hq, "2037-02-02").unwrap()["doubtful"], false);
        hq.sound();
    });
}

#[test]
fn what_a_pen_wrote_before_a_screen_overrides_nothing() {
    within_a_day(|| {
        let station = Station::real();
        for name in ["紙 甲", "紙 乙"] {
            booked(&station, name);
        }
        listed(&station);
        let number = text(&print(&station, &[]).ends(0).json()["sheets"][0], "number").to_owned();
        row(&station, "result", "1", &["--outcome", "comes"]).ends(0);
        let enter = |no: &str, words: &[&str]| {
            let pen = ["calls", "enter", &number, "--row", no, "--writer", "看護師 甲", "--at", "0000"];
            said(&station, &[&pen[..], words].concat())
        };
        enter("1", &["--outcome", "moved", "--to", "2037-02-01 1000"]).ends(0);
        let first = show(&station)["rows"][0].clone();
        let fields: Vec<&str> = first["apart"].as_array().unwrap().iter().map(|apart| text(apart, "field")).collect();
        assert_eq!(fields, ["moved_to", "outcome"], "{first}");
        assert!(plan(&station, "2037-02-01").is_none(), "no appointment moves before somebody settles it");
        let ledger = || {
            let sheets = station.run(&["sheets", "--number", &number, "--json"]).json()["sheets"].clone();
            text(&sheets[0], "state").to_owned()
        };
        assert_ne!(ledger(), "entered");
        enter("2", &["--outcome", "no_answer"]).ends(0);
        assert_eq!(ledger(), "entered", "every row of the sheet was entered");
        row(&station, "result", "1", &["--outcome", "moved", "--to", "2037-02-01 1000", "--spoke-with", "本人"])
            .ends(0);
        assert!(plan(&station, "2037-02-01").is_some() && show(&station)["rows"][0]["doubtful"] == false);
        station.sound();
    });
}

#[test]
fn a_result_that_is_put_right_says_which_appointment_it_leaves_changed() {
    within_a_day(|| {
        let station = Station::real();
        let (_, thing) = booked(&station, "直し 甲");
        listed(&station);
        row(&station, "result", "1", &["--outcome", "cancelled", "--spoke-with", "本人"]).ends(0);
        assert_eq!(show(&station)["rows"][0]["unlike"], serde_json::json!([]));
        row(&station, "result", "1", &["--outcome", "comes", "--again", "--why", "隣の行の結果だった"]).ends(0);
        let told = show(&station)["rows"][0].clone();
        assert_eq!(told["unlike"], serde_json::json!([thing]));
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let page = browser.get(&format!("/telephone/row?row={}", text(&told, "thing"))).body;
        assert!(page.contains("前の結果で変えた予約") && page.contains(DAY), "{page}");
        running.stop();
        act(&station, &["restore", &thing]).ends(0);
        assert_eq!(show(&station)["rows"][0]["unlike"], serde_json::json!([]));
        station.sound();
    });
}

#[test]
fn a_row_that_was_taken_and_left_is_offered_again() {
    within_a_day(|| {
        let station = Station::real();
        for name in ["残り 甲", "残り 乙"] {
            booked(&station, name);
        }
        listed(&station);
        let things: Vec<String> =
            show(&station)["rows"].as_array().unwrap().iter().map(|row| text(row, "thing").to_owned()).collect();
        row(&station, "take", "1", &["--at", "10/01 10:00"]).ends(0);
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let list = browser.get("/telephone/list?list=%E5%81%A5%E8%A8%BA").body;
        let next = list.split("name=\"row\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(next, things[0], "whoever took it has gone");
        browser.post("/telephone", "/telephone/row", &[("row", &things[0]), ("act", "take")]);
        let list = browser.get("/telephone/list?list=%E5%81%A5%E8%A8%BA").body;
        let next = list.split("name=\"row\" value=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(next, things[1], "who is being rung is not rung twice");
        running.stop();
    });
}

/// The fields of the form about an appointment on a page.
fn seen_of(page: &str, thing: &str) -> String {
    let form =
        page.split("name=\"booking\" value=\"").find(|form| form.replace("&#38;", "&").starts_with(thing)).unwrap();
    form.split("name=\"seen\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn a_decision_on_the_days_list_is_not_written_over_unseen_and_nothing_typed_is_lost() {
    within_a_day(|| {
        let (station, _) = Station::fed();
        let all = plans(&days(&station, "明日", "31"));
        let (_, day, plan) = all.iter().find(|(_, _, plan)| plan["kind"] == "lab").unwrap();
        let thing = text(plan, "booking");
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let list = format!("/appointments?day={day}&show=tests");
        let page = browser.get(&list).body;
        let seen = seen_of(&page, thing);
        let decide = ["decide", thing, "cannot", "--doctor", "佐藤医師", "--passed-on-by", "看護師 甲"];
        act(&station, &decide).ends(0);
        let fields = [
            ("booking", thing),
            ("seen", seen.as_str()),
            ("act", "decide"),
            ("back_to", list.as_str()),
            ("postpone", "condition"),
            ("decided_by", "鈴木医師"),
            ("passed_on_by", "看護師 乙"),
        ];
        let refused = browser.post("/appointments", "/appointments/one", &fields).body;
        assert!(refused.contains("条件を書いてください"), "{refused}");
        for word in ["鈴木医師", "看護師 乙", &list.replace('&', "&#38;")] {
            assert!(refused.contains(word), "{word}: {refused}");
        }
        let whole = [&fields[..], &[("condition", "2週間以内なら")]].concat();
        let done = browser.post("/appointments", "/appointments/one", &whole);
        assert_eq!((done.status, done.to.as_str()), (303, list.as_str()));
        running.stop();
        let told = plans(&days(&station, day, "1"));
        let now = told.iter().find(|(_, _, plan)| plan["booking"] == thing).unwrap();
        assert_eq!(now.2["doubtful"], true, "two doctors: {}", now.2);
        at(&station.home(), &["appointments", "--date", day, "--json"]);
        station.sound();
    });
}

/// Of a department its own plans are listed and counted, not those that its patients have elsewhere.
#[test]
fn a_department_counts_its_own_plans() {
    within_a_day(|| {
        let station = Station::real();
        let (id, _) = booked(&station, "二科 甲");
        let other = ["appointments", "make", &id, "--for", "2037-01-05 1400", "--with", "外科", "--told-by", "本人"];
        said(&station, &other).ends(0);
        let words = ["appointments", "--date", DAY, "--department", "内科", "--json"];
        let told = at(&station.home(), &words).json()["days"][0].clone();
        assert_eq!((&told["counts"]["added"], &told["counts"]["expected"]), (&1.into(), &1.into()), "{told}");
        let departments: Vec<&str> =
            told["appointments"][0]["plans"].as_array().unwrap().iter().map(|plan| text(plan, "department")).collect();
        assert_eq!(departments, ["内科"]);
    });
}

/// Who is expected in the days ahead stands in the chart file too, where only this outage knows of it.
#[test]
fn a_chart_file_has_who_was_given_an_appointment_during_the_outage() {
    within_a_day(|| {
        let station = crate::kept_back::fed();
        let out = station.folder().join("stick");
        let made = || {
            let words = ["envelope", "make", "--out", out.to_str().unwrap(), "--json"];
            station.run(&words).ends(0).json()["charts"].as_u64().unwrap()
        };
        assert_eq!(made(), 0, "nobody lies here or is expected");
        let number = crate::kept_back::NUMBERS[0];
        let words = ["appointments", "make", number, "--for", "明日 1000", "--with", "内科", "--told-by", "本人"];
        said(&station, &words).ends(0);
        assert_eq!(made(), 1);
    });
}
