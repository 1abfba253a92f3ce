//! The officers' key: made, split, typed back, put together, rotated and drilled; and what never lies in a home or in the memory of a
//! program that seals.

use std::fs;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use vault::keys::{Identity, KeyError, Recipient, Share, combine};

use crate::door::{Ran, Station};
use crate::keys::Terminal;
use crate::running::Running;

const HOLDERS: [&str; 6] = ["--holder", "院長 甲", "--holder", "事務長 乙", "--holder", "情報 丙"];

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn out(station: &Station, name: &str) -> PathBuf {
    station.folder().join(name)
}

fn cards(folder: &Path, numbers: &[u8]) -> Vec<String> {
    numbers.iter().map(|number| text(&folder.join(format!("card-{number:02}.txt"))).to_owned()).collect()
}

fn ceremony(station: &Station, act: &str, folder: &Path) -> Ran {
    let made = ["--shares", "3", "--threshold", "2", "--unattended", "--out", text(folder)];
    station.run(&[&["keys", act], &made[..]].concat())
}

fn with_cards(station: &Station, words: &[&str], cards: &[String]) -> Ran {
    let cards: Vec<&str> = cards.iter().map(String::as_str).collect();
    station.run(&[words, &cards].concat())
}

/// What the card's own code says is the card.
fn code_of_a_card_is_the_card(first: &Path) {
    let mut codes = Vec::new();
    let pages = scan::look(&fs::read(first.join("card-02.pdf")).unwrap(), |page| codes.extend(page.codes)).unwrap();
    let said: Vec<Share> = codes.iter().map(|code| Share::read(&code.text).unwrap()).collect();
    let written = Share::read(&fs::read_to_string(first.join("card-02.txt")).unwrap()).unwrap();
    assert!(pages == 1 && said.len() == 1 && said[0].is_same(&written), "{codes:?}");
}

