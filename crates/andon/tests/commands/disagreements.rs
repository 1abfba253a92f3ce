//! What patients bring, through the page and the command: shown before it counts, on the chart, and beside what the copy says where
//! the two disagree.

use serde_json::Value;

use crate::door::{Station, today};
use crate::people::{Answer, Browser};
use crate::running::Running;

/// A bed's patient of ward 03: number, name, kana, birth as digits.
struct Patient {
    id: String,
    name: String,
    kana: String,
    birth: String,
}

fn patient(station: &Station, at: usize) -> Patient {
    let ward = station.run(&["ward", "03", "--json"]).json();
    let id = ward["beds"][at]["id"].as_str().unwrap().to_owned();
    let chart = station.chart(&id);
    let text = |key: &str| chart["patient"][key].as_str().unwrap().to_owned();
    Patient { name: text("name"), kana: text("kana"), birth: text("birth_date").replace('-', ""), id }
}

/// A notebook: an allergy, and one drug given out today.
fn notebook(whose: &Patient, drug: &str) -> String {
    let Patient { name, kana, birth, .. } = whose;
    let day = today();
    format!(
        "JAHISTC08,1\r\n1,{name},,{birth},,,,,,,{kana}\r\n2,1,試験用そば粉,1\r\n5,{day},1\r\n11,灯台薬局,13,4,1234567,,,,1\r\n\
         201,1,{drug},2,錠,1,,1,,,\r\n301,1,朝夕食後,28,日分,1,1,,1\r\n"
    )
}

const DRUG: &str = "試験用カルシウム錠１ｍｇ";

