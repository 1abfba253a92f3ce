//! Stacks of paper through the scanner: a file a page, a page short, scanned again, put away; one sheet on two patients; whose number it is
//! before anything is printed; memos by hand; the ledger by ward and number.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::scan::{papers, print, save, scanned, special, state};

fn reasons(read: &[Value]) -> Vec<&str> {
    read.iter().map(|page| page["reason"].as_str().unwrap_or_default()).collect()
}

fn unfiled(station: &Station) -> usize {
    station.run(&["sheets", "--json"]).ends(0).json()["unfiled"].as_array().unwrap().len()
}

fn typed(id: &str) -> String {
    format!("{id}-{}", chart::check_digit::confirmation(id).unwrap())
}

fn serve(station: &Station) -> Running {
    Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/")
}

#[test]
fn a_stack_of_a_file_a_page_is_as_many_as_its_header_says_and_is_scanned_again_whole() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let (header_number, header) = print(&station, &["P12B", "--count", "3"]);
    let (numbers, pages) = print(&station, &["P9", "--patient", &typed(&id)]);
    let files = |try_no: usize, many: usize| -> Vec<PathBuf> {
        let all = std::iter::once(&header[0]).chain(&pages).take(many + 1);
        // Scanned again, no two scans have the same bytes.
        let page = |(at, page): (usize, &image::DynamicImage)| {
            save(&station, &format!("{try_no}-{at}.png"), &page.brighten(-(try_no as i32)))
        };
        all.enumerate().map(page).collect()
    };
    let short = scanned(&station, &files(1, 2), 3);
    assert_eq!(reasons(&short), ["count_unlike"; 3]);
    let batch = &short[2]["batch"];
    assert_eq!((&batch["said"], &batch["found"]), (&Value::from(3), &Value::from(2)));
    assert_eq!(batch["header"].as_str(), Some(header_number[0].as_str()));
    assert_eq!((papers(&station, &id).len(), unfiled(&station)), (0, 3));
    // A header with nothing behind it says so.
    let alone = scanned(&station, &[save(&station, "alone.png", &header[0].brighten(9))], 3);
    assert_eq!((&alone[0]["batch"]["found"], reasons(&alone)), (&Value::from(0), vec!["count_unlike"]));
    let whole = scanned(&station, &files(2, 3), 0);
    assert_eq!(reasons(&whole), ["batch_header", "", "", ""]);
    assert_eq!(papers(&station, &id).len(), 3);
    assert_eq!(unfiled(&station), 0, "what came again and is filed waits no longer");
    // The older scan of a page, filed by hand all the same, is not the newer paper.
    let (old, new) = (short[1]["scan"].as_str().unwrap(), whole[1]["scan"].as_str().unwrap());
    let running = serve(&station);
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let page = browser.get(&format!("/scans/{old}/1")).body;
    assert!(page.contains("に届いたスキャンがあります") && page.contains(&format!("/scans/{new}/1")), "{page}");
    assert!(page.contains("送り状 3・届いた 2") && page.contains("1-1.png"));
    let fields = [("scan", old), ("page", "1"), ("patient", &typed(&id)), ("confirmed", &id)];
    assert_eq!(browser.post("/scans", "/scans/file", &fields).status, 303);
    running.stop();
    let chart = station.chart(&id);
    let of_first: Vec<(&str, bool)> = chart["papers"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|paper| paper["sheet"] == numbers[0].as_str())
        .map(|paper| (paper["scan"].as_str().unwrap(), paper["current"] == true))
        .collect();
    assert_eq!(of_first, [(new, true), (old, false)]);
    station.sound();
}

#[test]
fn a_folder_files_a_single_sheet_at_once_and_a_stack_when_nothing_more_comes() {
    let (station, said) = Station::fed();
    let [id, other] = ["allergy-clash", "warfarin"].map(|key| special(&said, key));
    let (_, header) = print(&station, &["P12B", "--count", "3"]);
    let (numbers, pages) = print(&station, &["P9", "--patient", &id]);
    let (_, single) = print(&station, &["P7", "--patient", &other]);
    let inbox = station.folder().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    let folder = inbox.to_str().unwrap().to_owned();
    let words = ["serve", "--port", "0", "--no-feed", "--inbox", &folder, "--inbox-quiet", "15"];
    let running = Running::start(&mut station.command(&words), "/open/");
    let wait = |what: &dyn Fn() -> bool, words: &str| {
        let until = Instant::now() + Duration::from_secs(90);
        while !what() {
            assert!(Instant::now() < until, "{words}");
            std::thread::sleep(Duration::from_millis(200));
        }
    };
    save(&station, "inbox/single.png", &single[0]);
    wait(&|| papers(&station, &other).len() == 1, "a single sheet at once");
    // The header, and two of three pages, one after the other: none of them is filed.
    for (at, page) in [&header[0], &pages[0], &pages[1]].into_iter().enumerate() {
        save(&station, &format!("inbox/s{at}.png"), page);
        wait(&|| !inbox.join(format!("s{at}.png")).exists(), "taken in");
    }
    assert_eq!((papers(&station, &id).len(), unfiled(&station)), (0, 0), "the stack is not whole yet");
    wait(&|| unfiled(&station) == 3, "a page short: all wait");
    assert_eq!((papers(&station, &id).len(), state(&station, &numbers[0]).as_str()), (0, "issued"));
    // Killed in the middle of a stack, the program goes on with it.
    save(&station, "inbox/t0.png", &header[0].brighten(-2));
    save(&station, "inbox/t1.png", &pages[0].brighten(-2));
    wait(&|| !inbox.join("t0.png").exists() && !inbox.join("t1.png").exists(), "taken in");
    running.kill();
    let running = Running::start(&mut station.command(&words), "/open/");
    for at in [1, 2] {
        save(&station, &format!("inbox/t{}.png", at + 1), &pages[at].brighten(-2));
    }
    wait(&|| papers(&station, &id).len() == 3, "whole, after a kill");
    running.stop();
    assert_eq!(unfiled(&station), 0);
    station.sound();
}

