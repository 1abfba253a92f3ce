//! Golden bytes of every kind of event that has no file of its own for them: they must be read for ever.

use super::*;

fn account() -> Account {
    Account {
        account: "n01".into(),
        name: "行灯 花子".into(),
        kana: "アンドン ハナコ".into(),
        role: crate::role::Role::Nurse,
        ward: "3東".into(),
        active: true,
        reason: String::new(),
    }
}

fn opening() -> Opening {
    Opening {
        opening: "0123456789abcdef".into(),
        card: 7,
        code: 2,
        name: "臨時 一郎".into(),
        post: "当直医".into(),
        vouched_by: "当直師長".into(),
        reason: String::new(),
        until_millis: 1_000,
    }
}

fn made() -> SheetsEvent {
    let sheet = |number: &str, form: &str, id: &str, digest: &str| MadeSheet {
        number: number.into(),
        form: form.into(),
        authority: if id.is_empty() { "" } else { "self" }.into(),
        id: id.into(),
        pages: 1,
        digest: digest.into(),
    };
    SheetsEvent::Made {
        run: 12,
        scope: Scope::Ward("3東".into()),
        program: "0.1.0".into(),
        cut: "1:7".into(),
        sheets: vec![sheet("A1-12-1", "P5", "", ""), sheet("A1-12-2", "P4", "001", "ff")],
    }
}

fn flagged() -> FlagEvent {
    let [authority, id, reason] = ["self", "001", "本人の希望"].map(str::to_owned);
    FlagEvent { authority, id, flag: Flag::HideName, on: true, reason }
}

fn kept() -> ScanEvent {
    ScanEvent::Kept { scan: "00ff".into(), name: "a.pdf".into(), bytes: 9, pieces: vec!["0f".into()] }
}

fn read_pages() -> ScanEvent {
    let page = ReadPage {
        page: 1,
        sheet: "A1-12-2".into(),
        form: "P7".into(),
        sheet_page: 1,
        sheet_pages: 2,
        authority: "self".into(),
        id: "001".into(),
        reason: String::new(),
        corners: "1,2 3,2 1,4 10,20".into(),
        batch: None,
    };
    let waits = ReadPage { page: 2, reason: "no_code".into(), ..ReadPage::default() };
    ScanEvent::Read { scan: "00ff".into(), program: "0.1.0".into(), pages: vec![page, waits] }
}

/// As [`read_pages`], behind a header that says three and has two.
fn batched() -> ScanEvent {
    let ScanEvent::Read { scan, program, mut pages } = read_pages() else { unreachable!() };
    pages[1].batch = Some(InBatch { header: "A1-12-3".into(), said: 3, found: 2, scan: "00ee".into() });
    ScanEvent::Read { scan, program, pages }
}

fn filing() -> Filing {
    Filing {
        scan: "00ff".into(),
        page: 2,
        authority: "self".into(),
        id: "001".into(),
        title: "紹介状".into(),
        brought_by: "本人".into(),
        checked_by: "行灯 花子".into(),
        before: "self/002".into(),
        ..Filing::default()
    }
}

const READ_PAGES: &str = "040000003030666605000000302e312e3001000000310700000041312d31322d32020000005037010000003101000000320400000073656c66030000003030310000000011000000312c3220332c3220312c342031302c323001000000320000000000000000010000003001000000300000000000000000070000006e6f5f636f646500000000";

const BATCHED: &str = "040000003030666605000000302e312e3001000000310700000041312d31322d32020000005037010000003101000000320400000073656c66030000003030310000000011000000312c3220332c3220312c342031302c32300000000000000000000000000000000001000000320000000000000000010000003001000000300000000000000000070000006e6f5f636f6465000000000700000041312d31322d33010000003301000000320400000030306565";

