//! The papers that are handed over, through the command and the page: what may not leave is in no byte of them, whoever wrote it where; a
//! warrant that is recorded opens them; a publication is looked at before it leaves; the sums hold; and the chronology says who was handed what.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::door::{Ran, Station};
use crate::people::Browser;
use crate::printing::text_of;
use crate::running::Running;
use crate::stations::{at, file};
use crate::trees::{Page, all_files};

const NUMBER: &str = "4123001";
/// Ways in which a nurse writes who it is.
const SPELLINGS: [&str; 13] = [
    "架空 花子",
    "架空　花子",
    "架空花子",
    "かくう はなこ",
    "ｶｸｳ ﾊﾅｺ",
    "4123001",
    "４１２３００１",
    "ID:04123001",
    "架空さん",
    "患者の架空",
    "KAKUU, Hanako",
    "Hanako Kakuu",
    "4123-001",
];

/// Headquarters with one patient in its copy, in an incident that began.
fn headquarters() -> Station {
    let station = Station::real();
    let root = station.folder().join("tree");
    let (family, given) = ("架空", "花子^^^^^L^I~カクウ^ハナコ");
    Page { number: NUMBER, says: NUMBER, family, given, sent: "20211030090000", processing: "P", segments: "" }
        .write(&root);
    station.feed(&root);
    at(&station.home(), &["declare", "--kind", "cyber", "--at", "2021-10-31T00:30", "--by", "当直 師長"]).ends(0);
    station
}

fn line(station: &Station, text: &str, more: &[&str]) -> String {
    let words = ["chronology", "add", "--from", "3病棟", "--to", "本部", "--by", "記録 一郎", text, "--json"];
    at(&station.home(), &[&words[..], more].concat()).ends(0).json()["no"].as_str().unwrap().to_owned()
}

fn register(station: &Station, words: &[&str]) {
    at(&station.home(), &[&["register"], words, &["--by", "情報 次郎"]].concat()).ends(0);
}

fn package(station: &Station, out: &Path, words: &[&str]) -> Ran {
    at(
        &station.home(),
        &[&["package"], words, &["--out", out.to_str().unwrap(), "--by", "情報 次郎", "--json"]].concat(),
    )
}

/// Everything that a reader of a package could read, the words of its document too, without spaces.
fn readable(folder: &Path) -> String {
    let one = |path: &PathBuf| match path.extension().is_some_and(|end| end == "pdf") {
        true => text_of(path),
        false => String::from_utf8(std::fs::read(path).unwrap()).unwrap(),
    };
    let all: String = all_files(folder).iter().map(one).collect();
    all.chars().filter(|c| !c.is_whitespace()).collect()
}

fn holds(folder: &Path, word: &str) -> bool {
    let word: String = word.chars().filter(|c| !c.is_whitespace()).collect();
    readable(folder).contains(&word)
}

