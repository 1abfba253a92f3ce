//! 受付 and 受診状況 through the commands, the pages and paper: asked first and shown after, names learned, tickets of stations that cannot
//! reach each other, moves made apart, rows written by hand.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::door::{Ran, Station, within_a_day};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, card, export, import, trust};

const BY: [&str; 2] = ["--by", "受付 花子"];

fn desk(station: &Station, act: &str, words: &[&str]) -> Ran {
    at(&station.home(), &[&["reception", act], words, &BY, &["--json"]].concat())
}

fn queue(station: &Station, words: &[&str]) -> Ran {
    at(&station.home(), &[&["queue", "--json"], words].concat())
}

fn moved(station: &Station, words: &[&str]) -> Ran {
    queue(station, &[words, &BY].concat())
}

fn visits(station: &Station) -> Vec<Value> {
    queue(station, &["--all"]).ends(0).json()["visits"].as_array().unwrap().clone()
}

fn visit(station: &Station, ticket: &str) -> Value {
    visits(station).into_iter().find(|visit| visit["ticket"] == ticket).unwrap()
}

/// A temporary patient's number: what is known of him is two identifiers.
fn newcomer(station: &Station, name: &str, birth: &str) -> String {
    let told = desk(station, "newcomer", &["--name", name, "--birth", birth, "--kana", "テスト"]).ends(0).json();
    told["id"].as_str().unwrap().to_owned()
}

fn receive(station: &Station, id: &str, words: &[&str]) -> Ran {
    desk(station, "receive", &[&[id, "--why", "試し"], words].concat())
}

fn ticket(station: &Station, id: &str, department: &str) -> String {
    receive(station, id, &["--department", department]).ends(0).json()["ticket"].as_str().unwrap().to_owned()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap()
}

/// Nothing of a patient is shown for one identifier; a name that only the desk knows is found from then on.
#[test]
fn who_comes_is_asked_first_and_a_learned_name_is_searched_at_every_station() {
    let (station, said) = Station::fed();
    let id = text(&said["special_people"][0], "id").to_owned();
    let chart = station.chart(&id);
    let (name, birth) =
        (text(&chart["patient"], "name").to_owned(), text(&chart["patient"], "birth_date")[..10].to_owned());
    let identify = |words: &[&str]| at(&station.home(), &[&["reception", "identify", "--json"], words].concat());
    assert_eq!(identify(&["--number", &id]).code, 2, "one is too few");
    let found = identify(&["--number", &id, "--birth", &birth]).ends(0).json();
    assert_eq!(
        (&found["found"][0]["hit"]["id"], &found["found"][0]["same"][1]),
        (&id.as_str().into(), &"birth".into())
    );
    // A mother says her own telephone for each of her children: it counts for nobody.
    assert_eq!(identify(&["--name", &name, "--phone", "090-0000-0000"]).code, 2, "a telephone is no identifier");
    assert_eq!(identify(&["--number", &id, "--phone", "090-0000-0000"]).code, 2);
    let hidden = identify(&["--number", &id, "--birth", "1901-01-01"]).ends(1).json();
    assert!(hidden["found"].as_array().unwrap().is_empty() && hidden["hidden"] == 1, "{hidden}");
    // The maiden name of the talk: said at the desk, remembered, found.
    let married = identify(&["--number", &id, "--birth", &birth, "--name", "行灯木 花世"]).ends(0).json();
    assert_eq!(married["found"][0]["other"], serde_json::json!(["name"]));
    assert!(station.run(&["search", "行灯木", "--json"]).json()["hits"].as_array().unwrap().is_empty());
    assert_eq!(desk(&station, "learn", &[&id, "--name", "行灯木 花世", "--how", ""]).code, 2, "on what it rests");
    let names =
        desk(&station, "learn", &[&id, "--name", "行灯木 花世", "--kana", "アンドンギ ハナヨ", "--how", "資格確認書"]);
    assert_eq!(names.ends(0).json()["names"][0]["name"], "行灯木 花世");
    for typed in ["行灯木", "あんどんぎ", &format!("行灯木 {birth}")] {
        let hits = station.run(&["search", typed, "--json"]).ends(0).json()["hits"].clone();
        assert_eq!((&hits[0]["id"], &hits[0]["name"]), (&id.as_str().into(), &name.as_str().into()), "{typed}");
        assert_eq!(hits[0]["learned_names"], serde_json::json!(["行灯木 花世"]));
    }
    assert_eq!(station.run(&["search", "行灯木 1901-01-01", "--json"]).code, 1, "another birth date");
    identify(&["--birth", &birth, "--name", "行灯木"]).ends(0);
    desk(&station, "learn", &[&id, "--name", "行灯木 花世", "--how", "聞きまちがい", "--withdraw"]).ends(0);
    assert_eq!(station.run(&["search", "行灯木", "--json"]).code, 1);
    station.sound();
}

