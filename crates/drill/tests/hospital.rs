//! What a vendor's tree must be: names, flags, character set, fields and values of a small hospital, read back.
#![allow(clippy::expect_used)] // helpers of tests, outside #[test] functions

mod reader;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use drill::{Dialect, Kind, MARK_FILE, Plan, special_people, write_hospital};
use reader::{File, Message, get};

fn plan() -> Plan {
    Plan { patients: 300, days: 30, transaction_days: 10, ..Plan::default() }
}

struct Tree {
    dir: tempfile::TempDir,
    files: Vec<File>,
    written: drill::Written,
}

/// One hospital for all tests that only read, gone from the disk with the last of them: nobody drops what is static.
fn tree() -> Arc<Tree> {
    static TREE: Mutex<Weak<Tree>> = Mutex::new(Weak::new());
    let mut held = TREE.lock().unwrap_or_else(PoisonError::into_inner);
    held.upgrade().unwrap_or_else(|| {
        let dir = tempfile::tempdir().expect("dir");
        let written = write_hospital(&plan(), dir.path(), &mut |_| ()).expect("written");
        let files = reader::messages(dir.path());
        let tree = Arc::new(Tree { dir, files, written });
        *held = Arc::downgrade(&tree);
        tree
    })
}

fn of_kind<'a>(tree: &'a Tree, kind: &'a str) -> impl Iterator<Item = (&'a File, Message)> {
    tree.files.iter().filter(move |file| file.kind == kind).map(|file| (file, Message::read(&file.path)))
}

#[test]
fn one_plan_gives_one_tree_byte_for_byte() {
    let print = |plan: &Plan| {
        let dir = tempfile::tempdir().expect("dir");
        write_hospital(plan, dir.path(), &mut |_| ()).expect("written");
        let files = reader::walk(dir.path()).into_iter().map(|path| {
            let below = path.strip_prefix(dir.path()).expect("below").to_owned();
            (below, std::fs::read(&path).expect("bytes"))
        });
        files.collect::<Vec<_>>()
    };
    let small = Plan { patients: 120, days: 2, ..plan() };
    assert!(print(&small) == print(&small));
    let names = |plan: &Plan| special_people(plan).into_iter().map(|s| s.name).collect::<Vec<_>>();
    assert_ne!(names(&small), names(&Plan { seed: 2, ..small.clone() }));
}

#[test]
fn all_26_kinds_are_there_and_every_root_is_marked() {
    let tree = tree();
    let kinds: BTreeSet<&str> = tree.files.iter().map(|file| file.kind.as_str()).collect();
    assert_eq!(kinds, Kind::all().map(Kind::code).collect());
    assert_eq!(kinds.len(), 26);
    for root in ["", "std1", "std2", "std3", "tr", "ext"] {
        assert!(tree.dir.path().join(root).join(MARK_FILE).is_file(), "{root}");
    }
    assert_eq!(tree.written.messages as usize, tree.files.len());
    assert!((1300..2100).contains(&tree.written.mean_bytes()), "{}", tree.written.mean_bytes());
    let undated = |file: &File| file.path.starts_with(tree.dir.path().join("std1"));
    assert!(tree.files.iter().all(|file| undated(file) == (file.care == "-")));
}

#[test]
fn condition_flags_follow_updates_and_cancels() {
    let tree = tree();
    reader::check_flags(&tree.files);
    let flags: BTreeSet<char> = tree.files.iter().map(|file| file.flag).collect();
    assert_eq!(flags, BTreeSet::from(['0', '1', '2']));
    for kind in ["ADT-21", "ADT-51", "OML-01", "OMP-01"] {
        assert!(tree.files.iter().any(|file| file.kind == kind && file.flag == '0'), "{kind}");
    }
}

