//! The closed list of everything a person or the station itself can say: what is written in a station's log.
//!
//! The store keeps envelopes and knows no kinds; here each kind has its number, its version and its payload. A payload
//! is UTF-8 fields, each with its length before it (docs/encoding.md). An unknown kind is kept and shown, never guessed.

mod flags;
mod gate;
mod people;
mod runs;
mod scans;
mod settled;
mod sheets;
mod temporary;
mod whereabouts;

use chart::temporary::Block;
use chart::{Moment, PatientId};
use store::{LookHead, NewEvent};

use crate::home::{Home, Problem};

pub use flags::{FLAGS_ITEM, Flag, FlagEvent};
pub use gate::{Announced, Canary, GATE_ITEM, GateAct, GateAlarm, GateDecision, GateEvent, GateRule};
pub use people::{ACCOUNTS_ITEM, Account, BREAK_GLASS_ITEM, Opening, PeopleEvent, account_item};
pub use runs::{JOBS_ITEM, Job, JobState, PLANNED, PRINTING_ITEM, Plan, RunsEvent, memo_item};
pub use scans::{Filing, ReadPage, SCANS_ITEM, SHEET_ACTS, SHEET_ACTS_ITEM, ScanEvent, SheetAct, scan_item};
pub use settled::SettledEvent;
pub use sheets::{MADE_ITEM, MadeSheet, RUNS_ITEM, Scope, SheetsEvent, ToldBoxes, boxes_item, run_item};
pub use temporary::{BLOCKS_ITEM, blocks_item};
pub use whereabouts::{
    DONE, KINDS, LETTER_KINDS, LETTERS_ITEM, Letter, OPEN, PAPER_ACTS, PaperAct, PaperEvent, PaperSaid, THINGS_ITEM,
    Thing, guide_item, paper_item,
};

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// 1: the home was made.
    HomeMade {
        /// Program version.
        program: String,
    },
    /// 2: a source was added to this home.
    SourceAdded {
        /// Its name.
        name: String,
        /// Its root, as given.
        root: String,
    },
    /// 3: a named person says that two numbers are one person; 4: takes it back.
    Linked {
        /// One number.
        one: PatientId,
        /// The other.
        other: PatientId,
        /// False for an unlink (kind 4).
        linked: bool,
        /// Why.
        reason: String,
    },
    /// 5: a named person begins a new life of this station's log, because its home was restored or copied.
    LifeBegun {
        /// The number of that life.
        incarnation: u32,
        /// Why.
        reason: String,
    },
    /// 6 to 10: of people.
    People(PeopleEvent),
    /// 11, 12 and 19: of sheets.
    Sheets(SheetsEvent),
    /// 13: 秘匿.
    Flag(FlagEvent),
    /// 15 to 18: of paper that comes back.
    Scan(ScanEvent),
    /// 20 to 22: of where things of paper are.
    Paper(PaperEvent),
    /// 23: numbers of temporary patients were taken.
    Temporary(Block),
    /// 24: a disagreement was looked into.
    Settled(SettledEvent),
    /// 25 to 28: of printing.
    Runs(RunsEvent),
    /// 37 to 40: of the gate on a feed.
    Gate(GateEvent),
    /// 14: the station saw the access audit stand here.
    Looks(LookHead),
    /// A kind or version this program does not know.
    Unknown {
        /// Kind number.
        kind: u16,
        /// Version number.
        version: u16,
    },
}

const HOME_MADE: u16 = 1;
const SOURCE_ADDED: u16 = 2;
const LINK: u16 = 3;
const UNLINK: u16 = 4;
const LIFE_BEGUN: u16 = 5;
const LOOKS: u16 = 14;

/// The item under which the log says where the access audit stood. A new life of the log begins it anew: in a home that
/// was restored, the audit may be older than what an earlier life saw.
pub const LOOKS_ITEM: &str = "looks";

/// The item name under which the store files events of a patient.
pub fn patient_item(id: &PatientId) -> String {
    format!("patient:{}/{}", id.authority, id.id)
}

impl Event {
    /// Reads a stored event.
    pub fn read(kind: u16, version: u16, payload: &[u8]) -> Event {
        let fields = fields(payload);
        let texts: Vec<&str> = fields.iter().flatten().map(String::as_str).collect();
        let id = |authority: &str, id: &str| PatientId { authority: authority.to_owned(), id: id.to_owned() };
        match (kind, version, texts.as_slice()) {
            (HOME_MADE, 1, [program]) => Event::HomeMade { program: (*program).to_owned() },
            (SOURCE_ADDED, 1, [name, root]) => {
                Event::SourceAdded { name: (*name).to_owned(), root: (*root).to_owned() }
            }
            (LINK | UNLINK, 1, [a1, i1, a2, i2, reason]) => {
                Event::Linked { one: id(a1, i1), other: id(a2, i2), linked: kind == LINK, reason: (*reason).to_owned() }
            }
            (LIFE_BEGUN, 1, [incarnation, reason]) => match incarnation.parse() {
                Ok(incarnation) => Event::LifeBegun { incarnation, reason: (*reason).to_owned() },
                Err(_) => Event::Unknown { kind, version },
            },
            (LOOKS, 1, [lines, hash]) => match lines.parse() {
                Ok(lines) => Event::Looks(LookHead { lines, hash: (*hash).to_owned() }),
                Err(_) => Event::Unknown { kind, version },
            },
            (_, 1, texts) if fields.is_some() => {
                let people = || PeopleEvent::read(kind, texts).map(Event::People);
                let sheets = || SheetsEvent::read(kind, texts).map(Event::Sheets);
                let flags = || FlagEvent::read(kind, texts).map(Event::Flag);
                let scans = || ScanEvent::read(kind, texts).map(Event::Scan);
                let papers = || PaperEvent::read(kind, texts).map(Event::Paper);
                let runs = || RunsEvent::read(kind, texts).map(Event::Runs);
                let blocks = || temporary::read(kind, texts).map(Event::Temporary);
                let settled = || SettledEvent::read(kind, texts).map(Event::Settled);
                let known = people().or_else(sheets).or_else(flags).or_else(scans).or_else(papers).or_else(runs);
                let gates = || GateEvent::read(kind, texts).map(Event::Gate);
                let known = known.or_else(blocks).or_else(settled).or_else(gates);
                known.unwrap_or(Event::Unknown { kind, version })
            }
            _ => Event::Unknown { kind, version },
        }
    }

