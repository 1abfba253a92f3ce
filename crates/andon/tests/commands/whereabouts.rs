//! Where things of paper are, through the doors people use: commands and pages, the out-guide and the register of letters.

use image::{DynamicImage, RgbImage};
use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;

fn special(said: &Value, key: &str) -> String {
    let people = said["special_people"].as_array().unwrap();
    people.iter().find(|one| one["key"] == key).unwrap()["id"].as_str().unwrap().to_owned()
}

fn checked(id: &str) -> String {
    format!("{id}-{}", chart::check_digit::confirmation(id).unwrap())
}

fn run(station: &Station, words: &[&str], code: i32) -> Value {
    let ran = station.run(&[&["whereabouts"], words].concat()).ends(code);
    if words.contains(&"--json") && code == 0 { ran.json() } else { Value::from(ran.out + &ran.err) }
}

fn states(station: &Station, words: &[&str]) -> Vec<(String, String)> {
    let told = run(station, &[words, &["--json"]].concat(), 0);
    let text = |paper: &Value, key: &str| paper[key].as_str().unwrap().to_owned();
    told["papers"].as_array().unwrap().iter().map(|paper| (text(paper, "number"), text(paper, "state"))).collect()
}

#[test]
fn a_chart_goes_out_with_a_card_in_its_place_and_comes_back() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    // A number of another check number, or alone, is not taken.
    let wrong = format!("{id}-{:02}", (checked(&id)[id.len() + 1..].parse::<u32>().unwrap() + 1) % 100);
    for patient in [wrong.as_str(), id.as_str()] {
        run(&station, &["register", "--kind", "chart", "--patient", patient], 2);
    }
    let words =
        ["register", "--kind", "chart", "--patient", &checked(&id), "--count", "3", "--place", "病歴室 3", "--json"];
    let numbers = run(&station, &words, 0)["numbers"].clone();
    let numbers: Vec<&str> = numbers.as_array().unwrap().iter().map(|number| number.as_str().unwrap()).collect();
    let held = run(&station, &["register", "--kind", "box", "--title", "箱 12", "--place", "倉庫", "--json"], 0);
    let boxed = held["numbers"][0].as_str().unwrap();
    run(&station, &["register", "--kind", "film", "--title", "胸部", "--within", "A-1-1"], 1);
    run(&station, &["move", numbers[2], "--within", boxed], 0);
    assert_eq!(run(&station, &["show", boxed, "--json"], 0)["inside"][0], numbers[2]);

    run(&station, &["guide", numbers[0], "--out", "unused.pdf"], 1);
    run(
        &station,
        &["lend", numbers[0], "--department", "3東", "--who", "医師 甲", "--phone", "305", "--words", "回診"],
        0,
    );
    assert!(run(&station, &["lend", numbers[0], "--who", "医師 乙"], 1).as_str().unwrap().contains("転貸"));
    for who in ["外来", "医事課"] {
        run(&station, &["request", numbers[0], "--department", who, "--for", "明日 9時"], 0);
    }
    assert_eq!(states(&station, &["--out"]), [(numbers[0].to_owned(), "out".to_owned())]);
    assert_eq!(states(&station, &["--requests", "--department", "医事課"]).len(), 1);
    assert!(states(&station, &["--department", "薬局"]).is_empty());
    // As our paper has it, and alone; with the check number of another nothing is answered, here and wherever a number is asked for.
    for patient in [checked(&id).as_str(), &id] {
        assert_eq!(states(&station, &["--patient", patient]).len(), 3);
        let looks =
            station.run(&["audit", "--patient", patient, "--act", "whereabouts-register", "--json"]).ends(0).json();
        assert_eq!(looks["looks"].as_array().unwrap().len(), 1, "{looks}");
    }
    run(&station, &["--patient", &wrong], 2);
    assert!(station.run(&["audit", "--patient", &wrong]).ends(2).err.contains("照合番号"));

    // The card's own code leads back to the chart, and its coming back asks for nothing more.
    let out = station.folder().join("guide.pdf");
    run(&station, &["guide", numbers[0], "--out", out.to_str().unwrap()], 0);
    let pdf = std::fs::read(&out).unwrap();
    let mut seen = Vec::new();
    scan::look(&pdf, |page| seen.push(page)).unwrap();
    let code = seen[0].codes[0].text.clone();
    let told = run(&station, &["show", &code, "--json"], 0);
    assert_eq!((&told["number"], &told["held"]["who"]), (&Value::from(numbers[0]), &Value::from("医師 甲")));
    let sheets = || station.run(&["sheets", "--form", "P11B", "--json"]).ends(0).json();
    assert_eq!((&sheets()["sheets"][0]["state"], &sheets()["open"]), (&Value::from("issued"), &Value::from(1)));
    run(&station, &["hand", numbers[0], "--request", "1"], 0);
    let told = run(&station, &["show", numbers[0], "--json"], 0);
    assert_eq!((&told["held"]["place"], told["wishes"].as_array().unwrap().len()), (&Value::from("外来"), 1));
    run(&station, &["missing", numbers[0], "--words", "外来にない"], 0);
    assert_eq!(states(&station, &["--missing"]).len(), 1);
    run(&station, &["return", numbers[0], "--by", "病歴室 丁"], 0);
    run(&station, &["return", numbers[0]], 1);
    assert_eq!((&sheets()["sheets"][0]["state"], &sheets()["open"]), (&Value::from("back"), &Value::from(0)));
    let told = run(&station, &["show", numbers[0], "--json"], 0);
    let acts: Vec<&str> =
        told["history"].as_array().unwrap().iter().map(|told| told["act"].as_str().unwrap()).collect();
    assert_eq!(acts, ["register", "lend", "request", "request", "guide", "hand", "missing", "return"]);
    assert_eq!((&told["state"], &told["history"][7]["by"]), (&Value::from("here"), &Value::from("病歴室 丁")));
    station.sound();
}

