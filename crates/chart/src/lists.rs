//! What the lists across patients need of one patient: where he lies, and what is planned for which day. Pure.
//!
//! Made of the kinds of [`matters`] alone, and of nothing but the record: the same facts make the same lists, whenever
//! they are asked for, so that an index of them can be made again.

use serde::Serialize;

use crate::fact::{Body, Fact, MoveKind, PatientId, Phase, Place};
use crate::item::{AsOf, Clock, Item, View};
use crate::stays::{self, Appointment, BOOKING, Stay};
use crate::versions;
use crate::when::{Moment, When};

/// Where an inpatient lies, as the movements received so far tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inpatient {
    /// 病棟, 病室, ベッド.
    pub place: Place,
    /// Department, in the sender's words or code.
    pub department: String,
    /// 主治医, by name or number.
    pub attending: String,
    /// Admission.
    pub admitted: Option<When>,
    /// The last movement: since when he lies there.
    pub since: Option<When>,
    /// Out on leave (外出・外泊).
    pub on_leave: bool,
}

/// Something planned for a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// As [`Appointment::kind`].
    pub kind: String,
    /// For when; a plan for a day alone has the precision of a day.
    pub at: Option<When>,
    /// Code of the department, as sent.
    pub department_code: String,
    /// Name of the department, as sent.
    pub department: String,
    /// Who is to do it, or ordered it.
    pub doctor: String,
    /// What, in the sender's words.
    pub text: String,
    /// Order number.
    pub number: String,
    /// Ward that it leads to.
    pub ward: String,
}

impl Plan {
    /// True for somebody's coming to, leaving or changing wards: the ward's business, and no appointment.
    pub fn is_move(&self) -> bool {
        matches!(self.kind.as_str(), "admit_plan" | "transfer_plan" | "discharge_plan" | "leave_back")
    }
}

/// One patient's part of the lists.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Where he lies, for an inpatient.
    pub inpatient: Option<Inpatient>,
    /// What is planned, soonest first.
    pub plans: Vec<Plan>,
}

impl Lists {
    /// True when there is nothing to list.
    pub fn is_empty(&self) -> bool {
        self.inpatient.is_none() && self.plans.is_empty()
    }
}

/// True for a data kind (an SS-MIX2 code, or the type folder of extended storage) that can change the lists.
pub fn matters(kind: &str) -> bool {
    moves(kind) || matches!(kind, "ADT-12" | "OML-01" | "OMG-01" | "OMG-02" | "OMG-03") || kind.contains(BOOKING)
}

/// True for the kinds that tell of movements of inpatients, carried out or planned: their every change counts.
pub fn moves(kind: &str) -> bool {
    let number = kind.strip_prefix("ADT-").unwrap_or_default();
    matches!(number, "01" | "21" | "22" | "31" | "32" | "41" | "42" | "51" | "52")
}

/// True when a fact tells of a movement of an inpatient, or of something planned that is not over before the day of
/// `received`: without any such fact a patient is on no list.
pub fn is_news(body: &Body, received: Moment) -> bool {
    let ahead = |at: Option<When>| at.is_none_or(|at| at.end() > received.day().start);
    match body {
        Body::Move(movement) if movement.kind == MoveKind::Visit => ahead(movement.at),
        Body::Move(_) | Body::Cancel { .. } => true,
        Body::LabOrder(order) => order.planned.is_some() && ahead(order.planned),
        Body::Exam(exam) => exam.phase == Phase::Ordered && exam.at.is_some() && ahead(exam.at),
        Body::Document(document) => stays::booking(document, "").is_some_and(|booked| ahead(booked.at)),
        _ => false,
    }
}

/// True when a message names a date of the day of `received` or after, so that it may be news; a look at its bytes, without
/// decoding. Of the kinds of [`moves`] every message counts, whatever its dates; so do appointments written as text.
pub fn may_be_news(kind: &str, bytes: &[u8], received: Moment) -> bool {
    if moves(kind) || kind.contains(BOOKING) {
        return true;
    }
    let digits = received.digits17();
    let dated = |run: &[u8]| match run.len() {
        0..=5 => false,
        6 | 7 => run[..6] >= digits.as_bytes()[..6],
        _ => run[..8] >= digits.as_bytes()[..8],
    };
    bytes.split(|byte| !byte.is_ascii_digit()).any(dated)
}

/// The lists of a patient out of the facts of the kinds of [`matters`]: all messages of every order, visit and movement of
/// which one [`may_be_news`]. What was over before the day of `newest`, when the newest message of these kinds was received,
/// is left out: so the index holds what lies ahead, and depends on the record alone.
pub fn lists(patient: &PatientId, facts: &[Fact], newest: Moment) -> Lists {
    let as_of = AsOf::live(newest.day().start);
    let (messages, _) = versions::settle(facts, &as_of);
    let view = View { as_of: &as_of, clock: Clock::new(as_of.moment), patient, messages, carried: &[] };
    let movements = stays::movements(&view);
    // As if all that was told had come to pass; a discharge told for later is not yet one.
    let (stays, _) = stays::stays(&movements, &Clock::new(Moment(i64::MAX)));
    let here = |stay: &&Stay| stay.current || stay.discharged.is_some_and(|at| at.start > newest);
    let stay = stays.first().filter(here);
    let before = stays.get(1).and_then(|stay| stay.discharged).map(|at| at.start);
    let mut plans = Vec::new();
    for item in stays::appointments(&view, &movements) {
        if !item.past && stands(&item, stay, before) {
            plans.push(plan(&item));
        }
    }
    Lists { inpatient: stay.map(inpatient), plans }
}

/// False for what has been overtaken: a transfer, discharge or return of somebody who is no inpatient, or that was told
/// before the stay before this one ended (`before`); and a visit that was told when it took place.
fn stands(item: &Item<Appointment>, stay: Option<&Stay>, before: Option<Moment>) -> bool {
    let told = item.source.sent.map_or(item.source.received, |sent| sent.start);
    let of_this_stay = before.is_none_or(|ended| told >= ended);
    match item.kind {
        "leave_back" => of_this_stay && stay.is_some_and(|stay| stay.on_leave),
        "transfer_plan" | "discharge_plan" => of_this_stay && stay.is_some(),
        "visit" if item.movement.is_some() => item.at.is_some_and(|at| at.start > told),
        _ => true,
    }
}

fn plan(item: &Item<Appointment>) -> Plan {
    let named = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    Plan {
        kind: item.kind.to_owned(),
        at: item.at,
        department_code: item.department.code.clone(),
        department: item.department.text.clone(),
        doctor: named(&item.doctor.name, &item.doctor.id),
        text: item.text.clone(),
        number: item.number.clone(),
        ward: item.movement.as_ref().map_or_else(String::new, |movement| movement.place.ward.clone()),
    }
}

fn inpatient(stay: &Stay) -> Inpatient {
    let named = |text: &str, other: &str| if text.is_empty() { other.to_owned() } else { text.to_owned() };
    Inpatient {
        place: stay.place.clone(),
        department: stay.department.shown().to_owned(),
        attending: named(&stay.attending.name, &stay.attending.id),
        admitted: stay.admitted,
        since: stay.movements.last().and_then(|item| item.time),
        on_leave: stay.on_leave,
    }
}