#[test]
fn a_sheet_of_one_patient_goes_on_anothers_chart_only_with_a_reason() {
    let (station, said) = Station::fed();
    let [one, other] = ["allergy-clash", "warfarin"].map(|key| special(&said, key));
    let (_, blank) = print(&station, &["P7"]);
    let scans: Vec<String> = [0, 4]
        .iter()
        .map(|bright| {
            let read = scanned(&station, &[save(&station, "blank.png", &blank[0].brighten(*bright))], 3);
            read[0]["scan"].as_str().unwrap().to_owned()
        })
        .collect();
    let running = serve(&station);
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let mut file = |scan: &str, id: &str, although: &str| {
        let fields =
            [("scan", scan), ("page", "1"), ("patient", &typed(id)), ("confirmed", id), ("although", although)];
        browser.post("/scans", "/scans/file", &fields)
    };
    // The next page that waits comes by itself.
    let filed = file(&scans[0], &one, "");
    assert_eq!((filed.status, filed.to), (303, format!("/scans/{}/1", scans[1])));
    let asked = file(&scans[1], &other, "");
    let names = [&one, &other].map(|id| station.chart(id)["patient"]["name"].as_str().unwrap().to_owned());
    assert!(asked.status == 200 && names.iter().all(|name| asked.body.contains(name)), "{}", asked.body);
    assert!(asked.body.contains("別の患者のものです"));
    assert!(papers(&station, &other).is_empty(), "a reason is missing");
    let filed = file(&scans[1], &other, "ラベルの貼り間違い");
    assert_eq!((filed.status, filed.to.as_str()), (303, "/scans"));
    assert_eq!(papers(&station, &other).len(), 1);
    running.stop();
    station.sound();
}

#[test]
fn a_stopped_batch_is_listed_with_its_counts_guessed_and_put_away_together() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    station.run(&["print", "sheet", "P12B", "--out", "never.pdf"]).ends(2);
    let listed = station.run(&["print", "sheet", "--list", "--json"]).ends(0).json();
    let codes: Vec<&str> =
        listed["forms"].as_array().unwrap().iter().map(|one| one["form"].as_str().unwrap()).collect();
    assert!(["P12B", "PH", "TEMP"].iter().all(|code| codes.contains(code)), "{codes:?}");
    let (_, header) = print(&station, &["P12B", "--count", "3"]);
    let (numbers, pages) = print(&station, &["P9", "--patient", &id]);
    let files: Vec<PathBuf> = [&header[0], &pages[0], &pages[1]]
        .iter()
        .enumerate()
        .map(|(at, page)| save(&station, &format!("s{at}.png"), page))
        .collect();
    let read = scanned(&station, &files, 3);
    let running = serve(&station);
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    assert!(browser.post("/sheets", "/sheets/print", &[("form", "P12B")]).body.contains("束のページ数が要ります"));
    let list = browser.get("/scans").body;
    assert!(list.contains("送り状 3・届いた 2") && list.contains("s2.png 1 ページ目を開く"), "{list}");
    // The patient for whom the sheet was printed is one button away, and is still looked at.
    let address = format!("/scans/{}/1", read[1]["scan"].as_str().unwrap());
    let page = browser.get(&address).body;
    assert!(page.contains(&typed(&id)) && page.contains("この帳票を印刷した患者"), "{page}");
    assert!(papers(&station, &id).is_empty());
    let stack = list.split("name=\"stack\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let settle = |browser: &mut Browser<'_>, reason| {
        browser.post("/scans", "/scans/settle", &[("stack", &stack), ("reason", reason)])
    };
    assert!(settle(&mut browser, " ").body.contains("片付ける理由を書いてください"));
    assert_eq!(settle(&mut browser, "スキャンし直す").status, 303);
    running.stop();
    assert_eq!((unfiled(&station), papers(&station, &id).len()), (0, 0));
    assert_eq!(state(&station, &numbers[0]), "issued", "put away, it is not on the chart and still out");
    station.sound();
}

