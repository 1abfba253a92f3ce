//! What lines of the chronology come with, through commands and pages: files that are kept and held against their hash, here and at other
//! stations; and sheets that were printed blank, written by hand and entered row by row.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::door::{Ran, Station};
use crate::people::Browser;
use crate::running::Running;
use crate::stations::{at, card, export, file, hospital, import, trust};

/// How a JPEG begins, and something behind it.
const PHOTO: &[u8] = b"\xff\xd8\xff\xe0 a whiteboard, photographed";
/// What a browser would take for a page, under the name of a photo.
const PAGE: &[u8] = b"<html><script>alert(1)</script></html>";

fn saved(station: &Station, name: &str, bytes: &[u8]) -> PathBuf {
    let path = file(station, name);
    std::fs::write(&path, bytes).unwrap();
    path
}

fn add(station: &Station, text: &str, files: &[&Path]) -> Ran {
    let files = files.iter().flat_map(|path| ["--attach", path.to_str().unwrap()]);
    let words: Vec<&str> =
        ["chronology", "add", text, "--by", "記録 一郎", "--json"].into_iter().chain(files).collect();
    at(&station.home(), &words)
}

fn entries(station: &Station) -> Vec<Value> {
    at(&station.home(), &["chronology", "--all", "--json"]).ends(0).json()["entries"].as_array().unwrap().clone()
}

fn take_out(station: &Station, number: &str, out: &Path, more: &[&str]) -> Ran {
    let words = ["chronology", "attachment", number, "--out", out.to_str().unwrap()];
    at(&station.home(), &[&words, more].concat())
}

fn open(running: &Running) -> Browser<'_> {
    let mut browser = Browser::new(running);
    browser.get(&running.link());
    browser
}

fn serve(station: &Station) -> Running {
    Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/")
}

#[test]
fn a_photo_is_kept_with_its_line_and_taken_out_as_it_was() {
    let station = Station::training();
    // More than one piece, and the same photo twice.
    let large: Vec<u8> = PHOTO.iter().copied().cycle().take(1_300_000).collect();
    let (note, wall) = (saved(&station, "脅迫文.jpg", &large), saved(&station, "wall.png", b"\x89PNG\r\n\x1a\n wall"));
    let told = add(&station, "プリンターから脅迫文", &[&note, &wall]).ends(0).json();
    let number = told["no"].as_str().unwrap().to_owned();
    add(&station, "同じ写真", &[&note]).ends(0);
    let first = entries(&station)[0].clone();
    let attached = &first["attached"];
    assert_eq!(
        (&attached[0]["name"], &attached[0]["bytes"], &attached[0]["here"], &attached[1]["name"]),
        (&"脅迫文.jpg".into(), &1_300_000.into(), &true.into(), &"wall.png".into()),
        "{first}"
    );
    let out = file(&station, "out.jpg");
    assert_eq!(take_out(&station, &number, &out, &[]).code, 2, "which of two");
    assert_eq!(take_out(&station, &number, &out, &["--name", "ほか.jpg"]).code, 2);
    assert_eq!(take_out(&station, "NONE-1", &out, &[]).code, 2);
    let told = take_out(&station, &number, &out, &["--name", "脅迫文.jpg", "--json"]).ends(0).json();
    assert_eq!((&told["sha256"], std::fs::read(&out).unwrap() == large), (&attached[0]["sha256"], true));
    assert_eq!(take_out(&station, &number, &out, &["--name", "脅迫文.jpg"]).code, 1, "nothing is written over");
    let csv = at(&station.home(), &["chronology", "--csv"]).ends(0).out;
    assert!(csv.contains("脅迫文.jpg") && csv.contains(attached[0]["sha256"].as_str().unwrap()), "{csv}");
    let printed = at(&station.home(), &["print", "chronology", "--out", file(&station, "c.pdf").to_str().unwrap()]);
    printed.ends(0);
    station.sound();
}