fn sums_hold(folder: &Path) {
    let mut check = Command::new("sha256sum");
    let ran = check.args(["-c", "--strict", "--quiet", "manifest.sha256"]).current_dir(folder).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

/// The patient, in every field that somebody can type in.
fn plant(station: &Station) {
    let photo = file(station, "4123001_架空花子.jpg");
    std::fs::write(&photo, b"photo").unwrap();
    for (spelling, category) in
        SPELLINGS.into_iter().zip(["info", "report", "order", "decision", "outside"].into_iter().cycle())
    {
        line(station, &format!("サーバー室の前に{spelling}が来た"), &["--category", category, "--task", spelling]);
    }
    let first =
        line(station, "架空 花子 の端末", &["--key", "--attach", photo.to_str().unwrap(), "--due", "4123001 のあと"]);
    at(
        &station.home(),
        &["chronology", "correct", &first, "端末の名前", "--why", "架空花子と書いた", "--by", "記録 一郎"],
    )
    .ends(0);
    let words =
        ["devices", "add", "架空花子のPC", "--place", "架空 花子のベッド", "--owner", "架空花子", "--address", NUMBER];
    let device =
        at(&station.home(), &[&words[..], &["--json"]].concat()).ends(0).json()["number"].as_str().unwrap().to_owned();
    let state = |state: &str, words: &[&str]| {
        at(&station.home(), &[&["devices", "state", &device, state], words, &["--by", "情報 次郎"]].concat()).ends(0);
    };
    state("infected", &[]);
    let words = [
        "--who",
        "架空 花子",
        "--tool",
        "FTK 4123001",
        "--hash",
        "ab12",
        "--seal",
        "封-架空花子",
        "--power",
        "ID 4123001",
    ];
    let more = ["--clock", "+3分 架空花子", "--papers", "提出書 架空花子", "--words", "架空花子の画面が写る"];
    state("preserved", &[&words[..], &more].concat());
    register(
        station,
        &["evidence", "add", "thing=架空花子の画面の写し", "receipt=4123001", "given_by=架空 花子", "hash=架空花子"],
    );
    register(station, &["demands", "add", "text=架空花子のカルテを出すと書いてある"]);
    register(
        station,
        &["leaks", "add", "account=04123001", "achieved=架空さんの記録が見えた。パスワードは Himitsu#77"],
    );
}

#[test]
fn no_byte_of_the_polices_package_is_a_patients_until_a_warrant_is_recorded() {
    let hq = headquarters();
    plant(&hq);
    let out = file(&hq, "police");
    let told = package(&hq, &out, &["police"]).ends(0).json();
    for spelling in SPELLINGS.into_iter().chain(["架空", "ハナコ", "花子", "Kakuu", "KAKUU", "Hanako", "Himitsu"])
    {
        assert!(!holds(&out, spelling), "{spelling}");
    }
    let names: Vec<String> =
        all_files(&out).iter().map(|path| path.file_name().unwrap().to_string_lossy().into_owned()).collect();
    assert!(names.contains(&"package.pdf".to_owned()) && names.contains(&"device-history.csv".to_owned()), "{names:?}");
    assert!(holds(&out, "〔患者〕のPC") && holds(&out, "サーバー室の前に〔患者〕が来た"));
    assert!(told["hidden"]["patient"].as_u64().unwrap() >= 20, "{told}");
    assert_eq!((&told["hidden"]["password"], &told["draft"]), (&2.into(), &false.into()), "{told}");
    assert!(holds(&out, "情報次郎") && holds(&out, "ab12"), "who did it and the image's hash are evidence");
    sums_hold(&out);

    let opened = file(&hq, "opened");
    let no = package(&hq, &opened, &["police", "--warrant", "捜関第77号"]);
    assert!(no.code == 2 && no.err.contains("捜関第77号"), "{}", no.err);
    register(
        &hq,
        &["evidence", "add", "thing=捜査関係事項照会書", "receipt=捜関第77号", "given_by=県警", "original=事務長室"],
    );
    let told = package(&hq, &opened, &["police", "--warrant", "捜関第７７号"]).ends(0).json();
    for spelling in SPELLINGS {
        assert!(holds(&opened, spelling), "{spelling}");
    }
    assert!(!holds(&opened, "Himitsu"), "no warrant is for a password");
    let cover: String = text_of(&opened.join("package.pdf")).chars().filter(|c| !c.is_whitespace()).collect();
    assert!(cover.contains("捜関第７７号") && cover.contains("照会書・令状により含む"), "{cover}");
    assert_eq!(told["warrants"], serde_json::json!(["捜関第７７号"]));
    sums_hold(&opened);
}

#[test]
fn a_spreadsheet_takes_nothing_of_a_package_for_a_formula() {
    let hq = headquarters();
    line(&hq, "=HYPERLINK(1)", &[]);
    let out = file(&hq, "police");
    package(&hq, &out, &["police", "--category", "info"]).ends(0);
    let csv = std::fs::read_to_string(out.join("chronology.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("'=HYPERLINK(1)"), "{csv}");
}

#[test]
fn who_was_handed_a_package_stands_on_the_chronology_with_its_sum() {
    let hq = headquarters();
    let out = file(&hq, "police");
    let told = package(&hq, &out, &["police"]).ends(0).json();
    assert_eq!(told["line"], Value::Null);
    let sheet = told["sheets"][0].as_str().unwrap().to_owned();
    let give =
        |to: &str| at(&hq.home(), &["package", "give", out.to_str().unwrap(), "--to", to, "--by", "事務長", "--json"]);
    assert_eq!(give(" ").code, 2);
    let given = give("徳島県警 警部補 山川").ends(0).json();
    let entries = at(&hq.home(), &["chronology", "--json"]).ends(0).json()["entries"].as_array().unwrap().clone();
    let entry = entries.iter().find(|entry| entry["no"] == given["line"]).unwrap();
    assert_eq!((&entry["to"], &entry["by"]), (&"徳島県警 警部補 山川".into(), &"事務長".into()));
    assert_eq!(entry["attached"][0]["sha256"], told["sum"], "{entry}");
    let ledger = at(&hq.home(), &["sheets", "--json"]).json();
    let row = ledger["sheets"].as_array().unwrap().iter().find(|row| row["number"] == sheet.as_str()).unwrap();
    assert_eq!((&row["form"], &row["state"]), (&"P1P".into(), &"delivered".into()), "{row}");
    // The next package tells the police what they have already, and by which sum.
    let again = file(&hq, "again");
    let told = package(&hq, &again, &["police", "--to", "徳島県警"]).ends(0).json();
    assert!(told["line"].is_string(), "{told}");
    let handed = std::fs::read_to_string(again.join("handed-over.csv")).unwrap();
    assert!(handed.contains("警部補 山川") && handed.contains(given["sum"].as_str().unwrap()), "{handed}");
    std::fs::write(out.join("devices.csv"), "altered").unwrap();
    let altered = give("徳島県警");
    assert!(altered.code == 4 && altered.err.contains("devices.csv"), "{} {}", altered.code, altered.err);
}

/// A post is typed, a person was replaced, an owner stands on a device: none of them leaves by name where people are told apart by number.
#[test]
fn who_is_named_in_a_post_or_was_named_before_is_told_apart_by_number() {
    let hq = headquarters();
    at(&hq.home(), &["declare", "end", "再開", "--by", "院長"]).ends(0);
    at(&hq.home(), &["declare", "--post", "情報担当 大川 賢", "--by", "大川 賢"]).ends(0);
    let words = ["register", "contacts", "add", "person=眉山 賢治", "--by", "記録 一郎", "--json"];
    let number = at(&hq.home(), &words).ends(0).json()["no"].as_str().unwrap().to_owned();
    let replaced = ["register", "contacts", "set", &number, "person=鳴門 渦子", "--by", "記録 一郎"];
    at(&hq.home(), &replaced).ends(0);
    let handed = "眉山賢治が鳴門渦子に引き継いだ。大川 賢が立ち会った";
    let words = ["chronology", "add", "--key", "--from", "架空さん", "--to", "本部", "--by", "記録 一郎", handed];
    at(&hq.home(), &words).ends(0);
    at(&hq.home(), &["devices", "add", "事務のPC", "--owner", "大川 賢"]).ends(0);
    let out = file(&hq, "experts");
    let told = package(&hq, &out, &["experts", "--pseudonyms"]).ends(0).json();
    for name in ["眉山賢治", "眉山 賢治", "鳴門", "大川"] {
        assert!(!holds(&out, name), "{name}");
    }
    let doubt = |told: &Value| {
        told["doubtful"]
            .as_array()
            .unwrap()
            .iter()
            .any(|of| of["why"] == "family" && of["place"].as_str().unwrap().contains("発"))
    };
    assert!(doubt(&told), "{told}");
    assert!(doubt(&package(&hq, &file(&hq, "police"), &["police", "--category", "info"]).ends(0).json()));
}

/// What is given by a warrant says so on the chronology, also where it is handed over later.
#[test]
fn a_package_opened_by_a_warrant_is_handed_over_as_that() {
    let hq = headquarters();
    line(&hq, "架空 花子 の端末", &["--category", "info"]);
    register(
        &hq,
        &["evidence", "add", "thing=捜査関係事項照会書", "receipt=捜関第77号", "given_by=県警", "original=事務長室"],
    );
    let out = file(&hq, "opened");
    package(&hq, &out, &["police", "--warrant", "捜関第77号"]).ends(0);
    let give = ["package", "give", out.to_str().unwrap(), "--to", "徳島県警", "--by", "事務長", "--json"];
    let given = at(&hq.home(), &give).ends(0).json();
    let entries = at(&hq.home(), &["chronology", "--json"]).ends(0).json()["entries"].as_array().unwrap().clone();
    let text = entries.iter().find(|entry| entry["no"] == given["line"]).unwrap()["text"].as_str().unwrap().to_owned();
    assert!(text.contains("捜関第77号") && text.contains("含む"), "{text}");
}

#[test]
fn a_publication_is_a_draft_until_somebody_has_looked_and_names_nobody() {
    let hq = headquarters();
    at(&hq.home(), &["people", "add", "n0123", "--name", "鳴門 渦子", "--role", "看護師"]).ends(0);
    register(&hq, &["systems", "add", "system=電子カルテ", "vendor=眉山システムズ"]);
    let first = "鳴門さんと記録一郎が 0883-62-1234 で眉山システムズに電話。10.0.5.17 に HOSP\\admin で入られた";
    line(&hq, first, &["--key"]);
    line(&hq, "架空花子（85歳）を藤川さんが案内", &["--key"]);
    line(&hq, "要点でない行", &[]);
    let (draft, out) = (file(&hq, "draft"), file(&hq, "out"));
    let told = package(&hq, &draft, &["publication"]).ends(0).json();
    assert_eq!((&told["draft"], &told["sheets"]), (&true.into(), &serde_json::json!([])), "{told}");
    let doubts = told["doubtful"].to_string();
    assert!(doubts.contains("person") && doubts.contains("age") && !doubts.contains("藤川"), "{doubts}");
    let list = std::fs::read_to_string(draft.join("for-approval.csv")).unwrap();
    assert!(list.contains("鳴門") && list.contains("藤川") && !list.contains("花子"), "{list}");
    let draft_name = draft.to_str().unwrap();
    assert_eq!(at(&hq.home(), &["package", "give", draft_name, "--to", "報道"]).code, 2, "a draft is not handed over");
    let blind = package(&hq, &out, &["publication", "--approved-by", "院長 大川 賢"]);
    assert!(blind.code == 2 && blind.err.contains("--draft"), "{}", blind.err);
    let approve = ["publication", "--draft", draft_name, "--approved-by", "大川 賢"];
    let other = package(&hq, &out, &[&approve[..], &["--hide", "案内"]].concat());
    assert!(other.code == 2 && other.err.contains("下書き"), "{}", other.err);
    let told = package(&hq, &out, &approve).ends(0).json();
    for name in
        ["鳴門", "渦子", "記録一郎", "62-1234", "10.0.5.17", "admin", "花子", "架空", "大川", "情報次郎", "当直師長"]
    {
        assert!(!holds(&out, name), "{name}");
    }
    for word in ["〔氏名〕さんと〔氏名〕が〔電話番号〕で眉山システムズに電話", "〔患者〕", "案内"]
    {
        assert!(holds(&out, word), "{word} {}", readable(&out));
    }
    assert!(!holds(&out, "要点でない行") && !out.join("for-approval.csv").exists());
    sums_hold(&out);
    let entries = at(&hq.home(), &["chronology", "--json"]).ends(0).json()["entries"].as_array().unwrap().clone();
    let entry = entries.iter().find(|entry| entry["no"] == told["line"]).unwrap();
    assert_eq!((&entry["by"], &entry["category"]), (&"大川 賢".into(), &"press".into()));
    let vendors = file(&hq, "vendors");
    package(&hq, &vendors, &["publication", "--vendors", "--keep", "10.0.5.17"]).ends(0);
    let csv = std::fs::read_to_string(vendors.join("timeline.csv")).unwrap();
    assert!(csv.contains("〔事業者〕") && csv.contains("10.0.5.17") && !csv.contains("眉山"), "{csv}");
}

#[test]
fn experts_are_shown_what_was_decided_and_people_by_number_where_that_is_wished() {
    let hq = headquarters();
    at(&hq.home(), &["declare", "level", "yellow", "--by", "院長"]).ends(0);
    at(&hq.home(), &["declare", "policy", "今いる入院患者を守る", "--by", "院長"]).ends(0);
    at(&hq.home(), &["declare", "policy", "順に通常診療に戻す", "--by", "院長"]).ends(0);
    register(&hq, &["plans", "add", "plan=C案 別のベンダー", "state=abandoned", "reason=サーバーが手に入らない"]);
    register(&hq, &["reports", "add", "department=薬剤部", "idea=架空花子さんの薬袋を青にした"]);
    line(&hq, "記録 一郎が会議を始めた", &[]);
    let (plain, numbered) = (file(&hq, "plain"), file(&hq, "numbered.zip"));
    package(&hq, &plain, &["experts"]).ends(0);
    let decisions = std::fs::read_to_string(plain.join("decisions.csv")).unwrap();
    assert!(decisions.contains("第1版") && decisions.contains("第2版") && decisions.contains("黄"), "{decisions}");
    assert!(holds(&plain, "サーバーが手に入らない") && holds(&plain, "〔患者〕さんの薬袋"), "{}", readable(&plain));
    assert!(!holds(&plain, "花子") && holds(&plain, "記録一郎"));
    package(&hq, &numbered, &["experts", "--pseudonyms"]).ends(0);
    let bytes = std::fs::read(&numbered).unwrap();
    let has = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    assert!(bytes.starts_with(b"PK\x03\x04") && has("〔職員") && !has("記録 一郎"));
    let give = ["package", "give", numbered.to_str().unwrap(), "--to", "有識者会議", "--by", "事務長"];
    at(&hq.home(), &give).ends(0);
}

/// What was known when: neither what was written later nor what became of a line since.
#[test]
fn a_package_is_as_of_a_moment() {
    let hq = headquarters();
    let first = line(&hq, "紙が出続けている", &[]);
    let device =
        at(&hq.home(), &["devices", "add", "PC-017", "--json"]).ends(0).json()["number"].as_str().unwrap().to_owned();
    let entries = at(&hq.home(), &["chronology", "--json"]).ends(0).json();
    let then = entries["entries"][0]["entry_time"].as_str().unwrap().to_owned();
    // Times are kept to the millisecond and typed to the second.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    at(&hq.home(), &["chronology", "correct", &first, "脅迫文だった", "--why", "読んだ", "--by", "記録 一郎"]).ends(0);
    at(&hq.home(), &["devices", "state", &device, "infected", "--by", "情報 次郎"]).ends(0);
    line(&hq, "後から来た行", &[]);
    let (before, after) = (file(&hq, "before"), file(&hq, "after"));
    package(&hq, &before, &["police", "--at", &then]).ends(0);
    package(&hq, &after, &["police"]).ends(0);
    for (word, was) in [("紙が出続けている", true), ("脅迫文だった", false), ("後から来た行", false), ("感染", false)]
    {
        let csv =
            ["chronology.csv", "device-history.csv"].map(|name| std::fs::read_to_string(before.join(name)).unwrap());
        assert_eq!(csv.concat().contains(word), was, "{word}");
        assert!(holds(&after, word), "{word}");
    }
}

#[test]
fn what_cannot_be_made_is_told_before_anything_is_numbered() {
    let hq = headquarters();
    let there = file(&hq, "there");
    std::fs::create_dir(&there).unwrap();
    std::fs::write(there.join("old.csv"), b"old").unwrap();
    let new = file(&hq, "new");
    for (out, words, says) in [
        (&there, vec!["police"], "there"),
        (&file(&hq, "none").join("new"), vec!["police"], "none"),
        (&new, vec!["police", "--category", "weather"], "weather"),
        (&new, vec!["police", "--incident", "X-D9"], "X-D9"),
        (&new, vec!["police", "--at", "いつか"], "いつか"),
        (&new, vec!["experts", "--warrant", "1"], "--warrant"),
        (&new, vec!["publication", "--draft", there.to_str().unwrap(), "--approved-by", "院長"], "manifest.sha256"),
    ] {
        let ran = package(&hq, out, &words);
        assert!([1, 2].contains(&ran.code) && ran.err.contains(says), "{words:?} {} {}", ran.code, ran.err);
    }
    assert!(!new.exists() && !at(&hq.home(), &["sheets", "--json"]).out.contains("P1P"));
}

#[test]
fn headquarters_page_gives_the_same_and_lists_who_was_handed_it() {
    let hq = headquarters();
    line(&hq, "架空花子が見た", &["--key"]);
    let running = Running::start(&mut hq.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let page = "/command/packages";
    assert!(browser.get("/command").body.contains(page));
    let none = browser.post(page, page, &[("kind", "police"), ("to", "県警 山川")]);
    assert!(none.status == 409 && none.body.contains("一つ以上"), "no category is not the usual ones: {}", none.body);
    let kind = [("kind", "police"), ("category-info", "1")];
    let made = browser.post(page, page, &[&kind[..], &[("to", "県警 山川")]].concat());
    assert!(made.status == 200 && made.body.starts_with("PK"), "{}", made.status);
    assert!(made.body.contains("〔患者〕が見た") && !made.body.contains("花子"));
    assert!(browser.get(page).body.contains("県警 山川"));
    let refused = browser.post(page, page, &[&kind[..], &[("warrant", "捜関第9号")]].concat());
    assert!(refused.status == 409 && refused.body.contains("捜関第9号"), "{}", refused.body);
    assert_eq!(browser.post(page, page, &[("kind", "weather")]).status, 409);
    let draft = browser.post(page, page, &[("kind", "publication")]).body;
    assert!(draft.contains("〔患者〕が見た") && draft.contains("外に出さないでください"), "{draft}");
    let hidden = |name: &str| {
        let begins = format!("name=\"{name}\" value=\"");
        draft.split(&begins).nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default().to_owned()
    };
    let (sum, until) = (hidden("draft"), hidden("at"));
    let form = |sum: &str| {
        [("kind", "publication"), ("at", until.as_str()), ("draft", sum)]
            .map(|(key, value)| (key.to_owned(), value.to_owned()))
    };
    let mut post = |sum: &str| {
        let form = form(sum);
        let form: Vec<(&str, &str)> = form.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        browser.post(page, page, &form)
    };
    assert_eq!(post(&"0".repeat(64)).status, 409, "not what was looked at");
    let approved = post(&sum);
    assert!(approved.status == 200 && approved.body.starts_with("PK"), "{}", approved.body);
}