#[test]
fn golden_payloads_of_scans() {
    for (event, kind, payload) in [
        (kept(), 15, "040000003030666605000000612e7064660100000039020000003066"),
        (
            ScanEvent::Sheet { number: "A1-1-1".into(), act: SheetAct::Out, words: "".into() },
            18,
            "0600000041312d312d31030000006f757400000000",
        ),
        (read_pages(), 16, READ_PAGES),
        (batched(), 53, BATCHED),
        (
            ScanEvent::Filed(filing()),
            17,
            "040000003030666601000000320400000073656c660300000030303100000000000000000100000030010000003009000000e7b4b9e4bb8be78ab606000000e69cace4baba0d000000e8a18ce781af20e88ab1e5ad90000000000800000073656c662f303032",
        ),
    ] {
        let (number, version, bytes) = Event::Scan(event).encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((number, version, hex.as_str()), (kind, 1, payload));
    }
    let items = Event::Scan(ScanEvent::Filed(filing())).items();
    assert_eq!(items, ["scans", "scan:00ff", "patient:self/001", "patient:self/002"]);
}

#[test]
fn golden_payload_of_a_flag() {
    let (kind, version, bytes) = Event::Flag(flagged()).encode().unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let golden =
        "0400000073656c660300000030303109000000686964655f6e616d6501000000310f000000e69cace4babae381aee5b88ce69c9b";
    assert_eq!((kind, version, hex.as_str()), (13, 1, golden));
}

#[test]
fn golden_payload_of_where_the_audit_stood() {
    let (kind, version, bytes) = Event::Looks(LookHead { lines: 7, hash: "00ff".into() }).encode().unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((kind, version, hex.as_str()), (14, 1, "01000000370400000030306666"));
}

#[test]
fn golden_payloads_of_sheets() {
    let patient = Scope::Patient { authority: "self".into(), id: "001".into() };
    let told = |of: &str, words: &str, places: &str, sheets: &[&str]| ToldBoxes {
        of: of.into(),
        words: words.into(),
        places: places.into(),
        sheets: sheets.iter().map(|number| (*number).to_owned()).collect(),
    };
    let (words, places) = ("t\turgent.yes\t至急\tはい", "123,456,40,40,1");
    let boxes = vec![told("00ff", words, places, &["A1-12-1", "A1-12-2"]), told("00ff", "", places, &["A1-12-3"])];
    assert_eq!(Event::Sheets(SheetsEvent::Boxes(boxes.clone())).items(), ["sheet-run:A1-12", "boxes:00ff"]);
    for (event, kind, payload) in [
        (
            SheetsEvent::Boxes(boxes),
            19,
            "04000000303066661a0000007409757267656e742e79657309e887b3e680a509e381afe381840f0000003132332c3435362c34302c34302c310f00000041312d31322d312041312d31322d320400000030306666000000000f0000003132332c3435362c34302c34302c310700000041312d31322d33",
        ),
        (
            SheetsEvent::RunTaken { run: 12, scope: patient },
            11,
            "020000003132170000007368656574733a70617469656e743a73656c662f303031",
        ),
        (
            made(),
            12,
            "020000003132100000007368656574733a776172643a33e69db105000000302e312e3003000000313a370700000041312d31322d3102000000503500000000000000000100000031000000000700000041312d31322d320200000050340400000073656c66030000003030310100000031020000006666",
        ),
    ] {
        let (number, version, bytes) = Event::Sheets(event).encode().unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((number, version, hex.as_str()), (kind, 1, payload));
    }
}

#[test]
fn golden_payloads_of_people() {
    for (event, kind, digest) in [
        (
            PeopleEvent::Account(account()),
            6,
            "030000006e30310d000000e8a18ce781af20e88ab1e5ad9016000000e382a2e383b3e38389e383b320e3838fe3838ae382b3050000006e757273650400000033e69db1010000003100000000",
        ),
        (PeopleEvent::CardMade { card: 7, ward: "3東".into(), codes: 4 }, 7, "01000000370400000033e69db10100000034"),
        (
            PeopleEvent::Opened(opening()),
            8,
            "1000000030313233343536373839616263646566010000003701000000320d000000e887a8e6998220e4b880e9838e09000000e5bd93e79bb4e58cbb0c000000e5bd93e79bb4e5b8abe995b7000000000400000031303030",
        ),
        (PeopleEvent::Reviewed { opening: "00".into(), words: "確認".into() }, 9, "02000000303006000000e7a2bae8aa8d"),
        (PeopleEvent::OwnSwitch { address: "192.0.2.1:8421".into() }, 10, "0e0000003139322e302e322e313a38343231"),
    ] {
        let (number, version, payload) = Event::People(event).encode().unwrap();
        let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!((number, version, hex.as_str()), (kind, 1, digest));
    }
}