#[test]
fn every_message_is_a_drills_and_agrees_with_its_path() {
    let tree = tree();
    let mut numbers = HashSet::new();
    for file in &tree.files {
        let message = Message::read(&file.path);
        let field = |name, number| message.field(name, number);
        let at = file.path.display();
        assert_eq!(field("MSH", 11), "T", "{at}");
        assert_eq!(field("MSH", 18), "~ISO IR87", "{at}");
        assert_eq!(field("MSH", 7).replace('.', ""), file.sent, "{at}");
        assert_eq!(field("PID", 3).split('^').next(), Some(file.patient.as_str()), "{at}");
        assert!(message.0.iter().all(|segment| segment[0].len() == 3), "{at}");
        let kind = Kind::all().find(|kind| kind.code() == file.kind).expect("kind");
        let cancelled = [kind.message(false), kind.message(true)].map(|(a, b, c)| format!("{a}^{b}^{c}"));
        assert!(cancelled.iter().any(|want| want == field("MSH", 9)), "{at}");
        assert!(file.sent.as_str() <= "20211031003059999", "{at}");
        numbers.insert((
            file.patient.clone(),
            file.kind.clone(),
            file.care.clone(),
            file.order.clone(),
            file.sent.clone(),
        ));
    }
    assert_eq!(numbers.len(), tree.files.len(), "no two files share key and time");
}

/// Table 1.2: which field the 診療日 comes from.
#[test]
fn care_dates_come_from_the_fields_of_table_1_2() {
    let tree = tree();
    let fields = [
        ("ADT-12", "PV1", 44),
        ("ADT-21", "PV2", 8),
        ("ADT-22", "PV1", 44),
        ("ADT-31", "EVN", 6),
        ("ADT-32", "EVN", 6),
        ("ADT-41", "PV2", 8),
        ("ADT-42", "EVN", 6),
        ("ADT-51", "PV2", 9),
        ("ADT-52", "PV1", 45),
        ("OMP-01", "ORC", 9),
        ("OMP-02", "ORC", 9),
        ("OML-01", "ORC", 9),
        ("OMG-01", "ORC", 9),
        ("OMG-02", "ORC", 9),
        ("OMG-03", "ORC", 9),
        ("OMD", "ORC", 9),
        ("OMP-11", "RXA", 3),
        ("OMP-12", "RXA", 3),
        ("OML-11", "SPM", 17),
        ("OMG-11", "OBR", 7),
        ("OMG-12", "OBR", 7),
        ("OMG-13", "OBR", 7),
    ];
    for (kind, segment, number) in fields {
        for (file, message) in of_kind(&tree, kind) {
            let at = file.path.display();
            assert_eq!(message.field(segment, number).get(..8), Some(file.care.as_str()), "{at}");
        }
    }
}

#[test]
fn flags_agree_with_the_ranges_they_stand_beside() {
    let tree = tree();
    let mut seen = BTreeMap::new();
    for (file, message) in of_kind(&tree, "OML-11") {
        for row in message.all("OBX").filter(|row| get(row, 2) == "NM" && !get(row, 7).is_empty()) {
            let value: f64 = get(row, 5).parse().expect("number");
            let (low, high) = get(row, 7).split_once('-').expect("range");
            let (low, high): (f64, f64) = (low.parse().expect("low"), high.parse().expect("high"));
            let want = if value < low {
                "L"
            } else if value > high {
                "H"
            } else {
                ""
            };
            assert_eq!(get(row, 8), want, "{} {row:?}", file.path.display());
            *seen.entry(want).or_insert(0) += 1;
        }
    }
    assert_eq!(seen.len(), 3, "{seen:?}");
}

