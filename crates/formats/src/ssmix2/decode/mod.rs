//! One file to facts and faults: which decoder, what every message shares, and what nobody read.

mod document;
mod drugs;
mod exam;
mod given;
mod group;
mod header;
mod lab;
mod markup;
mod meal;
mod moves;
mod observation;
mod order;
mod patient;
mod problem;

use std::sync::Arc;

use chart::{Body, Fault, MoveKind, When};

use super::kinds::{self, Family, Kind};
use super::path::{FilePath, Place};
use crate::charset::Charset;
use crate::hl7v2::{Message, Reader};

/// What the head of a message says of the message itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Meta {
    /// MSH-9.1, e.g. `RDE`.
    pub message_type: String,
    /// MSH-9.2, e.g. `O11`.
    pub trigger: String,
    /// MSH-10.
    pub control_id: String,
    /// MSH-7.
    pub message: Option<When>,
    /// EVN-2: when the sender recorded the event.
    pub recorded: Option<When>,
    /// MSH-11.1: `P` production, `T` training, `D` debugging.
    pub processing: String,
    /// MSH-12.1.
    pub version: String,
    /// The character set the bytes were read as.
    pub charset: Charset,
    /// MSH-3 and MSH-4.
    pub sender: String,
    /// PID-3.1 of every repetition (CDA: the ids of the patient), as sent.
    pub ids: Vec<String>,
}

/// Everything a file said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// Of the message itself.
    pub meta: Meta,
    /// Of the patient. Where there is a [`Body::Cancel`] there is no [`Body::Move`]: what is withdrawn is never told as
    /// a movement; its fields are listed as unplaced.
    pub bodies: Vec<Body>,
    /// What was not understood, of the path and of the bytes.
    pub faults: Vec<Fault>,
}

/// Decodes one file of standardized or extended storage. Never fails; `path` tells the kind and the patient.
pub fn decode(path: &FilePath, bytes: &[u8]) -> Decoded {
    decode_and(path, bytes, true)
}

/// [`decode`] for one who lists faults and persons only: an HL7 message's unplaced fields are not collected, which is a
/// tenth of the work. All else is the same.
pub fn decode_placed(path: &FilePath, bytes: &[u8]) -> Decoded {
    decode_and(path, bytes, false)
}

fn decode_and(path: &FilePath, bytes: &[u8], unplaced: bool) -> Decoded {
    let mut decoded = if matches!(path.place, Place::Extended { .. }) && !document::looks_like_hl7(bytes) {
        document::decode(path, bytes)
    } else {
        message(path, bytes, unplaced)
    };
    decoded.faults.splice(0..0, path.faults.iter().cloned());
    decoded
}

/// Bodies that room is made for at first.
const BODIES_FIRST: usize = 16;

fn message(path: &FilePath, bytes: &[u8], unplaced: bool) -> Decoded {
    let message = Message::read(bytes);
    let reader = Reader::new(&message);
    let meta = header::meta(&reader);
    header::check_patient(&reader, path, &meta);
    let row = kinds::kind(&path.kind);
    let cancel = kinds::KINDS.iter().any(|kind| meta.message_type == "ADT" && kind.cancel == meta.trigger)
        && !meta.trigger.is_empty();
    let family = family(&reader, path, &meta, row);
    if let Some(row) = row
        && !cancel
        && reader.first(row.needs).is_none()
    {
        reader.fault("segment_missing", row.needs, "");
    }
    // A body is large and most segments make none or one: growing would copy them again and again.
    let mut bodies = Vec::with_capacity(message.segments.len().min(BODIES_FIRST));
    if cancel {
        bodies.push(Body::Cancel { trigger: meta.trigger.clone() });
    }
    patient::bodies(&reader, family == Some(Family::Basic) && !cancel, &mut bodies);
    if !cancel {
        by_family(&reader, family, &mut bodies);
    }
    header::redundant(&reader, path);
    let fields = if unplaced { reader.unplaced() } else { Vec::new() };
    if !fields.is_empty() {
        bodies.push(Body::Unplaced { fields: fields.into_iter().map(Arc::new).collect() });
    }
    Decoded { meta, bodies, faults: reader.faults() }
}

