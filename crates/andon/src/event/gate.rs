//! 37 to 40: what the gate on a feed says of a source that went bad, what a named person decides of it, which invented patients
//! are watched, and which work of a vendor was announced.

use chart::PatientId;
use serde::{Deserialize, Serialize};

/// Why the gate speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateRule {
    /// Messages are no messages any more.
    Unreadable,
    /// Bytes are as even as encrypted ones, for their length and kind.
    Dense,
    /// Messages of a kind that always had words in Japanese have none.
    Wordless,
    /// Documents older than a week get other bytes.
    Rewritten,
    /// Very many orders and results are cancelled at once.
    Cancelled,
    /// Very many files are gone at once.
    Gone,
    /// A ransom note's name, or names of messages with something behind them.
    Names,
    /// An invented patient of the hospital's came changed.
    Canary,
    /// An invented patient of the hospital's did not come.
    CanaryMissing,
    /// Nothing came for longer than in any of the last weeks at these hours.
    Silence,
    /// Far fewer messages than on the same weekday.
    FewerMessages,
    /// Far fewer patients than on the same weekday.
    FewerPatients,
    /// A named person holds the source back by hand.
    Person,
}

impl GateRule {
    /// Every rule.
    pub const ALL: [GateRule; 13] = [
        GateRule::Unreadable,
        GateRule::Dense,
        GateRule::Wordless,
        GateRule::Rewritten,
        GateRule::Cancelled,
        GateRule::Gone,
        GateRule::Names,
        GateRule::Canary,
        GateRule::CanaryMissing,
        GateRule::Silence,
        GateRule::FewerMessages,
        GateRule::FewerPatients,
        GateRule::Person,
    ];

    /// The code in stored events, in JSON, for the hospital's command, and in `gate-rule-…` of the texts.
    pub fn code(self) -> &'static str {
        match self {
            GateRule::Unreadable => "unreadable",
            GateRule::Dense => "dense",
            GateRule::Wordless => "wordless",
            GateRule::Rewritten => "rewritten",
            GateRule::Cancelled => "cancelled",
            GateRule::Gone => "gone",
            GateRule::Names => "names",
            GateRule::Canary => "canary",
            GateRule::CanaryMissing => "canary_missing",
            GateRule::Silence => "silence",
            GateRule::FewerMessages => "fewer_messages",
            GateRule::FewerPatients => "fewer_patients",
            GateRule::Person => "person",
        }
    }

    /// Reads a code.
    pub fn read(code: &str) -> Option<GateRule> {
        GateRule::ALL.into_iter().find(|rule| rule.code() == code)
    }

    /// True where what came is doubtful, so that it is held back. Where only something is missing, nothing that came is
    /// worse for it: people are told and nothing expires.
    pub fn holds(self) -> bool {
        !matches!(self, GateRule::CanaryMissing | GateRule::Silence | GateRule::FewerMessages | GateRule::FewerPatients)
    }
}

/// 37: from this position on, what a source sends is suspect; or something is missing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateAlarm {
    /// Number of the source in this home.
    pub source: u32,
    /// Its name.
    pub name: String,
    /// Why.
    pub rule: GateRule,
    /// The last position that is trusted: what comes after it is suspect.
    pub trusted: u64,
    /// When the first suspect entry came, milliseconds since 1970.
    pub since_millis: i64,
    /// What was counted.
    pub count: u64,
    /// From how many on it is an alarm.
    pub limit: u64,
    /// Where the source stood when it was noticed.
    pub head: u64,
    /// A person's words; empty for the station's own alarm.
    pub words: String,
}

/// What is decided of a source that is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateAct {
    /// What came up to a position is good.
    Release,
    /// It stays held back; look again by a time.
    Extend,
    /// What was missing comes again: the station itself says so.
    Ended,
}

impl GateAct {
    /// The code in stored events and in `gate-act-…`.
    pub fn code(self) -> &'static str {
        match self {
            GateAct::Release => "release",
            GateAct::Extend => "extend",
            GateAct::Ended => "ended",
        }
    }

    fn read(code: &str) -> Option<GateAct> {
        [GateAct::Release, GateAct::Extend, GateAct::Ended].into_iter().find(|act| act.code() == code)
    }
}

/// 38: a named person releases or extends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateDecision {
    /// Number of the source.
    pub source: u32,
    /// What.
    pub act: GateAct,
    /// Release: up to this position what came is good; `None` for all of it, and the hold ends.
    pub to: Option<u64>,
    /// Extend: when to look again, milliseconds since 1970; 0 else.
    pub until_millis: i64,
    /// Why.
    pub reason: String,
}

/// 39: an invented patient whose record must come unchanged, or is no longer watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Canary {
    /// Assigning authority.
    pub authority: String,
    /// The number.
    pub id: String,
    /// False: no longer watched.
    pub on: bool,
    /// What its name, birth date and sex must be, as a hexadecimal SHA-256; no patient data.
    pub expected: String,
}

/// 40: work of a vendor was announced: until then many rewritten, cancelled or missing files are no alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announced {
    /// Number of the source.
    pub source: u32,
    /// Until when, milliseconds since 1970.
    pub until_millis: i64,
    /// What is done, by whom.
    pub reason: String,
}

