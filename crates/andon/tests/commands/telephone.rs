//! 予約・電話 through the commands, the pages and paper: what was moved and cancelled since, who rings is asked first, call lists of several
//! stations, letters.

use std::path::Path;

use serde_json::Value;

use crate::door::{Ran, Station, within_a_day};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, card, export, import, trust};

const BY: [&str; 2] = ["--by", "受付 花子"];

pub fn said(station: &Station, words: &[&str]) -> Ran {
    at(&station.home(), &[words, &BY, &["--json"]].concat())
}

pub fn days(station: &Station, day: &str, count: &str) -> Vec<Value> {
    let words = ["appointments", "--date", day, "--days", count, "--json"];
    let told = at(&station.home(), &words).json();
    told["days"].as_array().unwrap().clone()
}

/// Plans of these days, each with its patient and day.
pub fn plans(days: &[Value]) -> Vec<(String, String, Value)> {
    let of_day = |day: &Value| {
        let comers = day["appointments"].as_array().unwrap().clone();
        let name = text(day, "day")[..10].to_owned();
        comers.into_iter().flat_map(move |comer| {
            let (id, day) = (text(&comer, "id").to_owned(), name.clone());
            let plans = comer["plans"].as_array().unwrap().clone();
            plans.into_iter().map(move |plan| (id.clone(), day.clone(), plan))
        })
    };
    days.iter().flat_map(of_day).collect()
}

pub fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key}: {value}"))
}

pub fn newcomer(station: &Station, name: &str, birth: &str) -> String {
    let words = ["reception", "newcomer", "--name", name, "--birth", birth, "--kana", "テスト"];
    text(&said(station, &words).ends(0).json(), "id").to_owned()
}

/// What the copy plans is moved, judged and cancelled, stands where it was and where it is now, and on the chart with its source.
#[test]
fn an_appointment_of_the_copy_is_moved_judged_and_cancelled_and_nothing_is_lost() {
    within_a_day(|| {
        let (station, _) = Station::fed();
        let month = days(&station, "明日", "31");
        let all = plans(&month);
        let (id, day, plan) = all.iter().find(|(_, _, plan)| plan["kind"] == "lab").unwrap().clone();
        let booking = text(&plan, "booking").to_owned();
        assert_eq!(
            (&plan["source"], &plan["state"], &plan["postpone"]),
            (&"copy".into(), &"stands".into(), &"".into())
        );
        let act = |words: &[&str]| said(&station, &[&["appointments"], words].concat());
        assert_eq!(act(&["decide", &booking, "can", "--doctor", ""]).code, 2, "a doctor decides");
        assert_eq!(act(&["decide", &booking, "condition", "--doctor", "佐藤医師"]).code, 2, "on which condition");
        assert_eq!(act(&["decide", &booking, "can", "--doctor", "佐藤医師"]).code, 2, "who passed it on");
        act(&["decide", &booking, "can", "--doctor", "佐藤医師", "--passed-on-by", "看護師 甲"]).ends(0);
        let visit = all.iter().find(|(_, _, plan)| plan["kind"] == "visit").unwrap();
        let visit = ["decide", text(&visit.2, "booking"), "can", "--doctor", "佐藤医師", "--passed-on-by", "看護師 甲"];
        assert_eq!(act(&visit).code, 2, "no test");
        let of_day = |day: &str| days(&station, day, "1").remove(0);
        let found = |day: &Value| {
            let all = plans(std::slice::from_ref(day)).into_iter();
            all.filter(|(_, _, plan)| plan["booking"] == booking.as_str()).map(|(.., plan)| plan).collect::<Vec<_>>()
        };
        let before = of_day(&day);
        assert_eq!((&found(&before)[0]["postpone"], &found(&before)[0]["state"]), (&"can".into(), &"stands".into()));
        assert_eq!(act(&["move", &booking, "--to", "いつか", "--told-by", "本人"]).code, 2);
        assert_eq!(act(&["move", &booking, "--to", "2037-01-05 1000"]).code, 2, "told by whom");
        assert_eq!(act(&["move", &booking, "--to", "2020-01-05 1000", "--told-by", "本人"]).code, 2, "past");
        act(&["move", &booking, "--to", "2037-01-05 1000", "--told-by", "本人"]).ends(0);
        let (was, is) = (of_day(&day), of_day("2037-01-05"));
        assert_eq!(found(&was)[0]["state"], "moved");
        let moved = &found(&is)[0];
        assert_eq!(
            (&moved["source"], &moved["state"], &moved["postpone"]),
            (&"outage".into(), &"stands".into(), &"can".into())
        );
        assert_eq!((&was["counts"]["moved"], &is["counts"]["added"]), (&1.into(), &1.into()));
        let chart = station.chart(&id);
        let own = chart["appointments"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| text(&item["source"], "source").starts_with("停止中"));
        let own = own.unwrap_or_else(|| panic!("{}", chart["appointments"]));
        assert!(text(own, "at").starts_with("2037-01-05") && text(own, "text").contains("停止中に変更"), "{own}");
        act(&["cancel", &booking, "--told-by", "娘"]).ends(0);
        assert_eq!(found(&of_day("2037-01-05"))[0]["state"], "cancelled");
        act(&["restore", &booking]).ends(0);
        assert_eq!(found(&of_day("2037-01-05"))[0]["state"], "stands");
        assert_eq!(
            act(&["move", "copy:self/0/lab/0", "--to", "明日", "--told-by", "本人"]).code,
            2,
            "no such appointment"
        );
        // On the printed list of that day, too.
        let out = station.folder().join("list.pdf");
        let words = ["print", "appointments", "--day", "2037-01-05", "--out", out.to_str().unwrap(), "--json"];
        assert_eq!(at(&station.home(), &words).ends(0).json()["sheets"][0]["form"], "PA");
        station.sound();
    });
}

