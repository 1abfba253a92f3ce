//! Paper, a witness and the log in the clear: a history made anew by who holds the station's key is known, and what operators did is
//! there when the station is not.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::door::{Ran, Station, program, run};
use crate::trees::{Hospital, messages};
use crate::vault::{restore, sealed, sealing};

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Everything of a folder to another, as somebody copies a disk.
fn copied(from: &Path, to: &Path) {
    run(std::process::Command::new("cp").arg("-a").args([from, to])).ends(0);
}

/// One more message comes, and is sealed.
fn goes_on(station: &Station, tree: &Path, at: usize) {
    let file = messages(tree).into_iter().nth(at).unwrap();
    fs::write(&file, [fs::read(&file).unwrap(), b"\r".to_vec()].concat()).unwrap();
    station.run(&["feed", "--once", text(tree)]);
    sealed(station);
}

fn verify_at(place: &Path, more: &[&str]) -> Ran {
    run(&mut program(&[&["vault", "verify", "--json", "--at", text(place)], more].concat()))
}

/// A witness that needs no home, in a folder beside the station.
struct Witness {
    dir: PathBuf,
    card: String,
}

impl Witness {
    fn new(station: &Station, name: &str) -> Witness {
        let dir = station.folder().join(name);
        let told = run(&mut program(&["vault", "witness", "init", "--as", text(&dir), "--name", name, "--json"]));
        Witness { dir, card: told.ends(0).json()["card"].as_str().unwrap().to_owned() }
    }

    fn sign(&self, file: &Path, out: &Path, more: &[&str]) -> Ran {
        let words = ["vault", "witness", "sign", text(file), "--as", text(&self.dir), "--out", text(out), "--json"];
        run(&mut program(&[&words[..], more].concat()))
    }
}

/// The code of the vault's log on the board of a ward, as a scanner reads it.
fn on_paper(station: &Station) -> String {
    let wards = station.run(&["ward", "--json"]).json();
    let ward = wards["wards"][0]["ward"].as_str().expect("a ward").to_owned();
    let out = station.folder().join("board.pdf");
    let printed = station.run(&["print", "ward", &ward, "--only", "board", "--out", text(&out)]);
    assert!([0, 3].contains(&printed.code), "{}", printed.err);
    let mut codes = Vec::new();
    scan::look(&fs::read(out).unwrap(), |page| codes.extend(page.codes)).unwrap();
    let mut codes = codes.into_iter().map(|code| code.text).filter(|text| text.starts_with("LOG-"));
    let code = codes.next().expect("the board carries the head of the log");
    assert_eq!(codes.next(), None, "once");
    code
}

/// A station whose log others have seen, and what they keep of it.
struct Watched {
    station: Station,
    /// A hospital with wards.
    tree: PathBuf,
    place: PathBuf,
    witness: Witness,
    /// What the witness signed last.
    signed: PathBuf,
    /// The key of the log.
    key: String,
    /// The code on the ward's board.
    paper: String,
}

impl Watched {
    /// Copies of home and place are kept from before anybody saw anything.
    fn new() -> Watched {
        let (station, place, _) = sealing();
        let tree = station.folder().join("tree");
        let words = ["drill", "hospital", "--patients", "60", "--seed", "7", "--stop-at", "now", "--out", text(&tree)];
        run(&mut program(&words)).ends(0);
        station.feed(&tree);
        sealed(&station);
        copied(&station.home(), &station.folder().join("home-before"));
        copied(&place, &station.folder().join("place-before"));
        goes_on(&station, &tree, 3);
        let witness = Witness::new(&station, "neighbour");
        station.run(&["vault", "witness", "add", &witness.card]).ends(0);
        let signed = station.folder().join("signed");
        let told = station.run(&["vault", "checkpoint", "--out", text(&station.folder().join("asked")), "--json"]);
        let key = told.ends(0).json()["key"].as_str().unwrap().to_owned();
        let mut watched = Watched { station, tree, place, witness, signed, key, paper: String::new() };
        watched.seen_first();
        watched.paper = on_paper(&watched.station);
        watched.seen_again();
        watched
    }

