//! Stays, visits and what is planned: made of the movements of ADT messages, and of orders dated ahead.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use std::sync::Arc;

use serde::Serialize;

use crate::fact::{Body, Coded, Document, Exam, LabOrder, Move, MoveKind, Phase, Place, Staff};
use crate::item::{Clock, Item, View};
use crate::when::When;

/// One stay in hospital, from admission to discharge.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Stay {
    /// Admission: ADT-22, else PV1-44 of a later movement.
    pub admitted: Option<When>,
    /// Discharge.
    pub discharged: Option<When>,
    /// In hospital at the moment asked for, as far as the copy tells.
    pub current: bool,
    /// Out on leave (外出・外泊) at the moment.
    pub on_leave: bool,
    /// Last known place.
    pub place: Place,
    /// Last known 主治医.
    pub attending: Staff,
    /// Last known department.
    pub department: Coded,
    /// True when the admission itself did not come and was worked out from a later movement.
    pub admission_missing: bool,
    /// The movements, oldest first.
    pub movements: Vec<Item<Move>>,
}

/// First visit or admission to one department (初診日), as far back as the copy goes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FirstVisit {
    /// The department.
    pub department: Coded,
    /// When.
    pub at: When,
    /// Visits and admissions since, this one counted.
    pub visits: usize,
}

/// Something planned: admission, transfer, discharge, or an examination or sampling ordered for a day ahead.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Appointment {
    /// `admit_plan`, `transfer_plan`, `discharge_plan`, `leave_back`, `visit`, `lab`, `radiology`, `endoscopy`, `physiology`.
    pub kind: &'static str,
    /// For when.
    pub at: Option<When>,
    /// Department.
    pub department: Coded,
    /// Who is to see or to do it, or ordered it; empty when the sender names nobody.
    pub doctor: Staff,
    /// What, in the sender's words.
    pub text: String,
    /// Order number, where there is one.
    pub number: String,
    /// True when the day has passed at the moment asked for.
    pub past: bool,
    /// The movement message, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement: Option<Arc<Move>>,
}

/// All movements that stand, oldest first by what they tell.
pub(crate) fn movements(view: &View<'_>) -> Vec<Item<Move>> {
    let mut items = view.items(|movement: &Move| movement.at.or(movement.planned));
    items.sort_by_cached_key(|item| {
        let at = item.time.map_or(item.source.received, |time| time.start);
        (at, step(item.kind), item.source.source.clone(), item.source.position)
    });
    items
}

/// The order of movements that bear one time.
fn step(kind: MoveKind) -> u8 {
    match kind {
        MoveKind::Admit => 0,
        MoveKind::Discharge => 2,
        _ => 1,
    }
}

fn is_plan(kind: MoveKind) -> bool {
    matches!(kind, MoveKind::AdmitPlan | MoveKind::TransferPlan | MoveKind::DischargePlan)
}

/// Stays, newest first, and the movements that belong to none (担当医 of an outpatient).
pub(crate) fn stays(movements: &[Item<Move>], clock: &Clock) -> (Vec<Stay>, Vec<Item<Move>>) {
    let (mut stays, mut loose): (Vec<Stay>, Vec<Item<Move>>) = (Vec::new(), Vec::new());
    let mut open: Option<Stay> = None;
    for item in movements.iter().filter(|item| !is_plan(item.kind) && item.kind != MoveKind::Visit) {
        if item.time.is_some_and(|time| !clock.has_reached(time.start)) {
            loose.push(item.clone());
            continue;
        }
        if item.kind == MoveKind::Admit {
            stays.extend(open.take());
        }
        let outpatient = item.kind == MoveKind::Attending && item.class != "I";
        if open.is_none() && outpatient {
            loose.push(item.clone());
            continue;
        }
        let stay = open.get_or_insert_with(|| opened(item));
        follow(stay, item);
        if item.kind == MoveKind::Discharge {
            stays.extend(open.take());
        }
    }
    if let Some(mut stay) = open {
        stay.current = true;
        stays.push(stay);
    }
    stays.reverse();
    (stays, loose)
}