#[test]
fn a_training_key_is_made_combined_rotated_and_drilled_without_anybody_typing() {
    let station = Station::training();
    let (first, second) = (out(&station, "first"), out(&station, "second"));
    assert!(station.run(&["keys", "list"]).ends(3).out.contains("Only this station holds a key"));
    ceremony(&station, "rotate", &first).ends(2);
    let told = ceremony(&station, "ceremony", &first).ends(0);
    assert!(told.out.contains("not booted from Andon's stick"), "{}", told.out);
    for number in 1..=3 {
        for end in ["txt", "pdf"] {
            let card = first.join(format!("card-{number:02}.{end}"));
            assert_eq!(fs::metadata(card).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
    code_of_a_card_is_the_card(&first);
    ceremony(&station, "ceremony", &second).ends(2);
    ceremony(&station, "rotate", &first).ends(2);
    let listed = station.run(&["keys", "list", "--json"]).ends(0).json();
    let key = &listed["keys"][0];
    assert_eq!((&key["threshold"], &key["unattended"], &key["stick"]), (&2.into(), &true.into(), &false.into()));
    assert_eq!(key["holders"].as_array().unwrap().len(), 3);
    // A drill needs as many cards as the key says, and leaves no file.
    let drill = ["keys", "drill", "--unattended"];
    let short = with_cards(&station, &drill, &cards(&first, &[2])).ends(1);
    assert!(short.err.contains("あと 1 枚") && short.err.contains("needs 1 more"), "{}", short.err);
    let sealed = out(&station, "segment.age");
    let recipient = Recipient::read(key["recipient"].as_str().unwrap()).unwrap();
    fs::write(&sealed, recipient.seal(&[7; 70_000]).unwrap()).unwrap();
    let ran =
        with_cards(&station, &[&drill[..], &["--json", "--open", text(&sealed)]].concat(), &cards(&first, &[1, 3]));
    assert!(ran.ends(0).out.contains("70000"));
    let whole = fs::read(&sealed).unwrap();
    fs::write(&sealed, &whole[..whole.len() - 1]).unwrap();
    with_cards(&station, &[&drill[..], &["--open", text(&sealed)]].concat(), &cards(&first, &[1, 3])).ends(4);
    assert_eq!(station.run(&["keys", "list", "--json"]).ends(0).json()["keys"][0]["drilled"]["cards"], "1 3");
    // Put together it is an ordinary identity, and the home says 'rotate now' until it is.
    let identity = out(&station, "identity");
    let combine = ["keys", "combine", "--out", text(&identity)];
    with_cards(&station, &combine, &cards(&first, &[1])).ends(1);
    let nowhere = out(&station, "nowhere/identity");
    let told = with_cards(&station, &["keys", "combine", "--out", text(&nowhere)], &cards(&first, &[1, 2])).ends(1).err;
    assert!(told.contains(text(&nowhere)) && told.contains("鍵を書けません"), "{told}");
    assert!(!identity.exists() && station.run(&["keys", "list"]).ends(0).out.contains("いまの鍵"));
    with_cards(&station, &combine, &cards(&first, &[1, 2])).ends(0);
    assert_eq!(fs::metadata(&identity).unwrap().permissions().mode() & 0o777, 0o600);
    with_cards(&station, &combine, &cards(&first, &[1, 2])).ends(2);
    let opened = Identity::read(&fs::read_to_string(&identity).unwrap()).unwrap();
    assert_eq!(opened.try_whole(&whole[..]), Ok(70_000));
    assert_eq!(station.run(&["keys", "list", "--json"]).ends(3).json()["rotate_now"], true);
    station.run(&["status", "--identity", text(&identity)]).ends(0);
    // The next key takes its place; the old one opens what was sealed to it, and the home no more.
    let slots = station.home().join("keys/slots");
    let before = fs::read(&slots).unwrap();
    ceremony(&station, "rotate", &second).ends(0);
    // A home that only the old cards open, as where a ceremony ended half-way, is told of.
    let after = fs::read(&slots).unwrap();
    fs::write(&slots, before).unwrap();
    assert_eq!(station.run(&["keys", "list", "--json"]).ends(3).json()["slot_apart"], true);
    fs::write(&slots, after).unwrap();
    let listed = station.run(&["keys", "list", "--json"]).ends(0).json();
    assert_eq!((listed["keys"].as_array().unwrap().len(), &listed["rotate_now"]), (2, &false.into()));
    assert!(listed["keys"][0]["until"].is_string() && listed["keys"][1]["until"].is_null());
    station.run(&["status", "--identity", text(&identity)]).ends(1);
    with_cards(&station, &drill, &cards(&second, &[2, 3])).ends(0);
    with_cards(&station, &drill, &cards(&first, &[2, 3])).ends(0);
    let mixed = [cards(&first, &[1]), cards(&second, &[2])].concat();
    let mixed = with_cards(&station, &drill, &mixed).ends(1);
    assert!(mixed.err.contains("cards of two keys"), "{}", mixed.err);
}

#[test]
fn a_wrong_card_is_named_by_file_and_row_and_another_homes_key_is_refused() {
    let (station, other) = (Station::training(), Station::training());
    let (ours, theirs) = (out(&station, "cards"), out(&other, "cards"));
    ceremony(&station, "ceremony", &ours).ends(0);
    ceremony(&other, "ceremony", &theirs).ends(0);
    let drill = ["keys", "drill", "--unattended"];
    let foreign = with_cards(&station, &drill, &cards(&theirs, &[1, 2])).ends(1);
    assert!(foreign.err.contains("none of this home's keys"), "{}", foreign.err);
    let card = ours.join("card-01.txt");
    let right = fs::read_to_string(&card).unwrap();
    let at = right.find(" 5) ").unwrap() + 4;
    let wrong = if right.as_bytes()[at] == b'0' { "1" } else { "0" };
    fs::write(&card, format!("{}{wrong}{}", &right[..at], &right[at + 1..])).unwrap();
    let told = with_cards(&station, &drill, &cards(&ours, &[1, 2])).ends(1);
    assert!(told.err.contains("card-01.txt") && told.err.contains("row 5"), "{}", told.err);
    for (content, words) in
        [("", "0 rows"), ("病院\n", "0 rows"), (&right[..at], "4 rows"), (&right[..at + 9], "row 5")]
    {
        fs::write(&card, content).unwrap();
        let told = with_cards(&station, &drill, &cards(&ours, &[1, 2])).ends(1);
        assert!(told.err.contains(words), "{}", told.err);
    }
    // A machine without a home puts cards together too: there is nothing to write it down in.
    let nowhere = out(&station, "nowhere");
    let words =
        ["keys", "combine", "--out", text(&out(&station, "identity")), "--home", text(&nowhere)].map(str::to_owned);
    let words = [&words[..], &cards(&ours, &[2, 3])].concat();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let told = crate::door::run(&mut crate::door::program(&words)).ends(0);
    assert!(told.out.contains("no home here") && !nowhere.exists(), "{}", told.out);
}

#[test]
fn a_real_home_is_not_done_without_people_and_every_key_has_a_second_holder() {
    let station = Station::real();
    let folder = out(&station, "cards");
    let told = ceremony(&station, "ceremony", &folder).ends(2);
    assert!(told.err.contains("training home only"), "{}", told.err);
    // Without a terminal nobody can type.
    let made = ["keys", "ceremony", "--shares", "3", "--threshold", "2", "--out", text(&folder)];
    station.run(&[&made[..], &HOLDERS].concat()).ends(2);
    station.run(&["keys", "drill"]).ends(2);
    assert!(!folder.exists());
    assert_eq!(station.run(&["keys", "list", "--json"]).ends(3).json()["alone"], true);
    let second = Station::made(&["--second-holder", "事務長 乙"]);
    let listed = second.run(&["keys", "list", "--json"]).ends(0).json();
    assert_eq!((&listed["second_holder"], &listed["alone"]), (&"事務長 乙".into(), &false.into()));
    // One person cannot be two officers, one card cannot open a key, and the cards do not lie in the home.
    let training = Station::training();
    let inside = training.home().join("cards");
    let made = |words: &[&str]| training.run(&[&["keys", "ceremony", "--unattended"], words].concat());
    let to = text(&folder);
    made(&["--shares", "2", "--threshold", "2", "--out", to, "--holder", "甲", "--holder", "甲"]).ends(2);
    made(&["--shares", "2", "--threshold", "2", "--out", to, "--holder", "甲"]).ends(2);
    made(&["--shares", "2", "--threshold", "1", "--out", to]).ends(1);
    made(&["--shares", "2", "--threshold", "3", "--out", to]).ends(1);
    made(&["--shares", "2", "--threshold", "2", "--out", text(&inside)]).ends(2);
    assert!(training.run(&["keys", "list", "--json"]).ends(3).json()["keys"].as_array().unwrap().is_empty());
}

/// The rows of a card as its paper has them.
fn rows(folder: &Path, number: u8) -> Vec<String> {
    let card = fs::read_to_string(folder.join(format!("card-{number:02}.txt"))).unwrap();
    let rows = card.lines().filter_map(|line| line.split_once(") ")).filter(|(no, _)| no.trim().parse::<u8>().is_ok());
    rows.map(|(_, row)| row.to_owned()).collect()
}

fn wait_for(path: &Path) {
    while !path.exists() {
        std::thread::yield_now();
    }
}

#[test]
fn a_ceremony_ends_when_every_card_was_typed_back_and_a_drill_opens_with_k_of_them() {
    let station = Station::made(&["--second-holder", "事務長 乙"]);
    let folder = out(&station, "cards");
    let made = ["keys", "ceremony", "--shares", "3", "--threshold", "2", "--out", text(&folder)];
    let mut terminal = Terminal::run(&station, &[&made[..], &HOLDERS].concat());
    wait_for(&folder.join("card-03.pdf"));
    let papers: Vec<Vec<String>> = (1..=3).map(|number| rows(&folder, number)).collect();
    let ask = |number: usize, row: usize| format!("（{}） {}/11: ", HOLDERS[number * 2 - 1], row + 1);
    // A slip in the third row is said at once, and that row is asked for again.
    for (row, typed) in papers[0].iter().enumerate() {
        if row == 2 {
            terminal.answer(&ask(1, row), &typed.replacen(|c: char| c.is_ascii_digit(), "x", 1));
        }
        terminal.answer(&ask(1, row), typed);
    }
    // Somebody types another officer's card; then the right one, as a scanner of its code gives it.
    for (row, typed) in papers[2].iter().enumerate() {
        terminal.answer(&ask(2, row), typed);
    }
    terminal.answer(&ask(2, 0), &papers[1].concat());
    terminal.answer(&ask(3, 0), &papers[2].concat());
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    assert!(!shown.contains(&papers[2][3]), "typed digits are not shown: {shown}");
    assert!(folder.read_dir().unwrap().next().is_none(), "the files of the cards are gone");
    let key = station.run(&["keys", "list", "--json"]).ends(0).json()["keys"][0].clone();
    assert_eq!((&key["unattended"], &key["holders"][1]), (&false.into(), &"事務長 乙".into()));
    let mut terminal = Terminal::run(&station, &["keys", "drill", "--by", "情報 丙"]);
    terminal.answer("（card 1） 1/11: ", &papers[2].concat());
    // The same card again is one card.
    terminal.answer("1 to go） 1/11: ", &papers[2].concat());
    terminal.answer("1 to go） 1/11: ", &papers[0].concat());
    let (shown, code) = terminal.end();
    assert_eq!(code, 0, "{shown}");
    let key = station.run(&["keys", "list", "--json"]).ends(0).json()["keys"][0].clone();
    assert_eq!((&key["drilled"]["by"], &key["drilled"]["cards"]), (&"情報 丙".into(), &"1 3".into()));
    // The home opens with what the papers give, when its own key file is lost; and putting them together is written down all the same.
    fs::remove_file(station.home().join("keys/home.key")).unwrap();
    let typed = papers[1..].iter().map(|rows| Share::read(&rows.join("\n")).unwrap()).collect::<Vec<_>>();
    let identity = out(&station, "identity");
    fs::write(&identity, combine(&typed).unwrap().file().as_bytes()).unwrap();
    station.run(&["keys", "list"]).ends(1);
    let papers: Vec<String> = (0..2).map(|at| file(&station, at, &papers[at])).collect();
    with_cards(&station, &["keys", "combine", "--out", text(&out(&station, "again"))], &papers).ends(0);
    let listed = station.run(&["keys", "list", "--json", "--identity", text(&identity)]).ends(3).json();
    assert_eq!(listed["rotate_now"], true);
}

fn file(station: &Station, at: usize, rows: &[String]) -> String {
    let path = out(station, &format!("typed-{at}"));
    fs::write(&path, rows.join("\n")).unwrap();
    text(&path).to_owned()
}

#[test]
fn a_ceremony_that_stops_half_way_makes_no_key() {
    let station = Station::made(&["--second-holder", "事務長 乙"]);
    let slots = fs::read(station.home().join("keys/slots")).unwrap();
    let folder = out(&station, "cards");
    let made = ["keys", "ceremony", "--shares", "3", "--threshold", "2", "--out", text(&folder)];
    let mut terminal = Terminal::run(&station, &[&made[..], &HOLDERS].concat());
    wait_for(&folder.join("card-03.pdf"));
    let first = rows(&folder, 1).concat();
    terminal.answer("1/11: ", &first);
    // Ctrl-D.
    terminal.answer("（事務長 乙） 1/11: ", "\u{4}");
    let (shown, code) = terminal.end();
    assert!(code == 1 && shown.contains("shred the printed cards"), "{code}: {shown}");
    assert!(folder.read_dir().unwrap().next().is_none());
    assert_eq!(fs::read(station.home().join("keys/slots")).unwrap(), slots);
    assert!(station.run(&["keys", "list", "--json"]).ends(0).json()["keys"].as_array().unwrap().is_empty());
}

fn every_file(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in folder.read_dir().unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { every_file(&path, found) } else { found.push(path) }
    }
}

fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    memchr::memmem::find(bytes, secret).is_some()
}

/// What is readable of a program's memory.
fn memory(pid: u32) -> Vec<Vec<u8>> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let mut mem = fs::File::open(format!("/proc/{pid}/mem")).unwrap();
    let mut all = Vec::new();
    for line in maps.lines().filter(|line| line.contains(" rw-p ")) {
        let (from, to) = line.split(' ').next().unwrap().split_once('-').unwrap();
        let [from, to] = [from, to].map(|at| u64::from_str_radix(at, 16).unwrap());
        let mut bytes = vec![0; usize::try_from(to - from).unwrap()];
        // Some pages are promised and not there.
        if mem.seek(SeekFrom::Start(from)).is_ok() && mem.read_exact(&mut bytes).is_ok() {
            all.push(bytes);
        }
    }
    all
}

