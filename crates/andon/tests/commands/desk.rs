//! The desk's page: no rule goes unread, no department is guessed, who came together stands together, and who may receive.

use serde_json::Value;

use crate::door::{Station, within_a_day};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::at;

const BORN: &str = "1950-01-02";

/// A temporary patient, known by name and birth date.
fn newcomer(station: &Station, name: &str) -> (String, String) {
    let words = ["reception", "newcomer", "--name", name, "--birth", BORN, "--by", "受付 花子", "--json"];
    let told = at(&station.home(), &words).ends(0).json();
    (told["authority"].as_str().unwrap().to_owned(), told["id"].as_str().unwrap().to_owned())
}

fn visits(station: &Station) -> Vec<Value> {
    at(&station.home(), &["queue", "--all", "--json"]).ends(0).json()["visits"].as_array().unwrap().clone()
}

fn serving(station: &Station) -> Running {
    Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/")
}

/// What a form carries in a hidden field.
fn hidden(page: &str, name: &str) -> String {
    let of = page.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
    of.split('"').next().unwrap().to_owned()
}

#[test]
fn no_rule_goes_unread_and_no_department_is_guessed() {
    within_a_day(|| {
        let station = Station::real();
        at(&station.home(), &["register", "services", "prepare", "--by", "院長"]).ends(0);
        let (authority, id) = newcomer(&station, "試験 一郎");
        let running = serving(&station);
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let asked = [("name", "試験 一郎"), ("birth", BORN)];
        let shown = browser.post("/reception", "/reception", &asked).body;
        assert!(shown.contains("きょうの予約はありません") && shown.contains("診療科を選ぶと"), "{shown}");
        let department = shown.split("id=\"r_department\"").nth(1).unwrap().split("</select>").next().unwrap();
        assert!(!department.contains("selected"), "{department}");
        let whom = [("authority", authority.as_str()), ("id", id.as_str())];
        let receive = |browser: &mut Browser, words: &[(&str, &str)]| {
            browser.post("/reception", "/reception/receive", &[&asked[..], &whom, words].concat())
        };
        let none = receive(&mut browser, &[("kind", "booked"), ("department", "")]);
        assert!(none.status == 200 && none.body.contains("診療科を選んでください"), "{}", none.body);
        // The rule for this kind was not before anybody's eyes: it is shown, and nothing is written.
        let unread = receive(&mut browser, &[("kind", "booked"), ("department", "内"), ("ruled", ""), ("fits", "1")]);
        assert!(unread.status == 200 && unread.body.contains("まだ見ていません"), "{}", unread.body);
        assert!(unread.body.contains("外来（予約再診）") || unread.body.contains("いまの決まり"));
        assert!(!unread.body.contains("name=\"fits\" value=\"1\" checked"), "what was ticked was for another rule");
        let read = hidden(&unread.body, "ruled");
        // Another kind was chosen meanwhile, whose rule is another.
        let other = receive(
            &mut browser,
            &[("kind", "new"), ("department", "内"), ("ruled", &read), ("words", "遠方から来院")],
        );
        assert!(other.status == 200 && other.body.contains("まだ見ていません"), "{}", other.body);
        assert!(other.body.contains("遠方から来院"), "what was typed stays");
        assert!(visits(&station).is_empty());
        let read = hidden(&other.body, "ruled");
        let done = [("kind", "new"), ("department", "内"), ("ruled", read.as_str()), ("words", "遠方から来院")];
        assert_eq!(receive(&mut browser, &done).status, 303);
        // Who is in a hurry is held up by neither.
        let (authority, id) = newcomer(&station, "急患 次郎");
        let hurry = [("authority", authority.as_str()), ("id", &id), ("kind", "emergency"), ("nurse", "1")];
        assert_eq!(browser.post("/reception", "/reception/receive", &hurry).status, 303);
        let urgent = visits(&station).pop().unwrap();
        assert_eq!((&urgent["values"]["department"], &urgent["values"]["place"]), (&"救".into(), &"triage".into()));
        running.stop();
        station.sound();
    });
}