#[test]
fn an_appointment_made_during_the_outage_is_expected_at_the_desk_until_the_patient_comes() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "新規 太郎", "1950-01-02");
        let expected = || at(&station.home(), &["queue", "--json"]).ends(0).json()["expected"].as_i64().unwrap();
        assert_eq!(expected(), 0);
        let make = |words: &[&str]| said(&station, &[&["appointments", "make", &id], words].concat());
        assert_eq!(make(&["--for", "今日", "--with", "内科"]).code, 2, "told by whom");
        make(&["--for", "今日", "--with", "内科", "--what", "再診", "--told-by", "本人"]).ends(0);
        assert_eq!(expected(), 1);
        let today = days(&station, "今日", "1").remove(0);
        let (_, _, plan) = plans(std::slice::from_ref(&today)).remove(0);
        assert_eq!((&plan["source"], &plan["department"]), (&"outage".into(), &"内科".into()));
        let received = ["reception", "receive", &id, "--department", "内", "--name", "新規", "--birth", "1950-01-02"];
        said(&station, &received).ends(0);
        assert_eq!(expected(), 0);
        let nobody = ["appointments", "make", "99999999", "--for", "今日", "--with", "内科", "--told-by", "本人"];
        assert_eq!(said(&station, &nobody).code, 2);
    });
}

#[test]
fn the_phone_desk_asks_first_says_the_rule_in_force_and_counts_calls_back() {
    within_a_day(|| {
        let station = Station::real();
        at(&station.home(), &["register", "services", "prepare", "--by", "院長"]).ends(0);
        let id = newcomer(&station, "電話 花子", "1950-01-02");
        let book = ["appointments", "make", &id, "--for", "明日 1000", "--with", "内科", "--told-by", "本人"];
        said(&station, &book).ends(0);
        let find = |words: &[&str]| {
            at(&station.home(), &[&["telephone", "find", "--json", "--relation", "self"], words].concat())
        };
        let unasked = ["telephone", "find", "--json", "--name", "電話", "--birth", "S25.1.2"];
        let unasked = at(&station.home(), &unasked);
        assert!(unasked.code == 2 && unasked.err.contains("かけてきた人"), "who rings: {}", unasked.err);
        assert_eq!(find(&["--number", &id]).code, 2, "one is too few");
        assert_eq!(find(&["--number", &id, "--birth", "1901-01-01"]).code, 1);
        let found = find(&["--name", "電話", "--birth", "S25.1.2"]).ends(0).json()["found"][0].clone();
        assert_eq!(
            (&found["plans"][0]["department"], &found["rules"][0]["script"]),
            (&"内科".into(), &"limited".into())
        );
        // The rule is the one that reception has.
        let rule =
            at(&station.home(), &["reception", "rule", "booked", "内科", "--json"]).ends(0).json()["rule"].clone();
        assert_eq!(found["rules"][0]["rule"], rule);
        let log = |words: &[&str]| said(&station, &[&["telephone", "log"], words].concat());
        assert_eq!(log(&["--reason", "ask"]).code, 2, "who rang");
        assert_eq!(log(&["--reason", "ask", "--caller", "娘", "--back-by", "看護師"]).code, 2, "by when");
        log(&["--reason", "ask", "--caller", "娘", "--relation", "family", "--id", &id]).ends(0);
        let back = [
            "--reason",
            "change",
            "--caller",
            "娘",
            "--next",
            "日を決める",
            "--back-by",
            "看護師",
            "--back-at",
            "2020-01-01T10:00",
        ];
        let call = text(&log(&back).ends(0).json(), "number").to_owned();
        let open = || at(&station.home(), &["telephone", "list", "--json"]).ends(0).json();
        assert_eq!((&open()["open"], &open()["late"]), (&1.into(), &1.into()));
        assert_eq!(said(&station, &["telephone", "done", &call]).code, 2, "what came of it");
        said(&station, &["telephone", "done", &call, "--why", "11/20 に決めた"]).ends(0);
        assert_eq!(open()["open"], 0);
        let all = at(&station.home(), &["telephone", "list", "--all", "--json"]).ends(0).json();
        assert_eq!(all["calls"].as_array().unwrap().len(), 2);
        station.sound();
    });
}

