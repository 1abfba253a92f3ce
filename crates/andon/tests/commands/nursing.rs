//! 病棟の記録 through the commands, the pages and paper: who is admitted, moved, on leave and discharged during the stop, over what the copy has;
//! handovers, meals, cautions, dialysis; two stations that place one patient in two beds.

use serde_json::Value;

use crate::door::{Ran, Station, within_a_day};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, card, export, import, trust};

const BY: [&str; 2] = ["--by", "看護師 花子"];

fn ward(station: &Station, words: &[&str]) -> Ran {
    at(&station.home(), &[&["ward"], words, &BY, &["--json"]].concat())
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_else(|| panic!("{key}: {value}"))
}

fn beds(station: &Station, of: &str) -> Vec<Value> {
    let told = at(&station.home(), &["ward", of, "--json"]);
    assert!([0, 3].contains(&told.code), "{}", told.err);
    told.json()["beds"].as_array().unwrap().clone()
}

fn bed_of(station: &Station, of: &str, id: &str) -> Vec<Value> {
    beds(station, of).into_iter().filter(|bed| bed["id"] == id).collect()
}

fn codes(bed: &Value) -> Vec<&str> {
    bed["marks"].as_array().unwrap().iter().map(|mark| text(mark, "code")).collect()
}

fn listed(station: &Station) -> Value {
    at(&station.home(), &["ward", "list", "--json"]).ends(0).json()
}

/// The newest event of a stay or note of a patient that has this act.
fn event(station: &Station, sort: &str, id: &str, act: &str) -> String {
    let told = listed(station);
    let all = told[sort].as_array().unwrap().iter().filter(|one| one["id"] == id);
    let mut past = all.flat_map(|one| one["history"].as_array().unwrap().clone()).filter(|past| past["act"] == act);
    text(&past.next_back().unwrap(), "event").to_owned()
}

fn newcomer(station: &Station, name: &str, birth: &str) -> String {
    let words = ["reception", "newcomer", "--name", name, "--birth", birth, "--kana", "テスト", "--json"];
    text(&at(&station.home(), &[&words[..], &BY].concat()).ends(0).json(), "id").to_owned()
}