#[test]
fn no_identity_and_no_card_lies_in_a_home_or_in_the_memory_of_a_program_that_serves_it() {
    let station = Station::training();
    let folder = out(&station, "cards");
    ceremony(&station, "ceremony", &folder).ends(0);
    let texts: Vec<String> = cards(&folder, &[1, 2, 3]).iter().map(|card| fs::read_to_string(card).unwrap()).collect();
    let shares: Vec<Share> = texts.iter().map(|text| Share::read(text).unwrap()).collect();
    let identity = combine(&shares).unwrap();
    let line = identity.file().lines().last().unwrap().to_owned();
    let raw = bech32_bytes(&line);
    let row = shares[0].rows()[5].to_string();
    let mut secrets = vec![line.as_bytes().to_vec(), line.to_lowercase().into_bytes(), raw];
    secrets.extend([row.replace(' ', "").into_bytes(), row.into_bytes(), b"AGE-SECRET-KEY-1".to_vec()]);
    let mut files = Vec::new();
    every_file(&station.home(), &mut files);
    assert!(files.len() > 4);
    for path in files {
        let bytes = fs::read(&path).unwrap();
        assert!(!secrets.iter().any(|secret| holds(&bytes, secret)), "{}", path.display());
    }
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let page = running.get("/keys", &running.let_in());
    assert!(page.contains("<h1>鍵 <span class=\"mark "), "{page}");
    assert!(page.contains(&identity.id().to_string()) && page.contains(&identity.recipient().to_string()), "{page}");
    let memory = memory(running.id());
    let known = memory.iter().any(|bytes| holds(bytes, identity.recipient().to_string().as_bytes()));
    assert!(known, "the search finds what is there: the recipient");
    // The last is how every identity begins: the program itself knows those letters.
    for secret in &secrets[..secrets.len() - 1] {
        assert!(!memory.iter().any(|bytes| holds(bytes, secret)));
    }
    running.stop();
}