/// A headquarters and a desk that know each other.
pub fn two() -> [Station; 2] {
    let all = [Station::real(), Station::real()];
    let cards: Vec<_> =
        all.iter().zip([("本部", "本"), ("電話", "電")]).map(|(one, (name, mark))| card(one, name, mark)).collect();
    trust(&all[0], &cards[1], &[]).ends(0);
    trust(&all[1], &cards[0], &["--headquarters"]).ends(0);
    all
}

pub fn show(station: &Station) -> Value {
    at(&station.home(), &["calls", "--json", "show", "健診"]).ends(0).json()
}

pub fn row(station: &Station, act: &str, no: &str, words: &[&str]) -> Ran {
    said(station, &[&["calls", act, "健診", no], words].concat())
}

#[test]
fn two_stations_work_on_one_call_list_and_nobody_is_rung_twice_unseen() {
    within_a_day(|| {
        let [hq, desk] = two();
        for (name, birth) in [("甲", "1950-01-02"), ("乙", "1951-02-03"), ("丙", "1952-03-04"), ("丁", "1953-04-05")]
        {
            let id = newcomer(&hq, &format!("健診 {name}"), birth);
            let words = ["appointments", "make", &id, "--for", "2037-01-05 0930", "--with", "健診・予防接種"];
            said(&hq, &[&words[..], &["--what", "特定健診", "--told-by", "台帳"]].concat()).ends(0);
        }
        let make =
            |words: &[&str]| said(&hq, &[&["calls", "make", "健診", "--reason", "延期のお願い"], words].concat());
        assert_eq!(make(&["--from", "2037-01-05", "--department", "皮膚科"]).code, 2, "nobody fits");
        assert_eq!(make(&[]).code, 2, "whom");
        assert_eq!(make(&["--from", "2037-01-05", "--to", "2037-01-06", "--kind", "健診"]).ends(0).json()["rows"], 4);
        import(&desk, &export(&hq, "a")).ends(0);
        row(&hq, "take", "1", &[]).ends(0);
        import(&desk, &export(&hq, "b")).ends(0);
        let other = at(&desk.home(), &["calls", "take", "健診", "1", "--by", "受付 次郎"]);
        assert!(other.code == 2 && other.err.contains("電話中"), "{}", other.err);
        at(&desk.home(), &["calls", "take", "健診", "2", "--by", "受付 次郎"]).ends(0);
        row(&desk, "result", "2", &["--outcome", "no_answer", "--next", "夕方もう一度"]).ends(0);
        assert_eq!(row(&hq, "result", "1", &["--outcome", "moved", "--to", "いつか"]).code, 2);
        row(&hq, "result", "1", &["--outcome", "moved", "--to", "2037-02-01 1000", "--spoke-with", "本人"]).ends(0);
        // Apart: both ring the third, and the fourth comes to different things.
        row(&hq, "result", "3", &["--outcome", "reached"]).ends(0);
        row(&desk, "result", "3", &["--outcome", "cancelled", "--why", "本人の希望"]).ends(0);
        row(&desk, "result", "4", &["--outcome", "wrong_number"]).ends(0);
        for (from, to, name) in [(&hq, &desk, "c"), (&desk, &hq, "d"), (&hq, &desk, "e")] {
            import(to, &export(from, name)).ends(0);
        }
        let (here, there) = (show(&hq), show(&desk));
        assert_eq!(here["progress"], there["progress"]);
        assert_eq!(here["progress"]["doubtful"], 1, "{}", here["rows"]);
        let rows = here["rows"].as_array().unwrap();
        assert_eq!((&rows[2]["apart"][0]["field"], &rows[2]["doubtful"]), (&"outcome".into(), &true.into()));
        assert_eq!((&rows[1]["state"], rows[1]["tries"].as_array().unwrap().len()), (&"again".into(), 1));
        let moved = days(&desk, "2037-02-01", "1").remove(0);
        assert_eq!((&moved["counts"]["added"], &moved["counts"]["expected"]), (&1.into(), &1.into()));
        assert_eq!(row(&hq, "result", "3", &["--outcome", "cancelled"]).code, 2, "with whom it was spoken");
        row(&hq, "take", "3", &["--again"]).ends(0);
        assert_eq!(show(&hq)["progress"]["doubtful"], 1, "whoever takes it says nothing of what came of it");
        row(&hq, "result", "3", &["--outcome", "cancelled", "--spoke-with", "本人"]).ends(0);
        assert_eq!(show(&hq)["progress"]["doubtful"], 0);
        let first = at(&hq.home(), &["calls", "take", "健診", "1", "--by", "受付 次郎"]);
        assert!(first.code == 2 && first.err.contains("もう連絡"), "{}", first.err);
        hq.sound();
        desk.sound();
    });
}