    fn asked(&self) -> PathBuf {
        self.station.folder().join("asked")
    }

    /// The first time the witness must be told the key; then it signs, and what it signed is taken in.
    fn seen_first(&self) {
        let unknown = self.witness.sign(&self.asked(), &self.signed, &[]).ends(2);
        assert!(unknown.err.contains("--key"), "{}", unknown.err);
        self.witness.sign(&self.asked(), &self.signed, &["--key", &self.key]).ends(0);
        let taken = self.station.run(&["vault", "witness", "take", text(&self.signed), "--json"]).ends(0).json();
        assert_eq!((&taken["number"], &taken["places"]), (&2.into(), &1.into()), "{taken}");
        assert!(self.place.join(taken["object"].as_str().unwrap()).is_file());
        let status = self.station.run(&["vault", "status", "--json"]).json();
        let one = &status["witnesses"][0];
        assert_eq!((&one["name"], &one["number"]), (&"neighbour".into(), &2.into()));
    }

    /// It goes on, and is what was seen: by paper, by the witness, and the next time.
    fn seen_again(&self) {
        goes_on(&self.station, &self.tree, 5);
        let since = size_of(&self.signed);
        let more = ["--seen", &self.paper.to_lowercase(), "--witness", &self.witness.card];
        let good = verify_at(&self.place, &more).ends(0).json();
        let target = &good["targets"][0];
        assert_eq!(
            (&target["seen"][0]["continues"], target["witnessed"][0].to_string()),
            (&"yes".into(), since.clone())
        );
        let checkpoint = ["vault", "checkpoint", "--out", text(&self.asked())].map(str::to_owned);
        self.station.run(&checkpoint.each_ref().map(String::as_str)).ends(0);
        assert!(self.witness.sign(&self.asked(), &self.signed, &[]).ends(2).err.contains(&format!("--since {since}")));
        self.station.run(&["vault", "checkpoint", "--out", text(&self.asked()), "--since", &since]).ends(0);
        self.witness.sign(&self.asked(), &self.signed, &[]).ends(0);
    }

    /// The intruder has the key: from the older copy he makes another history, longer than the true one, which lies elsewhere now.
    fn made_anew(&self) -> PathBuf {
        let folder = self.station.folder();
        let (true_place, home) = (folder.join("place-true"), self.station.home());
        fs::rename(&self.place, &true_place).unwrap();
        fs::rename(&home, folder.join("home-true")).unwrap();
        fs::rename(folder.join("place-before"), &self.place).unwrap();
        fs::rename(folder.join("home-before"), &home).unwrap();
        (7..20).for_each(|at| goes_on(&self.station, &self.tree, at));
        true_place
    }
}

#[test]
fn a_history_made_anew_with_the_stations_key_is_known_by_paper() {
    let watched = Watched::new();
    let true_place = watched.made_anew();
    let Watched { station, place, paper, signed, .. } = &watched;
    verify_at(place, &[]).ends(0);
    let file = station.folder().join("codes.txt");
    fs::write(&file, format!("{paper}\n")).unwrap();
    for seen in [paper.as_str(), text(&file), text(signed)] {
        let told = verify_at(place, &["--seen", seen]).ends(4).json();
        assert_ne!(told["targets"][0]["seen"][0]["continues"], "yes", "{told}");
        verify_at(&true_place, &["--seen", seen]).ends(0);
    }
    station.run(&["vault", "verify", "--seen", paper]).ends(4);
    // A true history that was cut short ends before what was seen.
    for folder in ["manifests", "segments", "log/checkpoints"] {
        for entry in fs::read_dir(true_place.join(folder)).unwrap().flatten() {
            let name = entry.file_name().into_string().unwrap();
            if name.starts_with("00000002") || name.starts_with("00000003") {
                fs::remove_file(entry.path()).unwrap();
            }
        }
    }
    let cut = verify_at(&true_place, &["--seen", paper]).ends(4).json();
    assert_eq!(cut["targets"][0]["seen"][0]["continues"], "ends_before");
}