#[test]
fn what_is_too_large_or_empty_or_too_many_is_refused_and_no_line_is_written() {
    let station = Station::training();
    let large = saved(&station, "film.mov", &vec![7; (20 << 20) + 1]);
    let empty = saved(&station, "empty.jpg", b"");
    let photo = saved(&station, "photo.jpg", PHOTO);
    let refused = add(&station, "大きい", &[&large]).ends(2);
    assert!(refused.err.contains("film.mov") && refused.err.contains("20 MB"), "{}", refused.err);
    assert!(add(&station, "空", &[&empty]).ends(2).err.contains("空のファイル"));
    assert!(add(&station, "多い", &[photo.as_path(); 11]).ends(2).err.contains("10 個"));
    assert_eq!(add(&station, "ない", &[&file(&station, "none.jpg")]).code, 1);
    assert!(entries(&station).is_empty());
    add(&station, "ちょうど10個", &[photo.as_path(); 10]).ends(0);
    assert_eq!(entries(&station)[0]["attached"].as_array().unwrap().len(), 10);
}

#[test]
fn a_browser_attaches_a_photo_and_sees_it_and_a_page_under_its_name_is_only_saved() {
    let station = Station::training();
    let running = serve(&station);
    let mut browser = open(&running);
    let page = "/command/chronology";
    let fields = [("from", "本部"), ("to", "警察"), ("category", "outside"), ("text", "ホワイトボード")];
    let files = [("白板.jpg", PHOTO), ("bad.jpg", PAGE)];
    assert_eq!(browser.post_files((page, page), &fields, &files).status, 303);
    // No file was chosen: the field comes empty, and is no attachment.
    assert_eq!(browser.post_files((page, page), &fields, &[("", b"")]).status, 303);
    let all = entries(&station);
    let hash = |at: usize| all[0]["attached"][at]["sha256"].as_str().unwrap().to_owned();
    assert_eq!(all[1]["attached"], serde_json::json!([]));
    let listed = browser.get(page).body;
    assert!(listed.contains("白板.jpg") && listed.contains(&format!("/command/attached/{}", hash(0))), "{listed}");
    let shown = browser.get(&format!("/command/attached/{}", hash(0)));
    assert_eq!(shown.status, 200);
    for header in ["content-type: image/jpeg", "x-content-type-options: nosniff", "content-disposition: inline"] {
        assert!(shown.head.contains(header), "{}", shown.head);
    }
    assert!(
        shown.head.contains("default-src 'none'") && shown.head.contains("filename*=utf-8''%e7%99%bd"),
        "{}",
        shown.head
    );
    for address in [format!("/command/attached/{}", hash(1)), format!("/command/attached/{}?save=1", hash(0))] {
        let saved = browser.get(&address);
        assert!(saved.head.contains("content-type: application/octet-stream"), "{}", saved.head);
        assert!(saved.head.contains("content-disposition: attachment"), "{}", saved.head);
    }
    let line = all[0]["line"].as_str().unwrap().replace('/', "%2F");
    let detail = browser.get(&format!("{page}?show=all&line={line}")).body;
    assert!(detail.contains(&format!("<img class=\"scanned\" src=\"/command/attached/{}\"", hash(0))), "{detail}");
    // What is attached to a line that stands becomes a line that answers it.
    let more = [("of", all[0]["no"].as_str().unwrap()), ("category", "info"), ("text", "続き")];
    assert_eq!(browser.post_files((page, page), &more, &[("2.jpg", PHOTO)]).status, 303);
    assert_eq!(entries(&station)[2]["of"], all[0]["no"]);
    // Nobody who is not in, no hash that no line names, no file that is too large, no line without text.
    assert_ne!(Browser::new(&running).get(&format!("/command/attached/{}", hash(0))).status, 200);
    assert_eq!(browser.get(&format!("/command/attached/{}", "0".repeat(64))).status, 404);
    let refused = browser.post_files((page, page), &fields, &[("film.mov", &vec![7; (20 << 20) + 1])]);
    assert!(refused.status == 409 && refused.body.contains("大きすぎます"), "{}", refused.body);
    let refused = browser.post_files((page, page), &fields[..3], &[("2.jpg", PHOTO)]);
    assert!(refused.body.contains("内容を書いてください"), "{}", refused.body);
    assert_eq!(browser.upload((page, page), "2.jpg", PHOTO, false).status, 400);
    assert_eq!(entries(&station).len(), 3);
}

