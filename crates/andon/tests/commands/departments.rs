//! 部門受付 and results through the commands: whose a slip is, results that a second person confirms, critical values, an analyser's file,
//! deliveries, two stations.

use serde_json::Value;

use crate::door::{Ran, Station, within_a_day};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, card, export, import, trust};
use crate::trees::Page;

const BY: [&str; 2] = ["--by", "検査 太郎"];

fn said(station: &Station, words: &[&str]) -> Ran {
    at(&station.home(), &[words, &BY, &["--json"]].concat())
}

fn by(station: &Station, who: &str, words: &[&str]) -> Ran {
    at(&station.home(), &[words, &["--by", who, "--json"]].concat())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key}: {value}"))
}

fn number(ran: Ran) -> String {
    text(&ran.ends(0).json(), "number").to_owned()
}

fn newcomer(station: &Station, name: &str, birth: &str) -> String {
    let words = ["reception", "newcomer", "--name", name, "--birth", birth, "--kana", "テスト"];
    text(&said(station, &words).ends(0).json(), "id").to_owned()
}

fn list(station: &Station, words: &[&str], key: &str) -> Vec<Value> {
    at(&station.home(), &[words, &["--json"]].concat()).ends(0).json()[key].as_array().unwrap().clone()
}

/// A slip of this patient, with what is to be measured.
fn slip(station: &Station, id: &str, name: &str, birth: &str, sample: &str) -> String {
    let words = [
        "desk",
        "receive",
        id,
        "--name",
        name,
        "--birth",
        birth,
        "--sample",
        sample,
        "--item",
        "カリウム",
        "--item",
        "CRP",
    ];
    number(said(station, &words))
}

fn typed(station: &Station, slip: &str, rows: &[&str]) -> Ran {
    let rows: Vec<&str> = rows.iter().flat_map(|row| ["--row", row]).collect();
    said(station, &[&["results", "type", slip, "--lot", "L1", "--qc", "ok"], rows.as_slice()].concat())
}

#[test]
fn a_slip_is_received_by_two_identifiers_or_doubtful_and_nobodys_until_a_person_says_whose_it_is() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "検体 花子", "1950-01-02");
        let receive = |words: &[&str]| said(&station, &[&["desk", "receive"], words].concat());
        assert_eq!(receive(&[&id]).code, 2, "nothing was made sure");
        assert_eq!(receive(&[&id, "--name", "検体"]).code, 2, "one is too few");
        assert_eq!(
            receive(&[&id, "--name", "検体", "--birth", "1950-01-02", "--number", "99999"]).code,
            2,
            "one differs"
        );
        receive(&[&id, "--name", "検体", "--birth", "S25.1.2", "--sample", "A1"]).ends(0);
        assert_eq!(
            receive(&[&id, "--name", "検体", "--birth", "S25.1.2", "--sample", "A1"]).code,
            2,
            "one tube, one slip"
        );
        assert_eq!(receive(&[]).code, 2, "nobody's, and no reason");
        let doubtful = number(receive(&["--doubt", "番号が読めない", "--name", "検体?", "--sample", "A2"]));
        let slips = list(&station, &["desk", "list"], "slips");
        let one = slips.iter().find(|one| text(one, "number") == doubtful).unwrap();
        assert_eq!((text(one, "id"), text(&one["values"], "claimed")), ("", "検体?"));
        // Its results are nobody's either, and on no chart.
        let set = number(typed(&station, &doubtful, &["カリウム=4.1"]));
        assert_eq!(said(&station, &["results", "confirm", &set]).code, 2);
        let charted = || station.chart(&id)["labs"].as_array().unwrap().len();
        assert_eq!(charted(), 0);
        let attach = |words: &[&str]| by(&station, "検査 花子", &[&["desk", "attach", &doubtful, &id], words].concat());
        assert_eq!(attach(&["--name", "検体", "--birth", "1950-01-02"]).code, 2, "how it was found out");
        assert_eq!(attach(&["--name", "検体", "--birth", "1951-01-02", "--why", "病棟に電話"]).code, 2);
        attach(&["--name", "検体", "--birth", "1950-01-02", "--why", "病棟に電話して確かめた"]).ends(0);
        assert_eq!(attach(&["--name", "検体", "--birth", "1950-01-02", "--why", "もう一度"]).code, 2, "once");
        assert_eq!(charted(), 1);
        let sets = list(&station, &["results", "list"], "sets");
        let state = |id: &str| sets.iter().find(|set| set["id"] == id).map(|set| text(set, "state").to_owned());
        assert_eq!((state(""), state(&id)), (Some("attached".into()), Some("unconfirmed".into())));
        station.sound();
    });
}