/// Both histories lie at one place: what is told is of the one that is said, by paper, a witness or a name, and ends with 4.
#[test]
fn of_two_histories_at_one_place_a_person_says_which_is_told_of() {
    let watched = Watched::new();
    let true_place = watched.made_anew();
    let Watched { station, place, witness, paper, .. } = &watched;
    let names = |place: &Path| {
        let entries = fs::read_dir(place.join("manifests")).unwrap().flatten();
        entries.map(|entry| format!("manifests/{}", entry.file_name().to_str().unwrap())).collect::<Vec<_>>()
    };
    let second = |place: &Path| names(place).into_iter().find(|name| name.starts_with("manifests/00000002")).unwrap();
    let (his, ours) = (second(place), second(&true_place));
    copied(&true_place.join("."), place);
    let followed = |told: &Value| -> Vec<String> {
        let findings = told["findings"].as_array().unwrap();
        let is = |finding: &&Value| finding["what"].as_str().unwrap().contains("this one is followed");
        findings.iter().filter(is).map(|finding| finding["object"].as_str().unwrap().to_owned()).collect()
    };
    for (words, which) in [
        (["--seen", paper.as_str()], &ours),
        (["--witness", witness.card.as_str()], &ours),
        (["--history", ours.as_str()], &ours),
        (["--history", his.as_str()], &his),
    ] {
        let told = verify_at(place, &words).ends(4).json();
        assert_eq!(followed(&told["targets"][0]).first(), Some(which), "{words:?}: {told}");
        let log = ["vault", "log", "--json", "--at", text(place)];
        let told = run(&mut program(&[&log[..], &words].concat())).ends(4).json();
        assert_eq!(followed(&told).first(), Some(which), "{words:?}: {told}");
        let audit = ["vault", "audit", "--mhlw", "--json"];
        let told = station.run(&[&audit[..], &words].concat()).ends(4).json();
        let fork = &told["facts"]["places"][0]["fork"];
        let beside = if *which == ours { &his } else { &ours };
        assert_eq!((&fork["number"], &fork["beside"][0]), (&2.into(), &beside.as_str().into()), "{words:?}: {fork}");
    }
    // For people: that there are two, which was followed, and how to say which is meant.
    let words = ["vault", "verify", "--at", text(place), "--history", &ours];
    let told = run(&mut program(&words)).ends(4).out;
    for said in ["⚠ 履歴が二つあります", "--seen LOG-", "There are two histories", "the other one is followed"]
    {
        assert!(told.contains(said), "{said}: {told}");
    }
    let file = station.folder().join("audit.csv");
    let told = station.run(&["vault", "audit", "--mhlw", "--out", text(&file), "--history", &ours]).ends(4).out;
    for told in [told, fs::read_to_string(file).unwrap()] {
        assert!(told.contains("端末の鍵で署名された別の履歴があります") && told.contains(&his), "{told}");
    }
}

#[test]
fn a_history_made_anew_with_the_stations_key_is_not_signed_by_a_witness() {
    let watched = Watched::new();
    let true_place = watched.made_anew();
    let Watched { station, place, witness, signed, key, .. } = &watched;
    let (asked, since, out) = (watched.asked(), size_of(signed), station.folder().join("out"));
    let told = station.run(&["vault", "checkpoint", "--out", text(&asked), "--since", &since, "--json"]).ends(0).json();
    assert_eq!(told["key"].as_str(), Some(key.as_str()), "the same key signs");
    let seen_before = fs::read(seen_file(witness)).unwrap();
    let refused = witness.sign(&asked, &out, &[]).ends(4);
    assert!(refused.err.contains("refused") && !out.exists(), "{}", refused.err);
    assert_eq!(fs::read(seen_file(witness)).unwrap(), seen_before);
    let kept = fs::read_dir(witness.dir.join("refused")).unwrap().next().unwrap().unwrap().path();
    assert_eq!(fs::read(kept).unwrap(), fs::read(&asked).unwrap(), "both are kept");
    // The forged station does not take in what the witness signed; laid beside its log, it contradicts it.
    station.run(&["vault", "witness", "add", &witness.card]).ends(0);
    station.run(&["vault", "witness", "take", text(signed)]).ends(4);
    verify_at(place, &[]).ends(0);
    fs::create_dir_all(place.join("log/witnessed")).unwrap();
    for entry in fs::read_dir(true_place.join("log/witnessed")).unwrap().flatten() {
        fs::copy(entry.path(), place.join("log/witnessed").join(entry.file_name())).unwrap();
    }
    verify_at(place, &[]).ends(4);
}