fn id(text: &str) -> PatientId {
    PatientId { authority: "self".into(), id: text.into() }
}

/// Golden bytes: these must be read for ever. A new field is a new version.
#[test]
fn golden_payloads() {
    let link = Event::Linked { one: id("001"), other: id("2"), linked: true, reason: "同一人".into() };
    let (kind, version, payload) = link.encode().unwrap();
    let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((kind, version), (3, 1));
    assert_eq!(
        hex,
        "0400000073656c6603000000303031\
         0400000073656c660100000032\
         09000000e5908ce4b880e4baba"
    );
    assert_eq!(Event::read(kind, version, &payload), link);
    let begun = Event::LifeBegun { incarnation: 2, reason: "復元".into() };
    let (kind, version, payload) = begun.encode().unwrap();
    let hex: String = payload.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!((kind, version, hex.as_str()), (5, 1, "010000003206000000e5bea9e58583"));
}

#[test]
fn every_kind_comes_back() {
    for event in [
        Event::HomeMade { program: "0.1.0".into() },
        Event::SourceAdded { name: "std1".into(), root: "/mnt/ssmix".into() },
        Event::Linked { one: id("1"), other: id("2"), linked: false, reason: String::new() },
        Event::LifeBegun { incarnation: 2, reason: "写しから復元".into() },
        Event::People(PeopleEvent::Account(account())),
        Event::People(PeopleEvent::CardMade { card: 7, ward: "3東".into(), codes: 4 }),
        Event::People(PeopleEvent::Opened(opening())),
        Event::People(PeopleEvent::Reviewed { opening: "00".into(), words: "確認".into() }),
        Event::People(PeopleEvent::OwnSwitch { address: "192.0.2.1:8421".into() }),
        Event::Sheets(SheetsEvent::RunTaken { run: 12, scope: Scope::House }),
        Event::Sheets(made()),
        Event::Flag(flagged()),
        Event::Looks(LookHead { lines: 7, hash: "00ff".into() }),
        Event::Scan(kept()),
        Event::Scan(read_pages()),
        Event::Scan(batched()),
        Event::Scan(ScanEvent::Filed(filing())),
        Event::Scan(ScanEvent::Sheet { number: "A1-1-1".into(), act: SheetAct::Void, words: "書損".into() }),
    ] {
        let (kind, version, payload) = event.encode().unwrap();
        assert_eq!(Event::read(kind, version, &payload), event);
    }
}

#[test]
fn what_is_newer_or_broken_is_unknown_and_not_guessed() {
    assert_eq!(Event::read(LINK, 2, &[]), Event::Unknown { kind: LINK, version: 2 });
    assert_eq!(Event::read(LINK, 1, &[9, 0, 0, 0, 1]), Event::Unknown { kind: LINK, version: 1 });
}

/// Two kinds of one number would be read as each other, for ever: the numbers stand in the files of this folder, each where its kind is.
#[test]
fn every_kind_has_a_number_of_its_own() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/event");
    let mut named = std::collections::BTreeMap::<u16, Vec<String>>::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let source = std::fs::read_to_string(&path).unwrap();
        for line in source.lines().map(|line| line.trim_start_matches("pub ").trim_start_matches("pub(super) ")) {
            let Some((name, number)) = line.strip_prefix("const ").and_then(|rest| rest.split_once(": u16 = ")) else {
                continue;
            };
            let number = number.trim_end_matches(';').parse().unwrap();
            named.entry(number).or_default().push(format!("{name} of {}", path.file_name().unwrap().display()));
        }
    }
    let twice: Vec<_> = named.iter().filter(|(_, names)| names.len() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    let last = named.keys().last().copied().unwrap_or_default();
    assert!(named.keys().copied().eq(1..=last), "{:?}", named.keys());
}
