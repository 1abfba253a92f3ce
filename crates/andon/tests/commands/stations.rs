//! Stations of one hospital: cards and codes, bundles carried out of order, one altered, one lost, a stranger's, a clock that is wrong;
//! and a chronology that is the same everywhere.

mod carried;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::door::{Ran, Station, program, run};
use crate::people::Browser;
use crate::running::Running;

pub fn at(home: &Path, words: &[&str]) -> Ran {
    run(program(words).arg("--home").arg(home))
}

pub fn file(station: &Station, name: &str) -> PathBuf {
    station.folder().join(name)
}

/// Writes a station's card; its code.
pub fn card(station: &Station, name: &str, mark: &str) -> (PathBuf, String) {
    let out = file(station, "card");
    let words = ["station", "card", "--out", out.to_str().unwrap(), "--name", name, "--mark", mark, "--json"];
    let told = at(&station.home(), &words).ends(0).json();
    (out, told["code"].as_str().unwrap().to_owned())
}

pub fn trust(station: &Station, (card, code): &(PathBuf, String), more: &[&str]) -> Ran {
    let words = [&["station", "trust", card.to_str().unwrap(), "--code", code], more].concat();
    at(&station.home(), &words)
}

pub fn export(station: &Station, name: &str) -> PathBuf {
    let to = file(station, name);
    at(&station.home(), &["log", "export", to.to_str().unwrap()]).ends(0);
    to
}

pub fn import(station: &Station, bundle: &Path) -> Ran {
    at(&station.home(), &["log", "import", bundle.to_str().unwrap()])
}

fn write(station: &Station, text: &str) -> String {
    let words = ["chronology", "add", "--from", "3病棟", "--to", "本部", "--by", "記録 一郎", text, "--json"];
    at(&station.home(), &words).ends(0).json()["no"].as_str().unwrap().to_owned()
}

fn entries(station: &Station) -> Vec<Value> {
    at(&station.home(), &["chronology", "--all", "--json"]).ends(0).json()["entries"].as_array().unwrap().clone()
}

fn texts(station: &Station) -> Vec<String> {
    entries(station).iter().map(|entry| entry["text"].as_str().unwrap().to_owned()).collect()
}

fn head(station: &Station, name: &str) -> Value {
    let told = at(&station.home(), &["log", "heads", "--json"]).json();
    told["stations"].as_array().unwrap().iter().find(|head| head["name"] == name).unwrap().clone()
}

/// Headquarters, a ward and a pharmacy; everybody knows headquarters, headquarters knows everybody.
pub fn hospital() -> [Station; 3] {
    let all = [Station::real(), Station::real(), Station::real()];
    let names = [("本部", "本"), ("3病棟", "3病"), ("薬剤部", "薬")];
    let cards: Vec<_> = all.iter().zip(names).map(|(station, (name, mark))| card(station, name, mark)).collect();
    for at in [1, 2] {
        trust(&all[0], &cards[at], &[]).ends(0);
        trust(&all[at], &cards[0], &["--headquarters"]).ends(0);
    }
    all
}

