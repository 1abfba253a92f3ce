//! 予約・電話 and who is kept back (秘匿): nothing of them opens without a reason, whichever of their numbers is used; and who may stand at the
//! phone desk at all.

use serde_json::Value;

use crate::door::{Station, within_a_day};
use crate::kept_back::{NUMBERS, WHY, fed, flag};
use crate::people::Browser;
use crate::running::Running;
use crate::telephone::{said, text};

/// A day far ahead, for which something is made.
const DAY: &str = "2037-01-05";

fn booked(station: &Station, number: &str) -> String {
    let words = ["appointments", "make", number, "--for", DAY, "--with", "内科", "--told-by", "本人"];
    text(&said(station, &words).ends(0).json(), "thing").to_owned()
}

fn linked(station: &Station) {
    station.run(&[&["link", NUMBERS[0], NUMBERS[1]], &WHY[..]].concat()).ends(0);
}

fn rows(station: &Station) -> Value {
    station.run(&["calls", "--json", "show", "延期"]).ends(0).json()["rows"].clone()
}

#[test]
fn who_is_kept_back_opens_from_lists_rows_and_the_phone_desk_for_a_reason() {
    for code in ["no_inquiry", "hide_name"] {
        let station = fed();
        flag(&station, NUMBERS[0], code, &[]);
        let thing = booked(&station, NUMBERS[0]);
        let make = ["calls", "make", "延期", "--reason", "延期のお願い", "--from", DAY];
        said(&station, &make).ends(0);
        let row = text(&rows(&station)[0], "thing").to_owned();
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let list = browser.get(&format!("/appointments?day={DAY}")).body;
        assert!(list.contains(NUMBERS[0]) && !list.contains("架空"), "{code}: {list}");
        for page in [format!("/appointments/one?booking={thing}"), format!("/telephone/row?row={row}")] {
            let page = page.replace('/', "%2F").replacen("%2F", "/", 2);
            let asked = browser.get(&page);
            assert!(asked.status == 303 && asked.to.starts_with("/patients/self/4123001/reason?"), "{code} {page}");
        }
        let call = [("number", NUMBERS[0]), ("birth", "1960-01-02"), ("relation", "family")];
        let closed = browser.post("/telephone", "/telephone", &call).body;
        assert!(!closed.contains("架空") && !closed.contains("これからの予約"), "{code}: {closed}");
        assert_eq!(closed.contains("お答えできません"), code == "no_inquiry", "{closed}");
        let ask = closed.split("<a href=\"").find(|part| part.contains("/reason?")).unwrap();
        let ask = ask.split('"').next().unwrap().to_owned();
        let next = ask.split("next=").nth(1).unwrap().replace("%2F", "/").replace("%3F", "?").replace("%3D", "=");
        let given = [("reason", "本人からの電話"), ("next", next.as_str())];
        let opened = browser.post(&ask, "/patients/self/4123001/reason", &given);
        assert_eq!((opened.status, opened.to.as_str()), (303, next.as_str()));
        let shown = browser.get(&opened.to).body;
        assert!(shown.contains("架空") && shown.contains(DAY), "{code}: {shown}");
        assert!(browser.get(&format!("/telephone/row?row={row}")).body.contains("架空"), "a reason was given");
        running.stop();
        let csv = station.folder().join("list.csv");
        station.run(&["calls", "csv", "延期", "--out", csv.to_str().unwrap()]).ends(0);
        assert!(!std::fs::read_to_string(csv).unwrap().contains("架空"));
        assert!(station.run(&["audit", "--act", "reason", "--json"]).out.contains("本人からの電話"));
    }
}

#[test]
fn the_command_of_the_phone_desk_tells_nothing_of_who_is_kept_back_without_a_reason() {
    let station = fed();
    flag(&station, NUMBERS[0], "no_inquiry", &[]);
    booked(&station, NUMBERS[0]);
    let find = |words: &[&str]| {
        let asked =
            ["telephone", "find", "--json", "--number", NUMBERS[0], "--birth", "1960-01-02", "--relation", "self"];
        station.run(&[&asked[..], words].concat()).ends(0)
    };
    let closed = find(&[]);
    let one = &closed.json()["found"][0];
    assert_eq!((&one["kept_back"], &one["hit"]["flags"][0]), (&true.into(), &"no_inquiry".into()));
    assert!(!closed.out.contains("架空") && !closed.out.contains(DAY), "{}", closed.out);
    let open = find(&["--reason", "本人からの電話"]);
    assert!(open.out.contains("架空") && open.out.contains(DAY), "{}", open.out);
}

/// A flag of one number is the person's, and so are appointments.
#[test]
fn two_linked_numbers_are_one_person_on_the_telephone() {
    within_a_day(|| {
        let station = fed();
        booked(&station, NUMBERS[0]);
        let other = ["appointments", "make", NUMBERS[1], "--for", "2037-01-06", "--with", "外科", "--told-by", "本人"];
        said(&station, &other).ends(0);
        linked(&station);
        let find = |words: &[&str]| {
            let asked = ["telephone", "find", "--json", "--relation", "self", "--birth", "1960-01-02"];
            station.run(&[&asked[..], words].concat()).ends(0).json()["found"].clone()
        };
        for asked in [["--number", NUMBERS[0]], ["--name", "花子"]] {
            let found = find(&asked);
            assert_eq!(found.as_array().unwrap().len(), 1, "one person: {found}");
            let days: Vec<&str> =
                found[0]["plans"].as_array().unwrap().iter().map(|plan| &text(plan, "at")[..10]).collect();
            assert_eq!(days, [DAY, "2037-01-06"], "of both numbers");
        }
        said(&station, &["calls", "make", "延期", "--reason", "延期", "--from", DAY, "--to", "2037-01-06"]).ends(0);
        assert_eq!(rows(&station).as_array().unwrap().len(), 1, "nobody is rung twice");
        flag(&station, NUMBERS[1], "hide_name", &[]);
        let out = station.folder().join("list.csv");
        station.run(&["calls", "csv", "延期", "--out", out.to_str().unwrap()]).ends(0);
        let csv = std::fs::read_to_string(out).unwrap();
        assert!(csv.contains(NUMBERS[0]) && !csv.contains("架空"), "the flag is of the other number: {csv}");
        station.sound();
    });
}

#[test]
fn who_reads_charts_sees_who_comes_and_only_who_receives_answers_the_telephone() {
    let station = fed();
    let thing = booked(&station, NUMBERS[0]);
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let said = station.run(&["people", "add", "r01", "--name", "試験 放射", "--role", "診療放射線技師"]).ends(0);
    let pin = said.out.split("PIN ").nth(1).unwrap().split_whitespace().next().unwrap().replace('-', "");
    let mut browser = Browser::new(&running);
    let fields = [("account", "r01"), ("secret", pin.as_str()), ("next", "/appointments")];
    assert_eq!(browser.post("/login", "/login", &fields).status, 303);
    let list = browser.get(&format!("/appointments?day={DAY}"));
    assert!(
        list.status == 200 && list.body.contains("架空") && !list.body.contains("href=\"/telephone\""),
        "{}",
        list.body
    );
    for page in ["/telephone", "/telephone/lists", "/telephone/enter"] {
        assert_eq!(browser.get(page).status, 403, "{page}");
    }
    let cancel = [("booking", thing.as_str()), ("act", "cancel"), ("told_by", "本人")];
    assert_eq!(browser.post("/me", "/appointments/one", &cancel).status, 403);
    running.stop();
}