fn codes(chart: &Value) -> Vec<String> {
    let all = chart["disagreements"].as_array().unwrap().iter();
    let mut codes: Vec<String> = all.map(|one| one["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes
}

fn drugs(chart: &Value) -> usize {
    chart["medications"].as_array().unwrap().iter().filter(|item| item["drug"]["text"] == DRUG).count()
}

fn hand_in(browser: &mut Browser<'_>, whose: &Patient, fields: &[(&str, &str)]) -> Answer {
    let page = format!("/hand-in/self/{}", whose.id);
    let fields = [&[("authority", "self"), ("id", whose.id.as_str())], fields].concat();
    browser.post(&page, "/hand-in", &fields)
}

fn confirmed(shown: &Answer) -> String {
    let after = shown.body.split("name=\"confirmed\" value=\"").nth(1).expect(&shown.body);
    after.split('"').next().unwrap().to_owned()
}

#[test]
fn a_notebook_is_shown_before_it_counts_and_what_disagrees_waits_for_a_person() {
    let station = Station::fed().0;
    let (mine, other) = (patient(&station, 0), patient(&station, 1));
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    assert!(browser.get(&format!("/patients/self/{}", mine.id)).body.contains(&format!("/hand-in/self/{}", mine.id)));
    // Nothing, and what is no such code.
    assert!(hand_in(&mut browser, &mine, &[]).body.contains("コードも聞き取りも入っていません"));
    assert!(hand_in(&mut browser, &mine, &[("codes", "4901234567894")]).body.contains("二次元コードではありません"));
    // Somebody else's notebook is told, and goes nowhere without a reason.
    let theirs = notebook(&other, DRUG);
    let shown = hand_in(&mut browser, &mine, &[("codes", &theirs)]);
    assert!(shown.body.contains("カルテと違うところ") && shown.body.contains(&other.name), "{}", shown.body);
    let file = confirmed(&shown);
    let again = hand_in(&mut browser, &mine, &[("codes", &theirs), ("confirmed", &file)]);
    assert!(again.body.contains("入れる理由を書いてください"));
    assert_eq!(drugs(&station.chart(&mine.id)), 0);
    // The patient's own, as a keyboard wedge types it through an input method: wide letters and digits.
    let wide: String = notebook(&mine, DRUG)
        .chars()
        .map(|c| if c.is_ascii_graphic() { char::from_u32(u32::from(c) + 0xFEE0).unwrap() } else { c })
        .collect();
    let shown = hand_in(&mut browser, &mine, &[("codes", &wide), ("brought_by", "家族")]);
    assert!(
        shown.body.contains("まだ入れていません") && shown.body.contains(DRUG) && shown.body.contains("試験用そば粉")
    );
    assert_eq!(drugs(&station.chart(&mine.id)), 0, "only shown so far");
    let file = confirmed(&shown);
    // What is typed after it was looked at is looked at again.
    let changed = hand_in(&mut browser, &mine, &[("codes", &notebook(&mine, "別の薬")), ("confirmed", &file)]);
    assert_eq!(changed.status, 200);
    let fields = [("codes", wide.as_str()), ("confirmed", &file), ("brought_by", "家族"), ("checked_by", "行灯 花子")];
    assert_eq!(hand_in(&mut browser, &mine, &fields).status, 303);
    let chart = station.chart(&mine.id);
    assert_eq!((drugs(&chart), codes(&chart)), (1, vec!["allergy_not_in_copy".to_owned(), "drug_not_in_copy".into()]));
    assert_eq!(chart["disagreements"][0]["checked_by"], "行灯 花子");
    // On the chart's page, on the list of all, and by command, for the ward alone too.
    assert!(browser.get(&format!("/patients/self/{}", mine.id)).body.contains("写しにない薬"));
    assert!(browser.get("/disagreements").body.contains(&mine.name));
    let listed = station.run(&["disagreements", "--ward", "03", "--json"]).ends(3).json();
    assert_eq!((&listed["open"], listed["patients"].as_array().unwrap().len()), (&Value::from(2), 1));
    assert_eq!(station.run(&["disagreements", "--ward", "02", "--json"]).ends(0).json()["open"], 0);
    // A person writes what was found: by page without words nothing, then one by page and one by command.
    let keys: Vec<String> =
        chart["disagreements"].as_array().unwrap().iter().map(|one| one["key"].as_str().unwrap().into()).collect();
    let page = format!("/hand-in/self/{}", mine.id);
    let mut settle = |words: &str| {
        let fields = [("authority", "self"), ("id", mine.id.as_str()), ("key", keys[0].as_str()), ("words", words)];
        browser.post(&page, "/hand-in/settle", &fields)
    };
    assert!(settle(" ").body.contains("何をどう確かめたか"));
    assert_eq!(settle("薬局に電話で確認").status, 303);
    let say = |key: &str| {
        station.run(&["disagreements", "settle", &mine.id, key, "--words", "本人に確認", "--by", "行灯 花子"])
    };
    say("0000000000000000").ends(1);
    say(&keys[1]).ends(0);
    assert_eq!(station.run(&["disagreements", "--json"]).ends(0).json()["open"], 0);
    let all = station.run(&["disagreements", "--all", "--json"]).ends(0).json();
    let found = &all["patients"][0]["disagreements"];
    let words: Vec<&str> =
        found.as_array().unwrap().iter().map(|one| one["settled"]["words"].as_str().unwrap()).collect();
    assert!(words.contains(&"薬局に電話で確認") && words.contains(&"本人に確認"), "{words:?}");
    assert_eq!(drugs(&station.chart(&mine.id)), 1, "nothing was resolved: the drug stays");
    running.stop();
    let looks = station.run(&["audit", "--act", "hand-in", "--json"]).ends(0).json();
    assert_eq!(looks["looks"][0]["about"], format!("self/{}", mine.id));
    station.sound();
}

#[test]
fn split_codes_and_what_was_told_by_telephone_become_drugs() {
    let station = Station::fed().0;
    let mine = patient(&station, 0);
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let (whole, day) = (notebook(&mine, DRUG), today());
    let head: String = whole.lines().take(2).map(|line| format!("{line}\r\n")).collect();
    let one = format!("{}911,20211028000001,2,1\r\n", whole);
    let two = format!(
        "{head}5,{day},1\r\n11,灯台薬局,13,4,1234567,,,,1\r\n201,2,試験用鉄剤錠５０ｍｇ,1,錠,1,,1,,,\r\n301,2,夕食後,28,日分,1,1,,1\r\n911,20211028000001,2,2\r\n"
    );
    let shown = hand_in(&mut browser, &mine, &[("codes", &two)]);
    assert!(shown.body.contains("分割されたコードが足りません（1 / 2）"), "{}", shown.body);
    let both = format!("{two}{one}");
    let shown = hand_in(&mut browser, &mine, &[("codes", &both)]);
    assert!(!shown.body.contains("足りません") && shown.body.contains(DRUG) && shown.body.contains("鉄剤"));
    assert_eq!(hand_in(&mut browser, &mine, &[("codes", &both), ("confirmed", &confirmed(&shown))]).status, 303);
    let told = [
        ("drug", "聞取薬錠1mg, 一般名"),
        ("daily", "1"),
        ("unit", "錠"),
        ("usage", "朝食後"),
        ("days", "14"),
        ("day", &day),
        ("from", "灯台薬局"),
    ];
    let shown = hand_in(&mut browser, &mine, &told);
    assert!(shown.body.contains("コードに持ち主の名前がありません"), "{}", shown.body);
    let file = confirmed(&shown);
    assert_eq!(hand_in(&mut browser, &mine, &[&told[..], &[("confirmed", &file)]].concat()).status, 303);
    running.stop();
    let chart = station.chart(&mine.id);
    assert_eq!(drugs(&chart), 1);
    let told =
        chart["medications"].as_array().unwrap().iter().find(|item| item["drug"]["text"] == "聞取薬錠1mg、 一般名");
    let told = told.unwrap_or_else(|| panic!("{}", chart["medications"]));
    assert_eq!(
        (&told["pharmacy"], &told["daily"]["value"], &told["current"]),
        (&"灯台薬局".into(), &"1".into(), &true.into())
    );
    assert_eq!(chart["papers"][0]["title"], "聞き取り（電話・ファクス）");
}

/// An unknown person with a notebook: on the temporary chart only with a reason, and not on anybody else's.
#[test]
fn a_temporary_patient_may_bring_a_notebook() {
    let (station, said) = Station::fed();
    let somebody = patient(&station, 0);
    let out = station.folder().join("p7.pdf");
    let printed =
        station.run(&["print", "sheet", "P7", "--temporary", "--json", "--out", out.to_str().unwrap()]).ends(0).json();
    let number = printed["sheets"][0]["id"].as_str().unwrap().to_owned();
    let file = station.folder().join("code.txt");
    std::fs::write(&file, notebook(&somebody, DRUG)).unwrap();
    let words = ["hand-in", &number, file.to_str().unwrap(), "--json"];
    assert!(station.run(&words).ends(1).err.contains("仮患者"));
    let although = [&words[..], &["--although", "本人の所持品", "--checked-by", "行灯 花子"]].concat();
    assert_eq!(station.run(&although).ends(0).json()["drugs"], 1);
    let chart = station.chart(&number);
    assert_eq!((drugs(&chart), &chart["patient"]["name"]), (1, &Value::from("")));
    assert_eq!(chart["medications"][0]["source"]["source"], "持込");
    assert_eq!(chart["holders"][0]["names"][0]["family"], somebody.name.split(' ').next().unwrap());
    station.run(&["doctor", "--rebuild-indexes"]).ends(0);
    assert_eq!((drugs(&station.chart(&number)), drugs(&station.chart(&somebody.id))), (1, 0));
    let found = station.run(&["search", &number, "--json"]).ends(0).json();
    assert_eq!((found["hits"].as_array().unwrap().len(), &found["hits"][0]["temporary"]), (1, &Value::Bool(true)));
    // What the temporary authority's numbers are long does not make the next longer.
    let printed =
        station.run(&["print", "sheet", "P7", "--temporary", "--json", "--out", out.to_str().unwrap()]).ends(0).json();
    assert_eq!(printed["sheets"][0]["id"].as_str().unwrap().len(), number.len());
    assert!(!said["special_people"].as_array().unwrap().is_empty());
    station.sound();
}
