//! OMG-01…03 ordered, OMG-11/12 done, OMG-13 reported: ORC, TQ1, OBR, OBX, ZE1, ZE2, IPC.

use chart::{Body, Document, Exam, Phase, Service};

use super::group::{Group, groups};
use super::header::extreme;
use super::observation;
use super::order::{order, priority};
use crate::hl7v2::{Reader, Seg};

/// Reads examinations, one fact an OBR; children name their parent in the order.
pub(super) fn bodies(reader: &Reader<'_>, service: Service, phase: Phase, out: &mut Vec<Body>) {
    for group in groups(reader) {
        let (obr, ipc) = (group.first("OBR"), group.first("IPC"));
        let mut exam = Exam { order: order(&group), service, phase, ..Exam::default() };
        if let Some(obr) = obr {
            exam.item = obr.coded(4);
            exam.at = obr.when(7);
            exam.details.extend([obr.words(12), obr.lines(13), obr.words(31)]);
        }
        exam.details.extend(group.all("TQ1").map(|tq1| priority(&tq1)));
        if exam.at.is_none() {
            exam.at = extreme(&group.all("TQ1").collect::<Vec<_>>(), 7, false);
        }
        if let Some(ipc) = ipc {
            exam.accession = ipc.text(1);
            exam.study_uid = ipc.text(3);
            exam.modality = ipc.coded(5);
        }
        values(&group, &mut exam, out);
        exam.details.retain(|line| !line.is_empty());
        if exam != (Exam { service, phase, ..Exam::default() }) {
            out.push(Body::from(exam));
        }
    }
}

/// OBX as values with their notes; ZE1/ZE2 and notes as lines. Documents inside OBX stand on their own.
fn values(group: &Group<'_>, exam: &mut Exam, out: &mut Vec<Body>) {
    exam.details.extend(group.notes());
    for (index, seg) in group.members.iter().enumerate() {
        match seg.name() {
            "OBX" => {
                let (measure, document) = observation::measure(seg);
                exam.details.extend(group.notes_after(index));
                if let Some(document) = document {
                    out.push(Body::from(Document { at: measure.at.or(exam.at), ..document }));
                }
                exam.values.push(measure);
            }
            "ZE1" | "ZE2" => exam.details.push(whole(seg)),
            _ => {}
        }
    }
}

/// A Z segment as one line: its fields are the hospital's, its words are shown.
fn whole(seg: &Seg<'_>) -> String {
    let fields = (2..=seg.last_field()).map(|field| seg.words(field)).filter(|words| !words.is_empty());
    fields.collect::<Vec<_>>().join(" ")
}
