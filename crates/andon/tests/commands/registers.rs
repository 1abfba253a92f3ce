//! 本部台帳 through the commands, the pages and the printed sheet: numbers, fields, what is late, custody, and two who change one item apart.

use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, export, file, hospital, import};

fn register(station: &Station, words: &[&str]) -> crate::door::Ran {
    at(&station.home(), &[&["register"], words, &["--json"]].concat())
}

fn add(station: &Station, of: &str, values: &[&str]) -> String {
    let words = [&[of, "add"], values, &["--by", "記録 一郎"]].concat();
    register(station, &words).ends(0).json()["no"].as_str().unwrap().to_owned()
}

fn item(station: &Station, of: &str, number: &str) -> Value {
    let told = register(station, &[of]).ends(0).json();
    told["items"].as_array().unwrap().iter().find(|item| item["no"] == number).unwrap().clone()
}

/// Whom to call is called anew in each incident, and what was done before anybody declared it belongs to it.
#[test]
fn the_call_list_begins_anew_with_each_incident() {
    let [hq, ..] = hospital();
    let number = add(&hq, "contacts", &["person=院長", "phone=内線1"]);
    let state = || item(&hq, "contacts", &number)["state"].as_str().unwrap().to_owned();
    let reached = || register(&hq, &["contacts", "set", &number, "state=reached", "--by", "当直 事務"]).ends(0);
    at(&hq.home(), &["declare", "--by", "当直 師長"]).ends(0);
    assert_eq!(state(), "not_called");
    reached();
    assert_eq!(state(), "reached");
    at(&hq.home(), &["declare", "end", "再開", "--by", "院長"]).ends(0);
    at(&hq.home(), &["declare", "--at", "2099-01-01T00:00", "--by", "当直 師長"]).ends(0);
    assert_eq!(state(), "not_called", "the next incident");
    reached();
    assert_eq!(state(), "reached", "said again although it said so before");
    at(&hq.home(), &["declare", "end", "再開", "--by", "院長"]).ends(0);
    assert_eq!(state(), "not_called", "nothing is down");
    reached();
    at(&hq.home(), &["declare", "--at", "2021-10-31T00:30", "--by", "当直 師長"]).ends(0);
    assert_eq!(state(), "reached", "called before it was declared, after it began");
}