#[test]
fn sticks_carried_in_any_order_make_one_story_everywhere() {
    let [hq, ward, pharmacy] = hospital();
    at(&hq.home(), &["declare", "--kind", "cyber", "--by", "当直 師長", "--at", "2021-10-31T00:30"]).ends(0);
    let first = write(&ward, "プリンターから脅迫文");
    assert_eq!(first, "3病-0001");
    let one = export(&ward, "one");
    let second = write(&ward, "LANケーブルを抜いた");
    write(&pharmacy, "麻薬庫は手書き台帳");
    let two = export(&ward, "two");
    // The second stick first, then the first, then both again.
    for bundle in [&two, &one, &two, &one] {
        import(&hq, bundle).ends(0);
    }
    import(&hq, &export(&pharmacy, "three")).ends(0);
    // What headquarters carries to the pharmacy has the ward's log in it, whose card the pharmacy never saw.
    let round = export(&hq, "round");
    for station in [&pharmacy, &ward] {
        import(station, &round).ends(0);
    }
    assert_eq!(texts(&hq).len(), 3);
    assert_eq!(texts(&hq), texts(&pharmacy));
    assert_eq!(texts(&hq), texts(&ward));
    let board = at(&pharmacy.home(), &["board", "--json"]).ends(0).json();
    assert_eq!(board["incident"]["kind"], "cyber");
    // What becomes of a line at another station than it was written at.
    at(&hq.home(), &["chronology", "correct", &second, "LANケーブルを全部抜いた", "--why", "聞き違い", "--by", "記録"])
        .ends(0);
    import(&ward, &export(&hq, "again")).ends(0);
    let told = entries(&ward).into_iter().find(|entry| entry["no"] == second.as_str()).unwrap();
    assert_eq!(
        (&told["text"], &told["first_text"]),
        (&"LANケーブルを全部抜いた".into(), &"LANケーブルを抜いた".into())
    );
    let seen = head(&pharmacy, "3病棟");
    assert_eq!((seen["missing"].clone(), seen["own"].clone()), (serde_json::json!([]), false.into()));
    assert!(seen["up_to"].as_u64() >= Some(3));
    at(&hq.home(), &["doctor"]).ends(0);
}

#[test]
fn an_altered_stick_a_strangers_and_a_wrong_code_change_nothing() {
    let [hq, ward, _] = hospital();
    write(&ward, "一つ目");
    let bundle = export(&ward, "bundle");
    let bytes = std::fs::read(&bundle).unwrap();
    let altered = file(&hq, "altered");
    for at in [20, 60, 400, bytes.len() - 1] {
        let mut bytes = bytes.clone();
        bytes[at] ^= 1;
        std::fs::write(&altered, bytes).unwrap();
        let ran = import(&hq, &altered);
        // Who made it is among what may be altered: then it is a stranger's.
        assert_eq!(ran.code, if at == 20 { 1 } else { 4 }, "{}", ran.out);
    }
    std::fs::write(&altered, &bytes[..bytes.len() - 100]).unwrap();
    import(&hq, &altered).ends(4);
    std::fs::write(&altered, b"no bundle at all").unwrap();
    import(&hq, &altered).ends(1);
    assert!(texts(&hq).is_empty());
    let link = file(&hq, "link");
    std::os::unix::fs::symlink(&bundle, &link).unwrap();
    import(&hq, &link).ends(1);
    import(&hq, Path::new("/dev/zero")).ends(1);
    assert!(std::fs::read_dir(hq.home().join("bundles")).unwrap().next().is_none());

    let stranger = Station::real();
    let (own, own_code) = card(&stranger, "よその端末", "よ");
    let refused = trust(&hq, &(own.clone(), "0000-0000-0000-0000-0000-0000".into()), &[]);
    assert!(refused.ends(1).err.contains("コードが合いません"));
    let text = std::fs::read_to_string(&own).unwrap();
    std::fs::write(&own, text.replace("よその端末", "3病棟")).unwrap();
    trust(&hq, &(own, own_code), &[]).ends(1);
    trust(&stranger, &card(&hq, "本部", "本"), &[]).ends(0);
    let ran = import(&hq, &export(&stranger, "strange"));
    assert!(ran.code == 1 && ran.out.contains("知らない"), "{}", ran.out);
    assert_eq!(at(&hq.home(), &["log", "heads", "--json"]).ends(0).json()["stations"].as_array().unwrap().len(), 3);
    import(&hq, &bundle).ends(0);
    assert_eq!(texts(&hq), ["一つ目"]);
}

#[test]
fn what_was_on_a_lost_stick_is_sent_again_until_its_arrival_is_told() {
    let [hq, ward, _] = hospital();
    write(&ward, "一");
    import(&hq, &export(&ward, "one")).ends(0);
    // Headquarters' answer tells the ward what is there; then a stick is lost.
    import(&ward, &export(&hq, "answer")).ends(0);
    write(&ward, "二");
    let lost = export(&ward, "lost");
    write(&ward, "三");
    let three = export(&ward, "three");
    import(&hq, &three).ends(0);
    assert_eq!(texts(&hq), ["一", "二", "三"], "what nobody is known to hold is sent again");
    assert_eq!(import(&hq, &lost).ends(0).code, 0);
    at(&hq.home(), &["log", "heads"]).ends(0);
}