pub fn print(station: &Station, words: &[&str]) -> Ran {
    let out = station.folder().join("out.pdf");
    at(&station.home(), &[&["print", "calls", "健診"], words, &["--json", "--out", out.to_str().unwrap()]].concat())
}

#[test]
fn a_list_of_numbers_is_checked_printed_entered_row_by_row_and_written_to() {
    within_a_day(|| {
        let (station, told) = Station::fed();
        let ids: Vec<String> =
            told["special_people"].as_array().unwrap().iter().take(3).map(|one| text(one, "id").to_owned()).collect();
        let file = |name: &str, lines: &[String]| {
            let to = station.folder().join(name);
            std::fs::write(&to, format!("患者番号,氏名\n{}\n", lines.join("\n"))).unwrap();
            to
        };
        let make = |csv: &Path| {
            let words = ["calls", "make", "健診", "--reason", "延期のお願い", "--csv", csv.to_str().unwrap()];
            said(&station, &words)
        };
        let wrong = make(&file("wrong.csv", &[ids[0].clone(), format!("{}-00", ids[1]), "99999999".into()]));
        assert!(wrong.code == 2 && wrong.err.contains("2行目") && wrong.err.contains("3行目"), "{}", wrong.err);
        assert!(
            at(&station.home(), &["calls", "--json"]).json()["lists"].as_array().unwrap().is_empty(),
            "nothing was made"
        );
        // A spreadsheet takes the zeros away, and one is there twice.
        let short = ids[2].trim_start_matches('0').to_owned();
        let good = [ids[0].clone(), format!("{},甲", ids[1]), short, ids[0].clone()];
        assert_eq!(make(&file("good.csv", &good)).ends(0).json()["rows"], 3);
        let sheets = print(&station, &[]).ends(0).json()["sheets"].clone();
        let number = text(&sheets[0], "number").to_owned();
        assert_eq!(sheets[0]["form"], "P6C");
        let enter =
            |no: &str, words: &[&str]| said(&station, &[&["calls", "enter", &number, "--row", no], words].concat());
        assert_eq!(enter("1", &["--outcome", "no_answer"]).code, 2, "who wrote it");
        let pen = ["--writer", "看護師 甲", "--at", "0000"];
        enter("1", &[&["--outcome", "no_answer"], &pen[..]].concat()).ends(0);
        assert_eq!(enter("1", &[&["--outcome", "reached"], &pen[..]].concat()).code, 2, "entered already");
        assert_eq!(enter("9", &[&["--outcome", "reached"], &pen[..]].concat()).code, 2, "no such row");
        assert_eq!(enter("2", &[]).code, 2, "why blank");
        enter("2", &["--why", "未使用"]).ends(0);
        let rows = show(&station)["rows"].clone();
        assert_eq!(
            (&rows[0]["state"], text(&rows[0]["values"], "paper")),
            (&"again".into(), format!("{number}-1 看護師 甲").as_str())
        );
        assert!(rows[0]["tries"][0].as_str().unwrap().contains("00:00"), "as the paper says: {}", rows[0]["tries"]);
        // Letters: to nobody yet, without a text, then one each, in the ledger.
        assert_eq!(print(&station, &["--letters"]).code, 2, "nobody was not reached");
        row(&station, "result", "3", &["--outcome", "wrong_number"]).ends(0);
        assert!(print(&station, &["--letters"]).err.contains("お知らせの文面"));
        at(&station.home(), &["register", "mailings", "prepare", "--by", "院長"]).ends(0);
        let letters = print(&station, &["--letters"]).ends(0).json()["sheets"].clone();
        assert_eq!((letters.as_array().unwrap().len(), &letters[0]["form"]), (1, &"P6L".into()));
        assert_eq!(print(&station, &["--all"]).ends(0).json()["sheets"].as_array().unwrap().len(), 3);
        let ledger = at(&station.home(), &["sheets", "--json"]).json();
        let of = ledger["sheets"].as_array().unwrap().iter().find(|one| one["number"] == letters[0]["number"]);
        assert_eq!(of.unwrap()["patient"], ids[2].as_str());
        let csv = station.folder().join("list.csv");
        at(&station.home(), &["calls", "csv", "健診", "--out", csv.to_str().unwrap()]).ends(0);
        let csv = std::fs::read_to_string(csv).unwrap();
        assert!(csv.contains("番号違い") && csv.contains(&ids[1]) && csv.lines().count() == 4, "{csv}");
        said(&station, &["calls", "close", "健診", "--why", "終わった"]).ends(0);
        station.sound();
    });
}