#[test]
fn a_photo_goes_with_the_log_to_every_station_that_was_not_known_to_have_it() {
    let [hq, ward, pharmacy] = hospital();
    let photo = saved(&ward, "note.jpg", PHOTO);
    let number = add(&ward, "脅迫文", &[&photo]).ends(0).json()["no"].as_str().unwrap().to_owned();
    let told = at(&ward.home(), &["log", "export", file(&ward, "b").to_str().unwrap(), "--json"]).ends(0).json();
    assert_eq!((&told["files"], &told["files_left"]), (&1.into(), &0.into()));
    let bundle = file(&ward, "b");
    for new in [1, 0] {
        let words = ["log", "import", bundle.to_str().unwrap(), "--json"];
        let told = at(&hq.home(), &words).ends(0).json();
        assert_eq!(told["files"][0]["received"]["files"], new, "{told}");
    }
    import(&pharmacy, &export(&hq, "round")).ends(0);
    for station in [&hq, &pharmacy] {
        let attached = entries(station)[0]["attached"][0].clone();
        assert_eq!(attached["here"], true, "{attached}");
        let out = file(station, "out.jpg");
        take_out(station, &number, &out, &[]).ends(0);
        assert_eq!(std::fs::read(out).unwrap(), PHOTO);
        station.sound();
    }
    // Once it was told who has it, it is not carried again.
    import(&hq, &export(&pharmacy, "answer")).ends(0);
    import(&ward, &export(&hq, "answer")).ends(0);
    let stations = entries(&ward)[0]["attached"][0]["stations"].as_array().unwrap().len();
    let told = at(&ward.home(), &["log", "export", bundle.to_str().unwrap(), "--json"]).ends(0).json();
    assert_eq!((stations, &told["files"]), (3, &0.into()), "{told}");
}

/// Six large files are more than one bundle takes: what did not come is at the station that has it, and comes with the next. They pack to
/// nothing, and yet the bundle is believed.
#[test]
fn what_found_no_room_in_a_bundle_is_said_to_be_at_its_station_and_comes_with_the_next() {
    let [hq, ward, _] = hospital();
    let white: Vec<PathBuf> =
        (0..6_u8).map(|page| saved(&ward, &format!("{page}.bmp"), &vec![page; 20 << 20])).collect();
    let files: Vec<&Path> = white.iter().map(PathBuf::as_path).collect();
    let number = add(&ward, "白い紙の束", &files).ends(0).json()["no"].as_str().unwrap().to_owned();
    let bundle = file(&ward, "b");
    let told = at(&ward.home(), &["log", "export", bundle.to_str().unwrap(), "--json"]).ends(0).json();
    assert_eq!((&told["files"], &told["files_left"]), (&5.into(), &1.into()), "{told}");
    import(&hq, &bundle).ends(0);
    let attached = entries(&hq)[0]["attached"].as_array().unwrap().clone();
    let elsewhere = attached.iter().find(|file| file["here"] == false).unwrap();
    assert_eq!((&elsewhere["stations"], &elsewhere["bytes"]), (&serde_json::json!(["3病棟"]), &(20 << 20).into()));
    let (out, name) = (file(&hq, "out"), elsewhere["name"].as_str().unwrap());
    let refused = take_out(&hq, &number, &out, &["--name", name]).ends(1);
    assert!(refused.err.contains("添付は 3病棟 の端末にあります"), "{}", refused.err);
    let running = serve(&hq);
    let page = open(&running).get("/command/chronology?show=all").body;
    assert!(page.contains("添付は 3病棟 の端末にあります"), "{page}");
    running.stop();
    import(&ward, &export(&hq, "answer")).ends(0);
    // The pharmacy, which has none of them, was never heard of: a bundle for headquarters alone carries the one that is left.
    let words = ["log", "export", bundle.to_str().unwrap(), "--for", "本部"];
    at(&ward.home(), &words).ends(0);
    import(&hq, &bundle).ends(0);
    take_out(&hq, &number, &out, &["--name", name]).ends(0);
    assert_eq!(std::fs::read(out).unwrap().len(), 20 << 20);
}

