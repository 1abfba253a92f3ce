//! Chart files through the door: numbered, signed, listed; verified where there is no home; their figures on paper and nowhere else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::door::{Ran, Station, program, run};

fn text_of(pdf: &Path) -> String {
    let out = Command::new("pdftotext").arg("-layout").arg(pdf).arg("-").output().unwrap();
    String::from_utf8_lossy(&out.stdout).into_owned()
}

/// The figures on the sealed sheets of a PDF, without check figures.
fn figures(pdf: &Path) -> Vec<String> {
    let of_line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let lengths: Vec<usize> = words.iter().map(|word| word.len()).collect();
        let digits = words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
        (digits && lengths == [4, 4, 4, 4, 4, 4, 2]).then(|| words[..6].concat())
    };
    text_of(pdf).lines().filter_map(of_line).collect()
}

fn make(station: &Station, words: &[&str]) -> Value {
    let out = station.folder().join("stick");
    station.run(&[&["envelope", "make", "--out", out.to_str().unwrap(), "--json"], words].concat()).ends(0).json()
}

fn path(value: &Value) -> PathBuf {
    PathBuf::from(value.as_str().unwrap())
}

/// On a machine without a home.
fn verify(file: &Path, more: &[&str]) -> Ran {
    run(&mut program(&[&["envelope", "verify", file.to_str().unwrap()], more].concat()))
}

fn list(station: &Station, code: i32) -> Vec<Value> {
    station.run(&["envelope", "list", "--json"]).ends(code).json()["envelopes"].as_array().unwrap().clone()
}

#[test]
fn a_file_is_what_its_signature_and_its_tag_say_or_it_is_not_opened() {
    let (station, _) = Station::fed();
    let made = make(&station, &["--by", "行灯 花子"]);
    let (html, papers) = (path(&made["files"][0]), path(&made["papers"]));
    let hash = made["hash"].as_str().unwrap();
    let number = made["number"].as_str().unwrap();
    assert!(html.file_name().unwrap().to_str().unwrap().contains(number) && number.ends_with("-E1"), "{made}");
    assert!(made["charts"].as_u64() > Some(10) && made["patients"] == made["charts"], "undecided is the least: {made}");
    let tag = text_of(&papers);
    for word in [
        number,
        hash,
        made["station"].as_str().unwrap(),
        "院内LANにつながっていたPCでは開かない",
        "まだ決められていません",
    ] {
        assert!(tag.contains(word), "{word} is not on the tag:\n{tag}");
    }
    let sound = verify(&html, &["--tag", &hash.replace('-', " ").to_uppercase(), "--json"]).ends(0).json();
    assert_eq!(
        (&sound["number"], &sound["hash"], &sound["station"]),
        (&made["number"], &made["hash"], &made["station"])
    );
    let wide: String = hash.chars().map(|c| char::from_u32(u32::from(c) + 0xfee0).unwrap()).collect();
    verify(&html, &["--tag", &wide]).ends(0);
    assert_eq!(verify(&html, &["--tag", "0000-0000-0000-0000", "--json"]).ends(4).json()["why"], "tag");

    let (bytes, sig) = (fs::read(&html).unwrap(), html.with_extension("sig"));
    let signed = fs::read_to_string(&sig).unwrap();
    for at in [0, bytes.len() / 2, bytes.len() - 1] {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        fs::write(&html, changed).unwrap();
        assert_eq!(verify(&html, &["--json"]).ends(4).json()["why"], "changed", "byte {at}");
    }
    fs::write(&html, &bytes[..bytes.len() - 1]).unwrap();
    assert_eq!(verify(&html, &["--json"]).ends(4).json()["why"], "changed", "cut off");
    fs::write(&html, &bytes).unwrap();
    fs::write(&sig, signed.replace(number, "0000-E1")).unwrap();
    assert_eq!(verify(&html, &["--json"]).ends(4).json()["why"], "signature");
    fs::write(&sig, b"\xff").unwrap();
    verify(&html, &[]).ends(4);
    fs::remove_file(&sig).unwrap();
    verify(&html, &[]).ends(1);
}

#[test]
fn the_figures_are_on_paper_and_nowhere_else_and_are_new_each_time() {
    let (station, _) = Station::fed();
    let out = station.folder().join("stick");
    let mut command =
        station.command(&["envelope", "make", "--name", "3病棟,本部,当直", "--out", out.to_str().unwrap()]);
    let ran = run(command.env("ANDON_LOG", "debug")).ends(0);
    let folder = station.home().join("envelope-papers");
    let papers = fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(&papers).unwrap().permissions().mode() & 0o777, 0o600);
    let first = figures(&papers);
    assert_eq!(first.len(), 3, "one for each holder");
    let again = figures(&path(&make(&station, &[])["papers"]));
    assert!(again.iter().all(|figures| !first.contains(figures)), "made for each run");
    let told = [
        ran.out,
        ran.err,
        station.run(&["envelope", "list", "--json"]).out,
        station.run(&["audit", "--json"]).out,
        format!("{:?}", station.events()),
    ]
    .concat();
    for figures in first.iter().chain(&again) {
        assert!(!told.contains(figures.as_str()) && !told.contains(&figures[..8]), "figures outside of paper");
    }
    assert!(
        station.run(&["audit", "--act", "envelope-make", "--json"]).ends(0).json()["looks"].as_array().unwrap().len()
            == 2
    );
    station.sound();
}

