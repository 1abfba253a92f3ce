//! OMP-11 and OMP-12: what was given. RAS^O17 with ORC and RXA; several RXA share one trailing RXR.

use chart::{Body, Coded, Given, Order};

use super::group::groups;
use super::order::order;
use crate::hl7v2::{Reader, Seg, filled};

/// Reads administrations, one fact an RXA.
pub(super) fn bodies(reader: &Reader<'_>, injection: bool, out: &mut Vec<Body>) {
    for group in groups(reader) {
        if group.first("RXA").is_none() {
            // Nothing to tell: what is there stays listed as unplaced.
            continue;
        }
        let mut order = order(&group);
        let mut waiting: Vec<Given> = Vec::new();
        let mut route = Coded::default();
        for (index, seg) in group.members.iter().enumerate() {
            match seg.name() {
                "RXA" => waiting.push(given(seg, injection, group.share(&mut order, index))),
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
    Body::from(Given { route: route.clone(), ..given })
}

fn given(rxa: &Seg<'_>, injection: bool, order: Order) -> Given {
    Given {
        order,
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
    filled(rxa.field(11).repetition(1).components::<_, 3>(), " ")
}
