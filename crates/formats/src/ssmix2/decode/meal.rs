//! OMD: meals. OMD^O03 with ORC, TQ1 and ODS.

use chart::{Body, Coded, Meal};

use super::group::groups;
use super::header::extreme;
use super::order::{join, order};
use crate::hl7v2::{Reader, Seg};

/// Reads meals, one fact an ODS.
pub(super) fn bodies(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        if group.first("ODS").is_none() {
            // Nothing to tell: what is there stays listed as unplaced.
            continue;
        }
        let mut order = order(&group);
        let tq1: Vec<Seg<'_>> = group.all("TQ1").collect();
        let (start, end) = (extreme(&tq1, 7, false), extreme(&tq1, 8, true));
        let mut timing = Vec::new();
        for tq1 in tq1 {
            timing.extend(tq1.repetitions(3).map(|n| tq1.coded_sub(3, n, 1)).filter(|c| !c.is_empty()));
        }
        for (index, ods) in group.members.iter().enumerate().filter(|(_, seg)| seg.name() == "ODS") {
            let mut timing: Vec<Coded> = timing.clone();
            timing.extend(ods.coded_all(2));
            let notes = [group.notes(), group.notes_after(index)].concat();
            out.push(Body::from(Meal {
                order: group.share(&mut order, index),
                kind: ods.text(1),
                diet: ods.coded(3),
                text: text(ods, notes),
                timing,
                start,
                end,
            }));
        }
    }
}

/// ODS-4, the further diet codes of ODS-3, and notes.
fn text(ods: &Seg<'_>, notes: Vec<String>) -> String {
    let further = ods.repetitions(3).skip(1).map(|n| ods.wording(3, n));
    join([ods.lines(4)].into_iter().chain(further).chain(notes))
}