fn by_family(reader: &Reader<'_>, family: Option<Family>, bodies: &mut Vec<Body>) {
    match family {
        Some(Family::Basic | Family::Allergy) => observation::measures(reader, bodies),
        Some(Family::Move(kind)) => moves::bodies(reader, kind, bodies),
        Some(Family::Problem) => problem::bodies(reader, bodies),
        Some(Family::Meal) => meal::bodies(reader, bodies),
        Some(Family::Prescription) => {
            drugs::prescriptions(reader, bodies);
            observation::measures(reader, bodies);
        }
        Some(Family::Injection) => {
            drugs::injections(reader, bodies);
            observation::measures(reader, bodies);
        }
        Some(Family::Given(injection)) => given::bodies(reader, injection, bodies),
        Some(Family::LabOrder) => lab::orders(reader, bodies),
        Some(Family::LabResult) => lab::results(reader, bodies),
        Some(Family::Exam(service, phase)) => exam::bodies(reader, service, phase, bodies),
        Some(Family::Observations) | None => observation::grouped(reader, bodies),
    }
}

/// The decoder: by the kind of the path; by the message where the two disagree or the kind is unknown.
fn family(reader: &Reader<'_>, path: &FilePath, meta: &Meta, row: Option<&Kind>) -> Option<Family> {
    let (message, trigger) = (meta.message_type.as_str(), meta.trigger.as_str());
    if let Some(row) = row {
        let said = row.set == (message, trigger) || (row.set.0 == message && row.cancel == trigger);
        if said || message.is_empty() {
            return Some(row.family);
        }
        reader.fault("kind_mismatch", "MSH-9", format!("{} ≠ {message}^{trigger}", row.code));
        if row.set.0 == message && filed(reader, row, kinds::by_message(message, trigger, |_| true)) {
            return Some(row.family);
        }
    } else if path.place == Place::Standardized {
        reader.fault("unknown_kind", "path", path.kind.clone());
    }
    if message == "ORU" {
        // The most general of results: a folder of laboratory or examinations says which.
        let results = |family: &Family| matches!(family, Family::LabResult | Family::Exam(..));
        return Some(row.map(|row| row.family).filter(results).unwrap_or(Family::Observations));
    }
    let infused = reader.first("RXC").is_some();
    let prefers = |kind: &Kind| match kind.family {
        Family::Injection | Family::Given(true) => infused,
        Family::Prescription | Family::Given(false) => !infused,
        _ => true,
    };
    let found = kinds::by_message(message, trigger, prefers).or(row);
    if found.is_none() {
        reader.fault("unknown_message", "MSH-9", format!("{message}^{trigger}"));
    }
    found.map(|row| row.family)
}

/// Whether the folder's kind stands against another trigger of the same message type: programs that write SS-MIX2 are known
/// to send one trigger for several kinds (ADT^A01 for outpatient visits). It does where the message has the date by which
/// that kind is filed; whether somebody came or was admitted, which bear the same date, is told by PV1-2.
fn filed(reader: &Reader<'_>, row: &Kind, said: Option<&Kind>) -> bool {
    let class = reader.first("PV1").map(|pv1| pv1.glance(2, 1, 1)).unwrap_or_default();
    let told = |kind: &Kind| match kind.family {
        Family::Move(MoveKind::Visit) => class == "O",
        Family::Move(MoveKind::Admit) => class == "I",
        _ => false,
    };
    let dated = |kind: &Kind| match kind.care_date.split_once('-') {
        Some((segment, field)) if !segment.is_empty() => {
            reader.first(segment).zip(field.parse().ok()).is_some_and(|(seg, field)| seg.has(field))
        }
        _ => true,
    };
    match said {
        Some(said) if told(said) && !told(row) && row.care_date == said.care_date => false,
        Some(said) => dated(row) || !dated(said),
        None => dated(row),
    }
}
