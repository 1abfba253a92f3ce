//! Every kind of data decodes to its facts, and every value of it has a place.

mod account;
mod fixtures;

use chart::{Body, Sex};
use fixtures::{ROWS, bytes, codes, json, msh, path, read, row, text};
use formats::ssmix2::{decode, kinds};

#[test]
fn each_kind_tells_what_it_holds() {
    for fixture in &ROWS {
        let sent = bytes(&text(fixture, "\r"));
        let decoded = read(fixture.0, &sent);
        assert_eq!(decoded.faults, [], "{}", fixture.0);
        let told = json(&decoded);
        for part in fixture.3 {
            assert!(told.contains(part), "{}: {part} not in {told}", fixture.0);
        }
        assert_eq!(account::check(&sent, &decoded), Ok(()), "{}", fixture.0);
    }
}

#[test]
fn the_table_has_every_kind_once_and_a_fixture_for_each() {
    for kind in &kinds::KINDS {
        let fixture = row(kind.code);
        assert_eq!((fixture.0, fixture.1), (kind.code, format!("{}^{}", kind.set.0, kind.set.1).as_str()));
    }
}

#[test]
fn cancels_say_so_and_tell_no_movement() {
    let mut seen = 0;
    for kind in kinds::KINDS.iter().filter(|kind| !kind.cancel.is_empty()) {
        let fixture = row(kind.code);
        let set = text(fixture, "\r");
        let sent = bytes(&set.replacen(fixture.1, &format!("ADT^{}", kind.cancel), 1));
        let decoded = read(kind.code, &sent);
        let trigger = kind.cancel.to_owned();
        assert_eq!(decoded.bodies.first(), Some(&Body::Cancel { trigger }), "{}", kind.code);
        assert!(!decoded.bodies.iter().any(|body| matches!(body, Body::Move(_))), "{}", kind.code);
        assert!(decoded.bodies.iter().any(|body| matches!(body, Body::Person(p) if !p.basic)), "{}", kind.code);
        assert_eq!(codes(&decoded), Vec::<&str>::new(), "{}", kind.code);
        assert_eq!(account::check(&sent, &decoded), Ok(()), "{}", kind.code);
        seen += 1;
    }
    assert_eq!(seen, 10);
}

#[test]
fn dialects_of_line_ends_and_marks_read_alike() {
    let plain = read("OML-11", &bytes(&text(row("OML-11"), "\r")));
    for (end, before, after) in [("\n", "", ""), ("\r\n", "", ""), ("\r", "\u{B}", "\u{1C}\r"), ("\r", "", "\u{1A}")] {
        let sent = bytes(&format!("{before}{}{after}", text(row("OML-11"), end)));
        let decoded = read("OML-11", &sent);
        assert_eq!((decoded.bodies, decoded.faults), (plain.bodies.clone(), vec![]), "{end:?} {after:?}");
    }
    let unended = text(row("OML-11"), "\n");
    let decoded = read("OML-11", &bytes(unended.trim_end()));
    assert_eq!((decoded.bodies, decoded.faults), (plain.bodies, vec![]), "LF without the last one");
}

#[test]
fn names_are_told_apart_by_script_where_the_sender_does_not() {
    for written in [
        "灯^結^^^^^L^I~アカリ^ユイ^^^^^L^P",
        "灯^結^^^^L^I~アカリ^ユイ^^^^^L^P",
        "灯^結~アカリ^ユイ",
        "アカリ^ユイ^^^^^L~灯^結^^^^^L",
        "灯^結^^^^^L^I~ｱｶﾘ^ﾕｲ",
    ] {
        let sent = [
            msh("ADT^A08", "~ISOIR87", "2026110109300012"),
            format!("PID|||0012345||{written}||19800229|F"),
            String::new(),
        ]
        .join("\r");
        let decoded = read("ADT-00", &bytes(&sent));
        let Some(Body::Person(person)) = decoded.bodies.first() else { panic!("{written}") };
        let found = |script| {
            person.names.iter().find(|name| name.script == script).map(|n| format!("{} {}", n.family, n.given))
        };
        assert_eq!(found(chart::Script::Ideographic).as_deref(), Some("灯 結"), "{written}");
        assert_eq!(found(chart::Script::Phonetic).as_deref(), Some("アカリ ユイ"), "{written}");
    }
}