#[test]
fn who_came_together_stands_together_on_each_of_their_pages() {
    within_a_day(|| {
        let station = Station::real();
        let desk = |id: &str, words: &[&str]| {
            let asked =
                ["reception", "receive", id, "--department", "小", "--why", "試し", "--by", "受付 花子", "--json"];
            at(&station.home(), &[&asked[..], words].concat())
        };
        let [mother, child, sister] = ["母 花子", "子 太郎", "妹 桜"].map(|name| newcomer(&station, name).1);
        let first = desk(&mother, &[]).ends(0).json();
        let ticket = first["ticket"].as_str().unwrap().to_owned();
        let second = desk(&child, &["--with", &ticket]).ends(0).json();
        desk(&sister, &["--with", &ticket]).ends(0);
        assert_eq!(desk(&sister, &["--with", "内999", "--again"]).code, 2, "no such ticket");
        assert_eq!(visits(&station)[1]["values"]["with"], first["visit"]);
        let running = serving(&station);
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        for visit in [&first, &second] {
            let page = browser.get(&format!("/reception/visit?visit={}", visit["visit"].as_str().unwrap())).body;
            let others = ["母 花子", "子 太郎", "妹 桜"].iter().filter(|name| page.contains(**name)).count();
            assert_eq!(others, 3, "{page}");
        }
        let begun = browser
            .get(&format!("/reception?with={}", ticket.bytes().map(|b| format!("%{b:02X}")).collect::<String>()));
        assert!(begun.body.contains(&format!("{ticket} といっしょに来た人")), "{}", begun.body);
        running.stop();
    });
}

#[test]
fn a_clerk_receives_and_a_technician_only_sends_back() {
    let station = Station::real();
    let (_, id) = newcomer(&station, "試験 一郎");
    let words = ["reception", "receive", &id, "--department", "内", "--why", "試し", "--by", "受付", "--json"];
    let told = at(&station.home(), &words).ends(0).json();
    let visit = told["visit"].as_str().unwrap().to_owned();
    let running = serving(&station);
    let entered = |account: &str, role: &str| {
        let words = ["people", "add", account, "--name", &format!("試験 {account}"), "--role", role];
        let said = station.run(&words).ends(0);
        let pin = said.out.split("PIN ").nth(1).unwrap().split_whitespace().next().unwrap().replace('-', "");
        let mut browser = Browser::new(&running);
        let fields = [("account", account), ("secret", pin.as_str()), ("next", "/queue")];
        assert_eq!(browser.post("/login", "/login", &fields).status, 303, "{account}");
        browser
    };
    let mut clerk = entered("c01", "医事・受付");
    assert_eq!(
        [clerk.get("/reception").status, clerk.get("/queue").status, clerk.get("/gate").status],
        [200, 200, 200]
    );
    assert!(clerk.get("/queue").body.contains("href=\"/reception\""));
    assert_eq!(clerk.post("/reception", "/gate/decide", &[]).status, 403, "to release is another's");
    let mut technician = entered("t01", "臨床検査技師");
    assert_eq!([technician.get("/reception").status, technician.get("/reception/names").status], [403, 403]);
    assert_eq!(technician.post("/queue", "/reception/receive", &[("id", &id)]).status, 403);
    let page = technician.get("/queue").body;
    assert!(page.contains("試験 一郎") && !page.contains("href=\"/reception\""), "{page}");
    for (act, place) in [("move", "lab"), ("back", "")] {
        let fields = [("visit", visit.as_str()), ("act", act), ("place", place)];
        assert_eq!(technician.post("/queue", "/queue/move", &fields).status, 303, "{act}");
    }
    running.stop();
}

/// What came since a form was opened stands beside what the form says, and is to be checked: nothing is written over unseen.
#[test]
fn what_a_form_was_opened_on_is_not_written_over_unseen() {
    within_a_day(|| {
        let station = Station::real();
        let (_, id) = newcomer(&station, "試験 一郎");
        let words = ["reception", "receive", &id, "--department", "内", "--why", "試し", "--by", "受付", "--json"];
        let visit = at(&station.home(), &words).ends(0).json()["visit"].as_str().unwrap().to_owned();
        let page = format!("/reception/visit?visit={visit}");
        let running = serving(&station);
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let opened = hidden(&browser.get(&page).body, "seen");
        let move_to = |browser: &mut Browser, place: &str, seen: &str| {
            let fields = [("visit", visit.as_str()), ("act", "move"), ("place", place), ("seen", seen)];
            browser.post("/queue", "/queue/move", &fields)
        };
        assert_eq!(move_to(&mut browser, "image", &opened).status, 303);
        assert_eq!(move_to(&mut browser, "pharmacy", &opened).status, 303, "nobody is held up");
        let apart = visits(&station)[0].clone();
        assert_eq!((&apart["doubtful"], apart["apart"].as_array().unwrap().len()), (&true.into(), 2), "{apart}");
        let shown = browser.get(&page).body;
        assert!(shown.contains("2つの端末が別々に動かしました") && shown.contains("画像検査") && shown.contains("薬"));
        let stray = move_to(&mut browser, "lab", &"0".repeat(64));
        assert!(stray.status == 409 && stray.body.contains("開き直して"), "{}", stray.body);
        let both = hidden(&shown, "seen");
        assert_eq!(move_to(&mut browser, "account", &both).status, 303);
        assert_eq!(
            (&visits(&station)[0]["doubtful"], visits(&station)[0]["history"].as_array().unwrap().len()),
            (&false.into(), 3)
        );
        running.stop();
        station.sound();
    });
}