/// A recorder's forty lines, the program killed at the twenty-seventh as a power cut does: nothing that was acknowledged is lost, and the
/// numbers go on.
#[test]
fn forty_lines_killed_at_twenty_seven_lose_nothing_that_was_acknowledged() {
    let hq = Station::training();
    let mut numbers = Vec::new();
    for (part, lines) in [(0, 1..=27), (1, 28..=40)] {
        let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
        let mut browser = Browser::new(&running);
        browser.get(&running.link());
        for line in lines {
            let text = format!("行{line}。");
            let form = [("from", "3病棟"), ("to", "本部"), ("category", "report"), ("text", text.as_str())];
            let answer = browser.post("/command/chronology", "/command/chronology", &form);
            assert_eq!(answer.status, 303);
            numbers.push(answer.to);
        }
        drop(browser);
        if part == 0 {
            running.kill();
        }
    }
    let told: Vec<String> = (1..=40).map(|line| format!("行{line}。")).collect();
    assert_eq!(texts(&hq), told);
    let mut apart = numbers.clone();
    apart.dedup();
    assert_eq!(apart.len(), 40, "{numbers:?}");
    at(&hq.home(), &["doctor"]).ends(0);
}

/// On every page: received up to №, what is missing, how old. And a bundle for one station carries what that one lacks.
#[test]
fn every_page_says_how_far_each_station_came_and_a_bundle_can_be_for_one() {
    let [hq, ward, pharmacy] = hospital();
    write(&ward, "一");
    import(&hq, &export(&ward, "one")).ends(0);
    let up_to = head(&hq, "3病棟")["up_to"].as_u64().unwrap();
    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    for page in ["/", "/command", "/wards"] {
        let body = browser.get(page).body;
        assert!(
            body.contains(&format!("3病棟 №{up_to} ")) && body.contains("薬剤部 まだ受信していない"),
            "{page}: {body}"
        );
    }
    // The pharmacy has told headquarters nothing; the ward has.
    import(&ward, &export(&hq, "answer")).ends(0);
    write(&ward, "二");
    let to = file(&ward, "for-one");
    let words = |name: &str| at(&ward.home(), &["log", "export", to.to_str().unwrap(), "--for", name, "--json"]);
    let all = at(&ward.home(), &["log", "export", file(&ward, "for-all").to_str().unwrap(), "--json"]).ends(0).json();
    let one = words("本部").ends(0).json();
    assert!(one["events"].as_u64() < all["events"].as_u64(), "{one} {all}");
    assert_eq!(one["readers"], serde_json::json!(["本部"]));
    import(&hq, &to).ends(0);
    assert_eq!(texts(&hq), ["一", "二"]);
    assert_ne!(import(&pharmacy, &to).code, 0, "it is not sealed to the pharmacy");
    assert_eq!(words("ない端末").code, 2);
}

#[test]
fn two_who_changed_a_line_apart_leave_it_open_until_somebody_decides() {
    let [hq, ward, _] = hospital();
    let words = ["chronology", "add", "薬が足りない", "--task", "薬剤部 発注", "--by", "師長", "--json"];
    let number = at(&ward.home(), &words).ends(0).json()["no"].as_str().unwrap().to_owned();
    import(&hq, &export(&ward, "one")).ends(0);
    let state = |station: &Station, state: &str| {
        at(&station.home(), &["chronology", "state", &number, state, "--by", "だれか"]).ends(0);
    };
    state(&hq, "done");
    state(&ward, "doing");
    import(&hq, &export(&ward, "two")).ends(0);
    import(&ward, &export(&hq, "three")).ends(0);
    for station in [&hq, &ward] {
        let line = entries(station).pop().unwrap();
        assert_eq!((&line["state"], &line["doubtful"]), (&"doing".into(), &true.into()));
    }
    state(&hq, "done");
    import(&ward, &export(&hq, "four")).ends(0);
    let line = entries(&ward).pop().unwrap();
    assert_eq!((&line["state"], &line["doubtful"]), (&"done".into(), &false.into()));
}

