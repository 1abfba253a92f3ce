//! What is said of envelopes (閲覧用カルテファイル): what their index holds, when they are made by themselves, and of each that was made what
//! it is and what became of it. Passphrases are never here: they are on paper alone.

use serde::{Deserialize, Serialize};

/// When envelopes are made by themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnvelopePlan {
    /// Its name; the last word on a name stands.
    pub plan: String,
    /// Time of day, `HH:MM`.
    pub at: String,
    /// Name of the folder or stick it goes to, as printers are named.
    pub to: String,
    /// Name of the printer or folder for its tag and its sealed sheets.
    pub papers: String,
    /// Days ahead of whose appointments the charts are in it.
    pub days: u32,
    /// False: no longer.
    pub on: bool,
}

/// An envelope that was made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeEnvelope {
    /// Its number.
    pub number: String,
    /// SHA-256 of the page, hexadecimal.
    pub html: String,
    /// SHA-256 of the file of boxes; empty where there is one file.
    pub data: String,
    /// Bytes of all its files.
    pub bytes: u64,
    /// When it was made, milliseconds since 1970.
    pub made: i64,
    /// Until when it may be worked by.
    pub until: i64,
    /// What its index holds: words of the decision in force.
    pub contents: String,
    /// Patients in its index.
    pub patients: u64,
    /// Charts in it, whole.
    pub charts: u64,
    /// Names of its passphrases' holders, parted by commas.
    pub slots: String,
    /// Where it was laid, in words.
    pub to: String,
    /// The plan that made it; empty when a person asked.
    pub plan: String,
    /// Program version.
    pub program: String,
    /// Which entries count.
    pub cut: String,
}

/// What became of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum EnvelopeAct {
    /// It is out, with somebody or somewhere.
    Handed,
    /// It is back, unopened.
    Returned,
    /// It was opened, or was in a machine that is not its own: not used again.
    Opened,
    /// Nobody knows where it is: a leak to be reported.
    Lost,
    /// It was found again.
    Found,
    /// It is no more.
    Destroyed,
}

/// Every act with its word in stored events.
const ACTS: [(EnvelopeAct, &str); 6] = [
    (EnvelopeAct::Handed, "handed"),
    (EnvelopeAct::Returned, "returned"),
    (EnvelopeAct::Opened, "opened"),
    (EnvelopeAct::Lost, "lost"),
    (EnvelopeAct::Found, "found"),
    (EnvelopeAct::Destroyed, "destroyed"),
];

impl EnvelopeAct {
    /// Its word in stored events, in JSON and in `envelope-act-…` of the texts.
    pub fn word(self) -> &'static str {
        ACTS.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    fn read(word: &str) -> Option<EnvelopeAct> {
        ACTS.iter().find(|(_, known)| *known == word).map(|(act, _)| *act)
    }
}

/// An event about envelopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvelopeEvent {
    /// 35 `contents`: a named person decides what the index of all patients holds. The last word stands.
    Contents {
        /// Words of `crates/andon/src/custody/envelope/rules.rs`, parted by commas.
        what: String,
    },
    /// 35 `schedule`: when envelopes are made by themselves.
    Schedule(EnvelopePlan),
    /// 36 `taken`: a number was taken; it is never given out again.
    Taken {
        /// The running number.
        no: u64,
    },
    /// 36 `made`: what an envelope is.
    Made(MadeEnvelope),
    /// 36 `act`: what became of one.
    Act {
        /// Its number.
        number: String,
        /// What.
        act: EnvelopeAct,
        /// With whom, where or why.
        words: String,
    },
}

const RULE: u16 = 35;
const FILE: u16 = 36;

/// The item of the decision on contents and of schedules.
pub const ENVELOPE_RULES_ITEM: &str = "envelope-rules";
/// The item of every envelope.
pub const ENVELOPES_ITEM: &str = "envelopes";
/// The item of the numbers taken.
pub const ENVELOPE_NUMBERS_ITEM: &str = "envelope-numbers";

