//! MSH, EVN, and whose message it is.

use chart::When;

use super::Meta;
use crate::hl7v2::{Reader, Seg, filled};
use crate::ssmix2::path::FilePath;

/// Reads MSH, EVN and PID-3.
pub(super) fn meta(reader: &Reader<'_>) -> Meta {
    let mut meta = Meta { charset: reader.message().charset, ..Meta::default() };
    if let Some(msh) = reader.first("MSH") {
        meta.sender = filled([msh.part(3, 1, 1), msh.part(4, 1, 1)], " ");
        meta.message = msh.when(7);
        meta.message_type = msh.comp(9, 1, 1);
        meta.trigger = msh.comp(9, 1, 2);
        msh.part(9, 1, 3);
        meta.control_id = msh.text(10);
        meta.processing = msh.text(11);
        meta.version = msh.text(12);
        msh.field(18).repetitions().for_each(|part| drop(part.read()));
    }
    if let Some(evn) = reader.first("EVN") {
        meta.recorded = evn.when(2);
    }
    if let Some(pid) = reader.first("PID") {
        meta.ids = pid.repetitions(3).map(|n| pid.comp(3, n, 1)).filter(|id| !id.is_empty()).collect();
    }
    meta
}

/// PID-3 against the path, exactly; half of the official samples differ (standards.md §0.5). The path's number is the
/// one the message is filed under; the difference is a fault, said so when it is only zeros in front.
pub(super) fn check_patient(reader: &Reader<'_>, path: &FilePath, meta: &Meta) {
    if meta.ids.is_empty() {
        reader.fault("no_pid", "PID-3", "");
    } else if !path.patient.is_empty() && !meta.ids.contains(&path.patient) {
        let bare = |id: &str| id.trim_start_matches('0').to_owned();
        let zeros = meta.ids.iter().any(|id| bare(id) == bare(&path.patient));
        let note = if zeros { " (0)" } else { "" };
        reader.fault("pid_mismatch", "PID-3", format!("{} ≠ {}{note}", meta.ids.join(" "), path.patient));
    }
}

/// PV1 of an order repeats what ORC says: where it says the same it is not listed again.
pub(super) fn redundant(reader: &Reader<'_>, path: &FilePath) {
    let (Some(pv1), orc) = (reader.first("PV1"), reader.first("ORC")) else { return };
    let said = |field| orc.map(|orc| orc.glance(field, 1, 1)).unwrap_or_default();
    let department = [said(17), said(13), path.department.as_str().into()];
    let department = department.each_ref().map(|said| &**said);
    let ward = pv1.glance(3, 1, 1);
    if !pv1.glance(10, 1, 1).is_empty() {
        pv1.expect(10, 1, 1, &department);
    }
    if !ward.is_empty() && department.contains(&&*ward) && pv1.glance(3, 1, 2).is_empty() {
        pv1.part(3, 1, 1);
        super::order::place_kind(&pv1, 3);
    }
    if orc.is_some() {
        pv1.expect(2, 1, 1, &[&said(29)]);
    }
    let doctor = said(12);
    if !doctor.is_empty() && pv1.glance(7, 1, 1) == doctor {
        let name = |seg: &Seg<'_>, field| filled([2, 3].map(|n| seg.glance(field, 1, n)), "");
        if orc.is_some_and(|orc| name(&orc, 12) == name(&pv1, 7)) {
            pv1.staff(7);
        }
    }
}

/// The earliest (or latest) time that a field has in several segments. The others stay listed, so that none is lost.
pub(super) fn extreme(segments: &[Seg<'_>], field: u16, latest: bool) -> Option<When> {
    let said = |seg: &Seg<'_>| When::parse(&seg.glance(field, 1, 1));
    if let [seg] = segments {
        return seg.when(field);
    }
    let times = segments.iter().filter_map(said);
    let best = if latest { times.max() } else { times.min() };
    for seg in segments {
        if said(seg).is_none() || said(seg) == best {
            // Reads it, or makes a fault of what is no time.
            seg.when(field);
        }
    }
    best
}