#[test]
fn the_rule_in_force_is_applied_and_nobody_is_refused() {
    let station = Station::real();
    at(&station.home(), &["register", "services", "prepare", "--by", "院長"]).ends(0);
    let rule =
        |kind: &str| at(&station.home(), &["reception", "rule", kind, "内科", "--json"]).ends(0).json()["rule"].clone();
    assert_eq!((&rule("booked")["state"], &rule("new")["state"]), (&"limited".into(), &"stopped".into()));
    let id = newcomer(&station, "試験 一郎", "1950-01-02");
    let asked = ["--name", "試験", "--birth", "S25.1.2", "--department", "内科"];
    let received = |words: &[&str]| desk(&station, "receive", &[&[id.as_str()], &asked[..], words].concat());
    assert_eq!(received(&["--kind", "new"]).code, 2, "outside the rule: why");
    let got = received(&["--kind", "booked", "--fits"]).ends(0).json();
    let booked = visit(&station, text(&got, "ticket"));
    assert_eq!((&booked["values"]["place"], &booked["values"]["identified"]), (&"doctor".into(), &"name birth".into()));
    assert_eq!(received(&["--kind", "booked", "--fits"]).code, 2, "received already");
    let got = received(&["--kind", "new", "--again", "--why", "遠方から"]).ends(0).json();
    let outside = visit(&station, text(&got, "ticket"));
    assert_eq!((&outside["values"]["place"], &outside["flags"]), (&"triage".into(), &serde_json::json!(["outside"])));
    // A red sign is held up by nothing: neither by the rule nor by who it is.
    let unknown = desk(&station, "newcomer", &["--kind", "unknown", "--how", "救急隊"]).ends(0).json();
    let hurry = ["--department", "救", "--kind", "new", "--red", "chest"];
    let got = desk(&station, "receive", &[&[text(&unknown, "id")], &hurry[..]].concat()).ends(0).json();
    let urgent = visit(&station, text(&got, "ticket"));
    assert_eq!(urgent["flags"], serde_json::json!(["outside", "unidentified", "urgent"]));
    assert_eq!(urgent["values"]["place"], "triage");
    // Only a doctor refuses, and with a reason.
    let ticket = text(&urgent, "ticket");
    assert_eq!(moved(&station, &["refuse", ticket, "--doctor", "医師 佐藤"]).code, 2, "why");
    moved(&station, &["refuse", ticket, "--doctor", "医師 佐藤", "--why", "設備がない", "--referred-to", "県立病院"])
        .ends(0);
    assert_eq!(visit(&station, ticket)["state"], "refused");
    station.sound();
}

#[test]
fn two_of_one_name_are_told_apart_before_either_is_received_and_one_birth_date_alone_stops_nobody() {
    let station = Station::real();
    let [one, _] = ["1950-01-02", "1960-03-04"].map(|birth| newcomer(&station, "同姓 同名", birth));
    let words = [one.as_str(), "--name", "同姓 同名", "--birth", "1950-01-02", "--department", "内"];
    assert!(desk(&station, "receive", &words).ends(2).err.contains("何で区別したか"));
    let got = desk(&station, "receive", &[&words[..], &["--told-apart", "card"]].concat()).ends(0).json();
    assert_eq!(visit(&station, text(&got, "ticket"))["values"]["told_apart"], "card");
    let born = |name: &str, kana: &str| {
        let told =
            desk(&station, "newcomer", &["--name", name, "--birth", "1970-05-06", "--kana", kana]).ends(0).json();
        text(&told, "id").to_owned()
    };
    let (plain, twin) = (born("行田 太郎", "ギョウダ タロウ"), born("行田 次郎", "ギョウダ ジロウ"));
    let received = |id: &str, name: &str, apart: &[&str]| {
        let words = [id, "--name", name, "--birth", "1970-05-06", "--department", "内"];
        desk(&station, "receive", &[&words[..], apart].concat())
    };
    assert_eq!(received(&twin, "行田 次郎", &[]).code, 2, "a twin");
    received(&twin, "行田 次郎", &["--told-apart", "photo"]).ends(0);
    assert_eq!(received(&plain, "行田 太郎", &[]).code, 2, "his twin");
    // Born on the same day as both, and called otherwise.
    received(&born("別府 三郎", "ベップ サブロウ"), "別府 三郎", &[]).ends(0);
    assert_eq!(visits(&station).len(), 3);
    station.sound();
}