/// Entries of the log that a signed checkpoint covers.
fn size_of(signed: &Path) -> String {
    fs::read_to_string(signed).unwrap().lines().nth(1).unwrap().to_owned()
}

fn seen_file(witness: &Witness) -> PathBuf {
    fs::read_dir(witness.dir.join("seen")).unwrap().next().unwrap().unwrap().path()
}

#[test]
fn what_is_no_witness_or_no_paper_is_said_and_nothing_is_signed() {
    let (station, place, _) = sealing();
    let hospital = Hospital::small("");
    station.feed(&hospital.root());
    let asked = station.folder().join("asked");
    station.run(&["vault", "checkpoint", "--out", text(&asked)]).ends(1);
    sealed(&station);
    let witness = Witness::new(&station, "w");
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(witness.dir.join("witness.key")).unwrap().permissions().mode() & 0o777, 0o600);
    run(&mut program(&["vault", "witness", "init", "--as", text(&witness.dir), "--name", "w"])).ends(1);
    run(&mut program(&["vault", "witness", "init", "--as", "/nowhere/x", "--name", "a b"])).ends(2);
    station.run(&["vault", "checkpoint", "--out", text(&asked), "--since", "99999"]).ends(2);
    let told = station.run(&["vault", "checkpoint", "--out", text(&asked), "--json"]).ends(0).json();
    let out = station.folder().join("out");
    // Another key than the log's; a file that asks nothing; another folder.
    witness.sign(&asked, &out, &["--key", &witness.card]).ends(2);
    witness.sign(&place.join("vault.txt"), &out, &["--key", told["key"].as_str().unwrap()]).ends(2);
    let bare = Witness { dir: station.folder().join("bare"), card: String::new() };
    bare.sign(&asked, &out, &["--key", told["key"].as_str().unwrap()]).ends(2);
    assert!(!out.exists());
    // What nobody registered signed is not taken in.
    witness.sign(&asked, &out, &["--key", told["key"].as_str().unwrap()]).ends(0);
    assert!(station.run(&["vault", "witness", "take", text(&out)]).ends(1).err.contains("witness add"));
    station.run(&["vault", "witness", "take", text(&place.join("vault.txt"))]).ends(1);
    station.run(&["vault", "witness", "add", told["key"].as_str().unwrap()]).ends(2);
    station.run(&["vault", "witness", "add", text(&witness.dir.join("witness.txt"))]).ends(0);
    station.run(&["vault", "witness", "take", text(&out)]).ends(0);
    station.run(&["vault", "witness", "remove", "w"]).ends(0);
    station.run(&["vault", "witness", "remove", "w"]).ends(2);
    // A paper of another vault is no fault of this one.
    station.run(&["vault", "verify", "--seen", "LOG-1"]).ends(2);
    let other = format!("LOG-{}-3-{}", "AB".repeat(16), "00".repeat(32));
    station.run(&["vault", "verify", "--seen", &other]).ends(4);
    verify_at(&place, &["--seen", &other]).ends(4);
    assert_eq!(station.run(&["vault", "status", "--json"]).json()["held"][1], "amber");
}

fn entries(place: &Path) -> Vec<Value> {
    let told = run(&mut program(&["vault", "log", "--json", "--at", text(place)])).ends(0).json();
    assert_eq!(told["sound"], true);
    let entries = told["entries"].as_array().unwrap().clone();
    assert!(entries.iter().all(|entry| entry["proved"] == true));
    assert_eq!(told["size"], entries.len());
    entries
}