#[test]
fn a_prescription_adds_up_and_a_childs_dose_fits_the_weight() {
    let tree = tree();
    let mut by_weight = 0;
    for (file, message) in of_kind(&tree, "OMP-01") {
        let at = file.path.display();
        let mut groups = message.0.iter();
        while let Some(segment) = groups.next() {
            if segment[0] != "RXE" {
                continue;
            }
            let timing = groups.next().expect("TQ1");
            let days: f64 = get(timing, 6).trim_end_matches("^d").parse().expect("days");
            let daily: f64 = get(segment, 19).split('^').next().expect("daily").parse().expect("number");
            let total: f64 = get(segment, 10).parse().expect("total");
            assert!((total - daily * days).abs() < 0.5, "{at} {segment:?}");
            if get(segment, 5).starts_with("MG") {
                by_weight += 1;
                let birth: i32 = message.field("PID", 7)[..4].parse().expect("birth");
                let year: i32 = file.care[..4].parse().expect("year");
                assert!(year - birth <= 16, "{at}: powders by weight are for children");
                assert!((30.0..=1500.0).contains(&daily), "{at} {daily}");
            }
        }
    }
    assert!(by_weight > 10);
}

#[test]
fn no_bed_holds_two_at_the_stop_and_the_house_is_as_full_as_said() {
    let tree = tree();
    let mut stays: BTreeMap<(String, String), Vec<(String, String)>> = BTreeMap::new();
    for kind in ["ADT-22", "ADT-42", "ADT-52"] {
        for (file, message) in of_kind(&tree, kind).filter(|(file, _)| file.flag == '1') {
            let place = if kind == "ADT-52" { String::new() } else { message.field("PV1", 3).to_owned() };
            stays.entry((file.patient.clone(), String::new())).or_default().push((file.sent.clone(), place));
        }
    }
    let mut taken: Vec<String> = Vec::new();
    for moves in stays.values_mut() {
        moves.sort();
        taken.extend(moves.last().map(|(_, place)| place.clone()).filter(|place| !place.is_empty()));
    }
    let beds: BTreeSet<&String> = taken.iter().collect();
    assert_eq!(beds.len(), taken.len(), "{taken:?}");
    assert_eq!(taken.len() as u32, drill::count(&plan(), plan().stop_at).inpatients);
    assert_eq!(beds.iter().map(|bed| &bed[..2]).collect::<BTreeSet<_>>(), BTreeSet::from(["02", "03", "05"]));
}

#[test]
fn handa_is_as_large_as_its_director_told() {
    let handa = Plan::default();
    let noon = chart::When::parse("202110281200").expect("a Thursday").start;
    let census = drill::count(&handa, noon);
    assert_eq!(census.inpatients, 98);
    assert!((300..=380).contains(&census.visits), "{census:?}");
    let sunday = chart::When::parse("202110241200").expect("a Sunday").start;
    assert_eq!(drill::count(&handa, sunday).visits, 0);
}

#[test]
fn special_people_can_be_looked_up() {
    let tree = tree();
    let people = special_people(&plan());
    let ids: HashSet<&str> = people.iter().map(|special| special.id.as_str()).collect();
    assert_eq!(ids.len(), people.len());
    for special in &people {
        let id = special.id.as_str();
        let basic = tree.files.iter().find(|f| f.patient == id && f.kind == "ADT-00" && f.flag == '1');
        assert!(basic.is_some(), "{special:?}");
    }
    let of = |key: &str| people.iter().filter(|s| s.key == key).map(|s| s.id.as_str()).collect::<Vec<_>>();
    let names = |id: &str, flag: char| {
        let found = tree.files.iter().filter(|f| f.patient == id && f.kind == "ADT-00" && f.flag == flag);
        found.map(|f| Message::read(&f.path).field("PID", 5).to_owned()).collect::<Vec<_>>().join(" ")
    };
    assert!(names(of("married-name")[0], '1').starts_with("藤川^美咲"));
    assert!(names(of("married-name")[0], '2').contains("新居^美咲"));
    assert!(names(of("unsendable-kanji")[0], '1').starts_with("■田^文江"));
    assert!(names(of("variant-kanji")[0], '1').starts_with("高橋^豊"));
    assert!(names(of("newborn")[0], '1').contains("ベビー"));
    let unknown = of("unknown")[0];
    let basic = tree.files.iter().find(|f| f.patient == unknown && f.kind == "ADT-00").expect("basic");
    assert_eq!(Message::read(&basic.path).field("PID", 31), "Y");
    for id in of("untold") {
        let told = tree.files.iter().filter(|f| f.patient == id && f.kind == "PPR-01");
        assert!(told.map(|f| Message::read(&f.path)).all(|m| m.field("PRB", 25).starts_with('V')), "{id}");
    }
    let away = of("on-leave")[0];
    let has = |kind: &str| {
        tree.files.iter().any(|f| f.patient == away && f.kind == kind && f.flag == '1' && f.care > "20211029".into())
    };
    assert!(has("ADT-31") && !has("ADT-32"));
    let orders = |id: &str, drug: &str| {
        tree.files
            .iter()
            .filter(|f| f.patient == id && f.kind.starts_with("OMP-0"))
            .any(|f| Message::read(&f.path).0.iter().any(|segment| segment.iter().any(|field| field.contains(drug))))
    };
    for (id, drug) in of("allergy-clash").into_iter().zip(["アモキシシリン", "ロキソプロフェン", "セフトリアキソン"])
    {
        assert!(orders(id, drug), "{id} {drug}");
    }
}