/// Handa's day: the laboratory, back to the doctor in one step, and home; with the times that people say.
#[test]
fn a_visit_goes_through_the_house_and_what_is_left_is_counted() {
    within_a_day(|| {
        let station = Station::real();
        at(&station.home(), &["queue", "block", "--by", "院長"]).ends(0);
        let ids: Vec<String> =
            ["1950-01-02", "1960-03-04", "1970-05-06"].iter().map(|birth| newcomer(&station, "試", birth)).collect();
        let apart = ["--told-apart", "card"];
        let got = |id: &str, department: &str| {
            receive(&station, id, &[&["--department", department], &apart[..]].concat()).ends(0).json()["ticket"]
                .clone()
        };
        assert_eq!([got(&ids[0], "内"), got(&ids[1], "内"), got(&ids[2], "外科")], ["内101", "内102", "外101"]);
        moved(&station, &["move", "内101", "lab", "--at", "0001"]).ends(0);
        let at_lab = visit(&station, "内101");
        assert_eq!((&at_lab["values"]["place"], at_lab["flags"][0].as_str()), (&"lab".into(), Some("results")));
        assert!(text(&at_lab["since"], "at") < text(&at_lab["since"], "entry"), "both times stay");
        moved(&station, &["back", "内101"]).ends(0);
        let back = visit(&station, "内101");
        assert_eq!(
            (&back["values"]["place"], &back["flags"]),
            (&"doctor".into(), &serde_json::json!(["unidentified"]))
        );
        moved(&station, &["call", "内101", "--room", "3診"]).ends(0);
        moved(&station, &["done", "内101"]).ends(0);
        assert_eq!(moved(&station, &["move", "内101", "lab"]).code, 2, "it is over");
        moved(&station, &["left", "外101", "--why", "待てない"]).ends(0);
        let told = queue(&station, &[]).ends(0).json();
        assert_eq!((&told["tally"]["left"], &told["tally"]["done"]), (&1.into(), &1.into()));
        let of = |letter: &str| {
            let all = told["departments"].as_array().unwrap().iter();
            all.clone().find(|one| one["department"] == letter).unwrap()["tally"]["left"].as_i64().unwrap()
        };
        assert_eq!([of("内"), of("外")], [1, 0]);
        assert_eq!(moved(&station, &["move", "内999", "lab"]).code, 2);
        assert_eq!(moved(&station, &["move", "内102", "moon"]).code, 2);
        moved(&station, &["reopen", "外101", "--why", "戻った"]).ends(0);
        moved(&station, &["flag", "外101", "family", "results"]).ends(0);
        assert_eq!(visit(&station, "外101")["flags"], serde_json::json!(["family", "results"]));
        station.sound();
    });
}

/// Three stations that cannot reach each other, then sticks: no ticket is lost or doubled, and what was moved apart is shown.
#[test]
fn stations_apart_never_give_one_ticket_and_what_they_move_apart_is_shown() {
    within_a_day(|| {
        let all = [Station::real(), Station::real(), Station::real()];
        let cards: Vec<_> = all
            .iter()
            .zip([("本部", "本"), ("受付1", "受1"), ("受付2", "受2")])
            .map(|(station, (name, mark))| card(station, name, mark))
            .collect();
        for other in [1, 2] {
            trust(&all[0], &cards[other], &[]).ends(0);
            trust(&all[other], &cards[0], &["--headquarters"]).ends(0);
        }
        let [hq, one, two] = &all;
        assert_eq!(at(&one.home(), &["queue", "block", "--by", "係"]).code, 2, "headquarters alone gives blocks");
        for (name, block) in [("", 1), ("受付1", 2), ("受付1", 2)] {
            let told = at(&hq.home(), &["queue", "--json", "block", name, "--by", "係"]).ends(0).json();
            assert_eq!(told["block"], block, "{name}");
        }
        import(one, &export(hq, "blocks")).ends(0);
        let mut tickets = BTreeSet::new();
        for station in &all {
            for birth in ["1950-01-02", "1960-03-04"] {
                let id = newcomer(station, &format!("試{birth}"), birth);
                assert!(tickets.insert(ticket(station, &id, "内")), "given twice");
            }
        }
        assert!(tickets.contains("内101") && tickets.contains("内201"), "{tickets:?}");
        assert_eq!(tickets.iter().filter(|ticket| ticket.contains("01-")).count(), 2, "without a block: {tickets:?}");
        for (from, to, name) in [(one, hq, "a"), (two, hq, "b"), (hq, one, "c"), (hq, two, "d")] {
            import(to, &export(from, name)).ends(0);
        }
        for station in &all {
            assert_eq!(visits(station).len(), 6);
            assert!(queue(station, &[]).json()["doubled"].as_array().unwrap().is_empty());
        }
        // A name that another station learned is found here too.
        assert_eq!(two.run(&["search", "試1950", "--json"]).ends(0).json()["hits"].as_array().unwrap().len(), 3);
        moved(one, &["move", "内101", "lab"]).ends(0);
        moved(two, &["done", "内101"]).ends(0);
        for (from, to, name) in [(one, hq, "e"), (two, hq, "f"), (hq, one, "g"), (hq, two, "h")] {
            import(to, &export(from, name)).ends(0);
        }
        for station in &all {
            let told = visit(station, "内101");
            assert_eq!(
                (&told["doubtful"], &told["open"], &told["values"]["place"]),
                (&true.into(), &true.into(), &"lab".into())
            );
            assert_eq!((told["apart"].as_array().unwrap().len(), told["history"].as_array().unwrap().len()), (2, 2));
        }
        moved(hq, &["done", "内101"]).ends(0);
        import(two, &export(hq, "i")).ends(0);
        assert_eq!((&visit(two, "内101")["doubtful"], &visit(two, "内101")["state"]), (&false.into(), &"done".into()));
    });
}