/// A photo is sealed with the home and comes back with it; one that was kept later comes back from a station that has it.
#[test]
fn a_restored_home_has_the_photos_that_were_sealed_and_receives_those_that_were_not() {
    let (hq, place, key) = crate::vault::sealing();
    let ward = Station::training();
    trust(&hq, &card(&ward, "3病棟", "3病"), &[]).ends(0);
    trust(&ward, &card(&hq, "本部", "本"), &["--headquarters"]).ends(0);
    let later = b"\x89PNG\r\n\x1a\n later";
    add(&hq, "封じる前", &[&saved(&hq, "before.jpg", PHOTO)]).ends(0);
    crate::vault::sealed(&hq);
    add(&hq, "封じたあと", &[&saved(&hq, "after.png", later)]).ends(0);
    import(&ward, &export(&hq, "two")).ends(0);
    let new = Station::bare();
    crate::vault::restore(&place, &key, &new, &[]).ends(0);
    let out = file(&new, "out");
    let number = entries(&new)[0]["no"].as_str().unwrap().to_owned();
    take_out(&new, &number, &out, &[]).ends(0);
    assert_eq!(std::fs::read(&out).unwrap(), PHOTO);
    trust(&ward, &card(&new, "本部2", "本2"), &["--headquarters"]).ends(0);
    import(&new, &export(&ward, "three")).ends(0);
    let last = entries(&new).pop().unwrap();
    assert_eq!((&last["text"], &last["attached"][0]["here"]), (&"封じたあと".into(), &true.into()), "{last}");
    std::fs::remove_file(&out).unwrap();
    take_out(&new, last["no"].as_str().unwrap(), &out, &[]).ends(0);
    assert_eq!(std::fs::read(&out).unwrap(), later);
}

/// Prints blank sheets; their numbers.
fn sheets(station: &Station, form: &str, copies: &str) -> Vec<String> {
    let out = file(station, "blank.pdf");
    let words = ["print", "sheet", form, "--copies", copies, "--json", "--out", out.to_str().unwrap()];
    let printed = at(&station.home(), &words).ends(0).json();
    printed["sheets"].as_array().unwrap().iter().map(|sheet| sheet["number"].as_str().unwrap().to_owned()).collect()
}

/// Day and time two hours ago, as they stand on paper.
fn two_hours_ago() -> (String, String) {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let at = chart::Moment(i64::try_from(since.as_millis()).unwrap() - 2 * 3_600_000).to_string();
    let (day, time) = at.split_once(' ').unwrap();
    (day.to_owned(), time.to_owned())
}

fn enter(station: &Station, sheet: &str, table: &str, more: &[&str]) -> Ran {
    let (table, (day, _)) = (saved(station, "rows.tsv", table.as_bytes()), two_hours_ago());
    let words = ["chronology", "enter", sheet, table.to_str().unwrap(), "--day", &day, "--by", "事務 花子", "--json"];
    at(&station.home(), &[&words, more].concat())
}

fn state(station: &Station, sheet: &str) -> Value {
    let all = at(&station.home(), &["sheets", "--json"]).json();
    let row = all["sheets"].as_array().unwrap().iter().find(|row| row["number"] == sheet);
    row.unwrap_or_else(|| panic!("{sheet}: {all}"))["state"].clone()
}

const HEAD: &str = "行\t時刻\t発\t受\t内容\t分類\t対応\t記録者\t状態\t理由\n";

