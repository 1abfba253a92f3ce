//! OMP-01 prescriptions and OMP-02 injections: RDE^O11 with ORC, RXE, TQ1, RXR, RXC.

use chart::{Body, Coded, Drug, Ingredient, Injection, Quantity, When};

use super::group::{Group, groups};
use super::header::extreme;
use super::order::{join, order};
use crate::hl7v2::{Reader, Seg};

/// TQ1 of one order, all repetitions.
struct Timing {
    usage: Vec<Coded>,
    words: Vec<String>,
    start: Option<When>,
    end: Option<When>,
}

/// Reads prescriptions, one fact a drug.
pub(super) fn prescriptions(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        let Some(rxe) = group.first("RXE") else { continue };
        let timing = timing(&group, &rxe);
        let dose = rxe.quantity(3, 5);
        out.push(Body::Drug(Drug {
            order: order(&group),
            drug: rxe.coded(2),
            dose,
            daily: rxe.cq(19),
            dispensed: rxe.quantity(10, 11),
            form: rxe.coded(6),
            usage: timing.usage,
            instruction: instruction(&rxe, &group, timing.words),
            duration: duration(&group),
            start: timing.start,
            end: timing.end,
            route: route(&group, 1),
            site: route(&group, 2),
            class: rxe.coded_all(21),
            kind: rxe.coded(27),
            prescription: rxe.text(15),
        }));
    }
}

/// Reads injections, one fact a mixture.
pub(super) fn injections(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        let Some(rxe) = group.first("RXE") else { continue };
        let timing = timing(&group, &rxe);
        out.push(Body::Injection(Injection {
            order: order(&group),
            class: rxe.coded(2),
            ingredients: group.all("RXC").map(|rxc| ingredient(&rxc)).collect(),
            volume: rxe.quantity(3, 5),
            rate: rate(&rxe),
            instruction: instruction(&rxe, &group, timing.words),
            usage: timing.usage,
            start: timing.start,
            end: timing.end,
            route: route(&group, 1),
            site: route(&group, 2),
            device: route(&group, 3),
            kinds: rxe.coded_all(21),
        }));
    }
}

fn ingredient(rxc: &Seg<'_>) -> Ingredient {
    Ingredient { role: rxc.text(1), drug: rxc.coded(2), amount: rxc.quantity(3, 4) }
}

/// RXE-23 with its unit RXE-24; RXE-22 (per what time, `H1`) stands as the unit's alternate code.
fn rate(rxe: &Seg<'_>) -> Quantity {
    let mut rate = rxe.quantity(23, 24);
    if rate.unit.alternate.is_none() && rxe.has(22) {
        let per = Coded { code: rxe.text(22), system: "RXE-22".into(), ..Coded::default() };
        rate.unit.alternate = Some(Box::new(per));
    }
    rate
}

/// RXE-7 (all repetitions), TQ1-10/11 and the notes of the order.
fn instruction(rxe: &Seg<'_>, group: &Group<'_>, timing: Vec<String>) -> String {
    let own = rxe.repetitions(7).map(|n| rxe.wording(7, n));
    join(own.chain(timing).chain(group.notes()))
}

fn timing(group: &Group<'_>, rxe: &Seg<'_>) -> Timing {
    let tq1: Vec<Seg<'_>> = group.all("TQ1").collect();
    let (start, end) = (extreme(&tq1, 7, false), extreme(&tq1, 8, true));
    let mut timing = Timing { usage: Vec::new(), words: Vec::new(), start, end };
    for tq1 in tq1 {
        timing.usage.extend(tq1.repetitions(3).map(|n| tq1.coded_sub(3, n, 1)).filter(|c| !c.is_empty()));
        timing.words.extend([tq1.words(10), tq1.words(11)]);
    }
    // RXE-1, the older place of timing, where it is still filled.
    if rxe.has(1) {
        timing.usage.push(Coded { text: rxe.words(1), ..Coded::default() });
    }
    timing
}

/// TQ1-6 of the first TQ1 that has one; further ones stay listed.
fn duration(group: &Group<'_>) -> Quantity {
    group.all("TQ1").find(|tq1| tq1.has(6)).map(|tq1| tq1.cq(6)).unwrap_or_default()
}

/// A coded field of RXR: route (1), site (2), device (3).
fn route(group: &Group<'_>, field: u16) -> Coded {
    group.first("RXR").map(|rxr| rxr.coded(field)).unwrap_or_default()
}