impl EnvelopeEvent {
    /// Reads version 1 of a kind; `None` when it is of another kind, or not in its form.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<EnvelopeEvent> {
        let owned = |text: &&str| (*text).to_owned();
        match (kind, texts) {
            (RULE, ["contents", what]) => Some(EnvelopeEvent::Contents { what: owned(what) }),
            (RULE, ["schedule", plan, at, to, papers, days, on]) => {
                let [plan, at, to, papers] = [plan, at, to, papers].map(owned);
                let (days, on) = (days.parse().ok()?, *on == "1");
                Some(EnvelopeEvent::Schedule(EnvelopePlan { plan, at, to, papers, days, on }))
            }
            (FILE, ["taken", no]) => Some(EnvelopeEvent::Taken { no: no.parse().ok()? }),
            (FILE, ["made", rest @ ..]) => read_made(rest).map(EnvelopeEvent::Made),
            (FILE, ["act", number, act, words]) => {
                let act = EnvelopeAct::read(act)?;
                Some(EnvelopeEvent::Act { number: owned(number), act, words: owned(words) })
            }
            _ => None,
        }
    }

    /// Kind and fields of version 1.
    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            EnvelopeEvent::Contents { what } => (RULE, vec!["contents".to_owned(), what]),
            EnvelopeEvent::Schedule(EnvelopePlan { plan, at, to, papers, days, on }) => {
                let on = if on { "1" } else { "" }.to_owned();
                (RULE, vec!["schedule".to_owned(), plan, at, to, papers, days.to_string(), on])
            }
            EnvelopeEvent::Taken { no } => (FILE, vec!["taken".to_owned(), no.to_string()]),
            EnvelopeEvent::Made(made) => (FILE, made_fields(made)),
            EnvelopeEvent::Act { number, act, words } => {
                (FILE, vec!["act".to_owned(), number, act.word().to_owned(), words])
            }
        }
    }

    /// What it is about.
    pub(super) fn items(&self) -> Vec<String> {
        let item = match self {
            EnvelopeEvent::Contents { .. } | EnvelopeEvent::Schedule(_) => ENVELOPE_RULES_ITEM,
            EnvelopeEvent::Taken { .. } => ENVELOPE_NUMBERS_ITEM,
            EnvelopeEvent::Made(_) | EnvelopeEvent::Act { .. } => ENVELOPES_ITEM,
        };
        vec![item.to_owned()]
    }
}

fn read_made(texts: &[&str]) -> Option<MadeEnvelope> {
    let [number, html, data, bytes, made, until, contents, patients, charts, slots, to, plan, program, cut] = texts
    else {
        return None;
    };
    let owned = |text: &str| text.to_owned();
    Some(MadeEnvelope {
        number: owned(number),
        html: owned(html),
        data: owned(data),
        bytes: bytes.parse().ok()?,
        made: made.parse().ok()?,
        until: until.parse().ok()?,
        contents: owned(contents),
        patients: patients.parse().ok()?,
        charts: charts.parse().ok()?,
        slots: owned(slots),
        to: owned(to),
        plan: owned(plan),
        program: owned(program),
        cut: owned(cut),
    })
}

fn made_fields(made: MadeEnvelope) -> Vec<String> {
    vec![
        "made".to_owned(),
        made.number,
        made.html,
        made.data,
        made.bytes.to_string(),
        made.made.to_string(),
        made.until.to_string(),
        made.contents,
        made.patients.to_string(),
        made.charts.to_string(),
        made.slots,
        made.to,
        made.plan,
        made.program,
        made.cut,
    ]
}

#[cfg(test)]
mod tests {
    use super::super::Event;
    use super::*;

    fn made() -> MadeEnvelope {
        MadeEnvelope {
            number: "A101-E7".into(),
            html: "00ff".into(),
            bytes: 9,
            made: 1000,
            until: 2000,
            contents: "all".into(),
            patients: 30,
            charts: 3,
            slots: "病棟".into(),
            to: "folder:/srv".into(),
            program: "0.1.0".into(),
            cut: "1:7".into(),
            ..MadeEnvelope::default()
        }
    }

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_envelopes() {
        let plan = EnvelopePlan {
            plan: "A".into(),
            at: "18:00".into(),
            to: "B".into(),
            papers: "C".into(),
            days: 3,
            on: true,
        };
        let act = EnvelopeEvent::Act { number: "A101-E7".into(), act: EnvelopeAct::Lost, words: "x".into() };
        for (event, kind, golden) in [
            (
                EnvelopeEvent::Contents { what: "all,phone".into() },
                35,
                "08000000636f6e74656e747309000000616c6c2c70686f6e65",
            ),
            (
                EnvelopeEvent::Schedule(plan),
                35,
                "080000007363686564756c6501000000410500000031383a3030010000004201000000430100000033010000 0031",
            ),
            (EnvelopeEvent::Taken { no: 7 }, 36, "0500000074616b656e0100000037"),
            (
                EnvelopeEvent::Made(made()),
                36,
                "040000006d61646507000000413130312d453704000000303066660000000001000000390400000031303030040000003230303003000000616c6c02000000333001000000330600000 0e79785e6a39f0b000000666f6c6465723a2f7372760000000005000000302e312e3003000000313a37",
            ),
            (act, 36, "0300000061637407000000413130312d4537040000006c6f73740100000078"),
        ] {
            let event = Event::Envelope(event);
            let (number, version, bytes) = event.encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex), (kind, 1, golden.replace(' ', "")));
            assert_eq!(Event::read(number, version, &bytes), event);
        }
    }

    #[test]
    fn what_is_not_in_its_form_is_unknown() {
        for texts in [&["contents"][..], &["made", "A"], &["act", "A", "eaten", ""], &["taken", "x"], &["x"], &[]] {
            assert_eq!(EnvelopeEvent::read(RULE, texts), None, "{texts:?}");
            assert_eq!(EnvelopeEvent::read(FILE, texts), None, "{texts:?}");
        }
    }
}