/// The answers were another patient's: taken back with a reason, they no longer stand on the chart.
fn taken_back(station: &Station, (id, ticket): (&str, &str)) {
    let withdraw = |why: &str| {
        let words = ["reception", "intake-withdraw", ticket, "--why", why, "--by", "受付", "--json"];
        at(&station.home(), &words)
    };
    assert_eq!(withdraw(" ").code, 2, "why");
    withdraw("別の人の問診").ends(0);
    assert_eq!(withdraw("別の人の問診").code, 2, "nothing stands");
    let chart = station.chart(id).to_string();
    assert!(!chart.contains("架空リキシ") && !chart.contains("看護師 乙"), "{chart}");
}

/// Asked first with nothing of the copy in sight; then where they differ, on the desk's page, in 要確認 and on the chart.
#[test]
fn what_is_asked_first_stands_beside_the_copy_and_where_it_differs() {
    within_a_day(|| {
        let (station, said) = Station::fed();
        let people =
            said["special_people"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap().to_owned());
        let some = |chart: &Value| {
            let items = chart["allergies"]["items"].as_array().unwrap().iter();
            items.clone().find(|item| item["says_none"] == false).map(|item| item["allergen"]["text"].clone())
        };
        let (id, allergen) = people
            .filter_map(|id| some(&station.chart(&id)).map(|allergen| (id, allergen)))
            .find(|(_, allergen)| allergen.as_str().is_some_and(|text| !text.is_empty()))
            .unwrap();
        let allergen = allergen.as_str().unwrap();
        let words = ["reception", "receive", &id, "--department", "内", "--why", "試し", "--by", "受付", "--json"];
        let got = at(&station.home(), &words).ends(0).json();
        let (ticket, visit) = (got["ticket"].as_str().unwrap(), got["visit"].as_str().unwrap());
        let running = serving(&station);
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let path = format!("/reception/intake?visit={visit}");
        let blank = browser.get(&path).body;
        assert!(blank.contains("先に聞く") && !blank.contains(allergen), "{blank}");
        let answers = [
            ("visit", visit),
            ("allergy", "none"),
            ("anticoagulant", "yes"),
            ("anticoagulant_words", "架空リキシ"),
            ("implant", "none"),
            ("phone", "0000-00-0001"),
            ("asked_by", "看護師 甲"),
            ("answered_by", "patient"),
        ];
        let open = browser.post(&path, "/reception/intake", &answers);
        assert!(open.status == 200 && open.body.contains("全員に聞いて"), "{}", open.body);
        assert!(open.body.contains("架空リキシ") && !open.body.contains(allergen), "kept, and nothing shown yet");
        let whole = [&answers[..], &[("pregnancy", "not_asked")]].concat();
        let kept = browser.post(&path, "/reception/intake", &whole);
        assert_eq!(kept.status, 303, "{}", kept.body);
        let shown = browser.get(&kept.to).body;
        for word in [allergen, "架空リキシ", "写しは「あり」", "停止中", "看護師 甲"] {
            assert!(shown.contains(word), "{word}: {shown}");
        }
        let codes: Vec<String> = at(&station.home(), &["disagreements", "--json"]).json()["patients"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|row| row["id"] == id.as_str())
            .flat_map(|row| row["disagreements"].as_array().unwrap().clone())
            .map(|one| one["code"].as_str().unwrap().to_owned())
            .collect();
        for code in ["allergy_denied", "contact_differs"] {
            assert!(codes.iter().any(|known| known == code), "{code}: {codes:?}");
        }
        // What was said last of a visit counts; the command says the same.
        let words =
            ["reception", "intake", ticket, "--allergy", "unknown", "--pregnancy", "not_asked", "--anticoagulant"];
        let more = ["none", "--implant", "none", "--asked-by", "看護師 乙", "--by", "受付", "--json"];
        at(&station.home(), &[&words[..], &more].concat()).ends(0);
        let chart = station.chart(&id);
        let open: Vec<Value> = chart["disagreements"].as_array().unwrap().clone();
        assert!(open.iter().all(|one| one["code"] != "allergy_denied"), "{open:?}");
        let told = chart.to_string();
        assert!(!told.contains("わからない") && told.contains("なし"), "who does not know says nothing that is so");
        taken_back(&station, (&id, ticket));
        assert!(browser.get(&path).body.contains("取消: 別の人の問診"));
        running.stop();
        station.sound();
    });
}