fn opened(item: &Item<Move>) -> Stay {
    let is_admission = item.kind == MoveKind::Admit;
    let admitted = if is_admission { item.at.or(item.admitted).or(item.time) } else { item.admitted };
    Stay { admitted, admission_missing: !is_admission, ..Stay::default() }
}

fn follow(stay: &mut Stay, item: &Item<Move>) {
    let is_place = |place: &Place| !(place.ward.is_empty() && place.room.is_empty() && place.bed.is_empty());
    if is_place(&item.place) {
        stay.place = item.place.clone();
    }
    if item.attending != Staff::default() {
        stay.attending = item.attending.clone();
    }
    if !item.department.is_empty() {
        stay.department = item.department.clone();
    }
    match item.kind {
        MoveKind::LeaveOut => stay.on_leave = true,
        MoveKind::LeaveBack | MoveKind::Transfer => stay.on_leave = false,
        MoveKind::Discharge => {
            stay.on_leave = false;
            stay.discharged = item.at.or(item.discharged).or(item.time);
        }
        _ => {}
    }
    stay.movements.push(item.clone());
}

/// Visits up to the moment, newest first.
pub(crate) fn visits(movements: &[Item<Move>]) -> Vec<Item<Move>> {
    movements.iter().rev().filter(|item| item.kind == MoveKind::Visit).cloned().collect()
}

/// First visit per department, earliest first.
pub(crate) fn first_visits(movements: &[Item<Move>], clock: &Clock) -> Vec<FirstVisit> {
    let mut by_department: BTreeMap<String, FirstVisit> = BTreeMap::new();
    // Without a department there is none to have a first visit.
    let came =
        |item: &&Item<Move>| matches!(item.kind, MoveKind::Visit | MoveKind::Admit) && !item.department.is_empty();
    for item in movements.iter().filter(came) {
        let Some(at) = item.time.filter(|at| clock.has_reached(at.start)) else { continue };
        let fresh = || FirstVisit { department: item.department.clone(), at, visits: 0 };
        let key = if item.department.code.is_empty() { &item.department.text } else { &item.department.code };
        // A desk of ours knows no codes of the EMR: its 内科 is the 内科 that the copy has a code for.
        let named = by_department
            .iter()
            .find(|(_, known)| item.department.code.is_empty() && known.department.text == item.department.text);
        let key = named.map_or_else(|| key.clone(), |(key, _)| key.clone());
        let known = by_department.entry(key).or_insert_with(fresh);
        known.visits += 1;
        known.at = known.at.min(at);
    }
    let mut first: Vec<FirstVisit> = by_department.into_values().collect();
    first.sort_by_key(|first| first.at);
    first
}

fn planned_move(item: &Item<Move>, clock: &Clock) -> Option<Item<Appointment>> {
    let ahead = item.time.is_some_and(|time| !clock.has_reached(time.start));
    let kind = match item.kind {
        MoveKind::AdmitPlan => "admit_plan",
        MoveKind::TransferPlan => "transfer_plan",
        MoveKind::DischargePlan => "discharge_plan",
        MoveKind::LeaveOut if item.planned.is_some() => "leave_back",
        MoveKind::Visit if ahead => "visit",
        _ => return None,
    };
    let at = if kind == "visit" { item.at } else { item.planned.or(item.at) };
    let movement = &item.value;
    let (department, text) = (movement.department.clone(), movement.reason.clone());
    let planned = Appointment {
        kind,
        at,
        department,
        doctor: movement.attending.clone(),
        text,
        number: String::new(),
        past: at.is_some_and(|at| clock.has_reached(at.end())),
        movement: Some(Arc::clone(movement)),
    };
    Some(item.clone().map(|_| planned))
}

fn planned_lab(order: &LabOrder) -> Option<Appointment> {
    let text = order.group.shown().to_owned();
    Some(Appointment {
        kind: "lab",
        at: Some(order.planned?),
        department: order.order.department.clone(),
        doctor: order.order.doctor.clone(),
        text,
        number: order.order.number.clone(),
        past: false,
        movement: None,
    })
}

