//! Headquarters: an incident from its declaration to its end, and the chronology (クロノロ) that departments and headquarters write.

use serde::{Deserialize, Serialize};

/// What is said of an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentAct {
    /// 停止時カルテを使う: anyone, at once.
    Use,
    /// 停止を宣言.
    Declare,
    /// A second name stands by the declaration.
    Confirm,
    /// The declaration is taken back.
    Cancel,
    /// The level of the hospital for one kind of plan.
    Level,
    /// 基本方針: the next version of its text.
    Policy,
    /// Another incident is the same as this one.
    Join,
    /// It is over.
    End,
}

/// Every act as stored.
pub const INCIDENT_ACTS: [(IncidentAct, &str); 8] = [
    (IncidentAct::Use, "use"),
    (IncidentAct::Declare, "declare"),
    (IncidentAct::Confirm, "confirm"),
    (IncidentAct::Cancel, "cancel"),
    (IncidentAct::Level, "level"),
    (IncidentAct::Policy, "policy"),
    (IncidentAct::Join, "join"),
    (IncidentAct::End, "end"),
];

/// Kinds of stop: 障害, サイバー攻撃の疑い, 計画停止, 訓練.
pub const INCIDENT_KINDS: [&str; 4] = ["fault", "cyber", "planned", "drill"];
/// 病院体制: 白 緑 黄 赤 黒, after the prefecture of Osaka's example.
pub const LEVELS: [&str; 5] = ["white", "green", "yellow", "red", "black"];
/// Kinds of business continuity plan that have a level of their own: 地震・火災, パンデミック, システム障害.
pub const PLANS: [&str; 3] = ["disaster", "pandemic", "system"];

/// 46: of an incident.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IncidentSaid {
    /// Its number, given by the station where it was declared.
    pub incident: String,
    /// A word of [`INCIDENT_ACTS`].
    pub act: String,
    /// Of [`INCIDENT_KINDS`]; of other acts than use and declare empty.
    pub kind: String,
    /// What is down.
    pub what: String,
    /// Of [`PLANS`], with a level; else empty.
    pub plan: String,
    /// Of [`LEVELS`]; may be empty.
    pub level: String,
    /// 基本方針, or why, or who was told.
    pub words: String,
    /// The incident that is joined to this one.
    pub other: String,
}

/// 47: a line of the chronology. When it happened is the event's time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineSaid {
    /// Which incident.
    pub incident: String,
    /// Whose log: a department's name; empty for headquarters.
    pub log: String,
    /// Running number of this station's lines in this life of its log, from 1; never given twice.
    pub no: u64,
    /// Its number as shown: `本-0412`.
    pub number: String,
    /// `1`: about that time (頃); else empty.
    pub about: String,
    /// 発.
    pub from: String,
    /// 受.
    pub to: String,
    /// 手段, a word of [`MEANS`] or empty.
    pub means: String,
    /// 区分, a word of [`CATEGORIES`].
    pub category: String,
    /// 内容.
    pub text: String,
    /// 対応: what is to be done, by whom; empty for nothing.
    pub task: String,
    /// Until when, `YYYY-MM-DD HH:MM` or a person's words.
    pub due: String,
    /// `1`: ★要点; else empty.
    pub key: String,
    /// `1`: 復唱済; else empty.
    pub read_back: String,
    /// The number of the line that this one answers, or that it was promoted from; empty for none.
    pub of: String,
    /// Name and SHA-256 (hexadecimal) of what is attached, parted by a tab; lines parted by a line feed.
    pub attached: String,
}

/// 手段: 電話・対面・伝令・FAX・無線・会議・紙.
pub const MEANS: [&str; 7] = ["phone", "face", "runner", "fax", "radio", "meeting", "paper"];
/// 区分: 情報・報告・依頼・指示・決定・外部・報道・安全.
pub const CATEGORIES: [&str; 8] = ["info", "report", "request", "order", "decision", "outside", "press", "safety"];
/// 状態: 未対応・対応中・済, the safest first.
pub const LINE_STATES: [&str; 3] = ["open", "doing", "done"];