#[test]
fn doubts_about_the_patient_are_faults() {
    let cases: [(&str, &[&str], Sex); 6] = [
        ("PID|||9999999||灯^結||19800229|F", &["pid_mismatch"], Sex::Female),
        ("PID|||12345||灯^結||19800229|M", &["pid_mismatch"], Sex::Male),
        ("PID|||0012345||灯^結|||O|19800229", &["shifted"], Sex::Other),
        ("PID|||0012345||灯^結||19801329|女", &["value", "value"], Sex::Unknown),
        ("PID|||||灯^結||19800229|F", &["no_pid"], Sex::Female),
        ("PID|||0012345||灯^結||19800229|F||||||||||||||||||||||Y", &["died_no_date"], Sex::Female),
    ];
    for (pid, want, sex) in cases {
        let sent = bytes(&[msh("ADT^A08", "~ISO IR87", "20261101"), pid.into(), String::new()].join("\r"));
        let decoded = read("ADT-00", &sent);
        assert_eq!(codes(&decoded), want, "{pid}");
        assert!(matches!(decoded.bodies.first(), Some(Body::Person(p)) if p.sex == sex), "{pid}");
        assert_eq!(account::check(&sent, &decoded), Ok(()), "{pid}");
    }
    let zeros = read("ADT-00", &bytes("MSH|^~\\&|||||||ADT^A08\rPID|||12345\r"));
    assert!(zeros.faults[0].text.ends_with("(0)"), "{:?}", zeros.faults);
}

#[test]
fn wrong_kinds_are_named_and_decoded_by_what_they_are() {
    let sent = bytes(&text(row("OML-11"), "\r"));
    let decoded = read("OMP-01", &sent);
    assert_eq!(codes(&decoded), ["kind_mismatch", "segment_missing"]);
    assert!(json(&decoded).contains(r#""fact":"lab""#));
    let decoded = decode(&path("ADT-99"), &bytes(&text(row("OMP-02"), "\r")));
    assert_eq!(codes(&decoded), ["unknown_kind"]);
    assert!(json(&decoded).contains(r#""fact":"injection""#));
    let strange = "MSH|^~\\&|||||||XYZ^Q99\rPID|||0012345\rQQQ|何か\r";
    let decoded = decode(&path("QQQ"), &bytes(strange));
    assert_eq!(codes(&decoded), ["unknown_kind", "unknown_message"]);
    assert!(json(&decoded).contains("何か"));
    assert_eq!(account::check(&bytes(strange), &decoded), Ok(()));
}

#[test]
fn another_patient_in_the_same_bytes_is_never_mixed_in() {
    let one = text(row("OML-11"), "\r");
    let other = text(row("ADT-61"), "\r").replace("0012345", "7777777").replace("そば", "ピーナッツ");
    let sent = bytes(&(one + &other));
    let decoded = read("OML-11", &sent);
    assert_eq!(codes(&decoded), ["several_messages"]);
    assert!(!json(&decoded).contains(r#""fact":"allergy""#));
    assert!(json(&decoded).contains("ピーナッツ"), "listed as unplaced");
    assert!(!decoded.meta.ids.contains(&"7777777".to_owned()));
    assert_eq!(account::check(&sent, &decoded), Ok(()));
}

#[test]
fn messages_cut_short_tell_what_is_there_and_say_so() {
    let whole = bytes(&text(row("OMP-01"), "\r"));
    let mut silent = Vec::new();
    for length in 1..whole.len() {
        let decoded = read("OMP-01", &whole[..length]);
        let ended_on_segment = whole[length - 1] == b'\r';
        let said = decoded
            .faults
            .iter()
            .any(|f| matches!(f.code, "truncated" | "segment_missing" | "no_msh" | "no_pid" | "charset_return"));
        if !said && !ended_on_segment {
            silent.push(length);
        }
        assert_eq!(account::check(&whole[..length], &decoded), Ok(()), "{length}");
    }
    assert_eq!(silent, Vec::<usize>::new());
}

#[test]
fn escapes_nulls_and_odd_delimiters() {
    let sent = "MSH|^~\\&|||||||ADT^A60\rPID|||0012345\rIAM||DA|1^A\\T\\B\\S\\C|\"\"|一\\.br\\二\\X41\\\\E\\|A\r";
    let decoded = read("ADT-61", &bytes(sent));
    let Some(Body::Allergy(allergy)) = decoded.bodies.get(1) else { panic!("{:?}", decoded.bodies) };
    assert_eq!((allergy.allergen.text.as_str(), allergy.reaction.as_str()), ("A&B^C", "一\n二A\\"));
    assert!(allergy.severity.is_empty());
    let sent = "MSH#*~¥&#######ADT*A60\rPID###0012345\rIAM##DA#1*A¥F¥B\r";
    let decoded = read("ADT-61", sent.as_bytes());
    assert!(json(&decoded).contains("A#B"), "{}", json(&decoded));
    let sent = "MSH|^^^^|||||||ADT^A60\rPID|||0012345\r";
    assert!(codes(&read("ADT-61", sent.as_bytes())).contains(&"delimiters"));
}
