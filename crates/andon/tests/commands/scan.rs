//! Paper that comes back, through the doors people use: printed, spoiled as scanners spoil, taken in, on the right chart or waiting.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use image::{DynamicImage, RgbImage, imageops};
use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;

/// Prints a form and gives its numbers and its pages as pictures.
fn print(station: &Station, words: &[&str]) -> (Vec<String>, Vec<DynamicImage>) {
    let out = station.folder().join("printed.pdf");
    let args = [&["print", "sheet"], words, &["--out", out.to_str().unwrap(), "--json"]].concat();
    let printed = station.run(&args).ends(0).json();
    let pdf = std::fs::read(&out).unwrap();
    let pages = printed["pages"].as_u64().unwrap() as usize;
    let picture = |page| image::load_from_memory(&scan::picture(&pdf, page, 1_754).unwrap()).unwrap();
    let numbers =
        printed["sheets"].as_array().unwrap().iter().map(|sheet| sheet["number"].as_str().unwrap().to_owned());
    (numbers.collect(), (1..=pages).map(picture).collect())
}

fn save(station: &Station, name: &str, picture: &DynamicImage) -> PathBuf {
    let path = station.folder().join(name);
    picture.save(&path).unwrap();
    path
}

fn scanned(station: &Station, files: &[PathBuf], code: i32) -> Vec<Value> {
    let files: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    let told = station.run(&[&["scan", "--json"], &files[..]].concat()).ends(code).json();
    told["pages"].as_array().unwrap().clone()
}

fn special(said: &Value, key: &str) -> String {
    let people = said["special_people"].as_array().unwrap();
    people.iter().find(|one| one["key"] == key).unwrap()["id"].as_str().unwrap().to_owned()
}

fn papers(station: &Station, id: &str) -> Vec<(String, bool)> {
    let chart = station.chart(id);
    let papers = chart["papers"].as_array().unwrap().iter();
    papers.map(|paper| (paper["sheet"].as_str().unwrap().to_owned(), paper["current"] == true)).collect()
}

fn state(station: &Station, number: &str) -> String {
    let sheets = station.run(&["sheets", "--json"]).ends(0).json();
    let all = sheets["sheets"].as_array().unwrap();
    all.iter().find(|sheet| sheet["number"] == number).unwrap()["state"].as_str().unwrap().to_owned()
}

#[test]
fn a_form_goes_out_comes_back_spoiled_and_is_on_its_chart() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let (numbers, pages) = print(&station, &["P9", "--patient", &id]);
    assert_eq!((numbers.len(), state(&station, &numbers[0]).as_str()), (3, "issued"));
    // Upside down, on its side, half as fine with a corner torn off.
    let mut torn = pages[2].resize(1_200, 1_700, imageops::FilterType::Triangle).into_rgb8();
    for (x, y) in (0..400).flat_map(|x| (0..300).map(move |y| (x, y))) {
        torn.put_pixel(torn.width() - 1 - x, y, image::Rgb([255, 255, 255]));
    }
    let files = [
        save(&station, "1.jpg", &pages[0].rotate180()),
        save(&station, "2.png", &pages[1].rotate90()),
        save(&station, "3.png", &DynamicImage::from(torn)),
    ];
    let read = scanned(&station, &files, 0);
    for (at, page) in read.iter().enumerate() {
        assert_eq!((page["sheet"].as_str(), page["patient"].as_str()), (Some(numbers[at].as_str()), Some(id.as_str())));
        assert_eq!((&page["reason"], page["page"].as_u64()), (&Value::Null, Some(1)));
        assert_eq!(state(&station, &numbers[at]), "filed");
    }
    assert_eq!(papers(&station, &id).len(), 3);
    // The same bytes again are no second scan; the same page scanned again is a new version.
    assert!(scanned(&station, &files[..1], 0)[0]["again"] == true);
    assert_eq!(papers(&station, &id).len(), 3);
    scanned(&station, &[save(&station, "again.png", &pages[0])], 0);
    let of_first = papers(&station, &id).into_iter().filter(|(sheet, _)| *sheet == numbers[0]);
    assert_eq!(of_first.map(|(_, current)| current).collect::<Vec<_>>(), [true, false]);
    station.sound();
}