/// What becomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineAct {
    /// 訂正: the text is struck through and another stands beside it.
    Correct,
    /// 取消: the whole line is struck through.
    Strike,
    /// 状態: its task is open, being done, done.
    State,
    /// ★要点 or no longer.
    Key,
    /// 復唱済.
    ReadBack,
    /// 本部のクロノロへ: a department's line is shown at headquarters.
    Promote,
}

/// Every act as stored.
pub const LINE_ACTS: [(LineAct, &str); 6] = [
    (LineAct::Correct, "correct"),
    (LineAct::Strike, "strike"),
    (LineAct::State, "state"),
    (LineAct::Key, "key"),
    (LineAct::ReadBack, "read_back"),
    (LineAct::Promote, "promote"),
];

/// 48: something became of a line. Its parents are the events of the line that whoever said so had seen last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineChanged {
    /// Which incident.
    pub incident: String,
    /// The line: station (32 hexadecimal digits), life of its log, and number, with `/` between.
    pub line: String,
    /// A word of [`LINE_ACTS`].
    pub act: String,
    /// The new text; a word of [`LINE_STATES`]; `1` or empty of a mark.
    pub value: String,
    /// Why, or what was done.
    pub words: String,
}

/// What headquarters says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandEvent {
    /// 46.
    Incident(IncidentSaid),
    /// 47.
    Line(LineSaid),
    /// 48.
    Changed(LineChanged),
}

const INCIDENT: u16 = 46;
const LINE: u16 = 47;
const CHANGED: u16 = 48;

/// The item of all incidents.
pub const INCIDENTS_ITEM: &str = "incidents";

/// The item of an incident's chronology.
pub fn chronology_item(incident: &str) -> String {
    format!("chronology:{incident}")
}

/// The item of all lines, of whatever incident, without what became of them: a station's numbers go on from one to the next.
pub const LINES_ITEM: &str = "lines";

/// The item of one line of it.
pub fn line_item(line: &str) -> String {
    format!("line:{line}")
}

impl IncidentAct {
    /// As stored.
    pub fn word(self) -> &'static str {
        INCIDENT_ACTS.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    /// Reads what is stored.
    pub fn read(text: &str) -> Option<IncidentAct> {
        INCIDENT_ACTS.iter().find(|(_, word)| *word == text).map(|(act, _)| *act)
    }
}

impl LineAct {
    /// As stored.
    pub fn word(self) -> &'static str {
        LINE_ACTS.iter().find(|(act, _)| *act == self).map_or("", |(_, word)| word)
    }

    /// Reads what is stored.
    pub fn read(text: &str) -> Option<LineAct> {
        LINE_ACTS.iter().find(|(_, word)| *word == text).map(|(act, _)| *act)
    }
}

impl CommandEvent {
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<CommandEvent> {
        match kind {
            INCIDENT => read_incident(texts).map(CommandEvent::Incident),
            LINE => read_line(texts).map(CommandEvent::Line),
            CHANGED => read_changed(texts).map(CommandEvent::Changed),
            _ => None,
        }
    }

    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            CommandEvent::Incident(said) => {
                let IncidentSaid { incident, act, kind, what, plan, level, words, other } = said;
                (INCIDENT, vec![incident, act, kind, what, plan, level, words, other])
            }
            CommandEvent::Line(said) => {
                let LineSaid { incident, log, number, about, from, to, means, category, text, task, .. } = said;
                let head = [incident, log, said.no.to_string(), number, about, from, to, means, category, text, task];
                let rest = [said.due, said.key, said.read_back, said.of, said.attached];
                (LINE, head.into_iter().chain(rest).collect())
            }
            CommandEvent::Changed(said) => {
                let LineChanged { incident, line, act, value, words } = said;
                (CHANGED, vec![incident, line, act, value, words])
            }
        }
    }

    pub(super) fn items(&self) -> Vec<String> {
        match self {
            CommandEvent::Incident(_) => vec![INCIDENTS_ITEM.to_owned()],
            CommandEvent::Line(said) => vec![chronology_item(&said.incident), LINES_ITEM.to_owned()],
            CommandEvent::Changed(said) => vec![chronology_item(&said.incident), line_item(&said.line)],
        }
    }
}