#[test]
fn an_item_has_a_number_fields_a_history_and_is_struck_with_a_reason() {
    let [hq, ..] = hospital();
    at(&hq.home(), &["declare", "--by", "当直 師長"]).ends(0);
    let number =
        add(&hq, "services", &["service=小児科", "state=limited", "conditions=予約のみ", "planned=11/15 9:00"]);
    assert_eq!(number, "本診-0001");
    let set = |words: &[&str]| register(&hq, &[&["services", "set", &number], words, &["--by", "院長"]].concat());
    set(&["state=running", "conditions="]).ends(0);
    let told = item(&hq, "services", &number);
    assert_eq!(
        (&told["state"], &told["values"]["conditions"], &told["open"]),
        (&"running".into(), &Value::Null, &false.into())
    );
    assert_eq!(told["history"].as_array().unwrap().len(), 2);
    set(&["state=running"]).ends(0);
    assert_eq!(item(&hq, "services", &number)["history"].as_array().unwrap().len(), 2, "nothing new, nothing said");
    for wrong in [&["state=half"][..], &["colour=red"], &["planned=そのうち"], &["service="], &["novalue"]] {
        assert_eq!(set(wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(register(&hq, &["services", "add", "conditions=x", "--by", "院長"]).code, 2, "without a name");
    assert_eq!(register(&hq, &["nothing"]).code, 2);
    assert_eq!(register(&hq, &["services", "strike", &number, "--by", "院長"]).code, 2, "why");
    register(&hq, &["services", "strike", &number, "--why", "二重", "--by", "院長"]).ends(0);
    assert!(item(&hq, "services", &number)["struck"].is_object());
    let task = add(&hq, "tasks", &["task=名簿を集める", "department=医事課", "due=2021-10-31"]);
    assert_eq!(task, "本指-0002", "one running number of a station");
    let all = register(&hq, &[]).ends(0).json();
    let tasks = all["registers"].as_array().unwrap().iter().find(|of| of["register"] == "tasks").unwrap().clone();
    assert_eq!((&tasks["open"], &tasks["late"]), (&1.into(), &1.into()));
    at(&hq.home(), &["declare", "end", "再開", "--by", "院長"]).ends(0);
    assert!(
        register(&hq, &["tasks"]).ends(0).json()["items"].as_array().unwrap().is_empty(),
        "tasks are an incident's"
    );
    assert_eq!(register(&hq, &["services"]).ends(0).json()["items"].as_array().unwrap().len(), 1, "services stand");
}

#[test]
fn what_is_handed_over_is_taken_or_assigned_with_a_reason() {
    let [hq, ward, _] = hospital();
    let number = add(&hq, "tasks", &["task=PCを集める"]);
    let of = |station: &Station, act: &str, words: &[&str]| {
        register(station, &[&["tasks", act, &number], words, &["--by", "記録 一郎"]].concat()).code
    };
    assert_eq!(of(&hq, "accept", &[]), 2, "nobody offered it");
    assert_eq!(of(&hq, "give", &["--to", "3病棟"]), 0);
    let told = item(&hq, "tasks", &number);
    assert_eq!((&told["holder"], &told["offered"]), (&"".into(), &"3病棟".into()));
    import(&ward, &export(&hq, "one")).ends(0);
    assert_eq!(of(&ward, "accept", &[]), 0);
    import(&hq, &export(&ward, "two")).ends(0);
    let told = item(&hq, "tasks", &number);
    assert_eq!((&told["holder"], &told["offered"]), (&"3病棟".into(), &"".into()));
    assert_eq!(of(&hq, "seize", &["--to", "情報担当"]), 2, "why");
    assert_eq!(of(&hq, "seize", &["--to", "情報担当", "--why", "病棟は手が足りない"]), 0);
    assert_eq!(item(&hq, "tasks", &number)["holder"], "情報担当");
}

#[test]
fn two_who_change_one_item_apart_leave_it_at_its_safer_state_until_a_person_decides() {
    let [hq, ward, _] = hospital();
    let number = add(&hq, "services", &["service=救急外来", "state=running"]);
    import(&ward, &export(&hq, "one")).ends(0);
    let set = |station: &Station, words: &[&str]| {
        register(station, &[&["services", "set", &number], words, &["--by", "当直 医師"]].concat()).ends(0);
    };
    set(&hq, &["state=limited"]);
    set(&ward, &["state=stopped", "conditions=医師不在"]);
    import(&hq, &export(&ward, "two")).ends(0);
    import(&ward, &export(&hq, "three")).ends(0);
    for station in [&hq, &ward] {
        let told = item(station, "services", &number);
        assert_eq!((&told["state"], &told["doubtful"]), (&"stopped".into(), &true.into()));
    }
    // The same state said again is a decision, where two disagreed.
    set(&hq, &["state=stopped"]);
    import(&ward, &export(&hq, "four")).ends(0);
    let told = item(&ward, "services", &number);
    assert_eq!(
        (&told["state"], &told["doubtful"], &told["values"]["conditions"]),
        (&"stopped".into(), &false.into(), &"医師不在".into())
    );
}

#[test]
fn what_is_prepared_is_entered_once_and_every_register_is_printed_and_given_out() {
    let [hq, ..] = hospital();
    at(&hq.home(), &["declare", "--kind", "cyber", "--at", "2021-10-31T00:30", "--by", "当直 師長"]).ends(0);
    for of in ["services", "systems", "posts", "contacts", "notices"] {
        let once = register(&hq, &[of, "prepare", "--by", "本部長"]).ends(0).json()["items"].as_array().unwrap().len();
        let again = register(&hq, &[of, "prepare", "--by", "本部長"]).ends(0).json()["items"].as_array().unwrap().len();
        assert!(once >= 10 && once == again, "{of}: {once} {again}");
    }
    assert_eq!(register(&hq, &["costs", "prepare", "--by", "本部長"]).code, 2);
    let told = register(&hq, &["notices", "--state", "open"]).ends(0).json();
    let notice = |kind: &str| {
        let of = |item: &&Value| item["values"]["kind_of"] == kind;
        told["items"].as_array().unwrap().iter().find(of).unwrap()["values"]["due"].clone()
    };
    assert_eq!((notice("fire"), notice("privacy")), ("2021-10-31 01:30".into(), "2021-11-03 00:30".into()));
    let csv = at(&hq.home(), &["register", "contacts", "--csv"]).ends(0).out;
    assert!(csv.starts_with("\u{feff}番号,状態,氏名,") && csv.contains("（当直師長）"), "{csv}");
    let out = file(&hq, "registers.pdf");
    let words = ["print", "register", "contacts", "services", "--out", out.to_str().unwrap(), "--json"];
    let printed = at(&hq.home(), &words).ends(0).json();
    assert_eq!(printed["sheets"][0]["form"], "P1N", "{printed}");
    assert!(std::fs::read(&out).unwrap().starts_with(b"%PDF"));
    assert_eq!(at(&hq.home(), &["print", "register", "nothing", "--out", out.to_str().unwrap()]).code, 2);
}

/// A register can be read as it stood: for who asks later what was known when.
#[test]
fn a_register_is_shown_and_printed_as_it_stood_at_a_moment() {
    let hq = Station::training();
    let number = add(&hq, "services", &["service=外科", "state=running"]);
    let entered = item(&hq, "services", &number)["entered"]["at"].as_str().unwrap().to_owned();
    // Times are kept to the millisecond and typed to the second.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    register(&hq, &["services", "set", &number, "state=stopped", "--by", "本部長"]).ends(0);
    let last = item(&hq, "services", &number)["last"]["at"].as_str().unwrap().to_owned();
    assert_ne!(entered, last);
    let at_then = register(&hq, &["services", "--at", &entered]).ends(0).json()["items"][0].clone();
    assert_eq!(at_then["state"], "running", "{at_then}");
    assert_eq!(register(&hq, &["services", "--at", "2021-10-31T00:00"]).ends(0).json()["items"], serde_json::json!([]));
    let out = file(&hq, "then.pdf");
    let words = ["print", "register", "services", "--at", &entered, "--out", out.to_str().unwrap()];
    at(&hq.home(), &words).ends(0);
    assert_eq!(register(&hq, &["services", "--at", "いつか"]).code, 2);
}

#[test]
fn the_desk_reads_what_headquarters_enters_on_its_page() {
    let hq = Station::training();
    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let page = "/command/registers/services";
    let form = [("act", "set"), ("f_service", "小児科 <b>"), ("f_state", "limited"), ("f_callers", "予約の方のみ")];
    assert_eq!(browser.post(page, page, &form).status, 303);
    let number = register(&hq, &["services"]).ends(0).json()["items"][0]["no"].as_str().unwrap().to_owned();
    let desk = browser.get("/services").body;
    assert!(desk.contains("予約の方のみ") && desk.contains("制限") && !desk.contains("<b>"), "{desk}");
    let open = browser.get(&format!("{page}?item={number}")).body;
    assert!(open.contains("経過（新しい順）"), "{open}");
    let name = register(&hq, &["services"]).ends(0).json()["items"][0]["item"].as_str().unwrap().to_owned();
    let form = [("act", "give"), ("item", name.as_str()), ("f_holder", "外来師長")];
    assert_eq!(browser.post(page, page, &form).status, 303);
    assert!(browser.get("/command/registers").body.contains("残り 1"));
    assert!(browser.get("/command").body.contains("診療・業務の可否"));
    assert!(browser.get(&format!("{page}/csv")).body.starts_with('\u{feff}'));
    assert_eq!(browser.post(page, page, &[("act", "set"), ("f_service", "")]).status, 409);
}

/// What a hidden field of the page carries.
fn hidden(body: &str, name: &str) -> String {
    let begins = format!("name=\"{name}\" value=\"");
    body.split(&begins).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
}

/// A form that was opened before somebody else's change is not written over it unseen.
#[test]
fn a_form_that_is_older_than_another_change_leaves_both_to_be_decided() {
    let hq = Station::training();
    let number = add(&hq, "services", &["service=外科", "state=running", "callers=予約の方のみ"]);
    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let (page, name) = ("/command/registers/services", item(&hq, "services", &number)["item"].clone());
    let seen = hidden(&browser.get(&format!("{page}?item={number}")).body, "seen");
    let set = |state: &'static str, seen: &str, browser: &mut Browser| {
        let form = [
            ("act", "set"),
            ("item", name.as_str().unwrap()),
            ("seen", seen),
            ("f_service", "外科"),
            ("f_callers", "予約の方のみ"),
            ("f_state", state),
        ];
        browser.post(page, page, &form).status
    };
    register(&hq, &["services", "set", &number, "state=stopped", "callers=受けない", "--by", "本部長"]).ends(0);
    // Nothing is changed on the old form: nothing is written over.
    assert_eq!(set("running", &seen, &mut browser), 303);
    let told = item(&hq, "services", &number);
    assert_eq!(
        (&told["state"], &told["values"]["callers"], &told["doubtful"]),
        (&"stopped".into(), &"受けない".into(), &false.into())
    );
    // Something is: the safer state stands until a person who saw both decides.
    assert_eq!(set("limited", &seen, &mut browser), 303);
    let told = item(&hq, "services", &number);
    assert_eq!((&told["state"], &told["doubtful"]), (&"stopped".into(), &true.into()));
    let seen = hidden(&browser.get(&format!("{page}?item={number}")).body, "seen");
    assert_eq!(seen.split(',').count(), 2);
    assert_eq!(set("limited", &seen, &mut browser), 303);
    let told = item(&hq, "services", &number);
    assert_eq!((&told["state"], &told["doubtful"]), (&"limited".into(), &false.into()));
    assert_eq!(set("running", &"00".repeat(32), &mut browser), 409);
}

#[test]
fn lines_and_devices_carry_what_their_form_was_opened_on() {
    let hq = Station::training();
    let words = [
        "chronology",
        "add",
        "--from",
        "3病棟",
        "--to",
        "本部",
        "--task",
        "折返し電話",
        "--by",
        "記録 一郎",
        "電話不通",
        "--json",
    ];
    let line = at(&hq.home(), &words).ends(0).json()["no"].as_str().unwrap().to_owned();
    let words = ["devices", "add", "PC-1", "--json"];
    let device = at(&hq.home(), &words).ends(0).json()["number"].as_str().unwrap().to_owned();
    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let entry = |hq: &Station| at(&hq.home(), &["chronology", "--all", "--json"]).ends(0).json()["entries"][0].clone();
    let name = entry(&hq)["line"].as_str().unwrap().to_owned();
    let (page, act) = ("/command/chronology", "/command/chronology/act");
    let seen = hidden(&browser.get(&format!("{page}?show=all&line={name}")).body, "seen");
    at(&hq.home(), &["chronology", "state", &line, "done", "--by", "事務 花子"]).ends(0);
    let form = [("act", "state"), ("line", name.as_str()), ("seen", seen.as_str()), ("value", "doing")];
    assert_eq!(browser.post(page, act, &form).status, 303);
    assert_eq!((&entry(&hq)["state"], &entry(&hq)["doubtful"]), (&"doing".into(), &true.into()));

    // The same correction sent twice by a double click is one.
    let seen = hidden(&browser.get(&format!("{page}?show=all&line={name}")).body, "seen");
    at(&hq.home(), &["chronology", "state", &line, "done", "--by", "事務 花子"]).ends(0);
    let settled = hidden(&browser.get(&format!("{page}?show=all&line={name}")).body, "seen");
    assert_ne!(seen, settled);
    let form = [
        ("act", "correct"),
        ("line", name.as_str()),
        ("seen", &settled),
        ("value", "電話が通じない"),
        ("words", "聞き直した"),
    ];
    for _ in 0..2 {
        assert_eq!(browser.post(page, act, &form).status, 303);
    }
    assert_eq!((&entry(&hq)["text"], &entry(&hq)["doubtful"]), (&"電話が通じない".into(), &false.into()));

    // A reason given where nothing is put right hides no device.
    at(&hq.home(), &["devices", "add", "PC-2", "--reason", "初回調査"]).ends(0);
    let told = at(&hq.home(), &["devices", "--json"]).ends(0).json();
    assert_eq!(told["devices"].as_array().unwrap().len(), 2, "{told}");

    let page = format!("/command/devices?number={device}");
    let seen = hidden(&browser.get(&page).body, "seen");
    at(&hq.home(), &["devices", "state", &device, "infected", "--by", "情報 一郎"]).ends(0);
    let state = |seen: &str, browser: &mut Browser| {
        let empty = ["who", "tool", "hash", "seal", "power", "clock", "papers", "words"].map(|name| (name, ""));
        let form = [("number", device.as_str()), ("seen", seen), ("state", "isolated")];
        browser.post(&page, "/command/devices/state", &[&form[..], &empty].concat()).status
    };
    assert_eq!(state(&seen, &mut browser), 409, "it was found infected meanwhile");
    assert_eq!(state(&"00".repeat(32), &mut browser), 409);
}

/// Action cards are edited like any register, ticked line by line with their times, and begin anew with each incident.
#[test]
fn action_cards_are_edited_ticked_with_their_times_and_printed_two_to_a_page() {
    let hq = Station::training();
    let declare = ["declare", "--kind", "cyber", "--at", "2021-10-31T00:30", "--by", "当直 師長"];
    at(&hq.home(), &declare).ends(0);
    register(&hq, &["cards", "prepare", "--by", "本部長"]).ends(0);
    let cards = register(&hq, &["cards"]).ends(0).json()["items"].as_array().unwrap().clone();
    let kidney = cards.iter().filter(|card| card["values"]["post"] == "腎センター").count();
    assert!(cards.len() >= 15 && kidney >= 3, "{} {kidney}", cards.len());
    let number = cards[0]["no"].as_str().unwrap().to_owned();
    let tick = |words: &[&str]| register(&hq, &[&["cards", "tick", &number], words, &["--by", "院長"]].concat());
    tick(&["2", "--at", "2021-10-31 00:41"]).ends(0);
    tick(&["1"]).ends(0);
    tick(&["1", "--undo"]).ends(0);
    let wrong = tick(&["99"]);
    assert!(wrong.code == 2 && wrong.err.contains("99"), "{}", wrong.err);
    let steps = item(&hq, "cards", &number)["steps"].clone();
    assert_eq!((&steps[0]["done"], &steps[1]["done"]["at"]), (&Value::Null, &"2021-10-31T00:41:00+09:00".into()));
    let steps = "steps=本部を開く\n停止の宣言を確かめ、体制（白・緑・黄・赤・黒）を決める";
    register(&hq, &["cards", "set", &number, steps, "--by", "院長"]).ends(0);
    let told = item(&hq, "cards", &number);
    assert_eq!(
        (&told["steps"][1]["done"]["by"], &told["doubtful"]),
        (&"院長".into(), &false.into()),
        "its words stayed"
    );
    // What was done of a line that reads otherwise now is still told.
    let again = "steps=本部を開く\n宣言を確かめる";
    register(&hq, &["cards", "set", &number, again, "--by", "院長"]).ends(0);
    let told = item(&hq, "cards", &number);
    assert_eq!((&told["steps"][1]["done"], &told["steps"][2]["done"]["by"]), (&Value::Null, &"院長".into()), "{told}");

    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let page = format!("/command/registers/cards?item={number}");
    let open = browser.get(&page).body;
    assert!(open.contains("✓ 2021-10-31 00:41 院長") && open.contains("本部を開く"), "{open}");
    let form = [("act", "tick"), ("item", told["item"].as_str().unwrap()), ("f_step", "本部を開く"), ("f_at", "")];
    assert_eq!(browser.post(&page, "/command/registers/cards", &form).status, 303);
    assert!(item(&hq, "cards", &number)["steps"][0]["done"]["by"].is_string());
    let printed = browser.post(&page, "/sheets/cards", &[("card", number.as_str())]);
    assert_eq!(printed.status, 200);

    let out = file(&hq, "cards.pdf");
    let print = |words: &[&str]| {
        at(&hq.home(), &[&["print", "action-cards"], words, &["--out", out.to_str().unwrap(), "--json"]].concat())
    };
    let all = print(&[]).ends(0).json();
    assert_eq!(all["sheets"][0]["form"], "P3D", "{all}");
    assert!(all["pages"].as_u64().unwrap() <= cards.len() as u64, "{all}");
    assert_eq!(print(&["腎センター"]).ends(0).json()["pages"], 2);
    assert_eq!(print(&["ない役割"]).code, 2);

    at(&hq.home(), &["declare", "end", "再開した", "--by", "院長"]).ends(0);
    at(&hq.home(), &["declare", "--kind", "fault", "--by", "院長"]).ends(0);
    let again = item(&hq, "cards", &number);
    let done = again["steps"].as_array().unwrap().iter().filter(|step| !step["done"].is_null()).count();
    assert_eq!(done, 0, "another incident begins with nothing done");
}

/// The agenda is drawn together from what the registers say.
#[test]
fn the_agenda_has_what_is_late_reported_answered_and_who_is_silent() {
    let hq = Station::training();
    at(&hq.home(), &["declare", "--kind", "cyber", "--at", "2021-10-31T00:30", "--by", "当直 師長"]).ends(0);
    add(&hq, "reports", &["department=薬剤部", "achieved=手書き処方箋を始めた", "blocked=薬袋が足りない"]);
    let task = add(&hq, "tasks", &["task=薬袋を発注する", "department=物品", "due=2021-11-01"]);
    add(&hq, "tasks", &["task=人数を出す", "department=3病棟", "state=answered"]);
    add(&hq, "rules", &["question=どこまで物品を請求してよいか"]);
    let told = at(&hq.home(), &["agenda", "--json"]).ends(0).json();
    let section =
        |code: &str| told["agenda"].as_array().unwrap().iter().find(|of| of["section"] == code).unwrap().clone();
    assert_eq!(section("reports")["items"][0]["name"], "薬剤部");
    assert_eq!(section("late")["items"][0]["no"], task.as_str());
    assert_eq!(section("answered")["items"][0]["name"], "人数を出す");
    assert_eq!(section("decide")["items"].as_array().unwrap().len(), 1);
    assert_eq!(section("silent")["departments"], serde_json::json!(["3病棟", "物品"]), "{told}");
    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let page = browser.get("/command/agenda").body;
    assert!(page.contains("薬袋が足りない") && page.contains("期限を過ぎた"), "{page}");
    assert_eq!(browser.post("/command/agenda", "/sheets/agenda", &[]).status, 200);
    let out = file(&hq, "agenda.pdf");
    let printed = at(&hq.home(), &["print", "agenda", "--out", out.to_str().unwrap(), "--json"]).ends(0).json();
    assert_eq!(printed["sheets"][0]["form"], "P1N", "{printed}");
}

/// The sixty-five days that are shipped go through every list of headquarters, and only in a training home.
#[test]
fn sixty_five_days_are_played_into_a_training_home() {
    let real = Station::real();
    assert_eq!(at(&real.home(), &["drill", "timeline"]).code, 2, "no play among real patients");
    let station = Station::training();
    at(&station.home(), &["drill", "timeline", "--until", "65"]).ends(0);
    assert_eq!(at(&station.home(), &["drill", "timeline"]).code, 2, "one is open");
    let board = at(&station.home(), &["board", "--json"]).ends(0).json();
    // The last day's times lie behind us: in the morning its evening was yesterday.
    assert!([63, 64].contains(&board["incident"]["day"].as_i64().unwrap()), "{board}");
    assert_eq!(board["incident"]["policies"][1]["version"], 2);
    assert_eq!((&board["devices"]["returned"], &board["devices"]["declared_clean"]), (&1.into(), &1.into()));
    let all = register(&station, &[]).ends(0).json();
    let none = all["registers"].as_array().unwrap().iter().filter(|of| {
        let counts = of["counts"].as_object().unwrap().values();
        counts.map(|count| count.as_u64().unwrap()).sum::<u64>() == 0
    });
    assert_eq!(none.map(|of| of["register"].as_str().unwrap()).collect::<Vec<_>>(), [""; 0]);
    let lines = at(&station.home(), &["chronology", "--json"]).ends(0).json();
    assert_eq!(lines["entries"].as_array().unwrap().len(), 13, "a department's own line is not headquarters'");
    at(&station.home(), &["declare", "end", "訓練を終える", "--by", "本部"]).ends(0);
    at(&station.home(), &["drill", "timeline"]).ends(0);
    assert!(at(&station.home(), &["board", "--json"]).ends(0).json()["incident"].is_null(), "day 66 ends it");
    let own = file(&station, "own.tsv");
    std::fs::write(&own, "1 00:30\tdeclare\tkind=drill\twhat=X\tby=A\n1 01:00\tset\tregister=tasks\tname=none\tby=A\n")
        .unwrap();
    let ran = at(&station.home(), &["drill", "timeline", own.to_str().unwrap()]);
    assert!(ran.code != 0 && ran.err.contains("2行目"), "{}", ran.err);
}
