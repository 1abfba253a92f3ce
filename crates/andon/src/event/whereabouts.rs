//! 所在: what is said of things of paper and film. What a thing is (20), what became of it (21), and which letter came and waits to
//! be scanned (22). A correction is a further event; nothing is taken back.
//!
//! What is open is marked by items in pairs: `paper-open:X` opens, `paper-done:X` closes the same `X`. So what is out, missing, asked
//! for or unscanned today is found without reading what was long ago ([`store::Reader::items`]).

use chart::PatientId;
use serde::{Deserialize, Serialize};

use super::{patient_item, scan_item};

/// 20: a thing is registered, or what is known of it is put right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// Its number: ours, from the same source as those of sheets.
    pub number: String,
    /// A word of [`KINDS`].
    pub kind: String,
    /// What is written on it.
    pub title: String,
    /// Assigning authority of whose it is; empty for nobody's.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// Which volume, 0 for none.
    pub volume: u32,
    /// Of how many volumes, 0 where nobody knows.
    pub volumes: u32,
    /// Where it belongs: shelf, room.
    pub home: String,
    /// Number of the box it lies in; empty for none.
    pub within: String,
    /// 廃棄可能日 as the hospital set it, `2031-03-31`; empty where it has not.
    pub keep_until: String,
    /// Why it was put right; empty at first.
    pub reason: String,
}

/// What a thing can be: the same words as the ticks of the out-guide (P11B).
pub const KINDS: [&str; 8] = ["chart", "outpatient", "film", "disc", "letter", "consent", "box", "other"];

/// What became of a thing, or of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperAct {
    /// 持出: with whom, where, why.
    Lend,
    /// 転貸: from one to the next without coming home.
    Hand,
    /// 返却.
    Return,
    /// 移動: lies elsewhere now, or in another box.
    Move,
    /// 貸出希望.
    Request,
    /// The wish is withdrawn.
    Withdraw,
    /// 所在不明.
    Missing,
    /// Found again.
    Found,
    /// No longer kept here: registered by mistake, given away, joined with another. With a reason.
    Close,
    /// An out-guide was printed for it.
    Guide,
    /// Of a letter: a page of it is scanned and filed.
    Scanned,
    /// Of a letter: handed on unscanned, with a reason.
    HandOn,
    /// Of a letter: it waits after all.
    Reopen,
    /// What an event 20 is in a thing's story: registered, or put right. Never an act of its own, so not one of [`PAPER_ACTS`].
    Register,
}

/// Each act and its word in stored events, addresses and commands.
pub const PAPER_ACTS: [(PaperAct, &str); 13] = [
    (PaperAct::Lend, "lend"),
    (PaperAct::Hand, "hand"),
    (PaperAct::Return, "return"),
    (PaperAct::Move, "move"),
    (PaperAct::Request, "request"),
    (PaperAct::Withdraw, "withdraw"),
    (PaperAct::Missing, "missing"),
    (PaperAct::Found, "found"),
    (PaperAct::Close, "close"),
    (PaperAct::Guide, "guide"),
    (PaperAct::Scanned, "scanned"),
    (PaperAct::HandOn, "hand_on"),
    (PaperAct::Reopen, "reopen"),
];

impl PaperAct {
    /// The word of [`PAPER_ACTS`].
    pub fn word(self) -> &'static str {
        PAPER_ACTS.iter().find(|(act, _)| *act == self).map_or("register", |(_, word)| word)
    }

    /// The act of a word.
    pub fn read(word: &str) -> Option<PaperAct> {
        PAPER_ACTS.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }

    /// True for what is done to letters of the register, not to things.
    pub fn is_of_letters(self) -> bool {
        matches!(self, PaperAct::Scanned | PaperAct::HandOn | PaperAct::Reopen)
    }
}

/// 21: what became of a thing or a letter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperSaid {
    /// The number of the thing or letter.
    pub number: String,
    /// What.
    pub act: PaperAct,
    /// With whom, or who asks; of a scanned letter the file, of an out-guide its sheet number.
    pub who: String,
    /// Department, room or shelf.
    pub place: String,
    /// Extension.
    pub phone: String,
    /// Why, in words.
    pub words: String,
    /// For when it is wanted.
    pub due: String,
    /// Which wish of the thing, from 1: made, withdrawn, or met by lending; 0 for none. Of a scanned letter the page.
    pub of: u32,
    /// Number of the box it was put into; empty for none.
    pub within: String,
}

/// 22: a letter came on paper and waits to be scanned; said again, what is known of it is put right.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its number: ours, from the same source as those of sheets.
    pub number: String,
    /// When it came, `2021-11-01`.
    pub received: String,
    /// From which hospital.
    pub hospital: String,
    /// From which doctor.
    pub doctor: String,
    /// To which department.
    pub department: String,
    /// Assigning authority of whose it is; empty where nobody knows the number yet.
    pub authority: String,
    /// The patient's number.
    pub id: String,
    /// The patient's name as the letter says.
    pub name: String,
    /// Kana of the name.
    pub kana: String,
    /// A word of [`LETTER_KINDS`].
    pub kind: String,
    /// Pages, 0 where nobody counted.
    pub pages: u32,
    /// Remarks; why it was put right.
    pub words: String,
}

