//! Lists across patients: wards by bed, who comes on a day, and search by ward, bed and check digit; command and page.

use serde_json::Value;

use crate::door::{Station, within_a_day};
use crate::running::Running;

fn lists(station: &Station, words: &[&str]) -> Value {
    let ran = station.run(&[words, &["--json"]].concat());
    assert!([0, 3].contains(&ran.code), "{words:?}: {}", ran.err);
    ran.json()
}

fn texts<'a>(rows: &'a Value, key: &str) -> Vec<&'a str> {
    rows.as_array().unwrap().iter().map(|row| row[key].as_str().unwrap()).collect()
}

/// Numbers of the special people of a key.
fn special<'a>(said: &'a Value, key: &str) -> Vec<&'a str> {
    let people = said["special_people"].as_array().unwrap().iter().filter(|person| person["key"] == key);
    people.map(|person| person["id"].as_str().unwrap()).collect()
}

#[test]
fn a_ward_is_listed_by_bed_with_its_marks() {
    within_a_day(a_ward_of_a_day);
}

fn a_ward_of_a_day() {
    let (station, said) = Station::fed();
    let wards = lists(&station, &["ward"]);
    assert_eq!(texts(&wards["wards"], "ward"), ["02", "03", "05"]);
    let ward = lists(&station, &["ward", "３病棟"]);
    assert_eq!(ward["ward"], "03", "named as people name it");
    let beds = ward["beds"].as_array().unwrap();
    assert_eq!(beds.len() as u64, wards["wards"][1]["patients"].as_u64().unwrap());
    let places: Vec<(u32, String)> =
        beds.iter().map(|bed| (bed["room"].as_str().unwrap().parse().unwrap(), bed["bed"].to_string())).collect();
    assert!(places.is_sorted(), "{places:?}");
    let of = |id: &str| beds.iter().find(|bed| bed["id"] == id).unwrap();
    let codes = |id: &str| texts(&of(id)["marks"], "code");
    let namesakes = special(&said, "same-name-ward");
    assert_eq!(namesakes.len(), 2);
    for id in namesakes {
        assert_eq!(of(id)["alike_in_ward"], "name", "{id}");
    }
    for (key, mark) in [("food-allergy", "allergy"), ("on-leave", "on_leave"), ("warfarin", "high_risk")] {
        // Some of a kind are outpatients.
        let id = special(&said, key).into_iter().rfind(|id| beds.iter().any(|bed| bed["id"] == *id)).unwrap();
        assert!(codes(id).contains(&mark), "{key} {:?}", codes(id));
    }
    // What the copy cannot hold is asked for, never left out.
    assert!(beds.iter().all(|bed| bed["boxes"].as_array().unwrap().len() == 8));
    assert!(beds.iter().any(|bed| bed["boxes"][0]["told"].is_null()));
    // The lists are rebuilt from the bytes received, and are the same.
    let before = (&ward["beds"], lists(&station, &["appointments", "--days", "31"])["days"].clone());
    station.run(&["doctor", "--rebuild-indexes"]).ends(0);
    let again = lists(&station, &["ward", "03"]);
    assert_eq!(texts(&again["beds"], "id"), texts(before.0, "id"));
    assert_eq!(lists(&station, &["appointments", "--days", "31"])["days"], before.1);
    let unknown = station.run(&["ward", "9西"]).ends(1);
    assert!(unknown.err.contains("02, 03, 05"), "{}", unknown.err);
}

#[test]
fn who_comes_is_listed_for_any_day_ahead() {
    within_a_day(who_comes_of_a_day);
}

fn who_comes_of_a_day() {
    let (station, _) = Station::fed();
    let days = lists(&station, &["appointments", "--days", "31"]);
    let days = days["days"].as_array().unwrap();
    assert_eq!(days.len(), 31);
    let comers: Vec<&Value> = days.iter().flat_map(|day| day["appointments"].as_array().unwrap()).collect();
    let kinds: Vec<&str> = comers.iter().flat_map(|comer| texts(&comer["plans"], "kind")).collect();
    assert!(kinds.contains(&"visit") && kinds.contains(&"lab"), "{kinds:?}");
    assert!(comers.iter().all(|comer| !comer["id"].as_str().unwrap().is_empty() && !comer["name"].is_null()));
    assert!(comers.iter().any(|comer| !comer["phones"].as_array().unwrap().is_empty()));
    let leaving = days.iter().flat_map(|day| day["moves"].as_array().unwrap());
    assert!(leaving.flat_map(|row| texts(&row["plans"], "kind")).any(|kind| kind == "discharge_plan"));
    // One department: nobody who comes to another alone.
    let code = comers[0]["plans"][0]["department_code"].as_str().unwrap();
    let some = lists(&station, &["appointments", "--days", "31", "--department", code]);
    for comer in some["days"].as_array().unwrap().iter().flat_map(|day| day["appointments"].as_array().unwrap()) {
        assert!(texts(&comer["plans"], "department_code").contains(&code), "{comer}");
    }
    let unread = station.run(&["appointments", "--day", "いつか"]).ends(2);
    assert!(unread.err.contains("--day いつか"), "{}", unread.err);
    let plain = station.run(&["appointments", "--day", "明日"]);
    assert!(plain.out.contains("コピーにある予約と"), "{}", plain.out);
}

