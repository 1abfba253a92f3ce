//! Messages as other authors' programs write them: what they say is told as they mean it, and nothing of it is lost.

mod account;
mod fixtures;

use chart::{Body, Drug, Injection, Lab, Measure, Move, MoveKind, Problem};
use fixtures::{ORC, PID, PV1, bytes, codes, json, msh, path, read};
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
    decoded.bodies.iter().filter_map(|body| if let Body::Move(told) = body { Some(&**told) } else { None }).collect()
}

fn problems(decoded: &Decoded) -> Vec<&Problem> {
    decoded.bodies.iter().filter_map(|body| if let Body::Problem(told) = body { Some(&**told) } else { None }).collect()
}

fn drugs(decoded: &Decoded) -> Vec<&Drug> {
    decoded.bodies.iter().filter_map(|body| if let Body::Drug(told) = body { Some(&**told) } else { None }).collect()
}

fn injections(decoded: &Decoded) -> Vec<&Injection> {
    decoded
        .bodies
        .iter()
        .filter_map(|body| if let Body::Injection(told) = body { Some(&**told) } else { None })
        .collect()
}

fn labs(decoded: &Decoded) -> Vec<&Lab> {
    decoded.bodies.iter().filter_map(|body| if let Body::Lab(told) = body { Some(&**told) } else { None }).collect()
}