/// What a letter can be.
pub const LETTER_KINDS: [&str; 4] = ["referral", "reply", "results", "other"];

/// An event about things of paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaperEvent {
    /// 20.
    Thing(Thing),
    /// 21.
    Said(PaperSaid),
    /// 22.
    Letter(Letter),
}

const THING: u16 = 20;
const SAID: u16 = 21;
const LETTER: u16 = 22;

/// The item of what things are and where they lie: 20, and of 21 what moves one for good.
pub const THINGS_ITEM: &str = "papers";
/// The item of all letters that came.
pub const LETTERS_ITEM: &str = "letters";
/// Begins the items by which something is open.
pub const OPEN: &str = "paper-open:";
/// Begins the items by which the same is over.
pub const DONE: &str = "paper-done:";

/// The item of one thing or letter.
pub fn paper_item(number: &str) -> String {
    format!("paper:{number}")
}

/// The item of an out-guide, by the number of its sheet.
pub fn guide_item(sheet: &str) -> String {
    format!("paper-guide:{sheet}")
}

impl PaperEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<PaperEvent> {
        match kind {
            THING => read_thing(texts).map(PaperEvent::Thing),
            SAID => read_said(texts).map(PaperEvent::Said),
            LETTER => read_letter(texts).map(PaperEvent::Letter),
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            PaperEvent::Thing(thing) => {
                let Thing { number, kind, title, authority, id, home, within, keep_until, reason, .. } = thing;
                let [volume, volumes] = [thing.volume, thing.volumes].map(|n| n.to_string());
                let fields = [number, kind, title, authority, id, volume, volumes, home, within, keep_until, reason];
                (THING, fields.to_vec())
            }
            PaperEvent::Said(said) => {
                let PaperSaid { number, act, who, place, phone, words, due, of, within } = said;
                let act = act.word().to_owned();
                (SAID, vec![number, act, who, place, phone, words, due, of.to_string(), within])
            }
            PaperEvent::Letter(letter) => {
                let Letter { number, received, hospital, doctor, department, authority, id, name, kana, kind, .. } =
                    letter;
                let head = [number, received, hospital, doctor, department, authority, id, name, kana, kind];
                (LETTER, head.into_iter().chain([letter.pages.to_string(), letter.words]).collect())
            }
        }
    }

    pub(super) fn items(&self) -> Vec<String> {
        let patient = |authority: &str, id: &str| {
            let id = PatientId { authority: authority.to_owned(), id: id.to_owned() };
            (!id.id.is_empty()).then(|| patient_item(&id))
        };
        match self {
            PaperEvent::Thing(thing) => {
                let own = [THINGS_ITEM.to_owned(), paper_item(&thing.number)];
                own.into_iter().chain(patient(&thing.authority, &thing.id)).collect()
            }
            PaperEvent::Said(said) => said.items(),
            PaperEvent::Letter(letter) => {
                let own =
                    [LETTERS_ITEM.to_owned(), paper_item(&letter.number), open(&format!("letter/{}", letter.number))];
                own.into_iter().chain(patient(&letter.authority, &letter.id)).collect()
            }
        }
    }
}

fn open(what: &str) -> String {
    format!("{OPEN}{what}")
}

fn done(what: &str) -> String {
    format!("{DONE}{what}")
}

impl PaperSaid {
    /// An act with nothing more said.
    pub fn new(number: &str, act: PaperAct) -> PaperSaid {
        let [who, place, phone, words, due, within] = Default::default();
        PaperSaid { number: number.to_owned(), act, who, place, phone, words, due, of: 0, within }
    }

    fn items(&self) -> Vec<String> {
        let of = |word: &str| format!("{word}/{}", self.number);
        let wish = || format!("request/{}/{}", self.number, self.of);
        let mut items = vec![paper_item(&self.number)];
        match self.act {
            PaperAct::Lend => items.extend([open(&of("out")), done(&of("held"))]),
            PaperAct::Hand => items.push(open(&of("held"))),
            PaperAct::Return => items.extend([done(&of("out")), done(&of("held")), done(&of("missing"))]),
            PaperAct::Request => items.push(open(&wish())),
            PaperAct::Withdraw => items.push(done(&wish())),
            PaperAct::Missing => items.push(open(&of("missing"))),
            PaperAct::Found => items.push(done(&of("missing"))),
            PaperAct::Close => items.extend([done(&of("out")), done(&of("held")), done(&of("missing"))]),
            PaperAct::Guide => items.push(guide_item(&self.who)),
            PaperAct::Scanned => items.extend([LETTERS_ITEM.into(), done(&of("letter")), scan_item(&self.who)]),
            PaperAct::HandOn => items.extend([LETTERS_ITEM.into(), done(&of("letter"))]),
            PaperAct::Reopen => items.extend([LETTERS_ITEM.into(), open(&of("letter"))]),
            PaperAct::Move | PaperAct::Register => {}
        }
        if matches!(self.act, PaperAct::Lend | PaperAct::Hand) && self.of > 0 {
            items.push(done(&wish()));
        }
        if self.lies_elsewhere() {
            items.push(THINGS_ITEM.to_owned());
        }
        items
    }