/// The 32 bytes of an identity's line, reckoned here: five bits a letter, the last six letters check it (BIP 173).
fn bech32_bytes(line: &str) -> Vec<u8> {
    const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let line = line.to_lowercase();
    let data = &line[line.rfind('1').unwrap() + 1..line.len() - 6];
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0);
    for letter in data.chars() {
        held = (held << 5) | u32::try_from(LETTERS.find(letter).unwrap()).unwrap();
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits).unwrap());
            held &= (1 << bits) - 1;
        }
    }
    assert_eq!(bytes.len(), 32);
    bytes
}

#[test]
fn every_page_says_that_a_key_is_to_be_rotated_until_it_is() {
    let station = Station::training();
    let (first, second) = (out(&station, "first"), out(&station, "second"));
    ceremony(&station, "ceremony", &first).ends(0);
    let running = Running::start(&mut station.command(&["serve", "--port", "0"]), "/open/");
    let cookie = running.let_in();
    let says = |path: &str| running.get(path, &cookie).contains("ただちに鍵を更新してください");
    assert!(!says("/") && !says("/keys"));
    // Beside a program that writes.
    let identity = out(&station, "identity");
    with_cards(&station, &["keys", "combine", "--out", text(&identity)], &cards(&first, &[3, 1])).ends(0);
    assert!(says("/") && says("/wards") && says("/keys"));
    ceremony(&station, "rotate", &second).ends(0);
    assert!(!says("/") && !says("/keys"));
    running.stop();
}