/// Of all that is planned for one person a result cannot mean every day at once.
fn not_every_day_at_once(station: &Station, browser: &mut Browser<'_>, id: &str) {
    let all = [("title", "全部"), ("reason", "延期"), ("numbers", id)];
    let all = browser.post_files(("/telephone/lists", "/telephone/lists"), &all, &[]).to;
    let row = text(&station.run(&["calls", "--json", "show", "全部"]).json()["rows"][0], "thing").to_owned();
    let moved = [("row", row.as_str()), ("act", "result"), ("outcome", "cancelled"), ("spoke_with", "本人")];
    let refused = browser.post(&all, "/telephone/row", &moved).body;
    assert!(refused.contains("二つ以上"), "{refused}");
}

/// A call is noted once, however often the page is loaded, and what was typed of it is not lost.
fn noted_once(station: &Station, browser: &mut Browser<'_>, about: &[(&str, &str)]) {
    let log =
        [("reason", "change"), ("caller", "娘"), ("back_by", "看護師"), ("back_at", "1700"), ("next", "日を決める")];
    let half = [("reason", "change"), ("caller", "娘"), ("back_by", "看護師"), ("result", "聞き取り中")];
    let kept = browser.post("/telephone", "/telephone/log", &[about, &half].concat()).body;
    assert!(kept.contains("聞き取り中") && kept.contains("両方を書いて"), "{kept}");
    let noted = browser.post("/telephone", "/telephone/log", &[about, &log].concat());
    assert_eq!(noted.status, 303);
    for _ in 0..2 {
        let shown = browser.get(&noted.to).body;
        assert!(shown.contains("記録しました") && shown.contains("折り返し 1件") && shown.contains("日を決める"));
    }
    let call = station.run(&["telephone", "list", "--json"]).ends(0).json()["calls"][0].clone();
    let done = [("thing", text(&call, "thing")), ("came_of", "")];
    assert!(browser.post("/telephone", "/telephone/done", &done).body.contains("どうなったかを書いて"));
    let long = "長".repeat(1_001);
    let done = [("thing", text(&call, "thing")), ("came_of", long.as_str())];
    let kept = browser.post("/telephone", "/telephone/done", &done).body;
    assert_eq!(kept.matches(&long).count(), 1, "what was typed stands where it was typed, and nowhere else");
}