#[test]
fn search_knows_ward_and_bed_and_check_digits_and_says_what_is_not_there() {
    let (station, _) = Station::fed();
    let search = |words: &str| station.run(&["search", "--json", words]).json();
    let found = search("3病棟 301");
    let hits = found["hits"].as_array().unwrap();
    assert!(!hits.is_empty());
    assert!(hits.iter().all(|hit| (hit["place"]["ward"] == "03") && (hit["place"]["room"] == "301")), "{found}");
    let (id, name) = (hits[0]["id"].as_str().unwrap(), hits[0]["name"].as_str().unwrap());
    let family = name.split(' ').next().unwrap();
    assert!(texts(&search(&format!("{family} 3病棟"))["hits"], "id").contains(&id));
    let bed = format!("301-{}", hits[0]["place"]["bed"].as_str().unwrap());
    assert_eq!(texts(&search(&bed)["hits"], "id"), [id]);
    // A number one figure off is nobody's, and the page says so in words.
    let last = id.chars().last().unwrap().to_digit(10).unwrap();
    let wrong = format!("{}{}", &id[..id.len() - 1], (last + 1) % 10);
    let none = search(&wrong);
    assert_eq!((none["hits"].as_array().unwrap().len(), none["missing_number"].as_str()), (0, Some(wrong.as_str())));
    assert!(search(id)["missing_number"].is_null());
    // Typed with its check digit, once the site says by which scheme.
    let whole = format!("{id}{}", chart::check_digit::Scheme::Mod11.check(id).unwrap());
    assert_eq!(search(&whole)["hits"].as_array().unwrap().len(), 0);
    station.run(&["source", "check-digit", "mod11"]).ends(0);
    assert_eq!(texts(&search(&whole)["hits"], "id"), [id]);
    assert_eq!(texts(&search(&format!("*{whole}*"))["hits"], "id"), [id]);
    station.run(&["source", "check-digit", "none"]).ends(0);
    assert_eq!(search(&whole)["hits"].as_array().unwrap().len(), 0);
}

#[test]
fn every_list_is_a_page_in_both_languages() {
    let (station, said) = Station::fed();
    let name = |id: &str| {
        let people = said["special_people"].as_array().unwrap();
        people.iter().find(|person| person["id"] == id).unwrap()["name"].as_str().unwrap().to_owned()
    };
    let eater = special(&said, "food-allergy")[0].to_owned();
    let anticoagulated = special(&said, "warfarin").pop().unwrap().to_owned();
    let running = Running::start(&mut station.command(&["serve", "--no-feed", "--port", "0"]), "/open/");
    let cookie = running.let_in();
    let page = |path: &str| {
        let answer = running.get(path, &cookie);
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        answer
    };
    for (path, ja, en) in [
        ("/wards", "病棟の一覧", "Wards"),
        ("/wards/03", "ベッド順の患者一覧", "Patients by bed"),
        ("/wards/03/gap", "空白時間の確認", "Gap check"),
        ("/wards/03/meals", "食数・禁食・アレルギー", "Meals, fasting, allergies"),
        ("/wards/none", "停止中の記録にもありません", "or since"),
        ("/appointments", "コピーにある予約と", "Appointments of the copy"),
        ("/admissions?day=R8.13.40", "日として読めません", "is not a day"),
    ] {
        let mark = if path.contains('?') { '&' } else { '?' };
        for (lang, words) in [("ja", ja), ("en", en)] {
            let body = page(&format!("{path}{mark}lang={lang}"));
            assert!(body.contains(words), "{path} {lang}: {body}");
        }
    }
    assert!(page("/wards/03/gap").contains(&name(&anticoagulated)));
    let beds = page("/wards/03");
    assert!(beds.contains("コピーに無し・要記入") && beds.contains("同姓同名"), "{beds}");
    let meals = page("/wards/03/meals");
    let row = meals.split("<tr>").find(|row| row.contains(&name(&eater))).unwrap();
    assert!(row.contains("ソバ") || row.contains("エビ"), "food allergies, word for word: {row}");
    running.stop();
}