#[test]
fn cards_are_read_from_standard_input() {
    let station = Station::training();
    let folder = out(&station, "cards");
    ceremony(&station, "ceremony", &folder).ends(0);
    let identity = out(&station, "identity");
    let card = cards(&folder, &[2]).remove(0);
    let words = ["keys", "combine", "-", &card, "--out", text(&identity)];
    let given = fs::File::open(folder.join("card-03.txt")).unwrap();
    crate::door::run(station.command(&words).stdin(given)).ends(0);
    let opened = Identity::read(&fs::read_to_string(&identity).unwrap()).unwrap();
    let listed = station.run(&["keys", "list", "--json"]).ends(3).json();
    assert_eq!(listed["keys"][0]["id"], opened.id().to_string());
    let other = Identity::generate();
    assert_eq!(
        opened.open(&other.recipient().seal(b"x").unwrap()).unwrap_err(),
        KeyError::DoesNotOpen { key: opened.id() }
    );
}

#[test]
fn what_is_sealed_after_the_ceremony_opens_with_the_cards_of_its_time() {
    let station = Station::training();
    let [first, second, vault] = ["first", "second", "vault"].map(|name| out(&station, name));
    fs::create_dir(&vault).unwrap();
    station.run(&["vault", "target", "add", text(&vault), "--name", "A"]).ends(0);
    ceremony(&station, "ceremony", &first).ends(0);
    let seal = || {
        let ran = station.run(&["vault", "seal"]);
        assert!([0, 3].contains(&ran.code), "{}\n{}", ran.out, ran.err);
        let mut segments = Vec::new();
        every_file(&vault.join("segments"), &mut segments);
        segments.sort();
        segments
    };
    let sealed = seal();
    let drill = |folder: &Path, segment: &Path| {
        let words = ["keys", "drill", "--unattended", "--open", text(segment)];
        with_cards(&station, &words, &cards(folder, &[1, 3]))
    };
    drill(&first, &sealed[0]).ends(0);
    ceremony(&station, "rotate", &second).ends(0);
    let later = seal();
    assert!(later.len() > sealed.len(), "the rotation itself is sealed to the new key");
    let newest = later.last().unwrap();
    drill(&second, newest).ends(0);
    let refused = drill(&second, &sealed[0]).ends(4);
    assert!(refused.err.contains("does not open it"), "{}", refused.err);
    drill(&first, newest).ends(4);
    drill(&first, &sealed[0]).ends(0);
    // The home is opened by its key file, whatever identity opens the segments.
    let identity = out(&station, "identity");
    with_cards(&station, &["keys", "combine", "--out", text(&identity)], &cards(&first, &[1, 2])).ends(0);
    let verified = station.run(&["vault", "verify", "--identity", text(&identity)]);
    assert!([0, 3].contains(&verified.code), "{}\n{}", verified.out, verified.err);
}