/// A label with a thing's number leads to the thing, and printed again it is the same label.
#[test]
fn a_label_bears_the_number_of_the_thing() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let words = ["register", "--kind", "outpatient", "--patient", &checked(&id), "--json"];
    let number = run(&station, &words, 0)["numbers"][0].as_str().unwrap().to_owned();
    let out = station.folder().join("label.pdf");
    for _ in 0..2 {
        run(&station, &["label", &number, "--out", out.to_str().unwrap()], 0);
    }
    let check = chart::check_digit::confirmation(&id).unwrap();
    let code = format!("ID-P{id}-{check}-{number}");
    assert_eq!(run(&station, &["show", &code, "--json"], 0)["number"], number);
    let sheets = station.run(&["sheets", "--form", "L1", "--json"]).ends(0).json();
    assert_eq!(sheets["sheets"].as_array().unwrap().len(), 1);
    let held = run(&station, &["register", "--kind", "box", "--title", "箱", "--json"], 0);
    // A box has a tag (P11G) by which it is found again; the same number whenever it is printed, and nothing that waits for it.
    let number = held["numbers"][0].as_str().unwrap();
    for _ in 0..2 {
        run(&station, &["label", number, "--out", out.to_str().unwrap()], 0);
    }
    let sheets = station.run(&["sheets", "--form", "P11G", "--json"]).ends(0).json();
    let [tag] = sheets["sheets"].as_array().unwrap().as_slice() else { panic!("{sheets}") };
    assert_eq!(
        (tag["number"].as_str(), tag["state"].as_str(), tag["open"].as_bool()),
        (Some(number), Some("issued"), Some(false))
    );
    let scanned = station.run(&["scan", out.to_str().unwrap(), "--json"]).ends(0).json();
    let page = &scanned["pages"][0];
    assert_eq!((page["thing"].as_str(), page["thing_state"].as_str()), (Some(number), Some("here")));
    assert!(page["patient"].is_null(), "{page}");
}

#[test]
fn a_letter_waits_in_the_register_until_its_page_is_filed() {
    let (station, said) = Station::fed();
    let [id, other] = ["allergy-clash", "warfarin"].map(|key| special(&said, key));
    let letter = |words: &[&str]| {
        let all = [&["letter", "register", "--json"], words].concat();
        run(&station, &all, 0)["number"].as_str().unwrap().to_owned()
    };
    run(&station, &["letter", "register", "--department", "内科"], 1);
    let mine = letter(&["--department", "内科", "--patient", &checked(&id), "--hospital", "県立病院", "--pages", "1"]);
    let known = letter(&["--department", "内科", "--kana", "ｶﾞﾄｳ ｱｷ", "--name", "我藤 亜紀"]);
    letter(&["--department", "内科", "--kana", "カトウ ジロウ"]);
    letter(&["--department", "外科", "--kana", "アオキ", "--kind", "results", "--received", "R3.11.1"]);
    let told = run(&station, &["--letters", "--department", "内科", "--json"], 0);
    let kana: Vec<&str> = told["letters"].as_array().unwrap().iter().map(|row| row["kana"].as_str().unwrap()).collect();
    let place = |text: &str| kana.iter().position(|one| *one == text).unwrap();
    assert!(place("カトウ ジロウ") < place("ｶﾞﾄｳ ｱｷ"), "{kana:?}");
    assert_eq!(told["departments"][0]["open"].as_u64().unwrap() + told["departments"][1]["open"].as_u64().unwrap(), 4);

    let list = station.folder().join("letters.pdf");
    run(&station, &["letter", "print", "--department", "内科", "--out", list.to_str().unwrap()], 0);
    assert!(std::fs::read(&list).unwrap().starts_with(b"%PDF"));

    // A page of it comes through the scanner; a person files it, and says which letter it is.
    let white = RgbImage::from_pixel(800, 1_100, image::Rgb([255, 255, 255]));
    let file = station.folder().join("white.png");
    DynamicImage::from(white).save(&file).unwrap();
    let read = station.run(&["scan", "--json", file.to_str().unwrap()]).ends(3).json();
    let scan = read["pages"][0]["scan"].as_str().unwrap().to_owned();
    run(&station, &["letter", "scanned", &mine, &scan, "1"], 1);
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let address = format!("/scans/{scan}/1");
    assert!(browser.get(&address).body.contains(&mine));
    let mut file = |patient: &str, letter: &str| {
        let fields = [
            ("scan", scan.as_str()),
            ("page", "1"),
            ("patient", &checked(patient)),
            ("letter", letter),
            ("confirmed", patient),
        ];
        browser.post(&address, "/scans/file", &fields)
    };
    assert!(file(&other, &mine).body.contains("別の患者番号"), "the register has it under another number");
    assert_eq!(file(&id, &mine).status, 303);
    let open = || run(&station, &["--letters", "--json"], 0)["letters"].as_array().unwrap().len();
    assert_eq!(open(), 3);
    assert!(file(&id, &known).status == 303, "the page is put right: it is another letter's");
    assert_eq!(open(), 3);
    let ended = run(&station, &["show", &known, "--json"], 0);
    assert_eq!((&ended["ended"]["act"], &ended["open"]), (&Value::from("scanned"), &Value::from(false)));
    // Moved to somebody else, it is no longer a page of that letter.
    assert_eq!(file(&other, "").status, 303);
    assert_eq!(open(), 4);
    let list = browser.get("/whereabouts/letters?department=%E5%86%85%E7%A7%91&row=%E3%82%AB").body;
    assert!(list.contains(&known) && !list.contains(&format!("value=\"{mine}\"")), "{list}");
    running.stop();
    run(&station, &["letter", "hand-on", &known, "--words", "紹介元へ返送"], 0);
    run(&station, &["letter", "hand-on", &known, "--words", "もう一度"], 1);
    run(&station, &["letter", "reopen", &known, "--words", "戻ってきた"], 0);
    assert_eq!(open(), 4);
    station.sound();
}

