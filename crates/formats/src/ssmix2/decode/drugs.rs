//! OMP-01 prescriptions and OMP-02 injections: RDE^O11 with ORC, RXE, TQ1, RXR, RXC.

use chart::{Body, Coded, Drug, Ingredient, Injection, Quantity, When};

use super::group::{Group, groups};
use super::header::extreme;
use super::order::{join, order, priority};
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
        let mut dose = rxe.quantity(3, 5);
        let most = rxe.text(4);
        if !most.is_empty() && most != dose.value {
            // A dose that is not the same each time: RXE-3 is the least, RXE-4 the most.
            dose.value = format!("{}〜{most}", dose.value);
        }
        out.push(Body::from(Drug {
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
            ..Drug::default()
        }));
    }
}

/// Reads injections, one fact a mixture.
pub(super) fn injections(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        let Some(rxe) = group.first("RXE") else { continue };
        let timing = timing(&group, &rxe);
        out.push(Body::from(Injection {
            order: order(&group),
            class: rxe.coded(2),
            ingredients: group.all("RXC").map(|rxc| ingredient(&rxc)).collect(),
            volume: rxe.quantity(3, 5),
            rate: rate(&rxe),
            instruction: join([manner(&rxe, &group), instruction(&rxe, &group, timing.words)]),
            usage: timing.usage,
            start: timing.start,
            end: timing.end,
            duration: duration(&group),
            route: route(&group, 1),
            site: route(&group, 2),
            device: route(&group, 3),
            kinds: rxe.coded_all(21),
        }));
    }
}

/// How it is given, in words: RXE-27 (ワンショット, 点滴), RXR-4 method, RXR-5 line (主管, 側管), RXR-6 side.
fn manner(rxe: &Seg<'_>, group: &Group<'_>) -> String {
    let rxr = group.first("RXR");
    let route = [4, 5, 6].map(|field| rxr.map(|rxr| rxr.wording(field, 1)).unwrap_or_default());
    let words: Vec<String> = [rxe.wording(27, 1)].into_iter().chain(route).filter(|word| !word.is_empty()).collect();
    words.join(" ")
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
    let steps = tq1.len() > 1;
    if steps && !tq1.iter().all(|tq1| tq1.has(8)) {
        // The end of one step is not that of the drug.
        timing.end = None;
    }
    for tq1 in tq1 {
        let usage: Vec<Coded> = tq1.repetitions(3).map(|n| tq1.coded_sub(3, n, 1)).filter(|c| !c.is_empty()).collect();
        timing.words.extend([step(&tq1, rxe, &usage, steps), priority(&tq1), tq1.words(10), tq1.words(11)]);
        timing.usage.extend(usage);
    }
    // RXE-1, the older place of timing, where it is still filled.
    if rxe.has(1) {
        timing.usage.push(Coded { text: rxe.words(1), ..Coded::default() });
    }
    timing
}

/// One step of a dose that changes (漸減, 不均等), whole on one line: amount TQ1-2, usage, days, from when until when. Of a dose
/// that does not change, only an amount that is not RXE-3's.
fn step(tq1: &Seg<'_>, rxe: &Seg<'_>, usage: &[Coded], steps: bool) -> String {
    let shown = |quantity: Quantity| format!("{}{}", quantity.value, quantity.unit.shown());
    let amount = shown(tq1.cq(2));
    if !steps {
        let same = tq1.glance(2, 1, 1) == rxe.glance(3, 1, 1);
        return if same { String::new() } else { amount };
    }
    let usage = usage.iter().map(Coded::shown).collect::<Vec<_>>().join(" ");
    // To the second where it was sent so; the zone is Japan's.
    let words = |when: When| when.iso().trim_end_matches("+09:00").replace('T', " ");
    let [from, until] = [7, 8].map(|field| tq1.when(field).map(words).unwrap_or_default());
    let span =
        if [&from, &until].iter().all(|day| day.is_empty()) { String::new() } else { format!("{from}〜{until}") };
    let parts = [amount, usage, shown(tq1.cq(6)), span];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// TQ1-6, where all TQ1 say the same and none begins after another; steps of several lengths are told by [`step`], and none of
/// them is how long the drug lasts.
fn duration(group: &Group<'_>) -> Quantity {
    let tq1: Vec<Seg<'_>> = group.all("TQ1").collect();
    let alike = |field| tq1.windows(2).all(|pair| pair[0].glance(field, 1, 1) == pair[1].glance(field, 1, 1));
    let in_turn = tq1.len() > 1 && tq1.iter().any(|tq1| tq1.glance(12, 1, 1) == "S");
    match tq1.first() {
        // So many times as needed: TQ1-14.
        Some(only) if tq1.len() == 1 && !only.has(6) && only.has(14) => {
            Quantity { value: only.text(14), unit: Coded { text: "回".into(), ..Coded::default() } }
        }
        Some(first) if alike(6) && alike(7) && !in_turn => first.cq(6),
        _ => Quantity::default(),
    }
}

/// A coded field of RXR: route (1), site (2), device (3).
fn route(group: &Group<'_>, field: u16) -> Coded {
    group.first("RXR").map(|rxr| rxr.coded(field)).unwrap_or_default()
}