#[test]
fn the_pages_find_a_caller_book_note_and_go_through_a_list_by_keyboard() {
    within_a_day(|| {
        let (station, told) = Station::fed();
        let id = text(&told["special_people"][0], "id").to_owned();
        let chart = station.chart(&id);
        let (name, birth) =
            (text(&chart["patient"], "name").to_owned(), text(&chart["patient"], "birth_date")[..10].to_owned());
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let alone = browser.post("/telephone", "/telephone", &[("number", &id)]).body;
        assert!(alone.contains("1つでは何も伝えられません") && !alone.contains(&name));
        let asked = [("number", id.as_str()), ("birth", &birth), ("relation", "family"), ("department", "内")];
        let unasked = browser.post("/telephone", "/telephone", &[&asked[..2], &asked[3..]].concat()).body;
        assert!(unasked.contains("選ぶまで何も出しません") && !unasked.contains(&name), "who rings: {unasked}");
        let shown = browser.post("/telephone", "/telephone", &asked).body;
        assert!(shown.contains(&name) && shown.contains("本人ではありません") && shown.contains("言うこと"), "{shown}");
        let whom = [("authority", text(&chart["patient"], "authority")), ("id", id.as_str())];
        let book = [("b_at", "2037-01-05 1000"), ("b_department", "内"), ("b_what", "再診")];
        let refused = browser.post("/telephone", "/telephone/book", &[&asked[..], &whom, &book].concat()).body;
        assert!(
            refused.contains("だれから聞いたか（本人") && refused.contains("2037-01-05 1000"),
            "typed is kept: {refused}"
        );
        let booked = [&asked[..], &whom, &book, &[("b_told_by", "本人")]].concat();
        let made = browser.post("/telephone", "/telephone/book", &booked);
        assert!(made.status == 303 && !made.to.contains(&birth), "{}", made.to);
        for _ in 0..2 {
            let shown = browser.get(&made.to).body;
            assert!(shown.contains("2037-01-05") && shown.contains(&name), "the caller is still there: {shown}");
        }
        let of_day = plans(&days(&station, "2037-01-05", "1"));
        assert_eq!(of_day.len(), 1, "a page that is loaded again makes none");
        let page = browser.get("/appointments?day=2037-01-05").body;
        assert!(page.contains(&name) && page.contains("停止中"), "{page}");
        noted_once(&station, &mut browser, &[&asked[..], &whom].concat());
        not_every_day_at_once(&station, &mut browser, &id);
        let list = [("title", "健診"), ("reason", "延期"), ("numbers", id.as_str()), ("from", "2037-01-05")];
        let made = browser.post_files(("/telephone/lists", "/telephone/lists"), &list, &[]);
        assert_eq!(made.status, 303, "{}", made.body);
        let page = browser.get(&made.to).body;
        assert!(page.contains(&name) && page.contains("残り1人"), "{page}");
        let thing = text(&show(&station)["rows"][0], "thing").to_owned();
        let taken = browser.post(&made.to, "/telephone/row", &[("row", &thing), ("act", "take")]);
        assert!(browser.get(&taken.to).body.contains("電話中"));
        let lost = [
            ("row", thing.as_str()),
            ("act", "result"),
            ("outcome", "moved"),
            ("moved_to", "いつか"),
            ("next", "書いたこと"),
        ];
        let refused = browser.post(&made.to, "/telephone/row", &lost).body;
        assert!(refused.contains("日時として読めません") && refused.contains("書いたこと"), "{refused}");
        let result = [
            ("row", thing.as_str()),
            ("act", "result"),
            ("outcome", "moved"),
            ("moved_to", "2037-02-02 1000"),
            ("spoke_with", "本人"),
            ("then", "next"),
        ];
        let next = browser.post(&made.to, "/telephone/row", &result);
        assert!(next.to.contains("/telephone/list"), "nobody is left: {}", next.to);
        assert!(browser.get("/appointments?day=2037-01-05").body.contains("2037-02-02 10:00"), "it moved");
        let csv = browser.get(&made.to.replace("/telephone/list?", "/telephone/list.csv?"));
        assert!(csv.body.contains("別の日に変更"), "{}", csv.body);
    });
}