/// What happens on a ward of the copy while the EMR is dark stands on its list, on the other ward's and on the chart, with its source; what
/// was a mistake is struck and readable.
#[test]
fn a_patient_of_the_copy_is_moved_on_leave_and_discharged_and_a_mistake_is_struck() {
    within_a_day(|| {
        let (station, _) = Station::fed();
        let (before, other) = (beds(&station, "03"), beds(&station, "05").len());
        let in_bed = |bed: &&Value| !text(bed, "bed").is_empty() && !codes(bed).contains(&"on_leave");
        let mut lying = before.iter().filter(in_bed);
        let (one, two) = (lying.next().unwrap().clone(), lying.next().unwrap().clone());
        let id = text(&one, "id");
        assert!(one["outage"].is_null());
        // A bed in which somebody lies stops once: a reason, and it is so.
        let taken = ["move", id, "--to", "03", "--room", text(&two, "room"), "--bed", text(&two, "bed")];
        let no = ward(&station, &taken);
        assert!(no.code == 2 && no.err.contains(text(&two, "id")), "{}", no.err);
        assert_eq!(ward(&station, &[&taken[..], &["--again"]].concat()).code, 2, "why");
        ward(&station, &[&taken[..], &["--again", "--why", "交代の途中"]].concat()).ends(0);
        assert!(codes(&bed_of(&station, "03", id)[0]).contains(&"two_in_bed"));
        assert!(codes(&bed_of(&station, "03", text(&two, "id"))[0]).contains(&"two_in_bed"));
        // To another ward: gone from here, and there.
        let ahead = ["move", id, "--to", "05", "--room", "599", "--bed", "1", "--at", "2037-01-01T00:00"];
        assert_eq!(ward(&station, &ahead).code, 2, "not before it happened");
        ward(&station, &["move", id, "--to", "05", "--room", "599", "--bed", "1", "--why", "個室へ"]).ends(0);
        assert_eq!((beds(&station, "03").len(), beds(&station, "05").len()), (before.len() - 1, other + 1));
        let moved = bed_of(&station, "05", id).remove(0);
        assert_eq!((&moved["room"], text(&moved["outage"], "act")), (&"599".into(), "move"));
        assert_eq!(moved["admitted"], one["admitted"], "the admission stays the copy's");
        let chart = station.chart(id);
        let last = chart["stays"][0]["movements"].as_array().unwrap().last().unwrap().clone();
        assert!(text(&last["source"], "source").starts_with("停止中") && last["kind"] == "transfer", "{last}");
        assert_eq!(chart["stays"][0]["place"]["room"], "599");
        // On leave, back, gone, and not gone after all.
        assert_eq!(ward(&station, &["leave", id, "--kind", "fly"]).code, 2);
        ward(&station, &["leave", id, "--back", "明日 1700"]).ends(2);
        ward(&station, &["leave", id, "--back", "1700"]).ends(0);
        assert!(codes(&bed_of(&station, "05", id)[0]).contains(&"on_leave"));
        ward(&station, &["back", id]).ends(0);
        assert_eq!(ward(&station, &["back", id]).code, 2, "not on leave");
        assert_eq!(ward(&station, &["discharge", id, "--outcome", "hospital"]).code, 2, "where to");
        ward(&station, &["discharge", id, "--outcome", "hospital", "--to", "県立病院"]).ends(0);
        assert!(bed_of(&station, "05", id).is_empty());
        assert_eq!(station.chart(id)["stays"][0]["current"], false);
        assert_eq!(ward(&station, &["move", id, "--to", "05"]).code, 2, "gone");
        let today = |of: &str| {
            let told = at(&station.home(), &["ward", "list", "--of", of, "--json"]).ends(0).json();
            let all = told["today"].as_array().unwrap().clone();
            all.iter().map(|one| text(one, "kind").to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(today("03"), ["bed", "out"]);
        assert_eq!(today("05"), ["in", "leave", "back", "discharge"]);
        let gone = event(&station, "stays", id, "discharge");
        assert_eq!(ward(&station, &["strike", id, &gone]).code, 2, "why");
        ward(&station, &["strike", id, &gone, "--why", "別の患者だった"]).ends(0);
        assert_eq!(ward(&station, &["strike", id, &gone, "--why", "二度"]).code, 2, "struck already");
        assert_eq!(bed_of(&station, "05", id)[0]["room"], "599");
        assert_eq!(station.chart(id)["stays"][0]["current"], true);
        let stays = listed(&station)["stays"].clone();
        let history = stays[0]["history"].as_array().unwrap().iter().find(|past| past["event"] == gone.as_str());
        assert_eq!(text(&history.unwrap()["struck"], "words"), "別の患者だった");
        station.sound();
    });
}

/// Somebody whom no copy knows lies on the ward by name, is printed with its pack, and is in the file that is carried away.
#[test]
fn a_temporary_patient_is_admitted_by_name_and_goes_with_the_wards_pack() {
    within_a_day(|| {
        let (station, _) = Station::fed();
        let id = newcomer(&station, "新規 太郎", "1950-01-02");
        assert_eq!(ward(&station, &["move", &id, "--to", "03"]).code, 2, "admitted first");
        let admit =
            ["admit", &id, "--to", "03", "--room", "399", "--bed", "9", "--doctor", "佐藤", "--diagnosis", "肺炎"];
        assert_eq!(ward(&station, &["admit", &id, "--to", "", "--room", "399"]).code, 2, "which ward");
        assert_eq!(ward(&station, &["admit", "99999999", "--to", "03"]).code, 2, "nobody");
        ward(&station, &admit).ends(0);
        let again = ward(&station, &admit);
        assert!(again.code == 2 && again.err.contains("もう入院中"), "{}", again.err);
        let bed = bed_of(&station, "03", &id).remove(0);
        assert_eq!((text(&bed, "name"), text(&bed, "attending")), ("新規 太郎", "佐藤"));
        assert_eq!(text(&bed["outage"], "act"), "admit");
        let stays = station.chart(&id)["stays"].clone();
        assert!(text(&stays[0]["movements"][0], "reason").contains("肺炎"), "{stays}");
        ward(&station, &["memo", &id, "--shift", "night", "--text", "夜間 咳が強い"]).ends(0);
        assert_eq!(ward(&station, &["memo", &id, "--shift", "noon", "--text", "x"]).code, 2);
        ward(&station, &["caution", &id, "--kind", "falls", "--text", "柵4点"]).ends(0);
        assert!(codes(&bed_of(&station, "03", &id)[0]).contains(&"caution_falls"));
        let notes = station.chart(&id)["documents"].clone();
        let words: Vec<&str> = notes.as_array().unwrap().iter().map(|note| text(note, "text")).collect();
        assert!(words.iter().any(|text| text.contains("夜間 咳が強い")), "{words:?}");
        let out = station.folder().join("pack.pdf");
        let pack =
            at(&station.home(), &["print", "ward", "03", "--out", out.to_str().unwrap(), "--json"]).ends(0).json();
        assert!(pack["sheets"].as_array().unwrap().iter().any(|sheet| sheet["id"] == id.as_str()), "{pack}");
        if let Some(board) = crate::one_chart::words(&out) {
            assert!(board.contains("夜間咳が強い") && board.contains("新規太郎"), "{board}");
        }
        // The printed sheet is right until something is said: then it is on the list of what changed.
        let changed = || {
            let words =
                ["print", "ward", "03", "--changed", "--only", "summary", "--out", out.to_str().unwrap(), "--json"];
            let made = at(&station.home(), &words).ends(0).json()["sheets"].as_array().unwrap().clone();
            // A swap list comes with what is to be swapped.
            made.iter().filter(|sheet| sheet["form"] == "P4").count()
        };
        assert_eq!(changed(), 0);
        ward(&station, &["memo", &id, "--shift", "day", "--text", "酸素2Lへ"]).ends(0);
        assert_eq!(changed(), 1);
        // And in the file that is carried away: whole, not in the index alone.
        let page = station.folder().join("stick");
        std::fs::create_dir(&page).unwrap();
        let words = ["envelope", "make", "--out", page.to_str().unwrap(), "--json"];
        let made = station.run(&words).ends(0).json();
        let wards =
            at(&station.home(), &["ward", "list", "--json"]).ends(0).json()["inpatients"].as_array().unwrap().len();
        assert!(made["charts"].as_u64().unwrap() as usize >= wards, "{made}");
        station.sound();
    });
}

/// 禁食 from a meal on changes what the kitchen counts, until the meal at which it ends.
#[test]
fn meals_written_on_the_ward_change_the_list_of_meals() {
    within_a_day(|| {
        let (station, _) = Station::fed();
        let id = beds(&station, "03").into_iter().find(|bed| !codes(bed).contains(&"fasting")).unwrap();
        let id = text(&id, "id").to_owned();
        let meal = |words: &[&str]| ward(&station, &[&["meal", &id], words].concat());
        assert_eq!(meal(&["--from", "明日 tea", "--fasting"]).code, 2);
        assert_eq!(meal(&["--from", "明日 breakfast"]).code, 2, "what");
        assert_eq!(meal(&["--from", "明日 lunch", "--until", "明日 breakfast", "--fasting"]).code, 2, "ends before");
        meal(&["--from", "今日 breakfast", "--until", "2037-01-01 lunch", "--fasting", "--text", "検査"]).ends(0);
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let row = |browser: &mut Browser<'_>, address: &str| {
            let page = browser.get(address).body;
            page.split("<tr>").find(|row| row.contains(&id)).unwrap_or_else(|| panic!("{page}")).to_owned()
        };
        let trays = row(&mut browser, "/wards/03/meals?meal=lunch");
        assert!(trays.contains("禁食") && trays.contains("検査") && trays.contains("停止中"), "{trays}");
        ward_over(&station, &id);
        let trays = row(&mut browser, "/wards/03/meals?meal=lunch");
        assert!(!trays.contains("検査"), "{trays}");
        // Who left eats here no more.
        ward(&station, &["discharge", &id, "--outcome", "home"]).ends(0);
        assert!(!browser.get("/wards/03/meals").body.contains(&id));
    });
}

/// Ends the first note of a patient that holds.
fn ward_over(station: &Station, id: &str) {
    let told = listed(station);
    let note = told["notes"].as_array().unwrap().iter().find(|note| note["id"] == id && note["holds"] == true).unwrap();
    ward(station, &["end", id, text(note, "thing")]).ends(0);
}

#[test]
fn two_stations_that_place_one_patient_apart_show_both_beds_until_somebody_who_saw_both_says_which() {
    within_a_day(|| {
        let all = [Station::real(), Station::real()];
        let cards: Vec<_> = all
            .iter()
            .zip([("3病棟", "三"), ("5病棟", "五")])
            .map(|(one, (name, mark))| card(one, name, mark))
            .collect();
        trust(&all[0], &cards[1], &[]).ends(0);
        trust(&all[1], &cards[0], &[]).ends(0);
        let [three, five] = all;
        let id = newcomer(&three, "二床 花子", "1950-01-02");
        ward(&three, &["admit", &id, "--to", "03", "--room", "301", "--bed", "1"]).ends(0);
        import(&five, &export(&three, "a")).ends(0);
        ward(&three, &["move", &id, "--to", "03", "--room", "302", "--bed", "1"]).ends(0);
        ward(&five, &["move", &id, "--to", "05", "--room", "501", "--bed", "2"]).ends(0);
        for (from, to, name) in [(&three, &five, "b"), (&five, &three, "c"), (&three, &five, "d")] {
            import(to, &export(from, name)).ends(0);
        }
        let lying = |station: &Station| {
            let all = listed(station)["inpatients"].as_array().unwrap().clone();
            let mut all: Vec<String> = all
                .iter()
                .map(|one| format!("{} {} {}", text(one, "ward"), text(one, "room"), one["doubts"]))
                .collect();
            all.sort();
            all
        };
        assert_eq!(lying(&three), lying(&five));
        assert_eq!(lying(&three), ["03 302 [\"apart\",\"two_places\"]", "05 501 [\"apart\",\"two_places\"]"]);
        let stays = listed(&five)["stays"].clone();
        assert_eq!(stays[0]["apart"][0]["field"], "place");
        ward(&five, &["move", &id, "--to", "05", "--room", "501", "--bed", "2", "--why", "見に行った"]).ends(0);
        assert_eq!(lying(&five), ["05 501 []"]);
        import(&three, &export(&five, "e")).ends(0);
        assert_eq!(lying(&three), ["05 501 []"]);
        three.sound();
        five.sound();
    });
}

#[test]
fn the_pages_ask_first_show_back_and_write_once() {
    within_a_day(|| {
        let (station, _) = Station::fed();
        let id = newcomer(&station, "画面 花子", "1950-01-02");
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let begin = "/wards/admit?ward=03";
        let alone = browser.post(begin, "/wards/admit/find", &[("number", &id)]).body;
        assert!(alone.contains("2つを本人に聞いて") && !alone.contains("画面 花子"), "{alone}");
        let asked = [("number", id.as_str()), ("birth", "1950-01-02"), ("ward", "03")];
        let shown = browser.post(begin, "/wards/admit/find", &asked).body;
        assert!(shown.contains("画面 花子") && shown.contains("この患者を入院させる"), "{shown}");
        let authority = text(&station.chart(&id)["patient"], "authority").to_owned();
        let whom = [("authority", authority.as_str()), ("id", id.as_str())];
        let taken = beds(&station, "03").into_iter().find(|bed| !text(bed, "bed").is_empty()).unwrap();
        let bed = [("room", text(&taken, "room")), ("bed", text(&taken, "bed")), ("diagnosis", "書いたこと")];
        let no = browser.post(begin, "/wards/admit", &[&asked[..], &whom, &bed].concat());
        assert!(
            no.status == 200 && no.body.contains("それでも記録する") && no.body.contains("書いたこと"),
            "{}",
            no.body
        );
        let free = [("room", "399"), ("bed", "9"), ("doctor", "佐藤")];
        let done = browser.post(begin, "/wards/admit", &[&asked[..], &whom, &free].concat());
        assert_eq!(done.status, 303, "{}", done.body);
        let page = browser.get(&done.to).body;
        assert!(page.contains("画面 花子") && page.contains("399-9") && page.contains("停止中"), "{page}");
        let say = |browser: &mut Browser<'_>, fields: &[(&str, &str)]| {
            browser.post(&done.to, "/wards/stay", &[&whom[..], fields].concat())
        };
        let no = say(&mut browser, &[("act", "move"), ("ward", "03"), ("bed", "1")]);
        assert!(no.status == 200 && no.body.contains("病室も入れて"), "{}", no.body);
        assert_eq!(say(&mut browser, &[("act", "caution"), ("caution", "falls"), ("text", "柵4点")]).status, 303);
        let meal = [("act", "meal"), ("fasting", "1"), ("from_day", "明日"), ("from_meal", "breakfast")];
        assert_eq!(say(&mut browser, &meal).status, 303);
        let terms = [("act", "dialysis"), ("dry_weight", "52.0kg"), ("anticoagulant", "ナファモスタット")];
        assert_eq!(say(&mut browser, &terms).status, 303);
        let memo = [("shift", "night"), ("text", "夜間 咳が強い")];
        let home = "/wards/03/handover";
        let done = browser.post(home, home, &[&whom[..], &memo].concat());
        assert_eq!((done.status, done.to.as_str()), (303, home));
        let page = browser.get(home).body;
        assert!(page.contains("夜間 咳が強い") && page.contains("転倒・転落"), "{page}");
        let empty = browser.post(home, home, &[&whom[..], &[("shift", "night"), ("text", "")]].concat());
        assert!(empty.status == 200 && empty.body.contains("申し送りの内容を入れて"), "{}", empty.body);
        let page = browser.get("/dialysis").body;
        assert!(
            page.contains("画面 花子") && page.contains("52.0kg") && page.contains("コピーに無し・要記入"),
            "{page}"
        );
        let out = station.folder().join("dialysis.pdf");
        let printed =
            at(&station.home(), &["print", "dialysis", "--out", out.to_str().unwrap(), "--json"]).ends(0).json();
        assert_eq!(printed["sheets"][0]["form"], "PR");
        if let Some(list) = crate::one_chart::words(&out) {
            assert!(list.contains("画面花子") && list.contains("52.0kg") && list.contains("要記入"), "{list}");
        }
        let page = browser.get("/wards/03/changes").body;
        assert!(page.contains("画面 花子") && page.contains("まだ印刷していない"), "{page}");
        let ward = browser.get("/wards/03").body;
        assert!(
            ward.contains("画面 花子") && ward.contains("停止中 入院") && ward.contains("転倒・転落（停止中）"),
            "{ward}"
        );
        station.sound();
    });
}

/// Who takes over what this house cannot do: prepared, entered, asked, and on the page of dialysis.
#[test]
fn partners_for_critical_services_are_prepared_and_shown_with_dialysis() {
    within_a_day(|| {
        let station = Station::real();
        let register = |words: &[&str]| at(&station.home(), &[&["register", "partners"], words, &BY].concat());
        register(&["prepare"]).ends(0);
        register(&["add", "organisation=隣町クリニック", "critical=dialysis", "phone=0883-00-0000", "takes=1日6人"])
            .ends(0);
        let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        let page = browser.get("/dialysis").body;
        assert!(
            page.contains("隣町クリニック") && page.contains("1日6人") && page.contains("県の透析連絡網"),
            "{page}"
        );
        assert!(!page.contains("小児輪番の病院"), "only who dialyses: {page}");
    });
}
