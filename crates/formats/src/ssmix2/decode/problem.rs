//! PPR-01: problems. PRB with ZPR, ZPD and ORC; ZI1 is read with the patient's insurance.

use chart::{Body, Coded, Problem, When};

use super::group::{Group, groups};
use crate::hl7v2::{Reader, Seg};

/// MEDIS modifier 8002 の疑い.
const SUSPECTED_MODIFIER: &str = "8002";

/// Reads every problem of the message: one file holds them all.
pub(super) fn bodies(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        if let Some(prb) = group.first("PRB") {
            out.push(Body::from(problem(&prb, &group)));
        }
    }
}

fn problem(prb: &Seg<'_>, group: &Group<'_>) -> Problem {
    let orc = group.first("ORC");
    let zpr = group.first("ZPR");
    let mut name = prb.coded(3);
    if name.is_empty()
        && let Some(zpr) = zpr
    {
        name = zpr.coded(2);
    }
    let (label, modifier) = label(zpr, &name);
    Problem {
        label,
        instance: prb.text(4),
        action: prb.text(1),
        recorded: prb.when(2),
        diagnosed: prb.when(7),
        // PRB-8, when it is expected to be over, is neither an onset nor an end: it stays listed.
        onset: prb.when(16),
        onset_text: prb.lines(17),
        ended: ended(prb),
        icd10: Coded {
            code: prb.comp(10, 1, 1),
            text: prb.comp(10, 1, 2),
            system: prb.comp(10, 1, 3),
            alternate: None,
        },
        class: Coded {
            code: prb.comp(10, 1, 4),
            text: prb.comp(10, 1, 5),
            system: prb.comp(10, 1, 6),
            alternate: None,
        },
        suspected: suspected(prb) || modifier,
        outcome: prb.coded(14),
        rank: prb.coded(18),
        disclosure: prb.coded(25),
        department: orc.map(|orc| orc.coded(17)).unwrap_or_default(),
        doctor: orc.map(|orc| orc.staff(12)).unwrap_or_default(),
        name,
    }
}

/// PRB-9; else PRB-15, the day of the state in PRB-14, where that state is an outcome (HL70241 but for `N` 回復せず and `U`).
/// Where PRB-9 is filled, PRB-15 is read only if it says the same.
fn ended(prb: &Seg<'_>) -> Option<When> {
    let ended = prb.when(9);
    let state = [1, 2].map(|component| prb.glance(14, 1, component));
    let outcome = state.iter().any(|said| !said.is_empty()) && !matches!(&*state[0], "N" | "U");
    match ended {
        None if outcome => prb.when(15),
        None => None,
        Some(_) => {
            prb.same_when(15, ended);
            ended
        }
    }
}

/// PRB-13 certainty. Codes are the hospital's; what is neither empty, a plain no, nor known as a doubt is a fault.
fn suspected(prb: &Seg<'_>) -> bool {
    let said = prb.glance(13, 1, 1);
    let words = prb.words(13);
    if words.is_empty() {
        return false;
    }
    let doubt = words.contains('疑') || matches!(&*said, "Y" | "S" | "1" | "T" | "P" | "D");
    let sure = words.contains("確定") || matches!(&*said, "N" | "0" | "C" | "F");
    if !doubt && !sure {
        prb.fault("value", 13, words);
        return true;
    }
    doubt && !words.contains("確定")
}

/// ZPR: prefixes (1), name (2), suffixes (3), joined as the problem is written. Also whether a suffix is の疑い.
fn label(zpr: Option<Seg<'_>>, name: &Coded) -> (String, bool) {
    let Some(zpr) = zpr else { return (name.text.clone(), false) };
    let texts = |coded: &[Coded]| coded.iter().map(|c| c.shown().to_owned()).collect::<Vec<_>>().concat();
    let (before, after) = (modifiers(&zpr, 1), modifiers(&zpr, 3));
    // ZPR-2 repeats PRB-3; only what differs has a place of its own.
    for (component, part) in [(1, &name.code), (2, &name.text), (3, &name.system)] {
        zpr.expect(2, 1, component, &[part]);
    }
    let core = zpr.glance(2, 1, 2);
    let core = if core.is_empty() { name.shown() } else { &*core };
    let suspected = after.iter().any(|c| c.code == SUSPECTED_MODIFIER || c.text.contains('疑'));
    (format!("{}{core}{}", texts(&before), texts(&after)), suspected)
}

/// Modifiers by text; their codes stay listed as unplaced.
fn modifiers(zpr: &Seg<'_>, field: u16) -> Vec<Coded> {
    let read = |n| {
        let (code, text) = (zpr.glance(field, n, 1).into_owned(), zpr.comp(field, n, 2));
        let code = if text.is_empty() { zpr.comp(field, n, 1) } else { code };
        Coded { code, text, ..Coded::default() }
    };
    zpr.repetitions(field).map(read).collect()
}