#[test]
fn susceptibility_names_its_organism() {
    let tree = tree();
    let found = of_kind(&tree, "OML-11")
        .filter(|(_, message)| message.all("OBR").any(|obr| get(obr, 26).contains("Escherichia")));
    assert!(found.count() > 0);
    let flags: BTreeSet<String> = of_kind(&tree, "OML-11")
        .flat_map(|(_, m)| m.all("OBX").map(|row| get(row, 8).to_owned()).collect::<Vec<_>>())
        .collect();
    assert!(flags.contains("S") && flags.contains("R"), "{flags:?}");
}

#[test]
fn transaction_storage_holds_every_record_in_order() {
    let tree = tree();
    let root = tree.dir.path().join("tr");
    let mut records = 0;
    let mut acts = BTreeSet::new();
    for path in reader::walk(&root).into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "DAT")) {
        let bytes = std::fs::read(&path).expect("bytes");
        let (mut at, mut last) = (0, String::new());
        while at < bytes.len() {
            let end = at + bytes[at..].iter().position(|b| *b == b'\n').expect("header") + 1;
            let head = String::from_utf8(bytes[at..end - 2].to_vec()).expect("ascii");
            let fields: Vec<&str> = head.split(',').collect();
            assert_eq!((fields.len(), fields[0]), (11, "SSMIX2.00"), "{head}");
            let length: usize = fields[1].parse().expect("length");
            assert!(bytes[end..].starts_with(b"MSH|"), "{head}");
            assert_eq!(&bytes[end + length..end + length + 2], b"\r\n", "{head}");
            assert!(fields[8] >= last.as_str(), "{head}");
            last = fields[8].to_owned();
            acts.insert(fields[2].to_owned());
            (at, records) = (end + length + 2, records + 1);
        }
    }
    assert_eq!(records, tree.written.records);
    assert_eq!(acts.into_iter().collect::<Vec<_>>(), ["DEL", "INS"]);
    assert!(!root.join(".spool").exists());
}

#[test]
fn extended_storage_holds_notes_summaries_vitals_and_appointments() {
    let tree = tree();
    let files = reader::walk(&tree.dir.path().join("ext"));
    let mut folders = BTreeSet::new();
    for path in files.iter().filter(|path| path.extension().is_some()) {
        let parts: Vec<&str> = path.iter().rev().take(4).filter_map(|part| part.to_str()).collect();
        let [main, content, kind, _] = parts[..] else { panic!("{}", path.display()) };
        folders.insert(kind.split('^').next().expect("code").to_owned());
        assert!(content.split('_').count() == 7 && content.ends_with("_1"), "{content}");
        let bytes = std::fs::read(path).expect("bytes");
        let text = String::from_utf8_lossy(&bytes);
        match main {
            "main_document.hl7" => assert!(text.contains("|ORU^R30^ORU_R30|") && text.contains("|T|2.5|")),
            "main_document.xml" => assert!(text.contains("</ClinicalDocument>") && text.contains("ANDON-DRILL")),
            _ => assert!(text.contains("予約日時") && text.contains("訓練")),
        }
    }
    let want = ["L-APPOINTMENT", "L-NURSING", "L-OBSERVATIONS", "L-PROGRESS", "L-SUMMARY"];
    assert_eq!(folders.into_iter().collect::<Vec<_>>(), want);
    let later = |path: &&std::path::PathBuf| path.to_string_lossy().contains("/2021110");
    assert!(files.iter().filter(later).count() > 0, "appointments after the stop");
}