/// Ticks of a form that comes back are suggested, by command and beside the picture, and are on no chart.
#[test]
fn what_was_ticked_is_suggested_beside_the_picture_and_stored_nowhere() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let out = station.folder().join("p7.pdf");
    let words = ["print", "sheet", "P7", "--patient", &id, "--out", out.to_str().unwrap(), "--json"];
    let printed = station.run(&words).ends(0).json();
    let boxes: Vec<&Value> = printed["boxes"].as_array().unwrap().iter().filter(|one| one["page"] == 1).collect();
    let ticks: Vec<&&Value> = boxes.iter().filter(|one| one["kind"] == "tick").collect();
    let mut page =
        image::load_from_memory(&scan::picture(&std::fs::read(&out).unwrap(), 1, 2_339).unwrap()).unwrap().to_rgb8();
    let area: Vec<f64> = ticks[1]["area"].as_array().unwrap().iter().map(|mm| mm.as_f64().unwrap()).collect();
    let scale = f64::from(page.height().max(page.width())) / 297.0;
    for step in 0..200 {
        let (x, y) = (
            area[0] + area[2] * (0.15 + 0.7 * f64::from(step) / 200.0),
            area[1] + area[3] * (0.85 - 0.7 * f64::from(step) / 200.0),
        );
        for (dx, dy) in (0..4).flat_map(|dx| (0..4).map(move |dy| (dx, dy))) {
            page.put_pixel((x * scale) as u32 + dx, (y * scale) as u32 + dy, image::Rgb([20, 20, 90]));
        }
    }
    let read = scanned(&station, &[save(&station, "p7.png", &DynamicImage::from(page).rotate180())], 0).remove(0);
    let scan = read["scan"].as_str().unwrap();
    let told = station.run(&["scan", "--marks", scan, "1", "--json"]).ends(0).json();
    let suggestions = told["suggestions"].as_array().unwrap();
    assert_eq!((suggestions.len(), &told["codes"]), (boxes.len(), &Value::from(2)));
    let ticked: Vec<&Value> =
        suggestions.iter().filter(|one| one["value"] == "ticked").map(|one| &one["box"]).collect();
    assert_eq!(ticked, [&ticks[1]["name"]]);
    assert!(suggestions.iter().filter(|one| one["value"] == "empty").count() > boxes.len() * 8 / 10);
    station.run(&["scan", "--marks", scan, "2", "--json"]).ends(1);
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let shown = browser.get(&format!("/scans/{scan}/1")).body;
    let option = format!("☑ {}", ticks[1]["option"].as_str().unwrap());
    assert!(
        shown.contains("読み取り候補（要確認）") && shown.contains(&option) && shown.contains("<use href=\"#scanned\"")
    );
    running.stop();
    assert!(!station.chart(&id).to_string().contains("ticked"));
    station.sound();
}

#[test]
fn what_cannot_be_told_waits_and_nobody_gets_anothers_page() {
    let (station, said) = Station::fed();
    let [one, other] = ["allergy-clash", "warfarin"].map(|key| special(&said, key));
    let (_, mine) = print(&station, &["P7", "--patient", &one]);
    let (_, theirs) = print(&station, &["P7", "--patient", &other]);
    let mut both: RgbImage = mine[0].to_rgb8();
    let half = both.height() / 2;
    let lower = theirs[0].crop_imm(0, half, both.width(), half).to_rgb8();
    imageops::replace(&mut both, &lower, 0, i64::from(half));
    let white = RgbImage::from_pixel(800, 1_100, image::Rgb([255, 255, 255]));
    let note = station.folder().join("note.pdf");
    std::fs::write(&note, b"%PDF-1.7 torn").unwrap();
    let files = [save(&station, "both.png", &both.into()), save(&station, "white.png", &white.into()), note];
    let reasons: Vec<Value> = scanned(&station, &files, 3).into_iter().map(|page| page["reason"].clone()).collect();
    assert_eq!(reasons, ["two_patients", "no_code", "broken"]);
    assert!(papers(&station, &one).is_empty() && papers(&station, &other).is_empty());
    // A sheet of another hospital's station, though the number of the patient is one of ours.
    let (stranger, _) = Station::fed();
    let (_, foreign) = print(&stranger, &["P7", "--patient", &one]);
    let read = scanned(&station, &[save(&station, "foreign.png", &foreign[0])], 3);
    assert_eq!((&read[0]["reason"], &read[0]["patient"]), (&Value::from("unknown_sheet"), &Value::Null));
    // Void, and scanned all the same.
    let (void, pages) = print(&station, &["P7", "--patient", &one]);
    station.run(&["sheets", "mark", &void[0], "void"]).ends(2);
    station.run(&["sheets", "mark", &void[0], "void", "--words", "書損"]).ends(0);
    assert_eq!(scanned(&station, &[save(&station, "void.png", &pages[0])], 3)[0]["reason"], "sheet_ended");
    station.run(&["sheets", "mark", "A-1-1", "out"]).ends(1);
    assert!(papers(&station, &one).is_empty());
}