#[test]
fn what_operators_did_is_there_when_the_station_is_not() {
    let (station, place, key) = sealing();
    let hospital = Hospital::small("");
    station.feed(&hospital.root());
    let folder = station.folder().join("cards");
    let cards = ["--shares", "3", "--threshold", "2", "--unattended", "--out", text(&folder)];
    station.run(&[&["keys", "ceremony"], &cards[..]].concat()).ends(0);
    let (one, two) = (folder.join("card-01.txt"), folder.join("card-02.txt"));
    station.run(&["keys", "drill", "--unattended", text(&one), text(&two)]).ends(0);
    let numbers = hospital.numbers();
    let known = |number: &&&str| [0, 3].contains(&station.run(&["chart", number, "--json"]).code);
    let number = *numbers.iter().find(known).unwrap();
    station.run(&["search", "タナカ"]);
    let other = station.folder().join("vault-b");
    fs::create_dir(&other).unwrap();
    station.run(&["vault", "target", "add", text(&other), "--name", "B", "--by", "悪 太郎"]).ends(0);
    station.run(&["vault", "target", "remove", "B", "--by", "悪 太郎"]).ends(0);
    sealed(&station);
    let looks =
        station.run(&["audit", "--json", "--patient", number]).ends(0).json()["looks"].as_array().unwrap().len();
    fs::remove_dir_all(station.home()).unwrap();

    let entries = entries(&place);
    let lines: Vec<&str> = entries.iter().map(|entry| entry["entry"].as_str().unwrap()).collect();
    for act in [
        "target add",
        "target remove",
        "recipient add",
        "key made",
        "unlock drill",
        "vault made",
        "looks 1-",
        "view ",
        "search ",
    ] {
        assert!(lines.iter().any(|line| line.starts_with(&format!("act {act}"))), "{act}: {lines:#?}");
    }
    for line in &lines {
        assert!(line.is_ascii() && !line.contains(number), "no name, no patient: {line}");
    }
    let acts = lines.iter().filter_map(|line| line.strip_prefix("act target "));
    let by: Vec<&str> = acts.map(|act| act.split(' ').nth(2).unwrap()).collect();
    assert!(by.len() == 3 && by[1] == by[2] && by[0] != by[1], "one person is one number: {by:?}");

    come_back(&place, &key, number, looks);
    // A log with a hole is said to have one.
    let manifest = fs::read_dir(place.join("manifests")).unwrap().next().unwrap().unwrap().path();
    let forged = fs::read_to_string(&manifest).unwrap().replace("act target remove", "act target forget");
    fs::write(&manifest, forged).unwrap();
    run(&mut program(&["vault", "log", "--at", text(&place)])).ends(4);
}

/// The access audit of a station that is gone: readable as such, whole, and handed on.
fn come_back(place: &Path, key: &Path, number: &str, looks: usize) {
    let other = Station::bare();
    let told = restore(place, key, &other, &[]).ends(0).json();
    assert!(told["looks"].as_u64().unwrap() > 1, "{told}");
    let found = other.run(&["audit", "--json", "--patient", number]).ends(0).json();
    let old: Vec<&Value> = found["looks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|look| !look["station"].as_str().unwrap().is_empty())
        .collect();
    assert_eq!(old.len(), looks);
    assert!(other.run(&["audit", "--patient", number]).ends(0).out.contains("前の端末"));
    let verified = other.run(&["audit", "--verify", "--json"]).ends(0).json();
    assert_eq!(verified["past"][0]["broken"], Value::Null, "{verified}");
    // They go on into the vault of the home that was restored.
    let second = other.folder().join("vault-b");
    fs::create_dir(&second).unwrap();
    other.run(&["vault", "target", "remove", "A"]).ends(0);
    other.run(&["vault", "target", "add", text(&second), "--name", "B"]).ends(0);
    sealed(&other);
    let third = Station::bare();
    let again = restore(&second, key, &third, &[]).ends(0).json();
    assert!(again["looks"].as_u64() > told["looks"].as_u64(), "{again}");
}