fn measures(decoded: &Decoded) -> Vec<&Measure> {
    decoded.bodies.iter().filter_map(|body| if let Body::Measure(told) = body { Some(&**told) } else { None }).collect()
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

#[test]
fn a_dose_that_changes_is_told_step_by_step() {
    let rxe = "RXE||1^架空ステロイド錠^99X|4||TAB^錠^MR9P";
    let first = "TQ1|1|4^TAB&錠&MR9P|U1&朝食後&99U|||5^d|20261101|20261105";
    let second = "TQ1|2|2^TAB&錠&MR9P|U1&朝食後&99U|||10^d|20261106083015|20261115";
    let decoded = sent("OMP-01", "RDE^O11", &[PID, ORC, rxe, first, second]);
    let [told] = drugs(&decoded)[..] else { panic!("{:?}", decoded.bodies) };
    let steps = "4錠 朝食後 5d 2026-11-01〜2026-11-05\n2錠 朝食後 10d 2026-11-06 08:30:15〜2026-11-15";
    assert_eq!((told.instruction.as_str(), told.duration.value.as_str()), (steps, ""));
    assert_eq!(told.end.map(|end| end.iso()).as_deref(), Some("2026-11-15"));
    // Without every end, and in turn, nobody knows the last day: not that of the first step.
    let open = "TQ1|2|2^TAB&錠&MR9P|U1&朝食後&99U|||5^d";
    let decoded = sent("OMP-01", "RDE^O11", &[PID, ORC, rxe, &format!("{first}||||S"), open]);
    let [told] = drugs(&decoded)[..] else { panic!("{:?}", decoded.bodies) };
    assert_eq!((told.end, told.duration.value.as_str()), (None, ""));
    // Uneven over the day: the days are the drug's, and each amount stands with its time of day.
    let uneven = ["TQ1|1|2^錠|朝|||7^d|20261101", "TQ1|2|1^錠|夕|||7^d|20261101"];
    let decoded = sent("OMP-01", "RDE^O11", &[PID, ORC, rxe, uneven[0], uneven[1]]);
    let [told] = drugs(&decoded)[..] else { panic!("{:?}", decoded.bodies) };
    assert_eq!(told.duration.value, "7");
    assert!(told.instruction.contains("2錠 朝") && told.instruction.contains("1錠 夕"), "{}", told.instruction);
}

#[test]
fn one_timing_tells_an_amount_of_its_own_and_what_is_not_routine() {
    let rxe = "RXE||1^架空錠^99X|1||TAB^錠^MR9P";
    for (tq1, want) in [
        ("TQ1|1|1^TAB&錠&MR9P|朝||||20261101||R^ルーチン^HL70485", ""),
        ("TQ1|1|2^TAB&錠&MR9P|朝||||20261101", "2錠"),
        ("TQ1|1||朝||||20261101||PRN^頓用", "頓用"),
        ("TQ1|1||朝||||20261101||S", "至急 S"),
    ] {
        let decoded = sent("OMP-01", "RDE^O11", &[PID, ORC, rxe, tq1]);
        assert_eq!(drugs(&decoded)[0].instruction, want, "{tq1}");
    }
    let decoded =
        sent("OMP-02", "RDE^O11", &[PID, ORC, "RXE||00^一般^99I", "TQ1|1|||||3^d|20261101", "RXC|B|1^水^99|1|本"]);
    assert_eq!(injections(&decoded)[0].duration.value, "3");
    let decoded = sent("OMG-01", "OMG^O19", &[PID, ORC, "TQ1|1||||||||A^^HL70485", "OBR|1|123||1^胸部^JJ1017"]);
    assert!(json(&decoded).contains(r#""details":["できるだけ早く A"]"#), "{}", json(&decoded));
}

#[test]
fn what_a_prescriber_adds_is_told() {
    // Uneven over the day: RXE-3 the least, RXE-4 the most, RXE-7 one time after the other.
    let rxe = "RXE||1^架空錠^99X|1|4|TAB^錠^MR9P||V14NNNNN^４錠^JAMISDP01~V21NNNNN^１錠^JAMISDP01";
    let decoded = sent("OMP-01", "RDE^O11", &[PID, ORC, rxe, "TQ1|1||朝夕|||7^d|20261101"]);
    assert_eq!(
        (drugs(&decoded)[0].dose.value.as_str(), drugs(&decoded)[0].instruction.as_str()),
        ("1〜4", "４錠\n１錠")
    );
    // As needed, ten times in all.
    let decoded =
        sent("OMP-01", "RDE^O11", &[PID, ORC, "RXE||1^架空錠^99X|1||錠", "TQ1|1||疼痛時||||20261101|||||||10"]);
    let duration = &drugs(&decoded)[0].duration;
    assert_eq!((duration.value.as_str(), duration.unit.text.as_str()), ("10", "回"));
    // How an injection is given, and what was measured for it, once for all orders of the message.
    let rxe = "RXE||00^一般^99I|2||ml||^緩徐に^99I||||||||||||||||||||01^ワンショット^99I";
    let rxr = "RXR|IV^静脈内^HL70162|ARM^腕^HL70550||101^末梢静注^99I|01^主管^99I|L^左^HL70495";
    let obx = "OBX|1|NM|8302-2^身長^LN||170.0|cm^cm^ISO+|||||F|||20261030";
    let order = [ORC, rxe, "TQ1|1||||||202611010900", rxr, "RXC|A|1^架空注^99|1|A", obx];
    let decoded = sent("OMP-02", "RDE^O11", &[&[PID], &order[..], &order[..]].concat());
    assert_eq!(injections(&decoded)[0].instruction, "ワンショット 末梢静注 主管 左\n緩徐に");
    assert_eq!((injections(&decoded).len(), measures(&decoded).len()), (2, 1));
    // A specimen that endangers who touches it.
    let danger = format!("OBR|1|123||E^血液^99{}架空の感染", "|".repeat(8));
    let decoded = sent("OML-01", "OML^O33", &[PID, ORC, &danger]);
    assert!(json(&decoded).contains(r#""comment":"架空の感染""#), "{}", json(&decoded));
}

#[test]
fn values_are_read_as_they_are_written() {
    let spm = "SPM|1|||023^血清^JC10|||||||||||||202611010730";
    let rows = [
        "OBX|1|NM|K^カリウム^99||6.9|mmol/L&ミリモル&ISO+|3.5-5.0|HH^パニック^99~A|||F|||20261101073000000",
        "OBX|2|SN|Q^菌量^99||^10^^5|CFU||^高い||||",
        "OBX|3|SN|T^抗体価^99||^1^:^128||||||",
        "OBX|4|CWE|F^所見^99||1^発赤^99F~2^腫脹^99F^X2^はれ^99G~^熱感||||||",
    ];
    let decoded = sent("OML-11", "OUL^R22", &[&[PID, PV1, spm, "OBR|1|123||E^生化学^99"], &rows[..]].concat());
    let told = labs(&decoded);
    assert_eq!((told[0].unit.text.as_str(), told[0].unit.code.as_str()), ("ミリモル", "mmol/L"));
    assert_eq!((told[0].flag.as_str(), told[1].flag.as_str()), ("HH,A", "高い"));
    assert_eq!((told[1].value.as_str(), told[2].value.as_str()), ("^10^^5", "1:128"));
    assert_eq!(told[3].value, "発赤\n腫脹\n熱感");
    // The same minute written to the millisecond is no other time.
    assert_eq!(codes(&decoded), Vec::<&str>::new());
    // Bytes inside are named by their type as MIME writes it, and kept with the message.
    let report = "OBX|1|ED|R^報告書^99||HOSP^AP^PDF^Base64^JVBERi0=||||||F";
    let text = [&msh("OUL^R22", "~ISO IR87", "20261101"), PID, "OBR|1|123", report, ""].join("\r");
    let decoded = read("OML-11", &bytes(&text));
    assert!(json(&decoded).contains(r#""media_type":"application/pdf""#));
    assert_eq!(codes(&decoded), ["not_decoded"]);
}

/// The time of a result and that of its specimen: the closer of two that agree, the result's own of two that do not.
#[test]
fn a_result_is_as_old_as_the_closest_time_that_is_said() {
    let spm = "SPM|1|||023^血清^JC10|||||||||||||202611010730";
    for (own, iso, faults) in [
        ("", "2026-11-01T07:30+09:00", &[][..]),
        ("2026", "2026-11-01T07:30+09:00", &[]),
        ("20261101", "2026-11-01T07:30+09:00", &[]),
        ("20261101073015", "2026-11-01T07:30:15+09:00", &[]),
        ("202611010845", "2026-11-01T08:45+09:00", &["value"]),
    ] {
        let obx = format!("OBX|1|NM|K^カリウム^99||6.9||||||F|||{own}");
        let decoded = sent("OML-11", "OUL^R22", &[PID, PV1, spm, "OBR|1|123||E^生化学^99", &obx]);
        assert_eq!(labs(&decoded)[0].collected.map(|at| at.iso()).as_deref(), Some(iso), "{own}");
        assert_eq!(codes(&decoded), faults, "{own}");
    }
}

#[test]
fn a_ward_with_its_name_is_told_with_its_name() {
    let decoded =
        sent("ADT-42", "ADT^A02", &["EVN||20261101||||202611011000", PID, "PV1|0001|I|5E&５階東病棟^501^2^^^N"]);
    assert_eq!(moves(&decoded)[0].place.ward, "5E ５階東病棟");
}

#[test]
fn that_a_name_is_the_maiden_name_is_not_passed_over() {
    let pid = "PID|0001||0012345||灯^結^^^^^L^I~浜^結^^^^^M^I||19800229|F";
    let decoded = sent("ADT-00", "ADT^A08", &["EVN||20261101", pid]);
    assert!(json(&decoded).contains(r#"{"at":"PID-5(2).7","text":"M"}"#), "{}", json(&decoded));
}

#[test]
fn a_short_text_among_vital_signs_is_a_value() {
    let long = "夜間せん妄があり、離床センサーを使い、一時間ごとに見に行った。明け方に落ち着いて、その後は眠った。";
    let rows = ["OBX|1|TX|C^意識^99||JCS I-1||||||F".to_owned(), format!("OBX|2|TX|N^記録^99||{long}||||||F")];
    let sent =
        [&msh("ORU^R30", "~ISO IR87", "20261101"), PID, "OBR|1||1|V^バイタル^99", &rows[0], &rows[1], ""].join("\r");
    let decoded = read("VITAL", &bytes(&sent));
    let [told] = measures(&decoded)[..] else { panic!("{:?}", decoded.bodies) };
    assert_eq!(told.value, "JCS I-1");
    assert!(json(&decoded).contains(r#""fact":"document""#));
}
