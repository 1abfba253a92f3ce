//! Which message stands: SS-MIX2 keeps a message's state in its file name, and a view of the past works it out anew.
//!
//! The key of a message is (patient, 診療日, データ種別, オーダNo) (standards §1.1, guideline 1.2g). An update renames `_1` to
//! `_2` and writes a new `_1`; a delete renames all to `_0` and adds a `_0` that holds the cancel message.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::fact::{Body, ContentId, Fact, Fault, Flag, Origin, OriginFault, PatientId};
use crate::item::{AsOf, SourceRef, Standing};
use crate::when::Moment;

/// One message or event with all it says, once, however often it was read.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// Where it came from; its flag and `gone` are as last seen over all sightings.
    pub origin: Arc<Origin>,
    /// The same, shared by the items made of it.
    pub source: Arc<SourceRef>,
    /// What it says, in the sender's order.
    pub bodies: Vec<&'a Body>,
    /// When it was sent; received, where the sender says nothing.
    pub at: Moment,
    /// Whether it stands.
    pub standing: Standing,
    /// Number of the patient in whose folder it lies; empty where the path names none.
    pub filed_under: String,
}

impl Message<'_> {
    /// False for a message filed under another number that was linked to this one.
    pub fn is_of(&self, patient: &PatientId) -> bool {
        self.filed_under.is_empty() || self.filed_under == patient.id
    }
}

/// The messages of these facts as they stood, oldest first, and what was doubtful about their versions.
pub fn settle<'a>(facts: &'a [Fact], as_of: &AsOf) -> (Vec<Message<'a>>, Vec<OriginFault>) {
    let mut groups: BTreeMap<String, Vec<Message<'a>>> = BTreeMap::new();
    for message in once_each(facts) {
        groups.entry(version_key(&message.origin)).or_default().push(message);
    }
    let (mut messages, mut faults) = (Vec::new(), Vec::new());
    for mut group in groups.into_values() {
        group.sort_by(|a, b| in_order(a).cmp(&in_order(b)));
        let group = if as_of.is_past() { past(group, as_of.moment) } else { live(group, &mut faults) };
        messages.extend(group);
    }
    messages.sort_by(|a, b| in_order(a).cmp(&in_order(b)));
    (messages, faults)
}

fn in_order<'m>(message: &'m Message<'_>) -> (Moment, &'m str, u64, &'m str) {
    (message.at, &message.origin.source, message.origin.position, &message.origin.path)
}

/// A path without the condition flag, which a rename changes: `…_01_1` and `…_01_2` are one file.
fn path_key(path: &str) -> String {
    let unflagged = |part: &str| match part.rsplit_once('_') {
        Some((head, "0" | "1" | "2")) if head.matches('_').count() >= 3 => head.to_owned(),
        _ => part.to_owned(),
    };
    path.split('/').map(unflagged).collect::<Vec<_>>().join("/")
}

/// One sighting of one file by one source.
type SightingKey<'a> = (&'a str, u64, &'a str, Option<ContentId>);
/// A sighting with what it says.
type Sighting<'a> = (&'a Arc<Origin>, Vec<&'a Body>);
/// One file of any source: the event it is, or path without flag, and bytes.
type FileKey = (String, String, Option<ContentId>);

/// Facts gathered into messages, each content at each path once: the same tree read twice, or by two stations, doubles
/// nothing (design §2). A message never merges with another by what it says, only by path and bytes.
fn once_each(facts: &[Fact]) -> Vec<Message<'_>> {
    let mut sightings: BTreeMap<SightingKey<'_>, Sighting<'_>> = BTreeMap::new();
    for of_one in facts.chunk_by(|one, next| Arc::ptr_eq(&one.origin, &next.origin)) {
        let Some(Fact { origin: o, .. }) = of_one.first() else { continue };
        let key = (o.source.as_str(), o.position, o.path.as_str(), o.content);
        sightings.entry(key).or_insert((o, Vec::new())).1.extend(of_one.iter().map(|fact| &fact.body));
    }
    let mut files: BTreeMap<FileKey, Vec<Sighting<'_>>> = BTreeMap::new();
    for ((source, position, path, content), sighting) in sightings {
        let event = if content.is_none() { format!("{source}\u{0}{position}") } else { String::new() };
        files.entry((event, path_key(path), content)).or_default().push(sighting);
    }
    files.into_values().filter_map(one_message).collect()
}