#[test]
fn a_batch_is_as_many_pages_as_its_header_says() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let out = |name: &str| station.folder().join(name);
    let (_, header) = print(&station, &["P12B", "--count", "2"]);
    let (numbers, pages) = print(&station, &["P9", "--patient", &id]);
    // A TIFF of three pages: the header says two, and two come.
    let stack = |name: &str, pages: &[&DynamicImage]| {
        let mut bytes = std::io::Cursor::new(Vec::new());
        let mut tiff = tiff::encoder::TiffEncoder::new(&mut bytes).unwrap();
        for page in pages {
            let gray = page.to_luma8();
            tiff.write_image::<tiff::encoder::colortype::Gray8>(gray.width(), gray.height(), gray.as_raw()).unwrap();
        }
        std::fs::write(out(name), bytes.into_inner()).unwrap();
        out(name)
    };
    let short = stack("short.tif", &[&header[0], &pages[0]]);
    let reasons: Vec<Value> = scanned(&station, &[short], 3).into_iter().map(|page| page["reason"].clone()).collect();
    assert_eq!(reasons, ["count_unlike", "count_unlike"]);
    assert_eq!((papers(&station, &id).len(), state(&station, &numbers[0]).as_str()), (0, "issued"));
    let whole = stack("whole.tif", &[&header[0], &pages[0], &pages[1]]);
    let read = scanned(&station, &[whole], 0);
    assert_eq!((&read[0]["reason"], &read[1]["patient"]), (&Value::from("batch_header"), &Value::from(id.as_str())));
    assert_eq!(papers(&station, &id).len(), 2);
}

#[test]
fn a_person_files_a_page_only_with_the_right_number_and_after_looking() {
    let (station, said) = Station::fed();
    let [id, other] = ["allergy-clash", "warfarin"].map(|key| special(&said, key));
    let (_, blank) = print(&station, &["P7"]);
    let page = scanned(&station, &[save(&station, "blank.png", &blank[0])], 3).remove(0);
    assert_eq!(page["reason"], "no_patient");
    let scan = page["scan"].as_str().unwrap().to_owned();
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let address = format!("/scans/{scan}/1");
    assert!(browser.get("/scans").body.contains(&address));
    assert!(browser.get(&address).body.contains("白紙の帳票で患者ラベルがない"));
    let check = chart::check_digit::confirmation(&id).unwrap();
    let mut file = |fields: &[(&str, &str)]| {
        let fields = [&[("scan", scan.as_str()), ("page", "1")], fields].concat();
        browser.post(&address, "/scans/file", &fields)
    };
    let kana = station.chart(&id)["patient"]["kana"].as_str().unwrap().to_owned();
    let birth = station.chart(&id)["patient"]["birth_date"].as_str().unwrap().to_owned();
    let wrong = format!("{id}-{:02}", (check.parse::<u32>().unwrap() + 1) % 100);
    assert!(file(&[("patient", &wrong)]).body.contains("照合番号が患者番号と合いません"));
    assert!(file(&[("patient", &id)]).body.contains("両方がカルテと合うことが必要"));
    assert!(file(&[("patient", &id), ("birth", &birth), ("kana", "ベツジン")]).body.contains("両方が"));
    assert!(file(&[("patient", "")]).body.contains("理由を入力"));
    assert!(file(&[("patient", "99999999")]).body.contains("このコピーにいません"));
    let right = format!("{id}-{check}");
    let shown = file(&[("patient", &right)]);
    assert!(shown.body.contains("name=\"confirmed\"") && shown.body.contains(&kana), "{}", shown.body);
    assert!(papers(&station, &id).is_empty(), "only shown so far");
    assert_eq!(file(&[("patient", &id), ("birth", &birth), ("kana", &kana), ("confirmed", &id)]).status, 303);
    assert_eq!(papers(&station, &id).len(), 1);
    // A person moves it: it is on the other chart, and no longer on this one.
    let moved = format!("{other}-{}", chart::check_digit::confirmation(&other).unwrap());
    assert_eq!(file(&[("patient", &moved), ("confirmed", &other)]).status, 303);
    assert_eq!((papers(&station, &id).len(), papers(&station, &other).len()), (0, 1));
    let picture = browser.get(&format!("{address}/picture"));
    assert_eq!(picture.status, 200);
    running.stop();
    let looks = station.run(&["audit", "--act", "paper", "--json"]).ends(0).json();
    assert_eq!(looks["looks"][0]["about"], format!("self/{other}"));
}