#[test]
fn a_declaration_wants_a_second_name_of_another_and_two_are_joined_by_a_person() {
    let [hq, ward, _] = hospital();
    let told = at(&hq.home(), &["declare", "--by", "当直 師長", "--level", "yellow", "--json"]).ends(0).json();
    let id = told["incident"].as_str().unwrap().to_owned();
    assert_eq!((&told["levels"][0]["level"], &told["day"]), (&"yellow".into(), &1.into()));
    assert_eq!(at(&hq.home(), &["declare", "--by", "別の 人"]).code, 2, "declared once");
    assert_eq!(at(&hq.home(), &["declare", "confirm", "--by", "当直 師長"]).code, 2, "the same name twice");
    at(&hq.home(), &["declare", "confirm", "--by", "当直 医師"]).ends(0);
    at(&ward.home(), &["declare", "--by", "病棟 師長", "--what", "電子カルテ"]).ends(0);
    import(&hq, &export(&ward, "one")).ends(0);
    let all = at(&hq.home(), &["board", "--json"]).ends(0).json();
    let other = all["incidents"].as_array().unwrap().iter().find(|one| one["incident"] != id.as_str()).unwrap().clone();
    let other = other["incident"].as_str().unwrap();
    at(&hq.home(), &["declare", "join", other, "同じ停止", "--incident", &id, "--by", "院長"]).ends(0);
    let board = at(&hq.home(), &["board", "--json"]).ends(0).json();
    assert_eq!((&board["incident"]["incident"], &board["incident"]["joined"][0]), (&id.as_str().into(), &other.into()));
    assert_eq!(at(&hq.home(), &["declare", "end", "--by", "院長"]).code, 2, "why it is over");
    at(&hq.home(), &["declare", "end", "電子カルテ再開", "--by", "院長"]).ends(0);
    assert!(at(&hq.home(), &["board", "--json"]).ends(0).json()["incident"].is_null());
}

#[test]
fn lines_of_before_and_after_a_declaration_have_numbers_of_their_own_and_are_printed() {
    let station = Station::real();
    card(&station, "本部", "本");
    assert_eq!(write(&station, "宣言の前"), "本-0001");
    at(&station.home(), &["declare", "--by", "当直 師長"]).ends(0);
    assert_eq!(write(&station, "宣言のあと"), "本-0002");
    assert_eq!(texts(&station), ["宣言の前", "宣言のあと"]);
    at(&station.home(), &["chronology", "strike", "本-0001", "--why", "二重", "--by", "記録"]).ends(0);
    assert_eq!(at(&station.home(), &["chronology", "add", "x", "--incident", "NONE", "--by", "記録"]).code, 2);
    for wall in [&["print", "chronology", "--out"][..], &["print", "chronology", "--wall", "--out"]] {
        let out = file(&station, "chronology.pdf");
        let words = [wall, &[out.to_str().unwrap(), "--json"]].concat();
        let printed = at(&station.home(), &words).ends(0).json();
        let form = if wall.len() == 4 { "P1M" } else { "P1L" };
        assert_eq!(printed["sheets"][0]["form"], form, "{printed}");
        assert!(std::fs::read(&out).unwrap().starts_with(b"%PDF"));
    }
    let csv = at(&station.home(), &["chronology", "--csv"]).ends(0).out;
    assert!(csv.starts_with("\u{feff}№,") && csv.lines().count() == 3, "{csv}");
}