#[test]
fn a_sheet_that_was_written_by_hand_is_entered_with_its_rows_and_is_done_when_all_are() {
    let station = Station::training();
    let sheet = sheets(&station, "P1", "1").remove(0);
    let (day, time) = two_hours_ago();
    let table = format!(
        "{HEAD}1\t{time}\t3病棟\t本部\t脅迫文が出た\t報告\tLANを抜く\t当直 師長\t\t\n2\t{time}\t本部\t全部門\t抜いた\t指示\t\t\t\t\n3\t\t\t\t\t\t\t\t抹消\t書き損じ、署名あり\n"
    );
    let told = enter(&station, &sheet, &table, &["--writer", "記録 一郎"]).ends(0).json();
    assert_eq!(told["left"], serde_json::json!([4, 5, 6, 7, 8, 9]), "{told}");
    let all = entries(&station);
    let (first, second) = (&all[0], &all[1]);
    assert_eq!(all.len(), 2);
    assert_eq!(first["paper"], serde_json::json!({"sheet": sheet, "row": 1, "writer": "当直 師長"}));
    assert_eq!((&second["paper"]["writer"], &second["by"]), (&"記録 一郎".into(), &"事務 花子".into()));
    assert_eq!((&first["category"], &first["state"]), (&"report".into(), &"open".into()));
    let happened = first["event_time"].to_string().replace('T', " ");
    assert!(happened.contains(&format!("{day} {time}")), "{happened}");
    assert_ne!(first["event_time"], first["entry_time"]);
    assert_eq!(state(&station, &sheet), "issued");
    // The same again: refused, with the number of what stands there and none of its words, and nothing is written.
    let again = enter(&station, &sheet, &table, &["--writer", "記録 一郎"]).ends(1).json();
    let why = again["refused"][0]["why"].to_string();
    assert!(why.contains(first["no"].as_str().unwrap()) && !why.contains("脅迫文が出た"), "{again}");
    assert!(again["refused"][2]["why"].to_string().contains("書き損じ"), "{again}");
    let rest = (3..=9).map(|row| format!("{row}\t\t\t\t\t\t\t\t空欄\t斜線\n")).collect::<String>();
    let told = enter(&station, &sheet, &format!("{HEAD}{rest}"), &[]).ends(3).json();
    assert_eq!((&told["left"], told["refused"].as_array().unwrap().len()), (&serde_json::json!([]), 1));
    assert_eq!((state(&station, &sheet), entries(&station).len()), ("entered".into(), 2));
    let csv = at(&station.home(), &["chronology", "--csv"]).ends(0).out;
    assert!(csv.contains(&format!("{sheet}-1")), "{csv}");
}

#[test]
fn a_row_that_was_misread_is_corrected_with_a_reason_and_the_first_reading_stays() {
    let station = Station::training();
    let sheet = sheets(&station, "P1", "1").remove(0);
    let (_, time) = two_hours_ago();
    let row = |from: &str, text: &str| format!("{HEAD}1\t{time}\t{from}\t本部\t{text}\t\t\t記録 一郎\t\t\n");
    enter(&station, &sheet, &row("3病棟", "麻薬庫を開けた"), &[]).ends(0);
    enter(&station, &sheet, &row("3病棟", "麻薬庫を閉めた"), &["--correct", "読み違い"]).ends(0);
    let all = entries(&station);
    assert_eq!(
        (all.len(), &all[0]["text"], &all[0]["first_text"]),
        (1, &"麻薬庫を閉めた".into(), &"麻薬庫を開けた".into())
    );
    assert_eq!(all[0]["corrections"][0]["why"], "読み違い");
    // Another sender is another line; the one that stood is struck.
    enter(&station, &sheet, &row("4病棟", "麻薬庫を閉めた"), &["--correct", "発を読み違い"]).ends(0);
    let all = entries(&station);
    let standing: Vec<_> = all.iter().filter(|entry| entry["struck"] == false).collect();
    assert_eq!((all.len(), standing.len(), &standing[0]["from"]), (2, 1, &"4病棟".into()));
    assert_eq!(standing[0]["paper"]["row"], 1);
    // After all nobody wrote it.
    let blank = format!("{HEAD}1\t\t\t\t\t\t\t\t抹消\t二重線を見落とした\n");
    enter(&station, &sheet, &blank, &["--correct", "二重線を見落とした"]).ends(0);
    assert!(entries(&station).iter().all(|entry| entry["struck"] == true));
}