/// What is said of the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateEvent {
    /// 37.
    Alarm(GateAlarm),
    /// 38.
    Decided(GateDecision),
    /// 39.
    Canary(Canary),
    /// 40.
    Announced(Announced),
}

/// The item of everything said of the gate of any source.
pub const GATE_ITEM: &str = "gate";

const ALARM: u16 = 37;
const DECIDED: u16 = 38;
const CANARY: u16 = 39;
const ANNOUNCED: u16 = 40;

impl GateEvent {
    /// Reads version 1.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<GateEvent> {
        Some(match (kind, texts) {
            (ALARM, [source, name, rule, trusted, since, count, limit, head, words]) => GateEvent::Alarm(GateAlarm {
                source: source.parse().ok()?,
                name: (*name).to_owned(),
                rule: GateRule::read(rule)?,
                trusted: trusted.parse().ok()?,
                since_millis: since.parse().ok()?,
                count: count.parse().ok()?,
                limit: limit.parse().ok()?,
                head: head.parse().ok()?,
                words: (*words).to_owned(),
            }),
            (DECIDED, [source, act, to, until, reason]) => GateEvent::Decided(GateDecision {
                source: source.parse().ok()?,
                act: GateAct::read(act)?,
                to: if to.is_empty() { None } else { Some(to.parse().ok()?) },
                until_millis: until.parse().ok()?,
                reason: (*reason).to_owned(),
            }),
            (CANARY, [authority, id, on, expected]) => GateEvent::Canary(Canary {
                authority: (*authority).to_owned(),
                id: (*id).to_owned(),
                on: *on == "1",
                expected: (*expected).to_owned(),
            }),
            (ANNOUNCED, [source, until, reason]) => GateEvent::Announced(Announced {
                source: source.parse().ok()?,
                until_millis: until.parse().ok()?,
                reason: (*reason).to_owned(),
            }),
            _ => return None,
        })
    }

    /// Kind and fields of version 1.
    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self {
            GateEvent::Alarm(alarm) => {
                let GateAlarm { source, name, rule, trusted, since_millis, count, limit, head, words } = alarm;
                let [source, trusted, since] = [source.to_string(), trusted.to_string(), since_millis.to_string()];
                let [count, limit, head] = [count, limit, head].map(u64::to_string);
                let (name, rule, words) = (name.clone(), rule.code().to_owned(), words.clone());
                (ALARM, vec![source, name, rule, trusted, since, count, limit, head, words])
            }
            GateEvent::Decided(GateDecision { source, act, to, until_millis, reason }) => {
                let to = to.map_or_else(String::new, |to| to.to_string());
                let (source, until) = (source.to_string(), until_millis.to_string());
                (DECIDED, vec![source, act.code().to_owned(), to, until, reason.clone()])
            }
            GateEvent::Canary(Canary { authority, id, on, expected }) => {
                let on = if *on { "1" } else { "0" };
                (CANARY, vec![authority.clone(), id.clone(), on.to_owned(), expected.clone()])
            }
            GateEvent::Announced(Announced { source, until_millis, reason }) => {
                (ANNOUNCED, vec![source.to_string(), until_millis.to_string(), reason.clone()])
            }
        }
    }

    /// What it is filed under.
    pub(super) fn items(&self) -> Vec<String> {
        vec![GATE_ITEM.to_owned()]
    }
}

impl Canary {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every() -> [(GateEvent, u16, &'static str); 4] {
        let alarm = GateAlarm {
            source: 1,
            name: "std1".into(),
            rule: GateRule::Unreadable,
            trusted: 70,
            since_millis: 1000,
            count: 3,
            limit: 3,
            head: 80,
            words: String::new(),
        };
        let decision =
            GateDecision { source: 1, act: GateAct::Release, to: Some(75), until_millis: 0, reason: "確認".into() };
        let canary = Canary { authority: "self".into(), id: "9".into(), on: true, expected: "00ff".into() };
        let announced = Announced { source: 1, until_millis: 5, reason: "移行".into() };
        [
            (
                GateEvent::Alarm(alarm),
                37,
                "0100000031040000007374643\
                 10a000000756e7265616461626c65\
                 020000003730040000003130303001000000330100000033020000003830\
                 00000000",
            ),
            (
                GateEvent::Decided(decision),
                38,
                "01000000310700000072656c65617365020000003735010000003006000000e7a2bae8aa8d",
            ),
            (GateEvent::Canary(canary), 39, "0400000073656c66010000003901000000310400000030306666"),
            (GateEvent::Announced(announced), 40, "0100000031010000003506000000e7a7bbe8a18c"),
        ]
    }

    #[test]
    fn golden_payloads_of_the_gate() {
        for (event, kind, golden) in every() {
            let (number, texts) = event.fields();
            let bytes = texts.iter().flat_map(|text| [&(text.len() as u32).to_le_bytes(), text.as_bytes()].concat());
            let hex: String = bytes.map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, hex.as_str()), (kind, golden));
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            assert_eq!(GateEvent::read(number, &texts), Some(event));
        }
    }

    #[test]
    fn every_rule_is_read_back() {
        for rule in GateRule::ALL {
            assert_eq!(GateRule::read(rule.code()), Some(rule));
        }
        assert_eq!(GateRule::read("noise"), None);
    }
}