#[test]
fn nothing_is_wiped_before_it_was_preserved_and_a_vendors_word_is_no_verification() {
    let [hq, ward, _] = hospital();
    let add = |name: &str| {
        let words = ["devices", "add", name, "--place", "3病棟", "--by", "情報 担当", "--json"];
        at(&ward.home(), &words).ends(0).json()["number"].as_str().unwrap().to_owned()
    };
    let (one, other) = (add("PC-017"), add("PC-018"));
    assert_eq!((one.as_str(), other.as_str()), ("3病機-0001", "3病機-0002"));
    let state = |station: &Station, number: &str, words: &[&str]| {
        at(&station.home(), &[&["devices", "state", number], words, &["--by", "情報 担当"]].concat()).code
    };
    assert_eq!(state(&ward, &one, &["isolated"]), 0);
    assert_eq!(state(&ward, &one, &["wiped", "--who", "業者"]), 2, "before anything was kept");
    assert_eq!(state(&ward, &one, &["declared_clean"]), 2, "nobody said so");
    assert_eq!(state(&ward, &one, &["declared_clean", "--who", "業者"]), 0);
    assert_eq!(state(&ward, &one, &["verified", "--who", "業者"]), 2, "a vendor's word is no verification");
    assert_eq!(state(&ward, &one, &["preserved", "--who", "調査会社", "--tool", "FTK", "--hash", "ab12"]), 0);
    assert_eq!(state(&ward, &one, &["infected"]), 0, "found later");
    assert_eq!(state(&ward, &one, &["wiped", "--who", "業者"]), 2, "kept before it was found");
    assert_eq!(state(&ward, &one, &["preserved", "--who", "調査会社"]), 0);
    assert_eq!(state(&ward, &one, &["wiped", "--who", "業者"]), 0);
    assert_eq!(state(&ward, &one, &["verified", "--who", "調査会社"]), 0);
    assert_eq!(state(&ward, &one, &["returned"]), 0);
    import(&hq, &export(&ward, "one")).ends(0);
    // Two who say something of one device apart: the more cautious stands until somebody decides.
    assert_eq!(state(&hq, &other, &["isolated"]), 0);
    assert_eq!(state(&ward, &other, &["infected"]), 0);
    import(&hq, &export(&ward, "two")).ends(0);
    let told = at(&hq.home(), &["devices", "--json"]).ends(0).json();
    let of = |number: &str| {
        told["devices"].as_array().unwrap().iter().find(|device| device["number"] == number).unwrap().clone()
    };
    assert_eq!((&of(&other)["state"], &of(&other)["doubtful"]), (&"infected".into(), &true.into()));
    assert_eq!((&of(&one)["state"], &told["counts"]["returned"]), (&"returned".into(), &1.into()));
    let list = file(&hq, "list.csv");
    std::fs::write(
        &list,
        "種類,名前,場所,所有,アドレス\nPC,PC-101,外来,医事課,10.0.0.1\nサーバー,SV-1,サーバー室,,\nつくえ,机,,,\n",
    )
    .unwrap();
    assert_eq!(at(&hq.home(), &["devices", "import", list.to_str().unwrap(), "--by", "情報 担当"]).code, 3);
    let board = at(&hq.home(), &["board", "--json"]).ends(0).json();
    assert_eq!(board["devices"]["unknown"], 2);
}

/// What other stations wrote is sealed with a home and comes back with it; the home that was restored is a station of its own, which
/// takes in what it missed, and counts its old station's words as members' do.
#[test]
fn a_restored_home_has_the_chronology_of_all_and_goes_on_receiving() {
    let (hq, place, key) = crate::vault::sealing();
    let ward = Station::training();
    trust(&hq, &card(&ward, "3病棟", "3病"), &[]).ends(0);
    trust(&ward, &card(&hq, "本部", "本"), &["--headquarters"]).ends(0);
    write(&ward, "病棟から");
    write(&hq, "本部から");
    import(&hq, &export(&ward, "one")).ends(0);
    at(&hq.home(), &["chronology", "correct", "3病-0001", "病棟から（直した）", "--why", "聞き違い", "--by", "記録"])
        .ends(0);
    crate::vault::sealed(&hq);
    write(&ward, "復元のあとに届く");
    write(&hq, "封じたあとに書いた");
    import(&ward, &export(&hq, "two")).ends(0);

    let new = Station::bare();
    crate::vault::restore(&place, &key, &new, &[]).ends(0);
    assert_eq!(texts(&new), ["病棟から（直した）", "本部から"]);
    assert_eq!(at(&new.home(), &["doctor"]).code, 0);
    // The old machine is gone. The ward knows the new one by its card, and brings what the old one had written last.
    trust(&ward, &card(&new, "本部2", "本2"), &["--headquarters"]).ends(0);
    import(&new, &export(&ward, "three")).ends(0);
    assert_eq!(texts(&new), ["病棟から（直した）", "本部から", "復元のあとに届く", "封じたあとに書いた"]);
    assert_eq!(write(&new, "新しい端末から"), "本2-2-0001");
    import(&ward, &export(&new, "four")).ends(0);
    assert_eq!(texts(&ward), texts(&new));
    assert_eq!(at(&new.home(), &["doctor"]).code, 0);
}