#[test]
fn the_packet_bears_the_ticket_and_rows_written_by_hand_are_entered_once_with_their_times() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "紙 太郎", "1950-01-02");
        let ticket = ticket(&station, &id, "内");
        let print = |words: &[&str]| {
            let out = station.folder().join("out.pdf");
            let words = [&["print"], words, &["--json", "--out", out.to_str().unwrap()]].concat();
            let told = at(&station.home(), &words).ends(0).json();
            told["sheets"]
                .as_array()
                .unwrap()
                .iter()
                .map(|sheet| (text(sheet, "form").to_owned(), text(sheet, "number").to_owned()))
                .collect::<Vec<_>>()
        };
        let forms: Vec<String> = print(&["visit", &ticket]).into_iter().map(|(form, _)| form).collect();
        assert_eq!(forms, ["P6", "P6A", "P13B", "P12A", "L1", "P9A"], "of a temporary patient there is no summary");
        let (form, sheet) = print(&["queue"]).remove(0);
        assert_eq!(form, "P6Q");
        let enter = |row: &str, words: &[&str]| {
            moved(&station, &[&["enter", &sheet, "--row", row, "--writer", "看護師 甲"], words].concat())
        };
        let today = visits(&station)[0]["day"].as_str().unwrap().to_owned();
        let at = ["--day", &today, "--at", "0000"];
        enter("1", &[&["--ticket", &ticket, "--to", "lab"], &at[..]].concat()).ends(0);
        assert_eq!(enter("1", &[&["--ticket", &ticket, "--to", "done"], &at[..]].concat()).code, 2, "entered already");
        // Misread: it was not to the laboratory that he went. The first reading stays, struck, with who and why.
        let again = |words: &[&str]| {
            let twice = [&["--ticket", &ticket, "--to", "done", "--again"], words, &at[..]].concat();
            enter("1", &twice)
        };
        assert_eq!(again(&[]).code, 2, "why");
        again(&["--why", "採血ではなく終わり"]).ends(0);
        let told = visit(&station, &ticket);
        assert_eq!((&told["state"], &told["doubtful"]), (&"done".into(), &false.into()));
        let first = &told["history"][0];
        assert_eq!(
            (&first["values"]["place"], &first["struck"]["words"]),
            (&"lab".into(), &"採血ではなく終わり".into())
        );
        // It was another's row: this visit is back where it was, and the other one moved.
        let other = self::ticket(&station, &newcomer(&station, "別 花子", "1960-03-04"), "内");
        let wrong = ["--ticket", &other, "--to", "lab", "--again", "--why", "番号の読み違い"];
        enter("1", &[&wrong[..], &at[..]].concat()).ends(0);
        let back = visit(&station, &ticket);
        assert_eq!((&back["state"], &back["values"]["place"]), (&"waiting".into(), &"doctor".into()));
        assert_eq!(visit(&station, &other)["values"]["place"], "lab");
        enter("1", &[&["--ticket", &ticket, "--to", "lab", "--again", "--why", "やはり"], &at[..]].concat()).ends(0);
        assert_eq!(visit(&station, &other)["values"]["place"], "doctor");
        assert_eq!(enter("99", &[&["--ticket", &ticket, "--to", "done"], &at[..]].concat()).code, 2, "no such row");
        assert_eq!(enter("2", &["--state", "blank"]).code, 2, "why");
        enter("2", &["--state", "blank", "--why", "未使用"]).ends(0);
        assert_eq!(enter("3", &[&["--ticket", "内999", "--to", "lab"], &at[..]].concat()).code, 2);
        let ledger = || station.run(&["sheets", "--number", &sheet, "--json"]).json()["sheets"][0]["state"].clone();
        assert_ne!(ledger(), "entered");
        for no in 3..=16 {
            enter(&no.to_string(), &["--state", "blank", "--why", "未使用"]).ends(0);
        }
        assert_eq!(ledger(), "entered", "every row is accounted for");
        let told = visit(&station, &ticket);
        assert_eq!(told["values"]["place"], "lab");
        assert!(
            text(&told["values"], "paper").contains(&format!("{sheet}-1"))
                && text(&told["since"], "at").contains(":00")
        );
        station.sound();
    });
}

