//! Messages as other authors' programs write them: what they say is told as they mean it, and nothing of it is lost.

mod account;
mod fixtures;

use chart::{Body, Lab, Measure, Move, MoveKind, Problem};
use fixtures::{PID, PV1, bytes, codes, json, msh, path, read};
use formats::ssmix2::{Decoded, decode};

/// A message of a kind with its own trigger, every value accounted for.
fn sent(kind: &str, message: &str, segments: &[&str]) -> Decoded {
    let mut text = msh(message, "~ISO IR87", "20261101093000") + "\r";
    for segment in segments {
        text += segment;
        text += "\r";
    }
    let sent = bytes(&text);
    let decoded = read(kind, &sent);
    assert_eq!(account::check(&sent, &decoded), Ok(()), "{kind} {message}");
    decoded
}

fn moves(decoded: &Decoded) -> Vec<&Move> {
    decoded.bodies.iter().filter_map(|body| if let Body::Move(told) = body { Some(told) } else { None }).collect()
}

fn problems(decoded: &Decoded) -> Vec<&Problem> {
    decoded.bodies.iter().filter_map(|body| if let Body::Problem(told) = body { Some(told) } else { None }).collect()
}

fn labs(decoded: &Decoded) -> Vec<&Lab> {
    decoded.bodies.iter().filter_map(|body| if let Body::Lab(told) = body { Some(told) } else { None }).collect()
}

fn measures(decoded: &Decoded) -> Vec<&Measure> {
    decoded.bodies.iter().filter_map(|body| if let Body::Measure(told) = body { Some(told) } else { None }).collect()
}

#[test]
fn one_trigger_for_several_kinds_is_told_by_the_folder() {
    let pv1 = |class: &str, date: &str| format!("PV1|0001|{class}|01^^^^^C|||||||01{}{date}", "|".repeat(34));
    let cases = [
        ("ADT-12", "ADT^A01", pv1("O", "202611010815"), Some(MoveKind::Visit)),
        ("ADT-12", "ADT^A01", pv1("", "202611010815"), Some(MoveKind::Visit)),
        ("ADT-12", "ADT^A01", pv1("I", "202611010815"), Some(MoveKind::Admit)),
        ("ADT-22", "ADT^A04", pv1("O", "202611010815"), Some(MoveKind::Visit)),
        ("ADT-22", "ADT^A08", pv1("I", "202611010815"), Some(MoveKind::Admit)),
        ("ADT-22", "ADT^A08", pv1("I", ""), None),
        ("ADT-52", "ADT^A08", pv1("I", "202611010815|202611101000"), Some(MoveKind::Discharge)),
        ("ADT-00", "ADT^A01", pv1("I", "202611010815"), None),
    ];
    for (kind, message, pv1, want) in cases {
        let decoded = sent(kind, message, &["EVN||20261101", PID, &pv1]);
        let told = moves(&decoded);
        assert_eq!(told.first().map(|told| told.kind), want, "{kind} {message} {pv1}");
        assert_eq!(codes(&decoded), ["kind_mismatch"], "{kind} {message}: the disagreement is named");
        let basic = decoded.bodies.iter().any(|body| matches!(body, Body::Person(person) if person.basic));
        assert_eq!(basic, want.is_none(), "{kind} {message}");
    }
}

#[test]
fn results_sent_as_oru_are_what_their_folder_says() {
    let obr = "OBR|1|123||E001^血液^99|||202611010700";
    let obx = "OBX|1|NM|3H015^カリウム^JC10||6.8|mmol/L|3.5-5.0|HH|||F|||202611010700";
    assert_eq!(labs(&sent("OML-11", "ORU^R01", &[PID, PV1, obr, obx])).len(), 1);
    let decoded =
        decode(&path("VITAL"), &bytes(&[&msh("ORU^R30", "~ISO IR87", "20261101"), PID, obr, obx, ""].join("\r")));
    assert_eq!((measures(&decoded).len(), labs(&decoded).len()), (1, 0));
}

#[test]
fn segments_that_say_nothing_make_no_allergy_and_no_insurance() {
    let empty = ["AL1", "IAM|1", "NK1|1", "DB1", "IN1|0001", "ZI1"];
    let decoded = sent("ADT-00", "ADT^A08", &[&["EVN||20261101", PID], &empty[..]].concat());
    assert_eq!(decoded.bodies.len(), 1, "{:?}", decoded.bodies);
    let decoded = sent("ADT-61", "ADT^A60", &["EVN||20261101", PID, "IAM|1|DA"]);
    assert!(json(&decoded).contains(r#""fact":"allergy""#), "a category alone is something");
}

#[test]
fn what_is_expected_is_no_onset_and_a_state_is_no_end() {
    let cases = [
        ("20270101||||||||20261001", Some("2026-10-01"), None),
        ("20270101", None, None),
        ("|20261120||||||20261120", None, Some("2026-11-20")),
        ("|||||||20261120", None, None),
        ("||||||N^回復せず^HL70241|20261120", None, None),
        ("||||||F^完全治癒^HL70241|20261120", None, Some("2026-11-20")),
        ("||||||^治癒|20261120", None, Some("2026-11-20")),
    ];
    for (rest, onset, ended) in cases {
        let prb = format!("PRB|AD|20261101|1^胃炎^99X|1|||20261015|{rest}");
        let decoded = sent("PPR-01", "PPR^ZD1", &[PID, &prb]);
        let [told] = problems(&decoded)[..] else { panic!("{prb}") };
        let day = |when: Option<chart::When>| when.map(|when| when.iso());
        assert_eq!((day(told.onset).as_deref(), day(told.ended).as_deref()), (onset, ended), "{prb}");
        assert_eq!(codes(&decoded), Vec::<&str>::new());
    }
}