fn read_incident(texts: &[&str]) -> Option<IncidentSaid> {
    let texts: &[&str; 8] = texts.try_into().ok()?;
    let [incident, act, kind, what, plan, level, words, other] = texts.map(str::to_owned);
    IncidentAct::read(&act)?;
    Some(IncidentSaid { incident, act, kind, what, plan, level, words, other })
}

fn read_line(texts: &[&str]) -> Option<LineSaid> {
    let texts: &[&str; 16] = texts.try_into().ok()?;
    let [incident, log, no, number, about, from, to, means, category, text, task, due, key, read_back, of, attached] =
        texts.map(str::to_owned);
    let no = no.parse().ok()?;
    let head = LineSaid { incident, log, no, number, about, from, to, means, ..LineSaid::default() };
    Some(LineSaid { category, text, task, due, key, read_back, of, attached, ..head })
}

fn read_changed(texts: &[&str]) -> Option<LineChanged> {
    let texts: &[&str; 5] = texts.try_into().ok()?;
    let [incident, line, act, value, words] = texts.map(str::to_owned);
    LineAct::read(&act)?;
    Some(LineChanged { incident, line, act, value, words })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Event;

    fn incident() -> IncidentSaid {
        let [incident, act, kind, what] = ["2B7301-1", "declare", "cyber", "電子カルテ"].map(str::to_owned);
        let [plan, level, words] = ["system", "yellow", "00:30 プリンターから脅迫文"].map(str::to_owned);
        IncidentSaid { incident, act, kind, what, plan, level, words, other: String::new() }
    }

    fn line() -> LineSaid {
        let [incident, number, from, to] = ["2B7301-1", "本-0001", "3病棟", "本部"].map(str::to_owned);
        let [means, category, text, task] = ["phone", "report", "紙が足りない", "医事課"].map(str::to_owned);
        let (about, due) = ("1".to_owned(), "12:00".to_owned());
        LineSaid { incident, no: 1, number, about, from, to, means, category, text, task, due, ..LineSaid::default() }
    }

    fn changed() -> LineChanged {
        let [incident, act, value, words] = ["2B7301-1", "state", "done", "倉庫から出した"].map(str::to_owned);
        LineChanged { incident, line: format!("{}/1/1", "01".repeat(16)), act, value, words }
    }

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads_of_headquarters() {
        for (event, kind, golden) in [
            (CommandEvent::Incident(incident()), INCIDENT, INCIDENT_HEX),
            (CommandEvent::Line(line()), LINE, LINE_HEX),
            (CommandEvent::Changed(changed()), CHANGED, CHANGED_HEX),
        ] {
            let event = Event::Command(event);
            let (number, version, bytes) = event.encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex.as_str()), (kind, 1, golden));
            assert_eq!(Event::read(number, version, &bytes), event);
        }
        let items = CommandEvent::Changed(changed()).items();
        assert_eq!(items, ["chronology:2B7301-1".to_owned(), format!("line:{}/1/1", "01".repeat(16))]);
    }

    #[test]
    fn every_act_has_a_word() {
        assert!(INCIDENT_ACTS.iter().all(|(act, word)| IncidentAct::read(word) == Some(*act) && act.word() == *word));
        assert!(LINE_ACTS.iter().all(|(act, word)| LineAct::read(word) == Some(*act) && act.word() == *word));
    }

    const INCIDENT_HEX: &str = "080000003242373330312d31070000006465636c6172650500000063796265720f000000e99bbbe5ad90e382abe383abe383860600000073797374656d0600000079656c6c6f772400000030303a333020e38397e383aae383b3e382bfe383bce3818be38289e88485e8bfabe6968700000000";
    const LINE_HEX: &str = "080000003242373330312d3100000000010000003108000000e69cac2d3030303101000000310700000033e79785e6a39f06000000e69cace983a80500000070686f6e65060000007265706f727412000000e7b499e3818ce8b6b3e3828ae381aae3818409000000e58cbbe4ba8be8aab20500000031323a303000000000000000000000000000000000";
    const CHANGED_HEX: &str = "080000003242373330312d312400000030313031303130313031303130313031303130313031303130313031303130312f312f3105000000737461746504000000646f6e6515000000e58089e5baabe3818be38289e587bae38197e3819f";
}