#[test]
fn a_number_is_shown_back_before_a_form_is_printed_and_is_taken_with_its_check_number() {
    let (station, said) = Station::fed();
    let [id, other] = ["allergy-clash", "warfarin"].map(|key| special(&said, key));
    let out = station.folder().join("p7.pdf").to_str().unwrap().to_owned();
    let check = chart::check_digit::confirmation(&id).unwrap();
    let wrong = format!("{id}-{:02}", (check.parse::<u32>().unwrap() + 1) % 100);
    let refused = station.run(&["print", "sheet", "P7", "--patient", &wrong, "--out", &out]).ends(2);
    assert!(refused.err.contains("照合番号が患者番号と合いません"), "{}", refused.err);
    station.run(&["print", "sheet", "P7", "--patient", &typed(&id), "--out", &out]).ends(0);
    station.run(&["chart", &typed(&id), "--json"]).ends(0);
    let before = station.run(&["sheets", "--patient", &typed(&id), "--json"]).ends(0).json();
    assert_eq!(before["sheets"].as_array().unwrap().len(), 1);
    let running = serve(&station);
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let asked = browser.post("/sheets", "/sheets/print", &[("form", "P7"), ("patient", &id)]);
    let kana = station.chart(&id)["patient"]["kana"].as_str().unwrap().to_owned();
    assert!(asked.body.contains(&kana) && asked.body.contains("まだ印刷していません"), "{}", asked.body);
    let confirmed = [("form", "P7"), ("patient", id.as_str()), ("confirmed", other.as_str())];
    assert!(browser.post("/sheets", "/sheets/print", &confirmed).body.contains("まだ印刷していません"), "another's");
    let confirmed = [("form", "P7"), ("patient", id.as_str()), ("confirmed", id.as_str())];
    assert!(browser.post("/sheets", "/sheets/print", &confirmed).body.starts_with("%PDF"));
    // Who comes from the chart has the patient before the eyes.
    assert!(browser.get(&format!("/sheets?id={id}")).body.contains(&format!("name=\"confirmed\" value=\"{id}\"")));
    running.stop();
}

#[test]
fn the_ledger_is_asked_by_ward_and_number_and_a_sheet_goes_out_with_somebody() {
    let (station, _) = Station::fed();
    let id = station.run(&["ward", "03", "--json"]).json()["beds"][0]["id"].as_str().unwrap().to_owned();
    let (numbers, _) = print(&station, &["P7", "--patient", &id]);
    print(&station, &["P7"]);
    let sheets = |words: &[&str]| -> Vec<Value> {
        let told = station.run(&[&["sheets", "--json"], words].concat()).ends(0).json();
        told["sheets"].as_array().unwrap().clone()
    };
    assert_eq!(sheets(&["--ward", "03"]).len(), 1);
    assert_eq!((sheets(&["--ward", "04"]).len(), sheets(&["--form", "p7"]).len()), (0, 2));
    assert_eq!(sheets(&["--number", &numbers[0].to_lowercase()])[0]["ward"], "03");
    station.run(&["sheets", "mark", &numbers[0], "out"]).ends(2);
    station.run(&["sheets", "mark", &numbers[0], "out", "--words", "内視鏡室 試験"]).ends(0);
    let running = serve(&station);
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let shown = |browser: &mut Browser<'_>, query: &str| {
        browser.get(&format!("/sheets?{query}")).body.matches("<td data-label=\"帳票番号\">").count()
    };
    let number = &numbers[0];
    let found = [format!("q={number}"), format!("q={}", typed(&id)), "ward=03".into(), "ward=04".into()]
        .map(|query| shown(&mut browser, &query));
    assert_eq!(found, [1, 1, 1, 0]);
    let out = browser.post("/sheets", "/sheets/mark", &[("number", number), ("act", "out")]);
    assert!(out.body.contains("だれが（どこへ）"), "{}", out.body);
    running.stop();
}

#[test]
fn a_memo_written_by_hand_on_a_blank_comes_with_the_wards_next_pack() {
    let (station, _) = Station::fed();
    let out = station.folder().join("memo.pdf").to_str().unwrap().to_owned();
    station.run(&["print", "sheet", "PH", "--out", &out]).ends(2);
    let (numbers, pages) = print(&station, &["PH", "--ward", "03", "--copies", "2"]);
    let written = scanned(&station, &[save(&station, "memo.png", &pages[1])], 0);
    assert_eq!(
        (written[0]["reason"].as_str(), written[0]["sheet"].as_str()),
        (Some("ward_sheet"), Some(numbers[1].as_str()))
    );
    let pack = station.run(&["print", "ward", "03", "--out", &out, "--json"]).ends(0).json();
    let forms: Vec<&str> =
        pack["sheets"].as_array().unwrap().iter().map(|sheet| sheet["form"].as_str().unwrap()).collect();
    assert!(forms.contains(&"PV"), "{forms:?}");
    assert_eq!(state(&station, &numbers[0]), "issued", "the other blank is good until it is written on");
}