/// What the recorder does on the pages of headquarters, from the declaration to the printed chronology.
#[test]
fn a_night_of_headquarters_goes_through_its_pages() {
    let station = Station::training();
    let home = station.home();
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    assert!(browser.get("/command").body.contains("停止の宣言はありません"));
    let form = [("act", "declare"), ("kind", "cyber"), ("what", "電子カルテ"), ("plan", "system"), ("level", "yellow")];
    assert_eq!(browser.post("/command", "/command", &form).status, 303);
    let policy = [("act", "policy"), ("words", "紙で記録する")];
    assert_eq!(browser.post("/command", "/command", &policy).status, 303);
    assert!(browser.get("/wards").body.contains("病院体制：黄"), "every page says it");
    assert!(browser.get("/wards").body.contains("紙で記録する"));
    let pages = "/command/chronology";
    let line =
        [("from", "3病棟"), ("to", "本部"), ("text", "<b>脅迫文</b>"), ("category", "report"), ("task", "LANを抜く")];
    assert_eq!(browser.post(pages, pages, &line).status, 303);
    let bad = [("from", "3病棟"), ("text", "x"), ("category", "info"), ("at", "きのう")];
    assert!(browser.post(pages, pages, &bad).body.contains("時刻として読めません"));
    let shown = browser.get(pages).body;
    assert!(shown.contains("&#60;b&#62;脅迫文") && !shown.contains("<b>脅迫文"), "{shown}");
    let entry = entries(&station).pop().unwrap();
    let name = entry["line"].as_str().unwrap();
    let act = |act, value, words| [("line", name), ("act", act), ("value", value), ("words", words)];
    for change in [act("state", "done", "抜いた"), act("key", "1", ""), act("correct", "脅迫文が出た", "聞き違い")]
    {
        assert_eq!(browser.post(pages, "/command/chronology/act", &change).status, 303);
    }
    let entry = entries(&station).pop().unwrap();
    let told = (&entry["text"], &entry["state"], &entry["key"]);
    assert_eq!(told, (&"脅迫文が出た".into(), &"done".into(), &true.into()));
    assert!(browser.get("/command/wall").body.contains("脅迫文が出た"));
    assert!(browser.get("/command/chronology.csv").body.contains("脅迫文が出た"));
    let printed = browser.post(pages, "/sheets/chronology", &[("show", "all"), ("wall", "1")]);
    assert_eq!(printed.status, 200, "{}", printed.body);
    let devices = "/command/devices";
    assert_eq!(browser.post(devices, devices, &[("kind", "pc"), ("name", "PC-017")]).status, 303);
    let listed = at(&home, &["devices", "--json"]).ends(0).json();
    let number = listed["devices"][0]["number"].as_str().unwrap().to_owned();
    let rest = ["tool", "hash", "seal", "power", "clock", "papers", "words"].map(|field| (field, ""));
    let state = |state| [&[("number", number.as_str()), ("state", state), ("who", "業者")][..], &rest].concat();
    assert!(
        browser.post(devices, "/command/devices/state", &state("wiped")).body.contains("保全の前に初期化はできません")
    );
    assert_eq!(browser.post(devices, "/command/devices/state", &state("isolated")).status, 303);
    assert!(browser.get("/stations").body.contains("この端末"));
}
