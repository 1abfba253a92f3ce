//! データ時点: how fresh each kind is at its source, and the 空白時間 between the last message and the moment asked for.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::intake::INTAKE;
use crate::item::View;
use crate::prescribing::WRITTEN;
use crate::when::Moment;

/// The data kinds of SS-MIX2 (guideline 1.2g table 1-1) with what they hold.
pub const KINDS: &[(&str, &str)] = &[
    ("ADT-00", "患者基本情報"),
    ("ADT-01", "担当医の変更"),
    ("ADT-12", "外来診察の受付"),
    ("ADT-21", "入院予定"),
    ("ADT-22", "入院実施"),
    ("ADT-31", "外出泊実施"),
    ("ADT-32", "外出泊帰院"),
    ("ADT-41", "転科・転棟予定"),
    ("ADT-42", "転科・転棟実施"),
    ("ADT-51", "退院予定"),
    ("ADT-52", "退院実施"),
    ("ADT-61", "アレルギー情報"),
    ("PPR-01", "病名情報"),
    ("OMD", "食事オーダ"),
    ("OMP-01", "処方オーダ"),
    ("OMP-11", "処方実施通知"),
    ("OMP-02", "注射オーダ"),
    ("OMP-12", "注射実施通知"),
    ("OML-01", "検体検査オーダ"),
    ("OML-11", "検体検査結果"),
    ("OMG-01", "放射線オーダ"),
    ("OMG-11", "放射線実施"),
    ("OMG-02", "内視鏡オーダ"),
    ("OMG-12", "内視鏡実施"),
    ("OMG-03", "生理検査オーダ"),
    ("OMG-13", "生理検査結果"),
];

/// The name of a data kind; of an unknown one, the folder's own words.
pub fn kind_name(kind: &str) -> &str {
    let known = KINDS.iter().find(|(code, _)| *code == kind).map(|(_, name)| *name);
    known.unwrap_or_else(|| kind.split('^').find(|part| !part.is_ascii()).unwrap_or(kind))
}

/// One kind at one source, whoever the patient.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Freshness {
    /// The source.
    pub source: String,
    /// The data kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Newest 発生日時 of any message of this kind.
    pub last_sent: Option<Moment>,
    /// When this home last received one.
    pub last_received: Option<Moment>,
    /// Minutes from the newest message to now; none when nothing ever came.
    pub age_minutes: Option<i64>,
}

/// Whether a kind of data is in the copy at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Held {
    /// Messages of this patient came.
    Held,
    /// The sources carry the kind; nothing of this patient came: 記録なし＝未確認.
    NotRecorded,
    /// No source carries the kind: コピー対象外.
    NotCopied,
}

/// 空白時間 of one kind: what happened between its last message and the moment is not in the copy.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// The data kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Whether it is in the copy.
    pub held: Held,
    /// Newest message of this patient.
    pub last_of_patient: Option<Moment>,
    /// Newest message of anybody, from any source: up to here the feed is known to have worked. None for a past moment
    /// after which messages came: when the last before it came is not known.
    pub last_of_any: Option<Moment>,
    /// Minutes from `last_of_any` (else `last_of_patient`) to the moment asked for.
    pub gap_minutes: Option<i64>,
}

/// Freshness by source and kind, in the order given.
pub(crate) fn freshness(view: &View<'_>) -> Vec<Freshness> {
    let row = |carried: &crate::item::Carried| {
        let last = carried.last_sent.or(carried.last_received);
        Freshness {
            source: carried.source.clone(),
            kind: carried.kind.clone(),
            name: kind_name(&carried.kind).to_owned(),
            last_sent: carried.last_sent,
            last_received: carried.last_received,
            age_minutes: last.map(|last| last.minutes_until(view.as_of.now)),
        }
    };
    let mut rows: Vec<Freshness> = view.carried.iter().map(row).collect();
    rows.sort_by(|a, b| (&a.source, &a.kind).cmp(&(&b.source, &b.kind)));
    rows
}

/// Kinds of what this hospital itself says of a patient: they tell nothing of how fresh the copy of the EMR is.
const OWN_KINDS: [&str; 7] = ["event", PAPER, HANDED_IN, VISIT, INTAKE, STAY, WRITTEN];
/// Before the name of the station where somebody was received while the EMR was dark.
pub const DOWNTIME: &str = "停止中";
/// Kind of such a reception.
pub const VISIT: &str = "受診";
/// Kind of what a ward wrote then: movements, handover, meals.
pub const STAY: &str = "入院・病棟";
/// Source and kind of what came on paper.
pub const PAPER: &str = "紙";
/// Source and kind of the codes of medicine paper that patients bring.
pub const HANDED_IN: &str = "持込";

/// One gap for each kind of the standard and each further kind that came, the standard's first.
pub(crate) fn gaps(view: &View<'_>) -> Vec<Gap> {
    let mut of_any: BTreeMap<&str, Option<Moment>> = BTreeMap::new();
    for carried in view.carried {
        let last = of_any.entry(&carried.kind).or_default();
        *last = (*last).max(carried.last_sent.or(carried.last_received));
    }
    let mut of_patient: BTreeMap<&str, Moment> = BTreeMap::new();
    for message in view.messages.iter().filter(|message| !OWN_KINDS.contains(&message.origin.kind.as_str())) {
        let last = of_patient.entry(&message.origin.kind).or_insert(message.at);
        *last = (*last).max(message.at);
    }
    let others = of_any.keys().chain(of_patient.keys()).copied();
    let mut extra: Vec<&str> = others.filter(|kind| !KINDS.iter().any(|(code, _)| code == kind)).collect();
    extra.sort_unstable();
    extra.dedup();
    let kinds = KINDS.iter().map(|(code, _)| *code).chain(extra);
    let gap = |kind: &str| {
        let (any, patient) = (of_any.get(kind), of_patient.get(kind).copied());
        let held = match (patient, any) {
            (Some(_), _) => Held::Held,
            (None, Some(_)) => Held::NotRecorded,
            (None, None) => Held::NotCopied,
        };
        // Of a past moment, a last message that came later says nothing of how things stood: better no gap than none.
        let last_of_any = any.copied().flatten().filter(|last| !view.as_of.is_past() || *last <= view.as_of.moment);
        let gap_minutes = last_of_any.max(patient).map(|last| last.minutes_until(view.as_of.moment).max(0));
        Gap {
            kind: kind.to_owned(),
            name: kind_name(kind).to_owned(),
            held,
            last_of_patient: patient,
            last_of_any,
            gap_minutes,
        }
    };
    kinds.map(gap).collect()
}
