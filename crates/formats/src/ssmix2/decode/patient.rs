//! What any message may say of the patient: PID, NK1, DB1, AL1, IAM, IN1.

use chart::{Allergy, Body, Disability, Insurance, Kin, Person, When};

use super::order::join;
use crate::hl7v2::{Reader, Seg};

/// Reads the patient segments wherever they stand. `basic` marks ADT-00.
pub(super) fn bodies(reader: &Reader<'_>, basic: bool, out: &mut Vec<Body>) {
    for seg in reader.segments() {
        // A segment of nothing but its set ID names no allergy and no insurance.
        let empty = seg.last_field() < 2;
        match seg.name() {
            "NK1" | "DB1" | "AL1" | "IAM" | "IN1" | "ZI1" if empty => {}
            "PID" => out.push(Body::from(person(&seg, basic))),
            "NK1" => out.push(Body::from(kin(&seg))),
            "DB1" => out.push(Body::from(disability(&seg))),
            "AL1" => out.push(Body::from(al1(&seg))),
            "IAM" => out.push(Body::from(iam(&seg))),
            "IN1" | "ZI1" => out.push(Body::from(insurance(&seg))),
            _ => {}
        }
    }
}

fn person(pid: &Seg<'_>, basic: bool) -> Person {
    for n in pid.repetitions(3) {
        pid.expect(3, n, 5, &["PI", "MR", "PT"]);
    }
    let mut person = Person {
        ids: pid.repetitions(3).map(|n| pid.comp(3, n, 1)).filter(|id| !id.is_empty()).collect(),
        names: pid.names(5),
        birth: pid.when(7),
        sex: pid.sex(8),
        addresses: pid.addresses(11),
        phones: [pid.phones(13, "自宅"), pid.phones(14, "勤務先")].concat(),
        died: died(pid),
        updated: pid.when(33),
        basic,
    };
    if !pid.has(7) {
        person.birth = shifted_birth(pid);
    }
    person
}

/// One dialect leaves PID-7 empty and writes the birth date into PID-9 (standards.md §1.4).
fn shifted_birth(pid: &Seg<'_>) -> Option<When> {
    let text = pid.glance(9, 1, 1);
    let birth = When::parse(&text).filter(|_| text.len() >= 8)?;
    pid.text(9);
    pid.fault("shifted", 9, text);
    Some(birth)
}

/// PID-29 time of death, PID-30 whether dead.
fn died(pid: &Seg<'_>) -> Option<When> {
    let died = pid.when(29);
    match &*pid.glance(30, 1, 1) {
        "Y" if died.is_some() => drop(pid.text(30)),
        "Y" => pid.fault("died_no_date", 30, "Y"),
        "N" | "" | "\"\"" => drop(pid.text(30)),
        other => pid.fault("value", 30, other),
    }
    died
}

fn kin(nk1: &Seg<'_>) -> Kin {
    let employer = nk1.comp(13, 1, 1);
    nk1.expect(13, 1, 2, &["D", "L"]);
    Kin {
        names: nk1.names(2),
        relation: nk1.coded(3),
        addresses: nk1.addresses(4),
        phones: [nk1.phones(5, "自宅"), nk1.phones(6, "勤務先")].concat(),
        employer,
    }
}

fn disability(db1: &Seg<'_>) -> Disability {
    let present = db1.text(4);
    if !matches!(present.as_str(), "" | "Y" | "N") {
        db1.fault("value", 4, present.clone());
    }
    Disability { whose: db1.text(2), present, text: db1.words(3) }
}

fn al1(al1: &Seg<'_>) -> Allergy {
    Allergy {
        category: al1.coded(2),
        allergen: al1.coded(3),
        severity: al1.coded(4),
        reaction: al1.lines(5),
        onset: al1.when(6),
        ..Allergy::default()
    }
}

fn iam(iam: &Seg<'_>) -> Allergy {
    let onset = iam.when(11);
    // A date that could not be read is still what the patient said.
    let unread = if onset.is_none() { iam.text(11) } else { String::new() };
    let statused = iam.when(20);
    Allergy {
        category: iam.coded(2),
        allergen: iam.coded(3),
        severity: iam.coded(4),
        reaction: iam.lines(5),
        action: iam.coded(6),
        onset,
        onset_text: join([unread, iam.lines(12)]),
        confirmed: if statused.is_some() { statused } else { iam.when(13) },
        confirmed_by: confirmer(iam),
        status: iam.coded(17),
    }
}

/// IAM-18 (who gave the status, XCN), else IAM-14 (who reported, XPN).
fn confirmer(iam: &Seg<'_>) -> String {
    if iam.has(18) {
        let staff = iam.staff(18);
        return [staff.id, staff.name].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" ");
    }
    let names = iam.names(14);
    let written = names.iter().map(|name| [name.family.as_str(), name.given.as_str()].join(" ").trim().to_owned());
    written.collect::<Vec<_>>().join(" / ")
}

/// IN1, and ZI1 of PPR-01, which has the same layout.
fn insurance(in1: &Seg<'_>) -> Insurance {
    Insurance {
        plan: in1.coded(2),
        payer_id: in1.text(3),
        payer_name: in1.text(4),
        symbol: in1.text(10),
        number: in1.text(11),
        from: in1.when(12),
        until: in1.when(13),
        relation: in1.coded(17),
    }
}
