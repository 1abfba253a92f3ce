//! OMP-11 and OMP-12: what was given. RAS^O17 with ORC and RXA; several RXA share one trailing RXR.

use chart::{Body, Coded, Given, Order};

use super::group::groups;
use super::order::order;
use crate::hl7v2::{Reader, Seg};

/// Reads administrations, one fact an RXA.
pub(super) fn bodies(reader: &Reader<'_>, injection: bool, out: &mut Vec<Body>) {
    for group in groups(reader) {
        if group.first("RXA").is_none() {
            // Nothing to tell: what is there stays listed as unplaced.
            continue;
        }
        let order = order(&group);
        let mut waiting: Vec<Given> = Vec::new();
        let mut route = Coded::default();
        for seg in &group.members {
            match seg.name() {
                "RXA" => waiting.push(given(seg, injection, &order)),
                // A second RXR after the same RXA has nothing to say it to, and stays listed.
                "RXR" if !waiting.is_empty() || route == Coded::default() => {
                    route = seg.coded(1);
                    waiting.drain(..).for_each(|given| out.push(with(given, &route)));
                }
                _ => {}
            }
        }
        // Without a trailing RXR, one before them serves.
        waiting.into_iter().for_each(|given| out.push(with(given, &route)));
    }
}

fn with(given: Given, route: &Coded) -> Body {
    Body::Given(Given { route: route.clone(), ..given })
}

fn given(rxa: &Seg<'_>, injection: bool, order: &Order) -> Given {
    Given {
        order: order.clone(),
        injection,
        drug: rxa.coded(5),
        amount: rxa.quantity(6, 7),
        start: rxa.when(3),
        end: rxa.when(4),
        note: notes(rxa),
        by: rxa.staff(10),
        place: place(rxa),
        rate: rxa.text(12),
        completion: rxa.text(20),
        entered: rxa.when(22),
        route: Coded::default(),
    }
}

/// RXA-9, a coded note whose words count; the code where there are none.
fn notes(rxa: &Seg<'_>) -> String {
    let notes: Vec<String> = rxa.repetitions(9).map(|n| rxa.wording(9, n)).collect();
    notes.join("\n")
}

/// RXA-11 as words: ward, room, bed.
fn place(rxa: &Seg<'_>) -> String {
    rxa.expect(11, 1, 6, &["N", "C", "D"]);
    let parts: Vec<String> = (1..=3).map(|n| rxa.comp(11, 1, n)).filter(|p| !p.is_empty()).collect();
    parts.join(" ")
}