/// All sightings of one file, in order of source and position, made one.
fn one_message<'a>(sightings: Vec<Sighting<'a>>) -> Option<Message<'a>> {
    let mut last_by_source: BTreeMap<&str, &Origin> = BTreeMap::new();
    for (origin, _) in &sightings {
        last_by_source.insert(&origin.source, origin);
    }
    let stage = |flag: Flag| match flag {
        Flag::Current => 0,
        Flag::Superseded => 1,
        Flag::Cancelled => 2,
    };
    // Within a source the last position speaks; between sources the one that has seen the file go furthest.
    let flag = last_by_source.values().map(|origin| origin.flag).max_by_key(|flag| stage(*flag))?;
    let gone = last_by_source.values().all(|origin| origin.gone);
    let received = sightings.iter().map(|(origin, _)| origin.received).min()?;
    let (first, bodies) = sightings.into_iter().next()?;
    let unchanged = (flag, gone, received) == (first.flag, first.gone, first.received);
    let seen = || Arc::new(Origin { flag, gone, received, ..(**first).clone() });
    let origin = if unchanged { Arc::clone(first) } else { seen() };
    let at = origin.sent_at().map_or(origin.received, |sent| sent.start);
    let source = Arc::new(SourceRef::from(&*origin));
    let filed_under = path_patient(&origin).rsplit('/').next().unwrap_or_default().to_owned();
    Some(Message { origin, source, bodies, at, standing: Standing::Current, filed_under })
}

/// オーダNo that means "no order".
fn no_order(number: &str) -> bool {
    number.bytes().all(|b| b == b'9') || number.bytes().all(|b| b == b'0')
}

/// What an update and a delete have in common with what they replace. Where the standard's key would join things that are not
/// versions of one another, the path joins the key: orders and results sent without a number, extended storage without a
/// specific key, events. Visits of one day differ by department.
fn version_key(origin: &Origin) -> String {
    let standard = origin.kind.starts_with("ADT-") || origin.kind == "PPR-01";
    let undated = standard && matches!(origin.care_date.as_str(), "" | "-");
    let alone = match origin.content {
        None => format!("{}\u{0}{}", origin.source, origin.position),
        Some(content) if !standard && no_order(&origin.order_no) => format!("{}\u{0}{content}", path_key(&origin.path)),
        Some(_) => String::new(),
    };
    let date = if undated { "-" } else { &origin.care_date };
    let number = if no_order(&origin.order_no) { "" } else { &origin.order_no };
    let department = if origin.kind == "ADT-12" { origin.department.as_str() } else { "" };
    [path_patient(origin), &origin.kind, date, number, department, &alone].join("\u{1}")
}

/// The part of a path that names the patient: what stands before 診療日. A record may hold the messages of linked numbers, whose
/// files are no versions of this patient's.
fn path_patient(origin: &Origin) -> &str {
    let date = if origin.care_date.is_empty() { "-" } else { &origin.care_date };
    let slashes = origin.path.match_indices('/').map(|(at, _)| at);
    let mut parts = slashes.clone().zip(slashes.skip(1));
    let dated = parts.find(|(from, to)| origin.path.get(from + 1..*to) == Some(date));
    dated.and_then(|(from, _)| origin.path.get(..from)).unwrap_or("")
}

/// Order controls (ORC-1, HL7 table 0119) by which an order is withdrawn.
pub(crate) fn withdraws(control: &str) -> bool {
    matches!(control, "CA" | "OC" | "DC" | "OD" | "CR" | "DR" | "UC")
}

fn control(body: &Body) -> Option<&str> {
    let order = match body {
        Body::Drug(drug) => &drug.order,
        Body::Injection(injection) => &injection.order,
        Body::Given(given) => &given.order,
        Body::LabOrder(order) => &order.order,
        Body::Lab(lab) => &lab.order,
        Body::Exam(exam) => &exam.order,
        Body::Meal(meal) => &meal.order,
        _ => return None,
    };
    Some(&order.control)
}