#[test]
fn what_cannot_stand_on_the_sheet_is_refused_whole_and_says_what_to_do() {
    let station = Station::training();
    let [sheet, void] = &sheets(&station, "P1", "2")[..] else { panic!() };
    let other = sheets(&station, "P9A", "1").remove(0);
    let (_, time) = two_hours_ago();
    let good = format!("1\t{time}\t3病棟\t本部\t一つ目\t\t\t記録 一郎\t\t\n");
    let no = |sheet: &str, rows: &str, says: &str| {
        let ran = enter(&station, sheet, &format!("{HEAD}{rows}"), &[]).ends(2);
        assert!(ran.err.contains(says), "{says}: {}", ran.err);
        assert!(entries(&station).is_empty());
    };
    no("FFFF01-9-9", &good, sheet);
    no(&other, &good, "P9A");
    no("", &good, "用紙の番号");
    no(sheet, &format!("{good}10\t{time}\t\t\tx\t\t\t記録\t\t\n"), "1～9");
    no(sheet, &format!("{good}2\t25:00\t\t\tx\t\t\t記録\t\t\n"), "時刻として読めません");
    no(sheet, &format!("{good}2\t2030-01-01 00:00\t\t\tx\t\t\t記録\t\t\n"), "まだ来ていない");
    no(sheet, &format!("{good}2\t2021-10-31 00:00\t\t\tx\t\t\t記録\t\t\n"), "1週間以上前");
    no(sheet, &format!("{good}2\t{time}\t3病棟\t本部\t\t\t\t記録\t\t\n"), "内容がありません");
    no(sheet, &format!("{good}2\t{time}\t3病棟\t本部\tx\t\t\t\t\t\n"), "記録者");
    no(sheet, &format!("{good}2\t\t3病棟\t\t\t\t\t\t空欄\t斜線\n"), "空欄・抹消の行に");
    no(sheet, &format!("{good}2\t\t\t\t\t\t\t\t空欄\t\n"), "理由");
    no(sheet, &format!("{good}2\t{time}\t\t\tx\t雑談\t\t記録\t\t\n"), "雑談");
    no(sheet, &format!("{good}{good}"), "2回");
    no(sheet, "", "行がありません");
    at(&station.home(), &["sheets", "mark", void, "void", "--words", "書損", "--by", "師長"]).ends(0);
    no(void, &good, "書損");
    // As people read it off the paper.
    enter(&station, &sheet.to_lowercase().replace('0', "O"), &format!("{HEAD}{good}"), &[]).ends(0);
    assert_eq!(entries(&station).len(), 1);
}

#[test]
fn a_sheet_printed_at_one_station_is_entered_at_another_and_two_who_did_so_apart_are_told() {
    let [hq, ward, _] = hospital();
    let sheet = sheets(&ward, "P1", "1").remove(0);
    let (_, time) = two_hours_ago();
    let row = |text: &str| format!("{HEAD}1\t{time}\t3病棟\t本部\t{text}\t\t\t記録 一郎\t\t\n");
    assert!(enter(&hq, &sheet, &row("一つ目"), &[]).ends(2).err.contains("取り込んで"));
    import(&hq, &export(&ward, "one")).ends(0);
    enter(&hq, &sheet, &row("一つ目"), &[]).ends(0);
    enter(&ward, &sheet, &row("一つめ"), &[]).ends(0);
    import(&ward, &export(&hq, "two")).ends(0);
    import(&hq, &export(&ward, "three")).ends(0);
    assert_eq!((entries(&hq).len(), entries(&ward).len()), (2, 2));
    let again = enter(&ward, &sheet, &row("x"), &[]).ends(1).json()["refused"][0]["why"].to_string();
    assert!(again.contains("本-0001") && again.contains("3病-0001"), "{again}");
    let running = serve(&hq);
    let page = open(&running).get(&format!("/command/chronology/enter?number={sheet}")).body;
    assert!(page.contains("2つの端末が別々に入力しました"), "{page}");
    running.stop();
    enter(&ward, &sheet, &row("一つ目"), &["--correct", "同じ行"]).ends(0);
    import(&hq, &export(&ward, "four")).ends(0);
    let standing: Vec<Value> = entries(&hq).into_iter().filter(|entry| entry["struck"] == false).collect();
    assert_eq!((standing.len(), &standing[0]["text"]), (1, &"一つ目".into()), "{standing:?}");
    // The station that printed it knows that the rows are accounted for, wherever they were entered.
    let rest = (2..=9).map(|row| format!("{row}\t\t\t\t\t\t\t\t空欄\t斜線\n")).collect::<String>();
    enter(&hq, &sheet, &format!("{HEAD}{rest}"), &[]).ends(0);
    import(&ward, &export(&hq, "five")).ends(0);
    assert_eq!(state(&ward, &sheet), "entered");
}