#[test]
fn typed_results_are_doubtful_until_a_second_person_confirms_and_a_correction_undoes_that() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "検体 花子", "1950-01-02");
        let slip = slip(&station, &id, "検体", "1950-01-02", "A1");
        let type_ = |words: &[&str]| said(&station, &[&["results", "type", &slip], words].concat());
        assert_eq!(type_(&["--row", "カリウム=4.1", "--lot", "L1", "--qc", "fine"]).code, 2);
        assert_eq!(type_(&["--row", "カリウム=4.1", "--lot", "", "--qc", "ok"]).code, 2, "a run has a reagent lot");
        let set =
            number(type_(&["--row", "Ｋ＝５．０", "--row", "CRP=0.10 mg/dL 0-0.14", "--lot", "L1", "--qc", "ok"]));
        let lab = || {
            let chart = station.chart(&id);
            let labs = chart["labs"].as_array().unwrap().clone();
            labs.into_iter().find(|one| text(one, "name") == "Ｋ" || text(one, "name") == "K").unwrap()["latest"]
                .clone()
        };
        let first = lab();
        assert_eq!((text(&first, "status"), text(&first, "flag")), ("R", "H"), "{first}");
        assert!(text(&first, "comment").contains("手入力・未照合"), "{first}");
        assert!(text(&first["source"], "source").starts_with("停止中"), "{first}");
        assert_eq!(said(&station, &["results", "confirm", &set]).code, 2, "who typed it");
        assert_eq!(by(&station, "検査太郎", &["results", "confirm", &set]).code, 2, "a space is no second person");
        by(&station, "検査 花子", &["results", "confirm", &set]).ends(0);
        assert_eq!(text(&lab(), "status"), "F");
        let correct = |words: &[&str]| {
            said(&station, &[&["results", "correct", &set, "--item", "K", "--value", "4.0"], words].concat())
        };
        assert_eq!(correct(&[]).code, 2, "why");
        correct(&["--why", "転記の誤り"]).ends(0);
        let now = lab();
        assert_eq!((text(&now, "value"), text(&now, "status"), text(&now, "flag")), ("4.0", "R", ""));
        by(&station, "検査 花子", &["results", "confirm", &set]).ends(0);
        assert_eq!(text(&lab(), "status"), "C");
        let told = list(&station, &["results", "list", &id], "sets").remove(0);
        let was: Vec<&str> = told["history"].as_array().unwrap().iter().map(|past| text(past, "act")).collect();
        assert_eq!(was, ["type", "confirm", "correct", "confirm"], "nothing is taken away");
        // On paper both stand in the column of the day.
        let pdf = station.folder().join("results.pdf");
        let print = ["print", "results", &id, "--out", pdf.to_str().unwrap(), "--json"];
        assert_eq!(at(&station.home(), &print).ends(0).json()["sheets"][0]["form"], "P9E");
        let slips = list(&station, &["desk", "list"], "slips");
        assert_eq!(
            slips[0]["missing"],
            serde_json::json!(["カリウム"]),
            "K is not the name on the slip: a person looks"
        );
        let strike_slip = || said(&station, &["desk", "slip", "strike", &slip, "--why", "別の患者の伝票"]);
        assert_eq!(strike_slip().code, 2, "its results stand");
        said(&station, &["results", "strike", &set, "--why", "別の患者の検体"]).ends(0);
        strike_slip().ends(0);
        assert_eq!(station.chart(&id)["labs"].as_array().unwrap().len(), 0);
        station.sound();
    });
}