#[test]
fn a_desk_registers_lends_and_finds_by_the_page() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let kana = station.chart(&id)["patient"]["kana"].as_str().unwrap().to_owned();
    let typed = checked(&id);
    let mut register = |fields: &[(&str, &str)]| {
        let all = [&[("kind", "chart"), ("patient", typed.as_str()), ("home", "病歴室")], fields].concat();
        browser.post("/whereabouts/register", "/whereabouts/register", &all)
    };
    let shown = register(&[]);
    assert!(shown.body.contains("name=\"confirmed\"") && shown.body.contains(&kana), "{}", shown.body);
    assert!(states(&station, &[]).is_empty(), "only shown so far");
    assert_eq!(register(&[("confirmed", &id)]).status, 303);
    let number = states(&station, &[])[0].0.clone();
    let address = format!("/whereabouts/papers/{number}");
    let mut act = |fields: &[(&str, &str)]| {
        browser.post(&address, "/whereabouts/act", &[&[("number", number.as_str())], fields].concat())
    };
    assert_eq!(act(&[("act", "lend"), ("place", "3東"), ("who", "医師 甲"), ("phone", "305")]).status, 303);
    assert_eq!(act(&[("act", "lend"), ("place", "外来")]).status, 409);
    assert_eq!(act(&[("act", "request"), ("place", "外来"), ("due", "明日")]).status, 303);
    assert_eq!(act(&[("act", "scanned"), ("who", "x")]).status, 409);
    let page = browser.get("/whereabouts").body;
    for words in [number.as_str(), "医師 甲", "内線 305", "返却待ち 1 件", &kana] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(browser.get("/whereabouts?tab=wishes&department=%E5%A4%96%E6%9D%A5").body.contains(&number));
    // By number, by code, by kana, by the patient's number; and with a wrong check number nobody.
    let encoded: String = kana.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let own = browser.get(&format!("/whereabouts?q={number}"));
    assert!(own.status == 303, "{}", own.body);
    for q in [encoded.as_str(), typed.as_str(), id.as_str()] {
        assert!(browser.get(&format!("/whereabouts?q={q}")).body.contains(&number), "{q}");
    }
    let guide = browser.post(&address, "/whereabouts/print", &[("number", &number), ("what", "guide")]);
    assert_eq!(guide.status, 200);
    // A patient kept back: no name on the list, and the thing opens only after a reason.
    station.run(&["flag", &id, "staff_patient", "--by", "師長", "--reason", "本人の希望"]).ends(0);
    let page = browser.get("/whereabouts").body;
    assert!(page.contains(&number) && page.contains("職員患者") && !page.contains(&kana), "{page}");
    assert_eq!(browser.get(&address).status, 303);
    running.stop();
    let looks = station.run(&["audit", "--act", "whereabouts-papers", "--json"]).ends(0).json();
    assert!(looks["looks"].as_array().unwrap().iter().any(|look| look["about"] == format!("self/{id}")));
}