#[test]
fn what_the_index_holds_is_decided_by_a_person_with_a_name() {
    let (station, _) = Station::fed();
    station.run(&["envelope", "contents", "all,phone"]).ends(2);
    station.run(&["envelope", "contents", "everything", "--by", "行灯 院長"]).ends(2);
    assert_eq!(station.run(&["envelope", "contents", "--json"]).ends(0).json()["by"], Value::Null);
    station.run(&["envelope", "contents", "phone,all,visits", "--by", "行灯 院長"]).ends(0);
    let decided = station.run(&["envelope", "contents", "--json"]).ends(0).json();
    assert_eq!((&decided["contents"], &decided["by"]), (&"all,phone,visits".into(), &"行灯 院長".into()));
    let made = make(&station, &[]);
    assert!(made["patients"].as_u64() > made["charts"].as_u64(), "{made}");
    let tag = text_of(&path(&made["papers"]));
    for word in ["行灯 院長", "すべての患者", "電話", "最後の受診", &format!("{} 人", made["patients"])]
    {
        assert!(tag.contains(word), "{word}:\n{tag}");
    }
    let (out, papers) = (station.folder().join("stick"), station.folder().join("stick/papers.pdf"));
    let beside = ["envelope", "make", "--out", out.to_str().unwrap(), "--papers", papers.to_str().unwrap()];
    station.run(&beside).ends(2);
    assert!(!papers.exists());
}

#[test]
fn the_inventory_says_what_became_of_each_and_no_number_comes_twice() {
    let (station, _) = Station::fed();
    let number = make(&station, &[])["number"].as_str().unwrap().to_owned();
    let note = |act: &str, code: i32| {
        station.run(&["envelope", "note", &number, act, "3病棟", "--by", "行灯 花子"]).ends(code)
    };
    note("handed", 0);
    assert_eq!(list(&station, 0)[0]["state"], "out");
    note("opened", 0);
    note("handed", 1);
    assert_eq!((&list(&station, 3)[0]["state"], &list(&station, 3)[0]["overdue"]), (&"opened".into(), &true.into()));
    // The number as somebody types it.
    let typed = number.to_lowercase();
    station.run(&["envelope", "note", &typed, "destroyed", "3病棟", "--by", "行灯 花子"]).ends(0);
    note("lost", 1);
    assert_eq!(list(&station, 0)[0]["said"].as_array().unwrap().len(), 3);
    station.run(&["envelope", "note", "XXXX01-E1", "lost"]).ends(1);

    // A file that could not be laid leaves nothing, and its number is used up.
    let page = station.folder().join("file.html");
    fs::create_dir(station.folder().join("file.part")).unwrap();
    let papers = station.home().join("papers.pdf");
    let words = ["envelope", "make", "--out", page.to_str().unwrap(), "--papers", papers.to_str().unwrap()];
    station.run(&words).ends(1);
    assert!(!page.exists() && !page.with_extension("sig").exists());
    let rows = list(&station, 0);
    assert_eq!((&rows[1]["state"], rows.len()), (&"destroyed".into(), 2));
    assert!(make(&station, &[])["number"].as_str().unwrap().ends_with("-E3"));
    station.sound();
}

#[test]
fn a_plan_makes_one_where_it_can_and_says_on_every_page_where_it_cannot() {
    let (station, _) = Station::fed();
    let [files, papers] = ["files", "papers"].map(|name| station.folder().join(name));
    for (name, folder) in [("棚", &files), ("紙", &papers)] {
        station.run(&["printer", "add", name, "--folder", folder.to_str().unwrap()]).ends(0);
    }
    let set = |to: &str, papers: &str| {
        station.run(&[
            "envelope",
            "plan",
            "set",
            "夜",
            "--at",
            "18:00",
            "--to",
            to,
            "--papers",
            papers,
            "--by",
            "行灯 花子",
        ])
    };
    set("棚", "棚").ends(2);
    set("棚", "どこにもない").ends(2);
    set("棚", "紙").ends(0);
    let ran = station.run(&["envelope", "plan", "run", "夜", "--json"]).ends(3).json();
    assert!(ran["words"].as_str().unwrap().starts_with("no_folder"), "{ran}");
    assert_eq!(list(&station, 0).len(), 0, "no number for no folder");
    fs::create_dir(&files).unwrap();
    fs::create_dir(&papers).unwrap();
    let ran = station.run(&["envelope", "plan", "run", "夜", "--json"]).ends(0).json();
    let html = files.join(format!("andon-{}.html", ran["words"].as_str().unwrap()));
    verify(&html, &[]).ends(0);
    let pdf = fs::read_dir(&papers).unwrap().next().unwrap().unwrap().path();
    assert_eq!(figures(&pdf).len(), 2);
    assert_eq!(list(&station, 0)[0]["plan"], "夜");
    let plans = station.run(&["envelope", "plan", "list", "--json"]).ends(0).json();
    assert_eq!(plans["plans"][0]["last"], list(&station, 0)[0]["made"]);
    station.run(&["envelope", "plan", "remove", "夜"]).ends(0);
    assert_eq!(station.run(&["envelope", "plan", "list", "--json"]).ends(0).json()["plans"], serde_json::json!([]));
}