#[test]
fn a_critical_value_stays_open_until_a_doctor_is_named_with_what_he_read_back_and_no_clerk_closes_it() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "検体 花子", "1950-01-02");
        let slip = slip(&station, &id, "検体", "1950-01-02", "A1");
        typed(&station, &slip, &["カリウム=6.8 mmol/L", "CRP=0.1 mg/dL"]).ends(0);
        let open = || at(&station.home(), &["desk", "critical", "--json"]).ends(0).json();
        let told = open();
        assert_eq!(told["open"], 1);
        let one = &told["criticals"][0];
        assert_eq!((text(one, "id"), text(&one["values"], "limit")), (id.as_str(), "≧6.5（例）"));
        let call = text(one, "number").to_owned();
        let say = |act: &str, words: &[&str]| said(&station, &[&["desk", "call", act, &call], words].concat());
        let nurse = ["--as", "nurse"];
        assert_eq!(say("try", &["--to", "当直医", "--as", "clerk"]).code, 2);
        say("try", &["--to", "当直医（出ない）", "--as", "technologist"]).ends(0);
        assert_eq!(open()["open"], 1, "a try closes nothing");
        for words in [&["--doctor", "佐藤医師"][..], &["--read-back", "カリウム 6.8"]] {
            assert_eq!(say("close", &[words, &nurse].concat()).code, 2, "{words:?}");
        }
        let both = ["--doctor", "佐藤医師", "--read-back", "カリウム 6.8"];
        assert_eq!(say("close", &both).code, 2, "no profession");
        assert_eq!(say("close", &[&both[..], &["--as", "clerk"]].concat()).code, 2);
        assert_eq!(
            say("close", &[&both[..], &nurse, &["--at", "2020-01-01T10:00"]].concat()).code,
            2,
            "before the result"
        );
        say("close", &[&both[..], &nurse].concat()).ends(0);
        assert_eq!(open()["open"], 0);
        let all = list(&station, &["desk", "critical", "--all"], "criticals");
        assert_eq!((text(&all[0]["values"], "post"), all[0]["history"].as_array().unwrap().len()), ("nurse", 3));
        // The hospital's own limit takes the place of the example's.
        let limit =
            ["desk", "limit", "カリウム", "--unit", "mmol/L", "--low", "2.8", "--high", "7.0", "--aliases", "K"];
        assert_eq!(said(&station, &limit).code, 2, "who answers for results sets limits");
        said(&station, &[&limit[..], &["--as", "technologist"]].concat()).ends(0);
        typed(&station, &slip, &["カリウム=6.8 mmol/L"]).ends(0);
        assert_eq!(open()["open"], 0);
        typed(&station, &slip, &["K=7.0"]).ends(0);
        assert_eq!(text(&open()["criticals"][0]["values"], "limit"), "≧7.0");
        station.sound();
    });
}

const CSV: &str = "検体番号,患者番号,項目名,結果,単位,ロット\nA1,,カリウム,4.1,mmol/L,L7\nA1,,CRP,,mg/dL,L7\nB9,123,カリウム,6.9,mmol/L,L7\n";

