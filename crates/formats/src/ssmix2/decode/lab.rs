//! OML-01 laboratory orders (OML^O33) and OML-11 results (OUL^R22), microbiology included.

use std::sync::Arc;

use chart::{Body, Coded, Document, Lab, LabOrder, When};

use super::group::{Group, groups};
use super::observation;
use super::order::{join, order, priority};
use crate::hl7v2::{Reader, Seg};

/// Reads orders, one fact an OBR.
pub(super) fn orders(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        let Some(obr) = group.first("OBR") else { continue };
        let order = order(&group);
        let planned = planned(&group, &obr);
        let urgent: Vec<String> = group.all("TQ1").map(|tq1| priority(&tq1)).collect();
        let comments =
            urgent.into_iter().chain([obr.words(12), obr.lines(13)]).chain(group.notes()).chain(obx_notes(&group));
        let items = group.all("OBX").map(|obx| item(&obx)).collect();
        out.push(Body::from(LabOrder {
            order,
            specimen: specimen(&group),
            group: obr.coded(4),
            items,
            planned,
            comment: join(comments),
        }));
    }
}

fn item(obx: &Seg<'_>) -> Coded {
    obx.expect(11, 1, 1, &["O"]);
    obx.coded(3)
}

/// TQ1-7, OBR-7 or SPM-17, whichever is filled first; the others where they say the same.
fn planned(group: &Group<'_>, obr: &Seg<'_>) -> Option<When> {
    let places = [(group.first("TQ1"), 7), (Some(*obr), 7), (group.specimen, 17)];
    let mut found: Option<When> = None;
    for (seg, field) in places {
        let Some(seg) = seg else { continue };
        match found {
            None => found = seg.when(field),
            Some(_) => seg.same_when(field, found),
        }
    }
    found
}

/// Notes behind each OBX, in order.
fn obx_notes(group: &Group<'_>) -> Vec<String> {
    let obx = group.members.iter().enumerate().filter(|(_, seg)| seg.name() == "OBX");
    obx.flat_map(|(index, _)| group.notes_after(index)).collect()
}

fn specimen(group: &Group<'_>) -> Coded {
    group.specimen.map(|spm| spm.coded(4)).unwrap_or_default()
}

/// Reads results, one fact an OBX.
pub(super) fn results(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        if group.first("OBX").is_none() {
            continue;
        }
        let mut frame = frame(&group);
        for (index, obx) in group.members.iter().enumerate().filter(|(_, seg)| seg.name() == "OBX") {
            let frame = group.share(&mut frame, index);
            result(obx, group.notes_after(index), frame, &group, out);
        }
    }
}

/// What all results of one OBR share.
fn frame(group: &Group<'_>) -> Lab {
    let obr = group.first("OBR");
    let collected = match (group.specimen, obr) {
        (Some(spm), _) if spm.has(17) => spm.when(17),
        (_, Some(obr)) => obr.when(7),
        _ => None,
    };
    if let Some(obr) = obr {
        obr.same_when(7, collected);
        obr.same_when(8, collected);
    }
    Lab {
        order: Arc::new(order(group)),
        specimen: Arc::new(specimen(group)),
        group: Arc::new(obr.map(|obr| obr.coded(4)).unwrap_or_default()),
        parent_result: obr.map(|obr| obr.field(26).repetition(1).whole().into_owned()).unwrap_or_default(),
        collected,
        reported: obr.and_then(|obr| obr.when(22)),
        comment: join(obr.map(|obr| join([obr.words(12), obr.lines(13)])).into_iter().chain(group.notes())),
        ..Lab::default()
    }
}

fn result(obx: &Seg<'_>, notes: Vec<String>, frame: Lab, group: &Group<'_>, out: &mut Vec<Body>) {
    let value = observation::value(obx);
    let collected = collected(obx.when(14), frame.collected, obx, group);
    let lab = Lab {
        item: obx.coded(3),
        value_type: obx.text(2),
        value: value.text,
        coded: value.coded,
        unit: value.unit.filter(|unit| !unit.is_empty()).unwrap_or_else(|| obx.coded_sub(6, 1, 1)),
        range: obx.lines(7),
        flag: observation::flags(obx),
        status: obx.text(11),
        sub_id: obx.text(4),
        collected,
        comment: join([frame.comment].into_iter().chain(notes)),
        ..frame
    };
    if let Some(document) = value.document {
        out.push(Body::from(Document { kind: lab.item.clone(), at: lab.collected, ..document }));
    }
    out.push(Body::from(lab));
}

/// When a result was collected: by its own time, or by that of SPM-17 or OBR-7 where that says the same more closely. What a result's own
/// time overrules is listed.
fn collected(at: Option<When>, shared: Option<When>, obx: &Seg<'_>, group: &Group<'_>) -> Option<When> {
    let (Some(at), Some(shared)) = (at, shared) else { return at.or(shared) };
    let within = |inner: When, outer: When| outer.start <= inner.start && inner.end() <= outer.end();
    if within(shared, at) {
        return Some(shared);
    }
    if !within(at, shared) {
        let place = if group.specimen.is_some_and(|spm| spm.has(17)) { "SPM-17" } else { "OBR-7" };
        obx.reader().fault("value", place, format!("{} ≠ OBX-14", shared.iso()));
    }
    Some(at)
}