    /// Kind, version and payload; `None` for an unknown event, which is never written.
    fn encode(&self) -> Option<(u16, u16, Vec<u8>)> {
        let (kind, texts) = match self {
            Event::HomeMade { program } => (HOME_MADE, vec![program.clone()]),
            Event::SourceAdded { name, root } => (SOURCE_ADDED, vec![name.clone(), root.clone()]),
            Event::Linked { one, other, linked, reason } => {
                let texts = [&one.authority, &one.id, &other.authority, &other.id, reason].map(String::clone);
                (if *linked { LINK } else { UNLINK }, texts.to_vec())
            }
            Event::LifeBegun { incarnation, reason } => (LIFE_BEGUN, vec![incarnation.to_string(), reason.clone()]),
            Event::Looks(head) => (LOOKS, vec![head.lines.to_string(), head.hash.clone()]),
            Event::People(event) => event.fields(),
            Event::Sheets(event) => event.fields(),
            Event::Scan(event) => event.fields(),
            Event::Paper(event) => event.fields(),
            Event::Runs(event) => event.fields(),
            Event::Gate(event) => event.fields(),
            Event::Flag(event) => (flags::FLAG, event.fields()),
            Event::Settled(event) => (settled::SETTLED, event.fields()),
            Event::Temporary(block) => (temporary::TAKEN, temporary::fields(block)),
            Event::Unknown { .. } => return None,
        };
        Some((kind, 1, texts.iter().flat_map(|text| field(text)).collect()))
    }

    fn items(&self) -> Vec<String> {
        match self {
            Event::Linked { one, other, .. } => vec![patient_item(one), patient_item(other)],
            Event::People(event) => event.items(),
            Event::Sheets(event) => event.items(),
            Event::Scan(event) => event.items(),
            Event::Settled(event) => event.items(),
            Event::Temporary(block) => temporary::items(block),
            Event::Paper(event) => event.items(),
            Event::Runs(event) => event.items(),
            Event::Gate(event) => event.items(),
            Event::Flag(event) => vec![FLAGS_ITEM.to_owned(), patient_item(&event.patient())],
            Event::LifeBegun { .. } | Event::Looks(_) => vec![LOOKS_ITEM.to_owned()],
            _ => Vec::new(),
        }
    }
}

/// `u32` length, little endian, then UTF-8.
fn field(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    [&length.to_le_bytes(), text.as_bytes()].concat()
}

fn fields(mut payload: &[u8]) -> Option<Vec<String>> {
    let mut texts = Vec::new();
    while !payload.is_empty() {
        let (length, rest) = payload.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
        texts.push(String::from_utf8(text.to_vec()).ok()?);
        payload = rest;
    }
    Some(texts)
}

/// Writes an event into this station's log, by a person or, with an empty name, by the station itself.
///
/// # Errors
/// When the store cannot be written.
pub fn append(writer: &mut store::Writer, event: &Event, person: &str, now: Moment) -> Result<(), Problem> {
    append_as(writer, event, (person, if person.is_empty() { "station" } else { "staff" }), now)
}

/// Writes an event by a person in a role.
///
/// # Errors
/// When the store cannot be written.
pub fn append_as(writer: &mut store::Writer, event: &Event, by: (&str, &str), now: Moment) -> Result<(), Problem> {
    if let Some(new) = prepared(event, by, now) {
        writer.append_events(&[new])?;
    }
    Ok(())
}

/// An event as the store takes it; `None` for one of an unknown kind, which is never written.
pub fn prepared(event: &Event, (person, role): (&str, &str), now: Moment) -> Option<NewEvent> {
    let (kind, version, payload) = event.encode()?;
    let (person, role) = (person.to_owned(), role.to_owned());
    let (items, parents) = (event.items(), Vec::new());
    Some(NewEvent { event_time: now, entry_time: now, person, role, items, parents, kind, version, payload })
}

/// The first event of every log.
///
/// # Errors
/// When the home does not open.
pub fn home_made(home: &Home, now: Moment) -> Result<(), Problem> {
    let event = Event::HomeMade { program: env!("CARGO_PKG_VERSION").to_owned() };
    append(&mut home.writer()?, &event, "", now)
}

#[cfg(test)]
mod tests {
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
        };
        let waits = ReadPage { page: 2, reason: "no_code".into(), ..ReadPage::default() };
        ScanEvent::Read { scan: "00ff".into(), program: "0.1.0".into(), pages: vec![page, waits] }
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
            (
                PeopleEvent::CardMade { card: 7, ward: "3東".into(), codes: 4 },
                7,
                "01000000370400000033e69db10100000034",
            ),
            (
                PeopleEvent::Opened(opening()),
                8,
                "1000000030313233343536373839616263646566010000003701000000320d000000e887a8e6998220e4b880e9838e09000000e5bd93e79bb4e58cbb0c000000e5bd93e79bb4e5b8abe995b7000000000400000031303030",
            ),
            (
                PeopleEvent::Reviewed { opening: "00".into(), words: "確認".into() },
                9,
                "02000000303006000000e7a2bae8aa8d",
            ),
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
}