#[test]
fn an_analysers_file_goes_by_the_specimen_number_alone_and_what_is_not_known_waits() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "検体 花子", "1950-01-02");
        slip(&station, &id, "検体", "1950-01-02", "A1");
        let file = station.folder().join("run.csv");
        let (bytes, _, _) = encoding_rs::SHIFT_JIS.encode(CSV);
        std::fs::write(&file, &bytes).unwrap();
        let file = file.to_str().unwrap();
        let take = |words: &[&str]| said(&station, &[&["results", "import", file, "--qc", "ok"], words].concat());
        let told = take(&["--analyser", "生化1"]).ends(3).json();
        assert_eq!(told["rows"], 2, "{told}");
        assert_eq!(take(&[]).code, 2, "the same file is not taken twice");
        let sets = list(&station, &["results", "list"], "sets");
        let of = |sample: &str| sets.iter().find(|set| set["values"]["sample"] == sample).unwrap();
        let (own, other) = (of("A1"), of("B9"));
        assert_eq!(
            (text(own, "id"), text(own, "state"), text(&own["values"], "lot")),
            (id.as_str(), "unconfirmed", "L7")
        );
        assert_eq!((text(other, "id"), text(other, "state")), ("", "nobodys"));
        assert_eq!((text(&other["values"], "doubt"), text(&other["values"], "claimed")), ("unknown_sample", "123"));
        let bad = sets.iter().find_map(|set| set["values"]["bad"].as_str()).unwrap();
        assert_eq!(bad, "3: A1 CRP: 値がない no value");
        // A critical value of nobody is nobody's, and is open all the same.
        let open = list(&station, &["desk", "critical"], "criticals");
        assert_eq!((open.len(), &open[0]["patient"]), (1, &Value::Null));
        let who = newcomer(&station, "不明 次郎", "1960-03-04");
        let attach = [
            "desk",
            "attach",
            text(other, "number"),
            &who,
            "--name",
            "不明",
            "--birth",
            "1960-03-04",
            "--why",
            "採血管の名前",
        ];
        said(&station, &attach).ends(0);
        let open = list(&station, &["desk", "critical"], "criticals");
        assert_eq!((open.len(), text(&open[0]["patient"], "id")), (1, who.as_str()));
        assert_eq!(station.chart(&who)["labs"][0]["latest"]["value"], "6.9");
        station.sound();
    });
}

#[test]
fn a_file_that_says_another_patient_than_the_slip_is_attached_to_nobody() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "検体 花子", "1950-01-02");
        slip(&station, &id, "検体", "1950-01-02", "A1");
        let oru = |patient: &str, no: &str| {
            format!(
                "MSH|^~\\&|AU|LAB|||20211101093000||ORU^R01|{no}|P|2.5\rPID|||{patient}\rOBR|1||A1\rOBX|1|NM|K^カリウム^L||4.1|mmol/L\r"
            )
        };
        let take = |name: &str, text: String| {
            let file = station.folder().join(name);
            std::fs::write(&file, text).unwrap();
            said(&station, &["results", "import", file.to_str().unwrap(), "--qc", "not_done"]).ends(0);
        };
        take("other.hl7", oru("0009999", "1"));
        assert_eq!(station.chart(&id)["labs"].as_array().unwrap().len(), 0);
        let set = list(&station, &["results", "list"], "sets").remove(0);
        assert_eq!((text(&set["values"], "doubt"), text(&set["values"], "claimed")), ("other_patient", "0009999"));
        take("own.hl7", format!("\u{b}{}\u{1c}\r", oru(&id, "2")));
        let labs = station.chart(&id)["labs"].clone();
        let latest = &labs[0]["latest"];
        assert!(text(latest, "comment").contains("装置ファイル・未照合"), "{latest}");
        assert!(text(latest, "comment").contains("精度管理 未実施"), "{latest}");
        station.sound();
    });
}

#[test]
fn results_are_out_until_they_are_delivered_and_seen_and_a_correction_names_who_has_the_old_ones() {
    within_a_day(|| {
        let station = Station::real();
        let id = newcomer(&station, "検体 花子", "1950-01-02");
        let slip = slip(&station, &id, "検体", "1950-01-02", "A1");
        let set = number(typed(&station, &slip, &["カリウム=4.1 mmol/L"]));
        let out = || list(&station, &["desk", "undelivered"], "sets");
        assert_eq!((out().len(), text(&out()[0]["delivery"], "state")), (1, "none"));
        assert_eq!(said(&station, &["desk", "deliver", &set, "--to", ""]).code, 2);
        assert_eq!(said(&station, &["desk", "deliver", &set, "--to", "3東", "--way", "pigeon"]).code, 2);
        let delivery = number(said(&station, &["desk", "deliver", &set, "--to", "3東 看護師 山田"]));
        assert_eq!(text(&out()[0]["delivery"], "state"), "delivered");
        said(&station, &["desk", "acknowledge", &delivery, "--seen-by", "佐藤医師"]).ends(0);
        assert!(out().is_empty());
        said(&station, &["results", "correct", &set, "--item", "カリウム", "--value", "4.6", "--why", "再検"]).ends(0);
        let again = out();
        assert_eq!(text(&again[0]["delivery"], "state"), "stale");
        assert_eq!(text(&again[0]["delivery"]["stale"][0]["values"], "to"), "3東 看護師 山田");
        said(&station, &["desk", "deliver", &set, "--to", "3東 看護師 山田", "--way", "phone"]).ends(0);
        assert_eq!(text(&out()[0]["delivery"], "state"), "delivered");
        station.sound();
    });
}

