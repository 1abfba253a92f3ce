//! Print runs through the door: on a real spooler, into a folder, on a stick; what changed with its mark and its swap list; a failure is
//! seen, told and tried again, and what did not come out is taken for nothing.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::cups::Cups;
use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;
use crate::trees::Page;

pub fn text_of(pdf: &Path) -> String {
    let out = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// Something new of a patient, from a second storage: a name and an allergy.
fn news(station: &Station, id: &str) {
    let root = station.folder().join("late");
    fs::create_dir_all(&root).unwrap();
    fs::copy(station.folder().join("tree/ANDON-DRILL"), root.join("ANDON-DRILL")).unwrap();
    let sent = "20991231235900";
    Page {
        number: id,
        says: id,
        family: "架空",
        given: "花子",
        sent,
        processing: "T",
        segments: "AL1|1|DA^薬剤アレルギー^HL70127|^ペニシリン^99XYZ\r",
    }
    .write(&root);
    station.feed(&root);
}

fn run(station: &Station, plan: &str, code: i32) -> Value {
    station.run(&["plan", "run", plan, "--patience", "3", "--by", "試験 花子", "--json"]).ends(code).json()
}

fn sheets(station: &Station, form: &str) -> Vec<Value> {
    let all = station.run(&["sheets", "--form", form, "--json"]).ends(0).json();
    all["sheets"].as_array().unwrap().clone()
}

/// Pages of the sheets of a form in a run.
fn pages_of(station: &Station, form: &str, prefix: &str) -> u64 {
    let of = |sheet: &&Value| sheet["number"].as_str().unwrap().starts_with(prefix);
    sheets(station, form).iter().filter(of).map(|sheet| sheet["pages"].as_u64().unwrap()).sum()
}

#[test]
fn an_evening_prints_what_changed_with_its_marks_and_counts_what_comes_out() {
    let (station, _) = Station::fed();
    let folder = station.folder().join("out");
    station.run(&["printer", "add", "3東", "--folder", folder.to_str().unwrap()]).ends(0);
    let set = [
        "plan",
        "set",
        "夕方",
        "--what",
        "wards,appointments",
        "--wards",
        "03",
        "--changed",
        "--at",
        "18:00",
        "--printer",
        "3東",
    ];
    station.run(&set).ends(0);
    let gone = run(&station, "夕方", 3);
    assert_eq!(
        (gone["state"].as_str(), gone["run"].as_u64()),
        (Some("failed"), Some(0)),
        "no number for no folder: {gone}"
    );
    assert!(gone["words"].as_str().unwrap().starts_with("no_folder"), "{gone}");
    fs::create_dir(&folder).unwrap();
    station.run(&["memo", "03", "305-2 夜間せん妄あり", "--by", "試験 花子"]).ends(0);
    let first = run(&station, "夕方", 0);
    assert_eq!(first["state"], "printed");
    let text = text_of(&folder.join(format!("andon-{}.pdf", first["prefix"].as_str().unwrap())));
    for words in ["病棟リーダー板", "予約一覧", "夜間せん妄あり", "差替え・回収票"] {
        assert!(text.contains(words), "{words}");
    }
    assert!(!text.contains("▲ 前回の帳票"), "there was no earlier sheet");
    let ids: Vec<String> =
        sheets(&station, "P4").iter().map(|sheet| sheet["patient"].as_str().unwrap().to_owned()).collect();
    news(&station, &ids[1]);
    let second = run(&station, "夕方", 0);
    assert_eq!(second["unchanged"].as_u64().unwrap() as usize, ids.len() - 1);
    let text = text_of(&folder.join(format!("andon-{}.pdf", second["prefix"].as_str().unwrap())));
    assert!(text.contains("▲ 前回の帳票 №") && text.contains("▲アレルギー"), "{text}");
    let pages = pages_of(&station, "P4", second["prefix"].as_str().unwrap());
    assert_eq!(text.matches("患者サマリー").count() as u64, pages, "one summary, and the legend of none other: {text}");
    // The ward's four sheets, the list of appointments apart, and one summary took the places of others.
    let list = sheets(&station, "PX").pop().unwrap();
    let number = list["number"].as_str().unwrap();
    let refused = station.run(&["sheets", "collect", number, "--pages", "1"]).ends(1);
    assert!(refused.err.contains("数え直す"), "{}", refused.err);
    let old: Vec<Value> = sheets(&station, "P4").into_iter().filter(|sheet| sheet["state"] == "superseded").collect();
    assert_eq!(old.len(), 1);
    assert_eq!(old[0]["patient"].as_str(), Some(ids[1].as_str()));
    let pages: u64 = ["P4", "P5", "PG", "PM", "PH"]
        .iter()
        .flat_map(|form| sheets(&station, form))
        .filter(|sheet| sheet["state"] == "superseded")
        .map(|sheet| sheet["pages"].as_u64().unwrap())
        .sum();
    station.run(&["sheets", "collect", number, "--pages", &pages.to_string(), "--by", "試験 花子"]).ends(0);
    assert!(sheets(&station, "P4").iter().all(|sheet| sheet["state"] != "superseded"));
    assert_eq!(station.run(&["sheets", "--open", "--json"]).json()["open"], 0, "everyday runs open no work");
    let plans = station.run(&["plan", "list", "--json"]).ends(0).json();
    assert_eq!(plans["plans"][0]["last"]["run"], second["run"]);
    // A document that somebody made to look at lies in no box: the evening prints what the box does not have.
    news(&station, &ids[2]);
    let looked = station.folder().join("looked.pdf");
    station.run(&["print", "ward", "03", "--out", looked.to_str().unwrap()]).ends(0);
    assert_eq!(run(&station, "夕方", 0)["unchanged"].as_u64().unwrap() as usize, ids.len() - 1);
    station.sound();
}

/// Somebody is discharged, as a second storage tells it.
fn discharge(station: &Station, id: &str) {
    let root = station.folder().join("gone");
    fs::create_dir_all(&root).unwrap();
    fs::copy(station.folder().join("tree/ANDON-DRILL"), root.join("ANDON-DRILL")).unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64;
    let at = chart::Moment(now - 120_000).digits17();
    let (day, second) = (&at[..8], &at[..14]);
    let text = format!(
        "MSH|^~\\&|HIS|SEND|GW|RCV|{second}||ADT^A03^ADT_A03|{second}|T|2.5||||||~ISO IR87||ISO 2022-1994|\
         SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO\rEVN||{second}||||{second}\r\
         PID|0001||{id}^^^^PI||架空^花子^^^^^L^I||19600102|F\rPV1|0001|I|{}{second}\r",
        "|".repeat(42)
    );
    let (bytes, _) = formats::charset::encode_iso2022jp(&text);
    let folder = root.join(&id[..3]).join(&id[3..6]).join(id).join(day).join("ADT-52");
    fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{id}_{day}_ADT-52_999999999999999_{at}_01_1"));
    fs::write(&file, bytes).unwrap();
    let finished = std::time::SystemTime::now() - Duration::from_secs(60);
    fs::File::options().write(true).open(&file).unwrap().set_modified(finished).unwrap();
    station.feed(&root);
}

#[test]
fn whoever_left_the_ward_is_on_the_swap_list_by_the_bed_and_the_name_of_the_old_sheet() {
    let (station, _) = Station::fed();
    let out = station.folder().join("pack.pdf");
    let print = |words: &[&str]| {
        let words =
            [&["print", "ward", "03", "--only", "summary", "--json", "--out", out.to_str().unwrap()], words].concat();
        station.run(&words).ends(0).json()
    };
    let beds = || station.run(&["ward", "03", "--json"]).json()["beds"].as_array().unwrap().clone();
    let gone = beds()[0].clone();
    let id = gone["id"].as_str().unwrap();
    let name = station.chart(id)["patient"]["name"].as_str().unwrap().to_owned();
    print(&[]);
    discharge(&station, id);
    assert!(beds().iter().all(|bed| bed["id"] != id), "left");
    print(&["--changed"]);
    let text = text_of(&out);
    let bed = format!("{}-{}", gone["room"].as_str().unwrap(), gone["bed"].as_str().unwrap());
    let family = name.split_whitespace().next().unwrap();
    assert!(text.contains("退院・転棟など") && text.contains(&bed) && text.contains(family), "{bed} {family}: {text}");
}

#[test]
fn a_real_spooler_prints_and_its_failures_are_seen_and_cost_nothing() {
    let Some(cups) = Cups::start() else { return };
    let tray = cups.printer("ward3");
    let (station, _) = Station::fed();
    station.run(&["printer", "add", "3東", "--ipp", &cups.address("ward3")]).ends(0);
    let listed = station.run(&["printer", "list", "--json"]).ends(0).json();
    assert_eq!(listed["printers"][0]["ready"], true);
    station
        .run(&[
            "plan",
            "set",
            "夕方",
            "--what",
            "wards",
            "--wards",
            "03",
            "--changed",
            "--at",
            "18:00",
            "--printer",
            "3東",
        ])
        .ends(0);
    fs::write(tray.join("fail"), "STATE: +media-empty-error\nERROR: no paper\n").unwrap();
    let failed = run(&station, "夕方", 3);
    assert_eq!(failed["state"], "failed", "{failed}");
    assert!(failed["run"].as_u64().unwrap() > 0 && Cups::came(&tray).is_empty());
    assert!(sheets(&station, "P4").iter().all(|sheet| sheet["state"] == "void"), "numbered, and never on paper");
    let told = station.run(&["plan", "list"]).ends(3);
    assert!(told.out.contains("夕方"), "{}", told.out);
    let jobs = station.run(&["plan", "jobs", "--json"]).ends(3).json();
    assert_eq!(jobs["jobs"][0]["state"], "failed");
    fs::remove_file(tray.join("fail")).unwrap();
    // Whoever ran out of paper opens the queue again, as CUPS stops it.
    let again = cups.printer("ward3");
    let printed = run(&station, "夕方", 0);
    assert_eq!(
        (printed["state"].as_str(), printed["unchanged"].as_u64()),
        (Some("printed"), Some(0)),
        "nothing counts as printed before"
    );
    let came = Cups::came(&again);
    assert_eq!(came.len(), 1, "the failed run is not printed beside it");
    assert!(text_of(&came[0]).contains("病棟リーダー板"));
    station.run(&["plan", "jobs"]).ends(0);
    // The program ends while a patient's news stand still in the printer: they count as never printed, too.
    let ids: Vec<Value> = sheets(&station, "P4").into_iter().filter(|sheet| sheet["state"] == "issued").collect();
    news(&station, ids[0]["patient"].as_str().unwrap());
    fs::write(tray.join("fail"), "STATE: +media-empty-error\n").unwrap();
    let mut words = station.command(&["plan", "run", "夕方", "--by", "試験 花子"]);
    let mut child = words.stdout(std::process::Stdio::null()).spawn().unwrap();
    let state = |jobs: &Value| jobs["jobs"].as_array().unwrap().last().unwrap()["state"].as_str().unwrap().to_owned();
    let until = Instant::now() + Duration::from_secs(60);
    while !["sent", "stuck"].contains(&state(&station.run(&["plan", "jobs", "--json"]).json()).as_str()) {
        assert!(Instant::now() < until && child.try_wait().unwrap().is_none(), "the run is not on its way");
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    fs::remove_file(tray.join("fail")).unwrap();
    cups.printer("ward3");
    let again = run(&station, "夕方", 0);
    assert_eq!(again["unchanged"].as_u64().unwrap() as usize, ids.len() - 1, "{again}");
}

#[test]
fn a_stick_is_known_again_and_no_other_is_written_to() {
    let (station, _) = Station::fed();
    let mount = station.folder().join("stick");
    fs::create_dir(&mount).unwrap();
    station.run(&["printer", "add", "棒", "--stick", mount.to_str().unwrap()]).ends(0);
    let out = station.run(&["print", "cards", "--printer", "棒", "--json"]).ends(0).json();
    assert_eq!((out["state"].as_str(), out["pages"].as_u64()), (Some("printed"), Some(3)));
    assert_eq!(fs::read_dir(mount.join("andon")).unwrap().count(), 1);
    fs::remove_file(mount.join("ANDON-STICK.txt")).unwrap();
    let out = station.run(&["print", "cards", "--printer", "棒", "--json"]).ends(3).json();
    assert!(out["words"].as_str().unwrap().starts_with("no_stick"), "{out}");
    assert_eq!(fs::read_dir(mount.join("andon")).unwrap().count(), 1, "an empty mount point is no stick");
}

#[test]
fn packets_and_appointments_are_printed_for_whoever_is_booked() {
    let (station, _) = Station::fed();
    let days = station.run(&["appointments", "--day", "明日", "--days", "7", "--json"]).json();
    let booked = |day: &Value| day["appointments"].as_array().unwrap().len();
    let day = days["days"].as_array().unwrap().iter().find(|day| booked(day) > 0).expect("somebody is booked");
    let (date, count) = (day["day"].as_str().unwrap(), booked(day));
    let out = station.folder().join("packets.pdf");
    let made =
        station.run(&["print", "packets", "--day", date, "--out", out.to_str().unwrap(), "--json"]).ends(0).json();
    assert_eq!(made["sheets"].as_array().unwrap().len(), count * 5, "visit card, summary, notes, charges, labels each");
    let list =
        station.run(&["print", "appointments", "--day", date, "--days", "1", "--out", out.to_str().unwrap(), "--json"]);
    list.ends(0);
    let text = text_of(&out);
    for one in day["appointments"].as_array().unwrap() {
        assert!(text.contains(one["id"].as_str().unwrap()), "{text}");
    }
}

/// What is planned comes by itself while pages are served, and again after a failure; the page says what did not come out.
#[test]
fn a_plan_prints_by_itself_and_a_failure_stands_on_every_page() {
    let (station, _) = Station::fed();
    let folder = station.folder().join("out");
    station.run(&["printer", "add", "3東", "--folder", folder.to_str().unwrap()]).ends(0);
    let now =
        chart::Moment(std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_millis() as i64);
    // The next minute: what a person sets now is due then. Across midnight it is due at 00:00.
    let next = chart::Moment(now.0 + 60_000).civil();
    let at = format!("{:02}:{:02}", next.hour, next.minute);
    station.run(&["plan", "set", "夕方", "--what", "wards", "--wards", "03", "--at", &at, "--printer", "3東"]).ends(0);
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let until = Instant::now() + Duration::from_secs(120);
    while !browser.get("/wards").body.contains("印刷できていない帳票があります") {
        assert!(Instant::now() < until, "the folder is not there, and no page says so");
        std::thread::sleep(Duration::from_millis(500));
    }
    let page = browser.get("/printing").body;
    assert!(page.contains("フォルダーがない") && page.contains("今日の分が出ていない"), "{page}");
    fs::create_dir(&folder).unwrap();
    let done = browser.post("/printing", "/printing/run", &[("plan", "夕方")]);
    assert_eq!(done.status, 303, "{}", done.body);
    while browser.get("/wards").body.contains("印刷できていない帳票があります") {
        assert!(Instant::now() < until, "printed, and still said to be not");
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(fs::read_dir(&folder).unwrap().count() >= 1);
    running.stop();
}

/// Once in each incident, as soon as anybody begins to use downtime charts: packs and cards (users.md 15).
#[test]
fn what_is_set_to_print_at_a_stop_comes_out_once_in_each_incident() {
    let (station, _) = Station::fed();
    let folder = station.folder().join("out");
    fs::create_dir(&folder).unwrap();
    station.run(&["printer", "add", "3東", "--folder", folder.to_str().unwrap()]).ends(0);
    let set = ["plan", "set", "停止束", "--what", "wards,cards", "--wards", "03", "--printer", "3東"];
    assert_eq!(station.run(&set).code, 2, "neither a time nor a stop");
    assert_eq!(station.run(&[&set[..], &["--at", "18:00", "--at-stop"]].concat()).code, 2, "both");
    station.run(&[&set[..], &["--at-stop"]].concat()).ends(0);
    let due = || station.run(&["plan", "list", "--json"]).ends(0).json()["plans"][0]["due"] == true;
    assert!(!due(), "nothing is down");
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    assert!(browser.get("/command").body.contains("停止したら出ます"));
    let until = Instant::now() + Duration::from_secs(120);
    let comes = |count: usize| {
        while due() || fs::read_dir(&folder).unwrap().count() < count {
            assert!(Instant::now() < until, "nothing came out");
            std::thread::sleep(Duration::from_millis(300));
        }
        assert_eq!(fs::read_dir(&folder).unwrap().count(), count);
    };
    let told = station.run(&["declare", "--use", "--by", "病棟 花子"]).ends(0).out;
    assert!(told.contains("停止束（病棟の束・初動カード）→ 3東"), "{told}");
    comes(1);
    let printed = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let text = text_of(&printed);
    assert!(text.contains("LANケーブル"), "the first-hour cards: {text}");
    station.run(&["declare", "--by", "当直 師長"]).ends(0);
    assert!(!due(), "it is the same incident");
    let page = browser.get("/command").body;
    assert!(page.contains("停止束（病棟の束・初動カード）→ 3東") && page.contains("出ました"), "{page}");
    station.run(&["declare", "end", "再開", "--by", "院長"]).ends(0);
    station.run(&["declare", "--by", "当直 師長"]).ends(0);
    comes(2);
    running.stop();
}

/// A board written on and laid on the ward's copier comes with the next pack; and a pack may carry every order.
#[test]
fn what_a_ward_scanned_is_in_its_next_pack_and_orders_are_when_asked_for() {
    let (station, _) = Station::fed();
    let out = station.folder().join("pack.pdf");
    let pack = |more: &[&str]| {
        let words = ["print", "ward", "03", "--out", out.to_str().unwrap(), "--json"];
        station.run(&[&words, more].concat()).ends(0).json()
    };
    let forms = |made: &Value| -> Vec<String> {
        made["sheets"].as_array().unwrap().iter().map(|sheet| sheet["form"].as_str().unwrap().to_owned()).collect()
    };
    let first = pack(&[]);
    assert!(!forms(&first).contains(&"PV".to_owned()));
    let board = station.folder().join("board");
    let mut draw = Command::new("pdftoppm");
    draw.args(["-r", "150", "-gray", "-png", "-f", "1", "-l", "1"]).arg(&out).arg(&board);
    assert!(draw.status().unwrap().success());
    let files: Vec<_> = fs::read_dir(station.folder()).unwrap().flatten().map(|entry| entry.path()).collect();
    let png = files.iter().find(|path| path.extension().is_some_and(|end| end == "png")).unwrap();
    station.run(&["scan", png.to_str().unwrap(), "--by", "3東 複合機", "--json"]).ends(0);
    let second = pack(&["--orders"]);
    assert_eq!(forms(&second).iter().filter(|form| *form == "PV").count(), 1, "{second}");
    let text = text_of(&out);
    assert!(text.contains("手書きの申し送り（写し）") && text.contains("3東 複合機"), "{text}");
    let images = Command::new("pdfimages").arg("-list").arg(&out).output().unwrap();
    assert!(String::from_utf8_lossy(&images.stdout).contains("jpeg"), "{images:?}");
    let pages = |made: &Value| made["pages"].as_u64().unwrap();
    assert!(pages(&second) > pages(&first) + 5, "orders and profile of each patient");
}

/// Where the hospital is stands on a prescription once somebody said it, by command or page; what no form takes is refused.
#[test]
fn a_prescription_says_where_the_hospital_is() {
    let (station, _) = Station::fed();
    let out = station.folder().join("rx.pdf");
    let form = || {
        station.run(&["print", "sheet", "P10A", "--out", out.to_str().unwrap()]).ends(0);
        text_of(&out)
    };
    assert!(!form().contains("0883-64-3145"));
    let set = |words: &[&str], code: i32| {
        station.run(&[&["print", "institution", "--json", "--set"], words].concat()).ends(code)
    };
    assert!(set(&["--code", "12"], 2).err.contains("7桁"));
    set(
        &["--address", "美灯町1-2", "--phone", "０８８３－６４－３１４５", "--code", "3612345", "--by", "事務 太郎"],
        0,
    );
    // Of what is not named the rest stays; who said it is known.
    let told = set(&["--prefecture", "36"], 0).json();
    assert_eq!((told["phone"].as_str(), told["prefecture"].as_str()), (Some("0883-64-3145"), Some("36")), "{told}");
    let text = form();
    for words in ["美灯町1-2", "0883-64-3145", "3612345"] {
        assert_eq!(text.matches(words).count(), 2, "{words}, on the prescription and its copy: {text}");
    }
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    assert!(browser.get("/institution").body.contains("美灯町1-2"));
    let typed =
        |table| [("address", "美灯町3-4"), ("phone", ""), ("prefecture", "36"), ("table", table), ("code", "3612345")];
    assert!(browser.post("/institution", "/institution", &typed("2")).body.contains("点数表番号は1"));
    assert_eq!(browser.post("/institution", "/institution", &typed("1")).status, 303);
    running.stop();
    assert!(form().contains("美灯町3-4") && !form().contains("0883-64-3145"));
}

/// What the site's analyser and stock ask for is set by command or page, holds for every label, and is refused where it cannot be printed.
#[test]
fn labels_are_printed_as_the_site_says() {
    let (station, said) = Station::fed();
    let id = said["special_people"][0]["id"].as_str().unwrap().to_owned();
    let out = station.folder().join("labels.pdf");
    let labels = |more: &[&str], code: i32| {
        let words = ["print", "sheet", "L2", "--patient", &id, "--json", "--out", out.to_str().unwrap()];
        station.run(&[&words, more].concat()).ends(code)
    };
    let set =
        |words: &[&str], code: i32| station.run(&[&["print", "labels", "l2", "--set"], words].concat()).ends(code);
    set(&["--range", "9000000010", "9000000019", "--digits", "9"], 2);
    set(&["--stock", "4x11:20x10:8,8.8:48.5x25.4"], 2);
    set(&["--stock", "3x10:60x27:10,15:62x28", "--bars", "nw7", "--range", "9000000010", "9000000019"], 0);
    // Of what is not named the rest stays; who said it is known.
    set(&["--digits", "10", "--by", "検査 科長"], 0);
    let told = station.run(&["print", "labels", "--json"]).ends(0).json();
    let tube = &told["labels"][1];
    assert_eq!((tube["bars"].as_str(), tube["digits"].as_u64()), (Some("nw7"), Some(10)), "{told}");
    assert!(tube["said"].as_str().unwrap().contains("検査 科長") && told["labels"][0]["said"] == "");
    // Numbers of the range, as many on a sheet as its stock holds, behind places that were used.
    labels(&["--specimens", "9000000009"], 2);
    // One number on the tubes of three people is refused before anybody has a number.
    let several =
        ["print", "sheet", "L2", "--temporary", "--copies", "3", "--specimens", "9000000010", "--out", "/dev/null"];
    assert!(station.run(&several).ends(2).err.contains("--patient"));
    let numbers = "9000000010,9000000011,9000000012";
    let printed = labels(&["--specimens", numbers, "--copies", "10", "--skip", "1"], 0).json();
    assert_eq!(printed["pages"], 2, "31 places of 30 a sheet: {printed}");
    assert_eq!(text_of(&out).matches("9000000012").count(), 10);
    // The patient's own number, which the analyser does not know, stands there without bars.
    labels(&[], 0);
    assert!(text_of(&out).contains(&id));

    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    assert!(browser.get("/labels").body.contains("3x10:60x27:10,15:62x28"));
    let small = [("kind", "L2"), ("stock", "4x11:20x10:8,8.8:48.5x25.4"), ("bars", "nw7")];
    assert!(browser.post("/labels", "/labels", &small).body.contains("小さすぎ"));
    let usual = [("kind", "L2"), ("stock", ""), ("bars", "code128"), ("digits", ""), ("from", ""), ("to", "")];
    assert_eq!(browser.post("/labels", "/labels", &usual).status, 303);
    running.stop();
    assert_eq!(labels(&["--copies", "44", "--specimens", "123"], 0).json()["pages"], 1);
}