/// A kill at any moment between the scanner and the chart loses no page and doubles none.
#[test]
fn killed_anywhere_a_scan_ends_on_its_chart_once() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let (numbers, pages) = print(&station, &["P9", "--patient", &id]);
    let files: Vec<PathBuf> =
        pages.iter().enumerate().map(|(at, page)| save(&station, &format!("{at}.png"), page)).collect();
    let words: Vec<&str> = files.iter().map(|file| file.to_str().unwrap()).collect();
    for millis in [15, 40, 80, 140, 220, 320] {
        let mut child = station.command(&[&["scan"], &words[..]].concat()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(millis));
        child.kill().unwrap();
        child.wait().unwrap();
        let held = papers(&station, &id).len();
        assert!(held <= numbers.len(), "after {millis} ms: {held}");
    }
    scanned(&station, &files, 0);
    let mut sheets: Vec<String> = papers(&station, &id).into_iter().map(|(sheet, _)| sheet).collect();
    sheets.sort();
    assert_eq!(sheets, numbers);
    station.sound();
}

#[test]
fn what_a_scanner_lays_into_its_folder_is_taken_in_and_put_aside() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let (_, pages) = print(&station, &["P7", "--patient", &id]);
    let inbox = station.folder().join("inbox");
    std::fs::create_dir(&inbox).unwrap();
    let words = ["serve", "--port", "0", "--no-feed", "--inbox", inbox.to_str().unwrap()];
    let running = Running::start(&mut station.command(&words), "/open/");
    save(&station, "inbox/scan0001.png", &pages[0]);
    let until = Instant::now() + Duration::from_secs(60);
    while papers(&station, &id).is_empty() {
        assert!(Instant::now() < until, "not taken in");
        std::thread::sleep(Duration::from_millis(200));
    }
    let said = running.stop();
    assert!(!said.contains("scan0001"), "a file's name in the log: {said}");
    let kept: Vec<String> = std::fs::read_dir(inbox.join("andon-kept"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    assert!(kept.len() == 1 && kept[0].ends_with("-scan0001.png"), "{kept:?}");
    assert!(!inbox.join("scan0001.png").exists());
}

/// The child that looks at strangers' bytes has no environment, no handle to open anything with, and only the calls of a program that
/// computes, before it reads the first byte.
#[test]
fn the_child_that_reads_has_given_everything_up() {
    let mut child = crate::door::program(&["read-scan"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let about = |name: &str| std::fs::read_to_string(format!("/proc/{}/{name}", child.id())).unwrap();
    let line =
        |text: &str, begins: &str| text.lines().find(|line| line.starts_with(begins)).unwrap_or_default().to_owned();
    let until = Instant::now() + Duration::from_secs(20);
    while !line(&about("limits"), "Max open files").contains(" 0 ")
        || !line(&about("status"), "Seccomp:").ends_with('2')
    {
        assert!(Instant::now() < until, "{}\n{}", about("limits"), about("status"));
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(line(&about("status"), "NoNewPrivs:").ends_with('1'));
    drop(child.stdin.take());
    let said = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), r#"{"refused":"not_a_picture"}"#);
}

/// A notebook's code typed by a scanner that acts as a keyboard becomes drugs on the chart, with where they came from; a code that
/// names somebody else is told and not kept.
#[test]
fn a_notebooks_code_becomes_drugs_of_the_patient_it_names() {
    let station = Station::fed().0;
    let ward = station.run(&["ward", "03", "--json"]).json();
    let id = ward["beds"][0]["id"].as_str().unwrap().to_owned();
    let before = station.chart(&id);
    let patient = &before["patient"];
    let birth = patient["birth_date"].as_str().unwrap().replace('-', "");
    let today = crate::door::today();
    let sex = if patient["sex"] == "male" { 1 } else { 2 };
    let code = |name: &str, birth: &str| {
        format!(
            "JAHISTC08,1\r\n1,{name},{sex},{birth},,,,,,,{}\r\n5,{today},1\r\n11,灯台薬局,13,4,1234567,,,,1\r\n\
             201,1,試験用カルシウム錠１ｍｇ,2,錠,1,,1,,,\r\n301,1,朝夕食後,28,日分,1,1,,1\r\n",
            patient["kana"].as_str().unwrap()
        )
    };
    let file = station.folder().join("code.txt");
    let name = patient["name"].as_str().unwrap();
    std::fs::write(&file, code("別人 太郎", "19010101").replace(patient["kana"].as_str().unwrap(), "ベツジン"))
        .unwrap();
    let words = ["hand-in", &id, file.to_str().unwrap(), "--json"];
    assert!(station.run(&words).ends(1).err.contains("生年月日"));
    std::fs::write(&file, "JAN4901234567894").unwrap();
    station.run(&words).ends(1);
    assert_eq!(station.chart(&id)["medications"], before["medications"]);
    std::fs::write(&file, code(name, &birth)).unwrap();
    assert_eq!(station.run(&words).ends(0).json()["drugs"], 1);
    let chart = station.chart(&id);
    let drug =
        chart["medications"].as_array().unwrap().iter().find(|item| item["drug"]["text"] == "試験用カルシウム錠１ｍｇ");
    let drug = drug.unwrap_or_else(|| panic!("{}", chart["medications"]));
    assert_eq!((&drug["source"]["source"], &drug["current"]), (&Value::from("持込"), &Value::Bool(true)));
    assert_eq!(chart["patient"], *patient, "who the patient is comes from the hospital alone");
    assert_eq!(chart["papers"][0]["brought_by"], "本人");
    station.sound();
}

/// A label stuck on a blank form is the form's own word on whose it is; for a label printer the same labels are text.
#[test]
fn a_label_makes_a_blank_form_its_patients() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let (_, labels) = print(&station, &["L1", "--patient", &id, "--copies", "3"]);
    let (_, blank) = print(&station, &["P7"]);
    let mut page = blank[0].to_rgb8();
    // The first label of the sheet (66 × 38.1 mm at 6, 15.15), stuck into the place for it (68 × 40 mm at 11, 27.5).
    let dots = |mm: f32| (mm / 297.0 * 1_754.0) as u32;
    let label = labels[0].crop_imm(dots(6.0), dots(15.15), dots(66.0), dots(38.1)).to_rgb8();
    imageops::replace(&mut page, &label, dots(12.0).into(), dots(28.5).into());
    let read = scanned(&station, &[save(&station, "labelled.png", &page.into())], 0);
    assert_eq!((&read[0]["patient"], &read[0]["form"]), (&Value::from(id.as_str()), &Value::from("P7")));
    assert_eq!(papers(&station, &id).len(), 1);
    let out = station.folder().join("labels.zpl");
    station.run(&["print", "sheet", "L3", "--patient", &id, "--zpl", "--out", out.to_str().unwrap()]).ends(0);
    let text = std::fs::read_to_string(out).unwrap();
    assert!(text.starts_with("^XA") && text.trim_end().ends_with("^XZ"), "{}", &text[..60]);
}

/// What a browser uploads is on disk when it answers, and on its chart soon after; without the form's token nothing is taken.
#[test]
fn a_browser_hands_in_a_scan() {
    let (station, said) = Station::fed();
    let id = special(&said, "allergy-clash");
    let (_, pages) = print(&station, &["P7", "--patient", &id]);
    let picture = std::fs::read(save(&station, "upload.jpg", &pages[0])).unwrap();
    let running = Running::start(&mut station.command(&["serve", "--port", "0", "--no-feed"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let sent = browser.upload(("/scans", "/scans"), "scan.jpg", &picture, false);
    assert_eq!((sent.status, papers(&station, &id).len()), (400, 0));
    assert_eq!(browser.upload(("/scans", "/scans"), "scan.jpg", &picture, true).status, 303);
    let until = Instant::now() + Duration::from_secs(60);
    while papers(&station, &id).is_empty() {
        assert!(Instant::now() < until, "not taken in");
        std::thread::sleep(Duration::from_millis(200));
    }
    running.stop();
}