#[test]
fn queries_to_doctors_are_counted_by_cause_and_what_the_copy_plans_is_missing_until_its_slip_comes() {
    within_a_day(|| {
        let (station, _) = Station::fed();
        // The first day from tomorrow on for which the copy plans a test of the laboratory.
        let days = at(&station.home(), &["appointments", "--date", "明日", "--days", "31", "--json"]).json();
        let is_lab = |day: &&Value| day["appointments"].to_string().contains("\"kind\":\"lab\"");
        let day = days["days"].as_array().unwrap().iter().find(is_lab).unwrap();
        let day = text(day, "day")[..10].to_owned();
        let planned = || list(&station, &["desk", "missing", "--day", &day], "planned");
        let before = planned();
        let one = before[0].clone();
        let id = text(&one, "id").to_owned();
        let ask = |cause: &str| {
            said(
                &station,
                &[
                    "desk",
                    "ask",
                    &id,
                    "--cause",
                    cause,
                    "--what",
                    "1日量が多い",
                    "--doctor",
                    "佐藤",
                    "--drug",
                    "ワルファリン",
                ],
            )
        };
        assert_eq!(ask("mood").code, 2);
        let query = number(ask("dose"));
        ask("unreadable").ends(0);
        said(&station, &["desk", "answer", &query, "changed", "--said", "半分に"]).ends(0);
        let causes = at(&station.home(), &["desk", "queries", "--json"]).ends(0).json()["causes"].clone();
        let dose = causes.as_array().unwrap().iter().find(|one| one["cause"] == "dose").unwrap().clone();
        assert_eq!((&dose["count"], &dose["changed"]), (&1.into(), &1.into()));
        let person = at(&station.home(), &["search", &id, "--json"]).ends(0).json()["hits"][0].clone();
        let order = text(&one, "number");
        let receive = ["desk", "receive", &id, "--number", &id, "--name", text(&person, "name"), "--order", order];
        let slip = number(said(&station, &receive));
        let after = planned();
        let of = |all: &[Value]| all.iter().filter(|one| one["number"] == order).count();
        assert_eq!((of(&before), of(&after)), (1, 0));
        // The items of the copy's order are on the slip, and what has no result is named.
        let slips = list(&station, &["desk", "list"], "slips");
        let slip = slips.iter().find(|one| text(one, "number") == slip).unwrap();
        assert!(!slip["missing"].as_array().unwrap().is_empty(), "{slip}");
        station.sound();
    });
}