#[test]
fn a_folder_in_use_is_refused() {
    let dir = tempfile::tempdir().expect("dir");
    std::fs::write(dir.path().join("mine"), "x").expect("write");
    assert!(write_hospital(&plan(), dir.path(), &mut |_| ()).is_err());
    assert!(!dir.path().join(MARK_FILE).exists());
}

fn holds(bytes: &[u8], what: &str) -> bool {
    memchr(bytes, what.as_bytes())
}

/// Plain search, first byte first: the trees are read unoptimised.
fn memchr(bytes: &[u8], what: &[u8]) -> bool {
    let first = |from: usize| bytes[from..].iter().position(|byte| *byte == what[0]).map(|at| from + at);
    let mut from = 0;
    while let Some(at) = first(from) {
        if bytes[at..].starts_with(what) {
            return true;
        }
        from = at + 1;
    }
    false
}

/// `all` mixes the dialects file by file; each leaves its trace in some file. (Kanji of the extensions are in the unit
/// tests: few names have them.)
#[test]
fn every_dialect_leaves_its_trace() {
    type Seen = fn(&File, &[u8]) -> bool;
    let traces: &[(&str, Seen)] = &[
        ("plain", |f, b| b.ends_with(b"\r") && holds(b, &format!("||{}^^^^PI|", f.patient))),
        ("lf", |_, b| holds(b, "\nPID|") && !b.contains(&b'\r')),
        ("crlf", |_, b| holds(b, "\r\nPID|")),
        ("fs1c", |_, b| b.ends_with(b"\r\x1c")),
        ("msh18-variants", |_, b| holds(b, "~ISOIR87") && holds(b, "|ISO2022-1994|")),
        ("time17", |f, b| holds(b, &format!("|RCV|{}|", f.sent))),
        ("undivided-names", |_, b| holds(b, "^^^^^^^^L^^^^^I")),
        ("name-off-by-one", |_, b| holds(b, "^^^^L^I~") && !holds(b, "^^^^^L^I~")),
        ("unknown-kinds", |f, _| !Kind::all().any(|kind| kind.code() == f.kind)),
        ("truncated", |_, b| !matches!(b.last(), Some(b'\r' | b'\n' | 0x1c))),
        ("pid-unlike-path", |f, b| holds(b, &format!("||9{}^", &f.patient[1..]))),
        ("half-kana", |_, b| holds(b, "\x1b(I")),
        ("raw half-kana", |_, b| b.iter().any(|byte| (0xa1..=0xdf).contains(byte)) && !holds(b, "UTF-8")),
        ("utf8", |_, b| holds(b, "|UNICODE UTF-8|")),
        ("bare-id", |f, b| holds(b, &format!("||{}|", f.patient))),
        ("birth-in-pid9", |_, b| holds(b, "^L^P||")),
    ];
    let dir = tempfile::tempdir().expect("dir");
    let dialect = Dialect::parse("all").expect("all");
    let plan = Plan { patients: 120, days: 3, transaction_days: 0, dialect, ..plan() };
    write_hospital(&plan, dir.path(), &mut |_| ()).expect("written");
    let mut missing: Vec<&(&str, Seen)> = traces.iter().collect();
    for file in reader::messages(dir.path()) {
        let bytes = std::fs::read(&file.path).expect("bytes");
        missing.retain(|(_, seen)| !seen(&file, &bytes));
    }
    assert!(missing.is_empty(), "{:?}", missing.iter().map(|(name, _)| name).collect::<Vec<_>>());
}
