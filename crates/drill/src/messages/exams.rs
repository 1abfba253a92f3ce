//! OMG-01…03 and OMG-11…13: radiology, endoscopy and physiology, ordered, done and reported.

use chart::when::Moment;

use super::{Entry, Orc, Scene, xcn};
use crate::courses::{Exam, Service};
use crate::day::{Day, later, minutes, seconds};
use crate::hl7::ce;
use crate::kinds::Kind;

/// Kinds of the order and of what comes of it.
pub fn kinds(service: Service) -> (Kind, Kind) {
    match service {
        Service::Radiology => (Kind::Omg01, Kind::Omg11),
        Service::Endoscopy => (Kind::Omg02, Kind::Omg12),
        Service::Physiology => (Kind::Omg03, Kind::Omg13),
    }
}

/// OMG^O19: a parent with the patient's weight, and a child with the examination itself.
pub fn asked(scene: &Scene, exam: &Exam, number: &str, ordered: Moment, planned: Moment) -> Entry {
    let kind = kinds(exam.service).0;
    let sent = later(ordered, 1);
    let mut m = scene.head(kind, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    let child = format!("{}1", &number[..14]);
    let group = format!("{}{}", &exam.code[..8], "0".repeat(8));
    let part = |at| exam.name.split('.').nth(at);
    let whole = part(1).unwrap_or(exam.name);
    for (control, own, code, name) in
        [("PA", number, group.as_str(), whole), ("CH", child.as_str(), exam.code, exam.name)]
    {
        let parent = if control == "CH" { number } else { "" };
        scene.orc(&mut m, &Orc { parent, ..Orc::new(own, ordered).control(control) });
        m.seg("TQ1").f(1, "1").f(7, minutes(planned)).f(9, "R^^HL70485");
        m.seg("OBR").f(2, own).f(4, ce(code, name, "JJ1017")).f(16, xcn(scene.doctor)).f(29, parent);
        if control == "PA" {
            m.seg("OBX").f(2, "NM").f(3, "01-02^体重^JSHR001").f(5, format!("{:.1}", scene.person.weight_kg));
            m.f(6, "kg^kg^ISO+").f(11, "F");
        }
    }
    scene.entry(kind, &Day::of(ordered).digits(), number, sent, m)
}

/// OMI^Z23 of radiology and endoscopy: the examination as carried out, with accession number and Study Instance UID.
pub fn done(scene: &Scene, exam: &Exam, number: &str, ordered: Moment, at: Moment) -> Entry {
    let kind = kinds(exam.service).1;
    let sent = later(at, 25);
    let mut m = scene.head(kind, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    scene.orc(&mut m, &Orc { status: "CM", ..Orc::new(number, ordered).control("SC") });
    m.seg("TQ1").f(1, "1").f(7, minutes(at)).f(8, minutes(later(at, 10))).f(9, "R^^HL70485");
    m.seg("OBR").f(2, number).f(4, ce(exam.code, exam.name, "JJ1017")).f(7, minutes(at)).f(8, minutes(later(at, 10)));
    m.f(16, xcn(scene.doctor));
    m.seg("OBX").f(1, "1").f(2, "TX").f(3, "18782-3^所見^LN").f(5, exam.finding).f(11, "F").f(14, minutes(at));
    m.seg("ZE1").f(1, "1").f(2, ce(exam.code, exam.name, "JJ1017")).f(3, minutes(at));
    if exam.name.contains("造影") {
        m.seg("ZE2").f(1, "1").f(2, "620506001^イオパミドール注３００^HOT9").f(3, "100").f(4, "ML^ミリリットル^MR9P");
    }
    let study = format!("1.2.392.200036.9999.{}.{}", scene.person.number + 1, seconds(at));
    m.seg("IPC").f(1, number).f(2, number).f(3, study).f(4, number).f(5, format!("{}^^DCM", exam.modality));
    scene.entry(kind, &Day::of(at).digits(), number, sent, m)
}

/// ORU^R01 of physiology: measures and the machine's words (OBX-3.1 with the sub-component `IMP`).
pub fn reported(scene: &Scene, exam: &Exam, number: &str, at: Moment, rate: i64) -> Entry {
    let sent = later(at, 15);
    let mut m = scene.head(Kind::Omg13, false, sent);
    scene.pid(&mut m, None);
    scene.pv1(&mut m);
    m.seg("OBR").f(1, "1").f(2, number).f(4, ce(&exam.code[..16], exam.name, "JJ1017")).f(7, minutes(at));
    m.f(16, xcn(scene.doctor)).f(22, seconds(sent)).f(25, "F");
    let measures: &[(&str, &str, i64, &str)] = match exam.modality {
        "ECG" => {
            &[("8867-4", "心拍数", 0, "/min"), ("8625-6", "ＰＲ時間", 160, "ms"), ("8634-8", "ＱＴ時間", 392, "ms")]
        }
        _ => &[("11820-8", "児頭大横径", 82, "mm"), ("11979-2", "腹部周囲長", 268, "mm")],
    };
    for (row, (code, name, value, unit)) in measures.iter().enumerate() {
        let value = if *value == 0 { rate } else { value + rate % 17 };
        m.seg("OBX").f(1, (row + 1).to_string()).f(2, "NM").f(3, ce(code, name, "99MFR")).f(5, value.to_string());
        m.f(6, ce(unit, unit, "99AND")).f(11, "F").f(14, minutes(at));
    }
    m.seg("OBX").f(1, (measures.len() + 1).to_string()).f(2, "TX").f(3, "9A100&IMP^所見^99MFR").f(5, exam.finding);
    m.f(11, "F").f(14, minutes(at));
    scene.entry(Kind::Omg13, &Day::of(at).digits(), number, sent, m)
}