#[test]
fn pages_write_once_ask_a_reason_of_whoever_is_kept_back_and_keep_what_was_typed() {
    within_a_day(|| {
        let station = Station::real();
        let (root, number) = (station.folder().join("tree"), "4123001");
        let (family, given, sent, processing) = ("検体", "花子", "20211030090000", "P");
        Page { number, says: number, family, given, sent, processing, segments: "" }.write(&root);
        station.feed(&root);
        let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let page = "/desks?desk=lab";
        let found = browser.get(&format!("{page}&find=1&name=%E6%A4%9C%E4%BD%93&number={number}")).body;
        assert!(found.contains("検体 花子") && found.contains("name=\"f_sample\""), "{found}");
        let who = [("authority", "self"), ("id", number), ("desk", "lab"), ("name", "検体")];
        let refused = browser.post(page, "/desks", &[&who[..], &[("f_sample", "A0077")]].concat());
        assert!(refused.status == 200 && refused.body.contains("A0077") && refused.body.contains("2つを確かめて"));
        let sent = [&who[..], &[("number", number), ("f_sample", "A0077"), ("f_items", "カリウム")]].concat();
        let received = browser.post(page, "/desks", &sent);
        assert_eq!(received.status, 303, "{}", received.body);
        let slip = received.to.replace("&new=1", "");
        let thing = slip.split_once("slip=").unwrap().1.replace("%2F", "/");
        let typed = [("slip", thing.as_str()), ("item1", "カリウム"), ("value1", "6.8"), ("unit1", "mmol/L")];
        let refused = browser.post(&slip, "/desks/slip", &typed);
        assert!(refused.body.contains("試薬ロット") && refused.body.contains("\"6.8\""), "{}", refused.body);
        let results = browser.post(&slip, "/desks/slip", &[&typed[..], &[("f_lot", "L1"), ("f_qc", "ok")]].concat());
        assert_eq!(results.status, 303, "{}", results.body);
        let set = results.to.replace("&new=1", "");
        let shown = browser.get(&set).body;
        assert!(shown.contains("手入力・未照合") && shown.contains("パニック値 ≧6.5（例）"), "{shown}");
        assert!(browser.get("/freshness").body.contains("連絡していないパニック値 1"), "every page says so");
        assert!(!browser.get("/queue/public").body.contains("パニック値"), "but what patients look at");
        station.run(&["flag", number, "staff_patient", "--by", "師長", "--reason", "本人の希望"]).ends(0);
        for page in [&slip, &set] {
            let asked = browser.get(page);
            assert!(asked.status == 303 && asked.to.contains("/reason?next="), "{page} {}", asked.to);
        }
        let listed = browser.get("/desks?desk=lab").body;
        assert!(listed.contains(number) && !listed.contains("検体 花子"), "{listed}");
        running.stop();
    });
}

/// The laboratory and a ward that know each other.
fn two() -> [Station; 2] {
    let all = [Station::real(), Station::real()];
    let cards: Vec<_> =
        all.iter().zip([("検査", "検"), ("病棟", "病")]).map(|(one, (name, mark))| card(one, name, mark)).collect();
    trust(&all[0], &cards[1], &[]).ends(0);
    trust(&all[1], &cards[0], &["--headquarters"]).ends(0);
    all
}

#[test]
fn what_two_stations_say_of_one_set_stays_visible_and_a_critical_value_is_open_at_both() {
    within_a_day(|| {
        let [lab, ward] = two();
        let id = newcomer(&lab, "検体 花子", "1950-01-02");
        let slip = slip(&lab, &id, "検体", "1950-01-02", "A1");
        let set = number(typed(&lab, &slip, &["カリウム=6.8 mmol/L"]));
        let carry = |from: &Station, to: &Station, name: &str| {
            import(to, &export(from, name)).ends(0);
        };
        carry(&lab, &ward, "one");
        let open = list(&ward, &["desk", "critical"], "criticals");
        assert_eq!((open.len(), text(&open[0], "id")), (1, id.as_str()));
        let correct = |station: &Station, value: &str| {
            let words = ["results", "correct", &set, "--item", "カリウム", "--value", value, "--why", "再検"];
            said(station, &words).ends(0);
        };
        correct(&lab, "4.4");
        correct(&ward, "4.9");
        carry(&ward, &lab, "two");
        carry(&lab, &ward, "three");
        for station in [&lab, &ward] {
            let told = list(station, &["results", "list", &id], "sets").remove(0);
            assert_eq!((&told["doubtful"], text(&told, "state")), (&true.into(), "unconfirmed"));
            let said: Vec<&str> =
                told["apart"][0]["said"].as_array().unwrap().iter().map(|one| text(one, "value")).collect();
            assert!(
                said.iter().any(|line| line.contains("4.4")) && said.iter().any(|line| line.contains("4.9")),
                "{said:?}"
            );
            assert_eq!(list(station, &["desk", "critical"], "criticals").len(), 1, "a correction closes no call-back");
        }
    });
}