fn planned_exam(exam: &Exam) -> Option<Appointment> {
    let at = exam.at.filter(|_| exam.phase == Phase::Ordered)?;
    Some(Appointment {
        kind: crate::exams::service_word(exam.service),
        at: Some(at),
        department: exam.order.department.clone(),
        doctor: exam.order.doctor.clone(),
        text: exam.item.shown().to_owned(),
        number: exam.order.number.clone(),
        past: false,
        movement: None,
    })
}

/// True for a document that its sender files as an appointment: the folder of its kind says 予約. SS-MIX2 has no kind for
/// them; hospitals use extended storage (standards §1.7).
fn is_booking(document: &Document) -> bool {
    let says = |kind: &Coded| kind.text.contains(BOOKING);
    says(&document.kind) || document.kind.alternate.as_deref().is_some_and(says)
}

/// The word by which a folder of extended storage is one of appointments.
pub const BOOKING: &str = "予約";

/// The value of a line `名: 値` of a text.
fn told<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let value = |line: &'a str| {
        let rest = line.trim().strip_prefix(name)?.trim_start();
        rest.strip_prefix([':', '：']).map(str::trim)
    };
    text.lines().find_map(value).filter(|value| !value.is_empty())
}

/// An appointment written as text, for the day of its path (診療日) or the 予約日時 it names.
pub(crate) fn booking(document: &Document, department: &str) -> Option<Appointment> {
    if !is_booking(document) || told(&document.text, "状態").is_some_and(|state| state.contains("取消")) {
        return None;
    }
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let told_at = told(&document.text, "予約日時").and_then(|text| When::parse(&digits(text)));
    let (code, name) = match told(&document.text, "診療科").map(|text| text.split_once(' ').unwrap_or(("", text))) {
        Some((code, name)) => (code, name),
        None => (department.trim_matches('-'), ""),
    };
    let doctor = told(&document.text, "担当医").unwrap_or_default();
    Some(Appointment {
        kind: "visit",
        at: Some(told_at.or(document.at)?),
        department: Coded { code: code.to_owned(), text: name.to_owned(), ..Coded::default() },
        doctor: Staff { id: String::new(), name: doctor.to_owned() },
        text: told(&document.text, "内容").unwrap_or_default().to_owned(),
        number: String::new(),
        past: false,
        movement: None,
    })
}

/// Parent and child, or several groups, of one order at one time are one appointment.
fn add_planned(items: &mut Vec<Item<Appointment>>, new: Item<Appointment>) {
    let same = |old: &&mut Item<Appointment>| {
        !new.number.is_empty() && (old.kind, &old.value.number, old.at) == (new.kind, &new.value.number, new.at)
    };
    match items.iter_mut().find(same) {
        Some(old) if old.text.contains(&new.text) => {}
        Some(old) => old.value_mut().text = format!("{}、{}", old.text, new.text),
        None => items.push(new),
    }
}

/// What is planned: what lies ahead first and soonest first, then plans whose day has passed.
pub(crate) fn appointments(view: &View<'_>, movements: &[Item<Move>]) -> Vec<Item<Appointment>> {
    let clock = &view.clock;
    let mut items: Vec<_> = movements.iter().filter_map(|item| planned_move(item, clock)).collect();
    for (message, body) in view.standing() {
        let planned = match body {
            Body::LabOrder(order) if !crate::versions::withdraws(&order.order.control) => planned_lab(order),
            Body::Exam(exam) if !crate::versions::withdraws(&exam.order.control) => planned_exam(exam),
            Body::Document(document) => booking(document, &message.origin.department),
            _ => None,
        };
        // A day named without an hour is still ahead on that day.
        let ahead = planned.filter(|planned| planned.at.is_some_and(|at| !clock.has_reached(at.end())));
        if let Some(planned) = ahead {
            add_planned(&mut items, view.item(message, planned.at, planned));
        }
    }
    items.sort_by_cached_key(|item| {
        let at = item.at.map_or(0, |at| at.start.0);
        (item.past, if item.past { Reverse(at) } else { Reverse(at.saturating_neg()) }, item.source.position)
    });
    items
}