    /// Whether a list of all things must know of it: it lies elsewhere from now on, or is no longer kept.
    pub fn lies_elsewhere(&self) -> bool {
        match self.act {
            PaperAct::Move | PaperAct::Close => true,
            PaperAct::Return | PaperAct::Found => !self.place.is_empty(),
            _ => false,
        }
    }
}

fn read_thing(texts: &[&str]) -> Option<Thing> {
    let texts: &[&str; 11] = texts.try_into().ok()?;
    let [number, kind, title, authority, id, volume, volumes, home, within, keep_until, reason] =
        texts.map(str::to_owned);
    let (volume, volumes) = (volume.parse().ok()?, volumes.parse().ok()?);
    Some(Thing { number, kind, title, authority, id, volume, volumes, home, within, keep_until, reason })
}

fn read_said(texts: &[&str]) -> Option<PaperSaid> {
    let texts: &[&str; 9] = texts.try_into().ok()?;
    let [number, act, who, place, phone, words, due, of, within] = texts.map(str::to_owned);
    let (act, of) = (PaperAct::read(&act)?, of.parse().ok()?);
    Some(PaperSaid { number, act, who, place, phone, words, due, of, within })
}

fn read_letter(texts: &[&str]) -> Option<Letter> {
    let texts: &[&str; 12] = texts.try_into().ok()?;
    let [number, received, hospital, doctor, department, authority, id, name, kana, kind, pages, words] =
        texts.map(str::to_owned);
    let pages = pages.parse().ok()?;
    Some(Letter { number, received, hospital, doctor, department, authority, id, name, kana, kind, pages, words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn thing() -> Thing {
        let [number, kind, title, id] = ["A1-9-1", "chart", "入院診療録", "001"].map(str::to_owned);
        let [authority, home, keep_until] = ["self", "病歴室 3", "2031-03-31"].map(str::to_owned);
        Thing { number, kind, title, authority, id, home, keep_until, volume: 2, volumes: 3, ..Thing::default() }
    }

    fn said(act: PaperAct) -> PaperSaid {
        let [number, who, place, phone, words] = ["A1-9-1", "行灯 花子", "3東", "305", "診察"].map(str::to_owned);
        PaperSaid { number, act, who, place, phone, words, due: String::new(), of: 1, within: String::new() }
    }

    fn letter() -> Letter {
        let [number, received, hospital, department] = ["A1-10-1", "2021-11-01", "県立", "内科"].map(str::to_owned);
        let [name, kana, kind] = ["山田", "ヤマダ", "referral"].map(str::to_owned);
        Letter { number, received, hospital, department, name, kana, kind, pages: 4, ..Letter::default() }
    }

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_whereabouts() {
        for (event, kind, golden) in [
            (PaperEvent::Thing(thing()), THING, THING_HEX),
            (PaperEvent::Said(said(PaperAct::Lend)), SAID, SAID_HEX),
            (PaperEvent::Letter(letter()), LETTER, LETTER_HEX),
        ] {
            let event = Event::Paper(event);
            let (number, version, bytes) = event.encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex.as_str()), (kind, 1, golden));
            assert_eq!(Event::read(number, version, &bytes), event);
        }
    }

    #[test]
    fn every_act_has_a_word_and_its_items() {
        for (act, word) in PAPER_ACTS {
            assert_eq!((PaperAct::read(word), act.word()), (Some(act), word));
            let items = said(act).items();
            assert_eq!(items[0], "paper:A1-9-1");
            let letters = items.iter().any(|item| item == LETTERS_ITEM);
            assert_eq!(letters, act.is_of_letters(), "{word}");
        }
        let lent = said(PaperAct::Lend).items();
        let marks =
            ["paper-open:out/A1-9-1", "paper-done:held/A1-9-1", "paper-done:request/A1-9-1/1"].map(str::to_owned);
        assert_eq!(lent[1..], marks);
        let items = PaperEvent::Thing(thing()).items();
        assert_eq!(items, ["papers", "paper:A1-9-1", "patient:self/001"]);
        assert_eq!(PaperEvent::Letter(letter()).items(), ["letters", "paper:A1-10-1", "paper-open:letter/A1-10-1"]);
    }

    const THING_HEX: &str = "0600000041312d392d310500000063686172740f000000e585a5e999a2e8a8bae79982e98cb20400000073656c6603000000303031010000003201000000330b000000e79785e6adb4e5aea42033000000000a000000323033312d30332d333100000000";
    const SAID_HEX: &str = "0600000041312d392d31040000006c656e640d000000e8a18ce781af20e88ab1e5ad900400000033e69db10300000033303506000000e8a8bae5af9f00000000010000003100000000";
    const LETTER_HEX: &str = "0700000041312d31302d310a000000323032312d31312d303106000000e79c8ce7ab8b0000000006000000e58685e7a791000000000000000006000000e5b1b1e794b009000000e383a4e3839ee3838008000000726566657272616c010000003400000000";
}
