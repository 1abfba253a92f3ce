//! The chronology and the board as JSON and CSV: what commands and pages give out.

use std::sync::Arc;

use chart::Moment;
use serde::Serialize;
use serde_json::{Value, json};

use crate::attachments::Attachments;
use crate::chronology::Line;
use crate::hospital::Members;
use crate::incident::{Incident, Told};

/// A line of the chronology as it is given out.
#[derive(Debug, Serialize)]
pub struct Entry<'a> {
    /// Which station wrote it: its name.
    pub station: String,
    /// Its number as shown.
    pub no: &'a str,
    /// The line's whole name, for changes.
    pub line: &'a str,
    /// When it happened.
    pub event_time: Moment,
    /// When it was entered.
    pub entry_time: Moment,
    /// 頃.
    pub about: bool,
    /// Whose log; empty for headquarters.
    pub log: &'a str,
    /// 発.
    pub from: &'a str,
    /// 受.
    pub to: &'a str,
    /// 手段.
    pub means: &'a str,
    /// 区分.
    pub category: &'a str,
    /// 内容, as it counts now.
    pub text: &'a str,
    /// 対応.
    pub task: &'a str,
    /// 期限.
    pub due: &'a str,
    /// 状態; empty where nothing is to be done.
    pub state: &'a str,
    /// Who said so last.
    pub state_by: &'a str,
    /// ★要点.
    pub key: bool,
    /// 復唱済.
    pub read_back: bool,
    /// 記録者.
    pub by: &'a str,
    /// His role.
    pub role: &'a str,
    /// The line that it answers.
    pub of: &'a str,
    /// 取消.
    pub struck: bool,
    /// 要確認: two stations changed it from one state.
    pub doubtful: bool,
    /// Shown at headquarters though a department's.
    pub promoted: bool,
    /// The text as first written, where it was corrected.
    pub first_text: &'a str,
    /// What was corrected, or why it was struck: text, why, who.
    pub corrections: Vec<Value>,
    /// What is attached: name, bytes, SHA-256, whether it is kept here, which stations keep it.
    pub attached: Vec<Value>,
    /// The sheet and row of paper it was entered from, and who wrote it there; null for none.
    pub paper: Value,
}

fn corrected(text: &str, told: &Told) -> Value {
    json!({"text": text, "why": told.words, "by": told.who, "at": told.entry})
}

impl<'a> Entry<'a> {
    /// Of a line.
    pub fn of(line: &'a Line, members: &Members, files: &Attachments) -> Entry<'a> {
        let (said, told) = (&line.said, &line.told);
        let struck = line.struck.as_ref().map(|told| corrected("", told));
        let attached = files.attached(line).into_iter().map(|file| {
            json!({"name": file.name, "bytes": file.bytes, "sha256": file.sha256, "here": file.here, "stations": file.stations})
        });
        let paper = line
            .paper
            .as_ref()
            .map_or(Value::Null, |row| json!({"sheet": row.sheet, "row": row.row, "writer": row.writer}));
        Entry {
            station: members.name(line.station),
            no: &said.number,
            line: &line.name,
            event_time: told.at,
            entry_time: told.entry,
            about: said.about == "1",
            log: &said.log,
            from: &said.from,
            to: &said.to,
            means: &said.means,
            category: &said.category,
            text: &line.text,
            task: &said.task,
            due: &said.due,
            state: line.state,
            state_by: line.state_told.as_ref().map_or("", |told| &told.who),
            key: line.key,
            read_back: line.read_back,
            by: &told.who,
            role: &told.role,
            of: &said.of,
            struck: line.struck.is_some(),
            doubtful: line.doubtful,
            promoted: line.promoted.is_some(),
            first_text: if line.corrections.is_empty() { "" } else { &said.text },
            corrections: line.corrections.iter().map(|(text, told)| corrected(text, told)).chain(struck).collect(),
            attached: attached.collect(),
            paper,
        }
    }
}

/// Columns of the CSV, in the order of J-SPEED's and EMIS's chronologies: when, from, to, what; then the rest.
const COLUMNS: [&str; 20] = [
    "№",
    "発生時刻",
    "記録時刻",
    "発",
    "受",
    "手段",
    "区分",
    "内容",
    "対応",
    "期限",
    "状態",
    "要点",
    "復唱",
    "記録者",
    "部門",
    "端末",
    "訂正前の内容",
    "取消",
    "添付",
    "用紙の行",
];

/// All lines as CSV, UTF-8 with a byte order mark, so that a spreadsheet reads Japanese.
pub fn csv(lines: &[Arc<Line>], members: &Members, files: &Attachments) -> Vec<u8> {
    let mark = |on: bool| if on { "1" } else { "" };
    let row = |line: &Arc<Line>| {
        let entry = Entry::of(line, members, files);
        let attached: Vec<String> =
            files.attached(line).into_iter().map(|file| format!("{} {}", file.name, file.sha256)).collect();
        let paper = line.paper.as_ref().map_or_else(String::new, |row| format!("{}-{}", row.sheet, row.row));
        let [happened, entered] = [entry.event_time, entry.entry_time].map(|at| at.to_string());
        let attached = attached.join(" / ");
        [
            entry.no,
            &happened,
            &entered,
            entry.from,
            entry.to,
            entry.means,
            entry.category,
            entry.text,
            entry.task,
            entry.due,
            entry.state,
            mark(entry.key),
            mark(entry.read_back),
            entry.by,
            entry.log,
            &entry.station,
            entry.first_text,
            mark(entry.struck),
            &attached,
            &paper,
        ]
        .map(str::to_owned)
    };
    crate::spreadsheet::csv(std::iter::once(COLUMNS.map(str::to_owned)).chain(lines.iter().map(row)))
}

fn told(told: Option<&Told>) -> Value {
    told.map_or(Value::Null, |told| {
        json!({"by": told.who, "role": told.role, "at": told.at, "entry": told.entry,
            "words": told.words})
    })
}

/// An incident as JSON.
pub fn incident(incident: &Incident, now: Moment) -> Value {
    let levels: Vec<Value> = incident
        .levels
        .iter()
        .map(|(plan, (level, by))| json!({"plan": plan, "level": level, "told": told(Some(by))}))
        .collect();
    let policies: Vec<Value> = incident
        .policies
        .iter()
        .zip(1..)
        .map(|(policy, version)| json!({"version": version, "text": policy.words, "told": told(Some(policy))}))
        .collect();
    json!({
        "incident": incident.id, "kind": incident.kind, "what": incident.what, "open": incident.is_open(),
        "drill": incident.kind == "drill", "since": incident.since, "day": incident.day(now),
        "used": told(incident.used.as_ref()), "declared": told(incident.declared.as_ref()),
        "confirmed": told(incident.confirmed.as_ref()), "wants_second_name": incident.wants_second_name(now),
        "cancelled": told(incident.cancelled.as_ref()), "ended": told(incident.ended.as_ref()),
        "levels": levels, "policies": policies, "joined": incident.joined, "part_of": incident.part_of,
    })
}