/// A recorder with the sheet beside the keyboard: Tab through a row, Enter, the next row.
#[test]
fn a_sheet_is_entered_row_by_row_on_the_page() {
    let station = Station::training();
    let sheet = sheets(&station, "P1", "1").remove(0);
    let running = serve(&station);
    let mut browser = open(&running);
    let page = "/command/chronology/enter";
    assert!(browser.get("/command/chronology").body.contains(page));
    let listed = browser.get(page).body;
    assert!(listed.contains(&sheet) && listed.contains("残り 9 行"), "{listed}");
    assert!(browser.get(&format!("{page}?number=FFFF01-1-1")).body.contains("この端末は知りません"));
    let at_sheet = format!("{page}?number={sheet}");
    let shown = browser.get(&at_sheet).body;
    assert!(shown.contains("1 行目") && shown.contains("autofocus"), "{shown}");
    let (day, time) = two_hours_ago();
    let row = |row: &'static str, time: &str, text: &str| -> Vec<(&'static str, String)> {
        let said = [("number", sheet.as_str()), ("row", row), ("state", "written"), ("day", &day), ("at", time)];
        let rest = [("from", "3病棟"), ("to", "本部"), ("text", text), ("category", "report"), ("writer", "記録 一郎")];
        said.into_iter().chain(rest).map(|(key, value)| (key, value.to_owned())).collect()
    };
    let mut post = |fields: Vec<(&'static str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
        browser.post(&at_sheet, page, &fields)
    };
    let next = post(row("1", &time, "<b>脅迫文</b>"));
    assert!(next.status == 303 && next.to.contains(&format!("number={sheet}&day={day}")), "{}", next.to);
    // Half a row, a time that cannot be, the same row: said on the page, with what was typed still there.
    for (fields, says) in [
        (row("2", &time, ""), "内容がありません"),
        (row("2", "", "時刻なし"), "時刻として読めません"),
        (row("2", "25:00", "時刻なし"), "時刻として読めません"),
        (row("1", &time, "もう一度"), "もう入力されています"),
        (row("10", &time, "行がない"), "1～9"),
    ] {
        let refused = post(fields);
        assert!(refused.status == 200 && refused.body.contains(says), "{says}: {}", refused.body);
        assert!(refused.body.contains("value=\"記録 一郎\""), "{says}");
    }
    assert_eq!(entries(&station).len(), 1);
    let mut right = row("1", &time, "脅迫文が出た");
    right.push(("correct", "1".to_owned()));
    assert!(post(right.clone()).body.contains("直す理由"));
    right.push(("words", "聞き違い".to_owned()));
    assert_eq!(post(right).status, 303);
    assert_eq!(entries(&station)[0]["text"], "脅迫文が出た");
    let what = |state: &str, row: &str, words: &str| -> Vec<(&'static str, String)> {
        let said = [("number", sheet.as_str()), ("row", row), ("state", state), ("words", words)];
        said.into_iter().map(|(key, value)| (key, value.to_owned())).collect()
    };
    assert!(post(what("struck", "2", "")).body.contains("理由を書いてください"));
    assert_eq!(post(what("struck", "2", "二重線・署名あり")).status, 303);
    assert_eq!(post(what("rest", "3", "使わなかった")).status, 303);
    let done = browser.get(&at_sheet).body;
    assert!(done.contains("事後入力ずみ") && done.contains("二重線・署名あり"), "{done}");
    assert!(browser.get("/command/chronology").body.contains(&format!("紙 №{sheet}-1")));
    assert!(browser.get("/sheets?show=all").body.contains("事後入力ずみ"));
    assert_eq!(state(&station, &sheet), "entered");
}
