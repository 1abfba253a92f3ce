//! ORC with OBR: what every order shares.

use chart::{Coded, Order, Staff};

use super::group::Group;
use crate::hl7v2::{Part, Seg};

/// Reads ORC (and OBR, where ORC is silent). What OBR repeats is read too.
pub(super) fn order(group: &Group<'_>) -> Order {
    let (orc, obr) = (group.first("ORC"), group.first("OBR"));
    let mut order = orc.map(|orc| from_orc(&orc)).unwrap_or_default();
    if let Some(obr) = obr {
        if order.number.is_empty() {
            order.number = obr.text(2);
        }
        obr.expect(2, 1, 1, &[&order.number]);
        if order.doctor == Staff::default() || same_staff(&obr.field(16).repetition(1), &order.doctor) {
            let doctor = obr.staff(16);
            if order.doctor == Staff::default() {
                order.doctor = doctor;
            }
        }
        if order.parent.is_empty() {
            order.parent = obr.text(29);
        }
        obr.expect(29, 1, 1, &[&order.parent]);
    }
    order
}

/// True when an XCN names this person, however the name is spaced.
fn same_staff(part: &Part<'_>, staff: &Staff) -> bool {
    let [id, family, given] = [1, 2, 3].map(|n| part.component(n).glance());
    let letter = |c: &char| !matches!(c, ' ' | '\u{3000}');
    id == staff.id && family.chars().chain(given.chars()).filter(letter).eq(staff.name.chars().filter(letter))
}

fn from_orc(orc: &Seg<'_>) -> Order {
    let mut department = orc.coded(17);
    if department.is_empty() {
        department = Coded { code: orc.text(13), ..Coded::default() };
    }
    if !department.code.is_empty() && orc.glance(13, 1, 1) == department.code {
        // PL of a clinic: the department again, with its kind.
        orc.part(13, 1, 1);
        place_kind(orc, 13);
    }
    Order {
        control: orc.text(1),
        number: orc.text(2),
        group: orc.text(4),
        status: orc.text(5),
        parent: orc.text(8),
        ordered: orc.when(9),
        doctor: orc.staff(12),
        department,
        setting: orc.coded(29),
    }
}

/// PL.6 (PL.5 in one dialect): a nursing unit or a clinic.
pub(super) fn place_kind(seg: &Seg<'_>, field: u16) {
    for component in [5, 6] {
        seg.expect(field, 1, component, &["N", "C"]);
    }
}

/// Joins lines that are not empty.
pub(super) fn join(lines: impl IntoIterator<Item = String>) -> String {
    let filled = lines.into_iter().filter(|line| !line.is_empty());
    let joined = filled.reduce(|mut all, line| {
        all.push('\n');
        all.push_str(&line);
        all
    });
    joined.unwrap_or_default()
}

/// TQ1-9 where it is not routine, in words (HL7 table 0485).
pub(super) fn priority(tq1: &Seg<'_>) -> String {
    const WORDS: [(&str, &str); 4] = [("S", "至急"), ("A", "できるだけ早く"), ("P", "手術前"), ("PRN", "必要時")];
    let code = tq1.glance(9, 1, 1);
    if matches!(&*code, "" | "R") && tq1.glance(9, 1, 2).is_empty() || code == "R" {
        return String::new();
    }
    let word = WORDS.iter().find(|(known, _)| *known == code).map(|(_, word)| *word);
    let said = tq1.wording(9, 1);
    match word {
        Some(word) if said == code => format!("{word} {code}"),
        _ => said,
    }
}