/// True for a message that says itself that it withdraws its key: a cancel trigger, or a `_0` file all of whose orders are
/// withdrawn.
fn says_cancel(message: &Message<'_>) -> bool {
    let by_trigger = message.bodies.iter().any(|body| matches!(body, Body::Cancel { .. }));
    let mut controls = message.bodies.iter().filter_map(|body| control(body)).peekable();
    let by_control = controls.peek().is_some() && controls.all(withdraws);
    by_trigger || (message.origin.flag == Flag::Cancelled && by_control)
}

/// Where the cancel messages of a key are, oldest first. Where none says so, the newest of several `_0` files is the cancel
/// message that a delete adds (standards §1.1).
fn cancels(group: &[Message<'_>]) -> Vec<usize> {
    let told: Vec<usize> = (0..group.len()).filter(|at| says_cancel(&group[*at])).collect();
    let zero = |message: &Message<'_>| message.origin.flag == Flag::Cancelled;
    match group.last() {
        Some(last) if told.is_empty() && zero(last) && group.iter().filter(|message| zero(message)).count() > 1 => {
            vec![group.len() - 1]
        }
        _ => told,
    }
}

/// The messages of one key, oldest first, by flag as last seen.
fn live<'a>(mut group: Vec<Message<'a>>, faults: &mut Vec<OriginFault>) -> Vec<Message<'a>> {
    let after_cancel = cancels(&group).last().map_or(0, |at| at + 1);
    for (at, message) in group.iter_mut().enumerate() {
        message.standing = match message.origin.flag {
            _ if at < after_cancel => Standing::Cancelled,
            Flag::Cancelled => Standing::Cancelled,
            Flag::Superseded => Standing::Superseded,
            Flag::Current => Standing::Current,
        };
    }
    let Some(newest) = group.iter().rposition(|message| message.standing == Standing::Current) else {
        keep_last_known(&mut group, faults);
        return group;
    };
    let (older, newer) = group.split_at_mut(newest);
    for message in older.iter_mut().filter(|message| message.standing == Standing::Current) {
        message.standing = Standing::Superseded;
        // One path with other bytes was written anew in place (a file seen half-written); that is no doubt.
        let rewritten = newer.iter().any(|newest| newest.origin.path == message.origin.path);
        if !rewritten {
            faults.push(doubt(message, "two_current"));
        }
    }
    group
}

/// A key whose files are all 過去履歴 has a successor that did not arrive: the last one known is shown, as a doubt.
fn keep_last_known(group: &mut [Message<'_>], faults: &mut Vec<OriginFault>) {
    let last = group.last_mut().filter(|message| message.standing == Standing::Superseded);
    if let Some(message) = last {
        message.standing = Standing::Current;
        faults.push(doubt(message, "successor_missing"));
    }
}

/// The messages of one key sent up to a moment, as they stood then: the newest stands unless it was withdrawn by then.
/// A `_0` file whose cancel message never came is withdrawn throughout, since nobody knows from when.
fn past<'a>(mut group: Vec<Message<'a>>, moment: Moment) -> Vec<Message<'a>> {
    let cancels = cancels(&group);
    group.retain(|message| message.at <= moment);
    let after_cancel = cancels.iter().rfind(|at| **at < group.len()).map_or(0, |at| at + 1);
    let newest = group.len().saturating_sub(1);
    for (at, message) in group.iter_mut().enumerate() {
        let withdrawn = at < after_cancel || (message.origin.flag == Flag::Cancelled && cancels.is_empty());
        message.standing = match at {
            _ if withdrawn => Standing::Cancelled,
            at if at == newest => Standing::Current,
            _ => Standing::Superseded,
        };
    }
    group
}

fn doubt(message: &Message<'_>, code: &'static str) -> OriginFault {
    let fault = Fault { code, at: "path".to_owned(), text: String::new() };
    OriginFault { origin: Arc::clone(&message.origin), fault }
}