#[test]
fn the_pages_receive_by_keyboard_and_show_no_name_in_the_waiting_room() {
    within_a_day(|| {
        let (station, said) = Station::fed();
        let id = text(&said["special_people"][0], "id").to_owned();
        let chart = station.chart(&id);
        let (name, birth) =
            (text(&chart["patient"], "name").to_owned(), text(&chart["patient"], "birth_date")[..10].to_owned());
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        assert_eq!(browser.post("/reception", "/reception/block", &[]).status, 303);
        let alone = browser.post("/reception", "/reception", &[("number", &id)]);
        assert!(alone.body.contains("まだ出せません") && !alone.body.contains(&name));
        let wrong = browser.post("/reception", "/reception", &[("number", &id), ("birth", "1901-01-01")]);
        assert!(wrong.body.contains("1つだけ合う人が1人") && !wrong.body.contains(&name));
        let asked = [
            ("number", id.as_str()),
            ("birth", &birth),
            ("name", "行灯木 花世"),
            ("kind", "booked"),
            ("department", "内"),
        ];
        let shown = browser.post("/reception", "/reception", &asked).body;
        assert!(shown.contains(&name) && shown.contains("コピーの氏名と違います"), "{shown}");
        let authority = text(&chart["patient"], "authority");
        let whom = [("authority", authority), ("id", id.as_str())];
        let learned = [("name_kind", "changed"), ("new_name", "行灯木 花世"), ("how", "資格確認書")];
        let again = browser.post("/reception", "/reception/name", &[&asked[..], &whom, &learned].concat()).body;
        assert!(again.contains("受付で知った氏名 行灯木 花世"), "{again}");
        assert!(browser.get("/reception/names").body.contains("資格確認書"));
        assert!(browser.get("/reception/names.csv").body.contains("行灯木 花世"));
        let told = [("told_apart", "card"), ("words", "")];
        let received = browser.post("/reception", "/reception/receive", &[&asked[..], &whom, &told].concat());
        assert_eq!(received.status, 303, "{}", received.body);
        let page = browser.get(&received.to).body;
        assert!(page.contains("内101") && page.contains(&name), "{page}");
        let visit = text(&visits(&station)[0], "visit").to_owned();
        let printed = browser.post("/queue", "/sheets/visit", &[("visit", &visit)]);
        assert_eq!((printed.status, printed.head.contains("application/pdf")), (200, true), "{}", printed.body);
        assert!(browser.get("/queue").body.contains(&name));
        for (act, field, value) in [("move", "place", "lab"), ("back", "", ""), ("call", "room", "3診")] {
            let moved = browser.post("/queue", "/queue/move", &[("visit", &visit), ("act", act), (field, value)]);
            assert_eq!(moved.status, 303, "{act} {}", moved.body);
        }
        for page in ["/queue/public", "/queue/wall"] {
            let body = browser.get(page).body;
            assert!(
                body.contains("内101") && body.contains("3診") && !body.contains(&name) && !body.contains(&id),
                "{body}"
            );
        }
        // The chart tells of it, with the station.
        let shown = browser.get(&format!("/patients/{authority}/{id}/timeline?kind=moves")).body;
        assert!(shown.contains("停止中") && shown.contains("内101"), "{shown}");
        running.stop();
        // Who was shown at the desk is in the audit, whichever of its pages showed him.
        let looks = station.run(&["audit", "--json"]).json();
        let whom = format!("{authority}/{id}");
        for act in ["identify", "reception-name", "reception-names", "visit", "print"] {
            let of = looks["looks"].as_array().unwrap().iter().filter(|look| look["act"] == act);
            assert!(of.clone().any(|look| look["about"] == whom.as_str()), "{act}: {looks}");
        }
        station.sound();
    });
}
