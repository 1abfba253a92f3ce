//! ADT-01…52: visits, stays, moves (EVN, PV1, PV2).

use chart::{Body, Move, MoveKind, When};

use super::observation;
use crate::hl7v2::{Reader, Seg};

/// Reads the movement and any observations beside it.
pub(super) fn bodies(reader: &Reader<'_>, kind: MoveKind, out: &mut Vec<Body>) {
    let (pv1, pv2, evn) = (reader.first("PV1"), reader.first("PV2"), reader.first("EVN"));
    if let Some(pv1) = pv1 {
        let (admitted, discharged) = (pv1.when(44), pv1.when(45));
        let planned = pv2.and_then(|pv2| planned(&pv2, kind));
        let reason = pv2.map(|pv2| reason(&pv2)).unwrap_or_default();
        let at = match kind {
            MoveKind::Visit | MoveKind::Admit => admitted,
            MoveKind::Discharge => discharged,
            MoveKind::AdmitPlan | MoveKind::TransferPlan | MoveKind::DischargePlan => planned,
            MoveKind::Attending | MoveKind::LeaveOut | MoveKind::LeaveBack | MoveKind::Transfer => {
                evn.and_then(|evn| evn.when(6))
            }
        };
        if let Some(evn) = evn {
            evn.same_when(6, at);
        }
        out.push(Body::from(Move {
            kind,
            at,
            class: pv1.text(2),
            place: pv1.place(3),
            prior: pv1.place(6),
            attending: pv1.staff(7),
            admitting: pv1.staff(17),
            department: pv1.coded(10),
            admitted,
            discharged,
            disposition: pv1.coded(36),
            planned,
            reason,
        }));
    }
    observation::measures(reader, out);
}

/// PV2-8 planned admission or transfer, PV2-9 planned discharge, PV2-47 planned return: the kind's own first.
fn planned(pv2: &Seg<'_>, kind: MoveKind) -> Option<When> {
    let fields = match kind {
        MoveKind::Admit | MoveKind::DischargePlan => [9, 8, 47],
        MoveKind::LeaveOut | MoveKind::LeaveBack => [47, 8, 9],
        _ => [8, 9, 47],
    };
    fields.into_iter().find(|field| pv2.has(*field)).and_then(|field| pv2.when(field))
}

fn reason(pv2: &Seg<'_>) -> String {
    let words: Vec<String> = [3, 12, 13].into_iter().map(|field| pv2.words(field)).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}
